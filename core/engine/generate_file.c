#include <string.h>

#include "base/file.h"
#include "engine/generate_internal.h"

const char *reversal_name(enum reversal reversal)
{
	static const char *const names[] = {
	    [REVERSAL_REAL] = "real",
	    [REVERSAL_CONDITIONAL] = "conditional",
	    [REVERSAL_IRREVERSIBLE] = "irreversible",
	};

	return names[reversal];
}

/* Planning. */

static enum reversal operation_reversal(const struct dialect *dialect,
                                        const struct dbw_operation *operation,
                                        const struct dbw_risk *risk)
{
	struct arena arena = {0};
	struct dbw_list forward = {0}, inverse = {0}, emitted = {0};
	struct error error = {0};
	enum reversal reversal = risk->loses_data ? REVERSAL_CONDITIONAL : REVERSAL_REAL;

	list_append(&arena, &forward, (void *)operation);
	operations_invert(&arena, &forward, &inverse);
	if (!dialect_emit(dialect, &arena, &inverse, &emitted, &error))
		reversal = REVERSAL_IRREVERSIBLE;
	error_release(&error);
	arena_release(&arena);
	return reversal;
}

static bool is_new(const struct schema *before, const struct dbw_operation *operation)
{
	const struct dbw_table *table = operation->table_after;

	return table && !schema_find_table(before, table->namespace_name, table->name);
}

void generate_plan(struct arena *arena, const struct dialect *dialect, const struct schema *before,
                   const struct dbw_list *operations, struct dbw_list *planned,
                   enum reversal *worst)
{
	for (size_t i = 0; i < operations->count; i++) {
		const struct dbw_operation *operation = operations->items[i];
		struct planned *one = arena_new(arena, struct planned);

		one->operation = operation;
		one->text = operation_describe(arena, operation);
		one->risk.struct_size = sizeof one->risk;
		if (dialect->plugin.risk)
			dialect->plugin.risk(&dialect->host, operation, &one->risk);
		if (is_new(before, operation)) {
			one->risk.scans_table = one->risk.rewrites_table = one->risk.blocks = false;
			*one->risk.note = *one->risk.versions = '\0';
		}
		one->reversal = operation->verb == DBW_BACKFILL
		                    ? REVERSAL_REAL
		                    : operation_reversal(dialect, operation, &one->risk);
		if (one->reversal > *worst)
			*worst = one->reversal;
		list_append(arena, planned, one);
	}
}

/* Files out of stages. */

static const struct schema *last_schema(const struct generated_file *file)
{
	const struct diff *last = file->diffs.items[file->diffs.count - 1];

	return last->after;
}

/* What can be done without holding up others is, where the dialect knows how. Operations on indexes that come in
 * a transaction cannot. */
static void mark_online(const struct dialect *dialect, const struct diff *diff, bool outside)
{
	bool apart = dialect->plugin.traits->flags & DBW_TRAIT_ONLINE_INDEXES;

	for (size_t i = 0; i < diff->undone.count; i++) {
		struct dbw_operation *operation = diff->undone.items[i];

		if (!apart || outside || operation->element != DBW_INDEX)
			operation->flags |= DBW_OPERATION_ONLINE;
	}
	for (size_t i = 0; i < diff->operations.count; i++) {
		struct dbw_operation *operation = diff->operations.items[i];

		if (!apart || outside || operation->element != DBW_INDEX)
			operation->flags |= DBW_OPERATION_ONLINE;
	}
}

static void append_all(struct arena *arena, struct dbw_list *to, const struct dbw_list *from)
{
	for (size_t i = 0; i < from->count; i++)
		list_append(arena, to, from->items[i]);
}

/* A column that the way back fills again as it was is no loss. */
static void restore(const struct stage *stage, const struct dbw_list *planned)
{
	for (size_t i = 0; i < planned->count; i++) {
		struct planned *one = planned->items[i];
		const struct dbw_column *column = one->operation->before;

		if (one->operation->verb != DBW_DROP || one->operation->element != DBW_COLUMN)
			continue;
		for (size_t j = 0; j < stage->restored.count; j++)
			if (strcmp(stage->restored.items[j], column->name) == 0) {
				one->risk.loses_data = false;
				*one->risk.loss = '\0';
				if (one->reversal == REVERSAL_CONDITIONAL)
					one->reversal = REVERSAL_REAL;
			}
	}
}

