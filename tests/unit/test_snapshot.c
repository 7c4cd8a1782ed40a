/* Snapshots: what is written is read, and what was touched is noticed. */
#include "dialect.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "migrations/snapshot.h"
#include "schema/compare.h"

static char folder[] = "/tmp/dbwarden-test-XXXXXX";
static struct entry entry = {.name = "primary"};
static struct migration migration = {.version = "0002", .file = "primary__0002_x.sql"};
static struct dbw_buffer document;

static char *path(void)
{
	return snapshot_path(&arena, &entry, migration.version);
}

static void put(const char *bytes, size_t length)
{
	FILE *file = fopen(path(), "wb");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
	ck_assert_int_eq(fclose(file), 0);
}

static void set_up(void)
{
	struct schema *schema;

	dialect_set_up();
	strcpy(folder + sizeof folder - 7, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	entry.snapshots_dir = folder;
	memset(migration.checksum, 'a', SHA256_TEXT_SIZE - 1);
	schema =
	    model("CREATE TABLE t (a INT DEFAULT '  \"checksum\": \"'); CREATE INDEX i ON t (a)");
	snapshot_write(&document, schema, &entry, "sqlite", "0002", migration.checksum);
	schema_free(schema);
}

static void tear_down(void)
{
	unlink(path());
	rmdir(folder);
	buffer_release(&document);
	dialect_tear_down();
}

static enum snapshot_state get(struct schema **schema)
{
	*schema = schema_new(dialect->plugin.traits);
	return snapshot_read(*schema, &entry, "sqlite", &migration, &error);
}

static void check_state(enum snapshot_state state, const char *message)
{
	struct schema *schema;

	ck_assert_int_eq(get(&schema), state);
	ck_assert_msg(strstr(error.message, message) != NULL, "%s", error.message);
	schema_free(schema);
}

static void check_good(void)
{
	struct schema *schema;

	ck_assert_msg(get(&schema) == SNAPSHOT_GOOD, "%s", error.message);
	schema_free(schema);
}

START_TEST(what_was_written_is_read)
{
	struct schema *expected =
	    model("CREATE TABLE t (a INT DEFAULT '  \"checksum\": \"'); CREATE INDEX i ON t (a)");
	struct schema *schema;

	put(document.text, document.length);
	ck_assert_msg(get(&schema) == SNAPSHOT_GOOD, "%s", error.message);
	ck_assert_str_eq(compact_json(schema), compact_json(expected));
	schema_free(schema);
	schema_free(expected);
}
END_TEST

START_TEST(a_checkout_with_carriage_returns_changes_nothing)
{
	struct dbw_buffer windows = {0};
	struct schema *schema;

	for (size_t i = 0; i < document.length; i++) {
		if (document.text[i] == '\n')
			buffer_char(&windows, '\r');
		buffer_char(&windows, document.text[i]);
	}
	put(windows.text, windows.length);
	ck_assert_msg(get(&schema) == SNAPSHOT_GOOD, "%s", error.message);
	schema_free(schema);
	buffer_release(&windows);
}
END_TEST

START_TEST(a_missing_one_is_told_from_a_bad_one)
{
	check_state(SNAPSHOT_ABSENT, "'primary__0002_x.sql' has no snapshot");
}
END_TEST

START_TEST(a_change_of_any_byte_is_noticed)
{
	struct schema *schema;

	for (size_t i = 0; i < document.length; i++) {
		char *copy = arena_copy(&arena, document.text, document.length);

		/* What stands behind the checksum means nothing. */
		if (document.length - i <= strlen("\"\n}\n"))
			break;
		copy[i] = copy[i] == 'x' ? 'y' : 'x';
		put(copy, document.length);
		ck_assert_msg(get(&schema) == SNAPSHOT_BAD, "byte %zu: %s", i, copy);
		schema_free(schema);
	}
}
END_TEST

START_TEST(a_file_cut_anywhere_is_noticed)
{
	struct schema *schema;

	for (size_t length = 0; length + 2 < document.length; length += 7) {
		put(document.text, length);
		ck_assert_msg(get(&schema) == SNAPSHOT_BAD, "cut to %zu", length);
		schema_free(schema);
	}
}
END_TEST

START_TEST(one_of_another_text_of_the_migration_is_bad)
{
	put(document.text, document.length);
	migration.checksum[5] = 'b';
	check_state(SNAPSHOT_BAD, "belongs to another text of the migration");
}
END_TEST

START_TEST(one_of_another_dialect_is_bad)
{
	struct schema *schema = schema_new(dialect->plugin.traits);

	put(document.text, document.length);
	ck_assert_int_eq(snapshot_read(schema, &entry, "other", &migration, &error), SNAPSHOT_BAD);
	ck_assert_msg(strstr(error.message, "is of another dialect") != NULL, "%s", error.message);
	schema_free(schema);
}
END_TEST

/* Well-formed documents with a good checksum that are no snapshots of ours. */
static const struct {
	const char *head;
	const char *message;
} forged[] = {
    {"{\n", "is no snapshot"},
    {"[\n", "is not JSON"},
    {"{\n  \"dbwarden_snapshot\": \"1\",\n", "is no snapshot"},
    {"{\n  \"dbwarden_snapshot\": 999,\n", "is of a format that this dbwarden does not know"},
    {"{\n  \"dbwarden_snapshot\": 1,\n", "is of another dialect"},
    {"{\n  \"dbwarden_snapshot\": 1,\n  \"dialect\": \"sqlite\",\n", "is of another version"},
    {"{\n  \"dbwarden_snapshot\": 1,\n  \"dialect\": \"sqlite\",\n  \"dialect\": \"sqlite\",\n",
     "is not JSON: duplicate object key"},
};

START_TEST(a_forged_one_is_refused)
{
	struct dbw_buffer out = {0};
	struct sha256 hash;
	char text[SHA256_TEXT_SIZE];

	buffer_string(&out, forged[_i].head);
	sha256_begin(&hash);
	sha256_add(&hash, out.text, out.length);
	sha256_end(&hash, text);
	buffer_printf(&out, "  \"checksum\": \"%s\"\n}\n", text);
	put(out.text, out.length);
	check_state(SNAPSHOT_BAD, forged[_i].message);
	buffer_release(&out);
}
END_TEST

/* A table that it leaves out may be wanted now. */
START_TEST(one_that_left_out_what_is_wanted_now_is_bad)
{
	struct dbw_list patterns = {0};
	struct schema *schema = model("CREATE TABLE t (a INT)");

	list_append(&arena, &patterns, (void *)(size_t) "u*");
	entry.exclude_tables = patterns;
	snapshot_write(&document, schema, &entry, "sqlite", "0002", migration.checksum);
	schema_free(schema);
	put(document.text, document.length);
	check_good();
	entry.exclude_tables = (struct dbw_list){0};
	check_state(SNAPSHOT_BAD, "was written with other 'model_tables' or 'exclude_tables'");
	entry.model_tables = patterns;
	check_state(SNAPSHOT_BAD, "was written with other 'model_tables' or 'exclude_tables'");
	entry.model_tables = (struct dbw_list){0};
}
END_TEST

START_TEST(one_that_left_out_nothing_serves_all)
{
	put(document.text, document.length);
	list_append(&arena, &entry.exclude_tables, (void *)(size_t) "u*");
	check_good();
	entry.exclude_tables = (struct dbw_list){0};
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("snapshot");
	TCase *group = tcase_create("snapshot");

	tcase_add_checked_fixture(group, set_up, tear_down);
	tcase_add_test(group, what_was_written_is_read);
	tcase_add_test(group, a_checkout_with_carriage_returns_changes_nothing);
	tcase_add_test(group, a_missing_one_is_told_from_a_bad_one);
	tcase_add_test(group, a_change_of_any_byte_is_noticed);
	tcase_add_test(group, a_file_cut_anywhere_is_noticed);
	tcase_add_test(group, one_of_another_text_of_the_migration_is_bad);
	tcase_add_test(group, one_of_another_dialect_is_bad);
	tcase_add_test(group, one_that_left_out_what_is_wanted_now_is_bad);
	tcase_add_test(group, one_that_left_out_nothing_serves_all);
	tcase_add_loop_test(group, a_forged_one_is_refused, 0, COUNT(forged));
	suite_add_tcase(suite, group);
	return run_suite(suite);
}
