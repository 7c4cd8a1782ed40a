/*
 * What the server's or libpq's words mean for who must go on: whether the connection is still there, whether
 * asking again helps, and what to do next.
 */
#ifndef POSTGRESQL_FAILURE_H
#define POSTGRESQL_FAILURE_H

#include <libpq-fe.h>

#include "dbwarden/plugin.h"

/* Fills the error of an attempt to connect. 'timeout_ms' is the limit that it ran into; 0: it ran into none. */
enum dbw_status failure_to_connect(PGconn *handle, int timeout_ms, struct dbw_error *error);

/* Adds to the advice what a statement that failed leaves behind. */
void failure_add_remains(const struct dbw_statement *statement, struct dbw_error *error);

#endif
