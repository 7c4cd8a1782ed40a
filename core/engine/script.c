#include "engine/script.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Preparing. */

struct preparation {
	const struct dialect *dialect;
	const struct migration *migration;
	const char *file;
};

static enum dbw_statement_class classify(const struct dialect *dialect,
                                         const struct sql_statement *statement, const char **what)
{
	*what = "this statement";
	if (!dialect->plugin.classify)
		return DBW_CLASS_ORDINARY;
	return dialect->plugin.classify(&dialect->host, statement->text, statement->length, what);
}

static bool refuse(const struct preparation *preparation, const struct sql_statement *statement,
                   struct error *error, const char *what, const char *why, const char *hint)
{
	error_at(error, ERROR_FAILED, preparation->file, statement->line, statement->column,
	         "%s %s", what, why);
	return error_hint(error, "%s", hint);
}

/* What can never be in a migration, wherever it stands. */
static bool check_class(const struct preparation *preparation,
                        const struct sql_statement *statement, enum dbw_statement_class class,
                        const char *what, struct error *error)
{
	bool outside = preparation->migration->no_transaction || statement->autocommit;

	if (class == DBW_CLASS_TRANSACTION_CONTROL)
		return refuse(preparation, statement, error, what, "does not belong in a migration",
		              "Remove it: dbwarden begins and commits the transaction. For a file "
		              "that must not run in one, put '-- dbwarden: no-transaction' at its "
		              "top.");
	if (class == DBW_CLASS_CLIENT_COMMAND)
		return refuse(preparation, statement, error, what,
		              "is a command of the database's own client, not SQL",
		              "Replace it by SQL statements; dbwarden sends the file's statements "
		              "to the database itself.");
	if (class == DBW_CLASS_OUTSIDE_TRANSACTION && !outside)
		return refuse(preparation, statement, error, what,
		              "cannot run inside a transaction",
		              "Put the line '-- @dbwarden:autocommit' before the statement, or "
		              "'-- dbwarden: no-transaction' at the top of the file.");
	return true;
}

/* Session settings at both ends run outside the transaction without being told to. */
static void trim_settings(struct script *script, struct arena *arena,
                          const enum dbw_statement_class *classes,
                          const struct dbw_list *statements, size_t *first, size_t *last)
{
	*first = 0;
	*last = statements->count;
	while (*first < *last && classes[*first] == DBW_CLASS_SESSION)
		list_append(arena, &script->before, statements->items[(*first)++]);
	while (*last > *first && classes[*last - 1] == DBW_CLASS_SESSION)
		(*last)--;
	for (size_t i = *last; i < statements->count; i++)
		list_append(arena, &script->after, statements->items[i]);
}

bool script_prepare(struct script *script, struct arena *arena, const struct dialect *dialect,
                    const char *file, const struct migration *migration,
                    const struct section *section, struct error *error)
{
	const struct preparation preparation = {dialect, migration, file};
	const struct dbw_list *statements = &section->statements;
	bool transactional = dialect->plugin.traits->flags & DBW_TRAIT_TRANSACTIONAL_DDL;
	enum dbw_statement_class *classes =
	    arena_alloc(arena, (statements->count + 1) * sizeof *classes);
	const char **whats = arena_alloc(arena, (statements->count + 1) * sizeof *whats);
	size_t first, last;

	*script = (struct script){.file = file};
	for (size_t i = 0; i < statements->count; i++) {
		classes[i] = classify(dialect, statements->items[i], &whats[i]);
		if (!check_class(&preparation, statements->items[i], classes[i], whats[i], error))
			return false;
	}
	trim_settings(script, arena, classes, statements, &first, &last);
	script->alone = arena_alloc(arena, last - first + 1);
	for (size_t i = first; i < last; i++) {
		const struct sql_statement *statement = statements->items[i];
		bool alone = !transactional || migration->no_transaction || statement->autocommit;

		if (classes[i] == DBW_CLASS_SESSION && !alone)
			return refuse(&preparation, statement, error, whats[i],
			              "has no effect inside a transaction",
			              "Move it to the top of the section, or put the line "
			              "'-- @dbwarden:autocommit' before it.");
		script->alone[script->body.count] = alone;
		script->journalled |= alone;
		list_append(arena, &script->body, statements->items[i]);
	}
	return true;
}

