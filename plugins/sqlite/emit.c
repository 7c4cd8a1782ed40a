#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ddl.h"
#include "sqlite.h"

static void put(struct dbw_emission *emission, struct text *text, unsigned flags)
{
	size_t length;
	const char *sql = text->host->buffer_text(text->buffer, &length);

	text->host->statement(emission, sql, length, flags);
}

/* What ADD COLUMN can add (SQLite, lang_altertable, 4). */
static bool can_add(const struct dbw_column *column)
{
	const char *value = column->default_value;

	if (column->generated == DBW_GENERATED_STORED)
		return false;
	if (column->generated == DBW_GENERATED_VIRTUAL)
		return !column->not_null;
	if (column->not_null && !value)
		return false;
	if (!value)
		return true;
	if (strncasecmp(value, "CURRENT_", 8) == 0 || strcasecmp(value, "NULL") == 0)
		return false;
	/* A literal is printed without parentheses; anything else would be an expression. */
	return strpbrk(value, "(|*/%<>=&,") == NULL || value[0] == '\'';
}

static bool is_in_parts(const struct dbw_host *host, const struct dbw_list *parts, const char *name)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct dbw_key_part *part = parts->items[i];

		if ((part->column && ddl_same_name(part->column, name)) ||
		    (part->expression && host->mentions(host, part->expression, name)))
			return true;
	}
	return false;
}

/* What keeps DROP COLUMN from working (SQLite, lang_altertable, 5). Indexes that go with the column are
 * dropped before; one that stays can name it only in an expression, by mistake. */
static bool can_drop(const struct dbw_host *host, const struct dbw_operation *operation)
{
	const struct dbw_table *table = operation->table_before;
	const char *name = ((const struct dbw_column *)operation->before)->name;

	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		if (is_in_parts(host, &constraint->parts, name) ||
		    (constraint->expression && host->mentions(host, constraint->expression, name)))
			return false;
	}
	for (size_t i = 0; i < operation->table_after->indexes.count; i++) {
		const struct dbw_index *index = operation->table_after->indexes.items[i];

		if (is_in_parts(host, &index->parts, name) ||
		    (index->predicate && host->mentions(host, index->predicate, name)))
			return false;
	}
	for (size_t i = 0; i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];

		if (column->generated && host->mentions(host, column->generated_expression, name))
			return false;
	}
	for (size_t i = 0; i < operation->schema_before->objects.count; i++) {
		const struct dbw_object *object = operation->schema_before->objects.items[i];

		if (object->text && host->mentions(host, object->text, name))
			return false;
	}
	return true;
}

bool sqlite_needs_rebuild(const struct dbw_host *host, const struct dbw_operation *operation)
{
	switch (operation->element) {
	case DBW_CONSTRAINT:
		return true;
	case DBW_TABLE:
		return operation->verb == DBW_ALTER;
	case DBW_COLUMN:
		if (operation->verb == DBW_CREATE)
			return !can_add(operation->after);
		if (operation->verb == DBW_DROP)
			return !can_drop(host, operation);
		return operation->verb == DBW_ALTER;
	default:
		return false;
	}
}

/* Operations. */

/* DROP TABLE deletes the rows first, with all that foreign keys make of it, where they are on (SQLite,
 * foreignkeys, 5). */
static bool is_referenced(const struct dbw_schema *schema, const struct dbw_table *table)
{
	for (size_t i = 0; i < schema->tables.count; i++) {
		const struct dbw_table *other = schema->tables.items[i];

		for (size_t j = 0; j < other->constraints.count; j++) {
			const struct dbw_constraint *constraint = other->constraints.items[j];

			if (constraint->ref_table &&
			    ddl_same_name(constraint->ref_table, table->name))
				return true;
		}
	}
	return false;
}

static void statement(const struct dbw_host *host, struct dbw_emission *emission, const char *sql,
                      unsigned flags)
{
	host->statement(emission, sql, strlen(sql), flags);
}

static enum dbw_status emit_table(const struct dbw_host *host,
                                  const struct dbw_operation *operation, struct text *text,
                                  struct dbw_emission *emission, struct dbw_error *error)
{
	const struct dbw_table *before = operation->before, *after = operation->after;
	enum dbw_status status = after ? ddl_check_table(after, error) : DBW_OK;

