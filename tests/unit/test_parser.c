/* DDL to structure, in SQLite's grammar. */
#include "dialect.h"

/* What is declared, and the schema as JSON, not yet normalised. */
static const struct {
	const char *sql;
	const char *schema;
} readable[] = {
    {"CREATE TABLE t (a)",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"\"}]}]}"},
    {"CREATE TABLE IF NOT EXISTS main.t (a INTEGER, b VARCHAR ( 80 ) , c DECIMAL(10,2), d "
     "UNSIGNED BIG INT);",
     "{\"tables\":[{\"namespace_name\":\"main\",\"name\":\"t\",\"columns\":[{\"name\":\"a"
     "\",\"type\":\"INTEGER\"},{\"name\":\"b\",\"type\":\"VARCHAR(80)\"},{\"name\":\"c\","
     "\"type\":\"DECIMAL(10,2)\"},{\"name\":\"d\",\"type\":\"UNSIGNED BIG INT\"}]}]}"},
    {"create table [a b] (\"c\"\"d\" text, `e``f` int, 'g''h' blob)",
     "{\"tables\":[{\"name\":\"a b\",\"columns\":[{\"name\":\"c\\\"d\",\"type\":\"text\"},"
     "{\"name\":\"e`f\",\"type\":\"int\"},{\"name\":\"g'h\",\"type\":\"blob\"}]}]}"},
    {"CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"INTEGER\",\"aut"
     "o_increment\":true}],\"constraints\":[{\"kind\":\"primary key\",\"parts\":[{\"column"
     "\":\"a\"}]}]}]}"},
    {"CREATE TABLE t (a INT CONSTRAINT pk PRIMARY KEY DESC ON CONFLICT REPLACE)",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"INT\"}],\"const"
     "raints\":[{\"kind\":\"primary key\",\"name\":\"pk\",\"parts\":[{\"column\":\"a\",\"d"
     "escending\":true}],\"options\":[{\"name\":\"ON CONFLICT\",\"value\":\"REPLACE\"}]}]}"
     "]}"},
    {"CREATE TABLE t (a INT NOT NULL ON CONFLICT IGNORE, b INT NULL, c INT CONSTRAINT nn N"
     "OT NULL)",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"INT\",\"not_nul"
     "l\":true,\"options\":[{\"name\":\"NOT NULL ON CONFLICT\",\"value\":\"IGNORE\"}]},{"
     "\"name\":\"b\",\"type\":\"INT\"},{\"name\":\"c\",\"type\":\"INT\",\"not_null\":true,"
     "\"options\":[{\"name\":\"NOT NULL CONSTRAINT\",\"value\":\"nn\"}]}]}]}"},
    {"CREATE TABLE t (a INT UNIQUE, b INT CONSTRAINT u UNIQUE ON CONFLICT FAIL)",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"INT\"},{\"name"
     "\":\"b\",\"type\":\"INT\"}],\"constraints\":[{\"kind\":\"unique\",\"name\":\"u\",\"p"
     "arts\":[{\"column\":\"b\"}],\"options\":[{\"name\":\"ON CONFLICT\",\"value\":\"FAIL"
     "\"}]},{\"kind\":\"unique\",\"parts\":[{\"column\":\"a\"}]}]}]}"},
    {"CREATE TABLE t (a INT CHECK (a > 0 AND (a < 9)), CONSTRAINT c CHECK ((a <> 5)))",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"INT\"}],\"const"
     "raints\":[{\"kind\":\"check\",\"expression\":\"a > 0 AND (a < 9)\"},{\"kind\":\"chec"
     "k\",\"name\":\"c\",\"expression\":\"a <> 5\"}]}]}"},
    {"CREATE TABLE t (a DEFAULT 1, b DEFAULT -1.5e3, c DEFAULT 'it''s', d DEFAULT CURRENT_"
     "TIMESTAMP, e DEFAULT (1 + 2), f DEFAULT x'00ff', g DEFAULT TRUE, h DEFAULT NULL, i D"
     "EFAULT \"quoted\" NOT NULL)",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"\",\"default_va"
     "lue\":\"1\"},{\"name\":\"b\",\"type\":\"\",\"default_value\":\"-1.5e3\"},{\"name\":"
     "\"c\",\"type\":\"\",\"default_value\":\"'it''s'\"},{\"name\":\"d\",\"type\":\"\",\"d"
     "efault_value\":\"CURRENT_TIMESTAMP\"},{\"name\":\"e\",\"type\":\"\",\"default_value"
     "\":\"1 + 2\"},{\"name\":\"f\",\"type\":\"\",\"default_value\":\"x'00ff'\"},{\"name"
     "\":\"g\",\"type\":\"\",\"default_value\":\"TRUE\"},{\"name\":\"h\",\"type\":\"\",\"d"
     "efault_value\":\"NULL\"},{\"name\":\"i\",\"type\":\"\",\"not_null\":true,\"default_v"
     "alue\":\"\\\"quoted\\\"\"}]}]}"},
    {"CREATE TABLE t (a TEXT COLLATE nocase NOT NULL DEFAULT 'x')",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"TEXT\",\"not_nu"
     "ll\":true,\"default_value\":\"'x'\",\"collation\":\"nocase\"}]}]}"},
    {"CREATE TABLE t (a, b GENERATED ALWAYS AS (a + 1) STORED, c AS (a || 'x') VIRTUAL, d "
     "INT AS (a))",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"\"},{\"name\":"
     "\"b\",\"type\":\"\",\"generated\":\"stored\",\"generated_expression\":\"a + 1\"},{"
     "\"name\":\"c\",\"type\":\"\",\"generated\":\"virtual\",\"generated_expression\":\"a "
     "|| 'x'\"},{\"name\":\"d\",\"type\":\"INT\",\"generated\":\"virtual\",\"generated_exp"
     "ression\":\"a\"}]}]}"},
    {"CREATE TABLE t (a REFERENCES o, b INT CONSTRAINT fk REFERENCES o (id) ON DELETE CASC"
     "ADE ON UPDATE SET NULL MATCH FULL DEFERRABLE INITIALLY DEFERRED, c REFERENCES o(id) "
     "ON DELETE SET DEFAULT NOT DEFERRABLE, d REFERENCES o ON DELETE RESTRICT ON UPDATE NO"
     " ACTION NOT NULL)",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"\"},{\"name\":"
     "\"b\",\"type\":\"INT\"},{\"name\":\"c\",\"type\":\"\"},{\"name\":\"d\",\"type\":"
     "\"\",\"not_null\":true}],\"constraints\":[{\"kind\":\"foreign key\",\"name\":\"fk\","
     "\"parts\":[{\"column\":\"b\"}],\"ref_table\":\"o\",\"ref_columns\":[\"id\"],\"on_del"
     "ete\":\"cascade\",\"on_update\":\"set null\",\"match\":\"FULL\",\"deferrable\":\"ini"
     "tially deferred\"},{\"kind\":\"foreign key\",\"parts\":[{\"column\":\"a\"}],\"ref_ta"
     "ble\":\"o\"},{\"kind\":\"foreign key\",\"parts\":[{\"column\":\"c\"}],\"ref_table\":"
     "\"o\",\"ref_columns\":[\"id\"],\"on_delete\":\"set default\"},{\"kind\":\"foreign ke"
     "y\",\"parts\":[{\"column\":\"d\"}],\"ref_table\":\"o\",\"on_delete\":\"restrict\"}]}"
     "]}"},
    {"CREATE TABLE t (a, b, PRIMARY KEY (a, b DESC), UNIQUE (b COLLATE NOCASE, a) ON CONFL"
     "ICT ABORT, FOREIGN KEY (a, b) REFERENCES o (c, d) ON UPDATE CASCADE DEFERRABLE INITI"
     "ALLY IMMEDIATE)",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"\"},{\"name\":"
     "\"b\",\"type\":\"\"}],\"constraints\":[{\"kind\":\"foreign key\",\"parts\":[{\"colum"
     "n\":\"a\"},{\"column\":\"b\"}],\"ref_table\":\"o\",\"ref_columns\":[\"c\",\"d\"],\"o"
     "n_update\":\"cascade\",\"deferrable\":\"initially immediate\"},{\"kind\":\"primary k"
     "ey\",\"parts\":[{\"column\":\"a\"},{\"column\":\"b\",\"descending\":true}]},{\"kind"
     "\":\"unique\",\"parts\":[{\"column\":\"b\",\"collation\":\"NOCASE\"},{\"column\":\"a"
     "\"}]}]}]}"},
    {"CREATE TABLE t (a PRIMARY KEY, b) WITHOUT ROWID, STRICT",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"\"},{\"name\":"
     "\"b\",\"type\":\"\"}],\"constraints\":[{\"kind\":\"primary key\",\"parts\":[{\"colum"
     "n\":\"a\"}]}],\"options\":[{\"name\":\"STRICT\",\"value\":\"\"},{\"name\":\"WITHOUT "
     "ROWID\",\"value\":\"\"}]}]}"},
    {"CREATE TABLE t (a) STRICT",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"\"}],\"options"
     "\":[{\"name\":\"STRICT\",\"value\":\"\"}]}]}"},
    {"CREATE TABLE t ( -- the table\n a INT, /* first */\n -- second\n b TEXT -- last\n)",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"INT\"},{\"name"
     "\":\"b\",\"type\":\"TEXT\"}]}]}"},
    {"CREATE TABLE t (a, b); CREATE INDEX i ON t (a)",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"\"},{\"name\":"
     "\"b\",\"type\":\"\"}],\"indexes\":[{\"name\":\"i\",\"parts\":[{\"column\":\"a\"}]}]}"
     "]}"},
    {"CREATE UNIQUE INDEX IF NOT EXISTS main.i ON t (lower(a), b COLLATE NOCASE DESC) WHER"
     "E b IS NOT NULL; CREATE TABLE t (a, b)",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"\"},{\"name\":"
     "\"b\",\"type\":\"\"}],\"indexes\":[{\"name\":\"i\",\"unique\":true,\"parts\":[{\"exp"
     "ression\":\"lower(a)\"},{\"column\":\"b\",\"collation\":\"NOCASE\",\"descending\":tr"
     "ue}],\"predicate\":\"b IS NOT NULL\"}]}]}"},
    {"CREATE VIEW v AS SELECT 1 AS one; CREATE VIEW IF NOT EXISTS w (x, y) AS SELECT 1, ';"
     "'",
     "{\"objects\":[{\"kind\":\"view\",\"name\":\"v\",\"text\":\"CREATE VIEW v AS SELECT 1"
     " AS one\"},{\"kind\":\"view\",\"name\":\"w\",\"text\":\"CREATE VIEW w (x, y) AS SELE"
     "CT 1, ';'\"}]}"},
    {"CREATE TABLE t (a); CREATE TRIGGER g AFTER UPDATE OF a ON t WHEN NEW.a > 1 BEGIN INS"
     "ERT INTO t VALUES (CASE WHEN 1 THEN 2 END); SELECT 1; END",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"\"}]}],\"object"
     "s\":[{\"kind\":\"trigger\",\"name\":\"g\",\"table\":\"t\",\"text\":\"CREATE TRIGGER "
     "g AFTER UPDATE OF a ON t WHEN NEW.a > 1 BEGIN INSERT INTO t VALUES (CASE WHEN 1 THEN"
     " 2 END); SELECT 1; END\"}]}"},
    {"CREATE VIRTUAL TABLE f USING fts5(body, tokenize = 'porter')",
     "{\"objects\":[{\"kind\":\"virtual table\",\"name\":\"f\",\"text\":\"CREATE VIRTUAL T"
     "ABLE f USING fts5(body, tokenize = 'porter')\"}]}"},
    {"CREATE TABLE t (\n  -- dbwarden: renamed-from old\n  a INT,\n  b INT, -- dbwarden: r"
     "enamed-from \"old b\"\n  c INT)",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"INT\"},{\"name"
     "\":\"b\",\"type\":\"INT\"},{\"name\":\"c\",\"type\":\"INT\"}]}]}"},
    {"CREATE TABLE t (a); ALTER TABLE t ADD COLUMN b INT NOT NULL DEFAULT 0; ALTER TABLE t"
     " ADD c",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"\"},{\"name\":"
     "\"b\",\"type\":\"INT\",\"not_null\":true,\"default_value\":\"0\"},{\"name\":\"c\","
     "\"type\":\"\"}]}]}"},
    {"CREATE TABLE t (a INT /* , b TEXT */, \"CREATE\" INT, \"x;y\" TEXT DEFAULT ';--')",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"INT\"},{\"name"
     "\":\"CREATE\",\"type\":\"INT\"},{\"name\":\"x;y\",\"type\":\"TEXT\",\"default_value"
     "\":\"';--'\"}]}]}"},
    {"CREATE TABLE t (a CONSTRAINT one CHECK (a) CONSTRAINT two NOT NULL UNIQUE)",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"\",\"not_null"
     "\":true,\"options\":[{\"name\":\"NOT NULL CONSTRAINT\",\"value\":\"two\"}]}],\"const"
     "raints\":[{\"kind\":\"check\",\"name\":\"one\",\"expression\":\"a\"},{\"kind\":\"uni"
     "que\",\"parts\":[{\"column\":\"a\"}]}]}]}"},
    {"CREATE TABLE t (key TEXT, action TEXT, date DATE, name, type)",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"key\",\"type\":\"TEXT\"},{\"na"
     "me\":\"action\",\"type\":\"TEXT\"},{\"name\":\"date\",\"type\":\"DATE\"},{\"name\":"
     "\"name\",\"type\":\"\"},{\"name\":\"type\",\"type\":\"\"}]}]}"},
    {"CREATE TABLE t (a, CHECK (a), CHECK (a IN (1, 2)))",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"\"}],\"constrai"
     "nts\":[{\"kind\":\"check\",\"expression\":\"a IN (1, 2)\"},{\"kind\":\"check\",\"exp"
     "ression\":\"a\"}]}]}"},
    {"CREATE VIEW main.v AS SELECT 1; CREATE TABLE t (a, \"b c\", primary_key TEXT, UNIQUE"
     "(\"b c\"))",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"\"},{\"name\":"
     "\"b c\",\"type\":\"\"},{\"name\":\"primary_key\",\"type\":\"TEXT\"}],\"constraints"
     "\":[{\"kind\":\"unique\",\"parts\":[{\"column\":\"b c\"}]}]}],\"objects\":[{\"kind"
     "\":\"view\",\"namespace_name\":\"main\",\"name\":\"v\",\"text\":\"CREATE VIEW main.v"
     " AS SELECT 1\"}]}"},
    {"CREATE TABLE t (a INT, CONSTRAINT x FOREIGN KEY (a) REFERENCES t (a))",
     "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"INT\"}],\"const"
     "raints\":[{\"kind\":\"foreign key\",\"name\":\"x\",\"parts\":[{\"column\":\"a\"}],"
     "\"ref_table\":\"t\",\"ref_columns\":[\"a\"]}]}]}"},
};

