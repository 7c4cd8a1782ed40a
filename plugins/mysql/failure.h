/*
 * Filling struct dbw_error. All return the status, for 'return failure_set(...)'.
 */
#ifndef MYSQL_FAILURE_H
#define MYSQL_FAILURE_H

#include "connection.h"

/* DBW_FAILED with a message of the plugin's own. */
enum dbw_status failure_set(struct dbw_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds to an error that is set. */
void failure_hint(struct dbw_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* That cancel() was called: DBW_CANCELLED. */
enum dbw_status failure_cancelled(struct dbw_error *error);
/* From what went wrong last on this connection. */
enum dbw_status failure_of(struct dbw_connection *connection, struct dbw_error *error);
/* From an attempt to connect to 'place' that came to nothing. */
enum dbw_status failure_to_connect(MYSQL *handle, const char *place, struct dbw_error *error);

#endif
