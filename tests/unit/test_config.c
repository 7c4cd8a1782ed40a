/* dbwarden.ini: syntax, values, where it is found, and what is shown of it. */
#include "config_files.h"

/* Syntax. */

static const struct {
	const char *text;
	const char *command; /* what password_command of entry 'a' comes to */
} read_well[] = {
    {"[database:a]\nurl=x:\npassword_command=v\n", "v"},
    {"[database:a]\nurl=x:\npassword_command=v", "v"},
    {"[database:a]\r\nurl=x:\r\npassword_command = v \r\n", "v"},
    {"\xef\xbb\xbf[database:a]\nurl=x:\npassword_command = v\n", "v"},
    {"\n\n# c\n  ; c\n[database:a]\nurl=x:\npassword_command = v\n", "v"},
    {"[database:a] ; c\nurl=x:\npassword_command = v\n", "v"},
    {"[database:a]# c\nurl=x:\npassword_command = v\n", "v"},
    {"  [ database:a ]\nurl=x:\npassword_command = v\n", "v"},
    {"[database:a]\n  url=x:\n\npassword_command = v\n", "v"},
    {"[database:a]\nurl: x:\npassword_command: v\n", "v"},
    {"[database:a]\nurl=x:\npassword_command\t=\tv\t\n", "v"},
    {"[database:a]\nurl=x:\npassword_command = a = b : c\n", "a = b : c"},
    {"[database:a]\nurl=x:\npassword_command = v ; c\n", "v"},
    {"[database:a]\nurl=x:\npassword_command = v\t; c ; d\n", "v"},
    {"[database:a]\nurl=x:\npassword_command = v;w\n", "v;w"},
    {"[database:a]\nurl=x:\npassword_command =;w\n", ";w"},
    {"[database:a]\nurl=x:\npassword_command = v # w\n", "v # w"},
    {"[database:a]\nurl=x:\npassword_command = [v]\n", "[v]"},
    {"[database:a]\nurl=x:\npassword_command = \"v w\"\n", "\"v w\""},
    {"[database:a]\nurl=x:\npassword_command = @0\n", "@0"},
    {"[database:a]\nurl=x:\npassword_command = d\xc3\xa9j\xc3\xa0\n", "d\xc3\xa9j\xc3\xa0"},
    {"[database:a]\nurl=x:\npassword_command = v\n# c\n  ; c\n\n", "v"},
    {"[database:b]\ntype=x\n[database:a]\nurl=x:\npassword_command = v\n", "v"},
    {"[database:a]\nurl=x:\npassword_command = ${WORD}\n", "value"},
    {"[database:a]\nurl=x:\npassword_command = ${DOLLAR}\n", "${WORD}$$"},
};

START_TEST(text_is_read)
{
	ck_assert_str_eq(entry_of(read_well[_i].text, "a")->password_command,
	                 read_well[_i].command);
}
END_TEST

