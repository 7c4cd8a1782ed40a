/*
 * A set of migrations that lead together from one schema to another: a list of stages, each a schema between the
 * two, each reached from the one before by the ordinary diff. Stages that can run in one transaction share a file.
 *
 *    before --> [stage] --> [stage] --> ... --> after
 */
#ifndef ENGINE_STAGES_H
#define ENGINE_STAGES_H

#include <stdbool.h>

#include "plugin/dialect.h"
#include "schema/diff.h"

struct stage {
	struct schema *schema; /* where it leads; NULL: it is the only one, and the whole diff */
	/* struct dbw_operation, DBW_BACKFILL: done before the difference; in 'schema' */
	struct dbw_list fills;
	struct dbw_list renames; /* struct rename_request: what the stage before called otherwise */
	struct dbw_list undo_fills; /* likewise DBW_BACKFILL: done last on the way back */
	struct dbw_list restored;   /* char *: columns that these fill as they were */
	bool joined;                /* in the file of the stage before */
	bool outside;               /* what cannot run in a transaction may be among it */
	/* Added to the description of a file that begins with it; "" for none. */
	const char *what;
};

struct stages {
	struct arena arena;
	struct dbw_list list; /* struct stage; the last one leads to diff.after */
};

/* 'safe': what holds up others is split into steps that do not, as far as the dialect has such
 * (engine/safe.h). The diff must outlive the stages. */
void stages_make(struct stages *stages, const struct diff *diff, const struct dialect *dialect,
                 bool safe);
/* Whether 'safe' would split anything. */
bool stages_safe_helps(const struct diff *diff, const struct dialect *dialect);
void stages_release(struct stages *stages);

struct stage *stages_add(struct stages *stages, struct schema *schema, const char *what);

#endif
