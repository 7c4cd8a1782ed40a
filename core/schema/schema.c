#include "schema/schema.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "schema/fields.h"
#include "sql/text.h"

/* Tables and objects by name: open addressing, grown at half full. Elements that were appended since
 * the last look-up are entered by the next one, so that a parser may look up after each that it adds.
 */
struct slots {
	void **items; /* NULL: free */
	size_t size;  /* a power of two, or 0 */
	size_t used;
	size_t seen; /* how many of the list have been entered */
};

struct schema_index {
	struct slots tables;
	struct slots objects;
};

struct schema *schema_of(struct dbw_schema *content)
{
	return (struct schema *)content;
}

struct schema *schema_new(const struct dbw_traits *traits)
{
	struct schema *schema = memory_alloc(sizeof *schema);

	*schema = (struct schema){.traits = traits};
	return schema;
}

void schema_changed(struct schema *schema)
{
	if (!schema->index)
		return;
	free(schema->index->tables.items);
	free(schema->index->objects.items);
	free(schema->index);
	schema->index = NULL;
}

void schema_free(struct schema *schema)
{
	if (!schema)
		return;
	schema_changed(schema);
	arena_release(&schema->arena);
	free(schema);
}

void *schema_add(struct schema *schema, struct dbw_list *list, enum dbw_element_kind kind)
{
	void *element = arena_alloc(&schema->arena, element_size(kind));

	list_append(&schema->arena, list, element);
	return element;
}

/* Copying. */

static void copy_fields(struct schema *into, const struct field *fields, const void *from,
                        void *to);

static void copy_list(struct schema *into, const struct field *field, const struct dbw_list *from,
                      struct dbw_list *to)
{
	for (size_t i = 0; i < from->count; i++) {
		void *item = field->type == FIELD_ELEMENTS
		                 ? schema_copy_element(into, from->items[i], field->kind)
		                 : arena_string(&into->arena, from->items[i]);

		list_append(&into->arena, to, item);
	}
}

static void copy_field(struct schema *into, const struct field *field, const void *from, void *to)
{
	const void *source = field_at(from, field);
	void *target = field_at(to, field);

	switch (field->type) {
	case FIELD_NAME:
	case FIELD_SQL:
	case FIELD_TEXT:
	case FIELD_HINT:
		*(const char **)target = arena_string(&into->arena, *(const char *const *)source);
		break;
	case FIELD_FLAG:
		*(bool *)target = *(const bool *)source;
		break;
	case FIELD_NUMBER:
		*(uint64_t *)target = *(const uint64_t *)source;
		break;
	case FIELD_WORD:
		memcpy(target, source, sizeof(int));
		break;
	case FIELD_ELEMENTS:
	case FIELD_NAMES:
	case FIELD_TEXTS:
		copy_list(into, field, source, target);
		break;
	case FIELD_SOURCE:
		*(struct dbw_source *)target = *(const struct dbw_source *)source;
		((struct dbw_source *)target)->file =
		    arena_string(&into->arena, ((const struct dbw_source *)source)->file);
		break;
	}
}

static void copy_fields(struct schema *into, const struct field *fields, const void *from, void *to)
{
	for (; fields->name; fields++)
		copy_field(into, fields, from, to);
}

void *schema_copy_element(struct schema *into, const void *element, enum dbw_element_kind kind)
{
	void *copy = arena_alloc(&into->arena, element_size(kind));

	copy_fields(into, element_fields(kind), element, copy);
	return copy;
}

struct schema *schema_copy(const struct schema *schema)
{
	struct schema *copy = schema_new(schema->traits);

	copy_fields(copy, schema_fields, &schema->content, &copy->content);
	for (size_t i = 0; i < schema->outside_tables.count; i++)
		list_append(&copy->arena, &copy->outside_tables,
		            schema_copy_element(copy, schema->outside_tables.items[i], DBW_TABLE));
	for (size_t i = 0; i < schema->outside_views.count; i++)
		list_append(&copy->arena, &copy->outside_views,
		            schema_copy_element(copy, schema->outside_views.items[i], DBW_OBJECT));
	return copy;
}

/* Finding. */

static uint64_t hash_name(const struct dbw_traits *traits, uint64_t hash, const char *name)
{
	bool fold = traits->flags & DBW_TRAIT_NAMES_CASE_INSENSITIVE;

	for (; *name; name++) {
		unsigned char c = (unsigned char)*name;

		if (fold && c >= 'A' && c <= 'Z')
			c = (unsigned char)(c + ('a' - 'A'));
		hash = (hash ^ c) * UINT64_C(1099511628211); /* FNV-1a */
	}
	return hash;
}

static const uint64_t hash_start = UINT64_C(14695981039346656037);

