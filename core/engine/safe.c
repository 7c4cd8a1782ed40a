#include "engine/safe_internal.h"

#include <string.h>

#include "schema/compare.h"

static const struct {
	bool joined;
	bool outside;
	const char *what;
} step_traits[] = {
    [STEP_ADD] = {false, false, ""},           [STEP_PREPARE] = {true, false, ""},
    [STEP_INDEX] = {false, true, "online"},    [STEP_FILL] = {true, true, "online"},
    [STEP_VALIDATE] = {true, false, "online"}, [STEP_SWAP_OUT] = {false, false, "finish"},
    [STEP_SWAP_IN] = {true, false, "finish"},  [STEP_SETTLE] = {true, false, "finish"},
    [STEP_CLEAN] = {true, false, "finish"},    [STEP_DROP] = {false, true, "clean"},
};

static bool has_trait(const struct splitting *splitting, uint64_t trait)
{
	return splitting->dialect->plugin.traits->flags & trait;
}

static const struct dbw_traits *traits_of(const struct splitting *splitting)
{
	return splitting->dialect->plugin.traits;
}

/* What can be split. */

/* A table that is there, has rows perhaps, and is neither partitioned nor related to others by inheritance, where
 * the steps mean something else. */
static bool is_plain(const struct splitting *splitting, const struct dbw_table *table)
{
	const struct dbw_list *tables = &splitting->diff->after->content.tables;

	if (!schema_find_table(splitting->diff->before, table->namespace_name, table->name) ||
	    table->partition_by || table->partition_of || table->inherits.count)
		return false;
	for (size_t i = 0; i < tables->count; i++) {
		const struct dbw_table *other = tables->items[i];

		for (size_t j = 0; j < other->inherits.count; j++)
			if (schema_find_parent(splitting->diff->after, other->inherits.items[j]) ==
			    table)
				return false;
	}
	return true;
}

const struct dbw_table *safe_before(const struct splitting *splitting,
                                    const struct dbw_table *table)
{
	return schema_find_table(splitting->diff->before, table->namespace_name, table->name);
}

