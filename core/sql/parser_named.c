#include <string.h>

#include "sql/parser_internal.h"
#include "sql/text.h"

/* Sequences, types, domains, schemas and extensions. */

static bool number(struct parser *parser, const char **value)
{
	size_t from = parser->token.offset;

	if (!parser_accept_symbol(parser, "-", NULL))
		return false;
	if (parser->token.kind != TOKEN_NUMBER)
		return parser_unexpected(parser, "a number");
	if (!parser_advance(parser))
		return false;
	*value = parser_tidy(parser, from, parser->last.offset + parser->last.length);
	return true;
}

/* table.column or namespace.table.column, or NONE */
static bool parse_owner(struct parser *parser, struct dbw_sequence *sequence)
{
	const char *first, *second, *third = NULL;
	bool dot;

	if (parser_at(parser, "NONE"))
		return parser_advance(parser);
	if (!parser_name(parser, "a table name", &first) || !parser_expect_symbol(parser, ".") ||
	    !parser_name(parser, "a column name", &second) ||
	    !parser_accept_symbol(parser, ".", &dot) ||
	    (dot && !parser_name(parser, "a column name", &third)))
		return false;
	sequence->owned_by_table = dot ? second : first;
	sequence->owned_by_column = dot ? third : second;
	return true;
}

static bool parse_sequence_option(struct parser *parser, struct dbw_sequence *sequence)
{
	static const struct {
		const char *word;
		const char *filler;
		size_t offset;
	} numbers[] = {
	    {"INCREMENT", "BY", offsetof(struct dbw_sequence, increment)},
	    {"START", "WITH", offsetof(struct dbw_sequence, start)},
	    {"MINVALUE", NULL, offsetof(struct dbw_sequence, minimum)},
	    {"MAXVALUE", NULL, offsetof(struct dbw_sequence, maximum)},
	    {"CACHE", NULL, offsetof(struct dbw_sequence, cache)},
	};
	bool no = false;

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (parser_at(parser, numbers[i].word))
			return parser_advance(parser) &&
			       (!numbers[i].filler ||
			        parser_accept(parser, numbers[i].filler, NULL)) &&
			       parser_accept_symbol(parser, "=", NULL) &&
			       number(parser,
			              (const char **)((char *)sequence + numbers[i].offset));
	if (parser_at(parser, "AS"))
		return parser_advance(parser) && parser_name(parser, "a type", &sequence->type);
	if (parser_at(parser, "OWNED"))
		return parser_advance(parser) && parser_expect(parser, "BY") &&
		       parse_owner(parser, sequence);
	if (parser_at(parser, "NOCACHE")) {
		sequence->cache = "0";
		return parser_advance(parser);
	}
	if (parser_at(parser, "NOCYCLE") || parser_at(parser, "NOMINVALUE") ||
	    parser_at(parser, "NOMAXVALUE"))
		return parser_advance(parser);
	/* MariaDB's sequences are tables underneath. */
	if (parser_at(parser, "ENGINE"))
		return parser_advance(parser) && parser_accept_symbol(parser, "=", NULL) &&
		       parser_advance(parser);
	if (!parser_accept(parser, "NO", &no))
		return false;
	if (parser_at(parser, "CYCLE")) {
		sequence->cycle = !no;
		return parser_advance(parser);
	}
	if (no && parser_at(parser, "CACHE")) {
		sequence->cache = "0";
		return parser_advance(parser);
	}
	if (no && (parser_at(parser, "MINVALUE") || parser_at(parser, "MAXVALUE")))
		return parser_advance(parser);
	return parser_unexpected(parser, "an option of a sequence");
}

static bool parse_sequence(struct parser *parser)
{
	const char *namespace_name, *name;
	struct token at = parser->token;
	struct dbw_sequence *sequence;

	if (!parser_qualified_name(parser, "the name of a sequence", &namespace_name, &name))
		return false;
	if (schema_find_sequence(parser->schema, namespace_name, name))
		return parser_fail(parser, &at, "sequence '%s' is declared already", name);
	sequence = schema_add(parser->schema, &parser->schema->content.sequences, DBW_SEQUENCE);
	sequence->namespace_name = namespace_name;
	sequence->name = name;
	sequence->source = parser_source(parser, &at);
	while (!parser_at_end(parser))
		if (!parse_sequence_option(parser, sequence))
			return false;
	return true;
}

static bool parse_enum(struct parser *parser, const char *namespace_name, const char *name,
                       const struct token *at)
{
	struct dbw_enum *made;
	bool more;

	if (schema_find_enum(parser->schema, namespace_name, name))
		return parser_fail(parser, at, "type '%s' is declared already", name);
	made = schema_add(parser->schema, &parser->schema->content.enums, DBW_ENUM);
	made->namespace_name = namespace_name;
	made->name = name;
	made->source = parser_source(parser, at);
	if (!parser_expect_symbol(parser, "("))
		return false;
	more = !parser_at_symbol(parser, ")");
	while (more) {
		const char *label;

		if (!parse_string(parser, &label) || !parser_accept_symbol(parser, ",", &more))
			return false;
		list_append(parser->arena, &made->labels, (void *)(size_t)label);
	}
	return parser_expect_symbol(parser, ")");
}

static bool keep_text(struct parser *parser, const struct token *create, const struct token *at,
                      enum dbw_object_kind kind, const char *namespace_name, const char *name)
{
	struct dbw_object object = {.kind = kind, .namespace_name = namespace_name, .name = name};

	if (!parser_skip(parser))
		return false;
	object.text = parser_statement_text(parser, create);
	return parser_add_object(parser, &object, at);
}

