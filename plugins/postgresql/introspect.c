#include "introspect.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connection.h"
#include "postgresql.h"

/* Whatever the number of tables, a fixed number of queries reads them all; everything is put together here,
 * by oid. Names that the server deparses are relative to the search path, which is the default namespace
 * alone while this runs. */

PGresult *reading_query(struct reading *reading, const char *sql)
{
	PGresult *result = PQexecParams(reading->connection, sql, 0, NULL, NULL, NULL, NULL, 0);

	if (PQresultStatus(result) == PGRES_TUPLES_OK || PQresultStatus(result) == PGRES_COMMAND_OK)
		return result;
	connection_fail(reading->connection, result, reading->error);
	PQclear(result);
	return NULL;
}

const char *reading_text(struct reading *reading, const PGresult *result, int row, int column)
{
	if (PQgetisnull(result, row, column))
		return NULL;
	return reading->host->text(reading->schema, PQgetvalue(result, row, column),
	                           (size_t)PQgetlength(result, row, column));
}

bool reading_flag(const PGresult *result, int row, int column)
{
	return *PQgetvalue(result, row, column) == 't';
}

static int compare_oid(const void *key, const void *item)
{
	const unsigned long oid = *(const unsigned long *)key;
	const struct known_table *known = item;

	return (oid > known->oid) - (oid < known->oid);
}

struct dbw_table *reading_table(const struct reading *reading, const PGresult *result, int row,
                                int column)
{
	unsigned long oid = strtoul(PQgetvalue(result, row, column), NULL, 10);
	const struct known_table *found = reading->count
	                                      ? bsearch(&oid, reading->tables, reading->count,
	                                                sizeof *reading->tables, compare_oid)
	                                      : NULL;

	return found ? found->table : NULL;
}

void reading_names(struct reading *reading, const PGresult *result, int row, int column,
                   struct dbw_list *names)
{
	const char *text = PQgetvalue(result, row, column);

	while (*text) {
		size_t length = strcspn(text, "\x1f");

		reading->host->add_text(reading->schema, names, text, length);
		text += length + (text[length] != '\0');
	}
}

static void add_option(struct reading *reading, struct dbw_list *options, const char *name,
                       size_t length, const char *value, size_t value_length)
{
	struct dbw_option *option = reading->host->add(reading->schema, options, DBW_OPTION);
	char *upper = strndup(name, length);

	if (!upper)
		abort();
	for (char *c = upper; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	option->name = reading->host->text(reading->schema, upper, length);
	option->value = reading->host->text(reading->schema, value, value_length);
	free(upper);
}

void reading_options(struct reading *reading, const PGresult *result, int row, int column,
                     struct dbw_list *options)
{
	const char *text = PQgetvalue(result, row, column);

	while (*text) {
		size_t length = strcspn(text, "\x1f"), name = strcspn(text, "=\x1f");

		if (text[name] == '=')
			add_option(reading, options, text, name, text + name + 1,
			           length - name - 1);
		text += length + (text[length] != '\0');
	}
}

bool reading_ignored(const struct reading *reading, const char *name)
{
	for (const char *const *one = reading->ignore; one && *one; one++)
		if (strcmp(*one, name) == 0)
			return true;
	return false;
}

static bool read_namespaces(struct reading *reading)
{
	PGresult *result = reading_query(
	    reading,
	    "SELECT n.nspname, obj_description(n.oid, 'pg_namespace') FROM pg_namespace n "
	    "WHERE " USER_NAMESPACES " AND n.nspname <> 'public' AND n.nspname IS DISTINCT "
	    "FROM current_schema() AND " NOT_OF_EXTENSION("pg_namespace", "n.oid"));

	if (!result)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		struct dbw_namespace *made = reading->host->add(
		    reading->schema, &reading->schema->namespaces, DBW_NAMESPACE);

		made->name = reading_text(reading, result, row, 0);
		made->comment = reading_text(reading, result, row, 1);
	}
	PQclear(result);
	return true;
}

