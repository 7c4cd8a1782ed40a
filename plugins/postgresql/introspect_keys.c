#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "introspect.h"

/* Constraints and indexes. */

static enum dbw_action action_of(char letter)
{
	switch (letter) {
	case 'r':
		return DBW_RESTRICT;
	case 'c':
		return DBW_CASCADE;
	case 'n':
		return DBW_SET_NULL;
	case 'd':
		return DBW_SET_DEFAULT;
	default:
		return DBW_NO_ACTION;
	}
}

static void add_parts(struct reading *reading, const PGresult *result, int row, int column,
                      struct dbw_constraint *constraint)
{
	struct dbw_list names = {0};

	reading_names(reading, result, row, column, &names);
	for (size_t i = 0; i < names.count; i++) {
		struct dbw_key_part *part =
		    reading->host->add(reading->schema, &constraint->parts, DBW_KEY_PART);

		part->column = names.items[i];
	}
}

/* The elements of an exclusion and their operators; an element that is a column's name is the column. */
static void add_exclusion(struct reading *reading, const PGresult *result, int row,
                          const struct dbw_table *table, struct dbw_constraint *constraint)
{
	struct dbw_list elements = {0}, operators = {0};

	reading_names(reading, result, row, 17, &elements);
	reading_names(reading, result, row, 18, &operators);
	for (size_t i = 0; i < elements.count; i++) {
		struct dbw_key_part *part =
		    reading->host->add(reading->schema, &constraint->parts, DBW_KEY_PART);
		const char *element = elements.items[i];

		for (size_t j = 0; j < table->columns.count; j++) {
			const struct dbw_column *column = table->columns.items[j];

			if (strcmp(column->name, element) == 0)
				part->column = column->name;
		}
		if (!part->column)
			part->expression = element;
		part->operator_with = i < operators.count ? operators.items[i] : NULL;
	}
	constraint->expression = reading_text(reading, result, row, 19);
	constraint->method = reading_text(reading, result, row, 20);
}

static void read_constraint(struct reading *reading, const PGresult *result, int row,
                            struct dbw_table *table)
{
	static const char letters[] = "pufcx";
	static const enum dbw_constraint_kind kinds[] = {DBW_PRIMARY_KEY, DBW_UNIQUE,
	                                                 DBW_FOREIGN_KEY, DBW_CHECK, DBW_EXCLUDE};
	char letter = *PQgetvalue(result, row, 2);
	struct dbw_constraint *constraint =
	    reading->host->add(reading->schema, &table->constraints, DBW_CONSTRAINT);

	constraint->kind = kinds[strchr(letters, letter) - letters];
	constraint->name = reading_text(reading, result, row, 1);
	if (reading_flag(result, row, 3))
		constraint->deferrable =
		    reading_flag(result, row, 4) ? DBW_INITIALLY_DEFERRED : DBW_INITIALLY_IMMEDIATE;
	constraint->not_valid = !reading_flag(result, row, 5);
	constraint->comment = reading_text(reading, result, row, 14);
	if (letter == 'c') {
		constraint->no_inherit = reading_flag(result, row, 6);
		constraint->expression = reading_text(reading, result, row, 13);
		return;
	}
	if (letter == 'x')
		add_exclusion(reading, result, row, table, constraint);
	else
		add_parts(reading, result, row, 10, constraint);
	if (letter == 'f') {
		constraint->on_update = action_of(*PQgetvalue(result, row, 7));
		constraint->on_delete = action_of(*PQgetvalue(result, row, 8));
		constraint->match = *PQgetvalue(result, row, 9) == 'f' ? "FULL" : NULL;
		constraint->ref_namespace = reading_text(reading, result, row, 11);
		constraint->ref_table = reading_text(reading, result, row, 12);
		reading_names(reading, result, row, 15, &constraint->ref_columns);
		reading_names(reading, result, row, 22, &constraint->on_delete_columns);
	} else {
		reading_names(reading, result, row, 16, &constraint->include);
		constraint->nulls_not_distinct = reading_flag(result, row, 21);
		reading_options(reading, result, row, 23, &constraint->options);
	}
}

