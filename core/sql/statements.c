#include "sql/statements.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "sql/body.h"
#include "sql/lexer.h"

struct splitter {
	struct lexer lexer;
	struct body body;
	struct arena *arena;
	struct dbw_list *statements;
	sql_comment_function *on_comment;
	void *context;
	const char *delimiter; /* what the client's DELIMITER command set; NULL: the semicolon */
	size_t delimiter_length;

	/* The statement that is being read. */
	bool begun;
	struct sql_statement statement;
	size_t end; /* offset behind its last token */
	struct token last;
	bool is_copy;
	bool autocommit; /* of the next statement */
};

static bool has(const struct splitter *splitter, uint64_t trait)
{
	return splitter->lexer.traits->flags & trait;
}

static void trim(const char **text, size_t *length)
{
	while (*length && isspace((unsigned char)(*text)[0])) {
		++*text;
		--*length;
	}
	while (*length && isspace((unsigned char)(*text)[*length - 1]))
		--*length;
}

/* True if only blanks stand before the token on its line. */
static bool begins_line(const struct token *token)
{
	for (const char *c = token->text - (token->column - 1); c < token->text; c++)
		if (!isspace((unsigned char)*c))
			return false;
	return true;
}

/* '-- @dbwarden:...' outside bodies. */
static bool read_directive(struct splitter *splitter, const struct token *token,
                           const struct sql_line_comment *comment, struct error *error)
{
	static const char prefix[] = "@dbwarden:";
	static const char autocommit[] = "autocommit";
	size_t prefix_length = sizeof prefix - 1;
	const char *word = comment->text + prefix_length;
	size_t length;

	if (comment->length < prefix_length ||
	    strncasecmp(comment->text, prefix, prefix_length) != 0 || comment->inside_body)
		return true;
	length = comment->length - prefix_length;
	trim(&word, &length);
	if (length != sizeof autocommit - 1 || strncasecmp(word, autocommit, length) != 0) {
		error_at(error, ERROR_FAILED, splitter->lexer.origin, token->line, token->column,
		         "unknown directive '%.*s'", (int)comment->length, comment->text);
		return error_hint(error, "The one that there is: '-- @dbwarden:autocommit'.");
	}
	if (comment->inside_statement) {
		error_at(error, ERROR_FAILED, splitter->lexer.origin, token->line, token->column,
		         "'-- @dbwarden:autocommit' stands inside the statement that begins in "
		         "line %zu",
		         comment->statement_line);
		return error_hint(error, "Put it on the line before the statement it is for; a "
		                         "semicolon may be missing above it.");
	}
	splitter->autocommit = true;
	return true;
}

static bool read_comment(struct splitter *splitter, const struct token *token, struct error *error)
{
	const struct lexer *lexer = &splitter->lexer;
	struct sql_line_comment comment = {
	    .text = token->text + 2,
	    .offset = token->offset - (token->column - 1),
	    .end = token->offset + token->length,
	    .line = token->line,
	    .inside_statement = splitter->begun,
	    .inside_body = body_is_open(&splitter->body),
	    .statement_line = splitter->begun ? splitter->statement.line : 0,
	};

	if (token->text[0] != '-' || !begins_line(token))
		return true;
	comment.length = token->length - 2;
	trim(&comment.text, &comment.length);
	while (comment.end < lexer->length && lexer->text[comment.end] != '\n')
		comment.end++;
	if (comment.end < lexer->length)
		comment.end++;
	return read_directive(splitter, token, &comment, error) &&
	       (!splitter->on_comment || splitter->on_comment(splitter->context, &comment, error));
}

/* The client's 'DELIMITER //': the rest of the line, up to a blank. */
static bool read_delimiter(struct splitter *splitter, const struct token *token,
                           struct error *error)
{
	struct lexer *lexer = &splitter->lexer;
	const char *rest = lexer->text + lexer->position;
	const char *newline = memchr(rest, '\n', lexer->length - lexer->position);
	size_t length = newline ? (size_t)(newline - rest) : lexer->length - lexer->position;

