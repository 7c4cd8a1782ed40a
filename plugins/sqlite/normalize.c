#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ddl.h"

static const char *upper_type(struct dbw_schema *schema, const struct dbw_host *host,
                              const char *type)
{
	char small[128];
	size_t length = strlen(type);

	/* A longer one, or one with quotes in it, is no type that two people spell differently. */
	if (length >= sizeof small || strpbrk(type, "\"'`[") != NULL)
		return type;
	for (size_t i = 0; i <= length; i++)
		small[i] = (char)toupper((unsigned char)type[i]);
	return strcmp(small, type) == 0 ? type : host->text(schema, small, length);
}

/* The end of what is quoted, from its first byte on; a doubled quote stands for one. */
static const char *quoted_end(const char *text)
{
	char quote = *text == '[' ? ']' : *text;

	for (text++; *text; text++) {
		if (*text != quote)
			continue;
		if (quote == ']' || text[1] != quote)
			return text + 1;
		text++;
	}
	return text;
}

/* Appends the quoted name as a string, with the quotes of one. */
static void put_as_string(const struct dbw_host *host, struct dbw_buffer *out, const char *text,
                          const char *end)
{
	host->buffer_append(out, "'", 1);
	for (text++; text < end - 1; text++) {
		/* A doubled quote is one; a single quote inside becomes two. */
		if (*text == '"')
			text++;
		host->buffer_append(out, *text == '\'' ? "''" : text, *text == '\'' ? 2 : 1);
	}
	host->buffer_append(out, "'", 1);
}

static bool is_column(const struct dbw_host *host, const struct dbw_table *table, const char *text,
                      const char *end)
{
	struct dbw_buffer *name = host->buffer_new();
	bool found;

	for (text++; text < end - 1; text++) {
		if (*text == '"')
			text++;
		host->buffer_append(name, text, 1);
	}
	found = ddl_find_column(table, host->buffer_text(name, NULL)) != NULL ||
	        ddl_same_name(table->name, host->buffer_text(name, NULL));
	host->buffer_free(name);
	return found;
}

/* "text" that is the name of nothing is a string, and SQLite writes it as one whenever it rewrites the
 * schema for an ALTER TABLE (SQLite, quirks, 8; lang_altertable). */
static const char *quote_strings(const struct dbw_host *host, struct dbw_schema *schema,
                                 const struct dbw_table *table, const char *sql)
{
	struct dbw_buffer *out;
	const char *run = sql, *text = sql;
	size_t length;

	if (!sql || !strchr(sql, '"'))
		return sql;
	out = host->buffer_new();
	while (*text) {
		const char *end = strchr("'\"`[", *text) ? quoted_end(text) : text + 1;

		if (*text == '"' && !is_column(host, table, text, end)) {
			host->buffer_append(out, run, (size_t)(text - run));
			put_as_string(host, out, text, end);
			run = end;
		}
		text = end;
	}
	host->buffer_append(out, run, (size_t)(text - run));
	sql = host->buffer_text(out, &length);
	sql = host->text(schema, sql, length);
	host->buffer_free(out);
	return sql;
}

static void normalize_strings(const struct dbw_host *host, struct dbw_schema *schema,
                              struct dbw_table *table)
{
	for (size_t i = 0; i < table->columns.count; i++) {
		struct dbw_column *column = table->columns.items[i];

		column->default_value = quote_strings(host, schema, table, column->default_value);
		column->generated_expression =
		    quote_strings(host, schema, table, column->generated_expression);
	}
	for (size_t i = 0; i < table->constraints.count; i++) {
		struct dbw_constraint *constraint = table->constraints.items[i];

		constraint->expression = quote_strings(host, schema, table, constraint->expression);
	}
	for (size_t i = 0; i < table->indexes.count; i++) {
		struct dbw_index *index = table->indexes.items[i];

		index->predicate = quote_strings(host, schema, table, index->predicate);
		for (size_t j = 0; j < index->parts.count; j++) {
			struct dbw_key_part *part = index->parts.items[j];

			part->expression = quote_strings(host, schema, table, part->expression);
		}
	}
}

static void normalize_column(const struct dbw_host *host, struct dbw_schema *schema,
                             struct dbw_column *column)
{
	column->type = upper_type(schema, host, column->type);
	if (column->default_value && strcasecmp(column->default_value, "NULL") == 0)
		column->default_value = NULL;
	if (column->collation && strcasecmp(column->collation, "BINARY") == 0)
		column->collation = NULL;
	/* NULL ON CONFLICT is read and means nothing (SQLite, lang_createtable). */
	for (size_t i = column->options.count; i > 0; i--) {
		const struct dbw_option *option = column->options.items[i - 1];

		if (strcmp(option->name, "NULL ON CONFLICT") != 0)
			continue;
		memmove(column->options.items + i - 1, column->options.items + i,
		        (column->options.count - i) * sizeof *column->options.items);
		column->options.count--;
	}
}

/* The collation of the column is what a key has without being told. */
static void normalize_parts(const struct dbw_table *table, struct dbw_list *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		struct dbw_key_part *part = parts->items[i];
		const struct dbw_column *column =
		    part->column ? ddl_find_column(table, part->column) : NULL;
		const char *own = column && column->collation ? column->collation : "BINARY";

		if (part->collation && column && strcasecmp(part->collation, own) == 0)
			part->collation = NULL;
	}
}

