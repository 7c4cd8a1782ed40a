#include "failure.h"

#include <mysqld_error.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/*
 * Numbers that one of the two vendors' headers lacks (MySQL 8.0, Error Message Reference; MariaDB,
 * Error Code Reference).
 */
enum {
	MARIADB_CONNECTION_KILLED = 1927,
	MARIADB_STATEMENT_TIMEOUT = 1969,
	MYSQL_QUERY_TIMEOUT = 3024,
	MYSQL_SECURE_TRANSPORT_REQUIRED = 3159,
	MYSQL_SESSION_WAS_KILLED = 3169,
	MYSQL_CLIENT_INTERACTION_TIMEOUT = 4031,
	MYSQL_AUTHENTICATION_UNKNOWN = 1251,
	MARIADB_READ_FAILED = 5013,
	MARIADB_WRITE_FAILED = 5014,
	LOST_EXTENDED = 2055,
};

/* A text that was cut must not end in half a character. 'length' is what it would have needed. */
static void trim(char *text, size_t size, int length)
{
	size_t end = size - 1;

	if (length < 0)
		*text = '\0';
	if (length < 0 || (size_t)length < size)
		return;
	while (end > 0 && ((unsigned char)text[end - 1] & 0xc0) == 0x80)
		end--;
	if (end > 0 && (unsigned char)text[end - 1] >= 0xc0)
		end--;
	text[end] = '\0';
}

enum dbw_status failure_set(struct dbw_error *error, const char *format, ...)
{
	va_list arguments;
	int length;

