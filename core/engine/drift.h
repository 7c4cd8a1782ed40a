/*
 * A live database against what the models, or the applied migrations, say it should be.
 */
#ifndef ENGINE_DRIFT_H
#define ENGINE_DRIFT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "config/config.h"
#include "plugin/session.h"
#include "schema/diff.h"

enum drift_side {
	DRIFT_MODELS, /* the models as they stand */
	DRIFT_MIGRATIONS, /* the versioned migrations that are applied, replayed in a scratch database */
};

struct drift {
	struct arena arena;
	struct schema *live;
	struct schema *wanted;
	struct dbw_buffer lines;    /* one for each difference, of 'live' as found */
	size_t count;               /* of the lines */
	struct diff diff;           /* from 'live' to 'wanted' */
	struct dbw_list statements; /* struct emitted: what would lead there; empty if 'no_sql' */
	const char *no_sql;         /* why the dialect has no statements for it; NULL if it has */
	size_t pending;             /* DRIFT_MIGRATIONS: versions that are not applied yet */
};

/* Reads the database through the session, which may be read-only; changes nothing. */
bool drift_find(struct drift *drift, enum drift_side side, struct session *session,
                const struct config *config, const struct entry *entry, struct error *error);
void drift_release(struct drift *drift);

#endif
