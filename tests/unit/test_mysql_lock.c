/* The migration lock, and scratch databases. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mysql_host.h"

/* The lock. */

static const struct dbw_lock_holder self = {.struct_size = sizeof self,
                                            .host = "here",
                                            .user = "it's me",
                                            .command = "test",
                                            .since = "2024-01-02T03:04:05Z",
                                            .pid = 42};

START_TEST(lock_has_one_holder)
{
	struct dbw_connection *first = open_server(), *second = open_server();
	struct dbw_lock_holder holder = {.struct_size = sizeof holder};

	ck_assert_int_eq(plugin->lock_try(first, &self, &holder, &failure), DBW_OK);
	ck_assert_int_eq(plugin->lock_try(first, &self, &holder, &failure), DBW_OK);
	ck_assert_int_eq(plugin->lock_check(first, &failure), DBW_OK);
	ck_assert_int_eq(plugin->lock_try(second, &self, &holder, &failure), DBW_BUSY);
	ck_assert_str_eq(holder.host, "here");
	ck_assert_str_eq(holder.user, "it's me");
	ck_assert_str_eq(holder.since, "2024-01-02T03:04:05Z");
	ck_assert_int_eq(holder.pid, 42);
	ck_assert_int_eq(plugin->lock_check(second, &failure), DBW_LOST);
	ck_assert_int_eq(plugin->lock_release(first, &failure), DBW_OK);
	ck_assert_int_eq(plugin->lock_holder(second, &holder, &failure), DBW_OK);
	ck_assert_int_eq(plugin->lock_try(second, &self, &holder, &failure), DBW_OK);
	plugin->disconnect(first);
	plugin->disconnect(second);
}
END_TEST

START_TEST(reset_keeps_the_lock)
{
	struct dbw_connection *first = open_server(), *second = open_server();
	struct dbw_lock_holder holder = {.struct_size = sizeof holder};

	ck_assert_int_eq(plugin->lock_try(first, &self, &holder, &failure), DBW_OK);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(plugin->reset(first, &failure), DBW_OK);
		ck_assert_int_eq(plugin->lock_check(first, &failure), DBW_OK);
		ck_assert_int_eq(plugin->lock_try(second, &self, &holder, &failure), DBW_BUSY);
	}
	plugin->disconnect(first);
	ck_assert_int_eq(plugin->lock_try(second, &self, &holder, &failure), DBW_OK);
	plugin->disconnect(second);
}
END_TEST

