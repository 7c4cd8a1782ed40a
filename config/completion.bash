# Completion for bash: commands, their options, and the names of database entries.
_dbwarden() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command
	case $previous in
	--database | -d)
		if [ "$previous" = --database ] || [ "${COMP_WORDS[1]}" != make-migrations ]; then
			mapfile -t COMPREPLY < <(compgen -W "$(sed -n 's/^\[database:\(.*\)\]$/\1/p' dbwarden.ini 2>/dev/null)" -- "$current")
			return
		fi
		;;
	--config | -c | --plugin-dir)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
		;;
	esac
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$(dbwarden --help | sed -n 's/^  \([a-z][a-z-]*\).*/\1/p' | sort -u)" -- "$current")
		return
	fi
	command=${COMP_WORDS[1]}
	if [ "$COMP_CWORD" -eq 2 ]; then
		case $command in
		plugin) mapfile -t COMPREPLY < <(compgen -W "list info" -- "$current"); return ;;
		settings) mapfile -t COMPREPLY < <(compgen -W "show" -- "$current"); return ;;
		database) mapfile -t COMPREPLY < <(compgen -W "list" -- "$current"); return ;;
		esac
	fi
	case $command in plugin | settings | database) command="$command ${COMP_WORDS[2]}" ;; esac
	# shellcheck disable=SC2086
	mapfile -t COMPREPLY < <(compgen -W "$(dbwarden $command --help 2>/dev/null | grep -o -- '--[a-z-]*')" -- "$current")
}
complete -F _dbwarden dbwarden
