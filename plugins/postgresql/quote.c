#include <string.h>
#include <strings.h>

#include "postgresql.h"

/* Reserved, or reserved except as the name of a function or type (PostgreSQL 15, appendix C). */
/* clang-format off */
const char *const postgresql_reserved_words[] = {
	"ALL", "ANALYSE", "ANALYZE", "AND", "ANY", "ARRAY", "AS", "ASC", "ASYMMETRIC",
	"AUTHORIZATION", "BINARY", "BOTH", "CASE", "CAST", "CHECK", "COLLATE", "COLLATION", "COLUMN",
	"CONCURRENTLY", "CONSTRAINT", "CREATE", "CROSS", "CURRENT_CATALOG", "CURRENT_DATE",
	"CURRENT_ROLE", "CURRENT_SCHEMA", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_USER",
	"DEFAULT", "DEFERRABLE", "DESC", "DISTINCT", "DO", "ELSE", "END", "EXCEPT", "FALSE", "FETCH",
	"FOR", "FOREIGN", "FREEZE", "FROM", "FULL", "GRANT", "GROUP", "HAVING", "ILIKE", "IN",
	"INITIALLY", "INNER", "INTERSECT", "INTO", "IS", "ISNULL", "JOIN", "LATERAL", "LEADING", "LEFT",
	"LIKE", "LIMIT", "LOCALTIME", "LOCALTIMESTAMP", "NATURAL", "NOT", "NOTNULL", "NULL", "OFFSET",
	"ON", "ONLY", "OR", "ORDER", "OUTER", "OVERLAPS", "PLACING", "PRIMARY", "REFERENCES",
	"RETURNING", "RIGHT", "SELECT", "SESSION_USER", "SIMILAR", "SOME", "SYMMETRIC", "SYSTEM_USER",
	"TABLE", "TABLESAMPLE", "THEN", "TO", "TRAILING", "TRUE", "UNION", "UNIQUE", "USER", "USING",
	"VARIADIC", "VERBOSE", "WHEN", "WHERE", "WINDOW", "WITH", NULL,
};
/* clang-format on */

static bool is_reserved(const char *name)
{
	for (const char *const *word = postgresql_reserved_words; *word; word++)
		if (strcasecmp(*word, name) == 0)
			return true;
	return false;
}

/* What the server would fold or could not read needs quotes (PostgreSQL 15, 4.1.1). */
static bool is_plain(const char *name)
{
	if (!((*name >= 'a' && *name <= 'z') || *name == '_'))
		return false;
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0' &&
	       !is_reserved(name);
}

void postgresql_quote_identifier(const struct dbw_host *host, const char *name,
                                 struct dbw_buffer *out)
{
	if (is_plain(name)) {
		host->buffer_append(out, name, strlen(name));
		return;
	}
	host->buffer_append(out, "\"", 1);
	for (; *name; name++)
		host->buffer_append(out, *name == '"' ? "\"\"" : name, *name == '"' ? 2 : 1);
	host->buffer_append(out, "\"", 1);
}

/* A backslash means itself or not by a setting of the session; in E'' always the same. */
void postgresql_quote_literal(const struct dbw_host *host, const char *text, size_t length,
                              struct dbw_buffer *out)
{
	bool escaped = memchr(text, '\\', length) != NULL;

	host->buffer_append(out, escaped ? "E'" : "'", escaped ? 2 : 1);
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\'' || text[i] == '\\')
			host->buffer_append(out, text + i, 1);
		host->buffer_append(out, text + i, 1);
	}
	host->buffer_append(out, "'", 1);
}
