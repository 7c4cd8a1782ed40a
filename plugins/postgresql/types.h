/*
 * The one spelling of each type: that of format_type().
 */
#ifndef POSTGRESQL_TYPES_H
#define POSTGRESQL_TYPES_H

#include "dbwarden/plugin.h"

/* 'int4' is 'integer', 'varchar (80)' is 'character varying(80)', 'int array[3]' is 'integer[]', and a type
 * of the default namespace is named without it. serial and its kin stay. */
const char *type_canonical(const struct dbw_host *host, struct dbw_schema *schema,
                           const char *type);

#endif
