#include <stdint.h>
#include <string.h>

#include "sql/parser_internal.h"

static const char *const part_end[] = {"COLLATE", "ASC", "DESC", "NULLS", "WITH", NULL};

/* The kinds of token behind a column's name that begin no expression: the end of the part, or, where
 * operator classes exist, a name; on MySQL, a number in parentheses. */
static bool ends_part(const struct parser *parser, const struct token *token,
                      const struct token *behind)
{
	for (const char *const *word = part_end; *word; word++)
		if (token_is(token, *word))
			return true;
	if ((parser->traits->flags & DBW_TRAIT_DOLLAR_QUOTE) &&
	    (token->kind == TOKEN_WORD || token->kind == TOKEN_NAME))
		return true;
	if ((parser->traits->flags & DBW_TRAIT_COMPOUND_BODY) && token_is_symbol(token, "(") &&
	    behind->kind == TOKEN_NUMBER)
		return true;
	return token_is_symbol(token, ",") || token_is_symbol(token, ")") ||
	       token->kind == TOKEN_END;
}

/* A name alone is a column; a name with something behind it is the start of an expression. */
static bool at_plain_column(const struct parser *parser)
{
	struct lexer here = parser->lexer;
	struct error ignored = {0};
	struct token next, behind;
	bool plain;

	if (!parser_at_name(parser))
		return false;
	here.comments = false;
	plain = lexer_next(&here, &next, &ignored) && lexer_next(&here, &behind, &ignored) &&
	        ends_part(parser, &next, &behind);
	error_release(&ignored);
	return plain;
}

/* (10): so many leading characters are indexed. */
static bool parse_prefix_length(struct parser *parser, struct dbw_key_part *part)
{
	if (!part->column || !parser_at_symbol(parser, "("))
		return true;
	if (!parser_advance(parser))
		return false;
	for (size_t i = 0; i < parser->token.length; i++) {
		char digit = parser->token.text[i];

		if (digit < '0' || digit > '9' || part->prefix_length > UINT64_MAX / 100)
			return parser_unexpected(parser, "a number of characters");
		part->prefix_length = part->prefix_length * 10 + (uint64_t)(digit - '0');
	}
	return parser_advance(parser) && parser_expect_symbol(parser, ")");
}

/* The name of an operator class, with its parameters (PostgreSQL 15, 11.10). */
static bool parse_operator_class(struct parser *parser, struct dbw_key_part *part)
{
	size_t from = parser->token.offset;
	const char *namespace_name, *name, *ignored;

	if (!(parser->traits->flags & DBW_TRAIT_DOLLAR_QUOTE) || !parser_at_name(parser) ||
	    parser_at(parser, "ASC") || parser_at(parser, "DESC") || parser_at(parser, "NULLS") ||
	    parser_at(parser, "WITH"))
		return true;
	if (!parser_qualified_name(parser, "an operator class", &namespace_name, &name) ||
	    (parser_at_symbol(parser, "(") && !parser_parenthesized(parser, &ignored)))
		return false;
	part->operator_class = parser_tidy(parser, from, parser->last.offset + parser->last.length);
	return true;
}

/* WITH operator, in an EXCLUDE constraint. */
static bool parse_operator_with(struct parser *parser, struct dbw_key_part *part)
{
	bool found;

	if (!parser_accept(parser, "WITH", &found))
		return false;
	return !found || parser_item(parser, &part->operator_with);
}

static bool parse_call(struct parser *parser, const char **text)
{
	size_t from = parser->token.offset;
	const char *namespace_name, *name, *arguments;

	if (!parser_qualified_name(parser, "a function", &namespace_name, &name))
		return false;
	/* now(): an empty list is no expression. */
	if (parser_at_symbol(parser, "(") && parser_next_is_symbol(parser, ")")) {
		if (!parser_advance(parser) || !parser_advance(parser))
			return false;
	} else if (!parser_parenthesized(parser, &arguments)) {
		return false;
	}
	*text = parser_tidy(parser, from, parser->last.offset + parser->last.length);
	return true;
}

