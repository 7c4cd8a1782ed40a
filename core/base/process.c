#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"

extern char **environ;

/* How often a command that has closed its output is asked whether it has ended. */
enum { WAIT_STEP_MS = 5 };
enum { NO_DEADLINE = -1 };

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What is left until the deadline, for poll(), which takes -1 for ever. */
static int left_ms(long long deadline)
{
	long long left = deadline - now_ms();

	if (deadline == NO_DEADLINE)
		return -1;
	return left < 0 ? 0 : left > 1000000 ? 1000000 : (int)left;
}

static int spawn_shell(const struct process *process, int output, pid_t *pid)
{
	char shell[] = "sh", option[] = "-c";
	char *command = memory_string(process->command);
	char *arguments[] = {shell, option, command, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t signals;
	int failed;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	/* We may ignore or block signals that the command expects to end by. */
	sigfillset(&signals);
	posix_spawnattr_setsigdefault(&attributes, &signals);
	sigemptyset(&signals);
	posix_spawnattr_setsigmask(&attributes, &signals);
	failed = posix_spawnattr_setflags(
	    &attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
	if (!failed)
		failed = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
		                                          O_RDONLY, 0);
	if (!failed)
		failed = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	if (!failed && process->directory)
		failed = posix_spawn_file_actions_addchdir_np(&actions, process->directory);
	if (!failed)
		failed = posix_spawn(pid, "/bin/sh", &actions, &attributes, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	free(command);
	return failed;
}

static bool too_late(const struct process *process, struct error *error)
{
	return error_set(error, ERROR_FAILED, "the command did not end within %g seconds",
	                 process->timeout_ms / 1000.0);
}

static bool interrupted(struct error *error)
{
	return error_set(error, ERROR_FAILED, "interrupted");
}

/* Reads until the command closes its output. */
static bool read_output(const struct process *process, int input, long long deadline,
                        struct dbw_buffer *out, struct error *error)
{
	struct pollfd ready = {.fd = input, .events = POLLIN};
	char bytes[4096];

	for (;;) {
		int count = poll(&ready, 1, left_ms(deadline));
		ssize_t got;

		if (count == 0 && left_ms(deadline) == 0)
			return too_late(process, error);
		if (count < 0 && errno == EINTR)
			return interrupted(error);
		if (count < 0)
			return error_errno(error, ERROR_FAILED, "cannot wait for the command");
		if (count == 0)
			continue;
		got = read(input, bytes, sizeof bytes);
		if (got < 0)
			return error_errno(error, ERROR_FAILED, "cannot read from the command");
		if (got == 0)
			return true;
		if ((size_t)got > process->output_limit - out->length)
			return error_set(error, ERROR_FAILED,
			                 "the command prints more than %zu bytes",
			                 process->output_limit);
		buffer_append(out, bytes, (size_t)got);
	}
}

/* A command may close its output and go on. */
static bool await_end(const struct process *process, pid_t pid, long long deadline, int *status,
                      struct error *error)
{
	const struct timespec step = {.tv_nsec = WAIT_STEP_MS * 1000000L};

	for (;;) {
		pid_t ended = waitpid(pid, status, WNOHANG);

		if (ended == pid)
			return true;
		if (ended < 0)
			return error_errno(error, ERROR_FAILED, "cannot wait for the command");
		if (left_ms(deadline) == 0)
			return too_late(process, error);
		if (nanosleep(&step, NULL) < 0)
			return interrupted(error);
	}
}

static bool check_status(int status, struct error *error)
{
	if (WIFSIGNALED(status))
		return error_set(error, ERROR_FAILED, "the command was ended by signal %d (%s)",
		                 WTERMSIG(status), strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status) != 0)
		return error_set(error, ERROR_FAILED, "the command ended with status %d",
		                 WEXITSTATUS(status));
	return true;
}

bool process_capture(struct arena *arena, const struct process *process, struct text *output,
                     struct error *error)
{
	long long deadline = process->timeout_ms ? now_ms() + process->timeout_ms : NO_DEADLINE;
	struct dbw_buffer out = {0};
	int ends[2], failed, status = 0;
	bool done;
	pid_t pid;

	/* Asked first, so that the message names the folder and not the shell. */
	if (process->directory && access(process->directory, X_OK) != 0)
		return error_errno(error, ERROR_FAILED, "cannot run a command in '%s'",
		                   process->directory);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_errno(error, ERROR_FAILED, "cannot start the command");
	failed = spawn_shell(process, ends[1], &pid);
	close(ends[1]);
	if (failed) {
		close(ends[0]);
		errno = failed;
		return error_errno(error, ERROR_FAILED, "cannot start the command");
	}
	done = read_output(process, ends[0], deadline, &out, error);
	close(ends[0]);
	if (!done || !await_end(process, pid, deadline, &status, error)) {
		/* It leads a session, and so a process group that has its number. */
		kill(-pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		done = false;
	} else {
		done = check_status(status, error);
	}
	if (done) {
		output->bytes = arena_copy(arena, buffer_text(&out), out.length);
		output->length = out.length;
	}
	buffer_release(&out);
	return done;
}
