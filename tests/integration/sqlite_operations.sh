#!/bin/bash
# Operations of SQLite there and back, with rows in the tables: above all what only a rebuild of the table can do.
. "$(dirname "$0")/lib.sh"

# Everything but dbwarden's own, an object a line. SQLite itself puts a renamed table in quotes, and an added column in
# the last line.
said() {
	schema_of app.db | tr '\n' ' ' | sed -E 's/ +/ /g; s/\( /(/g; s/ \)/)/g; s/(table|index|view|trigger)\|/\n&/g' |
		sed -E 's/CREATE TABLE "([a-z_0-9]*)"/CREATE TABLE \1/; s/REFERENCES "([a-z_0-9]*)"/REFERENCES \1/g'
}

# The models on standard input, applied; rows can be put in then.
before() {
	[ -e dbwarden.ini ] || project
	model
	make_migration before
	run 0 dbw migrate
	said >said.before
}

# The models on standard input; nothing is left to do then.
after() { # [OPTION...]
	model
	make_migration after --allow-destructive "$@"
	has out 'Proved in a scratch database'
	run 0 dbw migrate
	run 0 dbw check
	run 0 dbw make-migrations -d again
	has out 'no changes'
	said >said.after
}

# Back, which restores the schema, and there again.
back_and_forth() {
	run 0 dbw rollback
	said >said.back
	diff said.before said.back
	run 0 dbw migrate
	said >said.again
	diff said.after said.again
}

test_rows_keep_their_numbers_where_no_column_shows_them() {
	before <<-'SQL'
		CREATE TABLE t (a TEXT, b TEXT);
		CREATE TABLE hidden (rowid TEXT, a INT);
		CREATE TABLE counted (a TEXT);
	SQL
	sql "INSERT INTO t (rowid, a) VALUES (10, 'x'), (7, 'y'); INSERT INTO hidden (oid, rowid, a) VALUES (9, 'r', 1);
		INSERT INTO counted (rowid, a) VALUES (5, 'z')"
	after <<-'SQL'
		CREATE TABLE t (a TEXT, b TEXT CHECK (b <> 'z'));
		CREATE TABLE hidden (rowid TEXT, a TEXT);
		CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);
	SQL
	equal "$(sql 'SELECT rowid, a FROM t; SELECT oid, rowid FROM hidden; SELECT id, a FROM counted')" $'7|y\n10|x\n9|r\n5|z'
	back_and_forth
	run 0 dbw rollback
	equal "$(sql 'SELECT rowid, a FROM t; SELECT oid, rowid FROM hidden; SELECT rowid, a FROM counted')" $'7|y\n10|x\n9|r\n5|z'
}

test_a_default_that_is_computed_is_given_to_the_rows_that_are_there() {
	before <<-'SQL'
		CREATE TABLE t (a INT);
	SQL
	sql 'INSERT INTO t VALUES (1)'
	after <<-'SQL'
		CREATE TABLE t (a INT, b SMALLINT DEFAULT (1 + 2), c TEXT NOT NULL DEFAULT (lower('X')), d INT DEFAULT -5);
	SQL
	equal "$(sql 'SELECT * FROM t')" '1|3|x|-5'
	back_and_forth
}

test_null_where_the_new_column_has_none_stops_and_keeps_everything() {
	before <<-'SQL'
		CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT, c INT);
	SQL
	sql "INSERT INTO t VALUES (1, NULL, NULL, 5)"
	model <<-'SQL'
		CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INT NOT NULL DEFAULT 7, c INT);
	SQL
	make_migration after
	has migrations/primary/primary__0002_after.sql 'works only while no row has a NULL there'
	run 1 dbw migrate
	has err 'NOT NULL constraint failed: t.a'
	has err 'mend the rows'
	said >said.failed
	diff said.before said.failed
	equal "$(sql "SELECT a IS NULL, b IS NULL, c FROM t")" '1|1|5'
	sql "UPDATE t SET a = 'x'"
	run 0 dbw migrate
	equal "$(sql 'SELECT * FROM t')" '1|x|7|5'
}

