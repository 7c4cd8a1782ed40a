#include "sql/body.h"

#include <string.h>

/* The letters of body.open. */
enum {
	BLOCK = 'b',           /* BEGIN ... END */
	CASE_EXPRESSION = 'e', /* CASE ... END */
	CASE_STATEMENT = 'c',  /* CASE ... END CASE */
	IF = 'i',
	LOOP = 'l',   /* LOOP ... END LOOP, FOR and WHILE ... DO ... END */
	REPEAT = 'r', /* REPEAT ... UNTIL condition END REPEAT */
};

static bool has(const struct body *body, uint64_t trait)
{
	return body->traits->flags & trait;
}

bool body_is_open(const struct body *body)
{
	return body->open.length > 0 || (body->head == HEAD_RULE && body->parentheses > 0);
}

void body_reset(struct body *body)
{
	struct dbw_buffer open = body->open;

	buffer_clear(&open);
	*body = (struct body){.traits = body->traits, .open = open};
}

void body_release(struct body *body)
{
	buffer_release(&body->open);
}

static char innermost(const struct body *body)
{
	return body->open.length ? body->open.text[body->open.length - 1] : '\0';
}

static void open_block(struct body *body, char letter, const struct token *token)
{
	if (!body->open.length)
		body->opening = *token;
	buffer_char(&body->open, letter);
}

static bool is_one_of(const struct token *token, const char *const *words)
{
	for (; *words; words++)
		if (token_is(token, *words))
			return true;
	return false;
}

static void follow_head(struct body *body, const struct token *token)
{
	static const char *const modifiers[] = {"OR",        "REPLACE",    "TEMP", "TEMPORARY",
	                                        "AGGREGATE", "CONSTRAINT", NULL};
	const uint64_t routine = DBW_TRAIT_COMPOUND_BODY | DBW_TRAIT_BEGIN_ATOMIC;
	uint64_t wanted = 0;

	if (body->head == HEAD_NOTHING) {
		bool create = token_is(token, "CREATE") || token_is(token, "ALTER");

		body->head = create ? HEAD_CREATE : HEAD_OTHER;
		return;
	}
	if (token_is(token, "TRIGGER"))
		wanted = DBW_TRAIT_TRIGGER_BODY | DBW_TRAIT_COMPOUND_BODY;
	else if (token_is(token, "FUNCTION") || token_is(token, "PROCEDURE"))
		wanted = routine;
	else if (token_is(token, "EVENT"))
		wanted = DBW_TRAIT_COMPOUND_BODY;
	if (wanted)
		body->head = has(body, wanted) ? HEAD_ROUTINE : HEAD_OTHER;
	else if (token_is(token, "RULE"))
		body->head = HEAD_RULE;
	else if (token_is(token, "DEFINER"))
		body->head = HEAD_DEFINER;
	else if (body->head == HEAD_DEFINER ? token_is(token, "VIEW") || token_is(token, "SQL")
	                                    : !is_one_of(token, modifiers))
		body->head = HEAD_OTHER;
}

/* True if the one statement that is the whole body of a routine can begin behind this token, which
 * is outside all blocks (MySQL 8.0, 13.1.17 and 13.1.22). */
static bool ends_head(const struct token *token)
{
	static const char *const words[] = {"ROW",           "DO",      "SQL",     "DATA",
	                                    "DETERMINISTIC", "DEFINER", "INVOKER", NULL};

	return token_is_symbol(token, ")") || token->kind == TOKEN_STRING ||
	       is_one_of(token, words);
}

/* END closes a block only where a statement could begin, so that a column of that name does not;
 * behind UNTIL and in a CASE expression it ends an expression. */
static bool closes_block(const struct body *body, const struct token *token, bool at_start)
{
	char block = innermost(body);

	if (!block || !token_is(token, "END"))
		return false;
	return at_start || block == CASE_EXPRESSION || block == REPEAT;
}

