#!/bin/bash
# Models that a program prints: the contract of a provider, with small programs in its place.
. "$(dirname "$0")/lib.sh"

# A project whose models come from 'provider = ...'; further lines of the section on standard input.
provider() { # COMMAND
	run 0 dbw init --type sqlite --url sqlite:///app.db
	sed -i '/^model_paths/d' dbwarden.ini
	{
		printf 'provider = %s\n' "$1"
		[ -t 0 ] || cat
	} >section
	sed -i '/^\[database:primary\]/r section' dbwarden.ini
}

# An executable file, its text on standard input.
program() { # FILE
	mkdir -p "$(dirname "$1")"
	cat >"$1"
	chmod +x "$1"
}

make_plan() { run "$1" dbw make-migrations -d x "${@:2}"; }

# Of tables and indexes, without dbwarden's own.
names() {
	sql "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'dbwarden%' AND name NOT LIKE 'sqlite%'
		ORDER BY name" | paste -sd' '
}

migration_text() { cat migrations/primary/*.sql; }

# A build folder of its own, with a built-in provider that tells how it was run.
built_in_providers() {
	mkdir -p tree/build tree/scripts/providers
	cp "$BUILD/dbwarden" "$BUILD/dbwarden-sqlite.so" tree/build/
	touch tree/build/libdbwarden-core.a tree/scripts/providers/{sqlalchemy,django}.py
	DBW=$PWD/tree/build/dbwarden
	dbw() { "$DBW" "$@"; }
	program fake-python <<-'SH'
		#!/bin/sh
		printf '%s\n' "$@" >arguments
		pwd >where
		echo 'CREATE TABLE from_python (id INTEGER PRIMARY KEY);'
	SH
}

arguments() { # of the built-in provider, on one line, without the folders of the test
	sed "s|$PWD/||" arguments | paste -sd' '
}

test_what_a_provider_prints_is_the_models() {
	provider ./models.sh </dev/null
	program models.sh <<-'SH'
		#!/bin/sh
		echo 'noise on standard error' >&2
		echo 'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);'
		echo 'CREATE INDEX users_email ON users (email);'
	SH
	make_plan 0
	lacks err noise
	lacks out noise
	run 0 dbw migrate
	equal "$(names)" "users users_email"
	run 0 dbw diff --exit-code
	make_plan 0
	has out "no changes"
	rm models.sh
	run 0 dbw check
}

test_words_are_split_as_a_shell_splits_them_and_nothing_is_expanded() {
	provider "./models.sh a\\ b 'c  \"d' \"e 'f\" \"\" \$HOME * \${dialect}-\"\${dialect}\"" </dev/null
	program models.sh <<-'SH'
		#!/bin/sh
		printf '[%s]\n' "$@" >arguments
		echo 'CREATE TABLE t (id INTEGER);'
	SH
	make_plan 0
	equal "$(paste -sd' ' arguments)" "[a b] [c  \"d] [e 'f] [] [\$HOME] [*] [sqlite-sqlite]"
}

test_what_a_shell_alone_can_do_is_refused_with_the_key_that_allows_it() {
	provider "cat schema.ddl | grep -v x" </dev/null
	make_plan 2
	has err "dbwarden.ini:"
	has err "'|' means something to a shell alone"
	has err "provider_shell = yes"
	sed -i "s/^provider =.*/provider = cat 'schema.ddl/" dbwarden.ini
	make_plan 2
	has err "a single quote has no end"
}

test_provider_shell_has_pipes() {
	provider 'echo "CREATE TABLE of_${dialect}_$KIND (id INTEGER);" | tr - _' <<<'provider_shell = yes'
	KIND=our-orders run 0 dbw make-migrations -d x
	run 0 dbw migrate
	equal "$(names)" of_sqlite_our_orders
}

