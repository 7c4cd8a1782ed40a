#!/bin/bash
# model_tables and exclude_tables: which tables are an entry's own, and that the others are left alone.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"
. "$(dirname "$0")/dialects_lib.sh"

# Tables of somebody else's, with what hangs on them.
theirs() {
	database_sql 'CREATE TABLE legacy_users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL, CONSTRAINT legacy_name UNIQUE (name))'
	database_sql 'CREATE TABLE legacy_log (id INTEGER NOT NULL PRIMARY KEY, who INTEGER, CONSTRAINT legacy_log_who FOREIGN KEY (who) REFERENCES legacy_users (id))'
	database_sql 'CREATE INDEX legacy_log_index ON legacy_log (who)'
	database_sql 'CREATE VIEW legacy_names AS SELECT name FROM legacy_users'
	database_sql "INSERT INTO legacy_users VALUES (1, 'a')"
	case $dialect in
	sqlite) database_sql 'CREATE TRIGGER legacy_trigger AFTER INSERT ON legacy_log BEGIN DELETE FROM legacy_users; END' ;;
	mysql) database_sql 'CREATE TRIGGER legacy_trigger AFTER INSERT ON legacy_log FOR EACH ROW DELETE FROM legacy_users' ;;
	postgresql)
		database_sql 'ALTER TABLE legacy_log ADD COLUMN n serial; ALTER TABLE legacy_log ENABLE ROW LEVEL SECURITY;
			CREATE POLICY legacy_policy ON legacy_log USING (true);
			CREATE RULE legacy_rule AS ON DELETE TO legacy_log DO INSTEAD NOTHING'
		;;
	esac
}

own='CREATE TABLE shop_items (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40));'

in_step() {
	run 0 dbw check
	run 0 dbw diff --exit-code
	run 0 dbw make-migrations -d again
	has out 'no changes'
}

their_rows_are_there() {
	equal "$(database_sql 'SELECT name FROM legacy_users')" a
	database_sql 'SELECT id, who FROM legacy_log'
	database_sql 'SELECT name FROM legacy_names'
}

body_what_is_excluded_is_left_alone() {
	key 'exclude_tables = legacy_*'
	theirs
	model <<<"$own"
	run 0 dbw diff --out sql
	has out shop_items
	lacks out legacy
	make_migration first
	lacks out legacy
	lacks "$(ls migrations/primary/*.sql)" legacy
	run 0 dbw migrate
	in_step
	run 0 dbw rollback
	run 0 dbw check
	their_rows_are_there
}

body_what_is_not_among_model_tables_is_left_alone() {
	key 'model_tables = shop_*, other' 'exclude_tables = shop_old*'
	theirs
	database_sql 'CREATE TABLE shop_old_items (id INTEGER)'
	model <<<"$own"
	make_migration first
	has err "'model_tables' has 'other', which matches nothing in the models"
	lacks err "'shop_*'"
	run 0 dbw migrate
	in_step
	database_sql 'CREATE TABLE shop_stray (id INTEGER)'
	run 3 dbw check
	has out shop_stray
	lacks out legacy
	lacks out shop_old
	their_rows_are_there
}

# Without patterns everything is the entry's: this is what the keys save from.
body_without_patterns_everything_is_compared() {
	theirs
	model <<<"$own"
	make_migration first
	run 0 dbw migrate
	run 3 dbw check
	has out legacy_users
	has out legacy_names
}

body_an_unowned_table_of_the_models_is_not_made() {
	key 'exclude_tables = legacy_*'
	theirs
	model <<-SQL
		$own
		CREATE TABLE legacy_users (id INTEGER NOT NULL PRIMARY KEY, something VARCHAR(9));
		CREATE INDEX legacy_something ON legacy_users (something);
		CREATE VIEW legacy_names AS SELECT something FROM legacy_users;
	SQL
	make_migration first
	lacks "$(ls migrations/primary/*.sql)" legacy
	lacks .dbwarden/snapshots/primary/0001.json '"legacy'
	run 0 dbw migrate
	in_step
}

referring() { # TYPE: a model whose foreign key leads to a table that is not declared
	model <<-SQL
		CREATE TABLE shop_orders (
		    id INTEGER NOT NULL PRIMARY KEY,
		    buyer INTEGER,
		    CONSTRAINT shop_orders_buyer FOREIGN KEY (buyer) REFERENCES legacy_users (id),
		    seller VARCHAR(50),
		    CONSTRAINT shop_orders_seller FOREIGN KEY (seller) REFERENCES legacy_users (name)
		);
		${1:-}
	SQL
}

