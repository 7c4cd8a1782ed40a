/* SQL text to tokens. A case is one line: traits, text, and its tokens as LETTER<text>. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "sql/lexer.h"

static const struct dbw_traits sqlite = {
    .flags = DBW_TRAIT_IDENTIFIER_DOUBLE_QUOTE | DBW_TRAIT_IDENTIFIER_BACKTICK |
             DBW_TRAIT_IDENTIFIER_BRACKET | DBW_TRAIT_IDENTIFIER_SINGLE_QUOTE |
             DBW_TRAIT_NAMES_CASE_INSENSITIVE,
};
static const struct dbw_traits postgresql = {
    .flags = DBW_TRAIT_IDENTIFIER_DOUBLE_QUOTE | DBW_TRAIT_STRING_E | DBW_TRAIT_DOLLAR_QUOTE |
             DBW_TRAIT_COMMENT_NESTED | DBW_TRAIT_NAMES_FOLD_LOWER,
};
static const struct dbw_traits mysql = {
    .flags = DBW_TRAIT_IDENTIFIER_BACKTICK | DBW_TRAIT_STRING_DOUBLE_QUOTE |
             DBW_TRAIT_STRING_BACKSLASH | DBW_TRAIT_COMMENT_HASH | DBW_TRAIT_COMMENT_DASH_SPACE |
             DBW_TRAIT_COMMENT_VERSIONED,
};

static const char letters[] = {
    [TOKEN_WORD] = 'w',   [TOKEN_NAME] = 'n',     [TOKEN_STRING] = 's',  [TOKEN_NUMBER] = 'd',
    [TOKEN_SYMBOL] = 'o', [TOKEN_VARIABLE] = 'v', [TOKEN_COMMENT] = 'c',
};

static const struct {
	const struct dbw_traits *traits;
	const char *text;
	const char *tokens;
} cases[] = {
    /* Words and names. */
    {&sqlite, "", ""},
    {&sqlite, " \t\r\n\f", ""},
    {&sqlite, "CREATE table t1", "w<CREATE>w<table>w<t1>"},
    {&sqlite, "a$b _c", "w<a$b>w<_c>"},
    {&sqlite, "größe 名前", "w<größe>w<名前>"},
    {&sqlite, "\"a\"\"b\" `c``d` [e f] 'g'", "n<\"a\"\"b\">n<`c``d`>n<[e f]>s<'g'>"},
    {&sqlite, "[a[b]", "n<[a[b]>"},
    {&postgresql, "\"A b\" a[1]", "n<\"A b\">w<a>o<[>d<1>o<]>"},
    {&postgresql, "a ` b", "w<a>o<`>w<b>"},
    {&mysql, "`a` \"text\" [", "n<`a`>s<\"text\">o<[>"},
    {&postgresql, "U&\"d\\0061t\" u&'x'", "n<U&\"d\\0061t\">s<u&'x'>"},
    {&sqlite, "u&'x'", "w<u>o<&>s<'x'>"},
    {&sqlite, "main.t", "w<main>o<.>w<t>"},
    {&sqlite, "\xEF\xBB\xBFSELECT", "w<SELECT>"},

    /* Strings. */
    {&sqlite, "'it''s' ''", "s<'it''s'>s<''>"},
    {&sqlite, "'a -- b; /* c' x", "s<'a -- b; /* c'>w<x>"},
    {&sqlite, "'line\n\nline'", "s<'line\n\nline'>"},
    {&sqlite, "'a\\' x", "s<'a\\'>w<x>"},
    {&mysql, "'a\\' x'", "s<'a\\' x'>"},
    {&mysql, "\"a\\\" x\" 'it''s' 'a\\\\'", "s<\"a\\\" x\">s<'it''s'>s<'a\\\\'>"},
    {&postgresql, "E'a\\'b' e'\\\\' 'c\\'", "s<E'a\\'b'>s<e'\\\\'>s<'c\\'>"},
    {&sqlite, "E'a'", "w<E>s<'a'>"},
    {&sqlite, "X'0aFF' x''", "s<X'0aFF'>s<x''>"},
    {&mysql, "N'a' b'01' _utf8mb4'x\\'y'", "s<N'a'>s<b'01'>s<_utf8mb4'x\\'y'>"},
    {&sqlite, "LIKE'a%'", "w<LIKE>s<'a%'>"},
    {&sqlite, "':name ?1 $x @y'", "s<':name ?1 $x @y'>"},

    /* Dollar quotes. */
    {&postgresql, "$$a;'b$$;", "s<$$a;'b$$>o<;>"},
    {&postgresql, "$f$ $$ $g$ $f $f$ x", "s<$f$ $$ $g$ $f $f$>w<x>"},
    {&postgresql, "$größe$;$größe$", "s<$größe$;$größe$>"},
    {&postgresql, "a$b$ $1 $2", "w<a$b$>v<$1>v<$2>"},
    {&sqlite, "$name $$", "v<$name>v<$$>"},

    /* Numbers. */
    {&sqlite, "1 1.5 .5 1. 1e5 1E-5 1.5e+10", "d<1>d<1.5>d<.5>d<1.>d<1e5>d<1E-5>d<1.5e+10>"},
    {&sqlite, "0x1F 1_000 -1", "d<0x1F>d<1_000>o<->d<1>"},
    {&postgresql, "1..10", "d<1>o<..>d<10>"},
    {&sqlite, "1+1e+x", "d<1>o<+>d<1e>o<+>w<x>"},

    /* Operators and variables. */
    {&sqlite, "(a,b);", "o<(>w<a>o<,>w<b>o<)>o<;>"},
    {&sqlite, "a||b->c->>d", "w<a>o<||>w<b>o<->>w<c>o<->>>w<d>"},
    {&sqlite, "a<=b<>c!=d==e<<f>=g", "w<a>o<<=>w<b>o<<>>w<c>o<!=>w<d>o<==>w<e>o<<<>w<f>o<>=>w<g>"},
    {&postgresql, "a::text[]", "w<a>o<::>w<text>o<[>o<]>"},
    {&postgresql, "a ? b ?| c ?& d @> e #>> f",
     "w<a>v<?>w<b>o<?|>w<c>o<?&>w<d>o<@>>w<e>o<#>>>w<f>"},
    {&sqlite, "?1 ? :name @name $name", "v<?1>v<?>v<:name>v<@name>v<$name>"},
    {&mysql, "@@session.x @a:=1", "v<@@session>o<.>w<x>v<@a>o<:=>d<1>"},
    {&mysql, "`u`@`h` root@localhost", "n<`u`>o<@>n<`h`>w<root>v<@localhost>"},
    {&sqlite, "a*-b", "w<a>o<*>o<->w<b>"},
    {&sqlite, "2*/*c*/3", "d<2>o<*>d<3>"},

    /* Comments. */
    {&sqlite, "a -- b\nc --", "w<a>w<c>"},
    {&sqlite, "a--b", "w<a>"},
    {&mysql, "5--3 -- c\n--\nx", "d<5>o<->o<->d<3>w<x>"},
    {&mysql, "a # b '\nc", "w<a>w<c>"},
    {&sqlite, "a # b", "w<a>o<#>w<b>"},
    {&sqlite, "a/* b */c /* /* */ d", "w<a>w<c>w<d>"},
    {&postgresql, "a/* /* b */ c */d", "w<a>w<d>"},
    {&sqlite, "/**/ /***/x", "w<x>"},
    {&mysql, "/*!50003 CREATE*/ x /*!y*/ /*M!100100 z */", "w<CREATE>w<x>w<y>w<z>"},
    {&mysql, "/*! a /* b */ c */d", "w<a>w<c>w<d>"},
    {&sqlite, "/*! a */b", "w<b>"},
    {&mysql, "/*+ hint */b", "w<b>"},
};

