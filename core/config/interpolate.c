#include "config/interpolate.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "config/characters.h"

#define FIRST_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define LETTERS       FIRST_LETTERS "0123456789"

/* What a variable is worth: its value, or the default where it is unset or empty. */
static bool append_variable(struct dbw_buffer *out, const char *name, const char *fallback,
                            struct error *error)
{
	const char *value = getenv(name);
	const char *refused;
	size_t offset;

	if (fallback && (!value || !*value))
		value = fallback;
	if (!value) {
		error_set(error, ERROR_USAGE, "environment variable '%s' is not set", name);
		return error_hint(error, "Set it, or write ${%s:-DEFAULT} to have a default.",
		                  name);
	}
	refused = characters_refused(value, strlen(value), "\t", &offset);
	if (refused)
		return error_set(error, ERROR_USAGE, "environment variable '%s' holds %s", name,
		                 refused);
	buffer_string(out, value);
	return true;
}

/* 'text' points behind a '${'. Returns what follows the '}', or NULL with an error. */
static const char *replace(struct arena *arena, const char *text, const char *kept,
                           struct dbw_buffer *out, struct interpolation *result,
                           struct error *error)
{
	const char *end = strchr(text, '}');
	size_t length = strspn(text, LETTERS);
	const char *name, *fallback = NULL;

	if (!end) {
		error_set(error, ERROR_USAGE, "'${' without its '}'");
		error_hint(error, "Write '$${' for the two characters themselves.");
		return NULL;
	}
	if (memmem(text, (size_t)(end - text), "${", 2)) {
		error_set(error, ERROR_USAGE, "'${' inside another '${'");
		error_hint(error, "A default is plain text and cannot hold a variable.");
		return NULL;
	}
	name = arena_copy(arena, text, length);
	if (kept && strcmp(name, kept) == 0 && text + length == end) {
		buffer_printf(out, "${%s}", kept);
		return end + 1;
	}
	if (length && strncmp(text + length, ":-", 2) == 0) {
		const char *start = text + length + 2;

		fallback = arena_copy(arena, start, (size_t)(end - start));
	} else if (length == 0 || text + length != end || !strchr(FIRST_LETTERS, *text)) {
		error_set(error, ERROR_USAGE, "'${%.*s}' names no environment variable",
		          (int)(end - text > 60 ? 60 : end - text), text);
		error_hint(error, "The forms are ${NAME} and ${NAME:-DEFAULT}; '$${' stands for "
		                  "the two characters themselves.");
		return NULL;
	}
	result->environment = true;
	return append_variable(out, name, fallback, error) ? end + 1 : NULL;
}

bool interpolate(struct arena *arena, const char *text, const char *kept,
                 struct interpolation *result, struct error *error)
{
	struct dbw_buffer out = {0};
	const char *next = text;

	*result = (struct interpolation){0};
	while (next && *next) {
		size_t plain = strcspn(next, "$");

		buffer_append(&out, next, plain);
		next += plain;
		if (next[0] != '$')
			continue;
		result->offset = (size_t)(next - text);
		if (next[1] == '{') {
			next = replace(arena, next + 2, kept, &out, result, error);
		} else {
			buffer_char(&out, '$');
			next += next[1] == '$' ? 2 : 1;
		}
	}
	if (next)
		result->text = arena_copy(arena, buffer_text(&out), out.length);
	buffer_release(&out);
	return next != NULL;
}
