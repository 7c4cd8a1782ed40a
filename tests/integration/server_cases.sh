#!/bin/bash
# What other migration tools are known to get wrong, on PostgreSQL and on MySQL or MariaDB: each test is named
# after its case and the behaviour that is right.
# shellcheck disable=SC2154 # use_server sets what server_lib.sh says
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"

# The text for this dialect.
pick() { # POSTGRESQL MYSQL
	if [ "$dialect" = postgresql ]; then echo "$1"; else echo "$2"; fi
}

# A name in the dialect's quotes.
name() { pick "\"$1\"" "\`$1\`"; }

# Everything but dbwarden's own, as the server's dump tells it, in an order that no column's place changes.
structure() {
	case $dialect in
	postgresql)
		PGPASSWORD=$password pg_dump -s --no-owner -T 'dbwarden*' -h "$host" -p "$port" -U "$user" "$database"
		;;
	mysql)
		MYSQL_PWD=$password mariadb-dump --no-defaults --no-data --skip-comments --routines --events \
			--ignore-table="$database.dbwarden_migrations" --ignore-table="$database.dbwarden_journal" \
			--ignore-table="$database.dbwarden_lock" -h "$host" -P "$port" -u "$user" "$database"
		;;
	esac | sed 's/ AUTO_INCREMENT=[0-9]*//; /^--/d; /^\\/d; /^SET /d; s/,$//; /^ *$/d' | sort
}

# What a person does after each change of the models; nothing may be left to do then.
apply_models() { # DESCRIPTION [OPTION...]
	make_migration "$@"
	has out 'Proved in a scratch database'
	run 0 dbw migrate
	settled
}

settled() {
	run 0 dbw make-migrations -d again
	has out 'no changes'
	run 0 dbw check
	run 0 dbw diff --exit-code
}

migrations_count() { find migrations/primary -name '*.sql' | wc -l; }

