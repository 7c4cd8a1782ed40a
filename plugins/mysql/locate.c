#include "locate.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dbwarden/plugin.h"

struct quote {
	const char *text;
	size_t length;
	size_t line; /* from 1 */
};

static const char *find_last(const char *text, const char *part)
{
	const char *last = NULL;

	for (; (text = strstr(text, part)); text++)
		last = text;
	return last;
}

/* What is quoted can itself hold any of these words, so the outermost count. */
static bool read_message(const char *message, struct quote *quote)
{
	const char *near = strstr(message, "near '"), *line = find_last(message, "' at line ");

	if (!near || !line || line < near + 6)
		return false;
	quote->text = near + 6;
	quote->length = (size_t)(line - quote->text);
	quote->line = strtoul(line + 10, NULL, 10);
	return true;
}

/* The server writes some characters in another way: as '?', or as '\' and digits. What comes before
 * the first is enough to find the place. */
static void cut_at_foreign(struct quote *quote)
{
	for (size_t i = 0; i < quote->length; i++)
		if ((unsigned char)quote->text[i] >= 0x80 || quote->text[i] == '\\' ||
		    quote->text[i] == '?') {
			quote->length = i;
			return;
		}
}

/* A message is one line: what was a line break in the statement is a space in it. */
static bool matches(const char *sql, const struct quote *quote)
{
	for (size_t i = 0; i < quote->length; i++)
		if (quote->text[i] != ((unsigned char)sql[i] < ' ' ? ' ' : sql[i]))
			return false;
	return true;
}

/* The occurrence that is nearest to the line. The line is where the server had read to, which may be
 * behind the beginning of what it quotes. Where a statement ends too early, the quotation begins
 * with the semicolon on the line below it. */
static size_t find_nearest(const char *sql, size_t length, size_t following,
                           const struct quote *quote)
{
	size_t end = length + (following < 2 ? following : 2);
	size_t best = DBW_UNKNOWN, best_distance = 0, line = 1;

	for (size_t i = 0; i < end; i++) {
		size_t distance = line > quote->line ? line - quote->line : quote->line - line;

		if (quote->length <= length + following - i && matches(sql + i, quote) &&
		    (best == DBW_UNKNOWN || distance < best_distance)) {
			best = i < length ? i : length;
			best_distance = distance;
		}
		line += sql[i] == '\n';
	}
	return best;
}

size_t locate_error(const char *sql, size_t length, size_t following, const char *message)
{
	struct quote quote;
	size_t found;

	if (!read_message(message, &quote))
		return DBW_UNKNOWN;
	/* Nothing is quoted where the statement ends too early. */
	if (!quote.length)
		return length;
	found = find_nearest(sql, length, following, &quote);
	if (found != DBW_UNKNOWN)
		return found;
	cut_at_foreign(&quote);
	return quote.length ? find_nearest(sql, length, following, &quote) : DBW_UNKNOWN;
}
