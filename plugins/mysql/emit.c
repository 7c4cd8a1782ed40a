#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ddl.h"
#include "emit.h"
#include "mysql_plugin.h"
#include "names.h"
#include "sequence.h"
#include "values.h"

/* The server refuses what it cannot do so that others go on, instead of holding them up (MySQL 8.0, 13.1.9). What
 * can be had by copying the table alone is left as it is: there the plan says so. */
static void put_algorithm(const struct emitting *emitting, struct ddl *ddl)
{
	struct dbw_risk risk = {.struct_size = sizeof risk};

	if (!(emitting->operation->flags & DBW_OPERATION_ONLINE) ||
	    strncmp(ddl_text(ddl), "ALTER TABLE ", 12) != 0)
		return;
	mysql_plugin_risk(emitting->host, emitting->operation, &risk);
	if (!risk.algorithm || risk.blocks)
		return;
	if (strcmp(risk.algorithm, "INSTANT") == 0)
		ddl_put(ddl, ", ALGORITHM=INSTANT");
	else if (strcmp(risk.algorithm, "INPLACE") == 0)
		ddl_put(ddl, ", ALGORITHM=INPLACE, LOCK=NONE");
}

void emitting_put(const struct emitting *emitting, struct ddl *ddl)
{
	const char *sql;

	put_algorithm(emitting, ddl);
	sql = ddl_text(ddl);
	emitting->host->statement(emitting->emission, sql, strlen(sql), 0);
	ddl_end(ddl);
}

static enum dbw_status refuse(const struct emitting *emitting, const char *why)
{
	snprintf(emitting->error->message, sizeof emitting->error->message, "%s", why);
	return DBW_UNSUPPORTED;
}

static bool has_history(const struct dbw_table *table)
{
	return table && ddl_option(&table->options, "SYSTEM VERSIONING");
}

struct ddl emitting_alter(const struct emitting *emitting, const struct dbw_table *table)
{
	struct ddl ddl = ddl_begin(emitting->host);

	/* Without it MariaDB changes nothing in a table that has a history. */
	if (has_history(table) || has_history(emitting->operation->table_before) ||
	    has_history(emitting->operation->table_after))
		ddl_put(&ddl, "SET STATEMENT system_versioning_alter_history = KEEP FOR ");
	ddl_put(&ddl, "ALTER TABLE ");
	ddl_name(&ddl, table->name);
	ddl_put(&ddl, " ");
	return ddl;
}

bool emitting_has_table(const struct dbw_schema *schema, const char *name)
{
	for (size_t i = 0; i < schema->tables.count; i++)
		if (strcmp(((const struct dbw_table *)schema->tables.items[i])->name, name) == 0)
			return true;
	return false;
}

/* Columns. A column that counts must have its key in the same statement, and loses it in the same. */

static const struct dbw_constraint *primary_key(const struct dbw_table *table)
{
	for (size_t i = 0; table && i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->kind == DBW_PRIMARY_KEY)
			return constraint;
	}
	return NULL;
}

static bool begins_key(const struct dbw_constraint *key, const char *column)
{
	const struct dbw_key_part *first = key && key->parts.count ? key->parts.items[0] : NULL;

	return first && first->column && ddl_same(first->column, column);
}

/* Whether the primary key of that table is made or dropped together with the counting column it begins
 * with. */
static bool key_with_counter(const struct dbw_table *table, const struct dbw_table *other)
{
	const struct dbw_constraint *key = primary_key(table);

	for (size_t i = 0; key && i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];
		const struct dbw_column *twin = other ? ddl_find_column(other, column->name) : NULL;

		if (column->auto_increment && begins_key(key, column->name) &&
		    !(twin && twin->auto_increment))
			return true;
	}
	return false;
}

static const struct dbw_index *find_index(const struct dbw_table *table, const char *name)
{
	for (size_t i = 0; i < table->indexes.count; i++) {
		const struct dbw_index *index = table->indexes.items[i];

		if (ddl_same(index->name, name))
			return index;
	}
	return NULL;
}

