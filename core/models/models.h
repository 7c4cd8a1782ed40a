/*
 * The wanted schema, from the model files of an entry and its provider.
 */
#ifndef MODELS_MODELS_H
#define MODELS_MODELS_H

#include <stdbool.h>

#include "base/error.h"
#include "config/config.h"
#include "plugin/dialect.h"
#include "schema/schema.h"
#include "sql/parser.h"

struct models {
	struct schema *schema; /* normalised */
	struct parse_report report;
	size_t files; /* .sql files that were read */
};

/* Reads every .sql file under model_paths (files, folders to any depth, globs), in order of
 * model_paths, then by name, each file once; then what the provider prints. To a built-in provider
 * go .py files, folders that hold .py files and no .sql files, and names of Python modules ('a.b',
 * where no file is called so); with 'provider' not set, that is the one for SQLAlchemy, and it runs
 * only if there is something for it. Where a built-in one was named, folders with both are its too.
 * Nothing named, a path that matches nothing, or no statement that declares anything is the error 'no
 * models found', with what to set. */
bool models_read(struct models *models, const struct config *config, const struct entry *entry,
                 const struct dialect *dialect, struct error *error);
void models_release(struct models *models);

#endif
