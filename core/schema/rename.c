#include <string.h>

#include "schema/diff_internal.h"
#include "sql/text.h"

/* Tables. */

/* As dbw_table.inherits and partition_of have it. */
static const char *parent_name(struct diff_work *work, const char *namespace_name, const char *name)
{
	return namespace_name
	           ? arena_printf(&work->diff->before->arena, "%s.%s", namespace_name, name)
	           : name;
}

static bool same_namespace(const struct diff_work *work, const char *a, const char *b)
{
	const char *usual = work->traits->default_namespace;

	a = a ? a : usual;
	b = b ? b : usual;
	return a == b || (a && b && sql_names_equal(work->traits, a, b));
}

static void rename_in_tables(struct diff_work *work, const struct dbw_table *old,
                             const struct dbw_table *new)
{
	const struct dbw_list *tables = &work->diff->before->content.tables;
	const char *parent = parent_name(work, new->namespace_name, new->name);

	for (size_t i = 0; i < tables->count; i++) {
		struct dbw_table *other = tables->items[i];

		for (size_t j = 0; j < other->constraints.count; j++) {
			struct dbw_constraint *constraint = other->constraints.items[j];

			if (!constraint->ref_table ||
			    !sql_names_equal(work->traits, constraint->ref_table, old->name) ||
			    !same_namespace(work, constraint->ref_namespace, old->namespace_name))
				continue;
			constraint->ref_table = new->name;
			constraint->ref_namespace = new->namespace_name;
		}
		for (size_t j = 0; j < other->inherits.count; j++)
			if (schema_find_parent(work->diff->before, other->inherits.items[j]) == old)
				other->inherits.items[j] = (void *)(size_t)parent;
		if (other->partition_of &&
		    schema_find_parent(work->diff->before, other->partition_of) == old)
			other->partition_of = parent;
	}
}

/* An object on a table that was renamed, and what it was before. */
struct moved {
	const struct dbw_object *now;
	const struct dbw_object *then;
};

static void keep_object(struct diff_work *work, const struct dbw_object *object)
{
	struct dbw_object *then = arena_new(&work->diff->arena, struct dbw_object);
	struct moved *moved = arena_new(&work->diff->arena, struct moved);

	*then = *object;
	moved->now = object;
	moved->then = then;
	list_append(&work->diff->arena, &work->moved, moved);
}

void diff_restore_moved(struct diff_work *work)
{
	for (size_t i = 0; work->moved.count && i < work->drafts.count; i++) {
		const struct draft *draft = work->drafts.items[i];
		struct dbw_operation *operation = draft->operation;

		/* The first one: what its table was called at the beginning. */
		for (size_t j = 0; draft->phase < PHASE_RENAME_TABLES && j < work->moved.count;
		     j++) {
			const struct moved *moved = work->moved.items[j];

			if (operation->before == moved->now) {
				operation->before = moved->then;
				break;
			}
		}
	}
}

/* The text of a grant names its table. */
static void follow_grant(struct diff_work *work, struct dbw_object *grant,
                         const struct dbw_table *new)
{
	const struct dbw_list *objects = &work->diff->after->content.objects;
	bool option = strcmp(grant->text, grant->signature) != 0;

	for (size_t i = 0; i < objects->count; i++) {
		const struct dbw_object *twin = objects->items[i];

		if (twin->kind != DBW_GRANT || !twin->table ||
		    !sql_names_equal(work->traits, twin->table, new->name) ||
		    !same_namespace(work, twin->namespace_name, new->namespace_name) ||
		    strcmp(twin->name, grant->name) != 0 ||
		    (strcmp(twin->text, twin->signature) != 0) != option)
			continue;
		grant->text = twin->text;
		grant->signature = twin->signature;
	}
}

/* What is on a table goes where it goes. */
static void rename_in_objects(struct diff_work *work, const struct dbw_table *old,
                              const struct dbw_table *new)
{
	const struct dbw_list *objects = &work->diff->before->content.objects;

	for (size_t i = 0; i < objects->count; i++) {
		struct dbw_object *object = objects->items[i];

		if (!object->table || !sql_names_equal(work->traits, object->table, old->name) ||
		    !same_namespace(work, object->namespace_name, old->namespace_name))
			continue;
		keep_object(work, object);
		if (object->kind == DBW_GRANT)
			follow_grant(work, object, new);
		object->table = new->name;
		/* Statistics have a namespace of their own. */
		if (object->kind != DBW_STATISTICS)
			object->namespace_name = new->namespace_name;
	}
}

/* A sequence goes with the table that owns it, and so do the defaults that ask it. */
static void move_sequences(struct diff_work *work, const struct dbw_table *old,
                           const struct dbw_table *new)
{
	const struct dbw_list *sequences = &work->diff->before->content.sequences;
	const struct dbw_table *wanted =
	    schema_find_table(work->diff->after, new->namespace_name, new->name);

	for (size_t i = 0; i < sequences->count; i++) {
		struct dbw_sequence *sequence = sequences->items[i];

		if (!sequence->owned_by_table ||
		    !sql_names_equal(work->traits, sequence->owned_by_table, old->name) ||
		    !same_namespace(work, sequence->namespace_name, old->namespace_name))
			continue;
		sequence->owned_by_table = new->name;
		sequence->namespace_name = new->namespace_name;
		for (size_t j = 0; wanted && j < new->columns.count; j++) {
			struct dbw_column *column = new->columns.items[j];
			const struct dbw_column *twin =
			    table_find_column(work->traits, wanted, column->name);

			if (twin && column->default_value && twin->default_value &&
			    strstr(column->default_value, sequence->name) &&
			    strstr(twin->default_value, sequence->name))
				column->default_value = twin->default_value;
		}
	}
}

