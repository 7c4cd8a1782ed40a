#include "cli/import.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/process.h"
#include "cli/output.h"
#include "config/keys.h"
#include "migrations/migration.h"

static const char file_name[] = "dbwarden.ini";

enum {
	SCRIPT_TIMEOUT_MS = 60000,
	SCRIPT_OUTPUT_LIMIT = 16 << 20,
};

/* What there is to tell the user of one entry's old migrations. */
struct old_migrations {
	size_t count;
	const char *newest;  /* version, or NULL */
	const char *problem; /* why they cannot be read as they are, or NULL */
};

/* ------------------------------------------------------------------------------------------------
 * Reading the old file
 * --------------------------------------------------------------------------------------------- */

/* As for the providers that come with dbwarden: those of the source, where make built into it. */
static char *script_path(struct arena *arena)
{
	char *executable = realpath("/proc/self/exe", NULL);
	char *folder = path_directory(arena, executable ? executable : ".");
	bool built = path_exists(path_join(arena, folder, "libdbwarden-core.a"));

	free(executable);
	if (built)
		return path_join(arena, path_directory(arena, folder),
		                 "scripts/providers/import_config.py");
	return path_join(arena, DBWARDEN_PROVIDER_DIR, "import_config.py");
}

static const char *interpreter(struct arena *arena)
{
	const char *environment = getenv("VIRTUAL_ENV");
	const char *python;

	if (environment && *environment) {
		python = path_join(arena, environment, "bin/python");
		if (access(python, X_OK) == 0)
			return python;
	}
	return "python3";
}

static void append_quoted(struct dbw_buffer *out, const char *word)
{
	buffer_char(out, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			buffer_string(out, "'\\'");
		buffer_char(out, *word);
	}
	buffer_char(out, '\'');
}

/* -I: nothing of the project's, nor of the user's PYTHON... variables, has a say in it. */
static bool run_script(struct invocation *invocation, const char *file, struct text *output)
{
	struct arena *arena = &invocation->arena;
	const char *words[] = {interpreter(arena), "-I", script_path(arena), file,
	                       path_working_directory(arena)};
	struct process process = {.timeout_ms = SCRIPT_TIMEOUT_MS,
	                          .output_limit = SCRIPT_OUTPUT_LIMIT};
	struct dbw_buffer command = {0};
	bool done;

	if (!path_exists(words[2])) {
		error_set(&invocation->error, ERROR_FAILED,
		          "'%s', which reads '%s', is not installed", words[2], file);
		return error_hint(&invocation->error,
		                  "Install dbwarden again, with 'make install'.");
	}
	buffer_string(&command, "exec");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		buffer_char(&command, ' ');
		append_quoted(&command, words[i]);
	}
	process.command = buffer_text(&command);
	done = process_capture(arena, &process, output, &invocation->error);
	buffer_release(&command);
	if (done)
		return true;
	error_context(&invocation->error, "reading '%s' with '%s'", file, words[0]);
	return error_hint(&invocation->error,
	                  "It wants Python 3.8 or newer: install python3, or activate a virtual "
	                  "environment that has it.");
}

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static size_t number_of(const json_t *object, const char *key)
{
	json_int_t number = json_integer_value(json_object_get(object, key));

	return number > 0 ? (size_t)number : 0;
}

/* The notes as the detail of an error: nothing could be carried over, and they say why. */
static bool nothing_carried(struct invocation *invocation, const char *file, const json_t *notes)
{
	struct dbw_buffer detail = {0};
	const json_t *note;
	size_t i;

	error_at(&invocation->error, ERROR_USAGE, file, 0, 0,
	         "no database in it can be carried over");
	json_array_foreach(notes, i, note)
	{
		buffer_printf(&detail, "%s%s:%zu: %s", i ? "\n" : "", file, number_of(note, "line"),
		              text_of(note, "text"));
	}
	invocation->error.detail = detail.text;
	return error_hint(&invocation->error,
	                  "Run 'dbwarden init' without --from and write the sections by hand.");
}

