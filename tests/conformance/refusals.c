/* Nothing that a schema says is dropped in silence: each attribute that some dialect knows is put on an element by
 * hand. A dialect writes it, and then it is in the database; or it refuses, with a message. */
#include <stddef.h>
#include <string.h>

#include "conformance.h"

enum value { TEXT, FLAG, NUMBER, COUNTED, NAMES };

struct attribute {
	const char *what;
	enum dbw_element_kind
	    element; /* TABLE, COLUMN, CONSTRAINT, INDEX, KEY_PART (of the index) */
	enum dbw_constraint_kind kind; /* of a constraint */
	enum value value;
	size_t offset;
	const char *text;
	int number;
};

#define ON(type, field) offsetof(struct type, field)

static const struct attribute attributes[] = {
    {"table: comment", DBW_TABLE, 0, TEXT, ON(dbw_table, comment), "it's a comment", 0},
    {"table: inherits", DBW_TABLE, 0, NAMES, ON(dbw_table, inherits), "parent", 0},
    {"table: partition by", DBW_TABLE, 0, TEXT, ON(dbw_table, partition_by), "HASH (a)", 0},
    {"table: partition of", DBW_TABLE, 0, TEXT, ON(dbw_table, partition_of), "parent", 0},
    {"table: namespace", DBW_TABLE, 0, TEXT, ON(dbw_table, namespace_name), "elsewhere", 0},
    {"column: counts", DBW_COLUMN, 0, FLAG, ON(dbw_column, auto_increment), NULL, 1},
    {"column: invisible", DBW_COLUMN, 0, FLAG, ON(dbw_column, invisible), NULL, 1},
    {"column: on update", DBW_COLUMN, 0, TEXT, ON(dbw_column, on_update), "CURRENT_TIMESTAMP", 0},
    {"column: collation", DBW_COLUMN, 0, TEXT, ON(dbw_column, collation), "NOCASE", 0},
    {"column: character set", DBW_COLUMN, 0, TEXT, ON(dbw_column, charset), "latin1", 0},
    {"column: identity", DBW_COLUMN, 0, NUMBER, ON(dbw_column, identity), NULL,
     DBW_IDENTITY_BY_DEFAULT},
    {"column: comment", DBW_COLUMN, 0, TEXT, ON(dbw_column, comment), "it's a comment", 0},
    {"unique: more columns", DBW_CONSTRAINT, DBW_UNIQUE, NAMES, ON(dbw_constraint, include), "b",
     0},
    {"unique: nulls not distinct", DBW_CONSTRAINT, DBW_UNIQUE, FLAG,
     ON(dbw_constraint, nulls_not_distinct), NULL, 1},
    {"unique: deferrable", DBW_CONSTRAINT, DBW_UNIQUE, NUMBER, ON(dbw_constraint, deferrable), NULL,
     DBW_INITIALLY_DEFERRED},
    {"unique: comment", DBW_CONSTRAINT, DBW_UNIQUE, TEXT, ON(dbw_constraint, comment), "a comment",
     0},
    {"foreign key: match full", DBW_CONSTRAINT, DBW_FOREIGN_KEY, TEXT, ON(dbw_constraint, match),
     "FULL", 0},
    {"foreign key: deferrable", DBW_CONSTRAINT, DBW_FOREIGN_KEY, NUMBER,
     ON(dbw_constraint, deferrable), NULL, DBW_INITIALLY_DEFERRED},
    {"foreign key: set default", DBW_CONSTRAINT, DBW_FOREIGN_KEY, NUMBER,
     ON(dbw_constraint, on_delete), NULL, DBW_SET_DEFAULT},
    {"foreign key: not valid", DBW_CONSTRAINT, DBW_FOREIGN_KEY, FLAG, ON(dbw_constraint, not_valid),
     NULL, 1},
    {"check: not valid", DBW_CONSTRAINT, DBW_CHECK, FLAG, ON(dbw_constraint, not_valid), NULL, 1},
    {"check: no inherit", DBW_CONSTRAINT, DBW_CHECK, FLAG, ON(dbw_constraint, no_inherit), NULL, 1},
    {"check: not enforced", DBW_CONSTRAINT, DBW_CHECK, FLAG, ON(dbw_constraint, not_enforced), NULL,
     1},
    {"check: comment", DBW_CONSTRAINT, DBW_CHECK, TEXT, ON(dbw_constraint, comment), "a comment",
     0},
    {"exclude: method", DBW_CONSTRAINT, DBW_EXCLUDE, TEXT, ON(dbw_constraint, method), "btree", 0},
    {"index: unique", DBW_INDEX, 0, FLAG, ON(dbw_index, unique), NULL, 1},
    {"index: method", DBW_INDEX, 0, TEXT, ON(dbw_index, method), "FULLTEXT", 0},
    {"index: more columns", DBW_INDEX, 0, NAMES, ON(dbw_index, include), "a", 0},
    {"index: some rows", DBW_INDEX, 0, TEXT, ON(dbw_index, predicate), "a > 3", 0},
    {"index: nulls not distinct", DBW_INDEX, 0, FLAG, ON(dbw_index, nulls_not_distinct), NULL, 1},
    {"index: invisible", DBW_INDEX, 0, FLAG, ON(dbw_index, invisible), NULL, 1},
    {"index: comment", DBW_INDEX, 0, TEXT, ON(dbw_index, comment), "it's a comment", 0},
    {"index: descending", DBW_KEY_PART, 0, FLAG, ON(dbw_key_part, descending), NULL, 1},
    {"index: nulls first", DBW_KEY_PART, 0, NUMBER, ON(dbw_key_part, nulls), NULL, DBW_NULLS_FIRST},
    {"index: collation", DBW_KEY_PART, 0, TEXT, ON(dbw_key_part, collation), "NOCASE", 0},
    {"index: operator class", DBW_KEY_PART, 0, TEXT, ON(dbw_key_part, operator_class),
     "varchar_pattern_ops", 0},
    {"index: the beginning", DBW_KEY_PART, 0, COUNTED, ON(dbw_key_part, prefix_length), NULL, 10},
};

