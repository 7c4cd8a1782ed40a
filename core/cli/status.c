#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "engine/state.h"

extern const struct command command_status;

static json_t *line_json(const struct state_line *line)
{
	const struct migration *migration = line->migration;
	const struct record *record = line->record;
	json_t *object =
	    json_pack("{s:o, s:o, s:o, s:o, s:b}", "version",
	              json_text(migration ? migration->version : record->version), "description",
	              json_text(migration ? migration->description : record->description), "file",
	              json_text(migration ? migration->file : record->file), "status",
	              json_text(standing_name(line->standing)), "out_of_order", line->out_of_order);

	json_object_set_new(object, "applied_at", json_text(record ? record->applied_at : NULL));
	json_object_set_new(object, "applied_by", json_text(record ? record->applied_by : NULL));
	return object;
}

static json_t *journal_json(const struct invocation *invocation, struct state *state)
{
	const struct journal *journal = state->journal;
	const struct sql_statement *next;
	const char *file;

	if (!journal)
		return json_null();
	next = state_next_statement(state, invocation->dialect, &file);
	return json_pack("{s:o, s:o, s:o, s:I, s:o, s:b, s:o}", "version",
	                 json_text(journal->version), "file", json_text(journal->file), "action",
	                 json_text(action_name(journal->action)), "statements_done",
	                 (json_int_t)journal->done, "line",
	                 next ? json_integer((json_int_t)next->line) : json_null(), "in_doubt",
	                 journal->in_doubt, "since", json_text(journal->since));
}

static json_t *state_json(const struct invocation *invocation, struct state *state)
{
	json_t *lines = json_array(), *counts = json_object();

	for (size_t i = 0; i < state->lines.count; i++)
		json_array_append_new(lines, line_json(state->lines.items[i]));
	for (size_t i = 0; i < sizeof state->counts / sizeof *state->counts; i++)
		json_object_set_new(counts, standing_name((enum standing)i),
		                    json_integer((json_int_t)state->counts[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "database",
	                 json_text(invocation->entry->name), "dialect",
	                 json_text(invocation->dialect->plugin.name), "counts", counts, "half_done",
	                 journal_json(invocation, state), "migrations", lines);
}

static void print_lines(const struct state *state)
{
	static const char *const headings[] = {"VERSION", "STATUS", "APPLIED AT (UTC)",
	                                       "DESCRIPTION"};
	static const enum colour colours[] = {
	    [STANDING_APPLIED] = COLOUR_NONE, [STANDING_PENDING] = COLOUR_YELLOW,
	    [STANDING_CHANGED] = COLOUR_RED,  [STANDING_RENAMED] = COLOUR_RED,
	    [STANDING_MISSING] = COLOUR_RED,
	};
	struct table table;

	table_begin(&table, headings, 4);
	for (size_t i = 0; i < state->lines.count; i++) {
		const struct state_line *line = state->lines.items[i];
		const struct migration *migration = line->migration;
		const char *cells[] = {
		    migration ? migration->version : line->record->version,
		    line->out_of_order ? "pending, out of order" : standing_name(line->standing),
		    line->record ? line->record->applied_at : "",
		    migration ? migration->description : line->record->description,
		};

		table_row(&table, colours[line->standing], cells);
	}
	table_print(&table, stdout);
	putchar('\n');
}

static void print_counts(const struct invocation *invocation, const struct state *state)
{
	printf("%s: %zu applied, %zu pending", invocation->entry->name,
	       state->counts[STANDING_APPLIED], state->counts[STANDING_PENDING]);
	for (size_t i = STANDING_CHANGED; i <= STANDING_MISSING; i++)
		if (state->counts[i])
			printf(", %zu %s", state->counts[i], standing_name((enum standing)i));
	putchar('\n');
}

/* Where it broke off, and what settles it. */
static void print_half_done(const struct invocation *invocation, struct state *state)
{
	const struct journal *journal = state->journal;
	const char *command = journal->action == ACTION_ROLLBACK ? "rollback" : "migrate";
	const char *file;
	const struct sql_statement *statement =
	    state_next_statement(state, invocation->dialect, &file);

	output_text(stdout, COLOUR_RED, "half done: ");
	output_safe(stdout, journal->file, false);
	printf(", %s since %s: statement %zu", action_name(journal->action), journal->since,
	       journal->done + 1);
	if (statement)
		printf(" (line %zu)", statement->line);
	if (journal->in_doubt)
		printf(" is in doubt: 'dbwarden repair' settles whether it took effect\n");
	else
		printf(" is next: 'dbwarden %s --resume' goes on\n", command);
}

/* What to do next, in the order in which it matters. */
static void print_advice(const struct invocation *invocation, struct state *state)
{
	const struct journal *journal = state->journal;

	if (journal)
		print_half_done(invocation, state);
	if (state->counts[STANDING_CHANGED] || state->counts[STANDING_RENAMED] ||
	    state->counts[STANDING_MISSING])
		puts("Applied files are not as they were: 'migrate' and 'rollback' will refuse "
		     "until they are put back.");
	else if (state->counts[STANDING_PENDING] && !journal)
		puts("'dbwarden migrate' applies what is pending.");
}

/* A repeatable that always runs is pending at all times, and that is as it should be. */
static bool up_to_date(const struct state *state)
{
	for (size_t i = 0; i < state->lines.count; i++) {
		const struct state_line *line = state->lines.items[i];
		bool always = line->migration && line->migration->kind == MIGRATION_ALWAYS;

		if (line->standing != STANDING_APPLIED && !(always && line->record))
			return false;
	}
	return !state->journal;
}

static int run_status(struct invocation *invocation)
{
	struct state state = {0};
	int status = EXIT_DONE;

	if (!project_session(invocation, DBW_CONNECT_READ_ONLY) ||
	    !state_read(&state, &invocation->session, invocation->entry, &invocation->error)) {
		status = cli_fail(invocation);
	} else {
		if (option_given(invocation, "check") && !up_to_date(&state))
			status = EXIT_TO_DO;
		if (invocation->json) {
			output_json(state_json(invocation, &state));
		} else {
			if (state.lines.count)
				print_lines(&state);
			print_counts(invocation, &state);
			print_advice(invocation, &state);
		}
	}
	state_release(&state);
	return status;
}

static const struct option options[] = {
    OPTION_DATABASE,
    {"check", 0, NULL, "exit with status 3 unless everything is applied and unchanged", false},
    OPTION_JSON,
    OPTION_CONFIG,
    OPTION_PLUGIN_DIR,
    OPTION_END,
};

const struct command command_status = {
    .name = "status",
    .summary = "show which migrations are applied, pending, changed or missing",
    .arguments = "",
    .text = "Changes nothing, takes no lock.\n",
    .options = options,
    .run = run_status,
};
