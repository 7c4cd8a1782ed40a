#!/bin/bash
# 'init --from FILE': the configuration of the Python tool of the same name becomes a dbwarden.ini.
. "$(dirname "$0")/lib.sh"

test_one_database_with_literal_values() {
	cat >dbwarden.py <<-'PYTHON'
		from dbwarden import database_config

		primary = database_config(
		    database_name="primary",
		    default=True,
		    database_type="sqlite",
		    database_url_sync="sqlite:///./app.db",
		    model_paths=["app/models"],
		    secure_values=True,
		)
	PYTHON
	run 0 dbw init --from dbwarden.py
	has out 'wrote  dbwarden.ini'
	has out '[database:primary] with type, url, model_paths'
	has out 'Everything was carried over.'
	[ -d migrations/primary ]
	run 0 dbw settings show
	has out 'sqlite:///./app.db'
	has out app/models
	migration primary__0001_users.sql <<-'SQL'
		-- upgrade
		CREATE TABLE users (id INTEGER PRIMARY KEY);
		-- rollback
		DROP TABLE users;
	SQL
	run 0 dbw migrate
	equal "$(sql 'SELECT count(*) FROM users')" 0
}

test_the_file_is_not_executed() {
	cat >dbwarden.py <<-'PYTHON'
		import not_installed_anywhere
		from dbwarden import database_config
		open("executed", "w").close()
		database_config(database_name="primary", database_url="sqlite:///app.db", model_paths=["models"])
		raise SystemExit(9)
	PYTHON
	run 0 dbw init --from dbwarden.py
	[ ! -e executed ] || fail 'the file was executed'
	has dbwarden.ini 'url = sqlite:///app.db'
}

test_the_environment_stays_in_the_environment() {
	cat >dbwarden.py <<-'PYTHON'
		import os
		from os import environ
		from pathlib import Path
		from dbwarden import database_config

		BASE_DIR = Path(__file__).resolve().parent
		HOST = os.getenv("DB_HOST") or "localhost"
		USER: str = "shop"

		database_config(
		    database_name="one",
		    database_type="postgresql",
		    database_url_sync=f"postgresql+asyncpg://{USER}:{environ['DB_PASSWORD']}@{HOST}:"
		    + os.environ.get("DB_PORT", "5432") + "/shop?pool_size=5&ssl=require",
		    model_paths=["app.models", str(BASE_DIR / "lib" / "models.py")],
		    pg_schema="sales",
		    pg_migration_lock_timeout=1500,
		    migrations_dir=os.path.join(os.path.dirname(os.path.abspath(__file__)), "db", "migrations"),
		)
		database_config(
		    database_name="two",
		    database_url_async=f"sqlite+aiosqlite:///{BASE_DIR / 'two.db'}?timeout=5",
		    model_paths="models",
		)
		database_config(database_name="three", database_url_sync=os.getenv("THREE_URL"), model_paths=["models"])
	PYTHON
	DB_PASSWORD=S3CRETpw run 0 dbw init --from dbwarden.py
	# shellcheck disable=SC2016
	has dbwarden.ini 'url = postgresql+asyncpg://shop:${DB_PASSWORD}@${DB_HOST:-localhost}:${DB_PORT:-5432}/shop?sslmode=require'
	has dbwarden.ini 'model_paths = app.models, lib/models.py'
	has dbwarden.ini 'schema = sales'
	has dbwarden.ini 'lock_wait_timeout = 1.5'
	has dbwarden.ini 'migrations_dir = db/migrations'
	has dbwarden.ini 'url = sqlite+aiosqlite:///two.db?busy_timeout=5000'
	# shellcheck disable=SC2016
	has dbwarden.ini 'url = ${THREE_URL}'
	has out 'dbwarden.py:13: '
	has out pool_size
	lacks out S3CRETpw
	lacks dbwarden.ini S3CRETpw
	[ -d db/migrations ]
	run 0 dbw status --database two
	[ -e two.db ] || run 0 dbw migrate --database two
	export DB_PASSWORD=x
	run 0 dbw settings show one
	has out 'postgresql+asyncpg://shop:***@localhost:5432/shop?sslmode=require'
}

