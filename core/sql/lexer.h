/*
 * SQL text to tokens, with the traits of a dialect. It never reads past the text, never changes it,
 * and every token knows its place.
 */
#ifndef SQL_LEXER_H
#define SQL_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "dbwarden/plugin.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,   /* bare identifier or keyword */
	TOKEN_NAME,   /* identifier in quotes, by the traits */
	TOKEN_STRING, /* '...', E'...', X'...', N'...', _utf8'...', $tag$...$tag$ */
	TOKEN_NUMBER,
	TOKEN_SYMBOL,   /* one operator or punctuation mark: ( ) , ; . || -> ->> :: <= ... */
	TOKEN_VARIABLE, /* ?1 :name @name $1 */
	TOKEN_COMMENT,  /* only with lexer.comments */
};

struct token {
	enum token_kind kind;
	const char *text; /* slice of the source, quotes included */
	size_t length;
	size_t offset;
	size_t line;   /* from 1 */
	size_t column; /* from 1, in bytes */
};

struct lexer {
	const struct dbw_traits *traits;
	const char *origin; /* file name for errors */
	const char *text;
	size_t length;
	size_t position;
	size_t line;
	size_t line_start; /* offset of the first byte of that line */
	bool comments;     /* hand out comments too */
	/* The versioned comment that the position is in, by the traits: its text is lexed as if it
	 * stood outside. */
	struct {
		size_t depth;  /* 0: in none */
		size_t offset; /* of the opening of the outermost */
		size_t line;
		size_t column;
		size_t end; /* offset behind the last one that was closed; 0: none was */
	} versioned;
};

/* 'line' is the number of the first line. */
void lexer_init(struct lexer *lexer, const struct dbw_traits *traits, const char *origin,
                const char *text, size_t length, size_t line);

/* The next token; TOKEN_END at the end. False for a NUL byte, invalid UTF-8, or something that is
 * not closed: the error has the place where it was opened. */
bool lexer_next(struct lexer *lexer, struct token *token, struct error *error);

/* True for a bare word that is this keyword, in any case. Never true for a name in quotes. */
bool token_is(const struct token *token, const char *keyword);
bool token_is_symbol(const struct token *token, const char *symbol);
/* True if it can stand for a name: a word, a quoted name, or a string where the traits say so. */
bool token_is_name(const struct token *token, const struct dbw_traits *traits);
/* The name without its quotes, doubled ones undone, folded by the traits if it was bare. */
char *token_name(struct arena *arena, const struct token *token, const struct dbw_traits *traits);
/* The value of a plain string literal, quotes and escapes undone. */
char *token_string(struct arena *arena, const struct token *token, const struct dbw_traits *traits);

#endif
