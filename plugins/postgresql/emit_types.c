#include <stdio.h>
#include <string.h>

#include "emit.h"
#include "names.h"

/* Columns, sequences and enum types: what has values. */

static struct text alter_column(const struct emitting *emitting, const char *name)
{
	struct text text = emit_alter_table(emitting, emitting->operation->table_after);

	text_put(&text, "ALTER COLUMN ");
	text_name(&text, name);
	text_put(&text, " ");
	return text;
}

static void column_action(const struct emitting *emitting, const char *name, const char *action)
{
	struct text text = alter_column(emitting, name);

	text_put(&text, action);
	emit_statement(emitting, &text, 0);
}

static const char *family(const char *type)
{
	static const struct {
		const char *prefix;
		const char *family;
	} families[] = {
	    {"smallint", "number"},        {"integer", "number"},   {"bigint", "number"},
	    {"numeric", "number"},         {"real", "number"},      {"double precision", "number"},
	    {"character varying", "text"}, {"text", "text"},        {"character", "text"},
	    {"timestamp", "time"},         {"date", "time"},        {"smallserial", "number"},
	    {"serial", "number"},          {"bigserial", "number"}, {"json", "json"},
	};

	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		if (strncmp(type, families[i].prefix, strlen(families[i].prefix)) == 0 &&
		    !strchr(type, '['))
			return families[i].family;
	return type;
}

/* serial stands for what it makes. */
static const char *plain_type(const char *type)
{
	return strcmp(type, "serial") == 0        ? "integer"
	       : strcmp(type, "bigserial") == 0   ? "bigint"
	       : strcmp(type, "smallserial") == 0 ? "smallint"
	                                          : type;
}

static void sequence_name(struct text *text, const struct dbw_table *table,
                          const struct dbw_column *column)
{
	struct text name = text_begin(text->host);

	names_put(&name, table->name, column->name, "seq");
	text_qualified(text, table->namespace_name, text_get(&name));
	text_end(&name);
}

/* serial is a sequence of the column's own, and a default that asks it. */
static void make_serial(const struct emitting *emitting, const struct dbw_column *column)
{
	const struct dbw_table *table = emitting->operation->table_after;
	struct text name = text_begin(emitting->host), text = text_begin(emitting->host);

	sequence_name(&name, table, column);
	text_printf(&text, "CREATE SEQUENCE %s AS %s OWNED BY ", text_get(&name),
	            plain_type(column->type));
	ddl_table_name(&text, table);
	text_put(&text, ".");
	text_name(&text, column->name);
	emit_statement(emitting, &text, 0);
	text = alter_column(emitting, column->name);
	text_put(&text, "SET DEFAULT nextval(");
	text_literal(&text, text_get(&name));
	text_put(&text, ")");
	emit_statement(emitting, &text, 0);
	text_end(&name);
}

void emit_rename_serial(const struct emitting *emitting, const struct dbw_table *table,
                        const struct dbw_column *column, const struct dbw_table *to_table,
                        const struct dbw_column *to_column)
{
	struct text text, name;

	if (strcmp(plain_type(column->type), column->type) == 0)
		return;
	name = text_begin(emitting->host);
	names_put(&name, to_table->name, to_column->name, "seq");
	text = text_begin(emitting->host);
	text_put(&text, "ALTER SEQUENCE ");
	sequence_name(&text, table, column);
	text_put(&text, " RENAME TO ");
	text_name(&text, text_get(&name));
	emit_statement(emitting, &text, 0);
	text_end(&name);
}

static void widen_serial(const struct emitting *emitting, const struct dbw_column *column)
{
	struct text text = text_begin(emitting->host);

	text_put(&text, "ALTER SEQUENCE ");
	sequence_name(&text, emitting->operation->table_after, column);
	text_printf(&text, " AS %s", plain_type(column->type));
	emit_statement(emitting, &text, 0);
}

static void drop_serial(const struct emitting *emitting, const struct dbw_column *column)
{
	struct text text = text_begin(emitting->host);

	column_action(emitting, column->name, "DROP DEFAULT");
	text_put(&text, "DROP SEQUENCE ");
	sequence_name(&text, emitting->operation->table_after, column);
	emit_statement(emitting, &text, 0);
}

