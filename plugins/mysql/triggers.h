/*
 * The order of triggers that fire on the same event.
 */
#ifndef MYSQL_TRIGGERS_H
#define MYSQL_TRIGGERS_H

#include "dbwarden/plugin.h"

/* Gives every trigger but the first of an event a FOLLOWS that says where it comes. Those without one are taken
 * in the order of the list. */
void triggers_normalize(const struct dbw_host *host, struct dbw_schema *schema);

#endif
