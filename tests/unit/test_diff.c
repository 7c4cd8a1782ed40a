/* From one schema to another: operations, their order, their SQL, and the way back. */
#include "dialect.h"

#include "plugin/session.h"
#include "schema/compare.h"
#include "schema/diff.h"

/* Models before and after, the operations, and the statements. */
static const struct {
	const char *before;
	const char *after;
	const char *operations;
	const char *sql;
} cases[] = {
    {"", "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL)", "create table t",
     "CREATE TABLE t (\n    a INTEGER NOT NULL PRIMARY KEY,\n    b TEXT NOT NULL\n)"},
    {"CREATE TABLE t (a); CREATE INDEX i ON t (a)", "", "drop index i on t; drop table t",
     "DROP INDEX i;\nDROP TABLE t"},
    {"",
     "CREATE TABLE a_child (p REFERENCES z_parent (id)); CREATE TABLE z_parent (id INTEGER"
     " PRIMARY KEY); CREATE INDEX i ON a_child (p)",
     "create table z_parent; create table a_child; create index i on a_child",
     "CREATE TABLE z_parent (\n    id INTEGER NOT NULL PRIMARY KEY\n);\nCREATE TABLE a_chi"
     "ld (\n    p,\n    FOREIGN KEY (p) REFERENCES z_parent (id)\n);\nCREATE INDEX i ON a_"
     "child (p)"},
    {"",
     "CREATE TABLE a (x REFERENCES b (x), y UNIQUE); CREATE TABLE b (x PRIMARY KEY, y REFE"
     "RENCES a (y))",
     "create table b; create table a",
     "CREATE TABLE b (\n    x,\n    y,\n    PRIMARY KEY (x),\n    FOREIGN KEY (y) REFERENC"
     "ES a (y)\n);\nCREATE TABLE a (\n    x,\n    y,\n    FOREIGN KEY (x) REFERENCES b (x)"
     ",\n    UNIQUE (y)\n)"},
    {"CREATE TABLE t (a)", "CREATE TABLE t (a, b TEXT, c INT NOT NULL DEFAULT 1)",
     "add column t.b; add column t.c",
     "ALTER TABLE t ADD COLUMN b TEXT;\nALTER TABLE t ADD COLUMN c INT NOT NULL DEFAULT 1"},
    {"CREATE TABLE t (a, b)", "CREATE TABLE t (a)", "drop column t.b",
     "ALTER TABLE t DROP COLUMN b"},
    {"CREATE TABLE t (a, b); CREATE INDEX i ON t (b)", "CREATE TABLE t (a)",
     "drop index i on t; drop column t.b", "DROP INDEX i;\nALTER TABLE t DROP COLUMN b"},
    {"CREATE TABLE t (a TEXT)", "CREATE TABLE t (a VARCHAR(80))", "rebuild table t",
     "PRAGMA foreign_keys = OFF;\nPRAGMA legacy_alter_table = ON;\nCREATE TABLE _dbwarden_"
     "new_t (\n    a VARCHAR(80)\n);\nINSERT INTO _dbwarden_new_t (a)\nSELECT a FROM t;\nD"
     "ROP TABLE t;\nALTER TABLE _dbwarden_new_t RENAME TO t;\nPRAGMA legacy_alter_table = "
     "OFF;\nPRAGMA foreign_key_check"},
    {"CREATE TABLE t (a)", "CREATE TABLE t (a, b INT NOT NULL)", "rebuild table t",
     "PRAGMA foreign_keys = OFF;\nPRAGMA legacy_alter_table = ON;\nCREATE TABLE _dbwarden_"
     "new_t (\n    a,\n    b INT NOT NULL\n);\nINSERT INTO _dbwarden_new_t (a)\nSELECT a F"
     "ROM t;\nDROP TABLE t;\nALTER TABLE _dbwarden_new_t RENAME TO t;\nPRAGMA legacy_alter"
     "_table = OFF;\nPRAGMA foreign_key_check"},
    {"CREATE TABLE t (a, b)", "CREATE TABLE t (a, b, UNIQUE (a))", "rebuild table t",
     "PRAGMA foreign_keys = OFF;\nPRAGMA legacy_alter_table = ON;\nCREATE TABLE _dbwarden_"
     "new_t (\n    a,\n    b,\n    UNIQUE (a)\n);\nINSERT INTO _dbwarden_new_t (a, b)\nSEL"
     "ECT a, b FROM t;\nDROP TABLE t;\nALTER TABLE _dbwarden_new_t RENAME TO t;\nPRAGMA le"
     "gacy_alter_table = OFF;\nPRAGMA foreign_key_check"},
    {"CREATE TABLE t (a, b CHECK (b > 0))", "CREATE TABLE t (a, b CHECK (b > 1))",
     "rebuild table t",
     "PRAGMA foreign_keys = OFF;\nPRAGMA legacy_alter_table = ON;\nCREATE TABLE _dbwarden_"
     "new_t (\n    a,\n    b,\n    CHECK (b > 1)\n);\nINSERT INTO _dbwarden_new_t (a, b)\n"
     "SELECT a, b FROM t;\nDROP TABLE t;\nALTER TABLE _dbwarden_new_t RENAME TO t;\nPRAGMA"
     " legacy_alter_table = OFF;\nPRAGMA foreign_key_check"},
    {"CREATE TABLE t (a); CREATE TABLE p (id INTEGER PRIMARY KEY)",
     "CREATE TABLE t (a REFERENCES p (id) ON DELETE CASCADE); CREATE TABLE p (id INTEGER P"
     "RIMARY KEY)",
     "rebuild table t",
     "PRAGMA foreign_keys = OFF;\nPRAGMA legacy_alter_table = ON;\nCREATE TABLE _dbwarden_"
     "new_t (\n    a,\n    FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE\n);\nINSERT"
     " INTO _dbwarden_new_t (a)\nSELECT a FROM t;\nDROP TABLE t;\nALTER TABLE _dbwarden_ne"
     "w_t RENAME TO t;\nPRAGMA legacy_alter_table = OFF;\nPRAGMA foreign_key_check"},
    {"CREATE TABLE t (a, b); CREATE INDEX i ON t (a)",
     "CREATE TABLE t (a, b); CREATE INDEX i ON t (b)", "drop index i on t; create index i on t",
     "DROP INDEX i;\nCREATE INDEX i ON t (b)"},
    {"CREATE TABLE t (a, b); CREATE INDEX i ON t (a)",
     "CREATE TABLE t (a, b); CREATE UNIQUE INDEX i ON t (a DESC) WHERE a > 1",
     "drop index i on t; create index i on t",
     "DROP INDEX i;\nCREATE UNIQUE INDEX i ON t (a DESC) WHERE a > 1"},
    {"CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t",
     "CREATE TABLE t (a, b); CREATE VIEW v AS SELECT a, b FROM t",
     "drop view v; add column t.b; create view v",
     "DROP VIEW v;\nALTER TABLE t ADD COLUMN b;\nCREATE VIEW v AS SELECT a, b FROM t"},
    {"CREATE TABLE t (a TEXT); CREATE VIEW w AS SELECT * FROM v; CREATE VIEW v AS SELECT a"
     " FROM t",
     "CREATE TABLE t (a INT); CREATE VIEW w AS SELECT * FROM v; CREATE VIEW v AS SELECT a "
     "FROM t",
     "drop view w; drop view v; rebuild table t; create view v; create view w",
     "PRAGMA foreign_keys = OFF;\nDROP VIEW w;\nDROP VIEW v;\nPRAGMA legacy_alter_table = "
     "ON;\nCREATE TABLE _dbwarden_new_t (\n    a INT\n);\nINSERT INTO _dbwarden_new_t (a)"
     "\nSELECT a FROM t;\nDROP TABLE t;\nALTER TABLE _dbwarden_new_t RENAME TO t;\nPRAGMA "
     "legacy_alter_table = OFF;\nCREATE VIEW v AS SELECT a FROM t;\nCREATE VIEW w AS SELEC"
     "T * FROM v;\nPRAGMA foreign_key_check"},
    {"",
     "CREATE TABLE t (a); CREATE VIEW a_view AS SELECT * FROM z_view; CREATE VIEW z_view A"
     "S SELECT a FROM t; CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END",
     "create table t; create view z_view; create view a_view; create trigger g",
     "CREATE TABLE t (\n    a\n);\nCREATE VIEW z_view AS SELECT a FROM t;\nCREATE VIEW a_v"
     "iew AS SELECT * FROM z_view;\nCREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END"},
    {"CREATE TABLE t (a TEXT); CREATE INDEX i ON t (a); CREATE TRIGGER g AFTER INSERT ON t"
     " BEGIN SELECT 1; END",
     "CREATE TABLE t (a INT); CREATE INDEX i ON t (a); CREATE TRIGGER g AFTER INSERT ON t "
     "BEGIN SELECT 1; END",
     "rebuild table t",
     "PRAGMA foreign_keys = OFF;\nPRAGMA legacy_alter_table = ON;\nCREATE TABLE _dbwarden_"
     "new_t (\n    a INT\n);\nINSERT INTO _dbwarden_new_t (a)\nSELECT a FROM t;\nDROP TABL"
     "E t;\nALTER TABLE _dbwarden_new_t RENAME TO t;\nCREATE INDEX i ON t (a);\nCREATE TRI"
     "GGER g AFTER INSERT ON t BEGIN SELECT 1; END;\nPRAGMA legacy_alter_table = OFF;\nPRA"
     "GMA foreign_key_check"},
    {"CREATE TABLE t (a); CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END",
     "CREATE TABLE t (a); CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 2; END",
     "drop trigger g; create trigger g",
     "DROP TRIGGER g;\nCREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 2; END"},
    {"CREATE TABLE t (a); CREATE VIEW x AS SELECT a FROM t",
     "CREATE TABLE t (a); CREATE TABLE x (a)", "drop view x; create table x",
     "DROP VIEW x;\nCREATE TABLE x (\n    a\n)"},
    {"CREATE TABLE t (a INT PRIMARY KEY)", "CREATE TABLE t (a INT PRIMARY KEY) WITHOUT ROWID",
     "rebuild table t",
     "PRAGMA foreign_keys = OFF;\nPRAGMA legacy_alter_table = ON;\nCREATE TABLE _dbwarden_"
     "new_t (\n    a INT NOT NULL,\n    PRIMARY KEY (a)\n) WITHOUT ROWID;\nINSERT INTO _db"
     "warden_new_t (a)\nSELECT a FROM t;\nDROP TABLE t;\nALTER TABLE _dbwarden_new_t RENAM"
     "E TO t;\nPRAGMA legacy_alter_table = OFF;\nPRAGMA foreign_key_check"},
    {"CREATE TABLE t (a, b AS (a + 1))", "CREATE TABLE t (a, b AS (a + 2))", "rebuild table t",
     "PRAGMA foreign_keys = OFF;\nPRAGMA legacy_alter_table = ON;\nCREATE TABLE _dbwarden_"
     "new_t (\n    a,\n    b GENERATED ALWAYS AS (a + 2) VIRTUAL\n);\nINSERT INTO _dbwarde"
     "n_new_t (a)\nSELECT a FROM t;\nDROP TABLE t;\nALTER TABLE _dbwarden_new_t RENAME TO "
     "t;\nPRAGMA legacy_alter_table = OFF;\nPRAGMA foreign_key_check"},
    {"CREATE TABLE \"Order\" (\"select\" INT, \"a b\" TEXT)",
     "CREATE TABLE \"Order\" (\"select\" INT, \"a b\" TEXT, \"c\"\"d\" TEXT DEFAULT 'it''s"
     "'); CREATE INDEX \"group\" ON \"Order\" (\"a b\")",
     "add column Order.c\"d; create index group on Order",
     "ALTER TABLE \"Order\" ADD COLUMN \"c\"\"d\" TEXT DEFAULT 'it''s';\nCREATE INDEX \"gr"
     "oup\" ON \"Order\" (\"a b\")"},
    {"CREATE TABLE p (id INTEGER PRIMARY KEY, n); CREATE TABLE c (p REFERENCES p (id))", "",
     "drop table c; drop table p",
     "PRAGMA foreign_keys = OFF;\nDROP TABLE c;\nDROP TABLE p;\nPRAGMA foreign_key_check"},
    {"CREATE VIRTUAL TABLE f USING fts5(a)", "CREATE VIRTUAL TABLE f USING fts5(a, b)",
     "drop virtual table f; create virtual table f",
     "DROP TABLE f;\nCREATE VIRTUAL TABLE f USING fts5(a, b)"},
    {"CREATE TABLE t (a, b)", "CREATE TABLE t (b, a)", "", ""},
    {"CREATE TABLE t (a, c)", "CREATE TABLE t (a, b, c)", "add column t.b",
     "ALTER TABLE t ADD COLUMN b"},
};

