#!/bin/bash
# make-migrations: what changes is seen, what does not change is not, and nobody's data is lost.
. "$(dirname "$0")/lib.sh"

# change FROM TO [OPTION...]: migrates a database from the one model to the other, and checks that the
# next make-migrations finds nothing, in the models and in the database's own text.
first_model() {
	project
	model
	make_migration first
	run 0 dbw migrate
}

next_model() {
	model
	make_migration next "$@"
	run 0 dbw migrate
	run 0 dbw make-migrations -d again
	has out "no changes"
}

back_and_forth() { # after next_model: the way back restores, the way forth leads here again
	here=$(schema_of app.db | tr -s ' \n' ' ')
	run 0 dbw rollback
	run 0 dbw migrate
	equal "$(schema_of app.db | tr -s ' \n' ' ')" "$here"
}

test_a_second_run_finds_nothing() {
	first_model <<-'SQL'
		CREATE TABLE a (id INTEGER PRIMARY KEY, n int default 0, s varchar (20) DEFAULT 'x', UNIQUE (n, s));
		CREATE TABLE b (id integer primary key autoincrement not null, u TEXT UNIQUE,
		    at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, f REAL DEFAULT (1.0 + 2), e TEXT DEFAULT (''),
		    minus INT DEFAULT -1, flag BOOLEAN NOT NULL DEFAULT FALSE, nothing TEXT DEFAULT NULL);
		CREATE TABLE c (x NOT NULL, y COLLATE NOCASE, PRIMARY KEY (x, y)) WITHOUT ROWID;
		CREATE TABLE d (id INTEGER PRIMARY KEY, a_id INT REFERENCES a ON DELETE CASCADE, CHECK (a_id > 0)) STRICT;
		CREATE VIEW v AS SELECT a.n FROM a JOIN b ON a.id = b.id;
		CREATE INDEX i ON b (lower(u), at DESC) WHERE flag;
		CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET n = 1 WHERE id = new.id; END;
		CREATE VIRTUAL TABLE fts USING fts5(body);
	SQL
	run 0 dbw make-migrations -d again
	has out "no changes"
	equal "$(ls migrations/primary/*.sql | wc -l)" 1
	# And the same without the snapshot, by replay.
	rm -r .dbwarden
	run 0 dbw make-migrations -d again
	has out "no changes"
}

test_no_change_writes_nothing() {
	first_model <<<'CREATE TABLE a (x);'
	before=$(find . -type f | sort | xargs sha256sum)
	run 0 dbw make-migrations -d again
	equal "$(find . -type f | grep -vE '^./(out|err)$' | sort | xargs sha256sum)" \
		"$(echo "$before" | grep -vE ' ./(out|err)$')"
}

test_foreign_keys_from_the_first_migration_whatever_the_order() {
	project
	model <<-'SQL'
		CREATE TABLE aaa (id INTEGER PRIMARY KEY, z INT NOT NULL REFERENCES zzz (id), self INT REFERENCES aaa (id));
		CREATE TABLE zzz (id INTEGER PRIMARY KEY, a INT REFERENCES aaa (id) ON DELETE SET NULL);
	SQL
	make_migration first
	run 0 dbw migrate
	equal "$(sql "SELECT count(*) FROM pragma_foreign_key_list('aaa')")" 2
	equal "$(sql "SELECT on_delete FROM pragma_foreign_key_list('zzz')")" "SET NULL"
	run 0 dbw rollback
	equal "$(schema_of app.db)" ""
}

