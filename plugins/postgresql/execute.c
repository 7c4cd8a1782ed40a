#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connection.h"
#include "failure.h"
#include "postgresql.h"
#include "session.h"

/* A batch goes out in one pipeline with one synchronisation at its end, so that it costs one round trip
 * whatever its length (PostgreSQL 15, 34.5). The handle is in non-blocking mode meanwhile and both directions
 * are served: a server that waits until its answers are read reads no more statements. */

/* How many commands are sent before their results are read. */
enum { AHEAD = 1000 };

struct pipeline {
	struct dbw_connection *connection;
	const struct dbw_statement *statements;
	size_t count;
	unsigned flags;
	struct dbw_error *error;
	size_t sent;     /* commands, BEGIN and COMMIT included */
	size_t received; /* results, one for each command */
	bool synced;
	enum dbw_status status;
};

static size_t commands(const struct pipeline *pipeline)
{
	return pipeline->count + !!(pipeline->flags & DBW_EXECUTE_BEGIN) +
	       !!(pipeline->flags & DBW_EXECUTE_COMMIT);
}

/* The n-th command; the statement's number, or DBW_UNKNOWN for BEGIN and COMMIT. */
static size_t statement_of(const struct pipeline *pipeline, size_t n)
{
	size_t begin = pipeline->flags & DBW_EXECUTE_BEGIN ? 1 : 0;

	return n < begin || n - begin >= pipeline->count ? DBW_UNKNOWN : n - begin;
}

static bool send_text(PGconn *handle, const char *sql)
{
	return PQsendQueryParams(handle, sql, 0, NULL, NULL, NULL, NULL, 0);
}

static bool send_statement(PGconn *handle, const struct dbw_statement *statement)
{
	char *sql = strndup(statement->sql, statement->length);
	bool done;

	if (!sql)
		abort();
	done = send_text(handle, sql);
	free(sql);
	return done;
}

static bool send_next(struct pipeline *pipeline)
{
	PGconn *handle = pipeline->connection->handle;
	size_t statement = statement_of(pipeline, pipeline->sent);

	if (pipeline->sent == commands(pipeline)) {
		pipeline->synced = true;
		return PQpipelineSync(handle);
	}
	if (statement == DBW_UNKNOWN)
		return send_text(handle, pipeline->sent++ == 0 ? "BEGIN" : "COMMIT");
	pipeline->sent++;
	return send_statement(handle, &pipeline->statements[statement]);
}

/* The server counts characters from 1; what is wanted are bytes from 0. */
static size_t byte_offset(const struct dbw_statement *statement, const char *position)
{
	long characters = position ? strtol(position, NULL, 10) : 0;
	size_t offset = 0;

	if (characters < 1)
		return DBW_UNKNOWN;
	while (--characters > 0 && offset < statement->length) {
		offset++;
		while (offset < statement->length &&
		       ((unsigned char)statement->sql[offset] & 0xc0) == 0x80)
			offset++;
	}
	return offset;
}

static enum dbw_status failed(struct dbw_connection *connection, const PGresult *result,
                              const struct dbw_statement *statement, struct dbw_error *error)
{
	enum dbw_status status = connection_fail(connection->handle, result, error);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	if (statement)
		failure_add_remains(statement, error);
	error->offset =
	    statement
		? byte_offset(statement, PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION))
		: DBW_UNKNOWN;
	/* 57014 is also what statement_timeout gives. */
	if (state && strcmp(state, "57014") == 0)
		return atomic_load(&connection->cancelled) ? DBW_CANCELLED : DBW_FAILED;
	return status;
}

static void take_result(struct pipeline *pipeline, const PGresult *result)
{
	size_t statement = statement_of(pipeline, pipeline->received);

	switch (PQresultStatus(result)) {
	case PGRES_PIPELINE_SYNC:
		return;
	case PGRES_PIPELINE_ABORTED:
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
	case PGRES_EMPTY_QUERY:
		break;
	default:
		if (pipeline->status != DBW_OK)
			break;
		pipeline->error->statement = statement;
		pipeline->status =
		    failed(pipeline->connection, result,
		           statement == DBW_UNKNOWN ? NULL : &pipeline->statements[statement],
		           pipeline->error);
	}
	pipeline->received++;
}

static bool lost(struct pipeline *pipeline)
{
	/* The server's last words may have come together with the end of the connection. There is a NULL
	 * between the results of two commands. */
	for (size_t i = pipeline->received; i <= 2 * commands(pipeline); i++) {
		PGresult *result =
		    *pipeline->error->message ? NULL : PQgetResult(pipeline->connection->handle);

		if (result)
			take_result(pipeline, result);
		PQclear(result);
	}
	pipeline->status = DBW_LOST;
	if (!*pipeline->error->message)
		connection_fail(pipeline->connection->handle, NULL, pipeline->error);
	return false;
}

