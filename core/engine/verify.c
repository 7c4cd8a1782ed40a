#include "engine/verify.h"

#include <stdlib.h>
#include <time.h>

#include "engine/replay.h"
#include "engine/scope.h"
#include "models/models.h"
#include "plugin/session.h"
#include "schema/compare.h"

const char *verify_result_name(enum verify_result result)
{
	static const char *const names[] = {
	    [VERIFY_NOT_REACHED] = "not reached",
	    [VERIFY_PROVED] = "proved",
	    [VERIFY_IRREVERSIBLE] = "irreversible",
	    [VERIFY_REPLAYED] = "replayed",
	    [VERIFY_FAULTY] = "faulty",
	};

	return names[result];
}

const char *verify_fault_name(enum verify_fault fault)
{
	static const char *const names[] = {
	    [VERIFY_NO_FAULT] = "none",
	    [VERIFY_UPGRADE_FAILS] = "upgrade fails",
	    [VERIFY_NO_ROLLBACK] = "no rollback",
	    [VERIFY_ROLLBACK_FAILS] = "rollback fails",
	    [VERIFY_ROLLBACK_DIFFERS] = "rollback differs",
	    [VERIFY_AGAIN_FAILS] = "upgrade fails again",
	    [VERIFY_AGAIN_DIFFERS] = "upgrade differs again",
	};

	return names[fault];
}

/* The scratch database, and how it stands. */
struct run {
	struct verification *verification;
	const struct dialect *dialect;
	const struct config *config;
	const struct entry *entry;
	const struct verify_events *events;
	const struct schema *known; /* what is declared of tables that are not the entry's own */
	struct session scratch;
	/* A rollback or a second upgrade went wrong in it: what it holds now, rows too, nobody knows. */
	bool stale;
	struct schema *
	    schema; /* after the last migration that ran up, as introspected; NULL: not looked at */
};

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What fails because somebody pressed Ctrl-C or the server went away says nothing about a migration. */
static bool is_broken_off(const struct run *run)
{
	return interrupts_pending() || run->scratch.lost;
}

/* NULL: the database could not be read. */
static struct schema *look(struct run *run, struct error *error)
{
	struct schema *schema = schema_new(run->dialect->plugin.traits);

	if (scope_introspect(&run->scratch, run->entry, schema, error))
		return schema;
	schema_free(schema);
	return NULL;
}

static bool open_scratch(struct run *run, struct error *error)
{
	return session_open_scratch(&run->scratch, run->dialect, run->config, run->entry, error) &&
	       scratch_build_for(&run->scratch, &run->verification->directory.versioned, run->known,
	                         run->entry, error);
}

/* A new scratch database with the first 'count' migrations in it, all of which ran before. */
static bool make_anew(struct run *run, size_t count, struct error *error)
{
	session_close(&run->scratch);
	if (!open_scratch(run, error))
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct migration *migration = run->verification->directory.versioned.items[i];

		if (!replay_section(&run->scratch, migration, &migration->upgrade, error))
			return error_context(error,
			                     "replaying '%s' once more, after a fault in another",
			                     migration->file);
	}
	run->stale = false;
	return true;
}

/* The fault is one of the migration: its error becomes part of the result. */
static void blame(struct verified *verified, enum verify_fault fault, struct error *error,
                  const char *what)
{
	error_context(error, "%s", what);
	verified->result = VERIFY_FAULTY;
	verified->fault = fault;
	verified->error = *error;
	*error = (struct error){0};
}

/* True if the schemas differ; a first fault is kept. The line is where the section begins that led there. */
static bool blame_difference(struct verified *verified, enum verify_fault fault,
                             const struct schema *found, const struct schema *expected, size_t line,
                             const char *what)
{
	struct dbw_buffer lines = {0};
	bool different = schema_differences(found, expected, &lines) != 0;

	if (different && verified->fault == VERIFY_NO_FAULT) {
		verified->result = VERIFY_FAULTY;
		verified->fault = fault;
		error_at(&verified->error, ERROR_FAILED, verified->migration->path, line, 0, "%s",
		         what);
		verified->error.detail = memory_string(buffer_text(&lines));
	}
	buffer_release(&lines);
	return different;
}

