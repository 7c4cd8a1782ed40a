/* The differences of two schemas in words: one line for each element that is not as it should be. */
#include <stdlib.h>
#include <string.h>

#include "schema/compare_internal.h"
#include "schema/excerpt.h"
#include "schema/wording.h"
#include "sql/text.h"

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

static bool is_text(const struct field *field)
{
	return field->type == FIELD_NAME || field->type == FIELD_SQL || field->type == FIELD_TEXT;
}

/* The body of a routine does not go on a line: the place is told, with what stands there. */
static bool write_excerpts(const struct report *report, const struct field *field,
                           const void *found, const void *expected)
{
	const char *a, *b;
	struct excerpt excerpt;

	if (!is_text(field))
		return false;
	a = *(const char *const *)field_at(found, field);
	b = *(const char *const *)field_at(expected, field);
	if (!a || !b || (excerpt_is_short(a) && excerpt_is_short(b)))
		return false;
	excerpt_find(&excerpt, report->traits, a, b, field->type == FIELD_SQL);
	if (excerpt.line > 1)
		buffer_printf(report->lines, "%s differs at line %zu: it is '",
		              wording_field(field->name), excerpt.line);
	else
		buffer_printf(report->lines, "%s is '", wording_field(field->name));
	excerpt_write(report->lines, a, excerpt.found);
	buffer_string(report->lines, "', expected '");
	excerpt_write(report->lines, b, excerpt.expected);
	buffer_char(report->lines, '\'');
	return true;
}

/* Ends the line that begins at 'start'. A name may hold a line break: the line stays one. */
static void end_line(struct report *report, size_t start)
{
	char *text = report->lines->text;

	for (size_t i = start; i < report->lines->length; i++)
		if (text[i] == '\n' || text[i] == '\r')
			text[i] = ' ';
	buffer_char(report->lines, '\n');
	report->count++;
}

/* One line with every field that differs. */
static void report_fields(struct report *report, const char *what, const struct field *fields,
                          const void *found, const void *expected, bool frame)
{
	size_t start = report->lines->length;
	const char *separator = "";

	buffer_printf(report->lines, "%s: ", what);
	for (; fields->name; fields++) {
		if ((frame && !is_part_of_frame(fields)) ||
		    field_equal(report->traits, fields, found, expected))
			continue;
		buffer_string(report->lines, separator);
		separator = "; ";
		if (write_excerpts(report, fields, found, expected))
			continue;
		buffer_printf(report->lines, "%s is ", wording_field(fields->name));
		wording_value(report->lines, fields, found);
		buffer_string(report->lines, ", expected ");
		wording_value(report->lines, fields, expected);
	}
	end_line(report, start);
}

static void report_line(struct report *report, const char *what, const char *verdict)
{
	size_t start = report->lines->length;

	buffer_printf(report->lines, "%s %s", what, verdict);
	end_line(report, start);
}

/* What is alone, or differs from its twin. */
static void report_pair(struct report *report, enum dbw_element_kind kind, const char *what,
                        const void *found, const void *expected)
{
	if (!found)
		report_line(report, what, "is missing");
	else if (!expected)
		report_line(report, what, "is not expected");
	else if (!element_equal(report->traits, kind, found, expected))
		report_fields(report, what, element_fields(kind), found, expected, false);
}

/* Columns. */

