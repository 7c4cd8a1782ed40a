#include <string.h>

#include "base/buffer.h"
#include "sql/parser_internal.h"
#include "sql/text.h"

/* Objects that are kept by their text: views, triggers, routines and the like. */

/* The words behind CREATE that begin one, and the traits of the dialects that have it. */
static const struct {
	const char *words[2];
	enum dbw_object_kind kind;
	uint64_t traits; /* any of them; 0: every dialect */
} kinds[] = {
    {{"VIEW", NULL}, DBW_VIEW, 0},
    {{"TRIGGER", NULL}, DBW_TRIGGER, 0},
    {{"VIRTUAL", "TABLE"}, DBW_VIRTUAL_TABLE, DBW_TRAIT_TRIGGER_BODY},
    {{"MATERIALIZED", "VIEW"}, DBW_MATERIALIZED_VIEW, DBW_TRAIT_DOLLAR_QUOTE},
    {{"RECURSIVE", "VIEW"}, DBW_VIEW, DBW_TRAIT_DOLLAR_QUOTE},
    {{"CONSTRAINT", "TRIGGER"}, DBW_TRIGGER, DBW_TRAIT_DOLLAR_QUOTE},
    {{"AGGREGATE", "FUNCTION"}, DBW_FUNCTION, DBW_TRAIT_COMPOUND_BODY},
    {{"AGGREGATE", NULL}, DBW_AGGREGATE, DBW_TRAIT_DOLLAR_QUOTE},
    {{"FUNCTION", NULL}, DBW_FUNCTION, DBW_TRAIT_DOLLAR_QUOTE | DBW_TRAIT_COMPOUND_BODY},
    {{"PROCEDURE", NULL}, DBW_PROCEDURE, DBW_TRAIT_DOLLAR_QUOTE | DBW_TRAIT_COMPOUND_BODY},
    {{"EVENT", NULL}, DBW_EVENT, DBW_TRAIT_COMPOUND_BODY},
    {{"EVENT", "TRIGGER"}, DBW_EVENT_TRIGGER, DBW_TRAIT_DOLLAR_QUOTE},
    {{"STATISTICS", NULL}, DBW_STATISTICS, DBW_TRAIT_DOLLAR_QUOTE},
    {{"COLLATION", NULL}, DBW_COLLATION, DBW_TRAIT_DOLLAR_QUOTE},
    {{"POLICY", NULL}, DBW_POLICY, DBW_TRAIT_DOLLAR_QUOTE},
    {{"RULE", NULL}, DBW_RULE, DBW_TRAIT_DOLLAR_QUOTE},
};

static bool find_kind(struct parser *parser, enum dbw_object_kind *kind, bool *found)
{
	*found = false;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!parser_at(parser, kinds[i].words[0]) ||
		    (kinds[i].traits && !(kinds[i].traits & parser->traits->flags)))
			continue;
		*kind = kinds[i].kind;
		*found = true;
		return parser_advance(parser) &&
		       (!kinds[i].words[1] || parser_expect(parser, kinds[i].words[1]));
	}
	return true;
}

/* What MySQL writes before the kind: DEFINER = user@host, ALGORITHM = UNDEFINED, SQL
 * SECURITY DEFINER. The user belongs to the server, and the other two are what goes without saying. */
static bool parse_modifiers(struct parser *parser)
{
	for (;;) {
		size_t from = parser->token.offset;
		bool found = false, keep = false;

		if (parser_at(parser, "DEFINER")) {
			found = true;
			if (!parser_advance(parser) || !parser_expect_symbol(parser, "=") ||
			    !parser_advance(parser))
				return false;
			/* user@host: the host may be read as a variable's name. */
			while (parser_at_symbol(parser, "@") ||
			       parser->token.kind == TOKEN_VARIABLE ||
			       parser_at_symbol(parser, "(") || parser_at_symbol(parser, ")") ||
			       token_is_symbol(&parser->last, "@"))
				if (!parser_advance(parser))
					return false;
		} else if (parser_at(parser, "ALGORITHM")) {
			found = true;
			if (!parser_advance(parser) || !parser_expect_symbol(parser, "="))
				return false;
			keep = !parser_at(parser, "UNDEFINED");
			if (!parser_advance(parser))
				return false;
		} else if (parser_at(parser, "SQL")) {
			found = true;
			if (!parser_advance(parser) || !parser_expect(parser, "SECURITY"))
				return false;
			keep = !parser_at(parser, "DEFINER");
			if (!parser_advance(parser))
				return false;
		}
		if (!found)
			return true;
		if (!keep)
			parser_cut(parser, from);
	}
}

/* A trigger or policy is on the table behind the first ON that is not part of its body; a rule on the one
 * behind TO. */
