#!/bin/bash
# SQLAlchemy's models as they stand: four projects, in the style of version 1.4 and of version 2, on every
# dialect; then what goes wrong in models.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"
. "$(dirname "$0")/sqlalchemy_lib.sh"

PROJECTS=$ROOT/tests/data/sqlalchemy
PROVIDER=$ROOT/scripts/providers/sqlalchemy.py

# Models reach the entry as a person would have them: by model_paths.
models_from() { # PATH...
	local path paths=''
	for path; do
		[ ! -e "$path.py" ] || path=$path.py
		paths="$paths${paths:+, }$path"
	done
	rmdir models 2>/dev/null || :
	set_key model_paths "$paths"
	set_key python "$PYTHON"
}

# An entry of its own on a dialect, in the test's folder.
use_dialect() { # DIALECT
	if [ "$1" = sqlite ]; then
		dialect=sqlite
		project
	else
		use_server "$1"
	fi
}

# The paths of a project's models, as model_paths would have them.
paths_of() { # PROJECT
	case $1 in
	shop) echo shop ;;
	blog) echo blog.models ;;
	queue) echo "$PWD/models.py" ;;
	everything) echo "$PWD/common.py $PWD/$dialect.py" ;;
	esac
}

read_models() { # PROJECT
	# shellcheck disable=SC2046
	models_from $(paths_of "$1")
}

take_project() { # PROJECT STYLE
	cp -r "$PROJECTS/$1/$2/." .
}

# A second database of the same server, filled by SQLAlchemy's own create_all().
create_all() { # PROJECT
	local where=sqlite:///other.db
	case $dialect in
	postgresql) where=${url/postgresql:/postgresql+psycopg2:}_other ;;
	mysql) where=${url/mysql:/mysql+pymysql:}_other ;;
	esac
	[ "$dialect" = sqlite ] || admin "CREATE DATABASE ${database}_other"
	# shellcheck disable=SC2046
	"$PYTHON" "$ROOT/tests/tools/create_all.py" "$where" $(paths_of "$1") >create_all.out 2>&1 || { cat create_all.out; fail 'create_all() failed'; }
}

other_url() {
	if [ "$dialect" = sqlite ]; then echo sqlite:///other.db; else echo "\${DATABASE_URL}_other"; fi
}

# What leads from the database that create_all() made to the models: nothing.
equals_create_all() { # PROJECT
	create_all "$1"
	sed "s|^url *=.*|url = $(other_url)|" dbwarden.ini >other.ini
	run 0 dbw diff --exit-code --config other.ini
}

whole_way() { # PROJECT STYLE SQLALCHEMY DIALECT
	use_sqlalchemy "$3"
	use_dialect "$4"
	take_project "$1" "$2"
	read_models "$1"
	make_migration first
	has out 'Proved'
	run 0 dbw migrate
	run 0 dbw check
	run 0 dbw diff --exit-code
	read_models "$1"
	run 0 dbw make-migrations -d again
	has out 'no changes'
	equals_create_all "$1"
	run 0 dbw rollback --to-version 0
	nothing_is_left
}

nothing_is_left() {
	if [ "$dialect" = sqlite ]; then
		equal "$(schema_of app.db)" ''
	else
		equal "$(server_schema)" ''
	fi
}

for one in shop queue blog everything; do
	for one_dialect in sqlite postgresql mysql; do
		eval "test_${one}_in_the_style_of_14_on_${one_dialect}_with_14() { whole_way $one v14 14 $one_dialect; }"
		eval "test_${one}_in_the_style_of_14_on_${one_dialect}_with_2() { whole_way $one v14 2 $one_dialect; }"
		eval "test_${one}_in_the_style_of_2_on_${one_dialect}() { whole_way $one v2 2 $one_dialect; }"
	done
done

operations() { # [OPTION...]: the operations that make-migrations would write, sorted, with '|' between
	run 0 dbw make-migrations -d edit --plan --json "$@"
	"$PYTHON" -c '
import json
print("|".join(sorted(one["operation"] for one in json.load(open("out"))["operations"])))'
}

