/*
 * A connection to a database, in the core's terms: errors as struct error, statements as slices,
 * interrupts handed to the plugin's cancel(). Everything that talks to a database goes through here.
 */
#ifndef PLUGIN_SESSION_H
#define PLUGIN_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/config.h"
#include "plugin/dialect.h"

struct session {
	const struct dialect *dialect;
	struct dbw_connection *connection;
	bool lost; /* nothing more can be done with it */
	bool
	    settling; /* set by who writes down what has happened: an interrupt does not stop that */
};

/* 'flags' are DBW_CONNECT_... . Errors name the entry and never hold a password. */
bool session_open(struct session *session, const struct dialect *dialect,
                  const struct config *config, const struct entry *entry, unsigned flags,
                  struct error *error);
/* A throw-away database that holds nothing. */
bool session_open_scratch(struct session *session, const struct dialect *dialect,
                          const struct config *config, const struct entry *entry,
                          struct error *error);
void session_close(struct session *session);

/* What failed in a batch, for file:line:column. */
struct session_failure {
	size_t statement; /* index, or DBW_UNKNOWN */
	size_t offset;    /* in that statement, or DBW_UNKNOWN */
};
/* failure may be NULL. */
bool session_execute(struct session *session, const struct dbw_statement *statements, size_t count,
                     unsigned flags, struct session_failure *failure, struct error *error);
/* printf-less convenience for one statement. */
bool session_run(struct session *session, const char *sql, unsigned flags, struct error *error);
bool session_rollback(struct session *session, struct error *error);
/* The same after a failure, whose error is the one to keep. */
void session_undo(struct session *session);
bool session_query(struct session *session, const char *sql, dbw_row_function *row, void *context,
                   struct error *error);
bool session_table_exists(struct session *session, const char *name, bool *exists,
                          struct error *error);
bool session_reset(struct session *session, struct error *error);
/* Introspects and normalises, without dbwarden's own tables. */
bool session_introspect(struct session *session, struct schema *schema, struct error *error);

/* From now on SIGINT and SIGTERM cancel what a session is doing, once, and are remembered; a second
 * one ends the process at once. Call before opening sessions. */
bool interrupts_catch(struct error *error);
/* 0, or the signal that came. */
int interrupts_pending(void);

#endif
