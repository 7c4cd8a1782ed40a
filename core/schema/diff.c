#include "schema/diff.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "schema/diff_internal.h"
#include "sql/text.h"

static const char *element_name(enum dbw_element_kind kind, const void *element,
                                const char **namespace_name)
{
	assert(element);
	*namespace_name = NULL;
	switch (kind) {
	case DBW_NAMESPACE:
		return ((const struct dbw_namespace *)element)->name;
	case DBW_TABLE:
		*namespace_name = ((const struct dbw_table *)element)->namespace_name;
		return ((const struct dbw_table *)element)->name;
	case DBW_COLUMN:
		return ((const struct dbw_column *)element)->name;
	case DBW_CONSTRAINT:
		return ((const struct dbw_constraint *)element)->name;
	case DBW_INDEX:
		return ((const struct dbw_index *)element)->name;
	case DBW_SEQUENCE:
		*namespace_name = ((const struct dbw_sequence *)element)->namespace_name;
		return ((const struct dbw_sequence *)element)->name;
	case DBW_ENUM:
		*namespace_name = ((const struct dbw_enum *)element)->namespace_name;
		return ((const struct dbw_enum *)element)->name;
	case DBW_OBJECT:
		*namespace_name = ((const struct dbw_object *)element)->namespace_name;
		return ((const struct dbw_object *)element)->name;
	default:
		return NULL;
	}
}

struct dbw_operation *work_add(struct diff_work *work, enum phase phase, enum dbw_verb verb,
                               enum dbw_element_kind element, const void *before, const void *after,
                               const struct dbw_table *table_before,
                               const struct dbw_table *table_after)
{
	struct arena *arena = &work->diff->arena;
	struct dbw_operation *operation = arena_new(arena, struct dbw_operation);
	struct draft *draft = arena_new(arena, struct draft);
	const struct dbw_table *table = table_after ? table_after : table_before;

	operation->struct_size = sizeof *operation;
	operation->verb = verb;
	operation->element = element;
	operation->before = before;
	operation->after = after;
	operation->table_before = table_before;
	operation->table_after = table_after;
	operation->schema_before = &work->diff->before->content;
	operation->schema_after = &work->diff->after->content;
	draft->operation = operation;
	draft->phase = phase;
	draft->name = element_name(element, after ? after : before, &draft->namespace_name);
	if (table) {
		draft->namespace_name = table->namespace_name;
		draft->table = table->name;
	}
	draft->number = work->drafts.count;
	list_append(arena, &work->drafts, draft);
	return operation;
}

void work_add_for(struct diff_work *work, enum retyping retyping, enum phase phase,
                  enum dbw_verb verb, enum dbw_element_kind element, const void *before,
                  const void *after, const struct dbw_table *table_before,
                  const struct dbw_table *table_after)
{
	struct draft *draft;

	work_add(work, phase, verb, element, before, after, table_before, table_after);
	draft = work->drafts.items[work->drafts.count - 1];
	draft->back = retyping == RETYPED_BACK;
}

/* Tables by name in a set. */

static void set_add(struct schema *set, const struct dbw_table *table)
{
	if (!schema_find_table(set, table->namespace_name, table->name))
		list_append(&set->arena, &set->content.tables, (void *)(size_t)table);
}

static bool has_trait(const struct diff_work *work, uint64_t trait)
{
	return work->traits->flags & trait;
}

/* Where foreign keys can be added later, a table is made and dropped without them: so the order of
 * the tables does not matter, and cycles are no problem. */
static const struct dbw_table *without_foreign_keys(struct diff_work *work,
                                                    const struct dbw_table *table)
{
	struct dbw_table *copy;

	if (!has_trait(work, DBW_TRAIT_ALTER_CONSTRAINTS))
		return table;
	copy = arena_new(&work->diff->arena, struct dbw_table);
	*copy = *table;
	copy->constraints = (struct dbw_list){0};
	for (size_t i = 0; i < table->constraints.count; i++) {
		struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->kind != DBW_FOREIGN_KEY)
			list_append(&work->diff->arena, &copy->constraints, constraint);
	}
	return copy;
}