static void rename_table(struct diff_work *work, struct dbw_table *table,
                         const char *namespace_name, const char *to)
{
	struct arena *arena = &work->diff->before->arena;
	struct dbw_table *old = arena_new(arena, struct dbw_table);
	struct dbw_table new = *table;

	*old = *table;
	/* What the table has is not the old one's any more, as soon as something in it is renamed too. */
	old->constraints = (struct dbw_list){0};
	for (size_t i = 0; i < table->constraints.count; i++) {
		struct dbw_constraint *constraint = arena_new(arena, struct dbw_constraint);

		*constraint = *(const struct dbw_constraint *)table->constraints.items[i];
		list_append(arena, &old->constraints, constraint);
	}
	new.name = arena_string(arena, to);
	new.namespace_name = arena_string(arena, namespace_name);
	rename_in_objects(work, table, &new);
	move_sequences(work, table, &new);
	rename_in_tables(work, table, &new);
	table->name = new.name;
	table->namespace_name = new.namespace_name;
	schema_changed(work->diff->before);
	if (work->plugin->table_renamed)
		work->plugin->table_renamed(work->host, &work->diff->before->content, table,
		                            old->name);
	work_add(work, PHASE_RENAME_TABLES, DBW_RENAME, DBW_TABLE, old, table, NULL, NULL);
	/* Views and triggers that speak of the old name, and those that speak of the new. */
	list_append(&work->touched->arena, &work->touched->content.tables, old);
	list_append(&work->touched->arena, &work->touched->content.tables, table);
}

/* The namespace as the schema says it: NULL for the default one. */
static const char *usual_namespace(const struct diff_work *work, const char *namespace_name)
{
	return same_namespace(work, namespace_name, NULL) ? NULL : namespace_name;
}

static bool request_table(struct diff_work *work, const struct rename_request *request)
{
	const char *from_namespace = usual_namespace(work, request->table_namespace);
	const char *to_namespace = usual_namespace(work, request->to_namespace);
	struct dbw_table *old =
	    schema_find_table(work->diff->before, from_namespace, request->from);
	const char *problem = NULL;

	if (!old)
		problem = "the migrations so far make no table of the old name";
	else if (schema_find_table(work->diff->before, to_namespace, request->to))
		problem = "there is a table of the new name already";
	else if (!schema_find_table(work->diff->after, to_namespace, request->to))
		problem = "the models have no table of the new name";
	else if (schema_find_table(work->diff->after, from_namespace, request->from))
		problem = "the models still have the table of the old name";
	if (problem) {
		error_set(work->error, ERROR_USAGE, "table '%s' cannot be renamed to '%s': %s",
		          request->from, request->to, problem);
		return error_hint(work->error,
		                  "Nothing was written; mend or leave out the rename.");
	}
	rename_table(work, old, to_namespace, request->to);
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
	rename_text(work, &table->partition_by, from, to);
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

static void rename_in_grants(struct diff_work *work, const struct dbw_table *table,
                             const char *from, const char *to)
{
	const struct dbw_list *objects = &work->diff->before->content.objects;

	for (size_t i = 0; i < objects->count; i++) {
		const struct dbw_object *grant = objects->items[i];

		if (grant->kind != DBW_GRANT || !grant->table ||
		    schema_find_table(work->diff->before, grant->namespace_name, grant->table) !=
		        table)
			continue;
		for (size_t j = 0; j < grant->privileges.count; j++)
			rename_name(work, &((struct dbw_option *)grant->privileges.items[j])->value,
			            from, to);
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
	rename_in_grants(work, table, from, to);
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

/* 'renamed-from old', in the table's own namespace, or 'renamed-from namespace.old'. */
static struct dbw_table *hinted_table(struct diff_work *work, const struct dbw_table *wanted)
{
	const char *hint = wanted->renamed_from, *dot;
	struct dbw_table *found;

	if (!hint)
		return NULL;
	found = schema_find_table(work->diff->before, wanted->namespace_name, hint);
	dot = strrchr(hint, '.');
	if (found || !dot)
		return found;
	return schema_find_table(
	    work->diff->before,
	    usual_namespace(work, arena_copy(&work->diff->arena, hint, (size_t)(dot - hint))),
	    dot + 1);
}

/* Hints stay in the models after they have done their work: where the old name is gone, or the new
 * one is there, they mean nothing any more. */
static void follow_table_hints(struct diff_work *work)
{
	const struct dbw_list *tables = &work->diff->after->content.tables;

	for (size_t i = 0; i < tables->count; i++) {
		const struct dbw_table *wanted = tables->items[i];
		struct dbw_table *old = hinted_table(work, wanted);

		if (old &&
		    !schema_find_table(work->diff->before, wanted->namespace_name, wanted->name) &&
		    !schema_find_table(work->diff->after, old->namespace_name, old->name))
			rename_table(work, old, wanted->namespace_name, wanted->name);
	}
}

static void follow_column_hints(struct diff_work *work)
{
	const struct dbw_list *tables = &work->diff->after->content.tables;

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

		if (request->kind == RENAME_TABLE && !request_table(work, request))
			return false;
	}
	follow_table_hints(work);
	for (size_t i = 0; i < requests->count; i++) {
		const struct rename_request *request = requests->items[i];

		if (request->kind == RENAME_COLUMN && !request_column(work, request))
			return false;
	}
	follow_column_hints(work);
	return diff_rename_values(work, requests);
}
