/* Migration files and the folder they are in. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "migrations/migration.h"

static const struct dbw_traits traits = {
    .flags = DBW_TRAIT_IDENTIFIER_DOUBLE_QUOTE | DBW_TRAIT_TRIGGER_BODY,
};

static struct error error;
static struct arena arena;
static struct migration_directory directory;
static struct entry entry = {.name = "primary"};
static char folder[sizeof "/tmp/dbwarden-test-XXXXXX"];

static void set_up(void)
{
	strcpy(folder, "/tmp/dbwarden-test-XXXXXX");
	ck_assert(mkdtemp(folder) != NULL);
	entry.migrations_dir = folder;
	entry.versioning = VERSIONING_SEQUENTIAL;
}

static void tear_down(void)
{
	struct dbw_list names = {0};

	migrations_release(&directory);
	if (directory_list(&arena, folder, &names, &error))
		for (size_t i = 0; i < names.count; i++)
			remove(path_join(&arena, folder, names.items[i]));
	rmdir(folder);
	error_release(&error);
	arena_release(&arena);
}

/* One file. */

static bool parse_bytes(struct migration *migration, const char *content, size_t length)
{
	*migration = (struct migration){
	    .file = "x.sql",
	    .path = "/m/x.sql",
	    .content = {content, length},
	};
	return migration_parse(&arena, migration, &traits, &error);
}

static bool parse(struct migration *migration, const char *content)
{
	return parse_bytes(migration, content, strlen(content));
}

static const char *statement_text(const struct section *section, size_t i)
{
	const struct sql_statement *statement = section->statements.items[i];

	return arena_copy(&arena, statement->text, statement->length);
}

START_TEST(a_file_has_headers_and_two_sections)
{
	struct migration migration;

	ck_assert(parse(&migration, "-- dbwarden: no-transaction\n"
	                            "-- a remark\n"
	                            "-- depends_on: [\"0004\", \"2\"]\n"
	                            "-- upgrade\n"
	                            "CREATE TABLE a (x); CREATE TABLE b (y);\n"
	                            "-- rollback\n"
	                            "DROP TABLE b;\n"));
	ck_assert(migration.no_transaction);
	ck_assert(!migration.irreversible);
	ck_assert_uint_eq(migration.depends_on.count, 2);
	ck_assert_str_eq(migration.depends_on.items[0], "0004");
	ck_assert_str_eq(migration.depends_on.items[1], "2");
	ck_assert_uint_eq(migration.upgrade.line, 4);
	ck_assert_uint_eq(migration.upgrade.statements.count, 2);
	ck_assert_str_eq(statement_text(&migration.upgrade, 1), "CREATE TABLE b (y)");
	ck_assert_uint_eq(migration.rollback.line, 6);
	ck_assert_uint_eq(migration.rollback.statements.count, 1);
	ck_assert_str_eq(statement_text(&migration.rollback, 0), "DROP TABLE b");
}
END_TEST

START_TEST(sections_may_be_empty_or_the_other_way_round)
{
	struct migration migration;

	ck_assert(parse(&migration, "-- upgrade\n-- rollback\n"));
	ck_assert(migration.rollback.present);
	ck_assert_uint_eq(migration.upgrade.statements.count, 0);
	ck_assert(parse(&migration, "-- upgrade"));
	ck_assert(!migration.rollback.present);
	ck_assert(parse(&migration, "-- ROLLBACK \t\nb;\n-- Upgrade\r\na"));
	ck_assert_str_eq(statement_text(&migration.upgrade, 0), "a");
	ck_assert_str_eq(statement_text(&migration.rollback, 0), "b");
}
END_TEST

START_TEST(windows_line_endings_and_a_byte_order_mark_are_read)
{
	struct migration migration;

	ck_assert(parse(&migration, "\xEF\xBB\xBF-- upgrade\r\na;\r\n-- rollback\r\nb;\r\n"));
	ck_assert_str_eq(statement_text(&migration.upgrade, 0), "a");
	ck_assert_str_eq(statement_text(&migration.rollback, 0), "b");
}
END_TEST

/* Text that looks like a marker and is none: it stays in the first section, which has 'count'
 * statements. */
