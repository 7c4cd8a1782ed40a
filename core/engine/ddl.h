/*
 * A schema as the statements that make it from nothing, in the order of their dependencies: the whole, or what
 * makes one thing in it.
 */
#ifndef ENGINE_DDL_H
#define ENGINE_DDL_H

#include <stdbool.h>

#include "base/error.h"
#include "plugin/dialect.h"
#include "schema/diff.h"
#include "schema/schema.h"

struct ddl {
	struct diff diff; /* from nothing */
	const struct dialect *dialect;
	struct schema *nothing;
};

bool ddl_begin(struct ddl *ddl, const struct schema *schema, const struct dialect *dialect,
               struct error *error);
void ddl_release(struct ddl *ddl);

/* The statements of these operations of the diff (struct emitted), in its arena. */
bool ddl_emit(struct ddl *ddl, const struct dbw_list *operations, struct dbw_list *statements,
              struct error *error);

/* The table that the operation belongs to, as it will be: that it makes, or adds something to, a trigger or a
 * sequence of its own among them. NULL: none. */
const struct dbw_table *ddl_table(const struct ddl *ddl, const struct dbw_operation *operation);

#endif
