#include <mysqld_error.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "connection.h"
#include "failure.h"
#include "locate.h"
#include "mysql_plugin.h"
#include "scan.h"
#include "text.h"

/*
 * A KILL QUERY that comes when nothing runs hits the next statement instead, which nobody meant to
 * end. A statement that does nothing takes the blow.
 */
void execute_begin_call(struct dbw_connection *connection)
{
	if (atomic_exchange(&connection->cancelled, false))
		mysql_query(connection->handle, "DO 0");
}

/* Reads all that the text led to and counts the results. False on failure. */
static bool read_results(MYSQL *handle, size_t *count)
{
	int next;

	*count = 0;
	do {
		MYSQL_RES *result = mysql_use_result(handle);

		if (result) {
			while (mysql_fetch_row(result))
				;
			mysql_free_result(result);
		}
		if (mysql_errno(handle))
			return false;
		++*count;
		next = mysql_next_result(handle);
	} while (next == 0);
	return next < 0;
}

static enum dbw_status check_length(const struct dbw_connection *connection, size_t length,
                                    struct dbw_error *error)
{
	if (!connection->largest_packet || length < connection->largest_packet)
		return DBW_OK;
	/* The server would hang up without a word. */
	failure_set(error, "the statement is too long: it has %zu bytes, and the server takes %zu",
	            length, connection->largest_packet);
	failure_hint(error, "Raise max_allowed_packet on the server, or split the statement.");
	return DBW_FAILED;
}

/* *count is how many of the statements in the text came to an end. */
static enum dbw_status run(struct dbw_connection *connection, const char *sql, size_t length,
                           size_t *count, struct dbw_error *error)
{
	MYSQL *handle = connection->handle;

	*count = 0;
	if (mysql_real_query(handle, sql, (unsigned long)length) == 0 &&
	    read_results(handle, count))
		return DBW_OK;
	return failure_of(connection, error);
}

enum dbw_status execute_own(struct dbw_connection *connection, const char *sql,
                            struct dbw_error *error)
{
	size_t count;

	return run(connection, sql, strlen(sql), &count, error);
}

/*
 * Groups: statements that are sent together. The server runs them one after the other and stops at
 * the first that fails; which one that is, is told by counting results. That needs statements of
 * which each has exactly one: CALL, compound statements and what holds a semicolon (the body of a
 * routine) go alone, and so does whatever is not known here.
 */

enum { GROUP_LIMIT = 256 * 1024 };

static const char *const single_result_words[] = {
    "ALTER", "CREATE", "DELETE", "DROP", "INSERT", "RENAME", "REPLACE", "SET", "TRUNCATE", "UPDATE",
};

static bool has_one_result(const struct dbw_statement *statement)
{
	struct scan scan = {statement->sql, statement->sql + statement->length};
	struct word word, second;

	if (scan_is_composite(statement->sql, statement->length))
		return false;
	word = scan_word(&scan);
	second = scan_word(&scan);
	/* MariaDB's SET STATEMENT ... FOR can have anything behind it. */
	if (scan_word_is(&word, "SET") && scan_word_is(&second, "STATEMENT"))
		return false;
	for (size_t i = 0; i < sizeof single_result_words / sizeof *single_result_words; i++)
		if (scan_word_is(&word, single_result_words[i]))
			return true;
	return false;
}

/*
 * What leaves a session as it was: DDL of what is not temporary, and dbwarden's own records. A function
 * that a SELECT or an INSERT calls may do anything.
 */
static bool touches_session(const struct dbw_statement *statement)
{
	static const char *const harmless[] = {"ALTER ",
	                                       "CREATE ",
	                                       "DROP ",
	                                       "RENAME ",
	                                       "INSERT INTO dbwarden_",
	                                       "UPDATE dbwarden_",
	                                       "DELETE FROM dbwarden_"};
	const char *sql = statement->sql, *end = sql + statement->length;

	if (scan_is_composite(sql, statement->length))
		return true;
	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
		size_t length = strlen(harmless[i]);

		if (statement->length <= length || strncasecmp(sql, harmless[i], length) != 0)
			continue;
		/* CREATE TEMPORARY TABLE, CREATE TABLE ... SELECT, wherever the words stand. */
		for (; end - sql >= 6; sql++)
			if (strncasecmp(sql, "SELECT", 6) == 0 ||
			    strncasecmp(sql, "TEMPORARY", 9) == 0)
				return true;
		return false;
	}
	return true;
}

