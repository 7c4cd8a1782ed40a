#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "connection.h"
#include "ddl.h"
#include "defaults.h"
#include "failure.h"
#include "mysql_plugin.h"

/* A few queries on information_schema read all tables at once; routines and events are asked for one by one, as
 * only SHOW CREATE has their whole text. */

struct reading {
	struct dbw_connection *connection;
	const struct dbw_host *host;
	struct dbw_schema *schema;
	const char *const *ignore;
	struct dbw_error *error;
	enum dbw_status status;
	const char *prefix;     /* `database`. */
	struct dbw_table *last; /* rows come table by table */
};

static MYSQL_RES *ask(struct reading *reading, const char *sql)
{
	MYSQL *handle = connection_handle(reading->connection);
	MYSQL_RES *result = NULL;

	if (mysql_real_query(handle, sql, strlen(sql)) == 0)
		result = mysql_store_result(handle);
	if (!result)
		reading->status = failure_of(reading->connection, reading->error);
	return result;
}

static const char *text_of(struct reading *reading, const char *value)
{
	return value ? reading->host->text(reading->schema, value, strlen(value)) : NULL;
}

static bool is_ignored(const struct reading *reading, const char *name)
{
	for (const char *const *one = reading->ignore; one && *one; one++)
		if (strcasecmp(*one, name) == 0)
			return true;
	return false;
}

static struct dbw_table *table_of(struct reading *reading, const char *name)
{
	if (reading->last && strcmp(reading->last->name, name) == 0)
		return reading->last;
	for (size_t i = 0; i < reading->schema->tables.count; i++) {
		struct dbw_table *table = reading->schema->tables.items[i];

		if (strcmp(table->name, name) == 0)
			return reading->last = table;
	}
	return NULL;
}

static void add_option(struct reading *reading, struct dbw_list *options, const char *name,
                       const char *value)
{
	struct dbw_option *option = reading->host->add(reading->schema, options, DBW_OPTION);

	option->name = name;
	option->value = text_of(reading, value);
}

static const char *keep(struct reading *reading, struct ddl *ddl)
{
	size_t length;
	const char *text = reading->host->buffer_text(ddl->buffer, &length);
	const char *kept = reading->host->text(reading->schema, text, length);

	ddl_end(ddl);
	return kept;
}

/* Views and sequences are named with their database, where the text of a copy would differ. */
static const char *without_database(struct reading *reading, const char *text)
{
	struct ddl out = ddl_begin(reading->host);
	const char *found;

	while ((found = strstr(text, reading->prefix))) {
		reading->host->buffer_append(out.buffer, text, (size_t)(found - text));
		text = found + strlen(reading->prefix);
	}
	ddl_put(&out, text);
	return keep(reading, &out);
}

static bool read_prefix(struct reading *reading)
{
	MYSQL_RES *result = ask(reading, "SELECT DATABASE()");
	MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;
	struct ddl prefix = ddl_begin(reading->host);

	ddl_printf(&prefix, "`%s`.", row && row[0] ? row[0] : "");
	reading->prefix = keep(reading, &prefix);
	mysql_free_result(result);
	return reading->status == DBW_OK;
}

/* What MySQL's information_schema says of an expression has backslashes before quotes and backslashes. */
static const char *expression_of(struct reading *reading, const char *text)
{
	struct ddl out;

	if (!text || connection_is_mariadb(reading->connection) || !strchr(text, '\\'))
		return text_of(reading, text);
	out = ddl_begin(reading->host);
	for (; *text; text++) {
		if (*text == '\\' && (text[1] == '\'' || text[1] == '\\'))
			text++;
		reading->host->buffer_append(out.buffer, text, 1);
	}
	return keep(reading, &out);
}

/* Tables and columns. */

/* 'row_format=COMPRESSED `PAGE_COMPRESSED`=1 partitioned': names and values, in quotes or not. */
static void read_create_options(struct reading *reading, struct dbw_table *table, const char *text)
{
	static const char between[] = " `'\"=";

	while (*(text += strspn(text, " `"))) {
		size_t length = strcspn(text, between), skipped = strcspn(text, " =");
		char *name = strndup(text, length), *value = NULL;

		if (!name)
			abort();
		for (char *c = name; *c; c++)
			*c = (char)toupper((unsigned char)*c);
		text += skipped;
		if (*text == '=') {
			text += 1 + strspn(text + 1, "`'\"");
			length = strcspn(text, between);
			value = strndup(text, length);
			text += length;
			text += strspn(text, "`'\"");
			add_option(reading, &table->options, text_of(reading, name), value);
		}
		free(name);
		free(value);
	}
}

