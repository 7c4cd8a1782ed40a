#include <string.h>

#include "engine/safe_internal.h"

/*
 * A column that gets another type, so that every row would be written again under a lock:
 *
 *    c                        c, c_dbwarden_new         c_dbwarden_old, c          c
 *    (old type)               new follows old           old follows new            (new type)
 *                             by a trigger; filled      by a trigger: the way
 *                             in batches; indexes       back has all values
 */

static const char new_suffix[] = "_dbwarden_new";
static const char old_suffix[] = "_dbwarden_old";

static const struct dbw_traits *traits_of(const struct splitting *splitting)
{
	return splitting->dialect->plugin.traits;
}

static bool mentions(const struct splitting *splitting, const char *sql, const char *name)
{
	const struct dbw_host *host = &splitting->dialect->host;

	return sql && host->mentions(host, sql, name);
}

/* Whether a key, a condition or an expression of the table has the column: these would have to be made for the
 * other column under another name, and keys that others lean on cannot be. */
static bool is_bound(const struct splitting *splitting, const struct dbw_table *table,
                     const char *column)
{
	for (size_t i = 0; i < table->columns.count; i++)
		if (mentions(
			splitting,
			((const struct dbw_column *)table->columns.items[i])->generated_expression,
			column))
			return true;
	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		if (mentions(splitting, constraint->expression, column))
			return true;
		for (size_t j = 0; j < constraint->parts.count; j++) {
			const struct dbw_key_part *part = constraint->parts.items[j];

			if (safe_same_name(part->column, column) ||
			    mentions(splitting, part->expression, column))
				return true;
		}
		for (size_t j = 0; j < constraint->include.count; j++)
			if (safe_same_name(constraint->include.items[j], column))
				return true;
	}
	for (size_t i = 0; i < table->indexes.count; i++) {
		const struct dbw_index *index = table->indexes.items[i];

		if (mentions(splitting, index->predicate, column))
			return true;
		for (size_t j = 0; j < index->parts.count; j++)
			if (mentions(
				splitting,
				((const struct dbw_key_part *)index->parts.items[j])->expression,
				column))
				return true;
	}
	return false;
}

/* Views, triggers, policies and the like that speak of table and column hold the old one; and so does a sequence
 * that is the column's own. */
static bool is_spoken_of(const struct splitting *splitting, const struct schema *schema,
                         const struct dbw_table *table, const char *column)
{
	for (size_t i = 0; i < schema->content.objects.count; i++) {
		const struct dbw_object *object = schema->content.objects.items[i];

		if ((safe_same_name(object->table, table->name) ||
		     mentions(splitting, object->text, table->name)) &&
		    (mentions(splitting, object->text, column) || strchr(object->text, '*')))
			return true;
	}
	for (size_t i = 0; i < schema->content.sequences.count; i++) {
		const struct dbw_sequence *sequence = schema->content.sequences.items[i];

		if (safe_same_name(sequence->owned_by_table, table->name) &&
		    safe_same_name(sequence->owned_by_column, column))
			return true;
	}
	return false;
}

static bool is_referred_to(const struct schema *schema, const struct dbw_table *table,
                           const char *column)
{
	for (size_t i = 0; i < schema->content.tables.count; i++) {
		const struct dbw_table *other = schema->content.tables.items[i];

		for (size_t j = 0; j < other->constraints.count; j++) {
			const struct dbw_constraint *key = other->constraints.items[j];

			if (key->kind != DBW_FOREIGN_KEY ||
			    schema_find_table(schema, key->ref_namespace, key->ref_table) != table)
				continue;
			for (size_t k = 0; k < key->ref_columns.count; k++)
				if (safe_same_name(key->ref_columns.items[k], column))
					return true;
		}
	}
	return false;
}

static bool is_written_again(const struct splitting *splitting,
                             const struct dbw_operation *operation)
{
	struct dbw_risk risk = {.struct_size = sizeof risk};

	if (!splitting->dialect->plugin.risk)
		return false;
	splitting->dialect->plugin.risk(&splitting->dialect->host, operation, &risk);
	return risk.rewrites_table;
}

/* What the dialect refuses to do at once it cannot do in steps either, and it says so better. */
static bool can_be_emitted(const struct splitting *splitting, const struct dbw_operation *operation)
{
	struct arena arena = {0};
	struct dbw_list there = {0}, back = {0}, emitted = {0};
	struct error error = {0};
	bool done;

	list_append(&arena, &there, (void *)(size_t)operation);
	operations_invert(&arena, &there, &back);
	done = dialect_emit(splitting->dialect, &arena, &there, &emitted, &error) &&
	       dialect_emit(splitting->dialect, &arena, &back, &emitted, &error);
	error_release(&error);
	arena_release(&arena);
	return done;
}