START_TEST(ddl_becomes_structure)
{
	struct schema *schema = parse_model(readable[_i].sql, NULL);

	ck_assert_msg(schema != NULL, "%s: %s", readable[_i].sql, error.message);
	ck_assert_str_eq(compact_json(schema), readable[_i].schema);
	schema_free(schema);
}
END_TEST

/* What cannot be read, where, and why. */
static const struct {
	const char *sql;
	const char *error;
} unreadable[] = {
    {"CREATE",
     "m.sql:1:7: expected TABLE, INDEX, VIEW, TRIGGER or VIRTUAL TABLE, found the end of t"
     "he statement"},
    {"CREATE TABLE", "m.sql:1:13: expected a table name, found the end of the statement"},
    {"CREATE TABLE t", "m.sql:1:15: expected '(', found the end of the statement"},
    {"CREATE TABLE t (", "m.sql:1:17: expected a column name, found the end of the statement"},
    {"CREATE TABLE t ()", "m.sql:1:17: expected a column name, found ')'"},
    {"CREATE TABLE t (a INT,)", "m.sql:1:23: expected a column name, found ')'"},
    {"CREATE TABLE t (a INT b", "m.sql:1:24: expected ',' or ')', found the end of the statement"},
    {"CREATE TABLE t (a INT, a TEXT)", "m.sql:1:24: column 'a' is declared twice"},
    {"CREATE TABLE t (a INT, A TEXT)", "m.sql:1:24: column 'A' is declared twice"},
    {"CREATE TABLE t (a);\nCREATE TABLE T (b)",
     "m.sql:2:14: table 'T' is declared already, at m.sql:1:14"},
    {"CREATE TABLE t (a) WITH x",
     "m.sql:1:20: expected a table option or the end of the statement, found 'WITH'"},
    {"CREATE TABLE t (a CHECK)", "m.sql:1:24: expected '(', found ')'"},
    {"CREATE TABLE t (a CHECK (b)",
     "m.sql:1:28: expected ',' or ')', found the end of the statement"},
    {"CREATE TABLE t (a CHECK ())", "m.sql:1:26: expected an expression, found ')'"},
    {"CREATE TABLE t (a DEFAULT)", "m.sql:1:26: expected a default value, found ')'"},
    {"CREATE TABLE t (a DEFAULT NOT NULL)", "m.sql:1:27: expected a default value, found 'NOT'"},
    {"CREATE TABLE t (a PRIMARY KEY, b PRIMARY KEY)", "m.sql:1:34: table 't' has two primary keys"},
    {"CREATE TABLE t (a, PRIMARY KEY (b))", "m.sql:1:20: table 't' has no column 'b'"},
    {"CREATE TABLE t (a, FOREIGN KEY (b) REFERENCES o)", "m.sql:1:20: table 't' has no column 'b'"},
    {"CREATE TABLE t (a, FOREIGN KEY (a) REFERENCES o (x, y))",
     "m.sql:1:20: the foreign key has 1 columns and refers to 2"},
    {"CREATE TABLE t (a REFERENCES o ON DELETE EXPLODE)",
     "m.sql:1:42: expected CASCADE, RESTRICT, NO ACTION, SET NULL or SET DEFAULT, found 'E"
     "XPLODE'"},
    {"CREATE TABLE t (a REFERENCES o ON BREAKFAST CASCADE)",
     "m.sql:1:35: expected DELETE or UPDATE, found 'BREAKFAST'"},
    {"CREATE TABLE t (a) ; CREATE INDEX i ON t (b)", "m.sql:1:35: table 't' has no column 'b'"},
    {"CREATE INDEX i ON t (a)", "m.sql:1:14: index 'i' is for table 't', which is not declared"},
    {"CREATE TABLE t (a); CREATE INDEX i ON t (a); CREATE INDEX I ON t (a)",
     "m.sql:1:59: index 'I' is declared already, at m.sql:1:34"},
    {"CREATE TABLE t (a); CREATE TABLE u (a);\nCREATE INDEX i ON t (a);\n CREATE INDEX i O"
     "N u (a)",
     "m.sql:3:15: index 'i' is declared already, at m.sql:2:14"},
    {"CREATE TABLE t (a); CREATE INDEX i ON t ()",
     "m.sql:1:42: expected a column or an expression, found ')'"},
    {"CREATE TABLE t (a); CREATE INDEX i ON t (a",
     "m.sql:1:43: expected ',' or ')', found the end of the statement"},
    {"CREATE VIEW v",
     "m.sql:1:14: expected more of the definition, found the end of the statement"},
    {"CREATE VIEW v AS SELECT 1; CREATE VIEW v AS SELECT 2",
     "m.sql:1:40: view 'v' is declared already, at m.sql:1:13"},
    {"CREATE TABLE v (a); CREATE VIEW v AS SELECT 1", "m.sql:1:33: there is a table 'v' already"},
    {"CREATE VIEW v AS SELECT 1; CREATE TABLE v (a)", "m.sql:1:41: there is a view 'v' already"},
    {"CREATE TRIGGER g AFTER INSERT BEGIN SELECT 1; END",
     "m.sql:1:50: expected ON and a table, found the end of the statement"},
    {"CREATE TEMP TABLE t (a)", "m.sql:1:8: what is temporary is not part of a schema"},
    {"CREATE TEMPORARY VIEW v AS SELECT 1", "m.sql:1:8: what is temporary is not part of a schema"},
    {"CREATE FUNCTION f() RETURNS int",
     "m.sql:1:8: expected TABLE, INDEX, VIEW, TRIGGER or VIRTUAL TABLE, found 'FUNCTION'"},
    {"DROP TABLE t",
     "m.sql:1:1: a model says what there is; DROP without IF EXISTS does not belong in it"},
    {"FROBNICATE", "m.sql:1:1: expected a statement such as CREATE TABLE, found 'FROBNICATE'"},
    {"CREATE TABLE t AS SELECT 1",
     "m.sql:1:16: CREATE TABLE ... AS says nothing of its columns; write them out"},
    {"CREATE TABLE \"\" (a)", "m.sql:1:14: a table name is empty"},
    {"CREATE TABLE t (\"\" INT)", "m.sql:1:17: a column name is empty"},
    {"ALTER TABLE t DROP COLUMN a",
     "m.sql:1:15: expected ADD (a model says what there is, not how it came about), found "
     "'DROP'"},
    {"ALTER TABLE t ADD b INT", "m.sql:1:13: ALTER TABLE is for table 't', which is not declared"},
    {"CREATE TABLE t (a, b); ALTER TABLE t ADD COLUMN a INT",
     "m.sql:1:36: column 'a' is declared twice"},
    {"-- dbwarden: renamed-from x\nCREATE VIEW v AS SELECT 1",
     "m.sql:1:0: the hint 'renamed-from x' belongs to no table, column or index"},
    {"CREATE TABLE t (a 'x", "m.sql:1:19: unterminated string"},
    {"CREATE TABLE t (a) /* ", "m.sql:1:20: unterminated comment"},
    {"CREATE TABLE t (a INT) garbage",
     "m.sql:1:24: expected a table option or the end of the statement, found 'garbage'"},
    {"CREATE TABLE t (a INT GENERATED AS (1))",
     "m.sql:1:33: expected ALWAYS or BY DEFAULT, found 'AS'"},
    {"CREATE TABLE t (a TEXT COLLATE)", "m.sql:1:31: expected a collation, found ')'"},
    {"CREATE TABLE t (a, CONSTRAINT c)",
     "m.sql:1:32: expected PRIMARY KEY, UNIQUE, CHECK or FOREIGN KEY, found ')'"},
    {"CREATE TABLE t (a CONSTRAINT c)", "m.sql:1:31: expected a constraint, found ')'"},
    {"CREATE UNIQUE TABLE t (a)", "m.sql:1:15: expected INDEX, found 'TABLE'"},
    {"CREATE TABLE t (a INT); CREATE TABLE t (a INT)",
     "m.sql:1:38: table 't' is declared already, at m.sql:1:14"},
    {"CREATE TABLE t (a UNIQUE ON CONFLICT PANIC)",
     "m.sql:1:38: expected ROLLBACK, ABORT, FAIL, IGNORE or REPLACE, found 'PANIC'"},
    {"CREATE VIRTUAL f USING x", "m.sql:1:16: expected TABLE, found 'f'"},
};

