#include "engine/part.h"

#include <string.h>

#include "sql/lexer.h"

static void add_name(struct part *part, const char *name)
{
	struct dbw_table *entry;

	if (!name || schema_find_table(part->names, NULL, name))
		return;
	entry = schema_add(part->names, &part->names->content.tables, DBW_TABLE);
	entry->name = name;
}

static void choose(struct part *part, struct dbw_table *table)
{
	if (schema_find_table(part->set, table->namespace_name, table->name))
		return;
	list_append(&part->arena, &part->tables, table);
	list_append(&part->set->arena, &part->set->content.tables, table);
}

static void choose_table(struct part *part, const char *namespace_name, const char *name)
{
	struct dbw_table *table =
	    name ? schema_find_table(part->whole, namespace_name, name) : NULL;

	if (table)
		choose(part, table);
}

static void choose_parent(struct part *part, const char *name)
{
	struct dbw_table *table = name ? schema_find_parent(part->whole, name) : NULL;

	if (table)
		choose(part, table);
}

static bool object_chosen(const struct part *part, const struct dbw_object *object)
{
	for (size_t i = 0; i < part->objects.count; i++)
		if (part->objects.items[i] == object)
			return true;
	return false;
}

/* The n-th table of that name, whatever namespace it is in; NULL if there is none there. */
static struct dbw_table *find_in(const struct schema *schema, const struct schema *whole, size_t n,
                                 const char *name)
{
	const struct dbw_list *namespaces = &whole->content.namespaces;

	return schema_find_table(
	    schema, n ? ((struct dbw_namespace *)namespaces->items[n - 1])->name : NULL, name);
}

/* Chooses each table whose name stands in the text, or asks whether one of the chosen does. */
static bool scan_names(struct part *part, const struct dbw_object *object, bool take)
{
	size_t places = part->whole->content.namespaces.count + 1;
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
		for (size_t i = 0; i < places; i++) {
			struct dbw_table *table =
			    find_in(take ? part->whole : part->set, part->whole, i, name);

			found |= table != NULL;
			if (table && take)
				choose(part, table);
		}
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

/* The same object on this side. */
static void choose_counterpart(struct part *part, const struct dbw_object *there)
{
	struct dbw_object *object =
	    there ? schema_find_object(part->whole, there->kind, there->namespace_name, there->name,
	                               there->table, there->signature)
		  : NULL;

	if (object)
		choose_object(part, object);
}

/* Types, functions and what extensions bring: anything may lean on them. */
static bool is_foundation(const struct dbw_object *object)
{
	switch (object->kind) {
	case DBW_VIEW:
	case DBW_MATERIALIZED_VIEW:
	case DBW_TRIGGER:
	case DBW_POLICY:
	case DBW_RULE:
	case DBW_EVENT:
	case DBW_VIRTUAL_TABLE:
	case DBW_GRANT:
	case DBW_STATISTICS:
		return false;
	default:
		return true;
	}
}

/* A type or routine that changes may be in anything. */
static bool touches_all(const struct dbw_operation *operation)
{
	if (!operation->before)
		return false;
	return operation->element == DBW_ENUM ||
	       (operation->element == DBW_OBJECT && is_foundation(operation->before));
}

static void choose_operation(struct part *part, const struct dbw_operation *operation)
{
	const struct dbw_table *tables[4] = {operation->table_before, operation->table_after};

	if (touches_all(operation)) {
		const struct dbw_schema *whole = &part->whole->content;

		for (size_t i = 0; i < whole->tables.count; i++)
			choose(part, whole->tables.items[i]);
		for (size_t i = 0; i < whole->objects.count; i++)
			choose_object(part, whole->objects.items[i]);
	}
	if (operation->element == DBW_TABLE) {
		tables[2] = operation->before;
		tables[3] = operation->after;
	}
	for (size_t i = 0; i < 4; i++)
		if (tables[i])
			choose_table(part, tables[i]->namespace_name, tables[i]->name);
	if (operation->element == DBW_OBJECT) {
		choose_counterpart(part, operation->before);
		choose_counterpart(part, operation->after);
	}
	if (operation->element == DBW_SEQUENCE) {
		const struct dbw_sequence *sides[2] = {operation->before, operation->after};

		for (size_t i = 0; i < 2; i++)
			if (sides[i])
				choose_table(part, sides[i]->namespace_name,
				             sides[i]->owned_by_table);
	}
}

static bool refers_to_chosen(const struct part *part, const struct dbw_table *table)
{
	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->kind == DBW_FOREIGN_KEY &&
		    schema_find_table(part->set, constraint->ref_namespace, constraint->ref_table))
			return true;
	}
	return false;
}

/* Names of constraints, and of indexes unless each table has its own, are the whole namespace's: two tables
 * can meet in one. */
static const char *shared_name(const struct part *part, const struct dbw_table *table, size_t i)
{
	bool own = part->whole->traits->flags & DBW_TRAIT_INDEX_NAMES_PER_TABLE;
	const struct dbw_constraint *constraint;

	if (i < table->indexes.count)
		return own ? NULL : ((struct dbw_index *)table->indexes.items[i])->name;
	constraint = table->constraints.items[i - table->indexes.count];
	return own && (constraint->kind == DBW_PRIMARY_KEY || constraint->kind == DBW_UNIQUE)
	           ? NULL
	           : constraint->name;
}

