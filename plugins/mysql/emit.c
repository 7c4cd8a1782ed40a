#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ddl.h"
#include "mysql_plugin.h"
#include "sequence.h"

struct emitting {
	const struct dbw_host *host;
	const struct dbw_operation *operation;
	struct dbw_emission *emission;
	struct dbw_error *error;
};

static void emit(const struct emitting *emitting, struct ddl *ddl)
{
	const char *sql = ddl_text(ddl);

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

static struct ddl alter(const struct emitting *emitting, const struct dbw_table *table)
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

/* Tables. */

/* What is no longer set goes back to what goes without saying. */
static void put_option_reset(struct ddl *ddl, const char *name)
{
	static const struct {
		const char *name;
		const char *value;
	} resets[] = {
	    {"ENGINE", "InnoDB"},    {"MAX_ROWS", "0"},    {"MIN_ROWS", "0"},
	    {"AVG_ROW_LENGTH", "0"}, {"CHECKSUM", "0"},    {"DELAY_KEY_WRITE", "0"},
	    {"KEY_BLOCK_SIZE", "0"}, {"CONNECTION", "''"}, {"COMPRESSION", "''"},
	    {"INSERT_METHOD", "NO"}, {"UNION", "()"},
	};
	const char *value = "DEFAULT";

	if (strcmp(name, "SYSTEM VERSIONING") == 0) {
		ddl_put(ddl, ", DROP SYSTEM VERSIONING");
		return;
	}
	for (size_t i = 0; i < sizeof resets / sizeof *resets; i++)
		if (strcmp(resets[i].name, name) == 0)
			value = resets[i].value;
	ddl_printf(ddl, ", %s = %s", name, value);
}

static bool is_text_type(const char *type)
{
	static const char *const types[] = {"char",       "varchar",  "tinytext", "text",
	                                    "mediumtext", "longtext", "enum",     "set"};
	size_t length = strcspn(type, "( ");

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strlen(types[i]) == length && strncasecmp(type, types[i], length) == 0)
			return true;
	return false;
}

static bool option_changes(const struct dbw_table *before, const struct dbw_table *after,
                           const char *name)
{
	return !ddl_same(ddl_option(&before->options, name), ddl_option(&after->options, name));
}

/* The character set of a table is that of its columns which have none of their own: they are declared again
 * to follow it. CONVERT TO would take all the others along. */
static void put_charset_followers(struct ddl *ddl, const struct dbw_table *table)
{
	for (size_t i = 0; i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];

		if (column->charset || column->collation || !is_text_type(column->type))
			continue;
		ddl_put(ddl, ", MODIFY COLUMN ");
		ddl_column(ddl, column);
	}
}

static bool is_charset_option(const char *name)
{
	return strcmp(name, "CHARSET") == 0 || strcmp(name, "COLLATE") == 0;
}

/* ", NAME = value" for each option that is another one, and what follows from it. */
static void put_option_changes(struct ddl *ddl, const struct dbw_table *before,
                               const struct dbw_table *after)
{
	bool charset =
	    option_changes(before, after, "CHARSET") || option_changes(before, after, "COLLATE");

	for (size_t i = 0; i < before->options.count; i++) {
		const struct dbw_option *option = before->options.items[i];

		if (ddl_option(&after->options, option->name) || is_charset_option(option->name))
			continue;
		put_option_reset(ddl, option->name);
	}
	for (size_t i = 0; i < after->options.count; i++) {
		const struct dbw_option *option = after->options.items[i];

		if (!option_changes(before, after, option->name) &&
		    !(is_charset_option(option->name) && charset))
			continue;
		if (strcmp(option->name, "SYSTEM VERSIONING") == 0) {
			ddl_put(ddl, ", ADD SYSTEM VERSIONING");
			continue;
		}
		ddl_put(ddl, ",");
		ddl_table_option(ddl, option);
	}
	/* A collation says which character set it is for, and the other way round. */
	if (charset && !ddl_option(&after->options, "CHARSET") &&
	    !ddl_option(&after->options, "COLLATE"))
		put_option_reset(ddl, "CHARSET");
	if (charset)
		put_charset_followers(ddl, after);
	if (after->comment ? !before->comment || strcmp(before->comment, after->comment) != 0
	                   : before->comment != NULL) {
		ddl_put(ddl, ", COMMENT = ");
		ddl_literal(ddl, after->comment ? after->comment : "");
	}
}

