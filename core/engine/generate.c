#include "engine/generate.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "engine/plan.h"
#include "engine/scope.h"
#include "engine/stand_ins.h"
#include "migrations/snapshot.h"

const char *reversal_name(enum reversal reversal)
{
	static const char *const names[] = {
	    [REVERSAL_REAL] = "real",
	    [REVERSAL_CONDITIONAL] = "conditional",
	    [REVERSAL_IRREVERSIBLE] = "irreversible",
	};

	return names[reversal];
}

/* One generator at a time in a project: the version that it chose is its own until the file is there.
 * The lock goes with the descriptor. -1 on failure. */
static int lock_project(const struct config *config, struct error *error)
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

/* Renames. */

/* What has been answered so far. */
struct answers {
	struct dbw_list renames; /* struct rename_request */
	struct dbw_list refused; /* struct rename_request: no rename */
	bool open;               /* a question has no answer */
};

static bool same_name(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_refused(const struct answers *answers, const struct rename_guess *guess)
{
	for (size_t i = 0; i < answers->refused.count; i++) {
		const struct rename_request *request = answers->refused.items[i];

		if (same_name(request->table, guess->table) &&
		    strcmp(request->from, guess->from) == 0 && strcmp(request->to, guess->to) == 0)
			return true;
	}
	return false;
}

/* True if an answer was a rename, so that the comparison is to be made again. */
static bool ask_guesses(struct generated *generated, const struct generate_options *options,
                        struct answers *answers)
{
	struct arena *arena = &generated->arena;
	bool renamed = false;

	answers->open = false;
	for (size_t i = 0; i < generated->diff.guesses.count; i++) {
		const struct rename_guess *guess = generated->diff.guesses.items[i];
		struct rename_request *request;
		enum rename_answer answer;

		if (is_refused(answers, guess))
			continue;
		answer = options->ask ? options->ask(options->context, guess) : RENAME_UNKNOWN;
		if (answer == RENAME_UNKNOWN) {
			answers->open = true;
			continue;
		}
		request = arena_new(arena, struct rename_request);
		request->table = arena_string(arena, guess->table);
		request->from = arena_string(arena, guess->from);
		request->to = arena_string(arena, guess->to);
		renamed |= answer == RENAME_YES;
		list_append(arena, answer == RENAME_YES ? &answers->renames : &answers->refused,
		            request);
	}
	return renamed;
}

/* Compares, asks, and compares again with what was answered: a table that turns out to be renamed
 * may raise questions about its columns. */
static bool compare(struct generated *generated, const struct dialect *dialect,
                    const struct generate_options *options, bool *open, struct error *error)
{
	struct answers answers = {0};

	*open = false;
	for (size_t i = 0; i < options->renames.count; i++)
		list_append(&generated->arena, &answers.renames, options->renames.items[i]);
	for (;;) {
		if (!diff_make(&generated->diff, &dialect->host, &dialect->plugin,
		               generated->base.schema,
		               generated->said ? generated->said : generated->models.schema,
		               &answers.renames, error))
			return false;
		if (options->no_renames || !ask_guesses(generated, options, &answers))
			break;
		diff_release(&generated->diff);
	}
	*open = answers.open;
	return true;
}

/* Writing the text. */

static enum reversal operation_reversal(const struct dialect *dialect,
                                        const struct dbw_operation *operation,
                                        const struct dbw_risk *risk)
{
	struct arena arena = {0};
	struct dbw_list forward = {0}, inverse = {0}, emitted = {0};
	struct error error = {0};
	enum reversal reversal = risk->loses_data ? REVERSAL_CONDITIONAL : REVERSAL_REAL;

	list_append(&arena, &forward, (void *)operation);
	operations_invert(&arena, &forward, &inverse);
	if (!dialect_emit(dialect, &arena, &inverse, &emitted, &error))
		reversal = REVERSAL_IRREVERSIBLE;
	error_release(&error);
	arena_release(&arena);
	return reversal;
}

static void plan_operations(struct generated *generated, const struct dialect *dialect)
{
	for (size_t i = 0; i < generated->diff.operations.count; i++) {
		const struct dbw_operation *operation = generated->diff.operations.items[i];
		struct planned *planned = arena_new(&generated->arena, struct planned);

		planned->operation = operation;
		planned->text = operation_describe(&generated->arena, operation);
		planned->risk.struct_size = sizeof planned->risk;
		if (dialect->plugin.risk)
			dialect->plugin.risk(&dialect->host, operation, &planned->risk);
		planned->reversal = operation_reversal(dialect, operation, &planned->risk);
		if (planned->reversal > generated->reversal)
			generated->reversal = planned->reversal;
		list_append(&generated->arena, &generated->planned, planned);
	}
}

static void write_comment(struct dbw_buffer *out, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		buffer_string(out, "-- ");
		buffer_append(out, text, length);
		buffer_char(out, '\n');
		text += length + (text[length] == '\n');
	}
}

