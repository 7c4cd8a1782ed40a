#include <string.h>

#include "engine/merge.h"
#include "engine/replay.h"
#include "engine/scope.h"
#include "schema/compare.h"
#include "schema/merge.h"

struct schemas {
	struct merged *merged;
	const struct config *config;
	const struct entry *entry;
	const struct dialect *dialect;
	bool replay; /* the snapshots do not tell all: in a scratch database */
};

static struct merge_step *step_of(struct merged *merged, const struct branch_file *file)
{
	for (size_t i = 0; file && i < merged->count; i++)
		if (merged->steps[i].file == file)
			return &merged->steps[i];
	return NULL;
}

static bool usable(const struct schemas *schemas, const struct branch_file *file)
{
	bool rewrites = schemas->dialect->plugin.traits->flags & DBW_TRAIT_REWRITES_TEXT;

	return !file || (file->has_snapshot && !(rewrites && file->snapshot.words == WORDS_SERVER));
}

/* What has to be known of a step: where branches part, where the one that stays ends, and each that moved. */
static bool wanted(const struct merged *merged, const struct merge_step *step)
{
	if (step->moved || step->file == merged->kept->tip)
		return true;
	for (size_t i = merged->shared; i < merged->count; i++)
		if (merged->steps[i].moved && merged->steps[i].file->parent == step->file)
			return true;
	return false;
}

/* A snapshot of a file that stays, but which the other branch's has overwritten. */
static bool lost(struct merged *merged, const struct entry *entry, const struct merge_step *step)
{
	return !step->moved && !step->file->has_snapshot &&
	       step >= merged->steps + merged->shared &&
	       path_exists(snapshot_path(&merged->arena, entry, step->version));
}

static bool read_own(const struct schemas *schemas, const struct merge_step *step,
                     struct schema *schema, struct error *error)
{
	struct arena arena = {0};
	const char *path = snapshot_path(&arena, schemas->entry, step->file->migration->version);
	struct snapshot snapshot = step->file->snapshot;
	bool done = true;

	snapshot.path = path;
	if (step->file->in_place)
		done = snapshot_open(&arena, path, &snapshot, error) == SNAPSHOT_GOOD;
	done = done && snapshot_schema(&snapshot, schema, error) &&
	       dialect_normalize(schemas->dialect, schema, error);
	if (done)
		scope_apply(schema, schemas->entry);
	arena_release(&arena);
	return done;
}

/* The schemas along one way through the tree, from nothing to 'tip', where they are wanted and not known. */
static bool replay_way(const struct schemas *schemas, const struct branch_file *tip,
                       struct error *error)
{
	struct merged *merged = schemas->merged;
	struct dbw_list migrations = {0};
	struct session scratch;
	bool done;

	for (const struct branch_file *file = tip; file; file = file->parent)
		list_insert(&merged->arena, &migrations, 0, (void *)(size_t)file);
	if (!session_open_scratch(&scratch, schemas->dialect, schemas->config, schemas->entry,
	                          error))
		return false;
	done = true;
	for (size_t i = 0; done && i < migrations.count; i++) {
		const struct branch_file *file = migrations.items[i];
		struct merge_step *step = step_of(merged, file);

		done =
		    replay_section(&scratch, file->migration, &file->migration->upgrade, error) ||
		    error_context(error, "replaying '%s'", file->migration->file);
		if (!done || step->schema ||
		    !(wanted(merged, step) || lost(merged, schemas->entry, step)))
			continue;
		step->schema = schema_new(schemas->dialect->plugin.traits);
		step->words = schemas->dialect->plugin.traits->flags & DBW_TRAIT_REWRITES_TEXT
		                  ? WORDS_SERVER
		                  : WORDS_DECLARED;
		done = scope_introspect(&scratch, schemas->entry, step->schema, error);
	}
	session_close(&scratch);
	return done;
}

static bool replay_all(const struct schemas *schemas, struct error *error)
{
	struct merged *merged = schemas->merged;

	for (size_t i = 0; i < merged->choices.count; i++) {
		const struct merge_branch *branch = merged->choices.items[i];

		if (replay_way(schemas, branch->tip, error))
			continue;
		error_context(error, "the snapshots do not tell what each branch comes to, and a "
		                     "replay failed");
		if (!error->hint)
			error_hint(error,
			           "Restore the snapshots of both branches from version "
			           "control, with the conflict markers between them if "
			           "need be, or run it where a scratch database can be had.");
		return false;
	}
	return true;
}

static bool read_all(const struct schemas *schemas, struct error *error)
{
	struct merged *merged = schemas->merged;

	for (size_t i = 0; i < merged->count; i++) {
		struct merge_step *step = &merged->steps[i];

		if (!wanted(merged, step))
			continue;
		step->schema = schema_new(schemas->dialect->plugin.traits);
		step->words = step->file->snapshot.words;
		if (!read_own(schemas, step, step->schema, error))
			return false;
	}
	return true;
}

