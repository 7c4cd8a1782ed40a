#include "engine/scope.h"

#include <fnmatch.h>
#include <string.h>

bool scope_is_limited(const struct entry *entry)
{
	return entry->model_tables.count || entry->exclude_tables.count;
}

static bool same_glob(const struct dbw_traits *traits, const char *pattern, const char *name)
{
	int flags = traits->flags & DBW_TRAIT_NAMES_CASE_INSENSITIVE ? FNM_CASEFOLD : 0;

	return fnmatch(pattern, name, flags) == 0;
}

/* A pattern with a dot wants the namespace too, where there are any. */
static bool matches(const struct dbw_traits *traits, const char *namespace_name, const char *name,
                    const char *pattern)
{
	struct arena arena = {0};
	bool matching;

	if (!namespace_name)
		namespace_name = traits->default_namespace;
	if (namespace_name && strchr(pattern, '.'))
		name = arena_printf(&arena, "%s.%s", namespace_name, name);
	matching = same_glob(traits, pattern, name);
	arena_release(&arena);
	return matching;
}

static bool matches_one(const struct dbw_list *patterns, const struct dbw_traits *traits,
                        const char *namespace_name, const char *name)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (matches(traits, namespace_name, name, patterns->items[i]))
			return true;
	return false;
}

/* The namespace that a name without one is in: the entry may have said another than the dialect's. */
static const char *place(const struct entry *entry, const char *namespace_name)
{
	return namespace_name ? namespace_name : entry->schema;
}

bool scope_owns(const struct entry *entry, const struct dbw_traits *traits,
                const char *namespace_name, const char *name)
{
	namespace_name = place(entry, namespace_name);
	return (!entry->model_tables.count ||
	        matches_one(&entry->model_tables, traits, namespace_name, name)) &&
	       !matches_one(&entry->exclude_tables, traits, namespace_name, name);
}

bool scope_owns_namespace(const struct entry *entry, const struct dbw_traits *traits,
                          const char *namespace_name)
{
	namespace_name = place(entry, namespace_name);
	if (!namespace_name)
		namespace_name = traits->default_namespace;
	for (size_t i = 0; namespace_name && i < entry->exclude_tables.count; i++) {
		const char *pattern = entry->exclude_tables.items[i];
		size_t length = strlen(pattern);

		if (length > 2 && strcmp(pattern + length - 2, ".*") == 0) {
			struct arena arena = {0};
			char *name = arena_copy(&arena, pattern, length - 2);
			bool excluded =
			    !strchr(name, '.') && same_glob(traits, name, namespace_name);

			arena_release(&arena);
			if (excluded)
				return false;
		}
	}
	return true;
}

bool scope_owns_table(const struct entry *entry, const struct schema *schema,
                      const struct dbw_table *table)
{
	const struct dbw_table *parent;

	if (!scope_owns(entry, schema->traits, table->namespace_name, table->name))
		return false;
	if (!table->partition_of)
		return true;
	parent = schema_find_parent(schema, table->partition_of);
	return !parent || scope_owns_table(entry, schema, parent);
}

static bool is_like_table(const struct dbw_object *object)
{
	return object->kind == DBW_VIEW || object->kind == DBW_MATERIALIZED_VIEW ||
	       object->kind == DBW_VIRTUAL_TABLE;
}

static bool owns_object(const struct entry *entry, const struct schema *schema,
                        const struct dbw_object *object)
{
	const struct dbw_table *table;

	if (!scope_owns_namespace(entry, schema->traits, object->namespace_name))
		return false;
	if (is_like_table(object))
		return scope_owns(entry, schema->traits, object->namespace_name, object->name);
	if (!object->table)
		return true;
	table = schema_find_table(schema, object->namespace_name, object->table);
	return table ? scope_owns_table(entry, schema, table)
	             : scope_owns(entry, schema->traits, object->namespace_name, object->table);
}

