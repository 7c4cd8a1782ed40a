/* The lock file beside the database. */
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "sqlite_host.h"

/* The lock. */

static const struct dbw_lock_holder me = {
    .struct_size = sizeof me,
    .host = "server",
    .user = "ann",
    .command = "migrate\n--all",
    .since = "2026-01-02T03:04:05Z",
    .pid = 4711,
};

static enum dbw_status try_lock(struct dbw_connection *connection, struct dbw_lock_holder *holder)
{
	*holder = (struct dbw_lock_holder){.struct_size = sizeof *holder};
	failure = (struct dbw_error){.struct_size = sizeof failure};
	return plugin->lock_try(connection, &me, holder, &failure);
}

static enum dbw_status ask_holder(struct dbw_connection *connection, struct dbw_lock_holder *holder)
{
	*holder = (struct dbw_lock_holder){.struct_size = sizeof *holder};
	return plugin->lock_holder(connection, holder, &failure);
}

START_TEST(lock_has_one_holder_whom_others_see)
{
	struct dbw_connection *first = open_database("app.db"), *second = open_database("app.db");
	struct dbw_lock_holder holder;

	ck_assert_int_eq(ask_holder(first, &holder), DBW_OK);
	ck_assert_int_eq(try_lock(first, &holder), DBW_OK);
	ck_assert_int_eq(try_lock(second, &holder), DBW_BUSY);
	ck_assert_str_eq(holder.host, "server");
	ck_assert_str_eq(holder.user, "ann");
	ck_assert_str_eq(holder.command, "migrate --all");
	ck_assert_str_eq(holder.since, "2026-01-02T03:04:05Z");
	ck_assert_int_eq(holder.pid, 4711);
	ck_assert_int_eq(ask_holder(second, &holder), DBW_BUSY);
	ck_assert_str_eq(holder.user, "ann");
	ck_assert_int_eq(plugin->lock_check(first, &failure), DBW_OK);
	ck_assert_int_eq(plugin->lock_check(second, &failure), DBW_LOST);
	ck_assert_int_eq(plugin->lock_release(first, &failure), DBW_OK);
	ck_assert_int_eq(ask_holder(first, &holder), DBW_OK);
	ck_assert_int_eq(try_lock(second, &holder), DBW_OK);
	plugin->disconnect(second);
	ck_assert_int_eq(try_lock(first, &holder), DBW_OK);
	plugin->disconnect(first);
	ck_assert(file_exists("app.db.dbwarden-lock"));
}
END_TEST

START_TEST(lock_is_one_for_all_ways_to_the_file)
{
	struct dbw_connection *first = open_database("app.db"), *second;
	struct dbw_lock_holder holder;
	char path[256];

	path_in(path, "link.db");
	ck_assert_int_eq(symlink("app.db", path), 0);
	path_in(path, "here");
	ck_assert_int_eq(symlink(".", path), 0);
	ck_assert_int_eq(try_lock(first, &holder), DBW_OK);
	second = open_database("link.db");
	ck_assert_int_eq(try_lock(second, &holder), DBW_BUSY);
	plugin->disconnect(second);
	second = open_database("here/app.db");
	ck_assert_int_eq(try_lock(second, &holder), DBW_BUSY);
	plugin->disconnect(second);
	plugin->disconnect(first);
}
END_TEST