/* The name of a collation begins with its character set. The catalogue that pairs the two has not all of
 * MariaDB's by the names that tables have. */
static bool read_tables(struct reading *reading)
{
	MYSQL_RES *result = ask(
	    reading, "SELECT table_name, engine, SUBSTRING_INDEX(table_collation, '_', 1), "
		     "table_collation, table_comment, create_options, table_type "
		     "FROM information_schema.tables WHERE table_schema = DATABASE() "
		     "AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY table_name");
	MYSQL_ROW row;

	if (!result)
		return false;
	while ((row = mysql_fetch_row(result))) {
		struct dbw_table *table;

		if (is_ignored(reading, row[0]))
			continue;
		table = reading->host->add(reading->schema, &reading->schema->tables, DBW_TABLE);
		table->name = text_of(reading, row[0]);
		if (row[1])
			add_option(reading, &table->options, "ENGINE", row[1]);
		if (row[2])
			add_option(reading, &table->options, "CHARSET", row[2]);
		if (row[3])
			add_option(reading, &table->options, "COLLATE", row[3]);
		read_create_options(reading, table, row[5] ? row[5] : "");
		if (strcmp(row[6], "SYSTEM VERSIONED") == 0)
			add_option(reading, &table->options, "SYSTEM VERSIONING", "");
		if (row[4] && *row[4])
			table->comment = text_of(reading, row[4]);
	}
	mysql_free_result(result);
	return true;
}

/* MariaDB gives defaults as SQL; MySQL gives the bare text, and says in EXTRA where it is an expression. */
static const char *default_of(struct reading *reading, const char *value, const char *type,
                              const char *extra)
{
	bool binary = strncmp(type, "bi", 2) == 0 || strncmp(type, "varbinary", 9) == 0;
	struct ddl ddl;

	if (!value)
		return NULL;
	if (connection_is_mariadb(reading->connection))
		return without_database(reading, value);
	if (strstr(extra, "DEFAULT_GENERATED"))
		return expression_of(reading, value);
	if (binary && (strncmp(value, "0x", 2) == 0 || strncmp(value, "b'", 2) == 0))
		return text_of(reading, value);
	ddl = ddl_begin(reading->host);
	ddl_literal(&ddl, value);
	return keep(reading, &ddl);
}

/* What may stand behind ON UPDATE: current_timestamp(6), and then other words. */
static const char *update_of(struct reading *reading, const char *text)
{
	return reading->host->text(reading->schema, text, strcspn(text, " ,"));
}

/* MariaDB says 'text' and then COMPRESSED in a comment for its own versions. */
static const char *type_of(struct reading *reading, const char *type)
{
	const char *mark = strstr(type, " /*M!");
	struct ddl ddl;

	if (!mark)
		return text_of(reading, type);
	ddl = ddl_begin(reading->host);
	ddl_printf(&ddl, "%.*s ", (int)(mark - type), type);
	mark += strlen(" /*M!");
	mark += strspn(mark, "0123456789 ");
	ddl_printf(&ddl, "%.*s", (int)strcspn(mark, "*"), mark);
	return keep(reading, &ddl);
}

static enum dbw_status refuse_period(struct reading *reading, const char *table)
{
	snprintf(reading->error->message, sizeof reading->error->message,
	         "table '%s' has columns AS ROW START and AS ROW END, which are not kept", table);
	snprintf(reading->error->hint, sizeof reading->error->hint,
	         "WITH SYSTEM VERSIONING alone, without columns of its own, can be kept.");
	return reading->status = DBW_UNSUPPORTED;
}

