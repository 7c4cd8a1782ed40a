#include <stdlib.h>
#include <string.h>

#include "sql/parser.h"
#include "sql/parser_internal.h"
#include "sql/text.h"

/* Putting in place what waited for its table. */

static bool fail_at(const struct waiting *waiting, struct error *error, const char *message)
{
	return error_at(error, ERROR_FAILED, waiting->source.file, waiting->source.line,
	                waiting->source.column, "%s", message);
}

static bool attach_index(struct schema *schema, struct dbw_table *table,
                         const struct waiting *waiting, struct error *error)
{
	struct dbw_index *index = waiting->index;

	if (table_find_index(schema->traits, table, index->name)) {
		const struct dbw_index *there =
		    table_find_index(schema->traits, table, index->name);

		if (waiting->flags & DBW_PARSE_KEEP_FIRST)
			return true;
		return fail_at(waiting, error,
		               arena_printf(&schema->arena,
		                            "index '%s' is declared already, at %s:%zu:%zu",
		                            index->name, there->source.file, there->source.line,
		                            there->source.column));
	}
	for (size_t i = 0; i < index->parts.count; i++) {
		const struct dbw_key_part *part = index->parts.items[i];

		if (part->column && !table_find_column(schema->traits, table, part->column))
			return fail_at(waiting, error,
			               arena_printf(&schema->arena, "table '%s' has no column '%s'",
			                            table->name, part->column));
	}
	list_append(&schema->arena, &table->indexes, index);
	return true;
}

static bool attach_alter(struct schema *schema, struct dbw_table *table,
                         const struct waiting *waiting, struct error *error)
{
	for (size_t i = 0; i < waiting->columns->count; i++) {
		struct dbw_column *column = waiting->columns->items[i];

		if (table_find_column(schema->traits, table, column->name))
			return fail_at(waiting, error,
			               arena_printf(&schema->arena, "column '%s' is declared twice",
			                            column->name));
		list_append(&schema->arena, &table->columns, column);
	}
	for (size_t i = 0; i < waiting->constraints->count; i++) {
		struct dbw_constraint *constraint = waiting->constraints->items[i];

		if (constraint->kind == DBW_PRIMARY_KEY && table_primary_key(table))
			return fail_at(waiting, error,
			               arena_printf(&schema->arena,
			                            "table '%s' has two primary keys",
			                            table->name));
		for (size_t j = 0; j < constraint->parts.count; j++) {
			const struct dbw_key_part *part = constraint->parts.items[j];

			if (part->column && !table_find_column(schema->traits, table, part->column))
				return fail_at(waiting, error,
				               arena_printf(&schema->arena,
				                            "table '%s' has no column '%s'",
				                            table->name, part->column));
		}
		list_append(&schema->arena, &table->constraints, constraint);
	}
	return true;
}

/* Index names are shared by all tables where they are not each table's own. */

struct named_index {
	const struct dbw_index *index;
	const struct dbw_table *table;
	char *key; /* folded, so that names which are one compare equal */
};

static char *fold(struct schema *schema, const char *name)
{
	char *key = arena_string(&schema->arena, name);

	if (schema->traits->flags & DBW_TRAIT_NAMES_CASE_INSENSITIVE)
		for (char *c = key; *c; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c + ('a' - 'A'));
	return key;
}

static int compare_named(const void *a, const void *b)
{
	const struct named_index *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	if (order)
		return order;
	order = strcmp(x->table->namespace_name ? x->table->namespace_name : "",
	               y->table->namespace_name ? y->table->namespace_name : "");
	if (order)
		return order;
	return (x->index->source.line > y->index->source.line) -
	       (x->index->source.line < y->index->source.line);
}

static bool check_index_names(struct schema *schema, struct error *error)
{
	struct named_index *named;
	size_t count = 0, n = 0;
	bool done = true;

	if (schema->traits->flags & DBW_TRAIT_INDEX_NAMES_PER_TABLE)
		return true;
	for (size_t i = 0; i < schema->content.tables.count; i++)
		count += ((const struct dbw_table *)schema->content.tables.items[i])->indexes.count;
	named = memory_resize(NULL, count + 1, sizeof *named);
	for (size_t i = 0; i < schema->content.tables.count; i++) {
		const struct dbw_table *table = schema->content.tables.items[i];

		for (size_t j = 0; j < table->indexes.count; j++) {
			const struct dbw_index *index = table->indexes.items[j];

			named[n++] = (struct named_index){index, table, fold(schema, index->name)};
		}
	}
	qsort(named, n, sizeof *named, compare_named);
	for (size_t i = 1; done && i < n; i++) {
		const struct dbw_index *a = named[i - 1].index, *b = named[i].index;

		if (strcmp(named[i - 1].key, named[i].key) == 0 &&
		    (named[i].table->namespace_name == named[i - 1].table->namespace_name ||
		     (named[i].table->namespace_name && named[i - 1].table->namespace_name &&
		      strcmp(named[i].table->namespace_name, named[i - 1].table->namespace_name) ==
		          0)))
			done = error_at(error, ERROR_FAILED, b->source.file, b->source.line,
			                b->source.column,
			                "index '%s' is declared already, at %s:%zu:%zu", b->name,
			                a->source.file ? a->source.file : "?", a->source.line,
			                a->source.column);
	}
	free(named);
	return done;
}

static bool attach(struct schema *schema, const struct waiting *waiting, struct error *error)
{
	struct dbw_table *table =
	    schema_find_table(schema, waiting->namespace_name, waiting->table);

	if (!table)
		return fail_at(waiting, error,
		               arena_printf(&schema->arena,
		                            "%s is for table '%s', which is not declared",
		                            waiting->what, waiting->table));
	return waiting->index ? attach_index(schema, table, waiting, error)
	                      : attach_alter(schema, table, waiting, error);
}

/* Columns come before the indexes that may be on them. */
bool parser_finish(struct schema *schema, struct error *error)
{
	for (int indexes = 0; indexes < 2; indexes++)
		for (size_t i = 0; i < schema->waiting.count; i++) {
			const struct waiting *waiting = schema->waiting.items[i];

			if ((waiting->index != NULL) == (indexes == 1) &&
			    !attach(schema, waiting, error))
				return false;
		}
	schema->waiting = (struct dbw_list){0};
	return check_index_names(schema, error);
}
