#include "arrays.h"

#include <ctype.h>
#include <string.h>

#include "text.h"

/* Behind a string or a quoted name. */
static const char *skip_quoted(const char *p)
{
	char quote = *p++;

	while (*p && *p != quote)
		p++;
	return *p ? p + 1 : p;
}

/* The end of an element or of the list: a comma or a bracket that is not inside another. */
static const char *element_end(const char *p)
{
	int depth = 0;

	while (*p) {
		if (*p == '\'' || *p == '"') {
			p = skip_quoted(p);
			continue;
		}
		if (!depth && (*p == ',' || *p == ']'))
			return p;
		depth += *p == '(' || *p == '[';
		depth -= *p == ')' || *p == ']';
		p++;
	}
	return p;
}

/* Behind '(ARRAY[...])::TYPE[]' with the type, or NULL if this is something else. */
static const char *read_cast(const char *p, const char **type, size_t *length)
{
	static const char begin[] = "(ARRAY[";

	if (strncmp(p, begin, sizeof begin - 1) != 0)
		return NULL;
	p += sizeof begin - 1;
	while (*(p = element_end(p)) == ',')
		p++;
	if (strncmp(p, "])::", 4) != 0)
		return NULL;
	*type = p + 4;
	for (p = *type; isalnum((unsigned char)*p) || *p == '_' || *p == ' '; p++)
		;
	*length = (size_t)(p - *type);
	return *length && strncmp(p, "[]", 2) == 0 ? p + 2 : NULL;
}

static void put_elements(struct text *text, const char *p, const char *type, size_t length)
{
	text_put(text, "ARRAY[");
	for (;;) {
		const char *end = element_end(p);

		text_printf(text, "(%.*s)::%.*s", (int)(end - p), p, (int)length, type);
		if (*end != ',')
			break;
		text_put(text, ", ");
		for (p = end + 1; *p == ' '; p++)
			;
	}
	text_put(text, "]");
}

const char *arrays_canonical(const struct dbw_host *host, struct dbw_schema *schema,
                             const char *sql)
{
	struct text text;

	if (!sql || !strstr(sql, "(ARRAY["))
		return sql;
	text = text_begin(host);
	while (*sql) {
		const char *type, *end = sql;
		size_t length;

		if (*sql == '\'' || *sql == '"') {
			end = skip_quoted(sql);
		} else if ((end = read_cast(sql, &type, &length))) {
			put_elements(&text, sql + strlen("(ARRAY["), type, length);
			sql = end;
			continue;
		} else {
			end = sql + 1;
		}
		text_printf(&text, "%.*s", (int)(end - sql), sql);
		sql = end;
	}
	return text_keep(&text, schema);
}
