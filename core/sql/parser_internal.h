/*
 * What the files of the parser share: one statement as a stream of tokens, and the small steps of
 * recursive descent. Every step returns false with the error set, and the error has the place.
 */
#ifndef SQL_PARSER_INTERNAL_H
#define SQL_PARSER_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "schema/schema.h"
#include "sql/lexer.h"
#include "sql/parser.h"
#include "sql/statements.h"

/* '-- dbwarden: renamed-from NAME' */
struct hint {
	const char *name;
	size_t line;
	bool trailing; /* something stands before it on its line */
	bool used;
};

struct parser {
	struct schema *schema;
	struct arena *arena; /* the schema's */
	const struct dbw_traits *traits;
	const char *origin; /* in the schema's arena */
	unsigned flags;     /* DBW_PARSE_... */
	struct lexer lexer;
	struct token token;    /* the one to look at */
	struct token last;     /* the one before it */
	struct dbw_list hints; /* struct hint, of this statement */
	struct dbw_list cuts;  /* parser_cut()'s, of this statement */
	const char *start;     /* of the statement's text */
	size_t length;
	struct dbw_source source;
	struct error *error;
};

/* Moves to the next token. */
bool parser_advance(struct parser *parser);

static inline bool parser_at(const struct parser *parser, const char *keyword)
{
	return token_is(&parser->token, keyword);
}

static inline bool parser_at_symbol(const struct parser *parser, const char *symbol)
{
	return token_is_symbol(&parser->token, symbol);
}

static inline bool parser_at_end(const struct parser *parser)
{
	return parser->token.kind == TOKEN_END;
}

bool parser_at_name(const struct parser *parser);

/* If the token is that one, moves on and sets *found. */
bool parser_accept(struct parser *parser, const char *keyword, bool *found);
bool parser_accept_symbol(struct parser *parser, const char *symbol, bool *found);
/* Or an error that says what was expected. */
bool parser_expect(struct parser *parser, const char *keyword);
bool parser_expect_symbol(struct parser *parser, const char *symbol);
bool parser_expect_end(struct parser *parser);
/* 'what' is for the message: "a column name". */
bool parser_name(struct parser *parser, const char *what, const char **name);
/* [namespace.]name */
bool parser_qualified_name(struct parser *parser, const char *what, const char **namespace_name,
                           const char **name);
/* ( name, name, ... ) into a list of strings. */
bool parser_name_list(struct parser *parser, const char *what, struct dbw_list *names);
/* IF NOT EXISTS, if it is there. */
bool parser_if_not_exists(struct parser *parser);

