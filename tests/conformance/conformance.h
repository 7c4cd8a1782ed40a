/*
 * What every dialect must do, whoever wrote it. The tests of the connection are written against
 * <dbwarden/plugin.h> alone; those of the schema go through the core's diff.
 *
 * DBWARDEN_TEST_PLUGIN names the plugin's file, DBWARDEN_TEST_URL a database that the tests may fill, whose
 * user may make scratch databases.
 */
#ifndef TEST_CONFORMANCE_H
#define TEST_CONFORMANCE_H

#include <check.h>

#include "dbwarden/plugin.h"

/* The plugin and what its functions are handed; set before each test. */
extern const struct dbw_plugin *plugin;
extern const struct dbw_host *host;
extern const struct dbw_connect *where;
extern struct dbw_error failure; /* cleared by these helpers */

/* Fresh connections; a test that cannot have one fails. */
struct dbw_connection *open_database(void);
struct dbw_connection *open_scratch(void);
/* Runs one statement; fails the test unless that comes to 'status'. */
void run_expecting(struct dbw_connection *connection, const char *sql, enum dbw_status status);
void run_sql(struct dbw_connection *connection, const char *sql);
/* The first column of the only row, "NULL" for NULL; freed with the test. */
const char *query_text(struct dbw_connection *connection, const char *sql);
/* A name, or a text, as the plugin quotes it; freed with the test. */
const char *quoted_name(const char *name);
const char *quoted_text(const char *text);
/* printf, freed with the test. */
const char *format(const char *template, ...) __attribute__((format(printf, 1, 2)));

TCase *connection_cases(void);
TCase *lock_cases(void);
TCase *schema_cases(void);

#endif
