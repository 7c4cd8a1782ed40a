#!/bin/bash
# PostgreSQL: changes that others hang on, there and back, with rows.
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/integration/server_lib.sh
. "$(dirname "$0")/server_lib.sh"
# shellcheck source=tests/integration/postgresql_lib.sh
. "$(dirname "$0")/postgresql_lib.sh"

test_a_domain_changes_in_place() {
	walk <<-'SQL'
		--- models
		CREATE SCHEMA app;
		CREATE DOMAIN app.positive AS int DEFAULT 1 CHECK (value > 0) CONSTRAINT small CHECK (value < 1000);
		CREATE DOMAIN word text NOT NULL;
		CREATE TABLE t (id int, p app.positive, w "word" DEFAULT 'x');
		CREATE TABLE u (p app.positive);
		CREATE VIEW v AS SELECT p FROM u;
		COMMENT ON DOMAIN word IS 'a word';
		--- rows
		INSERT INTO t VALUES (1, 5, 'a'); INSERT INTO u VALUES (6);
		--- models --allow-destructive
		CREATE SCHEMA app;
		CREATE DOMAIN app.positive AS int NOT NULL DEFAULT (2 + 3) CHECK (value >= 0) CONSTRAINT small CHECK (value < 100) CONSTRAINT even CHECK (value <> 7);
		CREATE DOMAIN word AS text COLLATE "C" DEFAULT 'none';
		CREATE TABLE t (id int, p app.positive, w "word" DEFAULT 'x');
		CREATE TABLE u (p app.positive);
		CREATE VIEW v AS SELECT p FROM u;
		--- expect SELECT * FROM t
		1 5 a
	SQL
	lacks migrations/primary/primary__0002_step.sql 'ALTER TYPE app.positive RENAME'
	lacks migrations/primary/primary__0002_step.sql 'DROP VIEW v'
}

test_a_serial_column_and_its_sequence_are_one() {
	walk <<-'SQL'
		--- models
		CREATE TABLE logs (id serial PRIMARY KEY, a int);
		CREATE TABLE zz (id serial PRIMARY KEY);
		CREATE TABLE aa (n integer DEFAULT nextval('zz_id_seq'));
		--- rows
		INSERT INTO logs (a) VALUES (1), (2); INSERT INTO aa DEFAULT VALUES;
		--- models
		CREATE TABLE logs (id bigint NOT NULL, a int, CONSTRAINT logs_pkey PRIMARY KEY (id));
		CREATE SEQUENCE logs_id_seq AS integer;
		ALTER SEQUENCE logs_id_seq OWNED BY logs.id;
		ALTER TABLE ONLY logs ALTER COLUMN id SET DEFAULT nextval('logs_id_seq'::regclass);
		CREATE TABLE zz (id serial PRIMARY KEY);
		CREATE TABLE aa (n integer DEFAULT nextval('zz_id_seq'));
		--- expect INSERT INTO logs (a) VALUES (3) RETURNING id
		3
		--- models
		CREATE TABLE logs (id bigserial PRIMARY KEY, a int);
		CREATE TABLE zz (id serial PRIMARY KEY);
		CREATE TABLE aa (n integer DEFAULT nextval('zz_id_seq'));
		--- expect INSERT INTO logs (a) VALUES (4) RETURNING id
		4
	SQL
	lacks migrations/primary/primary__0002_step.sql 'DROP SEQUENCE'
}

test_children_keep_their_own_defaults() {
	walk <<-'SQL'
		--- models
		CREATE TABLE p (c json DEFAULT '[]', d text DEFAULT '1', e int NOT NULL);
		CREATE TABLE k (x int) INHERITS (p);
		ALTER TABLE k ALTER COLUMN d SET DEFAULT '2';
		--- rows
		INSERT INTO k (x, e) VALUES (1, 2);
		--- models --allow-destructive
		CREATE TABLE p (c jsonb, d int DEFAULT 1, e int GENERATED ALWAYS AS IDENTITY);
		CREATE TABLE k (x int) INHERITS (p);
		ALTER TABLE k ALTER COLUMN d SET DEFAULT 2;
		--- expect SELECT * FROM p
		[] 2 2
	SQL
}

