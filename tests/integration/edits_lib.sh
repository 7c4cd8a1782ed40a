# What edits_sqlite.sh, edits_postgresql.sh and edits_mysql.sh share: real schemas with rows in them, each changed forty
# times, up and down at each change. The changes are in tests/data/edits, tests/tools/edits.py makes them.
# EDITS_TOGETHER=1 puts each into a migration of its own; EDITS_ONLY=3-5 makes those alone.

. "$HERE/server_lib.sh"
. "$HERE/dialects_lib.sh"
. "$HERE/authelia_lib.sh"

# CLIENT and DUMP: what reads the rows, and what prints the schema.
name_tools() {
	local server table ignored=
	case $dialect in
	sqlite)
		export DUMP='sqlite3 app.db .schema'
		;;
	postgresql)
		export PGPASSWORD=$password
		server="-h $host -p $port -U $user $database"
		export CLIENT="psql -X -q -At -v ON_ERROR_STOP=1 $server"
		export DUMP="pg_dump -s -O -x -T dbwarden_* $server"
		;;
	mysql)
		export MYSQL_PWD=$password
		server="-h $host -P $port -u $user $database"
		for table in migrations journal lock seeds; do ignored="$ignored --ignore-table=$database.dbwarden_$table"; done
		export CLIENT="mariadb --no-defaults -N -B --default-character-set=utf8mb4 $server"
		export DUMP="mariadb-dump --no-defaults --no-data --routines --triggers --events --skip-dump-date $ignored $server"
		;;
	esac
}

run_edits() { # LIST: the model is models/schema.sql, the rows are in rows.sql
	# A server takes a second for each; where nothing is asked for, some go into one migration.
	local together=1
	case $dialect in postgresql) together=5 ;; mysql) together=8 ;; esac
	make_migration 'as it is'
	run 0 dbw migrate
	if [ "$dialect" = sqlite ]; then sqlite3 -bail app.db <rows.sql; else client "$database" <rows.sql; fi
	name_tools
	DBWARDEN=$BUILD/dbwarden python3 "$ROOT/tests/tools/edits.py" "$dialect" "$ROOT/tests/data/edits/$1.py" \
		--together "${EDITS_TOGETHER:-$together}" ${EDITS_ONLY:+--only "$EDITS_ONLY"} || fail "$1"
}

# The tables, then the rows; so many of them that every step still has some to lose.
chinook() {
	need_data chinook
	local first
	sed '/^DROP /d;/^CREATE DATABASE/d;/^USE /d;/^\\c/d' "$SHARED_DATA/chinook/$dialect.sql" >chinook.sql
	first=$(grep -n 'INSERT INTO' chinook.sql | head -n 1 | cut -d: -f1)
	sed "$first,\$d" chinook.sql >models/schema.sql
	{
		[ "$dialect" != sqlite ] || echo 'BEGIN;'
		sed -n "$first,\$p" chinook.sql
		cat "$ROOT/tests/data/edits/chinook_$dialect.sql"
		[ "$dialect" != sqlite ] || echo 'COMMIT;'
	} >rows.sql
	run_edits "chinook_$dialect"
}

# The newest version of all, as a dump of it is.
authelia() {
	local folder=$dialect
	[ "$dialect" != postgresql ] || folder=postgres
	authelia_migrations "$folder"
	run 0 dbw migrate
	name_tools
	if [ "$dialect" = sqlite ]; then
		sqlite3 app.db "SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'dbwarden%'
			AND name NOT LIKE 'sqlite%' ORDER BY tbl_name, type DESC, name" >models/schema.sql
		rm -f app.db*
	else
		set -f
		$DUMP >models/schema.sql
		set +f
		fresh_database
	fi
	rm -r migrations/primary/*
	cp "$ROOT/tests/data/edits/authelia.sql" rows.sql
	run_edits "authelia_$dialect"
}

pagila() {
	need_data pagila
	cp "$SHARED_DATA/pagila/pagila-schema.sql" models/schema.sql
	chmod u+w models/schema.sql
	cp "$ROOT/tests/data/edits/pagila_postgresql.sql" rows.sql
	run_edits pagila_postgresql
}
