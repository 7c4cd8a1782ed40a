#include "config/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "config/document.h"
#include "config/keys.h"
#include "config/paths.h"
#include "config/url.h"
#include "config/values.h"

static const char file_name[] = "dbwarden.ini";
static const char file_section[] = "dbwarden";
static const char entry_prefix[] = "database:";
enum { ENTRY_PREFIX_LENGTH = sizeof entry_prefix - 1 };

#define ENTRY_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

static const char example_hint[] = "Add a section such as:\n"
				   "[database:primary]\n"
				   "url = ${DATABASE_URL}\n"
				   "model_paths = models";

/* ------------------------------------------------------------------------------------------------
 * Finding the file
 * --------------------------------------------------------------------------------------------- */

static bool not_found(const char *searched, struct error *error)
{
	error_set(error, ERROR_USAGE, "no configuration found");
	error->detail = memory_string(searched);
	return error_hint(error,
	                  "Run 'dbwarden init' to make a dbwarden.ini here, or name one with "
	                  "--config FILE.");
}

/* Searches the folder and those above it. */
static bool search_upwards(struct config *config, const char *folder, struct error *error)
{
	struct dbw_buffer searched = {0};

	buffer_printf(&searched, "looked for %s in:", file_name);
	for (;;) {
		config->path = path_join(&config->arena, folder, file_name);
		if (path_exists(config->path))
			break;
		buffer_printf(&searched, "\n%s", folder);
		if (strcmp(folder, "/") == 0) {
			not_found(buffer_text(&searched), error);
			buffer_release(&searched);
			return false;
		}
		folder = path_directory(&config->arena, folder);
	}
	buffer_release(&searched);
	return true;
}

static bool locate(struct config *config, const char *path, struct error *error)
{
	const char *here = path_working_directory(&config->arena);

	if (*here != '/' && (!path || *path != '/'))
		return error_set(error, ERROR_USAGE, "the working directory is gone");
	if (path)
		config->path = path_absolute(&config->arena, here, path);
	else if (!search_upwards(config, here, error))
		return false;
	config->directory = path_directory(&config->arena, config->path);
	return true;
}

static bool read_content(struct config *config, struct text *content, struct error *error)
{
	if (file_read(&config->arena, config->path, content, error))
		return true;
	error->kind = ERROR_USAGE;
	if (path_is_directory(config->path))
		error_hint(error, "A configuration is a file, usually named %s.", file_name);
	else if (!path_exists(config->path))
		error_hint(error,
		           "Run 'dbwarden init' to make a %s, or leave out --config to "
		           "search for one from here upwards.",
		           file_name);
	return false;
}

/* ------------------------------------------------------------------------------------------------
 * Sections and keys
 * --------------------------------------------------------------------------------------------- */

/* By name, then by line. */
static int compare_sections(const void *a, const void *b)
{
	const struct document_section *left = *(const struct document_section *const *)a;
	const struct document_section *right = *(const struct document_section *const *)b;
	int order = strcmp(left->name, right->name);

	return order ? order : (left->line > right->line) - (left->line < right->line);
}

static bool refuse_duplicate_sections(struct config *config, const struct document *document,
                                      struct error *error)
{
	size_t count = document->sections.count;
	const struct document_section *first = NULL, *second = NULL;
	const struct document_section **sorted;

	if (count == 0)
		return true;
	sorted = arena_alloc(&config->arena, count * sizeof *sorted);
	memcpy(sorted, document->sections.items, count * sizeof *sorted);
	qsort(sorted, count, sizeof *sorted, compare_sections);
	for (size_t i = 1; i < count; i++)
		if (strcmp(sorted[i - 1]->name, sorted[i]->name) == 0 &&
		    (!second || sorted[i]->line < second->line)) {
			first = sorted[i - 1];
			second = sorted[i];
		}
	if (!second)
		return true;
	error_at(error, ERROR_USAGE, config->path, second->line, second->column,
	         "section '[%s]' is there already, in line %zu", second->name, first->line);
	return error_hint(error,
	                  "Put the keys of both into one section, or give one another name.");
}

static bool unknown_section(const struct config *config, const struct document_section *section,
                            struct error *error)
{
	static const char *const known[] = {"dbwarden", "database", NULL};
	const char *colon = strchr(section->name, ':');
	struct arena arena = {0};
	char *word = colon ? arena_copy(&arena, section->name, (size_t)(colon - section->name))
	                   : arena_string(&arena, section->name);
	const char *near = nearest_word(word, known);