static void report_column(struct report *report, const char *table, const struct dbw_column *found,
                          const struct dbw_column *expected)
{
	struct dbw_buffer what = {0};

	buffer_printf(&what, "%s: column %s", table, (found ? found : expected)->name);
	report_pair(report, DBW_COLUMN, buffer_text(&what), found, expected);
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

/* Constraints and indexes. */

static const char *member_name(enum dbw_element_kind kind, const void *member)
{
	return kind == DBW_CONSTRAINT ? ((const struct dbw_constraint *)member)->name
	                              : ((const struct dbw_index *)member)->name;
}

static bool only_names_differ(const struct dbw_traits *traits, enum dbw_element_kind kind,
                              const void *a, const void *b)
{
	for (const struct field *field = element_fields(kind); field->name; field++)
		if (strcmp(field->name, "name") != 0 && !field_equal(traits, field, a, b))
			return false;
	return true;
}

/* Whether one is the other, changed: by its name; else, of those that have another name or none, by what
 * it is. */
static bool is_twin(const struct dbw_traits *traits, enum dbw_element_kind kind, const void *a,
                    const void *b, bool named)
{
	const struct dbw_constraint *x = a, *y = b;
	const char *name_a = member_name(kind, a), *name_b = member_name(kind, b);
	static const struct field parts = {.name = "parts",
	                                   .type = FIELD_ELEMENTS,
	                                   .offset = offsetof(struct dbw_constraint, parts),
	                                   .kind = DBW_KEY_PART};

	if (kind == DBW_CONSTRAINT && x->kind != y->kind)
		return false;
	if (named)
		return name_a && name_b && sql_names_equal(traits, name_a, name_b);
	if (kind == DBW_CONSTRAINT && x->kind == DBW_PRIMARY_KEY)
		return true;
	if (kind == DBW_CONSTRAINT && x->kind == DBW_FOREIGN_KEY)
		return field_equal(traits, &parts, x, y);
	return only_names_differ(traits, kind, a, b);
}

struct set {
	enum dbw_element_kind kind;
	const struct dbw_list *found, *expected;
	bool *has_twin_found, *has_twin_expected;
};

static void report_twins(struct report *report, const char *name, const struct set *set, bool named)
{
	for (size_t i = 0; i < set->found->count; i++) {
		const void *found = set->found->items[i];
		size_t j = 0;

		if (set->has_twin_found[i])
			continue;
		while (j < set->expected->count &&
		       (set->has_twin_expected[j] ||
		        !is_twin(report->traits, set->kind, found, set->expected->items[j], named)))
			j++;
		if (j < set->expected->count) {
			struct dbw_buffer what = {0};

			buffer_printf(&what, "%s: ", name);
			wording_member(&what, set->kind, found);
			report_fields(report, buffer_text(&what), element_fields(set->kind), found,
			              set->expected->items[j], false);
			buffer_release(&what);
			set->has_twin_found[i] = set->has_twin_expected[j] = true;
		}
	}
}

static void report_alone(struct report *report, const char *name, enum dbw_element_kind kind,
                         const struct dbw_list *list, const bool *paired, const char *verdict)
{
	for (size_t i = 0; i < list->count; i++) {
		struct dbw_buffer what = {0};

		if (paired[i])
			continue;
		buffer_printf(&what, "%s: ", name);
		wording_member(&what, kind, list->items[i]);
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
	const struct set set = {kind, found, expected, paired, paired + found->count};

	memset(paired, 0, size * sizeof *paired);
	pair_items(report->traits, &field, found, expected, set.has_twin_found,
	           set.has_twin_expected);
	report_twins(report, name, &set, true);
	report_twins(report, name, &set, false);
	report_alone(report, name, kind, found, set.has_twin_found, "is not expected");
	report_alone(report, name, kind, expected, set.has_twin_expected, "is missing");
	free(paired);
}

/* The whole. */

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
	report_pair(report, kind, buffer_text(&what), found, expected);
	buffer_release(&what);
}

static void report_object(struct report *report, const struct dbw_object *found,
                          const struct dbw_object *expected)
{
	struct dbw_buffer what = {0};

	wording_object(&what, found ? found : expected);
	report_pair(report, DBW_OBJECT, buffer_text(&what), found, expected);
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
			report_object(report, extra ? one : twin, extra ? NULL : one);
	}
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* In one order, whatever order the tables and objects are read in. */
static void sort_lines(struct dbw_buffer *lines, size_t start, size_t count)
{
	char *copy = memory_string(buffer_text(lines) + start), *line = copy;
	char **sorted = memory_resize(NULL, count + 1, sizeof *sorted);

	for (size_t i = 0; i < count; i++) {
		char *end = strchr(line, '\n');

		*end = '\0';
		sorted[i] = line;
		line = end + 1;
	}
	qsort(sorted, count, sizeof *sorted, compare_lines);
	line = lines->text + start;
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(sorted[i]);

		memcpy(line, sorted[i], length);
		line[length] = '\n';
		line += length + 1;
	}
	free(sorted);
	free(copy);
}

size_t schema_differences(const struct schema *found, const struct schema *expected,
                          struct dbw_buffer *lines)
{
	struct report report = {expected->traits, lines, 0};
	size_t start = lines->length;

	report_schema(&report, expected, found, false);
	report_schema(&report, found, expected, true);
	if (report.count)
		sort_lines(lines, start, report.count);
	return report.count;
}