static struct schema *before, *after;
static struct diff diff;
static struct dbw_list renames; /* struct rename_request */

static bool make_diff(const char *from, const char *to)
{
	before = model(from);
	after = model(to);
	return diff_make(&diff, &dialect->host, &dialect->plugin, before, after, &renames, &error);
}

static void tear_down(void)
{
	diff_release(&diff);
	schema_free(before);
	schema_free(after);
	before = after = NULL;
	renames = (struct dbw_list){0};
	dialect_tear_down();
}

static const char *described(const struct dbw_list *operations)
{
	struct dbw_buffer text = {0};
	char *copy;

	for (size_t i = 0; i < operations->count; i++)
		buffer_printf(&text, "%s%s", i ? "; " : "",
		              operation_describe(&arena, operations->items[i]));
	copy = arena_string(&arena, buffer_text(&text));
	buffer_release(&text);
	return copy;
}

static const char *emitted(const struct dbw_list *operations)
{
	struct dbw_list statements = {0};
	struct dbw_buffer text = {0};
	char *copy;

	ck_assert_msg(dialect_emit(dialect, &arena, operations, &statements, &error), "%s",
	              error.message);
	for (size_t i = 0; i < statements.count; i++)
		buffer_printf(&text, "%s%s", i ? ";\n" : "",
		              ((struct emitted *)statements.items[i])->sql);
	copy = arena_string(&arena, buffer_text(&text));
	buffer_release(&text);
	return copy;
}

