#include <string.h>

#include "schema/diff_internal.h"
#include "sql/text.h"

/* Values of enum types, and of columns whose type lists them: ENUM('a', 'b'). One that is called otherwise keeps
 * its rows. */

/* A type with values on both sides. 'type' or 'column' is diff.before's own and changes with each rename. */
struct valued {
	struct dbw_enum *type;
	struct dbw_column *column;
	struct dbw_table *table; /* of the column */
	const struct dbw_enum *wanted_type;
	const struct dbw_column *wanted_column;
	const struct dbw_table *wanted_table;
	struct dbw_list values; /* char *: before */
	struct dbw_list wanted; /* char *: after */
};

static bool position_of(const struct dbw_list *values, const char *value, size_t *at)
{
	for (*at = 0; *at < values->count; ++*at)
		if (strcmp(values->items[*at], value) == 0)
			return true;
	return false;
}

static bool has_value(const struct dbw_list *values, const char *value)
{
	size_t at;

	return position_of(values, value, &at);
}

static bool of_type(const struct diff_work *work, struct dbw_enum *type, struct valued *valued)
{
	*valued = (struct valued){.type = type};
	valued->wanted_type = schema_find_enum(work->diff->after, type->namespace_name, type->name);
	if (!valued->wanted_type)
		return false;
	valued->values = type->labels;
	valued->wanted = valued->wanted_type->labels;
	return true;
}

static bool of_column(struct diff_work *work, struct dbw_table *table, struct dbw_column *column,
                      struct valued *valued)
{
	struct arena *arena = &work->diff->before->arena;

	*valued = (struct valued){.table = table, .column = column};
	if (!sql_type_values(arena, work->traits, column->type, &valued->values))
		return false;
	valued->wanted_table =
	    schema_find_table(work->diff->after, table->namespace_name, table->name);
	valued->wanted_column =
	    valued->wanted_table
		? table_find_column(work->traits, valued->wanted_table, column->name)
		: NULL;
	return valued->wanted_column &&
	       sql_type_values(arena, work->traits, valued->wanted_column->type, &valued->wanted);
}

/* A text that has the value's new name, and what it was. */
struct followed {
	const char *now;
	const char *then;
};

static char *replace_within(struct arena *arena, const char *text, const char *from, const char *to)
{
	char *replaced = arena_string(arena, "");
	const char *found;

	for (; *from && (found = strstr(text, from)); text = found + strlen(from))
		replaced = arena_printf(arena, "%s%.*s%s", replaced, (int)(found - text), text, to);
	return arena_printf(arena, "%s%s", replaced, text);
}

/* Takes the wanted text over, if the value's new name is all that it differs in: alone, or in an array. */
static void follow(struct diff_work *work, const char **text, const char *wanted, const char *from,
                   const char *to)
{
	struct arena *arena = &work->diff->before->arena;
	const char *replaced =
	    *text && wanted ? sql_replace_string(arena, work->traits, *text, from, to) : NULL;
	struct followed *followed;

	if (!replaced && *text && wanted && strstr(*text, "'{") && strstr(*text, from))
		replaced = replace_within(arena, *text, from, to);
	if (!replaced || !sql_same(work->traits, replaced, wanted))
		return;
	followed = arena_new(&work->diff->arena, struct followed);
	followed->now = replaced;
	followed->then = *text;
	list_append(&work->diff->arena, &work->followed, followed);
	*text = replaced;
}

static bool go_back(const struct diff_work *work, const char **text)
{
	bool gone = false;

	/* Several values of one text may have been renamed. */
	for (size_t i = work->followed.count; i > 0; i--) {
		const struct followed *followed = work->followed.items[i - 1];

		if (*text != followed->now)
			continue;
		*text = followed->then;
		gone = true;
	}
	return gone;
}

static const void *old_object(struct diff_work *work, const struct dbw_object *object)
{
	struct dbw_object *old = arena_new(&work->diff->arena, struct dbw_object);

	*old = *object;
	return go_back(work, &old->text) ? old : object;
}

static const void *old_constraint(struct diff_work *work, const struct dbw_constraint *constraint)
{
	struct dbw_constraint *old = arena_new(&work->diff->arena, struct dbw_constraint);

	*old = *constraint;
	return go_back(work, &old->expression) ? old : constraint;
}

