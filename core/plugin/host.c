#include "plugin/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "plugin/dialect.h"
#include "schema/schema.h"
#include "sql/parser.h"
#include "sql/text.h"

static void *host_add(struct dbw_schema *schema, struct dbw_list *list, enum dbw_element_kind kind)
{
	return schema_add(schema_of(schema), list, kind);
}

static const char *host_text(struct dbw_schema *schema, const char *bytes, size_t length)
{
	return arena_copy(&schema_of(schema)->arena, bytes, length);
}

static void host_add_text(struct dbw_schema *schema, struct dbw_list *list, const char *bytes,
                          size_t length)
{
	struct arena *arena = &schema_of(schema)->arena;

	list_append(arena, list, arena_copy(arena, bytes, length));
}

static enum dbw_status host_parse(const struct dbw_host *host, struct dbw_schema *schema,
                                  const char *sql, size_t length, const char *origin,
                                  unsigned flags, struct dbw_error *error)
{
	struct error failure = {0};

	(void)host;
	if (parser_read(schema_of(schema), origin, sql, length, flags, NULL, &failure) &&
	    parser_finish(schema_of(schema), &failure))
		return DBW_OK;
	if (failure.line)
		snprintf(error->message, sizeof error->message, "%s:%zu:%zu: %s", origin,
		         failure.line, failure.column, failure.message);
	else
		snprintf(error->message, sizeof error->message, "%s", failure.message);
	error_release(&failure);
	return DBW_FAILED;
}

static bool host_same_sql(const struct dbw_host *host, const char *a, const char *b)
{
	return sql_same(host->context, a, b);
}

static bool host_mentions(const struct dbw_host *host, const char *sql, const char *name)
{
	return sql_mentions(host->context, sql, name);
}

static struct dbw_buffer *host_buffer_new(void)
{
	struct dbw_buffer *buffer = memory_alloc(sizeof *buffer);

	*buffer = (struct dbw_buffer){0};
	return buffer;
}

static const char *host_buffer_text(const struct dbw_buffer *buffer, size_t *length)
{
	if (length)
		*length = buffer->length;
	return buffer_text(buffer);
}

static void host_buffer_free(struct dbw_buffer *buffer)
{
	if (!buffer)
		return;
	buffer_release(buffer);
	free(buffer);
}

static bool is_there(const struct dbw_list *list, const char *sql)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(((const struct emitted *)list->items[i])->sql, sql) == 0)
			return true;
	return false;
}

static void host_statement(struct dbw_emission *emission, const char *sql, size_t length,
                           unsigned flags)
{
	struct dbw_list *list = flags & DBW_STATEMENT_FIRST  ? &emission->first
	                        : flags & DBW_STATEMENT_LAST ? &emission->last
	                                                     : &emission->body;
	struct emitted *emitted = arena_new(emission->arena, struct emitted);

	emitted->sql = arena_copy(emission->arena, sql, length);
	emitted->autocommit = flags & DBW_STATEMENT_AUTOCOMMIT;
	if (list != &emission->body && is_there(list, emitted->sql))
		return;
	if (list == &emission->body) {
		emitted->comment = emission->comment;
		emission->comment = NULL;
	}
	list_append(emission->arena, list, emitted);
}

static void host_comment(struct dbw_emission *emission, const char *text)
{
	emission->comment = emission->comment
	                        ? arena_printf(emission->arena, "%s\n%s", emission->comment, text)
	                        : arena_string(emission->arena, text);
}

static const struct dbw_host table = {
    .struct_size = sizeof table,
    .abi_version = DBW_ABI_VERSION,
    .version = DBWARDEN_VERSION,
    .add = host_add,
    .text = host_text,
    .add_text = host_add_text,
    .parse = host_parse,
    .same_sql = host_same_sql,
    .mentions = host_mentions,
    .buffer_new = host_buffer_new,
    .buffer_append = buffer_append,
    .buffer_text = host_buffer_text,
    .buffer_free = host_buffer_free,
    .statement = host_statement,
    .comment = host_comment,
};

const struct dbw_host *host_table(void)
{
	return &table;
}

void host_for_traits(struct dbw_host *host, const struct dbw_traits *traits)
{
	*host = table;
	host->context = (void *)(size_t)traits;
}
