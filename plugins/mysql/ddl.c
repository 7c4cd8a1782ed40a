#include "ddl.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mysql_plugin.h"
#include "scan.h"

struct ddl ddl_begin(const struct dbw_host *host)
{
	return (struct ddl){host, host->buffer_new()};
}

void ddl_end(struct ddl *ddl)
{
	ddl->host->buffer_free(ddl->buffer);
	ddl->buffer = NULL;
}

const char *ddl_text(const struct ddl *ddl)
{
	return ddl->host->buffer_text(ddl->buffer, NULL);
}

void ddl_put(struct ddl *ddl, const char *string)
{
	ddl->host->buffer_append(ddl->buffer, string, strlen(string));
}

void ddl_printf(struct ddl *ddl, const char *format, ...)
{
	va_list arguments;
	char *string;
	int length;

	va_start(arguments, format);
	length = vasprintf(&string, format, arguments);
	va_end(arguments);
	if (length < 0)
		abort();
	ddl->host->buffer_append(ddl->buffer, string, (size_t)length);
	free(string);
}

void ddl_name(struct ddl *ddl, const char *name)
{
	mysql_plugin_quote_identifier(ddl->host, name, ddl->buffer);
}

void ddl_literal(struct ddl *ddl, const char *text)
{
	mysql_plugin_quote_literal(ddl->host, text, strlen(text), ddl->buffer);
}

bool ddl_same(const char *a, const char *b)
{
	return a == b || (a && b && strcasecmp(a, b) == 0);
}

const struct dbw_column *ddl_find_column(const struct dbw_table *table, const char *name)
{
	for (size_t i = 0; i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];

		if (ddl_same(column->name, name))
			return column;
	}
	return NULL;
}

const char *ddl_option(const struct dbw_list *options, const char *name)
{
	for (size_t i = 0; i < options->count; i++) {
		const struct dbw_option *option = options->items[i];

		if (strcmp(option->name, name) == 0)
			return option->value;
	}
	return NULL;
}

const char *ddl_scan_name(const struct dbw_host *host, struct dbw_schema *schema, struct scan *scan)
{
	struct ddl name;
	const char *kept;
	size_t length;

	do {
		struct word word = scan_word(scan);

		if (word.length) {
			kept = host->text(schema, word.text, word.length);
			continue;
		}
		if (!scan_symbol(scan, '`'))
			return NULL;
		name = ddl_begin(host);
		while (scan->position < scan->end) {
			char c = *scan->position++;

			if (c == '`' && (scan->position == scan->end || *scan->position != '`'))
				break;
			scan->position += c == '`';
			host->buffer_append(name.buffer, &c, 1);
		}
		kept = host->buffer_text(name.buffer, &length);
		kept = host->text(schema, kept, length);
		ddl_end(&name);
	} while (scan_symbol(scan, '.'));
	return kept;
}

/* Columns. */

/* CURRENT_TIMESTAMP, CURRENT_TIMESTAMP(), CURRENT_TIMESTAMP(6), and nothing behind it. */
static bool is_current_time(const char *value)
{
	static const char word[] = "CURRENT_TIMESTAMP";

	if (strncasecmp(value, word, sizeof word - 1) != 0)
		return false;
	value += sizeof word - 1;
	if (*value == '(')
		value += 1 + strspn(value + 1, "0123456789");
	return *value == '\0' || strcmp(value, ")") == 0;
}

/* An expression needs parentheses as a default; a literal and the current time must have none on older
 * servers (MySQL 8.0, 11.6). */
static bool is_plain_default(const char *value)
{
	static const char *const words[] = {"NULL", "TRUE", "FALSE"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(value, words[i]) == 0)
			return true;
	if (is_current_time(value))
		return true;
	if ((*value == 'b' || *value == 'x' || *value == 'B' || *value == 'X') && value[1] == '\'')
		value++;
	if (*value == '\'') {
		for (value++; *value; value++) {
			if (*value == '\\' && value[1])
				value++;
			else if (*value == '\'' && value[1] == '\'')
				value++;
			else if (*value == '\'')
				return value[1] == '\0';
		}
		return false;
	}
	return *value && value[strspn(value, "+-.0123456789eE")] == '\0';
}