test_keys_options_and_types_change() {
	before <<-'SQL'
		CREATE TABLE k (a INTEGER, b TEXT NOT NULL, PRIMARY KEY (a));
		CREATE TABLE w (a TEXT PRIMARY KEY NOT NULL, b TEXT);
		CREATE TABLE c (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT);
		CREATE TABLE e (id INTEGER PRIMARY KEY ON CONFLICT REPLACE, b TEXT UNIQUE ON CONFLICT IGNORE,
		    c TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'c', d TEXT COLLATE NOCASE);
		CREATE TABLE y (id INTEGER PRIMARY KEY, b TEXT, c REAL, d INTEGER);
		CREATE TABLE g (a INT, b INT AS (a + 1) VIRTUAL, c INT AS (a + 2) STORED, d INT);
		CREATE INDEX gi ON g (b);
	SQL
	sql "INSERT INTO k VALUES (1, 'x'), (5, 'y'); INSERT INTO w VALUES ('1', 'x'), ('5', 'y');
		INSERT INTO c VALUES (7, 'x'), (10, 'y'); DELETE FROM c WHERE id = 10; INSERT INTO e VALUES (1, 'x', 'y', 'z');
		INSERT INTO y VALUES (1, '12', 3.5, 4), (2, 'x', NULL, NULL); INSERT INTO g (a, d) VALUES (1, 9)"
	after --no-renames <<-'SQL'
		CREATE TABLE k (a INTEGER NOT NULL, b TEXT NOT NULL, PRIMARY KEY (b, a DESC));
		CREATE TABLE w (a TEXT PRIMARY KEY NOT NULL, b TEXT) WITHOUT ROWID, STRICT;
		CREATE TABLE c (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT NOT NULL);
		CREATE TABLE e (id INTEGER PRIMARY KEY, b TEXT UNIQUE ON CONFLICT REPLACE,
		    c TEXT NOT NULL ON CONFLICT ABORT DEFAULT 'c', d TEXT COLLATE RTRIM);
		CREATE TABLE y (id INTEGER PRIMARY KEY, b INTEGER, c TEXT, d TEXT);
		CREATE TABLE g (a INT, b INT, c INT AS (a + 2) VIRTUAL, d INT AS (a + 3) STORED, f INT AS (a + 4) STORED, e INT AS (f + 1));
		CREATE INDEX gi ON g (b);
	SQL
	equal "$(sql "SELECT * FROM y; SELECT * FROM g")" $'1|12|3.5|4\n2|x||\n1|2|3|4|5|6'
	equal "$(sql "SELECT typeof(b), typeof(c), typeof(d) FROM y WHERE id = 1")" 'integer|text|text'
	sql "INSERT INTO c (b) VALUES ('z')"
	equal "$(sql 'SELECT max(id) FROM c')" 11
	back_and_forth
	equal "$(sql "SELECT * FROM k; SELECT * FROM w; SELECT * FROM e")" $'1|x\n5|y\n1|x\n5|y\n1|x|y|z'
}

test_what_names_a_rebuilt_table_stays_as_it_is() {
	before <<-'SQL'
		CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER REFERENCES t (id) ON DELETE CASCADE, b TEXT);
		CREATE TABLE x (id INTEGER PRIMARY KEY, y INTEGER REFERENCES y (id));
		CREATE TABLE y (id INTEGER PRIMARY KEY, x INTEGER REFERENCES x (id), n TEXT);
		CREATE VIEW v AS SELECT t.id, t.b FROM t JOIN x ON x.id = t.id;
		CREATE VIEW w (id, name) AS SELECT * FROM v;
		CREATE TRIGGER on_t AFTER INSERT ON t BEGIN UPDATE y SET n = new.b WHERE id = new.id; END;
		CREATE TRIGGER on_y AFTER UPDATE ON y BEGIN UPDATE t SET b = new.n WHERE id = new.id; END;
		CREATE TRIGGER on_w INSTEAD OF DELETE ON w BEGIN DELETE FROM t WHERE id = old.id; END;
		CREATE UNIQUE INDEX two ON t (lower(b) DESC) WHERE p IS NOT NULL;
		CREATE INDEX one ON t (b COLLATE NOCASE);
	SQL
	sql "INSERT INTO t VALUES (1, NULL, 'a'), (2, 1, 'b'), (3, 2, 'c'); INSERT INTO x VALUES (1, NULL);
		INSERT INTO y VALUES (1, 1, 'q'); UPDATE x SET y = 1"
	set_key url 'sqlite:///app.db?foreign_keys=on'
	sed -e 's/ON DELETE CASCADE, b TEXT/ON DELETE SET NULL, b TEXT COLLATE NOCASE/' -e 's/REFERENCES y (id)/& ON DELETE CASCADE/' \
		-e 's/x INTEGER/x INTEGER NOT NULL/' models/schema.sql >model.after
	after <model.after
	equal "$(sql 'SELECT * FROM t; SELECT * FROM y; SELECT * FROM w')" $'1||a\n2|1|b\n3|2|c\n1|1|q\n1|a'
	# They still do what they did.
	sql "PRAGMA foreign_keys = ON; INSERT INTO y VALUES (4, 1, 'r'); INSERT INTO t VALUES (4, NULL, 'd'); DELETE FROM w WHERE id = 1"
	equal "$(sql 'SELECT count(*) FROM t; SELECT n FROM y WHERE id = 4')" $'3\nd'
	back_and_forth
}

