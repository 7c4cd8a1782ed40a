#!/bin/bash
# The seven steps, and what goes wrong on servers, on PostgreSQL and MySQL or MariaDB alike. Each test gets a
# database of its own on the private servers that scripts/with-servers starts.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"

users='CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(255) NOT NULL UNIQUE, name VARCHAR(80));'

seven_steps() {
	run 0 dbw settings show
	lacks out "$password"
	model <<<"$users"
	run 0 dbw make-migrations -d "create users table" --database primary
	has out 'Proved in a scratch database'
	run 0 dbw migrate --database primary
	run 0 dbw status --database primary
	has out '1 applied, 0 pending'
	run 0 dbw history
	has out primary__0001_create_users_table.sql
	run 0 dbw make-migrations -d again
	has out 'no changes'
	run 0 dbw check
	run 0 dbw diff --exit-code
	run 0 dbw rollback
	equal "$(server_schema)" ''
	run 0 dbw migrate
	run 0 dbw status --check
}

every_change_there_and_back() {
	local before
	model <<<"$users CREATE TABLE posts (id INTEGER NOT NULL PRIMARY KEY, author INTEGER, title VARCHAR(80) DEFAULT 'it''s');"
	make_migration first
	run 0 dbw migrate
	server_sql "INSERT INTO users VALUES (1, 'a@b', 'A'), (2, 'c@d', NULL); INSERT INTO posts VALUES (1, 1, 'x');"
	before=$(server_schema)
	model <<-'SQL'
		CREATE TABLE users (
		    id INTEGER NOT NULL PRIMARY KEY,
		    email VARCHAR(300) NOT NULL UNIQUE,
		    -- dbwarden: renamed-from name
		    full_name VARCHAR(80),
		    age INTEGER NOT NULL DEFAULT 18,
		    CONSTRAINT grown CHECK (age > 0)
		);
		CREATE TABLE posts (
		    id INTEGER NOT NULL PRIMARY KEY,
		    author INTEGER REFERENCES users (id) ON DELETE CASCADE,
		    title VARCHAR(80) DEFAULT 'new',
		    CONSTRAINT posts_author FOREIGN KEY (author) REFERENCES users (id)
		);
		CREATE INDEX posts_title ON posts (title);
		CREATE VIEW titles AS SELECT title FROM posts;
	SQL
	[ "$dialect" = postgresql ] || sed -i 's/ REFERENCES users (id) ON DELETE CASCADE,/,/' models/schema.sql
	make_migration second
	run 0 dbw migrate
	equal "$(server_sql 'SELECT id, full_name, age FROM users ORDER BY id' | head -n 1)" "$([ "$dialect" = postgresql ] && echo '1 A 18' || printf '1\tA\t18')"
	run 0 dbw check
	run 0 dbw make-migrations -d again
	has out 'no changes'
	run 0 dbw rollback
	equal "$(server_schema)" "$before"
	equal "$(server_sql 'SELECT count(*) FROM users')" 2
}

a_failing_statement_has_its_place() {
	migration 0001_bad.sql <<-'SQL'
		-- upgrade
		CREATE TABLE one (a INTEGER);
		INSERT INTO two
		    VALUES (1);
		CREATE TABLE three (a INTEGER);
		-- rollback
		DROP TABLE three;
		DROP TABLE one;
	SQL
	run 1 dbw migrate
	has err 'migrations/primary/0001_bad.sql:3:'
	has err 'two'
	run 0 dbw lock-status
	has out free
	if [ "$dialect" = postgresql ]; then
		equal "$(server_schema)" ''
		run 0 dbw status
		has out '0 applied, 1 pending'
		server_sql 'CREATE TABLE two (a INTEGER)'
		run 0 dbw migrate
	else
		run 0 dbw status
		has out '0001'
		server_sql 'CREATE TABLE two (a INTEGER)'
		run 1 dbw migrate
		has err '--resume'
		run 0 dbw migrate --resume
	fi
	run 0 dbw status --check
	equal "$(server_sql 'SELECT count(*) FROM two')" 1
}

