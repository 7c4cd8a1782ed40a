# What the integration tests share. A test is a function test_NAME in a script that ends with
# run_tests; it runs in a subshell, in a fresh folder, with 'set -eu'. Its output is shown only if it
# fails. 'skip REASON' ends it as skipped.

: "${BUILD:?run through tests/run, or set BUILD to the build folder}"
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
# Real schemas and histories to test with, beside the checkout where there are any.
SHARED_DATA=${DBWARDEN_TEST_DATA:-$ROOT/../shared/data}
export NO_COLOR=1
unset DBWARDEN_PLUGIN_PATH

dbw() { "$BUILD/dbwarden" "$@"; }

fail() {
	echo "FAILED: $*"
	exit 1
}

skip() {
	echo "SKIP: $*"
	exit 77
}

need_data() { # FOLDER
	[ -d "$SHARED_DATA/$1" ] || skip "no test data: $SHARED_DATA/$1 is not there"
}

# run STATUS COMMAND...: runs it, keeps its output in ./out and ./err, and fails unless it ends with
# that status.
run() {
	local wanted=$1 got=0
	shift
	"$@" >out 2>err </dev/null || got=$?
	[ "$got" = "$wanted" ] && return 0
	echo "\$ $*"
	cat out err
	fail "exit status $got, expected $wanted"
}

# Text in a file, as a fixed string.
has() { # FILE TEXT
	grep -qF -- "$2" "$1" && return 0
	echo "--- $1:"
	cat "$1"
	fail "'$2' is not in $1"
}

lacks() { # FILE TEXT
	grep -qF -- "$2" "$1" || return 0
	echo "--- $1:"
	cat "$1"
	fail "'$2' is in $1"
}

equal() { # FOUND EXPECTED
	[ "$1" = "$2" ] && return 0
	fail "found '$1', expected '$2'"
}

# The value at a path of a JSON file: json out counts applied
json() { # FILE KEY...
	local file=$1
	shift
	python3 - "$file" "$@" <<'PYTHON'
import json, sys
value = json.load(open(sys.argv[1]))
for key in sys.argv[2:]:
    value = value[int(key)] if isinstance(value, list) else value[key]
print(value if isinstance(value, str) else json.dumps(value))
PYTHON
}

# A project in the working directory with one SQLite entry, 'primary'.
project() {
	run 0 dbw init --type sqlite --url sqlite:///app.db
}

# A key of the entry's in dbwarden.ini, whether it was commented out there or not.
set_key() { # KEY VALUE
	python3 - "$@" <<'PYTHON'
import re, sys
key, value = sys.argv[1:]
text = open("dbwarden.ini").read()
text, count = re.subn(r"(?m)^;?%s *=.*$" % key, lambda _: "%s = %s" % (key, value), text, count=1)
if not count:
    sys.exit("no key %r in dbwarden.ini" % key)
open("dbwarden.ini", "w").write(text)
PYTHON
}

model() { # writes standard input to models/schema.sql
	mkdir -p models
	cat >models/schema.sql
}

make_migration() { # DESCRIPTION [OPTION...]
	local description=$1
	shift
	run 0 dbw make-migrations -d "$description" --database primary "$@"
}

migration() { # NAME: writes standard input to migrations/primary/NAME
	mkdir -p migrations/primary
	cat >"migrations/primary/$1"
}

sql() { sqlite3 -bail app.db "$@"; }

# What a person would call the schema: names, types and text of everything but dbwarden's own.
schema_of() { # DATABASE
	sqlite3 "$1" "SELECT type, name, tbl_name, sql FROM sqlite_schema
		WHERE tbl_name NOT LIKE 'dbwarden\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
		ORDER BY type, name"
}

run_tests() {
	local test output status bad=0
	for test in $(declare -F | awk '{print $3}' | grep '^test_'); do
		[ -n "${ONLY:-}" ] && [ "$ONLY" != "${test#test_}" ] && continue
		folder=$(mktemp -d "${TMPDIR:-/tmp}/dbwarden-test.XXXXXX")
		output=$(cd "$folder" && set -eu && "$test" 2>&1)
		status=$?
		case $status in
		0) echo "ok ${test#test_}" ;;
		77) echo "skip ${test#test_}: ${output##*SKIP: }" ;;
		*)
			echo "$output" | sed 's/^/    /'
			echo "not ok ${test#test_}"
			bad=1
			;;
		esac
		chmod -R u+w "$folder" 2>/dev/null
		rm -rf "$folder"
	done
	return $bad
}
