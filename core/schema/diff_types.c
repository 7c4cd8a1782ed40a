#include <string.h>

#include "schema/diff_internal.h"
#include "sql/lexer.h"
#include "sql/text.h"

/* Types that cannot be changed in place: another type takes the name, and every column of the type is changed to
 * it. Whatever speaks of such a column in an expression, or of the type itself, makes way meanwhile. */

/* Whether the old labels are all there still, in their order: then labels are only added. */
static bool only_adds(const struct dbw_enum *before, const struct dbw_enum *after)
{
	size_t j = 0;

	for (size_t i = 0; i < before->labels.count; i++, j++) {
		while (j < after->labels.count &&
		       strcmp(before->labels.items[i], after->labels.items[j]) != 0)
			j++;
		if (j == after->labels.count)
			return false;
	}
	return true;
}

static void retype(struct schema *set, const char *namespace_name, const char *name)
{
	struct dbw_table *stand_in;

	if (schema_find_table(set, namespace_name, name))
		return;
	stand_in = schema_add(set, &set->content.tables, DBW_TABLE);
	stand_in->namespace_name = namespace_name;
	stand_in->name = name;
}

enum retyping type_retyping(const struct diff_work *work, const char *sql)
{
	struct arena arena = {0};
	struct dbw_list names = {0};
	enum retyping found = NOT_RETYPED;

	if (!work->retyped->content.tables.count && !work->retyped_back->content.tables.count)
		return NOT_RETYPED;
	sql_names(&arena, work->traits, sql, &names);
	for (size_t i = 0; found != RETYPED && i < names.count; i++) {
		if (schema_find_parent(work->retyped, names.items[i]))
			found = RETYPED;
		else if (schema_find_parent(work->retyped_back, names.items[i]))
			found = RETYPED_BACK;
	}
	arena_release(&arena);
	return found;
}

/* The mark of what is a routine in the set of types. */
static const char routine_mark[] = "routine";

bool routine_is_made_anew(const struct diff_work *work, const char *sql)
{
	struct arena arena = {0};
	struct dbw_list names = {0};
	bool found = false;

	if (!sql || !work->retyped->content.tables.count)
		return false;
	sql_names(&arena, work->traits, sql, &names);
	for (size_t i = 0; !found && i < names.count; i++) {
		const struct dbw_table *name = schema_find_parent(work->retyped, names.items[i]);

		found = name && name->comment == routine_mark;
	}
	arena_release(&arena);
	return found;
}

static void compare_enums(struct diff_work *work)
{
	const struct dbw_list *enums = &work->diff->before->content.enums;

	for (size_t i = 0; i < enums->count; i++) {
		const struct dbw_enum *old = enums->items[i];
		const struct dbw_enum *new =
		    schema_find_enum(work->diff->after, old->namespace_name, old->name);

		if (!new)
			continue;
		if (!only_adds(old, new))
			retype(work->retyped, old->namespace_name, old->name);
		else if (!only_adds(new, old))
			retype(work->retyped_back, old->namespace_name, old->name);
	}
}

/* One domain or the like; true if it was found to be replaced now. */
static bool compare_type(struct diff_work *work, const struct dbw_object *old)
{
	const struct dbw_object *new =
	    schema_find_object(work->diff->after, old->kind, old->namespace_name, old->name,
	                       old->table, old->signature);
	enum retyping retyping;
	bool changed;

	if (!new || !object_is_type(old) ||
	    schema_find_table(work->retyped, old->namespace_name, old->name) ||
	    schema_find_table(work->retyped_back, old->namespace_name, old->name))
		return false;
	changed = !element_equal(work->traits, DBW_OBJECT, old, new);
	retyping = changed ? RETYPED : type_retyping(work, old->text);
	if (retyping == NOT_RETYPED)
		return false;
	retype(retyping == RETYPED ? work->retyped : work->retyped_back, old->namespace_name,
	       old->name);
	if (changed)
		work_add(work, PHASE_CREATE_TYPES, DBW_ALTER, DBW_OBJECT, old, new, NULL, NULL);
	return true;
}

/* What stands before the properties and the body of a routine: parameters and result, which cannot be changed
 * while it exists. */
static char *routine_head(struct diff_work *work, const struct dbw_object *routine)
{
	static const char *const behind[] = {
	    "LANGUAGE",  "AS",     "BEGIN",  "IMMUTABLE",     "STABLE",    "VOLATILE", "STRICT",
	    "CALLED",    "COST",   "ROWS",   "PARALLEL",      "SECURITY",  "SET",      "SUPPORT",
	    "LEAKPROOF", "WINDOW", "NOT",    "DETERMINISTIC", "READS",     "MODIFIES", "NO",
	    "CONTAINS",  "SQL",    "RETURN", "COMMENT",       "TRANSFORM",
	};
	struct error ignored = {0};
	struct lexer lexer;
	struct token token;
	size_t depth = 0, end = 0;
	bool more = true;

	lexer_init(&lexer, work->traits, NULL, routine->text, strlen(routine->text), 1);
	while (more && lexer_next(&lexer, &token, &ignored) && token.kind != TOKEN_END) {
		depth += token_is_symbol(&token, "(");
		depth -= depth && token_is_symbol(&token, ")");
		for (size_t i = 0; !depth && more && i < sizeof behind / sizeof *behind; i++)
			more = !token_is(&token, behind[i]);
		if (more)
			end = token.offset + token.length;
	}
	error_release(&ignored);
	return arena_copy(&work->diff->arena, routine->text, end);
}

