#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sql/parser_internal.h"
#include "sql/text.h"

/* What stands behind the columns of a table, and lists of parameters. */

static char *upper(struct parser *parser, const struct token *token)
{
	char *name = arena_copy(parser->arena, token->text, token->length);

	for (char *c = name; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - ('a' - 'A'));
	return name;
}

bool parse_parameters(struct parser *parser, struct dbw_list *options)
{
	bool more = true;

	if (!parser_expect_symbol(parser, "("))
		return false;
	while (more) {
		const char *value = "";
		char *name;
		bool dot = true;

		if (!parser_at_name(parser))
			return parser_unexpected(parser, "the name of a parameter");
		name = upper(parser, &parser->token);
		if (!parser_advance(parser) || !parser_accept_symbol(parser, ".", &dot))
			return false;
		if (dot) {
			name = arena_printf(parser->arena, "%s.%s", name,
			                    upper(parser, &parser->token));
			if (!parser_advance(parser))
				return false;
		}
		if (parser_at_symbol(parser, "=") &&
		    (!parser_advance(parser) || !parser_item(parser, &value)))
			return false;
		parser_add_option(parser, options, name, value);
		if (!parser_accept_symbol(parser, ",", &more))
			return false;
	}
	return parser_expect_symbol(parser, ")");
}

bool parse_partition_bound(struct parser *parser, const char **bound)
{
	size_t from = parser->token.offset;

	if (parser_at(parser, "DEFAULT")) {
		*bound = "DEFAULT";
		return parser_advance(parser);
	}
	if (!parser_expect(parser, "FOR") || !parser_expect(parser, "VALUES"))
		return false;
	/* IN (...), FROM (...) TO (...), WITH (MODULUS ..., REMAINDER ...); another WITH has parameters of
	 * the storage. */
	while (parser_at(parser, "IN") || parser_at(parser, "FROM") || parser_at(parser, "TO") ||
	       (parser_at(parser, "WITH") && token_is(&parser->last, "VALUES"))) {
		const char *ignored;

		if (!parser_advance(parser) || !parser_parenthesized(parser, &ignored))
			return false;
	}
	*bound = parser_tidy(parser, from, parser->last.offset + parser->last.length);
	return true;
}

/* PARTITION BY ...: on PostgreSQL one list in parentheses, on MySQL all the rest of the statement. */
static bool parse_partition_by(struct parser *parser, struct dbw_table *table)
{
	size_t from;

	if (!parser_advance(parser) || !parser_expect(parser, "BY"))
		return false;
	from = parser->token.offset;
	if (parser->traits->flags & DBW_TRAIT_COMPOUND_BODY) {
		if (!parser_skip(parser))
			return false;
	} else {
		const char *ignored;

		if (!parser_advance(parser) || !parser_parenthesized(parser, &ignored))
			return false;
	}
	table->partition_by = parser_tidy(parser, from, parser->last.offset + parser->last.length);
	return true;
}

/* A parent in another namespace is named with it. */
bool parse_parent(struct parser *parser, const char **parent)
{
	const char *namespace_name, *name;

	if (!parser_qualified_name(parser, "a table name", &namespace_name, &name))
		return false;
	*parent = parser_parent_name(parser, namespace_name, name);
	return true;
}

const char *parser_parent_name(struct parser *parser, const char *namespace_name, const char *name)
{
	const char *default_namespace = parser->traits->default_namespace;

	if (!namespace_name || (default_namespace &&
	                        sql_names_equal(parser->traits, namespace_name, default_namespace)))
		return name;
	return arena_printf(parser->arena, "%s.%s", namespace_name, name);
}

static bool parse_inherits(struct parser *parser, struct dbw_table *table)
{
	bool more = true;

	if (!parser_advance(parser) || !parser_expect_symbol(parser, "("))
		return false;
	while (more) {
		const char *parent;

		if (!parse_parent(parser, &parent) || !parser_accept_symbol(parser, ",", &more))
			return false;
		list_append(parser->arena, &table->inherits, (void *)(size_t)parent);
	}
	return parser_expect_symbol(parser, ")");
}

/* The name in quotes to look at, as the word that it holds. */
static struct token quoted_word(struct parser *parser)
{
	struct token token = parser->token;

	token.kind = TOKEN_WORD;
	token.text = token_name(parser->arena, &parser->token, parser->traits);
	token.length = strlen(token.text);
	return token;
}