static const char *keep(struct dbw_schema *schema, const char *text)
{
	return host->text(schema, text, strlen(text));
}

static void add_part(struct dbw_schema *schema, struct dbw_list *parts, const char *column)
{
	struct dbw_key_part *part = host->add(schema, parts, DBW_KEY_PART);

	part->column = keep(schema, column);
}

static struct dbw_column *add_column(struct dbw_schema *schema, struct dbw_table *table,
                                     const char *name, const char *type)
{
	struct dbw_column *column = host->add(schema, &table->columns, DBW_COLUMN);

	column->name = keep(schema, name);
	column->type = keep(schema, type);
	return column;
}

static void set(struct dbw_schema *schema, const struct attribute *attribute, void *element)
{
	void *field = (char *)element + attribute->offset;

	switch (attribute->value) {
	case TEXT:
		*(const char **)field = keep(schema, attribute->text);
		break;
	case FLAG:
		*(bool *)field = true;
		break;
	case NUMBER:
		*(int *)field = attribute->number;
		break;
	case COUNTED:
		*(uint64_t *)field = (uint64_t)attribute->number;
		break;
	case NAMES:
		host->add_text(schema, field, attribute->text, strlen(attribute->text));
	}
}

static bool is_set(const struct attribute *attribute, const void *element)
{
	const void *field = (const char *)element + attribute->offset;

	switch (attribute->value) {
	case TEXT:
		return *(const char *const *)field != NULL;
	case FLAG:
		return *(const bool *)field;
	case NUMBER:
		return *(const int *)field == attribute->number;
	case COUNTED:
		return *(const uint64_t *)field != 0;
	default:
		return ((const struct dbw_list *)field)->count != 0;
	}
}

