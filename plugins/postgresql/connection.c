#include "connection.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "failure.h"
#include "postgresql.h"
#include "session.h"

enum { OLDEST_SERVER = 120000, PARAMETERS = 64 };

PGconn *connection_handle(struct dbw_connection *connection)
{
	return connection->handle;
}

const struct dbw_host *connection_host(const struct dbw_connection *connection)
{
	return connection->host;
}

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

/* Connecting. */

struct parameters {
	const char *names[PARAMETERS];
	const char *values[PARAMETERS];
	size_t count;
};

static bool add(struct parameters *parameters, const char *name, const char *value,
                struct dbw_error *error)
{
	if (!value)
		return true;
	if (parameters->count + 1 >= PARAMETERS) {
		copy(error->message, sizeof error->message, "too many connection parameters");
		return false;
	}
	parameters->names[parameters->count] = name;
	parameters->values[parameters->count++] = value;
	return true;
}

/* libpq's own names alone; 'host' and 'port' come this way where there are several. */
static bool is_known(const char *name)
{
	PQconninfoOption *options = PQconndefaults();
	bool known = false;

	for (PQconninfoOption *option = options; option && option->keyword; option++)
		known |= strcmp(option->keyword, name) == 0;
	PQconninfoFree(options);
	return known;
}

static bool add_own(struct parameters *parameters, const struct dbw_connect *where,
                    struct dbw_error *error)
{
	for (size_t i = 0; where->parameters && where->parameters[i]; i++) {
		const struct dbw_parameter *parameter = where->parameters[i];

		if (!is_known(parameter->name)) {
			snprintf(error->message, sizeof error->message,
			         "libpq knows no connection parameter '%s'", parameter->name);
			copy(error->hint, sizeof error->hint,
			     "The query part of the URL takes libpq's parameters: sslmode, "
			     "sslrootcert, options, target_session_attrs and so on.");
			return false;
		}
		if (!add(parameters, parameter->name, parameter->value, error))
			return false;
	}
	return true;
}

/* libpq leaves connect_timeout to who polls (PostgreSQL 15, 34.1). It is in the URL, the entry, the environment
 * or a service file, and in whole seconds there. */
static int timeout_of(PGconn *handle)
{
	PQconninfoOption *options = PQconninfo(handle);
	long seconds = 0;

	for (PQconninfoOption *option = options; option && option->keyword; option++)
		if (strcmp(option->keyword, "connect_timeout") == 0 && option->val)
			seconds = strtol(option->val, NULL, 10);
	PQconninfoFree(options);
	if (seconds < 0)
		seconds = 0;
	return seconds > INT_MAX / 1000 ? INT_MAX : (int)seconds * 1000;
}

/* False: it failed, or, with *timed_out, it took too long. */
static bool wait_connected(PGconn *handle, int timeout_ms, bool *timed_out)
{
	struct timespec start, now;

	*timed_out = false;
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		PostgresPollingStatusType state = PQconnectPoll(handle);
		struct pollfd wait = {.fd = PQsocket(handle),
		                      .events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT};
		long long spent;

		if (state == PGRES_POLLING_OK)
			return true;
		if (state == PGRES_POLLING_FAILED)
			return false;
		clock_gettime(CLOCK_MONOTONIC, &now);
		spent =
		    (now.tv_sec - start.tv_sec) * 1000LL + (now.tv_nsec - start.tv_nsec) / 1000000;
		*timed_out = timeout_ms && spent >= timeout_ms;
		if (*timed_out)
			return false;
		poll(&wait, 1, timeout_ms ? (int)(timeout_ms - spent) : 1000);
	}
}

static void swallow(void *context, const PGresult *result)
{
	(void)context;
	(void)result;
}

enum dbw_status connection_open(const struct dbw_connect *where, const char *database,
                                PGconn **handle, struct dbw_error *error)
{
	struct parameters parameters = {.count = 0};
	char port[16] = "", timeout[16] = "";
	enum dbw_status status = DBW_OK;
	bool timed_out = false;
	int timeout_ms;

	*handle = NULL;
	if (where->port)
		snprintf(port, sizeof port, "%u", where->port);
	if (where->connect_timeout_ms)
		snprintf(timeout, sizeof timeout, "%u", (where->connect_timeout_ms + 999) / 1000);
	if (!add(&parameters, "host", where->host, error) ||
	    !add(&parameters, "port", *port ? port : NULL, error) ||
	    !add(&parameters, "user", where->user, error) ||
	    !add(&parameters, "password", where->password, error) ||
	    !add(&parameters, "connect_timeout", *timeout ? timeout : NULL, error) ||
	    !add_own(&parameters, where, error) ||
	    !add(&parameters, "dbname", database ? database : where->database, error) ||
	    !add(&parameters, "client_encoding", "UTF8", error) ||
	    !add(&parameters, "application_name", "dbwarden", error))
		return DBW_FAILED;
	parameters.names[parameters.count] = NULL;
	parameters.values[parameters.count] = NULL;
	*handle = PQconnectStartParams(parameters.names, parameters.values, 0);
	if (!*handle)
		abort();
	PQsetNoticeReceiver(*handle, swallow, NULL);
	timeout_ms = timeout_of(*handle);
	if (PQstatus(*handle) == CONNECTION_BAD || !wait_connected(*handle, timeout_ms, &timed_out))
		status = failure_to_connect(*handle, timed_out ? timeout_ms : 0, error);
	if (status == DBW_OK && PQserverVersion(*handle) < OLDEST_SERVER) {
		snprintf(error->message, sizeof error->message,
		         "the server is too old: it is PostgreSQL %s, and 12 or later is needed",
		         PQparameterStatus(*handle, "server_version"));
		copy(error->hint, sizeof error->hint, "Upgrade the server, or use another one.");
		status = DBW_UNSUPPORTED;
	}
	if (status != DBW_OK) {
		PQfinish(*handle);
		*handle = NULL;
	}
	return status;
}

