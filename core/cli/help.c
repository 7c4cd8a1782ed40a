#include "cli/help.h"

#include <string.h>

#include "cli/output.h"

extern const struct command command_init, command_make_migrations, command_new, command_migrate,
    command_rollback, command_status, command_history, command_repair, command_lock_status,
    command_unlock, command_diff, command_check, command_settings_show, command_database_list,
    command_plugin_list, command_plugin_info;

const struct command *const commands[] = {
    &command_init,
    &command_make_migrations,
    &command_new,
    &command_migrate,
    &command_rollback,
    &command_status,
    &command_history,
    &command_repair,
    &command_lock_status,
    &command_unlock,
    &command_diff,
    &command_check,
    &command_settings_show,
    &command_database_list,
    &command_plugin_list,
    &command_plugin_info,
    NULL,
};

static void print_commands(FILE *stream, const char *group)
{
	size_t length = group ? strlen(group) : 0;

	for (size_t i = 0; commands[i]; i++)
		if (!group || (strncmp(commands[i]->name, group, length) == 0 &&
		               commands[i]->name[length] == ' '))
			fprintf(stream, "  %-16s  %s\n", commands[i]->name, commands[i]->summary);
}

void help_all(FILE *stream)
{
	fputs("dbwarden keeps a database in step with the models in a repository.\n\n"
	      "usage: dbwarden COMMAND [OPTIONS]\n\n",
	      stream);
	print_commands(stream, NULL);
	fputs("\n'dbwarden COMMAND --help' explains one; 'dbwarden --version' prints the version.\n"
	      "Exit status: 0 done, 1 failed, 2 wrong usage or configuration, 3 there is something "
	      "to do,\n4 somebody else holds the lock.\n",
	      stream);
}

void help_group(const char *word)
{
	printf("usage: dbwarden %s COMMAND [OPTIONS]\n\n", word);
	print_commands(stdout, word);
}

void help_command(const struct command *command)
{
	const struct option *option;

	printf("%s\n\nusage: dbwarden %s%s%s [OPTIONS]\n", command->summary, command->name,
	       *command->arguments ? " " : "", command->arguments);
	if (command->text)
		printf("\n%s", command->text);
	puts("\noptions:");
	for (option = command->options; option->name; option++) {
		char left[64];

		snprintf(left, sizeof left, "--%s%s%s", option->name, option->argument ? " " : "",
		         option->argument ? option->argument : "");
		if (option->letter)
			printf("  -%c, %-26s  %s\n", option->letter, left, option->help);
		else
			printf("      %-26s  %s\n", left, option->help);
	}
	printf("  -h, %-26s  %s\n", "--help", "print this");
}