/* Running. */

static long long now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Adds the place of the statement of the file that failed. */
static void place_failure(const struct script_run *run, const struct sql_statement *statement,
                          size_t offset, struct error *error)
{
	size_t line, column;

	sql_statement_place(statement, offset == DBW_UNKNOWN ? 0 : offset, &line, &column);
	error_where(error, run->script->file, line, column);
}

/* Runs statements first..last-1 of the list in one call. */
static bool execute_range(struct script_run *run, const struct dbw_list *list, size_t first,
                          size_t last, unsigned flags, struct error *error)
{
	struct session_failure failure = {DBW_UNKNOWN, DBW_UNKNOWN};
	struct dbw_statement *batch = memory_resize(NULL, last - first + 1, sizeof *batch);
	bool done;

	for (size_t i = first; i < last; i++) {
		const struct sql_statement *statement = list->items[i];

		batch[i - first] = (struct dbw_statement){statement->text, statement->length};
	}
	done = session_execute(run->session, batch, last - first, flags, &failure, error);
	free(batch);
	if (!done && failure.statement < last - first)
		place_failure(run, list->items[first + failure.statement], failure.offset, error);
	else if (!done && !error->file)
		error_where(error, run->script->file, 0, 0);
	return done;
}

static bool execute_sql(struct script_run *run, const struct dbw_buffer *sql, unsigned flags,
                        struct error *error)
{
	const struct dbw_statement statement = {buffer_text(sql), sql->length};

	return session_execute(run->session, &statement, 1, flags, NULL, error);
}

/* The statement that enters how far it has come; the first one makes the journal's row. */
static void journal_sql(struct script_run *run, size_t done, bool in_doubt, struct dbw_buffer *sql)
{
	run->journal->done = done;
	run->journal->in_doubt = in_doubt;
	if (run->resumed)
		journal_update_sql(run->session->dialect, run->journal, sql);
	else
		journal_insert_sql(run->session->dialect, run->journal, sql);
}

static bool enter_journal(struct script_run *run, size_t done, bool in_doubt, unsigned flags,
                          struct error *error)
{
	struct dbw_buffer sql = {0};
	bool kept;

	journal_sql(run, done, in_doubt, &sql);
	run->session->settling = !in_doubt;
	kept = execute_sql(run, &sql, flags, error);
	run->session->settling = false;
	run->resumed |= kept;
	buffer_release(&sql);
	return kept || error_context(error, "writing the journal");
}

static bool write_record(struct script_run *run, long long since, unsigned flags,
                         struct error *error)
{
	struct dbw_buffer journal = {0}, record = {0};
	struct dbw_statement statements[2];
	size_t count = 0;
	bool done;

	run->duration_ms = (now_us() - since) / 1000;
	run->session->settling = run->resumed;
	if (run->resumed) {
		journal_delete_sql(run->session->dialect, &journal);
		statements[count++] = (struct dbw_statement){buffer_text(&journal), journal.length};
	}
	run->record(run->context, run->duration_ms, &record);
	statements[count++] = (struct dbw_statement){buffer_text(&record), record.length};
	done = session_execute(run->session, statements, count, flags, NULL, error);
	run->session->settling = false;
	buffer_release(&journal);
	buffer_release(&record);
	return done || error_context(error, "recording the migration");
}

/* The whole body and its record in one transaction. */
static bool run_together(struct script_run *run, struct error *error)
{
	const struct script *script = run->script;
	long long since = now_us();
	unsigned flags = DBW_EXECUTE_BEGIN;

	if (!run->record)
		flags |= DBW_EXECUTE_COMMIT;
	if (!execute_range(run, &script->body, 0, script->body.count, flags, error))
		return false;
	return !run->record || write_record(run, since, DBW_EXECUTE_COMMIT, error);
}

/* The statement from which on the run of its like that begins at 'first' ends. */
static size_t step_end(const struct script *script, size_t first)
{
	size_t end = first + 1;

	while (end < script->body.count && script->alone[end] == script->alone[first])
		end++;
	return end;
}

static bool run_in_transaction(struct script_run *run, size_t first, size_t end,
                               struct error *error)
{
	unsigned commit = run->journal ? 0 : DBW_EXECUTE_COMMIT;

