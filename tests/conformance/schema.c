/* From one schema to another and back, by the operations that the program would make: what is in the database
 * then is what a person's own SQL gives. The models are SQL that every dialect understands. */
#include <string.h>

#include "conformance.h"

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
    {"CREATE TABLE t (a INTEGER)", "CREATE TABLE t (a INTEGER, CONSTRAINT c CHECK (a > 0))"},
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
    {"CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY);"
     "CREATE TABLE c (id INTEGER NOT NULL PRIMARY KEY, p INTEGER, CONSTRAINT f FOREIGN KEY (p) "
     "REFERENCES p (id))",
     "CREATE TABLE p (id BIGINT NOT NULL PRIMARY KEY);"
     "CREATE TABLE c (id INTEGER NOT NULL PRIMARY KEY, p BIGINT, CONSTRAINT f FOREIGN KEY (p) "
     "REFERENCES p (id))"},
    {"CREATE TABLE t (a INTEGER, g INTEGER GENERATED ALWAYS AS (a + 1) STORED)",
     "CREATE TABLE t (a INTEGER, g INTEGER GENERATED ALWAYS AS (a + 2) STORED)"},
};

/* The statements of one of these models: there is no semicolon inside any. */
static const char *const *statements_of(const char *sql)
{
	static const char *statements[8];
	size_t count = 0;

	memset(statements, 0, sizeof statements);
	while (*sql) {
		size_t length = strcspn(sql, ";");

		statements[count++] = format("%.*s", (int)length, sql);
		sql += length + (sql[length] == ';');
	}
	return statements;
}

static struct dbw_schema *model(const char *sql)
{
	struct dbw_schema *schema = declare(statements_of(sql));

	ck_assert_msg(schema != NULL, "%s", failure.message);
	return schema;
}

static void go(struct dbw_connection *connection, const struct dbw_list *operations)
{
	struct dbw_list statements;

	ck_assert_msg(emit_operations(operations, &statements) == DBW_OK, "%s", failure.message);
	for (size_t i = 0; i < statements.count; i++)
		run_sql(connection, statements.items[i]);
}

/* What a database of its own gives back of the SQL as it stands. What uses something that only comes later
 * is for the program to put in order. */
static struct dbw_schema *expected(const char *sql)
{
	struct dbw_connection *connection = open_scratch();
	const char *const *statements = statements_of(sql);
	struct dbw_list there, back;
	struct dbw_schema *schema;
	bool done = true;

	for (size_t i = 0; done && statements[i]; i++)
		done = try_sql(connection, statements[i]) == DBW_OK;
	if (!done) {
		plugin->disconnect(connection);
		connection = open_scratch();
		operations_between(new_schema(), model(sql), &there, &back);
		go(connection, &there);
	}
	schema = read_schema(connection);
	plugin->disconnect(connection);
	return schema;
}

static void check_equal(struct dbw_connection *connection, const struct dbw_schema *wanted,
                        const char *when)
{
	const char *why = difference(read_schema(connection), wanted);

	ck_assert_msg(!why, "%s: %s", when, why);
}

START_TEST(a_database_goes_there_and_back_again)
{
	struct dbw_schema *nothing = new_schema();
	struct dbw_schema *before = model(cases[_i].before), *after = model(cases[_i].after);
	struct dbw_schema *wanted_before = expected(cases[_i].before),
			  *wanted_after = expected(cases[_i].after);
	struct dbw_connection *connection = open_scratch();
	struct dbw_list there, back, up, down;

	operations_between(nothing, before, &there, &back);
	go(connection, &there);
	check_equal(connection, wanted_before, "before");
	operations_between(before, after, &up, &down);
	go(connection, &up);
	check_equal(connection, wanted_after, "after");
	go(connection, &down);
	check_equal(connection, wanted_before, "back again");
	go(connection, &back);
	check_equal(connection, nothing, "nothing again");
	plugin->disconnect(connection);
}
END_TEST

/* What the models say and what the database says mean the same: no false alarm, and no constraint or
 * index whose name was guessed wrong. */