static void add_foreign_keys(struct diff_work *work, const struct dbw_table *table,
                             enum dbw_verb verb)
{
	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->kind != DBW_FOREIGN_KEY ||
		    !has_trait(work, DBW_TRAIT_ALTER_CONSTRAINTS))
			continue;
		if (verb == DBW_CREATE)
			work_add(work, PHASE_CREATE_FOREIGN_KEYS, DBW_CREATE, DBW_CONSTRAINT, NULL,
			         constraint, NULL, table);
		else
			work_add(work, PHASE_DROP_FOREIGN_KEYS, DBW_DROP, DBW_CONSTRAINT,
			         constraint, NULL, table, NULL);
	}
}

static void create_table(struct diff_work *work, const struct dbw_table *table)
{
	list_append(&work->diff->arena, &work->created, (void *)(size_t)table);
	work_add(work, PHASE_CREATE_TABLES, DBW_CREATE, DBW_TABLE, NULL,
	         without_foreign_keys(work, table), NULL, NULL);
	for (size_t i = 0; i < table->indexes.count; i++)
		work_add(work, PHASE_CREATE_INDEXES, DBW_CREATE, DBW_INDEX, NULL,
		         table->indexes.items[i], NULL, table);
	add_foreign_keys(work, table, DBW_CREATE);
}

static void drop_table(struct diff_work *work, const struct dbw_table *table)
{
	list_append(&work->diff->arena, &work->dropped, (void *)(size_t)table);
	set_add(work->touched, table);
	work_add(work, PHASE_DROP_TABLES, DBW_DROP, DBW_TABLE, without_foreign_keys(work, table),
	         NULL, NULL, NULL);
	for (size_t i = 0; i < table->indexes.count; i++)
		work_add(work, PHASE_DROP_INDEXES, DBW_DROP, DBW_INDEX, table->indexes.items[i],
		         NULL, table, NULL);
	add_foreign_keys(work, table, DBW_DROP);
}

/* One table that is on both sides. */

/* A default that calls a routine which is made anew is none meanwhile. */
static const struct dbw_column *free_default(struct diff_work *work, const struct dbw_table *before,
                                             const struct dbw_table *after,
                                             const struct dbw_column *column)
{
	struct dbw_column *without = arena_new(&work->diff->arena, struct dbw_column);

	*without = *column;
	without->default_value = NULL;
	work_add(work, PHASE_DROP_CONSTRAINTS, DBW_ALTER, DBW_COLUMN, column, without, before,
	         after);
	return without;
}

static void compare_columns(struct diff_work *work, const struct dbw_table *before,
                            const struct dbw_table *after)
{
	for (size_t i = 0; i < after->columns.count; i++) {
		const struct dbw_column *wanted = after->columns.items[i];
		const struct dbw_column *found =
		    type_column(work, inherit_column(work, before, after, wanted->name), wanted);

		if (found && routine_is_made_anew(work, found->default_value))
			found = free_default(work, before, after, found);
		if (!found)
			work_add(work,
			         wanted->generated && type_changes(work, before, after)
			             ? PHASE_ADD_GENERATED
			             : PHASE_ADD_COLUMNS,
			         DBW_CREATE, DBW_COLUMN, NULL, wanted, before, after);
		else if (!element_equal(work->traits, DBW_COLUMN, found, wanted))
			work_add(work, PHASE_ALTER_TABLES, DBW_ALTER, DBW_COLUMN, found, wanted,
			         before, after);
	}
	for (size_t i = 0; i < before->columns.count; i++) {
		const struct dbw_column *found = before->columns.items[i];

		if (!table_find_column(work->traits, after, found->name) &&
		    inherit_column(work, before, after, found->name))
			work_add(work,
			         found->generated && type_changes(work, before, after)
			             ? PHASE_DROP_GENERATED
			             : PHASE_DROP_COLUMNS,
			         DBW_DROP, DBW_COLUMN, found, NULL, before, after);
	}
}

/* Those of a list that have no equal in the other. The two lists of one table are short. */
static bool has_equal(const struct diff_work *work, enum dbw_element_kind kind, const void *element,
                      const struct dbw_list *list, bool *taken)
{
	for (size_t i = 0; i < list->count; i++)
		if (!taken[i] && element_equal(work->traits, kind, element, list->items[i])) {
			taken[i] = true;
			return true;
		}
	return false;
}