bool routine_heads_equal(struct diff_work *work, const struct dbw_object *old,
                         const struct dbw_object *new)
{
	return old->kind == DBW_AGGREGATE ||
	       sql_same(work->traits, routine_head(work, old), routine_head(work, new));
}

static void compare_routines(struct diff_work *work)
{
	const struct dbw_list *objects = &work->diff->before->content.objects;

	for (size_t i = 0; i < objects->count; i++) {
		const struct dbw_object *old = objects->items[i];
		const struct dbw_object *new =
		    object_is_routine(old)
			? schema_find_object(work->diff->after, old->kind, old->namespace_name,
		                             old->name, old->table, old->signature)
			: NULL;
		struct dbw_table *stand_in;

		if (!new || routine_heads_equal(work, old, new))
			continue;
		retype(work->retyped, old->namespace_name, old->name);
		stand_in = schema_find_table(work->retyped, old->namespace_name, old->name);
		stand_in->comment = routine_mark;
	}
}

void diff_types(struct diff_work *work)
{
	const struct dbw_list *objects = &work->diff->before->content.objects;
	bool more = true;

	compare_enums(work);
	compare_routines(work);
	/* A type of a type that is replaced is replaced with it, in the same operation. */
	while (more) {
		more = false;
		for (size_t i = 0; i < objects->count; i++)
			more |= compare_type(work, objects->items[i]);
	}
}

static bool has_name(const struct diff_work *work, const struct dbw_list *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (sql_names_equal(work->traits, names->items[i], name))
			return true;
	return false;
}

/* Whether the parts are those columns, in whatever order. */
static bool has_columns(const struct diff_work *work, const struct dbw_list *parts,
                        const struct dbw_list *columns)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct dbw_key_part *part = parts->items[i];

		if (!part->column || !has_name(work, columns, part->column))
			return false;
	}
	return parts->count == columns->count;
}

/* Whether a column of both tables gets a type of another name: one of another length alone is of no matter to
 * what the server has made of an expression. */
static bool gets_other_type(const struct diff_work *work, const struct dbw_table *before,
                            const struct dbw_table *after, const char *name)
{
	const struct dbw_column *old = table_find_column(work->traits, before, name);
	const struct dbw_column *new = old ? table_find_column(work->traits, after, name) : NULL;
	size_t length;

	if (!new)
		return false;
	length = strcspn(old->type, "(");
	return length != strcspn(new->type, "(") || strncmp(old->type, new->type, length) != 0;
}

bool type_changes(const struct diff_work *work, const struct dbw_table *before,
                  const struct dbw_table *after)
{
	for (size_t i = 0; i < before->columns.count; i++)
		if (gets_other_type(work, before, after,
		                    ((const struct dbw_column *)before->columns.items[i])->name))
			return true;
	return false;
}

/* Whether the foreign key refers to columns that a key or unique index made a key and does no longer, or that
 * get, as its own may, another type. */
static bool loses_its_key(const struct diff_work *work, const struct dbw_table *before,
                          const struct dbw_table *after, const struct dbw_constraint *key)
{
	const struct dbw_table *old =
	    schema_find_table(work->diff->before, key->ref_namespace, key->ref_table);
	const struct dbw_table *new =
	    schema_find_table(work->diff->after, key->ref_namespace, key->ref_table);

	if (!old || !new)
		return false;
	for (size_t i = 0; i < key->parts.count; i++)
		if (gets_other_type(work, before, after,
		                    ((const struct dbw_key_part *)key->parts.items[i])->column))
			return true;
	for (size_t i = 0; i < key->ref_columns.count; i++)
		if (gets_other_type(work, old, new, key->ref_columns.items[i]))
			return true;
	for (size_t i = 0; i < old->constraints.count; i++) {
		const struct dbw_constraint *one = old->constraints.items[i];
		bool kept = false;

		if ((one->kind != DBW_PRIMARY_KEY && one->kind != DBW_UNIQUE) ||
		    !has_columns(work, &one->parts, &key->ref_columns))
			continue;
		for (size_t j = 0; !kept && j < new->constraints.count; j++)
			kept =
			    same_but_for_name(work, DBW_CONSTRAINT, one, new->constraints.items[j]);
		if (!kept)
			return true;
	}
	return false;
}

static enum retyping worse(enum retyping a, enum retyping b)
{
	return a > b ? a : b;
}

/* Whether the expression speaks of a column of such a type. */
static enum retyping speaks_of_one(const struct diff_work *work, const struct dbw_table *table,
                                   const char *expression)
{
	enum retyping found = expression ? type_retyping(work, expression) : NOT_RETYPED;

	for (size_t i = 0; expression && i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];

		if (sql_mentions(work->traits, expression, column->name))
			found = worse(found, type_retyping(work, column->type));
	}
	return found;
}

