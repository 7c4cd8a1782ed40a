/* Are two schemas the same, as far as the public header can say? Texts are compared as SQL, lists without
 * regard to their order unless it means something. */
#include <stddef.h>
#include <string.h>

#include "elements.h"

enum field_kind { NAME, SQL, TEXT, FLAG, NUMBER, COUNTED, NAMES, ELEMENTS, ORDERED };

struct field {
	const char *name;
	enum field_kind kind;
	size_t offset;
	enum dbw_element_kind element; /* of ELEMENTS and ORDERED */
};

#define FIELD(type, name, kind)                                                                    \
	{                                                                                          \
#name, kind, offsetof(struct type, name), 0                                        \
	}
#define LIST(type, name, kind, element)                                                            \
	{                                                                                          \
#name, kind, offsetof(struct type, name), element                                  \
	}
#define END                                                                                        \
	{                                                                                          \
		NULL, NAME, 0, 0                                                                   \
	}

static const struct field namespace_fields[] = {FIELD(dbw_namespace, name, NAME),
                                                FIELD(dbw_namespace, comment, TEXT), END};

static const struct field part_fields[] = {
    FIELD(dbw_key_part, column, NAME),
    FIELD(dbw_key_part, expression, SQL),
    FIELD(dbw_key_part, collation, NAME),
    FIELD(dbw_key_part, operator_class, SQL),
    FIELD(dbw_key_part, operator_with, TEXT),
    FIELD(dbw_key_part, descending, FLAG),
    FIELD(dbw_key_part, nulls, NUMBER),
    FIELD(dbw_key_part, prefix_length, COUNTED),
    END,
};

static const struct field option_fields[] = {FIELD(dbw_option, name, TEXT),
                                             FIELD(dbw_option, value, SQL), END};

static const struct field column_fields[] = {
    FIELD(dbw_column, name, NAME),
    FIELD(dbw_column, type, SQL),
    FIELD(dbw_column, not_null, FLAG),
    FIELD(dbw_column, auto_increment, FLAG),
    FIELD(dbw_column, invisible, FLAG),
    FIELD(dbw_column, default_value, SQL),
    FIELD(dbw_column, on_update, SQL),
    FIELD(dbw_column, collation, NAME),
    FIELD(dbw_column, charset, NAME),
    FIELD(dbw_column, generated, NUMBER),
    FIELD(dbw_column, generated_expression, SQL),
    FIELD(dbw_column, identity, NUMBER),
    FIELD(dbw_column, identity_options, SQL),
    FIELD(dbw_column, comment, TEXT),
    LIST(dbw_column, options, ELEMENTS, DBW_OPTION),
    END,
};

static const struct field constraint_fields[] = {
    FIELD(dbw_constraint, kind, NUMBER),
    FIELD(dbw_constraint, name, NAME),
    LIST(dbw_constraint, parts, ORDERED, DBW_KEY_PART),
    FIELD(dbw_constraint, expression, SQL),
    FIELD(dbw_constraint, include, NAMES),
    FIELD(dbw_constraint, method, NAME),
    FIELD(dbw_constraint, ref_namespace, NAME),
    FIELD(dbw_constraint, ref_table, NAME),
    FIELD(dbw_constraint, ref_columns, NAMES),
    FIELD(dbw_constraint, on_delete, NUMBER),
    FIELD(dbw_constraint, on_delete_columns, NAMES),
    FIELD(dbw_constraint, on_update, NUMBER),
    FIELD(dbw_constraint, match, TEXT),
    FIELD(dbw_constraint, deferrable, NUMBER),
    FIELD(dbw_constraint, nulls_not_distinct, FLAG),
    FIELD(dbw_constraint, no_inherit, FLAG),
    FIELD(dbw_constraint, not_valid, FLAG),
    FIELD(dbw_constraint, not_enforced, FLAG),
    LIST(dbw_constraint, options, ELEMENTS, DBW_OPTION),
    FIELD(dbw_constraint, comment, TEXT),
    END,
};