static const struct {
	const char *text;
	size_t line, column;
	const char *message;
	const char *hint; /* a part of it, or NULL for none */
} refused[] = {
    {"", 0, 0, "the configuration names no database", "[database:primary]\nurl = "},
    {"# nothing\n", 0, 0, "the configuration names no database", "[database:primary]"},
    {"[dbwarden]\n", 0, 0, "the configuration names no database", "[database:primary]"},
    {"[database:a]\nurl=x:\nsense\n", 3, 1, "neither 'key = value' nor '[section]'",
     "begins with a space"},
    {"[database:a]\nurl=x:\nsense ;=\n", 3, 6,
     "the name of a key has letters, digits, '_' and '-' alone", NULL},
    {"[database:a\nurl=x:\n", 1, 1, "'[' without its ']'", NULL},
    {"[database:a] url=x:\n", 1, 14, "text after the ']' of a section", NULL},
    {"[]\n", 1, 2, "a section without a name", NULL},
    {"[database:a]\n= v\n", 2, 1, "a key without a name", NULL},
    {"[database:a]\nmy url = v\n", 2, 3, "the name of a key has letters, digits, '_' and '-' alone",
     NULL},
    {"url = x:\n", 1, 1, "key 'url' stands before any section", "[database:NAME]"},
    {"[database:a]\nurl=x:\n\n[database:b]\ntype=x\n[database:a]\nurl=x:\n", 6, 2,
     "section '[database:a]' is there already, in line 1", "into one section"},
    {"[dbwarden]\n[database:a]\nurl=x:\n[dbwarden]\n", 4, 2,
     "section '[dbwarden]' is there already, in line 1", "into one section"},
    {"[database:a]\nurl=x:\ntype=x\nurl=y:\n", 4, 1, "key 'url' is there already, in line 2", NULL},
    {"[databse:a]\nurl=x:\n", 1, 2, "unknown section '[databse:a]'",
     "Did you mean '[database:a]'?"},
    {"[dbwardn]\n", 1, 2, "unknown section '[dbwardn]'", "Did you mean '[dbwarden]'?"},
    {"[database]\nurl=x:\n", 1, 2, "unknown section '[database]'", "'[database:NAME]'"},
    {"[primary]\nurl=x:\n", 1, 2, "unknown section '[primary]'",
     "Did you mean '[database:primary]'?"},
    {"[database:]\nurl=x:\n", 1, 11, "the database has no name", "letters, digits"},
    {"[database:a.b]\nurl=x:\n", 1, 11, "'a.b' is no name for a database", "letters, digits"},
    {"[database:a]\nurl=x:\nmodel_path = m\n", 3, 1, "unknown key 'model_path' in '[database:a]'",
     "Did you mean 'model_paths'?"},
    {"[database:a]\nURL=x:\n", 2, 1, "unknown key 'URL' in '[database:a]'", "Did you mean 'url'?"},
    {"[database:a]\nurl=x:\nfrobnicate = m\n", 3, 1, "unknown key 'frobnicate' in '[database:a]'",
     NULL},
    {"[database:a]\nurl=x:\ndefault = a\n", 3, 1, "unknown key 'default' in '[database:a]'",
     "'default' belongs in '[dbwarden]'."},
    {"[dbwarden]\nurl=x:\n", 2, 1, "unknown key 'url' in '[dbwarden]'",
     "'url' belongs in a '[database:NAME]'."},
    {"[dbwarden]\ndefault=prod\n[database:prod-eu]\nurl=x:\n", 2, 9,
     "the default database 'prod' not found", "Choose one of them"},
    {"[dbwarden]\nplugin_dir = ${UNSET}\n[database:a]\nurl=x:\n", 2, 14,
     "'plugin_dir': environment variable 'UNSET' is not set", "${UNSET:-DEFAULT}"},
    {"[database:a]\nmodel_paths = m\n", 1, 0, "'[database:a]' has neither 'url' nor 'type'",
     "Set 'url'"},
    {"[database:a]\nurl =\n", 2, 6, "'url' has no value", "take the line out"},
    {"[database:a]\nurl = ; c\n", 2, 6, "'url' has no value", "take the line out"},
    {"[database:a]\nurl=x:\nmodel_paths = , ,\n", 3, 15, "'model_paths' has no value",
     "take the line out"},
    {"[database:a]\ntype = x\n  url = y:\n", 3, 3, "the value of 'type' goes on in a second line",
     "first column"},
    {"[database:a]\nurl = app.db\n", 2, 7, "the URL has no scheme", "SCHEME://"},
    {"[database:a]\nurl = \"x:\"\n", 2, 7, "the value of 'url' is in quotes", "without them"},
    {"[database:a]\nmigrations_dir = 'm'\n", 2, 18, "the value of 'migrations_dir' is in quotes",
     "without them"},
    {"[database:a]\ntype = ../x\n", 2, 8,
     "'type' is the name of a dialect: letters, digits, '_' and '-'", NULL},
    {"[database:a]\nurl = x:${WORD\n", 2, 9, "'url': '${' without its '}'", "$${"},
    {"[database:a]\nurl = x:${}\n", 2, 9, "'url': '${}' names no environment variable", "${NAME}"},
    {"[database:a]\nurl=x:\nversioning = sequentail\n", 3, 14,
     "'versioning' is neither 'sequential' nor 'timestamp'", "Did you mean 'sequential'?"},
    {"[database:a]\nurl=x:\nprovider_shell = maybe\n", 3, 18,
     "'provider_shell' is neither 'yes' nor 'no'", NULL},
    {"[database:a]\nurl=x:\nprovider = a ${}\n", 3, 14,
     "'provider': '${}' names no environment variable", "${NAME}"},
    {"[database:a]\nurl=x:\nprovider_timeout = -1\n", 3, 20,
     "'provider_timeout' cannot be negative", NULL},
    {"[database:a]\nurl=x:\nlock_timeout = soon\n", 3, 16,
     "'lock_timeout' is not a number of seconds", "without a unit"},
    {"[database:a]\nurl=x:\nlock_timeout = -1\n", 3, 16, "'lock_timeout' cannot be negative", NULL},
    {"[database:a]\nurl=x:\npassword_file=p\npassword_command=c\n", 4, 0,
     "'password_file' and 'password_command' are both set, in lines 3 and 4", NULL},
    {"[database:a]\nurl=x:\nmigrations_dir=m\n[database:b]\nurl=x:\nmigrations_dir=./m/\n", 6, 16,
     "databases 'a' and 'b' have one migrations_dir, '/T/m'", "a folder of its own"},
    {"[database:a]\nurl=x:\n[database:b]\nurl=x:\nmigrations_dir=migrations/a\n", 5, 16,
     "databases 'a' and 'b' have one migrations_dir, '/T/migrations/a'", "${DATABASE_URL}"},
    {"[database:a]\nurl = \x01\n", 2, 7, "the file holds a control character", NULL},
    {"[database:a]\nurl = x\ry\n", 2, 8, "the file holds a carriage return inside a line", NULL},
    {"\n\n# \xe9t\xe9\n", 3, 3, "the file holds a byte that is not UTF-8", NULL},
    {"# \xc0\xaf\n", 1, 3, "the file holds a byte that is not UTF-8", NULL},
    {"# \xed\xa0\x80\n", 1, 3, "the file holds a byte that is not UTF-8", NULL},
    {"# \xf4\x90\x80\x80\n", 1, 3, "the file holds a byte that is not UTF-8", NULL},
    {"# \xe2\x82", 1, 3, "the file holds a byte that is not UTF-8", NULL},
};