	error_at(error, ERROR_USAGE, config->path, section->line, section->column,
	         "unknown section '[%s]'", section->name);
	if (near == known[0] && !colon)
		error_hint(error, "Did you mean '[dbwarden]'?");
	else if (near == known[1] && colon && colon[1])
		error_hint(error, "Did you mean '[database:%s]'?", colon + 1);
	else if (near == known[1] || colon)
		error_hint(error, "The section of a database is '[database:NAME]'.");
	else
		error_hint(error, "Did you mean '[database:%s]'?", section->name);
	arena_release(&arena);
	return false;
}

static size_t find_key(const struct key *keys, size_t count, const char *name)
{
	size_t i = 0;

	while (i < count && strcmp(keys[i].name, name) != 0)
		i++;
	return i;
}

static bool unknown_key(const struct config *config, const struct document_section *section,
                        const struct document_key *written, const struct key *keys, size_t count,
                        struct error *error)
{
	const char *names[FILE_KEY_COUNT + ENTRY_KEY_COUNT + 1] = {0};
	const char *near;

	for (size_t i = 0; i < count; i++)
		names[i] = keys[i].name;
	error_at(error, ERROR_USAGE, config->path, written->line, written->column,
	         "unknown key '%s' in '[%s]'", written->name, section->name);
	if (find_key(file_keys, FILE_KEY_COUNT, written->name) < FILE_KEY_COUNT)
		return error_hint(error, "'%s' belongs in '[dbwarden]'.", written->name);
	if (find_key(entry_keys, ENTRY_KEY_COUNT, written->name) < ENTRY_KEY_COUNT)
		return error_hint(error, "'%s' belongs in a '[database:NAME]'.", written->name);
	near = nearest_word(written->name, names);
	return near ? error_hint(error, "Did you mean '%s'?", near) : false;
}

/* Reads a section's keys into the fields of 'owner'. 'sources' has one place for each key. */
static bool read_keys(struct config *config, const struct document_section *section,
                      const struct key *keys, size_t count, void *owner, struct key_source *sources,
                      struct error *error)
{
	size_t lines[FILE_KEY_COUNT + ENTRY_KEY_COUNT] = {0};

	for (size_t i = 0; i < section->keys.count; i++) {
		const struct document_key *written = section->keys.items[i];
		size_t at = find_key(keys, count, written->name);

		if (at == count)
			return unknown_key(config, section, written, keys, count, error);
		if (lines[at])
			return error_at(error, ERROR_USAGE, config->path, written->line,
			                written->column, "key '%s' is there already, in line %zu",
			                written->name, lines[at]);
		lines[at] = written->line;
		if (!value_read(config, &keys[at], written, owner, &sources[at], error))
			return false;
	}
	return true;
}

/* [dbwarden]. Its keys concern every command, so that a problem with one cannot wait. */
static bool read_file_section(struct config *config, const struct document_section *section,
                              struct error *error)
{
	struct key_source *sources = arena_alloc(&config->arena, FILE_KEY_COUNT * sizeof *sources);

	if (!read_keys(config, section, file_keys, FILE_KEY_COUNT, config, sources, error))
		return false;
	config->sources = sources;
	for (size_t i = 0; i < FILE_KEY_COUNT; i++)
		if (sources[i].problem)
			return value_problem(config, &sources[i], error);
	return true;
}

/* ------------------------------------------------------------------------------------------------
 * Entries
 * --------------------------------------------------------------------------------------------- */

static bool check_entry(struct config *config, struct entry *entry, struct error *error)
{
	const struct key_source *file = &entry->sources[ENTRY_PASSWORD_FILE];
	const struct key_source *command = &entry->sources[ENTRY_PASSWORD_COMMAND];
	struct dbw_connect where = {0};

	if (!entry->sources[ENTRY_TYPE].line && !entry->sources[ENTRY_URL].line) {
		error_at(error, ERROR_USAGE, config->path, entry->line, 0,
		         "'[database:%s]' has neither 'url' nor 'type'", entry->name);
		return error_hint(error, "Set 'url', for example url = ${DATABASE_URL}.");
	}
	if (file->line && command->line)
		return error_at(error, ERROR_USAGE, config->path,
		                file->line > command->line ? file->line : command->line, 0,
		                "'password_file' and 'password_command' are both set, in lines %zu "
		                "and %zu",
		                file->line, command->line);
	/* The URL was parsed once, to check it; this time for its scheme. */
	if (!entry->sources[ENTRY_TYPE].line && entry->url) {
		if (!url_parse(&config->arena, entry->url, &where, error))
			return false;
		entry->type = where.scheme;
	}
	return true;
}

