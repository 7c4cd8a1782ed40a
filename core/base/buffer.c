#include "base/buffer.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static void reserve(struct dbw_buffer *buffer, size_t more)
{
	size_t capacity = buffer->capacity ? buffer->capacity : 64;

	if (more < buffer->capacity - buffer->length)
		return;
	while (capacity - buffer->length <= more) {
		if (capacity > (size_t)-1 / 2)
			abort();
		capacity *= 2;
	}
	buffer->text = memory_resize(buffer->text, capacity, 1);
	buffer->capacity = capacity;
}

void buffer_release(struct dbw_buffer *buffer)
{
	free(buffer->text);
	*buffer = (struct dbw_buffer){0};
}

void buffer_clear(struct dbw_buffer *buffer)
{
	buffer->length = 0;
	if (buffer->text)
		buffer->text[0] = '\0';
}

void buffer_append(struct dbw_buffer *buffer, const char *bytes, size_t length)
{
	reserve(buffer, length);
	if (length)
		memcpy(buffer->text + buffer->length, bytes, length);
	buffer->length += length;
	buffer->text[buffer->length] = '\0';
}

void buffer_string(struct dbw_buffer *buffer, const char *string)
{
	buffer_append(buffer, string, strlen(string));
}

void buffer_char(struct dbw_buffer *buffer, char c)
{
	buffer_append(buffer, &c, 1);
}

void buffer_vprintf(struct dbw_buffer *buffer, const char *format, va_list arguments)
{
	va_list again;
	int length;

	assert(format);
	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)
		abort();
	reserve(buffer, (size_t)length);
	vsnprintf(buffer->text + buffer->length, (size_t)length + 1, format, arguments);
	buffer->length += (size_t)length;
}

void buffer_printf(struct dbw_buffer *buffer, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	buffer_vprintf(buffer, format, arguments);
	va_end(arguments);
}

const char *buffer_text(const struct dbw_buffer *buffer)
{
	return buffer->text ? buffer->text : "";
}