# Makes one edit of a model and goes all the way with it; sed's expression must change the file, and the
# operations, sorted and joined by '|', be those of the dialect.
edit() { # NAME FILE SED SQLITE POSTGRESQL MYSQL [OPTION...]
	local name=$1 file=$2 expression=$3 expected found
	case $dialect in
	sqlite) expected=$4 ;;
	postgresql) expected=$5 ;;
	mysql) expected=$6 ;;
	esac
	shift 6
	cp "$file" before
	sed -i -E "$expression" "$file"
	if cmp -s "$file" before; then fail "$name: the edit changes nothing"; fi
	read_models shop
	found=$(operations "$@")
	[ "$found" = "$expected" ] || fail "$name: found '$found', expected '$expected'"
	run 0 dbw make-migrations -d "$name" "$@"
	has out 'Proved'
	run 0 dbw migrate
	run 0 dbw check
	run 0 dbw make-migrations -d again
	has out 'no changes'
}

edits() { # STYLE SQLALCHEMY DIALECT
	local optional='' column=Column
	use_sqlalchemy "$2"
	use_dialect "$3"
	take_project shop "$1"
	[ "$1" = v14 ] || { optional=': Mapped[Optional[int]]' column=mapped_column; }
	read_models shop
	make_migration first
	run 0 dbw migrate
	edit add_a_column shop/catalogue.py "s/^    sku.*$/&\n    weight${optional} = $column(\"weight\", Text)/" \
		'add column products.weight' 'add column products.weight' 'add column products.weight'
	edit drop_a_column shop/people.py '/^    failed_logins/d' \
		'drop column accounts.failed_logins' 'drop column accounts.failed_logins' 'drop column accounts.failed_logins'
	edit lengthen_a_type shop/people.py 's/String\(120\)/String(150)/' \
		'rebuild table customers' 'alter column customers.name' 'alter column customers.name'
	edit widen_a_number shop/catalogue.py '/^    price/s/Numeric\(10, 2\)/Numeric(12, 2)/' \
		'rebuild table products' 'alter column products.price' 'alter column products.price'
	edit forbid_null shop/catalogue.py "s/^    position.*/    position${optional} = $column(\"position\", nullable=False, server_default=\"1\", type_=Numeric(5, 0))/" \
		'rebuild table categories' 'alter column categories.position' 'alter column categories.position'
	edit change_a_default shop/people.py "s/server_default=\"home\"/server_default=\"it's 100% work\"/" \
		'rebuild table addresses' 'alter column addresses.label' 'alter column addresses.label'
	edit drop_a_default shop/people.py 's/server_default=false\(\)/default=False/' \
		'rebuild table customers' 'alter column customers.newsletter' 'alter column customers.newsletter'
	edit add_an_index shop/people.py "s/^(    city.*String\(100\))/\1, index=True/" \
		'create index ix_addresses_city on addresses' 'create index ix_addresses_city on addresses' 'create index ix_addresses_city on addresses'
	# The key on category_id has leant on the index on MySQL, and gets one of its own.
	edit drop_an_index shop/catalogue.py '/Index\("ix_products_category_title"/d' \
		'drop index ix_products_category_title on products' 'drop index ix_products_category_title on products' \
		'add foreign key fk_products_category_id_categories on products|create index fk_products_category_id_categories on products|drop foreign key fk_products_category_id_categories on products|drop index ix_products_category_title on products'
	edit a_unique_column shop/people.py '/^    password_hash/s/String\(100\)/&, unique=True/' \
		'rebuild table accounts' 'add unique uq_accounts_password_hash on accounts' 'create index uq_accounts_password_hash on accounts'
	edit an_action_of_a_foreign_key shop/orders.py 's/ondelete="RESTRICT"/ondelete="CASCADE"/' \
		'rebuild table order_lines' \
		'add foreign key fk_order_lines_product_id_products on order_lines|drop foreign key fk_order_lines_product_id_products on order_lines' \
		'add foreign key fk_order_lines_product_id_products on order_lines|drop foreign key fk_order_lines_product_id_products on order_lines'
	edit a_check shop/orders.py 's/quantity > 0/quantity > 1/' \
		'rebuild table order_lines' \
		'add check ck_order_lines_quantity_positive on order_lines|drop check ck_order_lines_quantity_positive on order_lines' \
		'add check ck_order_lines_quantity_positive on order_lines|drop check ck_order_lines_quantity_positive on order_lines'
	edit rename_a_column shop/people.py 's/^    street/    street_and_number/' \
		'rename column addresses.street to street_and_number' 'rename column addresses.street to street_and_number' \
		'rename column addresses.street to street_and_number' --rename addresses.street:street_and_number
	edit drop_a_table shop/orders.py '/^class Return/,$d' \
		'drop table returns' 'drop foreign key fk_returns_line on returns|drop table returns' \
		'drop foreign key fk_returns_line on returns|drop index fk_returns_line on returns|drop table returns'
	run 0 dbw rollback --to-version 0
	nothing_is_left
}

