#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *allocate(size_t size)
{
	char *text = malloc(size);

	if (!text)
		abort();
	return text;
}

char *text_format(const char *format, ...)
{
	va_list arguments;
	char *text;
	int length;

	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		abort();
	return text;
}

char *text_copy(const char *text)
{
	size_t size = text ? strlen(text) + 1 : 0;

	return text ? memcpy(allocate(size), text, size) : NULL;
}

char *text_literal(const char *text)
{
	static const char digits[] = "0123456789abcdef";
	static const char head[] = "_utf8mb4 X'";
	char *literal = allocate(sizeof head + 2 * strlen(text) + 1);
	char *to = literal + sizeof head - 1;

	memcpy(literal, head, sizeof head);
	for (; *text; text++) {
		*to++ = digits[(unsigned char)*text >> 4];
		*to++ = digits[(unsigned char)*text & 15];
	}
	*to++ = '\'';
	*to = '\0';
	return literal;
}

char *text_identifier(const char *name)
{
	char *quoted = allocate(2 * strlen(name) + 3), *to = quoted;

	*to++ = '`';
	for (; *name; name++) {
		if (*name == '`')
			*to++ = '`';
		*to++ = *name;
	}
	*to++ = '`';
	*to = '\0';
	return quoted;
}
