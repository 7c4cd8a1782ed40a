#!/bin/bash
# What the README tells people to type works as it stands there.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/sqlalchemy_lib.sh"

# The first block of shell commands under a heading.
block() { # HEADING
	sed -n "/^## $1\$/,/^## /p" "$ROOT/README.md" | sed -n '/^```sh$/,/^```$/p' | sed '1d; /^```$/,$d'
}

test_the_seven_steps() {
	use_sqlalchemy 2
	block 'The seven steps' >steps.sh
	[ "$(grep -c '^dbwarden ' steps.sh)" -ge 5 ]
	mkdir bin project
	ln -s "$PYTHON" bin/python3
	(cd project && PATH=$PWD/../bin:$BUILD:$PATH bash -eu ../steps.sh) >out 2>&1 || { cat out; fail 'a step failed'; }
	has out 'CREATE TABLE users'
	has out 'Proved in a scratch database'
	has out '1 applied, 0 pending'
	equal "$(sqlite3 project/app.db "SELECT name FROM pragma_table_info('users')" | xargs)" 'id email name'
}

test_the_way_in_with_tables_that_are_there() {
	use_sqlalchemy 2
	block 'A database that has its tables already' | sed "s|--type postgresql --url '\${DATABASE_URL}'|--url sqlite:///app.db|" >steps.sh
	block 'The seven steps' | sed -n "/^cat > app/,/^PYTHON\$/p" >model.sh
	mkdir bin project project/app
	ln -s "$PYTHON" bin/python3
	(
		cd project
		PATH=$PWD/../bin:$BUILD:$PATH
		bash -eu ../model.sh
		python3 -c "import sys, sqlalchemy; sys.path.insert(0, 'app'); import models; models.Base.metadata.create_all(sqlalchemy.create_engine('sqlite:///app.db'))"
		bash -eu ../steps.sh
	) >out 2>&1 || { cat out; fail 'a step failed'; }
	has out 'the database is what the models say'
	has out 'the database is what its migrations say'
}

run_tests