START_TEST(what_cannot_be_read_is_an_error_with_its_place)
{
	ck_assert_ptr_null(parse_model(unreadable[_i].sql, NULL));
	ck_assert_str_eq(error_text(), unreadable[_i].error);
}
END_TEST

START_TEST(statements_that_declare_nothing_are_counted)
{
	struct parse_report report = {0};
	struct schema *schema = parse_model("PRAGMA foreign_keys = OFF;\n"
	                                    "BEGIN TRANSACTION;\n"
	                                    "DROP TABLE IF EXISTS t;\n"
	                                    "DROP VIEW IF EXISTS v;\n"
	                                    "CREATE TABLE t (a);\n"
	                                    "INSERT INTO t VALUES (';'), ('CREATE TABLE u (a);');\n"
	                                    "UPDATE t SET a = 1; DELETE FROM t;\n"
	                                    "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x;\n"
	                                    "COMMIT;",
	                                    &report);

	ck_assert_ptr_nonnull(schema);
	ck_assert_uint_eq(schema->content.tables.count, 1);
	ck_assert_uint_eq(report.statements, 10);
	ck_assert_uint_eq(report.data, 4);
	ck_assert_uint_eq(report.drops, 2);
	ck_assert_uint_eq(report.settings, 3);
	schema_free(schema);
}
END_TEST

