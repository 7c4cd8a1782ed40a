/*
 * The values that the type of an ENUM or SET column lists.
 */
#ifndef MYSQL_VALUES_H
#define MYSQL_VALUES_H

#include "ddl.h"

/* One value, in its quotes. */
struct value {
	const char *text;
	size_t length;
};

/* The value that has another name in 'after'; false if there is none. */
bool values_renamed(const char *before, const char *after, struct value *from, struct value *to);
/* Writes the type with one more value at its end. */
void values_widen(struct ddl *ddl, const char *type, const struct value *value);
bool values_is_set(const char *type);
/* Whether the two differ in the case of their letters at most: to most collations they are one. */
bool values_differ_in_case(const struct value *a, const struct value *b);

#endif
