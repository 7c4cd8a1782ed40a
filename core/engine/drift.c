#include "engine/drift.h"

#include "engine/part.h"
#include "engine/scope.h"
#include "engine/stand_ins.h"
#include "engine/state.h"
#include "schema/compare.h"
#include "schema/grants.h"

bool drift_loses_data(const struct dialect *dialect, const struct dbw_operation *operation)
{
	struct dbw_risk risk = {.struct_size = sizeof risk};

	if (dialect->plugin.risk)
		dialect->plugin.risk(&dialect->host, operation, &risk);
	return risk.loses_data;
}

static bool compare(struct drift *drift, const struct schema *from, const struct schema *to,
                    const struct dialect *dialect, struct error *error)
{
	const struct dbw_list no_renames = {0};
	struct error why = {0};

	drift->count = schema_differences(from, to, &drift->lines);
	if (!diff_make(&drift->diff, &dialect->host, &dialect->plugin, from, to, &no_renames,
	               error))
		return false;
	if (!dialect_emit(dialect, &drift->arena, &drift->diff.operations, &drift->statements,
	                  &why)) {
		drift->statements.count = 0;
		drift->no_sql = arena_string(&drift->arena, why.message);
	}
	error_release(&why);
	for (size_t i = 0; i < drift->diff.operations.count; i++)
		drift->loses_data |= drift_loses_data(dialect, drift->diff.operations.items[i]);
	return true;
}

/* As if compare() had not been called yet. */
static void begin_again(struct drift *drift)
{
	drift->statements.count = 0;
	drift->no_sql = NULL;
	drift->loses_data = false;
	drift->count = 0;
	buffer_clear(&drift->lines);
}

/* What is compared, of two sides that are not both in the server's words. */
struct sides {
	struct drift *drift;
	const struct dialect *dialect;
	const struct config *config;
	const struct entry *entry;
};

/* The schema in the server's own words: a new one, the caller's. NULL if it cannot be made. */
static struct schema *say(const struct sides *sides, const struct schema *schema,
                          const struct side *other, struct error *error)
{
	struct schema *said = schema_new(schema->traits);

	if (schema_materialize(schema, other->schema, sides->dialect, sides->config, sides->entry,
	                       said, error)) {
		schema_copy_hints(schema, said);
		return said;
	}
	schema_free(said);
	return NULL;
}

static bool compare_said(const struct sides *sides, const struct schema *from_part,
                         const struct schema *to_part, struct error *error)
{
	struct drift *drift = sides->drift;
	struct schema *from = NULL, *to = NULL;
	const char *failed = NULL;
	bool done;

	if (!drift->from.said) {
		from = say(sides, from_part, &drift->to, error);
		failed = from ? NULL : drift->from.name;
	}
	if (!failed && !drift->to.said) {
		to = say(sides, to_part, &drift->from, error);
		failed = to ? NULL : drift->to.name;
	}
	done = !failed &&
	       compare(drift, from ? from : from_part, to ? to : to_part, sides->dialect, error);
	if (failed)
		error_context(error, "making %s in a scratch database", failed);
	schema_free(from);
	schema_free(to);
	return done;
}

/* What differs as it is written. */
static bool compare_parts(const struct sides *sides, const struct diff *written,
                          struct error *error)
{
	struct drift *drift = sides->drift;
	struct schema *from_part, *to_part;
	struct part from, to;
	bool done;

	part_begin(&from, drift->from.schema, written);
	part_begin(&to, drift->to.schema, written);
	part_join(&from, &to);
	part_join(&to, &from);
	from_part = part_schema(&from);
	to_part = part_schema(&to);
	done = compare_said(sides, from_part, to_part, error);
	schema_free(from_part);
	schema_free(to_part);
	part_release(&from);
	part_release(&to);
	return done;
}

/* Two texts can still be compared as they stand. */
static bool without_scratch(const struct sides *sides, const struct error *none,
                            struct error *error)
{
	struct drift *drift = sides->drift;
	const struct side *text = drift->from.said ? &drift->to : &drift->from;

	if (!drift->from.said && !drift->to.said) {
		drift->as_written = arena_string(&drift->arena, none->message);
		return compare(drift, drift->from.schema, drift->to.schema, sides->dialect, error);
	}
	error_set(error, none->kind, "%s can only be compared in the server's own words: %s",
	          text->name, none->message);
	if (none->hint)
		return error_hint(error, "%s", none->hint);
	return error_hint(error,
	                  "Set 'scratch_url' in [database:%s] to where databases can be made.",
	                  sides->entry->name);
}

/* Only what differs as it is written is made in a scratch database, to be compared in the server's own
 * words; where that part cannot be made without the rest, the whole is. */