static void take_stage(struct generated *generated, struct generated_file *file,
                       const struct dialect *dialect, struct stage *stage, struct diff *diff,
                       bool safe)
{
	struct arena *arena = &generated->arena;
	struct dbw_list operations = {0}, planned = {0};
	enum reversal worst = REVERSAL_REAL;

	if (safe)
		mark_online(dialect, diff, stage->outside);
	list_append(arena, &file->diffs, diff);
	list_append(arena, &file->stages, stage);
	if (!file->whole.before)
		file->whole.before = diff->before;
	file->whole.after = diff->after;
	append_all(arena, &file->whole.operations, &diff->operations);
	append_all(arena, &file->whole.undone, &diff->undone);
	append_all(arena, &operations, &stage->fills);
	append_all(arena, &operations, &diff->operations);
	generate_plan(arena, dialect, generated->base.schema, &operations, &planned, &worst);
	restore(stage, &planned);
	for (size_t i = 0; i < planned.count; i++) {
		const struct planned *one = planned.items[i];

		if (one->reversal > file->reversal)
			file->reversal = one->reversal;
	}
	append_all(arena, &file->planned, &planned);
	file->outside |= stage->outside && (stage->fills.count || diff->operations.count);
}

static struct generated_file *add_file(struct generated *generated, const struct schema *before,
                                       const struct stage *stage)
{
	struct generated_file *file = arena_new(&generated->arena, struct generated_file);

	file->before = before;
	file->description = stage->what;
	list_append(&generated->arena, &generated->files, file);
	return file;
}

/* Renames are requests for the first stage; every later one has the new names already. */
bool generate_files(struct generated *generated, const struct dialect *dialect, bool safe,
                    struct error *error)
{
	const struct schema *before = generated->base.schema;
	struct generated_file *file = NULL;
	bool begun = false;

	stages_make(&generated->stages, &generated->diff, dialect, safe);
	for (size_t i = 0; i < generated->stages.list.count; i++) {
		struct stage *stage = generated->stages.list.items[i];
		struct diff *diff = arena_new(&generated->arena, struct diff);

		if (!file)
			append_all(&generated->arena, &stage->renames, &generated->renames);
		if (!stage->schema) {
			*diff = generated->diff;
			generated->diff_given = true;
		} else if (!diff_make(diff, &dialect->host, &dialect->plugin, before, stage->schema,
		                      &stage->renames, error)) {
			diff_release(diff);
			return false;
		}
		begun &= stage->joined;
		if (!diff->operations.count && !stage->fills.count) {
			diff_release(diff);
			continue;
		}
		if (!begun)
			file = add_file(generated, before, stage);
		begun = true;
		take_stage(generated, file, dialect, stage, diff, safe);
		before = last_schema(file);
	}
	return true;
}

/* Writing the text. */

static void write_comment(struct dbw_buffer *out, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		buffer_string(out, "-- ");
		buffer_append(out, text, length);
		buffer_char(out, '\n');
		text += length + (text[length] == '\n');
	}
}

static void write_statements(struct dbw_buffer *out, const struct dbw_list *statements,
                             bool outside)
{
	for (size_t i = 0; i < statements->count; i++) {
		const struct emitted *one = statements->items[i];

		buffer_char(out, '\n');
		if (one->comment)
			write_comment(out, one->comment);
		if (one->autocommit && !outside)
			buffer_string(out, "-- @dbwarden:autocommit\n");
		buffer_string(out, one->sql);
		buffer_string(out, ";\n");
	}
}

static void write_losses(const struct generated_file *file, struct dbw_buffer *out)
{
	for (size_t i = 0; i < file->planned.count; i++) {
		const struct planned *planned = file->planned.items[i];

		if (planned->reversal == REVERSAL_CONDITIONAL)
			buffer_printf(out, "-- conditional: what '%s' removed does not come back\n",
			              planned->text);
	}
}

static bool emit_upgrade(struct generated *generated, const struct generated_file *file,
                         const struct dialect *dialect, struct dbw_list *statements,
                         struct error *error)
{
	for (size_t i = 0; i < file->diffs.count; i++) {
		const struct diff *diff = file->diffs.items[i];
		const struct stage *stage = file->stages.items[i];

		if (!dialect_emit(dialect, &generated->arena, &stage->fills, statements, error) ||
		    !dialect_emit(dialect, &generated->arena, &diff->operations, statements, error))
			return false;
	}
	return true;
}

