/*
 * The plan beside a generated migration, as JSON: what the file does, what each operation costs, how
 * it can be undone, and whether it was proved. For reviewers and their tools; nothing reads it back.
 */
#ifndef ENGINE_PLAN_H
#define ENGINE_PLAN_H

#include "engine/generate.h"

/* The same input gives the same bytes: no times, no machine, no user. */
void plan_write(struct dbw_buffer *out, const struct generated *generated,
                const struct entry *entry, const char *dialect, const char *checksum);

#endif
