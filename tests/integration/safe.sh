#!/bin/bash
# --safe: what would hold up others is split into steps that do not, in files that lead to the same models, each
# proved, each with its way back; and sets of several files without it.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"
. "$(dirname "$0")/dialects_lib.sh"

files() { find migrations/primary -name '*.sql' | wc -l; }

# Makes the models on standard input the next ones, applies them, and goes the whole way back and up again. What
# is in the database is the same each time.
settle() { # [OPTION...]
	local before after old
	old=$(files)
	before=$(server_schema)
	model
	make_migration next "$@"
	has out 'Proved in a scratch database'
	run 0 dbw migrate
	run 0 dbw check
	after=$(server_schema)
	run 0 dbw make-migrations -d again
	has out 'no changes'
	run 0 dbw rollback --to-version "$(printf %04d "$old")"
	equal "$(server_schema)" "$before"
	run 0 dbw check
	run 0 dbw migrate
	equal "$(server_schema)" "$after"
}

base='CREATE TABLE users (id integer PRIMARY KEY, email text, age integer);
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer, n integer);'

begin_postgresql() {
	use_server postgresql
	model <<<"$base"
	make_migration first
	run 0 dbw migrate
	server_sql "INSERT INTO users SELECT g, 'e' || g, g FROM generate_series(1, 3000) g"
	server_sql "INSERT INTO orders SELECT g, g, g FROM generate_series(1, 3000) g"
}

test_not_null_by_a_checked_condition() {
	begin_postgresql
	settle --safe <<<"${base/email text/email text NOT NULL}"
	equal "$(files)" 4
	has migrations/primary/primary__0002_next.sql 'CHECK (email IS NOT NULL) NOT VALID'
	has migrations/primary/primary__0003_next_online.sql 'VALIDATE CONSTRAINT users_email_not_null'
	has migrations/primary/primary__0004_next_finish.sql 'ALTER COLUMN email SET NOT NULL'
	# The check has gone again.
	equal "$(server_sql "SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid = 'users'::regclass")" 0
	# The plan knows that no row is read any more.
	equal "$(json migrations/primary/primary__0004_next_finish.plan.json operations 0 scans_table)" false
}

test_foreign_keys_and_checks_are_validated_later() {
	begin_postgresql
	settle --safe <<-'SQL'
		CREATE TABLE users (id integer PRIMARY KEY, email text, age integer CHECK (age > 0));
		CREATE TABLE orders (id integer PRIMARY KEY, user_id integer REFERENCES users (id), n integer);
	SQL
	equal "$(files)" 3
	equal "$(server_sql "SELECT count(*) FROM pg_constraint WHERE NOT convalidated")" 0
	lacks migrations/primary/primary__0003_next_online.sql no-transaction
	has migrations/primary/primary__0003_next_online.sql 'VALIDATE CONSTRAINT orders_user_id_fkey'
	equal "$(json migrations/primary/primary__0003_next_online.plan.json operations 0 lock)" 'SHARE UPDATE EXCLUSIVE'
}

test_indexes_and_keys_are_built_online() {
	begin_postgresql
	settle --safe <<-'SQL'
		CREATE TABLE users (id integer PRIMARY KEY, email text, age integer, UNIQUE (email, age));
		CREATE TABLE orders (id integer PRIMARY KEY, user_id integer, n integer);
		CREATE INDEX orders_user ON orders (user_id) WHERE n > 5;
	SQL
	grep -rq '^-- dbwarden: no-transaction' migrations/primary
	has migrations/primary/primary__0002_next_online.sql 'CREATE INDEX CONCURRENTLY orders_user'
	has migrations/primary/primary__0003_next_finish.sql 'UNIQUE USING INDEX users_email_age_key'
	equal "$(server_sql "SELECT count(*) FROM pg_index WHERE NOT indisvalid")" 0
	# And they go online.
	model <<<"$base"
	make_migration last --safe
	grep -rq 'DROP INDEX CONCURRENTLY IF EXISTS orders_user' migrations/primary
	run 0 dbw migrate
	run 0 dbw check
}

test_a_primary_key_of_its_index() {
	use_server postgresql
	model <<<'CREATE TABLE t (a integer, b integer);'
	make_migration first
	run 0 dbw migrate
	server_sql 'INSERT INTO t SELECT g, g FROM generate_series(1, 100) g'
	settle --safe <<<'CREATE TABLE t (a integer PRIMARY KEY, b integer);'
	grep -rq 'PRIMARY KEY USING INDEX t_pkey' migrations/primary
}

