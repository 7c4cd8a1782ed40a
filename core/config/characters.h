/*
 * What text from outside may hold before it becomes a path, a URL or part of a message: valid UTF-8
 * without control characters.
 */
#ifndef CONFIG_CHARACTERS_H
#define CONFIG_CHARACTERS_H

#include <stddef.h>

/* NULL if the text is fine. Otherwise what is wrong with the byte at *offset, to stand after
 * "holds". Tabs and line breaks are fine where the caller has no line to care for: 'allowed' lists the
 * control characters that may occur. */
const char *characters_refused(const char *text, size_t length, const char *allowed,
                               size_t *offset);

#endif
