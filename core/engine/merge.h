/*
 * make-migrations --merge: two branches of the repository each added migrations, and now all of them are in one
 * folder. Those of one branch stay as they are; those of the other get the versions behind them, with their
 * plans and snapshots, and their snapshots hold what both sides come to.
 */
#ifndef ENGINE_MERGE_H
#define ENGINE_MERGE_H

#include <stdbool.h>

#include "base/error.h"
#include "config/config.h"
#include "migrations/branches.h"
#include "plugin/dialect.h"
#include "schema/schema.h"

/* One branch: what it has that not every other one has. */
struct merge_branch {
	struct branch_file *tip;
	struct dbw_list files; /* struct branch_file, in order */
	bool applied;          /* one of them at least, in the database that was asked */
};

/* Asked which of the branches (struct merge_branch) stays as it is; -1: no answer. */
typedef int merge_question(void *context, const struct dbw_list *branches);

struct merge_options {
	struct dbw_list
	    files; /* char *: files of the branch that gives way; none: it is to be found out */
	bool plan_only;      /* write nothing */
	bool no_verify;      /* do not prove */
	merge_question *ask; /* NULL: nobody to ask */
	void *context;
};

/* One file in its place. */
struct merge_step {
	struct branch_file *file;
	const char *version;   /* the one that it gets */
	const char *name;      /* of its file, then */
	bool moved;            /* of a branch that gives way: its snapshot is written anew */
	struct schema *schema; /* after it; NULL where nothing asks for it */
	struct schema *own;    /* moved: what it was on its own branch */
	enum snapshot_words words;
};

enum merge_outcome {
	MERGE_WRITTEN,
	MERGE_PLANNED,   /* plan_only */
	MERGE_FINISHED,  /* an earlier one was interrupted, and has been ended */
	MERGE_NOTHING,   /* there is one branch */
	MERGE_QUESTIONS, /* nobody knows which branch stays; nothing was written */
	MERGE_FAILED,
};

struct merged {
	struct arena arena;
	struct migration_directory directory;
	struct branches branches;
	struct dbw_list choices; /* struct merge_branch */
	const struct merge_branch *kept;
	const char *reason;       /* why that one */
	const char *unasked;      /* why no database was asked; NULL: one was */
	struct merge_step *steps; /* all migrations, in their new order */
	size_t count;
	size_t shared;         /* steps before the branches part */
	struct dbw_list notes; /* char * */
	bool proved;
	const char *unproved; /* why not */
};

enum merge_outcome merge_run(struct merged *merged, const struct config *config,
                             const struct entry *entry, const struct dialect *dialect,
                             const struct merge_options *options, struct error *error);
void merged_release(struct merged *merged);

/* Of merge_schemas.c: fills in the schemas of the steps that want one. Conflicts are an error that names them. */
bool merge_schemas(struct merged *merged, const struct config *config, const struct entry *entry,
                   const struct dialect *dialect, struct error *error);
/* All steps, one after the other, must come to the last one's schema, and those that moved back again to what
 * was before them. False: they do not. Where it cannot be tried, 'unproved' says why. */
bool merge_prove(struct merged *merged, const struct config *config, const struct entry *entry,
                 const struct dialect *dialect, struct error *error);

#endif
