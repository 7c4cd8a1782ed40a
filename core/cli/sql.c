#include "cli/sql.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"
#include "sql/lexer.h"

static void write_comment(struct dbw_buffer *out, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		buffer_string(out, "-- ");
		buffer_append(out, text, length);
		buffer_char(out, '\n');
		text += length + (text[length] == '\n');
	}
}

static bool has_semicolon(const struct dbw_traits *traits, const char *sql)
{
	struct error ignored = {0};
	struct lexer lexer;
	struct token token;
	bool found = false;

	lexer_init(&lexer, traits, NULL, sql, strlen(sql), 1);
	while (!found && lexer_next(&lexer, &token, &ignored) && token.kind != TOKEN_END)
		found = token_is_symbol(&token, ";");
	error_release(&ignored);
	return found;
}

/* The client would end a routine at its first semicolon. */
static const char *choose_delimiter(const struct dialect *dialect, const char *sql)
{
	static const char *const delimiters[] = {";;", "$$", "//", "|||", NULL};
	const struct dbw_traits *traits = dialect->plugin.traits;

	if (!(traits->flags & DBW_TRAIT_DELIMITER) || !has_semicolon(traits, sql))
		return NULL;
	for (size_t i = 0; delimiters[i]; i++)
		if (!strstr(sql, delimiters[i]))
			return delimiters[i];
	return NULL;
}

static void write_statement(struct dbw_buffer *out, const struct dialect *dialect,
                            const struct emitted *one)
{
	const char *delimiter = choose_delimiter(dialect, one->sql);

	if (one->comment)
		write_comment(out, one->comment);
	if (one->autocommit)
		buffer_string(out, "-- @dbwarden:autocommit\n");
	if (delimiter)
		buffer_printf(out, "DELIMITER %s\n%s\n%s\nDELIMITER ;\n", delimiter, one->sql,
		              delimiter);
	else
		buffer_printf(out, "%s;\n", one->sql);
}

void sql_write(struct dbw_buffer *out, const struct dialect *dialect,
               const struct dbw_list *statements)
{
	for (size_t i = 0; i < statements->count; i++)
		write_statement(out, dialect, statements->items[i]);
}

void sql_print_text(const char *text)
{
	if (isatty(STDOUT_FILENO))
		output_safe(stdout, text, true);
	else
		fputs(text, stdout);
}

void sql_print(const struct dialect *dialect, const struct dbw_list *statements)
{
	struct dbw_buffer text = {0};

	sql_write(&text, dialect, statements);
	sql_print_text(buffer_text(&text));
	buffer_release(&text);
}

json_t *sql_json(const struct dbw_list *statements)
{
	json_t *list = json_array();

	for (size_t i = 0; i < statements->count; i++)
		json_array_append_new(
		    list, json_text(((const struct emitted *)statements->items[i])->sql));
	return list;
}
