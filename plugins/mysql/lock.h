/*
 * The migration lock: GET_LOCK(), which the server gives up when the session ends, however it ends.
 */
#ifndef MYSQL_LOCK_H
#define MYSQL_LOCK_H

#include "connection.h"

/* The lock of a database; the caller frees it. */
char *lock_name_of(const char *database);
/* Takes a lock of any name that nobody contends for; that it is held already is no failure. */
enum dbw_status lock_mark(struct dbw_connection *connection, const char *name,
                          struct dbw_error *error);

/* Around a reset of the session, which would give the migration lock up, if it is held. */
enum dbw_status lock_before_reset(struct dbw_connection *connection, struct dbw_error *error);
enum dbw_status lock_after_reset(struct dbw_connection *connection, struct dbw_error *error);

#endif
