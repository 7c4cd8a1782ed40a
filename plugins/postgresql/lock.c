#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "connection.h"
#include "postgresql.h"

/* An advisory lock of the session (PostgreSQL 15, 13.3.5), which goes with it. Who waits asks again and again
 * and holds no snapshot in between, so that CREATE INDEX CONCURRENTLY of the holder never waits for who waits.
 * The descriptive row is for people: it counts only as long as its session holds the lock. */

/* Two numbers that nobody else uses: "dbw" and "lock" in a manner of speaking. */
#define LOCK_KEYS  "1684175979, 1819239275"
#define LOCK_TABLE "dbwarden_lock"

/* How long lock_break() waits until the session that it ended has given up the lock. */
enum { BREAK_ATTEMPTS = 200, BREAK_PAUSE_MS = 50 };

static const char holder_query[] =
    "SELECT l.pid, coalesce(a.usename, ''), coalesce(host(a.client_addr), ''), "
    "to_char(a.backend_start AT TIME ZONE 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') "
    "FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 1684175979 "
    "AND l.objid = 1819239275 AND l.objsubid = 2 "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())";

static void fill(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
}

/* From the row that the holder left, if it is the holder's. */
static void describe(struct dbw_connection *connection, const char *backend,
                     struct dbw_lock_holder *holder)
{
	const char *const values[] = {backend};
	struct dbw_error ignored = {.struct_size = sizeof ignored};
	bool exists = false;
	PGresult *result;

	if (postgresql_table_exists(connection, NULL, LOCK_TABLE, &exists, &ignored) != DBW_OK ||
	    !exists)
		return;
	result = PQexecParams(connection->handle,
	                      "SELECT host, user_name, pid, command, since FROM " LOCK_TABLE
	                      " WHERE backend = $1::bigint",
	                      1, NULL, values, NULL, NULL, 0);
	if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1) {
		fill(holder->host, sizeof holder->host, PQgetvalue(result, 0, 0));
		fill(holder->user, sizeof holder->user, PQgetvalue(result, 0, 1));
		holder->pid = strtoll(PQgetvalue(result, 0, 2), NULL, 10);
		fill(holder->command, sizeof holder->command, PQgetvalue(result, 0, 3));
		fill(holder->since, sizeof holder->since, PQgetvalue(result, 0, 4));
	}
	PQclear(result);
}

enum dbw_status postgresql_lock_holder(struct dbw_connection *connection,
                                       struct dbw_lock_holder *holder, struct dbw_error *error)
{
	PGresult *result = PQexec(connection->handle, holder_query);
	enum dbw_status status = DBW_OK;

	if (PQresultStatus(result) != PGRES_TUPLES_OK) {
		status = connection_fail(connection->handle, result, error);
	} else if (PQntuples(result)) {
		fill(holder->user, sizeof holder->user, PQgetvalue(result, 0, 1));
		fill(holder->host, sizeof holder->host, PQgetvalue(result, 0, 2));
		fill(holder->since, sizeof holder->since, PQgetvalue(result, 0, 3));
		describe(connection, PQgetvalue(result, 0, 0), holder);
		status = DBW_BUSY;
	}
	PQclear(result);
	return status;
}

/* Behind a pooler that gives each transaction another session, the lock would stay with a session that
 * nobody holds. A connection of libpq's to a server knows its session's process; a pooler makes one up. */
static enum dbw_status refuse_pooler(struct dbw_connection *connection, struct dbw_error *error)
{
	PGresult *result = PQexec(connection->handle, "SELECT pg_backend_pid()");
	enum dbw_status status = DBW_OK;

	if (PQresultStatus(result) != PGRES_TUPLES_OK) {
		status = connection_fail(connection->handle, result, error);
	} else if (atoi(PQgetvalue(result, 0, 0)) != PQbackendPID(connection->handle)) {
		fill(error->message, sizeof error->message,
		     "a connection pooler stands before the server, where a lock of the session "
		     "cannot be relied on");
		fill(
		    error->hint, sizeof error->hint,
		    "Set 'direct_url' of the entry to the server itself; it is used for everything "
		    "then.");
		status = DBW_FAILED;
	}
	PQclear(result);
	return status;
}

/* The row of the session that holds the lock now. Whether it can be written or not decides nothing. */
static void leave_description(struct dbw_connection *connection, const struct dbw_lock_holder *self)
{
	char pid[32], backend[32];
	const char *const values[] = {self->host,    self->user,  pid,
	                              self->command, self->since, backend};
	struct dbw_error ignored = {.struct_size = sizeof ignored};
	bool exists = false;

	snprintf(pid, sizeof pid, "%lld", (long long)self->pid);
	snprintf(backend, sizeof backend, "%d", connection->lock_backend);
	if (postgresql_table_exists(connection, NULL, LOCK_TABLE, &exists, &ignored) == DBW_OK &&
	    !exists)
		PQclear(PQexec(connection->handle, "CREATE TABLE " LOCK_TABLE
		                                   " (host text, user_name text, pid bigint, "
		                                   "command text, since text, backend bigint)"));
	PQclear(PQexec(connection->handle, "DELETE FROM " LOCK_TABLE));
	PQclear(PQexecParams(connection->handle,
	                     "INSERT INTO " LOCK_TABLE " VALUES ($1, $2, $3::bigint, $4, $5, "
	                     "$6::bigint)",
	                     6, NULL, values, NULL, NULL, 0));
}

