#!/bin/bash
# What packagers and vendors do with the source and with an installation.
. "$(dirname "$0")/lib.sh"

# A build of its own: the flags of the calling make must not leak in.
clean_make() { env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u BUILD -u SANITIZE make --no-print-directory -C "$ROOT" "$@"; }

test_a_minimal_build_installs_and_runs_from_its_prefix() {
	work=$PWD
	run 0 clean_make -j2 BUILD="$work/build" PLUGINS=sqlite CFLAGS=-O0 PREFIX=/opt/dbwarden DESTDIR="$work/root" install
	root=$work/root/opt/dbwarden
	[ -x "$root/bin/dbwarden" ]
	[ -e "$root/lib/dbwarden/dbwarden-sqlite.so" ]
	[ -e "$root/include/dbwarden/plugin.h" ]
	[ -e "$root/share/man/man1/dbwarden.1" ]
	if ldd "$root/bin/dbwarden" "$root/lib/dbwarden/dbwarden-sqlite.so" | grep -E 'libpq|mysql|mariadb'; then
		fail "a build for sqlite alone needs another client library"
	fi
	if ldd "$root/bin/dbwarden" | grep sqlite3; then fail "the core links sqlite3"; fi
	mkdir project
	cd project
	run 0 "$root/bin/dbwarden" init --url sqlite:///app.db
	run 0 "$root/bin/dbwarden" status --plugin-dir "$root/lib/dbwarden"
	for provider in "$ROOT"/scripts/providers/*.py; do
		[ ! -e "$provider" ] || [ -e "$root/libexec/dbwarden/providers/${provider##*/}" ]
	done
	# What is installed looks for its providers where they were installed, not in the source.
	sed -i 's|^model_paths.*|provider = django|' dbwarden.ini
	run 1 "$root/bin/dbwarden" diff --plugin-dir "$root/lib/dbwarden"
	has err "there is no '/opt/dbwarden/libexec/dbwarden/providers/django.py'"
	# A vendor has the header and the pkg-config file, nothing else of the source.
	cp "$ROOT/tests/plugins/minimal.c" vendor.c
	run 0 ${CC:-cc} -shared -fPIC -fvisibility=hidden -Wl,-z,defs -I"$root/include" -o dbwarden-minimal.so vendor.c
	run 0 "$root/bin/dbwarden" plugin info ./dbwarden-minimal.so
	has out "minimal"
	cd ..
	run 0 clean_make BUILD="$work/build" PLUGINS=sqlite PREFIX=/opt/dbwarden DESTDIR="$work/root" uninstall
	equal "$(find "$work/root" -type f)" ""
}

test_the_binaries_are_hardened() {
	[ "${SANITIZE:-0}" = 0 ] || skip "a sanitized build is another thing"
	readelf -lW "$BUILD/dbwarden" "$BUILD/dbwarden-sqlite.so" >segments
	equal "$(grep -c GNU_RELRO segments)" 2
	readelf -dW "$BUILD/dbwarden" >dynamic
	has dynamic PIE
	has dynamic NOW
	if nm -D "$BUILD/dbwarden" | grep -q __stack_chk_fail; then :; else fail "no stack protector"; fi
}

test_nothing_is_built_twice() {
	env -u MAKELEVEL -u MFLAGS make --no-print-directory -C "$ROOT" BUILD="$BUILD" SANITIZE="${SANITIZE:-0}" all >out 2>&1
	lacks out " -c "
}

test_compile_commands_are_json() {
	cp -r "$ROOT" tree
	cd tree
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u BUILD make --no-print-directory compile_commands.json >/dev/null
	python3 - <<-'PYTHON'
		import json
		commands = json.load(open('compile_commands.json'))
		assert len(commands) > 20
		assert all(c['file'].endswith('.c') for c in commands)
	PYTHON
}

test_quickstart_walks_the_seven_steps() {
	mkdir tmp
	DBWARDEN_BUILD=$BUILD TMPDIR=$PWD/tmp run 0 "$ROOT/scripts/quickstart"
	has out "1 applied, 0 pending"
	has out "CREATE TABLE users"
	equal "$(ls tmp)" ""
}

test_clang_builds_it_without_a_warning() {
	command -v clang >/dev/null || { [ -z "${CI:-}" ] || fail 'no clang'; skip 'no clang'; }
	run 0 env -u MAKEFLAGS make -s -C "$ROOT" -j2 CC=clang SANITIZE=0 "BUILD=$PWD/build" all tests
}

run_tests
