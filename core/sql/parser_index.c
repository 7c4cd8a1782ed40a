#include <string.h>

#include "sql/parser_internal.h"

static const char *const part_end[] = {"COLLATE", "ASC", "DESC", "NULLS", NULL};

static bool ends_part(const struct token *token)
{
	for (const char *const *word = part_end; *word; word++)
		if (token_is(token, *word))
			return true;
	return token_is_symbol(token, ",") || token_is_symbol(token, ")") ||
	       token->kind == TOKEN_END;
}

/* A name alone is a column; a name with something behind it is the start of an expression. */
static bool at_plain_column(const struct parser *parser)
{
	struct lexer here = parser->lexer;
	struct error ignored = {0};
	struct token next;
	bool plain;

	if (!parser_at_name(parser))
		return false;
	here.comments = false;
	plain = lexer_next(&here, &next, &ignored) && ends_part(&next);
	error_release(&ignored);
	return plain;
}

static bool parse_key_part(struct parser *parser, struct dbw_key_part *part)
{
	bool found;

	if (at_plain_column(parser)) {
		if (!parser_name(parser, "a column name", &part->column))
			return false;
	} else if (!parser_expression(parser, part_end, "a column or an expression",
	                              &part->expression)) {
		return false;
	}
	if (!parser_accept(parser, "COLLATE", &found) ||
	    (found && !parser_name(parser, "a collation", &part->collation)) ||
	    !parser_accept(parser, "ASC", &found) ||
	    (!found && !parser_accept(parser, "DESC", &part->descending)) ||
	    !parser_accept(parser, "NULLS", &found))
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

static bool parse_index_rest(struct parser *parser, struct dbw_index *index)
{
	static const char *const none[] = {NULL};
	bool found;

	if (!parser_accept(parser, "USING", &found) ||
	    (found && !parser_name(parser, "an index method", &index->method)) ||
	    !parse_key_parts(parser, &index->parts) || !parser_accept(parser, "INCLUDE", &found) ||
	    (found && !parser_name_list(parser, "a column name", &index->include)) ||
	    !parser_accept(parser, "WHERE", &found))
		return false;
	return !found || parser_expression(parser, none, "a condition", &index->predicate);
}

bool parse_create_index(struct parser *parser, const struct token *create, bool unique)
{
	struct waiting *waiting = arena_new(parser->arena, struct waiting);
	struct dbw_list unattached = {0};
	struct dbw_index *index;
	const char *namespace_name;
	struct token at;

	if (!parser_accept(parser, "CONCURRENTLY", NULL) || !parser_if_not_exists(parser))
		return false;
	at = parser->token;
	index = schema_add(parser->schema, &unattached, DBW_INDEX);
	index->unique = unique;
	index->source = parser_source(parser, &at);
	for (size_t i = 0; i < parser->hints.count; i++) {
		struct hint *hint = parser->hints.items[i];

		if (hint->line < create->line) {
			index->renamed_from = hint->name;
			hint->used = true;
		}
	}
	if (!parser_qualified_name(parser, "an index name", &namespace_name, &index->name) ||
	    !parser_expect(parser, "ON") || !parser_accept(parser, "ONLY", NULL) ||
	    !parser_qualified_name(parser, "a table name", &waiting->namespace_name,
	                           &waiting->table) ||
	    !parse_index_rest(parser, index))
		return false;
	/* Where the index's own name is qualified and the table's is not, that says where both are. */
	if (!waiting->namespace_name)
		waiting->namespace_name = namespace_name;
	waiting->index = index;
	waiting->source = index->source;
	waiting->flags = parser->flags;
	waiting->what = arena_printf(parser->arena, "index '%s'", index->name);
	list_append(parser->arena, &parser->schema->waiting, waiting);
	return true;
}
