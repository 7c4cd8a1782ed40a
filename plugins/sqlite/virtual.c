/*
 * Virtual tables that get another definition. There is no ALTER for them: a new one is made, and those of SQLite's own
 * modules that keep their rows themselves give them to it.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ddl.h"
#include "sqlite.h"

/* CREATE VIRTUAL TABLE name USING module (arguments), taken apart. */
struct module {
	const char *name;
	size_t length;
	const char *arguments; /* behind the parenthesis; NULL if there are none */
};

static const char *skip_quoted(const char *text)
{
	char quote = *text == '[' ? ']' : *text;

	for (text++; *text && *text != quote; text++)
		;
	return *text ? text + 1 : text;
}

static bool is_word_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static struct module module_of(const struct dbw_object *object)
{
	struct module module = {0};
	const char *text = object->text;

	while (*text) {
		size_t length = 0;

		if (strchr("'\"`[", *text)) {
			text = skip_quoted(text);
			continue;
		}
		while (is_word_character(text[length]))
			length++;
		if (length == 5 && strncasecmp(text, "USING", 5) == 0) {
			module.name = text + length + strspn(text + length, " \t\r\n");
			while (is_word_character(module.name[module.length]))
				module.length++;
			text = module.name + module.length;
			text += strspn(text, " \t\r\n");
			module.arguments = *text == '(' ? text + 1 : NULL;
			return module;
		}
		text += length ? length : 1;
	}
	return module;
}

/* The next argument; false behind the last. */
static bool next_argument(const char **position, const char **from, size_t *length)
{
	size_t depth = 0;
	const char *text = *position;

	text += strspn(text, " \t\r\n,");
	*from = text;
	while (*text && !(depth == 0 && (*text == ',' || *text == ')'))) {
		if (strchr("'\"`[", *text)) {
			text = skip_quoted(text);
			continue;
		}
		depth += *text == '(';
		depth -= *text == ')';
		text++;
	}
	*length = (size_t)(text - *from);
	*position = text;
	return *length > 0;
}

/* The value of an option, content = 't', without its quotes; NULL if it is not there. Copied. */
static char *option_of(const struct module *module, const char *name)
{
	const char *position = module->arguments, *from;
	size_t length;

	while (position && next_argument(&position, &from, &length)) {
		const char *value = memchr(from, '=', length), *end = from + length;

		if (!value || strncasecmp(from, name, strlen(name)) != 0 ||
		    from + strlen(name) + strspn(from + strlen(name), " \t\r\n") != value)
			continue;
		value++;
		while (value < end && strchr(" \t\r\n'\"", *value))
			value++;
		while (end > value && strchr(" \t\r\n'\"", end[-1]))
			end--;
		return strndup(value, (size_t)(end - value));
	}
	return NULL;
}

static bool is_module(const struct module *module, const char *name)
{
	return module->length == strlen(name) &&
	       strncasecmp(module->name, name, module->length) == 0;
}