static struct error error;
static struct arena arena;

static void tear_down(void)
{
	error_release(&error);
	arena_release(&arena);
}

static void print_tokens(struct lexer *lexer, struct dbw_buffer *out)
{
	struct token token;

	for (;;) {
		ck_assert_msg(lexer_next(lexer, &token, &error), "%s", error.message);
		if (token.kind == TOKEN_END)
			return;
		ck_assert(token.text == lexer->text + token.offset);
		buffer_printf(out, "%c<%.*s>", letters[token.kind], (int)token.length, token.text);
	}
}

START_TEST(reads_tokens)
{
	struct dbw_buffer out = {0};
	struct lexer lexer;

	lexer_init(&lexer, cases[_i].traits, "x.sql", cases[_i].text, strlen(cases[_i].text), 1);
	print_tokens(&lexer, &out);
	ck_assert_str_eq(buffer_text(&out), cases[_i].tokens);
	buffer_release(&out);
}
END_TEST

START_TEST(hands_out_comments_when_asked)
{
	static const char text[] = "-- a\r\nb /* c */ # d";
	struct dbw_buffer out = {0};
	struct lexer lexer;

	lexer_init(&lexer, &mysql, "x.sql", text, strlen(text), 1);
	lexer.comments = true;
	print_tokens(&lexer, &out);
	ck_assert_str_eq(buffer_text(&out), "c<-- a>w<b>c</* c */>c<# d>");
	buffer_release(&out);
}
END_TEST

