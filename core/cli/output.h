/*
 * What people and programs are shown: colour on a terminal alone, aligned tables, JSON, progress.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"

enum colour { COLOUR_NONE, COLOUR_GREEN, COLOUR_YELLOW, COLOUR_RED, COLOUR_BOLD, COLOUR_DIM };

/* Whether the stream is a terminal that shows colour (NO_COLOR and TERM=dumb are obeyed). */
bool output_coloured(FILE *stream);
/* Prints the text in the colour, where the stream has any. */
void output_text(FILE *stream, enum colour colour, const char *text);
/* Text that came from files or servers, with control characters made visible: nothing in it can
 * move the cursor or fake a line. Tabs and line breaks stay if 'lines'. */
void output_safe(FILE *stream, const char *text, bool lines);

/* A table: column headings, then rows of the same number of cells. */
struct table {
	struct arena arena;
	size_t columns;
	const char *const *headings;
	struct dbw_list cells;   /* const char *, row by row */
	struct dbw_list colours; /* one for each row */
};
void table_begin(struct table *table, const char *const *headings, size_t columns);
/* The cells are copied; NULL is an empty one. */
void table_row(struct table *table, enum colour colour, const char *const *cells);
void table_print(struct table *table, FILE *stream); /* and releases it */

/* A string that came from files, paths or servers; NULL becomes null. JSON is UTF-8 alone, so bytes that
 * are none become U+FFFD. */
json_t *json_text(const char *text);
/* Prints the document with a final line break and gives up the reference. Returns false if standard
 * output could not take it. */
bool output_json(json_t *document);

/* One line that is written over: "applying 17/500 ..." with a bar. Nothing where standard error is no
 * terminal. */
void progress_show(size_t done, size_t count, const char *what);
void progress_clear(void);

#endif