START_TEST(models_and_their_database_have_the_same_names)
{
	struct dbw_schema *wanted = model(cases[_i].after), *found = expected(cases[_i].after);

	ck_assert_uint_eq(found->tables.count, wanted->tables.count);
	for (size_t i = 0; i < wanted->tables.count; i++) {
		const struct dbw_table *a = wanted->tables.items[i];
		const struct dbw_table *b = find_table(found, a->name);

		ck_assert_ptr_nonnull(b);
		ck_assert_uint_eq(a->constraints.count, b->constraints.count);
		ck_assert_uint_eq(a->indexes.count, b->indexes.count);
		for (size_t j = 0; j < a->constraints.count; j++) {
			const struct dbw_constraint *x = a->constraints.items[j];

			if (x->name && x->kind != DBW_PRIMARY_KEY)
				ck_assert_msg(find_in(&b->constraints, DBW_CONSTRAINT, x->name) !=
				                  NULL,
				              "constraint %s", x->name);
		}
		for (size_t j = 0; j < a->indexes.count; j++) {
			const struct dbw_index *x = a->indexes.items[j];

			ck_assert_msg(find_in(&b->indexes, DBW_INDEX, x->name) != NULL, "index %s",
			              x->name);
		}
		for (size_t j = 0; j < a->columns.count; j++) {
			const struct dbw_column *x = a->columns.items[j], *y = b->columns.items[j];

			ck_assert_str_eq(x->name, y->name);
			ck_assert_str_eq(x->type, y->type);
			ck_assert_int_eq(x->not_null, y->not_null);
		}
	}
	/* Where nothing is put in other words, all of it is the same. */
	if (!(plugin->traits->flags & DBW_TRAIT_REWRITES_TEXT))
		ck_assert_msg(!difference(found, wanted), "%s", difference(found, wanted));
}
END_TEST

START_TEST(normalizing_twice_changes_nothing)
{
	struct dbw_schema *once = model(cases[_i].after), *twice = model(cases[_i].after);

	normalize(twice);
	ck_assert_msg(!difference(twice, once), "%s", difference(twice, once));
}
END_TEST

START_TEST(what_was_read_is_normal)
{
	struct dbw_schema *once = expected(cases[_i].after), *twice = expected(cases[_i].after);

	normalize(twice);
	ck_assert_msg(!difference(twice, once), "%s", difference(twice, once));
}
END_TEST

START_TEST(ignored_tables_are_not_read)
{
	struct dbw_connection *connection = open_scratch();
	static const char *const ignore[] = {"child", "nowhere", NULL};
	struct dbw_schema *schema = new_schema();

	run_sql(connection, "CREATE TABLE parent (id INTEGER NOT NULL PRIMARY KEY)");
	run_sql(connection,
	        "CREATE TABLE child (id INTEGER NOT NULL PRIMARY KEY, CONSTRAINT f FOREIGN "
	        "KEY (id) REFERENCES parent (id))");
	run_sql(connection, "CREATE INDEX child_index ON child (id)");
	ck_assert_msg(plugin->introspect(connection, schema, ignore, &failure) == DBW_OK, "%s",
	              failure.message);
	ck_assert_uint_eq(schema->tables.count, 1);
	ck_assert_ptr_nonnull(find_table(schema, "parent"));
	ck_assert_uint_eq(find_table(schema, "parent")->indexes.count, 0);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(an_empty_database_reads_as_nothing)
{
	struct dbw_connection *connection = open_scratch();

	ck_assert_ptr_null(difference(read_schema(connection), new_schema()));
	plugin->disconnect(connection);
}
END_TEST

TCase *schema_cases(void)
{
	TCase *group = tcase_create("schema");
	int count = (int)COUNT(cases);

	tcase_add_loop_test(group, a_database_goes_there_and_back_again, 0, count);
	tcase_add_loop_test(group, models_and_their_database_have_the_same_names, 0, count);
	tcase_add_loop_test(group, normalizing_twice_changes_nothing, 0, count);
	tcase_add_loop_test(group, what_was_read_is_normal, 0, count);
	tcase_add_test(group, ignored_tables_are_not_read);
	tcase_add_test(group, an_empty_database_reads_as_nothing);
	return group;
}
