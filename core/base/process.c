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

extern char **environ;

/* How often a program that has closed its output is asked whether it has ended, and how often we ask
 * whether somebody interrupts us. */
enum { WAIT_STEP_MS = 1, INTERRUPT_STEP_MS = 50 };
enum { NO_DEADLINE = -1 };

/* Of standard error the end tells what went wrong; a program that logs for a minute is not kept. */
enum { ERRORS_KEPT = 256 * 1024 };

/* One that runs. */
struct child {
	const struct process *process;
	struct process_result *result;
	struct error *error;
	long long deadline;
	pid_t pid;
	int output, errors; /* ends of pipes; -1: closed */
	bool ended;
	size_t said; /* of the errors */
};

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

static void close_end(int *end)
{
	if (*end >= 0)
		close(*end);
	*end = -1;
}

/* ------------------------------------------------------------------------------------------------
 * Starting
 * --------------------------------------------------------------------------------------------- */

static bool same_name(const char *one, const char *other)
{
	size_t length = strcspn(one, "=");

	return strncmp(one, other, length + 1) == 0;
}

/* Ours, with what the process has beside it. To be freed; the strings are not its own. */
static char **make_environment(const char *const *beside)
{
	size_t ours = 0, more = 0, n = 0;
	char **all;

	while (environ[ours])
		ours++;
	while (beside && beside[more])
		more++;
	all = memory_resize(NULL, ours + more + 1, sizeof *all);
	for (size_t i = 0; i < ours; i++) {
		bool replaced = false;

		for (size_t j = 0; j < more && !replaced; j++)
			replaced = same_name(beside[j], environ[i]);
		if (!replaced)
			all[n++] = environ[i];
	}
	for (size_t i = 0; i < more; i++)
		all[n++] = (char *)beside[i];
	all[n] = NULL;
	return all;
}

static int spawn_program(const struct process *process, posix_spawn_file_actions_t *actions,
                         posix_spawnattr_t *attributes, pid_t *pid)
{
	const char *const shell[] = {"sh", "-c", process->command, NULL};
	char *const *arguments = (char *const *)(process->arguments ? process->arguments : shell);
	char **environment = make_environment(process->environment);
	int failed;

	if (process->arguments)
		failed = posix_spawnp(pid, *arguments, actions, attributes, arguments, environment);
	else
		failed = posix_spawn(pid, "/bin/sh", actions, attributes, arguments, environment);
	free(environment);
	return failed;
}

static int spawn(const struct process *process, int output, int errors, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t signals;
	int failed;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	/* We may ignore or block signals that the program expects to end by. */
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
	if (!failed && errors >= 0)
		failed = posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
	if (!failed && process->directory)
		failed = posix_spawn_file_actions_addchdir_np(&actions, process->directory);
	if (!failed)
		failed = spawn_program(process, &actions, &attributes, pid);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return failed;
}

static bool start(struct child *child)
{
	const struct process *process = child->process;
	int output[2], errors[2] = {-1, -1}, failed;

	/* Asked first, so that the message names the folder and not the program. */
	if (process->directory && access(process->directory, X_OK) != 0) {
		child->result->reason = errno;
		return error_errno(child->error, ERROR_FAILED, "cannot run a command in '%s'",
		                   process->directory);
	}
	failed = pipe2(output, O_CLOEXEC) < 0 ? errno : 0;
	if (!failed && process->capture_errors && pipe2(errors, O_CLOEXEC) < 0) {
		failed = errno;
		close(output[0]);
		close(output[1]);
	} else if (!failed) {
		child->output = output[0];
		child->errors = errors[0];
		failed = spawn(process, output[1], errors[1], &child->pid);
		close(output[1]);
		close_end(&errors[1]);
	}
	if (!failed)
		return true;
	child->result->reason = errno = failed;
	return error_errno(child->error, ERROR_FAILED, "cannot start the command");
}

/* ------------------------------------------------------------------------------------------------
 * Listening
 * --------------------------------------------------------------------------------------------- */

/* Hands over each line that has come to its end; at the end of all, the last one as it is. */
static void say_lines(struct child *child, bool all)
{
	struct dbw_buffer *errors = &child->result->errors;
	char *end;

	while (child->process->say && child->said < errors->length) {
		char *line = errors->text + child->said;
		size_t left = errors->length - child->said;

		end = memchr(line, '\n', left);
		if (!end && !all)
			return;
		if (end)
			*end = '\0';
		child->process->say(line);
		if (end)
			*end = '\n';
		child->said += end ? (size_t)(end - line) + 1 : left;
	}
}

static void forget_old_errors(struct child *child)
{
	struct dbw_buffer *errors = &child->result->errors;
	size_t old;

	if (errors->length <= 2 * (size_t)ERRORS_KEPT)
		return;
	old = errors->length - ERRORS_KEPT;
	memmove(errors->text, errors->text + old, ERRORS_KEPT + 1);
	errors->length = ERRORS_KEPT;
	child->said -= child->said < old ? child->said : old;
}