test_triggers_of_a_rebuilt_table_follow_renames_both_ways() {
	before <<-'SQL'
		CREATE TABLE p (k BOOL);
		CREATE TRIGGER on_p BEFORE INSERT ON p BEGIN SELECT 1; END;
		CREATE TABLE t (old INT);
		CREATE TABLE r (a BOOL, x INT);
		CREATE TRIGGER on_r BEFORE UPDATE ON r BEGIN DELETE FROM t WHERE 0 AND "old" IS new.x; END;
	SQL
	sql 'INSERT INTO p VALUES (1); INSERT INTO t VALUES (2); INSERT INTO r VALUES (3, 4)'
	after --rename-table p:q --rename t.old:fresh <<-'SQL'
		CREATE TABLE q (k INT);
		CREATE TRIGGER on_p BEFORE INSERT ON q BEGIN SELECT 1; END;
		CREATE TABLE t (fresh INT);
		CREATE TABLE r (a INT, x INT);
		CREATE TRIGGER on_r BEFORE UPDATE ON r BEGIN DELETE FROM t WHERE 0 AND "fresh" IS new.x; END;
	SQL
	equal "$(sql 'SELECT * FROM q; SELECT * FROM t; SELECT * FROM r')" $'1\n2\n3|4'
	back_and_forth
}

test_the_order_of_the_models_is_not_that_of_a_rebuild() {
	before <<-'SQL'
		CREATE TABLE t (a INT, b INT);
		CREATE INDEX i2 ON t (a);
		CREATE INDEX i1 ON t (b);
		CREATE TRIGGER g2 AFTER INSERT ON t BEGIN SELECT 2; END;
		CREATE TRIGGER g1 AFTER INSERT ON t BEGIN SELECT 1; END;
	SQL
	sed -i 's/a INT/a TEXT/' models/schema.sql
	run 0 dbw make-migrations -d next --plan
	mv out plan.first
	tac models/schema.sql >reversed
	mv reversed models/schema.sql
	run 0 dbw make-migrations -d next --plan
	diff plan.first out
}

test_a_dropped_column_comes_back_whatever_it_was() {
	before <<-'SQL'
		CREATE TABLE s (a FLOAT, b DOUBLE PRECISION GENERATED ALWAYS AS (a * 2.0) STORED);
		CREATE TABLE d (a INT, b INT DEFAULT (1 + 2), c INT NOT NULL DEFAULT 4, d TEXT DEFAULT CURRENT_DATE);
		CREATE TABLE v (a INT, b INT GENERATED ALWAYS AS (a + 1) VIRTUAL);
	SQL
	sql 'INSERT INTO s VALUES (1); INSERT INTO d (a) VALUES (1); INSERT INTO v VALUES (1)'
	after <<-'SQL'
		CREATE TABLE s (a FLOAT);
		CREATE TABLE d (a INT);
		CREATE TABLE v (a INT);
	SQL
	back_and_forth
	run 0 dbw rollback
	equal "$(sql 'SELECT * FROM s; SELECT a, b, c FROM d; SELECT * FROM v')" $'1.0|2.0\n1|3|4\n1|2'
}

