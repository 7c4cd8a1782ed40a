#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ddl.h"
#include "mysql_plugin.h"
#include "narrow.h"

/* The ways of ALTER TABLE are those of InnoDB: MySQL 8.0, 17.12.1 ('Online DDL Operations'), and MariaDB's
 * pages on the INPLACE, NOCOPY and INSTANT algorithms. Whatever the way, the metadata lock is exclusive at the
 * end (MySQL 8.0, 17.12.2). */

static void note(struct dbw_risk *risk, const char *text)
{
	snprintf(risk->note, sizeof risk->note, "%s", text);
}

static void loses(struct dbw_risk *risk, const char *what)
{
	risk->loses_data = true;
	snprintf(risk->loss, sizeof risk->loss, "%s", what);
}

static void since(struct dbw_risk *risk, const char *text)
{
	snprintf(risk->versions, sizeof risk->versions, "%s", text);
}

static const char without_writers[] = "metadata lock SHARED_NO_WRITE, EXCLUSIVE at the end";

/* The catalogue alone is changed. */
static void instant(struct dbw_risk *risk, const char *versions)
{
	risk->algorithm = "INSTANT";
	risk->lock = "metadata lock EXCLUSIVE, for a moment";
	since(risk, versions);
}

/* Readers and writers go on meanwhile. */
static void in_place(struct dbw_risk *risk)
{
	risk->algorithm = "INPLACE";
	risk->lock = "metadata lock EXCLUSIVE at the beginning and at the end";
}

static void in_place_without_writers(struct dbw_risk *risk)
{
	risk->algorithm = "INPLACE";
	risk->lock = without_writers;
	note(risk, "nobody can write to the table meanwhile");
}

static void copy(struct dbw_risk *risk)
{
	risk->algorithm = "COPY";
	risk->lock = without_writers;
	risk->rewrites_table = true;
	note(risk, "the table is copied while nobody can write to it");
	since(risk, "since MariaDB 11.2 writers go on while a table is copied");
}

static void rebuild_in_place(struct dbw_risk *risk)
{
	in_place(risk);
	risk->rewrites_table = true;
}

/* Tables. */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static const char *charset_of(const struct dbw_table *table, const struct dbw_column *column)
{
	return column && column->charset ? column->charset : ddl_option(&table->options, "CHARSET");
}

static bool is_text(const char *type)
{
	return strstr(type, "char") || strstr(type, "text") || strncmp(type, "enum", 4) == 0 ||
	       strncmp(type, "set", 3) == 0;
}

static const char charset_lost[] =
    "characters that the new character set lacks are refused or become '?'";

/* The columns that have no character set of their own get the table's. */
static bool has_followers(const struct dbw_table *before, const struct dbw_table *after)
{
	for (size_t i = 0; i < after->columns.count; i++) {
		const struct dbw_column *column = after->columns.items[i];

		if (!column->charset && !column->collation && is_text(column->type) &&
		    ddl_find_column(before, column->name))
			return true;
	}
	return false;
}

static void charset_risk(const struct dbw_table *before, const struct dbw_table *after,
                         struct dbw_risk *risk)
{
	const char *was = charset_of(before, NULL), *is = charset_of(after, NULL);

	if (!has_followers(before, after))
		return;
	copy(risk);
	if (!narrow_holds_charset(was, is))
		loses(risk, charset_lost);
}

