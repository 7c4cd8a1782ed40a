#include "scan.h"

#include <sqlite3.h>
#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static bool is_word_byte(char c)
{
	unsigned char byte = (unsigned char)c;

	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte == '_' || byte == '$' || byte >= 0x80;
}

/* Behind the comment that begins here, or where it is if none does. A block comment that is not
 * closed goes to the end (SQLite, lang_comment). */
static const char *comment_end(const char *p, const char *end)
{
	if (end - p < 2)
		return p;
	if (p[0] == '-' && p[1] == '-') {
		const char *newline = memchr(p, '\n', (size_t)(end - p));

		return newline ? newline + 1 : end;
	}
	if (p[0] == '/' && p[1] == '*') {
		for (p += 2; p < end; p++)
			if (p[0] == '*' && end - p > 1 && p[1] == '/')
				return p + 2;
		return end;
	}
	return p;
}

static void skip(struct scan *scan, bool semicolons)
{
	const char *p = scan->position;

	while (p < scan->end) {
		const char *next = p;

		if (is_space(*p) || (semicolons && *p == ';'))
			next++;
		else
			next = comment_end(p, scan->end);
		if (next == p)
			break;
		p = next;
	}
	scan->position = p;
}

void sqlite_scan_blank(struct scan *scan)
{
	skip(scan, true);
}

static struct word quoted_word(struct scan *scan, char close)
{
	const char *text = scan->position + 1;
	const char *found = memchr(text, close, (size_t)(scan->end - text));

	if (!found)
		return (struct word){scan->position, 0};
	scan->position = found + 1;
	return (struct word){text, (size_t)(found - text)};
}

struct word sqlite_scan_word(struct scan *scan)
{
	const char *begin;

	skip(scan, false);
	begin = scan->position;
	if (begin == scan->end)
		return (struct word){begin, 0};
	if (*begin == '"' || *begin == '`' || *begin == '\'')
		return quoted_word(scan, *begin);
	if (*begin == '[')
		return quoted_word(scan, ']');
	while (scan->position < scan->end && is_word_byte(*scan->position))
		scan->position++;
	return (struct word){begin, (size_t)(scan->position - begin)};
}

bool sqlite_scan_symbol(struct scan *scan, char symbol)
{
	skip(scan, false);
	if (scan->position == scan->end || *scan->position != symbol)
		return false;
	scan->position++;
	return true;
}

bool sqlite_word_is(const struct word *word, const char *text)
{
	return word->length == strlen(text) &&
	       sqlite3_strnicmp(word->text, text, (int)word->length) == 0;
}

struct word sqlite_scan_pragma(struct scan *scan)
{
	struct word word;

	sqlite_scan_blank(scan);
	/* A glance before the effort: most statements are none. */
	if (scan->position == scan->end || (*scan->position | 0x20) != 'p')
		return (struct word){scan->position, 0};
	word = sqlite_scan_word(scan);
	if (!sqlite_word_is(&word, "PRAGMA"))
		return (struct word){scan->position, 0};
	word = sqlite_scan_word(scan);
	if (sqlite_scan_symbol(scan, '.'))
		word = sqlite_scan_word(scan);
	return word;
}

bool sqlite_scan_open_comment(const char *sql, size_t length)
{
	const char *end = sql + length, *p = sql;

	while (p < end) {
		const char *next = comment_end(p, end);

		if (next == end && p[0] == '/')
			return next - p < 4 || next[-2] != '*' || next[-1] != '/';
		if (next == p && strchr("'\"`[", *p) && *p) {
			next = memchr(p + 1, *p == '[' ? ']' : *p, (size_t)(end - p - 1));
			next = next ? next + 1 : end;
		} else if (next == p) {
			next++;
		}
		p = next;
	}
	return false;
}
