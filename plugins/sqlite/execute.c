#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connection.h"
#include "scan.h"

/* Preparing. */

static size_t error_offset(struct dbw_connection *connection)
{
#if SQLITE_VERSION_NUMBER >= 3038000
	int offset = sqlite3_error_offset(connection->handle);

	return offset < 0 ? DBW_UNKNOWN : (size_t)offset;
#else
	(void)connection;
	return DBW_UNKNOWN;
#endif
}

/* *statement is NULL if there is nothing but blanks and comments. */
static enum dbw_status prepare(struct dbw_connection *connection, const char *sql, size_t length,
                               sqlite3_stmt **statement, struct dbw_error *error)
{
	struct scan scan = {sql, sql + length};
	const char *begin, *tail;

	*statement = NULL;
	sqlite_scan_blank(&scan);
	begin = scan.position;
	if (begin == scan.end)
		return DBW_OK;
	if (scan.end - begin > INT_MAX)
		return sqlite_fail(error, "the statement is too long: %zu bytes", length);
	if (sqlite3_prepare_v3(connection->handle, begin, (int)(scan.end - begin), 0, statement,
	                       &tail) != SQLITE_OK) {
		enum dbw_status status = sqlite_failure(connection, error);
		size_t offset = error_offset(connection);

		error->offset = offset == DBW_UNKNOWN ? offset : offset + (size_t)(begin - sql);
		return status;
	}
	scan.position = tail;
	sqlite_scan_blank(&scan);
	if (scan.position == scan.end)
		return DBW_OK;
	/* SQLite would leave the rest alone without a word. */
	sqlite3_finalize(*statement);
	*statement = NULL;
	sqlite_fail(error, *scan.position ? "there is more than one statement"
	                                  : "there is a NUL byte in the statement");
	error->offset = (size_t)(scan.position - sql);
	return DBW_FAILED;
}

/* Statements whose rows are a verdict. */

enum check { NO_CHECK, FOREIGN_KEY_CHECK, INTEGRITY_CHECK };

struct verdict {
	enum check check;
	size_t count;    /* of complaints */
	char first[512]; /* the first of them */
};

static enum check find_check(const char *sql, size_t length)
{
	struct scan scan = {sql, sql + length};
	struct word name = sqlite_scan_pragma(&scan);

	if (!name.length)
		return NO_CHECK;
	if (sqlite_word_is(&name, "foreign_key_check"))
		return FOREIGN_KEY_CHECK;
	if (sqlite_word_is(&name, "integrity_check") || sqlite_word_is(&name, "quick_check"))
		return INTEGRITY_CHECK;
	return NO_CHECK;
}

static const char *text_of(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	return text ? text : "";
}

/* The columns are table, rowid (NULL in a table without), parent and the number of the key (SQLite,
 * pragma: foreign_key_check). */
static void describe_orphan(sqlite3_stmt *statement, char *text, size_t size)
{
	const char *table = text_of(statement, 0), *row = text_of(statement, 1);
	const char *parent = text_of(statement, 2);

	if (*row)
		snprintf(text, size, "row %s of '%s' refers to a missing row of '%s'", row, table,
		         parent);
	else
		snprintf(text, size, "a row of '%s' refers to a missing row of '%s'", table,
		         parent);
}

static void judge_row(struct verdict *verdict, sqlite3_stmt *statement)
{
	if (verdict->check == INTEGRITY_CHECK && strcmp(text_of(statement, 0), "ok") == 0)
		return;
	if (verdict->count++)
		return;
	if (verdict->check == FOREIGN_KEY_CHECK)
		describe_orphan(statement, verdict->first, sizeof verdict->first);
	else
		snprintf(verdict->first, sizeof verdict->first, "%s", text_of(statement, 0));
}

static enum dbw_status pass_verdict(const struct verdict *verdict, struct dbw_error *error)
{
	char more[64] = "";

