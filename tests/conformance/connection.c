/* Connecting, executing, asking, quoting, cancelling, scratch databases. */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "conformance.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

START_TEST(identity_is_complete)
{
	ck_assert_ptr_nonnull(plugin->name);
	ck_assert_ptr_nonnull(plugin->version);
	ck_assert_ptr_nonnull(plugin->license);
	ck_assert_ptr_nonnull(plugin->description);
	ck_assert_ptr_nonnull(plugin->traits);
	for (size_t i = 1; plugin->traits->reserved_words && plugin->traits->reserved_words[i]; i++)
		ck_assert_msg(strcmp(plugin->traits->reserved_words[i - 1],
		                     plugin->traits->reserved_words[i]) < 0,
		              "reserved words are sorted: %s", plugin->traits->reserved_words[i]);
}
END_TEST

START_TEST(disconnecting_nothing_is_allowed)
{
	plugin->disconnect(NULL);
}
END_TEST

START_TEST(a_database_that_is_not_there_is_an_error_with_a_message)
{
	struct dbw_connect nowhere = *where;
	struct dbw_connection *connection = (struct dbw_connection *)&nowhere;
	enum dbw_status status;

	nowhere.database = "dbwarden_no_such_folder/dbwarden_no_such_database";
	failure = (struct dbw_error){.struct_size = sizeof failure};
	status = plugin->connect(host, &nowhere, &connection, &failure);
	ck_assert_int_ne(status, DBW_OK);
	ck_assert_ptr_null(connection);
	ck_assert_msg(*failure.message, "no message");
	if (where->password)
		ck_assert_ptr_null(strstr(failure.message, where->password));
}
END_TEST

