/* From an entry to what a plugin needs to connect, password included. */
#ifndef CONFIG_CONNECT_H
#define CONFIG_CONNECT_H

#include <stdbool.h>

#include "config/config.h"

/* What is connected to. */
enum connect_target {
	CONNECT_DATABASE, /* direct_url, or url where that is not set */
	CONNECT_SCRATCH,  /* scratch_url, or the same as above */
};

/*
 * Fills 'where' whole, with strings in the arena; its flags are 0. The password comes from the URL,
 * from password_file (its first line), or from what password_command prints; two of these are an
 * error. No error holds a password or quotes the URL.
 */
bool entry_connect_parameters(struct arena *arena, const struct config *config,
                              const struct entry *entry, enum connect_target target,
                              struct dbw_connect *where, struct error *error);

#endif