static bool same_key(const struct dbw_constraint *a, const struct dbw_constraint *b)
{
	if (!a || !b || a->parts.count != b->parts.count)
		return false;
	for (size_t i = 0; i < a->parts.count; i++) {
		const struct dbw_key_part *x = a->parts.items[i], *y = b->parts.items[i];

		if (!ddl_same(x->column, y->column) || x->prefix_length != y->prefix_length ||
		    x->descending != y->descending)
			return false;
	}
	return true;
}

/* With the column that begins to count comes its key, unless that is there already. */
static void put_counter_key(struct ddl *ddl, const struct dbw_table *before,
                            const struct dbw_table *table, const struct dbw_column *column)
{
	const struct dbw_index *index = ddl_counter_index(table);

	if (begins_key(primary_key(table), column->name)) {
		if (same_key(primary_key(before), primary_key(table)))
			return;
		ddl_put(ddl, ", ADD ");
		ddl_constraint(ddl, primary_key(table));
	} else if (index && !find_index(before, index->name)) {
		ddl_put(ddl, ", ADD ");
		ddl_index(ddl, index);
	}
}

static void put_place(struct ddl *ddl, const struct dbw_operation *operation)
{
	if (!operation->place)
		return;
	if (!*operation->place) {
		ddl_put(ddl, " FIRST");
		return;
	}
	ddl_put(ddl, " AFTER ");
	ddl_name(ddl, operation->place);
}

/* What is virtual and what is stored do not become each other in place (MySQL 8.0, 13.1.9.2). The indexes
 * on the column have made way. */
static void replace_column(const struct emitting *emitting, const struct dbw_column *before,
                           const struct dbw_column *after)
{
	struct ddl ddl = emitting_alter(emitting, emitting->operation->table_after);
	struct dbw_column stored = *before;

	/* Stored first, what was computed stays as the values of the rows. */
	if (after->generated == DBW_NOT_GENERATED) {
		stored.generated = DBW_GENERATED_STORED;
		stored.name = after->name;
	}
	ddl_put(&ddl, "DROP COLUMN ");
	ddl_name(&ddl, before->name);
	ddl_put(&ddl, ", ADD COLUMN ");
	ddl_column(&ddl, emitting->operation->table_after,
	           after->generated == DBW_NOT_GENERATED ? &stored : after);
	put_place(&ddl, emitting->operation);
	emitting_put(emitting, &ddl);
	if (after->generated != DBW_NOT_GENERATED)
		return;
	ddl = emitting_alter(emitting, emitting->operation->table_after);
	ddl_put(&ddl, "MODIFY COLUMN ");
	ddl_column(&ddl, emitting->operation->table_after, after);
	emitting_put(emitting, &ddl);
}

/* The column that counts, where its key goes and it does not count any more: it stops counting first. */
static void stop_counter(const struct emitting *emitting)
{
	const struct dbw_table *table = emitting->operation->table_before;

	for (size_t i = 0; i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];
		struct dbw_column stopped = *column;
		struct ddl ddl;

		if (!column->auto_increment)
			continue;
		stopped.auto_increment = false;
		ddl = emitting_alter(emitting, table);
		ddl_put(&ddl, "MODIFY COLUMN ");
		ddl_column(&ddl, table, &stopped);
		emitting_put(emitting, &ddl);
	}
}

/* Whether a check speaks of the column: MariaDB forgets the new name in it after RENAME COLUMN, and the next
 * statement on the table fails, but not after CHANGE COLUMN. What is computed, or has a check of its own, is
 * declared in words that may not be those of the moment. */
static bool wants_change(const struct emitting *emitting, const struct dbw_column *before,
                         const struct dbw_column *after)
{
	const struct dbw_host *host = emitting->host;
	const struct dbw_table *table = emitting->operation->table_after;
	bool found = strcasecmp(before->type, "json") == 0;

	if (before->generated)
		return false;
	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *check = table->constraints.items[i];

		if (check->kind != DBW_CHECK)
			continue;
		if (names_of_column(check) &&
		    (ddl_same(check->name, before->name) || ddl_same(check->name, after->name)))
			return false;
		found = found || host->mentions(host, check->expression, before->name) ||
		        host->mentions(host, check->expression, after->name);
	}
	return found;
}

