/* DDL of the server dialects to structure: their grammar, told by their traits, needs no server. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "schema/json.h"
#include "sql/parser.h"

static const struct dbw_traits postgresql = {
    .flags = DBW_TRAIT_IDENTIFIER_DOUBLE_QUOTE | DBW_TRAIT_STRING_E | DBW_TRAIT_DOLLAR_QUOTE |
             DBW_TRAIT_COMMENT_NESTED | DBW_TRAIT_BEGIN_ATOMIC | DBW_TRAIT_COPY_STDIN |
             DBW_TRAIT_NAMES_FOLD_LOWER | DBW_TRAIT_TRANSACTIONAL_DDL |
             DBW_TRAIT_ALTER_CONSTRAINTS | DBW_TRAIT_NAMESPACES,
    .identifier_length = 63,
    .default_namespace = "public",
};
static const char *const mysql_words[] = {"FULLTEXT", "INDEX", "KEY", "SPATIAL", NULL};
static const struct dbw_traits mysql = {
    .flags = DBW_TRAIT_IDENTIFIER_BACKTICK | DBW_TRAIT_STRING_DOUBLE_QUOTE |
             DBW_TRAIT_STRING_BACKSLASH | DBW_TRAIT_COMMENT_HASH | DBW_TRAIT_COMMENT_DASH_SPACE |
             DBW_TRAIT_COMMENT_VERSIONED | DBW_TRAIT_COMPOUND_BODY | DBW_TRAIT_DELIMITER |
             DBW_TRAIT_NAMES_CASE_INSENSITIVE | DBW_TRAIT_INDEX_NAMES_PER_TABLE,
    .reserved_words = mysql_words,
};

static struct arena arena;

static void tear_down(void)
{
	arena_release(&arena);
}

/* The schema as JSON without white space between things, or the error with its place. */
static char *outcome(const struct dbw_traits *traits, const char *sql)
{
	struct schema *schema = schema_new(traits);
	struct error error = {0};
	struct dbw_buffer json = {0};
	char *text, *to;
	bool quoted = false;

	if (!parser_read(schema, "m.sql", sql, strlen(sql), 0, NULL, &error) ||
	    !parser_finish(schema, &error)) {
		text = arena_printf(&arena, "%s:%zu:%zu: %s", error.file, error.line, error.column,
		                    error.message);
		error_release(&error);
		schema_free(schema);
		return text;
	}
	schema_write_json(schema, &json, 0);
	text = to = arena_copy(&arena, buffer_text(&json), json.length);
	for (const char *from = text; *from; from++) {
		if (*from == '"' && (from == text || from[-1] != '\\'))
			quoted = !quoted;
		if (quoted || !strchr(" \n", *from))
			*to++ = *from;
	}
	*to = '\0';
	buffer_release(&json);
	schema_free(schema);
	return text;
}

