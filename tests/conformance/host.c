/* The host that the tests see: loads the plugin as the program does, and lends them the core's schemas,
 * parser and operations through what the public header says of them. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "config/url.h"
#include "conformance.h"
#include "plugin/dialect.h"
#include "plugin/host.h"
#include "schema/diff.h"
#include "schema/schema.h"

const struct dbw_plugin *plugin;
const struct dbw_host *host;
const struct dbw_connect *where;
struct dbw_error failure;

static struct dialect *dialect;
static struct error error;
static struct arena arena;
static struct dbw_list schemas; /* struct schema */
static struct dbw_list diffs;   /* struct diff: operations point into them */
static struct dbw_connect connect_to;

void begin_call(void)
{
	failure = (struct dbw_error){
	    .struct_size = sizeof failure, .statement = DBW_UNKNOWN, .offset = DBW_UNKNOWN};
}

void suite_set_up(void)
{
	connect_to = (struct dbw_connect){.struct_size = sizeof connect_to, .directory = "/tmp"};
	dialect = dialect_open_file(getenv("DBWARDEN_TEST_PLUGIN"), &error);
	ck_assert_msg(dialect != NULL, "%s", error.message);
	plugin = &dialect->plugin;
	host = &dialect->host;
	ck_assert_msg(url_parse(&arena, getenv("DBWARDEN_TEST_URL"), &connect_to, &error), "%s",
	              error.message);
	where = &connect_to;
	begin_call();
}

void suite_tear_down(void)
{
	for (size_t i = 0; i < diffs.count; i++)
		diff_release(diffs.items[i]);
	for (size_t i = 0; i < schemas.count; i++)
		schema_free(schemas.items[i]);
	schemas = (struct dbw_list){0};
	diffs = (struct dbw_list){0};
	dialect_close(dialect);
	error_release(&error);
	arena_release(&arena);
}

bool list_missing_features(void)
{
	struct dbw_list features = {0};

	dialect = dialect_open_file(getenv("DBWARDEN_TEST_PLUGIN"), &error);
	if (!dialect) {
		fprintf(stderr, "%s\n", error.message);
		return false;
	}
	dialect_features(dialect, &arena, &features);
	for (size_t i = 0; i < features.count; i++) {
		const struct plugin_feature *feature = features.items[i];

		if (!feature->present)
			declare_unsupported("%s", feature->name);
	}
	dialect_close(dialect);
	arena_release(&arena);
	return true;
}

void declare_unsupported(const char *template, ...)
{
	va_list arguments;

	va_start(arguments, template);
	printf("declared unsupported: %s\n", arena_vprintf(&arena, template, arguments));
	va_end(arguments);
	fflush(stdout);
}

const char *format(const char *template, ...)
{
	va_list arguments;
	const char *text;

	va_start(arguments, template);
	text = arena_vprintf(&arena, template, arguments);
	va_end(arguments);
	return text;
}

/* Connections. */

typedef enum dbw_status open_function(const struct dbw_host *, const struct dbw_connect *,
                                      struct dbw_connection **, struct dbw_error *);

static struct dbw_connection *open_with(open_function *function, const struct dbw_connect *to)
{
	struct dbw_connection *connection = NULL;
	enum dbw_status status;

	begin_call();
	status = function(host, to, &connection, &failure);
	ck_assert_msg(status == DBW_OK, "status %d: %s %s", status, failure.message,
	              failure.detail);
	ck_assert_ptr_nonnull(connection);
	return connection;
}

struct dbw_connection *open_database(void)
{
	return open_with(plugin->connect, where);
}

struct dbw_connection *open_as(const struct dbw_connect *other)
{
	return open_with(plugin->connect, other);
}

struct dbw_connection *open_scratch(void)
{
	return open_with(plugin->scratch, where);
}

enum dbw_status try_sql(struct dbw_connection *connection, const char *sql)
{
	const struct dbw_statement statement = {sql, strlen(sql)};

	begin_call();
	return plugin->execute(connection, &statement, 1, 0, &failure);
}

void run_expecting(struct dbw_connection *connection, const char *sql, enum dbw_status expected)
{
	enum dbw_status status = try_sql(connection, sql);

	ck_assert_msg(status == expected, "'%s': status %d, expected %d: %s", sql, status, expected,
	              failure.message);
}

void run_sql(struct dbw_connection *connection, const char *sql)
{
	run_expecting(connection, sql, DBW_OK);
}

struct answer {
	const char *text;
	size_t rows;
};

static bool take_row(void *context, size_t count, const char *const *values, const size_t *lengths,
                     const char *const *names)
{
	struct answer *answer = context;

	(void)names;
	ck_assert_uint_ge(count, 1);
	answer->rows++;
	answer->text = values[0] ? arena_copy(&arena, values[0], lengths[0]) : "NULL";
	return true;
}

