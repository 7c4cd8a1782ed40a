/*
 * What the parser makes of DDL, beside what a server made of the same text.
 *
 *    parsed print DIALECT FILE...          the schema that is read, normalised, as JSON
 *    parsed compare DIALECT URL FILE...    that schema and the one in the database, in which somebody else has run
 *                                          the same files; one line on standard output for each difference
 *
 * Where the server gives expressions back in words of its own, 'compare' looks twice: at everything but the text of
 * expressions (whether there is one counts) and, on MySQL, the text of partitions and the character sets, which a server
 * names only where they are not its own; and then, all that included, at what the server says of a second database, a
 * scratch one, made from the schema that was read.
 *
 * Status 0: the same; 1: not; 3: the files were not accepted (standard error says why); 2: anything else.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "base/file.h"
#include "config/config.h"
#include "plugin/dialect.h"
#include "plugin/session.h"
#include "schema/compare.h"
#include "schema/diff.h"
#include "schema/fields.h"
#include "schema/json.h"
#include "sql/parser.h"

enum { SAME = 0, DIFFERENT = 1, TROUBLE = 2, REFUSED = 3 };

static struct error error;

static int say(int status, const char *doing)
{
	fprintf(stderr, "%s: ", doing);
	if (error.file)
		fprintf(stderr, "%s:%zu:%zu: ", error.file, error.line, error.column);
	fprintf(stderr, "%s\n%s", error.message, error.detail ? error.detail : "");
	return status;
}

static bool parse(struct schema *schema, const struct dialect *dialect, char **files)
{
	struct arena arena = {0};
	struct text content;
	bool done = true;

	for (; done && *files; files++)
		done = file_read(&arena, *files, &content, &error) &&
		       parser_read(schema, *files, content.bytes, content.length, 0, NULL, &error);
	arena_release(&arena);
	return done && parser_finish(schema, &error) && dialect_normalize(dialect, schema, &error);
}

/* The fields whose text the server may spell anew. */
static bool is_expression(const struct field *field, bool mysql)
{
	static const char *const names[] = {
	    "default_value",   "on_update", "generated_expression", "expression", "predicate",
	    "partition_bound", "text",
	};

	for (size_t i = 0; field->type == FIELD_SQL && i < sizeof names / sizeof *names; i++)
		if (strcmp(field->name, names[i]) == 0)
			return true;
	return mysql && strcmp(field->name, "partition_by") == 0;
}

/* Where it stands for nothing if it is what the server has by default, which no text knows. */
static bool is_character_set(const char *name)
{
	return strcasecmp(name, "charset") == 0 || strcasecmp(name, "collation") == 0 ||
	       strcasecmp(name, "collate") == 0;
}

/* What is there is said to be there, and no more. */
static void hide_expressions(const struct field *fields, void *element, bool mysql)
{
	for (const struct field *field = fields; field->name; field++) {
		void *at = field_at(element, field);
		struct dbw_list *list = at;

		if (field->type == FIELD_ELEMENTS) {
			for (size_t i = list->count; i > 0; i--)
				if (mysql && field->kind == DBW_OPTION &&
				    is_character_set(
					((struct dbw_option *)list->items[i - 1])->name))
					list_remove(list, i - 1);
				else
					hide_expressions(element_fields(field->kind),
					                 list->items[i - 1], mysql);
		} else if (is_expression(field, mysql) && *(const char **)at) {
			*(const char **)at = "...";
		} else if (mysql && is_character_set(field->name)) {
			*(const char **)at = NULL;
		}
	}
}

/* Checks without a name: table_chk_N here, as MySQL says, but CONSTRAINT_N or the name of the column on MariaDB. */
static void forget_names(struct schema *schema)
{
	for (size_t i = 0; i < schema->content.tables.count; i++) {
		const struct dbw_table *table = schema->content.tables.items[i];

		for (size_t j = 0; j < table->constraints.count; j++) {
			struct dbw_constraint *check = table->constraints.items[j];
			size_t length = strlen(table->name);

			if (check->kind == DBW_CHECK && check->name &&
			    ((strncmp(check->name, table->name, length) == 0 &&
			      strncmp(check->name + length, "_chk_", 5) == 0) ||
			     strncmp(check->name, "CONSTRAINT_", 11) == 0 ||
			     table_find_column(schema->traits, table, check->name)))
				check->name = NULL;
		}
	}
}

static bool differ(const struct schema *found, const struct schema *expected, const char *what)
{
	struct dbw_buffer lines = {0};
	size_t count = schema_differences(found, expected, &lines);

	if (count)
		printf("%s: %zu differences\n%s", what, count, buffer_text(&lines));
	buffer_release(&lines);
	return count;
}

