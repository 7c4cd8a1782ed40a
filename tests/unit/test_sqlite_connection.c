/* Names and literals, classes of statements, and what can be wrong with a database file. */
#include <sys/stat.h>
#include <sys/wait.h>

#include "sqlite_host.h"

/* Quoting. */

static const struct {
	const char *name, *quoted;
} quoted_names[] = {
    {"users", "users"},
    {"_a1", "_a1"},
    {"1a", "\"1a\""},
    {"", "\"\""},
    {"Order", "\"Order\""},
    {"key", "\"key\""},
    {"current_timestamp", "\"current_timestamp\""},
    {"current_timestamps", "current_timestamps"},
    {"true", "\"true\""},
    {"abort", "\"abort\""},
    {"without", "\"without\""},
    {"two words", "\"two words\""},
    {"say \"hi\"", "\"say \"\"hi\"\"\""},
    {"na\xc3\xafve", "\"na\xc3\xafve\""},
};

START_TEST(name_is_quoted_where_needed)
{
	struct dbw_buffer *out = buffer_new();

	plugin->quote_identifier(&host, quoted_names[_i].name, out);
	ck_assert_str_eq(buffer_text(out, NULL), quoted_names[_i].quoted);
	buffer_free(out);
}
END_TEST

static const struct {
	const char *text;
	size_t length;
	const char *quoted;
} literals[] = {
    {"", 0, "''"},
    {"plain", 5, "'plain'"},
    {"it's", 4, "'it''s'"},
    {"''", 2, "''''''"},
    {"a\0b", 3, "CAST(x'610062' AS TEXT)"},
};

