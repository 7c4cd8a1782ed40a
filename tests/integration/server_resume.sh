#!/bin/bash
# A migration that broke off, and how it goes on: at each of its statements, before and after it took effect, with and
# without a transaction, on PostgreSQL and MySQL or MariaDB alike.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"
. "$(dirname "$0")/private_server_lib.sh"

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
			# Its last words can be lost where the server closes with statements still unread.
			has err "migrations/primary/0001_five.sql"
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
			has out "statement $n of '0001_five.sql' counts as $([ $when = before ] && echo 'not done' || echo 'done')"
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

# What it leaves behind looks like an index, and is none.
test_index_that_broke_off_does_not_pass_for_one_postgresql() {
	use_server postgresql
	migration 0001_t.sql <<-'SQL'
		-- upgrade
		CREATE TABLE t (a INTEGER);
		-- rollback
		DROP TABLE t;
	SQL
	run 0 dbw migrate
	migration 0002_i.sql <<-'SQL'
		-- dbwarden: no-transaction
		-- upgrade
		CREATE UNIQUE INDEX CONCURRENTLY i ON t (a);
		-- rollback
		DROP INDEX i;
	SQL
	server_sql 'INSERT INTO t VALUES (1), (1)'
	run 1 dbw migrate
	has err 'could not create unique index'
	has err 'Key (a)=(1) is duplicated'
	has err 'it is invalid: DROP INDEX it'
	server_sql 'DELETE FROM t; DROP INDEX i'
	other_session
	other_says 'BEGIN; INSERT INTO t VALUES (1)'
	dbw migrate >slow.out 2>&1 </dev/null &
	migrate=$!
	wait_until "$(waiting)"
	server_sql "SELECT pg_terminate_backend(($(waiting)))"
	wait $migrate && fail 'exit status 0'
	has slow.out '0002_i.sql:3'
	has slow.out "'dbwarden repair'"
	other_ends
	run 1 dbw repair
	has err 'cannot tell whether statement 1'
	run 3 dbw check
	has out 'index i'
	server_sql 'DROP INDEX i'
	run 0 dbw repair
	has out 'counts as not done'
	run 0 dbw migrate --resume
	equal "$(server_sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass")" t
	run 0 dbw check
}

# The first statement of a file fails: nothing has run, the file can be mended and run as if nothing had been.
a_file_whose_first_statement_fails_can_be_changed() {
	migration 0001_bad.sql <<-'SQL'
		-- dbwarden: no-transaction
		-- upgrade
		CREATE TABLE one (a NONSENSE_TYPE);
		CREATE TABLE two (a INTEGER);
		-- rollback
		DROP TABLE two;
		DROP TABLE one;
	SQL
	run 1 dbw migrate
	has err '0001_bad.sql:3:'
	has err 'No statement of this file has taken effect'
	run 0 dbw status
	lacks out 'half done'
	sed -i 's/NONSENSE_TYPE/INTEGER/' migrations/primary/0001_bad.sql
	run 0 dbw migrate
	equal "$(tables)" 'one two '
	run 2 dbw migrate --resume
	has err 'nothing to resume'
	# The way back as well.
	server_sql 'DROP TABLE two'
	run 1 dbw rollback
	has err "'dbwarden rollback' again"
	server_sql 'CREATE TABLE two (a INTEGER)'
	run 0 dbw rollback
	equal "$(tables)" ''
}

half_a_file() { # SQL OF THE SECOND STATEMENT
	{
		printf -- '-- dbwarden: no-transaction\n-- upgrade\nCREATE TABLE one (a INTEGER);\n'
		echo "$1"
		printf 'CREATE TABLE three (a INTEGER);\n-- rollback\nDROP TABLE three;\n'
	} | migration 0001_half.sql
}

killed_in_second() { # SQL
	half_a_file "$1"
	other_session
	case $dialect in
	postgresql) other_says 'CREATE TABLE held (a INTEGER); BEGIN; LOCK TABLE held' ;;
	mysql) other_says 'CREATE TABLE held (a INTEGER); LOCK TABLES held WRITE' ;;
	esac
	dbw migrate >slow.out 2>&1 </dev/null &
	migrate=$!
	case $dialect in
	postgresql)
		wait_until "$(waiting)"
		server_sql "SELECT pg_terminate_backend(($(waiting)))"
		;;
	mysql)
		wait_until "SELECT id FROM information_schema.processlist WHERE db = '$database' AND state LIKE 'Waiting for table metadata lock%'"
		server_sql "KILL $(server_sql "SELECT id FROM information_schema.processlist WHERE db = '$database' AND state LIKE 'Waiting for table metadata lock%'")"
		;;
	esac
	wait $migrate || :
	other_ends
}

# Rows tell nothing of themselves: somebody has to look.
repair_says_what_it_cannot_tell() {
	killed_in_second 'INSERT INTO held VALUES (1);'
	run 0 dbw status
	has out '0001_half.sql, upgrade'
	has out 'statement 2 (line 4) is in doubt'
	run 3 dbw status --check
	run 0 dbw status --json
	equal "$(json out half_done line)" 4
	equal "$(json out half_done in_doubt)" true
	server_sql 'ALTER TABLE held RENAME TO elsewhere'
	server_sql 'DROP TABLE elsewhere'
	run 1 dbw repair
	has err "cannot tell whether statement 2 of '0001_half.sql' took effect"
	has err "'dbwarden repair --done' if it did"
	has err "'--retry' if it did not"
	run 2 dbw repair --done --retry
	sed -i 's/VALUES (1)/VALUES (2)/' migrations/primary/0001_half.sql
	run 1 dbw repair
	has err 'changed since'
	run 0 dbw repair --done
	has out "counts as done; 'dbwarden migrate --resume' goes on from there"
	run 1 dbw migrate --resume
	has err 'the file was changed after 2 of its statements had run'
	sed -i 's/VALUES (2)/VALUES (1)/' migrations/primary/0001_half.sql
	run 0 dbw migrate --resume
	equal "$(tables)" 'one three '
	run 2 dbw repair
	has err 'nothing to repair'
}

repair_retry_runs_it_again() {
	killed_in_second 'INSERT INTO held VALUES (1);'
	run 0 dbw repair --retry
	has out 'counts as not done'
	run 0 dbw migrate --resume
	equal "$(server_sql 'SELECT count(*) FROM held')" 1
	equal "$(tables)" 'held one three '
	run 0 dbw status --check
}

run_variants a_file_whose_first_statement_fails_can_be_changed repair_says_what_it_cannot_tell \
	repair_retry_runs_it_again
run_tests