static void write_statements(struct dbw_buffer *out, const struct dbw_list *statements)
{
	for (size_t i = 0; i < statements->count; i++) {
		const struct emitted *one = statements->items[i];

		buffer_char(out, '\n');
		if (one->comment)
			write_comment(out, one->comment);
		if (one->autocommit)
			buffer_string(out, "-- @dbwarden:autocommit\n");
		buffer_string(out, one->sql);
		buffer_string(out, ";\n");
	}
}

static void write_losses(const struct generated *generated, struct dbw_buffer *out)
{
	for (size_t i = 0; i < generated->planned.count; i++) {
		const struct planned *planned = generated->planned.items[i];

		if (planned->reversal == REVERSAL_CONDITIONAL)
			buffer_printf(out, "-- conditional: what '%s' removed does not come back\n",
			              planned->text);
	}
}

static bool write_text(struct generated *generated, const struct dialect *dialect,
                       struct error *error)
{
	struct dbw_list inverse = {0}, upgrade = {0}, rollback = {0};
	struct dbw_buffer *out = &generated->sql;
	bool reversible = generated->reversal != REVERSAL_IRREVERSIBLE;

	operations_invert(&generated->arena, &generated->diff.undone, &inverse);
	if (!dialect_emit(dialect, &generated->arena, &generated->diff.operations, &upgrade,
	                  error) ||
	    (reversible && !dialect_emit(dialect, &generated->arena, &inverse, &rollback, error)))
		return false;
	buffer_clear(out);
	if (!reversible)
		buffer_string(out, "-- dbwarden: irreversible\n");
	buffer_string(out, "-- upgrade\n");
	write_statements(out, &upgrade);
	if (reversible) {
		buffer_string(out, "\n-- rollback\n");
		write_losses(generated, out);
		write_statements(out, &rollback);
	}
	return true;
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

/* What was written must read as what was meant: the parser and the proof see the file's own bytes. */
static bool parse_text(struct generated *generated, const struct dialect *dialect,
                       struct migration *migration, struct error *error)
{
	*migration = (struct migration){
	    .kind = MIGRATION_VERSIONED,
	    .version = generated->version,
	    .description = generated->description,
	    .file = path_basename(generated->path),
	    .path = generated->path,
	    .content = {buffer_text(&generated->sql), generated->sql.length},
	};
	return migration_parse(&generated->arena, migration, dialect->plugin.traits, error) ||
	       error_context(error, "the generated file cannot be read back");
}

static bool prove(struct generated *generated, const struct config *config,
                  const struct entry *entry, const struct dialect *dialect,
                  const struct generate_options *options, const struct migration *migration,
                  struct error *error)
{
	if (options->no_verify) {
		generated->unproved = "not proved: --no-verify";
		return true;
	}
	switch (proof_make(generated->base.schema, &generated->diff, migration, dialect, config,
	                   entry, error)) {
	case PROOF_GIVEN:
		generated->proved = true;
		return true;
	case PROOF_IMPOSSIBLE:
		generated->unproved =
		    error->hint ? arena_printf(&generated->arena, "not proved: %s. %s",
		                               error->message, error->hint)
				: arena_printf(&generated->arena, "not proved: %s", error->message);
		error_release(error);
		return true;
	case PROOF_FAILED:
		break;
	}
	error_context(error, "nothing was written: the migration does not stand its proof");
	if (!error->hint)
		error_hint(error,
		           "If the models are right, this is a defect of dbwarden worth "
		           "reporting. --no-verify writes the file for you to mend by hand.");
	return false;
}

static bool write_files(struct generated *generated, const struct entry *entry,
                        const struct dialect *dialect, const struct migration *migration,
                        struct error *error)
{
	struct dbw_buffer snapshot = {0};
	struct file_set set = {0};
	bool done;

