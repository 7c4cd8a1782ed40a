#include "plugin/session.h"

#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "config/connect.h"
#include "plugin/interrupts.h"

/* dbwarden's own tables: never part of anybody's schema. */
static const char *const own_tables[] = {
    "dbwarden_migrations", "dbwarden_journal", "dbwarden_lock", "dbwarden_seeds", NULL,
};

static void failure_begin(struct dbw_error *failure)
{
	*failure = (struct dbw_error){
	    .struct_size = sizeof *failure, .statement = DBW_UNKNOWN, .offset = DBW_UNKNOWN};
}

/* A plugin may have filled its strings to the brim. */
static void failure_end(struct dbw_error *failure)
{
	failure->sqlstate[sizeof failure->sqlstate - 1] = '\0';
	failure->message[sizeof failure->message - 1] = '\0';
	failure->detail[sizeof failure->detail - 1] = '\0';
	failure->hint[sizeof failure->hint - 1] = '\0';
}

static bool fail(struct session *session, enum dbw_status status, struct dbw_error *failure,
                 struct error *error)
{
	failure_end(failure);
	if (status == DBW_LOST)
		session->lost = true;
	error_plugin(error, status, failure);
	if (status == DBW_CANCELLED) {
		error_set(error, ERROR_FAILED, "interrupted");
		error_hint(error, "What had not been committed was undone. Run 'dbwarden status' "
		                  "to see where the database stands.");
	}
	return false;
}

/* Before each call that starts something. */
static bool ready(const struct session *session, struct error *error)
{
	if (session->lost)
		return error_set(error, ERROR_FAILED, "the connection to the database was lost");
	if (interrupts_pending() && !session->settling) {
		error_set(error, ERROR_FAILED, "interrupted");
		return error_hint(error, "Run 'dbwarden status' to see where the database stands.");
	}
	return true;
}

/* Opening. */

typedef enum dbw_status connect_function(const struct dbw_host *host,
                                         const struct dbw_connect *where,
                                         struct dbw_connection **connection,
                                         struct dbw_error *error);

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Between two attempts at a server that is not there yet. False: it is too late, or the user has had
 * enough. */
static bool wait_a_little(long long end)
{
	long long left = end - now_ms();

	if (left <= 0 || interrupts_pending())
		return false;
	if (left > 250)
		left = 250;
	nanosleep(&(struct timespec){0, (long)left * 1000000}, NULL);
	return !interrupts_pending();
}

/* One dialect's URL in another's entry is a mistake that no server can explain. */
static bool check_scheme(const struct dialect *dialect, const struct entry *entry,
                         const char *scheme, struct error *error)
{
	const char *const *known = dialect->plugin.url_schemes;
	struct dbw_buffer list = {0};

	for (size_t i = 0; known[i]; i++)
		if (strcmp(scheme, known[i]) == 0)
			return true;
	for (size_t i = 0; known[i]; i++)
		buffer_printf(&list, "%s'%s:'", i ? " or " : "", known[i]);
	error_set(error, ERROR_USAGE,
	          "database '%s': a URL of dialect '%s' does not begin with '%s:'", entry->name,
	          dialect->plugin.name, scheme);
	error_hint(error, "Let it begin with %s, or correct 'type' of the entry.",
	           buffer_text(&list));
	buffer_release(&list);
	return false;
}

static bool open_with(struct session *session, connect_function *function, const char *what,
                      const struct dialect *dialect, const struct config *config,
                      const struct entry *entry, enum connect_target target, unsigned flags,
                      struct error *error)
{
	long long end = now_ms() + (long long)entry->wait_for_db_ms;
	struct dbw_connect where = {0};
	struct arena arena = {0};
	struct dbw_error failure;
	enum dbw_status status;

	*session = (struct session){.dialect = dialect};
	if (!entry_connect_parameters(&arena, config, entry, target, &where, error) ||
	    !check_scheme(dialect, entry, where.scheme, error)) {
		arena_release(&arena);
		return false;
	}
	where.flags = flags;
	do {
		failure_begin(&failure);
		status = function(&dialect->host, &where, &session->connection, &failure);
	} while (status == DBW_LOST && wait_a_little(end));
	arena_release(&arena);
	if (status == DBW_OK && session->connection)
		return true;
	session->connection = NULL;
	fail(session, status, &failure, error);
	return error_context(error, "database '%s': %s", entry->name, what);
}

