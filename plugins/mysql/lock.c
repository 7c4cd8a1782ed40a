#include "lock.h"

#include <mysqld_error.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "failure.h"
#include "mysql_plugin.h"
#include "target.h"
#include "text.h"

/* How long lock_break() waits until the session that it ended has given up the lock. */
enum { BREAK_ATTEMPTS = 200, BREAK_PAUSE_MS = 50 };

/* Names of locks are the whole server's, so the database must be in them. They have at most 64
 * characters (MySQL 8.0, 12.14); what is longer is told apart by its FNV-1a hash. */
static unsigned long long hash_of(const char *text)
{
	uint64_t hash = 14695981039346656037u;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211u;
	return hash;
}

char *lock_name_of(const char *database)
{
	if (strlen("dbwarden:") + strlen(database) <= 64)
		return text_format("dbwarden:%s", database);
	return text_format("dbwarden:#%016llx", hash_of(database));
}

static char *guard_name_of(const struct dbw_connection *connection)
{
	return text_format("dbwarden-reset:#%016llx", hash_of(connection->lock_name));
}

static char *write_question(const char *function, const char *name, const char *rest)
{
	char *literal = text_literal(name);
	char *sql = text_format("SELECT %s(%s%s)", function, literal, rest);

	free(literal);
	return sql;
}

/* "SELECT FUNCTION(name rest)" to a number: -1 for NULL. */
static enum dbw_status ask(struct dbw_connection *connection, const char *function,
                           const char *name, const char *rest, long long *number,
                           struct dbw_error *error)
{
	char *sql = write_question(function, name, rest), *value;
	enum dbw_status status = execute_value(connection, sql, &value, error);

	*number = value ? strtoll(value, NULL, 10) : -1;
	free(value);
	free(sql);
	return status;
}

enum dbw_status lock_mark(struct dbw_connection *connection, const char *name,
                          struct dbw_error *error)
{
	long long got;
	enum dbw_status status = ask(connection, "GET_LOCK", name, ", 0", &got, error);

	if (status == DBW_OK && got != 1) {
		failure_set(error, "another session holds the lock '%s'", name);
		return DBW_BUSY;
	}
	return status;
}

/*
 * Resetting a session gives up its locks. Meanwhile a second session of the same process holds
 * another lock, the guard, and whoever gets the migration lock while the guard is held gives it back
 * at once: so nobody works in between.
 */

/* True if the second session, where there is one, answers 1. */
static bool ask_guard(struct dbw_connection *connection, const char *function, const char *rest)
{
	char *name = guard_name_of(connection), *sql = write_question(function, name, rest);
	MYSQL_RES *result = NULL;
	MYSQL_ROW row = NULL;
	bool yes;

	if (connection->guard && mysql_query(connection->guard, sql) == 0)
		result = mysql_store_result(connection->guard);
	if (result)
		row = mysql_fetch_row(result);
	yes = row && row[0] && strcmp(row[0], "1") == 0;
	mysql_free_result(result);
	free(name);
	free(sql);
	return yes;
}

enum dbw_status lock_before_reset(struct dbw_connection *connection, struct dbw_error *error)
{
	enum dbw_status status;

	if (!connection->locked)
		return DBW_OK;
	status = mysql_plugin_lock_check(connection, error);
	if (status != DBW_OK || ask_guard(connection, "GET_LOCK", ", 0"))
		return status;
	/* There is none yet, or the server has ended it for being idle. */
	if (connection->guard)
		mysql_close(connection->guard);
	status = target_open(connection->target, NULL, 0, &connection->guard, error);
	if (status != DBW_OK || ask_guard(connection, "GET_LOCK", ", 0"))
		return status;
	failure_set(error, "cannot keep the migration lock while the session is reset");
	return DBW_BUSY;
}

enum dbw_status lock_after_reset(struct dbw_connection *connection, struct dbw_error *error)
{
	enum dbw_status status;
	long long got;

	if (!connection->locked)
		return DBW_OK;
	/* Somebody may have it for as long as it takes to look at the guard. */
	status = ask(connection, "GET_LOCK", connection->lock_name, ", 10", &got, error);
	ask_guard(connection, "RELEASE_LOCK", "");
	if (status == DBW_OK && got == 1)
		return DBW_OK;
	connection->locked = false;
	if (status == DBW_OK) {
		failure_set(error, "the migration lock was lost when the session was reset");
		status = DBW_LOST;
	}
	return status;
}

/* The session that holds the lock, 0 for none. */
static enum dbw_status find_session(struct dbw_connection *connection, unsigned long *session,
                                    struct dbw_error *error)
{
	long long id;
	enum dbw_status status =
	    ask(connection, "IS_USED_LOCK", connection->lock_name, "", &id, error);

	*session = id > 0 ? (unsigned long)id : 0;
	return status;
}

/* The description: a row for people to read, which never decides. */

