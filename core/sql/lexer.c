#include "sql/lexer.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

/* Where a scan ends that did not find what closes it. */
#define NOT_CLOSED SIZE_MAX

/* Operators of more than one character, the longer ones first. No '--' or slash with star can be in
 * one: they begin comments (PostgreSQL 15, 4.1.3). */
static const char *const operators[] = {
    "->>", "#>>", "<=>", "<->", "!~*", "!~~", "<<=", ">>=", "-|-", "~~*", "->", "||", "<=",
    ">=",  "<>",  "!=",  "==",  "<<",  ">>",  "::",  ":=",  "..",  "=>",  "&&", "@>", "<@",
    "~*",  "!~",  "~~",  "#>",  "#-",  "@@",  "@?",  "?|",  "?&",  "&<",  "&>", "^@",
};

static bool is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word_start(unsigned char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26 || c == '_' || c >= 0x80;
}

static bool is_word(unsigned char c)
{
	return is_word_start(c) || is_digit(c) || c == '$';
}

static int hex_value(unsigned char c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

static bool has(const struct dbw_traits *traits, uint64_t trait)
{
	return traits->flags & trait;
}

/* The byte at an offset, 0 behind the end. */
static unsigned char at(const struct lexer *lexer, size_t offset)
{
	return offset < lexer->length ? (unsigned char)lexer->text[offset] : 0;
}

void lexer_init(struct lexer *lexer, const struct dbw_traits *traits, const char *origin,
                const char *text, size_t length, size_t line)
{
	static const char byte_order_mark[] = "\xEF\xBB\xBF";

	*lexer = (struct lexer){
	    .traits = traits,
	    .origin = origin,
	    .text = text,
	    .length = length,
	    .line = line,
	};
	if (length >= 3 && memcmp(text, byte_order_mark, 3) == 0)
		lexer->position = lexer->line_start = 3;
}

static bool fail(const struct lexer *lexer, size_t line, size_t column, const char *message,
                 const char *hint, struct error *error)
{
	error_at(error, ERROR_FAILED, lexer->origin, line, column, "%s", message);
	return hint ? error_hint(error, "%s", hint) : false;
}

/* Makes what stands from the position to 'end' the token, checks its bytes and counts its lines. */
static bool take(struct lexer *lexer, struct token *token, enum token_kind kind, size_t end,
                 struct error *error)
{
	size_t i = lexer->position;

	token->kind = kind;
	token->length = end - i;
	while (i < end) {
		unsigned char c = (unsigned char)lexer->text[i];
		size_t length = c < 0x80 ? 1 : utf8_length(lexer->text + i, lexer->length - i);

		if (c == '\0')
			return fail(lexer, lexer->line, i - lexer->line_start + 1, "NUL byte",
			            "The file must be text in UTF-8; this looks like UTF-16 or "
			            "binary data.",
			            error);
		if (length == 0)
			return fail(lexer, lexer->line, i - lexer->line_start + 1, "invalid UTF-8",
			            "Save the file as UTF-8.", error);
		i += length;
		if (c == '\n') {
			lexer->line++;
			lexer->line_start = i;
		}
	}
	lexer->position = end;
	return true;
}

static void skip_space(struct lexer *lexer)
{
	while (is_space(at(lexer, lexer->position)))
		if (lexer->text[lexer->position++] == '\n') {
			lexer->line++;
			lexer->line_start = lexer->position;
		}
}

/* The end of what is quoted from 'from', the byte behind the opening quote. A doubled quote stands
 * for one. */
static size_t quoted_end(const struct lexer *lexer, size_t from, char quote, bool backslash)
{
	size_t i = from;

	while (i < lexer->length) {
		bool quoted = lexer->text[i] == quote;

		if ((lexer->text[i] == '\\' && backslash) ||
		    (quoted && at(lexer, i + 1) == (unsigned char)quote))
			i += 2;
		else if (!quoted)
			i++;
		else
			return i + 1;
	}
	return NOT_CLOSED;
}

static bool take_string(struct lexer *lexer, struct token *token, size_t from, char quote,
                        bool backslash, struct error *error)
{
	size_t end = quoted_end(lexer, from, quote, backslash);

	if (end == NOT_CLOSED)
		return fail(lexer, token->line, token->column, "unterminated string",
		            "Close it with a quote; a quote inside a string is written twice.",
		            error);
	return take(lexer, token, TOKEN_STRING, end, error);
}

static bool take_name(struct lexer *lexer, struct token *token, size_t from, char quote,
                      struct error *error)
{
	size_t end = quoted_end(lexer, from, quote, false);

	if (end == NOT_CLOSED)
		return fail(lexer, token->line, token->column, "unterminated quoted name", NULL,
		            error);
	return take(lexer, token, TOKEN_NAME, end, error);
}

/* [name] has no way to write a bracket inside (SQLite, lang_keywords). */
static bool take_bracket_name(struct lexer *lexer, struct token *token, struct error *error)
{
	const char *close =
	    memchr(lexer->text + lexer->position, ']', lexer->length - lexer->position);

	if (!close)
		return fail(lexer, token->line, token->column, "unterminated quoted name", NULL,
		            error);
	return take(lexer, token, TOKEN_NAME, (size_t)(close - lexer->text) + 1, error);
}

/* Length of the '$tag$' at the position, 0 if there is none. */
static size_t dollar_tag_length(const struct lexer *lexer)
{
	size_t i = lexer->position + 1;

	if (is_word_start(at(lexer, i)))
		while (is_word(at(lexer, i)) && lexer->text[i] != '$')
			i++;
	return at(lexer, i) == '$' ? i + 1 - lexer->position : 0;
}

static bool take_dollar_string(struct lexer *lexer, struct token *token, size_t tag_length,
                               struct error *error)
{
	const char *tag = lexer->text + lexer->position;
	const char *close =
	    memmem(tag + tag_length, lexer->length - lexer->position - tag_length, tag, tag_length);

	if (!close)
		return fail(lexer, token->line, token->column, "unterminated dollar-quoted string",
		            "Close it with the same dollar signs and tag that open it.", error);
	return take(lexer, token, TOKEN_STRING, (size_t)(close - lexer->text) + tag_length, error);
}

static size_t word_end(const struct lexer *lexer, size_t from)
{
	while (is_word(at(lexer, from)))
		from++;
	return from;
}

/* True if the bytes from the position to 'end' are what may stand right before a string's quote. */
static bool is_string_prefix(const struct lexer *lexer, size_t end)
{
	const char *word = lexer->text + lexer->position;

	if (word[0] == '_') /* a character set: _utf8'...' */
		return true;
	if (end - lexer->position != 1)
		return false;
	return strchr("xXbBnN", word[0]) ||
	       (lower(word[0]) == 'e' && has(lexer->traits, DBW_TRAIT_STRING_E));
}

static bool take_word(struct lexer *lexer, struct token *token, struct error *error)
{
	size_t end = word_end(lexer, lexer->position);
	char first = lexer->text[lexer->position];

	if (at(lexer, end) == '\'' && is_string_prefix(lexer, end)) {
		bool backslash =
		    has(lexer->traits, DBW_TRAIT_STRING_BACKSLASH) || lower(first) == 'e';

		return take_string(lexer, token, end + 1, '\'', backslash, error);
	}
	/* U&'...' and U&"...": Unicode escapes (PostgreSQL 15, 4.1.2.3). */
	if (lower(first) == 'u' && end - lexer->position == 1 && at(lexer, end) == '&' &&
	    has(lexer->traits, DBW_TRAIT_STRING_E)) {
		if (at(lexer, end + 1) == '\'')
			return take_string(lexer, token, end + 2, '\'', false, error);
		if (at(lexer, end + 1) == '"')
			return take_name(lexer, token, end + 2, '"', error);
	}
	return take(lexer, token, TOKEN_WORD, end, error);
}

/* What follows a number without a space belongs to it, for the server to judge: 0x1F, 1_000, 1a. */
static bool take_number(struct lexer *lexer, struct token *token, struct error *error)
{
	size_t i = lexer->position;

	while (is_digit(at(lexer, i)))
		i++;
	if (at(lexer, i) == '.' && at(lexer, i + 1) != '.') {
		i++;
		while (is_digit(at(lexer, i)))
			i++;
	}
	if ((at(lexer, i) | 0x20) == 'e') {
		unsigned char sign = at(lexer, i + 1);

		if ((sign == '+' || sign == '-') && is_digit(at(lexer, i + 2)))
			i += 2;
	}
	return take(lexer, token, TOKEN_NUMBER, word_end(lexer, i), error);
}

static bool take_symbol(struct lexer *lexer, struct token *token, struct error *error)
{
	const char *text = lexer->text + lexer->position;
	size_t left = lexer->length - lexer->position;

	if (left > 1 && strchr("<>=!~|&@#?^:.-*", text[1]) && text[1])
		for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
			size_t length = operators[i][2] ? 3 : 2;

			if (length <= left && memcmp(text, operators[i], length) == 0)
				return take(lexer, token, TOKEN_SYMBOL, lexer->position + length,
				            error);
		}
	return take(lexer, token, TOKEN_SYMBOL, lexer->position + 1, error);
}

