#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "postgresql.h"

/* The words of a statement, one after the other; what stands in quotes or parentheses is a word like any. */
struct scan {
	const char *at;
	const char *end;
	const char *word;
	size_t length;
};

static void skip_blank(struct scan *scan)
{
	while (scan->at < scan->end) {
		if (isspace((unsigned char)*scan->at)) {
			scan->at++;
		} else if (scan->end - scan->at > 1 && memcmp(scan->at, "--", 2) == 0) {
			while (scan->at < scan->end && *scan->at != '\n')
				scan->at++;
		} else if (scan->end - scan->at > 1 && memcmp(scan->at, "/*", 2) == 0) {
			size_t depth = 0;

			/* Comments nest (PostgreSQL 15, 4.1.5). */
			do {
				if (scan->end - scan->at > 1 && memcmp(scan->at, "/*", 2) == 0) {
					depth++;
					scan->at += 2;
				} else if (scan->end - scan->at > 1 &&
				           memcmp(scan->at, "*/", 2) == 0) {
					depth--;
					scan->at += 2;
				} else {
					scan->at++;
				}
			} while (depth && scan->at < scan->end);
		} else {
			return;
		}
	}
}

static bool next(struct scan *scan)
{
	skip_blank(scan);
	scan->word = scan->at;
	while (scan->at < scan->end && (isalnum((unsigned char)*scan->at) || *scan->at == '_'))
		scan->at++;
	if (scan->at == scan->word && scan->at < scan->end) {
		char quote = *scan->at++;

		while ((quote == '\'' || quote == '"') && scan->at < scan->end &&
		       *scan->at++ != quote)
			;
	}
	scan->length = (size_t)(scan->at - scan->word);
	return scan->length > 0;
}

static bool is(const struct scan *scan, const char *word)
{
	return scan->length == strlen(word) && strncasecmp(scan->word, word, scan->length) == 0;
}

/* Whether the word comes within the next so many. */
static bool comes(struct scan scan, const char *word, int within)
{
	while (within-- > 0 && next(&scan))
		if (is(&scan, word))
			return true;
	return false;
}

/* What begins with two words and what it is; a NULL stands for any. */
static const struct {
	const char *first;
	const char *second;
	const char *then; /* comes soon behind them, or NULL */
	enum dbw_statement_class kind;
	const char *what;
} known[] = {
    {"BEGIN", NULL, NULL, DBW_CLASS_TRANSACTION_CONTROL, "BEGIN"},
    {"START", "TRANSACTION", NULL, DBW_CLASS_TRANSACTION_CONTROL, "START TRANSACTION"},
    {"COMMIT", NULL, NULL, DBW_CLASS_TRANSACTION_CONTROL, "COMMIT"},
    {"END", NULL, NULL, DBW_CLASS_TRANSACTION_CONTROL, "END"},
    {"ROLLBACK", NULL, NULL, DBW_CLASS_TRANSACTION_CONTROL, "ROLLBACK"},
    {"ABORT", NULL, NULL, DBW_CLASS_TRANSACTION_CONTROL, "ABORT"},
    {"SAVEPOINT", NULL, NULL, DBW_CLASS_TRANSACTION_CONTROL, "SAVEPOINT"},
    {"RELEASE", NULL, NULL, DBW_CLASS_TRANSACTION_CONTROL, "RELEASE"},
    {"PREPARE", "TRANSACTION", NULL, DBW_CLASS_TRANSACTION_CONTROL, "PREPARE TRANSACTION"},
    {"CREATE", "INDEX", "CONCURRENTLY", DBW_CLASS_OUTSIDE_TRANSACTION, "CREATE INDEX CONCURRENTLY"},
    {"CREATE", "UNIQUE", "CONCURRENTLY", DBW_CLASS_OUTSIDE_TRANSACTION,
     "CREATE INDEX CONCURRENTLY"},
    {"DROP", "INDEX", "CONCURRENTLY", DBW_CLASS_OUTSIDE_TRANSACTION, "DROP INDEX CONCURRENTLY"},
    {"REINDEX", NULL, "CONCURRENTLY", DBW_CLASS_OUTSIDE_TRANSACTION, "REINDEX CONCURRENTLY"},
    {"REINDEX", "DATABASE", NULL, DBW_CLASS_OUTSIDE_TRANSACTION, "REINDEX DATABASE"},
    {"REINDEX", "SYSTEM", NULL, DBW_CLASS_OUTSIDE_TRANSACTION, "REINDEX SYSTEM"},
    {"VACUUM", NULL, NULL, DBW_CLASS_OUTSIDE_TRANSACTION, "VACUUM"},
    {"ALTER", "SYSTEM", NULL, DBW_CLASS_OUTSIDE_TRANSACTION, "ALTER SYSTEM"},
    {"CREATE", "DATABASE", NULL, DBW_CLASS_OUTSIDE_TRANSACTION, "CREATE DATABASE"},
    {"DROP", "DATABASE", NULL, DBW_CLASS_OUTSIDE_TRANSACTION, "DROP DATABASE"},
    {"CREATE", "TABLESPACE", NULL, DBW_CLASS_OUTSIDE_TRANSACTION, "CREATE TABLESPACE"},
    {"DROP", "TABLESPACE", NULL, DBW_CLASS_OUTSIDE_TRANSACTION, "DROP TABLESPACE"},
    {"CREATE", "SUBSCRIPTION", NULL, DBW_CLASS_OUTSIDE_TRANSACTION, "CREATE SUBSCRIPTION"},
    {"DROP", "SUBSCRIPTION", NULL, DBW_CLASS_OUTSIDE_TRANSACTION, "DROP SUBSCRIPTION"},
};

/* COPY table FROM STDIN, COPY (query) TO STDOUT: their data goes through the client. */
static bool copies_through_client(struct scan scan)
{
	while (next(&scan))
		if (is(&scan, "STDIN") || is(&scan, "STDOUT"))
			return true;
	return false;
}

enum dbw_statement_class postgresql_classify(const struct dbw_host *host, const char *sql,
                                             size_t length, const char **what)
{
	struct scan scan = {.at = sql, .end = sql + length}, first;

	(void)host;
	if (!next(&scan))
		return DBW_CLASS_ORDINARY;
	if (*scan.word == '\\') {
		*what = "a command of psql";
		return DBW_CLASS_CLIENT_COMMAND;
	}
	first = scan;
	if (is(&first, "COPY") && copies_through_client(scan)) {
		*what = "COPY FROM STDIN or TO STDOUT";
		return DBW_CLASS_CLIENT_COMMAND;
	}
	next(&scan);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (!is(&first, known[i].first) ||
		    (known[i].second && !is(&scan, known[i].second)) ||
		    (known[i].then && !comes(first, known[i].then, 4)))
			continue;
		*what = known[i].what;
		return known[i].kind;
	}
	if (is(&first, "ALTER") && is(&scan, "TABLE") && comes(scan, "DETACH", 8) &&
	    comes(scan, "CONCURRENTLY", 16)) {
		*what = "DETACH PARTITION CONCURRENTLY";
		return DBW_CLASS_OUTSIDE_TRANSACTION;
	}
	/* Without a table it is of all of them. */
	if (is(&first, "CLUSTER") && !scan.length) {
		*what = "CLUSTER of all tables";
		return DBW_CLASS_OUTSIDE_TRANSACTION;
	}
	return DBW_CLASS_ORDINARY;
}