/* What cannot be read: message and place. */
static const struct {
	const struct dbw_traits *traits;
	const char *text;
	size_t length; /* 0: up to the NUL */
	size_t line, column;
	const char *message;
} faults[] = {
    {&sqlite, "a\n 'b", 0, 2, 2, "unterminated string"},
    {&sqlite, "'a''", 0, 1, 1, "unterminated string"},
    {&sqlite, "'", 0, 1, 1, "unterminated string"},
    {&mysql, "'a\\'", 0, 1, 1, "unterminated string"},
    {&mysql, "'a\\", 0, 1, 1, "unterminated string"},
    {&postgresql, "E'", 0, 1, 1, "unterminated string"},
    {&sqlite, "a \"b\nc", 0, 1, 3, "unterminated quoted name"},
    {&sqlite, "[b", 0, 1, 1, "unterminated quoted name"},
    {&sqlite, "a /* b\nc", 0, 1, 3, "unterminated comment"},
    {&sqlite, "/*/", 0, 1, 1, "unterminated comment"},
    {&postgresql, "/* /* */", 0, 1, 1, "unterminated comment"},
    {&mysql, "x\n/*!50003 y", 0, 2, 1, "unterminated comment"},
    {&postgresql, "a $f$ $$", 0, 1, 3, "unterminated dollar-quoted string"},
    {&sqlite, "a\nb\0c", 5, 2, 2, "NUL byte"},
    {&sqlite, "'\n\0'", 4, 2, 1, "NUL byte"},
    {&sqlite, "-- \0", 4, 1, 4, "NUL byte"},
    {&sqlite, "ab\xFF", 0, 1, 3, "invalid UTF-8"},
    {&sqlite, "'\n \xC3(' ", 0, 2, 2, "invalid UTF-8"},
    {&sqlite, "\xC0\xAF", 0, 1, 1, "invalid UTF-8"},     /* overlong */
    {&sqlite, "\xED\xA0\x80", 0, 1, 1, "invalid UTF-8"}, /* surrogate */
    {&sqlite, "\xF4\x90\x80\x80", 0, 1, 1, "invalid UTF-8"},
    {&sqlite, "\xE2\x82", 0, 1, 1, "invalid UTF-8"}, /* cut off */
    {&sqlite, "\"\xE9t\xE9\"", 0, 1, 2, "invalid UTF-8"},
};

