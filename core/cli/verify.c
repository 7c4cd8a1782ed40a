#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "engine/verify.h"

extern const struct command command_verify;

/* What the events print; programs get one object at the end. */
struct show {
	struct invocation *invocation;
	const char *here; /* paths are shown as seen from here */
};

static void print_lines(const char *text)
{
	struct arena arena = {0};

	while (*text) {
		size_t length = strcspn(text, "\n");

		fputs("        ", stdout);
		output_safe(stdout, arena_copy(&arena, text, length), false);
		putchar('\n');
		text += length + (text[length] == '\n');
	}
	arena_release(&arena);
}

static void print_fault(const struct show *show, const struct error *error)
{
	fputs("    ", stdout);
	if (error->file) {
		output_safe(stdout, path_shorten(error->file, show->here), false);
		if (error->line)
			printf(":%zu", error->line);
		if (error->line && error->column)
			printf(":%zu", error->column);
		fputs(": ", stdout);
	}
	output_safe(stdout, error->message, false);
	putchar('\n');
	if (error->detail)
		print_lines(error->detail);
	if (error->hint) {
		fputs("    ", stdout);
		output_text(stdout, COLOUR_YELLOW, "-> ");
		output_safe(stdout, error->hint, true);
		putchar('\n');
	}
}

static void show_begin(void *context, const struct verified *verified, size_t index, size_t count)
{
	(void)context;
	progress_show(index, count, verified->migration->file);
}

static void show_end(void *context, const struct verified *verified, size_t index, size_t count)
{
	static const enum colour colours[] = {
	    [VERIFY_PROVED] = COLOUR_GREEN,
	    [VERIFY_IRREVERSIBLE] = COLOUR_YELLOW,
	    [VERIFY_REPLAYED] = COLOUR_DIM,
	    [VERIFY_FAULTY] = COLOUR_RED,
	};
	const struct show *show = context;

	if (show->invocation->json)
		return;
	progress_clear();
	output_text(stdout, colours[verified->result], verify_result_name(verified->result));
	putchar(' ');
	output_safe(stdout, verified->migration->file, false);
	printf(" (%lld ms)\n", verified->duration_ms);
	if (verified->fault != VERIFY_NO_FAULT)
		print_fault(show, &verified->error);
	fflush(stdout);
	progress_show(index + 1, count, "");
}

static void print_summary(const struct verification *verification)
{
	const char *separator = ": ";

	printf("%zu migration%s", verification->verified.count,
	       verification->verified.count == 1 ? "" : "s");
	for (int i = VERIFY_FAULTY; i >= VERIFY_NOT_REACHED; i--) {
		if (!verification->counts[i])
			continue;
		printf("%s%zu %s", separator, verification->counts[i],
		       verify_result_name((enum verify_result)i));
		separator = ", ";
	}
	putchar('\n');
}

/* JSON. */

static json_t *lines_json(const char *text)
{
	json_t *list = json_array();
	struct arena arena = {0};

	while (text && *text) {
		size_t length = strcspn(text, "\n");

		json_array_append_new(list, json_text(arena_copy(&arena, text, length)));
		text += length + (text[length] == '\n');
	}
	arena_release(&arena);
	return list;
}

/* Programs would rather have no blanks in it. */
static json_t *word_json(const char *name)
{
	struct arena arena = {0};
	char *word = arena_string(&arena, name), *blank;
	json_t *string;

	while ((blank = strchr(word, ' ')) != NULL)
		*blank = '_';
	string = json_string(word);
	arena_release(&arena);
	return string;
}

static json_t *number_json(size_t number)
{
	return number ? json_integer((json_int_t)number) : json_null();
}

