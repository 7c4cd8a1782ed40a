#include <string.h>
#include <strings.h>

#include "ddl.h"
#include "emit.h"
#include "names.h"
#include "partitions.h"

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
		ddl_column(ddl, table, column);
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
	struct ddl ddl = emitting_alter(emitting, historic ? before : after),
		   options = ddl_begin(emitting->host);

	put_option_changes(&options, before, after);
	if (*ddl_text(&options)) {
		ddl_put(&ddl, ddl_text(&options) + 2);
		emitting_put(emitting, &ddl);
	} else {
		ddl_end(&ddl);
	}
	ddl_end(&options);
	if ((was && is && emitting->host->same_sql(emitting->host, was, is)) || (!was && !is))
		return DBW_OK;
	ddl = emitting_alter(emitting, after);
	if (was && is)
		partitions_change(&ddl, was, is);
	else if (is)
		ddl_printf(&ddl, "PARTITION BY %s", is);
	else
		ddl_put(&ddl, "REMOVE PARTITIONING");
	emitting_put(emitting, &ddl);
	return DBW_OK;
}

/* MySQL renames the checks that it has named itself with their table (8.0, 13.1.36). MariaDB is told to do the
 * same, by a comment for it alone: the other reads an ALTER TABLE that does nothing. What the checks say is in the
 * words of the old table, as columns get their names later, and back before. */
static void rename_checks(const struct emitting *emitting, const struct dbw_table *before,
                          const struct dbw_table *after)
{
	bool back = !emitting_has_table(emitting->operation->schema_before, after->name);
	const struct dbw_table *old = back ? after : before;

	for (size_t i = 0; i < old->constraints.count; i++) {
		const struct dbw_constraint *check = old->constraints.items[i];
		const char *number = names_number(check->name, old->name, "chk");
		struct dbw_constraint renamed = *check;
		struct ddl ddl, from, to;

		if (check->kind != DBW_CHECK || !number)
			continue;
		from = ddl_begin(emitting->host);
		to = ddl_begin(emitting->host);
		ddl_printf(&from, "%s_chk_%s", before->name, number);
		ddl_printf(&to, "%s_chk_%s", after->name, number);
		renamed.name = ddl_text(&to);
		ddl = emitting_alter(emitting, after);
		ddl_put(&ddl, "/*M! DROP CONSTRAINT ");
		ddl_name(&ddl, ddl_text(&from));
		ddl_put(&ddl, ", ADD ");
		ddl_constraint(&ddl, &renamed);
		ddl_put(&ddl, " */");
		emitting_put(emitting, &ddl);
		ddl_end(&from);
		ddl_end(&to);
	}
}

enum dbw_status emit_table(const struct emitting *emitting)
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
		ddl = emitting_alter(emitting, before);
		ddl_put(&ddl, "RENAME TO ");
		ddl_name(&ddl, after->name);
		emitting_put(emitting, &ddl);
		rename_checks(emitting, before, after);
		return DBW_OK;
	default:
		return alter_table(emitting, before, after);
	}
	emitting_put(emitting, &ddl);
	return DBW_OK;
}
