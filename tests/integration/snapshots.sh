#!/bin/bash
# Snapshots: a chain of readable files; what is wrong with one is said and mended; and with them no
# connection is needed.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"
. "$(dirname "$0")/dialects_lib.sh"

SNAPSHOTS=.dbwarden/snapshots/primary

# A table with what a server spells in its own words, and a view on it; more columns as arguments.
shop() {
	local extra=
	[ $# = 0 ] || extra=$(printf '%s,' "$@")
	model <<-SQL
		CREATE TABLE users (
		    id INTEGER PRIMARY KEY,
		    kind VARCHAR(20) DEFAULT 'new' NOT NULL,
		    age INTEGER,
		    $extra
		    CONSTRAINT kind_known CHECK (kind IN ('new', 'old') AND age > 1 + 2)
		);
		CREATE TABLE orders (
		    id INTEGER PRIMARY KEY,
		    user_id INTEGER NOT NULL,
		    amount DECIMAL(10, 2) DEFAULT 0,
		    CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id)
		);
		CREATE INDEX orders_by_user ON orders (user_id);
		CREATE VIEW adults AS SELECT id, kind FROM users WHERE NOT age < 18;
	SQL
}

three_migrations() {
	shop
	make_migration first
	shop 'mail VARCHAR(80)'
	make_migration second
	shop 'mail VARCHAR(80)' 'phone VARCHAR(20)'
	make_migration third
}

# Nothing is said of the snapshots, and they are what the models come to.
chain_is_whole() {
	run 0 dbw make-migrations --plan
	has out 'no changes'
	lacks err snapshot
}

# damage VERSION COMMAND TEXT: the file is $file to the command.
damage() {
	(cd "$SNAPSHOTS" && file=$1.json && eval "$2")
	run 0 dbw make-migrations
	has out 'no changes'
	has err "$1"
	has err "$3"
	has err 'written anew'
	chain_is_whole
}

test_what_is_wrong_with_a_snapshot_is_said_and_mended() {
	local version
	project
	dialect=sqlite
	three_migrations
	chain_is_whole
	for version in 0003 0002 0001; do
		damage "$version" 'rm $file' snapshot
		damage "$version" ': >$file' 'is damaged: it is empty'
		damage "$version" 'head -c 700 $file >cut; mv cut $file' 'is damaged: it has no checksum'
		damage "$version" 'sed -i s/users/usurp/ $file' 'is damaged: its checksum does not match'
		damage "$version" 'cp "$(ls | grep -v $file | head -1)" $file' 'is of another version'
		damage "$version" 'sed -i "s/snapshot\": ./snapshot\": 1/" $file' 'is of format 1'
	done
}

body_a_damaged_snapshot_is_mended() {
	three_migrations
	chain_is_whole
	damage 0003 'sed -i s/users/usurp/ $file' 'is damaged: its checksum does not match'
	damage 0002 'rm $file' "which '0003.json' came after"
}

body_reading_mends_nothing() {
	three_migrations
	rm "$SNAPSHOTS/0001.json"
	echo '{' >"$SNAPSHOTS/0002.json"
	echo '{' >"$SNAPSHOTS/0003.json"
	find .dbwarden migrations -type f -exec sha256sum {} + >before
	run 0 dbw make-migrations --plan
	has err "snapshot '0003.json' is damaged"
	run 0 dbw migrate
	run 0 dbw status
	run 0 dbw check
	run 0 dbw diff
	sha256sum --quiet -c before
	equal "$(find .dbwarden migrations -type f | wc -l)" "$(wc -l <before)"
}

