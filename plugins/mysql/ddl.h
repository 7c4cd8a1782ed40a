/*
 * Elements of a schema as the DDL of MySQL and MariaDB, and small things that the schema side shares.
 */
#ifndef MYSQL_DDL_H
#define MYSQL_DDL_H

#include <stdbool.h>
#include <stddef.h>

#include "dbwarden/plugin.h"

/* SQL being written. */
struct ddl {
	const struct dbw_host *host;
	struct dbw_buffer *buffer;
};
struct ddl ddl_begin(const struct dbw_host *host);
void ddl_end(struct ddl *ddl);
const char *ddl_text(const struct ddl *ddl);
void ddl_put(struct ddl *ddl, const char *string);
void ddl_printf(struct ddl *ddl, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ddl_name(struct ddl *ddl, const char *name);
void ddl_literal(struct ddl *ddl, const char *text);

void ddl_column(struct ddl *ddl, const struct dbw_column *column);
void ddl_constraint(struct ddl *ddl, const struct dbw_constraint *constraint);
/* KEY name (...), as it stands in CREATE TABLE and behind ADD. */
void ddl_index(struct ddl *ddl, const struct dbw_index *index);
void ddl_table_option(struct ddl *ddl, const struct dbw_option *option);
void ddl_options(struct ddl *ddl, const struct dbw_table *table);
void ddl_create_table(struct ddl *ddl, const struct dbw_table *table);
/* The index that an AUTO_INCREMENT column must have from the start where it does not begin the primary key,
 * or NULL. */
const struct dbw_index *ddl_counter_index(const struct dbw_table *table);

/* The names of columns and indexes have no case. */
bool ddl_same(const char *a, const char *b);
const struct dbw_column *ddl_find_column(const struct dbw_table *table, const char *name);
const char *ddl_option(const struct dbw_list *options, const char *name);
/* `name`, name, or namespace.name: takes it and returns the last of them, as text of the schema; NULL if there
 * is none. */
struct scan;
const char *ddl_scan_name(const struct dbw_host *host, struct dbw_schema *schema,
                          struct scan *scan);
/* 'INTEGER (11)' is 'int': one spelling of each type. */
const char *type_canonical(const struct dbw_host *host, struct dbw_schema *schema,
                           const char *type);

#endif