static void read_column(struct reading *reading, const MYSQL_ROW row, struct dbw_table *table)
{
	struct dbw_column *column =
	    reading->host->add(reading->schema, &table->columns, DBW_COLUMN);
	const char *extra = row[5], *update = strcasestr(extra, "on update ");

	column->name = text_of(reading, row[1]);
	column->type = type_of(reading, row[2]);
	column->not_null = strcmp(row[3], "NO") == 0;
	column->auto_increment = strcasestr(extra, "auto_increment") != NULL;
	column->invisible = strcasestr(extra, "INVISIBLE") != NULL;
	column->charset = text_of(reading, row[6]);
	column->collation = text_of(reading, row[7]);
	if (row[8] && *row[8]) {
		column->generated = strcasestr(extra, "STORED") || strcasestr(extra, "PERSISTENT")
		                        ? DBW_GENERATED_STORED
		                        : DBW_GENERATED_VIRTUAL;
		column->generated_expression = expression_of(reading, row[8]);
		if (strncmp(row[8], "ROW ", 4) == 0)
			refuse_period(reading, row[0]);
	} else {
		column->default_value = default_of(reading, row[4], row[2], extra);
	}
	if (update)
		column->on_update = update_of(reading, update + strlen("on update "));
	if (strstr(extra, "WITHOUT SYSTEM VERSIONING"))
		add_option(reading, &column->options, "WITHOUT SYSTEM VERSIONING", "");
	if (row[10])
		add_option(reading, &column->options, "SRID", row[10]);
	if (row[9] && *row[9])
		column->comment = text_of(reading, row[9]);
}

static bool read_columns(struct reading *reading)
{
	MYSQL_RES *result =
	    ask(reading,
	        connection_is_mariadb(reading->connection)
	            ? "SELECT table_name, column_name, column_type, is_nullable, column_default, "
	              "extra, character_set_name, collation_name, generation_expression, "
	              "column_comment, NULL FROM information_schema.columns "
	              "WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"
	            : "SELECT table_name, column_name, column_type, is_nullable, column_default, "
	              "extra, character_set_name, collation_name, generation_expression, "
	              "column_comment, srs_id FROM information_schema.columns "
	              "WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position");
	MYSQL_ROW row;

	if (!result)
		return false;
	while ((row = mysql_fetch_row(result))) {
		struct dbw_table *table = table_of(reading, row[0]);

		if (table)
			read_column(reading, row, table);
	}
	mysql_free_result(result);
	return reading->status == DBW_OK;
}

/* Keys. */

static void add_part(struct reading *reading, struct dbw_list *parts, const MYSQL_ROW row)
{
	struct dbw_key_part *part = reading->host->add(reading->schema, parts, DBW_KEY_PART);

	part->column = text_of(reading, row[3]);
	if (!part->column)
		part->expression = expression_of(reading, row[8]);
	part->prefix_length = row[4] ? strtoull(row[4], NULL, 10) : 0;
	part->descending = row[5] && *row[5] == 'D';
}

static void read_index(struct reading *reading, const MYSQL_ROW row, struct dbw_table *table,
                       struct dbw_list **parts)
{
	bool special = strcasecmp(row[6], "FULLTEXT") == 0 || strcasecmp(row[6], "SPATIAL") == 0;

	if (strcmp(row[1], "PRIMARY") == 0) {
		struct dbw_constraint *key =
		    reading->host->add(reading->schema, &table->constraints, DBW_CONSTRAINT);

		key->kind = DBW_PRIMARY_KEY;
		if (row[7] && *row[7])
			key->comment = text_of(reading, row[7]);
		*parts = &key->parts;
	} else {
		struct dbw_index *index =
		    reading->host->add(reading->schema, &table->indexes, DBW_INDEX);

		index->name = text_of(reading, row[1]);
		index->unique = *row[2] == '0';
		index->method = text_of(reading, row[6]);
		index->invisible = *row[9] == '1';
		if (row[7] && *row[7])
			index->comment = text_of(reading, row[7]);
		/* What the server says of their columns nobody can say back. */
		if (special)
			index->unique = false;
		*parts = &index->parts;
	}
}

