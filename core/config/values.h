/* One key's value, from the text in dbwarden.ini to the field that the rest of the program reads. */
#ifndef CONFIG_VALUES_H
#define CONFIG_VALUES_H

#include <stdbool.h>

#include "config/config.h"
#include "config/document.h"
#include "config/keys.h"

/*
 * Reads what was written into the key's field of 'owner' (a struct entry or config, already holding its
 * defaults) and fills the source. Fails for what is wrong on every machine; what is wrong in this
 * environment alone becomes source->problem, and the field keeps its default.
 */
bool value_read(struct config *config, const struct key *key, const struct document_key *written,
                void *owner, struct key_source *source, struct error *error);

/* The error that the problem is; returns false. */
bool value_problem(const struct config *config, const struct key_source *source,
                   struct error *error);

/* The field as 'settings show' prints it: secrets masked, NULL for none. */
const char *value_show(struct config *config, const struct key *key, const void *owner,
                       const struct key_source *source);

#endif
