#include "engine/repair.h"

#include <string.h>

#include "engine/lock.h"
#include "engine/replay.h"
#include "engine/scope.h"
#include "schema/compare.h"

struct repairing {
	struct state *state;
	struct session *session; /* of the live database */
	const struct config *config;
	const struct entry *entry;
};

/* What the scratch database must have before the section in question is begun. */
static bool replay_applied(const struct repairing *repairing, struct session *scratch,
                           const struct schema *live, struct error *error)
{
	const struct state *state = repairing->state;

	if (!scratch_build_for(scratch, &state->directory.versioned, live, repairing->entry, error))
		return false;
	for (size_t i = 0; i < state->lines.count; i++) {
		const struct state_line *line = state->lines.items[i];

		if (!line->migration || line->migration->kind != MIGRATION_VERSIONED ||
		    line->standing != STANDING_APPLIED)
			continue;
		if (!replay_section(scratch, line->migration, &line->migration->upgrade, error))
			return error_context(error, "replaying '%s'", line->migration->file);
	}
	return true;
}

static bool run_one(struct session *scratch, const struct sql_statement *statement,
                    struct error *error)
{
	const struct dbw_statement sql = {statement->text, statement->length};

	return session_execute(scratch, &sql, 1, 0, NULL, error);
}

/* The schemas before and after the statement in doubt. */
static bool replay_doubt(const struct repairing *repairing, struct session *scratch,
                         const struct migration *migration, const struct schema *live,
                         struct schema *before, struct schema *after, struct error *error)
{
	const struct journal *journal = repairing->state->journal;
	const struct section *section =
	    journal->action == ACTION_ROLLBACK ? &migration->rollback : &migration->upgrade;
	struct arena arena = {0};
	struct script script;
	bool done = replay_applied(repairing, scratch, live, error) &&
	            session_reset(scratch, error) &&
	            script_prepare(&script, &arena, scratch->dialect, migration->path, migration,
	                           section, error);

	if (done && journal->done >= script.body.count)
		done = error_set(error, ERROR_FAILED, "'%s' has no statement %zu any more",
		                 migration->file, journal->done + 1);
	for (size_t i = 0; done && i < script.before.count; i++)
		done = run_one(scratch, script.before.items[i], error);
	for (size_t i = 0; done && i < journal->done; i++)
		done = run_one(scratch, script.body.items[i], error);
	done = done && scope_introspect(scratch, repairing->entry, before, error) &&
	       run_one(scratch, script.body.items[journal->done], error) &&
	       scope_introspect(scratch, repairing->entry, after, error);
	arena_release(&arena);
	return done;
}

static bool cannot_tell(const struct journal *journal, struct error *error, const char *why)
{
	error_set(error, ERROR_FAILED, "cannot tell whether statement %zu of '%s' took effect: %s",
	          journal->done + 1, journal->file, why);
	return error_hint(error,
	                  "Look in the database, then say 'dbwarden repair --done' if it did, "
	                  "'--retry' if it did not.");
}

static bool look(const struct repairing *repairing, enum repair *how, struct error *error)
{
	const struct journal *journal = repairing->state->journal;
	const struct migration *migration =
	    migrations_find(&repairing->state->directory, journal->version);
	const struct dialect *dialect = repairing->session->dialect;
	const struct dbw_traits *traits = dialect->plugin.traits;
	struct schema *before = schema_new(traits), *after = schema_new(traits);
	struct schema *live = schema_new(traits);
	struct dbw_buffer ignored = {0};
	struct session scratch = {0};
	bool done = migration != NULL;

	if (!migration)
		error_set(error, ERROR_FAILED, "there is no file of version %s any more",
		          journal->version);
	/* The statement of that number may be another one now. */
	if (done && strcmp(migration->checksum, journal->checksum) != 0)
		done = error_set(error, ERROR_FAILED, "the file was changed since");
	done = done && scope_introspect(repairing->session, repairing->entry, live, error) &&
	       session_open_scratch(&scratch, dialect, repairing->config, repairing->entry, error);
	done = done && replay_doubt(repairing, &scratch, migration, live, before, after, error);
	if (scratch.dialect)
		session_close(&scratch);
	if (!done) {
		struct arena arena = {0};
		const char *why = arena_string(&arena, error->message);

		cannot_tell(journal, error, why);
		arena_release(&arena);
	} else {
		bool is_before = schema_differences(live, before, &ignored) == 0;
		bool is_after = schema_differences(live, after, &ignored) == 0;

		*how = is_after ? REPAIR_DONE : REPAIR_RETRY;
		if (is_before && is_after)
			done = cannot_tell(journal, error, "it changes no schema");
		else if (!is_before && !is_after)
			done = cannot_tell(journal, error,
			                   "the database is neither as it was before nor as it "
			                   "would be after");
	}
	buffer_release(&ignored);
	schema_free(before);
	schema_free(after);
	schema_free(live);
	return done;
}

static bool repair_locked(const struct repairing *repairing, enum repair how, const char **settled,
                          struct error *error)
{
	struct state *state = repairing->state;
	struct session *session = repairing->session;
	struct dbw_buffer sql = {0};
	struct journal *journal;
	bool done;

	if (!state_read(state, session, repairing->entry, error))
		return false;
	journal = state->journal;
	if (!journal || !journal->in_doubt)
		return error_set(error, ERROR_USAGE,
		                 "there is nothing to repair: no statement is in doubt");
	if (how == REPAIR_LOOK && !look(repairing, &how, error))
		return false;
	*settled =
	    arena_printf(&state->arena, "statement %zu of '%s' counts as %s", journal->done + 1,
	                 journal->file, how == REPAIR_DONE ? "done" : "not done");
	journal->in_doubt = false;
	journal->done += how == REPAIR_DONE;
	journal_update_sql(session->dialect, journal, &sql);
	done =
	    session_run(session, buffer_text(&sql), DBW_EXECUTE_BEGIN | DBW_EXECUTE_COMMIT, error);
	buffer_release(&sql);
	return done;
}

bool repair_run(struct state *state, struct session *session, const struct config *config,
                const struct entry *entry, enum repair how, const char **settled,
                struct error *error)
{
	const struct repairing repairing = {state, session, config, entry};
	bool done;

	if (!lock_acquire(session, entry, "repair", NULL, NULL, error))
		return false;
	done = repair_locked(&repairing, how, settled, error);
	lock_release(session);
	return done;
}
