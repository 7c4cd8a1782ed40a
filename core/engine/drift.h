/*
 * Two schemas against each other: a live database and what the applied migrations make of one, or any two
 * sides (side.h). Nothing is changed.
 */
#ifndef ENGINE_DRIFT_H
#define ENGINE_DRIFT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "config/config.h"
#include "engine/side.h"
#include "plugin/session.h"
#include "schema/diff.h"

struct drift {
	struct arena arena;
	struct side from, to;
	struct dbw_buffer lines;    /* one for each difference, of 'from' as found */
	size_t count;               /* of the lines */
	struct diff diff;           /* from 'from' to 'to' */
	struct dbw_list statements; /* struct emitted: what would lead there; empty if 'no_sql' */
	const char *no_sql;         /* why the dialect has no statements for it; NULL if it has */
	bool loses_data;            /* something that they do to a database */
	/* Why two texts were compared as they are written, where the server might say both in other words;
	 * NULL where they were not. */
	const char *as_written;
	size_t pending; /* drift_check(): versions that are not applied yet */
};

/* The live database, through the session, which may be read-only, against the versioned migrations that are
 * applied, replayed in a scratch database. */
bool drift_check(struct drift *drift, struct session *session, const struct config *config,
                 const struct entry *entry, struct error *error);
/* Two sides, as words. Connects only for what is in a database, or has to be said in the server's words. */
bool drift_between(struct drift *drift, const char *from, const char *to,
                   const struct dialect *dialect, const struct config *config,
                   const struct entry *entry, struct error *error);
/* True for an operation that loses data when it is run. */
bool drift_loses_data(const struct dialect *dialect, const struct dbw_operation *operation);
void drift_release(struct drift *drift);

#endif
