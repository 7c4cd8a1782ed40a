/*
 * The dialect of PostgreSQL: the table of what it offers.
 */
#include "postgresql.h"

static const char *const aliases[] = {"postgres", "pgsql", NULL};
static const char *const url_schemes[] = {"postgresql", "postgres", NULL};

static const struct dbw_traits traits = {
    .struct_size = sizeof traits,
    /* PostgreSQL 15, 4.1: names, strings, dollar quotes and comments. */
    .flags = DBW_TRAIT_IDENTIFIER_DOUBLE_QUOTE | DBW_TRAIT_STRING_E | DBW_TRAIT_DOLLAR_QUOTE |
             DBW_TRAIT_COMMENT_NESTED | DBW_TRAIT_BEGIN_ATOMIC | DBW_TRAIT_COPY_STDIN |
             DBW_TRAIT_NAMES_FOLD_LOWER | DBW_TRAIT_TRANSACTIONAL_DDL |
             DBW_TRAIT_ALTER_CONSTRAINTS | DBW_TRAIT_NAMESPACES | DBW_TRAIT_REWRITES_TEXT |
             DBW_TRAIT_RENAME_CONSTRAINTS,
    .identifier_length = 63,
    .default_namespace = "public",
    .reserved_words = postgresql_reserved_words,
};

static const struct dbw_plugin plugin = {
    .struct_size = sizeof plugin,
    .abi_version = DBW_ABI_VERSION,
    .name = "postgresql",
    .aliases = aliases,
    .url_schemes = url_schemes,
    .version = "0.1.0",
    .license = "MIT",
    .description = "PostgreSQL 12 and later, through libpq",
    .traits = &traits,
    .quote_identifier = postgresql_quote_identifier,
    .quote_literal = postgresql_quote_literal,
    .connect = postgresql_connect,
    .disconnect = postgresql_disconnect,
    .execute = postgresql_execute,
    .rollback = postgresql_rollback,
    .query = postgresql_query,
    .table_exists = postgresql_table_exists,
    .server_version = postgresql_server_version,
    .reset = postgresql_reset,
    .cancel = postgresql_cancel,
    .classify = postgresql_classify,
    .lock_try = postgresql_lock_try,
    .lock_check = postgresql_lock_check,
    .lock_release = postgresql_lock_release,
    .lock_holder = postgresql_lock_holder,
    .introspect = postgresql_introspect,
    .normalize = postgresql_normalize,
    .emit = postgresql_emit,
    .risk = postgresql_risk,
    .scratch = postgresql_scratch,
    .lock_break = postgresql_lock_break,
};

DBW_EXPORT const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host);

/* Whether the two fit together is the host's to say: it can name both versions. */
DBW_EXPORT const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host)
{
	(void)host;
	return &plugin;
}