test_a_partition_that_a_key_leads_to_is_dropped() {
	walk <<-'SQL'
		--- models
		CREATE TABLE t (a varchar PRIMARY KEY, b varchar REFERENCES t (a)) PARTITION BY LIST (a);
		CREATE TABLE p1 PARTITION OF t FOR VALUES IN ('z');
		CREATE TABLE p2 PARTITION OF t FOR VALUES IN ('y');
		--- rows
		INSERT INTO t VALUES ('y', 'y');
		--- models --allow-destructive
		CREATE TABLE t (a varchar PRIMARY KEY, b varchar REFERENCES t (a)) PARTITION BY LIST (a);
		CREATE TABLE p2 PARTITION OF t FOR VALUES IN ('y');
		--- expect SELECT * FROM t
		y y
	SQL
}

test_a_hint_for_the_table_and_a_flag_for_its_column() {
	use_server postgresql
	model <<<'CREATE TABLE o (a int, b int); CREATE POLICY po ON o FOR SELECT TO PUBLIC USING (b > 0);'
	make_migration one
	run 0 dbw migrate
	server_sql 'INSERT INTO o VALUES (1, 2)'
	model <<-'SQL'
		-- dbwarden: renamed-from o
		CREATE TABLE n (c int, b int);
		CREATE POLICY po ON n FOR SELECT TO PUBLIC USING (b > 0);
	SQL
	make_migration two --rename n.a:c
	run 0 dbw migrate
	equal "$(server_sql 'SELECT c FROM n')" 1
	run 0 dbw rollback
	run 0 dbw check
}

