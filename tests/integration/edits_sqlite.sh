#!/bin/bash
# Forty changes of real schemas on SQLite, with rows in the tables.
. "$(dirname "$0")/lib.sh"
. "$HERE/edits_lib.sh"

test_chinook() {
	begin sqlite
	chinook
}

test_authelia() {
	begin sqlite
	authelia
}

run_tests