	return execute_range(run, &run->script->body, first, end, DBW_EXECUTE_BEGIN | commit,
	                     error) &&
	       (!run->journal || enter_journal(run, end, false, DBW_EXECUTE_COMMIT, error));
}

/* The server said no: the statement did not happen, and there is no doubt about it. Where the connection
 * is lost nothing can be entered, and the doubt stays. */
static void settle_failure(struct script_run *run, size_t done)
{
	struct error ignored = {0};

	session_undo(run->session);
	/* Where even that cannot be written, on a full disk, the journal says that it is in doubt. */
	run->journal->in_doubt = !enter_journal(run, done, false, 0, &ignored);
	error_release(&ignored);
}

/* Statements that each commit by themselves. They are sent together with what is entered in the journal
 * before each and after the last: what is entered before one says that the one before it is done. */
static bool run_alone(struct script_run *run, size_t first, size_t end, struct error *error)
{
	const struct dbw_list *body = &run->script->body;
	struct session_failure failure = {DBW_UNKNOWN, DBW_UNKNOWN};
	struct dbw_statement *batch = memory_resize(NULL, 2 * (end - first) + 1, sizeof *batch);
	struct dbw_buffer *entries = memory_resize(NULL, end - first + 1, sizeof *entries);
	bool was_resumed = run->resumed, done;
	size_t count = 0;

	for (size_t i = first; i <= end; i++) {
		struct dbw_buffer *entry = &entries[i - first];

		*entry = (struct dbw_buffer){0};
		journal_sql(run, i, i < end, entry);
		run->resumed = true;
		batch[count++] = (struct dbw_statement){buffer_text(entry), entry->length};
		if (i < end) {
			const struct sql_statement *statement = body->items[i];

			batch[count++] = (struct dbw_statement){statement->text, statement->length};
		}
	}
	done = session_execute(run->session, batch, count, 0, &failure, error);
	for (size_t i = first; i <= end; i++)
		buffer_release(&entries[i - first]);
	free(entries);
	free(batch);
	if (done)
		return true;
	if (failure.statement >= count || (failure.statement == 0 && !was_resumed)) {
		run->resumed = was_resumed;
		run->journal->done = first;
		run->journal->in_doubt = failure.statement != 0;
		if (!error->file)
			error_where(error, run->script->file, 0, 0);
		return false;
	}
	if (failure.statement % 2)
		place_failure(run, body->items[first + failure.statement / 2], failure.offset,
		              error);
	else if (!interrupts_pending())
		error_context(error, "writing the journal");
	settle_failure(run, first + failure.statement / 2);
	if (failure.statement + 1 < count || run->journal->in_doubt)
		return false;
	/* All of them are done: only the last entry came in the interrupt's way. */
	error_release(error);
	return true;
}

static bool run_step(struct script_run *run, size_t first, size_t end, struct error *error)
{
	if (!run->script->alone[first])
		return run_in_transaction(run, first, end, error);
	if (run->journal)
		return run_alone(run, first, end, error);
	return execute_range(run, &run->script->body, first, end, 0, error);
}

static bool run_in_steps(struct script_run *run, struct error *error)
{
	const struct script *script = run->script;
	long long since = now_us();
	size_t first = run->journal ? run->journal->done : 0;

	while (first < script->body.count) {
		size_t end = step_end(script, first);

		if (!run_step(run, first, end, error))
			return false;
		first = end;
	}
	return !run->record ||
	       write_record(run, since, DBW_EXECUTE_BEGIN | DBW_EXECUTE_COMMIT, error);
}

bool script_run(struct script_run *run, struct error *error)
{
	const struct script *script = run->script;
	bool done = true;

	assert(!script->journalled || !run->record == !run->journal);
	if (script->before.count)
		done = execute_range(run, &script->before, 0, script->before.count, 0, error);
	if (done)
		done = script->journalled ? run_in_steps(run, error) : run_together(run, error);
	if (!done) {
		session_undo(run->session);
		return false;
	}
	/* The work is committed and recorded: a setting that cannot be made any more, for the session
	 * alone, changes nothing of that. */
	if (script->after.count) {
		struct error ignored = {0};

		execute_range(run, &script->after, 0, script->after.count, 0, &ignored);
		error_release(&ignored);
	}
	return true;
}
