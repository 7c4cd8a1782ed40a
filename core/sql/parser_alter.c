#include <string.h>

#include "sql/parser_internal.h"
#include "sql/text.h"

/* ALTER, as dumps use it: to say in a second statement what CREATE left out. */

/* What is collected from the actions of one ALTER TABLE. */
struct alteration {
	struct dbw_table *additions;
	struct dbw_list changes; /* struct column_change */
	bool any;
};

static bool is_setting(struct parser *parser, struct parse_report *report)
{
	report->settings++;
	return parser_skip(parser);
}

/* ALTER COLUMN c ... */
static bool parse_alter_column(struct parser *parser, struct alteration *alteration)
{
	struct column_change *change = arena_new(parser->arena, struct column_change);
	struct dbw_column *values = arena_new(parser->arena, struct dbw_column);

	if (!parser_accept(parser, "COLUMN", NULL) ||
	    !parser_name(parser, "a column name", &change->column))
		return false;
	change->values = values;
	list_append(parser->arena, &alteration->changes, change);
	alteration->any = true;
	if (parser_at(parser, "ADD"))
		return parser_advance(parser) && parser_expect(parser, "GENERATED") &&
		       parse_generated_or_identity(parser, values);
	if (parser_at(parser, "TYPE"))
		return parser_advance(parser) && parse_type(parser, &values->type);
	if (!parser_expect(parser, "SET"))
		return false;
	if (parser_at(parser, "DEFAULT"))
		return parser_advance(parser) && parse_default(parser, values);
	if (parser_at(parser, "NOT")) {
		values->not_null = true;
		return parser_advance(parser) && parser_expect(parser, "NULL");
	}
	/* What the planner samples is a matter of running, not of the schema. */
	if (parser_at(parser, "STATISTICS"))
		return parser_advance(parser) && parser_advance(parser);
	if (parser_at(parser, "STORAGE") || parser_at(parser, "COMPRESSION")) {
		const char *option = parser_at(parser, "STORAGE") ? "STORAGE" : "COMPRESSION";

		if (!parser_advance(parser))
			return false;
		parser_add_option(
		    parser, &values->options, option,
		    arena_copy(parser->arena, parser->token.text, parser->token.length));
		return parser_advance(parser);
	}
	return parser_unexpected(parser, "DEFAULT, NOT NULL, STATISTICS or STORAGE");
}

/* MODIFY c definition: the whole column anew. */
static bool parse_modify(struct parser *parser, struct alteration *alteration)
{
	struct column_change *change = arena_new(parser->arena, struct column_change);
	struct dbw_list made = {0};
	struct dbw_table *table = schema_add(parser->schema, &made, DBW_TABLE);

	if (!parser_accept(parser, "COLUMN", NULL) || !parse_column(parser, table))
		return false;
	change->values = table->columns.items[0];
	change->column = change->values->name;
	change->whole = true;
	list_append(parser->arena, &alteration->changes, change);
	for (size_t i = 0; i < table->constraints.count; i++)
		list_append(parser->arena, &alteration->additions->constraints,
		            table->constraints.items[i]);
	alteration->any = true;
	return true;
}

/* ATTACH PARTITION child FOR VALUES ...: it is the child that learns something. */
static bool parse_attach(struct parser *parser, const struct waiting *parent)
{
	struct waiting *waiting;
	struct token at = parser->token;
	struct dbw_list made = {0};

	if (!parser_expect(parser, "PARTITION"))
		return false;
	waiting = parser_wait(parser, WAITING_TABLES, &at, "ATTACH PARTITION");
	waiting->additions = schema_add(parser->schema, &made, DBW_TABLE);
	waiting->additions->partition_of =
	    parser_parent_name(parser, parent->namespace_name, parent->table);
	return parser_qualified_name(parser, "a table name", &waiting->namespace_name,
	                             &waiting->table) &&
	       parse_partition_bound(parser, &waiting->additions->partition_bound);
}

static bool parse_row_security(struct parser *parser, struct alteration *alteration)
{
	bool force = parser_at(parser, "FORCE");
	struct dbw_list *options = &alteration->additions->options;

	alteration->any = true;
	if (!parser_advance(parser) || !parser_expect(parser, "ROW") ||
	    !parser_expect(parser, "LEVEL") || !parser_expect(parser, "SECURITY"))
		return false;
	/* FORCE says all that ENABLE says. */
	options->count = 0;
	parser_add_option(parser, options, "ROW LEVEL SECURITY", force ? "FORCE" : "");
	return true;
}

static bool parse_inherit(struct parser *parser, struct alteration *alteration)
{
	const char *parent;

	if (!parse_parent(parser, &parent))
		return false;
	list_append(parser->arena, &alteration->additions->inherits, (void *)(size_t)parent);
	alteration->any = true;
	return true;
}