static bool find_table(struct parser *parser, struct dbw_object *object, const char *word)
{
	const char *namespace_name;

	while (!parser_at(parser, word)) {
		if (parser_at_end(parser))
			return parser_unexpected(
			    parser, arena_printf(parser->arena, "%s and a table", word));
		if (!parser_advance(parser))
			return false;
	}
	if (!parser_advance(parser) ||
	    !parser_qualified_name(parser, "a table name", &namespace_name, &object->table))
		return false;
	if (!object->namespace_name)
		object->namespace_name = namespace_name;
	return true;
}

/* WITH [NO] DATA says whether this run fills it. */
static bool skip_materialized(struct parser *parser)
{
	while (!parser_at_end(parser)) {
		size_t from = parser->token.offset;
		bool with = parser_at(parser, "WITH");

		if (!parser_advance(parser))
			return false;
		if (!with || (!parser_at(parser, "NO") && !parser_at(parser, "DATA")))
			continue;
		if (!parser_accept(parser, "NO", NULL) || !parser_accept(parser, "DATA", NULL))
			return false;
		if (parser_at_end(parser))
			parser_cut(parser, from);
	}
	return true;
}

/* Whether two words can begin a type: then there is no name before it. */
static bool is_two_words(const struct token *first, const struct token *second)
{
	static const char *const pairs[][2] = {
	    {"DOUBLE", "PRECISION"}, {"CHARACTER", "VARYING"}, {"CHAR", "VARYING"},
	    {"BIT", "VARYING"},      {"TIMESTAMP", "WITH"},    {"TIMESTAMP", "WITHOUT"},
	    {"TIME", "WITH"},        {"TIME", "WITHOUT"},      {"NATIONAL", "CHARACTER"},
	    {"NATIONAL", "CHAR"},
	};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (token_is(first, pairs[i][0]) && token_is(second, pairs[i][1]))
			return true;
	return false;
}

/* One parameter of a routine: [mode] [name] type [DEFAULT value]. Its type, or NULL for one that is only
 * given back. */
static bool parse_argument(struct parser *parser, const char **type)
{
	static const char *const modes[] = {"IN", "OUT", "INOUT", "VARIADIC"};
	struct token first;
	const char *ignored;
	bool out = false;
	size_t from;

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (parser_at(parser, modes[i]) && !parser_next_is_symbol(parser, ",") &&
		    !parser_next_is_symbol(parser, ")")) {
			out = i == 1;
			if (!parser_advance(parser))
				return false;
			break;
		}
	first = parser->token;
	from = first.offset;
	if (!parser_advance(parser))
		return false;
	if ((parser->token.kind == TOKEN_WORD || parser->token.kind == TOKEN_NAME) &&
	    !parser_at(parser, "DEFAULT") && !is_two_words(&first, &parser->token))
		from = parser->token.offset;
	while (!parser_at_end(parser) && !parser_at_symbol(parser, ",") &&
	       !parser_at_symbol(parser, ")") && !parser_at(parser, "DEFAULT") &&
	       !parser_at_symbol(parser, "=") && !parser_at_symbol(parser, ":="))
		if (parser_at_symbol(parser, "(") ? !parser_parenthesized(parser, &ignored)
		                                  : !parser_advance(parser))
			return false;
	*type = out ? NULL : parser_tidy(parser, from, parser->last.offset + parser->last.length);
	return parser_item(parser, &ignored);
}

bool parser_signature(struct parser *parser, const char **signature)
{
	struct dbw_buffer text = {0};
	bool more, done;

	if (!parser_expect_symbol(parser, "("))
		return false;
	more = !parser_at_symbol(parser, ")");
	done = true;
	while (more && done) {
		const char *type = NULL;

		/* count(*): an aggregate without arguments; ORDER BY: one with ordered ones. */
		if (parser_at_symbol(parser, "*"))
			done = parser_advance(parser);
		else
			done = parse_argument(parser, &type);
		if (type) {
			if (text.length)
				buffer_string(&text, ", ");
			buffer_string(&text, type);
		}
		done = done && parser_accept_symbol(parser, ",", &more);
	}
	*signature = arena_string(parser->arena, buffer_text(&text));
	buffer_release(&text);
	return done && parser_expect_symbol(parser, ")");
}

static bool check_name(struct parser *parser, const struct dbw_object *object,
                       const struct token *at, bool *there)
{
	const struct dbw_object *twin =
	    schema_find_object(parser->schema, object->kind, object->namespace_name, object->name,
	                       object->table, object->signature);

	*there = twin != NULL;
	if (twin && !(parser->flags & DBW_PARSE_KEEP_FIRST))
		return parser_fail(parser, at, "%s '%s' is declared already, at %s:%zu:%zu",
		                   object_kind_name(object->kind), object->name,
		                   twin->source.file ? twin->source.file : "?", twin->source.line,
		                   twin->source.column);
	if ((object->kind == DBW_VIEW || object->kind == DBW_MATERIALIZED_VIEW ||
	     object->kind == DBW_VIRTUAL_TABLE) &&
	    schema_find_table(parser->schema, object->namespace_name, object->name))
		return parser_fail(parser, at, "there is a table '%s' already", object->name);
	return true;
}