struct group {
	const struct dbw_host *host;
	struct dbw_buffer *text;
	size_t count; /* statements in the text, with BEGIN and COMMIT */
};

/* On a line of its own, as the statement before may end in a comment. */
static void group_add(struct group *group, const char *sql, size_t length)
{
	if (group->count++)
		group->host->buffer_append(group->text, "\n;", 2);
	group->host->buffer_append(group->text, sql, length);
}

/* How many of the statements, from the first on, are sent together. */
static size_t group_size(const struct dbw_connection *connection,
                         const struct dbw_statement *statements, size_t count)
{
	size_t limit =
	    connection->largest_packet < GROUP_LIMIT ? connection->largest_packet / 2 : GROUP_LIMIT;
	size_t size = 0, bytes = 0;

	while (size < count && has_one_result(&statements[size]) &&
	       statements[size].length < limit - bytes) {
		bytes += statements[size].length + 2;
		size++;
		if (bytes >= limit)
			break;
	}
	return size ? size : 1;
}

/* 'index' counts in the group, without BEGIN. */
static void place_error(const struct group *group, const struct dbw_statement *statements,
                        size_t size, size_t index, struct dbw_error *error)
{
	size_t length, begin = 0;
	const char *text = group->host->buffer_text(group->text, &length);

	if (index >= size)
		return;
	error->statement = index;
	if (error->vendor_code != ER_PARSE_ERROR)
		return;
	/* Counted from the end of the last that is before it in the text. */
	for (size_t i = 0; i < index; i++)
		begin += statements[i].length + 2;
	if (group->count > size && strncmp(text, "START", 5) == 0)
		begin += sizeof "START TRANSACTION" - 1 + 2;
	error->offset = locate_error(text + begin, statements[index].length,
	                             length - begin - statements[index].length, error->message);
}

static enum dbw_status run_group(struct dbw_connection *connection,
                                 const struct dbw_statement *statements, size_t size,
                                 unsigned flags, struct dbw_error *error)
{
	struct group group = {connection->host, connection->host->buffer_new(), 0};
	size_t before = flags & DBW_EXECUTE_BEGIN ? 1 : 0, done = 0, length;
	enum dbw_status status;
	const char *text;

	if (before)
		group_add(&group, "START TRANSACTION", sizeof "START TRANSACTION" - 1);
	for (size_t i = 0; i < size; i++)
		group_add(&group, statements[i].sql, statements[i].length);
	if (flags & DBW_EXECUTE_COMMIT)
		group_add(&group, "COMMIT", sizeof "COMMIT" - 1);
	text = group.host->buffer_text(group.text, &length);
	status = check_length(connection, length, error);
	if (status == DBW_OK)
		status = run(connection, text, length, &done, error);
	else
		done = before;
	if (status != DBW_OK && done >= before)
		place_error(&group, statements, size, done - before, error);
	group.host->buffer_free(group.text);
	return status;
}

/* A statement that does not go into a group, as it was given. */
static enum dbw_status run_alone(struct dbw_connection *connection,
                                 const struct dbw_statement *statement, struct dbw_error *error)
{
	enum dbw_status status = check_length(connection, statement->length, error);
	size_t done;

	if (status == DBW_OK)
		status = run(connection, statement->sql, statement->length, &done, error);
	/* A comment for another version of the server, and nothing else. */
	if (status == DBW_FAILED && error->vendor_code == ER_EMPTY_QUERY)
		return DBW_OK;
	if (status == DBW_OK)
		return status;
	error->statement = 0;
	if (error->vendor_code == ER_PARSE_ERROR)
		error->offset = locate_error(statement->sql, statement->length, 0, error->message);
	return status;
}

static enum dbw_status run_next(struct dbw_connection *connection,
                                const struct dbw_statement *statements, size_t count, size_t *taken,
                                struct dbw_error *error)
{
	*taken = 1;
	if (atomic_load(&connection->cancelled)) {
		failure_cancelled(error);
		error->statement = 0;
		return DBW_CANCELLED;
	}
	if (scan_is_empty(statements->sql, statements->length))
		return DBW_OK;
	*taken = group_size(connection, statements, count);
	if (*taken == 1)
		return run_alone(connection, statements, error);
	return run_group(connection, statements, *taken, 0, error);
}

