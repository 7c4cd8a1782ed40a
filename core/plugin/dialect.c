#include "plugin/dialect.h"

#include <assert.h>
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "plugin/host.h"

/* Up to here a plugin's table must reach, and every pointer in it must be set. */
#define REQUIRED_SIZE offsetof(struct dbw_plugin, table_exists)

static bool refuse(const char *path, struct error *error, const char *why, const char *hint)
{
	error_set(error, ERROR_USAGE, "plugin '%s' %s", path, why);
	return error_hint(error, "%s", hint);
}

/* What it does, it does as us: nobody else may have had a hand in it. */
static bool check_file(const char *path, struct error *error)
{
	struct stat status, folder;
	struct arena arena = {0};
	bool open_folder;

	if (stat(path, &status) < 0) {
		error_errno(error, ERROR_USAGE, "cannot open plugin '%s'", path);
		return false;
	}
	if (!S_ISREG(status.st_mode))
		return refuse(path, error, "is not a regular file", "Name the plugin's .so file.");
	if (status.st_mode & (S_IWGRP | S_IWOTH))
		return refuse(path, error,
		              "is writable by others than its owner, so anybody may "
		              "have changed it",
		              "Check where it came from, then 'chmod go-w' it.");
	if (status.st_uid != 0 && status.st_uid != geteuid())
		return refuse(path, error, "belongs to somebody else",
		              "A plugin must belong to root or to the user who runs dbwarden.");
	open_folder = stat(path_directory(&arena, path), &folder) == 0 &&
	              (folder.st_mode & S_IWOTH) && !(folder.st_mode & S_ISVTX);
	arena_release(&arena);
	if (open_folder)
		return refuse(path, error, "is in a folder that everybody can write to",
		              "Move it to a folder of its own, or 'chmod o-w' that one.");
	return true;
}

/* The name that a file says it has: 'dbwarden-NAME.so'. NULL if it is none. */
static char *name_of_file(struct arena *arena, const char *path)
{
	static const char prefix[] = "dbwarden-", suffix[] = ".so";
	const char *base = path_basename(path);
	size_t length = strlen(base), around = sizeof prefix + sizeof suffix - 2;

	if (length <= around || strncmp(base, prefix, sizeof prefix - 1) != 0 ||
	    strcmp(base + length - (sizeof suffix - 1), suffix) != 0)
		return NULL;
	return arena_copy(arena, base + sizeof prefix - 1, length - around);
}

static bool check_table(const char *path, const struct dbw_plugin *found, struct error *error)
{
	struct arena arena = {0};
	bool done = false;

	/* The two fields that every version has come first; nothing else is read before them. */
	if (found->abi_version >> 16 != DBW_ABI_MAJOR) {
		error_set(error, ERROR_USAGE,
		          "plugin '%s' is built for plugin ABI %u.%u, this dbwarden has %u.%u",
		          path, found->abi_version >> 16, found->abi_version & 0xffff,
		          DBW_ABI_MAJOR, DBW_ABI_MINOR);
		error_hint(error, "Install the plugin's version for this dbwarden.");
	} else if (found->struct_size < REQUIRED_SIZE) {
		error_set(error, ERROR_USAGE,
		          "plugin '%s' has a table of %zu bytes, at least %zu are wanted", path,
		          found->struct_size, REQUIRED_SIZE);
		error_hint(error, "It was built against a damaged header; ask its vendor.");
	} else {
		done = true;
	}
	arena_release(&arena);
	return done;
}

static bool check_parts(const char *path, const struct dbw_plugin *plugin, struct error *error)
{
	const struct {
		const char *name;
		bool there;
	} parts[] = {
	    {"name", plugin->name != NULL},
	    {"url_schemes", plugin->url_schemes != NULL},
	    {"version", plugin->version != NULL},
	    {"license", plugin->license != NULL},
	    {"description", plugin->description != NULL},
	    {"traits", plugin->traits != NULL},
	    {"quote_identifier", plugin->quote_identifier != NULL},
	    {"quote_literal", plugin->quote_literal != NULL},
	    {"connect", plugin->connect != NULL},
	    {"disconnect", plugin->disconnect != NULL},
	    {"execute", plugin->execute != NULL},
	    {"rollback", plugin->rollback != NULL},
	    {"query", plugin->query != NULL},
	};
	struct dbw_buffer missing = {0};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (!parts[i].there)
			buffer_printf(&missing, "%s%s", missing.length ? ", " : "", parts[i].name);
	if (!missing.length)
		return true;
	error_set(error, ERROR_USAGE, "plugin '%s' lacks what every plugin must have: %s", path,
	          buffer_text(&missing));
	error_hint(error, "It is not complete; ask its vendor.");
	buffer_release(&missing);
	return false;
}

static bool check_name(const char *path, const struct dbw_plugin *plugin, struct error *error)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	struct arena arena = {0};
	const char *wanted = name_of_file(&arena, path);
	bool done = true;

	if (!*plugin->name || strspn(plugin->name, letters) != strlen(plugin->name)) {
		error_set(error, ERROR_USAGE,
		          "plugin '%s' calls itself '%s', which is no name for a dialect", path,
		          plugin->name);
		done = error_hint(error, "Lower case letters, digits and '_' make one; ask its "
		                         "vendor.");
	} else if (!wanted || strcmp(wanted, plugin->name) != 0) {
		error_set(error, ERROR_USAGE, "plugin '%s' calls itself '%s'", path, plugin->name);
		done = error_hint(error, "Its file must be called 'dbwarden-%s.so'.", plugin->name);
	}
	arena_release(&arena);
	return done;
}