secrets_stay_secret() {
	sed -i 's/^url *=.*/url = ${OTHER_URL}/' dbwarden.ini
	export OTHER_URL="${url%%://*}://$user:S3CRETpw@$host:$port/$database"
	for command in status migrate history check "make-migrations -d x"; do
		# shellcheck disable=SC2086
		"$BUILD/dbwarden" $command >out 2>err </dev/null && fail "$command: exit status 0"
		lacks out S3CRETpw
		lacks err S3CRETpw
	done
	run 0 dbw settings show
	lacks out S3CRETpw
	export OTHER_URL="${url%/*}/no_such_database"
	run 1 dbw status
	has err no_such_database
	export OTHER_URL="${url%%://*}://$user:x@127.0.0.1:1/$database"
	run 1 dbw status
	has err 'cannot connect'
}

eight_at_once() {
	local n status
	for n in 1 2 3 4 5; do
		migration "000${n}_n.sql" <<-SQL
			-- upgrade
			CREATE TABLE t$n (x INTEGER);
			-- rollback
			DROP TABLE t$n;
		SQL
	done
	for n in 1 2 3 4 5 6 7 8; do
		(
			status=0
			dbw migrate >"out.$n" 2>"err.$n" </dev/null || status=$?
			echo "$status" >"status.$n"
		) &
	done
	wait
	for n in 1 2 3 4 5 6 7 8; do
		status=$(cat "status.$n")
		[ "$status" = 0 ] || [ "$status" = 4 ] || { cat "err.$n"; fail "exit status $status"; }
	done
	equal "$(server_sql 'SELECT count(*) FROM dbwarden_migrations')" 5
	run 0 dbw status --check
}

reserved_words_are_quoted() {
	local quote='"'
	[ "$dialect" = postgresql ] || quote='`'
	model <<<"CREATE TABLE ${quote}Order$quote (${quote}select$quote INTEGER, ${quote}a b$quote INTEGER);"
	make_migration first
	run 0 dbw migrate
	model <<<"CREATE TABLE ${quote}Order$quote (${quote}select$quote INTEGER, ${quote}a b$quote INTEGER, ${quote}group$quote INTEGER); CREATE INDEX ${quote}index$quote ON ${quote}Order$quote (${quote}group$quote);"
	make_migration second
	run 0 dbw migrate
	run 0 dbw rollback --to-version 0
	equal "$(server_schema)" ''
}

a_dump_reads_back_without_a_difference() {
	model <<<"$users CREATE TABLE posts (id INTEGER NOT NULL PRIMARY KEY, author INTEGER, CONSTRAINT by_user FOREIGN KEY (author) REFERENCES users (id) ON DELETE SET NULL); CREATE INDEX by_author_and_id ON posts (author, id); CREATE VIEW v AS SELECT id FROM posts;"
	make_migration first
	run 0 dbw migrate
	case $dialect in
	postgresql) PGPASSWORD=$password pg_dump -s -h "$host" -p "$port" -U "$user" "$database" >models/schema.sql ;;
	mysql) MYSQL_PWD=$password mariadb-dump --no-defaults --no-data -h "$host" -P "$port" -u "$user" "$database" >models/schema.sql ;;
	esac
	run 0 dbw diff --exit-code
}

chinook() {
	need_data chinook
	local rows
	sed '/^DROP DATABASE/d;/^CREATE DATABASE/d;/^USE /d;/^\\c/d' "$SHARED_DATA/chinook/$dialect.sql" >chinook.sql
	grep -n 'INSERT INTO' chinook.sql | head -n 1 | cut -d: -f1 >line
	cp chinook.sql models/chinook.sql
	make_migration chinook
	run 0 dbw migrate
	sed -n "$(cat line),\$p" chinook.sql >rows.sql
	client "$database" <rows.sql
	rows=$(server_sql "SELECT count(*) FROM $([ "$dialect" = postgresql ] && echo track || echo Track)")
	[ "$rows" -gt 3000 ]
	run 0 dbw check
	run 0 dbw make-migrations -d again
	has out 'no changes'
	run 0 dbw rollback
	equal "$(server_schema)" ''
}

