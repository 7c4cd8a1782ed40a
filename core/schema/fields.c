#include "schema/fields.h"

#include <assert.h>

/* clang-format off */
/* The rows are easier to check than to read: name, type, place, and what the type needs. */
#define NAME(structure, member) {#member, FIELD_NAME, offsetof(struct structure, member), 0, false, false, NULL}
#define KEY(structure, member) {#member, FIELD_NAME, offsetof(struct structure, member), 0, false, true, NULL}
#define SQL(structure, member) {#member, FIELD_SQL, offsetof(struct structure, member), 0, false, false, NULL}
#define TEXT(structure, member) {#member, FIELD_TEXT, offsetof(struct structure, member), 0, false, false, NULL}
#define FLAG(structure, member) {#member, FIELD_FLAG, offsetof(struct structure, member), 0, false, false, NULL}
#define NUMBER(structure, member) {#member, FIELD_NUMBER, offsetof(struct structure, member), 0, false, false, NULL}
#define WORD(structure, member, words) {#member, FIELD_WORD, offsetof(struct structure, member), 0, false, false, words}
#define KIND(structure, member, words) {#member, FIELD_WORD, offsetof(struct structure, member), 0, false, true, words}
#define ORDERED(structure, member, kind) {#member, FIELD_ELEMENTS, offsetof(struct structure, member), kind, false, false, NULL}
#define SET(structure, member, kind) {#member, FIELD_ELEMENTS, offsetof(struct structure, member), kind, true, false, NULL}
#define NAMES(structure, member) {#member, FIELD_NAMES, offsetof(struct structure, member), 0, false, false, NULL}
#define TEXTS(structure, member) {#member, FIELD_TEXTS, offsetof(struct structure, member), 0, false, false, NULL}
#define HINT(structure) {"renamed_from", FIELD_HINT, offsetof(struct structure, renamed_from), 0, false, false, NULL}
#define SOURCE(structure) {"source", FIELD_SOURCE, offsetof(struct structure, source), 0, false, false, NULL}
#define END {NULL, FIELD_NAME, 0, 0, false, false, NULL}

static const char *const nulls_words[] = {NULL, "first", "last", ""};
static const char *const generated_words[] = {NULL, "virtual", "stored", ""};
static const char *const identity_words[] = {NULL, "always", "by default", ""};
static const char *const constraint_words[] = {NULL,    "primary key", "unique", "foreign key",
                                               "check", "exclude",     ""};
static const char *const action_words[] = {NULL, "restrict", "cascade", "set null", "set default", ""};
static const char *const deferrable_words[] = {NULL, "initially immediate", "initially deferred", ""};
static const char *const object_words[] = {
	NULL,     "view",           "materialized view", "trigger",   "function",
	"procedure", "aggregate",   "event",             "policy",    "rule",
	"domain", "composite type", "range type",        "extension", "virtual table",
	"grant",  "other",          "statistics",        "collation", "event trigger",
	"",
};

static const struct field namespace_fields[] = {
	KEY(dbw_namespace, name), TEXT(dbw_namespace, comment), SOURCE(dbw_namespace), END,
};

static const struct field option_fields[] = {
	{"name", FIELD_TEXT, offsetof(struct dbw_option, name), 0, false, true, NULL},
	SQL(dbw_option, value),
	END,
};

static const struct field key_part_fields[] = {
	NAME(dbw_key_part, column),         SQL(dbw_key_part, expression),
	NAME(dbw_key_part, collation),      SQL(dbw_key_part, operator_class),
	SQL(dbw_key_part, operator_with),   FLAG(dbw_key_part, descending),
	WORD(dbw_key_part, nulls, nulls_words), NUMBER(dbw_key_part, prefix_length),
	END,
};

static const struct field column_fields[] = {
	KEY(dbw_column, name),
	SQL(dbw_column, type),
	FLAG(dbw_column, not_null),
	FLAG(dbw_column, auto_increment),
	FLAG(dbw_column, invisible),
	SQL(dbw_column, default_value),
	SQL(dbw_column, on_update),
	NAME(dbw_column, collation),
	NAME(dbw_column, charset),
	WORD(dbw_column, generated, generated_words),
	SQL(dbw_column, generated_expression),
	WORD(dbw_column, identity, identity_words),
	SQL(dbw_column, identity_options),
	SET(dbw_column, options, DBW_OPTION),
	TEXT(dbw_column, comment),
	HINT(dbw_column),
	SOURCE(dbw_column),
	END,
};

