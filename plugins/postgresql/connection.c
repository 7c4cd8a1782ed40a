#include "connection.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "postgresql.h"

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

/* One line, without the end that libpq gives its messages. */
static void copy_line(char *to, size_t size, const char *from)
{
	size_t length;

	copy(to, size, from);
	length = strlen(to);
	while (length && (to[length - 1] == '\n' || to[length - 1] == ' '))
		to[--length] = '\0';
	for (char *c = to; *c; c++)
		if (*c == '\n' || *c == '\t')
			*c = ' ';
}

enum dbw_status connection_fail(PGconn *handle, const PGresult *result, struct dbw_error *error)
{
	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *message = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

	if (!message)
		message = result && *PQresultErrorMessage(result) ? PQresultErrorMessage(result)
		                                                  : PQerrorMessage(handle);
	copy_line(error->message, sizeof error->message, message);
	copy(error->sqlstate, sizeof error->sqlstate, state);
	if (result) {
		copy(error->detail, sizeof error->detail,
		     PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL));
		copy(error->hint, sizeof error->hint,
		     PQresultErrorField(result, PG_DIAG_MESSAGE_HINT));
		if (!*error->detail)
			copy(error->detail, sizeof error->detail,
			     PQresultErrorField(result, PG_DIAG_CONTEXT));
	}
	/* Class 57P: the server ended the session (PostgreSQL 15, appendix A). */
	if (PQstatus(handle) == CONNECTION_BAD || (state && strncmp(state, "57P", 3) == 0)) {
		if (!*error->hint)
			copy(
			    error->hint, sizeof error->hint,
			    "The connection is gone, and with it its transaction and its lock. Look "
			    "into the server's log for the reason, then run the same command again.");
		return DBW_LOST;
	}
	/* Lock timeout, deadlock, serialization failure, and what lock_timeout ends. */
	if (state && (strcmp(state, "55P03") == 0 || strcmp(state, "40P01") == 0 ||
	              strcmp(state, "40001") == 0))
		return DBW_BUSY;
	return DBW_FAILED;
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

/* libpq waits in poll() here and not in itself, so that a signal handler's cancel is seen in time. */
static bool wait_connected(PGconn *handle, int timeout_ms)
{
	struct timespec start, now;

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
		if (timeout_ms && spent >= timeout_ms)
			return false;
		poll(&wait, 1, timeout_ms ? (int)(timeout_ms - spent) : 1000);
	}
}

/* What tells a server that is not there (yet) from one that refuses: a refusal has a SQLSTATE inside its
 * message, which libpq does not hand out for connections; it begins with "FATAL:". */
static enum dbw_status connecting_failed(PGconn *handle, struct dbw_error *error)
{
	const char *message = PQerrorMessage(handle), *fatal = strstr(message, "FATAL:");
	bool refused = fatal && !strstr(fatal, "is starting up") &&
	               !strstr(fatal, "is shutting down") && !strstr(fatal, "in recovery mode");

	copy_line(error->message, sizeof error->message,
	          *message ? message : "no answer in time (connect_timeout)");
	/* libpq asks what our hint asks, on a line of its own. */
	if (!fatal && strstr(message, "\n\tIs the server"))
		snprintf(error->message, sizeof error->message, "%.*s", (int)strcspn(message, "\n"),
		         message);
	if (!fatal)
		copy(error->hint, sizeof error->hint,
		     "Is the server running, and are host and port right?");
	if (PQconnectionNeedsPassword(handle))
		copy(error->hint, sizeof error->hint,
		     "The server wants a password: put it into the URL, into password_file or "
		     "password_command, or into ~/.pgpass.");
	return refused || PQconnectionNeedsPassword(handle) ? DBW_FAILED : DBW_LOST;
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
	char port[16] = "";
	enum dbw_status status = DBW_OK;

	*handle = NULL;
	if (where->port)
		snprintf(port, sizeof port, "%u", where->port);
	if (!add(&parameters, "host", where->host, error) ||
	    !add(&parameters, "port", *port ? port : NULL, error) ||
	    !add(&parameters, "user", where->user, error) ||
	    !add(&parameters, "password", where->password, error) ||
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
	if (PQstatus(*handle) == CONNECTION_BAD ||
	    !wait_connected(*handle, (int)where->connect_timeout_ms))
		status = connecting_failed(*handle, error);
	if (status == DBW_OK && PQserverVersion(*handle) < OLDEST_SERVER) {
		snprintf(error->message, sizeof error->message,
		         "the server is PostgreSQL %s; 12 is the oldest that is supported",
		         PQparameterStatus(*handle, "server_version"));
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
	status = connection_command(made, made->settings, error);
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
	return status;
}

void postgresql_cancel(struct dbw_connection *connection)
{
	char ignored[256];

	atomic_store(&connection->cancelled, true);
	if (connection->cancel)
		PQcancel(connection->cancel, ignored, sizeof ignored);
}
