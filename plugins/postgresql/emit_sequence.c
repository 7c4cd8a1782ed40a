#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "emit.h"
#include "names.h"

/* Sequences: those that are declared, and those that serial columns stand for. */

/* serial stands for what it makes. */
const char *serial_plain_type(const char *type)
{
	return strcmp(type, "serial") == 0        ? "integer"
	       : strcmp(type, "bigserial") == 0   ? "bigint"
	       : strcmp(type, "smallserial") == 0 ? "smallint"
	                                          : type;
}

void serial_sequence_name(struct text *text, const struct dbw_table *table,
                          const struct dbw_column *column)
{
	struct text name = text_begin(text->host);

	names_put(&name, table->name, column->name, "seq");
	text_qualified(text, table->namespace_name, text_get(&name));
	text_end(&name);
}

/* The sequence that a serial column stands for, if that is its name. */
bool serial_implies(const struct dbw_host *host, const struct dbw_schema *schema,
                    const char *namespace_name, const char *name, struct dbw_sequence *sequence)
{
	bool found = false;

	for (size_t i = 0; !found && i < schema->tables.count; i++) {
		const struct dbw_table *table = schema->tables.items[i];

		for (size_t j = 0; !found && same(table->namespace_name, namespace_name) &&
		                   j < table->columns.count;
		     j++) {
			const struct dbw_column *column = table->columns.items[j];
			struct text own;

			if (strcmp(serial_plain_type(column->type), column->type) == 0)
				continue;
			own = text_begin(host);
			names_put(&own, table->name, column->name, "seq");
			found = strcmp(text_get(&own), name) == 0;
			text_end(&own);
			*sequence = (struct dbw_sequence){
			    .namespace_name = namespace_name,
			    .name = name,
			    .type = serial_plain_type(column->type),
			    .owned_by_table = table->name,
			    .owned_by_column = column->name,
			};
		}
	}
	return found;
}

/* Whether the sequence of a serial column is one with a declaration of its own on that side. */
bool serial_is_declared(const struct dbw_host *host, const struct dbw_schema *schema,
                        const struct dbw_table *table, const struct dbw_column *column)
{
	struct text name = text_begin(host);
	bool found = false;

	names_put(&name, table->name, column->name, "seq");
	for (size_t i = 0; !found && i < schema->sequences.count; i++) {
		const struct dbw_sequence *one = schema->sequences.items[i];

		found = strcmp(one->name, text_get(&name)) == 0 &&
		        same(one->namespace_name, table->namespace_name);
	}
	text_end(&name);
	return found;
}

static void own_sequence(const struct emitting *emitting, const struct dbw_sequence *sequence)
{
	struct text text = text_begin(emitting->host);

	text_put(&text, "ALTER SEQUENCE ");
	text_qualified(&text, sequence->namespace_name, sequence->name);
	text_put(&text, " OWNED BY ");
	if (sequence->owned_by_table) {
		text_qualified(&text, sequence->namespace_name, sequence->owned_by_table);
		text_put(&text, ".");
		text_name(&text, sequence->owned_by_column);
	} else {
		text_put(&text, "NONE");
	}
	/* The table may come after the sequence that its default asks. */
	emit_statement(emitting, &text, DBW_STATEMENT_LAST);
}

/* The numbers that it can give. */
static void bounds(const struct dbw_sequence *sequence, long long *least, long long *most)
{
	bool down = sequence->increment && *sequence->increment == '-';
	bool small = sequence->type && strcmp(sequence->type, "smallint") == 0;
	bool middle = sequence->type && strcmp(sequence->type, "integer") == 0;

	*least = !down ? 1 : small ? INT16_MIN : middle ? INT32_MIN : INT64_MIN;
	*most = down ? -1 : small ? INT16_MAX : middle ? INT32_MAX : INT64_MAX;
	if (sequence->minimum)
		*least = strtoll(sequence->minimum, NULL, 10);
	if (sequence->maximum)
		*most = strtoll(sequence->maximum, NULL, 10);
}

