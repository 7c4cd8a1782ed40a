#include "engine/merge.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/generate.h"
#include "engine/records.h"
#include "migrations/redo.h"
#include "schema/json.h"

/* The branches. */

static bool is_named(const struct merge_options *options, const struct branch_file *file)
{
	for (size_t i = 0; i < options->files.count; i++)
		if (strcmp(path_basename(options->files.items[i]), file->migration->file) == 0)
			return true;
	return false;
}

static bool check_names(const struct merged *merged, const struct merge_options *options,
                        struct error *error)
{
	for (size_t i = 0; i < options->files.count; i++) {
		const char *name = path_basename(options->files.items[i]);
		bool found = false;

		for (size_t j = 0; !found && j < merged->branches.count; j++)
			found = strcmp(merged->branches.files[j].migration->file, name) == 0;
		if (!found)
			return error_set(error, ERROR_USAGE, "there is no migration '%s'", name);
	}
	return true;
}

/* Files of which nothing tells what they came after: those that are named came after each other, and the others
 * likewise. */
static bool place_unknown(struct merged *merged, const struct merge_options *options,
                          struct error *error)
{
	struct branches *branches = &merged->branches;

	for (size_t i = 0; i < branches->count; i++) {
		struct branch_file *file = &branches->files[i];

		if (!file->unknown)
			continue;
		if (!options->files.count) {
			error_set(
			    error, ERROR_FAILED,
			    "cannot tell which branch '%s' belongs to: it has no good snapshot",
			    file->migration->file);
			return error_hint(error, "Name all files that are to be renumbered: "
			                         "dbwarden make-migrations --merge FILE...");
		}
		for (size_t j = i; j-- > 0 && !file->parent;)
			if (is_named(options, &branches->files[j]) == is_named(options, file) &&
			    version_compare(branches->files[j].migration->version,
			                    file->migration->version) < 0)
				file->parent = &branches->files[j];
		file->unknown = false;
	}
	for (size_t i = 0; i < branches->count; i++)
		branches->files[i].leaf = true;
	for (size_t i = 0; i < branches->count; i++)
		if (branches->files[i].parent)
			branches->files[i].parent->leaf = false;
	return true;
}

static bool is_shared(const struct branches *branches, const struct branch_file *file)
{
	for (size_t i = 0; i < branches->count; i++)
		if (branches->files[i].leaf && !branch_has(&branches->files[i], file))
			return false;
	return true;
}

static void find_choices(struct merged *merged)
{
	struct branches *branches = &merged->branches;

	for (size_t i = 0; i < branches->count; i++) {
		struct merge_branch *branch;

		if (!branches->files[i].leaf)
			continue;
		branch = arena_new(&merged->arena, struct merge_branch);
		branch->tip = &branches->files[i];
		for (size_t j = 0; j <= i; j++)
			if (branch_has(branch->tip, &branches->files[j]) &&
			    !is_shared(branches, &branches->files[j]))
				list_append(&merged->arena, &branch->files, &branches->files[j]);
		list_append(&merged->arena, &merged->choices, branch);
	}
}

/* Which one stays. */

static bool is_applied(const struct records *records, const struct migration *migration)
{
	const struct record *newest = NULL;

	for (size_t i = 0; i < records->all.count; i++) {
		const struct record *record = records->all.items[i];

		if (strcmp(record->kind, "versioned") == 0 &&
		    version_compare(record->version, migration->version) == 0)
			newest = record;
	}
	return newest && newest->action != ACTION_ROLLBACK &&
	       strcmp(newest->checksum, migration->checksum) == 0;
}

/* Asks the database, if there is one to be had. */
static void read_applied(struct merged *merged, const struct config *config,
                         const struct entry *entry, const struct dialect *dialect)
{
	struct records records = {0};
	struct journal *journal;
	struct session session;
	struct error why = {0};
	bool asked = session_open(&session, dialect, config, entry, DBW_CONNECT_READ_ONLY, &why);

	if (asked) {
		asked = records_read(&records, &session, &journal, &why);
		for (size_t i = 0; asked && i < merged->choices.count; i++) {
			struct merge_branch *branch = merged->choices.items[i];

			for (size_t j = 0; j < branch->files.count; j++) {
				const struct branch_file *file = branch->files.items[j];

				branch->applied |= is_applied(&records, file->migration);
			}
		}
		records_release(&records);
		session_close(&session);
	}
	if (!asked)
		merged->unasked = arena_string(&merged->arena, why.message);
	error_release(&why);
}

static bool refuse_applied(const struct merge_branch *branch, struct error *error)
{
	const struct branch_file *first = branch->files.items[0];

	error_set(
	    error, ERROR_FAILED,
	    "'%s', or what came after it, is applied in the database: it cannot be renumbered",
	    first->migration->file);
	return error_hint(error,
	                  "Roll it back there, from a checkout of its own branch; or let the "
	                  "other branch give way; or, if another database counts more than "
	                  "this one, say --offline, which does not ask it.");
}