static const struct dbw_table *only_table(const struct schema *schema)
{
	ck_assert_uint_eq(schema->content.tables.count, 1);
	return schema->content.tables.items[0];
}

START_TEST(a_hint_belongs_to_the_column_of_its_line_or_of_the_next)
{
	struct schema *schema = parse_model("-- dbwarden: renamed-from people\n"
	                                    "CREATE TABLE t (\n"
	                                    "  -- dbwarden: renamed-from first\n"
	                                    "  a INT,\n"
	                                    "  b INT, -- dbwarden: renamed-from \"the second\"\n"
	                                    "  -- dbwarden: something else\n"
	                                    "  c INT)",
	                                    NULL);
	const struct dbw_table *table;

	ck_assert_msg(schema != NULL, "%s", error.message);
	table = only_table(schema);
	ck_assert_str_eq(table->renamed_from, "people");
	ck_assert_str_eq(((struct dbw_column *)table->columns.items[0])->renamed_from, "first");
	ck_assert_str_eq(((struct dbw_column *)table->columns.items[1])->renamed_from,
	                 "the second");
	ck_assert_ptr_null(((struct dbw_column *)table->columns.items[2])->renamed_from);
	schema_free(schema);
}
END_TEST

START_TEST(everything_knows_where_it_was_declared)
{
	struct schema *schema = parse_model("\n CREATE TABLE t (\n  a INT,\n  CHECK (a));\n"
	                                    "CREATE INDEX i ON t (a);",
	                                    NULL);
	const struct dbw_table *table = only_table(schema);
	const struct dbw_column *column = table->columns.items[0];
	const struct dbw_constraint *check = table->constraints.items[0];
	const struct dbw_index *index = table->indexes.items[0];

	ck_assert_str_eq(table->source.file, "m.sql");
	ck_assert_uint_eq(table->source.line, 2);
	ck_assert_uint_eq(table->source.column, 15);
	ck_assert_uint_eq(column->source.line, 3);
	ck_assert_uint_eq(column->source.column, 3);
	ck_assert_uint_eq(check->source.line, 4);
	ck_assert_uint_eq(index->source.line, 5);
	ck_assert_uint_eq(index->source.column, 14);
	schema_free(schema);
}
END_TEST

