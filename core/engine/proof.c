#include "engine/proof.h"

#include <stdint.h>
#include <string.h>

#include "engine/replay.h"
#include "schema/compare.h"
#include "sql/lexer.h"

/* A choice among the tables and objects of one schema. */
struct part {
	struct arena arena;
	const struct schema *whole;
	struct dbw_list tables;  /* struct dbw_table, in the order in which they were chosen */
	struct dbw_list objects; /* struct dbw_object */
	struct dbw_list touched; /* names of tables that operations touch: char * */
	struct schema *set;      /* the chosen tables again, to look them up by name */
};

static void choose_table(struct part *part, const char *namespace_name, const char *name)
{
	struct dbw_table *table =
	    name ? schema_find_table(part->whole, namespace_name, name) : NULL;

	if (!table || schema_find_table(part->set, namespace_name, name))
		return;
	list_append(&part->arena, &part->tables, table);
	list_append(&part->set->arena, &part->set->content.tables, table);
	schema_changed(part->set);
}

static bool object_chosen(const struct part *part, const struct dbw_object *object)
{
	for (size_t i = 0; i < part->objects.count; i++)
		if (part->objects.items[i] == object)
			return true;
	return false;
}

/* Calls choose_table, or asks whether a chosen table is mentioned, for each name in the text. */
static bool scan_names(struct part *part, const struct dbw_object *object, bool choose)
{
	struct error ignored = {0};
	struct lexer lexer;
	struct token token;
	bool found = false;

	lexer_init(&lexer, part->whole->traits, NULL, object->text, strlen(object->text), 1);
	while (lexer_next(&lexer, &token, &ignored) && token.kind != TOKEN_END) {
		char *name;

		if (!token_is_name(&token, part->whole->traits))
			continue;
		name = token_name(&part->arena, &token, part->whole->traits);
		if (choose)
			choose_table(part, object->namespace_name, name);
		else if (schema_find_table(part->set, object->namespace_name, name))
			found = true;
	}
	error_release(&ignored);
	return found;
}

static void choose_object(struct part *part, struct dbw_object *object)
{
	if (object_chosen(part, object))
		return;
	list_append(&part->arena, &part->objects, object);
	choose_table(part, object->namespace_name, object->table);
	scan_names(part, object, true);
}

static void choose_operation(struct part *part, const struct dbw_operation *operation)
{
	const struct dbw_table *tables[4] = {operation->table_before, operation->table_after};

	if (operation->element == DBW_TABLE) {
		tables[2] = operation->before;
		tables[3] = operation->after;
	}
	for (size_t i = 0; i < 4; i++)
		if (tables[i])
			choose_table(part, tables[i]->namespace_name, tables[i]->name);
	if (operation->element == DBW_OBJECT) {
		const struct dbw_object *sides[2] = {operation->before, operation->after};

		for (size_t i = 0; i < 2; i++) {
			struct dbw_object *object =
			    sides[i] ? schema_find_object(part->whole, sides[i]->kind,
			                                  sides[i]->namespace_name, sides[i]->name,
			                                  sides[i]->table, sides[i]->signature)
				     : NULL;

			if (object)
				choose_object(part, object);
		}
	}
}

/* Tables that refer to a chosen one, once; then objects that mention a chosen one; then all that the
 * chosen ones refer to, to the end. */
static void complete(struct part *part)
{
	const struct dbw_schema *whole = &part->whole->content;
	size_t chosen_objects;

	for (size_t i = 0; i < whole->tables.count; i++) {
		const struct dbw_table *table = whole->tables.items[i];

		for (size_t j = 0; j < table->constraints.count; j++) {
			const struct dbw_constraint *constraint = table->constraints.items[j];

			if (constraint->kind == DBW_FOREIGN_KEY &&
			    schema_find_table(part->set, constraint->ref_namespace,
			                      constraint->ref_table))
				choose_table(part, table->namespace_name, table->name);
		}
	}
	do {
		chosen_objects = part->objects.count;
		for (size_t i = 0; i < whole->objects.count; i++) {
			struct dbw_object *object = whole->objects.items[i];

			if (!object_chosen(part, object) && scan_names(part, object, false))
				choose_object(part, object);
		}
	} while (part->objects.count > chosen_objects);
	for (size_t i = 0; i < part->tables.count; i++) {
		const struct dbw_table *table = part->tables.items[i];

		for (size_t j = 0; j < table->constraints.count; j++) {
			const struct dbw_constraint *constraint = table->constraints.items[j];

			choose_table(part, constraint->ref_namespace, constraint->ref_table);
		}
	}
}

static void part_begin(struct part *part, const struct schema *whole, const struct diff *diff)
{
	*part = (struct part){.whole = whole, .set = schema_new(whole->traits)};
	for (size_t i = 0; i < diff->operations.count; i++)
		choose_operation(part, diff->operations.items[i]);
	complete(part);
}

static void part_release(struct part *part)
{
	schema_free(part->set);
	arena_release(&part->arena);
}

