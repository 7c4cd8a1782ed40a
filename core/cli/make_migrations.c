#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/merge.h"
#include "cli/output.h"
#include "engine/generate.h"

extern const struct command command_make_migrations;

/* '--rename users.mail:email' and '--rename-table people:users'. */

static bool bad_rename(struct invocation *invocation, const char *option, const char *value)
{
	error_set(&invocation->error, ERROR_USAGE, "--%s wants %s, not '%s'", option,
	          strcmp(option, "rename") == 0         ? "TABLE.OLD:NEW"
	          : strcmp(option, "rename-value") == 0 ? "TYPE.OLD:NEW"
	                                                : "OLD:NEW",
	          value);
	return false;
}

/* namespace.name, taken apart; 'name' alone where there is no dot. */
static const char *split_name(struct arena *arena, const char *text, const char **namespace_name)
{
	const char *dot = strrchr(text, '.');

	*namespace_name = dot ? arena_copy(arena, text, (size_t)(dot - text)) : NULL;
	return dot ? dot + 1 : text;
}

static bool parse_rename(struct invocation *invocation, const char *option, const char *value,
                         struct dbw_list *renames)
{
	struct arena *arena = &invocation->arena;
	struct rename_request *request = arena_new(arena, struct rename_request);
	const char *colon = strrchr(value, ':');
	char *left;

	if (!colon || colon == value || !colon[1])
		return bad_rename(invocation, option, value);
	list_append(arena, renames, request);
	left = arena_copy(arena, value, (size_t)(colon - value));
	if (strcmp(option, "rename-value") == 0) {
		request->kind = RENAME_VALUE;
		request->written = value;
		return strchr(left, '.') || bad_rename(invocation, option, value);
	}
	if (strcmp(option, "rename") == 0) {
		char *last = strrchr(left, '.');

		if (!last || last == left || !last[1])
			return bad_rename(invocation, option, value);
		*last = '\0';
		request->kind = RENAME_COLUMN;
		request->from = last + 1;
		request->to = colon + 1;
		request->table = split_name(arena, left, &request->table_namespace);
	} else {
		request->kind = RENAME_TABLE;
		request->from = split_name(arena, left, &request->table_namespace);
		request->to = split_name(arena, colon + 1, &request->to_namespace);
		/* A bare name stays where it was. */
		if (!request->to_namespace)
			request->to_namespace = request->table_namespace;
	}
	return true;
}

static bool parse_renames(struct invocation *invocation, struct dbw_list *renames)
{
	static const char *const names[] = {"rename", "rename-table", "rename-value"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value;

		for (size_t n = 0; (value = option_nth(invocation, names[i], n)); n++)
			if (!parse_rename(invocation, names[i], value, renames))
				return false;
	}
	return true;
}

/* As the flags take it. */
static void put_name(struct dbw_buffer *text, const char *namespace_name, const char *name)
{
	if (namespace_name)
		buffer_printf(text, "%s.", namespace_name);
	buffer_string(text, name);
}

static void put_old(struct dbw_buffer *text, const struct rename_guess *guess)
{
	put_name(text, guess->table_namespace,
	         guess->kind == RENAME_TABLE ? guess->from : guess->table);
	if (guess->kind != RENAME_TABLE)
		buffer_printf(text, ".%s", guess->from);
}

/* A table that moves has its namespace before the name. */
static void put_new(struct dbw_buffer *text, const struct rename_guess *guess)
{
	put_name(text, guess->to_namespace, guess->to);
}

static void rename_flag(struct dbw_buffer *text, const struct rename_guess *guess)
{
	static const char *const flags[] = {
	    [RENAME_TABLE] = "rename-table",
	    [RENAME_COLUMN] = "rename",
	    [RENAME_VALUE] = "rename-value",
	};

	buffer_printf(text, "--%s ", flags[guess->kind]);
	put_old(text, guess);
	buffer_char(text, ':');
	put_new(text, guess);
}

/* "column 't.a'" */
static void put_subject(struct dbw_buffer *text, const struct rename_guess *guess)
{
	static const char *const words[] = {
	    [RENAME_TABLE] = "table",
	    [RENAME_COLUMN] = "column",
	    [RENAME_VALUE] = "value",
	};

	buffer_printf(text, "%s '", words[guess->kind]);
	put_old(text, guess);
	buffer_char(text, '\'');
}