static const struct field index_fields[] = {
    FIELD(dbw_index, name, NAME),
    FIELD(dbw_index, unique, FLAG),
    FIELD(dbw_index, method, NAME),
    LIST(dbw_index, parts, ORDERED, DBW_KEY_PART),
    FIELD(dbw_index, include, NAMES),
    FIELD(dbw_index, predicate, SQL),
    FIELD(dbw_index, nulls_not_distinct, FLAG),
    FIELD(dbw_index, invisible, FLAG),
    LIST(dbw_index, options, ELEMENTS, DBW_OPTION),
    FIELD(dbw_index, comment, TEXT),
    END,
};

static const struct field table_fields[] = {
    FIELD(dbw_table, namespace_name, NAME),
    FIELD(dbw_table, name, NAME),
    LIST(dbw_table, columns, ELEMENTS, DBW_COLUMN),
    LIST(dbw_table, constraints, ELEMENTS, DBW_CONSTRAINT),
    LIST(dbw_table, indexes, ELEMENTS, DBW_INDEX),
    LIST(dbw_table, options, ELEMENTS, DBW_OPTION),
    FIELD(dbw_table, inherits, NAMES),
    FIELD(dbw_table, partition_by, SQL),
    FIELD(dbw_table, partition_of, NAME),
    FIELD(dbw_table, partition_bound, SQL),
    FIELD(dbw_table, comment, TEXT),
    END,
};

static const struct field sequence_fields[] = {
    FIELD(dbw_sequence, namespace_name, NAME),
    FIELD(dbw_sequence, name, NAME),
    FIELD(dbw_sequence, type, NAME),
    FIELD(dbw_sequence, start, TEXT),
    FIELD(dbw_sequence, increment, TEXT),
    FIELD(dbw_sequence, minimum, TEXT),
    FIELD(dbw_sequence, maximum, TEXT),
    FIELD(dbw_sequence, cache, TEXT),
    FIELD(dbw_sequence, cycle, FLAG),
    FIELD(dbw_sequence, owned_by_table, NAME),
    FIELD(dbw_sequence, owned_by_column, NAME),
    FIELD(dbw_sequence, comment, TEXT),
    END,
};

static const struct field enum_fields[] = {
    FIELD(dbw_enum, namespace_name, NAME),
    FIELD(dbw_enum, name, NAME),
    FIELD(dbw_enum, labels, NAMES),
    FIELD(dbw_enum, comment, TEXT),
    END,
};

static const struct field object_fields[] = {
    FIELD(dbw_object, kind, NUMBER),  FIELD(dbw_object, namespace_name, NAME),
    FIELD(dbw_object, name, NAME),    FIELD(dbw_object, signature, SQL),
    FIELD(dbw_object, table, NAME),   FIELD(dbw_object, text, SQL),
    FIELD(dbw_object, comment, TEXT), END,
};

static const struct field schema_fields[] = {
    LIST(dbw_schema, namespaces, ELEMENTS, DBW_NAMESPACE),
    LIST(dbw_schema, tables, ELEMENTS, DBW_TABLE),
    LIST(dbw_schema, sequences, ELEMENTS, DBW_SEQUENCE),
    LIST(dbw_schema, enums, ELEMENTS, DBW_ENUM),
    LIST(dbw_schema, objects, ELEMENTS, DBW_OBJECT),
    END,
};

static const struct field *const fields_of[] = {
    [DBW_NAMESPACE] = namespace_fields,   [DBW_TABLE] = table_fields, [DBW_COLUMN] = column_fields,
    [DBW_CONSTRAINT] = constraint_fields, [DBW_INDEX] = index_fields, [DBW_KEY_PART] = part_fields,
    [DBW_SEQUENCE] = sequence_fields,     [DBW_ENUM] = enum_fields,   [DBW_OBJECT] = object_fields,
    [DBW_OPTION] = option_fields,
};

static const char *compare(const struct field *fields, const void *found, const void *wanted);