static void rename_column(const struct emitting *emitting, const struct dbw_column *before,
                          const struct dbw_column *after)
{
	struct ddl ddl = emitting_alter(emitting, emitting->operation->table_after);
	struct dbw_column renamed = *before;

	if (wants_change(emitting, before, after)) {
		renamed.name = after->name;
		ddl_put(&ddl, "CHANGE COLUMN ");
		ddl_name(&ddl, before->name);
		ddl_put(&ddl, " ");
		ddl_column(&ddl, emitting->operation->table_after, &renamed);
	} else {
		ddl_put(&ddl, "RENAME COLUMN ");
		ddl_name(&ddl, before->name);
		ddl_put(&ddl, " TO ");
		ddl_name(&ddl, after->name);
	}
	emitting_put(emitting, &ddl);
}

static void modify_column(const struct emitting *emitting, const struct dbw_column *column,
                          const char *type)
{
	struct ddl ddl = emitting_alter(emitting, emitting->operation->table_after);
	struct dbw_column typed = *column;

	typed.type = type;
	ddl_put(&ddl, "MODIFY COLUMN ");
	ddl_column(&ddl, emitting->operation->table_after, &typed);
	emitting_put(emitting, &ddl);
}

/* The rows get the new value while the column has both. What is set with every update stays as it is. */
static void update_rows(const struct emitting *emitting, const struct dbw_column *column,
                        const struct value *from, const struct value *to)
{
	const struct dbw_table *table = emitting->operation->table_after;
	struct ddl ddl = ddl_begin(emitting->host);

	ddl_put(&ddl, "UPDATE ");
	ddl_name(&ddl, table->name);
	ddl_put(&ddl, " SET ");
	ddl_name(&ddl, column->name);
	if (values_is_set(column->type)) {
		ddl_put(&ddl, " = TRIM(BOTH ',' FROM REPLACE(CONCAT(',', ");
		ddl_name(&ddl, column->name);
		ddl_printf(&ddl, ", ','), CONCAT(',', %.*s, ','), CONCAT(',', %.*s, ',')))",
		           (int)from->length, from->text, (int)to->length, to->text);
	} else {
		ddl_printf(&ddl, " = %.*s", (int)to->length, to->text);
	}
	for (size_t i = 0; i < table->columns.count; i++) {
		const struct dbw_column *one = table->columns.items[i];

		if (!one->on_update)
			continue;
		ddl_put(&ddl, ", ");
		ddl_name(&ddl, one->name);
		ddl_put(&ddl, " = ");
		ddl_name(&ddl, one->name);
	}
	ddl_put(&ddl, " WHERE ");
	if (values_is_set(column->type))
		ddl_printf(&ddl, "FIND_IN_SET(%.*s, ", (int)from->length, from->text);
	ddl_name(&ddl, column->name);
	if (values_is_set(column->type))
		ddl_put(&ddl, ")");
	else
		ddl_printf(&ddl, " = %.*s", (int)from->length, from->text);
	emitting_put(emitting, &ddl);
}

static enum dbw_status rename_value(const struct emitting *emitting,
                                    const struct dbw_column *before, const struct dbw_column *after)
{
	struct ddl wide;
	struct value from, to;

	if (!values_renamed(before->type, after->type, &from, &to))
		return refuse(emitting, "this column's type lists no values");
	if (!values_differ_in_case(&from, &to)) {
		wide = ddl_begin(emitting->host);
		values_widen(&wide, before->type, &to);
		modify_column(emitting, before, ddl_text(&wide));
		ddl_end(&wide);
		update_rows(emitting, before, &from, &to);
	}
	modify_column(emitting, after, after->type);
	return DBW_OK;
}

static enum dbw_status emit_column(const struct emitting *emitting)
{
	const struct dbw_operation *operation = emitting->operation;
	const struct dbw_column *before = operation->before, *after = operation->after;
	struct ddl ddl;

