# A product's whole history, 26 versions up and down in each dialect, as its people wrote it.

# As migrations of ours. Its application registers two functions in SQLite: on an empty database their argument serves.
authelia_migrations() { # sqlite, postgres or mysql
	local up down n
	need_data "authelia/$1"
	mkdir -p migrations/primary
	for up in "$SHARED_DATA/authelia/$1"/*.up.sql; do
		down=${up%.up.sql}.down.sql
		n=$(basename "$up" | sed 's/^V0*\([0-9]*\)\..*/\1/')
		{
			echo '-- upgrade'
			sed -E 's/(BIN2B64|B642BIN)\(([a-z_]+)\)/\2/g' "$up"
			echo
			[ -s "$up" ] || echo "SELECT 'nothing to do';"
			echo '-- rollback'
			sed -E 's/(BIN2B64|B642BIN)\(([a-z_]+)\)/\2/g' "$down"
			echo
			[ -s "$down" ] || echo "SELECT 'nothing to undo';"
		} >"migrations/primary/$(printf %04d "$n")_authelia.sql"
	done
	equal "$(find migrations/primary -name '*.sql' | wc -l)" 26
}