static const struct {
	const char *content;
	size_t count;
} no_markers[] = {
    {"-- upgrade\nINSERT INTO t VALUES ('\n-- rollback\n');\n", 1},
    {"-- upgrade\nSELECT \"\n-- rollback\n\";\n", 1},
    {"-- upgrade\n/*\n-- rollback\n*/\na;\n", 1},
    {"-- upgrade\nCREATE TRIGGER t BEGIN\n-- rollback\na; END;\nb;", 2},
    {"-- upgrade\na; -- rollback\nb;", 2},
    {"-- upgrade\n-- rollback of what came before\nb;", 1},
    {"-- upgrade\n-- rollback: none\nb;", 1},
};

START_TEST(only_a_line_of_its_own_is_a_marker)
{
	struct migration migration;

	ck_assert_msg(parse(&migration, no_markers[_i].content), "%s", error.message);
	ck_assert(!migration.rollback.present);
	ck_assert_uint_eq(migration.upgrade.statements.count, no_markers[_i].count);
}
END_TEST

static const struct {
	const char *content;
	size_t line;
	const char *message;
	const char *hint; /* a part of it */
} faults[] = {
    {"", 0, "no '-- upgrade' section", "Put '-- upgrade'"},
    {"CREATE TABLE a (x);", 0, "no '-- upgrade' section", "Put '-- upgrade'"},
    {"-- rollback\na;", 0, "no '-- upgrade' section", "Put '-- upgrade'"},
    {"-- upgrade\n-- rollback\n-- upgrade\n", 3,
     "a second '-- upgrade' section; the first begins in line 1", "one section"},
    {"-- upgrade\n-- rollback\n-- rollback\n", 3,
     "a second '-- rollback' section; the first begins in line 2", "one section"},
    {"-- c\na;\n-- upgrade\n", 2, "a statement stands before the first section", "Put"},
    {"a\n-- upgrade\n", 1, "a statement stands before the first section", "Put"},
    {"-- upgrade\nCREATE TABLE a (\nx)\n-- rollback\nDROP TABLE a;", 4,
     "'-- rollback' stands inside the statement that begins in line 2", "semicolon"},
    {"-- dbwarden: no-transactoin\n-- upgrade\n", 1, "unknown header '-- dbwarden: no-transactoin'",
     "Did you mean '-- dbwarden: no-transaction'?"},
    {"-- dbwarden: xyz\n-- upgrade\n", 1, "unknown header '-- dbwarden: xyz'", "irreversible"},
    {"-- upgrade\n-- dbwarden: no-transaction\n", 2, "a header stands behind the first section",
     "top"},
    {"-- upgrade\n-- depends_on: [\"1\"]\n", 2, "a header stands behind the first section", "top"},
    {"-- depends_on: 0004\n-- upgrade\n", 1, "'depends_on' is not a list of versions", "[\"0004\""},
    {"-- depends_on: [4]\n-- upgrade\n", 1, "'depends_on' is not a list of versions", "[\"0004\""},
    {"-- depends_on: [\"a\"]\n-- upgrade\n", 1, "'depends_on' is not a list of versions", "[\""},
    {"-- depends_on: [\"1\"\n-- upgrade\n", 1, "'depends_on' is not a list of versions", "[\""},
    {"-- depends_on:\n-- upgrade\n", 1, "'depends_on' is not a list of versions", "[\"0004\""},
    {"-- depends_on: []\n-- depends_on: []\n-- upgrade\n", 2,
     "a second 'depends_on'; the first is in line 1", "[\"0004\""},
    {"-- upgrade\n-- @dbwarden:autocommit\n-- rollback\na;", 2,
     "no statement of the section follows '-- @dbwarden:autocommit'", "before the statement"},
    {"-- upgrade\na;\n-- @dbwarden:autocommit\n", 3,
     "no statement of the section follows '-- @dbwarden:autocommit'", "before the statement"},
    {"-- upgrade\n'a;\n-- rollback\n", 2, "unterminated string", "quote"},
};

START_TEST(reports_what_is_wrong_in_a_file)
{
	struct migration migration;

	ck_assert(!parse(&migration, faults[_i].content));
	ck_assert_str_eq(error.message, faults[_i].message);
	ck_assert_str_eq(error.file, "/m/x.sql");
	ck_assert_uint_eq(error.line, faults[_i].line);
	ck_assert_msg(error.hint && strstr(error.hint, faults[_i].hint), "hint: %s", error.hint);
}
END_TEST

