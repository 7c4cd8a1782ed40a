/*
 * The beginning of a statement, as the server's lexer would see it. Enough to tell statements apart;
 * the server does the reading.
 */
#ifndef MYSQL_SCAN_H
#define MYSQL_SCAN_H

#include <stdbool.h>
#include <stddef.h>

struct scan {
	const char *position;
	const char *end;
};

struct word {
	const char *text;
	size_t length;
};

/* Skips white space and comments, and the frame of comments whose text is executed. */
void scan_blank(struct scan *scan);
/* Takes the next word; empty if something else is there. */
struct word scan_word(struct scan *scan);
/* Takes the character if it comes next. */
bool scan_symbol(struct scan *scan, char symbol);
bool scan_word_is(const struct word *word, const char *text);
/* True if there is nothing that the server would execute. */
bool scan_is_empty(const char *sql, size_t length);
/* True if there is a semicolon outside quotes and comments, or something in quotes or a comment is
 * left open. */
bool scan_is_composite(const char *sql, size_t length);

#endif
