/*
 * A schema as a listing for people: everything that is in it, in the order of names, aligned. Equal schemas
 * give equal bytes.
 */
#ifndef SCHEMA_LISTING_H
#define SCHEMA_LISTING_H

#include "base/buffer.h"
#include "schema/schema.h"

void schema_list(const struct schema *schema, struct dbw_buffer *out);

#endif