token='CREATE TABLE users (id integer PRIMARY KEY, email text, age integer, token uuid NOT NULL DEFAULT gen_random_uuid());
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer, n integer);'

test_a_new_column_is_filled_in_batches() {
	begin_postgresql
	settle --safe <<<"$token"
	equal "$(server_sql 'SELECT count(*), count(DISTINCT token) FROM users')" '3000 3000'
	equal "$(server_sql "SELECT is_nullable FROM information_schema.columns WHERE column_name = 'token'")" NO
	has migrations/primary/primary__0003_next_online.sql 'COMMIT;'
}

# The backfill stops in the middle, after batches that stay; run again it fills the rest alone.
test_an_interrupted_backfill_goes_on() {
	local done
	begin_postgresql
	# So many pages that they are several batches.
	server_sql "UPDATE users SET email = repeat('x', 400)"
	model <<<"$token"
	make_migration next --safe
	run 0 dbw migrate --count 1
	server_sql "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS \$\$
		BEGIN IF NEW.id = 2500 THEN RAISE EXCEPTION 'stopped'; END IF; RETURN NEW; END \$\$;
		CREATE TRIGGER stop BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION stop()"
	run 1 dbw migrate
	has err stopped
	done=$(server_sql 'SELECT count(*) FROM users WHERE token IS NOT NULL')
	[ "$done" -gt 0 ]
	[ "$done" -lt 3000 ]
	server_sql 'CREATE TABLE kept AS SELECT id, token FROM users WHERE token IS NOT NULL'
	server_sql 'DROP TRIGGER stop ON users; DROP FUNCTION stop()'
	run 0 dbw migrate --resume
	equal "$(server_sql 'SELECT count(*) FROM users WHERE token IS NULL')" 0
	equal "$(server_sql 'SELECT count(*) FROM kept k JOIN users u USING (id) WHERE k.token <> u.token')" 0
	server_sql 'DROP TABLE kept'
	run 0 dbw check
}

# While a file of the set is held open before its end, others read and write. Statements that would have to wait for
# longer are given up by their own lock_timeout, and that is a failure.
others_go_on() { # FILE
	local statements
	statements=$(sed -n '/^-- upgrade/,/^-- rollback/p' "$1" | sed '/^--/d')
	{
		echo 'BEGIN;'
		echo "$statements"
		echo 'SELECT 1;'
		cat <<-SQL
			\\! PGPASSWORD=$password psql -X -q -v ON_ERROR_STOP=1 -h $host -p $port -U $user -c "SET lock_timeout = '2s'; SELECT count(*) FROM users; UPDATE users SET age = age + 1 WHERE id = 7; INSERT INTO orders VALUES ((SELECT max(id) + 1 FROM orders), 7, 7)" $database >others.out 2>&1 && echo went on >went
		SQL
		echo 'ROLLBACK;'
	} | client "$database" >held.out 2>&1 || true
	[ -e went ] || { cat held.out others.out; fail "others had to wait for $1"; }
	rm went
}

