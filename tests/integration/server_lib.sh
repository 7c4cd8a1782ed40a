# A database of a test's own on the private servers that scripts/with-servers starts. Sourced, not run.

use_server() { # DIALECT
	dialect=$1
	case $1 in
	postgresql) server=${DBWARDEN_TEST_POSTGRESQL:-} ;;
	mysql) server=${DBWARDEN_TEST_MYSQL:-} ;;
	esac
	[ -e "$BUILD/dbwarden-$dialect.so" ] || skip "the $dialect plugin is not built"
	if [ -z "$server" ]; then
		[ -z "${CI:-}" ] || fail "there is no $dialect server; run through scripts/with-servers"
		skip "no $dialect server: run through scripts/with-servers"
	fi
	# scheme://user:password@host:port/database
	credentials=${server#*://}
	address=${credentials#*@}
	credentials=${credentials%%@*}
	user=${credentials%%:*}
	password=${credentials#*:}
	host=${address%%:*}
	port=${address#*:}
	port=${port%%/*}
	database=t$$_$RANDOM$RANDOM
	DATABASE=${server%/*}
	admin "CREATE DATABASE $database"
	url=${server%/*}/$database
	export DATABASE_URL=$url
	run 0 dbw init --type "$dialect" --url '${DATABASE_URL}'
}

client() { # DATABASE: SQL on standard input, rows without headings on standard output
	case $dialect in
	postgresql)
		PGPASSWORD=$password psql -X -q -At -F ' ' -v ON_ERROR_STOP=1 -h "$host" -p "$port" -U "$user" "$1"
		;;
	mysql)
		MYSQL_PWD=$password mariadb --no-defaults -N -B -h "$host" -P "$port" -u "$user" "$1"
		;;
	esac
}

admin() { # SQL
	echo "$1" | client "$([ "$dialect" = postgresql ] && echo postgres || echo test)"
}

server_sql() { echo "$1" | client "$database"; } # SQL

# What a person would call the schema: tables, columns and their order, without dbwarden's own.
server_schema() {
	local where
	case $dialect in
	postgresql) where="table_schema = 'public'" ;;
	mysql) where="table_schema = '$database'" ;;
	esac
	server_sql "SELECT table_name, column_name, data_type, is_nullable, column_default
		FROM information_schema.columns WHERE $where AND table_name NOT LIKE 'dbwarden%'
		ORDER BY table_name, ordinal_position"
}
