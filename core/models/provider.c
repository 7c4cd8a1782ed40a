#include "models/provider.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"
#include "base/utf8.h"
#include "config/keys.h"
#include "models/words.h"
#include "plugin/session.h"

/* A schema of ten thousand tables is a tenth of this. */
enum { OUTPUT_LIMIT = 64 * 1024 * 1024 };

static const char default_name[] = "sqlalchemy";
static const char *const built_in_names[] = {default_name, "django"};

/* One run. */
struct run {
	struct arena *arena;
	const struct config *config;
	const struct entry *entry;
	const struct dialect *dialect;
	const struct provider *provider;
	struct process_result result;
	struct error *error;
};

/* Puts the error at the key's line, if the entry has it. */
static bool fail_at_key(const struct config *config, const struct entry *entry, enum entry_key key,
                        struct error *error)
{
	const struct key_source *source = entry->sources ? &entry->sources[key] : NULL;

	error->kind = ERROR_USAGE;
	if (source && source->line)
		error_where(error, config->path, source->line, source->column);
	return false;
}

/* Where a key is to be set: "in section [database:primary] of 'dbwarden.ini'". */
static const char *section_of(const struct run *run)
{
	return arena_printf(run->arena, "in section [database:%s] of '%s'", run->entry->name,
	                    path_shorten(run->config->path, path_working_directory(run->arena)));
}

/* ------------------------------------------------------------------------------------------------
 * Which one
 * --------------------------------------------------------------------------------------------- */

static const char *replace_dialect(struct arena *arena, const char *text, const char *name)
{
	static const char placeholder[] = "${dialect}";
	struct dbw_buffer out = {0};
	const char *next;

	while ((next = strstr(text, placeholder))) {
		buffer_append(&out, text, (size_t)(next - text));
		buffer_string(&out, name);
		text = next + sizeof placeholder - 1;
	}
	buffer_string(&out, text);
	text = arena_string(arena, buffer_text(&out));
	buffer_release(&out);
	return text;
}

static bool is_built_in(const char *word)
{
	for (size_t i = 0; i < sizeof built_in_names / sizeof *built_in_names; i++)
		if (strcmp(word, built_in_names[i]) == 0)
			return true;
	return false;
}

static bool read_words(struct arena *arena, const char *command, const char *dialect,
                       struct provider *provider, struct error *error)
{
	if (!words_split(arena, command, &provider->words, error))
		return error_context(error, "'provider'");
	if (!provider->words.count || !*(const char *)provider->words.items[0])
		return error_set(error, ERROR_USAGE, "'provider' names no command");
	for (size_t i = 0; i < provider->words.count; i++)
		provider->words.items[i] =
		    (void *)replace_dialect(arena, provider->words.items[i], dialect);
	provider->built_in = is_built_in(provider->words.items[0]);
	provider->name = path_basename(provider->words.items[0]);
	return true;
}

bool provider_choose(struct arena *arena, const struct config *config, const struct entry *entry,
                     const struct dialect *dialect, struct provider *provider, struct error *error)
{
	const char *command = entry->provider ? entry->provider : default_name;

	*provider = (struct provider){.name = "sh"};
	if ((!entry->provider || !entry->provider_shell) &&
	    !read_words(arena, command, dialect->plugin.name, provider, error))
		return fail_at_key(config, entry, ENTRY_PROVIDER, error);
	provider->origin = arena_printf(arena, "provider '%s'", provider->name);
	return true;
}

/* ------------------------------------------------------------------------------------------------
 * What is run
 * --------------------------------------------------------------------------------------------- */

static bool find_script(const struct run *run, const char **script)
{
	const char *name = arena_printf(run->arena, "%s.py", run->provider->name);
	const char *build = build_folder(run->arena);

	if (build) {
		*script = path_join(
		    run->arena,
		    path_join(run->arena, path_directory(run->arena, build), "scripts/providers"),
		    name);
		if (path_exists(*script))
			return true;
	}
	*script = path_join(run->arena, DBWARDEN_PROVIDER_DIR, name);
	if (path_exists(*script))
		return true;
	error_set(run->error, ERROR_FAILED, "%s is not installed: there is no '%s'",
	          run->provider->origin, *script);
	return error_hint(run->error, "Install dbwarden again, with 'make install'.");
}

