#include "names.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* The names that are taken in each namespace: relations and constraints together, as the server looks for
 * both when it makes a name for an index that backs a constraint. */
struct taken {
	const char **names; /* "namespace.name", or NULL */
	size_t size;        /* a power of two */
	size_t used;
};

static uint64_t hash(const char *namespace_name, const char *name)
{
	uint64_t value = UINT64_C(14695981039346656037);

	for (; *namespace_name; namespace_name++)
		value = (value ^ (unsigned char)*namespace_name) * UINT64_C(1099511628211);
	value *= UINT64_C(1099511628211);
	for (; *name; name++)
		value = (value ^ (unsigned char)*name) * UINT64_C(1099511628211);
	return value;
}

/* What is kept is one string with the namespace, a NUL and the name. */
static bool is_pair(const char *pair, const char *namespace_name, const char *name)
{
	return strcmp(pair, namespace_name) == 0 && strcmp(pair + strlen(pair) + 1, name) == 0;
}

static size_t find(const struct taken *taken, const char *namespace_name, const char *name)
{
	size_t i = hash(namespace_name, name) & (taken->size - 1);

	while (taken->names[i] && !is_pair(taken->names[i], namespace_name, name))
		i = (i + 1) & (taken->size - 1);
	return i;
}

static void grow(struct taken *taken)
{
	struct taken bigger = {.size = taken->size ? taken->size * 2 : 256, .used = taken->used};

	bigger.names = calloc(bigger.size, sizeof *bigger.names);
	if (!bigger.names)
		abort();
	for (size_t i = 0; i < taken->size; i++)
		if (taken->names[i])
			bigger.names[find(&bigger, taken->names[i],
			                  taken->names[i] + strlen(taken->names[i]) + 1)] =
			    taken->names[i];
	free(taken->names);
	*taken = bigger;
}

static void take(struct taken *taken, const char *namespace_name, const char *name)
{
	size_t first, second, i;
	char *pair;

	if (!name)
		return;
	if (!namespace_name)
		namespace_name = "";
	if (taken->used * 2 >= taken->size)
		grow(taken);
	i = find(taken, namespace_name, name);
	if (taken->names[i])
		return;
	first = strlen(namespace_name) + 1;
	second = strlen(name) + 1;
	pair = malloc(first + second);
	if (!pair)
		abort();
	memcpy(pair, namespace_name, first);
	memcpy(pair + first, name, second);
	taken->names[i] = pair;
	taken->used++;
}

static bool is_taken(const struct taken *taken, const char *namespace_name, const char *name)
{
	return taken->size &&
	       taken->names[find(taken, namespace_name ? namespace_name : "", name)] != NULL;
}

static void release(struct taken *taken)
{
	for (size_t i = 0; i < taken->size; i++)
		free((void *)(uintptr_t)taken->names[i]);
	free(taken->names);
}

/* Not in the middle of a character. */
static size_t clip(const char *name, size_t length)
{
	while (length && ((unsigned char)name[length] & 0xc0) == 0x80)
		length--;
	return length;
}

void names_put(struct text *text, const char *name1, const char *name2, const char *label)
{
	size_t first = strlen(name1), second = name2 ? strlen(name2) : 0;
	size_t overhead = (label ? strlen(label) + 1 : 0) + (name2 ? 1 : 0);
	size_t room = overhead < NAME_LIMIT ? NAME_LIMIT - overhead : 0;

	while (first + second > room) {
		if (first > second)
			first--;
		else
			second--;
	}
	first = clip(name1, first);
	text_printf(text, "%.*s", (int)first, name1);
	if (name2) {
		second = clip(name2, second);
		text_printf(text, "_%.*s", (int)second, name2);
	}
	if (label)
		text_printf(text, "_%s", label);
}

const char *names_make(const struct dbw_host *host, struct dbw_schema *schema, const char *name1,
                       const char *name2, const char *label)
{
	struct text text = text_begin(host);

	names_put(&text, name1, name2, label);
	return text_keep(&text, schema);
}

