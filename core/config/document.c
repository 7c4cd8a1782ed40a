#include "config/document.h"

#include <assert.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/characters.h"

/*
 * inih copies each line into a buffer whose size is fixed when inih is built, and takes what does not
 * fit for the next line; it keeps 50 bytes of a name and drops the rest; it does not tell where a
 * section begins. So it is never shown a value: the reader below hands it each line with '@N' in place
 * of the value, N being the index of the line in our own list, and the handler takes the value from
 * there. A section line is followed by the pair '@ = @N' that makes it known. What goes to inih is
 * then short whatever the file holds, and is read alike by every build of inih.
 */
enum {
	NAME_LIMIT = 49,     /* inih's MAX_SECTION and MAX_NAME, less the NUL */
	STAND_IN_SIZE = 128, /* inih's INI_MAX_LINE is 200 unless somebody made it larger */
};

enum line_kind { LINE_SECTION, LINE_KEY, LINE_CONTINUATION };

struct line {
	enum line_kind kind;
	const char *name; /* of the section or key */
	size_t number;
	size_t column; /* of the name */
	struct document_value *value;
};

struct parse {
	struct arena *arena;
	const char *path;
	const char *next, *end; /* what is left of the content */
	const char *line;       /* the line being read, and its number */
	size_t number;
	bool marker_due;        /* the pair that makes the last section known comes next */
	struct dbw_list lines;  /* struct line */
	const struct line *key; /* the last key, if a continuation may follow it */
	struct document *document;
	struct error *error;
	bool failed;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *skip_blanks(const char *start, const char *end)
{
	while (start < end && is_blank(*start))
		start++;
	return start;
}

static const char *trim(const char *start, const char *end)
{
	while (end > start && is_blank(end[-1]))
		end--;
	return end;
}

static const char *comment_start(const char *start, const char *end)
{
	for (const char *p = start; p + 1 < end; p++)
		if (is_blank(p[0]) && p[1] == ';')
			return p;
	return end;
}

static size_t column_of(const struct parse *parse, const char *place)
{
	return (size_t)(place - parse->line) + 1;
}

#define fail_at(parse, place, ...)                                                                 \
	((parse)->failed = true,                                                                   \
	 error_at((parse)->error, ERROR_USAGE, (parse)->path, (parse)->number,                     \
	          column_of((parse), (place)), __VA_ARGS__))

/* Names have few letters, so that no line can mean one thing to us and another to inih. */
static bool check_name(struct parse *parse, const char *what, const char *name, const char *end,
                       const char *more_letters)
{
	for (const char *p = name; p < end; p++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.",
		            *p) &&
		    !strchr(more_letters, *p))
			return fail_at(parse, p,
			               "the name of a %s has letters, digits, '_' and '-' alone",
			               what);
	if (name == end)
		return fail_at(parse, name, "a %s without a name", what);
	if (end - name > NAME_LIMIT)
		return fail_at(parse, name, "the name of a %s is longer than %d bytes", what,
		               NAME_LIMIT);
	return true;
}

static struct line *add_line(struct parse *parse, enum line_kind kind, const char *name,
                             const char *name_end)
{
	struct line *line = arena_new(parse->arena, struct line);

	line->kind = kind;
	line->name = arena_copy(parse->arena, name, (size_t)(name_end - name));
	line->number = parse->number;
	line->column = column_of(parse, name);
	list_append(parse->arena, &parse->lines, line);
	return line;
}

static void set_value(struct parse *parse, struct line *line, const char *start, const char *end)
{
	struct document_value *value = arena_new(parse->arena, struct document_value);

	end = comment_start(start, end);
	start = skip_blanks(start, end);
	end = trim(start, end);
	value->text = arena_copy(parse->arena, start, (size_t)(end - start));
	value->line = parse->number;
	value->column = column_of(parse, start);
	line->value = value;
}

static bool read_section(struct parse *parse, const char *start, const char *end)
{
	const char *close = memchr(start, ']', (size_t)(end - start));
	const char *name, *name_end, *rest;

	if (!close)
		return fail_at(parse, start, "'[' without its ']'");
	rest = skip_blanks(close + 1, end);
	if (rest < end && *rest != ';' && *rest != '#')
		return fail_at(parse, rest, "text after the ']' of a section");
	name = skip_blanks(start + 1, close);
	name_end = trim(name, close);
	if (!check_name(parse, "section", name, name_end, ":"))
		return false;
	add_line(parse, LINE_SECTION, name, name_end);
	parse->key = NULL;
	parse->marker_due = true;
	return true;
}

static bool read_key(struct parse *parse, const char *start, const char *end)
{
	const char *equals = start;
	const char *name_end;
	struct line *line;

	while (equals < end && *equals != '=' && *equals != ':')
		equals++;
	if (equals == end) {
		fail_at(parse, start, "neither 'key = value' nor '[section]'");
		return error_hint(parse->error, "A line that continues the value above it begins "
		                                "with a space; a comment begins with '#' or ';'.");
	}
	name_end = trim(start, equals);
	if (!check_name(parse, "key", start, name_end, ""))
		return false;
	line = add_line(parse, LINE_KEY, start, name_end);
	set_value(parse, line, equals + 1, end);
	parse->key = line;
	return true;
}

