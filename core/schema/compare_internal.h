/* What comparing (compare.c) and telling the differences (differences.c) share. */
#ifndef SCHEMA_COMPARE_INTERNAL_H
#define SCHEMA_COMPARE_INTERNAL_H

#include "schema/compare.h"
#include "schema/fields.h"

bool field_equal(const struct dbw_traits *traits, const struct field *field, const void *a,
                 const void *b);
/* Whether the field of a table is its own: no column, constraint or index. */
bool is_part_of_frame(const struct field *field);

/* Pairs equal items, each with one that has no partner yet. Returns how many of a stay alone, and
 * marks who has a partner. Lists in one table are short. */
size_t pair_items(const struct dbw_traits *traits, const struct field *field,
                  const struct dbw_list *a, const struct dbw_list *b, bool *paired_a,
                  bool *paired_b);

#endif