	if (status != DBW_OK)
		return status;
	switch (operation->verb) {
	case DBW_CREATE:
		assert(after);
		ddl_create_table(text, after, after->name);
		break;
	case DBW_DROP:
		if (is_referenced(operation->schema_before, before)) {
			statement(host, emission, "PRAGMA foreign_keys = OFF", DBW_STATEMENT_FIRST);
			statement(host, emission, "PRAGMA foreign_key_check", DBW_STATEMENT_LAST);
		}
		text_string(text, "DROP TABLE ");
		text_name(text, before->name);
		break;
	case DBW_RENAME:
		assert(after);
		text_string(text, "ALTER TABLE ");
		text_name(text, before->name);
		text_string(text, " RENAME TO ");
		text_name(text, after->name);
		break;
	default:
		ddl_rebuild(host, operation, emission);
		return DBW_OK;
	}
	put(emission, text, 0);
	return DBW_OK;
}

static enum dbw_status emit_column(const struct dbw_operation *operation, struct text *text,
                                   struct dbw_emission *emission, struct dbw_error *error)
{
	const struct dbw_column *before = operation->before, *after = operation->after;
	const struct dbw_table *table =
	    operation->table_after ? operation->table_after : operation->table_before;
	enum dbw_status status = ddl_check_table(table, error);

	if (status != DBW_OK)
		return status;
	text_string(text, "ALTER TABLE ");
	text_name(text, table->name);
	switch (operation->verb) {
	case DBW_CREATE:
		text_string(text, " ADD COLUMN ");
		ddl_column(text, after);
		break;
	case DBW_DROP:
		text_string(text, " DROP COLUMN ");
		text_name(text, before->name);
		break;
	case DBW_RENAME:
		text_string(text, " RENAME COLUMN ");
		text_name(text, before->name);
		text_string(text, " TO ");
		text_name(text, after->name);
		break;
	default:
		snprintf(error->message, sizeof error->message,
		         "column '%s' can only be changed by rebuilding its table", after->name);
		return DBW_UNSUPPORTED;
	}
	put(emission, text, 0);
	return DBW_OK;
}

static enum dbw_status emit_index(const struct dbw_operation *operation, struct text *text,
                                  struct dbw_emission *emission, struct dbw_error *error)
{
	const struct dbw_index *before = operation->before, *after = operation->after;
	enum dbw_status status = after ? ddl_check_index(after, error) : DBW_OK;

	if (status != DBW_OK)
		return status;
	/* An index can only be made anew, under another name too. */
	if (before) {
		text_string(text, "DROP INDEX ");
		text_name(text, before->name);
		put(emission, text, 0);
	}
	if (after) {
		struct text create = {text->host, text->host->buffer_new()};

		ddl_create_index(&create, operation->table_after, after);
		put(emission, &create, 0);
		create.host->buffer_free(create.buffer);
	}
	return DBW_OK;
}

static enum dbw_status emit_object(const struct dbw_operation *operation, struct text *text,
                                   struct dbw_emission *emission, struct dbw_error *error)
{
	const struct dbw_object *before = operation->before, *after = operation->after;
	const struct dbw_object *object = after ? after : before;
	const char *word = object->kind == DBW_VIEW            ? "VIEW"
	                   : object->kind == DBW_TRIGGER       ? "TRIGGER"
	                   : object->kind == DBW_VIRTUAL_TABLE ? "TABLE"
	                                                       : NULL;

	if (!word || object->namespace_name) {
		snprintf(error->message, sizeof error->message,
		         "SQLite has no objects of the kind of '%s'", object->name);
		return DBW_UNSUPPORTED;
	}
	if (after) {
		text_string(text, after->text);
	} else {
		text_printf(text, "DROP %s ", word);
		text_name(text, before->name);
	}
	put(emission, text, 0);
	return DBW_OK;
}

enum dbw_status sqlite_emit(const struct dbw_host *host, const struct dbw_operation *operation,
                            struct dbw_emission *emission, struct dbw_error *error)
{
	struct text text = {host, host->buffer_new()};
	enum dbw_status status = DBW_UNSUPPORTED;

	switch (operation->element) {
	case DBW_TABLE:
		status = emit_table(host, operation, &text, emission, error);
		break;
	case DBW_COLUMN:
		status = emit_column(operation, &text, emission, error);
		break;
	case DBW_INDEX:
		status = emit_index(operation, &text, emission, error);
		break;
	case DBW_OBJECT:
		status = emit_object(operation, &text, emission, error);
		break;
	default:
		snprintf(error->message, sizeof error->message,
		         "SQLite has no namespaces, enums or sequences, and no constraints that "
		         "can be added or dropped by themselves");
	}
	host->buffer_free(text.buffer);
	return status;
}
