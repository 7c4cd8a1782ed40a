#include <stdio.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "engine/migrate.h"

extern const struct command command_repair;

static int run_repair(struct invocation *invocation)
{
	bool done = option_given(invocation, "done"), retry = option_given(invocation, "retry");
	struct state state = {0};
	const char *settled;
	int status = EXIT_DONE;

	if (done == retry) {
		error_set(&invocation->error, ERROR_USAGE,
		          "'repair' wants one of --done and --retry");
		return cli_fail(invocation);
	}
	if (!project_session(invocation, 0) ||
	    !repair_run(&state, &invocation->session, invocation->entry,
	                done ? REPAIR_DONE : REPAIR_RETRY, &settled, &invocation->error))
		status = cli_fail(invocation);
	else if (invocation->json)
		output_json(json_pack("{s:o, s:o}", "database", json_text(invocation->entry->name),
		                      "repaired", json_text(settled)));
	else
		printf("%s; '%s --resume' goes on from there\n", settled,
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
    .text = "A statement that runs outside a transaction is entered in the journal before and\n"
	    "after. Where a crash came between, 'status' names it; look in the database whether\n"
	    "it took effect, say so here, then go on with 'migrate --resume'.\n",
    .options = repair_options,
    .run = run_repair,
};
