#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "plugin/dialect.h"

char *build_folder(struct arena *arena)
{
	char *executable = realpath("/proc/self/exe", NULL);
	char *folder = executable ? path_directory(arena, executable) : NULL;

	free(executable);
	if (!folder || !path_exists(path_join(arena, folder, "libdbwarden-core.a")))
		return NULL;
	return folder;
}

static void add_folder(struct arena *arena, struct dbw_list *folders, const char *folder)
{
	if (!folder || !*folder)
		return;
	for (size_t i = 0; i < folders->count; i++)
		if (strcmp(folders->items[i], folder) == 0)
			return;
	list_append(arena, folders, arena_string(arena, folder));
}

static void search_folders(struct arena *arena, const struct plugin_search *search,
                           struct dbw_list *folders)
{
	const char *path = getenv("DBWARDEN_PLUGIN_PATH");

	add_folder(arena, folders, search->option);
	while (path && *path) {
		size_t length = strcspn(path, ":");

		add_folder(arena, folders, arena_copy(arena, path, length));
		path += length + (path[length] == ':');
	}
	add_folder(arena, folders, search->configured);
	add_folder(arena, folders, build_folder(arena));
	add_folder(arena, folders, DBWARDEN_PLUGIN_DIR);
}

static bool is_plugin_name(const char *file)
{
	size_t length = strlen(file);

	return length > strlen("dbwarden-.so") && strncmp(file, "dbwarden-", 9) == 0 &&
	       strcmp(file + length - 3, ".so") == 0;
}

void plugin_list(struct arena *arena, const struct plugin_search *search, struct dbw_list *found)
{
	struct dbw_list folders = {0};

	search_folders(arena, search, &folders);
	for (size_t i = 0; i < folders.count; i++) {
		struct dbw_list names = {0};
		struct error ignored = {0};

		/* A folder that is not there holds no plugins. */
		directory_list(arena, folders.items[i], &names, &ignored);
		error_release(&ignored);
		for (size_t j = 0; j < names.count; j++) {
			const char *file = names.items[j];
			struct plugin_found *one;

			if (!is_plugin_name(file))
				continue;
			one = arena_new(arena, struct plugin_found);
			one->name =
			    arena_copy(arena, file + 9, strlen(file) - strlen("dbwarden-.so"));
			one->path = path_join(arena, folders.items[i], file);
			for (size_t k = 0; k < found->count; k++)
				one->shadowed |=
				    strcmp(((struct plugin_found *)found->items[k])->name,
				           one->name) == 0;
			list_append(arena, found, one);
		}
	}
}

static bool has_word(const char *const *words, const char *word)
{
	for (; words && *words; words++)
		if (strcmp(*words, word) == 0)
			return true;
	return false;
}

/* Whose alias is it? A plugin that cannot be loaded is passed over: nobody asked for it. */
static struct dialect *open_by_alias(const struct dbw_list *found, const char *name)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct plugin_found *one = found->items[i];
		struct error ignored = {0};
		struct dialect *dialect;

		if (one->shadowed)
			continue;
		dialect = dialect_open_file(one->path, &ignored);
		error_release(&ignored);
		if (dialect && (has_word(dialect->plugin.aliases, name) ||
		                has_word(dialect->plugin.url_schemes, name)))
			return dialect;
		dialect_close(dialect);
	}
	return NULL;
}

static void report_missing(const char *name, const struct dbw_list *folders,
                           const struct dbw_list *found, struct error *error)
{
	struct dbw_buffer detail = {0};
	const char **names = memory_resize(NULL, found->count + 1, sizeof *names);
	size_t count = 0;
	const char *near;

	buffer_string(&detail, "looked for 'dbwarden-");
	buffer_string(&detail, name);
	buffer_string(&detail, ".so' in:");
	for (size_t i = 0; i < folders->count; i++)
		buffer_printf(&detail, "\n  %s", (const char *)folders->items[i]);
	buffer_string(&detail, "\ndialects found there:");
	for (size_t i = 0; i < found->count; i++) {
		const struct plugin_found *one = found->items[i];

		if (one->shadowed)
			continue;
		buffer_printf(&detail, " %s", one->name);
		names[count++] = one->name;
	}
	names[count] = NULL;
	if (!count)
		buffer_string(&detail, " none");
	near = nearest_word(name, names);
	error_set(error, ERROR_USAGE, "there is no plugin for dialect '%s'", name);
	error->detail = detail.text;
	error_hint(error,
	           "%s%s%sInstall the package dbwarden-plugin-%s, or name the plugin's folder with "
	           "--plugin-dir, plugin_dir or DBWARDEN_PLUGIN_PATH.",
	           near ? "Did you mean '" : "", near ? near : "", near ? "'? " : "", name);
	free(names);
}

/* A name becomes part of a path: only what a dialect may be called is looked for. */
static bool is_dialect_name(const char *name)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+.";

	return *name && *name != '.' && strspn(name, letters) == strlen(name);
}

struct dialect *dialect_open(const char *name, const struct plugin_search *search,
                             struct error *error)
{
	struct arena arena = {0};
	struct dbw_list folders = {0}, found = {0};
	struct dialect *dialect = NULL;

	if (!is_dialect_name(name)) {
		error_set(error, ERROR_USAGE, "'%s' is no name for a dialect", name);
		return NULL;
	}
	search_folders(&arena, search, &folders);
	for (size_t i = 0; i < folders.count; i++) {
		char *path = path_join(&arena, folders.items[i],
		                       arena_printf(&arena, "dbwarden-%s.so", name));

		if (path_exists(path)) {
			dialect = dialect_open_file(path, error);
			arena_release(&arena);
			return dialect;
		}
	}
	plugin_list(&arena, search, &found);
	dialect = open_by_alias(&found, name);
	if (!dialect)
		report_missing(name, &folders, &found, error);
	arena_release(&arena);
	return dialect;
}
