#include "migrations/redo.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"

static const char *const folder_names[] = {
    [REDO_MIGRATIONS] = "migrations",
    [REDO_SNAPSHOTS] = "snapshots",
};

static char *redo_path(struct arena *arena, const struct entry *entry)
{
	return path_join(arena, entry->snapshots_dir, "merge-to-finish");
}

void redo_begin(struct redo *redo)
{
	*redo = (struct redo){json_array(), json_array()};
}

void redo_write(struct redo *redo, enum redo_folder folder, const char *name, const char *text,
                size_t length)
{
	json_t *item = json_pack("{s:s, s:s}", "folder", folder_names[folder], "name", name);

	json_object_set_new(item, "text", json_stringn_nocheck(text, length));
	json_array_append_new(redo->writes, item);
}

static bool same_file(const json_t *a, const json_t *b)
{
	return json_equal(json_object_get(a, "folder"), json_object_get(b, "folder")) &&
	       json_equal(json_object_get(a, "name"), json_object_get(b, "name"));
}

void redo_remove(struct redo *redo, enum redo_folder folder, const char *name)
{
	json_array_append_new(
	    redo->removes, json_pack("{s:s, s:s}", "folder", folder_names[folder], "name", name));
}

void redo_keep(struct redo *redo, enum redo_folder folder, const char *name)
{
	json_t *kept = json_pack("{s:s, s:s}", "folder", folder_names[folder], "name", name);

	for (size_t i = json_array_size(redo->removes); i-- > 0;)
		if (json_equal(json_array_get(redo->removes, i), kept))
			json_array_remove(redo->removes, i);
	json_decref(kept);
}

void redo_release(struct redo *redo)
{
	json_decref(redo->writes);
	json_decref(redo->removes);
	*redo = (struct redo){0};
}

/* The file may have come with a repository: it can name nothing outside the two folders. NULL: it tries to. */
static char *item_path(struct arena *arena, const struct entry *entry, const json_t *item)
{
	const char *folder = json_string_value(json_object_get(item, "folder"));
	const char *name = json_string_value(json_object_get(item, "name"));

	if (!folder || !name || !*name || *name == '.' || strchr(name, '/'))
		return NULL;
	if (strcmp(folder, folder_names[REDO_MIGRATIONS]) == 0)
		return path_join(arena, entry->migrations_dir, name);
	if (strcmp(folder, folder_names[REDO_SNAPSHOTS]) == 0)
		return path_join(arena, entry->snapshots_dir, name);
	return NULL;
}

static bool is_written(const json_t *writes, const json_t *item)
{
	const json_t *write;
	size_t i;

	json_array_foreach(writes, i, write) if (same_file(write, item)) return true;
	return false;
}

static bool bad_file(const char *path, struct error *error)
{
	error_at(error, ERROR_FAILED, path, 0, 0, "'%s' does not say which files to write",
	         path_basename(path));
	return error_hint(error,
	                  "It is what an interrupted 'make-migrations --merge' leaves. If it is "
	                  "not yours, remove it.");
}

static bool make(struct arena *arena, const struct entry *entry, const char *own,
                 const json_t *document, struct error *error)
{
	const json_t *writes = json_object_get(document, "write");
	const json_t *removes = json_object_get(document, "remove");
	const json_t *item;
	size_t i;

	json_array_foreach(writes, i, item) if (!item_path(arena, entry, item) ||
	                                        !json_is_string(json_object_get(
						    item, "text"))) return bad_file(own, error);
	json_array_foreach(removes, i,
	                   item) if (!item_path(arena, entry, item)) return bad_file(own, error);
	json_array_foreach(writes, i, item)
	{
		const json_t *text = json_object_get(item, "text");

		if (!file_write(item_path(arena, entry, item), json_string_value(text),
		                json_string_length(text), FILE_REPLACE, error))
			return false;
	}
	json_array_foreach(removes, i, item)
	{
		const char *path = item_path(arena, entry, item);

		if (!is_written(writes, item) && unlink(path) < 0 && errno != ENOENT)
			return error_errno(error, ERROR_FAILED, "cannot remove '%s'", path);
	}
	return unlink(own) == 0 || errno == ENOENT ||
	       error_errno(error, ERROR_FAILED, "cannot remove '%s'", own);
}

bool redo_is_pending(const struct entry *entry)
{
	struct arena arena = {0};
	bool pending = path_exists(redo_path(&arena, entry));

	arena_release(&arena);
	return pending;
}

bool redo_refuse(const struct entry *entry, struct error *error)
{
	error_set(error, ERROR_FAILED, "a merge of the migrations of '%s' was interrupted",
	          entry->name);
	return error_hint(error, "Run 'dbwarden make-migrations --merge': it ends what was begun.");
}

bool redo_finish(const struct entry *entry, struct error *error)
{
	struct arena arena = {0};
	const char *path = redo_path(&arena, entry);
	struct text content;
	json_t *document = NULL;
	bool done = true;

	if (!path_exists(path))
		goto out;
	done = file_read(&arena, path, &content, error);
	if (!done)
		goto out;
	document = json_loadb(content.bytes, content.length,
	                      JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	done = document ? make(&arena, entry, path, document, error) : bad_file(path, error);
	if (!done && !error->hint)
		error_hint(error,
		           "Mend that and run 'dbwarden make-migrations --merge' again: it goes "
		           "on where this stopped.");
out:
	json_decref(document);
	arena_release(&arena);
	return done;
}

bool redo_commit(const struct redo *redo, const struct entry *entry, struct error *error)
{
	struct arena arena = {0};
	json_t *document = json_pack("{s:i, s:O, s:O}", "dbwarden_merge", 1, "write", redo->writes,
	                             "remove", redo->removes);
	char *text = json_dumps(document, JSON_INDENT(1));
	bool done =
	    text ? file_write(redo_path(&arena, entry), text, strlen(text), FILE_REPLACE, error)
		 : error_set(error, ERROR_FAILED, "a migration to be renumbered is not in UTF-8");

	free(text);
	json_decref(document);
	arena_release(&arena);
	return done && redo_finish(entry, error);
}
