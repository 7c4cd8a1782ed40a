#include "emit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postgresql.h"

void emit_statement(const struct emitting *emitting, struct text *text, unsigned flags)
{
	const char *sql = text_get(text);

	emitting->host->statement(emitting->emission, sql, strlen(sql), flags);
	text_end(text);
}

void emit_comment(const struct emitting *emitting, const char *what, const char *before,
                  const char *after)
{
	struct text text;

	if (same(before, after))
		return;
	text = text_begin(emitting->host);
	text_printf(&text, "COMMENT ON %s IS ", what);
	if (after)
		text_literal(&text, after);
	else
		text_put(&text, "NULL");
	emit_statement(emitting, &text, 0);
}

struct text emit_alter_table(const struct emitting *emitting, const struct dbw_table *table)
{
	struct text text = text_begin(emitting->host);

	text_put(&text, "ALTER TABLE ");
	ddl_table_name(&text, table);
	text_put(&text, " ");
	return text;
}

enum dbw_status emit_refuse(const struct emitting *emitting, const char *why)
{
	snprintf(emitting->error->message, sizeof emitting->error->message, "%s", why);
	return DBW_UNSUPPORTED;
}

/* Comments on a table and what is in it. */

static void comment_on_table(const struct emitting *emitting, const struct dbw_table *table,
                             const char *before)
{
	struct text what = text_begin(emitting->host);

	text_put(&what, "TABLE ");
	ddl_table_name(&what, table);
	emit_comment(emitting, text_get(&what), before, table->comment);
	text_end(&what);
}

static void comment_on_constraint(const struct emitting *emitting, const struct dbw_table *table,
                                  const struct dbw_constraint *constraint, const char *before)
{
	struct text what = text_begin(emitting->host);

	text_put(&what, "CONSTRAINT ");
	text_name(&what, constraint->name ? constraint->name : "");
	text_put(&what, " ON ");
	ddl_table_name(&what, table);
	emit_comment(emitting, text_get(&what), before, constraint->comment);
	text_end(&what);
}

static void comment_on_index(const struct emitting *emitting, const struct dbw_table *table,
                             const struct dbw_index *index, const char *before)
{
	struct text what = text_begin(emitting->host);

	text_put(&what, "INDEX ");
	text_qualified(&what, table->namespace_name, index->name);
	emit_comment(emitting, text_get(&what), before, index->comment);
	text_end(&what);
}

static void comment_on_column(const struct emitting *emitting, const struct dbw_table *table,
                              const struct dbw_column *column)
{
	struct text what = text_begin(emitting->host);

	text_put(&what, "COLUMN ");
	ddl_table_name(&what, table);
	text_put(&what, ".");
	text_name(&what, column->name);
	emit_comment(emitting, text_get(&what), NULL, column->comment);
	text_end(&what);
}

/* Tables. */

static void alter(const struct emitting *emitting, const struct dbw_table *table,
                  const char *action)
{
	struct text text = emit_alter_table(emitting, table);

	text_put(&text, action);
	emit_statement(emitting, &text, 0);
}

static void set_row_security(const struct emitting *emitting, const struct dbw_table *table,
                             const char *before, const char *after)
{
	if (same(before, after))
		return;
	if ((before != NULL) != (after != NULL))
		alter(emitting, table,
		      after ? "ENABLE ROW LEVEL SECURITY" : "DISABLE ROW LEVEL SECURITY");
	if (after && *after)
		alter(emitting, table, "FORCE ROW LEVEL SECURITY");
	else if (before && *before)
		alter(emitting, table, "NO FORCE ROW LEVEL SECURITY");
}

/* What a table has else than its parents in a column that it has from them. */
static void set_inherited(const struct emitting *emitting, const struct dbw_table *table,
                          const struct dbw_column *column)
{
	const struct dbw_operation *operation = emitting->operation;
	/* The parent is changed only after this table is made. */
	const struct dbw_column *parents =
	    ddl_inherited(operation->schema_before, table, column->name);
	struct text text;

	if (!parents)
		parents = ddl_inherited(operation->schema_after, table, column->name);
	if (!parents)
		return;
	if (!same(parents->default_value, column->default_value)) {
		text = emit_alter_table(emitting, table);
		text_put(&text, "ALTER COLUMN ");
		text_name(&text, column->name);
		if (column->default_value)
			text_printf(&text, " SET DEFAULT %s", column->default_value);
		else
			text_put(&text, " DROP DEFAULT");
		emit_statement(emitting, &text, 0);
	}
	if (column->not_null && !parents->not_null) {
		text = emit_alter_table(emitting, table);
		text_put(&text, "ALTER COLUMN ");
		text_name(&text, column->name);
		text_put(&text, " SET NOT NULL");
		emit_statement(emitting, &text, 0);
	}
}

