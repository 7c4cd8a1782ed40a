#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "engine/migrate.h"

extern const struct command command_migrate, command_rollback;

/* What the events print; people see each migration as it is done, programs one object at the end. */
struct show {
	struct invocation *invocation;
	bool rollback;
};

static void show_waiting(void *context, const char *holder)
{
	const struct show *show = context;

	cli_note(show->invocation, "waiting up to %g seconds for the migration lock, held by %s",
	         show->invocation->entry->lock_timeout_ms / 1000.0, holder);
}

static void show_begin(void *context, const struct step *step, size_t index, size_t count)
{
	(void)context;
	progress_show(index, count, step->migration->file);
}

static const char *past_tense(enum action action)
{
	static const char *const words[] = {
	    [ACTION_UPGRADE] = "applied",
	    [ACTION_ROLLBACK] = "rolled back",
	    [ACTION_BASELINE] = "recorded",
	};

	return words[action];
}

static void show_end(void *context, const struct step *step, size_t index, size_t count)
{
	const struct show *show = context;

	if (show->invocation->json)
		return;
	progress_clear();
	output_text(stdout, COLOUR_GREEN, past_tense(step->action));
	putchar(' ');
	output_safe(stdout, step->migration->file, false);
	if (step->action == ACTION_BASELINE)
		puts(" (not executed)");
	else
		printf(" (%lld ms)\n", step->duration_ms);
	progress_show(index + 1, count, "");
}

static json_t *step_json(const struct step *step)
{
	return json_pack(
	    "{s:o, s:o, s:o, s:o, s:o, s:b, s:I}", "version", json_text(step->migration->version),
	    "description", json_text(step->migration->description), "file",
	    json_text(step->migration->file), "checksum", json_text(step->migration->checksum),
	    "action", json_text(action_name(step->action)), "done", step->done, "duration_ms",
	    (json_int_t)step->duration_ms);
}

static json_t *result_json(const struct invocation *invocation, const struct migrate_result *result,
                           bool dry_run)
{
	json_t *steps = json_array();

	for (size_t i = 0; i < result->steps.count; i++)
		json_array_append_new(steps, step_json(result->steps.items[i]));
	return json_pack("{s:o, s:b, s:o, s:I}", "database", json_text(invocation->entry->name),
	                 "dry_run", dry_run, "migrations", steps, "pending",
	                 (json_int_t)result->left);
}

static void print_section(const struct step *step)
{
	const struct section *section = step->action == ACTION_ROLLBACK ? &step->migration->rollback
	                                                                : &step->migration->upgrade;

	printf("-- %s\n", step->migration->file);
	if (step->action == ACTION_BASELINE) {
		puts("-- would be recorded and not executed\n");
		return;
	}
	for (size_t i = 0; i < section->statements.count; i++) {
		const struct sql_statement *statement = section->statements.items[i];

		printf("%.*s;\n", (int)statement->length, statement->text);
	}
	putchar('\n');
}

static void print_nothing(const struct migrate_result *result, bool rollback)
{
	if (rollback)
		puts("nothing to roll back");
	else if (result->left)
		printf("nothing to do so far, %zu pending\n", result->left);
	else
		puts("nothing to do: no migration is pending");
}

static void print_dry_run(const struct migrate_result *result, bool rollback)
{
	if (!result->steps.count) {
		print_nothing(result, rollback);
		return;
	}
	for (size_t i = 0; i < result->steps.count; i++)
		print_section(result->steps.items[i]);
	printf("-- dry run: %zu migration%s, nothing was changed\n", result->steps.count,
	       result->steps.count == 1 ? "" : "s");
}

/* Nobody has looked yet whether the database is what the records now say. */
static void print_baseline(const struct invocation *invocation, const struct migrate_result *result)
{
	printf("%zu migration%s recorded as applied, nothing executed", result->steps.count,
	       result->steps.count == 1 ? "" : "s");
	if (result->left)
		printf(", %zu pending", result->left);
	printf("\nRun 'dbwarden check --database %s' to see whether the database is what %s.\n",
	       invocation->entry->name, result->steps.count == 1 ? "it makes" : "they make");
}

static void print_summary(const struct migrate_result *result, bool rollback)
{
	long long duration_ms = 0;
	const struct step *first;

	if (!result->steps.count) {
		print_nothing(result, rollback);
		return;
	}
	first = result->steps.items[0];
	for (size_t i = 0; i < result->steps.count; i++)
		duration_ms += ((const struct step *)result->steps.items[i])->duration_ms;
	printf("%zu migration%s %s in %.1f s", result->steps.count,
	       result->steps.count == 1 ? "" : "s", past_tense(first->action),
	       (double)duration_ms / 1000.0);
	if (result->left && !rollback)
		printf(", %zu pending", result->left);
	putchar('\n');
}

