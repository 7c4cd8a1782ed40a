/*
 * A schema as JSON, for snapshots: only what differs from nothing is written, elements are sorted by
 * name, keys stand in a fixed order, so equal schemas give equal bytes and a review shows one object
 * a line or block. Written and read by one table of fields (fields.h).
 */
#ifndef SCHEMA_JSON_H
#define SCHEMA_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "schema/schema.h"

/* Appends the object, indented so that it can stand at 'indent' spaces inside a document, without a
 * line break at the end. */
void schema_write_json(const struct schema *schema, struct dbw_buffer *out, unsigned indent);

/* Fills an empty schema. Unknown keys, wrong types and values out of range are errors that name the
 * path inside the document: "schema.tables[3].columns[0].generated". */
bool schema_read_json(struct schema *schema, const json_t *object, struct error *error);

/* Writes one JSON string literal, for those who write documents by hand. */
void json_write_string(struct dbw_buffer *out, const char *text);

#endif
