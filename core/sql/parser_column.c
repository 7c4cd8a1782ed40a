#include <stdio.h>
#include <string.h>

#include "sql/parser_internal.h"
#include "sql/text.h"

/* What ends a column's type or a default: the words that begin a constraint of a column. */
static const char *const constraint_words[] = {
    "CONSTRAINT", "PRIMARY",        "NOT",           "NULL",       "UNIQUE", "CHECK",   "DEFAULT",
    "COLLATE",    "REFERENCES",     "GENERATED",     "AS",         "ON",     "COMMENT", "KEY",
    "INVISIBLE",  "AUTO_INCREMENT", "AUTOINCREMENT", "DEFERRABLE", NULL,
};

/* More of them, where routines exist and types have no such words. */
static const char *const server_words[] = {
    "CHARSET", "STORAGE", "COMPRESSION", "COLUMN_FORMAT", "VISIBLE",
    "SRID",    "VIRTUAL", "STORED",      "PERSISTENT",    "INITIALLY",
    "WITH",    "WITHOUT", "FIRST",       "AFTER",         NULL,
};

static bool is_server(const struct parser *parser)
{
	return parser->traits->flags & (DBW_TRAIT_DOLLAR_QUOTE | DBW_TRAIT_COMPOUND_BODY);
}

static bool at_word(const struct parser *parser, const char *const *words)
{
	while (*words && !parser_at(parser, *words))
		words++;
	return *words;
}

/* CHARACTER SET is a property; CHARACTER VARYING a type. */
static bool at_charset(const struct parser *parser)
{
	return parser_at(parser, "CHARSET") ||
	       (parser_at(parser, "CHARACTER") && parser_next_is(parser, "SET"));
}

/* TIMESTAMP WITH TIME ZONE */
static bool at_time_zone(const struct parser *parser)
{
	return (parser_at(parser, "WITH") || parser_at(parser, "WITHOUT")) &&
	       parser_next_is(parser, "TIME");
}

static bool at_constraint_word(const struct parser *parser)
{
	return at_word(parser, constraint_words) ||
	       (is_server(parser) &&
	        (at_charset(parser) || (at_word(parser, server_words) && !at_time_zone(parser))));
}

static struct dbw_key_part *add_column_part(struct parser *parser,
                                            struct dbw_constraint *constraint,
                                            const struct dbw_column *column)
{
	struct dbw_key_part *part = schema_add(parser->schema, &constraint->parts, DBW_KEY_PART);

	part->column = column->name;
	return part;
}

bool parse_type(struct parser *parser, const char **type)
{
	size_t from = parser->token.offset, to = from;

	while ((parser->token.kind == TOKEN_WORD && !at_constraint_word(parser)) ||
	       parser->token.kind == TOKEN_NAME) {
		to = parser->token.offset + parser->token.length;
		if (!parser_advance(parser))
			return false;
		if (parser_at_symbol(parser, ".") || parser_at_symbol(parser, "%")) {
			if (!parser_advance(parser))
				return false;
			continue;
		}
		if (parser_at_symbol(parser, "(")) {
			const char *modifiers;

			if (!parser_parenthesized(parser, &modifiers))
				return false;
			to = parser->last.offset + parser->last.length;
		}
		while (parser_at_symbol(parser, "[")) {
			do {
				if (!parser_advance(parser))
					return false;
			} while (!parser_at_symbol(parser, "]") && !parser_at_end(parser));
			to = parser->token.offset + parser->token.length;
			if (!parser_expect_symbol(parser, "]"))
				return false;
		}
	}
	*type = parser_tidy(parser, from, to);
	return true;
}

/* What goes on behind the first piece of a default: now(), 'x'::text, a || b, x AT TIME ZONE y, and
 * typed literals such as date '2020-01-01'. */
static bool default_goes_on(const struct parser *parser, const struct token *first)
{
	if (parser->token.kind == TOKEN_SYMBOL)
		return !parser_at_symbol(parser, ",") && !parser_at_symbol(parser, ")");
	return parser_at(parser, "AT") || (first->kind == TOKEN_WORD && at_time_zone(parser)) ||
	       (first->kind == TOKEN_WORD && parser->token.kind == TOKEN_STRING);
}

