#!/bin/bash
# Every way to say where a server is, and every way in which it is not there: PostgreSQL and MySQL or MariaDB.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"
. "$(dirname "$0")/private_server_lib.sh"

reaches() { # URL: a migration could be run there
	export DATABASE_URL=$1
	run 0 dbw lock-status
	has out 'free'
	run 0 dbw status
}

refuses() { # STATUS URL TEXT HINT
	export DATABASE_URL=$2
	run "$1" dbw migrate
	has err 'dbwarden: error: '
	has err "$3"
	has err "  -> "
	has err "$4"
	run "$1" dbw status
	has err "$3"
	run "$1" dbw migrate --json
	has out '"hint"'
}

url_forms() {
	local scheme schemes='mysql mysql+pymysql mysql+mysqldb mariadb mariadb+mariadbconnector'
	[ "$dialect" = mysql ] || schemes='postgresql postgres postgresql+psycopg2 postgresql+asyncpg postgres+psycopg'
	for scheme in $schemes; do reaches "$scheme://$user:$password@$host:$port/$database"; done
	refuses 2 "oracle://$user:$password@$host:$port/$database" "does not begin with 'oracle:'" "$dialect"
}

# '@:/?#%' and what else a generator of passwords likes.
passwords_with_every_character() {
	local plain=plain_$RANDOM$RANDOM
	local secret="p@s:s/w?o#r%d &=+'\"é"
	case $dialect in
	postgresql) admin "CREATE ROLE $plain LOGIN PASSWORD '${secret//\'/\'\'}'" ;;
	mysql) admin "CREATE USER $plain@'127.0.0.1' IDENTIFIED BY '${secret//\'/\'\'}'; GRANT ALL ON $database.* TO $plain@'127.0.0.1'" ;;
	esac
	reaches "${url%%://*}://$plain:p%40s%3As%2Fw%3Fo%23r%25d%20%26%3D%2B%27%22%C3%A9@$host:$port/$database"
	printf '%s\n' "$secret" >secret
	sed -i "s/^\[database:primary\]/&\npassword_file = secret/" dbwarden.ini
	reaches "${url%%://*}://$plain@$host:$port/$database"
	sed -i "s/^password_file.*/password_command = cat secret/" dbwarden.ini
	reaches "${url%%://*}://$plain@$host:$port/$database"
}

