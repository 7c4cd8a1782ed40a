#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "introspect.h"
#include "text.h"

/* Views, routines, triggers and the like: each as the statement that makes it, all in one query. */

/* A branch of the union: kind, namespace, name, table, signature, text, comment. */
#define VIEWS                                                                                      \
	"SELECT CASE c.relkind WHEN 'v' THEN 1 ELSE 2 END, nullif(n.nspname, current_schema()), "  \
	"c.relname, NULL, NULL, CASE c.relkind WHEN 'v' THEN 'CREATE VIEW ' ELSE 'CREATE "         \
	"MATERIALIZED VIEW ' END || c.oid::regclass || coalesce(' WITH (' || "                     \
	"array_to_string(c.reloptions, ', ') || ')', '') || E' AS\\n' || rtrim(pg_get_viewdef("    \
	"c.oid), ';'), obj_description(c.oid, 'pg_class') "                                        \
	"FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND " USER_NAMESPACES       \
	" WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't' AND " NOT_OF_EXTENSION(        \
	    "pg_class", "c.oid")

#define MATERIALIZED_INDEXES                                                                                               \
	" UNION ALL SELECT 16, nullif(n.nspname, current_schema()), ic.relname, c.relname, NULL, "                         \
	"pg_get_indexdef(i.indexrelid), obj_description(ic.oid, 'pg_class') FROM pg_index i JOIN pg_class ic ON ic.oid = " \
	"i.indexrelid JOIN pg_class c ON c.oid = i.indrelid AND c.relkind = 'm' "                                          \
	"JOIN pg_namespace n ON n.oid = c.relnamespace AND " USER_NAMESPACES

#define TRIGGERS                                                                                   \
	" UNION ALL SELECT 3, nullif(n.nspname, current_schema()), t.tgname, c.relname, NULL, "    \
	"pg_get_triggerdef(t.oid, true), obj_description(t.oid, 'pg_trigger') "                    \
	"FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "                                  \
	"JOIN pg_namespace n ON n.oid = c.relnamespace AND " USER_NAMESPACES                       \
	" WHERE NOT t.tgisinternal AND %s"

/* The name with its namespace stays in the text of a routine: pg_get_functiondef() always writes it. */
#define ROUTINES                                                                                            \
	" UNION ALL SELECT CASE p.prokind WHEN 'p' THEN 5 ELSE 4 END, "                                     \
	"nullif(n.nspname, current_schema()), p.proname, NULL, " SIGNATURE                                  \
	", 'CREATE' || substr(rtrim(pg_get_functiondef(p.oid), E'\\n'), "                                   \
	"length('CREATE OR REPLACE') + 1), obj_description(p.oid, 'pg_proc') "                              \
	"FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND " USER_NAMESPACES                 \
	" WHERE p.prokind IN ('f', 'p', 'w') AND " NOT_OF_EXTENSION(                                        \
	    "pg_proc",                                                                                      \
	    "p.oid") " AND NOT "                                                                            \
		     "EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_proc'::regclass AND x.objid = " \
		     "p.oid AND x.deptype = 'i')"

#define SIGNATURE                                                                                  \
	"coalesce((SELECT string_agg(format_type(k.oid, NULL), ', ' ORDER BY k.n) FROM "           \
	"unnest(p.proargtypes) WITH ORDINALITY k(oid, n)), '')"

