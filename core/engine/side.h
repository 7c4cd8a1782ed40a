/*
 * One side of a comparison, as a word names it:
 *
 *    models           what the models say
 *    migrations       what the folder of the migrations produces: the base of make-migrations
 *    live             the entry's own database
 *    FILE             a .sql file or a folder of them; a .json file: a snapshot, or the output of check-db
 *    URL              another database of the entry's dialect
 *
 * A file that is called like one of the words is './models'.
 */
#ifndef ENGINE_SIDE_H
#define ENGINE_SIDE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "config/config.h"
#include "engine/replay.h"
#include "plugin/session.h"
#include "schema/schema.h"
#include "sql/parser.h"

enum side_kind {
	SIDE_MODELS,
	SIDE_MIGRATIONS,
	SIDE_LIVE,
	SIDE_FILE,     /* SQL */
	SIDE_DOCUMENT, /* JSON */
	SIDE_DATABASE, /* by its URL */
};

struct side {
	struct arena arena;
	enum side_kind kind;
	const char *name;  /* for people: "the models", "'old.sql'"; a URL without its password */
	const char *label; /* for programs: "models", "old.sql", ... */
	bool plural;       /* "the models differ" */
	/* Filled by side_read(). */
	struct schema *schema;      /* normalised; what is not the entry's own is left out */
	bool said;                  /* it has the server's own words, not a person's */
	struct parse_report report; /* SIDE_MODELS, SIDE_FILE: what was passed over */
	const char
	    *replayed; /* SIDE_MIGRATIONS: why it takes a replay, or NULL; also where that fails */
	const char *version; /* SIDE_MIGRATIONS: the newest, or NULL if there is none */
	/* What was given; a URL may hold a password. */
	const char *place;
};

/* What the word names. One that names nothing is an ERROR_USAGE that says what there is. */
bool side_parse(struct side *side, const char *word, const struct dialect *dialect,
                struct error *error);
/* For sides that no word names: the schema is the caller's to fill. */
void side_begin(struct side *side, enum side_kind kind, const char *name, const char *label,
                bool plural, const struct dialect *dialect);
/* Connects where it must, read-only. 'known' tells a replay of tables that are not the entry's own; NULL:
 * nothing does. */
bool side_read(struct side *side, const struct schema *known, const struct dialect *dialect,
               const struct config *config, const struct entry *entry, struct error *error);
/* Whether there is nothing in it. */
bool side_is_empty(const struct side *side);
void side_release(struct side *side);

#endif
