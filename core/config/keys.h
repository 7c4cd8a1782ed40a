/*
 * The keys that dbwarden.ini may have, in the order of the documentation: one table for reading,
 * checking, suggesting and showing them.
 */
#ifndef CONFIG_KEYS_H
#define CONFIG_KEYS_H

#include <stddef.h>

enum key_kind {
	KEY_WORD,       /* const char *: the name of a dialect, made lower case */
	KEY_TEXT,       /* const char *: as it stands */
	KEY_URL,        /* const char *: checked by url_parse() */
	KEY_PATH,       /* const char *: made absolute */
	KEY_PATHS,      /* struct dbw_list of char *: may have several lines */
	KEY_PATTERNS,   /* struct dbw_list of char *, as they stand: may have several lines */
	KEY_SECONDS,    /* unsigned: milliseconds */
	KEY_VERSIONING, /* enum versioning */
};

struct key {
	const char *name;
	enum key_kind kind;
	size_t offset; /* of the field in struct entry or struct config */
};

/* By these the code finds a key's place in the tables; the two are kept in step by designators. */
enum file_key { FILE_DEFAULT, FILE_PLUGIN_DIR, FILE_KEY_COUNT };
enum entry_key {
	ENTRY_TYPE,
	ENTRY_URL,
	ENTRY_DIRECT_URL,
	ENTRY_SCRATCH_URL,
	ENTRY_SCHEMA,
	ENTRY_PASSWORD_FILE,
	ENTRY_PASSWORD_COMMAND,
	ENTRY_MODEL_PATHS,
	ENTRY_MODEL_TABLES,
	ENTRY_EXCLUDE_TABLES,
	ENTRY_MIGRATIONS_DIR,
	ENTRY_VERSIONING,
	ENTRY_LOCK_TIMEOUT,
	ENTRY_STATEMENT_TIMEOUT,
	ENTRY_LOCK_WAIT_TIMEOUT,
	ENTRY_CONNECT_TIMEOUT,
	ENTRY_WAIT_FOR_DB,
	ENTRY_KEY_COUNT,
};
extern const struct key file_keys[FILE_KEY_COUNT];   /* of [dbwarden] */
extern const struct key entry_keys[ENTRY_KEY_COUNT]; /* of [database:NAME] */

#endif