/* One that stands outside its new bounds is moved inside: it cannot have them otherwise. */
static void move_sequence(const struct emitting *emitting, const struct dbw_sequence *sequence,
                          char comparison, long long bound)
{
	struct text text = text_begin(emitting->host), name = text_begin(emitting->host);

	text_qualified(&name, sequence->namespace_name, sequence->name);
	text_put(&text, "SELECT setval(");
	text_literal(&text, text_get(&name));
	text_printf(&text, ", %lld, false) FROM %s WHERE last_value %c %lld", bound,
	            text_get(&name), comparison, bound);
	emit_statement(emitting, &text, 0);
	text_end(&name);
}

static void alter_sequence(const struct emitting *emitting, const struct dbw_sequence *before,
                           const struct dbw_sequence *sequence)
{
	struct text text;
	long long old_least, old_most, least, most;

	bounds(before, &old_least, &old_most);
	bounds(sequence, &least, &most);
	if (least > old_least && least <= old_most)
		move_sequence(emitting, sequence, '<', least);
	if (most < old_most && most >= old_least)
		move_sequence(emitting, sequence, '>', most);
	text = text_begin(emitting->host);
	text_put(&text, "ALTER SEQUENCE ");
	text_qualified(&text, sequence->namespace_name, sequence->name);
	text_printf(&text, " AS %s INCREMENT BY %s", sequence->type ? sequence->type : "bigint",
	            sequence->increment ? sequence->increment : "1");
	if (sequence->minimum)
		text_printf(&text, " MINVALUE %s", sequence->minimum);
	else
		text_put(&text, " NO MINVALUE");
	if (sequence->maximum)
		text_printf(&text, " MAXVALUE %s", sequence->maximum);
	else
		text_put(&text, " NO MAXVALUE");
	if (sequence->start)
		text_printf(&text, " START WITH %s", sequence->start);
	else
		text_printf(&text, " START WITH %lld",
		            sequence->increment && *sequence->increment == '-' ? most : least);
	/* The new bounds and the old do not meet. */
	if (least > old_most || most < old_least)
		text_put(&text, " RESTART");
	text_printf(&text, " CACHE %s %s", sequence->cache ? sequence->cache : "1",
	            sequence->cycle ? "CYCLE" : "NO CYCLE");
	emit_statement(emitting, &text, 0);
}

/* The sequence of a serial column that gets a declaration of its own, or loses it, is the same sequence. */
static void emit_other_sequence(const struct emitting *emitting, const struct dbw_sequence *before,
                                const struct dbw_sequence *after)
{
	struct text what;

	alter_sequence(emitting, before, after);
	if (!same(before->owned_by_table, after->owned_by_table) ||
	    !same(before->owned_by_column, after->owned_by_column))
		own_sequence(emitting, after);
	what = text_begin(emitting->host);
	text_put(&what, "SEQUENCE ");
	text_qualified(&what, after->namespace_name, after->name);
	emit_comment(emitting, text_get(&what), before->comment, after->comment);
	text_end(&what);
}

enum dbw_status emit_sequence(const struct emitting *emitting)
{
	const struct dbw_sequence *before = emitting->operation->before,
				  *after = emitting->operation->after;
	struct dbw_sequence implied;
	struct text text, what;

	if (!after && serial_implies(emitting->host, emitting->operation->schema_after,
	                             before->namespace_name, before->name, &implied))
		after = &implied;
	else if (!before && serial_implies(emitting->host, emitting->operation->schema_before,
	                                   after->namespace_name, after->name, &implied))
		before = &implied;
	if (!after) {
		text = text_begin(emitting->host);
		/* One that a dropped table owned is gone with it. */
		text_put(&text,
		         before->owned_by_table ? "DROP SEQUENCE IF EXISTS " : "DROP SEQUENCE ");
		text_qualified(&text, before->namespace_name, before->name);
		emit_statement(emitting, &text, 0);
		return DBW_OK;
	}
	if (before) {
		emit_other_sequence(emitting, before, after);
		return DBW_OK;
	}
	text = text_begin(emitting->host);
	ddl_create_sequence(&text, after);
	emit_statement(emitting, &text, 0);
	if (after->owned_by_table)
		own_sequence(emitting, after);
	what = text_begin(emitting->host);
	text_put(&what, "SEQUENCE ");
	text_qualified(&what, after->namespace_name, after->name);
	emit_comment(emitting, text_get(&what), NULL, after->comment);
	text_end(&what);
	return DBW_OK;
}
