#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "config/url.h"

extern const struct command command_settings_show, command_database_list;

static json_t *entry_json(struct invocation *invocation, const struct entry *entry)
{
	json_t *object = json_object();
	struct dbw_list settings = {0};

	config_settings(&invocation->config, entry, &settings);
	for (size_t i = 0; i < settings.count; i++) {
		const struct setting *setting = settings.items[i];

		json_object_set_new(object, setting->key,
		                    json_pack("{s:o, s:o}", "value", json_text(setting->value),
		                              "source", json_text(setting->source)));
	}
	return object;
}

static void print_entry(struct invocation *invocation, const struct entry *entry)
{
	static const char *const headings[] = {"KEY", "VALUE", "FROM"};
	struct dbw_list settings = {0};
	struct table table;

	config_settings(&invocation->config, entry, &settings);
	output_text(stdout, COLOUR_BOLD,
	            arena_printf(&invocation->arena, "[database:%s]", entry->name));
	putchar('\n');
	table_begin(&table, headings, 3);
	for (size_t i = 0; i < settings.count; i++) {
		const struct setting *setting = settings.items[i];
		const char *cells[] = {setting->key, setting->value ? setting->value : "-",
		                       setting->source};

		table_row(&table, COLOUR_NONE, cells);
	}
	table_print(&table, stdout);
}

/* Which entries: the one named, all, or the default. */
static bool choose_entries(struct invocation *invocation, struct dbw_list *entries)
{
	const char *name = argument(invocation, 0);
	const struct entry *entry;

	if (!project_config(invocation))
		return false;
	if (option_given(invocation, "all")) {
		if (name)
			return error_set(&invocation->error, ERROR_USAGE,
			                 "give a name or --all, not both");
		*entries = invocation->config.entries;
		return true;
	}
	if (name && option_given(invocation, "database"))
		return error_set(&invocation->error, ERROR_USAGE,
		                 "give the name once: as argument or with --database");
	if (!name)
		name = option_value(invocation, "database");
	entry = config_entry(&invocation->config, name, &invocation->error);
	if (!entry)
		return false;
	list_append(&invocation->arena, entries, (void *)entry);
	return true;
}

static int run_settings_show(struct invocation *invocation)
{
	const struct config *config = &invocation->config;
	struct dbw_list entries = {0};
	json_t *databases;

	if (!choose_entries(invocation, &entries))
		return cli_fail(invocation);
	if (!invocation->json) {
		printf("%s\n\n", config->path);
		for (size_t i = 0; i < entries.count; i++) {
			print_entry(invocation, entries.items[i]);
			if (i + 1 < entries.count)
				putchar('\n');
		}
		return EXIT_DONE;
	}
	databases = json_object();
	for (size_t i = 0; i < entries.count; i++) {
		const struct entry *entry = entries.items[i];

		json_object_set_new(databases, entry->name, entry_json(invocation, entry));
	}
	output_json(json_pack("{s:o, s:o, s:o}", "file", json_text(config->path), "default",
	                      json_text(config->default_entry), "databases", databases));
	return EXIT_DONE;
}

static const struct option show_options[] = {
    {"all", 0, NULL, "every entry", false}, OPTION_DATABASE, OPTION_JSON, OPTION_CONFIG, OPTION_END,
};

const struct command command_settings_show = {
    .name = "settings show",
    .summary = "show what the configuration comes to, passwords masked",
    .arguments = "[NAME]",
    .most = 1,
    .options = show_options,
    .run = run_settings_show,
};

static bool is_default(const struct config *config, const struct entry *entry)
{
	return config->default_entry ? strcmp(config->default_entry, entry->name) == 0
	                             : config->entries.count == 1;
}

static int run_database_list(struct invocation *invocation)
{
	static const char *const headings[] = {"NAME", "TYPE", "URL", ""};
	const struct config *config = &invocation->config;
	json_t *list = json_array();
	struct table table;

	if (!project_config(invocation)) {
		json_decref(list);
		return cli_fail(invocation);
	}
	table_begin(&table, headings, 4);
	for (size_t i = 0; i < config->entries.count; i++) {
		const struct entry *entry = config->entries.items[i];
		const char *url = entry->url ? url_mask(&invocation->arena, entry->url) : "";
		const char *cells[] = {entry->name, entry->type, url,
		                       is_default(config, entry) ? "default" : ""};

		table_row(&table, COLOUR_NONE, cells);
		json_array_append_new(
		    list, json_pack("{s:o, s:o, s:o, s:b}", "name", json_text(entry->name), "type",
		                    json_text(entry->type ? entry->type : ""), "url",
		                    json_text(url), "default", is_default(config, entry)));
	}
	if (invocation->json) {
		arena_release(&table.arena);
		output_json(json_pack("{s:o}", "databases", list));
	} else {
		json_decref(list);
		table_print(&table, stdout);
	}
	return EXIT_DONE;
}

static const struct option list_options[] = {
    OPTION_JSON,
    OPTION_CONFIG,
    OPTION_END,
};

const struct command command_database_list = {
    .name = "database list",
    .summary = "list the entries of the configuration",
    .arguments = "",
    .options = list_options,
    .run = run_database_list,
};
