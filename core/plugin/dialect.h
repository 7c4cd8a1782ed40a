/*
 * A loaded dialect: the plugin's table, checked, and what the rest of the core calls it through.
 */
#ifndef PLUGIN_DIALECT_H
#define PLUGIN_DIALECT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "dbwarden/plugin.h"
#include "schema/schema.h"

struct dialect {
	struct dbw_plugin plugin; /* copy of what the plugin returned, as far as both sides know it;
	                           * what it lacks is NULL */
	struct dbw_host host;
	char *path;   /* the file it came from, absolute */
	void *handle; /* dlopen's */
};

/* Where plugins are looked for, in order, first hit wins. NULL entries are passed over. */
struct plugin_search {
	const char *option;     /* --plugin-dir */
	const char *configured; /* plugin_dir in the configuration, absolute */
	/* DBWARDEN_PLUGIN_PATH stands between them; then the folder beside the executable if that is a
	 * build tree; then the compiled-in libdir. */
};

/* Finds 'dbwarden-NAME.so', checks and opens it. 'name' may be an alias: then every file in the
 * search path is asked only if no file of that name is there. On failure the error says what was
 * wanted, where it was looked for and how to get it. */
struct dialect *dialect_open(const char *name, const struct plugin_search *search,
                             struct error *error);
void dialect_close(struct dialect *dialect); /* NULL is allowed */

/* The folder of the executable, if it is the one that make built into; NULL if not. */
char *build_folder(struct arena *arena);

/* One file, for 'plugin info PATH' and the like; the same checks. */
struct dialect *dialect_open_file(const char *path, struct error *error);

/* What 'plugin list' shows: every file that looks like a plugin, whether it can be loaded or not. */
struct plugin_found {
	const char *name; /* from the file name */
	const char *path;
	bool shadowed; /* an earlier folder has one of that name */
};
void plugin_list(struct arena *arena, const struct plugin_search *search,
                 struct dbw_list *found /* struct plugin_found */);

/* The features in brackets in plugin.h, by name, and whether this plugin has them: for messages and
 * 'plugin info'. Ends in a NULL name. */
struct plugin_feature {
	const char *name;
	bool present;
};
void dialect_features(const struct dialect *dialect, struct arena *arena,
                      struct dbw_list *features /* struct plugin_feature */);
/* Fills the error 'the sqlite plugin does not support FEATURE' and returns false. */
bool dialect_lacks(const struct dialect *dialect, const char *feature, struct error *error);

/* normalize(), with the core's error. Without one, true. */
bool dialect_normalize(const struct dialect *dialect, struct schema *schema, struct error *error);

/* Appends the name or text, quoted by the plugin. */
void dialect_identifier(const struct dialect *dialect, const char *name, struct dbw_buffer *out);
void dialect_literal(const struct dialect *dialect, const char *text, struct dbw_buffer *out);

/* One statement as emitted. */
struct emitted {
	const char *sql;     /* without semicolon */
	const char *comment; /* lines to stand before it, each without '-- ', or NULL */
	bool autocommit;
};
/* Emits all operations into one list of struct emitted: FIRST ones first, LAST ones last, each such
 * text once. An error names the operation. */
bool dialect_emit(const struct dialect *dialect, struct arena *arena,
                  const struct dbw_list *operations, struct dbw_list *statements,
                  struct error *error);

#endif