static const char create_table[] =
    "CREATE TABLE IF NOT EXISTS dbwarden_lock ("
    "id TINYINT NOT NULL PRIMARY KEY, host VARCHAR(255) NOT NULL, user_name VARCHAR(128) NOT NULL, "
    "pid BIGINT NOT NULL, command VARCHAR(255) NOT NULL, since VARCHAR(32) NOT NULL, "
    "backend BIGINT NOT NULL) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4";

static char *write_row(const struct dbw_connection *connection, const struct dbw_lock_holder *self)
{
	char *host = text_literal(self->host), *user = text_literal(self->user);
	char *command = text_literal(self->command), *since = text_literal(self->since);
	char *sql = text_format("REPLACE INTO dbwarden_lock (id, host, user_name, pid, command, "
	                        "since, backend) VALUES (1, %s, %s, %lld, %s, %s, %lu)",
	                        host, user, (long long)self->pid, command, since, connection->id);

	free(host);
	free(user);
	free(command);
	free(since);
	return sql;
}

/* Without it, whoever waits is told less: a missing privilege does not keep anybody from working. */
static enum dbw_status describe(struct dbw_connection *connection,
                                const struct dbw_lock_holder *self, struct dbw_error *error)
{
	char *sql = write_row(connection, self);
	enum dbw_status status = execute_own(connection, sql, error);

	if (status == DBW_FAILED && error->vendor_code == ER_NO_SUCH_TABLE) {
		status = execute_own(connection, create_table, error);
		if (status == DBW_OK)
			status = execute_own(connection, sql, error);
	}
	free(sql);
	return status == DBW_LOST || status == DBW_CANCELLED ? status : DBW_OK;
}

static void take_field(char *field, size_t size, const char *value, size_t length)
{
	if (!value || length >= size)
		return;
	memcpy(field, value, length + 1);
	for (; *field; field++)
		if ((unsigned char)*field < ' ' || *field == 0x7f)
			*field = ' ';
}

static bool take_description(void *context, size_t count, const char *const *values,
                             const size_t *lengths, const char *const *names)
{
	struct dbw_lock_holder *holder = context;

	(void)names;
	if (count < 5)
		return false;
	take_field(holder->host, sizeof holder->host, values[0], lengths[0]);
	take_field(holder->user, sizeof holder->user, values[1], lengths[1]);
	take_field(holder->command, sizeof holder->command, values[2], lengths[2]);
	take_field(holder->since, sizeof holder->since, values[3], lengths[3]);
	holder->pid = values[4] ? strtoll(values[4], NULL, 10) : 0;
	return false;
}

/* The server knows where a session comes from and as whom, but not when it took the lock. Other
 * users' sessions are seen only with the privilege PROCESS. */
static bool take_session(void *context, size_t count, const char *const *values,
                         const size_t *lengths, const char *const *names)
{
	struct dbw_lock_holder *holder = context;
	char *port;

	(void)names;
	if (count < 2)
		return false;
	take_field(holder->host, sizeof holder->host, values[0], lengths[0]);
	take_field(holder->user, sizeof holder->user, values[1], lengths[1]);
	port = strrchr(holder->host, ':');
	if (port)
		*port = '\0';
	return false;
}

/* As far as it is known: what cannot be read stays empty. */
static void read_holder(struct dbw_connection *connection, unsigned long session,
                        struct dbw_lock_holder *holder)
{
	struct dbw_error ignored = {.struct_size = sizeof ignored};
	char *row = text_format("SELECT host, user_name, command, since, pid FROM dbwarden_lock "
	                        "WHERE backend = %lu",
	                        session);
	char *process = text_format(
	    "SELECT host, user FROM information_schema.processlist WHERE id = %lu", session);

	holder->host[0] = holder->user[0] = holder->command[0] = holder->since[0] = '\0';
	holder->pid = 0;
	execute_rows(connection, process, strlen(process), take_session, holder, &ignored);
	execute_rows(connection, row, strlen(row), take_description, holder, &ignored);
	free(row);
	free(process);
}

/* The slots. */

static enum dbw_status report_busy(struct dbw_connection *connection,
                                   struct dbw_lock_holder *holder, struct dbw_error *error)
{
	unsigned long session;
	enum dbw_status status = find_session(connection, &session, error);

	if (status != DBW_OK)
		return status;
	if (session)
		read_holder(connection, session, holder);
	failure_set(error, "the migration lock is held");
	return DBW_BUSY;
}

/* The lock was free because its holder is resetting its session. */
static enum dbw_status respect_guard(struct dbw_connection *connection, struct dbw_error *error)
{
	char *name = guard_name_of(connection);
	enum dbw_status status;
	long long is_free, released;

	status = ask(connection, "IS_FREE_LOCK", name, "", &is_free, error);
	free(name);
	if (status != DBW_OK || is_free == 1)
		return status;
	connection->locked = false;
	status = ask(connection, "RELEASE_LOCK", connection->lock_name, "", &released, error);
	if (status != DBW_OK)
		return status;
	failure_set(error, "the migration lock is held");
	return DBW_BUSY;
}

