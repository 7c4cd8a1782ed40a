#!/bin/bash
# Forty changes of real schemas on SQLite, with rows in the tables.
. "$(dirname "$0")/lib.sh"
. "$HERE/edits_lib.sh"

test_chinook() {
	begin sqlite
	chinook
}

run_tests
