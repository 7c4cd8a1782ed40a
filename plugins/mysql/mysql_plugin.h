/*
 * The parts of the table that MySQL and MariaDB offers; plugin.h says what each does.
 */
#ifndef MYSQL_MYSQL_PLUGIN_H
#define MYSQL_MYSQL_PLUGIN_H

#include "dbwarden/plugin.h"

/* The side of the connection. */

enum dbw_status mysql_plugin_connect(const struct dbw_host *host, const struct dbw_connect *where,
                                     struct dbw_connection **connection, struct dbw_error *error);
void mysql_plugin_disconnect(struct dbw_connection *connection);
enum dbw_status mysql_plugin_execute(struct dbw_connection *connection,
                                     const struct dbw_statement *statements, size_t count,
                                     unsigned flags, struct dbw_error *error);
enum dbw_status mysql_plugin_rollback(struct dbw_connection *connection, struct dbw_error *error);
enum dbw_status mysql_plugin_query(struct dbw_connection *connection, const char *sql,
                                   size_t length, dbw_row_function *row, void *context,
                                   struct dbw_error *error);
enum dbw_status mysql_plugin_table_exists(struct dbw_connection *connection,
                                          const char *namespace_name, const char *name,
                                          bool *exists, struct dbw_error *error);
const char *mysql_plugin_server_version(struct dbw_connection *connection);
enum dbw_status mysql_plugin_reset(struct dbw_connection *connection, struct dbw_error *error);
void mysql_plugin_cancel(struct dbw_connection *connection);
enum dbw_statement_class mysql_plugin_classify(const struct dbw_host *host, const char *sql,
                                               size_t length, const char **what);
enum dbw_status mysql_plugin_lock_try(struct dbw_connection *connection,
                                      const struct dbw_lock_holder *self,
                                      struct dbw_lock_holder *holder, struct dbw_error *error);
enum dbw_status mysql_plugin_lock_check(struct dbw_connection *connection, struct dbw_error *error);
enum dbw_status mysql_plugin_lock_release(struct dbw_connection *connection,
                                          struct dbw_error *error);
enum dbw_status mysql_plugin_lock_holder(struct dbw_connection *connection,
                                         struct dbw_lock_holder *holder, struct dbw_error *error);
enum dbw_status mysql_plugin_lock_break(struct dbw_connection *connection, struct dbw_error *error);
enum dbw_status mysql_plugin_scratch(const struct dbw_host *host, const struct dbw_connect *where,
                                     struct dbw_connection **connection, struct dbw_error *error);

/* The side of the schema. */

extern const char *const mysql_plugin_reserved_words[]; /* upper case, sorted; ends in NULL */
void mysql_plugin_quote_identifier(const struct dbw_host *host, const char *name,
                                   struct dbw_buffer *out);
void mysql_plugin_quote_literal(const struct dbw_host *host, const char *text, size_t length,
                                struct dbw_buffer *out);
enum dbw_status mysql_plugin_introspect(struct dbw_connection *connection,
                                        struct dbw_schema *schema, const char *const *ignore,
                                        struct dbw_error *error);
enum dbw_status mysql_plugin_normalize(const struct dbw_host *host, struct dbw_schema *schema,
                                       struct dbw_error *error);
enum dbw_status mysql_plugin_emit(const struct dbw_host *host,
                                  const struct dbw_operation *operation,
                                  struct dbw_emission *emission, struct dbw_error *error);
void mysql_plugin_risk(const struct dbw_host *host, const struct dbw_operation *operation,
                       struct dbw_risk *risk);

#endif
