#include "ddl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sqlite.h"

void text_string(struct text *text, const char *string)
{
	text->host->buffer_append(text->buffer, string, strlen(string));
}

void text_name(struct text *text, const char *name)
{
	sqlite_quote_identifier(text->host, name, text->buffer);
}

void text_printf(struct text *text, const char *format, ...)
{
	va_list arguments;
	char *string;
	int length;

	va_start(arguments, format);
	length = vasprintf(&string, format, arguments);
	va_end(arguments);
	if (length < 0)
		return;
	text->host->buffer_append(text->buffer, string, (size_t)length);
	free(string);
}

/* SQLite's names have no case (ASCII alone). */
bool ddl_same_name(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}

const struct dbw_column *ddl_find_column(const struct dbw_table *table, const char *name)
{
	for (size_t i = 0; i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];

		if (ddl_same_name(column->name, name))
			return column;
	}
	return NULL;
}

bool ddl_has_option(const struct dbw_list *options, const char *name)
{
	for (size_t i = 0; i < options->count; i++)
		if (strcmp(((const struct dbw_option *)options->items[i])->name, name) == 0)
			return true;
	return false;
}

static const char *option_value(const struct dbw_list *options, const char *name)
{
	for (size_t i = 0; i < options->count; i++) {
		const struct dbw_option *option = options->items[i];

		if (strcmp(option->name, name) == 0)
			return option->value;
	}
	return NULL;
}

static const struct dbw_constraint *primary_key(const struct dbw_table *table)
{
	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->kind == DBW_PRIMARY_KEY)
			return constraint;
	}
	return NULL;
}

const struct dbw_column *ddl_rowid_alias(const struct dbw_table *table)
{
	const struct dbw_constraint *key = primary_key(table);
	const struct dbw_key_part *part;
	const struct dbw_column *column;

	if (!key || key->parts.count != 1 || ddl_has_option(&table->options, "WITHOUT ROWID"))
		return NULL;
	part = key->parts.items[0];
	column = part->column ? ddl_find_column(table, part->column) : NULL;
	return column && strcasecmp(column->type, "INTEGER") == 0 ? column : NULL;
}

/* Pieces. */

static void print_conflict(struct text *text, const struct dbw_list *options, const char *name)
{
	const char *value = option_value(options, name);

	if (value)
		text_printf(text, " ON CONFLICT %s", value);
}

/* A default stands without parentheses if it is one literal (SQLite, lang_createtable, 3.2). */
static bool is_literal(const char *value)
{
	static const char *const words[] = {"NULL",         "TRUE",         "FALSE",
	                                    "CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP"};
	const char *p = value;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(value, words[i]) == 0)
			return true;
	if ((*p == 'x' || *p == 'X') && p[1] == '\'')
		p++;
	if (*p == '\'') {
		for (p++; *p; p++) {
			if (*p != '\'')
				continue;
			p++;
			if (*p != '\'')
				return *p == '\0';
		}
		return false;
	}
	if (*p == '+' || *p == '-')
		p++;
	while (*p == ' ')
		p++;
	if (strncasecmp(p, "0x", 2) == 0)
		return p[2] && strspn(p + 2, "0123456789abcdefABCDEF") == strlen(p + 2);
	if (!((*p >= '0' && *p <= '9') || (*p == '.' && p[1] >= '0' && p[1] <= '9')))
		return false;
	p += strspn(p, "0123456789.");
	if (*p == 'e' || *p == 'E') {
		p++;
		p += *p == '+' || *p == '-';
		if (!*p)
			return false;
		p += strspn(p, "0123456789");
	}
	return *p == '\0';
}

void ddl_column(struct text *text, const struct dbw_column *column)
{
	const char *name = option_value(&column->options, "NOT NULL CONSTRAINT");

	text_name(text, column->name);
	if (*column->type)
		text_printf(text, " %s", column->type);
	if (column->collation) {
		text_string(text, " COLLATE ");
		text_name(text, column->collation);
	}
	if (column->not_null) {
		if (name) {
			text_string(text, " CONSTRAINT ");
			text_name(text, name);
		}
		text_string(text, " NOT NULL");
		print_conflict(text, &column->options, "NOT NULL ON CONFLICT");
	}
	if (column->default_value)
		text_printf(text,
		            is_literal(column->default_value) ? " DEFAULT %s" : " DEFAULT (%s)",
		            column->default_value);
	if (column->generated)
		text_printf(text, " GENERATED ALWAYS AS (%s) %s", column->generated_expression,
		            column->generated == DBW_GENERATED_STORED ? "STORED" : "VIRTUAL");
}