case_1_semicolons_comments_and_colons_pass_through_unharmed() {
	if [ "$dialect" = postgresql ]; then
		migration 0001_all.sql <<-'SQL'
			-- upgrade
			CREATE TABLE t (

			    a text DEFAULT 'x;y', -- a remark; with a semicolon
			    "b;c" text
			);
			INSERT INTO t (a) VALUES ('-- upgrade
			-- rollback

			:name, $1 and $tag$ stay; /* too');
			/* -- rollback ; /* nested ; */ ; */
			INSERT INTO t (a) VALUES (E'it\'s; \\'), ($q$;'$$;$q$);
			CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $body$
			BEGIN
			    -- upgrade; in a body
			    NEW.a := CASE WHEN NEW.a = ';' THEN 'END;' ELSE NEW.a END;
			    RETURN NEW;
			END;
			$body$;
			CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch();
			DO $$ BEGIN INSERT INTO t (a) VALUES ('done;'); END $$;
			-- rollback
			DROP TABLE t;
			DROP FUNCTION touch();
		SQL
	else
		migration 0001_all.sql <<-'SQL'
			-- upgrade
			CREATE TABLE t (

			    a varchar(200) DEFAULT 'x;y', # a remark; with a semicolon
			    `b;c` varchar(20)
			);
			INSERT INTO t (a) VALUES ('-- upgrade
			-- rollback

			:name, $1 and $tag$ stay; /* too');
			/* -- rollback ; */
			INSERT INTO t (a) VALUES ('it\'s; \\'), (";'$$;");
			CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW
			BEGIN
			    -- upgrade; in a body
			    IF NEW.a = ';' THEN
			        SET NEW.a = 'END;';
			    END IF;
			END;
			DELIMITER //
			CREATE PROCEDURE p()
			BEGIN
			    INSERT INTO t (a) VALUES ('done;');
			END //
			DELIMITER ;
			CALL p();
			-- rollback
			DROP TABLE t;
			DROP PROCEDURE p;
		SQL
	fi
	run 0 dbw migrate
	run 0 dbw status --check
	equal "$(server_sql "SELECT count(*) FROM t WHERE a LIKE '-- upgrade%-- rollback%:name, \$1 and \$tag\$ stay; /* too'")" 1
	equal "$(server_sql "SELECT count(*) FROM t WHERE a IN ('it''s; $(pick '\' '\\')', ';''\$\$;', 'done;')")" 3
	server_sql "INSERT INTO t (a) VALUES (';')"
	equal "$(server_sql "SELECT count(*) FROM t WHERE a = 'END;'")" 1
	run 0 dbw rollback
	equal "$(server_schema)" ''
}

case_6_an_edited_applied_file_is_refused_before_anything_runs() {
	three_tables
	run 0 dbw migrate --count 2
	sed -i 's/t1/t9/' migrations/primary/0001_t.sql
	for command in migrate "migrate --count 1" "migrate --resume" rollback "migrate --dry-run"; do
		# shellcheck disable=SC2086
		run 1 dbw $command
		has err 0001_t.sql
		has err 'was changed'
		equal "$(tables)" 't1 t2'
	done
	run 3 dbw status --check
	has out changed
	sed -i 's/t9/t1/' migrations/primary/0001_t.sql
	run 0 dbw migrate
	equal "$(tables)" 't1 t2 t3'
}

three_tables() {
	local n
	for n in 1 2 3; do
		printf -- '-- upgrade\nCREATE TABLE t%s (x INTEGER);\n-- rollback\nDROP TABLE t%s;\n' $n $n |
			migration "000${n}_t.sql"
	done
}

tables() { server_schema | awk '{print $1}' | sort -u | tr '\n' ' ' | sed 's/ $//'; }

case_8_rollback_runs_newest_first_and_never_without_its_sql() {
	local n
	three_tables
	# Only newest first can this work: each refers to the one before.
	for n in 2 3; do
		printf -- '-- upgrade\nCREATE TABLE t%s (x INTEGER);\nCREATE VIEW v%s AS SELECT x FROM t%s;\n-- rollback\nSELECT x FROM t%s;\nDROP VIEW v%s;\nDROP TABLE t%s;\n' \
			$n $n $((n - 1)) $((n - 1)) $n $n | migration "000${n}_t.sql"
	done
	run 0 dbw migrate
	run 2 dbw rollback --to-version 7
	run 0 dbw rollback --to-version 1
	equal "$(tables)" 't1'
	run 0 dbw history
	equal "$(grep rollback out | grep -o '000[0-9]_' | tr '\n' ' ')" '0003_ 0002_ '
	run 0 dbw migrate
	run 0 dbw rollback --to-version 0
	equal "$(tables)" ''
	# Without rollback SQL it stays applied.
	migration 0004_t.sql <<<$'-- upgrade\nCREATE TABLE t4 (x INTEGER);'
	run 0 dbw migrate
	for command in rollback "rollback --count 2" "rollback --to-version 0"; do
		# shellcheck disable=SC2086
		run 1 dbw $command
		has err 0004_t.sql
		has err 'no rollback SQL'
		equal "$(tables)" 't1 t2 t3 t4 v2 v3'
	done
	run 0 dbw status --json
	equal "$(json out counts applied)" 4
	# A file that is gone cannot be undone.
	mv migrations/primary/0004_t.sql saved
	run 1 dbw rollback
	has err 0004
	mv saved migrations/primary/0004_t.sql
	run 0 dbw status --json
	equal "$(json out counts applied)" 4
}

case_10_a_statement_outside_the_transaction_that_fails_is_not_recorded_and_runs_at_its_place() {
	migration 0001_t.sql <<-SQL
		-- upgrade
		CREATE TABLE t (a INTEGER, n INTEGER);
		INSERT INTO t VALUES (1, 1), (1, 2);
		-- @dbwarden:autocommit
		CREATE UNIQUE INDEX $(pick CONCURRENTLY '') i ON t (a);
		INSERT INTO t SELECT 3, count(*) FROM t;
		-- rollback
		DROP TABLE t;
	SQL
	run 1 dbw migrate
	has err migrations/primary/0001_t.sql:5:
	# What stands behind it did not run, and the file is not applied.
	equal "$(server_sql 'SELECT count(*) FROM t')" 2
	run 3 dbw status --check
	run 0 dbw status --json
	equal "$(json out counts applied)" 0
	run 1 dbw migrate
	has err '--resume'
	server_sql 'DELETE FROM t WHERE n = 2'
	[ "$dialect" != postgresql ] || server_sql 'DROP INDEX i'
	run 0 dbw migrate --resume
	run 0 dbw status --check
	equal "$(server_sql 'SELECT n FROM t WHERE a = 3')" 1
	run 0 dbw migrate
	equal "$(server_sql 'SELECT count(*) FROM t')" 2
	if server_sql 'INSERT INTO t VALUES (1, 9)' 2>/dev/null; then fail 'the index is not there'; fi
}

# A session that keeps the table 'held' to itself until release_table.
hold_table() {
	mkfifo "hold.$1"
	{
		pick 'BEGIN; LOCK TABLE held;' 'LOCK TABLES held WRITE;'
		pick "SELECT 'has it';" "SELECT 'has it';"
		cat "hold.$1"
	} | client "$database" >"holder.$1" 2>&1 &
	holder=$!
	exec 9>"hold.$1"
	for _ in $(seq 200); do
		holds "$1" && return 0
		sleep 0.05
	done
	cat "holder.$1"
	fail 'the table cannot be held'
}

# The clients print at the end of their input alone, so the server is asked.
holds() {
	[ "$(server_sql "$(pick "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 'held'::regclass" \
		"SELECT count(*) FROM information_schema.processlist WHERE db = '$database' AND id <> connection_id()")")" != 0 ]
}

release_table() {
	exec 9>&-
	wait "$holder" || :
}

case_12_one_holds_the_lock_and_no_end_leaves_it_behind() {
	local signal calls n how pid got
	sed -i 's/^\[database:primary\]/&\nlock_timeout = 0/' dbwarden.ini
	migration 0001_held.sql <<<$'-- upgrade\nALTER TABLE held ADD COLUMN b INTEGER;\n-- rollback\nALTER TABLE held DROP COLUMN b;'
	for signal in KILL TERM INT; do
		fresh_database
		server_sql 'CREATE TABLE held (a INTEGER)'
		hold_table $signal
		# In the background of a script, an interrupt is ignored unless it is asked for.
		python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$BUILD/dbwarden" migrate >"slow.$signal" 2>&1 </dev/null 9>&- &
		pid=$!
		for _ in $(seq 200); do
			dbw lock-status >locked && grep -q 'is held' locked && break
			sleep 0.05
		done
		has locked 'is held'
		# The two ask at one instant; one has it.
		run 4 dbw migrate
		has err "$(id -un)@"
		run 4 dbw rollback
		# A signal ends the statement that waits, too: the table is held until the process is gone.
		kill -$signal $pid
		got=0
		wait $pid || got=$?
		release_table
		[ "$got" != 0 ] || fail "$signal: exit status 0"
		# The server may need a moment to see that a client is gone.
		for _ in $(seq 200); do
			dbw lock-status >locked && grep -q free locked && break
			sleep 0.05
		done
		has locked free
	done
	# Any error while asking is an error, not 'free'.
	export DBWARDEN_FAULTY_PLUGIN=$BUILD/dbwarden-$dialect.so
	sed -i "s/^type *=.*/type = faulty/; s|^\[dbwarden\]|&\nplugin_dir = $BUILD/tests/plugins|" dbwarden.ini
	DBWARDEN_FAULTY_COUNT=$PWD/calls dbw lock-status >/dev/null
	calls=$(cat calls)
	[ "$calls" -ge 2 ]
	# The last call is the goodbye.
	for n in $(seq 1 $((calls - 1))); do
		for how in FAIL LOST; do
			# The first call connects: there is nothing to be lost yet.
			[ "$how$n" != LOST1 ] || continue
			run 1 env "DBWARDEN_FAULTY_$how=$n" "$BUILD/dbwarden" lock-status
			lacks out free
		done
	done
}

case_14_nothing_that_cannot_be_reached_ends_with_success() {
	local command commands=(migrate status history rollback check diff lock-status "unlock --force"
		"make-migrations -d x" "migrate --baseline --to-version 1" repair "migrate --dry-run")
	three_tables
	never_success() { # WHAT
		for command in "${commands[@]}"; do
			# shellcheck disable=SC2086
			if "$BUILD/dbwarden" $command ${2:-} >out 2>err </dev/null; then fail "$1: $command: exit status 0"; fi
			[ -s err ] || fail "$1: $command: no message"
			[ "$(wc -l <err)" -lt 12 ] || { cat err; fail "$1: $command: pages of text"; }
		done
	}
	rm -rf models
	export DATABASE_URL="${url%%://*}://$user:$password@127.0.0.1:1/$database"
	never_success 'nobody listens there'
	export DATABASE_URL="${url%%://*}://$user:wrong@$host:$port/$database"
	never_success 'a wrong password'
	export DATABASE_URL="${server%/*}/no_such_database"
	never_success 'no such database'
	export DATABASE_URL="${url%%://*}://$user:$password@no-such-host.invalid/$database"
	never_success 'no such host'
	export DATABASE_URL=$url
	never_success 'no such name' '--database nobody'
	never_success 'no such configuration' '--config nowhere.ini'
	mv migrations/primary/0002_t.sql saved
	if dbw migrate >out 2>err; then fail 'a missing file: exit status 0'; fi
	has err 0003_t.sql
	mv saved migrations/primary/0002_t.sql
	run 2 dbw migrate --to-version 9
	echo '[nonsense' >dbwarden.ini
	never_success 'a broken configuration'
	equal "$(server_schema)" ''
}

case_17_second_make_migrations_finds_nothing() {
	if [ "$dialect" = postgresql ]; then
		model <<-'SQL'
			CREATE TABLE serials (a smallserial, b serial PRIMARY KEY, c bigserial UNIQUE);
			CREATE TABLE identities (a int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
			    b bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 10 INCREMENT BY 2) UNIQUE);
			CREATE TABLE types (a int2, b int4 default 0, c int8, d float4, e float8, f decimal(10,2), g numeric,
			    h varchar(20), i varchar, j char(3), k text, l bool default true, m bytea, n date, o time, p timetz,
			    q timestamp default now(), r timestamptz default current_timestamp, s interval, t uuid default gen_random_uuid(),
			    u json, v jsonb default '{}', w inet, x int[], y text[] default '{}', z bit varying(4),
			    aa timestamp(3) with time zone, ab "char", ac xml, ad point, ae tsvector, af double precision default 1.5);
			CREATE TABLE defaults (a text default 'it''s', b int default -1, c int default (1 + 2), d text default null,
			    e varchar(10) default 'x', f date default '2020-01-01', g numeric default 1.50, h boolean not null default false,
			    i text default lower('A'), j timestamptz default (now() at time zone 'utc'));
			CREATE TABLE keys (a int, b int, c int not null, UNIQUE (a, b), CHECK (a > 0), CHECK (b IN (1, 2, 3)), CHECK (a < b OR c BETWEEN 1 AND 9),
			    PRIMARY KEY (c), FOREIGN KEY (a) REFERENCES serials (b), EXCLUDE USING btree (b WITH =),
			    g int GENERATED ALWAYS AS (a * 2) STORED);
			CREATE INDEX ON keys (a);
			CREATE INDEX ON keys (a, b DESC NULLS LAST);
			CREATE INDEX ON keys ((a + b)) WHERE c > 3 AND b IS NOT NULL;
			CREATE INDEX ON types USING gin (v);
			CREATE INDEX ON types (lower(k));
			CREATE VIEW v AS SELECT a, count(*) AS n FROM keys GROUP BY a HAVING count(*) > 1;
			CREATE TYPE mood AS ENUM ('sad', 'ok');
			CREATE TABLE moods (m mood DEFAULT 'ok', ms mood[] DEFAULT '{sad}');
			CREATE FUNCTION f(x int, y text DEFAULT 'a') RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT x $$;
		SQL
	else
		model <<-'SQL'
			CREATE TABLE counters (a int NOT NULL AUTO_INCREMENT PRIMARY KEY, b varchar(20) UNIQUE) AUTO_INCREMENT = 100;
			CREATE TABLE big_counters (a bigint unsigned NOT NULL AUTO_INCREMENT, b int, PRIMARY KEY (a), KEY (b));
			CREATE TABLE types (a tinyint, b smallint, c mediumint, d int(11) default 0, e bigint, f float, g double, h decimal(10,2), i numeric,
			    j char(3), k varchar(20), l text, m longtext, n blob, o date, p time, q datetime(3), r timestamp NULL DEFAULT NULL,
			    s year, t bool default true, u json, v bit(4), w enum('a', 'it''s'), x set('a', 'b'), y binary(16), z varbinary(20),
			    aa boolean NOT NULL DEFAULT FALSE, ab int unsigned zerofill, ac double precision, ad integer, ae mediumblob, af dec(8));
			CREATE TABLE defaults (a varchar(20) default 'it''s', b int default -1, c int default (1 + 2), d text default null,
			    e datetime default current_timestamp on update current_timestamp, f date default '2020-01-01',
			    g decimal(10,2) default 1.50, h tinyint(1) not null default 0, i timestamp not null default now(), j int default '7');
			CREATE TABLE links (a int, b int, c int not null, UNIQUE (a, b), CHECK (a > 0), CHECK (b IN (1, 2, 3)), CHECK (a < b OR c BETWEEN 1 AND 9),
			    PRIMARY KEY (c), FOREIGN KEY (a) REFERENCES counters (a), g int GENERATED ALWAYS AS (a * 2) STORED, h int AS (a + 1));
			CREATE INDEX i1 ON links (a, b);
			CREATE INDEX i2 ON types (k(5));
			CREATE FULLTEXT INDEX i3 ON types (l);
			CREATE TABLE charsets (a varchar(20) CHARACTER SET latin1, b varchar(20) COLLATE utf8mb4_bin) DEFAULT CHARSET = utf8mb4 COMMENT = 'it''s';
			CREATE VIEW v AS SELECT a, count(*) AS n FROM links GROUP BY a HAVING count(*) > 1;
			CREATE FUNCTION f(x int) RETURNS int DETERMINISTIC NO SQL RETURN x + 1;
		SQL
	fi
	apply_models first
	equal "$(migrations_count)" 1
	# Without the snapshot, by a replay.
	rm -r .dbwarden
	settled
	# And where a database is what it is without dbwarden: the models read as a baseline.
	run 0 dbw rollback
	equal "$(server_schema)" ''
	run 0 dbw migrate
	settled
}

case_18_foreign_keys_are_there_from_the_first_migration() {
	model <<-'SQL'
		CREATE TABLE aaa (id INTEGER NOT NULL PRIMARY KEY, z INTEGER NOT NULL, self INTEGER, b INTEGER,
		    CONSTRAINT a_z FOREIGN KEY (z) REFERENCES zzz (id), CONSTRAINT a_self FOREIGN KEY (self) REFERENCES aaa (id),
		    CONSTRAINT a_b FOREIGN KEY (b) REFERENCES bbb (id) ON DELETE CASCADE);
		CREATE TABLE bbb (id INTEGER NOT NULL PRIMARY KEY, z INTEGER, CONSTRAINT b_z FOREIGN KEY (z) REFERENCES zzz (id));
		CREATE TABLE zzz (id INTEGER NOT NULL PRIMARY KEY, a INTEGER, CONSTRAINT z_a FOREIGN KEY (a) REFERENCES aaa (id) ON DELETE SET NULL);
	SQL
	apply_models first
	equal "$(migrations_count)" 1
	equal "$(server_sql "SELECT constraint_name FROM information_schema.referential_constraints
		WHERE constraint_schema = '$(pick public "$database")' ORDER BY constraint_name" | tr '\n' ' ')" 'a_b a_self a_z b_z z_a '
	equal "$(server_sql "SELECT delete_rule FROM information_schema.referential_constraints
		WHERE constraint_schema = '$(pick public "$database")' AND constraint_name = 'z_a'")" 'SET NULL'
	run 0 dbw rollback
	equal "$(server_schema)" ''
	run 0 dbw migrate
	# One that comes into the cycle later, and one that leaves it.
	sed -i 's/self INTEGER, b INTEGER/self INTEGER, b INTEGER, y INTEGER/; s/CONSTRAINT a_self FOREIGN KEY (self) REFERENCES aaa (id)/CONSTRAINT a_y FOREIGN KEY (y) REFERENCES yyy (id)/' models/schema.sql
	echo 'CREATE TABLE yyy (id INTEGER NOT NULL PRIMARY KEY, a INTEGER, CONSTRAINT y_a FOREIGN KEY (a) REFERENCES aaa (id));' >>models/schema.sql
	before=$(structure)
	apply_models second
	run 0 dbw rollback
	equal "$(structure)" "$before"
}

# One migration for each change, and its way back; the row stays.
case_19_every_change_of_a_column_is_seen() {
	local change changes=("n VARCHAR(10)|n VARCHAR(20)" "n VARCHAR(20)|n VARCHAR(10)" "n NUMERIC(10,2)|n NUMERIC(12,4)" "n NUMERIC(10,2)|n NUMERIC(10,3)"
		"n SMALLINT|n INTEGER" "n INTEGER|n BIGINT" "n BIGINT|n SMALLINT" "n INTEGER DEFAULT 5|n INTEGER DEFAULT 5 NOT NULL"
		"n INTEGER NOT NULL DEFAULT 0|n INTEGER" "n INTEGER DEFAULT 1|n INTEGER DEFAULT 2" "n INTEGER DEFAULT 1|n INTEGER"
		"n VARCHAR(9) DEFAULT 'a'|n VARCHAR(9) DEFAULT 'it''s'" "n VARCHAR(9) DEFAULT ''|n VARCHAR(9)"
		"n INTEGER, CONSTRAINT k CHECK (n > 0)|n INTEGER, CONSTRAINT k CHECK (n > 1)" "n INTEGER|n INTEGER, CONSTRAINT k CHECK (n <> 3)"
		"n INTEGER, CHECK (n > 0)|n INTEGER, CHECK (n >= 0)"
		"n INTEGER, CONSTRAINT f FOREIGN KEY (n) REFERENCES o (id)|n INTEGER, CONSTRAINT f FOREIGN KEY (n) REFERENCES o (id) ON DELETE CASCADE"
		"n INTEGER, CONSTRAINT f FOREIGN KEY (n) REFERENCES o (id) ON DELETE CASCADE|n INTEGER, CONSTRAINT f FOREIGN KEY (n) REFERENCES o (id) ON DELETE SET NULL ON UPDATE CASCADE"
		"n INTEGER UNIQUE|n INTEGER" "n DATE|n TIMESTAMP NULL"
		"n INTEGER, g INTEGER GENERATED ALWAYS AS (id + 1) STORED|n INTEGER, g INTEGER GENERATED ALWAYS AS (id + 2) STORED")
	if [ "$dialect" = postgresql ]; then
		changes+=("n timestamp|n timestamptz" "n timestamptz|n timestamp" "n timestamp(3)|n timestamp" "n time|n timetz" "n real|n double precision"
			"n text|n varchar(20)" "n char(3)|n char(5)" "n json|n jsonb" "n integer|n integer[]" "n text DEFAULT now()|n text DEFAULT current_user"
			"n integer|n text" "n text DEFAULT '1'|n integer DEFAULT 1" "n serial|n integer NOT NULL" "n serial|n integer GENERATED ALWAYS AS IDENTITY"
			"n integer GENERATED ALWAYS AS IDENTITY|n integer GENERATED BY DEFAULT AS IDENTITY" 'n text|n text COLLATE "C"'
			"n integer CONSTRAINT f REFERENCES o (id)|n integer CONSTRAINT f REFERENCES o (id) DEFERRABLE INITIALLY DEFERRED")
	else
		changes+=("n int|n int unsigned" "n tinyint|n mediumint" "n float|n double" "n datetime|n datetime(3)" "n datetime|n timestamp NULL" "n text|n longtext"
			"n enum('a','b')|n enum('a','b','c')" "n set('a')|n set('a','b')" "n varchar(9)|n varchar(9) COLLATE utf8mb4_bin" "n varchar(9)|n varchar(9) CHARACTER SET latin1"
			"n datetime DEFAULT CURRENT_TIMESTAMP|n datetime DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP" "n int COMMENT 'a'|n int COMMENT 'it''s'"
			"n varchar(9)|n varbinary(9)" "n int|n int INVISIBLE" "n int, g int AS (id + 1) VIRTUAL|n int, g int AS (id + 3) VIRTUAL")
	fi
	# All at once, each in a table of its own: the servers are asked once, and a change that is missed is named.
	write_models() { # FIELD
		local n=0
		echo 'CREATE TABLE o (id INTEGER NOT NULL PRIMARY KEY);'
		for change in "${changes[@]}"; do
			n=$((n + 1))
			echo "CREATE TABLE t$n (id INTEGER NOT NULL PRIMARY KEY, $(echo "$change" | cut -d'|' -f"$1" | sed "s/CONSTRAINT \([kf]\) /CONSTRAINT \1$n /"));"
		done
	}
	write_models 1 | model
	apply_models first
	local n rows=''
	for n in $(seq "${#changes[@]}"); do rows="$rows INSERT INTO t$n (id) VALUES (7);"; done
	server_sql "$rows"
	local before after
	before=$(structure)
	write_models 2 | model
	apply_models second
	after=$(structure)
	for n in $(seq "${#changes[@]}"); do
		grep -qw "t$n" migrations/primary/primary__0002_second.sql || fail "not seen: ${changes[n - 1]}"
	done
	run 0 dbw rollback
	run 0 dbw check
	equal "$(structure)" "$before"
	run 0 dbw migrate
	equal "$(structure)" "$after"
	for n in $(seq "${#changes[@]}"); do equal "$(server_sql "SELECT id FROM t$n")" 7; done
}

case_20_a_changed_check_is_dropped_and_added() {
	model <<<"CREATE TABLE t (a INTEGER, b VARCHAR(20) DEFAULT 'x', CONSTRAINT grown CHECK (a > 17), CHECK (b <> 'no'));"
	apply_models first
	server_sql 'INSERT INTO t (a) VALUES (40)'
	model <<<"CREATE TABLE t (a INTEGER, b VARCHAR(20) DEFAULT 'it''s; new', CONSTRAINT grown CHECK (a > 20), CHECK (b <> 'never'));"
	apply_models second
	equal "$(migrations_count)" 2
	if server_sql "INSERT INTO t (a) VALUES (18)" 2>/dev/null; then fail 'the old check holds still'; fi
	if server_sql "INSERT INTO t VALUES (40, 'never')" 2>/dev/null; then fail 'the unnamed check was not changed'; fi
	server_sql "INSERT INTO t VALUES (40, 'no')"
	server_sql 'INSERT INTO t (a) VALUES (30)'
	equal "$(server_sql 'SELECT b FROM t WHERE a = 30')" "it's; new"
	server_sql "DELETE FROM t WHERE b = 'no'"
	run 0 dbw rollback
	server_sql 'INSERT INTO t (a) VALUES (18)'
	equal "$(server_sql 'SELECT b FROM t WHERE a = 18')" x
}

case_21_a_dropped_column_comes_back_with_all_it_had() {
	local before
	whole() {
		model <<-SQL
			CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY);
			CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, n VARCHAR(20) DEFAULT 'it''s' NOT NULL, p INTEGER, u INTEGER NOT NULL DEFAULT 4,
			    CONSTRAINT t_u UNIQUE (u), CONSTRAINT t_p FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE, CONSTRAINT t_n CHECK (n <> 'z'));
			CREATE INDEX t_n_index ON t (n, u);
			CREATE INDEX t_p_index ON t (p);
		SQL
	}
	whole
	apply_models first
	before=$(structure)
	model <<<'CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY); CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY);'
	apply_models "drop columns"
	equal "$(server_schema | grep -c '^t')" 1
	run 0 dbw rollback
	equal "$(structure)" "$before"
	run 0 dbw migrate
	whole
	apply_models "add them again"
	equal "$(structure)" "$before"
	model <<<'CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY);'
	apply_models "drop the table"
	equal "$(tables)" p
	run 0 dbw rollback
	equal "$(structure)" "$before"
}