static json_t *fault_json(const struct verified *verified)
{
	const struct error *error = &verified->error;
	bool differs =
	    verified->fault == VERIFY_ROLLBACK_DIFFERS || verified->fault == VERIFY_AGAIN_DIFFERS;

	if (verified->fault == VERIFY_NO_FAULT)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "kind",
	                 word_json(verify_fault_name(verified->fault)), "message",
	                 json_text(error->message), "file", json_text(error->file), "line",
	                 number_json(error->line), "column", number_json(error->column),
	                 "differences", lines_json(differs ? error->detail : NULL), "detail",
	                 json_text(differs ? NULL : error->detail), "hint", json_text(error->hint));
}

static json_t *verification_json(const struct invocation *invocation,
                                 const struct verification *verification)
{
	static const char *const count_names[] = {
	    [VERIFY_NOT_REACHED] = "not_reached",
	    [VERIFY_PROVED] = "proved",
	    [VERIFY_IRREVERSIBLE] = "irreversible",
	    [VERIFY_REPLAYED] = "replayed",
	    [VERIFY_FAULTY] = "faulty",
	};
	json_t *list = json_array(), *counts = json_object();

	for (size_t i = 0; i < verification->verified.count; i++) {
		const struct verified *verified = verification->verified.items[i];

		json_array_append_new(
		    list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:I}", "version",
		                    json_text(verified->migration->version), "description",
		                    json_text(verified->migration->description), "file",
		                    json_text(verified->migration->file), "checksum",
		                    json_text(verified->migration->checksum), "result",
		                    word_json(verify_result_name(verified->result)), "fault",
		                    fault_json(verified), "duration_ms",
		                    (json_int_t)verified->duration_ms));
	}
	for (int i = VERIFY_NOT_REACHED; i <= VERIFY_FAULTY; i++)
		json_object_set_new(counts, count_names[i],
		                    json_integer((json_int_t)verification->counts[i]));
	return json_pack(
	    "{s:o, s:o, s:b, s:o, s:o}", "database", json_text(invocation->entry->name), "since",
	    json_text(verification->since), "good", verification->counts[VERIFY_FAULTY] == 0,
	    "counts", counts, "migrations", list);
}

/* A migration that cannot be applied is a failure; one that cannot be undone is something to mend. */
static int status_of(const struct verification *verification)
{
	if (verification->stopped)
		return ERROR_FAILED;
	return verification->counts[VERIFY_FAULTY] ? EXIT_TO_DO : EXIT_DONE;
}

static int run_verify(struct invocation *invocation)
{
	struct show show = {invocation, path_working_directory(&invocation->arena)};
	const struct verify_events events = {&show, show_begin, show_end};
	struct verification verification = {0};
	int status;
	bool done =
	    project_dialect(invocation) && interrupts_catch(&invocation->error) &&
	    verify_run(&verification, option_value(invocation, "since"), invocation->dialect,
	               &invocation->config, invocation->entry, &events, &invocation->error);

	progress_clear();
	if (!done) {
		status = cli_fail(invocation);
	} else {
		status = status_of(&verification);
		if (invocation->json)
			output_json(verification_json(invocation, &verification));
		else if (verification.verified.count)
			print_summary(&verification);
		else
			puts("there are no migrations");
	}
	verify_release(&verification);
	return status;
}

static const struct option verify_options[] = {
    OPTION_DATABASE,
    {"since", 0, "V", "prove this version and those after it; only run those before", false},
    OPTION_JSON,
    OPTION_CONFIG,
    OPTION_PLUGIN_DIR,
    OPTION_END,
};

const struct command command_verify = {
    .name = "verify",
    .summary = "prove every migration up, down and up again",
    .arguments = "",
    .text =
	"Runs the migrations folder in a throw-away database; your own is not touched. Each\n"
	"rollback must run and lead back to the schema as it was, and the upgrade must run once\n"
	"more after it. All that is wrong is told, with its place. Repeatable migrations are run\n"
	"twice at the end.\n"
	"Status 3 if something is to be mended, 1 if a migration cannot even be applied: those\n"
	"after it are not reached.\n",
    .options = verify_options,
    .run = run_verify,
};