/* What 'rollback' refuses to undo. */
static bool has_rollback(const struct migration *migration)
{
	return migration->rollback.present &&
	       (migration->rollback.statements.count || !migration->upgrade.statements.count);
}

static void blame_missing_rollback(struct verified *verified)
{
	const struct migration *migration = verified->migration;

	verified->result = VERIFY_FAULTY;
	verified->fault = VERIFY_NO_ROLLBACK;
	error_at(&verified->error, ERROR_FAILED, migration->path, migration->rollback.line, 0,
	         "there is no rollback, and the file does not say that it is meant");
	error_hint(&verified->error,
	           "Write one; or say '-- dbwarden: irreversible' above '-- upgrade'; or, where "
	           "there is nothing to undo, SELECT 'nothing to undo';");
}

/* Whether a section that failed has left nothing behind. */
static bool fails_as_a_whole(const struct run *run, const struct migration *migration,
                             const struct section *section)
{
	if (!(run->dialect->plugin.traits->flags & DBW_TRAIT_TRANSACTIONAL_DDL) ||
	    migration->no_transaction)
		return false;
	for (size_t i = 0; i < section->statements.count; i++)
		if (((const struct sql_statement *)section->statements.items[i])->autocommit)
			return false;
	return true;
}

/* Up once more, in order to go on from there, and to see that it can be done. After a rollback that was at
 * fault already, what goes wrong here is only its consequence. */
static bool run_up_again(struct run *run, struct verified *verified, struct error *error)
{
	const struct migration *migration = verified->migration;
	struct schema *found;

	if (!replay_section(&run->scratch, migration, &migration->upgrade, error)) {
		if (is_broken_off(run))
			return false;
		run->stale = true;
		if (verified->fault == VERIFY_NO_FAULT)
			blame(verified, VERIFY_AGAIN_FAILS, error,
			      "the upgrade cannot run again after the rollback");
		error_release(error);
		return true;
	}
	found = look(run, error);
	if (!found)
		return false;
	run->stale = blame_difference(
	    verified, VERIFY_AGAIN_DIFFERS, found, run->schema, migration->upgrade.line,
	    "run again after the rollback, the upgrade leads to another schema than at first");
	schema_free(found);
	return true;
}

/* Down and up again, from run->schema to 'before' and back. */
static bool prove_rollback(struct run *run, struct verified *verified, const struct schema *before,
                           struct error *error)
{
	const struct migration *migration = verified->migration;
	struct schema *found;

	if (!replay_section(&run->scratch, migration, &migration->rollback, error)) {
		if (is_broken_off(run))
			return false;
		run->stale = !fails_as_a_whole(run, migration, &migration->rollback);
		blame(verified, VERIFY_ROLLBACK_FAILS, error, "the rollback fails");
		return true;
	}
	found = look(run, error);
	if (!found)
		return false;
	blame_difference(verified, VERIFY_ROLLBACK_DIFFERS, found, before, migration->rollback.line,
	                 "after the rollback the schema is not what it was before the upgrade");
	schema_free(found);
	return run_up_again(run, verified, error);
}

/* Up for the first time. After a failure of the migration's own nothing else can be looked at. */
static bool run_up(struct run *run, struct verified *verified, struct error *error)
{
	const struct migration *migration = verified->migration;

	if (replay_section(&run->scratch, migration, &migration->upgrade, error))
		return true;
	if (is_broken_off(run))
		return false;
	run->verification->stopped = true;
	run->stale = true;
	if (!error->hint && scope_is_limited(run->entry))
		error_hint(
		    error,
		    "If that needs a table that is not this entry's own (model_tables, "
		    "exclude_tables), declare it in the models all the same: it is not compared "
		    "or migrated, but what refers to it can be made in a scratch database.");
	blame(verified, VERIFY_UPGRADE_FAILS, error, "the upgrade fails");
	return true;
}