/* The session's settings, said when it begins and after each reset. */
static char *settings_of(const struct dbw_host *host, const struct dbw_connect *where)
{
	struct dbw_buffer *buffer = host->buffer_new();
	char line[128];
	char *copy_of;

	snprintf(line, sizeof line, "SET statement_timeout = %u; SET lock_timeout = %u",
	         where->statement_timeout_ms, where->lock_wait_timeout_ms);
	host->buffer_append(buffer, line, strlen(line));
	if (where->namespace_name) {
		static const char set[] = "; SET search_path = ";

		host->buffer_append(buffer, set, sizeof set - 1);
		postgresql_quote_identifier(host, where->namespace_name, buffer);
	}
	if (where->flags & DBW_CONNECT_READ_ONLY) {
		static const char set[] = "; SET default_transaction_read_only = on";

		host->buffer_append(buffer, set, sizeof set - 1);
	}
	copy_of = strdup(host->buffer_text(buffer, NULL));
	host->buffer_free(buffer);
	if (!copy_of)
		abort();
	return copy_of;
}

enum dbw_status connection_command(struct dbw_connection *connection, const char *sql,
                                   struct dbw_error *error)
{
	PGresult *result = PQexec(connection->handle, sql);
	ExecStatusType state = PQresultStatus(result);
	enum dbw_status status = DBW_OK;

	if (state != PGRES_COMMAND_OK && state != PGRES_TUPLES_OK)
		status = connection_fail(connection->handle, result, error);
	PQclear(result);
	return status;
}

enum dbw_status connection_wrap(const struct dbw_host *host, const struct dbw_connect *where,
                                PGconn *handle, struct dbw_connection **connection,
                                struct dbw_error *error)
{
	struct dbw_connection *made = calloc(1, sizeof *made);
	enum dbw_status status;

	if (!made)
		abort();
	made->host = host;
	made->handle = handle;
	made->cancel = PQgetCancel(handle);
	made->settings = settings_of(host, where);
	copy(made->version, sizeof made->version, PQparameterStatus(handle, "server_version"));
	status = session_begin(made, error);
	made->untouched = true;
	if (status == DBW_OK) {
		*connection = made;
	} else {
		postgresql_disconnect(made);
		*connection = NULL;
	}
	return status;
}

enum dbw_status postgresql_connect(const struct dbw_host *host, const struct dbw_connect *where,
                                   struct dbw_connection **connection, struct dbw_error *error)
{
	PGconn *handle;
	enum dbw_status status = connection_open(where, NULL, &handle, error);

	*connection = NULL;
	return status == DBW_OK ? connection_wrap(host, where, handle, connection, error) : status;
}

const char *postgresql_server_version(struct dbw_connection *connection)
{
	return connection->version;
}

/* What DISCARD ALL does, but for giving up advisory locks: the migration lock stays. */
static const char discard[] =
    "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; DEALLOCATE ALL; "
    "UNLISTEN *; DISCARD PLANS; DISCARD TEMP; DISCARD SEQUENCES";

void connection_watch(struct dbw_connection *connection)
{
	if (PQserverVersion(connection->handle) >= 140000)
		PQclear(PQexec(connection->handle, "SET client_connection_check_interval = '2s'"));
}

enum dbw_status postgresql_reset(struct dbw_connection *connection, struct dbw_error *error)
{
	enum dbw_status status = postgresql_rollback(connection, error);
	char *all;

	/* Between most migrations there is nothing to do, and no round trip to pay for it. */
	if (status != DBW_OK || connection->untouched)
		return status;
	if (asprintf(&all, "%s; %s", discard, connection->settings) < 0)
		abort();
	status = connection_command(connection, all, error);
	free(all);
	connection->untouched = status == DBW_OK;
	if (connection->lock_backend)
		connection_watch(connection);
	return status;
}

void postgresql_cancel(struct dbw_connection *connection)
{
	char ignored[256];

	atomic_store(&connection->cancelled, true);
	if (connection->cancel)
		PQcancel(connection->cancel, ignored, sizeof ignored);
}
