#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "arrays.h"
#include "names.h"
#include "postgresql.h"
#include "refuse.h"
#include "text.h"
#include "types.h"

static void remove_item(struct dbw_list *list, size_t i)
{
	memmove(list->items + i, list->items + i + 1, (list->count - i - 1) * sizeof *list->items);
	list->count--;
}

/* Defaults. */

/* The end of a string literal that the text begins with, or NULL. */
static const char *literal_end(const char *text)
{
	if (*text != '\'')
		return NULL;
	for (text++; *text; text++) {
		if (*text != '\'')
			continue;
		if (text[1] != '\'')
			return text + 1;
		text++;
	}
	return NULL;
}

static size_t base_length(const char *type)
{
	return strcspn(type, "([");
}

static bool is_number_type(const char *type)
{
	static const char *const types[] = {"smallint", "integer", "bigint",
	                                    "numeric",  "real",    "double precision"};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (base_length(type) == strlen(types[i]) &&
		    strncmp(type, types[i], strlen(types[i])) == 0)
			return true;
	return false;
}

/* The server writes the type behind a literal: 'x'::character varying, '-1'::integer. Where it is the
 * column's own, it says nothing. */
static const char *without_cast(const struct dbw_host *host, struct dbw_schema *schema,
                                const struct dbw_column *column, const char *value)
{
	const char *end = literal_end(value), *type;
	size_t length;

	if (!end || strncmp(end, "::", 2) != 0)
		return value;
	type = type_canonical(host, schema, end + 2);
	length = base_length(type);
	if (length != base_length(column->type) || strncmp(type, column->type, length) != 0)
		return value;
	length = (size_t)(end - value);
	/* A number that was negative is written as a string. */
	if (length > 2 && is_number_type(column->type) &&
	    strspn(value + 1, "-+.0123456789eE") == length - 2)
		return host->text(schema, value + 1, length - 2);
	return host->text(schema, value, length);
}

static void normalize_default(const struct dbw_host *host, struct dbw_schema *schema,
                              struct dbw_column *column)
{
	static const char *const words[] = {"true", "false"};
	const char *value = column->default_value;

	if (!value)
		return;
	if (strcasecmp(value, "NULL") == 0 || strncasecmp(value, "NULL::", 6) == 0) {
		column->default_value = NULL;
		return;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(value, words[i]) == 0) {
			column->default_value = words[i];
			return;
		}
	column->default_value = without_cast(host, schema, column, value);
}

/* Sequences. */

static bool is_one(const char *number)
{
	return !number || strcmp(number, "1") == 0;
}

static void normalize_sequence(const struct dbw_host *host, struct dbw_schema *schema,
                               struct dbw_sequence *sequence)
{
	if (sequence->type) {
		sequence->type = type_canonical(host, schema, sequence->type);
		if (strcmp(sequence->type, "bigint") == 0)
			sequence->type = NULL;
	}
	if (is_one(sequence->increment))
		sequence->increment = NULL;
	if (is_one(sequence->cache))
		sequence->cache = NULL;
	if (is_one(sequence->start) && !sequence->minimum && !sequence->increment)
		sequence->start = NULL;
	if (is_one(sequence->minimum) && !sequence->increment)
		sequence->minimum = NULL;
	if (is_default_namespace(sequence->namespace_name))
		sequence->namespace_name = NULL;
}

static bool is_plain_sequence(const struct dbw_sequence *sequence)
{
	return !sequence->start && !sequence->increment && !sequence->minimum &&
	       !sequence->maximum && !sequence->cache && !sequence->cycle && !sequence->comment;
}

static const struct {
	const char *type;
	const char *serial;
} serials[] = {
    {"integer", "serial"},
    {"bigint", "bigserial"},
    {"smallint", "smallserial"},
};

static const char *serial_of(const char *type)
{
	for (size_t i = 0; i < sizeof serials / sizeof *serials; i++)
		if (strcmp(type, serials[i].type) == 0)
			return serials[i].serial;
	return NULL;
}

static struct dbw_table *find_table(const struct dbw_schema *schema, const char *namespace_name,
                                    const char *name)
{
	for (size_t i = 0; i < schema->tables.count; i++) {
		struct dbw_table *table = schema->tables.items[i];

		if (strcmp(table->name, name) == 0 && same(table->namespace_name, namespace_name))
			return table;
	}
	return NULL;
}

