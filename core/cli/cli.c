#include "cli/cli.h"

#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/help.h"
#include "cli/output.h"

struct given_option {
	const struct option *option;
	const char *value; /* NULL for a flag */
};

/* Asking. */

const char *option_nth(const struct invocation *invocation, const char *name, size_t n)
{
	for (size_t i = 0; i < invocation->given.count; i++) {
		const struct given_option *given = invocation->given.items[i];

		if (strcmp(given->option->name, name) == 0 && n-- == 0)
			return given->value ? given->value : "";
	}
	return NULL;
}

const char *option_value(const struct invocation *invocation, const char *name)
{
	return option_nth(invocation, name, 0);
}

bool option_given(const struct invocation *invocation, const char *name)
{
	return option_value(invocation, name) != NULL;
}

bool option_count(struct invocation *invocation, const char *name, size_t *count)
{
	const char *value = option_value(invocation, name);
	unsigned long long n;
	char *end;

	*count = 0;
	if (!value)
		return true;
	errno = 0;
	n = strtoull(value, &end, 10);
	if (errno || *end || value[0] < '0' || value[0] > '9' || n == 0 || n > (size_t)-1 / 2)
		return error_set(&invocation->error, ERROR_USAGE,
		                 "--%s wants a whole number of at least 1, not '%s'", name, value);
	*count = (size_t)n;
	return true;
}

const char *argument(const struct invocation *invocation, size_t i)
{
	return i < invocation->arguments.count ? invocation->arguments.items[i] : NULL;
}

/* Parsing. */

static const struct option *find_option(const struct command *command, const char *name,
                                        size_t length)
{
	for (const struct option *option = command->options; option->name; option++)
		if (strlen(option->name) == length && memcmp(option->name, name, length) == 0)
			return option;
	return NULL;
}

static const struct option *find_letter(const struct command *command, char letter)
{
	for (const struct option *option = command->options; option->name; option++)
		if (option->letter && option->letter == letter)
			return option;
	return NULL;
}

static bool unknown_option(struct invocation *invocation, const char *typed)
{
	const struct command *command = invocation->command;
	const char *names[64];
	const char *near;
	size_t count = 0;

	for (const struct option *option = command->options; option->name && count < 63; option++)
		names[count++] = option->name;
	names[count] = NULL;
	near = strncmp(typed, "--", 2) == 0 ? nearest_word(typed + 2, names) : NULL;
	error_set(&invocation->error, ERROR_USAGE, "'%s' has no option '%s'", command->name, typed);
	if (near)
		error_hint(&invocation->error,
		           "Did you mean --%s? 'dbwarden %s --help' lists the "
		           "options.",
		           near, command->name);
	else
		error_hint(&invocation->error, "'dbwarden %s --help' lists the options.",
		           command->name);
	return false;
}

static bool keep_option(struct invocation *invocation, const struct option *option,
                        const char *value)
{
	struct given_option *given;

	if (!option->repeated && option_given(invocation, option->name))
		return error_set(&invocation->error, ERROR_USAGE, "--%s is given twice",
		                 option->name);
	given = arena_new(&invocation->arena, struct given_option);
	given->option = option;
	given->value = value;
	list_append(&invocation->arena, &invocation->given, given);
	return true;
}

/* One word that begins with '-'. *next is the word behind it, taken if it is the value. Returns how
 * many words were used, 0 for an error. */
static int parse_option(struct invocation *invocation, char *word, char *next)
{
	const char *equals = strchr(word, '='), *value = NULL;
	const struct option *option;

	if (word[1] == '-') {
		size_t length = equals ? (size_t)(equals - word - 2) : strlen(word + 2);

		option = find_option(invocation->command, word + 2, length);
		value = equals ? equals + 1 : NULL;
	} else {
		option = find_letter(invocation->command, word[1]);
		if (option && word[2]) {
			if (!option->argument) {
				unknown_option(invocation, word);
				return 0;
			}
			value = word + 2 + (word[2] == '=');
		}
	}
	if (!option) {
		unknown_option(
		    invocation,
		    equals ? arena_copy(&invocation->arena, word, (size_t)(equals - word)) : word);
		return 0;
	}
	if (!option->argument) {
		if (value) {
			error_set(&invocation->error, ERROR_USAGE, "--%s takes no value",
			          option->name);
			return 0;
		}
		return keep_option(invocation, option, NULL);
	}
	if (value)
		return keep_option(invocation, option, value);
	if (!next) {
		error_set(&invocation->error, ERROR_USAGE, "--%s wants a value: --%s %s",
		          option->name, option->name, option->argument);
		return 0;
	}
	return keep_option(invocation, option, next) ? 2 : 0;
}