static bool read_entry(struct config *config, const struct document_section *section,
                       struct error *error)
{
	const char *name = section->name + ENTRY_PREFIX_LENGTH;
	struct entry *entry = arena_new(&config->arena, struct entry);
	struct key_source *sources = arena_alloc(&config->arena, ENTRY_KEY_COUNT * sizeof *sources);

	if (!*name || name[strspn(name, ENTRY_LETTERS)]) {
		error_at(error, ERROR_USAGE, config->path, section->line,
		         section->column + ENTRY_PREFIX_LENGTH,
		         *name ? "'%s' is no name for a database" : "the database has no name%s",
		         name);
		return error_hint(error, "A name has letters, digits, '_' and '-' alone.");
	}
	entry->name = name;
	entry->line = section->line;
	entry->sources = sources;
	entry->lock_timeout_ms = 60000;
	entry->provider_timeout_ms = 60000;
	entry->migrations_dir = path_absolute(&config->arena, config->directory,
	                                      arena_printf(&config->arena, "migrations/%s", name));
	entry->snapshots_dir =
	    path_absolute(&config->arena, config->directory,
	                  arena_printf(&config->arena, ".dbwarden/snapshots/%s", name));
	list_append(&config->arena, &config->entries, entry);
	return read_keys(config, section, entry_keys, ENTRY_KEY_COUNT, entry, sources, error) &&
	       check_entry(config, entry, error);
}

/* An entry's migrations folder, for finding two that are one. */
struct folder {
	const struct entry *entry;
	const char *path;
};

static int compare_folders(const void *a, const void *b)
{
	const struct folder *left = a, *right = b;
	int order = strcmp(left->path, right->path);

	return order ? order
	             : (left->entry->line > right->entry->line) -
	                   (left->entry->line < right->entry->line);
}

/* Entries that share a folder would run each other's files. */
static bool refuse_shared_folders(struct config *config, struct error *error)
{
	size_t count = 0;
	struct folder *folders;

	folders = arena_alloc(&config->arena, (config->entries.count + 1) * sizeof *folders);
	for (size_t i = 0; i < config->entries.count; i++) {
		const struct entry *entry = config->entries.items[i];
		char *real;

		if (entry->sources[ENTRY_MIGRATIONS_DIR].problem)
			continue;
		real = realpath(entry->migrations_dir, NULL);
		folders[count].entry = entry;
		folders[count].path =
		    real ? arena_string(&config->arena, real) : entry->migrations_dir;
		free(real);
		count++;
	}
	qsort(folders, count, sizeof *folders, compare_folders);
	for (size_t i = 1; i < count; i++) {
		const struct entry *first = folders[i - 1].entry, *second = folders[i].entry;
		const struct key_source *source = &second->sources[ENTRY_MIGRATIONS_DIR];

		if (strcmp(folders[i - 1].path, folders[i].path) != 0)
			continue;
		error_at(error, ERROR_USAGE, config->path,
		         source->line ? source->line : second->line, source->column,
		         "databases '%s' and '%s' have one migrations_dir, '%s'", first->name,
		         second->name, second->migrations_dir);
		return error_hint(error,
		                  "Give each a folder of its own. For one database in several "
		                  "places, use one entry with url = ${DATABASE_URL}.");
	}
	return true;
}

/* ------------------------------------------------------------------------------------------------
 * Choosing an entry
 * --------------------------------------------------------------------------------------------- */

static const struct entry *find_entry(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->entries.count; i++) {
		const struct entry *entry = config->entries.items[i];

		if (strcmp(entry->name, name) == 0)
			return entry;
	}
	return NULL;
}

/* "'a', 'b', 'c'" */
static char *entry_names(const struct config *config, struct arena *arena)
{
	struct dbw_buffer names = {0};
	char *text;

	for (size_t i = 0; i < config->entries.count; i++) {
		const struct entry *entry = config->entries.items[i];

		buffer_printf(&names, "%s'%s'", i ? ", " : "", entry->name);
	}
	text = arena_string(arena, buffer_text(&names));
	buffer_release(&names);
	return text;
}

static const char *nearest_entry(const struct config *config, struct arena *arena, const char *name)
{
	size_t count = config->entries.count;
	const char **names = arena_alloc(arena, (count + 1) * sizeof *names);

	for (size_t i = 0; i < count; i++)
		names[i] = ((const struct entry *)config->entries.items[i])->name;
	return nearest_word(name, names);
}