static enum dbw_status alter_table(const struct emitting *emitting, const struct dbw_table *before,
                                   const struct dbw_table *after)
{
	const char *was = before->partition_by, *is = after->partition_by;
	bool historic = ddl_option(&before->options, "SYSTEM VERSIONING");
	struct ddl ddl = alter(emitting, historic ? before : after),
		   options = ddl_begin(emitting->host);

	put_option_changes(&options, before, after);
	if (*ddl_text(&options)) {
		ddl_put(&ddl, ddl_text(&options) + 2);
		emit(emitting, &ddl);
	} else {
		ddl_end(&ddl);
	}
	ddl_end(&options);
	if ((was && is && emitting->host->same_sql(emitting->host, was, is)) || (!was && !is))
		return DBW_OK;
	ddl = alter(emitting, after);
	if (is)
		ddl_printf(&ddl, "PARTITION BY %s", is);
	else
		ddl_put(&ddl, "REMOVE PARTITIONING");
	emit(emitting, &ddl);
	return DBW_OK;
}

static enum dbw_status emit_table(const struct emitting *emitting)
{
	const struct dbw_table *before = emitting->operation->before,
			       *after = emitting->operation->after;
	struct ddl ddl;

	switch (emitting->operation->verb) {
	case DBW_CREATE:
		ddl = ddl_begin(emitting->host);
		ddl_create_table(&ddl, after);
		break;
	case DBW_DROP:
		ddl = ddl_begin(emitting->host);
		ddl_put(&ddl, "DROP TABLE ");
		ddl_name(&ddl, before->name);
		break;
	case DBW_RENAME:
		ddl = alter(emitting, before);
		ddl_put(&ddl, "RENAME TO ");
		ddl_name(&ddl, after->name);
		break;
	default:
		return alter_table(emitting, before, after);
	}
	emit(emitting, &ddl);
	return DBW_OK;
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

/* What is virtual and what is stored do not become each other in place (MySQL 8.0, 13.1.9.2). The indexes
 * on the column have made way. */
static enum dbw_status replace_column(const struct emitting *emitting,
                                      const struct dbw_column *before,
                                      const struct dbw_column *after)
{
	struct ddl ddl;

	if (before->generated == DBW_NOT_GENERATED || after->generated == DBW_NOT_GENERATED)
		return refuse(emitting, "a column cannot become virtual, or cease to be; drop it "
		                        "and add it under another name");
	ddl = alter(emitting, emitting->operation->table_after);
	ddl_put(&ddl, "DROP COLUMN ");
	ddl_name(&ddl, before->name);
	ddl_put(&ddl, ", ADD COLUMN ");
	ddl_column(&ddl, after);
	emit(emitting, &ddl);
	return DBW_OK;
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
		ddl = alter(emitting, table);
		ddl_put(&ddl, "MODIFY COLUMN ");
		ddl_column(&ddl, &stopped);
		emit(emitting, &ddl);
	}
}

static enum dbw_status emit_column(const struct emitting *emitting)
{
	const struct dbw_operation *operation = emitting->operation;
	const struct dbw_column *before = operation->before, *after = operation->after;
	struct ddl ddl;

	/* Only one column can count. */
	if (after && after->auto_increment && operation->verb != DBW_RENAME &&
	    !(before && before->auto_increment))
		stop_counter(emitting);
	switch (operation->verb) {
	case DBW_CREATE:
		ddl = alter(emitting, operation->table_after);
		ddl_put(&ddl, "ADD COLUMN ");
		ddl_column(&ddl, after);
		if (after->auto_increment)
			put_counter_key(&ddl, operation->table_before, operation->table_after,
			                after);
		break;
	case DBW_DROP:
		ddl = alter(emitting, operation->table_before);
		ddl_put(&ddl, "DROP COLUMN ");
		ddl_name(&ddl, before->name);
		break;
	case DBW_RENAME:
		ddl = alter(emitting, operation->table_after);
		ddl_put(&ddl, "RENAME COLUMN ");
		ddl_name(&ddl, before->name);
		ddl_put(&ddl, " TO ");
		ddl_name(&ddl, after->name);
		break;
	default:
		if (before->generated != after->generated &&
		    (before->generated == DBW_GENERATED_VIRTUAL ||
		     after->generated == DBW_GENERATED_VIRTUAL))
			return replace_column(emitting, before, after);
		ddl = alter(emitting, operation->table_after);
		ddl_put(&ddl, "MODIFY COLUMN ");
		ddl_column(&ddl, after);
		if (after->auto_increment && !before->auto_increment)
			put_counter_key(&ddl, operation->table_before, operation->table_after,
			                after);
	}
	emit(emitting, &ddl);
	return DBW_OK;
}

/* Constraints and indexes. */

static void add_constraint(const struct emitting *emitting, const struct dbw_constraint *constraint)
{
	struct ddl ddl = alter(emitting, emitting->operation->table_after);

	ddl_put(&ddl, "ADD ");
	ddl_constraint(&ddl, constraint);
	emit(emitting, &ddl);
}

