/* model_tables and exclude_tables: which names they own, and what goes with a table that they do not. */
#include "dialect.h"

#include "engine/scope.h"

static struct entry entry = {.name = "primary"};

static void set_lists(const char *model, const char *exclude)
{
	entry.model_tables = entry.exclude_tables = (struct dbw_list){0};
	if (model)
		list_append(&arena, &entry.model_tables, (void *)(size_t)model);
	if (exclude)
		list_append(&arena, &entry.exclude_tables, (void *)(size_t)exclude);
}

static const struct {
	const char *model, *exclude;
	const char *namespace_name, *name;
	unsigned flags; /* of the dialect's traits */
	const char *default_namespace;
	bool owned;
} names[] = {
    {NULL, NULL, NULL, "t", 0, NULL, true},
    {"t", NULL, NULL, "t", 0, NULL, true},
    {"t", NULL, NULL, "tt", 0, NULL, false},
    {"t*", NULL, NULL, "tt", 0, NULL, true},
    {"t?", NULL, NULL, "tt", 0, NULL, true},
    {"t?", NULL, NULL, "t", 0, NULL, false},
    {"[st]t", NULL, NULL, "st", 0, NULL, true},
    {"[!s]t", NULL, NULL, "st", 0, NULL, false},
    {NULL, "t", NULL, "t", 0, NULL, false},
    {NULL, "t", NULL, "u", 0, NULL, true},
    {"*", "t", NULL, "t", 0, NULL, false},
    {"t", "t", NULL, "t", 0, NULL, false},
    {"T", NULL, NULL, "t", 0, NULL, false},
    {"T", NULL, NULL, "t", DBW_TRAIT_NAMES_CASE_INSENSITIVE, NULL, true},
    {NULL, "T*", NULL, "tea", DBW_TRAIT_NAMES_CASE_INSENSITIVE, NULL, false},
    /* Without a dot the namespace is any; with one it counts. */
    {"t", NULL, "other", "t", 0, "public", true},
    {"public.t", NULL, NULL, "t", 0, "public", true},
    {"public.t", NULL, "public", "t", 0, "public", true},
    {"public.t", NULL, "other", "t", 0, "public", false},
    {"other.*", NULL, "other", "t", 0, "public", true},
    {"other.*", NULL, NULL, "t", 0, "public", false},
    {NULL, "*.t", "other", "t", 0, "public", false},
    /* A dialect without namespaces may have a dot in a name. */
    {"a.b", NULL, NULL, "a.b", 0, NULL, true},
    {"a.*", NULL, NULL, "b", 0, NULL, false},
};

START_TEST(names_are_matched)
{
	struct dbw_traits traits = {.flags = names[_i].flags,
	                            .default_namespace = names[_i].default_namespace};

	set_lists(names[_i].model, names[_i].exclude);
	ck_assert_int_eq(scope_owns(&entry, &traits, names[_i].namespace_name, names[_i].name),
	                 names[_i].owned);
}
END_TEST

/* A name without namespace is where the entry says. */
START_TEST(the_schema_of_the_entry_counts)
{
	struct dbw_traits traits = {.default_namespace = "public"};

	set_lists("app.*", NULL);
	ck_assert(!scope_owns(&entry, &traits, NULL, "t"));
	entry.schema = "app";
	ck_assert(scope_owns(&entry, &traits, NULL, "t"));
	ck_assert(!scope_owns(&entry, &traits, "public", "t"));
	entry.schema = NULL;
}
END_TEST

static const struct {
	const char *exclude, *name;
	bool owned;
} namespaces[] = {
    {"auth.*", "auth", false}, {"auth.*", "author", true},    {"auth.*", NULL, true},
    {"auth.t*", "auth", true}, {"auth*.*", "author", false},  {"auth", "auth", true},
    {"public.*", NULL, false}, {"public.*", "public", false}, {".*", "auth", true},
    {"*", "auth", true},       {"a.b.*", "a.b", true},
};

START_TEST(a_namespace_is_left_out_as_a_whole)
{
	struct dbw_traits traits = {.default_namespace = "public"};

	set_lists(NULL, namespaces[_i].exclude);
	ck_assert_int_eq(scope_owns_namespace(&entry, &traits, namespaces[_i].name),
	                 namespaces[_i].owned);
}
END_TEST

static const char declared[] =
    "CREATE TABLE mine (a INT REFERENCES theirs (a)); CREATE INDEX mine_a ON mine (a);"
    "CREATE TABLE theirs (a INT PRIMARY KEY, b INT); CREATE INDEX theirs_b ON theirs (b);"
    "CREATE VIEW their_view AS SELECT a FROM theirs; CREATE VIEW my_view AS SELECT a FROM mine;"
    "CREATE TRIGGER one AFTER INSERT ON mine BEGIN DELETE FROM mine; END;"
    "CREATE TRIGGER two AFTER INSERT ON theirs BEGIN DELETE FROM mine; END;";

START_TEST(what_hangs_on_a_table_goes_with_it)
{
	struct schema *schema = model(declared);

	set_lists(NULL, "the*");
	scope_apply(schema, &entry);
	ck_assert_uint_eq(schema->content.tables.count, 1);
	ck_assert_ptr_nonnull(schema_find_table(schema, NULL, "mine"));
	ck_assert_ptr_null(schema_find_table(schema, NULL, "theirs"));
	ck_assert_uint_eq(schema->content.objects.count, 2);
	ck_assert_ptr_nonnull(schema_find_object(schema, DBW_VIEW, NULL, "my_view", NULL, NULL));
	ck_assert_ptr_nonnull(schema_find_object(schema, DBW_TRIGGER, NULL, "one", "mine", NULL));
	/* Its own foreign key stays. */
	ck_assert_uint_eq(schema_find_table(schema, NULL, "mine")->constraints.count, 1);
	schema_free(schema);
}
END_TEST

START_TEST(a_pattern_that_matches_nothing_is_told)
{
	struct schema *schema = model(declared);
	struct dbw_list unmatched = {0};

	set_lists("mine", NULL);
	list_append(&arena, &entry.model_tables, (void *)(size_t) "typo*");
	list_append(&arena, &entry.model_tables, (void *)(size_t) "my_v*");
	scope_apply(schema, &entry);
	scope_unmatched(&entry, schema, &arena, &unmatched);
	ck_assert_uint_eq(unmatched.count, 1);
	ck_assert_str_eq(unmatched.items[0], "typo*");
	/* One that is excluded all the same is no typo. */
	schema_free(schema);
	schema = model(declared);
	set_lists("theirs", "theirs");
	unmatched = (struct dbw_list){0};
	scope_apply(schema, &entry);
	scope_unmatched(&entry, schema, &arena, &unmatched);
	ck_assert_uint_eq(unmatched.count, 0);
	schema_free(schema);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("scope");
	TCase *group = tcase_create("scope");

	tcase_add_checked_fixture(group, dialect_set_up, dialect_tear_down);
	tcase_add_loop_test(group, names_are_matched, 0, COUNT(names));
	tcase_add_loop_test(group, a_namespace_is_left_out_as_a_whole, 0, COUNT(namespaces));
	tcase_add_test(group, the_schema_of_the_entry_counts);
	tcase_add_test(group, what_hangs_on_a_table_goes_with_it);
	tcase_add_test(group, a_pattern_that_matches_nothing_is_told);
	suite_add_tcase(suite, group);
	return run_suite(suite);
}
