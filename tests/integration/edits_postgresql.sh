#!/bin/bash
# Forty changes of real schemas on PostgreSQL, with rows in the tables.
. "$(dirname "$0")/lib.sh"
. "$HERE/edits_lib.sh"

test_chinook() {
	begin postgresql
	chinook
}

test_authelia() {
	begin postgresql
	authelia
}

test_pagila() {
	begin postgresql
	pagila
}

run_tests