case_22_rename_table_gives_one_rename_and_nothing_more() {
	model <<-'SQL'
		CREATE TABLE people (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20), CONSTRAINT named CHECK (name <> ''));
		CREATE INDEX by_name ON people (name);
		CREATE TABLE orders (id INTEGER NOT NULL PRIMARY KEY, p INTEGER, CONSTRAINT of_person FOREIGN KEY (p) REFERENCES people (id));
		CREATE TABLE other (id INTEGER NOT NULL PRIMARY KEY, a VARCHAR(20), b VARCHAR(20));
	SQL
	apply_models first
	server_sql "INSERT INTO people VALUES (1, 'a')"
	server_sql "INSERT INTO orders VALUES (1, 1)"
	local before
	before=$(structure)
	sed -i 's/\bpeople\b/users/g; s/TABLE other/TABLE another/' models/schema.sql
	run 3 dbw make-migrations -d rename --rename-table people:users
	has out '--rename-table other:another'
	lacks out people
	apply_models rename --rename-table people:users --no-renames
	sed '/^-- rollback/,$d' migrations/primary/primary__0002_rename.sql | grep -E 'TABLE' >upgrade
	equal "$(grep -c 'RENAME TO' upgrade)" 1
	equal "$(grep -c 'CREATE TABLE' upgrade)" 1
	equal "$(grep -c 'DROP TABLE' upgrade)" 1
	equal "$(server_sql 'SELECT name FROM users')" a
	equal "$(tables)" 'another orders users'
	if server_sql 'INSERT INTO orders VALUES (2, 5)' 2>/dev/null; then fail 'the foreign key is gone'; fi
	run 0 dbw rollback
	equal "$(structure)" "$before"
	equal "$(server_sql 'SELECT name FROM people')" a
}