static bool verify_migration(struct run *run, struct verified *verified, bool prove,
                             struct error *error)
{
	const struct migration *migration = verified->migration;
	struct schema *before = NULL, *after;
	bool done = true;

	if (prove && !run->schema) {
		run->schema = look(run, error);
		if (!run->schema)
			return false;
	}
	if (!run_up(run, verified, error))
		return false;
	if (verified->fault != VERIFY_NO_FAULT)
		return true;
	verified->result = !prove                    ? VERIFY_REPLAYED
	                   : migration->irreversible ? VERIFY_IRREVERSIBLE
	                                             : VERIFY_PROVED;
	if (!prove)
		return true;
	after = look(run, error);
	if (!after)
		return false;
	before = run->schema;
	run->schema = after;
	if (!migration->irreversible && has_rollback(migration))
		done = prove_rollback(run, verified, before, error);
	else if (!migration->irreversible)
		blame_missing_rollback(verified);
	schema_free(before);
	return done;
}

/* Telling. */

static void begin(struct run *run, size_t index)
{
	if (run->events->begin)
		run->events->begin(run->events->context, run->verification->verified.items[index],
		                   index, run->verification->verified.count);
}

static void end(struct run *run, size_t index)
{
	if (run->events->end)
		run->events->end(run->events->context, run->verification->verified.items[index],
		                 index, run->verification->verified.count);
}

static bool verify_versioned(struct run *run, struct error *error)
{
	struct verification *verification = run->verification;
	bool prove = !verification->since;

	for (size_t i = 0; i < verification->directory.versioned.count; i++) {
		struct verified *verified = verification->verified.items[i];
		long long since = now_ms();

		prove = prove ||
		        version_compare(verified->migration->version, verification->since) >= 0;
		begin(run, i);
		if ((run->stale && !make_anew(run, i, error)) ||
		    !verify_migration(run, verified, prove, error))
			return error_context(error, "verifying '%s'", verified->migration->file);
		verified->duration_ms = now_ms() - since;
		end(run, i);
		if (verification->stopped)
			break;
	}
	return true;
}

/* Repeatables. */

static bool run_repeatable(struct run *run, size_t index, bool again, struct error *error)
{
	struct verified *verified = run->verification->verified.items[index];
	const struct migration *migration = verified->migration;
	long long since = now_ms();

	if (verified->fault != VERIFY_NO_FAULT)
		return true;
	if (replay_section(&run->scratch, migration, &migration->upgrade, error))
		verified->result = VERIFY_PROVED;
	else if (is_broken_off(run))
		return error_context(error, "verifying '%s'", migration->file);
	else
		blame(verified, again ? VERIFY_AGAIN_FAILS : VERIFY_UPGRADE_FAILS, error,
		      again ? "it cannot run a second time" : "it fails");
	run->verification->stopped |= verified->fault == VERIFY_UPGRADE_FAILS;
	verified->duration_ms += now_ms() - since;
	return true;
}

/* One round of them, as 'migrate' runs them; NULL: broken off. */
static struct schema *run_repeatables(struct run *run, bool again, struct error *error)
{
	const struct verification *verification = run->verification;

	for (size_t i = verification->directory.versioned.count; i < verification->verified.count;
	     i++) {
		if (!again)
			begin(run, i);
		if (!run_repeatable(run, i, again, error))
			return NULL;
	}
	return look(run, error);
}

/* They run after all others, and again at some later 'migrate': so twice, all of them in their order. The
 * second round must find its way with what the first has made, and change nothing. */
