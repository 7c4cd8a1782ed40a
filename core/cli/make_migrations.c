#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "engine/generate.h"

extern const struct command command_make_migrations;

/* '--rename users.mail:email' and '--rename-table people:users'. */

static bool bad_rename(struct invocation *invocation, const char *option, const char *value)
{
	error_set(&invocation->error, ERROR_USAGE, "--%s wants %s, not '%s'", option,
	          strcmp(option, "rename") == 0 ? "TABLE.OLD:NEW" : "OLD:NEW", value);
	return false;
}

static bool parse_rename(struct invocation *invocation, const char *option, const char *value,
                         struct dbw_list *renames)
{
	struct arena *arena = &invocation->arena;
	struct rename_request *request = arena_new(arena, struct rename_request);
	const char *colon = strrchr(value, ':'), *dot;
	char *left;

	if (!colon || colon == value || !colon[1])
		return bad_rename(invocation, option, value);
	request->to = colon + 1;
	left = arena_copy(arena, value, (size_t)(colon - value));
	if (strcmp(option, "rename") == 0) {
		char *last = strrchr(left, '.');

		if (!last || last == left || !last[1])
			return bad_rename(invocation, option, value);
		*last = '\0';
		request->from = last + 1;
		request->table = left;
	} else {
		request->from = left;
	}
	dot = strrchr(left, '.');
	if (dot) {
		request->table_namespace = arena_copy(arena, left, (size_t)(dot - left));
		if (request->table)
			request->table = dot + 1;
		else
			request->from = dot + 1;
	}
	list_append(arena, renames, request);
	return true;
}

static bool parse_renames(struct invocation *invocation, struct dbw_list *renames)
{
	static const char *const names[] = {"rename", "rename-table"};

	for (size_t i = 0; i < 2; i++) {
		const char *value;

		for (size_t n = 0; (value = option_nth(invocation, names[i], n)); n++)
			if (!parse_rename(invocation, names[i], value, renames))
				return false;
	}
	return true;
}

static void rename_flag(struct dbw_buffer *text, const struct rename_guess *guess)
{
	if (guess->table)
		buffer_printf(text, "--rename %s.%s:%s", guess->table, guess->from, guess->to);
	else
		buffer_printf(text, "--rename-table %s:%s", guess->from, guess->to);
}

static enum rename_answer ask_rename(void *context, const struct rename_guess *guess)
{
	char answer[64];

	(void)context;
	for (;;) {
		fputs("Was ", stderr);
		if (guess->table)
			fprintf(stderr, "column '%s.%s'", guess->table, guess->from);
		else
			fprintf(stderr, "table '%s'", guess->from);
		fprintf(stderr, " renamed to '%s'? (%s)\n", guess->to, guess->evidence);
		fputs("  y: rename it, its data stays   n: drop the old, add the new   [y/n] ",
		      stderr);
		if (!fgets(answer, sizeof answer, stdin))
			return RENAME_UNKNOWN;
		if (answer[0] == 'y' || answer[0] == 'Y')
			return RENAME_YES;
		if (answer[0] == 'n' || answer[0] == 'N')
			return RENAME_NO;
	}
}

/* Results. */

static const char *shorten(struct invocation *invocation, const char *path)
{
	return path_shorten(path, path_working_directory(&invocation->arena));
}

