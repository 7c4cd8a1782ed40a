#!/bin/bash
# migrate, rollback, status, history.
. "$(dirname "$0")/lib.sh"

three() {
	project
	for n in 1 2 3; do
		printf -- '-- upgrade\nCREATE TABLE t%s (x);\n-- rollback\nDROP TABLE t%s;\n' $n $n |
			migration "000${n}_t$n.sql"
	done
}

tables() { sql "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE name LIKE 't_' ORDER BY name)"; }

test_an_edited_applied_file_is_refused_before_anything_runs() {
	three
	run 0 dbw migrate --count 2
	echo "-- edited" >>migrations/primary/0001_t1.sql
	run 1 dbw migrate
	has err "0001_t1.sql"
	has err "was changed"
	equal "$(tables)" "t1 t2"
	run 1 dbw rollback
	equal "$(tables)" "t1 t2"
	run 3 dbw status --check
	has out changed
}

test_a_deleted_or_renamed_applied_file_is_refused() {
	three
	run 0 dbw migrate --count 2
	mv migrations/primary/0002_t2.sql migrations/primary/0002_other.sql
	run 1 dbw migrate
	has err "0002_other.sql"
	has err "0002_t2.sql"
	mv migrations/primary/0002_other.sql migrations/primary/0002_t2.sql
	mv migrations/primary/0001_t1.sql saved
	run 1 dbw migrate
	has err "0001_t1.sql"
	run 3 dbw status --check
	has out missing
	run 1 dbw rollback --to-version 0
	equal "$(tables)" "t1 t2"
}

test_count_counts() {
	three
	run 0 dbw migrate --count 1
	run 0 dbw migrate --count 1
	equal "$(tables)" "t1 t2"
	has out "1 pending"
	run 2 dbw migrate --count 0
	run 2 dbw migrate --count x
	run 2 dbw migrate --count 1 --to-version 2
}

test_to_version_must_be_known() {
	three
	run 2 dbw migrate --to-version 0007
	has err 0007
	equal "$(tables)" ""
	run 0 dbw migrate --to-version 2
	equal "$(tables)" "t1 t2"
}

test_rollback_runs_newest_first() {
	three
	run 0 dbw migrate
	run 0 dbw rollback
	equal "$(tables)" "t1 t2"
	run 0 dbw migrate
	run 0 dbw rollback --to-version 1
	equal "$(tables)" "t1"
	run 0 dbw history
	equal "$(grep -c rollback out)" 3
	equal "$(grep rollback out | tail -n 2 | grep -o '000[0-9]_' | tr '\n' ' ')" "0003_ 0002_ "
	run 0 dbw rollback --to-version 0
	equal "$(tables)" ""
	run 0 dbw rollback
	has out "nothing to roll back"
	run 2 dbw rollback --to-version 2
	has err "not applied"
	run 2 dbw rollback --to-version 9
}

test_rollback_without_rollback_sql_is_refused() {
	project
	migration 0001_a.sql <<<$'-- upgrade\nCREATE TABLE t1 (x);'
	migration 0002_b.sql <<<$'-- upgrade\nCREATE TABLE t2 (x);\n-- rollback'
	run 0 dbw migrate
	run 1 dbw rollback
	has err 0002_b.sql
	has err "no rollback SQL"
	run 1 dbw rollback --count 2
	equal "$(tables)" "t1 t2"
	run 0 dbw status --json
	equal "$(json out counts applied)" 2
}

test_baseline_executes_nothing() {
	three
	sql "CREATE TABLE t1 (x); CREATE TABLE t2 (x)"
	run 0 dbw migrate --baseline --to-version 2
	has out "not executed"
	run 0 dbw history
	has out baseline
	run 0 dbw migrate
	equal "$(tables)" "t1 t2 t3"
}