START_TEST(a_change_becomes_operations_and_sql)
{
	ck_assert_msg(make_diff(cases[_i].before, cases[_i].after), "%s", error.message);
	ck_assert_str_eq(described(&diff.operations), cases[_i].operations);
	ck_assert_str_eq(emitted(&diff.operations), cases[_i].sql);
}
END_TEST

/* A real database goes there and back. */

static void run(struct session *session, const struct dbw_list *operations)
{
	struct dbw_list statements = {0};

	ck_assert_msg(dialect_emit(dialect, &arena, operations, &statements, &error), "%s",
	              error.message);
	for (size_t i = 0; i < statements.count; i++) {
		const char *sql = ((struct emitted *)statements.items[i])->sql;

		ck_assert_msg(session_run(session, sql, 0, &error), "%s: %s", sql, error.message);
	}
}

static void check_database(struct session *session, const struct schema *expected)
{
	struct schema *found = schema_new(dialect->plugin.traits);
	struct dbw_buffer lines = {0};

	ck_assert_msg(session_introspect(session, found, &error), "%s", error.message);
	ck_assert_msg(schema_differences(found, expected, &lines) == 0, "%s", buffer_text(&lines));
	buffer_release(&lines);
	schema_free(found);
}

START_TEST(a_database_goes_there_and_back_again)
{
	const struct config config = {.path = "/tmp/dbwarden.ini", .directory = "/tmp"};
	const struct entry entry = {.name = "primary", .type = "sqlite", .url = "sqlite://"};
	struct schema *nothing = schema_new(dialect->plugin.traits);
	struct dbw_list back = {0};
	struct session session;
	struct diff first;

	ck_assert_msg(session_open_scratch(&session, dialect, &config, &entry, &error), "%s",
	              error.message);
	ck_assert(make_diff(cases[_i].before, cases[_i].after));
	ck_assert(
	    diff_make(&first, &dialect->host, &dialect->plugin, nothing, before, &renames, &error));
	run(&session, &first.operations);
	check_database(&session, before);
	run(&session, &diff.operations);
	check_database(&session, after);
	operations_invert(&arena, &diff.operations, &back);
	run(&session, &back);
	check_database(&session, before);
	diff_release(&first);
	schema_free(nothing);
	session_close(&session);
}
END_TEST

