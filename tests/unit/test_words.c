/* The words of a provider's command. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "models/words.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct arena arena;
static struct error error;

static void tear_down(void)
{
	error_release(&error);
	arena_release(&arena);
}

static const struct {
	const char *text;
	const char *words; /* each in brackets */
} splits[] = {
    {"", ""},
    {"  \t ", ""},
    {"a", "[a]"},
    {"  a  b\tc ", "[a][b][c]"},
    {"a\\ b", "[a b]"},
    {"a\\\\b", "[a\\b]"},
    {"\\'a\\\"", "['a\"]"},
    {"'a b'", "[a b]"},
    {"'a\\b'", "[a\\b]"},
    {"'a\"b'", "[a\"b]"},
    {"\"a b\"", "[a b]"},
    {"\"a'b\"", "[a'b]"},
    {"\"a\\\"b\\\\c\\$d\\`e\"", "[a\"b\\c$d`e]"},
    {"\"a\\b\\ c\"", "[a\\b\\ c]"},
    {"a'b 'c\" d\"e", "[ab c de]"},
    {"'' \"\" a''", "[][][a]"},
    {"--x='a b' --y=\"c d\"", "[--x=a b][--y=c d]"},
    {"$HOME ~/x *.py {a,b} a=b #c", "[$HOME][~/x][*.py][{a,b}][a=b][#c]"},
    {"'|' \"&\" \\;", "[|][&][;]"},
    {"caf\xc3\xa9 '\xc3\xa9 b'", "[caf\xc3\xa9][\xc3\xa9 b]"},
};

START_TEST(words_are_those_of_a_shell)
{
	struct dbw_list words = {0};
	struct dbw_buffer found = {0};

	ck_assert_msg(words_split(&arena, splits[_i].text, &words, &error), "%s", error.message);
	for (size_t i = 0; i < words.count; i++)
		buffer_printf(&found, "[%s]", (const char *)words.items[i]);
	ck_assert_str_eq(buffer_text(&found), splits[_i].words);
	buffer_release(&found);
}
END_TEST

static const struct {
	const char *text;
	const char *message;
} refused[] = {
    {"a 'b", "a single quote has no end"},
    {"a \"b'", "a double quote has no end"},
    {"a \"b\\\"", "a double quote has no end"},
    {"'", "a single quote has no end"},
    {"a \\", "there is nothing behind the last '\\'"},
    {"a | b", "'|' means something to a shell alone"},
    {"a > b", "'>' means something to a shell alone"},
    {"a && b", "'&' means something to a shell alone"},
    {"a; b", "';' means something to a shell alone"},
    {"a $(b)", "'(' means something to a shell alone"},
    {"a `b`", "'`' means something to a shell alone"},
};

START_TEST(what_only_a_shell_can_do_is_refused)
{
	struct dbw_list words = {0};

	ck_assert(!words_split(&arena, refused[_i].text, &words, &error));
	ck_assert_str_eq(error.message, refused[_i].message);
	ck_assert_int_eq(error.kind, ERROR_USAGE);
	ck_assert_ptr_nonnull(error.hint);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("words");
	TCase *cases = tcase_create("words");
	SRunner *runner;
	int failures;

	tcase_add_checked_fixture(cases, NULL, tear_down);
	tcase_add_loop_test(cases, words_are_those_of_a_shell, 0, COUNT(splits));
	tcase_add_loop_test(cases, what_only_a_shell_can_do_is_refused, 0, COUNT(refused));
	suite_add_tcase(suite, cases);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failures = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
