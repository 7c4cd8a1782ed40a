#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "emit.h"
#include "names.h"

/* Columns and enum types. */

/* Of a column's table, or of the table itself. */
static struct text alter_column(const struct emitting *emitting, const char *name)
{
	const struct dbw_operation *operation = emitting->operation;
	struct text text = emit_alter_table(
	    emitting, operation->element == DBW_TABLE ? operation->after : operation->table_after);

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

/* serial is a sequence of the column's own, and a default that asks it. */
static void make_serial(const struct emitting *emitting, const struct dbw_column *column)
{
	const struct dbw_table *table = emitting->operation->table_after;
	struct text name = text_begin(emitting->host), text = text_begin(emitting->host);

	serial_sequence_name(&name, table, column);
	text_printf(&text, "CREATE SEQUENCE %s AS %s OWNED BY ", text_get(&name),
	            serial_plain_type(column->type));
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

void emit_rename_serial(const struct emitting *emitting, const char *table, const char *name,
                        const struct dbw_table *to_table, const struct dbw_column *to_column)
{
	struct text old, new, text;

	if (strcmp(serial_plain_type(to_column->type), to_column->type) == 0)
		return;
	old = text_begin(emitting->host);
	new = text_begin(emitting->host);
	names_put(&old, table, name, "seq");
	names_put(&new, to_table->name, to_column->name, "seq");
	if (strcmp(text_get(&old), text_get(&new)) != 0) {
		text = text_begin(emitting->host);
		text_put(&text, "ALTER SEQUENCE ");
		text_qualified(&text, to_table->namespace_name, text_get(&old));
		text_put(&text, " RENAME TO ");
		text_name(&text, text_get(&new));
		emit_statement(emitting, &text, 0);
	}
	text_end(&old);
	text_end(&new);
}

static void widen_serial(const struct emitting *emitting, const struct dbw_column *column)
{
	struct text text = text_begin(emitting->host);

	text_put(&text, "ALTER SEQUENCE ");
	serial_sequence_name(&text, emitting->operation->table_after, column);
	text_printf(&text, " AS %s", serial_plain_type(column->type));
	emit_statement(emitting, &text, 0);
}

static void drop_serial(const struct emitting *emitting, const struct dbw_column *column)
{
	struct text text = text_begin(emitting->host);

	column_action(emitting, column->name, "DROP DEFAULT");
	text_put(&text, "DROP SEQUENCE ");
	serial_sequence_name(&text, emitting->operation->table_after, column);
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

static void set_option(const struct emitting *emitting, const struct dbw_column *before,
                       const struct dbw_column *after, const char *option, const char *usual)
{
	const char *old = before ? option_value(&before->options, option) : NULL;
	const char *new = option_value(&after->options, option);
	struct text text;

	if (same(old, new))
		return;
	text = alter_column(emitting, after->name);
	text_printf(&text, "SET %s %s", option, new ? new : usual);
	emit_statement(emitting, &text, 0);
}

void emit_column_options(const struct emitting *emitting, const struct dbw_column *before,
                         const struct dbw_column *after)
{
	/* The type's own storage is 'extended' for whatever can be stored out of line. */
	set_option(emitting, before, after, "STORAGE", "EXTENDED");
	set_option(emitting, before, after, "COMPRESSION", "DEFAULT");
	set_option(emitting, before, after, "STATISTICS", "-1");
}

static void add_column(const struct emitting *emitting, const struct dbw_column *column)
{
	struct text text = emit_alter_table(emitting, emitting->operation->table_after);

	text_put(&text, "ADD COLUMN ");
	ddl_column(&text, column);
	emit_statement(emitting, &text, 0);
	comment_on(emitting, column, NULL);
	emit_column_options(emitting, NULL, column);
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

/* What a value is of which the server has a text form. */
enum sort { OTHER, NUMBER, MOMENT, TIME_OF_DAY, INTERVAL, TRUTH, IDENTIFIER, ADDRESS, BYTES };

static enum sort sort_of(const char *type)
{
	static const struct {
		const char *prefix;
		enum sort sort;
	} sorts[] = {
	    {"smallint", NUMBER},   {"integer", NUMBER},    {"bigint", NUMBER},
	    {"numeric", NUMBER},    {"real", NUMBER},       {"double precision", NUMBER},
	    {"timestamp", MOMENT},  {"date", MOMENT},       {"time ", TIME_OF_DAY},
	    {"time(", TIME_OF_DAY}, {"interval", INTERVAL}, {"boolean", TRUTH},
	    {"uuid", IDENTIFIER},   {"inet", ADDRESS},      {"cidr", ADDRESS},
	    {"macaddr", ADDRESS},   {"bytea", BYTES},
	};

	for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
		size_t length = strlen(sorts[i].prefix);

		if (strncmp(type, sorts[i].prefix, length) == 0 && !strchr(type, '[') &&
		    (!isalpha((unsigned char)type[length]) || sorts[i].sort == NUMBER ||
		     type[length - 1] == ' '))
			return sorts[i].sort;
	}
	return OTHER;
}

/* Whether there is a way at all: the text of a time of day is no date, whatever the rows say. */
static bool can_cast(const char *from, const char *to)
{
	enum sort old = sort_of(from), new = sort_of(to);

	if (old == OTHER || new == OTHER || old == new)
		return true;
	return (old == NUMBER && new == TRUTH) || (old == TRUTH && new == NUMBER) ||
	       (old == MOMENT && new == TIME_OF_DAY) || (old == TIME_OF_DAY && new == INTERVAL) ||
	       (old == INTERVAL && new == TIME_OF_DAY);
}

/* Between truth and numbers the server has casts for integers alone; else the text decides. */
static void put_cast(struct text *text, const char *column, const char *from, const char *to)
{
	text_name(text, column);
	if (sort_of(from) == TRUTH && sort_of(to) == NUMBER)
		text_printf(text, "::integer%s%s", strcmp(to, "integer") == 0 ? "" : "::",
		            strcmp(to, "integer") == 0 ? "" : to);
	else if (sort_of(from) == NUMBER && sort_of(to) == TRUTH)
		text_put(text, " <> 0");
	else if (strcmp(to, "text") == 0)
		text_put(text, "::text");
	else
		text_printf(text, "::text::%s", to);
}

/* Not the same one with another length: the server would keep a default of the old type in its expression. */
static bool is_other_type(const char *from, const char *to)
{
	size_t length = strcspn(from, "([");

	return length != strcspn(to, "([") || strncmp(from, to, length) != 0 ||
	       (strchr(from, '[') != NULL) != (strchr(to, '[') != NULL) ||
	       strcmp(from + strcspn(from, ")"), to + strcspn(to, ")")) != 0;
}

void emit_cast(struct text *text, const char *column, const char *from, const char *to)
{
	from = serial_plain_type(from);
	to = serial_plain_type(to);
	/* Within a family there is an assignment cast; across, the text of the value decides. */
	if (strcmp(family(from), family(to)) == 0)
		text_name(text, column);
	else
		put_cast(text, column, from, to);
}

static void change_type(const struct emitting *emitting, const struct dbw_column *before,
                        const struct dbw_column *after)
{
	const char *from = serial_plain_type(before->type), *to = serial_plain_type(after->type);
	struct text text;

	if (strcmp(from, to) == 0 && same(before->collation, after->collation))
		return;
	drop_computed(emitting, before);
	/* A default is of the old type; it is set again afterwards. */
	if (before->default_value && is_other_type(from, to))
		column_action(emitting, after->name, "DROP DEFAULT");
	text = alter_column(emitting, after->name);
	text_printf(&text, "TYPE %s", to);
	if (after->collation)
		ddl_collation(&text, after->collation);
	/* Within a family there is an assignment cast; across, the text of the value decides. */
	if (strcmp(family(from), family(to)) != 0) {
		text_put(&text, " USING ");
		put_cast(&text, after->name, from, to);
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

/* A change of the parent's type took the children's defaults with it, or left them of the old type. */
static void restore_defaults(const struct emitting *emitting, const struct dbw_schema *schema,
                             const struct dbw_table *parent, const char *name, int depth)
{
	for (size_t i = 0; i < schema->tables.count; i++) {
		const struct dbw_table *child = schema->tables.items[i];
		const struct dbw_column *column = find_column(child, name);
		struct text text;

		if (!column || depth > 16 ||
		    !((child->partition_of && ddl_parent(schema, child->partition_of) == parent) ||
		      is_among(schema, &child->inherits, parent)))
			continue;
		if (column->default_value) {
			text = text_begin(emitting->host);
			text_put(&text, "ALTER TABLE ONLY ");
			ddl_table_name(&text, child);
			text_put(&text, " ALTER COLUMN ");
			text_name(&text, name);
			text_printf(&text, " SET DEFAULT %s", column->default_value);
			emit_statement(emitting, &text, 0);
		}
		restore_defaults(emitting, schema, child, name, depth + 1);
	}
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
	    is_other_type(serial_plain_type(before->type), serial_plain_type(after->type));
	const char *value = after->default_value;
	struct text text;

	if (same(before->default_value, after->default_value) && !(retyped && after->default_value))
		return;
	/* serial says so without saying it; where the type changes, it has made way. */
	if (!value && strcmp(serial_plain_type(after->type), after->type) != 0 &&
	    before->default_value && strncmp(before->default_value, "nextval(", 8) == 0) {
		if (!retyped)
			return;
		value = before->default_value;
	}
	if (!value && retyped)
		return;
	text = alter_default(emitting, after->name);
	if (value)
		text_printf(&text, "SET DEFAULT %s", value);
	else
		text_put(&text, "DROP DEFAULT");
	emit_statement(emitting, &text, 0);
}

/* A sequence that takes over goes on behind the rows that there are. */
static void set_position(const struct emitting *emitting, const struct dbw_column *column)
{
	const struct dbw_table *table = emitting->operation->table_after;
	const char *options = column->identity_options;
	const char *start = options ? strstr(options, "START WITH ") : NULL;
	struct text text, name;

	if (options && strstr(options, "INCREMENT BY -"))
		return;
	name = text_begin(emitting->host);
	ddl_table_name(&name, table);
	text = text_begin(emitting->host);
	text_put(&text, "SELECT setval(pg_get_serial_sequence(");
	text_literal(&text, text_get(&name));
	text_put(&text, ", ");
	text_literal(&text, column->name);
	text_put(&text, "), max(");
	text_name(&text, column->name);
	text_printf(&text, ")) FROM %s HAVING max(", text_get(&name));
	text_name(&text, column->name);
	if (start)
		start += strlen("START WITH ");
	text_printf(&text, ") >= %.*s", start ? (int)strcspn(start, " ") : 1, start ? start : "1");
	emit_statement(emitting, &text, 0);
	text_end(&name);
}

/* What stands behind the words in the options, to the next blank. */
static bool option_of(const char *options, const char *words, const char **value, int *length)
{
	const char *found = options ? strstr(options, words) : NULL;

	if (!found)
		return false;
	*value = found + strlen(words);
	*length = (int)strcspn(*value, " ");
	return true;
}

/* Each part behind a SET, and what is no more as it is where nothing is said. */
static void set_identity_options(const struct emitting *emitting, const struct dbw_column *after)
{
	static const struct {
		const char *words;
		const char *usual; /* what is said where the options do not */
	} parts[] = {
	    {"INCREMENT BY ", "INCREMENT BY 1"},
	    {"MINVALUE ", "NO MINVALUE"},
	    {"MAXVALUE ", "NO MAXVALUE"},
	    {"CACHE ", "CACHE 1"},
	};
	const char *options = after->identity_options, *value;
	struct text text = alter_column(emitting, after->name);
	bool down = options && strstr(options, "INCREMENT BY -");
	int length;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (option_of(options, parts[i].words, &value, &length))
			text_printf(&text, "SET %s%.*s ", parts[i].words, length, value);
		else
			text_printf(&text, "SET %s ", parts[i].usual);
	}
	if (!option_of(options, "START WITH ", &value, &length) &&
	    !option_of(options, down ? "MAXVALUE " : "MINVALUE ", &value, &length)) {
		value = down ? "-1" : "1";
		length = (int)strlen(value);
	}
	text_printf(&text, "SET START WITH %.*s SET %sCYCLE", length, value,
	            options && strstr(options, "CYCLE") ? "" : "NO ");
	emit_statement(emitting, &text, 0);
}

static void change_identity(const struct emitting *emitting, const struct dbw_column *before,
                            const struct dbw_column *after)
{
	struct text text;

	if (before->identity == after->identity &&
	    same(before->identity_options, after->identity_options))
		return;
	if (after->identity == DBW_NO_IDENTITY) {
		column_action(emitting, after->name, "DROP IDENTITY");
		return;
	}
	if (before->identity != DBW_NO_IDENTITY) {
		if (before->identity != after->identity)
			column_action(emitting, after->name,
			              after->identity == DBW_IDENTITY_ALWAYS
			                  ? "SET GENERATED ALWAYS"
			                  : "SET GENERATED BY DEFAULT");
		if (!same(before->identity_options, after->identity_options))
			set_identity_options(emitting, after);
		return;
	}
	text = alter_column(emitting, after->name);
	text_put(&text, after->identity == DBW_IDENTITY_ALWAYS
	                    ? "ADD GENERATED ALWAYS AS IDENTITY"
	                    : "ADD GENERATED BY DEFAULT AS IDENTITY");
	if (after->identity_options)
		text_printf(&text, " (%s)", after->identity_options);
	emit_statement(emitting, &text, 0);
	set_position(emitting, after);
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
	bool was_serial = strcmp(serial_plain_type(before->type), before->type) != 0;
	bool serial = strcmp(serial_plain_type(after->type), after->type) != 0;

	if (!can_cast(serial_plain_type(before->type), serial_plain_type(after->type))) {
		snprintf(emitting->error->message, sizeof emitting->error->message,
		         "nothing makes %s of %s ('%s'); add a column of the new type, fill it in "
		         "a migration of your own, and drop the old one",
		         after->type, before->type, after->name);
		return DBW_UNSUPPORTED;
	}

	/* What is computed can be computed anew: nothing is lost. */
	if (before->generated != after->generated ||
	    !same(before->generated_expression, after->generated_expression)) {
		if (after->generated == DBW_NOT_GENERATED) {
			column_action(emitting, after->name, "DROP EXPRESSION");
		} else {
			drop_column(emitting, before);
			add_column(emitting, after);
			return DBW_OK;
		}
	}
	if (was_serial && !serial &&
	    !serial_is_declared(emitting->host, emitting->operation->schema_after,
	                        emitting->operation->table_after, after))
		drop_serial(emitting, before);
	if (was_serial && serial && strcmp(before->type, after->type) != 0)
		widen_serial(emitting, after);
	change_type(emitting, before, after);
	if (strcmp(serial_plain_type(before->type), serial_plain_type(after->type)) != 0)
		restore_defaults(emitting, emitting->operation->schema_after,
		                 emitting->operation->table_after, after->name, 0);
	if (before->identity != DBW_NO_IDENTITY || after->identity == DBW_NO_IDENTITY)
		change_identity(emitting, before, after);
	change_default(emitting, before, after);
	if (before->not_null != after->not_null)
		column_action(emitting, after->name,
		              after->not_null ? "SET NOT NULL" : "DROP NOT NULL");
	if (before->identity == DBW_NO_IDENTITY && after->identity != DBW_NO_IDENTITY)
		change_identity(emitting, before, after);
	if (serial && !was_serial &&
	    !serial_is_declared(emitting->host, emitting->operation->schema_before,
	                        emitting->operation->table_before, before)) {
		make_serial(emitting, after);
		set_position(emitting, after);
	}
	emit_column_options(emitting, before, after);
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
		emit_rename_serial(emitting, emitting->operation->table_before->name, before->name,
		                   emitting->operation->table_after, after);
		return DBW_OK;
	default:
		return change_column(emitting, before, after);
	}
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
		text_type_name(&text, after->namespace_name, after->name);
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

static void rename_label(const struct emitting *emitting, const struct dbw_enum *before,
                         const struct dbw_enum *after)
{
	for (size_t i = 0; i < before->labels.count; i++) {
		struct text text;

		if (strcmp(before->labels.items[i], after->labels.items[i]) == 0)
			continue;
		text = text_begin(emitting->host);
		text_put(&text, "ALTER TYPE ");
		text_type_name(&text, after->namespace_name, after->name);
		text_put(&text, " RENAME VALUE ");
		text_literal(&text, before->labels.items[i]);
		text_put(&text, " TO ");
		text_literal(&text, after->labels.items[i]);
		emit_statement(emitting, &text, 0);
	}
}

enum dbw_status emit_enum(const struct emitting *emitting)
{
	const struct dbw_enum *before = emitting->operation->before,
			      *after = emitting->operation->after;
	struct text text;
	enum dbw_status status = DBW_OK;

	if (emitting->operation->verb == DBW_RENAME_VALUE) {
		rename_label(emitting, before, after);
		return DBW_OK;
	}
	text = text_begin(emitting->host);
	if (!after) {
		text_put(&text, "DROP TYPE ");
		text_type_name(&text, before->namespace_name, before->name);
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
	text_type_name(&text, after->namespace_name, after->name);
	/* A type that took the place of another has none yet. */
	emit_comment(emitting, text_get(&text),
	             before && only_adds(before, after) ? before->comment : NULL, after->comment);
	text_end(&text);
	return status;
}
