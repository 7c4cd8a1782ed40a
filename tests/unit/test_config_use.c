/* What a configuration is for: connecting, passwords, and the files that we hand out ourselves. */
#include "config_files.h"

/* Connecting. */

static bool connect_with(const char *lines, struct dbw_connect *where)
{
	const struct entry *entry = entry_of(arena_printf(&arena, "[database:a]\n%s", lines), "a");

	return entry_connect_parameters(&arena, &config, entry, CONNECT_DATABASE, where, &error);
}

START_TEST(connect_parameters_are_whole)
{
	struct dbw_connect where;

	memset(&where, 0xff, sizeof where);
	ck_assert(connect_with("url = x://u:p@h:1/d?a=b\nconnect_timeout=2\nstatement_timeout=3\n",
	                       &where));
	ck_assert_uint_eq(where.struct_size, sizeof where);
	ck_assert_uint_eq(where.flags, 0);
	ck_assert_str_eq(where.scheme, "x");
	ck_assert_str_eq(where.user, "u");
	ck_assert_str_eq(where.password, "p");
	ck_assert_str_eq(where.host, "h");
	ck_assert_uint_eq(where.port, 1);
	ck_assert_str_eq(where.database, "d");
	ck_assert_str_eq(where.parameters[0]->name, "a");
	ck_assert_ptr_null(where.parameters[1]);
	ck_assert_str_eq(where.directory, folder);
	ck_assert_uint_eq(where.connect_timeout_ms, 2000);
	ck_assert_uint_eq(where.statement_timeout_ms, 3000);
	ck_assert_uint_eq(where.lock_wait_timeout_ms, 0);
	ck_assert_ptr_null(where.namespace_name);
}
END_TEST

static const struct {
	const char *lines;
	const char *password; /* NULL: refused */
	const char *message;
	size_t line;
} passwords[] = {
    {"url=x://u@h\npassword_file=plain\n", "p w", NULL, 0},
    {"url=x://u@h\npassword_file=crlf\n", "p", NULL, 0},
    {"url=x://u@h\npassword_file=no-end\n", "p%40", NULL, 0},
    {"url=x://u@h\npassword_command=cat plain\n", "p w", NULL, 0},
    {"url=x://u@h\npassword_command=printf '%s' \"$WORD\"\n", "value", NULL, 0},
    {"url=x://u@h\npassword_file=none\n", NULL, "cannot open '/T/none': No such file or directory",
     3},
    {"url=x://u@h\npassword_file=empty\n", NULL, "'password_file' gives no password: it is empty",
     3},
    {"url=x://u@h\npassword_file=lines\n", NULL, "'password_file' gives more than one line", 3},
    {"url=x://u@h\npassword_command=:\n", NULL, "'password_command' gives no password: it is empty",
     3},
    {"url=x://u@h\npassword_command=cat plain; exit 7\n", NULL,
     "'password_command': the command ended with status 7", 3},
    {"url=x://u@h\npassword_command=printf 'S3CRET\\001'\n", NULL,
     "'password_command' gives a password that holds a control character", 3},
    {"url=x://u:S3CRET@h\npassword_file=plain\n", NULL,
     "the password is both in the URL and in 'password_file'", 3},
    {"type=x\n", NULL, "database 'a' has no 'url'", 1},
};

START_TEST(password_comes_from_where_it_is_kept)
{
	const char *message = passwords[_i].message;
	const char *place = message ? strstr(message, "/T/") : NULL;
	struct dbw_connect where;
	bool done;

	write_text("plain", "p w\n");
	write_text("crlf", "p\r\n");
	write_text("no-end", "p%40");
	write_text("empty", "\n");
	write_text("lines", "S3CRET\nS3CRET\n");
	if (place)
		message = arena_printf(&arena, "%.*s%s%s", (int)(place - message), message, folder,
		                       place + 2);
	done = connect_with(passwords[_i].lines, &where);
	ck_assert_pstr_eq(error.message, message);
	ck_assert(done == (passwords[_i].password != NULL));
	if (done) {
		ck_assert_str_eq(where.password, passwords[_i].password);
	} else {
		ck_assert_uint_eq(error.line, passwords[_i].line);
		ck_assert_int_eq(error.kind, ERROR_USAGE);
	}
}
END_TEST

/* Which URL is meant for what. */
static const struct {
	const char *lines;
	enum connect_target target;
	const char *host;
} urls[] = {
    {"url=x://pooler/d\n", CONNECT_DATABASE, "pooler"},
    {"url=x://pooler/d\n", CONNECT_SCRATCH, "pooler"},
    {"url=x://pooler/d\ndirect_url=x://server/d\n", CONNECT_DATABASE, "server"},
    {"url=x://pooler/d\ndirect_url=x://server/d\n", CONNECT_SCRATCH, "server"},
    {"url=x://pooler/d\nscratch_url=x://other/\n", CONNECT_DATABASE, "pooler"},
    {"url=x://pooler/d\nscratch_url=x://other/\n", CONNECT_SCRATCH, "other"},
};

