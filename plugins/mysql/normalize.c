#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ddl.h"
#include "mysql_plugin.h"
#include "refuse.h"
#include "scan.h"
#include "sequence.h"
#include "triggers.h"

static void remove_item(struct dbw_list *list, size_t i)
{
	memmove(list->items + i, list->items + i + 1, (list->count - i - 1) * sizeof *list->items);
	list->count--;
}

static const char *keep(struct ddl *ddl, struct dbw_schema *schema)
{
	size_t length;
	const char *text = ddl->host->buffer_text(ddl->buffer, &length);
	const char *kept = ddl->host->text(schema, text, length);

	ddl_end(ddl);
	return kept;
}

/* Types. */

/* Lower case and single spaces outside quotes, no blanks inside parentheses. */
static const char *lower_type(const struct dbw_host *host, struct dbw_schema *schema,
                              const char *type)
{
	struct ddl ddl = ddl_begin(host);
	size_t depth = 0;
	char quote = 0, last = 0;

	for (; *type; type++) {
		char c = *type;

		if (quote) {
			/* What is escaped does not end the string. */
			if (c == '\\' && type[1])
				host->buffer_append(ddl.buffer, type++, 1);
			else if (c == quote)
				quote = 0;
			c = *type;
		} else if (c == '\'' || c == '"') {
			quote = c;
		} else if (c == ' ') {
			if (depth || last == ' ' || type[1] == '(' || !type[1])
				continue;
		} else {
			depth += c == '(';
			depth -= c == ')' && depth;
			c = (char)tolower((unsigned char)c);
		}
		host->buffer_append(ddl.buffer, &c, 1);
		last = c;
	}
	return keep(&ddl, schema);
}

static const struct {
	const char *from;
	const char *to;
	bool width; /* what stands in parentheses is for display alone */
} synonyms[] = {
    {"tinyint", "tinyint", true},
    {"smallint", "smallint", true},
    {"mediumint", "mediumint", true},
    {"int", "int", true},
    {"integer", "int", true},
    {"bigint", "bigint", true},
    {"int1", "tinyint", true},
    {"int2", "smallint", true},
    {"int3", "mediumint", true},
    {"int4", "int", true},
    {"int8", "bigint", true},
    {"middleint", "mediumint", true},
    {"year", "year", true},
    {"bool", "tinyint(1)", false},
    {"boolean", "tinyint(1)", false},
    {"dec", "decimal", false},
    {"numeric", "decimal", false},
    {"fixed", "decimal", false},
    {"decimal", "decimal", false},
    {"double precision", "double", false},
    {"real", "double", false},
    {"float4", "float", false},
    {"float8", "double", false},
    {"character varying", "varchar", false},
    {"varcharacter", "varchar", false},
    {"nvarchar", "varchar", false},
    {"national varchar", "varchar", false},
    {"national char varying", "varchar", false},
    {"national character varying", "varchar", false},
    {"nchar varchar", "varchar", false},
    {"nchar varying", "varchar", false},
    {"national varcharacter", "varchar", false},
    {"nchar varcharacter", "varchar", false},
    {"char varying", "varchar", false},
    {"national char", "char", false},
    {"national character", "char", false},
    {"nchar", "char", false},
    {"character", "char", false},
    {"char", "char", false},
    {"bit", "bit", false},
    {"long varchar", "mediumtext", false},
    {"long", "mediumtext", false},
};

