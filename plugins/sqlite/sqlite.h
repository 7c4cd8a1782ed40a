/*
 * What the files of this plugin share: how names and strings are written.
 */
#ifndef SQLITE_SQLITE_H
#define SQLITE_SQLITE_H

#include <stdbool.h>
#include <stddef.h>

#include "dbwarden/plugin.h"

/* Words that cannot be names without quotes, upper case, sorted; ends in NULL. */
extern const char *const sqlite_reserved_words[];

/* Appends the name; in double quotes unless it is a plain word that is no keyword of any kind, so
 * that a name which becomes a keyword's fallback in one place is quoted in all of them. */
void sqlite_quote_identifier(const struct dbw_host *host, const char *name, struct dbw_buffer *out);
/* Appends the text as a string literal. */
void sqlite_quote_literal(const struct dbw_host *host, const char *text, size_t length,
                          struct dbw_buffer *out);

#endif
