#include "grants.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "emit.h"
#include "names.h"

/* Privileges: brought into one form, and written. PostgreSQL 15, table 5.2. */

static const struct {
	const char *kind;
	/* In alphabetical order, ends in NULL. Those behind the '+' are of later versions. */
	const char *privileges[10];
} kinds[] = {
    {"TABLE",
     {"DELETE", "INSERT", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE", "+MAINTAIN",
      NULL}},
    {"SEQUENCE", {"SELECT", "UPDATE", "USAGE", NULL}},
    {"SCHEMA", {"CREATE", "USAGE", NULL}},
    {"FUNCTION", {"EXECUTE", NULL}},
    {"PROCEDURE", {"EXECUTE", NULL}},
    {"TYPE", {"USAGE", NULL}},
};

/* Those of columns. */
static const char *const of_columns[] = {"INSERT", "REFERENCES", "SELECT", "UPDATE", NULL};

static bool is_kind(const struct dbw_object *grant, const char *kind)
{
	size_t length = strlen(kind);

	return strncmp(grant->text, kind, length) == 0 && grant->text[length] == ' ';
}

static const char *const *privileges_of(const struct dbw_object *grant)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (is_kind(grant, kinds[i].kind))
			return kinds[i].privileges;
	return NULL;
}

static bool has_privilege(const struct dbw_list *privileges, const char *name, const char *column)
{
	for (size_t i = 0; i < privileges->count; i++) {
		const struct dbw_option *one = privileges->items[i];

		if (strcmp(one->name, name) == 0 && strcmp(one->value, column) == 0)
			return true;
	}
	return false;
}

static void add_privilege(const struct dbw_host *host, struct dbw_schema *schema,
                          struct dbw_list *privileges, const char *name, const char *column)
{
	struct dbw_option *made;

	if (has_privilege(privileges, name, column))
		return;
	made = host->add(schema, privileges, DBW_OPTION);
	made->name = name;
	made->value = column;
}

/* ALL (a) stands for what a column can have; whatever a thing can have is ALL. */
static void normalize_privileges(const struct dbw_host *host, struct dbw_schema *schema,
                                 struct dbw_object *grant)
{
	const char *const *all = privileges_of(grant);
	struct dbw_list made = {0};
	bool whole = all != NULL, negated = false;

	for (size_t i = 0; i < grant->privileges.count; i++) {
		const struct dbw_option *one = grant->privileges.items[i];
		bool is_all = strcmp(one->name, "ALL") == 0 || strcmp(one->name, "-ALL") == 0;

		negated |= *one->name == '-';
		if (is_all && *one->value) {
			for (size_t j = 0; of_columns[j]; j++)
				add_privilege(host, schema, &made, of_columns[j], one->value);
		} else if (is_all && all && !all[1]) {
			struct text text = text_begin(host);

			text_printf(&text, "%s%s", negated ? "-" : "", all[0]);
			add_privilege(host, schema, &made, text_keep(&text, schema), "");
		} else {
			add_privilege(host, schema, &made, one->name, one->value);
		}
	}
	for (size_t i = 0; whole && all[i]; i++)
		whole = *all[i] == '+' || has_privilege(&made, all[i], "");
	if ((whole && all[1]) || has_privilege(&made, "ALL", "")) {
		struct dbw_list rest = {0};

		add_privilege(host, schema, &rest, "ALL", "");
		made = rest;
	}
	grant->privileges = made;
}

static bool is_public(const struct dbw_object *grant)
{
	return strcmp(grant->name, "PUBLIC") == 0;
}

/* What everybody has anyway, and cannot be told from what nobody has touched. */
static bool goes_without_saying(const struct dbw_object *grant)
{
	bool routine = is_kind(grant, "FUNCTION") || is_kind(grant, "PROCEDURE");
	const struct dbw_option *first =
	    grant->privileges.count ? grant->privileges.items[0] : NULL;

	if (!first)
		return true;
	if (!is_public(grant))
		return false;
	/* Whatever everybody may in the schema 'public' is the database's, and differs among versions. */
	if (is_kind(grant, "SCHEMA") && !grant->namespace_name)
		return true;
	if (routine || is_kind(grant, "TYPE"))
		return *first->name != '-';
	return *first->name == '-';
}