static const char *choose_python(const struct run *run)
{
	const char *environment = getenv("VIRTUAL_ENV");
	const char *python;

	if (run->entry->python)
		return run->entry->python;
	if (environment && *environment) {
		python = path_join(run->arena, environment, "bin/python");
		if (access(python, X_OK) == 0)
			return python;
	}
	return "python3";
}

/* PYTHON SCRIPT --dialect DIALECT [ARGUMENTS] -- PATHS, or the words as they are. Ends in NULL. */
static bool make_arguments(const struct run *run, const struct dbw_list *paths,
                           struct dbw_list *arguments)
{
	const struct dbw_list *words = &run->provider->words;
	struct arena *arena = run->arena;
	const char *script;

	if (run->provider->built_in) {
		if (!find_script(run, &script))
			return false;
		list_append(arena, arguments, (void *)choose_python(run));
		list_append(arena, arguments, (void *)script);
		list_append(arena, arguments, arena_string(arena, "--dialect"));
		list_append(arena, arguments, (void *)run->dialect->plugin.name);
	} else {
		list_append(arena, arguments, words->items[0]);
	}
	for (size_t i = 1; i < words->count; i++)
		list_append(arena, arguments, words->items[i]);
	if (run->provider->built_in)
		list_append(arena, arguments, arena_string(arena, "--"));
	for (size_t i = 0; run->provider->built_in && i < paths->count; i++)
		list_append(arena, arguments, paths->items[i]);
	list_append(arena, arguments, NULL);
	return true;
}

/* ------------------------------------------------------------------------------------------------
 * What went wrong
 * --------------------------------------------------------------------------------------------- */

static bool not_started(const struct run *run, const char *program)
{
	bool python = run->provider->built_in;
	enum entry_key key = python ? ENTRY_PYTHON : ENTRY_PROVIDER;
	int reason = run->result.reason;
	bool there = strchr(program, '/') &&
	             path_exists(path_join(run->arena, run->config->directory, program));
	struct error *error = run->error;

	errno = reason;
	if (reason == ENOENT && there)
		error_set(error, ERROR_USAGE,
		          "%s: the interpreter that the first line of '%s' names does not exist",
		          run->provider->origin, program);
	else if (reason == ENOENT)
		error_set(error, ERROR_USAGE, "%s: command '%s' not found", run->provider->origin,
		          program);
	else if (reason == EACCES)
		error_set(error, ERROR_USAGE, "%s: '%s' is not executable", run->provider->origin,
		          program);
	else
		error_errno(error, ERROR_USAGE, "%s: cannot run '%s'", run->provider->origin,
		            program);
	if (python)
		error_hint(error,
		           "Install Python 3, activate the virtual environment of your project, or "
		           "set 'python' %s to the interpreter.",
		           section_of(run));
	else if (reason == EACCES)
		error_hint(error, "Run 'chmod +x' on it, or name its interpreter in 'provider'.");
	else if (reason == ENOEXEC)
		error_hint(error, "A script begins with a line such as '#!/bin/sh', or 'provider' "
		                  "names its interpreter.");
	else
		error_hint(error, "Install it, or write another one into 'provider' %s.",
		           section_of(run));
	return fail_at_key(run->config, run->entry, key, error);
}

/* The last line that says something, and the advice; how many lines there are. */
static size_t read_errors(const struct run *run, char **last, struct dbw_buffer *hints)
{
	static const char mark[] = "hint: ";
	const struct dbw_buffer *errors = &run->result.errors;
	const char *line = buffer_text(errors), *end = line + errors->length;
	size_t count = 0;

	*last = NULL;
	while (line < end) {
		const char *next = memchr(line, '\n', (size_t)(end - line));
		size_t length = (size_t)((next ? next : end) - line);
		char *copy;

		while (length && strchr(" \t\r", line[length - 1]))
			length--;
		copy = arena_copy(run->arena, line, length);
		if (strncmp(copy, mark, sizeof mark - 1) == 0)
			buffer_printf(hints, "%s%s", hints->length ? "\n" : "",
			              copy + sizeof mark - 1);
		else if (copy[strspn(copy, " \t")])
			*last = copy + strspn(copy, " \t");
		count += length != 0;
		line = next ? next + 1 : end;
	}
	return count;
}