START_TEST(an_index_may_come_before_its_table_and_in_another_file)
{
	static const char index[] = "CREATE INDEX i ON t (a)", table[] = "CREATE TABLE t (a)";
	struct schema *schema = schema_new(dialect->plugin.traits);

	ck_assert(parser_read(schema, "a.sql", index, sizeof index - 1, 0, NULL, &error));
	ck_assert(parser_read(schema, "b.sql", table, sizeof table - 1, 0, NULL, &error));
	ck_assert(parser_finish(schema, &error));
	ck_assert_uint_eq(only_table(schema)->indexes.count, 1);
	schema_free(schema);
}
END_TEST

START_TEST(a_second_declaration_names_the_file_of_the_first)
{
	static const char table[] = "CREATE TABLE t (a)";
	struct schema *schema = schema_new(dialect->plugin.traits);

	ck_assert(parser_read(schema, "a.sql", table, sizeof table - 1, 0, NULL, &error));
	ck_assert(!parser_read(schema, "b.sql", table, sizeof table - 1, 0, NULL, &error));
	ck_assert_str_eq(error_text(), "b.sql:1:14: table 't' is declared already, at a.sql:1:14");
	schema_free(schema);
}
END_TEST

START_TEST(the_first_declaration_can_be_kept)
{
	static const char first[] = "CREATE TABLE t (a)", second[] = "CREATE TABLE t (b)";
	struct schema *schema = schema_new(dialect->plugin.traits);

	ck_assert(parser_read(schema, "a", first, sizeof first - 1, 0, NULL, &error));
	ck_assert(parser_read(schema, "b", second, sizeof second - 1, DBW_PARSE_KEEP_FIRST, NULL,
	                      &error));
	ck_assert_str_eq(((struct dbw_column *)only_table(schema)->columns.items[0])->name, "a");
	schema_free(schema);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("parser");
	TCase *group = tcase_create("parser");

	tcase_add_checked_fixture(group, dialect_set_up, dialect_tear_down);
	tcase_add_loop_test(group, ddl_becomes_structure, 0, COUNT(readable));
	tcase_add_loop_test(group, what_cannot_be_read_is_an_error_with_its_place, 0,
	                    COUNT(unreadable));
	tcase_add_test(group, statements_that_declare_nothing_are_counted);
	tcase_add_test(group, a_hint_belongs_to_the_column_of_its_line_or_of_the_next);
	tcase_add_test(group, everything_knows_where_it_was_declared);
	tcase_add_test(group, an_index_may_come_before_its_table_and_in_another_file);
	tcase_add_test(group, a_second_declaration_names_the_file_of_the_first);
	tcase_add_test(group, the_first_declaration_can_be_kept);
	suite_add_tcase(suite, group);
	return run_suite(suite);
}
