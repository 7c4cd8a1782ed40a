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

	if (index->name && table_find_index(schema->traits, table, index->name)) {
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

/* Keys whose columns are there, and one primary key at most. */
static bool attach_constraint(struct schema *schema, struct dbw_table *table,
                              const struct waiting *waiting, struct dbw_constraint *constraint,
                              struct error *error)
{
	if (constraint->kind == DBW_PRIMARY_KEY && table_primary_key(table))
		return fail_at(
		    waiting, error,
		    arena_printf(&schema->arena, "table '%s' has two primary keys", table->name));
	for (size_t i = 0; i < constraint->parts.count; i++) {
		const struct dbw_key_part *part = constraint->parts.items[i];

		/* What a child has from its parents is known later. */
		if (part->column && !table->partition_of && !table->inherits.count &&
		    !table_find_column(schema->traits, table, part->column))
			return fail_at(waiting, error,
			               arena_printf(&schema->arena, "table '%s' has no column '%s'",
			                            table->name, part->column));
	}
	list_append(&schema->arena, &table->constraints, constraint);
	return true;
}

static bool change_column(struct schema *schema, struct dbw_table *table,
                          const struct waiting *waiting, const struct column_change *change,
                          struct error *error)
{
	struct dbw_column *column = table_find_column(schema->traits, table, change->column);
	const struct dbw_column *values = change->values;

	if (!column)
		return fail_at(waiting, error,
		               arena_printf(&schema->arena, "table '%s' has no column '%s'",
		                            table->name, change->column));
	if (change->whole) {
		*column = *values;
		return true;
	}
	if (values->type)
		column->type = values->type;
	if (values->default_value)
		column->default_value = values->default_value;
	column->not_null |= values->not_null;
	if (values->identity) {
		column->identity = values->identity;
		column->identity_options = values->identity_options;
	}
	for (size_t i = 0; i < values->options.count; i++)
		list_append(&schema->arena, &column->options, values->options.items[i]);
	return true;
}

/* Said twice, the later holds; but ENABLE takes nothing from FORCE ROW LEVEL SECURITY. */
static void set_option(struct schema *schema, struct dbw_list *options, struct dbw_option *option)
{
	for (size_t i = 0; i < options->count; i++)
		if (strcmp(((struct dbw_option *)options->items[i])->name, option->name) == 0) {
			if (*option->value || strcmp(option->name, "ROW LEVEL SECURITY") != 0)
				options->items[i] = option;
			return;
		}
	list_append(&schema->arena, options, option);
}

static bool attach_additions(struct schema *schema, struct dbw_table *table,
                             struct waiting *waiting, struct error *error)
{
	const struct dbw_table *additions = waiting->additions;

	for (size_t i = 0; i < additions->columns.count; i++) {
		struct dbw_column *column = additions->columns.items[i];

		if (table_find_column(schema->traits, table, column->name))
			return fail_at(waiting, error,
			               arena_printf(&schema->arena, "column '%s' is declared twice",
			                            column->name));
		list_append(&schema->arena, &table->columns, column);
	}
	for (size_t i = 0; i < additions->constraints.count; i++)
		if (!attach_constraint(schema, table, waiting, additions->constraints.items[i],
		                       error))
			return false;
	for (size_t i = waiting->changes.count; i > 0; i--) {
		const struct column_change *change = waiting->changes.items[i - 1];

		/* A column that is not there yet may be a parent's. */
		if (!table_find_column(schema->traits, table, change->column))
			continue;
		if (!change_column(schema, table, waiting, change, error))
			return false;
		list_remove(&waiting->changes, i - 1);
	}
	for (size_t i = 0; i < additions->indexes.count; i++)
		list_append(&schema->arena, &table->indexes, additions->indexes.items[i]);
	for (size_t i = 0; i < additions->options.count; i++)
		set_option(schema, &table->options, additions->options.items[i]);
	for (size_t i = 0; i < additions->inherits.count; i++)
		list_append(&schema->arena, &table->inherits, additions->inherits.items[i]);
	if (additions->partition_of) {
		table->partition_of = additions->partition_of;
		table->partition_bound = additions->partition_bound;
	}
	return true;
}

static bool own_sequence(struct schema *schema, const struct waiting *waiting, struct error *error)
{
	struct dbw_sequence *sequence =
	    schema_find_sequence(schema, waiting->namespace_name, waiting->sequence);

	if (!sequence)
		return fail_at(
		    waiting, error,
		    arena_printf(&schema->arena, "%s, which is not declared", waiting->what));
	if (waiting->table) {
		sequence->owned_by_table = waiting->table;
		sequence->owned_by_column = waiting->column;
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
	char *key = arena_string(&schema->arena, name ? name : "");

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

			if (index->name)
				named[n++] =
				    (struct named_index){index, table, fold(schema, index->name)};
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

/* What a table takes from its parents: the columns, before its own. */
static bool take_columns(struct schema *schema, struct dbw_table *table, const char *parent_name,
                         struct error *error)
{
	const struct dbw_table *parent = schema_find_parent(schema, parent_name);
	struct dbw_list own = table->columns;

	if (!parent)
		return error_at(error, ERROR_FAILED, table->source.file, table->source.line,
		                table->source.column, "table '%s' is not declared", parent_name);
	if (parent == table)
		return error_at(error, ERROR_FAILED, table->source.file, table->source.line,
		                table->source.column, "table '%s' is its own parent", parent_name);
	table->columns = (struct dbw_list){0};
	for (size_t i = 0; i < parent->columns.count; i++) {
		const struct dbw_column *column = parent->columns.items[i];
		const struct dbw_table mine = {.columns = own};

		if (!table_find_column(schema->traits, &mine, column->name))
			list_append(&schema->arena, &table->columns,
			            schema_copy_element(schema, column, DBW_COLUMN));
	}
	for (size_t i = 0; i < own.count; i++)
		list_append(&schema->arena, &table->columns, own.items[i]);
	return true;
}

static bool take_inherited(struct schema *schema, struct error *error)
{
	for (size_t i = 0; i < schema->content.tables.count; i++) {
		struct dbw_table *table = schema->content.tables.items[i];

		if (table->partition_of && !table->columns.count &&
		    !take_columns(schema, table, table->partition_of, error))
			return false;
		for (size_t j = table->inherits.count; j > 0; j--)
			if (!take_columns(schema, table, table->inherits.items[j - 1], error))
				return false;
	}
	return true;
}

/* What ALTER COLUMN says of columns that were a parent's. */
static bool change_inherited(struct schema *schema, struct error *error)
{
	for (size_t i = 0; i < schema->waiting.count; i++) {
		const struct waiting *waiting = schema->waiting.items[i];
		struct dbw_table *table =
		    waiting->changes.count
			? schema_find_table(schema, waiting->namespace_name, waiting->table)
			: NULL;

		for (size_t j = 0; table && j < waiting->changes.count; j++)
			if (!change_column(schema, table, waiting, waiting->changes.items[j],
			                   error))
				return false;
	}
	return true;
}

/* Of the lists of all tables, the index or constraint of that name. */
static void remove_attached(struct schema *schema, const char *name)
{
	for (size_t i = 0; i < schema->content.tables.count; i++) {
		struct dbw_table *table = schema->content.tables.items[i];

		for (size_t j = table->indexes.count; j > 0; j--) {
			const struct dbw_index *index = table->indexes.items[j - 1];

			if (index->name && sql_names_equal(schema->traits, index->name, name))
				list_remove(&table->indexes, j - 1);
		}
		for (size_t j = table->constraints.count; j > 0; j--) {
			const struct dbw_constraint *constraint = table->constraints.items[j - 1];

			if (constraint->name &&
			    sql_names_equal(schema->traits, constraint->name, name))
				list_remove(&table->constraints, j - 1);
		}
	}
}

/* Comments. */

/* A view's columns are not listed; whether it has this one the server will tell. The attributes of a composite
 * type are commented on in the same way. */
static const char **comment_of_view_column(struct schema *schema, const struct waiting *waiting)
{
	static const enum dbw_object_kind kinds[] = {DBW_VIEW, DBW_MATERIALIZED_VIEW,
	                                             DBW_COMPOSITE_TYPE};
	struct dbw_object *object = NULL;
	struct dbw_option *option;

	for (size_t i = 0; !object && i < sizeof kinds / sizeof *kinds; i++)
		object = schema_find_object(schema, kinds[i], waiting->namespace_name,
		                            waiting->table, NULL, NULL);
	if (!object)
		return NULL;
	/* NULL is written nowhere. */
	if (!waiting->comment.text)
		return &object->comment;
	option = schema_add(schema, &object->column_comments, DBW_OPTION);
	option->name = waiting->comment.name;
	option->value = "";
	return &option->value;
}

static const char **comment_of_table_part(struct schema *schema, const struct waiting *waiting)
{
	const struct commented *comment = &waiting->comment;
	struct dbw_table *table =
	    waiting->table ? schema_find_table(schema, waiting->namespace_name, waiting->table)
			   : NULL;
	struct dbw_column *column;

	if (!table && comment->element == DBW_COLUMN)
		return comment_of_view_column(schema, waiting);
	if (!table)
		return NULL;
	if (comment->element == DBW_TABLE)
		return &table->comment;
	if (comment->element == DBW_COLUMN) {
		column = table_find_column(schema->traits, table, comment->name);
		return column ? &column->comment : NULL;
	}
	for (size_t i = 0; i < table->constraints.count; i++) {
		struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->name &&
		    sql_names_equal(schema->traits, constraint->name, comment->name))
			return &constraint->comment;
	}
	return NULL;
}

static const char **comment_of_index(struct schema *schema, const struct waiting *waiting)
{
	for (size_t i = 0; i < schema->content.tables.count; i++) {
		struct dbw_table *table = schema->content.tables.items[i];
		struct dbw_index *index =
		    table_find_index(schema->traits, table, waiting->comment.name);

		if (index)
			return &index->comment;
	}
	for (size_t i = 0; i < schema->content.objects.count; i++) {
		struct dbw_object *object = schema->content.objects.items[i];

		if (object->kind == DBW_OTHER &&
		    sql_names_equal(schema->traits, object->name, waiting->comment.name))
			return &object->comment;
	}
	return NULL;
}

static const char **comment_of_object(struct schema *schema, const struct waiting *waiting)
{
	const struct commented *comment = &waiting->comment;
	struct dbw_object *object =
	    schema_find_object(schema, comment->object, waiting->namespace_name, comment->name,
	                       waiting->table, comment->signature);

	/* Statistics are named without the table that they are on. */
	for (size_t i = 0; comment->object == DBW_STATISTICS && i < schema->content.objects.count;
	     i++) {
		struct dbw_object *one = schema->content.objects.items[i];

		if (one->kind == DBW_STATISTICS &&
		    sql_names_equal(schema->traits, one->name, comment->name))
			object = one;
	}
	return object ? &object->comment : NULL;
}

static const char **comment_of_named(struct schema *schema, const struct waiting *waiting)
{
	const struct commented *comment = &waiting->comment;
	struct dbw_enum *type = schema_find_enum(schema, waiting->namespace_name, comment->name);
	struct dbw_sequence *sequence =
	    schema_find_sequence(schema, waiting->namespace_name, comment->name);

	if (comment->element == DBW_SEQUENCE)
		return sequence ? &sequence->comment : NULL;
	if (comment->element == DBW_ENUM) {
		struct waiting as_object = *waiting;
		const char **found = type ? &type->comment : NULL;

		as_object.comment.object = DBW_COMPOSITE_TYPE;
		if (!found)
			found = comment_of_object(schema, &as_object);
		as_object.comment.object = DBW_RANGE_TYPE;
		return found ? found : comment_of_object(schema, &as_object);
	}
	for (size_t i = 0; i < schema->content.namespaces.count; i++) {
		struct dbw_namespace *one = schema->content.namespaces.items[i];

		if (sql_names_equal(schema->traits, one->name, comment->name))
			return &one->comment;
	}
	return NULL;
}

static bool attach_comment(struct schema *schema, const struct waiting *waiting,
                           struct error *error)
{
	const struct commented *comment = &waiting->comment;
	const char *default_namespace = schema->traits->default_namespace;
	const char **place;

	/* Of the default namespace and of an extension, dumps repeat what the server says anyway. */
	if (comment->object == DBW_EXTENSION ||
	    (comment->element == DBW_NAMESPACE && default_namespace &&
	     sql_names_equal(schema->traits, comment->name, default_namespace)))
		return true;
	switch (comment->element) {
	case DBW_TABLE:
	case DBW_COLUMN:
	case DBW_CONSTRAINT:
		place = comment_of_table_part(schema, waiting);
		break;
	case DBW_INDEX:
		place = comment_of_index(schema, waiting);
		break;
	case DBW_OBJECT:
		place = comment_of_object(schema, waiting);
		break;
	default:
		place = comment_of_named(schema, waiting);
	}
	if (place && !comment->text)
		return true;
	if (!place)
		return fail_at(waiting, error,
		               arena_printf(&schema->arena,
		                            "the comment is on '%s', which is not declared",
		                            comment->name));
	*place = comment->text;
	return true;
}

static bool attach(struct schema *schema, struct waiting *waiting, struct error *error)
{
	struct dbw_table *table;

	if (waiting->sequence)
		return own_sequence(schema, waiting, error);
	if (waiting->attached_index) {
		remove_attached(schema, waiting->attached_index);
		return true;
	}
	if (waiting->round == WAITING_COMMENTS)
		return attach_comment(schema, waiting, error);
	table = schema_find_table(schema, waiting->namespace_name, waiting->table);
	if (!table && waiting->index &&
	    schema_find_object(schema, DBW_MATERIALIZED_VIEW, waiting->namespace_name,
	                       waiting->table, NULL, NULL)) {
		struct dbw_object *object =
		    schema_add(schema, &schema->content.objects, DBW_OBJECT);

		if (!waiting->index->name)
			return fail_at(
			    waiting, error,
			    "an index of a materialised view needs a name: it is kept by "
			    "its text");
		object->kind = DBW_OTHER;
		object->namespace_name = waiting->namespace_name;
		object->name = waiting->index->name;
		object->table = waiting->table;
		object->text = waiting->text;
		object->source = waiting->source;
		return true;
	}
	if (!table)
		return fail_at(waiting, error,
		               arena_printf(&schema->arena,
		                            "%s is for table '%s', which is not declared",
		                            waiting->what, waiting->table));
	return waiting->index ? attach_index(schema, table, waiting, error)
	                      : attach_additions(schema, table, waiting, error);
}

bool parser_finish(struct schema *schema, struct error *error)
{
	for (int round = 0; round < WAITING_ROUNDS; round++) {
		for (size_t i = 0; i < schema->waiting.count; i++) {
			struct waiting *waiting = schema->waiting.items[i];

			if ((int)waiting->round == round && !attach(schema, waiting, error))
				return false;
		}
		if (round == WAITING_TABLES &&
		    (!take_inherited(schema, error) || !change_inherited(schema, error)))
			return false;
	}
	schema->waiting = (struct dbw_list){0};
	return check_index_names(schema, error);
}
