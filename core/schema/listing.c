#include "schema/listing.h"

#include <stdlib.h>
#include <string.h>

#include "schema/wording.h"

/* Order. */

static int compare_optional(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* By kind, table, name and signature, as far as the element has them. */
struct place {
	int kind;
	const char *namespace_name, *table, *name, *signature;
};

static struct place place_of(enum dbw_element_kind kind, const void *element)
{
	const struct dbw_namespace *namespace = element;
	const struct dbw_table *table = element;
	const struct dbw_sequence *sequence = element;
	const struct dbw_enum *type = element;
	const struct dbw_index *index = element;
	const struct dbw_constraint *constraint = element;
	const struct dbw_object *object = element;

	switch (kind) {
	case DBW_NAMESPACE:
		return (struct place){0, NULL, NULL, namespace->name, NULL};
	case DBW_TABLE:
		return (struct place){0, table->namespace_name, NULL, table->name, NULL};
	case DBW_SEQUENCE:
		return (struct place){0, sequence->namespace_name, NULL, sequence->name, NULL};
	case DBW_ENUM:
		return (struct place){0, type->namespace_name, NULL, type->name, NULL};
	case DBW_INDEX:
		return (struct place){0, NULL, NULL, index->name, NULL};
	case DBW_CONSTRAINT:
		return (struct place){(int)constraint->kind, NULL, NULL, constraint->name,
		                      constraint->expression};
	default:
		return (struct place){(int)object->kind, object->namespace_name, object->table,
		                      object->name, object->signature};
	}
}

struct sorted {
	struct place place;
	const void *element;
	size_t number; /* where nothing else tells them apart */
};

static int compare_sorted(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;
	int order = x->place.kind - y->place.kind;

	if (!order)
		order = compare_optional(x->place.namespace_name, y->place.namespace_name);
	if (!order)
		order = compare_optional(x->place.table, y->place.table);
	if (!order)
		order = compare_optional(x->place.name, y->place.name);
	if (!order)
		order = compare_optional(x->place.signature, y->place.signature);
	return order ? order : (x->number > y->number) - (x->number < y->number);
}

/* In the arena, in order. */
static const struct sorted *sort(struct arena *arena, enum dbw_element_kind kind,
                                 const struct dbw_list *list)
{
	struct sorted *sorted = arena_alloc(arena, (list->count + 1) * sizeof *sorted);

	for (size_t i = 0; i < list->count; i++)
		sorted[i] = (struct sorted){place_of(kind, list->items[i]), list->items[i], i};
	qsort(sorted, list->count, sizeof *sorted, compare_sorted);
	return sorted;
}

/* Lines. */

static void write_name(struct dbw_buffer *out, const char *namespace_name, const char *name)
{
	if (namespace_name)
		buffer_printf(out, "%s.", namespace_name);
	buffer_string(out, name);
}

/* "kind name" and, behind commas, what else there is. */
static void write_head(struct dbw_buffer *out, const char *word, enum dbw_element_kind kind,
                       const void *element, const char *const *named)
{
	const struct place place = place_of(kind, element);
	size_t start = out->length;

	buffer_printf(out, "%s ", word);
	write_name(out, place.namespace_name, place.name);
	wording_rest(out, kind, element, named);
	/* How a table is partitioned may be told in lines. */
	for (size_t i = start; i < out->length; i++)
		if (out->text[i] == '\n' || out->text[i] == '\r')
			out->text[i] = ' ';
	buffer_char(out, '\n');
}

/* Text of more than one line, each with something before it. */
static void write_lines(struct dbw_buffer *out, const char *before, const char *text)
{
	while (text && *text) {
		size_t length = strcspn(text, "\n");

		if (length)
			buffer_string(out, before);
		buffer_append(out, text, length);
		buffer_char(out, '\n');
		text += length + (text[length] == '\n');
	}
}

static void write_comment(struct dbw_buffer *out, const char *comment)
{
	write_lines(out, "    -- ", comment);
}

/* Columns. */

enum { CELLS = 5 };

struct row {
	const char *cells[CELLS];
};

/* Code points serve, as names are mostly narrow. */
static size_t width_of(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static void write_rows(struct dbw_buffer *out, const struct row *rows, size_t count)
{
	size_t widths[CELLS] = {0};

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < CELLS; j++)
			if (width_of(rows[i].cells[j]) > widths[j])
				widths[j] = width_of(rows[i].cells[j]);
	for (size_t i = 0; i < count; i++) {
		size_t gap = 4;

		for (size_t j = 0; j < CELLS; j++) {
			const char *cell = rows[i].cells[j];

			/* Nothing at the end of a line. */
			if (*cell)
				buffer_printf(out, "%*s%s", (int)gap, "", cell);
			if (*cell)
				gap = widths[j] - width_of(cell);
			else
				gap += widths[j];
			gap += widths[j] ? 2 : 0;
		}
		buffer_char(out, '\n');
	}
}

/* A default or a comment may have line breaks; a row has none. */
static const char *one_line(struct arena *arena, const char *text)
{
	struct dbw_buffer line = {0};
	const char *kept;

	for (; *text; text++) {
		if (*text == '\n' || *text == '\r')
			buffer_string(&line, *text == '\n' ? "\\n" : "\\r");
		else
			buffer_char(&line, *text);
	}
	kept = arena_string(arena, buffer_text(&line));
	buffer_release(&line);
	return kept;
}

static const char *column_rest(struct arena *arena, const struct dbw_column *column)
{
	static const char *const named[] = {"name", "type", "not_null", "default_value", NULL};
	struct dbw_buffer text = {0};
	const char *rest;

	wording_rest(&text, DBW_COLUMN, column, named);
	rest = text.length ? one_line(arena, buffer_text(&text) + strlen(", ")) : "";
	buffer_release(&text);
	return rest;
}

static void write_columns(struct dbw_buffer *out, struct arena *arena,
                          const struct dbw_table *table)
{
	struct row *rows = arena_alloc(arena, (table->columns.count + 1) * sizeof *rows);

	for (size_t i = 0; i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];

		rows[i] = (struct row){{
		    one_line(arena, column->name),
		    column->type,
		    column->not_null ? "NOT NULL" : "",
		    column->default_value ? arena_printf(arena, "DEFAULT %s", column->default_value)
					  : "",
		    column_rest(arena, column),
		}};
	}
	write_rows(out, rows, table->columns.count);
}