static bool read_indexes(struct reading *reading)
{
	bool mariadb = connection_is_mariadb(reading->connection);
	struct dbw_list *parts = NULL;
	MYSQL_RES *result;
	MYSQL_ROW row;
	char *sql;

	if (asprintf(&sql,
	             "SELECT table_name, index_name, non_unique, column_name, sub_part, collation, "
	             "index_type, index_comment, %s, %s, seq_in_index "
	             "FROM information_schema.statistics WHERE table_schema = DATABASE() "
	             "ORDER BY table_name, index_name, seq_in_index",
	             mariadb ? "NULL" : "expression",
	             !mariadb ? "is_visible = 'NO'"
	             : connection_server_version(reading->connection) >= 100600 ? "ignored = 'YES'"
	                                                                        : "0") < 0)
		abort();
	result = ask(reading, sql);
	free(sql);
	if (!result)
		return false;
	while ((row = mysql_fetch_row(result))) {
		struct dbw_table *table = table_of(reading, row[0]);

		if (!table)
			continue;
		if (strcmp(row[10], "1") == 0)
			read_index(reading, row, table, &parts);
		if (parts)
			add_part(reading, parts, row);
		/* The length of a spatial key's prefix is the server's business. */
		if (parts && strcasecmp(row[6], "SPATIAL") == 0)
			((struct dbw_key_part *)parts->items[parts->count - 1])->prefix_length = 0;
	}
	mysql_free_result(result);
	return true;
}

static enum dbw_action action_of(const char *rule)
{
	return strcmp(rule, "CASCADE") == 0       ? DBW_CASCADE
	       : strcmp(rule, "SET NULL") == 0    ? DBW_SET_NULL
	       : strcmp(rule, "SET DEFAULT") == 0 ? DBW_SET_DEFAULT
	                                          : DBW_NO_ACTION;
}

static bool read_foreign_keys(struct reading *reading)
{
	MYSQL_RES *result =
	    ask(reading,
	        "SELECT k.table_name, k.constraint_name, k.column_name, k.referenced_table_name, "
	        "k.referenced_column_name, r.delete_rule, r.update_rule, k.ordinal_position "
	        "FROM information_schema.key_column_usage k "
	        "JOIN information_schema.referential_constraints r ON r.table_name = k.table_name "
	        "AND r.constraint_name = k.constraint_name WHERE k.table_schema = DATABASE() "
	        /* Of this database alone by a value that is known: a join by it opens every table
	     * again for every row. */
	        "AND r.constraint_schema = DATABASE() AND k.referenced_table_name IS NOT NULL "
	        "ORDER BY k.table_name, k.constraint_name, k.ordinal_position");
	struct dbw_constraint *key = NULL;
	MYSQL_ROW row;

	if (!result)
		return false;
	while ((row = mysql_fetch_row(result))) {
		struct dbw_table *table = table_of(reading, row[0]);
		struct dbw_key_part *part;

		if (!table)
			continue;
		if (strcmp(row[7], "1") == 0) {
			key = reading->host->add(reading->schema, &table->constraints,
			                         DBW_CONSTRAINT);
			key->kind = DBW_FOREIGN_KEY;
			key->name = text_of(reading, row[1]);
			key->ref_table = text_of(reading, row[3]);
			key->on_delete = action_of(row[5]);
			key->on_update = action_of(row[6]);
		}
		if (!key)
			continue;
		part = reading->host->add(reading->schema, &key->parts, DBW_KEY_PART);
		part->column = text_of(reading, row[2]);
		reading->host->add_text(reading->schema, &key->ref_columns, row[4], strlen(row[4]));
	}
	mysql_free_result(result);
	return true;
}

/* MariaDB's JSON is a text with a check of its own; it is read back as what was declared. */
static bool is_json_check(struct dbw_table *table, const char *clause)
{
	for (size_t i = 0; i < table->columns.count; i++) {
		struct dbw_column *column = table->columns.items[i];
		char wanted[300];

		snprintf(wanted, sizeof wanted, "json_valid(`%s`)", column->name);
		if (strcmp(clause, wanted) == 0 && strcasecmp(column->type, "longtext") == 0) {
			column->type = "json";
			column->charset = column->collation = NULL;
			return true;
		}
	}
	return false;
}