START_TEST(a_nul_byte_is_refused)
{
	struct migration migration;

	ck_assert(!parse_bytes(&migration, "-- upgrade\na\0b;", 15));
	ck_assert_str_eq(error.message, "NUL byte");
	ck_assert_uint_eq(error.line, 2);
}
END_TEST

/* Pairs of files, and whether they are one to the checksum. */
static const struct {
	const char *a, *b;
	bool same;
} checksums[] = {
    {"-- upgrade\na;\n-- rollback\nb;\n", "-- upgrade\r\na;  \r\n-- rollback\r\nb;\t\r\n\r\n",
     true},
    {"-- upgrade\na;\n", "\xEF\xBB\xBF-- UPGRADE  \na;\n\n\n", true},
    {"-- upgrade\na;", "-- upgrade\na;\n", true},
    {"-- upgrade\na;\n", "-- a remark\n\n-- dbwarden: irreversible\n-- upgrade\na;\n", true},
    {"-- upgrade\na;\n-- rollback\nb;\n", "-- rollback\nb;\n-- upgrade\na;\n", true},
    {"-- upgrade\na;\n", "-- upgrade\nA;\n", false},
    {"-- upgrade\n'a b';\n", "-- upgrade\n'a  b';\n", false},
    {"-- upgrade\n'a';\n", "-- upgrade\n'b';\n", false},
    {"-- upgrade\na;\nb;\n", "-- upgrade\na;\n\nb;\n", false},
    {"-- upgrade\na;\n", "-- upgrade\n\na;\n", false},
    {"-- upgrade\na;\n", "-- upgrade\n a;\n", false},
    {"-- upgrade\na;\n-- rollback\nb;\n", "-- upgrade\na;\nb;\n-- rollback\n", false},
    {"-- upgrade\na;\n", "-- upgrade\na;\n-- rollback\n", false},
    {"-- upgrade\na;\n-- rollback\nb;\n", "-- upgrade\nb;\n-- rollback\na;\n", false},
    {"-- upgrade\na;\n", "-- dbwarden: no-transaction\n-- upgrade\na;\n", false},
    {"-- upgrade\na;\n", "-- upgrade\n-- @dbwarden:autocommit\na;\n", false},
};

START_TEST(the_checksum_sees_content_and_not_line_endings)
{
	struct migration a, b;

	ck_assert(parse(&a, checksums[_i].a));
	ck_assert_uint_eq(strlen(a.checksum), 64);
	ck_assert(parse(&b, checksums[_i].b));
	ck_assert_int_eq(strcmp(a.checksum, b.checksum) == 0, checksums[_i].same);
}
END_TEST

/* Recorded in databases: it must never come out otherwise. */
START_TEST(the_checksum_stays_as_it_is)
{
	struct migration migration;

	ck_assert(
	    parse(&migration, "-- upgrade\nCREATE TABLE a (x);\n-- rollback\nDROP TABLE a;\n"));
	ck_assert_str_eq(migration.checksum,
	                 "8ae279ab3b592690c3f437147a9ff43a2f21fa77cdec4baa6a7a989759ead46f");
}
END_TEST

/* The folder. */

static void put(const char *name, const char *content)
{
	struct error ignored = {0};

	ck_assert(file_write(path_join(&arena, folder, name), content, strlen(content), FILE_NEW,
	                     &ignored));
}

static void put_empty(const char *name)
{
	put(name, "-- upgrade\n-- rollback\n");
}

static bool read_folder(void)
{
	migrations_release(&directory);
	error_release(&error);
	return migrations_read(&directory, &entry, &traits, &error);
}

static const struct migration *versioned(size_t i)
{
	ck_assert_uint_lt(i, directory.versioned.count);
	return directory.versioned.items[i];
}

static const struct {
	const char *file;
	enum migration_kind kind;
	const char *version, *description;
} names[] = {
    {"primary__0001_create_users.sql", MIGRATION_VERSIONED, "0001", "create users"},
    {"0001_create_users.sql", MIGRATION_VERSIONED, "0001", "create users"},
    {"primary__1.sql", MIGRATION_VERSIONED, "1", ""},
    {"0001.sql", MIGRATION_VERSIONED, "0001", ""},
    {"42_x.sql", MIGRATION_VERSIONED, "42", "x"},
    {"10000_x.sql", MIGRATION_VERSIONED, "10000", "x"},
    {"20260102030405_x.sql", MIGRATION_VERSIONED, "20260102030405", "x"},
    {"123456789012345678_x.sql", MIGRATION_VERSIONED, "123456789012345678", "x"},
    {"0001__x.sql", MIGRATION_VERSIONED, "0001", "x"},
    {"0001_größe.sql", MIGRATION_VERSIONED, "0001", "größe"},
    {"RA__refresh_views.sql", MIGRATION_ALWAYS, "RA__refresh_views", "refresh views"},
    {"primary__ROC__views.sql", MIGRATION_ON_CHANGE, "ROC__views", "views"},
};

