/*
 * One operation of each kind that the header defines, by the schemas before and after it. The SQL is what a
 * person would write for them; dialects that spell a thing differently have a spelling each, and the first
 * that the server takes is meant. Where it takes none, the dialect has no such thing.
 */
#ifndef TEST_CONFORMANCE_OPERATIONS_H
#define TEST_CONFORMANCE_OPERATIONS_H

#include "conformance.h"

struct spelling {
	const char *before[5]; /* statements, ends in NULL */
	const char *after[5];
};

struct operation_case {
	const char *what;
	enum dbw_verb verb;
	enum dbw_element_kind element;
	const char *table;    /* of a column, constraint or index */
	const char *name;     /* of the element, or PRIMARY_KEY */
	const char *new_name; /* RENAME: what it is called then */
	struct spelling spellings[4];
};

extern const struct operation_case table_operations[];
extern const size_t table_operations_count;
extern const struct operation_case other_operations[];
extern const size_t other_operations_count;

#endif