case_23_strings_reserved_words_and_mixed_case_are_quoted() {
	local order select group text
	order=$(name Order) select=$(name select) group=$(name 'Group by') text=$(name "it's")
	model <<-SQL
		CREATE TABLE $order ($select INTEGER NOT NULL PRIMARY KEY, $group VARCHAR(40) DEFAULT 'it''s; -- "x"', $text INTEGER, CONSTRAINT $(name Check) CHECK ($select > 0));
		CREATE TABLE $(name table) ($(name where) INTEGER, CONSTRAINT $(name Foreign) FOREIGN KEY ($(name where)) REFERENCES $order ($select));
		CREATE INDEX $(name Index) ON $order ($group);
		CREATE VIEW $(name View) AS SELECT $select FROM $order;
	SQL
	apply_models first
	server_sql "INSERT INTO $order ($select) VALUES (1)"
	equal "$(server_sql "SELECT $group FROM $order")" "it's; -- \"x\""
	local before
	before=$(structure)
	model <<-SQL
		CREATE TABLE $order ($select BIGINT NOT NULL PRIMARY KEY, $group VARCHAR(80) DEFAULT 'a\`b"c' NOT NULL, $(name 'a;b') INTEGER UNIQUE, CONSTRAINT $(name Check) CHECK ($select > 1 OR $select = 1));
		CREATE TABLE $(name table) ($(name where) BIGINT, $(name from) INTEGER);
		CREATE UNIQUE INDEX $(name Index) ON $order ($group);
		CREATE VIEW $(name View) AS SELECT $group FROM $order;
	SQL
	apply_models second --no-renames
	run 0 dbw rollback
	equal "$(structure)" "$before"
	run 0 dbw migrate
	model <<<"CREATE TABLE $(name Orders) ($(name Select) BIGINT NOT NULL PRIMARY KEY);"
	run 0 dbw make-migrations -d third --no-renames
	run 0 dbw migrate
	settled
	run 0 dbw rollback --to-version 0
	equal "$(server_schema)" ''
}

