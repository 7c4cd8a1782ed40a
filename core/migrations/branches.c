#include "migrations/branches.h"

#include <string.h>

/* The two sides of a file that a merge left with conflict markers. */

static bool begins(const char *line, size_t length, char mark)
{
	for (size_t i = 0; i < 7; i++)
		if (i >= length || line[i] != mark)
			return false;
	return length == 7 || line[7] == ' ' || line[7] == '\r';
}

/* False if there are no markers in it. */
static bool split_conflict(struct arena *arena, const struct text *content, struct text sides[2])
{
	enum { BOTH, OURS, BASE, THEIRS } where = BOTH;
	struct dbw_buffer out[2] = {{0}, {0}};
	bool found = false;

	for (size_t at = 0; at < content->length;) {
		const char *line = content->bytes + at;
		const char *end = memchr(line, '\n', content->length - at);
		size_t length = end ? (size_t)(end - line) : content->length - at;

		at += length + (end != NULL);
		if (begins(line, length, '<') && where == BOTH) {
			where = OURS;
			found = true;
		} else if (begins(line, length, '|') && where == OURS) {
			where = BASE;
		} else if (begins(line, length, '=') && (where == OURS || where == BASE)) {
			where = THEIRS;
		} else if (begins(line, length, '>') && where == THEIRS) {
			where = BOTH;
		} else {
			size_t whole = length + (end != NULL);

			if (where == BOTH || where == OURS)
				buffer_append(&out[0], line, whole);
			if (where == BOTH || where == THEIRS)
				buffer_append(&out[1], line, whole);
		}
	}
	for (size_t i = 0; i < 2; i++) {
		sides[i].bytes = arena_copy(arena, buffer_text(&out[i]), out[i].length);
		sides[i].length = out[i].length;
		buffer_release(&out[i]);
	}
	return found;
}

/* Its content is kept only where it is not that of the file: it would be all of a long history. */
static void take(struct branches *branches, struct branch_file *file, struct snapshot *snapshot,
                 bool in_place)
{
	struct arena *arena = &branches->arena;

	file->has_snapshot = true;
	file->in_place = in_place;
	file->snapshot = (struct snapshot){.words = snapshot->words};
	memcpy(file->snapshot.checksum, snapshot->checksum, sizeof snapshot->checksum);
	file->snapshot.history = arena_string(arena, snapshot->history);
	file->snapshot.parent = arena_string(arena, snapshot->parent);
	file->snapshot.parent_checksum = arena_string(arena, snapshot->parent_checksum);
	if (in_place)
		return;
	file->snapshot.content.length = snapshot->content.length;
	file->snapshot.content.bytes =
	    arena_copy(arena, snapshot->content.bytes, snapshot->content.length);
}

/* False if a snapshot is of a newer format; all else that is wrong with one is as if it were not there. */
static bool read_snapshot(struct branches *branches, struct branch_file *file,
                          const struct entry *entry, const char *dialect, struct error *error)
{
	const char *path = snapshot_path(&branches->arena, entry, file->migration->version);
	struct text content, texts[3];
	struct error why = {0};
	struct arena own = {0};
	size_t count = 1;
	bool known = true;

	if (!path_exists(path) || !file_read(&own, path, &content, &why))
		goto out;
	texts[0] = content;
	if (split_conflict(&own, &content, texts + 1))
		count = 3;
	for (size_t i = 0; known && i < count && !file->has_snapshot; i++) {
		struct snapshot snapshot;
		enum snapshot_state state = snapshot_parse(&own, path, &texts[i], &snapshot, &why);

		known = state != SNAPSHOT_NEWER;
		if (state == SNAPSHOT_GOOD &&
		    snapshot_fits(&snapshot, entry, dialect, file->migration, &why))
			take(branches, file, &snapshot, i == 0);
	}
	if (!known)
		*error = why;
out:
	if (known)
		error_release(&why);
	arena_release(&own);
	return known;
}

static void go_on(struct branch_file *file, struct branch_file *parent)
{
	struct snapshot_tip tip = {0};

	if (parent)
		memcpy(tip.history, parent->history, sizeof tip.history);
	snapshot_tip_pass(&tip, file->migration->checksum);
	memcpy(file->history, tip.history, sizeof file->history);
	file->parent = parent;
}

/* By its history; the newest first, as in most folders that is the one. */
static bool find_by_history(struct branches *branches, size_t at)
{
	struct branch_file *file = &branches->files[at];

	for (size_t i = at + 1; i-- > 0;) {
		go_on(file, i ? &branches->files[i - 1] : NULL);
		if (strcmp(file->history, file->snapshot.history) == 0)
			return true;
	}
	file->parent = NULL;
	return false;
}

/* The one end that there is before this version; false if there are several. */
static bool find_only_end(const struct branches *branches, size_t at, struct branch_file **end)
{
	const struct branch_file *file = &branches->files[at];
	size_t count = 0;

	*end = NULL;
	for (size_t i = 0; i < at; i++) {
		struct branch_file *other = &branches->files[i];
		bool last =
		    version_compare(other->migration->version, file->migration->version) < 0;

		for (size_t j = i + 1; last && j < at; j++)
			last = branches->files[j].parent != other ||
			       version_compare(branches->files[j].migration->version,
			                       file->migration->version) >= 0;
		if (last) {
			*end = other;
			count++;
		}
	}
	return count <= 1;
}

static void mark_leaves(struct branches *branches)
{
	for (size_t i = 0; i < branches->count; i++)
		branches->files[i].leaf = !branches->files[i].unknown;
	for (size_t i = 0; i < branches->count; i++)
		if (branches->files[i].parent)
			branches->files[i].parent->leaf = false;
	branches->leaves = 0;
	for (size_t i = 0; i < branches->count; i++)
		branches->leaves += branches->files[i].leaf;
}

bool branches_read(struct branches *branches, const struct migration_directory *directory,
                   const struct entry *entry, const char *dialect, struct error *error)
{
	*branches = (struct branches){.count = directory->versioned.count};
	branches->files =
	    arena_alloc(&branches->arena, (branches->count + 1) * sizeof *branches->files);
	for (size_t i = 0; i < branches->count; i++) {
		struct branch_file *file = &branches->files[i], *end;

		file->migration = directory->versioned.items[i];
		if (!read_snapshot(branches, file, entry, dialect, error))
			return false;
		if (file->has_snapshot && find_by_history(branches, i))
			continue;
		file->has_snapshot = false;
		file->unknown = !find_only_end(branches, i, &end);
		if (!file->unknown)
			go_on(file, end);
	}
	mark_leaves(branches);
	return true;
}

void branches_release(struct branches *branches)
{
	arena_release(&branches->arena);
	*branches = (struct branches){0};
}

bool branch_has(const struct branch_file *tip, const struct branch_file *file)
{
	for (; tip; tip = tip->parent)
		if (tip == file)
			return true;
	return false;
}
