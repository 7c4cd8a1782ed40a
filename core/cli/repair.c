#include <stdio.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "engine/repair.h"

extern const struct command command_repair;

static int run_repair(struct invocation *invocation)
{
	bool done = option_given(invocation, "done"), retry = option_given(invocation, "retry");
	struct state state = {0};
	const char *settled;
	int status = EXIT_DONE;

	if (done && retry) {
		error_set(&invocation->error, ERROR_USAGE,
		          "--done and --retry cannot be given together");
		return cli_fail(invocation);
	}
	if (!project_session(invocation, 0) ||
	    !repair_run(&state, &invocation->session, &invocation->config, invocation->entry,
	                done    ? REPAIR_DONE
	                : retry ? REPAIR_RETRY
	                        : REPAIR_LOOK,
	                &settled, &invocation->error))
		status = cli_fail(invocation);
	else if (invocation->json)
		output_json(json_pack("{s:o, s:o}", "database", json_text(invocation->entry->name),
		                      "repaired", json_text(settled)));
	else
		printf("%s; 'dbwarden %s --resume' goes on from there\n", settled,
		       state.journal->action == ACTION_ROLLBACK ? "rollback" : "migrate");
	state_release(&state);
	return status;
}

static const struct option repair_options[] = {
    OPTION_DATABASE,
    {"done", 0, NULL, "the statement in doubt took effect: go on after it", false},
    {"retry", 0, NULL, "it did not: run it again", false},
    OPTION_JSON,
    OPTION_CONFIG,
    OPTION_PLUGIN_DIR,
    OPTION_END,
};

const struct command command_repair = {
    .name = "repair",
    .summary = "settle a statement whose outcome nobody saw",
    .arguments = "",
    .text =
	"A statement that runs outside a transaction is entered in the journal before and\n"
	"after. Where a crash came between, 'status' names it. This compares the database\n"
	"with what it would be before and after that statement, and settles which it is; where\n"
	"that does not tell, look yourself and say so. Then go on with 'migrate --resume'.\n",
    .options = repair_options,
    .run = run_repair,
};
