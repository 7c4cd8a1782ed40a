#include "sql/parser.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "sql/parser_internal.h"
#include "sql/text.h"

/* Small steps. */

static void keep_hint(struct parser *parser, const struct token *comment)
{
	static const char words[] = "dbwarden:", verb[] = "renamed-from";
	const char *text = comment->text + 2, *end = comment->text + comment->length;
	struct hint *hint;

	if (comment->length < 2 || comment->text[0] != '-')
		return;
	while (text < end && (*text == ' ' || *text == '\t'))
		text++;
	if ((size_t)(end - text) < sizeof words - 1 || memcmp(text, words, sizeof words - 1) != 0)
		return;
	text += sizeof words - 1;
	while (text < end && *text == ' ')
		text++;
	if ((size_t)(end - text) < sizeof verb || memcmp(text, verb, sizeof verb - 1) != 0)
		return;
	text += sizeof verb - 1;
	while (text < end && *text == ' ')
		text++;
	while (end > text &&
	       (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r' || end[-1] == '\n'))
		end--;
	if (end - text >= 2 && (*text == '"' || *text == '`') && end[-1] == *text) {
		text++;
		end--;
	}
	if (text == end)
		return;
	hint = arena_new(parser->arena, struct hint);
	hint->name = arena_copy(parser->arena, text, (size_t)(end - text));
	hint->line = comment->line;
	hint->trailing = parser->token.text && parser->token.line == comment->line;
	list_append(parser->arena, &parser->hints, hint);
}

bool parser_advance(struct parser *parser)
{
	struct token next;

	for (;;) {
		if (!lexer_next(&parser->lexer, &next, parser->error))
			return false;
		if (next.kind != TOKEN_COMMENT)
			break;
		keep_hint(parser, &next);
	}
	parser->last = parser->token;
	parser->token = next;
	return true;
}

bool parser_at_name(const struct parser *parser)
{
	return token_is_name(&parser->token, parser->traits);
}

bool parser_accept(struct parser *parser, const char *keyword, bool *found)
{
	bool there = parser_at(parser, keyword);

	if (found)
		*found = there;
	return !there || parser_advance(parser);
}

bool parser_accept_symbol(struct parser *parser, const char *symbol, bool *found)
{
	bool there = parser_at_symbol(parser, symbol);

	if (found)
		*found = there;
	return !there || parser_advance(parser);
}

bool parser_fail(struct parser *parser, const struct token *token, const char *format, ...)
{
	va_list arguments;
	char *message;

	va_start(arguments, format);
	message = arena_vprintf(parser->arena, format, arguments);
	va_end(arguments);
	return error_at(parser->error, ERROR_FAILED, parser->origin, token->line, token->column,
	                "%s", message);
}

bool parser_unexpected(struct parser *parser, const char *what)
{
	const struct token *token = &parser->token;
	int shown = token->length > 40 ? 40 : (int)token->length;

	/* Not in the middle of a character. */
	while (shown > 0 && shown < (int)token->length &&
	       ((unsigned char)token->text[shown] & 0xc0) == 0x80)
		shown--;
	if (parser_at_end(parser))
		return parser_fail(parser, token, "expected %s, found the end of the statement",
		                   what);
	return parser_fail(parser, token, "expected %s, found '%.*s%s'", what, shown, token->text,
	                   shown < (int)token->length ? "..." : "");
}

bool parser_expect(struct parser *parser, const char *keyword)
{
	return parser_at(parser, keyword) ? parser_advance(parser)
	                                  : parser_unexpected(parser, keyword);
}

bool parser_expect_symbol(struct parser *parser, const char *symbol)
{
	return parser_at_symbol(parser, symbol)
	           ? parser_advance(parser)
	           : parser_unexpected(parser, arena_printf(parser->arena, "'%s'", symbol));
}

bool parser_expect_end(struct parser *parser)
{
	return parser_at_end(parser) || parser_unexpected(parser, "the end of the statement");
}

bool parser_name(struct parser *parser, const char *what, const char **name)
{
	if (!parser_at_name(parser))
		return parser_unexpected(parser, what);
	*name = token_name(parser->arena, &parser->token, parser->traits);
	if (!**name)
		return parser_fail(parser, &parser->token, "%s is empty", what);
	return parser_advance(parser);
}

bool parser_qualified_name(struct parser *parser, const char *what, const char **namespace_name,
                           const char **name)
{
	bool dot;

	*namespace_name = NULL;
	if (!parser_name(parser, what, name) || !parser_accept_symbol(parser, ".", &dot))
		return false;
	if (!dot)
		return true;
	*namespace_name = *name;
	return parser_name(parser, what, name);
}

bool parser_name_list(struct parser *parser, const char *what, struct dbw_list *names)
{
	bool more = true;

	if (!parser_expect_symbol(parser, "("))
		return false;
	while (more) {
		const char *name = NULL;

		if (!parser_name(parser, what, &name))
			return false;
		list_append(parser->arena, names, (void *)(size_t)name);
		if (!parser_accept_symbol(parser, ",", &more))
			return false;
	}
	return parser_expect_symbol(parser, ")");
}

bool parser_if_not_exists(struct parser *parser)
{
	bool found;

	if (!parser_accept(parser, "IF", &found))
		return false;
	return !found || (parser_expect(parser, "NOT") && parser_expect(parser, "EXISTS"));
}

struct dbw_source parser_source(const struct parser *parser, const struct token *token)
{
	return (struct dbw_source){parser->origin, token->line, token->column};
}

const char *parser_tidy(struct parser *parser, size_t from, size_t to)
{
	const char *text = parser->lexer.text + from, *tidy;
	struct dbw_buffer plain = {0};
	size_t length = to - from;

	/* A piece may begin or end inside a comment that is executed. */
	if (!(parser->traits->flags & DBW_TRAIT_COMMENT_VERSIONED) ||
	    !(memmem(text, length, "/*", 2) || memmem(text, length, "*/", 2)))
		return sql_tidy(parser->arena, parser->traits, text, length);
	parser_append_unversioned(parser, &plain, text, length);
	tidy = sql_tidy(parser->arena, parser->traits, buffer_text(&plain), plain.length);
	buffer_release(&plain);
	return tidy;
}

/* Whether the '(' that the text begins with is closed by its last token. Then the text is narrowed to
 * what stands between the two. */
static bool strip_parentheses(struct parser *parser, size_t *from, size_t *to)
{
	struct lexer lexer;
	struct token token, last = {0};
	struct error ignored = {0};
	size_t depth = 0, closed = 0, first_end = 0;

	lexer_init(&lexer, parser->traits, NULL, parser->lexer.text + *from, *to - *from, 1);
	while (lexer_next(&lexer, &token, &ignored) && token.kind != TOKEN_END) {
		if (token_is_symbol(&token, "(") && depth++ == 0 && !last.text)
			first_end = token.offset + token.length;
		if (!first_end || closed)
			break;
		if (token_is_symbol(&token, ")") && --depth == 0)
			closed = token.offset;
		last = token;
	}
	error_release(&ignored);
	if (!closed || token.kind != TOKEN_END)
		return false;
	*to = *from + closed;
	*from += first_end;
	return true;
}

static const char *tidy_expression(struct parser *parser, size_t from, size_t to)
{
	/* Each layer costs a pass over the rest; nobody has a use for more than a few. */
	for (int layers = 0; layers < 8 && strip_parentheses(parser, &from, &to); layers++)
		;
	return parser_tidy(parser, from, to);
}

const char *parser_expression_text(struct parser *parser, size_t from)
{
	return tidy_expression(parser, from, parser->last.offset + parser->last.length);
}

bool parser_parenthesized(struct parser *parser, const char **text)
{
	struct token open = parser->token;
	size_t depth = 0, from;

	if (!parser_expect_symbol(parser, "("))
		return false;
	from = parser->token.offset;
	while (depth || !parser_at_symbol(parser, ")")) {
		if (parser_at_end(parser))
			return parser_fail(parser, &open, "'(' is not closed");
		if (parser_at_symbol(parser, "("))
			depth++;
		else if (parser_at_symbol(parser, ")"))
			depth--;
		if (!parser_advance(parser))
			return false;
	}
	if (parser->token.offset == from)
		return parser_unexpected(parser, "an expression");
	*text = tidy_expression(parser, from, parser->token.offset);
	return parser_advance(parser);
}

bool parser_expression(struct parser *parser, const char *const *stop, const char *what,
                       const char **text)
{
	size_t depth = 0, from = parser->token.offset, to = from;
	bool first = true;

	for (;; first = false) {
		if (parser_at_end(parser))
			break;
		if (!depth && (parser_at_symbol(parser, ",") || parser_at_symbol(parser, ")")))
			break;
		if (!depth && !first) {
			const char *const *word = stop;

			while (*word && !parser_at(parser, *word))
				word++;
			if (*word)
				break;
		}
		if (parser_at_symbol(parser, "(") || parser_at_symbol(parser, "[") ||
		    parser_at(parser, "CASE"))
			depth++;
		else if (depth && (parser_at_symbol(parser, ")") || parser_at_symbol(parser, "]") ||
		                   parser_at(parser, "END")))
			depth--;
		to = parser->token.offset + parser->token.length;
		if (!parser_advance(parser))
			return false;
	}
	if (to == from)
		return parser_unexpected(parser, what);
	*text = tidy_expression(parser, from, to);
	return true;
}

bool parser_next_is(const struct parser *parser, const char *keyword)
{
	struct lexer here = parser->lexer;
	struct error ignored = {0};
	struct token token;
	bool found;

	here.comments = false;
	found = lexer_next(&here, &token, &ignored) && token_is(&token, keyword);
	error_release(&ignored);
	return found;
}

bool parser_next_is_symbol(const struct parser *parser, const char *symbol)
{
	struct lexer here = parser->lexer;
	struct error ignored = {0};
	struct token token;
	bool found;

	here.comments = false;
	found = lexer_next(&here, &token, &ignored) && token_is_symbol(&token, symbol);
	error_release(&ignored);
	return found;
}

bool parser_accept_words(struct parser *parser, bool *found, ...)
{
	va_list words;
	const char *word;
	bool done;

	va_start(words, found);
	word = va_arg(words, const char *);
	*found = parser_at(parser, word);
	done = !*found || parser_advance(parser);
	while (*found && done && (word = va_arg(words, const char *)))
		done = parser_expect(parser, word);
	va_end(words);
	return done;
}

bool parser_skip(struct parser *parser)
{
	while (!parser_at_end(parser))
		if (!parser_advance(parser))
			return false;
	return true;
}

bool parser_item(struct parser *parser, const char **text)
{
	size_t depth = 0, from = parser->token.offset, to = from;

	while (!parser_at_end(parser) &&
	       (depth || (!parser_at_symbol(parser, ",") && !parser_at_symbol(parser, ")")))) {
		if (parser_at_symbol(parser, "("))
			depth++;
		else if (parser_at_symbol(parser, ")"))
			depth--;
		to = parser->token.offset + parser->token.length;
		if (!parser_advance(parser))
			return false;
	}
	*text = parser_tidy(parser, from, to);
	return true;
}

struct waiting *parser_wait(struct parser *parser, enum waiting_round round, const struct token *at,
                            const char *what)
{
	struct waiting *waiting = arena_new(parser->arena, struct waiting);

	waiting->round = round;
	waiting->source = parser_source(parser, at);
	waiting->what = what;
	waiting->flags = parser->flags;
	list_append(parser->arena, &parser->schema->waiting, waiting);
	return waiting;
}

/* Statements. */

enum verb { VERB_CREATE, VERB_ALTER, VERB_DROP, VERB_COMMENT, VERB_DATA, VERB_SETTING };

static const struct {
	const char *word;
	enum verb verb;
} verbs[] = {
    {"CREATE", VERB_CREATE},   {"INSERT", VERB_DATA},      {"ALTER", VERB_ALTER},
    {"DROP", VERB_DROP},       {"UPDATE", VERB_DATA},      {"DELETE", VERB_DATA},
    {"REPLACE", VERB_DATA},    {"WITH", VERB_DATA},        {"SELECT", VERB_DATA},
    {"VALUES", VERB_DATA},     {"COPY", VERB_DATA},        {"ANALYZE", VERB_DATA},
    {"VACUUM", VERB_DATA},     {"REINDEX", VERB_DATA},     {"TRUNCATE", VERB_DATA},
    {"REFRESH", VERB_DATA},    {"CALL", VERB_DATA},        {"COMMENT", VERB_COMMENT},
    {"PRAGMA", VERB_SETTING},  {"SET", VERB_SETTING},      {"USE", VERB_SETTING},
    {"BEGIN", VERB_SETTING},   {"COMMIT", VERB_SETTING},   {"START", VERB_SETTING},
    {"END", VERB_SETTING},     {"ROLLBACK", VERB_SETTING}, {"SAVEPOINT", VERB_SETTING},
    {"RELEASE", VERB_SETTING}, {"LOCK", VERB_SETTING},     {"UNLOCK", VERB_SETTING},
    {"RESET", VERB_SETTING},   {"GRANT", VERB_SETTING},    {"REVOKE", VERB_SETTING},
};

static bool find_verb(const struct token *token, enum verb *verb)
{
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (token_is(token, verbs[i].word)) {
			*verb = verbs[i].verb;
			return true;
		}
	return false;
}

static bool parse_create(struct parser *parser, struct parse_report *report)
{
	struct token create = parser->token;
	const char *method = NULL;
	bool unique, unlogged, found;
	size_t from;

	if (!parser_advance(parser))
		return false;
	/* About this run, as IF NOT EXISTS is. */
	from = parser->token.offset;
	if (!parser_accept_words(parser, &found, "OR", "REPLACE", NULL))
		return false;
	if (found)
		parser_cut(parser, from);
	if (parser_at(parser, "TEMP") || parser_at(parser, "TEMPORARY"))
		return parser_fail(parser, &parser->token,
		                   "what is temporary is not part of a schema");
	if (parser_at(parser, "DATABASE")) {
		report->settings++;
		return parser_skip(parser);
	}
	if (!parser_accept(parser, "UNLOGGED", &unlogged))
		return false;
	if (unlogged && !parser_at(parser, "TABLE"))
		return parser_unexpected(parser, "TABLE");
	if (parser_at(parser, "TABLE"))
		return parser_advance(parser) && parse_create_table(parser, &create, unlogged);
	if (!parser_accept(parser, "UNIQUE", &unique))
		return false;
	if (!unique && parser_next_is(parser, "INDEX")) {
		method = parser_at(parser, "FULLTEXT")  ? "FULLTEXT"
		         : parser_at(parser, "SPATIAL") ? "SPATIAL"
		                                        : NULL;
		if (method && !parser_advance(parser))
			return false;
	}
	if (unique && !parser_at(parser, "INDEX"))
		return parser_unexpected(parser, "INDEX");
	if (parser_at(parser, "INDEX"))
		return parser_advance(parser) &&
		       parse_create_index(parser, &create, unique, method);
	if (!parse_create_named(parser, &create, &found))
		return false;
	return found || parse_create_object(parser, &create);
}

static bool parse_statement(struct parser *parser, struct parse_report *report)
{
	enum verb verb;

	report->statements++;
	if (parser_at_symbol(parser, "\\")) {
		report->settings++;
		return true;
	}
	/* DO calls a function on MySQL; PostgreSQL's block may do anything at all. */
	if (parser_at(parser, "DO") && (parser->traits->flags & DBW_TRAIT_COMPOUND_BODY)) {
		report->data++;
		return true;
	}
	if (!find_verb(&parser->token, &verb))
		return parser_unexpected(parser, "a statement such as CREATE TABLE");
	switch (verb) {
	case VERB_CREATE:
		return parse_create(parser, report) && parser_expect_end(parser);
	case VERB_ALTER:
		return parser_advance(parser) && parse_alter(parser, report) &&
		       parser_expect_end(parser);
	case VERB_DROP:
		return parse_drop(parser, report) && parser_expect_end(parser);
	case VERB_COMMENT:
		return parser_advance(parser) && parse_comment_on(parser) &&
		       parser_expect_end(parser);
	case VERB_DATA:
		report->data++;
		break;
	case VERB_SETTING:
		report->settings++;
		break;
	}
	return true;
}

/* Comments before the first token are the statement's too: they may hold hints. */
static void aim(struct parser *parser, const char *text, const struct sql_statement *statement,
                size_t comments_from)
{
	static const char mark[] = "renamed-from";
	size_t gap = statement->offset - comments_from;

	parser->hints = (struct dbw_list){0};
	parser->cuts = (struct dbw_list){0};
	parser->token = parser->last = (struct token){0};
	parser->start = statement->text;
	parser->length = statement->length;
	if (memmem(text + comments_from, gap, mark, sizeof mark - 1)) {
		struct token token;
		struct error ignored = {0};
		size_t lines = 0;

		for (size_t i = comments_from; i < statement->offset; i++)
			lines += text[i] == '\n';
		lexer_init(&parser->lexer, parser->traits, parser->origin, text, statement->offset,
		           statement->line - lines);
		parser->lexer.comments = true;
		parser->lexer.position = comments_from;
		while (lexer_next(&parser->lexer, &token, &ignored) && token.kind != TOKEN_END)
			if (token.kind == TOKEN_COMMENT)
				keep_hint(parser, &token);
		error_release(&ignored);
	}
	lexer_init(&parser->lexer, parser->traits, parser->origin, text,
	           statement->offset + statement->length, statement->line);
	parser->lexer.comments = true;
	parser->lexer.position = statement->offset;
	parser->lexer.line_start = statement->offset - (statement->column - 1);
}

static bool unused_hints(struct parser *parser)
{
	for (size_t i = 0; i < parser->hints.count; i++) {
		const struct hint *hint = parser->hints.items[i];

		if (!hint->used)
			return error_at(parser->error, ERROR_FAILED, parser->origin, hint->line, 0,
			                "the hint 'renamed-from %s' belongs to no table, column or "
			                "index",
			                hint->name);
	}
	return true;
}

bool parser_read(struct schema *schema, const char *origin, const char *text, size_t length,
                 unsigned flags, struct parse_report *report, struct error *error)
{
	struct parse_report unread = {0};
	struct parser parser = {
	    .schema = schema,
	    .arena = &schema->arena,
	    .traits = schema->traits,
	    .origin = arena_string(&schema->arena, origin),
	    .flags = flags,
	    .error = error,
	};
	struct arena arena = {0};
	struct dbw_list statements = {0};
	size_t from = 0;
	bool done;

	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		from = 3;
	done = sql_split(schema->traits, parser.origin, text + from, length - from, 1, &arena,
	                 &statements, NULL, NULL, error);
	text += from;
	from = 0;
	for (size_t i = 0; done && i < statements.count; i++) {
		const struct sql_statement *statement = statements.items[i];

		aim(&parser, text, statement, from);
		done = parser_advance(&parser) &&
		       parse_statement(&parser, report ? report : &unread) && unused_hints(&parser);
		from = statement->offset + statement->length;
	}
	arena_release(&arena);
	return done;
}
