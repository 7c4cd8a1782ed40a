#!/bin/bash
# When something dies, or many want the same at once: nothing lost, nothing twice.
. "$(dirname "$0")/lib.sh"

# Five migrations whose rows tell how often each ran; one of them rebuilds a table.
history_of_five() {
	project
	model <<<'CREATE TABLE ran (n INT);'
	make_migration first
	for n in 2 3 4; do
		migration "000${n}_n.sql" <<-SQL
			-- upgrade
			CREATE TABLE t$n (x);
			INSERT INTO ran VALUES ($n);
			-- rollback
			DELETE FROM ran WHERE n = $n;
			DROP TABLE t$n;
		SQL
	done
	model <<<'CREATE TABLE ran (n BIGINT CHECK (n > 0)); CREATE TABLE t2 (x); CREATE TABLE t3 (x); CREATE TABLE t4 (x);'
	make_migration fifth
}

end_state() { # DATABASE
	sqlite3 "$1" "SELECT group_concat(n) FROM (SELECT n FROM ran ORDER BY n);
		SELECT version, action, checksum FROM dbwarden_migrations ORDER BY id"
	schema_of "$1"
}

use_faulty() {
	export DBWARDEN_FAULTY_PLUGIN=$BUILD/dbwarden-sqlite.so
	sed -i "s/^type *=.*/type = faulty/; s|^\[dbwarden\]|&\nplugin_dir = $BUILD/tests/plugins|" dbwarden.ini
}

every_call() { # KILL|KILL_AFTER|FAIL|LOST COMMAND...: at every call in turn, then once more without
	local how=$1 calls n
	shift
	use_faulty
	cp app.db start.db 2>/dev/null || :
	DBWARDEN_FAULTY_COUNT=$PWD/calls "$BUILD/dbwarden" "$@" >/dev/null
	calls=$(cat calls)
	[ "$calls" -gt 10 ]
	cp app.db expected.db
	for n in $(seq 1 "$calls"); do
		rm -f app.db app.db-*
		[ ! -e start.db ] || cp start.db app.db
		env "DBWARDEN_FAULTY_$how=$n" "$BUILD/dbwarden" "$@" >out 2>err </dev/null || :
		run 0 dbw "$@"
		equal "$(end_state app.db)" "$(end_state expected.db)"
		run 0 dbw lock-status
		has out free
	done
}

test_killed_before_every_call() {
	history_of_five
	every_call KILL migrate
}

test_killed_after_every_call() {
	history_of_five
	every_call KILL_AFTER migrate
}

test_every_call_fails_once() {
	history_of_five
	every_call FAIL migrate
}

test_the_connection_is_lost_at_every_call() {
	history_of_five
	every_call LOST migrate
}

test_killed_at_every_call_of_a_rollback() {
	history_of_five
	run 0 dbw migrate
	use_faulty
	cp app.db start.db
	DBWARDEN_FAULTY_COUNT=$PWD/calls dbw rollback --to-version 1 >/dev/null
	cp app.db expected.db
	for n in $(seq 1 "$(cat calls)"); do
		rm -f app.db-*
		cp start.db app.db
		DBWARDEN_FAULTY_KILL=$n "$BUILD/dbwarden" rollback --to-version 1 >out 2>err </dev/null || :
		run 0 dbw rollback --to-version 1
		equal "$(end_state app.db)" "$(end_state expected.db)"
	done
}

test_eight_at_once() {
	history_of_five
	for n in 1 2 3 4 5 6 7 8; do
		(
			got=0
			"$BUILD/dbwarden" migrate >"out$n" 2>"err$n" </dev/null || got=$?
			echo $got >"status$n"
		) &
	done
	wait
	for n in 1 2 3 4 5 6 7 8; do
		case $(cat "status$n") in
		0 | 4) ;;
		*) cat "out$n" "err$n"; fail "status $(cat "status$n")" ;;
		esac
	done
	equal "$(sql "SELECT group_concat(n) FROM (SELECT n FROM ran ORDER BY n)")" "2,3,4"
	equal "$(sql "SELECT count(*) FROM dbwarden_migrations")" 5
	equal "$(cat out? | grep -c '^applied')" 5
}

test_a_held_lock_ends_with_status_4_and_says_who() {
	project
	sed -i 's/^;* *lock_timeout *=.*/lock_timeout = 0.3/' dbwarden.ini
	grep -q '^lock_timeout = 0.3' dbwarden.ini || echo 'lock_timeout = 0.3' >>dbwarden.ini
	# A trigger that counts for a while keeps the holder busy.
	migration 0001_slow.sql <<-'SQL'
		-- upgrade
		CREATE TABLE t AS WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 100000000) SELECT max(n) FROM c;
		-- rollback
		DROP TABLE t;
	SQL
	"$BUILD/dbwarden" migrate >slow.out 2>slow.err </dev/null &
	holder=$!
	for _ in $(seq 100); do
		dbw lock-status >seen 2>&1
		grep -q "process $holder" seen && break
		sleep 0.02
	done
	has seen "process $holder"
	run 4 dbw migrate
	has err "held by"
	has err "process $holder"
	has err "$(id -un)"
	kill -KILL $holder
	wait $holder 2>/dev/null || :
	run 0 dbw lock-status
	has out free
	sed -i 's/LIMIT 100000000/LIMIT 10/' migrations/primary/0001_slow.sql
	run 0 dbw migrate
}

