#include "cli/output.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/utf8.h"

bool output_coloured(FILE *stream)
{
	const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");

	return isatty(fileno(stream)) && !(none && *none) && terminal && *terminal &&
	       strcmp(terminal, "dumb") != 0;
}

void output_text(FILE *stream, enum colour colour, const char *text)
{
	static const char *const codes[] = {
	    [COLOUR_NONE] = "",        [COLOUR_GREEN] = "\033[32m", [COLOUR_YELLOW] = "\033[33m",
	    [COLOUR_RED] = "\033[31m", [COLOUR_BOLD] = "\033[1m",   [COLOUR_DIM] = "\033[2m",
	};

	if (colour == COLOUR_NONE || !output_coloured(stream)) {
		output_safe(stream, text, false);
		return;
	}
	fputs(codes[colour], stream);
	output_safe(stream, text, false);
	fputs("\033[0m", stream);
}

void output_safe(FILE *stream, const char *text, bool lines)
{
	const char *run = text;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c >= 0x20 && c != 0x7f) || (lines && (c == '\n' || c == '\t')))
			continue;
		fwrite(run, 1, (size_t)(text - run), stream);
		fprintf(stream, "\\x%02x", c);
		run = text + 1;
	}
	fwrite(run, 1, (size_t)(text - run), stream);
}

void table_begin(struct table *table, const char *const *headings, size_t columns)
{
	*table = (struct table){.columns = columns, .headings = headings};
}

void table_row(struct table *table, enum colour colour, const char *const *cells)
{
	enum colour *kept = arena_new(&table->arena, enum colour);

	for (size_t i = 0; i < table->columns; i++)
		list_append(&table->arena, &table->cells,
		            arena_string(&table->arena, cells[i] ? cells[i] : ""));
	*kept = colour;
	list_append(&table->arena, &table->colours, kept);
}

/* Columns on a terminal: code points serve, as names are mostly narrow. */
static size_t display_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static void print_row(FILE *stream, const size_t *widths, size_t columns, const char *const *cells,
                      enum colour colour)
{
	for (size_t i = 0; i < columns; i++) {
		output_text(stream, colour, cells[i]);
		if (i + 1 < columns)
			fprintf(stream, "%*s", (int)(widths[i] - display_width(cells[i]) + 2), "");
	}
	fputc('\n', stream);
}

void table_print(struct table *table, FILE *stream)
{
	size_t *widths = arena_alloc(&table->arena, table->columns * sizeof *widths);
	const char *const *cells = (const char *const *)table->cells.items;

	assert(table->columns);
	for (size_t i = 0; i < table->columns; i++)
		widths[i] = display_width(table->headings[i]);
	for (size_t i = 0; i < table->cells.count; i++) {
		size_t width = display_width(cells[i]);

		if (width > widths[i % table->columns])
			widths[i % table->columns] = width;
	}
	print_row(stream, widths, table->columns, table->headings, COLOUR_BOLD);
	for (size_t i = 0; i < table->colours.count; i++)
		print_row(stream, widths, table->columns, cells + i * table->columns,
		          *(enum colour *)table->colours.items[i]);
	arena_release(&table->arena);
}

json_t *json_text(const char *text)
{
	struct dbw_buffer mended = {0};
	json_t *string;

	if (!text)
		return json_null();
	string = json_string(text);
	if (string)
		return string;
	while (*text) {
		size_t length = utf8_length(text, strlen(text));

		if (length)
			buffer_append(&mended, text, length);
		else
			buffer_string(&mended, "\xEF\xBF\xBD");
		text += length ? length : 1;
	}
	string = json_string(buffer_text(&mended));
	buffer_release(&mended);
	return string;
}

bool output_json(json_t *document)
{
	int failed = json_dumpf(document, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);

	json_decref(document);
	return !failed && fputc('\n', stdout) != EOF && fflush(stdout) == 0;
}

/* Drawing takes time and a person sees some ten pictures a second. */
static long long last_shown_ms;
static bool shown;

void progress_show(size_t done, size_t count, const char *what)
{
	enum { BAR = 24 };
	struct winsize size;
	struct timespec now;
	long long now_ms;
	int filled, room;

	if (!output_coloured(stderr) || count < 2)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	now_ms = (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	if (shown && done < count && now_ms - last_shown_ms < 100)
		return;
	last_shown_ms = now_ms;
	shown = true;
	room = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
	filled = (int)(done * BAR / count);
	fprintf(stderr, "\r\033[K[%.*s%.*s] %zu/%zu ", filled, "########################",
	        BAR - filled, "                        ", done, count);
	room -= BAR + 20;
	fprintf(stderr, "%.*s", room > 0 ? room : 0, what);
	fflush(stderr);
}

void progress_clear(void)
{
	if (shown)
		fputs("\r\033[K", stderr);
	shown = false;
}
