#include "values.h"

#include <string.h>
#include <strings.h>

/* The next string of the type, with its quotes; false behind the last. */
static bool next_value(const char **position, struct value *value)
{
	const char *text = strchr(*position, '\'');

	if (!text)
		return false;
	value->text = text;
	for (text++; *text; text++) {
		if (*text == '\\' && text[1])
			text++;
		else if (*text == '\'' && text[1] == '\'')
			text++;
		else if (*text == '\'')
			break;
	}
	text += *text == '\'';
	value->length = (size_t)(text - value->text);
	*position = text;
	return true;
}

bool values_renamed(const char *before, const char *after, struct value *from, struct value *to)
{
	while (next_value(&before, from) && next_value(&after, to))
		if (from->length != to->length || strncmp(from->text, to->text, to->length) != 0)
			return true;
	return false;
}

void values_widen(struct ddl *ddl, const char *type, const struct value *value)
{
	const char *end = strrchr(type, ')');

	if (!end)
		end = type + strlen(type);
	ddl_printf(ddl, "%.*s,%.*s%s", (int)(end - type), type, (int)value->length, value->text,
	           end);
}

bool values_is_set(const char *type)
{
	return strncasecmp(type, "set", 3) == 0;
}

bool values_differ_in_case(const struct value *a, const struct value *b)
{
	return a->length == b->length && strncasecmp(a->text, b->text, a->length) == 0;
}
