/*
 * One form for what the server writes in two.
 */
#ifndef POSTGRESQL_ARRAYS_H
#define POSTGRESQL_ARRAYS_H

#include "dbwarden/plugin.h"

/* Of 'a IN (...)' over varchar the server makes '= ANY ((ARRAY['x'::character varying, ...])::text[])', and of
 * that, when it is read again (by pg_restore, say), '= ANY (ARRAY[('x'::character varying)::text, ...])', which
 * stays. Returns the text with the latter; NULL stays NULL. */
const char *arrays_canonical(const struct dbw_host *host, struct dbw_schema *schema,
                             const char *sql);

#endif
