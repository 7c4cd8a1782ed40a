/*
 * dbwarden.ini: found in the working directory or above it, or named by --config. Unknown sections
 * and keys are errors with their line and the nearest known name; so are duplicates. Paths in it are
 * relative to the file. ${VAR} and ${VAR:-default} are replaced from the environment; '$$' is a
 * dollar sign.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "dbwarden/plugin.h"

enum versioning { VERSIONING_SEQUENTIAL, VERSIONING_TIMESTAMP };

/* Where a key's value comes from. */
struct key_source {
	size_t line, column; /* of the value; 0: not in the file */
	const char *raw;     /* as written, before ${VAR} was replaced; NULL: not in the file */
	/* Why there is no value in this environment (${VAR} without VAR): only who asks for the entry
	 * is told. NULL where all is well. */
	const char *problem;
	const char *hint; /* or NULL */
};

/* One [database:NAME]. Strings live as long as the configuration. */
struct entry {
	const char *name;
	size_t line;                      /* of the section's header */
	const struct key_source *sources; /* one for each of entry_keys in keys.h */
	const char *type;                 /* dialect or alias */
	const char *url;                  /* may hold a password: print url_mask() of it alone */
	const char *direct_url;  /* used instead of url where it is set: past a pooler; or NULL */
	const char *scratch_url; /* where throw-away databases are made; NULL: the same server */
	const char *schema; /* the namespace of unqualified names; NULL: the dialect's default */
	const char *password_file;    /* absolute, or NULL */
	const char *password_command; /* or NULL */
	struct dbw_list model_paths;  /* char *, absolute, may be globs; as configured, in order */
	const char
	    *provider; /* a command that prints the models' DDL, or NULL; see models/provider.h */
	bool provider_shell;          /* it is one for /bin/sh */
	unsigned provider_timeout_ms; /* default 60 s; 0: none */
	const char *python;           /* the interpreter of providers that are Python, or NULL */
	struct dbw_list model_tables; /* char *: globs of the tables that are its own; none: all */
	struct dbw_list exclude_tables; /* char *: globs of tables that are not */
	const char *migrations_dir;     /* absolute; default migrations/NAME beside the file */
	const char *snapshots_dir;      /* absolute: .dbwarden/snapshots/NAME beside the file */
	enum versioning versioning;
	unsigned lock_timeout_ms;      /* default 60 s */
	unsigned statement_timeout_ms; /* default 0: none */
	unsigned connect_timeout_ms;   /* default 0: the client library's */
	unsigned lock_wait_timeout_ms; /* for the server's own locks; default 0: the server's */
	unsigned wait_for_db_ms;       /* how long to wait for a server to be there; default 0 */
};

struct config {
	struct arena arena;
	const char *path;          /* absolute path of the file */
	const char *directory;     /* absolute; what relative paths are relative to */
	const char *default_entry; /* or NULL: then the only entry, if there is one */
	const char *plugin_dir;    /* absolute, or NULL */
	struct dbw_list entries;   /* struct entry, in the order of the file */
	/* Not in the file: --verbose. Is told each line that a provider writes to standard error. */
	void (*listen)(const char *line);
	const struct key_source *sources; /* one for each of file_keys in keys.h */
};

/* 'path' as given with --config, or NULL to search upwards from the working directory. */
bool config_load(struct config *config, const char *path, struct error *error);
void config_release(struct config *config);

/* The entry of that name; NULL for the default. An unknown name is an error with the names there
 * are. */
const struct entry *config_entry(const struct config *config, const char *name,
                                 struct error *error);

/* Every key that an entry or [dbwarden] may have, with its value in this configuration, for
 * 'settings show': in the order of the documentation. 'source' says where it is from: "line 12" or
 * "default". Secrets are masked. */
struct setting {
	const char *key;
	const char *value;
	const char *source;
};
void config_settings(struct config *config, const struct entry *entry,
                     struct dbw_list *settings /* struct setting */);

#endif
