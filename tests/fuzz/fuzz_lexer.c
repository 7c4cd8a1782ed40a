/*
 * The lexer: its tokens, and the blanks between them, are the whole text; each knows its place; what a plugin
 * quotes is one token that means what was quoted. And what is made of tokens alone: tidy SQL says the same.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "sql/lexer.h"
#include "sql/text.h"

/* Between tokens there are blanks, and the marks of comments that are executed. */
static void check_gap(const struct fuzz_sql *sql, size_t from, size_t to)
{
	bool versioned = sql->traits->flags & DBW_TRAIT_COMMENT_VERSIONED;
	const char *allowed = versioned ? " \t\n\v\f\r/*M!0123456789" : " \t\n\v\f\r";

	if (from == 0 && to >= 3 && memcmp(sql->text, "\xEF\xBB\xBF", 3) == 0)
		from = 3;
	for (; from < to; from++)
		must(sql->text[from] && strchr(allowed, sql->text[from]),
		     "the lexer passes over '%c' at %zu", sql->text[from], from);
}

static void check_place(const struct fuzz_sql *sql, const struct token *token, size_t *counted,
                        size_t *line, size_t *line_start)
{
	must(token->text == sql->text + token->offset, "the text is not at the offset");
	for (; *counted < token->offset; ++*counted)
		if (sql->text[*counted] == '\n') {
			++*line;
			*line_start = *counted + 1;
		}
	must(token->line == *line, "line %zu, not %zu", token->line, *line);
	must(token->column == token->offset - *line_start + 1, "column %zu in line %zu",
	     token->column, token->line);
}

/* True if the text can be read to its end. */
static bool check_tokens(const struct fuzz_sql *sql, bool comments)
{
	struct arena arena = {0};
	struct error error = {0};
	struct lexer lexer;
	struct token token;
	size_t end = 0, counted = 0, line = 1, line_start = 0;
	bool read;

	lexer_init(&lexer, sql->traits, "f.sql", sql->text, sql->length, 1);
	if (lexer.position)
		line_start = counted = lexer.position;
	lexer.comments = comments;
	while ((read = lexer_next(&lexer, &token, &error)) && token.kind != TOKEN_END) {
		must(token.length > 0 && token.offset >= end, "tokens overlap at %zu",
		     token.offset);
		if (comments)
			check_gap(sql, end, token.offset);
		end = token.offset + token.length;
		must(end <= sql->length, "a token ends behind the text");
		check_place(sql, &token, &counted, &line, &line_start);
		if (token_is_name(&token, sql->traits))
			must(strlen(token_name(&arena, &token, sql->traits)) <= token.length,
			     "a name is longer than its token");
		if (token.kind == TOKEN_STRING)
			must(strlen(token_string(&arena, &token, sql->traits)) <= token.length,
			     "a string is longer than its token");
	}
	if (read && comments)
		check_gap(sql, end, sql->length);
	must(read == !error.message, "an error and its result differ");
	error_release(&error);
	arena_release(&arena);
	return read;
}

/* The text as a value: one token, which means the text again. */
static void check_quoting(const struct fuzz_sql *sql)
{
	const struct dbw_plugin *plugin = &sql->dialect->plugin;
	struct arena arena = {0};
	struct error error = {0};
	struct dbw_buffer quoted = {0};
	struct lexer lexer;
	struct token token;

	if (memchr(sql->text, '\0', sql->length) || !sql->length)
		return;
	plugin->quote_literal(&sql->dialect->host, sql->text, sql->length, &quoted);
	lexer_init(&lexer, sql->traits, NULL, buffer_text(&quoted), quoted.length, 1);
	must(lexer_next(&lexer, &token, &error) && token.kind == TOKEN_STRING &&
	         token.length == quoted.length &&
	         strcmp(token_string(&arena, &token, sql->traits), sql->text) == 0,
	     "the literal %s means something else", buffer_text(&quoted));
	buffer_clear(&quoted);
	plugin->quote_identifier(&sql->dialect->host, sql->text, &quoted);
	lexer_init(&lexer, sql->traits, NULL, buffer_text(&quoted), quoted.length, 1);
	must(lexer_next(&lexer, &token, &error) && token_is_name(&token, sql->traits) &&
	         token.length == quoted.length &&
	         strcmp(token_name(&arena, &token, sql->traits), sql->text) == 0,
	     "the name %s means something else", buffer_text(&quoted));
	buffer_release(&quoted);
	error_release(&error);
	arena_release(&arena);
}

static void check_text(const struct fuzz_sql *sql)
{
	struct arena arena = {0};
	struct dbw_list names = {0};
	const char *tidy = sql_tidy(&arena, sql->traits, sql->text, sql->length);

	must(sql_same(sql->traits, sql->text, tidy), "tidy SQL says something else: %s", tidy);
	must(strcmp(tidy, sql_tidy(&arena, sql->traits, tidy, strlen(tidy))) == 0,
	     "tidy SQL is not tidy: %s", tidy);
	sql_names(&arena, sql->traits, sql->text, &names);
	for (size_t i = 0; i < names.count && i < 8; i++) {
		const char *name = names.items[i];

		if (strchr(name, '.') || !*name)
			continue;
		must(sql_mentions(sql->traits, sql->text, name), "'%s' is not mentioned", name);
		must(sql_same(sql->traits, sql->text,
		              sql_rename(&arena, sql->traits, sql->text, name, name)),
		     "'%s' cannot be renamed to itself", name);
	}
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct fuzz_sql sql;

	if (!fuzz_sql_open(&sql, bytes, size))
		return 0;
	if (check_tokens(&sql, true)) {
		must(check_tokens(&sql, false), "an error without comments alone");
		check_text(&sql);
		check_quoting(&sql);
	}
	fuzz_sql_close(&sql);
	return 0;
}
