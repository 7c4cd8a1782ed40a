#include <string.h>
#include <strings.h>

#include "schema/diff_internal.h"
#include "sql/text.h"

static bool is_trigger(const struct dbw_object *object)
{
	return object->kind == DBW_TRIGGER || object->kind == DBW_POLICY ||
	       object->kind == DBW_RULE || object->kind == DBW_EVENT ||
	       object->kind == DBW_STATISTICS || object->kind == DBW_EVENT_TRIGGER ||
	       (object->kind == DBW_OTHER && object->table);
}

static bool is_view(const struct dbw_object *object)
{
	return object->kind == DBW_VIEW || object->kind == DBW_MATERIALIZED_VIEW;
}

bool object_is_routine(const struct dbw_object *object)
{
	return object->kind == DBW_FUNCTION || object->kind == DBW_PROCEDURE ||
	       object->kind == DBW_AGGREGATE;
}

bool object_is_type(const struct dbw_object *object)
{
	return object->kind == DBW_DOMAIN || object->kind == DBW_COMPOSITE_TYPE ||
	       object->kind == DBW_RANGE_TYPE;
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
static void name_types(const struct diff_work *work, const struct dbw_object *object,
                       struct arena *arena, struct dbw_list *names)
{
	const char *returns = strcasestr(object->text, "RETURNS");

	/* Where there are signatures, the names of parameters are none of types. */
	if (object->signature)
		sql_names(arena, work->traits, object->signature, names);
	sql_names(arena, work->traits, object->signature && returns ? returns : object->text,
	          names);
}

static bool is_early(const struct diff_work *work, const struct schema *schema,
                     const struct dbw_object *object)
{
	struct arena arena = {0};
	struct dbw_list names = {0};
	bool early = object_is_routine(object);

	if (early)
		name_types(work, object, &arena, &names);
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
	case DBW_COLLATION:
		return PHASE_CREATE_TYPES;
	default:
		return is_early(work, work->diff->after, object) ? PHASE_CREATE_TYPES
		                                                 : PHASE_CREATE_VIEWS;
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
	case DBW_COLLATION:
		return PHASE_DROP_TYPES;
	default:
		return is_early(work, work->diff->before, object) ? PHASE_DROP_TYPES
		                                                  : PHASE_DROP_VIEWS;
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

/* The mark of what is touched because it is dropped and created, views and routines. */
static const char made_anew[] = "made anew";

static bool mentions_touched(struct diff_work *work, const struct dbw_object *object,
                             enum retyping least)
{
	const struct schema *touched = least == RETYPED ? work->touched : work->touched_back;
	struct arena arena = {0};
	struct dbw_list names = {0};
	bool found = type_retyping(work, object->text) >= least;

	if (found || !touched->content.tables.count)
		return found;
	sql_names(&arena, work->traits, object->text, &names);
	for (size_t i = 0; !found && i < names.count; i++) {
		const struct dbw_table *name = schema_find_parent(touched, names.items[i]);

		/* What a routine takes or gives are rows of a table whatever its columns are. */
		found = name && (name->comment == made_anew || !object_is_routine(object));
	}
	arena_release(&arena);
	return found;
}

/* From now on what mentions this view must make way as well. */
static void touch_view(struct schema *touched, const struct dbw_object *view)
{
	struct dbw_table *name = schema_add(touched, &touched->content.tables, DBW_TABLE);

	name->namespace_name = view->namespace_name;
	name->name = view->name;
	name->comment = made_anew;
}

/* A trigger that FOLLOWS one which makes way must be made again behind it. */
static void touch_trigger(struct diff_work *work, const struct dbw_object *trigger)
{
	list_append(&work->diff->arena, &work->replaced_triggers, (void *)(size_t)trigger->name);
}

static bool follows_touched(struct diff_work *work, const struct dbw_object *object)
{
	if (object->kind != DBW_TRIGGER || !sql_mentions(work->traits, object->text, "FOLLOWS"))
		return false;
	for (size_t i = 0; i < work->replaced_triggers.count; i++)
		if (sql_mentions(work->traits, object->text, work->replaced_triggers.items[i]))
			return true;
	return false;
}

/* A routine that speaks of a type which another one replaces. */
static bool is_retyped(const struct diff_work *work, const struct dbw_object *object)
{
	return object_is_routine(object) && type_retyping(work, object->text) != NOT_RETYPED;
}

static void replace(struct diff_work *work, enum retyping retyping, const struct dbw_object *old,
                    const struct dbw_object *new)
{
	if (old)
		work_add_for(work, retyping,
		             new &&drop_phase(work, old) == PHASE_DROP_TYPES
		                 ? PHASE_DROP_ROUTINES
		                 : drop_phase(work, old),
		             DBW_DROP, DBW_OBJECT, old, NULL, NULL, NULL);
	if (new)
		work_add_for(work, retyping, create_phase(work, new), DBW_CREATE, DBW_OBJECT, NULL,
		             new, NULL, NULL);
}

/* Views first, round after round: a view that makes way may be what another one stands on. Then the
 * triggers, which may be on such a view. */
static void replace_unchanged(struct diff_work *work, struct dbw_list *unchanged,
                              enum retyping retyping)
{
	struct schema *touched = retyping == RETYPED ? work->touched : work->touched_back;
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < unchanged->count; i++) {
			const struct dbw_object *old = unchanged->items[i];

			if (!old || !(is_view(old) || object_is_routine(old)) ||
			    !mentions_touched(work, old, retyping))
				continue;
			replace(work, retyping, old, twin_of(work->diff->after, old));
			touch_view(touched, old);
			unchanged->items[i] = NULL;
			more = true;
		}
	}
	for (more = true; more;) {
		more = false;
		for (size_t i = 0; i < unchanged->count; i++) {
			const struct dbw_object *old = unchanged->items[i];

			if (!old || !is_trigger(old) || goes_with_rebuild(work, old) ||
			    !(mentions_touched(work, old, retyping) || follows_touched(work, old)))
				continue;
			replace(work, retyping, old, twin_of(work->diff->after, old));
			if (old->kind == DBW_TRIGGER)
				touch_trigger(work, old);
			unchanged->items[i] = NULL;
			more = true;
		}
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
		/* diff_types.c has seen to it. */
		if (new &&object_is_type(old))
			continue;
		if (is_retyped(work, old)) {
			bool stays = new &&element_equal(work->traits, DBW_OBJECT, old, new);

			replace(work, stays ? type_retyping(work, old->text) : RETYPED, old, new);
			continue;
		}
		if (new &&element_equal(work->traits, DBW_OBJECT, old, new)) {
			list_append(&work->diff->arena, &unchanged, (void *)(size_t)old);
			continue;
		}
		/* What calls a routine need not make way for its new body. */
		if (new &&object_is_routine(old) && routine_heads_equal(work, old, new))
			work_add(work, create_phase(work, new), DBW_ALTER, DBW_OBJECT, old, new,
			         NULL, NULL);
		else
			replace(work, RETYPED, old, new);
		if (is_view(old) ||
		    (object_is_routine(old) && !(new &&routine_heads_equal(work, old, new))))
			touch_view(work->touched, old);
		else if (old->kind == DBW_TRIGGER)
			touch_trigger(work, old);
	}
	for (size_t i = 0; i < after->count; i++) {
		const struct dbw_object *new = after->items[i];

		if (!twin_of(work->diff->before, new) && !goes_with_rebuild(work, new))
			replace(work, RETYPED, NULL, new);
	}
	replace_unchanged(work, &unchanged, RETYPED);
	replace_unchanged(work, &unchanged, RETYPED_BACK);
}
