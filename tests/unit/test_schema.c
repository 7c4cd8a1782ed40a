/* The structure itself: finding, copying, comparing, and JSON in both directions. Elements are filled
 * through the table of fields, so a field that is added is tested without anybody thinking of it. */
#include "dialect.h"

#include <stdio.h>

#include "schema/compare.h"
#include "schema/fields.h"

static unsigned long counter;

/* Text that tells whether it was quoted and read back with care. */
static char *strange(struct schema *schema, const struct field *field)
{
	return arena_printf(&schema->arena,
	                    field->type == FIELD_SQL ? "f(%lu, 'it''s\t\"\xC3\xBC\"')"
	                                             : "a \"%lu\" \\ \n\x01 \xC3\xBC/",
	                    ++counter);
}

static void fill(struct schema *schema, const struct field *fields, void *element);

static void fill_field(struct schema *schema, const struct field *field, void *element)
{
	void *value = field_at(element, field);
	int word = 1;

	switch (field->type) {
	case FIELD_NAME:
	case FIELD_SQL:
	case FIELD_TEXT:
		*(char **)value = strange(schema, field);
		break;
	case FIELD_FLAG:
		*(bool *)value = true;
		break;
	case FIELD_NUMBER:
		*(uint64_t *)value = 1000000000000 + ++counter;
		break;
	case FIELD_WORD:
		memcpy(value, &word, sizeof word);
		break;
	case FIELD_ELEMENTS:
		for (int i = 0; i < 2; i++)
			fill(schema, element_fields(field->kind),
			     schema_add(schema, value, field->kind));
		break;
	case FIELD_NAMES:
	case FIELD_TEXTS:
		for (int i = 0; i < 2; i++)
			list_append(&schema->arena, value, strange(schema, field));
		break;
	case FIELD_SOURCE:
	case FIELD_HINT:
		break;
	}
}

static void fill(struct schema *schema, const struct field *fields, void *element)
{
	for (; fields->name; fields++)
		fill_field(schema, fields, element);
}

/* Every field of every kind is set. */
static struct schema *full_schema(void)
{
	struct schema *schema = schema_new(dialect->plugin.traits);

	counter = 0;
	fill(schema, schema_fields, &schema->content);
	return schema;
}

static void check_same(const struct schema *a, const struct schema *b)
{
	struct dbw_buffer lines = {0};

	ck_assert_msg(schema_differences(a, b, &lines) == 0, "%s", buffer_text(&lines));
	ck_assert_str_eq(compact_json(a), compact_json(b));
	buffer_release(&lines);
}

START_TEST(a_copy_has_every_field_and_shares_nothing)
{
	struct schema *schema = full_schema(), *copy = schema_copy(schema),
		      *expected = full_schema();

	schema_free(schema);
	check_same(copy, expected);
	schema_free(copy);
	schema_free(expected);
}
END_TEST

static json_t *load(const char *text)
{
	json_error_t failure;
	json_t *document = json_loads(text, JSON_ALLOW_NUL, &failure);

	ck_assert_msg(document != NULL, "%s: %s", failure.text, text);
	return document;
}

START_TEST(json_keeps_every_field)
{
	struct schema *schema = full_schema(), *read = schema_new(dialect->plugin.traits);
	json_t *document = load(compact_json(schema));

	ck_assert_msg(schema_read_json(read, document, &error), "%s", error.message);
	check_same(read, schema);
	json_decref(document);
	schema_free(schema);
	schema_free(read);
}
END_TEST

START_TEST(json_does_not_depend_on_the_order_of_sets)
{
	struct schema *schema = full_schema();
	char *before = compact_json(schema);

	for (const struct field *field = schema_fields; field->name; field++) {
		struct dbw_list *list = field_at(&schema->content, field);
		void *first = list->items[0];

		list->items[0] = list->items[1];
		list->items[1] = first;
	}
	ck_assert_str_eq(compact_json(schema), before);
	schema_free(schema);
}
END_TEST