/* Takes what has come. *ended: the synchronisation was among it. */
static bool receive(struct pipeline *pipeline, bool *ended)
{
	PGconn *handle = pipeline->connection->handle;

	while ((pipeline->received < pipeline->sent || pipeline->synced) && !PQisBusy(handle)) {
		PGresult *result = PQgetResult(handle);

		if (PQstatus(handle) == CONNECTION_BAD) {
			if (result)
				take_result(pipeline, result);
			PQclear(result);
			return lost(pipeline);
		}
		/* NULL stands between the results of two commands. */
		if (!result)
			continue;
		*ended = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
		take_result(pipeline, result);
		PQclear(result);
		if (*ended)
			return true;
	}
	return true;
}

static bool serve(struct pipeline *pipeline)
{
	PGconn *handle = pipeline->connection->handle;
	bool ended = false;

	while (!ended) {
		struct pollfd wait = {.fd = PQsocket(handle), .events = POLLIN};
		int flushed;

		/* libpq sends by itself whatever is more than a few kilobytes. */
		while (!pipeline->synced && pipeline->sent - pipeline->received < AHEAD)
			if (!send_next(pipeline))
				return lost(pipeline);
		flushed = PQflush(handle);
		if (flushed < 0)
			return lost(pipeline);
		if (flushed > 0)
			wait.events = POLLIN | POLLOUT;
		if (poll(&wait, 1, -1) < 0 && errno != EINTR)
			return lost(pipeline);
		if ((wait.revents & (POLLIN | POLLHUP | POLLERR)) && !PQconsumeInput(handle))
			return lost(pipeline);
		if (!receive(pipeline, &ended))
			return false;
	}
	return true;
}

static enum dbw_status run_pipeline(struct pipeline *pipeline)
{
	PGconn *handle = pipeline->connection->handle;

	if (PQsetnonblocking(handle, 1) != 0 || !PQenterPipelineMode(handle)) {
		pipeline->status = connection_fail(handle, NULL, pipeline->error);
	} else if (serve(pipeline)) {
		/* Nothing is under way any more. */
		PQexitPipelineMode(handle);
	}
	PQsetnonblocking(handle, 0);
	if (PQstatus(handle) == CONNECTION_BAD)
		pipeline->status = DBW_LOST;
	return pipeline->status;
}

/* What cannot be in a transaction cannot be in a pipeline either, where it would share one with all up to
 * the synchronisation. */
static enum dbw_status run_alone(struct dbw_connection *connection,
                                 const struct dbw_statement *statement, struct dbw_error *error)
{
	PGconn *handle = connection->handle;
	enum dbw_status status = DBW_OK;
	PGresult *result;

	if (!send_statement(handle, statement))
		return connection_fail(handle, NULL, error);
	while ((result = PQgetResult(handle))) {
		ExecStatusType state = PQresultStatus(result);

		if (status == DBW_OK && state != PGRES_COMMAND_OK && state != PGRES_TUPLES_OK &&
		    state != PGRES_EMPTY_QUERY)
			status = failed(connection, result, statement, error);
		PQclear(result);
	}
	if (status == DBW_OK && PQstatus(handle) == CONNECTION_BAD)
		status = connection_fail(handle, NULL, error);
	return status;
}

/* A record or journal entry of our own, among statements that each commit by themselves and may have set
 * another schema or role for those to come: it has a transaction of its own, and leaves that as it is. */
static enum dbw_status run_own(struct dbw_connection *connection,
                               const struct dbw_statement *statement, struct dbw_error *error)
{
	const struct dbw_statement both[] = {session_restore(connection), *statement};
	struct pipeline pipeline = {.connection = connection,
	                            .statements = both,
	                            .count = 2,
	                            .flags = DBW_EXECUTE_BEGIN | DBW_EXECUTE_COMMIT,
	                            .error = error};

	return run_pipeline(&pipeline);
}

static enum dbw_status run_one_by_one(struct dbw_connection *connection,
                                      const struct dbw_statement *statements, size_t count,
                                      struct dbw_error *error)
{
	enum dbw_status status = DBW_OK;

	for (size_t i = 0; i < count && status == DBW_OK; i++) {
		/* A cancel that fell between two statements reached none of them. */
		if (atomic_load(&connection->cancelled)) {
			snprintf(error->message, sizeof error->message, "interrupted");
			status = DBW_CANCELLED;
		} else if (!connection->untouched && session_is_own(&statements[i])) {
			status = run_own(connection, &statements[i], error);
		} else {
			status = run_alone(connection, &statements[i], error);
		}
		if (status != DBW_OK)
			error->statement = i;
	}
	return status;
}

/* In a transaction: what the migration has set holds for its own statements, not for the records behind
 * them. */
static enum dbw_status run_in_transaction(struct pipeline *pipeline)
{
	const struct dbw_statement *statements = pipeline->statements;
	struct dbw_statement *all;
	enum dbw_status status;
	size_t own = 0;