START_TEST(the_server_says_its_version)
{
	struct dbw_connection *connection = open_database();

	if (plugin->server_version)
		ck_assert_str_ne(plugin->server_version(connection), "");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(statements_run_in_order)
{
	struct dbw_connection *connection = open_scratch();
	const struct dbw_statement batch[] = {
	    {"CREATE TABLE t (n INTEGER)", 26},
	    {"INSERT INTO t VALUES (1)", 24},
	    {"UPDATE t SET n = n * 10 + 2", 27},
	    {"UPDATE t SET n = n * 10 + 3", 27},
	};

	failure = (struct dbw_error){.struct_size = sizeof failure};
	ck_assert_msg(plugin->execute(connection, batch, COUNT(batch), 0, &failure) == DBW_OK, "%s",
	              failure.message);
	ck_assert_str_eq(query_text(connection, "SELECT n FROM t"), "123");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(rows_come_with_names_and_nulls)
{
	struct dbw_connection *connection = open_scratch();

	ck_assert_str_eq(query_text(connection, "SELECT NULL"), "NULL");
	ck_assert_str_eq(query_text(connection, "SELECT ''"), "");
	ck_assert_str_eq(query_text(connection, "SELECT 1 + 1"), "2");
	plugin->disconnect(connection);
}
END_TEST

static bool stop_at_once(void *context, size_t count, const char *const *values,
                         const size_t *lengths, const char *const *names)
{
	(void)count;
	(void)values;
	(void)lengths;
	ck_assert_str_eq(names[0], "a");
	++*(size_t *)context;
	return false;
}

START_TEST(a_query_can_be_ended_early)
{
	static const char sql[] = "SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT 3";
	struct dbw_connection *connection = open_scratch();
	size_t rows = 0;

	failure = (struct dbw_error){.struct_size = sizeof failure};
	ck_assert_int_eq(
	    plugin->query(connection, sql, sizeof sql - 1, stop_at_once, &rows, &failure), DBW_OK);
	ck_assert_uint_eq(rows, 1);
	ck_assert_str_eq(query_text(connection, "SELECT 5"), "5");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(the_failing_statement_is_named_and_the_rest_not_run)
{
	struct dbw_connection *connection = open_scratch();
	static const char bad[] = "INSERT INTO nowhere_at_all VALUES (1)";
	const struct dbw_statement batch[] = {
	    {"CREATE TABLE a (n INTEGER)", 26},
	    {bad, sizeof bad - 1},
	    {"CREATE TABLE b (n INTEGER)", 26},
	};
	bool exists = true;

	failure = (struct dbw_error){.struct_size = sizeof failure};
	ck_assert_int_eq(plugin->execute(connection, batch, COUNT(batch), 0, &failure), DBW_FAILED);
	ck_assert_uint_eq(failure.statement, 1);
	ck_assert(failure.offset == DBW_UNKNOWN || failure.offset < sizeof bad);
	ck_assert_msg(strstr(failure.message, "nowhere_at_all") != NULL, "%s", failure.message);
	plugin->rollback(connection, &failure);
	ck_assert_int_eq(plugin->table_exists(connection, NULL, "b", &exists, &failure), DBW_OK);
	ck_assert(!exists);
	plugin->disconnect(connection);
}
END_TEST

/* Syntax errors behind text of more than one byte a character: where they are in bytes. */
START_TEST(the_offset_of_an_error_counts_bytes)
{
	struct dbw_connection *connection = open_scratch();
	static const char sql[] = "SELECT '\xC3\xA4\xE2\x82\xAC', FROMM FROMM FROMM";

	run_expecting(connection, sql, DBW_FAILED);
	if (failure.offset != DBW_UNKNOWN) {
		ck_assert_uint_ge(failure.offset, (size_t)(strstr(sql, "FROMM") - sql));
		ck_assert_uint_lt(failure.offset, sizeof sql);
	}
	plugin->disconnect(connection);
}
END_TEST

START_TEST(a_transaction_that_failed_leaves_nothing)
{
	struct dbw_connection *connection = open_scratch();
	const struct dbw_statement batch[] = {
	    {"INSERT INTO t VALUES (1)", 24},
	    {"INSERT INTO nowhere VALUES (1)", 30},
	};

	run_sql(connection, "CREATE TABLE t (n INTEGER)");
	failure = (struct dbw_error){.struct_size = sizeof failure};
	ck_assert_int_eq(
	    plugin->execute(connection, batch, 2, DBW_EXECUTE_BEGIN | DBW_EXECUTE_COMMIT, &failure),
	    DBW_FAILED);
	ck_assert_uint_eq(failure.statement, 1);
	ck_assert_int_eq(plugin->rollback(connection, &failure), DBW_OK);
	ck_assert_str_eq(query_text(connection, "SELECT count(*) FROM t"), "0");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(ddl_is_undone_where_the_traits_say_so)
{
	struct dbw_connection *connection = open_scratch();
	const struct dbw_statement batch[] = {
	    {"CREATE TABLE undone (n INTEGER)", 31},
	    {"INSERT INTO nowhere VALUES (1)", 30},
	};
	bool exists, transactional = plugin->traits->flags & DBW_TRAIT_TRANSACTIONAL_DDL;

	failure = (struct dbw_error){.struct_size = sizeof failure};
	ck_assert_int_eq(
	    plugin->execute(connection, batch, 2, DBW_EXECUTE_BEGIN | DBW_EXECUTE_COMMIT, &failure),
	    DBW_FAILED);
	ck_assert_int_eq(plugin->rollback(connection, &failure), DBW_OK);
	ck_assert_int_eq(plugin->table_exists(connection, NULL, "undone", &exists, &failure),
	                 DBW_OK);
	ck_assert_int_eq(exists, !transactional);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(rollback_without_a_transaction_is_allowed)
{
	struct dbw_connection *connection = open_scratch();

	ck_assert_int_eq(plugin->rollback(connection, &failure), DBW_OK);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(a_commit_is_seen_by_others)
{
	struct dbw_connection *one = open_database(), *other = open_database();
	const struct dbw_statement batch[] = {
	    {"CREATE TABLE conformance_seen (n INTEGER)", 41},
	    {"INSERT INTO conformance_seen VALUES (7)", 39},
	};

	failure = (struct dbw_error){.struct_size = sizeof failure};
	ck_assert_msg(plugin->execute(one, batch, 2, DBW_EXECUTE_BEGIN | DBW_EXECUTE_COMMIT,
	                              &failure) == DBW_OK,
	              "%s", failure.message);
	ck_assert_str_eq(query_text(other, "SELECT n FROM conformance_seen"), "7");
	run_sql(other, "DROP TABLE conformance_seen");
	plugin->disconnect(one);
	plugin->disconnect(other);
}
END_TEST

/* Names that need quotes, in one way or another. */
static const char *const names[] = {
    "plain",  "Mixed_Case", "with space", "select",           "Order", "a\"b", "a`b", "a'b",  "a]b",
    "1digit", "a.b",        "a-b",        "\xC3\xA4\xC3\xB6", "a;b",   "--",   "a%b", "a\\b",
};

START_TEST(any_name_can_be_a_table_and_a_column)
{
	struct dbw_connection *connection = open_scratch();
	const char *name = names[_i], *quoted = quoted_name(name);
	bool exists = false;

	run_sql(connection, format("CREATE TABLE %s (%s INTEGER)", quoted, quoted));
	run_sql(connection, format("INSERT INTO %s (%s) VALUES (3)", quoted, quoted));
	ck_assert_str_eq(query_text(connection, format("SELECT %s FROM %s", quoted, quoted)), "3");
	ck_assert_int_eq(plugin->table_exists(connection, NULL, name, &exists, &failure), DBW_OK);
	ck_assert(exists);
	plugin->disconnect(connection);
}
END_TEST

static const char *const texts[] = {
    "",
    "plain",
    "it's",
    "''",
    "\"",
    "\\",
    "\\'",
    "a\\nb",
    "line\nbreak",
    "\ttab",
    "--",
    "/*",
    ";",
    "%s",
    "$1",
    ":name",
    "?",
    "\xF0\x9F\x98\x80",
    "'; DROP TABLE t; --",
};

START_TEST(any_text_can_be_a_literal)
{
	struct dbw_connection *connection = open_scratch();

	ck_assert_str_eq(query_text(connection, format("SELECT %s", quoted_text(texts[_i]))),
	                 texts[_i]);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(a_table_that_is_not_there_does_not_exist)
{
	struct dbw_connection *connection = open_scratch();
	bool exists = true;

	ck_assert_int_eq(
	    plugin->table_exists(connection, NULL, "it's not\"there", &exists, &failure), DBW_OK);
	ck_assert(!exists);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(a_large_batch_goes_through)
{
	enum { STATEMENTS = 3000 };
	static struct dbw_statement batch[STATEMENTS];
	struct dbw_connection *connection = open_scratch();
	const char *sql = format("INSERT INTO t VALUES (%s)",
	                         quoted_text("a text of some length, so that buffers fill up"));

	run_sql(connection, "CREATE TABLE t (a VARCHAR(100))");
	for (size_t i = 0; i < STATEMENTS; i++)
		batch[i] = (struct dbw_statement){sql, strlen(sql)};
	failure = (struct dbw_error){.struct_size = sizeof failure};
	ck_assert_msg(plugin->execute(connection, batch, STATEMENTS,
	                              DBW_EXECUTE_BEGIN | DBW_EXECUTE_COMMIT, &failure) == DBW_OK,
	              "%s", failure.message);
	ck_assert_str_eq(query_text(connection, "SELECT count(*) FROM t"), "3000");
	plugin->disconnect(connection);
}
END_TEST

static void *cancel_soon(void *connection)
{
	usleep(300000);
	plugin->cancel(connection);
	return NULL;
}

START_TEST(a_long_statement_can_be_cancelled)
{
	struct dbw_connection *connection;
	pthread_t thread;
	static const char sql[] = "SELECT count(*) FROM t a, t b, t c, t d, t e";
	const struct dbw_statement statement = {sql, sizeof sql - 1};
	enum dbw_status status;

	if (!plugin->cancel)
		return;
	connection = open_scratch();
	run_sql(connection, "CREATE TABLE t (n INTEGER)");
	run_sql(connection, "INSERT INTO t VALUES (1)");
	for (int i = 0; i < 10; i++)
		run_sql(connection, "INSERT INTO t SELECT n FROM t");
	ck_assert_int_eq(pthread_create(&thread, NULL, cancel_soon, connection), 0);
	failure = (struct dbw_error){.struct_size = sizeof failure};
	status = plugin->execute(connection, &statement, 1, 0, &failure);
	pthread_join(thread, NULL);
	ck_assert_msg(status == DBW_CANCELLED, "status %d: %s", status, failure.message);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(a_scratch_database_is_empty_and_private)
{
	struct dbw_connection *one = open_scratch(), *other = open_scratch();
	bool exists = true;

	run_sql(one, "CREATE TABLE private (n INTEGER)");
	ck_assert_int_eq(plugin->table_exists(other, NULL, "private", &exists, &failure), DBW_OK);
	ck_assert(!exists);
	plugin->disconnect(one);
	plugin->disconnect(other);
}
END_TEST

START_TEST(reset_gives_the_session_back_as_it_was)
{
	struct dbw_connection *connection;

	if (!plugin->reset)
		return;
	connection = open_scratch();
	run_sql(connection, "CREATE TEMPORARY TABLE temporary_one (n INTEGER)");
	ck_assert_msg(plugin->reset(connection, &failure) == DBW_OK, "%s", failure.message);
	run_expecting(connection, "INSERT INTO temporary_one VALUES (1)", DBW_FAILED);
	plugin->disconnect(connection);
}
END_TEST

TCase *connection_cases(void)
{
	TCase *cases = tcase_create("connection");

	tcase_add_test(cases, identity_is_complete);
	tcase_add_test(cases, disconnecting_nothing_is_allowed);
	tcase_add_test(cases, a_database_that_is_not_there_is_an_error_with_a_message);
	tcase_add_test(cases, the_server_says_its_version);
	tcase_add_test(cases, statements_run_in_order);
	tcase_add_test(cases, rows_come_with_names_and_nulls);
	tcase_add_test(cases, a_query_can_be_ended_early);
	tcase_add_test(cases, the_failing_statement_is_named_and_the_rest_not_run);
	tcase_add_test(cases, the_offset_of_an_error_counts_bytes);
	tcase_add_test(cases, a_transaction_that_failed_leaves_nothing);
	tcase_add_test(cases, ddl_is_undone_where_the_traits_say_so);
	tcase_add_test(cases, rollback_without_a_transaction_is_allowed);
	tcase_add_test(cases, a_commit_is_seen_by_others);
	tcase_add_loop_test(cases, any_name_can_be_a_table_and_a_column, 0, (int)COUNT(names));
	tcase_add_loop_test(cases, any_text_can_be_a_literal, 0, (int)COUNT(texts));
	tcase_add_test(cases, a_table_that_is_not_there_does_not_exist);
	tcase_add_test(cases, a_large_batch_goes_through);
	tcase_add_test(cases, a_long_statement_can_be_cancelled);
	tcase_add_test(cases, a_scratch_database_is_empty_and_private);
	tcase_add_test(cases, reset_gives_the_session_back_as_it_was);
	return cases;
}
