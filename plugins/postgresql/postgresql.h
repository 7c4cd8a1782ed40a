/*
 * The parts of the table that PostgreSQL offers; plugin.h says what each does.
 */
#ifndef POSTGRESQL_POSTGRESQL_H
#define POSTGRESQL_POSTGRESQL_H

#include "dbwarden/plugin.h"

/* The side of the connection. */

enum dbw_status postgresql_connect(const struct dbw_host *host, const struct dbw_connect *where,
                                   struct dbw_connection **connection, struct dbw_error *error);
void postgresql_disconnect(struct dbw_connection *connection);
enum dbw_status postgresql_execute(struct dbw_connection *connection,
                                   const struct dbw_statement *statements, size_t count,
                                   unsigned flags, struct dbw_error *error);
enum dbw_status postgresql_rollback(struct dbw_connection *connection, struct dbw_error *error);
enum dbw_status postgresql_query(struct dbw_connection *connection, const char *sql, size_t length,
                                 dbw_row_function *row, void *context, struct dbw_error *error);
enum dbw_status postgresql_table_exists(struct dbw_connection *connection,
                                        const char *namespace_name, const char *name, bool *exists,
                                        struct dbw_error *error);
const char *postgresql_server_version(struct dbw_connection *connection);
enum dbw_status postgresql_reset(struct dbw_connection *connection, struct dbw_error *error);
void postgresql_cancel(struct dbw_connection *connection);
enum dbw_statement_class postgresql_classify(const struct dbw_host *host, const char *sql,
                                             size_t length, const char **what);
enum dbw_status postgresql_lock_try(struct dbw_connection *connection,
                                    const struct dbw_lock_holder *self,
                                    struct dbw_lock_holder *holder, struct dbw_error *error);
enum dbw_status postgresql_lock_check(struct dbw_connection *connection, struct dbw_error *error);
enum dbw_status postgresql_lock_release(struct dbw_connection *connection, struct dbw_error *error);
enum dbw_status postgresql_lock_holder(struct dbw_connection *connection,
                                       struct dbw_lock_holder *holder, struct dbw_error *error);
enum dbw_status postgresql_lock_break(struct dbw_connection *connection, struct dbw_error *error);
enum dbw_status postgresql_scratch(const struct dbw_host *host, const struct dbw_connect *where,
                                   struct dbw_connection **connection, struct dbw_error *error);

/* The side of the schema. */

extern const char *const postgresql_reserved_words[]; /* upper case, sorted; ends in NULL */
void postgresql_quote_identifier(const struct dbw_host *host, const char *name,
                                 struct dbw_buffer *out);
void postgresql_quote_literal(const struct dbw_host *host, const char *text, size_t length,
                              struct dbw_buffer *out);
enum dbw_status postgresql_introspect(struct dbw_connection *connection, struct dbw_schema *schema,
                                      const char *const *ignore, struct dbw_error *error);
enum dbw_status postgresql_normalize(const struct dbw_host *host, struct dbw_schema *schema,
                                     struct dbw_error *error);
enum dbw_status postgresql_emit(const struct dbw_host *host, const struct dbw_operation *operation,
                                struct dbw_emission *emission, struct dbw_error *error);
void postgresql_risk(const struct dbw_host *host, const struct dbw_operation *operation,
                     struct dbw_risk *risk);

#endif