static void comment_on(const struct emitting *emitting, const struct dbw_column *column,
                       const char *before)
{
	struct text what = text_begin(emitting->host);

	text_put(&what, "COLUMN ");
	ddl_table_name(&what, emitting->operation->table_after);
	text_put(&what, ".");
	text_name(&what, column->name);
	emit_comment(emitting, text_get(&what), before, column->comment);
	text_end(&what);
}

static void set_storage(const struct emitting *emitting, const struct dbw_column *before,
                        const struct dbw_column *after)
{
	const char *old = before ? option_value(&before->options, "STORAGE") : NULL;
	const char *new = option_value(&after->options, "STORAGE");
	struct text text;

	if (same(old, new))
		return;
	text = alter_column(emitting, after->name);
	/* The type's own is 'extended' for whatever can be stored out of line. */
	text_printf(&text, "SET STORAGE %s", new ? new : "EXTENDED");
	emit_statement(emitting, &text, 0);
}

static void add_column(const struct emitting *emitting, const struct dbw_column *column)
{
	struct text text = emit_alter_table(emitting, emitting->operation->table_after);

	text_put(&text, "ADD COLUMN ");
	ddl_column(&text, column);
	emit_statement(emitting, &text, 0);
	comment_on(emitting, column, NULL);
	set_storage(emitting, NULL, column);
}

/* What is computed from a column is no column while that gets another type. */

static bool is_computed_from(const struct emitting *emitting, const struct dbw_column *column,
                             const char *name)
{
	/* One that is on one side alone is dropped before, or added after. */
	return column->generated != DBW_NOT_GENERATED &&
	       find_column(emitting->operation->table_after, column->name) &&
	       emitting->host->mentions(emitting->host, column->generated_expression, name);
}

static void drop_computed(const struct emitting *emitting, const struct dbw_column *changed)
{
	const struct dbw_table *table = emitting->operation->table_before;

	for (size_t i = 0; i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];
		struct text text;

		if (!is_computed_from(emitting, column, changed->name))
			continue;
		text = emit_alter_table(emitting, table);
		text_put(&text, "DROP COLUMN ");
		text_name(&text, column->name);
		emit_statement(emitting, &text, 0);
	}
}

/* As it shall be. */
static void add_computed(const struct emitting *emitting, const struct dbw_column *changed)
{
	const struct dbw_table *table = emitting->operation->table_before;

	for (size_t i = 0; i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];

		if (is_computed_from(emitting, column, changed->name))
			add_column(emitting,
			           find_column(emitting->operation->table_after, column->name));
	}
}

/* Between truth and numbers there is a cast of its own; else the text decides. */
static void put_cast(struct text *text, const char *from, const char *to)
{
	bool number = strcmp(family(to), "number") == 0;

	if (strcmp(from, "boolean") == 0 && number)
		text_printf(text, "::integer::%s", to);
	else if (strcmp(from, "integer") == 0 && strcmp(to, "boolean") == 0)
		text_put(text, "::boolean");
	else
		text_printf(text, "::text::%s", to);
}

static void change_type(const struct emitting *emitting, const struct dbw_column *before,
                        const struct dbw_column *after)
{
	const char *from = plain_type(before->type), *to = plain_type(after->type);
	struct text text;

	if (strcmp(from, to) == 0 && same(before->collation, after->collation))
		return;
	drop_computed(emitting, before);
	/* A default is of the old type; it is set again afterwards. */
	if (before->default_value && strcmp(family(from), family(to)) != 0)
		column_action(emitting, after->name, "DROP DEFAULT");
	text = alter_column(emitting, after->name);
	text_printf(&text, "TYPE %s", to);
	if (after->collation) {
		text_put(&text, " COLLATE ");
		text_name(&text, after->collation);
	}
	/* Within a family there is an assignment cast; across, the text of the value decides. */
	if (strcmp(family(from), family(to)) != 0) {
		text_put(&text, " USING ");
		text_name(&text, after->name);
		put_cast(&text, from, to);
	}
	emit_statement(emitting, &text, 0);
	add_computed(emitting, before);
}

static bool is_among(const struct dbw_schema *schema, const struct dbw_list *parents,
                     const struct dbw_table *parent)
{
	for (size_t i = 0; i < parents->count; i++) {
		const struct dbw_table *one = ddl_parent(schema, parents->items[i]);

		if (one && strcmp(one->name, parent->name) == 0 &&
		    same(one->namespace_name, parent->namespace_name))
			return true;
	}
	return false;
}

