#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "config/url.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Everything url_parse() found, on one line: a part that the URL has not is '-'. */
static char *describe(struct arena *arena, const struct dbw_connect *where)
{
	const char *const parts[] = {where->scheme, where->user, where->password, where->host,
	                             where->database};
	struct dbw_buffer out = {0};
	char *text;

	for (size_t i = 0; i < COUNT(parts); i++) {
		if (i == 4)
			buffer_printf(&out, "|%u", where->port);
		buffer_printf(&out, "%s%s", i ? "|" : "", parts[i] ? parts[i] : "-");
	}
	for (size_t i = 0; where->parameters[i]; i++)
		buffer_printf(&out, "|%s=%s", where->parameters[i]->name,
		              where->parameters[i]->value);
	text = arena_string(arena, out.text);
	buffer_release(&out);
	return text;
}

static const struct {
	const char *url;
	const char *parts; /* scheme|user|password|host|port|database|parameters */
} read_well[] = {
    /* Files. */
    {"sqlite:///app.db", "sqlite|-|-|-|0|app.db"},
    {"sqlite:////srv/app.db", "sqlite|-|-|-|0|/srv/app.db"},
    {"sqlite://", "sqlite|-|-|-|0|-"},
    {"sqlite:///", "sqlite|-|-|-|0|"},
    {"sqlite:", "sqlite|-|-|-|0|-"},
    {"sqlite:app.db", "sqlite|-|-|-|0|app.db"},
    {"sqlite:/srv/app.db", "sqlite|-|-|-|0|/srv/app.db"},
    {"sqlite:./data/app.db", "sqlite|-|-|-|0|./data/app.db"},
    {"sqlite:///:memory:", "sqlite|-|-|-|0|:memory:"},
    {"sqlite::memory:", "sqlite|-|-|-|0|:memory:"},
    {"sqlite:///my%20app.db", "sqlite|-|-|-|0|my app.db"},
    {"sqlite:///my app.db", "sqlite|-|-|-|0|my app.db"},
    {"sqlite:///a+b.db", "sqlite|-|-|-|0|a+b.db"},
    {"sqlite:///a%2Bb%3F%23.db", "sqlite|-|-|-|0|a+b?#.db"},
    {"sqlite:///me@home.db", "sqlite|-|-|-|0|me@home.db"},
    {"sqlite:///d\xc3\xa9j\xc3\xa0.db", "sqlite|-|-|-|0|d\xc3\xa9j\xc3\xa0.db"},
    {"sqlite:///app.db?mode=ro&cache=shared", "sqlite|-|-|-|0|app.db|mode=ro|cache=shared"},
    /* Schemes. */
    {"SQLite:///app.db", "sqlite|-|-|-|0|app.db"},
    {"sqlite+pysqlite:///app.db", "sqlite|-|-|-|0|app.db"},
    {"postgresql+psycopg2://h/d", "postgresql|-|-|h|0|d"},
    {"mysql+mysqlconnector://h/d", "mysql|-|-|h|0|d"},
    /* Servers. */
    {"postgres://u:p@h:5432/d", "postgres|u|p|h|5432|d"},
    {"postgres://h", "postgres|-|-|h|0|-"},
    {"postgres://h/", "postgres|-|-|h|0|"},
    {"postgres://h:/d", "postgres|-|-|h|0|d"},
    {"postgres:///d", "postgres|-|-|-|0|d"},
    {"postgres://u@/d", "postgres|u|-|-|0|d"},
    {"postgres://u@h/d", "postgres|u|-|h|0|d"},
    {"postgres://u:@h/d", "postgres|u||h|0|d"},
    {"postgres://:p@h/d", "postgres||p|h|0|d"},
    {"postgres://:5432/d", "postgres|-|-|-|5432|d"},
    {"postgres://h?sslmode=require", "postgres|-|-|h|0|-|sslmode=require"},
    {"postgres://h:65535/d", "postgres|-|-|h|65535|d"},
    {"postgres:///d?host=/run/pg&port=5433", "postgres|-|-|-|0|d|host=/run/pg|port=5433"},
    {"postgres://%2Frun%2Fpostgresql/d", "postgres|-|-|/run/postgresql|0|d"},
    {"mysql://u:p@h/d?unix_socket=/run/mysqld.sock",
     "mysql|u|p|h|0|d|unix_socket=/run/mysqld.sock"},
    /* Passwords. */
    {"postgres://u:p@ss@h/d", "postgres|u|p@ss|h|0|d"},
    {"postgres://u:p:q@h/d", "postgres|u|p:q|h|0|d"},
    {"postgres://u:p%2Fq%3Fr%40s%3At%25@h/d", "postgres|u|p/q?r@s:t%|h|0|d"},
    {"postgres://u:#$!*()@h/d", "postgres|u|#$!*()|h|0|d"},
    {"postgres://u:[x]@h/d", "postgres|u|[x]|h|0|d"},
    {"postgres://a%40b.net:p@h/d", "postgres|a@b.net|p|h|0|d"},
    /* IPv6. */
    {"postgres://[::1]/d", "postgres|-|-|::1|0|d"},
    {"postgres://u:p@[2001:db8::1]:5433/d", "postgres|u|p|2001:db8::1|5433|d"},
    {"postgres://[fe80::1%25eth0]/d", "postgres|-|-|fe80::1%eth0|0|d"},
    /* Several hosts. */
    {"postgres://a,b/d", "postgres|-|-|a,b|0|d"},
    {"postgres://a:1,b:2/d", "postgres|-|-|a,b|0|d|port=1,2"},
    {"postgres://a,b:2/d?x=y", "postgres|-|-|a,b|0|d|port=,2|x=y"},
    {"postgres://[::1]:1,b/d", "postgres|-|-|::1,b|0|d|port=1,"},
    /* Queries. */
    {"mysql://h/d?", "mysql|-|-|h|0|d"},
    {"mysql://h/d?&a=1&&b=2&", "mysql|-|-|h|0|d|a=1|b=2"},
    {"mysql://h/d?a=", "mysql|-|-|h|0|d|a="},
    {"mysql://h/d?a=1&a=2", "mysql|-|-|h|0|d|a=1|a=2"},
    {"mysql://h/d?a=b=c", "mysql|-|-|h|0|d|a=b=c"},
    {"mysql://h/d?a=x+y%2Bz%26", "mysql|-|-|h|0|d|a=x+y+z&"},
    {"mysql://h/d?user=a@b", "mysql|-|-|h|0|d|user=a@b"},
};

