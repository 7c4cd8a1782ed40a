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

run_tests