/* Reads lines until one says something; false at the end of the content or after an error. */
static bool read_line(struct parse *parse)
{
	while (parse->next < parse->end) {
		const char *start = parse->next;
		const char *end = memchr(start, '\n', (size_t)(parse->end - start));
		struct line *line;

		parse->next = end ? end + 1 : parse->end;
		if (!end)
			end = parse->end;
		if (end > start && end[-1] == '\r')
			end--;
		parse->line = start;
		parse->number++;
		start = skip_blanks(start, end);
		end = trim(start, end);
		if (start == end || *start == ';' || *start == '#')
			continue;
		if (start > parse->line && parse->key) {
			line = add_line(parse, LINE_CONTINUATION, parse->key->name,
			                parse->key->name + strlen(parse->key->name));
			set_value(parse, line, start, end);
			return true;
		}
		return *start == '[' ? read_section(parse, start, end)
		                     : read_key(parse, start, end);
	}
	return false;
}

/* inih's reader: like fgets(), but what it gives is the next stand-in. */
static char *next_stand_in(char *text, int size, void *context)
{
	struct parse *parse = context;
	const struct line *line;
	size_t index;
	int length;

	if (parse->marker_due) {
		parse->marker_due = false;
		length = snprintf(text, (size_t)size, "@ = @%zu\n", parse->lines.count - 1);
		assert(length < size);
		return text;
	}
	if (parse->failed || !read_line(parse))
		return NULL;
	index = parse->lines.count - 1;
	line = parse->lines.items[index];
	if (line->kind == LINE_SECTION)
		length = snprintf(text, (size_t)size, "[%s]\n", line->name);
	else
		length = snprintf(text, (size_t)size, "%s = @%zu\n", line->name, index);
	assert(length < size && length < STAND_IN_SIZE);
	return text;
}

static void add_section(struct parse *parse, const struct line *line)
{
	struct document_section *section = arena_new(parse->arena, struct document_section);

	section->name = line->name;
	section->line = line->number;
	section->column = line->column;
	list_append(parse->arena, &parse->document->sections, section);
}

static void add_key(struct parse *parse, struct document_section *section, const struct line *line)
{
	struct document_key *key = arena_new(parse->arena, struct document_key);

	key->name = line->name;
	key->line = line->number;
	key->column = line->column;
	list_append(parse->arena, &key->values, line->value);
	list_append(parse->arena, &section->keys, key);
}

/* inih's handler. Returns nonzero to go on; a failure is remembered in 'parse', because inih goes on
 * either way. */
static int take_pair(void *context, const char *section_name, const char *name, const char *value)
{
	struct parse *parse = context;
	const struct dbw_list *sections = &parse->document->sections;
	struct document_section *section;
	struct document_key *key;
	const struct line *line;
	size_t index;

	if (parse->failed)
		return 1;
	assert(*value == '@');
	index = strtoul(value + 1, NULL, 10);
	assert(index < parse->lines.count);
	line = parse->lines.items[index];
	if (line->kind == LINE_SECTION) {
		assert(strcmp(line->name, section_name) == 0);
		add_section(parse, line);
		return 1;
	}
	assert(strcmp(line->name, name) == 0);
	if (sections->count == 0) {
		parse->failed = true;
		error_at(parse->error, ERROR_USAGE, parse->path, line->number, line->column,
		         "key '%s' stands before any section", line->name);
		error_hint(parse->error, "The keys of a database go under a line [database:NAME].");
		return 1;
	}
	section = sections->items[sections->count - 1];
	if (line->kind == LINE_KEY) {
		add_key(parse, section, line);
	} else {
		key = section->keys.items[section->keys.count - 1];
		list_append(parse->arena, &key->values, line->value);
	}
	return 1;
}

/* A first look over the bytes, so that the rest need not care. */
static bool check_content(const char *path, struct text content, struct error *error)
{
	size_t line = 1, offset, start = 0;
	const char *refused = characters_refused(content.bytes, content.length, "\t\r\n", &offset);

	if (!refused) {
		/* A carriage return belongs to the end of a line and nowhere else. */
		const char *end = content.bytes + content.length;
		const char *lone = memchr(content.bytes, '\r', content.length);

		while (lone && lone + 1 < end && lone[1] == '\n')
			lone = memchr(lone + 1, '\r', (size_t)(end - lone - 1));
		if (!lone || lone + 1 == end)
			return true;
		offset = (size_t)(lone - content.bytes);
		refused = "a carriage return inside a line";
	}
	for (size_t i = 0; i < offset; i++)
		if (content.bytes[i] == '\n') {
			line++;
			start = i + 1;
		}
	return error_at(error, ERROR_USAGE, path, line, offset - start + 1, "the file holds %s",
	                refused);
}

bool document_parse(struct arena *arena, const char *path, struct text content,
                    struct document *document, struct error *error)
{
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	struct parse parse = {
	    .arena = arena,
	    .path = path,
	    .next = content.bytes,
	    .end = content.bytes + content.length,
	    .document = document,
	    .error = error,
	};
	int status;

	*document = (struct document){0};
	if (!check_content(path, content, error))
		return false;
	if (content.length >= 3 && memcmp(content.bytes, byte_order_mark, 3) == 0)
		parse.next += 3;
	status = ini_parse_stream(next_stand_in, &parse, take_pair, &parse);
	if (parse.failed)
		return false;
	if (status != 0)
		return error_at(error, ERROR_USAGE, path, parse.number, 0,
		                "the INI parser refused the line");
	return true;
}
