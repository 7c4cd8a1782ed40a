#include <string.h>

#include "schema/diff_internal.h"
#include "sql/text.h"

/* What a table has from others: the columns of the tables that it inherits from, or is a partition of.
 * A server that has such tables takes what is done to a column of the parent down to the children. */

static const struct dbw_table *parent_of(const struct schema *schema, const struct dbw_table *table,
                                         size_t number)
{
	const char *name = number < table->inherits.count    ? table->inherits.items[number]
	                   : number == table->inherits.count ? table->partition_of
	                                                     : NULL;

	return name ? schema_find_parent(schema, name) : NULL;
}

static size_t parents(const struct dbw_table *table)
{
	return table->inherits.count + 1;
}

bool inherit_is_child(const struct schema *schema, const struct dbw_table *table,
                      const struct dbw_table *parent)
{
	for (size_t i = 0; i < parents(table); i++)
		if (parent_of(schema, table, i) == parent)
			return true;
	return false;
}

bool inherit_has_column(const struct schema *schema, const struct dbw_table *table,
                        const char *column)
{
	for (size_t i = 0; i < parents(table); i++) {
		const struct dbw_table *parent = parent_of(schema, table, i);

		if (parent && table_find_column(schema->traits, parent, column))
			return true;
	}
	return false;
}

/* The parent of that number if the other side's table is no child of it. */
static const struct dbw_table *lost_parent(const struct schema *schema,
                                           const struct dbw_table *table, size_t number,
                                           const struct schema *other, const struct dbw_table *twin)
{
	const struct dbw_table *parent = parent_of(schema, table, number);
	const struct dbw_table *there =
	    parent ? schema_find_table(other, parent->namespace_name, parent->name) : NULL;

	return there && inherit_is_child(other, twin, there) ? NULL : parent;
}

bool inherit_differs(const struct schema *schema, const struct dbw_table *table,
                     const struct schema *other, const struct dbw_table *twin)
{
	for (size_t i = 0; i < parents(table); i++)
		if (lost_parent(schema, table, i, other, twin))
			return true;
	return false;
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* A name is the server's choice on a partition; checks keep theirs. */
static bool is_handed_down(const struct diff_work *work, enum dbw_element_kind kind, const void *a,
                           const void *b)
{
	const struct dbw_constraint *x = a, *y = b;

	if (kind == DBW_CONSTRAINT && x->kind == DBW_CHECK && !same(x->name, y->name))
		return false;
	return same_but_for_name(work, kind, a, b);
}

/* Among what the table hands down, or has from above. */
static bool hands_down(const struct diff_work *work, enum dbw_element_kind kind,
                       const void *element, const struct schema *schema,
                       const struct dbw_table *table, size_t depth)
{
	const struct dbw_list *list = kind == DBW_INDEX ? &table->indexes : &table->constraints;

	for (size_t i = 0; i < list->count; i++) {
		const struct dbw_constraint *one = list->items[i];

		/* Where the table is not partitioned, checks alone are inherited. */
		if (!table->partition_by && (kind == DBW_INDEX || one->kind != DBW_CHECK))
			continue;
		if (is_handed_down(work, kind, element, one))
			return true;
	}
	for (size_t i = 0; depth && i < parents(table); i++) {
		const struct dbw_table *parent = parent_of(schema, table, i);

		if (parent && hands_down(work, kind, element, schema, parent, depth - 1))
			return true;
	}
	return false;
}

bool inherit_has_equal(const struct diff_work *work, enum dbw_element_kind kind,
                       const void *element, const struct schema *schema,
                       const struct dbw_table *child, const struct schema *other,
                       const struct dbw_table *twin)
{
	enum { DEEPEST = 16 };

	for (size_t i = 0; i < parents(child); i++) {
		const struct dbw_table *parent = lost_parent(schema, child, i, other, twin);

		if (parent && hands_down(work, kind, element, schema, parent, DEEPEST))
			return true;
	}
	return false;
}

size_t inherit_depth(const struct schema *schema, const struct dbw_table *table)
{
	size_t depth = 0;

	/* No chain is longer than there are tables; a server knows no circles. */
	while (depth < schema->content.tables.count) {
		const struct dbw_table *parent = NULL;

		for (size_t i = 0; !parent && i < parents(table); i++)
			parent = parent_of(schema, table, i);
		if (!parent)
			break;
		table = parent;
		depth++;
	}
	return depth;
}

/* What changes of a parent's column is changed in the child's. Defaults, identity and comments stay each
 * table's own. */
static void carry_down(struct dbw_column *column, const struct dbw_column *before,
                       const struct dbw_column *after)
{
	if (!same(before->type, after->type))
		column->type = after->type;
	if (before->not_null != after->not_null)
		column->not_null = after->not_null;
	if (!same(before->collation, after->collation))
		column->collation = after->collation;
	if (before->generated != after->generated)
		column->generated = after->generated;
	if (!same(before->generated_expression, after->generated_expression))
		column->generated_expression = after->generated_expression;
}

const struct dbw_column *inherit_column(struct diff_work *work, const struct dbw_table *before,
                                        const struct dbw_table *after, const char *name)
{
	const struct schema *old = work->diff->before, *new = work->diff->after;
	const struct dbw_column *own = table_find_column(work->traits, before, name);
	struct dbw_column *column = NULL;
	bool found = own != NULL;

	for (size_t i = 0; i < parents(before); i++) {
		const struct dbw_table *parent = parent_of(old, before, i), *now;
		const struct dbw_column *gone, *come;

		now = parent ? schema_find_table(new, parent->namespace_name, parent->name) : NULL;
		if (!now || !inherit_is_child(new, after, now))
			continue;
		gone = table_find_column(work->traits, parent, name);
		come = table_find_column(work->traits, now, name);
		if (!column) {
			column = arena_new(&work->diff->arena, struct dbw_column);
			if (own)
				*column = *own;
		}
		if (gone && !come && !table_find_column(work->traits, after, name)) {
			found = false;
		} else if (gone && come && found) {
			carry_down(column, gone, come);
		} else if (!gone && come && !found) {
			*column = *come;
			column->identity = DBW_NO_IDENTITY;
			column->identity_options = NULL;
			column->comment = NULL;
			found = true;
		}
	}
	return !found ? NULL : column ? column : own;
}