#define AGGREGATES                                                                                 \
	" UNION ALL SELECT 6, nullif(n.nspname, current_schema()), p.proname, NULL, " SIGNATURE    \
	", 'CREATE AGGREGATE ' || quote_ident(n.nspname) || '.' || quote_ident(p.proname) || "     \
	"'(' || pg_get_function_arguments(p.oid) || ') (' || concat_ws(', ', 'SFUNC = ' || "       \
	"g.aggtransfn, 'STYPE = ' || format_type(g.aggtranstype, NULL), "                          \
	"'SSPACE = ' || nullif(g.aggtransspace, 0), "                                              \
	"'FINALFUNC = ' || nullif(g.aggfinalfn::oid, 0)::regproc, "                                \
	"CASE WHEN g.aggfinalextra THEN 'FINALFUNC_EXTRA' END, "                                   \
	"'COMBINEFUNC = ' || nullif(g.aggcombinefn::oid, 0)::regproc, "                            \
	"'INITCOND = ' || quote_literal(g.agginitval), "                                           \
	"CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = "            \
	"RESTRICTED' END) || ')', obj_description(p.oid, 'pg_proc') "                              \
	"FROM pg_proc p JOIN pg_aggregate g ON g.aggfnoid = p.oid "                                \
	"JOIN pg_namespace n ON n.oid = p.pronamespace AND " USER_NAMESPACES                       \
	" WHERE " NOT_OF_EXTENSION("pg_proc", "p.oid")

#define RULES                                                                                      \
	" UNION ALL SELECT 9, nullif(n.nspname, current_schema()), r.rulename, c.relname, NULL, "  \
	"rtrim(pg_get_ruledef(r.oid, true), ';'), obj_description(r.oid, 'pg_rewrite') "           \
	"FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class "                                 \
	"JOIN pg_namespace n ON n.oid = c.relnamespace AND " USER_NAMESPACES                       \
	" WHERE r.rulename <> '_RETURN'"

#define POLICIES                                                                                   \
	" UNION ALL SELECT 8, nullif(n.nspname, current_schema()), o.polname, c.relname, NULL, "   \
	"concat_ws(' ', 'CREATE POLICY ' || quote_ident(o.polname) || ' ON ' || c.oid::regclass, " \
	"CASE WHEN NOT o.polpermissive THEN 'AS RESTRICTIVE' END, "                                \
	"'FOR ' || CASE o.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN "     \
	"'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END, 'TO ' || (SELECT string_agg(CASE "        \
	"k.oid WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(k.oid)) END, ', ' ORDER BY "  \
	"k.n) FROM unnest(o.polroles) WITH ORDINALITY k(oid, n)), "                                \
	"'USING (' || pg_get_expr(o.polqual, o.polrelid) || ')', "                                 \
	"'WITH CHECK (' || pg_get_expr(o.polwithcheck, o.polrelid) || ')'), "                      \
	"obj_description(o.oid, 'pg_policy') "                                                     \
	"FROM pg_policy o JOIN pg_class c ON c.oid = o.polrelid "                                  \
	"JOIN pg_namespace n ON n.oid = c.relnamespace AND " USER_NAMESPACES

#define DOMAINS                                                                                    \
	" UNION ALL SELECT 10, nullif(n.nspname, current_schema()), t.typname, NULL, NULL, "       \
	"concat_ws(' ', 'CREATE DOMAIN ' || format_type(t.oid, NULL) || ' AS ' || "                \
	"format_type(t.typbasetype, t.typtypmod), CASE WHEN t.typcollation <> b.typcollation "     \
	"THEN 'COLLATE ' || quote_ident(co.collname) END, 'DEFAULT ' || t.typdefault, "            \
	"CASE WHEN t.typnotnull THEN 'NOT NULL' END, (SELECT string_agg('CONSTRAINT ' || "         \
	"quote_ident(o.conname) || ' ' || pg_get_constraintdef(o.oid, true), ' ' ORDER BY "        \
	"o.conname) FROM pg_constraint o WHERE o.contypid = t.oid AND o.contype = 'c')), "         \
	"obj_description(t.oid, 'pg_type') FROM pg_type t JOIN pg_type b ON b.oid = "              \
	"t.typbasetype LEFT JOIN pg_collation co ON co.oid = t.typcollation "                      \
	"JOIN pg_namespace n ON n.oid = t.typnamespace AND " USER_NAMESPACES                       \
	" WHERE t.typtype = 'd' AND " NOT_OF_EXTENSION("pg_type", "t.oid")

