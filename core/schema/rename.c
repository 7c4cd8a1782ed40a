#include <string.h>

#include "schema/diff_internal.h"
#include "sql/text.h"

/* Tables. */

static void rename_in_lists(struct diff_work *work, const char *from, const char *to)
{
	const struct dbw_schema *content = &work->diff->before->content;

	for (size_t i = 0; i < content->tables.count; i++) {
		const struct dbw_table *other = content->tables.items[i];

		for (size_t j = 0; j < other->constraints.count; j++) {
			struct dbw_constraint *constraint = other->constraints.items[j];

			if (constraint->ref_table &&
			    sql_names_equal(work->traits, constraint->ref_table, from))
				constraint->ref_table = to;
		}
	}
	for (size_t i = 0; i < content->objects.count; i++) {
		struct dbw_object *object = content->objects.items[i];

		if (object->table && sql_names_equal(work->traits, object->table, from))
			object->table = to;
	}
}

static void rename_table(struct diff_work *work, struct dbw_table *table, const char *to)
{
	struct arena *arena = &work->diff->before->arena;
	struct dbw_table *old = arena_new(arena, struct dbw_table);

	*old = *table;
	rename_in_lists(work, table->name, to);
	table->name = arena_string(arena, to);
	schema_changed(work->diff->before);
	work_add(work, PHASE_RENAME_TABLES, DBW_RENAME, DBW_TABLE, old, table, NULL, NULL);
	/* Views and triggers that speak of the old name, and those that speak of the new. */
	list_append(&work->touched->arena, &work->touched->content.tables, old);
	list_append(&work->touched->arena, &work->touched->content.tables, table);
}

static bool request_table(struct diff_work *work, const char *namespace_name, const char *from,
                          const char *to)
{
	struct dbw_table *old = schema_find_table(work->diff->before, namespace_name, from);
	const char *problem = NULL;

	if (!old)
		problem = "the migrations so far make no table of the old name";
	else if (schema_find_table(work->diff->before, namespace_name, to))
		problem = "there is a table of the new name already";
	else if (!schema_find_table(work->diff->after, namespace_name, to))
		problem = "the models have no table of the new name";
	else if (schema_find_table(work->diff->after, namespace_name, from))
		problem = "the models still have the table of the old name";
	if (problem) {
		error_set(work->error, ERROR_USAGE, "table '%s' cannot be renamed to '%s': %s",
		          from, to, problem);
		return error_hint(work->error,
		                  "Nothing was written; mend or leave out the rename.");
	}
	rename_table(work, old, to);
	return true;
}

/* Columns. */

static void rename_text(struct diff_work *work, const char **text, const char *from, const char *to)
{
	if (*text)
		*text = sql_rename(&work->diff->before->arena, work->traits, *text, from, to);
}

static void rename_name(const struct diff_work *work, const char **name, const char *from,
                        const char *to)
{
	if (*name && sql_names_equal(work->traits, *name, from))
		*name = to;
}

static void rename_names(const struct diff_work *work, struct dbw_list *names, const char *from,
                         const char *to)
{
	for (size_t i = 0; i < names->count; i++)
		rename_name(work, (const char **)&names->items[i], from, to);
}

static void rename_parts(struct diff_work *work, struct dbw_list *parts, const char *from,
                         const char *to)
{
	for (size_t i = 0; i < parts->count; i++) {
		struct dbw_key_part *part = parts->items[i];

		rename_name(work, &part->column, from, to);
		rename_text(work, &part->expression, from, to);
	}
}

static void rename_inside(struct diff_work *work, struct dbw_table *table, const char *from,
                          const char *to)
{
	for (size_t i = 0; i < table->columns.count; i++) {
		struct dbw_column *column = table->columns.items[i];

		rename_text(work, &column->generated_expression, from, to);
	}
	for (size_t i = 0; i < table->constraints.count; i++) {
		struct dbw_constraint *constraint = table->constraints.items[i];

		rename_parts(work, &constraint->parts, from, to);
		rename_text(work, &constraint->expression, from, to);
		rename_names(work, &constraint->include, from, to);
		rename_names(work, &constraint->on_delete_columns, from, to);
	}
	for (size_t i = 0; i < table->indexes.count; i++) {
		struct dbw_index *index = table->indexes.items[i];

		rename_parts(work, &index->parts, from, to);
		rename_text(work, &index->predicate, from, to);
		rename_names(work, &index->include, from, to);
	}
}

static void rename_references(struct diff_work *work, const struct dbw_table *table,
                              const char *from, const char *to)
{
	const struct dbw_list *tables = &work->diff->before->content.tables;

	for (size_t i = 0; i < tables->count; i++) {
		const struct dbw_table *other = tables->items[i];

		for (size_t j = 0; j < other->constraints.count; j++) {
			struct dbw_constraint *constraint = other->constraints.items[j];

			if (constraint->kind == DBW_FOREIGN_KEY &&
			    schema_find_table(work->diff->before, constraint->ref_namespace,
			                      constraint->ref_table) == table)
				rename_names(work, &constraint->ref_columns, from, to);
		}
	}
}

