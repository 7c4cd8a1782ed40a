#include "schema/compare.h"

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

/* Pairs equal items, each with one that has no partner yet. Returns how many of a stay alone, and
 * marks who has a partner. Lists in one table are short. */
static size_t pair_items(const struct dbw_traits *traits, const struct field *field,
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

static bool field_equal(const struct dbw_traits *traits, const struct field *field, const void *a,
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
		break;
	}
	return true;
}

static bool fields_equal(const struct dbw_traits *traits, const struct field *fields, const void *a,
                         const void *b)
{
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

static bool is_part_of_frame(const struct field *field)
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

/* Differences in words. */

struct report {
	const struct dbw_traits *traits;
	struct dbw_buffer *lines;
	size_t count;
};

static void write_name(struct dbw_buffer *out, const char *namespace_name, const char *name)
{
	if (namespace_name)
		buffer_printf(out, "%s.", namespace_name);
	buffer_string(out, name);
}

static void write_item(struct dbw_buffer *out, const struct field *field, const void *item)
{
	const struct dbw_option *option = item;
	const struct dbw_key_part *part = item;

	if (field->type != FIELD_ELEMENTS) {
		buffer_string(out, item);
	} else if (field->kind == DBW_OPTION) {
		buffer_string(out, option->name);
		if (*option->value)
			buffer_printf(out, "=%s", option->value);
	} else if (field->kind == DBW_KEY_PART) {
		buffer_printf(out, part->column ? "%s" : "(%s)",
		              part->column ? part->column : part->expression);
		if (part->collation)
			buffer_printf(out, " COLLATE %s", part->collation);
		if (part->operator_class)
			buffer_printf(out, " %s", part->operator_class);
		if (part->operator_with)
			buffer_printf(out, " WITH %s", part->operator_with);
		if (part->descending)
			buffer_string(out, " DESC");
		if (part->nulls != DBW_NULLS_DEFAULT)
			buffer_string(out, part->nulls == DBW_NULLS_FIRST ? " NULLS FIRST"
			                                                  : " NULLS LAST");
		if (part->prefix_length)
			buffer_printf(out, " (%llu)", (unsigned long long)part->prefix_length);
	}
}

static void write_list(struct dbw_buffer *out, const struct field *field,
                       const struct dbw_list *list)
{
	buffer_char(out, '(');
	for (size_t i = 0; i < list->count; i++) {
		if (i)
			buffer_string(out, ", ");
		write_item(out, field, list->items[i]);
	}
	buffer_char(out, ')');
}

static void write_value(struct dbw_buffer *out, const void *element, const struct field *field)
{
	const void *value = field_at(element, field);
	int word;

	switch (field->type) {
	case FIELD_FLAG:
		buffer_string(out, *(const bool *)value ? "yes" : "no");
		break;
	case FIELD_NUMBER:
		buffer_printf(out, "%llu", (unsigned long long)*(const uint64_t *)value);
		break;
	case FIELD_WORD:
		memcpy(&word, value, sizeof word);
		buffer_string(out, field->words[word] ? field->words[word] : "none");
		break;
	case FIELD_ELEMENTS:
	case FIELD_NAMES:
	case FIELD_TEXTS:
		write_list(out, field, value);
		break;
	default:
		if (*(const char *const *)value)
			buffer_printf(out, "'%s'", *(const char *const *)value);
		else
			buffer_string(out, "none");
	}
}

/* One line with every field that differs. */
static void report_fields(struct report *report, const char *what, const struct field *fields,
                          const void *found, const void *expected, bool frame)
{
	const char *separator = "";

	buffer_printf(report->lines, "%s: ", what);
	for (; fields->name; fields++) {
		if ((frame && !is_part_of_frame(fields)) ||
		    field_equal(report->traits, fields, found, expected))
			continue;
		buffer_printf(report->lines, "%s%s is ", separator, fields->name);
		write_value(report->lines, found, fields);
		buffer_string(report->lines, ", expected ");
		write_value(report->lines, expected, fields);
		separator = "; ";
	}
	buffer_char(report->lines, '\n');
	report->count++;
}

static void report_line(struct report *report, const char *what, const char *verdict)
{
	buffer_printf(report->lines, "%s %s\n", what, verdict);
	report->count++;
}

static void report_column(struct report *report, const char *table, const struct dbw_column *found,
                          const struct dbw_column *expected)
{
	struct dbw_buffer what = {0};

	buffer_printf(&what, "%s: column %s", table, (found ? found : expected)->name);
	if (!found)
		report_line(report, buffer_text(&what), "is missing");
	else if (!expected)
		report_line(report, buffer_text(&what), "is not expected");
	else if (!element_equal(report->traits, DBW_COLUMN, found, expected))
		report_fields(report, buffer_text(&what), element_fields(DBW_COLUMN), found,
		              expected, false);
	buffer_release(&what);
}

static void report_columns(struct report *report, const char *name, const struct dbw_table *found,
                           const struct dbw_table *expected)
{
	size_t before = report->count;
	bool order = report->traits->flags & DBW_TRAIT_COLUMN_ORDER;

	for (size_t i = 0; i < expected->columns.count; i++) {
		const struct dbw_column *column = expected->columns.items[i];

		report_column(report, name, table_find_column(report->traits, found, column->name),
		              column);
	}
	for (size_t i = 0; i < found->columns.count; i++) {
		const struct dbw_column *column = found->columns.items[i];

		if (!table_find_column(report->traits, expected, column->name))
			report_column(report, name, column, NULL);
	}
	for (size_t i = 0; order && before == report->count && i < found->columns.count; i++) {
		const struct dbw_column *a = found->columns.items[i],
					*b = expected->columns.items[i];

		if (!sql_names_equal(report->traits, a->name, b->name))
			report_line(report, name, "has its columns in another order");
	}
}

static void write_constraint(struct dbw_buffer *out, const struct dbw_constraint *constraint)
{
	static const char *const kinds[] = {
	    [DBW_PRIMARY_KEY] = "primary key",    [DBW_UNIQUE] = "unique constraint",
	    [DBW_FOREIGN_KEY] = "foreign key",    [DBW_CHECK] = "check",
	    [DBW_EXCLUDE] = "exclude constraint",
	};

	buffer_string(out, kinds[constraint->kind]);
	if (constraint->name)
		buffer_printf(out, " %s", constraint->name);
	if (constraint->parts.count)
		buffer_string(out, " (");
	for (size_t i = 0; i < constraint->parts.count; i++) {
		const struct dbw_key_part *part = constraint->parts.items[i];

		buffer_printf(out, "%s%s", i ? ", " : "",
		              part->column ? part->column : part->expression);
	}
	if (constraint->parts.count)
		buffer_char(out, ')');
	if (constraint->kind == DBW_CHECK)
		buffer_printf(out, " (%s)", constraint->expression);
	if (constraint->ref_table)
		buffer_printf(out, " to %s", constraint->ref_table);
}

static void report_alone(struct report *report, const char *name, enum dbw_element_kind kind,
                         const struct dbw_list *list, const bool *paired, const char *verdict)
{
	for (size_t i = 0; i < list->count; i++) {
		struct dbw_buffer what = {0};

		if (paired[i])
			continue;
		buffer_printf(&what, "%s: ", name);
		if (kind == DBW_CONSTRAINT)
			write_constraint(&what, list->items[i]);
		else
			buffer_printf(&what, "index %s",
			              ((const struct dbw_index *)list->items[i])->name);
		report_line(report, buffer_text(&what), verdict);
		buffer_release(&what);
	}
}

static void report_set(struct report *report, const char *name, enum dbw_element_kind kind,
                       const struct dbw_list *found, const struct dbw_list *expected)
{
	const struct field field = {.type = FIELD_ELEMENTS, .kind = kind, .set = true};
	size_t size = found->count + expected->count + 1;
	bool *paired = memory_resize(NULL, size, sizeof *paired);

	memset(paired, 0, size * sizeof *paired);
	pair_items(report->traits, &field, found, expected, paired, paired + found->count);
	report_alone(report, name, kind, found, paired, "is not expected as it is");
	report_alone(report, name, kind, expected, paired + found->count, "is missing");
	free(paired);
}

static void report_table(struct report *report, const struct dbw_table *found,
                         const struct dbw_table *expected)
{
	const struct dbw_table *table = found ? found : expected;
	struct dbw_buffer name = {0};

	if (found && expected && element_equal(report->traits, DBW_TABLE, found, expected))
		return;
	buffer_string(&name, "table ");
	write_name(&name, table->namespace_name, table->name);
	if (!found) {
		report_line(report, buffer_text(&name), "is missing");
	} else if (!expected) {
		report_line(report, buffer_text(&name), "is not expected");
	} else {
		if (!table_frame_equal(report->traits, found, expected))
			report_fields(report, buffer_text(&name), element_fields(DBW_TABLE), found,
			              expected, true);
		report_columns(report, buffer_text(&name), found, expected);
		report_set(report, buffer_text(&name), DBW_CONSTRAINT, &found->constraints,
		           &expected->constraints);
		report_set(report, buffer_text(&name), DBW_INDEX, &found->indexes,
		           &expected->indexes);
	}
	buffer_release(&name);
}

static void report_element(struct report *report, enum dbw_element_kind kind, const char *word,
                           const char *namespace_name, const char *name, const void *found,
                           const void *expected)
{
	struct dbw_buffer what = {0};

	buffer_printf(&what, "%s ", word);
	write_name(&what, namespace_name, name);
	if (!found)
		report_line(report, buffer_text(&what), "is missing");
	else if (!expected)
		report_line(report, buffer_text(&what), "is not expected");
	else if (!element_equal(report->traits, kind, found, expected))
		report_fields(report, buffer_text(&what), element_fields(kind), found, expected,
		              false);
	buffer_release(&what);
}

static struct dbw_namespace *find_namespace(const struct schema *schema, const char *name)
{
	for (size_t i = 0; i < schema->content.namespaces.count; i++) {
		struct dbw_namespace *found = schema->content.namespaces.items[i];

		if (sql_names_equal(schema->traits, found->name, name))
			return found;
	}
	return NULL;
}

/* One direction: all of 'in', against the other. With 'extra' only what the other lacks is told. */
static void report_schema(struct report *report, const struct schema *in,
                          const struct schema *other, bool extra)
{
	const struct dbw_schema *content = &in->content;

	for (size_t i = 0; i < content->namespaces.count; i++) {
		const struct dbw_namespace *one = content->namespaces.items[i];
		const struct dbw_namespace *twin = find_namespace(other, one->name);

		if (!extra || !twin)
			report_element(report, DBW_NAMESPACE, "schema", NULL, one->name,
			               extra ? one : twin, extra ? NULL : one);
	}
	for (size_t i = 0; i < content->enums.count; i++) {
		const struct dbw_enum *one = content->enums.items[i];
		const struct dbw_enum *twin =
		    schema_find_enum(other, one->namespace_name, one->name);

		if (!extra || !twin)
			report_element(report, DBW_ENUM, "enum", one->namespace_name, one->name,
			               extra ? one : twin, extra ? NULL : one);
	}
	for (size_t i = 0; i < content->sequences.count; i++) {
		const struct dbw_sequence *one = content->sequences.items[i];
		const struct dbw_sequence *twin =
		    schema_find_sequence(other, one->namespace_name, one->name);

		if (!extra || !twin)
			report_element(report, DBW_SEQUENCE, "sequence", one->namespace_name,
			               one->name, extra ? one : twin, extra ? NULL : one);
	}
	for (size_t i = 0; i < content->tables.count; i++) {
		const struct dbw_table *one = content->tables.items[i];
		const struct dbw_table *twin =
		    schema_find_table(other, one->namespace_name, one->name);

		if (!extra || !twin)
			report_table(report, extra ? one : twin, extra ? NULL : one);
	}
	for (size_t i = 0; i < content->objects.count; i++) {
		const struct dbw_object *one = content->objects.items[i];
		const struct dbw_object *twin = schema_find_object(
		    other, one->kind, one->namespace_name, one->name, one->table, one->signature);

		if (!extra || !twin)
			report_element(report, DBW_OBJECT, object_kind_name(one->kind),
			               one->namespace_name, one->name, extra ? one : twin,
			               extra ? NULL : one);
	}
}

size_t schema_differences(const struct schema *found, const struct schema *expected,
                          struct dbw_buffer *lines)
{
	struct report report = {expected->traits, lines, 0};

	report_schema(&report, expected, found, false);
	report_schema(&report, found, expected, true);
	return report.count;
}
