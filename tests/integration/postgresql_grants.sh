#!/bin/bash
# PostgreSQL's GRANT and REVOKE: who may do what, there and back.
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/integration/server_lib.sh
. "$(dirname "$0")/server_lib.sh"
# shellcheck source=tests/integration/postgresql_lib.sh
. "$(dirname "$0")/postgresql_lib.sh"

# Roles belong to the whole server: each run has its own.
with_roles() {
	use_server postgresql
	reader=reader_$$_$RANDOM writer=Writer_$$_$RANDOM
	server_sql "CREATE ROLE $reader; CREATE ROLE \"$writer\""
}

privileges() { # what the two may do, as the server says it
	server_sql "SELECT c.relname, coalesce(t.attname, ''), CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE split_part(lower(pg_get_userbyid(a.grantee)), '_', 1) END,
		string_agg(a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END, ',' ORDER BY a.privilege_type)
		FROM pg_class c LEFT JOIN pg_attribute t ON t.attrelid = c.oid AND t.attacl IS NOT NULL
		CROSS JOIN LATERAL aclexplode(coalesce(t.attacl, c.relacl)) a WHERE c.relnamespace::regnamespace::text IN ('public', 'app')
		AND a.grantee <> c.relowner AND c.relname !~ 'dbwarden' GROUP BY 1, 2, 3, a.grantee ORDER BY 1, 2, 3"
}

test_grants_of_all_kinds_come_change_and_go() {
	with_roles
	walk <<-SQL
		--- models
		CREATE SCHEMA app;
		CREATE TYPE mood AS ENUM ('a');
		CREATE DOMAIN app.positive AS int CHECK (value > 0);
		CREATE SEQUENCE app.numbers;
		CREATE TABLE app.t (id serial PRIMARY KEY, a int, "B" text);
		CREATE TABLE u (id int);
		CREATE VIEW v AS SELECT a FROM app.t;
		CREATE FUNCTION f(x int, y varchar) RETURNS int LANGUAGE sql AS 'SELECT 1';
		CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
		GRANT SELECT, INSERT ON app.t, v TO $reader, "$writer";
		GRANT UPDATE (a, "B"), SELECT ("B") ON TABLE app.t TO $reader;
		GRANT ALL PRIVILEGES ON u TO "$writer" WITH GRANT OPTION;
		GRANT SELECT ON u TO PUBLIC;
		GRANT USAGE ON SCHEMA app TO $reader;
		GRANT ALL ON SCHEMA public TO GROUP $reader;
		GRANT USAGE, SELECT ON SEQUENCE app.numbers TO $reader;
		GRANT ALL ON SEQUENCE app.t_id_seq TO $reader;
		GRANT EXECUTE ON FUNCTION f(int, varchar) TO $reader;
		REVOKE ALL ON FUNCTION f(int, varchar) FROM PUBLIC;
		REVOKE EXECUTE ON PROCEDURE p() FROM PUBLIC;
		GRANT USAGE ON TYPE mood TO $reader;
		REVOKE ALL ON DOMAIN app.positive FROM PUBLIC;
		--- expect SELECT has_function_privilege('$reader', 'f(int,varchar)', 'EXECUTE'), has_function_privilege('$writer', 'f(int,varchar)', 'EXECUTE'), has_schema_privilege('$writer', 'app', 'USAGE')
		t f f
		--- models
		CREATE SCHEMA app;
		CREATE TYPE mood AS ENUM ('a');
		CREATE DOMAIN app.positive AS int CHECK (value > 0);
		CREATE SEQUENCE app.numbers;
		CREATE TABLE app.t (id serial PRIMARY KEY, a int, "B" text);
		CREATE TABLE u (id int);
		CREATE VIEW v AS SELECT a FROM app.t;
		CREATE FUNCTION f(x int, y varchar) RETURNS int LANGUAGE sql AS 'SELECT 1';
		CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
		GRANT SELECT, DELETE ON app.t TO $reader;
		GRANT UPDATE ("B") ON TABLE app.t TO $reader;
		GRANT SELECT ON u TO "$writer" WITH GRANT OPTION;
		GRANT UPDATE ON u TO "$writer";
		GRANT ALL ON v TO "$writer";
		GRANT CREATE ON SCHEMA app TO $reader;
		GRANT USAGE ON SEQUENCE app.numbers TO $reader;
		GRANT EXECUTE ON ROUTINE p() TO $reader;
		REVOKE ALL ON TYPE mood FROM PUBLIC;
		--- expect SELECT has_function_privilege('$writer', 'f(int,varchar)', 'EXECUTE'), has_schema_privilege('$reader', 'app', 'USAGE'), has_type_privilege('$writer', 'mood', 'USAGE'), has_table_privilege('$writer', 'u', 'SELECT WITH GRANT OPTION'), has_table_privilege('$writer', 'u', 'UPDATE WITH GRANT OPTION'), has_table_privilege('$writer', 'u', 'DELETE')
		t f f t f f
	SQL
	server_sql "DROP OWNED BY $reader, \"$writer\"; DROP ROLE $reader; DROP ROLE \"$writer\""
}

