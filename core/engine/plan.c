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

/* What not every operation has. */
static void more(struct dbw_buffer *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	buffer_string(out, ", ");
	member(out, name, value);
}

static void flag(struct dbw_buffer *out, const char *name, bool value)
{
	buffer_string(out, ", ");
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
	more(out, "also_locked", risk->also_locked);
	more(out, "algorithm", risk->algorithm);
	flag(out, "rewrites_table", risk->rewrites_table);
	flag(out, "scans_table", risk->scans_table);
	flag(out, "blocks", risk->blocks);
	flag(out, "loses_data", risk->loses_data);
	more(out, "loss", risk->loss);
	buffer_string(out, ", ");
	member(out, "rollback", reversal_name(planned->reversal));
	more(out, "note", risk->note);
	more(out, "versions", risk->versions);
	buffer_char(out, '}');
}

void plan_write(struct dbw_buffer *out, const struct generated *generated,
                const struct generated_file *file, const struct entry *entry, const char *dialect)
{
	const struct {
		const char *name;
		const char *value;
	} members[] = {
	    {"entry", entry->name},
	    {"dialect", dialect},
	    {"version", file->version},
	    {"description", file->description},
	    {"migration", path_basename(file->path)},
	    {"checksum", file->migration.checksum},
	    {"base", file->base},
	    {"proof",
	     file->proved ? "upgrade and rollback proved in a scratch database" : file->unproved},
	    {"rollback", reversal_name(file->reversal)},
	};

	buffer_clear(out);
	buffer_string(out, "{\n  \"dbwarden_plan\": 1,\n");
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		buffer_string(out, "  ");
		member(out, members[i].name, members[i].value);
		buffer_string(out, ",\n");
	}
	if (generated->safe_helps)
		buffer_string(out, "  \"advice\": \"--safe splits this into steps that let readers "
		                   "and writers go on\",\n");
	buffer_string(out, "  \"operations\": [\n");
	for (size_t i = 0; i < file->planned.count; i++) {
		write_operation(out, file->planned.items[i]);
		buffer_string(out, i + 1 < file->planned.count ? ",\n" : "\n");
	}
	buffer_string(out, "  ]\n}\n");
}