START_TEST(a_name_says_kind_version_and_description)
{
	const struct migration *migration;

	put_empty(names[_i].file);
	ck_assert_msg(read_folder(), "%s", error.message);
	ck_assert_uint_eq(directory.versioned.count + directory.repeatable.count, 1);
	migration = names[_i].kind == MIGRATION_VERSIONED ? directory.versioned.items[0]
	                                                  : directory.repeatable.items[0];
	ck_assert_int_eq(migration->kind, names[_i].kind);
	ck_assert_str_eq(migration->version, names[_i].version);
	ck_assert_str_eq(migration->description, names[_i].description);
	ck_assert_str_eq(migration->file, names[_i].file);
	ck_assert_str_eq(migration->path, path_join(&arena, folder, names[_i].file));
}
END_TEST

static const struct {
	const char *file;
	const char *message;
} bad_names[] = {
    {"create_users.sql", "the name of 'create_users.sql' fits no pattern of migration files"},
    {"V1__x.sql", "the name of 'V1__x.sql' fits no pattern of migration files"},
    {"0001-x.sql", "the name of '0001-x.sql' fits no pattern of migration files"},
    {"0001_.sql", "the name of '0001_.sql' fits no pattern of migration files"},
    {"RA__.sql", "the name of 'RA__.sql' fits no pattern of migration files"},
    {"ra__x.sql", "the name of 'ra__x.sql' fits no pattern of migration files"},
    {"0001_x.SQL", "the name of '0001_x.SQL' fits no pattern of migration files"},
    {"primary__x.sql", "the name of 'primary__x.sql' fits no pattern of migration files"},
    {"1234567890123456789_x.sql",
     "the version of '1234567890123456789_x.sql' has more than 18 digits"},
    {"0000_x.sql", "'0000_x.sql' has version 0"},
    {"other__0001_x.sql", "'other__0001_x.sql' has the prefix of another database entry: 'other', "
                          "not 'primary'"},
    {"a__b__RA__x.sql",
     "'a__b__RA__x.sql' has the prefix of another database entry: 'a__b', not 'primary'"},
};

START_TEST(a_name_that_does_not_belong_is_refused)
{
	put_empty("0001_fine.sql");
	put_empty(bad_names[_i].file);
	ck_assert(!read_folder());
	ck_assert_str_eq(error.message, bad_names[_i].message);
	ck_assert_str_eq(error.file, path_join(&arena, folder, bad_names[_i].file));
}
END_TEST

START_TEST(other_files_are_passed_over)
{
	put_empty("0001_a.sql");
	put("0001_a.plan.json", "{}");
	put("README.md", "x");
	put(".hidden.sql", "x");
	ck_assert(read_folder());
	ck_assert_uint_eq(directory.versioned.count, 1);
}
END_TEST

START_TEST(a_folder_that_does_not_exist_is_empty)
{
	entry.migrations_dir = path_join(&arena, folder, "none");
	ck_assert(read_folder());
	ck_assert_uint_eq(directory.versioned.count, 0);
	ck_assert(!migrations_find(&directory, "1"));
}
END_TEST

START_TEST(a_file_in_place_of_the_folder_is_an_error)
{
	put_empty("0001_a.sql");
	entry.migrations_dir = path_join(&arena, folder, "0001_a.sql");
	ck_assert(!read_folder());
	ck_assert(strstr(error.message, "0001_a.sql"));
}
END_TEST

START_TEST(a_fault_in_a_file_is_reported_with_its_path)
{
	put("0001_a.sql", "-- upgrade\n'open");
	ck_assert(!read_folder());
	ck_assert_str_eq(error.message, "unterminated string");
	ck_assert_str_eq(error.file, path_join(&arena, folder, "0001_a.sql"));
	ck_assert_uint_eq(error.line, 2);
}
END_TEST

