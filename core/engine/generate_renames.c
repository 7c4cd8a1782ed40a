#include "engine/generate_internal.h"

#include <string.h>

/* What has been answered so far. */
struct answers {
	struct dbw_list renames; /* struct rename_request */
	struct dbw_list refused; /* struct rename_request: no rename */
	bool open;               /* a question has no answer */
};

static bool same_name(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_refused(const struct answers *answers, const struct rename_guess *guess)
{
	for (size_t i = 0; i < answers->refused.count; i++) {
		const struct rename_request *request = answers->refused.items[i];

		if (request->kind == guess->kind &&
		    same_name(request->table_namespace, guess->table_namespace) &&
		    same_name(request->table, guess->table) &&
		    strcmp(request->from, guess->from) == 0 &&
		    same_name(request->to_namespace, guess->to_namespace) &&
		    strcmp(request->to, guess->to) == 0)
			return true;
	}
	return false;
}

/* True if an answer was a rename, so that the comparison is to be made again. */
static bool ask_guesses(struct generated *generated, const struct generate_options *options,
                        struct answers *answers)
{
	struct arena *arena = &generated->arena;
	bool renamed = false;

	answers->open = false;
	for (size_t i = 0; i < generated->diff.guesses.count; i++) {
		const struct rename_guess *guess = generated->diff.guesses.items[i];
		struct rename_request *request;
		enum rename_answer answer;

		if (is_refused(answers, guess))
			continue;
		answer = options->ask ? options->ask(options->context, guess) : RENAME_UNKNOWN;
		if (answer == RENAME_UNKNOWN) {
			answers->open = true;
			continue;
		}
		request = arena_new(arena, struct rename_request);
		request->kind = guess->kind;
		request->table_namespace = arena_string(arena, guess->table_namespace);
		request->table = arena_string(arena, guess->table);
		request->from = arena_string(arena, guess->from);
		request->to_namespace = arena_string(arena, guess->to_namespace);
		request->to = arena_string(arena, guess->to);
		renamed |= answer == RENAME_YES;
		list_append(arena, answer == RENAME_YES ? &answers->renames : &answers->refused,
		            request);
	}
	return renamed;
}

/* Compares, asks, and compares again with what was answered: a table that turns out to be renamed
 * may raise questions about its columns. */
bool generate_compare(struct generated *generated, const struct dialect *dialect,
                      const struct generate_options *options, bool *open, struct error *error)
{
	struct answers answers = {0};

	*open = false;
	for (size_t i = 0; i < options->renames.count; i++)
		list_append(&generated->arena, &answers.renames, options->renames.items[i]);
	for (;;) {
		if (!diff_make(&generated->diff, &dialect->host, &dialect->plugin,
		               generated->base.schema,
		               generated->said ? generated->said : generated->models.schema,
		               &answers.renames, error))
			return false;
		if (options->no_renames || !ask_guesses(generated, options, &answers))
			break;
		diff_release(&generated->diff);
	}
	*open = answers.open;
	generated->renames = answers.renames;
	return true;
}
