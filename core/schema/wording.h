/* Elements and their fields in words, for people. */
#ifndef SCHEMA_WORDING_H
#define SCHEMA_WORDING_H

#include "base/buffer.h"
#include "schema/fields.h"
#include "schema/schema.h"

/* What people call a field: "NOT NULL", "column list". */
const char *wording_field(const char *name);
/* Its value in the element: "'TEXT'", "yes", "(a, b)", "none". */
void wording_value(struct dbw_buffer *out, const struct field *field, const void *element);
/* A constraint or index with what it is on: "unique index by_mail (mail)". */
void wording_member(struct dbw_buffer *out, enum dbw_element_kind kind, const void *member);
/* "function app.touch(integer)", "trigger shout on posts", "grant to anna on TABLE posts". */
void wording_object(struct dbw_buffer *out, const struct dbw_object *object);
/* Whatever else the element has: ", FIELD VALUE" for each field that is set and that is not among those named,
 * which end in NULL. */
void wording_rest(struct dbw_buffer *out, enum dbw_element_kind kind, const void *element,
                  const char *const *named);

#endif
