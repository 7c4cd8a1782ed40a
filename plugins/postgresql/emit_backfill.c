#include <string.h>

#include "emit.h"

/* Rows of so many pages are written in one transaction: some thousand at most. */
#define PAGES "20"

/* What is left to be filled. */
static void put_condition(const struct emitting *emitting, struct text *text)
{
	const struct dbw_column *source = emitting->operation->before,
				*column = emitting->operation->after;

	text_name(text, column->name);
	text_put(text, " IS NULL");
	if (!source)
		return;
	text_put(text, " AND ");
	text_name(text, source->name);
	text_put(text, " IS NOT NULL");
}

static void put_update(const struct emitting *emitting, struct text *text)
{
	const struct dbw_column *source = emitting->operation->before,
				*column = emitting->operation->after;

	text_put(text, "UPDATE ");
	ddl_table_name(text, emitting->operation->table_after);
	text_put(text, " SET ");
	text_name(text, column->name);
	text_put(text, " = ");
	if (source) {
		text_name(text, source->name);
		text_printf(text, "::%s", column->type);
	} else {
		text_put(text, "DEFAULT");
	}
	text_put(text, "\n\t\t\tWHERE ");
	put_condition(emitting, text);
}

/* From the first page to the last, a few at a time, each time committed (PostgreSQL 15, 43.8). A row that was
 * changed by others meanwhile may have moved behind the last page: hence once more, until nothing is left to do.
 * Run again, it passes over what is done. That pages are found without reading all before them is since
 * PostgreSQL 14 (TID range scan). */
void emit_backfill(const struct emitting *emitting)
{
	struct text text = text_begin(emitting->host), name = text_begin(emitting->host);

	ddl_table_name(&name, emitting->operation->table_after);
	emitting->host->comment(emitting->emission,
	                        "in batches, each committed by itself; run again, it goes on where "
	                        "it was interrupted");
	text_put(&text, "DO $dbwarden$\n"
	                "DECLARE\n"
	                "\tpage bigint;\n"
	                "\tpages bigint;\n"
	                "\tbatch bigint;\n"
	                "\tchanged bigint;\n"
	                "BEGIN\n"
	                "\tLOOP\n"
	                "\t\tchanged := 0;\n"
	                "\t\tpage := 0;\n"
	                "\t\tpages := pg_relation_size(");
	text_literal(&text, text_get(&name));
	text_put(&text, ") / current_setting('block_size')::bigint;\n"
	                "\t\tWHILE page < pages LOOP\n"
	                "\t\t\t");
	put_update(emitting, &text);
	text_put(&text, "\n\t\t\tAND ctid >= format('(%s,0)', page)::tid"
	                " AND ctid < format('(%s,0)', page + " PAGES ")::tid;\n"
	                "\t\t\tGET DIAGNOSTICS batch = ROW_COUNT;\n"
	                "\t\t\tCOMMIT;\n"
	                "\t\t\tchanged := changed + batch;\n"
	                "\t\t\tpage := page + " PAGES ";\n"
	                "\t\tEND LOOP;\n"
	                "\t\tEXIT WHEN changed = 0;\n"
	                "\tEND LOOP;\n"
	                "END\n"
	                "$dbwarden$");
	emit_statement(emitting, &text, DBW_STATEMENT_AUTOCOMMIT);
	text_end(&name);
}