struct naming {
	const struct dbw_host *host;
	struct dbw_schema *schema;
	struct taken taken;
};

/* The first free one of name1_name2_label, ..._label1, ..._label2. */
static const char *choose(struct naming *naming, const struct dbw_table *table, const char *name2,
                          const char *label)
{
	char numbered[32];
	const char *name;

	snprintf(numbered, sizeof numbered, "%s", label);
	for (unsigned pass = 1;; pass++) {
		name = names_make(naming->host, naming->schema, table->name, name2, numbered);
		if (!is_taken(&naming->taken, table->namespace_name, name))
			break;
		snprintf(numbered, sizeof numbered, "%s%u", label, pass);
	}
	take(&naming->taken, table->namespace_name, name);
	return name;
}

/* What an expression is called in a name: a call by its function, a cast by what is cast, anything else
 * "expr" (FigureColname in the server's parse_target.c). */
static void put_expression_name(struct text *text, const char *expression)
{
	size_t length = 0, depth = 0;
	const char *name = expression, *rest;

	while (isalnum((unsigned char)expression[length]) || expression[length] == '_' ||
	       expression[length] == '.')
		length++;
	for (size_t i = 0; i < length; i++)
		if (expression[i] == '.')
			name = expression + i + 1;
	rest = expression + length;
	if (length && *rest == '(') {
		do {
			depth += *rest == '(';
			depth -= *rest == ')';
			rest++;
		} while (*rest && depth);
	}
	if (length && (*rest == '\0' || strncmp(rest, "::", 2) == 0))
		text_printf(text, "%.*s", (int)(expression + length - name), name);
	else
		text_put(text, "expr");
}

/* The columns of a key, joined; the server stops when a name could hold no more. */
static const char *join_parts(struct naming *naming, const struct dbw_list *parts,
                              const struct dbw_list *include)
{
	struct text text = text_begin(naming->host);
	size_t length = 0;

	for (size_t i = 0; i < parts->count && length <= NAME_LIMIT; i++) {
		const struct dbw_key_part *part = parts->items[i];

		if (i)
			text_put(&text, "_");
		if (part->column)
			text_put(&text, part->column);
		else
			put_expression_name(&text, part->expression);
		length = strlen(text_get(&text));
	}
	for (size_t i = 0; include && i < include->count && length <= NAME_LIMIT; i++) {
		text_printf(&text, "_%s", (const char *)include->items[i]);
		length = strlen(text_get(&text));
	}
	return text_keep(&text, naming->schema);
}

/* A check is named after its column, if it mentions one alone. */
static const char *check_column(const struct naming *naming, const struct dbw_table *table,
                                const struct dbw_constraint *check)
{
	const char *only = NULL;

	for (size_t i = 0; i < table->columns.count; i++) {
		const struct dbw_column *column = table->columns.items[i];

		if (!naming->host->mentions(naming->host, check->expression, column->name))
			continue;
		if (only)
			return NULL;
		only = column->name;
	}
	return only;
}

static void name_kind(struct naming *naming, struct dbw_table *table, enum dbw_constraint_kind kind)
{
	for (size_t i = 0; i < table->constraints.count; i++) {
		struct dbw_constraint *constraint = table->constraints.items[i];

		if (constraint->name || constraint->kind != kind)
			continue;
		switch (kind) {
		case DBW_PRIMARY_KEY:
			constraint->name = choose(naming, table, NULL, "pkey");
			break;
		case DBW_UNIQUE:
			constraint->name = choose(
			    naming, table,
			    join_parts(naming, &constraint->parts, &constraint->include), "key");
			break;
		case DBW_EXCLUDE:
			constraint->name = choose(
			    naming, table,
			    join_parts(naming, &constraint->parts, &constraint->include), "excl");
			break;
		case DBW_FOREIGN_KEY:
			constraint->name = choose(
			    naming, table, join_parts(naming, &constraint->parts, NULL), "fkey");
			break;
		case DBW_CHECK:
			constraint->name =
			    choose(naming, table, check_column(naming, table, constraint), "check");
			break;
		}
	}
}

