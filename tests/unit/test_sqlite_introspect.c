/* What is handed to the parser from a live schema, and the scratch database. */
#include "sqlite_host.h"

/* Reading the schema. */

static void assert_schema(struct dbw_connection *connection, const char *expected)
{
	static const char *const ignore[] = {"dbwarden_migrations", NULL};
	struct dbw_buffer *parsed = host.context;
	struct dbw_schema schema = {.tables = {0}};
	enum dbw_status status;

	parsed->length = 0;
	buffer_append(parsed, "", 0);
	status = plugin->introspect(connection, &schema, ignore, &failure);
	ck_assert_msg(status == DBW_OK, "%s", failure.message);
	ck_assert_str_eq(parsed->text, expected);
}

START_TEST(schema_is_read_without_what_is_not_the_users)
{
	struct dbw_connection *connection = open_database("");

	run(connection, "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b UNIQUE)");
	run(connection, "CREATE INDEX i ON t (b DESC)");
	run(connection, "CREATE TABLE DBWARDEN_migrations (id)");
	run(connection, "CREATE INDEX j ON dbwarden_migrations (id)");
	run(connection, "CREATE VIEW v AS SELECT a FROM t -- all of it");
	run(connection, "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END");
	run(connection, "CREATE TEMP TABLE passing (a)");
	run(connection, "INSERT INTO t (b) VALUES (1)");
	run(connection, "ANALYZE");
	run(connection, "CREATE TABLE sqlitelike (a)");
	assert_schema(connection,
	              "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b UNIQUE)\n;\n"
	              "CREATE TABLE sqlitelike (a)\n;\n"
	              "CREATE INDEX i ON t (b DESC)\n;\n"
	              "CREATE VIEW v AS SELECT a FROM t -- all of it\n;\n"
	              "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END\n;\n");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(tables_behind_a_virtual_table_are_left_out)
{
	struct dbw_connection *connection = open_database("");

	run(connection, "CREATE VIRTUAL TABLE search USING fts5(body)");
	run(connection, "CREATE TABLE search_terms (a)");
	run(connection, "CREATE VIRTUAL TABLE places USING rtree(id, x0, x1)");
	assert_schema(connection, "CREATE VIRTUAL TABLE search USING fts5(body)\n;\n"
	                          "CREATE TABLE search_terms (a)\n;\n"
	                          "CREATE VIRTUAL TABLE places USING rtree(id, x0, x1)\n;\n");
	plugin->disconnect(connection);
}
END_TEST

static const struct {
	const char *view, *text;
} comments[] = {
    {"CREATE VIEW v AS SELECT 1 /* open", "CREATE VIEW v AS SELECT 1 /* open*/"},
    {"CREATE VIEW v AS SELECT 1 /*/", "CREATE VIEW v AS SELECT 1 /*/*/"},
    {"CREATE VIEW v AS SELECT 1 /**/", "CREATE VIEW v AS SELECT 1 /**/"},
    {"CREATE VIEW v AS SELECT 1 -- /*", "CREATE VIEW v AS SELECT 1 -- /*"},
    {"CREATE VIEW v AS SELECT '/*'", "CREATE VIEW v AS SELECT '/*'"},
    {"CREATE VIEW v AS SELECT 1 AS [/*']", "CREATE VIEW v AS SELECT 1 AS [/*']"},
};

START_TEST(comment_at_the_end_is_closed)
{
	struct dbw_connection *connection = open_database("");
	char expected[128];

	run(connection, comments[_i].view);
	run(connection, "CREATE VIEW w AS SELECT 2");
	snprintf(expected, sizeof expected, "%s\n;\nCREATE VIEW w AS SELECT 2\n;\n",
	         comments[_i].text);
	assert_schema(connection, expected);
	plugin->disconnect(connection);
}
END_TEST

START_TEST(unreadable_definition_names_the_object)
{
	struct dbw_connection *connection = open_database("");
	struct dbw_schema schema = {.tables = {0}};

	run(connection, "CREATE TABLE readable (a)");
	run(connection, "CREATE TABLE unreadable (a)");
	ck_assert_int_eq(plugin->introspect(connection, &schema, NULL, &failure), DBW_FAILED);
	ck_assert_str_eq(failure.message,
	                 "cannot read the definition of the table 'unreadable': gibberish");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(scratch_is_empty_and_gone_afterwards)
{
	const struct dbw_connect where = {
	    .struct_size = sizeof where, .database = "app.db", .directory = folder};
	struct dbw_connection *connection;

	ck_assert_int_eq(plugin->scratch(&host, &where, &connection, &failure), DBW_OK);
	assert_rows(connection, "PRAGMA foreign_keys", "0;");
	run(connection, "CREATE TABLE t (a)");
	assert_schema(connection, "CREATE TABLE t (a)\n;\n");
	plugin->disconnect(connection);
	ck_assert(!file_exists("app.db"));
	ck_assert_int_eq(plugin->scratch(&host, &where, &connection, &failure), DBW_OK);
	assert_schema(connection, "");
	plugin->disconnect(connection);
}
END_TEST

START_TEST(scratch_finds_a_broken_view)
{
	struct dbw_connection *connection;
	struct dbw_schema schema = {.tables = {0}};
	const struct dbw_connect where = {.struct_size = sizeof where, .directory = folder};

	ck_assert_int_eq(plugin->scratch(&host, &where, &connection, &failure), DBW_OK);
	run(connection, "CREATE VIEW \"odd name\" AS SELECT missing FROM nowhere");
	ck_assert_int_eq(plugin->introspect(connection, &schema, NULL, &failure), DBW_FAILED);
	ck_assert_str_eq(failure.message, "the view 'odd name' cannot be used: no such table: "
	                                  "main.nowhere");
	plugin->disconnect(connection);
}
END_TEST

static Suite *make_suite(void)
{
	Suite *suite = suite_create("sqlite introspect");
	TCase *schema = add_case(suite, "schema");

	tcase_add_test(schema, schema_is_read_without_what_is_not_the_users);
	tcase_add_test(schema, tables_behind_a_virtual_table_are_left_out);
	tcase_add_loop_test(schema, comment_at_the_end_is_closed, 0, COUNT_OF(comments));
	tcase_add_test(schema, unreadable_definition_names_the_object);
	tcase_add_test(schema, scratch_is_empty_and_gone_afterwards);
	tcase_add_test(schema, scratch_finds_a_broken_view);
	return suite;
}

int main(void)
{
	return run_suite(make_suite());
}
