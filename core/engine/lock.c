#include "engine/lock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/records.h"

char *lock_describe(struct arena *arena, const struct dbw_lock_holder *holder)
{
	struct dbw_buffer text = {0};
	const char *separator = " (";
	char *result;

	if (!*holder->user && !*holder->host && !holder->pid)
		return arena_string(arena, "somebody who left no description");
	buffer_printf(&text, "%s@%s", *holder->user ? holder->user : "somebody",
	              *holder->host ? holder->host : "an unknown host");
	if (holder->pid) {
		buffer_printf(&text, "%sprocess %lld", separator, (long long)holder->pid);
		separator = ", ";
	}
	if (*holder->command) {
		buffer_printf(&text, "%s'%s'", separator, holder->command);
		separator = ", ";
	}
	if (*holder->since) {
		buffer_printf(&text, "%ssince %s", separator, holder->since);
		separator = ", ";
	}
	if (*separator == ',')
		buffer_char(&text, ')');
	result = arena_string(arena, buffer_text(&text));
	buffer_release(&text);
	return result;
}

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void describe_self(struct dbw_lock_holder *self, const char *command)
{
	struct arena arena = {0};
	char *who = whoami_text(&arena);
	char *at = strchr(who, '@');

	*at = '\0';
	self->struct_size = sizeof *self;
	snprintf(self->user, sizeof self->user, "%s", who);
	snprintf(self->host, sizeof self->host, "%s", at + 1);
	snprintf(self->command, sizeof self->command, "%s", command);
	snprintf(self->since, sizeof self->since, "%s", time_text(&arena));
	self->pid = getpid();
	arena_release(&arena);
}

static bool give_up(const struct entry *entry, const struct dbw_lock_holder *holder,
                    struct error *error)
{
	struct arena arena = {0};

	error_set(error, ERROR_LOCKED,
	          "database '%s': the migration lock is held by %s; waited %g seconds", entry->name,
	          lock_describe(&arena, holder), entry->lock_timeout_ms / 1000.0);
	error_hint(error, "Nothing was changed. Wait for the other run to end and try again, or "
	                  "set a longer lock_timeout. The lock ends with its process; there is "
	                  "nothing to clean up by hand.");
	arena_release(&arena);
	return false;
}

bool lock_acquire(struct session *session, const struct entry *entry, const char *command,
                  lock_wait_function *waiting, void *context, struct error *error)
{
	const struct dbw_plugin *plugin = &session->dialect->plugin;
	long long end = now_ms() + (long long)entry->lock_timeout_ms;
	long long pause = 10;
	struct dbw_lock_holder self = {0};
	bool told = false;

	if (!plugin->lock_try)
		return dialect_lacks(session->dialect, "lock", error);
	describe_self(&self, command);
	for (;;) {
		struct dbw_lock_holder holder = {.struct_size = sizeof holder};
		struct dbw_error failure = {.struct_size = sizeof failure};
		enum dbw_status status =
		    plugin->lock_try(session->connection, &self, &holder, &failure);

		if (status == DBW_OK)
			return true;
		if (status != DBW_BUSY) {
			error_plugin(error, status, &failure);
			return error_context(error, "database '%s': cannot take the migration lock",
			                     entry->name);
		}
		if (interrupts_pending())
			return error_set(error, ERROR_FAILED,
			                 "interrupted while waiting for the migration lock");
		long long left = end - now_ms();

		if (left <= 0)
			return give_up(entry, &holder, error);
		if (!told && waiting) {
			struct arena arena = {0};

			waiting(context, lock_describe(&arena, &holder));
			arena_release(&arena);
			told = true;
		}
		if (pause > left)
			pause = left;
		nanosleep(&(struct timespec){pause / 1000, pause % 1000 * 1000000}, NULL);
		if (pause < 250)
			pause *= 2;
	}
}

bool lock_verify(struct session *session, struct error *error)
{
	const struct dbw_plugin *plugin = &session->dialect->plugin;
	struct dbw_error failure = {.struct_size = sizeof failure};
	enum dbw_status status;

	if (!plugin->lock_check)
		return true;
	status = plugin->lock_check(session->connection, &failure);
	if (status == DBW_OK)
		return true;
	if (status == DBW_LOST)
		session->lost = true;
	error_plugin(error, status, &failure);
	error_context(error, "the migration lock was lost");
	if (!error->hint)
		error_hint(error, "Nothing more was executed. Run 'dbwarden status', then "
		                  "'dbwarden migrate' again.");
	return false;
}

void lock_release(struct session *session)
{
	const struct dbw_plugin *plugin = &session->dialect->plugin;
	struct dbw_error failure = {.struct_size = sizeof failure};

	/* A failure means that it is gone already, or goes with the connection. */
	if (plugin->lock_release && session->connection)
		plugin->lock_release(session->connection, &failure);
}