static bool same_sql(const struct diff_work *work, const char *a, const char *b)
{
	return sql_same(work->traits, a, b);
}

/* Whether a generated column is dropped and added: its values cannot be computed in another way in place, nor
 * stay while what they are computed from gets another type. */
static bool is_made_anew(const struct diff_work *work, const struct dbw_table *before,
                         const struct dbw_table *after, const char *name)
{
	const struct dbw_column *old = table_find_column(work->traits, before, name);
	const struct dbw_column *new = old ? table_find_column(work->traits, after, name) : NULL;

	if (!new || !old->generated || !new->generated)
		return false;
	if (old->generated != new->generated ||
	    !same_sql(work, old->generated_expression, new->generated_expression))
		return true;
	for (size_t i = 0; i < before->columns.count; i++) {
		const struct dbw_column *one = before->columns.items[i];
		const struct dbw_column *twin = table_find_column(work->traits, after, one->name);

		if (twin && !same_sql(work, one->type, twin->type) &&
		    sql_mentions(work->traits, old->generated_expression, one->name))
			return true;
	}
	return false;
}

static bool uses_column(const struct diff_work *work, const struct dbw_list *parts,
                        const struct dbw_list *include, const char *expression, const char *name)
{
	if (has_name(work, include, name) ||
	    (expression && sql_mentions(work->traits, expression, name)))
		return true;
	for (size_t i = 0; i < parts->count; i++) {
		const struct dbw_key_part *part = parts->items[i];

		if (part->column ? sql_names_equal(work->traits, part->column, name)
		                 : sql_mentions(work->traits, part->expression, name))
			return true;
	}
	return false;
}

/* The server keeps an expression with the types that it found. */
static bool expression_disturbed(const struct diff_work *work, const struct dbw_table *before,
                                 const struct dbw_table *after, const struct dbw_list *parts,
                                 const char *expression)
{
	for (size_t i = 0; i < before->columns.count; i++) {
		const char *name = ((const struct dbw_column *)before->columns.items[i])->name;

		if (!gets_other_type(work, before, after, name))
			continue;
		if (expression && sql_mentions(work->traits, expression, name))
			return true;
		for (size_t j = 0; j < parts->count; j++) {
			const struct dbw_key_part *part = parts->items[j];

			if (part->expression && sql_mentions(work->traits, part->expression, name))
				return true;
		}
	}
	return false;
}

enum retyping type_disturbs(const struct diff_work *work, const struct dbw_table *before,
                            const struct dbw_table *after, enum dbw_element_kind kind,
                            const void *element)
{
	const struct dbw_constraint *constraint = element;
	const struct dbw_index *index = element;
	const struct dbw_list *parts = kind == DBW_INDEX ? &index->parts : &constraint->parts;
	const struct dbw_list *include = kind == DBW_INDEX ? &index->include : &constraint->include;
	const char *expression = kind == DBW_INDEX ? index->predicate : constraint->expression;
	enum retyping found;

	for (size_t i = 0; i < before->columns.count; i++) {
		const struct dbw_column *column = before->columns.items[i];

		if (column->generated && is_made_anew(work, before, after, column->name) &&
		    uses_column(work, parts, include, expression, column->name))
			return RETYPED;
	}
	if (work->traits->flags & DBW_TRAIT_REWRITES_TEXT &&
	    expression_disturbed(work, before, after, parts, expression))
		return RETYPED;
	/* Where foreign keys hold more than that, diff_keys.c sees to them. */
	if (kind == DBW_CONSTRAINT && constraint->kind == DBW_FOREIGN_KEY &&
	    (work->traits->flags & DBW_TRAIT_ALTER_CONSTRAINTS) &&
	    !(work->traits->flags & DBW_TRAIT_FOREIGN_KEYS_HOLD) &&
	    loses_its_key(work, before, after, constraint))
		return RETYPED;
	if (!work->retyped->content.tables.count && !work->retyped_back->content.tables.count)
		return NOT_RETYPED;
	found = speaks_of_one(work, before, expression);
	for (size_t i = 0; i < parts->count; i++)
		found = worse(
		    found,
		    speaks_of_one(work, before,
		                  ((const struct dbw_key_part *)parts->items[i])->expression));
	return found;
}

enum retyping type_touches(const struct diff_work *work, const struct dbw_table *table)
{
	enum retyping found = NOT_RETYPED;

	for (size_t i = 0; i < table->columns.count; i++)
		found = worse(
		    found, type_retyping(
			       work, ((const struct dbw_column *)table->columns.items[i])->type));
	return found;
}

const struct dbw_column *type_column(struct diff_work *work, const struct dbw_column *before,
                                     const struct dbw_column *after)
{
	struct dbw_column *column;

	if (!before || !same_sql(work, before->type, after->type) ||
	    type_retyping(work, before->type) != RETYPED)
		return before;
	column = arena_new(&work->diff->arena, struct dbw_column);
	*column = *before;
	column->default_value = after->default_value;
	return column;
}