static bool differ_but_for_expressions(const struct schema *parsed, const struct schema *live,
                                       bool mysql)
{
	struct schema *a = schema_copy(parsed), *b = schema_copy(live);
	bool different;

	hide_expressions(schema_fields, &a->content, mysql);
	hide_expressions(schema_fields, &b->content, mysql);
	if (mysql) {
		forget_names(a);
		forget_names(b);
	}
	different = differ(a, b, "as parsed (found) and as the server has it (expected)");
	schema_free(a);
	schema_free(b);
	return different;
}

/* Makes the schema in a database that holds nothing. */
static bool make(struct session *session, const struct schema *schema)
{
	const struct dialect *dialect = session->dialect;
	struct schema *empty = schema_new(schema->traits);
	struct arena arena = {0};
	struct diff diff = {0};
	struct dbw_list none = {0}, statements = {0};
	bool done =
	    diff_make(&diff, &dialect->host, &dialect->plugin, empty, schema, &none, &error) &&
	    dialect_emit(dialect, &arena, &diff.operations, &statements, &error);

	for (size_t i = 0; done && i < statements.count; i++) {
		const char *sql = ((struct emitted *)statements.items[i])->sql;

		done = session_run(session, sql, 0, &error) || error_context(&error, "%s", sql);
	}
	diff_release(&diff);
	arena_release(&arena);
	schema_free(empty);
	return done;
}

static int compare_words(const struct schema *parsed, struct schema *live,
                         const struct dialect *dialect, const struct config *config,
                         const struct entry *entry)
{
	struct schema *again = schema_new(parsed->traits);
	struct session scratch;
	int status = TROUBLE;

	if (!session_open_scratch(&scratch, dialect, config, entry, &error)) {
		say(TROUBLE, "scratch database");
	} else {
		if (!make(&scratch, parsed) || !session_introspect(&scratch, again, &error)) {
			say(TROUBLE, "what was parsed cannot be made");
		} else {
			if (strcmp(dialect->plugin.name, "mysql") == 0) {
				forget_names(again);
				forget_names(live);
			}
			status = differ(again, live,
			                "as parsed and made (found) and as the server has "
			                "it (expected)")
			             ? DIFFERENT
			             : SAME;
		}
		session_close(&scratch);
	}
	schema_free(again);
	return status;
}

static int compare(const struct schema *parsed, const struct dialect *dialect, const char *url)
{
	struct config config = {.directory = "/"};
	struct entry entry = {.name = "live", .type = dialect->plugin.name, .url = url};
	struct schema *live = schema_new(parsed->traits);
	struct session session;
	bool mysql = strcmp(dialect->plugin.name, "mysql") == 0;
	int status = TROUBLE, words;

	if (!session_open(&session, dialect, &config, &entry, DBW_CONNECT_READ_ONLY, &error)) {
		say(TROUBLE, "connecting");
	} else {
		if (!session_introspect(&session, live, &error)) {
			say(TROUBLE, "introspecting");
		} else if (!(parsed->traits->flags & DBW_TRAIT_REWRITES_TEXT)) {
			status = differ(parsed, live,
			                "as parsed (found) and as the server has it "
			                "(expected)")
			             ? DIFFERENT
			             : SAME;
		} else {
			status = differ_but_for_expressions(parsed, live, mysql) ? DIFFERENT : SAME;
			words = compare_words(parsed, live, dialect, &config, &entry);
			if (words != SAME)
				status = words;
		}
		session_close(&session);
	}
	schema_free(live);
	return status;
}

static int print(const struct schema *parsed)
{
	struct dbw_buffer json = {0};

	schema_write_json(parsed, &json, 0);
	puts(buffer_text(&json));
	buffer_release(&json);
	return SAME;
}

int main(int count, char **arguments)
{
	struct plugin_search search = {.option = getenv("DBWARDEN_TEST_PLUGIN_DIR")};
	bool comparing = count > 4 && strcmp(arguments[1], "compare") == 0;
	struct dialect *dialect;
	struct schema *parsed;
	int status;

	if (!comparing && (count < 4 || strcmp(arguments[1], "print") != 0)) {
		fputs("usage: parsed print DIALECT FILE...\n"
		      "       parsed compare DIALECT URL FILE...\n",
		      stderr);
		return TROUBLE;
	}
	dialect = dialect_open(arguments[2], &search, &error);
	if (!dialect)
		return say(TROUBLE, "plugin");
	parsed = schema_new(dialect->plugin.traits);
	if (!parse(parsed, dialect, arguments + (comparing ? 4 : 3)))
		status = say(REFUSED, "refused");
	else
		status = comparing ? compare(parsed, dialect, arguments[3]) : print(parsed);
	schema_free(parsed);
	error_release(&error);
	dialect_close(dialect);
	return status;
}
