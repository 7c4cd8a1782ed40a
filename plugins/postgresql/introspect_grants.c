#include <string.h>

#include "introspect.h"
#include "text.h"

/* Who may do what, but for the owners, who may do everything. One row for each privilege: namespace, grantee (NULL
 * is everybody), table or view, the thing, with the right to grant it, privilege, column. */

#define ROLE(item)                                                                                 \
	"CASE WHEN " item ".grantee = 0 THEN NULL ELSE pg_get_userbyid(" item ".grantee) END"

#define OF_RELATIONS                                                                                         \
	"SELECT nullif(n.nspname, current_schema()), " ROLE(                                                 \
	    "a") ", CASE WHEN c.relkind <> 'S' THEN c.relname END, "                                         \
		 "CASE WHEN c.relkind = 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass, "         \
		 "bool_or(a.is_grantable), a.privilege_type, '' "                                            \
		 "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND " USER_NAMESPACES        \
		 " CROSS JOIN LATERAL aclexplode(c.relacl) a WHERE a.grantee <> c.relowner AND "             \
		 "c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relpersistence <> 't' AND " NOT_OF_EXTENSION( \
		     "pg_class",                                                                             \
		     "c.oid") " GROUP BY n.nspname, a.grantee, c.oid, c.relkind, c.relname, a.privilege_type"

#define OF_COLUMNS                                                                                                  \
	" UNION ALL SELECT nullif(n.nspname, current_schema()), " ROLE(                                             \
	    "a") ", c.relname, "                                                                                    \
		 "'TABLE ' || c.oid::regclass, bool_or(a.is_grantable), a.privilege_type, t.attname "               \
		 "FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid "                                       \
		 "JOIN pg_namespace n ON n.oid = c.relnamespace AND " USER_NAMESPACES                               \
		 " CROSS JOIN LATERAL aclexplode(t.attacl) a WHERE a.grantee <> c.relowner AND "                    \
		 "t.attnum > 0 AND NOT t.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm') AND " NOT_OF_EXTENSION( \
		     "pg_class",                                                                                    \
		     "c.oid") " GROUP BY n.nspname, a.grantee, c.oid, c.relname, a.privilege_type, t.attname"

#define OF_SCHEMAS                                                                                     \
	" UNION ALL SELECT nullif(n.nspname, current_schema()), " ROLE(                                \
	    "a") ", NULL, "                                                                            \
		 "'SCHEMA ' || quote_ident(n.nspname), bool_or(a.is_grantable), a.privilege_type, '' " \
		 "FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) a "                      \
		 "WHERE " USER_NAMESPACES " AND a.grantee <> n.nspowner AND " NOT_OF_EXTENSION(        \
		     "pg_namespace", "n.oid") " GROUP BY n.nspname, a.grantee, a.privilege_type"

/* Everybody may execute a routine and use a type, where nobody has said anything else. */
#define OF_ROUTINES                                                                                                         \
	" UNION ALL SELECT nullif(n.nspname, current_schema()), " ROLE(                                                     \
	    "a") ", NULL, "                                                                                                 \
		 "CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || p.oid::regprocedure, "                  \
		 "bool_or(a.is_grantable), a.privilege_type, '' "                                                           \
		 "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND " USER_NAMESPACES                        \
		 " CROSS JOIN LATERAL aclexplode(p.proacl) a WHERE a.grantee NOT IN (0, p.proowner) AND " NOT_OF_EXTENSION( \
		     "pg_proc",                                                                                             \
		     "p.oid") " GROUP BY n.nspname, a.grantee, p.oid, p.prokind, a.privilege_type"                          \
			      " UNION ALL SELECT nullif(n.nspname, current_schema()), NULL, NULL, "                         \
			      "CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || p.oid::regprocedure, "     \
			      "false, '-EXECUTE', '' "                                                                      \
			      "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND " USER_NAMESPACES           \
			      " WHERE p.proacl IS NOT NULL AND NOT EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE "       \
			      "a.grantee = 0) AND " NOT_OF_EXTENSION("pg_proc", "p.oid")

#define OF_TYPES                                                                                                            \
	" UNION ALL SELECT nullif(n.nspname, current_schema()), " ROLE(                                                     \
	    "a") ", NULL, "                                                                                                 \
		 "'TYPE ' || format_type(t.oid, NULL), bool_or(a.is_grantable), a.privilege_type, '' "                      \
		 "FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace AND " USER_NAMESPACES                        \
		 " CROSS JOIN LATERAL aclexplode(t.typacl) a WHERE a.grantee NOT IN (0, t.typowner) AND " NOT_OF_EXTENSION( \
		     "pg_type",                                                                                             \
		     "t.oid") " GROUP BY n.nspname, a.grantee, t.oid, a.privilege_type"                                     \
			      " UNION ALL SELECT nullif(n.nspname, current_schema()), NULL, NULL, "                         \
			      "'TYPE ' || format_type(t.oid, NULL), false, '-USAGE', '' "                                   \
			      "FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace AND " USER_NAMESPACES           \
			      " WHERE t.typacl IS NOT NULL AND NOT EXISTS (SELECT FROM aclexplode(t.typacl) a WHERE "       \
			      "a.grantee = 0) AND " NOT_OF_EXTENSION("pg_type", "t.oid")

/* The object that the row belongs to: the last one, as rows are in order. */
static struct dbw_object *object_of(struct reading *reading, const PGresult *result, int row,
                                    struct dbw_object *last)
{
	bool option = reading_flag(result, row, 4);
	const char *role = PQgetisnull(result, row, 1) ? "PUBLIC" : PQgetvalue(result, row, 1);
	const char *target = PQgetvalue(result, row, 3);
	struct text key;

	if (last && strcmp(last->text, target) == 0 && strcmp(last->name, role) == 0 &&
	    (strcmp(last->text, last->signature) != 0) == option)
		return last;
	last = reading->host->add(reading->schema, &reading->schema->objects, DBW_OBJECT);
	last->kind = DBW_GRANT;
	last->namespace_name = reading_text(reading, result, row, 0);
	last->name = reading->host->text(reading->schema, role, strlen(role));
	last->table = reading_text(reading, result, row, 2);
	last->text = last->signature = reading_text(reading, result, row, 3);
	if (option) {
		key = text_begin(reading->host);
		text_printf(&key, "%s WITH GRANT OPTION", last->text);
		last->signature = text_keep(&key, reading->schema);
	}
	return last;
}

bool read_grants(struct reading *reading)
{
	PGresult *result =
	    reading_query(reading, OF_RELATIONS OF_COLUMNS OF_SCHEMAS OF_ROUTINES OF_TYPES
	                  " ORDER BY 4, 2, 5, 6, 7");
	struct dbw_object *object = NULL;

	if (!result)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		struct dbw_option *privilege;

		if (!PQgetisnull(result, row, 2) &&
		    reading_ignored(reading, PQgetvalue(result, row, 2)))
			continue;
		object = object_of(reading, result, row, object);
		privilege = reading->host->add(reading->schema, &object->privileges, DBW_OPTION);
		privilege->name = reading_text(reading, result, row, 5);
		privilege->value = reading_text(reading, result, row, 6);
	}
	PQclear(result);
	return true;
}
