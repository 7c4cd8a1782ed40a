#include "engine/drift.h"

#include "engine/replay.h"
#include "engine/state.h"
#include "models/models.h"
#include "schema/compare.h"

static bool wanted_by_models(struct drift *drift, const struct dialect *dialect,
                             const struct config *config, const struct entry *entry,
                             struct error *error)
{
	struct models models;
	bool done = models_read(&models, config, entry, dialect, error);

	if (done && (dialect->plugin.traits->flags & DBW_TRAIT_REWRITES_TEXT)) {
		done = schema_materialize(models.schema, dialect, config, entry, drift->wanted,
		                          error) ||
		       error_context(error, "making the models in a scratch database");
	} else if (done) {
		schema_free(drift->wanted);
		drift->wanted = models.schema;
		models.schema = NULL;
	}
	models_release(&models);
	return done;
}

static bool wanted_by_migrations(struct drift *drift, struct session *session,
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
	       replay_migrations(drift->wanted, &applied, session->dialect, config, entry, error);
	state_release(&state);
	return done;
}

static bool find_statements(struct drift *drift, const struct dialect *dialect, struct error *error)
{
	const struct dbw_list no_renames = {0};
	struct error why = {0};

	if (!diff_make(&drift->diff, &dialect->host, &dialect->plugin, drift->live, drift->wanted,
	               &no_renames, error))
		return false;
	if (!dialect_emit(dialect, &drift->arena, &drift->diff.operations, &drift->statements,
	                  &why)) {
		drift->statements.count = 0;
		drift->no_sql = arena_string(&drift->arena, why.message);
	}
	error_release(&why);
	return true;
}

bool drift_find(struct drift *drift, enum drift_side side, struct session *session,
                const struct config *config, const struct entry *entry, struct error *error)
{
	const struct dialect *dialect = session->dialect;
	bool done;

	*drift = (struct drift){.live = schema_new(dialect->plugin.traits),
	                        .wanted = schema_new(dialect->plugin.traits)};
	if (!dialect->plugin.introspect)
		return dialect_lacks(dialect, "introspect", error);
	done = side == DRIFT_MODELS ? wanted_by_models(drift, dialect, config, entry, error)
	                            : wanted_by_migrations(drift, session, config, entry, error);
	if (!done || !session_introspect(session, drift->live, error))
		return false;
	drift->count = schema_differences(drift->live, drift->wanted, &drift->lines);
	return find_statements(drift, dialect, error);
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