static json_t *read_old(struct invocation *invocation, const char *file)
{
	struct text output;
	const json_t *problem;
	json_t *found;

	if (!path_exists(file)) {
		error_at(&invocation->error, ERROR_USAGE, file, 0, 0, "there is no such file");
		return NULL;
	}
	if (!run_script(invocation, file, &output))
		return NULL;
	found = json_loadb(output.bytes, output.length, 0, NULL);
	problem = json_object_get(found, "error");
	if (!found) {
		error_set(&invocation->error, ERROR_FAILED, "what reads '%s' printed no JSON",
		          file);
	} else if (problem) {
		error_at(&invocation->error, ERROR_USAGE, file, number_of(problem, "line"),
		         number_of(problem, "column"), "%s", text_of(problem, "message"));
		if (text_of(problem, "hint"))
			error_hint(&invocation->error, "%s", text_of(problem, "hint"));
	} else if (json_array_size(json_object_get(found, "entries")) == 0) {
		nothing_carried(invocation, file, json_object_get(found, "notes"));
	} else {
		return found;
	}
	json_decref(found);
	return NULL;
}

/* ------------------------------------------------------------------------------------------------
 * Writing the new one
 * --------------------------------------------------------------------------------------------- */

static bool is_key(const char *name)
{
	for (size_t i = 0; i < ENTRY_KEY_COUNT; i++)
		if (strcmp(entry_keys[i].name, name) == 0)
			return true;
	return false;
}

/* Notes stand in the order of the old file's lines. */
static void add_note(json_t *notes, size_t line, const char *text, const char *hint)
{
	size_t place = json_array_size(notes);

	while (place > 0 && number_of(json_array_get(notes, place - 1), "line") > line)
		place--;
	json_array_insert_new(notes, place,
	                      json_pack("{s:I, s:o, s:o}", "line", (json_int_t)line, "text",
	                                json_text(text), "hint", json_text(hint)));
}

static void note_secret(struct invocation *invocation, json_t *notes, const char *file,
                        const char *entry, const json_t *value)
{
	struct arena *arena = &invocation->arena;

	add_note(
	    notes, number_of(value, "line"),
	    arena_printf(arena,
	                 "the password in '%s' stands in %s as it stands in %s; only you can read "
	                 "the new file",
	                 text_of(value, "old"), file_name, file),
	    arena_printf(arena,
	                 "Before you commit it: write '%s = ${%s}' into [database:%s], or take "
	                 "the password out and set password_file or password_command.",
	                 text_of(value, "key"), text_of(value, "variable"), entry));
}

/* Appends the entry's section; what has no key here becomes a note. Returns whether it has a password. */
static bool append_entry(struct invocation *invocation, struct dbw_buffer *out, json_t *entry,
                         json_t *notes, const char *file)
{
	const char *name = text_of(entry, "name");
	json_t *carried = json_array();
	const json_t *value;
	bool secret = false;
	size_t i;

	buffer_printf(out, "\n# %s:%zu\n[database:%s]\n", file, number_of(entry, "line"), name);
	json_array_foreach(json_object_get(entry, "values"), i, value)
	{
		const char *key = text_of(value, "key"), *old = text_of(value, "old");

		if (!is_key(key)) {
			add_note(notes, number_of(value, "line"),
			         arena_printf(&invocation->arena,
			                      "'%s' is not carried over: %s has no key for it", old,
			                      file_name),
			         text_of(value, "otherwise"));
			continue;
		}
		buffer_printf(out, "%s = %s\n", key, text_of(value, "text"));
		json_array_append_new(carried, json_text(key));
		if (json_is_true(json_object_get(value, "secret"))) {
			note_secret(invocation, notes, file, name, value);
			secret = true;
		}
	}
	json_object_set_new(entry, "carried", carried);
	return secret;
}

