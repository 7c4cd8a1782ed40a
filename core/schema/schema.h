/*
 * A schema in memory: the public structure (dbwarden/plugin.h) with the arena that it lives in, and
 * quick ways to find things in it.
 */
#ifndef SCHEMA_SCHEMA_H
#define SCHEMA_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "dbwarden/plugin.h"

struct schema_index;

struct schema {
	struct dbw_schema content; /* first, so that plugins' pointers to it lead back here */
	struct arena arena;
	const struct dbw_traits *traits;
	struct schema_index *index; /* tables and objects by name; made when first needed */
	/* What is somebody else's (engine/scope.h), kept aside: struct dbw_table, and views among the objects.
	 * No part of the schema, but what refers to it may need it to be made. */
	struct dbw_list outside_tables;
	struct dbw_list outside_views;
	struct dbw_list waiting; /* the parser's: what waits for parser_finish() */
};

/* The schema that a plugin's pointer belongs to. */
struct schema *schema_of(struct dbw_schema *content);

struct schema *schema_new(const struct dbw_traits *traits);
void schema_free(struct schema *schema); /* NULL is allowed */

/* Zeroed element of the kind, appended to the list. */
void *schema_add(struct schema *schema, struct dbw_list *list, enum dbw_element_kind kind);

/* Deep copies; the copy shares nothing with the original. */
struct schema *schema_copy(const struct schema *schema);
/* Copies one element and all below it into memory of 'into', without appending it anywhere. */
void *schema_copy_element(struct schema *into, const void *element, enum dbw_element_kind kind);

/* Finding by name, by the dialect's rule for names; a NULL namespace is the default one. NULL: none.
 * Table and object look-ups take constant time. */
struct dbw_table *schema_find_table(const struct schema *schema, const char *namespace_name,
                                    const char *name);
/* The hints of the models, to the same tables and columns as the server says them. */
void schema_copy_hints(const struct schema *from, struct schema *to);
/* A table by its name in dbw_table.inherits or partition_of: with its namespace and a dot before it, unless
 * that is the default one. */
struct dbw_table *schema_find_parent(const struct schema *schema, const char *name);
/* A view, materialised or not, by such a name. */
struct dbw_object *schema_find_view(const struct schema *schema, const char *name);
struct dbw_object *schema_find_object(const struct schema *schema, enum dbw_object_kind kind,
                                      const char *namespace_name, const char *name,
                                      const char *table, const char *signature);
struct dbw_enum *schema_find_enum(const struct schema *schema, const char *namespace_name,
                                  const char *name);
struct dbw_sequence *schema_find_sequence(const struct schema *schema, const char *namespace_name,
                                          const char *name);
struct dbw_column *table_find_column(const struct dbw_traits *traits, const struct dbw_table *table,
                                     const char *name);
struct dbw_index *table_find_index(const struct dbw_traits *traits, const struct dbw_table *table,
                                   const char *name);
struct dbw_constraint *table_primary_key(const struct dbw_table *table); /* or NULL */
/* Takes a table or object out; also the way to tell the schema that names have changed. */
void schema_changed(struct schema *schema);

/* "table", "materialized view", ... for messages. */
const char *object_kind_name(enum dbw_object_kind kind);
/* [namespace.]name, for messages; from the schema's arena or static. */
const char *schema_display_name(struct arena *arena, const char *namespace_name, const char *name);

#endif
