/* Connecting, executing, ending early, and classes of statements. */
#include <pthread.h>

#include "mysql_host.h"

/* Connecting. */

START_TEST(connection_tells_version)
{
	struct dbw_connection *connection = open_server();
	const char *version = plugin->server_version(connection);

	ck_assert_int_ge(atoi(version), 8);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(session_is_as_asked_for)
{
	struct dbw_connect where = to_server();
	struct dbw_connection *connection;

	where.lock_wait_timeout_ms = 2500;
	connection = must_open(&where);
	assert_rows(connection,
	            "SELECT @@lock_wait_timeout, @@innodb_lock_wait_timeout, @@autocommit, "
	            "@@character_set_client",
	            "3|3|1|utf8mb4;");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(read_only_session_cannot_write)
{
	struct dbw_connect where = to_server();
	struct dbw_connection *connection;

	where.flags = DBW_CONNECT_READ_ONLY;
	connection = must_open(&where);
	ck_assert_int_eq(EXECUTE(connection, 0, "INSERT INTO t VALUES (1)"), DBW_FAILED);
	ck_assert_str_ne(failure.hint, "");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(wrong_password_is_refused)
{
	struct dbw_connect where = to_server();

	where.password = "not-it";
	ck_assert_int_eq(open_fails(&where), DBW_FAILED);
	ck_assert_int_eq(failure.vendor_code, 1045);
	ck_assert_str_eq(failure.sqlstate, "28000");
	ck_assert_ptr_null(strstr(failure.message, "not-it"));
	ck_assert_str_ne(failure.hint, "");
}
END_TEST

START_TEST(unknown_database_is_refused)
{
	struct dbw_connect where = to_server();

	where.database = "no_such_database";
	ck_assert_int_eq(open_fails(&where), DBW_FAILED);
	ck_assert_int_eq(failure.vendor_code, 1049);
}
END_TEST

START_TEST(missing_database_is_refused)
{
	struct dbw_connect where = to_server();

	where.database = "";
	ck_assert_int_eq(open_fails(&where), DBW_FAILED);
	ck_assert_ptr_nonnull(strstr(failure.message, "names no database"));
}
END_TEST

START_TEST(unreachable_server_may_come_later)
{
	struct dbw_connect where = to_server();

	where.port = 1;
	ck_assert_int_eq(open_fails(&where), DBW_LOST);
}
END_TEST

static const struct {
	const char *name, *value, *said;
} bad_parameters[] = {
    {"colour", "red", "unknown parameter 'colour'"},
    {"charset", "latin1", "'charset' in the url must be"},
    {"ssl-mode", "SOMETIMES", "'ssl-mode' in the url must be"},
    {"connect_timeout", "-1", "'connect_timeout' in the url must be"},
};

START_TEST(bad_parameter_is_named)
{
	const struct dbw_parameter parameter = {bad_parameters[_i].name, bad_parameters[_i].value};
	const struct dbw_parameter *const parameters[] = {&parameter, NULL};
	struct dbw_connect where = to_server();

	where.parameters = parameters;
	ck_assert_int_eq(open_fails(&where), DBW_FAILED);
	ck_assert_msg(strstr(failure.message, bad_parameters[_i].said), "%s", failure.message);
}
END_TEST

START_TEST(good_parameters_are_taken)
{
	const struct dbw_parameter charset = {"charset", "utf8mb4"};
	const struct dbw_parameter mode = {"ssl-mode", "PREFERRED"};
	const struct dbw_parameter timeout = {"connect_timeout", "5"};
	const struct dbw_parameter *const parameters[] = {&charset, &mode, &timeout, NULL};
	struct dbw_connect where = to_server();

	where.parameters = parameters;
	plugin->disconnect(must_open(&where));
}
END_TEST

/* Executing. */

START_TEST(batch_runs_in_order)
{
	struct dbw_connection *connection = open_server();

	ck_assert_int_eq(EXECUTE(connection, TRANSACTION, "INSERT INTO t VALUES (1) -- one",
	                         "UPDATE t SET a = a + 1", "-- nothing",
	                         "INSERT INTO t VALUES (';')-1"),
	                 DBW_FAILED);
	ck_assert_uint_eq(failure.statement, 3);
	ck_assert_int_eq(plugin->rollback(connection, &failure), DBW_OK);
	assert_rows(connection, "SELECT a FROM t", "");
	ck_assert_int_eq(EXECUTE(connection, TRANSACTION, "INSERT INTO t VALUES (1) # one",
	                         "UPDATE t SET a = a + 1"),
	                 DBW_OK);
	assert_rows(connection, "SELECT a FROM t", "2;");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(routine_body_is_one_statement)
{
	struct dbw_connection *connection = open_server();

	ck_assert_int_eq(EXECUTE(connection, 0,
	                         "CREATE PROCEDURE p() BEGIN INSERT INTO t VALUES (1); SELECT 1; "
	                         "SELECT 2; END",
	                         "CALL p()", "INSERT INTO t VALUES (2)"),
	                 DBW_OK);
	assert_rows(connection, "SELECT a FROM t ORDER BY a", "1;2;");
	ck_assert_int_eq(EXECUTE(connection, 0, "CALL p()", "SELECT FROM"), DBW_FAILED);
	ck_assert_uint_eq(failure.statement, 1);
	plugin->disconnect(connection);
}
END_TEST

/* '@' is where the error is. */
static const char *const misplaced[] = {
    "@SELEC 1",
    "INSERT INTO t\n  VALUES (1)\n  @FROM x",
    "CREATE TABLE u (\n  a INT,\n  b INT oops @'x'\n)",
    "CREATE TABLE u (a INT@",
    "SELECT 'na\xc3\xafve' FROM@",
    "SELECT 1 @SELECT '\xc3\xaf'",
};

START_TEST(syntax_error_has_its_place)
{
	struct dbw_connection *connection = open_server();
	const char *marked = misplaced[_i], *place = strchr(marked, '@');
	size_t offset = (size_t)(place - marked);
	char sql[256];

	snprintf(sql, sizeof sql, "%.*s%s", (int)offset, marked, place + 1);
	ck_assert_int_eq(
	    EXECUTE(connection, 0, "INSERT INTO t VALUES (1)", sql, "INSERT INTO t VALUES (2)"),
	    DBW_FAILED);
	ck_assert_int_eq(failure.vendor_code, 1064);
	ck_assert_str_eq(failure.sqlstate, "42000");
	ck_assert_uint_eq(failure.statement, 1);
	ck_assert_msg(failure.offset == offset, "%zu: %s", failure.offset, failure.message);
	assert_rows(connection, "SELECT a FROM t", "1;");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(many_statements_are_counted)
{
	struct dbw_connection *connection = open_server();
	enum { COUNT = 20000 };
	struct dbw_statement *statements = calloc(COUNT, sizeof *statements);

	for (size_t i = 0; i < COUNT; i++)
		statements[i] = (struct dbw_statement){"INSERT INTO t VALUES (1)", 24};
	statements[COUNT - 2] = (struct dbw_statement){"INSERT INTO x VALUES (1)", 24};
	forget_failure();
	ck_assert_int_eq(plugin->execute(connection, statements, COUNT, TRANSACTION, &failure),
	                 DBW_FAILED);
	ck_assert_uint_eq(failure.statement, COUNT - 2);
	ck_assert_int_eq(plugin->rollback(connection, &failure), DBW_OK);
	assert_rows(connection, "SELECT count(*) FROM t", "0;");
	free(statements);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(table_is_found)
{
	struct dbw_connection *connection = open_server();
	bool exists;

	ck_assert_int_eq(plugin->table_exists(connection, NULL, "t", &exists, &failure), DBW_OK);
	ck_assert(exists);
	ck_assert_int_eq(plugin->table_exists(connection, NULL, "it's", &exists, &failure), DBW_OK);
	ck_assert(!exists);
	ck_assert_int_eq(plugin->table_exists(connection, "mysql", "user", &exists, &failure),
	                 DBW_OK);
	plugin->disconnect(connection);
}
END_TEST

/* Ending early. */

static void *cancel_soon(void *connection)
{
	nanosleep(&(struct timespec){0, 300000000}, NULL);
	plugin->cancel(connection);
	return NULL;
}

START_TEST(statement_can_be_cancelled)
{
	struct dbw_connection *connection = open_server();
	time_t start = time(NULL);
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, cancel_soon, connection), 0);
	ck_assert_int_eq(EXECUTE(connection, 0, "INSERT INTO t VALUES (1)",
	                         "UPDATE t SET a = SLEEP(30) + 5", "INSERT INTO t VALUES (2)"),
	                 DBW_CANCELLED);
	pthread_join(thread, NULL);
	ck_assert_int_lt((int)(time(NULL) - start), 10);
	assert_rows(connection, "SELECT a FROM t", "1;");
	/* One that comes when nothing runs does not reach the next statement. */
	plugin->cancel(connection);
	assert_rows(connection, "SELECT 1", "1;");
	plugin->disconnect(connection);
}
END_TEST

static void end_session(unsigned long id)
{
	struct dbw_connection *other = open_server();
	char sql[64];

	snprintf(sql, sizeof sql, "KILL %lu", id);
	run(other, sql);
	plugin->disconnect(other);
}

START_TEST(killed_session_is_lost)
{
	struct dbw_connection *connection = open_server();

	end_session(session_of(connection));
	ck_assert_int_eq(EXECUTE(connection, 0, "INSERT INTO t VALUES (1)"), DBW_LOST);
	/* And stays so. */
	ck_assert_int_eq(EXECUTE(connection, 0, "INSERT INTO t VALUES (1)"), DBW_LOST);
	plugin->disconnect(connection);
}
END_TEST

static void *kill_soon(void *id)
{
	nanosleep(&(struct timespec){0, 300000000}, NULL);
	end_session(*(unsigned long *)id);
	return NULL;
}

START_TEST(session_killed_in_the_middle_is_lost)
{
	struct dbw_connection *connection = open_server();
	unsigned long id = session_of(connection);
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, kill_soon, &id), 0);
	ck_assert_int_eq(EXECUTE(connection, 0, "DO SLEEP(30)", "INSERT INTO t VALUES (1)"),
	                 DBW_LOST);
	pthread_join(thread, NULL);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(lock_wait_ends)
{
	struct dbw_connection *first = open_server(), *second;
	struct dbw_connect where = to_server();

	where.lock_wait_timeout_ms = 1;
	second = must_open(&where);
	ck_assert_int_eq(EXECUTE(first, DBW_EXECUTE_BEGIN, "INSERT INTO t VALUES (1)"), DBW_OK);
	ck_assert_int_eq(EXECUTE(second, 0, "ALTER TABLE t ADD b INT"), DBW_BUSY);
	plugin->disconnect(first);
	run(second, "ALTER TABLE t ADD b INT");
	plugin->disconnect(second);
}
END_TEST

static void *update_crosswise(void *connection)
{
	const struct dbw_statement statement = {"UPDATE t SET b = 1 WHERE a = 2", 30};
	struct dbw_error ours = {.struct_size = sizeof ours};

	return plugin->execute(connection, &statement, 1, 0, &ours) == DBW_BUSY ? connection : NULL;
}

START_TEST(deadlock_is_worth_another_try)
{
	struct dbw_connection *first = open_server(), *second = open_server();
	pthread_t thread;
	void *victim;

	run(first, "DROP TABLE t");
	run(first, "CREATE TABLE t (a INT PRIMARY KEY, b INT) ENGINE = InnoDB");
	run(first, "INSERT INTO t VALUES (1, 0), (2, 0)");
	ck_assert_int_eq(EXECUTE(first, DBW_EXECUTE_BEGIN, "UPDATE t SET b = 1 WHERE a = 1"),
	                 DBW_OK);
	ck_assert_int_eq(EXECUTE(second, DBW_EXECUTE_BEGIN, "UPDATE t SET b = 2 WHERE a = 2"),
	                 DBW_OK);
	ck_assert_int_eq(pthread_create(&thread, NULL, update_crosswise, first), 0);
	nanosleep(&(struct timespec){0, 300000000}, NULL);
	if (EXECUTE(second, 0, "UPDATE t SET b = 2 WHERE a = 1") == DBW_BUSY) {
		ck_assert_str_eq(failure.sqlstate, "40001");
		pthread_join(thread, &victim);
		ck_assert_ptr_null(victim);
	} else {
		pthread_join(thread, &victim);
		ck_assert_ptr_eq(victim, first);
	}
	ck_assert_int_eq(plugin->rollback(first, &failure), DBW_OK);
	ck_assert_int_eq(plugin->rollback(second, &failure), DBW_OK);
	assert_rows(first, "SELECT sum(b) FROM t", "0;");
	plugin->disconnect(first);
	plugin->disconnect(second);
}
END_TEST

START_TEST(statement_timeout_ends_statement)
{
	struct dbw_connect where = to_server();
	struct dbw_connection *connection;

	where.statement_timeout_ms = 200;
	connection = must_open(&where);
	run(connection, "INSERT INTO t VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)");
	ck_assert_int_eq(EXECUTE(connection, 0,
	                         "SELECT sum(SHA2(REPEAT('x', 9999), 512) > 'a') FROM t a, t b, "
	                         "t c, t d, t e, t f, t g, t h"),
	                 DBW_FAILED);
	ck_assert_ptr_nonnull(strstr(failure.hint, "statement_timeout"));
	assert_rows(connection, "SELECT 1", "1;");
	plugin->disconnect(connection);
}
END_TEST

/* Classes of statements. */

static const struct {
	const char *sql;
	enum dbw_statement_class class;
	const char *what;
} classes[] = {
    {"CREATE TABLE t (a INT)", DBW_CLASS_ORDINARY, NULL},
    {"", DBW_CLASS_ORDINARY, NULL},
    {"START TRANSACTION READ ONLY", DBW_CLASS_TRANSACTION_CONTROL, "START TRANSACTION"},
    {"start slave", DBW_CLASS_ORDINARY, NULL},
    {"begin", DBW_CLASS_TRANSACTION_CONTROL, "BEGIN"},
    {"BEGIN NOT ATOMIC SELECT 1; END", DBW_CLASS_ORDINARY, NULL},
    {"/* a */ -- b\n# c\nCOMMIT", DBW_CLASS_TRANSACTION_CONTROL, "COMMIT"},
    {"--COMMIT", DBW_CLASS_ORDINARY, NULL},
    {"/*!40000 ROLLBACK */", DBW_CLASS_TRANSACTION_CONTROL, "ROLLBACK"},
    {"SAVEPOINT a", DBW_CLASS_TRANSACTION_CONTROL, "SAVEPOINT"},
    {"RELEASE SAVEPOINT a", DBW_CLASS_TRANSACTION_CONTROL, "RELEASE SAVEPOINT"},
    {"XA START 'a'", DBW_CLASS_TRANSACTION_CONTROL, "XA"},
    {"LOCK TABLES t WRITE", DBW_CLASS_TRANSACTION_CONTROL, "LOCK TABLES"},
    {"UNLOCK TABLES", DBW_CLASS_TRANSACTION_CONTROL, "UNLOCK TABLES"},
    {"SET autocommit = 0", DBW_CLASS_TRANSACTION_CONTROL, "SET autocommit"},
    {"SET @@session.autocommit=1", DBW_CLASS_TRANSACTION_CONTROL, "SET autocommit"},
    {"SET foreign_key_checks = 0", DBW_CLASS_ORDINARY, NULL},
    {"/*!40101 SET NAMES utf8 */", DBW_CLASS_ORDINARY, NULL},
    {"USE other", DBW_CLASS_CLIENT_COMMAND, "USE"},
    {"DELIMITER $$", DBW_CLASS_CLIENT_COMMAND, "DELIMITER"},
    {"source a.sql", DBW_CLASS_CLIENT_COMMAND, "SOURCE"},
    {"\\. a.sql", DBW_CLASS_CLIENT_COMMAND, "a command of the client that begins with '\\'"},
};

START_TEST(statement_is_classified)
{
	/* A copy of its very size: reading beyond it is seen. */
	size_t length = strlen(classes[_i].sql);
	char *sql = memcpy(malloc(length + !length), classes[_i].sql, length);
	const char *what = NULL;

	ck_assert_int_eq(plugin->classify(&host, sql, length, &what), classes[_i].class);
	if (classes[_i].what)
		ck_assert_str_eq(what, classes[_i].what);
	free(sql);
}
END_TEST

int main(void)
{
	Suite *suite;
	TCase *tests;

	if (!find_server("test_mysql_connection"))
		return 77;
	suite = suite_create("mysql_connection");
	tests = add_case(suite, "connect", true);
	tcase_add_test(tests, connection_tells_version);
	tcase_add_test(tests, session_is_as_asked_for);
	tcase_add_test(tests, read_only_session_cannot_write);
	tcase_add_test(tests, wrong_password_is_refused);
	tcase_add_test(tests, unknown_database_is_refused);
	tcase_add_test(tests, missing_database_is_refused);
	tcase_add_test(tests, unreachable_server_may_come_later);
	tcase_add_loop_test(tests, bad_parameter_is_named, 0, COUNT_OF(bad_parameters));
	tcase_add_test(tests, good_parameters_are_taken);
	tests = add_case(suite, "execute", true);
	tcase_add_test(tests, batch_runs_in_order);
	tcase_add_test(tests, routine_body_is_one_statement);
	tcase_add_loop_test(tests, syntax_error_has_its_place, 0, COUNT_OF(misplaced));
	tcase_add_test(tests, many_statements_are_counted);
	tcase_add_test(tests, table_is_found);
	tests = add_case(suite, "end", true);
	tcase_add_test(tests, statement_can_be_cancelled);
	tcase_add_test(tests, killed_session_is_lost);
	tcase_add_test(tests, session_killed_in_the_middle_is_lost);
	tcase_add_test(tests, lock_wait_ends);
	tcase_add_test(tests, deadlock_is_worth_another_try);
	tcase_add_test(tests, statement_timeout_ends_statement);
	tests = add_case(suite, "classify", false);
	tcase_add_loop_test(tests, statement_is_classified, 0, COUNT_OF(classes));
	return run_suite(suite);
}
