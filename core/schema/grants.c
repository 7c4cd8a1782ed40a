#include "schema/grants.h"

#include <string.h>

#include "sql/text.h"

/* The types of a routine's arguments have more than one spelling: its name is enough. */
static bool same_name(const struct schema *schema, const char *a, const char *b)
{
	struct arena arena = {0};
	bool same = sql_same(schema->traits, arena_copy(&arena, a, strcspn(a, "(")),
	                     arena_copy(&arena, b, strcspn(b, "(")));

	arena_release(&arena);
	return same;
}

static bool same_target(const struct schema *schema, const struct dbw_object *a,
                        const struct dbw_object *b)
{
	const char *usual =
	    schema->traits->default_namespace ? schema->traits->default_namespace : "";

	if (!sql_names_equal(schema->traits, a->namespace_name ? a->namespace_name : usual,
	                     b->namespace_name ? b->namespace_name : usual))
		return false;
	if (a->table && b->table)
		return sql_names_equal(schema->traits, a->table, b->table);
	return a->table == b->table && same_name(schema, a->text, b->text);
}

static bool is_declared(const struct schema *schema, const struct dbw_object *grant)
{
	for (size_t i = 0; i < schema->content.objects.count; i++) {
		const struct dbw_object *one = schema->content.objects.items[i];

		if (one->kind == DBW_GRANT && same_target(schema, one, grant))
			return true;
	}
	return false;
}

void grants_narrow(struct schema *found, const struct schema *declared)
{
	struct dbw_list *objects = &found->content.objects;
	bool narrowed = false;

	for (size_t i = objects->count; i > 0; i--) {
		const struct dbw_object *object = objects->items[i - 1];

		if (object->kind != DBW_GRANT || is_declared(declared, object))
			continue;
		list_remove(objects, i - 1);
		narrowed = true;
	}
	if (narrowed)
		schema_changed(found);
}
