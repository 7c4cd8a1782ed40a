#include "cli/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"
#include "engine/merge.h"

static const char *file_of(const struct dbw_list *files, size_t i)
{
	return ((const struct branch_file *)files->items[i])->migration->file;
}

static int ask_branch(void *context, const struct dbw_list *branches)
{
	char answer[64];

	(void)context;
	for (;;) {
		fputs("Which of these stays as it is? The others get the numbers behind it.\n",
		      stderr);
		for (size_t i = 0; i < branches->count; i++) {
			const struct merge_branch *branch = branches->items[i];

			fprintf(stderr, "  %zu:", i + 1);
			for (size_t j = 0; j < branch->files.count; j++)
				fprintf(stderr, " %s", file_of(&branch->files, j));
			fputc('\n', stderr);
		}
		fprintf(stderr, "[1-%zu] ", branches->count);
		if (!fgets(answer, sizeof answer, stdin))
			return -1;
		size_t chosen = strtoul(answer, NULL, 10);

		if (chosen >= 1 && chosen <= branches->count)
			return (int)chosen - 1;
	}
}

static json_t *branches_json(const struct merged *merged)
{
	json_t *list = json_array();

	for (size_t i = 0; i < merged->choices.count; i++) {
		const struct merge_branch *branch = merged->choices.items[i];
		json_t *files = json_array();

		for (size_t j = 0; j < branch->files.count; j++)
			json_array_append_new(files, json_text(file_of(&branch->files, j)));
		json_array_append_new(list,
		                      json_pack("{s:o, s:b, s:b}", "files", files, "applied",
		                                branch->applied, "stays", branch == merged->kept));
	}
	return list;
}

static json_t *moves_json(const struct merged *merged)
{
	json_t *list = json_array();

	for (size_t i = 0; i < merged->count; i++)
		if (merged->steps[i].moved)
			json_array_append_new(
			    list, json_pack("{s:o, s:o, s:o}", "from",
			                    json_text(merged->steps[i].file->migration->file), "to",
			                    json_text(merged->steps[i].name), "version",
			                    json_text(merged->steps[i].version)));
	return list;
}

static void print_json(struct invocation *invocation, const struct merged *merged,
                       enum merge_outcome outcome)
{
	static const char *const outcomes[] = {
	    [MERGE_WRITTEN] = "written",     [MERGE_PLANNED] = "planned",
	    [MERGE_FINISHED] = "finished",   [MERGE_NOTHING] = "nothing to merge",
	    [MERGE_QUESTIONS] = "to choose",
	};

	output_json(json_pack("{s:o, s:o, s:o, s:o, s:b}", "database",
	                      json_text(invocation->entry->name), "outcome",
	                      json_text(outcomes[outcome]), "branches", branches_json(merged),
	                      "moves", moves_json(merged), "proved", merged->proved));
}

static void print_question(struct invocation *invocation, const struct merged *merged)
{
	const char *name = invocation->entry->name;

	if (merged->unasked)
		printf("The database was not asked what is applied: %s\n", merged->unasked);
	puts("Nobody knows which branch stays as it is; nothing was written. Say which gives way:");
	for (size_t i = 0; i < merged->choices.count; i++) {
		const struct merge_branch *kept = merged->choices.items[i];

		printf("    %s stays:  dbwarden make-migrations --merge --database %s",
		       file_of(&kept->files, 0), name);
		for (size_t j = 0; j < merged->choices.count; j++)
			if (j != i) {
				const struct merge_branch *other = merged->choices.items[j];

				printf(" %s", file_of(&other->files, 0));
			}
		putchar('\n');
	}
}

static void print_merged(const struct merged *merged, bool written)
{
	const struct dbw_list *kept = &merged->kept->files;

	for (size_t i = 0; i < kept->count; i++)
		printf("%s stays (%s)\n", file_of(kept, i), merged->reason);
	for (size_t i = 0; i < merged->count; i++) {
		const struct merge_step *step = &merged->steps[i];

		if (!step->moved)
			continue;
		output_text(stdout, COLOUR_GREEN, step->file->migration->file);
		if (strcmp(step->name, step->file->migration->file) == 0)
			puts(written ? " keeps its version; its snapshot was written anew"
			             : " keeps its version; its snapshot would be written anew");
		else
			printf(" %s %s\n", written ? "is now" : "would become", step->name);
	}
	puts(merged->proved
	         ? "Proved in a scratch database: all of them, one after the other, and back again."
	         : merged->unproved);
	if (written)
		puts("Run 'dbwarden make-migrations' to see whether the models agree.");
}

static int report(struct invocation *invocation, const struct merged *merged,
                  enum merge_outcome outcome)
{
	if (outcome == MERGE_FAILED)
		return cli_fail(invocation);
	for (size_t i = 0; i < merged->notes.count; i++)
		cli_note(invocation, "%s", (const char *)merged->notes.items[i]);
	if (invocation->json)
		print_json(invocation, merged, outcome);
	else if (outcome == MERGE_NOTHING)
		printf("%s: nothing to merge, there is one branch of migrations\n",
		       invocation->entry->name);
	else if (outcome == MERGE_FINISHED)
		puts("A merge that had been interrupted is done now.");
	else if (outcome == MERGE_QUESTIONS)
		print_question(invocation, merged);
	else
		print_merged(merged, outcome == MERGE_WRITTEN);
	return outcome == MERGE_QUESTIONS ? EXIT_TO_DO : EXIT_DONE;
}

int merge_command(struct invocation *invocation)
{
	bool terminal = isatty(STDIN_FILENO) && isatty(STDERR_FILENO) && !invocation->json;
	struct merge_options options = {
	    .files = invocation->arguments,
	    .plan_only = option_given(invocation, "plan"),
	    .no_verify = option_given(invocation, "no-verify"),
	    .ask = terminal ? ask_branch : NULL,
	};
	struct merged merged = {0};
	int status = report(invocation, &merged,
	                    merge_run(&merged, &invocation->config, invocation->entry,
	                              invocation->dialect, &options, &invocation->error));

	merged_release(&merged);
	return status;
}