/* Written, then read back as every command will: what cannot be read does not stay. */
static bool write_new(struct invocation *invocation, json_t *found, const char *file)
{
	const char *default_entry = text_of(found, "default");
	json_t *notes = json_object_get(found, "notes");
	/* It is named in comments, which end with the line. */
	const char *label = strpbrk(file, "\r\n") ? "line" : file;
	struct dbw_buffer out = {0};
	bool secret = false, done;
	json_t *entry;
	mode_t mask = 0;
	size_t i;

	buffer_printf(
	    &out,
	    "# The configuration of dbwarden, from %s. 'dbwarden settings show --all' shows "
	    "what it comes to.\n\n[dbwarden]\n",
	    label);
	if (default_entry)
		buffer_printf(&out, "default = %s\n", default_entry);
	json_array_foreach(json_object_get(found, "entries"), i, entry)
	{
		secret |= append_entry(invocation, &out, entry, notes, label);
	}
	if (secret)
		mask = umask(077);
	done = file_write(file_name, buffer_text(&out), out.length, FILE_NEW, &invocation->error);
	if (secret)
		umask(mask);
	buffer_release(&out);
	if (!done)
		return false;
	if (config_load(&invocation->config, file_name, &invocation->error))
		return true;
	unlink(file_name);
	return error_context(&invocation->error, "what '%s' becomes cannot be read", file);
}

/* ------------------------------------------------------------------------------------------------
 * The migrations that are there already
 * --------------------------------------------------------------------------------------------- */

static void read_migrations(struct invocation *invocation, const struct entry *entry,
                            struct old_migrations *old)
{
	struct plugin_search search = {.option = option_value(invocation, "plugin-dir")};
	struct migration_directory directory = {0};
	struct error error = {0};
	struct dialect *dialect = NULL;
	const struct migration *newest;

	if (entry->type)
		dialect = dialect_open(entry->type, &search, &error);
	if (dialect && migrations_read(&directory, entry, dialect->plugin.traits, &error)) {
		old->count = directory.versioned.count;
		if (old->count) {
			newest = directory.versioned.items[old->count - 1];
			old->newest = arena_string(&invocation->arena, newest->version);
		}
	} else if (dialect) {
		const char *where = path_shorten(error.file ? error.file : entry->migrations_dir,
		                                 invocation->config.directory);

		old->problem =
		    error.line ? arena_printf(&invocation->arena, "%s:%zu: %s", where, error.line,
		                              error.message)
			       : arena_printf(&invocation->arena, "%s: %s", where, error.message);
	}
	migrations_release(&directory);
	dialect_close(dialect);
	error_release(&error);
}

static bool make_folders(struct invocation *invocation, json_t *made)
{
	const struct config *config = &invocation->config;

	for (size_t i = 0; i < config->entries.count; i++) {
		const struct entry *entry = config->entries.items[i];
		const char *path = path_shorten(entry->migrations_dir, config->directory);

		if (path_is_directory(path))
			continue;
		if (!path_make_directories(path, &invocation->error))
			return false;
		json_array_append_new(made, json_text(path));
	}
	return true;
}

/* ------------------------------------------------------------------------------------------------
 * Telling
 * --------------------------------------------------------------------------------------------- */

static void print_notes(const char *file, const json_t *notes)
{
	const json_t *note;
	size_t i;

	if (json_array_size(notes) == 0) {
		printf("\nEverything was carried over.\n");
		return;
	}
	printf("\nWhat was not carried over as it stood, or wants a look:\n");
	json_array_foreach(notes, i, note)
	{
		output_safe(stdout, file, false);
		printf(":%zu: ", number_of(note, "line"));
		output_safe(stdout, text_of(note, "text"), false);
		putchar('\n');
		if (text_of(note, "hint")) {
			fputs("    ", stdout);
			output_safe(stdout, text_of(note, "hint"), false);
			putchar('\n');
		}
	}
}

