# Which Python and which SQLAlchemy the tests of models use.

# Debian 12's own: SQLAlchemy 1.4, with the drivers.
SYSTEM_PYTHON=${DBWARDEN_TEST_SYSTEM_PYTHON:-/usr/bin/python3}
UNPACKED=${DBWARDEN_TEST_SQLALCHEMY2:-$BUILD/tests/sqlalchemy2}

missing() { # REASON
	[ -z "${CI:-}" ] || fail "$1"
	skip "$1"
}

# The environment in which 'python3' has the SQLAlchemy that is meant.
use_sqlalchemy() { # 14|2|any
	local found
	PYTHON=$SYSTEM_PYTHON
	export PYTHONDONTWRITEBYTECODE=1
	unset VIRTUAL_ENV PYTHONPATH
	if [ "$1" = 2 ] && ! version 2; then
		found=$("$ROOT/scripts/sqlalchemy2" "$UNPACKED" 2>sqlalchemy2.err) ||
			missing "no SQLAlchemy 2: $(tail -n 1 sqlalchemy2.err)"
		export PYTHONPATH=$found
	fi
	case $1 in
	2) version 2 || missing "SQLAlchemy 2 cannot be imported by $PYTHON" ;;
	14)
		# A newer Debian has no 1.4 any more.
		version 2 && skip "$PYTHON has SQLAlchemy 2"
		version 1.4 || missing "$PYTHON has no SQLAlchemy 1.4; run scripts/install-deps test"
		;;
	any) version 1.4 || version 2 || missing "$PYTHON has no SQLAlchemy; run scripts/install-deps test" ;;
	esac
}

version() { # BEGINNING
	"$PYTHON" -c "import sqlalchemy, sys; sys.exit(not sqlalchemy.__version__.startswith('$1.'))" 2>/dev/null
}