static void alter_table_risk(const struct dbw_host *host, const struct dbw_table *before,
                             const struct dbw_table *after, struct dbw_risk *risk)
{
	const char *engine = ddl_option(&after->options, "ENGINE");
	const char *was = before->partition_by, *is = after->partition_by;
	bool partitions = (was || is) && !(was && is && host->same_sql(host, was, is));

	in_place(risk);
	if (!ddl_same(ddl_option(&before->options, "ROW_FORMAT"),
	              ddl_option(&after->options, "ROW_FORMAT")))
		rebuild_in_place(risk);
	if (!ddl_same(ddl_option(&before->options, "ENGINE"), engine) || partitions)
		copy(risk);
	if (!ddl_same(ddl_option(&before->options, "CHARSET"),
	              ddl_option(&after->options, "CHARSET")) ||
	    !ddl_same(ddl_option(&before->options, "COLLATE"),
	              ddl_option(&after->options, "COLLATE")))
		charset_risk(before, after, risk);
	if (ddl_option(&before->options, "SYSTEM VERSIONING") &&
	    !ddl_option(&after->options, "SYSTEM VERSIONING"))
		loses(risk, "the history of the rows");
	if (engine && strcasecmp(engine, "BLACKHOLE") == 0)
		loses(risk, "all rows: BLACKHOLE keeps none");
	if (engine && strcasecmp(engine, "MEMORY") == 0)
		loses(risk, "all rows, when the server is started again: they are in memory alone");
}

static void table_risk(const struct dbw_host *host, const struct dbw_operation *operation,
                       struct dbw_risk *risk)
{
	switch (operation->verb) {
	case DBW_CREATE:
		break;
	case DBW_DROP:
		risk->lock = "metadata lock EXCLUSIVE";
		loses(risk, "the table with all its rows");
		break;
	case DBW_RENAME:
		instant(risk, "");
		break;
	default:
		alter_table_risk(host, operation->before, operation->after, risk);
	}
}

/* Columns. */

static void add_column_risk(const struct dbw_operation *operation, struct dbw_risk *risk)
{
	const struct dbw_column *column = operation->after;
	bool computed = column->default_value && strchr(column->default_value, '(') &&
	                strncasecmp(column->default_value, "current_timestamp", 17) != 0;

	if (column->generated == DBW_GENERATED_STORED || computed) {
		copy(risk);
	} else if (column->auto_increment) {
		in_place_without_writers(risk);
		risk->rewrites_table = true;
	} else if (column->generated == DBW_GENERATED_VIRTUAL) {
		instant(risk, "");
	} else {
		instant(risk, "since MySQL 8.0.29 and MariaDB 10.4; as the last column since MySQL "
		              "8.0.12 and MariaDB 10.3; older ones rebuild the table in place");
	}
}

static void drop_column_risk(const struct dbw_column *column, struct dbw_risk *risk)
{
	if (column->generated == DBW_NOT_GENERATED)
		loses(risk, "the column with all its values");
	if (column->generated == DBW_GENERATED_VIRTUAL)
		instant(risk, "");
	else
		instant(risk,
		        "since MySQL 8.0.29 and MariaDB 10.4; older ones rebuild the table in "
		        "place");
}

/* Up to 255 bytes one byte says how long a value is; a table whose values need two is copied. */
static bool extends_varchar(const char *before, const char *after)
{
	unsigned from, to;

	return sscanf(before, "varchar(%u)", &from) == 1 &&
	       sscanf(after, "varchar(%u)", &to) == 1 && from <= to &&
	       (to * 4 <= 255 || from > 255);
}

static bool same_charset(const struct dbw_column *before, const struct dbw_column *after)
{
	return ddl_same(before->charset, after->charset) &&
	       ddl_same(before->collation, after->collation);
}

static void retype_risk(const struct dbw_column *before, const struct dbw_column *after,
                        struct dbw_risk *risk)
{
	const char *loss = narrow_loss(before->type, after->type);

	if (loss)
		loses(risk, loss);
	if (narrow_appends_values(before->type, after->type))
		instant(risk, "");
	else if (extends_varchar(before->type, after->type))
		in_place(risk);
	else
		copy(risk);
}

