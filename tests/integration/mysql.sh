#!/bin/bash
# What MySQL and MariaDB have in their DDL, each piece with what a person changes in it, there and back, with rows in
# the tables. The client of the server and its dump are asked too, as neither knows of dbwarden.
# shellcheck disable=SC2154 # use_server sets them
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"

mariadb_only() {
	[[ $(server_sql 'SELECT version()') == *MariaDB* ]] || skip 'MySQL has no such thing'
}

dump() { # [OPTION...]: the schema of the test's database, without dbwarden's own tables
	MYSQL_PWD=$password mariadb-dump --no-defaults --skip-comments --no-data \
		--ignore-table="$database.dbwarden_migrations" --ignore-table="$database.dbwarden_journal" \
		--ignore-table="$database.dbwarden_lock" "$@" -h "$host" -P "$port" -u "$user" "$database"
}

# The whole schema in the server's own words, in an order that does not depend on who made it, without counters and
# the time at which an event was made.
said() {
	dump --routines --events --triggers | sed -E "s/ AUTO_INCREMENT=[0-9]+//; s/ STARTS '[^']*'//; /SETVAL/d; s/,\$//" | sort
}

# In step: nothing to do by any measure.
settled() {
	run 0 dbw check
	run 0 dbw diff --exit-code
	run 0 dbw make-migrations -d again
	has out 'no changes'
}

apply() { # DESCRIPTION
	make_migration "$1"
	has out 'Proved in a scratch database'
	run 0 dbw migrate
	settled
}