case_24_enum_types_are_created_before_the_table_that_uses_them() {
	local before
	if [ "$dialect" = postgresql ]; then
		model <<-'SQL'
			CREATE TABLE a (m mood NOT NULL DEFAULT 'ok', "N" "Mixed Case", ms mood[]);
			CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s');
			CREATE TYPE "Mixed Case" AS ENUM ('A', 'a');
		SQL
	else
		model <<<"CREATE TABLE a (m ENUM('sad', 'ok', 'it''s') NOT NULL DEFAULT 'ok', n SET('A', 'b'));"
	fi
	apply_models first
	before=$(structure)
	server_sql "INSERT INTO a (m) VALUES ('it''s')"
	sed -i "s/'sad', 'ok'/'awful', 'sad', 'so;so', 'ok'/" models/schema.sql
	apply_models second
	equal "$(server_sql 'SELECT m FROM a')" "it's"
	server_sql "INSERT INTO a (m) VALUES ('so;so')"
	server_sql "DELETE FROM a WHERE m = 'so;so'"
	run 0 dbw rollback
	equal "$(structure)" "$before"
	equal "$(server_sql 'SELECT m FROM a')" "it's"
	run 0 dbw migrate
	model <<<'CREATE TABLE b (x INTEGER);'
	apply_models third --no-renames
	run 0 dbw rollback --to-version 0
	equal "$(server_schema)" ''
}