START_TEST(text_is_refused_with_its_place)
{
	const char *message = refused[_i].message;
	const char *place = strstr(message, "/T/");

	/* '/T/' stands for the test's folder. */
	if (place)
		message = arena_printf(&arena, "%.*s%s%s", (int)(place - message), message, folder,
		                       place + 2);
	ck_assert_msg(!load_text(refused[_i].text), "%s", refused[_i].text);
	ck_assert_str_eq(error.message, message);
	ck_assert_uint_eq(error.line, refused[_i].line);
	ck_assert_uint_eq(error.column, refused[_i].column);
	ck_assert_int_eq(error.kind, ERROR_USAGE);
	ck_assert_str_eq(error.file, in_folder("dbwarden.ini"));
	if (refused[_i].hint)
		ck_assert_msg(error.hint && strstr(error.hint, refused[_i].hint), "%s", error.hint);
	else
		ck_assert_pstr_eq(error.hint, NULL);
}
END_TEST

START_TEST(nul_byte_is_refused_with_its_place)
{
	static const char text[] = "[database:a]\nurl = x:\0y\n";

	write_bytes("dbwarden.ini", text, sizeof text - 1);
	ck_assert(!config_load(&config, NULL, &error));
	ck_assert_str_eq(error.message, "the file holds a NUL byte");
	ck_assert_uint_eq(error.line, 2);
	ck_assert_uint_eq(error.column, 9);
}
END_TEST

/* inih takes 200 bytes of a line and 50 of a name. */
START_TEST(value_of_any_length_is_read_whole)
{
	static const size_t lengths[] = {150, 183, 184, 185,  199,    200,
	                                 201, 399, 400, 8192, 3000000};
	struct dbw_buffer text = {0};
	const struct entry *entry;

	buffer_string(&text, "[database:a]\nurl = x:\npassword_command = ");
	for (size_t i = 0; i < lengths[_i]; i++)
		buffer_char(&text, (char)('a' + i % 26));
	buffer_string(&text, "\nlock_timeout = 7\n");
	entry = entry_of(text.text, "a");
	ck_assert_uint_eq(strlen(entry->password_command), lengths[_i]);
	ck_assert_int_eq(entry->password_command[lengths[_i] - 1],
	                 (int)('a' + (lengths[_i] - 1) % 26));
	ck_assert_uint_eq(entry->lock_timeout_ms, 7000);
	buffer_release(&text);
}
END_TEST

START_TEST(comments_and_blank_lines_of_any_length_are_passed_over)
{
	const struct entry *entry = entry_with(arena_printf(
	    &arena, "# %8000s url = z:\n%9000s\npassword_command = v%700s; c\n", "x", "", ""));

	ck_assert_str_eq(entry->password_command, "v");
}
END_TEST

START_TEST(name_that_the_parser_would_cut_is_refused)
{
	char name[41];

	memset(name, 'n', sizeof name);
	name[40] = '\0';
	ck_assert_str_eq(
	    entry_of(arena_printf(&arena, "[database:%s]\nurl=x:\n", name), name)->name, name);
	ck_assert(!load_text(arena_printf(&arena, "[database:%sn]\nurl=x:\n", name)));
	ck_assert_str_eq(error.message, "the name of a section is longer than 49 bytes");
	ck_assert(!load_text(arena_printf(&arena, "[database:a]\n%s%s=x:\n", name, name)));
	ck_assert_str_eq(error.message, "the name of a key is longer than 49 bytes");
	ck_assert_uint_eq(error.line, 2);
}
END_TEST

START_TEST(many_entries_are_read)
{
	enum { ENTRIES = 5000 };
	struct dbw_buffer text = {0};

	for (int i = 0; i < ENTRIES; i++)
		buffer_printf(&text, "[database:n%d]\nurl = x:///%d\n", i, i);
	ck_assert_str_eq(entry_of(text.text, "n4999")->url, "x:///4999");
	ck_assert_uint_eq(config.entries.count, ENTRIES);
	buffer_string(&text, "[database:n77]\nurl = x:\n");
	ck_assert(!load_text(text.text));
	ck_assert_str_eq(error.message, "section '[database:n77]' is there already, in line 155");
	buffer_release(&text);
}
END_TEST