static json_t *operations_json(const struct generated *generated)
{
	json_t *list = json_array();

	for (size_t i = 0; i < generated->planned.count; i++) {
		const struct planned *planned = generated->planned.items[i];
		const struct dbw_risk *risk = &planned->risk;
		json_t *object =
		    json_pack("{s:o, s:o, s:b, s:b, s:b}", "operation", json_text(planned->text),
		              "rollback", json_text(reversal_name(planned->reversal)),
		              "rewrites_table", risk->rewrites_table, "scans_table",
		              risk->scans_table, "loses_data", risk->loses_data);

		json_object_set_new(object, "lock", json_text(risk->lock));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *guesses_json(const struct generated *generated)
{
	json_t *list = json_array();

	for (size_t i = 0; generated->guesses && i < generated->guesses->count; i++) {
		const struct rename_guess *guess = generated->guesses->items[i];
		struct dbw_buffer flag = {0};
		json_t *object = json_object();

		rename_flag(&flag, guess);
		json_object_set_new(object, "table", json_text(guess->table));
		json_object_set_new(object, "from", json_text(guess->from));
		json_object_set_new(object, "to", json_text(guess->to));
		json_object_set_new(object, "evidence", json_text(guess->evidence));
		json_object_set_new(object, "flag", json_text(buffer_text(&flag)));
		json_array_append_new(list, object);
		buffer_release(&flag);
	}
	return list;
}

static void print_json(struct invocation *invocation, const struct generated *generated,
                       enum generate_outcome outcome)
{
	static const char *const outcomes[] = {
	    [GENERATE_WRITTEN] = "written",
	    [GENERATE_PLANNED] = "planned",
	    [GENERATE_NOTHING] = "no changes",
	    [GENERATE_QUESTIONS] = "renames to confirm",
	};
	bool made = outcome == GENERATE_WRITTEN || outcome == GENERATE_PLANNED;
	json_t *object = json_pack("{s:o, s:o}", "database", json_text(invocation->entry->name),
	                           "outcome", json_text(outcomes[outcome]));

	json_object_set_new(object, "version", made ? json_text(generated->version) : json_null());
	json_object_set_new(object, "file", made ? json_text(generated->path) : json_null());
	json_object_set_new(object, "plan", made ? json_text(generated->plan_path) : json_null());
	json_object_set_new(object, "snapshot",
	                    made ? json_text(generated->snapshot_path) : json_null());
	json_object_set_new(object, "proved", json_boolean(generated->proved));
	json_object_set_new(object, "operations", operations_json(generated));
	json_object_set_new(object, "renames", guesses_json(generated));
	json_object_set_new(object, "sql",
	                    made ? json_text(buffer_text(&generated->sql)) : json_null());
	output_json(object);
}

/* What loses data is always among them. */
enum { OPERATIONS_SHOWN = 25 };

static void print_operations(const struct generated *generated, bool risks)
{
	size_t shown = 0, left = 0;

	for (size_t i = 0; i < generated->planned.count; i++) {
		const struct planned *planned = generated->planned.items[i];
		const struct dbw_risk *risk = &planned->risk;

		if (!risks && !risk->loses_data && shown >= OPERATIONS_SHOWN) {
			left++;
			continue;
		}
		shown++;
		fputs("  ", stdout);
		output_text(stdout, risk->loses_data ? COLOUR_RED : COLOUR_NONE, planned->text);
		if (risk->loses_data)
			fputs("  (loses data)", stdout);
		if (risks)
			printf("  [lock: %s%s%s; rollback: %s]", risk->lock ? risk->lock : "none",
			       risk->rewrites_table ? "; rewrites the table" : "",
			       risk->scans_table ? "; reads the whole table" : "",
			       reversal_name(planned->reversal));
		putchar('\n');
		if (risks && *risk->note) {
			fputs("      ", stdout);
			output_safe(stdout, risk->note, false);
			putchar('\n');
		}
	}
	if (left)
		printf("  and %zu more; all of them are in the plan beside the file\n", left);
}

static void print_questions(const struct generated *generated)
{
	puts("Likely renames that nobody has confirmed; nothing was written:");
	for (size_t i = 0; i < generated->guesses->count; i++) {
		const struct rename_guess *guess = generated->guesses->items[i];
		struct dbw_buffer flag = {0};

		rename_flag(&flag, guess);
		fputs("  ", stdout);
		if (guess->table)
			printf("column '%s.%s' -> '%s'", guess->table, guess->from, guess->to);
		else
			printf("table '%s' -> '%s'", guess->from, guess->to);
		printf(" (%s)\n    a rename, data kept:  %s\n", guess->evidence,
		       buffer_text(&flag));
		buffer_release(&flag);
	}
	puts("    not renames, drop and add:  --no-renames");
}

static void print_report(struct invocation *invocation, const struct generated *generated)
{
	const struct parse_report *report = &generated->models.report;

	if (report->data || report->drops || report->settings)
		cli_note(invocation,
		         "skipped in the models: %zu data statements, %zu DROP ... IF EXISTS, %zu "
		         "session settings",
		         report->data, report->drops, report->settings);
	for (size_t i = 0; i < generated->unmatched.count; i++)
		cli_note(invocation, "'model_tables' has '%s', which matches nothing in the models",
		         (const char *)generated->unmatched.items[i]);
	if (generated->base.source == BASE_REPLAY)
		cli_note(invocation, "compared with a replay of the migrations: %s",
		         generated->base.why.message);
}

static void print_written(struct invocation *invocation, const struct generated *generated)
{
	output_text(stdout, COLOUR_GREEN, "wrote ");
	output_safe(stdout, shorten(invocation, generated->path), false);
	putchar('\n');
	print_operations(generated, false);
	if (generated->proved)
		puts("Proved in a scratch database: the upgrade leads to the models, the rollback "
		     "back again.");
	else
		printf("%s\n", generated->unproved);
	printf("Review it, then run 'dbwarden migrate --database %s'.\n", invocation->entry->name);
}

static void print_plan(struct invocation *invocation, const struct generated *generated)
{
	printf("would write %s\n", shorten(invocation, generated->path));
	print_operations(generated, true);
	puts(generated->proved ? "proved in a scratch database" : generated->unproved);
	putchar('\n');
	fputs(buffer_text(&generated->sql), stdout);
}

static int report(struct invocation *invocation, const struct generated *generated,
                  enum generate_outcome outcome)
{
	if (outcome == GENERATE_FAILED)
		return cli_fail(invocation);
	print_report(invocation, generated);
	if (invocation->json)
		print_json(invocation, generated, outcome);
	else if (outcome == GENERATE_NOTHING)
		printf("%s: no changes, models and migrations agree\n", invocation->entry->name);
	else if (outcome == GENERATE_QUESTIONS)
		print_questions(generated);
	else if (outcome == GENERATE_PLANNED)
		print_plan(invocation, generated);
	else
		print_written(invocation, generated);
	return outcome == GENERATE_QUESTIONS ? EXIT_TO_DO : EXIT_DONE;
}

static int run_make_migrations(struct invocation *invocation)
{
	bool terminal = isatty(STDIN_FILENO) && isatty(STDERR_FILENO) && !invocation->json;
	struct generate_options options = {
	    .description = option_value(invocation, "description"),
	    .no_renames = option_given(invocation, "no-renames"),
	    .no_verify = option_given(invocation, "no-verify"),
	    .allow_irreversible = option_given(invocation, "allow-irreversible"),
	    .plan_only = option_given(invocation, "plan"),
	    .ask = terminal ? ask_rename : NULL,
	};
	struct generated generated = {0};
	int status;

	if (!parse_renames(invocation, &options.renames) || !project_dialect(invocation) ||
	    !interrupts_catch(&invocation->error))
		return cli_fail(invocation);
	status = report(invocation, &generated,
	                generate(&generated, &invocation->config, invocation->entry,
	                         invocation->dialect, &options, &invocation->error));
	generated_release(&generated);
	return status;
}

static const struct option options[] = {
    {"description", 'd', "TEXT", "what it does; becomes part of the file's name", false},
    OPTION_LONG_DATABASE,
    {"plan", 0, NULL, "show what would be written, with risks; write nothing", false},
    {"rename", 0, "T.OLD:NEW", "column OLD of table T is called NEW now", true},
    {"rename-table", 0, "OLD:NEW", "table OLD is called NEW now", true},
    {"no-renames", 0, NULL, "what looks like a rename is a drop and an add", false},
    {"no-verify", 0, NULL, "do not prove it in a scratch database", false},
    {"allow-irreversible", 0, NULL, "write it even if it cannot be rolled back", false},
    OPTION_VERBOSE,
    OPTION_JSON,
    OPTION_CONFIG,
    OPTION_PLUGIN_DIR,
    OPTION_END,
};

const struct command command_make_migrations = {
    .name = "make-migrations",
    .summary = "write the migration that leads from the last one to the models",
    .arguments = "",
    .text = "Compares the models with what the migrations so far produce, writes one SQL file\n"
	    "with '-- upgrade' and '-- rollback', and proves it in a throw-away database first.\n"
	    "No connection to the database itself is made.\n",
    .options = options,
    .run = run_make_migrations,
};