static void print_parts(struct text *text, const struct dbw_list *parts)
{
	text_string(text, "(");
	for (size_t i = 0; i < parts->count; i++) {
		const struct dbw_key_part *part = parts->items[i];

		if (i)
			text_string(text, ", ");
		if (part->column)
			text_name(text, part->column);
		else
			text_string(text, part->expression);
		if (part->collation) {
			text_string(text, " COLLATE ");
			text_name(text, part->collation);
		}
		if (part->descending)
			text_string(text, " DESC");
	}
	text_string(text, ")");
}

static void print_names(struct text *text, const struct dbw_list *names)
{
	text_string(text, "(");
	for (size_t i = 0; i < names->count; i++) {
		if (i)
			text_string(text, ", ");
		text_name(text, names->items[i]);
	}
	text_string(text, ")");
}

static const char *action_text(enum dbw_action action)
{
	static const char *const texts[] = {
	    [DBW_NO_ACTION] = "NO ACTION",     [DBW_RESTRICT] = "RESTRICT",
	    [DBW_CASCADE] = "CASCADE",         [DBW_SET_NULL] = "SET NULL",
	    [DBW_SET_DEFAULT] = "SET DEFAULT",
	};

	return texts[action];
}

static void print_references(struct text *text, const struct dbw_constraint *key)
{
	text_string(text, " REFERENCES ");
	text_name(text, key->ref_table);
	if (key->ref_columns.count) {
		text_string(text, " ");
		print_names(text, &key->ref_columns);
	}
	if (key->on_delete)
		text_printf(text, " ON DELETE %s", action_text(key->on_delete));
	if (key->on_update)
		text_printf(text, " ON UPDATE %s", action_text(key->on_update));
	if (key->match)
		text_printf(text, " MATCH %s", key->match);
	if (key->deferrable == DBW_INITIALLY_DEFERRED)
		text_string(text, " DEFERRABLE INITIALLY DEFERRED");
	else if (key->deferrable == DBW_INITIALLY_IMMEDIATE)
		text_string(text, " DEFERRABLE");
}

static void print_constraint(struct text *text, const struct dbw_constraint *constraint)
{
	if (constraint->name) {
		text_string(text, "CONSTRAINT ");
		text_name(text, constraint->name);
		text_string(text, " ");
	}
	switch (constraint->kind) {
	case DBW_PRIMARY_KEY:
		text_string(text, "PRIMARY KEY ");
		print_parts(text, &constraint->parts);
		break;
	case DBW_UNIQUE:
		text_string(text, "UNIQUE ");
		print_parts(text, &constraint->parts);
		break;
	case DBW_CHECK:
		text_printf(text, "CHECK (%s)", constraint->expression);
		break;
	case DBW_FOREIGN_KEY:
		text_string(text, "FOREIGN KEY ");
		print_parts(text, &constraint->parts);
		print_references(text, constraint);
		break;
	case DBW_EXCLUDE:
		break;
	}
	print_conflict(text, &constraint->options, "ON CONFLICT");
}

/* The key that stands at its column: AUTOINCREMENT can stand nowhere else, and 'id INTEGER PRIMARY
 * KEY' is how everybody writes the rowid. 'INTEGER PRIMARY KEY DESC' at the column is no rowid, so a
 * descending key always stands below (SQLite, lang_createtable, 5). */
static const struct dbw_column *inline_key(const struct dbw_table *table)
{
	const struct dbw_constraint *key = primary_key(table);
	const struct dbw_column *column = ddl_rowid_alias(table);
	const struct dbw_key_part *part;

	if (!column)
		return NULL;
	part = key->parts.items[0];
	if (column->auto_increment)
		return column;
	return key->name || part->collation || part->descending ? NULL : column;
}

void ddl_create_table(struct text *text, const struct dbw_table *table, const char *name)
{
	const struct dbw_column *key_column = inline_key(table);
	const char *separator = "\n    ";

	text_string(text, "CREATE TABLE ");
	text_name(text, name);
	text_string(text, " (");
	for (size_t i = 0; i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];

		text_string(text, separator);
		separator = ",\n    ";
		ddl_column(text, column);
		if (!key_column || column != key_column)
			continue;
		if (primary_key(table)->name) {
			text_string(text, " CONSTRAINT ");
			text_name(text, primary_key(table)->name);
		}
		text_string(text, " PRIMARY KEY");
		print_conflict(text, &primary_key(table)->options, "ON CONFLICT");
		if (column->auto_increment)
			text_string(text, " AUTOINCREMENT");
	}
	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->kind == DBW_PRIMARY_KEY && key_column)
			continue;
		text_string(text, separator);
		print_constraint(text, constraint);
	}
	text_string(text, "\n)");
	for (size_t i = 0; i < table->options.count; i++)
		text_printf(text, "%s%s", i ? ", " : " ",
		            ((const struct dbw_option *)table->options.items[i])->name);
}