/* ?1 :name @name @@name $1 $name; else a symbol. */
static bool take_variable(struct lexer *lexer, struct token *token, struct error *error)
{
	size_t i = lexer->position + 1;
	char first = lexer->text[lexer->position];

	if (first == '?') {
		unsigned char next = at(lexer, i);

		if (next == '&' || (next == '|' && at(lexer, i + 1) != '|'))
			return take_symbol(lexer, token, error);
		while (is_digit(at(lexer, i)))
			i++;
		return take(lexer, token, TOKEN_VARIABLE, i, error);
	}
	if (first == '@' && at(lexer, i) == '@')
		i++;
	if (!is_word(at(lexer, i)) || (first == ':' && is_digit(at(lexer, i))))
		return take_symbol(lexer, token, error);
	return take(lexer, token, TOKEN_VARIABLE, word_end(lexer, i), error);
}

/* The end of the block comment at the position. */
static size_t block_comment_end(const struct lexer *lexer)
{
	bool nested = has(lexer->traits, DBW_TRAIT_COMMENT_NESTED);
	size_t i = lexer->position + 2, depth = 1;

	while (i + 1 < lexer->length) {
		if (lexer->text[i] == '*' && lexer->text[i + 1] == '/') {
			i += 2;
			if (--depth == 0)
				return i;
		} else if (nested && lexer->text[i] == '/' && lexer->text[i + 1] == '*') {
			i += 2;
			depth++;
		} else {
			i++;
		}
	}
	return NOT_CLOSED;
}

