/*
 * make-migrations: from models and base to a migration file with its plan and snapshot.
 */
#ifndef ENGINE_GENERATE_H
#define ENGINE_GENERATE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "config/config.h"
#include "engine/proof.h"
#include "engine/replay.h"
#include "migrations/migration.h"
#include "models/models.h"
#include "plugin/dialect.h"
#include "schema/diff.h"

/* Asked for each likely rename that nobody confirmed. */
enum rename_answer { RENAME_YES, RENAME_NO, RENAME_UNKNOWN };
typedef enum rename_answer rename_question(void *context, const struct rename_guess *guess);

struct generate_options {
	const char *description; /* NULL: made from the first operation */
	struct dbw_list renames; /* struct rename_request */
	bool no_renames;         /* likely renames are drops and adds */
	bool no_verify;          /* do not prove */
	bool allow_irreversible;
	bool plan_only;       /* write nothing */
	rename_question *ask; /* NULL: nobody to ask */
	void *context;
};

/* How the way back is: see the words. */
enum reversal {
	REVERSAL_REAL,
	REVERSAL_CONDITIONAL,  /* the schema comes back, some data does not */
	REVERSAL_IRREVERSIBLE, /* the dialect has no way back */
};
const char *reversal_name(enum reversal reversal);

/* One operation, for people and the plan. */
struct planned {
	const struct dbw_operation *operation;
	const char *text; /* operation_describe() */
	struct dbw_risk risk;
	enum reversal reversal;
};

enum generate_outcome {
	GENERATE_WRITTEN,
	GENERATE_PLANNED,   /* plan_only */
	GENERATE_NOTHING,   /* models and migrations agree */
	GENERATE_QUESTIONS, /* 'guesses' need an answer; nothing was written */
	GENERATE_FAILED,
};

struct generated {
	struct arena arena;
	struct models models;
	struct migration_directory directory;
	struct base base;
	const struct schema *declared; /* the models */
	struct schema *said;           /* the models in the server's words, where they are needed */
	struct diff diff;
	struct dbw_list
	    unmatched; /* char *: patterns of model_tables that nothing in the models matches */
	struct dbw_list planned;  /* struct planned */
	enum reversal reversal;   /* the worst of them */
	struct dbw_list *guesses; /* struct rename_guess; NULL if there are none */
	const char *version;
	const char *description;
	const char *path; /* of the migration; also where it would be */
	const char *plan_path;
	const char *snapshot_path;
	struct dbw_buffer sql;  /* the file */
	struct dbw_buffer plan; /* the plan file */
	bool proved;
	const char *unproved; /* why not; NULL if proved */
};

enum generate_outcome generate(struct generated *generated, const struct config *config,
                               const struct entry *entry, const struct dialect *dialect,
                               const struct generate_options *options, struct error *error);
void generated_release(struct generated *generated);

/* 'new': a file with both sections, empty. version NULL: the next. *path receives where it is. */
bool generate_empty(struct arena *arena, const struct config *config, const struct entry *entry,
                    const struct dialect *dialect, const char *description, const char *version,
                    enum migration_kind kind, const char **path, struct error *error);

#endif
