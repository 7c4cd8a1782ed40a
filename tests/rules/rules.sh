#!/bin/bash
# The rules that keep the structure what it is, checked on the text of the sources.
cd "$(dirname "$0")/../.." || exit 1
bad=0

rule() { # NAME, then the offending lines on standard input
	local lines
	lines=$(cat)
	if [ -z "$lines" ]; then
		echo "ok $1"
	else
		echo "$lines" | sed 's/^/    /'
		echo "not ok $1"
		bad=1
	fi
}

includes() { # PATTERN FOLDER...: lines '#include ...' that match
	local pattern=$1
	shift
	grep -rnE --include='*.[ch]' "^[[:space:]]*#[[:space:]]*include[[:space:]]+$pattern" "$@"
}

# A plugin is built from the public header, its client library and libc.
includes '"' plugins | while IFS= read -r line; do
	file=${line%%:*}
	header=${line#*\"}
	header=${header%%\"*}
	case $header in
	dbwarden/*) ;;
	*/*) echo "$line" ;;
	*) [ -e "$(dirname "$file")/$header" ] || echo "$line" ;;
	esac
done | rule a_plugin_includes_nothing_from_core

# What any dialect must do is said in terms of the public header; one file plays the host.
includes '"' tests/conformance | grep -v '^tests/conformance/host\.c:' | while IFS= read -r line; do
	header=${line#*\"}
	header=${header%%\"*}
	case $header in
	dbwarden/plugin.h) ;;
	*) [ -e "tests/conformance/$header" ] || echo "$line" ;;
	esac
done | rule the_conformance_tests_include_the_public_header_alone

# The core knows no dialect by name. Prose in comments may.
for name in $(ls plugins) postgres mariadb oracle; do
	grep -rniE --include='*.[ch]' "$name" core |
		grep -vE '^[^:]+:[0-9]+:[[:space:]]*(/\*|\*|//)' |
		grep -vE '^core/config/template\.c:|^core/cli/init\.c:'
done | rule the_core_names_no_dialect

# cli -> engine -> {migrations, models, plugin} -> {schema, sql, config} -> base
upward() { # ROOM FORBIDDEN...
	local room=$1 forbidden
	shift
	for forbidden in "$@"; do includes "\"$forbidden/" "core/$room"; done
}
{
	upward base sql schema config models migrations plugin engine cli
	upward sql config models migrations plugin engine cli
	upward schema config models migrations plugin engine cli
	upward config sql schema models migrations plugin engine cli
	upward models engine cli
	upward migrations models plugin engine cli
	upward plugin models migrations engine cli
	upward engine cli
} | rule dependencies_run_one_way

# The public header stands alone, in C and in C++.
{
	for language in c c++; do
		echo '#include <dbwarden/plugin.h>' |
			${CC:-cc} -x $language -Iinclude -Wall -Wextra -Werror -fsyntax-only - 2>&1
	done
} | rule the_public_header_stands_alone

# exit() belongs to the command line.
grep -rnE --include='*.c' '\b(_exit|exit)\(' core | grep -v '^core/cli/' |
	rule nothing_below_the_command_line_exits

# One exported symbol.
for plugin in "${BUILD:-build}"/dbwarden-*.so; do
	nm -D --defined-only "$plugin" | awk '{print $3}' | grep -vxE 'dbwarden_plugin|_init|_fini' |
		grep -vE '^(__asan|__ubsan|__odr_asan|_ZN)' | sed "s|^|$plugin exports |"
done | rule a_plugin_exports_one_symbol

exit $bad
