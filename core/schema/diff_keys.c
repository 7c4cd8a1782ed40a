#include <string.h>

#include "schema/diff_internal.h"
#include "sql/text.h"

/* Foreign keys that stay as they are, but cannot stay where they are while a column of theirs, or an index
 * under them, is changed. */

static bool is_named(const struct diff_work *work, const struct dbw_list *names, const char *name)
{
	for (size_t i = 0; name && i < names->count; i++)
		if (sql_names_equal(work->traits, names->items[i], name))
			return true;
	return false;
}

static bool is_part(const struct diff_work *work, const struct dbw_list *parts, const char *name)
{
	for (size_t i = 0; name && i < parts->count; i++) {
		const struct dbw_key_part *part = parts->items[i];

		if (part->column && sql_names_equal(work->traits, part->column, name))
			return true;
	}
	return false;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_retyped(const struct dbw_operation *operation)
{
	const struct dbw_column *before = operation->before, *after = operation->after;

	return operation->verb == DBW_ALTER && !(same_text(before->type, after->type) &&
	                                         same_text(before->charset, after->charset) &&
	                                         same_text(before->collation, after->collation));
}

/* The column that an operation touches in a way that a foreign key forbids, or NULL. */
static const char *touched_column(const struct dbw_operation *operation)
{
	const struct dbw_list *parts = NULL;

	if (operation->element == DBW_COLUMN && is_retyped(operation))
		return ((const struct dbw_column *)operation->before)->name;
	if (operation->verb != DBW_DROP)
		return NULL;
	if (operation->element == DBW_INDEX)
		parts = &((const struct dbw_index *)operation->before)->parts;
	else if (operation->element == DBW_CONSTRAINT &&
	         ((const struct dbw_constraint *)operation->before)->kind != DBW_FOREIGN_KEY)
		parts = &((const struct dbw_constraint *)operation->before)->parts;
	return parts && parts->count ? ((const struct dbw_key_part *)parts->items[0])->column
	                             : NULL;
}

static bool is_table(const struct diff_work *work, const struct dbw_table *table,
                     const char *namespace_name, const char *name)
{
	return table && table == schema_find_table(work->diff->before, namespace_name, name);
}

static bool must_make_way(const struct diff_work *work, const struct dbw_table *table,
                          const struct dbw_constraint *key, size_t operations)
{
	for (size_t i = 0; i < operations; i++) {
		const struct dbw_operation *operation =
		    ((const struct draft *)work->drafts.items[i])->operation;
		const char *column = touched_column(operation);

		if (!column)
			continue;
		if (operation->table_before == table && is_part(work, &key->parts, column))
			return true;
		if (is_table(work, operation->table_before, key->ref_namespace, key->ref_table) &&
		    is_named(work, &key->ref_columns, column))
			return true;
	}
	return false;
}

static const struct dbw_constraint *find_equal(const struct diff_work *work,
                                               const struct dbw_table *table,
                                               const struct dbw_constraint *key)
{
	for (size_t i = 0; i < table->constraints.count; i++)
		if (element_equal(work->traits, DBW_CONSTRAINT, table->constraints.items[i], key))
			return table->constraints.items[i];
	return NULL;
}

void diff_detach_keys(struct diff_work *work)
{
	const struct dbw_list *tables = &work->diff->before->content.tables;
	size_t operations = work->drafts.count;

	if (!(work->traits->flags & DBW_TRAIT_FOREIGN_KEYS_HOLD))
		return;
	for (size_t i = 0; i < tables->count; i++) {
		const struct dbw_table *before = tables->items[i];
		const struct dbw_table *after =
		    schema_find_table(work->diff->after, before->namespace_name, before->name);

		for (size_t j = 0; after && j < before->constraints.count; j++) {
			const struct dbw_constraint *key = before->constraints.items[j];
			const struct dbw_constraint *same =
			    key->kind == DBW_FOREIGN_KEY ? find_equal(work, after, key) : NULL;

			if (!same || !must_make_way(work, before, key, operations))
				continue;
			work_add(work, PHASE_DROP_FOREIGN_KEYS, DBW_DROP, DBW_CONSTRAINT, key, NULL,
			         before, after);
			work_add(work, PHASE_CREATE_FOREIGN_KEYS, DBW_CREATE, DBW_CONSTRAINT, NULL,
			         same, before, after);
		}
	}
}
