#include <stdint.h>
#include <stdlib.h>

#include "sql/parser_internal.h"
#include "sql/text.h"

/* What tables have from others: a child is a table that inherits from some, or is a partition of one. Models come in
 * any order, so a parent may itself wait for its columns. */

struct child {
	struct dbw_table *table;
	enum { CHILD_WAITS, CHILD_ASKS, CHILD_DONE } state;
};

/* Sorted by the tables' addresses. */
struct children {
	struct schema *schema;
	struct child *items;
	size_t count;
	struct error *error;
};

/* Nobody means more; a chain of a hundred thousand would be the end of the stack. */
enum { DEEPEST = 1000 };

static int compare_children(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)((const struct child *)a)->table;
	uintptr_t y = (uintptr_t)((const struct child *)b)->table;

	return (x > y) - (x < y);
}

static bool fail(struct children *children, const struct dbw_table *table, const char *name,
                 const char *what)
{
	return error_at(children->error, ERROR_FAILED, table->source.file, table->source.line,
	                table->source.column, "table '%s' %s", name, what);
}

static bool is_key_column(const struct schema *schema, const struct dbw_table *table,
                          const char *column)
{
	const struct dbw_constraint *key = table_primary_key(table);

	for (size_t i = 0; key && i < key->parts.count; i++) {
		const struct dbw_key_part *part = key->parts.items[i];

		if (part->column && sql_names_equal(schema->traits, part->column, column))
			return true;
	}
	return false;
}

/* The table's own column of that name, with what the parent's says and it does not (PostgreSQL 15, CREATE TABLE,
 * INHERITS); else a copy of the parent's. Whose numbers an identity gives is no child's business. */
static struct dbw_column *inherited(struct schema *schema, struct dbw_column *own,
                                    const struct dbw_column *from, bool key)
{
	struct dbw_column *column = own ? own : schema_copy_element(schema, from, DBW_COLUMN);

	column->not_null |= from->not_null || key;
	if (!own) {
		column->not_null |= from->identity != DBW_NO_IDENTITY;
		column->identity = DBW_NO_IDENTITY;
		column->identity_options = NULL;
		column->comment = NULL;
	} else if (!own->default_value && own->generated == DBW_NOT_GENERATED) {
		own->default_value = from->default_value;
		own->generated = from->generated;
		own->generated_expression = from->generated_expression;
	}
	return column;
}

/* The columns of the parent, before the table's own. */
static void take_columns(struct children *children, struct dbw_table *table,
                         const struct dbw_table *parent)
{
	struct schema *schema = children->schema;
	struct dbw_list own = table->columns;

	table->columns = (struct dbw_list){0};
	for (size_t i = 0; i < parent->columns.count; i++) {
		const struct dbw_column *column = parent->columns.items[i];
		const struct dbw_table mine = {.columns = own};
		struct dbw_column *same = table_find_column(schema->traits, &mine, column->name);

		list_append(
		    &schema->arena, &table->columns,
		    inherited(schema, same, column, is_key_column(schema, parent, column->name)));
		for (size_t j = 0; same && j < own.count; j++)
			if (own.items[j] == same) {
				list_remove(&own, j);
				break;
			}
	}
	for (size_t i = 0; i < own.count; i++)
		list_append(&schema->arena, &table->columns, own.items[i]);
}

static bool take_all(struct children *children, struct dbw_table *table, int depth);

static bool take_from(struct children *children, struct dbw_table *table, const char *name,
                      int depth)
{
	struct dbw_table *parent = schema_find_parent(children->schema, name);

	if (!parent)
		return fail(children, table, name, "is not declared");
	if (parent == table)
		return fail(children, table, name, "is its own parent");
	if (!take_all(children, parent, depth + 1))
		return false;
	take_columns(children, table, parent);
	return true;
}

static bool take_all(struct children *children, struct dbw_table *table, int depth)
{
	const struct child wanted = {.table = table};
	struct child *child =
	    bsearch(&wanted, children->items, children->count, sizeof wanted, compare_children);
	bool done = true;

	if (!child || child->state == CHILD_DONE)
		return true;
	if (child->state == CHILD_ASKS || depth > DEEPEST)
		return fail(children, table, table->name, "inherits from itself");
	child->state = CHILD_ASKS;
	if (table->partition_of && !table->columns.count)
		done = take_from(children, table, table->partition_of, depth);
	for (size_t i = table->inherits.count; done && i > 0; i--)
		done = take_from(children, table, table->inherits.items[i - 1], depth);
	child->state = CHILD_DONE;
	return done;
}

bool parser_take_inherited(struct schema *schema, struct error *error)
{
	const struct dbw_list *tables = &schema->content.tables;
	struct children children = {.schema = schema, .error = error};
	bool done = true;

	children.items = memory_resize(NULL, tables->count + 1, sizeof *children.items);
	for (size_t i = 0; i < tables->count; i++) {
		struct dbw_table *table = tables->items[i];

		if (table->partition_of || table->inherits.count)
			children.items[children.count++] = (struct child){table, CHILD_WAITS};
	}
	qsort(children.items, children.count, sizeof *children.items, compare_children);
	for (size_t i = 0; done && i < tables->count; i++)
		done = take_all(&children, tables->items[i], 0);
	free(children.items);
	return done;
}
