/*
 * Wraps another plugin (DBWARDEN_FAULTY_PLUGIN: its path) and makes one call go wrong: each call that
 * takes or makes a connection is counted, and
 *
 *    DBWARDEN_FAULTY_KILL=n        the process is killed before the n-th
 *    DBWARDEN_FAULTY_KILL_AFTER=n  after it
 *    DBWARDEN_FAULTY_FAIL=n        it fails without being made
 *    DBWARDEN_FAULTY_LOST=n        the connection is closed and reported as lost
 *    DBWARDEN_FAULTY_COUNT=path    how many calls there were is written there at the end
 *
 * Connections are this plugin's own, with the wrapped one inside, so that a lost one can be closed.
 */
#include <dbwarden/plugin.h>
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct dbw_connection {
	struct dbw_connection *real; /* NULL once it is lost */
};

static struct dbw_plugin wrapped, plugin;
static unsigned long calls;

static unsigned long number(const char *name)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 10) : 0;
}

/* True if the call is to be made; if not, *status is what it comes to. */
static bool begin(struct dbw_connection *connection, enum dbw_status *status,
                  struct dbw_error *error)
{
	calls++;
	if (calls == number("DBWARDEN_FAULTY_KILL"))
		raise(SIGKILL);
	if (calls == number("DBWARDEN_FAULTY_LOST") && connection && connection->real) {
		wrapped.disconnect(connection->real);
		connection->real = NULL;
	}
	if (connection && !connection->real) {
		snprintf(error->message, sizeof error->message,
		         "the connection was lost on purpose");
		*status = DBW_LOST;
		return false;
	}
	if (calls == number("DBWARDEN_FAULTY_FAIL")) {
		snprintf(error->message, sizeof error->message, "failed on purpose");
		*status = DBW_FAILED;
		return false;
	}
	return true;
}

static enum dbw_status end(enum dbw_status status)
{
	if (calls == number("DBWARDEN_FAULTY_KILL_AFTER"))
		raise(SIGKILL);
	return status;
}

#define FORWARD(connection, call)                                                                  \
	do {                                                                                       \
		enum dbw_status status_;                                                           \
		if (!begin(connection, &status_, error))                                           \
			return status_;                                                            \
		return end(wrapped.call);                                                          \
	} while (0)

static enum dbw_status wrap(struct dbw_connection *real, enum dbw_status status,
                            struct dbw_connection **connection)
{
	*connection = NULL;
	if (status != DBW_OK)
		return end(status);
	*connection = malloc(sizeof **connection);
	if (!*connection)
		abort();
	(*connection)->real = real;
	return end(DBW_OK);
}

static enum dbw_status open_connection(const struct dbw_host *host, const struct dbw_connect *where,
                                       struct dbw_connection **connection, struct dbw_error *error)
{
	struct dbw_connection *real = NULL;
	enum dbw_status status;

	if (!begin(NULL, &status, error))
		return status;
	status = wrapped.connect(host, where, &real, error);
	return wrap(real, status, connection);
}

static enum dbw_status open_scratch(const struct dbw_host *host, const struct dbw_connect *where,
                                    struct dbw_connection **connection, struct dbw_error *error)
{
	struct dbw_connection *real = NULL;
	enum dbw_status status;

	if (!begin(NULL, &status, error))
		return status;
	status = wrapped.scratch(host, where, &real, error);
	return wrap(real, status, connection);
}

static void close_connection(struct dbw_connection *connection)
{
	struct dbw_error ignored;
	enum dbw_status status;

	if (!connection)
		return;
	begin(NULL, &status, &ignored);
	if (connection->real)
		wrapped.disconnect(connection->real);
	free(connection);
	end(DBW_OK);
}

static enum dbw_status execute_all(struct dbw_connection *connection,
                                   const struct dbw_statement *statements, size_t count,
                                   unsigned flags, struct dbw_error *error)
{
	FORWARD(connection, execute(connection->real, statements, count, flags, error));
}

