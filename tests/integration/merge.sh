#!/bin/bash
# Two branches of a repository that each added migrations, merged by git: every command says so, and
# make-migrations --merge puts them in one order.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"
. "$(dirname "$0")/dialects_lib.sh"

SNAPSHOTS=.dbwarden/snapshots/primary
FOLDER=migrations/primary

git() { command git -c user.name=Test -c user.email=test@example.com -c init.defaultBranch=main "$@"; }

commit() {
	git add -A
	git commit -q -m "$1"
}

table() { # NAME COLUMN...
	local name=$1
	shift
	{
		echo "CREATE TABLE $name ("
		printf '    %s,\n' "$@"
		echo "    id INTEGER PRIMARY KEY"
		echo ");"
	} >"models/$name.sql"
}

# A repository with one migration, on the branch 'main'.
repository() {
	command -v git >/dev/null || {
		[ -z "${CI:-}" ] || fail 'git is not installed'
		skip 'git is not installed'
	}
	git init -q .
	printf 'app.db*\nout\nerr\nbefore\n' >.gitignore
	mkdir -p models
	table users "name VARCHAR(40) CHECK (name IN ('a', 'b') OR NOT name < 'c')"
	table orders 'amount INTEGER DEFAULT 0'
	make_migration first
	commit first
}

# The branch 'feature' added two migrations, 'main' one; then the branches are merged, with a conflict in the
# snapshot that both wrote, and nothing done about it.
two_branches() {
	repository
	git checkout -q -b feature
	table orders 'amount INTEGER DEFAULT 0' 'note VARCHAR(20)'
	make_migration note
	table tags "label VARCHAR(20) DEFAULT 'x' NOT NULL"
	make_migration tags
	commit feature
	git checkout -q main
	table users "name VARCHAR(40) CHECK (name IN ('a', 'b') OR NOT name < 'c')" 'mail VARCHAR(80)'
	make_migration mail
	commit main
}

merge_branches() {
	git merge -q feature >/dev/null 2>&1 || true
	grep -q '^<<<<<<<' "$SNAPSHOTS/0002.json"
}

remember() { find .dbwarden migrations -type f -exec sha256sum {} + | sort >before; }
unchanged() { find .dbwarden migrations -type f -exec sha256sum {} + | sort | diff before -; }

chain_is_whole() {
	run 0 dbw make-migrations --plan "$@"
	has out 'no changes'
	lacks err snapshot
}

numbered() { # FILE...: what there is besides the first
	equal "$(cd "$FOLDER" && echo primary__*.sql)" "primary__0001_first.sql $*"
	equal "$(cd "$FOLDER" && echo primary__*.plan.json)" "primary__0001_first.plan.json ${*//.sql/.plan.json}"
	equal "$(find "$SNAPSHOTS" -type f | wc -l)" "$(($# + 1))"
}

body_the_branch_that_is_not_applied_gets_the_next_numbers() {
	two_branches
	run 0 dbw migrate
	merge_branches
	for command in migrate rollback status make-migrations 'new more' 'diff --from migrations' check verify 'migrate --dry-run'; do
		# shellcheck disable=SC2086
		run 1 dbw $command
		has err "'primary__0002_mail.sql' and 'primary__0002_note.sql' have the same version"
		has err 'dbwarden make-migrations --merge'
	done
	remember
	run 0 dbw make-migrations --merge --plan
	has out 'primary__0002_mail.sql stays (applied in the database)'
	has out 'primary__0002_note.sql would become primary__0003_note.sql'
	unchanged
	run 0 dbw make-migrations --merge
	has out 'primary__0003_tags.sql is now primary__0004_tags.sql'
	has out 'Proved in a scratch database'
	numbered primary__000{2_mail,3_note,4_tags}.sql
	equal "$(json "$FOLDER/primary__0004_tags.plan.json" version)" 0004
	equal "$(json "$FOLDER/primary__0004_tags.plan.json" base)" 0003
	equal "$(json "$FOLDER/primary__0004_tags.plan.json" migration)" primary__0004_tags.sql
	chain_is_whole
	chain_is_whole --offline
	run 0 dbw migrate
	has out '2 migrations applied'
	run 0 dbw check
	run 0 dbw verify
	run 0 dbw rollback --to-version 1
	run 0 dbw make-migrations --merge
	has out 'nothing to merge'
}