START_TEST(url_is_read)
{
	struct arena arena = {0};
	struct error error = {0};
	struct dbw_connect where = {0};

	ck_assert_msg(url_parse(&arena, read_well[_i].url, &where, &error), "%s: %s",
	              read_well[_i].url, error.message);
	ck_assert_str_eq(describe(&arena, &where), read_well[_i].parts);
	arena_release(&arena);
}
END_TEST

/* S3CRET stands where a password can have come to stand; no message may repeat it. */
static const struct {
	const char *url;
	const char *message;
} refused[] = {
    {"", "the URL is empty"},
    {"S3CRET", "the URL has no scheme"},
    {"/srv/app.db", "the URL has no scheme"},
    {"://h/d", "the URL has no scheme"},
    {"+x://h/d", "the URL has no scheme"},
    {"1a://h/d", "the URL has no scheme"},
    {"post gres://h/d", "the URL has no scheme"},
    {"host=h password=S3CRET", "the URL has no scheme"},
    {"postgres://h:S3CRET/d", "the port in the URL is not a number from 1 to 65535"},
    {"postgres://h:0/d", "the port in the URL is not a number from 1 to 65535"},
    {"postgres://h:65536/d", "the port in the URL is not a number from 1 to 65535"},
    {"postgres://h:99999999999999999999/d", "the port in the URL is not a number from 1 to 65535"},
    {"postgres://h:-1/d", "the port in the URL is not a number from 1 to 65535"},
    {"postgres://h: 1/d", "the port in the URL is not a number from 1 to 65535"},
    {"postgres://u:S3CRET", "the port in the URL is not a number from 1 to 65535"},
    {"postgres://u:S3/CRET@h/d", "the URL has an '@' after the first '/'"},
    {"postgres://u:12/S3CRET@h/d", "the URL has an '@' after the first '/'"},
    {"postgres://u:S3@x/CRET@h/d", "the URL has an '@' after the first '/'"},
    {"postgres://u:12?S3CRET@h/d", "a parameter in the URL is not NAME=VALUE"},
    {"postgres://u:12?S3CRET@h/d?a=b", "the name of a parameter in the URL cannot be one"},
    {"postgres://u:S3%CRET@h/d", "a '%' in the URL is not followed by two hexadecimal digits"},
    {"postgres://u:S3CRET%2@h/d", "a '%' in the URL is not followed by two hexadecimal digits"},
    {"postgres://u:S3CRET%@h/d", "a '%' in the URL is not followed by two hexadecimal digits"},
    {"sqlite:///a%", "a '%' in the URL is not followed by two hexadecimal digits"},
    {"sqlite:///a%4", "a '%' in the URL is not followed by two hexadecimal digits"},
    {"mysql://h/d?a=%zz", "a '%' in the URL is not followed by two hexadecimal digits"},
    {"mysql://h/d?%zz=a", "a '%' in the URL is not followed by two hexadecimal digits"},
    {"postgres://u:S3CRET%00@h/d", "the URL holds a NUL byte"},
    {"sqlite:///a%0Ab", "the URL holds a control character"},
    {"sqlite:///a\tb", "the URL holds a control character"},
    {"sqlite:///a%FFb", "the URL holds a byte that is not UTF-8"},
    {"postgres://::1/d", "the URL has more than one ':' in its host"},
    {"postgres://[::1/d", "the URL has a '[' without its ']'"},
    {"postgres://[::1]x/d", "the URL has a '[' without its ']'"},
    {"mysql://h/d?S3CRET", "a parameter in the URL is not NAME=VALUE"},
    {"mysql://h/d?=S3CRET", "a parameter in the URL is not NAME=VALUE"},
};

