/*
 * The plan beside a generated migration, as JSON: what the file does, what each operation costs, how
 * it can be undone, and whether it was proved. For reviewers and their tools, and for 'migrate --dry-run' and
 * 'status', which read it back. A plan decides nothing: one that is missing or broken costs its words alone.
 */
#ifndef ENGINE_PLAN_H
#define ENGINE_PLAN_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "engine/generate.h"
#include "migrations/migration.h"

/* The same input gives the same bytes: no times, no machine, no user. */
void plan_write(struct dbw_buffer *out, const struct generated *generated,
                const struct generated_file *file, const struct entry *entry, const char *dialect);

/* What is read of a plan. Strings live in the arena; NULL where the plan has none. */
struct plan_operation {
	const char *text;
	const char *lock;
	const char *also_locked;
	const char *algorithm;
	const char *loss;
	const char *note;
	const char *versions;
	const char *rollback;
	bool rewrites_table;
	bool scans_table;
	bool blocks;
	bool loses_data;
};

struct plan {
	const char *checksum; /* of the migration that it was written with */
	const char *proof;
	const char *rollback;
	struct dbw_list operations; /* struct plan_operation */
	bool loses_data;            /* one of them does */
};

/* False: it is no plan; the error says why. Any bytes may come. */
bool plan_read(struct plan *plan, struct arena *arena, const char *bytes, size_t length,
               struct error *error);

enum plan_state {
	PLAN_GOOD,
	PLAN_ABSENT, /* a migration by hand has none */
	PLAN_BAD,    /* unreadable, or of another text: the error says which */
};
/* The plan beside the migration. */
enum plan_state plan_find(struct plan *plan, struct arena *arena, const struct migration *migration,
                          struct error *error);
/* What it says of the risk, in one line: "loses data; ACCESS EXCLUSIVE, rewrites the table; not proved". */
const char *plan_summary(const struct plan *plan, struct arena *arena);

#endif
