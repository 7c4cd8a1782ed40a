#include "engine/stand_ins.h"

#include <string.h>

#include "engine/scope.h"
#include "migrations/migration.h"
#include "sql/lexer.h"
#include "sql/text.h"

struct work {
	struct schema *result;
	const struct entry *entry;
	const struct schema *sources[2]; /* whose outside is known; either may be NULL */
	size_t keys;                     /* made so far, for their names */
};

static bool is_made(const struct work *work, const char *namespace_name, const char *name)
{
	return schema_find_table(work->result, namespace_name, name) ||
	       schema_find_object(work->result, DBW_VIEW, namespace_name, name, NULL, NULL) ||
	       schema_find_object(work->result, DBW_MATERIALIZED_VIEW, namespace_name, name, NULL,
	                          NULL);
}

/* A name that is only spoken of. */
static bool is_foreign(const struct work *work, const char *namespace_name, const char *name)
{
	return !scope_owns(work->entry, work->result->traits, namespace_name, name) &&
	       !is_made(work, namespace_name, name);
}

/* A namespace that is left to others as a whole comes with its tables. */
static void add_namespace(struct work *work, const char *name)
{
	struct schema *result = work->result;
	struct dbw_namespace *added;

	if (!name || scope_owns_namespace(work->entry, result->traits, name))
		return;
	for (size_t i = 0; i < result->content.namespaces.count; i++) {
		const struct dbw_namespace *one = result->content.namespaces.items[i];

		if (sql_names_equal(result->traits, one->name, name))
			return;
	}
	added = schema_add(result, &result->content.namespaces, DBW_NAMESPACE);
	added->name = name;
}

/* As declared. */

/* What a foreign key can refer to. */
static bool is_key(const struct dbw_index *index)
{
	if (!index->unique || index->predicate)
		return false;
	for (size_t i = 0; i < index->parts.count; i++)
		if (!((const struct dbw_key_part *)index->parts.items[i])->column)
			return false;
	return true;
}

/* The columns and keys, free of what would need more than they are. */
static void add_table(struct work *work, const struct dbw_table *declared)
{
	struct schema *result = work->result;
	struct dbw_table *table = schema_copy_element(result, declared, DBW_TABLE);
	struct dbw_list constraints = {0}, indexes = {0};

	table->partition_by = table->partition_of = table->partition_bound = NULL;
	table->inherits = (struct dbw_list){0};
	table->renamed_from = NULL;
	for (size_t i = 0; i < table->columns.count; i++) {
		struct dbw_column *column = table->columns.items[i];

		column->default_value = column->on_update = NULL;
		column->auto_increment = column->invisible = false;
		column->identity = DBW_NO_IDENTITY;
		column->identity_options = NULL;
	}
	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->kind == DBW_PRIMARY_KEY || constraint->kind == DBW_UNIQUE)
			list_append(&result->arena, &constraints, table->constraints.items[i]);
	}
	for (size_t i = 0; i < table->indexes.count; i++)
		if (is_key(table->indexes.items[i]))
			list_append(&result->arena, &indexes, table->indexes.items[i]);
	table->constraints = constraints;
	table->indexes = indexes;
	add_namespace(work, table->namespace_name);
	list_append(&result->arena, &result->content.tables, table);
	schema_changed(result);
}

static void add_view(struct work *work, const struct dbw_object *declared)
{
	struct schema *result = work->result;

	add_namespace(work, declared->namespace_name);
	list_append(&result->arena, &result->content.objects,
	            schema_copy_element(result, declared, DBW_OBJECT));
	schema_changed(result);
}

/* True if a text, a foreign key or a child table of the schema speaks of the name. */
static bool schema_speaks_of(const struct work *work, const struct schema *schema, const char *name)
{
	const struct dbw_traits *traits = work->result->traits;

	for (size_t i = 0; i < schema->content.objects.count; i++) {
		const struct dbw_object *object = schema->content.objects.items[i];

		if (sql_mentions(traits, object->text, name))
			return true;
	}
	for (size_t i = 0; i < schema->content.tables.count; i++) {
		const struct dbw_table *table = schema->content.tables.items[i];

		for (size_t j = 0; j < table->constraints.count; j++) {
			const struct dbw_constraint *constraint = table->constraints.items[j];

			if (constraint->kind == DBW_FOREIGN_KEY &&
			    sql_names_equal(traits, constraint->ref_table, name))
				return true;
		}
		for (size_t j = 0; j < table->inherits.count; j++) {
			const char *parent = table->inherits.items[j];
			const char *dot = strrchr(parent, '.');

			if (sql_names_equal(traits, dot ? dot + 1 : parent, name))
				return true;
		}
	}
	return false;
}

