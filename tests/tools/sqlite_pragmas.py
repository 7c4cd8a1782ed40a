"""Compares a schema as the parser read it (the JSON of 'parsed print sqlite', on standard input) with what SQLite's own
pragmas say of a database in which the same text was run. SQLite keeps that text, and the plugin parses it: only the
pragmas are another reader.

    python3 sqlite_pragmas.py DATABASE <JSON

Compared are tables and their kind, columns (type, NOT NULL, default, place in the primary key, generated), foreign keys,
indexes and the keys behind UNIQUE and PRIMARY KEY (columns, order, collation, partial), views, triggers. Prints a line
for each difference; status 1 if there is one.
"""
import json
import re
import sqlite3
import sys

database = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
schema = json.load(sys.stdin)
differences = 0


def differ(what, parsed, found):
    global differences
    if parsed != found:
        differences += 1
        print("%s: parsed as %r, SQLite says %r" % (what, parsed, found))


def pragma(name, argument):
    rows = database.execute('SELECT * FROM pragma_%s(?)' % name, (argument,))
    names = [column[0] for column in rows.description]
    return [dict(zip(names, row)) for row in rows]


def folded(name):
    return name and name.lower()


def plain(sql):
    """Without blanks, outside parentheses and case, for types and defaults."""
    if sql is None:
        return None
    text = re.sub(r"\s+", "", sql).lower()
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    # A default in double quotes is a string.
    return text.replace('"', "").replace("'", "")


def options(element):
    return {option["name"]: option.get("value", "") for option in element.get("options", [])}


def constraints(table, kind):
    return [one for one in table.get("constraints", []) if one["kind"] == kind]


def parts(element):
    return [folded(part.get("column")) for part in element["parts"]]


def check_columns(name, table):
    key = [column for one in constraints(table, "primary key") for column in parts(one)]
    without_rowid = "WITHOUT ROWID" in options(table)
    found = pragma("table_xinfo", name)
    differ("%s: columns" % name, [folded(c["name"]) for c in table.get("columns", [])], [folded(c["name"]) for c in found])
    for column, info in zip(table.get("columns", []), found):
        what = "%s.%s" % (name, column["name"])
        generated = {None: 0, "virtual": 2, "stored": 3}[column.get("generated")]
        position = key.index(folded(column["name"])) + 1 if folded(column["name"]) in key else 0
        differ(what + ": generated", generated, info["hidden"])
        # The type of a generated column may be followed by words that are no part of it.
        declared = info["type"].lower().replace("generated always", "") if generated else info["type"]
        differ(what + ": type", plain(column.get("type", "")), plain(declared))
        # The number of a row is never NULL; SQLite does not say so.
        rowid = len(key) == 1 and position and not without_rowid and plain(info["type"]) == "integer"
        differ(what + ": not null", bool(column.get("not_null")), bool(info["notnull"] or rowid))
        default = info["dflt_value"]
        differ(what + ": default", plain(column.get("default_value")), None if default == "NULL" else plain(default))
        differ(what + ": primary key", position, info["pk"])


def check_foreign_keys(name, table):
    actions = {None: "NO ACTION", "cascade": "CASCADE", "set null": "SET NULL", "set default": "SET DEFAULT", "restrict": "RESTRICT"}
    parsed = sorted(
        (folded(key["ref_table"]), parts(key), [folded(c) for c in key.get("ref_columns", [])] or [None] * len(key["parts"]),
         actions[key.get("on_delete")], actions[key.get("on_update")])
        for key in constraints(table, "foreign key"))
    keys = {}
    for row in pragma("foreign_key_list", name):
        keys.setdefault(row["id"], []).append(row)
    found = sorted(
        (folded(rows[0]["table"]), [folded(r["from"]) for r in rows], [folded(r["to"]) for r in rows], rows[0]["on_delete"], rows[0]["on_update"])
        for rows in keys.values())
    # Where REFERENCES names no columns, the parser fills in the key that is meant.
    differ("%s: foreign keys" % name, [key[:2] + key[3:] for key in parsed], [key[:2] + key[3:] for key in found])
    for a, b in zip(parsed, found):
        if None not in b[2]:
            differ("%s: foreign key to %s" % (name, a[0]), a[2], b[2])


def key_columns(index):
    rows = [row for row in pragma("index_xinfo", index) if row["key"]]
    return [(folded(row["name"]), bool(row["desc"]), row["coll"].upper()) for row in rows]


def wanted_columns(table, element):
    collations = {folded(c["name"]): c.get("collation", "BINARY").upper() for c in table.get("columns", [])}
    return [(folded(part.get("column")), part.get("descending", False),
             part.get("collation", collations.get(folded(part.get("column")), "BINARY")).upper()) for part in element["parts"]]


def check_indexes(name, table):
    found = pragma("index_list", name)
    parsed = sorted((folded(i["name"]), i.get("unique", False), "predicate" in i, wanted_columns(table, i)) for i in table.get("indexes", []))
    own = sorted((folded(i["name"]), bool(i["unique"]), bool(i["partial"]), key_columns(i["name"])) for i in found if i["origin"] == "c")
    differ("%s: indexes" % name, parsed, own)
    uniques = sorted(wanted_columns(table, one) for one in constraints(table, "unique"))
    differ("%s: unique keys" % name, uniques, sorted(key_columns(i["name"]) for i in found if i["origin"] == "u"))


def check_tables():
    tables = {folded(t["name"]): t for t in schema.get("tables", [])}
    virtual = {folded(o["name"]) for o in schema.get("objects", []) if o["kind"] == "virtual table"}
    rows = list(database.execute("SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'dbwarden\\_%' ESCAPE '\\'"))
    differ("tables", sorted(tables), sorted(folded(r[0]) for r in rows if r[1] == "table"))
    differ("virtual tables", sorted(virtual), sorted(folded(r[0]) for r in rows if r[1] == "virtual"))
    for name, kind, without_rowid, strict in rows:
        table = tables.get(folded(name))
        if kind != "table" or not table:
            continue
        differ("%s: WITHOUT ROWID" % name, "WITHOUT ROWID" in options(table), bool(without_rowid))
        differ("%s: STRICT" % name, "STRICT" in options(table), bool(strict))
        check_columns(name, table)
        check_foreign_keys(name, table)
        check_indexes(name, table)


def check_objects():
    for kind in "view", "trigger":
        parsed = sorted((folded(o["name"]), folded(o.get("table"))) for o in schema.get("objects", []) if o["kind"] == kind)
        found = sorted((folded(name), folded(table) if kind == "trigger" else None) for name, table in
                       database.execute("SELECT name, tbl_name FROM sqlite_schema WHERE type = ?", (kind,)))
        differ("%ss" % kind, parsed, found)


check_tables()
check_objects()
sys.exit(differences > 0)
