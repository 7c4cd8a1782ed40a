#!/bin/bash
# Random schemas and random edits on PostgreSQL: there and back again, and what the server itself makes of the same models.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pairs_lib.sh"

test_random_pairs_on_postgresql() { random_pairs postgresql; }

test_pairs_that_failed_once_on_postgresql() { pairs_that_failed_once postgresql; }

run_tests