/* What says whether a name is needed. */
typedef bool speaks_function(const struct work *work, const void *context, const char *name);

static bool add_declared(struct work *work, const struct schema *source, speaks_function *speaks,
                         const void *context)
{
	bool added = false;

	for (size_t i = 0; i < source->outside_views.count; i++) {
		const struct dbw_object *view = source->outside_views.items[i];

		if (view->kind != DBW_VIRTUAL_TABLE &&
		    !is_made(work, view->namespace_name, view->name) &&
		    speaks(work, context, view->name)) {
			add_view(work, view);
			added = true;
		}
	}
	for (size_t i = 0; i < source->outside_tables.count; i++) {
		const struct dbw_table *table = source->outside_tables.items[i];

		if (!is_made(work, table->namespace_name, table->name) &&
		    speaks(work, context, table->name)) {
			add_table(work, table);
			added = true;
		}
	}
	return added;
}

/* By what refers to it. */

static struct dbw_table *begin_table(struct work *work, const struct dbw_table *referring,
                                     const struct dbw_constraint *reference)
{
	struct schema *result = work->result;
	struct dbw_table *table = schema_add(result, &result->content.tables, DBW_TABLE);

	add_namespace(work, reference->ref_namespace);
	table->namespace_name = reference->ref_namespace;
	table->name = reference->ref_table;
	/* Keys that refer to each other want one engine and one character set. */
	table->options = referring->options;
	schema_changed(result);
	return table;
}

static const char *referenced_name(const struct dbw_constraint *reference, size_t i)
{
	const struct dbw_key_part *part = reference->parts.items[i];

	return i < reference->ref_columns.count ? reference->ref_columns.items[i] : part->column;
}

static void add_column(struct work *work, struct dbw_table *table, const char *name,
                       const struct dbw_column *referring)
{
	struct schema *result = work->result;
	struct dbw_column *column;

	if (table_find_column(result->traits, table, name))
		return;
	column = schema_add(result, &table->columns, DBW_COLUMN);
	column->name = name;
	column->not_null = true;
	column->type = referring ? referring->type : "integer";
	column->collation = referring ? referring->collation : NULL;
	column->charset = referring ? referring->charset : NULL;
}

static bool same_columns(const struct work *work, const struct dbw_list *parts,
                         const struct dbw_constraint *reference)
{
	if (parts->count != reference->parts.count)
		return false;
	for (size_t i = 0; i < parts->count; i++) {
		const struct dbw_key_part *part = parts->items[i];

		if (!sql_names_equal(work->result->traits, part->column,
		                     referenced_name(reference, i)))
			return false;
	}
	return true;
}

static bool has_key(const struct work *work, const struct dbw_table *table,
                    const struct dbw_constraint *reference)
{
	for (size_t i = 0; i < table->indexes.count; i++) {
		const struct dbw_index *index = table->indexes.items[i];

		if (same_columns(work, &index->parts, reference))
			return true;
	}
	return table_primary_key(table) &&
	       same_columns(work, &table_primary_key(table)->parts, reference);
}

/* The first is the primary key. Others are indexes: not every dialect has unique constraints beside them. */
static void add_key(struct work *work, struct dbw_table *table,
                    const struct dbw_constraint *reference)
{
	struct schema *result = work->result;
	char *name = arena_printf(&result->arena, "dbwarden_stand_in_key_%zu", work->keys + 1);
	struct dbw_constraint *primary;
	struct dbw_index *index;
	struct dbw_list *parts;

	if (has_key(work, table, reference))
		return;
	work->keys++;
	if (table_primary_key(table)) {
		index = schema_add(result, &table->indexes, DBW_INDEX);
		index->name = name;
		index->unique = true;
		parts = &index->parts;
	} else {
		primary = schema_add(result, &table->constraints, DBW_CONSTRAINT);
		primary->name = name;
		primary->kind = DBW_PRIMARY_KEY;
		parts = &primary->parts;
	}
	for (size_t i = 0; i < reference->parts.count; i++) {
		struct dbw_key_part *part = schema_add(result, parts, DBW_KEY_PART);

		part->column = referenced_name(reference, i);
	}
}