/* The names of locks and the row are written so that no sql_mode reads them otherwise. */
START_TEST(lock_works_in_any_mode)
{
	struct dbw_connection *connection = open_server();
	struct dbw_lock_holder holder = {.struct_size = sizeof holder};
	const struct dbw_lock_holder odd = {
	    .struct_size = sizeof odd, .user = "back\\slash \"it's\"", .host = "na\xc3\xafve"};

	run(connection, "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'");
	ck_assert_int_eq(plugin->lock_try(connection, &odd, &holder, &failure), DBW_OK);
	ck_assert_int_eq(plugin->lock_holder(connection, &holder, &failure), DBW_BUSY);
	ck_assert_str_eq(holder.user, odd.user);
	ck_assert_str_eq(holder.host, odd.host);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(lock_dies_with_its_process)
{
	struct dbw_connection *connection;
	struct dbw_lock_holder holder = {.struct_size = sizeof holder};
	enum dbw_status status = DBW_BUSY;
	int said[2];
	pid_t child;
	char byte;

	ck_assert_int_eq(pipe(said), 0);
	child = fork();
	if (child == 0) {
		connection = open_server();
		if (plugin->lock_try(connection, &self, &holder, &failure) != DBW_OK)
			_exit(1);
		(void)!write(said[1], "x", 1);
		for (;;)
			pause();
	}
	ck_assert_int_eq(read(said[0], &byte, 1), 1);
	connection = open_server();
	ck_assert_int_eq(plugin->lock_holder(connection, &holder, &failure), DBW_BUSY);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	for (int i = 0; i < 100 && status == DBW_BUSY; i++) {
		nanosleep(&(struct timespec){0, 50000000}, NULL);
		status = plugin->lock_try(connection, &self, &holder, &failure);
	}
	ck_assert_int_eq(status, DBW_OK);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(lock_can_be_broken)
{
	struct dbw_connection *first = open_server(), *second = open_server();
	struct dbw_lock_holder holder = {.struct_size = sizeof holder};

	ck_assert_int_eq(plugin->lock_break(second, &failure), DBW_OK);
	ck_assert_int_eq(plugin->lock_try(first, &self, &holder, &failure), DBW_OK);
	ck_assert_int_eq(plugin->lock_break(second, &failure), DBW_OK);
	ck_assert_int_eq(plugin->lock_holder(second, &holder, &failure), DBW_OK);
	ck_assert_int_eq(plugin->lock_check(first, &failure), DBW_LOST);
	plugin->disconnect(first);
	plugin->disconnect(second);
}
END_TEST

/* Scratch. */

static void assert_databases(struct dbw_connection *connection, const char *name, const char *count)
{
	char sql[256];

	snprintf(sql, sizeof sql,
	         "SELECT count(*) FROM information_schema.schemata WHERE schema_name = '%s'", name);
	assert_rows(connection, sql, count);
}

START_TEST(scratch_comes_and_goes)
{
	struct dbw_connection *connection = open_server(), *scratch;
	const struct dbw_connect where = to_server();
	char *name;

	ck_assert_int_eq(plugin->scratch(&host, &where, &scratch, &failure), DBW_OK);
	name = rows_of(scratch, "SELECT DATABASE()");
	name[strlen(name) - 1] = '\0';
	assert_databases(connection, name, "1;");
	assert_rows(scratch, "SHOW TABLES", "");
	plugin->disconnect(scratch);
	assert_databases(connection, name, "0;");
	free(name);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(reset_forgets_the_session)
{
	const struct dbw_connect where = to_server();
	struct dbw_connection *scratch;

	ck_assert_int_eq(plugin->scratch(&host, &where, &scratch, &failure), DBW_OK);
	run(scratch, "CREATE TABLE t (a INT)");
	run(scratch, "CREATE TEMPORARY TABLE u (a INT)");
	run(scratch, "SET autocommit = 0");
	run(scratch, "USE mysql");
	ck_assert_int_eq(plugin->reset(scratch, &failure), DBW_OK);
	assert_rows(scratch, "SELECT a FROM t", "");
	assert_rows(scratch, "SELECT @@autocommit", "1;");
	ck_assert_int_eq(EXECUTE(scratch, 0, "SELECT a FROM u"), DBW_FAILED);
	plugin->disconnect(scratch);
}
END_TEST

/* Of a run that was killed: old, and in nobody's use. */
START_TEST(scratch_removes_leftovers)
{
	static const char *const left = "dbwarden_scratch_1_0123456789abcdef";
	static const char *const other = "dbwarden_scratch_mine";
	struct dbw_connection *connection = open_server(), *user_of_it, *scratch;
	struct dbw_connect where = to_server();

	run(connection, "CREATE DATABASE IF NOT EXISTS dbwarden_scratch_1_0123456789abcdef");
	run(connection, "CREATE DATABASE IF NOT EXISTS dbwarden_scratch_mine");
	where.database = left;
	user_of_it = must_open(&where);
	where.database = database;
	ck_assert_int_eq(plugin->scratch(&host, &where, &scratch, &failure), DBW_OK);
	plugin->disconnect(scratch);
	assert_databases(connection, left, "1;");
	plugin->disconnect(user_of_it);
	/* The server takes a moment to see that it is gone. */
	nanosleep(&(struct timespec){0, 200000000}, NULL);
	ck_assert_int_eq(plugin->scratch(&host, &where, &scratch, &failure), DBW_OK);
	plugin->disconnect(scratch);
	assert_databases(connection, left, "0;");
	assert_databases(connection, other, "1;");
	run(connection, "DROP DATABASE dbwarden_scratch_mine");
	plugin->disconnect(connection);
}
END_TEST

int main(void)
{
	Suite *suite;
	TCase *tests;

	if (!find_server("test_mysql_lock"))
		return 77;
	suite = suite_create("mysql_lock");
	tests = add_case(suite, "lock", true);
	tcase_add_test(tests, lock_has_one_holder);
	tcase_add_test(tests, lock_works_in_any_mode);
	tcase_add_test(tests, reset_keeps_the_lock);
	tcase_add_test(tests, lock_dies_with_its_process);
	tcase_add_test(tests, lock_can_be_broken);
	tests = add_case(suite, "scratch", true);
	tcase_add_test(tests, scratch_comes_and_goes);
	tcase_add_test(tests, reset_forgets_the_session);
	tcase_add_test(tests, scratch_removes_leftovers);
	return run_suite(suite);
}