START_TEST(migrations_come_in_the_order_of_their_versions)
{
	put_empty("9_i.sql");
	put_empty("0010_j.sql");
	put_empty("primary__8_h.sql");
	put_empty("ROC__b.sql");
	put_empty("primary__ROC__a.sql");
	put_empty("RA__z.sql");
	ck_assert_msg(read_folder(), "%s", error.message);
	ck_assert_str_eq(versioned(0)->version, "8");
	ck_assert_str_eq(versioned(1)->version, "9");
	ck_assert_str_eq(versioned(2)->version, "0010");
	ck_assert_uint_eq(directory.repeatable.count, 3);
	ck_assert_str_eq(((struct migration *)directory.repeatable.items[0])->version, "RA__z");
	ck_assert_str_eq(((struct migration *)directory.repeatable.items[1])->version, "ROC__a");
	ck_assert_str_eq(((struct migration *)directory.repeatable.items[2])->version, "ROC__b");
}
END_TEST

START_TEST(a_migration_is_found_by_the_value_of_its_version)
{
	put_empty("0008_h.sql");
	put_empty("0009_i.sql");
	put_empty("ROC__a.sql");
	ck_assert(read_folder());
	ck_assert_ptr_eq(migrations_find(&directory, "9"), versioned(1));
	ck_assert_ptr_eq(migrations_find(&directory, "00008"), versioned(0));
	ck_assert_ptr_eq(migrations_find(&directory, "ROC__a"), directory.repeatable.items[0]);
	ck_assert(!migrations_find(&directory, "10"));
	ck_assert(!migrations_find(&directory, "ROC__b"));
	ck_assert(!migrations_find(&directory, ""));
	ck_assert(!migrations_find(&directory, "99999999999999999999999"));
}
END_TEST

START_TEST(two_files_with_one_version_are_named)
{
	put_empty("0001_a.sql");
	put_empty("0002_b.sql");
	put_empty("primary__2_c.sql");
	ck_assert(!read_folder());
	ck_assert_str_eq(error.message,
	                 "'0002_b.sql' and 'primary__2_c.sql' have the same version, 2");
}
END_TEST

START_TEST(two_repeatables_with_one_name_are_named)
{
	put_empty("RA__a.sql");
	put_empty("primary__RA__a.sql");
	ck_assert(!read_folder());
	ck_assert_str_eq(error.message,
	                 "'RA__a.sql' and 'primary__RA__a.sql' have the same version, RA__a");
}
END_TEST

START_TEST(two_empty_migrations_are_two)
{
	put_empty("0001_a.sql");
	put_empty("0002_a.sql");
	ck_assert(read_folder());
	ck_assert_uint_eq(directory.versioned.count, 2);
}
END_TEST

START_TEST(a_gap_names_the_files_around_it)
{
	put_empty("0003_a.sql");
	put_empty("0005_b.sql");
	ck_assert(!read_folder());
	ck_assert_str_eq(error.message,
	                 "a migration is missing between '0003_a.sql' and '0005_b.sql'");
	ck_assert(strstr(error.hint, "-- depends_on: [\"0003\"]"));
}
END_TEST

START_TEST(a_gap_that_is_meant_is_accepted)
{
	put_empty("0003_a.sql");
	put("0005_b.sql", "-- depends_on: [\"3\"]\n-- upgrade\n");
	ck_assert_msg(read_folder(), "%s", error.message);
}
END_TEST

START_TEST(a_dependency_on_another_one_does_not_excuse_a_gap)
{
	put_empty("0001_a.sql");
	put_empty("0002_a.sql");
	put("0005_b.sql", "-- depends_on: [\"0001\"]\n-- upgrade\n");
	ck_assert(!read_folder());
	ck_assert_str_eq(error.message,
	                 "a migration is missing between '0002_a.sql' and '0005_b.sql'");
}
END_TEST

START_TEST(timestamps_have_gaps)
{
	entry.versioning = VERSIONING_TIMESTAMP;
	put_empty("20260101000000_a.sql");
	put_empty("20260102000000_b.sql");
	ck_assert(read_folder());
}
END_TEST

