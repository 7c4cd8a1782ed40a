#include <stdlib.h>
#include <string.h>

#include "schema/diff_internal.h"
#include "sql/text.h"

/*
 * The place of a column is told by the column before it. As operations come in an order of their own, that must be
 * one which is in its place already when the operation runs: of the columns before it in the table that shall
 * be, the nearest that has not to move, has been added, or has been moved. Whatever the order, those in their places
 * are then always in the right order among themselves.
 */

/* One table with such operations. */
struct places {
	const struct dbw_table *before;
	const struct dbw_table *after;
	bool *settled_after;  /* by the index of the column in its table */
	bool *settled_before; /* the same for the way back */
};

static size_t index_of(const struct diff_work *work, const struct dbw_table *table,
                       const char *name)
{
	for (size_t i = 0; i < table->columns.count; i++)
		if (sql_names_equal(work->traits,
		                    ((const struct dbw_column *)table->columns.items[i])->name,
		                    name))
			return i;
	return table->columns.count;
}

/* Marks one of the heaviest runs of numbers that rise. */
static void mark_rising(const size_t *numbers, const size_t *weights, size_t count, bool *marked)
{
	size_t *weight = memory_resize(NULL, count + 1, sizeof *weight);
	size_t *previous = memory_resize(NULL, count + 1, sizeof *previous);
	size_t best = count;

	for (size_t i = 0; i < count; i++) {
		weight[i] = weights[i];
		previous[i] = count;
		for (size_t j = 0; j < i; j++)
			if (numbers[j] < numbers[i] && weight[j] + weights[i] > weight[i]) {
				weight[i] = weight[j] + weights[i];
				previous[i] = j;
			}
		if (best == count || weight[i] > weight[best])
			best = i;
	}
	for (; best < count; best = previous[best])
		marked[best] = true;
	free(weight);
	free(previous);
}

/* The others move around generated columns: those must come behind the ones that they are computed from at any
 * time, and plain ones may stand anywhere. */
static size_t weight_of(const struct dbw_column *before, const struct dbw_column *after,
                        size_t count)
{
	return before->generated || after->generated ? count : 1;
}

bool *places_moved(const struct diff_work *work, const struct dbw_table *before,
                   const struct dbw_table *after)
{
	size_t count = after->columns.count, common = 0;
	size_t *numbers, *columns, *weights;
	bool *marked, *moved = NULL, rising = true;

	if (!(work->traits->flags & DBW_TRAIT_COLUMN_ORDER))
		return NULL;
	numbers = memory_resize(NULL, count + 1, sizeof *numbers);
	columns = memory_resize(NULL, count + 1, sizeof *columns);
	weights = memory_resize(NULL, count + 1, sizeof *weights);
	for (size_t i = 0; i < count; i++) {
		const struct dbw_column *column = after->columns.items[i];
		size_t number = index_of(work, before, column->name);

		if (number == before->columns.count)
			continue;
		rising = rising && (!common || numbers[common - 1] < number);
		numbers[common] = number;
		weights[common] = weight_of(before->columns.items[number], column, count + 1);
		columns[common++] = i;
	}
	if (!rising) {
		marked = arena_alloc(&work->diff->arena, common);
		moved = arena_alloc(&work->diff->arena, count);
		mark_rising(numbers, weights, common, marked);
		for (size_t i = 0; i < common; i++)
			moved[columns[i]] = !marked[i];
	}
	free(numbers);
	free(columns);
	free(weights);
	return moved;
}

static struct places *places_make(struct diff_work *work, const struct dbw_table *before,
                                  const struct dbw_table *after)
{
	struct arena *arena = &work->diff->arena;
	struct places *places = arena_new(arena, struct places);
	const bool *moved = places_moved(work, before, after);

	places->before = before;
	places->after = after;
	places->settled_after = arena_alloc(arena, after->columns.count + 1);
	places->settled_before = arena_alloc(arena, before->columns.count + 1);
	for (size_t i = 0; i < after->columns.count; i++) {
		const struct dbw_column *column = after->columns.items[i];
		size_t number = index_of(work, before, column->name);

		if (number < before->columns.count && !(moved && moved[i]))
			places->settled_after[i] = places->settled_before[number] = true;
	}
	return places;
}

