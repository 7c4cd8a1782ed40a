/*
 * The first words of a statement, as SQLite's tokenizer would see them. Enough to tell statements
 * apart; SQLite does the reading.
 */
#ifndef SQLITE_SCAN_H
#define SQLITE_SCAN_H

#include <stdbool.h>
#include <stddef.h>

struct scan {
	const char *position;
	const char *end;
};

/* Skips white space, comments and semicolons. */
void sqlite_scan_blank(struct scan *scan);
/* Takes the next word, in quotes or not, without the quotes. Empty if something else is there. */
struct word {
	const char *text;
	size_t length;
};
struct word sqlite_scan_word(struct scan *scan);
/* Takes the character if it comes next. */
bool sqlite_scan_symbol(struct scan *scan, char symbol);
bool sqlite_word_is(const struct word *word, const char *text);

/* The name of the PRAGMA that the statement is, empty if it is another statement. The scan is left
 * behind the name. */
struct word sqlite_scan_pragma(struct scan *scan);

/* True if the SQL, which SQLite has accepted, ends inside a block comment. */
bool sqlite_scan_open_comment(const char *sql, size_t length);

#endif
