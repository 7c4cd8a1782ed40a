#include <string.h>

#include "base/buffer.h"
#include "sql/parser_internal.h"

/* The text of what is kept as text: the statement, without what is about this run or this server and not
 * about the object. */

struct cut {
	size_t from;
	size_t to;
};

void parser_cut(struct parser *parser, size_t from)
{
	struct cut *cut = arena_new(parser->arena, struct cut);

	cut->from = from;
	cut->to = parser->token.offset;
	if (parser_at_end(parser))
		cut->to = parser->lexer.length;
	list_append(parser->arena, &parser->cuts, cut);
}

/* A gap between two tokens, where the marks of a versioned comment may stand: their text is executed, so
 * the marks go and the text stays. */
static void append_gap(struct dbw_buffer *out, const char *gap, size_t length)
{
	const char *open = memmem(gap, length, "/*", 2), *close = memmem(gap, length, "*/", 2);

	if ((open && memmem(gap, length, "/*!", 3)) || memmem(gap, length, "/*M!", 4) ||
	    (close && (!open || close < open)))
		buffer_char(out, ' ');
	else
		buffer_append(out, gap, length);
}

void parser_append_unversioned(const struct parser *parser, struct dbw_buffer *out,
                               const char *text, size_t length)
{
	struct error ignored = {0};
	struct lexer lexer;
	struct token token;
	size_t end = 0;

	lexer_init(&lexer, parser->traits, NULL, text, length, 1);
	while (lexer_next(&lexer, &token, &ignored) && token.kind != TOKEN_END) {
		append_gap(out, text + end, token.offset - end);
		/* The end of one whose beginning was cut. */
		if (length - token.offset >= 2 && memcmp(token.text, "*/", 2) == 0) {
			end = lexer.position = token.offset + 2;
			buffer_char(out, ' ');
			continue;
		}
		buffer_append(out, token.text, token.length);
		end = token.offset + token.length;
	}
	error_release(&ignored);
}

static void trim_end(struct dbw_buffer *text)
{
	while (text->length && strchr(" \t\r\n", text->text[text->length - 1]))
		text->text[--text->length] = '\0';
}

const char *parser_statement_text(struct parser *parser, const struct token *create)
{
	const char *text = parser->lexer.text;
	size_t from = create->offset, end = (size_t)(parser->start - text) + parser->length;
	struct dbw_buffer whole = {0}, plain = {0};
	const char *copy;

	for (size_t i = 0; i < parser->cuts.count; i++) {
		const struct cut *cut = parser->cuts.items[i];

		buffer_append(&whole, text + from, cut->from - from);
		from = cut->to;
	}
	if (from < end)
		buffer_append(&whole, text + from, end - from);
	trim_end(&whole);
	if (parser->traits->flags & DBW_TRAIT_COMMENT_VERSIONED) {
		parser_append_unversioned(parser, &plain, buffer_text(&whole), whole.length);
		trim_end(&plain);
		copy = arena_string(parser->arena, buffer_text(&plain));
	} else {
		copy = arena_string(parser->arena, buffer_text(&whole));
	}
	buffer_release(&whole);
	buffer_release(&plain);
	return copy;
}
