#!/bin/bash
# verify: every migration up, down and up again, and what it says of those that are wrong.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"
. "$(dirname "$0")/dialects_lib.sh"
. "$(dirname "$0")/authelia_lib.sh"

# Two that are as they should be.
two_good_ones() {
	migration 0001_users.sql <<-'SQL'
		-- upgrade
		CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(80) DEFAULT 'nobody');
		CREATE INDEX users_name ON users (name);
		-- rollback
		DROP TABLE users;
	SQL
	migration 0002_posts.sql <<-'SQL'
		-- upgrade
		CREATE TABLE posts (id INTEGER NOT NULL PRIMARY KEY, author INTEGER, title VARCHAR(80) NOT NULL);
		INSERT INTO users VALUES (1, 'first');
		-- rollback
		DROP TABLE posts;
		DELETE FROM users;
	SQL
}

results() { # of ./out: version result, a line for each migration
	python3 -c 'import json
for one in json.load(open("out"))["migrations"]:
    print(one["version"], one["result"], (one["fault"] or {"kind": "-"})["kind"])'
}

body_good_migrations_are_proved_and_nothing_is_touched() {
	two_good_ones
	run 0 dbw verify
	has out 'proved 0001_users.sql'
	has out 'proved 0002_posts.sql'
	has out '2 migrations: 2 proved'
	run 0 dbw verify --json
	equal "$(json out good)" true
	equal "$(json out database)" primary
	equal "$(json out since)" null
	equal "$(json out counts proved)" 2
	equal "$(results)" $'0001 proved -\n0002 proved -'
	if [ "$dialect" = sqlite ]; then
		[ ! -e app.db ] || fail 'a database was made'
	else
		equal "$(server_schema)" ''
	fi
}

# Each of the ways to be wrong, all told in one run, and the good ones between them are proved all the same.
body_every_faulty_rollback_is_named_in_one_run() {
	two_good_ones
	migration 0003_cannot_run.sql <<-'SQL'
		-- upgrade
		CREATE TABLE three (a INTEGER);
		-- rollback
		DROP TABLE three;
		DROP TABLE
		    no_such_table;
	SQL
	migration 0004_leaves_a_table.sql <<-'SQL'
		-- upgrade
		CREATE TABLE four (a INTEGER);
		CREATE TABLE more (a INTEGER);
		-- rollback
		DROP TABLE four;
	SQL
	migration 0005_good.sql <<-'SQL'
		-- upgrade
		CREATE TABLE five (a INTEGER REFERENCES posts (id));
		-- rollback
		DROP TABLE five;
	SQL
	migration 0006_loses_an_index.sql <<-'SQL'
		-- upgrade
		DROP TABLE users;
		-- rollback
		CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(80));
	SQL
	migration 0007_other_type.sql <<-'SQL'
		-- upgrade
		DROP TABLE four;
		-- rollback
		CREATE TABLE four (a VARCHAR(7));
	SQL
	migration 0008_rows_stay.sql <<-'SQL'
		-- upgrade
		INSERT INTO posts (id, title) VALUES (7, 'seven');
		-- rollback
		SELECT 'forgotten';
	SQL
	migration 0009_no_way_back.sql <<-'SQL'
		-- upgrade
		DROP TABLE more;
		-- rollback
	SQL
	migration 0010_says_so.sql <<-'SQL'
		-- dbwarden: irreversible
		-- upgrade
		DROP TABLE three;
		-- rollback
	SQL
	migration 0011_good.sql <<-'SQL'
		-- upgrade
		CREATE TABLE last (a INTEGER);
		-- rollback
		DROP TABLE last;
	SQL
	run 3 dbw verify
	has out 'faulty 0003_cannot_run.sql'
	has out 'migrations/primary/0003_cannot_run.sql:5:'
	has out 'no_such_table'
	has out 'migrations/primary/0004_leaves_a_table.sql:4: after the rollback the schema is not what it was'
	has out 'table more is not expected'
	has out 'proved 0005_good.sql'
	has out 'table users: column name: default is none, expected '
	has out 'table users: index users_name (name) is missing'
	has out 'table four: column a: type is '
	has out 'migrations/primary/0008_rows_stay.sql:2:'
	has out 'the upgrade cannot run again after the rollback'
	has out '0009_no_way_back.sql:3: there is no rollback'
	has out 'irreversible 0010_says_so.sql'
	has out '11 migrations: 6 faulty, 1 irreversible, 4 proved'
	run 3 dbw verify --json
	equal "$(json out good)" false
	equal "$(results)" '0001 proved -
0002 proved -
0003 faulty rollback_fails
0004 faulty rollback_differs
0005 proved -
0006 faulty rollback_differs
0007 faulty rollback_differs
0008 faulty upgrade_fails_again
0009 faulty no_rollback
0010 irreversible -
0011 proved -'
	equal "$(json out migrations 2 fault line)" 5
	equal "$(json out migrations 3 fault differences)" '["table more is not expected"]'
	equal "$(json out migrations 3 fault detail)" null
}

