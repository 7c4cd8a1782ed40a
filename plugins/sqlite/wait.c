/*
 * Waiting for other writers, and when to stop: a timeout, or cancel() from another thread.
 * SQLite's own busy handler would sleep through a cancellation, and sqlite3_interrupt() alone is
 * lost if it falls between two statements; so both handlers are ours and look at one flag.
 */
#include <time.h>

#include "connection.h"

/* About as many steps of the virtual machine as take some tens of microseconds. */
enum { STEPS_BETWEEN_CHECKS = 1000 };

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool shall_stop(struct dbw_connection *connection)
{
	if (atomic_load(&connection->cancelled))
		return true;
	if (connection->statement_timeout_ms && now_ms() >= connection->deadline)
		connection->timed_out = true;
	return connection->timed_out;
}

static int on_progress(void *context)
{
	return shall_stop(context);
}

/* Returns 0 to give up. 'count' is how often it was called for this lock. */
static int on_busy(void *context, int count)
{
	static const unsigned char pauses[] = {1, 2, 5, 10, 15, 20, 25};
	struct dbw_connection *connection = context;
	int64_t now = now_ms(), left, pause;

	if (count == 0)
		connection->busy_until = now + connection->busy_timeout_ms;
	left = connection->busy_until - now;
	if (left <= 0 || shall_stop(connection))
		return 0;
	pause = pauses[count < (int)sizeof pauses ? count : (int)sizeof pauses - 1];
	if (pause > left)
		pause = left;
	nanosleep(&(struct timespec){.tv_nsec = (long)pause * 1000000}, NULL);
	return 1;
}

void sqlite_wait_prepare(struct dbw_connection *connection)
{
	sqlite3_busy_handler(connection->handle, on_busy, connection);
	sqlite3_progress_handler(connection->handle, STEPS_BETWEEN_CHECKS, on_progress, connection);
}

void sqlite_wait_begin(struct dbw_connection *connection)
{
	atomic_store(&connection->cancelled, false);
	connection->timed_out = false;
}

void sqlite_wait_statement(struct dbw_connection *connection)
{
	connection->timed_out = false;
	if (connection->statement_timeout_ms)
		connection->deadline = now_ms() + connection->statement_timeout_ms;
}
