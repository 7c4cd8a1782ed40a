#include <stdio.h>

#include "ddl.h"

static bool loses_columns(const struct dbw_table *before, const struct dbw_table *after)
{
	for (size_t i = 0; i < before->columns.count; i++) {
		const struct dbw_column *column = before->columns.items[i];

		if (!column->generated && !ddl_find_column(after, column->name))
			return true;
	}
	return false;
}

/* SQLite locks the whole database for every writer; what differs is how long. */
void sqlite_risk(const struct dbw_host *host, const struct dbw_operation *operation,
                 struct dbw_risk *risk)
{
	(void)host;
	risk->lock = "RESERVED, then EXCLUSIVE (whole database)";
	switch (operation->element) {
	case DBW_TABLE:
		risk->loses_data = operation->verb == DBW_DROP;
		if (operation->verb == DBW_REBUILD) {
			risk->rewrites_table = true;
			risk->loses_data = loses_columns(operation->before, operation->after);
			snprintf(risk->note, sizeof risk->note,
			         "the table is copied; nobody else can write meanwhile");
		}
		break;
	case DBW_COLUMN:
		risk->loses_data = operation->verb == DBW_DROP &&
		                   !((const struct dbw_column *)operation->before)->generated;
		risk->rewrites_table = operation->verb == DBW_DROP;
		break;
	case DBW_INDEX:
		risk->scans_table = operation->verb != DBW_DROP;
		break;
	case DBW_OBJECT:
		risk->loses_data =
		    operation->verb == DBW_DROP &&
		    ((const struct dbw_object *)operation->before)->kind == DBW_VIRTUAL_TABLE;
		break;
	default:
		break;
	}
}