START_TEST(equal_schemas_need_nothing)
{
	ck_assert(make_diff(cases[_i].after, cases[_i].after));
	ck_assert_uint_eq(diff.operations.count, 0);
	ck_assert_uint_eq(diff.guesses.count, 0);
}
END_TEST

/* Renames. */

static void rename_it(const char *table, const char *from, const char *to)
{
	struct rename_request *request = arena_new(&arena, struct rename_request);

	*request = (struct rename_request){.table = table, .from = from, .to = to};
	list_append(&arena, &renames, request);
}

START_TEST(a_renamed_column_is_one_operation)
{
	rename_it("t", "a", "b");
	ck_assert(make_diff("CREATE TABLE t (a INT, c); CREATE INDEX i ON t (a)",
	                    "CREATE TABLE t (b INT, c); CREATE INDEX i ON t (b)"));
	ck_assert_str_eq(described(&diff.operations), "rename column t.a to b");
	ck_assert_str_eq(emitted(&diff.operations), "ALTER TABLE t RENAME COLUMN a TO b");
	ck_assert_uint_eq(diff.guesses.count, 0);
}
END_TEST

START_TEST(a_renamed_table_is_one_operation)
{
	rename_it(NULL, "a", "b");
	ck_assert(make_diff("CREATE TABLE a (x PRIMARY KEY); CREATE TABLE c (y REFERENCES a (x))",
	                    "CREATE TABLE b (x PRIMARY KEY); CREATE TABLE c (y REFERENCES b (x))"));
	ck_assert_str_eq(described(&diff.operations), "rename table a to b");
	ck_assert_str_eq(emitted(&diff.operations), "ALTER TABLE a RENAME TO b");
}
END_TEST

