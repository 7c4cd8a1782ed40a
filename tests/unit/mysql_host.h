/*
 * The MySQL plugin as a host sees it, on a real server: DBWARDEN_TEST_MYSQL is the URL of an
 * administrator and a database to fill, DBWARDEN_TEST_PLUGIN_DIR the folder of the plugin. The host's
 * side is the least that the connection's part of the plugin calls.
 */
#ifndef TEST_MYSQL_HOST_H
#define TEST_MYSQL_HOST_H

#include <check.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dbwarden/plugin.h"

/* The host. */

struct dbw_buffer {
	char *text;
	size_t length;
};

static inline struct dbw_buffer *buffer_new(void)
{
	struct dbw_buffer *buffer = calloc(1, sizeof *buffer);

	ck_assert_ptr_nonnull(buffer);
	return buffer;
}

static inline void buffer_append(struct dbw_buffer *buffer, const char *bytes, size_t length)
{
	buffer->text = realloc(buffer->text, buffer->length + length + 1);
	ck_assert_ptr_nonnull(buffer->text);
	memcpy(buffer->text + buffer->length, bytes, length);
	buffer->length += length;
	buffer->text[buffer->length] = '\0';
}

static const char *buffer_text(const struct dbw_buffer *buffer, size_t *length)
{
	if (length)
		*length = buffer->length;
	return buffer->text ? buffer->text : "";
}

static inline void buffer_free(struct dbw_buffer *buffer)
{
	free(buffer->text);
	free(buffer);
}

static struct dbw_host host = {
    .struct_size = sizeof host,
    .abi_version = DBW_ABI_VERSION,
    .version = "test",
    .buffer_new = buffer_new,
    .buffer_append = buffer_append,
    .buffer_text = buffer_text,
    .buffer_free = buffer_free,
};

static const struct dbw_plugin *plugin;
static struct dbw_error failure;
static char *user, *password, *server, *database; /* of the URL */
static unsigned port;

enum { TRANSACTION = DBW_EXECUTE_BEGIN | DBW_EXECUTE_COMMIT };

static inline void forget_failure(void)
{
	failure = (struct dbw_error){
	    .struct_size = sizeof failure, .statement = DBW_UNKNOWN, .offset = DBW_UNKNOWN};
}

static inline struct dbw_connect to_server(void)
{
	return (struct dbw_connect){
	    .struct_size = sizeof(struct dbw_connect),
	    .scheme = "mysql",
	    .user = user,
	    .password = password,
	    .host = server,
	    .port = port,
	    .database = database,
	    .directory = "/",
	};
}

static inline struct dbw_connection *must_open(const struct dbw_connect *where)
{
	struct dbw_connection *connection;
	enum dbw_status status;

	forget_failure();
	status = plugin->connect(&host, where, &connection, &failure);
	ck_assert_msg(status == DBW_OK, "%s", failure.message);
	return connection;
}

static inline struct dbw_connection *open_server(void)
{
	const struct dbw_connect where = to_server();

	return must_open(&where);
}

static inline enum dbw_status open_fails(const struct dbw_connect *where)
{
	struct dbw_connection *connection;
	enum dbw_status status;

	forget_failure();
	status = plugin->connect(&host, where, &connection, &failure);
	ck_assert_int_ne(status, DBW_OK);
	ck_assert_ptr_null(connection);
	ck_assert_ptr_null(strstr(failure.message, password));
	ck_assert_ptr_null(strstr(failure.hint, password));
	return status;
}

static inline enum dbw_status execute_list(struct dbw_connection *connection, unsigned flags,
                                           const char *const *sql)
{
	struct dbw_statement statements[16];
	size_t count = 0;

	for (; sql[count]; count++)
		statements[count] = (struct dbw_statement){sql[count], strlen(sql[count])};
	forget_failure();
	return plugin->execute(connection, statements, count, flags, &failure);
}

#define EXECUTE(connection, flags, ...)                                                            \
	execute_list(connection, flags, (const char *const[]){__VA_ARGS__, NULL})

static inline void run(struct dbw_connection *connection, const char *sql)
{
	enum dbw_status status = EXECUTE(connection, 0, sql);

	ck_assert_msg(status == DBW_OK, "%s: %s", sql, failure.message);
}

static inline bool keep_row(void *context, size_t count, const char *const *values,
                            const size_t *lengths, const char *const *names)
{
	for (size_t i = 0; i < count; i++) {
		ck_assert_ptr_nonnull(names[i]);
		if (i)
			buffer_append(context, "|", 1);
		if (values[i])
			buffer_append(context, values[i], lengths[i]);
		else
			buffer_append(context, "-", 1);
	}
	buffer_append(context, ";", 1);
	return true;
}

static inline char *rows_of(struct dbw_connection *connection, const char *sql)
{
	struct dbw_buffer *rows = buffer_new();
	enum dbw_status status;
	char *text;

	forget_failure();
	status = plugin->query(connection, sql, strlen(sql), keep_row, rows, &failure);
	ck_assert_msg(status == DBW_OK, "%s: %s", sql, failure.message);
	text = strdup(buffer_text(rows, NULL));
	buffer_free(rows);
	return text;
}

static inline void assert_rows(struct dbw_connection *connection, const char *sql,
                               const char *expected)
{
	char *rows = rows_of(connection, sql);

	ck_assert_str_eq(rows, expected);
	free(rows);
}

static inline unsigned long session_of(struct dbw_connection *connection)
{
	char *rows = rows_of(connection, "SELECT CONNECTION_ID()");
	unsigned long id = strtoul(rows, NULL, 10);

	free(rows);
	return id;
}

static inline void begin(void)
{
	struct dbw_connection *connection = open_server();

	run(connection, "DROP TABLE IF EXISTS t, dbwarden_lock");
	run(connection, "DROP PROCEDURE IF EXISTS p");
	run(connection, "CREATE TABLE t (a INT)");
	plugin->disconnect(connection);
}

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof *(array)))

static inline void load_plugin(void)
{
	const char *folder = getenv("DBWARDEN_TEST_PLUGIN_DIR");
	dbw_entry_function *entry;
	char path[4096];
	void *handle;

	snprintf(path, sizeof path, "%s/dbwarden-mysql.so", folder ? folder : "build");
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		fprintf(stderr, "%s\n", dlerror());
		exit(1);
	}
	/* POSIX's own way around that C knows no conversion of this kind. */
	*(void **)&entry = dlsym(handle, DBW_ENTRY_SYMBOL);
	plugin = entry(&host);
}

/* mysql://user:password@host:port/database, without anything to decode. */
static inline void read_url(const char *url)
{
	if (sscanf(url, "mysql://%m[^:]:%m[^@]@%m[^:]:%u/%m[^?]", &user, &password, &server, &port,
	           &database) == 5)
		return;
	fprintf(stderr, "DBWARDEN_TEST_MYSQL is not mysql://user:password@host:port/database\n");
	exit(1);
}

static TCase *add_case(Suite *suite, const char *name, bool with_server)
{
	TCase *tests = tcase_create(name);

	if (with_server)
		tcase_add_checked_fixture(tests, begin, NULL);
	tcase_set_timeout(tests, 60);
	suite_add_tcase(suite, tests);
	return tests;
}

static inline int run_suite(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}

/* False where there is no server to run on. */
static inline bool find_server(const char *test)
{
	const char *url = getenv("DBWARDEN_TEST_MYSQL");

	if (!url || !*url) {
		printf("skip %s: DBWARDEN_TEST_MYSQL is not set\n", test);
		return false;
	}
	read_url(url);
	load_plugin();
	return true;
}

#endif
