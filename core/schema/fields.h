/*
 * The fields of every element of a schema, as data. Deep copy, comparison, and JSON in both directions
 * all go through these tables, so that a field added to plugin.h needs one line here.
 */
#ifndef SCHEMA_FIELDS_H
#define SCHEMA_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "dbwarden/plugin.h"

enum field_type {
	FIELD_NAME,     /* const char *: an identifier, or NULL */
	FIELD_SQL,      /* const char *: a piece of SQL, or NULL */
	FIELD_TEXT,     /* const char *: other text, or NULL */
	FIELD_FLAG,     /* bool */
	FIELD_NUMBER,   /* uint64_t */
	FIELD_WORD,     /* an enum, written as one of 'words' */
	FIELD_ELEMENTS, /* struct dbw_list of elements of 'kind' */
	FIELD_NAMES,    /* struct dbw_list of identifiers */
	FIELD_TEXTS,    /* struct dbw_list of other strings */
	FIELD_SOURCE,   /* struct dbw_source: copied, nothing more */
	FIELD_HINT,     /* const char *: copied, nothing more */
};

struct field {
	const char *name; /* in JSON and in messages; NULL ends the table */
	enum field_type type;
	size_t offset;
	enum dbw_element_kind kind; /* FIELD_ELEMENTS */
	bool set;                   /* FIELD_ELEMENTS: the order means nothing */
	bool required;              /* always there: in JSON its absence is an error */
	const char *const *words;   /* FIELD_WORD: by value, from 0; NULL for none; ends in "" */
};

/* The table of the kind. */
const struct field *element_fields(enum dbw_element_kind kind);
size_t element_size(enum dbw_element_kind kind);

/* The whole schema is described the same way. */
extern const struct field schema_fields[];

static inline void *field_at(const void *element, const struct field *field)
{
	return (char *)(size_t)element + field->offset;
}

#endif