const char *query_text(struct dbw_connection *connection, const char *sql)
{
	struct answer answer = {0};
	enum dbw_status status;

	begin_call();
	status = plugin->query(connection, sql, strlen(sql), take_row, &answer, &failure);
	ck_assert_msg(status == DBW_OK, "'%s': %s", sql, failure.message);
	ck_assert_msg(answer.rows == 1, "'%s': %zu rows", sql, answer.rows);
	return answer.text;
}

bool table_exists(struct dbw_connection *connection, const char *name)
{
	bool exists = false;
	enum dbw_status status;

	begin_call();
	status = plugin->table_exists(connection, NULL, name, &exists, &failure);
	ck_assert_msg(status == DBW_OK, "'%s': %s", name, failure.message);
	return exists;
}

/* Quoting. */

static const char *take_buffer(struct dbw_buffer *buffer)
{
	const char *copy = arena_string(&arena, host->buffer_text(buffer, NULL));

	host->buffer_free(buffer);
	return copy;
}

const char *quoted_name(const char *name)
{
	struct dbw_buffer *buffer = host->buffer_new();

	plugin->quote_identifier(host, name, buffer);
	return take_buffer(buffer);
}

const char *quoted_text(const char *text)
{
	struct dbw_buffer *buffer = host->buffer_new();

	plugin->quote_literal(host, text, strlen(text), buffer);
	return take_buffer(buffer);
}

/* Schemas. */

struct dbw_schema *new_schema(void)
{
	struct schema *schema = schema_new(plugin->traits);

	list_append(&arena, &schemas, schema);
	return &schema->content;
}

static bool try_to_normalize(struct dbw_schema *schema)
{
	bool done;

	begin_call();
	done = !plugin->normalize || plugin->normalize(host, schema, &failure) == DBW_OK;
	schema_changed(schema_of(schema));
	ck_assert_msg(done || *failure.message, "refused without a word");
	return done;
}

void normalize(struct dbw_schema *schema)
{
	ck_assert_msg(try_to_normalize(schema), "%s", failure.message);
}

struct dbw_schema *declare(const char *const *statements)
{
	struct dbw_schema *schema = new_schema();
	const char *script = "";
	enum dbw_status status;

	for (size_t i = 0; statements[i]; i++)
		script = format("%s%s;\n", script, statements[i]);
	begin_call();
	status = host->parse(host, schema, script, strlen(script), "model", 0, &failure);
	ck_assert_msg(status == DBW_OK, "%s\n%s", script, failure.message);
	return try_to_normalize(schema) ? schema : NULL;
}

struct dbw_schema *read_schema(struct dbw_connection *connection)
{
	struct dbw_schema *schema = new_schema();
	static const char *const ignore[] = {NULL};
	enum dbw_status status;

	begin_call();
	status = plugin->introspect(connection, schema, ignore, &failure);
	ck_assert_msg(status == DBW_OK, "%s", failure.message);
	normalize(schema);
	return schema;
}

/* Operations. */

static void take_statements(struct dbw_list *to, const struct dbw_list *from)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct emitted *emitted = from->items[i];

		list_append(&arena, to, (void *)(size_t)emitted->sql);
	}
}

enum dbw_status emit_operations(const struct dbw_list *operations, struct dbw_list *statements)
{
	struct dbw_emission emission = {.arena = &arena};

	*statements = (struct dbw_list){0};
	for (size_t i = 0; i < operations->count; i++) {
		enum dbw_status status;

		begin_call();
		status = plugin->emit(host, operations->items[i], &emission, &failure);
		if (status != DBW_OK)
			return status;
	}
	take_statements(statements, &emission.first);
	take_statements(statements, &emission.body);
	take_statements(statements, &emission.last);
	return DBW_OK;
}

enum dbw_status emit_operation(const struct dbw_operation *operation, struct dbw_list *statements)
{
	void *item = (void *)(size_t)operation;
	const struct dbw_list one = {.items = &item, .count = 1};

	return emit_operations(&one, statements);
}

void operations_between(const struct dbw_schema *before, const struct dbw_schema *after,
                        struct dbw_list *operations, struct dbw_list *back)
{
	struct diff *diff = arena_new(&arena, struct diff);
	struct dbw_list no_renames = {0};

	ck_assert_msg(diff_make(diff, host, plugin, schema_of((struct dbw_schema *)(size_t)before),
	                        schema_of((struct dbw_schema *)(size_t)after), &no_renames, &error),
	              "%s", error.message);
	list_append(&arena, &diffs, diff);
	*operations = diff->operations;
	*back = (struct dbw_list){0};
	operations_invert(&arena, operations, back);
}
