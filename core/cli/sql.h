/* SQL as the output of a command: a script that dbwarden and the database's own client read alike. */
#ifndef CLI_SQL_H
#define CLI_SQL_H

#include <jansson.h>

#include "base/buffer.h"
#include "plugin/dialect.h"

/* Appends the statements (struct emitted), each with its comment and semicolon; what holds semicolons of its
 * own stands between DELIMITER commands where the client needs them. */
void sql_write(struct dbw_buffer *out, const struct dialect *dialect,
               const struct dbw_list *statements);
/* The same to standard output: byte by byte, but to a terminal with control characters made visible. */
void sql_print(const struct dialect *dialect, const struct dbw_list *statements);
void sql_print_text(const char *text);
/* The statements as an array of strings. */
json_t *sql_json(const struct dbw_list *statements);

#endif