/* ALL TABLES IN SCHEMA s and the like. */

struct expansion {
	const struct dbw_host *host;
	struct dbw_schema *schema;
	const struct dbw_object *from;
	bool option;
};

static void expand_to(const struct expansion *expansion, const char *kind, const char *name,
                      const char *signature, const char *table)
{
	const struct dbw_object *from = expansion->from;
	struct dbw_list *objects = &expansion->schema->objects;
	struct text text = text_begin(expansion->host);
	struct dbw_object *made = NULL;
	const char *target, *key;

	text_printf(&text, "%s ", kind);
	text_qualified(&text, from->namespace_name, name);
	if (signature)
		text_printf(&text, "(%s)", signature);
	target = key = text_keep(&text, expansion->schema);
	if (expansion->option) {
		text = text_begin(expansion->host);
		text_printf(&text, "%s WITH GRANT OPTION", target);
		key = text_keep(&text, expansion->schema);
	}
	for (size_t i = 0; !made && i < objects->count; i++) {
		struct dbw_object *one = objects->items[i];

		if (one->kind == DBW_GRANT && strcmp(one->name, from->name) == 0 &&
		    same(one->namespace_name, from->namespace_name) && same(one->table, table) &&
		    expansion->host->same_sql(expansion->host, one->signature, key))
			made = one;
	}
	if (!made) {
		made = expansion->host->add(expansion->schema, objects, DBW_OBJECT);
		*made = *from;
		made->table = table;
		made->text = target;
		made->signature = key;
		made->privileges = (struct dbw_list){0};
	}
	for (size_t i = 0; i < from->privileges.count; i++) {
		const struct dbw_option *one = from->privileges.items[i];

		add_privilege(expansion->host, expansion->schema, &made->privileges, one->name,
		              one->value);
	}
}

static void expand_tables(const struct expansion *expansion)
{
	const struct dbw_schema *schema = expansion->schema;
	const char *namespace_name = expansion->from->namespace_name;

	for (size_t i = 0; i < schema->tables.count; i++) {
		const struct dbw_table *table = schema->tables.items[i];

		if (same(table->namespace_name, namespace_name))
			expand_to(expansion, "TABLE", table->name, NULL, table->name);
	}
	for (size_t i = 0; i < schema->objects.count; i++) {
		const struct dbw_object *view = schema->objects.items[i];

		if ((view->kind == DBW_VIEW || view->kind == DBW_MATERIALIZED_VIEW) &&
		    same(view->namespace_name, namespace_name))
			expand_to(expansion, "TABLE", view->name, NULL, view->name);
	}
}

/* Those of serial and identity columns are among them. */
static void expand_sequences(const struct expansion *expansion)
{
	struct dbw_schema *schema = expansion->schema;
	const char *namespace_name = expansion->from->namespace_name;

	for (size_t i = 0; i < schema->sequences.count; i++) {
		const struct dbw_sequence *sequence = schema->sequences.items[i];

		if (same(sequence->namespace_name, namespace_name))
			expand_to(expansion, "SEQUENCE", sequence->name, NULL, NULL);
	}
	for (size_t i = 0; i < schema->tables.count; i++) {
		const struct dbw_table *table = schema->tables.items[i];

		for (size_t j = 0;
		     same(table->namespace_name, namespace_name) && j < table->columns.count; j++) {
			const struct dbw_column *column = table->columns.items[j];

			if (column->identity || strstr(column->type, "serial"))
				expand_to(expansion, "SEQUENCE",
				          names_make(expansion->host, schema, table->name,
				                     column->name, "seq"),
				          NULL, NULL);
		}
	}
}

static void expand_routines(const struct expansion *expansion, const char *kind)
{
	const struct dbw_schema *schema = expansion->schema;
	size_t count = schema->objects.count;

	for (size_t i = 0; i < count; i++) {
		const struct dbw_object *routine = schema->objects.items[i];
		bool procedure = routine->kind == DBW_PROCEDURE;

		if ((!procedure && routine->kind != DBW_FUNCTION &&
		     routine->kind != DBW_AGGREGATE) ||
		    !same(routine->namespace_name, expansion->from->namespace_name) ||
		    (strcmp(kind, "ROUTINES") != 0 &&
		     procedure != (strcmp(kind, "PROCEDURES") == 0)))
			continue;
		expand_to(expansion, procedure ? "PROCEDURE" : "FUNCTION", routine->name,
		          routine->signature, NULL);
	}
}