START_TEST(each_purpose_has_its_url)
{
	const struct entry *entry =
	    entry_of(arena_printf(&arena, "[database:a]\n%s", urls[_i].lines), "a");
	struct dbw_connect where;

	ck_assert_msg(
	    entry_connect_parameters(&arena, &config, entry, urls[_i].target, &where, &error), "%s",
	    error.message);
	ck_assert_str_eq(where.host, urls[_i].host);
}
END_TEST

/* What we hand out ourselves. */

static const struct {
	const char *type;
	const char *url;
	const char *type_read;
	const char *url_read; /* NULL: it comes from DATABASE_URL */
} templates[] = {
    {NULL, NULL, "sqlite", "sqlite:///main.db"},
    {"sqlite", NULL, "sqlite", "sqlite:///main.db"},
    {NULL, "sqlite:///app.db", "sqlite", "sqlite:///app.db"},
    {"sqlite", "sqlite:///my app.db", "sqlite", "sqlite:///my app.db"},
    {NULL, "postgresql+psycopg2://u@h/d", "postgresql", "postgresql+psycopg2://u@h/d"},
    {NULL, "mysql://u:a$$b$c;d ;e@h/d", "mysql", "mysql://u:a$$b$c;d %3Be@h/d"},
    {"mysql", NULL, "mysql", NULL},
    {NULL, "${DATABASE_URL}", "x", NULL},
};

START_TEST(template_can_be_loaded)
{
	struct dbw_buffer text = {0};
	const struct entry *entry;

	setenv("DATABASE_URL", "x://h/d", 1);
	config_template(&text, "main", templates[_i].type, templates[_i].url, "models");
	entry = entry_of(text.text, NULL);
	ck_assert_str_eq(entry->name, "main");
	ck_assert_str_eq(entry->type, templates[_i].type_read);
	ck_assert_str_eq(entry->url, templates[_i].url_read ? templates[_i].url_read : "x://h/d");
	ck_assert_str_eq(entry->model_paths.items[0], in_folder("models"));
	ck_assert_str_eq(entry->migrations_dir, in_folder("migrations/main"));
	buffer_release(&text);
}
END_TEST

/* The line of the text that begins with the key, commented out or not. */
static const char *line_of_key(const char *text, const char *key)
{
	size_t length = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line + (*line == ';'), key, length) == 0 &&
		    strncmp(line + (*line == ';') + length, " =", 2) == 0)
			return line;
	}
	return NULL;
}

START_TEST(template_has_every_key_with_a_comment_above)
{
	struct dbw_buffer text = {0};

	config_template(&text, "main", NULL, NULL, "app.models");
	for (size_t i = 0; i < FILE_KEY_COUNT + ENTRY_KEY_COUNT; i++) {
		const char *key =
		    i < FILE_KEY_COUNT ? file_keys[i].name : entry_keys[i - FILE_KEY_COUNT].name;
		const char *line = line_of_key(text.text, key);

		ck_assert_msg(line != NULL, "%s", key);
		/* password_command shares the comment of password_file. */
		line = memrchr(text.text, '\n', (size_t)(line - 1 - text.text));
		ck_assert_msg(line[1] == '#' || strncmp(line, "\n;password_file", 15) == 0, "%s",
		              key);
	}
	buffer_release(&text);
}
END_TEST

START_TEST(example_can_be_loaded)
{
	char *path = path_join(&arena, home, "config/dbwarden.ini.example");
	const struct entry *entry;

	setenv("HOME", "/home/me", 1);
	unsetenv("DATABASE_URL");
	ck_assert_msg(config_load(&config, path, &error), "%s: %zu: %s", path, error.line,
	              error.message);
	entry = config_entry(&config, "main", &error);
	ck_assert_msg(entry != NULL, "%s", error.message);
	ck_assert_str_eq(entry->password_file, "/home/me/.config/dbwarden/main.password");
	ck_assert_uint_eq(config_entry(&config, NULL, &error)->model_paths.count, 2);
}
END_TEST

int main(void)
{
	TCase *cases = tcase_create("connecting, templates");

	tcase_add_test(cases, connect_parameters_are_whole);
	tcase_add_loop_test(cases, password_comes_from_where_it_is_kept, 0, COUNT(passwords));
	tcase_add_loop_test(cases, each_purpose_has_its_url, 0, COUNT(urls));
	tcase_add_loop_test(cases, template_can_be_loaded, 0, COUNT(templates));
	tcase_add_test(cases, template_has_every_key_with_a_comment_above);
	tcase_add_test(cases, example_can_be_loaded);
	return run_groups("config_use", &cases, 1);
}