static bool parse_create_type(struct parser *parser, const struct token *create)
{
	const char *namespace_name, *name;
	struct token at = parser->token;

	if (!parser_qualified_name(parser, "the name of a type", &namespace_name, &name) ||
	    !parser_expect(parser, "AS"))
		return false;
	if (parser_at(parser, "ENUM"))
		return parser_advance(parser) && parse_enum(parser, namespace_name, name, &at);
	if (parser_at(parser, "RANGE"))
		return keep_text(parser, create, &at, DBW_RANGE_TYPE, namespace_name, name);
	if (parser_at_symbol(parser, "("))
		return keep_text(parser, create, &at, DBW_COMPOSITE_TYPE, namespace_name, name);
	return parser_unexpected(parser, "ENUM, RANGE or '('");
}

static bool parse_create_domain(struct parser *parser, const struct token *create)
{
	const char *namespace_name, *name;
	struct token at = parser->token;

	return parser_qualified_name(parser, "the name of a domain", &namespace_name, &name) &&
	       keep_text(parser, create, &at, DBW_DOMAIN, namespace_name, name);
}

static bool parse_create_schema(struct parser *parser)
{
	const char *default_namespace = parser->traits->default_namespace, *name;
	struct dbw_namespace *made;
	struct token at;
	bool authorization;

	if (!parser_if_not_exists(parser))
		return false;
	at = parser->token;
	if (!parser_name(parser, "the name of a schema", &name) ||
	    !parser_accept(parser, "AUTHORIZATION", &authorization) ||
	    (authorization && !parser_advance(parser)))
		return false;
	for (size_t i = 0; i < parser->schema->content.namespaces.count; i++)
		if (sql_names_equal(
			parser->traits,
			((struct dbw_namespace *)parser->schema->content.namespaces.items[i])->name,
			name))
			return parser_fail(parser, &at, "schema '%s' is declared already", name);
	/* It is there anyway. */
	if (default_namespace && sql_names_equal(parser->traits, name, default_namespace))
		return true;
	made = schema_add(parser->schema, &parser->schema->content.namespaces, DBW_NAMESPACE);
	made->name = name;
	made->source = parser_source(parser, &at);
	return true;
}

/* [WITH] [SCHEMA s] [VERSION v] [CASCADE]: the version is the server's choice, and so is the schema where it is
 * the default one. */
static bool parse_extension_rest(struct parser *parser, const char **schema)
{
	const char *default_namespace = parser->traits->default_namespace, *name;

	while (!parser_at_end(parser)) {
		struct token at;
		bool found;

		if (!parser_accept(parser, "SCHEMA", &found))
			return false;
		if (!found && !parser_advance(parser))
			return false;
		at = parser->token;
		if (!found)
			continue;
		if (!parser_name(parser, "the name of a schema", &name))
			return false;
		if (!default_namespace || !sql_names_equal(parser->traits, name, default_namespace))
			*schema = parser_tidy(parser, at.offset, at.offset + at.length);
	}
	return true;
}

static bool parse_create_extension(struct parser *parser)
{
	struct dbw_object object = {.kind = DBW_EXTENSION};
	const char *schema = NULL, *text;
	struct token at;
	size_t from;

	if (!parser_if_not_exists(parser))
		return false;
	at = parser->token;
	from = at.offset;
	if (!parser_name(parser, "the name of an extension", &object.name))
		return false;
	text = parser_tidy(parser, from, from + at.length);
	if (!parse_extension_rest(parser, &schema))
		return false;
	object.text = arena_printf(parser->arena, "CREATE EXTENSION %s", text);
	if (schema)
		object.text = arena_printf(parser->arena, "%s WITH SCHEMA %s", object.text, schema);
	return parser_add_object(parser, &object, &at);
}

bool parse_create_named(struct parser *parser, const struct token *create, bool *found)
{
	*found = parser->traits->flags & (DBW_TRAIT_DOLLAR_QUOTE | DBW_TRAIT_COMPOUND_BODY);
	if (*found && parser_at(parser, "SEQUENCE"))
		return parser_advance(parser) && parser_if_not_exists(parser) &&
		       parse_sequence(parser);
	*found = parser->traits->flags & DBW_TRAIT_NAMESPACES;
	if (*found && parser_at(parser, "TYPE"))
		return parser_advance(parser) && parse_create_type(parser, create);
	if (*found && parser_at(parser, "DOMAIN"))
		return parser_advance(parser) && parse_create_domain(parser, create);
	if (*found && parser_at(parser, "SCHEMA"))
		return parser_advance(parser) && parse_create_schema(parser);
	if (*found && parser_at(parser, "EXTENSION"))
		return parser_advance(parser) && parse_create_extension(parser);
	*found = false;
	return true;
}

/* ALTER SEQUENCE s OWNED BY t.c: the sequence may stand in another file. */
bool parse_alter_sequence(struct parser *parser, struct parse_report *report)
{
	struct waiting *waiting;
	struct dbw_sequence change = {0};
	const char *namespace_name, *name;
	struct token at = parser->token;

	if (!parser_qualified_name(parser, "the name of a sequence", &namespace_name, &name))
		return false;
	if (parser_at(parser, "OWNER")) {
		report->settings++;
		return parser_skip(parser);
	}
	while (!parser_at_end(parser))
		if (!parse_sequence_option(parser, &change))
			return false;
	waiting = parser_wait(parser, WAITING_TABLES, &at,
	                      arena_printf(parser->arena, "ALTER SEQUENCE '%s'", name));
	waiting->namespace_name = namespace_name;
	waiting->sequence = name;
	waiting->table = change.owned_by_table;
	waiting->column = change.owned_by_column;
	return true;
}