const char *type_canonical(const struct dbw_host *host, struct dbw_schema *schema, const char *type)
{
	const char *lower = lower_type(host, schema, type), *rest = lower;
	const char *modifiers = "", *behind = "";
	size_t length = strcspn(lower, "("), name = length, inside = 0;
	struct ddl ddl;

	if (lower[length] == '(') {
		modifiers = lower + length;
		inside = strcspn(modifiers, ")");
		inside += modifiers[inside] == ')';
		behind = modifiers + inside;
	} else {
		/* int unsigned: the words behind the type. */
		static const char *const words[] = {" unsigned", " zerofill", " signed", " binary"};

		for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
			const char *found = strstr(lower, words[i]);

			if (found && (size_t)(found - lower) < name)
				name = (size_t)(found - lower);
		}
		behind = lower + name;
	}
	for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++) {
		bool display = synonyms[i].width && !strstr(behind, "zerofill") &&
		               !(strncmp(lower, "tinyint(1)", 10) == 0);

		if (strlen(synonyms[i].from) != name || strncmp(lower, synonyms[i].from, name) != 0)
			continue;
		ddl = ddl_begin(host);
		ddl_put(&ddl, synonyms[i].to);
		if (inside && !display && !strchr(synonyms[i].to, '('))
			ddl_printf(&ddl, "%.*s", (int)inside, modifiers);
		if (strcmp(synonyms[i].to, "decimal") == 0) {
			if (!inside)
				ddl_put(&ddl, "(10,0)");
			else if (!memchr(modifiers, ',', inside)) {
				struct ddl with = ddl_begin(host);

				ddl_printf(&with, "decimal%.*s,0)", (int)inside - 1, modifiers);
				ddl_put(&with, behind);
				ddl_end(&ddl);
				return keep(&with, schema);
			}
		}
		if (!inside &&
		    (strcmp(synonyms[i].to, "char") == 0 || strcmp(synonyms[i].to, "bit") == 0))
			ddl_put(&ddl, "(1)");
		if (strcmp(behind, " signed") != 0)
			ddl_put(&ddl, behind);
		return keep(&ddl, schema);
	}
	return rest;
}

/* Columns. */

static bool is_number_type(const char *type)
{
	static const char *const types[] = {"tinyint", "smallint", "mediumint", "int", "bigint",
	                                    "decimal", "double",   "float",     "year"};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strncmp(type, types[i], strlen(types[i])) == 0)
			return true;
	return false;
}

/* nextval(`database`.`s`) as dumps have it, and NEXT VALUE FOR s: nextval(s). NULL if it is neither. */
static const char *next_value(const struct dbw_host *host, struct dbw_schema *schema,
                              const char *value)
{
	struct scan scan = {value, value + strlen(value)};
	struct word word = scan_word(&scan);
	bool call = scan_word_is(&word, "nextval");
	struct ddl ddl;
	const char *name;

	if (call ? !scan_symbol(&scan, '(') : !scan_word_is(&word, "NEXT"))
		return NULL;
	if (!call) {
		word = scan_word(&scan);
		if (!scan_word_is(&word, "VALUE"))
			return NULL;
		word = scan_word(&scan);
		if (!scan_word_is(&word, "FOR"))
			return NULL;
	}
	name = ddl_scan_name(host, schema, &scan);
	if (!name || (call && !scan_symbol(&scan, ')')))
		return NULL;
	scan_blank(&scan);
	if (scan.position != scan.end)
		return NULL;
	ddl = ddl_begin(host);
	ddl_put(&ddl, "nextval(");
	ddl_name(&ddl, name);
	ddl_put(&ddl, ")");
	return keep(&ddl, schema);
}

static void normalize_default(const struct dbw_host *host, struct dbw_schema *schema,
                              struct dbw_column *column)
{
	const char *value = column->default_value;
	size_t length = value ? strlen(value) : 0;

	if (!value)
		return;
	if (next_value(host, schema, value))
		column->default_value = next_value(host, schema, value);
	else if (strcasecmp(value, "NULL") == 0)
		column->default_value = NULL;
	else if (strcasecmp(value, "TRUE") == 0)
		column->default_value = "1";
	else if (strcasecmp(value, "FALSE") == 0)
		column->default_value = "0";
	else if (strcasecmp(value, "now()") == 0 || strcasecmp(value, "CURRENT_TIMESTAMP()") == 0 ||
	         strcasecmp(value, "CURRENT_TIMESTAMP") == 0)
		column->default_value = "CURRENT_TIMESTAMP";
	else if (strncasecmp(value, "current_timestamp(", 18) == 0)
		column->default_value = host->text(schema, value, length);
	/* '1' for a number is 1. */
	else if (length > 2 && value[0] == '\'' && is_number_type(column->type) &&
	         strspn(value + 1, "+-.0123456789") == length - 2)
		column->default_value = host->text(schema, value + 1, length - 2);
}