body_without_a_server_the_snapshots_are_enough() {
	two_branches
	merge_branches
	sed -i '/^url/d;/^scratch_url/d;/^type/d' dbwarden.ini
	sed -i "/^\[database:primary\]/a type = $dialect\nurl = \${THERE_IS_NO_SUCH_VARIABLE}" dbwarden.ini
	run 0 dbw make-migrations --merge --offline "$FOLDER/primary__0002_mail.sql"
	[ "$dialect" = sqlite ] || has out 'not proved: --offline connects to no server'
	has out 'primary__0002_note.sql stays (as the command says)'
	numbered primary__000{2_note,3_tags,4_mail}.sql
	chain_is_whole --offline
}

body_a_snapshot_that_the_merge_lost_comes_from_a_replay() {
	local side
	two_branches
	run 0 dbw migrate
	merge_branches
	for side in ours theirs; do
		cp -r . "../$side.$$"
		mv "../$side.$$" "$side"
	done
	for side in ours theirs; do
		cd "$side"
		git checkout -q --$side "$SNAPSHOTS/0002.json"
		if [ "$dialect" = sqlite ]; then
			run 0 dbw make-migrations --merge
			has out 'primary__0002_mail.sql stays'
		else
			run 1 dbw make-migrations --merge --offline primary__0002_note.sql
			has err 'the snapshots do not tell what each branch comes to'
			run 0 dbw make-migrations --merge primary__0002_note.sql
		fi
		numbered primary__000{2_mail,3_note,4_tags}.sql
		run 0 dbw make-migrations
		has out 'no changes'
		chain_is_whole --offline
		cd ..
	done
}

body_both_changed_one_column() {
	repository
	git checkout -q -b feature
	table orders 'amount BIGINT DEFAULT 0'
	make_migration big --allow-destructive
	commit feature
	git checkout -q main
	table orders 'amount INTEGER DEFAULT 1'
	make_migration one --allow-destructive
	commit main
	run 0 dbw migrate
	git merge -q feature >/dev/null 2>&1 || true
	git checkout -q --ours models
	remember
	run 1 dbw make-migrations --merge
	has err "column 'orders.amount': changed on both sides"
	has err 'primary__0002_big.sql'
	has err 'primary__0002_one.sql'
	has err 'nothing was written'
	unchanged
}

test_one_dropped_what_the_other_needs() {
	project
	dialect=sqlite
	repository
	git checkout -q -b feature
	echo 'CREATE INDEX by_amount ON orders (amount);' >>models/orders.sql
	make_migration index
	commit feature
	git checkout -q main
	table orders 'total INTEGER'
	make_migration drop --no-renames --allow-destructive
	commit main
	run 0 dbw migrate
	git merge -q feature >/dev/null 2>&1 || true
	remember
	run 1 dbw make-migrations --merge
	has err "index 'orders.by_amount': one side needs what the other side dropped"
	unchanged
}

# SQLite makes the table anew, as the branch knew it: behind the other branch it would take a column away.
test_what_does_not_work_behind_the_other_is_refused() {
	project
	dialect=sqlite
	repository
	git checkout -q -b feature
	table orders 'amount BIGINT DEFAULT 5'
	make_migration amount --allow-destructive
	commit feature
	git checkout -q main
	table orders 'amount INTEGER DEFAULT 0' 'note TEXT'
	make_migration note
	commit main
	run 0 dbw migrate
	git merge -q feature >/dev/null 2>&1 || true
	remember
	run 1 dbw make-migrations --merge
	has err 'nothing was written'
	has err 'do not make what both branches made'
	has err 'note'
	unchanged
}