body_since_proves_the_later_ones_alone() {
	two_good_ones
	sed -i 's/^DROP TABLE users;/DROP TABLE nothing;/' migrations/primary/0001_users.sql
	run 3 dbw verify
	run 0 dbw verify --since 2
	has out 'replayed 0001_users.sql'
	has out 'proved 0002_posts.sql'
	run 0 dbw verify --since 0002 --json
	equal "$(json out since)" 0002
	equal "$(json out counts replayed)" 1
	run 2 dbw verify --since 3
	has err "no migration with version '3'"
}

body_after_an_upgrade_that_cannot_run_nothing_is_reached() {
	two_good_ones
	migration 0003_bad.sql <<-'SQL'
		-- upgrade
		INSERT INTO users VALUES (2, 'second');
		INSERT INTO
		    nowhere VALUES (1);
		-- rollback
		DELETE FROM users WHERE id = 2;
	SQL
	migration 0004_after.sql <<-'SQL'
		-- upgrade
		CREATE TABLE four (a INTEGER);
		-- rollback
		DROP TABLE four;
	SQL
	run 1 dbw verify
	grep -q 'migrations/primary/0003_bad.sql:[34]:[15]: the upgrade fails' out || fail "no place: $(cat out)"
	has out 'nowhere'
	lacks out 0004_after.sql
	has out '4 migrations: 1 faulty, 2 proved, 1 not reached'
	run 1 dbw verify --json
	equal "$(results)" $'0001 proved -\n0002 proved -\n0003 faulty upgrade_fails\n0004 not_reached -'
}

body_repeatable_migrations_are_run_twice() {
	two_good_ones
	migration RA__names.sql <<-'SQL'
		-- upgrade
		DROP VIEW IF EXISTS names;
		CREATE VIEW names AS SELECT name FROM users;
	SQL
	migration ROC__rows.sql <<-'SQL'
		-- upgrade
		DELETE FROM users WHERE id = 9;
		INSERT INTO users VALUES (9, 'nine');
	SQL
	run 0 dbw verify
	has out 'proved RA__names.sql'
	has out 'proved ROC__rows.sql'
	migration ROC__rows.sql <<-'SQL'
		-- upgrade
		INSERT INTO users VALUES (9, 'nine');
	SQL
	run 3 dbw verify
	has out 'proved RA__names.sql'
	has out 'migrations/primary/ROC__rows.sql:2:'
	has out 'it cannot run a second time'
}

# Each time it runs, one table more.
test_a_repeatable_that_never_comes_to_rest_is_told_postgresql() {
	begin postgresql
	two_good_ones
	migration RA__grows.sql <<-'SQL'
		-- upgrade
		DO $$ BEGIN EXECUTE 'CREATE TABLE t' || (SELECT count(*) FROM information_schema.tables) || ' (a int)'; END $$;
	SQL
	run 3 dbw verify
	has out 'run a second time, the repeatable migrations lead to another schema'
	has out 'is not expected'
}

body_a_broken_rollback_outside_a_transaction_is_gone_with_its_traces() {
	two_good_ones
	migration 0003_alone.sql <<-'SQL'
		-- dbwarden: no-transaction
		-- upgrade
		CREATE INDEX posts_title ON posts (title);
		-- rollback
		DELETE FROM users;
		DROP TABLE nothing;
		SELECT 'never';
	SQL
	# The row is there only if what the failing rollback deleted is not lost.
	migration 0004_needs_the_row.sql <<-'SQL'
		-- upgrade
		CREATE TABLE one (id INTEGER NOT NULL PRIMARY KEY);
		INSERT INTO one SELECT 1 FROM users UNION ALL SELECT 1 FROM users;
		-- rollback
		DROP TABLE one;
	SQL
	run 1 dbw verify
	has out '0003_alone.sql:6:'
	has out '0004_needs_the_row.sql:3:'
	sed -i 's/UNION ALL SELECT 1 FROM users//' migrations/primary/0004_needs_the_row.sql
	run 3 dbw verify
	has out 'proved 0004_needs_the_row.sql'
}

body_a_gap_that_depends_on_says_is_meant() {
	two_good_ones
	migration 0004_later.sql <<-'SQL'
		-- depends_on: ["0002"]
		-- upgrade
		CREATE TABLE later (a INTEGER);
		-- rollback
		DROP TABLE later;
	SQL
	run 0 dbw verify
	has out '3 migrations: 3 proved'
	sed -i 1d migrations/primary/0004_later.sql
	run 1 dbw verify
	has err '0004_later.sql'
}

