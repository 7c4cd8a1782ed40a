#include "sql/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sql/lexer.h"

static bool has(const struct dbw_traits *traits, uint64_t trait)
{
	return traits->flags & trait;
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Less than, equal to or greater than 0, without regard to the case of ASCII letters. */
static int compare_folded(const char *a, size_t a_length, const char *b, size_t b_length)
{
	for (size_t i = 0; i < a_length && i < b_length; i++) {
		char x = upper(a[i]), y = upper(b[i]);

		if (x != y)
			return (unsigned char)x < (unsigned char)y ? -1 : 1;
	}
	return (a_length > b_length) - (a_length < b_length);
}

bool sql_names_equal(const struct dbw_traits *traits, const char *a, const char *b)
{
	if (has(traits, DBW_TRAIT_NAMES_CASE_INSENSITIVE))
		return compare_folded(a, strlen(a), b, strlen(b)) == 0;
	return strcmp(a, b) == 0;
}

bool sql_is_reserved(const struct dbw_traits *traits, const char *word, size_t length)
{
	const char *const *reserved = traits->reserved_words;

	if (!reserved)
		return false;
	for (; *reserved; reserved++) {
		int order = compare_folded(word, length, *reserved, strlen(*reserved));

		if (order <= 0)
			return order == 0;
	}
	return false;
}

/* All tokens of a piece of SQL. */
struct tokens {
	struct token *items;
	size_t count;
};

/* False if it cannot be read to the end; the caller frees the items either way. */
static bool read_tokens(struct tokens *tokens, const struct dbw_traits *traits, const char *sql,
                        size_t length)
{
	struct error ignored = {0};
	struct lexer lexer;
	struct token token;
	size_t capacity = 0;

	*tokens = (struct tokens){0};
	lexer_init(&lexer, traits, NULL, sql, length, 1);
	while (lexer_next(&lexer, &token, &ignored)) {
		if (token.kind == TOKEN_END)
			return true;
		if (tokens->count == capacity) {
			capacity = capacity ? capacity * 2 : 32;
			tokens->items =
			    memory_resize(tokens->items, capacity, sizeof *tokens->items);
		}
		tokens->items[tokens->count++] = token;
	}
	error_release(&ignored);
	return false;
}

/* Narrows the range to what stands inside the parentheses around the whole, however many. */
static void strip_parentheses(const struct tokens *tokens, size_t *first, size_t *last)
{
	size_t *open = memory_resize(NULL, tokens->count + 1, sizeof *open);
	size_t *closes = memory_resize(NULL, tokens->count + 1, sizeof *closes);
	size_t depth = 0;

	*first = 0;
	*last = tokens->count;
	for (size_t i = 0; i < tokens->count; i++) {
		closes[i] = SIZE_MAX;
		if (token_is_symbol(&tokens->items[i], "("))
			open[depth++] = i;
		else if (token_is_symbol(&tokens->items[i], ")") && depth)
			closes[open[--depth]] = i;
	}
	while (*last - *first >= 2 && closes[*first] == *last - 1) {
		++*first;
		--*last;
	}
	free(closes);
	free(open);
}

static bool same_bytes(const struct token *a, const struct token *b)
{
	return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

/* A bare word and a name in quotes, or two names in quotes of different kinds. */
static bool same_names(const struct dbw_traits *traits, const struct token *a,
                       const struct token *b)
{
	struct arena arena = {0};
	bool same;

	/* "order" is a name, ORDER is not. */
	if (a->kind != b->kind) {
		const struct token *word = a->kind == TOKEN_WORD ? a : b;

		if (sql_is_reserved(traits, word->text, word->length))
			return false;
	}
	same =
	    sql_names_equal(traits, token_name(&arena, a, traits), token_name(&arena, b, traits));
	arena_release(&arena);
	return same;
}

static bool same_tokens(const struct dbw_traits *traits, const struct token *a,
                        const struct token *b)
{
	bool name_a = a->kind == TOKEN_WORD || a->kind == TOKEN_NAME;
	bool name_b = b->kind == TOKEN_WORD || b->kind == TOKEN_NAME;

	if (name_a && name_b && (a->kind == TOKEN_NAME || b->kind == TOKEN_NAME))
		return (a->kind == b->kind && same_bytes(a, b)) || same_names(traits, a, b);
	if (a->kind != b->kind)
		return false;
	if (a->kind == TOKEN_WORD || a->kind == TOKEN_NUMBER)
		return compare_folded(a->text, a->length, b->text, b->length) == 0;
	return same_bytes(a, b);
}

bool sql_same(const struct dbw_traits *traits, const char *a, const char *b)
{
	struct tokens x = {0}, y = {0};
	size_t x_first, x_last, y_first, y_last;
	bool same;

	if (!a || !b)
		return a == b;
	if (strcmp(a, b) == 0)
		return true;
	same = read_tokens(&x, traits, a, strlen(a)) && read_tokens(&y, traits, b, strlen(b));
	if (same) {
		strip_parentheses(&x, &x_first, &x_last);
		strip_parentheses(&y, &y_first, &y_last);
		same = x_last - x_first == y_last - y_first;
		while (same && x_first < x_last)
			same = same_tokens(traits, &x.items[x_first++], &y.items[y_first++]);
	}
	free(x.items);
	free(y.items);
	return same;
}

/* True if the token is the name, quoted or not. */
static bool token_names(const struct token *token, const struct dbw_traits *traits,
                        const char *name)
{
	struct arena arena = {0};
	size_t length = strlen(name);
	bool equal;

	if (token->kind == TOKEN_WORD) {
		if (token->length != length)
			return false;
		if (has(traits, DBW_TRAIT_NAMES_CASE_INSENSITIVE))
			return compare_folded(token->text, length, name, length) == 0;
		if (!has(traits, DBW_TRAIT_NAMES_FOLD_LOWER))
			return memcmp(token->text, name, length) == 0;
	} else if (token->kind != TOKEN_NAME || token->length < length + 2) {
		return false;
	}
	equal = sql_names_equal(traits, token_name(&arena, token, traits), name);
	arena_release(&arena);
	return equal;
}

bool sql_mentions(const struct dbw_traits *traits, const char *sql, const char *name)
{
	struct error ignored = {0};
	struct lexer lexer;
	struct token token;
	bool found = false;

	lexer_init(&lexer, traits, NULL, sql, strlen(sql), 1);
	while (!found && lexer_next(&lexer, &token, &ignored) && token.kind != TOKEN_END)
		found = token_names(&token, traits, name);
	error_release(&ignored);
	return found;
}

void sql_names(struct arena *arena, const struct dbw_traits *traits, const char *sql,
               struct dbw_list *names)
{
	struct error ignored = {0};
	struct lexer lexer;
	struct token token;
	const char *before = NULL; /* the name before a dot */
	bool dot = false;

	lexer_init(&lexer, traits, NULL, sql, strlen(sql), 1);
	while (lexer_next(&lexer, &token, &ignored) && token.kind != TOKEN_END) {
		char *name;

		if (token.kind != TOKEN_WORD && token.kind != TOKEN_NAME) {
			dot = before && token_is_symbol(&token, ".");
			before = dot ? before : NULL;
			continue;
		}
		name = token_name(arena, &token, traits);
		if (dot && has(traits, DBW_TRAIT_NAMESPACES) &&
		    !(traits->default_namespace &&
		      sql_names_equal(traits, before, traits->default_namespace)))
			list_append(arena, names, arena_printf(arena, "%s.%s", before, name));
		else
			list_append(arena, names, name);
		before = name;
		dot = false;
	}
	error_release(&ignored);
}

static bool is_one_of(const struct token *token, const char *const *words)
{
	for (; *words; words++)
		if (token_is(token, *words))
			return true;
	return false;
}

/* True if the bare word at i is called as a function: length(name) does not mean a column 'length'.
 * Names of tables can stand before a parenthesis too, behind these words. */
static bool is_call(const struct tokens *tokens, size_t i)
{
	static const char *const before_names[] = {
	    "CONSTRAINT", "EXISTS", "INDEX", "INTO", "ON",   "RECURSIVE",
	    "REFERENCES", "TABLE",  "TO",    "VIEW", "WITH", NULL,
	};

	if (tokens->items[i].kind != TOKEN_WORD || i + 1 == tokens->count ||
	    !token_is_symbol(&tokens->items[i + 1], "("))
		return false;
	return i == 0 || !(token_is_symbol(&tokens->items[i - 1], ".") ||
	                   is_one_of(&tokens->items[i - 1], before_names));
}

/* True if the name is the same with and without quotes. */
static bool can_be_bare(const struct dbw_traits *traits, const char *name)
{
	struct error ignored = {0};
	struct lexer lexer;
	struct token token;
	size_t length = strlen(name);
	bool whole;

	lexer_init(&lexer, traits, NULL, name, length, 1);
	whole = lexer_next(&lexer, &token, &ignored) && token.kind == TOKEN_WORD &&
	        token.length == length;
	error_release(&ignored);
	if (!whole || sql_is_reserved(traits, name, length))
		return false;
	if (has(traits, DBW_TRAIT_NAMES_FOLD_LOWER))
		for (const char *c = name; *c; c++)
			if (*c >= 'A' && *c <= 'Z')
				return false;
	return true;
}

/* The name in quotes of the kind that opens with 'quote'. */
static void append_quoted(struct dbw_buffer *out, const char *name, char quote)
{
	char close = quote == '[' ? ']' : quote;

	buffer_char(out, quote);
	for (; *name; name++) {
		if (*name == close && quote != '[')
			buffer_char(out, *name);
		buffer_char(out, *name);
	}
	buffer_char(out, close);
}

static char first_quote(const struct dbw_traits *traits)
{
	if (!has(traits, DBW_TRAIT_IDENTIFIER_DOUBLE_QUOTE)) {
		if (has(traits, DBW_TRAIT_IDENTIFIER_BACKTICK))
			return '`';
		if (has(traits, DBW_TRAIT_IDENTIFIER_BRACKET))
			return '[';
	}
	return '"';
}

char *sql_rename(struct arena *arena, const struct dbw_traits *traits, const char *sql,
                 const char *from, const char *to)
{
	struct dbw_buffer out = {0};
	struct tokens tokens;
	size_t copied = 0;
	char *renamed;

	if (!read_tokens(&tokens, traits, sql, strlen(sql)))
		tokens.count = 0;
	for (size_t i = 0; i < tokens.count; i++) {
		const struct token *token = &tokens.items[i];

		if (!token_names(token, traits, from) || is_call(&tokens, i) ||
		    (token->kind == TOKEN_WORD &&
		     sql_is_reserved(traits, token->text, token->length)))
			continue;
		buffer_append(&out, sql + copied, token->offset - copied);
		copied = token->offset + token->length;
		if (token->kind == TOKEN_WORD && can_be_bare(traits, to))
			buffer_string(&out, to);
		else if (token->kind == TOKEN_NAME && strchr("\"`", token->text[0]))
			append_quoted(&out, to, token->text[0]);
		else if (token->kind == TOKEN_NAME && token->text[0] == '[' && !strchr(to, ']'))
			append_quoted(&out, to, '[');
		else
			append_quoted(&out, to, first_quote(traits));
	}
	buffer_string(&out, sql + copied);
	renamed = arena_copy(arena, buffer_text(&out), out.length);
	buffer_release(&out);
	free(tokens.items);
	return renamed;
}

/* Words that an operand or a list in parentheses follows, not the arguments of a call. */
static const char *const operator_words[] = {
    "ALL",     "AND",      "ANY",  "AS",        "BETWEEN", "BY",     "CASE",   "CHECK",  "COLLATE",
    "DEFAULT", "DISTINCT", "ELSE", "ESCAPE",    "EXCEPT",  "EXISTS", "FILTER", "FROM",   "GLOB",
    "HAVING",  "ILIKE",    "IN",   "INTERSECT", "IS",      "JOIN",   "LIKE",   "LIMIT",  "MATCH",
    "NOT",     "OFFSET",   "ON",   "OR",        "OVER",    "REGEXP", "RETURN", "RLIKE",  "SELECT",
    "SET",     "SIMILAR",  "SOME", "THEN",      "TO",      "UNION",  "USING",  "VALUES", "WHEN",
    "WHERE",   "WITH",     "XOR",  NULL,
};

static bool is_symbol_of(const struct token *token, const char *const *symbols)
{
	for (; *symbols; symbols++)
		if (token_is_symbol(token, *symbols))
			return true;
	return false;
}

static bool is_operator(const struct token *token)
{
	static const char *const marks[] = {"(", ")", "[", "]", ",", ";", ".", "::", NULL};

	return token->kind == TOKEN_SYMBOL && !is_symbol_of(token, marks);
}

/* True if a sign behind this token belongs to the number that follows, not between two operands. */
static bool expects_operand(const struct token *before)
{
	static const char *const openings[] = {"(", "[", ",", ";", NULL};

	return !before || is_operator(before) || is_symbol_of(before, openings) ||
	       is_one_of(before, operator_words);
}

/* What of the text so far decides about the next space. */
struct tidy {
	const struct token *before; /* the last token, or NULL */
	bool before_is_sign;        /* it is a sign: -1 */
	bool in_call;               /* the last parenthesis opened follows a word: f(, varchar( */
};

/* True for the 2 of NUMERIC(10,2), but not of IN (1, 2) or round(x, 2). */
static bool is_scale(const struct tidy *tidy, const struct tokens *tokens, size_t i)
{
	return tidy->in_call && i >= 2 && i + 1 < tokens->count &&
	       tokens->items[i - 2].kind == TOKEN_NUMBER &&
	       token_is_symbol(&tokens->items[i - 1], ",") &&
	       tokens->items[i].kind == TOKEN_NUMBER && token_is_symbol(&tokens->items[i + 1], ")");
}

/* True if one of the two is a '.' or '::' that holds names, types and values together. */
static bool is_joined(const struct token *before, const struct token *token)
{
	static const char *const joints[] = {".", "::", NULL};
	static const char *const closings[] = {")", "]", NULL};

	if (is_symbol_of(before, joints))
		return token->kind == TOKEN_WORD || token->kind == TOKEN_NAME ||
		       token_is_symbol(token, "*");
	return is_symbol_of(token, joints) && before->kind != TOKEN_NUMBER &&
	       (before->kind != TOKEN_SYMBOL || is_symbol_of(before, closings));
}

/* What goes between the last token and the one at i. */
static const char *gap(const struct tidy *tidy, const struct tokens *tokens, size_t i)
{
	static const char *const no_space_after[] = {"(", "[", NULL};
	static const char *const no_space_before[] = {")", "[", "]", ",", ";", NULL};
	const struct token *token = &tokens->items[i];
	const struct token *before = tidy->before;

	if (!before || is_symbol_of(before, no_space_after) ||
	    is_symbol_of(token, no_space_before) || is_joined(before, token))
		return "";
	if (tidy->before_is_sign && token->kind != TOKEN_SYMBOL)
		return "";
	if (token_is_symbol(token, "(")) {
		if (tidy->before_is_sign || before->kind == TOKEN_NAME)
			return "";
		return before->kind == TOKEN_WORD && !is_one_of(before, operator_words) ? "" : " ";
	}
	if (is_scale(tidy, tokens, i))
		return "";
	/* An operator that the lexer does not know as one stays in one piece. */
	if (is_operator(before) && is_operator(token) &&
	    before->offset + before->length == token->offset && !strchr("+-~*", token->text[0]))
		return "";
	/* Two strings with a line's end between them are one (SQL-92, 5.3). */
	if (before->kind == TOKEN_STRING && token->kind == TOKEN_STRING)
		return "\n";
	return " ";
}

char *sql_tidy(struct arena *arena, const struct dbw_traits *traits, const char *sql, size_t length)
{
	struct dbw_buffer out = {0};
	struct tokens tokens;
	struct tidy tidy = {0};
	char *text;

	if (!read_tokens(&tokens, traits, sql, length)) {
		free(tokens.items);
		return arena_copy(arena, sql, length);
	}
	for (size_t i = 0; i < tokens.count; i++) {
		const struct token *token = &tokens.items[i];
		const char *space = gap(&tidy, &tokens, i);
		bool sign = token_is_symbol(token, "-") || token_is_symbol(token, "+") ||
		            token_is_symbol(token, "~");

		if (token_is_symbol(token, "("))
			tidy.in_call =
			    tidy.before && *space == '\0' && tidy.before->kind == TOKEN_WORD;
		buffer_string(&out, space);
		buffer_append(&out, token->text, token->length);
		tidy.before_is_sign = sign && expects_operand(tidy.before);
		tidy.before = token;
	}
	text = arena_copy(arena, buffer_text(&out), out.length);
	buffer_release(&out);
	free(tokens.items);
	return text;
}
