/*
 * The live schema. SQLite keeps the text of each object in sqlite_schema, so the host's parser
 * reads it: what is compared has then gone one way, from a model or from a database.
 *
 * All texts are parsed as one script, for the parser looks at the whole at the end of each. If that
 * fails, a second look at each alone finds out which it was.
 */
#include <stdlib.h>
#include <string.h>

#include "connection.h"
#include "scan.h"

struct reading {
	struct dbw_connection *connection;
	struct dbw_schema *schema;
	const char *const *ignore;
	struct dbw_buffer *script; /* the texts of the objects */
	struct dbw_error *error;
};

/* One row of sqlite_schema, in the order of the columns of the query. */
enum column { TYPE, NAME, TABLE_NAME, SQL, IS_SHADOW };

static const char *text_of(sqlite3_stmt *row, enum column column)
{
	const char *text = (const char *)sqlite3_column_text(row, (int)column);

	return text ? text : "";
}

static bool is_ignored(const struct reading *reading, sqlite3_stmt *row)
{
	const char *const *ignore = reading->ignore;

	for (; ignore && *ignore; ignore++)
		if (sqlite3_stricmp(*ignore, text_of(row, TABLE_NAME)) == 0)
			return true;
	return sqlite3_column_int(row, IS_SHADOW);
}

/* A view is stored as it was written and looked into when it is used: one that cannot be used is a
 * mistake that would otherwise show up in production. */
static enum dbw_status try_view(const struct reading *reading, const char *name)
{
	sqlite3 *handle = reading->connection->handle;
	enum dbw_status status = DBW_OK;
	sqlite3_stmt *statement = NULL;
	char *sql = sqlite3_mprintf("SELECT * FROM main.\"%w\" LIMIT 0", name);

	if (!sql)
		return sqlite_fail(reading->error, "out of memory");
	if (sqlite3_prepare_v3(handle, sql, -1, 0, &statement, NULL) != SQLITE_OK) {
		status = sqlite_fail(reading->error, "the view '%s' cannot be used: %s", name,
		                     sqlite3_errmsg(handle));
		sqlite_hint(reading->error,
		            "Mend the view, or change it together with what it reads "
		            "from.");
	}
	sqlite3_finalize(statement);
	sqlite3_free(sql);
	return status;
}

static enum dbw_status add_object(const struct reading *reading, sqlite3_stmt *row)
{
	const struct dbw_host *host = reading->connection->host;
	const char *sql = text_of(row, SQL);
	size_t length = (size_t)sqlite3_column_bytes(row, SQL);

	host->buffer_append(reading->script, sql, length);
	/* SQLite keeps a comment at the end, and lets one be open. */
	if (sqlite_scan_open_comment(sql, length))
		host->buffer_append(reading->script, "*/", 2);
	host->buffer_append(reading->script, "\n;\n", 3);
	if (reading->connection->scratch && strcmp(text_of(row, TYPE), "view") == 0)
		return try_view(reading, text_of(row, NAME));
	return DBW_OK;
}

/* The first definition that cannot be read is what the error is about. */
static enum dbw_status find_unreadable(const struct reading *reading, sqlite3_stmt *row)
{
	const struct dbw_host *host = reading->connection->host;
	struct dbw_error why = {.struct_size = sizeof why};
	enum dbw_status status = host->parse(host, reading->schema, text_of(row, SQL),
	                                     (size_t)sqlite3_column_bytes(row, SQL), "database",
	                                     DBW_PARSE_KEEP_FIRST, &why);

	if (status == DBW_OK)
		return DBW_OK;
	sqlite_fail(reading->error, "cannot read the definition of the %s '%s': %.*s",
	            text_of(row, TYPE), text_of(row, NAME), 700, why.message);
	sqlite_hint(reading->error, "%s", why.hint);
	return status;
}

/*
 * Tables come first: what hangs on them is declared after them then. Names that begin with
 * 'sqlite_' are SQLite's own (SQLite, fileformat2, 2.6), and objects without text belong to
 * constraints. Shadow tables are looked for only where there are virtual tables: the list of tables
 * opens every view. Before 3.37 there is no such list, and their names must do.
 */
