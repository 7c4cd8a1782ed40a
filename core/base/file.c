#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct file_draft {
	char *path;
	char *temporary; /* NULL once it has its name */
	bool renamed;
};

bool file_read(struct arena *arena, const char *path, struct text *content, struct error *error)
{
	/* O_NONBLOCK: opening a FIFO would wait for its writer before we could refuse it. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat status;
	size_t length = 0, size;
	char *bytes;

	if (fd < 0)
		return error_errno(error, ERROR_FAILED, "cannot open '%s'", path);
	if (fstat(fd, &status) < 0) {
		error_errno(error, ERROR_FAILED, "cannot read '%s'", path);
		close(fd);
		return false;
	}
	if (!S_ISREG(status.st_mode)) {
		close(fd);
		return error_set(error, ERROR_FAILED, "cannot read '%s': %s", path,
		                 S_ISDIR(status.st_mode) ? "it is a directory"
		                                         : "not a regular file");
	}
	size = (size_t)status.st_size;
	bytes = arena_alloc(arena, size + 1);
	while (length < size) {
		ssize_t got = read(fd, bytes + length, size - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			error_errno(error, ERROR_FAILED, "cannot read '%s'", path);
			close(fd);
			return false;
		}
		if (got == 0)
			break;
		length += (size_t)got;
	}
	close(fd);
	bytes[length] = '\0';
	content->bytes = bytes;
	content->length = length;
	return true;
}

static bool write_all(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t put = write(fd, bytes, length);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		bytes += put;
		length -= (size_t)put;
	}
	return fsync(fd) == 0;
}

bool file_set_add(struct file_set *set, const char *path, const char *bytes, size_t length,
                  struct error *error)
{
	struct file_draft *draft = arena_new(&set->arena, struct file_draft);
	char *directory = path_directory(&set->arena, path);
	int fd;

	draft->path = arena_string(&set->arena, path);
	draft->temporary =
	    arena_printf(&set->arena, "%s/.%s.XXXXXX", directory, path_basename(path));
	if (!path_make_directories(directory, error))
		return false;
	fd = mkostemp(draft->temporary, O_CLOEXEC);
	if (fd < 0)
		return error_errno(error, ERROR_FAILED, "cannot write in '%s'", directory);
	list_append(&set->arena, &set->files, draft);
	/* mkostemp makes it private; these are files for a repository. */
	mode_t mask = umask(0);
	umask(mask);
	if (fchmod(fd, 0666 & ~mask) < 0 || !write_all(fd, bytes, length)) {
		error_errno(error, ERROR_FAILED, "cannot write '%s'", path);
		close(fd);
		return false;
	}
	if (close(fd) < 0)
		return error_errno(error, ERROR_FAILED, "cannot write '%s'", path);
	return true;
}