static bool begins_line_comment(const struct lexer *lexer)
{
	unsigned char first = at(lexer, lexer->position);
	unsigned char third = at(lexer, lexer->position + 2);

	if (first == '#')
		return has(lexer->traits, DBW_TRAIT_COMMENT_HASH);
	if (first != '-' || at(lexer, lexer->position + 1) != '-')
		return false;
	/* The second dash must be followed by white space or the end (MySQL 8.0, 9.7). */
	return !has(lexer->traits, DBW_TRAIT_COMMENT_DASH_SPACE) || is_space(third) ||
	       lexer->position + 2 == lexer->length;
}

static bool take_line_comment(struct lexer *lexer, struct token *token, struct error *error)
{
	const char *start = lexer->text + lexer->position;
	const char *newline = memchr(start, '\n', lexer->length - lexer->position);
	size_t end = newline ? (size_t)(newline - lexer->text) : lexer->length;

	if (lexer->text[end - 1] == '\r')
		end--;
	return take(lexer, token, TOKEN_COMMENT, end, error);
}

/* Length of the opening of a versioned comment at the position (slash, star, an M or not, '!',
 * digits), 0 if there is none. */
static size_t versioned_length(const struct lexer *lexer)
{
	size_t i = lexer->position + 2;

	if (!has(lexer->traits, DBW_TRAIT_COMMENT_VERSIONED))
		return 0;
	if (at(lexer, i) == 'M')
		i++;
	if (at(lexer, i++) != '!')
		return 0;
	while (is_digit(at(lexer, i)))
		i++;
	return i - lexer->position;
}

