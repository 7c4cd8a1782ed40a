"""The types of PostgreSQL, in families; see Family."""

from dialect import Family

INTEGER = Family(("smallint", "integer", "bigint", "int", "int8"), ("1", "2", "3"),
                 ("0", "'-1'::integer", "42", "(1 + 2)", "NULL", "-7"),
                 ("{} > -1000", "{} BETWEEN -100 AND 1000", "({} < 5000)", "{} IN (0, -1, -7, 42, 1, 2, 3)",
                  "{} IS NOT NULL OR true"), ("{} + 1", "abs({})", "{} * 2 - 1"), ("text", "numeric"))
TEXT = Family(("text", "varchar(20)", "varchar(40)", "character varying(30)", "varchar"),
              ("'one'", "'it''s two'", "E'three\\nlines'"),
              ("'x'", "'a' || 'b'", "NULL", "E'back\\\\slash'", "lower('ABC')", "CURRENT_USER"),
              ("length({}) < 1000", "{} <> 'no;ne'", "{} NOT LIKE '%it''s\\x'", "{} ~ '^.*$' OR true",
               "{} IN ('a', 'b') OR 1 = 1", "char_length({}) >= 0"),
              ("upper({})", "{} || ';x'", "substr({}, 1, 3)", "coalesce({}, '')"), ())
CHARACTER = Family(("char(10)", "character(12)"), ("'a'", "'b'", "'c'"), ("'d'",), (), (), ())
REAL = Family(("real", "double precision", "float8"), ("1.5", "-2.25", "3.0"), ("0.5", "1e3", "'-1.5'"),
              ("{} > -1e6",), ("{} * 2.0",), ())
NUMERIC = Family(("numeric(10,2)", "numeric(12,4)", "numeric", "decimal(14,3)"), ("10.5", "20.25", "30.75"),
                 ("0", "9.99", "-0.5"), ("{} > -100000",), ("round({}, 1)",), ())
BOOLEAN = Family(("boolean", "bool"), ("true", "false", "true"), ("true", "false"), ("{} IS NOT NULL OR true",), ("NOT {}",), ("text",), key=False)
DATE = Family(("date",), ("'2020-01-01'", "'2021-02-28'", "'1999-12-31'"), ("CURRENT_DATE", "'2000-01-01'"),
              ("{} > '1900-01-01'",), (), ("timestamp", "text"))
STAMP = Family(("timestamp", "timestamp(3)", "timestamptz", "timestamp with time zone", "timestamp(0) with time zone"),
               ("'2020-01-01 00:00:00'", "'2021-02-28 12:00:00'", "'1999-12-31 23:59:59'"),
               ("now()", "CURRENT_TIMESTAMP", "'2000-01-01 00:00:00'", "LOCALTIMESTAMP"), ("{} > '1900-01-01'",), (), ())
TIME = Family(("time", "time with time zone", "time(2)"), ("'01:02:03'", "'02:00:00'", "'03:00:00'"), ("'04:05:06'",), (), ())
INTERVAL = Family(("interval", "interval(3)"), ("'01:02:03'", "'02:00:00'", "'3 days'"), ("'04:05:06'",), (), ())
UUID = Family(("uuid",), tuple("'0000000%d-0000-0000-0000-000000000000'" % i for i in range(3)),
              ("gen_random_uuid()", "'00000000-0000-0000-0000-00000000000f'"), ("{} IS NOT NULL OR true",), (), ("text",))
JSONB = Family(("jsonb",), ("'{\"a\": 1}'", "'[2]'", "'\"it''s\"'"), ("'{}'", "'{\"a\": \"b;c\"}'::jsonb"),
               ("jsonb_typeof({}) <> 'none'",), ("{} -> 'a'",), ("text",))
JSON = Family(("json",), ("'{\"a\": 1}'", "'[2]'", "'3'"), ("'[]'",), (), (), ("jsonb",), key=False)
BYTES = Family(("bytea",), ("'\\x01'", "'\\x0002'", "''"), ("'\\x00ff'",), ("length({}) < 100",), ())
ADDRESS = Family(("inet",), ("'10.0.0.1'", "'10.0.0.2'", "'::1'"), ("'127.0.0.1'",), ("family({}) > 0",), ())
NUMBERS = Family(("integer[]", "bigint[]", "int[]"), ("'{1}'", "'{2,2}'", "ARRAY[3]"), ("'{}'", "ARRAY[1, 2]"),
                 ("cardinality({}) < 100",), ())
TEXTS = Family(("text[]", "varchar(20)[]"), ("'{a}'", "'{\"b,\\\"c\"}'", "ARRAY['it''s']"), ("'{}'", "ARRAY['x;y']::text[]"),
               ("array_length({}, 1) < 100",), ())
RANGE = Family(("int4range",), ("'[1,2)'", "'[5,6)'", "'[10,11)'"), ("'empty'",), ("NOT isempty({}) OR true",), ())
BITS = Family(("bit varying(10)", "varbit(12)"), ("B'1'", "B'01'", "B'001'"), ("B'101'",), (), ())
POINT = Family(("point",), ("'(1,2)'", "'(3,4)'", "'(5,6)'"), ("'(0,0)'",), (), (), key=False)
WORDS = Family(("tsvector",), ("'a'", "'b'", "'c'"), ("''::tsvector",), (), (), key=False)
ENUM = Family((), (), (), ("{} IS NOT NULL OR true",), (), ("text",), key=False)
DOMAIN = Family((), (), (), ("{} IS NOT NULL OR true",), (), ())
ROW = Family((), (), (), (), (), key=False)
CITEXT = Family(("citext",), ("'a'", "'b'", "'c'"), ("'d'",), ("{} <> 'zz'",), (), ("text",))
HSTORE = Family(("hstore",), ("'a=>1'", "'b=>2'", "''"), ("''",), (), (), (), key=False)

FAMILIES = {"int": INTEGER, "text": TEXT, "char": CHARACTER, "real": REAL, "numeric": NUMERIC, "boolean": BOOLEAN,
    "date": DATE, "timestamp": STAMP, "time": TIME, "interval": INTERVAL, "uuid": UUID, "jsonb": JSONB, "json": JSON,
    "bytes": BYTES, "address": ADDRESS, "numbers": NUMBERS, "texts": TEXTS, "range": RANGE, "bits": BITS,
    "point": POINT, "words": WORDS, "enum": ENUM, "domain": DOMAIN, "row": ROW, "citext": CITEXT,
    "hstore": HSTORE}