static bool is_national(const char *type)
{
	return strncasecmp(type, "national ", 9) == 0 || strncasecmp(type, "nvarchar", 8) == 0 ||
	       strncasecmp(type, "nchar", 5) == 0;
}

static const char *charset_canonical(const char *charset)
{
	return charset && strcasecmp(charset, "utf8") == 0 ? "utf8mb3" : charset;
}

/* COMMENT '' is none. */
static const char *comment_canonical(const char *comment)
{
	return comment && *comment ? comment : NULL;
}

static void normalize_column(const struct dbw_host *host, struct dbw_schema *schema,
                             struct dbw_table *table, struct dbw_column *column)
{
	const char *charset = ddl_option(&table->options, "CHARSET");
	const char *collation = ddl_option(&table->options, "COLLATE");

	if (strcasecmp(column->type, "serial") == 0) {
		struct dbw_index *index = host->add(schema, &table->indexes, DBW_INDEX);
		struct dbw_key_part *part = host->add(schema, &index->parts, DBW_KEY_PART);

		column->type = "bigint unsigned";
		column->not_null = column->auto_increment = true;
		index->unique = true;
		index->source = column->source;
		part->column = column->name;
	}
	/* What is national is in utf8mb3 (MySQL 8.0, 10.3.7). */
	if (is_national(column->type) && !column->charset)
		column->charset = "utf8mb3";
	column->comment = comment_canonical(column->comment);
	column->type = type_canonical(host, schema, column->type);
	column->charset = charset_canonical(column->charset);
	normalize_default(host, schema, column);
	if (column->charset && ddl_same(column->charset, charset))
		column->charset = NULL;
	if (column->collation && ddl_same(column->collation, collation))
		column->collation = NULL;
	if (column->auto_increment)
		column->not_null = true;
	if (column->on_update && strncasecmp(column->on_update, "current_timestamp", 17) == 0 &&
	    (column->on_update[17] == '\0' || strcmp(column->on_update + 17, "()") == 0))
		column->on_update = "CURRENT_TIMESTAMP";
}

/* Indexes and their names. */

static bool is_taken(const struct dbw_table *table, const char *name)
{
	for (size_t i = 0; i < table->indexes.count; i++) {
		const struct dbw_index *index = table->indexes.items[i];

		if (index->name && ddl_same(index->name, name))
			return true;
	}
	return strcasecmp(name, "PRIMARY") == 0;
}

static bool is_before(const struct dbw_source *a, const struct dbw_source *b)
{
	return a->line != b->line ? a->line < b->line : a->column < b->column;
}

/* The first column's name; _2, _3 ... where that is taken (MySQL 8.0, 13.1.15). */
static const char *index_name(const struct dbw_host *host, struct dbw_schema *schema,
                              const struct dbw_table *table, const struct dbw_list *parts)
{
	const struct dbw_key_part *first = parts->items[0];
	const char *base = first->column ? first->column : "functional_index";
	const char *name = base;

	for (unsigned n = 2; is_taken(table, name); n++) {
		struct ddl ddl = ddl_begin(host);

		ddl_printf(&ddl, "%s_%u", base, n);
		name = keep(&ddl, schema);
	}
	return name;
}

/* Takes the option out of the list, if it is there. */
static bool take_option(struct dbw_list *options, const char *name)
{
	for (size_t i = 0; i < options->count; i++)
		if (strcmp(((const struct dbw_option *)options->items[i])->name, name) == 0) {
			remove_item(options, i);
			return true;
		}
	return false;
}

/* A UNIQUE constraint is an index, and nothing else. */
static void move_unique(const struct dbw_host *host, struct dbw_schema *schema,
                        struct dbw_table *table)
{
	for (size_t i = 0; i < table->constraints.count;) {
		struct dbw_constraint *constraint = table->constraints.items[i];
		struct dbw_index *index;

		if (constraint->kind != DBW_UNIQUE) {
			i++;
			continue;
		}
		index = host->add(schema, &table->indexes, DBW_INDEX);
		index->unique = true;
		index->name = constraint->name;
		index->parts = constraint->parts;
		index->method = constraint->method;
		index->comment = constraint->comment;
		index->invisible = take_option(&constraint->options, "INVISIBLE");
		index->options = constraint->options;
		index->source = constraint->source;
		remove_item(&table->constraints, i);
	}
}

