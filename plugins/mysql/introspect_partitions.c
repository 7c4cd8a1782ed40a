/* What only the text of a table tells. */
#include <stdio.h>
#include <string.h>

#include "ddl.h"
#include "introspect.h"

/* Behind PARTITION BY, which begins a line of its own, on MySQL in a comment for versions. */
static const char *partition_clause(const char *text, size_t *length)
{
	static const char words[] = "PARTITION BY ";

	while ((text = strchr(text, '\n'))) {
		const char *line = ++text;
		bool comment = strncmp(line, "/*!", 3) == 0;

		line += comment ? strcspn(line, " ") : 0;
		line += strspn(line, " ");
		if (strncmp(line, words, sizeof words - 1) != 0)
			continue;
		line += sizeof words - 1;
		*length = strlen(line);
		if (comment && *length > 3 && strcmp(line + *length - 3, " */") == 0)
			*length -= 3;
		return line;
	}
	return NULL;
}

/* What stands behind PARTITION BY in the table's own text. */
bool read_partitions(struct reading *reading)
{
	MYSQL_RES *names = reading_ask(
	    reading, "SELECT DISTINCT table_name FROM information_schema.partitions WHERE "
		     "table_schema = DATABASE() AND partition_name IS NOT NULL");
	MYSQL_ROW row;

	if (!names)
		return false;
	while ((row = mysql_fetch_row(names))) {
		struct dbw_table *table = reading_table(reading, row[0]);
		struct ddl sql = ddl_begin(reading->host);
		MYSQL_RES *shown;
		MYSQL_ROW made;
		const char *from;
		size_t length;

		ddl_put(&sql, "SHOW CREATE TABLE ");
		ddl_name(&sql, row[0]);
		shown = table ? reading_ask(reading, ddl_text(&sql)) : NULL;
		ddl_end(&sql);
		if (!shown)
			continue;
		made = mysql_fetch_row(shown);
		from = made ? partition_clause(made[1], &length) : NULL;
		if (from)
			table->partition_by = reading->host->text(reading->schema, from, length);
		mysql_free_result(shown);
	}
	mysql_free_result(names);
	return reading->status == DBW_OK;
}

/* A period brings a check of its own: `from` < `till`. */
static bool may_be_period(const char *clause)
{
	size_t quotes = 0;

	for (const char *c = clause; *c; c++)
		quotes += *c == '`';
	return quotes == 4 && *clause == '`' && strstr(clause, "` < `") != NULL;
}

bool refuse_period_check(struct reading *reading, const char *table, const char *name,
                         const char *clause)
{
	struct ddl sql, wanted;
	MYSQL_RES *shown;
	MYSQL_ROW made;

	if (!connection_is_mariadb(reading->connection) || !may_be_period(clause))
		return true;
	sql = ddl_begin(reading->host);
	wanted = ddl_begin(reading->host);
	ddl_put(&sql, "SHOW CREATE TABLE ");
	ddl_name(&sql, table);
	ddl_printf(&wanted, "\n  PERIOD FOR `%s`", name);
	shown = reading_ask(reading, ddl_text(&sql));
	made = shown ? mysql_fetch_row(shown) : NULL;
	if (made && strstr(made[1], ddl_text(&wanted))) {
		snprintf(reading->error->message, sizeof reading->error->message,
		         "table '%s' has a PERIOD ('%s'), which is not kept", table, name);
		snprintf(reading->error->hint, sizeof reading->error->hint,
		         "dbwarden cannot work with a database that has such a table.");
		reading->status = DBW_UNSUPPORTED;
	}
	mysql_free_result(shown);
	ddl_end(&sql);
	ddl_end(&wanted);
	return reading->status == DBW_OK;
}