static bool same_namespace(const struct schema *schema, const char *a, const char *b)
{
	if (!a)
		a = schema->traits->default_namespace;
	if (!b)
		b = schema->traits->default_namespace;
	return a == b || (a && b && sql_names_equal(schema->traits, a, b));
}

static bool same_optional(const struct schema *schema, const char *a, const char *b)
{
	return a == b || (a && b && sql_names_equal(schema->traits, a, b));
}

/* The name alone is hashed; namespaces and the rest are compared. */
static void slots_enter(struct slots *slots, uint64_t hash, void *item)
{
	size_t i = hash & (slots->size - 1);

	while (slots->items[i])
		i = (i + 1) & (slots->size - 1);
	slots->items[i] = item;
	slots->used++;
}

typedef const char *name_function(const void *item);

static const char *table_name(const void *item)
{
	return ((const struct dbw_table *)item)->name;
}

static const char *object_name(const void *item)
{
	return ((const struct dbw_object *)item)->name;
}

static void slots_grow(const struct schema *schema, struct slots *slots, size_t wanted,
                       name_function *name)
{
	struct slots bigger = {.size = slots->size ? slots->size : 64, .seen = slots->seen};

	while (bigger.size < wanted * 2)
		bigger.size *= 2;
	if (bigger.size == slots->size)
		return;
	bigger.items = memory_resize(NULL, bigger.size, sizeof *bigger.items);
	memset(bigger.items, 0, bigger.size * sizeof *bigger.items);
	for (size_t i = 0; i < slots->size; i++)
		if (slots->items[i])
			slots_enter(&bigger,
			            hash_name(schema->traits, hash_start, name(slots->items[i])),
			            slots->items[i]);
	free(slots->items);
	*slots = bigger;
}

static void slots_update(const struct schema *schema, struct slots *slots,
                         const struct dbw_list *list, name_function *name)
{
	slots_grow(schema, slots, list->count + 1, name);
	while (slots->seen < list->count && name(list->items[slots->seen])) {
		void *item = list->items[slots->seen++];

		slots_enter(slots, hash_name(schema->traits, hash_start, name(item)), item);
	}
}

/* A cache, so that looking up does not count as a change. */
static struct schema_index *up_to_date_index(const struct schema *schema)
{
	struct schema *cached = (struct schema *)(uintptr_t)schema;

	if (cached->index && (cached->index->tables.seen > schema->content.tables.count ||
	                      cached->index->objects.seen > schema->content.objects.count))
		schema_changed(cached);
	if (!cached->index) {
		cached->index = memory_alloc(sizeof *cached->index);
		*cached->index = (struct schema_index){0};
	}
	slots_update(schema, &cached->index->tables, &schema->content.tables, table_name);
	slots_update(schema, &cached->index->objects, &schema->content.objects, object_name);
	return cached->index;
}

struct dbw_table *schema_find_table(const struct schema *schema, const char *namespace_name,
                                    const char *name)
{
	const struct slots *slots = &up_to_date_index(schema)->tables;
	size_t i = hash_name(schema->traits, hash_start, name) & (slots->size - 1);

	for (; slots->items[i]; i = (i + 1) & (slots->size - 1)) {
		struct dbw_table *table = slots->items[i];

		if (sql_names_equal(schema->traits, table->name, name) &&
		    same_namespace(schema, table->namespace_name, namespace_name))
			return table;
	}
	return NULL;
}

/* Splits namespace.name at its first dot; the namespace is the caller's to free, or NULL. */
static char *split_namespace(const char **name)
{
	const char *dot = strchr(*name, '.');
	char *namespace_name;

	if (!dot)
		return NULL;
	namespace_name = memory_resize(NULL, (size_t)(dot - *name) + 1, 1);
	memcpy(namespace_name, *name, (size_t)(dot - *name));
	namespace_name[dot - *name] = '\0';
	*name = dot + 1;
	return namespace_name;
}

struct dbw_table *schema_find_parent(const struct schema *schema, const char *name)
{
	struct dbw_table *table = schema_find_table(schema, NULL, name);
	char *namespace_name = table ? NULL : split_namespace(&name);

	if (namespace_name)
		table = schema_find_table(schema, namespace_name, name);
	free(namespace_name);
	return table;
}

struct dbw_object *schema_find_view(const struct schema *schema, const char *name)
{
	char *namespace_name = split_namespace(&name);
	struct dbw_object *view =
	    schema_find_object(schema, DBW_VIEW, namespace_name, name, NULL, NULL);

	if (!view)
		view = schema_find_object(schema, DBW_MATERIALIZED_VIEW, namespace_name, name, NULL,
		                          NULL);
	free(namespace_name);
	return view;
}