static bool parse_words(struct invocation *invocation, int count, char **words, bool *help)
{
	const struct command *command = invocation->command;

	for (int i = 0; i < count;) {
		if (strcmp(words[i], "--") == 0) {
			while (++i < count)
				list_append(&invocation->arena, &invocation->arguments, words[i]);
			break;
		}
		if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0) {
			*help = true;
			return true;
		}
		if (words[i][0] == '-' && words[i][1]) {
			int used =
			    parse_option(invocation, words[i], i + 1 < count ? words[i + 1] : NULL);

			if (!used)
				return false;
			i += used;
			continue;
		}
		list_append(&invocation->arena, &invocation->arguments, words[i++]);
	}
	invocation->json = option_given(invocation, "json");
	if (invocation->arguments.count < command->least) {
		error_set(&invocation->error, ERROR_USAGE, "'%s' wants %s", command->name,
		          command->arguments);
		return error_hint(&invocation->error, "See 'dbwarden %s --help'.", command->name);
	}
	if (invocation->arguments.count > command->most)
		return error_set(&invocation->error, ERROR_USAGE, "unexpected argument '%s'",
		                 argument(invocation, command->most));
	return true;
}

/* Finding the command: two words first, then one. *used says how many there were. */
static const struct command *find_command(int count, char **words, int *used)
{
	for (int n = 2; n >= 1; n--) {
		for (size_t i = 0; n <= count && commands[i]; i++) {
			const char *name = commands[i]->name, *space = strchr(name, ' ');
			size_t first = space ? (size_t)(space - name) : strlen(name);

			if ((space != NULL) != (n == 2) || strlen(words[0]) != first ||
			    memcmp(words[0], name, first) != 0)
				continue;
			if (n == 2 && strcmp(words[1], space + 1) != 0)
				continue;
			*used = n;
			return commands[i];
		}
	}
	return NULL;
}

/* "plugin" alone, or with a word that it does not know. */
static bool is_group(const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; commands[i]; i++)
		if (strncmp(commands[i]->name, word, length) == 0 &&
		    commands[i]->name[length] == ' ')
			return true;
	return false;
}

static int unknown_command(struct invocation *invocation, int count, char **words)
{
	const char *typed = words[0], *near;
	const char *names[128];
	size_t n = 0;

	if (is_group(words[0])) {
		if (count == 1 || strcmp(words[1], "--help") == 0 || strcmp(words[1], "-h") == 0) {
			help_group(words[0]);
			return count == 1 ? ERROR_USAGE : EXIT_DONE;
		}
		typed = arena_printf(&invocation->arena, "%s %s", words[0], words[1]);
	}
	for (size_t i = 0; commands[i] && n < 127; i++)
		names[n++] = commands[i]->name;
	names[n] = NULL;
	near = nearest_word(typed, names);
	error_set(&invocation->error, ERROR_USAGE, "there is no command '%s'", typed);
	if (near)
		error_hint(&invocation->error,
		           "Did you mean '%s'? 'dbwarden --help' lists the commands.", near);
	else
		error_hint(&invocation->error, "'dbwarden --help' lists the commands.");
	return cli_fail(invocation);
}

/* Running. */

static void invocation_release(struct invocation *invocation)
{
	session_close(&invocation->session);
	dialect_close(invocation->dialect);
	config_release(&invocation->config);
	error_release(&invocation->error);
	arena_release(&invocation->arena);
}

static int run_command(struct invocation *invocation, int count, char **words)
{
	bool help = false;
	int status;

	for (int i = 0; i < count; i++)
		invocation->json |= strcmp(words[i], "--json") == 0;
	if (!parse_words(invocation, count, words, &help))
		return cli_fail(invocation);
	if (help) {
		help_command(invocation->command);
		return EXIT_DONE;
	}
	status = invocation->command->run(invocation);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		error_errno(&invocation->error, ERROR_FAILED, "cannot write the output");
		fprintf(stderr, "dbwarden: error: %s\n", invocation->error.message);
		return ERROR_FAILED;
	}
	return status;
}

int cli_run(int argc, char **argv)
{
	struct invocation invocation = {0};
	int used = 0, status;

	setlocale(LC_CTYPE, "");
	if (argc < 2) {
		help_all(stderr);
		return ERROR_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		invocation.command = argc > 2 ? find_command(argc - 2, argv + 2, &used) : NULL;
		if (invocation.command)
			help_command(invocation.command);
		else
			help_all(stdout);
		return fflush(stdout) ? ERROR_FAILED : EXIT_DONE;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		printf("dbwarden %s\n", DBWARDEN_VERSION);
		return fflush(stdout) ? ERROR_FAILED : EXIT_DONE;
	}
	invocation.command = find_command(argc - 1, argv + 1, &used);
	if (!invocation.command)
		status = unknown_command(&invocation, argc - 1, argv + 1);
	else
		status = run_command(&invocation, argc - 1 - used, argv + 1 + used);
	invocation_release(&invocation);
	return status;
}

