#include "text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "postgresql.h"

struct text text_begin(const struct dbw_host *host)
{
	return (struct text){host, host->buffer_new()};
}

void text_end(struct text *text)
{
	text->host->buffer_free(text->buffer);
	text->buffer = NULL;
}

const char *text_get(const struct text *text)
{
	return text->host->buffer_text(text->buffer, NULL);
}

void text_put(struct text *text, const char *string)
{
	text->host->buffer_append(text->buffer, string, strlen(string));
}

void text_name(struct text *text, const char *name)
{
	postgresql_quote_identifier(text->host, name, text->buffer);
}

void text_literal(struct text *text, const char *value)
{
	postgresql_quote_literal(text->host, value, strlen(value), text->buffer);
}

void text_qualified(struct text *text, const char *namespace_name, const char *name)
{
	if (namespace_name) {
		text_name(text, namespace_name);
		text_put(text, ".");
	}
	text_name(text, name);
}

void text_printf(struct text *text, const char *format, ...)
{
	va_list arguments;
	char *string;
	int length;

	va_start(arguments, format);
	length = vasprintf(&string, format, arguments);
	va_end(arguments);
	if (length < 0)
		abort();
	text->host->buffer_append(text->buffer, string, (size_t)length);
	free(string);
}

const char *text_keep(struct text *text, struct dbw_schema *schema)
{
	size_t length;
	const char *bytes = text->host->buffer_text(text->buffer, &length);
	const char *kept = text->host->text(schema, bytes, length);

	text_end(text);
	return kept;
}

bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool is_default_namespace(const char *name)
{
	return !name || strcmp(name, "public") == 0;
}

const char *option_value(const struct dbw_list *options, const char *name)
{
	for (size_t i = 0; i < options->count; i++) {
		const struct dbw_option *option = options->items[i];

		if (strcmp(option->name, name) == 0)
			return option->value;
	}
	return NULL;
}

const struct dbw_column *find_column(const struct dbw_table *table, const char *name)
{
	for (size_t i = 0; i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];

		if (strcmp(column->name, name) == 0)
			return column;
	}
	return NULL;
}

const struct dbw_constraint *primary_key(const struct dbw_table *table)
{
	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->kind == DBW_PRIMARY_KEY)
			return constraint;
	}
	return NULL;
}

const char *text_skip_piece(const char *sql)
{
	int depth = 0;

	do {
		if (*sql == '"' || *sql == '\'') {
			char quote = *sql++;

			while (*sql && *sql != quote)
				sql++;
		}
		depth += *sql == '(';
		depth -= *sql == ')';
		sql += *sql != '\0';
	} while (*sql && depth > 0);
	return sql;
}

/* A word, a name in quotes, or one other piece. */
static const char *skip_word(const char *sql)
{
	const char *end = sql;

	while (isalnum((unsigned char)*end) || *end == '_' || (unsigned char)*end >= 0x80)
		end++;
	return end > sql ? end : text_skip_piece(sql);
}

const char *text_find_check(const char *sql, bool *named, const char **name, size_t *length)
{
	const char *before[2] = {NULL, NULL}, *end;
	size_t lengths[2] = {0, 0};

	for (; *sql; sql = end) {
		end = skip_word(sql);
		if (isspace((unsigned char)*sql))
			continue;
		if (end - sql == 5 && strncasecmp(sql, "check", 5) == 0) {
			*named = lengths[1] == 10 && strncasecmp(before[1], "constraint", 10) == 0;
			if (*named && name) {
				bool quoted = *before[0] == '"';

				*name = before[0] + quoted;
				*length = lengths[0] - 2 * quoted;
			}
			return sql;
		}
		before[1] = before[0];
		lengths[1] = lengths[0];
		before[0] = sql;
		lengths[0] = (size_t)(end - sql);
	}
	return NULL;
}
