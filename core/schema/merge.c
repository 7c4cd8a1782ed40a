#include "schema/merge.h"

#include <string.h>

#include "schema/compare.h"
#include "schema/fields.h"

struct merge {
	struct schema *into;
	const struct dbw_traits *traits;
	struct dbw_buffer *conflicts;
	size_t count;
};

/* One list of elements on three sides. 'owner' is the table, for those that live in one. */
struct lists {
	enum dbw_element_kind kind;
	const struct dbw_list *base, *ours, *theirs;
	const struct dbw_table *owner;
};

static const struct dbw_list nothing;

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static const char *name_of(enum dbw_element_kind kind, const void *element)
{
	for (const struct field *field = element_fields(kind); field->name; field++)
		if (strcmp(field->name, "name") == 0)
			return *(const char *const *)field_at(element, field);
	return NULL;
}

/* All that tells two elements of a list apart, whatever else they are. A constraint without a name is what it
 * says. */
static bool same_key(const struct merge *merge, enum dbw_element_kind kind, const void *a,
                     const void *b)
{
	static const char *const keys[] = {"kind", "namespace_name", "name", "signature", "table"};
	const char *name = name_of(kind, a);

	if (!name)
		return !name_of(kind, b) && element_equal(merge->traits, kind, a, b);
	for (const struct field *field = element_fields(kind); field->name; field++) {
		const void *x = field_at(a, field), *y = field_at(b, field);
		bool key = false;

		for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
			key |= strcmp(field->name, keys[i]) == 0;
		/* What a constraint is may be another on both sides of a conflict. */
		if (!key || (kind == DBW_CONSTRAINT && field->type == FIELD_WORD))
			continue;
		if (field->type == FIELD_WORD
		        ? *(const int *)x != *(const int *)y
		        : !same_text(*(const char *const *)x, *(const char *const *)y))
			return false;
	}
	return true;
}

static void *find(const struct merge *merge, enum dbw_element_kind kind,
                  const struct dbw_list *list, const void *like)
{
	for (size_t i = 0; i < list->count; i++)
		if (same_key(merge, kind, list->items[i], like))
			return list->items[i];
	return NULL;
}

/* Tables and objects are looked up in constant time: there may be thousands. */
static void *find_in(const struct merge *merge, const struct schema *schema,
                     enum dbw_element_kind kind, const struct dbw_list *list, const void *like)
{
	const struct dbw_table *table = like;

	if (kind == DBW_TABLE)
		return schema_find_table(schema, table->namespace_name, table->name);
	return find(merge, kind, list, like);
}

static const char *word_of(enum dbw_element_kind kind, const void *element)
{
	static const char *const words[] = {
	    [DBW_NAMESPACE] = "schema", [DBW_TABLE] = "table",
	    [DBW_COLUMN] = "column",    [DBW_CONSTRAINT] = "constraint",
	    [DBW_INDEX] = "index",      [DBW_SEQUENCE] = "sequence",
	    [DBW_ENUM] = "type",
	};

	return kind == DBW_OBJECT ? object_kind_name(((const struct dbw_object *)element)->kind)
	                          : words[kind];
}

static void conflict(struct merge *merge, const struct lists *lists, const void *element,
                     const char *what)
{
	const char *name = name_of(lists->kind, element);

	merge->count++;
	buffer_string(merge->conflicts, word_of(lists->kind, element));
	buffer_printf(merge->conflicts, " '%s%s%s'", lists->owner ? lists->owner->name : "",
	              lists->owner ? "." : "", name ? name : "(without a name)");
	buffer_printf(merge->conflicts, ": %s\n", what);
}

static void keep(struct merge *merge, enum dbw_element_kind kind, struct dbw_list *list,
                 const void *element)
{
	list_append(&merge->into->arena, list, schema_copy_element(merge->into, element, kind));
}