for one_dialect in sqlite postgresql mysql; do
	eval "test_edits_give_their_operations_on_${one_dialect}_with_14() { edits v14 14 $one_dialect; }"
	eval "test_edits_give_their_operations_on_${one_dialect}_with_2() { edits v2 2 $one_dialect; }"
done

# --- what models can be, and what goes wrong in them ----------------------------------------------------

# The provider as it is called; its message is left in ./message.
provider() { # STATUS PATH...
	local status=$1
	shift
	run "$status" "$PYTHON" "$PROVIDER" --dialect "${dialect:-sqlite}" -- "$@"
	grep -v '^hint: ' err | grep . | tail -n 1 >message || :
}

# A model with SQLAlchemy's names at hand, on standard input.
python_model() { # FILE
	mkdir -p "$(dirname "$1")"
	{
		echo 'from sqlalchemy import *; from sqlalchemy.orm import declarative_base; Base = declarative_base()'
		cat
	} >"$1"
}

user_model() { # FILE
	python_model "$1" <<-PYTHON
		class User(Base):
		    __tablename__ = "users"
		    id = Column(Integer, primary_key=True)
	PYTHON
}

test_an_exception_in_a_model_has_its_line() {
	local path
	use_sqlalchemy any
	python_model app/models.py <<-PYTHON
		class User(Base):
		    __tablename__ = "users"
		    id = Column(Integr, primary_key=True)
	PYTHON
	touch app/__init__.py
	for path in app.models "$PWD/app/models.py" "$PWD/app"; do
		provider 1 "$path"
		equal "$(cat message)" "app/models.py:4: NameError: name 'Integr' is not defined"
		has err Traceback
	done
	# What SQLAlchemy refuses, in the line that asks for it.
	sed -i 's/Integr, primary_key=True/Integer/' app/models.py
	provider 1 app.models
	has message 'app/models.py:2: ArgumentError: '
	has message 'could not assemble any primary key columns'
}

test_models_outside_the_project_folder_are_read() {
	use_sqlalchemy any
	mkdir project
	python_model common/shop/base.py </dev/null
	touch common/shop/__init__.py
	cat >common/shop/models.py <<-PYTHON
		from sqlalchemy import Column, Integer
		from .base import Base
		class User(Base):
		    __tablename__ = "users"
		    id = Column(Integer, primary_key=True)
	PYTHON
	cd project || exit
	provider 0 "$OLDPWD/common/shop"
	has out 'CREATE TABLE users'
	echo 'nothing.here' >>../common/shop/models.py
	provider 1 "$OLDPWD/common/shop"
	equal "$(cat message)" "$(realpath ../common/shop/models.py):6: NameError: name 'nothing' is not defined"
}

test_a_syntax_error_has_its_own_place() {
	use_sqlalchemy any
	printf 'import os\n\nclass User(:\n    pass\n' >models.py
	printf 'import models\n' >all.py
	provider 1 "$PWD/all.py"
	equal "$(cat message)" 'models.py:3: SyntaxError: invalid syntax'
}

