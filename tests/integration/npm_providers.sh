#!/bin/bash
# Providers from npm: what drizzle-kit and Prisma print for models of theirs is read without loss.
#
# They are no part of what the tests install, so this is skipped, in CI too, where they are not there. To run it:
#     mkdir -p build/npm && cd build/npm && npm init -y && npm install drizzle-kit@0.31 drizzle-orm@0.44 \
#         prisma@6.19 @prisma/adapter-pg@6.19 @prisma/adapter-libsql@6.19
# or name the folder that has their node_modules in DBWARDEN_TEST_NPM.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/server_lib.sh"

NPM=${DBWARDEN_TEST_NPM:-$ROOT/build/npm}

need_package() { # PACKAGE...
	local package
	command -v node >/dev/null || skip 'not installed: node'
	for package in "$@"; do
		[ -d "$NPM/node_modules/$package" ] || skip "not installed: $package in $NPM (see the top of this script)"
	done
}

# Packages are found from the folder of the models upwards, as in any project.
use_npm() {
	ln -s "$NPM/node_modules" node_modules
	echo '{ "private": true, "type": "module" }' >package.json
	export CHECKPOINT_DISABLE=1 PRISMA_HIDE_UPDATE_MESSAGE=1
}

# The entry's provider; what it prints is kept, too, for the server's own client.
provided_by() { # COMMAND, for a shell
	# What is '$$' there is one '$' for the shell.
	provider=${1//\$\$/\$}
	mkdir -p models
	sed -i '/^model_paths/d' dbwarden.ini
	printf 'provider = %s\nprovider_timeout = 120\n' "$1" >>dbwarden.ini
	case $1 in *'|'*) echo 'provider_shell = yes' >>dbwarden.ini ;; esac
	again
}

again() {
	sh -c "$provider" >models/schema.sql 2>provider.err </dev/null || { cat provider.err; fail "$provider failed"; }
	[ -s models/schema.sql ] || { cat provider.err; fail "$provider printed nothing"; }
}

one_entry() { # DIALECT
	dialect=$1
	if [ "$dialect" = sqlite ]; then
		project
	else
		use_server "$dialect"
	fi
	use_npm
}

# From the models to a database and back to nothing to do.
there_and_back() { # PROOF
	make_migration first
	has out "$1"
	run 0 dbw migrate
	run 0 dbw check
	run 0 dbw diff --exit-code
	again
	run 0 dbw make-migrations -d again
	has out 'no changes'
	run 0 dbw rollback
	run 0 dbw migrate
	run 0 dbw check
}

# What the server itself says of a database, line by line without an order.
dump() { # DATABASE
	case $dialect in
	postgresql)
		PGPASSWORD=$password pg_dump -s -h "$host" -p "$port" -U "$user" -T 'dbwarden*' "$1" |
			grep -v '^--\|^\\\|^SET \|^SELECT pg_catalog'
		;;
	mysql)
		MYSQL_PWD=$password mariadb-dump --no-defaults --no-data --skip-comments -h "$host" -P "$port" -u "$user" "$1" |
			sed '/^CREATE TABLE `dbwarden/,/^)/d; /dbwarden/d; s/ AUTO_INCREMENT=[0-9]*//
				/^\/\*!.* \(SET\|DROP\) /d; s/ ON \(DELETE\|UPDATE\) NO ACTION//g'
		;;
	esac | sed 's/,$//' | sort
}

