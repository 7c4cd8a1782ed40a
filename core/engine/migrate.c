#include "engine/migrate.h"

#include <assert.h>
#include <string.h>

#include "engine/script.h"

static const char tool_version[] = DBWARDEN_VERSION;

/* What a run needs at every turn. */
struct run {
	struct migrate_result *result;
	struct session *session;
	const struct entry *entry;
	const struct migrate_options *options;
	const struct migrate_events *events;
	long long next_id;
	const char *who;
};

static struct arena *run_arena(struct run *run)
{
	return &run->result->state.arena;
}

static void add_step(struct run *run, const struct migration *migration, enum action action)
{
	struct step *step = arena_new(run_arena(run), struct step);

	step->migration = migration;
	step->action = action;
	list_append(run_arena(run), &run->result->steps, step);
}

/* Choosing. */

static bool find_target(struct run *run, const char *version, struct error *error)
{
	const struct state *state = &run->result->state;

	if (migrations_find(&state->directory, version))
		return true;
	error_set(error, ERROR_USAGE, "there is no migration with version '%s' in '%s'", version,
	          run->entry->migrations_dir);
	return error_hint(error, "Run 'dbwarden status --database %s' for the versions there are.",
	                  run->entry->name);
}

static bool refuse_out_of_order(struct run *run, struct error *error)
{
	const struct state *state = &run->result->state;
	struct dbw_buffer list = {0};

	for (size_t i = 0; i < state->lines.count; i++) {
		const struct state_line *line = state->lines.items[i];

		if (line->out_of_order)
			buffer_printf(&list, "%s'%s'", list.length ? ", " : "",
			              line->migration->file);
	}
	if (!list.length)
		return true;
	error_set(error, ERROR_FAILED, "out of order: %s would run after later versions",
	          buffer_text(&list));
	error_hint(error, "Nothing was executed. Give the file a version above the newest, or run "
	                  "with --allow-out-of-order if the order does not matter.");
	buffer_release(&list);
	return false;
}

/* A repeatable runs when everything before it is in place: never in a run that stops early. */
static bool choose_upgrades(struct run *run, struct error *error)
{
	const struct migrate_options *options = run->options;
	struct state *state = &run->result->state;
	size_t limit = options->count ? options->count : (size_t)-1;
	bool whole = !options->to_version;

	if (options->to_version && !find_target(run, options->to_version, error))
		return false;
	if (!options->out_of_order && !refuse_out_of_order(run, error))
		return false;
	for (size_t i = 0; i < state->lines.count; i++) {
		const struct state_line *line = state->lines.items[i];
		const struct migration *migration = line->migration;
		bool versioned = migration && migration->kind == MIGRATION_VERSIONED;

		if (line->standing != STANDING_PENDING)
			continue;
		if ((versioned && options->to_version &&
		     version_compare(migration->version, options->to_version) > 0) ||
		    run->result->steps.count == limit || (!versioned && !whole)) {
			run->result->left++;
			continue;
		}
		if (!versioned && options->baseline)
			continue;
		add_step(run, migration, options->baseline ? ACTION_BASELINE : ACTION_UPGRADE);
	}
	return true;
}