test_values_become_those_of_another_type() {
	walk <<-'SQL'
		--- models
		CREATE TYPE st AS ENUM ('a','b');
		CREATE TYPE ct AS (x int, y text);
		CREATE TABLE t (id int PRIMARY KEY, a text DEFAULT '5', b numeric, c st DEFAULT 'a', d text DEFAULT 'b', e jsonb, f text, g text[], h varchar, i bool DEFAULT true, j int, k text, l ct[], m date, n timestamptz, o ct, p int[], q st[], r uuid, u time);
		CREATE INDEX ON t (a); CREATE INDEX ON t (d) WHERE d = 'b';
		CREATE VIEW v AS SELECT a, d FROM t;
		--- rows
		INSERT INTO t VALUES (1, '5', 2, 'a', 'b', '{"x":1}', '{"y":2}', '{a,b}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', true, 7, '2020-01-01', ARRAY[ROW(1,'q')::ct, NULL], '2020-01-02', '2020-01-03 00:00:00Z', ROW(2, 'r'), '{1,2}', '{a}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '10:00'), (2, '6', 0, 'b', 'a', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
		--- models --allow-destructive
		CREATE TYPE st AS ENUM ('a','b');
		CREATE TYPE ct AS (y text, x int, z int);
		CREATE TABLE t (id int PRIMARY KEY, a int DEFAULT 6, b bool, c text DEFAULT 'b', d st DEFAULT 'a', e text, f jsonb, g st[], h uuid, i numeric DEFAULT 1, j text, k date, l ct[], m timestamp, n date, o ct, p text[], q text[], r text, u interval);
		CREATE INDEX ON t (a); CREATE INDEX ON t (d) WHERE d = 'b';
		CREATE VIEW v AS SELECT a, d FROM t;
		--- expect SELECT a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, u FROM t WHERE id = 1
		5 t a b {"x": 1} {"y": 2} {a,b} a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 1 7 2020-01-01 {"(q,1,)",NULL} 2020-01-02 00:00:00 2020-01-03 (r,2,) {1,2} {a} a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 10:00:00
		--- expect SELECT a, b, c, d, l FROM t WHERE id = 2
		6 f b a {}
	SQL
}

test_a_default_is_of_the_new_type() {
	use_server postgresql
	model <<<"CREATE TABLE t (a timestamptz DEFAULT '2000-01-01 00:00:00', b varchar(40) DEFAULT 'x', c varchar(5) DEFAULT 'y');"
	make_migration one
	run 0 dbw migrate
	model <<<"CREATE TABLE t (a timestamp DEFAULT '2000-01-01 00:00:00', b text DEFAULT 'x', c varchar(9) DEFAULT 'y');"
	make_migration two --allow-destructive
	run 0 dbw migrate
	equal "$(server_sql "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 't'::regclass ORDER BY adnum LIMIT 2")" "'2000-01-01 00:00:00'::timestamp without time zone
'x'::text"
	lacks migrations/primary/primary__0002_two.sql 'ALTER COLUMN c DROP DEFAULT'
	run 0 dbw rollback
	run 0 dbw check
}

test_a_type_that_nothing_leads_to_is_refused() {
	use_server postgresql
	model <<<'CREATE TABLE t (a time, b int, c timestamp);'
	make_migration one
	model <<<'CREATE TABLE t (a timestamp, b int, c timestamp);'
	run 1 dbw make-migrations -d two --allow-destructive --allow-irreversible
	has err "nothing makes timestamp without time zone of time without time zone ('a')"
	model <<<'CREATE TABLE t (a time, b uuid, c timestamp);'
	run 1 dbw make-migrations -d two --allow-destructive --allow-irreversible
	has err "nothing makes uuid of integer ('b')"
	# There, but not back.
	model <<<'CREATE TABLE t (a time, b int, c time);'
	run 1 dbw make-migrations -d two --allow-destructive
	has err 'cannot be rolled back'
	has err '--allow-irreversible'
}

test_inheritance_is_given_up_and_taken_up() {
	walk <<-'SQL'
		--- models
		CREATE TABLE p (id int PRIMARY KEY, a int NOT NULL DEFAULT 5, b text, CONSTRAINT filled CHECK (b <> ''), CONSTRAINT local CHECK (a > 0) NO INHERIT);
		CREATE TABLE k (x int) INHERITS (p);
		CREATE TABLE kk (y int) INHERITS (k);
		CREATE TABLE bare (id int NOT NULL, a int NOT NULL DEFAULT 5, b text, x int);
		CREATE TABLE own (id int NOT NULL, a int NOT NULL DEFAULT 5, b text CONSTRAINT filled CHECK (b <> ''), x int);
		--- rows
		INSERT INTO k VALUES (2, 3, 'c', 4); INSERT INTO kk VALUES (3, 3, 'c', 4, 5); INSERT INTO own VALUES (4, 3, 'd', 4);
		--- models --allow-destructive
		CREATE TABLE p (id int PRIMARY KEY, a int NOT NULL DEFAULT 5, b text, CONSTRAINT filled CHECK (b <> ''), CONSTRAINT local CHECK (a > 0) NO INHERIT);
		CREATE TABLE k (id int, a int DEFAULT 7, b text, x int);
		CREATE TABLE kk (y int) INHERITS (k);
		CREATE TABLE bare (x int) INHERITS (p);
		CREATE TABLE own (x int) INHERITS (p);
		--- expect SELECT id FROM p UNION ALL SELECT id FROM k
		4
		2
		3
	SQL
}

test_plain_columns_become_computed_and_plain_again() {
	walk <<-'SQL'
		--- models
		CREATE TABLE g (a int, b int CHECK (b > 0), c int GENERATED ALWAYS AS (a + 1) STORED, d int);
		CREATE INDEX gb ON g (b, d);
		CREATE VIEW v AS SELECT b, c FROM g;
		--- rows
		INSERT INTO g VALUES (1, 7, DEFAULT, 4);
		--- models --allow-destructive
		CREATE TABLE g (a int, b int GENERATED ALWAYS AS (a * 2) STORED CHECK (b > 0), c int, d int);
		CREATE INDEX gb ON g (b, d);
		CREATE VIEW v AS SELECT b, c FROM g;
		--- expect SELECT a, b, c, d FROM g
		1 2 2 4
	SQL
}

test_collations_and_extensions_change() {
	walk <<-'SQL'
		--- models
		CREATE SCHEMA ext;
		CREATE EXTENSION pg_trgm;
		CREATE COLLATION c (provider = icu, locale = 'de');
		CREATE TABLE t (a text COLLATE public.c, b text, d text CHECK (d COLLATE c > ''));
		CREATE INDEX ti ON t (a, b COLLATE c);
		CREATE INDEX tg ON t USING gin (b gin_trgm_ops);
		CREATE VIEW v AS SELECT a FROM t;
		--- rows
		INSERT INTO t VALUES ('a', 'b', 'd');
		--- models
		CREATE SCHEMA ext;
		CREATE EXTENSION pg_trgm WITH SCHEMA ext;
		CREATE COLLATION c (provider = icu, locale = 'sv');
		CREATE TABLE t (a text COLLATE c, b text, d text CHECK (d COLLATE c > ''));
		CREATE INDEX ti ON t (a, b COLLATE c);
		CREATE INDEX tg ON t USING gin (b ext.gin_trgm_ops);
		CREATE VIEW v AS SELECT a FROM t;
		--- expect SELECT * FROM t
		a b d
	SQL
}

run_tests
