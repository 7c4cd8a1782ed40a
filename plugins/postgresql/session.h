/*
 * What statements leave behind in a session, and how dbwarden's own are kept apart from it.
 */
#ifndef POSTGRESQL_SESSION_H
#define POSTGRESQL_SESSION_H

#include "connection.h"

/* False if the statement leaves the session as it was: DDL of what is not temporary, and dbwarden's own
 * records. In doubt it is true: that costs a round trip and no more. */
bool session_is_touched_by(const struct dbw_statement *statement);
/* One that keeps records or the journal. */
bool session_is_own(const struct dbw_statement *statement);

/* Makes the connection's settings and learns, in the same round trip, what own statements run with: role and
 * search path as they are when the session begins. */
enum dbw_status session_begin(struct dbw_connection *connection, struct dbw_error *error);
/* One statement that brings these back for the rest of the transaction, whatever a migration has set. */
struct dbw_statement session_restore(const struct dbw_connection *connection);

#endif