test_when_in_doubt_nothing_is_written() {
	project
	dialect=sqlite
	two_branches
	merge_branches
	remember
	run 3 dbw make-migrations --merge
	has out 'primary__0002_mail.sql stays:  dbwarden make-migrations --merge --database primary primary__0002_note.sql'
	has out 'primary__0002_note.sql stays:  dbwarden make-migrations --merge --database primary primary__0002_mail.sql'
	run 3 dbw make-migrations --merge --json
	equal "$(json out branches 1 files)" '["primary__0002_note.sql", "primary__0003_tags.sql"]'
	unchanged
	run 2 dbw make-migrations --merge primary__0009_none.sql
	run 2 dbw make-migrations --merge primary__0001_first.sql
	run 2 dbw make-migrations --merge primary__0002_mail.sql primary__0003_tags.sql
	run 2 dbw make-migrations primary__0002_mail.sql
	unchanged
	run 0 dbw make-migrations --merge primary__0003_tags.sql
	numbered primary__000{2_mail,3_note,4_tags}.sql
}

test_what_is_applied_is_not_renumbered() {
	project
	dialect=sqlite
	two_branches
	run 0 dbw migrate
	merge_branches
	remember
	run 1 dbw make-migrations --merge primary__0002_mail.sql
	has err "'primary__0002_mail.sql', or what came after it, is applied in the database"
	unchanged
}

test_dependencies_follow() {
	project
	dialect=sqlite
	repository
	git checkout -q -b feature
	table orders 'amount INTEGER DEFAULT 0' 'note VARCHAR(20)'
	make_migration note
	migration primary__0005_later.sql <<-'SQL'
		-- depends_on: ["0001", "0002"]
		-- upgrade
		CREATE TABLE later (a INTEGER);
		-- rollback
		DROP TABLE later;
	SQL
	echo 'CREATE TABLE later (a INTEGER);' >models/later.sql
	run 0 dbw make-migrations
	commit feature
	git checkout -q main
	table users "name VARCHAR(40) CHECK (name IN ('a', 'b') OR NOT name < 'c')" 'mail VARCHAR(80)'
	make_migration mail
	commit main
	run 0 dbw migrate
	merge_branches
	run 0 dbw make-migrations --merge
	equal "$(cd "$FOLDER" && echo primary__*.sql)" \
		'primary__0001_first.sql primary__0002_mail.sql primary__0003_note.sql primary__0004_later.sql'
	equal "$(head -1 "$FOLDER/primary__0004_later.sql")" '-- depends_on: ["0001", "0003"]'
	chain_is_whole
	run 0 dbw migrate
	run 0 dbw check
}