void ddl_create_index(struct text *text, const struct dbw_table *table,
                      const struct dbw_index *index)
{
	text_string(text, index->unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
	text_name(text, index->name);
	text_string(text, " ON ");
	text_name(text, table->name);
	text_string(text, " ");
	print_parts(text, &index->parts);
	if (index->predicate)
		text_printf(text, " WHERE %s", index->predicate);
}

/* Limits. */

static enum dbw_status unsupported(struct dbw_error *error, const char *what, const char *name)
{
	snprintf(error->message, sizeof error->message, "SQLite has no %s ('%s')", what, name);
	return DBW_UNSUPPORTED;
}

static enum dbw_status check_parts(const struct dbw_list *parts, const char *owner,
                                   struct dbw_error *error)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct dbw_key_part *part = parts->items[i];

		if (part->nulls)
			return unsupported(error, "NULLS FIRST or LAST in an index or key", owner);
		if (part->operator_class || part->operator_with)
			return unsupported(error, "operator classes", owner);
		if (part->prefix_length)
			return unsupported(error, "prefix lengths in an index", owner);
	}
	return DBW_OK;
}

enum dbw_status ddl_check_index(const struct dbw_index *index, struct dbw_error *error)
{
	if (index->method)
		return unsupported(error, "index methods", index->name);
	if (index->include.count)
		return unsupported(error, "INCLUDE in an index", index->name);
	if (index->nulls_not_distinct)
		return unsupported(error, "NULLS NOT DISTINCT", index->name);
	if (index->invisible)
		return unsupported(error, "invisible indexes", index->name);
	if (index->comment)
		return unsupported(error, "comments on an index", index->name);
	return check_parts(&index->parts, index->name, error);
}

static enum dbw_status check_column(const struct dbw_column *column, struct dbw_error *error)
{
	if (column->identity)
		return unsupported(error, "identity columns", column->name);
	if (column->invisible)
		return unsupported(error, "invisible columns", column->name);
	if (column->on_update)
		return unsupported(error, "ON UPDATE on a column", column->name);
	if (column->charset)
		return unsupported(error, "character sets", column->name);
	if (column->comment)
		return unsupported(error, "comments on a column", column->name);
	return DBW_OK;
}

static enum dbw_status check_constraint(const struct dbw_table *table,
                                        const struct dbw_constraint *constraint,
                                        struct dbw_error *error)
{
	const char *name = constraint->name ? constraint->name : table->name;

	if (constraint->kind == DBW_EXCLUDE)
		return unsupported(error, "EXCLUDE constraints", name);
	if (constraint->include.count)
		return unsupported(error, "INCLUDE in a key", name);
	if (constraint->nulls_not_distinct)
		return unsupported(error, "NULLS NOT DISTINCT", name);
	if (constraint->not_valid || constraint->not_enforced)
		return unsupported(error, "constraints that are not enforced", name);
	if (constraint->ref_namespace)
		return unsupported(error, "foreign keys into another database", name);
	if (constraint->deferrable && constraint->kind != DBW_FOREIGN_KEY)
		return unsupported(error, "deferrable constraints but foreign keys", name);
	if (constraint->on_delete_columns.count)
		return unsupported(error, "columns behind ON DELETE SET NULL", name);
	if (constraint->no_inherit)
		return unsupported(error, "inheritance of constraints", name);
	if (constraint->comment)
		return unsupported(error, "comments on a constraint", name);
	return check_parts(&constraint->parts, name, error);
}

enum dbw_status ddl_check_table(const struct dbw_table *table, struct dbw_error *error)
{
	enum dbw_status status = DBW_OK;

	if (table->namespace_name)
		return unsupported(error, "namespaces inside a database", table->namespace_name);
	if (table->inherits.count || table->partition_by || table->partition_of)
		return unsupported(error, "partitions and inheritance", table->name);
	if (table->comment)
		return unsupported(error, "comments on a table", table->name);
	for (size_t i = 0; status == DBW_OK && i < table->columns.count; i++)
		status = check_column(table->columns.items[i], error);
	for (size_t i = 0; status == DBW_OK && i < table->constraints.count; i++)
		status = check_constraint(table, table->constraints.items[i], error);
	for (size_t i = 0; status == DBW_OK && i < table->indexes.count; i++)
		status = ddl_check_index(table->indexes.items[i], error);
	return status;
}
