#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "connection.h"
#include "postgresql.h"

/* Scratch databases are recognised by their names alone, which tell when they were made: leftovers of a crash
 * are dropped by the next who makes one, after an hour in which nobody was connected to them. */

static const char prefix[] = "dbwarden_scratch_";
enum { LEFTOVER_SECONDS = 3600 };

static void drop_leftovers(PGconn *admin)
{
	PGresult *found = PQexec(
	    admin, "SELECT quote_ident(d.datname), d.datname FROM pg_database d WHERE d.datname ~ "
		   "'^dbwarden_scratch_[0-9a-f]{8,12}_[0-9a-f]{16}$' AND NOT EXISTS (SELECT FROM "
		   "pg_stat_activity a WHERE a.datname = d.datname)");

	for (int row = 0; PQresultStatus(found) == PGRES_TUPLES_OK && row < PQntuples(found);
	     row++) {
		const char *name = PQgetvalue(found, row, 1) + sizeof prefix - 1;
		char sql[256];

		if (time(NULL) - (time_t)strtoll(name, NULL, 16) < LEFTOVER_SECONDS)
			continue;
		snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s", PQgetvalue(found, row, 0));
		PQclear(PQexec(admin, sql));
	}
	PQclear(found);
}

static char *new_name(void)
{
	unsigned long long random = 0;
	char *name;

	if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random ||
	    asprintf(&name, "%s%08llx_%016llx", prefix, (unsigned long long)time(NULL), random) < 0)
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

static void drop(PGconn *admin, const char *name)
{
	char sql[256];

	snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s", name);
	PQclear(PQexec(admin, sql));
}

enum dbw_status postgresql_scratch(const struct dbw_host *host, const struct dbw_connect *where,
                                   struct dbw_connection **connection, struct dbw_error *error)
{
	PGconn *admin, *handle;
	char *name;
	enum dbw_status status = connection_open(where, NULL, &admin, error);

	*connection = NULL;
	if (status != DBW_OK)
		return status;
	drop_leftovers(admin);
	name = new_name();
	status = create(admin, name, error);
	if (status == DBW_OK) {
		status = connection_open(where, name, &handle, error);
		if (status == DBW_OK)
			status = connection_wrap(host, where, handle, connection, error);
		if (status != DBW_OK)
			drop(admin, name);
	}
	if (status == DBW_OK && where->namespace_name) {
		/* What the entry's own database has already. */
		struct dbw_buffer *sql = host->buffer_new();

		host->buffer_append(sql, "CREATE SCHEMA IF NOT EXISTS ", 28);
		postgresql_quote_identifier(host, where->namespace_name, sql);
		status = connection_command(*connection, host->buffer_text(sql, NULL), error);
		host->buffer_free(sql);
	}
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
	free(connection);
}