static bool has_children(const struct dbw_schema *schema, const struct dbw_table *parent)
{
	for (size_t i = 0; i < schema->tables.count; i++) {
		const struct dbw_table *table = schema->tables.items[i];

		if ((table->partition_of && ddl_parent(schema, table->partition_of) == parent) ||
		    is_among(schema, &table->inherits, parent))
			return true;
	}
	return false;
}

/* The children keep theirs, or have operations of their own. */
static struct text alter_default(const struct emitting *emitting, const char *column)
{
	const struct dbw_table *table = emitting->operation->table_after;
	struct text text;

	if (!has_children(emitting->operation->schema_after, table))
		return alter_column(emitting, column);
	text = text_begin(emitting->host);
	text_put(&text, "ALTER TABLE ONLY ");
	ddl_table_name(&text, table);
	text_put(&text, " ALTER COLUMN ");
	text_name(&text, column);
	text_put(&text, " ");
	return text;
}

static void change_default(const struct emitting *emitting, const struct dbw_column *before,
                           const struct dbw_column *after)
{
	bool retyped =
	    strcmp(family(plain_type(before->type)), family(plain_type(after->type))) != 0;
	struct text text;

	if (same(before->default_value, after->default_value) && !(retyped && after->default_value))
		return;
	if (!after->default_value && retyped)
		return;
	text = alter_default(emitting, after->name);
	if (after->default_value)
		text_printf(&text, "SET DEFAULT %s", after->default_value);
	else
		text_put(&text, "DROP DEFAULT");
	emit_statement(emitting, &text, 0);
}

static void change_identity(const struct emitting *emitting, const struct dbw_column *before,
                            const struct dbw_column *after)
{
	struct text text;

	if (before->identity == after->identity &&
	    same(before->identity_options, after->identity_options))
		return;
	if (before->identity != DBW_NO_IDENTITY)
		column_action(emitting, after->name, "DROP IDENTITY");
	if (after->identity == DBW_NO_IDENTITY)
		return;
	text = alter_column(emitting, after->name);
	text_put(&text, after->identity == DBW_IDENTITY_ALWAYS
	                    ? "ADD GENERATED ALWAYS AS IDENTITY"
	                    : "ADD GENERATED BY DEFAULT AS IDENTITY");
	if (after->identity_options)
		text_printf(&text, " (%s)", after->identity_options);
	emit_statement(emitting, &text, 0);
}

/* The children that go on having the column as their own are no children while it is dropped. */
static void part_children(const struct emitting *emitting, const char *column, const char *action)
{
	const struct dbw_table *parent = emitting->operation->table_after;
	const struct dbw_schema *schema = emitting->operation->schema_after;

	if (find_column(parent, column))
		return;
	for (size_t i = 0; i < schema->tables.count; i++) {
		const struct dbw_table *child = schema->tables.items[i];
		struct text text;

		if (!is_among(schema, &child->inherits, parent) || !find_column(child, column))
			continue;
		text = emit_alter_table(emitting, child);
		text_printf(&text, "%s ", action);
		ddl_table_name(&text, parent);
		emit_statement(emitting, &text, 0);
	}
}

static void drop_column(const struct emitting *emitting, const struct dbw_column *column)
{
	struct text text;

	part_children(emitting, column->name, "NO INHERIT");
	text = emit_alter_table(emitting, emitting->operation->table_before);
	text_put(&text, "DROP COLUMN ");
	text_name(&text, column->name);
	emit_statement(emitting, &text, 0);
	part_children(emitting, column->name, "INHERIT");
}

