/*
 * The parser, and what follows it: what it accepts is normalised, twice the same as once; written as JSON and read
 * again it is the same bytes.
 */
#include "fuzz.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "schema/json.h"
#include "sql/parser.h"

static struct schema *parse(const struct fuzz_sql *sql, const char *text, size_t length,
                            struct error *error)
{
	struct schema *schema = schema_new(sql->traits);

	if (parser_read(schema, "f.sql", text, length, 0, NULL, error) &&
	    parser_finish(schema, error) && dialect_normalize(sql->dialect, schema, error))
		return schema;
	must(error->message, "no error where nothing was read");
	schema_free(schema);
	return NULL;
}

static void write_json(const struct schema *schema, struct dbw_buffer *out)
{
	buffer_clear(out);
	schema_write_json(schema, out, 0);
}

/* Normalising it again changes nothing. */
static void check_normalized(const struct fuzz_sql *sql, struct schema *schema,
                             const struct dbw_buffer *json)
{
	struct error error = {0};
	struct dbw_buffer again = {0};

	must(dialect_normalize(sql->dialect, schema, &error), "normalised twice: %s",
	     error.message);
	write_json(schema, &again);
	must(strcmp(buffer_text(json), buffer_text(&again)) == 0,
	     "normalising twice is not the same as once:\n%s\n%s", buffer_text(json),
	     buffer_text(&again));
	buffer_release(&again);
}

static void check_json(const struct fuzz_sql *sql, const struct dbw_buffer *json)
{
	struct schema *schema = schema_new(sql->traits);
	struct error error = {0};
	struct dbw_buffer again = {0};
	json_error_t failure;
	json_t *document =
	    json_loadb(buffer_text(json), json->length, JSON_REJECT_DUPLICATES, &failure);

	must(document, "%s in %s", failure.text, buffer_text(json));
	must(schema_read_json(schema, document, &error), "%s in %s", error.message,
	     buffer_text(json));
	write_json(schema, &again);
	must(strcmp(buffer_text(json), buffer_text(&again)) == 0,
	     "not the same JSON again:\n%s\n%s", buffer_text(json), buffer_text(&again));
	buffer_release(&again);
	json_decref(document);
	schema_free(schema);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct fuzz_sql sql;
	struct error error = {0};
	struct dbw_buffer json = {0};
	struct schema *schema;

	if (!fuzz_sql_open(&sql, bytes, size))
		return 0;
	schema = parse(&sql, sql.text, sql.length, &error);
	if (schema) {
		write_json(schema, &json);
		check_normalized(&sql, schema, &json);
		check_json(&sql, &json);
	}
	schema_free(schema);
	buffer_release(&json);
	error_release(&error);
	fuzz_sql_close(&sql);
	return 0;
}
