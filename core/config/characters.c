#include "config/characters.h"

#include <string.h>

/* How many bytes the UTF-8 sequence at the text takes, 0 if it is none (Unicode 15, table 3-7: no
 * overlong forms, no surrogates, nothing above U+10FFFF). */
static size_t sequence_length(const unsigned char *text, size_t left)
{
	unsigned char first = text[0];
	unsigned char low = 0x80, high = 0xbf;
	size_t length;

	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	if (first == 0xe0)
		low = 0xa0;
	else if (first == 0xed)
		high = 0x9f;
	else if (first == 0xf0)
		low = 0x90;
	else if (first == 0xf4)
		high = 0x8f;
	if (left < length || text[1] < low || text[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
		if (text[i] < 0x80 || text[i] > 0xbf)
			return 0;
	return length;
}

const char *characters_refused(const char *text, size_t length, const char *allowed,
                               size_t *offset)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t i = 0;

	while (i < length) {
		size_t step = sequence_length(bytes + i, length - i);

		*offset = i;
		if (step == 0)
			return "a byte that is not UTF-8";
		if (bytes[i] == '\0')
			return "a NUL byte";
		if ((bytes[i] < 0x20 && !strchr(allowed, bytes[i])) || bytes[i] == 0x7f)
			return "a control character";
		i += step;
	}
	return NULL;
}
