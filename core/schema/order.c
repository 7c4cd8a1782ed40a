#include <stdlib.h>
#include <string.h>

#include "schema/diff_internal.h"
#include "sql/text.h"

/* Ranks by dependency: what something refers to comes before it. Within that, by name. Cycles are cut
 * where they are met. The walk keeps its own stack, as chains of references can be long. */

struct node {
	struct draft *draft;
	const char *namespace_name;
	const char *name;
	struct dbw_list names; /* char *: what it refers to, as schema_find_parent() takes it */
	size_t next;           /* of names, in the walk */
	bool visited;
};

static int compare_optional(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_nodes(const void *a, const void *b)
{
	const struct node *x = *(const struct node *const *)a, *y = *(const struct node *const *)b;
	int order = compare_optional(x->namespace_name, y->namespace_name);

	return order ? order : strcmp(x->name, y->name);
}

static void rank_nodes(struct diff_work *work, struct dbw_list *nodes)
{
	struct schema *stand_ins = schema_new(work->traits);
	struct node **stack = memory_resize(NULL, nodes->count + 1, sizeof *stack);
	size_t depth = 0, rank = 0;

	qsort(nodes->items, nodes->count, sizeof *nodes->items, compare_nodes);
	for (size_t i = 0; i < nodes->count; i++) {
		const struct node *node = nodes->items[i];
		struct dbw_table *stand_in =
		    schema_add(stand_ins, &stand_ins->content.tables, DBW_TABLE);

		stand_in->namespace_name = node->namespace_name;
		stand_in->name = node->name;
		/* The way back from the stand-in to its node. */
		stand_in->comment = (const char *)node;
	}
	for (size_t i = 0; i < nodes->count; i++) {
		struct node *node = nodes->items[i];

		if (node->visited)
			continue;
		node->visited = true;
		stack[depth++] = node;
		while (depth) {
			struct node *top = stack[depth - 1];
			const struct dbw_table *found;
			struct node *next;

			if (top->next == top->names.count) {
				top->draft->rank = rank++;
				depth--;
				continue;
			}
			found = schema_find_parent(stand_ins, top->names.items[top->next++]);
			next = found ? (struct node *)(size_t)found->comment : NULL;
			if (next && !next->visited) {
				next->visited = true;
				stack[depth++] = next;
			}
		}
	}
	free(stack);
	schema_free(stand_ins);
}

static void name_references(struct diff_work *work, struct node *node,
                            const struct dbw_table *table)
{
	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->ref_table)
			list_append(&work->diff->arena, &node->names,
			            constraint->ref_namespace
			                ? arena_printf(&work->diff->arena, "%s.%s",
			                               constraint->ref_namespace,
			                               constraint->ref_table)
			                : (char *)(size_t)constraint->ref_table);
	}
	for (size_t i = 0; i < table->inherits.count; i++)
		list_append(&work->diff->arena, &node->names, table->inherits.items[i]);
	if (table->partition_of)
		list_append(&work->diff->arena, &node->names, (void *)(size_t)table->partition_of);
}

/* Ranks the drafts of one phase, tables or objects. */
static void rank_phase(struct diff_work *work, enum phase phase)
{
	struct dbw_list nodes = {0};
	bool drops = phase == PHASE_DROP_TABLES || phase == PHASE_DROP_VIEWS ||
	             phase == PHASE_DROP_TYPES || phase == PHASE_DROP_TRIGGERS;

	for (size_t i = 0; i < work->drafts.count; i++) {
		struct draft *draft = work->drafts.items[i];
		const void *element =
		    draft->operation->after ? draft->operation->after : draft->operation->before;
		struct node *node;

		if (draft->phase != phase)
			continue;
		node = arena_new(&work->diff->arena, struct node);
		node->draft = draft;
		node->namespace_name = draft->namespace_name;
		node->name = draft->name;
		if (draft->operation->element == DBW_TABLE)
			name_references(work, node, element);
		else if (draft->operation->element == DBW_OBJECT)
			sql_names(&work->diff->arena, work->traits,
			          ((const struct dbw_object *)element)->text, &node->names);
		list_append(&work->diff->arena, &nodes, node);
	}
	if (!nodes.count)
		return;
	rank_nodes(work, &nodes);
	for (size_t i = 0; drops && i < nodes.count; i++) {
		struct node *node = nodes.items[i];

		node->draft->rank = nodes.count - 1 - node->draft->rank;
	}
}

/* What is done to a column of a parent reaches the children; what is theirs alone comes after it. A column
 * that is computed comes after those that it is computed from, and goes before them. */
static void rank_columns(struct diff_work *work)
{
	size_t count = work->drafts.count;

	for (size_t i = 0; i < count; i++) {
		struct draft *draft = work->drafts.items[i];
		const struct dbw_operation *operation = draft->operation;
		const struct dbw_column *column =
		    operation->after ? operation->after : operation->before;

		if (operation->element != DBW_COLUMN)
			continue;
		if (draft->phase == PHASE_ADD_COLUMNS)
			draft->rank = 2 * inherit_depth(work->diff->after, operation->table_after) +
			              (column->generated != DBW_NOT_GENERATED);
		else if (draft->phase == PHASE_ALTER_TABLES)
			draft->rank = inherit_depth(work->diff->after, operation->table_after);
		else if (draft->phase == PHASE_DROP_COLUMNS)
			draft->rank = column->generated != DBW_NOT_GENERATED ? count - draft->number
			                                                     : count + 1;
	}
}

static int compare_drafts(const void *a, const void *b)
{
	const struct draft *x = *(const struct draft *const *)a;
	const struct draft *y = *(const struct draft *const *)b;
	int order;

	if (x->phase != y->phase)
		return x->phase < y->phase ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if ((order = compare_optional(x->namespace_name, y->namespace_name)) ||
	    (order = compare_optional(x->table, y->table)))
		return order;
	/* Columns are added in the order of the table. */
	if (x->phase != PHASE_ADD_COLUMNS && (order = compare_optional(x->name, y->name)))
		return order;
	return (x->number > y->number) - (x->number < y->number);
}

void diff_order(struct diff_work *work)
{
	static const enum phase ranked[] = {
	    PHASE_CREATE_TABLES, PHASE_DROP_TABLES, PHASE_CREATE_VIEWS,    PHASE_DROP_VIEWS,
	    PHASE_CREATE_TYPES,  PHASE_DROP_TYPES,  PHASE_CREATE_TRIGGERS, PHASE_DROP_TRIGGERS,
	};

	for (size_t i = 0; i < sizeof ranked / sizeof *ranked; i++)
		rank_phase(work, ranked[i]);
	rank_columns(work);
	if (work->drafts.count)
		qsort(work->drafts.items, work->drafts.count, sizeof *work->drafts.items,
		      compare_drafts);
	for (size_t i = 0; i < work->drafts.count; i++) {
		const struct draft *draft = work->drafts.items[i];

		if (!draft->back)
			list_append(&work->diff->arena, &work->diff->operations, draft->operation);
		list_append(&work->diff->arena, &work->diff->undone, draft->operation);
	}
}
