#include "schema/excerpt.h"

#include <string.h>

#include "sql/lexer.h"
#include "sql/text.h"

enum { SHORT = 160, BEFORE = 40, SHOWN = 80 };

bool excerpt_is_short(const char *text)
{
	return strlen(text) <= SHORT && !strchr(text, '\n');
}

static size_t common_prefix(const char *a, size_t length_a, const char *b, size_t length_b)
{
	size_t n = 0;

	while (n < length_a && n < length_b && a[n] == b[n])
		n++;
	/* Not in the middle of a character. */
	while (n && n < length_a && ((unsigned char)a[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static bool same_tokens(const struct dbw_traits *traits, const struct token *a,
                        const struct token *b)
{
	struct arena arena = {0};
	bool same = sql_same(traits, arena_copy(&arena, a->text, a->length),
	                     arena_copy(&arena, b->text, b->length));

	arena_release(&arena);
	return same;
}

void excerpt_find(struct excerpt *excerpt, const struct dbw_traits *traits, const char *found,
                  const char *expected, bool sql)
{
	struct lexer lexer_a, lexer_b;
	struct token a, b;
	struct error ignored = {0};
	size_t inside;

	lexer_init(&lexer_a, traits, NULL, found, strlen(found), 1);
	lexer_init(&lexer_b, traits, NULL, expected, strlen(expected), 1);
	for (;;) {
		if (!sql || !lexer_next(&lexer_a, &a, &ignored) ||
		    !lexer_next(&lexer_b, &b, &ignored)) {
			/* As it is written. */
			inside = common_prefix(found, strlen(found), expected, strlen(expected));
			excerpt->found = excerpt->expected = inside;
			break;
		}
		if (a.kind != TOKEN_END && b.kind != TOKEN_END && same_tokens(traits, &a, &b))
			continue;
		inside = a.kind == TOKEN_STRING && b.kind == TOKEN_STRING
		             ? common_prefix(a.text, a.length, b.text, b.length)
		             : 0;
		excerpt->found = a.offset + inside;
		excerpt->expected = b.offset + inside;
		break;
	}
	error_release(&ignored);
	excerpt->line = 1;
	for (size_t i = 0; i < excerpt->found; i++)
		excerpt->line += found[i] == '\n';
}

void excerpt_write(struct dbw_buffer *out, const char *text, size_t offset)
{
	size_t start = offset, length;

	while (start && offset - start < BEFORE && text[start - 1] != '\n')
		start--;
	while (start < offset && ((unsigned char)text[start] & 0xc0) == 0x80)
		start++;
	/* The line break itself may be what is too much. */
	if (start == offset && (text[offset] == '\n' || !text[offset])) {
		buffer_string(out, text[offset] ? "(the end of the line)" : "(the end)");
		return;
	}
	while (start < offset && (text[start] == ' ' || text[start] == '\t'))
		start++;
	length = strcspn(text + start, "\r\n");
	if (length > SHOWN)
		for (length = SHOWN;
		     length && ((unsigned char)text[start + length] & 0xc0) == 0x80;)
			length--;
	if (start && text[start - 1] != '\n' && text[start - 1] != ' ' && text[start - 1] != '\t')
		buffer_string(out, "...");
	buffer_append(out, text + start, length);
	if (text[start + length] && text[start + length] != '\n')
		buffer_string(out, "...");
}
