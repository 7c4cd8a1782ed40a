/*
 * The SQLite plugin as a host sees it: loaded from its file, called through its table. The host's
 * side is the least that the connection's part of the plugin calls.
 */
#ifndef TEST_SQLITE_HOST_H
#define TEST_SQLITE_HOST_H

#include <check.h>
#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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

static inline const char *buffer_text(const struct dbw_buffer *buffer, size_t *length)
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

/* Keeps what it is given, and refuses a table called 'unreadable'. */
static inline enum dbw_status parse(const struct dbw_host *self, struct dbw_schema *schema,
                                    const char *sql, size_t length, const char *origin,
                                    unsigned flags, struct dbw_error *error)
{
	(void)schema;
	(void)flags;
	ck_assert_str_eq(origin, "database");
	ck_assert_uint_eq(strlen(sql), length);
	if (strstr(sql, "TABLE unreadable")) {
		snprintf(error->message, sizeof error->message, "gibberish");
		return DBW_FAILED;
	}
	buffer_append(self->context, sql, length);
	return DBW_OK;
}

static struct dbw_host host = {
    .struct_size = sizeof host,
    .abi_version = DBW_ABI_VERSION,
    .version = "test",
    .parse = parse,
    .buffer_new = buffer_new,
    .buffer_append = buffer_append,
    .buffer_text = buffer_text,
    .buffer_free = buffer_free,
};

/* The plugin, a folder of its own for each test, and calls that must work. */

static const struct dbw_plugin *plugin;
static char folder[64];
static struct dbw_error failure;

static inline void begin(void)
{
	snprintf(folder, sizeof folder, "/tmp/dbwarden-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	failure = (struct dbw_error){.struct_size = sizeof failure};
	host.context = buffer_new();
}

static inline void path_in(char path[256], const char *name)
{
	snprintf(path, 256, "%s/%s", folder, name);
}

static inline void end(void)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;
	char path[512];

	buffer_free(host.context);
	while ((entry = readdir(directory))) {
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    unlink(path) != 0)
			rmdir(path);
	}
	closedir(directory);
	rmdir(folder);
}

/* 'query' is "name=value", or NULL. */
static inline enum dbw_status open_as(struct dbw_connection **connection, const char *database,
                                      unsigned flags, const char *query)
{
	char name[64] = "";
	struct dbw_parameter parameter = {name, ""};
	const struct dbw_parameter *const parameters[] = {query ? &parameter : NULL, NULL};
	const struct dbw_connect where = {
	    .struct_size = sizeof where,
	    .flags = flags,
	    .scheme = "sqlite",
	    .database = database,
	    .parameters = parameters,
	    .directory = folder,
	};

	if (query) {
		const char *equals = strchr(query, '=');

		snprintf(name, sizeof name, "%.*s", (int)(equals - query), query);
		parameter.value = equals + 1;
	}
	failure = (struct dbw_error){.struct_size = sizeof failure};
	return plugin->connect(&host, &where, connection, &failure);
}

static inline struct dbw_connection *open_database(const char *database)
{
	struct dbw_connection *connection;
	enum dbw_status status = open_as(&connection, database, 0, NULL);

	ck_assert_msg(status == DBW_OK, "%s", failure.message);
	return connection;
}

static inline enum dbw_status execute_with(struct dbw_connection *connection, unsigned flags,
                                           size_t count, const char *const *sql)
{
	struct dbw_statement statements[8];

	ck_assert_uint_le(count, 8);
	for (size_t i = 0; i < count; i++)
		statements[i] = (struct dbw_statement){sql[i], strlen(sql[i])};
	failure = (struct dbw_error){.struct_size = sizeof failure};
	return plugin->execute(connection, statements, count, flags, &failure);
}

#define LIST(...)                                                                                  \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define LENGTH(...) (sizeof LIST(__VA_ARGS__) / sizeof *LIST(__VA_ARGS__))
#define EXECUTE(connection, flags, ...)                                                            \
	execute_with(connection, flags, LENGTH(__VA_ARGS__), LIST(__VA_ARGS__))

enum { TRANSACTION = DBW_EXECUTE_BEGIN | DBW_EXECUTE_COMMIT };

static inline void run(struct dbw_connection *connection, const char *sql)
{
	enum dbw_status status = EXECUTE(connection, 0, sql);

	ck_assert_msg(status == DBW_OK, "%s: %s", sql, failure.message);
}

/* Rows as text: columns separated by '|', rows ended by ';', NULL as '-'. */
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

static inline void assert_rows(struct dbw_connection *connection, const char *sql,
                               const char *expected)
{
	struct dbw_buffer *rows = buffer_new();
	enum dbw_status status;

	status = plugin->query(connection, sql, strlen(sql), keep_row, rows, &failure);
	ck_assert_msg(status == DBW_OK, "%s: %s", sql, failure.message);
	ck_assert_str_eq(buffer_text(rows, NULL), expected);
	buffer_free(rows);
}

static inline void assert_contains(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part) != NULL, "'%s' is not in '%s'", part, text);
}

static inline void write_file(const char *name, const char *content)
{
	char path[256];
	FILE *file;

	path_in(path, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(content, file);
	fclose(file);
}

static inline bool file_exists(const char *name)
{
	char path[256];

	path_in(path, name);
	return access(path, F_OK) == 0;
}

static inline long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Goes on as somebody who is not root, whom no permission stops, and comes back. */
static inline void become_nobody(bool nobody)
{
	uid_t user = nobody ? 65534 : 0, real, effective, saved;

	ck_assert_int_eq(getresuid(&real, &effective, &saved), 0);
	if (saved == 0)
		ck_assert_int_eq(setresuid(user, user, 0), 0);
}

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof *(array)))

static inline TCase *add_case(Suite *suite, const char *name)
{
	TCase *tests = tcase_create(name);

	tcase_add_checked_fixture(tests, begin, end);
	tcase_set_timeout(tests, 60);
	suite_add_tcase(suite, tests);
	return tests;
}

static inline void load_plugin(void)
{
	const char *path = getenv("DBWARDEN_TEST_PLUGIN");
	void *handle = dlopen(path ? path : "build/dbwarden-sqlite.so", RTLD_NOW | RTLD_LOCAL);
	dbw_entry_function *entry;

	if (!handle) {
		fprintf(stderr, "%s\n", dlerror());
		exit(1);
	}
	/* POSIX's own way around that C knows no conversion of this kind. */
	*(void **)&entry = dlsym(handle, DBW_ENTRY_SYMBOL);
	plugin = entry(&host);
}

static inline int run_suite(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	load_plugin();
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}

#endif
