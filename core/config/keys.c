#include "config/keys.h"

#include "config/config.h"

const struct key file_keys[FILE_KEY_COUNT] = {
    [FILE_DEFAULT] = {"default", KEY_TEXT, offsetof(struct config, default_entry)},
    [FILE_PLUGIN_DIR] = {"plugin_dir", KEY_PATH, offsetof(struct config, plugin_dir)},
};

const struct key entry_keys[ENTRY_KEY_COUNT] = {
    [ENTRY_TYPE] = {"type", KEY_WORD, offsetof(struct entry, type)},
    [ENTRY_URL] = {"url", KEY_URL, offsetof(struct entry, url)},
    [ENTRY_DIRECT_URL] = {"direct_url", KEY_URL, offsetof(struct entry, direct_url)},
    [ENTRY_SCRATCH_URL] = {"scratch_url", KEY_URL, offsetof(struct entry, scratch_url)},
    [ENTRY_SCHEMA] = {"schema", KEY_TEXT, offsetof(struct entry, schema)},
    [ENTRY_PASSWORD_FILE] = {"password_file", KEY_PATH, offsetof(struct entry, password_file)},
    [ENTRY_PASSWORD_COMMAND] = {"password_command", KEY_TEXT,
                                offsetof(struct entry, password_command)},
    [ENTRY_MODEL_PATHS] = {"model_paths", KEY_PATHS, offsetof(struct entry, model_paths)},
    [ENTRY_MODEL_TABLES] = {"model_tables", KEY_PATTERNS, offsetof(struct entry, model_tables)},
    [ENTRY_EXCLUDE_TABLES] = {"exclude_tables", KEY_PATTERNS,
                              offsetof(struct entry, exclude_tables)},
    [ENTRY_MIGRATIONS_DIR] = {"migrations_dir", KEY_PATH, offsetof(struct entry, migrations_dir)},
    [ENTRY_VERSIONING] = {"versioning", KEY_VERSIONING, offsetof(struct entry, versioning)},
    [ENTRY_LOCK_TIMEOUT] = {"lock_timeout", KEY_SECONDS, offsetof(struct entry, lock_timeout_ms)},
    [ENTRY_STATEMENT_TIMEOUT] = {"statement_timeout", KEY_SECONDS,
                                 offsetof(struct entry, statement_timeout_ms)},
    [ENTRY_LOCK_WAIT_TIMEOUT] = {"lock_wait_timeout", KEY_SECONDS,
                                 offsetof(struct entry, lock_wait_timeout_ms)},
    [ENTRY_CONNECT_TIMEOUT] = {"connect_timeout", KEY_SECONDS,
                               offsetof(struct entry, connect_timeout_ms)},
    [ENTRY_WAIT_FOR_DB] = {"wait_for_db", KEY_SECONDS, offsetof(struct entry, wait_for_db_ms)},
};