/* Documents that are no schema, and what is said of them. */
static const struct {
	const char *json;
	const char *error;
} documents[] = {
    {"[]", "schema: an object is expected"},
    {"{\"tabels\": []}", "schema: there is a key that is not known"},
    {"{\"tables\": {}}", "schema.tables: a list is expected"},
    {"{\"tables\": [1]}", "schema.tables[0]: an object is expected"},
    {"{\"tables\": [{}]}", "schema.tables[0].name: is missing"},
    {"{\"tables\": [{\"name\": 1}]}", "schema.tables[0].name: a string is expected"},
    {"{\"tables\": [{\"name\": null}]}", "schema.tables[0].name: a string is expected"},
    {"{\"tables\": [{\"name\": \"a\\u0000b\"}]}",
     "schema.tables[0].name: there is a NUL in the string"},
    {"{\"tables\": [{\"name\": \"t\", \"columns\": [{\"name\": \"a\", \"not_null\": 1}]}]}",
     "schema.tables[0].columns[0].not_null: true or false is expected"},
    {"{\"tables\": [{\"name\": \"t\", \"columns\": [{\"name\": \"a\", \"generated\": \"no\"}]}]}",
     "schema.tables[0].columns[0].generated: the word is not known"},
    {"{\"tables\": [{\"name\": \"t\", \"columns\": [{\"name\": \"a\", \"generated\": \"stored\"}]}]}",
     "schema.tables[0]: a generated column has no expression"},
    {"{\"tables\": [{\"name\": \"t\", \"indexes\": [{\"name\": \"i\", \"parts\": "
     "[{\"prefix_length\": -1}]}]}]}",
     "schema.tables[0].indexes[0].parts[0].prefix_length: a whole number from 0 on is expected"},
    {"{\"tables\": [{\"name\": \"t\", \"indexes\": [{\"name\": \"i\", \"parts\": [{}]}]}]}",
     "schema.tables[0]: an index part is empty"},
    {"{\"tables\": [{\"name\": \"t\", \"constraints\": [{\"kind\": \"foreign key\"}]}]}",
     "schema.tables[0]: a foreign key refers to nothing"},
    {"{\"tables\": [{\"name\": \"t\", \"constraints\": [{\"kind\": \"check\"}]}]}",
     "schema.tables[0]: a check has no condition"},
    {"{\"objects\": [{\"kind\": \"view\", \"name\": \"v\", \"text\": 1}]}",
     "schema.objects[0].text: a string is expected"},
};

START_TEST(what_is_no_schema_is_refused_with_its_place)
{
	struct schema *schema = schema_new(dialect->plugin.traits);
	json_t *document = load(documents[_i].json);

	ck_assert(!schema_read_json(schema, document, &error));
	ck_assert_str_eq(error.message, documents[_i].error);
	json_decref(document);
	schema_free(schema);
}
END_TEST

START_TEST(json_strings_are_escaped)
{
	struct dbw_buffer out = {0};

	json_write_string(&out, "a\"b\\c\nd\te\rf\x01g\x7fh\xC3\xBC");
	ck_assert_str_eq(buffer_text(&out), "\"a\\\"b\\\\c\\nd\\te\\rf\\u0001g\\u007fh\xC3\xBC\"");
	buffer_release(&out);
}
END_TEST

/* Comparing. */

/* Another value than fill_field() gave. */
static void change(struct schema *schema, const struct field *field, void *element)
{
	void *value = field_at(element, field);
	struct dbw_list *list = value;
	int word = 2;

	switch (field->type) {
	case FIELD_FLAG:
		*(bool *)value = false;
		break;
	case FIELD_WORD:
		memcpy(value, &word, sizeof word);
		break;
	case FIELD_ELEMENTS:
	case FIELD_NAMES:
	case FIELD_TEXTS:
		list->count--;
		break;
	default:
		fill_field(schema, field, element);
	}
}

START_TEST(a_change_of_any_field_is_seen)
{
	enum dbw_element_kind kind = (enum dbw_element_kind)_i;

	for (const struct field *field = element_fields(kind); field->name; field++) {
		struct schema *schema = schema_new(dialect->plugin.traits);
		struct dbw_list list = {0};
		void *element = schema_add(schema, &list, kind), *copy;

		fill(schema, element_fields(kind), element);
		copy = schema_copy_element(schema, element, kind);
		ck_assert_msg(element_equal(dialect->plugin.traits, kind, element, copy), "%s",
		              field->name);
		change(schema, field, copy);
		ck_assert_msg(element_equal(dialect->plugin.traits, kind, element, copy) ==
		                  (field->type == FIELD_SOURCE || field->type == FIELD_HINT),
		              "%s", field->name);
		schema_free(schema);
	}
}
END_TEST