static void read_table(struct reading *reading, const PGresult *result, int row)
{
	struct dbw_table *table =
	    reading->host->add(reading->schema, &reading->schema->tables, DBW_TABLE);
	const char *tablespace = PQgetvalue(result, row, 7);

	table->namespace_name = reading_text(reading, result, row, 1);
	table->name = reading_text(reading, result, row, 2);
	if (*PQgetvalue(result, row, 3) == 'u')
		add_option(reading, &table->options, "UNLOGGED", 8, "", 0);
	if (reading_flag(result, row, 4) || reading_flag(result, row, 5))
		add_option(reading, &table->options, "ROW LEVEL SECURITY", 18,
		           reading_flag(result, row, 5) ? "FORCE" : "",
		           reading_flag(result, row, 5) ? 5 : 0);
	reading_options(reading, result, row, 6, &table->options);
	if (*tablespace)
		add_option(reading, &table->options, "TABLESPACE", 10, tablespace,
		           strlen(tablespace));
	table->comment = reading_text(reading, result, row, 8);
	table->partition_by = reading_text(reading, result, row, 9);
	table->partition_bound = reading_text(reading, result, row, 10);
	table->partition_of = reading_text(reading, result, row, 11);
	reading_names(reading, result, row, 12, &table->inherits);
	reading->tables[reading->count++] =
	    (struct known_table){strtoul(PQgetvalue(result, row, 0), NULL, 10), table};
}

/* Of a table in another namespace: with it before the name. */
#define PARENT_NAME "concat_ws('.', nullif(pn.nspname, current_schema()), p.relname)"

static bool read_tables(struct reading *reading)
{
	PGresult *result = reading_query(
	    reading,
	    "SELECT c.oid, nullif(n.nspname, current_schema()), c.relname, c.relpersistence, "
	    "c.relrowsecurity, c.relforcerowsecurity, array_to_string(c.reloptions, chr(31)), "
	    "t.spcname, obj_description(c.oid, 'pg_class'), "
	    "CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END, "
	    "CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END, "
	    "(SELECT " PARENT_NAME " FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent "
	    " JOIN pg_namespace pn ON pn.oid = p.relnamespace "
	    " WHERE i.inhrelid = c.oid AND c.relispartition), "
	    "(SELECT string_agg(" PARENT_NAME ", chr(31) ORDER BY i.inhseqno) FROM pg_inherits i "
	    " JOIN pg_class p ON p.oid = i.inhparent "
	    " JOIN pg_namespace pn ON pn.oid = p.relnamespace "
	    " WHERE i.inhrelid = c.oid AND NOT c.relispartition) "
	    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
	    "LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace "
	    "WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND " USER_NAMESPACES
	    " AND " NOT_OF_EXTENSION("pg_class", "c.oid") " ORDER BY c.oid");

	if (!result)
		return false;
	reading->tables = calloc((size_t)PQntuples(result) + 1, sizeof *reading->tables);
	if (!reading->tables)
		abort();
	for (int row = 0; row < PQntuples(result); row++)
		if (!reading_ignored(reading, PQgetvalue(result, row, 2)))
			read_table(reading, result, row);
	PQclear(result);
	return true;
}

static void read_column(struct reading *reading, const PGresult *result, int row,
                        struct dbw_table *table)
{
	static const struct {
		char letter;
		const char *word;
	} storages[] = {{'p', "PLAIN"}, {'e', "EXTERNAL"}, {'m', "MAIN"}, {'x', "EXTENDED"}};
	struct dbw_column *column =
	    reading->host->add(reading->schema, &table->columns, DBW_COLUMN);
	char identity = *PQgetvalue(result, row, 5), storage = *PQgetvalue(result, row, 9);