test_case_20_a_changed_check_is_dropped_and_added_and_a_changed_default_is_valid() {
	before <<-'SQL'
		CREATE TABLE t (id INTEGER PRIMARY KEY, a INT DEFAULT 1 CHECK (a > 0), b TEXT DEFAULT 'it''s', c TEXT DEFAULT CURRENT_TIMESTAMP,
		    CONSTRAINT named CHECK (b <> 'x'));
	SQL
	sql "INSERT INTO t (id) VALUES (1)"
	after <<-'SQL'
		CREATE TABLE t (id INTEGER PRIMARY KEY, a INT DEFAULT -2 CHECK (a > -5), b TEXT DEFAULT ('a' || 'b'), c TEXT DEFAULT NULL,
		    CONSTRAINT named CHECK (b <> 'y'));
	SQL
	sql "INSERT INTO t (id) VALUES (2)"
	equal "$(sql 'SELECT a, b, c IS NULL FROM t WHERE id = 2')" '-2|ab|1'
	for values in "3, -5, 'z'" "4, 1, 'y'"; do
		! sql "INSERT INTO t (id, a, b) VALUES ($values)" 2>err || fail "($values) breaks no check"
		has err 'CHECK constraint failed'
	done
	sql "DELETE FROM t WHERE id = 2; INSERT INTO t (id, b) VALUES (5, 'x'); DELETE FROM t WHERE id = 5"
	back_and_forth
	run 0 dbw rollback
	sql "INSERT INTO t (id) VALUES (6)"
	equal "$(sql 'SELECT a, b, c IS NULL FROM t WHERE id = 6')" "1|it's|0"
}

test_virtual_tables_keep_their_rows_under_another_definition() {
	sqlite3 :memory: "CREATE VIRTUAL TABLE f USING fts5 (a); CREATE VIRTUAL TABLE r USING rtree (id, a, b)" 2>err ||
		skip 'this SQLite has no fts5 or rtree'
	before <<-'SQL'
		CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT);
		CREATE VIRTUAL TABLE own USING fts5 (a, "b c" UNINDEXED, tokenize = 'unicode61');
		CREATE VIRTUAL TABLE over USING fts5 (b, content = 't', content_rowid = 'id');
		CREATE VIRTUAL TABLE r USING rtree (id, x1, x2);
		CREATE TRIGGER on_t AFTER INSERT ON t BEGIN INSERT INTO over (rowid, b) VALUES (new.id, new.b); INSERT INTO own (a) VALUES (new.b); END;
		CREATE VIEW found AS SELECT rowid AS id, a FROM own;
	SQL
	sql "INSERT INTO t VALUES (7, 'running'); INSERT INTO own (rowid, a, \"b c\") VALUES (20, 'walking', 'x'); INSERT INTO r VALUES (3, 1, 2)"
	sed -e "s/'unicode61'/'porter'/; s/content_rowid = 'id'/&, tokenize = 'porter'/; s/x1, x2/x1, x2, +name TEXT/; s/UNINDEXED/UNINDEXED, d/" \
		models/schema.sql >model.after
	after <model.after
	equal "$(sql "SELECT rowid FROM over WHERE over MATCH 'run'")" 7
	equal "$(sql "SELECT rowid, \"b c\" FROM own WHERE own MATCH 'walk'")" '20|x'
	equal "$(sql 'SELECT id, a FROM found; SELECT id, x1, x2 FROM r')" $'1|running\n20|walking\n3|1.0|2.0'
	sql "INSERT INTO t VALUES (9, 'swimming')"
	equal "$(sql "SELECT rowid FROM over WHERE over MATCH 'swim'")" 9
	back_and_forth
	run 0 dbw rollback
	equal "$(sql "SELECT rowid, \"b c\" FROM own WHERE own MATCH 'walking'; SELECT * FROM r; SELECT rowid FROM over WHERE over MATCH 'running'")" \
		$'20|x\n3|1.0|2.0\n7'
	equal "$(sql "SELECT count(*) FROM sqlite_schema WHERE name LIKE '\\_dbwarden%' ESCAPE '\\'")" 0
}

test_many_tables_change_at_once() {
	tables() { # COLUMNS
		local n
		for n in $(seq 1 30); do
			echo "CREATE TABLE t$n (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t$((n * 7 % 30 + 1)) (id)$1);"
		done
		for n in 3 17 29; do
			echo "CREATE TABLE alone$n (a INT$1); CREATE INDEX i$n ON alone$n (a); CREATE VIEW v$n AS SELECT alone$n.a, t$n.up FROM alone$n, t$n;"
		done
		for n in $(seq 1 60); do echo "CREATE TABLE s$n (a INT$1, z TEXT);"; done
	}
	tables '' | before
	sql "INSERT INTO t1 VALUES (1, NULL); INSERT INTO s60 VALUES (1, 'z')"
	tables ', b INT DEFAULT 5, c TEXT CHECK (c <> 1)' | after
	equal "$(sql 'SELECT b FROM t1; SELECT a, b, z FROM s60')" $'5\n1|5|z'
	back_and_forth
}

run_tests
