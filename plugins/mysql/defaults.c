#include "defaults.h"

#include <string.h>
#include <strings.h>

#include "ddl.h"

/* One that is equal to the default, by its name, is taken out. */
static void leave_out(struct dbw_list *options, const char *name, const char *value)
{
	for (size_t i = 0; value && i < options->count; i++) {
		const struct dbw_option *option = options->items[i];

		if (strcmp(option->name, name) != 0 || strcasecmp(option->value, value) != 0)
			continue;
		memmove(&options->items[i], &options->items[i + 1],
		        (options->count - i - 1) * sizeof *options->items);
		options->count--;
		return;
	}
}

static void leave_out_of_columns(const struct dbw_table *table)
{
	const char *charset = ddl_option(&table->options, "CHARSET");
	const char *collation = ddl_option(&table->options, "COLLATE");

	for (size_t i = 0; i < table->columns.count; i++) {
		struct dbw_column *column = table->columns.items[i];

		if (!column->collation || !ddl_same(column->collation, collation))
			continue;
		column->collation = NULL;
		if (ddl_same(column->charset, charset))
			column->charset = NULL;
	}
}

void defaults_leave_out(struct dbw_schema *schema, const struct defaults *defaults)
{
	for (size_t i = 0; i < schema->tables.count; i++) {
		struct dbw_table *table = schema->tables.items[i];
		const char *collation = ddl_option(&table->options, "COLLATE");

		leave_out_of_columns(table);
		leave_out(&table->options, "ENGINE", defaults->engine);
		if (collation && defaults->collation &&
		    strcasecmp(collation, defaults->collation) == 0) {
			leave_out(&table->options, "CHARSET", defaults->charset);
			leave_out(&table->options, "COLLATE", defaults->collation);
		}
	}
}
