/*
 * Pieces of SQL in memory of their own. Running out of memory ends the process.
 */
#ifndef MYSQL_TEXT_H
#define MYSQL_TEXT_H

#include <stddef.h>

/* What printf() would print; the caller frees it. */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A copy, NULL of NULL. */
char *text_copy(const char *text);
/*
 * The text as a literal that means the same in every sql_mode: how quotes and backslashes are read
 * depends on ANSI_QUOTES and NO_BACKSLASH_ESCAPES, which are the server's to set; how hexadecimal
 * digits are read does not (MySQL 8.0, 9.1.4).
 */
char *text_literal(const char *text);
/* The name in backticks, which every sql_mode allows. */
char *text_identifier(const char *name);

#endif