/* What one element, which one of the three sides at least has, comes to: one of them, or NULL. */
static const void *choose(struct merge *merge, const struct lists *lists, const void *base,
                          const void *ours, const void *theirs)
{
	enum dbw_element_kind kind = lists->kind;
	const struct dbw_traits *traits = merge->traits;

	if (ours && theirs) {
		if (element_equal(traits, kind, ours, theirs))
			return ours;
		if (base && element_equal(traits, kind, base, theirs))
			return ours;
		if (base && element_equal(traits, kind, base, ours))
			return theirs;
		conflict(merge, lists, ours,
		         base ? "changed on both sides" : "added on both sides, each another one");
		return ours;
	}
	if (!base)
		return ours ? ours : theirs;
	if ((ours || theirs) && !element_equal(traits, kind, base, ours ? ours : theirs))
		conflict(merge, lists, base, "changed on one side, dropped on the other");
	return NULL;
}

static bool same_element(const struct merge *merge, enum dbw_element_kind kind, const void *a,
                         const void *b)
{
	return a == b || (a && b && same_key(merge, kind, a, b));
}

/* Where what only 'theirs' has goes: behind what stands before it there; at the end, if that is where it was
 * added. */
static size_t place_of(const struct merge *merge, const struct lists *lists,
                       const struct dbw_list *result, size_t at)
{
	bool last = true;

	for (size_t i = at + 1; last && i < lists->theirs->count; i++)
		last = !find(merge, lists->kind, lists->base, lists->theirs->items[i]);
	if (last || !at)
		return result->count;
	for (size_t i = 0; i < result->count; i++)
		if (same_element(merge, lists->kind, result->items[i],
		                 lists->theirs->items[at - 1]))
			return i + 1;
	return result->count;
}

static void merge_list(struct merge *merge, const struct lists *lists, struct dbw_list *result)
{
	for (size_t i = 0; i < lists->ours->count; i++) {
		const void *ours = lists->ours->items[i];
		const void *chosen =
		    choose(merge, lists, find(merge, lists->kind, lists->base, ours), ours,
		           find(merge, lists->kind, lists->theirs, ours));

		if (chosen)
			keep(merge, lists->kind, result, chosen);
	}
	for (size_t i = 0; i < lists->theirs->count; i++) {
		const void *theirs = lists->theirs->items[i], *chosen;

		if (find(merge, lists->kind, lists->ours, theirs))
			continue;
		chosen = choose(merge, lists, find(merge, lists->kind, lists->base, theirs), NULL,
		                theirs);
		if (chosen)
			list_insert(&merge->into->arena, result,
			            lists->kind == DBW_COLUMN ? place_of(merge, lists, result, i)
			                                      : result->count,
			            schema_copy_element(merge->into, chosen, lists->kind));
	}
}

/* The table without its parts, as one of the sides has it. */
static const struct dbw_table *choose_frame(struct merge *merge, const struct lists *tables,
                                            const struct dbw_table *base,
                                            const struct dbw_table *ours,
                                            const struct dbw_table *theirs)
{
	const struct dbw_traits *traits = merge->traits;

	if (table_frame_equal(traits, ours, theirs) ||
	    (base && table_frame_equal(traits, base, theirs)))
		return ours;
	if (base && table_frame_equal(traits, base, ours))
		return theirs;
	conflict(merge, tables, ours, "its options or its comment changed on both sides");
	return ours;
}

static void merge_parts(struct merge *merge, const struct lists *tables,
                        const struct dbw_table *base, const struct dbw_table *ours,
                        const struct dbw_table *theirs)
{
	const struct dbw_table *frame = choose_frame(merge, tables, base, ours, theirs);
	struct dbw_table *table = schema_copy_element(merge->into, frame, DBW_TABLE);
	const struct {
		enum dbw_element_kind kind;
		size_t offset;
	} parts[] = {
	    {DBW_COLUMN, offsetof(struct dbw_table, columns)},
	    {DBW_CONSTRAINT, offsetof(struct dbw_table, constraints)},
	    {DBW_INDEX, offsetof(struct dbw_table, indexes)},
	};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		size_t offset = parts[i].offset;
		struct dbw_list result = {0};
		const struct lists lists = {
		    parts[i].kind,
		    base ? (const struct dbw_list *)((const char *)base + offset) : &nothing,
		    (const struct dbw_list *)((const char *)ours + offset),
		    (const struct dbw_list *)((const char *)theirs + offset),
		    ours,
		};

		merge_list(merge, &lists, &result);
		*(struct dbw_list *)((char *)table + offset) = result;
	}
	list_append(&merge->into->arena, &merge->into->content.tables, table);
}

