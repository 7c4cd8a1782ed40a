#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "connection.h"
#include "postgresql.h"

/* Scratch databases are recognised by their names alone, which tell when they were made, by the server's clock:
 * leftovers of a crash are dropped by the next who makes one, an hour later, if nobody is connected to them. */

static const char prefix[] = "dbwarden_scratch_";
enum { LEFTOVER_SECONDS = 3600 };

static void drop(PGconn *admin, const char *name)
{
	char sql[256];

	snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s", name);
	PQclear(PQexec(admin, sql));
}

/* A name that merely begins like one of ours, or that tells no time that has been, is somebody's own. */
static void drop_leftovers(PGconn *admin, long long now)
{
	PGresult *found = PQexec(
	    admin, "SELECT d.datname FROM pg_database d WHERE d.datname ~ "
		   "'^dbwarden_scratch_[0-9a-f]{8}_[0-9a-f]{16}$' AND NOT EXISTS (SELECT FROM "
		   "pg_stat_activity a WHERE a.datname = d.datname)");

	for (int row = 0; PQresultStatus(found) == PGRES_TUPLES_OK && row < PQntuples(found); row++)
		if (now - strtoll(PQgetvalue(found, row, 0) + sizeof prefix - 1, NULL, 16) >
		    LEFTOVER_SECONDS)
			drop(admin, PQgetvalue(found, row, 0));
	PQclear(found);
}

static enum dbw_status server_time(PGconn *admin, long long *now, struct dbw_error *error)
{
	PGresult *result = PQexec(admin, "SELECT extract(epoch FROM now())::bigint");
	enum dbw_status status = DBW_OK;

	if (PQresultStatus(result) == PGRES_TUPLES_OK)
		*now = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	else
		status = connection_fail(admin, result, error);
	PQclear(result);
	return status;
}

static char *new_name(long long now)
{
	unsigned long long random = 0;
	char *name;

	if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random ||
	    asprintf(&name, "%s%08llx_%016llx", prefix, (unsigned long long)now, random) < 0)
		abort();
	return name;
}

static enum dbw_status create(PGconn *admin, const char *name, struct dbw_error *error)
{
	char sql[256];
	PGresult *result;
	enum dbw_status status = DBW_OK;

	/* Of template0, as template1 may hold anything; in the encoding and order of the entry's own. */
	snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE template0", name);
	result = PQexec(admin, sql);
	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

		status = connection_fail(admin, result, error);
		if (state && strcmp(state, "42501") == 0) {
			status = DBW_UNSUPPORTED;
			snprintf(error->hint, sizeof error->hint,
			         "Let the user create databases (ALTER ROLE ... CREATEDB), or set "
			         "'scratch_url' to a server where it may.");
		}
	}
	PQclear(result);
	return status;
}

/* What the entry's own database has already. */
static enum dbw_status create_namespace(struct dbw_connection *connection,
                                        const char *namespace_name, struct dbw_error *error)
{
	static const char create_schema[] = "CREATE SCHEMA IF NOT EXISTS ";
	const struct dbw_host *host = connection->host;
	struct dbw_buffer *sql = host->buffer_new();
	enum dbw_status status;

	host->buffer_append(sql, create_schema, sizeof create_schema - 1);
	postgresql_quote_identifier(host, namespace_name, sql);
	status = connection_command(connection, host->buffer_text(sql, NULL), error);
	host->buffer_free(sql);
	return status;
}

static enum dbw_status make(const struct dbw_host *host, const struct dbw_connect *where,
                            PGconn *admin, char **name, struct dbw_connection **connection,
                            struct dbw_error *error)
{
	PGconn *handle;
	long long now = 0;
	enum dbw_status status = server_time(admin, &now, error);

	if (status != DBW_OK)
		return status;
	drop_leftovers(admin, now);
	*name = new_name(now);
	status = create(admin, *name, error);
	if (status != DBW_OK)
		return status;
	status = connection_open(where, *name, &handle, error);
	if (status == DBW_OK)
		status = connection_wrap(host, where, handle, connection, error);
	if (status == DBW_OK && where->namespace_name)
		status = create_namespace(*connection, where->namespace_name, error);
	if (status != DBW_OK) {
		postgresql_disconnect(*connection);
		*connection = NULL;
		drop(admin, *name);
	}
	return status;
}

enum dbw_status postgresql_scratch(const struct dbw_host *host, const struct dbw_connect *where,
                                   struct dbw_connection **connection, struct dbw_error *error)
{
	char *name = NULL;
	PGconn *admin;
	enum dbw_status status = connection_open(where, NULL, &admin, error);

	*connection = NULL;
	if (status != DBW_OK)
		return status;
	status = make(host, where, admin, &name, connection, error);
	if (status != DBW_OK) {
		free(name);
		PQfinish(admin);
		return status;
	}
	(*connection)->scratch = name;
	(*connection)->admin = admin;
	return DBW_OK;
}

void postgresql_disconnect(struct dbw_connection *connection)
{
	if (!connection)
		return;
	PQfreeCancel(connection->cancel);
	PQfinish(connection->handle);
	if (connection->scratch) {
		drop(connection->admin, connection->scratch);
		PQfinish(connection->admin);
	}
	free(connection->scratch);
	free(connection->settings);
	free(connection->restore);
	free(connection);
}
