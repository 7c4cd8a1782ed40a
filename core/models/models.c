#include "models/models.h"

#include <errno.h>
#include <glob.h>
#include <string.h>

#include "base/file.h"
#include "models/provider.h"

/* What reading collects. */
struct reading {
	struct arena arena;
	const struct config *config;
	const struct entry *entry;
	const struct dialect *dialect;
	struct dbw_list files; /* char *: each once, in order */
	struct dbw_list
	    handed; /* char *: what a built-in provider is handed, each once, in order */
	const char
	    *passed_over; /* a folder with .sql files whose .py files are not read; or NULL */
	struct provider provider;
	struct text ddl; /* what it printed */
	char *here;      /* the working directory: names in messages are relative to it */
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
	                  "%set 'model_paths' in section [database:%s] of '%s': to .sql files with "
	                  "your CREATE TABLE statements or a folder of them ('models'), or to "
	                  "SQLAlchemy models ('app/models.py' or 'app.models'). For any other ORM, "
	                  "set 'provider' to a command that prints its DDL.",
	                  reading->entry->model_paths.count
	                      ? "Write your models there, as .sql files, or s"
	                      : "S",
	                  reading->entry->name, path_shorten(reading->config->path, reading->here));
}

/* ------------------------------------------------------------------------------------------------
 * Finding them
 * --------------------------------------------------------------------------------------------- */

static void add_once(struct reading *reading, struct dbw_list *list, const char *path)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], path) == 0)
			return;
	list_append(&reading->arena, list, arena_string(&reading->arena, path));
}

/* To the provider; a command of the user's has its models from elsewhere. */
static bool hand_over(struct reading *reading, const char *path, struct error *error)
{
	if (reading->provider.built_in) {
		add_once(reading, &reading->handed, path);
		return true;
	}
	error_set(error, ERROR_USAGE, "'%s' in 'model_paths' is not SQL, and %s is not handed it",
	          path_shorten(path, reading->here), reading->provider.origin);
	return error_hint(error, "Name it in the command that 'provider' is, and take it out of "
	                         "'model_paths', which is for .sql files beside a provider.");
}

/* What a folder holds, to any depth. */
struct contents {
	struct dbw_list sql; /* char * */
	bool python;
};

static bool look_into(struct reading *reading, const char *path, struct contents *contents,
                      struct error *error)
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
			if (!look_into(reading, inside, contents, error))
				return false;
		} else if (ends_with(name, ".sql")) {
			list_append(&reading->arena, &contents->sql, inside);
		} else if (ends_with(name, ".py")) {
			contents->python = true;
		}
	}
	return true;
}

/* Where both are, the SQL is meant, unless a built-in provider was named. */
static bool add_folder(struct reading *reading, const char *path, struct error *error)
{
	struct contents contents = {0};
	bool named = reading->entry->provider && reading->provider.built_in;

	if (!look_into(reading, path, &contents, error))
		return false;
	if (contents.python && (named || !contents.sql.count))
		return hand_over(reading, path, error);
	if (contents.python)
		reading->passed_over = path;
	for (size_t i = 0; i < contents.sql.count; i++)
		add_once(reading, &reading->files, contents.sql.items[i]);
	return true;
}

static bool add_named(struct reading *reading, const char *path, struct error *error)
{
	if (path_is_directory(path))
		return add_folder(reading, path, error);
	if (ends_with(path, ".py"))
		return hand_over(reading, path, error);
	add_once(reading, &reading->files, path);
	return true;
}

static bool add_glob(struct reading *reading, const char *pattern, struct error *error)
{
	size_t before = reading->files.count + reading->handed.count;
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

		if (path_is_directory(path) || ends_with(path, ".sql") || ends_with(path, ".py"))
			done = add_named(reading, path, error);
	}
	globfree(&found);
	if (done && reading->files.count + reading->handed.count == before)
		return no_models(reading, error,
		                 arena_printf(&reading->arena, "'%s' matches no .sql or .py file",
		                              path_shorten(pattern, reading->here)));
	return done;
}

/* 'app.models' names a Python module, as far as its letters go; 'users.sql' a file that is not there.
 * Returns the name, or NULL. */
static const char *module_name(const struct reading *reading, const char *path)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
	const char *name = path_shorten(path, reading->config->directory);
	size_t parts = 0;

	if (ends_with(name, ".sql") || ends_with(name, ".py"))
		return NULL;
	for (const char *p = name;; p++) {
		size_t length = 0;

		/* Letters beyond ASCII may be part of a name, too. */
		while (p[length] &&
		       ((unsigned char)p[length] >= 0x80 || strchr(letters, p[length])))
			length++;
		if (!length || (*p >= '0' && *p <= '9'))
			return NULL;
		parts++;
		p += length;
		if (!*p)
			return parts > 1 ? name : NULL;
		if (*p != '.')
			return NULL;
	}
}

