/*
 * The migrations of a folder as a tree: where branches of the repository each added some, and were merged. What
 * each file came after is told by the history in its snapshot; a snapshot that both branches wrote, and that
 * the merge left with conflict markers, is read on both sides of them.
 */
#ifndef MIGRATIONS_BRANCHES_H
#define MIGRATIONS_BRANCHES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "migrations/snapshot.h"

struct branch_file {
	const struct migration *migration;
	struct branch_file *parent; /* what it came after; NULL: nothing, or not known */
	bool unknown; /* no snapshot tells what it came after, and there are several ends */
	bool leaf;    /* nothing came after it */
	char history[SHA256_TEXT_SIZE];
	bool has_snapshot; /* a good one */
	bool in_place;     /* which is the file itself, not one side of a conflict */
	struct snapshot snapshot;
};

struct branches {
	struct arena arena;
	struct branch_file *files; /* in the folder's order */
	size_t count;
	size_t leaves;
};

/* 'directory' is from migrations_read_branches(). */
bool branches_read(struct branches *branches, const struct migration_directory *directory,
                   const struct entry *entry, const char *dialect, struct error *error);
void branches_release(struct branches *branches);

/* True if the file is 'tip' or something that it came after. */
bool branch_has(const struct branch_file *tip, const struct branch_file *file);

#endif
