/*
 * What of a domain can be changed while columns are of it.
 */
#ifndef POSTGRESQL_DOMAIN_H
#define POSTGRESQL_DOMAIN_H

#include "emit.h"

/* Whether the one can become the other in place: they have the same type and collation. */
bool domain_stays(const struct dbw_host *host, const struct dbw_object *before,
                  const struct dbw_object *after);
/* The statements for that. */
void emit_alter_domain(const struct emitting *emitting, const struct dbw_object *before,
                       const struct dbw_object *after);

#endif
