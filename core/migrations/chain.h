/*
 * The snapshots of a folder, from the first migration to the last: which are there, which are good, and
 * whether each was made after the one before it.
 *
 * A migration need not have a snapshot: one that was written by hand has none until make-migrations next
 * writes something. The snapshot that comes after it names the one before it as its parent, and the text of
 * both migrations stands behind its "history". So the newest snapshot can be trusted by itself: it is bad as
 * soon as any file before it is another one. What is wrong with an earlier snapshot makes no difference to it,
 * but is a problem that wants mending.
 */
#ifndef MIGRATIONS_CHAIN_H
#define MIGRATIONS_CHAIN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "migrations/snapshot.h"

struct chain_link {
	const struct migration *migration;
	enum snapshot_state state;
	bool wanted; /* state is not good, and there should be one: it is bad, a later one names it,
	                    * or it is the newest migration's */
	const char *why;  /* what is wrong with it, if it is wanted */
	const char *path; /* of the snapshot */
	struct snapshot
	    snapshot; /* if it is good. Of the newest all, of the others the checksums */
};

struct chain {
	struct arena arena;
	struct chain_link *links; /* one for each versioned migration, by version */
	size_t count;
	size_t problems; /* links that are wanted */
};

/* Reads every snapshot of the folder. False: one is of a newer format. */
bool chain_read(struct chain *chain, const struct migration_directory *directory,
                const struct entry *entry, const char *dialect, struct error *error);
void chain_release(struct chain *chain);

/* The newest migration's; NULL if the folder has none. */
struct chain_link *chain_newest(const struct chain *chain);

#endif
