#include "config/template.h"

#include <stdbool.h>
#include <string.h>

/* The dialect that needs no server, for those who have named none. */
static const char default_type[] = "sqlite";

static const char head[] =
    "# The configuration of dbwarden. It is found from this folder and from those below it.\n"
    "#\n"
    "# A comment begins with '#' or ';', and after a value with ' ;'. A line that begins with a blank\n"
    "# continues the value above it. Relative paths are relative to this file. ${NAME} is replaced\n"
    "# from the environment, ${NAME:-DEFAULT} has a default, and '$$' is a dollar sign.\n"
    "\n"
    "[dbwarden]\n"
    "# The entry that commands work on without --database NAME.\n"
    "default = %s\n"
    "\n"
    "# A folder with dialect plugins that are not installed with dbwarden.\n"
    ";plugin_dir = plugins\n"
    "\n"
    "[database:%s]\n";

static const char tail[] =
    "\n"
    "# Where the password is, if not in the URL: the first line of a file, or what a command prints.\n"
    ";password_file = ~/.config/dbwarden/password\n"
    ";password_command = pass show database\n"
    "\n"
    "# Used instead of 'url' where a connection pooler stands before the server.\n"
    ";direct_url = ${DIRECT_URL}\n"
    "\n"
    "# Where throw-away databases are made to prove migrations in; by default on the same server.\n"
    ";scratch_url = ${SCRATCH_URL}\n"
    "\n"
    "# The schema (namespace) of names without one, where the database has such.\n"
    ";schema = public\n"
    "\n"
    "# The wanted schema: .sql files, folders of them, or patterns, separated by commas; or SQLAlchemy\n"
    "# models, such as app/models.py, a folder of .py files, or the module app.models.\n"
    "model_paths = %s\n"
    "\n"
    "# Models of any other ORM: 'django', or a command that prints their DDL.\n"
    ";provider = npx drizzle-kit export --dialect ${dialect}\n"
    "\n"
    "# Whether that command is one for /bin/sh, with pipes and the like.\n"
    ";provider_shell = no\n"
    "\n"
    "# How many seconds reading such models may take. 0: as long as it wants.\n"
    ";provider_timeout = 60\n"
    "\n"
    "# The Python that imports them. By default the active virtual environment's, or python3.\n"
    ";python = .venv/bin/python\n"
    "\n"
    "# The tables that belong to this entry, as patterns separated by commas. By default all.\n"
    ";model_tables = shop_*\n"
    "\n"
    "# The tables that do not, such as another program's.\n"
    ";exclude_tables = celery_*, spatial_ref_sys\n"
    "\n"
    "# Where the migration files are.\n"
    "migrations_dir = migrations/%s\n"
    "\n"
    "# How new files are numbered: sequential (0001), or timestamp for teams that branch.\n"
    ";versioning = sequential\n"
    "\n"
    "# How many seconds to wait while another dbwarden migrates this database. 0: not at all.\n"
    ";lock_timeout = 60\n"
    "\n"
    "# How many seconds one statement may take. 0: as long as it wants.\n"
    ";statement_timeout = 0\n"
    "\n"
    "# How many seconds a statement may wait for the server's own locks. 0: as the server has it.\n"
    ";lock_wait_timeout = 0\n"
    "\n"
    "# How many seconds connecting may take. 0: as the client library has it.\n"
    ";connect_timeout = 0\n"
    "\n"
    "# How many seconds to wait for a server that is not there yet. 0: not at all.\n"
    ";wait_for_db = 0\n";

/* The URL as the file must have it to be read back: ' ;' would begin a comment, '$$' would become one
 * dollar sign, and a line break would end the value. '${NAME}' is left: who types it means it. */
static void append_url(struct dbw_buffer *out, const char *url)
{
	for (const char *p = url; *p; p++) {
		bool comment = *p == ';' && p > url && p[-1] == ' ';

		if (comment || (unsigned char)*p < ' ')
			buffer_printf(out, "%%%02X", (unsigned)(unsigned char)*p);
		else
			buffer_char(out, *p);
		if (p[0] == '$' && p[1] == '$')
			buffer_char(out, '$');
	}
}

/* The type that would be read from the URL, as far as one can see it. */
static void append_scheme(struct dbw_buffer *out, const char *url)
{
	size_t length = url ? strspn(url, "abcdefghijklmnopqrstuvwxyz0123456789") : 0;

	if (length && (url[length] == ':' || url[length] == '+'))
		buffer_append(out, url, length);
	else
		buffer_string(out, default_type);
}

void config_template(struct dbw_buffer *out, const char *entry, const char *type, const char *url,
                     const char *models)
{
	buffer_printf(out, head, entry, entry);
	buffer_string(out,
	              "# The dialect of the database. Without it, the one that the URL names.\n");
	buffer_string(out, type || !url ? "type = " : ";type = ");
	if (type)
		buffer_string(out, type);
	else
		append_scheme(out, url);
	buffer_string(out,
	              "\n\n# Where the database is: SCHEME://USER:PASSWORD@HOST:PORT/DATABASE, or\n"
	              "# SCHEME:///FILE with a file relative to this one.\n"
	              "url = ");
	if (url)
		append_url(out, url);
	else if (type && strcmp(type, default_type) != 0)
		buffer_string(out, "${DATABASE_URL}");
	else
		buffer_printf(out, "%s:///%s.db", default_type, entry);
	buffer_char(out, '\n');
	buffer_printf(out, tail, models, entry);
}
