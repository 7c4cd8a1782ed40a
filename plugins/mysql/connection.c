#include "connection.h"

#include <mysqld_error.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "lock.h"
#include "mysql_plugin.h"
#include "target.h"
#include "text.h"

/* CHECK constraints that are enforced, atomic DDL and column RENAME came with these. */
enum { OLDEST_MYSQL = 80000, OLDEST_MARIADB = 100500 };

/* How long cancel() tries to reach the server where the URL sets no limit. */
enum { CANCEL_TIMEOUT_SECONDS = 10 };

/* The server. */

/* 10.11.19-MariaDB-log is 101119. */
static unsigned read_version(const char *text)
{
	unsigned major = 0, minor = 0, patch = 0;

	if (sscanf(text, "%3u.%2u.%2u", &major, &minor, &patch) < 2)
		return 0;
	return major * 10000 + minor * 100 + patch;
}

static bool take_server(void *context, size_t count, const char *const *values,
                        const size_t *lengths, const char *const *names)
{
	struct dbw_connection *connection = context;

	(void)lengths;
	(void)names;
	if (count < 4 || !values[0])
		return false;
	connection->version = text_copy(values[0]);
	connection->version_number = read_version(values[0]);
	/* The one name that MariaDB writes into its version; MySQL has not come to 10 yet. */
	connection->mariadb =
	    strcasestr(values[0], "mariadb") || connection->version_number >= 100000;
	connection->id = values[1] ? strtoul(values[1], NULL, 10) : 0;
	connection->largest_packet = values[2] ? strtoul(values[2], NULL, 10) : 0;
	connection->database = text_copy(values[3]);
	return false;
}

static enum dbw_status look_at_server(struct dbw_connection *connection, struct dbw_error *error)
{
	static const char sql[] =
	    "SELECT VERSION(), CONNECTION_ID(), @@max_allowed_packet, DATABASE()";
	enum dbw_status status =
	    execute_rows(connection, sql, sizeof sql - 1, take_server, connection, error);
	unsigned oldest;

	if (status != DBW_OK)
		return status;
	if (!connection->version)
		return failure_set(error, "the server does not tell its version");
	oldest = connection->mariadb ? OLDEST_MARIADB : OLDEST_MYSQL;
	if (connection->version_number >= oldest)
		return DBW_OK;
	failure_set(error, "the server is too old: it is %s %s, and %u.%u or later is needed",
	            connection->mariadb ? "MariaDB" : "MySQL", connection->version, oldest / 10000,
	            oldest / 100 % 100);
	failure_hint(error, "Upgrade the server, or use another one.");
	return DBW_UNSUPPORTED;
}

/* The session. */

/* Both waits are in whole seconds, and 0 would mean not to wait at all. */
static unsigned whole_seconds(unsigned milliseconds)
{
	return milliseconds / 1000 + (milliseconds % 1000 != 0);
}

static char *timeouts(const struct dbw_connection *connection)
{
	unsigned wait = whole_seconds(connection->lock_wait_timeout_ms);
	unsigned time = connection->statement_timeout_ms;
	char *waits = wait ? text_format(", lock_wait_timeout = %u, innodb_lock_wait_timeout = %u",
	                                 wait, wait)
	                   : text_copy("");
	char *all;

	if (!time)
		return waits;
	/* MariaDB's limit is in seconds and holds for every statement; MySQL's is in milliseconds
	 * and holds for SELECT alone (MySQL 8.0, 5.1.8: max_execution_time). */
	if (connection->mariadb)
		all = text_format("%s, max_statement_time = %u.%03u", waits, time / 1000,
		                  time % 1000);
	else
		all = text_format("%s, max_execution_time = %u", waits, time);
	free(waits);
	return all;
}

/* sql_mode stays the server's, as it is part of what the application's own statements mean there, but for what
 * says how strings and names are read: files are read as the plugin's traits say, and the server must read the
 * same. (ANSI is ANSI_QUOTES and more.)
 * autocommit is set because init_connect and option files can turn it off. */
static enum dbw_status prepare_session(struct dbw_connection *connection, struct dbw_error *error)
{
	char *limits = timeouts(connection);
	char *sql =
	    text_format("SET NAMES utf8mb4; SET sql_mode = REPLACE(REPLACE(REPLACE(@@sql_mode, "
	                "'ANSI_QUOTES', ''), 'NO_BACKSLASH_ESCAPES', ''), 'ANSI', ''), "
	                "autocommit = 1%s%s",
	                limits, connection->read_only ? "; SET SESSION TRANSACTION READ ONLY" : "");
	enum dbw_status status = execute_own(connection, sql, error);

	free(limits);
	free(sql);
	return status;
}

static void choose_lock(struct dbw_connection *connection)
{
	free(connection->lock_name);
	connection->lock_name = connection->database ? lock_name_of(connection->database) : NULL;
}

/*
 * mysql_init() sets up the client library when it is called for the first time, which must not
 * happen in two threads at once (MySQL 8.0 C API, mysql_library_init()). After that, any thread may
 * use any connection, one thread at a time, as the contract has it anyway.
 */
enum dbw_status connection_open(const struct dbw_host *host, const struct dbw_connect *where,
                                bool database_wanted, struct dbw_connection **connection,
                                struct dbw_error *error)
{
	struct dbw_connection *made;
	struct target *target;
	enum dbw_status status = target_read(where, &target, error);

