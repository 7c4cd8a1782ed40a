#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/import.h"
#include "cli/output.h"
#include "config/template.h"

extern const struct command command_init;

static const char file_name[] = "dbwarden.ini";

static bool check_name(struct invocation *invocation, const char *name)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

	if (*name && strspn(name, letters) == strlen(name))
		return true;
	return error_set(&invocation->error, ERROR_USAGE,
	                 "'%s' is no name for a database entry: letters, digits, '_' and '-' are",
	                 name);
}

/* Makes a folder that is not there yet; what is there stays. */
static bool make_folder(struct invocation *invocation, const char *path, json_t *made)
{
	if (path_is_directory(path)) {
		if (!invocation->json)
			printf("kept   %s/ (it was there)\n", path);
		return true;
	}
	if (!path_make_directories(path, &invocation->error))
		return false;
	json_array_append_new(made, json_text(path));
	if (!invocation->json)
		printf("made   %s/\n", path);
	return true;
}

/* A value of one line that nothing in it ends. */
static bool check_models(struct invocation *invocation, const char *models)
{
	if (*models && !strpbrk(models, "\r\n") && !strstr(models, " ;"))
		return true;
	return error_set(&invocation->error, ERROR_USAGE,
	                 "'%s' cannot be a value of model_paths: name files, folders or modules, "
	                 "separated by commas",
	                 models);
}

static bool write_config(struct invocation *invocation, const char *name, const char *models,
                         json_t *made)
{
	struct dbw_buffer text = {0};
	bool done;

	config_template(&text, name, option_value(invocation, "type"),
	                option_value(invocation, "url"), models ? models : "models");
	done = file_write(file_name, buffer_text(&text), text.length, FILE_NEW, &invocation->error);
	buffer_release(&text);
	if (done) {
		json_array_append_new(made, json_text(file_name));
		if (!invocation->json)
			printf("wrote  %s\n", file_name);
	}
	return done;
}

static void print_next(const char *name, const char *models)
{
	if (models)
		printf("\nNext:\n  1. write your models into %s, if they are not there yet\n",
		       models);
	else
		printf(
		    "\nNext:\n"
		    "  1. write your tables as CREATE TABLE statements into models/*.sql, or have "
		    "SQLAlchemy\n"
		    "     models read: 'model_paths = app/models.py' in %s\n",
		    file_name);
	printf("  2. dbwarden make-migrations -d \"create tables\" --database %s\n"
	       "  3. dbwarden migrate --database %s\n"
	       "\nCommit %s, the models, migrations/ and .dbwarden/. For SQLite-like databases in\n"
	       "this folder, .gitignore wants lines such as:\n"
	       "  *.db\n  *.db-journal\n  *.db-wal\n  *.db-shm\n  *.dbwarden-lock\n",
	       name, name, file_name);
}

/* What --from reads says it all. */
static bool check_from(struct invocation *invocation)
{
	static const char *const others[] = {"database", "type", "url", "models", NULL};

	for (size_t i = 0; others[i]; i++)
		if (option_given(invocation, others[i]))
			return error_set(
			    &invocation->error, ERROR_USAGE,
			    "--%s cannot be given with --from: it is read from the file",
			    others[i]);
	return true;
}

static int run_init(struct invocation *invocation)
{
	const char *name = option_value(invocation, "database");
	const char *from = option_value(invocation, "from");
	const char *models = option_value(invocation, "models");
	json_t *made;

	if (!name)
		name = "primary";
	if (!check_name(invocation, name) || (models && !check_models(invocation, models)))
		return cli_fail(invocation);
	if (path_exists(file_name)) {
		error_at(&invocation->error, ERROR_USAGE, file_name, 0, 0,
		         "the file is there already and was left as it is");
		error_hint(&invocation->error,
		           "Edit it, or move it away first. For one more "
		           "database add a section [database:%s].",
		           name);
		return cli_fail(invocation);
	}
	if (from)
		return check_from(invocation) ? import_config(invocation, from)
		                              : cli_fail(invocation);
	made = json_array();
	if (!make_folder(invocation, arena_printf(&invocation->arena, "migrations/%s", name),
	                 made) ||
	    (!models && !make_folder(invocation, "models", made)) ||
	    !write_config(invocation, name, models, made)) {
		json_decref(made);
		return cli_fail(invocation);
	}
	if (invocation->json) {
		output_json(json_pack("{s:o, s:o}", "database", json_text(name), "made", made));
		return EXIT_DONE;
	}
	json_decref(made);
	print_next(name, models);
	return EXIT_DONE;
}

static const struct option options[] = {
    {"database", 'd', "NAME", "the name of the first entry (default primary)", false},
    {"type", 0, "TYPE", "its dialect (default: that of the URL, or sqlite)", false},
    {"url", 0, "URL", "where the database is", false},
    {"models", 0, "PATHS", "where the models are: model_paths (default models)", false},
    {"from", 0, "FILE", "take the entries from a dbwarden.py or warden.toml of the Python tool",
     false},
    OPTION_JSON,
    OPTION_END,
};

const struct command command_init = {
    .name = "init",
    .summary = "make a dbwarden.ini, a migrations folder and a models folder here",
    .arguments = "",
    .text = "Never overwrites anything. The file of --from is read, not executed; what cannot be\n"
	    "carried over is listed with its line.\n",
    .options = options,
    .run = run_init,
};