	snapshot_write(&snapshot, generated->said ? generated->declared : generated->diff.after,
	               entry, dialect->plugin.name, generated->version, migration->checksum);
	/* The migration comes last: without it the other two mean nothing and are written over by
	 * the next run. */
	done = file_set_add(&set, generated->snapshot_path, buffer_text(&snapshot), snapshot.length,
	                    error) &&
	       file_set_add(&set, generated->plan_path, buffer_text(&generated->plan),
	                    generated->plan.length, error) &&
	       file_set_add(&set, generated->path, buffer_text(&generated->sql),
	                    generated->sql.length, error);
	if (done && interrupts_pending())
		done = error_set(error, ERROR_FAILED, "interrupted; nothing was written");
	done = done && file_set_commit(&set, FILE_REPLACE, error);
	file_set_release(&set);
	buffer_release(&snapshot);
	return done;
}

static bool name_files(struct generated *generated, const struct entry *entry,
                       const struct generate_options *options, struct error *error)
{
	struct arena *arena = &generated->arena;
	const struct planned *first = generated->planned.items[0];
	char *slug, *name;

	generated->description = options->description;
	if (!generated->description)
		generated->description = generated->planned.count > 1
		                             ? arena_printf(arena, "%s and more", first->text)
		                             : first->text;
	slug = migration_slug(arena, generated->description, error);
	if (!slug)
		return false;
	generated->version = migrations_next_version(arena, &generated->directory,
	                                             entry->versioning, (long long)time(NULL));
	name = migration_file_name(arena, entry->name, generated->version, slug);
	generated->path = path_join(arena, entry->migrations_dir, name);
	generated->plan_path =
	    arena_printf(arena, "%.*s.plan.json", (int)(strlen(generated->path) - strlen(".sql")),
	                 generated->path);
	generated->snapshot_path = snapshot_path(arena, entry, generated->version);
	return true;
}

/* A replayed base is in the server's words; then the models must be too, or every expression would
 * differ. The snapshot keeps what was declared. */
static bool match_words(struct generated *generated, const struct config *config,
                        const struct entry *entry, const struct dialect *dialect,
                        struct error *error)
{
	struct schema *said;

	generated->declared = generated->models.schema;
	if (generated->base.source != BASE_REPLAY ||
	    !(dialect->plugin.traits->flags & DBW_TRAIT_REWRITES_TEXT))
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

static enum generate_outcome generate_locked(struct generated *generated,
                                             const struct config *config, const struct entry *entry,
                                             const struct dialect *dialect,
                                             const struct generate_options *options,
                                             struct error *error)
{
	struct migration migration;
	bool open;

	if (!migrations_read(&generated->directory, entry, dialect->plugin.traits, error) ||
	    !base_read(&generated->base, &generated->directory, generated->models.schema, dialect,
	               config, entry, error) ||
	    !match_words(generated, config, entry, dialect, error) ||
	    !compare(generated, dialect, options, &open, error))
		return GENERATE_FAILED;
	if (open) {
		generated->guesses = &generated->diff.guesses;
		return GENERATE_QUESTIONS;
	}
	if (!generated->diff.operations.count)
		return GENERATE_NOTHING;
	plan_operations(generated, dialect);
	if (!options->allow_irreversible && !refuse_irreversible(generated, error))
		return GENERATE_FAILED;
	if (!name_files(generated, entry, options, error) ||
	    !write_text(generated, dialect, error) ||
	    !parse_text(generated, dialect, &migration, error) ||
	    !prove(generated, config, entry, dialect, options, &migration, error))
		return GENERATE_FAILED;
	plan_write(&generated->plan, generated, entry, dialect->plugin.name, migration.checksum);
	if (options->plan_only)
		return GENERATE_PLANNED;
	return write_files(generated, entry, dialect, &migration, error) ? GENERATE_WRITTEN
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
		lock = lock_project(config, error);
		if (lock < 0)
			return GENERATE_FAILED;
	}
	outcome = generate_locked(generated, config, entry, dialect, options, error);
	if (lock >= 0)
		close(lock);
	return outcome;
}

void generated_release(struct generated *generated)
{
	buffer_release(&generated->sql);
	buffer_release(&generated->plan);
	diff_release(&generated->diff);
	base_release(&generated->base);
	migrations_release(&generated->directory);
	schema_free(generated->said);
	models_release(&generated->models);
	arena_release(&generated->arena);
	*generated = (struct generated){0};
}

/* By hand. */

static const char empty_text[] = "-- upgrade\n\n-- rollback\n";

static bool check_version(const struct migration_directory *directory, const char *version,
                          struct error *error)
{
	const struct migration *there;

