#!/bin/bash
# The way in for a database that has its tables already: migrate --baseline, and what check says after it.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"
. "$(dirname "$0")/dialects_lib.sh"

# As somebody else's program made them: other names of types, another order of words.
theirs() {
	database_sql 'CREATE TABLE customers (id INTEGER NOT NULL PRIMARY KEY, mail VARCHAR(200) NOT NULL, CONSTRAINT customers_mail UNIQUE (mail))'
	database_sql "CREATE TABLE orders (id INTEGER NOT NULL, customer INTEGER NOT NULL, state VARCHAR(20) DEFAULT 'new' NOT NULL, PRIMARY KEY (id), CONSTRAINT orders_customer FOREIGN KEY (customer) REFERENCES customers (id))"
	database_sql 'CREATE INDEX orders_state ON orders (state)'
	database_sql "INSERT INTO customers VALUES (1, 'a@b')"
	database_sql 'INSERT INTO orders (id, customer) VALUES (7, 1)'
}

ours() { # [MORE COLUMNS]
	model <<-SQL
		CREATE TABLE customers (
		    id INT PRIMARY KEY NOT NULL,
		    mail VARCHAR(200) NOT NULL,
		    CONSTRAINT customers_mail UNIQUE (mail)
		);
		CREATE TABLE orders (
		    id INT PRIMARY KEY NOT NULL,
		    customer INT NOT NULL,
		    state VARCHAR(20) NOT NULL DEFAULT 'new',
		    ${1:-}
		    CONSTRAINT orders_customer FOREIGN KEY (customer) REFERENCES customers (id)
		);
		CREATE INDEX orders_state ON orders (state);
	SQL
	[ "$dialect" != sqlite ] || sed -i 's/ INT / INTEGER /' models/schema.sql
}

body_the_whole_way_in() {
	theirs
	ours
	make_migration 'what there is'
	run 0 dbw diff --exit-code
	run 1 dbw migrate
	run 0 dbw status --json
	equal "$(json out counts applied)" 0
	equal "$(json out half_done)" null
	run 0 dbw migrate --baseline --to-version 1
	has out '1 migration recorded as applied, nothing executed'
	has out "Run 'dbwarden check --database primary'"
	run 0 dbw check
	run 0 dbw make-migrations -d again
	has out 'no changes'
	ours 'note VARCHAR(50),'
	make_migration 'add a note'
	run 0 dbw migrate
	has out add_a_note
	run 0 dbw check
	equal "$(database_sql 'SELECT id, customer, state FROM orders' | tr '|\t' '  ')" '7 1 new'
	run 0 dbw rollback
	run 0 dbw check
}

body_check_after_a_baseline_tells_what_is_otherwise() {
	theirs
	ours 'note VARCHAR(50),'
	make_migration 'what there is not'
	run 0 dbw migrate --baseline --to-version 1
	run 3 dbw check
	has out note
	database_sql 'ALTER TABLE orders ADD COLUMN note VARCHAR(50)'
	run 0 dbw check
}

two_migrations() {
	theirs
	ours
	make_migration first
	ours 'note VARCHAR(50),'
	make_migration second
}

body_a_dry_run_records_nothing() {
	two_migrations
	run 0 dbw migrate --baseline --to-version 1 --dry-run
	has out 'would be recorded and not executed'
	lacks out 'CREATE TABLE'
	lacks out second
	run 0 dbw migrate --baseline --to-version 1 --dry-run --json
	equal "$(json out dry_run)" true
	equal "$(json out migrations 0 action)" baseline
	equal "$(json out migrations 0 done)" false
	equal "$(json out pending)" 1
	run 0 dbw status --json
	equal "$(json out counts applied)" 0
	equal "$(json out counts pending)" 2
}

body_the_rest_stays_pending_and_runs() {
	two_migrations
	run 0 dbw migrate --baseline --to-version 1 --json
	equal "$(json out migrations 0 done)" true
	equal "$(json out migrations 0 version)" 0001
	equal "$(json out pending)" 1
	run 0 dbw check
	has err '1 pending migration has no part in this'
	run 0 dbw migrate
	run 0 dbw check
	run 0 dbw history --json
	has out baseline
	run 0 dbw status --check
}

body_a_second_baseline_changes_nothing() {
	two_migrations
	run 0 dbw migrate --baseline --to-version 1
	run 0 dbw history --json
	cp out before
	run 0 dbw migrate --baseline --to-version 1
	has out 'nothing to do so far, 1 pending'
	run 0 dbw migrate --baseline --to-version 1 --json
	equal "$(json out migrations)" '[]'
	equal "$(json out pending)" 1
	run 0 dbw history --json
	equal "$(cat out)" "$(cat before)"
}

body_a_database_with_records_takes_the_next_versions_alone() {
	ours
	make_migration first
	run 0 dbw migrate
	ours 'note VARCHAR(50),'
	make_migration second
	database_sql 'ALTER TABLE orders ADD COLUMN note VARCHAR(50)'
	run 0 dbw migrate --baseline --to-version 2
	lacks out first
	has out second
	run 0 dbw status --json
	equal "$(json out counts applied)" 2
	run 0 dbw check
}

body_a_version_that_is_not_there_is_refused() {
	two_migrations
	run 2 dbw migrate --baseline --to-version 7
	has err "there is no migration with version '7'"
	run 2 dbw migrate --baseline --resume
	has err 'cannot be given together'
	run 0 dbw status --json
	equal "$(json out counts applied)" 0
}

body_a_changed_file_stops_a_baseline() {
	two_migrations
	run 0 dbw migrate --baseline --to-version 1
	sed -i 's/(200)/(201)/' migrations/primary/primary__0001_first.sql
	run 1 dbw migrate --baseline
	has err primary__0001_first.sql
	run 0 dbw history --json
	lacks out second
}

on_all_dialects
run_tests
