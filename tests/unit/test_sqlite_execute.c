/* Batches, transactions, timeouts, queries and the reset of the session. */
#include <pthread.h>

#include "sqlite_host.h"

/* Executing. */

START_TEST(batch_is_committed_whole)
{
	struct dbw_connection *connection = open_database("app.db"), *other;

	ck_assert_int_eq(EXECUTE(connection, DBW_EXECUTE_BEGIN, "CREATE TABLE t (a)",
	                         "INSERT INTO t VALUES (1)"),
	                 DBW_OK);
	other = open_database("app.db");
	assert_rows(other, "SELECT count(*) FROM sqlite_schema", "0;");
	ck_assert_int_eq(EXECUTE(connection, DBW_EXECUTE_COMMIT, "INSERT INTO t VALUES (2)"),
	                 DBW_OK);
	assert_rows(other, "SELECT a FROM t", "1;2;");
	plugin->disconnect(other);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(failure_says_which_statement_and_where_in_it)
{
	struct dbw_connection *connection = open_database("");

	ck_assert_int_eq(EXECUTE(connection, DBW_EXECUTE_BEGIN, "CREATE TABLE t (a)",
	                         " /* why */ CREATE TABEL u (a)", "CREATE TABLE v (a)"),
	                 DBW_FAILED);
	ck_assert_uint_eq(failure.statement, 1);
	ck_assert_uint_eq(failure.offset, 18);
	ck_assert_str_eq(failure.message, "near \"TABEL\": syntax error");
	ck_assert_int_eq(failure.vendor_code, 1);
	ck_assert_int_eq(plugin->rollback(connection, &failure), DBW_OK);
	assert_rows(connection, "SELECT name FROM sqlite_schema", "");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(message_is_one_line)
{
	struct dbw_connection *connection = open_database("");

	ck_assert_int_eq(EXECUTE(connection, 0, "SELECT 'one\ntwo"), DBW_FAILED);
	ck_assert_str_eq(failure.message, "unrecognized token: \"'one two\"");
	plugin->disconnect(connection);
}
END_TEST

/* One more or less byte before it puts the cut between, or into, its characters. */
START_TEST(long_message_is_cut_between_characters)
{
	struct dbw_connection *connection = open_database("");
	struct dbw_buffer *sql = buffer_new();
	size_t length;

	buffer_append(sql, "SELECT * FROM xx", (size_t)(14 + _i));
	for (int i = 0; i < 1000; i++)
		buffer_append(sql, "\xc3\xa9", 2);
	ck_assert_int_eq(EXECUTE(connection, 0, sql->text), DBW_FAILED);
	length = strlen(failure.message);
	ck_assert_uint_ge(length, sizeof failure.message - 3);
	ck_assert_int_eq((unsigned char)failure.message[length - 1], 0xa9);
	buffer_free(sql);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(constraint_failure_has_the_extended_code)
{
	struct dbw_connection *connection = open_database("");

	run(connection, "CREATE TABLE t (a UNIQUE)");
	ck_assert_int_eq(EXECUTE(connection, 0, "INSERT INTO t VALUES (1), (1)"), DBW_FAILED);
	ck_assert_str_eq(failure.message, "UNIQUE constraint failed: t.a");
	ck_assert_int_eq(failure.vendor_code, 2067);
	ck_assert_uint_eq(failure.statement, 0);
	ck_assert_uint_eq(failure.offset, DBW_UNKNOWN);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(second_statement_in_one_is_refused)
{
	struct dbw_connection *connection = open_database("");

	ck_assert_int_eq(EXECUTE(connection, 0, "CREATE TABLE t (a); DROP TABLE t"), DBW_FAILED);
	assert_contains(failure.message, "more than one statement");
	ck_assert_uint_eq(failure.offset, 20);
	ck_assert_int_eq(EXECUTE(connection, 0, "SELECT 1; garbage"), DBW_FAILED);
	assert_rows(connection, "SELECT name FROM sqlite_schema", "");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(blanks_around_a_statement_are_allowed)
{
	struct dbw_connection *connection = open_database("");

	ck_assert_int_eq(EXECUTE(connection, TRANSACTION, "", " -- nothing", ";;",
	                         "; CREATE TABLE t (a) ; /* end */ ; -- of it"),
	                 DBW_OK);
	assert_rows(connection, "SELECT name FROM sqlite_schema", "t;");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(nul_byte_is_refused)
{
	static const char sql[] = "SELECT 1\0, 2";
	const struct dbw_statement statement = {sql, sizeof sql - 1};
	struct dbw_connection *connection = open_database("");

	ck_assert_int_eq(plugin->execute(connection, &statement, 1, 0, &failure), DBW_FAILED);
	assert_contains(failure.message, "NUL byte");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(deep_nesting_is_an_error)
{
	struct dbw_connection *connection = open_database("");
	size_t depth = 100000, length = 7 + 2 * depth + 1;
	char *sql = malloc(length);
	struct dbw_statement statement = {sql, length};

	memcpy(sql, "SELECT ", 7);
	memset(sql + 7, '(', depth);
	sql[7 + depth] = '1';
	memset(sql + 8 + depth, ')', depth);
	ck_assert_int_eq(plugin->execute(connection, &statement, 1, 0, &failure), DBW_FAILED);
	ck_assert_uint_eq(failure.statement, 0);
	free(sql);
	plugin->disconnect(connection);
}
END_TEST

static void make_orphans(struct dbw_connection *connection, const char *options, int count)
{
	char sql[256];

	run(connection, "CREATE TABLE Artist (id INTEGER PRIMARY KEY)");
	snprintf(sql, sizeof sql,
	         "CREATE TABLE Album (id INTEGER PRIMARY KEY, artist REFERENCES Artist)%s",
	         options);
	run(connection, sql);
	for (int i = 0; i < count; i++) {
		snprintf(sql, sizeof sql, "INSERT INTO Album VALUES (%d, 9)", i + 5);
		run(connection, sql);
	}
}

START_TEST(foreign_key_check_fails_by_its_rows)
{
	struct dbw_connection *connection = open_database("");

	make_orphans(connection, "", 0);
	run(connection, "PRAGMA foreign_key_check");
	run(connection, "INSERT INTO Album VALUES (5, 9)");
	ck_assert_int_eq(EXECUTE(connection, TRANSACTION, "CREATE TABLE t (a)",
	                         "pragma main.foreign_key_check(Album)"),
	                 DBW_FAILED);
	ck_assert_str_eq(failure.message, "foreign key check failed: row 5 of 'Album' refers to a "
	                                  "missing row of 'Artist'");
	ck_assert_uint_eq(failure.statement, 1);
	ck_assert_int_eq(plugin->rollback(connection, &failure), DBW_OK);
	assert_rows(connection, "SELECT name FROM sqlite_schema WHERE name = 't'", "");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(foreign_key_check_counts_its_rows)
{
	struct dbw_connection *connection = open_database("");

	make_orphans(connection, " WITHOUT ROWID", 3);
	ck_assert_int_eq(EXECUTE(connection, 0, "PRAGMA foreign_key_check"), DBW_FAILED);
	ck_assert_str_eq(failure.message, "foreign key check failed: a row of 'Album' refers to a "
	                                  "missing row of 'Artist', and 2 more like it");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(integrity_check_fails_by_its_rows)
{
	struct dbw_connection *connection = open_database("");

	run(connection, "CREATE TABLE t (a, CHECK (a > 0))");
	run(connection, "PRAGMA integrity_check");
	run(connection, "PRAGMA ignore_check_constraints = ON");
	run(connection, "INSERT INTO t VALUES (-1)");
	run(connection, "PRAGMA ignore_check_constraints = OFF");
	ck_assert_int_eq(EXECUTE(connection, 0, "PRAGMA quick_check"), DBW_FAILED);
	ck_assert_str_eq(failure.message, "integrity check failed: CHECK constraint failed in t");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(failed_commit_leaves_the_transaction_for_rollback)
{
	struct dbw_connection *connection;

	ck_assert_int_eq(open_as(&connection, "", 0, "foreign_keys=on"), DBW_OK);
	run(connection, "CREATE TABLE parent (id INTEGER PRIMARY KEY)");
	run(connection, "CREATE TABLE child (p REFERENCES parent DEFERRABLE INITIALLY DEFERRED)");
	ck_assert_int_eq(EXECUTE(connection, TRANSACTION, "INSERT INTO child VALUES (7)"),
	                 DBW_FAILED);
	ck_assert_str_eq(failure.message, "FOREIGN KEY constraint failed");
	ck_assert_str_eq(failure.detail, "row 1 of 'child' refers to a missing row of 'parent'");
	ck_assert_uint_eq(failure.statement, DBW_UNKNOWN);
	assert_rows(connection, "SELECT count(*) FROM child", "1;");
	ck_assert_int_eq(plugin->rollback(connection, &failure), DBW_OK);
	assert_rows(connection, "SELECT count(*) FROM child", "0;");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(statement_that_undoes_the_transaction_is_told_so)
{
	struct dbw_connection *connection = open_database("");

	run(connection, "CREATE TABLE t (a UNIQUE)");
	run(connection, "INSERT INTO t VALUES (1)");
	ck_assert_int_eq(EXECUTE(connection, TRANSACTION, "INSERT INTO t VALUES (2)",
	                         "INSERT OR ROLLBACK INTO t VALUES (1)",
	                         "INSERT INTO t VALUES (3)"),
	                 DBW_FAILED);
	ck_assert_uint_eq(failure.statement, 1);
	assert_contains(failure.detail, "undone the whole transaction");
	ck_assert_int_eq(plugin->rollback(connection, &failure), DBW_OK);
	assert_rows(connection, "SELECT a FROM t", "1;");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(statement_that_ends_the_transaction_is_a_failure)
{
	struct dbw_connection *connection = open_database("");

	ck_assert_int_eq(
	    EXECUTE(connection, TRANSACTION, "CREATE TABLE t (a)", "COMMIT", "CREATE TABLE u (a)"),
	    DBW_FAILED);
	ck_assert_uint_eq(failure.statement, 1);
	assert_contains(failure.message, "has ended the transaction");
	assert_rows(connection, "SELECT name FROM sqlite_schema", "t;");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(savepoints_do_not_end_the_transaction)
{
	struct dbw_connection *connection = open_database("");

	ck_assert_int_eq(EXECUTE(connection, TRANSACTION, "CREATE TABLE t (a)", "SAVEPOINT s",
	                         "INSERT INTO t VALUES (1)", "ROLLBACK TO s", "RELEASE s",
	                         "INSERT INTO t VALUES (2)"),
	                 DBW_OK);
	assert_rows(connection, "SELECT a FROM t", "2;");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(full_database_is_said_with_a_hint)
{
	struct dbw_connection *connection = open_database("app.db");

	run(connection, "CREATE TABLE t (a)");
	run(connection, "PRAGMA max_page_count = 3");
	ck_assert_int_eq(EXECUTE(connection, TRANSACTION, "INSERT INTO t VALUES (zeroblob(99999))"),
	                 DBW_FAILED);
	assert_contains(failure.message, "full");
	assert_contains(failure.hint, "Make room");
	ck_assert_int_eq(plugin->rollback(connection, &failure), DBW_OK);
	assert_rows(connection, "SELECT count(*) FROM t", "0;");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(writer_that_is_there_already_is_waited_for)
{
	struct dbw_connection *first = open_database("app.db"), *second;
	long long since;

	ck_assert_int_eq(EXECUTE(first, DBW_EXECUTE_BEGIN, "CREATE TABLE t (a)"), DBW_OK);
	ck_assert_int_eq(open_as(&second, "app.db", 0, "busy_timeout=120"), DBW_OK);
	since = now_ms();
	ck_assert_int_eq(EXECUTE(second, DBW_EXECUTE_BEGIN, "SELECT 1"), DBW_BUSY);
	ck_assert_int_ge(now_ms() - since, 100);
	ck_assert_str_eq(failure.message, "database is locked");
	assert_contains(failure.hint, "busy_timeout");
	ck_assert_int_eq(plugin->rollback(first, &failure), DBW_OK);
	ck_assert_int_eq(EXECUTE(second, TRANSACTION, "CREATE TABLE t (a)"), DBW_OK);
	plugin->disconnect(second);
	plugin->disconnect(first);
}
END_TEST

/* Giving up. */

static const char endless[] =
    "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";

START_TEST(statement_timeout_ends_a_statement)
{
	const struct dbw_connect where = {
	    .struct_size = sizeof where, .directory = folder, .statement_timeout_ms = 30};
	struct dbw_connection *connection;

	ck_assert_int_eq(plugin->connect(&host, &where, &connection, &failure), DBW_OK);
	ck_assert_int_eq(EXECUTE(connection, DBW_EXECUTE_BEGIN, "CREATE TABLE t (a)", endless),
	                 DBW_FAILED);
	ck_assert_str_eq(failure.message, "statement timeout");
	ck_assert_uint_eq(failure.statement, 1);
	ck_assert_int_eq(plugin->rollback(connection, &failure), DBW_OK);
	assert_rows(connection, "SELECT count(*) FROM sqlite_schema", "0;");
	plugin->disconnect(connection);
}
END_TEST

static void *cancel_soon(void *connection)
{
	nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
	plugin->cancel(connection);
	return NULL;
}

static enum dbw_status execute_cancelled(struct dbw_connection *connection, const char *sql)
{
	enum dbw_status status;
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, cancel_soon, connection), 0);
	status = EXECUTE(connection, TRANSACTION, sql);
	pthread_join(thread, NULL);
	return status;
}

START_TEST(cancel_ends_a_statement)
{
	struct dbw_connection *connection = open_database("");

	ck_assert_int_eq(execute_cancelled(connection, endless), DBW_CANCELLED);
	ck_assert_str_eq(failure.message, "interrupted");
	ck_assert_int_eq(plugin->rollback(connection, &failure), DBW_OK);
	run(connection, "CREATE TABLE t (a)");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(cancel_ends_a_wait)
{
	struct dbw_connection *first = open_database("app.db"), *second;
	long long since = now_ms();

	ck_assert_int_eq(EXECUTE(first, DBW_EXECUTE_BEGIN, "CREATE TABLE t (a)"), DBW_OK);
	ck_assert_int_eq(open_as(&second, "app.db", 0, "timeout=60"), DBW_OK);
	ck_assert_int_eq(execute_cancelled(second, "SELECT 1"), DBW_CANCELLED);
	ck_assert_int_lt(now_ms() - since, 30000);
	plugin->disconnect(second);
	plugin->disconnect(first);
}
END_TEST

/* Queries. */

START_TEST(query_hands_over_null_and_bytes)
{
	struct dbw_connection *connection = open_database("");

	assert_rows(connection, "SELECT NULL, '', 1.5, 'a' UNION ALL SELECT 1, 2, 3, 4",
	            "-||1.5|a;1|2|3|4;");
	plugin->disconnect(connection);
}
END_TEST

static bool count_two(void *context, size_t count, const char *const *values, const size_t *lengths,
                      const char *const *names)
{
	int *seen = context;

	(void)count;
	(void)lengths;
	(void)values;
	ck_assert_str_eq(names[0], "i");
	return ++*seen < 2;
}

START_TEST(query_ends_when_the_function_has_enough)
{
	static const char sql[] =
	    "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
	struct dbw_connection *connection = open_database("");
	int seen = 0;

	ck_assert_int_eq(plugin->query(connection, sql, sizeof sql - 1, count_two, &seen, &failure),
	                 DBW_OK);
	ck_assert_int_eq(seen, 2);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(query_failure_is_reported)
{
	static const char sql[] = "SELECT * FROM missing";
	struct dbw_connection *connection = open_database("");

	ck_assert_int_eq(plugin->query(connection, sql, sizeof sql - 1, keep_row, NULL, &failure),
	                 DBW_FAILED);
	ck_assert_str_eq(failure.message, "no such table: missing");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(table_is_found_in_any_case)
{
	struct dbw_connection *connection = open_database("");
	bool exists = false;

	run(connection, "CREATE TABLE \"It's\" (a)");
	run(connection, "CREATE VIEW v AS SELECT 1");
	ck_assert_int_eq(plugin->table_exists(connection, NULL, "iT'S", &exists, &failure), DBW_OK);
	ck_assert(exists);
	ck_assert_int_eq(plugin->table_exists(connection, NULL, "v", &exists, &failure), DBW_OK);
	ck_assert(!exists);
	plugin->disconnect(connection);
}
END_TEST

/* Reset. */

static const struct {
	const char *sql, *query, *before;
} changes[] = {
    {"PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", "0;"},
    {"PRAGMA legacy_alter_table = ON", "PRAGMA legacy_alter_table", "0;"},
    {"PRAGMA writable_schema = ON", "PRAGMA writable_schema", "0;"},
    {"PRAGMA query_only = ON", "PRAGMA query_only", "0;"},
    {"PRAGMA ignore_check_constraints = ON", "PRAGMA ignore_check_constraints", "0;"},
    {"PRAGMA case_sensitive_like = ON", "SELECT 'a' LIKE 'A'", "1;"},
    {"PRAGMA synchronous = OFF", "PRAGMA synchronous", "2;"},
    {"PRAGMA journal_mode = MEMORY", "PRAGMA journal_mode", "delete;"},
    {"PRAGMA locking_mode = EXCLUSIVE", "PRAGMA locking_mode", "normal;"},
    {"ATTACH ':memory:' AS \"other\"\"one\"",
     "SELECT count(*) FROM pragma_database_list "
     "WHERE name NOT IN ('main', 'temp')",
     "0;"},
    {"CREATE TEMP TABLE \"a\"\"b\" (a)", "SELECT count(*) FROM temp.sqlite_schema", "0;"},
    {"CREATE TABLE temp.t (a)", "SELECT count(*) FROM temp.sqlite_schema", "0;"},
    {"CREATE TEMPORARY VIEW v AS SELECT 1", "SELECT count(*) FROM temp.sqlite_schema", "0;"},
    {"CREATE TEMP TRIGGER r AFTER INSERT ON kept BEGIN SELECT 1; END",
     "SELECT count(*) FROM temp.sqlite_schema", "0;"},
    {"PRAGMA journal_mode = WAL", "PRAGMA journal_mode", "wal;"},
};

START_TEST(reset_restores_the_session)
{
	struct dbw_connection *connection = open_database("app.db");

	run(connection, "CREATE TABLE kept (a)");
	ck_assert_int_eq(plugin->reset(connection, &failure), DBW_OK);
	run(connection, changes[_i].sql);
	ck_assert_int_eq(plugin->reset(connection, &failure), DBW_OK);
	assert_rows(connection, changes[_i].query, changes[_i].before);
	run(connection, "INSERT INTO kept VALUES (1)");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(reset_ends_an_open_transaction)
{
	struct dbw_connection *connection = open_database("");

	run(connection, "SAVEPOINT s");
	run(connection, "CREATE TABLE t (a)");
	ck_assert_int_eq(plugin->reset(connection, &failure), DBW_OK);
	assert_rows(connection, "SELECT count(*) FROM sqlite_schema", "0;");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(reset_keeps_what_the_url_asked_for)
{
	struct dbw_connection *connection;

	ck_assert_int_eq(open_as(&connection, "", 0, "foreign_keys=on"), DBW_OK);
	run(connection, "PRAGMA foreign_keys = OFF");
	ck_assert_int_eq(plugin->reset(connection, &failure), DBW_OK);
	assert_rows(connection, "PRAGMA foreign_keys", "1;");
	plugin->disconnect(connection);
}
END_TEST

static Suite *make_suite(void)
{
	Suite *suite = suite_create("sqlite execute");
	TCase *execute = add_case(suite, "execute");
	TCase *session = add_case(suite, "session");

	tcase_add_test(execute, batch_is_committed_whole);
	tcase_add_test(execute, failure_says_which_statement_and_where_in_it);
	tcase_add_test(execute, message_is_one_line);
	tcase_add_loop_test(execute, long_message_is_cut_between_characters, 0, 3);
	tcase_add_test(execute, constraint_failure_has_the_extended_code);
	tcase_add_test(execute, second_statement_in_one_is_refused);
	tcase_add_test(execute, blanks_around_a_statement_are_allowed);
	tcase_add_test(execute, nul_byte_is_refused);
	tcase_add_test(execute, deep_nesting_is_an_error);
	tcase_add_test(execute, foreign_key_check_fails_by_its_rows);
	tcase_add_test(execute, foreign_key_check_counts_its_rows);
	tcase_add_test(execute, integrity_check_fails_by_its_rows);
	tcase_add_test(execute, failed_commit_leaves_the_transaction_for_rollback);
	tcase_add_test(execute, statement_that_undoes_the_transaction_is_told_so);
	tcase_add_test(execute, statement_that_ends_the_transaction_is_a_failure);
	tcase_add_test(execute, savepoints_do_not_end_the_transaction);
	tcase_add_test(execute, full_database_is_said_with_a_hint);
	tcase_add_test(execute, writer_that_is_there_already_is_waited_for);
	tcase_add_test(execute, statement_timeout_ends_a_statement);
	tcase_add_test(execute, cancel_ends_a_statement);
	tcase_add_test(execute, cancel_ends_a_wait);

	tcase_add_test(session, query_hands_over_null_and_bytes);
	tcase_add_test(session, query_ends_when_the_function_has_enough);
	tcase_add_test(session, query_failure_is_reported);
	tcase_add_test(session, table_is_found_in_any_case);
	tcase_add_loop_test(session, reset_restores_the_session, 0, COUNT_OF(changes));
	tcase_add_test(session, reset_ends_an_open_transaction);
	tcase_add_test(session, reset_keeps_what_the_url_asked_for);
	return suite;
}

int main(void)
{
	return run_suite(make_suite());
}
