/* Questions about pieces of SQL. */
#include <check.h>
#include <string.h>

#include "sql/text.h"

static const char *const reserved[] = {"CHECK", "CREATE", "ORDER", "SELECT", "TABLE", NULL};

static const struct dbw_traits sqlite = {
    .flags = DBW_TRAIT_IDENTIFIER_DOUBLE_QUOTE | DBW_TRAIT_IDENTIFIER_BACKTICK |
             DBW_TRAIT_IDENTIFIER_BRACKET | DBW_TRAIT_NAMES_CASE_INSENSITIVE,
    .reserved_words = reserved,
};
static const struct dbw_traits postgresql = {
    .flags = DBW_TRAIT_IDENTIFIER_DOUBLE_QUOTE | DBW_TRAIT_STRING_E | DBW_TRAIT_DOLLAR_QUOTE |
             DBW_TRAIT_COMMENT_NESTED | DBW_TRAIT_NAMES_FOLD_LOWER,
    .reserved_words = reserved,
};
static const struct dbw_traits mysql = {
    .flags = DBW_TRAIT_IDENTIFIER_BACKTICK | DBW_TRAIT_STRING_DOUBLE_QUOTE |
             DBW_TRAIT_STRING_BACKSLASH | DBW_TRAIT_NAMES_CASE_INSENSITIVE,
    .reserved_words = reserved,
};

static struct arena arena;

static void tear_down(void)
{
	arena_release(&arena);
}

static const struct {
	const struct dbw_traits *traits;
	const char *a, *b;
	bool same;
} pairs[] = {
    {&sqlite, "a > 0", "a>0", true},
    {&sqlite, "a > 0", "A  >\n0 -- c", true},
    {&sqlite, "a > 0", "((a > /* c */ 0))", true},
    {&sqlite, "(a) > (0)", "a > 0", false},
    {&sqlite, "(a) + (b)", "((a) + (b))", true},
    {&sqlite, "()", "", true},
    {&sqlite, "a", "\"a\"", true},
    {&sqlite, "[A]", "`a`", true},
    {&sqlite, "select", "\"select\"", false},
    {&sqlite, "\"order\"", "[order]", true},
    {&sqlite, "'a'", "'A'", false},
    {&sqlite, "'a'", "a", false},
    {&sqlite, "'a b'", "'a  b'", false},
    {&sqlite, "1E5", "1e5", true},
    {&sqlite, "1", "1.0", false},
    {&sqlite, "a b", "ab", false},
    {&sqlite, "", "-- nothing", true},
    {&sqlite, "a", "a b", false},
    {&sqlite, "'a", "'a", true},
    {&sqlite, "'a", " 'a", false},
    {&postgresql, "Name", "\"name\"", true},
    {&postgresql, "Name", "\"Name\"", false},
    {&postgresql, "\"Name\"", "\"name\"", false},
    {&postgresql, "SELECT a", "select A", true},
    {&postgresql, "$$a$$", "$$a$$ ", true},
    {&postgresql, "E'a'", "'a'", false},
    {&mysql, "`a`", "A", true},
    {&mysql, "\"a\"", "a", false},
    {&sqlite, NULL, NULL, true},
    {&sqlite, NULL, "", false},
    {&sqlite, "a", NULL, false},
};

START_TEST(same_sql_is_told_from_other_sql)
{
	ck_assert_int_eq(sql_same(pairs[_i].traits, pairs[_i].a, pairs[_i].b), pairs[_i].same);
	ck_assert_int_eq(sql_same(pairs[_i].traits, pairs[_i].b, pairs[_i].a), pairs[_i].same);
}
END_TEST