/* integer NOT NULL DEFAULT nextval(its own sequence) is what serial means (PostgreSQL 15, 8.1.4). */
static bool collapse_serial(const struct dbw_host *host, struct dbw_schema *schema,
                            const struct dbw_sequence *sequence)
{
	struct dbw_table *table;
	struct dbw_column *column;

	if (!sequence->owned_by_table || !is_plain_sequence(sequence))
		return false;
	table = find_table(schema, sequence->namespace_name, sequence->owned_by_table);
	column = table ? (struct dbw_column *)(size_t)find_column(table, sequence->owned_by_column)
	               : NULL;
	if (!column || !column->not_null || !serial_of(column->type) || !column->default_value ||
	    strncmp(column->default_value, "nextval(", 8) != 0 ||
	    !strstr(column->default_value, sequence->name) ||
	    strcmp(sequence->name, names_make(host, schema, table->name, column->name, "seq")) !=
	        0 ||
	    !same(sequence->type, strcmp(column->type, "bigint") == 0 ? NULL : column->type))
		return false;
	column->type = serial_of(column->type);
	column->default_value = NULL;
	return true;
}

/* Identity: what goes without saying is not said. */
static const char *skip_words(const char *text, const char *words)
{
	for (; *words; words++) {
		if (*words == ' ') {
			while (*text == ' ')
				text++;
		} else if (toupper((unsigned char)*text) != *words) {
			return NULL;
		} else {
			text++;
		}
	}
	return *text == '\0' || *text == ' ' ? text : NULL;
}

static void normalize_identity(const struct dbw_host *host, struct dbw_schema *schema,
                               struct dbw_column *column)
{
	static const char *const defaults[] = {"START WITH 1", "INCREMENT BY 1", "NO MINVALUE",
	                                       "NO MAXVALUE",  "CACHE 1",        "NO CYCLE",
	                                       "START 1",      "INCREMENT 1"};
	const char *text = column->identity_options;
	struct text kept;

	if (column->identity)
		column->not_null = true;
	if (!text)
		return;
	kept = text_begin(host);
	while (*text) {
		const char *next = skip_words(text, "SEQUENCE NAME");

		if (next) {
			while (*next == ' ')
				next++;
			next += strcspn(next, " ");
		}
		for (size_t i = 0; !next && i < sizeof defaults / sizeof *defaults; i++)
			next = skip_words(text, defaults[i]);
		if (!next) {
			size_t length = strcspn(text, " ");

			text_printf(&kept, "%s%.*s", *text_get(&kept) ? " " : "", (int)length,
			            text);
			next = text + length;
		}
		while (*next == ' ')
			next++;
		text = next;
	}
	if (*text_get(&kept)) {
		column->identity_options = text_keep(&kept, schema);
	} else {
		column->identity_options = NULL;
		text_end(&kept);
	}
}

/* Tables. */

static void normalize_column(const struct dbw_host *host, struct dbw_schema *schema,
                             struct dbw_column *column)
{
	column->type = type_canonical(host, schema, column->type);
	normalize_default(host, schema, column);
	normalize_identity(host, schema, column);
	if (column->collation && strcmp(column->collation, "default") == 0)
		column->collation = NULL;
	if (strcmp(column->type, "serial") == 0 || strcmp(column->type, "bigserial") == 0 ||
	    strcmp(column->type, "smallserial") == 0)
		column->not_null = true;
}

/* Last is where NULLs are when ascending, first when descending (PostgreSQL 15, 11.4). */
static void normalize_parts(struct dbw_list *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		struct dbw_key_part *part = parts->items[i];

		if (part->nulls == (part->descending ? DBW_NULLS_FIRST : DBW_NULLS_LAST))
			part->nulls = DBW_NULLS_DEFAULT;
		if (part->collation && strcmp(part->collation, "default") == 0)
			part->collation = NULL;
	}
}

static void normalize_options(const struct dbw_host *host, struct dbw_schema *schema,
                              struct dbw_list *options)
{
	for (size_t i = 0; i < options->count; i++) {
		struct dbw_option *option = options->items[i];
		size_t length = strlen(option->value);

		if (length >= 2 && option->value[0] == '\'' && option->value[length - 1] == '\'')
			option->value = host->text(schema, option->value + 1, length - 2);
	}
}

