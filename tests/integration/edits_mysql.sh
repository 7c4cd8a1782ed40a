#!/bin/bash
# Forty changes of real schemas on MySQL and MariaDB, with rows in the tables.
. "$(dirname "$0")/lib.sh"
. "$HERE/edits_lib.sh"

test_chinook() {
	begin mysql
	chinook
}

test_authelia() {
	begin mysql
	authelia
}

run_tests
