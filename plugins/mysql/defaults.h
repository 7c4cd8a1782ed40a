/*
 * What a table has from its database, and a column from its table: it is not said again, so that what was
 * declared without it is equal as it is written.
 */
#ifndef MYSQL_DEFAULTS_H
#define MYSQL_DEFAULTS_H

#include "dbwarden/plugin.h"

/* Of the server and the database; a NULL is not known. */
struct defaults {
	const char *engine;
	const char *charset;
	const char *collation;
};

void defaults_leave_out(struct dbw_schema *schema, const struct defaults *defaults);

#endif
