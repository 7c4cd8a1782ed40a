#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/output.h"

extern const struct command command_plugin_list, command_plugin_info;

/* A plugin command works with or without a configuration: plugin_dir counts if there is one. */
static struct plugin_search search_path(struct invocation *invocation)
{
	struct plugin_search search = {.option = option_value(invocation, "plugin-dir")};
	struct error ignored = {0};

	if (config_load(&invocation->config, option_value(invocation, "config"), &ignored))
		search.configured = invocation->config.plugin_dir;
	error_release(&ignored);
	return search;
}

static json_t *strings_json(const char *const *strings)
{
	json_t *list = json_array();

	for (; strings && *strings; strings++)
		json_array_append_new(list, json_text(*strings));
	return list;
}

static const char *strings_text(struct invocation *invocation, const char *const *strings)
{
	const char *text = "";

	for (; strings && *strings; strings++)
		text =
		    arena_printf(&invocation->arena, "%s%s%s", text, *text ? ", " : "", *strings);
	return text;
}

static int run_plugin_list(struct invocation *invocation)
{
	static const char *const headings[] = {"NAME", "VERSION", "FILE", "DESCRIPTION"};
	struct plugin_search search = search_path(invocation);
	struct dbw_list found = {0};
	json_t *list = json_array();
	struct table table;

	plugin_list(&invocation->arena, &search, &found);
	table_begin(&table, headings, 4);
	for (size_t i = 0; i < found.count; i++) {
		const struct plugin_found *one = found.items[i];
		struct error error = {0};
		struct dialect *dialect = dialect_open_file(one->path, &error);
		const char *description = dialect ? dialect->plugin.description : error.message;
		const char *version = dialect ? dialect->plugin.version : NULL;
		const char *cells[] = {one->name, version ? version : "-", one->path, NULL};

		cells[3] =
		    one->shadowed ? arena_printf(&invocation->arena, "not used: an earlier "
		                                                     "folder has one of this "
		                                                     "name")
		    : dialect     ? description
			      : arena_printf(&invocation->arena, "cannot be used: %s", description);
		table_row(&table,
		          !dialect        ? COLOUR_RED
		          : one->shadowed ? COLOUR_DIM
		                          : COLOUR_NONE,
		          cells);
		json_array_append_new(
		    list,
		    json_pack("{s:o, s:o, s:o, s:b, s:b, s:o, s:o}", "name", json_text(one->name),
		              "version", json_text(version), "path", json_text(one->path),
		              "shadowed", one->shadowed, "usable", dialect != NULL, "description",
		              dialect ? json_text(description) : json_null(), "error",
		              dialect ? json_null() : json_text(description)));
		dialect_close(dialect);
		error_release(&error);
	}
	if (invocation->json) {
		arena_release(&table.arena);
		output_json(json_pack("{s:o}", "plugins", list));
		return EXIT_DONE;
	}
	json_decref(list);
	if (found.count)
		table_print(&table, stdout);
	else
		puts("no plugins found; install one (dbwarden-plugin-NAME) or name its folder with "
		     "--plugin-dir");
	return EXIT_DONE;
}

static json_t *info_json(struct invocation *invocation, const struct dialect *dialect,
                         const struct dbw_list *features)
{
	const struct dbw_plugin *plugin = &dialect->plugin;
	json_t *object = json_object();

	(void)invocation;
	for (size_t i = 0; i < features->count; i++) {
		const struct plugin_feature *feature = features->items[i];

		json_object_set_new(object, feature->name, json_boolean(feature->present));
	}
	return json_pack(
	    "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name", json_text(plugin->name),
	    "version", json_text(plugin->version), "license", json_text(plugin->license),
	    "description", json_text(plugin->description), "path", json_text(dialect->path), "abi",
	    json_text(arena_printf(&invocation->arena, "%u.%u", plugin->abi_version >> 16,
	                           plugin->abi_version & 0xffff)),
	    "aliases", strings_json(plugin->aliases), "url_schemes",
	    strings_json(plugin->url_schemes), "features", object);
}

static void print_info(struct invocation *invocation, const struct dialect *dialect,
                       const struct dbw_list *features)
{
	const struct dbw_plugin *plugin = &dialect->plugin;

	printf(
	    "name         %s\nversion      %s\nlicense      %s\ndescription  %s\nfile         %s\n",
	    plugin->name, plugin->version, plugin->license, plugin->description, dialect->path);
	printf("ABI          %u.%u\naliases      %s\nURL schemes  %s\nfeatures    ",
	       plugin->abi_version >> 16, plugin->abi_version & 0xffff,
	       strings_text(invocation, plugin->aliases),
	       strings_text(invocation, plugin->url_schemes));
	for (size_t i = 0; i < features->count; i++) {
		const struct plugin_feature *feature = features->items[i];

		printf(" %s%s", feature->present ? "" : "no-", feature->name);
	}
	putchar('\n');
}

static int run_plugin_info(struct invocation *invocation)
{
	const char *name = argument(invocation, 0);
	struct dbw_list features = {0};

	if (strchr(name, '/')) {
		invocation->dialect = dialect_open_file(name, &invocation->error);
	} else {
		struct plugin_search search = search_path(invocation);

		invocation->dialect = dialect_open(name, &search, &invocation->error);
	}
	if (!invocation->dialect)
		return cli_fail(invocation);
	dialect_features(invocation->dialect, &invocation->arena, &features);
	if (invocation->json)
		output_json(info_json(invocation, invocation->dialect, &features));
	else
		print_info(invocation, invocation->dialect, &features);
	return EXIT_DONE;
}

static const struct option options[] = {
    OPTION_JSON,
    OPTION_CONFIG,
    OPTION_PLUGIN_DIR,
    OPTION_END,
};

const struct command command_plugin_list = {
    .name = "plugin list",
    .summary = "list the dialect plugins that can be found",
    .arguments = "",
    .options = options,
    .run = run_plugin_list,
};

const struct command command_plugin_info = {
    .name = "plugin info",
    .summary = "show what one plugin is and can do",
    .arguments = "NAME|PATH",
    .least = 1,
    .most = 1,
    .options = options,
    .run = run_plugin_info,
};