struct dbw_object *schema_find_object(const struct schema *schema, enum dbw_object_kind kind,
                                      const char *namespace_name, const char *name,
                                      const char *table, const char *signature)
{
	const struct slots *slots = &up_to_date_index(schema)->objects;
	size_t i = hash_name(schema->traits, hash_start, name) & (slots->size - 1);

	for (; slots->items[i]; i = (i + 1) & (slots->size - 1)) {
		struct dbw_object *object = slots->items[i];

		if (object->kind == kind && sql_names_equal(schema->traits, object->name, name) &&
		    same_namespace(schema, object->namespace_name, namespace_name) &&
		    same_optional(schema, object->table, table) &&
		    sql_same(schema->traits, object->signature, signature))
			return object;
	}
	return NULL;
}

struct dbw_enum *schema_find_enum(const struct schema *schema, const char *namespace_name,
                                  const char *name)
{
	for (size_t i = 0; i < schema->content.enums.count; i++) {
		struct dbw_enum *found = schema->content.enums.items[i];

		if (sql_names_equal(schema->traits, found->name, name) &&
		    same_namespace(schema, found->namespace_name, namespace_name))
			return found;
	}
	return NULL;
}

struct dbw_sequence *schema_find_sequence(const struct schema *schema, const char *namespace_name,
                                          const char *name)
{
	for (size_t i = 0; i < schema->content.sequences.count; i++) {
		struct dbw_sequence *found = schema->content.sequences.items[i];

		if (sql_names_equal(schema->traits, found->name, name) &&
		    same_namespace(schema, found->namespace_name, namespace_name))
			return found;
	}
	return NULL;
}

struct dbw_column *table_find_column(const struct dbw_traits *traits, const struct dbw_table *table,
                                     const char *name)
{
	for (size_t i = 0; i < table->columns.count; i++) {
		struct dbw_column *column = table->columns.items[i];

		if (column->name && sql_names_equal(traits, column->name, name))
			return column;
	}
	return NULL;
}

struct dbw_index *table_find_index(const struct dbw_traits *traits, const struct dbw_table *table,
                                   const char *name)
{
	for (size_t i = 0; i < table->indexes.count; i++) {
		struct dbw_index *index = table->indexes.items[i];

		if (index->name && sql_names_equal(traits, index->name, name))
			return index;
	}
	return NULL;
}

struct dbw_constraint *table_primary_key(const struct dbw_table *table)
{
	for (size_t i = 0; i < table->constraints.count; i++) {
		struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->kind == DBW_PRIMARY_KEY)
			return constraint;
	}
	return NULL;
}

/* Words. */

const char *object_kind_name(enum dbw_object_kind kind)
{
	static const char *const names[] = {
	    [DBW_VIEW] = "view",
	    [DBW_MATERIALIZED_VIEW] = "materialized view",
	    [DBW_TRIGGER] = "trigger",
	    [DBW_FUNCTION] = "function",
	    [DBW_PROCEDURE] = "procedure",
	    [DBW_AGGREGATE] = "aggregate",
	    [DBW_EVENT] = "event",
	    [DBW_POLICY] = "policy",
	    [DBW_RULE] = "rule",
	    [DBW_DOMAIN] = "domain",
	    [DBW_COMPOSITE_TYPE] = "composite type",
	    [DBW_RANGE_TYPE] = "range type",
	    [DBW_EXTENSION] = "extension",
	    [DBW_VIRTUAL_TABLE] = "virtual table",
	    [DBW_GRANT] = "grant",
	    [DBW_OTHER] = "object",
	    [DBW_STATISTICS] = "statistics",
	    [DBW_COLLATION] = "collation",
	    [DBW_EVENT_TRIGGER] = "event trigger",
	};

	return kind >= DBW_VIEW && kind <= DBW_EVENT_TRIGGER ? names[kind] : "object";
}

const char *schema_display_name(struct arena *arena, const char *namespace_name, const char *name)
{
	return namespace_name ? arena_printf(arena, "%s.%s", namespace_name, name) : name;
}

void schema_copy_hints(const struct schema *from, struct schema *to)
{
	for (size_t i = 0; i < from->content.tables.count; i++) {
		const struct dbw_table *said = from->content.tables.items[i];
		struct dbw_table *table = schema_find_table(to, said->namespace_name, said->name);

		if (table && said->renamed_from)
			table->renamed_from = arena_string(&to->arena, said->renamed_from);
		for (size_t j = 0; table && j < said->columns.count; j++) {
			const struct dbw_column *hint = said->columns.items[j];
			struct dbw_column *column =
			    table_find_column(to->traits, table, hint->name);

			if (column && hint->renamed_from)
				column->renamed_from = arena_string(&to->arena, hint->renamed_from);
		}
	}
}
