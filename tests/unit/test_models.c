/* Model files: which are read, in which order, and what is said where there are none. */
#include "dialect.h"

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "models/models.h"

static char folder[] = "/tmp/dbwarden-test-XXXXXX";
static struct config config;
static struct entry entry = {.name = "primary"};
static struct models models;

static int remove_it(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

static void set_up(void)
{
	dialect_set_up();
	strcpy(folder + sizeof folder - 7, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	config.path = path_join(&arena, folder, "dbwarden.ini");
	config.directory = folder;
	entry.model_paths = (struct dbw_list){0};
	entry.provider = NULL;
}

static void tear_down(void)
{
	models_release(&models);
	nftw(folder, remove_it, 8, FTW_DEPTH | FTW_PHYS);
	dialect_tear_down();
}

static void put(const char *name, const char *content)
{
	char *path = path_join(&arena, folder, name);
	char *slash;
	FILE *file;

	for (slash = strchr(path + strlen(folder) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(content, file);
	ck_assert_int_eq(fclose(file), 0);
}

static bool read_from(const char *first, const char *second)
{
	list_append(&arena, &entry.model_paths, path_join(&arena, folder, first));
	if (second)
		list_append(&arena, &entry.model_paths, path_join(&arena, folder, second));
	return models_read(&models, &config, &entry, dialect, &error);
}

/* The names of the tables, in the order in which they were read. */
static char *tables(void)
{
	char *names = arena_string(&arena, "");

	for (size_t i = 0; i < models.schema->content.tables.count; i++)
		names = arena_printf(
		    &arena, "%s%s ", names,
		    ((struct dbw_table *)models.schema->content.tables.items[i])->name);
	return names;
}

START_TEST(a_folder_is_read_to_any_depth_in_order_of_name)
{
	put("models/b.sql", "CREATE TABLE b (a)");
	put("models/a.sql", "CREATE TABLE a (a)");
	put("models/a/deep/er.sql", "CREATE TABLE deep (a)");
	put("models/readme.txt", "no SQL");
	put("models/.hidden.sql", "no SQL");
	put("models/c.sql~", "no SQL");
	ck_assert_msg(read_from("models", NULL), "%s", error.message);
	ck_assert_str_eq(tables(), "deep a b ");
	ck_assert_uint_eq(models.files, 3);
}
END_TEST

START_TEST(a_file_named_twice_is_read_once)
{
	put("models/b.sql", "CREATE TABLE b (a)");
	put("models/a.sql", "CREATE TABLE a (a)");
	ck_assert_msg(read_from("models/b.sql", "models"), "%s", error.message);
	ck_assert_str_eq(tables(), "b a ");
}
END_TEST

START_TEST(globs_match_files_and_folders)
{
	put("one/models/a.sql", "CREATE TABLE a (a)");
	put("two/models/b.sql", "CREATE TABLE b (a)");
	put("two/other/c.sql", "CREATE TABLE c (a)");
	ck_assert_msg(read_from("*/models", "*/oth?r/[a-d].sql"), "%s", error.message);
	ck_assert_str_eq(tables(), "a b c ");
}
END_TEST

START_TEST(a_name_with_a_bracket_is_a_name)
{
	put("models[1]/a.sql", "CREATE TABLE a (a)");
	ck_assert_msg(read_from("models[1]", NULL), "%s", error.message);
	ck_assert_str_eq(tables(), "a ");
}
END_TEST

START_TEST(an_index_may_stand_in_an_earlier_file)
{
	put("models/a.sql", "CREATE INDEX i ON t (a)");
	put("models/b.sql", "CREATE TABLE t (a)");
	ck_assert_msg(read_from("models", NULL), "%s", error.message);
}
END_TEST

START_TEST(own_tables_are_left_out)
{
	put("models/a.sql", "CREATE TABLE dbwarden_migrations (a); CREATE TABLE t (a)");
	ck_assert_msg(read_from("models", NULL), "%s", error.message);
	ck_assert_str_eq(tables(), "t ");
}
END_TEST

/* Folders without models, what is configured, and the words that say what to set. */
static const struct {
	const char *file;
	const char *content;
	const char *path;
	const char *message;
} missing[] = {
    {"a.txt", "", NULL, "no models found: 'model_paths' is not set"},
    {"a.txt", "", "models", "models' does not exist"},
    {"models/a.txt", "", "models", "no models found: there is no .sql or .py file in '"},
    {"a.txt", "", "*.sql", "no models found: nothing matches '"},
    {"a.txt", "", "*.txt", "matches no .sql or .py file"},
    {"models/a.sql", "", "models", "no models found: the 1 file declares nothing"},
    {"models/a.sql", "-- nothing\nINSERT INTO t VALUES (1);", "models",
     "no models found: the 1 file declares nothing"},
    {"a.txt", "", "models.py", "models.py' does not exist"},
    {"a.txt", "", "models.sql", "models.sql' does not exist"},
    {"a.txt", "", "app/models", "app/models' does not exist"},
    {"a.txt", "", "app.2", "app.2' does not exist"},
};

START_TEST(no_models_says_what_to_set)
{
	put(missing[_i].file, missing[_i].content);
	if (missing[_i].path)
		ck_assert(!read_from(missing[_i].path, NULL));
	else
		ck_assert(!models_read(&models, &config, &entry, dialect, &error));
	ck_assert_int_eq(error.kind, ERROR_USAGE);
	ck_assert_msg(strstr(error.message, missing[_i].message) != NULL, "%s", error.message);
	ck_assert_msg(strstr(error.hint, ".sql") != NULL, "%s", error.hint);
	ck_assert_msg(strstr(error.hint, "SQLAlchemy") != NULL, "%s", error.hint);
	ck_assert_msg(strstr(error.hint, "'provider'") != NULL, "%s", error.hint);
}
END_TEST

START_TEST(a_provider_adds_to_the_files)
{
	entry.provider = "echo 'CREATE TABLE printed (a);'";
	put("models/a.sql", "CREATE TABLE written (a); CREATE INDEX i ON printed (a)");
	ck_assert_msg(read_from("models", NULL), "%s", error.message);
	ck_assert_str_eq(tables(), "written printed ");
	ck_assert_uint_eq(models.files, 1);
}
END_TEST

START_TEST(a_table_in_a_file_and_from_a_provider_is_an_error_with_both_places)
{
	entry.provider = "echo 'CREATE TABLE t (a);'";
	put("models/a.sql", "CREATE TABLE t (a)");
	ck_assert(!read_from("models", NULL));
	ck_assert_str_eq(error.file, "provider 'echo'");
	ck_assert_str_eq(error.detail, "CREATE TABLE t (a);");
	ck_assert_msg(strstr(error.message, "models/a.sql:1:14") != NULL, "%s", error.message);
}
END_TEST

START_TEST(an_error_names_the_file)
{
	put("models/a.sql", "CREATE TABLE t (a)");
	put("models/b.sql", "\nCREATE TABLE t (b)");
	ck_assert(!read_from("models", NULL));
	ck_assert_msg(strstr(error.file, "models/b.sql") != NULL, "%s", error.file);
	ck_assert_uint_eq(error.line, 2);
	ck_assert_msg(strstr(error.message, "models/a.sql:1:14") != NULL, "%s", error.message);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("models");
	TCase *group = tcase_create("models");

	tcase_add_checked_fixture(group, set_up, tear_down);
	tcase_add_test(group, a_folder_is_read_to_any_depth_in_order_of_name);
	tcase_add_test(group, a_file_named_twice_is_read_once);
	tcase_add_test(group, globs_match_files_and_folders);
	tcase_add_test(group, a_name_with_a_bracket_is_a_name);
	tcase_add_test(group, an_index_may_stand_in_an_earlier_file);
	tcase_add_test(group, own_tables_are_left_out);
	tcase_add_loop_test(group, no_models_says_what_to_set, 0, COUNT(missing));
	tcase_add_test(group, a_provider_adds_to_the_files);
	tcase_add_test(group, a_table_in_a_file_and_from_a_provider_is_an_error_with_both_places);
	tcase_add_test(group, an_error_names_the_file);
	suite_add_tcase(suite, group);
	return run_suite(suite);
}
