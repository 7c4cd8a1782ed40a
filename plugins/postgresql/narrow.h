/*
 * Whether every value of one type survives becoming one of another, and comes back again as it was.
 */
#ifndef POSTGRESQL_NARROW_H
#define POSTGRESQL_NARROW_H

#include <stdbool.h>

/* Both in the canonical spelling. NULL if nothing is lost; else what may be, for people. */
const char *narrow_loss(const char *before, const char *after);

/* Whether the server takes the stored values as they are, so that nothing is written again. */
bool narrow_keeps_rows(const char *before, const char *after);

#endif
