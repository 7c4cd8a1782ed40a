#include "engine/records.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char migrations_table[] = "dbwarden_migrations";
static const char journal_table[] = "dbwarden_journal";

struct column_plan {
	const char *name;
	const char *type;
};

/* The order is that of the SELECT and the INSERT below. */
static const struct column_plan migrations_columns[] = {
    {"id", "BIGINT"},
    {"version", "VARCHAR(255)"},
    {"description", "VARCHAR(255)"},
    {"file", "VARCHAR(255)"},
    {"kind", "VARCHAR(16)"},
    {"action", "VARCHAR(16)"},
    {"checksum", "VARCHAR(64)"},
    {"applied_at", "VARCHAR(32)"},
    {"duration_ms", "BIGINT"},
    {"applied_by", "VARCHAR(255)"},
    {"tool_version", "VARCHAR(32)"},
    {NULL, NULL},
};

static const struct column_plan journal_columns[] = {
    {"id", "BIGINT"},          {"version", "VARCHAR(255)"}, {"file", "VARCHAR(255)"},
    {"action", "VARCHAR(16)"}, {"checksum", "VARCHAR(64)"}, {"statements_done", "BIGINT"},
    {"state", "VARCHAR(16)"},  {"since", "VARCHAR(32)"},    {NULL, NULL},
};

static const char *const action_names[] = {
    [ACTION_UPGRADE] = "upgrade",
    [ACTION_ROLLBACK] = "rollback",
    [ACTION_BASELINE] = "baseline",
};

const char *action_name(enum action action)
{
	return action_names[action];
}

static bool action_from_name(const char *name, enum action *action)
{
	for (size_t i = 0; i < sizeof action_names / sizeof *action_names; i++)
		if (strcmp(name, action_names[i]) == 0) {
			*action = (enum action)i;
			return true;
		}
	return false;
}

/* Reading. */

struct reader {
	struct arena *arena;
	struct dbw_list *records;
	struct journal *journal;
	size_t columns;
	const char *complaint; /* set: the row cannot be understood */
};

static const char *take(struct reader *reader, const char *value)
{
	return value ? arena_string(reader->arena, value) : "";
}

static long long number(struct reader *reader, const char *value)
{
	char *end;
	long long n = value ? strtoll(value, &end, 10) : 0;

	if (!value || end == value || *end)
		reader->complaint = "a number was expected";
	return n;
}

static bool read_record(void *context, size_t count, const char *const *values,
                        const size_t *lengths, const char *const *names)
{
	struct reader *reader = context;
	struct record *record = arena_new(reader->arena, struct record);

	(void)lengths;
	(void)names;
	if (count != reader->columns) {
		reader->complaint = "it has another number of columns";
		return false;
	}
	record->id = number(reader, values[0]);
	record->version = take(reader, values[1]);
	record->description = take(reader, values[2]);
	record->file = take(reader, values[3]);
	record->kind = take(reader, values[4]);
	if (!values[5] || !action_from_name(values[5], &record->action))
		reader->complaint = "its 'action' is none that this version knows";
	record->checksum = take(reader, values[6]);
	record->applied_at = take(reader, values[7]);
	record->duration_ms = number(reader, values[8]);
	record->applied_by = take(reader, values[9]);
	record->tool_version = take(reader, values[10]);
	list_append(reader->arena, reader->records, record);
	return reader->complaint == NULL;
}

static bool read_journal(void *context, size_t count, const char *const *values,
                         const size_t *lengths, const char *const *names)
{
	struct reader *reader = context;
	struct journal *journal = arena_new(reader->arena, struct journal);

	(void)lengths;
	(void)names;
	if (count != reader->columns) {
		reader->complaint = "it has another number of columns";
		return false;
	}
	journal->version = take(reader, values[1]);
	journal->file = take(reader, values[2]);
	if (!values[3] || !action_from_name(values[3], &journal->action))
		reader->complaint = "its 'action' is none that this version knows";
	journal->checksum = take(reader, values[4]);
	journal->done = (size_t)number(reader, values[5]);
	journal->in_doubt = values[6] && strcmp(values[6], "running") == 0;
	journal->since = take(reader, values[7]);
	reader->journal = journal;
	return reader->complaint == NULL;
}

