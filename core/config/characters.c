#include "config/characters.h"

#include <string.h>

#include "base/utf8.h"

const char *characters_refused(const char *text, size_t length, const char *allowed, size_t *offset)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t i = 0;

	while (i < length) {
		size_t step = utf8_length(text + i, length - i);

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
