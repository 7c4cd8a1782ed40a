/*
 * Snapshots that are missing or damaged, written anew. Only make-migrations does it, together with the
 * migration that it writes, or when there is nothing to write; no command that only reads ever does.
 */
#ifndef ENGINE_MEND_H
#define ENGINE_MEND_H

#include <stdbool.h>

#include "base/file.h"
#include "engine/replay.h"

struct mending {
	struct arena arena;
	struct snapshot_tip tip; /* what the next snapshot comes after */
	struct dbw_list mended;  /* char *: why each was written anew */
	struct dbw_list paths; /* char *: of those, and of the ones that only got another parent */
	const char *left; /* why those that are bad were left as they are; NULL: they were not */
};

/*
 * Adds to the set what mends the chain: the snapshots that are wanted are made from the base and from a replay,
 * those after them are told of their new parents. 'declared' is the schema of the models, if that is what the
 * base comes to; it is in the words that a snapshot is wanted in. Else NULL.
 *
 * Where a replay is needed for an earlier snapshot and cannot be had, they are all left alone and 'left' says
 * why.
 */
bool mend_chain(struct mending *mending, const struct base *base, const struct schema *declared,
                const struct dialect *dialect, const struct config *config,
                const struct entry *entry, struct file_set *set, struct error *error);
void mending_release(struct mending *mending);

#endif