/* Both sides get what either chose, so that what is compared is the same on both. */
static void part_join(struct part *part, const struct part *other)
{
	for (size_t i = 0; i < other->tables.count; i++) {
		const struct dbw_table *table = other->tables.items[i];

		choose_table(part, table->namespace_name, table->name);
	}
	for (size_t i = 0; i < other->objects.count; i++) {
		const struct dbw_object *there = other->objects.items[i];
		struct dbw_object *object =
		    schema_find_object(part->whole, there->kind, there->namespace_name, there->name,
		                       there->table, there->signature);

		if (object)
			choose_object(part, object);
	}
}

/* The part as a schema; its elements stay where they are. */
static struct schema *part_schema(const struct part *part)
{
	struct schema *schema = schema_new(part->whole->traits);
	const struct dbw_schema *whole = &part->whole->content;

	schema->content.namespaces = whole->namespaces;
	schema->content.enums = whole->enums;
	schema->content.sequences = whole->sequences;
	schema->content.tables = part->tables;
	schema->content.objects = part->objects;
	schema_changed(schema);
	return schema;
}

static bool differs(const struct schema *found, const struct schema *expected, const char *message,
                    struct error *error)
{
	struct dbw_buffer lines = {0};
	bool different = schema_differences(found, expected, &lines) != 0;

	if (different) {
		error_set(error, ERROR_FAILED, "%s", message);
		error->detail = memory_string(buffer_text(&lines));
	}
	buffer_release(&lines);
	return different;
}

static bool compare(struct session *scratch, const struct schema *expected, const char *message,
                    struct error *error)
{
	struct schema *found = schema_new(expected->traits);
	bool equal =
	    session_introspect(scratch, found, error) && !differs(found, expected, message, error);

	schema_free(found);
	return equal;
}

/* What both sides are compared with: the schemas themselves, or, where the server has words of its own,
 * what it says of them. */
struct expected {
	const struct schema *before;
	const struct schema *after;
};

static bool prove(struct session *scratch, const struct expected *expected,
                  const struct migration *migration, struct error *error)
{
	if (!replay_section(scratch, migration, &migration->upgrade, error))
		return error_context(error, "the upgrade fails in a scratch database");
	if (!compare(scratch, expected->after,
	             "after the upgrade the schema is not that of the models", error))
		return false;
	if (migration->irreversible)
		return true;
	if (!replay_section(scratch, migration, &migration->rollback, error))
		return error_context(error, "the rollback fails in a scratch database");
	return compare(scratch, expected->before,
	               "after the rollback the schema is not what it was before", error);
}

static bool build_and_prove(struct session *scratch, const struct schema *before,
                            const struct schema *after, const struct migration *migration,
                            const struct config *config, const struct entry *entry,
                            struct error *error)
{
	struct expected expected = {before, after};
	struct schema *own_before, *own_after;
	bool proved;

	if (!scratch_build(scratch, before, error))
		return error_context(error, "building the base in a scratch database");
	if (!(before->traits->flags & DBW_TRAIT_REWRITES_TEXT))
		return prove(scratch, &expected, migration, error);
	expected.before = own_before = schema_new(before->traits);
	expected.after = own_after = schema_new(before->traits);
	proved = session_introspect(scratch, own_before, error) &&
	         (schema_materialize(after, scratch->dialect, config, entry, own_after, error) ||
	          error_context(error, "building the models in a scratch database")) &&
	         prove(scratch, &expected, migration, error);
	schema_free(own_before);
	schema_free(own_after);
	return proved;
}

/* The parts that the operations can touch. */
static bool prove_parts(struct session *scratch, const struct schema *base, const struct diff *diff,
                        const struct migration *migration, const struct config *config,
                        const struct entry *entry, struct error *error)
{
	struct part before, after;
	struct schema *before_schema, *after_schema;
	bool proved;

	part_begin(&before, base, diff);
	part_begin(&after, diff->after, diff);
	part_join(&before, &after);
	part_join(&after, &before);
	before_schema = part_schema(&before);
	after_schema = part_schema(&after);
	proved =
	    build_and_prove(scratch, before_schema, after_schema, migration, config, entry, error);
	schema_free(before_schema);
	schema_free(after_schema);
	part_release(&before);
	part_release(&after);
	return proved;
}

enum proof_outcome proof_make(const struct schema *base, const struct diff *diff,
                              const struct migration *migration, const struct dialect *dialect,
                              const struct config *config, const struct entry *entry,
                              struct error *error)
{
	struct session scratch;
	bool proved;

	if (!dialect->plugin.scratch || !dialect->plugin.introspect) {
		dialect_lacks(dialect, dialect->plugin.scratch ? "introspect" : "scratch", error);
		return PROOF_IMPOSSIBLE;
	}
	if (!session_open_scratch(&scratch, dialect, config, entry, error))
		return PROOF_IMPOSSIBLE;
	/* Where tables lean on functions, domains and other tables' types, only the whole will do. */
	if (base->traits->flags & DBW_TRAIT_REWRITES_TEXT)
		proved =
		    build_and_prove(&scratch, base, diff->after, migration, config, entry, error);
	else
		proved = prove_parts(&scratch, base, diff, migration, config, entry, error);
	session_close(&scratch);
	return proved ? PROOF_GIVEN : PROOF_FAILED;
}