/* Adds to the error which names there are and which of them was meant. */
static void add_choice(const struct config *config, const char *name, struct error *error)
{
	struct arena arena = {0};
	const char *near = nearest_entry(config, &arena, name);
	char *detail =
	    arena_printf(&arena, "the configuration has %s", entry_names(config, &arena));

	error->detail = memory_string(detail);
	if (near)
		error_hint(error, "Did you mean '%s'?", near);
	else
		error_hint(error, "Choose one of them, or add a section [database:NAME].");
	arena_release(&arena);
}

static void unknown_entry(const struct config *config, const char *name, struct error *error)
{
	error_set(error, ERROR_USAGE, "database '%s' not found", name);
	error_where(error, config->path, 0, 0);
	add_choice(config, name, error);
}

static void no_default(const struct config *config, struct error *error)
{
	struct arena arena = {0};

	error_set(error, ERROR_USAGE, "no database chosen, and the configuration has no default");
	error_where(error, config->path, 0, 0);
	error->detail = memory_string(
	    arena_printf(&arena, "the configuration has %s", entry_names(config, &arena)));
	error_hint(error, "Name one with --database NAME, or set 'default' in [dbwarden].");
	arena_release(&arena);
}

const struct entry *config_entry(const struct config *config, const char *name, struct error *error)
{
	const struct entry *entry;

	if (!name)
		name = config->default_entry;
	if (!name && config->entries.count != 1) {
		no_default(config, error);
		return NULL;
	}
	entry = name ? find_entry(config, name) : config->entries.items[0];
	if (!entry) {
		unknown_entry(config, name, error);
		return NULL;
	}
	for (size_t i = 0; i < ENTRY_KEY_COUNT; i++)
		if (entry->sources[i].problem) {
			value_problem(config, &entry->sources[i], error);
			return NULL;
		}
	return entry;
}

/* ------------------------------------------------------------------------------------------------
 * The whole
 * --------------------------------------------------------------------------------------------- */

static bool check_default(const struct config *config, struct error *error)
{
	const struct key_source *source = &config->sources[FILE_DEFAULT];

	if (!config->default_entry || find_entry(config, config->default_entry))
		return true;
	error_at(error, ERROR_USAGE, config->path, source->line, source->column,
	         "the default database '%s' not found", config->default_entry);
	add_choice(config, config->default_entry, error);
	return false;
}

static bool read_sections(struct config *config, const struct document *document,
                          struct error *error)
{
	for (size_t i = 0; i < document->sections.count; i++) {
		const struct document_section *section = document->sections.items[i];
		bool done;

		if (strcmp(section->name, file_section) == 0)
			done = read_file_section(config, section, error);
		else if (strncmp(section->name, entry_prefix, ENTRY_PREFIX_LENGTH) == 0)
			done = read_entry(config, section, error);
		else
			done = unknown_section(config, section, error);
		if (!done)
			return false;
	}
	return true;
}

bool config_load(struct config *config, const char *path, struct error *error)
{
	struct document document;
	struct text content;

	*config = (struct config){.arena = config->arena};
	config->sources = arena_alloc(&config->arena, FILE_KEY_COUNT * sizeof *config->sources);
	if (!locate(config, path, error) || !read_content(config, &content, error) ||
	    !document_parse(&config->arena, config->path, content, &document, error) ||
	    !refuse_duplicate_sections(config, &document, error) ||
	    !read_sections(config, &document, error))
		return false;
	if (config->entries.count == 0) {
		error_at(error, ERROR_USAGE, config->path, 0, 0,
		         "the configuration names no database");
		return error_hint(error, "%s", example_hint);
	}
	return check_default(config, error) && refuse_shared_folders(config, error);
}

void config_release(struct config *config)
{
	arena_release(&config->arena);
	*config = (struct config){0};
}

void config_settings(struct config *config, const struct entry *entry, struct dbw_list *settings)
{
	const struct key *keys = file_keys;
	const struct key_source *sources = config->sources;
	const void *owner = config;
	size_t count = FILE_KEY_COUNT;

	for (;;) {
		for (size_t i = 0; i < count; i++) {
			struct setting *setting = arena_new(&config->arena, struct setting);
			size_t line = sources[i].line;

			setting->key = keys[i].name;
			setting->value = value_show(config, &keys[i], owner, &sources[i]);
			/* A type that was not written was read from the URL's scheme. */
			if (!line && keys == entry_keys && i == ENTRY_TYPE)
				line = sources[ENTRY_URL].line;
			setting->source =
			    line ? arena_printf(&config->arena, "line %zu", line) : "default";
			list_append(&config->arena, settings, setting);
		}
		if (keys == entry_keys || !entry)
			return;
		keys = entry_keys;
		sources = entry->sources;
		owner = entry;
		count = ENTRY_KEY_COUNT;
	}
}