body_what_refers_to_tables_of_others_is_proved() {
	two_good_ones
	key 'exclude_tables = theirs'
	model <<-'SQL'
		CREATE TABLE theirs (id INTEGER NOT NULL PRIMARY KEY);
		CREATE TABLE ours (id INTEGER NOT NULL PRIMARY KEY, other INTEGER, CONSTRAINT ours_other FOREIGN KEY (other) REFERENCES theirs (id));
	SQL
	migration 0003_ours.sql <<-'SQL'
		-- upgrade
		CREATE TABLE ours (id INTEGER NOT NULL PRIMARY KEY, other INTEGER, CONSTRAINT ours_other FOREIGN KEY (other) REFERENCES theirs (id));
		-- rollback
		DROP TABLE ours;
	SQL
	run 0 dbw verify
	has out '3 migrations: 3 proved'
}

# What make-migrations writes is good as it is.
body_what_is_generated_is_proved() {
	model <<<'CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(80));'
	make_migration first
	model <<<"CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(90) NOT NULL DEFAULT 'x', age INTEGER);"
	make_migration second
	run 0 dbw verify
	has out '2 migrations: 2 proved'
}

test_no_migrations_are_no_fault() {
	project
	run 0 dbw verify
	has out 'there are no migrations'
	run 0 dbw verify --json
	equal "$(json out migrations)" '[]'
	equal "$(json out good)" true
}

test_a_folder_that_cannot_be_read_is_a_failure() {
	project
	migration 0001_a.sql <<<'nothing'
	run 1 dbw verify --json
	has err 0001_a.sql
	equal "$(json out error exit_status)" 1
}

# A failure in a transaction leaves nothing behind, so a folder full of them takes no longer than it must.
test_many_faulty_rollbacks_are_all_told() {
	project
	for n in $(seq -w 1 60); do
		migration "00${n}_n.sql" <<-SQL
			-- upgrade
			CREATE TABLE t$n (a);
			-- rollback
			DROP TABLE nothing$n;
		SQL
	done
	run 3 dbw verify
	has out '60 migrations: 60 faulty'
	for n in 01 30 60; do has out "nothing$n"; done
}

test_on_a_terminal_progress_is_shown() {
	project
	two_good_ones
	unset NO_COLOR
	TERM=xterm script -qec "'$BUILD/dbwarden' verify" /dev/null >out 2>err </dev/null
	has out '0/2'
	has out '2 migrations: 2 proved'
}

# A server without the right to make databases.
test_without_a_scratch_database_it_says_so_postgresql() {
	begin postgresql
	two_good_ones
	server_sql "CREATE ROLE weak_$database LOGIN PASSWORD 'weak' NOCREATEDB"
	export DATABASE_URL=postgresql://weak_$database:weak@$host:$port/$database
	run 1 dbw verify
	has err 'scratch'
	has err 'scratch_url'
	server_sql "DROP ROLE weak_$database"
}

# All that is wrong in a history of 26 versions that many people run.
authelia() { # FOLDER
	authelia_migrations "$1"
	run 3 dbw verify --json
	python3 -c 'import json
for one in json.load(open("out"))["migrations"]:
    fault = one["fault"]
    if fault:
        print(one["version"], fault["kind"], "line", fault["line"])
        for line in fault["differences"]:
            print("   ", line)
    elif one["result"] != "proved":
        print(one["version"], one["result"])' >faulty
}

test_authelia_sqlite() {
	begin sqlite
	authelia sqlite
	equal "$(cat faulty)" "0007 rollback_differs line 666
    table oauth2_consent_preconfiguration: foreign key oauth2_consent_preconfiguration_subject_fkey (subject) to user_opaque_identifier (identifier): name is 'oauth2_consent_preconfiguration_subject_fkey', expected 'oauth2_consent_preconfiguration_subjct_fkey'
0011 rollback_differs line 70
    table oauth2_access_token_session: column signature: type is 'VARCHAR(768)', expected 'VARCHAR(255)'"
}

test_authelia_postgresql() {
	begin postgresql
	authelia postgres
	equal "$(grep -v '^ ' faulty)" "0002 rollback_fails line 84
0003 rollback_differs line 37
0007 rollback_differs line 163
0011 rollback_differs line 4
0012 rollback_differs line 43"
	has faulty 'sequence webauthn_devices_id_seq1 is not expected'
	has faulty 'table _bkp_up_v0002_totp_configurations is missing'
	has faulty 'table totp_configurations: primary key totp_configurations_pkey (id) is missing'
}

test_authelia_mysql() {
	begin mysql
	authelia mysql
	equal "$(cat faulty)" "0007 rollback_differs line 216
    table _bkp_UP_V0002_totp_configurations is missing
    table _bkp_UP_V0002_u2f_devices is missing
0011 rollback_differs line 4
    table oauth2_access_token_session: column signature: type is 'varchar(768)', expected 'varchar(255)'
0012 rollback_differs line 46
    table webauthn_devices: unique index kid (kid) is not expected
    table webauthn_devices: unique index username (username, description) is not expected
    table webauthn_devices: unique index webauthn_devices_lookup_key (rpid, username, description): column list is (rpid, username, description), expected (username, description)
0021 rollback_differs line 4
    table cached_data: column value: NOT NULL is no, expected yes"
}

on_all_dialects
run_tests
