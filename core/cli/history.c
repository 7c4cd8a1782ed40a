#include <stdio.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "engine/records.h"

extern const struct command command_history;

static json_t *record_json(const struct record *record)
{
	return json_pack(
	    "{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o}", "id", (json_int_t)record->id,
	    "version", json_text(record->version), "description", json_text(record->description),
	    "file", json_text(record->file), "kind", json_text(record->kind), "action",
	    json_text(action_name(record->action)), "checksum", json_text(record->checksum),
	    "applied_at", json_text(record->applied_at), "duration_ms",
	    (json_int_t)record->duration_ms, "applied_by", json_text(record->applied_by),
	    "tool_version", json_text(record->tool_version));
}

static void print_json(const struct invocation *invocation, const struct records *records)
{
	json_t *list = json_array();

	for (size_t i = 0; i < records->all.count; i++)
		json_array_append_new(list, record_json(records->all.items[i]));
	output_json(json_pack("{s:o, s:o}", "database", json_text(invocation->entry->name),
	                      "history", list));
}

static void print_table(const struct records *records)
{
	static const char *const headings[] = {"#",  "WHEN (UTC)", "ACTION", "VERSION",
	                                       "MS", "BY",         "FILE"};
	struct table table;

	table_begin(&table, headings, 7);
	for (size_t i = 0; i < records->all.count; i++) {
		const struct record *record = records->all.items[i];
		char id[32], duration[32];
		const char *cells[] = {
		    id,
		    record->applied_at,
		    action_name(record->action),
		    record->version,
		    duration,
		    record->applied_by,
		    record->file,
		};

		snprintf(id, sizeof id, "%lld", record->id);
		snprintf(duration, sizeof duration, "%lld", record->duration_ms);
		table_row(&table, record->action == ACTION_ROLLBACK ? COLOUR_YELLOW : COLOUR_NONE,
		          cells);
	}
	table_print(&table, stdout);
}

static int run_history(struct invocation *invocation)
{
	struct records records = {0};
	struct journal *journal;
	int status = EXIT_DONE;

	if (!project_session(invocation, DBW_CONNECT_READ_ONLY) ||
	    !records_read(&records, &invocation->session, &journal, &invocation->error))
		status = cli_fail(invocation);
	else if (invocation->json)
		print_json(invocation, &records);
	else if (records.all.count)
		print_table(&records);
	else
		printf("%s: nothing has been applied yet\n", invocation->entry->name);
	records_release(&records);
	return status;
}

static const struct option options[] = {
    OPTION_DATABASE, OPTION_JSON, OPTION_CONFIG, OPTION_PLUGIN_DIR, OPTION_END,
};

const struct command command_history = {
    .name = "history",
    .summary = "show what was executed, in order, rollbacks included",
    .arguments = "",
    .options = options,
    .run = run_history,
};