static bool read_checks(struct reading *reading)
{
	bool mariadb = connection_is_mariadb(reading->connection);
	MYSQL_RES *result = ask(
	    reading, mariadb ? "SELECT table_name, constraint_name, check_clause, 'YES' FROM "
			       "information_schema.check_constraints WHERE constraint_schema = "
			       "DATABASE() ORDER BY table_name, constraint_name"
			     : "SELECT t.table_name, c.constraint_name, c.check_clause, t.enforced "
			       "FROM information_schema.check_constraints c JOIN "
			       "information_schema.table_constraints t ON "
			       "t.constraint_name = c.constraint_name WHERE "
			       "c.constraint_schema = DATABASE() AND "
			       "t.table_schema = DATABASE() AND t.constraint_type = 'CHECK' "
			       "ORDER BY t.table_name, c.constraint_name");
	MYSQL_ROW row;

	if (!result)
		return false;
	while ((row = mysql_fetch_row(result))) {
		struct dbw_table *table = table_of(reading, row[0]);
		struct dbw_constraint *check;

		if (!table || is_json_check(table, row[2]))
			continue;
		check = reading->host->add(reading->schema, &table->constraints, DBW_CONSTRAINT);
		check->kind = DBW_CHECK;
		check->name = text_of(reading, row[1]);
		check->expression = expression_of(reading, row[2]);
		check->not_enforced = strcmp(row[3], "NO") == 0;
	}
	mysql_free_result(result);
	return true;
}

/* Behind PARTITION BY, which begins a line of its own, on MySQL in a comment for versions. */
static const char *partition_clause(const char *text, size_t *length)
{
	static const char words[] = "PARTITION BY ";

	while ((text = strchr(text, '\n'))) {
		const char *line = ++text;
		bool comment = strncmp(line, "/*!", 3) == 0;

		line += comment ? strcspn(line, " ") : 0;
		line += strspn(line, " ");
		if (strncmp(line, words, sizeof words - 1) != 0)
			continue;
		line += sizeof words - 1;
		*length = strlen(line);
		if (comment && *length > 3 && strcmp(line + *length - 3, " */") == 0)
			*length -= 3;
		return line;
	}
	return NULL;
}

/* What stands behind PARTITION BY in the table's own text. */
static bool read_partitions(struct reading *reading)
{
	MYSQL_RES *names =
	    ask(reading, "SELECT DISTINCT table_name FROM information_schema.partitions WHERE "
	                 "table_schema = DATABASE() AND partition_name IS NOT NULL");
	MYSQL_ROW row;

	if (!names)
		return false;
	while ((row = mysql_fetch_row(names))) {
		struct dbw_table *table = table_of(reading, row[0]);
		struct ddl sql = ddl_begin(reading->host);
		MYSQL_RES *shown;
		MYSQL_ROW made;
		const char *from;
		size_t length;

		ddl_put(&sql, "SHOW CREATE TABLE ");
		ddl_name(&sql, row[0]);
		shown = table ? ask(reading, ddl_text(&sql)) : NULL;
		ddl_end(&sql);
		if (!shown)
			continue;
		made = mysql_fetch_row(shown);
		from = made ? partition_clause(made[1], &length) : NULL;
		if (from)
			table->partition_by = reading->host->text(reading->schema, from, length);
		mysql_free_result(shown);
	}
	mysql_free_result(names);
	return reading->status == DBW_OK;
}

/* Sequences: each is a table of one row. */

static bool read_sequences(struct reading *reading)
{
	MYSQL_RES *names;
	struct ddl sql;
	MYSQL_ROW row;
	bool any = false;

	if (!connection_is_mariadb(reading->connection))
		return true;
	names = ask(reading, "SELECT t.table_name, c.column_type FROM information_schema.tables t "
	                     "JOIN information_schema.columns c ON c.table_schema = t.table_schema "
	                     "AND c.table_name = t.table_name AND c.ordinal_position = 1 "
	                     "WHERE t.table_schema = DATABASE() AND t.table_type = 'SEQUENCE' "
	                     "ORDER BY t.table_name");
	if (!names)
		return false;
	sql = ddl_begin(reading->host);
	while ((row = mysql_fetch_row(names))) {
		ddl_put(&sql, any ? " UNION ALL SELECT " : "SELECT ");
		ddl_literal(&sql, row[0]);
		ddl_put(&sql, ", ");
		ddl_literal(&sql, row[1]);
		ddl_put(&sql, ", start_value, minimum_value, maximum_value, increment, cache_size, "
		              "cycle_option FROM ");
		ddl_name(&sql, row[0]);
		any = true;
	}
	mysql_free_result(names);
	names = any ? ask(reading, ddl_text(&sql)) : NULL;
	ddl_end(&sql);
	while (names && (row = mysql_fetch_row(names))) {
		struct dbw_sequence *sequence =
		    reading->host->add(reading->schema, &reading->schema->sequences, DBW_SEQUENCE);

		sequence->name = text_of(reading, row[0]);
		sequence->type = text_of(reading, row[1]);
		sequence->start = text_of(reading, row[2]);
		sequence->minimum = text_of(reading, row[3]);
		sequence->maximum = text_of(reading, row[4]);
		sequence->increment = text_of(reading, row[5]);
		sequence->cache = text_of(reading, row[6]);
		sequence->cycle = row[7] && *row[7] == '1';
	}
	mysql_free_result(names);
	return reading->status == DBW_OK;
}

