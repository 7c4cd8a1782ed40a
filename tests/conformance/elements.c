/* Finding elements by name, by the dialect's rule for names. */
#include <string.h>
#include <strings.h>

#include "elements.h"

bool same_name(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	return plugin->traits->flags & DBW_TRAIT_NAMES_CASE_INSENSITIVE ? strcasecmp(a, b) == 0
	                                                                : strcmp(a, b) == 0;
}

const char *element_name(enum dbw_element_kind kind, const void *element)
{
	switch (kind) {
	case DBW_NAMESPACE:
		return ((const struct dbw_namespace *)element)->name;
	case DBW_TABLE:
		return ((const struct dbw_table *)element)->name;
	case DBW_COLUMN:
		return ((const struct dbw_column *)element)->name;
	case DBW_CONSTRAINT:
		return ((const struct dbw_constraint *)element)->kind == DBW_PRIMARY_KEY
		           ? PRIMARY_KEY
		           : ((const struct dbw_constraint *)element)->name;
	case DBW_INDEX:
		return ((const struct dbw_index *)element)->name;
	case DBW_SEQUENCE:
		return ((const struct dbw_sequence *)element)->name;
	case DBW_ENUM:
		return ((const struct dbw_enum *)element)->name;
	case DBW_OBJECT:
		return ((const struct dbw_object *)element)->name;
	case DBW_OPTION:
		return ((const struct dbw_option *)element)->name;
	default:
		return NULL;
	}
}

void *find_in(const struct dbw_list *list, enum dbw_element_kind kind, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (same_name(element_name(kind, list->items[i]), name))
			return list->items[i];
	return NULL;
}

struct dbw_table *find_table(const struct dbw_schema *schema, const char *name)
{
	return find_in(&schema->tables, DBW_TABLE, name);
}
