# What the tests of PostgreSQL's DDL share: a walk through the states of the models, and back to nothing.

dump() {
	PGPASSWORD=$password pg_dump -s -h "$host" -p "$port" -U "$user" "$database"
}

# What is in the database but for dbwarden's own tables and the words of the dump that change each time.
contents() {
	dump | sed '/^--/d; /^\\restrict/d; /^\\unrestrict/d; /^$/d' | sed -n '/^\(CREATE\|COMMENT\|ALTER TABLE\)/p' | sed '/dbwarden/d'
}

in_step() { # what must hold when the database is what the models say
	run 0 dbw check
	run 0 dbw diff --exit-code
	run 0 dbw make-migrations -d again --plan
	has out 'no changes'
	# The server's own words for it are models too.
	mv models models.kept
	mkdir models
	dump >models/dump.sql
	run 0 dbw diff --exit-code
	rm -r models
	mv models.kept models
}

# Models and SQL on standard input: '--- models [options of make-migrations]' begins the next state of the models,
# '--- rows' SQL that is run then, '--- expect SQL' the rows that a query must give. At the end everything is undone.
walk() {
	local line kind='' n=0 rest=''
	: >block
	use_server postgresql
	while IFS= read -r line || [ -n "$line" ]; do
		case $line in
		'--- '*)
			finish_block "$kind" "$rest"
			: >block
			kind=${line#--- } rest=''
			case $kind in *' '*) rest=${kind#* } kind=${kind%% *} ;; esac
			[ "$kind" != models ] || n=$((n + 1))
			;;
		*) printf '%s\n' "$line" >>block ;;
		esac
	done
	finish_block "$kind" "$rest"
	for _ in $(seq "$n"); do
		run 0 dbw rollback
		run 0 dbw check
	done
	equal "$(contents)" ''
}

finish_block() { # KIND REST
	case $1 in
	models)
		model <block
		# shellcheck disable=SC2086
		make_migration step $2
		has out 'Proved in a scratch database'
		run 0 dbw migrate
		in_step
		;;
	rows) client "$database" <block ;;
	expect) equal "$(server_sql "$2")" "$(cat block)" ;;
	esac
}
