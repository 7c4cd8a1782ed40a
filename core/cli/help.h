/* What --help prints, on every level. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

#include "cli/cli.h"

void help_all(FILE *stream);
void help_group(const char *word);
void help_command(const struct command *command);

#endif