test_a_model_that_ends_the_program_is_an_error() {
	use_sqlalchemy any
	echo 'import sys; sys.exit(0)' >models.py
	provider 1 models
	has message 'models.py:1: the module ends the program'
}

test_a_thread_that_goes_on_does_not_keep_the_provider() {
	use_sqlalchemy any
	user_model models.py
	echo 'import threading, time; threading.Thread(target=lambda: time.sleep(600)).start()' >>models.py
	run 0 timeout 60 "$PYTHON" "$PROVIDER" --dialect sqlite -- models
	has out 'CREATE TABLE users'
}

test_what_a_model_prints_is_not_in_the_ddl() {
	use_sqlalchemy any
	user_model models.py
	cat >>models.py <<-PYTHON
		import atexit, os, subprocess, sys
		print("noise one")
		sys.__stdout__.write("noise two")
		os.write(1, b"noise three")
		subprocess.run(["echo", "noise four"])
		atexit.register(print, "noise five")
	PYTHON
	provider 0 models
	lacks out noise
	has err 'noise four'
	has out 'CREATE TABLE users'
}

test_no_driver_is_imported() {
	local driver
	use_sqlalchemy any
	mkdir without
	for driver in sqlite3 psycopg2 psycopg asyncpg pg8000 MySQLdb pymysql mysql; do
		echo 'raise SystemExit("a driver was imported")' >"without/$driver.py"
	done
	export PYTHONPATH=$PWD/without
	run 1 "$PYTHON" -c 'import psycopg2'
	run 1 "$PYTHON" -c 'import sqlite3'
	user_model models.py
	for dialect in sqlite postgresql mysql; do
		provider 0 models
		has out 'CREATE TABLE users'
	done
}

test_no_sqlalchemy_names_the_interpreter_and_the_key() {
	use_sqlalchemy any
	user_model models.py
	mkdir bare
	echo "raise ModuleNotFoundError(\"No module named 'sqlalchemy'\", name='sqlalchemy')" >bare/sqlalchemy.py
	export PYTHONPATH=$PWD/bare
	provider 1 models
	equal "$(cat message)" "SQLAlchemy is not installed for $PYTHON"
	grep -q '^hint: .*python = ' err || fail 'no hint about the key python'
	echo '__version__ = "1.3.24"' >bare/sqlalchemy.py
	provider 1 models
	has message 'SQLAlchemy 1.3.24 is too old'
}

test_a_module_that_is_not_there_is_named() {
	use_sqlalchemy any
	provider 1 app.models
	equal "$(cat message)" "there is no module 'app' (of 'app.models')"
	has err 'hint: model_paths'
	has err "'$PWD'"
	mkdir app
	touch app/__init__.py
	provider 1 app.models
	equal "$(cat message)" "there is no module 'app.models'"
	# One that a model asks for is another thing: its own line, and which interpreter it was.
	echo 'import no_such_library' >app/models.py
	provider 1 app.models
	equal "$(cat message)" "app/models.py:1: ModuleNotFoundError: No module named 'no_such_library'"
	grep -q "^hint: .*$PYTHON" err || fail 'no hint about the interpreter'
}

test_no_models_found_says_what_to_set() {
	use_sqlalchemy any
	python_model app/models.py </dev/null
	provider 1 app.models "$PWD/app"
	equal "$(cat message)" 'No SQLAlchemy models found in app.models, app'
	grep -q '^hint: model_paths' err || fail 'no hint about model_paths'
}

test_what_a_dialect_cannot_have_is_named() {
	use_sqlalchemy any
	python_model models.py <<-PYTHON
		Table("measures", Base.metadata, Column("id", Integer, primary_key=True), Column("series", ARRAY(Integer)))
	PYTHON
	provider 1 models
	has message "table 'measures', column 'series': "
	has message 'ARRAY'
	python_model models.py <<-PYTHON
		Table("measures", Base.metadata, Column("id", Integer, primary_key=True), Column("user_id", ForeignKey("users.id")))
	PYTHON
	provider 1 models
	has message "measures.user_id"
	grep -q "^hint: .*'users' is not among model_paths" err || fail 'no hint'
}

