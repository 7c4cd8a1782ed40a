#include "schema/json.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/fields.h"

/* Writing. */

void json_write_string(struct dbw_buffer *out, const char *text)
{
	const char *run = text;

	buffer_char(out, '"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		const char *escape = c == '"'    ? "\\\""
		                     : c == '\\' ? "\\\\"
		                     : c == '\n' ? "\\n"
		                     : c == '\t' ? "\\t"
		                     : c == '\r' ? "\\r"
		                                 : NULL;

		if (!escape && c >= 0x20 && c != 0x7f)
			continue;
		buffer_append(out, run, (size_t)(text - run));
		run = text + 1;
		if (escape)
			buffer_string(out, escape);
		else
			buffer_printf(out, "\\u%04x", c);
	}
	buffer_append(out, run, (size_t)(text - run));
	buffer_char(out, '"');
}

static bool is_zero(const void *element, const struct field *field)
{
	const void *value = field_at(element, field);
	int word;

	switch (field->type) {
	case FIELD_FLAG:
		return !*(const bool *)value;
	case FIELD_NUMBER:
		return *(const uint64_t *)value == 0;
	case FIELD_WORD:
		memcpy(&word, value, sizeof word);
		return word == 0;
	case FIELD_ELEMENTS:
	case FIELD_NAMES:
	case FIELD_TEXTS:
		return ((const struct dbw_list *)value)->count == 0;
	case FIELD_SOURCE:
	case FIELD_HINT:
		return true;
	default:
		return !*(const char *const *)value;
	}
}

static void write_fields(struct dbw_buffer *out, const struct field *fields, const void *element);

/* The order of a set, so that equal schemas give equal bytes: by what would be written. */

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void line_break(struct dbw_buffer *out, unsigned indent)
{
	buffer_char(out, '\n');
	while (indent--)
		buffer_char(out, ' ');
}

/* Between two items: on one line, or, with an indent, a line each. */
enum { ONE_LINE = 0 };

static void separate(struct dbw_buffer *out, unsigned indent)
{
	buffer_char(out, ',');
	if (indent == ONE_LINE)
		buffer_char(out, ' ');
	else
		line_break(out, indent);
}

static void write_item(struct dbw_buffer *out, const struct field *field, const void *item)
{
	if (field->type == FIELD_ELEMENTS)
		write_fields(out, element_fields(field->kind), item);
	else
		json_write_string(out, item);
}

/* Only a set needs each item's text before any is written. */
static void write_items(struct dbw_buffer *out, const struct field *field,
                        const struct dbw_list *list, unsigned indent)
{
	char **texts;

	if (!field->set || list->count < 2) {
		for (size_t i = 0; i < list->count; i++) {
			if (i)
				separate(out, indent);
			write_item(out, field, list->items[i]);
		}
		return;
	}
	texts = memory_resize(NULL, list->count, sizeof *texts);
	for (size_t i = 0; i < list->count; i++) {
		struct dbw_buffer text = {0};

		write_item(&text, field, list->items[i]);
		texts[i] = text.text;
	}
	qsort(texts, list->count, sizeof *texts, compare_texts);
	for (size_t i = 0; i < list->count; i++) {
		if (i)
			separate(out, indent);
		buffer_string(out, texts[i]);
		free(texts[i]);
	}
	free(texts);
}

static void write_key(struct dbw_buffer *out, const char *name)
{
	buffer_char(out, '"');
	buffer_string(out, name);
	buffer_string(out, "\": ");
}

static void write_value(struct dbw_buffer *out, const struct field *field, const void *element)
{
	const void *value = field_at(element, field);
	int word;

	switch (field->type) {
	case FIELD_FLAG:
		buffer_string(out, "true");
		break;
	case FIELD_NUMBER:
		buffer_printf(out, "%llu", (unsigned long long)*(const uint64_t *)value);
		break;
	case FIELD_WORD:
		memcpy(&word, value, sizeof word);
		json_write_string(out, field->words[word]);
		break;
	case FIELD_ELEMENTS:
	case FIELD_NAMES:
	case FIELD_TEXTS:
		buffer_char(out, '[');
		write_items(out, field, value, ONE_LINE);
		buffer_char(out, ']');
		break;
	default:
		json_write_string(out, *(const char *const *)value);
	}
}

/* On one line. */
static void write_fields(struct dbw_buffer *out, const struct field *fields, const void *element)
{
	const char *separator = "";

	buffer_char(out, '{');
	for (; fields->name; fields++) {
		if (is_zero(element, fields))
			continue;
		buffer_string(out, separator);
		write_key(out, fields->name);
		write_value(out, fields, element);
		separator = ", ";
	}
	buffer_char(out, '}');
}

