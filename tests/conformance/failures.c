/* What goes wrong is told apart, and where: errors with their place, time limits, what others hold, what may
 * only be read, a connection that is gone, a statement that was cancelled. */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "conformance.h"

/* '@' stands where the mistake is. */
static const char *const mistakes[] = {
    "SELECT 1 FROMM @FROMM WHERE",
    "SELECT '\xC3\xA4\xE2\x82\xAC', 1 FROMM @FROMM WHERE",
    "SELECT 1,\n    '\xF0\x9F\x98\x80 \xC3\xA4',\n    2\nFROMM @FROMM WHERE",
    "CREATE TABLE a (\n\tn INTEGER,\n\t-- \xE2\x82\xAC\n\tm INTEGER,@,\n\tk INTEGER\n)",
    "@SELEC 1",
};

START_TEST(a_mistake_has_its_place_in_bytes)
{
	struct dbw_connection *connection = open_scratch();
	const char *at = strchr(mistakes[_i], '@');
	size_t place = (size_t)(at - mistakes[_i]);
	const char *sql = format("%.*s%s", (int)place, mistakes[_i], at + 1);

	run_expecting(connection, sql, DBW_FAILED);
	ck_assert_uint_eq(failure.statement, 0);
	ck_assert_str_ne(failure.message, "");
	ck_assert_ptr_null(strchr(failure.message, '\n'));
	/* Servers differ by one word in what they take for the mistake. */
	if (failure.offset == DBW_UNKNOWN)
		declare_unsupported("the place of a syntax error (it is not told)");
	else
		ck_assert_msg(failure.offset + strlen("FROMM ") >= place &&
		                  failure.offset <= place + strlen("FROMM "),
		              "%s: at %zu, expected %zu", sql, failure.offset, place);
	plugin->rollback(connection, &failure);
	ck_assert_str_eq(query_text(connection, "SELECT 5"), "5");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(the_place_is_in_the_statement_that_failed)
{
	struct dbw_connection *connection = open_scratch();
	static const char bad[] = "SELECT\n  '\xC3\xA4'\nFROMM FROMM WHERE";
	const struct dbw_statement batch[] = {
	    {"CREATE TABLE a (n INTEGER)", 26},
	    {"INSERT INTO a VALUES (1)", 24},
	    {bad, sizeof bad - 1},
	    {"INSERT INTO a VALUES (2)", 24},
	};

	begin_call();
	ck_assert_int_eq(
	    plugin->execute(connection, batch, COUNT(batch), DBW_EXECUTE_BEGIN, &failure),
	    DBW_FAILED);
	ck_assert_uint_eq(failure.statement, 2);
	if (failure.offset != DBW_UNKNOWN)
		ck_assert_uint_lt(failure.offset, sizeof bad - 1);
	plugin->rollback(connection, &failure);
	plugin->disconnect(connection);
}
END_TEST

/* What a server refuses, with what it says of it. */
static const struct {
	const char *prepare;
	const char *sql;
	const char *named; /* in the message or its detail */
} refused[] = {
    {NULL, "SELECT * FROM not_there", "not_there"},
    {"CREATE TABLE t (a INTEGER)", "SELECT not_a_column FROM t", "not_a_column"},
    {"CREATE TABLE t (a INTEGER)", "CREATE TABLE t (a INTEGER)", "t"},
    {"CREATE TABLE t (a INTEGER NOT NULL)", "INSERT INTO t VALUES (NULL)", "a"},
    {"CREATE TABLE t (a INTEGER, CONSTRAINT grown CHECK (a > 17))", "INSERT INTO t VALUES (3)",
     "grown"},
    {NULL, "DROP TABLE not_there", "not_there"},
};

START_TEST(a_refusal_names_what_it_is_about)
{
	struct dbw_connection *connection = open_scratch();

	if (refused[_i].prepare)
		run_sql(connection, refused[_i].prepare);
	run_expecting(connection, refused[_i].sql, DBW_FAILED);
	ck_assert_msg(strstr(failure.message, refused[_i].named) ||
	                  strstr(failure.detail, refused[_i].named),
	              "%s: %s", refused[_i].sql, failure.message);
	ck_assert_msg(failure.vendor_code != 0 || *failure.sqlstate, "no code: %s",
	              failure.message);
	plugin->disconnect(connection);
}
END_TEST

static bool take_nothing(void *context, size_t count, const char *const *values,
                         const size_t *lengths, const char *const *names)
{
	(void)context;
	(void)count;
	(void)values;
	(void)lengths;
	(void)names;
	return true;
}

START_TEST(a_query_that_fails_says_so_too)
{
	struct dbw_connection *connection = open_scratch();
	static const char sql[] = "SELECT * FROM not_there";

	begin_call();
	ck_assert_int_eq(
	    plugin->query(connection, sql, sizeof sql - 1, take_nothing, NULL, &failure),
	    DBW_FAILED);
	ck_assert_msg(strstr(failure.message, "not_there") != NULL, "%s", failure.message);
	plugin->disconnect(connection);
}
END_TEST

/* A statement that takes for ever, on any dialect. */
static const char endless[] = "SELECT count(*) FROM t a, t b, t c, t d, t e";

static void prepare_endless(struct dbw_connection *connection)
{
	run_sql(connection, "CREATE TABLE t (n INTEGER)");
	run_sql(connection, "INSERT INTO t VALUES (1)");
	for (int i = 0; i < 10; i++)
		run_sql(connection, "INSERT INTO t SELECT n FROM t");
}

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
	enum dbw_status status;

	if (!plugin->cancel)
		return;
	connection = open_scratch();
	prepare_endless(connection);
	ck_assert_int_eq(pthread_create(&thread, NULL, cancel_soon, connection), 0);
	status = try_sql(connection, endless);
	pthread_join(thread, NULL);
	ck_assert_msg(status == DBW_CANCELLED, "status %d: %s", status, failure.message);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(a_statement_has_its_time_limit)
{
	struct dbw_connect limited = *where;
	struct dbw_connection *connection;
	enum dbw_status status;

	limited.statement_timeout_ms = 300;
	ck_assert_int_eq(plugin->scratch(host, &limited, &connection, &failure), DBW_OK);
	prepare_endless(connection);
	status = try_sql(connection, endless);
	ck_assert_msg(status == DBW_FAILED, "status %d: %s", status, failure.message);
	ck_assert_msg(strstr(failure.message, "time") || strstr(failure.hint, "statement_timeout"),
	              "%s", failure.message);
	plugin->rollback(connection, &failure);
	ck_assert_str_eq(query_text(connection, "SELECT 5"), "5");
	plugin->disconnect(connection);
}
END_TEST

/* A transaction of somebody else's holds the table. */
START_TEST(what_others_hold_is_waited_for_and_no_longer)
{
	static const char name[] = "conformance_held";
	struct dbw_connection *one = open_database(), *other;
	struct dbw_connect impatient = *where;
	const char *insert = format("INSERT INTO %s VALUES (1)", name);
	const struct dbw_statement hold = {insert, strlen(insert)};
	enum dbw_status status;

	if (!table_exists(one, name))
		run_sql(one, format("CREATE TABLE %s (n INTEGER)", name));
	impatient.lock_wait_timeout_ms = 1000;
	other = open_as(&impatient);
	begin_call();
	ck_assert_int_eq(plugin->execute(one, &hold, 1, DBW_EXECUTE_BEGIN, &failure), DBW_OK);
	status = try_sql(other, format("ALTER TABLE %s ADD COLUMN m INTEGER", name));
	ck_assert_msg(status == DBW_BUSY, "status %d: %s", status, failure.message);
	ck_assert_str_ne(failure.message, "");
	plugin->rollback(other, &failure);
	ck_assert_int_eq(plugin->rollback(one, &failure), DBW_OK);
	run_sql(other, format("ALTER TABLE %s ADD COLUMN m INTEGER", name));
	run_sql(other, format("DROP TABLE %s", name));
	plugin->disconnect(one);
	plugin->disconnect(other);
}
END_TEST

START_TEST(what_is_read_only_is_not_written)
{
	struct dbw_connect reading = *where;
	struct dbw_connection *writer = open_database(), *reader;

	run_sql(writer, "CREATE TABLE conformance_read (n INTEGER)");
	run_sql(writer, "INSERT INTO conformance_read VALUES (6)");
	reading.flags = DBW_CONNECT_READ_ONLY;
	reader = open_as(&reading);
	ck_assert_str_eq(query_text(reader, "SELECT n FROM conformance_read"), "6");
	ck_assert_int_ne(try_sql(reader, "INSERT INTO conformance_read VALUES (7)"), DBW_OK);
	ck_assert_str_ne(failure.message, "");
	plugin->rollback(reader, &failure);
	ck_assert_int_ne(try_sql(reader, "CREATE TABLE conformance_written (n INTEGER)"), DBW_OK);
	plugin->disconnect(reader);
	ck_assert(!table_exists(writer, "conformance_written"));
	ck_assert_str_eq(query_text(writer, "SELECT count(*) FROM conformance_read"), "1");
	run_sql(writer, "DROP TABLE conformance_read");
	plugin->disconnect(writer);
}
END_TEST

/* A word in the URL that means nothing is a mistake of somebody's: it is not passed over. */
START_TEST(a_parameter_that_is_not_known_is_refused_by_name)
{
	const struct dbw_parameter parameter = {"no_such_parameter", "1"};
	const struct dbw_parameter *const parameters[] = {&parameter, NULL};
	struct dbw_connect strange = *where;
	struct dbw_connection *connection = NULL;

	strange.parameters = parameters;
	begin_call();
	ck_assert_int_eq(plugin->connect(host, &strange, &connection, &failure), DBW_FAILED);
	ck_assert_ptr_null(connection);
	ck_assert_msg(strstr(failure.message, "no_such_parameter") != NULL, "%s", failure.message);
}
END_TEST

START_TEST(a_wrong_password_is_an_error_without_it)
{
	struct dbw_connect wrong = *where;
	struct dbw_connection *connection = NULL;
	enum dbw_status status;

	if (!where->password)
		return;
	wrong.password = "S3CRET wrong";
	begin_call();
	status = plugin->connect(host, &wrong, &connection, &failure);
	ck_assert_int_eq(status, DBW_FAILED);
	ck_assert_ptr_null(connection);
	ck_assert_str_ne(failure.message, "");
	ck_assert_ptr_null(strstr(failure.message, "S3CRET"));
	ck_assert_ptr_null(strstr(failure.detail, "S3CRET"));
	ck_assert_ptr_null(strstr(failure.hint, "S3CRET"));
}
END_TEST

/* The session is ended from outside: every call afterwards says that the connection is gone. */
START_TEST(a_lost_connection_is_known_to_be_lost)
{
	struct dbw_connection *one, *other;
	struct dbw_lock_holder holder = {.struct_size = sizeof holder}, self = holder;
	bool exists;

	if (!plugin->lock_break)
		return;
	one = open_database();
	other = open_database();
	ck_assert_int_eq(plugin->lock_try(one, &self, &holder, &failure), DBW_OK);
	ck_assert_msg(plugin->lock_break(other, &failure) == DBW_OK, "%s", failure.message);
	run_expecting(one, "CREATE TABLE conformance_lost (n INTEGER)", DBW_LOST);
	ck_assert_str_ne(failure.message, "");
	run_expecting(one, "SELECT 1", DBW_LOST);
	begin_call();
	ck_assert_int_eq(plugin->query(one, "SELECT 1", 8, take_nothing, NULL, &failure), DBW_LOST);
	begin_call();
	ck_assert_int_eq(plugin->table_exists(one, NULL, "t", &exists, &failure), DBW_LOST);
	begin_call();
	ck_assert_int_eq(
	    plugin->introspect(one, new_schema(), (const char *const[]){NULL}, &failure), DBW_LOST);
	ck_assert(!table_exists(other, "conformance_lost"));
	plugin->disconnect(one);
	plugin->disconnect(other);
}
END_TEST

TCase *failure_cases(void)
{
	TCase *cases = tcase_create("failures");

	tcase_add_loop_test(cases, a_mistake_has_its_place_in_bytes, 0, (int)COUNT(mistakes));
	tcase_add_test(cases, the_place_is_in_the_statement_that_failed);
	tcase_add_loop_test(cases, a_refusal_names_what_it_is_about, 0, (int)COUNT(refused));
	tcase_add_test(cases, a_query_that_fails_says_so_too);
	tcase_add_test(cases, a_long_statement_can_be_cancelled);
	tcase_add_test(cases, a_statement_has_its_time_limit);
	tcase_add_test(cases, what_others_hold_is_waited_for_and_no_longer);
	tcase_add_test(cases, what_is_read_only_is_not_written);
	tcase_add_test(cases, a_parameter_that_is_not_known_is_refused_by_name);
	tcase_add_test(cases, a_wrong_password_is_an_error_without_it);
	tcase_add_test(cases, a_lost_connection_is_known_to_be_lost);
	return cases;
}
