#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "engine/drift.h"

extern const struct command command_diff, command_check;

enum output { OUTPUT_TABLE, OUTPUT_JSON, OUTPUT_SQL };

static bool choose_output(struct invocation *invocation, enum output *output)
{
	static const char *const names[] = {"table", "json", "sql", NULL};
	const char *name = option_value(invocation, "out");

	*output = invocation->json ? OUTPUT_JSON : OUTPUT_TABLE;
	if (!name)
		return true;
	for (int i = 0; names[i]; i++)
		if (strcmp(name, names[i]) == 0) {
			*output = (enum output)i;
			invocation->json |= *output == OUTPUT_JSON;
			return true;
		}
	error_set(&invocation->error, ERROR_USAGE, "there is no output '%s'", name);
	return error_hint(&invocation->error, "Say --out table, json or sql.");
}

static json_t *lines_json(const struct drift *drift)
{
	json_t *list = json_array();
	const char *line = buffer_text(&drift->lines);

	while (*line) {
		size_t length = strcspn(line, "\n");
		char *copy = arena_copy((struct arena *)&drift->arena, line, length);

		json_array_append_new(list, json_text(copy));
		line += length + (line[length] == '\n');
	}
	return list;
}

static void print_json(const struct invocation *invocation, struct drift *drift)
{
	json_t *operations = json_array(), *statements = json_array();

	for (size_t i = 0; i < drift->diff.operations.count; i++)
		json_array_append_new(
		    operations,
		    json_text(operation_describe(&drift->arena, drift->diff.operations.items[i])));
	for (size_t i = 0; i < drift->statements.count; i++)
		json_array_append_new(
		    statements,
		    json_text(((const struct emitted *)drift->statements.items[i])->sql));
	output_json(json_pack("{s:o, s:b, s:o, s:o, s:o, s:I}", "database",
	                      json_text(invocation->entry->name), "equal", drift->count == 0,
	                      "differences", lines_json(drift), "operations", operations, "sql",
	                      statements, "pending", (json_int_t)drift->pending));
}

static void print_sql(const struct drift *drift)
{
	for (size_t i = 0; i < drift->statements.count; i++) {
		output_safe(stdout, ((const struct emitted *)drift->statements.items[i])->sql,
		            true);
		fputs(";\n", stdout);
	}
	if (drift->no_sql) {
		fputs("-- no statements lead there: ", stdout);
		output_safe(stdout, drift->no_sql, false);
		putchar('\n');
	}
}

/* 'wanted' is what the database is compared with: "the models". */
static void print_table(const struct invocation *invocation, struct drift *drift,
                        const char *wanted)
{
	if (!drift->count) {
		printf("%s: the database is what %s say\n", invocation->entry->name, wanted);
		return;
	}
	printf("%s: the database differs from %s:\n", invocation->entry->name, wanted);
	for (const char *line = buffer_text(&drift->lines); *line;) {
		size_t length = strcspn(line, "\n");
		char *copy = arena_copy(&drift->arena, line, length);

		fputs("  ", stdout);
		output_text(stdout, COLOUR_YELLOW, copy);
		putchar('\n');
		line += length + (line[length] == '\n');
	}
	puts("What would lead there:");
	for (size_t i = 0; i < drift->diff.operations.count; i++) {
		fputs("  ", stdout);
		output_safe(stdout,
		            operation_describe(&drift->arena, drift->diff.operations.items[i]),
		            false);
		putchar('\n');
	}
	if (drift->no_sql)
		cli_note(invocation, "no statements lead there: %s", drift->no_sql);
}

static int report(struct invocation *invocation, enum drift_side side, const char *wanted,
                  bool status)
{
	struct drift drift = {0};
	enum output output;
	bool differs;

	if (!choose_output(invocation, &output) ||
	    !project_session(invocation, DBW_CONNECT_READ_ONLY) ||
	    !drift_find(&drift, side, &invocation->session, &invocation->config, invocation->entry,
	                &invocation->error)) {
		drift_release(&drift);
		return cli_fail(invocation);
	}
	if (output == OUTPUT_JSON)
		print_json(invocation, &drift);
	else if (output == OUTPUT_SQL)
		print_sql(&drift);
	else
		print_table(invocation, &drift, wanted);
	if (drift.pending)
		cli_note(invocation, "%zu pending migration%s %s no part in this", drift.pending,
		         drift.pending == 1 ? "" : "s", drift.pending == 1 ? "has" : "have");
	differs = drift.count != 0;
	drift_release(&drift);
	return differs && status ? EXIT_TO_DO : EXIT_DONE;
}

static int run_diff(struct invocation *invocation)
{
	return report(invocation, DRIFT_MODELS, "the models",
	              option_given(invocation, "exit-code"));
}

static const struct option diff_options[] = {
    OPTION_DATABASE,
    {"out", 0, "FORM", "table (the default), json or sql", false},
    {"exit-code", 0, NULL, "exit with status 3 if there is a difference", false},
    OPTION_VERBOSE,
    OPTION_JSON,
    OPTION_CONFIG,
    OPTION_PLUGIN_DIR,
    OPTION_END,
};

const struct command command_diff = {
    .name = "diff",
    .summary = "show what leads from the live database to the models",
    .arguments = "",
    .text = "Changes nothing. On a server the models are made in a throw-away database first, so\n"
	    "that both sides are compared in the server's own words.\n",
    .options = diff_options,
    .run = run_diff,
};

static int run_check(struct invocation *invocation)
{
	return report(invocation, DRIFT_MIGRATIONS, "its migrations", true);
}

static const struct option check_options[] = {
    OPTION_DATABASE,
    {"out", 0, "FORM", "table (the default), json or sql: what would repair it", false},
    OPTION_JSON,
    OPTION_CONFIG,
    OPTION_PLUGIN_DIR,
    OPTION_END,
};

const struct command command_check = {
    .name = "check",
    .summary = "tell whether the live database is what its migrations make",
    .arguments = "",
    .text = "Replays the applied migrations in a throw-away database and compares. Status 3 if\n"
	    "the live database has drifted from that. Changes nothing.\n",
    .options = check_options,
    .run = run_check,
};