case_25_what_counts_goes_on_counting_and_keys_are_the_tables() {
	local counter before
	counter=$(pick 'id SERIAL PRIMARY KEY' 'id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY')
	model <<<"CREATE TABLE p ($counter, n INTEGER); CREATE TABLE c ($counter, p INTEGER$(pick ' REFERENCES p (id)' ', CONSTRAINT c_p FOREIGN KEY (p) REFERENCES p (id)')); CREATE INDEX c_index ON c (p, id);"
	apply_models first
	server_sql 'INSERT INTO p (n) VALUES (1)'
	server_sql 'INSERT INTO p (n) VALUES (2)'
	before=$(structure)
	counter=${counter/SERIAL/BIGSERIAL}
	counter=${counter/INTEGER/BIGINT}
	model <<<"CREATE TABLE p ($counter, n BIGINT NOT NULL DEFAULT 3, m INTEGER); CREATE TABLE c ($counter, p BIGINT$(pick ' REFERENCES p (id)' ', CONSTRAINT c_p FOREIGN KEY (p) REFERENCES p (id)'));"
	apply_models second
	server_sql 'INSERT INTO p (n) VALUES (3)'
	equal "$(server_sql 'SELECT max(id) FROM p')" 3
	if server_sql 'INSERT INTO c (p) VALUES (77)' 2>/dev/null; then fail 'the foreign key is not there'; fi
	if [ "$dialect" = mysql ]; then
		equal "$(sed '/^-- rollback/,$d' migrations/primary/primary__0002_second.sql | grep -c 'DROP INDEX c_index')" 1
		equal "$(server_sql "SELECT extra FROM information_schema.columns WHERE table_schema = '$database' AND table_name = 'p' AND column_name = 'id'")" auto_increment
	fi
	run 0 dbw rollback
	equal "$(structure)" "$before"
	server_sql 'INSERT INTO p (n) VALUES (4)'
	equal "$(server_sql 'SELECT max(id) FROM p')" 4
}