START_TEST(reports_what_cannot_be_read_with_its_place)
{
	size_t length = faults[_i].length ? faults[_i].length : strlen(faults[_i].text);
	/* In memory of its exact size, so that a read beyond the end is seen. */
	char *text = memcpy(malloc(length), faults[_i].text, length);
	struct lexer lexer;
	struct token token;
	bool read;

	lexer_init(&lexer, faults[_i].traits, "x.sql", text, length, 1);
	do
		read = lexer_next(&lexer, &token, &error);
	while (read && token.kind != TOKEN_END);
	ck_assert(!read);
	ck_assert_str_eq(error.message, faults[_i].message);
	ck_assert_str_eq(error.file, "x.sql");
	ck_assert_uint_eq(error.line, faults[_i].line);
	ck_assert_uint_eq(error.column, faults[_i].column);
	free(text);
}
END_TEST

START_TEST(never_reads_past_the_end)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t whole = strlen(cases[i].text);

		for (size_t length = 1; length < whole; length++) {
			char *text = memcpy(malloc(length), cases[i].text, length);
			struct lexer lexer;
			struct token token;
			size_t position = 0;

			lexer_init(&lexer, cases[i].traits, "x.sql", text, length, 1);
			while (lexer_next(&lexer, &token, &error) && token.kind != TOKEN_END) {
				ck_assert(lexer.position > position);
				position = lexer.position;
			}
			ck_assert(lexer.position <= length);
			free(text);
		}
	}
}
END_TEST

START_TEST(knows_the_place_of_each_token)
{
	static const char text[] = "\xEF\xBB\xBF"
				   "a\r\n  'b\n' /*\n*/ größe x";
	static const size_t lines[] = {7, 8, 10, 10}, columns[] = {1, 3, 4, 12};
	struct lexer lexer;
	struct token token;

	lexer_init(&lexer, &sqlite, "x.sql", text, strlen(text), 7);
	for (size_t i = 0; i < 4; i++) {
		ck_assert(lexer_next(&lexer, &token, &error));
		ck_assert_uint_eq(token.line, lines[i]);
		ck_assert_uint_eq(token.column, columns[i]);
	}
	ck_assert(lexer_next(&lexer, &token, &error));
	ck_assert_int_eq(token.kind, TOKEN_END);
}
END_TEST

static struct token only_token(const struct dbw_traits *traits, const char *text)
{
	struct lexer lexer;
	struct token token;

	lexer_init(&lexer, traits, "x.sql", text, strlen(text), 1);
	ck_assert(lexer_next(&lexer, &token, &error));
	ck_assert_uint_eq(token.length, strlen(text));
	return token;
}

static const struct {
	const struct dbw_traits *traits;
	const char *text;
	const char *name;
} names[] = {
    {&sqlite, "Users", "Users"},
    {&postgresql, "Users", "users"},
    {&postgresql, "ÄUsers", "Äusers"},
    {&postgresql, "\"Users\"", "Users"},
    {&sqlite, "\"a\"\"b\"", "a\"b"},
    {&sqlite, "`a``b\"\"`", "a`b\"\""},
    {&sqlite, "[a b]", "a b"},
    {&sqlite, "'it''s'", "it's"},
    {&sqlite, "\"\"", ""},
    {&postgresql, "\"a\\b\"", "a\\b"},
    {&postgresql, "U&\"d\\0061t\\+000061\\\\\"\"\"", "data\\\""},
};

START_TEST(takes_names_out_of_their_quotes)
{
	struct token token = only_token(names[_i].traits, names[_i].text);

	ck_assert(token_is_name(&token, names[_i].traits));
	ck_assert_str_eq(token_name(&arena, &token, names[_i].traits), names[_i].name);
}
END_TEST