	*connection = NULL;
	if (status != DBW_OK)
		return status;
	if (database_wanted && !target->database) {
		target_free(target);
		failure_set(error, "the url names no database");
		failure_hint(error, "Put its name behind the host: mysql://user@host/database.");
		return DBW_FAILED;
	}
	made = calloc(1, sizeof *made);
	if (!made)
		abort();
	made->host = host;
	made->target = target;
	made->read_only = where->flags & DBW_CONNECT_READ_ONLY;
	made->statement_timeout_ms = where->statement_timeout_ms;
	made->lock_wait_timeout_ms = where->lock_wait_timeout_ms;
	status = target_open(target, target->database, 0, &made->handle, error);
	if (status == DBW_OK)
		status = look_at_server(made, error);
	if (status == DBW_OK)
		status = prepare_session(made, error);
	if (status != DBW_OK) {
		mysql_plugin_disconnect(made);
		return status;
	}
	choose_lock(made);
	made->untouched = true;
	*connection = made;
	return DBW_OK;
}

enum dbw_status connection_enter(struct dbw_connection *connection, const char *database,
                                 struct dbw_error *error)
{
	char *before = connection->database;

	if (mysql_select_db(connection->handle, database) != 0)
		return failure_of(connection, error);
	/* It may be the same text. */
	connection->database = text_copy(database);
	free(before);
	choose_lock(connection);
	return DBW_OK;
}

enum dbw_status mysql_plugin_connect(const struct dbw_host *host, const struct dbw_connect *where,
                                     struct dbw_connection **connection, struct dbw_error *error)
{
	return connection_open(host, where, true, connection, error);
}

void mysql_plugin_disconnect(struct dbw_connection *connection)
{
	struct dbw_error ignored = {.struct_size = sizeof ignored};

	if (!connection)
		return;
	if (connection->scratch) {
		char *name = text_identifier(connection->scratch);
		char *sql = text_format("DROP DATABASE IF EXISTS %s", name);

		/* A cancelled session must still clean up. */
		execute_begin_call(connection);
		execute_own(connection, sql, &ignored);
		free(name);
		free(sql);
	}
	/* The server rolls back what is open and gives up the locks, but some time after the
	 * client has gone: whoever comes next should not find the lock taken, nor it free while
	 * the transaction is still open. */
	if (connection->locked) {
		mysql_plugin_rollback(connection, &ignored);
		mysql_plugin_lock_release(connection, &ignored);
	}
	if (connection->handle)
		mysql_close(connection->handle);
	if (connection->guard)
		mysql_close(connection->guard);
	target_free(connection->target);
	free(connection->version);
	free(connection->database);
	free(connection->lock_name);
	free(connection->scratch);
	free(connection);
}

const char *mysql_plugin_server_version(struct dbw_connection *connection)
{
	return connection->version;
}

/* It ends a transaction, temporary tables, variables and locks; the database stays (MySQL 8.0 C
 * API, mysql_reset_connection()). */
enum dbw_status mysql_plugin_reset(struct dbw_connection *connection, struct dbw_error *error)
{
	enum dbw_status status = mysql_plugin_rollback(connection, error);

	/* Between most migrations there is nothing to do, and no round trip to pay for it. */
	if (status != DBW_OK || connection->untouched)
		return status;
	status = lock_before_reset(connection, error);
	if (status != DBW_OK)
		return status;
	if (mysql_reset_connection(connection->handle) != 0)
		return failure_of(connection, error);
	status = lock_after_reset(connection, error);
	if (status == DBW_OK)
		status = prepare_session(connection, error);
	if (status == DBW_OK && connection->database)
		status = connection_enter(connection, connection->database, error);
	if (status == DBW_OK && connection->scratch)
		status = lock_mark(connection, connection->scratch, error);
	connection->untouched = status == DBW_OK;
	return status;
}

/*
 * A second connection asks the server to end what the first one does. The flag stops the calls that
 * are between two statements just then; execute_begin_call() removes what arrives too late.
 */
void mysql_plugin_cancel(struct dbw_connection *connection)
{
	struct dbw_error ignored = {.struct_size = sizeof ignored};
	unsigned timeout = connection->target->connect_timeout;
	MYSQL *second;
	char *sql;

	atomic_store(&connection->cancelled, true);
	if (!timeout || timeout > CANCEL_TIMEOUT_SECONDS)
		timeout = CANCEL_TIMEOUT_SECONDS;
	if (target_open(connection->target, NULL, timeout, &second, &ignored) != DBW_OK)
		return;
	sql = text_format("KILL QUERY %lu", connection->id);
	mysql_query(second, sql);
	free(sql);
	mysql_close(second);
}

enum dbw_status mysql_plugin_table_exists(struct dbw_connection *connection,
                                          const char *namespace_name, const char *name,
                                          bool *exists, struct dbw_error *error)
{
	char *table = text_literal(name);
	char *schema = namespace_name ? text_literal(namespace_name) : text_copy("DATABASE()");
	char *sql = text_format("SELECT 1 FROM information_schema.tables WHERE table_schema = %s "
	                        "AND table_name = %s AND table_type NOT LIKE '%%VIEW'",
	                        schema, table);
	char *value = NULL;
	enum dbw_status status;

	execute_begin_call(connection);
	status = execute_value(connection, sql, &value, error);
	*exists = value != NULL;
	free(value);
	free(table);
	free(schema);
	free(sql);
	return status;
}

bool connection_is_quiet(const struct dbw_connection *connection)
{
#ifdef LIBMARIADB
	struct pollfd news = {.fd = mysql_get_socket(connection->handle), .events = POLLIN};
#else
	struct pollfd news = {.fd = connection->handle->net.fd, .events = POLLIN};
#endif

	return poll(&news, 1, 0) == 0;
}

MYSQL *connection_handle(struct dbw_connection *connection)
{
	return connection->handle;
}

bool connection_is_mariadb(const struct dbw_connection *connection)
{
	return connection->mariadb;
}

unsigned connection_server_version(const struct dbw_connection *connection)
{
	return connection->version_number;
}