#define COMPOSITES                                                                                 \
	" UNION ALL SELECT 11, nullif(n.nspname, current_schema()), t.typname, NULL, NULL, "       \
	"'CREATE TYPE ' || format_type(t.oid, NULL) || ' AS (' || coalesce((SELECT "               \
	"string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod), ', ' "  \
	"ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 "   \
	"AND NOT a.attisdropped), '') || ')', obj_description(t.oid, 'pg_type') "                  \
	"FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' "                \
	"JOIN pg_namespace n ON n.oid = t.typnamespace AND " USER_NAMESPACES                       \
	" WHERE " NOT_OF_EXTENSION("pg_type", "t.oid")

#define RANGES                                                                                     \
	" UNION ALL SELECT 12, nullif(n.nspname, current_schema()), t.typname, NULL, NULL, "       \
	"'CREATE TYPE ' || format_type(t.oid, NULL) || ' AS RANGE (' || concat_ws(', ', "          \
	"'subtype = ' || format_type(g.rngsubtype, NULL), "                                        \
	"CASE WHEN NOT oc.opcdefault THEN 'subtype_opclass = ' || quote_ident(oc.opcname) END, "   \
	"'collation = ' || nullif(g.rngcollation, 0)::regcollation, "                              \
	"'canonical = ' || nullif(g.rngcanonical::oid, 0)::regproc, "                              \
	"'subtype_diff = ' || nullif(g.rngsubdiff::oid, 0)::regproc) || ')', "                     \
	"obj_description(t.oid, 'pg_type') FROM pg_type t JOIN pg_range g ON g.rngtypid = t.oid "  \
	"JOIN pg_opclass oc ON oc.oid = g.rngsubopc "                                              \
	"JOIN pg_namespace n ON n.oid = t.typnamespace AND " USER_NAMESPACES                       \
	" WHERE " NOT_OF_EXTENSION("pg_type", "t.oid")

#define EXTENSIONS                                                                                 \
	" UNION ALL SELECT 13, NULL, e.extname, NULL, NULL, 'CREATE EXTENSION ' || "               \
	"quote_ident(e.extname) || CASE WHEN en.nspname NOT IN ('public', 'pg_catalog') THEN "     \
	"' WITH SCHEMA ' || quote_ident(en.nspname) ELSE '' END, NULL FROM pg_extension e "        \
	"JOIN pg_namespace en ON en.oid = e.extnamespace WHERE e.extname <> 'plpgsql'"

#define STATISTICS                                                                                 \
	" UNION ALL SELECT 17, nullif(n.nspname, current_schema()), s.stxname, c.relname, NULL, "  \
	"pg_get_statisticsobjdef(s.oid), obj_description(s.oid, 'pg_statistic_ext') "              \
	"FROM pg_statistic_ext s JOIN pg_class c ON c.oid = s.stxrelid "                           \
	"JOIN pg_namespace n ON n.oid = s.stxnamespace AND " USER_NAMESPACES

#define COLLATIONS                                                                                 \
	" UNION ALL SELECT 18, nullif(n.nspname, current_schema()), o.collname, NULL, NULL, "      \
	"'CREATE COLLATION ' || quote_ident(n.nspname) || '.' || quote_ident(o.collname) || "      \
	"' (' || concat_ws(', ', 'PROVIDER = ' || CASE o.collprovider WHEN 'i' THEN 'icu' ELSE "   \
	"'libc' END, CASE WHEN NOT o.collisdeterministic THEN 'DETERMINISTIC = false' END, "       \
	"'LOCALE = ' || quote_literal(nullif(%s, '')), "                                           \
	"'LC_COLLATE = ' || quote_literal(CASE WHEN %s IS NULL THEN o.collcollate END), "          \
	"'LC_CTYPE = ' || quote_literal(CASE WHEN %s IS NULL THEN o.collctype END)) || ')', "      \
	"obj_description(o.oid, 'pg_collation') FROM pg_collation o "                              \
	"JOIN pg_namespace n ON n.oid = o.collnamespace AND " USER_NAMESPACES                      \
	" WHERE " NOT_OF_EXTENSION("pg_collation", "o.oid")