START_TEST(a_table_and_its_column_can_be_renamed_at_once)
{
	rename_it(NULL, "a", "b");
	rename_it("b", "x", "y");
	ck_assert(make_diff("CREATE TABLE a (x INT)", "CREATE TABLE b (y INT)"));
	ck_assert_str_eq(described(&diff.operations),
	                 "rename table a to b; rename column b.x to y");
}
END_TEST

START_TEST(a_hint_that_has_done_its_work_is_ignored)
{
	ck_assert(make_diff("CREATE TABLE t (b INT)",
	                    "CREATE TABLE t (\n-- dbwarden: renamed-from a\nb INT)"));
	ck_assert_uint_eq(diff.operations.count, 0);
}
END_TEST

START_TEST(a_hint_renames)
{
	ck_assert(make_diff("CREATE TABLE t (a INT)",
	                    "CREATE TABLE t (\n-- dbwarden: renamed-from a\nb INT)"));
	ck_assert_str_eq(described(&diff.operations), "rename column t.a to b");
}
END_TEST

/* Requests that fit nothing. */
static const struct {
	const char *table;
	const char *from;
	const char *to;
	const char *error;
} misfits[] = {
    {"t", "x", "b",
     "column 't.x' cannot be renamed to 'b': the migrations so far make no column of the old name"},
    {"t", "a", "x",
     "column 't.a' cannot be renamed to 'x': the models have no column of the new name"},
    {"t", "a", "c",
     "column 't.a' cannot be renamed to 'c': there is a column of the new name already"},
    {"u", "a", "b",
     "column 'u.a' cannot be renamed to 'b': the migrations so far make no such table"},
    {NULL, "x", "t",
     "table 'x' cannot be renamed to 't': the migrations so far make no table of the old name"},
    {NULL, "t", "x",
     "table 't' cannot be renamed to 'x': the models have no table of the new name"},
};