bool parse_default(struct parser *parser, struct dbw_column *column)
{
	size_t from = parser->token.offset;
	struct token first = parser->token;
	const char *rest;

	if (parser_at(parser, "CASE"))
		return parser_expression(parser, constraint_words, "a default value",
		                         &column->default_value);
	if (parser_at_symbol(parser, "(")) {
		if (!parser_parenthesized(parser, &column->default_value))
			return false;
		if (!default_goes_on(parser, &first))
			return true;
	} else if (parser_at(parser, "NEXT") && parser_next_is(parser, "VALUE")) {
		const char *namespace_name, *sequence;

		if (!parser_advance(parser) || !parser_advance(parser) ||
		    !parser_expect(parser, "FOR") ||
		    !parser_qualified_name(parser, "a sequence", &namespace_name, &sequence))
			return false;
	} else {
		bool sign = parser_at_symbol(parser, "+") || parser_at_symbol(parser, "-");

		if (sign && !parser_advance(parser))
			return false;
		if (sign && parser->token.kind != TOKEN_NUMBER)
			return parser_unexpected(parser, "a number");
		if (!sign && parser->token.kind != TOKEN_NUMBER &&
		    parser->token.kind != TOKEN_STRING && parser->token.kind != TOKEN_WORD &&
		    parser->token.kind != TOKEN_NAME)
			return parser_unexpected(parser, "a default value");
		if (parser_at(parser, "NOT") || parser_at(parser, "CHECK"))
			return parser_unexpected(parser, "a default value");
		if (!parser_advance(parser))
			return false;
	}
	if (default_goes_on(parser, &first) &&
	    !parser_expression(parser, constraint_words, "a default value", &rest))
		return false;
	column->default_value = parser_expression_text(parser, from);
	return true;
}

/* Behind AS or GENERATED ALWAYS AS. */
static bool parse_generated(struct parser *parser, struct dbw_column *column)
{
	bool stored, is_virtual;

	if (parser_at(parser, "ROW"))
		return parser_fail(parser, &parser->token,
		                   "columns AS ROW START and AS ROW END are not kept; WITH SYSTEM "
		                   "VERSIONING does without them");
	if (!parser_parenthesized(parser, &column->generated_expression) ||
	    !parser_accept(parser, "STORED", &stored) ||
	    !parser_accept(parser, "VIRTUAL", &is_virtual))
		return false;
	if (!stored && !is_virtual && !parser_accept(parser, "PERSISTENT", &stored))
		return false;
	column->generated = stored ? DBW_GENERATED_STORED : DBW_GENERATED_VIRTUAL;
	return true;
}

static bool parse_identity(struct parser *parser, struct dbw_column *column,
                           enum dbw_identity identity)
{
	column->identity = identity;
	if (!parser_expect(parser, "IDENTITY"))
		return false;
	return !parser_at_symbol(parser, "(") ||
	       parser_parenthesized(parser, &column->identity_options);
}

/* GENERATED {ALWAYS | BY DEFAULT} AS {(...) | IDENTITY} */
bool parse_generated_or_identity(struct parser *parser, struct dbw_column *column)
{
	bool always;

	if (!parser_accept(parser, "ALWAYS", &always))
		return false;
	if (!always && !parser_at(parser, "BY"))
		return parser_unexpected(parser, "ALWAYS or BY DEFAULT");
	if (!always && (!parser_advance(parser) || !parser_expect(parser, "DEFAULT")))
		return false;
	if (!parser_expect(parser, "AS"))
		return false;
	if (parser_at(parser, "IDENTITY") || !always)
		return parse_identity(parser, column,
		                      always ? DBW_IDENTITY_ALWAYS : DBW_IDENTITY_BY_DEFAULT);
	return parse_generated(parser, column);
}