/* 'made' are the tables that came of references alone, and may grow. */
static void add_reference(struct work *work, struct schema *made, const struct dbw_table *referring,
                          const struct dbw_constraint *reference)
{
	struct dbw_table *table =
	    schema_find_table(made, reference->ref_namespace, reference->ref_table);

	if (!table) {
		if (!is_foreign(work, reference->ref_namespace, reference->ref_table))
			return;
		table = begin_table(work, referring, reference);
		list_append(&made->arena, &made->content.tables, table);
		schema_changed(made);
	}
	for (size_t i = 0; i < reference->parts.count; i++) {
		const struct dbw_key_part *part = reference->parts.items[i];

		add_column(work, table, referenced_name(reference, i),
		           table_find_column(work->result->traits, referring, part->column));
	}
	add_key(work, table, reference);
}

static void add_references(struct work *work, struct schema *made, const struct schema *schema)
{
	for (size_t i = 0; i < schema->content.tables.count; i++) {
		const struct dbw_table *table = schema->content.tables.items[i];

		for (size_t j = 0; j < table->constraints.count; j++) {
			const struct dbw_constraint *constraint = table->constraints.items[j];

			if (constraint->kind == DBW_FOREIGN_KEY)
				add_reference(work, made, table, constraint);
		}
	}
}

/* For a schema. */

/* The views that were taken in may read others in turn: they are in the result. */
static bool schemas_speak_of(const struct work *work, const void *context, const char *name)
{
	const struct schema *also = context;

	return schema_speaks_of(work, work->result, name) ||
	       (also && schema_speaks_of(work, also, name));
}

static void add_all_declared(struct work *work, speaks_function *speaks, const void *context)
{
	bool added;

	do {
		added = false;
		for (size_t i = 0; i < 2; i++)
			added |= work->sources[i] &&
			         add_declared(work, work->sources[i], speaks, context);
	} while (added);
}

struct schema *stand_ins_add(const struct schema *schema, const struct schema *also,
                             const struct entry *entry)
{
	struct schema *result = schema_new(schema->traits);
	struct schema *made = schema_new(schema->traits);
	struct work work = {result, entry, {schema, also}, 0};
	const struct dbw_schema *content = &schema->content;

	/* Lists of its own, as they grow. */
	result->content.enums = content->enums;
	result->content.sequences = content->sequences;
	for (size_t i = 0; i < content->namespaces.count; i++)
		list_append(&result->arena, &result->content.namespaces,
		            content->namespaces.items[i]);
	for (size_t i = 0; i < content->tables.count; i++)
		list_append(&result->arena, &result->content.tables, content->tables.items[i]);
	for (size_t i = 0; i < content->objects.count; i++)
		list_append(&result->arena, &result->content.objects, content->objects.items[i]);
	if (scope_is_limited(entry)) {
		add_all_declared(&work, schemas_speak_of, also);
		if (also)
			add_references(&work, made, also);
		add_references(&work, made, schema);
	}
	schema_free(made);
	return result;
}

/* For migrations. */

/* CREATE [...] TABLE [IF NOT EXISTS] [namespace.]name, and likewise a view; or a table that takes the name. */
static bool statement_makes(const struct work *work, const struct sql_statement *statement,
                            const char *name)
{
	const struct dbw_traits *traits = work->result->traits;
	struct arena arena = {0};
	struct error ignored = {0};
	struct lexer lexer;
	struct token token;
	bool makes = false, named = false, renames = false;

	lexer_init(&lexer, traits, NULL, statement->text, statement->length, 1);
	if (!lexer_next(&lexer, &token, &ignored) ||
	    !(token_is(&token, "CREATE") || (renames = token_is(&token, "ALTER"))))
		goto out;
	while (!makes && lexer_next(&lexer, &token, &ignored) && token.kind != TOKEN_END) {
		if (!renames && (token_is_symbol(&token, "(") || token_is(&token, "AS")))
			break;
		if (token_is(&token, renames ? "TO" : "TABLE") || token_is(&token, "VIEW"))
			named = true;
		else if (named && token_is_name(&token, traits))
			makes = sql_names_equal(traits, token_name(&arena, &token, traits), name);
	}
out:
	error_release(&ignored);
	arena_release(&arena);
	return makes;
}

static bool migrations_speak_of(const struct work *work, const void *context, const char *name)
{
	const struct dbw_list *migrations = context;
	bool spoken = false;

	for (size_t i = 0; i < migrations->count; i++) {
		const struct migration *migration = migrations->items[i];
		const struct dbw_list *statements = &migration->upgrade.statements;

		for (size_t j = 0; j < statements->count; j++)
			if (statement_makes(work, statements->items[j], name))
				return false;
		spoken =
		    spoken || sql_mentions(work->result->traits, migration->content.bytes, name);
	}
	return spoken || schema_speaks_of(work, work->result, name);
}