/* Values. */

START_TEST(entry_without_more_has_the_defaults)
{
	const struct entry *entry = entry_of("[database:Main_2-x]\nurl = Foo+bar://h/d\n", NULL);

	ck_assert_str_eq(entry->name, "Main_2-x");
	ck_assert_uint_eq(entry->line, 1);
	ck_assert_str_eq(entry->type, "foo");
	ck_assert_str_eq(entry->url, "Foo+bar://h/d");
	ck_assert_ptr_null(entry->password_file);
	ck_assert_ptr_null(entry->password_command);
	ck_assert_uint_eq(entry->model_paths.count, 0);
	ck_assert_str_eq(entry->migrations_dir, in_folder("migrations/Main_2-x"));
	ck_assert_str_eq(entry->snapshots_dir, in_folder(".dbwarden/snapshots/Main_2-x"));
	ck_assert_int_eq(entry->versioning, VERSIONING_SEQUENTIAL);
	ck_assert_uint_eq(entry->lock_timeout_ms, 60000);
	ck_assert_uint_eq(entry->statement_timeout_ms, 0);
	ck_assert_uint_eq(entry->connect_timeout_ms, 0);
	ck_assert_ptr_null(config.plugin_dir);
}
END_TEST

START_TEST(every_key_is_read)
{
	const struct entry *entry;

	setenv("HOME", "/home/me", 1);
	entry = entry_of("[dbwarden]\ndefault = b\nplugin_dir = p\n"
	                 "[database:a]\ntype = x\n"
	                 "[database:b]\ntype = Dialect_2\nurl = x:///y\npassword_file = ~/secret\n"
	                 "model_paths = one, /two/*.sql ,\n  three ; c\n  ~/four\n"
	                 "model_tables = a_*, app.[b-d]?\n  other\nexclude_tables = *_old\n"
	                 "migrations_dir = ../m\nversioning = timestamp\nlock_timeout = 0.25\n"
	                 "statement_timeout = 30\nconnect_timeout = 5\n",
	                 NULL);
	ck_assert_str_eq(entry->name, "b");
	ck_assert_str_eq(config.default_entry, "b");
	ck_assert_str_eq(config.plugin_dir, in_folder("p"));
	ck_assert_str_eq(entry->type, "dialect_2");
	ck_assert_str_eq(entry->password_file, "/home/me/secret");
	ck_assert_uint_eq(entry->model_paths.count, 4);
	ck_assert_str_eq(entry->model_paths.items[0], in_folder("one"));
	ck_assert_str_eq(entry->model_paths.items[1], "/two/*.sql");
	ck_assert_str_eq(entry->model_paths.items[2], in_folder("three"));
	ck_assert_str_eq(entry->model_paths.items[3], "/home/me/four");
	ck_assert_uint_eq(entry->model_tables.count, 3);
	ck_assert_str_eq(entry->model_tables.items[0], "a_*");
	ck_assert_str_eq(entry->model_tables.items[1], "app.[b-d]?");
	ck_assert_str_eq(entry->model_tables.items[2], "other");
	ck_assert_uint_eq(entry->exclude_tables.count, 1);
	ck_assert_str_eq(entry->exclude_tables.items[0], "*_old");
	ck_assert_str_eq(entry->migrations_dir, in_folder("../m"));
	ck_assert_int_eq(entry->versioning, VERSIONING_TIMESTAMP);
	ck_assert_uint_eq(entry->lock_timeout_ms, 250);
	ck_assert_uint_eq(entry->statement_timeout_ms, 30000);
	ck_assert_uint_eq(entry->connect_timeout_ms, 5000);
}
END_TEST

static const struct {
	const char *written;
	const char *message; /* NULL: it is read */
	unsigned milliseconds;
} seconds[] = {
    {"0", NULL, 0},
    {"1", NULL, 1000},
    {"007", NULL, 7000},
    {"0.5", NULL, 500},
    {"1.001", NULL, 1001},
    {"1.0010", NULL, 1001},
    {"1.0011", NULL, 1002},
    {"0.0001", NULL, 1},
    {"2147482.9999", NULL, 2147483000},
    {"2147483", "'lock_timeout' must be less than 2147483 seconds", 0},
    {"99999999999999999999999", "'lock_timeout' must be less than 2147483 seconds", 0},
    {"-0.5", "'lock_timeout' cannot be negative", 0},
    {"60s", "'lock_timeout' is not a number of seconds", 0},
    {"1.", "'lock_timeout' is not a number of seconds", 0},
    {".5", "'lock_timeout' is not a number of seconds", 0},
    {"1.5.5", "'lock_timeout' is not a number of seconds", 0},
    {"1,5", "'lock_timeout' is not a number of seconds", 0},
    {"1e3", "'lock_timeout' is not a number of seconds", 0},
    {"0x10", "'lock_timeout' is not a number of seconds", 0},
    {"inf", "'lock_timeout' is not a number of seconds", 0},
    {"1 2", "'lock_timeout' is not a number of seconds", 0},
};

