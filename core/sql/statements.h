/*
 * Cuts a script into statements, the way the dialect's own client would, by its tokens: a semicolon
 * in a string, a comment, a dollar-quoted, trigger or routine body does not end a statement.
 */
#ifndef SQL_STATEMENTS_H
#define SQL_STATEMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "dbwarden/plugin.h"

/* A slice of the script: from the first token of the statement to its last, without the final
 * semicolon (or DELIMITER) and without comments before the first token. */
struct sql_statement {
	const char *text; /* not NUL-terminated */
	size_t length;
	size_t offset;   /* of text in the script */
	size_t line;     /* of the first token, from 1 */
	size_t column;   /* from 1, in bytes */
	bool autocommit; /* '-- @dbwarden:autocommit' stands on a line before it */
};

/* A whole-line comment that begins with '--', for those who look for markers there. 'text' is what
 * stands behind the dashes, trimmed. Returning false stops the split with the error that the
 * function filled. */
struct sql_line_comment {
	const char *text;
	size_t length;
	size_t offset; /* of the line's first byte in the script */
	size_t end;    /* offset of the first byte of the next line */
	size_t line;
	bool inside_statement; /* between two tokens of one statement, or inside a body */
	bool inside_body;      /* of a trigger or routine */
	size_t statement_line; /* where that statement begins; 0 outside */
};
typedef bool sql_comment_function(void *context, const struct sql_line_comment *comment,
                                  struct error *error);

/*
 * Appends a struct sql_statement for each statement. 'origin' is the file name for errors; line is
 * the number of the first line of 'text' in that file. Empty statements (;;) are left out. NUL
 * bytes, invalid UTF-8, an unterminated string, comment, quoted name or body are errors with their
 * place (that of the opening). on_comment may be NULL.
 */
bool sql_split(const struct dbw_traits *traits, const char *origin, const char *text, size_t length,
               size_t line, struct arena *arena, struct dbw_list *statements,
               sql_comment_function *on_comment, void *context, struct error *error);

/* Line and column of a byte of a statement: for a server's error offset. */
void sql_statement_place(const struct sql_statement *statement, size_t offset, size_t *line,
                         size_t *column);

#endif