static const struct {
	const struct dbw_traits *traits;
	const char *text;
	const char *value;
} strings[] = {
    {&sqlite, "'it''s'", "it's"},
    {&sqlite, "'a\\nb'", "a\\nb"},
    {&mysql, "'a\\nb\\'c\\\\d''e\\%\\x'", "a\nb'c\\d'e\\%x"},
    {&mysql, "\"a\"\"b'c\"", "a\"b'c"},
    {&mysql, "_utf8'a\\tb'", "a\tb"},
    {&mysql, "N'a'", "a"},
    {&postgresql, "'a\\nb'", "a\\nb"},
    {&postgresql, "E'a\\n\\101\\x41\\u00e9\\'\\q'", "a\nAA\xC3\xA9'q"},
    {&postgresql, "$$a'b$$", "a'b"},
    {&postgresql, "$f$a$$b$f$", "a$$b"},
    {&postgresql, "U&'\\00e9'", "\xC3\xA9"},
    {&sqlite, "''", ""},
};

START_TEST(takes_strings_out_of_their_quotes)
{
	struct token token = only_token(strings[_i].traits, strings[_i].text);

	ck_assert_int_eq(token.kind, TOKEN_STRING);
	ck_assert_str_eq(token_string(&arena, &token, strings[_i].traits), strings[_i].value);
}
END_TEST

START_TEST(keywords_are_bare_words_in_any_case)
{
	struct token bare = only_token(&sqlite, "sElEcT");
	struct token quoted = only_token(&sqlite, "\"SELECT\"");
	struct token shorter = only_token(&sqlite, "SELEC");
	struct token longer = only_token(&sqlite, "SELECTS");

	ck_assert(token_is(&bare, "SELECT"));
	ck_assert(!token_is(&quoted, "SELECT"));
	ck_assert(!token_is(&shorter, "SELECT"));
	ck_assert(!token_is(&longer, "SELECT"));
}
END_TEST

START_TEST(symbols_are_compared_whole)
{
	struct token token = only_token(&sqlite, "->");

	ck_assert(token_is_symbol(&token, "->"));
	ck_assert(!token_is_symbol(&token, "-"));
	ck_assert(!token_is_symbol(&token, "->>"));
}
END_TEST

START_TEST(a_string_is_a_name_only_where_the_traits_say_so)
{
	struct token single = only_token(&sqlite, "'a'");
	struct token number = only_token(&sqlite, "1");

	ck_assert(token_is_name(&single, &sqlite));
	ck_assert(!token_is_name(&single, &postgresql));
	ck_assert(!token_is_name(&number, &sqlite));
}
END_TEST

START_TEST(deep_nesting_needs_no_stack)
{
	size_t depth = 1000000, count = 0;
	struct dbw_buffer text = {0};
	struct lexer lexer;
	struct token token;

	for (size_t i = 0; i < depth; i++)
		buffer_string(&text, "/*");
	for (size_t i = 0; i < depth; i++)
		buffer_string(&text, "*/");
	for (size_t i = 0; i < depth; i++)
		buffer_char(&text, '(');
	lexer_init(&lexer, &postgresql, "x.sql", text.text, text.length, 1);
	while (lexer_next(&lexer, &token, &error) && token.kind != TOKEN_END)
		count++;
	ck_assert_uint_eq(count, depth);
	buffer_release(&text);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

int main(void)
{
	Suite *suite = suite_create("lexer");
	TCase *group = tcase_create("lexer");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(group, NULL, tear_down);
	tcase_add_loop_test(group, reads_tokens, 0, COUNT(cases));
	tcase_add_test(group, hands_out_comments_when_asked);
	tcase_add_loop_test(group, reports_what_cannot_be_read_with_its_place, 0, COUNT(faults));
	tcase_add_test(group, never_reads_past_the_end);
	tcase_add_test(group, knows_the_place_of_each_token);
	tcase_add_loop_test(group, takes_names_out_of_their_quotes, 0, COUNT(names));
	tcase_add_loop_test(group, takes_strings_out_of_their_quotes, 0, COUNT(strings));
	tcase_add_test(group, keywords_are_bare_words_in_any_case);
	tcase_add_test(group, symbols_are_compared_whole);
	tcase_add_test(group, a_string_is_a_name_only_where_the_traits_say_so);
	tcase_add_test(group, deep_nesting_needs_no_stack);
	suite_add_tcase(suite, group);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
