/*
 * Elements of a schema as PostgreSQL's DDL.
 */
#ifndef POSTGRESQL_DDL_H
#define POSTGRESQL_DDL_H

#include "text.h"

/* CREATE TABLE with its columns and constraints, foreign keys included where they are among them. */
void ddl_create_table(struct text *text, const struct dbw_schema *schema,
                      const struct dbw_table *table);
/* The column of that name that a parent of the table has, or NULL. */
const struct dbw_column *ddl_inherited(const struct dbw_schema *schema,
                                       const struct dbw_table *table, const char *name);
/* A column as it stands in CREATE TABLE and ADD COLUMN. */
void ddl_column(struct text *text, const struct dbw_column *column);
/* CONSTRAINT name ... */
void ddl_constraint(struct text *text, const struct dbw_constraint *constraint);
void ddl_create_index(struct text *text, const struct dbw_table *table,
                      const struct dbw_index *index);
void ddl_create_sequence(struct text *text, const struct dbw_sequence *sequence);
void ddl_create_enum(struct text *text, const struct dbw_enum *type, const char *name);
/* "VIEW v", "FUNCTION f(integer)", "TRIGGER t ON u": as DROP and COMMENT ON want it. */
bool ddl_object_target(struct text *text, const struct dbw_object *object);
/* WITH (a = b): those options that are parameters of the storage. */
void ddl_parameters(struct text *text, const struct dbw_list *options);
bool ddl_is_parameter(const char *option);
/* The table that a name in dbw_table.inherits or partition_of means, and its name as SQL. */
const struct dbw_table *ddl_parent(const struct dbw_schema *schema, const char *name);
void ddl_parent_name(struct text *text, const struct dbw_schema *schema, const char *name);
void ddl_table_name(struct text *text, const struct dbw_table *table);

#endif
