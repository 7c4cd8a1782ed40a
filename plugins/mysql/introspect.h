/*
 * What the files that read the live schema share.
 */
#ifndef MYSQL_INTROSPECT_H
#define MYSQL_INTROSPECT_H

#include "connection.h"

struct reading {
	struct dbw_connection *connection;
	const struct dbw_host *host;
	struct dbw_schema *schema;
	const char *const *ignore;
	struct dbw_error *error;
	enum dbw_status status;
	const char *prefix;     /* `database`. */
	struct dbw_table *last; /* rows come table by table */
};

/* The whole result, or NULL; then reading->status says why. */
MYSQL_RES *reading_ask(struct reading *reading, const char *sql);
/* Text of the schema; NULL for NULL. */
const char *reading_text(struct reading *reading, const char *value);
/* NULL if it is ignored. */
struct dbw_table *reading_table(struct reading *reading, const char *name);
/* Views and sequences are named with their database, where the text of a copy would differ. */
const char *reading_without_database(struct reading *reading, const char *text);

/* Each of these is false where reading->status is not DBW_OK any more. */

/* introspect_partitions.c */
bool read_partitions(struct reading *reading);
/* Refuses a table with a PERIOD, which only its own text tells from a check. */
bool refuse_period_check(struct reading *reading, const char *table, const char *name,
                         const char *clause);
/* introspect_objects.c: views, triggers, routines and events. */
bool read_objects(struct reading *reading);

#endif