test_others_read_and_write_while_rows_are_looked_at() {
	begin_postgresql
	model <<-'SQL'
		CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL, age integer CHECK (age > 0));
		CREATE TABLE orders (id integer PRIMARY KEY, user_id integer REFERENCES users (id), n integer);
	SQL
	make_migration next --safe
	run 0 dbw migrate --count 1
	others_go_on migrations/primary/primary__0003_next_online.sql
	# The same without --safe does hold them up: the test can fail.
	rm -r migrations/primary/*000[2-9]* .dbwarden/snapshots/primary/000[2-9]*
	run 1 dbw migrate
	make_migration next
	server_sql 'ALTER TABLE users DROP CONSTRAINT users_age_check, DROP CONSTRAINT users_email_not_null; ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey'
	if (others_go_on migrations/primary/primary__0002_next.sql) >/dev/null 2>&1; then
		fail 'nobody had to wait for what takes ACCESS EXCLUSIVE'
	fi
}

wide='CREATE TABLE users (id integer PRIMARY KEY, email text, age bigint NOT NULL DEFAULT 18);
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer, n integer);
CREATE INDEX users_age ON users (age, email);'

begin_retyping() {
	use_server postgresql
	model <<<"${wide/bigint/integer}"
	make_migration first
	run 0 dbw migrate
	server_sql "INSERT INTO users SELECT g, repeat('x', 400), g FROM generate_series(1, 3000) g"
}

sum() { server_sql 'SELECT sum(age), count(*) FROM users'; }

test_a_column_gets_another_type_through_a_new_one() {
	begin_retyping
	settle --safe <<<"$wide"
	equal "$(sum)" '4501500 3000'
	equal "$(server_sql "SELECT data_type, column_default, is_nullable FROM information_schema.columns WHERE column_name = 'age'")" 'bigint 18 NO'
	equal "$(server_sql "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")" 0
	equal "$(server_sql "SELECT count(*) FROM pg_proc WHERE proname LIKE '%dbwarden%'")" 0
}

# Rows are written between any two files, there and back; both columns have what was written.
test_what_is_written_meanwhile_is_in_both_columns() {
	local n=0
	begin_retyping
	model <<<"$wide"
	make_migration next --safe
	for _ in migrations/primary/*000[2-9]*.sql; do
		run 0 dbw migrate --count 1
		n=$((n + 1))
		server_sql "INSERT INTO users (id) VALUES ($((10000 + n))); UPDATE users SET age = age + 1 WHERE id = $n"
	done
	equal "$(sum)" "$((4501500 + 19 * n)) $((3000 + n))"
	run 0 dbw check
	for _ in migrations/primary/*000[2-9]*.sql; do
		run 0 dbw rollback --count 1
		n=$((n + 1))
		server_sql "INSERT INTO users (id) VALUES ($((10000 + n))); UPDATE users SET age = age + 1 WHERE id = $n"
	done
	equal "$(sum)" "$((4501500 + 19 * n)) $((3000 + n))"
	run 0 dbw check
}

# No file of it writes the table again under a lock: the swap changes names alone.
test_the_swap_takes_no_new_file_of_the_table() {
	local before
	begin_retyping
	before=$(server_sql "SELECT pg_relation_filenode('users')")
	model <<<"$wide"
	make_migration next --safe
	lacks out 'not made safer'
	run 0 dbw migrate
	equal "$(server_sql "SELECT pg_relation_filenode('users')")" "$before"
	# The same at once does: the test can fail.
	run 0 dbw rollback --to-version 1
	server_sql 'ALTER TABLE users ALTER COLUMN age TYPE bigint'
	if [ "$(server_sql "SELECT pg_relation_filenode('users')")" = "$before" ]; then fail 'no new file'; fi
}

test_a_narrower_type_through_a_new_column_is_still_a_loss() {
	begin_retyping
	model <<<"${wide/bigint/smallint}"
	run 3 dbw make-migrations -d next --safe
	make_migration next --safe --allow-destructive
	grep -q '"operation": "drop column users.age_dbwarden_old".*"loses_data": true' migrations/primary/*_clean.plan.json
}

test_without_safe_it_is_one_file_and_the_plan_advises_it() {
	begin_postgresql
	model <<<"${base/email text/email text NOT NULL}"
	make_migration next
	equal "$(files)" 2
	has out '--safe'
	grep -q '"advice": "--safe' migrations/primary/primary__0002_next.plan.json
}

test_safe_with_nothing_to_split_is_one_file() {
	begin_postgresql
	model <<<"${base/age integer/age integer, nick text}"
	make_migration next --safe
	equal "$(files)" 2
	[ -e migrations/primary/primary__0002_next.sql ]
	lacks out 'not made safer'
}

test_json_lists_the_files_of_a_set() {
	begin_postgresql
	model <<<"${base/email text/email text NOT NULL}"
	run 0 dbw make-migrations -d next --safe --json
	equal "$(json out files 0 version) $(json out files 1 version) $(json out files 2 version)" '0002 0003 0004'
	equal "$(json out version)" 0004
	equal "$(json out files 1 proved)" true
	[ -e "$(json out files 0 plan)" ] && [ -e "$(json out files 2 snapshot)" ]
	equal "$(json migrations/primary/primary__0003_next_online.plan.json base)" 0002
}

test_what_cannot_be_made_safer_is_named() {
	use_server postgresql
	model <<<'CREATE TABLE t (id integer PRIMARY KEY, n integer); CREATE VIEW v AS SELECT id, n FROM t;'
	make_migration first
	# A view holds the column.
	model <<<'CREATE TABLE t (id integer PRIMARY KEY, n bigint); CREATE VIEW v AS SELECT id, n FROM t;'
	make_migration next --safe
	has out 'not made safer: alter column t.n'
}

test_a_new_label_that_is_used_has_a_file_before() {
	use_server postgresql
	model <<<"CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (id integer PRIMARY KEY, m mood);"
	make_migration first
	run 0 dbw migrate
	settle <<<"CREATE TYPE mood AS ENUM ('a', 'b', 'c'); CREATE TABLE t (id integer PRIMARY KEY, m mood DEFAULT 'c', CHECK (m <> 'b'));"
	equal "$(files)" 3
	has migrations/primary/primary__0002_next_values.sql "ADD VALUE 'c'"
}

# A folder that cannot be written to in the middle of a set: nothing of it stays.
test_all_files_of_a_set_or_none() {
	local before
	begin_postgresql
	model <<<"${base/email text/email text NOT NULL}"
	mkdir migrations/primary/primary__0003_next_online.sql
	before=$(find migrations .dbwarden | LC_ALL=C sort)
	run 1 dbw make-migrations -d next --safe
	equal "$(find migrations .dbwarden | LC_ALL=C sort)" "$before"
}

test_sqlite_says_that_it_has_one_writer_anyway() {
	project
	model <<<'CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT);'
	make_migration first
	model <<<'CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT NOT NULL);'
	make_migration next --safe
	equal "$(files)" 2
	has out 'not made safer: rebuild table t: the table is copied; SQLite has one writer at a time anyway'
}

test_mysql_refuses_rather_than_holds_up() {
	use_server mysql
	model <<<'CREATE TABLE t (id INTEGER PRIMARY KEY, n VARCHAR(20), m INTEGER); CREATE TABLE u (id INTEGER PRIMARY KEY);'
	make_migration first
	run 0 dbw migrate
	server_sql "INSERT INTO t VALUES (1, 'a', 1)"
	settle --safe <<-'SQL'
		CREATE TABLE t (id INTEGER PRIMARY KEY, n VARCHAR(30) NOT NULL, m BIGINT, k INTEGER, KEY t_n (n));
		CREATE TABLE u (id INTEGER PRIMARY KEY);
	SQL
	has migrations/primary/primary__0002_next.sql 'ALGORITHM=INSTANT'
	has migrations/primary/primary__0002_next.sql 'ALGORITHM=INPLACE, LOCK=NONE'
	equal "$(server_sql 'SELECT * FROM t')" "$(printf '1\ta\t1\tNULL')"
	model <<<'CREATE TABLE t (id INTEGER PRIMARY KEY, n VARCHAR(30) NOT NULL, m DECIMAL(20, 0), k INTEGER, KEY t_n (n)); CREATE TABLE u (id INTEGER PRIMARY KEY);'
	make_migration third --safe
	has out 'not made safer: alter column t.m: the table is copied'
}

# Plans are read back for what is pending.
body_pending_files_show_their_risk() {
	model <<<'CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a VARCHAR(20), b VARCHAR(20));'
	make_migration first
	run 0 dbw migrate
	model <<<'CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a VARCHAR(20));'
	make_migration second --allow-destructive
	run 0 dbw status
	has out '0002: loses data; lock: '
	lacks out '0001: '
	run 0 dbw status --json
	equal "$(json out migrations 1 plan loses_data)" true
	run 0 dbw migrate --dry-run
	has out 'loses data: the column with all its values'
	run 0 dbw migrate --dry-run --json
	equal "$(json out migrations 0 plan operations 0 loses_data)" true
}

test_a_plan_that_is_broken_or_of_another_text_is_left_out() {
	local plan=migrations/primary/primary__0001_first.plan.json one
	project
	model <<<'CREATE TABLE t (id INTEGER PRIMARY KEY);'
	make_migration first
	run 0 dbw status
	has out '0001: '
	cp $plan kept
	for one in '' '{' '[]' '{"dbwarden_plan": 1}' '{"dbwarden_plan": 2, "checksum": "x", "operations": []}' \
		'{"dbwarden_plan": 1, "checksum": "x", "operations": [1]}' '{"dbwarden_plan": "1"}' $'\xff\xfe'; do
		printf '%s' "$one" >$plan
		run 0 dbw status
		has err "'primary__0001_first.plan.json' is left out"
		lacks out '0001: '
		run 0 dbw migrate --dry-run
		has out 'CREATE TABLE t'
	done
	cp kept $plan
	sed -i 's/CREATE TABLE t/CREATE TABLE other/' migrations/primary/primary__0001_first.sql
	run 0 dbw status
	has err 'was changed after it was written'
	rm $plan
	run 0 dbw status
	equal "$(cat err)" ''
}

on_all_dialects
run_tests
