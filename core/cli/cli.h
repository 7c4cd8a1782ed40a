/*
 * The command line: one table of commands, one parser of options, one place that prints errors.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "config/config.h"
#include "plugin/dialect.h"
#include "plugin/session.h"

/* Exit statuses, as the manual has them; 1, 2 and 4 are those of enum error_kind. */
enum { EXIT_DONE = 0, EXIT_TO_DO = 3 };

struct option {
	const char *name;     /* without '--' */
	char letter;          /* '-x', or 0 */
	const char *argument; /* what the help calls it; NULL: a flag */
	const char *help;
	bool repeated; /* may be given more than once */
};

struct invocation;

struct command {
	const char *name;             /* "migrate"; two words for "plugin list" */
	const char *summary;          /* one line */
	const char *arguments;        /* "[NAME]" for the usage line, or "" */
	size_t least, most;           /* how many arguments */
	const char *text;             /* more help, or NULL */
	const struct option *options; /* ends in a NULL name */
	int (*run)(struct invocation *);
};
extern const struct command *const commands[]; /* ends in NULL */

/* A command with what the user gave it. */
struct invocation {
	struct arena arena;
	const struct command *command;
	struct dbw_list given;     /* struct given_option */
	struct dbw_list arguments; /* const char * */
	struct error error;
	bool json; /* --json was given */
	/* Opened by project_...(), closed when the command ends. */
	struct config config;
	const struct entry *entry;
	struct dialect *dialect;
	struct session session;
};

/* Options that several commands have. */
#define OPTION_DATABASE                                                                            \
	{                                                                                          \
		"database", 'd', "NAME", "which [database:NAME] of the configuration", false       \
	}
#define OPTION_LONG_DATABASE                                                                       \
	{                                                                                          \
		"database", 0, "NAME", "which [database:NAME] of the configuration", false         \
	}
#define OPTION_CONFIG                                                                              \
	{                                                                                          \
		"config", 'c', "FILE", "the configuration, instead of searching upwards", false    \
	}
#define OPTION_PLUGIN_DIR                                                                          \
	{                                                                                          \
		"plugin-dir", 0, "DIR", "look for dialect plugins here first", false               \
	}
#define OPTION_JSON                                                                                \
	{                                                                                          \
		"json", 0, NULL, "print one JSON object", false                                    \
	}
/* Of the commands that read models. */
#define OPTION_VERBOSE                                                                             \
	{                                                                                          \
		"verbose", 'v', NULL, "show what a provider writes to standard error", false       \
	}
#define OPTION_END                                                                                 \
	{                                                                                          \
		NULL, 0, NULL, NULL, false                                                         \
	}

bool option_given(const struct invocation *invocation, const char *name);
const char *option_value(const struct invocation *invocation, const char *name); /* or NULL */
/* The n-th value of a repeated option, or NULL. */
const char *option_nth(const struct invocation *invocation, const char *name, size_t n);
/* A whole number of at least 1; 0 if the option was not given. */
bool option_count(struct invocation *invocation, const char *name, size_t *count);
const char *argument(const struct invocation *invocation, size_t i); /* or NULL */

/* The whole program. */
int cli_run(int argc, char **argv);

/* Prints the error that the invocation holds and returns its exit status. With --json the same goes
 * to standard output as an object. */
int cli_fail(struct invocation *invocation);

/* Loads the configuration, finds the entry, opens its dialect and connects; each does what comes
 * before it. On failure the invocation's error is set. */
bool project_config(struct invocation *invocation);
bool project_entry(struct invocation *invocation);
bool project_dialect(struct invocation *invocation);
bool project_session(struct invocation *invocation, unsigned flags);

/* Prints "dbwarden: note: ..." to standard error, or nothing with --json. */
void cli_note(const struct invocation *invocation, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
