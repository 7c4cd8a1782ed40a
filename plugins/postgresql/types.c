#include "types.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* A type as written, taken apart: words in lower case, what stands in parentheses, what stands behind it,
 * and how many dimensions of an array do not matter. */
struct parts {
	char words[128];    /* before the parentheses, single spaces, lower case */
	char modifiers[64]; /* between them, without spaces; "" for none */
	char rest[64];      /* words behind them */
	bool array;
	bool quoted; /* it has a quoted name: left as it is */
};

static void append(char *to, size_t size, const char *from, size_t length)
{
	size_t used = strlen(to);

	for (size_t i = 0; i < length && used + 1 < size; i++)
		to[used++] = (char)tolower((unsigned char)from[i]);
	to[used] = '\0';
}

static void append_word(char *to, size_t size, const char *from, size_t length)
{
	if (*to)
		append(to, size, " ", 1);
	append(to, size, from, length);
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$' ||
	       (unsigned char)c >= 0x80;
}

/* False: it is no type that has another spelling, or too long to be one. */
static bool take_apart(const char *type, struct parts *parts)
{
	bool behind = false;

	*parts = (struct parts){.words = ""};
	if (strlen(type) >= sizeof parts->words)
		return false;
	while (*type) {
		size_t length = 0;

		if (*type == '"' || *type == '\'')
			return false;
		if (*type == '(') {
			length = strcspn(type, ")");
			for (size_t i = 1; i < length; i++)
				if (type[i] != ' ')
					append(parts->modifiers, sizeof parts->modifiers, type + i,
					       1);
			type += length + (type[length] == ')');
			behind = true;
			continue;
		}
		if (*type == '[') {
			parts->array = true;
			type += strcspn(type, "]");
			type += *type == ']';
			continue;
		}
		if (!is_word(*type)) {
			type++;
			continue;
		}
		while (is_word(type[length]))
			length++;
		if (length == 5 && strncasecmp(type, "array", 5) == 0)
			parts->array = true;
		else if (behind)
			append_word(parts->rest, sizeof parts->rest, type, length);
		else
			append_word(parts->words, sizeof parts->words, type, length);
		type += length;
	}
	return true;
}

/* PostgreSQL 15, table 8.1, and the names of pg_type. */
static const struct {
	const char *from;
	const char *to;
} synonyms[] = {
    {"int", "integer"},
    {"int4", "integer"},
    {"int2", "smallint"},
    {"int8", "bigint"},
    {"float4", "real"},
    {"float8", "double precision"},
    {"decimal", "numeric"},
    {"dec", "numeric"},
    {"bool", "boolean"},
    {"varchar", "character varying"},
    {"char varying", "character varying"},
    {"national character varying", "character varying"},
    {"national char varying", "character varying"},
    {"nchar varying", "character varying"},
    {"char", "character"},
    {"bpchar", "bpchar"},
    {"nchar", "character"},
    {"national character", "character"},
    {"national char", "character"},
    {"varbit", "bit varying"},
    {"timestamptz", "timestamp with time zone"},
    {"timestamp", "timestamp without time zone"},
    {"timetz", "time with time zone"},
    {"time", "time without time zone"},
    {"serial4", "serial"},
    {"serial8", "bigserial"},
    {"serial2", "smallserial"},
};

static const char *synonym(const char *words)
{
	for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++)
		if (strcmp(words, synonyms[i].from) == 0)
			return synonyms[i].to;
	return words;
}

static const char *without_prefix(const char *words, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(words, prefix, length) == 0 ? words + length : words;
}

/* Where modifiers stand in the middle: timestamp(3) with time zone. */
static void write_time(struct text *text, const char *name, const struct parts *parts)
{
	size_t first = strcspn(name, " ");
	bool with = strstr(name, " with ") || strcmp(parts->rest, "with time zone") == 0;

	text_printf(text, "%.*s", (int)first, name);
	if (*parts->modifiers)
		text_printf(text, "(%s)", parts->modifiers);
	text_put(text, with ? " with time zone" : " without time zone");
}

static void write_type(struct text *text, const char *name, const struct parts *parts)
{
	const char *modifiers = parts->modifiers;

	if (strncmp(name, "time", 4) == 0 &&
	    (name[4] == ' ' || strncmp(name, "timestamp", 9) == 0)) {
		write_time(text, name, parts);
	} else if (strcmp(name, "float") == 0) {
		text_put(text, *modifiers && atoi(modifiers) <= 24 ? "real" : "double precision");
	} else {
		text_put(text, name);
		if (strcmp(name, "numeric") == 0 && *modifiers && !strchr(modifiers, ','))
			text_printf(text, "(%s,0)", modifiers);
		else if (*modifiers)
			text_printf(text, "(%s)", modifiers);
		else if (strcmp(name, "character") == 0 || strcmp(name, "bit") == 0)
			text_put(text, "(1)");
		if (*parts->rest)
			text_printf(text, " %s", parts->rest);
	}
}

const char *type_canonical(const struct dbw_host *host, struct dbw_schema *schema, const char *type)
{
	struct parts parts;
	struct text text;
	const char *name;

	if (!take_apart(type, &parts))
		return type;
	name = without_prefix(parts.words, "pg_catalog.");
	/* pg_catalog.char without quotes does not occur; "char" has quotes. */
	name = without_prefix(synonym(name), "public.");
	text = text_begin(host);
	write_type(&text, name, &parts);
	if (parts.array)
		text_put(&text, "[]");
	if (strcmp(text_get(&text), type) == 0) {
		text_end(&text);
		return type;
	}
	return text_keep(&text, schema);
}
