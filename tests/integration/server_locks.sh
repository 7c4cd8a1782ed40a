#!/bin/bash
# Who holds the migration lock, who waits for it, and the scratch databases that come and go beside it: PostgreSQL and
# MySQL or MariaDB.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"
. "$(dirname "$0")/private_server_lib.sh"

slow_statement() {
	[ "$dialect" = postgresql ] && echo 'SELECT pg_sleep(300)' || echo 'DO SLEEP(300)'
}

slow_migration() {
	migration 0001_slow.sql <<-SQL
		-- upgrade
		$(slow_statement);
		-- rollback
		SELECT 'nothing to undo';
	SQL
}

# Sessions that run the slow statement.
sleeping() {
	case $dialect in
	postgresql) echo "SELECT datname FROM pg_stat_activity WHERE application_name = 'dbwarden' AND query LIKE '%pg_sleep(300)%'" ;;
	mysql) echo "SELECT db FROM information_schema.processlist WHERE info LIKE 'DO SLEEP(300)%'" ;;
	esac
}

holder_is_named_to_whoever_waits() {
	slow_migration
	"$BUILD/dbwarden" migrate >slow.out 2>&1 </dev/null &
	migrate=$!
	trap end_of_test EXIT
	wait_until "$(sleeping)"
	local who since
	who="$(id -un)@$(hostname) (process $migrate, 'migrate', since 20"
	run 0 dbw lock-status
	has out "the migration lock is held by $who"
	run 0 dbw lock-status --json
	equal "$(json out locked)" true
	equal "$(json out holder pid)" "$migrate"
	equal "$(json out holder host)" "$(hostname)"
	equal "$(json out holder user)" "$(id -un)"
	since=$(json out holder since)
	[[ $since == 20??-??-??T??:??:??Z ]]
	sed -i "s/^\[database:primary\]/&\nlock_timeout = 1/" dbwarden.ini
	for command in migrate rollback; do
		run 4 dbw $command
		has err "waiting up to 1 seconds for the migration lock, held by $who"
		has err "the migration lock is held by $who"
		has err 'Nothing was changed'
	done
	# Somebody without the right to end it is told which he lacks.
	( # in a subshell: DATABASE_URL is another there
		plain_user "$([ "$dialect" = postgresql ] && echo USAGE || echo ALL)"
		run 1 dbw unlock --force
		has out 'the migration lock is held by'
		has err "$([ "$dialect" = postgresql ] && echo pg_signal_backend || echo CONNECTION)"
	)
	run 4 dbw unlock
	has out "the migration lock is held by $who"
	run 0 dbw unlock --force
	has out "the migration lock is held by $who"
	has out "'dbwarden status' shows how far it came"
	run 0 dbw lock-status
	has out free
	wait $migrate && fail 'it went on without its session'
	run 0 dbw unlock
	has out free
}

# The server is in the middle of a long statement and does not read what the client says.
test_killed_holder_does_not_keep_the_lock_until_its_statement_ends_postgresql() {
	use_server postgresql
	slow_migration
	"$BUILD/dbwarden" migrate >slow.out 2>&1 </dev/null &
	migrate=$!
	trap end_of_test EXIT
	wait_until "$(sleeping)"
	kill -KILL $migrate
	for _ in $(seq 300); do
		run 0 dbw lock-status
		grep -q free out && return 0
		sleep 0.1
	done
	fail 'the lock is still held'
}

interrupted_holder_leaves_no_lock_and_no_doubt() {
	slow_migration
	"$BUILD/dbwarden" migrate >slow.out 2>&1 </dev/null &
	migrate=$!
	trap end_of_test EXIT
	wait_until "$(sleeping)"
	kill -TERM $migrate
	# To MariaDB, a sleep that is cut short is done: it was the last statement.
	wait $migrate || [ "$dialect" = postgresql ] || { cat slow.out; fail 'what was done is not recorded'; }
	run 0 dbw lock-status
	has out free
	run 0 dbw status
	lacks out 'in doubt'
	[ "$dialect" = mysql ] || sed -i 's/(300)/(0)/' migrations/primary/0001_slow.sql
	run 0 dbw migrate
	run 0 dbw status --check
}