static bool find_one(struct reading *reading, const char *path, struct error *error)
{
	const char *module;

	/* A file whose name has a bracket in it is a file all the same. */
	if (path_exists(path))
		return add_named(reading, path, error);
	if (strpbrk(path, "*?["))
		return add_glob(reading, path, error);
	module = module_name(reading, path);
	if (module)
		return hand_over(reading, module, error);
	return no_models(reading, error,
	                 arena_printf(&reading->arena, "'%s' does not exist",
	                              path_shorten(path, reading->here)));
}

static bool find_models(struct reading *reading, struct error *error)
{
	const struct dbw_list *paths = &reading->entry->model_paths;

	if (!provider_choose(&reading->arena, reading->config, reading->entry, reading->dialect,
	                     &reading->provider, error))
		return false;
	for (size_t i = 0; i < paths->count; i++)
		if (!find_one(reading, paths->items[i], error))
			return false;
	if (reading->entry->provider || reading->files.count || reading->handed.count)
		return true;
	if (!paths->count)
		return no_models(reading, error, "'model_paths' is not set");
	return no_models(reading, error,
	                 arena_printf(&reading->arena, "there is no .sql or .py file in '%s'",
	                              path_shorten(paths->items[0], reading->here)));
}

/* ------------------------------------------------------------------------------------------------
 * Reading them
 * --------------------------------------------------------------------------------------------- */

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

/* Nobody can open what a provider printed, so the line goes with the place. */
static void show_line(const struct reading *reading, struct error *error)
{
	enum { SHOWN = 400 };
	const char *line = reading->ddl.bytes, *end;
	size_t length;

	if (!line || !error->line || !error->file || error->detail ||
	    strcmp(error->file, reading->provider.origin) != 0)
		return;
	end = line + reading->ddl.length;
	for (size_t i = 1; i < error->line && line < end; i++) {
		line = memchr(line, '\n', (size_t)(end - line));
		line = line ? line + 1 : end;
	}
	length = strcspn(line, "\r\n");
	/* Not in the middle of a character. */
	if (length > SHOWN)
		for (length = SHOWN; length && ((unsigned char)line[length] & 0xc0) == 0x80;)
			length--;
	if (length)
		error->detail =
		    memory_string(arena_copy((struct arena *)&reading->arena, line, length));
}

static bool read_provider(struct models *models, struct reading *reading, struct error *error)
{
	if (!reading->entry->provider && !reading->handed.count)
		return true;
	return provider_run(&reading->arena, reading->config, reading->entry, reading->dialect,
	                    &reading->provider, &reading->handed, &reading->ddl, error) &&
	       parser_read(models->schema, reading->provider.origin, reading->ddl.bytes,
	                   reading->ddl.length, 0, &models->report, error);
}

static bool nothing_declared(const struct models *models, struct reading *reading,
                             struct error *error)
{
	const char *files =
	    arena_printf(&reading->arena, "the %zu file%s declare%s nothing", models->files,
	                 models->files == 1 ? "" : "s", models->files == 1 ? "s" : "");

	if (!reading->ddl.bytes && reading->passed_over) {
		no_models(reading, error, files);
		return error_hint(
		    error,
		    "'%s' holds .py files, too. Where there are .sql files, those are "
		    "read: name the .py files in 'model_paths', or set 'provider = "
		    "sqlalchemy', to have SQLAlchemy models read.",
		    path_shorten(reading->passed_over, reading->here));
	}
	if (!reading->ddl.bytes)
		return no_models(reading, error, files);
	return no_models(reading, error,
	                 arena_printf(&reading->arena,
	                              "%s%s%s printed nothing that declares anything",
	                              models->files ? files : "", models->files ? ", and " : "",
	                              reading->provider.origin));
}

static bool read_all(struct models *models, struct reading *reading, struct error *error)
{
	for (size_t i = 0; i < reading->files.count; i++)
		if (!read_file(models, reading, reading->files.items[i], error))
			return false;
	models->files = reading->files.count;
	if (!read_provider(models, reading, error) || !parser_finish(models->schema, error))
		return false;
	drop_own_tables(models->schema);
	if (is_empty(&models->schema->content))
		return nothing_declared(models, reading, error);
	return dialect_normalize(reading->dialect, models->schema, error);
}

bool models_read(struct models *models, const struct config *config, const struct entry *entry,
                 const struct dialect *dialect, struct error *error)
{
	struct reading reading = {.config = config, .entry = entry, .dialect = dialect};
	bool done;

	*models = (struct models){.schema = schema_new(dialect->plugin.traits)};
	reading.here = path_working_directory(&reading.arena);
	done = find_models(&reading, error) && read_all(models, &reading, error);
	if (!done)
		show_line(&reading, error);
	arena_release(&reading.arena);
	return done;
}

void models_release(struct models *models)
{
	schema_free(models->schema);
	*models = (struct models){0};
}