bool session_open(struct session *session, const struct dialect *dialect,
                  const struct config *config, const struct entry *entry, unsigned flags,
                  struct error *error)
{
	return open_with(session, dialect->plugin.connect, "cannot connect", dialect, config, entry,
	                 CONNECT_DATABASE, flags, error);
}

bool session_open_scratch(struct session *session, const struct dialect *dialect,
                          const struct config *config, const struct entry *entry,
                          struct error *error)
{
	*session = (struct session){.dialect = dialect};
	if (!dialect->plugin.scratch)
		return dialect_lacks(dialect, "scratch", error);
	return open_with(session, dialect->plugin.scratch, "cannot make a scratch database",
	                 dialect, config, entry, CONNECT_SCRATCH, 0, error);
}

void session_close(struct session *session)
{
	if (session->connection)
		session->dialect->plugin.disconnect(session->connection);
	session->connection = NULL;
}

/* Calls. */

bool session_execute(struct session *session, const struct dbw_statement *statements, size_t count,
                     unsigned flags, struct session_failure *failure, struct error *error)
{
	struct dbw_error reported;
	enum dbw_status status;

	if (!ready(session, error)) {
		if (failure)
			*failure = (struct session_failure){DBW_UNKNOWN, DBW_UNKNOWN};
		return false;
	}
	failure_begin(&reported);
	interrupts_enter(session->dialect, session->connection);
	status = session->dialect->plugin.execute(session->connection, statements, count, flags,
	                                          &reported);
	interrupts_leave();
	if (status == DBW_OK)
		return true;
	if (failure)
		*failure = (struct session_failure){reported.statement, reported.offset};
	return fail(session, status, &reported, error);
}

bool session_run(struct session *session, const char *sql, unsigned flags, struct error *error)
{
	const struct dbw_statement statement = {sql, strlen(sql)};

	return session_execute(session, &statement, 1, flags, NULL, error);
}

/* Not stopped by a pending interrupt: it is what an interrupt asks for. */
bool session_rollback(struct session *session, struct error *error)
{
	struct dbw_error failure;
	enum dbw_status status;

	if (session->lost)
		return true;
	failure_begin(&failure);
	status = session->dialect->plugin.rollback(session->connection, &failure);
	return status == DBW_OK || fail(session, status, &failure, error);
}

void session_undo(struct session *session)
{
	struct error ignored = {0};

	session_rollback(session, &ignored);
	error_release(&ignored);
}

bool session_query(struct session *session, const char *sql, dbw_row_function *row, void *context,
                   struct error *error)
{
	struct dbw_error failure;
	enum dbw_status status;

	if (!ready(session, error))
		return false;
	failure_begin(&failure);
	interrupts_enter(session->dialect, session->connection);
	status = session->dialect->plugin.query(session->connection, sql, strlen(sql), row, context,
	                                        &failure);
	interrupts_leave();
	return status == DBW_OK || fail(session, status, &failure, error);
}

bool session_table_exists(struct session *session, const char *name, bool *exists,
                          struct error *error)
{
	struct dbw_error failure;
	enum dbw_status status;

	*exists = false;
	if (!session->dialect->plugin.table_exists)
		return dialect_lacks(session->dialect, "tables", error);
	if (!ready(session, error))
		return false;
	failure_begin(&failure);
	status = session->dialect->plugin.table_exists(session->connection, NULL, name, exists,
	                                               &failure);
	return status == DBW_OK || fail(session, status, &failure, error);
}

bool session_reset(struct session *session, struct error *error)
{
	struct dbw_error failure;
	enum dbw_status status;

	if (!session->dialect->plugin.reset)
		return true;
	if (!ready(session, error))
		return false;
	failure_begin(&failure);
	status = session->dialect->plugin.reset(session->connection, &failure);
	if (status == DBW_OK)
		return true;
	fail(session, status, &failure, error);
	return error_context(error, "cannot reset the session");
}

bool session_introspect(struct session *session, struct schema *schema, struct error *error)
{
	struct dbw_error failure;
	enum dbw_status status;

	if (!session->dialect->plugin.introspect)
		return dialect_lacks(session->dialect, "introspect", error);
	if (!ready(session, error))
		return false;
	failure_begin(&failure);
	interrupts_enter(session->dialect, session->connection);
	status = session->dialect->plugin.introspect(session->connection, &schema->content,
	                                             own_tables, &failure);
	interrupts_leave();
	schema_changed(schema);
	if (status != DBW_OK) {
		fail(session, status, &failure, error);
		return error_context(error, "reading the schema of the database");
	}
	return dialect_normalize(session->dialect, schema, error);
}