static const void *old_column(struct diff_work *work, const struct dbw_column *column)
{
	struct dbw_column *old = arena_new(&work->diff->arena, struct dbw_column);
	bool gone;

	*old = *column;
	gone = go_back(work, &old->default_value);
	return go_back(work, &old->generated_expression) || gone ? old : column;
}

static const void *old_index(struct diff_work *work, const struct dbw_index *index)
{
	struct dbw_index *old = arena_new(&work->diff->arena, struct dbw_index);
	bool gone;

	*old = *index;
	gone = go_back(work, &old->predicate);
	old->parts = (struct dbw_list){0};
	for (size_t i = 0; i < index->parts.count; i++) {
		struct dbw_key_part *part = arena_new(&work->diff->arena, struct dbw_key_part);

		*part = *(const struct dbw_key_part *)index->parts.items[i];
		gone |= go_back(work, &part->expression);
		list_append(&work->diff->arena, &old->parts, part);
	}
	return gone ? old : index;
}

void diff_restore_values(struct diff_work *work)
{
	for (size_t i = 0; work->followed.count && i < work->drafts.count; i++) {
		const struct draft *draft = work->drafts.items[i];
		struct dbw_operation *operation = draft->operation;

		if (draft->phase >= PHASE_RENAME_VALUES || !operation->before)
			continue;
		if (operation->element == DBW_OBJECT)
			operation->before = old_object(work, operation->before);
		else if (operation->element == DBW_CONSTRAINT)
			operation->before = old_constraint(work, operation->before);
		else if (operation->element == DBW_INDEX)
			operation->before = old_index(work, operation->before);
		else if (operation->element == DBW_COLUMN)
			operation->before = old_column(work, operation->before);
	}
}

static void follow_in_constraints(struct diff_work *work, struct dbw_table *table,
                                  const struct dbw_table *wanted, const char *from, const char *to)
{
	for (size_t i = 0; i < table->constraints.count; i++) {
		struct dbw_constraint *constraint = table->constraints.items[i];

		for (size_t j = 0; j < wanted->constraints.count; j++)
			follow(work, &constraint->expression,
			       ((struct dbw_constraint *)wanted->constraints.items[j])->expression,
			       from, to);
	}
}

static void follow_in_indexes(struct diff_work *work, struct dbw_table *table,
                              const struct dbw_table *wanted, const char *from, const char *to)
{
	for (size_t i = 0; i < table->indexes.count; i++) {
		struct dbw_index *index = table->indexes.items[i];
		const struct dbw_index *twin =
		    index->name ? table_find_index(work->traits, wanted, index->name) : NULL;

		if (!twin)
			continue;
		follow(work, &index->predicate, twin->predicate, from, to);
		for (size_t j = 0; j < index->parts.count && j < twin->parts.count; j++) {
			struct dbw_key_part *part = index->parts.items[j];

			follow(work, &part->expression,
			       ((struct dbw_key_part *)twin->parts.items[j])->expression, from, to);
		}
	}
}

/* A server that has such types knows the value itself, not its name, wherever the schema speaks of it. */
static void follow_everywhere(struct diff_work *work, const char *from, const char *to)
{
	const struct dbw_schema *content = &work->diff->before->content;

	for (size_t i = 0; i < content->tables.count; i++) {
		struct dbw_table *table = content->tables.items[i];
		const struct dbw_table *wanted =
		    schema_find_table(work->diff->after, table->namespace_name, table->name);

		for (size_t j = 0; wanted && j < table->columns.count; j++) {
			struct dbw_column *column = table->columns.items[j];
			const struct dbw_column *twin =
			    table_find_column(work->traits, wanted, column->name);

			if (!twin)
				continue;
			follow(work, &column->default_value, twin->default_value, from, to);
			follow(work, &column->generated_expression, twin->generated_expression,
			       from, to);
		}
		if (!wanted)
			continue;
		follow(work, &table->partition_bound, wanted->partition_bound, from, to);
		follow_in_constraints(work, table, wanted, from, to);
		follow_in_indexes(work, table, wanted, from, to);
	}
	for (size_t i = 0; i < content->objects.count; i++) {
		struct dbw_object *object = content->objects.items[i];
		const struct dbw_object *twin =
		    schema_find_object(work->diff->after, object->kind, object->namespace_name,
		                       object->name, object->table, object->signature);

		if (twin)
			follow(work, &object->text, twin->text, from, to);
	}
}

