/*
 * Names that the server gives to constraints: table_ibfk_1, table_chk_1, and on MariaDB CONSTRAINT_1 or the name of
 * the column.
 */
#ifndef MYSQL_NAMES_H
#define MYSQL_NAMES_H

#include "ddl.h"

/* Gives names to what has none, counted up over those that are there. */
void names_give(const struct dbw_host *host, struct dbw_schema *schema, struct dbw_table *table);
/* What stands behind 'table_chk_' (or another label), NULL if the name does not begin so. */
const char *names_number(const char *name, const char *table, const char *label);
/* Marks the checks whose names are the server's. */
void names_mark(struct dbw_table *table);
/* Whether the check belongs to a column, as only MariaDB has them; its name is the column's. */
bool names_of_column(const struct dbw_constraint *check);

#endif
