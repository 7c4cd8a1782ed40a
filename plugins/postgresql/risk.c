#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ddl.h"
#include "emit.h"
#include "narrow.h"
#include "postgresql.h"
#include "text.h"

/* The locks are those of PostgreSQL 15, 13.3.1 and of each command's page; what is written again and what is
 * read are from the notes of ALTER TABLE, and the page of each older version where it differs. */

static const char access_exclusive[] = "ACCESS EXCLUSIVE";
static const char share_row_exclusive[] = "SHARE ROW EXCLUSIVE";
static const char share_update_exclusive[] = "SHARE UPDATE EXCLUSIVE";
static const char share[] = "SHARE";

static void fill(char *to, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void fill(char *to, size_t size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(to, size, format, arguments);
	va_end(arguments);
}

static void note(struct dbw_risk *risk, const char *text)
{
	fill(risk->note, sizeof risk->note, "%s", text);
}

static void loses(struct dbw_risk *risk, const char *what)
{
	risk->loses_data = true;
	fill(risk->loss, sizeof risk->loss, "%s", what);
}

static void since(struct dbw_risk *risk, const char *text)
{
	fill(risk->versions, sizeof risk->versions, "%s", text);
}

static void also_locks(struct dbw_risk *risk, const char *lock, const char *table)
{
	size_t used = strlen(risk->also_locked);

	fill(risk->also_locked + used, sizeof risk->also_locked - used, "%s%s on %s",
	     used ? ", " : "", lock, table);
}

/* Tables. */

static void locks_parents(struct dbw_risk *risk, const struct dbw_table *table,
                          const char *partition, const char *inherited)
{
	if (table->partition_of)
		also_locks(risk, partition, table->partition_of);
	for (size_t i = 0; i < table->inherits.count; i++)
		also_locks(risk, inherited, table->inherits.items[i]);
}

static bool same_options(const struct dbw_table *before, const struct dbw_table *after,
                         bool parameters)
{
	const struct dbw_table *sides[] = {before, after};

	for (int side = 0; side < 2; side++) {
		const struct dbw_list *options = &sides[side]->options;

		for (size_t i = 0; i < options->count; i++) {
			const struct dbw_option *option = options->items[i];
			const char *other = option_value(&sides[!side]->options, option->name);

			if (ddl_is_parameter(option->name) == parameters &&
			    (!other || strcmp(other, option->value) != 0))
				return false;
		}
	}
	return true;
}

static bool same_parents(const struct dbw_table *before, const struct dbw_table *after)
{
	if (!same(before->partition_of, after->partition_of) ||
	    !same(before->partition_bound, after->partition_bound) ||
	    before->inherits.count != after->inherits.count)
		return false;
	for (size_t i = 0; i < before->inherits.count; i++)
		if (strcmp(before->inherits.items[i], after->inherits.items[i]) != 0)
			return false;
	return true;
}

static void alter_table_risk(const struct dbw_table *before, const struct dbw_table *after,
                             struct dbw_risk *risk)
{
	bool unlogged = option_value(&after->options, "UNLOGGED") != NULL;

	/* Parameters of the storage and comments let readers and writers go on. */
	risk->lock = share_update_exclusive;
	if (!same_options(before, after, false) || !same_parents(before, after))
		risk->lock = access_exclusive;
	if ((option_value(&before->options, "UNLOGGED") != NULL) != unlogged) {
		risk->rewrites_table = true;
		note(risk, unlogged ? "after a crash of the server an unlogged table is empty"
		                    : "the whole table is written to the log");
	}
	if (same_parents(before, after))
		return;
	/* The rows are read to see that they are in the bounds. */
	risk->scans_table |= after->partition_of != NULL;
	locks_parents(risk, before, access_exclusive, share_update_exclusive);
	locks_parents(risk, after, share_update_exclusive, share_update_exclusive);
	if (after->partition_of)
		since(risk, "before PostgreSQL 12 ATTACH PARTITION locked the parent by ACCESS "
		            "EXCLUSIVE");
}

static void table_risk(const struct dbw_operation *operation, struct dbw_risk *risk)
{
	switch (operation->verb) {
	case DBW_CREATE:
		locks_parents(risk, operation->after, access_exclusive, share_update_exclusive);
		break;
	case DBW_DROP:
		risk->lock = access_exclusive;
		locks_parents(risk, operation->before, access_exclusive, share_update_exclusive);
		loses(risk, "the table with all its rows");
		break;
	case DBW_RENAME:
		risk->lock = access_exclusive;
		break;
	default:
		alter_table_risk(operation->before, operation->after, risk);
	}
}

/* Columns. */

/* Functions that give the same in one statement, and types that have parentheses. Whatever else is called may
 * give every row a value of its own. */
static bool is_stable_call(const char *name, size_t length)
{
	static const char *const names[] = {"now",
	                                    "transaction_timestamp",
	                                    "statement_timestamp",
	                                    "current_timestamp",
	                                    "current_time",
	                                    "localtimestamp",
	                                    "localtime",
	                                    "current_setting",
	                                    "array",
	                                    "row",
	                                    "lower",
	                                    "upper",
	                                    "coalesce",
	                                    "concat",
	                                    "date_trunc",
	                                    "to_timestamp",
	                                    "make_interval",
	                                    "jsonb_build_object",
	                                    "jsonb_build_array",
	                                    "json_build_object",
	                                    "json_build_array",
	                                    "to_json",
	                                    "to_jsonb",
	                                    "varying",
	                                    "varchar",
	                                    "character",
	                                    "char",
	                                    "numeric",
	                                    "decimal",
	                                    "bit",
	                                    "timestamp",
	                                    "time",
	                                    "interval",
	                                    "and",
	                                    "or",
	                                    "not",
	                                    "in",
	                                    "case",
	                                    "when",
	                                    "then",
	                                    "else"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == length && strncasecmp(name, names[i], length) == 0)
			return true;
	return false;
}

static bool is_volatile(const char *expression)
{
	for (const char *at = expression; *at;) {
		size_t length = 0;

		if (!isalpha((unsigned char)*at) && *at != '_') {
			/* Parentheses are gone into. */
			at = *at == '(' ? at + 1 : text_skip_piece(at);
			continue;
		}
		while (isalnum((unsigned char)at[length]) || at[length] == '_')
			length++;
		if (at[length + strspn(at + length, " ")] == '(' && !is_stable_call(at, length))
			return true;
		at += length;
	}
	return false;
}

/* A domain that checks its values has every row looked at, by writing it (ATExecAddColumn). */
static bool is_checked_domain(const struct dbw_operation *operation, const char *type)
{
	const struct dbw_list *objects = &operation->schema_after->objects;

	for (size_t i = 0; i < objects->count; i++) {
		const struct dbw_object *object = objects->items[i];

		if (object->kind == DBW_DOMAIN && strcmp(object->name, type) == 0)
			return strcasestr(object->text, "check") ||
			       strcasestr(object->text, "not null");
	}
	return false;
}

static void add_column_risk(const struct dbw_operation *operation, struct dbw_risk *risk)
{
	const struct dbw_column *column = operation->after;

	risk->rewrites_table = column->generated == DBW_GENERATED_STORED ||
	                       column->identity != DBW_NO_IDENTITY ||
	                       strstr(column->type, "serial") ||
	                       (column->default_value && is_volatile(column->default_value)) ||
	                       is_checked_domain(operation, column->type);
	if (risk->rewrites_table)
		note(risk, "every row is written again while nobody can read or write");
	else if (column->default_value)
		since(risk, "before PostgreSQL 11 every row was written again for the default");
	else if (column->not_null) {
		risk->scans_table = true;
		note(risk, "NOT NULL without a default: it fails if the table has rows");
	}
}

/* Whether the table has a valid CHECK (column IS NOT NULL). */
static bool is_checked_not_null(const struct dbw_host *host, const struct dbw_operation *operation,
                                const struct dbw_column *column)
{
	const struct dbw_list *constraints = &operation->table_before->constraints;
	struct text condition = text_begin(host);
	bool found = false;

	text_name(&condition, column->name);
	text_put(&condition, " IS NOT NULL");
	for (size_t i = 0; i < constraints->count && !found; i++) {
		const struct dbw_constraint *constraint = constraints->items[i];

		found = constraint->kind == DBW_CHECK && !constraint->not_valid &&
		        host->same_sql(host, constraint->expression, text_get(&condition));
	}
	text_end(&condition);
	return found;
}

static void retype_risk(const struct dbw_column *before, const struct dbw_column *after,
                        struct dbw_risk *risk)
{
	const char *loss = narrow_loss(before->type, after->type);
	bool zones = strstr(before->type, "timestamp") && strstr(after->type, "timestamp");

	if (loss)
		loses(risk, loss);
	if (!narrow_keeps_rows(before->type, after->type)) {
		risk->rewrites_table = true;
		note(risk, "the table and its indexes are written again while nobody can read it");
		if (zones && !loss)
			since(risk, "since PostgreSQL 12 not where the session's TimeZone is UTC");
	} else if (!same(before->collation, after->collation)) {
		note(risk, "the indexes on it are built again while nobody can read the table");
	}
}

static void alter_column_risk(const struct dbw_host *host, const struct dbw_operation *operation,
                              struct dbw_risk *risk)
{
	const struct dbw_column *before = operation->before, *after = operation->after;

	if (strcmp(before->type, after->type) != 0 || !same(before->collation, after->collation))
		retype_risk(before, after, risk);
	if (before->generated == DBW_NOT_GENERATED && after->generated != DBW_NOT_GENERATED)
		loses(risk, "the values that are stored: they are computed from now on");
	else if (after->generated == DBW_GENERATED_STORED &&
	         !same(before->generated_expression, after->generated_expression))
		risk->rewrites_table = true;
	if ((strstr(before->type, "serial") || before->identity != DBW_NO_IDENTITY) &&
	    !strstr(after->type, "serial") && after->identity == DBW_NO_IDENTITY &&
	    !serial_is_declared(host, operation->schema_after, operation->table_after, after))
		loses(risk, "how far its sequence has counted");
	if (!after->not_null || before->not_null)
		return;
	risk->scans_table = !is_checked_not_null(host, operation, after);
	if (!risk->scans_table)
		since(risk, "before PostgreSQL 12 every row was read in spite of the CHECK");
	else if (!*risk->note)
		note(risk,
		     "every row is read while nobody can use the table; a row with NULL stops it");
}

static void column_risk(const struct dbw_host *host, const struct dbw_operation *operation,
                        struct dbw_risk *risk)
{
	const struct dbw_column *before = operation->before;

	risk->lock = access_exclusive;
	if (operation->verb == DBW_CREATE)
		add_column_risk(operation, risk);
	else if (operation->verb == DBW_ALTER)
		alter_column_risk(host, operation, risk);
	else if (operation->verb == DBW_DROP && before->generated == DBW_NOT_GENERATED)
		loses(risk, "the column with all its values");
}

/* Constraints and indexes. */

static void foreign_key_risk(const struct dbw_constraint *key, struct dbw_risk *risk)
{
	risk->lock = share_row_exclusive;
	also_locks(risk, share_row_exclusive, key->ref_table);
	if (risk->scans_table)
		note(risk, "every row is looked up in the other table while nobody can write to "
		           "either");
}

static void validate_risk(const struct dbw_constraint *constraint, struct dbw_risk *risk)
{
	risk->lock = share_update_exclusive;
	risk->scans_table = true;
	if (constraint->kind == DBW_FOREIGN_KEY)
		also_locks(risk, "ROW SHARE", constraint->ref_table);
}

static void constraint_risk(const struct dbw_operation *operation, struct dbw_risk *risk)
{
	const struct dbw_constraint *before = operation->before, *after = operation->after;

	risk->lock = access_exclusive;
	if (operation->verb == DBW_RENAME)
		return;
	if (before && before->kind == DBW_FOREIGN_KEY && !(after && after->kind == DBW_FOREIGN_KEY))
		also_locks(risk, access_exclusive, before->ref_table);
	if (!after)
		return;
	if (operation->verb == DBW_ALTER && before->not_valid && !after->not_valid) {
		validate_risk(after, risk);
		return;
	}
	if (emit_index_for_key(operation, after))
		return;
	risk->scans_table = !after->not_valid;
	if (after->kind == DBW_FOREIGN_KEY && !before)
		foreign_key_risk(after, risk);
	else if (after->kind == DBW_FOREIGN_KEY)
		also_locks(risk, access_exclusive, after->ref_table);
	else if (after->kind != DBW_CHECK)
		note(risk, "an index is built while nobody can use the table");
	else if (risk->scans_table)
		note(risk, "every row is read while nobody can use the table");
}

static void index_risk(const struct dbw_operation *operation, struct dbw_risk *risk)
{
	if (operation->verb == DBW_RENAME) {
		risk->lock = share_update_exclusive;
		since(risk, "on the index alone; before PostgreSQL 12 it was ACCESS EXCLUSIVE");
		return;
	}
	risk->lock = operation->verb == DBW_CREATE ? share : access_exclusive;
	risk->scans_table = operation->verb != DBW_DROP;
	if (operation->flags & DBW_OPERATION_ONLINE)
		risk->lock = share_update_exclusive;
	else if (risk->scans_table)
		note(risk, "nobody can write to the table while the index is built");
}

/* Types and what is kept by its text. */

static bool has_label(const struct dbw_enum *type, const char *label)
{
	for (size_t i = 0; i < type->labels.count; i++)
		if (strcmp(type->labels.items[i], label) == 0)
			return true;
	return false;
}

/* The first label that is no more, or NULL. */
static const char *lost_label(const struct dbw_enum *before, const struct dbw_enum *after)
{
	for (size_t i = 0; i < before->labels.count; i++)
		if (!has_label(after, before->labels.items[i]))
			return before->labels.items[i];
	return NULL;
}

static bool is_in_order(const struct dbw_enum *before, const struct dbw_enum *after)
{
	size_t found = 0;

	for (size_t i = 0; i < after->labels.count && found < before->labels.count; i++)
		found += strcmp(after->labels.items[i], before->labels.items[found]) == 0;
	return found == before->labels.count;
}

/* The tables that have a column of the type: each is written again. */
static void rewrites_users(const struct dbw_operation *operation, const char *type,
                           struct dbw_risk *risk)
{
	const struct dbw_list *tables = &operation->schema_before->tables;

	for (size_t i = 0; i < tables->count; i++) {
		const struct dbw_table *table = tables->items[i];
		bool uses = false;

		for (size_t j = 0; j < table->columns.count; j++) {
			const struct dbw_column *column = table->columns.items[j];
			size_t length = strlen(type);
			const char *found = strstr(column->type, type);

			uses |= found &&
			        (!found[length] || found[length] == '[' || found[length] == '"');
		}
		if (!uses)
			continue;
		also_locks(risk, access_exclusive, table->name);
		risk->rewrites_table = true;
		note(risk,
		     "each table with a column of it is written again while nobody can read it");
	}
}

static void enum_risk(const struct dbw_operation *operation, struct dbw_risk *risk)
{
	const struct dbw_enum *before = operation->before, *after = operation->after;
	const char *lost;

	if (!before || operation->verb == DBW_RENAME)
		return;
	if (!after) {
		risk->lock = "ACCESS EXCLUSIVE on the type";
		return;
	}
	/* AddEnumLabel and RenameEnumLabel lock the row of pg_type alone. */
	risk->lock = "EXCLUSIVE on the type";
	if (operation->verb == DBW_RENAME_VALUE)
		return;
	lost = lost_label(before, after);
	if (!lost && is_in_order(before, after))
		return;
	risk->lock = "ACCESS EXCLUSIVE on the type";
	rewrites_users(operation, before->name, risk);
	if (lost) {
		risk->loses_data = true;
		fill(risk->loss, sizeof risk->loss,
		     "the value '%s': rows that have it must be changed before", lost);
	}
}

/* One piece of SQL between commas, or up to a word of a domain's that is not its type. */
struct piece {
	const char *text;
	size_t length;
};

static const char *skip_to(const char *sql, const char *stop)
{
	while (*sql && !strchr(stop, *sql))
		sql = text_skip_piece(sql);
	return sql;
}

static bool next_attribute(const char **at, struct piece *piece)
{
	if (!**at || **at == ')')
		return false;
	piece->text = *at;
	*at = skip_to(*at, ",)");
	piece->length = (size_t)(*at - piece->text);
	*at += **at == ',';
	return true;
}

static bool same_piece(const struct dbw_host *host, const struct piece *a, const struct piece *b)
{
	struct text left = text_begin(host), right = text_begin(host);
	bool equal;

	host->buffer_append(left.buffer, a->text, a->length);
	host->buffer_append(right.buffer, b->text, b->length);
	equal = host->same_sql(host, text_get(&left), text_get(&right));
	text_end(&left);
	text_end(&right);
	return equal;
}

/* Behind the '(' of CREATE TYPE name AS (. */
static const char *attributes_of(const struct dbw_object *type)
{
	const char *open = skip_to(type->text, "(");

	return *open ? open + 1 : open;
}

static bool keeps_attributes(const struct dbw_host *host, const struct dbw_object *before,
                             const struct dbw_object *after)
{
	const char *from = attributes_of(before);
	struct piece old, new;

	while (next_attribute(&from, &old)) {
		const char *to = attributes_of(after);
		bool found = false;

		while (!found && next_attribute(&to, &new))
			found = same_piece(host, &old, &new);
		if (!found)
			return false;
	}
	return true;
}

static bool is_among(const char *word, size_t length, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == length && strncasecmp(*words, word, length) == 0)
			return true;
	return false;
}