START_TEST(an_unknown_dependency_is_an_error)
{
	put("0001_a.sql", "-- depends_on: [\"0009\"]\n-- upgrade\n");
	ck_assert(!read_folder());
	ck_assert_str_eq(error.message, "'0001_a.sql' depends on version 0009, and no file has it");
}
END_TEST

START_TEST(a_later_dependency_is_an_error)
{
	put("0001_a.sql", "-- depends_on: [\"0002\"]\n-- upgrade\n");
	put_empty("0002_b.sql");
	ck_assert(!read_folder());
	ck_assert_str_eq(error.message, "'0001_a.sql' depends on '0002_b.sql', which comes later");
}
END_TEST

START_TEST(a_cycle_is_named_whole)
{
	put("0001_a.sql", "-- depends_on: [\"0003\"]\n-- upgrade\n");
	put("0002_b.sql", "-- depends_on: [\"0001\"]\n-- upgrade\n");
	put("0003_c.sql", "-- depends_on: [\"0002\"]\n-- upgrade\n");
	ck_assert(!read_folder());
	ck_assert_str_eq(error.message,
	                 "the dependencies of these migrations go round in a circle: "
	                 "'0001_a.sql' -> '0003_c.sql' -> '0002_b.sql' -> '0001_a.sql'");
}
END_TEST

START_TEST(a_dependency_on_itself_is_a_cycle)
{
	put("0001_a.sql", "-- depends_on: [\"1\"]\n-- upgrade\n");
	ck_assert(!read_folder());
	ck_assert_str_eq(error.message,
	                 "the dependencies of these migrations go round in a circle: "
	                 "'0001_a.sql' -> '0001_a.sql'");
}
END_TEST

/* Versions and names of new files. */

static const struct {
	const char *a, *b;
	int order;
} versions[] = {
    {"1", "0001", 0},
    {"2", "0010", -1},
    {"0010", "9", 1},
    {"0", "0000", 0},
    {"0", "1", -1},
    {"9999", "10000", -1},
    {"20260102030405", "0001", 1},
    {"123456789012345678901", "123456789012345678902", -1},
};

START_TEST(versions_are_compared_by_value)
{
	ck_assert_int_eq(version_compare(versions[_i].a, versions[_i].b), versions[_i].order);
	ck_assert_int_eq(version_compare(versions[_i].b, versions[_i].a), -versions[_i].order);
}
END_TEST

static const struct {
	const char *file; /* the newest, or NULL */
	enum versioning versioning;
	long long now;
	const char *version;
} next[] = {
    {NULL, VERSIONING_SEQUENTIAL, 0, "0001"},
    {"0001_a.sql", VERSIONING_SEQUENTIAL, 0, "0002"},
    {"7_a.sql", VERSIONING_SEQUENTIAL, 0, "0008"},
    {"0999_a.sql", VERSIONING_SEQUENTIAL, 0, "1000"},
    {"9999_a.sql", VERSIONING_SEQUENTIAL, 0, "10000"},
    {"000041_a.sql", VERSIONING_SEQUENTIAL, 0, "000042"},
    {NULL, VERSIONING_TIMESTAMP, 1767323045, "20260102030405"},
    {"20260102030404_a.sql", VERSIONING_TIMESTAMP, 1767323045, "20260102030405"},
    {"20260102030405_a.sql", VERSIONING_TIMESTAMP, 1767323045, "20260102030406"},
    {"20270102030405_a.sql", VERSIONING_TIMESTAMP, 1767323045, "20270102030406"},
    {"0001_a.sql", VERSIONING_TIMESTAMP, 1767323045, "20260102030405"},
};

START_TEST(the_next_version_is_larger_than_all)
{
	entry.versioning = next[_i].versioning;
	if (next[_i].file)
		put_empty(next[_i].file);
	ck_assert(read_folder());
	ck_assert_str_eq(
	    migrations_next_version(&arena, &directory, next[_i].versioning, next[_i].now),
	    next[_i].version);
}
END_TEST

static const struct {
	const char *description;
	const char *slug; /* NULL: refused */
} slugs[] = {
    {"Create users table!", "create_users_table"},
    {"  a -- b  ", "a_b"},
    {"../../etc/passwd", "etc_passwd"},
    {"Größe ändern", "größe_ändern"},
    {"a\xFF"
     "b\xC3",
     "a_b"},
    {"0001", "0001"},
    {"", NULL},
    {" !?", NULL},
};