authelia() {
	local folder=postgres n top
	[ "$dialect" = postgresql ] || folder=mysql
	need_data "authelia/$folder"
	mkdir -p migrations/primary
	for up in "$SHARED_DATA/authelia/$folder"/*.up.sql; do
		n=$(basename "$up" | sed 's/^V0*\([0-9]*\)\..*/\1/')
		{
			echo '-- upgrade'
			cat "$up"
			echo
			[ -s "$up" ] || echo "SELECT 'nothing to do';"
			echo '-- rollback'
			cat "${up%.up.sql}.down.sql"
			echo
			[ -s "${up%.up.sql}.down.sql" ] || echo "SELECT 'nothing to undo';"
		} >"migrations/primary/$(printf %04d "$n")_authelia.sql"
	done
	# The way back of version 12 makes keys that the way back of version 7 makes again.
	[ "$dialect" = postgresql ] ||
		sed -i 's/^CREATE UNIQUE INDEX \(kid\|username\) ON webauthn_devices/CREATE UNIQUE INDEX IF NOT EXISTS \1 ON webauthn_devices/' migrations/primary/0007_authelia.sql
	run 0 dbw migrate
	top=$(server_schema)
	[ -n "$top" ]
	run 0 dbw rollback --to-version 0
	equal "$(server_schema)" ''
	run 0 dbw migrate
	equal "$(server_schema)" "$top"
}

# Partitions, an enum, domains, an aggregate, triggers, views, full text: as pg_dump writes them.
test_pagila_from_models_to_a_database_postgresql() {
	use_server postgresql
	need_data pagila
	cp "$SHARED_DATA/pagila/pagila-schema.sql" models/
	make_migration pagila
	run 0 dbw migrate
	run 0 dbw check
	run 0 dbw diff --exit-code
	run 0 dbw make-migrations -d again
	has out 'no changes'
	PGPASSWORD=$password pg_dump -s -h "$host" -p "$port" -U "$user" "$database" >models/pagila-schema.sql
	run 0 dbw diff --exit-code
	run 0 dbw rollback
	equal "$(server_schema)" ''
}

# What a person changes in a schema with everything in it, there and back.
test_types_sequences_and_objects_change_postgresql() {
	use_server postgresql
	model <<-'SQL'
		CREATE SCHEMA app;
		CREATE TYPE mood AS ENUM ('sad', 'ok', 'gone');
		CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
		CREATE SEQUENCE app.numbers START WITH 10;
		CREATE TABLE app.people (
		    id serial PRIMARY KEY, mood mood NOT NULL DEFAULT 'ok', age positive,
		    code integer DEFAULT nextval('app.numbers'), tags text[] DEFAULT '{}',
		    born timestamptz DEFAULT now(), size numeric(10, 2) CHECK (size > 0 AND size IN (1, 2, 3))
		);
		CREATE INDEX ON app.people ((code + 1)) WHERE age > 3;
		CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
		CREATE TRIGGER touched BEFORE UPDATE ON app.people FOR EACH ROW EXECUTE FUNCTION touch();
		CREATE VIEW app.happy AS SELECT id, mood FROM app.people WHERE mood <> 'sad';
		COMMENT ON TABLE app.people IS 'it''s people';
	SQL
	make_migration first
	run 0 dbw migrate
	run 0 dbw make-migrations -d again
	has out 'no changes'
	server_sql "INSERT INTO app.people (age, size) VALUES (4, 1)"
	model <<-'SQL'
		CREATE SCHEMA app;
		CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
		CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
		CREATE SEQUENCE app.numbers START WITH 20 INCREMENT BY 2;
		CREATE TABLE app.people (
		    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, mood mood NOT NULL DEFAULT 'ok', age positive NOT NULL,
		    code bigint DEFAULT nextval('app.numbers'), tags text[] DEFAULT '{a}',
		    born date, size numeric(12, 2) CHECK (size > 0), twice integer GENERATED ALWAYS AS (age * 2) STORED
		);
		CREATE INDEX ON app.people ((code + 1)) WHERE age > 4;
		CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.age := 5; RETURN NEW; END $$;
		CREATE TRIGGER touched BEFORE INSERT OR UPDATE ON app.people FOR EACH ROW EXECUTE FUNCTION touch();
		CREATE MATERIALIZED VIEW app.happy AS SELECT id, mood FROM app.people WHERE mood <> 'sad';
		COMMENT ON TABLE app.people IS 'others';
	SQL
	make_migration second
	run 0 dbw migrate
	run 0 dbw check
	run 0 dbw diff --exit-code
	equal "$(server_sql "SELECT id, mood, age, twice FROM app.people")" '1 ok 4 8'
	run 0 dbw rollback
	run 0 dbw check
	equal "$(server_sql "SELECT id, mood, age FROM app.people")" '1 ok 4'
	run 0 dbw rollback
}