START_TEST(a_rename_that_fits_nothing_is_an_error)
{
	rename_it(misfits[_i].table, misfits[_i].from, misfits[_i].to);
	ck_assert(!make_diff("CREATE TABLE t (a INT, c)", "CREATE TABLE t (b INT, c)"));
	ck_assert_int_eq(error.kind, ERROR_USAGE);
	ck_assert_str_eq(error.message, misfits[_i].error);
}
END_TEST

/* What looks like a rename, and what does not. */
static const struct {
	const char *before;
	const char *after;
	const char *guess; /* "" for none */
} likely[] = {
    {"CREATE TABLE t (a INT, c)", "CREATE TABLE t (b INT, c)",
     "t.a:b same type INT, same position"},
    {"CREATE TABLE t (a INT, c)", "CREATE TABLE t (c, b INT)", "t.a:b same type INT"},
    {"CREATE TABLE t (a INT, c)", "CREATE TABLE t (b TEXT, c)", ""},
    {"CREATE TABLE t (a INT, c)", "CREATE TABLE t (c)", ""},
    {"CREATE TABLE t (c)", "CREATE TABLE t (c, a INT)", ""},
    {"CREATE TABLE a (x INT, y, z)", "CREATE TABLE b (x INT, y, w)",
     "a:b 2 of 3 columns are equal"},
    {"CREATE TABLE a (x INT, y)", "CREATE TABLE b (v, w)", ""},
};

START_TEST(a_likely_rename_is_told_and_not_done)
{
	const struct rename_guess *guess;

	ck_assert(make_diff(likely[_i].before, likely[_i].after));
	ck_assert_uint_eq(diff.guesses.count, *likely[_i].guess != '\0');
	for (size_t i = 0; i < diff.operations.count; i++)
		ck_assert_int_ne(((struct dbw_operation *)diff.operations.items[i])->verb,
		                 DBW_RENAME);
	if (!diff.guesses.count)
		return;
	guess = diff.guesses.items[0];
	ck_assert_str_eq(arena_printf(&arena, "%s%s%s:%s %s", guess->table ? guess->table : "",
	                              guess->table ? "." : "", guess->from, guess->to,
	                              guess->evidence),
	                 likely[_i].guess);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("diff");
	TCase *group = tcase_create("diff");

	tcase_add_checked_fixture(group, dialect_set_up, tear_down);
	tcase_add_loop_test(group, a_change_becomes_operations_and_sql, 0, COUNT(cases));
	tcase_add_loop_test(group, a_database_goes_there_and_back_again, 0, COUNT(cases));
	tcase_add_loop_test(group, equal_schemas_need_nothing, 0, COUNT(cases));
	tcase_add_test(group, a_renamed_column_is_one_operation);
	tcase_add_test(group, a_renamed_table_is_one_operation);
	tcase_add_test(group, a_table_and_its_column_can_be_renamed_at_once);
	tcase_add_test(group, a_hint_that_has_done_its_work_is_ignored);
	tcase_add_test(group, a_hint_renames);
	tcase_add_loop_test(group, a_rename_that_fits_nothing_is_an_error, 0, COUNT(misfits));
	tcase_add_loop_test(group, a_likely_rename_is_told_and_not_done, 0, COUNT(likely));
	suite_add_tcase(suite, group);
	return run_suite(suite);
}