	if (!verdict->count)
		return DBW_OK;
	if (verdict->count > 1)
		snprintf(more, sizeof more, ", and %zu more like it", verdict->count - 1);
	if (verdict->check == INTEGRITY_CHECK)
		return sqlite_fail(error, "integrity check failed: %s%s", verdict->first, more);
	sqlite_fail(error, "foreign key check failed: %s%s", verdict->first, more);
	sqlite_hint(error, "Mend or delete such rows before the check; 'PRAGMA foreign_key_check' "
	                   "lists them.");
	return DBW_FAILED;
}

/* Running. */

static enum dbw_status step_to_end(struct dbw_connection *connection, sqlite3_stmt *statement,
                                   enum check check, struct dbw_error *error)
{
	struct verdict verdict = {.check = check};
	int code;

	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
		if (check != NO_CHECK)
			judge_row(&verdict, statement);
	if (code != SQLITE_DONE)
		return sqlite_failure(connection, error);
	return pass_verdict(&verdict, error);
}

/* One of the plugin's own. */
static enum dbw_status run(struct dbw_connection *connection, const char *sql,
                           struct dbw_error *error)
{
	sqlite_wait_statement(connection);
	if (sqlite3_exec(connection->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_failure(connection, error);
	return DBW_OK;
}

/*
 * SQLite ends a transaction by itself after ON CONFLICT ROLLBACK and some failures of the disk
 * (SQLite, lang_transaction, 'Response To Errors Within A Transaction'), and a COMMIT among the
 * statements does so too. What follows would then run, and stay, outside any transaction.
 */
static enum dbw_status check_transaction(struct dbw_connection *connection, enum dbw_status status,
                                         struct dbw_error *error)
{
	if (!connection->in_transaction || !sqlite3_get_autocommit(connection->handle))
		return status;
	connection->in_transaction = false;
	if (status != DBW_OK) {
		snprintf(error->detail, sizeof error->detail,
		         "SQLite has undone the whole transaction");
		return status;
	}
	sqlite_fail(error, "the statement has ended the transaction");
	sqlite_hint(error,
	            "Remove it: the transaction of a migration is begun and committed for it. "
	            "If it was a COMMIT, what ran before it has taken effect.");
	return DBW_FAILED;
}

static enum dbw_status run_statement(struct dbw_connection *connection, const char *sql,
                                     size_t length, struct dbw_error *error)
{
	sqlite3_stmt *prepared;
	enum dbw_status status;

	/* An interrupt that fell between two statements reaches none of them. */
	if (atomic_load(&connection->cancelled)) {
		sqlite_fail(error, "interrupted");
		return DBW_CANCELLED;
	}
	sqlite_wait_statement(connection);
	status = sqlite_settings_expect(connection, sql, length, error);
	if (status == DBW_OK)
		status = prepare(connection, sql, length, &prepared, error);
	if (status != DBW_OK)
		return status;
	if (prepared)
		status = step_to_end(connection, prepared, find_check(sql, length), error);
	sqlite3_finalize(prepared);
	return check_transaction(connection, status, error);
}

/* Says which row it is that a deferred foreign key objects to. */
static void explain_commit(struct dbw_connection *connection, struct dbw_error *error)
{
	struct verdict verdict = {.check = FOREIGN_KEY_CHECK};
	sqlite3_stmt *statement;

	if (error->vendor_code != SQLITE_CONSTRAINT_FOREIGNKEY)
		return;
	if (sqlite3_prepare_v3(connection->handle, "PRAGMA foreign_key_check", -1, 0, &statement,
	                       NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW) {
		judge_row(&verdict, statement);
		snprintf(error->detail, sizeof error->detail, "%s", verdict.first);
	}
	sqlite3_finalize(statement);
}

static enum dbw_status commit(struct dbw_connection *connection, struct dbw_error *error)
{
	enum dbw_status status;

	if (atomic_load(&connection->cancelled)) {
		sqlite_fail(error, "interrupted");
		return DBW_CANCELLED;
	}
	status = run(connection, "COMMIT", error);
	if (status == DBW_OK)
		connection->in_transaction = false;
	else
		explain_commit(connection, error);
	return status;
}

enum dbw_status sqlite_execute(struct dbw_connection *connection,
                               const struct dbw_statement *statements, size_t count, unsigned flags,
                               struct dbw_error *error)
{
	enum dbw_status status = DBW_OK;

	sqlite_wait_begin(connection);
	if (flags & DBW_EXECUTE_BEGIN) {
		/* With the write lock from the start: to get it later can fail at once, without a
		 * wait (SQLite, lang_transaction, 2.2). */
		status = run(connection, "BEGIN IMMEDIATE", error);
		connection->in_transaction |= status == DBW_OK;
	}
	for (size_t i = 0; i < count && status == DBW_OK; i++) {
		status = run_statement(connection, statements[i].sql, statements[i].length, error);
		if (status != DBW_OK)
			error->statement = i;
	}
	if (status == DBW_OK && flags & DBW_EXECUTE_COMMIT)
		status = commit(connection, error);
	return status;
}

enum dbw_status sqlite_rollback(struct dbw_connection *connection, struct dbw_error *error)
{
	sqlite_wait_begin(connection);
	connection->in_transaction = false;
	if (sqlite3_get_autocommit(connection->handle))
		return DBW_OK;
	return run(connection, "ROLLBACK", error);
}

/* Hands the rows over, until the function has had enough. */
static enum dbw_status hand_rows(struct dbw_connection *connection, sqlite3_stmt *statement,
                                 dbw_row_function *row, void *context, struct dbw_error *error)
{
	size_t count = (size_t)sqlite3_column_count(statement);
	const char **values = calloc(2 * count + 1, sizeof *values);
	size_t *lengths = calloc(count + 1, sizeof *lengths);
	enum dbw_status status = DBW_OK;
	const char **names;
	int code = SQLITE_DONE;

	if (!values || !lengths) {
		status = sqlite_fail(error, "out of memory");
		goto out;
	}
	names = values + count;
	for (size_t i = 0; i < count; i++)
		names[i] = sqlite3_column_name(statement, (int)i);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		for (size_t i = 0; i < count; i++) {
			values[i] = (const char *)sqlite3_column_text(statement, (int)i);
			lengths[i] = (size_t)sqlite3_column_bytes(statement, (int)i);
		}
		if (!row(context, count, values, lengths, names))
			goto out;
	}
	if (code != SQLITE_DONE)
		status = sqlite_failure(connection, error);
out:
	free(values);
	free(lengths);
	return status;
}

enum dbw_status sqlite_query(struct dbw_connection *connection, const char *sql, size_t length,
                             dbw_row_function *row, void *context, struct dbw_error *error)
{
	sqlite3_stmt *statement;
	enum dbw_status status;

	sqlite_wait_begin(connection);
	sqlite_wait_statement(connection);
	status = sqlite_settings_expect(connection, sql, length, error);
	if (status == DBW_OK)
		status = prepare(connection, sql, length, &statement, error);
	if (status != DBW_OK)
		return status;
	if (statement)
		status = hand_rows(connection, statement, row, context, error);
	sqlite3_finalize(statement);
	return status;
}

enum dbw_status sqlite_table_exists(struct dbw_connection *connection, const char *namespace_name,
                                    const char *name, bool *exists, struct dbw_error *error)
{
	sqlite3_stmt *statement = NULL;
	enum dbw_status status = DBW_OK;
	int code = SQLITE_NOMEM;
	char *sql;

	sqlite_wait_begin(connection);
	sqlite_wait_statement(connection);
	sql = sqlite3_mprintf("SELECT 1 FROM \"%w\".sqlite_schema "
	                      "WHERE type = 'table' AND name = ?1 COLLATE NOCASE",
	                      namespace_name ? namespace_name : "main");
	if (!sql)
		return sqlite_fail(error, "out of memory");
	if (sqlite3_prepare_v3(connection->handle, sql, -1, 0, &statement, NULL) == SQLITE_OK) {
		sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
		code = sqlite3_step(statement);
	}
	*exists = code == SQLITE_ROW;
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		status = sqlite_failure(connection, error);
	sqlite3_finalize(statement);
	sqlite3_free(sql);
	return status;
}