static bool parse_key_part(struct parser *parser, struct dbw_key_part *part)
{
	bool found;

	if (at_plain_column(parser)) {
		if (!parser_name(parser, "a column name", &part->column))
			return false;
	} else if (parser_at_symbol(parser, "(")) {
		if (!parser_parenthesized(parser, &part->expression))
			return false;
	} else if ((parser->traits->flags & DBW_TRAIT_DOLLAR_QUOTE) && parser_at_name(parser)) {
		/* Without parentheses only a call of a function can stand there. */
		if (!parse_call(parser, &part->expression))
			return false;
	} else if (!parser_expression(parser, part_end, "a column or an expression",
	                              &part->expression)) {
		return false;
	}
	if (!parse_prefix_length(parser, part) || !parser_accept(parser, "COLLATE", &found) ||
	    (found && !parse_collation(parser, &part->collation)) ||
	    !parse_operator_class(parser, part) || !parser_accept(parser, "ASC", &found) ||
	    (!found && !parser_accept(parser, "DESC", &part->descending)) ||
	    !parse_operator_with(parser, part) || !parser_accept(parser, "NULLS", &found))
		return false;
	if (!found)
		return true;
	if (!parser_accept(parser, "FIRST", &found))
		return false;
	part->nulls = found ? DBW_NULLS_FIRST : DBW_NULLS_LAST;
	return found || parser_expect(parser, "LAST");
}

bool parse_key_parts(struct parser *parser, struct dbw_list *parts)
{
	bool more = true;

	if (!parser_expect_symbol(parser, "("))
		return false;
	while (more) {
		struct dbw_key_part *part = schema_add(parser->schema, parts, DBW_KEY_PART);

		if (!parse_key_part(parser, part) || !parser_accept_symbol(parser, ",", &more))
			return false;
	}
	return parser_at_symbol(parser, ")") ? parser_advance(parser)
	                                     : parser_unexpected(parser, "',' or ')'");
}

static bool parse_index_option(struct parser *parser, struct dbw_index *index, bool *found)
{
	const char *name;

	*found = true;
	if (parser_at(parser, "INCLUDE"))
		return parser_advance(parser) &&
		       parser_name_list(parser, "a column name", &index->include);
	if (parser_at(parser, "NULLS") &&
	    (parser_next_is(parser, "NOT") || parser_next_is(parser, "DISTINCT")))
		return parse_nulls_distinct(parser, &index->nulls_not_distinct);
	if (parser_at(parser, "WITH") && parser_next_is_symbol(parser, "("))
		return parser_advance(parser) && parse_parameters(parser, &index->options);
	if (parser_at(parser, "USING"))
		return parser_advance(parser) &&
		       parser_name(parser, "an index method", &index->method);
	if (parser_at(parser, "COMMENT"))
		return parser_advance(parser) && parse_string(parser, &index->comment);
	if (parser_at(parser, "INVISIBLE") || parser_at(parser, "IGNORED")) {
		index->invisible = true;
		return parser_advance(parser);
	}
	if (parser_at(parser, "VISIBLE"))
		return parser_advance(parser);
	if (parser_at(parser, "NOT") && parser_next_is(parser, "IGNORED"))
		return parser_advance(parser) && parser_advance(parser);
	if (parser_at(parser, "ENGINE_ATTRIBUTE") ||
	    parser_at(parser, "SECONDARY_ENGINE_ATTRIBUTE")) {
		const char *option = parser_at(parser, "ENGINE_ATTRIBUTE")
		                         ? "ENGINE_ATTRIBUTE"
		                         : "SECONDARY_ENGINE_ATTRIBUTE";

		if (!parser_advance(parser) || !parser_accept_symbol(parser, "=", NULL) ||
		    !parse_string(parser, &name))
			return false;
		parser_add_option(parser, &index->options, option, name);
		return true;
	}
	if (parser_at(parser, "TABLESPACE") || parser_at(parser, "KEY_BLOCK_SIZE")) {
		const char *option =
		    parser_at(parser, "TABLESPACE") ? "TABLESPACE" : "KEY_BLOCK_SIZE";

		if (!parser_advance(parser) || !parser_accept_symbol(parser, "=", NULL))
			return false;
		name = arena_copy(parser->arena, parser->token.text, parser->token.length);
		parser_add_option(parser, &index->options, option, name);
		return parser_advance(parser);
	}
	if (parser_at(parser, "WITH") && parser_next_is(parser, "PARSER"))
		return parser_advance(parser) && parser_advance(parser) &&
		       parser_name(parser, "a parser", &name) &&
		       (parser_add_option(parser, &index->options, "PARSER", name), true);
	*found = false;
	return true;
}