static bool choose_named(struct merged *merged, const struct merge_options *options,
                         struct error *error)
{
	size_t left = 0;

	for (size_t i = 0; i < merged->choices.count; i++) {
		struct merge_branch *branch = merged->choices.items[i];
		bool named = false;

		for (size_t j = 0; j < branch->files.count; j++)
			named |= is_named(options, branch->files.items[j]);
		if (named && branch->applied)
			return refuse_applied(branch, error);
		if (named)
			continue;
		merged->kept = branch;
		left++;
	}
	if (left == 1) {
		merged->reason = "as the command says";
		return true;
	}
	error_set(error, ERROR_USAGE, "%s",
	          left ? "more than one branch is left that would stay as it is"
	               : "no branch is left that would stay as it is");
	return error_hint(error, "Name a file of each branch that gives way, and none that all "
	                         "branches have.");
}

/* 0: nobody knows. */
static int choose(struct merged *merged, const struct merge_options *options, struct error *error)
{
	struct merge_branch *applied = NULL;
	int answer;

	if (options->files.count)
		return choose_named(merged, options, error) ? 1 : -1;
	for (size_t i = 0; i < merged->choices.count; i++) {
		struct merge_branch *branch = merged->choices.items[i];

		if (branch->applied && applied)
			return refuse_applied(branch, error) ? 1 : -1;
		if (branch->applied)
			applied = branch;
	}
	merged->kept = applied;
	merged->reason = "applied in the database";
	if (applied)
		return 1;
	answer = options->ask ? options->ask(options->context, &merged->choices) : -1;
	if (answer < 0)
		return 0;
	merged->kept = merged->choices.items[answer];
	merged->reason = "as you say";
	return 1;
}

/* The new order. */

static const char *next_version(struct merged *merged, const struct entry *entry,
                                const struct migration *own, const char *last)
{
	struct migration previous = {.version = last};
	void *items[] = {&previous};
	struct migration_directory until = {.versioned = {items, 1, 1}};

	/* Where versions are times, one that is later already stays. */
	if (entry->versioning == VERSIONING_TIMESTAMP && version_compare(own->version, last) > 0)
		return own->version;
	return migrations_next_version(&merged->arena, &until, entry->versioning,
	                               (long long)time(NULL));
}

static const char *renamed(struct merged *merged, const struct entry *entry,
                           const struct migration *migration, const char *version)
{
	size_t prefix = strlen(entry->name);

	if (strncmp(migration->file, entry->name, prefix) == 0 &&
	    strncmp(migration->file + prefix, "__", 2) == 0)
		prefix += 2;
	else
		prefix = 0;
	return arena_printf(&merged->arena, "%.*s%s%s", (int)prefix, migration->file, version,
	                    migration->file + prefix + strlen(migration->version));
}

static bool is_placed(const struct merged *merged, const struct branch_file *file)
{
	for (size_t i = 0; i < merged->count; i++)
		if (merged->steps[i].file == file)
			return true;
	return false;
}

static void place(struct merged *merged, const struct entry *entry, const struct branch_file *tip,
                  bool moved)
{
	for (size_t i = 0; i < merged->branches.count; i++) {
		struct branch_file *file = &merged->branches.files[i];
		struct merge_step *step = &merged->steps[merged->count];

		if (!branch_has(tip, file) || is_placed(merged, file))
			continue;
		step->file = file;
		step->moved = moved;
		step->version = file->migration->version;
		step->name = file->migration->file;
		if (moved) {
			step->version = next_version(merged, entry, file->migration,
			                             merged->count ? step[-1].version : "0");
			if (step->version != file->migration->version)
				step->name = renamed(merged, entry, file->migration, step->version);
		}
		merged->count++;
	}
}

static void arrange(struct merged *merged, const struct entry *entry)
{
	merged->steps =
	    arena_alloc(&merged->arena, (merged->branches.count + 1) * sizeof *merged->steps);
	place(merged, entry, merged->kept->tip, false);
	while (merged->shared < merged->count &&
	       is_shared(&merged->branches, merged->steps[merged->shared].file))
		merged->shared++;
	for (size_t i = 0; i < merged->choices.count; i++) {
		const struct merge_branch *branch = merged->choices.items[i];

		if (branch != merged->kept)
			place(merged, entry, branch->tip, true);
	}
}

/* The files. */

/* The version that a dependency of the file means, in the new order; NULL: it stays what it is. */
static const char *meant(const struct merged *merged, const struct branch_file *file,
                         const char *version)
{
	for (const struct branch_file *other = file->parent; other; other = other->parent) {
		if (version_compare(other->migration->version, version) != 0)
			continue;
		for (size_t i = 0; i < merged->count; i++)
			if (merged->steps[i].file == other && merged->steps[i].moved)
				return merged->steps[i].version;
	}
	return NULL;
}