case_27_dbwardens_own_tables_are_never_part_of_it() {
	model <<<'CREATE TABLE t (a INTEGER);'
	apply_models first
	for table in dbwarden_migrations dbwarden_lock dbwarden_journal; do
		run 0 dbw diff --out sql
		lacks out "$table"
		run 0 dbw diff --json
		lacks out "$table"
		run 0 dbw check
		lacks out "$table"
	done
	rm -r .dbwarden
	settled
	# A dump has them in it; read as models, they are passed over.
	case $dialect in
	postgresql) PGPASSWORD=$password pg_dump -s -h "$host" -p "$port" -U "$user" "$database" >models/schema.sql ;;
	mysql) MYSQL_PWD=$password mariadb-dump --no-defaults --no-data -h "$host" -P "$port" -u "$user" "$database" >models/schema.sql ;;
	esac
	has models/schema.sql dbwarden_migrations
	settled
	grep -l dbwarden_ migrations/primary/*.sql .dbwarden/snapshots/primary/* 2>/dev/null && fail 'dbwarden is in its own migration'
	run 0 dbw rollback
	run 0 dbw status
	has out '0 applied'
}

case_31_no_password_is_ever_printed() {
	local secret='S3CRETpw' command variant
	migration 0001_t.sql <<<$'-- upgrade\nCREATE TABLE t (a INTEGER);\n-- rollback\nDROP TABLE t;'
	model <<<'CREATE TABLE t (a INTEGER);'
	for variant in "$user:$secret@$host:$port/$database" "$user:$secret%40%3A%2F%3F%23%25@$host:$port/$database" \
		"$user:$secret@127.0.0.1:1/$database" "$user:$secret@no-such-host.invalid:$port/$database" \
		"$user:$secret@$host:$port/no_such_database" "no_such_user:$secret@$host:$port/$database" \
		"$user:$secret@$host:notaport/$database" "$user:$secret@$host:$port/$database?no_such_parameter=1"; do
		export DATABASE_URL="${url%%://*}://$variant"
		for command in migrate status history check rollback diff lock-status repair "make-migrations -d x" "status --json" \
			"migrate --json" "settings show" "settings show --json" "database list" "database list --json"; do
			# shellcheck disable=SC2086
			"$BUILD/dbwarden" $command >out 2>err </dev/null || :
			lacks out $secret
			lacks err $secret
			[ "$(wc -l <err)" -lt 12 ] || { cat err; fail "$variant: $command: pages of text"; }
		done
		rm -rf .dbwarden migrations/primary/*_x.*
	done
	# Nor where it is right: in what is written, in the records, in what the server is told.
	export DATABASE_URL=$url
	run 0 dbw migrate
	grep -r "$password" migrations .dbwarden 2>/dev/null && fail 'the password is in a file'
	for command in "settings show" history "status --json" "history --json" "check --json"; do
		# shellcheck disable=SC2086
		run 0 dbw $command
		lacks out "$password"
		lacks err "$password"
	done
}

case_32_check_is_clean_after_migrate_and_diff_says_by_its_status() {
	model <<-SQL
		CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a VARCHAR(20) DEFAULT 'x', CONSTRAINT k CHECK (id > 0 AND a IN ('x', 'y')));
		CREATE INDEX i ON t (a);
		CREATE VIEW v AS SELECT id FROM t WHERE a LIKE 'x%';
	SQL
	make_migration first
	run 0 dbw check
	run 3 dbw diff --exit-code
	run 0 dbw diff
	run 0 dbw migrate
	run 0 dbw check
	run 0 dbw diff --exit-code
	local change
	for change in 'ALTER TABLE t ADD COLUMN z INTEGER|ALTER TABLE t DROP COLUMN z' 'CREATE INDEX j ON t (id, a)|DROP INDEX j@' \
		"ALTER TABLE t ALTER COLUMN a SET DEFAULT 'y'|ALTER TABLE t ALTER COLUMN a SET DEFAULT 'x'" 'CREATE TABLE u (a INTEGER)|DROP TABLE u' \
		'ALTER TABLE t DROP CONSTRAINT k|ALTER TABLE t ADD CONSTRAINT k CHECK (id > 0 AND a IN (@x@, @y@))' \
		'DROP VIEW v|CREATE VIEW v AS SELECT id FROM t WHERE a LIKE @x%@'; do
		change=${change//@x/\'x} change=${change//@y@/\'y\'} change=${change//%@/%\'} change=${change//x@/x\'}
		change=${change//j@/j$(pick '' ' ON t')}
		server_sql "${change%%|*}"
		run 3 dbw check
		[ -s out ]
		run 3 dbw diff --exit-code
		run 0 dbw diff --out sql
		# What it prints mends it.
		client "$database" <out
		run 0 dbw check
		run 0 dbw diff --exit-code
		if [ "$(dbw diff --json | grep -c '"operation"')" != 0 ]; then fail "$change: not mended"; fi
	done
	run 0 dbw make-migrations -d again
	has out 'no changes'
}

for one in $(declare -F | awk '{print $3}' | grep '^case_'); do
	for one_dialect in postgresql mysql; do
		eval "test_${one}_${one_dialect}() { use_server $one_dialect; $one; }"
	done
done

run_tests