	column->name = reading_text(reading, result, row, 1);
	column->type = reading_text(reading, result, row, 2);
	column->not_null = reading_flag(result, row, 3);
	if (*PQgetvalue(result, row, 6) == 's') {
		column->generated = DBW_GENERATED_STORED;
		column->generated_expression = reading_text(reading, result, row, 4);
	} else {
		column->default_value = reading_text(reading, result, row, 4);
	}
	if (identity) {
		column->identity = identity == 'a' ? DBW_IDENTITY_ALWAYS : DBW_IDENTITY_BY_DEFAULT;
		column->identity_options = reading_text(reading, result, row, 10);
		if (column->identity_options && !*column->identity_options)
			column->identity_options = NULL;
	}
	column->collation = reading_text(reading, result, row, 7);
	column->comment = reading_text(reading, result, row, 8);
	for (size_t i = 0; i < sizeof storages / sizeof *storages; i++)
		if (storage == storages[i].letter)
			add_option(reading, &column->options, "STORAGE", 7, storages[i].word,
			           strlen(storages[i].word));
}

static bool read_columns(struct reading *reading)
{
	PGresult *result = reading_query(
	    reading,
	    "SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, "
	    "pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, "
	    "CASE WHEN a.attcollation <> t.typcollation THEN co.collname END, "
	    "col_description(a.attrelid, a.attnum), "
	    "CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END, "
	    "concat_ws(' ', CASE WHEN s.seqstart <> 1 THEN 'START WITH ' || s.seqstart END, "
	    " CASE WHEN s.seqincrement <> 1 THEN 'INCREMENT BY ' || s.seqincrement END, "
	    " CASE WHEN s.seqcache <> 1 THEN 'CACHE ' || s.seqcache END, "
	    " CASE WHEN s.seqcycle THEN 'CYCLE' END) "
	    "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') "
	    "JOIN pg_namespace n ON n.oid = c.relnamespace AND " USER_NAMESPACES
	    " JOIN pg_type t ON t.oid = a.atttypid "
	    "LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
	    "LEFT JOIN pg_collation co ON co.oid = a.attcollation "
	    "LEFT JOIN pg_depend p ON a.attidentity <> '' AND p.refobjid = a.attrelid "
	    " AND p.refobjsubid = a.attnum AND p.deptype = 'i' AND p.classid = 'pg_class'::regclass "
	    "LEFT JOIN pg_sequence s ON s.seqrelid = p.objid "
	    "WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum");

	if (!result)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		struct dbw_table *table = reading_table(reading, result, row, 0);

		if (table)
			read_column(reading, result, row, table);
	}
	PQclear(result);
	return true;
}

static bool read_sequences(struct reading *reading)
{
	PGresult *result = reading_query(
	    reading,
	    "SELECT nullif(n.nspname, current_schema()), c.relname, "
	    "nullif(format_type(s.seqtypid, NULL), 'bigint'), "
	    "CASE WHEN s.seqstart <> s.seqmin OR s.seqincrement < 0 THEN s.seqstart END, "
	    "nullif(s.seqincrement, 1), "
	    "CASE WHEN s.seqincrement > 0 AND s.seqmin <> 1 OR s.seqincrement < 0 THEN s.seqmin END, "
	    "CASE WHEN s.seqmax <> CASE format_type(s.seqtypid, NULL) WHEN 'smallint' THEN 32767 "
	    " WHEN 'integer' THEN 2147483647 ELSE 9223372036854775807 END THEN s.seqmax END, "
	    "nullif(s.seqcache, 1), s.seqcycle, o.relname, a.attname, "
	    "obj_description(c.oid, 'pg_class') "
	    "FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid "
	    "JOIN pg_namespace n ON n.oid = c.relnamespace AND " USER_NAMESPACES
	    " LEFT JOIN pg_depend p ON p.objid = c.oid AND p.classid = 'pg_class'::regclass "
	    " AND p.deptype IN ('a', 'i') AND p.refobjsubid > 0 "
	    "LEFT JOIN pg_class o ON o.oid = p.refobjid "
	    "LEFT JOIN pg_attribute a ON a.attrelid = p.refobjid AND a.attnum = p.refobjsubid "
	    "WHERE p.deptype IS DISTINCT FROM 'i' AND " NOT_OF_EXTENSION("pg_class", "c.oid"));

	if (!result)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		struct dbw_sequence *sequence;

		if (!PQgetisnull(result, row, 9) &&
		    reading_ignored(reading, PQgetvalue(result, row, 9)))
			continue;
		sequence =
		    reading->host->add(reading->schema, &reading->schema->sequences, DBW_SEQUENCE);
		sequence->namespace_name = reading_text(reading, result, row, 0);
		sequence->name = reading_text(reading, result, row, 1);
		sequence->type = reading_text(reading, result, row, 2);
		sequence->start = reading_text(reading, result, row, 3);
		sequence->increment = reading_text(reading, result, row, 4);
		sequence->minimum = reading_text(reading, result, row, 5);
		sequence->maximum = reading_text(reading, result, row, 6);
		sequence->cache = reading_text(reading, result, row, 7);
		sequence->cycle = reading_flag(result, row, 8);
		sequence->owned_by_table = reading_text(reading, result, row, 9);
		sequence->owned_by_column = reading_text(reading, result, row, 10);
		sequence->comment = reading_text(reading, result, row, 11);
	}
	PQclear(result);
	return true;
}

