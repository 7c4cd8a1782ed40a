/*
 * The text of dbwarden.ini as sections, keys and values with their places, through inih. What the
 * values mean is config.c's business.
 *
 * The rules are inih's, tightened where it would guess:
 *
 *  - '[section]' and 'key = value' or 'key: value', one a line; names are letters, digits, '_', '-',
 *    '.' and ':' (':' in sections alone).
 *  - A line whose first character that is not blank is ';' or '#' is a comment. In a value, ';' after
 *    a blank begins one too; '#' does not.
 *  - A line that begins with a blank continues the value of the key above it.
 *  - Line ends are LF or CRLF; a byte order mark at the start is passed over; the text is UTF-8
 *    without control characters.
 *
 * A value may be of any length, although inih as distributions build it cuts lines at 200 bytes.
 */
#ifndef CONFIG_DOCUMENT_H
#define CONFIG_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"

/* One line of a value, without blanks around it and without comment. */
struct document_value {
	const char *text; /* may be "" */
	size_t line;
	size_t column; /* in bytes, from 1 */
};

struct document_key {
	const char *name;
	size_t line;
	size_t column;
	struct dbw_list values; /* struct document_value: one, then its continuation lines */
};

struct document_section {
	const char *name;
	size_t line;
	size_t column;
	struct dbw_list keys; /* struct document_key, in order; one name may come twice */
};

struct document {
	struct dbw_list sections; /* struct document_section, in order; one name may come twice */
};

/* 'path' is for errors. */
bool document_parse(struct arena *arena, const char *path, struct text content,
                    struct document *document, struct error *error);

#endif
