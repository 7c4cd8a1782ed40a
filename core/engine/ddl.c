#include "engine/ddl.h"

bool ddl_begin(struct ddl *ddl, const struct schema *schema, const struct dialect *dialect,
               struct error *error)
{
	*ddl = (struct ddl){.dialect = dialect, .nothing = schema_new(schema->traits)};
	return diff_make(&ddl->diff, &dialect->host, &dialect->plugin, ddl->nothing, schema,
	                 &(struct dbw_list){0}, error);
}

void ddl_release(struct ddl *ddl)
{
	diff_release(&ddl->diff);
	schema_free(ddl->nothing);
	*ddl = (struct ddl){0};
}

bool ddl_emit(struct ddl *ddl, const struct dbw_list *operations, struct dbw_list *statements,
              struct error *error)
{
	return dialect_emit(ddl->dialect, &ddl->diff.arena, operations, statements, error);
}

/* Operations have tables of their own, without what other operations add to them. */
const struct dbw_table *ddl_table(const struct ddl *ddl, const struct dbw_operation *operation)
{
	const struct dbw_table *table = operation->table_after;
	const struct dbw_object *object = operation->after;
	const struct dbw_sequence *sequence = operation->after;
	const char *namespace_name, *name;

	switch (operation->element) {
	case DBW_TABLE:
		table = operation->after;
		namespace_name = table->namespace_name;
		name = table->name;
		break;
	case DBW_OBJECT:
		namespace_name = object->namespace_name;
		name = object->table;
		break;
	case DBW_SEQUENCE:
		namespace_name = sequence->namespace_name;
		name = sequence->owned_by_table;
		break;
	default:
		namespace_name = table ? table->namespace_name : NULL;
		name = table ? table->name : NULL;
	}
	return name ? schema_find_table(ddl->diff.after, namespace_name, name) : NULL;
}