/* What commits one by one is a call each: things go wrong between any two. */
static enum dbw_status execute(struct dbw_connection *connection,
                               const struct dbw_statement *statements, size_t count, unsigned flags,
                               struct dbw_error *error)
{
	enum dbw_status status = DBW_OK;

	if (flags || count < 2)
		return execute_all(connection, statements, count, flags, error);
	for (size_t i = 0; i < count && status == DBW_OK; i++) {
		status = execute_all(connection, statements + i, 1, 0, error);
		if (status != DBW_OK)
			error->statement = i;
	}
	return status;
}

static enum dbw_status undo(struct dbw_connection *connection, struct dbw_error *error)
{
	FORWARD(connection, rollback(connection->real, error));
}

static enum dbw_status query(struct dbw_connection *connection, const char *sql, size_t length,
                             dbw_row_function *row, void *context, struct dbw_error *error)
{
	FORWARD(connection, query(connection->real, sql, length, row, context, error));
}

static enum dbw_status table_exists(struct dbw_connection *connection, const char *namespace_name,
                                    const char *name, bool *exists, struct dbw_error *error)
{
	FORWARD(connection, table_exists(connection->real, namespace_name, name, exists, error));
}

static enum dbw_status reset(struct dbw_connection *connection, struct dbw_error *error)
{
	FORWARD(connection, reset(connection->real, error));
}

static enum dbw_status lock_try(struct dbw_connection *connection,
                                const struct dbw_lock_holder *self, struct dbw_lock_holder *holder,
                                struct dbw_error *error)
{
	FORWARD(connection, lock_try(connection->real, self, holder, error));
}

static enum dbw_status lock_check(struct dbw_connection *connection, struct dbw_error *error)
{
	FORWARD(connection, lock_check(connection->real, error));
}

static enum dbw_status lock_release(struct dbw_connection *connection, struct dbw_error *error)
{
	FORWARD(connection, lock_release(connection->real, error));
}

static enum dbw_status lock_holder(struct dbw_connection *connection,
                                   struct dbw_lock_holder *holder, struct dbw_error *error)
{
	FORWARD(connection, lock_holder(connection->real, holder, error));
}

static enum dbw_status introspect(struct dbw_connection *connection, struct dbw_schema *schema,
                                  const char *const *ignore, struct dbw_error *error)
{
	FORWARD(connection, introspect(connection->real, schema, ignore, error));
}

static const char *server_version(struct dbw_connection *connection)
{
	return connection->real ? wrapped.server_version(connection->real) : "";
}

static void cancel(struct dbw_connection *connection)
{
	if (connection->real)
		wrapped.cancel(connection->real);
}

static __attribute__((destructor)) void write_count(void)
{
	const char *path = getenv("DBWARDEN_FAULTY_COUNT");
	FILE *file = path ? fopen(path, "w") : NULL;

	if (!file)
		return;
	fprintf(file, "%lu\n", calls);
	fclose(file);
}

DBW_EXPORT const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host);

const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host)
{
	const char *path = getenv("DBWARDEN_FAULTY_PLUGIN");
	void *handle = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
	const struct dbw_plugin *found;
	dbw_entry_function *entry;

	if (!handle)
		return NULL;
	*(void **)&entry = dlsym(handle, DBW_ENTRY_SYMBOL);
	found = entry ? entry(host) : NULL;
	if (!found)
		return NULL;
	memcpy(&wrapped, found,
	       sizeof wrapped < found->struct_size ? sizeof wrapped : found->struct_size);
	plugin = wrapped;
	plugin.name = "faulty";
	plugin.aliases = NULL;
	plugin.connect = open_connection;
	plugin.disconnect = close_connection;
	plugin.execute = execute;
	plugin.rollback = undo;
	plugin.query = query;
	plugin.table_exists = table_exists;
	plugin.server_version = server_version;
	plugin.reset = reset;
	plugin.cancel = cancel;
	plugin.lock_try = lock_try;
	plugin.lock_check = lock_check;
	plugin.lock_release = lock_release;
	plugin.lock_holder = lock_holder;
	plugin.introspect = introspect;
	plugin.scratch = open_scratch;
	return &plugin;
}