test_every_change_of_a_column_is_seen() {
	for change in "n VARCHAR(10)|n VARCHAR(20)" "n INT|n BIGINT" "n INT|n INT NOT NULL DEFAULT 0" \
		"n INT NOT NULL DEFAULT 0|n INT" "n INT DEFAULT 1|n INT DEFAULT 2" "n INT DEFAULT 1|n INT" \
		"n TEXT DEFAULT 'a'|n TEXT DEFAULT 'it''s'" "n TEXT|n TEXT COLLATE NOCASE" \
		"n NUMERIC(10,2)|n NUMERIC(12,2)" "n TIMESTAMP|n TIMESTAMP DEFAULT CURRENT_TIMESTAMP" \
		"n INT CHECK (n > 0)|n INT CHECK (n > 1)" "n INT|n INT UNIQUE" "n INT UNIQUE|n INT" \
		"n INT REFERENCES o (id)|n INT REFERENCES o (id) ON DELETE CASCADE" \
		"n INT REFERENCES o (id)|n INT REFERENCES o (id) DEFERRABLE INITIALLY DEFERRED" \
		"n INT|n INT GENERATED ALWAYS AS (id + 1) VIRTUAL" \
		"n INT AS (id + 1) STORED|n INT AS (id + 2) STORED" \
		"n INT|n INT, CONSTRAINT c CHECK (n <> 3)"; do
		rm -rf ./* .dbwarden
		first_model <<<"CREATE TABLE o (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY, ${change%|*});"
		sql "INSERT INTO t (id) VALUES (7)"
		next_model <<<"CREATE TABLE o (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY, ${change#*|});"
		equal "$(ls migrations/primary/*.sql | wc -l)" 2
		equal "$(sql "SELECT id FROM t")" 7
		back_and_forth
		equal "$(sql "SELECT id FROM t")" 7
	done
}

test_a_rebuild_keeps_rows_indexes_triggers_views_and_children() {
	first_model <<-'SQL'
		CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, n INT);
		CREATE TABLE child (id INTEGER PRIMARY KEY, p INT NOT NULL REFERENCES parent (id) ON DELETE CASCADE);
		CREATE INDEX parent_name ON parent (name);
		CREATE TABLE log (x);
		CREATE TRIGGER tr AFTER INSERT ON parent BEGIN INSERT INTO log VALUES (new.name); END;
		CREATE TRIGGER other AFTER INSERT ON child BEGIN UPDATE parent SET n = n + 1 WHERE id = new.p; END;
		CREATE VIEW v AS SELECT name FROM parent;
	SQL
	sql "INSERT INTO parent (name, n) VALUES ('a', 1), ('b', 2), ('c', 3); DELETE FROM parent WHERE name = 'c';
		INSERT INTO child (p) VALUES (1), (2), (2)"
	next_model <<-'SQL'
		CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL DEFAULT '', n BIGINT CHECK (n > 0));
		CREATE TABLE child (id INTEGER PRIMARY KEY, p INT NOT NULL REFERENCES parent (id) ON DELETE CASCADE);
		CREATE INDEX parent_name ON parent (name);
		CREATE TABLE log (x);
		CREATE TRIGGER tr AFTER INSERT ON parent BEGIN INSERT INTO log VALUES (new.name); END;
		CREATE TRIGGER other AFTER INSERT ON child BEGIN UPDATE parent SET n = n + 1 WHERE id = new.p; END;
		CREATE VIEW v AS SELECT name FROM parent;
	SQL
	equal "$(sql "SELECT group_concat(name || n) FROM parent")" "a2,b4"
	equal "$(sql "SELECT count(*) FROM child")" 3
	sql "INSERT INTO parent (name, n) VALUES ('d', 9)"
	equal "$(sql "SELECT max(id) FROM parent")" 4
	equal "$(sql "SELECT group_concat(x) FROM log")" "a,b,c,d"
	equal "$(sql "SELECT group_concat(name) FROM v")" "a,b,d"
	equal "$(sql "SELECT count(*) FROM sqlite_schema WHERE name IN ('parent_name', 'tr', 'other', 'v')")" 4
	if sql "INSERT INTO parent (name, n) VALUES ('e', 0)" 2>/dev/null; then fail "the CHECK is not there"; fi
	back_and_forth
	equal "$(sql "SELECT count(*) FROM parent")" 3
	equal "$(sql "SELECT count(*) FROM child")" 3
}

test_rows_that_break_a_foreign_key_stop_the_migration() {
	first_model <<<'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p INT);'
	sql "INSERT INTO c (p) VALUES (5)"
	model <<<'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p INT REFERENCES p (id));'
	make_migration next
	run 1 dbw migrate
	has err "foreign key"
	has err "'c'"
	equal "$(sql "SELECT p FROM c")" 5
	equal "$(sql "SELECT count(*) FROM pragma_foreign_key_list('c')")" 0
}

test_a_dropped_column_comes_back_when_it_is_added_again() {
	first_model <<<'CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT NOT NULL DEFAULT '"'x'"'); CREATE INDEX i ON t (n);'
	before=$(sql "SELECT name, type, \"notnull\", dflt_value FROM pragma_table_info('t')")
	next_model <<<'CREATE TABLE t (id INTEGER PRIMARY KEY);'
	equal "$(sql "SELECT count(*) FROM pragma_table_info('t')")" 1
	run 0 dbw rollback
	equal "$(sql "SELECT name, type, \"notnull\", dflt_value FROM pragma_table_info('t')")" "$before"
	equal "$(sql "SELECT count(*) FROM sqlite_schema WHERE name = 'i'")" 1
	run 0 dbw migrate
	next_model <<<'CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT NOT NULL DEFAULT '"'x'"'); CREATE INDEX i ON t (n);'
	equal "$(sql "SELECT name, type, \"notnull\", dflt_value FROM pragma_table_info('t')")" "$before"
}

test_a_dropped_table_comes_back_whole() {
	first_model <<-'SQL'
		CREATE TABLE p (id INTEGER PRIMARY KEY);
		CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n TEXT NOT NULL DEFAULT 'x', p INT REFERENCES p (id), UNIQUE (n));
		CREATE INDEX i ON t (p) WHERE n > 'a';
		CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM p; END;
	SQL
	before=$(schema_of app.db)
	next_model <<<'CREATE TABLE p (id INTEGER PRIMARY KEY);'
	run 0 dbw rollback
	equal "$(schema_of app.db)" "$before"
}

test_a_renamed_column_keeps_its_data() {
	first_model <<<"CREATE TABLE t (id INTEGER PRIMARY KEY, mail TEXT, CHECK (mail <> '')); CREATE INDEX i ON t (mail) WHERE mail > 1;"
	sql "INSERT INTO t (mail) VALUES ('a@b')"
	model <<<"CREATE TABLE t (id INTEGER PRIMARY KEY, email TEXT, CHECK (email <> '')); CREATE INDEX i ON t (email) WHERE email > 1;"
	run 3 dbw make-migrations -d rename
	has out "--rename t.mail:email"
	equal "$(ls migrations/primary/*.sql | wc -l)" 1
	make_migration rename --rename t.mail:email
	run 0 dbw migrate
	equal "$(sql "SELECT email FROM t")" "a@b"
	run 0 dbw make-migrations -d again
	has out "no changes"
	back_and_forth
	equal "$(sql "SELECT email FROM t")" "a@b"
}

test_a_hint_in_the_model_renames_too() {
	first_model <<<'CREATE TABLE t (id INTEGER PRIMARY KEY, mail TEXT);'
	sql "INSERT INTO t (mail) VALUES ('a@b')"
	next_model <<-'SQL'
		CREATE TABLE t (
		    id INTEGER PRIMARY KEY,
		    email TEXT -- dbwarden: renamed-from mail
		);
	SQL
	equal "$(sql "SELECT email FROM t")" "a@b"
}

test_without_a_rename_it_is_a_drop_and_an_add() {
	first_model <<<'CREATE TABLE t (id INTEGER PRIMARY KEY, mail TEXT);'
	next_model --no-renames <<<'CREATE TABLE t (id INTEGER PRIMARY KEY, email TEXT);'
	equal "$(sql "SELECT group_concat(name) FROM pragma_table_info('t')")" "id,email"
}

test_rename_table_gives_one_rename_and_nothing_more() {
	first_model <<-'SQL'
		CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);
		CREATE TABLE orders (id INTEGER PRIMARY KEY, p INT REFERENCES people (id));
		CREATE TABLE other (id INTEGER PRIMARY KEY, a TEXT, b TEXT);
	SQL
	sql "INSERT INTO people (name) VALUES ('a'); INSERT INTO orders (p) VALUES (1)"
	model <<-'SQL'
		CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
		CREATE TABLE orders (id INTEGER PRIMARY KEY, p INT REFERENCES users (id));
		CREATE TABLE another (id INTEGER PRIMARY KEY, a TEXT, b TEXT);
	SQL
	run 3 dbw make-migrations -d rename --rename-table people:users
	has out "--rename-table other:another"
	lacks out "people"
	run 0 dbw make-migrations -d rename --rename-table people:users --no-renames --json
	equal "$(json out operations | grep -o '"operation"' | wc -l)" 3
	run 0 dbw migrate
	equal "$(sql "SELECT name FROM users")" a
	equal "$(sql "SELECT \"table\" FROM pragma_foreign_key_list('orders')")" users
	run 0 dbw make-migrations -d again
	has out "no changes"
	run 0 dbw rollback
	equal "$(sql "SELECT name FROM people")" a
	equal "$(sql "SELECT count(*) FROM other")" 0
}

test_a_rename_that_fits_nothing_is_an_error() {
	first_model <<<'CREATE TABLE t (id INTEGER PRIMARY KEY, mail TEXT);'
	model <<<'CREATE TABLE t (id INTEGER PRIMARY KEY, email TEXT);'
	run 2 dbw make-migrations -d x --rename t.nope:email
	has err nope
	run 2 dbw make-migrations -d x --rename nope.mail:email
	run 2 dbw make-migrations -d x --rename mail:email
	has err TABLE.OLD:NEW
}

test_reserved_words_and_mixed_case_are_quoted_both_ways() {
	first_model <<-'SQL'
		CREATE TABLE "Order" ("Group" TEXT DEFAULT 'it''s; "x"', [select] INT, `from``x` INT, PRIMARY KEY ("Group"));
		CREATE INDEX "Index" ON "Order" ("select" DESC);
	SQL
	sql "INSERT INTO \"Order\" (\"select\") VALUES (1)"
	next_model <<-'SQL'
		CREATE TABLE "Order" ("Group" TEXT DEFAULT 'it''s; "x"', "select" BIGINT, "from`x" INT, "a""b" TEXT DEFAULT 'käse', PRIMARY KEY ("Group"));
		CREATE INDEX "Index" ON "Order" ("select");
		CREATE TABLE "table" ("where" INT REFERENCES "Order" ("Group"));
	SQL
	equal "$(sql "SELECT \"Group\" FROM \"Order\"")" "it's; \"x\""
	back_and_forth
	run 0 dbw rollback --to-version 0
	equal "$(schema_of app.db)" ""
}

test_output_is_the_same_on_every_run() {
	for n in 1 2; do
		mkdir $n
		(
			cd $n
			project
			model <<-'SQL'
				CREATE TABLE b (id INTEGER PRIMARY KEY, a INT REFERENCES a (id));
				CREATE TABLE a (id INTEGER PRIMARY KEY);
				CREATE INDEX y ON b (a);
				CREATE INDEX x ON b (id, a);
			SQL
			[ $n = 1 ] || tac models/schema.sql >models/other.sql
			[ $n = 1 ] || rm models/schema.sql
			make_migration first
			model <<<'CREATE TABLE b (id INTEGER PRIMARY KEY, a BIGINT); CREATE TABLE c (x);'
			rm -f models/other.sql
			make_migration second --no-renames
			rm out err
		)
	done
	diff -r 1/migrations 2/migrations
	diff -r 1/.dbwarden 2/.dbwarden
}

test_a_deleted_or_unapplied_file_is_not_taken_for_fact() {
	first_model <<<'CREATE TABLE t (a);'
	model <<<'CREATE TABLE t (a, b);'
	make_migration second
	rm migrations/primary/primary__0002_second.sql
	make_migration second
	has migrations/primary/primary__0002_second.sql "ADD COLUMN"
	run 0 dbw migrate
	equal "$(sql "SELECT group_concat(name) FROM pragma_table_info('t')")" "a,b"
}

test_an_edited_file_is_replayed_not_its_snapshot() {
	project
	model <<<'CREATE TABLE t (a);'
	make_migration first
	sed -i 's/^-- rollback/CREATE TABLE extra (x);\n-- rollback\nDROP TABLE extra;/' migrations/primary/*.sql
	model <<<'CREATE TABLE t (a); CREATE TABLE extra (x);'
	run 0 dbw make-migrations -d again
	has out "no changes"
}

test_a_hand_written_migration_is_part_of_the_base() {
	first_model <<<'CREATE TABLE t (a);'
	migration 0002_hand.sql <<<$'-- upgrade\nCREATE TABLE hand (x);\n-- rollback\nDROP TABLE hand;'
	run 0 dbw make-migrations -d third
	has out "drop table hand"
}

test_a_damaged_snapshot_is_noticed_and_replayed() {
	first_model <<<'CREATE TABLE t (a);'
	for damage in 's/"a"/"z"/' 's/{/[/' '$d'; do
		cp .dbwarden/snapshots/primary/0001.json saved
		sed -i "$damage" .dbwarden/snapshots/primary/0001.json
		run 0 dbw make-migrations -d again
		has out "no changes"
		has err "replay"
		mv saved .dbwarden/snapshots/primary/0001.json
	done
}

test_two_generators_at_once_never_share_a_number() {
	project
	model <<<'CREATE TABLE t (a);'
	for n in 1 2 3 4 5 6; do
		dbw make-migrations -d "run $n" >"out$n" 2>"err$n" &
		dbw new "hand $n" >/dev/null 2>&1 &
	done
	wait
	equal "$(ls migrations/primary/*.sql | sed 's/.*primary__\([0-9]*\)_.*/\1/' | sort | uniq -d)" ""
	run 0 dbw migrate
}