static const struct {
	const struct dbw_traits *traits;
	const char *sql, *name;
	bool mentions;
} mentions[] = {
    {&sqlite, "a + Price", "price", true},
    {&sqlite, "\"Price\" > 0", "price", true},
    {&sqlite, "[a]]", "a", true},
    {&sqlite, "'price' -- price\n/* price */", "price", false},
    {&sqlite, "prices + xprice", "price", false},
    {&sqlite, "\"a\"\"b\"", "a\"b", true},
    {&postgresql, "Price", "price", true},
    {&postgresql, "Price", "Price", false},
    {&postgresql, "\"Price\"", "Price", true},
    {&postgresql, "$$price$$", "price", false},
    {&mysql, "`price`", "PRICE", true},
    {&mysql, "\"price\"", "price", false},
    {&sqlite, "", "price", false},
    {&sqlite, "price 'open", "price", true},
    {&sqlite, "'open price", "price", false},
};

START_TEST(a_name_is_mentioned_only_as_an_identifier)
{
	ck_assert_int_eq(sql_mentions(mentions[_i].traits, mentions[_i].sql, mentions[_i].name),
	                 mentions[_i].mentions);
}
END_TEST

static const struct {
	const struct dbw_traits *traits;
	const char *sql, *from, *to, *result;
} renames[] = {
    {&sqlite, "a > 0 AND A < b", "a", "c", "c > 0 AND c < b"},
    {&sqlite, "\"a\" + [a] + `a`", "a", "c", "\"c\" + [c] + `c`"},
    {&sqlite, "a + 'a' /* a */ -- a", "a", "c", "c + 'a' /* a */ -- a"},
    {&sqlite, "a > 0", "a", "order", "\"order\" > 0"},
    {&sqlite, "a > 0", "a", "b c", "\"b c\" > 0"},
    {&sqlite, "`a` > 0", "a", "b`c", "`b``c` > 0"},
    {&sqlite, "[a] > 0", "a", "b]c", "\"b]c\" > 0"},
    {&sqlite, "date(date) > 1", "date", "day", "date(day) > 1"},
    {&sqlite, "INSERT INTO a(a) SELECT a.x FROM a", "a", "b", "INSERT INTO b(b) SELECT b.x FROM b"},
    {&sqlite, "CREATE INDEX i ON main.a(x)", "a", "b", "CREATE INDEX i ON main.b(x)"},
    {&sqlite, "CHECK (\"check\" > 0)", "check", "c", "CHECK (\"c\" > 0)"},
    {&sqlite, "x", "a", "b", "x"},
    {&sqlite, "a 'open", "a", "b", "a 'open"},
    {&postgresql, "Total > 0", "total", "sum", "sum > 0"},
    {&postgresql, "total > 0", "total", "Sum", "\"Sum\" > 0"},
    {&mysql, "total > 0", "total", "order", "`order` > 0"},
};

START_TEST(renaming_touches_identifiers_alone)
{
	ck_assert_str_eq(sql_rename(&arena, renames[_i].traits, renames[_i].sql, renames[_i].from,
	                            renames[_i].to),
	                 renames[_i].result);
}
END_TEST

static const struct {
	const struct dbw_traits *traits;
	const char *sql, *tidy;
} untidy[] = {
    {&sqlite, "a>0 /x/", "a > 0 / x /"},
    {&sqlite, "  a\n=\tb  ", "a = b"},
    {&sqlite, "a -- c\n+/* c */b", "a + b"},
    {&sqlite, "length ( name )<=10", "length(name) <= 10"},
    {&sqlite, "a IN(1,2, 3)", "a IN (1, 2, 3)"},
    {&sqlite, "a in (1,2)", "a in (1, 2)"},
    {&sqlite, "NUMERIC ( 10 , 2 )", "NUMERIC(10,2)"},
    {&sqlite, "round(x,2)", "round(x, 2)"},
    {&sqlite, "varchar (20)", "varchar(20)"},
    {&sqlite, "-1", "-1"},
    {&sqlite, "- 1", "-1"},
    {&sqlite, "a-1", "a - 1"},
    {&sqlite, "a*-1", "a * -1"},
    {&sqlite, "a - -1", "a - -1"},
    {&sqlite, "- -1", "- -1"},
    {&sqlite, "a BETWEEN -1 AND -(b)", "a BETWEEN -1 AND -(b)"},
    {&sqlite, "main . t . a", "main.t.a"},
    {&sqlite, "count( * )", "count(*)"},
    {&sqlite, "NOT(a)AND(b OR(c))", "NOT (a) AND (b OR (c))"},
    {&sqlite, "'a  b'||\"c  d\"", "'a  b' || \"c  d\""},
    {&sqlite, "CASE WHEN(a)THEN 1 END", "CASE WHEN (a) THEN 1 END"},
    {&sqlite, "", ""},
    {&sqlite, "'open", "'open"},
    {&postgresql, "'a' :: text", "'a'::text"},
    {&postgresql, "integer [ ]", "integer[]"},
    {&postgresql, "( a ) . b :: numeric ( 10 , 2 )", "(a).b::numeric(10,2)"},
    {&postgresql, "a#>>'{b}'@@ c", "a #>> '{b}' @@ c"},
    {&postgresql, "a |/ b", "a |/ b"},
    {&postgresql, "'a'\n'b'", "'a'\n'b'"},
};

