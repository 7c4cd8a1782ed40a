/*
 * What went wrong, for the one place that prints it. A function that can fail returns false and
 * fills a struct error; on the way up errors are added to (error_context), never printed.
 *
 * A message says what went wrong first, names in single quotes, no capital, no full stop. The hint
 * says what to do next, as a whole sentence.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include "dbwarden/plugin.h"

/* The values are the exit statuses of the command line. */
enum error_kind {
	ERROR_NONE = 0,
	ERROR_FAILED = 1, /* the database, the disk or a file's content refused */
	ERROR_USAGE = 2,  /* wrong usage or configuration */
	ERROR_LOCKED = 4, /* somebody else holds the lock */
};

struct error {
	enum error_kind kind;
	char *message;
	char *file;    /* where, or NULL */
	size_t line;   /* from 1; 0: the file as a whole */
	size_t column; /* from 1, in bytes; 0: the line as a whole */
	char *detail;  /* more of the server's words, or NULL */
	char *hint;    /* what to do next, or NULL */
};

/* An error begins zeroed: struct error error = {0}. */
void error_release(struct error *error);

/* These replace what the error held and return false, for 'return error_set(...)'. */
bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool error_at(struct error *error, enum error_kind kind, const char *file, size_t line,
              size_t column, const char *format, ...) __attribute__((format(printf, 6, 7)));
/* The message is "FORMAT: strerror(errno)". */
bool error_errno(struct error *error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* From a plugin's error; the message gets its SQLSTATE, detail and hint are taken over. */
bool error_plugin(struct error *error, enum dbw_status status, const struct dbw_error *from);

/* These add to an error that is set, and return false. */
bool error_context(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3))); /* "FORMAT: " goes before the message */
bool error_hint(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool error_where(struct error *error, const char *file, size_t line, size_t column);

/* Of the candidates (ends in NULL) the one nearest to what was typed, or NULL if none is near. */
const char *nearest_word(const char *typed, const char *const *candidates);

#endif