test_a_literal_password_is_kept_from_others_and_never_printed() {
	cat >dbwarden.py <<-'PYTHON'
		from urllib.parse import quote_plus
		from dbwarden import database_config
		PASSWORD = "S3CRET$pw@x"
		database_config(
		    database_name="primary", database_type="mysql",
		    database_url_sync=f"mysql+pymysql://root:{quote_plus(PASSWORD)}@localhost/shop",
		    dev_database_url="postgresql://u:D3VSECRET@localhost/dev",
		    model_paths=["app.models"],
		)
	PYTHON
	run 0 dbw init --from dbwarden.py
	lacks out S3CRET
	lacks out D3VSECRET
	lacks err S3CRET
	has out "dbwarden.py:6: the password in 'database_url_sync'"
	has out password_file
	has dbwarden.ini 'root:S3CRET%24pw%40x@localhost'
	equal "$(stat -c %a dbwarden.ini)" 600
	run 0 dbw settings show
	lacks out S3CRET
	has out 'mysql+pymysql://root:***@localhost/shop'
	rm dbwarden.ini
	run 0 dbw init --from dbwarden.py --json
	lacks out S3CRET
	lacks out D3VSECRET
}

test_a_file_without_a_secret_is_like_any_other() {
	cat >dbwarden.py <<-'PYTHON'
		from dbwarden import database_config
		database_config(database_name="primary", database_url="postgresql://u@localhost/x?sslkey=a.pem", model_paths=["m"])
	PYTHON
	umask 022
	run 0 dbw init --from dbwarden.py
	equal "$(stat -c %a dbwarden.ini)" 644
	has out 'Everything was carried over.'
}

test_what_cannot_be_worked_out_has_its_line() {
	cat >dbwarden.py <<-'PYTHON'
		import os
		from dbwarden import database_config
		from app.settings import settings

		if os.getenv("ENV") == "production":
		    url = "postgresql://prod/app"
		else:
		    url = "sqlite:///dev.db"

		database_config(
		    database_name="primary",
		    default=True,
		    database_type="postgresql" if url.startswith("p") else "sqlite",
		    database_url_sync=url,
		    model_paths=[settings.models, "app.models"],
		    seed_table="_seeds",
		    migration_table="_migrations",
		    pg_roles=[object()],
		    overlap_models=True,
		)


		def more():
		    database_config(database_name="lazy", database_url="sqlite:///lazy.db")


		database_config(database_name=settings.name, database_url=settings.url)
	PYTHON
	run 0 dbw init --from dbwarden.py
	has out "dbwarden.py:13: 'database_type' is not carried over"
	has out "dbwarden.py:14: 'database_url_sync' is not carried over: it is 'url', which depends on the condition in line 5"
	has out "dbwarden.py:15: one of 'model_paths' is not carried over"
	has out "dbwarden.py:16: 'seed_table' is not carried over"
	has out "dbwarden.py:17: 'migration_table' is not carried over"
	has out "dbwarden.py:18: 'pg_roles' is not carried over"
	has out "dbwarden.py:19: 'overlap_models' is not carried over"
	has out 'dbwarden.py:24: this database_config() stands in a function'
	has out "dbwarden.py:27: this database is not carried over: its 'database_name' is 'settings.name'"
	has dbwarden.ini 'model_paths = app.models'
	# shellcheck disable=SC2016
	has dbwarden.ini '${PRIMARY_URL}'
	lacks dbwarden.ini lazy
	export PRIMARY_URL=sqlite:///app.db
	run 0 dbw settings show
	has out sqlite:///app.db
}

test_several_databases_from_a_loop() {
	cat >config.py <<-'PYTHON'
		import dbwarden
		COMMON = dict(database_type="sqlite", secure_values=True)
		for name, url in {"primary": "sqlite:///primary.db", "audit-log": "sqlite:///audit.db"}.items():
		    dbwarden.database_config(
		        database_name=name,
		        default=(name == "audit-log"),
		        database_url_sync=url,
		        model_paths=[f"app/models/{name}"],
		        **COMMON,
		    )
	PYTHON
	run 0 dbw init --from config.py --json
	equal "$(json out default)" audit-log
	equal "$(json out databases 0 name)" primary
	equal "$(json out databases 1 carried)" '["type", "url", "model_paths"]'
	equal "$(json out notes)" '[]'
	run 0 dbw database list
	has out primary
	has out audit-log
	[ -d migrations/audit-log ]
	has dbwarden.ini 'model_paths = app/models/audit-log'
	has dbwarden.ini 'default = audit-log'
}

test_a_file_that_would_take_all_memory_is_refused_or_cut() {
	cat >dbwarden.py <<-'PYTHON'
		from dbwarden import database_config
		text, number, many = "x", 3, [1]
		for a in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]:
		    text = text + text
		    number = number * number
		    many = many + many
		database_config(database_name="primary", database_url="sqlite:///app.db", model_paths=[text], lock_namespace=number)
	PYTHON
	run 0 dbw init --from dbwarden.py
	has out "one of 'model_paths' is not carried over"
	has out 'too large'
	rm dbwarden.ini
	{
		echo 'x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]'
		indent=
		for name in a b c d e f g h; do
			echo "${indent}for $name in x:"
			indent="$indent "
		done
		echo "${indent}y = 1 + 1"
	} >dbwarden.py
	run 2 dbw init --from dbwarden.py
	has err 'take too long'
}

