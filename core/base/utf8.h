/*
 * UTF-8, as far as anybody here needs it.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>

/* How many of the 'left' bytes at the text are its first character; 0 if they are none (Unicode 15,
 * table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF) or if nothing is left. */
size_t utf8_length(const char *text, size_t left);

#endif