static bool parse_add(struct parser *parser, struct alteration *alteration)
{
	alteration->any = true;
	if (at_table_constraint(parser))
		return parse_table_constraint(parser, alteration->additions);
	return parser_accept(parser, "COLUMN", NULL) && parser_if_not_exists(parser) &&
	       parse_column(parser, alteration->additions);
}

static bool parse_action(struct parser *parser, struct waiting *waiting,
                         struct alteration *alteration, struct parse_report *report)
{
	/* About this server or this run; the list of actions ends with them in every dump. */
	static const char *const settings[] = {"OWNER",   "CLUSTER", "REPLICA", "VALIDATE",
	                                       "DISABLE", "NO",      "ORDER"};

	if (parser_at(parser, "ADD"))
		return parser_advance(parser) && parse_add(parser, alteration);
	if (parser_at(parser, "ALTER"))
		return parser_advance(parser) && parse_alter_column(parser, alteration);
	if (parser_at(parser, "MODIFY"))
		return parser_advance(parser) && parse_modify(parser, alteration);
	if (parser_at(parser, "ATTACH"))
		return parser_advance(parser) && parse_attach(parser, waiting);
	if ((parser_at(parser, "ENABLE") || parser_at(parser, "FORCE")) &&
	    parser_next_is(parser, "ROW"))
		return parse_row_security(parser, alteration);
	if (parser_at(parser, "INHERIT"))
		return parser_advance(parser) && parse_inherit(parser, alteration);
	if (parser_at(parser, "ENABLE"))
		return is_setting(parser, report);
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		if (parser_at(parser, settings[i]))
			return is_setting(parser, report);
	return parser_unexpected(parser, "ADD (a model says what there is, not how it came "
	                                 "about)");
}

static bool parse_alter_table(struct parser *parser, struct parse_report *report)
{
	struct waiting *waiting = arena_new(parser->arena, struct waiting);
	struct dbw_list made = {0};
	struct alteration alteration = {schema_add(parser->schema, &made, DBW_TABLE), {0}, false};
	struct token at = parser->token;
	bool more = true, exists;

	if (!parser_accept_words(parser, &exists, "IF", "EXISTS", NULL) ||
	    !parser_accept(parser, "ONLY", NULL) ||
	    !parser_qualified_name(parser, "a table name", &waiting->namespace_name,
	                           &waiting->table))
		return false;
	alteration.additions->name = waiting->table;
	while (more)
		if (!parse_action(parser, waiting, &alteration, report) ||
		    !parser_accept_symbol(parser, ",", &more))
			return false;
	if (!alteration.any)
		return true;
	waiting->round = WAITING_TABLES;
	waiting->source = parser_source(parser, &at);
	waiting->what = "ALTER TABLE";
	waiting->flags = parser->flags;
	waiting->additions = alteration.additions;
	waiting->changes = alteration.changes;
	list_append(parser->arena, &parser->schema->waiting, waiting);
	return true;
}

/* ALTER INDEX parent ATTACH PARTITION child: the child's is the parent's, and not listed. */
static bool parse_alter_index(struct parser *parser)
{
	const char *parent_namespace, *parent;
	struct token at = parser->token;
	struct waiting *waiting;

	if (!parser_qualified_name(parser, "an index name", &parent_namespace, &parent) ||
	    !parser_expect(parser, "ATTACH") || !parser_expect(parser, "PARTITION"))
		return false;
	waiting = parser_wait(parser, WAITING_COMMENTS, &at, "ATTACH PARTITION");
	return parser_qualified_name(parser, "an index name", &waiting->namespace_name,
	                             &waiting->attached_index);
}

bool parse_alter(struct parser *parser, struct parse_report *report)
{
	bool server = parser->traits->flags & (DBW_TRAIT_DOLLAR_QUOTE | DBW_TRAIT_COMPOUND_BODY);
	struct lexer here = parser->lexer;
	struct error ignored = {0};
	struct token token;
	bool owner = false;

	if (parser_at(parser, "TABLE"))
		return parser_advance(parser) && parse_alter_table(parser, report);
	if (!server)
		return parser_unexpected(parser, "TABLE");
	/* Who owns what, and what a server or its roles are set to. */
	here.comments = false;
	while (!owner && lexer_next(&here, &token, &ignored) && token.kind != TOKEN_END)
		owner = token_is(&token, "OWNER");
	error_release(&ignored);
	if (owner || parser_at(parser, "DEFAULT") || parser_at(parser, "DATABASE") ||
	    parser_at(parser, "ROLE"))
		return is_setting(parser, report);
	if (parser_at(parser, "SEQUENCE"))
		return parser_advance(parser) && parse_alter_sequence(parser, report);
	if (parser_at(parser, "INDEX"))
		return parser_advance(parser) && parse_alter_index(parser);
	return parser_unexpected(parser, "TABLE, SEQUENCE or INDEX (a model says what there is, "
	                                 "not how it came about)");
}

