#include "engine/proof.h"

#include <string.h>

#include "engine/part.h"
#include "engine/replay.h"
#include "engine/scope.h"
#include "engine/stand_ins.h"
#include "schema/compare.h"

static bool differs(const struct schema *found, const struct schema *expected, const char *message,
                    struct error *error)
{
	struct dbw_buffer lines = {0};
	bool different = schema_differences(found, expected, &lines) != 0;

	if (different) {
		error_set(error, ERROR_FAILED, "%s", message);
		error->detail = memory_string(buffer_text(&lines));
	}
	buffer_release(&lines);
	return different;
}

/* What both sides are compared with: the schemas themselves, or, where the server has words of its own,
 * what it says of them. */
struct expected {
	const struct schema *before;
	const struct schema *after;
	const struct entry *entry;
	bool compared; /* what failed is a comparison: the scratch database did all it was told */
};

static bool compare(struct session *scratch, struct expected *expected, const struct schema *side,
                    const char *message, struct error *error)
{
	struct schema *found = schema_new(side->traits);
	bool equal = scope_introspect(scratch, expected->entry, found, error);

	if (equal && differs(found, side, message, error)) {
		expected->compared = true;
		equal = false;
	}
	schema_free(found);
	return equal;
}

static bool prove(struct session *scratch, struct expected *expected,
                  const struct migration *migration, struct error *error)
{
	if (!replay_section(scratch, migration, &migration->upgrade, error))
		return error_context(error, "the upgrade fails in a scratch database");
	if (!compare(scratch, expected, expected->after,
	             "after the upgrade the schema is not that of the models", error))
		return false;
	if (migration->irreversible)
		return true;
	if (!replay_section(scratch, migration, &migration->rollback, error))
		return error_context(error, "the rollback fails in a scratch database");
	return compare(scratch, expected, expected->before,
	               "after the rollback the schema is not what it was before", error);
}

static bool prove_noting(struct session *scratch, struct expected *expected,
                         const struct migration *migration, bool *compared, struct error *error)
{
	bool proved = prove(scratch, expected, migration, error);

	*compared = expected->compared;
	return proved;
}

static bool build_and_prove(struct session *scratch, const struct schema *before,
                            const struct schema *after, const struct migration *migration,
                            const struct config *config, const struct entry *entry, bool *compared,
                            struct error *error)
{
	struct expected expected = {before, after, entry, false};
	struct schema *own_before, *own_after;
	bool proved;

	if (!scratch_build(scratch, before, after, entry, error))
		return error_context(error, "building the base in a scratch database");
	if (!(before->traits->flags & DBW_TRAIT_REWRITES_TEXT))
		return prove_noting(scratch, &expected, migration, compared, error);
	expected.before = own_before = schema_new(before->traits);
	expected.after = own_after = schema_new(before->traits);
	proved =
	    scope_introspect(scratch, entry, own_before, error) &&
	    (schema_materialize(after, before, scratch->dialect, config, entry, own_after, error) ||
	     error_context(error, "building the models in a scratch database")) &&
	    prove_noting(scratch, &expected, migration, compared, error);
	schema_free(own_before);
	schema_free(own_after);
	return proved;
}

/* In a scratch database of its own. */
static enum proof_outcome prove_in_scratch(const struct schema *before, const struct schema *after,
                                           const struct migration *migration,
                                           const struct dialect *dialect,
                                           const struct config *config, const struct entry *entry,
                                           struct error *error)
{
	struct session scratch;
	bool proved, compared = false;

	if (!session_open_scratch(&scratch, dialect, config, entry, error))
		return PROOF_IMPOSSIBLE;
	proved =
	    build_and_prove(&scratch, before, after, migration, config, entry, &compared, error);
	session_close(&scratch);
	if (proved)
		return PROOF_GIVEN;
	/* Where it fails for want of a table that nobody has described, nothing is proved, nor disproved. */
	return !compared && stand_ins_explain(after, before, entry, error) ? PROOF_IMPOSSIBLE
	                                                                   : PROOF_FAILED;
}

