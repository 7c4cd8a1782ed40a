/*
 * Are two elements, or two whole schemas, the same? Text is compared as SQL (sql_same), names by the
 * dialect's rule, lists in order where order means something. Sources, comments in code and the order
 * of tables, constraints and indexes do not matter; that of columns does only where the dialect has
 * DBW_TRAIT_COLUMN_ORDER.
 */
#ifndef SCHEMA_COMPARE_H
#define SCHEMA_COMPARE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "schema/schema.h"

bool element_equal(const struct dbw_traits *traits, enum dbw_element_kind kind, const void *a,
                   const void *b);
/* Like element_equal for a table without its columns, constraints and indexes. */
bool table_frame_equal(const struct dbw_traits *traits, const struct dbw_table *a,
                       const struct dbw_table *b);

/* Writes one line for each difference ("table users: column email: type is 'TEXT', expected
 * 'VARCHAR(80)'") and
 * returns how many there are. 'found' and 'expected' must be normalised. */
size_t schema_differences(const struct schema *found, const struct schema *expected,
                          struct dbw_buffer *lines);

#endif
