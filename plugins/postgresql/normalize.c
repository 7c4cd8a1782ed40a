#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "arrays.h"
#include "ddl.h"
#include "grants.h"
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
	length = (size_t)(end - value);
	/* A number that was negative is written as a string, of whichever type of number it was. */
	if (length > 2 && is_number_type(column->type) && is_number_type(type) &&
	    strspn(value + 1, "-+.0123456789eE") == length - 2)
		return host->text(schema, value + 1, length - 2);
	if (base_length(type) != base_length(column->type) ||
	    strncmp(type, column->type, base_length(type)) != 0)
		return value;
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
	/* One that goes up begins at its lowest number, one that goes down at its highest. */
	if (is_one(sequence->start) && !sequence->minimum && !sequence->increment)
		sequence->start = NULL;
	if (sequence->start &&
	    same(sequence->start, sequence->increment && *sequence->increment == '-'
	                              ? sequence->maximum
	                              : sequence->minimum))
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

/* Identity: what goes without saying is not said, and the rest in one order. */

enum { OPTION_LENGTH = 32 };

struct identity {
	char start[OPTION_LENGTH], increment[OPTION_LENGTH], minimum[OPTION_LENGTH],
	    maximum[OPTION_LENGTH], cache[OPTION_LENGTH];
	bool cycle;
};

/* The next word; *text moves behind it. */
static bool next_word(const char **text, char *word)
{
	size_t length;

	*text += strspn(*text, " \t\r\n");
	length = strcspn(*text, " \t\r\n");
	snprintf(word, OPTION_LENGTH, "%.*s", (int)length, *text);
	*text += length;
	return length > 0;
}

static void read_identity(const char *text, struct identity *identity)
{
	const struct {
		const char *word;
		char *value;
	} numbers[] = {
	    {"START", identity->start},      {"INCREMENT", identity->increment},
	    {"MINVALUE", identity->minimum}, {"MAXVALUE", identity->maximum},
	    {"CACHE", identity->cache},
	};
	char word[OPTION_LENGTH], *wanted = NULL;

	*identity = (struct identity){.cycle = false};
	while (next_word(&text, word)) {
		if (strcasecmp(word, "NO") == 0 || strcasecmp(word, "NAME") == 0) {
			next_word(&text, word);
			continue;
		}
		if (strcasecmp(word, "CYCLE") == 0)
			identity->cycle = true;
		/* A sign may stand alone. */
		if (wanted &&
		    (isdigit((unsigned char)word[strspn(word, "+-")]) || strcmp(word, "-") == 0)) {
			size_t used = strlen(wanted);

			snprintf(wanted + used, OPTION_LENGTH - used, "%s", word);
			if (strcmp(word, "-") != 0)
				wanted = NULL;
		}
		for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
			if (strcasecmp(word, numbers[i].word) == 0) {
				wanted = numbers[i].value;
				*wanted = '\0';
			}
	}
}

static void put_option(struct text *text, const char *words, const char *value, const char *usual)
{
	if (*value && strcmp(value, usual) != 0)
		text_printf(text, "%s%s%s", *text_get(text) ? " " : "", words, value);
}

static void normalize_identity(const struct dbw_host *host, struct dbw_schema *schema,
                               struct dbw_column *column)
{
	struct identity identity;
	struct text kept;
	bool down;

	if (column->identity)
		column->not_null = true;
	if (!column->identity_options)
		return;
	read_identity(column->identity_options, &identity);
	down = *identity.increment == '-';
	kept = text_begin(host);
	put_option(&kept, "START WITH ", identity.start,
	           down                ? *identity.maximum ? identity.maximum : "-1"
	           : *identity.minimum ? identity.minimum
	                               : "1");
	put_option(&kept, "INCREMENT BY ", identity.increment, "1");
	put_option(&kept, "MINVALUE ", identity.minimum, down ? "" : "1");
	put_option(&kept, "MAXVALUE ", identity.maximum, down ? "-1" : "");
	put_option(&kept, "CACHE ", identity.cache, "1");
	put_option(&kept, "CYCLE", identity.cycle ? " " : "", "");
	if (*text_get(&kept)) {
		size_t length = strlen(text_get(&kept));

		length -= text_get(&kept)[length - 1] == ' ';
		column->identity_options = host->text(schema, text_get(&kept), length);
	} else {
		column->identity_options = NULL;
	}
	text_end(&kept);
}

/* Tables. */

