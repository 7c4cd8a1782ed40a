#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "engine/generate.h"

extern const struct command command_new;

static bool parse_kind(struct invocation *invocation, enum migration_kind *kind)
{
	static const char *const names[] = {"versioned", "always", "on-change", NULL};
	static const char *const prefixes[] = {"versioned", "RA", "ROC"};
	const char *value = option_value(invocation, "type"), *near;

	*kind = MIGRATION_VERSIONED;
	if (!value)
		return true;
	for (size_t i = 0; names[i]; i++)
		if (strcmp(value, names[i]) == 0 || strcasecmp(value, prefixes[i]) == 0) {
			*kind = (enum migration_kind)i;
			return true;
		}
	near = nearest_word(value, names);
	error_set(&invocation->error, ERROR_USAGE, "'%s' is no type of migration", value);
	return error_hint(&invocation->error,
	                  "%s%s%sThere are versioned, always (RA) and on-change "
	                  "(ROC).",
	                  near ? "Did you mean '" : "", near ? near : "", near ? "'? " : "");
}

static int run_new(struct invocation *invocation)
{
	const char *version = option_value(invocation, "version"), *path, *here;
	enum migration_kind kind;

	if (!parse_kind(invocation, &kind))
		return cli_fail(invocation);
	if (version && kind != MIGRATION_VERSIONED) {
		error_set(&invocation->error, ERROR_USAGE,
		          "a migration that runs again and again has no --version");
		return cli_fail(invocation);
	}
	if (!project_dialect(invocation) ||
	    !generate_empty(&invocation->arena, &invocation->config, invocation->entry,
	                    invocation->dialect, argument(invocation, 0), version, kind, &path,
	                    &invocation->error))
		return cli_fail(invocation);
	here = path_working_directory(&invocation->arena);
	if (invocation->json)
		output_json(json_pack("{s:o, s:o}", "database", json_text(invocation->entry->name),
		                      "file", json_text(path)));
	else
		printf("wrote %s\nWrite its SQL, then run 'dbwarden migrate --database %s'.\n",
		       path_shorten(path, here), invocation->entry->name);
	return EXIT_DONE;
}

static const struct option options[] = {
    OPTION_DATABASE,
    {"version", 0, "V", "this version instead of the next", false},
    {"type", 0, "TYPE", "versioned, always (RA) or on-change (ROC)", false},
    OPTION_JSON,
    OPTION_CONFIG,
    OPTION_PLUGIN_DIR,
    OPTION_END,
};

const struct command command_new = {
    .name = "new",
    .summary = "write an empty migration, to fill by hand",
    .arguments = "DESCRIPTION",
    .least = 1,
    .most = 1,
    .options = options,
    .run = run_new,
};