test_what_cannot_be_in_a_transaction_is_refused_with_the_header_to_add_postgresql() {
	use_server postgresql
	migration 0001_t.sql <<-'SQL'
		-- upgrade
		CREATE TABLE t (a INTEGER);
		-- rollback
		DROP TABLE t;
	SQL
	migration 0002_i.sql <<-'SQL'
		-- upgrade
		ALTER TABLE t ADD b INTEGER;
		CREATE INDEX CONCURRENTLY i ON t (a);
		-- rollback
		DROP INDEX i;
	SQL
	run 1 dbw migrate
	has err '0002_i.sql:3:1'
	has err 'CREATE INDEX CONCURRENTLY'
	has err 'dbwarden: no-transaction'
	equal "$(server_schema)" ''
	sed -i '1i -- dbwarden: no-transaction' migrations/primary/0002_i.sql
	run 0 dbw migrate
	run 0 dbw check
}

three_migrations() {
	local n
	for n in 1 2 3; do
		migration "000${n}_n.sql" <<-SQL
			-- upgrade
			CREATE TABLE t$n (x INTEGER);
			CREATE INDEX i$n ON t$n (x);
			-- rollback
			DROP TABLE t$n;
		SQL
	done
}

# Where statements commit one by one, what was in doubt is settled first.
go_on() {
	run 0 dbw status --json
	if [ "$(json out half_done)" = null ]; then
		run 0 dbw migrate
		return
	fi
	[ "$(json out half_done in_doubt)" = false ] || run 0 dbw repair
	run 0 dbw migrate --resume
	run 0 dbw migrate
}

every_call() { # KILL|KILL_AFTER|FAIL|LOST
	local calls n expected
	three_migrations
	export DBWARDEN_FAULTY_PLUGIN=$BUILD/dbwarden-$dialect.so
	sed -i "s/^type *=.*/type = faulty/; s|^\[dbwarden\]|&\nplugin_dir = $BUILD/tests/plugins|" dbwarden.ini
	DBWARDEN_FAULTY_COUNT=$PWD/calls dbw migrate >/dev/null
	calls=$(cat calls)
	[ "$calls" -gt 10 ]
	expected=$(server_schema)
	for n in $(seq 1 "$calls"); do
		fresh_database
		env "DBWARDEN_FAULTY_$1=$n" "$BUILD/dbwarden" migrate >out 2>err </dev/null || :
		go_on
		equal "$(server_schema | sed "s/$database//")" "$expected"
		equal "$(server_sql 'SELECT count(*), max(version) FROM dbwarden_migrations' | tr '\t' ' ')" '3 0003'
		run 0 dbw status --check
		admin "DROP DATABASE $database"
	done
}

killed_before_every_call() { every_call KILL; }
killed_after_every_call() { every_call KILL_AFTER; }
every_call_fails_once() { every_call FAIL; }
the_connection_is_lost_at_every_call() { every_call LOST; }

# Until a statement on the test's database sleeps.
await_sleep() {
	local question
	case $dialect in
	postgresql) question="SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'" ;;
	mysql) question="SELECT count(*) FROM information_schema.processlist WHERE db = '$database' AND state = 'User sleep'" ;;
	esac
	for _ in $(seq 300); do
		[ "$(server_sql "$question")" = 0 ] || return 0
		sleep 0.1
	done
	fail 'nothing sleeps'
}

