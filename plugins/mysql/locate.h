/*
 * Where in a statement a syntax error is. The server says it as "... near 'TEXT' at line N", with up
 * to 80 characters of what it could not read.
 */
#ifndef MYSQL_LOCATE_H
#define MYSQL_LOCATE_H

#include <stddef.h>

/* The offset in the statement, or DBW_UNKNOWN. The server may have quoted from 'following' too,
 * which was sent behind the statement. */
size_t locate_error(const char *sql, size_t length, size_t following, const char *message);

#endif