static bool refuse_conflicts(const struct merged *merged, const struct merge_step *step,
                             const struct dbw_buffer *lines, struct error *error)
{
	const struct merge_branch *kept = merged->kept;
	const struct branch_file *first = kept->files.items[0];

	error_set(error, ERROR_FAILED,
	          "'%s' and what begins with '%s' contradict each other; nothing was written",
	          step->file->migration->file, first->migration->file);
	error->detail = memory_string(buffer_text(lines));
	return error_hint(
	    error,
	    "Decide what it shall be in the models, remove '%s' with its plan and "
	    "snapshot, and run make-migrations: it is written anew for what the models "
	    "say.",
	    step->file->migration->file);
}

/* Each of the moved ones' schemas becomes that of both sides: what the file made of the one it came after, put
 * upon what is before it in the new order. */
static bool combine(const struct schemas *schemas, struct error *error)
{
	struct merged *merged = schemas->merged;
	const struct schema *before = step_of(merged, merged->kept->tip)->schema;
	struct schema *nothing = schema_new(schemas->dialect->plugin.traits);
	bool done = true;

	for (size_t i = merged->shared; done && i < merged->count; i++) {
		struct merge_step *step = &merged->steps[i];
		const struct merge_step *parent = step_of(merged, step->file->parent);
		const struct schema *base = !parent         ? nothing
		                            : parent->moved ? parent->own
		                                            : parent->schema;
		struct dbw_buffer conflicts = {0};

		if (!step->moved)
			continue;
		step->own = step->schema;
		step->schema = schema_new(schemas->dialect->plugin.traits);
		done = schema_merge(step->schema, base, before, step->own, &conflicts) == 0 ||
		       refuse_conflicts(merged, step, &conflicts, error);
		before = step->schema;
		buffer_release(&conflicts);
	}
	schema_free(nothing);
	return done;
}

bool merge_schemas(struct merged *merged, const struct config *config, const struct entry *entry,
                   const struct dialect *dialect, struct error *error)
{
	struct schemas schemas = {merged, config, entry, dialect, false};

	for (size_t i = 0; i < merged->count; i++) {
		struct merge_step *step = &merged->steps[i];

		if ((wanted(merged, step) && !usable(&schemas, step->file)) ||
		    lost(merged, entry, step))
			schemas.replay = true;
	}
	return (schemas.replay ? replay_all(&schemas, error) : read_all(&schemas, error)) &&
	       combine(&schemas, error);
}

/* The proof. */

static bool matches(struct session *scratch, const struct schemas *schemas,
                    const struct merge_step *step, const char *message, struct error *error)
{
	const struct dbw_traits *traits = schemas->dialect->plugin.traits;
	struct schema *found = schema_new(traits), *said = NULL;
	const struct schema *expected = step->schema;
	struct dbw_buffer lines = {0};
	bool done = scope_introspect(scratch, schemas->entry, found, error);

	if (done && traits->flags & DBW_TRAIT_REWRITES_TEXT && step->words == WORDS_DECLARED) {
		said = schema_new(traits);
		done = schema_materialize(step->schema, NULL, schemas->dialect, schemas->config,
		                          schemas->entry, said, error);
		expected = said;
	}
	if (done && schema_differences(found, expected, &lines)) {
		done = error_set(error, ERROR_FAILED, "%s", message);
		error->detail = memory_string(buffer_text(&lines));
	}
	buffer_release(&lines);
	schema_free(found);
	schema_free(said);
	return done;
}

static bool prove(struct session *scratch, const struct schemas *schemas, struct error *error)
{
	struct merged *merged = schemas->merged;
	size_t i;

	for (i = 0; i < merged->count; i++) {
		const struct migration *migration = merged->steps[i].file->migration;

		if (!replay_section(scratch, migration, &migration->upgrade, error))
			return error_context(error, "'%s' fails behind the others",
			                     migration->file);
	}
	if (!matches(scratch, schemas, &merged->steps[merged->count - 1],
	             "one after the other, the files do not make what both branches made", error))
		return false;
	for (i = merged->count; i-- > 0 && merged->steps[i].moved;) {
		const struct migration *migration = merged->steps[i].file->migration;

		if (migration->irreversible || !migration->rollback.present)
			return true;
		if (!replay_section(scratch, migration, &migration->rollback, error))
			return error_context(error, "the rollback of '%s' fails behind the others",
			                     migration->file);
	}
	return matches(scratch, schemas, step_of(merged, merged->kept->tip),
	               "the rollback of what moved does not lead back to what stays", error);
}

bool merge_prove(struct merged *merged, const struct config *config, const struct entry *entry,
                 const struct dialect *dialect, struct error *error)
{
	struct schemas schemas = {merged, config, entry, dialect, false};
	struct session scratch;

	if (!session_open_scratch(&scratch, dialect, config, entry, error)) {
		merged->unproved = arena_printf(&merged->arena, "not proved: %s", error->message);
		error_release(error);
		return true;
	}
	merged->proved = prove(&scratch, &schemas, error);
	session_close(&scratch);
	if (merged->proved)
		return true;
	error_context(error, "nothing was written");
	if (!error->hint)
		error_hint(error,
		           "Remove the files of the branch that gives way, with their plans "
		           "and snapshots, and run make-migrations: they are written anew for "
		           "what the models say, which hold both.");
	return false;
}