void ddl_column(struct ddl *ddl, const struct dbw_column *column)
{
	const char *srid = ddl_option(&column->options, "SRID");
	const char *format = ddl_option(&column->options, "COLUMN_FORMAT");
	const char *storage = ddl_option(&column->options, "STORAGE");

	ddl_name(ddl, column->name);
	ddl_printf(ddl, " %s", column->type);
	if (column->charset)
		ddl_printf(ddl, " CHARACTER SET %s", column->charset);
	if (column->collation)
		ddl_printf(ddl, " COLLATE %s", column->collation);
	if (column->generated != DBW_NOT_GENERATED)
		ddl_printf(ddl, " GENERATED ALWAYS AS (%s) %s", column->generated_expression,
		           column->generated == DBW_GENERATED_STORED ? "STORED" : "VIRTUAL");
	if (column->not_null)
		ddl_put(ddl, " NOT NULL");
	else if (column->generated == DBW_NOT_GENERATED &&
	         strncasecmp(column->type, "timestamp", 9) == 0)
		ddl_put(ddl, " NULL");
	if (srid)
		ddl_printf(ddl, " SRID %s", srid);
	if (column->default_value)
		ddl_printf(
		    ddl, is_plain_default(column->default_value) ? " DEFAULT %s" : " DEFAULT (%s)",
		    column->default_value);
	if (column->on_update)
		ddl_printf(ddl, " ON UPDATE %s", column->on_update);
	if (column->auto_increment)
		ddl_put(ddl, " AUTO_INCREMENT");
	if (column->invisible)
		ddl_put(ddl, " INVISIBLE");
	if (ddl_option(&column->options, "WITHOUT SYSTEM VERSIONING"))
		ddl_put(ddl, " WITHOUT SYSTEM VERSIONING");
	if (column->comment) {
		ddl_put(ddl, " COMMENT ");
		ddl_literal(ddl, column->comment);
	}
	if (format)
		ddl_printf(ddl, " COLUMN_FORMAT %s", format);
	if (storage)
		ddl_printf(ddl, " STORAGE %s", storage);
}

/* Keys. */

static void put_parts(struct ddl *ddl, const struct dbw_list *parts)
{
	ddl_put(ddl, "(");
	for (size_t i = 0; i < parts->count; i++) {
		const struct dbw_key_part *part = parts->items[i];

		ddl_put(ddl, i ? ", " : "");
		if (part->column)
			ddl_name(ddl, part->column);
		else
			ddl_printf(ddl, "(%s)", part->expression);
		if (part->prefix_length)
			ddl_printf(ddl, "(%llu)", (unsigned long long)part->prefix_length);
		ddl_put(ddl, part->descending ? " DESC" : "");
	}
	ddl_put(ddl, ")");
}

static void put_text_option(struct ddl *ddl, const struct dbw_list *options, const char *name)
{
	const char *value = ddl_option(options, name);

	if (!value)
		return;
	ddl_printf(ddl, " %s = ", name);
	ddl_literal(ddl, value);
}

void ddl_index(struct ddl *ddl, const struct dbw_index *index)
{
	const char *parser = ddl_option(&index->options, "PARSER");
	const char *block = ddl_option(&index->options, "KEY_BLOCK_SIZE");
	bool special = index->method && (strcasecmp(index->method, "FULLTEXT") == 0 ||
	                                 strcasecmp(index->method, "SPATIAL") == 0);

	if (index->unique)
		ddl_put(ddl, "UNIQUE ");
	else if (special)
		ddl_printf(ddl, "%s ", index->method);
	ddl_put(ddl, "INDEX ");
	ddl_name(ddl, index->name);
	ddl_put(ddl, " ");
	put_parts(ddl, &index->parts);
	if (index->method && !special)
		ddl_printf(ddl, " USING %s", index->method);
	if (block)
		ddl_printf(ddl, " KEY_BLOCK_SIZE = %s", block);
	if (parser)
		ddl_printf(ddl, " WITH PARSER %s", parser);
	if (index->comment) {
		ddl_put(ddl, " COMMENT ");
		ddl_literal(ddl, index->comment);
	}
	put_text_option(ddl, &index->options, "ENGINE_ATTRIBUTE");
	put_text_option(ddl, &index->options, "SECONDARY_ENGINE_ATTRIBUTE");
	/* MariaDB has another word for it, and passes over comments for MySQL 8. */
	if (index->invisible)
		ddl_put(ddl, " /*!80000 INVISIBLE */ /*M! IGNORED */");
}

static void put_action(struct ddl *ddl, const char *event, enum dbw_action action)
{
	static const char *const names[] = {
	    [DBW_NO_ACTION] = "",
	    [DBW_RESTRICT] = "RESTRICT",
	    [DBW_CASCADE] = "CASCADE",
	    [DBW_SET_NULL] = "SET NULL",
	    [DBW_SET_DEFAULT] = "SET DEFAULT",
	};

	if (action != DBW_NO_ACTION)
		ddl_printf(ddl, " ON %s %s", event, names[action]);
}

