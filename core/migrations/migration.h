/*
 * One migration file: headers, '-- upgrade', '-- rollback', and the checksum over both.
 *
 *    -- dbwarden: no-transaction
 *    -- depends_on: ["0004"]
 *    -- upgrade
 *    CREATE TABLE users (...);
 *    -- rollback
 *    DROP TABLE users;
 */
#ifndef MIGRATIONS_MIGRATION_H
#define MIGRATIONS_MIGRATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "config/config.h"
#include "dbwarden/plugin.h"
#include "sql/statements.h"

enum migration_kind {
	MIGRATION_VERSIONED,
	MIGRATION_ALWAYS,    /* RA__name.sql: runs at the end of every migrate */
	MIGRATION_ON_CHANGE, /* ROC__name.sql: runs when its checksum has changed */
};

struct section {
	bool present;               /* the marker is in the file */
	struct dbw_list statements; /* struct sql_statement, slices of 'content' */
	size_t line;                /* of the marker */
};

struct migration {
	enum migration_kind kind;
	const char
	    *version; /* digits as in the file name; of a repeatable: "RA__name", "ROC__name" */
	const char *description; /* from the name, '_' as spaces */
	const char *file;        /* name without folder */
	const char *path;
	struct text content;
	bool no_transaction;        /* header '-- dbwarden: no-transaction' */
	bool irreversible;          /* header '-- dbwarden: irreversible' */
	struct dbw_list depends_on; /* char *: versions */
	struct section upgrade;
	struct section rollback;
	char checksum[SHA256_TEXT_SIZE];
};

/* All migrations of an entry. */
struct migration_directory {
	struct arena arena;
	const char *path;
	struct dbw_list versioned;  /* struct migration, by version */
	struct dbw_list repeatable; /* struct migration: RA__ and ROC__, by name */
};

/*
 * Reads and checks the whole folder: two files with one version, a gap (unless the later file's
 * depends_on says that it is meant, or versioning is by timestamp), a dependency that is missing,
 * later or cyclic, a .sql file whose name fits no pattern or has another entry's prefix, a file
 * without sections or with a section twice: each an error with the files it concerns. A folder that
 * does not exist is an empty one.
 */
bool migrations_read(struct migration_directory *directory, const struct entry *entry,
                     const struct dbw_traits *traits, struct error *error);
void migrations_release(struct migration_directory *directory);

/* Parses one file's content; 'migration' has path, file and content set. */
bool migration_parse(struct arena *arena, struct migration *migration,
                     const struct dbw_traits *traits, struct error *error);

/* By value, not by text: "2" < "0010", "0002" equals "2". */
int version_compare(const char *a, const char *b);
struct migration *migrations_find(const struct migration_directory *directory,
                                  const char *version); /* NULL: none */
/* The name of a file from what a person types: "Create users table!" -> "create_users_table". */
char *migration_slug(struct arena *arena, const char *description, struct error *error);
/* The version that the next file gets. 'now' counts seconds since 1970, for timestamps. */
char *migrations_next_version(struct arena *arena, const struct migration_directory *directory,
                              enum versioning versioning, long long now);
/* '<entry>__<version>_<slug>.sql' */
char *migration_file_name(struct arena *arena, const char *entry, const char *version,
                          const char *slug);

#endif
