#!/bin/bash
# What can lose data is written on demand alone: make-migrations refuses it without --allow-destructive, and
# knows in every dialect which changes are such.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"
. "$(dirname "$0")/dialects_lib.sh"

listing() { find migrations .dbwarden -type f | LC_ALL=C sort; }

users='CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(255), fax VARCHAR(20));'
fewer='CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(255));'

body_a_drop_is_refused_and_nothing_written() {
	local before
	model <<<"$users CREATE TABLE old (a INTEGER);"
	make_migration first
	before=$(listing)
	model <<<"$fewer"
	run 3 dbw make-migrations -d second
	has out 'nothing was written'
	has out 'drop column users.fax: the column with all its values'
	has out 'drop table old: the table with all its rows'
	has out '--allow-destructive'
	equal "$(listing)" "$before"
	run 3 dbw make-migrations -d second --json
	equal "$(json out outcome)" destructive
	equal "$(json out file)" null
	equal "$(json out operations | grep -o '"loses_data": true' | wc -l)" 2
	equal "$(listing)" "$before"
	run 0 dbw make-migrations -d second --plan
	has out 'DROP TABLE old'
	equal "$(listing)" "$before"
	make_migration second --allow-destructive
	has out '(loses data)'
	run 0 dbw migrate
	run 0 dbw make-migrations -d again
	has out 'no changes'
}

# A program on a terminal of its own; what it shows is in ./out.
on_terminal() { # STATUS COMMAND...
	local wanted=$1
	shift
	python3 - "$wanted" "$BUILD/dbwarden" "$@" <<'PYTHON'
import os, pty, sys
with open("out", "wb") as out:
    def read(fd):
        data = os.read(fd, 4096)
        out.write(data)
        return data
    status = os.waitstatus_to_exitcode(pty.spawn(sys.argv[2:], read, lambda fd: b""))
sys.exit(0 if status == int(sys.argv[1]) else "exit status %d" % status)
PYTHON
}

test_a_terminal_makes_no_difference() {
	project
	model <<<"$users"
	make_migration first
	model <<<"$fewer"
	on_terminal 3 make-migrations -d second
	has out 'drop column users.fax'
	has out '--allow-destructive'
	equal "$(find migrations -name '*.sql' | wc -l)" 1
}

test_a_rename_is_asked_before_anything_is_called_a_loss() {
	project
	model <<<'CREATE TABLE t (id INTEGER PRIMARY KEY, mail TEXT);'
	make_migration first
	model <<<'CREATE TABLE t (id INTEGER PRIMARY KEY, email TEXT);'
	run 3 dbw make-migrations -d second
	has out '--rename t.mail:email'
	lacks out '--allow-destructive'
	run 3 dbw make-migrations -d second --no-renames
	has out '--allow-destructive'
	run 0 dbw make-migrations -d second --rename t.mail:email
}

# Lines 'WORD COLUMN > COLUMN', where WORD is 'loses' or 'keeps': a table for each, and what the plan says of it.
# Nothing behind '>' is a column that is dropped.
judge() {
	local n=0 word rest expected=''
	: >before.sql
	: >after.sql
	while read -r word rest; do
		n=$((n + 1))
		echo "CREATE TABLE t$n (id INTEGER NOT NULL PRIMARY KEY, ${rest%% >*});" >>before.sql
		rest=${rest#*>}
		echo "CREATE TABLE t$n (id INTEGER NOT NULL PRIMARY KEY${rest:+,}${rest});" >>after.sql
		expected+="$n $word"$'\n'
	done
	model <before.sql
	make_migration first --no-verify
	model <after.sql
	run 0 dbw make-migrations -d second --plan --no-verify --json
	equal "$(python3 - <<'PYTHON'
import json, re
losses = {}
for one in json.load(open("out"))["operations"]:
    for table in re.findall(r"\bt(\d+)\b", one["operation"]):
        losses[int(table)] = losses.get(int(table), False) or one["loses_data"]
        assert one["loses_data"] == bool(one["loss"]), one
for table, loses in sorted(losses.items()):
    print(table, "loses" if loses else "keeps")
PYTHON
)"$'\n' "$expected"
}

test_sqlite_knows_what_narrows() {
	project
	judge <<-'CASES'
		loses c TEXT >
		keeps c INTEGER AS (id + 1) VIRTUAL >
		keeps c VARCHAR(255) > c VARCHAR(100)
		keeps c INTEGER > c TEXT
		loses c TEXT > c INTEGER
		loses c REAL > c TEXT
		loses c INTEGER > c REAL
		keeps c REAL > c INTEGER
		keeps c INTEGER > c NUMERIC(10, 2)
		keeps c TEXT > c BLOB
		keeps c TEXT > c TEXT NOT NULL DEFAULT ''
		keeps c TEXT NOT NULL > c TEXT
		loses c INTEGER > c INTEGER AS (id + 1) STORED
	CASES
}