test_what_is_made_anew_keeps_its_grants() {
	with_roles
	walk <<-SQL
		--- models
		CREATE TYPE mood AS ENUM ('a', 'b');
		CREATE TABLE t (id int, a int, m mood);
		CREATE VIEW v AS SELECT a, m FROM t;
		CREATE VIEW w AS SELECT a FROM v;
		CREATE MATERIALIZED VIEW mv AS SELECT a FROM t;
		CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
		GRANT SELECT ON t, v, w, mv TO $reader;
		GRANT SELECT ("a"), UPDATE (a, id) ON t TO "$writer";
		GRANT UPDATE (a) ON v TO "$writer";
		GRANT EXECUTE ON FUNCTION f(int) TO $reader;
		GRANT USAGE ON TYPE mood TO $reader;
		REVOKE ALL ON FUNCTION f(int) FROM PUBLIC;
		--- rows
		INSERT INTO t VALUES (1, 2, 'a');
		--- models --rename t.id:ident --allow-destructive
		CREATE TYPE mood AS ENUM ('b', 'a');
		CREATE TABLE t (ident int, a bigint, m mood);
		CREATE VIEW v AS SELECT a, m FROM t;
		CREATE VIEW w AS SELECT a FROM v;
		CREATE MATERIALIZED VIEW mv AS SELECT a FROM t;
		CREATE FUNCTION f(int) RETURNS bigint LANGUAGE sql AS 'SELECT 1';
		GRANT SELECT ON t, v, w, mv TO $reader;
		GRANT SELECT (a), UPDATE (a, ident) ON t TO "$writer";
		GRANT UPDATE (a) ON v TO "$writer";
		GRANT EXECUTE ON FUNCTION f(int) TO $reader;
		GRANT USAGE ON TYPE mood TO $reader;
		REVOKE ALL ON FUNCTION f(int) FROM PUBLIC;
		--- models --rename-table t:app.u --allow-destructive
		CREATE SCHEMA app;
		CREATE TYPE mood AS ENUM ('b', 'a');
		CREATE TABLE app.u (ident int, a bigint, m mood);
		CREATE VIEW v AS SELECT a, m FROM app.u;
		CREATE VIEW w AS SELECT a FROM v;
		GRANT SELECT ON app.u, v, w TO $reader;
		GRANT SELECT (a), UPDATE (a, ident) ON app.u TO "$writer";
		GRANT UPDATE (a) ON v TO "$writer";
		--- expect SELECT * FROM app.u
		1 2 a
	SQL
	lacks migrations/primary/primary__0003_step.sql "GRANT SELECT ON TABLE app.u"
	server_sql "DROP OWNED BY $reader, \"$writer\"; DROP ROLE $reader; DROP ROLE \"$writer\""
}