START_TEST(a_description_becomes_a_slug)
{
	char *slug = migration_slug(&arena, slugs[_i].description, &error);

	if (slugs[_i].slug)
		ck_assert_str_eq(slug, slugs[_i].slug);
	else
		ck_assert(!slug && error.kind == ERROR_USAGE && error.hint);
}
END_TEST

START_TEST(a_long_slug_is_cut_between_characters)
{
	char *description = arena_alloc(&arena, 1000);
	char *slug;

	for (size_t i = 0; i < 498; i++)
		memcpy(description + 1 + 2 * i, "ö", 2);
	description[0] = 'a';
	slug = migration_slug(&arena, description, &error);
	ck_assert_uint_eq(strlen(slug), 99);
}
END_TEST

START_TEST(a_file_name_reads_as_what_it_was_made_of)
{
	char *name = migration_file_name(&arena, "primary", "42", "add_users");

	ck_assert_str_eq(name, "primary__42_add_users.sql");
	put_empty(name);
	ck_assert(read_folder());
	ck_assert_str_eq(versioned(0)->version, "42");
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

static TCase *file_tests(void)
{
	TCase *group = tcase_create("file");

	tcase_add_checked_fixture(group, set_up, tear_down);
	tcase_add_test(group, a_file_has_headers_and_two_sections);
	tcase_add_test(group, sections_may_be_empty_or_the_other_way_round);
	tcase_add_test(group, windows_line_endings_and_a_byte_order_mark_are_read);
	tcase_add_loop_test(group, only_a_line_of_its_own_is_a_marker, 0, COUNT(no_markers));
	tcase_add_loop_test(group, reports_what_is_wrong_in_a_file, 0, COUNT(faults));
	tcase_add_test(group, a_nul_byte_is_refused);
	tcase_add_loop_test(group, the_checksum_sees_content_and_not_line_endings, 0,
	                    COUNT(checksums));
	tcase_add_test(group, the_checksum_stays_as_it_is);
	return group;
}

static TCase *folder_tests(void)
{
	TCase *group = tcase_create("folder");

	tcase_add_checked_fixture(group, set_up, tear_down);
	tcase_add_loop_test(group, a_name_says_kind_version_and_description, 0, COUNT(names));
	tcase_add_loop_test(group, a_name_that_does_not_belong_is_refused, 0, COUNT(bad_names));
	tcase_add_test(group, other_files_are_passed_over);
	tcase_add_test(group, a_folder_that_does_not_exist_is_empty);
	tcase_add_test(group, a_file_in_place_of_the_folder_is_an_error);
	tcase_add_test(group, a_fault_in_a_file_is_reported_with_its_path);
	tcase_add_test(group, migrations_come_in_the_order_of_their_versions);
	tcase_add_test(group, a_migration_is_found_by_the_value_of_its_version);
	tcase_add_test(group, two_files_with_one_version_are_named);
	tcase_add_test(group, two_repeatables_with_one_name_are_named);
	tcase_add_test(group, two_empty_migrations_are_two);
	tcase_add_test(group, a_gap_names_the_files_around_it);
	tcase_add_test(group, a_gap_that_is_meant_is_accepted);
	tcase_add_test(group, a_dependency_on_another_one_does_not_excuse_a_gap);
	tcase_add_test(group, timestamps_have_gaps);
	tcase_add_test(group, an_unknown_dependency_is_an_error);
	tcase_add_test(group, a_later_dependency_is_an_error);
	tcase_add_test(group, a_cycle_is_named_whole);
	tcase_add_test(group, a_dependency_on_itself_is_a_cycle);
	return group;
}

static TCase *name_tests(void)
{
	TCase *group = tcase_create("new names");

	tcase_add_checked_fixture(group, set_up, tear_down);
	tcase_add_loop_test(group, versions_are_compared_by_value, 0, COUNT(versions));
	tcase_add_loop_test(group, the_next_version_is_larger_than_all, 0, COUNT(next));
	tcase_add_loop_test(group, a_description_becomes_a_slug, 0, COUNT(slugs));
	tcase_add_test(group, a_long_slug_is_cut_between_characters);
	tcase_add_test(group, a_file_name_reads_as_what_it_was_made_of);
	return group;
}

int main(void)
{
	Suite *suite = suite_create("migration");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, file_tests());
	suite_add_tcase(suite, folder_tests());
	suite_add_tcase(suite, name_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
