#!/bin/bash
# The live schema in print: check-db, snapshot, export-models; and that what is printed makes it again.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"
. "$(dirname "$0")/dialects_lib.sh"

tables='CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(80) NOT NULL UNIQUE, age INTEGER DEFAULT 18, CONSTRAINT grown CHECK (age > 17));
CREATE TABLE posts (id INTEGER NOT NULL PRIMARY KEY, author INTEGER, title VARCHAR(80), CONSTRAINT by_user FOREIGN KEY (author) REFERENCES users (id) ON DELETE CASCADE);
CREATE INDEX by_title ON posts (title, author);
CREATE VIEW adults AS SELECT id, email FROM users WHERE age > 18;'
trigger() {
	case $dialect in
	sqlite) echo "CREATE TRIGGER shout AFTER INSERT ON posts BEGIN UPDATE posts SET title = 'a;b'; DELETE FROM posts WHERE id = 0; END;" ;;
	mysql) echo "DELIMITER //
CREATE TRIGGER shout BEFORE INSERT ON posts FOR EACH ROW BEGIN SET NEW.title = 'a;b'; SET NEW.author = NULL; END//
DELIMITER ;" ;;
	postgresql) echo "CREATE FUNCTION shouting() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN NEW.title := 'a;b'; RETURN NEW; END \$\$;
CREATE TRIGGER shout BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION shouting();" ;;
	esac
}

made() { # a project, migrated
	{ echo "$tables" && trigger; } | model
	make_migration first
	run 0 dbw migrate
}

run_sql() { # FILE: through the database's own client
	if [ "$dialect" = sqlite ]; then sqlite3 -bail "$fresh" <"$1"; else client "$database" <"$1"; fi
}

new_database() { # one that holds nothing; the entry's from now on
	if [ "$dialect" = sqlite ]; then
		fresh=fresh_$RANDOM$RANDOM.db
		set_key url "sqlite:///$fresh"
	else
		fresh_database
	fi
}

# What check-db prints makes the same schema: read as models, and run by the client in an empty database.
there_and_back() {
	run 0 dbw check-db --out sql
	cp out live.sql
	lacks live.sql dbwarden_
	run 0 dbw check-db --json
	cp out live.json
	lacks live.json dbwarden_
	run 0 dbw diff --to live.sql --exit-code
	run 0 dbw diff --to live.json --exit-code
	run 0 dbw check-db
	cp out live.txt
	lacks live.txt dbwarden_
	new_database
	run_sql live.sql
	for form in sql json txt; do
		run 0 dbw check-db --out $form
		cmp out live.$form || { diff out live.$form; fail "another $form"; }
	done
}

body_what_is_printed_makes_it_again() {
	made
	there_and_back
	has live.txt 'table users'
	has live.txt 'foreign key by_user (author) to users (id), ON DELETE cascade'
	has live.txt 'index by_title (title, author)'
	has live.txt 'view adults'
	if grep -q ' $' live.txt; then fail 'blanks at the end of a line'; fi
	equal "$(json live.json dialect)" "$dialect"
	equal "$(json live.json schema tables 0 name)" posts
	run 2 dbw check-db --out html
}

body_an_empty_database_is_no_error() {
	run 0 dbw check-db
	equal "$(cat out)" ''
	has err 'there is nothing in the database'
	run 0 dbw check-db --out sql
	equal "$(cat out)" ''
	run 0 dbw check-db --json
	equal "$(json out schema)" '{}'
	if [ "$dialect" = sqlite ] && [ -e app.db ]; then fail 'a database was made'; fi
}

body_snapshot_prints_one_thing() {
	made
	run 0 dbw snapshot posts
	cp out posts.sql
	has out by_title
	has out by_user
	has out shout
	lacks out adults
	run 0 dbw snapshot posts --json
	equal "$(json out schema tables 0 indexes 0 name)" by_title
	has out '"foreign key"'
	lacks out '"adults"'
	run 0 dbw snapshot adults
	has out 'CREATE VIEW'
	lacks out 'CREATE TABLE'
	run 0 dbw snapshot by_title
	has out 'INDEX by_title'
	lacks out 'CREATE TABLE'
	run 0 dbw snapshot "$([ "$dialect" = postgresql ] && echo shouting || echo shout)"
	has out 'a;b'
	run 1 dbw snapshot user
	has err "there is no 'user' in the database"
	has err "Did you mean 'users'?"
	run 1 dbw snapshot dbwarden_migrations
	run 1 dbw snapshot nothing_like_it --json
	equal "$(json out error exit_status)" 1
	run 2 dbw snapshot
}

