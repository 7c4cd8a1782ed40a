#!/bin/bash
# Plugins as users and vendors meet them.
. "$(dirname "$0")/lib.sh"

test_a_broken_plugin_that_nobody_asked_for_disturbs_nothing() {
	project
	mkdir vendor
	cp "$BUILD"/tests/plugins/dbwarden-no_symbol.so "$BUILD"/tests/plugins/dbwarden-other_major.so vendor/
	echo "not a library" >vendor/dbwarden-text.so
	sed -i "s|^\[dbwarden\]|&\nplugin_dir = vendor|" dbwarden.ini
	run 0 dbw status
	run 0 dbw migrate
	# Also where an alias makes it look at every plugin.
	sed -i 's/^type *=.*/type = sqlite3/' dbwarden.ini
	run 0 dbw status
	run 0 dbw plugin list
	has out "cannot be used"
	has out no_symbol
}

test_each_refusal_says_why() {
	check() { # NAME TEXT
		run 2 dbw plugin info "$BUILD/tests/plugins/dbwarden-$1.so"
		has err "$2"
	}
	check no_symbol dbwarden_plugin
	check other_major "2.0"
	check short_table "short_table"
	check null_parts "null_parts"
	echo "not a library" >dbwarden-text.so
	run 2 dbw plugin info ./dbwarden-text.so
	cp "$BUILD/dbwarden-sqlite.so" .
	chmod 666 dbwarden-sqlite.so
	run 2 dbw plugin info ./dbwarden-sqlite.so
	has err "writable"
	run 2 dbw plugin info ./dbwarden-missing.so
	has err "No such file"
}

test_the_folder_given_first_wins() {
	project
	mkdir vendor
	cp "$BUILD/dbwarden-sqlite.so" vendor/
	run 0 dbw plugin info sqlite --plugin-dir vendor
	has out "vendor/dbwarden-sqlite.so"
	DBWARDEN_PLUGIN_PATH=$PWD/vendor run 0 dbw plugin info sqlite
	has out "vendor/dbwarden-sqlite.so"
	run 0 dbw plugin info sqlite
	lacks out vendor
}

test_what_a_plugin_lacks_is_named() {
	project
	sed -i "s/^type *=.*/type = minimal/; s|^url *=.*|url = minimal:///x|" dbwarden.ini
	model <<<'CREATE TABLE t (a);'
	run 1 dbw make-migrations -d x --plugin-dir "$BUILD/tests/plugins"
	has err emit
	run 1 dbw migrate --plugin-dir "$BUILD/tests/plugins"
	has err "minimal"
}

run_tests