/* A table is a block: its columns, constraints and indexes stand on a line each. */
static void write_table(struct dbw_buffer *out, const struct dbw_table *table, unsigned indent)
{
	const char *separator = "";

	buffer_char(out, '{');
	for (const struct field *field = element_fields(DBW_TABLE); field->name; field++) {
		if (is_zero(table, field))
			continue;
		buffer_string(out, separator);
		separator = ",";
		line_break(out, indent + 2);
		write_key(out, field->name);
		if (field->type != FIELD_ELEMENTS || field->kind == DBW_OPTION) {
			write_value(out, field, table);
			continue;
		}
		buffer_char(out, '[');
		line_break(out, indent + 4);
		write_items(out, field, field_at(table, field), indent + 4);
		line_break(out, indent + 2);
		buffer_char(out, ']');
	}
	line_break(out, indent);
	buffer_char(out, '}');
}

static int compare_optional(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_tables(const void *a, const void *b)
{
	const struct dbw_table *x = *(const struct dbw_table *const *)a;
	const struct dbw_table *y = *(const struct dbw_table *const *)b;
	int order = compare_optional(x->namespace_name, y->namespace_name);

	return order ? order : strcmp(x->name, y->name);
}

static void write_tables(struct dbw_buffer *out, const struct dbw_list *list, unsigned indent)
{
	const struct dbw_table **tables = memory_resize(NULL, list->count, sizeof *tables);

	memcpy(tables, list->items, list->count * sizeof *tables);
	qsort(tables, list->count, sizeof *tables, compare_tables);
	for (size_t i = 0; i < list->count; i++) {
		if (i)
			separate(out, indent);
		write_table(out, tables[i], indent);
	}
	free(tables);
}

void schema_write_json(const struct schema *schema, struct dbw_buffer *out, unsigned indent)
{
	const char *separator = "";

	buffer_char(out, '{');
	for (const struct field *field = schema_fields; field->name; field++) {
		const struct dbw_list *list = field_at(&schema->content, field);

		if (!list->count)
			continue;
		buffer_string(out, separator);
		separator = ",";
		line_break(out, indent + 2);
		write_key(out, field->name);
		buffer_char(out, '[');
		line_break(out, indent + 4);
		if (field->kind == DBW_TABLE)
			write_tables(out, list, indent + 4);
		else
			write_items(out, field, list, indent + 4);
		line_break(out, indent + 2);
		buffer_char(out, ']');
	}
	line_break(out, indent);
	buffer_char(out, '}');
}

/* Reading. The place inside the document is a chain on the stack, written out for an error alone. */

struct place {
	const struct place *parent;
	const char *name; /* a key, or NULL for an item of a list */
	size_t number;
};

static void write_place(struct dbw_buffer *out, const struct place *place)
{
	if (place->parent) {
		write_place(out, place->parent);
		if (place->name)
			buffer_char(out, '.');
	}
	if (place->name)
		buffer_string(out, place->name);
	else
		buffer_printf(out, "[%zu]", place->number);
}

static bool complain(struct error *error, const struct place *place, const char *what)
{
	struct dbw_buffer path = {0};

	write_place(&path, place);
	error_set(error, ERROR_FAILED, "%s: %s", buffer_text(&path), what);
	buffer_release(&path);
	return false;
}

static bool read_fields(struct schema *schema, const struct field *fields, void *element,
                        const json_t *object, const struct place *place, struct error *error);

static bool read_string(struct schema *schema, const json_t *value, const char **string,
                        const struct place *place, struct error *error)
{
	size_t length;

	if (!json_is_string(value))
		return complain(error, place, "a string is expected");
	length = json_string_length(value);
	if (memchr(json_string_value(value), '\0', length))
		return complain(error, place, "there is a NUL in the string");
	*string = arena_copy(&schema->arena, json_string_value(value), length);
	return true;
}

static bool read_word(const struct field *field, const json_t *value, void *target,
                      const struct place *place, struct error *error)
{
	if (!json_is_string(value))
		return complain(error, place, "a word is expected");
	for (int word = 0; !field->words[word] || *field->words[word]; word++)
		if (field->words[word] &&
		    strcmp(field->words[word], json_string_value(value)) == 0) {
			memcpy(target, &word, sizeof word);
			return true;
		}
	return complain(error, place, "the word is not known");
}

static bool read_list(struct schema *schema, const struct field *field, const json_t *value,
                      struct dbw_list *list, const struct place *place, struct error *error)
{
	const json_t *item;
	size_t i;

	if (!json_is_array(value))
		return complain(error, place, "a list is expected");
	json_array_foreach(value, i, item)
	{
		const struct place here = {place, NULL, i};

		if (field->type == FIELD_ELEMENTS) {
			void *element = schema_add(schema, list, field->kind);

			if (!read_fields(schema, element_fields(field->kind), element, item, &here,
			                 error))
				return false;
		} else {
			const char *string;

			if (!read_string(schema, item, &string, &here, error))
				return false;
			list_append(&schema->arena, list, (void *)(uintptr_t)string);
		}
	}
	return true;
}

static bool read_value(struct schema *schema, const struct field *field, const json_t *value,
                       void *element, const struct place *place, struct error *error)
{
	void *target = field_at(element, field);

	switch (field->type) {
	case FIELD_FLAG:
		if (!json_is_boolean(value))
			return complain(error, place, "true or false is expected");
		*(bool *)target = json_is_true(value);
		return true;
	case FIELD_NUMBER:
		if (!json_is_integer(value) || json_integer_value(value) < 0)
			return complain(error, place, "a whole number from 0 on is expected");
		*(uint64_t *)target = (uint64_t)json_integer_value(value);
		return true;
	case FIELD_WORD:
		return read_word(field, value, target, place, error);
	case FIELD_ELEMENTS:
	case FIELD_NAMES:
	case FIELD_TEXTS:
		return read_list(schema, field, value, target, place, error);
	default:
		return read_string(schema, value, target, place, error);
	}
}

static bool in_document(const struct field *field)
{
	return field->type != FIELD_SOURCE && field->type != FIELD_HINT;
}

static bool read_fields(struct schema *schema, const struct field *fields, void *element,
                        const json_t *object, const struct place *place, struct error *error)
{
	size_t known = 0;

	if (!json_is_object(object))
		return complain(error, place, "an object is expected");
	for (const struct field *field = fields; field->name; field++) {
		const json_t *value =
		    in_document(field) ? json_object_get(object, field->name) : NULL;
		const struct place here = {place, field->name, 0};

		if (!value && field->required)
			return complain(error, &here, "is missing");
		if (!value)
			continue;
		known++;
		if (!read_value(schema, field, value, element, &here, error))
			return false;
	}
	if (known != json_object_size(object))
		return complain(error, place, "there is a key that is not known");
	return true;
}

/* What the rest of the core takes for granted of every schema, whoever made it. */
static bool check_table(const struct dbw_table *table, const struct place *place,
                        struct error *error)
{
	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->kind == DBW_FOREIGN_KEY && !constraint->ref_table)
			return complain(error, place, "a foreign key refers to nothing");
		if (constraint->kind == DBW_CHECK && !constraint->expression)
			return complain(error, place, "a check has no condition");
		for (size_t j = 0; j < constraint->parts.count; j++) {
			const struct dbw_key_part *part = constraint->parts.items[j];

			if (!part->column && !part->expression)
				return complain(error, place, "a key part is empty");
		}
	}
	for (size_t i = 0; i < table->indexes.count; i++) {
		const struct dbw_index *index = table->indexes.items[i];

		for (size_t j = 0; j < index->parts.count; j++) {
			const struct dbw_key_part *part = index->parts.items[j];

			if (!part->column && !part->expression)
				return complain(error, place, "an index part is empty");
		}
	}
	for (size_t i = 0; i < table->columns.count; i++) {
		struct dbw_column *column = table->columns.items[i];

		if (!column->type)
			column->type = "";
		if ((column->generated != DBW_NOT_GENERATED) !=
		    (column->generated_expression != NULL))
			return complain(error, place, "a generated column has no expression");
	}
	return true;
}

bool schema_read_json(struct schema *schema, const json_t *object, struct error *error)
{
	const struct place root = {NULL, "schema", 0}, tables = {&root, "tables", 0};

	if (!read_fields(schema, schema_fields, &schema->content, object, &root, error))
		return false;
	for (size_t i = 0; i < schema->content.tables.count; i++) {
		const struct place here = {&tables, NULL, i};

		if (!check_table(schema->content.tables.items[i], &here, error))
			return false;
	}
	for (size_t i = 0; i < schema->content.objects.count; i++)
		if (!((struct dbw_object *)schema->content.objects.items[i])->text)
			return complain(error, &root, "an object has no text");
	return true;
}