	error->vendor_code = 0;
	error->sqlstate[0] = '\0';
	error->statement = DBW_UNKNOWN;
	error->offset = DBW_UNKNOWN;
	error->detail[0] = '\0';
	error->hint[0] = '\0';
	va_start(arguments, format);
	length = vsnprintf(error->message, sizeof error->message, format, arguments);
	va_end(arguments);
	trim(error->message, sizeof error->message, length);
	/* One line, whatever the server quotes from the statement. */
	for (char *c = error->message; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
	return DBW_FAILED;
}

void failure_hint(struct dbw_error *error, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(error->hint, sizeof error->hint, format, arguments);
	va_end(arguments);
	trim(error->hint, sizeof error->hint, length);
}

enum dbw_status failure_cancelled(struct dbw_error *error)
{
	failure_set(error, "interrupted");
	return DBW_CANCELLED;
}

static void take_codes(MYSQL *handle, struct dbw_error *error)
{
	error->vendor_code = mysql_errno(handle);
	snprintf(error->sqlstate, sizeof error->sqlstate, "%s", mysql_sqlstate(handle));
}

/* What a number means for the caller, and what the user can do about it. */
struct meaning {
	unsigned code;
	enum dbw_status status;
	const char *hint;
};

static const struct meaning *find_meaning(const struct meaning *meanings, size_t count,
                                          unsigned code)
{
	for (size_t i = 0; i < count; i++)
		if (meanings[i].code == code)
			return &meanings[i];
	return NULL;
}

/* Statements. */

static const char lost[] = "The connection is gone, and with it its transaction and its lock; the "
			   "server may have finished the statement all the same. Look why it ended "
			   "(the server's log), then run the same command again.";
static const char denied[] =
    "The user of the url lacks a privilege. GRANT it, or use another user.";
static const char full[] = "Make room on the server's disk, then run the same command again.";
static const char refused[] = "The server, or the session, is read-only: look at read_only and "
			      "super_read_only, and whether the url leads to a replica.";

static const struct meaning statement_meanings[] = {
    {CR_SERVER_GONE_ERROR, DBW_LOST, lost},
    {CR_SERVER_LOST, DBW_LOST, lost},
    {LOST_EXTENDED, DBW_LOST, lost},
    {MARIADB_READ_FAILED, DBW_LOST, lost},
    {MARIADB_WRITE_FAILED, DBW_LOST, lost},
    {ER_SERVER_SHUTDOWN, DBW_LOST, lost},
    {ER_NEW_ABORTING_CONNECTION, DBW_LOST, lost},
    {ER_ABORTING_CONNECTION, DBW_LOST, lost},
    {MARIADB_CONNECTION_KILLED, DBW_LOST, lost},
    {MYSQL_SESSION_WAS_KILLED, DBW_LOST, lost},
    {MYSQL_CLIENT_INTERACTION_TIMEOUT, DBW_LOST, lost},
    {ER_LOCK_WAIT_TIMEOUT, DBW_BUSY,
     "Another session holds a lock on the same rows or tables: see 'SHOW PROCESSLIST'. Run the "
     "same command again when it has ended, or wait longer with lock_wait_timeout."},
    {ER_LOCK_DEADLOCK, DBW_BUSY,
     "Another session worked on the same rows in another order. Run the same command again."},
    {MARIADB_STATEMENT_TIMEOUT, DBW_FAILED,
     "The statement took longer than statement_timeout allows."},
    {MYSQL_QUERY_TIMEOUT, DBW_FAILED, "The statement took longer than statement_timeout allows."},
    {ER_QUERY_INTERRUPTED, DBW_FAILED,
     "Somebody has ended the statement with KILL QUERY. Run the same command again."},
    {ER_TABLEACCESS_DENIED_ERROR, DBW_FAILED, denied},
    {ER_COLUMNACCESS_DENIED_ERROR, DBW_FAILED, denied},
    {ER_DBACCESS_DENIED_ERROR, DBW_FAILED, denied},
    {ER_SPECIFIC_ACCESS_DENIED_ERROR, DBW_FAILED, denied},
    {ER_PROCACCESS_DENIED_ERROR, DBW_FAILED, denied},
    {ER_OPTION_PREVENTS_STATEMENT, DBW_FAILED, refused},
    {ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, DBW_FAILED, refused},
    {ER_DISK_FULL, DBW_FAILED, full},
    {ER_RECORD_FILE_FULL, DBW_FAILED, full},
    {ER_NET_PACKET_TOO_LARGE, DBW_FAILED,
     "Raise max_allowed_packet on the server, or split the statement."},
};

/* A session that was ended while it ran something can say that the query was interrupted, and
 * nothing about itself. */
static bool is_still_there(MYSQL *handle)
{
	return mysql_ping(handle) == 0;
}

enum dbw_status failure_of(struct dbw_connection *connection, struct dbw_error *error)
{
	MYSQL *handle = connection->handle;
	unsigned code = mysql_errno(handle);
	const struct meaning *meaning = find_meaning(
	    statement_meanings, sizeof statement_meanings / sizeof *statement_meanings, code);
	enum dbw_status status;