test_dry_run_changes_nothing() {
	three
	run 0 dbw migrate --dry-run
	has out "CREATE TABLE t1"
	[ ! -e app.db ]
	[ -z "$(ls | grep lock)" ]
	run 0 dbw migrate --count 1
	before=$(sha256sum app.db)
	run 0 dbw migrate --dry-run
	lacks out "CREATE TABLE t1"
	has out "CREATE TABLE t2"
	equal "$(sha256sum app.db)" "$before"
	run 0 dbw rollback --dry-run
	has out "DROP TABLE t1"
	equal "$(sha256sum app.db)" "$before"
}

test_status_makes_no_database() {
	three
	run 0 dbw status
	has out "3 pending"
	[ ! -e app.db ]
	run 0 dbw history
	[ ! -e app.db ]
}

test_a_failing_statement_leaves_nothing() {
	project
	migration 0001_a.sql <<<$'-- upgrade\nCREATE TABLE t1 (x);\n\nCREATE TABLE t2 (x);\n  INSERT INTO t2 (nope) VALUES (1);\n-- rollback\nDROP TABLE t1;'
	run 1 dbw migrate
	has err migrations/primary/0001_a.sql:5:
	has err "no column named nope"
	equal "$(tables)" ""
	run 0 dbw status --json
	equal "$(json out counts pending)" 1
}

test_what_was_done_before_a_failure_stays() {
	three
	printf -- '-- upgrade\nCREATE TABLE t3 (x);\nnonsense;\n' >migrations/primary/0003_t3.sql
	run 1 dbw migrate
	has err "0003_t3.sql:3:1"
	has err "2 of 3"
	equal "$(tables)" "t1 t2"
}

test_out_of_order_is_refused_with_the_flag_that_allows_it() {
	three
	mv migrations/primary/0002_t2.sql saved
	sed -i '1i -- depends_on: ["0001"]' migrations/primary/0003_t3.sql
	run 0 dbw migrate
	mv saved migrations/primary/0002_t2.sql
	run 1 dbw migrate
	has err 0002_t2.sql
	has err "--allow-out-of-order"
	equal "$(tables)" "t1 t3"
	run 0 dbw migrate --allow-out-of-order
	equal "$(tables)" "t1 t2 t3"
}

test_the_record_says_who_when_and_what() {
	three
	run 0 dbw migrate --count 1
	run 0 dbw history --json
	equal "$(json out history 0 version)" 0001
	equal "$(json out history 0 kind)" versioned
	equal "$(json out history 0 action)" upgrade
	equal "$(json out history 0 file)" 0001_t1.sql
	equal "$(json out history 0 applied_by)" "$(id -un)@$(hostname)"
	[[ $(json out history 0 applied_at) =~ ^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$ ]]
	[[ $(json out history 0 checksum) =~ ^[0-9a-f]{64}$ ]]
	equal "dbwarden $(json out history 0 tool_version)" "$(dbw --version)"
}

test_nothing_unreachable_ends_with_success() {
	three
	sed -i 's|^url *=.*|url = sqlite:///no/such/folder/app.db|' dbwarden.ini
	run 1 dbw migrate
	has err "no/such/folder"
	run 1 dbw status
	sed -i 's|^url *=.*|url = sqlite:///models|' dbwarden.ini
	run 1 dbw migrate
	has err "directory"
	echo "this is no database, whatever its name says; it is long enough to have a header" >text.db
	sed -i 's|^url *=.*|url = sqlite:///text.db|' dbwarden.ini
	run 1 dbw migrate
	has err "not a database"
	echo "[nonsense" >dbwarden.ini
	run 2 dbw status
	has err "dbwarden.ini:1"
}

test_a_read_only_database_is_an_error_that_says_so() {
	three
	run 0 dbw migrate --count 1
	run 0 dbw status
	if [ "$(id -u)" = 0 ]; then
		command -v runuser >/dev/null || skip "no runuser"
		chmod 755 . && chmod a+r -R . && chmod a+x migrations migrations/primary
		chmod 644 app.db
		run 1 runuser -u nobody -- "$BUILD/dbwarden" migrate
	else
		chmod 444 app.db
		chmod 555 .
		run 1 dbw migrate
		chmod 755 .
	fi
	grep -qiE "read-only|permission denied|readonly" err || fail "$(cat err)"
	equal "$(tables)" "t1"
}

run_tests
