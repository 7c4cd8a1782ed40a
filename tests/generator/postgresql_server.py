"""A PostgreSQL server, asked through psql."""

import atexit
import os
from urllib.parse import urlsplit

from client import Client, ServerError
from pair import Invalid

# Everything that the catalogue knows of a database's own objects, one line each. Names are all qualified, so that
# what pg_get_...def() says does not hang on the search path; what stands in no order is sorted.
DUMP = r"""
SET search_path = '';
WITH own AS (
    SELECT oid, nspname, quote_ident(nspname) AS name FROM pg_catalog.pg_namespace
    WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'),
extended AS (SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'),
rel AS (
    SELECT c.*, n.name || '.' || quote_ident(c.relname) AS name FROM pg_catalog.pg_class c JOIN own n ON n.oid = c.relnamespace
    WHERE c.relname NOT LIKE 'dbwarden\_%'
      AND NOT EXISTS (SELECT FROM extended e WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid)),
-- A sequence that belongs to a column is called after it here, whatever its name: that stays when the column's changes.
owned AS (
    SELECT d.objid AS oid, r.oid AS table_oid, t.attnum, 'of ' || r.name || '.' || quote_ident(attname) AS title
    FROM pg_catalog.pg_depend d JOIN rel r ON r.oid = d.refobjid JOIN pg_catalog.pg_attribute t ON t.attrelid = refobjid AND t.attnum = refobjsubid
    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.objid IN (SELECT seqrelid FROM pg_catalog.pg_sequence)),
acls AS (
    SELECT 'relation' AS kind, oid, coalesce((SELECT title FROM owned o WHERE o.oid = rel.oid), name) AS name, coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, relowner)) AS acl
    FROM rel WHERE relkind IN ('r', 'v', 'm', 'p', 'S')
    UNION ALL SELECT 'namespace', n.oid, quote_ident(nspname), coalesce(nspacl, acldefault('n', nspowner))
    FROM pg_catalog.pg_namespace n WHERE n.oid IN (SELECT oid FROM own)
    UNION ALL SELECT 'routine', p.oid, p.oid::regprocedure::text, coalesce(proacl, acldefault('f', proowner))
    FROM pg_catalog.pg_proc p WHERE pronamespace IN (SELECT oid FROM own)
      AND NOT EXISTS (SELECT FROM extended e WHERE e.classid = 'pg_catalog.pg_proc'::regclass AND e.objid = p.oid)
    UNION ALL SELECT 'type', t.oid, t.oid::regtype::text, coalesce(typacl, acldefault('T', typowner))
    FROM pg_catalog.pg_type t WHERE typnamespace IN (SELECT oid FROM own) AND typtype IN ('e', 'd') AND typacl IS NOT NULL
    UNION ALL SELECT 'column', a.attrelid, r.name || '.' || quote_ident(attname), attacl
    FROM pg_catalog.pg_attribute a JOIN rel r ON r.oid = a.attrelid WHERE attacl IS NOT NULL AND attnum > 0 AND NOT attisdropped),
lines AS (
    SELECT 'namespace ' || name AS line FROM own
    UNION ALL
    SELECT 'extension ' || extname || ' in ' || n.nspname FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
    UNION ALL
    SELECT 'relation ' || name || ' ' || relkind::text || relpersistence::text || ' options ' || coalesce((SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(reloptions) o), '')
        || CASE WHEN relrowsecurity THEN ' row security' ELSE '' END || CASE WHEN relforcerowsecurity THEN ' forced' ELSE '' END
        || CASE WHEN relkind = 'p' THEN ' partition by ' || pg_catalog.pg_get_partkeydef(oid) ELSE '' END
        || coalesce(' bound ' || pg_catalog.pg_get_expr(relpartbound, oid), '')
        || coalesce((SELECT ' inherits ' || string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) FROM pg_catalog.pg_inherits WHERE inhrelid = oid), '')
        || ' replica ' || relreplident::text
    FROM rel WHERE relkind IN ('r', 'p', 'v', 'm')
    UNION ALL
    SELECT 'column ' || r.name || '.' || quote_ident(attname) || ' ' || pg_catalog.format_type(atttypid, atttypmod)
        || CASE WHEN attnotnull THEN ' not null' ELSE '' END
        || coalesce(' default ' || nullif(regexp_replace(regexp_replace(regexp_replace(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '^NULL::.*$', 'NULL'),
            '::(text|character varying|bpchar)\M', '', 'g'), '^nextval\(''(.*)''::regclass\)$', (SELECT 'nextval of ' || coalesce(o.title, '\1') FROM (SELECT 1) x LEFT JOIN owned o
            ON o.table_oid = a.attrelid AND o.attnum = a.attnum)), 'NULL'), '')
        || ' generated (' || attgenerated::text || ') identity (' || attidentity::text || ')'
        || CASE WHEN attcollation <> t.typcollation THEN ' collate ' || attcollation::regcollation::text ELSE '' END
        || ' storage ' || attstorage::text || attcompression::text || ' statistics ' || attstattarget
        || CASE WHEN attislocal THEN '' ELSE ' inherited' END || ' from ' || attinhcount
        || coalesce(' options ' || attoptions::text, '')
        || CASE WHEN r.relkind IN ('v', 'm', 'c') THEN ' at ' || attnum ELSE '' END
    FROM pg_catalog.pg_attribute a JOIN rel r ON r.oid = a.attrelid JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE attnum > 0 AND NOT attisdropped AND r.relkind IN ('r', 'p', 'v', 'm', 'c')
    UNION ALL
    SELECT 'constraint ' || coalesce(conrelid::regclass::text, contypid::regtype::text) || ' ' || quote_ident(conname) || ' ' || pg_catalog.pg_get_constraintdef(c.oid)
        || CASE WHEN conislocal THEN '' ELSE ' inherited' END || ' from ' || coninhcount
    FROM pg_catalog.pg_constraint c WHERE connamespace IN (SELECT oid FROM own) AND contype <> 't' AND (contype <> 'f' OR conparentid = 0)
        AND (conrelid = 0 OR conrelid IN (SELECT oid FROM rel))
    UNION ALL
    SELECT 'index ' || pg_catalog.pg_get_indexdef(indexrelid) || CASE WHEN indisvalid THEN '' ELSE ' invalid' END
        || CASE WHEN indisclustered THEN ' clustered' ELSE '' END || CASE WHEN indisreplident THEN ' replica' ELSE '' END
    FROM pg_catalog.pg_index WHERE indrelid IN (SELECT oid FROM rel)
    UNION ALL
    SELECT 'sequence ' || coalesce((SELECT title FROM owned o WHERE o.oid = r.oid), r.name) || ' ' || format_type(seqtypid, NULL) || ' start ' || seqstart || ' by ' || seqincrement || ' min ' || seqmin || ' max ' || seqmax
        || ' cache ' || seqcache || CASE WHEN seqcycle THEN ' cycle' ELSE '' END || ' ' || relpersistence::text
        || coalesce((SELECT ' owned by ' || deptype::text || refobjid::regclass::text || '.' || quote_ident(attname)
            FROM pg_catalog.pg_depend JOIN pg_catalog.pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
            WHERE classid = 'pg_catalog.pg_class'::regclass AND objid = r.oid AND deptype IN ('a', 'i')), '')
    FROM pg_catalog.pg_sequence JOIN rel r ON r.oid = seqrelid
    UNION ALL
    SELECT 'enum ' || t.oid::regtype::text || ' ' || (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_catalog.pg_enum WHERE enumtypid = t.oid)
    FROM pg_catalog.pg_type t WHERE typtype = 'e' AND typnamespace IN (SELECT oid FROM own)
    UNION ALL
    SELECT 'domain ' || t.oid::regtype::text || ' ' || format_type(typbasetype, typtypmod) || coalesce(' default ' || typdefault, '')
        || CASE WHEN typnotnull THEN ' not null' ELSE '' END
    FROM pg_catalog.pg_type t WHERE typtype = 'd' AND typnamespace IN (SELECT oid FROM own)
        AND NOT EXISTS (SELECT FROM extended e WHERE e.classid = 'pg_catalog.pg_type'::regclass AND e.objid = t.oid)
    UNION ALL
    SELECT 'view ' || name || ' ' || pg_catalog.pg_get_viewdef(oid) || CASE WHEN relispopulated THEN '' ELSE ' not populated' END
    FROM rel WHERE relkind IN ('v', 'm')
    UNION ALL
    SELECT 'routine ' || pg_catalog.pg_get_functiondef(p.oid) FROM pg_catalog.pg_proc p
    WHERE pronamespace IN (SELECT oid FROM own) AND prokind IN ('f', 'p')
        AND NOT EXISTS (SELECT FROM extended e WHERE e.classid = 'pg_catalog.pg_proc'::regclass AND e.objid = p.oid)
    UNION ALL
    SELECT 'trigger ' || pg_catalog.pg_get_triggerdef(t.oid) || ' ' || tgenabled::text || CASE WHEN tgparentid <> 0 THEN ' inherited' ELSE '' END
    FROM pg_catalog.pg_trigger t WHERE tgrelid IN (SELECT oid FROM rel) AND NOT tgisinternal
    UNION ALL
    SELECT 'policy ' || quote_ident(polname) || ' on ' || polrelid::regclass::text || ' ' || polcmd::text || polpermissive
        || ' to ' || (SELECT string_agg(CASE WHEN role = 0 THEN 'public' ELSE role::regrole::text END, ', ' ORDER BY role::regrole::text) FROM unnest(polroles) role)
        || coalesce(' using ' || pg_catalog.pg_get_expr(polqual, polrelid), '') || coalesce(' check ' || pg_catalog.pg_get_expr(polwithcheck, polrelid), '')
    FROM pg_catalog.pg_policy
    UNION ALL
    SELECT 'rule ' || pg_catalog.pg_get_ruledef(r.oid) || ' ' || ev_enabled::text FROM pg_catalog.pg_rewrite r
    WHERE ev_class IN (SELECT oid FROM rel) AND rulename <> '_RETURN'
    UNION ALL
    SELECT 'statistics ' || pg_catalog.pg_get_statisticsobjdef(s.oid) || ' ' || stxstattarget FROM pg_catalog.pg_statistic_ext s
    WHERE stxnamespace IN (SELECT oid FROM own)
    UNION ALL
    SELECT 'grant on ' || kind || ' ' || name || ': ' || coalesce((SELECT string_agg(item::text, ' ' ORDER BY item::text) FROM unnest(acl) item), '') FROM acls
    UNION ALL
    SELECT 'comment on ' || i.type || ' ' || i.identity || ': ' || d.description
    FROM pg_catalog.pg_description d, pg_catalog.pg_identify_object(classoid, objoid, objsubid) i
    WHERE classoid::regclass::text NOT IN ('pg_catalog.pg_extension', 'pg_catalog.pg_collation') AND objoid >= 16384
        AND NOT EXISTS (SELECT FROM extended e WHERE e.classid = d.classoid AND e.objid = d.objoid)
        AND i.identity NOT LIKE '%dbwarden\_%')
SELECT replace(line, E'\n', '\n') FROM lines ORDER BY 1;
RESET search_path;
"""


