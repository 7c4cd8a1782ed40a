#!/bin/bash
# PostgreSQL's partitions and inheritance, each kind of change there and back.
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/integration/server_lib.sh
. "$(dirname "$0")/server_lib.sh"
# shellcheck source=tests/integration/postgresql_lib.sh
. "$(dirname "$0")/postgresql_lib.sh"

test_columns_keys_and_partitions_of_a_partitioned_table_change() {
	walk <<-'SQL'
		--- models
		CREATE TABLE m (id int NOT NULL, at date NOT NULL, v int, gone numeric) PARTITION BY RANGE (at);
		CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
		CREATE TABLE m2 PARTITION OF m FOR VALUES FROM ('2021-01-01') TO ('2022-01-01') PARTITION BY LIST (id);
		CREATE TABLE m2a PARTITION OF m2 FOR VALUES IN (1, 2);
		CREATE TABLE m2d PARTITION OF m2 DEFAULT;
		--- rows
		INSERT INTO m VALUES (1,'2020-02-02',5,1),(1,'2021-02-02',6,1),(7,'2021-02-02',7,1);
		--- models
		CREATE TABLE m (id int NOT NULL, at date NOT NULL,
		  -- dbwarden: renamed-from v
		  w bigint DEFAULT 3, added text NOT NULL DEFAULT 'a', CONSTRAINT wpos CHECK (w > 0), UNIQUE (at, id)) PARTITION BY RANGE (at);
		CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
		CREATE TABLE m2 PARTITION OF m FOR VALUES FROM ('2021-01-01') TO ('2022-01-01') PARTITION BY LIST (id);
		CREATE TABLE m2a PARTITION OF m2 FOR VALUES IN (1, 2);
		CREATE TABLE m2d PARTITION OF m2 DEFAULT;
		CREATE TABLE m3 PARTITION OF m FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
		CREATE INDEX mw ON m (w);
		CREATE INDEX m1only ON m1 (added);
		--- expect SELECT * FROM m
		1 2020-02-02 5 a
		1 2021-02-02 6 a
		7 2021-02-02 7 a
		--- models
		CREATE TABLE o (id int PRIMARY KEY);
		CREATE TABLE m (id int NOT NULL, at date NOT NULL,
		  w bigint DEFAULT 3, added text NOT NULL DEFAULT 'a', o int REFERENCES o, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
		CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
		CREATE TABLE m2 PARTITION OF m FOR VALUES FROM ('2021-01-01') TO ('2022-01-01') PARTITION BY LIST (id);
		CREATE TABLE m2a PARTITION OF m2 FOR VALUES IN (1, 2);
		CREATE TABLE m2d (id int NOT NULL, at date NOT NULL, w bigint DEFAULT 3, added text NOT NULL DEFAULT 'a', CONSTRAINT wpos CHECK (w > 0), CONSTRAINT m2d_at_id_key UNIQUE (at, id));
		CREATE INDEX m2d_w_idx ON m2d (w);
		CREATE INDEX mw2 ON m (w, o);
		--- expect SELECT id, at, w, added FROM m
		1 2020-02-02 5 a
		1 2021-02-02 6 a
	SQL
}

test_a_partition_becomes_a_table_with_its_key() {
	walk <<-'SQL'
		--- models
		CREATE TABLE m (id int NOT NULL PRIMARY KEY, v int) PARTITION BY HASH (id);
		CREATE TABLE m0 PARTITION OF m FOR VALUES WITH (MODULUS 2, REMAINDER 0);
		CREATE TABLE m1 PARTITION OF m FOR VALUES WITH (MODULUS 2, REMAINDER 1);
		--- rows
		INSERT INTO m VALUES (1,1),(2,2),(3,3),(4,4);
		--- models
		CREATE TABLE m (id int NOT NULL PRIMARY KEY, v int) PARTITION BY HASH (id);
		CREATE TABLE m0 PARTITION OF m FOR VALUES WITH (MODULUS 2, REMAINDER 0);
		CREATE TABLE m1 (id int NOT NULL, v int, CONSTRAINT m1_pkey PRIMARY KEY (id));
		--- expect SELECT count(*) FROM m; SELECT count(*) FROM m1
		2
		2
	SQL
}

test_a_table_becomes_a_partition_and_its_bounds_change() {
	walk <<-'SQL'
		--- models
		CREATE TABLE m (id int NOT NULL PRIMARY KEY, v int) PARTITION BY RANGE (id);
		CREATE TABLE m0 (id int NOT NULL PRIMARY KEY, v int);
		--- rows
		INSERT INTO m0 VALUES (1,1);
		--- models
		CREATE TABLE m (id int NOT NULL PRIMARY KEY, v int) PARTITION BY RANGE (id);
		CREATE TABLE m0 PARTITION OF m FOR VALUES FROM (0) TO (10);
		--- expect SELECT * FROM m
		1 1
		--- models
		CREATE TABLE m (id int NOT NULL PRIMARY KEY, v int) PARTITION BY RANGE (id);
		CREATE TABLE m0 PARTITION OF m FOR VALUES FROM (0) TO (20);
		--- expect SELECT * FROM m0
		1 1
	SQL
}

test_partitions_live_in_other_schemas() {
	walk <<-'SQL'
		--- models
		CREATE SCHEMA a; CREATE SCHEMA b;
		CREATE TABLE a.m (id int NOT NULL, v int) PARTITION BY RANGE (id);
		CREATE TABLE b.m PARTITION OF a.m FOR VALUES FROM (0) TO (10);
		CREATE TABLE m PARTITION OF a.m FOR VALUES FROM (10) TO (20);
		--- models
		CREATE SCHEMA a; CREATE SCHEMA b;
		CREATE TABLE a.m (id int NOT NULL, v int, w int) PARTITION BY RANGE (id);
		CREATE TABLE b.m PARTITION OF a.m FOR VALUES FROM (0) TO (10);
		CREATE TABLE m PARTITION OF a.m FOR VALUES FROM (10) TO (20);
	SQL
}

test_a_parent_lives_in_another_schema() {
	walk <<-'SQL'
		--- models
		CREATE SCHEMA a;
		CREATE TABLE a.p (id int NOT NULL, v int);
		CREATE TABLE c (x int) INHERITS (a.p);
		--- models
		CREATE SCHEMA a;
		CREATE TABLE a.p (id int NOT NULL, v int, w int);
		CREATE TABLE c (x int) INHERITS (a.p);
	SQL
}

test_columns_of_parents_reach_children_and_their_children() {
	walk <<-'SQL'
		--- models
		CREATE TABLE p (id int NOT NULL, v int DEFAULT 1, g int);
		CREATE TABLE c (x int) INHERITS (p);
		CREATE TABLE cc (y int) INHERITS (c);
		CREATE TABLE own (v int DEFAULT 2, z int) INHERITS (p);
		--- rows
		INSERT INTO c VALUES (1,2,3,4); INSERT INTO cc VALUES (2,2,3,4,5); INSERT INTO own VALUES(3,3,3);
		--- models
		CREATE TABLE p (id bigint NOT NULL, v int DEFAULT 1,
		 -- dbwarden: renamed-from g
		 h int, n text, CHECK (id > 0));
		CREATE TABLE c (x int) INHERITS (p);
		CREATE TABLE cc (y int) INHERITS (c);
		CREATE TABLE own (v int DEFAULT 2, z int) INHERITS (p);
		--- expect SELECT id, v, h FROM p
		1 2 3
		3 3 3
		2 2 3
		--- models
		CREATE TABLE p (id bigint NOT NULL, v int DEFAULT 5, n text DEFAULT 'q');
		CREATE TABLE c (x int) INHERITS (p);
		CREATE TABLE cc (y int) INHERITS (c);
		CREATE TABLE own (v int DEFAULT 2, z int) INHERITS (p);
	SQL
}

test_a_child_keeps_its_own_column() {
	walk <<-'SQL'
		--- models
		CREATE TABLE p (id int NOT NULL, v int);
		CREATE TABLE c (v int, x int) INHERITS (p);
		--- rows
		INSERT INTO c VALUES (1,2,3);
		--- models
		CREATE TABLE p (id int NOT NULL);
		CREATE TABLE c (v int, x int) INHERITS (p);
		--- expect SELECT * FROM c
		1 2 3
	SQL
}

test_a_column_moves_from_the_parent_to_the_child() {
	walk <<-'SQL'
		--- models
		CREATE TABLE p (id int NOT NULL, v int);
		CREATE TABLE c (x int) INHERITS (p);
		--- rows
		INSERT INTO c VALUES (1,2,3);
		--- models
		CREATE TABLE p (id int NOT NULL);
		CREATE TABLE c (v int, x int) INHERITS (p);
		--- expect SELECT * FROM c
		1 2 3
	SQL
}

test_a_column_leaves_parent_and_child() {
	walk <<-'SQL'
		--- models
		CREATE TABLE p (id int NOT NULL, v int);
		CREATE TABLE c (v int, x int) INHERITS (p);
		--- models
		CREATE TABLE p (id int NOT NULL);
		CREATE TABLE c (x int) INHERITS (p);
	SQL
}

test_a_parent_gets_the_column_of_its_child() {
	walk <<-'SQL'
		--- models
		CREATE TABLE p (id int NOT NULL);
		CREATE TABLE c (v int, x int) INHERITS (p);
		--- rows
		INSERT INTO c VALUES (1,2,3);
		--- models
		CREATE TABLE p (id int NOT NULL, v int);
		CREATE TABLE c (v int, x int) INHERITS (p);
		--- expect SELECT * FROM p
		1 2
	SQL
}

test_a_child_becomes_a_table() {
	walk <<-'SQL'
		--- models
		CREATE TABLE p (id int NOT NULL, v int);
		CREATE TABLE c (x int) INHERITS (p);
		--- rows
		INSERT INTO c VALUES (1,2,3);
		--- models
		CREATE TABLE p (id int NOT NULL, v int, w int);
		CREATE TABLE c (id int NOT NULL, v int, x int);
		--- expect SELECT * FROM c
		1 2 3
	SQL
}

test_a_generated_column_reaches_children() {
	walk <<-'SQL'
		--- models
		CREATE TABLE p (id int NOT NULL);
		CREATE TABLE c (x int) INHERITS (p);
		--- models
		CREATE TABLE p (id int NOT NULL, g int GENERATED ALWAYS AS (id * 2) STORED);
		CREATE TABLE c (x int) INHERITS (p);
	SQL
}

test_checks_of_parents_and_children() {
	walk <<-'SQL'
		--- models
		CREATE TABLE p (id int NOT NULL, CONSTRAINT pos CHECK (id > 0));
		CREATE TABLE c (x int) INHERITS (p);
		--- models
		CREATE TABLE p (id int NOT NULL, CONSTRAINT pos CHECK (id > 1), CONSTRAINT ni CHECK (id > 2) NO INHERIT, v int UNIQUE);
		CREATE TABLE c (x int, CONSTRAINT xx CHECK (x > 0)) INHERITS (p);
		CREATE INDEX ON c (id);
	SQL
}

test_identity_serial_and_defaults_of_partitions() {
	walk <<-'SQL'
		--- models
		CREATE TABLE m (id bigint GENERATED ALWAYS AS IDENTITY, at date NOT NULL, t text NOT NULL DEFAULT 'x', s serial) PARTITION BY RANGE (at);
		CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
		COMMENT ON COLUMN m.t IS 'tt';
		COMMENT ON COLUMN m1.t IS 'other';
		--- rows
		INSERT INTO m (at) VALUES ('2020-02-02');
		--- models
		CREATE TABLE m (id bigint GENERATED ALWAYS AS IDENTITY, at date NOT NULL, t text NOT NULL DEFAULT 'y', s serial, CHECK (s > 0)) PARTITION BY RANGE (at);
		CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
		COMMENT ON COLUMN m.t IS 'tt2';
		ALTER TABLE m1 ALTER COLUMN t SET DEFAULT 'own';
		CREATE UNIQUE INDEX ON m1 (id);
		--- expect SELECT * FROM m
		1 2020-02-02 x 1
	SQL
}

test_a_partition_has_things_of_its_own() {
	walk <<-'SQL'
		--- models
		CREATE TABLE m (id int NOT NULL, v int) PARTITION BY RANGE (id);
		CREATE TABLE m0 PARTITION OF m FOR VALUES FROM (0) TO (10);
		CREATE TABLE other (id int);
		--- models
		CREATE TABLE m (id int NOT NULL, v int) PARTITION BY RANGE (id);
		CREATE TABLE m0 PARTITION OF m (CONSTRAINT vv CHECK (v > 0), v DEFAULT 4) FOR VALUES FROM (0) TO (10);
		CREATE TABLE other (id int);
		CREATE INDEX ON m0 (v);
	SQL
}

test_a_partitioned_table_goes() {
	walk <<-'SQL'
		--- models
		CREATE TABLE m (id int NOT NULL PRIMARY KEY, v int) PARTITION BY RANGE (id);
		CREATE TABLE m0 PARTITION OF m FOR VALUES FROM (0) TO (10);
		CREATE TABLE r (m int REFERENCES m);
		CREATE TABLE other (id int);
		--- rows
		INSERT INTO m VALUES (1,1);
		--- models
		CREATE TABLE other (id int);
	SQL
}

test_a_partition_outlives_its_table() {
	walk <<-'SQL'
		--- models
		CREATE TABLE m (id int NOT NULL PRIMARY KEY, v int) PARTITION BY RANGE (id);
		CREATE TABLE m0 PARTITION OF m FOR VALUES FROM (0) TO (10);
		--- rows
		INSERT INTO m VALUES (1,1);
		--- models
		CREATE TABLE m0 (id int NOT NULL CONSTRAINT m0_pkey PRIMARY KEY, v int);
		--- expect SELECT * FROM m0
		1 1
	SQL
}

test_bounds_parameters_and_triggers_of_partitions() {
	walk <<-'SQL'
		--- models
		CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
		CREATE TABLE m (id int NOT NULL, v int) PARTITION BY RANGE (id);
		CREATE TABLE m0 PARTITION OF m FOR VALUES FROM (MINVALUE) TO (10) WITH (fillfactor=70);
		CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (10) TO (MAXVALUE);
		CREATE TRIGGER tr AFTER INSERT ON m FOR EACH ROW EXECUTE FUNCTION f();
		CREATE TABLE lp (k text, v int) PARTITION BY LIST (lower(k));
		CREATE TABLE lp0 PARTITION OF lp FOR VALUES IN ('a', NULL);
		CREATE TABLE mr (a int, b int) PARTITION BY RANGE (a, b);
		CREATE TABLE mr0 PARTITION OF mr FOR VALUES FROM (1, MINVALUE) TO (2, 5);
		--- models
		CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
		CREATE TABLE m (id int NOT NULL, v bigint) PARTITION BY RANGE (id);
		CREATE TABLE m0 PARTITION OF m FOR VALUES FROM (MINVALUE) TO (10) WITH (fillfactor=80);
		CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (10) TO (100);
		CREATE TRIGGER tr AFTER INSERT OR UPDATE ON m FOR EACH ROW EXECUTE FUNCTION f();
		CREATE TABLE lp (k text, v int) PARTITION BY LIST (lower(k));
		CREATE TABLE lp0 PARTITION OF lp FOR VALUES IN ('a', 'b', NULL);
		CREATE TABLE mr (a int, b int) PARTITION BY RANGE (a, b);
		CREATE TABLE mr0 PARTITION OF mr FOR VALUES FROM (1, MINVALUE) TO (2, 6);
	SQL
}

run_tests
