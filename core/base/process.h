/*
 * Runs a command of the user's by the shell and takes what it prints. What it printed is never put in
 * an error: it may be a password.
 */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"

struct process {
	const char *command;   /* for /bin/sh -c */
	const char *directory; /* to run it in, or NULL for the working directory */
	unsigned timeout_ms;   /* from its start to its end; 0 for none */
	size_t output_limit;   /* more than this is an error */
};

/*
 * Standard input is empty, standard error is ours. The command runs in a session of its own, without
 * a terminal, so that a prompt fails at once instead of waiting for an answer that it cannot get;
 * where it takes too long or prints too much, its process group is killed. A status other than 0 is
 * an error. So is a signal that we catch meanwhile: "interrupted".
 */
bool process_capture(struct arena *arena, const struct process *process, struct text *output,
                     struct error *error);

#endif
