/* Where two long texts differ, and what stands there: for messages of one line. */
#ifndef SCHEMA_EXCERPT_H
#define SCHEMA_EXCERPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "dbwarden/plugin.h"

struct excerpt {
	size_t found;    /* offset of the first difference in the one text */
	size_t expected; /* and in the other */
	size_t line;     /* of the one, from 1 */
};

/* True for what can be told whole. */
bool excerpt_is_short(const char *text);
/* In SQL, white space, comments and the like, which make no difference (sql_same), are passed over. */
void excerpt_find(struct excerpt *excerpt, const struct dbw_traits *traits, const char *found,
                  const char *expected, bool sql);
/* What stands there, from the beginning of the line if that is near, with dots for what is left out. */
void excerpt_write(struct dbw_buffer *out, const char *text, size_t offset);

#endif