body_exported_models_leave_nothing_to_do() {
	made
	mkdir before
	mv models/schema.sql before
	# Without a connection: the snapshot has it all.
	[ "$dialect" = sqlite ] || working=$DATABASE_URL
	[ "$dialect" = sqlite ] || export DATABASE_URL="${url%%://*}://nobody:x@127.0.0.1:1/nothing"
	run 0 dbw export-models --out models/all.sql
	has out 'wrote models/all.sql'
	(
		unset DATABASE_URL
		run 0 dbw export-models
		cmp out models/all.sql
		run 0 dbw export-models --offline
		cmp out models/all.sql
		[ "$dialect" = sqlite ] && exit
		mv .dbwarden away
		run 2 dbw export-models
		has err "'primary__0001_first.sql' has no snapshot"
		has err DATABASE_URL
		run 1 dbw export-models --offline
		mv away .dbwarden
	)
	run 0 dbw make-migrations -d again
	has out 'no changes'
	run 1 dbw export-models --out models/all.sql
	has err "'models/all.sql' is there already"
	echo 'CREATE TABLE other (a INTEGER);' >models/all.sql
	run 0 dbw export-models --out models/all.sql --force
	run 0 dbw make-migrations -d again
	has out 'no changes'
	run 1 dbw export-models --out models
	rm models/all.sql
	run 0 dbw export-models --out models/ --json
	[ -e models/users.sql ]
	has models/posts.sql by_title
	has out models/posts.sql
	run 0 dbw make-migrations -d again
	has out 'no changes'
	[ "$dialect" = sqlite ] || export DATABASE_URL=$working
	# Without a good snapshot, and from the database itself.
	rm -r .dbwarden models
	run 0 dbw export-models --out models/all.sql
	has err 'replayed'
	run 0 dbw make-migrations -d again
	has out 'no changes'
	run 0 dbw export-models --from live --out models/all.sql --force
	run 0 dbw make-migrations -d again
	has out 'no changes'
	run 0 dbw diff --exit-code
	run 0 dbw export-models --from before/schema.sql
	has out by_title
}

body_check_says_what_would_repair() {
	made
	database_sql 'DROP INDEX by_title'"$([ "$dialect" = mysql ] && echo ' ON posts')"'; CREATE INDEX by_title ON posts (title); ALTER TABLE users ADD COLUMN extra INTEGER;'
	run 3 dbw check
	has out 'table posts: index by_title (title): column list is (title), expected (title, author)'
	has out 'column extra is not expected'
	has out '(loses data)'
	has out 'The SQL that would repair it'
	run 3 dbw check --json
	equal "$(json out loses_data)" true
	has out 'create index by_title on posts'
	[ "$(json out sql | grep -o by_title | wc -l)" -ge 2 ]
	run 3 dbw check --out sql
	if [ "$dialect" = sqlite ]; then sql <out; else client "$database" <out; fi
	run 0 dbw check
}

body_chinook_there_and_back() {
	need_data chinook
	grep -v '^DROP DATABASE\|^CREATE DATABASE\|^USE \|^\\c' "$SHARED_DATA/chinook/$dialect.sql" | sed '/INSERT INTO/,$d' >chinook.sql
	[ -s chinook.sql ]
	if [ "$dialect" = sqlite ]; then fresh=app.db; fi
	run_sql chinook.sql
	there_and_back
	run 0 dbw export-models --from live --out models/
	[ "$(find models -name "*.sql" | wc -l)" -ge 11 ]
	run 0 dbw diff --exit-code
	make_migration chinook
	run 0 dbw make-migrations -d again
	has out 'no changes'
}

test_pagila_there_and_back() {
	use_server postgresql
	need_data pagila
	# Owners that are not there.
	grep -v 'OWNER TO' "$SHARED_DATA/pagila/pagila-schema.sql" >pagila.sql
	run_sql pagila.sql
	there_and_back
	run 0 dbw export-models --from live --out models/
	run 0 dbw diff --exit-code
	run 0 dbw snapshot payment
	has out 'PARTITION BY'
	run 0 dbw snapshot 'film_in_stock'
	has out 'CREATE FUNCTION'
	run 0 dbw snapshot mpaa_rating
	has out 'CREATE TYPE'
	run 0 dbw snapshot public.film_film_id_seq
}

