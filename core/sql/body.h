/*
 * Follows one statement by its tokens and tells whether a semicolon would stand inside the body of
 * a trigger or routine. The styles are traits: CREATE TRIGGER ... BEGIN ...; END, routines with
 * nested blocks, BEGIN ATOMIC. The actions of CREATE RULE ... DO (...; ...) are a body too.
 */
#ifndef SQL_BODY_H
#define SQL_BODY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "dbwarden/plugin.h"
#include "sql/lexer.h"

/* A body begins zeroed, but for the traits: struct body body = {.traits = traits}. */
struct body {
	const struct dbw_traits *traits;
	enum {
		HEAD_NOTHING, /* no token yet */
		HEAD_CREATE,  /* CREATE [OR REPLACE ...] */
		HEAD_DEFINER, /* ... DEFINER = somebody */
		HEAD_ROUTINE, /* ... of something that can have a body */
		HEAD_RULE,    /* ... of a rule: its semicolons are in parentheses */
		HEAD_OTHER,   /* a statement that has none */
	} head;
	struct dbw_buffer open; /* a letter for each block that is open, the innermost last */
	struct token opening;   /* what opened the outermost, or the parenthesis of a rule */
	struct token before;    /* the last token */
	size_t parentheses;
	bool at_start;        /* the next token begins a statement of the body */
	bool before_at_start; /* the last one did */
	bool in_declare;
};

/* The next token of the statement; comments left out. */
void body_follow(struct body *body, const struct token *token);
bool body_is_open(const struct body *body);
/* Ready for the next statement. */
void body_reset(struct body *body);
void body_release(struct body *body);

#endif