	if (!*version || strspn(version, "0123456789") != strlen(version) || strlen(version) > 18)
		return error_set(error, ERROR_USAGE,
		                 "'%s' is not a version: 1 to 18 digits are wanted", version);
	if (strspn(version, "0") == strlen(version))
		return error_set(error, ERROR_USAGE,
		                 "version %s is not a version: it stands for 'before the first'",
		                 version);
	there = migrations_find(directory, version);
	return !there ||
	       error_set(error, ERROR_USAGE, "version %s is taken by '%s'", version, there->file);
}

/* A version that leaves a gap behind it says so, or the folder could not be read any more. */
static void write_empty(struct arena *arena, const struct migration_directory *directory,
                        enum versioning versioning, const char *version, struct dbw_buffer *text)
{
	const struct migration *previous = NULL;

	for (size_t i = 0; i < directory->versioned.count; i++) {
		const struct migration *migration = directory->versioned.items[i];

		if (version_compare(migration->version, version) < 0)
			previous = migration;
	}
	if (previous && versioning == VERSIONING_SEQUENTIAL &&
	    version_compare(
		migrations_next_version(arena,
	                                &(struct migration_directory){
					    .versioned = {(void *[]){(void *)previous}, 1, 1}},
	                                versioning, 0),
		version) != 0)
		buffer_printf(text, "-- depends_on: [\"%s\"]\n", previous->version);
	buffer_string(text, empty_text);
}

static bool generate_empty_locked(struct arena *arena, struct migration_directory *directory,
                                  const struct entry *entry, const struct dialect *dialect,
                                  const char *description, const char *version,
                                  enum migration_kind kind, const char **path, struct error *error)
{
	struct dbw_buffer text = {0};
	char *slug, *name;
	bool done;

	slug = migration_slug(arena, description, error);
	if (!slug || !migrations_read(directory, entry, dialect->plugin.traits, error))
		return false;
	if (kind == MIGRATION_VERSIONED) {
		if (version && !check_version(directory, version, error))
			return false;
		if (!version)
			version = migrations_next_version(arena, directory, entry->versioning,
			                                  (long long)time(NULL));
		write_empty(arena, directory, entry->versioning, version, &text);
		name = migration_file_name(arena, entry->name, version, slug);
	} else {
		/* What runs again and again has no way back: only an upgrade. */
		buffer_string(&text, "-- upgrade\n");
		name = arena_printf(arena, "%s__%s__%s.sql", entry->name,
		                    kind == MIGRATION_ALWAYS ? "RA" : "ROC", slug);
	}
	*path = path_join(arena, entry->migrations_dir, name);
	done = file_write(*path, buffer_text(&text), text.length, FILE_NEW, error);
	buffer_release(&text);
	return done;
}

bool generate_empty(struct arena *arena, const struct config *config, const struct entry *entry,
                    const struct dialect *dialect, const char *description, const char *version,
                    enum migration_kind kind, const char **path, struct error *error)
{
	struct migration_directory directory = {0};
	int lock = lock_project(config, error);
	bool done;

	if (lock < 0)
		return false;
	done = generate_empty_locked(arena, &directory, entry, dialect, description, version, kind,
	                             path, error);
	migrations_release(&directory);
	close(lock);
	return done;
}
