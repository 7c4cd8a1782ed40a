/*
 * What the files of safe_split() share.
 */
#ifndef ENGINE_SAFE_INTERNAL_H
#define ENGINE_SAFE_INTERNAL_H

#include "engine/safe.h"

/* The stages, in their order; what each split element is in each of them, apply() says. */
enum step {
	STEP_ADD,     /* new columns without a default, so that no row is written */
	STEP_PREPARE, /* defaults; foreign keys and checks, not looked at yet; all that is not split */
	STEP_INDEX, /* outside a transaction: indexes */
	STEP_FILL,  /* and the rows of new columns, in batches */
	STEP_VALIDATE,
	STEP_SWAP_OUT, /* a column that gets another type gives its name */
	STEP_SWAP_IN,  /* to the new one */
	STEP_SETTLE,   /* NOT NULL; constraints of their indexes */
	STEP_CLEAN,    /* the checks that stood for NOT NULL go */
	STEP_DROP,     /* diff.after: the columns of the old type go */
	STEPS,
};

enum split_kind {
	SPLIT_CONSTRAINT, /* NOT VALID first */
	SPLIT_NOT_NULL,
	SPLIT_FILL,
	SPLIT_INDEX, /* that is made */
	SPLIT_DROP_INDEX,
	SPLIT_KEY,
	SPLIT_RETYPE,
};

struct split {
	enum split_kind kind;
	const struct dbw_operation *operation;
	const struct dbw_table *table; /* of diff.after */
	const char *check;             /* name of the check that stands for NOT NULL */
	const struct dbw_index *old; /* of diff.before: what an index takes the place of; or NULL */
};

struct splitting {
	struct stages *stages;
	const struct diff *diff;
	const struct dialect *dialect;
	struct dbw_list splits; /* struct split */
};

bool safe_same_name(const char *a, const char *b);
/* The same table in diff.before. */
const struct dbw_table *safe_before(const struct splitting *splitting,
                                    const struct dbw_table *table);
void safe_add_check(const struct splitting *splitting, struct schema *schema,
                    struct dbw_table *table, const struct split *split, const char *column,
                    bool valid);
void safe_remove_index(struct dbw_table *table, const char *name);
void safe_put_index(struct schema *schema, struct dbw_table *table, const struct dbw_index *index);
/* A DBW_BACKFILL in the stage's schema; source NULL: the default. */
struct dbw_operation *safe_fill(struct splitting *splitting, struct stage *stage,
                                const struct split *split, const char *source, const char *column);

/* safe_retype.c: a column gets another type through a new one. */
bool retype_can(const struct splitting *splitting, const struct dbw_operation *operation);
void retype_apply(const struct splitting *splitting, struct schema *schema, struct dbw_table *table,
                  const struct split *split, enum step step);
void retype_work(struct splitting *splitting, struct stage *stage, const struct split *split,
                 enum step step);

#endif