static bool failed(const struct run *run)
{
	int status = run->result.status;
	struct dbw_buffer hints = {0};
	char *last, *how;
	size_t lines = read_errors(run, &last, &hints);

	if (WIFSIGNALED(status))
		how = arena_printf(run->arena, "was ended by signal %d (%s)", WTERMSIG(status),
		                   strsignal(WTERMSIG(status)));
	else
		how = arena_printf(run->arena, "failed with status %d", WEXITSTATUS(status));
	error_set(run->error, ERROR_FAILED, "%s %s%s%s", run->provider->origin, how,
	          last ? ": " : " and wrote nothing to standard error", last ? last : "");
	if (hints.length)
		error_hint(run->error, "%s", buffer_text(&hints));
	else if (lines > 1 && !run->config->listen)
		error_hint(run->error, "Say --verbose to see all that it wrote to standard error.");
	buffer_release(&hints);
	return false;
}

static bool too_late(const struct run *run)
{
	error_set(run->error, ERROR_FAILED,
	          "%s did not end within %g second%s ('provider_timeout') and was killed",
	          run->provider->origin, run->entry->provider_timeout_ms / 1000.0,
	          run->entry->provider_timeout_ms == 1000 ? "" : "s");
	return error_hint(
	    run->error, "Raise 'provider_timeout' %s (0: no limit)%s.", section_of(run),
	    run->config->listen ? "" : ", or see with --verbose what it writes to standard error");
}

static bool check_output(const struct run *run)
{
	const char *text = buffer_text(&run->result.output);
	size_t left = run->result.output.length, line = 1;

	while (left) {
		size_t length = *text ? utf8_length(text, left) : 0;

		if (!length) {
			error_at(run->error, ERROR_FAILED, run->provider->origin, line, 0,
			         *text ? "the output is not UTF-8: byte 0x%02X"
			               : "the output holds a NUL byte",
			         (unsigned)(unsigned char)*text);
			return error_hint(run->error, "A provider prints DDL as UTF-8 text to "
			                              "standard output, and nothing else.");
		}
		line += *text == '\n';
		text += length;
		left -= length;
	}
	return true;
}

static bool report(const struct run *run, const char *program, enum process_outcome outcome)
{
	switch (outcome) {
	case PROCESS_ENDED:
		return run->result.status == 0 ? check_output(run) : failed(run);
	case PROCESS_NOT_STARTED:
		/* A folder that cannot be entered, and what has no name, is told by the error itself. */
		return program && access(run->config->directory, X_OK) == 0
		           ? not_started(run, program)
		           : error_context(run->error, "%s", run->provider->origin);
	case PROCESS_TOO_LATE:
		return too_late(run);
	case PROCESS_TOO_MUCH:
		return error_set(run->error, ERROR_FAILED, "%s prints more than %d MiB",
		                 run->provider->origin, OUTPUT_LIMIT / 1024 / 1024);
	case PROCESS_INTERRUPTED:
	case PROCESS_UNKNOWN:
		break;
	}
	return error_context(run->error, "%s", run->provider->origin);
}

bool provider_run(struct arena *arena, const struct config *config, const struct entry *entry,
                  const struct dialect *dialect, const struct provider *provider,
                  const struct dbw_list *paths, struct text *ddl, struct error *error)
{
	struct run run = {.arena = arena,
	                  .config = config,
	                  .entry = entry,
	                  .dialect = dialect,
	                  .provider = provider,
	                  .error = error};
	const char *const environment[] = {
	    arena_printf(arena, "DBWARDEN_DIALECT=%s", dialect->plugin.name),
	    arena_printf(arena, "DBWARDEN_DATABASE=%s", entry->name), NULL};
	struct dbw_list arguments = {0};
	struct process process = {
	    .environment = environment,
	    .directory = config->directory,
	    .timeout_ms = entry->provider_timeout_ms,
	    .output_limit = OUTPUT_LIMIT,
	    .interrupted = interrupts_pending,
	    .capture_errors = true,
	    .say = config->listen,
	};
	const char *program = NULL;
	bool done;

	if (provider->words.count) {
		if (!make_arguments(&run, paths, &arguments))
			return false;
		process.arguments = (const char *const *)arguments.items;
		program = arguments.items[0];
	} else {
		process.command = replace_dialect(arena, entry->provider, dialect->plugin.name);
	}
	done = report(&run, program, process_run(&process, &run.result, error));
	if (done) {
		ddl->length = run.result.output.length;
		ddl->bytes = arena_copy(arena, buffer_text(&run.result.output), ddl->length);
	}
	process_result_release(&run.result);
	return done;
}
