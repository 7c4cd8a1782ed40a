/*
 * Runs a program of the user's and takes what it prints.
 */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"

struct process {
	/* One of the two: a command for /bin/sh -c, or a program and its arguments, NULL at their end,
	 * run without a shell. A program without a slash is looked for on the PATH. */
	const char *command;
	const char *const *arguments;
	const char *const *environment; /* "NAME=VALUE" beside ours, NULL at the end; or NULL */
	const char *directory;          /* to run it in, or NULL for the working directory */
	unsigned timeout_ms;            /* from its start to its end; 0 for none */
	size_t output_limit;            /* more than this is an error */
	int (*interrupted)(void);       /* asked now and then: not 0, and it is ended; or NULL */
	/* Standard error is captured, not ours; 'say' is told each line as it comes, if it is there. */
	bool capture_errors;
	void (*say)(const char *line);
};

enum process_outcome {
	PROCESS_ENDED, /* by itself: see the status */
	PROCESS_NOT_STARTED,
	PROCESS_TOO_LATE,
	PROCESS_TOO_MUCH, /* it printed more than the limit */
	PROCESS_INTERRUPTED,
	PROCESS_UNKNOWN, /* the system refused to tell */
};

struct process_result {
	struct dbw_buffer output;
	struct dbw_buffer errors; /* of a great deal, the last part */
	int status;               /* as waitpid() has it */
	int reason;               /* PROCESS_NOT_STARTED: errno */
};

/*
 * Standard input is empty. The program runs in a session of its own, without a terminal, so that a
 * prompt fails at once instead of waiting for an answer that it cannot get; where it takes too long,
 * prints too much or we are interrupted, its process group is killed. It has ended when it has closed
 * its standard output, too. For every outcome but PROCESS_ENDED the error is set, without a word of
 * what it printed. The result is to be released in any case.
 */
enum process_outcome process_run(const struct process *process, struct process_result *result,
                                 struct error *error);
void process_result_release(struct process_result *result);

/* Fills the error for a status other than 0, "the command ended with status 3", and returns false. */
bool process_check(int status, struct error *error);

/* The output of a command that ended well. What it printed is never put in an error: it may be a
 * password. */
bool process_capture(struct arena *arena, const struct process *process, struct text *output,
                     struct error *error);

#endif
