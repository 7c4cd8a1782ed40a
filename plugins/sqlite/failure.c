#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "connection.h"

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

enum dbw_status sqlite_fail(struct dbw_error *error, const char *pattern, ...)
{
	va_list arguments;
	int length;

	error->vendor_code = 0;
	error->sqlstate[0] = '\0';
	error->statement = DBW_UNKNOWN;
	error->offset = DBW_UNKNOWN;
	error->detail[0] = '\0';
	error->hint[0] = '\0';
	va_start(arguments, pattern);
	length = vsnprintf(error->message, sizeof error->message, pattern, arguments);
	va_end(arguments);
	trim(error->message, sizeof error->message, length);
	/* One line, whatever SQLite quotes from the statement. */
	for (char *c = error->message; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
	return DBW_FAILED;
}

void sqlite_hint(struct dbw_error *error, const char *pattern, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, pattern);
	length = vsnprintf(error->hint, sizeof error->hint, pattern, arguments);
	va_end(arguments);
	trim(error->hint, sizeof error->hint, length);
}

/* By the primary result code. */
static const struct {
	int code;
	const char *hint;
} hints[] = {
    {SQLITE_BUSY, "Another program is using the database. Try again when it has ended, or wait "
                  "longer with '?busy_timeout=MILLISECONDS' in the url."},
    {SQLITE_READONLY, "Give the user write permission on the database file and its folder."},
    {SQLITE_FULL, "Make room on the disk and run the same command again."},
    {SQLITE_CANTOPEN, "SQLite keeps a journal beside the database: the folder must be writable "
                      "and the disk not full."},
    {SQLITE_CORRUPT, "Look at the damage with 'PRAGMA integrity_check', and restore a backup."},
    {SQLITE_NOTADB, "It is a file of another kind, or an encrypted database. Correct the url."},
};

static const char *find_hint(int code)
{
	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
		if (hints[i].code == (code & 0xff))
			return hints[i].hint;
	return "";
}

enum dbw_status sqlite_failure(struct dbw_connection *connection, struct dbw_error *error)
{
	int code = sqlite3_extended_errcode(connection->handle);
	int primary = code & 0xff;
	int reason = 0;
	enum dbw_status status;

	/* A wait for a lock that was given up ends as SQLITE_BUSY. */
	if (connection->timed_out && (primary == SQLITE_INTERRUPT || primary == SQLITE_BUSY)) {
		status = sqlite_fail(error, "statement timeout");
		sqlite_hint(error,
		            "The statement took longer than statement_timeout (%u ms) allows.",
		            connection->statement_timeout_ms);
	} else if (primary == SQLITE_INTERRUPT ||
	           (primary == SQLITE_BUSY && atomic_load(&connection->cancelled))) {
		sqlite_fail(error, "interrupted");
		status = DBW_CANCELLED;
	} else {
		if (primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN)
			reason = sqlite3_system_errno(connection->handle);
		errno = reason;
		if (reason)
			sqlite_fail(error, "%s: %m", sqlite3_errmsg(connection->handle));
		else
			sqlite_fail(error, "%s", sqlite3_errmsg(connection->handle));
		sqlite_hint(error, "%s", find_hint(code));
		status = primary == SQLITE_BUSY ? DBW_BUSY : DBW_FAILED;
	}
	error->vendor_code = code;
	return status;
}