#define EVENT_TRIGGERS                                                                                \
	" UNION ALL SELECT 19, NULL, e.evtname, NULL, NULL, 'CREATE EVENT TRIGGER ' || "              \
	"quote_ident(e.evtname) || ' ON ' || e.evtevent || coalesce(' WHEN TAG IN (' || (SELECT "     \
	"string_agg(quote_literal(g), ', ') FROM unnest(e.evttags) g) || ')', '') || "                \
	"' EXECUTE FUNCTION ' || e.evtfoid::regproc || '()', "                                        \
	"obj_description(e.oid, 'pg_event_trigger') FROM pg_event_trigger e WHERE " NOT_OF_EXTENSION( \
	    "pg_event_trigger", "e.oid")

/* The comments on the columns of views and composite types. */
static bool read_column_comments(struct reading *reading)
{
	PGresult *result = reading_query(
	    reading,
	    "SELECT CASE c.relkind WHEN 'v' THEN 1 WHEN 'm' THEN 2 ELSE 11 END, "
	    "nullif(n.nspname, current_schema()), c.relname, a.attname, d.description "
	    "FROM pg_description d JOIN pg_class c ON c.oid = d.objoid AND c.relkind IN "
	    "('v', 'm', 'c') JOIN pg_namespace n ON n.oid = c.relnamespace AND " USER_NAMESPACES
	    " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid "
	    "WHERE d.classoid = 'pg_class'::regclass AND d.objsubid > 0");

	if (!result)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		int kind = atoi(PQgetvalue(result, row, 0));
		const char *namespace_name = reading_text(reading, result, row, 1);

		for (size_t i = 0; i < reading->schema->objects.count; i++) {
			struct dbw_object *object = reading->schema->objects.items[i];
			struct dbw_option *option;

			if ((int)object->kind != kind ||
			    !same(object->namespace_name, namespace_name) ||
			    strcmp(object->name, PQgetvalue(result, row, 2)) != 0)
				continue;
			option = reading->host->add(reading->schema, &object->column_comments,
			                            DBW_OPTION);
			option->name = reading_text(reading, result, row, 3);
			option->value = reading_text(reading, result, row, 4);
		}
	}
	PQclear(result);
	return true;
}

bool read_objects(struct reading *reading)
{
	/* Where an ICU collation keeps its locale. */
	const char *locale = reading->version >= 170000   ? "o.colllocale"
	                     : reading->version >= 150000 ? "o.colliculocale"
	                                                  : "NULL::text";
	char *sql;
	PGresult *result;

	if (asprintf(&sql,
	             VIEWS MATERIALIZED_INDEXES TRIGGERS ROUTINES AGGREGATES RULES POLICIES DOMAINS
	                 COMPOSITES RANGES EXTENSIONS STATISTICS COLLATIONS EVENT_TRIGGERS,
	             reading->version >= 130000 ? "t.tgparentid = 0" : "true", locale, locale,
	             locale) < 0)
		abort();
	result = reading_query(reading, sql);
	free(sql);
	if (!result)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		struct dbw_object *object;

		if (!PQgetisnull(result, row, 3) &&
		    reading_ignored(reading, PQgetvalue(result, row, 3)))
			continue;
		object = reading->host->add(reading->schema, &reading->schema->objects, DBW_OBJECT);
		/* The numbers are those of enum dbw_object_kind. */
		object->kind = (enum dbw_object_kind)atoi(PQgetvalue(result, row, 0));
		object->namespace_name = reading_text(reading, result, row, 1);
		object->name = reading_text(reading, result, row, 2);
		object->table = reading_text(reading, result, row, 3);
		object->signature = reading_text(reading, result, row, 4);
		object->text = reading_text(reading, result, row, 5);
		object->comment = reading_text(reading, result, row, 6);
	}
	PQclear(result);
	return read_column_comments(reading);
}
