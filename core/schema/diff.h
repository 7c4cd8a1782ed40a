/*
 * From one schema to another: the operations, in an order in which every one of them can run, and
 * whose reverse, each inverted, leads back.
 *
 *    before --renames applied--> compare with after --> operations --> needs_rebuild folds --> order
 */
#ifndef SCHEMA_DIFF_H
#define SCHEMA_DIFF_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "schema/schema.h"

/* '--rename table.from:to' (table set) or '--rename-table from:to' (table NULL). Also found as hints
 * in the models (renamed_from). The table of a column is named as it is called afterwards or before:
 * either is accepted. */
struct rename_request {
	const char *table_namespace; /* or NULL */
	const char *table;
	const char *from;
	const char *to;
};

/* A rename that the two schemas suggest and nobody confirmed: one table (or one column of one table)
 * went, one came, and they look alike. */
struct rename_guess {
	const char *table; /* NULL: it is a table that may have been renamed */
	const char *from;
	const char *to;
	const char *evidence; /* "same type TEXT, same position", "4 of 5 columns are equal" */
};

struct diff {
	struct arena arena;
	struct schema *before; /* copy of the base with renames applied */
	struct schema *after;  /* copy of the wanted schema, columns in the order they will have:
	                             * first those that stay, as they stand, then the new ones */
	struct dbw_list operations; /* struct dbw_operation, in order */
	/* What the way back has to undo: the same, and what must make way on it alone. */
	struct dbw_list undone;
	struct dbw_list guesses; /* struct rename_guess */
};

/*
 * Both schemas must be normalised. 'renames' is a list of struct rename_request. A request that fits
 * nothing (no such table or column before, or none after) is an ERROR_USAGE that says which. Hints
 * that are already done (the old name is not in 'before') are ignored.
 */
bool diff_make(struct diff *diff, const struct dbw_host *host, const struct dbw_plugin *plugin,
               const struct schema *before, const struct schema *after,
               const struct dbw_list *renames, struct error *error);
void diff_release(struct diff *diff);

/* The way back: reversed, each inverted. Appends to 'inverse', allocated in the arena. */
void operations_invert(struct arena *arena, const struct dbw_list *operations,
                       struct dbw_list *inverse);

/* "add column users.email", "rebuild table users", "rename table a to b": for people. */
char *operation_describe(struct arena *arena, const struct dbw_operation *operation);
/* "create", ... and "table", ...: for plans. */
const char *verb_name(enum dbw_verb verb);
const char *element_kind_name(enum dbw_element_kind kind);

#endif
