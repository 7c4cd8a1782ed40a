/*
 * The dialect of MySQL and MariaDB: the table of what it offers.
 */
#include "mysql_plugin.h"

static const char *const aliases[] = {"mariadb", NULL};
static const char *const url_schemes[] = {"mysql", "mariadb", NULL};

static const struct dbw_traits traits = {
    .struct_size = sizeof traits,
    /* MySQL 8.0, 9.1, 9.2, 9.7; "text" is a string unless sql_mode has ANSI_QUOTES. */
    .flags = DBW_TRAIT_IDENTIFIER_BACKTICK | DBW_TRAIT_STRING_DOUBLE_QUOTE |
             DBW_TRAIT_STRING_BACKSLASH | DBW_TRAIT_COMMENT_HASH | DBW_TRAIT_COMMENT_DASH_SPACE |
             DBW_TRAIT_COMMENT_VERSIONED | DBW_TRAIT_COMPOUND_BODY | DBW_TRAIT_DELIMITER |
             DBW_TRAIT_NAMES_CASE_INSENSITIVE | DBW_TRAIT_ALTER_CONSTRAINTS |
             DBW_TRAIT_INDEX_NAMES_PER_TABLE | DBW_TRAIT_REWRITES_TEXT |
             DBW_TRAIT_FOREIGN_KEYS_HOLD,
    .identifier_length = 64,
    .reserved_words = mysql_plugin_reserved_words,
};

static const struct dbw_plugin plugin = {
    .struct_size = sizeof plugin,
    .abi_version = DBW_ABI_VERSION,
    .name = "mysql",
    .aliases = aliases,
    .url_schemes = url_schemes,
    .version = "0.1.0",
    .license = "MIT",
    .description = "MySQL 8.0 and MariaDB 10.5 and later, through the client library",
    .traits = &traits,
    .quote_identifier = mysql_plugin_quote_identifier,
    .quote_literal = mysql_plugin_quote_literal,
    .connect = mysql_plugin_connect,
    .disconnect = mysql_plugin_disconnect,
    .execute = mysql_plugin_execute,
    .rollback = mysql_plugin_rollback,
    .query = mysql_plugin_query,
    .table_exists = mysql_plugin_table_exists,
    .server_version = mysql_plugin_server_version,
    .reset = mysql_plugin_reset,
    .cancel = mysql_plugin_cancel,
    .classify = mysql_plugin_classify,
    .lock_try = mysql_plugin_lock_try,
    .lock_check = mysql_plugin_lock_check,
    .lock_release = mysql_plugin_lock_release,
    .lock_holder = mysql_plugin_lock_holder,
    .introspect = mysql_plugin_introspect,
    .normalize = mysql_plugin_normalize,
    .emit = mysql_plugin_emit,
    .risk = mysql_plugin_risk,
    .scratch = mysql_plugin_scratch,
    .lock_break = mysql_plugin_lock_break,
};

DBW_EXPORT const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host);

/* Whether the two fit together is the host's to say: it can name both versions. */
DBW_EXPORT const struct dbw_plugin *dbwarden_plugin(const struct dbw_host *host)
{
	(void)host;
	return &plugin;
}