static bool read_enums(struct reading *reading)
{
	PGresult *result = reading_query(
	    reading,
	    "SELECT nullif(n.nspname, current_schema()), t.typname, "
	    "(SELECT string_agg(e.enumlabel, chr(31) ORDER BY e.enumsortorder) FROM pg_enum e "
	    " WHERE e.enumtypid = t.oid), obj_description(t.oid, 'pg_type') "
	    "FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace AND " USER_NAMESPACES
	    " WHERE t.typtype = 'e' AND " NOT_OF_EXTENSION("pg_type", "t.oid"));

	if (!result)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		struct dbw_enum *made =
		    reading->host->add(reading->schema, &reading->schema->enums, DBW_ENUM);

		made->namespace_name = reading_text(reading, result, row, 0);
		made->name = reading_text(reading, result, row, 1);
		reading_names(reading, result, row, 2, &made->labels);
		made->comment = reading_text(reading, result, row, 3);
	}
	PQclear(result);
	return true;
}

/* One statement that stands for no rows. */
static bool command(struct reading *reading, const char *sql)
{
	PGresult *result = reading_query(reading, sql);

	PQclear(result);
	return result != NULL;
}

enum dbw_status postgresql_introspect(struct dbw_connection *connection, struct dbw_schema *schema,
                                      const char *const *ignore, struct dbw_error *error)
{
	struct reading reading = {
	    .connection = connection_handle(connection),
	    .host = connection_host(connection),
	    .schema = schema,
	    .ignore = ignore,
	    .error = error,
	};
	bool inside = PQtransactionStatus(reading.connection) == PQTRANS_INTRANS, done;

	reading.version = PQserverVersion(reading.connection);
	/* One snapshot for all of it, and names relative to the default namespace alone. */
	done = (inside || command(&reading, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")) &&
	       command(&reading, "SELECT set_config('search_path', "
	                         "quote_ident(coalesce(current_schema(), 'public')), true)") &&
	       read_namespaces(&reading) && read_tables(&reading) && read_columns(&reading) &&
	       read_constraints(&reading) && read_indexes(&reading) && read_sequences(&reading) &&
	       read_enums(&reading) && read_objects(&reading);
	if (!inside && PQtransactionStatus(reading.connection) != PQTRANS_IDLE)
		PQclear(PQexec(reading.connection, "ROLLBACK"));
	free(reading.tables);
	if (done)
		return DBW_OK;
	return PQstatus(reading.connection) == CONNECTION_BAD ? DBW_LOST : DBW_FAILED;
}
