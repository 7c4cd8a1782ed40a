#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct error error;

static void teardown(void)
{
	error_release(&error);
}

START_TEST(set_replaces_everything)
{
	error_at(&error, ERROR_USAGE, "a.sql", 3, 7, "no '%s' here", "x");
	error_hint(&error, "Look %s.", "there");
	ck_assert_str_eq(error.file, "a.sql");
	ck_assert_uint_eq(error.line, 3);
	ck_assert_uint_eq(error.column, 7);
	ck_assert(!error_set(&error, ERROR_FAILED, "failed %d times", 2));
	ck_assert_str_eq(error.message, "failed 2 times");
	ck_assert_int_eq(error.kind, ERROR_FAILED);
	ck_assert_ptr_null(error.file);
	ck_assert_ptr_null(error.hint);
	ck_assert_uint_eq(error.line, 0);
}
END_TEST

START_TEST(errno_is_put_into_words)
{
	errno = ENOENT;
	ck_assert(!error_errno(&error, ERROR_FAILED, "cannot open '%s'", "x"));
	ck_assert_str_eq(error.message, "cannot open 'x': No such file or directory");
}
END_TEST

START_TEST(context_goes_before_the_message)
{
	error_set(&error, ERROR_FAILED, "no such table");
	error_context(&error, "statement %d", 2);
	error_context(&error, "applying '%s'", "a.sql");
	ck_assert_str_eq(error.message, "applying 'a.sql': statement 2: no such table");
}
END_TEST

START_TEST(parts_of_an_error_may_go_into_the_next)
{
	error_at(&error, ERROR_FAILED, "a.sql", 1, 2, "one");
	error_hint(&error, "Hint.");
	error_at(&error, ERROR_FAILED, error.file, 3, 4, "two after %s", error.message);
	ck_assert_str_eq(error.file, "a.sql");
	ck_assert_str_eq(error.message, "two after one");
	error_hint(&error, "First.");
	error_hint(&error, "%s Second.", error.hint);
	ck_assert_str_eq(error.hint, "First. Second.");
	error_where(&error, error.file, 5, 6);
	ck_assert_str_eq(error.file, "a.sql");
	ck_assert_uint_eq(error.line, 5);
}
END_TEST

START_TEST(plugin_error_keeps_the_words_of_the_server)
{
	struct dbw_error from = {.struct_size = sizeof from};

	strcpy(from.message, "relation exists");
	strcpy(from.sqlstate, "42P07");
	strcpy(from.detail, "It is there.");
	strcpy(from.hint, "Drop it.");
	ck_assert(!error_plugin(&error, DBW_FAILED, &from));
	ck_assert_str_eq(error.message, "relation exists (SQLSTATE 42P07)");
	ck_assert_str_eq(error.detail, "It is there.");
	ck_assert_str_eq(error.hint, "Drop it.");
	ck_assert_int_eq(error.kind, ERROR_FAILED);
	from.vendor_code = 1050;
	error_plugin(&error, DBW_FAILED, &from);
	ck_assert_str_eq(error.message, "relation exists (error 1050, SQLSTATE 42P07)");
}
END_TEST

START_TEST(plugin_that_says_nothing_gets_words)
{
	struct dbw_error from = {.struct_size = sizeof from};

	error_plugin(&error, DBW_LOST, &from);
	ck_assert_str_eq(error.message, "the connection to the database was lost");
	error_plugin(&error, (enum dbw_status)99, &from);
	ck_assert_str_eq(error.message, "the plugin reported a failure without saying which");
}
END_TEST

static const struct {
	const char *typed;
	const char *nearest;
} words[] = {
    {"migrate", "migrate"}, {"Migrate", "migrate"},  {"migrat", "migrate"},
    {"mgirate", "migrate"}, {"migrates", "migrate"}, {"stauts", "status"},
    {"statsu", "status"},   {"hist", NULL},          {"histry", "history"},
    {"up", "ups"},          {"upx", "ups"},          {"completely-different", NULL},
};

START_TEST(nearest_word_is_found)
{
	static const char *const candidates[] = {"migrate", "status", "history", "ups", NULL};
	const char *nearest = nearest_word(words[_i].typed, candidates);

	ck_assert_pstr_eq(nearest, words[_i].nearest);
}
END_TEST

START_TEST(nearest_word_of_equals_is_the_first)
{
	static const char *const candidates[] = {"cat", "car", NULL};
	static const char *const none[] = {NULL};

	ck_assert_str_eq(nearest_word("caz", candidates), "cat");
	ck_assert_ptr_null(nearest_word("caz", none));
	ck_assert_ptr_null(nearest_word("", candidates));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("error");
	TCase *cases = tcase_create("error");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(cases, NULL, teardown);
	tcase_add_test(cases, set_replaces_everything);
	tcase_add_test(cases, errno_is_put_into_words);
	tcase_add_test(cases, context_goes_before_the_message);
	tcase_add_test(cases, parts_of_an_error_may_go_into_the_next);
	tcase_add_test(cases, plugin_error_keeps_the_words_of_the_server);
	tcase_add_test(cases, plugin_that_says_nothing_gets_words);
	tcase_add_loop_test(cases, nearest_word_is_found, 0, COUNT(words));
	tcase_add_test(cases, nearest_word_of_equals_is_the_first);
	suite_add_tcase(suite, cases);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
