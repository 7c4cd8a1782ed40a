/* Connecting, executing, asking, quoting, classifying, cancelling, scratch databases. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conformance.h"

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
	begin_call();
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

	begin_call();
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

	begin_call();
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

	begin_call();
	ck_assert_int_eq(plugin->execute(connection, batch, COUNT(batch), 0, &failure), DBW_FAILED);
	ck_assert_uint_eq(failure.statement, 1);
	ck_assert(failure.offset == DBW_UNKNOWN || failure.offset < sizeof bad);
	ck_assert_msg(strstr(failure.message, "nowhere_at_all") != NULL, "%s", failure.message);
	plugin->rollback(connection, &failure);
	ck_assert(!table_exists(connection, "b"));
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
	begin_call();
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
	bool transactional = plugin->traits->flags & DBW_TRAIT_TRANSACTIONAL_DDL;

	begin_call();
	ck_assert_int_eq(
	    plugin->execute(connection, batch, 2, DBW_EXECUTE_BEGIN | DBW_EXECUTE_COMMIT, &failure),
	    DBW_FAILED);
	ck_assert_int_eq(plugin->rollback(connection, &failure), DBW_OK);
	ck_assert_int_eq(table_exists(connection, "undone"), !transactional);
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

	begin_call();
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

	run_sql(connection, format("CREATE TABLE %s (%s INTEGER)", quoted, quoted));
	run_sql(connection, format("INSERT INTO %s (%s) VALUES (3)", quoted, quoted));
	ck_assert_str_eq(query_text(connection, format("SELECT %s FROM %s", quoted, quoted)), "3");
	ck_assert(table_exists(connection, name));
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

	ck_assert(!table_exists(connection, "it's not\"there"));
	run_sql(connection, "CREATE TABLE here (n INTEGER)");
	run_sql(connection, "CREATE INDEX not_a_table ON here (n)");
	ck_assert(!table_exists(connection, "not_a_table"));
	ck_assert(table_exists(connection, "here"));
	run_sql(connection, "DROP TABLE here");
	ck_assert(!table_exists(connection, "here"));
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
	begin_call();
	ck_assert_msg(plugin->execute(connection, batch, STATEMENTS,
	                              DBW_EXECUTE_BEGIN | DBW_EXECUTE_COMMIT, &failure) == DBW_OK,
	              "%s", failure.message);
	ck_assert_str_eq(query_text(connection, "SELECT count(*) FROM t"), "3000");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(a_scratch_database_is_empty_and_private)
{
	struct dbw_connection *one = open_scratch(), *other = open_scratch();

	run_sql(one, "CREATE TABLE private (n INTEGER)");
	ck_assert(!table_exists(other, "private"));
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
	run_sql(connection, "CREATE TABLE lasting (n INTEGER)");
	run_sql(connection, "CREATE TEMPORARY TABLE temporary_one (n INTEGER)");
	ck_assert_msg(plugin->reset(connection, &failure) == DBW_OK, "%s", failure.message);
	run_expecting(connection, "INSERT INTO temporary_one VALUES (1)", DBW_FAILED);
	plugin->rollback(connection, &failure);
	ck_assert(table_exists(connection, "lasting"));
	ck_assert_msg(plugin->reset(connection, &failure) == DBW_OK, "%s", failure.message);
	run_sql(connection, "INSERT INTO lasting VALUES (1)");
	plugin->disconnect(connection);
}
END_TEST

/* What is ordinary everywhere, and what the engine must see to itself everywhere. */
static const struct {
	const char *sql;
	enum dbw_statement_class class;
} classes[] = {
    {"CREATE TABLE t (a INTEGER)", DBW_CLASS_ORDINARY},
    {"ALTER TABLE t ADD COLUMN b INTEGER", DBW_CLASS_ORDINARY},
    {"CREATE INDEX begin_index ON t (a)", DBW_CLASS_ORDINARY},
    {"INSERT INTO t VALUES ('BEGIN; COMMIT')", DBW_CLASS_ORDINARY},
    {"UPDATE t SET a = 1 WHERE a IN (SELECT 2)", DBW_CLASS_ORDINARY},
    {"SELECT 'nothing to undo'", DBW_CLASS_ORDINARY},
    {"BEGIN", DBW_CLASS_TRANSACTION_CONTROL},
    {"begin", DBW_CLASS_TRANSACTION_CONTROL},
    {"COMMIT", DBW_CLASS_TRANSACTION_CONTROL},
    {"/* done */ -- now\n  COMMIT", DBW_CLASS_TRANSACTION_CONTROL},
    {"ROLLBACK", DBW_CLASS_TRANSACTION_CONTROL},
};

