#include "connection.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* RETURNING, DROP COLUMN and materialized CTEs came with 3.35; what is generated relies on them. */
enum { OLDEST_VERSION = 3035000, DEFAULT_BUSY_TIMEOUT_MS = 5000 };

/* The query part of the URL. */

enum mode { MODE_CREATE, MODE_WRITE, MODE_READ };

struct options {
	enum mode mode;
	bool foreign_keys;
	unsigned busy_timeout_ms;
};

static bool read_number(const char *text, unsigned factor, unsigned *number)
{
	unsigned long long value;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (*end || errno || value > INT_MAX / factor)
		return false;
	*number = (unsigned)value * factor;
	return true;
}

static bool read_mode(struct options *options, const char *value)
{
	static const char *const modes[] = {
	    [MODE_CREATE] = "rwc",
	    [MODE_WRITE] = "rw",
	    [MODE_READ] = "ro",
	};

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (strcmp(value, modes[i]) == 0) {
			options->mode = (enum mode)i;
			return true;
		}
	return false;
}

static bool read_foreign_keys(struct options *options, const char *value)
{
	static const char *const words[] = {"off", "on", "false", "true", "no", "yes", "0", "1"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (sqlite3_stricmp(value, words[i]) == 0) {
			options->foreign_keys = i % 2;
			return true;
		}
	return false;
}

static bool read_busy_timeout(struct options *options, const char *value)
{
	return read_number(value, 1, &options->busy_timeout_ms);
}

/* The name that Python's driver, and so SQLAlchemy, has for it. */
static bool read_timeout(struct options *options, const char *value)
{
	return read_number(value, 1000, &options->busy_timeout_ms);
}

static const struct {
	const char *name;
	bool (*read)(struct options *options, const char *value);
	const char *wanted;
} known_parameters[] = {
    {"mode", read_mode, "ro, rw or rwc"},
    {"foreign_keys", read_foreign_keys, "on or off"},
    {"busy_timeout", read_busy_timeout, "a number of milliseconds"},
    {"timeout", read_timeout, "a number of seconds"},
};

static enum dbw_status read_parameter(struct options *options,
                                      const struct dbw_parameter *parameter,
                                      struct dbw_error *error)
{
	for (size_t i = 0; i < sizeof known_parameters / sizeof *known_parameters; i++) {
		if (strcmp(parameter->name, known_parameters[i].name) != 0)
			continue;
		if (known_parameters[i].read(options, parameter->value))
			return DBW_OK;
		return sqlite_fail(error, "'%s' in the url must be %s, not '%s'", parameter->name,
		                   known_parameters[i].wanted, parameter->value);
	}
	sqlite_fail(error, "unknown parameter '%s' in the url", parameter->name);
	sqlite_hint(error, "Known are mode (ro, rw, rwc), foreign_keys (on, off), busy_timeout "
	                   "(milliseconds) and timeout (seconds).");
	return DBW_FAILED;
}

static enum dbw_status read_options(struct options *options, const struct dbw_connect *where,
                                    struct dbw_error *error)
{
	const struct dbw_parameter *const *parameter = where->parameters;

	*options = (struct options){
	    .busy_timeout_ms =
		where->lock_wait_timeout_ms ? where->lock_wait_timeout_ms : DEFAULT_BUSY_TIMEOUT_MS,
	};
	for (; parameter && *parameter; parameter++) {
		enum dbw_status status = read_parameter(options, *parameter, error);

		if (status != DBW_OK)
			return status;
	}
	return DBW_OK;
}

/* The file. What can be told before SQLite says 'unable to open database file' is told here. */

static enum dbw_status check_folder(const char *path, struct dbw_error *error)
{
	size_t length = (size_t)(strrchr(path, '/') - path);
	char *folder = sqlite3_mprintf("%.*s", length ? (int)length : 1, path);
	enum dbw_status status = DBW_OK;
	struct stat there;

	if (!folder)
		return sqlite_fail(error, "out of memory");
	if (stat(folder, &there) != 0) {
		if (errno == ENOENT)
			status =
			    sqlite_fail(error, "cannot open '%s': the folder '%s' does not exist",
			                path, folder);
		else
			status = sqlite_fail(error, "cannot open '%s': '%s': %m", path, folder);
		sqlite_hint(error,
		            "Make the folder, or correct the url. A relative path is relative "
		            "to the configuration file; an absolute one has four slashes: "
		            "sqlite:////folder/file.db.");
	}
	sqlite3_free(folder);
	return status;
}

/* *exists is false if there is no such file, but could be. */
static enum dbw_status check_file(const char *path, bool *exists, struct dbw_error *error)
{
	struct stat there;

	*exists = stat(path, &there) == 0;
	if (!*exists && errno == ENOENT)
		return check_folder(path, error);
	if (!*exists) {
		sqlite_fail(error, "cannot open '%s': %m", path);
		sqlite_hint(error,
		            "Correct the url, or the permissions of the folders on that path.");
		return DBW_FAILED;
	}
	if (S_ISREG(there.st_mode))
		return DBW_OK;
	sqlite_fail(error, "cannot open '%s': it is %s", path,
	            S_ISDIR(there.st_mode) ? "a directory" : "not a regular file");
	sqlite_hint(error, "Name the database file itself in the url: sqlite:///folder/file.db.");
	return DBW_FAILED;
}

/* Reads the first page. SQLite would put that off, and with it all that can be wrong with the
 * file. */
static int read_header(sqlite3 *handle)
{
	int code = sqlite3_exec(handle, "PRAGMA schema_version", NULL, NULL, NULL);

	/* Somebody is writing just now: then it is a database, and whoever wants to work on it
	 * waits for its turn. */
	return (code & 0xff) == SQLITE_BUSY ? SQLITE_OK : code;
}

static int open_file(struct dbw_connection *connection, const char *path, int flags)
{
	int code = sqlite3_open_v2(path, &connection->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);

	if (!connection->handle)
		return SQLITE_NOMEM;
	sqlite3_extended_result_codes(connection->handle, 1);
	return code == SQLITE_OK ? read_header(connection->handle) : code;
}

static void close_handle(struct dbw_connection *connection)
{
	int code = sqlite3_close(connection->handle);

	/* It would be busy only with statements that were not finalized. */
	assert(code == SQLITE_OK);
	(void)code;
	connection->handle = NULL;
}

/* Codes by which a reader learns that the database must be recovered before it can be read, which
 * it may not do. The last is that of a WAL whose index cannot be made. */
static bool needs_recovery(int code)
{
	return (code & 0xff) == SQLITE_READONLY || (code & 0xff) == SQLITE_CANTOPEN;
}

/* As the user that counts for open(), which need not be the one who started the program. */
static bool may_access(const char *path, int mode)
{
	return faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0;
}

static enum dbw_status explain_open(struct dbw_connection *connection, const char *path, int flags,
                                    struct dbw_error *error)
{
	int code;

	if (!connection->handle)
		return sqlite_fail(error, "out of memory");
	code = sqlite3_extended_errcode(connection->handle);
	if ((code & 0xff) == SQLITE_NOTADB) {
		sqlite_fail(error, "cannot open '%s': the file is not a database of SQLite", path);
		sqlite_hint(error,
		            "It is a file of another kind, or an encrypted database. Correct "
		            "the url.");
	} else if (code == SQLITE_READONLY_ROLLBACK || code == SQLITE_READONLY_RECOVERY) {
		sqlite_fail(error,
		            "cannot read '%s': a write to it was broken off and must be undone "
		            "first, which needs permission to write",
		            path);
		sqlite_hint(error,
		            "Open it once as a user who may write to the file and its folder, "
		            "and without 'mode=ro' in the url: SQLite then mends it by itself.");
	} else if ((code & 0xff) == SQLITE_READONLY) {
		sqlite_fail(error,
		            "cannot read '%s': it is in WAL mode, where whoever reads must be "
		            "able to write beside it",
		            path);
		sqlite_hint(error, "Give the user write permission on the folder, or take the "
		                   "database out of WAL mode with 'PRAGMA journal_mode = DELETE'.");
	} else if (!may_access(path, flags & SQLITE_OPEN_READONLY ? R_OK : R_OK | W_OK) &&
	           errno != ENOENT) {
		sqlite_fail(error, "cannot open '%s': %m", path);
		sqlite_hint(error, "Give the user permission for the file, or name another one in "
		                   "the url.");
	} else {
		struct dbw_error reason = {.struct_size = sizeof reason};

		sqlite_failure(connection, &reason);
		sqlite_fail(error, "cannot open '%s': %.*s", path, 512, reason.message);
		sqlite_hint(error, "%s", reason.hint);
	}
	error->vendor_code = code;
	return DBW_FAILED;
}

/* SQLite opens for reading alone what it may not write to, and says nothing before the first write.
 */
static enum dbw_status check_writable(struct dbw_connection *connection, const char *path,
                                      struct dbw_error *error)
{
	if (!sqlite3_db_readonly(connection->handle, "main"))
		return DBW_OK;
	if (!may_access(path, W_OK))
		sqlite_fail(error, "cannot open '%s' for writing: %m", path);
	else
		sqlite_fail(error, "cannot open '%s' for writing", path);
	sqlite_hint(error, "Give the user write permission on the file and its folder; to read "
	                   "only, put '?mode=ro' in the url.");
	return DBW_FAILED;
}

static enum dbw_status set_lock_path(struct dbw_connection *connection, struct dbw_error *error)
{
	/* By its true path, so that whatever way leads to the file, it has one lock. */
	const char *name = sqlite3_db_filename(connection->handle, "main");
	char *path = realpath(name, NULL);

	if (!path)
		return sqlite_fail(error, "cannot find '%s' again: %m", name);
	connection->lock_path = sqlite3_mprintf("%s.dbwarden-lock", path);
	free(path);
	return connection->lock_path ? DBW_OK : sqlite_fail(error, "out of memory");
}

static enum dbw_status open_database(struct dbw_connection *connection, const char *path, int flags,
                                     bool may_recover, struct dbw_error *error)
{
	int code = open_file(connection, path, flags);
	enum dbw_status status;

	/* Only reading was asked for, not that nobody may write: then a broken-off write is undone
	 * as any reader of SQLite would do it (SQLite, atomiccommit, 4). */
	if (code != SQLITE_OK && may_recover && needs_recovery(code)) {
		close_handle(connection);
		flags = SQLITE_OPEN_READWRITE;
		code = open_file(connection, path, flags);
		if (code == SQLITE_OK)
			code = sqlite3_exec(connection->handle, "PRAGMA query_only = ON", NULL,
			                    NULL, NULL);
	}
	if (code != SQLITE_OK)
		return explain_open(connection, path, flags, error);
	status = set_lock_path(connection, error);
	if (status == DBW_OK && !(flags & SQLITE_OPEN_READONLY) && !may_recover)
		status = check_writable(connection, path, error);
	return status;
}

static enum dbw_status open_in_memory(struct dbw_connection *connection, bool read_only,
                                      struct dbw_error *error)
{
	int code = open_file(connection, ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);

	if (code == SQLITE_OK && read_only)
		code = sqlite3_exec(connection->handle, "PRAGMA query_only = ON", NULL, NULL, NULL);
	return code == SQLITE_OK ? DBW_OK : explain_open(connection, ":memory:", 0, error);
}

static enum dbw_status open_path(struct dbw_connection *connection, const char *path,
                                 const struct options *options, bool read_only,
                                 struct dbw_error *error)
{
	static const int flags[] = {
	    [MODE_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
	    [MODE_WRITE] = SQLITE_OPEN_READWRITE,
	    [MODE_READ] = SQLITE_OPEN_READONLY,
	};
	bool exists;
	enum dbw_status status = check_file(path, &exists, error);

	if (status != DBW_OK)
		return status;
	if (!exists && options->mode == MODE_CREATE && read_only)
		return open_in_memory(connection, true, error);
	if (!exists && options->mode != MODE_CREATE) {
		sqlite_fail(error, "cannot open '%s': there is no such file", path);
		sqlite_hint(error,
		            "With 'mode=%s' in the url it is not made; take that out, or "
		            "correct the path.",
		            options->mode == MODE_READ ? "ro" : "rw");
		return DBW_FAILED;
	}
	return open_database(connection, path,
	                     read_only ? SQLITE_OPEN_READONLY : flags[options->mode],
	                     read_only && options->mode != MODE_READ, error);
}

/* The connection. */

static enum dbw_status check_version(struct dbw_error *error)
{
	if (sqlite3_libversion_number() >= OLDEST_VERSION)
		return DBW_OK;
	sqlite_fail(error, "the SQLite library is too old: it is %s, and 3.35 or later is needed",
	            sqlite3_libversion());
	sqlite_hint(error, "Install a newer libsqlite3.");
	return DBW_UNSUPPORTED;
}

static bool is_in_memory(const char *database)
{
	return !database || !*database || strcmp(database, ":memory:") == 0;
}

static enum dbw_status open_target(struct dbw_connection *connection,
                                   const struct dbw_connect *where, const struct options *options,
                                   struct dbw_error *error)
{
	bool read_only = where->flags & DBW_CONNECT_READ_ONLY;
	enum dbw_status status;
	char *path;

	/* sqlite://app.db: what was meant is a file, and to go on in memory would look like
	 * success. */
	if (where->host && *where->host) {
		sqlite_fail(error, "the url names a host, '%s', but SQLite has only files",
		            where->host);
		sqlite_hint(error,
		            "Write sqlite:///file.db for a path relative to the configuration "
		            "file, sqlite:////folder/file.db for an absolute one.");
		return DBW_FAILED;
	}
	if (is_in_memory(where->database))
		return open_in_memory(connection, false, error);
	path = where->database[0] == '/'
	           ? sqlite3_mprintf("%s", where->database)
	           : sqlite3_mprintf("%s/%s", where->directory, where->database);
	if (!path)
		return sqlite_fail(error, "out of memory");
	status = open_path(connection, path, options, read_only, error);
	sqlite3_free(path);
	return status;
}

/* A new connection, of which 'where' is NULL for one to nothing but memory. */
static enum dbw_status make(const struct dbw_host *host, const struct dbw_connect *where,
                            struct dbw_connection **connection, struct dbw_error *error)
{
	struct options options = {.busy_timeout_ms = DEFAULT_BUSY_TIMEOUT_MS};
	enum dbw_status status = check_version(error);
	struct dbw_connection *made;

	*connection = NULL;
	if (status == DBW_OK && where)
		status = read_options(&options, where, error);
	if (status != DBW_OK)
		return status;
	made = calloc(1, sizeof *made);
	if (!made)
		return sqlite_fail(error, "out of memory");
	made->host = host;
	made->lock = -1;
	made->scratch = !where;
	made->busy_timeout_ms = options.busy_timeout_ms;
	made->statement_timeout_ms = where ? where->statement_timeout_ms : 0;
	status =
	    where ? open_target(made, where, &options, error) : open_in_memory(made, false, error);
	if (status != DBW_OK) {
		sqlite_disconnect(made);
		return status;
	}
	/* Said either way: the library can be built with another default. */
	sqlite3_db_config(made->handle, SQLITE_DBCONFIG_ENABLE_FKEY, (int)options.foreign_keys,
	                  NULL);
	sqlite_wait_prepare(made);
	*connection = made;
	return DBW_OK;
}

enum dbw_status sqlite_connect(const struct dbw_host *host, const struct dbw_connect *where,
                               struct dbw_connection **connection, struct dbw_error *error)
{
	return make(host, where, connection, error);
}

enum dbw_status sqlite_scratch(const struct dbw_host *host, const struct dbw_connect *where,
                               struct dbw_connection **connection, struct dbw_error *error)
{
	enum dbw_status status = make(host, NULL, connection, error);

	/* A statement that goes on for ever does so while it is proved, too. */
	if (status == DBW_OK && where)
		(*connection)->statement_timeout_ms = where->statement_timeout_ms;
	return status;
}

void sqlite_disconnect(struct dbw_connection *connection)
{
	struct dbw_error ignored = {.struct_size = sizeof ignored};

	if (!connection)
		return;
	/* Closing can still write (a checkpoint of the WAL), so the lock goes last. */
	close_handle(connection);
	sqlite_lock_release(connection, &ignored);
	sqlite3_free(connection->lock_path);
	sqlite_settings_free(connection->settings);
	free(connection);
}

void sqlite_cancel(struct dbw_connection *connection)
{
	atomic_store(&connection->cancelled, true);
	sqlite3_interrupt(connection->handle);
}

const char *sqlite_server_version(struct dbw_connection *connection)
{
	(void)connection;
	return sqlite3_libversion();
}