/* The applied records, newest first. */
static bool choose_rollbacks(struct run *run, struct error *error)
{
	const struct migrate_options *options = run->options;
	struct state *state = &run->result->state;
	const char *target = options->to_version;
	size_t limit = options->count ? options->count : target ? (size_t)-1 : 1;
	bool zero = target && strspn(target, "0") == strlen(target);

	if (target && !zero && !find_target(run, target, error))
		return false;
	for (size_t i = state->lines.count; i > 0; i--) {
		const struct state_line *line = state->lines.items[i - 1];

		if (target && !zero && line->record && line->migration &&
		    version_compare(line->migration->version, target) == 0)
			zero = true;
	}
	if (target && !zero) {
		error_set(error, ERROR_USAGE,
		          "version '%s' is not applied, so nothing can be "
		          "rolled back to it",
		          target);
		return error_hint(error, "Run 'dbwarden status --database %s' to see what is.",
		                  run->entry->name);
	}
	for (size_t i = state->records.all.count; i > 0; i--) {
		const struct record *record = state->records.all.items[i - 1];
		const struct migration *migration;

		if (run->result->steps.count == limit)
			break;
		if (strcmp(record->kind, "versioned") != 0 || record->action == ACTION_ROLLBACK)
			continue;
		migration = migrations_find(&state->directory, record->version);
		if (!migration || (target && version_compare(migration->version, target) <= 0))
			continue;
		/* Only the record that makes it applied now, not one from before a rollback. */
		for (size_t j = 0; j < state->lines.count; j++) {
			const struct state_line *line = state->lines.items[j];

			if (line->record == record)
				add_step(run, migration, ACTION_ROLLBACK);
		}
	}
	return true;
}

/* Readying: nothing runs before everything that will run has been looked at. */

static const struct section *step_section(const struct step *step)
{
	return step->action == ACTION_ROLLBACK ? &step->migration->rollback
	                                       : &step->migration->upgrade;
}

static bool check_rollback(const struct step *step, struct error *error)
{
	const struct migration *migration = step->migration;

	if (migration->irreversible) {
		error_at(error, ERROR_FAILED, migration->path, 0, 0,
		         "the migration is marked irreversible");
	} else if (!migration->rollback.present ||
	           (!migration->rollback.statements.count && migration->upgrade.statements.count)) {
		error_at(error, ERROR_FAILED, migration->path, migration->rollback.line, 0,
		         "the migration has no rollback SQL");
	} else {
		return true;
	}
	return error_hint(error,
	                  "Nothing was rolled back. Write a new migration that undoes it, or "
	                  "restore a backup.");
}

/* Baseline steps have an empty script: they are recorded and not executed. */
static bool prepare_steps(struct run *run, struct script **scripts, struct error *error)
{
	size_t count = run->result->steps.count;

	*scripts = arena_alloc(run_arena(run), (count + 1) * sizeof **scripts);
	for (size_t i = 0; i < count; i++) {
		const struct step *step = run->result->steps.items[i];

		if (step->action == ACTION_ROLLBACK && !check_rollback(step, error))
			return false;
		if (step->action == ACTION_BASELINE) {
			(*scripts)[i].file = step->migration->path;
			continue;
		}
		if (!script_prepare(&(*scripts)[i], run_arena(run), run->session->dialect,
		                    step->migration->path, step->migration, step_section(step),
		                    error))
			return false;
	}
	return true;
}

/* Executing. */

struct recording {
	struct run *run;
	const struct step *step;
};

static void record_step(void *context, long long duration_ms, struct dbw_buffer *sql)
{
	static const char *const kinds[] = {
	    [MIGRATION_VERSIONED] = "versioned",
	    [MIGRATION_ALWAYS] = "always",
	    [MIGRATION_ON_CHANGE] = "on-change",
	};
	struct recording *recording = context;
	struct run *run = recording->run;
	const struct migration *migration = recording->step->migration;
	const struct record record = {
	    .id = run->next_id,
	    .version = migration->version,
	    .description = migration->description,
	    .file = migration->file,
	    .kind = kinds[migration->kind],
	    .action = recording->step->action,
	    .checksum = migration->checksum,
	    .applied_at = time_text(run_arena(run)),
	    .duration_ms = duration_ms,
	    .applied_by = run->who,
	    .tool_version = tool_version,
	};

	record_insert_sql(run->session->dialect, &record, sql);
}

/* What to do next where the file does not run in one transaction: the server's own advice takes it that
 * nothing has happened. */
static void advise(const struct run *run, const struct journal *journal, enum action action,
                   struct error *error)
{
	const char *command = action == ACTION_ROLLBACK ? "rollback" : "migrate";
	const char *first = error->hint ? error->hint : "", *space = error->hint ? " " : "";

