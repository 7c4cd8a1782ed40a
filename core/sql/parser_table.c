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

static bool at_constraint_word(const struct parser *parser)
{
	for (const char *const *word = constraint_words; *word; word++)
		if (parser_at(parser, *word))
			return true;
	return false;
}

static void add_option(struct parser *parser, struct dbw_list *options, const char *name,
                       const char *value)
{
	struct dbw_option *option = schema_add(parser->schema, options, DBW_OPTION);

	option->name = name;
	option->value = value;
}

/* ON CONFLICT x, an extension of constraints. */
static bool parse_conflict(struct parser *parser, struct dbw_list *options, const char *name)
{
	static const char *const words[] = {"ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"};
	bool found;

	if (!parser_accept(parser, "ON", &found))
		return false;
	if (!found)
		return true;
	if (!parser_expect(parser, "CONFLICT"))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (parser_at(parser, words[i])) {
			/* ABORT is what happens anyway. */
			if (strcmp(words[i], "ABORT") != 0)
				add_option(parser, options, name, words[i]);
			return parser_advance(parser);
		}
	return parser_unexpected(parser, "ROLLBACK, ABORT, FAIL, IGNORE or REPLACE");
}

/* Foreign keys. */

static bool parse_action(struct parser *parser, enum dbw_action *action)
{
	if (parser_at(parser, "CASCADE") || parser_at(parser, "RESTRICT")) {
		*action = parser_at(parser, "CASCADE") ? DBW_CASCADE : DBW_RESTRICT;
		return parser_advance(parser);
	}
	if (parser_at(parser, "NO")) {
		*action = DBW_NO_ACTION;
		return parser_advance(parser) && parser_expect(parser, "ACTION");
	}
	if (!parser_expect(parser, "SET"))
		return parser_unexpected(parser, "CASCADE, RESTRICT, NO ACTION, SET NULL or SET "
		                                 "DEFAULT");
	if (parser_at(parser, "NULL") || parser_at(parser, "DEFAULT")) {
		*action = parser_at(parser, "NULL") ? DBW_SET_NULL : DBW_SET_DEFAULT;
		return parser_advance(parser);
	}
	return parser_unexpected(parser, "NULL or DEFAULT");
}

static bool parse_match(struct parser *parser, struct dbw_constraint *key)
{
	const char *name;

	if (!parser_name(parser, "FULL, PARTIAL or SIMPLE", &name))
		return false;
	if (strcasecmp(name, "SIMPLE") == 0)
		key->match = NULL;
	else if (strcasecmp(name, "FULL") == 0)
		key->match = "FULL";
	else if (strcasecmp(name, "PARTIAL") == 0)
		key->match = "PARTIAL";
	else
		return parser_fail(parser, &parser->last, "there is no MATCH '%s'", name);
	return true;
}

/* [NOT] DEFERRABLE [INITIALLY ...]: NOT has been seen or not. */
static bool parse_deferrable(struct parser *parser, struct dbw_constraint *key, bool negated)
{
	bool initially, deferred;

	if (!parser_expect(parser, "DEFERRABLE") || !parser_accept(parser, "INITIALLY", &initially))
		return false;
	key->deferrable = negated ? DBW_NOT_DEFERRABLE : DBW_INITIALLY_IMMEDIATE;
	if (!initially)
		return true;
	if (!parser_accept(parser, "DEFERRED", &deferred))
		return false;
	if (!deferred)
		return parser_expect(parser, "IMMEDIATE");
	if (!negated)
		key->deferrable = DBW_INITIALLY_DEFERRED;
	return true;
}

static bool next_is_deferrable(struct parser *parser)
{
	struct lexer here = parser->lexer;
	struct error ignored = {0};
	struct token token;
	bool found;

	here.comments = false;
	found = lexer_next(&here, &token, &ignored) && token_is(&token, "DEFERRABLE");
	error_release(&ignored);
	return found;
}

/* Behind REFERENCES. */
static bool parse_references(struct parser *parser, struct dbw_constraint *key)
{
	if (!parser_qualified_name(parser, "a table name", &key->ref_namespace, &key->ref_table))
		return false;
	if (parser_at_symbol(parser, "(") &&
	    !parser_name_list(parser, "a column name", &key->ref_columns))
		return false;
	for (;;) {
		if (parser_at(parser, "ON")) {
			bool is_delete;

			if (!parser_advance(parser) || !parser_accept(parser, "DELETE", &is_delete))
				return false;
			if (!is_delete && !parser_at(parser, "UPDATE"))
				return parser_unexpected(parser, "DELETE or UPDATE");
			if (!is_delete && !parser_advance(parser))
				return false;
			if (!parse_action(parser, is_delete ? &key->on_delete : &key->on_update))
				return false;
		} else if (parser_at(parser, "MATCH")) {
			if (!parser_advance(parser) || !parse_match(parser, key))
				return false;
		} else if (parser_at(parser, "NOT") && next_is_deferrable(parser)) {
			if (!parser_advance(parser) || !parse_deferrable(parser, key, true))
				return false;
		} else if (parser_at(parser, "DEFERRABLE")) {
			if (!parse_deferrable(parser, key, false))
				return false;
		} else {
			return true;
		}
	}
}

