#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ddl.h"
#include "mysql_plugin.h"

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

static struct ddl alter(const struct emitting *emitting, const struct dbw_table *table)
{
	struct ddl ddl = ddl_begin(emitting->host);

	ddl_put(&ddl, "ALTER TABLE ");
	ddl_name(&ddl, table->name);
	ddl_put(&ddl, " ");
	return ddl;
}

/* Tables. */

static enum dbw_status alter_table(const struct emitting *emitting, const struct dbw_table *before,
                                   const struct dbw_table *after)
{
	const char *was = before->partition_by, *is = after->partition_by;
	struct ddl ddl = alter(emitting, after), options = ddl_begin(emitting->host);

	ddl_options(&options, after);
	/* What is no longer set goes back to what goes without saying. */
	if (ddl_option(&before->options, "ENGINE") && !ddl_option(&after->options, "ENGINE"))
		ddl_put(&options, " ENGINE = InnoDB");
	if (ddl_option(&before->options, "ROW_FORMAT") &&
	    !ddl_option(&after->options, "ROW_FORMAT"))
		ddl_put(&options, " ROW_FORMAT = DEFAULT");
	if (before->comment && !after->comment)
		ddl_put(&options, " COMMENT = ''");
	if (*ddl_text(&options)) {
		ddl_put(&ddl, ddl_text(&options) + 1);
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
		    !(twin && twin->auto_increment) &&
		    !begins_key(primary_key(other), column->name))
			return true;
	}
	return false;
}

static void put_counter_key(struct ddl *ddl, const struct dbw_table *table,
                            const struct dbw_column *column)
{
	const struct dbw_index *index = ddl_counter_index(table);

	if (begins_key(primary_key(table), column->name)) {
		ddl_put(ddl, ", ADD ");
		ddl_constraint(ddl, primary_key(table));
	} else if (index) {
		ddl_put(ddl, ", ADD ");
		ddl_index(ddl, index);
	}
}

static enum dbw_status emit_column(const struct emitting *emitting)
{
	const struct dbw_operation *operation = emitting->operation;
	const struct dbw_column *before = operation->before, *after = operation->after;
	struct ddl ddl;

	switch (operation->verb) {
	case DBW_CREATE:
		ddl = alter(emitting, operation->table_after);
		ddl_put(&ddl, "ADD COLUMN ");
		ddl_column(&ddl, after);
		if (after->auto_increment)
			put_counter_key(&ddl, operation->table_after, after);
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
		/* What is computed is computed anew: it cannot be changed in place (MySQL 8.0,
		 * 13.1.9.2). */
		if (before->generated != DBW_NOT_GENERATED ||
		    after->generated != DBW_NOT_GENERATED) {
			if ((before->generated == DBW_NOT_GENERATED) !=
			    (after->generated == DBW_NOT_GENERATED))
				return refuse(emitting,
				              "a column cannot become generated, or cease to "
				              "be; drop it and add it under another name");
			ddl = alter(emitting, operation->table_after);
			ddl_put(&ddl, "DROP COLUMN ");
			ddl_name(&ddl, before->name);
			emit(emitting, &ddl);
			ddl = alter(emitting, operation->table_after);
			ddl_put(&ddl, "ADD COLUMN ");
		} else {
			ddl = alter(emitting, operation->table_after);
			ddl_put(&ddl, "MODIFY COLUMN ");
		}
		ddl_column(&ddl, after);
		if (after->auto_increment && !before->auto_increment &&
		    !begins_key(primary_key(operation->table_before), after->name))
			put_counter_key(&ddl, operation->table_after, after);
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

static enum dbw_status emit_constraint(const struct emitting *emitting)
{
	const struct dbw_operation *operation = emitting->operation;
	const struct dbw_constraint *before = operation->before, *after = operation->after;

	if (after && after->kind == DBW_PRIMARY_KEY &&
	    key_with_counter(operation->table_after, operation->table_before))
		after = NULL;
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
	case DBW_OBJECT:
		return emit_object(&emitting);
	default:
		return refuse(&emitting,
		              "this plugin keeps tables, views, routines and triggers alone");
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
		risk->loses_data =
		    operation->verb == DBW_DROP &&
		    ((const struct dbw_column *)operation->before)->generated == DBW_NOT_GENERATED;
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