test_own_tables_are_never_part_of_it() {
	first_model <<<'CREATE TABLE t (a);'
	rm -r .dbwarden
	run 0 dbw make-migrations -d again
	lacks out dbwarden_
	has out "no changes"
}

test_what_cannot_be_read_is_an_error_with_its_place() {
	project
	for text in 'CREATE TABLE t (a,)' 'CREATE TABLE t (a INT b' 'CREATE TABEL t (a)' 'CREATE TABLE t ()' \
		"CREATE TABLE t (a DEFAULT)" "CREATE TABLE t (a CHECK (a > 0)" 'nonsense' 'DROP TABLE t' \
		'CREATE TABLE t (a); CREATE TABLE t (b)' 'CREATE INDEX i ON missing (a)' \
		'CREATE TABLE t (a, A)' 'CREATE TABLE t AS SELECT 1' "CREATE TABLE t (a TEXT 'oops)"; do
		printf -- '-- a line\n%s;\n' "$text" >models/schema.sql
		got=0
		dbw make-migrations -d x >out 2>err || got=$?
		[ "$got" = 1 ] || [ "$got" = 2 ] || fail "status $got for: $text"
		grep -qE 'models/schema.sql:2:[0-9]+: ' err || fail "no place for '$text': $(cat err)"
		[ ! -e migrations/primary/primary__0001_x.sql ]
	done
}