#define COLUMNS_OF(relation, array)                                                                \
	"(SELECT string_agg(a.attname, chr(31) ORDER BY k.n) FROM unnest(" array                   \
	") WITH ORDINALITY k(num, n) JOIN pg_attribute a ON a.attrelid = " relation                \
	" AND a.attnum = k.num)"

bool read_constraints(struct reading *reading)
{
	char *sql;
	PGresult *result;

	if (asprintf(
		&sql,
		"SELECT o.conrelid, o.conname, o.contype, o.condeferrable, o.condeferred, "
		"o.convalidated, o.connoinherit, o.confupdtype, o.confdeltype, o.confmatchtype, " COLUMNS_OF(
		    "o.conrelid",
		    "o.conkey") ", nullif(fn.nspname, current_schema()), "
				"f.relname, pg_get_expr(o.conbin, o.conrelid), obj_description(o.oid, "
				"'pg_constraint'), " COLUMNS_OF(
				    "o.confrelid",
				    "o.confkey") ", "
						 "(SELECT string_agg(a.attname, chr(31) ORDER BY k.n) FROM "
						 " generate_series(i.indnkeyatts + 1, i.indnatts) k(n) JOIN pg_attribute a "
						 " ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.n - 1]), "
						 "CASE WHEN o.contype = 'x' THEN (SELECT string_agg(pg_get_indexdef(o.conindid, k.n, "
						 " true), chr(31) ORDER BY k.n) FROM generate_series(1, i.indnkeyatts) k(n)) END, "
						 "(SELECT string_agg(op.oprname, chr(31) ORDER BY k.n) FROM unnest(o.conexclop) "
						 " WITH ORDINALITY k(oid, n) JOIN pg_operator op ON op.oid = k.oid), "
						 "CASE WHEN o.contype = 'x' THEN pg_get_expr(i.indpred, i.indrelid) END, "
						 "CASE WHEN o.contype = 'x' THEN am.amname END, %s, %s, "
						 "array_to_string(ic.reloptions, chr(31)) "
						 "FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid "
						 "JOIN pg_namespace n ON n.oid = c.relnamespace AND " USER_NAMESPACES
						 " LEFT JOIN pg_class f ON f.oid = o.confrelid "
						 "LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace "
						 "LEFT JOIN pg_index i ON i.indexrelid = o.conindid AND o.contype IN ('p', 'u', 'x') "
						 "LEFT JOIN pg_class ic ON ic.oid = i.indexrelid "
						 "LEFT JOIN pg_am am ON am.oid = ic.relam "
						 "WHERE o.contype IN ('p', 'u', 'f', 'c', 'x') AND o.conparentid = 0 AND o.conislocal "
						 "AND c.relkind IN ('r', 'p')",
		reading->version >= 150000 ? "coalesce(i.indnullsnotdistinct, false)" : "false",
		reading->version >= 150000 ? COLUMNS_OF("o.conrelid", "o.confdelsetcols")
					   : "NULL::text") < 0)
		abort();
	result = reading_query(reading, sql);
	free(sql);
	if (!result)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		struct dbw_table *table = reading_table(reading, result, row, 0);

		if (table)
			read_constraint(reading, result, row, table);
	}
	PQclear(result);
	return true;
}

/* One row for each column of an index, in order. */
static void read_part(struct reading *reading, const PGresult *result, int row,
                      struct dbw_index *index)
{
	struct dbw_key_part *part;
	int option = atoi(PQgetvalue(result, row, 7));

	if (reading_flag(result, row, 4)) {
		const char *name = PQgetvalue(result, row, 5);

		reading->host->add_text(reading->schema, &index->include, name, strlen(name));
		return;
	}
	part = reading->host->add(reading->schema, &index->parts, DBW_KEY_PART);
	part->column = reading_text(reading, result, row, 5);
	if (!part->column)
		part->expression = reading_text(reading, result, row, 6);
	/* Bits of pg_index.indoption (PostgreSQL's catalog/pg_index.h). */
	part->descending = option & 1;
	part->nulls = option & 2 ? DBW_NULLS_FIRST : DBW_NULLS_LAST;
	part->operator_class = reading_text(reading, result, row, 8);
	part->collation = reading_text(reading, result, row, 9);
}