static void drop_constraint(const struct emitting *emitting,
                            const struct dbw_constraint *constraint)
{
	struct ddl ddl = alter(emitting, emitting->operation->table_before);

	if (constraint->kind == DBW_PRIMARY_KEY) {
		ddl_put(&ddl, "DROP PRIMARY KEY");
	} else {
		ddl_put(&ddl, constraint->kind == DBW_FOREIGN_KEY ? "DROP FOREIGN KEY "
		                                                  : "DROP CONSTRAINT ");
		ddl_name(&ddl, constraint->name);
	}
	emit(emitting, &ddl);
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
	struct ddl ddl = alter(emitting, after);
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
	emit(emitting, &ddl);
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

static bool table_exists(const struct dbw_schema *schema, const char *name)
{
	for (size_t i = 0; i < schema->tables.count; i++)
		if (strcmp(((const struct dbw_table *)schema->tables.items[i])->name, name) == 0)
			return true;
	return false;
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

	if (was && !table_exists(operation->schema_after, was->name))
		is = NULL;
	if (is && !table_exists(operation->schema_before, is->name))
		was = NULL;
	if (operation->verb == DBW_RENAME) {
		ddl = alter(emitting, operation->table_after);
		ddl_put(&ddl, "RENAME INDEX ");
		ddl_name(&ddl, before->name);
		ddl_put(&ddl, " TO ");
		ddl_name(&ddl, after->name);
		emit(emitting, &ddl);
		return DBW_OK;
	}
	if (before && (swapped_index(was, is) == before || replaced_index(was, is) == before))
		return DBW_OK;
	if (after && swapped_index(is, was) == after)
		return DBW_OK;
	if (after && replaced_index(is, was) == after)
		before = replaced_index(was, is);
	if (before && after) {
		ddl = alter(emitting, operation->table_after);
		ddl_put(&ddl, "DROP INDEX ");
		ddl_name(&ddl, before->name);
		ddl_put(&ddl, ", ADD ");
		ddl_index(&ddl, after);
		emit(emitting, &ddl);
		return DBW_OK;
	}
	if (after && was && ddl_counter_index(is) == after && !lasting_counter(was, is) &&
	    !find_index(was, after->name))
		return DBW_OK; /* made with the column, see put_counter_key() */
	if (before && is && ddl_counter_index(was) == before && !lasting_counter(was, is))
		stop_counter(emitting);
	if (before && !goes_with_table(was, is, before)) {
		ddl = alter(emitting, operation->table_before);
		ddl_put(&ddl, "DROP INDEX ");
		ddl_name(&ddl, before->name);
		emit(emitting, &ddl);
	}
	if (after && !goes_with_table(is, was, after)) {
		ddl = alter(emitting, operation->table_after);
		ddl_put(&ddl, "ADD ");
		ddl_index(&ddl, after);
		emit(emitting, &ddl);
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
	emit(emitting, &ddl);
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
		emit(emitting, &ddl);
	}
	if (after) {
		ddl = ddl_begin(emitting->host);
		ddl_put(&ddl, after->text);
		emit(emitting, &ddl);
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

/* The kinds of ALTER TABLE are those of MySQL 8.0, 15.12.1; MariaDB's differ in details. */
void mysql_plugin_risk(const struct dbw_host *host, const struct dbw_operation *operation,
                       struct dbw_risk *risk)
{
	(void)host;
	risk->lock = "metadata lock (exclusive at the beginning and at the end)";
	switch (operation->element) {
	case DBW_TABLE:
		risk->loses_data = operation->verb == DBW_DROP;
		risk->rewrites_table = operation->verb == DBW_ALTER;
		break;
	case DBW_COLUMN:
		/* What is computed from now on takes the place of what was there. */
		risk->loses_data =
		    operation->before && operation->verb != DBW_RENAME &&
		    ((const struct dbw_column *)operation->before)->generated ==
			DBW_NOT_GENERATED &&
		    (operation->verb == DBW_DROP ||
		     ((const struct dbw_column *)operation->after)->generated != DBW_NOT_GENERATED);
		risk->rewrites_table = operation->verb == DBW_ALTER;
		if (risk->rewrites_table)
			snprintf(risk->note, sizeof risk->note,
			         "most changes of a column copy the table while nobody can write");
		break;
	case DBW_CONSTRAINT:
		risk->scans_table = operation->verb != DBW_DROP;
		if (risk->scans_table)
			snprintf(risk->note, sizeof risk->note,
			         "the rows are checked, and the table may be copied for it");
		break;
	case DBW_INDEX:
		risk->scans_table = operation->verb != DBW_DROP && operation->verb != DBW_RENAME;
		break;
	default:
		break;
	}
}
