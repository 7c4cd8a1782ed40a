#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit.h"

/* What ALTER TYPE and ALTER DOMAIN cannot do, or not while a column is of the type: a new type takes the old one's
 * place, and every column is changed to it. What else speaks of the type has made way. */

struct retyping {
	const struct emitting *emitting;
	const char *namespace_name;
	const char *name;
	const char *create;                      /* the statement that makes the new one */
	const struct dbw_object *before, *after; /* composite types; or NULL */
	const char *checks;                      /* the text of the old domain; or NULL */
};

static bool is_of_type(const struct retyping *retyping, const char *type, bool *array)
{
	struct text name = text_begin(retyping->emitting->host);
	size_t length;
	bool found;

	text_qualified(&name, retyping->namespace_name, retyping->name);
	length = strlen(text_get(&name));
	found = strncmp(type, text_get(&name), length) == 0;
	text_end(&name);
	*array = found && type[length] == '[';
	return found && (!type[length] || *array);
}

static struct text alter_column(const struct retyping *retyping, const struct dbw_table *table,
                                const struct dbw_column *column, const char *only)
{
	struct text text = text_begin(retyping->emitting->host);

	text_printf(&text, "ALTER TABLE %s", only);
	ddl_table_name(&text, table);
	text_put(&text, " ALTER COLUMN ");
	text_name(&text, column->name);
	text_put(&text, " ");
	return text;
}

static void drop_default(const struct retyping *retyping, const struct dbw_table *table,
                         const struct dbw_column *column)
{
	struct text text;

	if (!column->default_value)
		return;
	text = alter_column(retyping, table, column, "");
	text_put(&text, "DROP DEFAULT");
	emit_statement(retyping->emitting, &text, 0);
}

/* The default that shall be: the old one may be a label that is gone. */
static void set_default(const struct retyping *retyping, const struct dbw_table *table,
                        const struct dbw_column *column)
{
	const struct dbw_schema *schema = retyping->emitting->operation->schema_after;
	const struct dbw_column *after = NULL;
	struct text text;

	for (size_t i = 0; i < schema->tables.count; i++) {
		const struct dbw_table *twin = schema->tables.items[i];

		if (strcmp(twin->name, table->name) == 0 &&
		    same(twin->namespace_name, table->namespace_name))
			after = find_column(twin, column->name);
	}
	if (!after || !after->default_value || strcmp(after->type, column->type) != 0)
		return;
	text = alter_column(retyping, table, column, "ONLY ");
	text_printf(&text, "SET DEFAULT %s", after->default_value);
	emit_statement(retyping->emitting, &text, 0);
}

/* The attributes of a composite type, out of its text: name as written, type. */

struct attribute {
	const char *name;
	size_t name_length;
	const char *type;
	size_t type_length;
};

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t\r\n");
}

/* Reads one; false at the end. *text moves behind it. */
static bool next_attribute(const char **text, struct attribute *attribute)
{
	const char *end, *at = skip_blanks(*text);

	if (!*at || *at == ')')
		return false;
	attribute->name = at;
	while (*at && !strchr(" \t\r\n", *at))
		at = text_skip_piece(at);
	attribute->name_length = (size_t)(at - attribute->name);
	at = skip_blanks(at);
	attribute->type = at;
	while (*at && *at != ',' && *at != ')')
		at = text_skip_piece(at);
	end = at;
	while (end > attribute->type && strchr(" \t\r\n", end[-1]))
		end--;
	attribute->type_length = (size_t)(end - attribute->type);
	*text = *at == ',' ? at + 1 : at;
	return true;
}

/* Behind the '(' of AS (...). */
static const char *attributes_of(const struct dbw_object *type)
{
	const char *text = type->text;

	while (*text && *text != '(')
		text = text_skip_piece(text);
	return *text ? text + 1 : text;
}