test_databases_from_a_list_of_them() {
	cat >dbwarden.py <<-'PYTHON'
		from dbwarden import database_config
		names = ["one", "two"]
		databases = [database_config(database_name=n, default=n == names[0], database_url=f"sqlite:///{n}.db", model_paths=[n]) for n in names]
	PYTHON
	run 0 dbw init --from dbwarden.py
	has out 'Everything was carried over.'
	has dbwarden.ini 'url = sqlite:///one.db'
	has dbwarden.ini 'url = sqlite:///two.db'
	has dbwarden.ini 'default = one'
}

test_classes_with_a_base_of_their_own() {
	cat >dbwarden.py <<-'PYTHON'
		from dbwarden import DbwardenConfig, DbwardenDatabase

		class Shared(DbwardenDatabase):
		    __abstract__ = True
		    database_type = "sqlite"
		    model_paths = ["models"]

		class Primary(Shared):
		    database_name = "primary"
		    default = True
		    database_url_sync = "sqlite:///app.db"

		class Reports(Shared):
		    database_name = "reports"
		    database_url_sync = "sqlite:///reports.db"
		    model_paths = ["reports"]

		class Policy(DbwardenConfig):
		    missing_plan = "block"
	PYTHON
	run 0 dbw init --from dbwarden.py
	has out "dbwarden.py:19: 'missing_plan' is not carried over"
	run 0 dbw database list
	has out sqlite:///app.db
	has out sqlite:///reports.db
	has dbwarden.ini 'model_paths = models'
	has dbwarden.ini 'model_paths = reports'
	lacks dbwarden.ini Shared
}

test_the_old_migrations_go_on() {
	cat >dbwarden.py <<-'PYTHON'
		from dbwarden import database_config
		database_config(database_name="primary", database_type="sqlite", database_url="sqlite:///app.db",
		                model_paths=["models"], migrations_dir="db/primary", model_tables=["a", "b"])
	PYTHON
	mkdir -p db/primary models
	printf -- '-- upgrade\n\nCREATE TABLE a (id INTEGER PRIMARY KEY);\n\n-- rollback\n\nDROP TABLE a;\n' >db/primary/primary__0001_a.sql
	printf -- '-- depends_on: ["0001"]\n-- upgrade\n\nCREATE TABLE b (id INTEGER PRIMARY KEY);\n-- rollback\n\nDROP TABLE b;\n' >db/primary/primary__0002_b.sql
	echo 'CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY);' >models/schema.sql
	sql <models/schema.sql
	run 0 dbw init --from dbwarden.py
	has out 'The migrations in db/primary (2) can be read as they are'
	has dbwarden.ini 'model_tables = a, b'
	has out 'dbwarden migrate --baseline --to-version 0002 --database primary'
	run 0 dbw migrate --baseline --to-version 0002 --database primary
	run 0 dbw status --check
	run 0 dbw check
	run 0 dbw make-migrations -d again
	has out 'no changes'
	rm dbwarden.ini
	echo 'CREATE TABLE c (id INTEGER);' >db/primary/primary__0003_c.sql
	run 0 dbw init --from dbwarden.py
	has out 'The migrations in db/primary cannot be read as they are'
	has out primary__0003_c.sql
}

test_nothing_to_take_over() {
	run 2 dbw init --from dbwarden.py
	has err 'dbwarden.py: there is no such file'
	printf 'from dbwarden import database_config\ndatabase_config(\n    database_name="a",\n' >dbwarden.py
	run 2 dbw init --from dbwarden.py
	has err 'dbwarden.py:2:'
	has err 'no Python'
	echo 'DATABASES = {}' >dbwarden.py
	run 2 dbw init --from dbwarden.py
	has err 'there is no database in it'
	printf 'from dbwarden import database_config\ndatabase_config(database_name=f(), database_url="sqlite:///x.db")\n' >dbwarden.py
	run 2 dbw init --from dbwarden.py
	has err 'no database in it can be carried over'
	has err 'dbwarden.py:2: this database is not carried over'
	printf 'x = "\xff"\n' >dbwarden.py
	run 2 dbw init --from dbwarden.py
	mkdir folder
	run 2 dbw init --from folder
	[ ! -e dbwarden.ini ] || fail 'a dbwarden.ini was written'
	[ ! -e migrations ] || fail 'a folder was made'
}