START_TEST(literal_reads_back_as_the_text)
{
	struct dbw_connection *connection = open_database(":memory:");
	struct dbw_buffer *out = buffer_new(), *sql = buffer_new(), *rows = buffer_new();

	plugin->quote_literal(&host, literals[_i].text, literals[_i].length, out);
	ck_assert_str_eq(buffer_text(out, NULL), literals[_i].quoted);
	buffer_append(sql, "SELECT ", 7);
	buffer_append(sql, out->text, out->length);
	ck_assert_int_eq(
	    plugin->query(connection, sql->text, sql->length, keep_row, rows, &failure), DBW_OK);
	ck_assert_uint_eq(rows->length, literals[_i].length + 1);
	ck_assert_mem_eq(rows->text, literals[_i].text, literals[_i].length);
	buffer_free(out);
	buffer_free(sql);
	buffer_free(rows);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(reserved_words_are_sorted)
{
	const char *const *word = plugin->traits->reserved_words;

	for (; word[1]; word++)
		ck_assert_str_lt(word[0], word[1]);
}
END_TEST

/* Classes of statements. */

static const struct {
	const char *sql;
	enum dbw_statement_class class;
	const char *what;
} classes[] = {
    {"CREATE TABLE t (a)", DBW_CLASS_ORDINARY, NULL},
    {"", DBW_CLASS_ORDINARY, NULL},
    {"PRAGMA foreign_keys = OFF", DBW_CLASS_SESSION, "PRAGMA foreign_keys"},
    {"pragma Foreign_Keys(1)", DBW_CLASS_SESSION, "PRAGMA foreign_keys"},
    {"PRAGMA main.foreign_keys=on", DBW_CLASS_SESSION, "PRAGMA foreign_keys"},
    {"PRAGMA \"foreign_keys\" = 1", DBW_CLASS_SESSION, "PRAGMA foreign_keys"},
    {"/* a */ -- b\n PRAGMA/**/foreign_keys/**/=1", DBW_CLASS_SESSION, "PRAGMA foreign_keys"},
    {"PRAGMA foreign_keys", DBW_CLASS_ORDINARY, NULL},
    {"PRAGMA foreign_key_check", DBW_CLASS_ORDINARY, NULL},
    {"PRAGMA foreign_key_check(t)", DBW_CLASS_ORDINARY, NULL},
    {"PRAGMA defer_foreign_keys = ON", DBW_CLASS_ORDINARY, NULL},
    {"PRAGMA legacy_alter_table = ON", DBW_CLASS_ORDINARY, NULL},
    {"PRAGMA writable_schema = 1", DBW_CLASS_ORDINARY, NULL},
    {"PRAGMA user_version = 3", DBW_CLASS_ORDINARY, NULL},
    {"PRAGMA journal_mode = WAL", DBW_CLASS_SESSION, "PRAGMA journal_mode"},
    {"PRAGMA synchronous = OFF", DBW_CLASS_SESSION, "PRAGMA synchronous"},
    {"PRAGMA wal_checkpoint", DBW_CLASS_OUTSIDE_TRANSACTION, "PRAGMA wal_checkpoint"},
    {"VACUUM", DBW_CLASS_OUTSIDE_TRANSACTION, "VACUUM"},
    {"vacuum into 'x'", DBW_CLASS_OUTSIDE_TRANSACTION, "VACUUM"},
    {"VACUUMED", DBW_CLASS_ORDINARY, NULL},
    {"ATTACH 'x' AS y", DBW_CLASS_ORDINARY, NULL},
    {"DETACH y", DBW_CLASS_SESSION, "DETACH"},
    {"BEGIN", DBW_CLASS_TRANSACTION_CONTROL, "BEGIN"},
    {"begin immediate", DBW_CLASS_TRANSACTION_CONTROL, "BEGIN"},
    {"COMMIT", DBW_CLASS_TRANSACTION_CONTROL, "COMMIT"},
    {"END TRANSACTION", DBW_CLASS_TRANSACTION_CONTROL, "END"},
    {"ROLLBACK", DBW_CLASS_TRANSACTION_CONTROL, "ROLLBACK"},
    {"ROLLBACK TRANSACTION", DBW_CLASS_TRANSACTION_CONTROL, "ROLLBACK"},
    {"ROLLBACK TO a", DBW_CLASS_ORDINARY, NULL},
    {"ROLLBACK TRANSACTION TO SAVEPOINT a", DBW_CLASS_ORDINARY, NULL},
    {"SAVEPOINT a", DBW_CLASS_ORDINARY, NULL},
    {"RELEASE a", DBW_CLASS_ORDINARY, NULL},
    {".read other.sql", DBW_CLASS_CLIENT_COMMAND, "a line that begins with '.'"},
    {"-- VACUUM", DBW_CLASS_ORDINARY, NULL},
    {"/* VACUUM", DBW_CLASS_ORDINARY, NULL},
    {"PRAGMA \"foreign_keys", DBW_CLASS_ORDINARY, NULL},
};

START_TEST(statement_is_classified)
{
	/* A copy of its very size: reading beyond it is seen. */
	size_t length = strlen(classes[_i].sql);
	char *sql = memcpy(malloc(length + !length), classes[_i].sql, length);
	const char *what = NULL;

	ck_assert_int_eq(plugin->classify(&host, sql, length, &what), classes[_i].class);
	if (classes[_i].what)
		ck_assert_str_eq(what, classes[_i].what);
	free(sql);
}
END_TEST

/* Connecting. */

static void assert_refused(const char *database, unsigned flags, const char *query,
                           const char *message, const char *hint)
{
	struct dbw_connection *connection = (void *)&host;

	ck_assert_int_ne(open_as(&connection, database, flags, query), DBW_OK);
	ck_assert_ptr_null(connection);
	assert_contains(failure.message, message);
	assert_contains(failure.hint, hint);
	ck_assert_ptr_null(strchr(failure.message, '\n'));
}

START_TEST(relative_path_is_relative_to_the_directory)
{
	plugin->disconnect(open_database("app.db"));
	ck_assert(file_exists("app.db"));
}
END_TEST

START_TEST(memory_leaves_no_file)
{
	static const char *const databases[] = {"", ":memory:", NULL};

	for (size_t i = 0; i < 3; i++) {
		struct dbw_connection *connection = open_database(databases[i]);

		run(connection, "CREATE TABLE t (a)");
		plugin->disconnect(connection);
	}
	ck_assert_int_eq(rmdir(folder), 0);
	ck_assert_int_eq(mkdir(folder, 0700), 0);
}
END_TEST

START_TEST(directory_is_refused)
{
	assert_refused("/tmp", 0, NULL, "cannot open '/tmp': it is a directory", "sqlite:///");
}
END_TEST

START_TEST(pipe_is_refused_without_waiting)
{
	char path[256];

	path_in(path, "pipe");
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	assert_refused("pipe", 0, NULL, "it is not a regular file", "Name the database file");
}
END_TEST

START_TEST(missing_folder_is_named)
{
	assert_refused("no/app.db", 0, NULL, "/no' does not exist", "Make the folder");
	assert_refused("no/app.db", DBW_CONNECT_READ_ONLY, NULL, "/no' does not exist", "Make");
}
END_TEST

START_TEST(other_kind_of_file_is_refused)
{
	write_file("app.db", "This is a letter to my grandmother, who does not care for databases; "
	                     "it is longer than the header of a database file has to be.");
	assert_refused("app.db", 0, NULL, "is not a database of SQLite", "Correct the url");
	assert_refused("app.db", DBW_CONNECT_READ_ONLY, NULL, "is not a database", "Correct");
}
END_TEST

START_TEST(host_in_url_is_refused)
{
	const struct dbw_connect where = {
	    .struct_size = sizeof where, .host = "app.db", .directory = folder};
	struct dbw_connection *connection;

	ck_assert_int_eq(plugin->connect(&host, &where, &connection, &failure), DBW_FAILED);
	assert_contains(failure.message, "names a host, 'app.db'");
	assert_contains(failure.hint, "sqlite:///file.db");
}
END_TEST

START_TEST(missing_permission_is_said)
{
	char path[256];

	path_in(path, "app.db");
	plugin->disconnect(open_database("app.db"));
	ck_assert_int_eq(chmod(folder, 0755), 0);
	ck_assert_int_eq(chmod(path, 0444), 0);
	become_nobody(true);
	assert_refused("app.db", 0, NULL, "for writing: Permission denied", "mode=ro");
	become_nobody(false);
	ck_assert_int_eq(chmod(path, 0), 0);
	become_nobody(true);
	assert_refused("app.db", 0, NULL, "app.db': Permission denied", "permission");
	assert_refused("app.db", DBW_CONNECT_READ_ONLY, NULL, "app.db': Permission denied",
	               "permission");
	become_nobody(false);
}
END_TEST

START_TEST(read_only_shows_an_empty_database_where_none_is)
{
	struct dbw_connection *connection;
	bool exists = true;

	ck_assert_int_eq(open_as(&connection, "app.db", DBW_CONNECT_READ_ONLY, NULL), DBW_OK);
	ck_assert_int_eq(plugin->table_exists(connection, NULL, "t", &exists, &failure), DBW_OK);
	ck_assert(!exists);
	ck_assert_int_eq(EXECUTE(connection, 0, "CREATE TABLE t (a)"), DBW_FAILED);
	plugin->disconnect(connection);
	ck_assert(!file_exists("app.db"));
}
END_TEST

START_TEST(read_only_refuses_to_write)
{
	struct dbw_connection *connection = open_database("app.db");

	run(connection, "CREATE TABLE t (a)");
	plugin->disconnect(connection);
	ck_assert_int_eq(open_as(&connection, "app.db", DBW_CONNECT_READ_ONLY, NULL), DBW_OK);
	assert_rows(connection, "SELECT count(*) FROM t", "0;");
	ck_assert_int_eq(EXECUTE(connection, 0, "INSERT INTO t VALUES (1)"), DBW_FAILED);
	plugin->disconnect(connection);
}
END_TEST

static void make_wal_database(void)
{
	struct dbw_connection *connection = open_database("app.db");

	run(connection, "PRAGMA journal_mode = WAL");
	run(connection, "CREATE TABLE t (a)");
	plugin->disconnect(connection);
}

START_TEST(wal_database_can_be_read)
{
	struct dbw_connection *connection;

	make_wal_database();
	ck_assert_int_eq(open_as(&connection, "app.db", DBW_CONNECT_READ_ONLY, NULL), DBW_OK);
	assert_rows(connection, "SELECT count(*) FROM t", "0;");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(wal_database_in_a_folder_that_cannot_be_written_to_is_explained)
{
	make_wal_database();
	ck_assert_int_eq(chmod(folder, 0555), 0);
	become_nobody(true);
	assert_refused("app.db", DBW_CONNECT_READ_ONLY, NULL, "it is in WAL mode", "on the folder");
	become_nobody(false);
	ck_assert_int_eq(chmod(folder, 0700), 0);
}
END_TEST

START_TEST(connecting_does_not_wait_for_a_writer)
{
	struct dbw_connection *first = open_database("app.db"), *second;
	struct dbw_lock_holder holder = {.struct_size = sizeof holder};
	long long since = now_ms();

	run(first, "BEGIN EXCLUSIVE");
	second = open_database("app.db");
	ck_assert_int_eq(plugin->lock_try(second, &holder, &holder, &failure), DBW_OK);
	ck_assert_int_lt(now_ms() - since, 2000);
	plugin->disconnect(second);
	plugin->disconnect(first);
}
END_TEST

/* A process that ends in the middle of a write, with pages of it in the database file. */
static void leave_hot_journal(void)
{
	struct dbw_connection *connection = open_database("app.db");
	pid_t child;
	int status;

	run(connection, "CREATE TABLE t (a)");
	run(connection, "INSERT INTO t VALUES ('kept')");
	plugin->disconnect(connection);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		connection = open_database("app.db");
		run(connection, "PRAGMA cache_size = 4");
		EXECUTE(connection, DBW_EXECUTE_BEGIN,
		        "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
		        "INSERT INTO t SELECT hex(zeroblob(500)) FROM n");
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(file_exists("app.db-journal"));
}

START_TEST(reader_undoes_a_broken_off_write)
{
	struct dbw_connection *connection;

	leave_hot_journal();
	ck_assert_int_eq(open_as(&connection, "app.db", DBW_CONNECT_READ_ONLY, NULL), DBW_OK);
	assert_rows(connection, "SELECT * FROM t", "kept;");
	ck_assert_int_eq(EXECUTE(connection, 0, "INSERT INTO t VALUES (1)"), DBW_FAILED);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(broken_off_write_is_explained_where_it_may_not_be_undone)
{
	leave_hot_journal();
	assert_refused("app.db", 0, "mode=ro", "was broken off and must be undone", "mode=ro");
}
END_TEST

static const struct {
	const char *query, *message;
} bad_parameters[] = {
    {"speed=high", "unknown parameter 'speed'"},
    {"mode=rx", "'mode' in the url must be ro, rw or rwc, not 'rx'"},
    {"foreign_keys=maybe", "'foreign_keys' in the url must be on or off, not 'maybe'"},
    {"busy_timeout=", "'busy_timeout' in the url must be a number of milliseconds"},
    {"busy_timeout=-1", "'busy_timeout' in the url must be a number of milliseconds"},
    {"busy_timeout=1s", "'busy_timeout' in the url must be a number of milliseconds"},
    {"timeout=99999999999999999999", "'timeout' in the url must be a number of seconds"},
    {"mode=ro", "there is no such file"},
    {"mode=rw", "there is no such file"},
};

START_TEST(bad_parameter_is_refused)
{
	assert_refused("app.db", 0, bad_parameters[_i].query, bad_parameters[_i].message, "");
	ck_assert(!file_exists("app.db"));
}
END_TEST

START_TEST(unknown_parameter_names_the_known)
{
	assert_refused("app.db", 0, "speed=high", "unknown", "mode (ro, rw, rwc), foreign_keys");
}
END_TEST

START_TEST(foreign_keys_are_off_unless_asked_for)
{
	struct dbw_connection *connection = open_database("");

	assert_rows(connection, "PRAGMA foreign_keys", "0;");
	plugin->disconnect(connection);
	ck_assert_int_eq(open_as(&connection, "", 0, "foreign_keys=on"), DBW_OK);
	assert_rows(connection, "PRAGMA foreign_keys", "1;");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(disconnect_of_nothing_is_allowed)
{
	struct dbw_connection *connection = NULL;

	plugin->disconnect(connection);
	connection = open_database("");
	ck_assert_int_eq(strncmp(plugin->server_version(connection), "3.", 2), 0);
	plugin->disconnect(connection);
}
END_TEST

static Suite *make_suite(void)
{
	Suite *suite = suite_create("sqlite connection");
	TCase *text = add_case(suite, "text");
	TCase *connect = add_case(suite, "connect");

	tcase_add_loop_test(text, name_is_quoted_where_needed, 0, COUNT_OF(quoted_names));
	tcase_add_loop_test(text, literal_reads_back_as_the_text, 0, COUNT_OF(literals));
	tcase_add_test(text, reserved_words_are_sorted);
	tcase_add_loop_test(text, statement_is_classified, 0, COUNT_OF(classes));

	tcase_add_test(connect, relative_path_is_relative_to_the_directory);
	tcase_add_test(connect, memory_leaves_no_file);
	tcase_add_test(connect, directory_is_refused);
	tcase_add_test(connect, pipe_is_refused_without_waiting);
	tcase_add_test(connect, missing_folder_is_named);
	tcase_add_test(connect, other_kind_of_file_is_refused);
	tcase_add_test(connect, host_in_url_is_refused);
	tcase_add_test(connect, missing_permission_is_said);
	tcase_add_test(connect, read_only_shows_an_empty_database_where_none_is);
	tcase_add_test(connect, read_only_refuses_to_write);
	tcase_add_test(connect, wal_database_can_be_read);
	tcase_add_test(connect, wal_database_in_a_folder_that_cannot_be_written_to_is_explained);
	tcase_add_test(connect, connecting_does_not_wait_for_a_writer);
	tcase_add_test(connect, reader_undoes_a_broken_off_write);
	tcase_add_test(connect, broken_off_write_is_explained_where_it_may_not_be_undone);
	tcase_add_loop_test(connect, bad_parameter_is_refused, 0, COUNT_OF(bad_parameters));
	tcase_add_test(connect, unknown_parameter_names_the_known);
	tcase_add_test(connect, foreign_keys_are_off_unless_asked_for);
	tcase_add_test(connect, disconnect_of_nothing_is_allowed);
	return suite;
}

int main(void)
{
	return run_suite(make_suite());
}