	if (operation->verb == DBW_RENAME_VALUE)
		return rename_value(emitting, before, after);
	/* Only one column can count. */
	if (after && after->auto_increment && operation->verb != DBW_RENAME &&
	    !(before && before->auto_increment))
		stop_counter(emitting);
	switch (operation->verb) {
	case DBW_CREATE:
		ddl = emitting_alter(emitting, operation->table_after);
		ddl_put(&ddl, "ADD COLUMN ");
		ddl_column(&ddl, emitting->operation->table_after, after);
		put_place(&ddl, operation);
		if (after->auto_increment)
			put_counter_key(&ddl, operation->table_before, operation->table_after,
			                after);
		break;
	case DBW_DROP:
		ddl = emitting_alter(emitting, operation->table_before);
		ddl_put(&ddl, "DROP COLUMN ");
		ddl_name(&ddl, before->name);
		break;
	case DBW_RENAME:
		rename_column(emitting, before, after);
		return DBW_OK;
	default:
		if (before->generated != after->generated &&
		    (before->generated == DBW_GENERATED_VIRTUAL ||
		     after->generated == DBW_GENERATED_VIRTUAL)) {
			replace_column(emitting, before, after);
			return DBW_OK;
		}
		ddl = emitting_alter(emitting, operation->table_after);
		ddl_put(&ddl, "MODIFY COLUMN ");
		ddl_column(&ddl, emitting->operation->table_after, after);
		put_place(&ddl, operation);
		if (after->auto_increment && !before->auto_increment)
			put_counter_key(&ddl, operation->table_before, operation->table_after,
			                after);
	}
	emitting_put(emitting, &ddl);
	return DBW_OK;
}

/* Constraints and indexes. */

/* A check that belongs to a column comes and goes with a new declaration of the column. */
static void declare_column(const struct emitting *emitting, const struct dbw_table *table,
                           const struct dbw_constraint *check, bool with)
{
	struct dbw_table bare = *table;
	struct ddl ddl = emitting_alter(emitting, table);

	if (!with)
		bare.constraints = (struct dbw_list){0};
	ddl_put(&ddl, "MODIFY COLUMN ");
	ddl_column(&ddl, &bare, ddl_find_column(table, check->name));
	emitting_put(emitting, &ddl);
}

static void add_constraint(const struct emitting *emitting, const struct dbw_constraint *constraint)
{
	struct ddl ddl;

	if (names_of_column(constraint) &&
	    ddl_find_column(emitting->operation->table_after, constraint->name)) {
		declare_column(emitting, emitting->operation->table_after, constraint, true);
		return;
	}
	ddl = emitting_alter(emitting, emitting->operation->table_after);

	ddl_put(&ddl, "ADD ");
	ddl_constraint(&ddl, constraint);
	emitting_put(emitting, &ddl);
}

static void drop_constraint(const struct emitting *emitting,
                            const struct dbw_constraint *constraint)
{
	struct ddl ddl;

	if (names_of_column(constraint) &&
	    ddl_find_column(emitting->operation->table_before, constraint->name)) {
		declare_column(emitting, emitting->operation->table_before, constraint, false);
		return;
	}
	ddl = emitting_alter(emitting, emitting->operation->table_before);
	if (constraint->kind == DBW_PRIMARY_KEY) {
		ddl_put(&ddl, "DROP PRIMARY KEY");
	} else {
		ddl_put(&ddl, constraint->kind == DBW_FOREIGN_KEY ? "DROP FOREIGN KEY "
		                                                  : "DROP CONSTRAINT ");
		ddl_name(&ddl, constraint->name);
	}
	emitting_put(emitting, &ddl);
}

/* The counting column of a table that counts in the other too. */
static const struct dbw_column *lasting_counter(const struct dbw_table *table,
                                                const struct dbw_table *other)
{
	for (size_t i = 0; table && other && i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];
		const struct dbw_column *twin = ddl_find_column(other, column->name);

		if (column->auto_increment && twin && twin->auto_increment)
			return column;
	}
	return NULL;
}

/* Whether the primary key is dropped and made in one statement, as the column that counts is never without its
 * key. */
static bool swaps_key(const struct dbw_table *before, const struct dbw_table *after)
{
	const struct dbw_column *counter = lasting_counter(before, after);

	return counter && (begins_key(primary_key(before), counter->name) ||
	                   begins_key(primary_key(after), counter->name));
}

/* The index that serves the column that counts on one side, where on the other the primary key does. It is made
 * and dropped together with the swap of the keys. */
static const struct dbw_index *swapped_index(const struct dbw_table *table,
                                             const struct dbw_table *other)
{
	const struct dbw_index *index = table && other ? ddl_counter_index(table) : NULL;

	return index && swaps_key(table, other) && !ddl_counter_index(other) &&
	               !find_index(other, index->name)
	           ? index
	           : NULL;
}

