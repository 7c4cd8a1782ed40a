/*
 * From schema elements to SQLite's DDL, and what SQLite makes of what was declared.
 */
#ifndef SQLITE_DDL_H
#define SQLITE_DDL_H

#include "dbwarden/plugin.h"

/* The slots of struct dbw_plugin, where they are documented. */
enum dbw_status sqlite_normalize(const struct dbw_host *host, struct dbw_schema *schema,
                                 struct dbw_error *error);
bool sqlite_needs_rebuild(const struct dbw_host *host, const struct dbw_operation *operation);
enum dbw_status sqlite_emit(const struct dbw_host *host, const struct dbw_operation *operation,
                            struct dbw_emission *emission, struct dbw_error *error);
void sqlite_risk(const struct dbw_host *host, const struct dbw_operation *operation,
                 struct dbw_risk *risk);

/* SQL being written. */
struct text {
	const struct dbw_host *host;
	struct dbw_buffer *buffer;
};
void text_string(struct text *text, const char *string);
void text_name(struct text *text, const char *name);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* CREATE TABLE under the name given, which may not be the table's own. */
void ddl_create_table(struct text *text, const struct dbw_table *table, const char *name);
void ddl_create_index(struct text *text, const struct dbw_table *table,
                      const struct dbw_index *index);
/* A column as it stands in CREATE TABLE and ADD COLUMN. */
void ddl_column(struct text *text, const struct dbw_column *column);

/* What this dialect cannot have: DBW_UNSUPPORTED with the name of it. */
enum dbw_status ddl_check_table(const struct dbw_table *table, struct dbw_error *error);
enum dbw_status ddl_check_index(const struct dbw_index *index, struct dbw_error *error);

/* rebuild.c */
void ddl_rebuild(const struct dbw_host *host, const struct dbw_operation *operation,
                 struct dbw_emission *emission);
bool ddl_same_name(const char *a, const char *b);
const struct dbw_column *ddl_find_column(const struct dbw_table *table, const char *name);
/* The column that is the rowid, or NULL: PRIMARY KEY on one column of type INTEGER (SQLite,
 * lang_createtable, 5). */
const struct dbw_column *ddl_rowid_alias(const struct dbw_table *table);
bool ddl_has_option(const struct dbw_list *options, const char *name);

#endif
