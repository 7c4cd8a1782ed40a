#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "cli/sql.h"
#include "engine/ddl.h"
#include "engine/scope.h"
#include "engine/side.h"
#include "schema/json.h"
#include "sql/text.h"

extern const struct command command_snapshot;

/* What is looked for, and what of it was found. */
struct search {
	struct arena arena;
	const struct entry *entry;
	const struct dbw_traits *traits;
	const char *typed;
	struct dbw_list names;      /* char *: what there is, for who mistyped */
	struct dbw_list operations; /* struct dbw_operation: what makes what was found */
	struct schema *found;
};

static bool same_optional(const struct dbw_traits *traits, const char *a, const char *b)
{
	return a == b || (a && b && sql_names_equal(traits, a, b));
}

/* The namespace of names without one may be said as well. */
static const char *home(const struct search *search)
{
	return search->entry->schema ? search->entry->schema : search->traits->default_namespace;
}

/* 'name', 'namespace.name', of a routine also with '(signature)'. A name may hold a dot. */
static bool is_typed(struct search *search, const char *namespace_name, const char *name,
                     const char *signature)
{
	const char *own = namespace_name ? namespace_name : home(search);
	const char *typed = search->typed;

	if (signature)
		name = arena_printf(&search->arena, "%s(%s)", name, signature);
	if (same_optional(search->traits, own, home(search)) &&
	    sql_names_equal(search->traits, typed, name))
		return true;
	for (const char *dot = own ? strchr(typed, '.') : NULL; dot; dot = strchr(dot + 1, '.')) {
		const char *space = arena_copy(&search->arena, typed, (size_t)(dot - typed));

		if (sql_names_equal(search->traits, space, own) &&
		    sql_names_equal(search->traits, dot + 1, name))
			return true;
	}
	return false;
}

/* The element that the operation makes: its names. False for what has no name of its own. */
static bool name_of(const struct dbw_operation *operation, const char **namespace_name,
                    const char **name, const char **signature)
{
	const struct dbw_table *table = operation->after;
	const struct dbw_sequence *sequence = operation->after;
	const struct dbw_enum *type = operation->after;
	const struct dbw_index *index = operation->after;
	const struct dbw_object *object = operation->after;

	*signature = NULL;
	switch (operation->element) {
	case DBW_TABLE:
		*namespace_name = table->namespace_name;
		*name = table->name;
		return true;
	case DBW_SEQUENCE:
		*namespace_name = sequence->namespace_name;
		*name = sequence->name;
		return true;
	case DBW_ENUM:
		*namespace_name = type->namespace_name;
		*name = type->name;
		return true;
	case DBW_INDEX:
		*namespace_name = operation->table_after->namespace_name;
		*name = index->name;
		return true;
	case DBW_OBJECT:
		*namespace_name = object->namespace_name;
		*name = object->name;
		*signature = object->signature;
		return true;
	default:
		return false;
	}
}

static bool matches(struct search *search, const struct dbw_operation *operation)
{
	const char *namespace_name, *name, *signature;

	if (operation->verb != DBW_CREATE ||
	    !name_of(operation, &namespace_name, &name, &signature))
		return false;
	list_append(&search->arena, &search->names,
	            (void *)(size_t)schema_display_name(&search->arena, namespace_name, name));
	return is_typed(search, namespace_name, name, NULL) ||
	       (signature && is_typed(search, namespace_name, name, signature));
}

/* A view has triggers, rules and indexes, too. */
static bool is_on(const struct dbw_object *object, const struct dbw_operation *owner)
{
	const struct dbw_object *view = owner->after;

	return owner->element == DBW_OBJECT && object->table &&
	       strcmp(object->table, view->name) == 0 && !view->table &&
	       (object->namespace_name == view->namespace_name ||
	        (object->namespace_name && view->namespace_name &&
	         strcmp(object->namespace_name, view->namespace_name) == 0));
}

/* What goes with something that was found: all that a table has. */
static bool belongs(const struct ddl *ddl, const struct dbw_list *found,
                    const struct dbw_operation *operation)
{
	const struct dbw_table *table = ddl_table(ddl, operation);

	for (size_t i = 0; i < found->count; i++) {
		const struct dbw_operation *one = found->items[i];

		if (one == operation ||
		    (table && one->element == DBW_TABLE && ddl_table(ddl, one) == table) ||
		    (operation->element == DBW_OBJECT && is_on(operation->after, one)))
			return true;
	}
	return false;
}

