/*
 * 'init --from FILE': the configuration of the Python tool of the same name becomes a dbwarden.ini. A
 * script of ours reads the file without running it and tells what it found; what is written is up to us.
 */
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H

#include "cli/cli.h"

/* The whole command once nothing stands in its way; returns its exit status. */
int import_config(struct invocation *invocation, const char *file);

#endif