/* The text with '-- depends_on' as it must read now. */
static void write_text(const struct merged *merged, const struct branch_file *file,
                       struct dbw_buffer *out)
{
	const struct migration *migration = file->migration;
	const struct text *content = &migration->content;
	const char *line = content->bytes, *end = line + content->length;
	bool changed = false, done = false;

	for (size_t i = 0; i < migration->depends_on.count; i++)
		changed |= meant(merged, file, migration->depends_on.items[i]) != NULL;
	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t length = newline ? (size_t)(newline - line) + 1 : (size_t)(end - line);
		size_t blanks = strspn(line, "- \t");

		/* It is the first line of that kind: no other can stand before it. */
		if (changed && !done && blanks < length && strncmp(line, "--", 2) == 0 &&
		    strncasecmp(line + blanks, "depends_on:", 11) == 0) {
			done = true;
			buffer_string(out, "-- depends_on: [");
			for (size_t i = 0; i < migration->depends_on.count; i++) {
				const char *version = migration->depends_on.items[i];
				const char *now = meant(merged, file, version);

				buffer_printf(out, "%s\"%s\"", i ? ", " : "", now ? now : version);
			}
			buffer_string(out, "]\n");
		} else {
			buffer_append(out, line, length);
		}
		line += length;
	}
}

static const char proved_text[] = "upgrade and rollback proved in a scratch database";

/* The members of a plan that name a migration: each has a line of its own. */
static void write_plan(const struct merged *merged, const struct text *plan,
                       const struct merge_step *step, struct dbw_buffer *out)
{
	const struct {
		const char *key;
		const char *value;
	} members[] = {
	    {"  \"version\": ", step->version},
	    {"  \"migration\": ", step->name},
	    {"  \"base\": ", step[-1].version},
	    {"  \"proof\": ", merged->proved ? proved_text : merged->unproved},
	};
	const size_t count = sizeof members / sizeof *members;
	const char *line = plan->bytes, *end = line + plan->length;

	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t length = newline ? (size_t)(newline - line) + 1 : (size_t)(end - line);
		size_t i = 0;

		while (i < count && strncmp(line, members[i].key, strlen(members[i].key)) != 0)
			i++;
		if (i < count) {
			buffer_string(out, members[i].key);
			json_write_string(out, members[i].value);
			buffer_string(out, ",\n");
		} else {
			buffer_append(out, line, length);
		}
		line += length;
	}
}

static const char *plan_name(struct arena *arena, const char *file)
{
	return arena_printf(arena, "%.*s.plan.json", (int)(strlen(file) - strlen(".sql")), file);
}

static bool move_file(struct merged *merged, const struct merge_step *step, struct redo *redo,
                      struct error *error)
{
	const struct migration *migration = step->file->migration;
	const char *old_plan = plan_name(&merged->arena, migration->file);
	const char *path =
	    path_join(&merged->arena, path_directory(&merged->arena, migration->path), old_plan);
	struct dbw_buffer text = {0};
	struct text plan;
	bool done = true;

	write_text(merged, step->file, &text);
	redo_write(redo, REDO_MIGRATIONS, step->name, buffer_text(&text), text.length);
	redo_remove(redo, REDO_MIGRATIONS, migration->file);
	if (path_exists(path)) {
		done = file_read(&merged->arena, path, &plan, error);
		buffer_clear(&text);
		if (done)
			write_plan(merged, &plan, step, &text);
		redo_write(redo, REDO_MIGRATIONS, plan_name(&merged->arena, step->name),
		           buffer_text(&text), text.length);
		redo_remove(redo, REDO_MIGRATIONS, old_plan);
	}
	buffer_release(&text);
	return done;
}

static const char *snapshot_name(struct merged *merged, const char *version)
{
	return arena_printf(&merged->arena, "%s.json", version);
}

/* A snapshot in its place in the chain. */
static void add_snapshot(struct merged *merged, const struct merge_step *step,
                         const struct entry *entry, const struct dialect *dialect,
                         struct snapshot_tip *tip, struct redo *redo)
{
	const struct branch_file *file = step->file;
	const char *name = snapshot_name(merged, step->version);
	struct dbw_buffer text = {0};

	if (!step->moved && file->has_snapshot) {
		if (!file->in_place)
			redo_write(redo, REDO_SNAPSHOTS, name, file->snapshot.content.bytes,
			           file->snapshot.content.length);
		snapshot_tip_reach(tip, &file->snapshot, file->migration);
		return;
	}
	if (!step->schema || (!step->moved && step < merged->steps + merged->shared)) {
		snapshot_tip_pass(tip, file->migration->checksum);
		return;
	}
	snapshot_write(&text, step->schema, step->words, entry, dialect->plugin.name, step->version,
	               file->migration->checksum, tip);
	redo_write(redo, REDO_SNAPSHOTS, name, buffer_text(&text), text.length);
	buffer_release(&text);
}

