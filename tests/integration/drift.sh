#!/bin/bash
# What lives in the database against what models and migrations say: diff and check.
. "$(dirname "$0")/lib.sh"

migrated() {
	project
	model <<<'CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT CHECK (mail <> ""));'
	make_migration first
	run 0 dbw migrate
}

test_check_after_migrate_is_clean() {
	migrated
	run 0 dbw check
	has out 'is what its migrations say'
	run 0 dbw diff --exit-code
	run 0 dbw check --json
	equal "$(json out equal)" true
	equal "$(json out differences)" '[]'
}

test_check_finds_what_was_changed_by_hand() {
	migrated
	sql 'ALTER TABLE users ADD COLUMN extra INT' 'CREATE INDEX by_hand ON users (mail)'
	run 3 dbw check
	has out 'column extra'
	has out 'by_hand'
	run 3 dbw check --json
	equal "$(json out equal)" false
	run 3 dbw check --out sql
	has out 'DROP INDEX by_hand;'
	lacks out 'users (mail)'
}

test_the_sql_of_check_repairs() {
	migrated
	sql 'CREATE INDEX by_hand ON users (mail)' 'CREATE TABLE stray (a)'
	run 3 dbw check --out sql
	sql <out
	run 0 dbw check
}

test_diff_says_by_its_status_only_when_asked() {
	migrated
	model <<<'CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT CHECK (mail <> ""), age INT);'
	run 0 dbw diff
	has out 'add column users.age'
	run 3 dbw diff --exit-code
	run 3 dbw diff --exit-code --json
	equal "$(json out operations)" '["add column users.age"]'
	run 0 dbw diff --out sql
	equal "$(cat out)" 'ALTER TABLE users ADD COLUMN age INT;'
}

test_pending_migrations_are_no_drift() {
	migrated
	model <<<'CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT CHECK (mail <> ""), age INT);'
	make_migration second
	run 0 dbw check
	has err '1 pending migration has no part in this'
}

test_neither_changes_anything() {
	migrated
	rm app.db*
	run 0 dbw check --out sql
	run 0 dbw diff
	[ ! -e app.db ] || fail 'a database was made'
}

test_own_tables_are_no_drift() {
	migrated
	run 0 dbw check --json
	lacks out dbwarden_
	run 0 dbw diff --out sql
	equal "$(cat out)" ''
}

test_a_changed_file_is_refused() {
	migrated
	sed -i 's/mail TEXT/mail BLOB/' migrations/primary/*.sql
	run 1 dbw check
	has err 'primary__0001_first.sql'
}

test_unlock_of_a_free_lock_does_nothing() {
	migrated
	run 0 dbw unlock
	has out 'is free'
	run 0 dbw unlock --force
}

test_what_differs_in_a_list_is_said() {
	project
	model <<<'CREATE TABLE t (a INTEGER, b TEXT) STRICT;'
	make_migration first
	run 0 dbw migrate
	sql 'DROP TABLE t; CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT) STRICT, WITHOUT ROWID'
	run 3 dbw check
	has out 'options is (STRICT, WITHOUT ROWID), expected (STRICT)'
}

run_tests