test_all_tables_of_a_schema_are_those_that_there_are() {
	with_roles
	walk <<-SQL
		--- models
		CREATE SCHEMA app;
		CREATE TABLE app.a (id serial, n int GENERATED ALWAYS AS IDENTITY);
		CREATE TABLE b (id int);
		CREATE VIEW app.v AS SELECT id FROM b;
		CREATE SEQUENCE app.s;
		CREATE FUNCTION app.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
		CREATE PROCEDURE app.p() LANGUAGE sql AS 'SELECT 1';
		GRANT SELECT ON ALL TABLES IN SCHEMA app, public TO $reader;
		GRANT USAGE ON ALL SEQUENCES IN SCHEMA app TO $reader;
		GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA app TO $reader;
		GRANT INSERT ON app.a TO $reader;
	SQL
	server_sql "DROP OWNED BY $reader, \"$writer\"; DROP ROLE $reader; DROP ROLE \"$writer\""
}

test_who_grants_nothing_has_nothing_revoked() {
	with_roles
	model <<<'CREATE TABLE t (a int); CREATE TABLE u (a int);'
	make_migration one
	run 0 dbw migrate
	server_sql "GRANT SELECT ON t, u TO $reader"
	run 0 dbw check
	run 0 dbw diff --exit-code
	# As soon as the models say something of a table, they say all of it.
	model <<<"CREATE TABLE t (a int); CREATE TABLE u (a int); GRANT INSERT ON t TO \"$writer\";"
	run 3 dbw diff --exit-code --out sql
	has out "REVOKE SELECT ON TABLE t FROM $reader"
	has out "GRANT INSERT ON TABLE t TO \"$writer\""
	lacks out ' u '
	make_migration two
	run 0 dbw migrate
	run 3 dbw check
	has out "grant to $reader on TABLE t"
	server_sql "REVOKE SELECT ON t FROM $reader"
	run 0 dbw check
	# A migration by hand is not undone either.
	migration primary__0003_hand.sql <<-SQL
		-- upgrade
		GRANT DELETE ON u TO $reader;
		-- rollback
		REVOKE DELETE ON u FROM $reader;
	SQL
	run 0 dbw make-migrations -d three
	has out 'no changes'
	model <<<'CREATE TABLE t (a int); CREATE TABLE u (a int);'
	rm migrations/primary/primary__0003_hand.sql
	make_migration three
	has migrations/primary/primary__0003_three.sql "REVOKE INSERT ON TABLE t FROM \"$writer\""
	server_sql "DROP OWNED BY $reader, \"$writer\"; DROP ROLE $reader; DROP ROLE \"$writer\""
}

test_what_is_read_from_a_server_is_granted_as_it_was() {
	use_server postgresql
	model <<-'SQL'
		CREATE SCHEMA s;
		CREATE TABLE s.a (a int);
		GRANT USAGE ON SCHEMA s TO PUBLIC;
		GRANT SELECT ON s.a TO PUBLIC;
	SQL
	make_migration one
	run 0 dbw migrate
	run 0 dbw check-db --out sql
	has out 'GRANT USAGE ON SCHEMA s TO PUBLIC'
	lacks out 'WITH GRANT OPTION'
}

test_what_cannot_be_granted_is_told() {
	use_server postgresql
	model <<<'CREATE TABLE t (a int); GRANT SELECT ON t TO nobody_of_that_name;'
	run 1 dbw make-migrations -d one
	has err 'role "nobody_of_that_name" does not exist'
	has err 'CREATE ROLE'
	model <<<'CREATE TABLE t (a int); GRANT SELECT ON u TO PUBLIC;'
	run 1 dbw make-migrations -d one
	has err "1:25: GRANT is on 'u', which is not declared"
	model <<<'CREATE TABLE t (a int); GRANT SELECT ON t TO CURRENT_USER;'
	run 1 dbw make-migrations -d one
	has err "a model names a role"
	# What is no part of a schema is counted.
	model <<<'CREATE TABLE t (a int); GRANT a TO b; GRANT CONNECT ON DATABASE d TO x; REVOKE ALL ON SCHEMA public FROM PUBLIC; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO x;'
	make_migration one
	has err '3 session settings'
}

run_tests
