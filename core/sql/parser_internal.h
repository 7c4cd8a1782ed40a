/*
 * What the files of the parser share: one statement as a stream of tokens, and the small steps of
 * recursive descent. Every step returns false with the error set, and the error has the place.
 */
#ifndef SQL_PARSER_INTERNAL_H
#define SQL_PARSER_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "schema/schema.h"
#include "sql/lexer.h"
#include "sql/statements.h"

/* '-- dbwarden: renamed-from NAME' */
struct hint {
	const char *name;
	size_t line;
	bool trailing; /* something stands before it on its line */
	bool used;
};

struct parser {
	struct schema *schema;
	struct arena *arena; /* the schema's */
	const struct dbw_traits *traits;
	const char *origin; /* in the schema's arena */
	unsigned flags;     /* DBW_PARSE_... */
	struct lexer lexer;
	struct token token;    /* the one to look at */
	struct token last;     /* the one before it */
	struct dbw_list hints; /* struct hint, of this statement */
	const char *start;     /* of the statement's text */
	size_t length;
	struct dbw_source source;
	struct error *error;
};

/* Moves to the next token. */
bool parser_advance(struct parser *parser);

static inline bool parser_at(const struct parser *parser, const char *keyword)
{
	return token_is(&parser->token, keyword);
}

static inline bool parser_at_symbol(const struct parser *parser, const char *symbol)
{
	return token_is_symbol(&parser->token, symbol);
}

static inline bool parser_at_end(const struct parser *parser)
{
	return parser->token.kind == TOKEN_END;
}

bool parser_at_name(const struct parser *parser);

/* If the token is that one, moves on and sets *found. */
bool parser_accept(struct parser *parser, const char *keyword, bool *found);
bool parser_accept_symbol(struct parser *parser, const char *symbol, bool *found);
/* Or an error that says what was expected. */
bool parser_expect(struct parser *parser, const char *keyword);
bool parser_expect_symbol(struct parser *parser, const char *symbol);
bool parser_expect_end(struct parser *parser);
/* 'what' is for the message: "a column name". */
bool parser_name(struct parser *parser, const char *what, const char **name);
/* [namespace.]name */
bool parser_qualified_name(struct parser *parser, const char *what, const char **namespace_name,
                           const char **name);
/* ( name, name, ... ) into a list of strings. */
bool parser_name_list(struct parser *parser, const char *what, struct dbw_list *names);
/* IF NOT EXISTS, if it is there. */
bool parser_if_not_exists(struct parser *parser);

/* "expected WHAT, found 'X'" */
bool parser_unexpected(struct parser *parser, const char *what);
/* Any other complaint, at the place of the token. */
bool parser_fail(struct parser *parser, const struct token *token, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

struct dbw_source parser_source(const struct parser *parser, const struct token *token);

/* The tokens from here to the ')' that closes the '(' to look at, without both, as tidy SQL. */
bool parser_parenthesized(struct parser *parser, const char **text);
/* An expression that ends before one of the stop words (ends in NULL), a ',' or an unopened ')', or
 * at the end; at least one token. Only outside parentheses and CASE are the words looked for. */
bool parser_expression(struct parser *parser, const char *const *stop, const char *what,
                       const char **text);
/* The text between two tokens, the first included, the second not. */
const char *parser_tidy(struct parser *parser, size_t from, size_t to);

/* The pieces of grammar. Each begins at the token behind its keyword. */
bool parse_create_table(struct parser *parser, const struct token *create);
bool parse_create_index(struct parser *parser, const struct token *create, bool unique);
bool parse_create_object(struct parser *parser, const struct token *create);
bool parse_alter_table(struct parser *parser);
/* ( part, part, ... ) of an index or key. */
bool parse_key_parts(struct parser *parser, struct dbw_list *parts);
/* [CONSTRAINT name] PRIMARY KEY ... as it stands in a table or behind ALTER TABLE ... ADD. */
bool parse_table_constraint(struct parser *parser, struct dbw_table *table);
bool at_table_constraint(const struct parser *parser);
bool parse_column(struct parser *parser, struct dbw_table *table);

/* What was declared before a table that it belongs to. */
struct waiting {
	const char *namespace_name;
	const char *table;
	struct dbw_index *index;      /* one of these */
	struct dbw_list *columns;     /* ALTER TABLE ... ADD COLUMN */
	struct dbw_list *constraints; /* ALTER TABLE ... ADD CONSTRAINT */
	struct dbw_source source;
	const char *what; /* "index 'i'" */
	unsigned flags;
};

#endif