static void merge_tables(struct merge *merge, const struct schema *base, const struct schema *ours,
                         const struct schema *theirs)
{
	const struct lists lists = {DBW_TABLE, &base->content.tables, &ours->content.tables,
	                            &theirs->content.tables, NULL};
	struct dbw_list *result = &merge->into->content.tables;

	for (size_t i = 0; i < lists.ours->count; i++) {
		const struct dbw_table *mine = lists.ours->items[i];
		const struct dbw_table *before = find_in(merge, base, DBW_TABLE, lists.base, mine);
		const struct dbw_table *other =
		    find_in(merge, theirs, DBW_TABLE, lists.theirs, mine);
		const void *chosen;

		if (other && before) {
			merge_parts(merge, &lists, before, mine, other);
			continue;
		}
		chosen = choose(merge, &lists, before, mine, other);
		if (chosen)
			keep(merge, DBW_TABLE, result, chosen);
	}
	for (size_t i = 0; i < lists.theirs->count; i++) {
		const struct dbw_table *other = lists.theirs->items[i];
		const void *chosen;

		if (find_in(merge, ours, DBW_TABLE, lists.ours, other))
			continue;
		chosen = choose(merge, &lists, find_in(merge, base, DBW_TABLE, lists.base, other),
		                NULL, other);
		if (chosen)
			keep(merge, DBW_TABLE, result, chosen);
	}
}

/* What one side added must not lean on what the other took away. */

static bool has_columns(const struct merge *merge, const struct dbw_table *table,
                        const struct dbw_list *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct dbw_key_part *part = parts->items[i];

		if (part->column && !table_find_column(merge->traits, table, part->column))
			return false;
	}
	return true;
}

static bool has_target(const struct schema *schema, const struct dbw_constraint *foreign_key)
{
	return schema_find_table(schema, foreign_key->ref_namespace, foreign_key->ref_table);
}

static void check_table(struct merge *merge, const struct schema *ours, const struct schema *theirs,
                        const struct dbw_table *table)
{
	const struct lists constraints = {DBW_CONSTRAINT, NULL, NULL, NULL, table};
	const struct lists indexes = {DBW_INDEX, NULL, NULL, NULL, table};
	static const char gone[] = "one side needs what the other side dropped";
	size_t keys = 0;

	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		keys += constraint->kind == DBW_PRIMARY_KEY;
		if (!has_columns(merge, table, &constraint->parts))
			conflict(merge, &constraints, constraint, gone);
		else if (constraint->kind == DBW_FOREIGN_KEY &&
		         !has_target(merge->into, constraint) &&
		         (has_target(ours, constraint) || has_target(theirs, constraint)))
			conflict(merge, &constraints, constraint, gone);
	}
	for (size_t i = 0; i < table->indexes.count; i++) {
		const struct dbw_index *index = table->indexes.items[i];

		if (!has_columns(merge, table, &index->parts))
			conflict(merge, &indexes, index, gone);
	}
	if (keys > 1) {
		const struct lists tables = {DBW_TABLE, NULL, NULL, NULL, NULL};

		conflict(merge, &tables, table, "both sides give it a primary key");
	}
}

size_t schema_merge(struct schema *into, const struct schema *base, const struct schema *ours,
                    const struct schema *theirs, struct dbw_buffer *conflicts)
{
	struct merge merge = {.into = into, .traits = into->traits, .conflicts = conflicts};

	for (const struct field *field = schema_fields; field->name; field++) {
		const struct lists lists = {field->kind, field_at(&base->content, field),
		                            field_at(&ours->content, field),
		                            field_at(&theirs->content, field), NULL};

		if (field->kind == DBW_TABLE)
			merge_tables(&merge, base, ours, theirs);
		else
			merge_list(&merge, &lists, field_at(&into->content, field));
	}
	for (size_t i = 0; i < into->content.tables.count; i++)
		check_table(&merge, ours, theirs, into->content.tables.items[i]);
	return merge.count;
}
