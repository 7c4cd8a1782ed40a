/*
 * The dialect of SQLite: the table of what it offers.
 */
#include <sqlite3.h>

#include "connection.h"
#include "ddl.h"
#include "sqlite.h"

static const char *const aliases[] = {"sqlite3", NULL};
static const char *const url_schemes[] = {"sqlite", "sqlite3", NULL};

static const struct dbw_traits traits = {
    .struct_size = sizeof traits,
    /* All four ways to quote a name (SQLite, lang_keywords). */
    .flags = DBW_TRAIT_IDENTIFIER_DOUBLE_QUOTE | DBW_TRAIT_IDENTIFIER_BACKTICK |
             DBW_TRAIT_IDENTIFIER_BRACKET | DBW_TRAIT_IDENTIFIER_SINGLE_QUOTE |
             DBW_TRAIT_TRIGGER_BODY | DBW_TRAIT_NAMES_CASE_INSENSITIVE |
             DBW_TRAIT_TRANSACTIONAL_DDL,
    .default_namespace = "main",
    .reserved_words = sqlite_reserved_words,
};

static const struct dbw_plugin plugin = {
    .struct_size = sizeof plugin,
    .abi_version = DBW_ABI_VERSION,
    .name = "sqlite",
    .aliases = aliases,
    .url_schemes = url_schemes,
    .version = "0.1.0",
    .license = "MIT",
    .description = "SQLite 3.35 and later, in files and in memory (built with " SQLITE_VERSION ")",
    .traits = &traits,
    .quote_identifier = sqlite_quote_identifier,
    .quote_literal = sqlite_quote_literal,
    .connect = sqlite_connect,
    .disconnect = sqlite_disconnect,
    .execute = sqlite_execute,
    .rollback = sqlite_rollback,
    .query = sqlite_query,
    .table_exists = sqlite_table_exists,
    .server_version = sqlite_server_version,
    .reset = sqlite_reset,
    .cancel = sqlite_cancel,
    .classify = sqlite_classify,
    .lock_try = sqlite_lock_try,
    .lock_check = sqlite_lock_check,
    .lock_release = sqlite_lock_release,
    .lock_holder = sqlite_lock_holder,
    .introspect = sqlite_introspect,
    .normalize = sqlite_normalize,
    .needs_rebuild = sqlite_needs_rebuild,
    .emit = sqlite_emit,
    .risk = sqlite_risk,
    .scratch = sqlite_scratch,
};

DBW_EXPORT const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host);

/* Whether the two fit together is the host's to say: it can name both versions. */
DBW_EXPORT const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host)
{
	(void)host;
	return &plugin;
}
