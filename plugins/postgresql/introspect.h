/*
 * What the files of the introspection share: results of catalogue queries, and the tables by their oid.
 */
#ifndef POSTGRESQL_INTROSPECT_H
#define POSTGRESQL_INTROSPECT_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "dbwarden/plugin.h"

struct known_table {
	unsigned long oid;
	struct dbw_table *table;
};

struct reading {
	PGconn *connection;
	const struct dbw_host *host;
	struct dbw_schema *schema;
	const char *const *ignore;
	struct dbw_error *error;
	int version;                /* PQserverVersion() */
	struct known_table *tables; /* by oid */
	size_t count;
};

/* Runs a query without parameters; NULL, with the error filled, if it fails. */
PGresult *reading_query(struct reading *reading, const char *sql);
/* NULL for NULL, else a copy that lives as long as the schema. */
const char *reading_text(struct reading *reading, const PGresult *result, int row, int column);
bool reading_flag(const PGresult *result, int row, int column);
/* The table whose oid stands there; NULL if it is left out. */
struct dbw_table *reading_table(const struct reading *reading, const PGresult *result, int row,
                                int column);
/* Strings with '\x1f' between them, appended to a list of strings. */
void reading_names(struct reading *reading, const PGresult *result, int row, int column,
                   struct dbw_list *names);
/* name=value with '\x1f' between them, as options with names in upper case. */
void reading_options(struct reading *reading, const PGresult *result, int row, int column,
                     struct dbw_list *options);
bool reading_ignored(const struct reading *reading, const char *name);

/* The rest of the catalogue. */
bool read_constraints(struct reading *reading);
bool read_indexes(struct reading *reading);
bool read_objects(struct reading *reading);

/* Conditions on namespace n, and on whether an extension owns the object. */
#define USER_NAMESPACES "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
#define NOT_OF_EXTENSION(class, oid)                                                               \
	"NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = '" class                            \
	    "'::regclass AND x.objid = " oid " AND x.deptype = 'e')"

#endif