bool parse_index_rest(struct parser *parser, struct dbw_index *index)
{
	static const char *const none[] = {NULL};
	bool more = true, where;

	while (more)
		if (!parse_index_option(parser, index, &more))
			return false;
	if (!parser_accept(parser, "WHERE", &where))
		return false;
	return !where || parser_expression(parser, none, "a condition", &index->predicate);
}

static void take_hint(struct parser *parser, struct dbw_index *index, const struct token *create)
{
	for (size_t i = 0; i < parser->hints.count; i++) {
		struct hint *hint = parser->hints.items[i];

		if (hint->line < create->line) {
			index->renamed_from = hint->name;
			hint->used = true;
		}
	}
}

/* [name] [USING method] ON [ONLY] table: PostgreSQL finds a name where none is given. */
static bool parse_index_head(struct parser *parser, struct dbw_index *index,
                             const char **namespace_name, struct waiting *waiting)
{
	bool found;

	if (!(parser->traits->flags & DBW_TRAIT_DOLLAR_QUOTE) || !parser_at(parser, "ON"))
		if (!parser_qualified_name(parser, "an index name", namespace_name, &index->name))
			return false;
	return parser_accept(parser, "USING", &found) &&
	       (!found || parser_name(parser, "an index method", &index->method)) &&
	       parser_expect(parser, "ON") && parser_accept(parser, "ONLY", NULL) &&
	       parser_qualified_name(parser, "a table name", &waiting->namespace_name,
	                             &waiting->table) &&
	       parser_accept(parser, "USING", &found) &&
	       (!found || parser_name(parser, "an index method", &index->method));
}

bool parse_create_index(struct parser *parser, const struct token *create, bool unique,
                        const char *method)
{
	struct waiting *waiting;
	struct dbw_list unattached = {0};
	struct dbw_index *index;
	const char *namespace_name = NULL;
	struct token at;

	if (!parser_accept(parser, "CONCURRENTLY", NULL) || !parser_if_not_exists(parser))
		return false;
	at = parser->token;
	waiting = parser_wait(parser, WAITING_INDEXES, &at, NULL);
	index = schema_add(parser->schema, &unattached, DBW_INDEX);
	index->unique = unique;
	index->method = method;
	index->source = waiting->source;
	take_hint(parser, index, create);
	if (!parse_index_head(parser, index, &namespace_name, waiting) ||
	    !parse_key_parts(parser, &index->parts) || !parse_index_rest(parser, index))
		return false;
	/* Where the index's own name is qualified and the table's is not, that says where both are. */
	if (!waiting->namespace_name)
		waiting->namespace_name = namespace_name;
	waiting->index = index;
	waiting->what =
	    index->name ? arena_printf(parser->arena, "index '%s'", index->name) : "an index";
	/* An index of a materialised view is kept by its text: there is no table to hang it on. */
	waiting->text = parser_statement_text(parser, create);
	return true;
}