/* In the table, and in those that have the column from it. */
static void rename_throughout(struct diff_work *work, struct dbw_table *table,
                              struct dbw_column *column, const char *to)
{
	const struct dbw_list *tables = &work->diff->before->content.tables;
	const char *from = column->name;

	rename_inside(work, table, from, to);
	rename_references(work, table, from, to);
	column->name = to;
	if (!schema_find_table(work->touched, table->namespace_name, table->name))
		list_append(&work->touched->arena, &work->touched->content.tables, table);
	for (size_t i = 0; i < tables->count; i++) {
		struct dbw_table *child = tables->items[i];
		struct dbw_column *same = table_find_column(work->traits, child, from);

		if (same && inherit_is_child(work->diff->before, child, table))
			rename_throughout(work, child, same, to);
	}
}

static void rename_column(struct diff_work *work, struct dbw_table *table,
                          struct dbw_column *column, const char *to)
{
	struct arena *arena = &work->diff->before->arena;
	struct dbw_column *old = arena_new(arena, struct dbw_column);

	*old = *column;
	rename_throughout(work, table, column, arena_string(arena, to));
	work_add(work, PHASE_RENAME_COLUMNS, DBW_RENAME, DBW_COLUMN, old, column, table, table);
}

/* The table of a column may be named as it was or as it is now. */
static struct dbw_table *table_of_request(struct diff_work *work,
                                          const struct rename_request *request)
{
	struct dbw_table *table =
	    schema_find_table(work->diff->before, request->table_namespace, request->table);

	for (size_t i = 0; !table && i < work->drafts.count; i++) {
		const struct dbw_operation *operation =
		    ((const struct draft *)work->drafts.items[i])->operation;
		const struct dbw_table *old = operation->before, *new = operation->after;

		if (operation->element == DBW_TABLE &&
		    sql_names_equal(work->traits, old->name, request->table))
			table =
			    schema_find_table(work->diff->before, new->namespace_name, new->name);
	}
	return table;
}

static bool request_column(struct diff_work *work, const struct rename_request *request)
{
	struct dbw_table *table = table_of_request(work, request);
	const struct dbw_table *wanted =
	    table ? schema_find_table(work->diff->after, table->namespace_name, table->name) : NULL;
	struct dbw_column *column =
	    table ? table_find_column(work->traits, table, request->from) : NULL;
	const char *problem = NULL;

	if (!table)
		problem = "the migrations so far make no such table";
	else if (!wanted)
		problem = "the models have no such table";
	else if (!column)
		problem = "the migrations so far make no column of the old name";
	else if (table_find_column(work->traits, table, request->to))
		problem = "there is a column of the new name already";
	else if (!table_find_column(work->traits, wanted, request->to))
		problem = "the models have no column of the new name";
	else if (table_find_column(work->traits, wanted, request->from))
		problem = "the models still have the column of the old name";
	if (problem) {
		error_set(work->error, ERROR_USAGE, "column '%s.%s' cannot be renamed to '%s': %s",
		          request->table, request->from, request->to, problem);
		return error_hint(work->error,
		                  "Nothing was written; mend or leave out the rename.");
	}
	rename_column(work, table, column, request->to);
	return true;
}

/* Hints stay in the models after they have done their work: where the old name is gone, or the new
 * one is there, they mean nothing any more. */
static void follow_hints(struct diff_work *work)
{
	const struct dbw_list *tables = &work->diff->after->content.tables;

	for (size_t i = 0; i < tables->count; i++) {
		const struct dbw_table *wanted = tables->items[i];
		struct dbw_table *old =
		    wanted->renamed_from
			? schema_find_table(work->diff->before, wanted->namespace_name,
		                            wanted->renamed_from)
			: NULL;

		if (old &&
		    !schema_find_table(work->diff->before, wanted->namespace_name, wanted->name) &&
		    !schema_find_table(work->diff->after, old->namespace_name, old->name))
			rename_table(work, old, wanted->name);
	}
	for (size_t i = 0; i < tables->count; i++) {
		const struct dbw_table *wanted = tables->items[i];
		struct dbw_table *table =
		    schema_find_table(work->diff->before, wanted->namespace_name, wanted->name);

		for (size_t j = 0; table && j < wanted->columns.count; j++) {
			const struct dbw_column *column = wanted->columns.items[j];
			struct dbw_column *old =
			    column->renamed_from
				? table_find_column(work->traits, table, column->renamed_from)
				: NULL;

			if (old && !table_find_column(work->traits, table, column->name) &&
			    !table_find_column(work->traits, wanted, old->name) &&
			    !inherit_has_column(work->diff->before, table, old->name))
				rename_column(work, table, old, column->name);
		}
	}
}

bool diff_rename(struct diff_work *work, const struct dbw_list *requests)
{
	for (size_t i = 0; i < requests->count; i++) {
		const struct rename_request *request = requests->items[i];

		if (!request->table &&
		    !request_table(work, request->table_namespace, request->from, request->to))
			return false;
	}
	for (size_t i = 0; i < requests->count; i++) {
		const struct rename_request *request = requests->items[i];

		if (request->table && !request_column(work, request))
			return false;
	}
	follow_hints(work);
	return true;
}