static size_t column_count(const struct column_plan *columns)
{
	size_t n = 0;

	while (columns[n].name)
		n++;
	return n;
}

static void column_list(const struct dialect *dialect, const struct column_plan *columns,
                        struct dbw_buffer *sql)
{
	for (size_t i = 0; columns[i].name; i++) {
		if (i)
			buffer_string(sql, ", ");
		dialect_identifier(dialect, columns[i].name, sql);
	}
}

static bool read_table(struct session *session, const char *table,
                       const struct column_plan *columns, dbw_row_function *row,
                       struct reader *reader, struct error *error)
{
	struct dbw_buffer sql = {0};
	bool done;

	buffer_string(&sql, "SELECT ");
	column_list(session->dialect, columns, &sql);
	buffer_string(&sql, " FROM ");
	dialect_identifier(session->dialect, table, &sql);
	buffer_string(&sql, " ORDER BY ");
	dialect_identifier(session->dialect, "id", &sql);
	reader->columns = column_count(columns);
	done = session_query(session, buffer_text(&sql), row, reader, error);
	buffer_release(&sql);
	if (done && reader->complaint) {
		error_set(error, ERROR_FAILED, "cannot read table '%s': %s", table,
		          reader->complaint);
		error_hint(error, "It may have been written by a newer dbwarden, or changed by "
		                  "hand; nothing has been done.");
		return false;
	}
	return done || error_context(error, "reading table '%s'", table);
}

bool records_read(struct records *records, struct session *session, struct journal **journal,
                  struct error *error)
{
	struct reader reader = {.arena = &records->arena, .records = &records->all};
	bool exists;

	*journal = NULL;
	if (!session_table_exists(session, migrations_table, &exists, error))
		return false;
	if (!exists)
		return true;
	if (!read_table(session, migrations_table, migrations_columns, read_record, &reader, error))
		return false;
	if (!session_table_exists(session, journal_table, &exists, error))
		return false;
	if (exists &&
	    !read_table(session, journal_table, journal_columns, read_journal, &reader, error))
		return false;
	*journal = reader.journal;
	return true;
}

void records_release(struct records *records)
{
	arena_release(&records->arena);
	*records = (struct records){0};
}

/* Making. */

static void plan_table(struct schema *schema, const char *name, const struct column_plan *columns)
{
	struct dbw_table *table = schema_add(schema, &schema->content.tables, DBW_TABLE);
	struct dbw_constraint *key;
	struct dbw_key_part *part;

	table->name = name;
	for (; columns->name; columns++) {
		struct dbw_column *column = schema_add(schema, &table->columns, DBW_COLUMN);

		column->name = columns->name;
		column->type = columns->type;
		column->not_null = true;
	}
	key = schema_add(schema, &table->constraints, DBW_CONSTRAINT);
	key->kind = DBW_PRIMARY_KEY;
	part = schema_add(schema, &key->parts, DBW_KEY_PART);
	part->column = "id";
	schema_changed(schema);
}

static bool make_tables(struct session *session, struct schema *schema, struct error *error)
{
	const struct dialect *dialect = session->dialect;
	struct dbw_list operations = {0}, emitted = {0};
	struct dbw_statement *statements;
	struct schema *nothing;
	bool done;

	if (!dialect->plugin.emit)
		return dialect_lacks(dialect, "emit", error);
	if (!dialect_normalize(dialect, schema, error))
		return false;
	nothing = schema_new(schema->traits);
	for (size_t i = 0; i < schema->content.tables.count; i++) {
		struct dbw_operation *operation = arena_new(&schema->arena, struct dbw_operation);

		operation->struct_size = sizeof *operation;
		operation->verb = DBW_CREATE;
		operation->element = DBW_TABLE;
		operation->after = schema->content.tables.items[i];
		operation->schema_before = &nothing->content;
		operation->schema_after = &schema->content;
		list_append(&schema->arena, &operations, operation);
	}
	done = dialect_emit(dialect, &schema->arena, &operations, &emitted, error);
	schema_free(nothing);
	if (!done)
		return false;
	statements = arena_alloc(&schema->arena, emitted.count * sizeof *statements);
	for (size_t i = 0; i < emitted.count; i++) {
		const struct emitted *one = emitted.items[i];

		statements[i] = (struct dbw_statement){one->sql, strlen(one->sql)};
	}
	if (session_execute(session, statements, emitted.count,
	                    DBW_EXECUTE_BEGIN | DBW_EXECUTE_COMMIT, NULL, error))
		return true;
	session_undo(session);
	return false;
}