# The migration makes what the provider's output makes when the server's own client runs it.
as_if_run_by_hand() {
	local migrated=$database
	dump "$migrated" >migrated.txt
	fresh_database
	# MariaDB, unlike MySQL, refuses to be told again what SERIAL says.
	sed 's/serial AUTO_INCREMENT/serial/' models/schema.sql >by_hand.sql
	client "$database" <by_hand.sql >client.log 2>&1 || { cat client.log; fail 'the client cannot run it'; }
	dump "$database" >by_hand.txt
	[ -s by_hand.txt ] || fail 'nothing was dumped'
	diff by_hand.txt migrated.txt || fail 'the migration and the provider differ'
	database=$migrated
	export DATABASE_URL=${server%/*}/$database
}

drizzle() { # DIALECT
	need_package drizzle-kit drizzle-orm
	one_entry "$1"
	cp "$ROOT/tests/data/npm/drizzle-$1.ts" schema.ts
	# For MySQL it tells on standard output what it reads, up to an empty line.
	if [ "$1" = mysql ]; then
		provided_by "npx --no-install drizzle-kit export --dialect $1 --schema schema.ts | sed '1,/^\$\$/d'"
	else
		provided_by "npx --no-install drizzle-kit export --dialect $1 --schema schema.ts"
	fi
}

# The edit of a model is the one operation that comes of it.
edit() { # FILE SED-COMMAND OPERATION
	sed -i "$2" "$1"
	again
	run 0 dbw make-migrations -d edit --database primary --plan
	has out "$3"
	run 0 dbw make-migrations -d edit --database primary
	run 0 dbw migrate
	run 0 dbw check
	again
	run 0 dbw make-migrations -d again --database primary
	has out 'no changes'
}

test_drizzle_postgresql() {
	drizzle postgresql
	there_and_back 'Proved in a scratch database'
	as_if_run_by_hand
	equal "$(server_sql "SELECT count(*) FROM pg_policies WHERE policyname = 'owners_only'")" 1
	equal "$(server_sql "SELECT increment_by, max_value FROM pg_sequences WHERE sequencename = 'invoice_numbers'")" '5 99999'
	equal "$(server_sql "SELECT string_agg(enumlabel, '|' ORDER BY enumsortorder) FROM pg_enum JOIN pg_type t ON t.oid = enumtypid WHERE typname = 'role'")" "admin|customer|o'clock"
	edit schema.ts "s/varchar('email', { length: 255 })/varchar('email', { length: 300 })/" email
}

test_drizzle_mysql() {
	drizzle mysql
	there_and_back 'Proved in a scratch database'
	as_if_run_by_hand
	edit schema.ts "s/varchar('email', { length: 255 })/varchar('email', { length: 300 })/" email
}

test_drizzle_sqlite() {
	drizzle sqlite
	there_and_back Proved
	edit schema.ts "s/picture: blob('picture'),/&\n\tweight: real('weight'),/" weight
}

# Prisma's own engine is downloaded from elsewhere than npm. The one that comes with the package does the same, given
# an adapter and a database to talk to; the two paths keep Prisma from asking for the downloads that it will not use.
# For MySQL that engine breaks off ("unreachable"), whatever the models are.
prisma() { # DIALECT ADAPTER CLASS
	need_package prisma "$2"
	one_entry "$1"
	: >not-used
	export PRISMA_QUERY_ENGINE_LIBRARY=$PWD/not-used PRISMA_SCHEMA_ENGINE_BINARY=$PWD/not-used
	cat >prisma.config.ts <<-TS
		import { $3 } from '$2';
		export default {
			schema: 'schema.prisma',
			engine: 'js',
			experimental: { adapter: true },
			adapter: async () => new $3($4),
		};
	TS
	{
		printf 'datasource db {\n  provider = "%s"\n  url = env("DATABASE_URL")\n}\n\n' "$1"
		if [ "$1" = sqlite ]; then
			sed 's/ @db\.[A-Za-z]*\(([^)]*)\)\?//' "$ROOT/tests/data/npm/prisma-models.prisma"
		else
			cat "$ROOT/tests/data/npm/prisma-models.prisma" "$ROOT/tests/data/npm/prisma-postgresql.prisma"
		fi
	} >schema.prisma
	provided_by "npx --no-install prisma migrate diff --from-empty --to-schema-datamodel schema.prisma --script"
}

test_prisma_postgresql() {
	prisma postgresql @prisma/adapter-pg PrismaPg '{ connectionString: process.env.DATABASE_URL }'
	there_and_back 'Proved in a scratch database'
	as_if_run_by_hand
	equal "$(server_sql "SELECT string_agg(enumlabel, '|' ORDER BY enumsortorder) FROM pg_enum")" 'ADMIN|CUSTOMER|something else'
	edit schema.prisma '/^  score /a \  nickname String?' nickname
}

test_prisma_sqlite() {
	export DATABASE_URL=file:./app.db
	prisma sqlite @prisma/adapter-libsql PrismaLibSQL "{ url: 'file:./scratch.db' }"
	there_and_back Proved
	equal "$(sql "SELECT count(*) FROM pragma_table_info('users')")" 13
	edit schema.prisma '/^  score /a \  nickname String?' nickname
}

run_tests
