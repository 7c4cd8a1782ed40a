/* What the server of the dialect would refuse, or what only another dialect has, is an error with its place, in
 * every dialect; and what it reads in a way of its own is read in that way. */
#include "dialect.h"

#include <stdio.h>

static struct dialect *dialects[3];
enum { SQLITE, POSTGRESQL, MYSQL };

static void set_up(void)
{
	static const char *const names[] = {"sqlite", "postgresql", "mysql"};
	const struct plugin_search search = {.option = getenv("DBWARDEN_TEST_PLUGIN_DIR")};

	for (int i = 0; i < 3; i++) {
		dialects[i] = dialect_open(names[i], &search, &error);
		ck_assert_msg(dialects[i] != NULL, "%s", error.message);
	}
}

static void tear_down(void)
{
	for (int i = 0; i < 3; i++)
		dialect_close(dialects[i]);
	error_release(&error);
	arena_release(&arena);
}

/* Its JSON, or the error. */
static const char *outcome(int which, const char *sql)
{
	struct schema *schema;
	const char *text;

	dialect = dialects[which];
	schema = parse_model(sql, NULL);
	text = schema && dialect_normalize(dialect, schema, &error) ? compact_json(schema)
	                                                            : error_text();
	schema_free(schema);
	return text;
}

static const struct {
	int dialect;
	const char *sql;
	const char *message;
} refusals[] = {
    {POSTGRESQL, "CREATE TABLE t (a)", "m.sql:1:18: expected a type, found ')'"},
    {MYSQL, "CREATE TABLE t (a, b int)", "m.sql:1:18: expected a type, found ','"},
    {POSTGRESQL, "CREATE TABLE t (a int, b int AS (a) STORED)", "found 'AS'"},
    {POSTGRESQL, "CREATE TABLE t (b int GENERATED ALWAYS AS (1))", "expected STORED, found ')'"},
    {POSTGRESQL, "CREATE TABLE t (b int GENERATED ALWAYS AS (1) VIRTUAL)",
     "expected STORED, found 'VIRTUAL'"},
    {POSTGRESQL, "CREATE TABLE t (a int NOT NULL ON CONFLICT FAIL)", "found 'ON'"},
    {MYSQL, "CREATE TABLE t (a int UNIQUE ON CONFLICT FAIL)", "found 'ON'"},
    {MYSQL, "CREATE TABLE t (a int CONSTRAINT n NOT NULL)", "expected a constraint, found 'NOT'"},
    {POSTGRESQL, "CREATE TABLE t (a int PRIMARY KEY DESC)", "found 'DESC'"},
    {POSTGRESQL, "CREATE TABLE t (a int, UNIQUE (a DESC))", "the columns of a key have no order"},
    {POSTGRESQL, "CREATE TABLE t (a int, UNIQUE (lower(a)))", "a key has columns, no expressions"},
    {SQLITE, "CREATE TABLE t (a int, UNIQUE (a + 1))", "a key has columns, no expressions"},
    {POSTGRESQL, "CREATE TABLE t (a int) WITHOUT ROWID", "expected OIDS"},
    {POSTGRESQL, "CREATE TABLE t (a int) STRICT", "found 'STRICT'"},
    {MYSQL, "CREATE TABLE t (a int) STRICT", "expected a value"},
    {SQLITE, "CREATE TABLE t (a int) PARTITION BY RANGE (a)", "found 'PARTITION'"},
    {MYSQL, "CREATE TABLE t (a int); ALTER TABLE t ENABLE ROW LEVEL SECURITY", "found 'ENABLE'"},
    {SQLITE, "CREATE TABLE t (a int); ALTER TABLE t FORCE ROW LEVEL SECURITY", "found 'FORCE'"},
    {POSTGRESQL, "CREATE TABLE t (a int); ALTER TABLE t VALIDATE CONSTRAINT c", "found 'VALIDATE'"},
    {POSTGRESQL, "CREATE TABLE t (a int); ALTER TABLE t DISABLE ROW LEVEL SECURITY",
     "found 'DISABLE'"},
    {POSTGRESQL, "CREATE TABLE t (a int); ALTER TABLE t NO INHERIT p", "found 'NO'"},
    {MYSQL, "CREATE TABLE t (a int); CREATE SEQUENCE s OWNED BY t.a",
     "expected an option of a sequence, found 'OWNED'"},
    {POSTGRESQL, "CREATE TABLE a () INHERITS (b); CREATE TABLE b () INHERITS (a)",
     "inherits from itself"},
};

START_TEST(what_the_dialect_does_not_have_is_an_error)
{
	const char *found = outcome(refusals[_i].dialect, refusals[_i].sql);

	ck_assert_msg(strstr(found, refusals[_i].message), "%s: %s", refusals[_i].sql, found);
}
END_TEST

