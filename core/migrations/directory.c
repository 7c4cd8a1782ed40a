#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "migrations/migration.h"
#include "migrations/names.h"

static int compare_migrations(const struct migration *a, const struct migration *b)
{
	return a->kind == MIGRATION_VERSIONED ? version_compare(a->version, b->version)
	                                      : strcmp(a->version, b->version);
}

/* By file name where the versions are one, so that the error about it is always the same. */
static int compare_items(const void *a, const void *b)
{
	const struct migration *x = *(struct migration *const *)a;
	const struct migration *y = *(struct migration *const *)b;
	int order = compare_migrations(x, y);

	return order ? order : strcmp(x->file, y->file);
}

static bool read_names(struct migration_directory *directory, const struct entry *entry,
                       struct error *error)
{
	struct arena *arena = &directory->arena;
	struct dbw_list names = {0};

	if (!directory_list(arena, directory->path, &names, error))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		struct migration *migration;

		if (!name_is_sql(names.items[i]))
			continue;
		migration = arena_new(arena, struct migration);
		migration->file = names.items[i];
		migration->path = path_join(arena, directory->path, migration->file);
		if (!name_parse(arena, migration, entry->name, error))
			return false;
		list_append(arena,
		            migration->kind == MIGRATION_VERSIONED ? &directory->versioned
		                                                   : &directory->repeatable,
		            migration);
	}
	return true;
}

static bool sort(struct dbw_list *list, struct error *error)
{
	if (list->count)
		qsort(list->items, list->count, sizeof *list->items, compare_items);
	for (size_t i = 1; i < list->count; i++) {
		const struct migration *a = list->items[i - 1], *b = list->items[i];

		if (compare_migrations(a, b) != 0)
			continue;
		error_set(error, ERROR_FAILED, "'%s' and '%s' have the same version, %s", a->file,
		          b->file, b->version);
		if (a->kind != MIGRATION_VERSIONED)
			return error_hint(error, "Rename or remove one of them.");
		return error_hint(error, "Give the one that is not applied anywhere yet the next "
		                         "free number.");
	}
	return true;
}

static bool read_contents(struct migration_directory *directory, const struct dbw_list *list,
                          const struct dbw_traits *traits, struct error *error)
{
	for (size_t i = 0; i < list->count; i++) {
		struct migration *migration = list->items[i];

		if (!file_read(&directory->arena, migration->path, &migration->content, error) ||
		    !migration_parse(&directory->arena, migration, traits, error))
			return false;
	}
	return true;
}

/* Dependencies. */

static int compare_version_item(const void *version, const void *item)
{
	return version_compare(version, (*(struct migration *const *)item)->version);
}

static int compare_name_item(const void *version, const void *item)
{
	return strcmp(version, (*(struct migration *const *)item)->version);
}

struct migration *migrations_find(const struct migration_directory *directory, const char *version)
{
	bool number = version[0] >= '0' && version[0] <= '9';
	const struct dbw_list *list = number ? &directory->versioned : &directory->repeatable;
	void **found = list->count ? bsearch(version, list->items, list->count, sizeof *list->items,
	                                     number ? compare_version_item : compare_name_item)
	                           : NULL;

	return found ? *found : NULL;
}

static size_t find_index(const struct migration_directory *directory, const char *version)
{
	const struct dbw_list *list = &directory->versioned;
	void **found =
	    bsearch(version, list->items, list->count, sizeof *list->items, compare_version_item);

	assert(found);
	return (size_t)(found - list->items);
}

static const struct migration *versioned_at(const struct migration_directory *directory, size_t i)
{
	return directory->versioned.items[i];
}

static bool check_existence(const struct migration_directory *directory,
                            const struct dbw_list *list, struct error *error)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct migration *migration = list->items[i];

		for (size_t j = 0; j < migration->depends_on.count; j++) {
			const char *version = migration->depends_on.items[j];

			if (migrations_find(directory, version))
				continue;
			error_at(error, ERROR_FAILED, migration->path, 0, 0,
			         "'%s' depends on version %s, and no file has it", migration->file,
			         version);
			return error_hint(error,
			                  "Restore that file, or correct '-- depends_on' "
			                  "in '%s'.",
			                  migration->file);
		}
	}
	return true;
}

/* Writes the way that was found from 'from' to 'to', each step with an arrow before it. */
static void describe_way(const struct migration_directory *directory, const size_t *came_from,
                         size_t from, size_t to, struct dbw_list *steps, struct arena *arena)
{
	for (size_t i = to;; i = came_from[i]) {
		list_append(arena, steps, (void *)versioned_at(directory, i)->file);
		if (i == from)
			break;
	}
}