static enum dbw_status change_column(const struct emitting *emitting,
                                     const struct dbw_column *before,
                                     const struct dbw_column *after)
{
	bool was_serial = strcmp(plain_type(before->type), before->type) != 0;
	bool serial = strcmp(plain_type(after->type), after->type) != 0;

	/* What is computed can be computed anew: nothing is lost. */
	if (before->generated != after->generated ||
	    !same(before->generated_expression, after->generated_expression)) {
		if (before->generated != DBW_NOT_GENERATED &&
		    after->generated == DBW_NOT_GENERATED) {
			column_action(emitting, after->name, "DROP EXPRESSION");
		} else if (before->generated == DBW_NOT_GENERATED) {
			return emit_refuse(
			    emitting, "a column that holds values cannot become generated; drop "
				      "it and add it under another name");
		} else {
			drop_column(emitting, before);
			add_column(emitting, after);
			return DBW_OK;
		}
	}
	if (was_serial && !serial)
		drop_serial(emitting, before);
	if (was_serial && serial && strcmp(before->type, after->type) != 0)
		widen_serial(emitting, after);
	change_type(emitting, before, after);
	if (before->identity != DBW_NO_IDENTITY || after->identity == DBW_NO_IDENTITY)
		change_identity(emitting, before, after);
	change_default(emitting, before, after);
	if (before->not_null != after->not_null)
		column_action(emitting, after->name,
		              after->not_null ? "SET NOT NULL" : "DROP NOT NULL");
	if (before->identity == DBW_NO_IDENTITY && after->identity != DBW_NO_IDENTITY)
		change_identity(emitting, before, after);
	if (serial && !was_serial)
		make_serial(emitting, after);
	set_storage(emitting, before, after);
	comment_on(emitting, after, before->comment);
	return DBW_OK;
}

enum dbw_status emit_column(const struct emitting *emitting)
{
	const struct dbw_column *before = emitting->operation->before,
				*after = emitting->operation->after;
	struct text text;

	switch (emitting->operation->verb) {
	case DBW_CREATE:
		add_column(emitting, after);
		return DBW_OK;
	case DBW_DROP:
		drop_column(emitting, before);
		return DBW_OK;
	case DBW_RENAME:
		text = emit_alter_table(emitting, emitting->operation->table_after);
		text_put(&text, "RENAME COLUMN ");
		text_name(&text, before->name);
		text_put(&text, " TO ");
		text_name(&text, after->name);
		emit_statement(emitting, &text, 0);
		emit_rename_serial(emitting, emitting->operation->table_before, before,
		                   emitting->operation->table_after, after);
		return DBW_OK;
	default:
		return change_column(emitting, before, after);
	}
}

/* Sequences. */

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

static void alter_sequence(const struct emitting *emitting, const struct dbw_sequence *sequence)
{
	struct text text = text_begin(emitting->host);

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
	text_printf(&text, " START WITH %s CACHE %s %s", sequence->start ? sequence->start : "1",
	            sequence->cache ? sequence->cache : "1",
	            sequence->cycle ? "CYCLE" : "NO CYCLE");
	emit_statement(emitting, &text, 0);
}

enum dbw_status emit_sequence(const struct emitting *emitting)
{
	const struct dbw_sequence *before = emitting->operation->before,
				  *after = emitting->operation->after;
	struct text text, what;

	if (!after) {
		text = text_begin(emitting->host);
		/* One that a dropped table owned is gone with it. */
		text_put(&text,
		         before->owned_by_table ? "DROP SEQUENCE IF EXISTS " : "DROP SEQUENCE ");
		text_qualified(&text, before->namespace_name, before->name);
		emit_statement(emitting, &text, 0);
		return DBW_OK;
	}
	if (!before) {
		text = text_begin(emitting->host);
		ddl_create_sequence(&text, after);
		emit_statement(emitting, &text, 0);
	} else {
		alter_sequence(emitting, after);
	}
	if (!same(before ? before->owned_by_table : NULL, after->owned_by_table) ||
	    !same(before ? before->owned_by_column : NULL, after->owned_by_column))
		own_sequence(emitting, after);
	what = text_begin(emitting->host);
	text_put(&what, "SEQUENCE ");
	text_qualified(&what, after->namespace_name, after->name);
	emit_comment(emitting, text_get(&what), before ? before->comment : NULL, after->comment);
	text_end(&what);
	return DBW_OK;
}

/* Enum types. */

static bool has_label(const struct dbw_enum *type, const char *label, size_t *at)
{
	for (size_t i = 0; i < type->labels.count; i++)
		if (strcmp(type->labels.items[i], label) == 0) {
			*at = i;
			return true;
		}
	return false;
}

