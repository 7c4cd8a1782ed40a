#include <stdio.h>
#include <string.h>

#include "sql/parser_internal.h"
#include "sql/text.h"

void parser_add_option(struct parser *parser, struct dbw_list *options, const char *name,
                       const char *value)
{
	struct dbw_option *option = schema_add(parser->schema, options, DBW_OPTION);

	option->name = name;
	option->value = value;
}

/* The table. */

static bool check_parts(struct parser *parser, const struct dbw_table *table)
{
	size_t keys = 0;

	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];
		const struct token at = {.line = constraint->source.line,
		                         .column = constraint->source.column};

		if (constraint->kind == DBW_PRIMARY_KEY && keys++)
			return parser_fail(parser, &at, "table '%s' has two primary keys",
			                   table->name);
		for (size_t j = 0; j < constraint->parts.count; j++) {
			const struct dbw_key_part *part = constraint->parts.items[j];

			if (part->column && !table_find_column(parser->traits, table, part->column))
				return parser_fail(parser, &at, "table '%s' has no column '%s'",
				                   table->name, part->column);
		}
		if (constraint->kind == DBW_FOREIGN_KEY && constraint->ref_columns.count &&
		    constraint->ref_columns.count != constraint->parts.count)
			return parser_fail(parser, &at,
			                   "the foreign key has %zu columns and refers to %zu",
			                   constraint->parts.count, constraint->ref_columns.count);
	}
	return true;
}

/* Where the statement's own hints, those before its first token, go. */
static const char *statement_hint(struct parser *parser, const struct token *create)
{
	const char *name = NULL;

	for (size_t i = 0; i < parser->hints.count; i++) {
		struct hint *hint = parser->hints.items[i];

		if (!hint->used && hint->line < create->line) {
			name = hint->name;
			hint->used = true;
		}
	}
	return name;
}

static bool parse_elements(struct parser *parser, struct dbw_table *table)
{
	struct dbw_list last_lines = {0};
	bool more = true;

	if (!parser_expect_symbol(parser, "("))
		return false;
	/* '()' where the columns are all a parent's, or where a table need not have any. */
	if (parser_at_symbol(parser, ")") && (parser->traits->flags & DBW_TRAIT_DOLLAR_QUOTE))
		more = false;
	while (more) {
		if (parser_at(parser, "LIKE"))
			return parser_fail(parser, &parser->token,
			                   "LIKE says nothing of the columns; write them out");
		if (parser_at(parser, "PERIOD") && parser_next_is(parser, "FOR"))
			return parser_fail(parser, &parser->token, "PERIOD is not kept");
		if (at_table_constraint(parser)) {
			/* The comma between two constraints may be left out. */
			do {
				if (!parse_table_constraint(parser, table))
					return false;
			} while (at_table_constraint(parser));
		} else {
			size_t *line = arena_new(parser->arena, size_t);

			if (!parse_column(parser, table))
				return false;
			*line = parser->last.line;
			list_append(parser->arena, &last_lines, line);
		}
		if (!parser_accept_symbol(parser, ",", &more))
			return false;
	}
	if (!parser_at_symbol(parser, ")"))
		return parser_unexpected(parser, "',' or ')'");
	if (!parser_advance(parser))
		return false;
	take_trailing_hints(parser, table, &last_lines);
	return true;
}

/* column [WITH OPTIONS] constraints: what a partition says of a column that is its parent's. */
static bool parse_column_options(struct parser *parser, struct dbw_table *table,
                                 struct waiting **waiting)
{
	struct column_change *change = arena_new(parser->arena, struct column_change);
	struct dbw_column *values = arena_new(parser->arena, struct dbw_column);
	struct token at = parser->token;
	bool with;

	if (!parser_name(parser, "a column name", &change->column) ||
	    !parser_accept_words(parser, &with, "WITH", "OPTIONS", NULL))
		return false;
	values->name = change->column;
	change->values = values;
	if (!*waiting) {
		struct dbw_list made = {0};

		*waiting = parser_wait(parser, WAITING_TABLES, &at, "a column");
		(*waiting)->namespace_name = table->namespace_name;
		(*waiting)->table = table->name;
		(*waiting)->additions = schema_add(parser->schema, &made, DBW_TABLE);
	}
	list_append(parser->arena, &(*waiting)->changes, change);
	return parse_column_constraints(parser, table, values);
}

static bool parse_partition_elements(struct parser *parser, struct dbw_table *table)
{
	struct waiting *waiting = NULL;
	bool more = true;

	if (!parser_expect_symbol(parser, "("))
		return false;
	while (more)
		if (!(at_table_constraint(parser)
		          ? parse_table_constraint(parser, table)
		          : parse_column_options(parser, table, &waiting)) ||
		    !parser_accept_symbol(parser, ",", &more))
			return false;
	return parser_expect_symbol(parser, ")");
}

/* A partition takes its columns from its parent, when both are known. */
static bool parse_partition_of(struct parser *parser, struct dbw_table *table)
{
	if (!parse_parent(parser, &table->partition_of))
		return false;
	if (parser_at_symbol(parser, "(") && !parse_partition_elements(parser, table))
		return false;
	return parse_partition_bound(parser, &table->partition_bound) &&
	       parse_table_options(parser, table);
}

static bool parse_table_body(struct parser *parser, struct dbw_table *table, const struct token *at)
{
	bool partition;

	if (!parser_accept_words(parser, &partition, "PARTITION", "OF", NULL))
		return false;
	if (partition)
		return parse_partition_of(parser, table);
	if (parser_at(parser, "LIKE") || parser_at(parser, "OF"))
		return parser_fail(
		    parser, &parser->token,
		    "CREATE TABLE ... %.*s says nothing of its columns; write them out",
		    (int)parser->token.length, parser->token.text);
	if (!parse_elements(parser, table) || !parse_table_options(parser, table))
		return false;
	return table->columns.count || (parser->traits->flags & DBW_TRAIT_DOLLAR_QUOTE) ||
	       parser_fail(parser, at, "table '%s' has no columns", table->name);
}

bool parse_create_table(struct parser *parser, const struct token *create, bool unlogged)
{
	struct dbw_table *table, *there;
	const char *namespace_name, *name;
	struct token at;
	struct dbw_list discarded = {0};

	if (!parser_if_not_exists(parser))
		return false;
	at = parser->token;
	if (!parser_qualified_name(parser, "a table name", &namespace_name, &name))
		return false;
	if (parser_at(parser, "AS"))
		return parser_fail(
		    parser, &parser->token,
		    "CREATE TABLE ... AS says nothing of its columns; write them out");
	there = schema_find_table(parser->schema, namespace_name, name);
	if (there && !(parser->flags & DBW_PARSE_KEEP_FIRST))
		return parser_fail(parser, &at, "table '%s' is declared already, at %s:%zu:%zu",
		                   name, there->source.file ? there->source.file : "?",
		                   there->source.line, there->source.column);
	if (schema_find_object(parser->schema, DBW_VIEW, namespace_name, name, NULL, NULL))
		return parser_fail(parser, &at, "there is a view '%s' already", name);
	table = schema_add(parser->schema, there ? &discarded : &parser->schema->content.tables,
	                   DBW_TABLE);
	table->namespace_name = namespace_name;
	table->name = name;
	table->source = parser_source(parser, &at);
	table->renamed_from = statement_hint(parser, create);
	if (unlogged)
		parser_add_option(parser, &table->options, "UNLOGGED", "");
	/* The columns of a child are known later. */
	return parse_table_body(parser, table, &at) &&
	       (table->partition_of || table->inherits.count || check_parts(parser, table));
}