	/* On MariaDB the number stands for a trigger that is not there. */
	if (connection->mariadb && code == MYSQL_CLIENT_INTERACTION_TIMEOUT)
		meaning = NULL;
	status = meaning ? meaning->status : DBW_FAILED;
	failure_set(error, "%s", mysql_error(handle));
	take_codes(handle, error);
	if (!connection->mariadb && code == ER_PARSE_ERROR &&
	    strstr(error->message, "near 'SEQUENCE"))
		failure_hint(error, "MySQL has no sequences, MariaDB alone has them. Use a column "
		                    "with AUTO_INCREMENT.");
	if (meaning)
		failure_hint(error, "%s", meaning->hint);
	if (code == ER_LOCK_DEADLOCK)
		snprintf(error->detail, sizeof error->detail,
		         "the server has undone the whole transaction");
	if (code != ER_QUERY_INTERRUPTED)
		return status;
	if (!is_still_there(handle)) {
		failure_hint(error, "%s", lost);
		return DBW_LOST;
	}
	if (!atomic_load(&connection->cancelled))
		return status;
	error->hint[0] = '\0';
	return DBW_CANCELLED;
}

/* Connecting. */

static const char unreachable[] = "Look whether the server runs, whether host and port (or socket) "
				  "of the url are right, and whether a firewall is between. "
				  "'migrate --wait' waits for it.";

static const struct meaning connect_meanings[] = {
    {CR_CONNECTION_ERROR, DBW_LOST, unreachable},
    {CR_CONN_HOST_ERROR, DBW_LOST, unreachable},
    {CR_IPSOCK_ERROR, DBW_LOST, unreachable},
    {CR_SERVER_GONE_ERROR, DBW_LOST, unreachable},
    {CR_SERVER_LOST, DBW_LOST, unreachable},
    {CR_SERVER_HANDSHAKE_ERR, DBW_LOST, unreachable},
    {LOST_EXTENDED, DBW_LOST, unreachable},
    {MARIADB_READ_FAILED, DBW_LOST, unreachable},
    {MARIADB_WRITE_FAILED, DBW_LOST, unreachable},
    {ER_SERVER_SHUTDOWN, DBW_LOST, unreachable},
    {CR_UNKNOWN_HOST, DBW_LOST, "Correct the host in the url, or look at the name service."},
    {ER_CON_COUNT_ERROR, DBW_LOST,
     "Wait until others have disconnected, or raise max_connections on the server."},
    {ER_ACCESS_DENIED_ERROR, DBW_FAILED,
     "Look at user and password in the url (where it has none, in ~/.my.cnf); in a password, "
     "characters such as @ : / ? # % are written as %40 %3A %2F %3F %23 %25. The server may also "
     "know the user for another host alone."},
    {ER_ACCESS_DENIED_NO_PASSWORD_ERROR, DBW_FAILED,
     "The server lets this user in without a password, through the socket, when the operating "
     "system's user has the same name; use another user."},
    {ER_DBACCESS_DENIED_ERROR, DBW_FAILED,
     "The user exists, but has no privilege on that database, or there is no such database. "
     "Look at its name in the url, and at 'SHOW GRANTS'."},
    {ER_BAD_DB_ERROR, DBW_FAILED,
     "Correct the database's name in the url, or create it: CREATE DATABASE."},
    {ER_HOST_NOT_PRIVILEGED, DBW_FAILED,
     "The server has no user for connections from this machine: CREATE USER 'name'@'host'."},
    {ER_HOST_IS_BLOCKED, DBW_FAILED, "An administrator can unblock it with FLUSH HOSTS."},
    {ER_MUST_CHANGE_PASSWORD_LOGIN, DBW_FAILED,
     "The password has expired; set a new one with the server's own client."},
    {CR_AUTH_PLUGIN_CANNOT_LOAD, DBW_FAILED,
     "The user logs in by a method that the client library here lacks: install its plugin, or "
     "ALTER USER ... IDENTIFIED WITH another one."},
    {MYSQL_AUTHENTICATION_UNKNOWN, DBW_FAILED,
     "The client library is too old for the way in which this user logs in."},
    {CR_SSL_CONNECTION_ERROR, DBW_FAILED,
     "Look at ssl-mode, ssl-ca, ssl-cert and ssl-key in the url, and whether the server's "
     "certificate is for that host."},
    {MYSQL_SECURE_TRANSPORT_REQUIRED, DBW_FAILED,
     "The server wants TLS: add 'ssl-mode=REQUIRED' to the url."},
};

enum dbw_status failure_to_connect(MYSQL *handle, const char *place, struct dbw_error *error)
{
	unsigned code = mysql_errno(handle);
	const struct meaning *meaning = find_meaning(
	    connect_meanings, sizeof connect_meanings / sizeof *connect_meanings, code);

	failure_set(error, "%s: %s", place, mysql_error(handle));
	take_codes(handle, error);
	if (meaning)
		failure_hint(error, "%s", meaning->hint);
	return meaning ? meaning->status : DBW_FAILED;
}