START_TEST(seconds_are_read)
{
	bool done = load_text(
	    arena_printf(&arena, "[database:a]\nurl=x:\nlock_timeout = %s\n", seconds[_i].written));
	const struct entry *entry = done ? config.entries.items[0] : NULL;

	ck_assert_pstr_eq(error.message, seconds[_i].message);
	if (entry)
		ck_assert_uint_eq(entry->lock_timeout_ms, seconds[_i].milliseconds);
}
END_TEST

/* Interpolation. */

static const struct {
	const char *text;
	const char *result; /* NULL: refused */
	const char *message;
	size_t offset;
} interpolations[] = {
    {"", "", NULL, 0},
    {"plain", "plain", NULL, 0},
    {"${WORD}", "value", NULL, 0},
    {"a${WORD}b${WORD}", "avaluebvalue", NULL, 0},
    {"${EMPTY}", "", NULL, 0},
    {"${EMPTY:-x}", "x", NULL, 0},
    {"${UNSET:-x:-y}", "x:-y", NULL, 0},
    {"${UNSET:-}", "", NULL, 0},
    {"${WORD:-x}", "value", NULL, 0},
    {"${UNSET:-p$ss$}", "p$ss$", NULL, 0},
    {"${DOLLAR}", "${WORD}$$", NULL, 0},
    {"$$", "$", NULL, 0},
    {"$${WORD}", "${WORD}", NULL, 0},
    {"$$${WORD}", "$value", NULL, 0},
    {"$", "$", NULL, 0},
    {"$WORD $(x) a$", "$WORD $(x) a$", NULL, 0},
    {"a}b{", "a}b{", NULL, 0},
    {"ab${UNSET}", NULL, "environment variable 'UNSET' is not set", 2},
    {"${WORD}${", NULL, "'${' without its '}'", 7},
    {"${WORD", NULL, "'${' without its '}'", 0},
    {"${A:-${B}}", NULL, "'${' inside another '${'", 0},
    {"${}", NULL, "'${}' names no environment variable", 0},
    {"${:-x}", NULL, "'${:-x}' names no environment variable", 0},
    {"${1A}", NULL, "'${1A}' names no environment variable", 0},
    {"${A B}", NULL, "'${A B}' names no environment variable", 0},
    {"${A-x}", NULL, "'${A-x}' names no environment variable", 0},
    {"${A:x}", NULL, "'${A:x}' names no environment variable", 0},
    {"${LATIN1}", NULL, "environment variable 'LATIN1' holds a byte that is not UTF-8", 0},
};

START_TEST(variables_are_replaced)
{
	struct interpolation result;
	bool done = interpolate(&arena, interpolations[_i].text, NULL, &result, &error);

	ck_assert(done == (interpolations[_i].result != NULL));
	ck_assert_pstr_eq(result.text, interpolations[_i].result);
	ck_assert_pstr_eq(error.message, interpolations[_i].message);
	if (!done)
		ck_assert_uint_eq(result.offset, interpolations[_i].offset);
}
END_TEST

START_TEST(deep_nesting_is_refused_at_once)
{
	struct dbw_buffer text = {0};
	struct interpolation result;

	for (size_t i = 0; i < 100000; i++)
		buffer_string(&text, "${A:-");
	for (size_t i = 0; i < 100000; i++)
		buffer_char(&text, '}');
	ck_assert(!interpolate(&arena, text.text, NULL, &result, &error));
	buffer_release(&text);
}
END_TEST

static const char two_entries[] = "[database:prod]\n"
				  "type = x\n"
				  "url = x://u:${UNSET}@h\n"
				  "[database:dev]\n"
				  "url = x:///dev\n";

START_TEST(unset_variable_disturbs_no_other_entry)
{
	ck_assert_str_eq(entry_of(two_entries, "dev")->url, "x:///dev");
}
END_TEST

START_TEST(unset_variable_is_an_error_for_its_entry)
{
	ck_assert(load_text(two_entries));
	ck_assert_ptr_null(config_entry(&config, "prod", &error));
	ck_assert_str_eq(error.message, "'url': environment variable 'UNSET' is not set");
	ck_assert_int_eq(error.kind, ERROR_USAGE);
	ck_assert_str_eq(error.file, in_folder("dbwarden.ini"));
	ck_assert_uint_eq(error.line, 3);
	ck_assert_uint_eq(error.column, 13);
	ck_assert_str_eq(error.hint, "Set it, or write ${UNSET:-DEFAULT} to have a default.");
}
END_TEST