bool safe_same_name(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static const struct dbw_constraint *find_constraint(const struct dbw_table *table, const char *name)
{
	for (size_t i = 0; table && i < table->constraints.count; i++) {
		const struct dbw_constraint *one = table->constraints.items[i];

		if (name && safe_same_name(one->name, name))
			return one;
	}
	return NULL;
}

/* Whether it is only made again, since something else had to change. */
static bool is_made_again(const struct splitting *splitting, const struct dbw_table *table,
                          const struct dbw_constraint *constraint)
{
	const struct dbw_constraint *old =
	    find_constraint(safe_before(splitting, table), constraint->name);

	return old && element_equal(traits_of(splitting), DBW_CONSTRAINT, old, constraint);
}

/* Whether the columns of the table that the index has are the same on both sides. */
static bool index_survives(const struct splitting *splitting, const struct dbw_table *after,
                           const struct dbw_index *index)
{
	const struct dbw_table *before = safe_before(splitting, after);
	bool computed = index->predicate != NULL;

	for (size_t i = 0; i < index->parts.count; i++)
		computed |= !((const struct dbw_key_part *)index->parts.items[i])->column;
	for (size_t i = 0; i < before->columns.count; i++) {
		const struct dbw_column *old = before->columns.items[i];
		const struct dbw_column *new =
		    table_find_column(traits_of(splitting), after, old->name);
		bool concerns = computed;

		for (size_t j = 0; j < index->parts.count; j++)
			concerns |= safe_same_name(
			    ((const struct dbw_key_part *)index->parts.items[j])->column,
			    old->name);
		for (size_t j = 0; j < index->include.count; j++)
			concerns |= safe_same_name(index->include.items[j], old->name);
		if (concerns && (!new || !safe_same_name(old->type, new->type) ||
		                 !safe_same_name(old->collation, new->collation)))
			return false;
	}
	return true;
}

/* Whether the foreign key means the columns of the other key; without columns it means the primary key. */
static bool leans_on(const struct dbw_constraint *foreign, const struct dbw_constraint *key)
{
	size_t found = 0;

	if (!foreign->ref_columns.count)
		return key->kind == DBW_PRIMARY_KEY;
	for (size_t i = 0; i < key->parts.count; i++)
		for (size_t j = 0; j < foreign->ref_columns.count; j++)
			found += safe_same_name(
			    ((const struct dbw_key_part *)key->parts.items[i])->column,
			    foreign->ref_columns.items[j]);
	return found == key->parts.count && found == foreign->ref_columns.count;
}

/* A foreign key leans on the key: it must be there when that is made. */
static bool is_referred_to(const struct splitting *splitting, const struct dbw_table *table,
                           const struct dbw_constraint *key)
{
	const struct schema *after = splitting->diff->after;

	for (size_t i = 0; i < after->content.tables.count; i++) {
		const struct dbw_table *other = after->content.tables.items[i];

		for (size_t j = 0; j < other->constraints.count; j++) {
			const struct dbw_constraint *foreign = other->constraints.items[j];

			if (foreign->kind == DBW_FOREIGN_KEY && leans_on(foreign, key) &&
			    schema_find_table(after, foreign->ref_namespace, foreign->ref_table) ==
			        table)
				return true;
		}
	}
	return false;
}

static bool can_be_index(const struct splitting *splitting, const struct dbw_table *table,
                         const struct dbw_constraint *key)
{
	const struct dbw_table *before = safe_before(splitting, table);

	if (key->method || key->options.count || !key->parts.count ||
	    is_referred_to(splitting, table, key))
		return false;
	for (size_t i = 0; i < key->parts.count; i++)
		if (!((const struct dbw_key_part *)key->parts.items[i])->column)
			return false;
	return !find_constraint(before, key->name) &&
	       !table_find_index(traits_of(splitting), before, key->name);
}

static struct split *add_split(struct splitting *splitting, enum split_kind kind,
                               const struct dbw_operation *operation)
{
	struct split *split = arena_new(&splitting->stages->arena, struct split);

	split->kind = kind;
	split->operation = operation;
	split->table = operation->table_after;
	list_append(&splitting->stages->arena, &splitting->splits, split);
	return split;
}

/* TABLE_COLUMN_not_null, shortened where names have a limit. */
static const char *check_name(struct splitting *splitting, const struct dbw_table *table,
                              const char *column)
{
	size_t limit = traits_of(splitting)->identifier_length;
	char *name = arena_printf(&splitting->stages->arena, "%s_%s", table->name, column);
	static const char suffix[] = "_not_null";

	if (limit && strlen(name) + sizeof suffix > limit)
		name[limit - sizeof suffix] = '\0';
	/* Half a character is none. */
	for (size_t end = strlen(name); end && ((unsigned char)name[end - 1] & 0xc0) == 0x80 &&
	                                limit && end + sizeof suffix >= limit;
	     end--)
		name[end - 1] = '\0';
	return arena_printf(&splitting->stages->arena, "%s%s", name, suffix);
}

static bool every_row_gets_a_value(const struct splitting *splitting,
                                   const struct dbw_operation *operation)
{
	struct dbw_risk risk = {.struct_size = sizeof risk};
	const struct dbw_column *column = operation->after;

	if (!column->default_value || column->generated || column->identity ||
	    !splitting->dialect->plugin.risk)
		return false;
	splitting->dialect->plugin.risk(&splitting->dialect->host, operation, &risk);
	return risk.rewrites_table;
}

static void split_column(struct splitting *splitting, const struct dbw_operation *operation)
{
	const struct dbw_column *before = operation->before, *after = operation->after;

	if (retype_can(splitting, operation)) {
		add_split(splitting, SPLIT_RETYPE, operation)->check =
		    check_name(splitting, operation->table_after, after->name);
		return;
	}
	if (!after || !after->not_null || after->identity || after->generated ||
	    !has_trait(splitting, DBW_TRAIT_VALIDATE_LATER))
		return;
	if (operation->verb == DBW_ALTER && !before->not_null)
		add_split(splitting, SPLIT_NOT_NULL, operation)->check =
		    check_name(splitting, operation->table_after, after->name);
	else if (operation->verb == DBW_CREATE && has_trait(splitting, DBW_TRAIT_BACKFILL) &&
	         every_row_gets_a_value(splitting, operation))
		add_split(splitting, SPLIT_FILL, operation)->check =
		    check_name(splitting, operation->table_after, after->name);
}

static void split_constraint(struct splitting *splitting, const struct dbw_operation *operation)
{
	const struct dbw_constraint *after = operation->after;

	if (operation->verb != DBW_CREATE || !after->name ||
	    is_made_again(splitting, operation->table_after, after))
		return;
	if (after->kind == DBW_FOREIGN_KEY || after->kind == DBW_CHECK) {
		if (!after->not_valid && has_trait(splitting, DBW_TRAIT_VALIDATE_LATER))
			add_split(splitting, SPLIT_CONSTRAINT, operation);
	} else if (after->kind != DBW_EXCLUDE && has_trait(splitting, DBW_TRAIT_KEY_FROM_INDEX) &&
	           can_be_index(splitting, operation->table_after, after)) {
		add_split(splitting, SPLIT_KEY, operation);
	}
}

static void split_index(struct splitting *splitting, const struct dbw_operation *operation)
{
	const struct dbw_table *before = safe_before(splitting, operation->table_after);
	const struct dbw_index *index = operation->after ? operation->after : operation->before;
	const struct dbw_index *old;
	struct split *split;

	if (!has_trait(splitting, DBW_TRAIT_ONLINE_INDEXES) || !index->name)
		return;
	if (operation->verb == DBW_CREATE) {
		old = table_find_index(traits_of(splitting), before, index->name);
		split = add_split(splitting, SPLIT_INDEX, operation);
		if (old && index_survives(splitting, operation->table_after, old))
			split->old = old;
	} else if (operation->verb == DBW_DROP &&
	           !table_find_index(traits_of(splitting), operation->table_after, index->name) &&
	           !find_constraint(operation->table_after, index->name) &&
	           index_survives(splitting, operation->table_after, index)) {
		add_split(splitting, SPLIT_DROP_INDEX, operation)->old = index;
	}
}

static void find_splits(struct splitting *splitting)
{
	const struct dbw_list *operations = &splitting->diff->operations;

	for (size_t i = 0; i < operations->count; i++) {
		const struct dbw_operation *operation = operations->items[i];

		if (!operation->table_after || !is_plain(splitting, operation->table_after))
			continue;
		if (operation->element == DBW_COLUMN)
			split_column(splitting, operation);
		else if (operation->element == DBW_CONSTRAINT)
			split_constraint(splitting, operation);
		else if (operation->element == DBW_INDEX)
			split_index(splitting, operation);
	}
}

/* The schema at a step. */

static void remove_at(struct dbw_list *list, size_t i)
{
	memmove(&list->items[i], &list->items[i + 1], (list->count - i - 1) * sizeof *list->items);
	list->count--;
}

void safe_remove_index(struct dbw_table *table, const char *name)
{
	for (size_t i = 0; i < table->indexes.count; i++)
		if (safe_same_name(((const struct dbw_index *)table->indexes.items[i])->name, name))
			remove_at(&table->indexes, i);
}

static void remove_constraint(struct dbw_table *table, const char *name)
{
	for (size_t i = 0; i < table->constraints.count; i++)
		if (safe_same_name(
			((const struct dbw_constraint *)table->constraints.items[i])->name, name))
			remove_at(&table->constraints, i);
}

void safe_put_index(struct schema *schema, struct dbw_table *table, const struct dbw_index *index)
{
	list_append(&schema->arena, &table->indexes, schema_copy_element(schema, index, DBW_INDEX));
}

void safe_add_check(const struct splitting *splitting, struct schema *schema,
                    struct dbw_table *table, const struct split *split, const char *column,
                    bool valid)
{
	struct dbw_constraint *check = schema_add(schema, &table->constraints, DBW_CONSTRAINT);
	struct dbw_buffer condition = {0};

	dialect_identifier(splitting->dialect, column, &condition);
	buffer_string(&condition, " IS NOT NULL");
	check->kind = DBW_CHECK;
	check->name = arena_string(&schema->arena, split->check);
	check->expression = arena_string(&schema->arena, buffer_text(&condition));
	check->not_valid = !valid;
	buffer_release(&condition);
}

static void apply_not_null(const struct splitting *splitting, struct schema *schema,
                           struct dbw_table *table, const struct split *split, enum step step)
{
	const struct dbw_column *after = split->operation->after;
	struct dbw_column *column = table_find_column(traits_of(splitting), table, after->name);
	enum step first = split->kind == SPLIT_FILL ? STEP_FILL : STEP_PREPARE;

	if (step < STEP_SETTLE)
		column->not_null = false;
	if (split->kind == SPLIT_FILL && step == STEP_ADD)
		column->default_value = NULL;
	if (step >= first && step <= STEP_SETTLE)
		safe_add_check(splitting, schema, table, split, after->name, step >= STEP_VALIDATE);
}

/* The unique index that the constraint will be made of. */
static void put_key_index(struct schema *schema, struct dbw_table *table,
                          const struct dbw_constraint *key)
{
	struct dbw_index index = {
	    .name = key->name,
	    .unique = true,
	    .parts = key->parts,
	    .include = key->include,
	    .nulls_not_distinct = key->nulls_not_distinct,
	};

	safe_put_index(schema, table, &index);
}

static void apply(const struct splitting *splitting, struct schema *schema,
                  const struct split *split, enum step step)
{
	struct dbw_table *table =
	    schema_find_table(schema, split->table->namespace_name, split->table->name);
	const struct dbw_constraint *constraint = split->operation->after;
	const struct dbw_index *index = split->operation->after;

	switch (split->kind) {
	case SPLIT_CONSTRAINT:
		if (step < STEP_VALIDATE)
			((struct dbw_constraint *)(size_t)find_constraint(table, constraint->name))
			    ->not_valid = true;
		break;
	case SPLIT_NOT_NULL:
	case SPLIT_FILL:
		apply_not_null(splitting, schema, table, split, step);
		break;
	case SPLIT_INDEX:
		if (step >= STEP_INDEX)
			break;
		safe_remove_index(table, index->name);
		if (split->old)
			safe_put_index(schema, table, split->old);
		break;
	case SPLIT_DROP_INDEX:
		if (step < STEP_INDEX)
			safe_put_index(schema, table, split->old);
		break;
	case SPLIT_KEY:
		if (step >= STEP_SETTLE)
			break;
		remove_constraint(table, constraint->name);
		if (step >= STEP_INDEX)
			put_key_index(schema, table, constraint);
		break;
	case SPLIT_RETYPE:
		retype_apply(splitting, schema, table, split, step);
		break;
	}
}

struct dbw_operation *safe_fill(struct splitting *splitting, struct stage *stage,
                                const struct split *split, const char *source, const char *column)
{
	struct dbw_operation *fill = arena_new(&splitting->stages->arena, struct dbw_operation);
	const struct dbw_table *table =
	    schema_find_table(stage->schema, split->table->namespace_name, split->table->name);

	fill->struct_size = sizeof *fill;
	fill->verb = DBW_BACKFILL;
	fill->element = DBW_COLUMN;
	fill->before = source ? table_find_column(traits_of(splitting), table, source) : NULL;
	fill->after = table_find_column(traits_of(splitting), table, column);
	fill->table_before = fill->table_after = table;
	fill->schema_before = fill->schema_after = &stage->schema->content;
	fill->flags = DBW_OPERATION_ONLINE;
	return fill;
}

/* What a stage does beside the difference. */
static void add_work(struct splitting *splitting, struct stage *stage, enum step step)
{
	for (size_t i = 0; i < splitting->splits.count; i++) {
		const struct split *split = splitting->splits.items[i];
		const struct dbw_column *column = split->operation->after;

		if (split->kind == SPLIT_RETYPE)
			retype_work(splitting, stage, split, step);
		else if (split->kind == SPLIT_FILL && step == STEP_FILL)
			list_append(&splitting->stages->arena, &stage->fills,
			            safe_fill(splitting, stage, split, NULL, column->name));
	}
}

void safe_split(struct stages *stages, const struct diff *diff, const struct dialect *dialect)
{
	struct splitting splitting = {stages, diff, dialect, {0}};

	find_splits(&splitting);
	for (int step = splitting.splits.count ? STEP_ADD : STEP_DROP; step < STEPS; step++) {
		struct schema *schema = schema_copy(diff->after);
		struct stage *stage;

		for (size_t i = 0; i < splitting.splits.count; i++)
			apply(&splitting, schema, splitting.splits.items[i], (enum step)step);
		stage = stages_add(stages, schema, step_traits[step].what);
		stage->joined = step_traits[step].joined && splitting.splits.count;
		stage->outside = step_traits[step].outside;
		add_work(&splitting, stage, (enum step)step);
	}
	/* Without anything to split it is all one file, under no other name. */
	if (!splitting.splits.count)
		((struct stage *)stages->list.items[stages->list.count - 1])->what = "";
}

bool safe_helps(const struct diff *diff, const struct dialect *dialect)
{
	struct stages stages = {0};
	struct splitting splitting = {&stages, diff, dialect, {0}};
	bool helps;

	find_splits(&splitting);
	helps = splitting.splits.count > 0;
	stages_release(&stages);
	return helps;
}