static void alter_column_risk(const struct dbw_operation *operation, struct dbw_risk *risk)
{
	const struct dbw_column *before = operation->before, *after = operation->after;

	instant(risk, "");
	if (operation->place) {
		rebuild_in_place(risk);
		since(risk, "INSTANT since MariaDB 10.4");
	}
	if (before->not_null != after->not_null) {
		rebuild_in_place(risk);
		if (after->not_null)
			note(risk, "a row with NULL stops it");
	}
	if (strcmp(before->type, after->type) != 0)
		retype_risk(before, after, risk);
	if (before->generated == DBW_NOT_GENERATED && after->generated != DBW_NOT_GENERATED) {
		loses(risk, "the values that are stored: they are computed from now on");
		copy(risk);
	} else if (before->generated != after->generated ||
	           !same_text(before->generated_expression, after->generated_expression)) {
		copy(risk);
	}
	if (before->auto_increment != after->auto_increment)
		copy(risk);
	if (!same_charset(before, after)) {
		copy(risk);
		if (is_text(after->type) &&
		    !narrow_holds_charset(charset_of(operation->table_before, before),
		                          charset_of(operation->table_after, after)))
			loses(risk, charset_lost);
	}
}

static void column_risk(const struct dbw_operation *operation, struct dbw_risk *risk)
{
	switch (operation->verb) {
	case DBW_CREATE:
		add_column_risk(operation, risk);
		break;
	case DBW_DROP:
		drop_column_risk(operation->before, risk);
		break;
	case DBW_RENAME:
		instant(risk, "since MySQL 8.0.28 and MariaDB 10.3; older ones do it in place");
		break;
	case DBW_RENAME_VALUE:
		copy(risk);
		break;
	default:
		alter_column_risk(operation, risk);
	}
}

/* Constraints and indexes. */

static void foreign_key_risk(const struct dbw_constraint *key, struct dbw_risk *risk)
{
	/* In place it is only where foreign_key_checks is off, so that no row is looked up. */
	copy(risk);
	risk->scans_table = true;
	snprintf(risk->also_locked, sizeof risk->also_locked, "metadata lock EXCLUSIVE on %s",
	         key->ref_table);
}

static void add_constraint_risk(const struct dbw_operation *operation, struct dbw_risk *risk)
{
	const struct dbw_constraint *after = operation->after;

	switch (after->kind) {
	case DBW_FOREIGN_KEY:
		foreign_key_risk(after, risk);
		break;
	case DBW_CHECK:
		copy(risk);
		break;
	case DBW_PRIMARY_KEY:
		rebuild_in_place(risk);
		break;
	default:
		in_place(risk);
	}
	risk->scans_table = true;
}

static void constraint_risk(const struct dbw_operation *operation, struct dbw_risk *risk)
{
	const struct dbw_constraint *before = operation->before, *after = operation->after;

	if (after) {
		add_constraint_risk(operation, risk);
		return;
	}
	in_place(risk);
	/* Without a new one in the same statement. */
	if (before->kind == DBW_PRIMARY_KEY)
		copy(risk);
	else if (before->kind == DBW_CHECK)
		instant(risk, "since MariaDB 10.3; MySQL does it in place");
}

static void index_risk(const struct dbw_operation *operation, struct dbw_risk *risk)
{
	const struct dbw_index *index = operation->after;

	in_place(risk);
	if (operation->verb == DBW_RENAME) {
		since(risk, "since MariaDB 10.5 INSTANT");
		return;
	}
	if (!index)
		return;
	if (index->method && (strcasecmp(index->method, "FULLTEXT") == 0 ||
	                      strcasecmp(index->method, "SPATIAL") == 0))
		in_place_without_writers(risk);
	risk->scans_table = true;
}

void mysql_plugin_risk(const struct dbw_host *host, const struct dbw_operation *operation,
                       struct dbw_risk *risk)
{
	switch (operation->element) {
	case DBW_TABLE:
		table_risk(host, operation, risk);
		break;
	case DBW_COLUMN:
		column_risk(operation, risk);
		break;
	case DBW_CONSTRAINT:
		constraint_risk(operation, risk);
		break;
	case DBW_INDEX:
		index_risk(operation, risk);
		break;
	case DBW_SEQUENCE:
		risk->lock = operation->verb == DBW_CREATE ? NULL : "metadata lock EXCLUSIVE";
		if (operation->verb == DBW_DROP)
			loses(risk, "how far it has counted");
		break;
	case DBW_OBJECT:
		risk->lock = "metadata lock EXCLUSIVE, for a moment";
		break;
	default:
		break;
	}
	risk->blocks = risk->lock == without_writers;
}
