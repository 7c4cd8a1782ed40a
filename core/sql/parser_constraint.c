#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sql/parser_internal.h"
#include "sql/text.h"

struct dbw_constraint *parser_add_constraint(struct parser *parser, struct dbw_table *table,
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

/* ON CONFLICT x, an extension of constraints. */
bool parse_conflict(struct parser *parser, struct dbw_list *options, const char *name)
{
	static const char *const words[] = {"ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"};
	if (!parser_at(parser, "ON") || !parser_next_is(parser, "CONFLICT"))
		return true;
	if (!parser_advance(parser) || !parser_advance(parser))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (parser_at(parser, words[i])) {
			/* ABORT is what happens anyway. */
			if (strcmp(words[i], "ABORT") != 0)
				parser_add_option(parser, options, name, words[i]);
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

/* Behind REFERENCES. */
bool parse_references(struct parser *parser, struct dbw_constraint *key)
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
			/* SET NULL (a, b): of PostgreSQL 15. */
			if (is_delete && parser_at_symbol(parser, "(") &&
			    !parser_name_list(parser, "a column name", &key->on_delete_columns))
				return false;
		} else if (parser_at(parser, "MATCH")) {
			if (!parser_advance(parser) || !parse_match(parser, key))
				return false;
		} else if (parser_at(parser, "NOT") && parser_next_is(parser, "DEFERRABLE")) {
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

/* What may stand behind any constraint. */

/* NULLS [NOT] DISTINCT (PostgreSQL 15, CREATE TABLE). */
bool parse_nulls_distinct(struct parser *parser, bool *not_distinct)
{
	if (!parser_at(parser, "NULLS") ||
	    (!parser_next_is(parser, "NOT") && !parser_next_is(parser, "DISTINCT")))
		return true;
	return parser_advance(parser) && parser_accept(parser, "NOT", not_distinct) &&
	       parser_expect(parser, "DISTINCT");
}

/* USING INDEX TABLESPACE x, or USING BTREE as MySQL has it. */
static bool parse_using(struct parser *parser, struct dbw_constraint *constraint)
{
	const char *name;

	if (!parser_advance(parser))
		return false;
	if (!parser_at(parser, "INDEX"))
		return parser_name(parser, "an index method", &constraint->method);
	if (!parser_advance(parser) || !parser_expect(parser, "TABLESPACE") ||
	    !parser_name(parser, "a tablespace", &name))
		return false;
	parser_add_option(parser, &constraint->options, "TABLESPACE", name);
	return true;
}

/* One of them, if there is one. 'NOT' begins three of them, and NOT NULL, which is the column's. */
static bool parse_attribute(struct parser *parser, struct dbw_constraint *constraint, bool *found)
{
	*found = true;
	if (parser_at(parser, "NOT") && parser_next_is(parser, "DEFERRABLE"))
		return parser_advance(parser) && parse_deferrable(parser, constraint, true);
	if (parser_at(parser, "NOT") && parser_next_is(parser, "VALID")) {
		constraint->not_valid = true;
		return parser_advance(parser) && parser_advance(parser);
	}
	if (parser_at(parser, "NOT") && parser_next_is(parser, "ENFORCED")) {
		constraint->not_enforced = true;
		return parser_advance(parser) && parser_advance(parser);
	}
	if (parser_at(parser, "ENFORCED"))
		return parser_advance(parser);
	if (parser_at(parser, "DEFERRABLE"))
		return parse_deferrable(parser, constraint, false);
	if (parser_at(parser, "NO") && parser_next_is(parser, "INHERIT")) {
		constraint->no_inherit = true;
		return parser_advance(parser) && parser_advance(parser);
	}
	if (parser_at(parser, "INCLUDE"))
		return parser_advance(parser) &&
		       parser_name_list(parser, "a column name", &constraint->include);
	if (parser_at(parser, "WITH") && parser_next_is_symbol(parser, "("))
		return parser_advance(parser) && parse_parameters(parser, &constraint->options);
	if (parser_at(parser, "USING"))
		return parse_using(parser, constraint);
	if (parser_at(parser, "ON") && parser_next_is(parser, "CONFLICT"))
		return parse_conflict(parser, &constraint->options, "ON CONFLICT");
	*found = false;
	return true;
}

bool parse_constraint_attributes(struct parser *parser, struct dbw_constraint *constraint)
{
	bool more = true;

	while (more)
		if (!parse_attribute(parser, constraint, &more))
			return false;
	return true;
}

/* Constraints of the table. */

static bool is_reserved(const struct parser *parser, const char *word)
{
	return parser_at(parser, word) && sql_is_reserved(parser->traits, word, strlen(word));
}

/* KEY, INDEX, FULLTEXT and SPATIAL begin an index only where they cannot be the name of a column. */
static bool at_table_index(const struct parser *parser)
{
	return is_reserved(parser, "KEY") || is_reserved(parser, "INDEX") ||
	       is_reserved(parser, "FULLTEXT") || is_reserved(parser, "SPATIAL");
}

static bool at_exclude(const struct parser *parser)
{
	return parser_at(parser, "EXCLUDE") &&
	       (parser_next_is(parser, "USING") || parser_next_is_symbol(parser, "("));
}

bool at_table_constraint(const struct parser *parser)
{
	static const char *const words[] = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (parser_at(parser, words[i]))
			return true;
	return at_table_index(parser) || at_exclude(parser);
}

/* [INDEX | KEY] [name] [USING method], as MySQL has it before the parts. */
static bool parse_key_head(struct parser *parser, const char **name, const char **method)
{
	bool found;

	if ((is_reserved(parser, "KEY") || is_reserved(parser, "INDEX")) && !parser_advance(parser))
		return false;
	if (!parser_at_symbol(parser, "(") && !parser_at(parser, "USING") &&
	    !parser_at(parser, "NULLS") && !parser_name(parser, "an index name", name))
		return false;
	return parser_accept(parser, "USING", &found) &&
	       (!found || parser_name(parser, "an index method", method));
}

static bool parse_table_index(struct parser *parser, struct dbw_table *table)
{
	struct token at = parser->token;
	struct dbw_index *index = schema_add(parser->schema, &table->indexes, DBW_INDEX);

	index->source = parser_source(parser, &at);
	if (is_reserved(parser, "FULLTEXT") || is_reserved(parser, "SPATIAL")) {
		index->method = is_reserved(parser, "FULLTEXT") ? "FULLTEXT" : "SPATIAL";
		if (!parser_advance(parser))
			return false;
	}
	return parse_key_head(parser, &index->name, &index->method) &&
	       parse_key_parts(parser, &index->parts) && parse_index_rest(parser, index);
}

static bool parse_foreign_key(struct parser *parser, struct dbw_constraint *key)
{
	struct dbw_list columns = {0};

	if (!parser_expect(parser, "KEY"))
		return false;
	/* MySQL takes a name for the index here; the constraint's own, if there is one, wins. */
	if (!parser_at_symbol(parser, "(")) {
		const char *index_name;

		if (!parser_name(parser, "'('", &index_name))
			return false;
		if (!key->name)
			key->name = index_name;
	}
	if (!parser_name_list(parser, "a column name", &columns) ||
	    !parser_expect(parser, "REFERENCES") || !parse_references(parser, key))
		return false;
	for (size_t i = 0; i < columns.count; i++) {
		struct dbw_key_part *part = schema_add(parser->schema, &key->parts, DBW_KEY_PART);

		part->column = columns.items[i];
	}
	return true;
}

/* EXCLUDE [USING method] ( element WITH operator, ... ) [WHERE (condition)] */
static bool parse_exclude(struct parser *parser, struct dbw_constraint *constraint)
{
	bool found;

	if (!parser_accept(parser, "USING", &found) ||
	    (found && !parser_name(parser, "an index method", &constraint->method)) ||
	    !parse_key_parts(parser, &constraint->parts) ||
	    !parse_constraint_attributes(parser, constraint) ||
	    !parser_accept(parser, "WHERE", &found))
		return false;
	return (!found || parser_parenthesized(parser, &constraint->expression)) &&
	       parse_constraint_attributes(parser, constraint);
}

/* On MySQL a key is an index, and has all that an index can have. */
static bool parse_key_rest(struct parser *parser, struct dbw_constraint *constraint)
{
	struct dbw_index rest = {.method = constraint->method};

	if (!parse_index_rest(parser, &rest))
		return false;
	constraint->method = rest.method;
	constraint->comment = rest.comment;
	constraint->options = rest.options;
	if (rest.invisible)
		parser_add_option(parser, &constraint->options, "INVISIBLE", "");
	return true;
}

static bool parse_key(struct parser *parser, struct dbw_constraint *constraint)
{
	const char *name = NULL;

	if (!parse_key_head(parser, &name, &constraint->method) ||
	    !parse_nulls_distinct(parser, &constraint->nulls_not_distinct) ||
	    !parse_key_parts(parser, &constraint->parts))
		return false;
	/* Where the index has a name of its own, that is the one that counts (MySQL 8.0, 13.1.20). */
	if (constraint->kind == DBW_UNIQUE && name)
		constraint->name = name;
	if (parser->traits->flags & DBW_TRAIT_COMPOUND_BODY)
		return parse_key_rest(parser, constraint);
	return parse_constraint_attributes(parser, constraint);
}

bool parse_table_constraint(struct parser *parser, struct dbw_table *table)
{
	struct token at = parser->token;
	struct dbw_constraint *constraint;
	const char *name = NULL;
	bool named, comment = false;

	if (at_table_index(parser))
		return parse_table_index(parser, table);
	if (!parser_accept(parser, "CONSTRAINT", &named))
		return false;
	/* 'CONSTRAINT FOREIGN KEY' without a name is MySQL's. */
	if (named && !at_table_constraint(parser) &&
	    !parser_name(parser, "a constraint name", &name))
		return false;
	if (parser_at(parser, "PRIMARY") || parser_at(parser, "UNIQUE")) {
		bool primary = parser_at(parser, "PRIMARY");

		constraint = parser_add_constraint(
		    parser, table, primary ? DBW_PRIMARY_KEY : DBW_UNIQUE, name, &at);
		if (!parser_advance(parser) || (primary && !parser_expect(parser, "KEY")) ||
		    !parse_key(parser, constraint))
			return false;
	} else if (parser_at(parser, "CHECK")) {
		constraint = parser_add_constraint(parser, table, DBW_CHECK, name, &at);
		if (!parser_advance(parser) ||
		    !parser_parenthesized(parser, &constraint->expression) ||
		    !parse_constraint_attributes(parser, constraint))
			return false;
	} else if (parser_at(parser, "FOREIGN")) {
		constraint = parser_add_constraint(parser, table, DBW_FOREIGN_KEY, name, &at);
		if (!parser_advance(parser) || !parse_foreign_key(parser, constraint) ||
		    !parse_constraint_attributes(parser, constraint))
			return false;
	} else if (at_exclude(parser)) {
		constraint = parser_add_constraint(parser, table, DBW_EXCLUDE, name, &at);
		if (!parser_advance(parser) || !parse_exclude(parser, constraint))
			return false;
	} else {
		return parser_unexpected(parser, "PRIMARY KEY, UNIQUE, CHECK or FOREIGN KEY");
	}
	return parser_accept(parser, "COMMENT", &comment) &&
	       (!comment || parse_string(parser, &constraint->comment));
}
