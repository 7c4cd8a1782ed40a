/*
 * The migration lock: an operating system's lock on a file beside the database, which ends with its
 * holder however that ends. What is written in the file is for people and never decides.
 *
 * The file is never deleted: somebody may have it open and be about to lock it, while a third makes
 * and locks a new one of the same name.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connection.h"

/* The description. */

enum { DESCRIPTION_SIZE = 2048 };

/* One line: 'key: value', the value cleared of what would end the line. */
static size_t append_line(char *text, size_t length, const char *key, const char *value)
{
	size_t begin = length;

	if (length < DESCRIPTION_SIZE)
		length += (size_t)snprintf(text + length, DESCRIPTION_SIZE - length, "%s: %s", key,
		                           value);
	if (length >= DESCRIPTION_SIZE - 1)
		return begin;
	for (size_t i = begin; i < length; i++)
		if ((unsigned char)text[i] < ' ')
			text[i] = ' ';
	text[length++] = '\n';
	return length;
}

static void write_description(int file, const struct dbw_lock_holder *self)
{
	char text[DESCRIPTION_SIZE], pid[32];
	size_t length = 0;

	snprintf(pid, sizeof pid, "%lld", (long long)self->pid);
	length = append_line(text, length, "host", self->host);
	length = append_line(text, length, "pid", pid);
	length = append_line(text, length, "user", self->user);
	length = append_line(text, length, "since", self->since);
	length = append_line(text, length, "command", self->command);
	/* Nobody depends on it, so a full disk does not matter. */
	if (ftruncate(file, 0) == 0 && pwrite(file, text, length, 0) < 0)
		(void)!ftruncate(file, 0);
}