static const struct field constraint_fields[] = {
	KIND(dbw_constraint, kind, constraint_words),
	NAME(dbw_constraint, name),
	ORDERED(dbw_constraint, parts, DBW_KEY_PART),
	SQL(dbw_constraint, expression),
	NAMES(dbw_constraint, include),
	NAME(dbw_constraint, method),
	NAME(dbw_constraint, ref_namespace),
	NAME(dbw_constraint, ref_table),
	NAMES(dbw_constraint, ref_columns),
	WORD(dbw_constraint, on_delete, action_words),
	NAMES(dbw_constraint, on_delete_columns),
	WORD(dbw_constraint, on_update, action_words),
	SQL(dbw_constraint, match),
	WORD(dbw_constraint, deferrable, deferrable_words),
	FLAG(dbw_constraint, nulls_not_distinct),
	FLAG(dbw_constraint, no_inherit),
	FLAG(dbw_constraint, not_valid),
	FLAG(dbw_constraint, not_enforced),
	SET(dbw_constraint, options, DBW_OPTION),
	TEXT(dbw_constraint, comment),
	HINT(dbw_constraint),
	SOURCE(dbw_constraint),
	END,
};

static const struct field index_fields[] = {
	KEY(dbw_index, name),
	FLAG(dbw_index, unique),
	NAME(dbw_index, method),
	ORDERED(dbw_index, parts, DBW_KEY_PART),
	NAMES(dbw_index, include),
	SQL(dbw_index, predicate),
	FLAG(dbw_index, nulls_not_distinct),
	FLAG(dbw_index, invisible),
	SET(dbw_index, options, DBW_OPTION),
	TEXT(dbw_index, comment),
	HINT(dbw_index),
	SOURCE(dbw_index),
	END,
};

static const struct field table_fields[] = {
	NAME(dbw_table, namespace_name),
	KEY(dbw_table, name),
	ORDERED(dbw_table, columns, DBW_COLUMN),
	SET(dbw_table, constraints, DBW_CONSTRAINT),
	SET(dbw_table, indexes, DBW_INDEX),
	SET(dbw_table, options, DBW_OPTION),
	NAMES(dbw_table, inherits),
	SQL(dbw_table, partition_by),
	NAME(dbw_table, partition_of),
	SQL(dbw_table, partition_bound),
	TEXT(dbw_table, comment),
	HINT(dbw_table),
	SOURCE(dbw_table),
	END,
};

static const struct field sequence_fields[] = {
	NAME(dbw_sequence, namespace_name),
	KEY(dbw_sequence, name),
	SQL(dbw_sequence, type),
	SQL(dbw_sequence, start),
	SQL(dbw_sequence, increment),
	SQL(dbw_sequence, minimum),
	SQL(dbw_sequence, maximum),
	SQL(dbw_sequence, cache),
	FLAG(dbw_sequence, cycle),
	NAME(dbw_sequence, owned_by_table),
	NAME(dbw_sequence, owned_by_column),
	TEXT(dbw_sequence, comment),
	SOURCE(dbw_sequence),
	END,
};

static const struct field enum_fields[] = {
	NAME(dbw_enum, namespace_name), KEY(dbw_enum, name), TEXTS(dbw_enum, labels),
	TEXT(dbw_enum, comment),        SOURCE(dbw_enum),    END,
};

static const struct field object_fields[] = {
	KIND(dbw_object, kind, object_words),
	NAME(dbw_object, namespace_name),
	KEY(dbw_object, name),
	SQL(dbw_object, signature),
	NAME(dbw_object, table),
	SQL(dbw_object, text),
	TEXT(dbw_object, comment),
	SET(dbw_object, column_comments, DBW_OPTION),
	SOURCE(dbw_object),
	END,
};

const struct field schema_fields[] = {
	SET(dbw_schema, namespaces, DBW_NAMESPACE), SET(dbw_schema, sequences, DBW_SEQUENCE),
	SET(dbw_schema, enums, DBW_ENUM),           SET(dbw_schema, tables, DBW_TABLE),
	SET(dbw_schema, objects, DBW_OBJECT),       END,
};

/* clang-format on */

static const struct {
	const struct field *fields;
	size_t size;
} elements[] = {
    [DBW_NAMESPACE] = {namespace_fields, sizeof(struct dbw_namespace)},
    [DBW_TABLE] = {table_fields, sizeof(struct dbw_table)},
    [DBW_COLUMN] = {column_fields, sizeof(struct dbw_column)},
    [DBW_CONSTRAINT] = {constraint_fields, sizeof(struct dbw_constraint)},
    [DBW_INDEX] = {index_fields, sizeof(struct dbw_index)},
    [DBW_KEY_PART] = {key_part_fields, sizeof(struct dbw_key_part)},
    [DBW_SEQUENCE] = {sequence_fields, sizeof(struct dbw_sequence)},
    [DBW_ENUM] = {enum_fields, sizeof(struct dbw_enum)},
    [DBW_OBJECT] = {object_fields, sizeof(struct dbw_object)},
    [DBW_OPTION] = {option_fields, sizeof(struct dbw_option)},
};

const struct field *element_fields(enum dbw_element_kind kind)
{
	assert(kind >= DBW_NAMESPACE && kind <= DBW_OPTION);
	return elements[kind].fields;
}

size_t element_size(enum dbw_element_kind kind)
{
	assert(kind >= DBW_NAMESPACE && kind <= DBW_OPTION);
	return elements[kind].size;
}