/* Traits grow like the tables do: what the plugin does not know is zero. */
static const struct dbw_traits *whole_traits(const struct dbw_traits *traits)
{
	struct dbw_traits *whole = memory_alloc(sizeof *whole);
	size_t size = traits->struct_size < sizeof *whole ? traits->struct_size : sizeof *whole;

	*whole = (struct dbw_traits){0};
	memcpy(whole, traits, size);
	return whole;
}

static bool load(struct dialect *dialect, struct error *error)
{
	const char *path = dialect->path;
	const struct dbw_plugin *found;
	dbw_entry_function *entry;
	size_t size;

	if (!check_file(path, error))
		return false;
	/* Client libraries leave threads' data and exit handlers behind: once loaded, they stay. */
	dialect->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!dialect->handle) {
		error_set(error, ERROR_USAGE, "cannot load plugin '%s': %s", path, dlerror());
		return error_hint(error, "If a library is missing, install it; if the file is no "
		                         "shared object, it is no plugin.");
	}
	/* POSIX has dlsym() return functions as void *, which ISO C has no cast for. */
	*(void **)&entry = dlsym(dialect->handle, DBW_ENTRY_SYMBOL);
	if (!entry)
		return refuse(path, error,
		              "is no dbwarden plugin: it has no '" DBW_ENTRY_SYMBOL "'",
		              "Check what file it is; a plugin exports that one function.");
	found = entry(host_table());
	if (!found) {
		error_set(error, ERROR_USAGE,
		          "plugin '%s' refuses to work with this dbwarden (plugin ABI %u.%u)", path,
		          DBW_ABI_MAJOR, DBW_ABI_MINOR);
		return error_hint(error, "Install a newer dbwarden, or an older version of the "
		                         "plugin.");
	}
	if (!check_table(path, found, error))
		return false;
	size = found->struct_size < sizeof dialect->plugin ? found->struct_size
	                                                   : sizeof dialect->plugin;
	memcpy(&dialect->plugin, found, size);
	if (!check_parts(path, &dialect->plugin, error) ||
	    !check_name(path, &dialect->plugin, error))
		return false;
	dialect->plugin.traits = whole_traits(dialect->plugin.traits);
	host_for_traits(&dialect->host, dialect->plugin.traits);
	return true;
}

struct dialect *dialect_open_file(const char *path, struct error *error)
{
	struct dialect *dialect = memory_alloc(sizeof *dialect);
	char *real = realpath(path, NULL);

	*dialect = (struct dialect){0};
	/* The name counts as given: packages may make dbwarden-NAME.so a link. */
	dialect->path = memory_string(path);
	if (real && path[0] != '/') {
		struct arena arena = {0};

		free(dialect->path);
		dialect->path =
		    memory_string(path_join(&arena, path_working_directory(&arena), path));
		arena_release(&arena);
	}
	free(real);
	if (load(dialect, error))
		return dialect;
	/* What check_parts() and check_name() refused has traits of the plugin's own still. */
	if (dialect->handle)
		dlclose(dialect->handle);
	free(dialect->path);
	free(dialect);
	return NULL;
}

void dialect_close(struct dialect *dialect)
{
	if (!dialect)
		return;
	free((void *)(size_t)dialect->plugin.traits);
	dlclose(dialect->handle);
	free(dialect->path);
	free(dialect);
}

/* Features. */

void dialect_features(const struct dialect *dialect, struct arena *arena, struct dbw_list *features)
{
	const struct dbw_plugin *plugin = &dialect->plugin;
	const struct plugin_feature all[] = {
	    {"tables", plugin->table_exists != NULL},
	    {"version", plugin->server_version != NULL},
	    {"reset", plugin->reset != NULL},
	    {"cancel", plugin->cancel != NULL},
	    {"classify", plugin->classify != NULL},
	    {"lock", plugin->lock_try && plugin->lock_release},
	    {"introspect", plugin->introspect != NULL},
	    {"normalize", plugin->normalize != NULL},
	    {"rebuild", plugin->needs_rebuild != NULL},
	    {"emit", plugin->emit != NULL},
	    {"risk", plugin->risk != NULL},
	    {"scratch", plugin->scratch != NULL},
	    {"unlock", plugin->lock_break != NULL},
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct plugin_feature *feature = arena_new(arena, struct plugin_feature);

		*feature = all[i];
		list_append(arena, features, feature);
	}
}

bool dialect_lacks(const struct dialect *dialect, const char *feature, struct error *error)
{
	error_set(error, ERROR_FAILED, "the %s plugin does not support '%s'", dialect->plugin.name,
	          feature);
	return error_hint(error, "'dbwarden plugin info %s' lists what it can do.",
	                  dialect->plugin.name);
}

/* Calls. */

bool dialect_normalize(const struct dialect *dialect, struct schema *schema, struct error *error)
{
	struct dbw_error failure = {.struct_size = sizeof failure};
	enum dbw_status status;

	if (!dialect->plugin.normalize)
		return true;
	status = dialect->plugin.normalize(&dialect->host, &schema->content, &failure);
	schema_changed(schema);
	return status == DBW_OK || error_plugin(error, status, &failure);
}

void dialect_identifier(const struct dialect *dialect, const char *name, struct dbw_buffer *out)
{
	dialect->plugin.quote_identifier(&dialect->host, name, out);
}

void dialect_literal(const struct dialect *dialect, const char *text, struct dbw_buffer *out)
{
	dialect->plugin.quote_literal(&dialect->host, text, strlen(text), out);
}
