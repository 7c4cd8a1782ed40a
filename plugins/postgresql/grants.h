/*
 * Who may do what: DBW_GRANT objects, read, brought into one form, and written.
 */
#ifndef POSTGRESQL_GRANTS_H
#define POSTGRESQL_GRANTS_H

#include "dbwarden/plugin.h"

struct emitting;

void grants_normalize(const struct dbw_host *host, struct dbw_schema *schema);
enum dbw_status emit_grant(const struct emitting *emitting);

#endif