static enum rename_answer ask_rename(void *context, const struct rename_guess *guess)
{
	char answer[64];

	(void)context;
	for (;;) {
		struct dbw_buffer question = {0};

		buffer_string(&question, "Was ");
		put_subject(&question, guess);
		buffer_string(&question, " renamed to '");
		put_new(&question, guess);
		fprintf(stderr, "%s'? (%s)\n", buffer_text(&question), guess->evidence);
		buffer_release(&question);
		fputs("  y: rename it, its data stays   n: drop the old, add the new   [y/n] ",
		      stderr);
		if (!fgets(answer, sizeof answer, stdin))
			return RENAME_UNKNOWN;
		if (answer[0] == 'y' || answer[0] == 'Y')
			return RENAME_YES;
		if (answer[0] == 'n' || answer[0] == 'N')
			return RENAME_NO;
	}
}

/* Results. */

static const char *shorten(struct invocation *invocation, const char *path)
{
	return path_shorten(path, path_working_directory(&invocation->arena));
}

static json_t *operations_json(const struct dbw_list *planned)
{
	json_t *list = json_array();

	for (size_t i = 0; i < planned->count; i++) {
		const struct planned *one = planned->items[i];
		const struct dbw_risk *risk = &one->risk;
		json_t *object =
		    json_pack("{s:o, s:o, s:b, s:b, s:b, s:b}", "operation", json_text(one->text),
		              "rollback", json_text(reversal_name(one->reversal)), "rewrites_table",
		              risk->rewrites_table, "scans_table", risk->scans_table, "blocks",
		              risk->blocks, "loses_data", risk->loses_data);

		json_object_set_new(object, "lock", json_text(risk->lock));
		json_object_set_new(object, "also_locked",
		                    *risk->also_locked ? json_text(risk->also_locked)
		                                       : json_null());
		json_object_set_new(object, "algorithm", json_text(risk->algorithm));
		json_object_set_new(object, "loss",
		                    risk->loses_data ? json_text(risk->loss) : json_null());
		json_object_set_new(object, "note",
		                    *risk->note ? json_text(risk->note) : json_null());
		json_object_set_new(object, "versions",
		                    *risk->versions ? json_text(risk->versions) : json_null());
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *file_json(const struct generated_file *file)
{
	json_t *object = json_pack("{s:o, s:o, s:b, s:b}", "version", json_text(file->version),
	                           "description", json_text(file->description), "no_transaction",
	                           file->outside, "proved", file->proved);

	json_object_set_new(object, "unproved", json_text(file->unproved));
	json_object_set_new(object, "file", json_text(file->path));
	json_object_set_new(object, "plan", json_text(file->plan_path));
	json_object_set_new(object, "snapshot", json_text(file->snapshot_path));
	json_object_set_new(object, "operations", operations_json(&file->planned));
	json_object_set_new(object, "sql", json_text(buffer_text(&file->sql)));
	return object;
}

static json_t *guesses_json(const struct generated *generated)
{
	json_t *list = json_array();

	for (size_t i = 0; generated->guesses && i < generated->guesses->count; i++) {
		const struct rename_guess *guess = generated->guesses->items[i];
		struct dbw_buffer flag = {0};
		json_t *object = json_object();

		rename_flag(&flag, guess);
		json_object_set_new(object, "table", json_text(guess->table));
		json_object_set_new(object, "from", json_text(guess->from));
		json_object_set_new(object, "to", json_text(guess->to));
		json_object_set_new(object, "evidence", json_text(guess->evidence));
		json_object_set_new(object, "flag", json_text(buffer_text(&flag)));
		json_array_append_new(list, object);
		buffer_release(&flag);
	}
	return list;
}

static void print_json(struct invocation *invocation, const struct generated *generated,
                       enum generate_outcome outcome)
{
	static const char *const outcomes[] = {
	    [GENERATE_WRITTEN] = "written",         [GENERATE_PLANNED] = "planned",
	    [GENERATE_NOTHING] = "no changes",      [GENERATE_QUESTIONS] = "renames to confirm",
	    [GENERATE_DESTRUCTIVE] = "destructive",
	};
	bool made = outcome == GENERATE_WRITTEN || outcome == GENERATE_PLANNED;
	const struct generated_file *last =
	    made ? generated->files.items[generated->files.count - 1] : NULL;
	struct dbw_buffer sql = {0};
	json_t *files = json_array(), *operations = json_array();
	json_t *object = json_pack("{s:o, s:o}", "database", json_text(invocation->entry->name),
	                           "outcome", json_text(outcomes[outcome]));
	bool proved = made;

	for (size_t i = 0; made && i < generated->files.count; i++) {
		const struct generated_file *file = generated->files.items[i];
		json_t *list = operations_json(&file->planned);

		proved &= file->proved;
		buffer_string(&sql, buffer_text(&file->sql));
		json_array_append_new(files, file_json(file));
		json_array_extend(operations, list);
		json_decref(list);
	}
	if (!made) {
		json_decref(operations);
		operations = operations_json(&generated->planned);
	}
	/* Of the file that leads to the models; nearly always there is but one. */
	json_object_set_new(object, "version", made ? json_text(last->version) : json_null());
	json_object_set_new(object, "file", made ? json_text(last->path) : json_null());
	json_object_set_new(object, "plan", made ? json_text(last->plan_path) : json_null());
	json_object_set_new(object, "snapshot",
	                    made ? json_text(last->snapshot_path) : json_null());
	json_object_set_new(object, "proved", json_boolean(proved));
	json_object_set_new(object, "files", files);
	json_object_set_new(object, "operations", operations);
	json_object_set_new(object, "renames", guesses_json(generated));
	json_object_set_new(object, "safe_helps", json_boolean(generated->safe_helps));
	json_object_set_new(object, "sql", made ? json_text(buffer_text(&sql)) : json_null());
	buffer_release(&sql);
	output_json(object);
}

/* What loses data is always among them. */
enum { OPERATIONS_SHOWN = 25 };

static void print_line(const char *name, const char *text)
{
	if (!*text)
		return;
	printf("      %-9s ", name);
	output_safe(stdout, text, false);
	putchar('\n');
}

/* One property a line, so that they stand below each other from one operation to the next. */
static void print_risk(const struct planned *planned)
{
	const struct dbw_risk *risk = &planned->risk;
	struct dbw_buffer text = {0};

	buffer_string(&text, risk->lock ? risk->lock : "none");
	if (*risk->also_locked)
		buffer_printf(&text, "; %s", risk->also_locked);
	print_line("lock", buffer_text(&text));
	buffer_clear(&text);
	if (risk->algorithm)
		print_line("algorithm", risk->algorithm);
	if (risk->rewrites_table || risk->scans_table)
		buffer_printf(&text, "%s%s",
		              risk->rewrites_table ? "all are written again" : "all are read",
		              risk->blocks ? ", others wait meanwhile" : "");
	print_line("rows", buffer_text(&text));
	print_line("loses", risk->loses_data ? risk->loss : "");
	print_line("rollback", reversal_name(planned->reversal));
	print_line("versions", risk->versions);
	print_line("note", risk->note);
	buffer_release(&text);
}

static void print_operations(const struct dbw_list *planned, bool risks)
{
	size_t shown = 0, left = 0;

	for (size_t i = 0; i < planned->count; i++) {
		const struct planned *one = planned->items[i];
		const struct dbw_risk *risk = &one->risk;

		if (!risks && !risk->loses_data && shown >= OPERATIONS_SHOWN) {
			left++;
			continue;
		}
		shown++;
		fputs("  ", stdout);
		output_text(stdout, risk->loses_data ? COLOUR_RED : COLOUR_NONE, one->text);
		if (risk->loses_data)
			fputs("  (loses data)", stdout);
		putchar('\n');
		if (risks)
			print_risk(one);
	}
	if (left)
		printf("  and %zu more; all of them are in the plan beside the file\n", left);
}

static void print_questions(const struct generated *generated)
{
	puts("Likely renames that nobody has confirmed; nothing was written:");
	for (size_t i = 0; i < generated->guesses->count; i++) {
		const struct rename_guess *guess = generated->guesses->items[i];
		struct dbw_buffer flag = {0}, subject = {0};

		rename_flag(&flag, guess);
		put_subject(&subject, guess);
		buffer_string(&subject, " -> '");
		put_new(&subject, guess);
		printf("  %s' (%s)\n    a rename, data kept:  %s\n", buffer_text(&subject),
		       guess->evidence, buffer_text(&flag));
		buffer_release(&subject);
		buffer_release(&flag);
	}
	puts("    not renames, drop and add:  --no-renames");
}

static void print_losses(const struct generated *generated)
{
	puts("Data can be lost; nothing was written:");
	for (size_t i = 0; i < generated->planned.count; i++) {
		const struct planned *planned = generated->planned.items[i];

		if (!planned->risk.loses_data)
			continue;
		fputs("  ", stdout);
		output_text(stdout, COLOUR_RED, planned->text);
		if (*planned->risk.loss) {
			fputs(": ", stdout);
			output_safe(stdout, planned->risk.loss, false);
		}
		putchar('\n');
	}
	puts("    that is wanted:         --allow-destructive\n"
	     "    to see the whole plan:  --plan");
}

/* What was wrong with the snapshots, and what became of it. */
static void print_snapshots(struct invocation *invocation, const struct generated *generated)
{
	const struct mending *mending = &generated->mending;
	const struct chain *chain = &generated->base.chain;

	for (size_t i = 0; i < mending->mended.count; i++)
		cli_note(invocation, "%s; it was written anew",
		         (const char *)mending->mended.items[i]);
	if (mending->mended.count && !mending->left)
		return;
	for (size_t i = 0; i + 1 < chain->count; i++)
		if (chain->links[i].wanted)
			cli_note(invocation, "%s%s%s", chain->links[i].why,
			         mending->left ? "; it was left as it is: " : "",
			         mending->left ? mending->left : "");
}

static void print_report(struct invocation *invocation, const struct generated *generated)
{
	const struct parse_report *report = &generated->models.report;

	if (report->data || report->drops || report->settings)
		cli_note(invocation,
		         "skipped in the models: %zu data statements, %zu DROP ... IF EXISTS, %zu "
		         "session settings",
		         report->data, report->drops, report->settings);
	for (size_t i = 0; i < generated->unmatched.count; i++)
		cli_note(invocation, "'model_tables' has '%s', which matches nothing in the models",
		         (const char *)generated->unmatched.items[i]);
	if (generated->base.source == BASE_REPLAY)
		cli_note(invocation, "compared with a replay of the migrations: %s",
		         generated->base.why.message);
	print_snapshots(invocation, generated);
}

/* What holds others up: without --safe whether that would help, with it what it could not help. */
static void print_advice(const struct generated *generated, bool safe)
{
	if (generated->safe_helps)
		puts(
		    "Others will have to wait while this runs: --safe splits it into steps that let "
		    "readers and\nwriters go on.");
	for (size_t i = 0; safe && i < generated->files.count; i++) {
		const struct generated_file *file = generated->files.items[i];

		for (size_t j = 0; j < file->planned.count; j++) {
			const struct planned *one = file->planned.items[j];

			if (!one->risk.blocks)
				continue;
			fputs("not made safer: ", stdout);
			output_safe(stdout, one->text, false);
			if (*one->risk.note) {
				fputs(": ", stdout);
				output_safe(stdout, one->risk.note, false);
			}
			putchar('\n');
		}
	}
}

static void print_proof(const struct generated *generated, const char *proved)
{
	for (size_t i = 0; i < generated->files.count; i++) {
		const struct generated_file *file = generated->files.items[i];

		if (file->unproved) {
			puts(file->unproved);
			return;
		}
	}
	puts(proved);
}

static void print_written(struct invocation *invocation, const struct generated *generated,
                          bool safe)
{
	for (size_t i = 0; i < generated->files.count; i++) {
		const struct generated_file *file = generated->files.items[i];

		output_text(stdout, COLOUR_GREEN, "wrote ");
		output_safe(stdout, shorten(invocation, file->path), false);
		puts(file->outside ? "  (outside transactions)" : "");
		print_operations(&file->planned, false);
	}
	print_proof(generated, "Proved in a scratch database: the upgrade leads to the models, the "
	                       "rollback back again.");
	print_advice(generated, safe);
	printf("Review it, then run 'dbwarden migrate --database %s'.\n", invocation->entry->name);
}

static void print_plan(struct invocation *invocation, const struct generated *generated, bool safe)
{
	for (size_t i = 0; i < generated->files.count; i++) {
		const struct generated_file *file = generated->files.items[i];

		printf("would write %s\n", shorten(invocation, file->path));
		print_operations(&file->planned, true);
	}
	print_proof(generated, "proved in a scratch database");
	print_advice(generated, safe);
	for (size_t i = 0; i < generated->files.count; i++) {
		const struct generated_file *file = generated->files.items[i];

		putchar('\n');
		if (generated->files.count > 1)
			printf("-- %s\n", path_basename(file->path));
		fputs(buffer_text(&file->sql), stdout);
	}
}

static int report(struct invocation *invocation, const struct generated *generated,
                  enum generate_outcome outcome)
{
	bool safe = option_given(invocation, "safe");

	if (outcome == GENERATE_FAILED)
		return cli_fail(invocation);
	print_report(invocation, generated);
	if (invocation->json)
		print_json(invocation, generated, outcome);
	else if (outcome == GENERATE_NOTHING)
		printf("%s: no changes, models and migrations agree\n", invocation->entry->name);
	else if (outcome == GENERATE_QUESTIONS)
		print_questions(generated);
	else if (outcome == GENERATE_DESTRUCTIVE)
		print_losses(generated);
	else if (outcome == GENERATE_PLANNED)
		print_plan(invocation, generated, safe);
	else
		print_written(invocation, generated, safe);
	return outcome == GENERATE_QUESTIONS || outcome == GENERATE_DESTRUCTIVE ? EXIT_TO_DO
	                                                                        : EXIT_DONE;
}

static int run_make_migrations(struct invocation *invocation)
{
	bool terminal = isatty(STDIN_FILENO) && isatty(STDERR_FILENO) && !invocation->json;
	struct generate_options options = {
	    .description = option_value(invocation, "description"),
	    .no_renames = option_given(invocation, "no-renames"),
	    .no_verify = option_given(invocation, "no-verify"),
	    .allow_irreversible = option_given(invocation, "allow-irreversible"),
	    .allow_destructive = option_given(invocation, "allow-destructive"),
	    .safe = option_given(invocation, "safe"),
	    .plan_only = option_given(invocation, "plan"),
	    .ask = terminal ? ask_rename : NULL,
	};
	struct generated generated = {0};
	int status;

	if (!parse_renames(invocation, &options.renames) || !project_dialect(invocation) ||
	    !interrupts_catch(&invocation->error))
		return cli_fail(invocation);
	if (option_given(invocation, "merge"))
		return merge_command(invocation);
	if (argument(invocation, 0)) {
		error_set(&invocation->error, ERROR_USAGE, "unexpected argument '%s'",
		          argument(invocation, 0));
		return cli_fail(invocation);
	}
	status = report(invocation, &generated,
	                generate(&generated, &invocation->config, invocation->entry,
	                         invocation->dialect, &options, &invocation->error));
	generated_release(&generated);
	return status;
}

static const struct option options[] = {
    {"description", 'd', "TEXT", "what it does; becomes part of the file's name", false},
    OPTION_LONG_DATABASE,
    {"plan", 0, NULL, "show what would be written, with risks; write nothing", false},
    {"rename", 0, "T.OLD:NEW", "column OLD of table T is called NEW now", true},
    {"rename-table", 0, "OLD:NEW", "table OLD is called NEW now", true},
    {"rename-value", 0, "TYPE.OLD:NEW", "value OLD of an enum type (or of TABLE.COLUMN) is NEW now",
     true},
    {"no-renames", 0, NULL, "what looks like a rename is a drop and an add", false},
    {"no-verify", 0, NULL, "do not prove it in a scratch database", false},
    {"merge", 0, NULL, "give a branch's migrations new numbers; FILE: one of that branch", false},
    {"offline", 0, NULL, "connect to no server: the snapshots tell what there is", false},
    {"allow-irreversible", 0, NULL, "write it even if it cannot be rolled back", false},
    {"safe", 0, NULL, "split what would hold up others into steps that do not", false},
    {"allow-destructive", 0, NULL, "write it even if data can be lost", false},
    OPTION_VERBOSE,
    OPTION_JSON,
    OPTION_CONFIG,
    OPTION_PLUGIN_DIR,
    OPTION_END,
};

const struct command command_make_migrations = {
    .name = "make-migrations",
    .summary = "write the migration that leads from the last one to the models",
    .arguments = "[--merge [FILE]...]",
    .most = 1000000,
    .text = "Compares the models with what the migrations so far produce, writes one SQL file\n"
	    "with '-- upgrade' and '-- rollback', and proves it in a throw-away database first.\n"
	    "No connection to the database itself is made.\n",
    .options = options,
    .run = run_make_migrations,
};
