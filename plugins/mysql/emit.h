/*
 * What the files that write the statements of an operation share.
 */
#ifndef MYSQL_EMIT_H
#define MYSQL_EMIT_H

#include "ddl.h"

struct emitting {
	const struct dbw_host *host;
	const struct dbw_operation *operation;
	struct dbw_emission *emission;
	struct dbw_error *error;
};

/* Gives the statement to the host, and ends it. */
void emitting_put(const struct emitting *emitting, struct ddl *ddl);
/* "ALTER TABLE name ". */
struct ddl emitting_alter(const struct emitting *emitting, const struct dbw_table *table);
bool emitting_has_table(const struct dbw_schema *schema, const char *name);

/* emit_tables.c */
enum dbw_status emit_table(const struct emitting *emitting);

#endif