START_TEST(url_is_refused_without_being_quoted)
{
	struct arena arena = {0};
	struct error error = {0};
	struct dbw_connect where = {0};

	ck_assert_msg(!url_parse(&arena, refused[_i].url, &where, &error), "%s", refused[_i].url);
	ck_assert_str_eq(error.message, refused[_i].message);
	ck_assert_int_eq(error.kind, ERROR_USAGE);
	ck_assert_ptr_null(strstr(error.message, "S3"));
	ck_assert(!error.hint || !strstr(error.hint, "CRET"));
	error_release(&error);
	arena_release(&arena);
}
END_TEST

static const struct {
	const char *url;
	const char *masked;
} masks[] = {
    {"sqlite:///app.db", "sqlite:///app.db"},
    {"sqlite::memory:", "sqlite::memory:"},
    {"postgres://h:5432/d", "postgres://h:5432/d"},
    {"postgres://u@h:5432/d", "postgres://u@h:5432/d"},
    {"postgres://u:S3CRET@h:5432/d", "postgres://u:***@h:5432/d"},
    {"postgres://u:S3:CRET@h/d", "postgres://u:***@h/d"},
    {"postgres://u:S3@CRET@h/d?a=b@c", "postgres://u:***@h/d?a=b@c"},
    {"postgres://u:S3%2FCRET@h/d", "postgres://u:***@h/d"},
    {"postgres://:S3CRET@h/d", "postgres://:***@h/d"},
    {"postgres://u:@h/d", "postgres://u:@h/d"},
    {"postgres://h/d?password=S3CRET&a=b", "postgres://h/d?password=***&a=b"},
    {"postgres://h/d?a=b&sslPassword=S3CRET", "postgres://h/d?a=b&sslPassword=***"},
    {"postgres://h/d?pass%77ord=S3CRET", "postgres://h/d?pass%77ord=***"},
    {"mysql://h/d?passwd=S3&auth_token=S3&api-key=S3&client_secret=S3&x=y",
     "mysql://h/d?passwd=***&auth_token=***&api-key=***&client_secret=***&x=y"},
    {"mysql://u:S3@h/d?password=CRET", "mysql://u:***@h/d?password=***"},
    {"mysql://h/d?password=", "mysql://h/d?password="},
    /* What url_parse() refuses. */
    {"", ""},
    {"app.db", "app.db"},
    {"u:S3CRET@h", "u:***@h"},
    {"u:S3//CRET@h", "u:***@h"},
    {"postgres://u:S3CRET", "postgres://u:***"},
    {"postgres://u:S3CRET/d", "postgres://u:***/d"},
    {"postgres://u:S3/CRET@h/d", "postgres://u:***@h/d"},
    {"postgres://u/x:S3CRET@h/d", "postgres://u/x:***@h/d"},
    {"postgres://u:S3?CRET@h/d", "postgres://u:***@h/d"},
    {"postgres://u:S3%CRET@h/d", "postgres://u:***@h/d"},
    {"post gres://u:S3CRET@h/d", "post gres:***@h/d"},
    {"host=h password=S3CRET dbname='a&b'", "host=h password=***"},
    {"postgres://u:S3%@h/d?token=S3CRET", "postgres://u:***@h/d?token=***"},
    {"postgres://h:x/d?a=b&token=S3&c=S3", "postgres://h:***/d?a=b&token=***"},
};

START_TEST(url_is_masked)
{
	struct arena arena = {0};

	ck_assert_str_eq(url_mask(&arena, masks[_i].url), masks[_i].masked);
	arena_release(&arena);
}
END_TEST

/* One long part after the other; time that grows faster than the text would be felt here. */
START_TEST(long_urls_are_read)
{
	static const char *const repeated[] = {"%41", "a,", "a=b&", "a=b&=", "@", ":", "[", "/"};
	static const char *const before[] = {"s:///", "s://",  "s://h/d?", "x",
	                                     "s://",  "s://u", "s://",     "s://h/"};
	struct arena arena = {0};
	struct error error = {0};
	struct dbw_connect where = {0};
	struct dbw_buffer url = {0};

	buffer_string(&url, before[_i]);
	for (size_t i = 0; i < 300000; i++)
		buffer_string(&url, repeated[_i]);
	if (url_parse(&arena, url.text, &where, &error))
		ck_assert_ptr_nonnull(where.parameters);
	else
		ck_assert_ptr_nonnull(error.message);
	ck_assert_uint_le(strlen(url_mask(&arena, url.text)), url.length + 3);
	error_release(&error);
	buffer_release(&url);
	arena_release(&arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("url");
	TCase *cases = tcase_create("url");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(cases, url_is_read, 0, COUNT(read_well));
	tcase_add_loop_test(cases, url_is_refused_without_being_quoted, 0, COUNT(refused));
	tcase_add_loop_test(cases, url_is_masked, 0, COUNT(masks));
	tcase_add_loop_test(cases, long_urls_are_read, 0, 8);
	suite_add_tcase(suite, cases);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
