#!/bin/bash
# diff between any two schemas: models, migrations, the live database, files, snapshots, other databases.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"
. "$(dirname "$0")/dialects_lib.sh"

users='CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, age INTEGER, name VARCHAR(80), CONSTRAINT grown CHECK (age>17 AND age IN (18,19,20)));
CREATE VIEW adults AS SELECT id, name FROM users WHERE age>17;'
more="$users
CREATE TABLE posts (id INTEGER NOT NULL PRIMARY KEY, author INTEGER, CONSTRAINT by_user FOREIGN KEY (author) REFERENCES users (id) ON DELETE CASCADE);
CREATE INDEX by_author ON posts (author);"

other_database() { # makes one, and puts its URL into $other
	if [ "$dialect" = sqlite ]; then
		other=sqlite:///other.db
	else
		admin "CREATE DATABASE ${database}_other"
		other=${url%/*}/${database}_other
	fi
}

other_sql() { # SQL
	if [ "$dialect" = sqlite ]; then sqlite3 -bail other.db "$1"; else echo "$1" | client "${database}_other"; fi
}

# No server at all, for what must not ask one.
no_server() {
	[ "$dialect" = sqlite ] || export DATABASE_URL="${url%%://*}://nobody:x@127.0.0.1:1/nothing"
}

same() { # SIDE SIDE: there is no difference, in either direction
	run 0 dbw diff --from "$1" --to "$2" --exit-code --json
	equal "$(json out equal)" true
	equal "$(json out sql)" '[]'
	run 0 dbw diff --from "$2" --to "$1" --exit-code
}

body_all_sides_of_one_schema_are_equal() {
	model <<<"$more"
	make_migration first
	run 0 dbw migrate
	other_database
	other_sql "$more"
	echo "$more" >copy.sql
	mkdir -p folder/deep
	echo "$users" >folder/deep/users.sql
	echo "${more#"$users"}" >folder/posts.sql
	for side in models migrations copy.sql folder .dbwarden/snapshots/primary/0001.json "$other"; do
		same live "$side"
		same models "$side"
	done
	same copy.sql "$other"
}

body_what_leads_from_one_to_the_other_is_said() {
	model <<<"$users"
	make_migration first
	run 0 dbw migrate
	other_database
	other_sql "$more"
	echo "$more" >more.sql
	for side in more.sql "$other"; do
		run 3 dbw diff --to "$side" --exit-code --json
		equal "$(json out equal)" false
		equal "$(json out from)" live
		has out '"create table posts"'
		has out 'table posts is missing'
		run 0 dbw diff --to "$side" --out sql
		has out 'CREATE TABLE'
		run 3 dbw diff --from "$side" --to live --exit-code
		has out 'table posts is not expected'
		has out 'drop table posts  (loses data)'
	done
	# The SQL leads there.
	run 0 dbw diff --to more.sql --out sql
	if [ "$dialect" = sqlite ]; then sql <out; else client "$database" <out; fi
	same live "$other"
}

body_texts_need_no_server_where_they_are_equal() {
	model <<<"$users"
	make_migration first
	echo "$users" >copy.sql
	no_server
	same models migrations
	same models copy.sql
	same copy.sql migrations
	# Not even its address.
	unset DATABASE_URL
	run 0 dbw diff --from models --to migrations --exit-code
	run 0 dbw diff --from models --to migrations --offline --exit-code
	run 0 dbw diff --from copy.sql --to migrations --offline --json
	equal "$(json out equal)" true
	run 1 dbw diff --offline
	has err '--offline connects to no server'
}

body_a_password_in_a_url_is_never_shown() {
	model <<<"$users"
	make_migration first
	[ "$dialect" = sqlite ] && scheme=postgresql || scheme=${url%%://*}
	run 0 dbw diff --from models --to migrations
	for side in "$scheme://u:S3CRETpw@127.0.0.1:1/x" "$scheme:/u:S3CRETpw@h/x" "$scheme://u:S3CRETpw@127.0.0.1:99999/x"; do
		for form in --json --exit-code; do
			dbw diff --from models --to "$side" $form >out 2>err </dev/null && fail "exit status 0 with $side"
			lacks out S3CRETpw
			lacks err S3CRETpw
		done
	done
	[ "$dialect" = sqlite ] && return
	# Escaped in the URL, from the environment, and in what is printed when all is well.
	admin "CREATE DATABASE ${database}_other"
	OTHER="${url%%://*}://$user:$(printf %s "$password" | od -An -tx1 | tr ' ' % | tr -d '\n')@$host:$port/${database}_other"
	export OTHER
	# shellcheck disable=SC2016
	run 0 dbw diff --from '${OTHER}' --to "$OTHER" --json
	equal "$(json out equal)" true
	lacks out "$password"
	lacks out "${OTHER#*:*:}"
}

test_what_is_no_side_is_told_so() {
	project
	model <<<"$users"
	run 2 dbw diff --to modls
	has err "Did you mean models?"
	run 2 dbw diff --from nothing.sql
	has err "'nothing.sql'"
	mkdir empty
	run 2 dbw diff --from models --to empty
	has err "there is no .sql file in 'empty'"
	echo 'CREATE TABEL x (a INTEGER);' >bad.sql
	run 1 dbw diff --from models --to bad.sql
	has err 'bad.sql:1:'
	echo '{"dialect": "other", "schema": {}}' >bad.json
	run 1 dbw diff --from models --to bad.json
	has err 'another dialect'
	echo '{' >bad.json
	run 1 dbw diff --from models --to bad.json
	has err 'bad.json'
	run 2 dbw diff --out html
	make_migration first
	sed -i 's/VARCHAR(80)/VARCHAR(81)/' .dbwarden/snapshots/primary/0001.json
	run 1 dbw diff --from models --to .dbwarden/snapshots/primary/0001.json
	has err damaged
	# shellcheck disable=SC2016
	run 2 dbw diff --to '${NOT_SET_ANYWHERE}'
	has err NOT_SET_ANYWHERE
}

# A rename that the models tell is one; that somebody made by hand is at least told to be likely.
body_renames_are_told() {
	model <<<'CREATE TABLE people (id INTEGER NOT NULL PRIMARY KEY, first_name VARCHAR(80), born INTEGER);'
	make_migration first
	run 0 dbw migrate
	printf '%s\n' 'CREATE TABLE people (id INTEGER NOT NULL PRIMARY KEY,' \
		'given_name VARCHAR(80), -- dbwarden: renamed-from first_name' 'born INTEGER);' | model
	run 0 dbw diff --json
	equal "$(json out loses_data)" false
	equal "$(json out renames)" '[]'
	run 0 dbw diff --out sql
	has out RENAME
	database_sql "ALTER TABLE people RENAME COLUMN born TO birth_year"
	run 3 dbw check
	has out 'drop column people.birth_year  (loses data)'
	has err "'people.birth_year' may have been renamed to 'born'"
	run 3 dbw check --json
	equal "$(json out renames 0 to)" born
}

# White space makes a difference in a comment, and none in a view.
on_servers_long_texts_differ_at_a_place() {
	local table="CREATE TABLE t (a INTEGER); COMMENT ON TABLE t IS 'one
two'"
	[ "$dialect" = postgresql ] || table="CREATE TABLE t (a INTEGER) COMMENT='one
two'"
	printf '%s;\n' "$table" 'CREATE VIEW v AS SELECT a AS a_long_name, a + 1 AS another_long_name, a + 2 AS the_longest_name_of_all FROM t WHERE a > 100 AND a < 200 AND a <> 150' >one.sql
	sed 's/^two/ two/; s/150/151/; s/ AS SELECT/   AS SELECT/' one.sql >two.sql
	run 0 dbw diff --from one.sql --to two.sql
	has out "table t: comment differs at line 2: it is 'two', expected ' two'"
	has out 'view v: text '
	has out '151'
	[ "$(grep -c '^  view v: ' out)" = 1 ]
}

on_servers_two_texts_are_compared_in_the_words_of_the_server() {
	echo "$users" >one.sql
	# The same in other words.
	sed 's/age>17 AND age IN (18,19,20)/((age > 17) AND (age IN (18, 19, 20)))/; s/SELECT id, name FROM users/SELECT users.id, users.name FROM users/' one.sql >two.sql
	model <<<"$users"
	same one.sql two.sql
	# Without a server that can only be said of the words.
	no_server
	run 3 dbw diff --from one.sql --to two.sql --exit-code
	has err 'compared as it is written'
	run 0 dbw diff --from one.sql --to two.sql --json
	equal "$(json out equal)" false
	[ "$(json out as_written)" != null ]
	run 1 dbw diff --from live --to two.sql
}

on_servers_a_side_that_needs_a_scratch_database_says_so() {
	model <<<"$users"
	make_migration first
	run 0 dbw migrate
	sed 's/age>17/age > 16/' models/schema.sql >two.sql
	key "scratch_url = ${url%%://*}://nobody:x@127.0.0.1:1/nothing"
	run 1 dbw diff --to two.sql
	has err "'two.sql' can only be compared in the server's own words"
}

for one in postgresql mysql; do
	for body in $(declare -F | awk '{print $3}' | grep '^on_servers_'); do
		eval "test_${body#on_servers_}_on_$one() { use_server $one; $body; }"
	done
done
on_all_dialects
run_tests
