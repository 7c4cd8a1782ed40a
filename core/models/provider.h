/*
 * A provider: a program that prints the models as DDL in the entry's dialect. Two are built in, Python
 * programs that come with dbwarden and are handed the model_paths; any other is a command of the
 * user's. It runs in the folder of the configuration, and of the entry it learns the name and the
 * dialect, nothing of how to connect.
 */
#ifndef MODELS_PROVIDER_H
#define MODELS_PROVIDER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "config/config.h"
#include "plugin/dialect.h"

struct provider {
	const char *name;      /* for messages: of the built-in one, or the command's last part */
	const char *origin;    /* "provider 'NAME'": what errors in its DDL are placed in */
	bool built_in;         /* it is handed model_paths */
	struct dbw_list words; /* char *: as configured, '${dialect}' replaced; none: for a shell */
};

/* Reads the entry's 'provider'. Without one, it is the built-in one for Python models. */
bool provider_choose(struct arena *arena, const struct config *config, const struct entry *entry,
                     const struct dialect *dialect, struct provider *provider, struct error *error);

/* Runs it and takes what it printed, which is UTF-8 without NUL bytes. 'paths' (char *) are handed to a
 * built-in one. */
bool provider_run(struct arena *arena, const struct config *config, const struct entry *entry,
                  const struct dialect *dialect, const struct provider *provider,
                  const struct dbw_list *paths, struct text *ddl, struct error *error);

#endif
