#include "scan.h"

#include <string.h>
#include <strings.h>

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word_byte(char c)
{
	unsigned char byte = (unsigned char)c;

	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || is_digit(c) ||
	       byte == '_' || byte == '$' || byte >= 0x80;
}

static const char *line_end(const char *p, const char *end)
{
	const char *newline = memchr(p, '\n', (size_t)(end - p));

	return newline ? newline + 1 : end;
}

/* Behind what opens a comment whose text is executed, with the version that it is for; p if there
 * is none (MySQL 8.0, 9.7; MariaDB, Comment Syntax). */
static const char *versioned_begin(const char *p, const char *end)
{
	const char *inside = p + 2;

	if (end - p < 3 || p[0] != '/' || p[1] != '*')
		return p;
	if (*inside == 'M')
		inside++;
	if (inside == end || *inside != '!')
		return p;
	for (inside++; inside < end && is_digit(*inside);)
		inside++;
	return inside;
}

/* Behind the comment that begins here, or where it is if none does. '--' needs a blank or a control
 * character behind it. */
static const char *comment_end(const char *p, const char *end)
{
	if (*p == '#')
		return line_end(p, end);
	if (end - p < 2)
		return p;
	if (p[0] == '-' && p[1] == '-' && (end - p == 2 || (unsigned char)p[2] <= ' '))
		return line_end(p, end);
	if (p[0] == '/' && p[1] == '*') {
		for (p += 2; p < end; p++)
			if (p[0] == '*' && end - p > 1 && p[1] == '/')
				return p + 2;
		return end;
	}
	return p;
}

void scan_blank(struct scan *scan)
{
	const char *p = scan->position;

	while (p < scan->end) {
		const char *next = versioned_begin(p, scan->end);

		if (next == p)
			next = is_space(*p) ? p + 1 : comment_end(p, scan->end);
		if (next == p)
			break;
		p = next;
	}
	scan->position = p;
}

struct word scan_word(struct scan *scan)
{
	struct word word;

	scan_blank(scan);
	word.text = scan->position;
	while (scan->position < scan->end && is_word_byte(*scan->position))
		scan->position++;
	word.length = (size_t)(scan->position - word.text);
	return word;
}

bool scan_symbol(struct scan *scan, char symbol)
{
	scan_blank(scan);
	if (scan->position == scan->end || *scan->position != symbol)
		return false;
	scan->position++;
	return true;
}

bool scan_word_is(const struct word *word, const char *text)
{
	return strlen(text) == word->length && strncasecmp(word->text, text, word->length) == 0;
}

bool scan_is_empty(const char *sql, size_t length)
{
	const char *p = sql, *end = sql + length;

	while (p < end) {
		const char *next = p;

		if (is_space(*p) || *p == ';')
			next++;
		else if (versioned_begin(p, end) == p)
			next = comment_end(p, end);
		if (next == p)
			return false;
		p = next;
	}
	return true;
}

/* Behind the closing quote, NULL if there is none. Backslashes count for strings alone. */
static const char *quoted_end(const char *p, const char *end)
{
	char quote = *p++;

	for (; p < end; p++) {
		if (*p == '\\' && quote != '`')
			p++;
		else if (*p == quote)
			return p + 1;
	}
	return NULL;
}

bool scan_is_composite(const char *sql, size_t length)
{
	const char *p = sql, *end = sql + length;

	while (p && p < end) {
		const char *next = comment_end(p, end);

		/* Whether the text of such a comment is executed, the server knows. */
		if (*p == ';' || versioned_begin(p, end) != p)
			return true;
		if (next != p && *p == '/' && (end - p < 4 || next[-1] != '/'))
			return true;
		if (next != p)
			p = next;
		else if (*p == '\'' || *p == '"' || *p == '`')
			p = quoted_end(p, end);
		else
			p++;
	}
	return !p;
}