class PostgresqlServer:
    def __init__(self, scratch):
        url = os.environ.get("DBWARDEN_TEST_POSTGRESQL")
        if not url:
            raise SystemExit("there is no PostgreSQL server; run through scripts/with-servers")
        self.url = urlsplit(url)
        if PostgresqlServer.admin is None:
            self.begin()
        self.database = None

    count = 0
    admin = oracle = None

    def begin(self):
        """One database for all that the server is asked about models; nothing is ever committed there."""
        PostgresqlServer.admin = self.client("postgres")
        for role in ("dbw_reader", "dbw_writer"):
            try:
                self.admin.ask("CREATE ROLE %s;" % role)
            except ServerError:
                pass
        name = "pairs_oracle_%d" % os.getpid()
        self.admin.ask("CREATE DATABASE %s TEMPLATE template0;" % name)
        PostgresqlServer.oracle = self.client(name)
        atexit.register(self.end, name)

    def end(self, name):
        self.oracle.close()
        self.admin.ask("DROP DATABASE %s WITH (FORCE);" % name)
        self.admin.close()

    def client(self, database):
        return Client(["psql", "-X", "-q", "-At", "-v", "VERBOSITY=terse", "-v", "ON_ERROR_STOP=0", "-h", self.url.hostname,
                       "-p", str(self.url.port), "-U", self.url.username, database],
                      {"PGPASSWORD": self.url.password, "PGCLIENTENCODING": "UTF8", "PGOPTIONS": "-c client_min_messages=error"},
                      "\\echo %s", "ERROR:")

    def settings_for(self, folder):
        if folder.name != "twin":
            PostgresqlServer.count += 1
            self.name = "pairs_%d_%d" % (os.getpid(), PostgresqlServer.count)
        return "type = postgresql\nurl = %s://%s:%s@%s:%d/%s\n" % (
            self.url.scheme, self.url.username, self.url.password, self.url.hostname, self.url.port, self.name)

    def fresh(self, statements):
        """What the catalogue says after the statements; none of it stays."""
        text = "".join(statement + ";\n" for statement in statements)
        try:
            return self.oracle.ask("BEGIN;\nSET client_min_messages = error;\n" + text + DUMP + "ROLLBACK;")
        except ServerError as error:
            raise Invalid(str(error) + "\n" + text) from None
        finally:
            self.oracle.ask("ROLLBACK;")

    def open(self, folder):
        self.admin.ask("CREATE DATABASE %s TEMPLATE template0;" % self.name)
        self.database = self.client(self.name)

    def close(self):
        if self.database:
            self.database.close()
            self.admin.ask("DROP DATABASE %s WITH (FORCE);" % self.name)

    def run(self, statements):
        self.database.ask("".join(statement + ";\n" for statement in statements))

    def rows(self, query):
        return sorted(self.database.ask(query + ";"))

    def dump(self):
        return self.database.ask(DUMP)