static bool owns_sequence(const struct entry *entry, const struct schema *schema,
                          const struct dbw_sequence *sequence)
{
	const struct dbw_table *table;

	if (!scope_owns_namespace(entry, schema->traits, sequence->namespace_name))
		return false;
	if (!sequence->owned_by_table)
		return true;
	table = schema_find_table(schema, sequence->namespace_name, sequence->owned_by_table);
	return table ? scope_owns_table(entry, schema, table)
	             : scope_owns(entry, schema->traits, sequence->namespace_name,
	                          sequence->owned_by_table);
}

void scope_apply(struct schema *schema, const struct entry *entry)
{
	struct dbw_schema *content = &schema->content;
	struct dbw_list tables = {0}, objects = {0}, sequences = {0};
	struct dbw_list namespaces = {0}, enums = {0};

	if (!scope_is_limited(entry))
		return;
	for (size_t i = 0; i < content->namespaces.count; i++) {
		struct dbw_namespace *one = content->namespaces.items[i];

		if (scope_owns_namespace(entry, schema->traits, one->name))
			list_append(&schema->arena, &namespaces, one);
	}
	for (size_t i = 0; i < content->enums.count; i++) {
		struct dbw_enum *one = content->enums.items[i];

		if (scope_owns_namespace(entry, schema->traits, one->namespace_name))
			list_append(&schema->arena, &enums, one);
	}
	for (size_t i = 0; i < content->objects.count; i++) {
		struct dbw_object *object = content->objects.items[i];

		if (owns_object(entry, schema, object))
			list_append(&schema->arena, &objects, object);
		else if (is_like_table(object))
			list_append(&schema->arena, &schema->outside_views, object);
	}
	for (size_t i = 0; i < content->sequences.count; i++)
		if (owns_sequence(entry, schema, content->sequences.items[i]))
			list_append(&schema->arena, &sequences, content->sequences.items[i]);
	for (size_t i = 0; i < content->tables.count; i++) {
		struct dbw_table *table = content->tables.items[i];

		list_append(&schema->arena,
		            scope_owns_table(entry, schema, table) ? &tables
		                                                   : &schema->outside_tables,
		            table);
	}
	content->namespaces = namespaces;
	content->enums = enums;
	content->objects = objects;
	content->sequences = sequences;
	content->tables = tables;
	schema_changed(schema);
}

bool scope_introspect(struct session *session, const struct entry *entry, struct schema *schema,
                      struct error *error)
{
	if (!session_introspect(session, schema, error))
		return false;
	scope_apply(schema, entry);
	return true;
}

static bool matches_table(const struct entry *entry, const struct schema *schema,
                          const struct dbw_list *tables, const char *pattern)
{
	for (size_t i = 0; i < tables->count; i++) {
		const struct dbw_table *table = tables->items[i];

		if (matches(schema->traits, place(entry, table->namespace_name), table->name,
		            pattern))
			return true;
	}
	return false;
}

static bool matches_view(const struct entry *entry, const struct schema *schema,
                         const struct dbw_list *objects, const char *pattern)
{
	for (size_t i = 0; i < objects->count; i++) {
		const struct dbw_object *object = objects->items[i];

		if (is_like_table(object) &&
		    matches(schema->traits, place(entry, object->namespace_name), object->name,
		            pattern))
			return true;
	}
	return false;
}

/* What is excluded need not be in the models: it may be in the database alone. */
void scope_unmatched(const struct entry *entry, const struct schema *schema, struct arena *arena,
                     struct dbw_list *patterns)
{
	for (size_t i = 0; i < entry->model_tables.count; i++) {
		const char *pattern = entry->model_tables.items[i];

		if (!matches_table(entry, schema, &schema->content.tables, pattern) &&
		    !matches_table(entry, schema, &schema->outside_tables, pattern) &&
		    !matches_view(entry, schema, &schema->content.objects, pattern) &&
		    !matches_view(entry, schema, &schema->outside_views, pattern))
			list_append(arena, patterns, (void *)pattern);
	}
}
