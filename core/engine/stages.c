#include "engine/stages.h"

#include <string.h>

#include "engine/safe.h"

struct stage *stages_add(struct stages *stages, struct schema *schema, const char *what)
{
	struct stage *stage = arena_new(&stages->arena, struct stage);

	stage->schema = schema;
	stage->what = what;
	list_append(&stages->arena, &stages->list, stage);
	return stage;
}

/* Whether the operation, among the others, has a statement that cannot run in their transaction. */
static bool stands_alone(const struct dialect *dialect, const struct dbw_operation *operation)
{
	struct arena arena = {0};
	struct dbw_list one = {0}, emitted = {0};
	struct error error = {0};
	bool alone = false;

	list_append(&arena, &one, (void *)(size_t)operation);
	if (dialect_emit(dialect, &arena, &one, &emitted, &error))
		for (size_t i = 0; i < emitted.count; i++)
			alone |= ((const struct emitted *)emitted.items[i])->autocommit;
	error_release(&error);
	arena_release(&arena);
	return alone;
}

/* An enum's new labels can be used when the transaction that added them has ended: they come in a file of their
 * own, before all else. */
static void add_labels_first(struct stages *stages, const struct diff *diff,
                             const struct dialect *dialect)
{
	struct schema *schema = NULL;

	if (diff->operations.count < 2)
		return;
	for (size_t i = 0; i < diff->operations.count; i++) {
		const struct dbw_operation *operation = diff->operations.items[i];
		const struct dbw_enum *before = operation->before;
		struct dbw_enum *there;

		if (operation->element != DBW_ENUM || operation->verb != DBW_ALTER ||
		    !stands_alone(dialect, operation))
			continue;
		if (!schema)
			schema = schema_copy(diff->before);
		there = schema_find_enum(schema, before->namespace_name, before->name);
		if (there)
			*there = *(struct dbw_enum *)schema_copy_element(schema, operation->after,
			                                                 DBW_ENUM);
	}
	if (schema)
		stages_add(stages, schema, "values")->outside = true;
}

void stages_make(struct stages *stages, const struct diff *diff, const struct dialect *dialect,
                 bool safe)
{
	*stages = (struct stages){0};
	add_labels_first(stages, diff, dialect);
	if (safe)
		safe_split(stages, diff, dialect);
	else
		stages_add(stages, stages->list.count ? schema_copy(diff->after) : NULL, "");
}

bool stages_safe_helps(const struct diff *diff, const struct dialect *dialect)
{
	return safe_helps(diff, dialect);
}

void stages_release(struct stages *stages)
{
	for (size_t i = 0; i < stages->list.count; i++)
		schema_free(((struct stage *)stages->list.items[i])->schema);
	arena_release(&stages->arena);
	*stages = (struct stages){0};
}