body_what_was_mended_serves_offline() {
	three_migrations
	rm "$SNAPSHOTS/0002.json" "$SNAPSHOTS/0003.json"
	run 0 dbw make-migrations
	chain_is_whole
	shop 'mail VARCHAR(80)' 'phone VARCHAR(20)' 'fax VARCHAR(20)'
	run 0 dbw make-migrations --offline -d fourth
	lacks err snapshot
	equal "$(grep -c fax migrations/primary/*fourth.sql)" 2
	grep -q 'kind_known\|adults' migrations/primary/*fourth.sql &&
		[ "$dialect" != sqlite ] && fail 'what did not change is in the migration'
	run 0 dbw migrate
	run 0 dbw check
}

body_mended_together_with_what_is_written() {
	three_migrations
	sed -i s/users/usurp/ "$SNAPSHOTS/0003.json"
	rm "$SNAPSHOTS/0001.json"
	shop 'mail VARCHAR(80)' 'phone VARCHAR(20)' 'fax VARCHAR(20)'
	run 0 dbw make-migrations -d fourth
	has err "snapshot '0001.json' is missing, which '0002.json' came after; it was written anew"
	has err "snapshot '0003.json' is damaged: its checksum does not match its content; it was written anew"
	chain_is_whole
	[ -e "$SNAPSHOTS/0004.json" ]
}

# No server can be reached; the name of the database is not even known.
without_server() {
	sed -i '/^url/d;/^scratch_url/d;/^type/d' dbwarden.ini
	sed -i "/^\[database:primary\]/a type = $dialect\nurl = \${THERE_IS_NO_SUCH_VARIABLE}" dbwarden.ini
}

body_offline_writes_what_online_writes() {
	local way
	shop
	make_migration first
	cp -r . ../online.$$
	mv ../online.$$ online
	cp -r online offline
	cp -r online again
	for way in online offline again; do
		cd "$way"
		shop 'mail VARCHAR(80)' "note VARCHAR(9) DEFAULT 'x' CHECK (note IN ('x', 'y'))"
		if [ "$way" = online ]; then
			run 0 dbw make-migrations -d second
		else
			without_server
			run 0 dbw make-migrations --offline -d second
		fi
		cd ..
	done
	[ "$dialect" = sqlite ] || has offline/out 'not proved: --offline connects to no server'
	for way in offline again; do
		cmp {online,$way}/migrations/primary/primary__0002_second.sql
		cmp {online,$way}/.dbwarden/snapshots/primary/0002.json
	done
	cmp {offline,again}/migrations/primary/primary__0002_second.plan.json
	cd offline
	run 0 dbw make-migrations --offline
	has out 'no changes'
}

body_offline_begins_with_nothing() {
	shop
	without_server
	run 0 dbw make-migrations --offline -d first
	[ -e "$SNAPSHOTS/0001.json" ]
}

body_offline_cannot_replay_on_a_server() {
	three_migrations
	migration primary__0004_by_hand.sql <<-'SQL'
		-- upgrade
		CREATE TABLE extra (id INTEGER PRIMARY KEY);
		-- rollback
		DROP TABLE extra;
	SQL
	shop 'mail VARCHAR(80)' 'phone VARCHAR(20)' 'fax VARCHAR(20)'
	echo 'CREATE TABLE extra (id INTEGER PRIMARY KEY);' >models/extra.sql
	if [ "$dialect" = sqlite ]; then
		# A replay in memory is no connection.
		run 0 dbw make-migrations --offline -d fifth
		has err "'primary__0004_by_hand.sql' has no snapshot; it was written anew"
		return
	fi
	run 1 dbw make-migrations --offline -d fifth
	has err "'primary__0004_by_hand.sql' has no snapshot, and a replay needs a server"
	has err "0004.json"
	[ ! -e migrations/primary/primary__0005_fifth.sql ]
	# Once online, and it has one.
	run 0 dbw make-migrations -d fifth
	chain_is_whole
	run 0 dbw make-migrations --offline
	has out 'no changes'
	# That of 0004 itself is in the words of the server: it serves those who have one.
	rm migrations/primary/*0005* "$SNAPSHOTS/0005.json"
	run 1 dbw make-migrations --offline -d fifth
	has err "snapshot '0004.json' is in the words of a server"
	run 0 dbw make-migrations -d fifth
	equal "$(grep -c fax migrations/primary/*fifth.sql)" 2
}

test_an_earlier_migration_that_was_edited_makes_the_newest_snapshot_bad() {
	project
	dialect=sqlite
	three_migrations
	sed -i 's/VARCHAR(80)/VARCHAR(81)/' migrations/primary/primary__0002_second.sql
	run 0 dbw make-migrations --plan -d fourth --allow-destructive
	has err "compared with a replay of the migrations: snapshot '0003.json' was written when an earlier"
	has out 'VARCHAR(80)'
}

test_a_migration_that_came_in_between_is_named() {
	project
	dialect=sqlite
	set_key versioning timestamp
	three_migrations
	local versions last
	versions=$(cd migrations/primary && ls primary__*.sql | tr -dc '0-9\n')
	last=$(echo "$versions" | tail -1)
	# As if another branch had made the second and ours the third, both after the first.
	python3 - "$SNAPSHOTS" <<-'PYTHON'
		import glob, hashlib, json, re, sys
		first, second, third = sorted(glob.glob(sys.argv[1] + "/*.json"))
		read = lambda path: open(path).read()
		head = json.loads(read(first)), json.loads(read(third))
		text = read(third)
		history = hashlib.sha256((head[0]["history"] + head[1]["migration"]).encode()).hexdigest()
		text = text.replace(head[1]["history"], history)
		text = re.sub(r'"parent": .*', '"parent": {"version": "%s", "checksum": "%s"},'
		              % (head[0]["version"], head[0]["checksum"]), text)
		body = text[:text.rindex('  "checksum"')]
		open(third, "w").write(body + '  "checksum": "%s"\n}\n' % hashlib.sha256(body.encode()).hexdigest())
	PYTHON
	run 0 dbw make-migrations --plan
	has err "snapshot '$last.json' was written without 'primary__$(echo "$versions" | sed -n 2p)_second.sql', which stands before it"
}

test_one_of_a_newer_format_is_left_alone() {
	project
	dialect=sqlite
	three_migrations
	sed -i 's/"dbwarden_snapshot": [0-9]*/"dbwarden_snapshot": 99/' "$SNAPSHOTS/0003.json"
	run 1 dbw make-migrations
	has err "snapshot '0003.json' is of format 99"
	has err 'newer dbwarden'
	has "$SNAPSHOTS/0003.json" '"dbwarden_snapshot": 99'
}

