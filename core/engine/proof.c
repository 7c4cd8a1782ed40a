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
	outcome = prove_parts(base, diff, migration, dialect, config, entry, error);
	/* A part may lean on something that nothing in it names: the whole decides. */
	if (outcome == PROOF_FAILED && interrupts_pending() == 0) {
		error_release(error);
		outcome =
		    prove_in_scratch(base, diff->after, migration, dialect, config, entry, error);
	}
	return outcome;
}
