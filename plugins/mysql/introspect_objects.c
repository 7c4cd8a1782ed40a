#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ddl.h"
#include "introspect.h"

static struct dbw_object *add_object(struct reading *reading, enum dbw_object_kind kind,
                                     const char *name, const char *text)
{
	struct dbw_object *object =
	    reading->host->add(reading->schema, &reading->schema->objects, DBW_OBJECT);

	object->kind = kind;
	object->name = reading_text(reading, name);
	object->text = reading_text(reading, text);
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
		shown = reading_ask(reading, ddl_text(&sql));
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
	MYSQL_RES *result = reading_ask(
	    reading, mariadb
			 ? "SELECT table_name, view_definition, check_option, security_type, "
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
		ddl_printf(&ddl, " AS %s", reading_without_database(reading, row[1]));
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
	MYSQL_RES *result = reading_ask(
	    reading, "SELECT trigger_name, action_timing, event_manipulation, "
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
		object->table = reading_text(reading, row[3]);
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
	MYSQL_RES *names = reading_ask(reading, list), *shown;
	MYSQL_ROW row, made;

	if (!names)
		return false;
	while (reading->status == DBW_OK && (row = mysql_fetch_row(names))) {
		struct ddl sql = ddl_begin(reading->host);

		ddl_printf(&sql, "SHOW CREATE %s", word);
		ddl_name(&sql, row[0]);
		shown = reading_ask(reading, ddl_text(&sql));
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

bool read_objects(struct reading *reading)
{
	return read_views(reading) && read_triggers(reading) && read_routines(reading);
}