static void rename_label(struct diff_work *work, struct dbw_enum *type, size_t at, const char *to)
{
	struct arena *arena = &work->diff->before->arena;
	struct dbw_enum *old = arena_new(arena, struct dbw_enum);
	struct dbw_enum *new = schema_copy_element(work->diff->before, type, DBW_ENUM);
	const char *from = type->labels.items[at];

	*old = *type;
	new->labels.items[at] = arena_string(arena, to);
	type->labels = new->labels;
	follow_everywhere(work, from, to);
	work_add(work, PHASE_RENAME_VALUES, DBW_RENAME_VALUE, DBW_ENUM, old, new, NULL, NULL);
}

static void rename_in_column(struct diff_work *work, const struct valued *valued, size_t at,
                             const char *to)
{
	struct arena *arena = &work->diff->before->arena;
	struct dbw_column *column = valued->column;
	struct dbw_column *old = arena_new(arena, struct dbw_column);
	struct dbw_column *new = arena_new(arena, struct dbw_column);
	const char *from = valued->values.items[at], *replaced;

	*old = *column;
	column->type = sql_replace_string(arena, work->traits, column->type, from, to);
	replaced = column->default_value
	               ? sql_replace_string(arena, work->traits, column->default_value, from, to)
	               : NULL;
	if (replaced)
		column->default_value = replaced;
	*new = *column;
	work_add(work, PHASE_RENAME_VALUES, DBW_RENAME_VALUE, DBW_COLUMN, old, new, valued->table,
	         valued->table);
}

/* False if it cannot be: *problem says why. */
static bool rename_value(struct diff_work *work, const struct valued *valued, const char *from,
                         const char *to, const char **problem)
{
	size_t at;

	if (!position_of(&valued->values, from, &at))
		*problem = "the migrations so far make no value of the old name";
	else if (has_value(&valued->values, to))
		*problem = "there is a value of the new name already";
	else if (!has_value(&valued->wanted, to))
		*problem = "the models have no value of the new name";
	else if (has_value(&valued->wanted, from))
		*problem = "the models still have the value of the old name";
	else if (valued->type)
		rename_label(work, valued->type, at, to);
	else
		rename_in_column(work, valued, at, to);
	return !*problem;
}

/* The type, or the column, of that name. */
static bool find_valued(struct diff_work *work, const char *namespace_name, const char *name,
                        struct valued *valued)
{
	struct dbw_enum *type = schema_find_enum(work->diff->before, namespace_name, name);
	struct dbw_table *table = NULL;
	struct dbw_column *column;
	const char *dot;

	if (type)
		return of_type(work, type, valued);
	/* table.column; namespace.table.column has been taken apart at its last dot. */
	if (namespace_name && (dot = strrchr(namespace_name, '.')))
		table = schema_find_table(
		    work->diff->before,
		    arena_copy(&work->diff->arena, namespace_name, (size_t)(dot - namespace_name)),
		    dot + 1);
	else if (namespace_name)
		table = schema_find_table(work->diff->before, NULL, namespace_name);
	column = table ? table_find_column(work->traits, table, name) : NULL;
	return column && of_column(work, table, column, valued);
}

/* TYPE.OLD:NEW, with dots and colons wherever: the first way to read it that names a value of a type. */
static bool read_written(struct diff_work *work, struct rename_request *request,
                         struct valued *valued)
{
	struct arena *arena = &work->diff->arena;
	const char *text = request->written;
	bool found = false;