/* A word that opens, divides or closes a block. */
static void follow_word(struct body *body, const struct token *token, bool at_start)
{
	static const char *const closed[] = {"IF", "CASE", "LOOP", "REPEAT", "WHILE", "FOR", NULL};
	bool compound = has(body, DBW_TRAIT_COMPOUND_BODY);
	bool nested = compound || has(body, DBW_TRAIT_TRIGGER_BODY);
	char block = innermost(body);

	if (closes_block(body, token, at_start)) {
		body->open.text[--body->open.length] = '\0';
		return;
	}
	/* END IF, END CASE ...: the second word opens nothing. */
	if (token_is(&body->before, "END") && is_one_of(token, closed))
		return;
	if (token_is(token, "CASE") && block) {
		open_block(body, at_start && compound ? CASE_STATEMENT : CASE_EXPRESSION, token);
		return;
	}
	if (block == CASE_EXPRESSION)
		return;
	if (token_is(token, "BEGIN") && nested && (!block || at_start || body->in_declare)) {
		open_block(body, BLOCK, token);
		body->at_start = true;
	} else if (token_is(token, "ATOMIC") && token_is(&body->before, "BEGIN") && !block &&
	           has(body, DBW_TRAIT_BEGIN_ATOMIC)) {
		open_block(body, BLOCK, &body->before);
		body->at_start = true;
	} else if (token_is(token, "THEN") || token_is(token, "ELSE")) {
		body->at_start = block == IF || block == CASE_STATEMENT;
	} else if (token_is(token, "DO")) {
		body->at_start = block == LOOP;
	} else if (!compound || !at_start) {
		return;
	} else if (token_is(token, "DECLARE")) {
		body->in_declare = true;
	} else if (token_is(token, "IF")) {
		open_block(body, IF, token);
	} else if (token_is(token, "CASE")) {
		open_block(body, CASE_STATEMENT, token);
	} else if (token_is(token, "WHILE") || token_is(token, "FOR")) {
		open_block(body, LOOP, token);
	} else if (token_is(token, "LOOP")) {
		open_block(body, LOOP, token);
		body->at_start = true;
	} else if (token_is(token, "REPEAT")) {
		open_block(body, REPEAT, token);
		body->at_start = true;
	}
}

static void follow_routine(struct body *body, const struct token *token)
{
	bool at_start = body->at_start;
	struct token word = *token;

	body->at_start = false;
	/* 'label:LOOP': the lexer takes what stands behind the colon for a variable. */
	if (token->kind == TOKEN_VARIABLE && token->text[0] == ':' && body->before_at_start) {
		word.kind = TOKEN_WORD;
		word.text++;
		word.length--;
		at_start = true;
	}
	if (token_is_symbol(token, "(")) {
		body->parentheses++;
	} else if (token_is_symbol(token, ")") && body->parentheses) {
		body->parentheses--;
	} else if (token_is_symbol(token, ";")) {
		/* No statement ends inside parentheses: one was left open, for the server to
		 * report. */
		body->parentheses = 0;
		body->in_declare = false;
		body->at_start = true;
	} else if (token_is_symbol(token, ":") && body->before_at_start) {
		body->at_start = true;
	} else if (word.kind == TOKEN_WORD && !body->parentheses &&
	           !token_is_symbol(&body->before, ".")) {
		follow_word(body, &word, at_start);
	}
	if (!body_is_open(body) && !body->parentheses && ends_head(token))
		body->at_start = true;
	body->before_at_start = at_start;
}

static void follow_rule(struct body *body, const struct token *token)
{
	if (token_is_symbol(token, "(")) {
		if (body->parentheses++ == 0)
			body->opening = *token;
	} else if (token_is_symbol(token, ")") && body->parentheses) {
		body->parentheses--;
	}
}

void body_follow(struct body *body, const struct token *token)
{
	if (body->head == HEAD_ROUTINE)
		follow_routine(body, token);
	else if (body->head == HEAD_RULE)
		follow_rule(body, token);
	else if (body->head != HEAD_OTHER)
		follow_head(body, token);
	body->before = *token;
}
