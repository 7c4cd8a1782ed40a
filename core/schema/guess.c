#include <string.h>

#include "schema/diff_internal.h"
#include "sql/text.h"

/* Beyond this many pairs nobody would read the guesses, and they would take long to make. */
enum { PAIRS_LIMIT = 100000 };

static bool same_type(const struct diff_work *work, const struct dbw_column *a,
                      const struct dbw_column *b)
{
	return sql_same(work->traits, a->type, b->type);
}

static size_t position(const struct diff_work *work, const struct dbw_table *table,
                       const struct dbw_column *column)
{
	size_t i = 0;

	while (i < table->columns.count &&
	       !sql_names_equal(work->traits, ((struct dbw_column *)table->columns.items[i])->name,
	                        column->name))
		i++;
	return i;
}

/* How alike two columns are: 0 is not at all. */
static int column_score(const struct diff_work *work, const struct dbw_table *before,
                        const struct dbw_column *old, const struct dbw_table *wanted,
                        const struct dbw_column *new)
{
	if (!same_type(work, old, new))
		return 0;
	return 1 + 2 * (position(work, before, old) == position(work, wanted, new)) +
	       sql_same(work->traits, old->default_value, new->default_value) +
	       (old->not_null == new->not_null);
}

static char *column_evidence(struct diff_work *work, const struct dbw_table *before,
                             const struct dbw_column *old, const struct dbw_table *wanted,
                             const struct dbw_column *new)
{
	struct arena *arena = &work->diff->arena;
	char *text = *new->type ? arena_printf(arena, "same type %s", new->type)
	                        : arena_string(arena, "both without a type");

	if (position(work, before, old) == position(work, wanted, new))
		text = arena_printf(arena, "%s, same position", text);
	if (old->default_value && sql_same(work->traits, old->default_value, new->default_value))
		text = arena_printf(arena, "%s, same default", text);
	return text;
}

static void add_guess(struct diff_work *work, const char *table, const char *from, const char *to,
                      const char *evidence)
{
	struct arena *arena = &work->diff->arena;
	struct rename_guess *guess = arena_new(arena, struct rename_guess);

	guess->table = table;
	guess->from = from;
	guess->to = to;
	guess->evidence = evidence;
	list_append(arena, &work->diff->guesses, guess);
}

/* Those columns of a that b has not. */
static void lone_columns(struct diff_work *work, const struct dbw_table *a,
                         const struct dbw_table *b, struct dbw_list *lone)
{
	for (size_t i = 0; i < a->columns.count; i++) {
		struct dbw_column *column = a->columns.items[i];

		if (!table_find_column(work->traits, b, column->name))
			list_append(&work->diff->arena, lone, column);
	}
}

static void guess_columns(struct diff_work *work, const struct dbw_table *before,
                          const struct dbw_table *after)
{
	/* 'after' has its columns in the order of the database; who renamed one thinks of the models. */
	const struct dbw_table *wanted =
	    schema_find_table(work->wanted, after->namespace_name, after->name);
	struct dbw_list gone = {0}, come = {0};

	lone_columns(work, before, wanted, &gone);
	if (gone.count)
		lone_columns(work, wanted, before, &come);
	while (gone.count && come.count) {
		size_t best_old = 0, best_new = 0;
		int best = 0;
		const struct dbw_column *old, *new;

		for (size_t i = 0; i < gone.count; i++)
			for (size_t j = 0; j < come.count; j++) {
				int score = column_score(work, before, gone.items[i], wanted,
				                         come.items[j]);

				if (score > best) {
					best = score;
					best_old = i;
					best_new = j;
				}
			}
		if (!best)
			return;
		old = gone.items[best_old];
		new = come.items[best_new];
		add_guess(work, wanted->name, old->name, new->name,
		          column_evidence(work, before, old, wanted, new));
		list_remove(&gone, best_old);
		list_remove(&come, best_new);
	}
}

/* How many columns of a are in b, by name and type. */
static size_t shared_columns(const struct diff_work *work, const struct dbw_table *a,
                             const struct dbw_table *b)
{
	size_t shared = 0;

	for (size_t i = 0; i < a->columns.count; i++) {
		const struct dbw_column *column = a->columns.items[i];
		const struct dbw_column *twin = table_find_column(work->traits, b, column->name);

		shared += twin && same_type(work, column, twin);
	}
	return shared;
}

/* Half of the larger table at least, and more than one column unless there is only one. */
static bool tables_alike(const struct dbw_table *a, const struct dbw_table *b, size_t shared)
{
	size_t larger = a->columns.count > b->columns.count ? a->columns.count : b->columns.count;

	return shared * 2 >= larger && (shared >= 2 || shared == larger);
}

static void guess_tables(struct diff_work *work)
{
	struct dbw_list gone = work->dropped, come = work->created;

	if (gone.count && come.count > PAIRS_LIMIT / gone.count)
		return;
	/* The lists are needed as they are later on. */
	gone.items = come.items = NULL;
	gone.count = come.count = gone.capacity = come.capacity = 0;
	for (size_t i = 0; i < work->dropped.count; i++)
		list_append(&work->diff->arena, &gone, work->dropped.items[i]);
	for (size_t i = 0; i < work->created.count; i++)
		list_append(&work->diff->arena, &come, work->created.items[i]);
	while (gone.count && come.count) {
		size_t best_old = 0, best_new = 0, best = 0;
		const struct dbw_table *old, *new;

		for (size_t i = 0; i < gone.count; i++)
			for (size_t j = 0; j < come.count; j++) {
				size_t shared = shared_columns(work, gone.items[i], come.items[j]);

				if (shared > best &&
				    tables_alike(gone.items[i], come.items[j], shared)) {
					best = shared;
					best_old = i;
					best_new = j;
				}
			}
		if (!best)
			return;
		old = gone.items[best_old];
		new = come.items[best_new];
		add_guess(work, NULL, old->name, new->name,
		          arena_printf(&work->diff->arena, "%zu of %zu columns are equal", best,
		                       old->columns.count));
		list_remove(&gone, best_old);
		list_remove(&come, best_new);
	}
}

void diff_guess(struct diff_work *work)
{
	/* Only tables that an operation touches can have lost and won a column. */
	for (size_t i = 0; i < work->drafts.count; i++) {
		const struct dbw_operation *operation =
		    ((const struct draft *)work->drafts.items[i])->operation;
		const struct dbw_table *before = operation->table_before,
				       *after = operation->table_after;
		bool first = true;

		if (operation->element == DBW_TABLE && operation->verb == DBW_REBUILD) {
			before = operation->before;
			after = operation->after;
		} else if (operation->element != DBW_COLUMN || operation->verb != DBW_DROP) {
			continue;
		}
		/* One look at each table: at its first dropped column. */
		for (size_t j = 0; first && j < i; j++) {
			const struct dbw_operation *earlier =
			    ((const struct draft *)work->drafts.items[j])->operation;

			first = !(earlier->element == DBW_COLUMN && earlier->verb == DBW_DROP &&
			          earlier->table_before == before);
		}
		if (first)
			guess_columns(work, before, after);
	}
	guess_tables(work);
}