body_a_foreign_key_to_an_unowned_table_is_part_of_its_own() {
	key 'model_tables = shop_*'
	theirs
	referring
	make_migration first
	has out 'Proved in a scratch database'
	lacks out 'create table legacy'
	run 0 dbw migrate
	in_step
	# Without snapshot: the migrations are replayed, and need the table too.
	mv .dbwarden aside
	run 0 dbw make-migrations -d again
	has out 'no changes'
	has err 'compared with a replay'
	mv aside .dbwarden
	# A key that comes and goes.
	model <<<'CREATE TABLE shop_orders (id INTEGER NOT NULL PRIMARY KEY, buyer INTEGER, seller VARCHAR(50));'
	make_migration 'without keys'
	has out 'Proved in a scratch database'
	run 0 dbw migrate
	in_step
	referring
	make_migration 'with keys again'
	has out 'Proved in a scratch database'
	run 0 dbw migrate
	in_step
	their_rows_are_there
}

body_a_view_of_an_unowned_table_is_proved_where_the_table_is_declared() {
	key 'model_tables = shop_*'
	theirs
	referring 'CREATE VIEW shop_buyers AS SELECT who FROM legacy_log;'
	make_migration first
	has out 'not proved: '
	has out "'shop_buyers' needs 'legacy_log'"
	has out 'Declare it in the models'
	# The database itself has the table.
	run 0 dbw diff
	has out 'create view shop_buyers'
	rm -r migrations/primary/* .dbwarden
	referring 'CREATE VIEW shop_buyers AS SELECT who FROM legacy_log; CREATE TABLE legacy_log (id INTEGER NOT NULL PRIMARY KEY, who INTEGER);'
	make_migration first
	has out 'Proved in a scratch database'
	run 0 dbw migrate
	in_step
	run 0 dbw rollback
	their_rows_are_there
}

# Its columns are known where the live database is at hand.
body_diff_and_check_know_the_live_tables() {
	key 'model_tables = shop_*'
	theirs
	referring 'CREATE VIEW shop_buyers AS SELECT name FROM legacy_names;'
	make_migration first --no-verify
	run 0 dbw migrate
	run 0 dbw check
	run 0 dbw diff --exit-code
}

# A table that migrations made, and that was given away since.
body_a_table_given_away_is_not_dropped() {
	model <<<"$own CREATE TABLE legacy_users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50));"
	make_migration first
	run 0 dbw migrate
	key 'exclude_tables = legacy_users'
	model <<<"$own"
	in_step
	database_sql 'ALTER TABLE legacy_users ADD COLUMN more INTEGER'
	in_step
	rm -r .dbwarden
	run 0 dbw make-migrations -d again
	has out 'no changes'
}

body_a_table_taken_back_is_compared_again() {
	model <<<"$own CREATE TABLE legacy_users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50));"
	make_migration first
	key 'exclude_tables = legacy_users'
	model <<<"${own/40/41} CREATE TABLE legacy_users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50));"
	make_migration second
	run 0 dbw migrate
	sed -i /exclude_tables/d dbwarden.ini
	in_step
}

body_hand_written_sql_may_make_unowned_tables() {
	key 'model_tables = shop_*'
	model <<<"$own"
	make_migration first
	migration primary__0002_by_hand.sql <<-'SQL'
		-- upgrade
		CREATE TABLE IF NOT EXISTS legacy_users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL UNIQUE);
		-- rollback
		DROP TABLE legacy_users;
	SQL
	referring
	cat >>models/schema.sql <<<"$own"
	make_migration third
	run 0 dbw migrate
	in_step
}

test_a_pattern_with_a_dot_has_the_namespace() {
	begin postgresql
	key 'exclude_tables = billing.legacy_*, public.legacy_[un]*'
	database_sql 'CREATE SCHEMA billing; CREATE TABLE billing.legacy_a (id INTEGER); CREATE TABLE legacy_users (id INTEGER)'
	model <<<"CREATE SCHEMA billing; $own"
	make_migration first
	sed -i 's/CREATE SCHEMA/CREATE SCHEMA IF NOT EXISTS/' migrations/primary/*.sql
	run 0 dbw migrate
	in_step
	database_sql 'CREATE TABLE billing.other_a (id INTEGER); CREATE TABLE legacy_a (id INTEGER)'
	run 3 dbw check
	has out billing.other_a
	has out 'table legacy_a'
	lacks out billing.legacy_a
	lacks out legacy_users
}

test_a_namespace_can_be_somebody_elses_as_a_whole() {
	begin postgresql
	key 'exclude_tables = auth.*'
	database_sql "CREATE SCHEMA auth; CREATE TYPE auth.mood AS ENUM ('good', 'bad'); CREATE SEQUENCE auth.numbers;
		CREATE TABLE auth.users (id uuid PRIMARY KEY, mail text, n integer);
		CREATE FUNCTION auth.one() RETURNS integer LANGUAGE sql AS 'SELECT 1'"
	model <<-SQL
		$own
		CREATE TABLE orders (id integer PRIMARY KEY, buyer uuid REFERENCES auth.users (id));
	SQL
	make_migration first
	has out 'Proved in a scratch database'
	run 0 dbw migrate
	in_step
	mv .dbwarden aside
	run 0 dbw make-migrations -d again
	has out 'no changes'
	mv aside .dbwarden
	cat >>models/schema.sql <<<'CREATE VIEW mails AS SELECT u.mail FROM orders o JOIN auth.users u ON u.id = o.buyer;'
	make_migration second
	has out "not proved: view 'mails' needs 'users'"
	run 0 dbw migrate
	in_step
	equal "$(database_sql 'SELECT auth.one()')" 1
}

# What cannot be made without a table that nobody knows of is an error that says what to do.
test_what_only_the_snapshot_knew_is_an_error_with_a_way_out() {
	begin postgresql
	key 'model_tables = shop_*'
	theirs
	referring
	make_migration first
	model <<<'CREATE TABLE shop_orders (id INTEGER NOT NULL PRIMARY KEY, buyer INTEGER, seller VARCHAR(50));'
	rm -r .dbwarden
	run 1 dbw make-migrations -d second
	has err "replaying 'primary__0001_first.sql'"
	has err 'declare it in the models all the same'
	cat >>models/schema.sql <<<'CREATE TABLE legacy_users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL UNIQUE);'
	make_migration second
	has out 'Proved in a scratch database'
	run 0 dbw migrate
	in_step
}

test_names_without_namespace_are_in_the_schema_of_the_entry() {
	begin postgresql
	key 'schema = app' 'exclude_tables = app.legacy_*'
	database_sql 'CREATE SCHEMA app; CREATE TABLE app.legacy_a (id INTEGER PRIMARY KEY)'
	model <<<"$own CREATE TABLE shop_more (a INTEGER REFERENCES legacy_a (id));"
	make_migration first
	has out 'Proved in a scratch database'
	run 0 dbw migrate
	in_step
	database_sql 'CREATE TABLE app.more (id INTEGER)'
	run 3 dbw check
	lacks out legacy_a
}

test_partitions_go_with_their_table() {
	begin postgresql
	key 'exclude_tables = events, measures_2*'
	database_sql 'CREATE TABLE events (at date NOT NULL) PARTITION BY RANGE (at);
		CREATE TABLE part_one PARTITION OF events DEFAULT'
	model <<<'CREATE TABLE measures (at date NOT NULL) PARTITION BY RANGE (at);'
	make_migration first
	run 0 dbw migrate
	in_step
	database_sql "CREATE TABLE measures_2024 PARTITION OF measures FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"
	in_step
}

test_names_have_no_case_where_the_dialect_has_none() {
	begin sqlite
	key 'exclude_tables = LEGACY_[lnu]*'
	theirs
	model <<<"$own"
	make_migration first
	run 0 dbw migrate
	in_step
}

# A statement in doubt is settled by comparing, and that must not stumble over a table that is another's.
test_repair_compares_what_is_its_own() {
	begin mysql
	key 'model_tables = shop_*'
	theirs
	referring
	make_migration first
	run 0 dbw migrate
	migration primary__0002_more.sql <<-'SQL'
		-- upgrade
		ALTER TABLE shop_orders ADD COLUMN a INTEGER;
		ALTER TABLE shop_orders ADD COLUMN b INTEGER;
		-- rollback
		ALTER TABLE shop_orders DROP COLUMN b;
		ALTER TABLE shop_orders DROP COLUMN a;
	SQL
	database_sql 'ALTER TABLE shop_orders ADD COLUMN b INTEGER'
	run 1 dbw migrate
	database_sql 'ALTER TABLE shop_orders DROP COLUMN b'
	database_sql "UPDATE dbwarden_journal SET state = 'running'"
	run 0 dbw repair
	has out 'not done'
	run 0 dbw migrate --resume
	run 0 dbw check
}

on_all_dialects
run_tests