static void create_table(const struct emitting *emitting, const struct dbw_table *table)
{
	struct text text = text_begin(emitting->host);

	ddl_create_table(&text, emitting->operation->schema_after, table);
	emit_statement(emitting, &text, 0);
	comment_on_table(emitting, table, NULL);
	for (size_t i = 0; i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];
		const char *storage = option_value(&column->options, "STORAGE");

		set_inherited(emitting, table, column);
		comment_on_column(emitting, table, column);
		if (storage) {
			text = emit_alter_table(emitting, table);
			text_put(&text, "ALTER COLUMN ");
			text_name(&text, column->name);
			text_printf(&text, " SET STORAGE %s", storage);
			emit_statement(emitting, &text, 0);
		}
	}
	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->not_valid) {
			text = emit_alter_table(emitting, table);
			text_put(&text, "ADD ");
			ddl_constraint(&text, constraint);
			emit_statement(emitting, &text, 0);
		}
		comment_on_constraint(emitting, table, constraint, NULL);
	}
	set_row_security(emitting, table, NULL,
	                 option_value(&table->options, "ROW LEVEL SECURITY"));
}

static void set_parameters(const struct emitting *emitting, const struct dbw_table *before,
                           const struct dbw_table *after)
{
	struct text text;
	const char *separator = "";

	for (size_t i = 0; i < before->options.count; i++) {
		const struct dbw_option *option = before->options.items[i];

		if (!ddl_is_parameter(option->name) || option_value(&after->options, option->name))
			continue;
		if (!*separator) {
			text = emit_alter_table(emitting, after);
			text_put(&text, "RESET (");
		}
		text_printf(&text, "%s%s", separator, option->name);
		separator = ", ";
	}
	if (*separator) {
		text_put(&text, ")");
		emit_statement(emitting, &text, 0);
	}
	text = emit_alter_table(emitting, after);
	text_put(&text, "SET");
	{
		struct text parameters = text_begin(emitting->host);

		ddl_parameters(&parameters, &after->options);
		/* " WITH (...)" as CREATE TABLE has it, without its word. */
		if (*text_get(&parameters)) {
			text_put(&text, text_get(&parameters) + strlen(" WITH"));
			emit_statement(emitting, &text, 0);
		} else {
			text_end(&text);
		}
		text_end(&parameters);
	}
}

static void set_inheritance(const struct emitting *emitting, const struct dbw_schema *schema,
                            const struct dbw_table *table, const struct dbw_list *parents,
                            const struct dbw_list *others, const char *action)
{
	for (size_t i = 0; i < parents->count; i++) {
		struct text text;
		bool there = false;

		for (size_t j = 0; j < others->count; j++)
			there |= strcmp(parents->items[i], others->items[j]) == 0;
		if (there)
			continue;
		text = emit_alter_table(emitting, table);
		text_printf(&text, "%s ", action);
		ddl_parent_name(&text, schema, parents->items[i]);
		emit_statement(emitting, &text, 0);
	}
}

static void set_partition(const struct emitting *emitting, const struct dbw_table *before,
                          const struct dbw_table *after)
{
	struct text text = text_begin(emitting->host);

	if (same(before->partition_of, after->partition_of) &&
	    (!before->partition_bound || !after->partition_bound ||
	     emitting->host->same_sql(emitting->host, before->partition_bound,
	                              after->partition_bound))) {
		text_end(&text);
		return;
	}
	if (before->partition_of) {
		text_put(&text, "ALTER TABLE ");
		ddl_parent_name(&text, emitting->operation->schema_before, before->partition_of);
		text_put(&text, " DETACH PARTITION ");
		ddl_table_name(&text, after);
		emit_statement(emitting, &text, 0);
		text = text_begin(emitting->host);
	}
	if (!after->partition_of) {
		text_end(&text);
		return;
	}
	text_put(&text, "ALTER TABLE ");
	ddl_parent_name(&text, emitting->operation->schema_after, after->partition_of);
	text_put(&text, " ATTACH PARTITION ");
	ddl_table_name(&text, after);
	text_printf(&text, " %s", after->partition_bound);
	emit_statement(emitting, &text, 0);
}