/* Two texts that make the same. */
static const struct {
	int dialect;
	const char *sql;
	const char *same;
} equals[] = {
    /* The name of a NOT NULL is thrown away. */
    {POSTGRESQL, "CREATE TABLE t (a int CONSTRAINT n NOT NULL)", "CREATE TABLE t (a int NOT NULL)"},
    {POSTGRESQL, "CREATE TABLE t (a text COLLATE public.german)",
     "CREATE TABLE t (a text COLLATE german)"},
    {POSTGRESQL, "CREATE TABLE t (a real DEFAULT '-1.5'::numeric)",
     "CREATE TABLE t (a real DEFAULT -1.5)"},
    {POSTGRESQL, "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (INCREMENT 2 START 10))",
     "CREATE TABLE t (a int NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 10 INCREMENT BY "
     "2))"},
    {POSTGRESQL,
     "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (MINVALUE 7 START WITH 7 INCREMENT - 0))",
     "CREATE TABLE t (a int NOT NULL GENERATED ALWAYS AS IDENTITY (INCREMENT -0 MINVALUE 7 START "
     "7))"},
    {POSTGRESQL, "CREATE SEQUENCE s MINVALUE 100 START 100", "CREATE SEQUENCE s MINVALUE 100"},
    {POSTGRESQL,
     "CREATE TABLE t (\"from\" int, a int, CHECK (a IS DISTINCT FROM 1)); CREATE TABLE u (a int)",
     "CREATE TABLE t (\"from\" int, a int, CONSTRAINT t_a_check CHECK (a IS DISTINCT FROM 1)); "
     "CREATE TABLE u (a int)"},
    /* A child has what its parents have, in whatever order they come, and merges what it declares. */
    {POSTGRESQL,
     "CREATE TABLE c (b text) INHERITS (p); CREATE TABLE p (a int GENERATED ALWAYS AS IDENTITY, b "
     "text DEFAULT 'x', k int, PRIMARY KEY (k))",
     "CREATE TABLE c (a int NOT NULL, b text DEFAULT 'x', k int NOT NULL) INHERITS (p); CREATE "
     "TABLE p (a int GENERATED ALWAYS AS IDENTITY, b text DEFAULT 'x', k int, PRIMARY KEY (k))"},
    {POSTGRESQL,
     "CREATE TABLE g () INHERITS (c); CREATE TABLE c () INHERITS (p); CREATE TABLE p (a int)",
     "CREATE TABLE g (a int) INHERITS (c); CREATE TABLE c (a int) INHERITS (p); CREATE TABLE p (a "
     "int)"},
    {POSTGRESQL, "CREATE TABLE t (a int); ALTER TABLE t OWNER TO x, ADD COLUMN b int",
     "CREATE TABLE t (a int, b int)"},
    {POSTGRESQL, "CREATE SEQUENCE s; CREATE TABLE t (owner int); ALTER SEQUENCE s OWNED BY t.owner",
     "CREATE SEQUENCE s OWNED BY t.owner; CREATE TABLE t (owner int)"},
    {POSTGRESQL, "CREATE SEQUENCE s; ALTER SEQUENCE s INCREMENT BY 5 CYCLE",
     "CREATE SEQUENCE s INCREMENT 5 CYCLE"},
    {MYSQL, "CREATE TABLE t (a int zerofill, b smallint(4) zerofill)",
     "CREATE TABLE t (a int(10) unsigned zerofill, b smallint(4) unsigned zerofill)"},
    {MYSQL, "CREATE TABLE t (a float(24), b float(25), c float(7,3))",
     "CREATE TABLE t (a float, b double, c float(7,3))"},
    {MYSQL,
     "CREATE TABLE t (a longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin CHECK "
     "(json_valid(`a`)))",
     "CREATE TABLE t (a json)"},
    {MYSQL, "/*!999999\\- enable the sandbox mode */\nCREATE TABLE t (a int /*!99999 , b int */)",
     "CREATE TABLE t (a int)"},
};

/* An SQL text of the schema for comparison: what is declared where has no part in it. */
START_TEST(what_means_the_same_is_the_same)
{
	ck_assert_str_eq(outcome(equals[_i].dialect, equals[_i].sql),
	                 outcome(equals[_i].dialect, equals[_i].same));
}
END_TEST

static const struct {
	int dialect;
	const char *sql;
	const char *piece; /* of the JSON */
} pieces[] = {
    /* A cast is left out where it is the whole of what stands behind the literal. */
    {POSTGRESQL, "CREATE TABLE t (a text DEFAULT 'a'::text || 'b'::text)",
     "\"default_value\":\"'a'::text || 'b'::text\""},
    {POSTGRESQL, "CREATE TABLE t (a text DEFAULT 'a'::text)", "\"default_value\":\"'a'\""},
    {POSTGRESQL, "CREATE TABLE t (a text DEFAULT 'a'\n 'b' NOT NULL)",
     "\"default_value\":\"'a'\\n'b'\""},
    {POSTGRESQL, "CREATE TABLE t (a text DEFAULT E'\\''\n '\\'' NOT NULL)",
     "\"default_value\":\"E'\\\\''\\n'\\\\''\""},
    {POSTGRESQL, "CREATE TABLE t (a int DEFAULT -(5))", "\"default_value\":\"-(5)\""},
    {POSTGRESQL, "CREATE FUNCTION f(a int, b varchar(5)[], c timestamp) RETURNS int AS ''",
     "\"signature\":\"integer, character varying[], timestamp without time zone\""},
    {POSTGRESQL,
     "CREATE FUNCTION f(a int) RETURNS int AS ''; COMMENT ON FUNCTION f(integer) IS 'x'",
     "\"comment\":\"x\""},
};

START_TEST(what_is_kept_is_whole)
{
	const char *found = outcome(pieces[_i].dialect, pieces[_i].sql);

	ck_assert_msg(strstr(found, pieces[_i].piece), "%s: %s", pieces[_i].sql, found);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("parser_refusals");
	TCase *group = tcase_create("parser");

	tcase_add_checked_fixture(group, set_up, tear_down);
	tcase_add_loop_test(group, what_the_dialect_does_not_have_is_an_error, 0, COUNT(refusals));
	tcase_add_loop_test(group, what_means_the_same_is_the_same, 0, COUNT(equals));
	tcase_add_loop_test(group, what_is_kept_is_whole, 0, COUNT(pieces));
	suite_add_tcase(suite, group);
	return run_suite(suite);
}
