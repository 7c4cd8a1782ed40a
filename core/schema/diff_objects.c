#include <string.h>
#include <strings.h>

#include "schema/diff_internal.h"
#include "sql/text.h"

static bool is_trigger(const struct dbw_object *object)
{
	return object->kind == DBW_TRIGGER || object->kind == DBW_POLICY ||
	       object->kind == DBW_RULE || object->kind == DBW_EVENT ||
	       (object->kind == DBW_OTHER && object->table);
}

static bool is_view(const struct dbw_object *object)
{
	return object->kind == DBW_VIEW || object->kind == DBW_MATERIALIZED_VIEW;
}

static bool is_routine(const struct dbw_object *object)
{
	return object->kind == DBW_FUNCTION || object->kind == DBW_PROCEDURE ||
	       object->kind == DBW_AGGREGATE;
}

/* Words of the statement itself: a table may well be called 'language'. */
static bool is_clause(const char *word)
{
	static const char *const words[] = {
	    "create", "function", "procedure", "aggregate", "returns",   "language", "as",
	    "set",    "cost",     "rows",      "support",   "immutable", "stable",   "volatile",
	    "strict", "parallel", "safe",      "window",    "security",  "definer",  "invoker",
	    "begin",  "end",      "table",     "return",
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(words[i], word) == 0)
			return true;
	return false;
}

/* Whether a routine can come before the tables, which may call it in defaults, checks and indexes: unless it
 * speaks of a table or view itself, as a type. What its body says in a string is nobody's business before it
 * runs. */
static bool is_early(const struct diff_work *work, const struct schema *schema,
                     const struct dbw_object *object)
{
	struct arena arena = {0};
	struct dbw_list names = {0};
	bool early = is_routine(object);

	if (early)
		sql_names(&arena, work->traits, object->text, &names);
	for (size_t i = 0; early && i < names.count; i++) {
		const char *name = names.items[i];

		if (is_clause(name))
			continue;
		early = !schema_find_parent(schema, name) && !schema_find_view(schema, name);
	}
	arena_release(&arena);
	return early;
}

static enum phase create_phase(const struct diff_work *work, const struct dbw_object *object)
{
	if (is_trigger(object))
		return PHASE_CREATE_TRIGGERS;
	if (is_view(object))
		return PHASE_CREATE_VIEWS;
	switch (object->kind) {
	case DBW_VIRTUAL_TABLE:
		return PHASE_CREATE_VIRTUAL_TABLES;
	case DBW_DOMAIN:
	case DBW_COMPOSITE_TYPE:
	case DBW_RANGE_TYPE:
	case DBW_EXTENSION:
		return PHASE_CREATE_TYPES;
	default:
		return is_early(work, work->diff->after, object) ? PHASE_CREATE_EARLY_ROUTINES
		                                                 : PHASE_CREATE_ROUTINES;
	}
}

static enum phase drop_phase(const struct diff_work *work, const struct dbw_object *object)
{
	if (is_trigger(object))
		return PHASE_DROP_TRIGGERS;
	if (is_view(object))
		return PHASE_DROP_VIEWS;
	switch (object->kind) {
	case DBW_VIRTUAL_TABLE:
		return PHASE_DROP_VIRTUAL_TABLES;
	case DBW_DOMAIN:
	case DBW_COMPOSITE_TYPE:
	case DBW_RANGE_TYPE:
	case DBW_EXTENSION:
		return PHASE_DROP_TYPES;
	default:
		return is_early(work, work->diff->before, object) ? PHASE_DROP_EARLY_ROUTINES
		                                                  : PHASE_DROP_ROUTINES;
	}
}

static struct dbw_object *twin_of(const struct schema *schema, const struct dbw_object *object)
{
	return schema_find_object(schema, object->kind, object->namespace_name, object->name,
	                          object->table, object->signature);
}

/* A rebuild takes the table's triggers with it and makes those of schema_after. */
static bool goes_with_rebuild(const struct diff_work *work, const struct dbw_object *object)
{
	return object->kind == DBW_TRIGGER && object->table &&
	       schema_find_table(work->rebuilt, object->namespace_name, object->table);
}

static bool mentions_touched(struct diff_work *work, const struct dbw_object *object)
{
	struct arena arena = {0};
	struct dbw_list names = {0};
	bool found = false;

	if (!work->touched->content.tables.count)
		return false;
	sql_names(&arena, work->traits, object->text, &names);
	for (size_t i = 0; !found && i < names.count; i++)
		found = schema_find_parent(work->touched, names.items[i]);
	arena_release(&arena);
	return found;
}

/* From now on what mentions this view must make way as well. */
static void touch_view(struct diff_work *work, const struct dbw_object *view)
{
	struct dbw_table *name = arena_new(&work->touched->arena, struct dbw_table);

	name->namespace_name = view->namespace_name;
	name->name = view->name;
	list_append(&work->touched->arena, &work->touched->content.tables, name);
}

static void replace(struct diff_work *work, const struct dbw_object *old,
                    const struct dbw_object *new)
{
	if (old)
		work_add(work, drop_phase(work, old), DBW_DROP, DBW_OBJECT, old, NULL, NULL, NULL);
	if (new)
		work_add(work, create_phase(work, new), DBW_CREATE, DBW_OBJECT, NULL, new, NULL,
		         NULL);
}

/* Views first, round after round: a view that makes way may be what another one stands on. Then the
 * triggers, which may be on such a view. */
static void replace_unchanged(struct diff_work *work, struct dbw_list *unchanged)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < unchanged->count; i++) {
			const struct dbw_object *old = unchanged->items[i];

			if (!old || !is_view(old) || !mentions_touched(work, old))
				continue;
			replace(work, old, twin_of(work->diff->after, old));
			touch_view(work, old);
			unchanged->items[i] = NULL;
			more = true;
		}
	}
	for (size_t i = 0; i < unchanged->count; i++) {
		const struct dbw_object *old = unchanged->items[i];

		if (old && is_trigger(old) && !goes_with_rebuild(work, old) &&
		    mentions_touched(work, old))
			replace(work, old, twin_of(work->diff->after, old));
	}
}

void diff_objects(struct diff_work *work)
{
	const struct dbw_list *before = &work->diff->before->content.objects;
	const struct dbw_list *after = &work->diff->after->content.objects;
	struct dbw_list unchanged = {0};

	for (size_t i = 0; i < before->count; i++) {
		const struct dbw_object *old = before->items[i];
		const struct dbw_object *new = twin_of(work->diff->after, old);

		if (goes_with_rebuild(work, old))
			continue;
		if (new &&element_equal(work->traits, DBW_OBJECT, old, new)) {
			list_append(&work->diff->arena, &unchanged, (void *)(size_t)old);
			continue;
		}
		/* What calls a routine need not make way for its new body. */
		if (new &&is_routine(old))
			work_add(work, create_phase(work, new), DBW_ALTER, DBW_OBJECT, old, new,
			         NULL, NULL);
		else
			replace(work, old, new);
		if (is_view(old))
			touch_view(work, old);
	}
	for (size_t i = 0; i < after->count; i++) {
		const struct dbw_object *new = after->items[i];

		if (!twin_of(work->diff->before, new) && !goes_with_rebuild(work, new))
			replace(work, NULL, new);
	}
	replace_unchanged(work, &unchanged);
}