# What a migration sets for itself is neither the next one's nor that of the records.
what_a_migration_sets_ends_with_it() {
	local elsewhere=other_$database
	migration 0001_users.sql <<-'SQL'
		-- upgrade
		CREATE TABLE users (id INTEGER);
		-- rollback
		DROP TABLE users;
	SQL
	migration 0002_temporary.sql <<-SQL
		-- upgrade
		CREATE  $([ "$dialect" = mysql ] || echo 'LOCAL ')TEMPORARY TABLE users (id INTEGER);
		-- rollback
		SELECT 'nothing to undo';
	SQL
	migration 0003_row.sql <<-'SQL'
		-- upgrade
		INSERT INTO users VALUES (1);
		-- rollback
		DELETE FROM users;
	SQL
	if [ "$dialect" = postgresql ]; then
		admin "CREATE ROLE $elsewhere"
		server_sql "CREATE SCHEMA $elsewhere AUTHORIZATION $elsewhere; CREATE TABLE $elsewhere.dbwarden_migrations (a integer)"
		migration 0004_away.sql <<-SQL
			-- upgrade
			SET search_path = $elsewhere;
			SET ROLE $elsewhere;
			CREATE TABLE away (id INTEGER);
			CREATE TABLE away_too (id INTEGER);
			-- rollback
			DROP TABLE $elsewhere.away_too;
			DROP TABLE $elsewhere.away;
		SQL
		{
			echo '-- dbwarden: no-transaction'
			sed 's/away/far/' migrations/primary/0004_away.sql
		} | migration 0005_far.sql
	fi
	run 0 dbw migrate
	run 0 dbw status --check
	equal "$(server_sql 'SELECT count(*) FROM users')" 1
	if [ "$dialect" = postgresql ]; then
		equal "$(server_sql 'SELECT count(*) FROM public.dbwarden_migrations')" 5
		equal "$(server_sql "SELECT count(*) FROM $elsewhere.away_too, $elsewhere.far_too")" 0
	fi
	run 0 dbw rollback --to-version 0
	if [ "$dialect" = postgresql ]; then
		server_sql "DROP SCHEMA $elsewhere CASCADE; DROP ROLE $elsewhere" 2>/dev/null
	fi
}

# The holder hangs; unlock shows it and ends its session.
unlock_ends_the_holder() {
	migration 0001_slow.sql <<-SQL
		-- upgrade
		$([ "$dialect" = postgresql ] && echo 'SELECT pg_sleep(60);' || echo 'DO SLEEP(60);')
		-- rollback
		SELECT 'nothing to undo';
	SQL
	sed -i 's/^\[database:primary\]/&\nlock_timeout = 0/' dbwarden.ini
	dbw migrate >slow.out 2>&1 </dev/null &
	await_sleep
	run 4 dbw migrate
	has err "$(id -un)@"
	run 4 dbw unlock
	has err '--force'
	run 0 dbw unlock --force
	has out 'its session was ended'
	wait
	has slow.out '0001_slow.sql:2'
	has slow.out 'connection is gone'
	run 0 dbw lock-status
	has out free
}

# Statements that take as long as the table 'naps' says.
nap() { # SECONDS
	server_sql "CREATE TABLE IF NOT EXISTS naps (seconds INTEGER); DELETE FROM naps; INSERT INTO naps VALUES ($1)" 2>/dev/null
}

# Where statements commit one by one, what an interrupt ended is known not to have happened.
an_interrupt_leaves_no_doubt() {
	local tool sleep='pg_sleep(seconds)::text'
	[ "$dialect" = postgresql ] || sleep='SLEEP(seconds)'
	nap 60
	migration 0001_slow.sql <<-SQL
		-- dbwarden: no-transaction
		-- upgrade
		CREATE TABLE one (a VARCHAR(20));
		INSERT INTO one SELECT $sleep FROM naps;
		CREATE TABLE two (a INTEGER);
		-- rollback
		DROP TABLE two;
		DROP TABLE one;
	SQL
	"$BUILD/dbwarden" migrate >out 2>err </dev/null &
	tool=$!
	await_sleep
	kill -TERM "$tool"
	wait "$tool" && fail 'an interrupted run ended with status 0'
	has err '0001_slow.sql:4'
	has err interrupted
	run 0 dbw status --json
	equal "$(json out half_done in_doubt)" false
	nap 0
	run 0 dbw migrate --resume
	run 0 dbw status --check
	equal "$(server_sql 'SELECT count(*) FROM one')" 1
}

# How often a command waits for the server, counted by a proxy.
round_trips() { # COMMAND [OPTION...]
	sed -i "s|^url *=.*|url = ${url%%:*}://\${WHO}@127.0.0.1:\${DELAYED_PORT}/\${NAME}|" dbwarden.ini
	NAME=$database WHO=$user:$password python3 "$ROOT/tests/tools/delay.py" "$host:$port" 1 \
		"$BUILD/dbwarden" "$@" >out 2>err || { cat err >&2; fail "exit status $?"; }
	sed -n 's/^round trips: //p' err
}