START_TEST(lock_dies_with_its_holder)
{
	struct dbw_connection *connection = open_database("app.db");
	struct dbw_lock_holder holder;
	int ready[2], status;
	char byte;
	pid_t child;

	ck_assert_int_eq(pipe(ready), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		struct dbw_connection *own = open_database("app.db");

		status = try_lock(own, &holder) == DBW_OK && write(ready[1], "x", 1) == 1;
		pause();
		_exit(!status);
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	ck_assert_int_eq(try_lock(connection, &holder), DBW_BUSY);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	ck_assert_int_eq(ask_holder(connection, &holder), DBW_OK);
	ck_assert_int_eq(try_lock(connection, &holder), DBW_OK);
	close(ready[0]);
	close(ready[1]);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(removed_lock_file_is_a_lost_lock)
{
	struct dbw_connection *connection = open_database("app.db");
	struct dbw_lock_holder holder;
	char path[256];

	path_in(path, "app.db.dbwarden-lock");
	ck_assert_int_eq(try_lock(connection, &holder), DBW_OK);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(plugin->lock_check(connection, &failure), DBW_LOST);
	assert_contains(failure.message, "removed or replaced");
	write_file("app.db.dbwarden-lock", "");
	ck_assert_int_eq(plugin->lock_check(connection, &failure), DBW_LOST);
	plugin->disconnect(connection);
}
END_TEST

static const char *const descriptions[] = {
    "",
    "host",
    "host: \nuser: \xff\xfe\ncommand: a\x01z\nsince: a time that is much too long to be one\n",
    "pid: many\n\n\nunknown: key\n",
    "pid: -5\n",
};

START_TEST(unreadable_description_is_empty)
{
	struct dbw_connection *first = open_database("app.db"), *second = open_database("app.db");
	struct dbw_lock_holder holder;

	ck_assert_int_eq(try_lock(first, &holder), DBW_OK);
	write_file("app.db.dbwarden-lock", descriptions[_i]);
	ck_assert_int_eq(try_lock(second, &holder), DBW_BUSY);
	ck_assert_str_eq(holder.host, "");
	ck_assert_str_eq(holder.user, "");
	ck_assert_str_eq(holder.command, "");
	ck_assert_str_eq(holder.since, "");
	ck_assert_int_eq(holder.pid, 0);
	plugin->disconnect(first);
	plugin->disconnect(second);
}
END_TEST

START_TEST(longest_description_is_kept)
{
	struct dbw_connection *first = open_database("app.db"), *second = open_database("app.db");
	struct dbw_lock_holder long_self = me, holder = {.struct_size = sizeof holder};

	memset(long_self.host, 'h', sizeof long_self.host - 1);
	memset(long_self.user, 'u', sizeof long_self.user - 1);
	memset(long_self.command, 'c', sizeof long_self.command - 1);
	ck_assert_int_eq(plugin->lock_try(first, &long_self, &holder, &failure), DBW_OK);
	ck_assert_int_eq(try_lock(second, &holder), DBW_BUSY);
	ck_assert_str_eq(holder.host, long_self.host);
	ck_assert_str_eq(holder.user, long_self.user);
	ck_assert_str_eq(holder.command, long_self.command);
	plugin->disconnect(first);
	plugin->disconnect(second);
}
END_TEST

START_TEST(lock_file_is_not_opened_through_a_link)
{
	struct dbw_connection *connection = open_database("app.db");
	struct dbw_lock_holder holder;
	char path[256];

	write_file("precious", "");
	path_in(path, "app.db.dbwarden-lock");
	ck_assert_int_eq(symlink("precious", path), 0);
	ck_assert_int_eq(try_lock(connection, &holder), DBW_FAILED);
	assert_contains(failure.message, "cannot open the lock file");
	assert_contains(failure.hint, "beside the database");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(folder_that_cannot_be_written_to_is_said)
{
	struct dbw_connection *connection = open_database("app.db");
	struct dbw_lock_holder holder;

	ck_assert_int_eq(chmod(folder, 0555), 0);
	become_nobody(true);
	ck_assert_int_eq(try_lock(connection, &holder), DBW_FAILED);
	become_nobody(false);
	assert_contains(failure.message, "app.db.dbwarden-lock': Permission denied");
	ck_assert_int_eq(chmod(folder, 0700), 0);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(lock_file_is_as_open_as_the_database)
{
	struct dbw_connection *connection = open_database("app.db");
	struct dbw_lock_holder holder;
	struct stat status;
	char path[256];

	path_in(path, "app.db");
	ck_assert_int_eq(chmod(path, 0664), 0);
	ck_assert_int_eq(try_lock(connection, &holder), DBW_OK);
	path_in(path, "app.db.dbwarden-lock");
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_int_eq(status.st_mode & 0664, 0664);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(lock_in_memory_is_always_granted)
{
	struct dbw_connection *connection = open_database("");
	struct dbw_lock_holder holder;

	ck_assert_int_eq(try_lock(connection, &holder), DBW_OK);
	ck_assert_int_eq(plugin->lock_check(connection, &failure), DBW_OK);
	ck_assert_int_eq(ask_holder(connection, &holder), DBW_OK);
	plugin->disconnect(connection);
}
END_TEST

static Suite *make_suite(void)
{
	Suite *suite = suite_create("sqlite lock");
	TCase *lock = add_case(suite, "lock");

	tcase_add_test(lock, lock_has_one_holder_whom_others_see);
	tcase_add_test(lock, lock_is_one_for_all_ways_to_the_file);
	tcase_add_test(lock, lock_dies_with_its_holder);
	tcase_add_test(lock, removed_lock_file_is_a_lost_lock);
	tcase_add_loop_test(lock, unreadable_description_is_empty, 0, COUNT_OF(descriptions));
	tcase_add_test(lock, longest_description_is_kept);
	tcase_add_test(lock, lock_file_is_not_opened_through_a_link);
	tcase_add_test(lock, folder_that_cannot_be_written_to_is_said);
	tcase_add_test(lock, lock_file_is_as_open_as_the_database);
	tcase_add_test(lock, lock_in_memory_is_always_granted);
	return suite;
}

int main(void)
{
	return run_suite(make_suite());
}
