/*
 * Running migrations in a scratch database: for the base that models are compared with, and for the
 * proof of a new one.
 */
#ifndef ENGINE_REPLAY_H
#define ENGINE_REPLAY_H

#include <stdbool.h>

#include "base/error.h"
#include "config/config.h"
#include "engine/script.h"
#include "migrations/migration.h"
#include "plugin/session.h"
#include "schema/schema.h"

/* Runs one section of a migration, recording nothing. */
bool replay_section(struct session *scratch, const struct migration *migration,
                    const struct section *section, struct error *error);

/* What the migrations (struct migration) produce, one after the other, from nothing: as the server says it,
 * normalised. 'known' as above. */
bool replay_migrations(struct schema *schema, const struct dbw_list *migrations,
                       const struct schema *known, const struct dialect *dialect,
                       const struct config *config, const struct entry *entry, struct error *error);

/* Makes the schema in the empty scratch database, with stand-ins (stand_ins.h) for what it, or 'also' if it
 * is not NULL, needs of tables that are not the entry's own. */
bool scratch_build(struct session *scratch, const struct schema *schema, const struct schema *also,
                   const struct entry *entry, struct error *error);
/* The stand-ins alone that migrations need; 'known' tells of them, if it is not NULL. */
bool scratch_build_for(struct session *scratch, const struct dbw_list *migrations,
                       const struct schema *known, const struct entry *entry, struct error *error);

/* The schema as the server says it: made in a scratch database and read back, normalised. 'also' as above. */
bool schema_materialize(const struct schema *schema, const struct schema *also,
                        const struct dialect *dialect, const struct config *config,
                        const struct entry *entry, struct schema *into, struct error *error);

/* Where the base came from. */
enum base_source { BASE_EMPTY, BASE_SNAPSHOT, BASE_REPLAY };

struct base {
	struct schema *schema; /* normalised */
	enum base_source source;
	struct error why; /* BASE_REPLAY: why the snapshot would not do */
};

/* What the versioned migrations of the folder produce: the snapshot of the newest one if it is good,
 * else all of them replayed in a scratch database, where 'models' tell what is not the entry's own.
 * Repeatables have no part in it: they run anew whenever they like. */
bool base_read(struct base *base, const struct migration_directory *directory,
               const struct schema *models, const struct dialect *dialect,
               const struct config *config, const struct entry *entry, struct error *error);
void base_release(struct base *base);

#endif
