/* From one schema to another and back, in the SQL that the plugin writes: what is read from the database
 * then is what was wanted. The models are SQL that every dialect understands. */
#include <string.h>

#include "base/buffer.h"
#include "conformance.h"
#include "plugin/session.h"
#include "schema/compare.h"
#include "schema/diff.h"
#include "sql/parser.h"
#include "suite.h"

#define PARENT "CREATE TABLE parent (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(80) NOT NULL);"
#define CHILD(more)                                                                                \
	"CREATE TABLE child (id INTEGER NOT NULL, parent_id INTEGER, note VARCHAR(200)" more       \
	", PRIMARY KEY (id));"

static const struct {
	const char *before;
	const char *after;
} cases[] = {
    {"", PARENT},
    {PARENT, ""},
    {"", PARENT CHILD(", CONSTRAINT child_parent FOREIGN KEY (parent_id) REFERENCES parent (id)")},
    {PARENT CHILD(""), PARENT CHILD(", FOREIGN KEY (parent_id) REFERENCES parent (id) "
                                    "ON DELETE CASCADE")},
    {PARENT CHILD(", CONSTRAINT f FOREIGN KEY (parent_id) REFERENCES parent (id)"),
     PARENT CHILD(", CONSTRAINT f FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE SET "
                  "NULL ON UPDATE CASCADE")},
    {"CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY, b INTEGER);"
     "CREATE TABLE b (id INTEGER NOT NULL PRIMARY KEY, a INTEGER)",
     "CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY, b INTEGER REFERENCES b (id));"
     "CREATE TABLE b (id INTEGER NOT NULL PRIMARY KEY, a INTEGER REFERENCES a (id))"},
    {"CREATE TABLE t (a INTEGER)", "CREATE TABLE t (a INTEGER, b VARCHAR(20))"},
    {"CREATE TABLE t (a INTEGER)", "CREATE TABLE t (a INTEGER, b INTEGER NOT NULL DEFAULT 7)"},
    {"CREATE TABLE t (a INTEGER)", "CREATE TABLE t (a INTEGER, b VARCHAR(20) DEFAULT 'it''s')"},
    {"CREATE TABLE t (a INTEGER, b VARCHAR(20))", "CREATE TABLE t (a INTEGER)"},
    {"CREATE TABLE t (a INTEGER, b VARCHAR(20))", "CREATE TABLE t (a INTEGER, b VARCHAR(200))"},
    {"CREATE TABLE t (a INTEGER)", "CREATE TABLE t (a BIGINT)"},
    {"CREATE TABLE t (a SMALLINT)", "CREATE TABLE t (a INTEGER)"},
    {"CREATE TABLE t (a NUMERIC(10, 2))", "CREATE TABLE t (a NUMERIC(12, 4))"},
    {"CREATE TABLE t (a INTEGER)", "CREATE TABLE t (a INTEGER NOT NULL)"},
    {"CREATE TABLE t (a INTEGER DEFAULT 1)", "CREATE TABLE t (a INTEGER DEFAULT 2)"},
    {"CREATE TABLE t (a INTEGER DEFAULT 1)", "CREATE TABLE t (a INTEGER)"},
    {"CREATE TABLE t (a INTEGER, b INTEGER)",
     "CREATE TABLE t (a INTEGER, b INTEGER, UNIQUE (a, b))"},
    {"CREATE TABLE t (a INTEGER, CONSTRAINT u UNIQUE (a))", "CREATE TABLE t (a INTEGER)"},
    {"CREATE TABLE t (a INTEGER)", "CREATE TABLE t (a INTEGER, CHECK (a > 0))"},
    {"CREATE TABLE t (a INTEGER, CONSTRAINT c CHECK (a > 0))",
     "CREATE TABLE t (a INTEGER, CONSTRAINT c CHECK (a > 1))"},
    {"CREATE TABLE t (a INTEGER NOT NULL)", "CREATE TABLE t (a INTEGER NOT NULL PRIMARY KEY)"},
    {"CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a))",
     "CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a, b))"},
    {"CREATE TABLE t (a INTEGER, b INTEGER)",
     "CREATE TABLE t (a INTEGER, b INTEGER); CREATE INDEX i ON t (a, b)"},
    {"CREATE TABLE t (a INTEGER, b INTEGER); CREATE INDEX i ON t (a)",
     "CREATE TABLE t (a INTEGER, b INTEGER); CREATE UNIQUE INDEX i ON t (b)"},
    {"CREATE TABLE t (a INTEGER, b INTEGER); CREATE INDEX i ON t (b)",
     "CREATE TABLE t (a INTEGER)"},
    {"CREATE TABLE t (a INTEGER); CREATE VIEW v AS SELECT a FROM t",
     "CREATE TABLE t (a INTEGER, b INTEGER); CREATE VIEW v AS SELECT a, b FROM t"},
    {"CREATE TABLE t (a INTEGER); CREATE VIEW v AS SELECT a FROM t", "CREATE TABLE t (a INTEGER)"},
    {"CREATE TABLE t (a INTEGER)",
     "CREATE TABLE t (a INTEGER); CREATE VIEW a_view AS SELECT a FROM z_view;"
     "CREATE VIEW z_view AS SELECT a FROM t"},
    {"CREATE TABLE t (a INTEGER, g INTEGER GENERATED ALWAYS AS (a + 1) STORED)",
     "CREATE TABLE t (a INTEGER, g INTEGER GENERATED ALWAYS AS (a + 2) STORED)"},
};

static struct schema *model(const char *sql)
{
	struct schema *schema = schema_new(plugin->traits);