/* "d" is d where that is the name of a type of one's own. */
static const char *without_quotes(const struct dbw_host *host, struct dbw_schema *schema,
                                  const char *type)
{
	size_t length = strlen(type), name;
	bool known = false;

	if (length < 3 || *type != '"')
		return type;
	name = strcspn(type + 1, "\"");
	if (!islower((unsigned char)type[1]) ||
	    strspn(type + 1, "abcdefghijklmnopqrstuvwxyz0123456789_") != name || !type[name + 1])
		return type;
	for (size_t i = 0; !known && i < schema->enums.count; i++) {
		const struct dbw_enum *one = schema->enums.items[i];

		known = strlen(one->name) == name && strncmp(one->name, type + 1, name) == 0;
	}
	for (size_t i = 0; !known && i < schema->objects.count; i++) {
		const struct dbw_object *one = schema->objects.items[i];

		known = (one->kind == DBW_DOMAIN || one->kind == DBW_COMPOSITE_TYPE ||
		         one->kind == DBW_RANGE_TYPE) &&
		        strlen(one->name) == name && strncmp(one->name, type + 1, name) == 0;
	}
	if (!known)
		return type;
	{
		struct text text = text_begin(host), bare = text_begin(host);

		text_printf(&bare, "%.*s", (int)name, type + 1);
		text_name(&text, text_get(&bare));
		text_end(&bare);
		text_put(&text, type + name + 2);
		return text_keep(&text, schema);
	}
}

static void normalize_column(const struct dbw_host *host, struct dbw_schema *schema,
                             struct dbw_column *column)
{
	column->type = type_canonical(host, schema, without_quotes(host, schema, column->type));
	normalize_default(host, schema, column);
	normalize_identity(host, schema, column);
	if (column->collation && strcmp(column->collation, "default") == 0)
		column->collation = NULL;
	if (column->collation && strncmp(column->collation, "public.", 7) == 0)
		column->collation += strlen("public.");
	if (strcmp(column->type, "serial") == 0 || strcmp(column->type, "bigserial") == 0 ||
	    strcmp(column->type, "smallserial") == 0)
		column->not_null = true;
}

/* Last is where NULLs are when ascending, first when descending (PostgreSQL 15, 11.4). */
/* Without the default namespace, and numbers without quotes: gist_trgm_ops (siglen=32). */
static const char *canonical_class(const struct dbw_host *host, struct dbw_schema *schema,
                                   const char *name)
{
	struct text text;

	if (!name)
		return NULL;
	if (strncmp(name, "public.", 7) == 0)
		name += 7;
	text = text_begin(host);
	for (const char *c = name; *c; c++) {
		size_t digits = *c == '\'' ? strspn(c + 1, "0123456789") : 0;

		if (digits && c[digits + 1] == '\'') {
			text_printf(&text, "%.*s", (int)digits, c + 1);
			c += digits + 1;
		} else {
			text_printf(&text, "%c", *c);
		}
	}
	return text_keep(&text, schema);
}

static void normalize_parts(const struct dbw_host *host, struct dbw_schema *schema,
                            struct dbw_list *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		struct dbw_key_part *part = parts->items[i];

		if (part->nulls == (part->descending ? DBW_NULLS_FIRST : DBW_NULLS_LAST))
			part->nulls = DBW_NULLS_DEFAULT;
		part->operator_class = canonical_class(host, schema, part->operator_class);
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
	normalize_parts(host, schema, &constraint->parts);
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
		normalize_parts(host, schema, &index->parts);
		normalize_options(host, schema, &index->options);
		if (index->method && strcasecmp(index->method, "btree") == 0)
			index->method = NULL;
	}
}

/* What cannot be NULL in a parent cannot be so in a child. True if something was not known yet. */
static bool take_not_null(struct dbw_table *table, const struct dbw_table *parent)
{
	bool more = false;

	for (size_t i = 0; parent && i < parent->columns.count; i++) {
		const struct dbw_column *from = parent->columns.items[i];
		struct dbw_column *to =
		    from->not_null ? (struct dbw_column *)(size_t)find_column(table, from->name)
				   : NULL;

		if (!to || to->not_null)
			continue;
		to->not_null = true;
		more = true;
	}
	return more;
}

static void inherit_not_null(struct dbw_schema *schema)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < schema->tables.count; i++) {
			struct dbw_table *table = schema->tables.items[i];

			for (size_t j = 0; j < table->inherits.count; j++)
				more |= take_not_null(table,
				                      ddl_parent(schema, table->inherits.items[j]));
			if (table->partition_of)
				more |=
				    take_not_null(table, ddl_parent(schema, table->partition_of));
		}
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
	grants_normalize(host, schema);
	for (size_t i = 0; i < schema->sequences.count; i++)
		normalize_sequence(host, schema, schema->sequences.items[i]);
	for (size_t i = 0; i < schema->tables.count; i++)
		normalize_table(host, schema, schema->tables.items[i]);
	inherit_not_null(schema);
	for (size_t i = schema->sequences.count; i > 0; i--)
		if (collapse_serial(host, schema, schema->sequences.items[i - 1]))
			remove_item(&schema->sequences, i - 1);
	for (size_t i = 0; i < schema->objects.count; i++) {
		struct dbw_object *object = schema->objects.items[i];

		/* That of a grant is no list of types. */
		if (object->signature && object->kind != DBW_GRANT)
			object->signature = signature_canonical(host, schema, object->signature);
		/* A routine's text is its writer's. */
		if (object->kind == DBW_VIEW || object->kind == DBW_MATERIALIZED_VIEW ||
		    object->kind == DBW_DOMAIN || object->kind == DBW_POLICY)
			object->text = arrays_canonical(host, schema, object->text);
	}
	names_complete(host, schema);
	return DBW_OK;
}