enum dbw_status mysql_plugin_execute(struct dbw_connection *connection,
                                     const struct dbw_statement *statements, size_t count,
                                     unsigned flags, struct dbw_error *error)
{
	enum dbw_status status = DBW_OK;
	size_t first = 0, taken;

	execute_begin_call(connection);
	for (size_t i = 0; i < count; i++)
		connection->untouched = connection->untouched && !touches_session(&statements[i]);
	/* All at once, where that can be. */
	if (count && group_size(connection, statements, count) == count &&
	    has_one_result(statements))
		return run_group(connection, statements, count, flags, error);
	if (flags & DBW_EXECUTE_BEGIN)
		status = execute_own(connection, "START TRANSACTION", error);
	for (; first < count && status == DBW_OK; first += taken) {
		status = run_next(connection, statements + first, count - first, &taken, error);
		if (status != DBW_OK && error->statement != DBW_UNKNOWN)
			error->statement += first;
	}
	if (status != DBW_OK || !(flags & DBW_EXECUTE_COMMIT))
		return status;
	if (atomic_load(&connection->cancelled))
		return failure_cancelled(error);
	return execute_own(connection, "COMMIT", error);
}

enum dbw_status mysql_plugin_rollback(struct dbw_connection *connection, struct dbw_error *error)
{
	execute_begin_call(connection);
	if (!(connection->handle->server_status & SERVER_STATUS_IN_TRANS))
		return DBW_OK;
	return execute_own(connection, "ROLLBACK", error);
}

/* Rows. */

struct columns {
	const char **values;
	const char **names;
	size_t *lengths;
	size_t count;
};

static void columns_read(struct columns *columns, MYSQL_RES *result)
{
	MYSQL_FIELD *fields = mysql_fetch_fields(result);

	columns->count = mysql_num_fields(result);
	columns->values = calloc(columns->count + 1, sizeof *columns->values);
	columns->names = calloc(columns->count + 1, sizeof *columns->names);
	columns->lengths = calloc(columns->count + 1, sizeof *columns->lengths);
	if (!columns->values || !columns->names || !columns->lengths)
		abort();
	for (size_t i = 0; i < columns->count; i++)
		columns->names[i] = fields[i].name;
}

static void columns_free(struct columns *columns)
{
	free(columns->values);
	free(columns->names);
	free(columns->lengths);
}

static void hand_rows(MYSQL_RES *result, dbw_row_function *function, void *context)
{
	struct columns columns;
	MYSQL_ROW row;

	columns_read(&columns, result);
	while ((row = mysql_fetch_row(result))) {
		const unsigned long *lengths = mysql_fetch_lengths(result);

		for (size_t i = 0; i < columns.count; i++) {
			columns.values[i] = row[i];
			columns.lengths[i] = lengths[i];
		}
		if (!function(context, columns.count, columns.values, columns.lengths,
		              columns.names))
			break;
	}
	columns_free(&columns);
}

enum dbw_status execute_rows(struct dbw_connection *connection, const char *sql, size_t length,
                             dbw_row_function *row, void *context, struct dbw_error *error)
{
	MYSQL *handle = connection->handle;
	MYSQL_RES *result;
	size_t count;

	if (mysql_real_query(handle, sql, (unsigned long)length) != 0)
		return failure_of(connection, error);
	result = mysql_use_result(handle);
	if (result) {
		hand_rows(result, row, context);
		mysql_free_result(result);
	}
	if (mysql_errno(handle))
		return failure_of(connection, error);
	if (!mysql_more_results(handle))
		return DBW_OK;
	/* What follows the rows of a CALL. */
	if (mysql_next_result(handle) > 0 || !read_results(handle, &count))
		return failure_of(connection, error);
	return DBW_OK;
}

enum dbw_status mysql_plugin_query(struct dbw_connection *connection, const char *sql,
                                   size_t length, dbw_row_function *row, void *context,
                                   struct dbw_error *error)
{
	enum dbw_status status;

	execute_begin_call(connection);
	connection->untouched &= memmem(sql, length, " FROM dbwarden_", 15) != NULL;
	status = check_length(connection, length, error);
	if (status == DBW_OK)
		status = execute_rows(connection, sql, length, row, context, error);
	if (status != DBW_OK && error->vendor_code == ER_PARSE_ERROR)
		error->offset = locate_error(sql, length, 0, error->message);
	return status;
}

static bool keep_value(void *context, size_t count, const char *const *values,
                       const size_t *lengths, const char *const *names)
{
	(void)lengths;
	(void)names;
	if (count)
		*(char **)context = text_copy(values[0]);
	return false;
}

enum dbw_status execute_value(struct dbw_connection *connection, const char *sql, char **value,
                              struct dbw_error *error)
{
	*value = NULL;
	return execute_rows(connection, sql, strlen(sql), keep_value, value, error);
}
