/*
 * A connection to one database of a MySQL or MariaDB server, and what the parts of the plugin that
 * work on it share.
 */
#ifndef MYSQL_CONNECTION_H
#define MYSQL_CONNECTION_H

#include <errmsg.h>
#include <mysql.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "dbwarden/plugin.h"

struct target; /* target.h */

struct dbw_connection {
	const struct dbw_host *host;
	struct target *target; /* where it leads: cancel() goes there once more */
	MYSQL *handle;

	/* The server, as it was when the connection began. */
	char *version;
	unsigned version_number; /* 80036, 101119 */
	bool mariadb;
	unsigned long id; /* the server's number of this session */
	size_t largest_packet;

	/* What the session is set to. */
	char *database; /* as the server spells it; NULL for none */
	bool read_only;
	unsigned statement_timeout_ms;
	unsigned lock_wait_timeout_ms;

	atomic_bool cancelled; /* set by another thread */
	bool untouched;        /* nothing ran since reset() that could change the session */
	char *lock_name;
	bool locked;   /* lock_try() has had the lock */
	MYSQL *guard;  /* lock.c: a second session, or NULL */
	char *scratch; /* the database to drop at the end, or NULL */
};

/* For those who read the catalogue. */
MYSQL *connection_handle(struct dbw_connection *connection);
bool connection_is_mariadb(const struct dbw_connection *connection);
/* 80036 for 8.0.36, 101119 for 10.11.19. */
unsigned connection_server_version(const struct dbw_connection *connection);

/* A connection whose database may be missing. */
enum dbw_status connection_open(const struct dbw_host *host, const struct dbw_connect *where,
                                bool database_wanted, struct dbw_connection **connection,
                                struct dbw_error *error);
/* Makes another database the connection's own. */
enum dbw_status connection_enter(struct dbw_connection *connection, const char *database,
                                 struct dbw_error *error);

/* True if the server has nothing to say: it has not ended the session. */
bool connection_is_quiet(const struct dbw_connection *connection);

/* execute.c: */

/* A call begins: what an earlier one was told does not concern it. */
void execute_begin_call(struct dbw_connection *connection);
/* Runs statements of the plugin's own, separated by semicolons, and throws rows away. */
enum dbw_status execute_own(struct dbw_connection *connection, const char *sql,
                            struct dbw_error *error);
/* Runs one and gives its first row's first value: NULL for no row or NULL; the caller frees it. */
enum dbw_status execute_value(struct dbw_connection *connection, const char *sql, char **value,
                              struct dbw_error *error);
/* Runs one and hands each row to the function, as query() does. */
enum dbw_status execute_rows(struct dbw_connection *connection, const char *sql, size_t length,
                             dbw_row_function *row, void *context, struct dbw_error *error);

#endif