static bool sync_directory(struct arena *arena, const char *path)
{
	int fd = open(path_directory(arena, path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done;

	if (fd < 0)
		return false;
	/* Some file systems cannot sync a folder and say EINVAL: nothing more can be done there. */
	done = fsync(fd) == 0 || errno == EINVAL;
	close(fd);
	return done;
}

static bool give_name(struct file_draft *draft, enum file_mode mode)
{
	if (mode == FILE_REPLACE) {
		if (rename(draft->temporary, draft->path) < 0)
			return false;
	} else {
		/* link() fails with EEXIST where rename() would replace. */
		if (link(draft->temporary, draft->path) < 0)
			return false;
		unlink(draft->temporary);
	}
	draft->temporary = NULL;
	draft->renamed = true;
	return true;
}

bool file_set_commit(struct file_set *set, enum file_mode mode, struct error *error)
{
	for (size_t i = 0; i < set->files.count; i++) {
		struct file_draft *draft = set->files.items[i];

		if (give_name(draft, mode) && sync_directory(&set->arena, draft->path))
			continue;
		error_errno(error, ERROR_FAILED, "cannot write '%s'", draft->path);
		if (mode == FILE_NEW)
			for (size_t j = 0; j <= i; j++) {
				struct file_draft *done = set->files.items[j];

				if (done->renamed)
					unlink(done->path);
			}
		return false;
	}
	return true;
}

void file_set_release(struct file_set *set)
{
	for (size_t i = 0; i < set->files.count; i++) {
		struct file_draft *draft = set->files.items[i];

		if (draft->temporary)
			unlink(draft->temporary);
	}
	arena_release(&set->arena);
	*set = (struct file_set){0};
}

bool file_write(const char *path, const char *bytes, size_t length, enum file_mode mode,
                struct error *error)
{
	struct file_set set = {0};
	bool done =
	    file_set_add(&set, path, bytes, length, error) && file_set_commit(&set, mode, error);

	file_set_release(&set);
	return done;
}

bool path_exists(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

bool path_is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool path_make_directories(const char *path, struct error *error)
{
	struct arena arena = {0};
	char *copy;
	bool done = true;

	if (path_is_directory(path))
		return true;
	copy = arena_string(&arena, path);
	for (char *p = copy + 1; done; p++) {
		if (*p != '/' && *p != '\0')
			continue;
		char end = *p;

		*p = '\0';
		if (mkdir(copy, 0777) < 0 && errno != EEXIST)
			done = error_errno(error, ERROR_FAILED, "cannot make folder '%s'", copy);
		*p = end;
		if (end == '\0')
			break;
	}
	if (done && !path_is_directory(path))
		done = error_set(error, ERROR_FAILED,
		                 "cannot make folder '%s': a file is in the way", path);
	arena_release(&arena);
	return done;
}

char *path_join(struct arena *arena, const char *directory, const char *name)
{
	size_t length = strlen(directory);

	if (name[0] == '/' || strcmp(directory, ".") == 0 || length == 0)
		return arena_string(arena, name);
	return arena_printf(arena, directory[length - 1] == '/' ? "%s%s" : "%s/%s", directory,
	                    name);
}

char *path_directory(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return arena_string(arena, ".");
	return arena_copy(arena, path, slash == path ? 1 : (size_t)(slash - path));
}

const char *path_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *path_working_directory(struct arena *arena)
{
	char *path = getcwd(NULL, 0);
	char *copy = arena_string(arena, path ? path : ".");

	free(path);
	return copy;
}

const char *path_shorten(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	if (length > 1 && strncmp(path, directory, length) == 0 && path[length] == '/' &&
	    path[length + 1])
		return path + length + 1;
	return path;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

bool directory_list(struct arena *arena, const char *path, struct dbw_list *names,
                    struct error *error)
{
	DIR *directory = opendir(path);
	struct dirent *entry;

	if (!directory)
		return error_errno(error, ERROR_FAILED, "cannot open folder '%s'", path);
	errno = 0;
	while ((entry = readdir(directory))) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			list_append(arena, names, arena_string(arena, entry->d_name));
		errno = 0;
	}
	if (errno) {
		error_errno(error, ERROR_FAILED, "cannot read folder '%s'", path);
		closedir(directory);
		return false;
	}
	closedir(directory);
	if (names->count)
		qsort(names->items, names->count, sizeof *names->items, compare_names);
	return true;
}

void sha256_begin(struct sha256 *hash)
{
	hash->context = memory_alloc(sizeof(struct sha256_ctx));
	sha256_init(hash->context);
}

void sha256_add(struct sha256 *hash, const void *bytes, size_t length)
{
	sha256_update(hash->context, length, bytes);
}

void sha256_end(struct sha256 *hash, char text[SHA256_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t digest[SHA256_DIGEST_SIZE];

	sha256_digest(hash->context, sizeof digest, digest);
	for (size_t i = 0; i < sizeof digest; i++) {
		*text++ = digits[digest[i] >> 4];
		*text++ = digits[digest[i] & 15];
	}
	*text = '\0';
	free(hash->context);
	hash->context = NULL;
}
