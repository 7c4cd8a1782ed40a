#include "sqlite.h"

#include <string.h>

/*
 * The parser lets most keywords stand for names where they cannot mean anything else (SQLite,
 * lang_keywords). These are the ones that it does not, or not everywhere: CAST, CURRENT_DATE and
 * their like can name a column, but mean something else in an expression; IF cannot begin the name
 * in CREATE TABLE.
 */
/* clang-format off */
const char *const sqlite_reserved_words[] = {
	"ADD", "ALL", "ALTER", "AND", "AS", "AUTOINCREMENT", "BETWEEN", "CASE", "CAST", "CHECK",
	"COLLATE", "COMMIT", "CONSTRAINT", "CREATE", "CURRENT_DATE", "CURRENT_TIME",
	"CURRENT_TIMESTAMP", "DEFAULT", "DEFERRABLE", "DELETE", "DISTINCT", "DROP", "ELSE",
	"ESCAPE", "EXCEPT", "EXISTS", "FALSE", "FOREIGN", "FROM", "GROUP", "HAVING", "IF", "IN",
	"INDEX", "INSERT", "INTERSECT", "INTO", "IS", "ISNULL", "JOIN", "LIMIT", "NOT", "NOTHING",
	"NOTNULL", "NULL", "ON", "OR", "ORDER", "PRIMARY", "RAISE", "REFERENCES", "RETURNING",
	"SELECT", "SET", "TABLE", "THEN", "TO", "TRANSACTION", "TRUE", "UNION", "UNIQUE",
	"UPDATE", "USING", "VALUES", "WHEN", "WHERE", NULL,
};
/* clang-format on */

/*
 * All keywords, sorted. A list of our own and not sqlite3_keyword_check(), which knows the keywords
 * of the library at hand: what is written must not depend on the machine that writes it. TRUE and
 * FALSE are no keywords, but mean the values unless a column has the name.
 */
/* clang-format off */
static const char *const keywords[] = {
	"ABORT", "ACTION", "ADD", "AFTER", "ALL", "ALTER", "ALWAYS", "ANALYZE", "AND", "AS", "ASC",
	"ATTACH", "AUTOINCREMENT", "BEFORE", "BEGIN", "BETWEEN", "BY", "CASCADE", "CASE", "CAST",
	"CHECK", "COLLATE", "COLUMN", "COMMIT", "CONFLICT", "CONSTRAINT", "CREATE", "CROSS",
	"CURRENT", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "DATABASE", "DEFAULT",
	"DEFERRABLE", "DEFERRED", "DELETE", "DESC", "DETACH", "DISTINCT", "DO", "DROP", "EACH",
	"ELSE", "END", "ESCAPE", "EXCEPT", "EXCLUDE", "EXCLUSIVE", "EXISTS", "EXPLAIN", "FAIL",
	"FALSE", "FILTER", "FIRST", "FOLLOWING", "FOR", "FOREIGN", "FROM", "FULL", "GENERATED",
	"GLOB", "GROUP", "GROUPS", "HAVING", "IF", "IGNORE", "IMMEDIATE", "IN", "INDEX", "INDEXED",
	"INITIALLY", "INNER", "INSERT", "INSTEAD", "INTERSECT", "INTO", "IS", "ISNULL", "JOIN",
	"KEY", "LAST", "LEFT", "LIKE", "LIMIT", "MATCH", "MATERIALIZED", "NATURAL", "NO", "NOT",
	"NOTHING", "NOTNULL", "NULL", "NULLS", "OF", "OFFSET", "ON", "OR", "ORDER", "OTHERS",
	"OUTER", "OVER", "PARTITION", "PLAN", "PRAGMA", "PRECEDING", "PRIMARY", "QUERY", "RAISE",
	"RANGE", "RECURSIVE", "REFERENCES", "REGEXP", "REINDEX", "RELEASE", "RENAME", "REPLACE",
	"RESTRICT", "RETURNING", "RIGHT", "ROLLBACK", "ROW", "ROWS", "SAVEPOINT", "SELECT", "SET",
	"TABLE", "TEMP", "TEMPORARY", "THEN", "TIES", "TO", "TRANSACTION", "TRIGGER", "TRUE",
	"UNBOUNDED", "UNION", "UNIQUE", "UPDATE", "USING", "VACUUM", "VALUES", "VIEW", "VIRTUAL",
	"WHEN", "WHERE", "WINDOW", "WITH", "WITHIN", "WITHOUT",
};
/* clang-format on */

/* The longest is CURRENT_TIMESTAMP. */
enum { LONGEST_KEYWORD = 17 };

static bool is_keyword(const char *name, size_t length)
{
	char upper[LONGEST_KEYWORD + 1];
	size_t low = 0, high = sizeof keywords / sizeof *keywords;

	if (length > LONGEST_KEYWORD)
		return false;
	for (size_t i = 0; i < length; i++)
		upper[i] = (char)(name[i] >= 'a' && name[i] <= 'z' ? name[i] - 'a' + 'A' : name[i]);
	upper[length] = '\0';
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(upper, keywords[middle]);

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/* Only ASCII: what counts as a letter beyond it is not for this plugin to say. */
static bool is_plain_word(const char *name, size_t length)
{
	static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
	static const char others[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

	return strspn(name, first) > 0 && strspn(name, others) == length;
}

/* Appends the text between two quotes, each quote in it doubled. */
static void append_quoted(const struct dbw_host *host, const char *text, size_t length, char quote,
                          struct dbw_buffer *out)
{
	const char *end = text + length;

	host->buffer_append(out, &quote, 1);
	while (text < end) {
		const char *found = memchr(text, quote, (size_t)(end - text));
		const char *next = found ? found + 1 : end;

		host->buffer_append(out, text, (size_t)(next - text));
		if (found)
			host->buffer_append(out, &quote, 1);
		text = next;
	}
	host->buffer_append(out, &quote, 1);
}

void sqlite_quote_identifier(const struct dbw_host *host, const char *name, struct dbw_buffer *out)
{
	size_t length = strlen(name);

	if (is_plain_word(name, length) && !is_keyword(name, length))
		host->buffer_append(out, name, length);
	else
		append_quoted(host, name, length, '"', out);
}

/* A literal cannot hold a NUL: a statement ends at the first. Such a text is written by its
 * bytes. */
static void append_bytes_as_text(const struct dbw_host *host, const char *text, size_t length,
                                 struct dbw_buffer *out)
{
	static const char digits[] = "0123456789ABCDEF";
	static const char before[] = "CAST(x'", after[] = "' AS TEXT)";

	host->buffer_append(out, before, sizeof before - 1);
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text[i];
		const char pair[2] = {digits[byte >> 4], digits[byte & 15]};

		host->buffer_append(out, pair, sizeof pair);
	}
	host->buffer_append(out, after, sizeof after - 1);
}

void sqlite_quote_literal(const struct dbw_host *host, const char *text, size_t length,
                          struct dbw_buffer *out)
{
	if (length && memchr(text, '\0', length))
		append_bytes_as_text(host, text, length, out);
	else
		append_quoted(host, text, length, '\'', out);
}