static enum phase drop_phase(enum dbw_element_kind kind, const struct dbw_constraint *element)
{
	return kind == DBW_INDEX                  ? PHASE_DROP_INDEXES
	       : element->kind == DBW_FOREIGN_KEY ? PHASE_DROP_FOREIGN_KEYS
	                                          : PHASE_DROP_CONSTRAINTS;
}

static enum phase create_phase(enum dbw_element_kind kind, const struct dbw_constraint *element)
{
	return kind == DBW_INDEX                  ? PHASE_CREATE_INDEXES
	       : element->kind == DBW_FOREIGN_KEY ? PHASE_CREATE_FOREIGN_KEYS
	                                          : PHASE_CREATE_CONSTRAINTS;
}

bool same_but_for_name(const struct diff_work *work, enum dbw_element_kind kind, const void *a,
                       const void *b)
{
	if (kind == DBW_INDEX) {
		struct dbw_index x = *(const struct dbw_index *)a;

		x.name = ((const struct dbw_index *)b)->name;
		return element_equal(work->traits, kind, &x, b);
	} else {
		struct dbw_constraint x = *(const struct dbw_constraint *)a;

		x.name = ((const struct dbw_constraint *)b)->name;
		return element_equal(work->traits, kind, &x, b);
	}
}

/* One that stays; what must make way for something else is dropped and created. */
static void keep_element(struct diff_work *work, enum dbw_element_kind kind,
                         const struct dbw_table *before, const struct dbw_table *after,
                         const struct dbw_constraint *element)
{
	enum retyping retyping = type_disturbs(work, before, after, kind, element);

	if (retyping == NOT_RETYPED)
		return;
	work_add_for(work, retyping, drop_phase(kind, element), DBW_DROP, kind, element, NULL,
	             before, after);
	work_add_for(work, retyping, create_phase(kind, element), DBW_CREATE, kind, NULL, element,
	             before, after);
}

/* One that differs in its name alone, as when its table was renamed and the server chose it. */
static bool rename_element(struct diff_work *work, enum dbw_element_kind kind,
                           const struct dbw_table *before, const struct dbw_table *after,
                           const void *element, const struct dbw_list *new, bool *taken)
{
	if (!has_trait(work, DBW_TRAIT_RENAME_CONSTRAINTS) ||
	    type_disturbs(work, before, after, kind, element) != NOT_RETYPED)
		return false;
	for (size_t i = 0; i < new->count; i++)
		if (!taken[i] && same_but_for_name(work, kind, element, new->items[i])) {
			taken[i] = true;
			work_add(work, PHASE_RENAME_CONSTRAINTS, DBW_RENAME, kind, element,
			         new->items[i], before, after);
			return true;
		}
	return false;
}

static void compare_set(struct diff_work *work, enum dbw_element_kind kind,
                        const struct dbw_table *before, const struct dbw_table *after,
                        const struct dbw_list *old, const struct dbw_list *new)
{
	bool *taken = arena_alloc(&work->diff->arena, new->count + 1);
	bool *kept = arena_alloc(&work->diff->arena, old->count + 1);

	for (size_t i = 0; i < old->count; i++) {
		kept[i] = has_equal(work, kind, old->items[i], new, taken);
		if (kept[i])
			keep_element(work, kind, before, after, old->items[i]);
	}
	for (size_t i = 0; i < old->count; i++)
		if (!kept[i] &&
		    !inherit_has_equal(work, kind, old->items[i], work->diff->after, after,
		                       work->diff->before, before) &&
		    !rename_element(work, kind, before, after, old->items[i], new, taken))
			work_add(work, drop_phase(kind, old->items[i]), DBW_DROP, kind,
			         old->items[i], NULL, before, after);
	for (size_t i = 0; i < new->count; i++)
		if (!taken[i] && !inherit_has_equal(work, kind, new->items[i], work->diff->before,
		                                    before, work->diff->after, after))
			work_add(work, create_phase(kind, new->items[i]), DBW_CREATE, kind, NULL,
			         new->items[i], before, after);
}

