/*
 * A table changed in a way that ALTER TABLE cannot: the procedure of the SQLite manual,
 * lang_altertable, 7 ('Making Other Kinds Of Table Schema Changes').
 */
#include <string.h>
#include <strings.h>

#include "ddl.h"
#include "sqlite.h"

struct rebuild {
	const struct dbw_host *host;
	const struct dbw_operation *operation;
	const struct dbw_table *before;
	const struct dbw_table *after;
	struct dbw_emission *emission;
	struct text text;
	struct text name; /* of the new table while it is built */
};

static const char *new_name(const struct rebuild *rebuild)
{
	return rebuild->host->buffer_text(rebuild->name.buffer, NULL);
}

/* Adds what has been written as a statement, and begins anew. */
static void put(struct rebuild *rebuild)
{
	size_t length;
	const char *sql = rebuild->host->buffer_text(rebuild->text.buffer, &length);

	rebuild->host->statement(rebuild->emission, sql, length, 0);
	rebuild->host->buffer_free(rebuild->text.buffer);
	rebuild->text.buffer = rebuild->host->buffer_new();
}

static void put_string(struct rebuild *rebuild, const char *sql, unsigned flags)
{
	rebuild->host->statement(rebuild->emission, sql, strlen(sql), flags);
}

/* A column whose NULLs the new table would refuse gets its default in their place. */
static void print_source(struct rebuild *rebuild, const struct dbw_column *old,
                         const struct dbw_column *new)
{
	struct text *text = &rebuild->text;

	if (!new->not_null || old->not_null || !new->default_value) {
		text_name(text, old->name);
		return;
	}
	text_string(text, "coalesce(");
	text_name(text, old->name);
	text_printf(text, ", %s)", new->default_value);
}

static void copy_rows(struct rebuild *rebuild)
{
	struct text *text = &rebuild->text;
	const char *separator = "";

	text_string(text, "INSERT INTO ");
	text_name(text, new_name(rebuild));
	text_string(text, " (");
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < rebuild->after->columns.count; i++) {
			const struct dbw_column *new = rebuild->after->columns.items[i];
			const struct dbw_column *old = ddl_find_column(rebuild->before, new->name);

			if (!old || new->generated)
				continue;
			text_string(text, separator);
			separator = ", ";
			if (pass == 0)
				text_name(text, new->name);
			else
				print_source(rebuild, old, new);
		}
		if (pass == 0)
			text_string(text, ")\nSELECT ");
		separator = "";
	}
	text_string(text, " FROM ");
	text_name(text, rebuild->before->name);
	put(rebuild);
}

static bool shares_columns(const struct rebuild *rebuild)
{
	for (size_t i = 0; i < rebuild->after->columns.count; i++) {
		const struct dbw_column *new = rebuild->after->columns.items[i];

		if (!new->generated && ddl_find_column(rebuild->before, new->name))
			return true;
	}
	return false;
}

static void note_not_null(struct rebuild *rebuild)
{
	for (size_t i = 0; i < rebuild->after->columns.count; i++) {
		const struct dbw_column *new = rebuild->after->columns.items[i];
		const struct dbw_column *old = ddl_find_column(rebuild->before, new->name);

		if (!old && new->not_null && !new->default_value &&
		    !new->generated &&new != ddl_rowid_alias(rebuild->after))
			rebuild->host->comment(rebuild->emission,
			                       "a new column is NOT NULL and has no default: this "
			                       "works only while the table is empty");
	}
}

static bool is_autoincrement(const struct dbw_table *table)
{
	const struct dbw_column *column = ddl_rowid_alias(table);

	return column && column->auto_increment;
}

/* AUTOINCREMENT promises never to give a number twice; the counter is a row of its own. */
static void keep_counter(struct rebuild *rebuild)
{
	struct text *text = &rebuild->text;

	if (!is_autoincrement(rebuild->before) || !is_autoincrement(rebuild->after))
		return;
	text_string(text, "DELETE FROM sqlite_sequence WHERE name = ");
	sqlite_quote_literal(rebuild->host, new_name(rebuild), strlen(new_name(rebuild)),
	                     text->buffer);
	put(rebuild);
	text_string(text, "INSERT INTO sqlite_sequence (name, seq) SELECT ");
	sqlite_quote_literal(rebuild->host, new_name(rebuild), strlen(new_name(rebuild)),
	                     text->buffer);
	text_string(text, ", seq FROM sqlite_sequence WHERE name = ");
	sqlite_quote_literal(rebuild->host, rebuild->before->name, strlen(rebuild->before->name),
	                     text->buffer);
	put(rebuild);
}

static void swap_tables(struct rebuild *rebuild)
{
	struct text *text = &rebuild->text;

	text_string(text, "DROP TABLE ");
	text_name(text, rebuild->before->name);
	put(rebuild);
	text_string(text, "ALTER TABLE ");
	text_name(text, new_name(rebuild));
	text_string(text, " RENAME TO ");
	text_name(text, rebuild->after->name);
	put(rebuild);
}

/* The old table took its indexes and triggers with it. */
static void make_dependents(struct rebuild *rebuild)
{
	const struct dbw_schema *schema = rebuild->operation->schema_after;

	for (size_t i = 0; i < rebuild->after->indexes.count; i++) {
		ddl_create_index(&rebuild->text, rebuild->after, rebuild->after->indexes.items[i]);
		put(rebuild);
	}
	for (size_t i = 0; i < schema->objects.count; i++) {
		const struct dbw_object *object = schema->objects.items[i];

		if (object->kind == DBW_TRIGGER && object->table &&
		    ddl_same_name(object->table, rebuild->after->name))
			put_string(rebuild, object->text, 0);
	}
}

void ddl_rebuild(const struct dbw_host *host, const struct dbw_operation *operation,
                 struct dbw_emission *emission)
{
	struct rebuild rebuild = {
	    .host = host,
	    .operation = operation,
	    .before = operation->before,
	    .after = operation->after,
	    .emission = emission,
	    .text = {host, host->buffer_new()},
	    .name = {host, host->buffer_new()},
	};

	text_printf(&rebuild.name, "_dbwarden_new_%s", rebuild.after->name);
	put_string(&rebuild, "PRAGMA foreign_keys = OFF", DBW_STATEMENT_FIRST);
	/* So that RENAME leaves alone the views, triggers and foreign keys of others that name the
	 * table: they mean the new one. */
	put_string(&rebuild, "PRAGMA legacy_alter_table = ON", 0);
	ddl_create_table(&rebuild.text, rebuild.after, new_name(&rebuild));
	put(&rebuild);
	note_not_null(&rebuild);
	if (shares_columns(&rebuild))
		copy_rows(&rebuild);
	keep_counter(&rebuild);
	swap_tables(&rebuild);
	make_dependents(&rebuild);
	put_string(&rebuild, "PRAGMA legacy_alter_table = OFF", 0);
	put_string(&rebuild, "PRAGMA foreign_key_check", DBW_STATEMENT_LAST);
	host->buffer_free(rebuild.text.buffer);
	host->buffer_free(rebuild.name.buffer);
}
