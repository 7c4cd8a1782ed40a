/*
 * Sequences, which MariaDB has and MySQL has not.
 */
#ifndef MYSQL_SEQUENCE_H
#define MYSQL_SEQUENCE_H

#include "ddl.h"

/* Leaves out what goes without saying. */
void sequence_normalize(const struct dbw_host *host, struct dbw_schema *schema,
                        struct dbw_sequence *sequence);
void sequence_create(struct ddl *ddl, const struct dbw_sequence *sequence);
void sequence_alter(struct ddl *ddl, const struct dbw_sequence *sequence);

#endif