static bool has_attribute(const struct dbw_object *type, const struct attribute *wanted)
{
	const char *text = attributes_of(type);
	struct attribute one;

	while (next_attribute(&text, &one))
		if (one.name_length == wanted->name_length &&
		    strncmp(one.name, wanted->name, one.name_length) == 0)
			return true;
	return false;
}

/* The old row's attributes in the order of the new, NULL for those that are new. */
static void put_row(struct text *text, const struct retyping *retyping,
                    const struct dbw_column *column)
{
	const char *attributes = attributes_of(retyping->after), *separator = "";
	struct attribute one;

	text_put(text, "CASE WHEN ");
	text_name(text, column->name);
	text_put(text, " IS NOT DISTINCT FROM NULL THEN NULL ELSE ROW(");
	while (next_attribute(&attributes, &one)) {
		text_put(text, separator);
		if (has_attribute(retyping->before, &one)) {
			text_put(text, "(");
			text_name(text, column->name);
			text_printf(text, ").%.*s", (int)one.name_length, one.name);
		} else {
			text_put(text, "NULL");
		}
		separator = ", ";
	}
	text_put(text, ")::");
	text_qualified(text, retyping->namespace_name, retyping->name);
	text_put(text, " END");
}

static enum dbw_status change_column(const struct retyping *retyping, const struct dbw_table *table,
                                     const struct dbw_column *column, bool array)
{
	const char *suffix = array ? "[]" : "";
	struct text text;

	if (array && retyping->before)
		return emit_refuse(
		    retyping->emitting,
		    "a composite type that a column has arrays of cannot be changed; "
		    "make another type and copy the values in a migration of your "
		    "own");
	text = alter_column(retyping, table, column, "");
	text_put(&text, "TYPE ");
	text_qualified(&text, retyping->namespace_name, retyping->name);
	text_printf(&text, "%s USING ", suffix);
	if (retyping->before) {
		put_row(&text, retyping, column);
	} else {
		text_name(&text, column->name);
		text_printf(&text, "::text%s::", suffix);
		text_qualified(&text, retyping->namespace_name, retyping->name);
		text_put(&text, suffix);
	}
	emit_statement(retyping->emitting, &text, 0);
	return DBW_OK;
}

enum step { DROP_DEFAULTS, CHANGE_TYPES, SET_DEFAULTS, STEPS };

static enum dbw_status in_all_columns(const struct retyping *retyping, enum step step)
{
	const struct dbw_schema *schema = retyping->emitting->operation->schema_before;
	enum dbw_status status = DBW_OK;

	for (size_t i = 0; i < schema->tables.count; i++) {
		const struct dbw_table *table = schema->tables.items[i];

		for (size_t j = 0; status == DBW_OK && j < table->columns.count; j++) {
			const struct dbw_column *column = table->columns.items[j];
			bool array;

			if (!is_of_type(retyping, column->type, &array))
				continue;
			if (step == DROP_DEFAULTS)
				drop_default(retyping, table, column);
			else if (step == SET_DEFAULTS)
				set_default(retyping, table, column);
			/* A child's column is changed with its parent's. */
			else if (!ddl_inherited(schema, table, column->name))
				status = change_column(retyping, table, column, array);
		}
	}
	return status;
}

/* The checks of the new domain may have the names of the old one's. */
static void rename_checks(const struct retyping *retyping, const char *domain)
{
	const char *from = retyping->checks, *check, *name;
	size_t length, number = 0;
	bool named;

	while (from && (check = text_find_check(from, &named, &name, &length))) {
		struct text text = text_begin(retyping->emitting->host);
		char *old = strndup(name, length);

		text_put(&text, "ALTER DOMAIN ");
		text_qualified(&text, retyping->namespace_name, domain);
		text_put(&text, " RENAME CONSTRAINT ");
		text_name(&text, old ? old : "");
		text_printf(&text, " TO dbwarden_old_%zu", ++number);
		emit_statement(retyping->emitting, &text, 0);
		free(old);
		from = check + strlen("check");
	}
}