enum dbw_status mysql_plugin_lock_try(struct dbw_connection *connection,
                                      const struct dbw_lock_holder *self,
                                      struct dbw_lock_holder *holder, struct dbw_error *error)
{
	enum dbw_status status;
	long long got;

	/* A lock that is taken twice would have to be released twice (MySQL 8.0, 12.14). */
	if (connection->locked && mysql_plugin_lock_check(connection, error) == DBW_OK)
		return DBW_OK;
	execute_begin_call(connection);
	status = ask(connection, "GET_LOCK", connection->lock_name, ", 0", &got, error);
	if (status != DBW_OK)
		return status;
	if (got == 0)
		return report_busy(connection, holder, error);
	if (got < 0)
		return failure_set(error, "the server did not give the migration lock: GET_LOCK() "
		                          "returned NULL");
	connection->locked = true;
	status = respect_guard(connection, error);
	return status == DBW_OK ? describe(connection, self, error) : status;
}

enum dbw_status mysql_plugin_lock_check(struct dbw_connection *connection, struct dbw_error *error)
{
	unsigned long session;
	enum dbw_status status;

	/* Only the end of the session and statements of its own give it up. A server that ended it
	 * has said so, or closed the connection: there is something to read. */
	if (connection->locked && connection->untouched && connection_is_quiet(connection))
		return DBW_OK;
	execute_begin_call(connection);
	status = find_session(connection, &session, error);
	if (status != DBW_OK)
		return status;
	if (session == connection->id)
		return DBW_OK;
	connection->locked = false;
	failure_set(error, session ? "another session holds the migration lock"
	                           : "the migration lock is not held");
	return DBW_LOST;
}

enum dbw_status mysql_plugin_lock_release(struct dbw_connection *connection,
                                          struct dbw_error *error)
{
	struct dbw_error ignored = {.struct_size = sizeof ignored};
	enum dbw_status status;
	long long released;
	char *sql;

	if (!connection->locked)
		return DBW_OK;
	execute_begin_call(connection);
	/* The row first: then nobody sees it beside a lock that another session has just taken. */
	sql = text_format("DELETE FROM dbwarden_lock WHERE backend = %lu", connection->id);
	execute_own(connection, sql, &ignored);
	free(sql);
	connection->locked = false;
	status = ask(connection, "RELEASE_LOCK", connection->lock_name, "", &released, error);
	return status;
}

enum dbw_status mysql_plugin_lock_holder(struct dbw_connection *connection,
                                         struct dbw_lock_holder *holder, struct dbw_error *error)
{
	unsigned long session;
	enum dbw_status status;

	execute_begin_call(connection);
	status = find_session(connection, &session, error);
	if (status != DBW_OK || !session)
		return status;
	read_holder(connection, session, holder);
	return DBW_BUSY;
}

/* The statement that the session was running may first have to be undone. */
static enum dbw_status await_end(struct dbw_connection *connection, unsigned long ended,
                                 struct dbw_error *error)
{
	const struct timespec pause = {0, BREAK_PAUSE_MS * 1000000L};
	unsigned long session;

	for (int i = 0; i < BREAK_ATTEMPTS; i++) {
		enum dbw_status status = find_session(connection, &session, error);

		/* Another one has it: that is not the one to end. */
		if (status != DBW_OK || session != ended)
			return status;
		if (atomic_load(&connection->cancelled))
			return failure_cancelled(error);
		nanosleep(&pause, NULL);
	}
	failure_set(error, "session %lu was told to end, but still holds the migration lock",
	            ended);
	failure_hint(error, "It is undoing what it did. Look at 'SHOW PROCESSLIST', and try again "
	                    "later.");
	return DBW_BUSY;
}

enum dbw_status mysql_plugin_lock_break(struct dbw_connection *connection, struct dbw_error *error)
{
	unsigned long session;
	enum dbw_status status;
	char *sql;

	execute_begin_call(connection);
	status = find_session(connection, &session, error);
	if (status != DBW_OK || !session)
		return status;
	if (session == connection->id)
		return mysql_plugin_lock_release(connection, error);
	sql = text_format("KILL CONNECTION %lu", session);
	status = execute_own(connection, sql, error);
	free(sql);
	/* It has ended by itself. */
	if (status == DBW_FAILED && error->vendor_code == ER_NO_SUCH_THREAD)
		status = DBW_OK;
	if (status == DBW_FAILED && error->vendor_code == ER_KILL_DENIED_ERROR)
		failure_hint(error, "Ending another user's session needs the privilege CONNECTION "
		                    "ADMIN (MySQL: CONNECTION_ADMIN).");
	return status == DBW_OK ? await_end(connection, session, error) : status;
}