/* A CREATE INDEX CONCURRENTLY that broke off leaves an index that is none: it must not pass for what was meant. */
bool read_indexes(struct reading *reading)
{
	struct dbw_index *index = NULL;
	char *sql;
	PGresult *result;

	if (asprintf(
		&sql,
		"SELECT i.indrelid, ic.relname, i.indisunique, am.amname, "
		"k.n > i.indnkeyatts, a.attname, "
		"CASE WHEN a.attname IS NULL THEN pg_get_indexdef(i.indexrelid, k.n, true) END, "
		"CASE WHEN k.n <= i.indnkeyatts THEN i.indoption[k.n - 1] ELSE 0 END, "
		"CASE WHEN NOT opc.opcdefault OR ia.attoptions IS NOT NULL THEN "
		" concat_ws('.', CASE WHEN NOT pg_opclass_is_visible(opc.oid) THEN "
		" quote_ident(opn.nspname) END, quote_ident(opc.opcname)) || coalesce(' (' || "
		" array_to_string(ia.attoptions, ', ') || ')', '') END, "
		"CASE WHEN k.n <= i.indnkeyatts AND i.indcollation[k.n - 1] <> 0 AND "
		" i.indcollation[k.n - 1] <> coalesce(a.attcollation, 100) THEN co.collname END, "
		"pg_get_expr(i.indpred, i.indrelid), %s, "
		"array_to_string(ic.reloptions || CASE WHEN NOT i.indisvalid AND c.relkind = 'r' "
		" THEN ARRAY['INVALID='] END, chr(31)), obj_description(ic.oid, 'pg_class'), "
		"k.n = 1 "
		"FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid "
		"JOIN pg_class c ON c.oid = i.indrelid AND c.relkind IN ('r', 'p') "
		"JOIN pg_namespace n ON n.oid = c.relnamespace AND " USER_NAMESPACES
		" JOIN pg_am am ON am.oid = ic.relam "
		"CROSS JOIN LATERAL generate_series(1, i.indnatts) k(n) "
		"LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = "
		" i.indkey[k.n - 1] AND i.indkey[k.n - 1] <> 0 "
		"LEFT JOIN pg_opclass opc ON k.n <= i.indnkeyatts AND opc.oid = "
		" i.indclass[k.n - 1] "
		"LEFT JOIN pg_namespace opn ON opn.oid = opc.opcnamespace "
		"LEFT JOIN pg_attribute ia ON ia.attrelid = i.indexrelid AND ia.attnum = k.n "
		"LEFT JOIN pg_collation co ON k.n <= i.indnkeyatts AND co.oid = "
		" i.indcollation[k.n - 1] "
		"WHERE NOT ic.relispartition AND NOT EXISTS (SELECT FROM pg_constraint o WHERE "
		" o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x')) "
		"ORDER BY i.indexrelid, k.n",
		reading->version >= 150000 ? "i.indnullsnotdistinct" : "false") < 0)
		abort();
	result = reading_query(reading, sql);
	free(sql);
	if (!result)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		struct dbw_table *table = reading_table(reading, result, row, 0);

		if (!table)
			continue;
		if (reading_flag(result, row, 14)) {
			index = reading->host->add(reading->schema, &table->indexes, DBW_INDEX);
			index->name = reading_text(reading, result, row, 1);
			index->unique = reading_flag(result, row, 2);
			index->method = reading_text(reading, result, row, 3);
			index->predicate = reading_text(reading, result, row, 10);
			index->nulls_not_distinct = reading_flag(result, row, 11);
			reading_options(reading, result, row, 12, &index->options);
			index->comment = reading_text(reading, result, row, 13);
		}
		read_part(reading, result, row, index);
	}
	PQclear(result);
	return true;
}