static bool write_files(struct merged *merged, const struct entry *entry,
                        const struct dialect *dialect, struct error *error)
{
	struct snapshot_tip tip = {0};
	struct redo redo;
	bool done = true;

	redo_begin(&redo);
	for (size_t i = 0; done && i < merged->count; i++) {
		const struct merge_step *step = &merged->steps[i];

		add_snapshot(merged, step, entry, dialect, &tip, &redo);
		if (!step->moved || strcmp(step->name, step->file->migration->file) == 0)
			continue;
		done = move_file(merged, step, &redo, error);
		redo_remove(&redo, REDO_SNAPSHOTS,
		            snapshot_name(merged, step->file->migration->version));
	}
	/* What stays keeps its snapshot, of whatever version a moved one was. */
	for (size_t i = 0; i < merged->count; i++)
		if (!merged->steps[i].moved && merged->steps[i].file->in_place)
			redo_keep(&redo, REDO_SNAPSHOTS,
			          snapshot_name(merged, merged->steps[i].version));
	if (done && interrupts_pending())
		done = error_set(error, ERROR_FAILED, "interrupted; nothing was written");
	done = done && redo_commit(&redo, entry, error);
	redo_release(&redo);
	return done;
}

/* What runs again and again may depend on a version that is another file's now. */
static void note_repeatables(struct merged *merged)
{
	for (size_t i = 0; i < merged->directory.repeatable.count; i++) {
		const struct migration *migration = merged->directory.repeatable.items[i];

		for (size_t j = 0; j < migration->depends_on.count; j++)
			for (size_t k = 0; k < merged->count; k++) {
				const struct merge_step *step = &merged->steps[k];

				if (!step->moved ||
				    version_compare(step->file->migration->version,
				                    migration->depends_on.items[j]) != 0)
					continue;
				list_append(
				    &merged->arena, &merged->notes,
				    arena_printf(&merged->arena,
				                 "'%s' depends on version %s; if that is '%s', "
				                 "write %s there",
				                 migration->file,
				                 (const char *)migration->depends_on.items[j],
				                 step->name, step->version));
			}
	}
}

/* The whole. */

static enum merge_outcome merge_locked(struct merged *merged, const struct config *config,
                                       const struct entry *entry, const struct dialect *dialect,
                                       const struct merge_options *options, struct error *error)
{
	int chosen;

	if (redo_is_pending(entry)) {
		if (!options->plan_only)
			return redo_finish(entry, error) ? MERGE_FINISHED : MERGE_FAILED;
		redo_refuse(entry, error);
		return MERGE_FAILED;
	}
	if (!migrations_read_branches(&merged->directory, entry, dialect->plugin.traits, error) ||
	    !branches_read(&merged->branches, &merged->directory, entry, dialect->plugin.name,
	                   error) ||
	    !check_names(merged, options, error) || !place_unknown(merged, options, error))
		return MERGE_FAILED;
	find_choices(merged);
	if (merged->choices.count < 2)
		return MERGE_NOTHING;
	read_applied(merged, config, entry, dialect);
	chosen = choose(merged, options, error);
	if (chosen <= 0)
		return chosen < 0 ? MERGE_FAILED : MERGE_QUESTIONS;
	arrange(merged, entry);
	note_repeatables(merged);
	if (!merge_schemas(merged, config, entry, dialect, error))
		return MERGE_FAILED;
	if (options->no_verify)
		merged->unproved = "not proved: --no-verify";
	else if (!merge_prove(merged, config, entry, dialect, error))
		return MERGE_FAILED;
	if (options->plan_only)
		return MERGE_PLANNED;
	return write_files(merged, entry, dialect, error) ? MERGE_WRITTEN : MERGE_FAILED;
}

enum merge_outcome merge_run(struct merged *merged, const struct config *config,
                             const struct entry *entry, const struct dialect *dialect,
                             const struct merge_options *options, struct error *error)
{
	enum merge_outcome outcome;
	int lock = -1;

	if (!options->plan_only) {
		lock = project_lock(config, error);
		if (lock < 0)
			return MERGE_FAILED;
	}
	outcome = merge_locked(merged, config, entry, dialect, options, error);
	if (lock >= 0)
		close(lock);
	return outcome;
}

void merged_release(struct merged *merged)
{
	for (size_t i = 0; i < merged->count; i++) {
		schema_free(merged->steps[i].schema);
		schema_free(merged->steps[i].own);
	}
	branches_release(&merged->branches);
	migrations_release(&merged->directory);
	arena_release(&merged->arena);
	*merged = (struct merged){0};
}