static bool shares_name(const struct part *part, const struct dbw_table *table)
{
	for (size_t i = 0; i < table->indexes.count + table->constraints.count; i++) {
		const char *name = shared_name(part, table, i);

		if (name && schema_find_table(part->names, NULL, name))
			return true;
	}
	return false;
}

/* The names that a server makes of long ones are cut: tables that begin alike can meet in one. NULL for a
 * short name. */
static const char *beginning(struct part *part, const struct dbw_table *table)
{
	size_t length = part->whole->traits->identifier_length / 3;

	return length && strlen(table->name) > length
	           ? arena_copy(&part->arena, table->name, length)
	           : NULL;
}

static bool begins_alike(struct part *part, const struct dbw_table *table)
{
	const char *name = beginning(part, table);

	return name && schema_find_table(part->names, NULL, name);
}

static void choose_neighbours(struct part *part)
{
	const struct dbw_list *tables = &part->whole->content.tables;
	size_t chosen = part->tables.count;

	for (size_t i = 0; i < chosen; i++) {
		const struct dbw_table *table = part->tables.items[i];

		add_name(part, beginning(part, table));
		for (size_t j = 0; j < table->indexes.count + table->constraints.count; j++)
			add_name(part, shared_name(part, table, j));
	}
	for (size_t i = 0; i < tables->count; i++) {
		struct dbw_table *table = tables->items[i];

		if (refers_to_chosen(part, table) || shares_name(part, table) ||
		    begins_alike(part, table))
			choose(part, table);
	}
}

/* Views, triggers and the like that mention a chosen table, and what these mention in turn. */
static void choose_dependents(struct part *part)
{
	const struct dbw_list *objects = &part->whole->content.objects;
	size_t chosen;

	do {
		chosen = part->objects.count;
		for (size_t i = 0; i < objects->count; i++) {
			struct dbw_object *object = objects->items[i];

			if (!object_chosen(part, object) && scan_names(part, object, false))
				choose_object(part, object);
		}
	} while (part->objects.count > chosen);
}

static bool has_chosen_parent(const struct part *part, const struct dbw_table *table)
{
	if (table->partition_of && schema_find_parent(part->set, table->partition_of))
		return true;
	for (size_t i = 0; i < table->inherits.count; i++)
		if (schema_find_parent(part->set, table->inherits.items[i]))
			return true;
	return false;
}

/* What a chosen table cannot be made without, and what is changed with it. */
static void choose_relatives(struct part *part)
{
	const struct dbw_list *all = &part->whole->content.tables;
	size_t chosen;

	do {
		chosen = part->tables.count;
		for (size_t i = 0; i < part->tables.count; i++) {
			const struct dbw_table *table = part->tables.items[i];

			choose_parent(part, table->partition_of);
			for (size_t j = 0; j < table->inherits.count; j++)
				choose_parent(part, table->inherits.items[j]);
			for (size_t j = 0; j < table->constraints.count; j++) {
				const struct dbw_constraint *constraint =
				    table->constraints.items[j];

				choose_table(part, constraint->ref_namespace,
				             constraint->ref_table);
			}
		}
		for (size_t i = 0; i < all->count; i++)
			if (has_chosen_parent(part, all->items[i]))
				choose(part, all->items[i]);
	} while (part->tables.count > chosen);
}

void part_begin(struct part *part, const struct schema *whole, const struct diff *diff)
{
	*part = (struct part){
	    .whole = whole,
	    .set = schema_new(whole->traits),
	    .names = schema_new(whole->traits),
	};
	for (size_t i = 0; i < diff->operations.count; i++)
		choose_operation(part, diff->operations.items[i]);
	choose_neighbours(part);
	for (size_t i = 0; i < whole->content.objects.count; i++)
		if (is_foundation(whole->content.objects.items[i]))
			choose_object(part, whole->content.objects.items[i]);
	choose_dependents(part);
	choose_relatives(part);
}

void part_join(struct part *part, const struct part *other)
{
	for (size_t i = 0; i < other->tables.count; i++) {
		const struct dbw_table *table = other->tables.items[i];

		choose_table(part, table->namespace_name, table->name);
	}
	for (size_t i = 0; i < other->objects.count; i++)
		choose_counterpart(part, other->objects.items[i]);
}

struct schema *part_schema(const struct part *part)
{
	struct schema *schema = schema_new(part->whole->traits);
	const struct dbw_schema *whole = &part->whole->content;

	schema->content.namespaces = whole->namespaces;
	schema->content.enums = whole->enums;
	schema->content.tables = part->tables;
	schema->content.objects = part->objects;
	schema->outside_tables = part->whole->outside_tables;
	schema->outside_views = part->whole->outside_views;
	/* One that belongs to a table goes with it. */
	for (size_t i = 0; i < whole->sequences.count; i++) {
		struct dbw_sequence *sequence = whole->sequences.items[i];

		if (!sequence->owned_by_table ||
		    schema_find_table(part->set, sequence->namespace_name,
		                      sequence->owned_by_table))
			list_append(&schema->arena, &schema->content.sequences, sequence);
	}
	schema_changed(schema);
	return schema;
}

void part_release(struct part *part)
{
	schema_free(part->set);
	schema_free(part->names);
	arena_release(&part->arena);
}