/* What is wrong because of the environment waits, too. */
static const struct {
	const char *line;
	const char *message;
} environment_problems[] = {
    {"lock_timeout = ${WORD}", "'lock_timeout' is not a number of seconds"},
    {"versioning = ${WORD}", "'versioning' is neither 'sequential' nor 'timestamp'"},
    {"url = ${WORD}", "the URL has no scheme"},
    {"url = ${EMPTY}", "'url' has no value"},
    {"type = ${UNSET:-}", "'type' has no value"},
    {"model_paths = ${EMPTY}", "'model_paths' has no value"},
    {"migrations_dir = ${UNSET}/x", "'migrations_dir': environment variable 'UNSET' is not set"},
    {"password_file = ~/x", "'password_file' begins with '~', and HOME is not set"},
};

START_TEST(value_that_the_environment_spoils_concerns_its_entry_alone)
{
	char *text = arena_printf(
	    &arena, "[database:a]\n%s\n%s\n[database:b]\nurl=x:///b\n",
	    environment_problems[_i].line,
	    strncmp(environment_problems[_i].line, "url", 3) == 0 ? "type=x" : "url=x:///a");

	unsetenv("HOME");
	ck_assert_str_eq(entry_of(text, "b")->url, "x:///b");
	ck_assert_ptr_null(config_entry(&config, "a", &error));
	ck_assert_str_eq(error.message, environment_problems[_i].message);
	ck_assert_uint_eq(error.line, 2);
}
END_TEST

/* Finding the file. */

START_TEST(file_is_found_above_the_working_directory)
{
	ck_assert(path_make_directories("a/b", &error));
	write_text("dbwarden.ini", "[database:a]\nurl=x:\nmodel_paths=m\n");
	ck_assert_int_eq(chdir("a/b"), 0);
	ck_assert(config_load(&config, NULL, &error));
	ck_assert_str_eq(config.path, in_folder("dbwarden.ini"));
	ck_assert_str_eq(config.directory, folder);
	ck_assert_str_eq(((const struct entry *)config.entries.items[0])->model_paths.items[0],
	                 in_folder("m"));
}
END_TEST

START_TEST(no_file_is_an_error_that_says_where_it_was_sought)
{
	ck_assert(path_make_directories("a", &error));
	ck_assert_int_eq(chdir("a"), 0);
	ck_assert(!config_load(&config, NULL, &error));
	ck_assert_str_eq(error.message, "no configuration found");
	ck_assert_int_eq(error.kind, ERROR_USAGE);
	ck_assert_str_eq(
	    error.detail,
	    arena_printf(&arena, "looked for dbwarden.ini in:\n%s/a\n%s\n/tmp\n/", folder, folder));
	ck_assert_str_eq(error.hint, "Run 'dbwarden init' to make a dbwarden.ini here, or name one "
	                             "with --config FILE.");
}
END_TEST

START_TEST(file_that_is_named_is_the_one_that_is_read)
{
	write_text("sub/other.ini", "[database:a]\nurl=x:\nmodel_paths=m\n");
	write_text("dbwarden.ini", "[database:b]\nurl=x:\n");
	ck_assert(config_load(&config, "./sub//other.ini", &error));
	ck_assert_str_eq(config.path, in_folder("sub/other.ini"));
	ck_assert_str_eq(config.directory, in_folder("sub"));
	ck_assert(!config_load(&config, "none.ini", &error));
	ck_assert_str_eq(
	    error.message,
	    arena_printf(&arena, "cannot open '%s/none.ini': No such file or directory", folder));
	ck_assert_int_eq(error.kind, ERROR_USAGE);
	ck_assert(!config_load(&config, "sub", &error));
	ck_assert_ptr_nonnull(strstr(error.message, "it is a directory"));
	ck_assert_int_eq(error.kind, ERROR_USAGE);
}
END_TEST

START_TEST(paths_are_relative_to_the_link_not_to_its_target)
{
	write_text("sub/real.ini", "[database:a]\nurl=x:\nmodel_paths=m\n");
	ck_assert_int_eq(symlink("sub/real.ini", "dbwarden.ini"), 0);
	ck_assert(config_load(&config, NULL, &error));
	ck_assert_str_eq(((const struct entry *)config.entries.items[0])->model_paths.items[0],
	                 in_folder("m"));
}
END_TEST

START_TEST(file_that_cannot_be_read_is_an_error)
{
	if (geteuid() == 0) /* who may read everything: a link to nowhere will do */
		ck_assert_int_eq(symlink("nowhere", "dbwarden.ini"), 0);
	else
		write_text("dbwarden.ini", "");
	chmod("dbwarden.ini", 0);
	ck_assert(!config_load(&config, NULL, &error));
	ck_assert_int_eq(strncmp(error.message, "cannot open '", 13), 0);
	ck_assert_int_eq(error.kind, ERROR_USAGE);
}
END_TEST

