/*
 * The reader of schemas in JSON, as snapshots hold them: what it accepts is written, and read again, as the
 * same bytes. The first byte is that of the dialect.
 */
#include "fuzz.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "schema/json.h"

static struct schema *read_json(const struct fuzz_sql *sql, const char *text, size_t length)
{
	json_error_t failure;
	struct error error = {0};
	struct schema *schema = NULL;
	json_t *document = json_loadb(text, length, JSON_REJECT_DUPLICATES, &failure);

	if (document) {
		schema = schema_new(sql->traits);
		if (!schema_read_json(schema, document, &error)) {
			must(error.message, "no error where nothing was read");
			schema_free(schema);
			schema = NULL;
		}
	}
	json_decref(document);
	error_release(&error);
	return schema;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct fuzz_sql sql;
	struct dbw_buffer once = {0}, twice = {0};
	struct schema *schema, *again = NULL;

	if (!fuzz_sql_open(&sql, bytes, size))
		return 0;
	schema = read_json(&sql, sql.text, sql.length);
	if (schema) {
		schema_write_json(schema, &once, 0);
		again = read_json(&sql, buffer_text(&once), once.length);
		must(again, "what was written cannot be read: %s", buffer_text(&once));
		schema_write_json(again, &twice, 0);
		must(strcmp(buffer_text(&once), buffer_text(&twice)) == 0,
		     "not the same bytes:\n%s\n%s", buffer_text(&once), buffer_text(&twice));
	}
	schema_free(schema);
	schema_free(again);
	buffer_release(&once);
	buffer_release(&twice);
	fuzz_sql_close(&sql);
	return 0;
}