/* Models, and the lines that say how the first differs from the second. */
static const struct {
	const char *found;
	const char *expected;
	const char *lines;
} pairs[] = {
    {"CREATE TABLE t (a INT)", "create table T (\"A\" int)", ""},
    {"CREATE TABLE t (a INT, CHECK (a > 1))", "CREATE TABLE t (a INT CHECK ((a>1)))", ""},
    {"CREATE TABLE t (a); CREATE TABLE u (b)", "CREATE TABLE u (b); CREATE TABLE t (a)", ""},
    {"CREATE TABLE t (a INTEGER PRIMARY KEY)",
     "CREATE TABLE t (a INTEGER NOT NULL, PRIMARY KEY (a))", ""},
    {"CREATE TABLE t (a COLLATE binary DEFAULT NULL)", "CREATE TABLE t (a)", ""},
    {"CREATE TABLE t (a UNIQUE, UNIQUE (a))", "CREATE TABLE t (a UNIQUE)", ""},
    {"CREATE TABLE t (a PRIMARY KEY); CREATE TABLE u (b REFERENCES t)",
     "CREATE TABLE u (b REFERENCES t (a)); CREATE TABLE t (a PRIMARY KEY)", ""},
    {"CREATE VIEW v AS SELECT 1", "CREATE  VIEW \"v\" AS /* one */ select 1", ""},
    {"CREATE TABLE t (a CHECK (\"a\" <> \"it's \"\"x\"\"\"), b DEFAULT \"\")",
     "CREATE TABLE t (a CHECK (a <> 'it''s \"x\"'), b DEFAULT '')", ""},
    {"CREATE TABLE t (a)", "", "table t is not expected\n"},
    {"", "CREATE TABLE t (a)", "table t is missing\n"},
    {"CREATE TABLE t (a)", "CREATE TABLE t (a, b)", "table t: column b is missing\n"},
    {"CREATE TABLE t (a TEXT)", "CREATE TABLE t (a VARCHAR(80))",
     "table t: column a: type is 'TEXT', expected 'VARCHAR(80)'\n"},
    {"CREATE TABLE t (a DEFAULT 'a')", "CREATE TABLE t (a DEFAULT 'A')",
     "table t: column a: default_value is ''a'', expected ''A''\n"},
    {"CREATE VIEW v AS SELECT 'a'", "CREATE VIEW v AS SELECT 'b'",
     "view v: text is 'CREATE VIEW v AS SELECT 'a'', expected 'CREATE VIEW v AS SELECT "
     "'b''\n"},
};

START_TEST(differences_are_told_one_a_line)
{
	struct schema *found = model(pairs[_i].found), *expected = model(pairs[_i].expected);
	struct dbw_buffer lines = {0};
	size_t count = schema_differences(found, expected, &lines), written = 0;

	ck_assert_str_eq(buffer_text(&lines), pairs[_i].lines);
	for (const char *c = buffer_text(&lines); *c; c++)
		written += *c == '\n';
	ck_assert_uint_eq(count, written);
	buffer_release(&lines);
	schema_free(found);
	schema_free(expected);
}
END_TEST

/* Finding. */

START_TEST(tables_are_found_by_name_among_many)
{
	struct schema *schema = schema_new(dialect->plugin.traits);

	for (int i = 0; i < 1000; i++) {
		struct dbw_table *table = schema_add(schema, &schema->content.tables, DBW_TABLE);

		table->name = arena_printf(&schema->arena, "Table_%d", i);
		/* Also between two additions. */
		ck_assert_ptr_eq(schema_find_table(schema, NULL, table->name), table);
	}
	for (int i = 0; i < 1000; i++)
		ck_assert_ptr_eq(
		    schema_find_table(schema, "main", arena_printf(&arena, "TABLE_%d", i)),
		    schema->content.tables.items[i]);
	ck_assert_ptr_null(schema_find_table(schema, NULL, "table_1000"));
	ck_assert_ptr_null(schema_find_table(schema, "other", "table_1"));
	list_remove(&schema->content.tables, 1);
	schema_changed(schema);
	ck_assert_ptr_null(schema_find_table(schema, NULL, "table_1"));
	schema_free(schema);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("schema");
	TCase *group = tcase_create("schema");

	tcase_add_checked_fixture(group, dialect_set_up, dialect_tear_down);
	tcase_add_test(group, a_copy_has_every_field_and_shares_nothing);
	tcase_add_test(group, json_keeps_every_field);
	tcase_add_test(group, json_does_not_depend_on_the_order_of_sets);
	tcase_add_loop_test(group, what_is_no_schema_is_refused_with_its_place, 0,
	                    COUNT(documents));
	tcase_add_test(group, json_strings_are_escaped);
	tcase_add_loop_test(group, a_change_of_any_field_is_seen, DBW_NAMESPACE, DBW_OPTION + 1);
	tcase_add_loop_test(group, differences_are_told_one_a_line, 0, COUNT(pairs));
	tcase_add_test(group, tables_are_found_by_name_among_many);
	suite_add_tcase(suite, group);
	return run_suite(suite);
}
