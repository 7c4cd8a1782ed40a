#!/bin/bash
# What goes wrong with a server while a migration runs, on PostgreSQL and MySQL or MariaDB alike. After each: nothing
# lost, nothing twice, a message that says what to do next, and the same end when that is done.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"
. "$(dirname "$0")/private_server_lib.sh"

applied() { # the versions that count as applied, in order
	server_sql "SELECT version FROM dbwarden_migrations ORDER BY id" | tr '\n' ' '
}

tables() { # those of the migrations
	server_schema | cut -d' ' -f1 | cut -f1 | uniq | tr '\n' ' '
}

# A statement that does something, and ends its own session before or after that, once, if it was told to.
mortal() { # NUMBER SQL
	case $dialect in
	postgresql)
		cat <<-SQL
			DO \$\$ BEGIN
			    IF current_setting('test.die', true) = 'before $1' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
			    $2;
			    IF current_setting('test.die', true) = 'after $1' THEN ${commit:-}PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
			END \$\$;
		SQL
		;;
	mysql)
		cat <<-SQL
			DELIMITER //
			BEGIN NOT ATOMIC
			    IF EXISTS (SELECT 1 FROM test.fate WHERE victim = '$database' AND die = 'before $1') THEN KILL CONNECTION_ID(); END IF;
			    $2;
			    IF EXISTS (SELECT 1 FROM test.fate WHERE victim = '$database' AND die = 'after $1') THEN KILL CONNECTION_ID(); END IF;
			END//
			DELIMITER ;
		SQL
		;;
	esac
}

die() { # 'before N', 'after N', or nothing
	case $dialect in
	postgresql) server_sql "ALTER DATABASE $database SET test.die = '$1'" ;;
	mysql)
		admin "CREATE TABLE IF NOT EXISTS test.fate (victim VARCHAR(64), die VARCHAR(64)) ENGINE=InnoDB;
			DELETE FROM test.fate WHERE victim = '$database';
			INSERT INTO test.fate VALUES ('$database', '$1')"
		;;
	esac
}

five_statements() { # [HEADER]
	local n
	{
		[ -z "${1:-}" ] || echo "$1"
		echo '-- upgrade'
		for n in 1 2 3 4 5; do mortal $n "CREATE TABLE t$n (a INTEGER)"; done
		echo '-- rollback'
		for n in 5 4 3 2 1; do echo "DROP TABLE t$n;"; done
	} | migration 0001_five.sql
}

# Where DDL is transactional: all or nothing, and the same command again.
test_session_killed_at_every_statement_of_a_transaction_postgresql() {
	use_server postgresql
	local n when
	for when in before after; do
		for n in 1 2 3 4 5; do
			five_statements
			die "$when $n"
			run 1 dbw migrate
			has err "migrations/primary/0001_five.sql:$((5 * n - 3))"
			has err 'SQLSTATE 57P01'
			has err 'run the same command again'
			equal "$(tables)" ''
			die ''
			run 0 dbw lock-status
			has out free
			run 0 dbw migrate
			equal "$(tables)" 't1 t2 t3 t4 t5 '
			equal "$(applied)" '0001 '
			admin "DROP DATABASE $database"
			fresh_database
		done
	done
}

# Where each statement commits by itself: the journal knows how far it came, and the database whether the one in
# between took effect.
killed_at_every_statement() { # [HEADER]
	local n when
	for when in before after; do
		for n in 1 2 3 4 5; do
			five_statements "${1:-}"
			die "$when $n"
			run 1 dbw migrate
			has err "migrations/primary/0001_five.sql:"
			has err 'dbwarden repair'
			has err 'dbwarden migrate --resume'
			die ''
			run 0 dbw status
			has out "half done: 0001_five.sql, upgrade"
			has out "statement $n (line $(grep -nE '^(DO|BEGIN NOT)' migrations/primary/0001_five.sql | sed -n "$n s/:.*//p")) is in doubt: 'dbwarden repair'"
			run 1 dbw migrate
			has err "statement $n (line "
			has err 'dbwarden repair'
			run 1 dbw migrate --resume
			has err 'dbwarden repair'
			run 0 dbw repair
			has out "statement $n of '0001_five.sql' counts as $([ $when = before ] && echo 'not done' || echo done)"
			has out 'migrate --resume'
			run 0 dbw migrate --resume
			equal "$(tables)" 't1 t2 t3 t4 t5 '
			equal "$(applied)" '0001 '
			run 0 dbw status --check
			admin "DROP DATABASE $database"
			fresh_database
		done
	done
}

