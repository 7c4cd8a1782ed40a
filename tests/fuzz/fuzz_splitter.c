/*
 * The splitter: what stands between two statements is blanks, comments, semicolons and the client's commands, so
 * nothing is lost; a statement that is split again is one statement, the same; each knows its place.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "sql/lexer.h"
#include "sql/statements.h"

struct comments {
	const struct fuzz_sql *sql;
	size_t end;
};

static bool on_comment(void *context, const struct sql_line_comment *comment, struct error *error)
{
	struct comments *comments = context;

	(void)error;
	must(comment->offset >= comments->end && comment->end > comment->offset &&
	         comment->end <= comments->sql->length,
	     "lines of comment overlap");
	must(comment->text >= comments->sql->text + comment->offset &&
	         comment->text + comment->length <= comments->sql->text + comment->end,
	     "a comment stands outside its line");
	comments->end = comment->end;
	return true;
}

static void check_place(const struct fuzz_sql *sql, const struct sql_statement *statement)
{
	size_t line = 1, column = 1, end_line, end_column;

	for (size_t i = 0; i < statement->offset; i++, column++)
		if (sql->text[i] == '\n') {
			line++;
			column = 0;
		}
	/* A byte order mark is no part of the first line. */
	if (line == 1 && sql->length >= 3 && memcmp(sql->text, "\xEF\xBB\xBF", 3) == 0)
		column -= 3;
	must(statement->line == line && statement->column == column, "%zu:%zu, not %zu:%zu",
	     statement->line, statement->column, line, column);
	sql_statement_place(statement, 0, &end_line, &end_column);
	must(end_line == line && end_column == column, "the first byte is elsewhere");
}

/* Two dashes begin a comment at the end of the text, and not before a semicolon, where they want a blank. */
static bool ends_with_dashes(const struct fuzz_sql *sql, const struct sql_statement *statement)
{
	return (sql->traits->flags & DBW_TRAIT_COMMENT_DASH_SPACE) && statement->length >= 2 &&
	       memcmp(statement->text + statement->length - 2, "--", 2) == 0;
}

/* Alone, it is the one statement that it was. */
static void check_again(const struct fuzz_sql *sql, const struct sql_statement *statement)
{
	struct arena arena = {0};
	struct dbw_list statements = {0};
	struct error error = {0};
	bool split = sql_split(sql->traits, "f.sql", statement->text, statement->length, 1, &arena,
	                       &statements, NULL, NULL, &error);
	const struct sql_statement *again = split && statements.count ? statements.items[0] : NULL;

	must(split, "'%.*s' cannot be split again: %s", (int)statement->length, statement->text,
	     error.message);
	must(statements.count == 1 && again->text == statement->text &&
	         again->length == statement->length,
	     "'%.*s' is %zu statements", (int)statement->length, statement->text, statements.count);
	arena_release(&arena);
}

static bool is_statement(const struct dbw_list *statements, size_t *at, size_t from, size_t to)
{
	const struct sql_statement *statement;

	while (*at < statements->count) {
		statement = statements->items[*at];
		if (from < statement->offset + statement->length)
			return from >= statement->offset &&
			       to <= statement->offset + statement->length;
		++*at;
	}
	return false;
}

/* Every token that is no semicolon is in a statement. */
static void check_nothing_lost(const struct fuzz_sql *sql, const struct dbw_list *statements)
{
	struct error error = {0};
	struct lexer lexer;
	struct token token;
	size_t at = 0;

	lexer_init(&lexer, sql->traits, "f.sql", sql->text, sql->length, 1);
	while (lexer_next(&lexer, &token, &error) && token.kind != TOKEN_END)
		must(is_statement(statements, &at, token.offset, token.offset + token.length) ||
		         token_is_symbol(&token, ";"),
		     "'%.*s' at %zu is in no statement", (int)token.length, token.text,
		     token.offset);
	error_release(&error);
}

/* The word, in any case, anywhere: the client's own commands are not for the lexer. */
static bool has_word(const struct fuzz_sql *sql, const char *word)
{
	return strcasestr(sql->text, word) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct fuzz_sql sql;
	struct arena arena = {0};
	struct dbw_list statements = {0};
	struct error error = {0};
	struct comments comments = {&sql, 0};
	size_t end = 0;
	bool split, client;

	if (!fuzz_sql_open(&sql, bytes, size))
		return 0;
	split = sql_split(sql.traits, "f.sql", sql.text, sql.length, 1, &arena, &statements,
	                  on_comment, &comments, &error);
	must(split == !error.message, "an error and its result differ");
	client = has_word(&sql, "delimiter") || strchr(sql.text, '\\');
	for (size_t i = 0; split && i < statements.count; i++) {
		const struct sql_statement *statement = statements.items[i];
		const char *what;

		must(statement->length && statement->text == sql.text + statement->offset,
		     "a statement is not where it says");
		must(statement->offset >= end, "statements overlap");
		end = statement->offset + statement->length;
		must(end <= sql.length, "a statement ends behind the text");
		check_place(&sql, statement);
		if (!client && !ends_with_dashes(&sql, statement))
			check_again(&sql, statement);
		sql.dialect->plugin.classify(&sql.dialect->host, statement->text, statement->length,
		                             &what);
	}
	if (split && !client)
		check_nothing_lost(&sql, &statements);
	error_release(&error);
	arena_release(&arena);
	fuzz_sql_close(&sql);
	return 0;
}