/* Steps over the opening or the closing of a versioned comment. */
static bool skip_versioned(struct lexer *lexer)
{
	unsigned char first = at(lexer, lexer->position);
	unsigned char second = at(lexer, lexer->position + 1);

	if (first == '*' && second == '/' && lexer->versioned.depth) {
		lexer->position += 2;
		if (--lexer->versioned.depth == 0)
			lexer->versioned.end = lexer->position;
		return true;
	}
	if (first == '/' && second == '*' && versioned_length(lexer)) {
		if (lexer->versioned.depth++ == 0) {
			lexer->versioned.offset = lexer->position;
			lexer->versioned.line = lexer->line;
			lexer->versioned.column = lexer->position - lexer->line_start + 1;
		}
		lexer->position += versioned_length(lexer);
		return true;
	}
	return false;
}

static bool take_token(struct lexer *lexer, struct token *token, struct error *error)
{
	const struct dbw_traits *traits = lexer->traits;
	unsigned char first = at(lexer, lexer->position);
	size_t from = lexer->position + 1;

	if (is_word_start(first))
		return take_word(lexer, token, error);
	if (is_digit(first) || (first == '.' && is_digit(at(lexer, from))))
		return take_number(lexer, token, error);
	if (begins_line_comment(lexer))
		return take_line_comment(lexer, token, error);
	switch (first) {
	case '\'':
		return take_string(lexer, token, from, '\'',
		                   has(traits, DBW_TRAIT_STRING_BACKSLASH), error);
	case '"':
		if (has(traits, DBW_TRAIT_STRING_DOUBLE_QUOTE) &&
		    !has(traits, DBW_TRAIT_IDENTIFIER_DOUBLE_QUOTE))
			return take_string(lexer, token, from, '"',
			                   has(traits, DBW_TRAIT_STRING_BACKSLASH), error);
		return take_name(lexer, token, from, '"', error);
	case '`':
		if (has(traits, DBW_TRAIT_IDENTIFIER_BACKTICK))
			return take_name(lexer, token, from, '`', error);
		break;
	case '[':
		if (has(traits, DBW_TRAIT_IDENTIFIER_BRACKET))
			return take_bracket_name(lexer, token, error);
		break;
	case '/':
		if (at(lexer, from) == '*') {
			size_t end = block_comment_end(lexer);

			if (end == NOT_CLOSED)
				return fail(lexer, token->line, token->column,
				            "unterminated comment", "Close it with '*/'.", error);
			return take(lexer, token, TOKEN_COMMENT, end, error);
		}
		break;
	case '$':
		if (has(traits, DBW_TRAIT_DOLLAR_QUOTE)) {
			size_t tag_length = dollar_tag_length(lexer);

			if (tag_length)
				return take_dollar_string(lexer, token, tag_length, error);
		}
		return take_variable(lexer, token, error);
	case '?':
	case ':':
	case '@':
		return take_variable(lexer, token, error);
	default:
		break;
	}
	return take_symbol(lexer, token, error);
}

bool lexer_next(struct lexer *lexer, struct token *token, struct error *error)
{
	for (;;) {
		skip_space(lexer);
		if (skip_versioned(lexer))
			continue;
		*token = (struct token){
		    .kind = TOKEN_END,
		    .text = lexer->text + lexer->position,
		    .offset = lexer->position,
		    .line = lexer->line,
		    .column = lexer->position - lexer->line_start + 1,
		};
		if (lexer->position == lexer->length) {
			if (lexer->versioned.depth)
				return fail(lexer, lexer->versioned.line, lexer->versioned.column,
				            "unterminated comment", "Close it with '*/'.", error);
			return true;
		}
		if (!take_token(lexer, token, error))
			return false;
		if (token->kind != TOKEN_COMMENT || lexer->comments)
			return true;
	}
}

