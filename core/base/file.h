/*
 * Files and paths. What is written is whole or not there: to a temporary name in the same folder,
 * fsync, rename, fsync of the folder.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

struct text {
	const char *bytes; /* followed by a NUL that is not counted */
	size_t length;
};

/* Reads a regular file whole into the arena. The message names the path. */
bool file_read(struct arena *arena, const char *path, struct text *content, struct error *error);

/* A set of files that appear together. Add them in the order in which they shall appear, the one
 * that gives the others their meaning last: a crash between two renames leaves earlier ones that
 * mean nothing without it. */
struct file_set {
	struct arena arena;
	struct dbw_list files; /* struct file_draft */
};

/* Writes the content to a temporary file beside the path and syncs it. Folders that are missing are
 * made. */
bool file_set_add(struct file_set *set, const char *path, const char *bytes, size_t length,
                  struct error *error);
/* Gives every file its name. With FILE_NEW, a path that has come to exist meanwhile is an error and
 * nothing is replaced. On failure the names already given are taken back. */
enum file_mode { FILE_NEW, FILE_REPLACE };
bool file_set_commit(struct file_set *set, enum file_mode mode, struct error *error);
/* Removes temporary files that were not committed, and frees. */
void file_set_release(struct file_set *set);

/* One file, as a set of one. */
bool file_write(const char *path, const char *bytes, size_t length, enum file_mode mode,
                struct error *error);

bool path_exists(const char *path);
bool path_is_directory(const char *path);
bool path_make_directories(const char *path, struct error *error);
/* 'name' itself if it is absolute, else directory/name. */
char *path_join(struct arena *arena, const char *directory, const char *name);
char *path_directory(struct arena *arena, const char *path); /* "." if there is none */
const char *path_basename(const char *path);
/* The working directory, absolute. */
char *path_working_directory(struct arena *arena);
/* The path as a person in 'directory' would type it: without that prefix, if it has it. */
const char *path_shorten(const char *path, const char *directory);

/* Names in a folder, sorted by byte; entries '.' and '..' left out. A folder that does not exist is
 * an error with errno ENOENT in the message. */
bool directory_list(struct arena *arena, const char *path, struct dbw_list *names,
                    struct error *error);

/* SHA-256 as 64 hexadecimal digits and a NUL. */
enum { SHA256_TEXT_SIZE = 65 };
struct sha256 {
	void *context;
};
void sha256_begin(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *bytes, size_t length);
void sha256_end(struct sha256 *hash, char text[SHA256_TEXT_SIZE]);

#endif
