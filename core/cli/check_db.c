#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "cli/sql.h"
#include "engine/ddl.h"
#include "engine/scope.h"
#include "engine/side.h"
#include "schema/json.h"
#include "schema/listing.h"

extern const struct command command_check_db;

enum form { FORM_TEXT, FORM_JSON, FORM_SQL };

static bool choose_form(struct invocation *invocation, enum form *form)
{
	static const char *const names[] = {"txt", "json", "sql", NULL};
	const char *name = option_value(invocation, "out");

	*form = invocation->json ? FORM_JSON : FORM_TEXT;
	if (!name)
		return true;
	for (int i = 0; names[i]; i++)
		if (strcmp(name, names[i]) == 0) {
			*form = (enum form)i;
			invocation->json |= *form == FORM_JSON;
			return true;
		}
	error_set(&invocation->error, ERROR_USAGE, "there is no output '%s'", name);
	return error_hint(&invocation->error, "Say --out txt, json or sql.");
}

static void print_text(const struct invocation *invocation, const struct schema *schema)
{
	struct dbw_buffer text = {0};

	schema_list(schema, &text);
	if (!text.length)
		cli_note(invocation, "%s: there is nothing in the database",
		         invocation->entry->name);
	sql_print_text(buffer_text(&text));
	buffer_release(&text);
}

/* Written as it is in snapshots, so that what is kept of it can be compared, line by line too. */
static void print_json(const struct invocation *invocation, const struct schema *schema)
{
	struct dbw_buffer text = {0};

	buffer_string(&text, "{\n  \"database\": ");
	json_write_string(&text, invocation->entry->name);
	buffer_string(&text, ",\n  \"dialect\": ");
	json_write_string(&text, invocation->dialect->plugin.name);
	buffer_string(&text, ",\n  \"schema\": ");
	schema_write_json(schema, &text, 2);
	buffer_string(&text, "\n}\n");
	fputs(buffer_text(&text), stdout);
	buffer_release(&text);
}

static bool print_sql(struct invocation *invocation, const struct schema *schema)
{
	struct dbw_list statements = {0};
	struct ddl ddl = {0};
	bool done = ddl_begin(&ddl, schema, invocation->dialect, &invocation->error) &&
	            ddl_emit(&ddl, &ddl.diff.operations, &statements, &invocation->error);

	if (done)
		sql_print(invocation->dialect, &statements);
	ddl_release(&ddl);
	return done;
}

static bool print(struct invocation *invocation, const struct schema *schema, enum form form)
{
	if (form == FORM_SQL)
		return print_sql(invocation, schema);
	if (form == FORM_JSON)
		print_json(invocation, schema);
	else
		print_text(invocation, schema);
	return true;
}

static int run_check_db(struct invocation *invocation)
{
	struct side live = {0};
	enum form form;
	bool done = choose_form(invocation, &form) && project_dialect(invocation) &&
	            interrupts_catch(&invocation->error) &&
	            side_parse(&live, "live", invocation->dialect, &invocation->error) &&
	            side_read(&live, NULL, invocation->dialect, &invocation->config,
	                      invocation->entry, &invocation->error) &&
	            print(invocation, live.schema, form);

	if (done && scope_is_limited(invocation->entry))
		cli_note(invocation, "without the tables that are not this entry's own "
		                     "(model_tables, exclude_tables)");
	side_release(&live);
	return done ? EXIT_DONE : cli_fail(invocation);
}

static const struct option options[] = {
    OPTION_DATABASE,
    {"out", 0, "FORM", "txt (the default), json, or sql: the DDL that makes it again", false},
    OPTION_JSON,
    OPTION_CONFIG,
    OPTION_PLUGIN_DIR,
    OPTION_END,
};

const struct command command_check_db = {
    .name = "check-db",
    .summary = "print the schema of the live database",
    .arguments = "",
    .text =
	"Without dbwarden's own tables, in an order that is always the same. 'diff --from FILE'\n"
	"compares with what --out json or sql wrote. Changes nothing.\n",
    .options = options,
    .run = run_check_db,
};