/* CREATE DOMAIN name AS type [COLLATE ..] [DEFAULT ..] [NOT NULL] [CHECK ..]; AS may be left out. */
static struct piece type_of_domain(const struct dbw_object *domain)
{
	static const char *const ends[] = {"collate", "default",    "not", "null",
	                                   "check",   "constraint", NULL};
	static const char *const as[] = {"as", NULL};
	struct piece piece = {domain->text, 0};
	const char *at = domain->text;

	while (*at) {
		size_t length = 0;

		while (isalnum((unsigned char)at[length]) || at[length] == '_')
			length++;
		if (is_among(at, length, as))
			piece.text = at + length;
		else if (is_among(at, length, ends))
			break;
		at = length ? at + length : text_skip_piece(at);
	}
	piece.length = (size_t)(at - piece.text);
	return piece;
}

static void alter_type_risk(const struct dbw_host *host, const struct dbw_operation *operation,
                            struct dbw_risk *risk)
{
	const struct dbw_object *before = operation->before, *after = operation->after;
	struct piece from, to;

	risk->lock = "ACCESS EXCLUSIVE on the type";
	rewrites_users(operation, before->name, risk);
	if (before->kind == DBW_COMPOSITE_TYPE && !keeps_attributes(host, before, after))
		loses(risk, "the values of attributes that are no more or have another type");
	if (before->kind != DBW_DOMAIN)
		return;
	from = type_of_domain(before);
	to = type_of_domain(after);
	if (!same_piece(host, &from, &to))
		loses(risk, "values that do not fit into the new type are refused or rounded");
}