test_an_interrupt_leaves_nothing_half_done() {
	project
	migration 0001_slow.sql <<-'SQL'
		-- upgrade
		CREATE TABLE a (x);
		CREATE TABLE t AS WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 1000000000) SELECT max(n) FROM c;
		-- rollback
		DROP TABLE t;
	SQL
	for signal in INT TERM; do
		# A background job of a script ignores SIGINT; env gives it back.
		env --default-signal=INT "$BUILD/dbwarden" migrate >out 2>err </dev/null &
		child=$!
		for _ in $(seq 200); do
			dbw lock-status 2>&1 | grep -q held && break
			sleep 0.02
		done
		sleep 0.2
		kill -$signal $child
		got=0
		wait $child || got=$?
		equal "$got" 1
		has err interrupted
		equal "$(schema_of app.db)" ""
		run 0 dbw lock-status
		has out free
	done
	run 0 dbw status --json
	equal "$(json out counts pending)" 1
}

test_a_full_disk_loses_nothing() {
	[ "$(id -u)" = 0 ] || skip "mounting a small disk needs root"
	project
	mkdir small
	mount -t tmpfs -o size=256k tmpfs small 2>/dev/null || skip "cannot mount a tmpfs here"
	sed -i 's|^url *=.*|url = sqlite:///small/app.db|' dbwarden.ini
	migration 0001_a.sql <<<$'-- upgrade\nCREATE TABLE a (x);\nINSERT INTO a VALUES (1);\n-- rollback\nDROP TABLE a;'
	migration 0002_b.sql <<<$'-- upgrade\nCREATE TABLE b (x);\nINSERT INTO b VALUES (zeroblob(1000000));\n-- rollback\nDROP TABLE b;'
	got=0
	"$BUILD/dbwarden" migrate >out 2>err </dev/null || got=$?
	rows=$(sqlite3 small/app.db "SELECT count(*) FROM a")
	tables=$(sqlite3 small/app.db "SELECT group_concat(name) FROM sqlite_schema WHERE name IN ('a', 'b')")
	"$BUILD/dbwarden" status --json >status.json
	umount small
	equal "$got" 1
	has err 0002_b.sql
	grep -qi "full" err || fail "$(cat err)"
	equal "$rows" 1
	equal "$tables" a
	equal "$(json status.json counts applied)" 1
}

# A file whose statements run one by one, killed at every call: the journal knows how far it came, and
# 'repair' finds out what nobody saw.
one_by_one() {
	project
	migration 0001_alone.sql <<-'SQL'
		-- dbwarden: no-transaction
		-- upgrade
		CREATE TABLE a (x);
		CREATE TABLE b (x);
		CREATE INDEX i ON b (x);
		-- rollback
		DROP TABLE b;
		DROP TABLE a;
	SQL
}

settle_and_go_on() { # COMMAND
	run 0 dbw status --json
	if [ "$(json out half_done)" = null ]; then
		run 0 dbw "$@"
		return
	fi
	[ "$(json out half_done in_doubt)" = false ] || run 0 dbw repair
	run 0 dbw "$@" --resume
}

killed_one_by_one() { # KILL|KILL_AFTER
	local calls n
	one_by_one
	use_faulty
	DBWARDEN_FAULTY_COUNT=$PWD/calls "$BUILD/dbwarden" migrate >/dev/null
	calls=$(cat calls)
	cp app.db expected.db
	for n in $(seq 1 "$calls"); do
		rm -f app.db app.db-*
		env "DBWARDEN_FAULTY_$1=$n" "$BUILD/dbwarden" migrate >out 2>err </dev/null || :
		settle_and_go_on migrate
		equal "$(schema_of app.db)" "$(schema_of expected.db)"
		equal "$(sqlite3 app.db 'SELECT count(*) FROM dbwarden_migrations')" 1
		run 0 dbw status --check
	done
}

test_killed_before_every_call_outside_a_transaction() {
	killed_one_by_one KILL
}

test_killed_after_every_call_outside_a_transaction() {
	killed_one_by_one KILL_AFTER
}

in_doubt() { # whether a statement is
	[ "$(dbw status --json | python3 -c 'import json, sys; j = json.load(sys.stdin)["half_done"]; print(bool(j and j["in_doubt"]))')" = True ]
}

test_what_repair_cannot_tell_it_asks() {
	local n
	project
	migration 0001_rows.sql <<-'SQL'
		-- dbwarden: no-transaction
		-- upgrade
		CREATE TABLE a (x);
		INSERT INTO a VALUES (1);
		-- rollback
		DROP TABLE a;
	SQL
	use_faulty
	for n in $(seq 1 60); do
		rm -f app.db app.db-*
		env DBWARDEN_FAULTY_KILL_AFTER="$n" "$BUILD/dbwarden" migrate >out 2>err </dev/null && break
		[ -e app.db ] && in_doubt || continue
		[ "$(sqlite3 app.db 'SELECT count(*) FROM a' 2>/dev/null)" = 1 ] || continue
		run 1 dbw repair
		has err "cannot tell whether statement 2 of '0001_rows.sql' took effect: it changes no schema"
		has err '--done'
		run 0 dbw repair --done
		run 0 dbw migrate --resume
		equal "$(sqlite3 app.db 'SELECT count(*) FROM a')" 1
		return
	done
	fail 'no kill left the INSERT in doubt'
}

run_tests
