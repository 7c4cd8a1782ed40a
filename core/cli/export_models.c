#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/sql.h"
#include "engine/ddl.h"
#include "engine/scope.h"
#include "engine/side.h"
#include "models/models.h"

extern const struct command command_export_models;

/* One file to be written. */
struct part_file {
	const char *name; /* in the folder; NULL: it is the only one */
	const void *of;   /* the table that it is for, or the word for all of a kind */
	struct dbw_list operations;
	struct dbw_buffer text;
};

struct export
{
	struct arena arena;
	struct invocation *invocation;
	struct side side;
	struct ddl ddl;
	const char *out; /* a file, a folder, or NULL: standard output */
	bool folder;
	struct dbw_list files; /* struct part_file, in the order of what they need */
};

/* The schema. */

/* The snapshot is taken without a thought of the server. Where it will not do, and a server is known, the
 * migrations are replayed there. */
static bool replay_is_allowed(struct export *export)
{
	struct invocation *invocation = export->invocation;
	struct error problem = {0};
	const struct entry *entry;

	if (!export->side.replayed || !invocation->offline || option_given(invocation, "offline") ||
	    interrupts_pending())
		return false;
	entry = config_entry(&invocation->config, option_value(invocation, "database"), &problem);
	if (entry) {
		invocation->entry = entry;
		return true;
	}
	error_release(&invocation->error);
	invocation->error = problem;
	return error_context(&invocation->error, "%s, and to replay the migrations takes a server",
	                     export->side.replayed);
}

/* A replay may want to know of tables that are not the entry's own: the models can say, if there are any. */
static bool read_side(struct export *export)
{
	struct invocation *invocation = export->invocation;
	struct models models = {0};
	struct error ignored = {0};
	bool limited = export->side.kind == SIDE_MIGRATIONS && scope_is_limited(invocation->entry);
	bool known, done;

	known = limited && models_read(&models, &invocation->config, invocation->entry,
	                               invocation->dialect, &ignored);
	if (known)
		scope_apply(models.schema, invocation->entry);
	done = side_read(&export->side, known ? models.schema : NULL, invocation->dialect,
	                 &invocation->config, invocation->entry, &invocation->error);
	if (!done && replay_is_allowed(export)) {
		error_release(&invocation->error);
		done = side_read(&export->side, known ? models.schema : NULL, invocation->dialect,
		                 &invocation->config, invocation->entry, &invocation->error);
	}
	models_release(&models);
	error_release(&ignored);
	return done;
}

/* The files. */

/* What stands in a file with others of its kind. */
enum kind { KIND_TYPES, KIND_SEQUENCES, KIND_ROUTINES, KIND_VIEWS, KIND_OTHERS };
static const char *const kinds[] = {"types", "sequences", "routines", "views", "others"};

static enum kind kind_of(const struct dbw_operation *operation)
{
	if (operation->element != DBW_OBJECT)
		return operation->element == DBW_SEQUENCE ? KIND_SEQUENCES : KIND_TYPES;
	switch (((const struct dbw_object *)operation->after)->kind) {
	case DBW_VIEW:
	case DBW_MATERIALIZED_VIEW:
	case DBW_TRIGGER:
	case DBW_RULE:
		return KIND_VIEWS;
	case DBW_FUNCTION:
	case DBW_PROCEDURE:
	case DBW_AGGREGATE:
		return KIND_ROUTINES;
	case DBW_DOMAIN:
	case DBW_COMPOSITE_TYPE:
	case DBW_RANGE_TYPE:
	case DBW_EXTENSION:
	case DBW_COLLATION:
		return KIND_TYPES;
	default:
		return KIND_OTHERS;
	}
}

static bool name_is_taken(const struct export *export, const char *name)
{
	for (size_t i = 0; i < export->files.count; i++)
		if (strcasecmp(((struct part_file *)export->files.items[i])->name, name) == 0)
			return true;
	return false;
}

/* A name that every file system takes, and that nothing else in the folder has. */
static const char *file_name(struct export *export, const char *wanted)
{
	char *name = arena_string(&export->arena, wanted);
	const char *unique;

	for (char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("_-.", *c) && (unsigned char)*c < 0x80)
			*c = '_';
	if (*name == '.')
		*name = '_';
	unique = arena_printf(&export->arena, "%s.sql", name);
	for (size_t n = 2; name_is_taken(export, unique); n++)
		unique = arena_printf(&export->arena, "%s_%zu.sql", name, n);
	return unique;
}