test_a_new_column_is_a_line_or_two_of_the_snapshot() {
	project
	dialect=sqlite
	three_migrations
	diff "$SNAPSHOTS/0002.json" "$SNAPSHOTS/0003.json" | grep '^[<>]' >changed || true
	# The column, the comma of the one before it; version, migration, history, parent, checksum twice.
	equal "$(grep -c '"name": "phone"' changed)" 1
	[ "$(wc -l <changed)" -le 13 ] || fail "$(cat changed)"
}

body_the_order_of_the_models_makes_no_difference() {
	shop
	make_migration first
	mkdir other
	cp dbwarden.ini other
	cd other
	mkdir models
	model <<-'SQL'
		CREATE TABLE orders (
		    id INTEGER,
		    user_id INTEGER NOT NULL, amount DECIMAL(10,2) DEFAULT 0,
		    PRIMARY KEY (id),
		    CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id)
		);
		CREATE VIEW adults AS SELECT id, kind FROM users WHERE NOT age < 18;
		CREATE INDEX orders_by_user ON orders (user_id);
		CREATE TABLE users (
		    id INTEGER PRIMARY KEY, kind VARCHAR(20) NOT NULL DEFAULT 'new', age INTEGER,
		    CONSTRAINT kind_known CHECK (kind IN ('new', 'old') AND age > 1 + 2)
		);
	SQL
	make_migration first
	schemas() { sed -n '/"schema"/,/"checksum"/p' "$1/$SNAPSHOTS/0001.json" | grep -v checksum; }
	diff <(schemas ..) <(schemas .)
}

test_a_routine_is_reviewed_line_by_line() {
	project
	dialect=sqlite
	shop
	cat >>models/schema.sql <<-'SQL'
		CREATE TRIGGER grow AFTER INSERT ON users BEGIN
		    UPDATE users SET age = age + 1;
		    UPDATE users SET kind = 'old';
		END;
	SQL
	make_migration first
	sed -i 's/age + 1/age + 2/' models/schema.sql
	make_migration second
	diff "$SNAPSHOTS/0001.json" "$SNAPSHOTS/0002.json" | grep '^[<>].*age' >changed || true
	equal "$(wc -l <changed)" 2
	run 0 dbw make-migrations --offline
	has out 'no changes'
}

on_all_dialects
run_tests