/* Errors. */

static json_t *error_json(const struct error *error)
{
	json_t *object = json_object();

	json_object_set_new(object, "message", json_text(error->message));
	json_object_set_new(object, "file", json_text(error->file));
	json_object_set_new(object, "line",
	                    error->line ? json_integer((json_int_t)error->line) : json_null());
	json_object_set_new(object, "column",
	                    error->column ? json_integer((json_int_t)error->column) : json_null());
	json_object_set_new(object, "detail", json_text(error->detail));
	json_object_set_new(object, "hint", json_text(error->hint));
	json_object_set_new(object, "exit_status", json_integer(error->kind));
	return json_pack("{s:o}", "error", object);
}

static void print_indented(const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		char *line = memory_alloc(length + 1);

		memcpy(line, text, length);
		line[length] = '\0';
		fputs("    ", stderr);
		output_safe(stderr, line, false);
		fputc('\n', stderr);
		free(line);
		text += length + (text[length] == '\n');
	}
}

int cli_fail(struct invocation *invocation)
{
	const struct error *error = &invocation->error;

	progress_clear();
	fflush(stdout);
	output_text(stderr, COLOUR_RED, "dbwarden: error: ");
	if (error->file) {
		char *here = path_working_directory(&invocation->arena);

		output_safe(stderr, path_shorten(error->file, here), false);
		if (error->line)
			fprintf(stderr, ":%zu", error->line);
		if (error->line && error->column)
			fprintf(stderr, ":%zu", error->column);
		fputs(": ", stderr);
	}
	output_safe(stderr, error->message ? error->message : "unknown error", false);
	fputc('\n', stderr);
	if (error->detail)
		print_indented(error->detail);
	if (error->hint) {
		output_text(stderr, COLOUR_YELLOW, "  -> ");
		output_safe(stderr, error->hint, true);
		fputc('\n', stderr);
	}
	if (invocation->json)
		output_json(error_json(error));
	return error->kind ? (int)error->kind : (int)ERROR_FAILED;
}

void cli_note(const struct invocation *invocation, const char *format, ...)
{
	struct dbw_buffer text = {0};
	va_list arguments;

	if (invocation->json)
		return;
	va_start(arguments, format);
	buffer_vprintf(&text, format, arguments);
	va_end(arguments);
	progress_clear();
	output_text(stderr, COLOUR_DIM, "dbwarden: note: ");
	output_safe(stderr, buffer_text(&text), false);
	fputc('\n', stderr);
	buffer_release(&text);
}

/* The project. */

/* --verbose: what a provider writes to standard error. */
static void hear(const char *line)
{
	progress_clear();
	output_text(stderr, COLOUR_DIM, "provider: ");
	output_safe(stderr, line, false);
	fputc('\n', stderr);
}

bool project_config(struct invocation *invocation)
{
	if (!config_load(&invocation->config, option_value(invocation, "config"),
	                 &invocation->error))
		return false;
	if (option_given(invocation, "verbose"))
		invocation->config.listen = hear;
	return true;
}

bool project_entry(struct invocation *invocation)
{
	if (!project_config(invocation))
		return false;
	invocation->entry = config_entry(&invocation->config, option_value(invocation, "database"),
	                                 &invocation->error);
	return invocation->entry != NULL;
}

bool project_dialect(struct invocation *invocation)
{
	struct plugin_search search = {.option = option_value(invocation, "plugin-dir")};

	if (!project_entry(invocation))
		return false;
	search.configured = invocation->config.plugin_dir;
	invocation->dialect = dialect_open(invocation->entry->type, &search, &invocation->error);
	return invocation->dialect ||
	       error_context(&invocation->error, "database '%s'", invocation->entry->name);
}

/* --wait: with a minute's patience where the entry has none of its own. */
static void be_patient(struct invocation *invocation)
{
	struct entry *patient = arena_new(&invocation->arena, struct entry);

	if (!option_given(invocation, "wait") || invocation->entry->wait_for_db_ms)
		return;
	*patient = *invocation->entry;
	patient->wait_for_db_ms = 60000;
	invocation->entry = patient;
}

bool project_session(struct invocation *invocation, unsigned flags)
{
	if (!project_dialect(invocation))
		return false;
	be_patient(invocation);
	return interrupts_catch(&invocation->error) &&
	       session_open(&invocation->session, invocation->dialect, &invocation->config,
	                    invocation->entry, flags, &invocation->error);
}