START_TEST(tidying_normalises_space)
{
	const char *sql = untidy[_i].sql;
	char *once = sql_tidy(&arena, untidy[_i].traits, sql, strlen(sql));

	ck_assert_str_eq(once, untidy[_i].tidy);
	ck_assert_str_eq(sql_tidy(&arena, untidy[_i].traits, once, strlen(once)), once);
	ck_assert(sql_same(untidy[_i].traits, sql, once));
}
END_TEST

START_TEST(tidying_stops_at_the_length)
{
	ck_assert_str_eq(sql_tidy(&arena, &sqlite, "a>0 'rest", 4), "a > 0");
}
END_TEST

START_TEST(names_are_compared_by_the_rule_of_the_dialect)
{
	ck_assert(sql_names_equal(&sqlite, "Users", "uSERS"));
	ck_assert(!sql_names_equal(&sqlite, "users", "user"));
	ck_assert(sql_names_equal(&postgresql, "users", "users"));
	ck_assert(!sql_names_equal(&postgresql, "Users", "users"));
}
END_TEST

START_TEST(reserved_words_are_found_in_any_case)
{
	static const struct dbw_traits none = {0};

	ck_assert(sql_is_reserved(&sqlite, "check", 5));
	ck_assert(sql_is_reserved(&sqlite, "Table", 5));
	ck_assert(sql_is_reserved(&sqlite, "tables", 5));
	ck_assert(!sql_is_reserved(&sqlite, "tables", 6));
	ck_assert(!sql_is_reserved(&sqlite, "orde", 4));
	ck_assert(!sql_is_reserved(&sqlite, "", 0));
	ck_assert(!sql_is_reserved(&none, "table", 5));
}
END_TEST

START_TEST(deep_nesting_needs_no_stack)
{
	size_t depth = 100000;
	char *deep = arena_alloc(&arena, 2 * depth + 2);

	memset(deep, '(', depth);
	deep[depth] = 'a';
	memset(deep + depth + 1, ')', depth);
	ck_assert(sql_same(&sqlite, deep, "A"));
	deep[2 * depth] = '\0'; /* one is left open */
	ck_assert(!sql_same(&sqlite, deep, "a"));
	ck_assert_uint_eq(strlen(sql_tidy(&arena, &sqlite, deep, 2 * depth)), 2 * depth);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

int main(void)
{
	Suite *suite = suite_create("text");
	TCase *group = tcase_create("text");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(group, NULL, tear_down);
	tcase_add_loop_test(group, same_sql_is_told_from_other_sql, 0, COUNT(pairs));
	tcase_add_loop_test(group, a_name_is_mentioned_only_as_an_identifier, 0, COUNT(mentions));
	tcase_add_loop_test(group, renaming_touches_identifiers_alone, 0, COUNT(renames));
	tcase_add_loop_test(group, tidying_normalises_space, 0, COUNT(untidy));
	tcase_add_test(group, tidying_stops_at_the_length);
	tcase_add_test(group, names_are_compared_by_the_rule_of_the_dialect);
	tcase_add_test(group, reserved_words_are_found_in_any_case);
	tcase_add_test(group, deep_nesting_needs_no_stack);
	suite_add_tcase(suite, group);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