test_the_environment_names_dialect_and_entry_and_gains_nothing_else() {
	provider ./models.sh </dev/null
	sed -i 's|^url = .*|url = sqlite:///S3CRET.db?busy_timeout=77|' dbwarden.ini
	program models.sh <<-'SH'
		#!/bin/sh
		env | LC_ALL=C sort >environment
		pwd -P >where
		cat >input
		(: </dev/tty) 2>/dev/null && echo terminal >terminal
		echo 'CREATE TABLE t (id INTEGER);'
	SH
	mkdir below
	env | LC_ALL=C sort >ours
	# DBWARDEN_DIALECT of the caller is not the entry's.
	(cd below && DBWARDEN_DIALECT=other run 0 dbw make-migrations -d x)
	has environment "DBWARDEN_DIALECT=sqlite"
	has environment "DBWARDEN_DATABASE=primary"
	lacks environment S3CRET
	lacks environment busy_timeout
	equal "$(LC_ALL=C comm -13 ours environment | grep -vE '^(_|SHLVL|PWD|OLDPWD|DBWARDEN_DIALECT|DBWARDEN_DATABASE)=')" ""
	equal "$(grep -c '^DBWARDEN_DIALECT' environment)" 1
	equal "$(cat where)" "$(pwd -P)"
	[ ! -s input ]
	[ ! -e terminal ]
}

test_a_failure_shows_the_last_line_and_the_hints() {
	provider ./models.sh </dev/null
	program models.sh <<-'SH'
		#!/bin/sh
		echo 'CREATE TABLE printed (id INTEGER);'
		echo 'Traceback: a long story' >&2
		echo 'hint: Set the thing.' >&2
		printf '\033[31mmodels.py line 3: boom\n' >&2
		echo 'hint: Then do it again.' >&2
		echo '   ' >&2
		exit 3
	SH
	make_plan 1
	has err "provider 'models.sh' failed with status 3: "
	has err "models.py line 3: boom"
	has err "Set the thing."
	has err "Then do it again."
	lacks err "hint: "
	lacks err Traceback
	if grep -q $'\033' err; then fail "a program's escape sequences reach the terminal"; fi
	[ ! -e migrations/primary/primary__0001_x.sql ]
	make_plan 1 --verbose
	has err "Traceback: a long story"
	has err "failed with status 3"
	make_plan 1 --json
	equal "$(json out error hint)" $'Set the thing.\nThen do it again.'
	run 1 dbw diff
	has err "models.py line 3: boom"
	run 1 dbw diff --verbose
	has err "Traceback: a long story"
}

test_without_a_hint_there_is_the_way_to_the_rest() {
	provider ./models.sh </dev/null
	program models.sh <<<$'#!/bin/sh\necho one >&2; echo two >&2; exit 1'
	make_plan 1
	has err "failed with status 1: two"
	has err "--verbose"
	program models.sh <<<$'#!/bin/sh\nexit 4'
	make_plan 1
	has err "failed with status 4 and wrote nothing to standard error"
}

test_verbose_shows_what_a_provider_that_succeeds_says() {
	provider ./models.sh </dev/null
	program models.sh <<-'SH'
		#!/bin/sh
		echo 'warning: a model without a key' >&2
		printf 'the last line' >&2
		echo 'CREATE TABLE t (id INTEGER);'
	SH
	make_plan 0 --plan
	lacks err warning
	make_plan 0 --plan -v
	has err "warning: a model without a key"
	has err "the last line"
	lacks out warning
}

test_a_signal_that_ended_it_is_named() {
	provider ./models.sh </dev/null
	program models.sh <<<$'#!/bin/sh\necho "CREATE TABLE t (id INTEGER);"; kill -SEGV $$'
	make_plan 1
	has err "provider 'models.sh' was ended by signal 11 (Segmentation fault)"
}

test_a_timeout_kills_the_whole_group_and_names_the_key() {
	provider ./models.sh <<<'provider_timeout = 0.5'
	program models.sh <<<$'#!/bin/sh\nsleep 1000 & echo $! >child; wait'
	make_plan 1
	has err "did not end within 0.5 seconds ('provider_timeout')"
	has err "Raise 'provider_timeout' in section [database:primary]"
	await_death "$(cat child)"
}

