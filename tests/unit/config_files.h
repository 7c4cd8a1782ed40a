/*
 * A folder of its own for each test, and configurations written into it.
 */
#ifndef TEST_CONFIG_FILES_H
#define TEST_CONFIG_FILES_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "config/config.h"
#include "config/connect.h"
#include "config/interpolate.h"
#include "config/keys.h"
#include "config/template.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct arena arena;
static struct error error;
static struct config config;
static char *home;      /* the working directory that the program began in */
static char folder[64]; /* the one of the test */

static inline void setup(void)
{
	strcpy(folder, "/tmp/dbwarden-test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	home = getcwd(NULL, 0);
	ck_assert_int_eq(chdir(folder), 0);
	ck_assert_int_eq(unsetenv("UNSET"), 0);
	setenv("WORD", "value", 1);
	setenv("EMPTY", "", 1);
	setenv("DOLLAR", "${WORD}$$", 1);
	setenv("LATIN1", "\xe9", 1);
}

static inline void teardown(void)
{
	char command[256];

	ck_assert_int_eq(chdir(home), 0);
	free(home);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	ck_assert_int_eq(system(command), 0);
	config_release(&config);
	error_release(&error);
	arena_release(&arena);
}

static inline void write_bytes(const char *name, const char *bytes, size_t length)
{
	ck_assert_msg(file_write(name, bytes, length, FILE_REPLACE, &error), "%s", error.message);
}

static inline void write_text(const char *name, const char *text)
{
	write_bytes(name, text, strlen(text));
}

static inline const char *in_folder(const char *name)
{
	return path_join(&arena, folder, name);
}

/* Loads the text as the configuration of the test's folder. */
static inline bool load_text(const char *text)
{
	write_text("dbwarden.ini", text);
	return config_load(&config, NULL, &error);
}

static inline const struct entry *entry_of(const char *text, const char *name)
{
	const struct entry *entry;

	ck_assert_msg(load_text(text), "%zu: %s", error.line, error.message);
	entry = config_entry(&config, name, &error);
	ck_assert_msg(entry != NULL, "%s", error.message);
	return entry;
}

/* An entry with these lines, and a url. */
static inline const struct entry *entry_with(const char *lines)
{
	return entry_of(arena_printf(&arena, "[database:a]\nurl = x:///y\n%s", lines), "a");
}

static inline int run_groups(const char *name, TCase *const *groups, size_t count)
{
	Suite *suite = suite_create(name);
	SRunner *runner;
	int failed;

	for (size_t i = 0; i < count; i++) {
		tcase_add_checked_fixture(groups[i], setup, teardown);
		tcase_set_timeout(groups[i], 60);
		suite_add_tcase(suite, groups[i]);
	}
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
