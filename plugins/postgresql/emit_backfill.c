#include <string.h>

#include "emit.h"
#include "names.h"
#include "postgresql.h"

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
		emit_cast(text, source->name, source->type, column->type);
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

/* The last of the triggers, which fire in the order of their names: what the others make of a row is followed too
 * (PostgreSQL 15, 39.1). */
enum dbw_status postgresql_follow(const struct dbw_host *host, struct dbw_schema *schema,
                                  const struct dbw_table *table, const struct dbw_column *from,
                                  const struct dbw_column *to, struct dbw_error *error)
{
	struct text sql = text_begin(host), function = text_begin(host), trigger = text_begin(host);
	enum dbw_status status;

	names_put(&function, table->name, to->name, "sync");
	names_put(&trigger, "zzz", to->name, "sync");
	text_put(&sql, "CREATE FUNCTION ");
	text_qualified(&sql, table->namespace_name, text_get(&function));
	text_put(&sql, "() RETURNS trigger LANGUAGE plpgsql AS $dbwarden$\nBEGIN\n\tNEW.");
	text_name(&sql, to->name);
	text_put(&sql, " := NEW.");
	emit_cast(&sql, from->name, from->type, to->type);
	text_put(&sql, ";\n\tRETURN NEW;\nEND\n$dbwarden$;\nCREATE TRIGGER ");
	text_name(&sql, text_get(&trigger));
	text_put(&sql, " BEFORE INSERT OR UPDATE ON ");
	ddl_table_name(&sql, table);
	text_put(&sql, " FOR EACH ROW EXECUTE FUNCTION ");
	text_qualified(&sql, table->namespace_name, text_get(&function));
	text_put(&sql, "();\n");
	status =
	    host->parse(host, schema, text_get(&sql), strlen(text_get(&sql)), "follow", 0, error);
	text_end(&sql);
	text_end(&function);
	text_end(&trigger);
	return status;
}