static void expand(const struct dbw_host *host, struct dbw_schema *schema,
                   const struct dbw_object *from)
{
	const struct expansion expansion = {host, schema, from,
	                                    strcmp(from->text, from->signature) != 0};
	const char *kind = from->text + strlen("ALL ");

	if (strncmp(kind, "TABLES ", 7) == 0)
		expand_tables(&expansion);
	else if (strncmp(kind, "SEQUENCES ", 10) == 0)
		expand_sequences(&expansion);
	else
		expand_routines(&expansion, strncmp(kind, "ROUTINES ", 9) == 0      ? "ROUTINES"
		                            : strncmp(kind, "PROCEDURES ", 11) == 0 ? "PROCEDURES"
		                                                                    : "FUNCTIONS");
}

/* ROUTINE is either. */
static void name_routine(const struct dbw_host *host, struct dbw_schema *schema,
                         struct dbw_object *grant)
{
	const char *kind = "FUNCTION";
	struct text text = text_begin(host), key = text_begin(host);
	size_t length = strlen("ROUTINE");

	for (size_t i = 0; i < schema->objects.count; i++) {
		const struct dbw_object *one = schema->objects.items[i];

		if (one->kind == DBW_PROCEDURE && host->mentions(host, grant->text, one->name))
			kind = "PROCEDURE";
	}
	text_printf(&text, "%s%s", kind, grant->text + length);
	text_printf(&key, "%s%s", kind, grant->signature + length);
	grant->text = text_keep(&text, schema);
	grant->signature = text_keep(&key, schema);
}

static void remove_object(struct dbw_schema *schema, size_t i)
{
	struct dbw_list *list = &schema->objects;

	memmove(list->items + i, list->items + i + 1, (list->count - i - 1) * sizeof *list->items);
	list->count--;
}

void grants_normalize(const struct dbw_host *host, struct dbw_schema *schema)
{
	size_t count = schema->objects.count;

	for (size_t i = 0; i < count; i++) {
		struct dbw_object *grant = schema->objects.items[i];

		if (grant->kind == DBW_GRANT && is_kind(grant, "ALL"))
			expand(host, schema, grant);
		else if (grant->kind == DBW_GRANT && is_kind(grant, "ROUTINE"))
			name_routine(host, schema, grant);
	}
	for (size_t i = schema->objects.count; i > 0; i--) {
		struct dbw_object *grant = schema->objects.items[i - 1];

		if (grant->kind != DBW_GRANT)
			continue;
		normalize_privileges(host, schema, grant);
		if (is_kind(grant, "ALL") || goes_without_saying(grant))
			remove_object(schema, i - 1);
	}
}

/* Writing. */

static int compare_privileges(const void *a, const void *b)
{
	const struct dbw_option *x = *(const struct dbw_option *const *)a;
	const struct dbw_option *y = *(const struct dbw_option *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->value, y->value);
}

/* SELECT (a, b), UPDATE; those of the list that 'but' does not have. False if there are none. */
static bool put_privileges(struct text *text, const struct dbw_list *privileges,
                           const struct dbw_list *but, bool negated)
{
	size_t count = 0;
	const struct dbw_option **sorted = calloc(privileges->count + 1, sizeof *sorted);
	const char *last = NULL;

	if (!sorted)
		abort();
	for (size_t i = 0; i < privileges->count; i++) {
		const struct dbw_option *one = privileges->items[i];

		if ((*one->name == '-') == negated &&
		    !(but && (has_privilege(but, one->name, one->value) ||
		              (!*one->value && has_privilege(but, "ALL", "")))))
			sorted[count++] = one;
	}
	qsort(sorted, count, sizeof *sorted, compare_privileges);
	for (size_t i = 0; i < count; i++) {
		const struct dbw_option *one = sorted[i];
		bool again = last && *one->value && strcmp(last, one->name) == 0;

		if (again)
			text_put(text, ", ");
		else
			text_printf(text, "%s%s%s", i ? ", " : "", one->name + negated,
			            *one->value ? " (" : "");
		if (*one->value) {
			text_name(text, one->value);
			if (i + 1 == count || !*sorted[i + 1]->value ||
			    strcmp(sorted[i + 1]->name, one->name) != 0)
				text_put(text, ")");
		}
		last = *one->value ? one->name : NULL;
	}
	free(sorted);
	return count > 0;
}