static bool emit_rollback(struct generated *generated, const struct generated_file *file,
                          const struct dialect *dialect, struct dbw_list *statements,
                          struct error *error)
{
	for (size_t i = file->diffs.count; i > 0; i--) {
		const struct diff *diff = file->diffs.items[i - 1];
		struct dbw_list inverse = {0};
		const struct stage *stage = file->stages.items[i - 1];

		operations_invert(&generated->arena, &diff->undone, &inverse);
		if (!dialect_emit(dialect, &generated->arena, &inverse, statements, error) ||
		    !dialect_emit(dialect, &generated->arena, &stage->undo_fills, statements,
		                  error))
			return false;
	}
	return true;
}

static bool has_autocommit(const struct dbw_list *statements)
{
	for (size_t i = 0; i < statements->count; i++)
		if (((const struct emitted *)statements->items[i])->autocommit)
			return true;
	return false;
}

static void write_file(struct generated_file *file, const struct dbw_list *upgrade,
                       const struct dbw_list *rollback)
{
	struct dbw_buffer *out = &file->sql;
	bool reversible = file->reversal != REVERSAL_IRREVERSIBLE;

	/* Only what needs it: a transaction is the better place for anything else. */
	file->outside &= has_autocommit(upgrade) || has_autocommit(rollback);
	buffer_clear(out);
	if (file->outside)
		buffer_string(out, "-- dbwarden: no-transaction\n");
	if (!reversible)
		buffer_string(out, "-- dbwarden: irreversible\n");
	buffer_string(out, "-- upgrade\n");
	write_statements(out, upgrade, file->outside);
	if (reversible) {
		buffer_string(out, "\n-- rollback\n");
		write_losses(file, out);
		write_statements(out, rollback, file->outside);
		/* An empty section would be one that somebody has forgotten. */
		if (!rollback->count)
			buffer_string(out, "\nSELECT 'nothing to undo';\n");
	}
}

/* What was written must read as what was meant: the parser and the proof see the file's own bytes. */
bool generate_text(struct generated *generated, struct generated_file *file,
                   const struct dialect *dialect, struct error *error)
{
	struct dbw_list upgrade = {0}, rollback = {0};

	if (!emit_upgrade(generated, file, dialect, &upgrade, error) ||
	    (file->reversal != REVERSAL_IRREVERSIBLE &&
	     !emit_rollback(generated, file, dialect, &rollback, error)))
		return false;
	write_file(file, &upgrade, &rollback);
	file->migration = (struct migration){
	    .kind = MIGRATION_VERSIONED,
	    .version = file->version,
	    .description = file->description,
	    .file = path_basename(file->path),
	    .path = file->path,
	    .content = {buffer_text(&file->sql), file->sql.length},
	};
	return migration_parse(&generated->arena, &file->migration, dialect->plugin.traits,
	                       error) ||
	       error_context(error, "the generated file cannot be read back");
}

bool generate_proof(struct generated *generated, struct generated_file *file,
                    const struct config *config, const struct entry *entry,
                    const struct dialect *dialect, const struct generate_options *options,
                    struct error *error)
{
	if (options->no_verify) {
		file->unproved = "not proved: --no-verify";
		return true;
	}
	switch (proof_make(file->before, &file->whole, &file->migration, dialect, config, entry,
	                   error)) {
	case PROOF_GIVEN:
		file->proved = true;
		return true;
	case PROOF_IMPOSSIBLE:
		file->unproved =
		    error->hint ? arena_printf(&generated->arena, "not proved: %s. %s",
		                               error->message, error->hint)
				: arena_printf(&generated->arena, "not proved: %s", error->message);
		error_release(error);
		return true;
	case PROOF_FAILED:
		break;
	}
	error_context(error, "nothing was written: the migration does not stand its proof");
	if (!error->hint)
		error_hint(error,
		           options->safe
		               ? "Without --safe it is one ordinary migration; if that stands its "
		                 "proof, this is a defect of dbwarden worth reporting."
		               : "If the models are right, this is a defect of dbwarden worth "
		                 "reporting. --no-verify writes the file for you to mend by hand.");
	return false;
}

void generated_file_release(struct generated_file *file)
{
	for (size_t i = 0; i < file->diffs.count; i++)
		diff_release(file->diffs.items[i]);
	buffer_release(&file->sql);
	buffer_release(&file->plan);
}
