#include "engine/replay.h"

#include <string.h>

#include "engine/scope.h"
#include "engine/stand_ins.h"
#include "migrations/snapshot.h"
#include "schema/diff.h"

bool replay_section(struct session *scratch, const struct migration *migration,
                    const struct section *section, struct error *error)
{
	struct arena arena = {0};
	struct script script;
	bool done = session_reset(scratch, error) &&
	            script_prepare(&script, &arena, scratch->dialect, migration->path, migration,
	                           section, error);

	if (done) {
		struct script_run run = {.session = scratch, .script = &script};

		done = script_run(&run, error);
	}
	arena_release(&arena);
	return done;
}

/* Statements go to the server so many at a time. Not all in one transaction, as that would hold the locks
 * of all that it makes, for which a server may have no room. */
enum { TOGETHER = 100 };

static bool run_emitted(struct session *scratch, const struct dbw_list *emitted, size_t first,
                        size_t last, struct error *error)
{
	struct session_failure failure = {DBW_UNKNOWN, DBW_UNKNOWN};
	struct dbw_statement batch[TOGETHER];
	const char *sql;

	for (size_t i = first; i < last; i++) {
		sql = ((struct emitted *)emitted->items[i])->sql;
		batch[i - first] = (struct dbw_statement){sql, strlen(sql)};
	}
	if (session_execute(scratch, batch, last - first, DBW_EXECUTE_BEGIN | DBW_EXECUTE_COMMIT,
	                    &failure, error))
		return true;
	if (failure.statement < last - first) {
		sql = batch[failure.statement].sql;
		error_context(error, "'%.*s'", (int)strcspn(sql, "\n"), sql);
	}
	return false;
}

static bool build(struct session *scratch, const struct schema *schema, struct error *error)
{
	const struct dialect *dialect = scratch->dialect;
	struct schema *nothing = schema_new(schema->traits);
	struct diff diff = {0};
	struct dbw_list emitted = {0};
	bool done = diff_make(&diff, &dialect->host, &dialect->plugin, nothing, schema,
	                      &(struct dbw_list){0}, error) &&
	            dialect_emit(dialect, &diff.arena, &diff.operations, &emitted, error);

	for (size_t i = 0; done && i < emitted.count; i += TOGETHER)
		done =
		    run_emitted(scratch, &emitted, i,
		                i + TOGETHER < emitted.count ? i + TOGETHER : emitted.count, error);
	diff_release(&diff);
	schema_free(nothing);
	return done;
}

bool scratch_build(struct session *scratch, const struct schema *schema, const struct schema *also,
                   const struct entry *entry, struct error *error)
{
	struct schema *whole = stand_ins_add(schema, also, entry);
	bool done = build(scratch, whole, error);

	schema_free(whole);
	return done;
}

bool scratch_build_for(struct session *scratch, const struct dbw_list *migrations,
                       const struct schema *known, const struct entry *entry, struct error *error)
{
	struct schema *needed = stand_ins_for_migrations(migrations, known, entry);
	bool done = !needed->content.tables.count || build(scratch, needed, error) ||
	            error_context(error, "making what the migrations need of other tables");

	schema_free(needed);
	return done;
}

bool schema_materialize(const struct schema *schema, const struct schema *also,
                        const struct dialect *dialect, const struct config *config,
                        const struct entry *entry, struct schema *into, struct error *error)
{
	struct session scratch;
	bool done = session_open_scratch(&scratch, dialect, config, entry, error);

	if (!done)
		return false;
	done = scratch_build(&scratch, schema, also, entry, error) &&
	       scope_introspect(&scratch, entry, into, error);
	session_close(&scratch);
	return done;
}

bool replay_migrations(struct schema *schema, const struct dbw_list *migrations,
                       const struct schema *known, const struct dialect *dialect,
                       const struct config *config, const struct entry *entry, struct error *error)
{
	struct session scratch;
	bool done = session_open_scratch(&scratch, dialect, config, entry, error);

	if (!done)
		return false;
	done = scratch_build_for(&scratch, migrations, known, entry, error);
	for (size_t i = 0; done && i < migrations->count; i++) {
		const struct migration *migration = migrations->items[i];

		done = replay_section(&scratch, migration, &migration->upgrade, error) ||
		       error_context(error, "replaying '%s'", migration->file);
	}
	done = done && scope_introspect(&scratch, entry, schema, error);
	if (!done && !error->hint && scope_is_limited(entry))
		error_hint(
		    error,
		    "If that needs a table that is not this entry's own (model_tables, "
		    "exclude_tables), declare it in the models all the same: it is not compared "
		    "or migrated, but what refers to it can be made in a scratch database.");
	session_close(&scratch);
	return done;
}

bool base_read(struct base *base, const struct migration_directory *directory,
               const struct schema *models, const struct dialect *dialect,
               const struct config *config, const struct entry *entry, struct error *error)
{
	const struct dbw_traits *traits = dialect->plugin.traits;
	const struct migration *newest =
	    directory->versioned.count ? directory->versioned.items[directory->versioned.count - 1]
				       : NULL;

	base->schema = schema_new(traits);
	if (!newest) {
		base->source = BASE_EMPTY;
		return true;
	}
	base->source = BASE_SNAPSHOT;
	if (snapshot_read(base->schema, entry, dialect->plugin.name, newest, &base->why) ==
	    SNAPSHOT_GOOD) {
		if (!dialect_normalize(dialect, base->schema, error))
			return false;
		scope_apply(base->schema, entry);
		return true;
	}
	base->source = BASE_REPLAY;
	schema_free(base->schema);
	base->schema = schema_new(traits);
	if (replay_migrations(base->schema, &directory->versioned, models, dialect, config, entry,
	                      error))
		return true;
	error_context(error,
	              "cannot tell what the migrations so far lead to (no good snapshot of "
	              "'%s'; their replay failed)",
	              newest->file);
	if (!error->hint)
		error_hint(error,
		           "Mend that migration, or restore '.dbwarden/snapshots/%s/%s.json' from "
		           "version control.",
		           entry->name, newest->version);
	return false;
}

void base_release(struct base *base)
{
	schema_free(base->schema);
	error_release(&base->why);
	*base = (struct base){0};
}