enum dbw_status postgresql_lock_try(struct dbw_connection *connection,
                                    const struct dbw_lock_holder *self,
                                    struct dbw_lock_holder *holder, struct dbw_error *error)
{
	enum dbw_status status = refuse_pooler(connection, error);
	PGresult *result;
	bool taken;

	if (status != DBW_OK)
		return status;
	result = PQexec(connection->handle, "SELECT pg_try_advisory_lock(" LOCK_KEYS ")");
	if (PQresultStatus(result) != PGRES_TUPLES_OK) {
		status = connection_fail(connection->handle, result, error);
		PQclear(result);
		return status;
	}
	taken = *PQgetvalue(result, 0, 0) == 't';
	PQclear(result);
	if (!taken) {
		status = postgresql_lock_holder(connection, holder, error);
		/* It may have become free meanwhile: asking again helps. */
		return status == DBW_OK ? DBW_BUSY : status;
	}
	connection->lock_backend = PQbackendPID(connection->handle);
	leave_description(connection, self);
	connection_watch(connection);
	return DBW_OK;
}

static enum dbw_status ask_server(struct dbw_connection *connection, struct dbw_error *error)
{
	PGresult *result =
	    PQexec(connection->handle,
	           "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted "
	           "AND classid = 1684175979 AND objid = 1819239275 AND pid = pg_backend_pid()");
	enum dbw_status status = DBW_OK;

	if (PQresultStatus(result) != PGRES_TUPLES_OK) {
		connection_fail(connection->handle, result, error);
		status = DBW_LOST;
	} else if (!connection->lock_backend || PQntuples(result) == 0) {
		fill(error->message, sizeof error->message,
		     "the server knows nothing of the lock any more");
		status = DBW_LOST;
	}
	PQclear(result);
	return status;
}

enum dbw_status postgresql_lock_check(struct dbw_connection *connection, struct dbw_error *error)
{
	struct pollfd news = {.fd = PQsocket(connection->handle), .events = POLLIN};

	/* Only the end of the session and a call of its own give it up. A server that ended it has said
	 * so, or closed the connection: there is something to read. */
	if (connection->lock_backend && connection->untouched && poll(&news, 1, 0) == 0)
		return DBW_OK;
	return ask_server(connection, error);
}

enum dbw_status postgresql_lock_release(struct dbw_connection *connection, struct dbw_error *error)
{
	enum dbw_status status;

	PQclear(PQexec(connection->handle, "DELETE FROM " LOCK_TABLE));
	status = connection_command(connection, "SELECT pg_advisory_unlock(" LOCK_KEYS ")", error);
	connection->lock_backend = 0;
	return status;
}

/* The process of the session that holds the lock, 0 for none. */
static enum dbw_status find_session(struct dbw_connection *connection, int *session,
                                    struct dbw_error *error)
{
	PGresult *result = PQexec(connection->handle, holder_query);
	enum dbw_status status = DBW_OK;

	*session = 0;
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		status = connection_fail(connection->handle, result, error);
	else if (PQntuples(result))
		*session = atoi(PQgetvalue(result, 0, 0));
	PQclear(result);
	return status;
}

/* What the session was doing may first have to be undone. */
static enum dbw_status await_end(struct dbw_connection *connection, int ended,
                                 struct dbw_error *error)
{
	const struct timespec pause = {0, BREAK_PAUSE_MS * 1000000L};
	int session;

	for (int i = 0; i < BREAK_ATTEMPTS; i++) {
		enum dbw_status status = find_session(connection, &session, error);

		/* Another one has it: that is not the one to end. */
		if (status != DBW_OK || session != ended)
			return status;
		nanosleep(&pause, NULL);
	}
	snprintf(error->message, sizeof error->message,
	         "session %d was told to end, but still holds the migration lock", ended);
	fill(error->hint, sizeof error->hint,
	     "It is undoing what it did. Look at it in pg_stat_activity, and try again later.");
	return DBW_BUSY;
}

enum dbw_status postgresql_lock_break(struct dbw_connection *connection, struct dbw_error *error)
{
	char sql[64];
	int session;
	enum dbw_status status = find_session(connection, &session, error);

	if (status != DBW_OK || !session)
		return status;
	snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d)", session);
	status = connection_command(connection, sql, error);
	if (status == DBW_FAILED && strcmp(error->sqlstate, "42501") == 0)
		fill(error->hint, sizeof error->hint,
		     "Ending another user's session needs the role pg_signal_backend; that of a "
		     "superuser can be ended by a superuser alone.");
	return status == DBW_OK ? await_end(connection, session, error) : status;
}
