/*
 * What the entry's own tables and views need of tables that are not its own (engine/scope.h), to be made in a
 * scratch database: a foreign key wants the table that it refers to, a view those that it reads. In their
 * place go stand-ins: as declared, where the models or the live database have them, without what hangs
 * on them; else with the referenced columns alone, in the types of the referring ones. scope_introspect()
 * leaves them out again.
 */
#ifndef ENGINE_STAND_INS_H
#define ENGINE_STAND_INS_H

#include <stdbool.h>

#include "config/config.h"
#include "schema/schema.h"

/* The schema with the stand-ins that it needs, and those that 'also' does (NULL: nothing else). Its elements
 * stay where they are; the caller frees it. */
struct schema *stand_ins_add(const struct schema *schema, const struct schema *also,
                             const struct entry *entry);
/* The stand-ins alone that migrations (struct migration) need which do not make those tables themselves.
 * 'known' is a schema whose outside and foreign keys tell of them; NULL: none. The caller frees it. */
struct schema *stand_ins_for_migrations(const struct dbw_list *migrations,
                                        const struct schema *known, const struct entry *entry);

/* Says in the error what a scratch database had not, if something in the schema (or 'also') speaks of a
 * table that is neither the entry's own nor declared; false if there is none such. */
bool stand_ins_explain(const struct schema *schema, const struct schema *also,
                       const struct entry *entry, struct error *error);

#endif