/* Objects. */

static struct dbw_object *add_object(struct reading *reading, enum dbw_object_kind kind,
                                     const char *name, const char *text)
{
	struct dbw_object *object =
	    reading->host->add(reading->schema, &reading->schema->objects, DBW_OBJECT);

	object->kind = kind;
	object->name = text_of(reading, name);
	object->text = text_of(reading, text);
	return object;
}

/* MySQL tells it in SHOW CREATE VIEW alone. */
static void put_algorithm(struct reading *reading, struct ddl *ddl, const char *view,
                          const char *algorithm)
{
	struct ddl sql;
	MYSQL_RES *shown = NULL;
	MYSQL_ROW made;

	if (!algorithm) {
		sql = ddl_begin(reading->host);
		ddl_put(&sql, "SHOW CREATE VIEW ");
		ddl_name(&sql, view);
		shown = ask(reading, ddl_text(&sql));
		ddl_end(&sql);
		made = shown ? mysql_fetch_row(shown) : NULL;
		algorithm = made && made[1] ? strstr(made[1], "ALGORITHM=") : NULL;
		algorithm = algorithm ? algorithm + strlen("ALGORITHM=") : "UNDEFINED";
	}
	if (strncmp(algorithm, "UNDEFINED", 9) != 0)
		ddl_printf(ddl, "ALGORITHM=%.*s ", (int)strcspn(algorithm, " "), algorithm);
	mysql_free_result(shown);
}

static bool read_views(struct reading *reading)
{
	bool mariadb = connection_is_mariadb(reading->connection);
	MYSQL_RES *result =
	    ask(reading,
	        mariadb ? "SELECT table_name, view_definition, check_option, security_type, "
	                  "algorithm FROM information_schema.views WHERE table_schema = DATABASE()"
	                : "SELECT table_name, view_definition, check_option, security_type "
	                  "FROM information_schema.views WHERE table_schema = DATABASE()");
	MYSQL_ROW row;

	if (!result)
		return false;
	while ((row = mysql_fetch_row(result))) {
		struct ddl ddl = ddl_begin(reading->host);

		ddl_put(&ddl, "CREATE ");
		put_algorithm(reading, &ddl, row[0], mariadb ? row[4] : NULL);
		if (strcmp(row[3], "INVOKER") == 0)
			ddl_put(&ddl, "SQL SECURITY INVOKER ");
		ddl_put(&ddl, "VIEW ");
		ddl_name(&ddl, row[0]);
		ddl_printf(&ddl, " AS %s", without_database(reading, row[1]));
		if (strcmp(row[2], "NONE") != 0)
			ddl_printf(&ddl, " WITH %s CHECK OPTION", row[2]);
		add_object(reading, DBW_VIEW, row[0], ddl_text(&ddl));
		ddl_end(&ddl);
	}
	mysql_free_result(result);
	return reading->status == DBW_OK;
}

static bool read_triggers(struct reading *reading)
{
	MYSQL_RES *result =
	    ask(reading, "SELECT trigger_name, action_timing, event_manipulation, "
	                 "event_object_table, action_statement FROM information_schema.triggers "
	                 "WHERE trigger_schema = DATABASE() ORDER BY event_object_table, "
	                 "action_timing, event_manipulation, action_order");
	MYSQL_ROW row;

	if (!result)
		return false;
	while ((row = mysql_fetch_row(result))) {
		struct ddl ddl = ddl_begin(reading->host);
		struct dbw_object *object;

		ddl_put(&ddl, "CREATE TRIGGER ");
		ddl_name(&ddl, row[0]);
		ddl_printf(&ddl, " %s %s ON ", row[1], row[2]);
		ddl_name(&ddl, row[3]);
		ddl_printf(&ddl, " FOR EACH ROW %s", row[4]);
		object = add_object(reading, DBW_TRIGGER, row[0], ddl_text(&ddl));
		object->table = text_of(reading, row[3]);
		ddl_end(&ddl);
	}
	mysql_free_result(result);
	return true;
}

