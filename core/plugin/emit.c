#include <string.h>

#include "plugin/dialect.h"
#include "plugin/host.h"
#include "schema/diff.h"

static void append_all(struct arena *arena, struct dbw_list *to, const struct dbw_list *from)
{
	for (size_t i = 0; i < from->count; i++)
		list_append(arena, to, from->items[i]);
}

bool dialect_emit(const struct dialect *dialect, struct arena *arena,
                  const struct dbw_list *operations, struct dbw_list *statements,
                  struct error *error)
{
	struct dbw_emission emission = {.arena = arena};

	if (!dialect->plugin.emit)
		return dialect_lacks(dialect, "emit", error);
	for (size_t i = 0; i < operations->count; i++) {
		const struct dbw_operation *operation = operations->items[i];
		struct dbw_error failure = {.struct_size = sizeof failure};
		enum dbw_status status =
		    dialect->plugin.emit(&dialect->host, operation, &emission, &failure);

		if (status == DBW_OK)
			continue;
		error_plugin(error, status, &failure);
		return error_context(error, "cannot write '%s'",
		                     operation_describe(arena, operation));
	}
	append_all(arena, statements, &emission.first);
	append_all(arena, statements, &emission.body);
	append_all(arena, statements, &emission.last);
	return true;
}