# Namespaces, types of every kind, routines of one name: their order matters when they are made again.
test_namespaces_and_types_there_and_back() {
	use_server postgresql
	cat >schema.sql <<-'SQL'
		CREATE SCHEMA app;
		CREATE TYPE app.mood AS ENUM ('sad', 'ok');
		CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
		CREATE TYPE pair AS (a positive, b app.mood);
		CREATE SEQUENCE app.numbers START 10 INCREMENT 5;
		CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT $1 * 2; $$;
		CREATE FUNCTION twice(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT $1 || ';' || $1; $$;
		CREATE TABLE app.people (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, feels app.mood DEFAULT 'ok', age positive, p pair,
		    n integer DEFAULT nextval('app.numbers'), double integer GENERATED ALWAYS AS (2 * 3) STORED);
		CREATE TABLE app."Odd.Name" (id serial PRIMARY KEY, boss integer REFERENCES app.people (id), "a b" text DEFAULT E'x\ny');
		CREATE INDEX people_twice ON app.people (twice(age)) WHERE age > 3;
		CREATE MATERIALIZED VIEW app.happy AS SELECT id FROM app.people WHERE feels = 'ok';
		CREATE UNIQUE INDEX happy_id ON app.happy (id);
		CREATE VIEW app.all_of_them AS SELECT h.id, o.boss FROM app.happy h JOIN app."Odd.Name" o ON o.boss = h.id;
		COMMENT ON TABLE app.people IS 'it''s people';
		COMMENT ON COLUMN app.people.age IS 'two
		lines';
	SQL
	client "$database" <schema.sql
	there_and_back
	run 0 dbw snapshot app.people
	has out people_twice
	run 0 dbw snapshot app.Odd.Name
	run 0 dbw snapshot 'twice(text)'
	lacks out '* 2'
	run 0 dbw snapshot twice
	has out '* 2'
	run 0 dbw snapshot app.happy
	has out happy_id
	run 1 dbw snapshot people
	has err "Did you mean 'app.people'?"
	run 0 dbw export-models --from live --out models/
	run 0 dbw diff --exit-code
}

test_grants_are_listed_and_compared() {
	use_server postgresql
	echo 'CREATE TABLE t (a integer); GRANT SELECT, UPDATE (a) ON t TO PUBLIC;' | model
	make_migration first
	run 0 dbw migrate
	run 0 dbw check-db
	has out 'grant to PUBLIC on TABLE t, privileges (SELECT, UPDATE (a))'
	server_sql 'REVOKE SELECT ON t FROM PUBLIC'
	run 3 dbw check
	has out 'grant to PUBLIC on TABLE t: privileges is (UPDATE (a)), expected (SELECT, UPDATE (a))'
	run 3 dbw check --out sql
	client "$database" <out
	run 0 dbw check
}

# Bodies with semicolons, through a client that must be told where they end; keys that lean on each other.
test_routines_and_cycles_there_and_back() {
	use_server mysql
	cat >schema.sql <<-'SQL'
		CREATE TABLE `select` (id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, `a b` varchar(50) CHARACTER SET latin1 DEFAULT 'it''s;' COMMENT 'c;d',
		    e enum('x','it''s') NOT NULL DEFAULT 'x', g int GENERATED ALWAYS AS (id + 1) VIRTUAL, t text, UNIQUE KEY u (`a b`(10), e), FULLTEXT KEY ft (t)) COMMENT='the "table"';
		CREATE TABLE b (id int PRIMARY KEY, c_id int, sel int unsigned, CONSTRAINT to_sel FOREIGN KEY (sel) REFERENCES `select` (id) ON DELETE SET NULL);
		CREATE TABLE c (id int PRIMARY KEY, b_id int, CONSTRAINT to_b FOREIGN KEY (b_id) REFERENCES b (id));
		ALTER TABLE b ADD CONSTRAINT to_c FOREIGN KEY (c_id) REFERENCES c (id);
		CREATE TABLE parts (id int NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (year(at)) (PARTITION p0 VALUES LESS THAN (2020), PARTITION p1 VALUES LESS THAN MAXVALUE);
		CREATE VIEW z_view AS SELECT id, e FROM `select`;
		CREATE VIEW a_view AS SELECT * FROM z_view;
		DELIMITER //
		CREATE FUNCTION f(x int, y varchar(10)) RETURNS varchar(20) DETERMINISTIC BEGIN IF x > 3 THEN SET x = 2; END IF; RETURN concat(y, ';;', x); END//
		CREATE PROCEDURE p(INOUT x int) BEGIN SELECT 1; SET x = 2; END//
		CREATE TRIGGER t1 BEFORE INSERT ON b FOR EACH ROW BEGIN SET NEW.id = NEW.id + 1; SET NEW.c_id = 1; END//
		CREATE TRIGGER t0 BEFORE INSERT ON b FOR EACH ROW FOLLOWS t1 SET NEW.sel = 2//
		CREATE EVENT ev ON SCHEDULE EVERY 1 DAY DISABLE DO BEGIN DELETE FROM b; DELETE FROM c; END//
		DELIMITER ;
	SQL
	client "$database" <schema.sql
	there_and_back
	run 0 dbw snapshot select
	lacks out DELIMITER
	run 0 dbw snapshot f
	has out DELIMITER
	run 0 dbw export-models --from live --out models/
	run 0 dbw diff --exit-code
}

on_all_dialects
run_tests
