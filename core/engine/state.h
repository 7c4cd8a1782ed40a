/*
 * Where a database stands against its migrations: each version in the folder or in the records, and
 * what can be said of it.
 */
#ifndef ENGINE_STATE_H
#define ENGINE_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "engine/records.h"
#include "migrations/migration.h"
#include "plugin/dialect.h"
#include "sql/statements.h"

enum standing {
	STANDING_APPLIED,
	STANDING_PENDING,
	STANDING_CHANGED, /* applied, and the file is another now */
	STANDING_RENAMED, /* applied under another file name */
	STANDING_MISSING, /* applied, and there is no file */
};
const char *standing_name(enum standing standing);

struct state_line {
	enum standing standing;
	const struct migration *migration; /* NULL if missing */
	const struct record *record;       /* the newest that says applied; NULL if pending. For a
	                                    * repeatable: its newest, also when it is pending again */
	bool out_of_order;                 /* pending, and a later version is applied */
};

struct state {
	struct arena arena;
	struct migration_directory directory;
	struct records records;
	struct journal *journal; /* a migration that is half done, or NULL */
	bool untouched_journal;  /* one whose first statement failed: nothing of it has run */
	struct dbw_list lines;   /* struct state_line: versioned by version, then repeatable */
	size_t counts[STANDING_MISSING + 1];
};

/* Reads folder and records. Nothing is changed. */
bool state_read(struct state *state, struct session *session, const struct entry *entry,
                struct error *error);
void state_release(struct state *state);

/* The statement at which the half-done migration goes on, with the file it is in. NULL: its file is gone, was
 * changed, or has no such statement. */
const struct sql_statement *state_next_statement(struct state *state, const struct dialect *dialect,
                                                 const char **file);

/* Refuses a state in which nothing may be executed: changed, renamed or missing applied files. */
bool state_verify(const struct state *state, struct error *error);

#endif
