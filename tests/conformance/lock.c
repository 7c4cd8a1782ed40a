/* The migration lock: one holder, told to others, gone with its connection and its process. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conformance.h"

static const struct dbw_lock_holder self = {
    .struct_size = sizeof self,
    .host = "here",
    .user = "somebody",
    .command = "test",
    .since = "2026-01-31T08:15:00Z",
    .pid = 4711,
};

static enum dbw_status take(struct dbw_connection *connection, struct dbw_lock_holder *holder)
{
	*holder = (struct dbw_lock_holder){.struct_size = sizeof *holder};
	begin_call();
	return plugin->lock_try(connection, &self, holder, &failure);
}

static void check_self(const struct dbw_lock_holder *holder)
{
	ck_assert_str_eq(holder->host, self.host);
	ck_assert_str_eq(holder->user, self.user);
	ck_assert_str_eq(holder->command, self.command);
	ck_assert_str_eq(holder->since, self.since);
	ck_assert_int_eq(holder->pid, self.pid);
}

START_TEST(one_holds_it_and_others_are_told_who)
{
	struct dbw_connection *one = open_database(), *other = open_database();
	struct dbw_lock_holder holder;

	ck_assert_msg(take(one, &holder) == DBW_OK, "%s", failure.message);
	ck_assert_int_eq(take(other, &holder), DBW_BUSY);
	check_self(&holder);
	ck_assert_int_eq(plugin->lock_check(one, &failure), DBW_OK);
	ck_assert_int_eq(plugin->lock_release(one, &failure), DBW_OK);
	ck_assert_msg(take(other, &holder) == DBW_OK, "%s", failure.message);
	ck_assert_int_eq(plugin->lock_release(other, &failure), DBW_OK);
	plugin->disconnect(one);
	plugin->disconnect(other);
}
END_TEST

START_TEST(who_asks_for_the_holder_takes_nothing)
{
	struct dbw_connection *one = open_database(), *other = open_database();
	struct dbw_lock_holder holder = {.struct_size = sizeof holder};

	ck_assert_int_eq(plugin->lock_holder(other, &holder, &failure), DBW_OK);
	ck_assert_int_eq(take(one, &holder), DBW_OK);
	holder = (struct dbw_lock_holder){.struct_size = sizeof holder};
	ck_assert_int_eq(plugin->lock_holder(other, &holder, &failure), DBW_BUSY);
	check_self(&holder);
	ck_assert_int_eq(plugin->lock_release(one, &failure), DBW_OK);
	ck_assert_int_eq(plugin->lock_holder(other, &holder, &failure), DBW_OK);
	plugin->disconnect(one);
	plugin->disconnect(other);
}
END_TEST

/* A server may need a moment to notice that a connection is gone. */
static bool can_be_taken(struct dbw_connection *connection)
{
	struct dbw_lock_holder holder;

	for (int i = 0; i < 100; i++) {
		if (take(connection, &holder) == DBW_OK)
			return true;
		usleep(50000);
	}
	return false;
}

START_TEST(it_goes_with_the_connection)
{
	struct dbw_connection *one = open_database(), *other = open_database();
	struct dbw_lock_holder holder;

	ck_assert_int_eq(take(one, &holder), DBW_OK);
	plugin->disconnect(one);
	ck_assert(can_be_taken(other));
	plugin->disconnect(other);
}
END_TEST

START_TEST(it_goes_with_the_process)
{
	struct dbw_connection *connection;
	int status, ready[2];
	char byte;
	pid_t child;

	ck_assert_int_eq(pipe(ready), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		struct dbw_lock_holder holder;

		connection = open_database();
		byte = take(connection, &holder) == DBW_OK ? 'y' : 'n';
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(0);
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	ck_assert_int_eq(byte, 'y');
	connection = open_database();
	{
		struct dbw_lock_holder holder;

		ck_assert_int_eq(take(connection, &holder), DBW_BUSY);
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	ck_assert(can_be_taken(connection));
	plugin->disconnect(connection);
	close(ready[0]);
	close(ready[1]);
}
END_TEST

START_TEST(a_reset_does_not_give_it_up)
{
	struct dbw_connection *one, *other;
	struct dbw_lock_holder holder;

	if (!plugin->reset)
		return;
	one = open_database();
	other = open_database();
	ck_assert_int_eq(take(one, &holder), DBW_OK);
	ck_assert_msg(plugin->reset(one, &failure) == DBW_OK, "%s", failure.message);
	ck_assert_msg(plugin->lock_check(one, &failure) == DBW_OK, "%s", failure.message);
	ck_assert_int_eq(take(other, &holder), DBW_BUSY);
	plugin->disconnect(one);
	plugin->disconnect(other);
}
END_TEST

START_TEST(it_can_be_taken_from_its_holder)
{
	struct dbw_connection *one, *other;
	struct dbw_lock_holder holder;

	if (!plugin->lock_break)
		return;
	one = open_database();
	other = open_database();
	ck_assert_int_eq(take(one, &holder), DBW_OK);
	ck_assert_msg(plugin->lock_break(other, &failure) == DBW_OK, "%s", failure.message);
	ck_assert(can_be_taken(other));
	begin_call();
	ck_assert_int_eq(plugin->lock_check(one, &failure), DBW_LOST);
	run_expecting(one, "SELECT 1", DBW_LOST);
	plugin->disconnect(one);
	plugin->disconnect(other);
}
END_TEST

TCase *lock_cases(void)
{
	TCase *cases = tcase_create("lock");

	tcase_add_test(cases, one_holds_it_and_others_are_told_who);
	tcase_add_test(cases, who_asks_for_the_holder_takes_nothing);
	tcase_add_test(cases, it_goes_with_the_connection);
	tcase_add_test(cases, it_goes_with_the_process);
	tcase_add_test(cases, a_reset_does_not_give_it_up);
	tcase_add_test(cases, it_can_be_taken_from_its_holder);
	return cases;
}