bool parser_add_object(struct parser *parser, const struct dbw_object *object,
                       const struct token *at)
{
	struct dbw_object *kept;
	bool there;

	if (!check_name(parser, object, at, &there))
		return false;
	if (there)
		return true;
	kept = schema_add(parser->schema, &parser->schema->content.objects, DBW_OBJECT);
	*kept = *object;
	kept->source = parser_source(parser, at);
	return true;
}

static bool is_routine(enum dbw_object_kind kind)
{
	return kind == DBW_FUNCTION || kind == DBW_PROCEDURE || kind == DBW_AGGREGATE;
}

/* What stands between the name and the end, as far as anybody here needs to know it. */
static bool parse_definition(struct parser *parser, struct dbw_object *object)
{
	bool overloads = parser->traits->flags & DBW_TRAIT_DOLLAR_QUOTE;

	if (object->kind == DBW_TRIGGER || object->kind == DBW_POLICY) {
		if (!find_table(parser, object, "ON"))
			return false;
	} else if (object->kind == DBW_RULE || object->kind == DBW_STATISTICS) {
		if (!find_table(parser, object, object->kind == DBW_RULE ? "TO" : "FROM"))
			return false;
	} else if (is_routine(object->kind) && overloads &&
	           !parser_signature(parser, &object->signature)) {
		return false;
	}
	if (parser_at_end(parser) && object->kind != DBW_POLICY && object->kind != DBW_STATISTICS)
		return parser_unexpected(parser, "more of the definition");
	return object->kind == DBW_MATERIALIZED_VIEW ? skip_materialized(parser)
	                                             : parser_skip(parser);
}

bool parse_create_object(struct parser *parser, const struct token *create)
{
	struct dbw_object object = {0};
	enum dbw_object_kind kind;
	struct token at;
	bool found;
	size_t from;

	if (!parse_modifiers(parser) || !find_kind(parser, &kind, &found))
		return false;
	if (!found)
		return parser_unexpected(
		    parser,
		    parser->traits->flags & DBW_TRAIT_TRIGGER_BODY
			? "TABLE, INDEX, VIEW, TRIGGER or VIRTUAL TABLE"
			: "TABLE, INDEX, VIEW, FUNCTION, TRIGGER or another kind that is known");
	object.kind = kind;
	from = parser->token.offset;
	/* It is about this run, not about the object. */
	if (!parser_if_not_exists(parser))
		return false;
	if (parser->token.offset > from)
		parser_cut(parser, from);
	at = parser->token;
	if (!parser_qualified_name(parser, "a name", &object.namespace_name, &object.name) ||
	    !parse_definition(parser, &object))
		return false;
	object.text = parser_statement_text(parser, create);
	return parser_add_object(parser, &object, &at);
}

/* A dump clears the way for what it makes; a model has nothing to drop. What an earlier statement
 * declared is gone then, as mysqldump drops the stand-ins it made for views. */

static void forget(struct schema *schema, const char *namespace_name, const char *name, bool view)
{
	struct dbw_schema *content = &schema->content;

	for (size_t i = content->objects.count; view && i > 0; i--) {
		const struct dbw_object *object = content->objects.items[i - 1];

		if (object->kind == DBW_VIEW &&
		    sql_names_equal(schema->traits, object->name, name) &&
		    schema_find_object(schema, DBW_VIEW, namespace_name, name, NULL, NULL) ==
		        object) {
			list_remove(&content->objects, i - 1);
			schema_changed(schema);
			return;
		}
	}
	for (size_t i = content->tables.count; !view && i > 0; i--) {
		const struct dbw_table *table = content->tables.items[i - 1];

		if (sql_names_equal(schema->traits, table->name, name) &&
		    schema_find_table(schema, namespace_name, name) == table) {
			list_remove(&content->tables, i - 1);
			schema_changed(schema);
			return;
		}
	}
}

bool parse_drop(struct parser *parser, struct parse_report *report)
{
	struct token drop = parser->token;
	bool view, table, conditional, more = true;

	if (!parser_advance(parser))
		return false;
	view = parser_at(parser, "VIEW");
	table = parser_at(parser, "TABLE");
	while (!parser_at_end(parser) && !parser_at(parser, "IF"))
		if (!parser_advance(parser))
			return false;
	if (!parser_accept_words(parser, &conditional, "IF", "EXISTS", NULL))
		return false;
	if (!conditional)
		return parser_fail(parser, &drop,
		                   "a model says what there is; DROP without IF EXISTS does not "
		                   "belong in it");
	report->drops++;
	while ((view || table) && more) {
		const char *namespace_name, *name;

		if (!parser_qualified_name(parser, "a name", &namespace_name, &name) ||
		    !parser_accept_symbol(parser, ",", &more))
			return false;
		forget(parser->schema, namespace_name, name, view);
	}
	return parser_skip(parser);
}
