/* Three schemas to one: what both sides made of a base, and where they contradict each other. */
#include "dialect.h"

#include <stdio.h>

#include "schema/merge.h"

static const struct {
	const char *base, *ours, *theirs;
	const char *merged;    /* NULL: there are conflicts */
	const char *conflicts; /* part of what is said of them */
} cases[] = {
    {"", "CREATE TABLE a (x INT)", "CREATE TABLE b (x INT)",
     "CREATE TABLE a (x INT); CREATE TABLE b (x INT)", NULL},
    {"", "CREATE TABLE a (x INT)", "CREATE TABLE a (x INT)", "CREATE TABLE a (x INT)", NULL},
    {"", "CREATE TABLE a (x INT)", "CREATE TABLE a (x TEXT)", NULL,
     "table 'a': added on both sides, each another one\n"},
    {"CREATE TABLE a (x INT)", "CREATE TABLE a (x INT, y INT)", "CREATE TABLE a (x INT, z INT)",
     "CREATE TABLE a (x INT, y INT, z INT)", NULL},
    {"CREATE TABLE a (x INT)", "CREATE TABLE a (x INT, y INT)", "CREATE TABLE a (x INT, y INT)",
     "CREATE TABLE a (x INT, y INT)", NULL},
    {"CREATE TABLE a (x INT, w INT)", "CREATE TABLE a (x INT, w INT, y INT)",
     "CREATE TABLE a (x INT, z INT, w INT)", "CREATE TABLE a (x INT, z INT, w INT, y INT)", NULL},
    {"CREATE TABLE a (x INT)", "CREATE TABLE a (x INT, y INT)", "CREATE TABLE a (x INT, y TEXT)",
     NULL, "column 'a.y': added on both sides, each another one\n"},
    {"CREATE TABLE a (x INT)", "CREATE TABLE a (x BIGINT)", "CREATE TABLE a (x TEXT)", NULL,
     "column 'a.x': changed on both sides\n"},
    {"CREATE TABLE a (x INT, y INT)", "CREATE TABLE a (x BIGINT, y INT)",
     "CREATE TABLE a (x INT, y TEXT)", "CREATE TABLE a (x BIGINT, y TEXT)", NULL},
    {"CREATE TABLE a (x INT, y INT)", "CREATE TABLE a (x INT)", "CREATE TABLE a (x INT, y TEXT)",
     NULL, "column 'a.y': changed on one side, dropped on the other\n"},
    {"CREATE TABLE a (x INT, y INT)", "CREATE TABLE a (x INT, y TEXT)", "CREATE TABLE a (x INT)",
     NULL, "column 'a.y': changed on one side, dropped on the other\n"},
    {"CREATE TABLE a (x INT, y INT)", "CREATE TABLE a (x INT)", "CREATE TABLE a (x INT)",
     "CREATE TABLE a (x INT)", NULL},
    {"CREATE TABLE a (x INT); CREATE TABLE b (x INT)", "CREATE TABLE b (x INT)",
     "CREATE TABLE a (x INT)", "", NULL},
    {"CREATE TABLE a (x INT)", "", "CREATE TABLE a (x INT, y INT)", NULL,
     "table 'a': changed on one side, dropped on the other\n"},
    {"CREATE TABLE a (x INT, y INT)", "CREATE TABLE a (x INT)",
     "CREATE TABLE a (x INT, y INT); CREATE INDEX i ON a (y)", NULL,
     "index 'a.i': one side needs what the other side dropped\n"},
    {"CREATE TABLE a (x INT PRIMARY KEY); CREATE TABLE b (x INT)", "CREATE TABLE b (x INT)",
     "CREATE TABLE a (x INT PRIMARY KEY); CREATE TABLE b (x INT REFERENCES a (x))", NULL,
     "one side needs what the other side dropped\n"},
    {"CREATE TABLE a (x INT, y INT)", "CREATE TABLE a (x INT, y INT, PRIMARY KEY (x))",
     "CREATE TABLE a (x INT, y INT, PRIMARY KEY (y))", NULL,
     "table 'a': both sides give it a primary key\n"},
    {"CREATE TABLE a (x INT)", "CREATE TABLE a (x INT, CHECK (x > 1))",
     "CREATE TABLE a (x INT, CHECK (x < 9))",
     "CREATE TABLE a (x INT, CHECK (x > 1), CHECK (x < 9))", NULL},
    {"CREATE TABLE a (x INT); CREATE VIEW v AS SELECT x FROM a",
     "CREATE TABLE a (x INT); CREATE VIEW v AS SELECT x + 1 AS x FROM a",
     "CREATE TABLE a (x INT); CREATE VIEW v AS SELECT x + 2 AS x FROM a", NULL,
     "view 'v': changed on both sides\n"},
    {"CREATE TABLE a (x INT); CREATE VIEW v AS SELECT x FROM a",
     "CREATE TABLE a (x INT); CREATE VIEW v AS SELECT x + 1 AS x FROM a",
     "CREATE TABLE a (x INT); CREATE VIEW v AS SELECT x FROM a; CREATE VIEW w AS SELECT x FROM a",
     "CREATE TABLE a (x INT); CREATE VIEW v AS SELECT x + 1 AS x FROM a; CREATE VIEW w AS SELECT x "
     "FROM a",
     NULL},
};

static void check_merge(const char *base_sql, const char *ours_sql, const char *theirs_sql,
                        const char *merged_sql, const char *conflicts_text)
{
	struct schema *base = model(base_sql), *ours = model(ours_sql), *theirs = model(theirs_sql);
	struct schema *into = schema_new(dialect->plugin.traits);
	struct dbw_buffer conflicts = {0};
	size_t count = schema_merge(into, base, ours, theirs, &conflicts);

	if (merged_sql) {
		struct schema *merged = model(merged_sql);

		ck_assert_str_eq(buffer_text(&conflicts), "");
		ck_assert_uint_eq(count, 0);
		ck_assert_str_eq(compact_json(into), compact_json(merged));
		schema_free(merged);
	} else {
		ck_assert_msg(strstr(buffer_text(&conflicts), conflicts_text) != NULL, "%s",
		              buffer_text(&conflicts));
		ck_assert_uint_gt(count, 0);
	}
	buffer_release(&conflicts);
	schema_free(into);
	schema_free(base);
	schema_free(ours);
	schema_free(theirs);
}

START_TEST(three_schemas_become_one_or_a_conflict)
{
	check_merge(cases[_i].base, cases[_i].ours, cases[_i].theirs, cases[_i].merged,
	            cases[_i].conflicts);
}
END_TEST

/* Whose changes are put upon whose makes no difference to whether they agree. */
START_TEST(a_conflict_is_one_from_either_side)
{
	if (!cases[_i].merged)
		check_merge(cases[_i].base, cases[_i].theirs, cases[_i].ours, NULL, "'");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("merge");
	TCase *group = tcase_create("merge");

	tcase_add_checked_fixture(group, dialect_set_up, dialect_tear_down);
	tcase_add_loop_test(group, three_schemas_become_one_or_a_conflict, 0, COUNT(cases));
	tcase_add_loop_test(group, a_conflict_is_one_from_either_side, 0, COUNT(cases));
	suite_add_tcase(suite, group);
	return run_suite(suite);
}
