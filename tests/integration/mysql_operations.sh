#!/bin/bash
# Operations of MySQL and MariaDB there and back, with rows in the tables: columns in their places, and what else goes
# beyond adding, changing and dropping.
# shellcheck disable=SC2154 # use_server sets them
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"

mariadb_only() {
	[[ $(server_sql 'SELECT version()') == *MariaDB* ]] || skip 'MySQL has no such thing'
}

# Everything but dbwarden's own in the server's words, columns in their order.
said() {
	MYSQL_PWD=$password mariadb-dump --no-defaults --skip-comments --no-data --routines --events \
		--ignore-table="$database.dbwarden_migrations" --ignore-table="$database.dbwarden_journal" \
		--ignore-table="$database.dbwarden_lock" -h "$host" -P "$port" -u "$user" "$database" |
		sed -E 's/ AUTO_INCREMENT=[0-9]+//; /^SET /d'
}

# The models on standard input, applied; rows can be put in then.
before() {
	[ -n "${database:-}" ] || use_server mysql
	model
	make_migration before
	has out 'Proved in a scratch database'
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

refused() { # SQL
	! server_sql "$1" 2>/dev/null || fail "the server takes: $1"
}

columns_of() { # TABLE
	server_sql "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE()
		AND table_name = '$1' ORDER BY ordinal_position" | tr '\n' ' '
}

test_columns_are_added_at_their_place() {
	before <<-'SQL'
		CREATE TABLE t (id INT PRIMARY KEY, b VARCHAR(10), c INT);
	SQL
	server_sql "INSERT INTO t VALUES (1, 'x', 2)"
	after <<-'SQL'
		CREATE TABLE t (z INT, id INT PRIMARY KEY, x INT, y INT, b VARCHAR(10), c INT, w INT);
	SQL
	equal "$(columns_of t)" 'z id x y b c w '
	equal "$(server_sql 'SELECT * FROM t')" $'NULL\t1\tNULL\tNULL\tx\t2\tNULL'
	# What comes last needs no place.
	has migrations/primary/primary__0002_after.sql 'ALTER TABLE t ADD COLUMN w int;'
	lacks migrations/primary/primary__0002_after.sql MODIFY
	back_and_forth
	# Dropped from the middle, they come back to the middle.
	said >said.before
	after <<-'SQL'
		CREATE TABLE t (id INT PRIMARY KEY, y INT, c INT);
	SQL
	back_and_forth
}

test_columns_that_move() {
	before <<-'SQL'
		CREATE TABLE t (
		    id INT AUTO_INCREMENT PRIMARY KEY, b VARCHAR(10), c INT COMMENT 'kept', d INT,
		    e INT NOT NULL DEFAULT 4, f INT AS (d + 1) VIRTUAL, g INT AS (d + 3) VIRTUAL, KEY (c)
		);
	SQL
	server_sql "INSERT INTO t (b, c, d) VALUES ('x', 2, 3)"
	# The order alone: one column moves, none changes.
	after <<-'SQL'
		CREATE TABLE t (
		    id INT AUTO_INCREMENT PRIMARY KEY, c INT COMMENT 'kept', d INT, e INT NOT NULL DEFAULT 4,
		    b VARCHAR(10), f INT AS (d + 1) VIRTUAL, g INT AS (d + 3) VIRTUAL, KEY (c)
		);
	SQL
	run 0 dbw diff --exit-code
	equal "$(columns_of t)" 'id c d e b f g '
	equal "$(grep -c MODIFY migrations/primary/primary__0002_after.sql)" 2
	has migrations/primary/primary__0002_after.plan.json 'move column t.b'
	back_and_forth
	# With everything else at once.
	said >said.before
	after --no-renames <<-'SQL'
		CREATE TABLE t (
		    n1 INT, e INT NOT NULL DEFAULT 4, g INT AS (d + 4) VIRTUAL, c BIGINT COMMENT 'kept', f INT AS (d + 2) STORED,
		    n2 INT, id INT AUTO_INCREMENT PRIMARY KEY, d INT, n3 INT AS (c) VIRTUAL, KEY (c)
		);
	SQL
	equal "$(columns_of t)" 'n1 e g c f n2 id d n3 '
	equal "$(server_sql 'SELECT id, c, d, e, f, g, n3 FROM t')" $'1\t2\t3\t4\t5\t7\t2'
	back_and_forth
	equal "$(server_sql 'SELECT id, c, d, e, f, g, n3 FROM t')" $'1\t2\t3\t4\t5\t7\t2'
}

test_a_renamed_column_keeps_its_place_unless_it_moves() {
	before <<-'SQL'
		CREATE TABLE t (a INT, b INT, c INT);
		CREATE TABLE u (a INT, b INT, c INT);
	SQL
	server_sql 'INSERT INTO t VALUES (1, 2, 3); INSERT INTO u VALUES (1, 2, 3)'
	after --rename t.b:bb --rename u.b:bb <<-'SQL'
		CREATE TABLE t (x INT, bb INT, y INT, a INT, c INT);
		CREATE TABLE u (a INT, bb INT, c INT);
	SQL
	equal "$(server_sql 'SELECT * FROM t; SELECT * FROM u')" $'NULL\t2\tNULL\t1\t3\n1\t2\t3'
	back_and_forth
	equal "$(server_sql 'SELECT * FROM t; SELECT * FROM u')" $'NULL\t2\tNULL\t1\t3\n1\t2\t3'
}

test_columns_become_computed_and_cease_to_be() {
	before <<-'SQL'
		CREATE TABLE t (
		    id INT PRIMARY KEY, b INT, plain INT, virtual_one INT AS (b + 1) VIRTUAL, stored INT AS (b + 1) STORED, other INT,
		    e INT AS (b + 2) VIRTUAL, KEY kp (plain), CONSTRAINT c CHECK (plain > 0)
		);
	SQL
	server_sql 'INSERT INTO t (id, b, plain, other) VALUES (1, 5, 2, 9)'
	after <<-'SQL'
		CREATE TABLE t (
		    id INT PRIMARY KEY, b INT, plain INT AS (b + 7) VIRTUAL, virtual_one INT NOT NULL, stored INT, other INT AS (b + 7) STORED,
		    e INT AS (b + 3) VIRTUAL, KEY kp (plain), CONSTRAINT c CHECK (plain > 0)
		);
	SQL
	# What was computed stays as the values of the rows.
	equal "$(server_sql 'SELECT * FROM t')" $'1\t5\t12\t6\t6\t12\t8'
	server_sql 'UPDATE t SET virtual_one = 60, stored = 70'
	back_and_forth
	run 0 dbw rollback
	equal "$(server_sql 'SELECT * FROM t')" $'1\t5\t12\t6\t6\t12\t7'
}

test_what_does_not_fit_is_an_error_whatever_the_mode_of_the_server() {
	before <<-'SQL'
		CREATE TABLE t (id INT PRIMARY KEY, e ENUM ('a', 'b', 'c') NOT NULL, s SET ('x', 'y'), v VARCHAR(20));
	SQL
	server_sql "INSERT INTO t VALUES (1, 'c', 'y,x', 'a long text')"
	mode=$(server_sql 'SELECT @@GLOBAL.sql_mode')
	trap 'server_sql "SET GLOBAL sql_mode = '"'$mode'"'"' EXIT
	server_sql "SET GLOBAL sql_mode = ''"
	for column in "e ENUM ('a', 'b') NOT NULL, s SET ('x', 'y'), v VARCHAR(20)" \
		"e ENUM ('a', 'b', 'c') NOT NULL, s SET ('y'), v VARCHAR(20)" \
		"e ENUM ('a', 'b', 'c') NOT NULL, s SET ('x', 'y'), v VARCHAR(5)"; do
		model <<<"CREATE TABLE t (id INT PRIMARY KEY, $column);"
		make_migration narrow --allow-destructive
		run 1 dbw migrate
		has err 'for column'
		equal "$(server_sql 'SELECT * FROM t')" $'1\tc\tx,y\ta long text'
		rm migrations/primary/*narrow*
	done
	# No row stands in the way of these.
	server_sql "UPDATE t SET e = 'b', s = 'y'"
	after --no-renames <<-'SQL'
		CREATE TABLE t (id INT PRIMARY KEY, e ENUM ('z', 'b', 'a') NOT NULL, s SET ('w', 'y'), v VARCHAR(20));
	SQL
	equal "$(server_sql 'SELECT * FROM t')" $'1\tb\ty\ta long text'
	back_and_forth
}

test_checks_that_nobody_named_are_known_by_what_they_say() {
	use_server mysql
	migration primary__0001_by_hand.sql <<-'SQL'
		-- upgrade
		CREATE TABLE t (id INT PRIMARY KEY, y INT NOT NULL DEFAULT 5 CHECK (y > 0), z INT, CHECK (y < z), CHECK (z < 100));
		-- rollback
		DROP TABLE t;
	SQL
	run 0 dbw migrate
	said >said.before
	sed -n '/^CREATE/p' migrations/primary/primary__0001_by_hand.sql >model.first
	model <model.first
	run 0 dbw make-migrations -d same
	has out 'no changes'
	run 0 dbw diff --exit-code
	# The first goes, one comes, and one is where another one was: that one stays as it is.
	after <<-'SQL'
		CREATE TABLE t (id INT PRIMARY KEY, y BIGINT NOT NULL DEFAULT 5 CHECK (y > 0), z INT, CHECK (z < 100), CHECK (z <> 3));
	SQL
	lacks migrations/primary/primary__0002_after.sql 100
	refused 'INSERT INTO t VALUES (1, 0, 1)'
	refused 'INSERT INTO t VALUES (1, 1, 3)'
	server_sql 'INSERT INTO t VALUES (1, 5, 6)'
	run 0 dbw rollback
	said >said.back
	diff <(tr -d , <said.before | sort) <(tr -d , <said.back | sort)
	run 0 dbw migrate
	# From the snapshot of that one: by the name that it has on the server.
	after <<-'SQL'
		CREATE TABLE t (id INT PRIMARY KEY, y BIGINT NOT NULL DEFAULT 5, z INT, CHECK (z <> 3));
	SQL
	server_sql 'INSERT INTO t VALUES (2, 0, 200)'
	server_sql 'DELETE FROM t WHERE id = 2'
	run 0 dbw rollback --count 2
	run 0 dbw migrate
	run 0 dbw check
	# Whoever else makes the table, in another order, makes the same.
	server_sql 'DROP TABLE t; CREATE TABLE t (id INT PRIMARY KEY, y BIGINT NOT NULL DEFAULT 5, z INT, CHECK (z <> 3))'
	run 0 dbw check
	run 0 dbw diff --exit-code
}

test_a_renamed_table_takes_the_names_along_that_the_server_gave() {
	before <<-'SQL'
		CREATE TABLE p (id INT PRIMARY KEY);
		CREATE TABLE u (id INT PRIMARY KEY, a INT, b INT, FOREIGN KEY (a) REFERENCES p (id), CHECK (b > 0), CONSTRAINT own CHECK (b < 9));
	SQL
	server_sql 'INSERT INTO p VALUES (1); INSERT INTO u VALUES (1, 1, 1)'
	after --rename-table u:users --rename users.b:c <<-'SQL'
		CREATE TABLE p (id INT PRIMARY KEY);
		CREATE TABLE users (id INT PRIMARY KEY, a INT, c INT, FOREIGN KEY (a) REFERENCES p (id), CHECK (c > 0), CONSTRAINT own CHECK (c < 9));
	SQL
	equal "$(server_sql 'SELECT * FROM users')" $'1\t1\t1'
	refused 'INSERT INTO users VALUES (2, 1, 0)'
	run 0 dbw rollback
	said >said.back
	diff <(tr -d , <said.before | sort) <(tr -d , <said.back | sort)
	run 0 dbw migrate
	run 0 dbw check
	# The names are those that a table made as it is now would have.
	after <<-'SQL'
		CREATE TABLE p (id INT PRIMARY KEY);
		CREATE TABLE users (id INT PRIMARY KEY, a INT, c INT, CONSTRAINT own CHECK (c < 9));
	SQL
}

test_other_databases_are_refused_with_their_place() {
	use_server mysql
	for text in 'CREATE TABLE other.t (id INT);' 'CREATE VIEW other.v AS SELECT 1;' 'CREATE PROCEDURE other.p() SELECT 1;' \
		'CREATE TABLE t (id INT PRIMARY KEY, CONSTRAINT f FOREIGN KEY (id) REFERENCES other.p (id));'; do
		model <<<"$text"
		run 1 dbw make-migrations -d elsewhere
		has err 'models/schema.sql:1:'
		has err 'other.'
		has err 'another database'
	done
	# One that is there is seen, whatever stands elsewhere is left alone.
	admin "CREATE DATABASE ${database}_other"
	server_sql "CREATE TABLE ${database}_other.p (id INT PRIMARY KEY);
		CREATE TABLE t (id INT PRIMARY KEY, CONSTRAINT f FOREIGN KEY (id) REFERENCES ${database}_other.p (id))"
	model <<<'CREATE TABLE t (id INT PRIMARY KEY);'
	run 3 dbw diff --exit-code
	has out 'drop foreign key f on t'
	set_key exclude_tables t
	model <<<'CREATE TABLE u (id INT PRIMARY KEY);'
	run 3 dbw diff --exit-code
	lacks out 'foreign key'
	admin "DROP TABLE $database.t; DROP DATABASE ${database}_other"
}

test_a_period_is_refused_and_not_taken_for_a_check() {
	use_server mysql
	mariadb_only
	model <<<'CREATE TABLE t (a DATE NOT NULL, b DATE NOT NULL, CONSTRAINT pp CHECK (a < b));'
	run 0 dbw make-migrations -d check
	run 0 dbw migrate
	run 0 dbw check
	server_sql 'CREATE TABLE u (a DATE, b DATE, PERIOD FOR pp (a, b))'
	run 1 dbw check
	has err "table 'u' has a PERIOD ('pp')"
}

test_values_of_columns_get_other_names_and_keep_their_rows() {
	before <<-'SQL'
		CREATE TABLE t (
		    id INT PRIMARY KEY, e ENUM ('a', 'b', 'it''s', 'c') NOT NULL DEFAULT 'b', s SET ('x', 'y', 'xy'), f ENUM ('c', 'd'),
		    touched DATETIME DEFAULT NULL ON UPDATE NOW()
		);
	SQL
	server_sql "INSERT INTO t VALUES (1, 'b', 'x,y', 'c', '2020-01-01'), (2, 'it''s', 'y,xy', 'd', '2020-01-01'), (3, 'c', NULL, NULL, NULL)"
	sed "s/'b'/'B2'/g; s/'it''s'/'that''s'/; s/'x'/'xx'/; s/ENUM ('c'/ENUM ('C'/" models/schema.sql >model.after
	cp model.after models/schema.sql
	run 3 dbw make-migrations -d after --allow-destructive
	after --rename-value t.e.b:B2 --rename-value "t.e.it's:that's" --rename-value t.s.x:xx --rename-value t.f.c:C <model.after
	equal "$(server_sql "SELECT * FROM t")" $'1\tB2\txx,y\tC\t2020-01-01 00:00:00\n2\tthat\'s\ty,xy\td\t2020-01-01 00:00:00\n3\tc\tNULL\tNULL\tNULL'
	back_and_forth
	run 0 dbw rollback
	equal "$(server_sql "SELECT * FROM t")" $'1\tb\tx,y\tc\t2020-01-01 00:00:00\n2\tit\'s\ty,xy\td\t2020-01-01 00:00:00\n3\tc\tNULL\tNULL\tNULL'
}

test_partitions_are_added_split_and_merged_where_they_are() {
	before <<-'SQL'
		CREATE TABLE t (y INT) PARTITION BY RANGE (y) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20));
		CREATE TABLE u (y INT) PARTITION BY RANGE (y) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20));
		CREATE TABLE v (y INT) PARTITION BY RANGE COLUMNS (y) (PARTITION p0 VALUES LESS THAN (10),
		    PARTITION p1 VALUES LESS THAN (20), PARTITION p2 VALUES LESS THAN (MAXVALUE));
		CREATE TABLE l (y INT) PARTITION BY LIST (y) (PARTITION p0 VALUES IN (1, 2), PARTITION p1 VALUES IN (3, 4));
		CREATE TABLE m (y INT) PARTITION BY LIST (y) (PARTITION p0 VALUES IN (1, 2), PARTITION p1 VALUES IN (3, 4));
		CREATE TABLE w (y INT);
		CREATE TABLE x (y INT) PARTITION BY HASH (y) PARTITIONS 2;
	SQL
	for table in t u v l m w x; do server_sql "INSERT INTO $table VALUES (1), (3)"; done
	after <<-'SQL'
		CREATE TABLE t (y INT) PARTITION BY RANGE (y) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20),
		    PARTITION p2 VALUES LESS THAN MAXVALUE);
		CREATE TABLE u (y INT) PARTITION BY RANGE (y) (PARTITION p0 VALUES LESS THAN (2), PARTITION `p0, (1` VALUES LESS THAN (10),
		    PARTITION p1 VALUES LESS THAN (20));
		CREATE TABLE v (y INT) PARTITION BY RANGE COLUMNS (y) (PARTITION p1 VALUES LESS THAN (20), PARTITION p2 VALUES LESS THAN (MAXVALUE));
		CREATE TABLE l (y INT) PARTITION BY LIST (y) (PARTITION p0 VALUES IN (1, 2), PARTITION px VALUES IN (7, 8), PARTITION p1 VALUES IN (3, 4));
		CREATE TABLE m (y INT) PARTITION BY LIST (y) (PARTITION p0 VALUES IN (1, 2), PARTITION p1 VALUES IN (3, 4, 5));
		CREATE TABLE w (y INT) PARTITION BY RANGE (y) (PARTITION p0 VALUES LESS THAN (2), PARTITION p1 VALUES LESS THAN MAXVALUE);
		CREATE TABLE x (y INT);
	SQL
	for table in t u v l m; do
		grep -Eq "^ALTER TABLE $table (ADD|REORGANIZE) PARTITION" migrations/primary/primary__0002_after.sql || fail "$table is written anew"
	done
	back_and_forth
	for table in t u v l m w x; do equal "$(server_sql "SELECT * FROM $table ORDER BY 1")" $'1\n3'; done
	# A row that would have no place any more keeps everything as it is.
	server_sql 'INSERT INTO t VALUES (100)'
	run 1 dbw rollback
	equal "$(server_sql 'SELECT * FROM t ORDER BY 1')" $'1\n3\n100'
}

test_compound_statements_stand_by_themselves() {
	use_server mysql
	mariadb_only
	migration primary__0001_compound.sql <<-'SQL'
		-- upgrade
		CREATE TABLE t (a INT);
		BEGIN NOT ATOMIC
		    DECLARE n INT DEFAULT 0;
		    WHILE n < 3 DO
		        SET n = n + 1;
		        INSERT INTO t VALUES (n);
		    END WHILE;
		END;
		IF (SELECT count(*) FROM t) = 3 THEN
		    INSERT INTO t VALUES (10);
		ELSE
		    INSERT INTO t VALUES (20);
		END IF;
		INSERT INTO t VALUES (4);
		-- rollback
		DROP TABLE t;
	SQL
	run 0 dbw migrate
	equal "$(server_sql 'SELECT a FROM t ORDER BY a' | tr '\n' ' ')" '1 2 3 4 10 '
	run 0 dbw rollback
}

test_indexes_get_other_names_without_being_built_again() {
	before <<-'SQL'
		CREATE TABLE p (id INT PRIMARY KEY);
		CREATE TABLE t (id INT AUTO_INCREMENT, y INT, z INT, w TEXT, UNIQUE KEY counter (id), KEY k1 (y), UNIQUE KEY u1 (z), FULLTEXT KEY f1 (w),
		    CONSTRAINT fk FOREIGN KEY (y) REFERENCES p (id) ON DELETE CASCADE);
	SQL
	server_sql "INSERT INTO p VALUES (1); INSERT INTO t VALUES (1, 1, 10, 'x')"
	after <<-'SQL'
		CREATE TABLE p (id INT PRIMARY KEY);
		CREATE TABLE t (id INT AUTO_INCREMENT, y INT, z INT, w TEXT, UNIQUE KEY counter2 (id), KEY k2 (y), UNIQUE KEY u2 (z), FULLTEXT KEY f2 (w),
		    CONSTRAINT fk FOREIGN KEY (y) REFERENCES p (id) ON DELETE CASCADE);
	SQL
	equal "$(grep -c 'RENAME INDEX' migrations/primary/primary__0002_after.sql)" 8
	lacks migrations/primary/primary__0002_after.sql DROP
	back_and_forth
	# The name of a foreign key is another matter.
	said >said.before
	after <<-'SQL'
		CREATE TABLE p (id INT PRIMARY KEY);
		CREATE TABLE t (id INT AUTO_INCREMENT, y BIGINT, z INT, w TEXT, UNIQUE KEY counter2 (id), KEY k1 (y), UNIQUE KEY u2 (z), FULLTEXT KEY f2 (w));
	SQL
	back_and_forth
}

test_columns_move_around_those_that_are_computed() {
	before <<-'SQL'
		CREATE TABLE t (x INT, v INT AS (a + 1) VIRTUAL, w INT AS (v + 1) VIRTUAL, a INT, b INT, c INT);
	SQL
	server_sql 'INSERT INTO t (a) VALUES (1)'
	after <<-'SQL'
		CREATE TABLE t (x INT, a INT, b INT, c INT, v INT AS (a + 1) VIRTUAL, w INT AS (v + 1) VIRTUAL);
	SQL
	equal "$(columns_of t)" 'x a b c v w '
	back_and_forth
	equal "$(server_sql 'SELECT a, v, w FROM t')" $'1\t2\t3'
}

test_values_get_other_names_in_columns_that_move() {
	before <<<"CREATE TABLE t (c ENUM ('a', 'b', 'c') NOT NULL, b BIGINT);"
	server_sql "INSERT INTO t VALUES ('c', 1)"
	after --rename-value t.c.c:d <<<"CREATE TABLE t (b BIGINT, c ENUM ('a', 'b', 'd') NOT NULL);"
	equal "$(server_sql 'SELECT * FROM t')" $'1\td'
	back_and_forth
}

test_names_that_nobody_gave_fit_a_long_table() {
	before <<-'SQL'
		CREATE TABLE t_with_a_name_that_is_as_long_as_a_name_can_be_and_no_longer_xxx (
		    a INT, b INT CHECK (b > 0), UNIQUE KEY u (a),
		    FOREIGN KEY (b) REFERENCES t_with_a_name_that_is_as_long_as_a_name_can_be_and_no_longer_xxx (a)
		);
	SQL
	run 0 dbw check
	after <<<'CREATE TABLE t_with_a_name_that_is_as_long_as_a_name_can_be_and_no_longer_xxx (a INT, b INT, UNIQUE KEY u (a));'
	back_and_forth
}

test_renamed_columns_that_checks_and_partitions_speak_of() {
	before <<-'SQL'
		CREATE TABLE j (a INT, doc JSON, b INT, c INT, CHECK (b > 0), CHECK (b < 9 OR c < 9), KEY (b));
		CREATE TABLE p (old INT NOT NULL, x INT, CHECK (old > 0)) PARTITION BY RANGE (old) (PARTITION p0 VALUES LESS THAN (2), PARTITION p1 VALUES LESS THAN MAXVALUE);
		CREATE VIEW v AS SELECT j.a, p.x FROM j, p;
	SQL
	server_sql "INSERT INTO j VALUES (1, '{}', 2, 3); INSERT INTO p VALUES (1, 2)"
	after --rename j.doc:body --rename j.b:bb --rename p.old:fresh <<-'SQL'
		CREATE TABLE j (a BIGINT, body JSON, bb INT, c INT, CHECK (bb > 0), CHECK (bb < 9 OR c < 9), KEY b (bb));
		CREATE TABLE p (fresh INT NOT NULL, x BIGINT, CHECK (fresh > 0)) PARTITION BY RANGE (fresh) (PARTITION p0 VALUES LESS THAN (2), PARTITION p1 VALUES LESS THAN MAXVALUE);
		CREATE VIEW v AS SELECT j.a, p.x FROM j, p;
	SQL
	lacks migrations/primary/primary__0002_after.sql PARTITION
	back_and_forth
	equal "$(server_sql 'SELECT * FROM j; SELECT * FROM p')" $'1\t{}\t2\t3\n1\t2'
}

run_tests
