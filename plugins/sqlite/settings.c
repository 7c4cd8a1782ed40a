/*
 * reset(): the session as it was after connect(). It runs before every migration, so what a
 * statement may have changed is noted when it runs, and where nothing was noted nothing is done.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connection.h"
#include "scan.h"

/* Settings of the session, each read and set by the PRAGMA of its name. What is kept in the
 * database itself (user_version, journal_mode = WAL, ...) is no business of a reset. */
static const char *const names[] = {
    "foreign_keys",
    "legacy_alter_table",
    "writable_schema",
    "query_only",
    "recursive_triggers",
    "defer_foreign_keys",
    "ignore_check_constraints",
    "reverse_unordered_selects",
    "automatic_index",
    "trusted_schema",
    "cell_size_check",
    "read_uncommitted",
    "short_column_names",
    "full_column_names",
    "count_changes",
    "synchronous",
    "temp_store",
    "cache_size",
    "locking_mode",
    "journal_mode",
    "case_sensitive_like",
};

enum { COUNT = sizeof names / sizeof *names, VALUE_SIZE = 32 };

struct settings {
	char values[COUNT][VALUE_SIZE];
};

static enum dbw_status run(struct dbw_connection *connection, const char *sql,
                           struct dbw_error *error)
{
	if (sqlite3_exec(connection->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_failure(connection, error);
	return DBW_OK;
}

static int keep_value(void *context, int count, char **values, char **columns)
{
	(void)columns;
	if (count > 0 && values[0])
		snprintf(context, VALUE_SIZE, "%s", values[0]);
	return 0;
}

static enum dbw_status read_value(struct dbw_connection *connection, const char *name,
                                  char value[VALUE_SIZE], struct dbw_error *error)
{
	char sql[64];

	/* The only one that cannot be read: it has no form without a value (SQLite, pragma). */
	if (strcmp(name, "case_sensitive_like") == 0)
		snprintf(sql, sizeof sql, "SELECT 'a' NOT LIKE 'A'");
	else
		snprintf(sql, sizeof sql, "PRAGMA %s", name);
	value[0] = '\0';
	if (sqlite3_exec(connection->handle, sql, keep_value, value, NULL) != SQLITE_OK)
		return sqlite_failure(connection, error);
	return DBW_OK;
}

/* WAL stays with the file, going in or out of it; the other journal modes end with the session. */
static bool outlives_session(const char *name, const char *before, const char *now)
{
	return strcmp(name, "journal_mode") == 0 &&
	       (strcmp(before, "wal") == 0 || strcmp(now, "wal") == 0);
}

static enum dbw_status restore_value(struct dbw_connection *connection, const char *name,
                                     const char *before, struct dbw_error *error)
{
	char now[VALUE_SIZE], sql[64 + VALUE_SIZE];
	enum dbw_status status = read_value(connection, name, now, error);

	if (status != DBW_OK || strcmp(before, now) == 0 || outlives_session(name, before, now))
		return status;
	snprintf(sql, sizeof sql, "PRAGMA %s = %s", name, before);
	return run(connection, sql, error);
}

/* Noticing. */

static bool contains_temp(const struct scan *scan)
{
	const char *p = scan->position;

	for (; scan->end - p >= 4; p++)
		if ((*p | 0x20) == 't' && sqlite3_strnicmp(p, "temp", 4) == 0)
			return true;
	return false;
}

/* A word 'temp' anywhere in a CREATE is enough: to look in vain costs little. */
static bool may_unsettle(const char *sql, size_t length)
{
	struct scan scan = {sql, sql + length};
	struct word word;

	sqlite_scan_blank(&scan);
	if (scan.position == scan.end || !strchr("pPaAcC", *scan.position))
		return false;
	word = sqlite_scan_word(&scan);
	return sqlite_word_is(&word, "PRAGMA") || sqlite_word_is(&word, "ATTACH") ||
	       (sqlite_word_is(&word, "CREATE") && contains_temp(&scan));
}

enum dbw_status sqlite_settings_expect(struct dbw_connection *connection, const char *sql,
                                       size_t length, struct dbw_error *error)
{
	enum dbw_status status = DBW_OK;
	struct settings *settings;

	if (connection->unsettled || !may_unsettle(sql, length))
		return DBW_OK;
	if (!connection->settings) {
		settings = calloc(1, sizeof *settings);
		if (!settings)
			return sqlite_fail(error, "out of memory");
		for (size_t i = 0; i < COUNT && status == DBW_OK; i++)
			status = read_value(connection, names[i], settings->values[i], error);
		if (status != DBW_OK) {
			free(settings);
			return status;
		}
		connection->settings = settings;
	}
	connection->unsettled = true;
	return DBW_OK;
}

void sqlite_settings_free(struct settings *settings)
{
	free(settings);
}

/* Undoing. */

/* Runs the SQL that a query makes, one statement a row, after its last row. */
static enum dbw_status run_made(struct dbw_connection *connection, const char *query,
                                struct dbw_error *error)
{
	enum dbw_status status = DBW_OK;
	char **statements;
	int rows, columns;

	if (sqlite3_get_table(connection->handle, query, &statements, &rows, &columns, NULL) !=
	    SQLITE_OK)
		return sqlite_failure(connection, error);
	/* The first row is the heading. */
	for (int i = 1; i <= rows && status == DBW_OK; i++)
		status = run(connection, statements[i], error);
	sqlite3_free_table(statements);
	return status;
}

/* Views and triggers before tables, which take their own with them. */
static enum dbw_status drop_temporary(struct dbw_connection *connection, struct dbw_error *error)
{
	return run_made(connection,
	                "SELECT 'DROP ' || type || ' IF EXISTS temp.\"' || "
	                "replace(name, '\"', '\"\"') || '\"' FROM temp.sqlite_schema "
	                "WHERE type <> 'index' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
	                "ORDER BY type DESC",
	                error);
}

static enum dbw_status detach_all(struct dbw_connection *connection, struct dbw_error *error)
{
	return run_made(connection,
	                "SELECT 'DETACH \"' || replace(name, '\"', '\"\"') || '\"' "
	                "FROM pragma_database_list WHERE name NOT IN ('main', 'temp')",
	                error);
}

enum dbw_status sqlite_reset(struct dbw_connection *connection, struct dbw_error *error)
{
	enum dbw_status status = sqlite_rollback(connection, error);

	if (status != DBW_OK || !connection->unsettled)
		return status;
	/* PRAGMA busy_timeout puts SQLite's own handler in the place of ours. */
	sqlite_wait_prepare(connection);
	for (size_t i = 0; i < COUNT && status == DBW_OK; i++)
		status =
		    restore_value(connection, names[i], connection->settings->values[i], error);
	if (status == DBW_OK)
		status = drop_temporary(connection, error);
	if (status == DBW_OK)
		status = detach_all(connection, error);
	connection->unsettled = status != DBW_OK;
	return status;
}
