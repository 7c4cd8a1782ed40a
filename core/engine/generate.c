#include "engine/generate.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "engine/generate_internal.h"
#include "engine/plan.h"
#include "engine/scope.h"
#include "engine/stand_ins.h"
#include "migrations/redo.h"
#include "schema/grants.h"

int project_lock(const struct config *config, struct error *error)
{
	int fd = open(config->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		error_errno(error, ERROR_FAILED, "cannot open folder '%s'", config->directory);
		return -1;
	}
	while (flock(fd, LOCK_EX) < 0) {
		if (errno == EINTR)
			continue;
		error_errno(error, ERROR_FAILED, "cannot lock folder '%s'", config->directory);
		close(fd);
		return -1;
	}
	return fd;
}

static bool loses_data(const struct generated *generated)
{
	for (size_t i = 0; i < generated->planned.count; i++) {
		const struct planned *planned = generated->planned.items[i];

		if (planned->risk.loses_data)
			return true;
	}
	return false;
}

static bool refuse_irreversible(const struct generated *generated, struct error *error)
{
	for (size_t i = 0; i < generated->planned.count; i++) {
		const struct planned *planned = generated->planned.items[i];

		if (planned->reversal == REVERSAL_IRREVERSIBLE) {
			error_set(error, ERROR_FAILED, "'%s' cannot be rolled back", planned->text);
			return error_hint(error, "Nothing was written. Run again with "
			                         "--allow-irreversible to accept that.");
		}
	}
	return true;
}

/* Names. */

static bool name_file(struct generated *generated, struct generated_file *file,
                      const struct entry *entry, const char *description,
                      struct migration_directory *directory, struct error *error)
{
	struct arena *arena = &generated->arena;
	size_t count = directory->versioned.count;
	const struct migration *newest = count ? directory->versioned.items[count - 1] : NULL;
	char *slug, *name;

	file->description = *file->description
	                        ? arena_printf(arena, "%s %s", description, file->description)
	                        : description;
	slug = migration_slug(arena, file->description, error);
	if (!slug)
		return false;
	file->base = newest ? newest->version : NULL;
	file->version =
	    migrations_next_version(arena, directory, entry->versioning, (long long)time(NULL));
	name = migration_file_name(arena, entry->name, file->version, slug);
	file->path = path_join(arena, entry->migrations_dir, name);
	file->plan_path = arena_printf(arena, "%.*s.plan.json",
	                               (int)(strlen(file->path) - strlen(".sql")), file->path);
	file->snapshot_path = snapshot_path(arena, entry, file->version);
	return true;
}

/* Each file has the version after that of the one before it. */
static bool name_files(struct generated *generated, const struct entry *entry,
                       const struct generate_options *options, struct error *error)
{
	struct arena *arena = &generated->arena;
	struct migration_directory directory = {0};
	const struct planned *first = generated->planned.items[0];
	const char *description = options->description;

	if (!description)
		description = generated->planned.count > 1
		                  ? arena_printf(arena, "%s and more", first->text)
		                  : first->text;
	for (size_t i = 0; i < generated->directory.versioned.count; i++)
		list_append(arena, &directory.versioned, generated->directory.versioned.items[i]);
	for (size_t i = 0; i < generated->files.count; i++) {
		struct generated_file *file = generated->files.items[i];
		struct migration *named = arena_new(arena, struct migration);

		/* What is a file of its own only since the rest needs no other has the plain name. */
		if (generated->files.count == 1)
			file->description = "";
		if (!name_file(generated, file, entry, description, &directory, error))
			return false;
		named->version = file->version;
		list_append(arena, &directory.versioned, named);
	}
	return true;
}

/* Files. */

static bool add_file(struct generated *generated, const struct generated_file *file,
                     const struct entry *entry, const struct dialect *dialect, bool last,
                     struct file_set *set, struct error *error)
{
	const struct schema *schema =
	    last && generated->said ? generated->declared : file->whole.after;
	/* What lies between was made of what the server says. */
	enum snapshot_words words = generated->said && !last ? WORDS_SERVER : WORDS_DECLARED;
	struct dbw_buffer snapshot = {0};
	bool done;

