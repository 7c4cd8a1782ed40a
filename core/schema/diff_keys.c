#include <string.h>

#include "schema/diff_internal.h"
#include "sql/text.h"

/* Where a foreign key holds its columns and the keys it leans on (DBW_TRAIT_FOREIGN_KEYS_HOLD), one that stays
 * itself makes way while they change. */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* What a foreign key compares: a new default or comment is nothing to it. */
static bool column_changes(const struct diff_work *work, const struct dbw_table *before,
                           const struct dbw_table *after, const char *name)
{
	const struct dbw_column *old = table_find_column(work->traits, before, name);
	const struct dbw_column *new = table_find_column(work->traits, after, name);

	return !old || !new || !same_text(old->type, new->type) ||
	       !same_text(old->charset, new->charset) ||
	       !same_text(old->collation, new->collation) || old->not_null != new->not_null;
}

static const char *part_column(const struct dbw_list *parts, size_t i)
{
	return ((const struct dbw_key_part *)parts->items[i])->column;
}

/* Whether the parts of a key begin with the columns, in any order. */
static bool serves(const struct diff_work *work, const struct dbw_list *parts,
                   const struct dbw_list *columns)
{
	if (parts->count < columns->count)
		return false;
	for (size_t i = 0; i < columns->count; i++) {
		bool found = false;

		for (size_t j = 0; !found && j < columns->count; j++)
			found =
			    part_column(parts, j) &&
			    sql_names_equal(work->traits, part_column(parts, j), columns->items[i]);
		if (!found)
			return false;
	}
	return true;
}

static bool has_twin(const struct diff_work *work, enum dbw_element_kind kind, const void *element,
                     const struct dbw_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (element_equal(work->traits, kind, element, list->items[i]))
			return true;
	return false;
}

/* Whether a key that serves the columns goes. */
static bool key_goes(const struct diff_work *work, const struct dbw_table *before,
                     const struct dbw_table *after, const struct dbw_list *columns)
{
	for (size_t i = 0; i < before->indexes.count; i++) {
		const struct dbw_index *index = before->indexes.items[i];

		if (serves(work, &index->parts, columns) &&
		    !has_twin(work, DBW_INDEX, index, &after->indexes))
			return true;
	}
	for (size_t i = 0; i < before->constraints.count; i++) {
		const struct dbw_constraint *key = before->constraints.items[i];

		if ((key->kind == DBW_PRIMARY_KEY || key->kind == DBW_UNIQUE) &&
		    serves(work, &key->parts, columns) &&
		    !has_twin(work, DBW_CONSTRAINT, key, &after->constraints))
			return true;
	}
	return false;
}

/* Columns may inherit what the options say. */
static bool options_change(const struct diff_work *work, const struct dbw_table *before,
                           const struct dbw_table *after)
{
	if (before->options.count != after->options.count)
		return true;
	for (size_t i = 0; i < before->options.count; i++)
		if (!has_twin(work, DBW_OPTION, before->options.items[i], &after->options))
			return true;
	return false;
}

/* Whether one side of a foreign key changes under it. Of a table that neither schema has, nothing is known to. */
static bool side_changes(const struct diff_work *work, const struct dbw_table *before,
                         const struct dbw_table *after, const struct dbw_list *columns)
{
	if (!before || !after)
		return before != after;
	for (size_t i = 0; i < columns->count; i++)
		if (column_changes(work, before, after, columns->items[i]))
			return true;
	return options_change(work, before, after) || key_goes(work, before, after, columns);
}

static void release(struct diff_work *work, const struct dbw_table *before,
                    const struct dbw_table *after, const struct dbw_constraint *key)
{
	const struct schema *old = work->diff->before, *new = work->diff->after;
	struct dbw_list columns = {0};
	bool held;

	for (size_t i = 0; i < key->parts.count; i++)
		list_append(&work->diff->arena, &columns,
		            (void *)(size_t)part_column(&key->parts, i));
	held = side_changes(work, before, after, &columns) ||
	       side_changes(work, schema_find_table(old, key->ref_namespace, key->ref_table),
	                    schema_find_table(new, key->ref_namespace, key->ref_table),
	                    &key->ref_columns);
	if (!held)
		return;
	work_add(work, PHASE_DROP_FOREIGN_KEYS, DBW_DROP, DBW_CONSTRAINT, key, NULL, before, after);
	work_add(work, PHASE_CREATE_FOREIGN_KEYS, DBW_CREATE, DBW_CONSTRAINT, NULL, key, before,
	         after);
}

void diff_foreign_keys(struct diff_work *work)
{
	const struct dbw_list *tables = &work->diff->before->content.tables;

	if (!(work->traits->flags & DBW_TRAIT_FOREIGN_KEYS_HOLD))
		return;
	for (size_t i = 0; i < tables->count; i++) {
		const struct dbw_table *before = tables->items[i];
		const struct dbw_table *after =
		    schema_find_table(work->diff->after, before->namespace_name, before->name);

		for (size_t j = 0; after && j < before->constraints.count; j++) {
			const struct dbw_constraint *key = before->constraints.items[j];

			if (key->kind == DBW_FOREIGN_KEY &&
			    has_twin(work, DBW_CONSTRAINT, key, &after->constraints))
				release(work, before, after, key);
		}
	}
}