# What a schema is read with does not grow with it.
queries_do_not_grow_with_the_schema() {
	local n trips few=0
	model <<<"$users"
	for n in 1 30; do
		fresh_database
		server_sql "$users"
		for table in $(seq "$n"); do
			echo "CREATE TABLE t$table (id INTEGER NOT NULL PRIMARY KEY, a INTEGER REFERENCES users (id), b INTEGER); CREATE INDEX t${table}_b ON t$table (b);"
		done >models/tables.sql
		client "$database" <models/tables.sql
		trips=$(round_trips diff --exit-code)
		has out 'is what the models say'
		[ "$few" -eq 0 ] || equal "$trips" "$few"
		few=$trips
	done
}

# For ten migrations more.
two_round_trips_a_migration() {
	local n trips few=0
	for n in $(seq 20); do
		migration "$(printf '%04d_n.sql' "$n")" <<-SQL
			-- upgrade
			CREATE TABLE t$n (x INTEGER);
			CREATE INDEX i$n ON t$n (x);
			-- rollback
			DROP TABLE t$n;
		SQL
	done
	for n in 10 20; do
		fresh_database
		trips=$(round_trips migrate --count "$n")
		equal "$(server_sql 'SELECT count(*) FROM dbwarden_migrations')" "$n"
		[ "$few" -eq 0 ] || [ $((trips - few)) -le 20 ] || fail "$few round trips for 10 migrations, $trips for 20"
		few=$trips
	done
}

# Behind a pooler that gives each transaction another session, the lock would be left with nobody.
test_a_transaction_pooler_is_noticed_before_the_lock_is_taken_postgresql() {
	use_server postgresql
	command -v pgbouncer >/dev/null || { [ -z "${CI:-}" ] || fail 'no pgbouncer'; skip 'no pgbouncer'; }
	local pooler
	pooler=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	chmod 755 .
	cat >pgbouncer.ini <<-INI
		[databases]
		* = host=$host port=$port
		[pgbouncer]
		listen_addr = 127.0.0.1
		listen_port = $pooler
		unix_socket_dir =
		auth_type = plain
		auth_file = $PWD/users.txt
		pool_mode = transaction
		logfile = $PWD/pgbouncer.log
		pidfile = $PWD/pgbouncer.pid
		ignore_startup_parameters = extra_float_digits
	INI
	echo "\"$user\" \"$password\"" >users.txt
	touch pgbouncer.log
	chmod 666 pgbouncer.log
	if [ "$(id -u)" -eq 0 ]; then
		chown -R postgres .
		runuser -u postgres -- pgbouncer -d pgbouncer.ini
	else
		pgbouncer -d pgbouncer.ini
	fi
	trap 'kill "$(cat pgbouncer.pid)"' EXIT
	for _ in $(seq 50); do
		(echo >"/dev/tcp/127.0.0.1/$pooler") 2>/dev/null && break
		sleep 0.1
	done
	model <<<"$users"
	make_migration first
	export DATABASE_URL="postgresql://$user:$password@127.0.0.1:$pooler/$database"
	run 1 dbw migrate
	has err 'connection pooler'
	has err "direct_url"
	run 0 dbw status
	has out '0 applied, 1 pending'
	equal "$(server_sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")" 0
	sed -i "s|^\[database:primary\]|&\ndirect_url = $url|" dbwarden.ini
	run 0 dbw migrate
	run 0 dbw status --check
}

for one in seven_steps every_change_there_and_back a_failing_statement_has_its_place \
	secrets_stay_secret eight_at_once reserved_words_are_quoted \
	a_dump_reads_back_without_a_difference chinook authelia killed_before_every_call \
	killed_after_every_call every_call_fails_once the_connection_is_lost_at_every_call \
	unlock_ends_the_holder an_interrupt_leaves_no_doubt two_round_trips_a_migration \
	queries_do_not_grow_with_the_schema what_a_migration_sets_ends_with_it; do
	for one_dialect in postgresql mysql; do
		eval "test_${one}_${one_dialect}() { use_server $one_dialect; $one; }"
	done
done

run_tests