	lexer->position += length;
	trim(&rest, &length);
	for (size_t i = 0; i < length; i++)
		if (isspace((unsigned char)rest[i]))
			length = i;
	if (length == 0)
		return error_at(error, ERROR_FAILED, lexer->origin, token->line, token->column,
		                "DELIMITER without a delimiter");
	splitter->delimiter = length == 1 && *rest == ';' ? NULL : rest;
	splitter->delimiter_length = length;
	return true;
}

static bool is_alphanumeric(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/*
 * With a delimiter of the user's own: true if the token begins with it; the position is put behind
 * it. Where it stands inside the token (END$$, END//), the token is cut before it. A delimiter that
 * is a word must be the whole token.
 */
static bool is_own_delimiter(struct splitter *splitter, struct token *token)
{
	const char *delimiter = splitter->delimiter;
	size_t length = splitter->delimiter_length;
	size_t left = splitter->lexer.length - token->offset;
	const char *inside;

	if (left >= length && memcmp(token->text, delimiter, length) == 0 &&
	    (!is_alphanumeric(*delimiter) || token->length == length)) {
		splitter->lexer.position = token->offset + length;
		return true;
	}
	if (token->kind == TOKEN_STRING || token->kind == TOKEN_NAME ||
	    is_alphanumeric(*delimiter) || token->length < 2)
		return false;
	/* A delimiter such as '$$' may reach beyond the token, but begins in it. */
	inside = memchr(token->text + 1, *delimiter, token->length - 1);
	if (inside && (size_t)(inside - token->text) + length <= left &&
	    memcmp(inside, delimiter, length) == 0) {
		token->length = (size_t)(inside - token->text);
		splitter->lexer.position = token->offset + token->length;
	}
	return false;
}

static void begin_statement(struct splitter *splitter, const struct token *token)
{
	const struct lexer *lexer = &splitter->lexer;
	struct sql_statement *statement = &splitter->statement;

	splitter->begun = true;
	splitter->is_copy = token_is(token, "COPY");
	*statement = (struct sql_statement){
	    .offset = token->offset,
	    .line = token->line,
	    .column = token->column,
	    .autocommit = splitter->autocommit,
	};
	/* The opening of a versioned comment is part of the statement that stands in it. */
	if (lexer->versioned.depth) {
		statement->offset = lexer->versioned.offset;
		statement->line = lexer->versioned.line;
		statement->column = lexer->versioned.column;
	}
}

static void end_statement(struct splitter *splitter)
{
	const struct lexer *lexer = &splitter->lexer;
	struct sql_statement *statement;

	if (splitter->begun) {
		size_t end = splitter->end;

		if (lexer->versioned.end > end)
			end = lexer->versioned.end;
		statement = arena_new(splitter->arena, struct sql_statement);
		*statement = splitter->statement;
		statement->text = lexer->text + statement->offset;
		statement->length = end - statement->offset;
		list_append(splitter->arena, splitter->statements, statement);
		splitter->autocommit = false;
	}
	splitter->begun = false;
	body_reset(&splitter->body);
}

/* A command of psql's, such as \\restrict in dumps: it ends with its line, and is a statement of its own
 * for others to skip or refuse. */
static void read_client_command(struct splitter *splitter, const struct token *token)
{
	struct lexer *lexer = &splitter->lexer;
	const char *rest = lexer->text + token->offset;
	const char *newline = memchr(rest, '\n', lexer->length - token->offset);
	size_t length = newline ? (size_t)(newline - rest) : lexer->length - token->offset;

	begin_statement(splitter, token);
	lexer->position = token->offset + length;
	trim(&rest, &length);
	splitter->end = token->offset + length;
	end_statement(splitter);
}

static bool read_token(struct splitter *splitter, const struct token *token, struct error *error)
{
	bool semicolon = token_is_symbol(token, ";");

	/* The semicolon before a delimiter of the user's own is no part of the statement. */
	if (semicolon && !splitter->begun)
		return true;
	if (!splitter->begun)
		begin_statement(splitter, token);
	if (splitter->is_copy && has(splitter, DBW_TRAIT_COPY_STDIN) && token_is(token, "STDIN") &&
	    token_is(&splitter->last, "FROM")) {
		error_at(error, ERROR_FAILED, splitter->lexer.origin, splitter->statement.line,
		         splitter->statement.column,
		         "COPY ... FROM stdin cannot be sent as SQL: its data lines are for the "
		         "database's own client");
		return error_hint(error, "Write the rows as INSERT statements, or load them with "
		                         "that client.");
	}
	body_follow(&splitter->body, token);
	splitter->last = *token;
	if (!semicolon)
		splitter->end = token->offset + token->length;
	return true;
}

static bool check_end(const struct splitter *splitter, const struct token *token,
                      struct error *error)
{
	const struct lexer *lexer = &splitter->lexer;

	if (lexer->versioned.depth && splitter->begun)
		return error_at(error, ERROR_FAILED, lexer->origin, token->line, token->column,
		                "a statement ends inside the comment that begins in line %zu, and "
		                "goes on behind it",
		                lexer->versioned.line);
	return true;
}

static bool check_closed(const struct splitter *splitter, struct error *error)
{
	const struct token *opening = &splitter->body.opening;

	if (!body_is_open(&splitter->body) || splitter->delimiter)
		return true;
	error_at(error, ERROR_FAILED, splitter->lexer.origin, opening->line, opening->column,
	         "unterminated body: '%.*s' without its end", (int)opening->length, opening->text);
	if (token_is_symbol(opening, "("))
		return error_hint(error, "Close it with ');'.");
	return error_hint(error, "Close it with 'END;'.");
}

static bool split(struct splitter *splitter, struct error *error)
{
	struct token token;

	while (lexer_next(&splitter->lexer, &token, error)) {
		if (token.kind == TOKEN_END) {
			if (!check_closed(splitter, error))
				return false;
			end_statement(splitter);
			return true;
		}
		if (token.kind == TOKEN_COMMENT) {
			if (!read_comment(splitter, &token, error))
				return false;
		} else if (!splitter->begun && token_is(&token, "DELIMITER") &&
		           has(splitter, DBW_TRAIT_DELIMITER) && begins_line(&token)) {
			if (!read_delimiter(splitter, &token, error))
				return false;
		} else if (!splitter->begun && token_is_symbol(&token, "\\") &&
		           has(splitter, DBW_TRAIT_COPY_STDIN) && begins_line(&token)) {
			read_client_command(splitter, &token);
		} else if (splitter->delimiter
		               ? is_own_delimiter(splitter, &token)
		               : token_is_symbol(&token, ";") && !body_is_open(&splitter->body)) {
			if (!check_end(splitter, &token, error))
				return false;
			end_statement(splitter);
		} else if (!read_token(splitter, &token, error)) {
			return false;
		}
	}
	return false;
}

bool sql_split(const struct dbw_traits *traits, const char *origin, const char *text, size_t length,
               size_t line, struct arena *arena, struct dbw_list *statements,
               sql_comment_function *on_comment, void *context, struct error *error)
{
	struct splitter splitter = {
	    .body.traits = traits,
	    .arena = arena,
	    .statements = statements,
	    .on_comment = on_comment,
	    .context = context,
	};
	bool done;

	lexer_init(&splitter.lexer, traits, origin, text, length, line);
	splitter.lexer.comments = true;
	done = split(&splitter, error);
	body_release(&splitter.body);
	return done;
}

void sql_statement_place(const struct sql_statement *statement, size_t offset, size_t *line,
                         size_t *column)
{
	const char *c = statement->text, *end;
	const char *newline;

	if (offset > statement->length)
		offset = statement->length;
	end = statement->text + offset;
	*line = statement->line;
	*column = statement->column;
	while ((newline = memchr(c, '\n', (size_t)(end - c)))) {
		++*line;
		*column = 1;
		c = newline + 1;
	}
	*column += (size_t)(end - c);
}