static void object_risk(const struct dbw_host *host, const struct dbw_operation *operation,
                        struct dbw_risk *risk)
{
	const struct dbw_object *object = operation->before ? operation->before : operation->after;
	bool there = operation->before != NULL;

	switch (object->kind) {
	case DBW_VIEW:
		risk->lock = there ? access_exclusive : NULL;
		break;
	case DBW_MATERIALIZED_VIEW:
		risk->lock = there ? access_exclusive : NULL;
		if (operation->after)
			note(risk, "its query runs, however long it takes");
		break;
	case DBW_TRIGGER:
		risk->lock = there ? access_exclusive : share_row_exclusive;
		break;
	case DBW_POLICY:
	case DBW_RULE:
		risk->lock = access_exclusive;
		break;
	case DBW_STATISTICS:
		risk->lock = share_update_exclusive;
		break;
	case DBW_DOMAIN:
	case DBW_COMPOSITE_TYPE:
	case DBW_RANGE_TYPE:
		if (operation->verb == DBW_ALTER)
			alter_type_risk(host, operation, risk);
		break;
	case DBW_EXTENSION:
		if (operation->verb == DBW_DROP)
			loses(risk, "what the extension keeps in tables of its own");
		break;
	default:
		break;
	}
}

static void sequence_risk(const struct dbw_host *host, const struct dbw_operation *operation,
                          struct dbw_risk *risk)
{
	const struct dbw_sequence *before = operation->before;
	struct dbw_sequence implied;