/* The parts that the operations can touch. */
static enum proof_outcome prove_parts(const struct schema *base, const struct diff *diff,
                                      const struct migration *migration,
                                      const struct dialect *dialect, const struct config *config,
                                      const struct entry *entry, struct error *error)
{
	struct schema *before_schema, *after_schema;
	struct part before, after;
	enum proof_outcome outcome;

	part_begin(&before, base, diff);
	part_begin(&after, diff->after, diff);
	part_join(&before, &after);
	part_join(&after, &before);
	before_schema = part_schema(&before);
	after_schema = part_schema(&after);
	outcome =
	    prove_in_scratch(before_schema, after_schema, migration, dialect, config, entry, error);
	schema_free(before_schema);
	schema_free(after_schema);
	part_release(&before);
	part_release(&after);
	return outcome;
}

/*
 * Many tables, some at a time. Where the scratch database is in this process it costs nothing to make, but SQLite reads
 * its whole schema again for every ALTER TABLE: each table costs as much as there are others.
 */
enum { TABLES_AT_A_TIME = 40 };

struct batch {
	struct arena arena;
	struct schema *owners; /* the tables of all operations, by name */
	struct schema *chosen; /* those of this batch */
	struct dbw_list inverse;
	struct emitted_sizes upgrade;
	struct emitted_sizes rollback;
	bool *done; /* by operation */
};

static const struct dbw_table *owner_of(const struct dbw_operation *operation)
{
	if (operation->verb == DBW_RENAME)
		return NULL;
	if (operation->element == DBW_TABLE)
		return operation->after ? operation->after : operation->before;
	return operation->table_after ? operation->table_after : operation->table_before;
}

static bool is_in(const struct schema *set, const struct dbw_table *table)
{
	return schema_find_table(set, table->namespace_name, table->name) != NULL;
}

static void put_in(struct schema *set, const struct dbw_table *table)
{
	if (!is_in(set, table))
		list_append(&set->arena, &set->content.tables, (void *)(size_t)table);
}

/* Whether every operation is about one table, and what is undone is what was done. */
static bool batch_begin(struct batch *batch, const struct diff *diff,
                        const struct migration *migration, const struct dialect *dialect)
{
	const struct dbw_list *operations = &diff->operations;
	size_t count = operations->count;

	*batch = (struct batch){.owners = schema_new(dialect->plugin.traits)};
	if (migration->irreversible || diff->undone.count != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct dbw_table *owner = owner_of(operations->items[i]);

		if (!owner || diff->undone.items[i] != operations->items[i])
			return false;
		put_in(batch->owners, owner);
	}
	if (batch->owners->content.tables.count <= TABLES_AT_A_TIME)
		return false;
	operations_invert(&batch->arena, &diff->undone, &batch->inverse);
	batch->done = arena_alloc(&batch->arena, count);
	return dialect_emit_sizes(dialect, &batch->arena, operations, &batch->upgrade) &&
	       dialect_emit_sizes(dialect, &batch->arena, &batch->inverse, &batch->rollback) &&
	       migration->upgrade.statements.count ==
	           batch->upgrade.first + batch->upgrade.ends[count - 1] + batch->upgrade.last &&
	       migration->rollback.statements.count ==
	           batch->rollback.first + batch->rollback.ends[count - 1] + batch->rollback.last;
}

/* The statements of the operations on the chosen tables, and those that belong to all. */
static void choose_statements(struct batch *batch, const struct dbw_list *operations,
                              const struct emitted_sizes *sizes, const struct dbw_list *all,
                              struct dbw_list *statements)
{
	size_t position = 0;

	*statements = (struct dbw_list){0};
	for (; position < sizes->first; position++)
		list_append(&batch->arena, statements, all->items[position]);
	for (size_t i = 0; i < operations->count; i++)
		for (bool mine = is_in(batch->chosen, owner_of(operations->items[i]));
		     position < sizes->first + sizes->ends[i]; position++)
			if (mine)
				list_append(&batch->arena, statements, all->items[position]);
	for (; position < all->count; position++)
		list_append(&batch->arena, statements, all->items[position]);
}

