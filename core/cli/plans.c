#include "cli/plans.h"

#include <stdio.h>

#include "engine/plan.h"

static bool find(struct invocation *invocation, const struct migration *migration,
                 struct plan *plan)
{
	struct error error = {0};
	enum plan_state state = plan_find(plan, &invocation->arena, migration, &error);

	if (state == PLAN_BAD)
		cli_note(invocation, "%s", error.message);
	error_release(&error);
	return state == PLAN_GOOD;
}

bool plan_print_line(struct invocation *invocation, const struct migration *migration)
{
	struct plan plan;

	if (!find(invocation, migration, &plan))
		return false;
	printf("%s: ", migration->version);
	output_text(stdout, plan.loses_data ? COLOUR_RED : COLOUR_NONE,
	            plan_summary(&plan, &invocation->arena));
	putchar('\n');
	return true;
}

void plan_print_comments(struct invocation *invocation, const struct migration *migration)
{
	struct plan plan;

	if (!find(invocation, migration, &plan))
		return;
	for (size_t i = 0; i < plan.operations.count; i++) {
		const struct plan_operation *one = plan.operations.items[i];

		fputs("-- ", stdout);
		output_safe(stdout, one->text, false);
		fputs("  [lock: ", stdout);
		output_safe(stdout, one->lock ? one->lock : "none", false);
		if (one->also_locked) {
			fputs("; ", stdout);
			output_safe(stdout, one->also_locked, false);
		}
		printf("%s%s%s]", one->rewrites_table ? "; rewrites the table" : "",
		       one->scans_table && !one->rewrites_table ? "; reads the whole table" : "",
		       one->blocks ? "; others wait" : "");
		if (one->loses_data) {
			fputs("  loses data", stdout);
			if (one->loss) {
				fputs(": ", stdout);
				output_safe(stdout, one->loss, false);
			}
		}
		putchar('\n');
	}
}

json_t *plan_json(struct invocation *invocation, const struct migration *migration)
{
	struct plan plan;
	json_t *operations;

	if (!find(invocation, migration, &plan))
		return json_null();
	operations = json_array();
	for (size_t i = 0; i < plan.operations.count; i++) {
		const struct plan_operation *one = plan.operations.items[i];
		json_t *object = json_pack(
		    "{s:o, s:o, s:b, s:b, s:b, s:b}", "operation", json_text(one->text), "lock",
		    json_text(one->lock), "rewrites_table", one->rewrites_table, "scans_table",
		    one->scans_table, "blocks", one->blocks, "loses_data", one->loses_data);

		json_object_set_new(object, "also_locked", json_text(one->also_locked));
		json_object_set_new(object, "loss", json_text(one->loss));
		json_array_append_new(operations, object);
	}
	return json_pack("{s:b, s:o, s:o, s:o}", "loses_data", plan.loses_data, "rollback",
	                 json_text(plan.rollback), "proof", json_text(plan.proof), "operations",
	                 operations);
}