	if (operation->verb == DBW_ALTER)
		risk->lock = share_row_exclusive;
	if (operation->verb != DBW_DROP ||
	    serial_implies(host, operation->schema_after, before->namespace_name, before->name,
	                   &implied))
		return;
	risk->lock = access_exclusive;
	loses(risk, "how far it has counted");
}

static void backfill_risk(struct dbw_risk *risk)
{
	risk->lock = "ROW EXCLUSIVE";
	risk->rewrites_table = true;
	note(risk, "some thousand rows at a time; triggers on UPDATE of the table fire");
	since(risk, "before PostgreSQL 14 each batch reads the whole table");
}

static void element_risk(const struct dbw_host *host, const struct dbw_operation *operation,
                         struct dbw_risk *risk)
{
	switch (operation->element) {
	case DBW_TABLE:
		table_risk(operation, risk);
		break;
	case DBW_COLUMN:
		column_risk(host, operation, risk);
		break;
	case DBW_CONSTRAINT:
		constraint_risk(operation, risk);
		break;
	case DBW_INDEX:
		index_risk(operation, risk);
		break;
	case DBW_SEQUENCE:
		sequence_risk(host, operation, risk);
		break;
	case DBW_ENUM:
		enum_risk(operation, risk);
		break;
	case DBW_OBJECT:
		object_risk(host, operation, risk);
		break;
	default:
		break;
	}
}

void postgresql_risk(const struct dbw_host *host, const struct dbw_operation *operation,
                     struct dbw_risk *risk)
{
	if (operation->verb == DBW_BACKFILL) {
		backfill_risk(risk);
		return;
	}
	element_risk(host, operation, risk);
	/* The others wait for what is held to the end of the transaction. */
	risk->blocks =
	    (risk->rewrites_table || risk->scans_table) && risk->lock != share_update_exclusive;
}
