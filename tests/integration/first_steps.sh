#!/bin/bash
# The seven first steps, and the errors that people meet on the way.
. "$(dirname "$0")/lib.sh"

test_the_seven_steps() {
	run 0 dbw init --database primary --type sqlite --url sqlite:///app.db
	has out dbwarden.ini
	run 0 dbw database list
	has out primary
	model <<-'SQL'
		CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE);
	SQL
	run 0 dbw make-migrations -d "create users table" --database primary
	has out "wrote migrations/primary/primary__0001_create_users_table.sql"
	has out "Proved"
	has migrations/primary/primary__0001_create_users_table.sql "-- upgrade"
	has migrations/primary/primary__0001_create_users_table.sql "-- rollback"
	[ -e migrations/primary/primary__0001_create_users_table.plan.json ]
	[ -e .dbwarden/snapshots/primary/0001.json ]
	run 0 dbw status --database primary
	has out "pending"
	run 3 dbw status --database primary --check
	run 0 dbw migrate --database primary
	has out "applied primary__0001_create_users_table.sql"
	sql "INSERT INTO users (email) VALUES ('a@example.org')"
	run 0 dbw status --database primary --check
	has out "1 applied, 0 pending"
	run 0 dbw history --database primary
	has out "upgrade"
	has out "primary__0001_create_users_table.sql"
	run 0 dbw migrate --database primary
	has out "nothing to do"
}

test_init_never_overwrites() {
	echo "; mine" >dbwarden.ini
	run 2 dbw init
	has err "dbwarden.ini"
	has err "is there already"
	equal "$(cat dbwarden.ini)" "; mine"
	rm dbwarden.ini
	mkdir -p models
	echo keep >models/x.sql
	run 0 dbw init
	equal "$(cat models/x.sql)" keep
}

test_init_for_another_name_and_url() {
	run 0 dbw init --database shop --url 'sqlite:///data/shop.db'
	[ -d migrations/shop ]
	run 0 dbw settings show shop
	has out "sqlite:///data/shop.db"
	run 2 dbw init --database 'no/name'
	has err "no/name"
}

test_no_configuration_found() {
	run 2 dbw status
	has err "no configuration found"
	has err "dbwarden init"
	[ ! -s out ]
}

test_database_not_found_lists_the_names() {
	project
	run 2 dbw status --database primry
	has err "database 'primry' not found"
	has err "primary"
}

test_no_models_found_says_what_to_set() {
	project
	run 2 dbw make-migrations -d "first"
	has err "no models found"
	has err "model_paths"
	: >models/empty.sql
	run 2 dbw make-migrations -d "first"
	has err "no models found"
	rm -r models
	run 2 dbw make-migrations -d "first"
	has err "no models found"
}

test_words_that_are_not_known_get_the_nearest() {
	run 2 dbw migrat
	has err "Did you mean 'migrate'"
	project
	run 2 dbw migrate --databse primary
	has err "Did you mean --database"
	run 2 dbw plugin lst
	has err "plugin list"
}

test_help_on_every_level() {
	run 0 dbw --help
	has out "make-migrations"
	run 0 dbw migrate --help
	has out "--to-version"
	run 0 dbw plugin --help
	has out "plugin info"
	run 0 dbw --version
	has out "dbwarden "
	run 2 dbw
	has err "usage:"
}

test_a_new_migration_by_hand() {
	project
	run 0 dbw new "Add a table, by hand"
	f=$(ls migrations/primary/*.sql)
	equal "$(basename "$f")" primary__0001_add_a_table_by_hand.sql
	printf -- '-- upgrade\nCREATE TABLE t (a);\n-- rollback\nDROP TABLE t;\n' >"$f"
	run 0 dbw migrate
	run 0 dbw rollback
	equal "$(schema_of app.db)" ""
}

run_tests
