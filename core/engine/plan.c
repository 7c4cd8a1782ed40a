#include "engine/plan.h"

#include "schema/json.h"

static void member(struct dbw_buffer *out, const char *name, const char *value)
{
	json_write_string(out, name);
	buffer_string(out, ": ");
	if (value)
		json_write_string(out, value);
	else
		buffer_string(out, "null");
}

static void flag(struct dbw_buffer *out, const char *name, bool value)
{
	json_write_string(out, name);
	buffer_string(out, value ? ": true" : ": false");
}

static void write_operation(struct dbw_buffer *out, const struct planned *planned)
{
	const struct dbw_risk *risk = &planned->risk;

	buffer_string(out, "    {");
	member(out, "operation", planned->text);
	buffer_string(out, ", ");
	member(out, "verb", verb_name(planned->operation->verb));
	buffer_string(out, ", ");
	member(out, "element", element_kind_name(planned->operation->element));
	buffer_string(out, ", ");
	member(out, "lock", risk->lock);
	buffer_string(out, ", ");
	flag(out, "rewrites_table", risk->rewrites_table);
	buffer_string(out, ", ");
	flag(out, "scans_table", risk->scans_table);
	buffer_string(out, ", ");
	flag(out, "loses_data", risk->loses_data);
	buffer_string(out, ", ");
	member(out, "rollback", reversal_name(planned->reversal));
	if (*risk->note) {
		buffer_string(out, ", ");
		member(out, "note", risk->note);
	}
	buffer_char(out, '}');
}

void plan_write(struct dbw_buffer *out, const struct generated *generated,
                const struct entry *entry, const char *dialect, const char *checksum)
{
	const struct dbw_list *versioned = &generated->directory.versioned;
	const struct migration *newest =
	    versioned->count ? versioned->items[versioned->count - 1] : NULL;
	const struct {
		const char *name;
		const char *value;
	} members[] = {
	    {"entry", entry->name},
	    {"dialect", dialect},
	    {"version", generated->version},
	    {"description", generated->description},
	    {"migration", path_basename(generated->path)},
	    {"checksum", checksum},
	    {"base", newest ? newest->version : NULL},
	    {"proof", generated->proved ? "upgrade and rollback proved in a scratch database"
	                                : generated->unproved},
	    {"rollback", reversal_name(generated->reversal)},
	};

	buffer_string(out, "{\n  \"dbwarden_plan\": 1,\n");
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		buffer_string(out, "  ");
		member(out, members[i].name, members[i].value);
		buffer_string(out, ",\n");
	}
	buffer_string(out, "  \"operations\": [\n");
	for (size_t i = 0; i < generated->planned.count; i++) {
		write_operation(out, generated->planned.items[i]);
		buffer_string(out, i + 1 < generated->planned.count ? ",\n" : "\n");
	}
	buffer_string(out, "  ]\n}\n");
}