test_versions_that_are_times_are_put_in_order() {
	project
	dialect=sqlite
	set_key versioning timestamp
	repository
	git checkout -q -b feature
	table tags 'label VARCHAR(20)'
	make_migration tags
	commit feature
	git checkout -q main
	table users "name VARCHAR(40) CHECK (name IN ('a', 'b') OR NOT name < 'c')" 'mail VARCHAR(80)'
	sleep 2.1 # a version is a second, or the next one
	make_migration mail
	commit main
	run 0 dbw migrate
	git merge -q --no-edit feature >/dev/null 2>&1
	tags=$(basename "$FOLDER"/*_tags.sql)
	mail=$(basename "$FOLDER"/*_mail.sql)
	[[ $tags < $mail ]]
	run 0 dbw make-migrations --plan --offline
	has err "was written without '$tags', which stands before it"
	run 0 dbw make-migrations --merge
	has out "$mail stays (applied in the database)"
	has out "$tags is now"
	[[ $mail < $(basename "$FOLDER"/*_tags.sql) ]]
	chain_is_whole
	run 0 dbw migrate
	run 0 dbw check
}

test_times_that_are_in_order_stay() {
	project
	dialect=sqlite
	set_key versioning timestamp
	repository
	git checkout -q -b feature
	table users "name VARCHAR(40) CHECK (name IN ('a', 'b') OR NOT name < 'c')" 'mail VARCHAR(80)'
	make_migration mail
	run 0 dbw migrate
	commit feature
	git checkout -q main
	table tags 'label VARCHAR(20)'
	sleep 2.1 # a version is a second, or the next one
	make_migration tags
	commit main
	git merge -q --no-edit feature >/dev/null 2>&1
	run 0 dbw make-migrations --merge
	has out 'tags.sql keeps its version; its snapshot was written anew'
	chain_is_whole
	run 0 dbw migrate
	run 0 dbw check
}

# The writing breaks off in the middle, as a folder stands where a file goes.
test_an_interrupted_merge_is_ended_by_the_next() {
	project
	dialect=sqlite
	two_branches
	run 0 dbw migrate
	merge_branches
	mkdir "$SNAPSHOTS/0004.json"
	run 1 dbw make-migrations --merge
	has err '0004.json'
	has err "make-migrations --merge' again"
	run 1 dbw make-migrations
	run 1 dbw make-migrations --merge --plan
	has err 'was interrupted'
	rmdir "$SNAPSHOTS/0004.json"
	run 0 dbw make-migrations --merge
	has out 'is done now'
	numbered primary__000{2_mail,3_note,4_tags}.sql
	chain_is_whole
	run 0 dbw migrate
	run 0 dbw check
}

test_what_ends_a_merge_writes_nowhere_else() {
	local name
	project
	dialect=sqlite
	repository
	for name in ../../stolen /tmp/stolen .hidden ''; do
		printf '{"write": [{"folder": "migrations", "name": "%s", "text": "x"}], "remove": []}' "$name" \
			>"$SNAPSHOTS/merge-to-finish"
		run 1 dbw make-migrations --merge
		has err "'merge-to-finish' does not say which files to write"
		printf '{"write": [], "remove": [{"folder": "migrations", "name": "%s"}]}' "$name" \
			>"$SNAPSHOTS/merge-to-finish"
		run 1 dbw make-migrations --merge
	done
	[ ! -e stolen ]
	[ -e dbwarden.ini ]
	echo '{' >"$SNAPSHOTS/merge-to-finish"
	run 1 dbw make-migrations --merge
}

test_three_branches() {
	local name
	project
	dialect=sqlite
	repository
	for name in one two three; do
		git checkout -q -b "$name" main
		table "$name" 'a INTEGER'
		make_migration "$name"
		commit "$name"
	done
	git merge -q one >/dev/null 2>&1 || true
	git add -A
	git commit -q -m merge
	git merge -q two >/dev/null 2>&1 || true
	run 3 dbw make-migrations --merge
	run 2 dbw make-migrations --merge primary__0002_one.sql
	run 0 dbw make-migrations --merge primary__0002_one.sql primary__0002_two.sql
	numbered primary__000{2_three,3_one,4_two}.sql
	chain_is_whole
	run 0 dbw migrate
	run 0 dbw check
}

test_files_without_snapshots_are_named() {
	project
	dialect=sqlite
	repository
	migration primary__0002_ours.sql <<-'SQL'
		-- upgrade
		CREATE TABLE ours (a INTEGER);
		-- rollback
		DROP TABLE ours;
	SQL
	migration primary__0002_theirs.sql <<-'SQL'
		-- upgrade
		CREATE TABLE theirs (a INTEGER);
		-- rollback
		DROP TABLE theirs;
	SQL
	migration primary__0003_more.sql <<-'SQL'
		-- upgrade
		CREATE TABLE more (a INTEGER);
		-- rollback
		DROP TABLE more;
	SQL
	run 1 dbw make-migrations --merge
	has err "cannot tell which branch 'primary__0003_more.sql' belongs to"
	has err '--merge FILE...'
	run 0 dbw make-migrations --merge primary__0002_theirs.sql primary__0003_more.sql
	equal "$(cd "$FOLDER" && echo primary__*.sql)" \
		'primary__0001_first.sql primary__0002_ours.sql primary__0003_theirs.sql primary__0004_more.sql'
	run 0 dbw migrate
	run 0 dbw check
}

on_all_dialects
run_tests
