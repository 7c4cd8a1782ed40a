#!/bin/bash
# A Django project through its provider, on every dialect. Drivers are kept out of the way unless a test
# says otherwise: they are not needed.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"

PROVIDER=$ROOT/scripts/providers/django.py
PYTHON=${DBWARDEN_TEST_SYSTEM_PYTHON:-/usr/bin/python3}

# Models reach the entry as a person would have them. Options and a '--' stand before the folders.
models_from() { # [OPTION... --] [FOLDER...]
	local options=''
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		options="$options $1"
		shift
	done
	[ $# -eq 0 ] || shift
	rmdir models 2>/dev/null || :
	set_key provider "django$options"
	set_key model_paths "${*:-.}"
	set_key python "$PYTHON"
}

# No driver of a database can be imported by the models.
dbw() { PYTHONPATH=$PWD/without "$BUILD/dbwarden" "$@"; }

# The provider as it is called, for what goes wrong.
provider_fails() {
	run 1 "$PYTHON" "$PROVIDER" --dialect sqlite
	grep -v '^hint: ' err | grep . | tail -n 1 >message
}

use_project() { # DIALECT
	export PYTHONDONTWRITEBYTECODE=1
	"$PYTHON" -c 'import django' 2>/dev/null || {
		[ -z "${CI:-}" ] || fail 'there is no Django; run scripts/install-deps test'
		skip 'there is no Django: run scripts/install-deps test'
	}
	cp -r "$ROOT/tests/data/django/site/." .
	mkdir without
	for driver in psycopg2 psycopg MySQLdb; do
		echo "raise ImportError('this driver is not installed')" >"without/$driver.py"
	done
	case $1 in
	sqlite)
		dialect=sqlite
		project
		;;
	none) ;;
	*) use_server "$1" ;;
	esac
}

whole_way() {
	use_project "$1"
	models_from
	make_migration first
	has out 'Proved'
	run 0 dbw migrate
	run 0 dbw check
	models_from
	run 0 dbw make-migrations -d again
	has out 'no changes'
	sed -i 's/max_length=300/max_length=320/; s/^    born = .*/&\n    died = models.DateField(null=True)/' library/models.py
	models_from
	run 0 dbw make-migrations -d second
	run 0 dbw migrate
	run 0 dbw check
	models_from
	run 0 dbw diff --exit-code
	run 0 dbw rollback --to-version 0
}

# What 'manage.py migrate' makes of the same models.
made_by_django() {
	local engine=sqlite3 name=app.db
	use_project "$1"
	if [ "$1" = postgresql ]; then
		"$PYTHON" -c 'import psycopg2' 2>/dev/null || { [ -z "${CI:-}" ] || fail 'there is no psycopg2'; skip 'there is no psycopg2'; }
		engine=postgresql name=$database
	fi
	cat >pages/live.py <<-PYTHON
		from pages.settings import *
		DATABASES = {"default": {"ENGINE": "django.db.backends.$engine", "NAME": "$name",
		    "HOST": "${host:-}", "PORT": "${port:-}", "USER": "${user:-}", "PASSWORD": "${password:-}"}}
	PYTHON
	# Django itself loses one of the two last percent signs of '100\%%' on SQLite, where the index then means
	# another thing; and its own many-to-many tables get a big key from migrations that their models do not have.
	sed -i 's/title__startswith="100%"/title="100%"/' library/models.py
	sed -i 's/BigAutoField/AutoField/' pages/settings.py
	# Tables without migrations come first, but for the app that they refer to.
	run 0 "$PYTHON" manage.py migrate auth --settings pages.live
	run 0 "$PYTHON" manage.py migrate --settings pages.live --run-syncdb
	if [ "$1" = postgresql ]; then
		server_sql 'DROP TABLE django_migrations'
	else
		sql 'DROP TABLE django_migrations'
	fi
	models_from
	run 0 dbw diff --exit-code
}

test_models_there_and_back_on_sqlite() { whole_way sqlite; }
test_models_there_and_back_on_postgresql() { whole_way postgresql; }
test_models_there_and_back_on_mysql() { whole_way mysql; }
test_the_schema_is_what_django_makes_on_sqlite() { made_by_django sqlite; }
test_the_schema_is_what_django_makes_on_postgresql() { made_by_django postgresql; }

test_what_a_project_prints_is_not_in_the_ddl() {
	use_project none
	run 0 "$PYTHON" "$PROVIDER" --dialect postgresql
	lacks out noise
	has err noise
	has out 'CREATE TABLE "library loans"'
	lacks out library_elsewhere
}

test_two_runs_print_the_same() {
	use_project none
	run 0 "$PYTHON" "$PROVIDER" --dialect postgresql
	cp out first
	PYTHONHASHSEED=7 run 0 "$PYTHON" "$PROVIDER" --dialect postgresql
	cmp first out
}

test_settings_and_folders_are_found_as_said() {
	use_project none
	dialect=sqlite
	mkdir elsewhere
	mv pages library manage.py elsewhere
	provider_fails
	has message 'no Django settings'
	has err 'hint: say it in the entry: provider = django --settings'
	project
	models_from -- elsewhere
	run 0 dbw make-migrations --plan -d first
	has out library_book
	rm elsewhere/manage.py
	models_from --settings pages.settings -- elsewhere
	run 0 dbw make-migrations --plan -d first
	has out library_book
	models_from -- elsewhere
	DJANGO_SETTINGS_MODULE=pages.settings run 0 dbw make-migrations --plan -d first
	has out library_book
}

test_an_error_in_a_model_has_its_line() {
	use_project none
	sed -i 's/models.BinaryField/models.BlobField/' library/models.py
	provider_fails
	equal "$(cat message)" "library/models.py:$(grep -n BlobField library/models.py | cut -d: -f1): AttributeError: module 'django.db.models' has no attribute 'BlobField'"
	has err Traceback
	run 1 "$PYTHON" "$PROVIDER" --dialect sqlite --settings pages.nowhere
	has err "No module named 'pages.nowhere'"
	has err 'hint: '
}

test_no_django_names_the_interpreter() {
	use_project none
	mkdir bare
	echo "raise ModuleNotFoundError(\"No module named 'django'\", name='django')" >bare/django.py
	PYTHONPATH=$PWD/bare run 1 "$PYTHON" "$PROVIDER" --dialect sqlite
	has err "Django is not installed for $PYTHON"
	has err 'hint: '
	has err 'python = '
}

run_tests