static void name_indexes(struct naming *naming, struct dbw_table *table)
{
	for (size_t i = 0; i < table->indexes.count; i++) {
		struct dbw_index *index = table->indexes.items[i];

		if (!index->name)
			index->name =
			    choose(naming, table,
			           join_parts(naming, &index->parts, &index->include), "idx");
	}
}

/* A domain's checks, in its text: CREATE DOMAIN d AS type CHECK (...). */
static void name_domain_checks(struct naming *naming, struct dbw_object *domain)
{
	const struct dbw_table stand_in = {.namespace_name = domain->namespace_name,
	                                   .name = domain->name};
	struct text text = text_begin(naming->host);
	const char *from = domain->text, *check;
	bool named;

	while ((check = text_find_check(from, &named, NULL, NULL))) {
		text_printf(&text, "%.*s", (int)(check - from), from);
		if (!named) {
			text_put(&text, "CONSTRAINT ");
			text_name(&text, choose(naming, &stand_in, NULL, "check"));
			text_put(&text, " ");
		}
		text_printf(&text, "%.*s", (int)strlen("check"), check);
		from = check + strlen("check");
	}
	text_put(&text, from);
	domain->text = text_keep(&text, naming->schema);
}

static void take_domain_checks(struct naming *naming, const struct dbw_object *domain)
{
	const char *from = domain->text, *check, *name;
	size_t length;
	bool named;

	while ((check = text_find_check(from, &named, &name, &length))) {
		if (named)
			take(&naming->taken, domain->namespace_name,
			     naming->host->text(naming->schema, name, length));
		from = check + strlen("check");
	}
}

static void take_declared(struct naming *naming)
{
	const struct dbw_schema *schema = naming->schema;

	for (size_t i = 0; i < schema->tables.count; i++) {
		const struct dbw_table *table = schema->tables.items[i];

		take(&naming->taken, table->namespace_name, table->name);
		for (size_t j = 0; j < table->constraints.count; j++)
			take(&naming->taken, table->namespace_name,
			     ((const struct dbw_constraint *)table->constraints.items[j])->name);
		for (size_t j = 0; j < table->indexes.count; j++)
			take(&naming->taken, table->namespace_name,
			     ((const struct dbw_index *)table->indexes.items[j])->name);
	}
	for (size_t i = 0; i < schema->sequences.count; i++) {
		const struct dbw_sequence *sequence = schema->sequences.items[i];

		take(&naming->taken, sequence->namespace_name, sequence->name);
	}
	for (size_t i = 0; i < schema->objects.count; i++) {
		const struct dbw_object *object = schema->objects.items[i];

		if (object->kind == DBW_VIEW || object->kind == DBW_MATERIALIZED_VIEW)
			take(&naming->taken, object->namespace_name, object->name);
		if (object->kind == DBW_DOMAIN)
			take_domain_checks(naming, object);
	}
}

void names_complete(const struct dbw_host *host, struct dbw_schema *schema)
{
	struct naming naming = {.host = host, .schema = schema};

	take_declared(&naming);
	for (size_t i = 0; i < schema->objects.count; i++) {
		struct dbw_object *object = schema->objects.items[i];

		if (object->kind == DBW_DOMAIN)
			name_domain_checks(&naming, object);
	}
	for (size_t i = 0; i < schema->tables.count; i++) {
		struct dbw_table *table = schema->tables.items[i];

		/* The order of DefineRelation: checks, the primary key, other keys, foreign keys. */
		name_kind(&naming, table, DBW_CHECK);
		name_kind(&naming, table, DBW_PRIMARY_KEY);
		name_kind(&naming, table, DBW_UNIQUE);
		name_kind(&naming, table, DBW_EXCLUDE);
		name_kind(&naming, table, DBW_FOREIGN_KEY);
	}
	for (size_t i = 0; i < schema->tables.count; i++)
		name_indexes(&naming, schema->tables.items[i]);
	release(&naming.taken);
}
