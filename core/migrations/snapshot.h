/*
 * The schema after a migration, as checksummed JSON beside the migrations:
 * .dbwarden/snapshots/<entry>/<version>.json.
 *
 *    {
 *      "dbwarden_snapshot": 2,                the format
 *      "entry": "primary",
 *      "dialect": "sqlite",
 *      "version": "0002",
 *      "migration": "SHA-256",                the checksum of that migration
 *      "history": "SHA-256",                  of the checksums of all migrations up to it
 *      "parent": {"version": "0001", "checksum": "SHA-256"},
 *      "scope": "exclude_tables = legacy_*",  what was left out; absent: nothing
 *      "words": "server",                     see below; absent: as declared
 *      "schema": {
 *        ...                                  an object a line or block, by name
 *      },
 *      "checksum": "SHA-256"                  of all bytes before this line
 *    }
 *
 * As each checksum covers that of the parent, the snapshots of a folder are a chain (chain.h); "history" ties
 * each to the text of every migration that led to it, with and without a snapshot.
 *
 * "words": where a server gives expressions back in its own words (DBW_TRAIT_REWRITES_TEXT), a snapshot keeps
 * what the models said, so that models can be compared with it without any server. One that was made from a
 * replay has nothing but the server's words, and says so.
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
	SNAPSHOT_BAD,   /* unreadable, damaged, or of another migration: the error says which */
	SNAPSHOT_NEWER, /* of a format that only a newer dbwarden knows */
};

enum snapshot_words { WORDS_DECLARED, WORDS_SERVER };

/* Where a chain ends; zeroed: before its first migration. */
struct snapshot_tip {
	char version[20]; /* of the newest snapshot; "": there is none yet */
	char checksum[SHA256_TEXT_SIZE];
	char history[SHA256_TEXT_SIZE]; /* over all migrations so far */
};

/* A document whose checksum is right. The strings live in the arena it was read into; "" where a member is
 * absent. */
struct snapshot {
	const char *path;
	struct text content;
	const char *dialect;
	const char *version;
	const char *migration;
	const char *history;
	const char *parent; /* its version */
	const char *parent_checksum;
	const char *scope;
	enum snapshot_words words;
	char checksum[SHA256_TEXT_SIZE];
};

char *snapshot_path(struct arena *arena, const struct entry *entry, const char *version);

/* Takes a migration into the history. */
void snapshot_tip_pass(struct snapshot_tip *tip, const char *migration_checksum);
/* The same, with a snapshot of it that is there. */
void snapshot_tip_reach(struct snapshot_tip *tip, const struct snapshot *snapshot,
                        const struct migration *migration);

/* The whole document of the migration that comes next behind 'tip', which moves on to it. Equal schemas give
 * equal bytes. It says which tables the entry leaves out. */
void snapshot_write(struct dbw_buffer *out, const struct schema *schema, enum snapshot_words words,
                    const struct entry *entry, const char *dialect, const char *version,
                    const char *migration_checksum, struct snapshot_tip *tip);

/* Reads and checks what can be told from the document alone. 'path' is the name for errors. */
enum snapshot_state snapshot_parse(struct arena *arena, const char *path,
                                   const struct text *content, struct snapshot *snapshot,
                                   struct error *error);
enum snapshot_state snapshot_open(struct arena *arena, const char *path, struct snapshot *snapshot,
                                  struct error *error);
/* True if it is that of the migration, in this dialect and with what the entry wants. */
bool snapshot_fits(const struct snapshot *snapshot, const struct entry *entry, const char *dialect,
                   const struct migration *migration, struct error *error);
/* Fills the empty schema. */
bool snapshot_schema(const struct snapshot *snapshot, struct schema *schema, struct error *error);

#endif
