#include "schema/wording.h"

#include <string.h>

/* What people call a field whose own name is not plain English. */
const char *wording_field(const char *name)
{
	static const struct {
		const char *name, *word;
	} words[] = {
	    {"parts", "column list"},
	    {"include", "INCLUDE list"},
	    {"predicate", "WHERE"},
	    {"not_null", "NOT NULL"},
	    {"default_value", "default"},
	    {"on_update", "ON UPDATE"},
	    {"on_delete", "ON DELETE"},
	    {"on_delete_columns", "ON DELETE column list"},
	    {"ref_namespace", "referenced schema"},
	    {"ref_table", "referenced table"},
	    {"ref_columns", "referenced column list"},
	    {"nulls_not_distinct", "NULLS NOT DISTINCT"},
	    {"no_inherit", "NO INHERIT"},
	    {"not_valid", "NOT VALID"},
	    {"not_enforced", "NOT ENFORCED"},
	    {"partition_by", "PARTITION BY"},
	    {"partition_of", "PARTITION OF"},
	    {"partition_bound", "partition bound"},
	    {"auto_increment", "auto increment"},
	    {"generated_expression", "generated expression"},
	    {"identity_options", "identity options"},
	    {"column_comments", "column comments"},
	    {"owned_by_table", "owning table"},
	    {"owned_by_column", "owning column"},
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].name, name) == 0)
			return words[i].word;
	return name;
}

static void write_part(struct dbw_buffer *out, const struct dbw_key_part *part)
{
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
		buffer_string(out, part->nulls == DBW_NULLS_FIRST ? " NULLS FIRST" : " NULLS LAST");
	if (part->prefix_length)
		buffer_printf(out, " (%llu)", (unsigned long long)part->prefix_length);
}

static void write_item(struct dbw_buffer *out, const struct field *field, const void *item)
{
	const struct dbw_option *option = item;

	if (field->type != FIELD_ELEMENTS) {
		buffer_string(out, item);
	} else if (field->kind == DBW_OPTION) {
		buffer_string(out, option->name);
		if (*option->value)
			buffer_printf(out, strcmp(field->name, "privileges") == 0 ? " (%s)" : "=%s",
			              option->value);
	} else if (field->kind == DBW_KEY_PART) {
		write_part(out, item);
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

static const char *no_word(const struct field *field)
{
	return strcmp(field->name, "on_delete") == 0 || strcmp(field->name, "on_update") == 0
	           ? "no action"
	           : "none";
}

void wording_value(struct dbw_buffer *out, const struct field *field, const void *element)
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
		buffer_string(out, field->words[word] ? field->words[word] : no_word(field));
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

static void write_parts(struct dbw_buffer *out, const struct dbw_list *parts)
{
	if (!parts->count)
		return;
	buffer_string(out, " (");
	for (size_t i = 0; i < parts->count; i++) {
		buffer_string(out, i ? ", " : "");
		write_part(out, parts->items[i]);
	}
	buffer_char(out, ')');
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
	write_parts(out, &constraint->parts);
	if (constraint->kind == DBW_CHECK)
		buffer_printf(out, " (%s)", constraint->expression);
	if (!constraint->ref_table)
		return;
	buffer_printf(out, " to %s%s%s", constraint->ref_namespace ? constraint->ref_namespace : "",
	              constraint->ref_namespace ? "." : "", constraint->ref_table);
	for (size_t i = 0; i < constraint->ref_columns.count; i++)
		buffer_printf(out, "%s%s", i ? ", " : " (",
		              (const char *)constraint->ref_columns.items[i]);
	if (constraint->ref_columns.count)
		buffer_char(out, ')');
}

void wording_member(struct dbw_buffer *out, enum dbw_element_kind kind, const void *member)
{
	const struct dbw_index *index = member;

	if (kind == DBW_CONSTRAINT) {
		write_constraint(out, member);
		return;
	}
	buffer_printf(out, "%sindex %s", index->unique ? "unique " : "", index->name);
	write_parts(out, &index->parts);
}

void wording_object(struct dbw_buffer *out, const struct dbw_object *object)
{
	buffer_printf(out, "%s ", object_kind_name(object->kind));
	if (object->kind == DBW_GRANT) {
		/* The signature has more than the text where the grantee may grant it on. */
		buffer_printf(out, "to %s on %s%s", object->name, object->text,
		              object->signature && strlen(object->signature) > strlen(object->text)
		                  ? " with grant option"
		                  : "");
		return;
	}
	if (object->namespace_name)
		buffer_printf(out, "%s.", object->namespace_name);
	buffer_string(out, object->name);
	if (object->signature)
		buffer_printf(out, "(%s)", object->signature);
	if (object->table)
		buffer_printf(out, " on %s", object->table);
}

static bool is_set(const struct field *field, const void *element)
{
	const void *value = field_at(element, field);
	int word;

	switch (field->type) {
	case FIELD_FLAG:
		return *(const bool *)value;
	case FIELD_NUMBER:
		return *(const uint64_t *)value != 0;
	case FIELD_WORD:
		memcpy(&word, value, sizeof word);
		return word != 0;
	case FIELD_ELEMENTS:
	case FIELD_NAMES:
	case FIELD_TEXTS:
		return ((const struct dbw_list *)value)->count != 0;
	case FIELD_SOURCE:
	case FIELD_HINT:
		return false;
	default:
		return *(const char *const *)value != NULL;
	}
}

static bool is_among(const char *name, const char *const *named)
{
	for (; *named; named++)
		if (strcmp(*named, name) == 0)
			return true;
	return false;
}

void wording_rest(struct dbw_buffer *out, enum dbw_element_kind kind, const void *element,
                  const char *const *named)
{
	for (const struct field *field = element_fields(kind); field->name; field++) {
		if (is_among(field->name, named) || !is_set(field, element))
			continue;
		buffer_printf(out, ", %s", wording_field(field->name));
		/* Of what there is or is not, the word says it all. */
		if (field->type == FIELD_FLAG)
			continue;
		buffer_char(out, ' ');
		if (field->type == FIELD_NAME || field->type == FIELD_SQL)
			buffer_string(out, *(const char *const *)field_at(element, field));
		else
			wording_value(out, field, element);
	}
}