	while (own < pipeline->count && !session_is_own(&statements[own]))
		own++;
	if (pipeline->connection->untouched || own == pipeline->count)
		return run_pipeline(pipeline);
	all = calloc(pipeline->count + 1, sizeof *all);
	if (!all)
		abort();
	memcpy(all, statements, own * sizeof *all);
	all[own] = session_restore(pipeline->connection);
	memcpy(all + own + 1, statements + own, (pipeline->count - own) * sizeof *all);
	pipeline->statements = all;
	pipeline->count++;
	status = run_pipeline(pipeline);
	if (pipeline->error->statement != DBW_UNKNOWN && pipeline->error->statement > own)
		pipeline->error->statement--;
	free(all);
	return status;
}

static enum dbw_status begin_call(struct dbw_connection *connection, struct dbw_error *error)
{
	if (PQstatus(connection->handle) == CONNECTION_BAD) {
		snprintf(error->message, sizeof error->message, "the connection is gone");
		return DBW_LOST;
	}
	return DBW_OK;
}

enum dbw_status postgresql_execute(struct dbw_connection *connection,
                                   const struct dbw_statement *statements, size_t count,
                                   unsigned flags, struct dbw_error *error)
{
	struct pipeline pipeline = {.connection = connection,
	                            .statements = statements,
	                            .count = count,
	                            .flags = flags,
	                            .error = error};
	enum dbw_status status = begin_call(connection, error);

	error->statement = error->offset = DBW_UNKNOWN;
	if (status != DBW_OK)
		return status;
	if (!count && !flags)
		return DBW_OK;
	for (size_t i = 0; i < count; i++)
		connection->untouched =
		    connection->untouched && !session_is_touched_by(&statements[i]);
	if (!flags && PQtransactionStatus(connection->handle) == PQTRANS_IDLE)
		status = run_one_by_one(connection, statements, count, error);
	else
		status = run_in_transaction(&pipeline);
	if (status != DBW_CANCELLED)
		atomic_store(&connection->cancelled, false);
	return status;
}

enum dbw_status postgresql_rollback(struct dbw_connection *connection, struct dbw_error *error)
{
	enum dbw_status status = begin_call(connection, error);

	atomic_store(&connection->cancelled, false);
	if (status != DBW_OK || PQtransactionStatus(connection->handle) == PQTRANS_IDLE)
		return status;
	return connection_command(connection, "ROLLBACK", error);
}

/* Queries: row by row, so that a large result needs no memory. */

enum { COLUMNS = 1664 }; /* the most a result can have (PostgreSQL 15, appendix K) */

static bool hand_row(const PGresult *result, dbw_row_function *row, void *context)
{
	const char *values[COLUMNS], *names[COLUMNS];
	size_t lengths[COLUMNS], count = (size_t)PQnfields(result);

	if (count > COLUMNS)
		count = COLUMNS;
	for (size_t i = 0; i < count; i++) {
		bool null = PQgetisnull(result, 0, (int)i);

		values[i] = null ? NULL : PQgetvalue(result, 0, (int)i);
		lengths[i] = null ? 0 : (size_t)PQgetlength(result, 0, (int)i);
		names[i] = PQfname(result, (int)i);
	}
	return row(context, count, values, lengths, names);
}

enum dbw_status postgresql_query(struct dbw_connection *connection, const char *sql, size_t length,
                                 dbw_row_function *row, void *context, struct dbw_error *error)
{
	const struct dbw_statement statement = {sql, length};
	PGconn *handle = connection->handle;
	enum dbw_status status = begin_call(connection, error);
	bool more = true;
	PGresult *result;

	error->statement = error->offset = DBW_UNKNOWN;
	if (status != DBW_OK)
		return status;
	connection->untouched &= memmem(sql, length, " FROM dbwarden_", 15) != NULL;
	if (!send_statement(handle, &statement))
		return connection_fail(handle, NULL, error);
	PQsetSingleRowMode(handle);
	while ((result = PQgetResult(handle))) {
		ExecStatusType state = PQresultStatus(result);

		if (state == PGRES_SINGLE_TUPLE) {
			/* The rest is read and thrown away: the connection must be free again. */
			if (more)
				more = hand_row(result, row, context);
		} else if (status == DBW_OK && state != PGRES_COMMAND_OK &&
		           state != PGRES_TUPLES_OK && state != PGRES_EMPTY_QUERY) {
			status = failed(connection, result, &statement, error);
		}
		PQclear(result);
	}
	if (status == DBW_OK && PQstatus(handle) == CONNECTION_BAD)
		status = connection_fail(handle, NULL, error);
	return status;
}

enum dbw_status postgresql_table_exists(struct dbw_connection *connection,
                                        const char *namespace_name, const char *name, bool *exists,
                                        struct dbw_error *error)
{
	const char *const values[] = {namespace_name, name};
	PGresult *result = PQexecParams(
	    connection->handle,
	    "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
	    "WHERE n.nspname = coalesce($1::text, current_schema()::text) AND c.relname = $2::text "
	    "AND c.relkind IN ('r', 'p', 'f'))",
	    2, NULL, values, NULL, NULL, 0);
	enum dbw_status status = DBW_OK;

	if (PQresultStatus(result) == PGRES_TUPLES_OK)
		*exists = *PQgetvalue(result, 0, 0) == 't';
	else
		status = connection_fail(connection->handle, result, error);
	PQclear(result);
	return status;
}