static struct part_file *file_for(struct export *export, const void *of, const char *name)
{
	struct part_file *file;

	for (size_t i = 0; i < export->files.count; i++) {
		file = export->files.items[i];
		if (file->of == of)
			return file;
	}
	file = arena_new(&export->arena, struct part_file);
	file->of = of;
	file->name = name ? file_name(export, name) : NULL;
	list_append(&export->arena, &export->files, file);
	return file;
}

static struct part_file *choose_file(struct export *export, const struct dbw_operation *operation)
{
	const struct dbw_table *table = ddl_table(&export->ddl, operation);
	enum kind kind;

	if (!export->folder)
		return file_for(export, NULL, NULL);
	if (table)
		return file_for(
		    export, table,
		    schema_display_name(&export->arena, table->namespace_name, table->name));
	kind = kind_of(operation);
	return file_for(export, &kinds[kind], kinds[kind]);
}

static void write_head(const struct export *export, struct dbw_buffer *out)
{
	buffer_printf(out, "-- Exported by 'dbwarden export-models' from %s of database '%s'",
	              export->side.kind == SIDE_LIVE ? "the schema" : export->side.name,
	              export->invocation->entry->name);
	if (export->side.version)
		buffer_printf(out, ", up to version %s", export->side.version);
	buffer_string(out, ".\n");
}

/* Each operation stands apart from the one before it. */
static bool write_text(struct export *export, struct part_file *file)
{
	struct invocation *invocation = export->invocation;

	write_head(export, &file->text);
	for (size_t i = 0; i < file->operations.count; i++) {
		struct dbw_list one = {0}, statements = {0};

		list_append(&export->arena, &one, file->operations.items[i]);
		if (!ddl_emit(&export->ddl, &one, &statements, &invocation->error))
			return false;
		buffer_char(&file->text, '\n');
		sql_write(&file->text, invocation->dialect, &statements);
	}
	return true;
}

static bool make_files(struct export *export)
{
	const struct dbw_list *operations = &export->ddl.diff.operations;

	if (!ddl_begin(&export->ddl, export->side.schema, export->invocation->dialect,
	               &export->invocation->error))
		return false;
	for (size_t i = 0; i < operations->count; i++)
		list_append(&export->arena, &choose_file(export, operations->items[i])->operations,
		            operations->items[i]);
	for (size_t i = 0; i < export->files.count; i++)
		if (!write_text(export, export->files.items[i]))
			return false;
	return true;
}

/* Writing. */

static const char *path_of(struct export *export, const struct part_file *file)
{
	return file->name ? path_join(&export->arena, export->out, file->name) : export->out;
}

static bool refuse(struct export *export, const char *path)
{
	struct error *error = &export->invocation->error;

	error_set(error, ERROR_FAILED, "'%s' is there already", path);
	return error_hint(error, "Nothing was written. --force writes over it.");
}

/* What else there is in the folder would be read as models too. */
static bool check_folder(struct export *export)
{
	struct dbw_list names = {0};
	bool force = option_given(export->invocation, "force");

	if (!export->folder || !path_exists(export->out))
		return true;
	if (!directory_list(&export->arena, export->out, &names, &export->invocation->error))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];
		size_t length = strlen(name);

		if (name[0] == '.' || length < 4 || strcmp(name + length - 4, ".sql") != 0)
			continue;
		if (!force)
			return refuse(export, path_join(&export->arena, export->out, name));
		if (!name_is_taken(export, name))
			cli_note(export->invocation,
			         "'%s' was left as it is, and is read with the others",
			         path_join(&export->arena, export->out, name));
	}
	return true;
}

static bool write_files(struct export *export)
{
	struct error *error = &export->invocation->error;
	bool force = option_given(export->invocation, "force"), done;
	struct file_set set = {0};

	if (!force && !export->folder && path_exists(export->out))
		return refuse(export, export->out);
	done = check_folder(export);
	for (size_t i = 0; done && i < export->files.count; i++) {
		const struct part_file *file = export->files.items[i];

		done = file_set_add(&set, path_of(export, file), buffer_text(&file->text),
		                    file->text.length, error);
	}
	if (done && interrupts_pending())
		done = error_set(error, ERROR_FAILED, "interrupted; nothing was written");
	done = done && file_set_commit(&set, force ? FILE_REPLACE : FILE_NEW, error);
	file_set_release(&set);
	return done;
}

