/*
 * What other dialects have and this one does not: refused by name, as it would be lost in silence.
 */
#ifndef POSTGRESQL_REFUSE_H
#define POSTGRESQL_REFUSE_H

#include "dbwarden/plugin.h"

enum dbw_status refuse_unknown(const struct dbw_schema *schema, struct dbw_error *error);

#endif
