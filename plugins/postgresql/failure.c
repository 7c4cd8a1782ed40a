#include "failure.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "connection.h"

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

/* One line, without the indentation and the end that libpq gives its messages. */
static void copy_line(char *to, size_t size, const char *from)
{
	char *end = to;

	copy(to, size, from);
	for (const char *c = to; *c; c++)
		if (!strchr("\n\t", *c))
			*end++ = *c;
		else if (end > to && end[-1] != ' ')
			*end++ = ' ';
	while (end > to && end[-1] == ' ')
		end--;
	*end = '\0';
}

/* Statements. */

static const char lost[] = "The connection is gone, and with it its transaction and its lock. Look "
			   "into the server's log for the reason, then run the same command again.";

/* Codes, or classes of two or three characters (PostgreSQL 15, appendix A). */
static const struct {
	const char *state;
	enum dbw_status status;
	const char *hint;
} meanings[] = {
    {"57P", DBW_LOST, lost},
    {"08", DBW_LOST, lost},
    {"55P03", DBW_BUSY,
     "Another session holds a lock on the same table: see pg_stat_activity and pg_locks. Run the "
     "same command again when it has ended, or wait longer with lock_wait_timeout."},
    {"40P01", DBW_BUSY,
     "Another session worked on the same tables in another order. Run the same command again."},
    {"40001", DBW_BUSY, "Another session changed the same rows. Run the same command again."},
    {"57014", DBW_FAILED,
     "The statement took longer than statement_timeout allows, or somebody has cancelled it. See "
     "what it waits for in pg_stat_activity, or raise statement_timeout of the entry."},
    {"42501", DBW_FAILED, "The user of the url lacks a privilege. GRANT it, or use another user."},
    {"25006", DBW_FAILED,
     "The server, or the session, is read-only: look whether the url leads to a standby, and at "
     "default_transaction_read_only of the server, the database and the user."},
    {"53100", DBW_FAILED, "Make room on the server's disk, then run the same command again."},
    {"53200", DBW_FAILED,
     "The server is short of memory. See what else runs there, then run the same command again."},
    {"53400", DBW_FAILED,
     "The server sets a limit. Raise the one that is named above, or let the statement use less, "
     "then run the same command again."},
    {"3F000", DBW_FAILED,
     "The schema that unqualified names belong to is not there ('schema' of the entry, or the "
     "user's search_path): CREATE SCHEMA it."},
};

static enum dbw_status mean(const char *state, struct dbw_error *error)
{
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
		if (strncmp(state, meanings[i].state, strlen(meanings[i].state)) != 0)
			continue;
		if (!*error->hint)
			copy(error->hint, sizeof error->hint, meanings[i].hint);
		return meanings[i].status;
	}
	return DBW_FAILED;
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
	if (PQstatus(handle) == CONNECTION_BAD) {
		if (!*error->hint)
			copy(error->hint, sizeof error->hint, lost);
		return DBW_LOST;
	}
	return state ? mean(state, error) : DBW_FAILED;
}

static bool mentions(const struct dbw_statement *statement, const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i + length <= statement->length; i++)
		if (strncasecmp(statement->sql + i, word, length) == 0)
			return true;
	return false;
}

/* PostgreSQL 15, CREATE INDEX, "Building Indexes Concurrently". */
void failure_add_remains(const struct dbw_statement *statement, struct dbw_error *error)
{
	size_t used = strlen(error->hint);

	if (statement->length > 6 && strncasecmp(statement->sql, "CREATE", 6) == 0 &&
	    mentions(statement, "INDEX") && mentions(statement, "CONCURRENTLY"))
		snprintf(error->hint + used, sizeof error->hint - used,
		         "%sIf the index is there now, it is invalid: DROP INDEX it before this "
		         "statement runs again.",
		         used ? " " : "");
}

/* Connecting. A refusal has a SQLSTATE, which libpq does not hand out for connections, so the words must do.
 * Those of the server may be in another language: then the message stands without our advice. */

static const char unreachable[] =
    "Look whether the server runs, whether host and port (or the folder of the socket) of the url "
    "are right, and whether a firewall is between. 'migrate --wait' waits for it.";

static const struct {
	const char *words;
	enum dbw_status status;
	const char *hint;
} refusals[] = {
    {"is starting up", DBW_LOST, "Try again in a moment; 'migrate --wait' waits for it."},
    {"is shutting down", DBW_LOST, "Start it again; 'migrate --wait' waits for it."},
    {"in recovery mode", DBW_LOST, "Try again in a moment; 'migrate --wait' waits for it."},
    {"not accepting connections", DBW_LOST,
     "Try again in a moment; 'migrate --wait' waits for it."},
    {"too many clients", DBW_LOST,
     "Wait until others have disconnected, or raise max_connections on the server."},
    {"remaining connection slots", DBW_LOST,
     "Wait until others have disconnected, or raise max_connections on the server."},
    {"too many connections", DBW_LOST,
     "Wait until others have disconnected, or raise the limit of the user or database."},
    {"authentication failed", DBW_FAILED,
     "Look at user and password in the url (where it has none, in ~/.pgpass); in a password, "
     "characters such as @ : / ? # % are written as %40 %3A %2F %3F %23 %25."},
    {"no pg_hba.conf entry", DBW_FAILED,
     "The server lets nobody in from this machine as that user, to that database, in that way: an "
     "administrator adds a line to its pg_hba.conf. Where it says 'no encryption', "
     "sslmode=require in the url may do."},
    {"permission denied for database", DBW_FAILED, "Let the user in: GRANT CONNECT ON DATABASE."},
    {"does not support SSL", DBW_FAILED,
     "The url asks for TLS (sslmode), and the server offers none: turn 'ssl' on there, or ask for "
     "less."},
    {"certificate", DBW_FAILED,
     "Look at sslmode, sslrootcert, sslcert and sslkey in the url, and whether the server's "
     "certificate is for that host."},
    {"SSL error", DBW_FAILED, "Look at sslmode, sslrootcert, sslcert and sslkey in the url."},
    {"\" does not exist", DBW_FAILED,
     "Correct the name in the url, or create it: CREATE DATABASE, CREATE ROLE."},
    {"could not translate host name", DBW_LOST,
     "Correct the host in the url, or look at the name service."},
};

enum dbw_status failure_to_connect(PGconn *handle, int timeout_ms, struct dbw_error *error)
{
	const char *message = PQerrorMessage(handle);
	const char *host = PQhost(handle), *port = PQport(handle);

	if (timeout_ms) {
		snprintf(error->message, sizeof error->message,
		         "server at \"%s\", port %s: no answer within %d seconds (connect_timeout)",
		         host ? host : "", port ? port : "", timeout_ms / 1000);
		copy(error->hint, sizeof error->hint, unreachable);
		return DBW_LOST;
	}
	copy_line(error->message, sizeof error->message, message);
	if (PQconnectionNeedsPassword(handle)) {
		copy(error->hint, sizeof error->hint,
		     "The server wants a password: put it into the URL, into password_file or "
		     "password_command, or into ~/.pgpass.");
		return DBW_FAILED;
	}
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
		if (strstr(message, refusals[i].words)) {
			copy(error->hint, sizeof error->hint, refusals[i].hint);
			return refusals[i].status;
		}
	if (strstr(message, "FATAL:"))
		return DBW_FAILED;
	/* libpq asks what our hint asks, on a line of its own. */
	if (strstr(message, "\n\tIs the server"))
		snprintf(error->message, sizeof error->message, "%.*s", (int)strcspn(message, "\n"),
		         message);
	copy(error->hint, sizeof error->hint, unreachable);
	return DBW_LOST;
}
