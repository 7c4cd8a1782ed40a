/*
 * A connection to a PostgreSQL server, as the files of this plugin see it.
 */
#ifndef POSTGRESQL_CONNECTION_H
#define POSTGRESQL_CONNECTION_H

#include <libpq-fe.h>
#include <stdatomic.h>

#include "dbwarden/plugin.h"

struct dbw_connection {
	const struct dbw_host *host;
	PGconn *handle;
	PGcancel *cancel;      /* made when connecting: cancel() comes from another thread */
	atomic_bool cancelled; /* asked for since the call began */
	char *settings;        /* what reset() says again, as one command */
	char *restore;         /* see session.h */
	char version[64];
	char *scratch;    /* the name of the database to drop at the end, or NULL */
	PGconn *admin;    /* who drops it */
	bool untouched;   /* nothing ran since reset() that could change the session */
	int lock_backend; /* the session that took the lock; 0: it is not held */
};

PGconn *connection_handle(struct dbw_connection *connection);
const struct dbw_host *connection_host(const struct dbw_connection *connection);

/* Fills the error from a result, or from the connection where that is NULL, and says what it comes to. */
enum dbw_status connection_fail(PGconn *handle, const PGresult *result, struct dbw_error *error);

/* Opens a connection; *handle is NULL on failure. 'database' replaces where->database if it is not NULL. */
enum dbw_status connection_open(const struct dbw_connect *where, const char *database,
                                PGconn **handle, struct dbw_error *error);
/* The connection around a handle that is open; takes it over, also on failure. */
enum dbw_status connection_wrap(const struct dbw_host *host, const struct dbw_connect *where,
                                PGconn *handle, struct dbw_connection **connection,
                                struct dbw_error *error);

/* Lets the server notice in the middle of a statement that this process is gone, so that what the session holds
 * does not outlive it for long (PostgreSQL 15, 20.3.1; not on every platform of the server's: then not). */
void connection_watch(struct dbw_connection *connection);

/* One command whose rows nobody wants. */
enum dbw_status connection_command(struct dbw_connection *connection, const char *sql,
                                   struct dbw_error *error);

#endif
