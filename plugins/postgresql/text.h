/*
 * SQL being written, and names compared: small things that the schema side shares.
 */
#ifndef POSTGRESQL_TEXT_H
#define POSTGRESQL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "dbwarden/plugin.h"

enum { NAME_LIMIT = 63 }; /* bytes of a name: NAMEDATALEN - 1 */

struct text {
	const struct dbw_host *host;
	struct dbw_buffer *buffer;
};
struct text text_begin(const struct dbw_host *host);
void text_end(struct text *text);
const char *text_get(const struct text *text);
void text_put(struct text *text, const char *string);
void text_name(struct text *text, const char *name);
void text_literal(struct text *text, const char *value);
/* namespace.name, or the name alone. */
void text_qualified(struct text *text, const char *namespace_name, const char *name);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Copies what was written into the schema's memory and ends the text. */
const char *text_keep(struct text *text, struct dbw_schema *schema);

bool same(const char *a, const char *b);     /* both NULL, or equal */
bool is_default_namespace(const char *name); /* NULL or public */
const char *option_value(const struct dbw_list *options, const char *name); /* NULL: not set */
const struct dbw_column *find_column(const struct dbw_table *table, const char *name);
const struct dbw_constraint *primary_key(const struct dbw_table *table);

/* The end of what is quoted or in parentheses at the beginning of the SQL, or of one character. */
const char *text_skip_piece(const char *sql);
/* The next CHECK outside quotes and parentheses, or NULL; whether CONSTRAINT and a name stand before it, and the
 * name without quotes ('name' may be NULL). */
const char *text_find_check(const char *sql, bool *named, const char **name, size_t *length);

#endif