bool token_is(const struct token *token, const char *keyword)
{
	if (token->kind != TOKEN_WORD)
		return false;
	for (size_t i = 0; i < token->length; i++)
		if (!keyword[i] || lower(token->text[i]) != lower(keyword[i]))
			return false;
	return keyword[token->length] == '\0';
}

bool token_is_symbol(const struct token *token, const char *symbol)
{
	return token->kind == TOKEN_SYMBOL && strncmp(token->text, symbol, token->length) == 0 &&
	       symbol[token->length] == '\0';
}

bool token_is_name(const struct token *token, const struct dbw_traits *traits)
{
	return token->kind == TOKEN_WORD || token->kind == TOKEN_NAME ||
	       (token->kind == TOKEN_STRING && token->text[0] == '\'' &&
	        has(traits, DBW_TRAIT_IDENTIFIER_SINGLE_QUOTE));
}

static size_t put_character(char *out, unsigned long code)
{
	if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
		code = 0xFFFD; /* no character: half of a pair, or beyond the last */
	if (code < 0x80) {
		out[0] = (char)code;
		return code != 0; /* a NUL would end the text early */
	}
	if (code < 0x800) {
		out[0] = (char)(0xC0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3F));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xE0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3F));
		out[2] = (char)(0x80 | (code & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | (code >> 18 & 0x07));
	out[1] = (char)(0x80 | (code >> 12 & 0x3F));
	out[2] = (char)(0x80 | (code >> 6 & 0x3F));
	out[3] = (char)(0x80 | (code & 0x3F));
	return 4;
}

/* Reads up to 'most' hexadecimal digits; the number of digits read. */
static size_t read_hex(const char *text, size_t length, size_t most, unsigned long *value)
{
	size_t i = 0;

	*value = 0;
	while (i < length && i < most && hex_value((unsigned char)text[i]) >= 0)
		*value = *value * 16 + (unsigned long)hex_value((unsigned char)text[i++]);
	return i;
}

/* How the text between the quotes of a token is to be read: with the escapes that every string of
 * the dialect has (MySQL 8.0, 9.1.1), those of E'...' (PostgreSQL 15, 4.1.2.2), those of U&'...'. */
enum escapes { ESCAPES_NONE, ESCAPES_PLAIN, ESCAPES_E, ESCAPES_UNICODE };

/* Undoes the escape whose backslash stands at text[0]; returns how many bytes it takes, and never
 * writes more. */
static size_t undo_escape(const char *text, size_t length, enum escapes escapes, char *out,
                          size_t *written)
{
	static const char plain[][2] = {
	    {'n', '\n'},
	    {'r', '\r'},
	    {'t', '\t'},
	    {'b', '\b'},
	};
	unsigned long code;
	size_t digits;

	*written = 1;
	if (escapes == ESCAPES_UNICODE) {
		size_t sign = text[1] == '+';

		digits = read_hex(text + 1 + sign, length - 1 - sign, sign ? 6 : 4, &code);
		if (digits == (sign ? 6 : 4)) {
			*written = put_character(out, code);
			return 1 + sign + digits;
		}
		out[0] = '\\';
		return text[1] == '\\' ? 2 : 1;
	}
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (text[1] == plain[i][0]) {
			out[0] = plain[i][1];
			return 2;
		}
	if (escapes == ESCAPES_PLAIN) {
		/* \% and \_ keep their backslash outside patterns too. */
		if (text[1] == '%' || text[1] == '_') {
			out[0] = '\\';
			return 1;
		}
		if (text[1] == '0')
			*written = 0;
		out[0] = text[1] == 'Z' ? '\x1A' : text[1];
		return 2;
	}
	if (text[1] == 'f') {
		out[0] = '\f';
		return 2;
	}
	if (text[1] == 'x' && (digits = read_hex(text + 2, length - 2, 2, &code))) {
		out[0] = (char)code;
		*written = code != 0;
		return 2 + digits;
	}
	if (text[1] == 'u' && read_hex(text + 2, length - 2, 4, &code) == 4) {
		*written = put_character(out, code);
		return 6;
	}
	if (text[1] == 'U' && read_hex(text + 2, length - 2, 8, &code) == 8) {
		*written = put_character(out, code);
		return 10;
	}
	if (text[1] >= '0' && text[1] <= '7') {
		code = 0;
		for (digits = 0; digits < 3 && 1 + digits < length && text[1 + digits] >= '0' &&
		                 text[1 + digits] <= '7';
		     digits++)
			code = code * 8 + (unsigned long)(text[1 + digits] - '0');
		out[0] = (char)code;
		*written = (char)code != 0;
		return 1 + digits;
	}
	out[0] = text[1];
	return 2;
}