/* From SHOW CREATE, without who defined it; of an event also without when it was said to start, which is when
 * it was made where nobody said. */
static const char *plain_definition(struct reading *reading, const char *text, const char *word)
{
	struct ddl ddl = ddl_begin(reading->host);
	const char *from = strstr(text, word), *starts, *kept;
	size_t length;

	ddl_put(&ddl, "CREATE ");
	if (!from)
		from = text;
	starts = strcmp(word, "EVENT ") == 0 ? strstr(from, " STARTS '") : NULL;
	if (starts) {
		reading->host->buffer_append(ddl.buffer, from, (size_t)(starts - from));
		from = starts + strlen(" STARTS '");
		from += strcspn(from, "'");
		from += *from == '\'';
	}
	ddl_put(&ddl, from);
	kept = reading->host->buffer_text(ddl.buffer, &length);
	kept = reading->host->text(reading->schema, kept, length);
	ddl_end(&ddl);
	return kept;
}

static bool read_definitions(struct reading *reading, const char *list, const char *word,
                             enum dbw_object_kind kind, unsigned column)
{
	MYSQL_RES *names = ask(reading, list), *shown;
	MYSQL_ROW row, made;

	if (!names)
		return false;
	while (reading->status == DBW_OK && (row = mysql_fetch_row(names))) {
		struct ddl sql = ddl_begin(reading->host);

		ddl_printf(&sql, "SHOW CREATE %s", word);
		ddl_name(&sql, row[0]);
		shown = ask(reading, ddl_text(&sql));
		ddl_end(&sql);
		if (!shown)
			break;
		made = mysql_fetch_row(shown);
		/* NULL where the user may not see it. */
		if (made && made[column])
			add_object(reading, kind, row[0],
			           plain_definition(reading, made[column], word));
		mysql_free_result(shown);
	}
	mysql_free_result(names);
	return reading->status == DBW_OK;
}

static bool read_routines(struct reading *reading)
{
	return read_definitions(reading,
	                        "SELECT routine_name FROM information_schema.routines WHERE "
	                        "routine_schema = DATABASE() AND routine_type = 'PROCEDURE'",
	                        "PROCEDURE ", DBW_PROCEDURE, 2) &&
	       read_definitions(reading,
	                        "SELECT routine_name FROM information_schema.routines WHERE "
	                        "routine_schema = DATABASE() AND routine_type = 'FUNCTION'",
	                        "FUNCTION ", DBW_FUNCTION, 2) &&
	       read_definitions(reading,
	                        "SELECT event_name FROM information_schema.events WHERE "
	                        "event_schema = DATABASE()",
	                        "EVENT ", DBW_EVENT, 3);
}

static bool leave_out_defaults(struct reading *reading)
{
	MYSQL_RES *result = ask(reading, "SELECT @@default_storage_engine, "
	                                 "default_character_set_name, default_collation_name "
	                                 "FROM information_schema.schemata "
	                                 "WHERE schema_name = DATABASE()");
	MYSQL_ROW row;

	if (!result)
		return false;
	row = mysql_fetch_row(result);
	if (row) {
		const struct defaults defaults = {row[0], row[1], row[2]};

		defaults_leave_out(reading->schema, &defaults);
	}
	mysql_free_result(result);
	return true;
}

enum dbw_status mysql_plugin_introspect(struct dbw_connection *connection,
                                        struct dbw_schema *schema, const char *const *ignore,
                                        struct dbw_error *error)
{
	struct reading reading = {
	    .connection = connection,
	    .host = connection->host,
	    .schema = schema,
	    .ignore = ignore,
	    .error = error,
	};

	execute_begin_call(connection);
	if (read_prefix(&reading) && read_sequences(&reading) && read_tables(&reading) &&
	    read_columns(&reading) && leave_out_defaults(&reading) && read_indexes(&reading) &&
	    read_foreign_keys(&reading) && read_checks(&reading) && read_partitions(&reading) &&
	    read_views(&reading) && read_triggers(&reading))
		read_routines(&reading);
	return reading.status;
}