# A process that was killed may not have been waited for yet.
await_death() { # PID
	local i
	for i in $(seq 200); do
		grep -q '^State:[[:space:]]*[^ZX]' "/proc/$1/status" 2>/dev/null || return 0
		sleep 0.05
	done
	fail "process $1 is alive ($i)"
}

test_an_interrupt_ends_it() {
	provider ./models.sh </dev/null
	program models.sh <<<$'#!/bin/sh\nsleep 1000 & echo $! >child.new; mv child.new child; wait'
	# A shell without job control starts its background commands with SIGINT ignored.
	python3 - "$BUILD/dbwarden" <<-'PYTHON'
		import os, signal, subprocess, sys, time
		signal.signal(signal.SIGINT, signal.default_int_handler)
		ours = subprocess.Popen([sys.argv[1], 'make-migrations', '-d', 'x'],
		                        stdin=subprocess.DEVNULL, stderr=open('err', 'w'))
		while not os.path.exists('child'):
		    assert ours.poll() is None
		    time.sleep(0.02)
		ours.send_signal(signal.SIGINT)
		assert ours.wait(30) != 0
	PYTHON
	has err interrupted
	await_death "$(cat child)"
	equal "$(ls migrations/primary)" ""
}

test_output_that_is_no_text_is_refused_with_its_line() {
	provider ./models.sh </dev/null
	program models.sh <<<$'#!/bin/sh\nprintf "CREATE TABLE t (\\n a TEXT\\000);"'
	make_plan 1
	has err "provider 'models.sh':2: the output holds a NUL byte"
	program models.sh <<<$'#!/bin/sh\nprintf "CREATE TABLE t (\\n\\n\\"caf\\351\\" TEXT);"'
	make_plan 1
	has err "provider 'models.sh':3: the output is not UTF-8: byte 0xE9"
	program models.sh <<<$'#!/bin/sh\necho "CREATE TABLE caf\303\251 (\303\251t\303\251 TEXT);"'
	make_plan 0
	has out "café"
}

test_output_without_end_is_refused() {
	provider "yes ';'" </dev/null
	make_plan 1
	has err "provider 'yes' prints more than 64 MiB"
}

test_standard_error_without_end_does_no_harm() {
	provider ./models.sh </dev/null
	program models.sh <<-'SH'
		#!/bin/sh
		yes 'a line of a log that says nothing at all' | head -n 500000 >&2
		echo 'the end of it' >&2
		echo 'CREATE TABLE t (id INTEGER);'
		exit $STATUS
	SH
	STATUS=0 make_plan 0 --plan
	STATUS=1 make_plan 1
	has err "failed with status 1: the end of it"
}

test_a_command_that_cannot_run_is_named_with_its_key() {
	provider no-such-command-here </dev/null
	make_plan 2
	has err "dbwarden.ini:"
	has err "provider 'no-such-command-here': command 'no-such-command-here' not found"
	has err "'provider' in section [database:primary]"
	sed -i 's|^provider =.*|provider = ./models.sh|' dbwarden.ini
	make_plan 2
	has err "command './models.sh' not found"
	echo 'CREATE TABLE t (id INTEGER);' >models.sh
	make_plan 2
	has err "'./models.sh' is not executable"
	has err "chmod +x"
	program models.sh <<<'#!/no/such/interpreter'
	make_plan 2
	has err "the interpreter that the first line of './models.sh' names does not exist"
	sed -i 's|^provider =.*|provider = ${NO_SUCH_VARIABLE} x|' dbwarden.ini
	make_plan 2
	has err "NO_SUCH_VARIABLE"
}

