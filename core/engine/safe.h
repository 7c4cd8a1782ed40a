/*
 * --safe: operations that would hold up readers or writers for as long as a table is read or written become steps
 * that do not. Which of them a dialect has, its traits say.
 *
 *    NOT NULL, on a column that is there    a check NOT VALID, validated; NOT NULL; the check goes
 *    a new column NOT NULL, every row of    added without, default set, filled in batches, then as above
 *      which gets a value of its own
 *    foreign keys and checks                NOT VALID, then validated
 *    indexes                                made and dropped online, outside a transaction
 *    primary keys and unique constraints    a unique index made online, then the constraint of it
 */
#ifndef ENGINE_SAFE_H
#define ENGINE_SAFE_H

#include "engine/stages.h"

/* Appends the stages that lead to diff.after. */
void safe_split(struct stages *stages, const struct diff *diff, const struct dialect *dialect);
/* Whether there is anything to split. */
bool safe_helps(const struct diff *diff, const struct dialect *dialect);

#endif