# A statement that the interrupt ends has not happened, and the journal says so.
interrupted_statement_is_not_in_doubt() {
	migration 0001_long.sql <<-SQL
		-- dbwarden: no-transaction
		-- upgrade
		CREATE TABLE one (a INTEGER);
		ALTER TABLE held ADD b INTEGER;
		-- rollback
		DROP TABLE one;
	SQL
	other_session
	case $dialect in
	postgresql) other_says 'CREATE TABLE held (a INTEGER); BEGIN; LOCK TABLE held' ;;
	mysql) other_says 'CREATE TABLE held (a INTEGER); LOCK TABLES held WRITE' ;;
	esac
	"$BUILD/dbwarden" migrate >slow.out 2>&1 </dev/null &
	migrate=$!
	case $dialect in
	postgresql) wait_until "SELECT 1 FROM pg_stat_activity WHERE datname = '$database' AND wait_event_type = 'Lock'" ;;
	mysql) wait_until "SELECT 1 FROM information_schema.processlist WHERE db = '$database' AND state LIKE 'Waiting for table metadata lock%'" ;;
	esac
	kill -INT $migrate
	wait $migrate && fail 'exit status 0'
	has slow.out interrupted
	has slow.out "'dbwarden migrate --resume'"
	other_ends
	run 0 dbw status
	has out 'statement 2 (line 4) is next'
	run 0 dbw migrate --resume
	equal "$(server_schema | grep -c held)" 2
	run 0 dbw status --check
}

# The holder waits for every transaction that could see the table without the index: those who wait for the lock must
# not be among them.
test_waiting_does_not_block_create_index_concurrently_postgresql() {
	use_server postgresql
	server_sql 'CREATE TABLE t (a INTEGER); CREATE TABLE gate (a INTEGER)'
	migration 0001_index.sql <<-'SQL'
		-- dbwarden: no-transaction
		-- upgrade
		ALTER TABLE gate ADD b INTEGER;
		CREATE INDEX CONCURRENTLY i ON t (a);
		-- rollback
		DROP INDEX CONCURRENTLY i;
	SQL
	other_session
	other_says 'BEGIN; LOCK TABLE gate'
	dbw migrate >first.out 2>&1 </dev/null &
	first=$!
	wait_until "SELECT 1 FROM pg_stat_activity WHERE datname = '$database' AND application_name = 'dbwarden' AND wait_event_type = 'Lock'"
	for n in 2 3; do
		dbw migrate >waiting.$n 2>&1 </dev/null &
		eval "waiter$n=\$!"
		until grep -q 'waiting up to' waiting.$n; do sleep 0.02; done
	done
	other_ends
	timeout 50 tail --pid=$first -f /dev/null || { cat first.out; fail 'those who wait block the holder'; }
	wait $first || { cat first.out; fail 'the holder failed'; }
	wait "$waiter2" "$waiter3" || { cat waiting.?; fail 'a waiting one failed'; }
	equal "$(server_sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass")" t
	equal "$(server_sql 'SELECT count(*) FROM dbwarden_migrations')" 1
}

direct_url_is_used_for_everything() {
	export DATABASE_URL="${url%%://*}://nobody:nothing@127.0.0.1:1/nowhere"
	sed -i "s|^\[database:primary\]|&\ndirect_url = $url|" dbwarden.ini
	model <<<'CREATE TABLE one (a INTEGER);'
	make_migration first
	has out 'Proved in a scratch database'
	run 0 dbw migrate
	run 0 dbw check
}

scratch_databases() {
	case $dialect in
	postgresql) admin "SELECT datname FROM pg_database WHERE datname LIKE 'dbwarden\\_scratch\\_%' ORDER BY 1" ;;
	mysql) admin "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'dbwarden\\_scratch\\_%' ORDER BY 1" ;;
	esac
}