/* NOT NULL that SQLite implies: the rowid is never NULL; the key of a table WITHOUT ROWID neither
 * (SQLite, withoutrowid, 2). */
static void imply_not_null(struct dbw_table *table)
{
	bool without = ddl_has_option(&table->options, "WITHOUT ROWID");
	struct dbw_column *rowid = (struct dbw_column *)(size_t)ddl_rowid_alias(table);

	if (rowid)
		rowid->not_null = true;
	for (size_t i = 0; without && i < table->constraints.count; i++) {
		const struct dbw_constraint *key = table->constraints.items[i];

		for (size_t j = 0; key->kind == DBW_PRIMARY_KEY && j < key->parts.count; j++) {
			const struct dbw_key_part *part = key->parts.items[j];
			struct dbw_column *column =
			    part->column
				? (struct dbw_column *)(size_t)ddl_find_column(table, part->column)
				: NULL;

			if (column)
				column->not_null = true;
		}
	}
}

/* Only foreign keys that leave out what they refer to need the other table. */
static const struct dbw_table *find_table(const struct dbw_schema *schema, const char *name)
{
	for (size_t i = 0; i < schema->tables.count; i++) {
		const struct dbw_table *table = schema->tables.items[i];

		if (ddl_same_name(table->name, name))
			return table;
	}
	return NULL;
}

static void complete_reference(const struct dbw_host *host, struct dbw_schema *schema,
                               struct dbw_constraint *key)
{
	const struct dbw_table *table = find_table(schema, key->ref_table);

	for (size_t i = 0; table && i < table->constraints.count; i++) {
		const struct dbw_constraint *primary = table->constraints.items[i];

		if (primary->kind != DBW_PRIMARY_KEY || primary->parts.count != key->parts.count)
			continue;
		for (size_t j = 0; j < primary->parts.count; j++) {
			const char *column =
			    ((struct dbw_key_part *)primary->parts.items[j])->column;

			host->add_text(schema, &key->ref_columns, column, strlen(column));
		}
		return;
	}
}

static bool same_columns(const struct dbw_constraint *a, const struct dbw_constraint *b)
{
	if (a->parts.count != b->parts.count)
		return false;
	for (size_t i = 0; i < a->parts.count; i++) {
		const struct dbw_key_part *x = a->parts.items[i], *y = b->parts.items[i];

		if (!ddl_same_name(x->column, y->column) || x->descending != y->descending ||
		    (x->collation != y->collation && (!x->collation || !y->collation ||
		                                      !ddl_same_name(x->collation, y->collation))))
			return false;
	}
	return true;
}

/* 'a UNIQUE, UNIQUE (a)' is one constraint. */
static void drop_duplicates(struct dbw_list *constraints)
{
	for (size_t i = 0; i < constraints->count; i++) {
		const struct dbw_constraint *first = constraints->items[i];

		for (size_t j = constraints->count; j > i + 1; j--) {
			const struct dbw_constraint *later = constraints->items[j - 1];

			if (first->kind != DBW_UNIQUE || later->kind != DBW_UNIQUE || later->name ||
			    later->options.count || !same_columns(first, later))
				continue;
			memmove(constraints->items + j - 1, constraints->items + j,
			        (constraints->count - j) * sizeof *constraints->items);
			constraints->count--;
		}
	}
}

static void normalize_table(const struct dbw_host *host, struct dbw_schema *schema,
                            struct dbw_table *table)
{
	for (size_t i = 0; i < table->columns.count; i++)
		normalize_column(host, schema, table->columns.items[i]);
	imply_not_null(table);
	for (size_t i = 0; i < table->constraints.count; i++) {
		struct dbw_constraint *constraint = table->constraints.items[i];

		normalize_parts(table, &constraint->parts);
		/* SQLite reads MATCH and does not act on it (SQLite, foreignkeys, 6). */
		constraint->match = NULL;
		/* On a CHECK, ON CONFLICT is read and means nothing. */
		if (constraint->kind == DBW_CHECK)
			constraint->options.count = 0;
		if (constraint->kind == DBW_FOREIGN_KEY && !constraint->ref_columns.count)
			complete_reference(host, schema, constraint);
	}
	drop_duplicates(&table->constraints);
	for (size_t i = 0; i < table->indexes.count; i++)
		normalize_parts(table, &((struct dbw_index *)table->indexes.items[i])->parts);
}

/* 'main' goes without saying; anything else is another file, or temporary. */
static bool normalize_namespace(const char **namespace_name, const char *name,
                                struct dbw_error *error)
{
	if (*namespace_name && !ddl_same_name(*namespace_name, "main")) {
		snprintf(error->message, sizeof error->message,
		         "'%s.%s' is not in 'main', the database that is migrated", *namespace_name,
		         name);
		return false;
	}
	*namespace_name = NULL;
	return true;
}

enum dbw_status sqlite_normalize(const struct dbw_host *host, struct dbw_schema *schema,
                                 struct dbw_error *error)
{
	for (size_t i = 0; i < schema->tables.count; i++) {
		struct dbw_table *table = schema->tables.items[i];

		if (!normalize_namespace(&table->namespace_name, table->name, error))
			return DBW_FAILED;
		normalize_strings(host, schema, table);
		normalize_table(host, schema, table);
	}
	for (size_t i = 0; i < schema->objects.count; i++) {
		struct dbw_object *object = schema->objects.items[i];

		if (!normalize_namespace(&object->namespace_name, object->name, error))
			return DBW_FAILED;
	}
	return DBW_OK;
}