/* After a failure: what was done stays done, and the user must know how far it came. */
static void note_progress(struct invocation *invocation, const struct migrate_result *result)
{
	size_t done = 0;

	for (size_t i = 0; i < result->steps.count; i++)
		done += ((const struct step *)result->steps.items[i])->done;
	if (result->steps.count > 1 && done)
		cli_note(invocation, "%zu of %zu migrations were %s before the failure", done,
		         result->steps.count,
		         past_tense(((const struct step *)result->steps.items[0])->action));
}

static int run_direction(struct invocation *invocation, bool rollback)
{
	struct show show = {invocation, rollback};
	const struct migrate_events events = {&show, show_waiting, show_begin, show_end};
	struct migrate_options options = {
	    .to_version = option_value(invocation, "to-version"),
	    .dry_run = option_given(invocation, "dry-run"),
	    .baseline = option_given(invocation, "baseline"),
	    .out_of_order = option_given(invocation, "allow-out-of-order"),
	    .resume = option_given(invocation, "resume"),
	    .command = invocation->command->name,
	};
	struct migrate_result result = {0};
	bool done;
	int status = EXIT_DONE;

	if (!option_count(invocation, "count", &options.count))
		return cli_fail(invocation);
	if (options.count && options.to_version) {
		error_set(&invocation->error, ERROR_USAGE,
		          "--count and --to-version cannot be given together");
		return cli_fail(invocation);
	}
	if (options.baseline && options.resume) {
		error_set(&invocation->error, ERROR_USAGE,
		          "--baseline and --resume cannot be given together: one executes nothing, "
		          "the other the rest of a file");
		return cli_fail(invocation);
	}
	if (!project_session(invocation, options.dry_run ? DBW_CONNECT_READ_ONLY : 0))
		return cli_fail(invocation);
	done = (rollback ? rollback_run : migrate_run)(&result, &invocation->session,
	                                               invocation->entry, &options, &events,
	                                               &invocation->error);
	progress_clear();
	if (!done) {
		note_progress(invocation, &result);
		status = cli_fail(invocation);
	} else if (invocation->json) {
		output_json(result_json(invocation, &result, options.dry_run));
	} else if (options.dry_run) {
		print_dry_run(&result, rollback);
	} else if (options.baseline && result.steps.count) {
		print_baseline(invocation, &result);
	} else {
		print_summary(&result, rollback);
	}
	migrate_release(&result);
	return status;
}

static int run_migrate(struct invocation *invocation)
{
	return run_direction(invocation, false);
}

static int run_rollback(struct invocation *invocation)
{
	return run_direction(invocation, true);
}

static const struct option migrate_options_[] = {
    OPTION_DATABASE,
    {"to-version", 0, "V", "stop after this version", false},
    {"count", 0, "N", "apply at most N migrations", false},
    {"dry-run", 0, NULL, "show what would run and change nothing", false},
    {"baseline", 0, NULL, "record as applied, execute nothing", false},
    {"allow-out-of-order", 0, NULL, "run pending versions below an applied one", false},
    {"resume", 0, NULL, "go on with a migration that broke off half way", false},
    {"wait", 0, NULL, "wait for a server that is not there yet, wait_for_db or a minute", false},
    OPTION_JSON,
    OPTION_CONFIG,
    OPTION_PLUGIN_DIR,
    OPTION_END,
};

const struct command command_migrate = {
    .name = "migrate",
    .summary = "apply pending migrations",
    .arguments = "",
    .text = "Takes the lock, checks every applied file against its checksum, then runs what is\n"
	    "pending in order of version, each in one transaction with its record.\n",
    .options = migrate_options_,
    .run = run_migrate,
};

static const struct option rollback_options[] = {
    OPTION_DATABASE,
    {"to-version", 0, "V", "undo everything above this version; 0: everything", false},
    {"count", 0, "N", "undo the last N migrations (default 1)", false},
    {"dry-run", 0, NULL, "show what would run and change nothing", false},
    {"resume", 0, NULL, "go on with a rollback that broke off half way", false},
    OPTION_JSON,
    OPTION_CONFIG,
    OPTION_PLUGIN_DIR,
    OPTION_END,
};

const struct command command_rollback = {
    .name = "rollback",
    .summary = "undo applied migrations, newest first",
    .arguments = "",
    .text = "Runs the rollback section of each, in one transaction with its record. A migration\n"
	    "without rollback SQL is refused.\n",
    .options = rollback_options,
    .run = run_rollback,
};
