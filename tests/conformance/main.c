/* Loads the plugin as the program does and runs the suite on it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "config/url.h"
#include "conformance.h"
#include "plugin/dialect.h"
#include "suite.h"

const struct dbw_plugin *plugin;
const struct dbw_host *host;
const struct dbw_connect *where;
struct dbw_error failure;
struct dialect *dialect;
struct error error;
struct arena arena;
const char *database_url;

static struct dbw_connect connect_to;

static void begin_call(void)
{
	failure = (struct dbw_error){.struct_size = sizeof failure};
}

void conformance_set_up(void)
{
	connect_to = (struct dbw_connect){.struct_size = sizeof connect_to, .directory = "/tmp"};
	dialect = dialect_open_file(getenv("DBWARDEN_TEST_PLUGIN"), &error);
	ck_assert_msg(dialect != NULL, "%s", error.message);
	plugin = &dialect->plugin;
	host = &dialect->host;
	database_url = getenv("DBWARDEN_TEST_URL");
	ck_assert_msg(url_parse(&arena, database_url, &connect_to, &error), "%s", error.message);
	where = &connect_to;
}

void conformance_tear_down(void)
{
	dialect_close(dialect);
	error_release(&error);
	arena_release(&arena);
}

static struct dbw_connection *open_with(enum dbw_status (*function)(const struct dbw_host *,
                                                                    const struct dbw_connect *,
                                                                    struct dbw_connection **,
                                                                    struct dbw_error *))
{
	struct dbw_connection *connection = NULL;
	enum dbw_status status;

	begin_call();
	status = function(host, where, &connection, &failure);
	ck_assert_msg(status == DBW_OK, "status %d: %s %s", status, failure.message,
	              failure.detail);
	ck_assert_ptr_nonnull(connection);
	return connection;
}

struct dbw_connection *open_database(void)
{
	return open_with(plugin->connect);
}

struct dbw_connection *open_scratch(void)
{
	return open_with(plugin->scratch);
}

void run_expecting(struct dbw_connection *connection, const char *sql, enum dbw_status expected)
{
	const struct dbw_statement statement = {sql, strlen(sql)};
	enum dbw_status status;

	begin_call();
	status = plugin->execute(connection, &statement, 1, 0, &failure);
	ck_assert_msg(status == expected, "'%s': status %d, expected %d: %s", sql, status, expected,
	              failure.message);
}

void run_sql(struct dbw_connection *connection, const char *sql)
{
	run_expecting(connection, sql, DBW_OK);
}

struct answer {
	const char *text;
	size_t rows;
};

static bool take_row(void *context, size_t count, const char *const *values, const size_t *lengths,
                     const char *const *names)
{
	struct answer *answer = context;

	(void)names;
	ck_assert_uint_ge(count, 1);
	answer->rows++;
	answer->text = values[0] ? arena_copy(&arena, values[0], lengths[0]) : "NULL";
	return true;
}

const char *query_text(struct dbw_connection *connection, const char *sql)
{
	struct answer answer = {0};
	enum dbw_status status;

	begin_call();
	status = plugin->query(connection, sql, strlen(sql), take_row, &answer, &failure);
	ck_assert_msg(status == DBW_OK, "'%s': %s", sql, failure.message);
	ck_assert_msg(answer.rows == 1, "'%s': %zu rows", sql, answer.rows);
	return answer.text;
}

const char *quoted_name(const char *name)
{
	struct dbw_buffer *buffer = host->buffer_new();
	const char *copy;

	plugin->quote_identifier(host, name, buffer);
	copy = arena_string(&arena, host->buffer_text(buffer, NULL));
	host->buffer_free(buffer);
	return copy;
}

const char *quoted_text(const char *text)
{
	struct dbw_buffer *buffer = host->buffer_new();
	const char *copy;

	plugin->quote_literal(host, text, strlen(text), buffer);
	copy = arena_string(&arena, host->buffer_text(buffer, NULL));
	host->buffer_free(buffer);
	return copy;
}

const char *format(const char *template, ...)
{
	va_list arguments;
	const char *text;

	va_start(arguments, template);
	text = arena_vprintf(&arena, template, arguments);
	va_end(arguments);
	return text;
}

/* What the plugin says it cannot do is said aloud. */
static void list_unsupported(void)
{
	struct dbw_list features = {0};

	dialect = dialect_open_file(getenv("DBWARDEN_TEST_PLUGIN"), &error);
	if (!dialect)
		return;
	dialect_features(dialect, &arena, &features);
	for (size_t i = 0; i < features.count; i++) {
		const struct plugin_feature *feature = features.items[i];

		if (!feature->present)
			printf("declared unsupported: %s\n", feature->name);
	}
	dialect_close(dialect);
	arena_release(&arena);
}

int main(void)
{
	TCase *const groups[] = {connection_cases(), lock_cases(), schema_cases()};
	Suite *suite = suite_create("conformance");
	SRunner *runner;
	int failed;

	if (!getenv("DBWARDEN_TEST_PLUGIN") || !getenv("DBWARDEN_TEST_URL")) {
		fputs("set DBWARDEN_TEST_PLUGIN and DBWARDEN_TEST_URL\n", stderr);
		return 2;
	}
	list_unsupported();
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		tcase_add_checked_fixture(groups[i], conformance_set_up, conformance_tear_down);
		tcase_set_timeout(groups[i], 60);
		suite_add_tcase(suite, groups[i]);
	}
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