test_postgresql_knows_what_narrows() {
	use_server postgresql
	judge <<-'CASES'
		loses c text >
		keeps c integer GENERATED ALWAYS AS (id + 1) STORED >
		loses c varchar(255) > c varchar(100)
		keeps c varchar(100) > c varchar(255)
		keeps c varchar(100) > c text
		loses c text > c varchar(100)
		loses c bigint > c integer
		keeps c integer > c bigint
		keeps c integer > c numeric(10, 0)
		loses c integer > c numeric(9, 0)
		keeps c numeric(10, 2) > c numeric(12, 2)
		loses c numeric(10, 2) > c numeric(10, 4)
		loses c numeric(10, 2) > c numeric(12, 1)
		loses c numeric > c numeric(20, 2)
		keeps c numeric(20, 2) > c numeric
		loses c numeric(9, 2) > c integer
		keeps c numeric(9, 0) > c integer
		loses c double precision > c real
		keeps c real > c double precision
		keeps c integer > c double precision
		loses c bigint > c double precision
		loses c integer > c real
		loses c timestamptz > c date
		loses c timestamp > c date
		keeps c date > c timestamp
		keeps c timestamp > c timestamptz
		loses c timestamptz > c timestamp
		loses c timestamptz > c timestamptz(0)
		keeps c timestamptz(0) > c timestamptz
		keeps c boolean > c integer
		loses c integer > c boolean
		keeps c uuid > c varchar(36)
		loses c uuid > c varchar(35)
		loses c text > c integer
		keeps c integer > c text
		keeps c json > c text
		loses c json > c jsonb
		loses c integer[] > c smallint[]
		keeps c smallint[] > c integer[]
		keeps c text > c text NOT NULL
		keeps c text DEFAULT 'a' > c text DEFAULT 'b'
		keeps c text > c text COLLATE "C"
		loses c serial > c integer
	CASES
}

test_mysql_knows_what_narrows() {
	use_server mysql
	judge <<-'CASES'
		loses c text >
		keeps c integer AS (id + 1) VIRTUAL >
		loses c varchar(255) > c varchar(100)
		keeps c varchar(100) > c varchar(255)
		keeps c varchar(100) > c text
		loses c text > c varchar(100)
		loses c bigint > c int
		keeps c int > c bigint
		loses c int > c int unsigned
		loses c int unsigned > c int
		keeps c int unsigned > c bigint
		loses c bigint > c bigint unsigned
		keeps c int > c decimal(10, 0)
		loses c int > c decimal(9, 0)
		keeps c decimal(10, 2) > c decimal(12, 2)
		loses c decimal(10, 2) > c decimal(10, 4)
		loses c double > c float
		keeps c float > c double
		loses c datetime > c date
		keeps c date > c datetime
		loses c datetime > c timestamp
		keeps c timestamp > c datetime
		loses c datetime(6) > c datetime
		keeps c datetime > c datetime(6)
		loses c enum('a', 'b', 'c') > c enum('a', 'c')
		keeps c enum('a', 'b') > c enum('b', 'c', 'a')
		keeps c enum('it''s', 'b') > c enum('b', 'it''s', 'c')
		keeps c enum('a', 'b') > c varchar(255)
		loses c varchar(20) > c enum('a', 'b')
		loses c set('a', 'b') > c set('a')
		keeps c varchar(20) CHARACTER SET latin1 > c varchar(20) CHARACTER SET utf8mb4
		loses c varchar(20) CHARACTER SET utf8mb4 > c varchar(20) CHARACTER SET latin1
		keeps c int > c varchar(11)
		loses c int > c varchar(10)
		loses c varchar(10) > c int
		keeps c int > c int NOT NULL
		keeps c varchar(10) DEFAULT 'a' > c varchar(10) DEFAULT 'b'
		loses c blob > c varbinary(10)
		keeps c varbinary(10) > c blob
	CASES
}

test_what_has_a_value_and_is_no_table_on_postgresql() {
	use_server postgresql
	model <<-'SQL'
		CREATE SEQUENCE numbers;
		CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
		CREATE DOMAIN amount AS numeric(10, 2) CHECK (VALUE > 0);
		CREATE TYPE place AS (street text, town text);
		CREATE TABLE t (id integer PRIMARY KEY, m mood, a amount, p place);
		CREATE VIEW v AS SELECT id FROM t;
		CREATE MATERIALIZED VIEW mv AS SELECT id FROM t;
		CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
		CREATE INDEX i ON t (m);
	SQL
	make_migration first --no-verify
	# More values, another check, one attribute more, no views, routines and indexes: nothing is lost.
	model <<-'SQL'
		CREATE SEQUENCE numbers INCREMENT 2;
		CREATE TYPE mood AS ENUM ('sad', 'ok', 'good', 'happy');
		CREATE DOMAIN amount AS numeric(10, 2) CHECK (VALUE > 1);
		CREATE TYPE place AS (street text, town text, country text);
		CREATE TABLE t (id integer PRIMARY KEY, m mood, a amount, p place);
	SQL
	make_migration second --no-verify
	model <<-'SQL'
		CREATE TYPE mood AS ENUM ('sad', 'good', 'happy');
		CREATE DOMAIN amount AS numeric(10, 1) CHECK (VALUE > 1);
		CREATE TYPE place AS (street text, country text);
		CREATE TABLE t (id integer PRIMARY KEY, m mood, a amount, p place);
	SQL
	run 3 dbw make-migrations -d third --no-verify
	has out "drop sequence numbers: how far it has counted"
	has out "alter enum mood: the value 'ok'"
	has out "alter domain amount: "
	has out "alter composite type place: "
	make_migration third --no-verify --allow-destructive
}

test_a_table_that_loses_something_on_mysql() {
	use_server mysql
	model <<-'SQL'
		CREATE TABLE words (id INTEGER PRIMARY KEY, w VARCHAR(20)) CHARSET utf8mb4;
		CREATE TABLE numbers (id INTEGER PRIMARY KEY, n INTEGER) CHARSET utf8mb4;
	SQL
	make_migration first --no-verify
	model <<-'SQL'
		CREATE TABLE words (id INTEGER PRIMARY KEY, w VARCHAR(20)) CHARSET latin1;
		CREATE TABLE numbers (id INTEGER PRIMARY KEY, n INTEGER) CHARSET latin1;
	SQL
	run 3 dbw make-migrations -d second --no-verify
	has out 'alter table words: characters that'
	lacks out 'numbers'
}

on_all_dialects
run_tests