bool records_prepare(struct session *session, struct error *error)
{
	static const struct {
		const char *name;
		const struct column_plan *columns;
	} tables[] = {
	    {migrations_table, migrations_columns},
	    {journal_table, journal_columns},
	};
	struct schema *schema = schema_new(session->dialect->plugin.traits);
	bool done = true;

	for (size_t i = 0; done && i < sizeof tables / sizeof *tables; i++) {
		bool exists;

		done = session_table_exists(session, tables[i].name, &exists, error);
		if (done && !exists)
			plan_table(schema, tables[i].name, tables[i].columns);
	}
	if (done && schema->content.tables.count) {
		done = make_tables(session, schema, error);
		if (!done)
			error_context(error, "making dbwarden's own tables");
	}
	schema_free(schema);
	return done;
}

/* Writing. */

static void insert_sql(const struct dialect *dialect, const char *table,
                       const struct column_plan *columns, const char *const *values,
                       struct dbw_buffer *sql)
{
	buffer_string(sql, "INSERT INTO ");
	dialect_identifier(dialect, table, sql);
	buffer_string(sql, " (");
	column_list(dialect, columns, sql);
	buffer_string(sql, ") VALUES (");
	for (size_t i = 0; columns[i].name; i++) {
		if (i)
			buffer_string(sql, ", ");
		if (strcmp(columns[i].type, "BIGINT") == 0)
			buffer_string(sql, values[i]);
		else
			dialect_literal(dialect, values[i], sql);
	}
	buffer_char(sql, ')');
}

void record_insert_sql(const struct dialect *dialect, const struct record *record,
                       struct dbw_buffer *sql)
{
	char id[32], duration[32];
	const char *const values[] = {
	    id,
	    record->version,
	    record->description,
	    record->file,
	    record->kind,
	    action_name(record->action),
	    record->checksum,
	    record->applied_at,
	    duration,
	    record->applied_by,
	    record->tool_version,
	};

	snprintf(id, sizeof id, "%lld", record->id);
	snprintf(duration, sizeof duration, "%lld", record->duration_ms);
	insert_sql(dialect, migrations_table, migrations_columns, values, sql);
}

void journal_insert_sql(const struct dialect *dialect, const struct journal *journal,
                        struct dbw_buffer *sql)
{
	char done[32];
	const char *const values[] = {
	    "1",
	    journal->version,
	    journal->file,
	    action_name(journal->action),
	    journal->checksum,
	    done,
	    journal->in_doubt ? "running" : "between",
	    journal->since,
	};

	snprintf(done, sizeof done, "%zu", journal->done);
	insert_sql(dialect, journal_table, journal_columns, values, sql);
}

void journal_update_sql(const struct dialect *dialect, const struct journal *journal,
                        struct dbw_buffer *sql)
{
	buffer_string(sql, "UPDATE ");
	dialect_identifier(dialect, journal_table, sql);
	buffer_string(sql, " SET ");
	dialect_identifier(dialect, "statements_done", sql);
	buffer_printf(sql, " = %zu, ", journal->done);
	dialect_identifier(dialect, "state", sql);
	buffer_string(sql, " = ");
	dialect_literal(dialect, journal->in_doubt ? "running" : "between", sql);
}

void journal_delete_sql(const struct dialect *dialect, struct dbw_buffer *sql)
{
	buffer_string(sql, "DELETE FROM ");
	dialect_identifier(dialect, journal_table, sql);
}

char *time_text(struct arena *arena)
{
	time_t now = time(NULL);
	struct tm utc;
	char text[32];

	gmtime_r(&now, &utc);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
	return arena_string(arena, text);
}

char *whoami_text(struct arena *arena)
{
	const struct passwd *user = getpwuid(geteuid());
	char host[256] = "";

	gethostname(host, sizeof host - 1);
	if (user)
		return arena_printf(arena, "%s@%s", user->pw_name, host);
	return arena_printf(arena, "%u@%s", (unsigned)geteuid(), host);
}
