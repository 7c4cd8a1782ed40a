#!/bin/bash
# The parser against the server: what the parser makes of DDL is what the database holds after its own client has run the
# same text. See tests/tools/parsed.c for what exactly is compared, and how; SQLite keeps the text that the plugin parses,
# so its pragmas are asked beside it (tests/tools/sqlite_pragmas.py).
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"
. "$(dirname "$0")/dialects_lib.sh"

PARSED=$BUILD/tests/tools/parsed
MODELS=$ROOT/tests/data/models
PYTHON=${DBWARDEN_TEST_SYSTEM_PYTHON:-/usr/bin/python3}
export DBWARDEN_TEST_PLUGIN_DIR=$BUILD PYTHONDONTWRITEBYTECODE=1

# A database that holds nothing.
empty_database() {
	if [ "$dialect" = sqlite ]; then
		rm -f live.db
		url=sqlite:///$PWD/live.db
	else
		fresh_database
	fi
}

# The database's own client runs the files.
execute() { # FILE...
	local file
	for file; do
		if [ "$dialect" = sqlite ]; then
			sqlite3 -bail live.db <"$file" >out 2>err
		else
			client "$database" <"$file" >out 2>err
		fi || { cat err; fail "the server does not take $file"; }
	done
}

# The database as it is, and what is read from the files; 0: they are the same, 3: the files are not accepted.
compare() { # FILE...
	local got=0
	"$PARSED" compare "$dialect" "$url" "$@" >differences 2>why || got=$?
	if [ "$got" -eq 0 ] && [ "$dialect" = sqlite ]; then
		"$PARSED" print sqlite "$@" | "$PYTHON" "$ROOT/tests/tools/sqlite_pragmas.py" live.db >differences || got=1
	fi
	case $got in
	0 | 3) return $got ;;
	esac
	cat differences why
	fail "the parser and the $dialect server differ on $*"
}

same() { # FILE...
	compare "$@" && return 0
	cat why
	fail "the parser refuses what the $dialect server takes: $*"
}

# The schema in the words of the database's own dump, without dbwarden's tables.
dump() { # FILE
	local ignored=() table
	case $dialect in
	postgresql)
		PGPASSWORD=$password pg_dump -s --no-owner -T 'dbwarden_*' -h "$host" -p "$port" -U "$user" "$database" >"$1"
		;;
	mysql)
		for table in migrations journal lock seeds; do ignored+=("--ignore-table=$database.dbwarden_$table"); done
		MYSQL_PWD=$password mariadb-dump --no-defaults --no-data --routines --events --triggers \
			"${ignored[@]}" -h "$host" -P "$port" -u "$user" "$database" >"$1"
		;;
	sqlite)
		sqlite3 "${url#sqlite:///}" "SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
			AND tbl_name NOT LIKE 'dbwarden\\_%' ESCAPE '\\' AND tbl_name NOT IN
			(SELECT name FROM pragma_table_list WHERE type = 'shadow') ORDER BY type <> 'table', rowid" >"$1"
		;;
	esac
}

body_own_models_are_read_as_the_server_reads_them() {
	local model
	for model in "$MODELS/$dialect"/*.sql; do
		empty_database
		execute "$model"
		same "$model"
		dump dumped.sql
		same dumped.sql
	done
}

# Its rows are left out, and the commands that make and choose a database.
body_chinook_is_read_as_the_server_reads_it() {
	need_data chinook
	sed '/Populate Tables/,$d' "$SHARED_DATA/chinook/$dialect.sql" | sed '$d' |
		sed -E '/^(DROP|CREATE) DATABASE|^USE |^\\c /d' >chinook.sql
	empty_database
	execute chinook.sql
	same chinook.sql
	dump dumped.sql
	same dumped.sql
}

# Its owner is not on this server.
test_pagila_is_read_as_the_server_reads_it() {
	need_data pagila
	begin postgresql
	sed '/OWNER TO/d' "$SHARED_DATA/pagila/pagila-schema.sql" >pagila.sql
	empty_database
	execute pagila.sql
	same pagila.sql
	dump dumped.sql
	same dumped.sql
}

history() { # FOLDER
	local up n
	mkdir -p migrations/primary
	for up in "$SHARED_DATA/authelia/$1"/*.up.sql; do
		n=$(basename "$up" | sed 's/^V\([0-9]*\)\..*/\1/')
		{
			echo '-- upgrade'
			sed -E 's/(BIN2B64|B642BIN)\(([a-z_]+)\)/\2/g' "$up"
			echo
			[ -s "$up" ] || echo "SELECT 'nothing to do';"
			echo '-- rollback'
			echo "SELECT 'not wanted here';"
		} >"migrations/primary/${n}_authelia.sql"
	done
}

# After each of the 26 versions: the server's dump, and the text of all versions so far where that is a model, that is,
# as long as nothing is renamed or dropped.
body_every_version_of_authelia_is_read_as_the_server_has_it() {
	local folder=$dialect number models=0
	[ "$dialect" != postgresql ] || folder=postgres
	need_data "authelia/$folder"
	history "$folder"
	[ "$dialect" != sqlite ] || url=sqlite:///$PWD/app.db
	for number in $(seq -w 1 26); do
		run 0 dbw migrate --to-version "$number"
		dump dumped.sql
		[ "$dialect" != sqlite ] || cp app.db live.db
		same dumped.sql
		cat "$SHARED_DATA/authelia/$folder/V00$number".*.up.sql >>cumulated.sql
		if compare cumulated.sql; then models=$((models + 1)); fi
	done
	[ "$models" -gt 0 ] || fail "no version's text was accepted as a model: $(cat why)"
	echo "$models of 26 are models"
}

paths_of() { # PROJECT
	case $1 in
	shop) echo shop ;;
	blog) echo blog.models ;;
	queue) echo "$PWD/models.py" ;;
	everything) echo "$PWD/common.py $PWD/$dialect.py" ;;
	esac
}

body_what_sqlalchemy_prints_is_read_as_the_server_reads_it() {
	local project
	"$PYTHON" -c 'import sqlalchemy' 2>/dev/null || {
		[ -z "${CI:-}" ] || fail 'there is no SQLAlchemy; run scripts/install-deps test'
		skip 'there is no SQLAlchemy: run scripts/install-deps test'
	}
	for project in blog everything queue shop; do
		mkdir "$project"
		cd "$project"
		cp -r "$ROOT/tests/data/sqlalchemy/$project/v14/." .
		# shellcheck disable=SC2046
		"$PYTHON" "$ROOT/scripts/providers/sqlalchemy.py" --dialect "$dialect" -- $(paths_of "$project") >models.sql
		empty_database
		execute models.sql
		same models.sql
		cd ..
	done
}

body_what_django_prints_is_read_as_the_server_reads_it() {
	"$PYTHON" -c 'import django' 2>/dev/null || {
		[ -z "${CI:-}" ] || fail 'there is no Django; run scripts/install-deps test'
		skip 'there is no Django: run scripts/install-deps test'
	}
	cp -r "$ROOT/tests/data/django/site/." .
	"$PYTHON" "$ROOT/scripts/providers/django.py" --dialect "$dialect" -- "$PWD" >models.sql
	empty_database
	execute models.sql
	same models.sql
}

on_all_dialects
run_tests