static bool parts_begin_with(const struct dbw_list *parts, const struct dbw_list *wanted)
{
	if (parts->count < wanted->count)
		return false;
	for (size_t i = 0; i < wanted->count; i++) {
		const struct dbw_key_part *a = parts->items[i], *b = wanted->items[i];

		if (!a->column || a->prefix_length || !ddl_same(a->column, b->column))
			return false;
	}
	return true;
}

static bool is_covered(const struct dbw_table *table, const struct dbw_list *parts)
{
	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->kind == DBW_PRIMARY_KEY &&
		    parts_begin_with(&constraint->parts, parts))
			return true;
	}
	for (size_t i = 0; i < table->indexes.count; i++) {
		const struct dbw_index *index = table->indexes.items[i];

		if (parts_begin_with(&index->parts, parts) && !index->method)
			return true;
	}
	return false;
}

/* The server makes the index that a foreign key needs (MySQL 8.0, 13.1.20.5). */
static void imply_indexes(const struct dbw_host *host, struct dbw_schema *schema,
                          struct dbw_table *table)
{
	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *key = table->constraints.items[i];
		struct dbw_index *index;

		if (key->kind != DBW_FOREIGN_KEY || is_covered(table, &key->parts))
			continue;
		index = host->add(schema, &table->indexes, DBW_INDEX);
		index->name = key->name;
		index->source = key->source;
		for (size_t j = 0; j < key->parts.count; j++) {
			struct dbw_key_part *part = host->add(schema, &index->parts, DBW_KEY_PART);

			part->column = ((const struct dbw_key_part *)key->parts.items[j])->column;
		}
	}
}

/* In the order in which they are declared, as the server names them. */
static void name_indexes(const struct dbw_host *host, struct dbw_schema *schema,
                         struct dbw_table *table)
{
	for (;;) {
		struct dbw_index *first = NULL;

		for (size_t i = 0; i < table->indexes.count; i++) {
			struct dbw_index *index = table->indexes.items[i];

			if (!index->name && (!first || is_before(&index->source, &first->source)))
				first = index;
		}
		if (!first)
			return;
		first->name = index_name(host, schema, table, &first->parts);
	}
}

static bool constraint_taken(const struct dbw_table *table, const char *name)
{
	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->name && ddl_same(constraint->name, name))
			return true;
	}
	return false;
}

/* table_ibfk_1, table_chk_1: counted up over those that are there. */
static void name_constraints(const struct dbw_host *host, struct dbw_schema *schema,
                             struct dbw_table *table, enum dbw_constraint_kind kind,
                             const char *label)
{
	unsigned n = 1;

	for (size_t i = 0; i < table->constraints.count; i++) {
		struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->kind != kind || constraint->name)
			continue;
		do {
			struct ddl ddl = ddl_begin(host);

			ddl_printf(&ddl, "%s_%s_%u", table->name, label, n++);
			constraint->name = NULL;
			const char *name = keep(&ddl, schema);

			if (!constraint_taken(table, name))
				constraint->name = name;
		} while (!constraint->name);
	}
}

/* Tables. */

static void complete_reference(const struct dbw_host *host, struct dbw_schema *schema,
                               struct dbw_constraint *key)
{
	for (size_t i = 0; i < schema->tables.count; i++) {
		const struct dbw_table *table = schema->tables.items[i];

		if (!ddl_same(table->name, key->ref_table))
			continue;
		for (size_t j = 0; j < table->constraints.count; j++) {
			const struct dbw_constraint *primary = table->constraints.items[j];

			for (size_t k = 0;
			     primary->kind == DBW_PRIMARY_KEY && k < primary->parts.count; k++) {
				const char *column =
				    ((const struct dbw_key_part *)primary->parts.items[k])->column;

				host->add_text(schema, &key->ref_columns, column, strlen(column));
			}
		}
	}
}