/* Made when first asked for. The tables are found by name in a set of their own, whose comments lead back. */
static struct places *places_of(struct diff_work *work, struct schema *set,
                                const struct dbw_table *before, const struct dbw_table *after)
{
	struct dbw_table *found = schema_find_table(set, after->namespace_name, after->name);

	if (!found) {
		found = schema_add(set, &set->content.tables, DBW_TABLE);
		found->namespace_name = after->namespace_name;
		found->name = after->name;
		found->comment = (const char *)places_make(work, before, after);
	}
	return (struct places *)(size_t)found->comment;
}

/* The place of a column, which is in it from now on. Without 'always' it is told only where that is not the
 * last. */
static const char *settle(const struct diff_work *work, const struct dbw_table *table,
                          bool *settled, const struct dbw_column *column, bool always)
{
	size_t i = index_of(work, table, column->name), next = i + 1;
	const char *place = "";

	if (i == table->columns.count)
		return NULL;
	settled[i] = true;
	while (next < table->columns.count && !settled[next])
		next++;
	if (!always && next == table->columns.count)
		return NULL;
	while (i > 0 && !settled[i - 1])
		i--;
	if (i > 0)
		place = ((const struct dbw_column *)table->columns.items[i - 1])->name;
	return place;
}

/* An ALTER tells the place if the column moves, or may be dropped and added. */
static bool needs_place(const struct diff_work *work, const struct dbw_operation *operation,
                        const struct dbw_table *table, const bool *settled,
                        const struct dbw_column *column)
{
	const struct dbw_column *before = operation->before, *after = operation->after;
	size_t i = index_of(work, table, column->name);

	return before->generated || after->generated || (i < table->columns.count && !settled[i]);
}

static void place_forth(struct diff_work *work, struct schema *set, struct dbw_operation *operation)
{
	const struct dbw_column *column = operation->after;
	struct places *places =
	    places_of(work, set, operation->table_before, operation->table_after);

	if (operation->verb == DBW_CREATE ||
	    (operation->verb == DBW_ALTER &&
	     needs_place(work, operation, places->after, places->settled_after, column)))
		operation->place = settle(work, places->after, places->settled_after, column,
		                          operation->verb == DBW_ALTER);
}

static void place_back(struct diff_work *work, struct schema *set, struct dbw_operation *operation)
{
	const struct dbw_column *column = operation->before;
	struct places *places =
	    places_of(work, set, operation->table_before, operation->table_after);

	if (operation->verb == DBW_DROP ||
	    (operation->verb == DBW_ALTER &&
	     needs_place(work, operation, places->before, places->settled_before, column)))
		operation->place_back = settle(work, places->before, places->settled_before, column,
		                               operation->verb == DBW_ALTER);
}

static bool has_place(const struct dbw_operation *operation)
{
	return operation->element == DBW_COLUMN && operation->table_before &&
	       operation->table_after &&
	       (operation->verb == DBW_CREATE || operation->verb == DBW_DROP ||
	        operation->verb == DBW_ALTER);
}

void diff_places(struct diff_work *work)
{
	const struct dbw_list *forth = &work->diff->operations, *back = &work->diff->undone;
	struct schema *set;

	if (!(work->traits->flags & DBW_TRAIT_COLUMN_ORDER))
		return;
	set = schema_new(work->traits);
	for (size_t i = 0; i < forth->count; i++)
		if (has_place(forth->items[i]))
			place_forth(work, set, forth->items[i]);
	for (size_t i = back->count; i > 0; i--)
		if (has_place(back->items[i - 1]))
			place_back(work, set, back->items[i - 1]);
	schema_free(set);
}