struct schema *stand_ins_for_migrations(const struct dbw_list *migrations,
                                        const struct schema *known, const struct entry *entry)
{
	struct schema *result = schema_new(known ? known->traits : NULL);
	struct schema *made, *needed;
	struct work work = {result, entry, {known, NULL}, 0};

	if (!known || !scope_is_limited(entry))
		return result;
	add_all_declared(&work, migrations_speak_of, migrations);
	made = schema_new(known->traits);
	add_references(&work, made, known);
	/* What a migration makes itself, it makes. */
	needed = schema_new(known->traits);
	for (size_t i = 0; i < result->content.tables.count; i++) {
		struct dbw_table *table = result->content.tables.items[i];

		if (migrations_speak_of(&work, migrations, table->name))
			list_append(&result->arena, &needed->content.tables, table);
	}
	result->content.tables = needed->content.tables;
	schema_changed(result);
	schema_free(needed);
	schema_free(made);
	return result;
}

/* Saying what is missing. */

/* The first table that the text reads or writes and that nobody knows; NULL if there is none. */
static char *find_missing(const struct work *work, struct arena *arena, const char *text)
{
	static const char *const before[] = {"FROM", "JOIN", "INTO", "UPDATE"};
	const struct dbw_traits *traits = work->result->traits;
	struct error ignored = {0};
	struct lexer lexer;
	struct token token;
	char *missing = NULL, *space;
	bool follows = false;

	lexer_init(&lexer, traits, NULL, text, strlen(text), 1);
	while (!missing && lexer_next(&lexer, &token, &ignored) && token.kind != TOKEN_END) {
		bool here = follows;

		follows = false;
		for (size_t i = 0; i < sizeof before / sizeof *before; i++)
			follows |= token_is(&token, before[i]);
		if (!here || follows || !token_is_name(&token, traits))
			continue;
		missing = token_name(arena, &token, traits);
		space = NULL;
		if (lexer_next(&lexer, &token, &ignored) && token_is_symbol(&token, ".") &&
		    lexer_next(&lexer, &token, &ignored) && token_is_name(&token, traits)) {
			space = missing;
			missing = token_name(arena, &token, traits);
		}
		if (!is_foreign(work, space, missing))
			missing = NULL;
	}
	error_release(&ignored);
	return missing;
}

static bool explain(const struct work *work, const struct schema *schema, struct error *error)
{
	struct arena arena = {0};
	const char *missing = NULL;

	for (size_t i = 0; i < schema->content.objects.count && !missing; i++) {
		const struct dbw_object *object = schema->content.objects.items[i];

		missing = find_missing(work, &arena, object->text);
		if (missing)
			error_context(error, "%s '%s' needs '%s', of which nothing is known here",
			              object_kind_name(object->kind), object->name, missing);
	}
	for (size_t i = 0; i < schema->content.tables.count && !missing; i++) {
		const struct dbw_table *table = schema->content.tables.items[i];

		for (size_t j = 0; j < table->constraints.count && !missing; j++) {
			const struct dbw_constraint *constraint = table->constraints.items[j];

			if (constraint->kind != DBW_FOREIGN_KEY ||
			    !is_foreign(work, constraint->ref_namespace, constraint->ref_table))
				continue;
			missing = constraint->ref_table;
			error_context(error,
			              "table '%s' refers to '%s', of which nothing more is "
			              "known here",
			              table->name, missing);
		}
	}
	if (missing)
		error_hint(error,
		           "'%s' is not this entry's own (model_tables, exclude_tables). Declare "
		           "it in the models all the same: it is not compared or migrated, but "
		           "what refers to it can be made in a scratch database.",
		           missing);
	arena_release(&arena);
	return missing != NULL;
}

bool stand_ins_explain(const struct schema *schema, const struct schema *also,
                       const struct entry *entry, struct error *error)
{
	/* Only what is declared counts as known, not what is made of references. */
	struct schema *known = schema_new(schema->traits);
	struct work work = {known, entry, {NULL, NULL}, 0};
	bool explained = false;

	for (size_t i = 0; i < 2; i++) {
		const struct schema *one = i ? also : schema;

		for (size_t j = 0; one && j < one->outside_tables.count; j++)
			list_append(&known->arena, &known->content.tables,
			            one->outside_tables.items[j]);
		for (size_t j = 0; one && j < one->outside_views.count; j++)
			list_append(&known->arena, &known->content.objects,
			            one->outside_views.items[j]);
	}
	schema_changed(known);
	if (scope_is_limited(entry))
		explained = explain(&work, schema, error) || (also && explain(&work, also, error));
	schema_free(known);
	return explained;
}