static bool parse_column_primary_key(struct parser *parser, struct dbw_table *table,
                                     struct dbw_column *column, const char *name,
                                     const struct token *at)
{
	struct dbw_constraint *key =
	    parser_add_constraint(parser, table, DBW_PRIMARY_KEY, name, at);
	struct dbw_key_part *part = add_column_part(parser, key, column);
	bool increments;

	/* MySQL lets PRIMARY be left out. */
	if (!parser_accept(parser, "PRIMARY", NULL) || !parser_expect(parser, "KEY") ||
	    !parser_accept(parser, "ASC", NULL) ||
	    !parser_accept(parser, "DESC", &part->descending) ||
	    !parse_conflict(parser, &key->options, "ON CONFLICT") ||
	    !parser_accept(parser, "AUTOINCREMENT", &increments))
		return false;
	column->auto_increment |= increments;
	return parse_constraint_attributes(parser, key);
}

static bool parse_not_null(struct parser *parser, struct dbw_column *column, const char *name)
{
	column->not_null = true;
	if (name)
		parser_add_option(parser, &column->options, "NOT NULL CONSTRAINT", name);
	return parse_conflict(parser, &column->options, "NOT NULL ON CONFLICT");
}

bool parse_string(struct parser *parser, const char **text)
{
	if (parser->token.kind != TOKEN_STRING)
		return parser_unexpected(parser, "a string");
	*text = token_string(parser->arena, &parser->token, parser->traits);
	return parser_advance(parser);
}

bool parse_collation(struct parser *parser, const char **collation)
{
	const char *namespace_name;

	/* MySQL takes it as a string too. */
	if (parser->token.kind == TOKEN_STRING)
		return parse_string(parser, collation);
	if (!parser_qualified_name(parser, "a collation", &namespace_name, collation))
		return false;
	/* The server's own are named without where they live. */
	if (namespace_name && strcmp(namespace_name, "pg_catalog") != 0)
		*collation = arena_printf(parser->arena, "%s.%s", namespace_name, *collation);
	return true;
}

/* What a column has on servers alone; *found says whether it was one of these. */
static bool parse_server_property(struct parser *parser, struct dbw_column *column, bool *found)
{
	static const char *const options[] = {"STORAGE", "COMPRESSION", "COLUMN_FORMAT", "SRID"};

	*found = true;
	if (parser_at(parser, "WITHOUT") || parser_at(parser, "WITH")) {
		bool without = parser_at(parser, "WITHOUT");

		if (!parser_advance(parser) || !parser_expect(parser, "SYSTEM") ||
		    !parser_expect(parser, "VERSIONING"))
			return false;
		if (without)
			parser_add_option(parser, &column->options, "WITHOUT SYSTEM VERSIONING",
			                  "");
		return true;
	}
	if (at_charset(parser)) {
		if (!parser_accept(parser, "CHARACTER", NULL) || !parser_advance(parser))
			return false;
		if (parser_at_symbol(parser, "=") && !parser_advance(parser))
			return false;
		if (parser->token.kind == TOKEN_STRING)
			return parse_string(parser, &column->charset);
		return parser_name(parser, "a character set", &column->charset);
	}
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (parser_at(parser, options[i])) {
			if (!parser_advance(parser))
				return false;
			parser_add_option(
			    parser, &column->options, options[i],
			    arena_copy(parser->arena, parser->token.text, parser->token.length));
			return parser_advance(parser);
		}
	if (parser_at(parser, "VISIBLE"))
		return parser_advance(parser);
	if (parser_at(parser, "ON") && parser_next_is(parser, "UPDATE"))
		return parser_advance(parser) && parser_advance(parser) &&
		       parser_expression(parser, constraint_words, "an expression",
		                         &column->on_update);
	*found = false;
	return true;
}

static bool parse_column_unique(struct parser *parser, struct dbw_constraint *constraint)
{
	bool key = parser_next_is(parser, "KEY");

	return parser_advance(parser) && (!key || parser_advance(parser)) &&
	       parse_nulls_distinct(parser, &constraint->nulls_not_distinct) &&
	       parse_constraint_attributes(parser, constraint);
}

/* One constraint; *found says whether there was one. */
static bool parse_column_constraint(struct parser *parser, struct dbw_table *table,
                                    struct dbw_column *column, bool *found)
{
	struct token at = parser->token;
	const char *name = NULL;
	struct dbw_constraint *constraint;
	bool named;