/* Columns. */

static struct dbw_constraint *add_constraint(struct parser *parser, struct dbw_table *table,
                                             enum dbw_constraint_kind kind, const char *name,
                                             const struct token *at)
{
	struct dbw_constraint *constraint =
	    schema_add(parser->schema, &table->constraints, DBW_CONSTRAINT);

	constraint->kind = kind;
	constraint->name = name;
	constraint->source = parser_source(parser, at);
	return constraint;
}

static struct dbw_key_part *add_column_part(struct parser *parser,
                                            struct dbw_constraint *constraint,
                                            const struct dbw_column *column)
{
	struct dbw_key_part *part = schema_add(parser->schema, &constraint->parts, DBW_KEY_PART);

	part->column = column->name;
	return part;
}

static bool parse_type(struct parser *parser, struct dbw_column *column)
{
	size_t from = parser->token.offset, to = from;

	while ((parser->token.kind == TOKEN_WORD && !at_constraint_word(parser)) ||
	       parser->token.kind == TOKEN_NAME) {
		to = parser->token.offset + parser->token.length;
		if (!parser_advance(parser))
			return false;
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
	column->type = parser_tidy(parser, from, to);
	return true;
}

static bool parse_default(struct parser *parser, struct dbw_column *column)
{
	size_t from = parser->token.offset, to;

	if (parser_at_symbol(parser, "("))
		return parser_parenthesized(parser, &column->default_value);
	if (parser_at_symbol(parser, "+") || parser_at_symbol(parser, "-")) {
		if (!parser_advance(parser))
			return false;
		if (parser->token.kind != TOKEN_NUMBER)
			return parser_unexpected(parser, "a number");
	} else if (parser->token.kind != TOKEN_NUMBER && parser->token.kind != TOKEN_STRING &&
	           parser->token.kind != TOKEN_WORD && parser->token.kind != TOKEN_NAME) {
		return parser_unexpected(parser, "a default value");
	}
	if (parser_at(parser, "NOT") || parser_at(parser, "CHECK"))
		return parser_unexpected(parser, "a default value");
	to = parser->token.offset + parser->token.length;
	if (!parser_advance(parser))
		return false;
	/* now(), 'x'::text, CURRENT_TIMESTAMP(3), a || b: to the next constraint. */
	if (parser_at_symbol(parser, "(") || parser->token.kind == TOKEN_SYMBOL) {
		const char *rest;

		if (!parser_at_symbol(parser, ",") && !parser_at_symbol(parser, ")")) {
			if (!parser_expression(parser, constraint_words, "a default value", &rest))
				return false;
			to = parser->last.offset + parser->last.length;
		}
	}
	column->default_value = parser_tidy(parser, from, to);
	return true;
}

/* Behind AS or GENERATED ALWAYS AS. */
static bool parse_generated(struct parser *parser, struct dbw_column *column)
{
	bool stored, is_virtual;

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
static bool parse_generated_or_identity(struct parser *parser, struct dbw_column *column)
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
	struct dbw_constraint *key = add_constraint(parser, table, DBW_PRIMARY_KEY, name, at);
	struct dbw_key_part *part = add_column_part(parser, key, column);
	bool increments;

	if (!parser_expect(parser, "KEY") || !parser_accept(parser, "ASC", NULL) ||
	    !parser_accept(parser, "DESC", &part->descending) ||
	    !parse_conflict(parser, &key->options, "ON CONFLICT") ||
	    !parser_accept(parser, "AUTOINCREMENT", &increments))
		return false;
	column->auto_increment |= increments;
	return true;
}

static bool parse_not_null(struct parser *parser, struct dbw_column *column, const char *name)
{
	column->not_null = true;
	if (name)
		add_option(parser, &column->options, "NOT NULL CONSTRAINT", name);
	return parse_conflict(parser, &column->options, "NOT NULL ON CONFLICT");
}

static bool parse_comment(struct parser *parser, const char **comment)
{
	if (parser->token.kind != TOKEN_STRING)
		return parser_unexpected(parser, "a string");
	*comment = token_string(parser->arena, &parser->token, parser->traits);
	return parser_advance(parser);
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
	if (parser_at(parser, "PRIMARY"))
		return parser_advance(parser) &&
		       parse_column_primary_key(parser, table, column, name, &at);
	if (parser_at(parser, "NOT"))
		return parser_advance(parser) && parser_expect(parser, "NULL") &&
		       parse_not_null(parser, column, name);
	if (parser_at(parser, "NULL"))
		return parser_advance(parser) &&
		       parse_conflict(parser, &column->options, "NULL ON CONFLICT");
	if (parser_at(parser, "UNIQUE")) {
		constraint = add_constraint(parser, table, DBW_UNIQUE, name, &at);
		add_column_part(parser, constraint, column);
		return parser_advance(parser) &&
		       parse_conflict(parser, &constraint->options, "ON CONFLICT");
	}
	if (parser_at(parser, "CHECK")) {
		constraint = add_constraint(parser, table, DBW_CHECK, name, &at);
		return parser_advance(parser) &&
		       parser_parenthesized(parser, &constraint->expression) &&
		       parse_conflict(parser, &constraint->options, "ON CONFLICT");
	}
	if (parser_at(parser, "REFERENCES")) {
		constraint = add_constraint(parser, table, DBW_FOREIGN_KEY, name, &at);
		add_column_part(parser, constraint, column);
		return parser_advance(parser) && parse_references(parser, constraint);
	}
	if (parser_at(parser, "DEFAULT"))
		return parser_advance(parser) && parse_default(parser, column);
	if (parser_at(parser, "COLLATE"))
		return parser_advance(parser) &&
		       parser_name(parser, "a collation", &column->collation);
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
		return parser_advance(parser) && parse_comment(parser, &column->comment);
	*found = false;
	return !named || parser_unexpected(parser, "a constraint");
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

static void take_trailing_hints(struct parser *parser, struct dbw_table *table,
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
	bool more = true;

	if (!parser_name(parser, "a column name", &name))
		return false;
	if (table_find_column(parser->traits, table, name))
		return parser_fail(parser, &at, "column '%s' is declared twice", name);
	column = schema_add(parser->schema, &table->columns, DBW_COLUMN);
	column->name = name;
	column->source = parser_source(parser, &at);
	take_column_hint(parser, column, at.line);
	if (!parse_type(parser, column))
		return false;
	while (more)
		if (!parse_column_constraint(parser, table, column, &more))
			return false;
	return true;
}

/* Constraints of the table. */

bool at_table_constraint(const struct parser *parser)
{
	static const char *const words[] = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (parser_at(parser, words[i]))
			return true;
	return false;
}

static bool parse_foreign_key(struct parser *parser, struct dbw_constraint *key)
{
	struct dbw_list columns = {0};

	if (!parser_expect(parser, "KEY") || !parser_name_list(parser, "a column name", &columns) ||
	    !parser_expect(parser, "REFERENCES") || !parse_references(parser, key))
		return false;
	for (size_t i = 0; i < columns.count; i++) {
		struct dbw_key_part *part = schema_add(parser->schema, &key->parts, DBW_KEY_PART);

		part->column = columns.items[i];
	}
	return true;
}

bool parse_table_constraint(struct parser *parser, struct dbw_table *table)
{
	struct token at = parser->token;
	struct dbw_constraint *constraint;
	const char *name = NULL;
	bool named;

	if (!parser_accept(parser, "CONSTRAINT", &named) ||
	    (named && !parser_name(parser, "a constraint name", &name)))
		return false;
	if (parser_at(parser, "PRIMARY")) {
		constraint = add_constraint(parser, table, DBW_PRIMARY_KEY, name, &at);
		return parser_advance(parser) && parser_expect(parser, "KEY") &&
		       parse_key_parts(parser, &constraint->parts) &&
		       parse_conflict(parser, &constraint->options, "ON CONFLICT");
	}
	if (parser_at(parser, "UNIQUE")) {
		constraint = add_constraint(parser, table, DBW_UNIQUE, name, &at);
		return parser_advance(parser) && parse_key_parts(parser, &constraint->parts) &&
		       parse_conflict(parser, &constraint->options, "ON CONFLICT");
	}
	if (parser_at(parser, "CHECK")) {
		constraint = add_constraint(parser, table, DBW_CHECK, name, &at);
		return parser_advance(parser) &&
		       parser_parenthesized(parser, &constraint->expression) &&
		       parse_conflict(parser, &constraint->options, "ON CONFLICT");
	}
	if (parser_at(parser, "FOREIGN")) {
		constraint = add_constraint(parser, table, DBW_FOREIGN_KEY, name, &at);
		return parser_advance(parser) && parse_foreign_key(parser, constraint);
	}
	return parser_unexpected(parser, "PRIMARY KEY, UNIQUE, CHECK or FOREIGN KEY");
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

static bool parse_table_options(struct parser *parser, struct dbw_table *table)
{
	bool more = !parser_at_end(parser);

	while (more) {
		bool without;

		if (!parser_accept(parser, "WITHOUT", &without))
			return false;
		if (without) {
			if (!parser_expect(parser, "ROWID"))
				return false;
			add_option(parser, &table->options, "WITHOUT ROWID", "");
		} else if (parser_at(parser, "STRICT")) {
			add_option(parser, &table->options, "STRICT", "");
			if (!parser_advance(parser))
				return false;
		} else {
			return parser_unexpected(parser, "a table option or the end of the "
			                                 "statement");
		}
		if (!parser_accept_symbol(parser, ",", &more))
			return false;
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
	while (more) {
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

bool parse_create_table(struct parser *parser, const struct token *create)
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
	if (!parse_elements(parser, table))
		return false;
	if (!table->columns.count)
		return parser_fail(parser, &at, "table '%s' has no columns", name);
	return parse_table_options(parser, table) && check_parts(parser, table);
}