static void normalize_constraint(const struct dbw_host *host, struct dbw_schema *schema,
                                 struct dbw_table *table, struct dbw_constraint *constraint)
{
	/* InnoDB checks at once: NO ACTION and RESTRICT are the same (MySQL 8.0, 13.1.20.5). */
	if (constraint->on_delete == DBW_RESTRICT)
		constraint->on_delete = DBW_NO_ACTION;
	if (constraint->on_update == DBW_RESTRICT)
		constraint->on_update = DBW_NO_ACTION;
	constraint->ref_namespace = NULL;
	constraint->match = NULL;
	if (constraint->kind == DBW_FOREIGN_KEY && !constraint->ref_columns.count)
		complete_reference(host, schema, constraint);
	if (constraint->kind != DBW_PRIMARY_KEY)
		return;
	constraint->name = NULL;
	constraint->method = NULL;
	for (size_t i = 0; i < constraint->parts.count; i++) {
		const struct dbw_key_part *part = constraint->parts.items[i];
		struct dbw_column *column =
		    (struct dbw_column *)(size_t)ddl_find_column(table, part->column);

		if (column)
			column->not_null = true;
	}
}

static void normalize_options(struct dbw_table *table)
{
	for (size_t i = table->options.count; i > 0; i--) {
		struct dbw_option *option = table->options.items[i - 1];

		if (strcmp(option->name, "CHARSET") == 0)
			option->value = charset_canonical(option->value);
		/* What Aria has anyway, and what stays behind where the engine was Aria once. */
		if (strcmp(option->name, "PAGE_CHECKSUM") == 0 && strcmp(option->value, "1") == 0)
			remove_item(&table->options, i - 1);
		else if (strcmp(option->name, "ENGINE") == 0 &&
		         strcasecmp(option->value, "InnoDB") == 0)
			remove_item(&table->options, i - 1);
	}
}

static void normalize_table(const struct dbw_host *host, struct dbw_schema *schema,
                            struct dbw_table *table)
{
	const char *engine;
	bool innodb, memory;

	table->namespace_name = NULL;
	table->comment = comment_canonical(table->comment);
	normalize_options(table);
	engine = ddl_option(&table->options, "ENGINE");
	innodb = !engine;
	memory = engine && (strcasecmp(engine, "MEMORY") == 0 || strcasecmp(engine, "HEAP") == 0);
	for (size_t i = 0; i < table->columns.count; i++)
		normalize_column(host, schema, table, table->columns.items[i]);
	for (size_t i = 0; i < table->constraints.count; i++)
		normalize_constraint(host, schema, table, table->constraints.items[i]);
	move_unique(host, schema, table);
	for (size_t i = 0; i < table->indexes.count; i++) {
		struct dbw_index *index = table->indexes.items[i];

		index->comment = comment_canonical(index->comment);
		if (index->method && (strcasecmp(index->method, memory ? "HASH" : "BTREE") == 0 ||
		                      (innodb && strcasecmp(index->method, "HASH") == 0)))
			index->method = NULL;
	}
	imply_indexes(host, schema, table);
	name_indexes(host, schema, table);
	name_constraints(host, schema, table, DBW_FOREIGN_KEY, "ibfk");
	name_constraints(host, schema, table, DBW_CHECK, "chk");
}

enum dbw_status mysql_plugin_normalize(const struct dbw_host *host, struct dbw_schema *schema,
                                       struct dbw_error *error)
{
	enum dbw_status status = refuse_unknown(schema, error);

	if (status != DBW_OK)
		return status;
	for (size_t i = 0; i < schema->tables.count; i++)
		normalize_table(host, schema, schema->tables.items[i]);
	for (size_t i = 0; i < schema->objects.count; i++)
		((struct dbw_object *)schema->objects.items[i])->namespace_name = NULL;
	for (size_t i = 0; i < schema->sequences.count; i++)
		sequence_normalize(host, schema, schema->sequences.items[i]);
	triggers_normalize(host, schema);
	return DBW_OK;
}