static enum dbw_status alter_table(const struct emitting *emitting, const struct dbw_table *before,
                                   const struct dbw_table *after)
{
	bool was_unlogged = option_value(&before->options, "UNLOGGED") != NULL;
	bool unlogged = option_value(&after->options, "UNLOGGED") != NULL;

	if ((before->partition_by != NULL) != (after->partition_by != NULL) ||
	    (before->partition_by &&
	     !emitting->host->same_sql(emitting->host, before->partition_by, after->partition_by)))
		return emit_refuse(emitting,
		                   "how a table is partitioned cannot be changed; make a new "
		                   "one and copy the rows in a migration of your own");
	if (was_unlogged != unlogged)
		alter(emitting, after, unlogged ? "SET UNLOGGED" : "SET LOGGED");
	set_parameters(emitting, before, after);
	set_inheritance(emitting, emitting->operation->schema_before, after, &before->inherits,
	                &after->inherits, "NO INHERIT");
	set_inheritance(emitting, emitting->operation->schema_after, after, &after->inherits,
	                &before->inherits, "INHERIT");
	set_partition(emitting, before, after);
	set_row_security(emitting, after, option_value(&before->options, "ROW LEVEL SECURITY"),
	                 option_value(&after->options, "ROW LEVEL SECURITY"));
	comment_on_table(emitting, after, before->comment);
	return DBW_OK;
}

static enum dbw_status emit_table(const struct emitting *emitting)
{
	const struct dbw_table *before = emitting->operation->before,
			       *after = emitting->operation->after;
	struct text text;

	switch (emitting->operation->verb) {
	case DBW_CREATE:
		create_table(emitting, after);
		return DBW_OK;
	case DBW_DROP:
		text = text_begin(emitting->host);
		text_put(&text, "DROP TABLE ");
		ddl_table_name(&text, before);
		emit_statement(emitting, &text, 0);
		return DBW_OK;
	case DBW_RENAME:
		text = emit_alter_table(emitting, before);
		text_put(&text, "RENAME TO ");
		text_name(&text, after->name);
		emit_statement(emitting, &text, 0);
		for (size_t i = 0; i < after->columns.count; i++) {
			const struct dbw_column *column = after->columns.items[i];

			emit_rename_serial(emitting, before, column, after, column);
		}
		return DBW_OK;
	default:
		return alter_table(emitting, before, after);
	}
}

/* Constraints and indexes. */

static void add_constraint(const struct emitting *emitting, const struct dbw_constraint *constraint)
{
	struct text text = emit_alter_table(emitting, emitting->operation->table_after);

	text_put(&text, "ADD ");
	ddl_constraint(&text, constraint);
	emit_statement(emitting, &text, 0);
	comment_on_constraint(emitting, emitting->operation->table_after, constraint, NULL);
}

static void drop_constraint(const struct emitting *emitting,
                            const struct dbw_constraint *constraint)
{
	struct text text = emit_alter_table(emitting, emitting->operation->table_before);

	text_put(&text, "DROP CONSTRAINT ");
	text_name(&text, constraint->name ? constraint->name : "");
	emit_statement(emitting, &text, 0);
}

static enum dbw_status emit_constraint(const struct emitting *emitting)
{
	const struct dbw_constraint *before = emitting->operation->before,
				    *after = emitting->operation->after;
	struct text text;

	switch (emitting->operation->verb) {
	case DBW_CREATE:
		add_constraint(emitting, after);
		break;
	case DBW_DROP:
		drop_constraint(emitting, before);
		break;
	case DBW_RENAME:
		text = emit_alter_table(emitting, emitting->operation->table_after);
		text_put(&text, "RENAME CONSTRAINT ");
		text_name(&text, before->name);
		text_put(&text, " TO ");
		text_name(&text, after->name);
		emit_statement(emitting, &text, 0);
		break;
	default:
		drop_constraint(emitting, before);
		add_constraint(emitting, after);
	}
	return DBW_OK;
}

static void drop_index(const struct emitting *emitting, const struct dbw_index *index)
{
	struct text text = text_begin(emitting->host);

	text_put(&text, "DROP INDEX ");
	text_qualified(&text, emitting->operation->table_before->namespace_name, index->name);
	emit_statement(emitting, &text, 0);
}

static void create_index(const struct emitting *emitting, const struct dbw_index *index)
{
	struct text text = text_begin(emitting->host);

	ddl_create_index(&text, emitting->operation->table_after, index);
	emit_statement(emitting, &text, 0);
	comment_on_index(emitting, emitting->operation->table_after, index, NULL);
}

static enum dbw_status emit_index(const struct emitting *emitting)
{
	const struct dbw_index *before = emitting->operation->before,
			       *after = emitting->operation->after;
	struct text text;

	switch (emitting->operation->verb) {
	case DBW_CREATE:
		create_index(emitting, after);
		break;
	case DBW_DROP:
		drop_index(emitting, before);
		break;
	case DBW_RENAME:
		text = text_begin(emitting->host);
		text_put(&text, "ALTER INDEX ");
		text_qualified(&text, emitting->operation->table_before->namespace_name,
		               before->name);
		text_put(&text, " RENAME TO ");
		text_name(&text, after->name);
		emit_statement(emitting, &text, 0);
		break;
	default:
		drop_index(emitting, before);
		create_index(emitting, after);
	}
	return DBW_OK;
}

/* The rest. */