static void print_migrations(const struct config *config, const struct entry *entry,
                             const struct old_migrations *old)
{
	const char *path = path_shorten(entry->migrations_dir, config->directory);

	if (old->problem)
		printf(
		    "\nThe migrations in %s cannot be read as they are; mend them first:\n  %s\n",
		    path, old->problem);
	else if (old->count)
		printf(
		    "\nThe migrations in %s (%zu) can be read as they are. Where a database has\n"
		    "them, record them without running them again:\n"
		    "  dbwarden migrate --baseline --to-version %s --database %s\n",
		    path, old->count, old->newest, entry->name);
}

static json_t *entry_report(const struct config *config, const struct entry *entry,
                            const json_t *found, const struct old_migrations *old)
{
	return json_pack("{s:o, s:I, s:O, s:{s:o, s:I, s:o, s:o}}", "name", json_text(entry->name),
	                 "line", (json_int_t)number_of(found, "line"), "carried",
	                 json_object_get(found, "carried"), "migrations", "folder",
	                 json_text(path_shorten(entry->migrations_dir, config->directory)), "count",
	                 (json_int_t)old->count, "newest", json_text(old->newest), "problem",
	                 json_text(old->problem));
}

static void print_made(const json_t *made, const char *file)
{
	const json_t *one;
	size_t i;

	json_array_foreach(made, i, one)
	{
		if (i == 0)
			printf("wrote  %s, from %s\n", json_string_value(one), file);
		else
			printf("made   %s/\n", json_string_value(one));
	}
}

static void print_entry(const struct entry *entry, const json_t *found)
{
	const json_t *carried = json_object_get(found, "carried"), *key;
	size_t i;

	printf("       [database:%s] with", entry->name);
	if (json_array_size(carried) == 0)
		fputs(" nothing", stdout);
	json_array_foreach(carried, i, key)
	{
		printf("%s %s", i ? "," : "", json_string_value(key));
	}
	putchar('\n');
}

/* The entries of the configuration stand in the order in which they were found. */
static void report(struct invocation *invocation, const char *file, json_t *found, json_t *made)
{
	const struct config *config = &invocation->config;
	json_t *entries = json_object_get(found, "entries"),
	       *notes = json_object_get(found, "notes");
	json_t *list = json_array();
	struct old_migrations *old =
	    arena_alloc(&invocation->arena, (config->entries.count + 1) * sizeof *old);

	if (!invocation->json)
		print_made(made, file);
	for (size_t i = 0; i < config->entries.count; i++) {
		const struct entry *entry = config->entries.items[i];

		old[i] = (struct old_migrations){0};
		read_migrations(invocation, entry, &old[i]);
		json_array_append_new(
		    list, entry_report(config, entry, json_array_get(entries, i), &old[i]));
		if (!invocation->json)
			print_entry(entry, json_array_get(entries, i));
	}
	if (invocation->json) {
		output_json(json_pack("{s:o, s:o, s:O, s:O, s:o}", "from", json_text(file),
		                      "default", json_text(config->default_entry), "made", made,
		                      "notes", notes, "databases", list));
		return;
	}
	json_decref(list);
	print_notes(file, notes);
	for (size_t i = 0; i < config->entries.count; i++)
		print_migrations(config, config->entries.items[i], &old[i]);
	printf("\nNext:\n"
	       "  1. dbwarden settings show --all\n"
	       "  2. dbwarden status --database NAME\n"
	       "  3. delete %s once nothing else needs it\n",
	       file);
}

int import_config(struct invocation *invocation, const char *file)
{
	json_t *found = read_old(invocation, file);
	json_t *made = json_array();
	bool done = found && write_new(invocation, found, file);

	if (done) {
		json_array_append_new(made, json_text(file_name));
		done = make_folders(invocation, made);
	}
	if (done)
		report(invocation, file, found, made);
	json_decref(found);
	json_decref(made);
	return done ? EXIT_DONE : cli_fail(invocation);
}