static bool is_bare(const struct dbw_column *column)
{
	return !column->generated && !column->identity && !column->auto_increment;
}

bool retype_can(const struct splitting *splitting, const struct dbw_operation *operation)
{
	const uint64_t wanted = DBW_TRAIT_BACKFILL | DBW_TRAIT_ONLINE_INDEXES |
	                        DBW_TRAIT_VALIDATE_LATER | DBW_TRAIT_RENAME_CONSTRAINTS;
	const struct dbw_column *before = operation->before, *after = operation->after;
	size_t limit = traits_of(splitting)->identifier_length;
	const struct dbw_table *table = operation->table_after, *old;

	if (operation->verb != DBW_ALTER || strcmp(before->type, after->type) == 0 ||
	    (traits_of(splitting)->flags & wanted) != wanted ||
	    !splitting->dialect->plugin.follow || !is_bare(before) || !is_bare(after) ||
	    (limit && strlen(after->name) + sizeof new_suffix - 1 > limit) ||
	    !is_written_again(splitting, operation) || !can_be_emitted(splitting, operation))
		return false;
	old = safe_before(splitting, table);
	return !is_bound(splitting, table, after->name) && !is_bound(splitting, old, after->name) &&
	       !is_spoken_of(splitting, splitting->diff->before, old, after->name) &&
	       !is_spoken_of(splitting, splitting->diff->after, table, after->name) &&
	       !is_referred_to(splitting->diff->before, old, after->name) &&
	       !is_referred_to(splitting->diff->after, table, after->name);
}

/* The schema at a step. */

static char *suffixed(struct arena *arena, const char *name, const char *suffix)
{
	return arena_printf(arena, "%s%s", name, suffix);
}

static bool has_column(const struct dbw_index *index, const char *column)
{
	for (size_t i = 0; i < index->parts.count; i++)
		if (safe_same_name(((const struct dbw_key_part *)index->parts.items[i])->column,
		                   column))
			return true;
	for (size_t i = 0; i < index->include.count; i++)
		if (safe_same_name(index->include.items[i], column))
			return true;
	return false;
}

/* Only the column is another, and the name, which the old index has still. */
static void put_twin(struct schema *schema, struct dbw_table *table, const struct dbw_index *index,
                     const char *from, const char *to)
{
	struct dbw_index *twin = schema_copy_element(schema, index, DBW_INDEX);

	twin->name = suffixed(&schema->arena, index->name, new_suffix);
	for (size_t i = 0; i < twin->parts.count; i++) {
		struct dbw_key_part *part = twin->parts.items[i];

		if (safe_same_name(part->column, from))
			part->column = arena_string(&schema->arena, to);
	}
	for (size_t i = 0; i < twin->include.count; i++)
		if (safe_same_name(twin->include.items[i], from))
			twin->include.items[i] = arena_string(&schema->arena, to);
	list_append(&schema->arena, &table->indexes, twin);
}

/* Before the swap the old indexes, and the new ones from their step on; at it the new ones alone, under names that
 * they lose when it is done. */
static void apply_indexes(const struct splitting *splitting, struct schema *schema,
                          struct dbw_table *table, const struct split *split, enum step step,
                          const char *new_name)
{
	const struct dbw_column *column = split->operation->after;
	const struct dbw_table *before = safe_before(splitting, split->table);

	if (step >= STEP_SETTLE)
		return;
	for (size_t i = table->indexes.count; i > 0; i--) {
		const struct dbw_index *index = table->indexes.items[i - 1];

		if (has_column(index, column->name))
			safe_remove_index(table, index->name);
	}
	for (size_t i = 0; i < before->indexes.count && step < STEP_SWAP_OUT; i++)
		if (has_column(before->indexes.items[i], column->name))
			safe_put_index(schema, table, before->indexes.items[i]);
	for (size_t i = 0; i < split->table->indexes.count && step >= STEP_INDEX; i++)
		if (has_column(split->table->indexes.items[i], column->name))
			put_twin(schema, table, split->table->indexes.items[i], column->name,
			         new_name);
}

static void follow(const struct splitting *splitting, struct schema *schema,
                   const struct dbw_table *table, const struct dbw_column *from,
                   const struct dbw_column *to)
{
	struct dbw_error failure = {.struct_size = sizeof failure};
	struct error error = {0};

	/* Whatever fails here, the proof of the file that lacks it finds. */
	if (splitting->dialect->plugin.follow(&splitting->dialect->host, &schema->content, table,
	                                      from, to, &failure) == DBW_OK)
		dialect_normalize(splitting->dialect, schema, &error);
	error_release(&error);
	schema_changed(schema);
}

