/*
 * The schema after a migration, as checksummed JSON beside the migrations:
 * .dbwarden/snapshots/<entry>/<version>.json. It names the checksum of the migration it was written
 * with, so an edit of that file is noticed.
 */
#ifndef MIGRATIONS_SNAPSHOT_H
#define MIGRATIONS_SNAPSHOT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "migrations/migration.h"
#include "schema/schema.h"

enum snapshot_state {
	SNAPSHOT_GOOD,
	SNAPSHOT_ABSENT,
	SNAPSHOT_BAD, /* unreadable, damaged, or of another migration: the error says which */
};

char *snapshot_path(struct arena *arena, const struct entry *entry, const char *version);

/* The whole document. Equal schemas give equal bytes. It says which tables the entry leaves out. */
void snapshot_write(struct dbw_buffer *out, const struct schema *schema, const struct entry *entry,
                    const char *dialect, const char *version, const char *migration_checksum);

/* Fills the empty schema with the snapshot of the migration. */
enum snapshot_state snapshot_read(struct schema *schema, const struct entry *entry,
                                  const char *dialect, const struct migration *migration,
                                  struct error *error);

#endif
