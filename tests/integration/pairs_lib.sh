# What the scripts of random pairs share: PAIRS of them (SQLite 200, servers 60; sanitized 30) with one seed, and every pair that has
# ever failed. PAIRS=N and SEED=N choose others; scripts/soak goes on for as long as one likes.

need_pairs() { # DIALECT
	dialect=$1
	[ -e "$BUILD/dbwarden-$dialect.so" ] || skip "the $dialect plugin is not built"
	case $dialect in
	postgresql) server=${DBWARDEN_TEST_POSTGRESQL:-} ;;
	mysql) server=${DBWARDEN_TEST_MYSQL:-} ;;
	*) return 0 ;;
	esac
	[ -n "$server" ] && return 0
	[ -z "${CI:-}" ] || fail "there is no $dialect server; run through scripts/with-servers"
	skip "no $dialect server: run through scripts/with-servers"
}

random_pairs() { # DIALECT
	local pairs=${PAIRS:-60}
	need_pairs "$1"
	[ -n "${PAIRS:-}" ] || [ "$dialect" != sqlite ] || pairs=200
	[ -n "${PAIRS:-}" ] || [ "${SANITIZE:-0}" = 0 ] || pairs=30
	python3 "$ROOT/tests/generator/run.py" pairs "$dialect" --program "$BUILD/dbwarden" --pairs "$pairs" \
		--seed "${SEED:-5}" --keep "$BUILD/pairs"
}

pairs_that_failed_once() { # DIALECT
	need_pairs "$1"
	python3 "$ROOT/tests/generator/run.py" cases "$dialect" --program "$BUILD/dbwarden"
}
