#!/bin/bash
# What the plan says of locks and rewritten tables is what the server does: each change runs in a transaction that is
# looked at before it ends.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"

# The strongest lock that the statements on standard input hold on table t, and whether t got a new file.
really_postgresql() {
	{
		echo "SELECT pg_relation_filenode('t') AS before \\gset"
		echo 'BEGIN;'
		cat
		cat <<-'SQL'
			SELECT mode || CASE WHEN pg_relation_filenode('t') = :before THEN '' ELSE ' rewritten' END FROM pg_locks
			WHERE pid = pg_backend_pid() AND relation = 't'::regclass ORDER BY array_position(ARRAY['AccessExclusiveLock',
			'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock', 'ShareUpdateExclusiveLock', 'RowExclusiveLock'], mode) LIMIT 1;
			ROLLBACK;
		SQL
	} | client "$database" | tail -n 1
}

# What the plan says, in the words of pg_locks.
planned_postgresql() {
	python3 - <<'PYTHON'
import json
operations = json.load(open("out"))["operations"]
strength = ["ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"]
locks = [one["lock"] for one in operations if one["lock"] in strength]
lock = max(locks, key=strength.index)
print("".join(word.capitalize() for word in lock.split()) + "Lock"
      + (" rewritten" if any(one["rewrites_table"] for one in operations) else ""))
PYTHON
}

# Lines 'BEFORE => AFTER': what follows 'id integer PRIMARY KEY' in table t, and further statements behind a ';'.
test_postgresql_locks_and_rewrites_as_planned() {
	local line n=0
	use_server postgresql
	while IFS= read -r line; do
		n=$((n + 1))
		rm -rf models migrations .dbwarden
		model <<<"CREATE TABLE other (id integer PRIMARY KEY); CREATE TABLE t (id integer PRIMARY KEY${line%% => *};"
		make_migration first --no-verify
		server_sql "SET client_min_messages = error; DROP TABLE IF EXISTS t, other CASCADE; $(sed -n '/^-- upgrade/,/^-- rollback/p' migrations/primary/*.sql | grep -v '^--')"
		server_sql 'INSERT INTO t (id) VALUES (1), (2)'
		model <<<"CREATE TABLE other (id integer PRIMARY KEY); CREATE TABLE t (id integer PRIMARY KEY${line#* => };"
		run 0 dbw make-migrations -d second --plan --json --no-verify
		json out sql | sed -n '/^-- upgrade/,/^-- rollback/p' | grep -v '^--' >change.sql
		[ "$(really_postgresql <change.sql)" = "$(planned_postgresql)" ] ||
			fail "$line: the server has '$(really_postgresql <change.sql)', the plan '$(planned_postgresql)'"
	done <<-'CASES'
		) => , n integer)
		) => , n integer DEFAULT 5)
		) => , n timestamptz DEFAULT now())
		) => , n uuid DEFAULT gen_random_uuid())
		) => , n integer GENERATED ALWAYS AS (id + 1) STORED)
		) => , n bigserial)
		, n integer) => )
		, n integer) => , n bigint)
		, n varchar(10)) => , n varchar(20))
		, n varchar(20)) => , n varchar(10))
		, n varchar(10)) => , n text)
		, n text) => , n varchar(10))
		, n numeric(10, 2)) => , n numeric(12, 2))
		, n numeric(10, 2)) => , n numeric)
		, n numeric(10, 2)) => , n numeric(12, 4))
		, n timestamp(3)) => , n timestamp)
		, n timestamp) => , n timestamp(3))
		, n integer[]) => , n bigint[])
		, n integer) => , n integer DEFAULT 6)
		, n integer DEFAULT 6) => , n integer NOT NULL DEFAULT 6)
		, n integer NOT NULL DEFAULT 6) => , n integer DEFAULT 6)
		, n integer) => , n integer CHECK (n > 0))
		, n integer CHECK (n > 0)) => , n integer)
		, n integer) => , n integer UNIQUE)
		, n integer) => , n integer REFERENCES other (id))
		, n integer REFERENCES other (id)) => , n integer)
		, n integer); => , n integer); CREATE INDEX t_n ON t (n)
		, n integer); CREATE INDEX t_n ON t (n) => , n integer)
		, n integer) => , n integer) WITH (fillfactor = 50)
		, n integer) => , n integer); COMMENT ON TABLE t IS 'a'
		, n integer); => , n integer); ALTER TABLE t ENABLE ROW LEVEL SECURITY
	CASES
}

# The server refuses an algorithm that it does not have for a change: what the plan names it must take, and what it
# names no better than a copy, it must refuse to do in place while others write.
test_mysql_takes_the_algorithm_that_is_planned() {
	local line algorithm lock
	use_server mysql
	while IFS= read -r line; do
		rm -rf models migrations .dbwarden
		model <<<"CREATE TABLE t (id integer PRIMARY KEY${line%% => *};"
		make_migration first --no-verify
		server_sql "DROP TABLE IF EXISTS t; $(sed -n '/^-- upgrade/,/^-- rollback/p' migrations/primary/*.sql | grep -v '^--')"
		server_sql 'INSERT INTO t (id) VALUES (1)'
		model <<<"CREATE TABLE t (id integer PRIMARY KEY${line#* => };"
		run 0 dbw make-migrations -d second --plan --json --no-verify
		algorithm=$(json out operations 0 algorithm)
		lock=''
		case $algorithm in
		INPLACE) [ "$(json out operations 0 blocks)" = true ] || lock=', LOCK=NONE' ;;
		COPY) algorithm=INPLACE lock=', LOCK=NONE' ;;
		esac
		json out sql | sed -n '/^-- upgrade/,/^-- rollback/p' | grep -v '^--' | tr '\n' ' ' | sed "s/; *\$/, ALGORITHM=$algorithm$lock/" >change.sql
		if server_sql "$(cat change.sql)" >said 2>&1; then
			[ "$(json out operations 0 algorithm)" != COPY ] || fail "$line: done in place, and the plan says COPY"
		else
			[ "$(json out operations 0 algorithm)" = COPY ] || fail "$line: $(cat change.sql): $(cat said)"
		fi
	done <<-'CASES'
		) => , n integer)
		) => , n integer NOT NULL DEFAULT 5)
		) => , n integer AS (id + 1) VIRTUAL)
		) => , n integer AS (id + 1) STORED)
		, n integer) => )
		, n integer) => , n bigint)
		, n varchar(10)) => , n varchar(20))
		, n varchar(20)) => , n varchar(10))
		, n integer) => , n integer DEFAULT 6)
		, n integer DEFAULT 6) => , n integer NOT NULL DEFAULT 6)
		, n integer NOT NULL DEFAULT 6) => , n integer DEFAULT 6)
		, e enum('a', 'b')) => , e enum('a', 'b', 'c'))
		, e enum('a', 'b')) => , e enum('a', 'c', 'b'))
		, n integer, CHECK (n > 0)) => , n integer)
		, n integer) => , n integer, KEY t_n (n))
		, n integer, KEY t_n (n)) => , n integer)
		, n integer) => , n integer, UNIQUE KEY t_n (n))
		, n integer) => , n integer, CHECK (n > 0))
	CASES
}

run_tests