static bool compare_in_words(const struct sides *sides, struct diff *written, struct error *error)
{
	struct drift *drift = sides->drift;
	struct session scratch;
	struct error none = {0};
	bool done;

	begin_again(drift);
	if (compare_parts(sides, written, error))
		return true;
	if (interrupts_pending())
		return false;
	error_release(error);
	begin_again(drift);
	diff_release(&drift->diff);
	if (!session_open_scratch(&scratch, sides->dialect, sides->config, sides->entry, &none)) {
		done = without_scratch(sides, &none, error);
		error_release(&none);
		return done;
	}
	session_close(&scratch);
	done = compare_said(sides, drift->from.schema, drift->to.schema, error);
	if (!done)
		stand_ins_explain(drift->from.said ? drift->to.schema : drift->from.schema,
		                  drift->from.said ? drift->from.schema : drift->to.schema,
		                  sides->entry, error);
	return done;
}

/* What says how the other should be: the models more than the migrations, these more than a database. */
static int authority(const struct side *side)
{
	return side->kind == SIDE_LIVE || side->kind == SIDE_DATABASE ? 0
	       : side->kind == SIDE_MIGRATIONS                        ? 1
	                                                              : 2;
}

static void narrow_grants(struct drift *drift)
{
	int from = authority(&drift->from), to = authority(&drift->to);

	if (from < to)
		grants_narrow(drift->from.schema, drift->to.schema);
	else if (to < from)
		grants_narrow(drift->to.schema, drift->from.schema);
}

static bool compare_sides(struct drift *drift, const struct dialect *dialect,
                          const struct config *config, const struct entry *entry,
                          struct error *error)
{
	const struct sides sides = {drift, dialect, config, entry};
	struct diff written;
	bool done;

	narrow_grants(drift);
	if (!compare(drift, drift->from.schema, drift->to.schema, dialect, error))
		return false;
	if (!drift->diff.operations.count || (drift->from.said && drift->to.said))
		return true;
	written = drift->diff;
	drift->diff = (struct diff){0};
	done = compare_in_words(&sides, &written, error);
	diff_release(&written);
	return done;
}

/* The migrations last, so that a replay of them knows what the other side declares. */
static bool read_sides(struct drift *drift, const struct dialect *dialect,
                       const struct config *config, const struct entry *entry, struct error *error)
{
	bool from_last = drift->from.kind == SIDE_MIGRATIONS;
	struct side *first = from_last ? &drift->to : &drift->from;
	struct side *last = from_last ? &drift->from : &drift->to;

	return side_read(first, NULL, dialect, config, entry, error) &&
	       side_read(last, first->schema, dialect, config, entry, error);
}

bool drift_between(struct drift *drift, const char *from, const char *to,
                   const struct dialect *dialect, const struct config *config,
                   const struct entry *entry, struct error *error)
{
	*drift = (struct drift){0};
	return side_parse(&drift->from, from, dialect, error) &&
	       side_parse(&drift->to, to, dialect, error) &&
	       read_sides(drift, dialect, config, entry, error) &&
	       compare_sides(drift, dialect, config, entry, error);
}

bool drift_check(struct drift *drift, struct session *session, const struct config *config,
                 const struct entry *entry, struct error *error)
{
	const struct dialect *dialect = session->dialect;
	struct state state = {0};
	struct dbw_list applied = {0};
	bool done;

	*drift = (struct drift){0};
	side_begin(&drift->from, SIDE_LIVE, "the database", "live", false, dialect);
	side_begin(&drift->to, SIDE_MIGRATIONS, "its migrations", "migrations", true, dialect);
	done = scope_introspect(session, entry, drift->from.schema, error) &&
	       state_read(&state, session, entry, error) && state_verify(&state, error);
	for (size_t i = 0; done && i < state.lines.count; i++) {
		const struct state_line *line = state.lines.items[i];

		if (!line->migration || line->migration->kind != MIGRATION_VERSIONED)
			continue;
		if (line->standing == STANDING_APPLIED)
			list_append(&drift->arena, &applied, (void *)(size_t)line->migration);
		else
			drift->pending++;
	}
	done = done && replay_migrations(drift->to.schema, &applied, drift->from.schema, dialect,
	                                 config, entry, error);
	if (done)
		narrow_grants(drift);
	done = done && compare(drift, drift->from.schema, drift->to.schema, dialect, error);
	state_release(&state);
	return done;
}

void drift_release(struct drift *drift)
{
	diff_release(&drift->diff);
	side_release(&drift->from);
	side_release(&drift->to);
	buffer_release(&drift->lines);
	arena_release(&drift->arena);
	*drift = (struct drift){0};
}