/* The error about a migration that depends on itself or a later one: a cycle if the other leads
 * back to it (sought breadth first), else plainly the wrong order. */
static bool report_order(const struct migration_directory *directory, size_t self, size_t other,
                         struct error *error)
{
	const struct migration *migration = versioned_at(directory, self);
	size_t count = directory->versioned.count, head = 0, tail = 0;
	struct arena arena = {0};
	size_t *came_from = arena_alloc(&arena, count * sizeof *came_from);
	size_t *queue = arena_alloc(&arena, count * sizeof *queue);
	bool *seen = arena_alloc(&arena, count);
	struct dbw_buffer cycle = {0};
	struct dbw_list steps = {0};

	queue[tail++] = other;
	seen[other] = true;
	while (head < tail && !seen[self]) {
		size_t here = queue[head++];
		const struct dbw_list *next = &versioned_at(directory, here)->depends_on;

		for (size_t i = 0; i < next->count; i++) {
			size_t there = find_index(directory, next->items[i]);

			if (seen[there])
				continue;
			seen[there] = true;
			came_from[there] = here;
			queue[tail++] = there;
		}
	}
	if (seen[self]) {
		describe_way(directory, came_from, other, self, &steps, &arena);
		buffer_printf(&cycle, "'%s'", migration->file);
		for (size_t i = steps.count; i > 0; i--)
			buffer_printf(&cycle, " -> '%s'", (const char *)steps.items[i - 1]);
		error_at(error, ERROR_FAILED, migration->path, 0, 0,
		         "the dependencies of these migrations go round in a circle: %s",
		         buffer_text(&cycle));
		error_hint(error, "Take one of them out of '-- depends_on'; a migration can depend "
		                  "on earlier ones alone.");
	} else {
		error_at(error, ERROR_FAILED, migration->path, 0, 0,
		         "'%s' depends on '%s', which comes later", migration->file,
		         versioned_at(directory, other)->file);
		error_hint(error, "Give '%s' a version behind the one it needs.", migration->file);
	}
	buffer_release(&cycle);
	arena_release(&arena);
	return false;
}

static bool check_order(const struct migration_directory *directory, struct error *error)
{
	for (size_t i = 0; i < directory->versioned.count; i++) {
		const struct dbw_list *versions = &versioned_at(directory, i)->depends_on;

		for (size_t j = 0; j < versions->count; j++) {
			size_t other = find_index(directory, versions->items[j]);

			if (other >= i)
				return report_order(directory, i, other, error);
		}
	}
	return true;
}

/* True if the later one says in its file that the earlier one is its predecessor. */
static bool gap_is_meant(const struct migration *earlier, const struct migration *later)
{
	for (size_t i = 0; i < later->depends_on.count; i++)
		if (version_compare(later->depends_on.items[i], earlier->version) == 0)
			return true;
	return false;
}

static bool check_gaps(const struct migration_directory *directory, struct error *error)
{
	for (size_t i = 1; i < directory->versioned.count; i++) {
		const struct migration *earlier = versioned_at(directory, i - 1);
		const struct migration *later = versioned_at(directory, i);
		unsigned long long expected = strtoull(earlier->version, NULL, 10) + 1;

		if (strtoull(later->version, NULL, 10) == expected || gap_is_meant(earlier, later))
			continue;
		error_set(error, ERROR_FAILED, "a migration is missing between '%s' and '%s'",
		          earlier->file, later->file);
		return error_hint(error,
		                  "Restore the missing file, or write '-- depends_on: [\"%s\"]' at "
		                  "the top of '%s' if the gap is meant. Where versions are "
		                  "timestamps, set 'versioning = timestamp' in the configuration.",
		                  earlier->version, later->file);
	}
	return true;
}

bool migrations_read(struct migration_directory *directory, const struct entry *entry,
                     const struct dbw_traits *traits, struct error *error)
{
	*directory = (struct migration_directory){0};
	directory->path = arena_string(&directory->arena, entry->migrations_dir);
	if (!path_exists(directory->path))
		return true;
	return read_names(directory, entry, error) && sort(&directory->versioned, error) &&
	       sort(&directory->repeatable, error) &&
	       read_contents(directory, &directory->versioned, traits, error) &&
	       read_contents(directory, &directory->repeatable, traits, error) &&
	       check_existence(directory, &directory->versioned, error) &&
	       check_existence(directory, &directory->repeatable, error) &&
	       check_order(directory, error) &&
	       (entry->versioning != VERSIONING_SEQUENTIAL || check_gaps(directory, error));
}

void migrations_release(struct migration_directory *directory)
{
	arena_release(&directory->arena);
	*directory = (struct migration_directory){0};
}