test_what_dbwarden_ini_cannot_hold_is_named() {
	cat >dbwarden.py <<-'PYTHON'
		from dbwarden import database_config
		database_config(
		    database_name="my db", database_type="clickhouse", database_url="sqlite:///a ;b$${c}.db",
		    model_paths=["a,b", "two\nlines", "good"], default=True,
		)
		database_config(database_name="my_db", database_url="sqlite:///other.db", model_paths=["m"], default=True)
		database_config(database_name="third", database_url="sqlite://", model_paths=["m"], default=True)
	PYTHON
	run 0 dbw init --from dbwarden.py
	has out "'my db' is no name for an entry; it is called 'my_db' now"
	has out "dbwarden comes without a dialect 'clickhouse'"
	has out "there are two databases 'my_db'"
	has out "'default' is there twice"
	has out "has a comma in it"
	has out "has a control character in it"
	run 0 dbw settings show my_db
	# shellcheck disable=SC2016
	has out 'sqlite:///a %3Bb$${c}.db'
}

test_what_cannot_be_read_back_does_not_stay() {
	cat >dbwarden.py <<-'PYTHON'
		from dbwarden import database_config
		database_config(database_name="primary", database_url="not a url", model_paths=["models"])
	PYTHON
	run 2 dbw init --from dbwarden.py
	has err "what 'dbwarden.py' becomes cannot be read"
	[ ! -e dbwarden.ini ] || fail 'a dbwarden.ini that cannot be read was left'
}

test_nothing_is_overwritten() {
	echo '; mine' >dbwarden.ini
	printf 'from dbwarden import database_config\ndatabase_config(database_name="a", database_url="sqlite:///a.db")\n' >dbwarden.py
	run 2 dbw init --from dbwarden.py
	has err 'is there already'
	equal "$(cat dbwarden.ini)" '; mine'
	rm dbwarden.ini
	run 2 dbw init --from dbwarden.py --type sqlite
	has err "--type"
}

test_the_toml_of_older_versions() {
	python3 -c 'import tomllib' 2>/dev/null || skip 'this Python has no tomllib'
	cat >warden.toml <<-'TOML'
		default = "primary"

		[database.primary]
		database_type = "sqlite"
		sqlalchemy_url = "sqlite:///./development.db"
		model_paths = ["models/"]

		[database.analytics]
		database_type = "postgresql"
		sqlalchemy_url = "postgresql://user:password@localhost:5432/analytics"
		dev_database_url = "sqlite:///dev.db"
	TOML
	run 0 dbw init --from warden.toml
	has out "warden.toml:11: 'dev_database_url' is not carried over"
	has out 'warden.toml:10: the password'
	run 0 dbw settings show --all
	has out sqlite:///./development.db
	has dbwarden.ini 'default = primary'
}

test_without_python_the_error_says_what_it_wants() {
	printf 'from dbwarden import database_config\ndatabase_config(database_name="a", database_url="sqlite:///a.db")\n' >dbwarden.py
	mkdir bin
	run 1 env PATH="$PWD/bin" "$BUILD/dbwarden" init --from dbwarden.py
	has err "reading 'dbwarden.py' with 'python3'"
	has err 'install python3'
	mkdir -p venv/bin
	printf '#!/bin/sh\necho used >%s/used\nPATH=/usr/bin:/bin exec %s "$@"\n' "$PWD" "$(command -v python3)" >venv/bin/python
	chmod +x venv/bin/python
	run 0 env VIRTUAL_ENV="$PWD/venv" PATH="$PWD/bin" "$BUILD/dbwarden" init --from dbwarden.py
	equal "$(cat used)" used
}

test_a_toml_that_is_not_as_it_should_be() {
	python3 -c 'import tomllib' 2>/dev/null || skip 'this Python has no tomllib'
	printf '[database]\nsqlalchemy_url = "sqlite:///app.db"\n' >warden.toml
	run 0 dbw init --from warden.toml
	has dbwarden.ini 'url = sqlite:///app.db'
	rm dbwarden.ini
	printf 'database = "x"\n' >warden.toml
	run 2 dbw init --from warden.toml
	has err "'database' is no table of databases"
	lacks err Traceback
	printf 'from dbwarden import database_config\na = {}\ndatabase_config(database_name=a.get([]), database_url="sqlite:///a.db")\n' >dbwarden.py
	dbw init --from dbwarden.py >out 2>err || :
	lacks err Traceback
}

run_tests