test_bad_bytes_in_models() {
	project
	printf 'CREATE TABLE t (a);\n\000' >models/schema.sql
	run 1 dbw make-migrations -d x
	has err models/schema.sql:2:1
	printf 'CREATE TABLE t (a\377);\n' >models/schema.sql
	run 1 dbw make-migrations -d x
	has err models/schema.sql:1:18
}

test_a_dump_as_models_skips_its_data_with_a_note() {
	project
	model <<-'SQL'
		PRAGMA foreign_keys=OFF;
		BEGIN TRANSACTION;
		DROP TABLE IF EXISTS t;
		CREATE TABLE t (a);
		INSERT INTO t VALUES ('CREATE TABLE x (y);');
		INSERT INTO t VALUES (2);
		COMMIT;
	SQL
	make_migration first
	has err "2 data statements"
	has err "1 DROP"
	run 0 dbw migrate
	equal "$(sql "SELECT count(*) FROM t")" 0
}

test_a_model_of_ten_megabytes() {
	project
	{
		echo 'CREATE TABLE t (a);'
		yes "INSERT INTO t VALUES ('some text that makes the line about a hundred bytes long; and a semicolon in it');" |
			head -c 10000000 | sed '$d'
	} >models/schema.sql
	make_migration first
	run 0 dbw migrate
}