	*found = true;
	if (!parser_accept(parser, "CONSTRAINT", &named) ||
	    (named && !parser_name(parser, "a constraint name", &name)))
		return false;
	if (parser_at(parser, "PRIMARY") || (parser_at(parser, "KEY") && is_server(parser)))
		return parse_column_primary_key(parser, table, column, name, &at);
	if (parser_at(parser, "NOT"))
		return parser_advance(parser) && parser_expect(parser, "NULL") &&
		       parse_not_null(parser, column, name);
	if (parser_at(parser, "NULL"))
		return parser_advance(parser) &&
		       parse_conflict(parser, &column->options, "NULL ON CONFLICT");
	if (parser_at(parser, "UNIQUE")) {
		constraint = parser_add_constraint(parser, table, DBW_UNIQUE, name, &at);
		add_column_part(parser, constraint, column);
		return parse_column_unique(parser, constraint);
	}
	if (parser_at(parser, "CHECK")) {
		constraint = parser_add_constraint(parser, table, DBW_CHECK, name, &at);
		return parser_advance(parser) &&
		       parser_parenthesized(parser, &constraint->expression) &&
		       parse_constraint_attributes(parser, constraint);
	}
	if (parser_at(parser, "REFERENCES")) {
		constraint = parser_add_constraint(parser, table, DBW_FOREIGN_KEY, name, &at);
		add_column_part(parser, constraint, column);
		return parser_advance(parser) && parse_references(parser, constraint) &&
		       parse_constraint_attributes(parser, constraint);
	}
	if (parser_at(parser, "DEFAULT"))
		return parser_advance(parser) && parse_default(parser, column);
	if (parser_at(parser, "COLLATE"))
		return parser_advance(parser) && parse_collation(parser, &column->collation);
	if (parser_at(parser, "GENERATED"))
		return parser_advance(parser) && parse_generated_or_identity(parser, column);
	if (parser_at(parser, "AS"))
		return parser_advance(parser) && parse_generated(parser, column);
	if (parser_at(parser, "AUTO_INCREMENT") || parser_at(parser, "INVISIBLE")) {
		*(parser_at(parser, "INVISIBLE") ? &column->invisible : &column->auto_increment) =
		    true;
		return parser_advance(parser);
	}
	if (parser_at(parser, "COMMENT"))
		return parser_advance(parser) && parse_string(parser, &column->comment);
	if (is_server(parser) && (!parse_server_property(parser, column, found) || *found))
		return *found;
	*found = false;
	return !named || parser_unexpected(parser, "a constraint");
}

bool parse_column_constraints(struct parser *parser, struct dbw_table *table,
                              struct dbw_column *column)
{
	bool more = true;

	while (more)
		if (!parse_column_constraint(parser, table, column, &more))
			return false;
	return true;
}

/* A hint counts for the column whose line it ends, or for the next one if it has a line of its own. */
static void take_column_hint(struct parser *parser, struct dbw_column *column, size_t first_line)
{
	for (size_t i = 0; i < parser->hints.count; i++) {
		struct hint *hint = parser->hints.items[i];

		if (hint->used || hint->trailing || hint->line >= first_line)
			continue;
		column->renamed_from = hint->name;
		hint->used = true;
	}
}

void take_trailing_hints(struct parser *parser, struct dbw_table *table,
                         const struct dbw_list *last_lines)
{
	for (size_t i = 0; i < parser->hints.count; i++) {
		struct hint *hint = parser->hints.items[i];

		for (size_t j = last_lines->count; !hint->used && hint->trailing && j > 0; j--)
			if (*(const size_t *)last_lines->items[j - 1] == hint->line) {
				((struct dbw_column *)table->columns.items[j - 1])->renamed_from =
				    hint->name;
				hint->used = true;
			}
	}
}

bool parse_column(struct parser *parser, struct dbw_table *table)
{
	struct token at = parser->token;
	struct dbw_column *column;
	const char *name;

	if (!parser_name(parser, "a column name", &name))
		return false;
	if (table_find_column(parser->traits, table, name))
		return parser_fail(parser, &at, "column '%s' is declared twice", name);
	column = schema_add(parser->schema, &table->columns, DBW_COLUMN);
	column->name = name;
	column->source = parser_source(parser, &at);
	take_column_hint(parser, column, at.line);
	return parse_type(parser, &column->type) && parse_column_constraints(parser, table, column);
}
