/*
 * Three schemas to one: what two sides made of a common base, put together. What only one side touched is as
 * that side has it; what both touched in the same way is so; what they touched in different ways is a
 * conflict. A table is not one thing here, but its columns, constraints and indexes are.
 */
#ifndef SCHEMA_MERGE_H
#define SCHEMA_MERGE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "schema/schema.h"

/* Fills the empty schema with 'ours' and what 'theirs' changed of the base. One line for each conflict goes to
 * 'conflicts' ("column users.mail: changed on both sides"); returns how many there are. */
size_t schema_merge(struct schema *into, const struct schema *base, const struct schema *ours,
                    const struct schema *theirs, struct dbw_buffer *conflicts);

#endif
