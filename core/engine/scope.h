/*
 * Which tables and views are an entry's own: its model_tables and exclude_tables. The others are taken out of
 * every schema on its way into the engine, with what hangs on them, so that nothing behind that need know
 * of them. What refers to them from outside stays: see stand_ins.h.
 */
#ifndef ENGINE_SCOPE_H
#define ENGINE_SCOPE_H

#include <stdbool.h>

#include "base/error.h"
#include "config/config.h"
#include "plugin/session.h"
#include "schema/schema.h"

/* True if the entry leaves some tables to others. */
bool scope_is_limited(const struct entry *entry);
/* True if a table or view of that name is the entry's own; a NULL namespace is the default one. */
bool scope_owns(const struct entry *entry, const struct dbw_traits *traits,
                const char *namespace_name, const char *name);
/* False for a namespace that exclude_tables leaves out as a whole, 'NAME.*': with all that is in it, types and
 * routines too. */
bool scope_owns_namespace(const struct entry *entry, const struct dbw_traits *traits,
                          const char *namespace_name);
/* The same of a table as it stands in the schema: a partition goes with its table. */
bool scope_owns_table(const struct entry *entry, const struct schema *schema,
                      const struct dbw_table *table);

/* Takes out what is not the entry's own: tables and views, and their triggers, policies, rules and sequences.
 * Tables and views go to schema->outside_... . */
void scope_apply(struct schema *schema, const struct entry *entry);
/* session_introspect(), with what is the entry's own. */
bool scope_introspect(struct session *session, const struct entry *entry, struct schema *schema,
                      struct error *error);

/* The patterns of model_tables that no table or view of the schema matches: char *, the entry's. */
void scope_unmatched(const struct entry *entry, const struct schema *schema, struct arena *arena,
                     struct dbw_list *patterns);

#endif
