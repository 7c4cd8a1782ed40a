#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/generate_internal.h"

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
	int lock = project_lock(config, error);
	bool done;

	if (lock < 0)
		return false;
	done = generate_empty_locked(arena, &directory, entry, dialect, description, version, kind,
	                             path, error);
	migrations_release(&directory);
	close(lock);
	return done;
}