scratch_databases_are_dropped() {
	private_server "$dialect"
	model <<<'CREATE TABLE one (a INTEGER);'
	make_migration first
	has out 'Proved in a scratch database'
	equal "$(scratch_databases)" ''
	# A replay that fails.
	migration 0002_bad.sql <<-'SQL'
		-- upgrade
		INSERT INTO nowhere VALUES (1);
		-- rollback
		SELECT 1;
	SQL
	run 1 dbw make-migrations -d second
	has err '0002_bad.sql:2:'
	equal "$(scratch_databases)" ''
	# One that is interrupted.
	migration 0002_bad.sql <<-SQL
		-- upgrade
		$(slow_statement);
		-- rollback
		SELECT 1;
	SQL
	local signal
	for signal in INT TERM; do
		"$BUILD/dbwarden" make-migrations -d second >slow.out 2>&1 </dev/null &
		making=$!
		wait_until "$(sleeping)"
		equal "$(scratch_databases)" "$(server_sql "$(sleeping)")"
		kill -$signal $making
		wait $making && fail 'exit status 0'
		has slow.out interrupted
		equal "$(scratch_databases)" ''
	done
	# One that is killed leaves its database, for whoever comes an hour later.
	"$BUILD/dbwarden" make-migrations -d second >slow.out 2>&1 </dev/null &
	making=$!
	wait_until "$(sleeping)"
	kill -KILL $making
	wait $making || :
	[[ $(scratch_databases) =~ ^dbwarden_scratch_[0-9a-f]{8}_[0-9a-f]{16}$ ]]
}

leftovers_are_dropped_and_nothing_else() {
	private_server "$dialect"
	local old=dbwarden_scratch_5f000000_0123456789abcdef used=dbwarden_scratch_5f000001_0123456789abcdef
	local new name similar='dbwarden_scratch_mine dbwarden_scratch_5f000000_0123456789abcdeg dbwarden_scratch_5f000000_0123456789abcdef0 dbwarden_scratch_5f000000 xdbwarden_scratch_5f000000_0123456789abcdef'
	new=dbwarden_scratch_$(printf %08x "$(date +%s)")_0123456789abcdef
	for name in $old $used $new $similar; do admin "CREATE DATABASE $name"; done
	database=$used other_session
	other_says 'SELECT 1'
	model <<<'CREATE TABLE one (a INTEGER);'
	make_migration first
	has out 'Proved in a scratch database'
	equal "$(scratch_databases | tr '\n' ' ')" "$(printf '%s\n' $used $new ${similar/xdb*/} | LC_ALL=C sort | tr '\n' ' ')"
	case $dialect in
	postgresql) equal "$(admin "SELECT count(*) FROM pg_database WHERE datname LIKE 'x%'")" 1 ;;
	mysql) equal "$(admin "SELECT count(*) FROM information_schema.schemata WHERE schema_name LIKE 'x%'")" 1 ;;
	esac
	other_ends
	make_migration again
	run 0 dbw migrate
	run 0 dbw check
	scratch_databases >left
	lacks left $used
}

# The entry's user may not create databases; there, somebody may, and what is there stays as it is.
scratch_url_is_used() {
	local here=$url
	private_server "$dialect"
	local there=$url there_name=$database
	server_sql 'CREATE TABLE precious (a INTEGER); INSERT INTO precious VALUES (1)'
	(
		url=$here
		address=${here#*@}
		database=${here##*/}
		port=${address#*:}
		port=${port%%/*}
		credentials=${here#*://}
		credentials=${credentials%%@*}
		user=${credentials%%:*}
		password=${credentials#*:}
		plain_user "$([ "$dialect" = postgresql ] && echo CREATE || echo ALL)"
		model <<<'CREATE TABLE one (a INTEGER); CREATE VIEW v AS SELECT a FROM one;'
		make_migration first
		has out 'not proved'
		rm -r migrations/primary .dbwarden
		sed -i "s|^\[database:primary\]|&\nscratch_url = $there|" dbwarden.ini
		make_migration first
		has out 'Proved in a scratch database'
		run 0 dbw migrate
		run 0 dbw check
		run 0 dbw diff --exit-code
	)
	database=$there_name
	equal "$(server_schema | cut -d' ' -f1 | cut -f1)" precious
	equal "$(server_sql 'SELECT count(*) FROM precious')" 1
	equal "$(scratch_databases)" ''
}

run_variants holder_is_named_to_whoever_waits interrupted_holder_leaves_no_lock_and_no_doubt \
	interrupted_statement_is_not_in_doubt direct_url_is_used_for_everything \
	scratch_databases_are_dropped leftovers_are_dropped_and_nothing_else scratch_url_is_used
run_tests