/* What the quotes enclose, doubled quotes and escapes undone: never longer than it was. */
static char *undo_quotes(struct arena *arena, const char *text, size_t length, char quote,
                         enum escapes escapes)
{
	char *out = arena_alloc(arena, length + 1);
	size_t used = 0, i = 0;

	while (i < length) {
		if (text[i] == '\\' && escapes != ESCAPES_NONE && i + 1 < length) {
			size_t written;

			i += undo_escape(text + i, length - i, escapes, out + used, &written);
			used += written;
		} else {
			out[used++] = text[i];
			i += text[i] == quote && i + 1 < length && text[i + 1] == quote ? 2 : 1;
		}
	}
	out[used] = '\0';
	return out;
}

/* The offset of the opening quote: behind a prefix such as E, N, U& or _utf8. */
static size_t quote_offset(const struct token *token)
{
	size_t i = 0;

	if (is_word_start((unsigned char)token->text[0]))
		while (is_word((unsigned char)token->text[i]) || token->text[i] == '&')
			i++;
	assert(i < token->length);
	return i;
}

char *token_name(struct arena *arena, const struct token *token, const struct dbw_traits *traits)
{
	size_t quote;

	if (token->kind == TOKEN_WORD) {
		char *name = arena_copy(arena, token->text, token->length);

		if (has(traits, DBW_TRAIT_NAMES_FOLD_LOWER))
			for (char *c = name; *c; c++)
				*c = (char)lower(*c);
		return name;
	}
	if (token->kind != TOKEN_NAME && token->kind != TOKEN_STRING)
		return arena_copy(arena, token->text, token->length);
	quote = quote_offset(token);
	if (token->text[quote] == '[')
		return arena_copy(arena, token->text + 1, token->length - 2);
	return undo_quotes(arena, token->text + quote + 1, token->length - quote - 2,
	                   token->text[quote], quote ? ESCAPES_UNICODE : ESCAPES_NONE);
}

char *token_string(struct arena *arena, const struct token *token, const struct dbw_traits *traits)
{
	enum escapes escapes = ESCAPES_NONE;
	size_t quote;

	if (token->kind != TOKEN_STRING)
		return token_name(arena, token, traits);
	quote = quote_offset(token);
	if (token->text[quote] == '$') {
		const char *tag_end = memchr(token->text + 1, '$', token->length - 1);
		size_t tag_length = (size_t)(tag_end - token->text) + 1;

		return arena_copy(arena, token->text + tag_length, token->length - 2 * tag_length);
	}
	if (quote && lower(token->text[0]) == 'e')
		escapes = ESCAPES_E;
	else if (quote && token->text[1] == '&')
		escapes = ESCAPES_UNICODE;
	else if (has(traits, DBW_TRAIT_STRING_BACKSLASH))
		escapes = ESCAPES_PLAIN;
	return undo_quotes(arena, token->text + quote + 1, token->length - quote - 2,
	                   token->text[quote], escapes);
}