static void choose_operations(struct batch *batch, const struct diff *diff, struct diff *own)
{
	own->operations = (struct dbw_list){0};
	for (size_t i = 0; i < diff->operations.count; i++) {
		void *operation = diff->operations.items[i];

		if (!is_in(batch->chosen, owner_of(operation)))
			continue;
		batch->done[i] = true;
		list_append(&batch->arena, &own->operations, operation);
	}
}

/* Whether tables that are changed too belong to the part; they are chosen then. */
static bool takes_others(struct batch *batch, const struct part *part)
{
	bool more = false;

	for (size_t i = 0; i < part->tables.count; i++) {
		const struct dbw_table *table = part->tables.items[i];

		if (!is_in(batch->owners, table) || is_in(batch->chosen, table))
			continue;
		put_in(batch->chosen, table);
		more = true;
	}
	return more;
}

/* All that leans on the chosen tables is chosen with them. */
static void complete(struct batch *batch, const struct schema *base, const struct diff *diff,
                     struct diff *own)
{
	bool more = true;

	while (more) {
		struct part before, after;

		choose_operations(batch, diff, own);
		part_begin(&before, base, own);
		part_begin(&after, diff->after, own);
		more = takes_others(batch, &before);
		more |= takes_others(batch, &after);
		part_release(&before);
		part_release(&after);
	}
}

static enum proof_outcome prove_batches(const struct schema *base, const struct diff *diff,
                                        const struct migration *migration,
                                        const struct dialect *dialect, const struct config *config,
                                        const struct entry *entry, struct error *error)
{
	enum proof_outcome outcome = PROOF_GIVEN;
	struct batch batch;
	bool apart = batch_begin(&batch, diff, migration, dialect);

	for (size_t i = 0; apart && outcome == PROOF_GIVEN && i < diff->operations.count; i++) {
		struct migration own = *migration;
		struct diff own_diff = *diff;

		if (batch.done[i])
			continue;
		batch.chosen = schema_new(base->traits);
		for (size_t j = i; j < diff->operations.count &&
		                   batch.chosen->content.tables.count < TABLES_AT_A_TIME;
		     j++)
			if (!batch.done[j])
				put_in(batch.chosen, owner_of(diff->operations.items[j]));
		complete(&batch, base, diff, &own_diff);
		choose_statements(&batch, &diff->operations, &batch.upgrade,
		                  &migration->upgrade.statements, &own.upgrade.statements);
		choose_statements(&batch, &batch.inverse, &batch.rollback,
		                  &migration->rollback.statements, &own.rollback.statements);
		outcome = prove_parts(base, &own_diff, &own, dialect, config, entry, error);
		schema_free(batch.chosen);
	}
	schema_free(batch.owners);
	arena_release(&batch.arena);
	return apart ? outcome : prove_parts(base, diff, migration, dialect, config, entry, error);
}

enum proof_outcome proof_make(const struct schema *base, const struct diff *diff,
                              const struct migration *migration, const struct dialect *dialect,
                              const struct config *config, const struct entry *entry,
                              struct error *error)
{
	enum proof_outcome outcome;

	if (!dialect->plugin.scratch || !dialect->plugin.introspect) {
		dialect_lacks(dialect, dialect->plugin.scratch ? "introspect" : "scratch", error);
		return PROOF_IMPOSSIBLE;
	}
	outcome = dialect->plugin.traits->flags & DBW_TRAIT_SCRATCH_IN_PROCESS
	              ? prove_batches(base, diff, migration, dialect, config, entry, error)
	              : prove_parts(base, diff, migration, dialect, config, entry, error);
	/* A part may lean on something that nothing in it names: the whole decides. */
	if (outcome == PROOF_FAILED && interrupts_pending() == 0) {
		error_release(error);
		outcome =
		    prove_in_scratch(base, diff->after, migration, dialect, config, entry, error);
	}
	return outcome;
}