	snapshot_write(&snapshot, schema, words, entry, dialect->plugin.name, file->version,
	               file->migration.checksum, &generated->mending.tip);
	/* The migration comes last: without it the other two mean nothing and are written over by
	 * the next run. */
	done = file_set_add(set, file->snapshot_path, buffer_text(&snapshot), snapshot.length,
	                    error) &&
	       file_set_add(set, file->plan_path, buffer_text(&file->plan), file->plan.length,
	                    error) &&
	       file_set_add(set, file->path, buffer_text(&file->sql), file->sql.length, error);
	buffer_release(&snapshot);
	return done;
}

/* All of them or none. They appear in the order in which they run, so that even where the power fails between two
 * of them, what is there is proved and can be gone on from. */
static bool write_files(struct generated *generated, const struct config *config,
                        const struct entry *entry, const struct dialect *dialect,
                        struct error *error)
{
	struct file_set set = {0};
	bool done;

	if (generated->said)
		diff_name_checks(generated->models.schema, generated->diff.after);
	done = mend_chain(&generated->mending, &generated->base, NULL, dialect, config, entry, &set,
	                  error);

	for (size_t i = 0; done && i < generated->files.count; i++)
		done = add_file(generated, generated->files.items[i], entry, dialect,
		                i + 1 == generated->files.count, &set, error);
	if (done && interrupts_pending())
		done = error_set(error, ERROR_FAILED, "interrupted; nothing was written");
	done = done && file_set_commit(&set, FILE_REPLACE, error);
	file_set_release(&set);
	return done;
}

/* Models and migrations agree: what they agree on is what the newest snapshot has to hold. */
static bool mend_files(struct generated *generated, const struct config *config,
                       const struct entry *entry, const struct dialect *dialect,
                       struct error *error)
{
	struct file_set set = {0};
	bool done;

	if (generated->said)
		diff_name_checks(generated->models.schema, generated->diff.after);
	done = mend_chain(&generated->mending, &generated->base, generated->declared, dialect,
	                  config, entry, &set, error) &&
	       (!set.files.count || file_set_commit(&set, FILE_REPLACE, error));

	file_set_release(&set);
	return done;
}

/* A replayed base is in the server's words; then the models must be too, or every expression would
 * differ. The snapshot keeps what was declared. */
static bool match_words(struct generated *generated, const struct config *config,
                        const struct entry *entry, const struct dialect *dialect,
                        struct error *error)
{
	struct schema *said;

	generated->declared = generated->models.schema;
	/* What a migration written by hand grants is nobody's business here. */
	if (generated->base.source == BASE_REPLAY)
		grants_narrow(generated->base.schema, generated->models.schema);
	if (generated->base.words != WORDS_SERVER || entry->offline)
		return true;
	said = schema_new(dialect->plugin.traits);
	if (!schema_materialize(generated->declared, NULL, dialect, config, entry, said, error)) {
		schema_free(said);
		stand_ins_explain(generated->declared, NULL, entry, error);
		return error_context(error, "making the models in a scratch database");
	}
	schema_copy_hints(generated->declared, said);
	generated->said = said;
	return true;
}

/* Without a server nobody can tell an expression that changed from one that is only spelled otherwise. */
static enum generate_outcome refuse_server_words(const struct generated *generated,
                                                 struct error *error)
{
	const struct chain_link *newest = chain_newest(&generated->base.chain);

	error_set(error, ERROR_FAILED,
	          "snapshot '%s' is in the words of a server, and --offline cannot compare the "
	          "models with them",
	          path_basename(newest->path));
	error_hint(error, "Run make-migrations without --offline this time: what it writes can be "
	                  "compared offline again.");
	return GENERATE_FAILED;
}