static enum dbw_status emit_namespace(const struct emitting *emitting)
{
	const struct dbw_namespace *before = emitting->operation->before,
				   *after = emitting->operation->after;
	struct text text = text_begin(emitting->host), what;

	if (!before)
		text_put(&text, "CREATE SCHEMA ");
	if (!after)
		text_put(&text, "DROP SCHEMA ");
	if (before && after) {
		text_end(&text);
	} else {
		text_name(&text, after ? after->name : before->name);
		emit_statement(emitting, &text, 0);
	}
	if (!after)
		return DBW_OK;
	what = text_begin(emitting->host);
	text_put(&what, "SCHEMA ");
	text_name(&what, after->name);
	emit_comment(emitting, text_get(&what), before ? before->comment : NULL, after->comment);
	text_end(&what);
	return DBW_OK;
}

static enum dbw_status drop_object(const struct emitting *emitting, const struct dbw_object *object)
{
	struct text text = text_begin(emitting->host);

	text_put(&text, "DROP ");
	if (!ddl_object_target(&text, object)) {
		text_end(&text);
		return emit_refuse(emitting, "PostgreSQL has no such objects");
	}
	emit_statement(emitting, &text, 0);
	return DBW_OK;
}

static const char bodies_off[] = "SET check_function_bodies = off";

static void comment_on_object(const struct emitting *emitting, const struct dbw_object *object,
                              const char *before)
{
	struct text what = text_begin(emitting->host);

	if (ddl_object_target(&what, object))
		emit_comment(emitting, text_get(&what), before, object->comment);
	text_end(&what);
	for (size_t i = 0; i < object->column_comments.count; i++) {
		const struct dbw_option *comment = object->column_comments.items[i];

		what = text_begin(emitting->host);
		text_put(&what, "COLUMN ");
		text_qualified(&what, object->namespace_name, object->name);
		text_put(&what, ".");
		text_name(&what, comment->name);
		emit_comment(emitting, text_get(&what), NULL, comment->value);
		text_end(&what);
	}
}

/* 'replaced' is what it takes the place of without being dropped before; or NULL. */
static enum dbw_status create_object(const struct emitting *emitting,
                                     const struct dbw_object *object,
                                     const struct dbw_object *replaced)
{
	struct text text = text_begin(emitting->host);

	/* It may be known only later what its body speaks of. */
	if (object->kind == DBW_FUNCTION || object->kind == DBW_PROCEDURE)
		emitting->host->statement(emitting->emission, bodies_off, strlen(bodies_off),
		                          DBW_STATEMENT_FIRST);
	text_put(&text, replaced ? "CREATE OR REPLACE" : "CREATE");
	text_put(&text, object->text + strlen("CREATE"));
	emit_statement(emitting, &text, 0);
	comment_on_object(emitting, object, replaced ? replaced->comment : NULL);
	return DBW_OK;
}

static bool is_type(const struct dbw_object *object)
{
	return object->kind == DBW_DOMAIN || object->kind == DBW_COMPOSITE_TYPE ||
	       object->kind == DBW_RANGE_TYPE;
}

static enum dbw_status replace_type(const struct emitting *emitting,
                                    const struct dbw_object *before, const struct dbw_object *after)
{
	enum dbw_status status = emit_replace_type(emitting, before, after);

	comment_on_object(emitting, after, NULL);
	return status;
}

static enum dbw_status emit_object(const struct emitting *emitting)
{
	const struct dbw_object *before = emitting->operation->before,
				*after = emitting->operation->after;
	enum dbw_status status = DBW_OK;

	if (before && after && is_type(after))
		return replace_type(emitting, before, after);
	/* What calls a routine stays as it is while it is replaced. */
	if (before && after)
		return create_object(emitting, after, before);
	if (before)
		status = drop_object(emitting, before);
	if (status == DBW_OK && after)
		status = create_object(emitting, after, NULL);
	return status;
}

enum dbw_status postgresql_emit(const struct dbw_host *host, const struct dbw_operation *operation,
                                struct dbw_emission *emission, struct dbw_error *error)
{
	const struct emitting emitting = {host, operation, emission, error};

	switch (operation->element) {
	case DBW_NAMESPACE:
		return emit_namespace(&emitting);
	case DBW_TABLE:
		return emit_table(&emitting);
	case DBW_COLUMN:
		return emit_column(&emitting);
	case DBW_CONSTRAINT:
		return emit_constraint(&emitting);
	case DBW_INDEX:
		return emit_index(&emitting);
	case DBW_SEQUENCE:
		return emit_sequence(&emitting);
	case DBW_ENUM:
		return emit_enum(&emitting);
	case DBW_OBJECT:
		return emit_object(&emitting);
	default:
		return emit_refuse(&emitting, "there is no such operation");
	}
}