static const char plain_query[] =
    "SELECT type, name, tbl_name, sql, 0 FROM main.sqlite_schema "
    "WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
    "ORDER BY type <> 'table', rowid";

static const char listed_query[] =
    "SELECT type, name, tbl_name, sql, tbl_name IN ("
    "  SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow') "
    "FROM main.sqlite_schema "
    "WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
    "ORDER BY type <> 'table', rowid";

static const char guessed_query[] =
    "WITH shadow(name) AS ("
    "  SELECT v.name || '_' || s.column1 FROM main.sqlite_schema AS v, (VALUES ('content'), "
    "    ('segments'), ('segdir'), ('docsize'), ('stat'), ('data'), ('idx'), ('config'), "
    "    ('node'), ('rowid'), ('parent'), ('vocab')) AS s "
    "  WHERE v.type = 'table' AND v.sql LIKE 'CREATE VIRTUAL TABLE %') "
    "SELECT type, name, tbl_name, sql, tbl_name IN (SELECT name FROM shadow) "
    "FROM main.sqlite_schema "
    "WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
    "ORDER BY type <> 'table', rowid";

/* *query stays as it is where there are no virtual tables. */
static enum dbw_status choose_query(const struct reading *reading, const char **query)
{
	sqlite3_stmt *statement = NULL;
	enum dbw_status status = DBW_OK;
	int code = SQLITE_ERROR;

	if (sqlite3_prepare_v3(reading->connection->handle,
	                       "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' "
	                       "AND sql LIKE 'CREATE VIRTUAL TABLE %' LIMIT 1",
	                       -1, 0, &statement, NULL) == SQLITE_OK)
		code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		*query = sqlite3_libversion_number() >= 3037000 ? listed_query : guessed_query;
	else if (code != SQLITE_DONE)
		status = sqlite_failure(reading->connection, reading->error);
	sqlite3_finalize(statement);
	return status;
}

/* Calls the function with each row that counts, until one fails. */
static enum dbw_status for_each(const struct reading *reading, const char *query,
                                enum dbw_status (*function)(const struct reading *reading,
                                                            sqlite3_stmt *row))
{
	sqlite3 *handle = reading->connection->handle;
	sqlite3_stmt *statement = NULL;
	enum dbw_status status = DBW_OK;
	int code = SQLITE_DONE;

	if (sqlite3_prepare_v3(handle, query, -1, 0, &statement, NULL) != SQLITE_OK)
		return sqlite_failure(reading->connection, reading->error);
	while (status == DBW_OK && (code = sqlite3_step(statement)) == SQLITE_ROW)
		if (!is_ignored(reading, statement))
			status = function(reading, statement);
	if (status == DBW_OK && code != SQLITE_DONE)
		status = sqlite_failure(reading->connection, reading->error);
	sqlite3_finalize(statement);
	return status;
}

static enum dbw_status parse(const struct reading *reading, const char *query)
{
	const struct dbw_host *host = reading->connection->host;
	size_t length;
	const char *script = host->buffer_text(reading->script, &length);
	enum dbw_status status =
	    host->parse(host, reading->schema, script, length, "database", 0, reading->error);

	if (status != DBW_OK)
		for_each(reading, query, find_unreadable);
	return status;
}

enum dbw_status sqlite_introspect(struct dbw_connection *connection, struct dbw_schema *schema,
                                  const char *const *ignore, struct dbw_error *error)
{
	const struct dbw_host *host = connection->host;
	const struct reading reading = {connection, schema, ignore, host->buffer_new(), error};
	const char *query = plain_query;
	enum dbw_status status;

	sqlite_wait_begin(connection);
	sqlite_wait_statement(connection);
	status = choose_query(&reading, &query);
	if (status == DBW_OK)
		status = for_each(&reading, query, add_object);
	if (status == DBW_OK)
		status = parse(&reading, query);
	host->buffer_free(reading.script);
	return status;
}