static bool make_files(struct generated *generated, const struct config *config,
                       const struct entry *entry, const struct dialect *dialect,
                       const struct generate_options *options, struct error *error)
{
	if (!generate_files(generated, dialect, options->safe, error) ||
	    !name_files(generated, entry, options, error))
		return false;
	for (size_t i = 0; i < generated->files.count; i++) {
		struct generated_file *file = generated->files.items[i];

		if (!generate_text(generated, file, dialect, error) ||
		    !generate_proof(generated, file, config, entry, dialect, options, error))
			return false;
		plan_write(&file->plan, generated, file, entry, dialect->plugin.name);
	}
	return true;
}

static enum generate_outcome generate_locked(struct generated *generated,
                                             const struct config *config, const struct entry *entry,
                                             const struct dialect *dialect,
                                             const struct generate_options *options,
                                             struct error *error)
{
	enum reversal worst = REVERSAL_REAL;
	bool open;

	if (!migrations_read(&generated->directory, entry, dialect->plugin.traits, error) ||
	    !base_read(&generated->base, &generated->directory, generated->models.schema, dialect,
	               config, entry, error) ||
	    !match_words(generated, config, entry, dialect, error) ||
	    !generate_compare(generated, dialect, options, &open, error))
		return GENERATE_FAILED;
	if (open) {
		generated->guesses = &generated->diff.guesses;
		return GENERATE_QUESTIONS;
	}
	if (!generated->diff.operations.count) {
		if (options->plan_only || mend_files(generated, config, entry, dialect, error))
			return GENERATE_NOTHING;
		return GENERATE_FAILED;
	}
	if (entry->offline && generated->base.words == WORDS_SERVER)
		return refuse_server_words(generated, error);
	generate_plan(&generated->arena, dialect, generated->base.schema,
	              &generated->diff.operations, &generated->planned, &worst);
	if (!options->plan_only && !options->allow_destructive && loses_data(generated))
		return GENERATE_DESTRUCTIVE;
	if (!options->allow_irreversible && !refuse_irreversible(generated, error))
		return GENERATE_FAILED;
	if (!options->safe)
		generated->safe_helps = stages_safe_helps(&generated->diff, dialect);
	if (!make_files(generated, config, entry, dialect, options, error))
		return GENERATE_FAILED;
	if (options->plan_only)
		return GENERATE_PLANNED;
	return write_files(generated, config, entry, dialect, error) ? GENERATE_WRITTEN
	                                                             : GENERATE_FAILED;
}

enum generate_outcome generate(struct generated *generated, const struct config *config,
                               const struct entry *entry, const struct dialect *dialect,
                               const struct generate_options *options, struct error *error)
{
	enum generate_outcome outcome;
	int lock = -1;

	if (!dialect->plugin.emit) {
		dialect_lacks(dialect, "emit", error);
		return GENERATE_FAILED;
	}
	if (!models_read(&generated->models, config, entry, dialect, error))
		return GENERATE_FAILED;
	scope_apply(generated->models.schema, entry);
	scope_unmatched(entry, generated->models.schema, &generated->arena, &generated->unmatched);
	if (!options->plan_only) {
		lock = project_lock(config, error);
		if (lock < 0)
			return GENERATE_FAILED;
	}
	if (redo_is_pending(entry)) {
		redo_refuse(entry, error);
		outcome = GENERATE_FAILED;
	} else {
		outcome = generate_locked(generated, config, entry, dialect, options, error);
	}
	if (lock >= 0)
		close(lock);
	return outcome;
}

void generated_release(struct generated *generated)
{
	for (size_t i = 0; i < generated->files.count; i++)
		generated_file_release(generated->files.items[i]);
	stages_release(&generated->stages);
	if (!generated->diff_given)
		diff_release(&generated->diff);
	base_release(&generated->base);
	mending_release(&generated->mending);
	migrations_release(&generated->directory);
	schema_free(generated->said);
	models_release(&generated->models);
	arena_release(&generated->arena);
	*generated = (struct generated){0};
}
