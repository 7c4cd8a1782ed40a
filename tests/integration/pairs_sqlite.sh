#!/bin/bash
# Random schemas and random edits on SQLite: there and back again, and what the server itself makes of the same models.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pairs_lib.sh"

test_random_pairs_on_sqlite() { random_pairs sqlite; }

test_pairs_that_failed_once_on_sqlite() { pairs_that_failed_once sqlite; }

run_tests