test_session_killed_at_every_journalled_statement_mysql() {
	use_server mysql
	killed_at_every_statement
}

test_session_killed_at_every_statement_without_a_transaction_postgresql() {
	use_server postgresql
	commit='COMMIT; '
	killed_at_every_statement '-- dbwarden: no-transaction'
}

five_alters() {
	local n
	server_sql "CREATE TABLE t1 (a INTEGER); CREATE TABLE t2 (a INTEGER); CREATE TABLE t3 (a INTEGER);
		CREATE TABLE t4 (a INTEGER); CREATE TABLE t5 (a INTEGER)"
	{
		echo '-- upgrade'
		for n in 1 2 3 4 5; do echo "ALTER TABLE t$n ADD COLUMN b INTEGER;"; done
		echo '-- rollback'
		for n in 1 2 3 4 5; do echo "ALTER TABLE t$n DROP COLUMN b;"; done
	} | migration 0001_alters.sql
}

# Holds t3 until other_ends.
hold_third() {
	other_session
	case $dialect in
	postgresql) other_says 'BEGIN; LOCK TABLE t3' ;;
	mysql) other_says 'LOCK TABLES t3 WRITE' ;;
	esac
}

waiting() {
	case $dialect in
	postgresql) echo "SELECT pid FROM pg_stat_activity WHERE datname = '$database' AND application_name = 'dbwarden' AND wait_event_type = 'Lock'" ;;
	mysql) echo "SELECT id FROM information_schema.processlist WHERE db = '$database' AND info LIKE 'ALTER%' AND state LIKE 'Waiting for table metadata lock%'" ;;
	esac
}

# What an operator does to a migration that hangs, and what the tool says to whoever looks next.
session_killed_in_the_middle_of_a_statement() {
	five_alters
	hold_third
	dbw migrate >slow.out 2>&1 </dev/null &
	migrate=$!
	wait_until "$(waiting)"
	case $dialect in
	postgresql) server_sql "SELECT pg_terminate_backend(($(waiting)))" ;;
	mysql) server_sql "KILL $(server_sql "$(waiting)")" ;;
	esac
	status=0
	wait $migrate || status=$?
	equal "$status" 1
	has slow.out '0001_alters.sql:4'
	has slow.out 'The connection is gone'
	other_ends
	end_of_alters
}

# From wherever it broke off to the end, by what the messages say.
end_of_alters() {
	if [ "$dialect" = postgresql ]; then
		equal "$(server_sql "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' AND table_name LIKE 't_' AND column_name = 'b'")" 0
		run 0 dbw migrate
	else
		run 0 dbw status
		has out "0001_alters.sql, upgrade since"
		has out "statement 3 (line 4) is in doubt"
		run 1 dbw migrate --resume
		# The tables were not made by migrations: a replay cannot tell.
		run 1 dbw repair
		has err "cannot tell whether statement 3 of '0001_alters.sql' took effect"
		has err "'--retry' if it did not"
		run 0 dbw repair --retry
		run 0 dbw migrate --resume
	fi
	equal "$(server_schema | grep -cw b)" 5
	equal "$(applied)" '0001 '
	run 0 dbw status --check
}

server_stopped_in_the_middle() {
	private_server "$dialect"
	five_alters
	hold_third
	dbw migrate >slow.out 2>&1 </dev/null &
	migrate=$!
	wait_until "$(waiting)"
	private_stop
	status=0
	wait $migrate || status=$?
	equal "$status" 1
	has slow.out '0001_alters.sql:4'
	has slow.out 'connection is gone'
	other_ends
	run 1 dbw status
	has err "database 'primary': cannot connect"
	has err '  -> Look whether the server runs'
	private_start
	run 0 dbw lock-status
	has out free
	end_of_alters
}

# Another session is in the way: the limit of the entry ends the wait, and nothing is half done in the end.
another_session_holds_the_table() { # SETTING MESSAGE HINT
	five_alters
	sed -i "s/^\[database:primary\]/&\n$1/" dbwarden.ini
	hold_third
	run 1 dbw migrate
	has err '0001_alters.sql:4'
	has err "$2"
	has err "  -> $3"
	if [ "$dialect" = mysql ]; then
		has err 'the 2 statements before this one have taken effect'
		has err "'dbwarden migrate --resume'"
		other_ends
		run 0 dbw migrate --resume
	else
		equal "$(server_schema | grep -cw b || :)" 0
		other_ends
		run 0 dbw migrate
	fi
	equal "$(server_schema | grep -cw b)" 5
	run 0 dbw status --check
}

