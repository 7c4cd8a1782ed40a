#include <stdio.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "engine/lock.h"

extern const struct command command_lock_status, command_unlock;

/* Who holds it now. False: it cannot be told, and the error says why. */
static bool find_holder(struct invocation *invocation, unsigned flags,
                        struct dbw_lock_holder *holder, bool *held)
{
	struct dbw_error failure = {.struct_size = sizeof failure};
	const struct dbw_plugin *plugin;
	enum dbw_status status;

	if (!project_session(invocation, flags))
		return false;
	plugin = &invocation->dialect->plugin;
	if (!plugin->lock_holder)
		return dialect_lacks(invocation->dialect, "lock", &invocation->error);
	status = plugin->lock_holder(invocation->session.connection, holder, &failure);
	if (status != DBW_OK && status != DBW_BUSY)
		return error_plugin(&invocation->error, status, &failure);
	*held = status == DBW_BUSY;
	return true;
}

static json_t *holder_json(const struct dbw_lock_holder *holder, bool held)
{
	if (!held)
		return json_null();
	return json_pack("{s:o, s:o, s:I, s:o, s:o}", "host", json_text(holder->host), "user",
	                 json_text(holder->user), "pid", (json_int_t)holder->pid, "command",
	                 json_text(holder->command), "since", json_text(holder->since));
}

static void print_holder(struct invocation *invocation, const struct dbw_lock_holder *holder,
                         bool held)
{
	if (held)
		printf("%s: the migration lock is held by %s\n", invocation->entry->name,
		       lock_describe(&invocation->arena, holder));
	else
		printf("%s: the migration lock is free\n", invocation->entry->name);
}

static int run_lock_status(struct invocation *invocation)
{
	struct dbw_lock_holder holder = {.struct_size = sizeof holder};
	bool held;

	if (!find_holder(invocation, DBW_CONNECT_READ_ONLY, &holder, &held))
		return cli_fail(invocation);
	if (invocation->json)
		output_json(json_pack("{s:o, s:b, s:o}", "database",
		                      json_text(invocation->entry->name), "locked", held, "holder",
		                      holder_json(&holder, held)));
	else
		print_holder(invocation, &holder, held);
	return EXIT_DONE;
}

static const struct option status_options[] = {
    OPTION_DATABASE, OPTION_JSON, OPTION_CONFIG, OPTION_PLUGIN_DIR, OPTION_END,
};

const struct command command_lock_status = {
    .name = "lock-status",
    .summary = "show who holds the migration lock",
    .arguments = "",
    .options = status_options,
    .run = run_lock_status,
};

static bool end_holder(struct invocation *invocation)
{
	const struct dbw_plugin *plugin = &invocation->dialect->plugin;
	struct dbw_error failure = {.struct_size = sizeof failure};
	enum dbw_status status;

	if (!plugin->lock_break) {
		dialect_lacks(invocation->dialect, "unlock", &invocation->error);
		return error_hint(&invocation->error,
		                  "The lock ends with the process that holds it.");
	}
	status = plugin->lock_break(invocation->session.connection, &failure);
	return status == DBW_OK || error_plugin(&invocation->error, status, &failure);
}

static int run_unlock(struct invocation *invocation)
{
	struct dbw_lock_holder holder = {.struct_size = sizeof holder};
	bool held, force = option_given(invocation, "force");

	if (!find_holder(invocation, 0, &holder, &held))
		return cli_fail(invocation);
	if (!invocation->json)
		print_holder(invocation, &holder, held);
	if (held && !force) {
		error_set(&invocation->error, ERROR_LOCKED, "the migration lock is in use");
		error_hint(
		    &invocation->error,
		    "Wait for its holder to end. 'dbwarden unlock --force --database %s' ends "
		    "the holder's session on the server: what it has not committed is undone.",
		    invocation->entry->name);
		return cli_fail(invocation);
	}
	if (held && !end_holder(invocation))
		return cli_fail(invocation);
	if (invocation->json)
		output_json(json_pack("{s:o, s:b, s:o}", "database",
		                      json_text(invocation->entry->name), "ended", held, "holder",
		                      holder_json(&holder, held)));
	else if (held)
		puts("its session was ended; 'dbwarden status' shows how far it came");
	return EXIT_DONE;
}

static const struct option unlock_options[] = {
    OPTION_DATABASE,   {"force", 0, NULL, "end the session of whoever holds it", false},
    OPTION_JSON,       OPTION_CONFIG,
    OPTION_PLUGIN_DIR, OPTION_END,
};

const struct command command_unlock = {
    .name = "unlock",
    .summary = "end the session that holds the migration lock",
    .arguments = "",
    .text = "The lock ends with its holder, so this is for a holder that does not end: one that\n"
	    "hangs, or whose machine is gone and whose session the server still keeps.\n",
    .options = unlock_options,
    .run = run_unlock,
};