static void add_constraint(struct dbw_schema *schema, struct dbw_table *table,
                           const struct attribute *attribute)
{
	struct dbw_constraint *constraint = host->add(schema, &table->constraints, DBW_CONSTRAINT);

	constraint->kind = attribute->kind;
	constraint->name = keep(schema, "the_constraint");
	if (attribute->kind == DBW_CHECK) {
		constraint->expression = keep(schema, "a > 0");
	} else {
		add_part(schema, &constraint->parts, "c");
		if (attribute->kind == DBW_EXCLUDE)
			((struct dbw_key_part *)constraint->parts.items[0])->operator_with = "=";
	}
	if (attribute->kind == DBW_FOREIGN_KEY) {
		constraint->ref_table = keep(schema, "parent");
		host->add_text(schema, &constraint->ref_columns, "a", 1);
	}
	set(schema, attribute, constraint);
}

static void add_key(struct dbw_schema *schema, struct dbw_table *table)
{
	struct dbw_constraint *key = host->add(schema, &table->constraints, DBW_CONSTRAINT);

	key->kind = DBW_PRIMARY_KEY;
	add_part(schema, &key->parts, "a");
}

/* A parent, and a table with the attribute somewhere on it. */
static struct dbw_schema *build(const struct attribute *attribute)
{
	struct dbw_schema *schema = new_schema();
	struct dbw_table *parent = host->add(schema, &schema->tables, DBW_TABLE), *table;
	struct dbw_column *column;
	struct dbw_index *index;

	parent->name = keep(schema, "parent");
	column = add_column(schema, parent, "a", "INTEGER");
	column->not_null = true;
	add_key(schema, parent);
	table = host->add(schema, &schema->tables, DBW_TABLE);
	table->name = keep(schema, "child");
	column = add_column(schema, table, "a", "INTEGER");
	if (attribute->element == DBW_COLUMN && !attribute->text) {
		set(schema, attribute, column);
		if (column->invisible)
			column->default_value = "1";
		else
			add_key(schema, table);
	}
	column->not_null = true;
	column = add_column(schema, table, "b",
	                    strstr(attribute->what, "on update") ? "TIMESTAMP" : "VARCHAR(40)");
	if (attribute->element == DBW_COLUMN && attribute->text)
		set(schema, attribute, column);
	add_column(schema, table, "c", "INTEGER");
	if (attribute->element == DBW_TABLE)
		set(schema, attribute, table);
	if (attribute->element == DBW_CONSTRAINT)
		add_constraint(schema, table, attribute);
	if (attribute->element == DBW_INDEX || attribute->element == DBW_KEY_PART) {
		index = host->add(schema, &table->indexes, DBW_INDEX);
		index->name = keep(schema, "the_index");
		add_part(schema, &index->parts, "b");
		set(schema, attribute,
		    attribute->element == DBW_INDEX ? (void *)index : index->parts.items[0]);
	}
	return schema;
}

static bool is_there(const struct attribute *attribute, const struct dbw_schema *schema)
{
	const struct dbw_table *table = find_table(schema, "child");
	const struct dbw_index *index = find_in(&table->indexes, DBW_INDEX, "the_index");

	switch (attribute->element) {
	case DBW_TABLE:
		return is_set(attribute, table);
	case DBW_COLUMN:
		return is_set(attribute,
		              find_in(&table->columns, DBW_COLUMN, attribute->text ? "b" : "a"));
	case DBW_CONSTRAINT: {
		const struct dbw_constraint *constraint =
		    find_in(&table->constraints, DBW_CONSTRAINT, "the_constraint");

		return constraint && is_set(attribute, constraint);
	}
	case DBW_INDEX:
		return index && is_set(attribute, index);
	default:
		return index && is_set(attribute, index->parts.items[0]);
	}
}

START_TEST(an_attribute_is_written_or_refused)
{
	const struct attribute *attribute = &attributes[_i];
	struct dbw_connection *connection;
	struct dbw_schema *schema = build(attribute);
	struct dbw_list there, back, statements;

	begin_call();
	if (plugin->normalize && plugin->normalize(host, schema, &failure) != DBW_OK) {
		ck_assert_msg(*failure.message, "%s: refused without a word", attribute->what);
		declare_unsupported("%s (%s)", attribute->what, failure.message);
		return;
	}
	if (!is_there(attribute, schema)) {
		declare_unsupported("%s (means nothing here)", attribute->what);
		return;
	}
	connection = open_scratch();
	operations_between(new_schema(), schema, &there, &back);
	if (emit_operations(&there, &statements) != DBW_OK) {
		ck_assert_msg(*failure.message, "%s: refused without a word", attribute->what);
		declare_unsupported("%s (%s)", attribute->what, failure.message);
		plugin->disconnect(connection);
		return;
	}
	for (size_t i = 0; i < statements.count; i++)
		if (try_sql(connection, statements.items[i]) != DBW_OK) {
			declare_unsupported("%s (the server says: %s)", attribute->what,
			                    failure.message);
			plugin->disconnect(connection);
			return;
		}
	ck_assert_msg(is_there(attribute, read_schema(connection)), "%s was dropped in silence",
	              attribute->what);
	plugin->disconnect(connection);
}
END_TEST