static bool has_option(const struct dbw_object *grant)
{
	return strcmp(grant->text, grant->signature) != 0;
}

static void put_rest(struct text *text, const struct dbw_object *grant, const char *word)
{
	text_put(text, " ON ");
	if (grant->table) {
		text_put(text, "TABLE ");
		text_qualified(text, grant->namespace_name, grant->table);
	} else {
		text_put(text, grant->text);
	}
	text_printf(text, " %s ", word);
	if (is_public(grant))
		text_put(text, "PUBLIC");
	else
		text_name(text, grant->name);
}

static void give(const struct emitting *emitting, const struct dbw_object *grant,
                 const struct dbw_list *privileges, const struct dbw_list *but, bool negated)
{
	struct text text = text_begin(emitting->host);

	text_put(&text, "GRANT ");
	if (!put_privileges(&text, privileges, but, negated)) {
		text_end(&text);
		return;
	}
	put_rest(&text, grant, "TO");
	if (has_option(grant))
		text_put(&text, " WITH GRANT OPTION");
	emit_statement(emitting, &text, 0);
}

static void take(const struct emitting *emitting, const struct dbw_object *grant,
                 const struct dbw_list *privileges, const struct dbw_list *but, bool negated)
{
	struct text text = text_begin(emitting->host);

	text_put(&text, "REVOKE ");
	if (!put_privileges(&text, privileges, but, negated)) {
		text_end(&text);
		return;
	}
	put_rest(&text, grant, "FROM");
	emit_statement(emitting, &text, 0);
}

static bool is_table(const struct dbw_schema *schema, const struct dbw_object *grant)
{
	for (size_t i = 0; i < schema->tables.count; i++) {
		const struct dbw_table *table = schema->tables.items[i];

		if (strcmp(table->name, grant->table) == 0 &&
		    same(table->namespace_name, grant->namespace_name))
			return true;
	}
	return false;
}

static bool is_view(const struct dbw_schema *schema, const struct dbw_object *grant)
{
	for (size_t i = 0; i < schema->objects.count; i++) {
		const struct dbw_object *view = schema->objects.items[i];

		if ((view->kind == DBW_VIEW || view->kind == DBW_MATERIALIZED_VIEW) &&
		    strcmp(view->name, grant->table) == 0 &&
		    same(view->namespace_name, grant->namespace_name))
			return true;
	}
	return false;
}

enum dbw_status emit_grant(const struct emitting *emitting)
{
	const struct dbw_object *before = emitting->operation->before,
				*after = emitting->operation->after;
	const struct dbw_schema *schema = emitting->operation->schema_after;

	if (!(before && after) && !(after ? after : before)->privileges.count)
		return emit_refuse(emitting, "a grant of no privileges says nothing");
	if (before && after) {
		/* ALL and less of it have no difference that could be written. */
		if (has_privilege(&before->privileges, "ALL", "")) {
			take(emitting, after, &before->privileges, NULL, false);
			give(emitting, after, &after->privileges, NULL, false);
			return DBW_OK;
		}
		take(emitting, after, &before->privileges, &after->privileges, false);
		give(emitting, after, &after->privileges, &before->privileges, false);
		give(emitting, after, &before->privileges, &after->privileges, true);
		take(emitting, after, &after->privileges, &before->privileges, true);
	} else if (after) {
		give(emitting, after, &after->privileges, NULL, false);
		take(emitting, after, &after->privileges, NULL, true);
	} else if (!before->table || is_table(schema, before) || is_view(schema, before)) {
		/* With the thing itself they go anyway. */
		take(emitting, before, &before->privileges, NULL, false);
		give(emitting, before, &before->privileges, NULL, true);
	}
	return DBW_OK;
}