test_two_tables_of_one_name_are_an_error_unless_they_are_the_same() {
	use_sqlalchemy any
	user_model one.py
	user_model two.py
	provider 0 one two
	equal "$(grep -c 'CREATE TABLE users' out)" 1
	sed -i 's/Integer, primary/BigInteger, primary/' two.py
	provider 1 one two
	equal "$(cat message)" "table 'users' is declared twice, and differently: in one and in two"
}

test_a_file_is_read_once_under_all_its_names() {
	use_sqlalchemy any
	# As a script in the folder would import it, and as one in the project folder.
	python_model app/database.py </dev/null
	cat >app/users.py <<-PYTHON
		from database import Base
		from sqlalchemy import Column, Integer
		class User(Base):
		    __tablename__ = "users"
		    id = Column(Integer, primary_key=True)
	PYTHON
	cat >app/orders.py <<-PYTHON
		from sqlalchemy import Column, ForeignKey, Integer
		from app.database import Base
		from users import User
		class Order(Base):
		    __tablename__ = "orders"
		    id = Column(Integer, primary_key=True)
		    user_id = Column(ForeignKey(User.id))
	PYTHON
	provider 0 "$PWD/app"
	equal "$(grep -c 'CREATE TABLE' out)" 2
	provider 0 "$PWD/app/orders.py" app.users
	equal "$(grep -c 'CREATE TABLE' out)" 2
	# A folder 'src', and relative imports in a package below it.
	mkdir -p src/shop
	touch src/shop/__init__.py
	python_model src/shop/base.py </dev/null
	sed 's/from database/from .base/' app/users.py >src/shop/users.py
	sed 's/from app.database/from shop.base/; s/from users/from .users/' app/orders.py >src/shop/orders.py
	provider 0 "$PWD/src/shop/orders.py"
	equal "$(grep -c 'CREATE TABLE' out)" 2
}

test_a_file_named_like_a_module_of_python_is_the_users_own() {
	use_sqlalchemy any
	user_model models/types.py
	sed 's/users/others/' models/types.py >models/my-models.py
	cp models/types.py types.py
	provider 0 "$PWD/models" "$PWD/types.py"
	has out 'CREATE TABLE users'
	has out 'CREATE TABLE others'
}

test_a_folder_is_read_without_what_is_not_models() {
	local folder
	use_sqlalchemy any
	user_model app/models/user.py
	for folder in migrations/versions alembic tests .hidden __pycache__ node_modules own; do
		mkdir -p "app/$folder"
		echo 'raise SystemExit("this was not to be read")' >"app/$folder/x.py"
	done
	touch app/own/pyvenv.cfg
	provider 0 "$PWD/app"
	has out 'CREATE TABLE users'
	touch app/__init__.py
	provider 0 app
	has out 'CREATE TABLE users'
}

test_every_run_prints_the_same_bytes() {
	local seed
	use_sqlalchemy any
	take_project everything v14
	dialect=postgresql
	provider 0 "$PWD/postgresql.py"
	cp out first
	for seed in 1 2 3 4 5 6; do
		PYTHONHASHSEED=$seed PYTHONMALLOC=malloc provider 0 "$PWD/postgresql.py"
		cmp first out
	done
}

test_literals_are_what_a_server_takes_them_for() {
	use_sqlalchemy any
	python_model models.py <<-'PYTHON'
		Table("t", Base.metadata, Column("a", String(20), server_default="100% a\\b 'c'"), CheckConstraint("a LIKE 'x%'"), Column("größe", Integer))
	PYTHON
	for dialect in sqlite postgresql mysql; do
		LC_ALL=C provider 0 models
		has out "LIKE 'x%'"
		has out 'größe'
		case $dialect in
		mysql) has out "DEFAULT '100% a\\\\b ''c'''" ;;
		*) has out "DEFAULT '100% a\\b ''c'''" ;;
		esac
	done
}

