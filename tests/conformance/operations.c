/* Every operation of the header, made by hand: emitted, executed, and looked at; then the same backwards. */
#include <string.h>

#include "operations.h"

/* The spelling that the server takes, with what it makes of it; NULL if there is none. */
static const struct spelling *choose_spelling(const struct operation_case *item,
                                              struct dbw_schema **before, struct dbw_schema **after)
{
	for (size_t i = 0; i < COUNT(item->spellings); i++) {
		const struct spelling *spelling = &item->spellings[i];
		struct dbw_connection *one, *other;
		bool taken = true;

		if (!spelling->before[0] && !spelling->after[0])
			break;
		/* Elsewhere CREATE SCHEMA makes a database, which would stay. */
		if (item->element == DBW_NAMESPACE &&
		    !(plugin->traits->flags & DBW_TRAIT_NAMESPACES))
			break;
		one = open_scratch();
		other = open_scratch();
		for (size_t j = 0; taken && spelling->before[j]; j++)
			taken = try_sql(one, spelling->before[j]) == DBW_OK;
		for (size_t j = 0; taken && spelling->after[j]; j++)
			taken = try_sql(other, spelling->after[j]) == DBW_OK;
		if (taken) {
			*before = read_schema(one);
			*after = read_schema(other);
		}
		plugin->disconnect(one);
		plugin->disconnect(other);
		if (taken)
			return spelling;
	}
	return NULL;
}

static const struct dbw_list *list_for(const struct dbw_schema *schema,
                                       const struct dbw_table *table, enum dbw_element_kind kind)
{
	static const struct dbw_list none;

	switch (kind) {
	case DBW_TABLE:
		return &schema->tables;
	case DBW_NAMESPACE:
		return &schema->namespaces;
	case DBW_SEQUENCE:
		return &schema->sequences;
	case DBW_ENUM:
		return &schema->enums;
	case DBW_OBJECT:
		return &schema->objects;
	case DBW_COLUMN:
		return table ? &table->columns : &none;
	case DBW_CONSTRAINT:
		return table ? &table->constraints : &none;
	default:
		return table ? &table->indexes : &none;
	}
}

static const void *find_element(const struct operation_case *item, enum dbw_element_kind kind,
                                const struct dbw_schema *schema, const char *name)
{
	const struct dbw_table *table = item->table ? find_table(schema, item->table) : NULL;

	return find_in(list_for(schema, table, kind), kind, name);
}

static struct dbw_operation make_operation(const struct operation_case *item,
                                           const struct dbw_schema *before,
                                           const struct dbw_schema *after)
{
	struct dbw_operation operation = {
	    .struct_size = sizeof operation,
	    .verb = item->verb,
	    .element = item->element,
	    .schema_before = before,
	    .schema_after = after,
	};
	const char *new_name = item->new_name ? item->new_name : item->name;

	/* A dialect may keep a unique constraint as the index that it is. */
	if (item->element == DBW_CONSTRAINT &&
	    !find_element(item, DBW_CONSTRAINT, before, item->name) &&
	    !find_element(item, DBW_CONSTRAINT, after, new_name))
		operation.element = DBW_INDEX;
	if (item->verb != DBW_CREATE)
		operation.before = find_element(item, operation.element, before, item->name);
	if (item->verb != DBW_DROP)
		operation.after = find_element(item, operation.element, after, new_name);
	ck_assert_msg((item->verb == DBW_CREATE || operation.before) &&
	                  (item->verb == DBW_DROP || operation.after),
	              "%s: the parser or normalize() lost '%s'", item->what, item->name);
	if (item->table) {
		operation.table_before = find_table(before, item->table);
		operation.table_after = find_table(after, item->table);
	}
	return operation;
}

static struct dbw_operation inverse(const struct dbw_operation *operation)
{
	struct dbw_operation back = *operation;

	if (operation->verb == DBW_CREATE || operation->verb == DBW_DROP)
		back.verb = operation->verb == DBW_CREATE ? DBW_DROP : DBW_CREATE;
	back.before = operation->after;
	back.after = operation->before;
	back.table_before = operation->table_after;
	back.table_after = operation->table_before;
	back.schema_before = operation->schema_after;
	back.schema_after = operation->schema_before;
	return back;
}

/* What the host hands to a dialect that needs a rebuild for it. */
static struct dbw_operation folded(const struct dbw_operation *operation)
{
	struct dbw_operation rebuild = *operation;

	if (!plugin->needs_rebuild || operation->verb == DBW_RENAME ||
	    (operation->element == DBW_TABLE && operation->verb != DBW_ALTER) ||
	    !plugin->needs_rebuild(host, operation))
		return rebuild;
	rebuild.verb = DBW_REBUILD;
	rebuild.element = DBW_TABLE;
	if (operation->element != DBW_TABLE) {
		rebuild.before = operation->table_before;
		rebuild.after = operation->table_after;
	}
	rebuild.table_before = rebuild.table_after = NULL;
	return rebuild;
}