	ck_assert_msg(parser_read(schema, "m.sql", sql, strlen(sql), 0, NULL, &error) &&
	                  parser_finish(schema, &error) &&
	                  dialect_normalize(dialect, schema, &error),
	              "%s: %s", sql, error.message);
	return schema;
}

static void run_all(struct session *session, const struct dbw_list *operations)
{
	struct dbw_list statements = {0};

	ck_assert_msg(dialect_emit(dialect, &arena, operations, &statements, &error), "%s: %s",
	              error.message, error.detail ? error.detail : "");
	for (size_t i = 0; i < statements.count; i++) {
		const char *sql = ((struct emitted *)statements.items[i])->sql;

		ck_assert_msg(session_run(session, sql, 0, &error), "%s\n%s", sql, error.message);
	}
}

/* 'kept', if it is wanted, is the caller's to release: operations point into it. */
static void go(struct session *session, const struct schema *from, const struct schema *to,
               struct diff *kept)
{
	struct dbw_list no_renames = {0};
	struct diff diff;

	ck_assert_msg(diff_make(&diff, host, plugin, from, to, &no_renames, &error), "%s",
	              error.message);
	run_all(session, &diff.operations);
	if (kept)
		*kept = diff;
	else
		diff_release(&diff);
}

static void open_session(struct session *session)
{
	*session = (struct session){.dialect = dialect, .connection = open_scratch()};
}

static struct schema *read_schema(struct session *session)
{
	struct schema *schema = schema_new(plugin->traits);

	ck_assert_msg(session_introspect(session, schema, &error), "%s", error.message);
	return schema;
}

/* The schema as a database of its own gives it back, or as it is where that is the same. */
static struct schema *expected(const struct schema *schema)
{
	struct schema *nothing, *said;
	struct session session;

	if (!(plugin->traits->flags & DBW_TRAIT_REWRITES_TEXT))
		return schema_copy(schema);
	nothing = schema_new(plugin->traits);
	open_session(&session);
	go(&session, nothing, schema, NULL);
	said = read_schema(&session);
	session_close(&session);
	schema_free(nothing);
	return said;
}

static void check_equal(struct session *session, const struct schema *wanted, const char *when)
{
	struct schema *found = read_schema(session);
	struct dbw_buffer lines = {0};

	ck_assert_msg(schema_differences(found, wanted, &lines) == 0, "%s:\n%s", when,
	              buffer_text(&lines));
	buffer_release(&lines);
	schema_free(found);
}

START_TEST(a_database_goes_there_and_back_again)
{
	struct schema *nothing = schema_new(plugin->traits);
	struct schema *before = model(cases[_i].before), *after = model(cases[_i].after);
	struct schema *wanted_before = expected(before), *wanted_after = expected(after);
	struct dbw_list back = {0};
	struct session session;
	struct diff diff;

	open_session(&session);
	go(&session, nothing, before, NULL);
	check_equal(&session, wanted_before, "before");
	go(&session, before, after, &diff);
	check_equal(&session, wanted_after, "after");
	operations_invert(&arena, &diff.operations, &back);
	run_all(&session, &back);
	diff_release(&diff);
	check_equal(&session, wanted_before, "back again");
	session_close(&session);
	schema_free(nothing);
	schema_free(before);
	schema_free(after);
	schema_free(wanted_before);
	schema_free(wanted_after);
}
END_TEST

/* What the models say and what the database says mean the same: no false alarm, and no constraint or
 * index whose name was guessed wrong. */
START_TEST(models_and_their_database_have_the_same_names)
{
	struct schema *nothing = schema_new(plugin->traits), *wanted = model(cases[_i].after);
	struct schema *found;
	struct session session;

	open_session(&session);
	go(&session, nothing, wanted, NULL);
	found = read_schema(&session);
	ck_assert_uint_eq(found->content.tables.count, wanted->content.tables.count);
	for (size_t i = 0; i < wanted->content.tables.count; i++) {
		const struct dbw_table *a = wanted->content.tables.items[i];
		const struct dbw_table *b = schema_find_table(found, a->namespace_name, a->name);

		ck_assert_ptr_nonnull(b);
		ck_assert_uint_eq(a->constraints.count, b->constraints.count);
		ck_assert_uint_eq(a->indexes.count, b->indexes.count);
		for (size_t j = 0; j < a->indexes.count; j++)
			ck_assert_msg(table_find_index(
					  plugin->traits, b,
					  ((struct dbw_index *)a->indexes.items[j])->name) != NULL,
			              "index %s", ((struct dbw_index *)a->indexes.items[j])->name);
		for (size_t j = 0; j < a->columns.count; j++) {
			const struct dbw_column *x = a->columns.items[j], *y = b->columns.items[j];

			ck_assert_str_eq(x->name, y->name);
			ck_assert_str_eq(x->type, y->type);
			ck_assert_int_eq(x->not_null, y->not_null);
		}
	}
	session_close(&session);
	schema_free(found);
	schema_free(wanted);
	schema_free(nothing);
}
END_TEST

START_TEST(normalizing_twice_changes_nothing)
{
	struct schema *schema = model(cases[_i].after), *again = schema_copy(schema);
	struct dbw_buffer lines = {0};

	ck_assert(dialect_normalize(dialect, again, &error));
	ck_assert_msg(schema_differences(again, schema, &lines) == 0, "%s", buffer_text(&lines));
	schema_free(schema);
	schema_free(again);
}
END_TEST

TCase *schema_cases(void)
{
	TCase *group = tcase_create("schema");
	int count = (int)(sizeof cases / sizeof *cases);

	tcase_add_loop_test(group, a_database_goes_there_and_back_again, 0, count);
	tcase_add_loop_test(group, models_and_their_database_have_the_same_names, 0, count);
	tcase_add_loop_test(group, normalizing_twice_changes_nothing, 0, count);
	return group;
}
