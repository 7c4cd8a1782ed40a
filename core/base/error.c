#include "base/error.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"

void error_release(struct error *error)
{
	free(error->message);
	free(error->file);
	free(error->detail);
	free(error->hint);
	*error = (struct error){0};
}

static char *__attribute__((format(printf, 1, 0))) vformat(const char *format, va_list arguments)
{
	struct dbw_buffer buffer = {0};

	buffer_vprintf(&buffer, format, arguments);
	return buffer.text;
}

static void set(struct error *error, enum error_kind kind, char *message)
{
	error_release(error);
	error->kind = kind;
	error->message = message;
}

bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
{
	va_list arguments;
	char *message;

	va_start(arguments, format);
	message = vformat(format, arguments);
	va_end(arguments);
	set(error, kind, message);
	return false;
}

bool error_at(struct error *error, enum error_kind kind, const char *file, size_t line,
              size_t column, const char *format, ...)
{
	/* 'file' may be the one that the error holds. */
	char *copy = file ? memory_string(file) : NULL;
	va_list arguments;
	char *message;

	va_start(arguments, format);
	message = vformat(format, arguments);
	va_end(arguments);
	set(error, kind, message);
	error->file = copy;
	error->line = line;
	error->column = column;
	return false;
}

bool error_errno(struct error *error, enum error_kind kind, const char *format, ...)
{
	int number = errno;
	struct dbw_buffer buffer = {0};
	va_list arguments;

	va_start(arguments, format);
	buffer_vprintf(&buffer, format, arguments);
	va_end(arguments);
	buffer_printf(&buffer, ": %s", strerror(number));
	set(error, kind, buffer.text);
	return false;
}

bool error_plugin(struct error *error, enum dbw_status status, const struct dbw_error *from)
{
	static const char *const unsaid[] = {
	    [DBW_OK] = "the plugin reported a failure without saying which",
	    [DBW_FAILED] = "the plugin reported a failure without saying which",
	    [DBW_BUSY] = "the database is locked by somebody else",
	    [DBW_LOST] = "the connection to the database was lost",
	    [DBW_CANCELLED] = "interrupted",
	    [DBW_UNSUPPORTED] = "the plugin does not support this",
	};
	const char *message = from->message;

	if (!*message)
		message = status <= DBW_UNSUPPORTED ? unsaid[status] : unsaid[DBW_FAILED];
	if (*from->sqlstate && from->vendor_code)
		error_set(error, ERROR_FAILED, "%s (error %lld, SQLSTATE %s)", message,
		          (long long)from->vendor_code, from->sqlstate);
	else if (*from->sqlstate)
		error_set(error, ERROR_FAILED, "%s (SQLSTATE %s)", message, from->sqlstate);
	else
		error_set(error, ERROR_FAILED, "%s", message);
	if (*from->detail)
		error->detail = memory_string(from->detail);
	if (*from->hint)
		error->hint = memory_string(from->hint);
	return false;
}

bool error_context(struct error *error, const char *format, ...)
{
	struct dbw_buffer buffer = {0};
	va_list arguments;

	va_start(arguments, format);
	buffer_vprintf(&buffer, format, arguments);
	va_end(arguments);
	buffer_printf(&buffer, ": %s", error->message ? error->message : "");
	free(error->message);
	error->message = buffer.text;
	return false;
}

bool error_hint(struct error *error, const char *format, ...)
{
	va_list arguments;
	char *hint;

	va_start(arguments, format);
	hint = vformat(format, arguments);
	va_end(arguments);
	free(error->hint);
	error->hint = hint;
	return false;
}

bool error_where(struct error *error, const char *file, size_t line, size_t column)
{
	char *copy = file ? memory_string(file) : NULL;

	free(error->file);
	error->file = copy;
	error->line = line;
	error->column = column;
	return false;
}

/* Damerau-Levenshtein distance without regard to case, over three rows of a table that is as wide as
 * the longer word. */
static size_t distance(const char *a, const char *b)
{
	size_t n = strlen(b);
	size_t *rows = memory_resize(NULL, 3 * (n + 1), sizeof *rows);
	size_t *before = rows, *last = rows + n + 1, *row = rows + 2 * (n + 1);
	size_t result;

	for (size_t j = 0; j <= n; j++)
		last[j] = before[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t *oldest = before;
		int c = tolower((unsigned char)a[i - 1]);

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			int d = tolower((unsigned char)b[j - 1]);
			size_t best = last[j - 1] + (c != d);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && c == tolower((unsigned char)b[j - 2]) &&
			    tolower((unsigned char)a[i - 2]) == d && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
		before = last;
		last = row;
		row = oldest;
	}
	result = last[n];
	free(rows);
	return result;
}

const char *nearest_word(const char *typed, const char *const *candidates)
{
	const char *best = NULL;
	size_t nearest = strlen(typed) / 3 + 1;

	for (; *candidates; candidates++) {
		size_t d = distance(typed, *candidates);

		if (d <= nearest && (!best || d < nearest)) {
			best = *candidates;
			nearest = d;
		}
	}
	return best;
}
