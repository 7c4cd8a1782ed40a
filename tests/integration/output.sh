#!/bin/bash
# What programs read, what nobody may read, and where things are relative to.
. "$(dirname "$0")/lib.sh"

with_one_migration() {
	project
	model <<<'CREATE TABLE t (a);'
	make_migration first
}

test_json_parses_and_nothing_else_is_on_standard_output() {
	with_one_migration
	run 0 dbw status --json
	equal "$(json out counts pending)" 1
	run 0 dbw migrate --dry-run --json
	equal "$(json out dry_run)" true
	run 0 dbw migrate --json
	equal "$(json out migrations 0 done)" true
	run 0 dbw history --json
	equal "$(json out history 0 version)" 0001
	run 0 dbw make-migrations -d x --json
	equal "$(json out outcome)" "no changes"
	run 0 dbw settings show --json
	equal "$(json out databases primary type value)" sqlite
	run 0 dbw settings show --all --json
	run 0 dbw database list --json
	equal "$(json out databases 0 name)" primary
	run 0 dbw plugin list --json
	json out plugins >/dev/null
	run 0 dbw plugin info sqlite --json
	equal "$(json out features lock)" true
	run 0 dbw lock-status --json
	equal "$(json out locked)" false
	run 0 dbw rollback --json
	equal "$(json out migrations 0 action)" rollback
	run 2 dbw status --json --database nope
	equal "$(json out error exit_status)" 2
	has out nope
	model <<<'CREATE TABLE t (a, b);'
	run 0 dbw make-migrations -d x --plan --json
	equal "$(json out outcome)" planned
}

test_json_is_utf8_whatever_the_bytes() {
	with_one_migration
	run 2 dbw status --json --database $'no\xffpe'
	has out $'no\xef\xbf\xbdpe'
	json out error message >/dev/null
}

test_a_pipe_gets_no_colour() {
	with_one_migration
	unset NO_COLOR
	export TERM=xterm
	for command in status history migrate "plugin list" "settings show" "database list"; do
		# shellcheck disable=SC2086
		run 0 dbw $command
		if grep -q $'\033' out err; then fail "colour in the output of $command"; fi
	done
}

test_passwords_never_show() {
	project
	cat >dbwarden.ini <<-'INI'
		[database:primary]
		type = sqlite
		url = sqlite://user:hunter2@host/app.db?password=hunter2
		model_paths = models
		[database:nodialect]
		type = nodialect
		url = nodialect://user:hunter2@host/db
	INI
	for command in "settings show primary" "settings show --all --json" "database list" "status" "migrate" \
		"make-migrations -d x" "migrate --database nodialect" "status --json" "history"; do
		# shellcheck disable=SC2086
		dbw $command >out 2>err || :
		lacks out hunter2
		lacks err hunter2
	done
	run 0 dbw settings show primary
	has out '***'
}

test_paths_are_relative_to_the_configuration() {
	with_one_migration
	mkdir -p deep/er
	cd deep/er
	run 0 dbw migrate
	run 0 dbw status --check
	run 0 dbw make-migrations -d again
	has out "no changes"
	cd ../..
	[ -e app.db ]
	[ ! -e deep/er/app.db ]
	cd /
	"$BUILD/dbwarden" status --check --config "$OLDPWD/dbwarden.ini" >/dev/null
}

test_a_missing_dialect_says_where_it_looked_and_how_to_get_it() {
	project
	sed -i 's/^type *=.*/type = oracle/' dbwarden.ini
	run 2 dbw status
	has err "dbwarden-oracle.so"
	has err "--plugin-dir"
	has err "$BUILD"
}

test_closed_output_is_an_error() {
	with_one_migration
	[ -e /dev/full ] || skip "no /dev/full"
	got=0
	"$BUILD/dbwarden" status >/dev/full 2>err || got=$?
	equal "$got" 1
	has err "No space left"
}

test_a_long_list_of_operations_is_cut_but_for_what_loses_data() {
	project
	for n in $(seq 40); do echo "CREATE TABLE t$n (a INTEGER, b INTEGER);"; done >models.sql
	model <models.sql
	make_migration first
	has out 'and 15 more; all of them are in the plan beside the file'
	sed 's/, b INTEGER//' models.sql | grep -v 't40 ' | model
	make_migration second
	equal "$(grep -c '(loses data)' out)" 40
	lacks out 'more; all of them'
}

run_tests
