#include "session.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text.h"

static bool begins(const struct dbw_statement *statement, const char *with)
{
	size_t length = strlen(with);

	return statement->length > length && strncasecmp(statement->sql, with, length) == 0;
}

bool session_is_own(const struct dbw_statement *statement)
{
	return begins(statement, "INSERT INTO dbwarden_") ||
	       begins(statement, "UPDATE dbwarden_") || begins(statement, "DELETE FROM dbwarden_");
}

static bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Wherever it stands, also in quotes; as a word of its own, or as any part of one. */
static bool has(const struct dbw_statement *statement, const char *text, bool word)
{
	const char *sql = statement->sql;
	size_t length = strlen(text);

	for (size_t i = 0; i + length <= statement->length; i++) {
		if (strncasecmp(sql + i, text, length) != 0)
			continue;
		if (!word || ((i == 0 || !is_word_byte(sql[i - 1])) &&
		              (i + length == statement->length || !is_word_byte(sql[i + length]))))
			return true;
	}
	return false;
}

bool session_is_touched_by(const struct dbw_statement *statement)
{
	if (session_is_own(statement) || begins(statement, "COMMENT ") ||
	    begins(statement, "DROP "))
		return false;
	/* CREATE TABLE ... AS runs a query, and so may call any function. */
	if (begins(statement, "CREATE "))
		return has(statement, "temp", false) || has(statement, "AS", true);
	/* A default or a conversion is computed for the rows that are there. */
	if (begins(statement, "ALTER TABLE "))
		return has(statement, "(", false);
	return true;
}

enum dbw_status session_begin(struct dbw_connection *connection, struct dbw_error *error)
{
	struct text text = text_begin(connection->host);
	enum dbw_status status = DBW_OK;
	PGresult *result;

	text_printf(&text,
	            "%s; SELECT pg_catalog.current_setting('role'), "
	            "pg_catalog.current_setting('search_path')",
	            connection->settings);
	result = PQexec(connection->handle, text_get(&text));
	text_end(&text);
	if (PQresultStatus(result) != PGRES_TUPLES_OK) {
		status = connection_fail(connection->handle, result, error);
	} else {
		text = text_begin(connection->host);
		text_put(&text, "SELECT pg_catalog.set_config('role', ");
		text_literal(&text, PQgetvalue(result, 0, 0));
		text_put(&text, ", true), pg_catalog.set_config('search_path', ");
		text_literal(&text, PQgetvalue(result, 0, 1));
		text_put(&text, ", true), pg_catalog.set_config('client_encoding', 'UTF8', true)");
		connection->restore = strdup(text_get(&text));
		if (!connection->restore)
			abort();
		text_end(&text);
	}
	PQclear(result);
	return status;
}

struct dbw_statement session_restore(const struct dbw_connection *connection)
{
	return (struct dbw_statement){connection->restore, strlen(connection->restore)};
}