/* Reads once from an end that is ready. */
static enum process_outcome read_end(struct child *child, int *end)
{
	bool output = end == &child->output;
	struct process_result *result = child->result;
	size_t limit = child->process->output_limit;
	char bytes[65536];
	ssize_t got = read(*end, bytes, sizeof bytes);

	if (got < 0 && errno == EINTR)
		return PROCESS_ENDED;
	if (got < 0) {
		error_errno(child->error, ERROR_FAILED, "cannot read from the command");
		return PROCESS_UNKNOWN;
	}
	if (got == 0) {
		close_end(end);
	} else if (!output) {
		buffer_append(&result->errors, bytes, (size_t)got);
		say_lines(child, false);
		forget_old_errors(child);
	} else if ((size_t)got > limit - result->output.length) {
		error_set(child->error, ERROR_FAILED, "the command prints more than %zu bytes",
		          limit);
		return PROCESS_TOO_MUCH;
	} else {
		buffer_append(&result->output, bytes, (size_t)got);
	}
	return PROCESS_ENDED;
}

static enum process_outcome interrupt(struct child *child)
{
	error_set(child->error, ERROR_FAILED, "interrupted");
	return PROCESS_INTERRUPTED;
}

/* Waits for something to read, or for the next time to look around. */
static enum process_outcome wait_and_read(struct child *child)
{
	struct pollfd ready[] = {{.fd = child->output, .events = POLLIN},
	                         {.fd = child->errors, .events = POLLIN}};
	int wait = left_ms(child->deadline), step = child->output < 0 ? WAIT_STEP_MS : -1;
	enum process_outcome outcome = PROCESS_ENDED;

	if (step < 0 && child->process->interrupted)
		step = INTERRUPT_STEP_MS;
	if (step > 0 && (wait < 0 || wait > step))
		wait = step;
	if (poll(ready, 2, wait) < 0) {
		if (errno == EINTR)
			return interrupt(child);
		error_errno(child->error, ERROR_FAILED, "cannot wait for the command");
		return PROCESS_UNKNOWN;
	}
	if (ready[1].revents)
		outcome = read_end(child, &child->errors);
	if (ready[0].revents && outcome == PROCESS_ENDED)
		outcome = read_end(child, &child->output);
	return outcome;
}

/* What it wrote to standard error before it ended. One that it left behind may hold the pipe open. */
static enum process_outcome drain_errors(struct child *child)
{
	enum process_outcome outcome = PROCESS_ENDED;

	while (child->errors >= 0 && outcome == PROCESS_ENDED) {
		struct pollfd ready = {.fd = child->errors, .events = POLLIN};

		if (poll(&ready, 1, 0) <= 0)
			break;
		outcome = read_end(child, &child->errors);
	}
	return outcome;
}

/* A program may close its output and go on. */
static enum process_outcome follow(struct child *child)
{
	enum process_outcome outcome = PROCESS_ENDED;

	while (outcome == PROCESS_ENDED) {
		if (child->output < 0) {
			pid_t ended = waitpid(child->pid, &child->result->status, WNOHANG);

			if (ended == child->pid) {
				child->ended = true;
				return drain_errors(child);
			}
			if (ended < 0) {
				error_errno(child->error, ERROR_FAILED,
				            "cannot wait for the command");
				return PROCESS_UNKNOWN;
			}
		}
		if (child->process->interrupted && child->process->interrupted())
			return interrupt(child);
		if (left_ms(child->deadline) == 0) {
			error_set(child->error, ERROR_FAILED,
			          "the command did not end within %g second%s",
			          child->process->timeout_ms / 1000.0,
			          child->process->timeout_ms == 1000 ? "" : "s");
			return PROCESS_TOO_LATE;
		}
		outcome = wait_and_read(child);
	}
	return outcome;
}

enum process_outcome process_run(const struct process *process, struct process_result *result,
                                 struct error *error)
{
	struct child child = {
	    .process = process, .result = result, .error = error, .output = -1, .errors = -1};
	enum process_outcome outcome = PROCESS_NOT_STARTED;

	*result = (struct process_result){0};
	child.deadline = process->timeout_ms ? now_ms() + process->timeout_ms : NO_DEADLINE;
	if (start(&child)) {
		outcome = follow(&child);
		if (!child.ended) {
			/* It leads a session, and so a process group that has its number. */
			kill(-child.pid, SIGKILL);
			while (waitpid(child.pid, &result->status, 0) < 0 && errno == EINTR)
				;
		}
		say_lines(&child, true);
	}
	close_end(&child.output);
	close_end(&child.errors);
	return outcome;
}

void process_result_release(struct process_result *result)
{
	buffer_release(&result->output);
	buffer_release(&result->errors);
}

bool process_check(int status, struct error *error)
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
	struct process_result result;
	bool done = process_run(process, &result, error) == PROCESS_ENDED &&
	            process_check(result.status, error);

	if (done) {
		output->bytes =
		    arena_copy(arena, buffer_text(&result.output), result.output.length);
		output->length = result.output.length;
	}
	process_result_release(&result);
	return done;
}
