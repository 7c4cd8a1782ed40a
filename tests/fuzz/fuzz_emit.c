/*
 * From a model to SQL and back: what makes the schema, written by the plugin, is read as the same schema.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "schema/compare.h"
#include "schema/diff.h"
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

/* The SQL that makes the schema, for what can be made. */
static bool write_sql(const struct fuzz_sql *sql, const struct schema *schema,
                      struct dbw_buffer *text)
{
	struct schema *empty = schema_new(sql->traits);
	struct arena arena = {0};
	struct error error = {0};
	struct diff diff = {0};
	struct dbw_list none = {0}, statements = {0};
	bool done = diff_make(&diff, &sql->dialect->host, &sql->dialect->plugin, empty, schema,
	                      &none, &error) &&
	            dialect_emit(sql->dialect, &arena, &diff.operations, &statements, &error);

	for (size_t i = 0; done && i < statements.count; i++)
		buffer_printf(text, "%s;\n", ((struct emitted *)statements.items[i])->sql);
	must(done == !error.message, "an error and its result differ");
	error_release(&error);
	diff_release(&diff);
	arena_release(&arena);
	schema_free(empty);
	return done;
}

/* What must be known to be SQL: objects and expressions are kept as they were written, and may be no SQL at all. */
static bool is_plain(const struct schema *schema)
{
	return schema->content.objects.count == 0;
}

static void check_sql(const struct fuzz_sql *sql, const struct schema *schema)
{
	struct dbw_buffer text = {0}, lines = {0};
	struct error error = {0};
	struct schema *again;

	if (is_plain(schema) && write_sql(sql, schema, &text)) {
		again = parse(sql, buffer_text(&text), text.length, &error);
		must(again, "what was written cannot be read: %s\n%s", error.message,
		     buffer_text(&text));
		must(schema_differences(again, schema, &lines) == 0, "%swhen this is read:\n%s",
		     buffer_text(&lines), buffer_text(&text));
		schema_free(again);
	}
	error_release(&error);
	buffer_release(&text);
	buffer_release(&lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct fuzz_sql sql;
	struct error error = {0};
	struct schema *schema;

	if (!fuzz_sql_open(&sql, bytes, size))
		return 0;
	schema = parse(&sql, sql.text, sql.length, &error);
	if (schema)
		check_sql(&sql, schema);
	schema_free(schema);
	error_release(&error);
	fuzz_sql_close(&sql);
	return 0;
}