	if (run->session->lost || journal->in_doubt)
		error_hint(
		    error,
		    "%s%sThis file does not run in one transaction. 'dbwarden status' shows "
		    "how far it came; 'dbwarden repair' settles a statement whose end nobody "
		    "saw; 'dbwarden %s --resume' goes on.",
		    first, space, command);
	else if (!journal->done)
		error_hint(error,
		           "%s%sNo statement of this file has taken effect: mend the cause, in the "
		           "database or in the file, then run 'dbwarden %s' again.",
		           first, space, command);
	else
		error_hint(error,
		           "%s%sThis file does not run in one transaction: the statement%s before "
		           "this one %s taken effect. Mend the cause in the database, then run "
		           "'dbwarden %s --resume' to go on from this statement.",
		           first, space, journal->done == 1 ? "" : "s",
		           journal->done == 1 ? "has" : "have", command);
}

static bool execute_step(struct run *run, struct step *step, const struct script *script,
                         struct error *error)
{
	struct journal *found = run->result->state.journal;
	struct recording recording = {run, step};
	struct journal journal = {
	    .version = step->migration->version,
	    .file = step->migration->file,
	    .action = step->action,
	    .checksum = step->migration->checksum,
	    .since = time_text(run_arena(run)),
	};
	struct script_run script_run_ = {
	    .session = run->session,
	    .script = script,
	    .record = record_step,
	    .context = &recording,
	    .journal = script->journalled ? &journal : NULL,
	};
	bool done;

	if (found && script->journalled) {
		journal.done = found->done;
		script_run_.resumed = true;
		run->result->state.journal = NULL;
	}
	done = session_reset(run->session, error) && lock_verify(run->session, error) &&
	       script_run(&script_run_, error);
	if (!done) {
		error_context(error, "%s '%s'",
		              step->action == ACTION_ROLLBACK ? "rolling back" : "applying",
		              step->migration->file);
		if (script->journalled)
			advise(run, &journal, step->action, error);
		return false;
	}
	step->done = true;
	step->duration_ms = script_run_.duration_ms;
	run->next_id++;
	return true;
}

static bool execute_steps(struct run *run, const struct script *scripts, struct error *error)
{
	const struct migrate_events *events = run->events;
	size_t count = run->result->steps.count;

	for (size_t i = 0; i < count; i++) {
		struct step *step = run->result->steps.items[i];

		if (events && events->begin)
			events->begin(events->context, step, i, count);
		if (!execute_step(run, step, &scripts[i], error))
			return false;
		if (events && events->end)
			events->end(events->context, step, i, count);
	}
	return true;
}

/* "statement 3 (DIR/FILE:12)" */
static const char *describe_next(struct run *run)
{
	struct state *state = &run->result->state;
	const char *file;
	const struct sql_statement *statement =
	    state_next_statement(state, run->session->dialect, &file);

	if (!statement)
		return arena_printf(run_arena(run), "statement %zu", state->journal->done + 1);
	return arena_printf(run_arena(run), "statement %zu (line %zu)", state->journal->done + 1,
	                    statement->line);
}

