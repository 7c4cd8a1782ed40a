# A server of a test's own, to be stopped, filled or made read-only without disturbing anybody. Started in the
# working directory, ended with the test. After private_server, $server, $url and $database name it as
# use_server does.

as_server() { # COMMAND...: as the user that the server wants
	local owner=postgres
	[ "$dialect" = postgresql ] || owner=mysql
	if [ "$(id -u)" -eq 0 ]; then runuser -u "$owner" -- "$@"; else "$@"; fi
}

free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

server_folder() { # NAME: made for the server's user, and short enough for a socket in it
	chmod 755 .
	mkdir -p "$1"
	[ "$(id -u)" -ne 0 ] || chown "$([ "$dialect" = postgresql ] && echo postgres || echo mysql)" "$1"
}

private_make() { # DIALECT: the files of a server, not started
	dialect=$1
	user=dbwarden password=pr1vate host=127.0.0.1 port=$(free_port)
	private=$PWD/private
	server_folder private
	case $dialect in
	postgresql)
		postgresql_bin=$(dirname "$(ls /usr/lib/postgresql/*/bin/postgres | tail -n 1)")
		printf '%s' "$password" >private.password
		chmod 644 private.password
		as_server "$postgresql_bin/initdb" -D "$private/data" -U "$user" -A scram-sha-256 \
			--pwfile="$PWD/private.password" -E UTF8 --locale=C.UTF-8 --no-sync >initdb.log 2>&1 ||
			{ cat initdb.log; fail 'initdb'; }
		;;
	mysql)
		as_server mariadb-install-db --no-defaults --datadir="$private/data" \
			--auth-root-authentication-method=normal --skip-test-db >initdb.log 2>&1 ||
			{ cat initdb.log; fail 'mariadb-install-db'; }
		;;
	esac
}

private_start() { # [OPTION...]: of the server; again after a stop, too
	trap end_of_test EXIT
	case $dialect in
	postgresql)
		as_server "$postgresql_bin/pg_ctl" -D "$private/data" -w -t 60 -l "$private/log" \
			-o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$private -c fsync=off $*" \
			start >/dev/null || { cat "$private/log"; fail 'the private server does not start'; }
		;;
	mysql)
		as_server mariadbd --no-defaults --datadir="$private/data" --bind-address=127.0.0.1 --port="$port" \
			--socket="$private/socket" --pid-file="$private/pid" --innodb-buffer-pool-size=32M \
			--character-set-server=utf8mb4 --collation-server=utf8mb4_general_ci "$@" >>"$private/log" 2>&1 &
		for _ in $(seq 300); do
			mariadb --no-defaults --socket="$private/socket" -u root -e 'SELECT 1' >/dev/null 2>&1 && return
			sleep 0.1
		done
		cat "$private/log"
		fail 'the private server does not start'
		;;
	esac
}

# At once, as if the power were gone; the files stay.
private_stop() {
	local pid
	case $dialect in
	postgresql) as_server "$postgresql_bin/pg_ctl" -D "$private/data" -m immediate -w stop >/dev/null 2>&1 || : ;;
	mysql)
		pid=$(cat "$private/pid" 2>/dev/null) || return 0
		kill -KILL "$pid" 2>/dev/null || :
		while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
		rm -f "$private/pid"
		;;
	esac
}

# Also where the test fails: nothing goes on running.
end_of_test() {
	local pid
	for pid in $(jobs -p); do kill "$pid" 2>/dev/null || :; done
	[ -z "${private:-}" ] || private_stop
}

private_server() { # DIALECT [OPTION...]
	[ -e dbwarden.ini ] || use_server "$1"
	private_make "$1"
	shift
	private_start "$@"
	case $dialect in
	postgresql) server=postgresql://$user:$password@$host:$port/postgres ;;
	mysql)
		server=mysql://$user:$password@$host:$port/test
		mariadb --no-defaults --socket="$private/socket" -u root <<-SQL
			CREATE USER $user@'127.0.0.1' IDENTIFIED BY '$password';
			GRANT ALL ON *.* TO $user@'127.0.0.1' WITH GRANT OPTION;
			CREATE DATABASE test;
		SQL
		;;
	esac
	fresh_database
}

# Another session, which does what is written to descriptor 7 and ends when that is closed.
other_session() {
	trap end_of_test EXIT
	mkfifo other.in
	case $dialect in
	postgresql) PGPASSWORD=$password stdbuf -oL psql -X -q -At -h "$host" -p "$port" -U "$user" "$database" ;;
	mysql) MYSQL_PWD=$password mariadb --no-defaults --init-command='SET innodb_lock_wait_timeout = 5, lock_wait_timeout = 5' -n -N -B -h "$host" -P "$port" -u "$user" "$database" ;;
	esac <other.in >other.out 2>&1 &
	other=$!
	exec 7>other.in
}

other_says() { # SQL: and waits until it is done
	echo "$1; SELECT 'said $((said = ${said:-0} + 1))';" >&7
	until grep -q "said $said" other.out; do
		kill -0 "$other" 2>/dev/null || { cat other.out; fail 'the other session has ended'; }
		sleep 0.02
	done
}

other_ends() {
	# What was started meanwhile may have the descriptor, too: its end is not enough.
	echo '\q' >&7 2>/dev/null || :
	exec 7>&-
	wait "$other" || :
	rm -f other.in
}

# Until the query gives a row; a minute at most.
wait_until() { # SQL
	for _ in $(seq 600); do
		[ -z "$(server_sql "$1")" ] || return 0
		sleep 0.1
	done
	fail "never came true: $1"
}

# A user of the database with no more than the privileges that are named; DATABASE_URL is his.
plain_user() { # PRIVILEGES ON THE DATABASE
	plain=plain_$RANDOM$RANDOM
	case $dialect in
	postgresql)
		admin "CREATE ROLE $plain LOGIN PASSWORD 'plain'"
		[ -z "$1" ] || server_sql "GRANT $1 ON SCHEMA public TO $plain"
		;;
	mysql)
		admin "CREATE USER $plain@'127.0.0.1' IDENTIFIED BY 'plain'; GRANT ${1:-SELECT} ON $database.* TO $plain@'127.0.0.1'"
		;;
	esac
	export DATABASE_URL="${url%%://*}://$plain:plain@$host:$port/$database"
}

applied() { # the versions that count as applied, in order
	server_sql "SELECT version FROM dbwarden_migrations ORDER BY id" | tr '\n' ' '
}

tables() { # those of the migrations
	server_schema | cut -d' ' -f1 | cut -f1 | uniq | tr '\n' ' '
}

# The sessions of the tool that wait for a lock of another session.
waiting() {
	case $dialect in
	postgresql) echo "SELECT pid FROM pg_stat_activity WHERE datname = '$database' AND application_name = 'dbwarden' AND wait_event_type = 'Lock'" ;;
	mysql) echo "SELECT id FROM information_schema.processlist WHERE db = '$database' AND info LIKE 'ALTER%' AND state LIKE 'Waiting for table metadata lock%'" ;;
	esac
}

# A word that the statements of a migration look up, to know what becomes of them.
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

# Each as a test of both dialects.
run_variants() {
	local one one_dialect
	for one in "$@"; do
		for one_dialect in postgresql mysql; do
			eval "test_${one}_${one_dialect}() { use_server $one_dialect; $one; }"
		done
	done
}