static bool needs_rebuild(const struct diff_work *work, size_t first)
{
	if (!work->plugin->needs_rebuild)
		return false;
	for (size_t i = first; i < work->drafts.count; i++) {
		const struct draft *draft = work->drafts.items[i];

		if (work->plugin->needs_rebuild(work->host, draft->operation))
			return true;
	}
	return false;
}

/* A view may have to make way for anything but an addition. */
static bool disturbs_views(const struct diff_work *work, size_t first)
{
	for (size_t i = first; i < work->drafts.count; i++) {
		const struct dbw_operation *operation =
		    ((const struct draft *)work->drafts.items[i])->operation;

		if (operation->verb == DBW_REBUILD ||
		    (operation->element == DBW_COLUMN && operation->verb != DBW_CREATE))
			return true;
	}
	return false;
}

/* While its parent is changed, a table that has been or will be a child is none. */
static enum phase frame_phase(const struct diff_work *work, const struct dbw_table *before,
                              const struct dbw_table *after)
{
	const struct schema *old = work->diff->before, *new = work->diff->after;
	bool loses = inherit_differs(old, before, new, after);
	bool gains = inherit_differs(new, after, old, before);

	return loses == gains ? PHASE_ALTER_TABLES
	       : loses        ? PHASE_DETACH_TABLES
	                      : PHASE_ATTACH_TABLES;
}

/* They may stand on something of another table that changes. */
static bool has_foreign_keys(const struct dbw_table *table)
{
	for (size_t i = 0; i < table->constraints.count; i++)
		if (((const struct dbw_constraint *)table->constraints.items[i])->kind ==
		    DBW_FOREIGN_KEY)
			return true;
	return false;
}

static void compare_table(struct diff_work *work, const struct dbw_table *before,
                          const struct dbw_table *after)
{
	size_t first = work->drafts.count;
	enum retyping retyping = type_touches(work, before);

	if (retyping)
		set_add(retyping == RETYPED ? work->touched : work->touched_back, after);
	if (!work->retyped->content.tables.count && !work->retyped_back->content.tables.count &&
	    !has_foreign_keys(before) && element_equal(work->traits, DBW_TABLE, before, after))
		return;
	if (!table_frame_equal(work->traits, before, after))
		work_add(work, frame_phase(work, before, after), DBW_ALTER, DBW_TABLE, before,
		         after, NULL, NULL);
	compare_columns(work, before, after);
	compare_set(work, DBW_CONSTRAINT, before, after, &before->constraints, &after->constraints);
	compare_set(work, DBW_INDEX, before, after, &before->indexes, &after->indexes);
	if (needs_rebuild(work, first)) {
		work->drafts.count = first;
		work_add(work, PHASE_ALTER_TABLES, DBW_REBUILD, DBW_TABLE, before, after, NULL,
		         NULL);
		set_add(work->rebuilt, after);
	}
	if (disturbs_views(work, first))
		set_add(work->touched, after);
}

/* Columns that stay keep their places, new ones come behind them: that is how servers that cannot
 * place a column will have it. */
static void settle_columns(struct diff_work *work, const struct dbw_table *before,
                           struct dbw_table *after)
{
	struct dbw_list settled = {0};

	if (has_trait(work, DBW_TRAIT_COLUMN_ORDER))
		return;
	for (size_t i = 0; i < before->columns.count; i++) {
		const struct dbw_column *old = before->columns.items[i];
		struct dbw_column *new = table_find_column(work->traits, after, old->name);

		if (new)
			list_append(&work->diff->after->arena, &settled, new);
	}
	for (size_t i = 0; i < after->columns.count; i++) {
		struct dbw_column *new = after->columns.items[i];

		if (!table_find_column(work->traits, before, new->name))
			list_append(&work->diff->after->arena, &settled, new);
	}
	after->columns = settled;
}

static void compare_tables(struct diff_work *work)
{
	const struct dbw_list *before = &work->diff->before->content.tables;
	const struct dbw_list *after = &work->diff->after->content.tables;

	for (size_t i = 0; i < after->count; i++) {
		struct dbw_table *wanted = after->items[i];
		const struct dbw_table *found =
		    schema_find_table(work->diff->before, wanted->namespace_name, wanted->name);

		if (!found) {
			create_table(work, wanted);
			continue;
		}
		settle_columns(work, found, wanted);
		compare_table(work, found, wanted);
	}
	for (size_t i = 0; i < before->count; i++) {
		const struct dbw_table *found = before->items[i];

		if (!schema_find_table(work->diff->after, found->namespace_name, found->name))
			drop_table(work, found);
	}
}