START_TEST(statements_are_told_apart)
{
	const char *sql = classes[_i].sql, *what = NULL;

	if (!plugin->classify)
		return;
	ck_assert_msg(plugin->classify(host, sql, strlen(sql), &what) == classes[_i].class, "%s",
	              sql);
	if (classes[_i].class != DBW_CLASS_ORDINARY)
		ck_assert_msg(what && *what, "'%s' is not named", sql);
}
END_TEST

/* A statement ends where its length says: there may be more text behind. */
START_TEST(a_statement_is_as_long_as_it_says)
{
	struct dbw_connection *connection = open_scratch();
	static const char sql[] = "CREATE TABLE a (n INTEGER); CREATE TABLE b (n INTEGER)";
	const struct dbw_statement one = {sql, 26};
	const char *what = NULL;

	begin_call();
	ck_assert_msg(plugin->execute(connection, &one, 1, 0, &failure) == DBW_OK, "%s",
	              failure.message);
	ck_assert(table_exists(connection, "a"));
	ck_assert(!table_exists(connection, "b"));
	if (plugin->classify)
		ck_assert_int_eq(plugin->classify(host, "SELECT 1; BEGIN", 8, &what),
		                 DBW_CLASS_ORDINARY);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(every_reserved_word_can_be_a_column)
{
	const char *const *words = plugin->traits->reserved_words;
	struct dbw_connection *connection;
	const char *sql = "CREATE TABLE words (n INTEGER";

	if (!words)
		return;
	connection = open_scratch();
	for (size_t i = 0; words[i]; i++)
		sql = format("%s, %s INTEGER", sql, quoted_name(words[i]));
	run_sql(connection, format("%s)", sql));
	plugin->disconnect(connection);
}
END_TEST

/* Standard output belongs to the host, and so does standard error: with both going to a file, that stays
 * empty whatever is done, and fails. */
START_TEST(nothing_is_printed)
{
	char path[] = "/tmp/dbwarden-conformance.XXXXXX";
	int file = mkstemp(path), out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
	struct dbw_connect nowhere = *where;
	struct dbw_connection *connection, *none = NULL;
	struct dbw_lock_holder holder = {.struct_size = sizeof holder}, self = holder;
	struct stat status;

	ck_assert_int_ge(file, 0);
	fflush(NULL);
	dup2(file, STDOUT_FILENO);
	dup2(file, STDERR_FILENO);
	nowhere.database = "dbwarden_no_such_folder/dbwarden_no_such_database";
	plugin->connect(host, &nowhere, &none, &failure);
	connection = open_scratch();
	run_sql(connection, "CREATE TABLE t (a INTEGER NOT NULL PRIMARY KEY)");
	/* Servers send warnings with these. */
	try_sql(connection, "DROP TABLE IF EXISTS not_there");
	try_sql(connection, "CREATE TABLE IF NOT EXISTS t (a INTEGER)");
	try_sql(connection, "SELECT FROMM FROMM");
	plugin->rollback(connection, &failure);
	read_schema(connection);
	if (plugin->lock_try) {
		plugin->lock_try(connection, &self, &holder, &failure);
		plugin->lock_release(connection, &failure);
	}
	plugin->disconnect(connection);
	fflush(NULL);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	ck_assert_int_eq(fstat(file, &status), 0);
	ck_assert_int_eq(status.st_size, 0);
	unlink(path);
	close(file);
	close(out);
	close(err);
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
	tcase_add_test(cases, a_transaction_that_failed_leaves_nothing);
	tcase_add_test(cases, ddl_is_undone_where_the_traits_say_so);
	tcase_add_test(cases, rollback_without_a_transaction_is_allowed);
	tcase_add_test(cases, a_commit_is_seen_by_others);
	tcase_add_loop_test(cases, any_name_can_be_a_table_and_a_column, 0, (int)COUNT(names));
	tcase_add_loop_test(cases, any_text_can_be_a_literal, 0, (int)COUNT(texts));
	tcase_add_test(cases, a_table_that_is_not_there_does_not_exist);
	tcase_add_test(cases, a_large_batch_goes_through);
	tcase_add_test(cases, a_scratch_database_is_empty_and_private);
	tcase_add_test(cases, reset_gives_the_session_back_as_it_was);
	tcase_add_loop_test(cases, statements_are_told_apart, 0, (int)COUNT(classes));
	tcase_add_test(cases, a_statement_is_as_long_as_it_says);
	tcase_add_test(cases, every_reserved_word_can_be_a_column);
	tcase_add_test(cases, nothing_is_printed);
	return cases;
}
