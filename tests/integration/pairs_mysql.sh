#!/bin/bash
# Random schemas and random edits on MySQL or MariaDB: there and back again, and what the server itself makes of the same models.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pairs_lib.sh"

test_random_pairs_on_mysql() { random_pairs mysql; }

test_pairs_that_failed_once_on_mysql() { pairs_that_failed_once mysql; }

run_tests
