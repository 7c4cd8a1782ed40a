#include "refuse.h"

#include <stdio.h>

/* 'what' is NULL where there is nothing to refuse. */
static enum dbw_status check(const char *what, const char *name, const struct dbw_source *source,
                             struct dbw_error *error)
{
	if (!what)
		return DBW_OK;
	if (source->file)
		snprintf(error->message, sizeof error->message,
		         "%s:%zu:%zu: MySQL has no %s ('%s')", source->file, source->line,
		         source->column, what, name ? name : "");
	else
		snprintf(error->message, sizeof error->message, "MySQL has no %s ('%s')", what,
		         name ? name : "");
	return DBW_UNSUPPORTED;
}

static const char *in_parts(const struct dbw_list *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct dbw_key_part *part = parts->items[i];

		if (part->nulls != DBW_NULLS_DEFAULT)
			return "NULLS FIRST or LAST in an index";
		if (part->collation)
			return "collations in an index";
		if (part->operator_class)
			return "operator classes";
	}
	return NULL;
}

static const char *in_constraint(const struct dbw_constraint *constraint)
{
	if (constraint->kind == DBW_EXCLUDE)
		return "EXCLUDE constraints";
	if (constraint->include.count)
		return "INCLUDE in a key";
	if (constraint->nulls_not_distinct)
		return "NULLS NOT DISTINCT";
	if (constraint->deferrable != DBW_NOT_DEFERRABLE)
		return "deferrable constraints";
	/* Read by the server, and thrown away (MySQL 8.0, 13.1.20.5). */
	if (constraint->match)
		return "MATCH in a foreign key that would be acted on";
	if (constraint->on_delete == DBW_SET_DEFAULT || constraint->on_update == DBW_SET_DEFAULT)
		return "foreign keys with SET DEFAULT";
	if (constraint->on_delete_columns.count)
		return "columns behind ON DELETE SET NULL";
	if (constraint->not_valid)
		return "NOT VALID";
	if (constraint->no_inherit)
		return "NO INHERIT";
	if (constraint->comment && constraint->kind != DBW_UNIQUE &&
	    constraint->kind != DBW_PRIMARY_KEY)
		return "comments on a constraint";
	return in_parts(&constraint->parts);
}

static const char *in_index(const struct dbw_index *index)
{
	if (index->predicate)
		return "WHERE in an index";
	if (index->include.count)
		return "INCLUDE in an index";
	if (index->nulls_not_distinct)
		return "NULLS NOT DISTINCT";
	return in_parts(&index->parts);
}

static enum dbw_status in_table(const struct dbw_table *table, struct dbw_error *error)
{
	enum dbw_status status = DBW_OK;

	if (table->inherits.count || table->partition_of)
		return check("inheritance, and partitions that are tables", table->name,
		             &table->source, error);
	for (size_t i = 0; status == DBW_OK && i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];

		status = check(column->identity ? "identity columns; write AUTO_INCREMENT" : NULL,
		               column->name, &column->source, error);
	}
	for (size_t i = 0; status == DBW_OK && i < table->constraints.count; i++) {
		const struct dbw_constraint *constraint = table->constraints.items[i];

		status = check(in_constraint(constraint),
		               constraint->name ? constraint->name : table->name,
		               &constraint->source, error);
	}
	for (size_t i = 0; status == DBW_OK && i < table->indexes.count; i++) {
		const struct dbw_index *index = table->indexes.items[i];

		status = check(in_index(index), index->name, &index->source, error);
	}
	return status;
}

enum dbw_status refuse_unknown(const struct dbw_schema *schema, struct dbw_error *error)
{
	enum dbw_status status = DBW_OK;

	for (size_t i = 0; status == DBW_OK && i < schema->tables.count; i++)
		status = in_table(schema->tables.items[i], error);
	return status;
}
