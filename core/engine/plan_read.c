#include <jansson.h>
#include <string.h>

#include "base/file.h"
#include "engine/plan.h"

/* A string of the object, or NULL where there is none: what is missing in a plan says nothing. */
static const char *text_of(struct arena *arena, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value)
	           ? arena_copy(arena, json_string_value(value), json_string_length(value))
	           : NULL;
}

static bool is_set(const json_t *object, const char *name)
{
	return json_is_true(json_object_get(object, name));
}

static bool read_operation(struct plan *plan, struct arena *arena, const json_t *object)
{
	struct plan_operation *operation;

	if (!json_is_object(object) || !json_is_string(json_object_get(object, "operation")))
		return false;
	operation = arena_new(arena, struct plan_operation);
	operation->text = text_of(arena, object, "operation");
	operation->lock = text_of(arena, object, "lock");
	operation->also_locked = text_of(arena, object, "also_locked");
	operation->algorithm = text_of(arena, object, "algorithm");
	operation->loss = text_of(arena, object, "loss");
	operation->note = text_of(arena, object, "note");
	operation->versions = text_of(arena, object, "versions");
	operation->rollback = text_of(arena, object, "rollback");
	operation->rewrites_table = is_set(object, "rewrites_table");
	operation->scans_table = is_set(object, "scans_table");
	operation->blocks = is_set(object, "blocks");
	operation->loses_data = is_set(object, "loses_data");
	plan->loses_data |= operation->loses_data;
	list_append(arena, &plan->operations, operation);
	return true;
}

static const char *read_document(struct plan *plan, struct arena *arena, const json_t *root)
{
	const json_t *format = json_object_get(root, "dbwarden_plan");
	const json_t *operations = json_object_get(root, "operations");

	if (!json_is_integer(format))
		return "it has no 'dbwarden_plan'";
	if (json_integer_value(format) != 1)
		return "its format is of a later dbwarden";
	plan->checksum = text_of(arena, root, "checksum");
	plan->proof = text_of(arena, root, "proof");
	plan->rollback = text_of(arena, root, "rollback");
	if (!plan->checksum)
		return "it has no 'checksum'";
	if (!json_is_array(operations))
		return "it has no list of 'operations'";
	for (size_t i = 0; i < json_array_size(operations); i++)
		if (!read_operation(plan, arena, json_array_get(operations, i)))
			return "one of its 'operations' is none";
	return NULL;
}

bool plan_read(struct plan *plan, struct arena *arena, const char *bytes, size_t length,
               struct error *error)
{
	json_error_t problem;
	json_t *root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &problem);
	const char *why;

	*plan = (struct plan){0};
	if (!root)
		return error_set(error, ERROR_FAILED, "the plan cannot be read: line %d: %s",
		                 problem.line, problem.text);
	why = read_document(plan, arena, root);
	json_decref(root);
	return !why || error_set(error, ERROR_FAILED, "the plan cannot be read: %s", why);
}

enum plan_state plan_find(struct plan *plan, struct arena *arena, const struct migration *migration,
                          struct error *error)
{
	size_t length = strlen(migration->path);
	struct text content;
	const char *path;

	*plan = (struct plan){0};
	if (length < 4 || strcmp(migration->path + length - 4, ".sql") != 0)
		return PLAN_ABSENT;
	path = arena_printf(arena, "%.*s.plan.json", (int)(length - 4), migration->path);
	if (!path_exists(path))
		return PLAN_ABSENT;
	if (!file_read(arena, path, &content, error) ||
	    !plan_read(plan, arena, content.bytes, content.length, error)) {
		error_context(error, "'%s' is left out", path_basename(path));
		return PLAN_BAD;
	}
	if (strcmp(plan->checksum, migration->checksum) != 0) {
		error_set(error, ERROR_FAILED,
		          "'%s' is left out: the migration was changed after it was written",
		          path_basename(path));
		return PLAN_BAD;
	}
	return PLAN_GOOD;
}

/* The operation that holds up others the longest stands for all. */
static const struct plan_operation *worst_of(const struct plan *plan)
{
	const struct plan_operation *worst = NULL;
	int most = -1;

	for (size_t i = 0; i < plan->operations.count; i++) {
		const struct plan_operation *one = plan->operations.items[i];
		int weight = 4 * one->blocks + 2 * one->rewrites_table + one->scans_table;

		if (one->lock && weight > most) {
			most = weight;
			worst = one;
		}
	}
	return worst;
}

const char *plan_summary(const struct plan *plan, struct arena *arena)
{
	const struct plan_operation *worst = worst_of(plan);
	const char *rows = "";

	if (worst)
		rows = worst->rewrites_table ? ", rewrites the table"
		       : worst->scans_table  ? ", reads the whole table"
		                             : "";
	return arena_printf(arena, "%s%s%s%s%s", plan->loses_data ? "loses data; " : "",
	                    worst ? "lock: " : "no lock", worst ? worst->lock : "", rows,
	                    worst && worst->blocks ? " while others wait" : "");
}