/* Namespaces, enums, sequences. */

struct named_kind {
	enum dbw_element_kind kind;
	enum phase create;
	enum phase drop;
};

static const void *find_named(const struct schema *schema, enum dbw_element_kind kind,
                              const char *namespace_name, const char *name)
{
	if (kind == DBW_ENUM)
		return schema_find_enum(schema, namespace_name, name);
	if (kind == DBW_SEQUENCE)
		return schema_find_sequence(schema, namespace_name, name);
	for (size_t i = 0; i < schema->content.namespaces.count; i++) {
		const struct dbw_namespace *one = schema->content.namespaces.items[i];

		if (sql_names_equal(schema->traits, one->name, name))
			return one;
	}
	return NULL;
}

static void compare_named(struct diff_work *work, const struct named_kind *kind,
                          const struct dbw_list *before, const struct dbw_list *after)
{
	const char *namespace_name, *name;

	for (size_t i = 0; i < after->count; i++) {
		const void *wanted = after->items[i], *found;

		name = element_name(kind->kind, wanted, &namespace_name);
		found = find_named(work->diff->before, kind->kind, namespace_name, name);
		if (!found)
			work_add(work, kind->create, DBW_CREATE, kind->kind, NULL, wanted, NULL,
			         NULL);
		else if (!element_equal(work->traits, kind->kind, found, wanted))
			work_add(work, kind->create, DBW_ALTER, kind->kind, found, wanted, NULL,
			         NULL);
	}
	for (size_t i = 0; i < before->count; i++) {
		const void *found = before->items[i];

		name = element_name(kind->kind, found, &namespace_name);
		if (!find_named(work->diff->after, kind->kind, namespace_name, name))
			work_add(work, kind->drop, DBW_DROP, kind->kind, found, NULL, NULL, NULL);
	}
}

bool diff_make(struct diff *diff, const struct dbw_host *host, const struct dbw_plugin *plugin,
               const struct schema *before, const struct schema *after,
               const struct dbw_list *renames, struct error *error)
{
	static const struct named_kind namespaces = {DBW_NAMESPACE, PHASE_CREATE_NAMESPACES,
	                                             PHASE_DROP_NAMESPACES};
	static const struct named_kind enums = {DBW_ENUM, PHASE_CREATE_TYPES, PHASE_DROP_TYPES};
	static const struct named_kind sequences = {DBW_SEQUENCE, PHASE_CREATE_SEQUENCES,
	                                            PHASE_DROP_SEQUENCES};
	struct diff_work work = {.diff = diff,
	                         .wanted = after,
	                         .host = host,
	                         .plugin = plugin,
	                         .traits = before->traits,
	                         .error = error};
	bool done;

	*diff = (struct diff){0};
	diff->before = schema_copy(before);
	diff->after = schema_copy(after);
	work.touched = schema_new(before->traits);
	work.rebuilt = schema_new(before->traits);
	work.retyped = schema_new(before->traits);
	work.retyped_back = schema_new(before->traits);
	work.touched_back = schema_new(before->traits);
	done = diff_rename(&work, renames);
	if (done) {
		const struct dbw_schema *old = &diff->before->content;
		const struct dbw_schema *new = &diff->after->content;

		compare_named(&work, &namespaces, &old->namespaces, &new->namespaces);
		compare_named(&work, &enums, &old->enums, &new->enums);
		compare_named(&work, &sequences, &old->sequences, &new->sequences);
		diff_types(&work);
		compare_tables(&work);
		diff_foreign_keys(&work);
		diff_guess(&work);
		diff_objects(&work);
		diff_order(&work);
	}
	schema_free(work.touched);
	schema_free(work.rebuilt);
	schema_free(work.retyped);
	schema_free(work.retyped_back);
	schema_free(work.touched_back);
	return done;
}

void diff_release(struct diff *diff)
{
	schema_free(diff->before);
	schema_free(diff->after);
	arena_release(&diff->arena);
	*diff = (struct diff){0};
}