/* Telling. */

static void print_json(struct export *export)
{
	json_t *files = json_array();
	struct dbw_buffer text = {0};

	for (size_t i = 0; i < export->files.count; i++) {
		const struct part_file *file = export->files.items[i];

		if (export->out)
			json_array_append_new(files, json_text(path_of(export, file)));
		buffer_append(&text, buffer_text(&file->text), file->text.length);
	}
	output_json(json_pack(
	    "{s:o, s:o, s:o, s:o, s:o}", "database", json_text(export->invocation->entry->name),
	    "from", json_text(export->side.label), "version", json_text(export->side.version),
	    "files", files, "sql", json_text(buffer_text(&text))));
	buffer_release(&text);
}

static void print_report(struct export *export)
{
	const struct invocation *invocation = export->invocation;

	if (export->side.replayed)
		cli_note(invocation, "the migrations were replayed: %s", export->side.replayed);
	if (invocation->json) {
		print_json(export);
		return;
	}
	for (size_t i = 0; i < export->files.count; i++) {
		const struct part_file *file = export->files.items[i];

		if (!export->out) {
			sql_print_text(buffer_text(&file->text));
			continue;
		}
		output_text(stdout, COLOUR_GREEN, "wrote ");
		output_safe(stdout, path_of(export, file), false);
		putchar('\n');
	}
}

static bool is_folder(const char *out)
{
	size_t length = strlen(out);

	return path_is_directory(out) || (length && out[length - 1] == '/');
}

static bool nothing_there(struct export *export)
{
	struct error *error = &export->invocation->error;

	if (export->files.count)
		return false;
	error_set(error, ERROR_FAILED, "there is nothing to export: %s %s empty", export->side.name,
	          export->side.plural ? "are" : "is");
	if (export->side.kind == SIDE_MIGRATIONS)
		error_hint(error, "'--from live' exports what is in the database.");
	return true;
}

static int run_export_models(struct invocation *invocation)
{
	const char *from = option_value(invocation, "from");
	struct export export = {.invocation = invocation, .out = option_value(invocation, "out")};
	bool done;

	if (!from)
		from = "migrations";
	invocation->offline = strcmp(from, "migrations") == 0;
	done = project_dialect(invocation) && interrupts_catch(&invocation->error) &&
	       side_parse(&export.side, from, invocation->dialect, &invocation->error);
	export.folder = export.out && is_folder(export.out);
	done = done && read_side(&export) && make_files(&export) && !nothing_there(&export) &&
	       (!export.out || write_files(&export));
	if (done)
		print_report(&export);
	for (size_t i = 0; i < export.files.count; i++)
		buffer_release(&((struct part_file *)export.files.items[i])->text);
	ddl_release(&export.ddl);
	side_release(&export.side);
	arena_release(&export.arena);
	return done ? EXIT_DONE : cli_fail(invocation);
}

static const struct option options[] = {
    OPTION_DATABASE,
    {"out", 0, "PATH", "a file, or a folder for a file each table; by default standard output",
     false},
    {"from", 0, "SIDE", "migrations (the default), live, or what else 'diff' takes", false},
    {"force", 0, NULL, "write over files that are there", false},
    {"offline", 0, NULL, "connect to no server: the snapshots tell what there is", false},
    OPTION_VERBOSE,
    OPTION_JSON,
    OPTION_CONFIG,
    OPTION_PLUGIN_DIR,
    OPTION_END,
};

const struct command command_export_models = {
    .name = "export-models",
    .summary = "write the schema that the migrations produce as models in SQL",
    .arguments = "",
    .text =
	"With those as its models, make-migrations finds nothing to do. No connection is made,\n"
	"and no URL is needed, while the snapshot of the newest migration is good; else the\n"
	"migrations are replayed in a throw-away database. A PATH that ends in '/' is a folder.\n",
    .options = options,
    .run = run_export_models,
};