/* Whole elements, of every kind: written, or refused with a message; never a crash, never nothing. */
static void check_written_or_refused(const char *what, const struct dbw_operation *operation)
{
	struct dbw_list statements;

	if (emit_operation(operation, &statements) == DBW_OK) {
		ck_assert_msg(statements.count != 0, "%s: nothing was written", what);
	} else {
		ck_assert_msg(*failure.message, "%s: refused without a word", what);
		declare_unsupported("%s (%s)", what, failure.message);
	}
}

START_TEST(an_object_of_any_kind_is_written_or_refused)
{
	struct dbw_schema *nothing = new_schema(), *schema = new_schema();
	struct dbw_object *object = host->add(schema, &schema->objects, DBW_OBJECT);
	struct dbw_operation operation = {.struct_size = sizeof operation,
	                                  .verb = DBW_CREATE,
	                                  .element = DBW_OBJECT,
	                                  .after = object,
	                                  .schema_before = nothing,
	                                  .schema_after = schema};

	object->kind = (enum dbw_object_kind)_i;
	object->name = keep(schema, "thing");
	object->table =
	    _i == DBW_TRIGGER || _i == DBW_RULE || _i == DBW_POLICY ? keep(schema, "child") : NULL;
	object->text = keep(schema, "CREATE THING thing");
	check_written_or_refused(format("create an object of kind %d", _i), &operation);
	operation.verb = DBW_DROP;
	operation.before = object;
	operation.after = NULL;
	operation.schema_before = schema;
	operation.schema_after = nothing;
	check_written_or_refused(format("drop an object of kind %d", _i), &operation);
}
END_TEST

START_TEST(sequences_enums_and_namespaces_are_written_or_refused)
{
	struct dbw_schema *nothing = new_schema(), *schema = new_schema();
	struct dbw_sequence *sequence = host->add(schema, &schema->sequences, DBW_SEQUENCE);
	struct dbw_enum *type = host->add(schema, &schema->enums, DBW_ENUM);
	struct dbw_namespace *namespace = host->add(schema, &schema->namespaces, DBW_NAMESPACE);
	const void *const elements[] = {sequence, type, namespace};
	static const enum dbw_element_kind kinds[] = {DBW_SEQUENCE, DBW_ENUM, DBW_NAMESPACE};
	static const char *const names[] = {"a sequence", "an enum", "a namespace"};

	sequence->name = keep(schema, "numbers");
	type->name = keep(schema, "mood");
	host->add_text(schema, &type->labels, "it's", 4);
	namespace->name = keep(schema, "app");
	for (size_t i = 0; i < COUNT(elements); i++) {
		struct dbw_operation operation = {.struct_size = sizeof operation,
		                                  .verb = DBW_CREATE,
		                                  .element = kinds[i],
		                                  .after = elements[i],
		                                  .schema_before = nothing,
		                                  .schema_after = schema};

		check_written_or_refused(format("create %s", names[i]), &operation);
	}
}
END_TEST

TCase *refusal_cases(void)
{
	TCase *group = tcase_create("refusals");

	tcase_add_loop_test(group, an_attribute_is_written_or_refused, 0, (int)COUNT(attributes));
	tcase_add_loop_test(group, an_object_of_any_kind_is_written_or_refused, DBW_VIEW,
	                    DBW_OTHER + 1);
	tcase_add_test(group, sequences_enums_and_namespaces_are_written_or_refused);
	return group;
}