lock_wait_timeout() {
	another_session_holds_the_table 'lock_wait_timeout = 1' \
		"$([ "$dialect" = postgresql ] && echo 'SQLSTATE 55P03' || echo 'error 1205')" \
		'Another session holds a lock'
}

statement_timeout() {
	another_session_holds_the_table 'statement_timeout = 1' \
		"$([ "$dialect" = postgresql ] && echo 'SQLSTATE 57014' || echo 'error 1969')" \
		'The statement took longer than statement_timeout allows'
}

# The tool closes the circle, so that it is the one who notices; the other one would wait for an hour.
test_deadlock_with_another_session_postgresql() {
	use_server postgresql
	server_sql 'CREATE TABLE t1 (a INTEGER); CREATE TABLE t2 (a INTEGER)'
	migration 0001_deadlock.sql <<-'SQL'
		-- upgrade
		ALTER TABLE t1 ADD b INTEGER;
		DO $$ BEGIN
		    WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 't1'::regclass) LOOP PERFORM pg_sleep(0.02); END LOOP;
		END $$;
		ALTER TABLE t2 ADD b INTEGER;
		-- rollback
		ALTER TABLE t1 DROP b;
		ALTER TABLE t2 DROP b;
	SQL
	other_session
	other_says "SET deadlock_timeout = '1h'; BEGIN; LOCK TABLE t2"
	dbw migrate >slow.out 2>&1 </dev/null &
	migrate=$!
	wait_until "SELECT 1 FROM pg_stat_activity WHERE datname = '$database' AND query LIKE 'DO %'"
	other_says 'LOCK TABLE t1'
	status=0
	wait $migrate || status=$?
	equal "$status" 1
	has slow.out '0001_deadlock.sql:6'
	has slow.out 'deadlock detected (SQLSTATE 40P01)'
	other_says 'ROLLBACK'
	equal "$(server_schema | grep -cw b || :)" 0
	sed -i '/^DO/,/^END/d' migrations/primary/0001_deadlock.sql
	run 0 dbw migrate
	other_ends
	equal "$(server_schema | grep -cw b)" 2
}

# The smaller transaction is the one that the server ends.
test_deadlock_with_another_session_mysql() {
	use_server mysql
	server_sql "CREATE TABLE n (id INTEGER PRIMARY KEY, v INTEGER) ENGINE=InnoDB;
		INSERT INTO n SELECT seq, 0 FROM seq_1_to_100"
	migration 0001_deadlock.sql <<-'SQL'
		-- upgrade
		CREATE TABLE t1 (a INTEGER);
		DELIMITER //
		BEGIN NOT ATOMIC
		    START TRANSACTION;
		    UPDATE n SET v = v + 1 WHERE id = 1;
		    WHILE (SELECT die FROM test.fate WHERE victim = DATABASE()) = 'wait' DO
		        IF EXISTS (SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT') THEN
		            UPDATE n SET v = v + 1 WHERE id = 2;
		        END IF;
		        DO SLEEP(0.2);
		    END WHILE;
		    UPDATE n SET v = v + 1 WHERE id = 2;
		    COMMIT;
		END//
		DELIMITER ;
		-- rollback
		DROP TABLE t1;
	SQL
	other_session
	die wait
	other_says "START TRANSACTION; UPDATE n SET v = 7 WHERE id > 1"
	dbw migrate >slow.out 2>&1 </dev/null &
	migrate=$!
	wait_until "SELECT 1 FROM information_schema.processlist WHERE db = '$database' AND info LIKE 'DO SLEEP%'"
	other_says 'UPDATE n SET v = 7 WHERE id = 1'
	status=0
	wait $migrate || status=$?
	equal "$status" 1
	has slow.out '0001_deadlock.sql:4'
	has slow.out 'error 1213, SQLSTATE 40001'
	other_says 'ROLLBACK'
	die ''
	run 0 dbw migrate --resume
	other_ends
	equal "$(server_sql 'SELECT v FROM n WHERE id IN (1, 2)' | tr '\n' ' ')" '1 1 '
}

run_variants() {
	local one one_dialect
	for one in "$@"; do
		for one_dialect in postgresql mysql; do
			eval "test_${one}_${one_dialect}() { use_server $one_dialect; $one; }"
		done
	done
}

run_variants session_killed_in_the_middle_of_a_statement server_stopped_in_the_middle lock_wait_timeout \
	statement_timeout
run_tests
