#include "config/connect.h"

#include <string.h>

#include "base/file.h"
#include "base/process.h"
#include "config/characters.h"
#include "config/keys.h"
#include "config/url.h"

enum { PASSWORD_TIMEOUT_MS = 60000, PASSWORD_SIZE = 64 * 1024 };

/* Puts the error at the key's line, if the entry came from a file. */
static bool fail_at_key(const struct config *config, const struct entry *entry, enum entry_key key,
                        struct error *error)
{
	error->kind = ERROR_USAGE;
	return entry->sources ? error_where(error, config->path, entry->sources[key].line,
	                                    entry->sources[key].column)
	                      : false;
}

/* One line, with or without its end. 'from' says in an error whose line it is. */
static bool take_line(struct arena *arena, struct text text, const char *from,
                      const char **password, struct error *error)
{
	size_t length = text.length, offset;
	const char *refused;

	if (length && text.bytes[length - 1] == '\n')
		length--;
	if (length && text.bytes[length - 1] == '\r')
		length--;
	if (length == 0)
		return error_set(error, ERROR_USAGE, "%s gives no password: it is empty", from);
	if (memchr(text.bytes, '\n', length))
		return error_set(error, ERROR_USAGE, "%s gives more than one line", from);
	refused = characters_refused(text.bytes, length, "\t", &offset);
	if (refused)
		return error_set(error, ERROR_USAGE, "%s gives a password that holds %s", from,
		                 refused);
	*password = arena_copy(arena, text.bytes, length);
	return true;
}

static bool password_from_file(struct arena *arena, const struct entry *entry,
                               const char **password, struct error *error)
{
	struct text text;

	return file_read(arena, entry->password_file, &text, error) &&
	       take_line(arena, text, "'password_file'", password, error);
}

static bool password_from_command(struct arena *arena, const struct config *config,
                                  const struct entry *entry, const char **password,
                                  struct error *error)
{
	const struct process process = {
	    .command = entry->password_command,
	    .directory = config->directory,
	    .timeout_ms = PASSWORD_TIMEOUT_MS,
	    .output_limit = PASSWORD_SIZE,
	};
	struct text text;

	if (!process_capture(arena, &process, &text, error))
		return error_context(error, "'password_command'");
	return take_line(arena, text, "'password_command'", password, error);
}

static const char *choose_url(const struct entry *entry, enum connect_target target,
                              enum entry_key *key)
{
	if (target == CONNECT_SCRATCH && entry->scratch_url) {
		*key = ENTRY_SCRATCH_URL;
		return entry->scratch_url;
	}
	*key = entry->direct_url ? ENTRY_DIRECT_URL : ENTRY_URL;
	return entry->direct_url ? entry->direct_url : entry->url;
}

bool entry_connect_parameters(struct arena *arena, const struct config *config,
                              const struct entry *entry, enum connect_target target,
                              struct dbw_connect *where, struct error *error)
{
	enum entry_key url_key = ENTRY_URL;
	const char *url = choose_url(entry, target, &url_key);
	enum entry_key key = entry->password_file ? ENTRY_PASSWORD_FILE : ENTRY_PASSWORD_COMMAND;
	bool elsewhere = entry->password_file || entry->password_command;
	bool done;

	*where = (struct dbw_connect){
	    .struct_size = sizeof *where,
	    .directory = config->directory,
	    .connect_timeout_ms = entry->connect_timeout_ms,
	    .statement_timeout_ms = entry->statement_timeout_ms,
	    .lock_wait_timeout_ms = entry->lock_wait_timeout_ms,
	    .namespace_name = entry->schema,
	};
	if (!url) {
		error_at(error, ERROR_USAGE, config->path, entry->line, 0,
		         "database '%s' has no 'url'", entry->name);
		return error_hint(error,
		                  "Set 'url' in [database:%s], for example "
		                  "url = ${DATABASE_URL}.",
		                  entry->name);
	}
	if (!url_parse(arena, url, where, error))
		return fail_at_key(config, entry, url_key, error);
	if (!elsewhere)
		return true;
	if (where->password) {
		error_set(error, ERROR_USAGE, "the password is both in the URL and in '%s'",
		          entry_keys[key].name);
		error_hint(error, "Take it out of the URL, or take '%s' out of the entry.",
		           entry_keys[key].name);
		return fail_at_key(config, entry, key, error);
	}
	done = entry->password_file
	           ? password_from_file(arena, entry, &where->password, error)
	           : password_from_command(arena, config, entry, &where->password, error);
	return done || fail_at_key(config, entry, key, error);
}
