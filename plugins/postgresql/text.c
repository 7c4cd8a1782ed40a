#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
