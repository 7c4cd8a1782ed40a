#!/bin/bash
# Migration files: names, sections, splitting, numbers.
. "$(dirname "$0")/lib.sh"

test_semicolons_and_comments_where_they_do_not_count() {
	project
	migration 0001_all.sql <<-'SQL'
		-- upgrade
		CREATE TABLE t (

		    a TEXT DEFAULT 'x;y', -- a remark; with a semicolon
		    "b;c" TEXT
		);
		INSERT INTO t (a) VALUES ('-- upgrade
		-- rollback
		-- not a comment; :name and $tag$ stay');
		/* -- rollback ; */
		CREATE TRIGGER tr AFTER INSERT ON t BEGIN
		    UPDATE t SET a = CASE WHEN a = ';' THEN 'END;' ELSE a END;
		    DELETE FROM t WHERE a = 'gone';
		END;
		-- rollback
		DROP TABLE t;
	SQL
	run 0 dbw migrate
	equal "$(sql "SELECT a FROM t")" '-- upgrade
-- rollback
-- not a comment; :name and $tag$ stay'
	sql "INSERT INTO t (a) VALUES (';')"
	equal "$(sql "SELECT count(*) FROM t WHERE a = 'END;'")" 1
	run 0 dbw rollback
	equal "$(schema_of app.db)" ""
}

test_two_files_with_one_version() {
	project
	migration 0001_a.sql <<<$'-- upgrade\nCREATE TABLE a (x);\n-- rollback\nDROP TABLE a;'
	migration primary__1_b.sql <<<$'-- upgrade\nCREATE TABLE b (x);\n-- rollback\nDROP TABLE b;'
	run 1 dbw migrate
	has err 0001_a.sql
	has err primary__1_b.sql
	[ ! -e app.db ] || equal "$(schema_of app.db)" ""
}

test_names_that_fit_nothing_are_errors() {
	project
	migration notes.sql <<<$'-- upgrade\nSELECT 1;'
	run 1 dbw status
	has err notes.sql
	rm migrations/primary/notes.sql
	migration other__0001_x.sql <<<$'-- upgrade\nSELECT 1;'
	run 1 dbw status
	has err other__0001_x.sql
}

test_9999_is_not_the_last_version() {
	project
	migration 9999_last.sql <<<$'-- upgrade\nCREATE TABLE a (x);\n-- rollback\nDROP TABLE a;'
	run 0 dbw new "one more"
	has out primary__10000_one_more.sql
	run 0 dbw migrate
	run 0 dbw status
	has out "2 applied"
}

test_a_gap_is_an_error_that_names_both_files() {
	project
	migration 0001_a.sql <<<$'-- upgrade\nCREATE TABLE a (x);\n-- rollback\nDROP TABLE a;'
	migration 0003_c.sql <<<$'-- upgrade\nCREATE TABLE c (x);\n-- rollback\nDROP TABLE c;'
	run 1 dbw migrate
	has err 0001_a.sql
	has err 0003_c.sql
	migration 0003_c.sql <<<$'-- depends_on: ["0001"]\n-- upgrade\nCREATE TABLE c (x);\n-- rollback\nDROP TABLE c;'
	run 0 dbw migrate
}

test_identical_and_empty_migrations_each_run() {
	project
	for n in 1 2; do
		migration "000${n}_same.sql" <<<$'-- upgrade\nCREATE TABLE IF NOT EXISTS t (x);\nINSERT INTO t VALUES (1);\n-- rollback\nDELETE FROM t;'
	done
	migration 0003_empty.sql <<<$'-- upgrade\n-- rollback'
	migration 0004_empty.sql <<<$'-- upgrade\n-- rollback'
	run 0 dbw migrate
	equal "$(sql "SELECT count(*) FROM t")" 2
	run 0 dbw status --json
	equal "$(json out counts applied)" 4
}

test_new_with_a_version_of_its_own() {
	project
	migration 0001_a.sql <<<$'-- upgrade\n-- rollback'
	run 0 dbw new "answer" --version 42
	run 0 dbw migrate
	has out 42_answer.sql
	run 2 dbw new "again" --version 42
	has err 42_answer.sql
	run 2 dbw new "x" --type sometimes
	has err sometimes
	run 0 dbw new "later"
	has out 0043_later.sql
	run 2 dbw new "none" --version 000
}

test_depends_on_is_enforced() {
	project
	migration 0001_a.sql <<<$'-- depends_on: ["0002"]\n-- upgrade\n-- rollback'
	migration 0002_b.sql <<<$'-- depends_on: ["0001"]\n-- upgrade\n-- rollback'
	run 1 dbw migrate
	has err 0001_a.sql
	has err 0002_b.sql
	migration 0001_a.sql <<<$'-- depends_on: ["0007"]\n-- upgrade\n-- rollback'
	run 1 dbw migrate
	has err 0007
}

test_sections_are_checked() {
	project
	migration 0001_a.sql <<<$'CREATE TABLE t (x);'
	run 1 dbw migrate
	has err 0001_a.sql
	migration 0001_a.sql <<<$'-- upgrade\n-- upgrade\n-- rollback'
	run 1 dbw migrate
	has err 0001_a.sql
	has err "a second '-- upgrade'"
	: >migrations/primary/0001_a.sql
	run 1 dbw migrate
	has err 0001_a.sql
}

test_unterminated_text_is_an_error_with_its_place() {
	project
	mkdir -p migrations/primary
	for text in "'open" '/* open' '"open'; do
		printf -- '-- upgrade\nSELECT 1;\n %s\n' "$text" >migrations/primary/0001_a.sql
		run 1 dbw migrate
		has err migrations/primary/0001_a.sql:3:2
	done
	printf -- '-- upgrade\nCREATE TRIGGER t AFTER INSERT ON x\n  BEGIN SELECT 1;\n' >migrations/primary/0001_a.sql
	run 1 dbw migrate
	has err migrations/primary/0001_a.sql:3:3
}

test_bytes_that_are_no_text_are_errors() {
	project
	printf -- '-- upgrade\nSELECT 1;\nSELECT \000 2;\n' >migrations/primary/0001_a.sql
	run 1 dbw migrate
	has err migrations/primary/0001_a.sql:3:8
	printf -- "-- upgrade\nSELECT '\\377';\n" >migrations/primary/0001_a.sql
	run 1 dbw migrate
	has err migrations/primary/0001_a.sql:2
}

test_a_crlf_checkout_is_the_same_file_and_a_changed_literal_is_not() {
	project
	migration 0001_a.sql <<<$'-- upgrade\nCREATE TABLE t (x DEFAULT \'a\');\n-- rollback\nDROP TABLE t;'
	run 0 dbw migrate
	sed -i 's/$/\r/' migrations/primary/0001_a.sql
	run 0 dbw status --check
	sed -i "s/'a'/'b'/" migrations/primary/0001_a.sql
	run 3 dbw status --check
	has out changed
	run 1 dbw migrate
	has err "was changed"
}

test_transaction_commands_and_client_commands_are_refused() {
	project
	for text in 'BEGIN' 'COMMIT' 'ROLLBACK' 'VACUUM'; do
		printf -- '-- upgrade\nCREATE TABLE t (x);\n%s;\n' "$text" >migrations/primary/0001_a.sql
		run 1 dbw migrate
		has err migrations/primary/0001_a.sql:3:1
		equal "$(schema_of app.db)" ""
	done
	printf -- '-- upgrade\nCREATE TABLE t (x);\nPRAGMA foreign_keys = OFF;\nDROP TABLE t;\n' \
		>migrations/primary/0001_a.sql
	run 1 dbw migrate
	has err migrations/primary/0001_a.sql:3:1
	has err "no effect inside a transaction"
}

test_statements_outside_the_transaction_run_at_their_place() {
	project
	migration 0001_a.sql <<-'SQL'
		-- upgrade
		CREATE TABLE t (x);
		-- @dbwarden:autocommit
		VACUUM;
		INSERT INTO t VALUES (1);
		-- rollback
		DROP TABLE t;
	SQL
	run 0 dbw migrate
	equal "$(sql "SELECT count(*) FROM t")" 1
	run 0 dbw status --check
}

test_a_failing_statement_outside_the_transaction_is_not_recorded_and_resumes() {
	project
	migration 0001_a.sql <<-'SQL'
		-- dbwarden: no-transaction
		-- upgrade
		CREATE TABLE t (x);
		INSERT INTO missing VALUES (1);
		INSERT INTO t VALUES (1);
		-- rollback
		DROP TABLE t;
	SQL
	run 1 dbw migrate
	has err migrations/primary/0001_a.sql:4:
	has err "--resume"
	run 3 dbw status --check
	has out "half done"
	run 1 dbw migrate
	has err "half done"
	sql "CREATE TABLE missing (x)"
	run 0 dbw migrate --resume
	equal "$(sql "SELECT count(*) FROM t")" 1
	equal "$(sql "SELECT count(*) FROM missing")" 1
	run 0 dbw status --check
	run 2 dbw migrate --resume
}

test_repeatables_run_when_they_should() {
	project
	migration 0001_a.sql <<<$'-- upgrade\nCREATE TABLE log (x);\n-- rollback\nDROP TABLE log;'
	migration RA__always.sql <<<$'-- upgrade\nINSERT INTO log VALUES (\'always\');'
	migration ROC__view.sql <<<$'-- upgrade\nINSERT INTO log VALUES (\'change\');'
	run 0 dbw migrate
	run 0 dbw migrate
	equal "$(sql "SELECT group_concat(x) FROM (SELECT x FROM log ORDER BY rowid)")" always,change,always
	run 0 dbw status --check
	has out ROC__view
	printf -- "-- upgrade\nINSERT INTO nowhere VALUES (1);\n" >migrations/primary/ROC__view.sql
	run 1 dbw migrate
	run 3 dbw status --check
	printf -- "-- upgrade\nINSERT INTO log VALUES ('again');\n" >migrations/primary/ROC__view.sql
	run 0 dbw migrate
	equal "$(sql "SELECT count(*) FROM log WHERE x = 'again'")" 1
}

run_tests