void ddl_constraint(struct ddl *ddl, const struct dbw_constraint *constraint)
{
	const char *block = ddl_option(&constraint->options, "KEY_BLOCK_SIZE");

	if (constraint->kind == DBW_PRIMARY_KEY) {
		ddl_put(ddl, "PRIMARY KEY ");
		put_parts(ddl, &constraint->parts);
		if (block)
			ddl_printf(ddl, " KEY_BLOCK_SIZE = %s", block);
		if (constraint->comment) {
			ddl_put(ddl, " COMMENT ");
			ddl_literal(ddl, constraint->comment);
		}
		return;
	}
	ddl_put(ddl, "CONSTRAINT ");
	ddl_name(ddl, constraint->name);
	if (constraint->kind == DBW_CHECK) {
		ddl_printf(ddl, " CHECK (%s)", constraint->expression);
		if (constraint->not_enforced)
			ddl_put(ddl, " NOT ENFORCED");
		return;
	}
	ddl_put(ddl, " FOREIGN KEY ");
	put_parts(ddl, &constraint->parts);
	ddl_put(ddl, " REFERENCES ");
	ddl_name(ddl, constraint->ref_table);
	ddl_put(ddl, " (");
	for (size_t i = 0; i < constraint->ref_columns.count; i++) {
		ddl_put(ddl, i ? ", " : "");
		ddl_name(ddl, constraint->ref_columns.items[i]);
	}
	ddl_put(ddl, ")");
	put_action(ddl, "DELETE", constraint->on_delete);
	put_action(ddl, "UPDATE", constraint->on_update);
}

/* Tables. */

void ddl_table_option(struct ddl *ddl, const struct dbw_option *option)
{
	static const char *const texts[] = {
	    "COMPRESSION",     "CONNECTION", "DATA DIRECTORY",   "ENCRYPTION",
	    "INDEX DIRECTORY", "PASSWORD",   "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE",
	};

	if (strcmp(option->name, "SYSTEM VERSIONING") == 0) {
		ddl_put(ddl, " WITH SYSTEM VERSIONING");
		return;
	}
	ddl_printf(
	    ddl, " %s = ", strcmp(option->name, "CHARSET") == 0 ? "DEFAULT CHARSET" : option->name);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (strcmp(option->name, texts[i]) == 0) {
			ddl_literal(ddl, option->value);
			return;
		}
	ddl_printf(ddl, strcmp(option->name, "UNION") == 0 ? "(%s)" : "%s", option->value);
}

void ddl_options(struct ddl *ddl, const struct dbw_table *table)
{
	for (size_t i = 0; i < table->options.count; i++)
		ddl_table_option(ddl, table->options.items[i]);
	if (table->comment) {
		ddl_put(ddl, " COMMENT = ");
		ddl_literal(ddl, table->comment);
	}
}

static bool begins_with(const struct dbw_list *parts, const char *column)
{
	const struct dbw_key_part *first = parts->count ? parts->items[0] : NULL;

	return first && first->column && ddl_same(first->column, column);
}

const struct dbw_index *ddl_counter_index(const struct dbw_table *table)
{
	const char *counter = NULL;

	for (size_t i = 0; i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];

		if (column->auto_increment)
			counter = column->name;
	}
	for (size_t i = 0; counter && i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->kind == DBW_PRIMARY_KEY && begins_with(&constraint->parts, counter))
			return NULL;
	}
	for (size_t i = 0; counter && i < table->indexes.count; i++) {
		const struct dbw_index *index = table->indexes.items[i];

		if (begins_with(&index->parts, counter))
			return index;
	}
	return NULL;
}

void ddl_create_table(struct ddl *ddl, const struct dbw_table *table)
{
	const struct dbw_index *counter = ddl_counter_index(table);
	const char *separator = "\n    ";

	ddl_put(ddl, "CREATE TABLE ");
	ddl_name(ddl, table->name);
	ddl_put(ddl, " (");
	for (size_t i = 0; i < table->columns.count; i++) {
		ddl_put(ddl, separator);
		ddl_column(ddl, table->columns.items[i]);
		separator = ",\n    ";
	}
	for (size_t i = 0; i < table->constraints.count; i++) {
		ddl_put(ddl, separator);
		ddl_constraint(ddl, table->constraints.items[i]);
	}
	if (counter) {
		ddl_put(ddl, separator);
		ddl_index(ddl, counter);
	}
	ddl_put(ddl, "\n)");
	ddl_options(ddl, table);
	if (table->partition_by)
		ddl_printf(ddl, "\nPARTITION BY %s", table->partition_by);
}
