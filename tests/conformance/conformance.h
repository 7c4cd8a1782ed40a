/*
 * What every dialect must do, whoever wrote it. The tests are written against <dbwarden/plugin.h> alone; only
 * host.c, which plays the host for them, knows the core.
 *
 * DBWARDEN_TEST_PLUGIN names the plugin's file, DBWARDEN_TEST_URL a database that the tests may fill, whose
 * user may make scratch databases.
 */
#ifndef TEST_CONFORMANCE_H
#define TEST_CONFORMANCE_H

#include <check.h>

#include "dbwarden/plugin.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The plugin and what its functions are handed; set before each test. What the helpers return lives
 * until the test ends. */
extern const struct dbw_plugin *plugin;
extern const struct dbw_host *host;
extern const struct dbw_connect *where;
extern struct dbw_error failure; /* cleared by these helpers */

void suite_set_up(void);
void suite_tear_down(void);
/* Says aloud which of the plugin's features are not there. False: it cannot be loaded. */
bool list_missing_features(void);

/* What the dialect does not have is listed, once for each. */
void declare_unsupported(const char *template, ...) __attribute__((format(printf, 1, 2)));
/* printf. */
const char *format(const char *template, ...) __attribute__((format(printf, 1, 2)));
void begin_call(void);

/* Fresh connections; a test that cannot have one fails. */
struct dbw_connection *open_database(void);
struct dbw_connection *open_scratch(void);
/* Another way of connecting to the same database. */
struct dbw_connection *open_as(const struct dbw_connect *other);
/* Runs one statement; fails the test unless that comes to 'status'. */
void run_expecting(struct dbw_connection *connection, const char *sql, enum dbw_status status);
void run_sql(struct dbw_connection *connection, const char *sql);
enum dbw_status try_sql(struct dbw_connection *connection, const char *sql);
/* The first column of the only row, "NULL" for NULL. */
const char *query_text(struct dbw_connection *connection, const char *sql);
bool table_exists(struct dbw_connection *connection, const char *name);
/* A name, or a text, as the plugin quotes it. */
const char *quoted_name(const char *name);
const char *quoted_text(const char *text);

/* Schemas. */
struct dbw_schema *new_schema(void);
/* What the statements (up to a NULL) declare, normalised; NULL if the plugin refuses it. */
struct dbw_schema *declare(const char *const *statements);
/* What is in the database, normalised. */
struct dbw_schema *read_schema(struct dbw_connection *connection);
void normalize(struct dbw_schema *schema);

/* Operations. The statements of each, in the order in which a migration has them: char *. */
enum dbw_status emit_operations(const struct dbw_list *operations, struct dbw_list *statements);
enum dbw_status emit_operation(const struct dbw_operation *operation, struct dbw_list *statements);
/* What the program would make of two schemas, and the way back. */
void operations_between(const struct dbw_schema *before, const struct dbw_schema *after,
                        struct dbw_list *operations, struct dbw_list *back);

/* Looking into schemas (elements.c); NULL if it is not there. A primary key is found as
 * PRIMARY_KEY, whatever it is called. */
#define PRIMARY_KEY "#primary key"
void *find_in(const struct dbw_list *list, enum dbw_element_kind kind, const char *name);
struct dbw_table *find_table(const struct dbw_schema *schema, const char *name);
/* What differs first, or NULL (compare.c). */
const char *difference(const struct dbw_schema *found, const struct dbw_schema *wanted);

TCase *connection_cases(void);
TCase *failure_cases(void);
TCase *lock_cases(void);
TCase *schema_cases(void);
TCase *operation_cases(void);
TCase *refusal_cases(void);

#endif
