/*
 * A connection to one database file (or one in memory), and the parts of the plugin that work on
 * it. The functions fill slots of struct dbw_plugin, where they are documented.
 */
#ifndef SQLITE_CONNECTION_H
#define SQLITE_CONNECTION_H

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "dbwarden/plugin.h"

struct settings; /* settings.c */

struct dbw_connection {
	const struct dbw_host *host;
	sqlite3 *handle;
	bool scratch;        /* made by scratch(): broken views are worth a look */
	bool in_transaction; /* execute() has begun one that is not ended */

	/* Waiting and giving up. */
	unsigned busy_timeout_ms;
	unsigned statement_timeout_ms; /* 0: none */
	int64_t deadline;   /* of the statement that runs, on the monotonic clock, in ms */
	int64_t busy_until; /* of the wait for a lock, likewise */
	bool timed_out;
	atomic_bool cancelled; /* set by another thread */

	/* What reset() goes back to; read before the first statement that may change it. */
	bool unsettled;            /* such a statement has run since the last reset */
	struct settings *settings; /* NULL until then */

	/* The migration lock. lock is -1, or the open lock file; without a path (in memory) it is
	 * always granted. */
	char *lock_path;
	int lock;
};

/* connection.c */
enum dbw_status sqlite_connect(const struct dbw_host *host, const struct dbw_connect *where,
                               struct dbw_connection **connection, struct dbw_error *error);
enum dbw_status sqlite_scratch(const struct dbw_host *host, const struct dbw_connect *where,
                               struct dbw_connection **connection, struct dbw_error *error);
void sqlite_disconnect(struct dbw_connection *connection);
void sqlite_cancel(struct dbw_connection *connection);
const char *sqlite_server_version(struct dbw_connection *connection);

/* execute.c */
enum dbw_status sqlite_execute(struct dbw_connection *connection,
                               const struct dbw_statement *statements, size_t count, unsigned flags,
                               struct dbw_error *error);
enum dbw_status sqlite_rollback(struct dbw_connection *connection, struct dbw_error *error);
enum dbw_status sqlite_query(struct dbw_connection *connection, const char *sql, size_t length,
                             dbw_row_function *row, void *context, struct dbw_error *error);
enum dbw_status sqlite_table_exists(struct dbw_connection *connection, const char *namespace_name,
                                    const char *name, bool *exists, struct dbw_error *error);

/* settings.c */
enum dbw_status sqlite_reset(struct dbw_connection *connection, struct dbw_error *error);
/* To be called with each statement of the user's before it runs. */
enum dbw_status sqlite_settings_expect(struct dbw_connection *connection, const char *sql,
                                       size_t length, struct dbw_error *error);
void sqlite_settings_free(struct settings *settings);

/* wait.c */
/* Makes the connection wait for locks, and give up at a timeout or when it is cancelled. */
void sqlite_wait_prepare(struct dbw_connection *connection);
/* A call begins: what an earlier one was told does not concern it. */
void sqlite_wait_begin(struct dbw_connection *connection);
/* A statement begins: its time runs from now on. */
void sqlite_wait_statement(struct dbw_connection *connection);

/* lock.c */
enum dbw_status sqlite_lock_try(struct dbw_connection *connection,
                                const struct dbw_lock_holder *self, struct dbw_lock_holder *holder,
                                struct dbw_error *error);
enum dbw_status sqlite_lock_check(struct dbw_connection *connection, struct dbw_error *error);
enum dbw_status sqlite_lock_release(struct dbw_connection *connection, struct dbw_error *error);
enum dbw_status sqlite_lock_holder(struct dbw_connection *connection,
                                   struct dbw_lock_holder *holder, struct dbw_error *error);

/* introspect.c */
enum dbw_status sqlite_introspect(struct dbw_connection *connection, struct dbw_schema *schema,
                                  const char *const *ignore, struct dbw_error *error);

/* classify.c */
enum dbw_statement_class sqlite_classify(const struct dbw_host *host, const char *sql,
                                         size_t length, const char **what);

/* failure.c: all return the status, for 'return sqlite_fail(...)'. */
enum dbw_status sqlite_fail(struct dbw_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds to an error that is set. */
void sqlite_hint(struct dbw_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* From what SQLite itself reported last on this connection. */
enum dbw_status sqlite_failure(struct dbw_connection *connection, struct dbw_error *error);

#endif