static bool has_parts(const struct dbw_table *table, const struct dbw_list *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct dbw_key_part *part = parts->items[i];

		if (part->column && !ddl_find_column(table, part->column))
			return false;
	}
	return true;
}

/* At once, so that columns which leave the key can lose their NOT NULL, unless the new key has to wait for its
 * columns. */
static bool swaps_at_drop(const struct dbw_table *before, const struct dbw_table *after)
{
	return primary_key(before) &&
	       (!primary_key(after) || has_parts(before, &primary_key(after)->parts));
}

static void swap_keys(const struct emitting *emitting)
{
	const struct dbw_table *before = emitting->operation->table_before,
			       *after = emitting->operation->table_after;
	struct ddl ddl = emitting_alter(emitting, after);
	const char *separator = "";

	if (primary_key(before)) {
		ddl_put(&ddl, "DROP PRIMARY KEY");
		separator = ", ";
	}
	if (swapped_index(before, after)) {
		ddl_printf(&ddl, "%sDROP INDEX ", separator);
		ddl_name(&ddl, swapped_index(before, after)->name);
		separator = ", ";
	}
	if (primary_key(after)) {
		ddl_printf(&ddl, "%sADD ", separator);
		ddl_constraint(&ddl, primary_key(after));
		separator = ", ";
	}
	if (swapped_index(after, before)) {
		ddl_printf(&ddl, "%sADD ", separator);
		ddl_index(&ddl, swapped_index(after, before));
	}
	emitting_put(emitting, &ddl);
}

static enum dbw_status emit_constraint(const struct emitting *emitting)
{
	const struct dbw_operation *operation = emitting->operation;
	const struct dbw_constraint *before = operation->before, *after = operation->after;
	const struct dbw_constraint *any = after ? after : before;

	if (any->kind == DBW_PRIMARY_KEY &&
	    swaps_key(operation->table_before, operation->table_after)) {
		if (swaps_at_drop(operation->table_before, operation->table_after) ? before != NULL
		                                                                   : after != NULL)
			swap_keys(emitting);
		return DBW_OK;
	}
	if (after && after->kind == DBW_PRIMARY_KEY &&
	    key_with_counter(operation->table_after, operation->table_before))
		after = NULL;
	if (before && before->kind == DBW_PRIMARY_KEY &&
	    !lasting_counter(operation->table_before, operation->table_after) &&
	    !ddl_counter_index(operation->table_before))
		stop_counter(emitting);
	if (before)
		drop_constraint(emitting, before);
	if (after)
		add_constraint(emitting, after);
	return DBW_OK;
}

/* The index of a counting column is made inside CREATE TABLE and goes with it. */
static bool goes_with_table(const struct dbw_table *table, const struct dbw_table *other,
                            const struct dbw_index *index)
{
	return table && !other && ddl_counter_index(table) &&
	       ddl_same(ddl_counter_index(table)->name, index->name);
}

/* The index of a column that counts, where another one takes its place: the two change in one statement. */
static const struct dbw_index *replaced_index(const struct dbw_table *table,
                                              const struct dbw_table *other)
{
	const struct dbw_index *old, *new;

	if (!lasting_counter(table, other))
		return NULL;
	old = ddl_counter_index(table);
	new = ddl_counter_index(other);
	if (!old || !new)
		return NULL;
	return ddl_same(old->name, new->name) ||
	               (!find_index(table, new->name) && !find_index(other, old->name))
	           ? old
	           : NULL;
}

static enum dbw_status emit_index(const struct emitting *emitting)
{
	const struct dbw_operation *operation = emitting->operation;
	const struct dbw_index *before = operation->before, *after = operation->after;
	const struct dbw_table *was = operation->table_before, *is = operation->table_after;
	struct ddl ddl;

