#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/sql.h"
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

/* JSON. */

static json_t *lines_json(struct drift *drift)
{
	json_t *list = json_array();
	const char *line = buffer_text(&drift->lines);

	while (*line) {
		size_t length = strcspn(line, "\n");

		json_array_append_new(list, json_text(arena_copy(&drift->arena, line, length)));
		line += length + (line[length] == '\n');
	}
	return list;
}

/* What may be a rename and is told as one thing less and one more. */
static json_t *renames_json(const struct drift *drift)
{
	json_t *list = json_array();

	for (size_t i = 0; i < drift->diff.guesses.count; i++) {
		const struct rename_guess *guess = drift->diff.guesses.items[i];

		json_array_append_new(
		    list, json_pack("{s:o, s:o, s:o, s:o}", "table", json_text(guess->table),
		                    "from", json_text(guess->from), "to", json_text(guess->to),
		                    "evidence", json_text(guess->evidence)));
	}
	return list;
}

static void print_json(const struct invocation *invocation, struct drift *drift)
{
	json_t *operations = json_array();
	json_t *object;

	for (size_t i = 0; i < drift->diff.operations.count; i++)
		json_array_append_new(
		    operations,
		    json_text(operation_describe(&drift->arena, drift->diff.operations.items[i])));
	object = json_pack("{s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "database",
	                   json_text(invocation->entry->name), "from", json_text(drift->from.label),
	                   "to", json_text(drift->to.label), "equal", drift->count == 0,
	                   "differences", lines_json(drift), "operations", operations, "renames",
	                   renames_json(drift), "sql", sql_json(&drift->statements));
	json_object_set_new(object, "no_sql", json_text(drift->no_sql));
	json_object_set_new(object, "loses_data", json_boolean(drift->loses_data));
	json_object_set_new(object, "as_written", json_text(drift->as_written));
	json_object_set_new(object, "pending", json_integer((json_int_t)drift->pending));
	output_json(object);
}

/* SQL. */

static void print_sql(const struct invocation *invocation, struct drift *drift)
{
	for (size_t i = 0; i < drift->diff.operations.count; i++) {
		const struct dbw_operation *operation = drift->diff.operations.items[i];

		if (!drift_loses_data(invocation->dialect, operation))
			continue;
		fputs("-- loses data: ", stdout);
		output_safe(stdout, operation_describe(&drift->arena, operation), false);
		putchar('\n');
	}
	sql_print(invocation->dialect, &drift->statements);
	if (drift->no_sql) {
		fputs("-- no statements lead there: ", stdout);
		output_safe(stdout, drift->no_sql, false);
		putchar('\n');
	}
}

/* For people. */

static void print_lines(struct drift *drift)
{
	for (const char *line = buffer_text(&drift->lines); *line;) {
		size_t length = strcspn(line, "\n");

		fputs("  ", stdout);
		output_text(stdout, COLOUR_YELLOW, arena_copy(&drift->arena, line, length));
		putchar('\n');
		line += length + (line[length] == '\n');
	}
}

static void print_operations(const struct invocation *invocation, struct drift *drift)
{
	for (size_t i = 0; i < drift->diff.operations.count; i++) {
		const struct dbw_operation *operation = drift->diff.operations.items[i];
		bool loses_data = drift_loses_data(invocation->dialect, operation);

		fputs("  ", stdout);
		output_text(stdout, loses_data ? COLOUR_RED : COLOUR_NONE,
		            operation_describe(&drift->arena, operation));
		puts(loses_data ? "  (loses data)" : "");
	}
}

static void print_table(const struct invocation *invocation, struct drift *drift, bool with_sql)
{
	const struct side *from = &drift->from, *to = &drift->to;

	output_safe(stdout, invocation->entry->name, false);
	fputs(": ", stdout);
	output_safe(stdout, from->name, false);
	if (!drift->count) {
		fputs(from->plural ? " are what " : " is what ", stdout);
		output_safe(stdout, to->name, false);
		puts(to->plural ? " say" : " says");
		return;
	}
	fputs(from->plural ? " differ from " : " differs from ", stdout);
	output_safe(stdout, to->name, false);
	puts(":");
	print_lines(drift);
	if (drift->diff.operations.count)
		puts("What would lead there:");
	print_operations(invocation, drift);
	if (drift->no_sql)
		cli_note(invocation, "no statements lead there: %s", drift->no_sql);
	else if (with_sql && drift->statements.count) {
		puts("The SQL that would repair it, for you to review and run:\n");
		print_sql(invocation, drift);
	}
}