/* [DEFAULT] NAME [=] value, as MySQL has them. */
static bool parse_assigned_option(struct parser *parser, struct dbw_table *table)
{
	const char *value;
	char *name;

	if (parser_at(parser, "WITH")) {
		if (!parser_advance(parser) || !parser_expect(parser, "SYSTEM") ||
		    !parser_expect(parser, "VERSIONING"))
			return false;
		parser_add_option(parser, &table->options, "SYSTEM VERSIONING", "");
		return true;
	}
	if (!parser_accept(parser, "DEFAULT", NULL))
		return false;
	/* MariaDB puts the options of an engine in quotes. */
	if (parser->token.kind == TOKEN_NAME)
		parser->token = quoted_word(parser);
	if (parser->token.kind != TOKEN_WORD)
		return parser_unexpected(parser, "a table option or the end of the statement");
	name = upper(parser, &parser->token);
	if (!parser_advance(parser))
		return false;
	if (strcmp(name, "CHARACTER") == 0) {
		if (!parser_expect(parser, "SET"))
			return false;
		name = arena_string(parser->arena, "CHARSET");
	}
	if (parser_at(parser, "DIRECTORY")) {
		name = arena_printf(parser->arena, "%s DIRECTORY", name);
		if (!parser_advance(parser))
			return false;
	}
	if (!parser_accept_symbol(parser, "=", NULL))
		return false;
	if (strcmp(name, "COMMENT") == 0)
		return parse_string(parser, &table->comment);
	if (parser_at_symbol(parser, "(")) {
		if (!parser_parenthesized(parser, &value))
			return false;
	} else {
		if (parser_at_end(parser))
			return parser_unexpected(parser, "a value");
		value = parser->token.kind == TOKEN_STRING
		            ? token_string(parser->arena, &parser->token, parser->traits)
		            : arena_copy(parser->arena, parser->token.text, parser->token.length);
		if (!parser_advance(parser))
			return false;
	}
	/* Where the counter stands is no part of the schema. */
	if (strcmp(name, "AUTO_INCREMENT") != 0)
		parser_add_option(parser, &table->options, name, value);
	return true;
}

/* One word as value: TABLESPACE x, USING heap. */
static bool parse_named_option(struct parser *parser, struct dbw_table *table, const char *option)
{
	const char *name;

	if (!parser_advance(parser) || !parser_name(parser, "a name", &name))
		return false;
	parser_add_option(parser, &table->options, option, name);
	return true;
}

static bool parse_without(struct parser *parser, struct dbw_table *table)
{
	if (!parser_advance(parser))
		return false;
	/* WITHOUT OIDS is what every table is since PostgreSQL 12. */
	if (parser_at(parser, "OIDS"))
		return parser_advance(parser);
	if (!parser_expect(parser, "ROWID"))
		return false;
	parser_add_option(parser, &table->options, "WITHOUT ROWID", "");
	return true;
}

static bool parse_table_option(struct parser *parser, struct dbw_table *table)
{
	uint64_t flags = parser->traits->flags;

	if (parser_at(parser, "WITHOUT"))
		return parse_without(parser, table);
	if (parser_at(parser, "STRICT")) {
		parser_add_option(parser, &table->options, "STRICT", "");
		return parser_advance(parser);
	}
	if (parser_at(parser, "PARTITION"))
		return parse_partition_by(parser, table);
	if (flags & DBW_TRAIT_DOLLAR_QUOTE) {
		if (parser_at(parser, "INHERITS"))
			return parse_inherits(parser, table);
		if (parser_at(parser, "WITH"))
			return parser_advance(parser) && parse_parameters(parser, &table->options);
		if (parser_at(parser, "TABLESPACE"))
			return parse_named_option(parser, table, "TABLESPACE");
		if (parser_at(parser, "USING"))
			return parse_named_option(parser, table, "USING");
	}
	if (flags & DBW_TRAIT_COMPOUND_BODY)
		return parse_assigned_option(parser, table);
	return parser_unexpected(parser, "a table option or the end of the statement");
}

bool parse_table_options(struct parser *parser, struct dbw_table *table)
{
	bool comma = false;

	while (comma || !parser_at_end(parser))
		if (!parse_table_option(parser, table) ||
		    !parser_accept_symbol(parser, ",", &comma))
			return false;
	return true;
}