test_an_error_in_the_ddl_has_its_place_and_its_text() {
	provider ./models.sh </dev/null
	program models.sh <<-'SH'
		#!/bin/sh
		echo 'CREATE TABLE fine (id INTEGER);'
		echo 'CREATE TABLE broken (id INTEGER,, name TEXT);'
	SH
	make_plan 1
	has err "provider 'models.sh':2:33: "
	has err "    CREATE TABLE broken (id INTEGER,, name TEXT);"
	# What is found out after all was read has its place, too.
	program models.sh <<-'SH'
		#!/bin/sh
		echo 'CREATE TABLE fine (id INTEGER);'
		echo 'CREATE INDEX i ON missing (id);'
	SH
	make_plan 1
	has err "provider 'models.sh':2:"
	has err "    CREATE INDEX i ON missing (id);"
	program models.sh <<<$'#!/bin/sh\necho "-- nothing"'
	make_plan 2
	has err "no models found: provider 'models.sh' printed nothing"
}

test_sql_files_are_read_beside_a_provider() {
	provider ./models.sh <<<'model_paths = models'
	program models.sh <<<$'#!/bin/sh\necho "CREATE TABLE users (id INTEGER);"'
	# The empty folder that init has made is no error, and no advice either.
	make_plan 0 --plan
	model <<<'CREATE VIEW everybody AS SELECT id FROM users;'
	make_plan 0
	has out everybody
	has out users
	sed -i 's|^model_paths.*|model_paths = app.py|' dbwarden.ini
	touch app.py
	make_plan 2
	has err "'app.py' in 'model_paths' is not SQL"
}

test_python_models_go_to_the_built_in_provider() {
	built_in_providers
	project
	sed -i "s|^model_paths.*|model_paths = app/models.py, more, app.others, extra.sql\npython = ./fake-python|" dbwarden.ini
	mkdir -p app more/deep
	touch app/models.py more/deep/a.py
	echo 'CREATE TABLE from_sql (id INTEGER);' >extra.sql
	make_plan 0
	equal "$(arguments)" "tree/scripts/providers/sqlalchemy.py --dialect sqlite -- app/models.py more app.others"
	head -1 arguments | grep -q '^/' || fail "the script has no absolute path"
	equal "$(sed -n 5p arguments)" "$PWD/app/models.py"
	equal "$(cat where)" "$PWD"
	migration_text >text
	has text from_sql
	has text from_python
}

test_a_built_in_provider_is_named_with_arguments() {
	built_in_providers
	project
	sed -i "s|^model_paths.*|provider = django --settings 'my site'\npython = ./fake-python|" dbwarden.ini
	make_plan 0 --plan
	equal "$(arguments)" "tree/scripts/providers/django.py --dialect sqlite --settings my site --"
	# Named, it gets folders that hold both; .sql files are SQL all the same.
	sed -i "s|^provider =.*|provider = sqlalchemy\nmodel_paths = models, extra.sql|" dbwarden.ini
	touch models/a.py
	model <<<'this is no model'
	echo 'CREATE TABLE from_sql (id INTEGER);' >extra.sql
	make_plan 0 --plan
	equal "$(arguments)" "tree/scripts/providers/sqlalchemy.py --dialect sqlite -- models"
	has out from_sql
	# Only the bare name means the built-in one.
	sed -i "s|^provider =.*|provider = ./django|; s|^model_paths.*|model_paths = extra.sql|" dbwarden.ini
	program django <<<$'#!/bin/sh\necho "CREATE TABLE mine (id INTEGER);"'
	make_plan 0 --plan
	has out mine
}

test_sql_wins_in_a_folder_that_holds_both() {
	built_in_providers
	project
	echo 'python = ./fake-python' >>dbwarden.ini
	touch models/__init__.py
	model <<<'CREATE TABLE from_sql (id INTEGER);'
	make_plan 0 --plan
	has out from_sql
	[ ! -e arguments ]
	model <<<"SELECT 'a report';"
	make_plan 2
	has err "'models' holds .py files, too"
	has err "provider = sqlalchemy"
	rm models/schema.sql
	make_plan 0 --plan
	equal "$(arguments)" "tree/scripts/providers/sqlalchemy.py --dialect sqlite -- models"
}

