/*
 * The smallest plugin that loads: what every plugin must have and nothing more. It connects to nothing,
 * takes every statement, and finds no rows.
 */
#include <dbwarden/plugin.h>
#include <stdlib.h>
#include <string.h>

struct dbw_connection {
	int nothing;
};

static void quote(const struct dbw_host *host, const char *text, size_t length, char mark,
                  struct dbw_buffer *out)
{
	host->buffer_append(out, &mark, 1);
	for (size_t i = 0; i < length; i++) {
		if (text[i] == mark)
			host->buffer_append(out, &mark, 1);
		host->buffer_append(out, text + i, 1);
	}
	host->buffer_append(out, &mark, 1);
}

static void quote_identifier(const struct dbw_host *host, const char *name, struct dbw_buffer *out)
{
	quote(host, name, strlen(name), '"', out);
}

static void quote_literal(const struct dbw_host *host, const char *text, size_t length,
                          struct dbw_buffer *out)
{
	quote(host, text, length, '\'', out);
}

static enum dbw_status open_connection(const struct dbw_host *host, const struct dbw_connect *where,
                                       struct dbw_connection **connection, struct dbw_error *error)
{
	(void)host;
	(void)where;
	(void)error;
	*connection = calloc(1, sizeof **connection);
	return *connection ? DBW_OK : DBW_FAILED;
}

static void close_connection(struct dbw_connection *connection)
{
	free(connection);
}

static enum dbw_status execute(struct dbw_connection *connection,
                               const struct dbw_statement *statements, size_t count, unsigned flags,
                               struct dbw_error *error)
{
	(void)connection;
	(void)statements;
	(void)count;
	(void)flags;
	(void)error;
	return DBW_OK;
}

static enum dbw_status undo(struct dbw_connection *connection, struct dbw_error *error)
{
	(void)connection;
	(void)error;
	return DBW_OK;
}

static enum dbw_status query(struct dbw_connection *connection, const char *sql, size_t length,
                             dbw_row_function *row, void *context, struct dbw_error *error)
{
	(void)connection;
	(void)sql;
	(void)length;
	(void)row;
	(void)context;
	(void)error;
	return DBW_OK;
}

static const char *const schemes[] = {"minimal", NULL};
static const char *const words[] = {NULL};

static const struct dbw_traits traits = {
    .struct_size = sizeof traits,
    .flags = DBW_TRAIT_IDENTIFIER_DOUBLE_QUOTE,
    .reserved_words = words,
};

static const struct dbw_plugin plugin = {
    .struct_size = sizeof plugin,
    .abi_version = DBW_ABI_VERSION,
    .name = "minimal",
    .url_schemes = schemes,
    .version = "1.0",
    .license = "MIT",
    .description = "takes everything and does nothing",
    .traits = &traits,
    .quote_identifier = quote_identifier,
    .quote_literal = quote_literal,
    .connect = open_connection,
    .disconnect = close_connection,
    .execute = execute,
    .rollback = undo,
    .query = query,
};

DBW_EXPORT const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host);

const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host)
{
	return host->abi_version >> 16 == DBW_ABI_MAJOR ? &plugin : NULL;
}