/* An index goes into the document with nothing else of its table. */
static void keep(struct search *search, const struct ddl *ddl,
                 const struct dbw_operation *operation)
{
	struct dbw_schema *content = &search->found->content;
	const void *element = operation->after;
	struct dbw_table *table;
	struct dbw_list *list;

	switch (operation->element) {
	case DBW_TABLE:
		list = &content->tables;
		element = ddl_table(ddl, operation);
		break;
	case DBW_SEQUENCE:
		list = &content->sequences;
		break;
	case DBW_ENUM:
		list = &content->enums;
		break;
	case DBW_OBJECT:
		list = &content->objects;
		break;
	case DBW_INDEX:
		if (schema_find_table(search->found, operation->table_after->namespace_name,
		                      operation->table_after->name))
			return;
		table = schema_add(search->found, &content->tables, DBW_TABLE);
		table->namespace_name = operation->table_after->namespace_name;
		table->name = operation->table_after->name;
		list_append(&search->found->arena, &table->indexes,
		            (void *)(size_t)operation->after);
		return;
	default:
		return;
	}
	list_append(&search->found->arena, list, (void *)(size_t)element);
	schema_changed(search->found);
}

static bool not_found(struct search *search, struct error *error)
{
	const char *near;

	list_append(&search->arena, &search->names, NULL);
	near = nearest_word(search->typed, (const char *const *)search->names.items);
	error_set(error, ERROR_FAILED, "there is no '%s' in the database", search->typed);
	if (near)
		return error_hint(
		    error, "Did you mean '%s'? 'dbwarden check-db' lists what there is.", near);
	/* The name alone may be somewhere else. */
	for (size_t i = 0; i + 1 < search->names.count; i++) {
		const char *name = search->names.items[i], *dot = strrchr(name, '.');

		if (dot && strcmp(dot + 1, search->typed) == 0)
			return error_hint(error,
			                  "Did you mean '%s'? 'dbwarden check-db' lists what "
			                  "there is.",
			                  name);
	}
	return error_hint(error, "'dbwarden check-db' lists what there is%s.",
	                  scope_is_limited(search->entry)
	                      ? ", without what 'model_tables' and 'exclude_tables' leave out"
	                      : "");
}

static bool find(struct search *search, const struct ddl *ddl, struct error *error)
{
	const struct dbw_list *operations = &ddl->diff.operations;
	struct dbw_list found = {0};

	for (size_t i = 0; i < operations->count; i++)
		if (matches(search, operations->items[i]))
			list_append(&search->arena, &found, operations->items[i]);
	if (!found.count)
		return not_found(search, error);
	for (size_t i = 0; i < operations->count; i++) {
		if (!belongs(ddl, &found, operations->items[i]))
			continue;
		list_append(&search->arena, &search->operations, operations->items[i]);
		keep(search, ddl, operations->items[i]);
	}
	return true;
}

static void print_json(const struct invocation *invocation, const struct search *search,
                       const struct dbw_list *statements)
{
	struct dbw_buffer text = {0};

	schema_write_json(search->found, &text, 0);
	output_json(json_pack(
	    "{s:o, s:o, s:o, s:o, s:o}", "database", json_text(invocation->entry->name), "dialect",
	    json_text(invocation->dialect->plugin.name), "name", json_text(search->typed), "schema",
	    json_loads(buffer_text(&text), 0, NULL), "sql", sql_json(statements)));
	buffer_release(&text);
}

static bool print(struct invocation *invocation, const struct schema *live, struct search *search)
{
	struct dbw_list statements = {0};
	struct ddl ddl = {0};
	bool done;

	search->found = schema_new(live->traits);
	done = ddl_begin(&ddl, live, invocation->dialect, &invocation->error) &&
	       find(search, &ddl, &invocation->error) &&
	       ddl_emit(&ddl, &search->operations, &statements, &invocation->error);
	if (done && invocation->json)
		print_json(invocation, search, &statements);
	else if (done)
		sql_print(invocation->dialect, &statements);
	schema_free(search->found);
	ddl_release(&ddl);
	return done;
}

static int run_snapshot(struct invocation *invocation)
{
	struct side live = {0};
	struct search search = {.typed = argument(invocation, 0)};
	bool done = project_dialect(invocation) && interrupts_catch(&invocation->error) &&
	            side_parse(&live, "live", invocation->dialect, &invocation->error) &&
	            side_read(&live, NULL, invocation->dialect, &invocation->config,
	                      invocation->entry, &invocation->error);

	if (done) {
		search.entry = invocation->entry;
		search.traits = invocation->dialect->plugin.traits;
		done = print(invocation, live.schema, &search);
	}
	side_release(&live);
	arena_release(&search.arena);
	return done ? EXIT_DONE : cli_fail(invocation);
}

static const struct option options[] = {
    OPTION_DATABASE, OPTION_JSON, OPTION_CONFIG, OPTION_PLUGIN_DIR, OPTION_END,
};

const struct command command_snapshot = {
    .name = "snapshot",
    .summary = "print the DDL of one table, view, routine, type ... of the live database",
    .arguments = "NAME",
    .least = 1,
    .most = 1,
    .text =
	"A table comes with its keys, indexes and triggers. NAME may have its schema before it,\n"
	"and a routine its argument types behind it: 'app.touch(integer)'. Changes nothing.\n",
    .options = options,
    .run = run_snapshot,
};