static void complete_reference(const struct dbw_host *host, struct dbw_schema *schema,
                               struct dbw_constraint *key)
{
	const struct dbw_table *table = find_table(schema, key->ref_namespace, key->ref_table);
	const struct dbw_constraint *primary = table ? primary_key(table) : NULL;

	for (size_t i = 0; primary && i < primary->parts.count; i++) {
		const struct dbw_key_part *part = primary->parts.items[i];

		host->add_text(schema, &key->ref_columns, part->column, strlen(part->column));
	}
}

static void normalize_constraint(const struct dbw_host *host, struct dbw_schema *schema,
                                 struct dbw_table *table, struct dbw_constraint *constraint)
{
	constraint->expression = arrays_canonical(host, schema, constraint->expression);
	normalize_parts(&constraint->parts);
	normalize_options(host, schema, &constraint->options);
	if (is_default_namespace(constraint->ref_namespace))
		constraint->ref_namespace = NULL;
	if (constraint->kind == DBW_FOREIGN_KEY && !constraint->ref_columns.count)
		complete_reference(host, schema, constraint);
	for (size_t i = 0; constraint->kind == DBW_PRIMARY_KEY && i < constraint->parts.count;
	     i++) {
		const struct dbw_key_part *part = constraint->parts.items[i];
		struct dbw_column *column =
		    (struct dbw_column *)(size_t)find_column(table, part->column);

		if (column)
			column->not_null = true;
	}
}

static void normalize_table(const struct dbw_host *host, struct dbw_schema *schema,
                            struct dbw_table *table)
{
	normalize_options(host, schema, &table->options);
	for (size_t i = 0; i < table->columns.count; i++)
		normalize_column(host, schema, table->columns.items[i]);
	for (size_t i = 0; i < table->constraints.count; i++)
		normalize_constraint(host, schema, table, table->constraints.items[i]);
	for (size_t i = 0; i < table->indexes.count; i++) {
		struct dbw_index *index = table->indexes.items[i];

		index->predicate = arrays_canonical(host, schema, index->predicate);
		normalize_parts(&index->parts);
		normalize_options(host, schema, &index->options);
		if (index->method && strcasecmp(index->method, "btree") == 0)
			index->method = NULL;
	}
}

static void normalize_namespaces(struct dbw_schema *schema)
{
	for (size_t i = 0; i < schema->tables.count; i++) {
		struct dbw_table *table = schema->tables.items[i];

		if (is_default_namespace(table->namespace_name))
			table->namespace_name = NULL;
	}
	for (size_t i = 0; i < schema->enums.count; i++) {
		struct dbw_enum *type = schema->enums.items[i];

		if (is_default_namespace(type->namespace_name))
			type->namespace_name = NULL;
	}
	for (size_t i = 0; i < schema->objects.count; i++) {
		struct dbw_object *object = schema->objects.items[i];

		if (is_default_namespace(object->namespace_name))
			object->namespace_name = NULL;
	}
}

enum dbw_status postgresql_normalize(const struct dbw_host *host, struct dbw_schema *schema,
                                     struct dbw_error *error)
{
	enum dbw_status status = refuse_unknown(schema, error);

	if (status != DBW_OK)
		return status;
	normalize_namespaces(schema);
	for (size_t i = 0; i < schema->sequences.count; i++)
		normalize_sequence(host, schema, schema->sequences.items[i]);
	for (size_t i = 0; i < schema->tables.count; i++)
		normalize_table(host, schema, schema->tables.items[i]);
	for (size_t i = schema->sequences.count; i > 0; i--)
		if (collapse_serial(host, schema, schema->sequences.items[i - 1]))
			remove_item(&schema->sequences, i - 1);
	for (size_t i = 0; i < schema->objects.count; i++) {
		struct dbw_object *object = schema->objects.items[i];

		/* A routine's text is its writer's. */
		if (object->kind == DBW_VIEW || object->kind == DBW_MATERIALIZED_VIEW ||
		    object->kind == DBW_DOMAIN || object->kind == DBW_POLICY)
			object->text = arrays_canonical(host, schema, object->text);
	}
	names_complete(host, schema);
	return DBW_OK;
}