	if (was && !emitting_has_table(operation->schema_after, was->name))
		is = NULL;
	if (is && !emitting_has_table(operation->schema_before, is->name))
		was = NULL;
	if (operation->verb == DBW_RENAME) {
		ddl = emitting_alter(emitting, operation->table_after);
		ddl_put(&ddl, "RENAME INDEX ");
		ddl_name(&ddl, before->name);
		ddl_put(&ddl, " TO ");
		ddl_name(&ddl, after->name);
		emitting_put(emitting, &ddl);
		return DBW_OK;
	}
	if (before && (swapped_index(was, is) == before || replaced_index(was, is) == before))
		return DBW_OK;
	if (after && swapped_index(is, was) == after)
		return DBW_OK;
	if (after && replaced_index(is, was) == after)
		before = replaced_index(was, is);
	if (before && after) {
		ddl = emitting_alter(emitting, operation->table_after);
		ddl_put(&ddl, "DROP INDEX ");
		ddl_name(&ddl, before->name);
		ddl_put(&ddl, ", ADD ");
		ddl_index(&ddl, after);
		emitting_put(emitting, &ddl);
		return DBW_OK;
	}
	if (after && was && ddl_counter_index(is) == after && !lasting_counter(was, is) &&
	    !find_index(was, after->name))
		return DBW_OK; /* made with the column, see put_counter_key() */
	if (before && is && ddl_counter_index(was) == before && !lasting_counter(was, is))
		stop_counter(emitting);
	if (before && !goes_with_table(was, is, before)) {
		ddl = emitting_alter(emitting, operation->table_before);
		ddl_put(&ddl, "DROP INDEX ");
		ddl_name(&ddl, before->name);
		emitting_put(emitting, &ddl);
	}
	if (after && !goes_with_table(is, was, after)) {
		ddl = emitting_alter(emitting, operation->table_after);
		ddl_put(&ddl, "ADD ");
		ddl_index(&ddl, after);
		emitting_put(emitting, &ddl);
	}
	return DBW_OK;
}

static enum dbw_status emit_sequence(const struct emitting *emitting)
{
	const struct dbw_sequence *before = emitting->operation->before,
				  *after = emitting->operation->after;
	struct ddl ddl = ddl_begin(emitting->host);

	if (emitting->operation->verb == DBW_CREATE) {
		sequence_create(&ddl, after);
	} else if (emitting->operation->verb == DBW_DROP) {
		ddl_put(&ddl, "DROP SEQUENCE ");
		ddl_name(&ddl, before->name);
	} else {
		sequence_alter(&ddl, after);
	}
	emitting_put(emitting, &ddl);
	return DBW_OK;
}

/* Objects. */

static enum dbw_status emit_object(const struct emitting *emitting)
{
	static const char *const words[] = {
	    [DBW_VIEW] = "VIEW",           [DBW_TRIGGER] = "TRIGGER", [DBW_FUNCTION] = "FUNCTION",
	    [DBW_PROCEDURE] = "PROCEDURE", [DBW_EVENT] = "EVENT",
	};
	const struct dbw_object *before = emitting->operation->before,
				*after = emitting->operation->after;
	const struct dbw_object *any = after ? after : before;
	struct ddl ddl;

	if ((size_t)any->kind >= sizeof words / sizeof *words || !words[any->kind])
		return refuse(emitting, "MySQL has no such objects");
	if (before) {
		ddl = ddl_begin(emitting->host);
		ddl_printf(&ddl, "DROP %s ", words[before->kind]);
		ddl_name(&ddl, before->name);
		emitting_put(emitting, &ddl);
	}
	if (after) {
		ddl = ddl_begin(emitting->host);
		ddl_put(&ddl, after->text);
		emitting_put(emitting, &ddl);
	}
	return DBW_OK;
}

enum dbw_status mysql_plugin_emit(const struct dbw_host *host,
                                  const struct dbw_operation *operation,
                                  struct dbw_emission *emission, struct dbw_error *error)
{
	const struct emitting emitting = {host, operation, emission, error};

	switch (operation->element) {
	case DBW_TABLE:
		return emit_table(&emitting);
	case DBW_COLUMN:
		return emit_column(&emitting);
	case DBW_CONSTRAINT:
		return emit_constraint(&emitting);
	case DBW_INDEX:
		return emit_index(&emitting);
	case DBW_SEQUENCE:
		return emit_sequence(&emitting);
	case DBW_OBJECT:
		return emit_object(&emitting);
	default:
		return refuse(&emitting, "MySQL and MariaDB have no such things");
	}
}
