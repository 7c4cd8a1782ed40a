# One test on all three dialects: bodies are functions that take the database as they find it.

begin() { # sqlite, postgresql or mysql: a project and a database of its own
	dialect=$1
	if [ "$dialect" = sqlite ]; then
		project
	else
		use_server "$dialect"
	fi
}

database_sql() { # SQL: runs it, prints the rows
	if [ "$dialect" = sqlite ]; then sql "$1"; else server_sql "$1"; fi
}

key() { # LINE...: into the entry's section
	local line
	for line; do sed -i "/^model_paths/i $line" dbwarden.ini; done
}

# Makes test_NAME_on_DIALECT of every body_NAME.
on_all_dialects() {
	local body one
	for body in $(declare -F | awk '{print $3}' | grep '^body_'); do
		for one in sqlite postgresql mysql; do
			eval "test_${body#body_}_on_$one() { begin $one; $body; }"
		done
	done
}