/* A half-done migration comes first, or nothing does. */
static bool check_journal(struct run *run, bool rollback, struct error *error)
{
	const struct journal *journal = run->result->state.journal;
	const struct step *first = run->result->steps.count ? run->result->steps.items[0] : NULL;
	const char *command = rollback ? "rollback" : "migrate";

	/* Who was told to resume, and then was told that nothing had run, need not know the difference. */
	if (!journal && (!run->options->resume || run->result->state.untouched_journal))
		return true;
	if (!journal)
		return error_set(error, ERROR_USAGE,
		                 "there is nothing to resume: no migration is half done");
	if (journal->in_doubt) {
		error_set(error, ERROR_FAILED, "'%s' broke off in %s, and nobody saw how it ended",
		          journal->file, describe_next(run));
		return error_hint(
		    error,
		    "Run 'dbwarden repair': it looks in the database whether that statement took "
		    "effect. If it cannot tell, look yourself and say 'dbwarden repair --done' if it "
		    "did, '--retry' if it did not. Then go on with 'dbwarden %s --resume'.",
		    journal->action == ACTION_ROLLBACK ? "rollback" : "migrate");
	}
	if ((journal->action == ACTION_ROLLBACK) != rollback) {
		error_set(error, ERROR_FAILED, "the %s of '%s' is half done",
		          action_name(journal->action), journal->file);
		return error_hint(error, "Finish it with 'dbwarden %s --resume' first.",
		                  rollback ? "migrate" : "rollback");
	}
	if (!run->options->resume) {
		error_set(error, ERROR_FAILED, "the %s of '%s' is half done: it goes on with %s",
		          action_name(journal->action), journal->file, describe_next(run));
		return error_hint(error,
		                  "Nothing was executed. Mend what stopped it, then run 'dbwarden "
		                  "%s --resume'.",
		                  command);
	}
	if (!first || strcmp(first->migration->version, journal->version) != 0)
		return error_set(error, ERROR_FAILED,
		                 "'%s' is half done, but it is not the next to run", journal->file);
	if (strcmp(first->migration->checksum, journal->checksum) != 0) {
		error_at(error, ERROR_FAILED, first->migration->path, 0, 0,
		         "the file was changed after %zu of its statements had run", journal->done);
		return error_hint(error, "Put it back as it was, so that the count of statements "
		                         "still holds, and resume.");
	}
	return true;
}

static bool forget_untouched(struct run *run, struct error *error)
{
	struct dbw_buffer sql = {0};
	bool done = true;

	if (run->result->state.untouched_journal) {
		journal_delete_sql(run->session->dialect, &sql);
		done = session_run(run->session, buffer_text(&sql),
		                   DBW_EXECUTE_BEGIN | DBW_EXECUTE_COMMIT, error);
	}
	buffer_release(&sql);
	return done || error_context(error, "writing the journal");
}

static bool run_locked(struct run *run, bool rollback, struct error *error)
{
	struct migrate_result *result = run->result;
	const struct record *last;
	struct script *scripts;

	if (!state_read(&result->state, run->session, run->entry, error) ||
	    !state_verify(&result->state, error))
		return false;
	if (!(rollback ? choose_rollbacks(run, error) : choose_upgrades(run, error)) ||
	    !check_journal(run, rollback, error) || !prepare_steps(run, &scripts, error))
		return false;
	if (run->options->dry_run || !result->steps.count)
		return true;
	last = result->state.records.all.count
	           ? result->state.records.all.items[result->state.records.all.count - 1]
	           : NULL;
	run->next_id = last ? last->id + 1 : 1;
	run->who = whoami_text(run_arena(run));
	return records_prepare(run->session, error) && forget_untouched(run, error) &&
	       execute_steps(run, scripts, error);
}

static bool run_all(struct run *run, bool rollback, struct error *error)
{
	const struct migrate_events *events = run->events;
	bool done;

	if (run->options->dry_run)
		return run_locked(run, rollback, error);
	if (!lock_acquire(run->session, run->entry, run->options->command,
	                  events ? events->waiting : NULL, events ? events->context : NULL, error))
		return false;
	done = run_locked(run, rollback, error);
	lock_release(run->session);
	return done;
}

bool migrate_run(struct migrate_result *result, struct session *session, const struct entry *entry,
                 const struct migrate_options *options, const struct migrate_events *events,
                 struct error *error)
{
	struct run run = {result, session, entry, options, events, 0, NULL};

	return run_all(&run, false, error);
}

bool rollback_run(struct migrate_result *result, struct session *session, const struct entry *entry,
                  const struct migrate_options *options, const struct migrate_events *events,
                  struct error *error)
{
	struct run run = {result, session, entry, options, events, 0, NULL};

	return run_all(&run, true, error);
}

void migrate_release(struct migrate_result *result)
{
	state_release(&result->state);
	*result = (struct migrate_result){0};
}
