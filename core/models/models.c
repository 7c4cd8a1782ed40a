#include "models/models.h"

#include <errno.h>
#include <glob.h>
#include <string.h>

#include "base/file.h"

/* What reading collects. */
struct reading {
	struct arena arena;
	const struct config *config;
	const struct entry *entry;
	struct dbw_list files; /* char *: each once, in order */
	char *here;            /* the working directory: names in messages are relative to it */
};

static bool ends_with(const char *text, const char *suffix)
{
	size_t length = strlen(text), tail = strlen(suffix);

	return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

static bool no_models(struct reading *reading, struct error *error, const char *why)
{
	error_set(error, ERROR_USAGE, "database '%s': no models found: %s", reading->entry->name,
	          why);
	return error_hint(error,
	                  "%set 'model_paths' in section [database:%s] of '%s' to the folder or "
	                  "files that hold your CREATE TABLE statements, such as 'model_paths = "
	                  "models'.",
	                  reading->entry->model_paths.count
	                      ? "Write your models there, as .sql files, or s"
	                      : "S",
	                  reading->entry->name, path_shorten(reading->config->path, reading->here));
}

static void add_file(struct reading *reading, const char *path)
{
	for (size_t i = 0; i < reading->files.count; i++)
		if (strcmp(reading->files.items[i], path) == 0)
			return;
	list_append(&reading->arena, &reading->files, arena_string(&reading->arena, path));
}

static bool add_folder(struct reading *reading, const char *path, struct error *error)
{
	struct dbw_list names = {0};

	if (!directory_list(&reading->arena, path, &names, error))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		char *name = names.items[i];
		char *inside = path_join(&reading->arena, path, name);

		if (name[0] == '.')
			continue;
		if (path_is_directory(inside)) {
			if (!add_folder(reading, inside, error))
				return false;
		} else if (ends_with(name, ".sql")) {
			add_file(reading, inside);
		}
	}
	return true;
}

static bool add_named(struct reading *reading, const char *path, struct error *error)
{
	if (path_is_directory(path))
		return add_folder(reading, path, error);
	if (ends_with(path, ".py")) {
		error_set(error, ERROR_USAGE, "'%s' is not SQL", path_shorten(path, reading->here));
		return error_hint(error, "Models are .sql files with CREATE statements.");
	}
	add_file(reading, path);
	return true;
}

static bool add_glob(struct reading *reading, const char *pattern, struct error *error)
{
	size_t before = reading->files.count;
	bool done = true;
	glob_t found;
	int status = glob(pattern, 0, NULL, &found);

	if (status == GLOB_NOMATCH)
		return no_models(reading, error,
		                 arena_printf(&reading->arena, "nothing matches '%s'",
		                              path_shorten(pattern, reading->here)));
	if (status != 0)
		return error_set(error, ERROR_FAILED, "cannot look for '%s'", pattern);
	for (size_t i = 0; done && i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i];

		if (path_is_directory(path))
			done = add_folder(reading, path, error);
		else if (ends_with(path, ".sql"))
			add_file(reading, path);
	}
	globfree(&found);
	if (done && reading->files.count == before)
		return no_models(reading, error,
		                 arena_printf(&reading->arena, "'%s' matches no .sql file",
		                              path_shorten(pattern, reading->here)));
	return done;
}

static bool find_files(struct reading *reading, struct error *error)
{
	const struct dbw_list *paths = &reading->entry->model_paths;

	if (!paths->count)
		return no_models(reading, error, "'model_paths' is not set");
	for (size_t i = 0; i < paths->count; i++) {
		const char *path = paths->items[i];

		/* A file whose name has a bracket in it is a file all the same. */
		if (path_exists(path)) {
			if (!add_named(reading, path, error))
				return false;
		} else if (strpbrk(path, "*?[")) {
			if (!add_glob(reading, path, error))
				return false;
		} else {
			return no_models(reading, error,
			                 arena_printf(&reading->arena, "'%s' does not exist",
			                              path_shorten(path, reading->here)));
		}
	}
	return reading->files.count ||
	       no_models(reading, error,
	                 arena_printf(&reading->arena, "there is no .sql file in '%s'",
	                              path_shorten(paths->items[0], reading->here)));
}

/* dbwarden makes its own tables itself; a dump of a live database has them. */
static void drop_own_tables(struct schema *schema)
{
	static const char *const own[] = {"dbwarden_migrations", "dbwarden_journal",
	                                  "dbwarden_lock", "dbwarden_seeds"};

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		for (size_t j = schema->content.tables.count; j > 0; j--) {
			const struct dbw_table *table = schema->content.tables.items[j - 1];

			if (strcmp(table->name, own[i]) == 0)
				list_remove(&schema->content.tables, j - 1);
		}
	schema_changed(schema);
}

static bool read_file(struct models *models, struct reading *reading, const char *path,
                      struct error *error)
{
	struct arena arena = {0};
	struct text content;
	bool done = file_read(&arena, path, &content, error) &&
	            parser_read(models->schema, path_shorten(path, reading->here), content.bytes,
	                        content.length, 0, &models->report, error);

	arena_release(&arena);
	return done;
}

static bool is_empty(const struct dbw_schema *schema)
{
	return !schema->namespaces.count && !schema->tables.count && !schema->sequences.count &&
	       !schema->enums.count && !schema->objects.count;
}

static bool read_all(struct models *models, struct reading *reading, const struct dialect *dialect,
                     struct error *error)
{
	for (size_t i = 0; i < reading->files.count; i++)
		if (!read_file(models, reading, reading->files.items[i], error))
			return false;
	models->files = reading->files.count;
	if (!parser_finish(models->schema, error))
		return false;
	drop_own_tables(models->schema);
	if (is_empty(&models->schema->content))
		return no_models(reading, error,
		                 arena_printf(&reading->arena, "the %zu file%s declare%s nothing",
		                              models->files, models->files == 1 ? "" : "s",
		                              models->files == 1 ? "s" : ""));
	return dialect_normalize(dialect, models->schema, error);
}

bool models_read(struct models *models, const struct config *config, const struct entry *entry,
                 const struct dialect *dialect, struct error *error)
{
	struct reading reading = {.config = config, .entry = entry};
	bool done;

	*models = (struct models){.schema = schema_new(dialect->plugin.traits)};
	reading.here = path_working_directory(&reading.arena);
	done = find_files(&reading, error) && read_all(models, &reading, dialect, error);
	arena_release(&reading.arena);
	return done;
}

void models_release(struct models *models)
{
	schema_free(models->schema);
	*models = (struct models){0};
}