test_broken_views_do_not_pass_the_proof() {
	project
	model <<<'CREATE TABLE t (a); CREATE VIEW v AS SELECT missing FROM t;'
	run 1 dbw make-migrations -d x
	has err "'v'"
	equal "$(ls migrations/primary)" ""
	run 0 dbw make-migrations -d x --no-verify
	has out "not proved"
}

test_a_plan_writes_nothing() {
	project
	model <<<'CREATE TABLE t (a);'
	run 0 dbw make-migrations -d first --plan
	has out "create table t"
	has out "CREATE TABLE t"
	equal "$(ls migrations/primary)" ""
	[ ! -e .dbwarden ]
}

test_views_follow_a_changed_column() {
	first_model <<<'CREATE TABLE t (a INT, b INT); CREATE VIEW v AS SELECT a, b FROM t; CREATE VIEW w AS SELECT a FROM v;'
	sql "INSERT INTO t VALUES (1, 2)"
	next_model <<<'CREATE TABLE t (a TEXT); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM v;'
	equal "$(sql "SELECT a FROM w")" 1
	back_and_forth
}

test_an_interrupted_run_leaves_the_whole_set_or_nothing() {
	project
	model <<<'CREATE TABLE t (a);'
	for n in $(seq 1 40); do
		rm -rf migrations .dbwarden
		mkdir -p migrations/primary
		timeout -s KILL "0.00$((n / 10))$((n % 10))" "$BUILD/dbwarden" make-migrations -d first >/dev/null 2>&1 || :
		if ls migrations/primary/*.sql >/dev/null 2>&1; then
			[ -e migrations/primary/primary__0001_first.plan.json ]
			[ -e .dbwarden/snapshots/primary/0001.json ]
		else
			make_migration first
			[ -e migrations/primary/primary__0001_first.sql ]
		fi
	done
	# The same at every rename in turn, where it matters.
	command -v strace >/dev/null || return 0
	for n in 1 2 3; do
		rm -rf migrations .dbwarden
		mkdir -p migrations/primary
		strace -f -o /dev/null -e trace=rename,renameat,renameat2 \
			-e "inject=rename,renameat,renameat2:signal=KILL:when=$n" \
			"$BUILD/dbwarden" make-migrations -d first >/dev/null 2>&1 || :
		[ $n = 3 ] || [ ! -e migrations/primary/primary__0001_first.sql ]
		rm -f migrations/primary/primary__0001_first.sql
		make_migration first
		equal "$(ls migrations/primary)" "primary__0001_first.plan.json
primary__0001_first.sql"
	done
}

run_tests
