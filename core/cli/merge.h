/*
 * make-migrations --merge.
 */
#ifndef CLI_MERGE_H
#define CLI_MERGE_H

#include "cli/cli.h"

/* The dialect is open. */
int merge_command(struct invocation *invocation);

#endif
