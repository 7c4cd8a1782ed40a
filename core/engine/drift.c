#include "engine/drift.h"

#include "engine/part.h"
#include "engine/replay.h"
#include "engine/scope.h"
#include "engine/stand_ins.h"
#include "engine/state.h"
#include "models/models.h"
#include "schema/compare.h"

static bool compare(struct drift *drift, const struct schema *live, const struct schema *wanted,
                    const struct dialect *dialect, struct error *error)
{
	const struct dbw_list no_renames = {0};
	struct error why = {0};

	drift->count = schema_differences(live, wanted, &drift->lines);
	if (!diff_make(&drift->diff, &dialect->host, &dialect->plugin, live, wanted, &no_renames,
	               error))
		return false;
	if (!dialect_emit(dialect, &drift->arena, &drift->diff.operations, &drift->statements,
	                  &why)) {
		drift->statements.count = 0;
		drift->no_sql = arena_string(&drift->arena, why.message);
	}
	error_release(&why);
	return true;
}

/* Only what differs as it is written is made in a scratch database, to be compared in the server's own
 * words; where that part cannot be made without the rest, the whole is. */
static bool compare_in_words(struct drift *drift, const struct schema *models,
                             const struct diff *written, const struct dialect *dialect,
                             const struct config *config, const struct entry *entry,
                             struct error *error)
{
	struct schema *live_part, *models_part;
	struct part live, wanted;
	bool done;

	part_begin(&live, drift->live, written);
	part_begin(&wanted, models, written);
	part_join(&live, &wanted);
	part_join(&wanted, &live);
	live_part = part_schema(&live);
	models_part = part_schema(&wanted);
	if (schema_materialize(models_part, drift->live, dialect, config, entry, drift->wanted,
	                       error)) {
		done = compare(drift, live_part, drift->wanted, dialect, error);
	} else {
		error_release(error);
		schema_free(drift->wanted);
		drift->wanted = schema_new(models->traits);
		done = schema_materialize(models, drift->live, dialect, config, entry,
		                          drift->wanted, error);
		if (done) {
			done = compare(drift, drift->live, drift->wanted, dialect, error);
		} else {
			stand_ins_explain(models, drift->live, entry, error);
			error_context(error, "making the models in a scratch database");
		}
	}
	schema_free(models_part);
	schema_free(live_part);
	part_release(&live);
	part_release(&wanted);
	return done;
}

static bool compare_models(struct drift *drift, const struct dialect *dialect,
                           const struct config *config, const struct entry *entry,
                           struct error *error)
{
	struct models models;
	bool done = models_read(&models, config, entry, dialect, error);

	if (done)
		scope_apply(models.schema, entry);
	done = done && compare(drift, drift->live, models.schema, dialect, error);
	if (done && drift->diff.operations.count &&
	    (dialect->plugin.traits->flags & DBW_TRAIT_REWRITES_TEXT)) {
		struct diff written = drift->diff;

		drift->diff = (struct diff){0};
		drift->statements.count = 0;
		drift->no_sql = NULL;
		buffer_clear(&drift->lines);
		done =
		    compare_in_words(drift, models.schema, &written, dialect, config, entry, error);
		diff_release(&written);
	}
	models_release(&models);
	return done;
}

static bool compare_migrations(struct drift *drift, struct session *session,
                               const struct config *config, const struct entry *entry,
                               struct error *error)
{
	struct state state = {0};
	struct dbw_list applied = {0};
	bool done = state_read(&state, session, entry, error) && state_verify(&state, error);

	for (size_t i = 0; done && i < state.lines.count; i++) {
		const struct state_line *line = state.lines.items[i];

		if (!line->migration || line->migration->kind != MIGRATION_VERSIONED)
			continue;
		if (line->standing == STANDING_APPLIED)
			list_append(&drift->arena, &applied, (void *)(size_t)line->migration);
		else
			drift->pending++;
	}
	done = done &&
	       replay_migrations(drift->wanted, &applied, drift->live, session->dialect, config,
	                         entry, error) &&
	       compare(drift, drift->live, drift->wanted, session->dialect, error);
	state_release(&state);
	return done;
}

bool drift_find(struct drift *drift, enum drift_side side, struct session *session,
                const struct config *config, const struct entry *entry, struct error *error)
{
	const struct dialect *dialect = session->dialect;

	*drift = (struct drift){.live = schema_new(dialect->plugin.traits),
	                        .wanted = schema_new(dialect->plugin.traits)};
	if (!dialect->plugin.introspect)
		return dialect_lacks(dialect, "introspect", error);
	if (!scope_introspect(session, entry, drift->live, error))
		return false;
	return side == DRIFT_MODELS ? compare_models(drift, dialect, config, entry, error)
	                            : compare_migrations(drift, session, config, entry, error);
}

void drift_release(struct drift *drift)
{
	diff_release(&drift->diff);
	schema_free(drift->live);
	schema_free(drift->wanted);
	buffer_release(&drift->lines);
	arena_release(&drift->arena);
	*drift = (struct drift){0};
}
