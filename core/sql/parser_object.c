#include <string.h>

#include "sql/parser_internal.h"
#include "sql/text.h"

/* The words behind CREATE that begin an object which is kept by its text. */
static const struct {
	const char *words[2];
	enum dbw_object_kind kind;
} kinds[] = {
    {{"VIEW", NULL}, DBW_VIEW},
    {{"TRIGGER", NULL}, DBW_TRIGGER},
    {{"VIRTUAL", "TABLE"}, DBW_VIRTUAL_TABLE},
};

static bool find_kind(struct parser *parser, enum dbw_object_kind *kind, bool *found)
{
	*found = false;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!parser_at(parser, kinds[i].words[0]))
			continue;
		*kind = kinds[i].kind;
		*found = true;
		return parser_advance(parser) &&
		       (!kinds[i].words[1] || parser_expect(parser, kinds[i].words[1]));
	}
	return true;
}

/* A trigger is on the table behind the first ON that is not part of its body. */
static bool find_table(struct parser *parser, struct dbw_object *object)
{
	const char *namespace_name;

	while (!parser_at(parser, "ON")) {
		if (parser_at_end(parser))
			return parser_unexpected(parser, "ON and a table");
		if (!parser_advance(parser))
			return false;
	}
	return parser_advance(parser) &&
	       parser_qualified_name(parser, "a table name", &namespace_name, &object->table);
}

static bool skip_rest(struct parser *parser)
{
	while (!parser_at_end(parser))
		if (!parser_advance(parser))
			return false;
	return true;
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
	if (object->kind != DBW_TRIGGER &&
	    schema_find_table(parser->schema, object->namespace_name, object->name))
		return parser_fail(parser, at, "there is a table '%s' already", object->name);
	return true;
}

bool parse_create_object(struct parser *parser, const struct token *create)
{
	size_t begin = create->offset, gap_from, gap_to;
	struct dbw_list made = {0};
	struct dbw_object *object;
	enum dbw_object_kind kind;
	struct token at;
	bool found, there;

	if (!find_kind(parser, &kind, &found))
		return false;
	if (!found)
		return parser_unexpected(parser, "TABLE, INDEX, VIEW, TRIGGER or VIRTUAL TABLE");
	object = schema_add(parser->schema, &made, DBW_OBJECT);
	object->kind = kind;
	gap_from = parser->token.offset;
	if (!parser_if_not_exists(parser))
		return false;
	gap_to = parser->token.offset;
	at = parser->token;
	object->source = parser_source(parser, &at);
	if (!parser_qualified_name(parser, "a name", &object->namespace_name, &object->name) ||
	    (kind == DBW_TRIGGER && !find_table(parser, object)))
		return false;
	if (parser_at_end(parser))
		return parser_unexpected(parser, "more of the definition");
	if (!skip_rest(parser))
		return false;
	/* IF NOT EXISTS is about this run, not about the object. */
	object->text = arena_printf(
	    parser->arena, "%.*s%.*s", (int)(gap_from - begin), parser->lexer.text + begin,
	    (int)(parser->start + parser->length - (parser->lexer.text + gap_to)),
	    parser->lexer.text + gap_to);
	if (!check_name(parser, object, &at, &there))
		return false;
	if (!there)
		list_append(parser->arena, &parser->schema->content.objects, object);
	return true;
}

/* ALTER TABLE ... ADD, as dumps use it. */
bool parse_alter_table(struct parser *parser)
{
	struct waiting *waiting = arena_new(parser->arena, struct waiting);
	struct dbw_list made = {0};
	struct dbw_table *table = schema_add(parser->schema, &made, DBW_TABLE);

	waiting->source = parser_source(parser, &parser->token);
	if (!parser_expect(parser, "TABLE") || !parser_accept(parser, "ONLY", NULL) ||
	    !parser_qualified_name(parser, "a table name", &waiting->namespace_name,
	                           &waiting->table))
		return false;
	table->name = waiting->table;
	if (!parser_at(parser, "ADD"))
		return parser_unexpected(parser, "ADD (a model says what there is, not how it came "
		                                 "about)");
	if (!parser_advance(parser))
		return false;
	if (at_table_constraint(parser)) {
		if (!parse_table_constraint(parser, table))
			return false;
	} else if (!parser_accept(parser, "COLUMN", NULL) || !parse_column(parser, table)) {
		return false;
	}
	waiting->columns = &table->columns;
	waiting->constraints = &table->constraints;
	waiting->what = "ALTER TABLE";
	waiting->flags = parser->flags;
	list_append(parser->arena, &parser->schema->waiting, waiting);
	return true;
}
