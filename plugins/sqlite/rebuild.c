/*
 * A table changed in a way that ALTER TABLE cannot: the procedure of the SQLite manual,
 * lang_altertable, 7 ('Making Other Kinds Of Table Schema Changes').
 */
#include <stdlib.h>
#include <string.h>

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

/* The name by which the number of a row can be said, NULL where a column hides them all. */
static const char *rowid_name(const struct dbw_table *before, const struct dbw_table *after)
{
	static const char *const names[] = {"rowid", "_rowid_", "oid"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!ddl_find_column(before, names[i]) && !ddl_find_column(after, names[i]))
			return names[i];
	return NULL;
}

/* Rows keep their numbers also where no column shows them: full-text tables and the like refer to them (SQLite,
 * rowidtable). A column that becomes the number is given the one that there was. */
static bool keeps_rowid(const struct rebuild *rebuild, const char **target, const char **source)
{
	const struct dbw_column *alias = ddl_rowid_alias(rebuild->after);

	if (ddl_has_option(&rebuild->before->options, "WITHOUT ROWID") ||
	    ddl_has_option(&rebuild->after->options, "WITHOUT ROWID") ||
	    (alias && ddl_find_column(rebuild->before, alias->name)))
		return false;
	*source = rowid_name(rebuild->before, rebuild->after);
	*target = alias ? alias->name : *source;
	return *source != NULL;
}

static void copy_rows(struct rebuild *rebuild)
{
	struct text *text = &rebuild->text;
	const char *separator = "", *target, *source;
	bool rowid = keeps_rowid(rebuild, &target, &source);

	text_string(text, "INSERT INTO ");
	text_name(text, new_name(rebuild));
	text_string(text, " (");
	for (int pass = 0; pass < 2; pass++) {
		if (rowid) {
			text_name(text, pass == 0 ? target : source);
			separator = ", ";
		}
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
		if (old && new->not_null && !old->not_null && !new->default_value &&
		    !new->generated &&new != ddl_rowid_alias(rebuild->after))
			rebuild->host->comment(rebuild->emission,
			                       "a column becomes NOT NULL and has no default: this "
			                       "works only while no row has a NULL there");
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

static int compare_indexes(const void *a, const void *b)
{
	return strcmp((*(const struct dbw_index *const *)a)->name,
	              (*(const struct dbw_index *const *)b)->name);
}

/* The old table took its indexes with it. */
static void make_indexes(struct rebuild *rebuild)
{
	const struct dbw_list *list = &rebuild->after->indexes;
	void **sorted = calloc(list->count + 1, sizeof *sorted);

	if (!sorted)
		abort();
	if (list->count)
		memcpy(sorted, list->items, list->count * sizeof *sorted);
	qsort(sorted, list->count, sizeof *sorted, compare_indexes);
	for (size_t i = 0; i < list->count; i++) {
		ddl_create_index(&rebuild->text, rebuild->after, sorted[i]);
		put(rebuild);
	}
	free(sorted);
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

	text_printf(&rebuild.name, SQLITE_REBUILD_PREFIX "%s", rebuild.after->name);
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
	make_indexes(&rebuild);
	put_string(&rebuild, "PRAGMA legacy_alter_table = OFF", 0);
	put_string(&rebuild, "PRAGMA foreign_key_check", DBW_STATEMENT_LAST);
	host->buffer_free(rebuild.text.buffer);
	host->buffer_free(rebuild.name.buffer);
}
