#include "schema/compare_internal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "schema/fields.h"
#include "sql/text.h"

static bool fields_equal(const struct dbw_traits *traits, const struct field *fields, const void *a,
                         const void *b);

static bool items_equal(const struct dbw_traits *traits, const struct field *field, const void *a,
                        const void *b)
{
	if (field->type == FIELD_ELEMENTS)
		return fields_equal(traits, element_fields(field->kind), a, b);
	if (field->type == FIELD_NAMES)
		return sql_names_equal(traits, a, b);
	return strcmp(a, b) == 0;
}

size_t pair_items(const struct dbw_traits *traits, const struct field *field,
                  const struct dbw_list *a, const struct dbw_list *b, bool *paired_a,
                  bool *paired_b)
{
	size_t alone = 0;

	for (size_t i = 0; i < a->count; i++) {
		size_t j = 0;

		while (j < b->count &&
		       (paired_b[j] || !items_equal(traits, field, a->items[i], b->items[j])))
			j++;
		paired_a[i] = j < b->count;
		if (paired_a[i])
			paired_b[j] = true;
		else
			alone++;
	}
	return alone;
}

static bool sets_equal(const struct dbw_traits *traits, const struct field *field,
                       const struct dbw_list *a, const struct dbw_list *b)
{
	bool *paired;
	size_t alone;

	if (a->count != b->count)
		return false;
	if (a->count == 0)
		return true;
	if (a->count == 1)
		return items_equal(traits, field, a->items[0], b->items[0]);
	paired = memory_resize(NULL, a->count + b->count, sizeof *paired);
	memset(paired, 0, (a->count + b->count) * sizeof *paired);
	alone = pair_items(traits, field, a, b, paired, paired + a->count);
	free(paired);
	return alone == 0;
}

static bool lists_equal(const struct dbw_traits *traits, const struct field *field,
                        const struct dbw_list *a, const struct dbw_list *b)
{
	bool columns = field->kind == DBW_COLUMN && field->type == FIELD_ELEMENTS;

	if (a->count != b->count)
		return false;
	if (field->set || (columns && !(traits->flags & DBW_TRAIT_COLUMN_ORDER)))
		return sets_equal(traits, field, a, b);
	for (size_t i = 0; i < a->count; i++)
		if (!items_equal(traits, field, a->items[i], b->items[i]))
			return false;
	return true;
}

static bool strings_equal(const struct dbw_traits *traits, enum field_type type, const char *a,
                          const char *b)
{
	if (a == b)
		return true;
	if (!a || !b)
		return false;
	if (type == FIELD_NAME)
		return sql_names_equal(traits, a, b);
	if (strcmp(a, b) == 0)
		return true;
	return type == FIELD_SQL && sql_same(traits, a, b);
}

bool field_equal(const struct dbw_traits *traits, const struct field *field, const void *a,
                 const void *b)
{
	const void *x = field_at(a, field), *y = field_at(b, field);

	switch (field->type) {
	case FIELD_NAME:
	case FIELD_SQL:
	case FIELD_TEXT:
		/* The default namespace is the same, named or not. */
		if (strcmp(field->name, "namespace_name") == 0 ||
		    strcmp(field->name, "ref_namespace") == 0) {
			const char *s = *(const char *const *)x, *t = *(const char *const *)y;

			return strings_equal(traits, FIELD_NAME, s ? s : traits->default_namespace,
			                     t ? t : traits->default_namespace);
		}
		return strings_equal(traits, field->type, *(const char *const *)x,
		                     *(const char *const *)y);
	case FIELD_FLAG:
		return *(const bool *)x == *(const bool *)y;
	case FIELD_NUMBER:
		return *(const uint64_t *)x == *(const uint64_t *)y;
	case FIELD_WORD:
		return memcmp(x, y, sizeof(int)) == 0;
	case FIELD_ELEMENTS:
	case FIELD_NAMES:
	case FIELD_TEXTS:
		return lists_equal(traits, field, x, y);
	case FIELD_SOURCE:
	case FIELD_HINT:
	case FIELD_HINTS:
		break;
	}
	return true;
}

/* A check that nobody named is known by what it says. */
static bool names_are_nothing(const struct dbw_constraint *a, const struct dbw_constraint *b)
{
	return a->kind == DBW_CHECK && b->kind == DBW_CHECK && a->server_named && b->server_named;
}

static bool fields_equal(const struct dbw_traits *traits, const struct field *fields, const void *a,
                         const void *b)
{
	struct dbw_constraint renamed;

	if (fields == element_fields(DBW_CONSTRAINT) && names_are_nothing(a, b)) {
		renamed = *(const struct dbw_constraint *)a;
		renamed.name = ((const struct dbw_constraint *)b)->name;
		renamed.options = ((const struct dbw_constraint *)b)->options;
		a = &renamed;
	}
	for (; fields->name; fields++)
		if (!field_equal(traits, fields, a, b))
			return false;
	return true;
}

bool element_equal(const struct dbw_traits *traits, enum dbw_element_kind kind, const void *a,
                   const void *b)
{
	return fields_equal(traits, element_fields(kind), a, b);
}

bool is_part_of_frame(const struct field *field)
{
	return field->type != FIELD_ELEMENTS || field->kind == DBW_OPTION;
}

bool table_frame_equal(const struct dbw_traits *traits, const struct dbw_table *a,
                       const struct dbw_table *b)
{
	for (const struct field *field = element_fields(DBW_TABLE); field->name; field++)
		if (is_part_of_frame(field) && !field_equal(traits, field, a, b))
			return false;
	return true;
}