static const char *compare_text(const struct field *field, const char *found, const char *wanted)
{
	bool same = found == wanted;

	if (found && wanted)
		same = field->kind == NAME   ? same_name(found, wanted)
		       : field->kind == TEXT ? strcmp(found, wanted) == 0
		                             : host->same_sql(host, found, wanted);
	return same ? NULL
	            : format("%s is '%s', expected '%s'", field->name, found ? found : "(none)",
	                     wanted ? wanted : "(none)");
}

static const char *compare_names(const struct field *field, const struct dbw_list *found,
                                 const struct dbw_list *wanted)
{
	for (size_t i = 0; i < found->count && i < wanted->count; i++)
		if (!same_name(found->items[i], wanted->items[i]))
			return format("%s: '%s', expected '%s'", field->name,
			              (const char *)found->items[i],
			              (const char *)wanted->items[i]);
	return found->count == wanted->count ? NULL
	                                     : format("%s: %zu of them, expected %zu", field->name,
	                                              found->count, wanted->count);
}

static const char *compare_ordered(const struct field *field, const struct dbw_list *found,
                                   const struct dbw_list *wanted)
{
	if (found->count != wanted->count)
		return format("%s: %zu of them, expected %zu", field->name, found->count,
		              wanted->count);
	for (size_t i = 0; i < found->count; i++) {
		const char *why =
		    compare(fields_of[field->element], found->items[i], wanted->items[i]);

		if (why)
			return format("%s %zu: %s", field->name, i, why);
	}
	return NULL;
}

/* Overloaded routines, triggers of several tables and unnamed constraints share a name: any that is equal
 * will do; if there is none, the one of the same name tells why. */
static const char *find_equal(const struct field *field, const void *element,
                              const struct dbw_list *among)
{
	const char *name = element_name(field->element, element), *why = NULL;

	for (size_t i = 0; i < among->count; i++) {
		const char *one = compare(fields_of[field->element], element, among->items[i]);

		if (!one)
			return NULL;
		if (!why && same_name(name, element_name(field->element, among->items[i])))
			why = one;
	}
	return format("%s: '%s': %s", field->name, name ? name : "(unnamed)",
	              why ? why : "it should not be there");
}

static const char *compare_elements(const struct field *field, const struct dbw_list *found,
                                    const struct dbw_list *wanted)
{
	const char *why;

	for (size_t i = 0; i < found->count; i++)
		if ((why = find_equal(field, found->items[i], wanted)))
			return why;
	for (size_t i = 0; i < wanted->count; i++)
		if (find_equal(field, wanted->items[i], found)) {
			const char *name = element_name(field->element, wanted->items[i]);

			return format("%s: '%s' is missing", field->name,
			              name ? name : "(unnamed)");
		}
	return NULL;
}

static const char *compare_field(const struct field *field, const void *found, const void *wanted)
{
	const char *a = (const char *)found + field->offset,
		   *b = (const char *)wanted + field->offset;
	long long x, y;

	switch (field->kind) {
	case NAME:
	case SQL:
	case TEXT:
		return compare_text(field, *(const char *const *)(const void *)a,
		                    *(const char *const *)(const void *)b);
	case NAMES:
		return compare_names(field, (const void *)a, (const void *)b);
	case ELEMENTS:
		return compare_elements(field, (const void *)a, (const void *)b);
	case ORDERED:
		return compare_ordered(field, (const void *)a, (const void *)b);
	case FLAG:
		x = *(const bool *)(const void *)a;
		y = *(const bool *)(const void *)b;
		break;
	case NUMBER:
		x = *(const int *)(const void *)a;
		y = *(const int *)(const void *)b;
		break;
	default:
		x = (long long)*(const uint64_t *)(const void *)a;
		y = (long long)*(const uint64_t *)(const void *)b;
	}
	return x == y ? NULL : format("%s is %lld, expected %lld", field->name, x, y);
}

static const char *compare(const struct field *fields, const void *found, const void *wanted)
{
	for (; fields->name; fields++) {
		const char *why = compare_field(fields, found, wanted);

		if (why)
			return why;
	}
	return NULL;
}

const char *difference(const struct dbw_schema *found, const struct dbw_schema *wanted)
{
	return compare(schema_fields, found, wanted);
}