/* Whether the module keeps its rows in tables of its own, and under these names. */
static bool keeps_rows(const struct module *module)
{
	static const char *const names[] = {"fts3", "fts4", "fts5", "rtree", "rtree_i32"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (is_module(module, names[i])) {
			char *content = option_of(module, "content");
			bool own = content == NULL;

			free(content);
			return own;
		}
	return false;
}

static bool is_rtree(const struct module *module)
{
	return module->length >= 5 && strncasecmp(module->name, "rtree", 5) == 0;
}

/* The name of the column that an argument declares, NULL where it is an option. Copied. */
static char *column_of(const char *from, size_t length)
{
	const char *end;

	if (*from == '+') {
		from++;
		length--;
	}
	if (strchr("'\"`[", *from)) {
		end = skip_quoted(from);
		return strndup(from + 1, (size_t)(end - from) - 2);
	}
	if (memchr(from, '=', length))
		return NULL;
	for (end = from; end < from + length && !strchr(" \t\r\n", *end); end++)
		;
	return strndup(from, (size_t)(end - from));
}

static bool has_column(const struct module *module, const char *name)
{
	const char *position = module->arguments, *from;
	size_t length;
	bool found = false;

	while (!found && next_argument(&position, &from, &length)) {
		char *column = column_of(from, length);

		found = column && ddl_same_name(column, name);
		free(column);
	}
	return found;
}

/* Appends the columns that both have; returns how many. */
static size_t put_columns(struct text *text, const struct module *old, const struct module *new)
{
	const char *position = new->arguments, *from;
	size_t length, count = 0;

	if (!is_rtree(new)) {
		text_string(text, "rowid");
		count++;
	}
	while (next_argument(&position, &from, &length)) {
		char *column = column_of(from, length);

		if (column && has_column(old, column)) {
			text_string(text, count++ ? ", " : "");
			text_name(text, column);
		}
		free(column);
	}
	return count;
}

static const struct dbw_object *twin_of(const struct dbw_schema *schema,
                                        const struct dbw_object *object)
{
	for (size_t i = 0; i < schema->objects.count; i++) {
		const struct dbw_object *one = schema->objects.items[i];

		if (one->kind == DBW_VIRTUAL_TABLE && ddl_same_name(one->name, object->name))
			return one;
	}
	return NULL;
}

/* The other definition of the same table, where the rows can go from one to the other. */
static const struct dbw_object *heir_of(const struct dbw_schema *schema,
                                        const struct dbw_object *object)
{
	const struct dbw_object *twin = twin_of(schema, object);
	struct module old, new;

	if (!twin)
		return NULL;
	old = module_of(object);
	new = module_of(twin);
	return old.arguments && new.arguments &&keeps_rows(&old) && keeps_rows(&new) &&
	               is_rtree(&old) == is_rtree(&new)
	           ? twin
	           : NULL;
}

bool virtual_loses_rows(const struct dbw_operation *operation)
{
	const struct dbw_object *before = operation->before;
	const struct dbw_object *heir = heir_of(operation->schema_after, before);
	struct module old = module_of(before), new;
	const char *position = old.arguments, *from;
	size_t length;
	bool lost = false;

	if (!heir)
		return true;
	new = module_of(heir);
	while (!lost && next_argument(&position, &from, &length)) {
		char *column = column_of(from, length);

		lost = column && !has_column(&new, column);
		free(column);
	}
	return lost;
}

static void put(const struct dbw_host *host, struct dbw_emission *emission, const char *sql)
{
	host->statement(emission, sql, strlen(sql), 0);
}

static void put_text(struct dbw_emission *emission, struct text *text)
{
	put(text->host, emission, text->host->buffer_text(text->buffer, NULL));
	text->host->buffer_free(text->buffer);
	text->buffer = text->host->buffer_new();
}

static void put_old_name(struct text *text, const struct dbw_object *object)
{
	struct text name = {text->host, text->host->buffer_new()};

	text_printf(&name, "_dbwarden_old_%s", object->name);
	text_name(text, text->host->buffer_text(name.buffer, NULL));
	text->host->buffer_free(name.buffer);
}

bool virtual_drop(const struct dbw_host *host, const struct dbw_operation *operation,
                  struct dbw_emission *emission)
{
	const struct dbw_object *before = operation->before;
	struct text text = {host, NULL};

	if (!heir_of(operation->schema_after, before))
		return false;
	text.buffer = host->buffer_new();
	/* What speaks of the table means the new one. */
	put(host, emission, "PRAGMA legacy_alter_table = ON");
	text_string(&text, "ALTER TABLE ");
	text_name(&text, before->name);
	text_string(&text, " RENAME TO ");
	put_old_name(&text, before);
	put_text(emission, &text);
	put(host, emission, "PRAGMA legacy_alter_table = OFF");
	host->buffer_free(text.buffer);
	return true;
}

/* An index over the rows of a table that is there has to be filled. */
static void fill(struct text *text, const struct dbw_operation *operation,
                 struct dbw_emission *emission, const struct module *module)
{
	const struct dbw_object *after = operation->after;
	char *content = option_of(module, "content");

	for (size_t i = 0; content && i < operation->schema_before->tables.count; i++) {
		const struct dbw_table *table = operation->schema_before->tables.items[i];

		if (!ddl_same_name(table->name, content))
			continue;
		text_string(text, "INSERT INTO ");
		text_name(text, after->name);
		text_string(text, " (");
		text_name(text, after->name);
		text_string(text, ") VALUES ('rebuild')");
		put_text(emission, text);
	}
	free(content);
}

void virtual_create(const struct dbw_host *host, const struct dbw_operation *operation,
                    struct dbw_emission *emission)
{
	const struct dbw_object *after = operation->after;
	const struct dbw_object *old = heir_of(operation->schema_before, after);
	struct module new = module_of(after);
	struct text text = {host, host->buffer_new()};

	put(host, emission, after->text);
	if (old) {
		struct module was = module_of(old);

		text_string(&text, "INSERT INTO ");
		text_name(&text, after->name);
		text_string(&text, " (");
		put_columns(&text, &was, &new);
		text_string(&text, ")\nSELECT ");
		put_columns(&text, &was, &new);
		text_string(&text, " FROM ");
		put_old_name(&text, old);
		put_text(emission, &text);
		text_string(&text, "DROP TABLE ");
		put_old_name(&text, old);
		put_text(emission, &text);
	} else if (new.arguments && (is_module(&new, "fts4") || is_module(&new, "fts5"))) {
		fill(&text, operation, emission, &new);
	}
	host->buffer_free(text.buffer);
}