	for (const char *dot = strchr(text, '.'); dot; dot = strchr(dot + 1, '.')) {
		const char *type = arena_copy(arena, text, (size_t)(dot - text)), *name = type;
		const char *last = strrchr(type, '.'), *namespace_name = NULL;
		struct valued here;

		if (last) {
			namespace_name = arena_copy(arena, type, (size_t)(last - type));
			name = last + 1;
		}
		if (!find_valued(work, namespace_name, name, &here))
			continue;
		for (const char *colon = strchr(dot, ':'); colon; colon = strchr(colon + 1, ':')) {
			const char *from = arena_copy(arena, dot + 1, (size_t)(colon - dot - 1));

			if (found && !has_value(&here.values, from))
				continue;
			*valued = here;
			request->table_namespace = namespace_name;
			request->table = name;
			request->from = from;
			request->to = colon + 1;
			found = true;
			if (has_value(&here.values, from))
				return true;
		}
	}
	return found;
}

static bool request_value(struct diff_work *work, const struct rename_request *written)
{
	struct rename_request request = *written;
	struct valued valued;
	const char *problem = NULL;
	bool found = request.written
	                 ? read_written(work, &request, &valued)
	                 : find_valued(work, request.table_namespace, request.table, &valued);

	if (!found) {
		error_set(work->error, ERROR_USAGE,
		          "'%s' names no value of an enum type that is there before and after",
		          request.written ? request.written : request.table);
		return error_hint(work->error,
		                  "Say --rename-value TYPE.OLD:NEW, or, for a column whose type "
		                  "lists its values, TABLE.COLUMN.OLD:NEW.");
	}
	if (rename_value(work, &valued, request.from, request.to, &problem))
		return true;
	error_set(work->error, ERROR_USAGE, "value '%s' of '%s' cannot be renamed to '%s': %s",
	          request.from, request.table, request.to, problem);
	return error_hint(work->error, "Nothing was written; mend or leave out the rename.");
}

/* One that is done already means nothing any more. */
static void follow_value_hints(struct diff_work *work)
{
	const struct dbw_list *types = &work->diff->before->content.enums;

	for (size_t i = 0; i < types->count; i++) {
		struct valued valued;

		if (!of_type(work, types->items[i], &valued))
			continue;
		for (size_t j = 0; j < valued.wanted_type->renamed_from.count; j++) {
			const struct dbw_option *hint = valued.wanted_type->renamed_from.items[j];
			const char *ignored = NULL;

			valued.values = valued.type->labels;
			rename_value(work, &valued, hint->value, hint->name, &ignored);
		}
	}
}

bool diff_rename_values(struct diff_work *work, const struct dbw_list *requests)
{
	for (size_t i = 0; i < requests->count; i++) {
		const struct rename_request *request = requests->items[i];

		if (request->kind == RENAME_VALUE && !request_value(work, request))
			return false;
	}
	follow_value_hints(work);
	return true;
}

/* One went and one came at the same place, and nothing moved. */
static void guess_in(struct diff_work *work, const struct valued *valued)
{
	const struct dbw_list *old = &valued->values, *new = &valued->wanted;

	if (old->count != new->count)
		return;
	for (size_t i = 0; i < old->count; i++) {
		struct rename_guess *guess;

		if (strcmp(old->items[i], new->items[i]) == 0 || has_value(new, old->items[i]) ||
		    has_value(old, new->items[i]))
			continue;
		guess = diff_add_guess(work, RENAME_VALUE, old->items[i], new->items[i],
		                       "same place among the values");
		if (valued->type) {
			guess->table_namespace = valued->type->namespace_name;
			guess->table = valued->type->name;
			continue;
		}
		guess->table_namespace =
		    valued->table->namespace_name
			? arena_printf(&work->diff->arena, "%s.%s", valued->table->namespace_name,
		                       valued->table->name)
			: valued->table->name;
		guess->table = valued->column->name;
	}
}

void diff_guess_values(struct diff_work *work)
{
	const struct dbw_schema *content = &work->diff->before->content;
	struct valued valued;

	for (size_t i = 0; i < content->enums.count; i++)
		if (of_type(work, content->enums.items[i], &valued))
			guess_in(work, &valued);
	for (size_t i = 0; i < content->tables.count; i++) {
		struct dbw_table *table = content->tables.items[i];

		for (size_t j = 0; j < table->columns.count; j++)
			if (of_column(work, table, table->columns.items[j], &valued))
				guess_in(work, &valued);
	}
}
