#include "names.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "mysql_plugin.h"

static bool constraint_taken(const struct dbw_table *table, const char *name)
{
	for (size_t i = 0; i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->name && ddl_same(constraint->name, name))
			return true;
	}
	return false;
}

/* A name has 64 characters at most (MySQL 8.0, 9.2.1); of a longer one the table's part is cut. */
static void put_name(struct ddl *ddl, const char *table, const char *label, unsigned number)
{
	int digits = snprintf(NULL, 0, "_%s_%u", label, number);
	size_t length = 0;

	for (int room = 64 - digits; table[length] && room > 0; room--)
		do
			length++;
		while (((unsigned char)table[length] & 0xc0) == 0x80);
	ddl_printf(ddl, "%.*s_%s_%u", (int)length, table, label, number);
}

/* table_ibfk_1, table_chk_1: counted up over those that are there. */
static void name_constraints(const struct dbw_host *host, struct dbw_schema *schema,
                             struct dbw_table *table, enum dbw_constraint_kind kind,
                             const char *label)
{
	unsigned n = 1;

	for (size_t i = 0; i < table->constraints.count; i++) {
		struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->kind != kind || constraint->name)
			continue;
		do {
			struct ddl ddl = ddl_begin(host);

			put_name(&ddl, table->name, label, n++);
			size_t length;
			const char *name = host->buffer_text(ddl.buffer, &length);

			name = host->text(schema, name, length);
			ddl_end(&ddl);

			if (!constraint_taken(table, name))
				constraint->name = name;
		} while (!constraint->name);
	}
}

void names_give(const struct dbw_host *host, struct dbw_schema *schema, struct dbw_table *table)
{
	name_constraints(host, schema, table, DBW_FOREIGN_KEY, "ibfk");
	name_constraints(host, schema, table, DBW_CHECK, "chk");
}

const char *names_number(const char *name, const char *table, const char *label)
{
	size_t length = strlen(table);

	if (!name || strncasecmp(name, table, length) != 0 || name[length] != '_' ||
	    strncasecmp(name + length + 1, label, strlen(label)) != 0)
		return NULL;
	name += length + 1 + strlen(label);
	return *name == '_' && name[1] && name[1 + strspn(name + 1, "0123456789")] == '\0'
	           ? name + 1
	           : NULL;
}

bool names_of_column(const struct dbw_constraint *check)
{
	return check->kind == DBW_CHECK && ddl_option(&check->options, "COLUMN");
}

static bool is_mariadbs(const char *name)
{
	static const char word[] = "CONSTRAINT_";
	const char *number = name + sizeof word - 1;

	return strncasecmp(name, word, sizeof word - 1) == 0 && *number &&
	       number[strspn(number, "0123456789")] == '\0';
}

void names_mark(struct dbw_table *table)
{
	for (size_t i = 0; i < table->constraints.count; i++) {
		struct dbw_constraint *check = table->constraints.items[i];

		if (check->kind == DBW_CHECK &&
		    (names_number(check->name, table->name, "chk") || is_mariadbs(check->name) ||
		     names_of_column(check)))
			check->server_named = check->name;
	}
}

static const char *renamed(const struct dbw_host *host, struct dbw_schema *schema,
                           const char *table, const char *label, const char *number)
{
	struct ddl ddl = ddl_begin(host);
	size_t length;
	const char *name;

	ddl_printf(&ddl, "%s_%s_%s", table, label, number);
	name = host->buffer_text(ddl.buffer, &length);
	name = host->text(schema, name, length);
	ddl_end(&ddl);
	return name;
}

/* MySQL 8.0, 13.1.36: names that begin with those of the table follow it. MariaDB does so for foreign keys alone;
 * emit() sees to its checks. */
void mysql_plugin_table_renamed(const struct dbw_host *host, struct dbw_schema *schema,
                                struct dbw_table *table, const char *old_name)
{
	for (size_t i = 0; i < table->constraints.count; i++) {
		struct dbw_constraint *constraint = table->constraints.items[i];
		const char *label = constraint->kind == DBW_FOREIGN_KEY ? "ibfk"
		                    : constraint->kind == DBW_CHECK     ? "chk"
		                                                        : NULL;
		const char *number = label ? names_number(constraint->name, old_name, label) : NULL;

		if (number)
			constraint->name = renamed(host, schema, table->name, label, number);
	}
}