test_what_is_neither_a_file_nor_a_module_does_not_exist() {
	project
	for name in users.sql models.py app/models one two.3; do
		sed -i "s|^model_paths.*|model_paths = $name|" dbwarden.ini
		make_plan 2
		has err "'$name' does not exist"
	done
	has err .sql
	has err SQLAlchemy
	has err provider
	# A file may be called like a module.
	sed -i "s|^model_paths.*|model_paths = app.models|" dbwarden.ini
	echo 'CREATE TABLE from_file (id INTEGER);' >app.models
	make_plan 0 --plan
	has out from_file
}

test_the_interpreter_is_the_keys_then_the_environments_then_the_paths() {
	built_in_providers
	project
	sed -i "s|^model_paths.*|model_paths = app.models|" dbwarden.ini
	mkdir -p bin
	interpreter() { # NAME FILE
		program "$2" <<<$'#!/bin/sh\necho "CREATE TABLE '"$1"' (id INTEGER);"'
	}
	interpreter from_path bin/python3
	interpreter from_venv "the venv/bin/python"
	interpreter from_key here/python
	interpreter by_name bin/python3.99
	export PATH=$PWD/bin:$PATH
	unset VIRTUAL_ENV
	make_plan 0 --plan
	has out from_path
	export VIRTUAL_ENV="$PWD/the venv"
	make_plan 0 --plan
	has out from_venv
	VIRTUAL_ENV=$PWD/gone make_plan 0 --plan
	has out from_path
	echo 'python = python3.99' >>dbwarden.ini
	make_plan 0 --plan
	has out by_name
	sed -i 's|^python =.*|python = here/python|' dbwarden.ini
	make_plan 0 --plan
	has out from_key
	sed -i 's|^python =.*|python = gone/python|' dbwarden.ini
	make_plan 2
	has err "dbwarden.ini:"
	has err "gone/python' not found"
	has err "set 'python' in section [database:primary] of 'dbwarden.ini'"
}

test_no_python_at_all_says_what_to_set() {
	built_in_providers
	project
	sed -i "s|^model_paths.*|model_paths = app.models|" dbwarden.ini
	mkdir empty
	unset VIRTUAL_ENV
	run 2 env PATH="$PWD/empty" "$DBW" make-migrations -d x
	has err "provider 'sqlalchemy': command 'python3' not found"
	has err "set 'python' in section [database:primary]"
}

test_a_built_in_provider_that_is_not_there_is_told() {
	built_in_providers
	rm tree/scripts/providers/django.py
	project
	sed -i "s|^model_paths.*|provider = django|" dbwarden.ini
	run 1 dbw make-migrations -d x
	has err "provider 'django' is not installed"
}

test_the_keys_are_shown() {
	provider 'npx ${TOOL:-drizzle-kit} export --dialect ${dialect}' <<-'INI'
		provider_shell = no
		provider_timeout = 2.5
		python = .venv/bin/python
		model_tables = shop_*,
		    orders
		exclude_tables = celery_*
	INI
	run 0 dbw settings show --json
	value() { json out databases primary "$1" value; }
	equal "$(value provider)" 'npx ${TOOL:-drizzle-kit} export --dialect ${dialect}'
	equal "$(value provider_shell)" no
	equal "$(value provider_timeout)" 2.5
	equal "$(value python)" "$PWD/.venv/bin/python"
	equal "$(value model_tables)" "shop_*, orders"
	equal "$(value exclude_tables)" "celery_*"
	sed -i 's/^provider_shell.*/provider_shell = maybe/' dbwarden.ini
	run 2 dbw settings show
	has err "'provider_shell' is neither 'yes' nor 'no'"
}

# What init writes can be followed to the end by someone with SQLAlchemy models.
test_init_names_python_models() {
	run 0 dbw init
	has out app/models.py
	has dbwarden.ini app/models.py
	has dbwarden.ini "provider ="
}

run_tests