/* The length of the UTF-8 character, 0 if it is none or a control character. */
static size_t character_length(const char *text)
{
	unsigned char first = (unsigned char)text[0];
	size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;

	if (first < ' ' || first == 0x7f || (first >= 0x80 && first < 0xc2) || first > 0xf4)
		return 0;
	for (size_t i = 1; i < length; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

/* What is not text, or does not fit, is as good as not there. */
static void take_value(char *field, size_t size, const char *value, size_t length)
{
	size_t i = 0;

	while (i < length) {
		size_t step = character_length(value + i);

		if (!step || step > length - i)
			return;
		i += step;
	}
	if (length < size) {
		memcpy(field, value, length);
		field[length] = '\0';
	}
}

static void take_line(struct dbw_lock_holder *holder, const char *line, size_t length)
{
	const struct {
		const char *key;
		char *field;
		size_t size;
	} fields[] = {
	    {"host: ", holder->host, sizeof holder->host},
	    {"user: ", holder->user, sizeof holder->user},
	    {"command: ", holder->command, sizeof holder->command},
	    {"since: ", holder->since, sizeof holder->since},
	};
	char pid[32] = "";

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		size_t key = strlen(fields[i].key);

		if (length >= key && memcmp(line, fields[i].key, key) == 0)
			take_value(fields[i].field, fields[i].size, line + key, length - key);
	}
	if (length > 5 && memcmp(line, "pid: ", 5) == 0) {
		take_value(pid, sizeof pid, line + 5, length - 5);
		holder->pid = strtoll(pid, NULL, 10);
		if (holder->pid < 0)
			holder->pid = 0;
	}
}

/* It may be empty, half written or anything else: fields that cannot be read stay empty. */
static void read_description(int file, struct dbw_lock_holder *holder)
{
	char text[DESCRIPTION_SIZE + 1];
	ssize_t count = pread(file, text, DESCRIPTION_SIZE, 0);
	const char *line = text, *end;

	holder->host[0] = holder->user[0] = holder->command[0] = holder->since[0] = '\0';
	holder->pid = 0;
	if (count <= 0)
		return;
	text[count] = '\0';
	while ((end = memchr(line, '\n', (size_t)(text + count - line)))) {
		take_line(holder, line, (size_t)(end - line));
		line = end + 1;
	}
}

/* The lock. */

static struct flock whole_file(short type)
{
	return (struct flock){.l_type = type, .l_whence = SEEK_SET};
}

/* Locks that belong to the open file, not to the process: closing another descriptor of the same
 * file does not end them (fcntl(2), 'Open file description locks'). Linux has them since 3.15. */
static int lock_file(int file)
{
	struct flock lock = whole_file(F_WRLCK);

	if (fcntl(file, F_OFD_SETLK, &lock) == 0)
		return 0;
	if (errno == EINVAL)
		return flock(file, LOCK_EX | LOCK_NB);
	return -1;
}

/* 1 if somebody holds it, 0 if nobody does, -1 on failure. */
static int is_locked(int file)
{
	struct flock lock = whole_file(F_WRLCK);

	if (fcntl(file, F_OFD_GETLK, &lock) == 0)
		return lock.l_type != F_UNLCK;
	if (errno != EINVAL)
		return -1;
	if (flock(file, LOCK_SH | LOCK_NB) == 0)
		return 0;
	return errno == EWOULDBLOCK ? 1 : -1;
}

static bool is_contended(int number)
{
	return number == EAGAIN || number == EACCES || number == EWOULDBLOCK;
}

/* Whether the path still leads to the open file. */
static bool is_in_place(int file, const char *path)
{
	struct stat open, there;

	return fstat(file, &open) == 0 && lstat(path, &there) == 0 && open.st_dev == there.st_dev &&
	       open.st_ino == there.st_ino;
}

/* The lock file is as open to others as the database is, the way SQLite makes its journals: whoever
 * may migrate can then take the lock. */
static void share_like_database(const struct dbw_connection *connection, int file,
                                const struct stat *status)
{
	const char *path = sqlite3_db_filename(connection->handle, "main");
	struct stat database;
	mode_t wanted;

	if (status->st_uid != geteuid() || stat(path, &database) != 0)
		return;
	wanted = (status->st_mode | database.st_mode) & 0666;
	if (wanted != (status->st_mode & 0777))
		(void)!fchmod(file, wanted);
}

static int open_lock_file(const struct dbw_connection *connection, struct dbw_error *error)
{
	const char *path = connection->lock_path;
	/* Not through a symbolic link, which somebody else could have put there. */
	int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
	struct stat status;

	if (file < 0) {
		sqlite_fail(error, "cannot open the lock file '%s': %m", path);
		sqlite_hint(error,
		            "It lies beside the database. The user must be allowed to write to "
		            "it and to its folder.");
		return -1;
	}
	if (fstat(file, &status) == 0 && S_ISREG(status.st_mode)) {
		share_like_database(connection, file, &status);
		return file;
	}
	close(file);
	sqlite_fail(error, "cannot use the lock file '%s': it is not a regular file", path);
	sqlite_hint(error, "Remove it, if nothing else needs it.");
	return -1;
}

enum dbw_status sqlite_lock_try(struct dbw_connection *connection,
                                const struct dbw_lock_holder *self, struct dbw_lock_holder *holder,
                                struct dbw_error *error)
{
	enum dbw_status status = DBW_OK;
	int file;

	/* In memory there is nobody to be locked out. */
	if (!connection->lock_path || connection->lock >= 0)
		return DBW_OK;
	file = open_lock_file(connection, error);
	if (file < 0)
		return DBW_FAILED;
	if (lock_file(file) == 0) {
		if (is_in_place(file, connection->lock_path)) {
			write_description(file, self);
			connection->lock = file;
			return DBW_OK;
		}
		/* Removed between open and lock; the next attempt makes a new one. */
		sqlite_fail(error, "the lock file was removed or replaced");
		status = DBW_BUSY;
	} else if (is_contended(errno)) {
		read_description(file, holder);
		sqlite_fail(error, "the migration lock is held");
		status = DBW_BUSY;
	} else {
		status = sqlite_fail(error, "cannot lock '%s': %m", connection->lock_path);
		sqlite_hint(error,
		            "The file system must support locks; some network file systems do "
		            "not.");
	}
	close(file);
	return status;
}

enum dbw_status sqlite_lock_check(struct dbw_connection *connection, struct dbw_error *error)
{
	if (!connection->lock_path)
		return DBW_OK;
	if (connection->lock < 0) {
		sqlite_fail(error, "the migration lock is not held");
		return DBW_LOST;
	}
	if (is_in_place(connection->lock, connection->lock_path))
		return DBW_OK;
	sqlite_fail(error, "the lock file was removed or replaced");
	sqlite_hint(error,
	            "Leave '%s' alone: another process may now hold a lock on a new file of "
	            "that name.",
	            connection->lock_path);
	return DBW_LOST;
}

enum dbw_status sqlite_lock_release(struct dbw_connection *connection, struct dbw_error *error)
{
	(void)error;
	if (connection->lock < 0)
		return DBW_OK;
	(void)!ftruncate(connection->lock, 0);
	close(connection->lock);
	connection->lock = -1;
	return DBW_OK;
}

enum dbw_status sqlite_lock_holder(struct dbw_connection *connection,
                                   struct dbw_lock_holder *holder, struct dbw_error *error)
{
	enum dbw_status status = DBW_OK;
	int file, locked;

	if (!connection->lock_path)
		return DBW_OK;
	file = open(connection->lock_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (file < 0 && errno == ENOENT)
		return DBW_OK;
	if (file < 0)
		return sqlite_fail(error, "cannot open the lock file '%s': %m",
		                   connection->lock_path);
	locked = is_locked(file);
	if (locked < 0) {
		status = sqlite_fail(error, "cannot tell who holds the lock '%s': %m",
		                     connection->lock_path);
	} else if (locked) {
		read_description(file, holder);
		status = DBW_BUSY;
	}
	close(file);
	return status;
}