# The model that is there, made by the server's own client in a database of its own, is the same.
same_as_client() {
	local mine=$url theirs=c$$_$RANDOM$RANDOM
	admin "CREATE DATABASE $theirs"
	client "$theirs" <models/schema.sql
	export DATABASE_URL=${server%/*}/$theirs
	run 0 dbw diff --exit-code
	export DATABASE_URL=$mine
	admin "DROP DATABASE $theirs"
}

# What the server's dump says is the schema too.
dump_reads_back() {
	cp models/schema.sql model.before
	dump --routines --events --triggers >models/schema.sql
	run 0 dbw diff --exit-code
	cp model.before models/schema.sql
}

# First model on standard input, by the tool and by the client.
first_model() {
	[ -n "${database:-}" ] || use_server mysql
	model
	apply first
	same_as_client
	dump_reads_back
	said >said.before
}

# Second model on standard input: there, and back again.
second_model() {
	model
	apply second
	dump_reads_back
}

back_again() {
	run 0 dbw rollback
	run 0 dbw check
	said >said.after
	diff said.before said.after
}

nothing_is_left() {
	run 0 dbw rollback --to-version 0
	equal "$(said | grep CREATE)" ''
}

test_every_type_is_kept_and_changed() {
	first_model <<-'SQL'
		CREATE TABLE numbers (
		    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
		    a TINYINT, b SMALLINT(5) UNSIGNED, c MEDIUMINT ZEROFILL, d INT(11), e INTEGER UNSIGNED, f INT(8) UNSIGNED ZEROFILL,
		    g BOOL, h BOOLEAN DEFAULT TRUE, i TINYINT(1) NOT NULL DEFAULT 0, j DECIMAL, k NUMERIC(8), l DEC(10,2) UNSIGNED,
		    m FIXED(5,1), n FLOAT, o FLOAT(7,3), p FLOAT(30), q DOUBLE PRECISION, r REAL, s DOUBLE(8,2) UNSIGNED,
		    t BIT, u BIT(7) DEFAULT b'101', v INT SIGNED, w INT8, x MIDDLEINT, y INT DEFAULT -1, z DOUBLE DEFAULT 1e3
		);
		CREATE TABLE texts (
		    a CHAR, b CHAR(10), c VARCHAR(80) DEFAULT 'it''s', d NATIONAL VARCHAR(20), e NCHAR(3), f CHARACTER VARYING(20),
		    g TINYTEXT, h TEXT, i MEDIUMTEXT, j LONGTEXT, k TINYBLOB, l BLOB, m LONGBLOB, n BINARY(5), o VARBINARY(20),
		    p ENUM('a', 'b c', 'it''s', 'x"y', 'back\\slash', ''), q SET('x', 'y z') NOT NULL DEFAULT 'x,y z', r JSON,
		    s CHAR(3) CHARACTER SET latin1 COLLATE latin1_bin, t VARCHAR(10) BINARY, u LONG VARCHAR, v TEXT(100),
		    w VARCHAR(20) DEFAULT 'a\\b\'c"d\n', x VARCHAR(20) DEFAULT 'NULL', y VARCHAR(20) DEFAULT 'CURRENT_TIMESTAMP', z VARCHAR(5) DEFAULT '12'
		);
		CREATE TABLE times (
		    a DATE, b TIME(3), c DATETIME DEFAULT NOW(), d DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
		    e TIMESTAMP(3) NULL, f YEAR, g YEAR(4), h TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE NOW(),
		    i DATETIME DEFAULT LOCALTIMESTAMP(), j DATETIME DEFAULT (now() + INTERVAL 1 DAY), k DATE DEFAULT '2020-01-01'
		);
		CREATE TABLE shapes (a POINT, b GEOMETRY NOT NULL, c LINESTRING, d POLYGON, e MULTIPOINT, f GEOMETRYCOLLECTION, SPATIAL KEY (b));
	SQL
	server_sql "INSERT INTO numbers (a, d, h) VALUES (1, 2, 0); INSERT INTO texts (c, p) VALUES ('ü', 'it''s'); INSERT INTO times (a) VALUES ('2001-02-03')"
	second_model <<-'SQL'
		CREATE TABLE numbers (
		    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
		    a SMALLINT, b INT(5) UNSIGNED, c INT ZEROFILL, d BIGINT, e INTEGER, f INT(9) UNSIGNED ZEROFILL,
		    g INT, h BOOLEAN DEFAULT FALSE, i TINYINT NOT NULL DEFAULT 1, j DECIMAL(12), k NUMERIC(9, 1), l DEC(11,3) UNSIGNED,
		    m FIXED(6,1), n DOUBLE, o FLOAT(8,3), p FLOAT(10), q DOUBLE PRECISION UNSIGNED, r FLOAT, s DOUBLE(9,2) UNSIGNED,
		    t BIT(2), u BIT(7) DEFAULT b'111', v BIGINT DEFAULT 5, w INT, x INT, y INT, z DOUBLE DEFAULT 0.5 COMMENT 'it''s'
		);
		CREATE TABLE texts (
		    a CHAR(2), b CHAR(10) COMMENT 'x', c VARCHAR(90) DEFAULT 'it''s\\', d VARCHAR(20), e NCHAR(4), f CHARACTER VARYING(22),
		    g TEXT, h MEDIUMTEXT, i LONGTEXT, j LONGTEXT, k BLOB, l MEDIUMBLOB, m LONGBLOB, n BINARY(6), o VARBINARY(30),
		    p ENUM('a', 'b c', 'it''s', 'x"y', 'back\\slash', '', 'new'), q SET('x', 'y z', 'w') NOT NULL DEFAULT 'x', r JSON,
		    s CHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, t VARCHAR(10), u LONG VARCHAR, v TEXT,
		    w VARCHAR(20), x VARCHAR(20) DEFAULT NULL, y VARCHAR(20) DEFAULT 'now()', z VARCHAR(5) DEFAULT ''
		);
		CREATE TABLE times (
		    a DATETIME, b TIME(1), c DATETIME, d DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6),
		    e TIMESTAMP(6) NULL, f YEAR DEFAULT 2020, g YEAR, h TIMESTAMP NOT NULL DEFAULT '2020-01-01 00:00:00',
		    i DATETIME DEFAULT CURRENT_TIMESTAMP, j DATETIME DEFAULT (now() + INTERVAL 2 DAY), k DATE
		);
		CREATE TABLE shapes (a POINT, b POINT NOT NULL, c GEOMETRY, d POLYGON, e MULTIPOINT, f GEOMETRYCOLLECTION, SPATIAL KEY (b));
	SQL
	equal "$(server_sql 'SELECT id, a, d, h FROM numbers' | tr '\t' ' ')" '1 1 2 0'
	equal "$(server_sql 'SELECT c, p FROM texts' | tr '\t' ' ')" "ü it's"
	equal "$(server_sql 'SELECT a FROM times')" '2001-02-03 00:00:00'
	back_again
	nothing_is_left
}

test_types_and_options_of_mariadb() {
	use_server mysql
	mariadb_only
	first_model <<-'SQL'
		CREATE TABLE t (
		    id UUID NOT NULL DEFAULT UUID() PRIMARY KEY, a INET6, b INET4, c TEXT DEFAULT 'abc', d JSON DEFAULT json_array(),
		    e TEXT COMPRESSED, f INT INVISIBLE, g TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP INVISIBLE,
		    KEY ignored_key (f) IGNORED
		) PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=5;
		CREATE TABLE m (a INT) ENGINE = Aria TRANSACTIONAL=1;
		CREATE TABLE u (a varchar(20), b varchar(20) COLLATE utf8mb4_bin) COLLATE utf8mb4_uca1400_ai_ci;
	SQL
	server_sql "INSERT INTO t (a, e, f) VALUES ('::1', 'x', 5)"
	second_model <<-'SQL'
		CREATE TABLE t (
		    id UUID NOT NULL DEFAULT UUID() PRIMARY KEY, a INET6 NOT NULL, b INET4, c TEXT DEFAULT 'abcd', d JSON DEFAULT json_object(),
		    e TEXT, f INT, g TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
		    KEY ignored_key (f)
		);
		CREATE TABLE m (a INT) ENGINE = InnoDB;
		CREATE TABLE u (a varchar(20), b varchar(20)) COLLATE utf8mb4_uca1400_as_cs;
	SQL
	equal "$(server_sql 'SELECT a, e, f FROM t' | tr '\t' ' ')" '::1 x 5'
	back_again
	equal "$(server_sql "SELECT ignored FROM information_schema.statistics WHERE table_schema = '$database' AND index_name = 'ignored_key'")" YES
	nothing_is_left
}

test_table_options_and_inherited_character_sets() {
	first_model <<-'SQL'
		CREATE TABLE a (id int PRIMARY KEY, n varchar(20) NOT NULL DEFAULT 'é', t text, e enum('a','ü'), x varchar(10) CHARACTER SET latin1,
		    y varchar(10) COLLATE utf8mb4_bin, g varchar(40) AS (concat(n, 'x')) VIRTUAL, h varchar(40) AS (concat(n, 'x')) STORED,
		    KEY (n), KEY gi (g, h), FULLTEXT (t), CONSTRAINT nq CHECK (n <> 'q')) DEFAULT CHARSET=utf8mb4 COMMENT='it''s; a';
		CREATE TABLE b (id int PRIMARY KEY, n varchar(20), KEY (n)) COLLATE utf8mb4_unicode_ci MAX_ROWS=10 STATS_PERSISTENT=1;
		CREATE TABLE c (n varchar(20), CONSTRAINT cf FOREIGN KEY (n) REFERENCES b (n)) COLLATE utf8mb4_unicode_ci ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8;
		CREATE TABLE f (n varchar(20)) COLLATE latin1_german1_ci;
		CREATE TABLE m (a int, b int, KEY h (a), KEY t (b) USING BTREE) ENGINE=MEMORY;
		CREATE TABLE d (id int) ENGINE = MyISAM, CHARSET = utf8, PACK_KEYS=1, MIN_ROWS=2, AVG_ROW_LENGTH=100, CHECKSUM=1, DELAY_KEY_WRITE=1;
	SQL
	server_sql "INSERT INTO a (id, n, t, e, x, y) VALUES (1, 'é', 'tü', 'ü', 'é', 'z'); INSERT INTO b VALUES (1, 'k'); INSERT INTO c VALUES ('k')"
	second_model <<-'SQL'
		CREATE TABLE a (id int PRIMARY KEY, n varchar(20) NOT NULL DEFAULT 'é', t text, e enum('a','ü'), x varchar(10) CHARACTER SET latin1,
		    y varchar(10) COLLATE utf8mb4_bin, g varchar(40) AS (concat(n, 'x')) VIRTUAL, h varchar(40) AS (concat(n, 'x')) STORED,
		    KEY (n), KEY gi (g, h), FULLTEXT (t), CONSTRAINT nq CHECK (n <> 'q')) DEFAULT CHARSET=latin1;
		CREATE TABLE b (id int PRIMARY KEY, n varchar(20), KEY (n)) COLLATE utf8mb4_general_ci;
		CREATE TABLE c (n varchar(20), CONSTRAINT cf FOREIGN KEY (n) REFERENCES b (n)) COLLATE utf8mb4_general_ci COMMENT='new';
		CREATE TABLE d (id int);
		CREATE TABLE f (n varchar(20));
		CREATE TABLE m (a int, b int, KEY h (a) USING BTREE, KEY t (b) USING HASH) ENGINE=MEMORY;
	SQL
	equal "$(server_sql 'SELECT n, t, e, x, y, g FROM a' | tr '\t' ' ')" 'é tü ü é z éx'
	same_as_client
	back_again
	equal "$(server_sql 'SELECT n, t, e, x, y, g FROM a' | tr '\t' ' ')" 'é tü ü é z éx'
	nothing_is_left
}

test_names_that_the_server_gives() {
	first_model <<-'SQL'
		CREATE TABLE o (id int PRIMARY KEY, a int, b int, KEY (a, b));
		CREATE TABLE t (
		    a int UNIQUE, b int, c varchar(20), d text, e int, f int,
		    UNIQUE (a), UNIQUE (b, a), KEY (b), FULLTEXT (c), FULLTEXT KEY (c, d), KEY (c(3)), KEY (c DESC),
		    CONSTRAINT named UNIQUE (e), CONSTRAINT one UNIQUE KEY other (e, f), CONSTRAINT UNIQUE KEY (f),
		    FOREIGN KEY (e) REFERENCES o (id), FOREIGN KEY (a, b) REFERENCES o (a, b),
		    CONSTRAINT t_ibfk_7 FOREIGN KEY (f) REFERENCES o (id), FOREIGN KEY (b) REFERENCES o (id)
		);
	SQL
	server_sql "SELECT index_name FROM information_schema.statistics WHERE table_schema = '$database' AND table_name = 't' GROUP BY index_name ORDER BY index_name" >indexes
	equal "$(tr '\n' ' ' <indexes)" 'a a_2 a_3 b b_2 c c_2 c_3 c_4 f named other '
	nothing_is_left
}

test_odd_names() {
	local long=abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl
	first_model <<-SQL
		CREATE TABLE \`select\` (\`a\`\`b\` int PRIMARY KEY, \`Mixed Case\` int, \`ünï\` int, \`x.y\` int, $long int, \`5\` int,
		    KEY \`k\`\`k\` (\`ünï\`), KEY $long (\`x.y\`), CONSTRAINT \`a check\` CHECK (\`Mixed Case\` > 0));
		CREATE TABLE ${long} (id int PRIMARY KEY, \`order\` int, CONSTRAINT \`the key\` FOREIGN KEY (\`order\`) REFERENCES \`select\` (\`a\`\`b\`));
		CREATE VIEW \`a view\` AS SELECT \`a\`\`b\` AS \`it's\` FROM \`select\`;
	SQL
	second_model <<-SQL
		CREATE TABLE \`select\` (\`a\`\`b\` bigint PRIMARY KEY, \`Mixed Case\` bigint, \`ünï\` bigint, \`x.y\` int, $long bigint, \`5\` bigint,
		    KEY \`k\`\`k\` (\`x.y\`), KEY \`group\` ($long), CONSTRAINT \`a check\` CHECK (\`Mixed Case\` > 1));
		CREATE TABLE ${long} (id int PRIMARY KEY, \`order\` bigint, CONSTRAINT \`the key\` FOREIGN KEY (\`order\`) REFERENCES \`select\` (\`a\`\`b\`));
		CREATE VIEW \`a view\` AS SELECT \`x.y\` AS \`it's\` FROM \`select\`;
	SQL
	back_again
	nothing_is_left
}

# The server holds a key that a foreign key leans on, and the type of its columns.
test_what_foreign_keys_hold_changes_under_them() {
	first_model <<-'SQL'
		CREATE TABLE parent (id int AUTO_INCREMENT PRIMARY KEY, code varchar(10) NOT NULL, a int, b int, UNIQUE KEY code (code), KEY ab (a, b),
		    self_id int, CONSTRAINT self FOREIGN KEY (self_id) REFERENCES parent (id) ON DELETE SET NULL);
		CREATE TABLE child (id int PRIMARY KEY, pid int NOT NULL, pcode varchar(10), a int, b int, other int, KEY pid_other (pid, other),
		    FOREIGN KEY (pid) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE CASCADE,
		    FOREIGN KEY named_index (pcode) REFERENCES parent (code) ON DELETE RESTRICT,
		    CONSTRAINT ab FOREIGN KEY (a, b) REFERENCES parent (a, b) ON DELETE NO ACTION,
		    CONSTRAINT FOREIGN KEY (other) REFERENCES parent (id) ON UPDATE SET NULL);
		CREATE TABLE hers (id int PRIMARY KEY, p int REFERENCES parent (id) ON DELETE CASCADE);
	SQL
	server_sql "INSERT INTO parent VALUES (1, 'x', 1, 2, NULL), (5, 'y', 3, 4, 1); INSERT INTO child VALUES (1, 1, 'x', 1, 2, 5); INSERT INTO hers VALUES (1, 5)"
	second_model <<-'SQL'
		CREATE TABLE parent (id bigint AUTO_INCREMENT PRIMARY KEY, code varchar(20) NOT NULL, a bigint, b int, c int, UNIQUE KEY code2 (code), KEY abc (a, b, c),
		    self_id bigint, CONSTRAINT self FOREIGN KEY (self_id) REFERENCES parent (id) ON DELETE SET NULL);
		CREATE TABLE child (id int PRIMARY KEY, pid bigint NOT NULL, pcode varchar(20), a bigint, b int, other bigint, KEY pid_id (pid, id), KEY abi (a, b, id),
		    FOREIGN KEY (pid) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE CASCADE,
		    FOREIGN KEY named_index (pcode) REFERENCES parent (code) ON DELETE RESTRICT,
		    CONSTRAINT ab FOREIGN KEY (a, b) REFERENCES parent (a, b) ON DELETE NO ACTION,
		    CONSTRAINT FOREIGN KEY (other) REFERENCES parent (id) ON UPDATE SET NULL);
		CREATE TABLE hers (id int PRIMARY KEY, p bigint REFERENCES parent (id) ON DELETE SET NULL);
	SQL
	equal "$(server_sql 'SELECT id, self_id FROM parent ORDER BY id' | tr '\t\n' '  ')" '1 NULL 5 1 '
	equal "$(server_sql 'SELECT pid, pcode, other FROM child' | tr '\t' ' ')" '1 x 5'
	server_sql "INSERT INTO child VALUES (2, 99, NULL, NULL, NULL, NULL)" 2>refused && fail 'the foreign key is not there'
	has refused 'foreign key constraint fails'
	back_again
	nothing_is_left
}

test_cycles_of_foreign_keys() {
	use_server mysql
	model <<<"CREATE TABLE a (id int PRIMARY KEY, b int, FOREIGN KEY (b) REFERENCES c (id)); CREATE TABLE c (id int PRIMARY KEY, a int, FOREIGN KEY (a) REFERENCES a (id));"
	apply first
	dump_reads_back
	model <<<"CREATE TABLE a (id bigint PRIMARY KEY, b bigint, FOREIGN KEY (b) REFERENCES c (id)); CREATE TABLE c (id bigint PRIMARY KEY, a bigint, FOREIGN KEY (a) REFERENCES a (id));"
	apply second
	nothing_is_left
}

# The column that counts is a key at every moment.
test_primary_keys_change_and_counters_go_on() {
	first_model <<-'SQL'
		CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY, x int NOT NULL);
		CREATE TABLE b (id int AUTO_INCREMENT PRIMARY KEY, x int NOT NULL);
		CREATE TABLE c (id int AUTO_INCREMENT PRIMARY KEY, x int NOT NULL);
		CREATE TABLE d (id int AUTO_INCREMENT PRIMARY KEY, x int NOT NULL);
		CREATE TABLE e (x int NOT NULL PRIMARY KEY);
		CREATE TABLE f (x int NOT NULL PRIMARY KEY, y int NOT NULL);
		CREATE TABLE g (x int NOT NULL, y int NOT NULL, z int, PRIMARY KEY (x, y), KEY zy (z, y));
		CREATE TABLE h (id int NOT NULL, n int NOT NULL AUTO_INCREMENT, KEY (n), PRIMARY KEY (id));
		CREATE TABLE i (id int NOT NULL, x int NOT NULL AUTO_INCREMENT, UNIQUE KEY ux (x));
		CREATE TABLE j (id int NOT NULL PRIMARY KEY);
		CREATE TABLE k (id int NOT NULL);
		CREATE TABLE l (id int AUTO_INCREMENT PRIMARY KEY, note varchar(10));
	SQL
	server_sql "INSERT INTO a VALUES (3, 1); INSERT INTO b VALUES (3, 1); INSERT INTO c VALUES (3, 1); INSERT INTO d VALUES (3, 1); INSERT INTO e VALUES (3);
		INSERT INTO h VALUES (1, 2); INSERT INTO i VALUES (1, 5); INSERT INTO j VALUES (7); INSERT INTO k VALUES (9); INSERT INTO l VALUES (41, 'x'); DELETE FROM l"
	second_model <<-'SQL'
		CREATE TABLE a (id int AUTO_INCREMENT, x int NOT NULL, PRIMARY KEY (id, x));
		CREATE TABLE b (id int AUTO_INCREMENT, x int NOT NULL PRIMARY KEY, KEY (id));
		CREATE TABLE c (id int NOT NULL, x int NOT NULL PRIMARY KEY);
		CREATE TABLE d (x int NOT NULL PRIMARY KEY);
		CREATE TABLE e (id bigint AUTO_INCREMENT PRIMARY KEY, x int NOT NULL);
		CREATE TABLE f (x int NOT NULL, y int NOT NULL PRIMARY KEY);
		CREATE TABLE g (x int NOT NULL, z int, PRIMARY KEY (x), KEY zy (z));
		CREATE TABLE h (id int NOT NULL, n int NOT NULL AUTO_INCREMENT PRIMARY KEY);
		CREATE TABLE i (id int NOT NULL PRIMARY KEY, x int NOT NULL AUTO_INCREMENT, UNIQUE KEY ux (x, id));
		CREATE TABLE j (id int NOT NULL AUTO_INCREMENT PRIMARY KEY);
		CREATE TABLE k (id int NOT NULL AUTO_INCREMENT PRIMARY KEY);
		CREATE TABLE l (id bigint unsigned AUTO_INCREMENT PRIMARY KEY COMMENT 'wide', note varchar(20));
	SQL
	server_sql "INSERT INTO l (note) VALUES ('y'); INSERT INTO k VALUES (NULL); INSERT INTO h (id) VALUES (2)"
	equal "$(server_sql 'SELECT id FROM l')" 42
	equal "$(server_sql 'SELECT max(id) FROM k')" 10
	equal "$(server_sql 'SELECT max(n) FROM h')" 3
	server_sql 'DELETE FROM d'
	back_again
	nothing_is_left
}

test_columns_begin_and_cease_to_count() {
	first_model <<-'SQL'
		CREATE TABLE a (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, x int);
		CREATE TABLE b (id int NOT NULL, x int, KEY (id));
		CREATE TABLE c (id int NOT NULL AUTO_INCREMENT, x int, KEY kk (id, x));
		CREATE TABLE d (id int NOT NULL AUTO_INCREMENT, x int, KEY kk (id, x));
		CREATE TABLE e (x int NOT NULL PRIMARY KEY);
		CREATE TABLE f (id int NOT NULL AUTO_INCREMENT, x int NOT NULL, KEY (id), PRIMARY KEY (x));
		CREATE TABLE g (id int NOT NULL AUTO_INCREMENT, x int NOT NULL, PRIMARY KEY (id), UNIQUE (x));
		CREATE TABLE h (id int NOT NULL AUTO_INCREMENT, x int NOT NULL, PRIMARY KEY (id, x));
		CREATE TABLE i (id int NOT NULL PRIMARY KEY);
		CREATE TABLE j (id int NOT NULL AUTO_INCREMENT PRIMARY KEY);
	SQL
	server_sql "INSERT INTO a VALUES (3, 1); INSERT INTO b VALUES (4, 1); INSERT INTO h VALUES (5, 1); INSERT INTO i VALUES (6)"
	second_model <<-'SQL'
		CREATE TABLE a (id int NOT NULL AUTO_INCREMENT, x int, KEY aa (id));
		CREATE TABLE b (id int NOT NULL AUTO_INCREMENT, x int, KEY (id));
		CREATE TABLE c (id int NOT NULL, x int, KEY kk (id, x));
		CREATE TABLE d (x int);
		CREATE TABLE e (x int NOT NULL PRIMARY KEY, n int NOT NULL AUTO_INCREMENT, UNIQUE KEY nn (n));
		CREATE TABLE f (id int NOT NULL AUTO_INCREMENT, x int NOT NULL, KEY (id));
		CREATE TABLE g (id int NOT NULL, x int NOT NULL AUTO_INCREMENT, PRIMARY KEY (id), UNIQUE (x));
		CREATE TABLE h (id int NOT NULL AUTO_INCREMENT, x int, PRIMARY KEY (id));
		CREATE TABLE i (id int NOT NULL AUTO_INCREMENT, x int, KEY (id));
		CREATE TABLE j (id int NOT NULL, y int NOT NULL, PRIMARY KEY (id, y));
	SQL
	server_sql 'INSERT INTO a (x) VALUES (2); INSERT INTO b (x) VALUES (2); INSERT INTO i (x) VALUES (2)'
	equal "$(server_sql 'SELECT max(a.id), max(b.id), max(i.id) FROM a, b, i' | tr '\t' ' ')" '4 5 7'
	back_again
	nothing_is_left
}

test_generated_columns_and_their_indexes() {
	first_model <<-'SQL'
		CREATE TABLE d (id int AUTO_INCREMENT PRIMARY KEY, a int, b int AS (a + 1) VIRTUAL, c int AS (a + 2) STORED, d int,
		    e int AS (a) STORED, f int AS (a * 2) VIRTUAL, KEY bi (b), KEY ci (c, a), KEY fi (f));
		CREATE TABLE i (a int, b int INVISIBLE DEFAULT 3, c varchar(10) COMMENT 'old',
		    u timestamp DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP INVISIBLE);
	SQL
	server_sql "INSERT INTO d (a, d) VALUES (1, 9); INSERT INTO i (a, c) VALUES (1, 'c')"
	second_model <<-'SQL'
		CREATE TABLE d (id int AUTO_INCREMENT PRIMARY KEY, a bigint, b int AS (a + 2) VIRTUAL, c int AS (a + 2) VIRTUAL, d int AS (a) STORED,
		    e int, f int AS (a * 3) STORED, KEY bi (b), KEY ci (c, a), KEY fi (f));
		CREATE TABLE i (a int INVISIBLE, b int DEFAULT 4, c varchar(10), u timestamp DEFAULT CURRENT_TIMESTAMP);
	SQL
	equal "$(server_sql 'SELECT a, b, c, d, e, f FROM d' | tr '\t' ' ')" '1 3 3 1 1 3'
	equal "$(server_sql 'SELECT b, c FROM i' | tr '\t' ' ')" '3 c'
	has migrations/primary/*second.sql "-- conditional: what 'alter column d.d' removed does not come back"
	back_again
	nothing_is_left
}

test_partitions() {
	first_model <<-'SQL'
		CREATE TABLE r (id int NOT NULL, d date NOT NULL, n varchar(40) NOT NULL DEFAULT 'x' COMMENT 'not PARTITION BY this', PRIMARY KEY (id, d))
		    PARTITION BY RANGE (YEAR(d)) (PARTITION p0 VALUES LESS THAN (2000), PARTITION pm VALUES LESS THAN MAXVALUE COMMENT = 'the rest');
		CREATE TABLE rc (a int, b varchar(10)) PARTITION BY RANGE COLUMNS (a, b) (PARTITION p0 VALUES LESS THAN (5, 'm'), PARTITION p1 VALUES LESS THAN (MAXVALUE, MAXVALUE));
		CREATE TABLE l (id int, c int) PARTITION BY LIST (c) (PARTITION a VALUES IN (1, 2, 3), PARTITION b VALUES IN (4, NULL));
		CREATE TABLE lc (id int, c varchar(5)) PARTITION BY LIST COLUMNS (c) (PARTITION a VALUES IN ('x', 'y'), PARTITION b VALUES IN ('z'));
		CREATE TABLE h (id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 4;
		CREATE TABLE lh (id int PRIMARY KEY) PARTITION BY LINEAR HASH (id) PARTITIONS 4;
		CREATE TABLE k (id int PRIMARY KEY, x int) PARTITION BY KEY () PARTITIONS 3;
		CREATE TABLE s (id int, d date) PARTITION BY RANGE (TO_DAYS(d)) SUBPARTITION BY HASH (MONTH(d))
		    (PARTITION p0 VALUES LESS THAN (730000) (SUBPARTITION s0, SUBPARTITION s1), PARTITION p1 VALUES LESS THAN MAXVALUE (SUBPARTITION s2, SUBPARTITION s3));
		CREATE TABLE plain (id int);
	SQL
	server_sql "INSERT INTO r (id, d) VALUES (1, '1999-01-01'), (2, '2005-01-01'); INSERT INTO s VALUES (1, '2020-01-01'); INSERT INTO plain VALUES (1)"
	second_model <<-'SQL'
		CREATE TABLE r (id int NOT NULL, d date NOT NULL, n varchar(40) NOT NULL DEFAULT 'x' COMMENT 'not PARTITION BY this', PRIMARY KEY (id, d))
		    PARTITION BY RANGE (YEAR(d)) (PARTITION p0 VALUES LESS THAN (2000), PARTITION p1 VALUES LESS THAN (2010), PARTITION pm VALUES LESS THAN MAXVALUE);
		CREATE TABLE rc (a int, b varchar(10)) PARTITION BY RANGE COLUMNS (a, b) (PARTITION p0 VALUES LESS THAN (6, 'm'), PARTITION p1 VALUES LESS THAN (MAXVALUE, MAXVALUE));
		CREATE TABLE l (id int, c int) PARTITION BY LIST (c) (PARTITION a VALUES IN (1, 2, 3), PARTITION b VALUES IN (4, 5, NULL));
		CREATE TABLE lc (id int, c varchar(5)) PARTITION BY LIST COLUMNS (c) (PARTITION a VALUES IN ('x'), PARTITION b VALUES IN ('y', 'z'));
		CREATE TABLE h (id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 5;
		CREATE TABLE lh (id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 4;
		CREATE TABLE k (id int PRIMARY KEY, x int, y int);
		CREATE TABLE s (id int, d date) PARTITION BY RANGE (TO_DAYS(d)) (PARTITION p0 VALUES LESS THAN (730000), PARTITION p1 VALUES LESS THAN MAXVALUE);
		CREATE TABLE plain (id int) PARTITION BY KEY (id) PARTITIONS 2;
	SQL
	equal "$(server_sql 'SELECT count(*) FROM r PARTITION (p1)')" 1
	equal "$(server_sql 'SELECT count(*) FROM s')" 1
	back_again
	equal "$(server_sql 'SELECT count(*) FROM r')" 2
	nothing_is_left
}

test_triggers_keep_their_order() {
	first_model <<-'SQL'
		CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, n int, s varchar(50));
		CREATE TABLE log (id int AUTO_INCREMENT PRIMARY KEY, m text);
		DELIMITER $$
		CREATE TRIGGER b1 BEFORE INSERT ON t FOR EACH ROW SET NEW.s = concat(NEW.s, '1') $$
		CREATE DEFINER=CURRENT_USER TRIGGER b2 BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.s = concat(NEW.s, '2'); SET NEW.n = 7; END $$
		CREATE TRIGGER b0 BEFORE INSERT ON t FOR EACH ROW PRECEDES b1 SET NEW.s = concat(NEW.s, '0') $$
		CREATE TRIGGER `a x` BEFORE INSERT ON t FOR EACH ROW FOLLOWS `b1` SET NEW.s = concat(NEW.s, 'x') $$
		CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW INSERT INTO log (m) VALUES (NEW.s) $$
		DELIMITER ;
	SQL
	server_sql "INSERT INTO t (s) VALUES (':')"
	equal "$(server_sql 'SELECT m FROM log')" ':01x2'
	# The first of them changes alone.
	sed "s/'0'/'O'/" models/schema.sql >changed
	second_model <changed
	server_sql "DELETE FROM log; INSERT INTO t (s) VALUES (':')"
	equal "$(server_sql 'SELECT m FROM log')" ':O1x2'
	same_as_client
	back_again
	server_sql "DELETE FROM log; INSERT INTO t (s) VALUES (':')"
	equal "$(server_sql 'SELECT m FROM log')" ':01x2'
	# The table changes, and all make way.
	model <<-'SQL'
		CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, n bigint, s varchar(60));
		CREATE TABLE log (id int AUTO_INCREMENT PRIMARY KEY, m text);
		CREATE TRIGGER b2 BEFORE INSERT ON t FOR EACH ROW SET NEW.s = concat(NEW.s, '2');
		CREATE TRIGGER b1 BEFORE INSERT ON t FOR EACH ROW SET NEW.s = concat(NEW.s, '1');
		CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW INSERT INTO log (m) VALUES (NEW.s);
	SQL
	rm migrations/primary/*second* .dbwarden/snapshots/primary/0002.json
	apply other
	server_sql "DELETE FROM log; INSERT INTO t (s) VALUES (':')"
	equal "$(server_sql 'SELECT m FROM log')" ':21'
	nothing_is_left
}

test_views_routines_and_events() {
	first_model <<-'SQL'
		CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, n int, s varchar(50));
		CREATE VIEW z_base AS SELECT id, n, 'it''s;' AS q FROM t WHERE n > 1;
		CREATE OR REPLACE ALGORITHM=MERGE DEFINER=CURRENT_USER SQL SECURITY INVOKER VIEW v2 (a, b) AS SELECT id, s FROM t WHERE s LIKE 'a%' WITH CASCADED CHECK OPTION;
		CREATE ALGORITHM=TEMPTABLE VIEW v3 AS SELECT count(*) AS c, max(n) AS m FROM z_base;
		CREATE VIEW v4 AS SELECT id FROM t WHERE n > 3 WITH LOCAL CHECK OPTION;
		DELIMITER //
		CREATE PROCEDURE p(IN a INT, OUT b INT, INOUT c VARCHAR(20)) COMMENT 'it''s' READS SQL DATA SQL SECURITY INVOKER
		BEGIN
		    DECLARE done INT DEFAULT FALSE;
		    DECLARE cur CURSOR FOR SELECT id FROM t;
		    DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = TRUE;
		    OPEN cur;
		    lp: LOOP
		        FETCH cur INTO b;
		        IF done THEN LEAVE lp; END IF;
		        CASE b WHEN 1 THEN SET c = ';'; ELSE SET c = "x;y"; END CASE;
		    END LOOP lp;
		    CLOSE cur;
		    WHILE a > 0 DO SET a = a - 1; END WHILE;
		    REPEAT SET a = a + 1; UNTIL a > 5 END REPEAT;
		END//
		CREATE FUNCTION f(x INT) RETURNS VARCHAR(30) CHARSET latin1 DETERMINISTIC RETURN CONCAT('a', x)//
		CREATE EVENT e1 ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' ENDS '2031-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE COMMENT 'ev' DO DELETE FROM t//
		CREATE EVENT e2 ON SCHEDULE EVERY '1:30' HOUR_MINUTE DO BEGIN DELETE FROM t; DELETE FROM t; END//
		DELIMITER ;
	SQL
	second_model <<-'SQL'
		CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, n bigint, s varchar(60));
		CREATE VIEW z_base AS SELECT id, n, s FROM t WHERE n > 1;
		CREATE ALGORITHM=TEMPTABLE VIEW v2 AS SELECT id, s FROM t;
		CREATE VIEW v3 AS SELECT count(*) AS c, max(n) AS m FROM z_base;
		CREATE PROCEDURE p(IN a INT) BEGIN IF a THEN SELECT 1; ELSEIF 3 THEN SELECT 2; END IF; END;
		CREATE FUNCTION g() RETURNS bigint DETERMINISTIC RETURN 2;
		CREATE EVENT e2 ON SCHEDULE EVERY 2 HOUR COMMENT 'new' DO DELETE FROM t;
	SQL
	back_again
	nothing_is_left
}

test_sequences() {
	use_server mysql
	mariadb_only
	first_model <<-'SQL'
		CREATE SEQUENCE s1;
		CREATE SEQUENCE IF NOT EXISTS s2 START WITH 5 INCREMENT BY -2 MINVALUE -100 MAXVALUE 100 CACHE 10 CYCLE;
		CREATE OR REPLACE SEQUENCE s3 NOCACHE NOCYCLE ENGINE=InnoDB;
		CREATE SEQUENCE `s``4 x` START=100 INCREMENT=10 MINVALUE=50 NO MAXVALUE;
		CREATE TABLE t (id bigint NOT NULL DEFAULT nextval(s1) PRIMARY KEY, b bigint DEFAULT (NEXT VALUE FOR `s``4 x`), c int DEFAULT NEXT VALUE FOR s3, v varchar(20));
	SQL
	server_sql "INSERT INTO t (v) VALUES ('a'), ('b')"
	second_model <<-'SQL'
		CREATE SEQUENCE s1 INCREMENT BY 2 CACHE 5;
		CREATE SEQUENCE s2 START WITH 5 INCREMENT BY -3 MINVALUE -200 MAXVALUE 100 NOCACHE;
		CREATE SEQUENCE fresh MAXVALUE 1000;
		CREATE SEQUENCE `s``4 x`;
		CREATE TABLE t (id bigint NOT NULL DEFAULT nextval(s1) PRIMARY KEY, b bigint DEFAULT (NEXT VALUE FOR fresh), c int, v varchar(20));
	SQL
	server_sql "INSERT INTO t (v) VALUES ('c')"
	equal "$(server_sql 'SELECT count(*), count(DISTINCT id), max(b) FROM t' | tr '\t' ' ')" '3 3 110'
	same_as_client
	back_again
	equal "$(server_sql 'SELECT count(*) FROM t')" 3
	nothing_is_left
}

test_tables_with_a_history() {
	use_server mysql
	mariadb_only
	first_model <<-'SQL'
		CREATE TABLE a (id int PRIMARY KEY, x int, y int WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING;
		CREATE TABLE b (id int PRIMARY KEY, x int) WITH SYSTEM VERSIONING;
		CREATE TABLE c (id int PRIMARY KEY, x int, KEY (x));
	SQL
	server_sql 'INSERT INTO a VALUES (1, 2, 3); UPDATE a SET x = 4; INSERT INTO b VALUES (1, 2); INSERT INTO c VALUES (1, 2)'
	second_model <<-'SQL'
		CREATE TABLE a (id int PRIMARY KEY, x bigint, y int WITHOUT SYSTEM VERSIONING, z int, KEY (x)) WITH SYSTEM VERSIONING;
		CREATE TABLE b (id int PRIMARY KEY, x bigint, new int, KEY (x));
		CREATE TABLE c (id int PRIMARY KEY, x bigint, new int) WITH SYSTEM VERSIONING;
	SQL
	equal "$(server_sql 'SELECT x FROM a FOR SYSTEM_TIME ALL ORDER BY x' | tr '\n' ' ')" '2 4 '
	back_again
	nothing_is_left
	server_sql 'CREATE TABLE p (id int PRIMARY KEY, a timestamp(6) GENERATED ALWAYS AS ROW START, b timestamp(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (a, b)) WITH SYSTEM VERSIONING'
	run 1 dbw check
	has err "table 'p' has columns AS ROW START"
	model <<<'CREATE TABLE p (id int PRIMARY KEY, a timestamp(6) GENERATED ALWAYS AS ROW START, b timestamp(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (a, b)) WITH SYSTEM VERSIONING;'
	run 1 dbw make-migrations -d no
	has err 'schema.sql:1:72'
}

test_values_of_enums_keep_their_case_behind_an_escaped_quote() {
	first_model <<-'SQL'
		CREATE TABLE e (a ENUM('it\'s', 'B C', 'Back\\', 'D') NOT NULL DEFAULT 'Back\\', b SET('X''y', 'Z;Q') COMMENT '',
		    c ENUM("Dq", "E'F"), d varchar(20) CHARACTER SET 'latin1' COLLATE 'latin1_bin', KEY k (a) COMMENT '') COMMENT='';
	SQL
	server_sql "INSERT INTO e (b) VALUES ('Z;Q')"
	equal "$(server_sql 'SELECT a, b FROM e' | tr '\t' ' ')" 'Back\\ Z;Q'
	model <<-'SQL'
		CREATE TABLE e (a ENUM('it\'s', 'B C', 'Back\\', 'D', 'New') NOT NULL DEFAULT 'B C', b SET('X''y', 'Z;Q', 'W'),
		    c ENUM("Dq", "E'F"), d varchar(20) CHARACTER SET latin1 COLLATE latin1_bin, KEY k (a));
	SQL
	apply second
	has migrations/primary/*second.sql "'New'"
	lacks migrations/primary/*second.sql COMMENT
	back_again
	nothing_is_left
}

test_computed_columns_come_behind_what_they_are_computed_from() {
	first_model <<-'SQL'
		CREATE TABLE g (id int PRIMARY KEY);
		CREATE TABLE h (id int PRIMARY KEY, a int, b int AS (a + 1) STORED, c int AS (b + 1) STORED, zz int AS (c + a) VIRTUAL, t timestamp, v timestamp AS (t) VIRTUAL);
	SQL
	server_sql 'INSERT INTO g VALUES (1); INSERT INTO h (id, a) VALUES (1, 2)'
	second_model <<-'SQL'
		CREATE TABLE g (id int PRIMARY KEY, x int AS (z * 2) STORED, y int AS (x + z) VIRTUAL, z int DEFAULT 4);
		CREATE TABLE h (id int PRIMARY KEY);
	SQL
	equal "$(server_sql 'SELECT x, y, z FROM g' | tr '\t' ' ')" '8 12 4'
	back_again
	nothing_is_left
}

test_renames_reach_keys_checks_and_views() {
	first_model <<-'SQL'
		CREATE TABLE p (id int AUTO_INCREMENT PRIMARY KEY, code varchar(10) NOT NULL UNIQUE, n int, g int AS (n * 2) STORED,
		    KEY gk (g, n), CONSTRAINT pc CHECK (n > 0));
		CREATE TABLE c (id int PRIMARY KEY, pid int, pcode varchar(10), x int, y int, z int, KEY xyz (x, y, z), KEY y (y), UNIQUE KEY yz (y, z),
		    CONSTRAINT one FOREIGN KEY (pid) REFERENCES p (id), FOREIGN KEY (pcode) REFERENCES p (code) ON UPDATE CASCADE);
		CREATE TABLE dropped (id int AUTO_INCREMENT PRIMARY KEY, cid int, FOREIGN KEY (cid) REFERENCES c (id), KEY q (cid, id));
		CREATE VIEW v AS SELECT p.n, c.x FROM p JOIN c ON c.pid = p.id;
		CREATE TRIGGER t BEFORE INSERT ON c FOR EACH ROW SET NEW.x = NEW.x + 1;
	SQL
	server_sql "INSERT INTO p (code, n) VALUES ('a', 1); INSERT INTO c VALUES (1, 1, 'a', 2, 3, 4); INSERT INTO dropped (cid) VALUES (1)"
	second_model <<-'SQL'
		-- dbwarden: renamed-from p
		CREATE TABLE parents (
		    id bigint AUTO_INCREMENT PRIMARY KEY,
		    code varchar(10) NOT NULL UNIQUE,
		    num int, -- dbwarden: renamed-from n
		    g int AS (num * 2) STORED, KEY gk (g, num), CONSTRAINT pc CHECK (num > 0)
		);
		CREATE TABLE c (
		    id int PRIMARY KEY,
		    parent_id bigint, -- dbwarden: renamed-from pid
		    pcode varchar(10),
		    xx int, -- dbwarden: renamed-from x
		    z int, KEY xyz (xx, z), UNIQUE KEY yz (z),
		    CONSTRAINT one FOREIGN KEY (parent_id) REFERENCES parents (id), FOREIGN KEY (pcode) REFERENCES parents (code) ON UPDATE CASCADE
		);
		CREATE VIEW v AS SELECT parents.num, c.xx FROM parents JOIN c ON c.parent_id = parents.id;
		CREATE TRIGGER t BEFORE INSERT ON c FOR EACH ROW SET NEW.xx = NEW.xx + 2;
	SQL
	equal "$(server_sql 'SELECT num, xx FROM v' | tr '\t' ' ')" '1 3'
	same_as_client
	back_again
	nothing_is_left
}

# Strings and names are read in one way, whatever the server is set to.
test_modes_of_the_server_change_nothing() {
	use_server mysql
	before=$(server_sql 'SELECT @@GLOBAL.sql_mode')
	trap 'server_sql "SET GLOBAL sql_mode = '"'$before'"'"' EXIT
	server_sql "SET GLOBAL sql_mode = CONCAT(@@GLOBAL.sql_mode, ',ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT')"
	model <<-'SQL'
		CREATE TABLE t (a varchar(40) NOT NULL DEFAULT 'it''s \\ "so"' COMMENT 'back\\slash', b varchar(20) DEFAULT "x", c json, CONSTRAINT k CHECK (b <> 'a\\'));
		CREATE VIEW v AS SELECT a, 'it''s\\' AS q FROM t;
		CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.b = "\"";
	SQL
	apply first
	server_sql "SET GLOBAL sql_mode = '$before'"
	run 0 dbw check
	run 0 dbw diff --exit-code
	same_as_client
	server_sql 'INSERT INTO t () VALUES ()'
	equal "$(server_sql "SELECT CONCAT_WS(' ', a, b, q) FROM t JOIN v USING (a)" | sed 's/\\\\/\\/g')" 'it'"'"'s \ "so" " it'"'"'s\'
	nothing_is_left
}

run_tests
