/*
 * Whether every value of one type survives becoming one of another, and comes back again as it was.
 */
#ifndef MYSQL_NARROW_H
#define MYSQL_NARROW_H

#include <stdbool.h>

/* Both in the canonical spelling. NULL if nothing is lost; else what may be, for people. */
const char *narrow_loss(const char *before, const char *after);

/* Whether the values of one character set are all in the other; NULL is not known. */
bool narrow_holds_charset(const char *before, const char *after);

/* Whether both are ENUM, or both SET, and the new has the old's values first, in their order. */
bool narrow_appends_values(const char *before, const char *after);

#endif
