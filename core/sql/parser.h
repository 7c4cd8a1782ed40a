/*
 * Reads SQL DDL into a schema. Table parts that it knows become structure; whole objects that are
 * not taken apart (views, triggers, routines, virtual tables ...) are kept by their text. Nothing is
 * dropped in silence: what cannot be read is an error with file, line, column and the offending
 * text; what is skipped on purpose is counted in the report.
 */
#ifndef SQL_PARSER_H
#define SQL_PARSER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "schema/schema.h"

/* What was skipped, for a note to the user. */
struct parse_report {
	size_t statements; /* all that were read */
	size_t data;       /* INSERT, UPDATE, DELETE, REPLACE, COPY, SELECT ... */
	size_t drops;      /* DROP ... IF EXISTS */
	size_t settings;   /* SET, PRAGMA, USE, BEGIN, COMMIT ... */
};

/*
 * Reads one script. Adds to the schema and to the report (which may be NULL). A declaration of what
 * is there already is an error that names both places, unless flags has DBW_PARSE_KEEP_FIRST.
 * CREATE INDEX, ALTER TABLE and the like may come before the table they are for, in this or a later
 * script: parser_finish() puts them in place, after the last script.
 */
bool parser_read(struct schema *schema, const char *origin, const char *text, size_t length,
                 unsigned flags, struct parse_report *report, struct error *error);

/* Attaches what waited for its table; an index on a table that no script declared is an error at the
 * index's own place. */
bool parser_finish(struct schema *schema, struct error *error);

#endif