/* "expected WHAT, found 'X'" */
bool parser_unexpected(struct parser *parser, const char *what);
/* Any other complaint, at the place of the token. */
bool parser_fail(struct parser *parser, const struct token *token, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

struct dbw_source parser_source(const struct parser *parser, const struct token *token);

/* The tokens from here to the ')' that closes the '(' to look at, without both, as tidy SQL. */
bool parser_parenthesized(struct parser *parser, const char **text);
/* An expression that ends before one of the stop words (ends in NULL), a ',' or an unopened ')', or
 * at the end; at least one token. Only outside parentheses and CASE are the words looked for. */
bool parser_expression(struct parser *parser, const char *const *stop, const char *what,
                       const char **text);
/* The expression that began at the offset and ends with the last token. */
const char *parser_expression_text(struct parser *parser, size_t from);
/* The text between two tokens, the first included, the second not. */
const char *parser_tidy(struct parser *parser, size_t from, size_t to);

/* The text without the marks of comments that are executed, where those begin or end in it. */
struct dbw_buffer;
void parser_append_unversioned(const struct parser *parser, struct dbw_buffer *out,
                               const char *text, size_t length);

/* Whether the token behind the one to look at is that keyword or symbol. */
bool parser_next_is(const struct parser *parser, const char *keyword);
bool parser_next_is_symbol(const struct parser *parser, const char *symbol);
/* Moves on while the keywords stand there, in this order; *found says whether the first did. The others
 * must follow then. The list ends in NULL. */
bool parser_accept_words(struct parser *parser, bool *found, ...) __attribute__((sentinel));
/* To the end of the statement. */
bool parser_skip(struct parser *parser);
/* To the ',' or ')' that ends an item, or to the end; returns the text, which may be empty. */
bool parser_item(struct parser *parser, const char **text);

/* The pieces of grammar. Each begins at the token behind its keyword. */
bool parse_create_table(struct parser *parser, const struct token *create, bool unlogged);
/* 'method': FULLTEXT or SPATIAL, which stand before INDEX; or NULL. */
bool parse_create_index(struct parser *parser, const struct token *create, bool unique,
                        const char *method);
bool parse_create_object(struct parser *parser, const struct token *create);
/* CREATE SEQUENCE, TYPE, DOMAIN, SCHEMA, EXTENSION; *found says whether it was one of them. */
bool parse_create_named(struct parser *parser, const struct token *create, bool *found);
bool parse_alter(struct parser *parser, struct parse_report *report);
bool parse_alter_sequence(struct parser *parser, struct parse_report *report);
bool parse_comment_on(struct parser *parser);
/* DROP ... IF EXISTS x: what an earlier statement declared is not there. */
bool parse_drop(struct parser *parser, struct parse_report *report);

/* ( part, part, ... ) of an index or key. */
bool parse_key_parts(struct parser *parser, struct dbw_list *parts);
/* INCLUDE (...), WITH (...), TABLESPACE, USING, COMMENT, WHERE ...: what may follow the parts of an index. */
bool parse_index_rest(struct parser *parser, struct dbw_index *index);
/* [CONSTRAINT name] PRIMARY KEY ... as it stands in a table or behind ALTER TABLE ... ADD. */
bool parse_table_constraint(struct parser *parser, struct dbw_table *table);
bool at_table_constraint(const struct parser *parser);
/* What stands behind the type; constraints go to the table. */
bool parse_column_constraints(struct parser *parser, struct dbw_table *table,
                              struct dbw_column *column);
bool parse_column(struct parser *parser, struct dbw_table *table);
/* Hints that stand at the end of a line that a column ends on; last_lines: size_t, one for each column. */
void take_trailing_hints(struct parser *parser, struct dbw_table *table,
                         const struct dbw_list *last_lines);
struct dbw_constraint *parser_add_constraint(struct parser *parser, struct dbw_table *table,
                                             enum dbw_constraint_kind kind, const char *name,
                                             const struct token *at);
/* Behind REFERENCES. */
bool parse_references(struct parser *parser, struct dbw_constraint *key);
/* ON CONFLICT x, as an option of that name, if it is there. */
bool parse_conflict(struct parser *parser, struct dbw_list *options, const char *name);
bool parse_nulls_distinct(struct parser *parser, bool *not_distinct);
/* DEFERRABLE, NOT VALID, INCLUDE (...), WITH (...) and the like, as many as there are. */
bool parse_constraint_attributes(struct parser *parser, struct dbw_constraint *constraint);
/* Behind AS or GENERATED ... AS IDENTITY, behind DEFAULT, and the type itself. */
bool parse_generated_or_identity(struct parser *parser, struct dbw_column *column);
bool parse_default(struct parser *parser, struct dbw_column *column);
bool parse_type(struct parser *parser, const char **type);
/* What stands behind the ')' of CREATE TABLE, or alone. */
bool parse_table_options(struct parser *parser, struct dbw_table *table);
/* The name of a table that this one inherits from or is a partition of, as schema_find_parent() takes it. */
bool parse_parent(struct parser *parser, const char **parent);
const char *parser_parent_name(struct parser *parser, const char *namespace_name, const char *name);
/* FOR VALUES ... or DEFAULT, as text. */
bool parse_partition_bound(struct parser *parser, const char **bound);
/* Behind COLLATE. */
bool parse_collation(struct parser *parser, const char **collation);
/* 'text', unquoted. */
bool parse_string(struct parser *parser, const char **text);
/* ( name = value, ... ) as options with names in upper case. */
bool parse_parameters(struct parser *parser, struct dbw_list *options);
void parser_add_option(struct parser *parser, struct dbw_list *options, const char *name,
                       const char *value);

/* A change of a column that was declared elsewhere: ALTER TABLE t ALTER COLUMN c ... */
struct column_change {
	const char *column;
	const struct dbw_column *values; /* those of its fields that are set hold */
	bool whole;                      /* all of them */
};

/* COMMENT ON */
struct commented {
	enum dbw_element_kind element;
	enum dbw_object_kind object; /* of a DBW_OBJECT */
	const char *name;
	const char *signature; /* of a routine */
	const char *text;      /* NULL: none */
};

/* What was declared before what it belongs to, or may have been: put in place by parser_finish(), in
 * rounds. */
enum waiting_round { WAITING_TABLES, WAITING_INDEXES, WAITING_COMMENTS, WAITING_ROUNDS };

struct waiting {
	enum waiting_round round;
	const char *namespace_name;
	const char *table;
	struct dbw_index *index; /* WAITING_INDEXES */
	const char *text;        /* WAITING_INDEXES: the whole statement */
	struct dbw_table
	    *additions; /* WAITING_TABLES: columns, constraints, indexes, options, partition */
	struct dbw_list changes;  /* WAITING_TABLES: struct column_change */
	struct commented comment; /* WAITING_COMMENTS */
	const char
	    *attached_index; /* WAITING_COMMENTS: ALTER INDEX ... ATTACH PARTITION of this name */
	const char
	    *sequence; /* WAITING_TABLES: ALTER SEQUENCE of this name, OWNED BY table.column */
	const char *column;
	struct dbw_source source;
	const char *what; /* "index 'i'" */
	unsigned flags;
};

/* From the offset to the token to look at: no part of an object's text. In order. */
void parser_cut(struct parser *parser, size_t from);
/* ( parameters ) of a routine: the types of what goes in, with commas. */
bool parser_signature(struct parser *parser, const char **signature);
/* Copies it, unless there is one of that name: then an error, or, with DBW_PARSE_KEEP_FIRST, nothing. */
bool parser_add_object(struct parser *parser, const struct dbw_object *object,
                       const struct token *at);
/* The whole statement, without what was cut and the marks of versioned comments. */
const char *parser_statement_text(struct parser *parser, const struct token *create);
/* A new one with its place, at the end of the schema's list. */
struct waiting *parser_wait(struct parser *parser, enum waiting_round round, const struct token *at,
                            const char *what);

#endif