static const struct {
	const struct dbw_traits *traits;
	const char *sql;
	const char *outcome;
} cases
    [] =
	{
	    {&postgresql,
             "CREATE TABLE t (a int, b character varying(80) NOT NULL, c timestamp (3) with time z"
             "one DEFAULT now(), d double precision[], e numeric(10, 2) DEFAULT 0.0)",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"},{\"name"
             "\":\"b\",\"type\":\"character varying(80)\",\"not_null\":true},{\"name\":\"c\",\"typ"
             "e\":\"timestamp(3) with time zone\",\"default_value\":\"now()\"},{\"name\":\"d\",\"t"
             "ype\":\"double precision[]\"},{\"name\":\"e\",\"type\":\"numeric(10,2)\",\"default_v"
             "alue\":\"0.0\"}]}]}"},
	    {&postgresql,
             "CREATE TABLE s.t (a s.mood DEFAULT 'ok'::s.mood, b \"My Type\", c int ARRAY[4])",
             "{\"tables\":[{\"namespace_name\":\"s\",\"name\":\"t\",\"columns\":[{\"name\":\"a\","
             "\"type\":\"s.mood\",\"default_value\":\"'ok'::s.mood\"},{\"name\":\"b\",\"type\":\""
             "\\\"My Type\\\"\"},{\"name\":\"c\",\"type\":\"int ARRAY[4]\"}]}]}"},
	    {&postgresql, "CREATE TABLE public.T (A int); CREATE TABLE \"T\" (\"A\" int)",
             "{\"tables\":[{\"name\":\"T\",\"columns\":[{\"name\":\"A\",\"type\":\"int\"}]},{\"nam"
             "espace_name\":\"public\",\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int"
             "\"}]}]}"},
	    {&postgresql,
             "CREATE TABLE t (a serial PRIMARY KEY, b bigint GENERATED ALWAYS AS IDENTITY, c int G"
             "ENERATED BY DEFAULT AS IDENTITY (START WITH 10), d int GENERATED ALWAYS AS (a * 2) S"
             "TORED)",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"serial\"},{\"na"
             "me\":\"b\",\"type\":\"bigint\",\"identity\":\"always\"},{\"name\":\"c\",\"type\":\"i"
             "nt\",\"identity\":\"by default\",\"identity_options\":\"START WITH 10\"},{\"name\":"
             "\"d\",\"type\":\"int\",\"generated\":\"stored\",\"generated_expression\":\"a * 2\"}]"
             ",\"constraints\":[{\"kind\":\"primary key\",\"parts\":[{\"column\":\"a\"}]}]}]}"},
	    {&postgresql,
             "CREATE TABLE t (a timestamp DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'utc', b date DEF"
             "AULT date '2020-01-01', c text DEFAULT ('now'::text)::date, d int DEFAULT (1 + 2) NO"
             "T NULL, e text DEFAULT E'a\\n' || 'b', f int[] DEFAULT ARRAY[1, 2])",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"timestamp\",\"d"
             "efault_value\":\"CURRENT_TIMESTAMP AT TIME ZONE 'utc'\"},{\"name\":\"b\",\"type\":\""
             "date\",\"default_value\":\"date '2020-01-01'\"},{\"name\":\"c\",\"type\":\"text\",\""
             "default_value\":\"('now'::text)::date\"},{\"name\":\"d\",\"type\":\"int\",\"not_null"
             "\":true,\"default_value\":\"1 + 2\"},{\"name\":\"e\",\"type\":\"text\",\"default_val"
             "ue\":\"E'a\\\\n' || 'b'\"},{\"name\":\"f\",\"type\":\"int[]\",\"default_value\":\"AR"
             "RAY[1, 2]\"}]}]}"},
	    {&postgresql,
             "CREATE TABLE t (a int CONSTRAINT u UNIQUE DEFERRABLE INITIALLY DEFERRED, b int UNIQU"
             "E NULLS NOT DISTINCT, c text COLLATE pg_catalog.\"C\" STORAGE EXTERNAL COMPRESSION l"
             "z4)",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"},{\"name"
             "\":\"b\",\"type\":\"int\"},{\"name\":\"c\",\"type\":\"text\",\"collation\":\"C\",\"o"
             "ptions\":[{\"name\":\"COMPRESSION\",\"value\":\"lz4\"},{\"name\":\"STORAGE\",\"value"
             "\":\"EXTERNAL\"}]}],\"constraints\":[{\"kind\":\"unique\",\"name\":\"u\",\"parts\":["
             "{\"column\":\"a\"}],\"deferrable\":\"initially deferred\"},{\"kind\":\"unique\",\"pa"
             "rts\":[{\"column\":\"b\"}],\"nulls_not_distinct\":true}]}]}"},
	    {&postgresql,
             "CREATE TABLE t (a int, b int, UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b) WITH (fillfa"
             "ctor = 70) USING INDEX TABLESPACE x, CONSTRAINT c CHECK (a > 0) NO INHERIT NOT VALID"
             ", PRIMARY KEY (a, b))",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"},{\"name"
             "\":\"b\",\"type\":\"int\"}],\"constraints\":[{\"kind\":\"check\",\"name\":\"c\",\"ex"
             "pression\":\"a > 0\",\"no_inherit\":true,\"not_valid\":true},{\"kind\":\"primary key"
             "\",\"parts\":[{\"column\":\"a\"},{\"column\":\"b\"}]},{\"kind\":\"unique\",\"parts\""
             ":[{\"column\":\"a\"}],\"include\":[\"b\"],\"nulls_not_distinct\":true,\"options\":[{"
             "\"name\":\"FILLFACTOR\",\"value\":\"70\"},{\"name\":\"TABLESPACE\",\"value\":\"x\"}]"
             "}]}]}"},
	    {&postgresql,
             "CREATE TABLE t (a int, b int, EXCLUDE USING gist (a WITH =, int4range(a, b) WITH &&)"
             " WHERE (a > 0))",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"},{\"name"
             "\":\"b\",\"type\":\"int\"}],\"constraints\":[{\"kind\":\"exclude\",\"parts\":[{\"col"
             "umn\":\"a\",\"operator_with\":\"=\"},{\"expression\":\"int4range(a, b)\",\"operator_"
             "with\":\"&&\"}],\"expression\":\"a > 0\",\"method\":\"gist\"}]}]}"},
	    {&postgresql,
             "CREATE TABLE t (a int REFERENCES o (id) MATCH FULL ON DELETE SET NULL NOT VALID, FOR"
             "EIGN KEY (a) REFERENCES s.o ON UPDATE CASCADE DEFERRABLE)",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"}],\"const"
             "raints\":[{\"kind\":\"foreign key\",\"parts\":[{\"column\":\"a\"}],\"ref_namespace\""
             ":\"s\",\"ref_table\":\"o\",\"on_update\":\"cascade\",\"deferrable\":\"initially imme"
             "diate\"},{\"kind\":\"foreign key\",\"parts\":[{\"column\":\"a\"}],\"ref_table\":\"o"
             "\",\"ref_columns\":[\"id\"],\"on_delete\":\"set null\",\"match\":\"FULL\",\"not_vali"
             "d\":true}]}]}"},
	    {&postgresql,
             "CREATE UNLOGGED TABLE t (a int) USING heap WITH (fillfactor=70, autovacuum_enabled) "
             "TABLESPACE fast",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"}],\"optio"
             "ns\":[{\"name\":\"AUTOVACUUM_ENABLED\",\"value\":\"\"},{\"name\":\"FILLFACTOR\",\"va"
             "lue\":\"70\"},{\"name\":\"TABLESPACE\",\"value\":\"fast\"},{\"name\":\"UNLOGGED\",\""
             "value\":\"\"},{\"name\":\"USING\",\"value\":\"heap\"}]}]}"},
	    {&postgresql,
             "CREATE TABLE t (a int, k date) PARTITION BY RANGE (k); CREATE TABLE t1 PARTITION OF "
             "t FOR VALUES FROM ('2020-01-01') TO (MAXVALUE); CREATE TABLE td PARTITION OF t DEFAU"
             "LT PARTITION BY HASH (a); CREATE TABLE th PARTITION OF td FOR VALUES WITH (MODULUS 4"
             ", REMAINDER 0)",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"},{\"name"
             "\":\"k\",\"type\":\"date\"}],\"partition_by\":\"RANGE(k)\"},{\"name\":\"t1\",\"colum"
             "ns\":[{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"k\",\"type\":\"date\"}],\"partit"
             "ion_of\":\"t\",\"partition_bound\":\"FOR VALUES FROM ('2020-01-01') TO (MAXVALUE)\"}"
             ",{\"name\":\"td\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"k\",\"t"
             "ype\":\"date\"}],\"partition_by\":\"HASH(a)\",\"partition_of\":\"t\",\"partition_bou"
             "nd\":\"DEFAULT\"},{\"name\":\"th\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"},{"
             "\"name\":\"k\",\"type\":\"date\"}],\"partition_of\":\"td\",\"partition_bound\":\"FOR"
             " VALUES WITH (MODULUS 4, REMAINDER 0)\"}]}"},
	    {&postgresql,
             "CREATE TABLE t (a int); CREATE TABLE u (a int); ALTER TABLE ONLY t ATTACH PARTITION "
             "u FOR VALUES IN (1, 2)",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"}]},{\"nam"
             "e\":\"u\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"}],\"partition_of\":\"t\",\"p"
             "artition_bound\":\"FOR VALUES IN (1, 2)\"}]}"},
	    {&postgresql,
             "CREATE TABLE p (a int); CREATE TABLE c () INHERITS (p); CREATE TABLE d (b int) INHER"
             "ITS (public.p)",
             "{\"tables\":[{\"name\":\"c\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"}],\"inher"
             "its\":[\"p\"]},{\"name\":\"d\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"},{\"nam"
             "e\":\"b\",\"type\":\"int\"}],\"inherits\":[\"p\"]},{\"name\":\"p\",\"columns\":[{\"n"
             "ame\":\"a\",\"type\":\"int\"}]}]}"},
	    {&postgresql,
             "CREATE TABLE p (a int); CREATE INDEX ip ON ONLY p (a); CREATE TABLE c (a int); CREAT"
             "E INDEX ic ON c (a); ALTER INDEX ip ATTACH PARTITION ic",
             "{\"tables\":[{\"name\":\"c\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"}]},{\"nam"
             "e\":\"p\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"}],\"indexes\":[{\"name\":\"i"
             "p\",\"parts\":[{\"column\":\"a\"}]}]}]}"},
	    {&postgresql,
             "CREATE TABLE t (a text, b int); CREATE INDEX ON t (lower(a) text_pattern_ops DESC NU"
             "LLS LAST) WHERE b > 0; CREATE UNIQUE INDEX CONCURRENTLY i ON ONLY t USING btree (a C"
             "OLLATE \"C\", (b + 1), now()) INCLUDE (b) NULLS NOT DISTINCT WITH (fillfactor = 90);"
             " CREATE INDEX g ON t USING gin (a gin_trgm_ops(siglen=32))",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"text\"},{\"name"
             "\":\"b\",\"type\":\"int\"}],\"indexes\":[{\"name\":\"g\",\"method\":\"gin\",\"parts"
             "\":[{\"column\":\"a\",\"operator_class\":\"gin_trgm_ops(siglen = 32)\"}]},{\"name\":"
             "\"i\",\"unique\":true,\"method\":\"btree\",\"parts\":[{\"column\":\"a\",\"collation"
             "\":\"C\"},{\"expression\":\"b + 1\"},{\"expression\":\"now()\"}],\"include\":[\"b\"]"
             ",\"nulls_not_distinct\":true,\"options\":[{\"name\":\"FILLFACTOR\",\"value\":\"90\"}"
             "]},{\"parts\":[{\"expression\":\"lower(a)\",\"operator_class\":\"text_pattern_ops\","
             "\"descending\":true,\"nulls\":\"last\"}],\"predicate\":\"b > 0\"}]}]}"},
	    {&postgresql,
             "CREATE TYPE mood AS ENUM ('sad', 'o''k'); CREATE TYPE s.pair AS (a int, b text); CRE"
             "ATE TYPE r AS RANGE (subtype = float8); CREATE DOMAIN d AS int CHECK (VALUE > 0)",
             "{\"enums\":[{\"name\":\"mood\",\"labels\":[\"sad\",\"o'k\"]}],\"objects\":[{\"kind\""
             ":\"composite type\",\"namespace_name\":\"s\",\"name\":\"pair\",\"text\":\"CREATE TYP"
             "E s.pair AS (a int, b text)\"},{\"kind\":\"domain\",\"name\":\"d\",\"text\":\"CREATE"
             " DOMAIN d AS int CHECK (VALUE > 0)\"},{\"kind\":\"range type\",\"name\":\"r\",\"text"
             "\":\"CREATE TYPE r AS RANGE (subtype = float8)\"}]}"},
	    {&postgresql,
             "CREATE SEQUENCE s; CREATE SEQUENCE IF NOT EXISTS x.q AS bigint INCREMENT BY -1 MINVA"
             "LUE -9 NO MAXVALUE START WITH 5 CACHE 3 CYCLE; CREATE TABLE t (a int); ALTER SEQUENC"
             "E s OWNED BY public.t.a",
             "{\"sequences\":[{\"name\":\"s\",\"owned_by_table\":\"t\",\"owned_by_column\":\"a\"},"
             "{\"namespace_name\":\"x\",\"name\":\"q\",\"type\":\"bigint\",\"start\":\"5\",\"incre"
             "ment\":\"-1\",\"minimum\":\"-9\",\"cache\":\"3\",\"cycle\":true}],\"tables\":[{\"nam"
             "e\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"}]}]}"},
	    {&postgresql,
             "CREATE SCHEMA app AUTHORIZATION me; CREATE SCHEMA public; CREATE EXTENSION IF NOT EX"
             "ISTS \"uuid-ossp\" WITH SCHEMA public",
             "{\"namespaces\":[{\"name\":\"app\"}],\"objects\":[{\"kind\":\"extension\",\"name\":"
             "\"uuid-ossp\",\"text\":\"CREATE EXTENSION \\\"uuid-ossp\\\"\"}]}"},
	    {&postgresql,
             "CREATE OR REPLACE VIEW v AS SELECT 1; CREATE MATERIALIZED VIEW m AS SELECT 1 AS a WI"
             "TH NO DATA; CREATE UNIQUE INDEX mi ON m (a)",
             "{\"objects\":[{\"kind\":\"materialized view\",\"name\":\"m\",\"text\":\"CREATE MATER"
             "IALIZED VIEW m AS SELECT 1 AS a\"},{\"kind\":\"other\",\"name\":\"mi\",\"table\":\"m"
             "\",\"text\":\"CREATE UNIQUE INDEX mi ON m (a)\"},{\"kind\":\"view\",\"name\":\"v\","
             "\"text\":\"CREATE VIEW v AS SELECT 1\"}]}"},
	    {&postgresql,
             "CREATE OR REPLACE FUNCTION f(IN a integer, b text DEFAULT 'x;y', OUT c int, VARIADIC"
             " d double precision[]) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; CR"
             "EATE FUNCTION f(int, numeric(10,2)) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT $1;"
             " END; CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'; CREATE AGGREGATE a(int) (SFUN"
             "C = int4pl, STYPE = int)",
             "{\"objects\":[{\"kind\":\"aggregate\",\"name\":\"a\",\"signature\":\"int\",\"text\":"
             "\"CREATE AGGREGATE a(int) (SFUNC = int4pl, STYPE = int)\"},{\"kind\":\"function\",\""
             "name\":\"f\",\"signature\":\"int, numeric(10,2)\",\"text\":\"CREATE FUNCTION f(int, "
             "numeric(10,2)) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT $1; END\"},{\"kind\":\"f"
             "unction\",\"name\":\"f\",\"signature\":\"integer, text, double precision[]\",\"text"
             "\":\"CREATE FUNCTION f(IN a integer, b text DEFAULT 'x;y', OUT c int, VARIADIC d dou"
             "ble precision[]) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$\"},{\"kin"
             "d\":\"procedure\",\"name\":\"p\",\"signature\":\"\",\"text\":\"CREATE PROCEDURE p() "
             "LANGUAGE sql AS 'SELECT 1'\"}]}"},
	    {&postgresql,
             "CREATE TABLE s.t (a int); CREATE TRIGGER g BEFORE UPDATE OF a ON s.t FOR EACH ROW EX"
             "ECUTE FUNCTION f(); CREATE CONSTRAINT TRIGGER c AFTER INSERT ON s.t FOR EACH ROW EXE"
             "CUTE FUNCTION f(); CREATE RULE r AS ON DELETE TO s.t DO INSTEAD NOTHING; CREATE POLI"
             "CY p ON s.t; ALTER TABLE s.t ENABLE ROW LEVEL SECURITY; ALTER TABLE s.t FORCE ROW LE"
             "VEL SECURITY",
             "{\"tables\":[{\"namespace_name\":\"s\",\"name\":\"t\",\"columns\":[{\"name\":\"a\","
             "\"type\":\"int\"}],\"options\":[{\"name\":\"ROW LEVEL SECURITY\",\"value\":\"FORCE\""
             "}]}],\"objects\":[{\"kind\":\"policy\",\"namespace_name\":\"s\",\"name\":\"p\",\"tab"
             "le\":\"t\",\"text\":\"CREATE POLICY p ON s.t\"},{\"kind\":\"rule\",\"namespace_name"
             "\":\"s\",\"name\":\"r\",\"table\":\"t\",\"text\":\"CREATE RULE r AS ON DELETE TO s.t"
             " DO INSTEAD NOTHING\"},{\"kind\":\"trigger\",\"namespace_name\":\"s\",\"name\":\"c\""
             ",\"table\":\"t\",\"text\":\"CREATE CONSTRAINT TRIGGER c AFTER INSERT ON s.t FOR EACH"
             " ROW EXECUTE FUNCTION f()\"},{\"kind\":\"trigger\",\"namespace_name\":\"s\",\"name\""
             ":\"g\",\"table\":\"t\",\"text\":\"CREATE TRIGGER g BEFORE UPDATE OF a ON s.t FOR EAC"
             "H ROW EXECUTE FUNCTION f()\"}]}"},
	    {&postgresql,
             "CREATE TABLE t (a int, b int); ALTER TABLE ONLY t ADD CONSTRAINT c UNIQUE (a), ALTER"
             " COLUMN a SET DEFAULT nextval('q'::regclass), ALTER b SET NOT NULL, ALTER b SET STAT"
             "ISTICS 500; ALTER TABLE t ALTER a ADD GENERATED ALWAYS AS IDENTITY (START WITH 3); A"
             "LTER TABLE t OWNER TO me",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\",\"default"
             "_value\":\"nextval('q'::regclass)\",\"identity\":\"always\",\"identity_options\":\"S"
             "TART WITH 3\"},{\"name\":\"b\",\"type\":\"int\",\"not_null\":true}],\"constraints\":"
             "[{\"kind\":\"unique\",\"name\":\"c\",\"parts\":[{\"column\":\"a\"}]}]}]}"},
	    {&postgresql,
             "CREATE TABLE s.t (a int, CONSTRAINT c CHECK (a > 0)); CREATE INDEX i ON s.t (a); CRE"
             "ATE FUNCTION f(int) RETURNS int LANGUAGE sql AS ''; COMMENT ON TABLE s.t IS 'it''s';"
             " COMMENT ON COLUMN s.t.a IS 'a'; COMMENT ON CONSTRAINT c ON s.t IS 'c'; COMMENT ON I"
             "NDEX i IS E'i\\n'; COMMENT ON FUNCTION f(int) IS 'f'; COMMENT ON SCHEMA public IS 's"
             "tandard'; COMMENT ON EXTENSION x IS 'x'",
             "{\"tables\":[{\"namespace_name\":\"s\",\"name\":\"t\",\"columns\":[{\"name\":\"a\","
             "\"type\":\"int\",\"comment\":\"a\"}],\"constraints\":[{\"kind\":\"check\",\"name\":"
             "\"c\",\"expression\":\"a > 0\",\"comment\":\"c\"}],\"indexes\":[{\"name\":\"i\",\"pa"
             "rts\":[{\"column\":\"a\"}],\"comment\":\"i\\n\"}],\"comment\":\"it's\"}],\"objects\""
             ":[{\"kind\":\"function\",\"name\":\"f\",\"signature\":\"int\",\"text\":\"CREATE FUNC"
             "TION f(int) RETURNS int LANGUAGE sql AS ''\",\"comment\":\"f\"}]}"},
	    {&postgresql,
             "GRANT ALL ON t TO me; REVOKE ALL ON t FROM me; ALTER DEFAULT PRIVILEGES GRANT ALL ON"
             " TABLES TO me; ALTER FUNCTION f() OWNER TO me; SELECT pg_catalog.set_config('a', 'b'"
             ", false); \\restrict x",
             "{}"},
	    {&postgresql, "CREATE OPERATOR + (x)",
             "m.sql:1:8: expected TABLE, INDEX, VIEW, FUNCTION, TRIGGER or another kind that is kn"
             "own, found 'OPERATOR'"},
	    {&postgresql, "CREATE TYPE t (INPUT = a)", "m.sql:1:15: expected AS, found '('"},
	    {&postgresql, "DO $$ BEGIN END $$",
             "m.sql:1:1: expected a statement such as CREATE TABLE, found 'DO'"},
	    {&postgresql, "CREATE TABLE t (LIKE o)",
             "m.sql:1:17: LIKE says nothing of the columns; write them out"},
	    {&postgresql, "CREATE TABLE t OF x",
             "m.sql:1:16: CREATE TABLE ... OF says nothing of its columns; write them out"},
	    {&postgresql, "CREATE TABLE c () INHERITS (nobody)",
             "m.sql:1:14: table 'nobody' is not declared"},
	    {&postgresql, "CREATE TABLE c PARTITION OF nobody DEFAULT",
             "m.sql:1:14: table 'nobody' is not declared"},
	    {&postgresql, "COMMENT ON TABLE t IS 'x'",
             "m.sql:1:9: the comment is on 't', which is not declared"},
	    {&postgresql, "COMMENT ON FOO t IS 'x'",
             "m.sql:1:12: expected TABLE, COLUMN or another kind that has comments, found 'FOO'"},
	    {&postgresql, "ALTER SEQUENCE s OWNED BY a.b",
             "m.sql:1:16: ALTER SEQUENCE 's', which is not declared"},
	    {&postgresql, "CREATE SEQUENCE s FOO",
             "m.sql:1:19: expected an option of a sequence, found 'FOO'"},
	    {&postgresql, "CREATE TYPE t AS ENUM ('a'); CREATE TYPE t AS ENUM ('b')",
             "m.sql:1:42: type 't' is declared already"},
	    {&postgresql, "CREATE TABLE t (a int); ALTER TABLE t ALTER b SET NOT NULL",
             "m.sql:1:37: table 't' has no column 'b'"},
	    {&postgresql, "CREATE TABLE t (a int); ALTER TABLE t DROP COLUMN a",
             "m.sql:1:39: expected ADD (a model says what there is, not how it came about), found "
             "'DROP'"},
	    {&postgresql, "ALTER TYPE t ADD VALUE 'x'",
             "m.sql:1:7: expected TABLE, SEQUENCE or INDEX (a model says what there is, not how it"
             " came about), found 'TYPE'"},
	    {&postgresql, "CREATE FUNCTION f(int) AS 'a'; CREATE FUNCTION f(INT) AS 'b'",
             "m.sql:1:48: function 'f' is declared already, at m.sql:1:17"},
	    {&postgresql, "CREATE TABLE t (a int) ENGINE = InnoDB",
             "m.sql:1:24: expected a table option or the end of the statement, found 'ENGINE'"},
	    {&postgresql, "COPY t FROM stdin;\n1\n\\.\n",
             "m.sql:1:1: COPY ... FROM stdin cannot be sent as SQL: its data lines are for the dat"
             "abase's own client"},
	    {&postgresql,
             "CREATE TABLE s.m (a int, b int) PARTITION BY RANGE (a); CREATE TABLE m1 PARTITION OF s.m (b WITH OPTIONS NOT NULL DEFAULT 3, CONSTRAINT c CHECK (b > 0)) FOR VALUES FROM (0) TO (9) WITH (fillfactor = 70)",
             "{\"tables\":[{\"name\":\"m1\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"int\",\"not_null\":true,\"default_value\":\"3\"}],\"constraints\":[{\"kind\":\"check\",\"name\":\"c\",\"expression\":\"b > 0\"}],\"options\":[{\"name\":\"FILLFACTOR\",\"value\":\"70\"}],\"partition_of\":\"s.m\",\"partition_bound\":\"FOR VALUES FROM (0) TO (9)\"},{\"namespace_name\":\"s\",\"name\":\"m\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"int\"}],\"partition_by\":\"RANGE(a)\"}]}"},
	    {&postgresql,
             "CREATE TABLE p (a int); CREATE TABLE s.c (b int) INHERITS (public.p); ALTER TABLE s.c ADD CONSTRAINT k UNIQUE (a)",
             "{\"tables\":[{\"name\":\"p\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"}]},{\"namespace_name\":\"s\",\"name\":\"c\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"int\"}],\"constraints\":[{\"kind\":\"unique\",\"name\":\"k\",\"parts\":[{\"column\":\"a\"}]}],\"inherits\":[\"p\"]}]}"},
	    {&postgresql,
             "CREATE TABLE t (a int DEFAULT CASE WHEN true THEN 1 ELSE 2 END NOT NULL, b timestamp DEFAULT timestamp without time zone '2020-01-01', FOREIGN KEY (a) REFERENCES t (a) ON DELETE SET NULL (a))",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\",\"not_null\":true,\"default_value\":\"CASE WHEN true THEN 1 ELSE 2 END\"},{\"name\":\"b\",\"type\":\"timestamp\",\"default_value\":\"timestamp without time zone '2020-01-01'\"}],\"constraints\":[{\"kind\":\"foreign key\",\"parts\":[{\"column\":\"a\"}],\"ref_table\":\"t\",\"ref_columns\":[\"a\"],\"on_delete\":\"set null\",\"on_delete_columns\":[\"a\"]}]}]}"},
	    {&postgresql, "CREATE TABLE e (); CREATE TABLE t (a int, b int); CREATE STATISTICS s (ndistinct) ON a, b FROM t; COMMENT ON STATISTICS s IS 'x'", "{\"tables\":[{\"name\":\"e\"},{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"int\"}]}],\"objects\":[{\"kind\":\"statistics\",\"name\":\"s\",\"table\":\"t\",\"text\":\"CREATE STATISTICS s (ndistinct) ON a, b FROM t\",\"comment\":\"x\"}]}"},
	    {&postgresql,
             "CREATE VIEW v AS SELECT 1 AS a; COMMENT ON COLUMN v.a IS 'one'; COMMENT ON COLUMN v.b IS NULL",
             "{\"objects\":[{\"kind\":\"view\",\"name\":\"v\",\"text\":\"CREATE VIEW v AS SELECT 1 AS a\",\"column_comments\":[{\"name\":\"a\",\"value\":\"one\"}]}]}"},
	    {&postgresql, "CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; CREATE INDEX ON v (a)",
             "m.sql:1:59: an index of a materialised view needs a name: it is kept by its text"},
	    {&postgresql,
             "CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; CREATE INDEX i ON v (a); COMMENT ON INDEX i IS 'x'",
             "{\"objects\":[{\"kind\":\"materialized view\",\"name\":\"v\",\"text\":\"CREATE MATERIALIZED VIEW v AS SELECT 1 AS a\"},{\"kind\":\"other\",\"name\":\"i\",\"table\":\"v\",\"text\":\"CREATE INDEX i ON v (a)\",\"comment\":\"x\"}]}"},
	    {&postgresql,
             "CREATE TABLE t (a int); ALTER TABLE ONLY t FORCE ROW LEVEL SECURITY; ALTER TABLE t ENABLE ROW LEVEL SECURITY",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"}],\"options\":[{\"name\":\"ROW LEVEL SECURITY\",\"value\":\"FORCE\"}]}]}"},
	    {&postgresql,
             "CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION f(); CREATE COLLATION c (locale = 'C')",
             "{\"objects\":[{\"kind\":\"collation\",\"name\":\"c\",\"text\":\"CREATE COLLATION c (locale = 'C')\"},{\"kind\":\"event trigger\",\"name\":\"e\",\"text\":\"CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION f()\"}]}"},
	    {&mysql,
             "CREATE TABLE `t` (`a` int(11) unsigned NOT NULL AUTO_INCREMENT, `b` enum('x','y''z')"
             " DEFAULT 'x', `c` decimal(10,2) unsigned zerofill, `d` set('p','q'), PRIMARY KEY (`a"
             "`)) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMME"
             "NT='it''s' ROW_FORMAT=DYNAMIC",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int(11) unsigne"
             "d\",\"not_null\":true,\"auto_increment\":true},{\"name\":\"b\",\"type\":\"enum('x', "
             "'y''z')\",\"default_value\":\"'x'\"},{\"name\":\"c\",\"type\":\"decimal(10,2) unsign"
             "ed zerofill\"},{\"name\":\"d\",\"type\":\"set ('p', 'q')\"}],\"constraints\":[{\"kin"
             "d\":\"primary key\",\"parts\":[{\"column\":\"a\"}]}],\"options\":[{\"name\":\"CHARSE"
             "T\",\"value\":\"utf8mb4\"},{\"name\":\"COLLATE\",\"value\":\"utf8mb4_bin\"},{\"name"
             "\":\"ENGINE\",\"value\":\"InnoDB\"},{\"name\":\"ROW_FORMAT\",\"value\":\"DYNAMIC\"}]"
             ",\"comment\":\"it's\"}]}"},
	    {&mysql,
             "CREATE TABLE t (a varchar(9) CHARACTER SET latin1 COLLATE latin1_bin, b text CHARSET"
             " utf8mb4, c timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIM"
             "ESTAMP(3), d int COMMENT 'x' INVISIBLE, e bit(1) DEFAULT b'0')",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"varchar(9)\",\""
             "collation\":\"latin1_bin\",\"charset\":\"latin1\"},{\"name\":\"b\",\"type\":\"text\""
             ",\"charset\":\"utf8mb4\"},{\"name\":\"c\",\"type\":\"timestamp(3)\",\"not_null\":tru"
             "e,\"default_value\":\"CURRENT_TIMESTAMP(3)\",\"on_update\":\"CURRENT_TIMESTAMP(3)\"}"
             ",{\"name\":\"d\",\"type\":\"int\",\"invisible\":true,\"comment\":\"x\"},{\"name\":\""
             "e\",\"type\":\"bit(1)\",\"default_value\":\"b'0'\"}]}]}"},
	    {&mysql,
             "CREATE TABLE t (a int KEY, b int UNIQUE KEY COMMENT 'b', c int GENERATED ALWAYS AS ("
             "a + 1) VIRTUAL, d int AS (a) STORED, e int AS (a) PERSISTENT, f point NOT NULL SRID "
             "4326)",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"},{\"name"
             "\":\"b\",\"type\":\"int\",\"comment\":\"b\"},{\"name\":\"c\",\"type\":\"int\",\"gene"
             "rated\":\"virtual\",\"generated_expression\":\"a + 1\"},{\"name\":\"d\",\"type\":\"i"
             "nt\",\"generated\":\"stored\",\"generated_expression\":\"a\"},{\"name\":\"e\",\"type"
             "\":\"int\",\"generated\":\"stored\",\"generated_expression\":\"a\"},{\"name\":\"f\","
             "\"type\":\"point\",\"not_null\":true,\"options\":[{\"name\":\"SRID\",\"value\":\"432"
             "6\"}]}],\"constraints\":[{\"kind\":\"primary key\",\"parts\":[{\"column\":\"a\"}]},{"
             "\"kind\":\"unique\",\"parts\":[{\"column\":\"b\"}]}]}]}"},
	    {&mysql,
             "CREATE TABLE t (a text, b int, c point, UNIQUE KEY u (b), UNIQUE (b), KEY k (a(10) D"
             "ESC, b) USING BTREE COMMENT 'k', INDEX (b), FULLTEXT KEY f (a) WITH PARSER ngram, SP"
             "ATIAL INDEX s (c), KEY e ((b + 1)), CONSTRAINT chk CHECK (b > 0) NOT ENFORCED)",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"text\"},{\"name"
             "\":\"b\",\"type\":\"int\"},{\"name\":\"c\",\"type\":\"point\"}],\"constraints\":[{\""
             "kind\":\"check\",\"name\":\"chk\",\"expression\":\"b > 0\",\"not_enforced\":true},{"
             "\"kind\":\"unique\",\"name\":\"u\",\"parts\":[{\"column\":\"b\"}]},{\"kind\":\"uniqu"
             "e\",\"parts\":[{\"column\":\"b\"}]}],\"indexes\":[{\"name\":\"e\",\"parts\":[{\"expr"
             "ession\":\"b + 1\"}]},{\"name\":\"f\",\"method\":\"FULLTEXT\",\"parts\":[{\"column\""
             ":\"a\"}],\"options\":[{\"name\":\"PARSER\",\"value\":\"ngram\"}]},{\"name\":\"k\",\""
             "method\":\"BTREE\",\"parts\":[{\"column\":\"a\",\"descending\":true,\"prefix_length"
             "\":10},{\"column\":\"b\"}],\"comment\":\"k\"},{\"name\":\"s\",\"method\":\"SPATIAL\""
             ",\"parts\":[{\"column\":\"c\"}]},{\"parts\":[{\"column\":\"b\"}]}]}]}"},
	    {&mysql,
             "CREATE TABLE t (a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES o (id) ON DELETE CASC"
             "ADE, FOREIGN KEY x (a) REFERENCES o (id), CONSTRAINT FOREIGN KEY (a) REFERENCES o (i"
             "d))",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"}],\"const"
             "raints\":[{\"kind\":\"foreign key\",\"name\":\"f\",\"parts\":[{\"column\":\"a\"}],\""
             "ref_table\":\"o\",\"ref_columns\":[\"id\"],\"on_delete\":\"cascade\"},{\"kind\":\"fo"
             "reign key\",\"name\":\"x\",\"parts\":[{\"column\":\"a\"}],\"ref_table\":\"o\",\"ref_"
             "columns\":[\"id\"]},{\"kind\":\"foreign key\",\"parts\":[{\"column\":\"a\"}],\"ref_t"
             "able\":\"o\",\"ref_columns\":[\"id\"]}]}]}"},
	    {&mysql,
             "CREATE TABLE t (a int, k date) PARTITION BY RANGE (year(k)) (PARTITION p0 VALUES LES"
             "S THAN (2020), PARTITION p1 VALUES LESS THAN MAXVALUE)",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"},{\"name"
             "\":\"k\",\"type\":\"date\"}],\"partition_by\":\"RANGE(year(k)) (PARTITION p0 VALUES "
             "LESS THAN(2020), PARTITION p1 VALUES LESS THAN MAXVALUE)\"}]}"},
	    {&mysql,
             "CREATE TABLE t (a text, b int); CREATE FULLTEXT INDEX f ON t (a); CREATE UNIQUE INDE"
             "X u USING BTREE ON t (b); ALTER TABLE t ADD PRIMARY KEY (b), ADD KEY k (b), MODIFY a"
             " varchar(5) NOT NULL, ADD COLUMN c int",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"varchar(5)\",\""
             "not_null\":true},{\"name\":\"b\",\"type\":\"int\"},{\"name\":\"c\",\"type\":\"int\"}"
             "],\"constraints\":[{\"kind\":\"primary key\",\"parts\":[{\"column\":\"b\"}]}],\"inde"
             "xes\":[{\"name\":\"f\",\"method\":\"FULLTEXT\",\"parts\":[{\"column\":\"a\"}]},{\"na"
             "me\":\"k\",\"parts\":[{\"column\":\"b\"}]},{\"name\":\"u\",\"unique\":true,\"method"
             "\":\"BTREE\",\"parts\":[{\"column\":\"b\"}]}]}]}"},
	    {&mysql,
             "/*!40101 SET NAMES utf8 */; /*!50001 CREATE VIEW `v` AS SELECT 1 AS `a`*/; /*!50001 "
             "DROP VIEW IF EXISTS `v`*/; /*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50013 DEFINER=`"
             "root`@`localhost` SQL SECURITY DEFINER */ /*!50001 VIEW `v` AS select 2 AS `b` */;",
             "{\"objects\":[{\"kind\":\"view\",\"name\":\"v\",\"text\":\"CREATE VIEW `v` AS select"
             " 2 AS `b`\"}]}"},
	    {&mysql,
             "DELIMITER ;;\nCREATE DEFINER=`root`@`%` PROCEDURE `p`(IN a int, OUT b int)\nBEGIN IF"
             " a > 1 THEN SET b = 2; END IF; END ;;\n/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`lo"
             "calhost`*/ /*!50003 TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 'x;y"
             "'; END */;;\nCREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t ;;\nCREATE FUNC"
             "TION f(a int) RETURNS int RETURN a ;;\nDELIMITER ;",
             "{\"objects\":[{\"kind\":\"event\",\"name\":\"e\",\"text\":\"CREATE EVENT e ON SCHEDU"
             "LE EVERY 1 DAY DO DELETE FROM t\"},{\"kind\":\"function\",\"name\":\"f\",\"text\":\""
             "CREATE FUNCTION f(a int) RETURNS int RETURN a\"},{\"kind\":\"procedure\",\"name\":\""
             "p\",\"text\":\"CREATE PROCEDURE `p`(IN a int, OUT b int)\\nBEGIN IF a > 1 THEN SET b"
             " = 2; END IF; END\"},{\"kind\":\"trigger\",\"name\":\"g\",\"table\":\"t\",\"text\":"
             "\"CREATE  TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 'x;y'; END\"}]"
             "}"},
	    {&mysql,
             "CREATE TABLE t (a int) DEFAULT CHARACTER SET = utf8mb4 ENGINE MyISAM; LOCK TABLES t "
             "WRITE; /*!40000 ALTER TABLE `t` DISABLE KEYS */; UNLOCK TABLES; CREATE SEQUENCE s ST"
             "ART WITH 5 NOCYCLE ENGINE=InnoDB; DO SETVAL(s, 5); CREATE DATABASE x; USE x",
             "{\"sequences\":[{\"name\":\"s\",\"start\":\"5\"}],\"tables\":[{\"name\":\"t\",\"colu"
             "mns\":[{\"name\":\"a\",\"type\":\"int\"}],\"options\":[{\"name\":\"CHARSET\",\"value"
             "\":\"utf8mb4\"},{\"name\":\"ENGINE\",\"value\":\"MyISAM\"}]}]}"},
	    {&mysql, "CREATE TABLE t (a int, KEY k (a)) FOO",
             "m.sql:1:38: expected a value, found the end of the statement"},
	    {&mysql, "CREATE MATERIALIZED VIEW v AS SELECT 1",
             "m.sql:1:8: expected TABLE, INDEX, VIEW, FUNCTION, TRIGGER or another kind that is kn"
             "own, found 'MATERIALIZED'"},
	    {&mysql, "CREATE TYPE t AS ENUM ('a')",
             "m.sql:1:8: expected TABLE, INDEX, VIEW, FUNCTION, TRIGGER or another kind that is kn"
             "own, found 'TYPE'"},
	    {&mysql, "CREATE TABLE t (a int); ALTER TABLE t ADD b int AFTER a",
             "m.sql:1:49: expected the end of the statement, found 'AFTER'"},
	    {&mysql, "CREATE TABLE t (a int) COMMENT=5",
             "m.sql:1:32: expected a string, found '5'"},
	    {&mysql,
             "CREATE TABLE t (a int, b int, CONSTRAINT one UNIQUE KEY other (a), CONSTRAINT two UNIQUE (b) COMMENT 'c' KEY_BLOCK_SIZE=4 /*!80000 INVISIBLE */, KEY k (a) NOT IGNORED ENGINE_ATTRIBUTE='{}')",
             "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"int\"}],\"constraints\":[{\"kind\":\"unique\",\"name\":\"other\",\"parts\":[{\"column\":\"a\"}]},{\"kind\":\"unique\",\"name\":\"two\",\"parts\":[{\"column\":\"b\"}],\"options\":[{\"name\":\"INVISIBLE\",\"value\":\"\"},{\"name\":\"KEY_BLOCK_SIZE\",\"value\":\"4\"}],\"comment\":\"c\"}],\"indexes\":[{\"name\":\"k\",\"parts\":[{\"column\":\"a\"}],\"options\":[{\"name\":\"ENGINE_ATTRIBUTE\",\"value\":\"{}\"}]}]}]}"},
	    {&mysql,
             "CREATE TABLE t (a text /*M!100301 COMPRESSED*/ DEFAULT NULL, b int WITHOUT SYSTEM VERSIONING) `PAGE_COMPRESSED`='1' DATA DIRECTORY='/d' UNION=(a, b) WITH SYSTEM VERSIONING", "{\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"text COMPRESSED\",\"default_value\":\"NULL\"},{\"name\":\"b\",\"type\":\"int\",\"options\":[{\"name\":\"WITHOUT SYSTEM VERSIONING\",\"value\":\"\"}]}],\"options\":[{\"name\":\"DATA DIRECTORY\",\"value\":\"/d\"},{\"name\":\"PAGE_COMPRESSED\",\"value\":\"1\"},{\"name\":\"SYSTEM VERSIONING\",\"value\":\"\"},{\"name\":\"UNION\",\"value\":\"a, b\"}]}]}"},
	    {&mysql, "CREATE TABLE t (a timestamp(6) GENERATED ALWAYS AS ROW START)",
             "m.sql:1:52: columns AS ROW START and AS ROW END are not kept; WITH SYSTEM VERSIONING does without them"},
	    {&mysql, "CREATE TABLE t (a date, b date, PERIOD FOR p (a, b))",
             "m.sql:1:33: PERIOD is not kept"},
	    {&mysql,
             "CREATE OR REPLACE TABLE t (a int DEFAULT NEXT VALUE FOR s, b int DEFAULT nextval(`d`.`s`)); CREATE OR REPLACE SEQUENCE s START=5 INCREMENT BY=2 NOCACHE; CREATE SEQUENCE u NO CACHE",
             "{\"sequences\":[{\"name\":\"s\",\"start\":\"5\",\"increment\":\"2\",\"cache\":\"0\"},{\"name\":\"u\",\"cache\":\"0\"}],\"tables\":[{\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int\",\"default_value\":\"NEXT VALUE FOR s\"},{\"name\":\"b\",\"type\":\"int\",\"default_value\":\"nextval(`d`.`s`)\"}]}]}"},
	    {&mysql, "ALTER TABLE t DISABLE KEYS; ALTER TABLE u ADD KEY k (a)",
             "m.sql:1:41: ALTER TABLE is for table 'u', which is not declared"},
};

START_TEST(ddl_becomes_structure_or_an_error_with_its_place)
{
	ck_assert_str_eq(outcome(cases[_i].traits, cases[_i].sql), cases[_i].outcome);
}
END_TEST

/* What a text may be cut to by accident ends in structure or in an error with its place, wherever it is cut. */
START_TEST(every_beginning_of_it_is_read_or_refused)
{
	size_t length = strlen(cases[_i].sql);

	for (size_t i = 0; i < length; i++) {
		char *cut = arena_copy(&arena, cases[_i].sql, i);
		const char *text = outcome(cases[_i].traits, cut);

		ck_assert_msg(*text == '{' || strncmp(text, "m.sql:", 6) == 0, "%s: %s", cut, text);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("parser_servers");
	TCase *group = tcase_create("parser");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(group, NULL, tear_down);
	tcase_add_loop_test(group, ddl_becomes_structure_or_an_error_with_its_place, 0,
	                    (int)(sizeof cases / sizeof *cases));
	tcase_add_loop_test(group, every_beginning_of_it_is_read_or_refused, 0,
	                    (int)(sizeof cases / sizeof *cases));
	suite_add_tcase(suite, group);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