static bool verify_repeatables(struct run *run, struct error *error)
{
	struct verification *verification = run->verification;
	size_t first = verification->directory.versioned.count,
	       count = verification->verified.count;
	struct schema *once, *twice;
	bool faulty = false;

	if (verification->stopped || first == count)
		return true;
	if (run->stale && !make_anew(run, first, error))
		return false;
	once = run_repeatables(run, false, error);
	if (!once)
		return false;
	twice = run_repeatables(run, true, error);
	for (size_t i = first; i < count; i++)
		faulty |=
		    ((struct verified *)verification->verified.items[i])->fault != VERIFY_NO_FAULT;
	if (twice && !faulty)
		blame_difference(verification->verified.items[count - 1], VERIFY_AGAIN_DIFFERS,
		                 twice, once, 0,
		                 "run a second time, the repeatable migrations lead to another "
		                 "schema than at first");
	for (size_t i = first; twice && i < count; i++)
		end(run, i);
	schema_free(once);
	schema_free(twice);
	return twice != NULL;
}

/* The whole. */

static void add_lines(struct verification *verification, const struct dbw_list *migrations)
{
	struct arena *arena = &verification->directory.arena;

	for (size_t i = 0; i < migrations->count; i++) {
		struct verified *verified = arena_new(arena, struct verified);

		verified->migration = migrations->items[i];
		list_append(arena, &verification->verified, verified);
	}
}

static bool find_since(struct verification *verification, const char *since, struct error *error)
{
	const struct migration *migration;

	if (!since)
		return true;
	migration = migrations_find(&verification->directory, since);
	if (!migration) {
		error_set(error, ERROR_USAGE, "there is no migration with version '%s' in '%s'",
		          since, verification->directory.path);
		return error_hint(error, "Run 'dbwarden status' for the versions there are.");
	}
	verification->since = migration->version;
	return true;
}

static bool verify_all(struct run *run, struct error *error)
{
	if (!run->verification->verified.count)
		return true;
	return open_scratch(run, error) && verify_versioned(run, error) &&
	       verify_repeatables(run, error);
}

/* The models are asked for nothing but what they declare of others' tables. */
static bool read_known(struct run *run, struct models *models, struct error *error)
{
	if (!scope_is_limited(run->entry))
		return true;
	if (!models_read(models, run->config, run->entry, run->dialect, error))
		return error_context(error,
		                     "reading what the models declare of tables that are not "
		                     "this entry's own");
	scope_apply(models->schema, run->entry);
	run->known = models->schema;
	return true;
}

bool verify_run(struct verification *verification, const char *since, const struct dialect *dialect,
                const struct config *config, const struct entry *entry,
                const struct verify_events *events, struct error *error)
{
	struct run run = {verification, dialect, config, entry, events, NULL, {0}, false, NULL};
	struct models models = {0};
	bool done;

	*verification = (struct verification){0};
	if (!dialect->plugin.scratch || !dialect->plugin.introspect)
		return dialect_lacks(dialect, dialect->plugin.scratch ? "introspect" : "scratch",
		                     error);
	if (!migrations_read(&verification->directory, entry, dialect->plugin.traits, error))
		return false;
	add_lines(verification, &verification->directory.versioned);
	add_lines(verification, &verification->directory.repeatable);
	done = find_since(verification, since, error) && read_known(&run, &models, error) &&
	       verify_all(&run, error);
	if (!done && interrupts_pending()) {
		error_set(error, ERROR_FAILED, "interrupted");
		error_hint(error, "Only a throw-away database was worked on, and it is gone.");
	}
	session_close(&run.scratch);
	schema_free(run.schema);
	models_release(&models);
	for (size_t i = 0; i < verification->verified.count; i++)
		verification
		    ->counts[((struct verified *)verification->verified.items[i])->result]++;
	return done;
}

void verify_release(struct verification *verification)
{
	for (size_t i = 0; i < verification->verified.count; i++)
		error_release(&((struct verified *)verification->verified.items[i])->error);
	migrations_release(&verification->directory);
	*verification = (struct verification){0};
}