/* COMMENT ON ... IS ... */

static const struct {
	const char *words[2];
	enum dbw_element_kind element;
	enum dbw_object_kind object;
} targets[] = {
    {{"TABLE", NULL}, DBW_TABLE, 0},
    {{"COLUMN", NULL}, DBW_COLUMN, 0},
    {{"CONSTRAINT", NULL}, DBW_CONSTRAINT, 0},
    {{"INDEX", NULL}, DBW_INDEX, 0},
    {{"SCHEMA", NULL}, DBW_NAMESPACE, 0},
    {{"SEQUENCE", NULL}, DBW_SEQUENCE, 0},
    {{"TYPE", NULL}, DBW_ENUM, 0},
    {{"VIEW", NULL}, DBW_OBJECT, DBW_VIEW},
    {{"MATERIALIZED", "VIEW"}, DBW_OBJECT, DBW_MATERIALIZED_VIEW},
    {{"FUNCTION", NULL}, DBW_OBJECT, DBW_FUNCTION},
    {{"PROCEDURE", NULL}, DBW_OBJECT, DBW_PROCEDURE},
    {{"AGGREGATE", NULL}, DBW_OBJECT, DBW_AGGREGATE},
    {{"DOMAIN", NULL}, DBW_OBJECT, DBW_DOMAIN},
    {{"TRIGGER", NULL}, DBW_OBJECT, DBW_TRIGGER},
    {{"POLICY", NULL}, DBW_OBJECT, DBW_POLICY},
    {{"RULE", NULL}, DBW_OBJECT, DBW_RULE},
    {{"EXTENSION", NULL}, DBW_OBJECT, DBW_EXTENSION},
    {{"STATISTICS", NULL}, DBW_OBJECT, DBW_STATISTICS},
    {{"COLLATION", NULL}, DBW_OBJECT, DBW_COLLATION},
    {{"EVENT", "TRIGGER"}, DBW_OBJECT, DBW_EVENT_TRIGGER},
};

/* [namespace.]table.column */
static bool parse_column_path(struct parser *parser, struct waiting *waiting)
{
	const char *first, *second, *third = NULL;
	bool dot;

	if (!parser_name(parser, "a table name", &first) || !parser_expect_symbol(parser, ".") ||
	    !parser_name(parser, "a column name", &second) ||
	    !parser_accept_symbol(parser, ".", &dot) ||
	    (dot && !parser_name(parser, "a column name", &third)))
		return false;
	waiting->namespace_name = dot ? first : NULL;
	waiting->table = dot ? second : first;
	waiting->comment.name = dot ? third : second;
	return true;
}

static bool parse_target(struct parser *parser, struct waiting *waiting)
{
	struct commented *comment = &waiting->comment;
	bool on;

	if (comment->element == DBW_COLUMN)
		return parse_column_path(parser, waiting);
	if (!parser_qualified_name(parser, "a name", &waiting->namespace_name, &comment->name))
		return false;
	if (parser_at_symbol(parser, "(") && !parser_signature(parser, &comment->signature))
		return false;
	if (!parser_accept(parser, "ON", &on))
		return false;
	if (on)
		return parser_accept(parser, "DOMAIN", NULL) &&
		       parser_qualified_name(parser, "a table name", &waiting->namespace_name,
		                             &waiting->table);
	if (comment->element == DBW_TABLE)
		waiting->table = comment->name;
	return true;
}

bool parse_comment_on(struct parser *parser)
{
	struct waiting *waiting;
	struct token at = parser->token;

	if (!parser_expect(parser, "ON"))
		return false;
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		if (!parser_at(parser, targets[i].words[0]))
			continue;
		waiting = parser_wait(parser, WAITING_COMMENTS, &at, "COMMENT");
		waiting->comment.element = targets[i].element;
		waiting->comment.object = targets[i].object;
		if (!parser_advance(parser) ||
		    (targets[i].words[1] && !parser_expect(parser, targets[i].words[1])) ||
		    !parse_target(parser, waiting) || !parser_expect(parser, "IS"))
			return false;
		if (parser_at(parser, "NULL"))
			return parser_advance(parser);
		return parse_string(parser, &waiting->comment.text);
	}
	return parser_unexpected(parser, "TABLE, COLUMN or another kind that has comments");
}
