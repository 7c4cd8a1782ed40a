#!/bin/bash
# What goes wrong with a server while a migration runs, on PostgreSQL and MySQL or MariaDB alike. After each: nothing
# lost, nothing twice, a message that says what to do next, and the same end when that is done.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"
. "$(dirname "$0")/private_server_lib.sh"

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
	has slow.out "migrations/primary/0001_alters.sql$([ "$dialect" = postgresql ] || echo :4)"
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
	has slow.out "migrations/primary/0001_alters.sql$([ "$dialect" = postgresql ] || echo :4)"
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
		has err 'the statements before this one have taken effect'
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

one_table() {
	migration 0001_one.sql <<-'SQL'
		-- upgrade
		CREATE TABLE one (a INTEGER);
		-- rollback
		DROP TABLE one;
	SQL
}

no_permission_to_create_tables() {
	plain_user ''
	one_table
	run 1 dbw migrate
	has err "making dbwarden's own tables"
	has err "$([ "$dialect" = postgresql ] && echo 'SQLSTATE 42501' || echo 'error 1142')"
	has err '  -> The user of the url lacks a privilege'
	equal "$(tables)" ''
	run 0 dbw status
	has out '0 applied, 1 pending'
	case $dialect in
	postgresql) server_sql "GRANT CREATE ON SCHEMA public TO $plain" ;;
	mysql) admin "GRANT ALL ON $database.* TO $plain@'127.0.0.1'" ;;
	esac
	run 0 dbw migrate
	run 0 dbw status --check
	equal "$(tables)" 'one '
}

no_permission_to_create_databases() {
	plain_user "$([ "$dialect" = postgresql ] && echo CREATE || echo ALL)"
	model <<<'CREATE TABLE one (a INTEGER);'
	make_migration first
	has out 'not proved'
	has out "$([ "$dialect" = postgresql ] && echo CREATEDB || echo 'GRANT ALL ON')"
	has out scratch_url
	has migrations/primary/primary__0001_first.plan.json 'not proved'
	run 0 dbw migrate
	equal "$(tables)" 'one '
	model <<<'CREATE TABLE one (a INTEGER); CREATE TABLE two (a INTEGER);'
	make_migration second --no-verify
	has out 'not proved: --no-verify'
	run 0 dbw migrate
	run 0 dbw status --check
	# What needs a scratch database says so, and what to do.
	run 1 dbw check
	has err 'cannot make a scratch database'
	has err '  -> '
	has err scratch_url
}

test_read_only_by_default_postgresql() {
	use_server postgresql
	one_table
	server_sql "ALTER DATABASE $database SET default_transaction_read_only = on"
	run 1 dbw migrate
	has err 'SQLSTATE 25006'
	has err '  -> The server, or the session, is read-only'
	run 0 dbw lock-status
	has out free
	run 0 dbw status
	has out '1 pending'
	admin "ALTER DATABASE $database RESET default_transaction_read_only"
	run 0 dbw migrate
	run 0 dbw status --check
}

test_standby_postgresql() {
	private_server postgresql
	local primary_port=$port
	one_table
	run 0 dbw migrate
	PGPASSWORD=$password as_server pg_basebackup -h "$host" -p "$port" -U "$user" -D "$private/standby" -R -X stream -c fast
	migration 0002_two.sql <<-'SQL'
		-- upgrade
		CREATE TABLE two (a INTEGER);
		-- rollback
		DROP TABLE two;
	SQL
	private_stop
	mv "$private/data" "$private/primary"
	mv "$private/standby" "$private/data"
	private_start
	run 0 dbw status
	has out '1 applied, 1 pending'
	run 1 dbw migrate
	has err 'SQLSTATE 25006'
	has err 'standby'
	# Promoted, it is a server as any other.
	as_server "$postgresql_bin/pg_ctl" -D "$private/data" -w promote >/dev/null
	run 0 dbw migrate
	equal "$(applied)" '0001 0002 '
	equal "$port" "$primary_port"
}

test_read_only_server_mysql() {
	private_server mysql
	one_table
	plain_user ALL
	admin 'SET GLOBAL read_only = 1'
	run 1 dbw migrate
	has err 'error 1290'
	has err '  -> The server, or the session, is read-only'
	run 0 dbw status
	has out '1 pending'
	admin 'SET GLOBAL read_only = 0'
	run 0 dbw migrate
	run 0 dbw status --check
	equal "$(tables)" 'one '
}

# A limit of the server's on what a session may write to the disk.
test_disk_quota_postgresql() {
	use_server postgresql
	migration 0001_sort.sql <<-'SQL'
		-- upgrade
		CREATE TABLE one (a INTEGER);
		CREATE TABLE sorted AS SELECT repeat('x', 100) || n AS x FROM generate_series(1, 100000) n ORDER BY 1;
		-- rollback
		DROP TABLE sorted;
		DROP TABLE one;
	SQL
	server_sql "ALTER DATABASE $database SET temp_file_limit = '1MB'; ALTER DATABASE $database SET work_mem = '64kB'"
	run 1 dbw migrate
	has err '0001_sort.sql:3:'
	has err 'SQLSTATE 53400'
	has err '  -> The server sets a limit'
	equal "$(tables)" ''
	server_sql "ALTER DATABASE $database RESET temp_file_limit"
	run 0 dbw migrate
	equal "$(server_sql 'SELECT count(*) FROM sorted')" 100000
}

test_disk_quota_mysql() {
	private_server mysql --innodb-file-per-table=0 --innodb-data-file-path=ibdata1:12M:autoextend:max:24M
	migration 0001_full.sql <<-'SQL'
		-- upgrade
		CREATE TABLE big (n INTEGER NOT NULL, x VARCHAR(1000));
		INSERT INTO big SELECT seq, REPEAT('x', 1000) FROM seq_1_to_40000;
		-- rollback
		DROP TABLE big;
	SQL
	run 1 dbw migrate
	has err '0001_full.sql:3:'
	has err 'error 1114'
	has err "  -> Make room on the server's disk"
	has err 'the statement before this one has taken effect'
	has err "'dbwarden migrate --resume'"
	equal "$(tables)" 'big '
	private_stop
	private_start --innodb-file-per-table=0 --innodb-data-file-path=ibdata1:12M:autoextend
	equal "$(server_sql 'SELECT count(*) FROM big')" 0
	run 0 dbw migrate --resume
	equal "$(server_sql 'SELECT count(*) FROM big')" 40000
	equal "$(applied)" '0001 '
}

run_variants session_killed_in_the_middle_of_a_statement server_stopped_in_the_middle lock_wait_timeout \
	statement_timeout no_permission_to_create_tables no_permission_to_create_databases
run_tests
