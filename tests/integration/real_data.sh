#!/bin/bash
# Real schemas and histories.
. "$(dirname "$0")/lib.sh"

count_rows() {
	for table in $(sql "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'dbwarden%' AND name NOT LIKE 'sqlite%' ORDER BY name"); do
		echo "$table $(sql "SELECT count(*) FROM \"$table\"")"
	done
}

test_chinook_from_models_to_changes_and_back() {
	need_data chinook
	project
	cp "$SHARED_DATA/chinook/sqlite.sql" models/chinook.sql
	chmod u+w models/chinook.sql
	make_migration "the music shop"
	has out "Proved"
	has err "data statements"
	equal "$(ls migrations/primary/*.sql | wc -l)" 1
	run 0 dbw migrate
	run 0 dbw make-migrations -d again
	has out "no changes"
	first=$(schema_of app.db)
	sed -n '/Populate Tables/,$p' models/chinook.sql | sed '1,/\*\*\//d' >data.sql
	sql <data.sql
	rows=$(count_rows)
	equal "$(echo "$rows" | awk '{n += $2} END {print n > 15000}')" ""
	[ "$(echo "$rows" | awk '{n += $2} END {print n}')" -gt 15000 ]
	people=$(sql "SELECT count(*), group_concat(Email) FROM Customer")
	# From here on the models are the tables alone, with changes in them.
	sed -n '1,/Populate Tables/p' models/chinook.sql | sed '$d' | sed '$d' >models/tables.sql
	rm models/chinook.sql
	python3 - <<-'PYTHON'
		path = 'models/tables.sql'
		text = open(path).read()
		def change(old, new):
		    global text
		    assert text.count(old) == 1, (old, text.count(old))
		    text = text.replace(old, new)
		change("[Composer] NVARCHAR(220),", "[Composer] NVARCHAR(220),\n    [Rating] INTEGER NOT NULL DEFAULT 3,")
		change("    [Fax] NVARCHAR(24),\n    [Email] NVARCHAR(60)  NOT NULL,", "    [Mail] NVARCHAR(60)  NOT NULL,")
		change("[Title] NVARCHAR(160)  NOT NULL", "[Title] NVARCHAR(400)  NOT NULL")
		change("[Quantity] INTEGER  NOT NULL,", "[Quantity] INTEGER  NOT NULL CHECK (Quantity > 0),")
		head, tail = text.split("CONSTRAINT [PK_Invoice] PRIMARY KEY", 1)
		text = head + "CONSTRAINT [PK_Invoice] PRIMARY KEY" + tail.replace("ON DELETE NO ACTION", "ON DELETE CASCADE", 1)
		open(path, 'w').write(text)
	PYTHON
	make_migration "many changes" --rename Customer.Email:Mail
	has out "Proved"
	run 0 dbw migrate
	equal "$(count_rows)" "$rows"
	equal "$(sql "SELECT count(*), group_concat(Mail) FROM Customer")" "$people"
	equal "$(sql "SELECT DISTINCT Rating FROM Track")" 3
	equal "$(sql "SELECT on_delete FROM pragma_foreign_key_list('Invoice')")" CASCADE
	if sql "UPDATE InvoiceLine SET Quantity = 0" 2>/dev/null; then fail "no CHECK"; fi
	equal "$(sql "SELECT count(*) FROM pragma_foreign_key_check")" 0
	run 0 dbw make-migrations -d again
	has out "no changes"
	run 0 dbw rollback
	equal "$(count_rows)" "$rows"
	equal "$(sql "SELECT count(*), group_concat(Email) FROM Customer")" "$people"
	run 0 dbw rollback --to-version 0
	equal "$(schema_of app.db)" ""
	run 0 dbw migrate --to-version 1
	equal "$(schema_of app.db)" "$first"
}

# Each up/down pair becomes a migration. The application registers two functions; on an empty database
# their argument serves. A step with nothing to undo says so with a statement.
convert_authelia() {
	local up down number name
	for up in "$SHARED_DATA"/authelia/sqlite/*.up.sql; do
		down=${up%.up.sql}.down.sql
		number=$(basename "$up" | sed 's/^V\([0-9]*\)\..*/\1/')
		name=$(basename "$up" .up.sql | sed 's/^V[0-9]*\.//')
		{
			echo "-- upgrade"
			sed -E 's/(BIN2B64|B642BIN)\(([a-z_]+)\)/\2/g' "$up"
			echo
			echo "-- rollback"
			if [ -s "$up" ] && [ ! -s "$down" ]; then
				echo "SELECT 'nothing to undo';"
			else
				sed -E 's/(BIN2B64|B642BIN)\(([a-z_]+)\)/\2/g' "$down"
			fi
		} | migration "${number}_$name.sql"
	done
}

test_authelia_up_down_and_up_again() {
	need_data authelia/sqlite
	project
	convert_authelia
	equal "$(ls migrations/primary/*.sql | wc -l)" 26
	run 0 dbw migrate
	run 0 dbw status --check
	has out "26 applied"
	top=$(schema_of app.db)
	[ "$(echo "$top" | grep -c '^table')" -gt 10 ]
	run 0 dbw rollback --to-version 0
	equal "$(sql "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'dbwarden%' AND name NOT LIKE 'sqlite%'")" 0
	run 0 dbw migrate
	equal "$(schema_of app.db)" "$top"
	run 0 dbw history --json
	equal "$(json out history | grep -o '"id"' | wc -l)" 78
}

test_an_unknown_function_is_named_with_its_place() {
	need_data authelia/sqlite
	project
	{
		echo "-- upgrade"
		cat "$SHARED_DATA"/authelia/sqlite/V0001*.up.sql
		echo "-- rollback"
	} | migration 0001_a.sql
	{
		echo "-- upgrade"
		cat "$SHARED_DATA"/authelia/sqlite/V0002*.up.sql
		echo "-- rollback"
	} | migration 0002_b.sql
	run 1 dbw migrate
	has err "migrations/primary/0002_b.sql:"
	has err "BIN2B64"
	run 0 dbw status --json
	equal "$(json out counts applied)" 1
}

run_tests
