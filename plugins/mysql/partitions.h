/*
 * How one PARTITION BY becomes another without all rows being written again.
 */
#ifndef MYSQL_PARTITIONS_H
#define MYSQL_PARTITIONS_H

#include "ddl.h"

/* Writes what stands behind ALTER TABLE. */
void partitions_change(struct ddl *ddl, const char *before, const char *after);

#endif