test_ddl_that_a_model_hangs_on_its_metadata_is_printed() {
	use_sqlalchemy any
	user_model models.py
	cat >>models.py <<-PYTHON
		from sqlalchemy import DDL, event
		event.listen(Base.metadata, "before_create", DDL("CREATE EXTENSION hstore").execute_if(dialect="postgresql"))
		event.listen(Base.metadata, "after_create", DDL("CREATE VIEW everybody AS SELECT id FROM users;"))
	PYTHON
	dialect=postgresql
	provider 0 models
	has out 'CREATE EXTENSION hstore;'
	has out 'CREATE VIEW everybody AS SELECT id FROM users;'
	dialect=sqlite
	provider 0 models
	lacks out EXTENSION
}

test_sqlmodel_models_as_they_stand() {
	use_sqlalchemy any
	"$PYTHON" -c 'import sqlmodel' 2>/dev/null || missing 'there is no SQLModel; run scripts/install-deps test'
	use_dialect sqlite
	cat >heroes.py <<-PYTHON
		from typing import Optional
		from sqlmodel import Field, SQLModel
		class Team(SQLModel, table=True):
		    id: Optional[int] = Field(default=None, primary_key=True)
		    name: str = Field(index=True)
		class Hero(SQLModel, table=True):
		    id: Optional[int] = Field(default=None, primary_key=True)
		    team_id: Optional[int] = Field(default=None, foreign_key="team.id")
	PYTHON
	models_from heroes
	make_migration first
	run 0 dbw migrate
	run 0 dbw check
	equal "$(sql "SELECT count(*) FROM pragma_foreign_key_list('hero')")" 1
}

test_flask_sqlalchemy_models_as_they_stand() {
	use_sqlalchemy any
	"$PYTHON" -c 'import flask_sqlalchemy' 2>/dev/null || missing 'there is no Flask-SQLAlchemy; run scripts/install-deps test'
	use_dialect sqlite
	cat >app.py <<-PYTHON
		from flask import Flask, current_app, request
		from flask_sqlalchemy import SQLAlchemy
		app = Flask(__name__)
		app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
		app.config["SQLALCHEMY_BINDS"] = {"logs": "sqlite://"}
		db = SQLAlchemy(app)
		class User(db.Model):
		    id = db.Column(db.Integer, primary_key=True)
		    name = db.Column(db.String(80), unique=True, nullable=False)
		class Log(db.Model):
		    __bind_key__ = "logs"
		    id = db.Column(db.Integer, primary_key=True)
	PYTHON
	models_from app
	make_migration first
	run 0 dbw migrate
	run 0 dbw check
	equal "$(sql "SELECT count(*) FROM sqlite_schema WHERE name IN ('user', 'log')")" 2
}

# --- cases that other tools get wrong -------------------------------------------------------------------

# A database that create_all() made long ago comes under migrations.
case_9_baseline_executes_no_sql() {
	use_sqlalchemy any
	use_dialect "$1"
	take_project shop v14
	create_all shop
	sed -i "s|^url *=.*|url = $(other_url)|" dbwarden.ini
	read_models shop
	make_migration first
	run 0 dbw migrate --baseline
	run 0 dbw status --check
	run 0 dbw check
	run 0 dbw diff --exit-code
	run 0 dbw history
	has out baseline
}

case_17_a_second_run_finds_nothing() {
	use_sqlalchemy any
	use_dialect "$1"
	python_model models.py <<-PYTHON
		m = Base.metadata
		Table("a", m, Column("id", Integer, primary_key=True), Column("n", String(9), unique=True), UniqueConstraint("id", "n"))
		Table("b", m, Column("id", BigInteger, primary_key=True), Column("d", DateTime, server_default=func.now()))
		Table("c", m, Column("id", SmallInteger, primary_key=True), Column("s", String(9), server_default="x"), Column("t", Boolean, server_default=true()))
		Table("d", m, Column("id", Integer, Identity(), primary_key=True), Column("n", Numeric(5, 2), server_default=text("1.50")))
		Table("e", m, Column("a", Integer, primary_key=True), Column("b", Integer, primary_key=True))
	PYTHON
	models_from models
	make_migration first
	run 0 dbw make-migrations -d second
	has out 'no changes'
	run 0 dbw migrate
	run 0 dbw make-migrations -d third
	has out 'no changes'
	run 0 dbw diff --exit-code
}