static struct dbw_column *put_column(struct schema *schema, struct dbw_table *table,
                                     const struct dbw_column *column, const char *name)
{
	struct dbw_column *copy = schema_copy_element(schema, column, DBW_COLUMN);

	copy->name = name;
	copy->not_null = false;
	copy->default_value = NULL;
	copy->renamed_from = NULL;
	list_append(&schema->arena, &table->columns, copy);
	return copy;
}

static void apply_before_swap(const struct splitting *splitting, struct schema *schema,
                              struct dbw_table *table, const struct split *split, enum step step)
{
	const struct dbw_column *before = split->operation->before,
				*after = split->operation->after;
	struct dbw_column *column = table_find_column(traits_of(splitting), table, after->name);
	const char *new_name = suffixed(&schema->arena, after->name, new_suffix);
	struct dbw_column *new = put_column(schema, table, after, new_name);

	*column = *(struct dbw_column *)schema_copy_element(schema, before, DBW_COLUMN);
	apply_indexes(splitting, schema, table, split, step, new_name);
	if (after->not_null && step >= STEP_FILL)
		safe_add_check(splitting, schema, table, split, new_name, step >= STEP_VALIDATE);
	follow(splitting, schema, table, column, new);
}

/* The old column has its values by a trigger that is made when the swap is done. */
static void apply_after_swap(const struct splitting *splitting, struct schema *schema,
                             struct dbw_table *table, const struct split *split, enum step step)
{
	const struct dbw_column *before = split->operation->before,
				*after = split->operation->after;
	struct dbw_column *column = table_find_column(traits_of(splitting), table, after->name);
	struct dbw_column *old =
	    put_column(schema, table, before, suffixed(&schema->arena, after->name, old_suffix));
	const char *name = after->name;

	if (step < STEP_SETTLE) {
		column->not_null = false;
		column->default_value = NULL;
	}
	if (step == STEP_SWAP_OUT)
		column->name = name = suffixed(&schema->arena, after->name, new_suffix);
	apply_indexes(splitting, schema, table, split, step, name);
	if (after->not_null && step <= STEP_SETTLE)
		safe_add_check(splitting, schema, table, split, name, true);
	if (step >= STEP_SETTLE)
		follow(splitting, schema, table, column, old);
}

void retype_apply(const struct splitting *splitting, struct schema *schema, struct dbw_table *table,
                  const struct split *split, enum step step)
{
	if (step < STEP_SWAP_OUT)
		apply_before_swap(splitting, schema, table, split, step);
	else if (step < STEP_DROP)
		apply_after_swap(splitting, schema, table, split, step);
}

static void request_rename(struct splitting *splitting, struct stage *stage,
                           const struct split *split, const char *from, const char *to)
{
	struct rename_request *request =
	    arena_new(&splitting->stages->arena, struct rename_request);

	request->kind = RENAME_COLUMN;
	request->table_namespace = split->table->namespace_name;
	request->table = split->table->name;
	request->from = from;
	request->to = to;
	list_append(&splitting->stages->arena, &stage->renames, request);
}

void retype_work(struct splitting *splitting, struct stage *stage, const struct split *split,
                 enum step step)
{
	struct arena *arena = &splitting->stages->arena;
	const struct dbw_column *before = split->operation->before,
				*after = split->operation->after;
	const char *new_name = suffixed(arena, after->name, new_suffix);
	const char *old_name = suffixed(arena, after->name, old_suffix);
	struct dbw_risk risk = {.struct_size = sizeof risk};
	struct dbw_operation *fill;
	struct dbw_column *old;

	if (step == STEP_FILL)
		list_append(arena, &stage->fills,
		            safe_fill(splitting, stage, split, after->name, new_name));
	if (step == STEP_SWAP_OUT)
		request_rename(splitting, stage, split, after->name, old_name);
	if (step == STEP_SWAP_IN)
		request_rename(splitting, stage, split, new_name, after->name);
	if (step != STEP_DROP)
		return;
	/* The stage itself has the column no more; on the way back it is there again. */
	fill = safe_fill(splitting, stage, split, after->name, after->name);
	old = arena_new(arena, struct dbw_column);
	*old = *before;
	old->name = old_name;
	fill->after = old;
	list_append(arena, &stage->undo_fills, fill);
	splitting->dialect->plugin.risk(&splitting->dialect->host, split->operation, &risk);
	if (!risk.loses_data)
		list_append(arena, &stage->restored, (char *)(size_t)old_name);
}
