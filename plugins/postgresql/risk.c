#include <stdio.h>
#include <string.h>

#include "postgresql.h"
#include "text.h"

/* The locks are those of PostgreSQL 15, 13.3.1 and of each command's page. */

static void note(struct dbw_risk *risk, const char *text)
{
	snprintf(risk->note, sizeof risk->note, "%s", text);
}

static bool widens(const char *before, const char *after)
{
	static const char varying[] = "character varying(";
	unsigned from, to;

	if (strcmp(after, "text") == 0 || strcmp(after, "character varying") == 0)
		return strncmp(before, "character varying", 17) == 0 || strcmp(before, "text") == 0;
	return strncmp(before, varying, sizeof varying - 1) == 0 &&
	       sscanf(before + sizeof varying - 1, "%u", &from) == 1 &&
	       strncmp(after, varying, sizeof varying - 1) == 0 &&
	       sscanf(after + sizeof varying - 1, "%u", &to) == 1 && to >= from;
}

static void column_risk(const struct dbw_operation *operation, struct dbw_risk *risk)
{
	const struct dbw_column *before = operation->before, *after = operation->after;

	risk->lock = "ACCESS EXCLUSIVE";
	if (operation->verb == DBW_DROP) {
		risk->loses_data = before->generated == DBW_NOT_GENERATED;
	} else if (operation->verb == DBW_CREATE) {
		/* A constant default is kept in the catalogue, since PostgreSQL 11. */
		if (after->generated != DBW_NOT_GENERATED || after->identity != DBW_NO_IDENTITY ||
		    strstr(after->type, "serial") ||
		    (after->default_value && strchr(after->default_value, '('))) {
			risk->rewrites_table = true;
			note(risk,
			     "every row is written again; a column without a default, filled in "
			     "batches, is quicker for the others");
		}
	} else if (operation->verb == DBW_ALTER) {
		if (strcmp(before->type, after->type) != 0 && !widens(before->type, after->type)) {
			risk->rewrites_table = true;
			note(risk,
			     "the table and its indexes are written again while nobody can read "
			     "it");
		}
		if (after->not_null && !before->not_null)
			risk->scans_table = true;
	}
}

static void constraint_risk(const struct dbw_operation *operation, struct dbw_risk *risk)
{
	const struct dbw_constraint *after = operation->after;

	risk->lock = "ACCESS EXCLUSIVE";
	if (!after || operation->verb == DBW_RENAME)
		return;
	risk->scans_table = !after->not_valid;
	if (after->kind == DBW_FOREIGN_KEY) {
		risk->lock = "SHARE ROW EXCLUSIVE (both tables)";
		if (risk->scans_table)
			note(risk,
			     "every row is looked up in the other table; NOT VALID and VALIDATE "
			     "CONSTRAINT in two steps hold the lock shortly");
	} else if (after->kind != DBW_CHECK) {
		note(risk, "an index is built while nobody can use the table");
	}
}

void postgresql_risk(const struct dbw_host *host, const struct dbw_operation *operation,
                     struct dbw_risk *risk)
{
	(void)host;
	switch (operation->element) {
	case DBW_TABLE:
		risk->lock = operation->verb == DBW_CREATE ? NULL : "ACCESS EXCLUSIVE";
		risk->loses_data = operation->verb == DBW_DROP;
		break;
	case DBW_COLUMN:
		column_risk(operation, risk);
		break;
	case DBW_CONSTRAINT:
		constraint_risk(operation, risk);
		break;
	case DBW_INDEX:
		risk->lock = operation->verb == DBW_DROP ? "ACCESS EXCLUSIVE" : "SHARE";
		risk->scans_table = operation->verb != DBW_DROP && operation->verb != DBW_RENAME;
		if (risk->scans_table)
			note(risk, "nobody can write meanwhile; CREATE INDEX CONCURRENTLY in a "
			           "migration of its own lets them");
		break;
	case DBW_OBJECT:
		risk->lock = "ACCESS EXCLUSIVE";
		risk->loses_data =
		    operation->verb == DBW_DROP &&
		    ((const struct dbw_object *)operation->before)->kind == DBW_EXTENSION;
		break;
	default:
		break;
	}
}