START_TEST(one_folder_by_two_names_is_one_folder)
{
	ck_assert(path_make_directories("m", &error));
	ck_assert_int_eq(symlink("m", "link"), 0);
	ck_assert(!load_text("[database:b]\nurl=x:\nmigrations_dir=m\n"
	                     "[database:a]\nurl=x:\nmigrations_dir=link\n"));
	ck_assert_ptr_nonnull(
	    strstr(error.message, "databases 'b' and 'a' have one migrations_dir"));
	ck_assert_uint_eq(error.line, 6);
}
END_TEST

/* Choosing an entry. */

START_TEST(only_entry_is_the_default)
{
	ck_assert_str_eq(entry_of("[database:a]\nurl=x:\n", NULL)->name, "a");
}
END_TEST

START_TEST(several_entries_without_default_must_be_named)
{
	ck_assert(load_text("[database:a]\nurl=x:\n[database:b]\nurl=x:\n"));
	ck_assert_ptr_null(config_entry(&config, NULL, &error));
	ck_assert_str_eq(error.message, "no database chosen, and the configuration has no default");
	ck_assert_str_eq(error.detail, "the configuration has 'a', 'b'");
	ck_assert_ptr_nonnull(strstr(error.hint, "--database NAME"));
}
END_TEST

START_TEST(unknown_entry_is_an_error_with_the_names_there_are)
{
	ck_assert(load_text("[database:primary]\nurl=x:\n[database:other]\nurl=x:\n"));
	ck_assert_ptr_null(config_entry(&config, "primray", &error));
	ck_assert_str_eq(error.message, "database 'primray' not found");
	ck_assert_str_eq(error.detail, "the configuration has 'primary', 'other'");
	ck_assert_str_eq(error.hint, "Did you mean 'primary'?");
	ck_assert_int_eq(error.kind, ERROR_USAGE);
	ck_assert_ptr_null(config_entry(&config, "zzz", &error));
	ck_assert_str_eq(error.hint, "Choose one of them, or add a section [database:NAME].");
	ck_assert_ptr_null(config_entry(&config, "PRIMARY", &error));
	ck_assert_str_eq(error.hint, "Did you mean 'primary'?");
}
END_TEST

/* Settings. */

static char *settings_text(const struct entry *entry)
{
	struct dbw_list settings = {0};
	struct dbw_buffer out = {0};
	char *text;

	config_settings(&config, entry, &settings);
	for (size_t i = 0; i < settings.count; i++) {
		const struct setting *setting = settings.items[i];

		buffer_printf(&out, "%s=%s (%s)\n", setting->key,
		              setting->value ? setting->value : "-", setting->source);
	}
	text = arena_string(&arena, buffer_text(&out));
	buffer_release(&out);
	return text;
}

START_TEST(keys_of_a_provider_are_read)
{
	const struct entry *entry;

	setenv("TOOL", "npx drizzle-kit", 1);
	entry = entry_of("[database:a]\nurl = x:\nprovider = \"${TOOL}\" export ${dialect}\n"
	                 "provider_shell = Yes\nprovider_timeout = 2.5\npython = python3.12\n"
	                 "model_tables = shop_*, orders ,\n    log?\nexclude_tables = tmp_*\n",
	                 NULL);
	/* What it means is filled in by who runs it, with the dialect that the plugin has. */
	ck_assert_str_eq(entry->provider, "\"npx drizzle-kit\" export ${dialect}");
	ck_assert(entry->provider_shell);
	ck_assert_uint_eq(entry->provider_timeout_ms, 2500);
	ck_assert_str_eq(entry->python, "python3.12");
	ck_assert_uint_eq(entry->model_tables.count, 3);
	ck_assert_str_eq(entry->model_tables.items[1], "orders");
	ck_assert_str_eq(entry->model_tables.items[2], "log?");
	ck_assert_uint_eq(entry->exclude_tables.count, 1);
	/* As written: what ${TOOL} holds may be a secret. */
	ck_assert_msg(strstr(settings_text(entry),
	                     "provider=\"${TOOL}\" export ${dialect} (line 3)\n") != NULL,
	              "%s", settings_text(entry));
}
END_TEST

START_TEST(an_interpreter_with_a_slash_is_relative_to_the_file)
{
	const struct entry *entry =
	    entry_of("[database:a]\nurl = x:\npython = .venv/bin/python\n", NULL);

	ck_assert_str_eq(entry->python, in_folder(".venv/bin/python"));
	ck_assert(!entry->provider_shell);
	ck_assert_ptr_null(entry->provider);
}
END_TEST