/* What bears on how far the answer goes. */
static void print_notes(const struct invocation *invocation, const struct drift *drift)
{
	const struct side *sides[] = {&drift->from, &drift->to};

	for (size_t i = 0; i < 2; i++) {
		if (sides[i]->replayed)
			cli_note(invocation, "%s were replayed: %s", sides[i]->name,
			         sides[i]->replayed);
		/* A file name of SQLite's with an error in it is an empty database. */
		if ((sides[i]->kind == SIDE_DATABASE || sides[i]->kind == SIDE_FILE) &&
		    side_is_empty(sides[i]))
			cli_note(invocation, "%s: there is nothing in it", sides[i]->name);
	}
	for (size_t i = 0; i < drift->diff.guesses.count; i++) {
		const struct rename_guess *guess = drift->diff.guesses.items[i];

		cli_note(
		    invocation,
		    "'%s%s%s' may have been renamed to '%s' (%s); what is shown here drops the "
		    "one and adds the other",
		    guess->table ? guess->table : "", guess->table ? "." : "", guess->from,
		    guess->to, guess->evidence);
	}
	if (drift->as_written)
		cli_note(invocation,
		         "compared as it is written, so that other words for the same thing are a "
		         "difference: %s",
		         drift->as_written);
	if (drift->pending)
		cli_note(invocation, "%zu pending migration%s %s no part in this", drift->pending,
		         drift->pending == 1 ? "" : "s", drift->pending == 1 ? "has" : "have");
}

static int report(const struct invocation *invocation, struct drift *drift, enum output output,
                  bool check)
{
	if (output == OUTPUT_JSON)
		print_json(invocation, drift);
	else if (output == OUTPUT_SQL)
		print_sql(invocation, drift);
	else
		print_table(invocation, drift, check);
	print_notes(invocation, drift);
	if (!check && !option_given(invocation, "exit-code"))
		return EXIT_DONE;
	return drift->count ? EXIT_TO_DO : EXIT_DONE;
}

/* diff. */

/* What is there without any server. */
static bool is_text(const char *word)
{
	return strcmp(word, "models") == 0 || strcmp(word, "migrations") == 0 || path_exists(word);
}

/* Two texts can do without a URL; where there is one, they are compared in the server's words if need be. */
static bool open_project(struct invocation *invocation, const char *from, const char *to)
{
	struct error problem = {0};
	const struct entry *entry;

	invocation->offline = is_text(from) && is_text(to);
	if (!project_dialect(invocation) || !interrupts_catch(&invocation->error))
		return false;
	if (!invocation->offline || option_given(invocation, "offline"))
		return true;
	entry = config_entry(&invocation->config, option_value(invocation, "database"), &problem);
	if (entry)
		invocation->entry = entry;
	else
		cli_note(invocation, "nothing is connected to: %s", problem.message);
	error_release(&problem);
	return true;
}

static int run_diff(struct invocation *invocation)
{
	const char *from = option_value(invocation, "from"), *to = option_value(invocation, "to");
	struct drift drift = {0};
	enum output output;
	int status;

	from = from ? from : "live";
	to = to ? to : "models";
	if (choose_output(invocation, &output) && open_project(invocation, from, to) &&
	    drift_between(&drift, from, to, invocation->dialect, &invocation->config,
	                  invocation->entry, &invocation->error))
		status = report(invocation, &drift, output, false);
	else
		status = cli_fail(invocation);
	drift_release(&drift);
	return status;
}

static const struct option diff_options[] = {
    OPTION_DATABASE,
    {"from", 0, "SIDE", "what is compared; by default live", false},
    {"to", 0, "SIDE", "what it is compared with; by default models", false},
    {"out", 0, "FORM", "table (the default), json or sql", false},
    {"exit-code", 0, NULL, "exit with status 3 if there is a difference", false},
    {"offline", 0, NULL, "connect to no server: the snapshots tell what there is", false},
    OPTION_VERBOSE,
    OPTION_JSON,
    OPTION_CONFIG,
    OPTION_PLUGIN_DIR,
    OPTION_END,
};

const struct command command_diff = {
    .name = "diff",
    .summary = "show what leads from the live database to the models, or between any two schemas",
    .arguments = "",
    .text =
	"Changes nothing. A SIDE is\n"
	"  models       what the models say\n"
	"  migrations   what the folder of the migrations produces\n"
	"  live         the database\n"
	"  FILE         a .sql file, a folder of them, a snapshot, or what check-db --out json wrote\n"
	"  URL          another database of the same dialect; '${NAME}', in single quotes, is taken\n"
	"               from the environment, so that no password stands on the command line\n"
	"On a server what comes from text is made in a throw-away database first, so that both sides\n"
	"are compared in the server's own words.\n",
    .options = diff_options,
    .run = run_diff,
};

/* check. */

static int run_check(struct invocation *invocation)
{
	struct drift drift = {0};
	enum output output;
	int status;

	if (choose_output(invocation, &output) &&
	    project_session(invocation, DBW_CONNECT_READ_ONLY) &&
	    drift_check(&drift, &invocation->session, &invocation->config, invocation->entry,
	                &invocation->error))
		status = report(invocation, &drift, output, true);
	else
		status = cli_fail(invocation);
	drift_release(&drift);
	return status;
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
	    "the live database has drifted from that, with the SQL that would repair it. Changes\n"
	    "nothing.\n",
    .options = check_options,
    .run = run_check,
};