static bool is_type(const struct dbw_object *object)
{
	return object->kind == DBW_DOMAIN || object->kind == DBW_COMPOSITE_TYPE ||
	       object->kind == DBW_RANGE_TYPE;
}

/* Those that are made of this type hold the old one. */
static enum dbw_status replace_types_of(const struct retyping *retyping)
{
	const struct emitting *emitting = retyping->emitting;
	const struct dbw_list *before = &emitting->operation->schema_before->objects,
			      *after = &emitting->operation->schema_after->objects;
	enum dbw_status status = DBW_OK;

	for (size_t i = 0; i < before->count; i++) {
		const struct dbw_object *old = before->items[i];

		if (!is_type(old) || strcmp(old->name, retyping->name) == 0 ||
		    !emitting->host->mentions(emitting->host, old->text, retyping->name))
			continue;
		for (size_t j = 0; status == DBW_OK && j < after->count; j++) {
			const struct dbw_object *new = after->items[j];

			if (new->kind == old->kind && strcmp(new->name, old->name) == 0 &&
			    same(new->namespace_name, old->namespace_name))
				status = emit_replace_type(emitting, old, new);
		}
	}
	return status;
}

static enum dbw_status replace_type(const struct retyping *retyping)
{
	const struct emitting *emitting = retyping->emitting;
	char old[NAME_LIMIT + 16];
	enum dbw_status status = DBW_OK;
	struct text text = text_begin(emitting->host);

	snprintf(old, sizeof old, "%.*s_dbwarden_old", NAME_LIMIT - 13, retyping->name);
	text_put(&text, "ALTER TYPE ");
	text_qualified(&text, retyping->namespace_name, retyping->name);
	text_put(&text, " RENAME TO ");
	text_name(&text, old);
	emit_statement(emitting, &text, 0);
	rename_checks(retyping, old);
	text = text_begin(emitting->host);
	text_put(&text, retyping->create);
	emit_statement(emitting, &text, 0);
	for (int step = 0; status == DBW_OK && step < STEPS; step++)
		status = in_all_columns(retyping, (enum step)step);
	if (status == DBW_OK)
		status = replace_types_of(retyping);
	text = text_begin(emitting->host);
	text_put(&text, "DROP TYPE ");
	text_qualified(&text, retyping->namespace_name, old);
	emit_statement(emitting, &text, 0);
	return status;
}

enum dbw_status emit_replace_enum(const struct emitting *emitting, const struct dbw_enum *after)
{
	struct text create = text_begin(emitting->host);
	struct retyping retyping = {
	    .emitting = emitting, .namespace_name = after->namespace_name, .name = after->name};
	enum dbw_status status;

	ddl_create_enum(&create, after, after->name);
	retyping.create = text_get(&create);
	emitting->host->comment(
	    emitting->emission,
	    "a row that has a label which is no more stops this: change it before");
	status = replace_type(&retyping);
	text_end(&create);
	return status;
}

enum dbw_status emit_replace_type(const struct emitting *emitting, const struct dbw_object *before,
                                  const struct dbw_object *after)
{
	bool composite = after->kind == DBW_COMPOSITE_TYPE;
	const struct retyping retyping = {.emitting = emitting,
	                                  .namespace_name = after->namespace_name,
	                                  .name = after->name,
	                                  .create = after->text,
	                                  .before = composite ? before : NULL,
	                                  .after = composite ? after : NULL,
	                                  .checks =
	                                      after->kind == DBW_DOMAIN ? before->text : NULL};

	/* The types of ranges of several pieces would have to be renamed with it. */
	if (after->kind == DBW_RANGE_TYPE)
		return emit_refuse(emitting,
		                   "a range type cannot be changed; make one of another "
		                   "name, and copy the values in a migration of your own");
	return replace_type(&retyping);
}
