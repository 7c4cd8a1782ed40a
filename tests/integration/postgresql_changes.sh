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

run_tests
