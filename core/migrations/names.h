/*
 * What the name of a migration file says.
 *
 *    [<entry>__]<digits>[_<slug>].sql    versioned
 *    [<entry>__]RA__<slug>.sql           runs always
 *    [<entry>__]ROC__<slug>.sql          runs when it has changed
 */
#ifndef MIGRATIONS_NAMES_H
#define MIGRATIONS_NAMES_H

#include <stdbool.h>

#include "migrations/migration.h"

/* True for what is read as a migration or refused: not for dotfiles and files of other kinds. */
bool name_is_sql(const char *file);

/* Fills kind, version and description; 'migration' has file and path set. A name that fits no
 * pattern, or begins with another entry's name, is an error. */
bool name_parse(struct arena *arena, struct migration *migration, const char *entry,
                struct error *error);

#endif
