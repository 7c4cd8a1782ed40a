/*
 * Proving a migration before it is written: in a scratch database, base + upgrade must introspect
 * equal to the models, and + rollback equal to the base again.
 *
 * Only the part of the schema that the migration can touch is built there (engine/part.h), and the
 * whole where that fails.
 */
#ifndef ENGINE_PROOF_H
#define ENGINE_PROOF_H

#include <stdbool.h>

#include "base/error.h"
#include "config/config.h"
#include "migrations/migration.h"
#include "plugin/dialect.h"
#include "schema/diff.h"

enum proof_outcome {
	PROOF_GIVEN,
	PROOF_IMPOSSIBLE, /* no scratch database is to be had: the error says why */
	PROOF_FAILED,     /* the error says how */
};

/* 'base' is the schema that the diff started from (diff.before has the renames applied already).
 * 'migration' is the parsed text of the file to be written. An irreversible one is proved upwards
 * alone. */
enum proof_outcome proof_make(const struct schema *base, const struct diff *diff,
                              const struct migration *migration, const struct dialect *dialect,
                              const struct config *config, const struct entry *entry,
                              struct error *error);

#endif