static bool loses_data(const struct dbw_operation *operation)
{
	const struct dbw_column *column = operation->before;

	return operation->verb == DBW_DROP &&
	       (operation->element == DBW_TABLE ||
	        (operation->element == DBW_COLUMN && column->generated == DBW_NOT_GENERATED));
}

static void check_risk(const char *what, const struct dbw_operation *operation,
                       const struct dbw_operation *emitted)
{
	struct dbw_risk risk = {.struct_size = sizeof risk};
	bool on_table = operation->element == DBW_COLUMN || operation->element == DBW_CONSTRAINT ||
	                operation->element == DBW_INDEX;

	if (!plugin->risk)
		return;
	plugin->risk(host, emitted, &risk);
	ck_assert_msg(memchr(risk.note, '\0', sizeof risk.note) != NULL, "%s: the note", what);
	ck_assert_msg(risk.loses_data || !loses_data(operation), "%s: loses data", what);
	if (operation->verb == DBW_CREATE)
		ck_assert_msg(!risk.loses_data, "%s: loses nothing", what);
	if (operation->verb == DBW_RENAME)
		ck_assert_msg(!risk.loses_data && !risk.rewrites_table, "%s: changes a name alone",
		              what);
	if (on_table || (operation->element == DBW_TABLE && operation->verb != DBW_CREATE))
		ck_assert_msg(risk.lock && *risk.lock, "%s: the lock is not named", what);
	if (operation->element == DBW_INDEX && operation->verb == DBW_CREATE)
		ck_assert_msg(risk.scans_table, "%s: every row is read", what);
	if (emitted->verb == DBW_REBUILD)
		ck_assert_msg(risk.rewrites_table, "%s: every row is written again", what);
}

/* False: the plugin does not write it, and says why. */
static bool carry_out(struct dbw_connection *connection, const char *what,
                      const struct dbw_operation *operation)
{
	struct dbw_operation emitted = folded(operation);
	struct dbw_list statements;
	enum dbw_status status = emit_operation(&emitted, &statements);

	if (status != DBW_OK) {
		ck_assert_msg(status == DBW_UNSUPPORTED || status == DBW_FAILED, "%s: status %d",
		              what, status);
		ck_assert_msg(*failure.message, "%s: refused without a word", what);
		return false;
	}
	check_risk(what, operation, &emitted);
	for (size_t i = 0; i < statements.count; i++)
		ck_assert_msg(try_sql(connection, statements.items[i]) == DBW_OK, "%s:\n%s\n%s",
		              what, (const char *)statements.items[i], failure.message);
	return true;
}

static const struct operation_case *case_at(int i)
{
	return (size_t)i < table_operations_count
	           ? &table_operations[i]
	           : &other_operations[(size_t)i - table_operations_count];
}

START_TEST(an_operation_leads_there_and_its_inverse_back)
{
	const struct operation_case *item = case_at(_i);
	struct dbw_schema *before, *after;
	const struct spelling *spelling = choose_spelling(item, &before, &after);
	struct dbw_schema *declared_before, *declared_after;
	struct dbw_operation operation, back;
	struct dbw_connection *connection;
	struct dbw_list statements;
	const char *why;

	if (!spelling) {
		declare_unsupported("%s (there is no such thing)", item->what);
		return;
	}
	declared_before = declare(spelling->before);
	declared_after = declared_before ? declare(spelling->after) : NULL;
	if (!declared_after) {
		declare_unsupported("%s (%s)", item->what, failure.message);
		return;
	}
	operation = make_operation(item, declared_before, declared_after);
	/* What the plugin does not read it must not write; else there would be nothing to find here. */
	if (!difference(before, after)) {
		ck_assert_msg(emit_operation(&operation, &statements) != DBW_OK,
		              "%s: nothing differs", item->what);
		declare_unsupported("%s (%s)", item->what, failure.message);
		return;
	}
	back = inverse(&operation);
	connection = open_scratch();
	for (size_t i = 0; spelling->before[i]; i++)
		run_sql(connection, spelling->before[i]);
	if (!carry_out(connection, item->what, &operation)) {
		declare_unsupported("%s (%s)", item->what, failure.message);
		plugin->disconnect(connection);
		return;
	}
	why = difference(read_schema(connection), after);
	ck_assert_msg(!why, "%s: after: %s", item->what, why);
	if (carry_out(connection, item->what, &back)) {
		why = difference(read_schema(connection), before);
		ck_assert_msg(!why, "%s: back again: %s", item->what, why);
	} else {
		declare_unsupported("the inverse of: %s (%s)", item->what, failure.message);
	}
	plugin->disconnect(connection);
}
END_TEST

TCase *operation_cases(void)
{
	TCase *group = tcase_create("operations");
	int count = (int)(table_operations_count + other_operations_count);

	tcase_add_loop_test(group, an_operation_leads_there_and_its_inverse_back, 0, count);
	return group;
}