START_TEST(settings_show_every_key_with_its_source)
{
	const struct entry *entry = entry_of("[dbwarden]\ndefault=a\n[database:a]\n"
	                                     "url = x://u:p@h/d\nmodel_paths = /m, /n\n"
	                                     "lock_timeout = 0.50\n",
	                                     NULL);

	ck_assert_str_eq(settings_text(entry),
	                 arena_printf(&arena,
	                              "default=a (line 2)\n"
	                              "plugin_dir=- (default)\n"
	                              "type=x (line 4)\n"
	                              "url=x://u:***@h/d (line 4)\n"
	                              "direct_url=- (default)\n"
	                              "scratch_url=- (default)\n"
	                              "schema=- (default)\n"
	                              "password_file=- (default)\n"
	                              "password_command=- (default)\n"
	                              "model_paths=/m, /n (line 5)\n"
	                              "provider=- (default)\n"
	                              "provider_shell=no (default)\n"
	                              "provider_timeout=60 (default)\n"
	                              "python=- (default)\n"
	                              "model_tables=- (default)\n"
	                              "exclude_tables=- (default)\n"
	                              "migrations_dir=%s/migrations/a (default)\n"
	                              "versioning=sequential (default)\n"
	                              "lock_timeout=0.5 (line 6)\n"
	                              "statement_timeout=0 (default)\n"
	                              "lock_wait_timeout=0 (default)\n"
	                              "connect_timeout=0 (default)\n"
	                              "wait_for_db=0 (default)\n",
	                              folder));
}
END_TEST

START_TEST(settings_show_no_secret)
{
	char *text;

	setenv("PW", "S3CRET", 1);
	text = settings_text(entry_of("[database:a]\nurl = x://u:${PW}@h/d?token=${PW}\n"
	                              "password_command = login ${PW}\n",
	                              NULL));
	ck_assert_ptr_null(strstr(text, "S3CRET"));
	ck_assert_ptr_nonnull(strstr(text, "url=x://u:***@h/d?token=*** (line 2)"));
	ck_assert_ptr_nonnull(strstr(text, "password_command=login ${PW} (line 3)"));
}
END_TEST

START_TEST(settings_say_why_there_is_no_value)
{
	ck_assert(load_text(two_entries));
	ck_assert_ptr_nonnull(
	    strstr(settings_text(config.entries.items[0]),
	           "url=('url': environment variable 'UNSET' is not set) (line 3)\n"));
}
END_TEST

static TCase *syntax_cases(void)
{
	TCase *cases = tcase_create("syntax");

	tcase_add_loop_test(cases, text_is_read, 0, COUNT(read_well));
	tcase_add_loop_test(cases, text_is_refused_with_its_place, 0, COUNT(refused));
	tcase_add_test(cases, nul_byte_is_refused_with_its_place);
	tcase_add_loop_test(cases, value_of_any_length_is_read_whole, 0, 11);
	tcase_add_test(cases, comments_and_blank_lines_of_any_length_are_passed_over);
	tcase_add_test(cases, name_that_the_parser_would_cut_is_refused);
	tcase_add_test(cases, many_entries_are_read);
	return cases;
}

static TCase *value_cases(void)
{
	TCase *cases = tcase_create("values");

	tcase_add_test(cases, entry_without_more_has_the_defaults);
	tcase_add_test(cases, every_key_is_read);
	tcase_add_loop_test(cases, seconds_are_read, 0, COUNT(seconds));
	tcase_add_loop_test(cases, variables_are_replaced, 0, COUNT(interpolations));
	tcase_add_test(cases, deep_nesting_is_refused_at_once);
	tcase_add_test(cases, unset_variable_disturbs_no_other_entry);
	tcase_add_test(cases, unset_variable_is_an_error_for_its_entry);
	tcase_add_loop_test(cases, value_that_the_environment_spoils_concerns_its_entry_alone, 0,
	                    COUNT(environment_problems));
	return cases;
}

static TCase *file_cases(void)
{
	TCase *cases = tcase_create("files and entries");

	tcase_add_test(cases, file_is_found_above_the_working_directory);
	tcase_add_test(cases, no_file_is_an_error_that_says_where_it_was_sought);
	tcase_add_test(cases, file_that_is_named_is_the_one_that_is_read);
	tcase_add_test(cases, paths_are_relative_to_the_link_not_to_its_target);
	tcase_add_test(cases, file_that_cannot_be_read_is_an_error);
	tcase_add_test(cases, one_folder_by_two_names_is_one_folder);
	tcase_add_test(cases, only_entry_is_the_default);
	tcase_add_test(cases, several_entries_without_default_must_be_named);
	tcase_add_test(cases, unknown_entry_is_an_error_with_the_names_there_are);
	return cases;
}

static TCase *settings_cases(void)
{
	TCase *cases = tcase_create("settings");

	tcase_add_test(cases, keys_of_a_provider_are_read);
	tcase_add_test(cases, an_interpreter_with_a_slash_is_relative_to_the_file);
	tcase_add_test(cases, settings_show_every_key_with_its_source);
	tcase_add_test(cases, settings_show_no_secret);
	tcase_add_test(cases, settings_say_why_there_is_no_value);
	return cases;
}

int main(void)
{
	TCase *const groups[] = {syntax_cases(), value_cases(), file_cases(), settings_cases()};

	return run_groups("config", groups, COUNT(groups));
}