refused_connections() {
	local other=${url%%://*}
	refuses 1 "$other://$user:wr0ng@$host:$port/$database" "$user" 'Look at user and password'
	lacks err wr0ng
	refuses 1 "$other://$user:$password@$host:$port/no_such_database" no_such_database 'CREATE DATABASE'
	lacks err "$password"
	refuses 1 "$other://$user:$password@no-such-host.invalid:$port/$database" no-such-host.invalid 'Correct the host'
	refuses 1 "$other://$user:$password@$host:1/$database" "$host" 'Look whether the server runs'
}

unknown_parameters() {
	refuses 1 "$url?no_such_parameter=1" no_such_parameter "$([ "$dialect" = mysql ] && echo unix_socket || echo sslmode)"
}

# A server that takes the connection and says nothing.
silent_server() {
	exec 8< <(exec python3 -c '
import socket, time
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(16)
print(s.getsockname()[1], flush=True)
time.sleep(60)')
	silent=$!
	trap 'kill $silent' EXIT
	read -r silent_port <&8
}

connect_timeout() {
	silent_server
	local other=${url%%://*}://$user:$password@127.0.0.1:$silent_port/$database
	refuses 1 "$other?connect_timeout=1" 127.0.0.1 'Look whether the server runs'
	sed -i "s/^\[database:primary\]/&\nconnect_timeout = 1/" dbwarden.ini
	refuses 1 "$other" 127.0.0.1 'Look whether the server runs'
	# A limit is no obstacle to a server that answers.
	reaches "$url"
	reaches "$url?connect_timeout=10"
}

waits_for_the_server() {
	private_server "$dialect"
	migration 0001_one.sql <<-'SQL'
		-- upgrade
		CREATE TABLE one (a INTEGER);
		-- rollback
		DROP TABLE one;
	SQL
	private_stop
	run 1 dbw migrate
	has err '--wait'
	dbw migrate --wait >slow.out 2>&1 </dev/null &
	migrate=$!
	private_start
	wait $migrate || { cat slow.out; fail 'it did not wait'; }
	equal "$(server_sql 'SELECT count(*) FROM one')" 0
	private_stop
	sed -i "s/^\[database:primary\]/&\nwait_for_db = 60/" dbwarden.ini
	dbw rollback >slow.out 2>&1 </dev/null &
	migrate=$!
	private_start
	wait $migrate || { cat slow.out; fail 'it did not wait'; }
	equal "$(server_schema)" ''
	# A wrong password is nothing to wait for.
	sed -i "s/^wait_for_db.*/wait_for_db = 600/" dbwarden.ini
	DATABASE_URL=${url%%://*}://$user:wrong@$host:$port/$database run 1 timeout 60 "$BUILD/dbwarden" status
}

test_socket_postgresql() {
	use_server postgresql
	local folder=${DBWARDEN_TEST_POSTGRESQL_SOCKET:-}
	[ -n "$folder" ] || skip 'no socket is known'
	reaches "postgresql://$user:$password@/$database?host=$folder&port=$port"
	reaches "postgresql://$user:$password@${folder//\//%2F}:$port/$database"
	reaches "postgresql://$user:$password@$host:1,$host:$port/$database"
}

test_socket_mysql() {
	use_server mysql
	local socket=${DBWARDEN_TEST_MYSQL_SOCKET:-}
	[ -n "$socket" ] || skip 'no socket is known'
	reaches "mysql://$user:$password@localhost/$database?unix_socket=$socket"
	reaches "mysql+pymysql://$user:$password@/$database?unix_socket=$socket&charset=utf8mb4"
}

test_libpq_keywords_postgresql() {
	use_server postgresql
	reaches "$url?sslmode=prefer&application_name=mine&options=-c%20search_path%3Dpublic"
	reaches "postgresql:///$database?host=$host&port=$port&user=$user&password=$password"
	reaches "postgresql://$user@$host:$port/$database?password=$password&target_session_attrs=read-write&connect_timeout=10"
}

test_pgpass() {
	use_server postgresql
	echo "$host:$port:*:$user:${password//:/\\:}" >.pgpass
	chmod 600 .pgpass
	HOME=$PWD reaches "postgresql://$user@$host:$port/$database"
	HOME=$PWD/none refuses 1 "postgresql://$user@$host:$port/$database" password '~/.pgpass'
}

test_my_cnf() {
	use_server mysql
	printf '[client]\nuser = %s\npassword = "%s"\n' "$user" "$password" >.my.cnf
	chmod 600 .my.cnf
	HOME=$PWD reaches "mysql://$host:$port/$database"
	HOME=$PWD/none refuses 1 "mysql://$user@$host:$port/$database" "$user" '~/.my.cnf'
}

ipv6() {
	python3 -c 'import socket; socket.socket(socket.AF_INET6).bind(("::1", 0))' 2>/dev/null || skip 'no IPv6 on this machine'
	case $dialect in
	postgresql) private_server postgresql '-c listen_addresses=127.0.0.1,::1' ;;
	mysql)
		private_server mysql --bind-address=127.0.0.1,::1
		admin "CREATE USER $user@'::1' IDENTIFIED BY '$password'; GRANT ALL ON *.* TO $user@'::1'"
		;;
	esac
	reaches "${url%%://*}://$user:$password@[::1]:$port/$database"
	refuses 1 "${url%%://*}://$user:$password@[::1]:1/$database" '::1' 'Look whether the server runs'
}

certificate() { # NAME: a self-signed one, for a host that is not ours
	openssl req -new -x509 -days 2 -nodes -newkey rsa:2048 -subj "/CN=$1" -addext "subjectAltName=DNS:$1" \
		-keyout server.key -out server.crt >/dev/null 2>&1 || fail openssl
	mkdir -p private
	cp server.key server.crt private/
	chmod 755 .
	chmod 600 private/server.key
	[ "$(id -u)" -ne 0 ] || chown -R "$([ "$dialect" = postgresql ] && echo postgres || echo mysql)" private
}

need_openssl() {
	command -v openssl >/dev/null || { [ -z "${CI:-}" ] || fail 'no openssl'; skip 'no openssl'; }
}

test_tls_postgresql() {
	use_server postgresql
	need_openssl
	refuses 1 "$url?sslmode=require" 'does not support SSL' sslmode
	certificate db.example.org
	private_server postgresql "-c ssl=on -c ssl_cert_file=$PWD/private/server.crt -c ssl_key_file=$PWD/private/server.key"
	reaches "$url?sslmode=require"
	reaches "$url?sslmode=verify-ca&sslrootcert=$PWD/server.crt"
	refuses 1 "$url?sslmode=verify-full&sslrootcert=$PWD/server.crt" 'certificate' sslmode
	refuses 1 "$url?sslmode=verify-ca&sslrootcert=$PWD/none.crt" 'none.crt' sslrootcert
	openssl req -new -x509 -days 2 -nodes -newkey rsa:2048 -subj /CN=other -keyout other.key -out other.crt >/dev/null 2>&1
	refuses 1 "$url?sslmode=verify-ca&sslrootcert=$PWD/other.crt" 'certificate verify failed' sslrootcert
}

test_tls_mysql() {
	use_server mysql
	need_openssl
	refuses 1 "$url?ssl-mode=REQUIRED" TLS 'The server offers no TLS'
	certificate 127.0.0.1
	private_server mysql "--ssl-cert=$PWD/private/server.crt" "--ssl-key=$PWD/private/server.key"
	reaches "$url?ssl-mode=REQUIRED"
	refuses 1 "$url?ssl-mode=VERIFY_IDENTITY" 'certificate' ssl-ca
	openssl req -new -x509 -days 2 -nodes -newkey rsa:2048 -subj /CN=other -keyout other.key -out other.crt >/dev/null 2>&1
	refuses 1 "$url?ssl-mode=VERIFY_CA&ssl-ca=$PWD/other.crt" 'certificate' ssl-ca
	admin "CREATE USER tls@'127.0.0.1' IDENTIFIED BY 'x' REQUIRE SSL; GRANT ALL ON $database.* TO tls@'127.0.0.1'"
	reaches "mysql://tls:x@$host:$port/$database?ssl-mode=REQUIRED"
}

# Unqualified names belong to the schema of the entry.
test_schema_of_the_entry_postgresql() {
	use_server postgresql
	sed -i "s/^\[database:primary\]/&\nschema = App/" dbwarden.ini
	model <<<'CREATE TABLE one (a INTEGER);'
	make_migration first
	has out 'Proved in a scratch database'
	run 1 dbw migrate
	has err 'SQLSTATE 3F000'
	has err 'CREATE SCHEMA'
	server_sql 'CREATE SCHEMA "App"'
	run 0 dbw migrate
	equal "$(server_sql "SELECT schemaname FROM pg_tables WHERE tablename IN ('one', 'dbwarden_migrations')" | uniq)" App
	run 0 dbw status --check
	run 0 dbw rollback
	equal "$(server_sql "SELECT count(*) FROM pg_tables WHERE tablename = 'one'")" 0
}

# As much of the protocol as it takes to tell a version.
old_server() { # MESSAGES OF THE SERVER, as Python
	exec 8< <(exec python3 -c '
import socket, struct, sys, threading
def message(kind, body): return kind + struct.pack("!i", len(body) + 4) + body
def packet(number, body): return struct.pack("<I", len(body))[:3] + bytes([number]) + body
def text(value): return bytes([len(value)]) + value
def column(number, name): return packet(number, text(b"def") + 3 * text(b"") + 2 * text(name) + struct.pack("<BHIBHBH", 12, 45, 255, 253, 0, 0, 0))
def postgresql(c):
    while True:
        start = c.recv(4096)
        if start[4:8] == struct.pack("!i", 196608): break
        c.sendall(b"N")
    c.sendall(message(b"R", struct.pack("!i", 0)) + message(b"S", b"server_version\0" + b"11.5\0") + message(b"S", b"client_encoding\0UTF8\0")
        + message(b"K", struct.pack("!ii", 1, 1)) + message(b"Z", b"I"))
    c.recv(4096)
def mysql(c):
    c.sendall(packet(0, b"\x0a" + b"5.7.44\0" + struct.pack("<I", 1) + b"12345678\0" + struct.pack("<HBHH", 0xf7ff, 45, 2, 0x0009) + b"\x15" + 10 * b"\0" + b"123456789012\0" + b"mysql_native_password\0"))
    c.recv(4096)
    c.sendall(packet(2, b"\0\0\0\2\0\0\0"))
    c.recv(4096)
    eof = b"\xfe\0\0\2\0"
    c.sendall(packet(1, b"\4") + column(2, b"v") + column(3, b"c") + column(4, b"p") + column(5, b"d") + packet(6, eof)
        + packet(7, text(b"5.7.44") + text(b"1") + text(b"1048576") + text(b"d")) + packet(8, eof))
    c.recv(4096)
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(16)
print(s.getsockname()[1], flush=True)
def serve(c):
    try: globals()[sys.argv[1]](c)
    except OSError: pass
while True:
    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()' "$dialect")
	silent=$!
	trap 'kill $silent' EXIT
	read -r silent_port <&8
}

too_old() {
	old_server
	refuses 1 "${url%%://*}://u:p@127.0.0.1:$silent_port/d" 'the server is too old' 'Upgrade the server'
	has err "$([ "$dialect" = postgresql ] && echo 'PostgreSQL 11.5, and 12' || echo 'MySQL 5.7.44, and 8.0')"
}

run_variants url_forms passwords_with_every_character refused_connections unknown_parameters connect_timeout \
	waits_for_the_server ipv6 too_old
run_tests
