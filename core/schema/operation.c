#include <stdio.h>
#include <string.h>

#include "schema/diff.h"

void operations_invert(struct arena *arena, const struct dbw_list *operations,
                       struct dbw_list *inverse)
{
	for (size_t i = operations->count; i > 0; i--) {
		const struct dbw_operation *from = operations->items[i - 1];
		struct dbw_operation *to = arena_new(arena, struct dbw_operation);

		*to = *from;
		if (from->verb == DBW_CREATE || from->verb == DBW_DROP)
			to->verb = from->verb == DBW_CREATE ? DBW_DROP : DBW_CREATE;
		to->before = from->after;
		to->after = from->before;
		to->table_before = from->table_after;
		to->table_after = from->table_before;
		to->schema_before = from->schema_after;
		to->schema_after = from->schema_before;
		list_append(arena, inverse, to);
	}
}

const char *verb_name(enum dbw_verb verb)
{
	static const char *const names[] = {
	    [DBW_CREATE] = "create", [DBW_DROP] = "drop",       [DBW_ALTER] = "alter",
	    [DBW_RENAME] = "rename", [DBW_REBUILD] = "rebuild",
	};

	return names[verb];
}

const char *element_kind_name(enum dbw_element_kind kind)
{
	static const char *const names[] = {
	    [DBW_NAMESPACE] = "schema",      [DBW_TABLE] = "table", [DBW_COLUMN] = "column",
	    [DBW_CONSTRAINT] = "constraint", [DBW_INDEX] = "index", [DBW_KEY_PART] = "key part",
	    [DBW_SEQUENCE] = "sequence",     [DBW_ENUM] = "enum",   [DBW_OBJECT] = "object",
	    [DBW_OPTION] = "option",
	};

	return names[kind];
}

static const char *constraint_words(enum dbw_constraint_kind kind)
{
	static const char *const words[] = {
	    [DBW_PRIMARY_KEY] = "primary key", [DBW_UNIQUE] = "unique",
	    [DBW_FOREIGN_KEY] = "foreign key", [DBW_CHECK] = "check",
	    [DBW_EXCLUDE] = "exclude",
	};

	return words[kind];
}

static char *describe_constraint(struct arena *arena, const struct dbw_constraint *constraint)
{
	char *columns;

	if (constraint->name)
		return arena_printf(arena, "%s %s", constraint_words(constraint->kind),
		                    constraint->name);
	columns = arena_string(arena, "");
	for (size_t i = 0; i < constraint->parts.count; i++) {
		const struct dbw_key_part *part = constraint->parts.items[i];

		columns = arena_printf(arena, "%s%s%s", columns, i ? ", " : "",
		                       part->column ? part->column : part->expression);
	}
	if (constraint->kind == DBW_CHECK)
		columns = arena_string(arena, constraint->expression);
	return arena_printf(arena, "%s (%s)", constraint_words(constraint->kind), columns);
}

/* The name of what is created, dropped, ...; for what belongs to a table, without the table. */
static const char *element_text(struct arena *arena, const struct dbw_operation *operation,
                                const void *element)
{
	const struct dbw_table *table = element;
	const struct dbw_object *object = element;

	switch (operation->element) {
	case DBW_TABLE:
		return schema_display_name(arena, table->namespace_name, table->name);
	case DBW_COLUMN:
		return ((const struct dbw_column *)element)->name;
	case DBW_CONSTRAINT:
		return describe_constraint(arena, element);
	case DBW_INDEX:
		return ((const struct dbw_index *)element)->name;
	case DBW_NAMESPACE:
		return ((const struct dbw_namespace *)element)->name;
	case DBW_ENUM:
		return ((const struct dbw_enum *)element)->name;
	case DBW_SEQUENCE:
		return ((const struct dbw_sequence *)element)->name;
	default:
		return schema_display_name(arena, object->namespace_name, object->name);
	}
}

static const char *element_word(const struct dbw_operation *operation, const void *element)
{
	if (operation->element == DBW_OBJECT)
		return object_kind_name(((const struct dbw_object *)element)->kind);
	return element_kind_name(operation->element);
}

char *operation_describe(struct arena *arena, const struct dbw_operation *operation)
{
	const void *element = operation->after ? operation->after : operation->before;
	const struct dbw_table *table =
	    operation->table_after ? operation->table_after : operation->table_before;
	const char *verb = verb_name(operation->verb);
	const char *name = element_text(arena, operation, element);
	const char *owner =
	    table ? schema_display_name(arena, table->namespace_name, table->name) : NULL;

	if (operation->verb == DBW_RENAME) {
		const char *old = element_text(arena, operation, operation->before);

		return owner ? arena_printf(arena, "rename %s %s.%s to %s",
		                            element_word(operation, element), owner, old, name)
		             : arena_printf(arena, "rename %s %s to %s",
		                            element_word(operation, element), old, name);
	}
	if (owner && operation->verb == DBW_CREATE)
		verb = "add";
	if (operation->element == DBW_COLUMN)
		return arena_printf(arena, "%s column %s.%s", verb, owner, name);
	if (operation->element == DBW_CONSTRAINT)
		return arena_printf(arena, "%s %s on %s", verb, name, owner);
	if (operation->element == DBW_INDEX)
		return arena_printf(arena, "%s index %s on %s",
		                    operation->verb == DBW_CREATE ? "create" : verb, name, owner);
	return arena_printf(arena, "%s %s %s", verb, element_word(operation, element), name);
}