/* Tables. */

static void write_members(struct dbw_buffer *out, struct arena *arena, enum dbw_element_kind kind,
                          const struct dbw_list *list)
{
	static const char *const in_constraint[] = {
	    "kind", "name", "parts", "ref_table", "ref_namespace", "ref_columns", "comment", NULL};
	static const char *const in_check[] = {"kind",       "name",    "parts",
	                                       "expression", "comment", NULL};
	static const char *const in_index[] = {"name", "unique", "parts", "comment", NULL};
	const struct sorted *sorted = sort(arena, kind, list);

	for (size_t i = 0; i < list->count; i++) {
		const struct dbw_constraint *constraint = sorted[i].element;
		const struct dbw_index *index = sorted[i].element;
		bool check = kind == DBW_CONSTRAINT && constraint->kind == DBW_CHECK;

		buffer_string(out, "  ");
		wording_member(out, kind, sorted[i].element);
		wording_rest(out, kind, sorted[i].element,
		             kind == DBW_INDEX ? in_index
		             : check           ? in_check
		                               : in_constraint);
		buffer_char(out, '\n');
		write_comment(out, kind == DBW_INDEX ? index->comment : constraint->comment);
	}
}

static void write_table(struct dbw_buffer *out, const struct dbw_table *table)
{
	static const char *const named[] = {"namespace_name", "name",    "columns", "constraints",
	                                    "indexes",        "comment", NULL};
	struct arena arena = {0};

	write_head(out, "table", DBW_TABLE, table, named);
	write_comment(out, table->comment);
	write_columns(out, &arena, table);
	write_members(out, &arena, DBW_CONSTRAINT, &table->constraints);
	write_members(out, &arena, DBW_INDEX, &table->indexes);
	arena_release(&arena);
}

static void write_object(struct dbw_buffer *out, const struct dbw_object *object)
{
	static const char *const in_grant[] = {"kind",  "namespace_name", "name",    "signature",
	                                       "table", "text",           "comment", NULL};

	wording_object(out, object);
	if (object->kind == DBW_GRANT) {
		wording_rest(out, DBW_OBJECT, object, in_grant);
		buffer_char(out, '\n');
		return;
	}
	buffer_char(out, '\n');
	write_comment(out, object->comment);
	write_lines(out, "    ", object->text);
	for (size_t i = 0; i < object->column_comments.count; i++) {
		const struct dbw_option *option = object->column_comments.items[i];

		buffer_printf(out, "    -- %s: ", option->name);
		write_lines(out, "", option->value);
	}
}

static void write_element(struct dbw_buffer *out, enum dbw_element_kind kind, const void *element)
{
	static const char *const named[] = {"namespace_name", "name", "comment", NULL};

	switch (kind) {
	case DBW_TABLE:
		write_table(out, element);
		break;
	case DBW_OBJECT:
		write_object(out, element);
		break;
	case DBW_NAMESPACE:
		write_head(out, "schema", kind, element, named);
		write_comment(out, ((const struct dbw_namespace *)element)->comment);
		break;
	case DBW_ENUM:
		write_head(out, "enum", kind, element, named);
		write_comment(out, ((const struct dbw_enum *)element)->comment);
		break;
	default:
		write_head(out, "sequence", kind, element, named);
		write_comment(out, ((const struct dbw_sequence *)element)->comment);
	}
}

void schema_list(const struct schema *schema, struct dbw_buffer *out)
{
	const struct dbw_schema *content = &schema->content;
	const struct {
		enum dbw_element_kind kind;
		const struct dbw_list *list;
	} lists[] = {
	    {DBW_NAMESPACE, &content->namespaces}, {DBW_ENUM, &content->enums},
	    {DBW_SEQUENCE, &content->sequences},   {DBW_TABLE, &content->tables},
	    {DBW_OBJECT, &content->objects},
	};
	struct arena arena = {0};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		const struct sorted *sorted = sort(&arena, lists[i].kind, lists[i].list);

		for (size_t j = 0; j < lists[i].list->count; j++) {
			if (out->length)
				buffer_char(out, '\n');
			write_element(out, lists[i].kind, sorted[j].element);
		}
	}
	arena_release(&arena);
}
