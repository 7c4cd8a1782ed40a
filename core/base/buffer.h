/*
 * Bytes that grow, always followed by a NUL. The same structure that plugins see as opaque.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdarg.h>
#include <stddef.h>

struct dbw_buffer {
	char *text; /* NULL while empty; see buffer_string() */
	size_t length;
	size_t capacity;
};

/* A buffer begins zeroed: struct dbw_buffer buffer = {0}. */
void buffer_release(struct dbw_buffer *buffer);
void buffer_clear(struct dbw_buffer *buffer);

void buffer_append(struct dbw_buffer *buffer, const char *bytes, size_t length);
void buffer_string(struct dbw_buffer *buffer, const char *string);
void buffer_char(struct dbw_buffer *buffer, char c);
void buffer_printf(struct dbw_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buffer_vprintf(struct dbw_buffer *buffer, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* What it holds, "" when empty; valid until the next change. */
const char *buffer_text(const struct dbw_buffer *buffer);

#endif