/* Whether the old labels are all there still, in their order. */
static bool only_adds(const struct dbw_enum *before, const struct dbw_enum *after)
{
	size_t last = 0;

	for (size_t i = 0; i < before->labels.count; i++) {
		size_t at;

		if (!has_label(after, before->labels.items[i], &at) || (i && at < last))
			return false;
		last = at;
	}
	return true;
}

static bool has_text(const char *text, const char *literal)
{
	return text && strstr(text, literal);
}

static bool table_uses(const struct dbw_table *table, const char *literal)
{
	bool used = false;

	for (size_t i = 0; !used && i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];

		used = has_text(column->default_value, literal) ||
		       has_text(column->generated_expression, literal);
	}
	for (size_t i = 0; !used && i < table->constraints.count; i++)
		used = has_text(
		    ((const struct dbw_constraint *)table->constraints.items[i])->expression,
		    literal);
	for (size_t i = 0; !used && i < table->indexes.count; i++) {
		const struct dbw_index *index = table->indexes.items[i];

		used = has_text(index->predicate, literal);
		for (size_t j = 0; !used && j < index->parts.count; j++)
			used = has_text(
			    ((const struct dbw_key_part *)index->parts.items[j])->expression,
			    literal);
	}
	return used || has_text(table->partition_bound, literal);
}

/* Whether the schema says the label anywhere but in the body of a routine, which is read when it is called. */
static bool is_used(const struct emitting *emitting, const char *label)
{
	const struct dbw_schema *schema = emitting->operation->schema_after;
	struct text text = text_begin(emitting->host);
	const char *literal;
	bool used = false;

	text_literal(&text, label);
	literal = text_get(&text);
	for (size_t i = 0; !used && i < schema->tables.count; i++)
		used = table_uses(schema->tables.items[i], literal);
	for (size_t i = 0; !used && i < schema->objects.count; i++) {
		const struct dbw_object *object = schema->objects.items[i];
		bool routine = object->kind == DBW_FUNCTION || object->kind == DBW_PROCEDURE;

		used =
		    has_text(object->text, literal) &&
		    (!routine || emitting->host->mentions(emitting->host, object->text, "atomic"));
	}
	text_end(&text);
	return used;
}

/* A label that was added can be used when the transaction has ended (PostgreSQL 15, ALTER TYPE). */
static void add_labels(const struct emitting *emitting, const struct dbw_enum *before,
                       const struct dbw_enum *after)
{
	for (size_t i = 0; i < after->labels.count; i++) {
		struct text text;
		size_t at;

		if (has_label(before, after->labels.items[i], &at))
			continue;
		text = text_begin(emitting->host);
		text_put(&text, "ALTER TYPE ");
		text_qualified(&text, after->namespace_name, after->name);
		text_put(&text, " ADD VALUE ");
		text_literal(&text, after->labels.items[i]);
		if (i) {
			text_put(&text, " AFTER ");
			text_literal(&text, after->labels.items[i - 1]);
		} else if (before->labels.count) {
			text_put(&text, " BEFORE ");
			text_literal(&text, before->labels.items[0]);
		}
		emit_statement(emitting, &text,
		               is_used(emitting, after->labels.items[i]) ? DBW_STATEMENT_AUTOCOMMIT
		                                                         : 0);
	}
}

enum dbw_status emit_enum(const struct emitting *emitting)
{
	const struct dbw_enum *before = emitting->operation->before,
			      *after = emitting->operation->after;
	struct text text = text_begin(emitting->host);
	enum dbw_status status = DBW_OK;

	if (!after) {
		text_put(&text, "DROP TYPE ");
		text_qualified(&text, before->namespace_name, before->name);
		emit_statement(emitting, &text, 0);
		return DBW_OK;
	}
	if (!before) {
		ddl_create_enum(&text, after, after->name);
		emit_statement(emitting, &text, 0);
	} else {
		text_end(&text);
		if (only_adds(before, after))
			add_labels(emitting, before, after);
		else
			status = emit_replace_enum(emitting, after);
	}
	text = text_begin(emitting->host);
	text_put(&text, "TYPE ");
	text_qualified(&text, after->namespace_name, after->name);
	/* A type that took the place of another has none yet. */
	emit_comment(emitting, text_get(&text),
	             before && only_adds(before, after) ? before->comment : NULL, after->comment);
	text_end(&text);
	return status;
}
