#include "engine/state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/script.h"

const char *standing_name(enum standing standing)
{
	static const char *const names[] = {
	    [STANDING_APPLIED] = "applied", [STANDING_PENDING] = "pending",
	    [STANDING_CHANGED] = "changed", [STANDING_RENAMED] = "renamed",
	    [STANDING_MISSING] = "missing",
	};

	return names[standing];
}

/* What the records say of each version: the newest record of each, sorted. */

/* By value where both are numbers ("1" is "0001"), by text where not. */
static int compare_keys(const char *a, const char *b)
{
	bool number_a = a[0] >= '0' && a[0] <= '9', number_b = b[0] >= '0' && b[0] <= '9';

	if (number_a && number_b)
		return version_compare(a, b);
	return number_a == number_b ? strcmp(a, b) : (number_a ? -1 : 1);
}

static int compare_newest(const void *a, const void *b)
{
	const struct record *const *x = a, *const *y = b;
	int order = compare_keys((*x)->version, (*y)->version);

	return order ? order : ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

static int compare_version_record(const void *version, const void *record)
{
	return compare_keys(version, (*(const struct record *const *)record)->version);
}

/* Sorted by version, only the newest of each. */
static void newest_records(struct arena *arena, const struct records *records,
                           struct dbw_list *newest)
{
	size_t kept = 0;

	for (size_t i = 0; i < records->all.count; i++)
		list_append(arena, newest, records->all.items[i]);
	if (newest->count)
		qsort(newest->items, newest->count, sizeof *newest->items, compare_newest);
	for (size_t i = 0; i < newest->count; i++) {
		const struct record *record = newest->items[i];
		const struct record *next = i + 1 < newest->count ? newest->items[i + 1] : NULL;

		assert(record);
		if (!next || compare_keys(record->version, next->version) != 0)
			newest->items[kept++] = newest->items[i];
	}
	newest->count = kept;
}

static const struct record *find_newest(const struct dbw_list *newest, const char *version)
{
	void **found = newest->count ? bsearch(version, newest->items, newest->count,
	                                       sizeof *newest->items, compare_version_record)
	                             : NULL;

	return found ? *found : NULL;
}

static struct state_line *add_line(struct state *state, const struct migration *migration,
                                   const struct record *record, enum standing standing)
{
	struct state_line *line = arena_new(&state->arena, struct state_line);

	line->migration = migration;
	line->record = record;
	line->standing = standing;
	list_append(&state->arena, &state->lines, line);
	return line;
}

static void add_versioned(struct state *state, const struct dbw_list *newest)
{
	for (size_t i = 0; i < state->directory.versioned.count; i++) {
		const struct migration *migration = state->directory.versioned.items[i];
		const struct record *record = find_newest(newest, migration->version);
		enum standing standing = STANDING_APPLIED;

		if (record && record->action == ACTION_ROLLBACK)
			record = NULL;
		if (!record)
			standing = STANDING_PENDING;
		else if (strcmp(record->checksum, migration->checksum) != 0)
			standing = STANDING_CHANGED;
		else if (strcmp(record->file, migration->file) != 0)
			standing = STANDING_RENAMED;
		add_line(state, migration, record, standing);
	}
}

static void add_missing(struct state *state, const struct dbw_list *newest)
{
	for (size_t i = 0; i < newest->count; i++) {
		const struct record *record = newest->items[i];

		if (record->action != ACTION_ROLLBACK && strcmp(record->kind, "versioned") == 0 &&
		    !migrations_find(&state->directory, record->version))
			add_line(state, NULL, record, STANDING_MISSING);
	}
}

/* A repeatable whose file is gone has nothing to undo and nothing to compare: it is history. */
static void add_repeatable(struct state *state, const struct dbw_list *newest)
{
	for (size_t i = 0; i < state->directory.repeatable.count; i++) {
		const struct migration *migration = state->directory.repeatable.items[i];
		const struct record *record = find_newest(newest, migration->version);
		bool current = record && migration->kind == MIGRATION_ON_CHANGE &&
		               strcmp(record->checksum, migration->checksum) == 0;

		add_line(state, migration, record, current ? STANDING_APPLIED : STANDING_PENDING);
	}
}

static const char *line_version(const struct state_line *line)
{
	return line->migration ? line->migration->version : line->record->version;
}

static int compare_lines(const void *a, const void *b)
{
	return version_compare(line_version(*(struct state_line *const *)a),
	                       line_version(*(struct state_line *const *)b));
}

static void mark_out_of_order(struct state *state, size_t versioned)
{
	bool later_applied = false;

	for (size_t i = versioned; i > 0; i--) {
		struct state_line *line = state->lines.items[i - 1];

		if (line->standing == STANDING_PENDING)
			line->out_of_order = later_applied;
		else
			later_applied = true;
	}
}

bool state_read(struct state *state, struct session *session, const struct entry *entry,
                struct error *error)
{
	struct dbw_list newest = {0};
	size_t versioned;

	if (!records_read(&state->records, session, &state->journal, error) ||
	    !migrations_read(&state->directory, entry, session->dialect->plugin.traits, error))
		return false;
	/* Where nothing has run there is nothing to go on with: the file may be another by now. */
	if (state->journal && !state->journal->done && !state->journal->in_doubt) {
		state->journal = NULL;
		state->untouched_journal = true;
	}
	newest_records(&state->arena, &state->records, &newest);
	add_versioned(state, &newest);
	add_missing(state, &newest);
	versioned = state->lines.count;
	if (versioned)
		qsort(state->lines.items, versioned, sizeof *state->lines.items, compare_lines);
	mark_out_of_order(state, versioned);
	add_repeatable(state, &newest);
	for (size_t i = 0; i < state->lines.count; i++)
		state->counts[((struct state_line *)state->lines.items[i])->standing]++;
	return true;
}

void state_release(struct state *state)
{
	migrations_release(&state->directory);
	records_release(&state->records);
	arena_release(&state->arena);
	*state = (struct state){0};
}

const struct sql_statement *state_next_statement(struct state *state, const struct dialect *dialect,
                                                 const char **file)
{
	const struct journal *journal = state->journal;
	const struct migration *migration =
	    journal ? migrations_find(&state->directory, journal->version) : NULL;
	struct error ignored = {0};
	struct script script;
	bool found;

	if (!migration || strcmp(migration->checksum, journal->checksum) != 0)
		return NULL;
	*file = migration->path;
	found = script_prepare(&script, &state->arena, dialect, migration->path, migration,
	                       journal->action == ACTION_ROLLBACK ? &migration->rollback
	                                                          : &migration->upgrade,
	                       &ignored);
	error_release(&ignored);
	return found && journal->done < script.body.count ? script.body.items[journal->done] : NULL;
}

static void describe_trouble(const struct state_line *line, struct dbw_buffer *text)
{
	switch (line->standing) {
	case STANDING_CHANGED:
		buffer_printf(text, "'%s' was changed after it was applied on %s",
		              line->migration->file, line->record->applied_at);
		break;
	case STANDING_RENAMED:
		buffer_printf(text, "'%s' was applied under the name '%s'", line->migration->file,
		              line->record->file);
		break;
	case STANDING_MISSING:
		buffer_printf(text, "'%s' is applied, but its file is gone", line->record->file);
		break;
	default:
		break;
	}
}

bool state_verify(const struct state *state, struct error *error)
{
	struct dbw_buffer text = {0};
	const char *separator = "";

	for (size_t i = 0; i < state->lines.count; i++) {
		const struct state_line *line = state->lines.items[i];

		if (line->standing == STANDING_APPLIED || line->standing == STANDING_PENDING)
			continue;
		buffer_string(&text, separator);
		describe_trouble(line, &text);
		separator = "; ";
	}
	if (!text.length)
		return true;
	error_set(error, ERROR_FAILED, "%s", buffer_text(&text));
	error_hint(error, "Nothing was executed. Put the files back as they were (your version "
	                  "control has them) and make the change in a new migration.");
	buffer_release(&text);
	return false;
}
