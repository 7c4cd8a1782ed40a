/*
 * The SQLite dialect as the core sees it, and schemas made from text with it.
 */
#ifndef TEST_DIALECT_H
#define TEST_DIALECT_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "plugin/dialect.h"
#include "schema/json.h"
#include "sql/parser.h"

static struct dialect *dialect;
static struct error error;
static struct arena arena;

static inline void dialect_set_up(void)
{
	const char *path = getenv("DBWARDEN_TEST_PLUGIN");

	ck_assert_msg(path != NULL, "DBWARDEN_TEST_PLUGIN names no plugin");
	dialect = dialect_open_file(path, &error);
	ck_assert_msg(dialect != NULL, "%s", error.message);
}

static inline void dialect_tear_down(void)
{
	dialect_close(dialect);
	dialect = NULL;
	error_release(&error);
	arena_release(&arena);
}

/* As written. NULL, with the error set, where it cannot be read. */
static inline struct schema *parse_model(const char *sql, struct parse_report *report)
{
	struct schema *schema = schema_new(dialect->plugin.traits);

	if (parser_read(schema, "m.sql", sql, strlen(sql), 0, report, &error) &&
	    parser_finish(schema, &error))
		return schema;
	schema_free(schema);
	return NULL;
}

/* Normalised; must be readable. */
static inline struct schema *model(const char *sql)
{
	struct schema *schema = parse_model(sql, NULL);

	ck_assert_msg(schema != NULL, "%s: %s", sql, error.message ? error.message : "?");
	ck_assert_msg(dialect_normalize(dialect, schema, &error), "%s: %s", sql,
	              error.message ? error.message : "?");
	return schema;
}

/* The schema as JSON without white space between things. */
static inline char *compact_json(const struct schema *schema)
{
	struct dbw_buffer json = {0};
	char *text, *to;
	bool quoted = false;

	schema_write_json(schema, &json, 0);
	text = to = arena_copy(&arena, buffer_text(&json), json.length);
	for (const char *from = text; *from; from++) {
		if (*from == '"' && (from == text || from[-1] != '\\'))
			quoted = !quoted;
		if (quoted || !strchr(" \n", *from))
			*to++ = *from;
	}
	*to = '\0';
	buffer_release(&json);
	return text;
}

/* "m.sql:1:2: message", as far as the error has a place. */
static inline char *error_text(void)
{
	if (!error.file)
		return arena_string(&arena, error.message);
	return arena_printf(&arena, "%s:%zu:%zu: %s", error.file, error.line, error.column,
	                    error.message);
}

static inline int run_suite(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

#endif
