#include <stdio.h>
#include <string.h>

#include "ddl.h"

static void loses(struct dbw_risk *risk, const char *what)
{
	risk->loses_data = true;
	snprintf(risk->loss, sizeof risk->loss, "%s", what);
}

/* SQLite, datatype3, 3.1 ('Determination Of Column Affinity'). */
enum affinity { AFFINITY_BLOB, AFFINITY_TEXT, AFFINITY_NUMERIC, AFFINITY_INTEGER, AFFINITY_REAL };

static enum affinity affinity_of(const char *type)
{
	if (strcasestr(type, "INT"))
		return AFFINITY_INTEGER;
	if (strcasestr(type, "CHAR") || strcasestr(type, "CLOB") || strcasestr(type, "TEXT"))
		return AFFINITY_TEXT;
	if (!*type || strcasestr(type, "BLOB") || strcasecmp(type, "ANY") == 0)
		return AFFINITY_BLOB;
	if (strcasestr(type, "REAL") || strcasestr(type, "FLOA") || strcasestr(type, "DOUB"))
		return AFFINITY_REAL;
	return AFFINITY_NUMERIC;
}

/* What copying the values into a column of another type changes in them (datatype3, 3: 'Type Affinity'). A
 * length is no limit here, and what does not look like a number stays what it is. */
static const char *affinity_loss(const struct dbw_column *before, const struct dbw_column *after)
{
	enum affinity from = affinity_of(before->type), to = affinity_of(after->type);

	if (from == to || to == AFFINITY_BLOB)
		return NULL;
	if (to == AFFINITY_TEXT)
		return from == AFFINITY_INTEGER ? NULL : "numbers become text of 15 digits";
	if (from == AFFINITY_TEXT || from == AFFINITY_BLOB)
		return "text that looks like a number becomes one: '007' is 7";
	if (to == AFFINITY_REAL)
		return "integers of more than 15 digits are rounded";
	return NULL;
}

static bool counts(const struct dbw_table *table)
{
	const struct dbw_column *key = ddl_rowid_alias(table);

	return key && key->auto_increment;
}

static void lose_values(const struct dbw_table *before, const struct dbw_table *after,
                        struct dbw_risk *risk)
{
	for (size_t i = 0; i < before->columns.count && !risk->loses_data; i++) {
		const struct dbw_column *old = before->columns.items[i];
		const struct dbw_column *new = ddl_find_column(after, old->name);
		const char *loss;

		if (old->generated)
			continue;
		loss = !new ? "the column with all its values"
		       : new->generated
		           ? "the values that are stored: they are computed from now on"
		           : affinity_loss(old, new);
		if (!loss)
			continue;
		risk->loses_data = true;
		snprintf(risk->loss, sizeof risk->loss, "%s: %s", old->name, loss);
	}
	if (counts(before) && !counts(after) && !risk->loses_data)
		loses(risk, "how far AUTOINCREMENT has counted");
}

static void table_risk(const struct dbw_operation *operation, struct dbw_risk *risk)
{
	if (operation->verb == DBW_DROP)
		loses(risk, "the table with all its rows");
	if (operation->verb != DBW_REBUILD)
		return;
	risk->rewrites_table = risk->scans_table = true;
	snprintf(risk->note, sizeof risk->note,
	         "the table is copied; SQLite has one writer at a time anyway");
	lose_values(operation->before, operation->after, risk);
}

static void column_risk(const struct dbw_operation *operation, struct dbw_risk *risk)
{
	const struct dbw_column *before = operation->before;
	static const char drop_column[] = "SQLite 3.35 and later; older ones cannot drop a column";

	if (operation->verb != DBW_DROP)
		return;
	/* The rows are written again to purge the values (lang_altertable, 5). */
	risk->rewrites_table = before->generated != DBW_GENERATED_VIRTUAL;
	snprintf(risk->versions, sizeof risk->versions, "%s", drop_column);
	if (before->generated == DBW_NOT_GENERATED)
		loses(risk, "the column with all its values");
}

/* SQLite locks the whole database for every writer, from the first write to the end of the transaction; what
 * differs is how long. In WAL mode readers go on (SQLite, lockingv3 and wal). */
void sqlite_risk(const struct dbw_host *host, const struct dbw_operation *operation,
                 struct dbw_risk *risk)
{
	(void)host;
	risk->lock = "RESERVED, then EXCLUSIVE (whole database)";
	switch (operation->element) {
	case DBW_TABLE:
		table_risk(operation, risk);
		break;
	case DBW_COLUMN:
		column_risk(operation, risk);
		break;
	case DBW_INDEX:
		risk->scans_table = operation->verb != DBW_DROP;
		break;
	case DBW_OBJECT:
		if (operation->verb == DBW_DROP &&
		    ((const struct dbw_object *)operation->before)->kind == DBW_VIRTUAL_TABLE &&
		    virtual_loses_rows(operation))
			loses(risk, "the virtual table with what it keeps");
		break;
	default:
		break;
	}
	/* There is one writer at a time whatever it does: nothing could be made safer by steps. */
	risk->blocks = risk->rewrites_table || risk->scans_table;
	if (risk->blocks && !*risk->note)
		snprintf(risk->note, sizeof risk->note, "SQLite has one writer at a time anyway");
}