case_18_foreign_keys_are_there_from_the_first_migration() {
	use_sqlalchemy any
	use_dialect "$1"
	python_model models.py <<-PYTHON
		m = Base.metadata
		Table("aa", m, Column("id", Integer, primary_key=True), Column("zz_id", ForeignKey("zz.id", name="aa_zz")))
		Table("zz", m, Column("id", Integer, primary_key=True))
		Table("one", m, Column("id", Integer, primary_key=True), Column("two_id", Integer, ForeignKey("two.id", name="one_two")))
		Table("two", m, Column("id", Integer, primary_key=True), Column("one_id", Integer, ForeignKey("one.id", name="two_one")))
		Table("self", m, Column("id", Integer, primary_key=True), Column("up", ForeignKey("self.id", name="self_up")))
	PYTHON
	models_from models
	make_migration first
	run 0 dbw migrate
	if [ "$dialect" = sqlite ]; then
		equal "$(sql "SELECT count(*) FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) WHERE s.type = 'table'")" 4
	else
		equal "$(server_sql "SELECT count(*) FROM information_schema.table_constraints
			WHERE constraint_name IN ('aa_zz', 'one_two', 'two_one', 'self_up') AND constraint_type = 'FOREIGN KEY'
			AND (table_schema = '$database' OR table_schema = 'public')")" 4
	fi
	run 0 dbw check
	run 0 dbw rollback
	nothing_is_left
}

# One type of two metadata, and in an array of a table of another schema.
test_case_24_enum_types_come_before_the_tables_that_use_them() {
	use_sqlalchemy any
	use_dialect postgresql
	python_model models.py <<-PYTHON
		Other = declarative_base()
		Table("a", Base.metadata, Column("id", Integer, primary_key=True), Column("mood", Enum("sad", "it's ok", name="mood")))
		Table("b", Other.metadata, Column("id", Integer, primary_key=True), Column("mood", Enum("sad", "it's ok", name="mood")))
		Table("c", Other.metadata, Column("id", Integer, primary_key=True), Column("moods", ARRAY(Enum("sad", "it's ok", name="mood"))), schema="app")
	PYTHON
	models_from models
	make_migration first
	run 0 dbw migrate
	run 0 dbw check
	server_sql "INSERT INTO a VALUES (1, 'it''s ok'); INSERT INTO app.c VALUES (1, ARRAY['sad'::mood])"
	sed -i "s/\"it's ok\"/&, \"glad\"/" models.py
	models_from models
	make_migration second
	run 0 dbw migrate
	run 0 dbw check
	server_sql "INSERT INTO b VALUES (1, 'glad')"
}

test_case_28_a_column_that_cannot_be_handled_is_an_error() {
	use_sqlalchemy any
	python_model models.py <<-PYTHON
		Table("things", Base.metadata, Column("id", Integer, primary_key=True), Column("unknown"))
	PYTHON
	provider 1 models
	has message "table 'things', column 'unknown'"
	python_model models.py <<-PYTHON
		from sqlalchemy.types import UserDefinedType
		class Odd(UserDefinedType):
		    cache_ok = True
		    def get_col_spec(self, **kw):
		        return "odd(("
		Table("things", Base.metadata, Column("id", Integer, primary_key=True), Column("odd", Odd()))
	PYTHON
	use_dialect sqlite
	models_from models
	run 1 dbw make-migrations -d first
	has err "provider 'sqlalchemy':"
	[ ! -e migrations/primary/primary__0001_first.sql ]
}

for one in case_9_baseline_executes_no_sql case_17_a_second_run_finds_nothing \
	case_18_foreign_keys_are_there_from_the_first_migration; do
	for one_dialect in sqlite postgresql mysql; do
		eval "test_${one}_on_${one_dialect}() { $one $one_dialect; }"
	done
done

run_tests
