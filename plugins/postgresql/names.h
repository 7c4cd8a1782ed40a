/*
 * The names that the server gives to constraints and indexes that were declared without one.
 */
#ifndef POSTGRESQL_NAMES_H
#define POSTGRESQL_NAMES_H

#include "dbwarden/plugin.h"
#include "text.h"

/* Names every unnamed constraint and index of the schema, in the order in which the server would: with
 * numbers where a name is taken. */
void names_complete(const struct dbw_host *host, struct dbw_schema *schema);

/* name1_name2_label, cut to what a name can hold (makeObjectName in the server's indexcmds.c): the longer of
 * the two is cut first. name2 and label may be NULL. */
const char *names_make(const struct dbw_host *host, struct dbw_schema *schema, const char *name1,
                       const char *name2, const char *label);
void names_put(struct text *text, const char *name1, const char *name2, const char *label);

#endif
