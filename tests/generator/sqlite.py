"""Random schemas of SQLite."""

import sqlite3

from dialect import Dialect, Family
from pair import Invalid
from sqlite_text import describe_index, describe_table, same_text
from tree import Ref, text

WHEN = "{} IS NOT NULL"
INTEGER = Family(("INTEGER", "INT", "BIGINT", "SMALLINT", "UNSIGNED BIG INT"), ("1", "2", "3"),
                 ("0", "-1", "42", "(1 + 2)", "NULL", "+7"),
                 ("{} > -1000", "{} BETWEEN -100 AND 1000", "({} < 5000)", "{} IN (0, -1, 42, 1, 2, 3, 7) OR 1"),
                 ("{} + 1", "abs({})", "{} * 2 - 1"), ("text", "real", "numeric"))
TEXT = Family(("TEXT", "VARCHAR(20)", "VARCHAR(40)", "CHARACTER(30)", "CLOB", "varchar (25)"),
              ("'one'", "'it''s two'", "'three\nlines; \\'"), ("'x'", "('a' || 'b')", "NULL", "\"quoted\""),
              ("length({}) < 1000", "{} <> 'no;ne'", "{} NOT LIKE '%it''s\\x' ESCAPE '!'", WHEN + " OR 1"),
              ("upper({})", "{} || ';x'", "substr({}, 1, 3)"), ("date", "blank"))
REAL = Family(("REAL", "DOUBLE PRECISION", "FLOAT"), ("1.5", "-2.25", "3.0"), ("0.5", "1e3", "-1.5"),
              ("{} > -1e6",), ("{} * 2.0",), ("text", "numeric"))
NUMERIC = Family(("NUMERIC(10,2)", "DECIMAL(12,4)", "NUMERIC"), ("10.5", "20.25", "30.75"), ("0", "9.99", "-0.5"),
                 ("{} > -100000",), ("round({}, 1)",), ("text", "real"))
BLOB = Family(("BLOB",), ("x'01'", "x'0002'", "x''"), ("x'00ff'",), ("length({}) < 100",), ())
BOOLEAN = Family(("BOOLEAN", "BOOL"), ("1", "0", "1"), ("TRUE", "FALSE", "0"), ("{} IN (0, 1)",), (), ("int",), key=False)
DATE = Family(("DATE", "DATETIME", "TIMESTAMP"), ("'2020-01-01'", "'2021-02-28'", "'1999-12-31 23:59:59'"),
              ("CURRENT_TIMESTAMP", "CURRENT_DATE", "'2000-01-01'", "(datetime('now'))"), ("{} > '1900-01-01'",), (), ("text",))
BLANK = Family(("",), ("'q'", "5", "x'07'"), ("'q'", "0"), (), ())

STRICT = {"int": ("INT", "INTEGER"), "text": ("TEXT",), "real": ("REAL",), "blob": ("BLOB",)}


class Sqlite(Dialect):
    name = "sqlite"
    longest = 80
    families = {"int": INTEGER, "text": TEXT, "real": REAL, "numeric": NUMERIC, "blob": BLOB, "boolean": BOOLEAN,
                "date": DATE, "blank": BLANK}

    # Tables.

    def dress_table(self, schema, table):
        table["strict"] = self.chance.one_in(6)
        table["without_rowid"] = self.chance.one_in(6)

    def add_table(self, schema):
        table = super().add_table(schema)
        if table["without_rowid"] and not table.of("primary"):
            self.add_primary_key(schema, table)
            table["without_rowid"] = bool(table.of("primary"))
        return table

    def repair(self, schema):
        for table in self.tables(schema):
            if not table.of("primary"):
                table["without_rowid"] = table["autoincrement"] = False

    def family_fits(self, schema, table, name):
        return not table["strict"] or name in STRICT

    def new_type(self, schema, family, table=None):
        return super().new_type(schema, family)

    def add_column(self, schema, table, family=None):
        column = super().add_column(schema, table, family)
        if table["strict"]:
            column["type"] = text(self.chance.pick(STRICT[column["family"]]))
        return column

    def dress_column(self, schema, table, column):
        if column["family"] == "text" and self.chance.one_in(4):
            column["collation"] = self.chance.pick(("NOCASE", "RTRIM", "BINARY"))
        super().dress_column(schema, table, column)

    def rename_column(self, schema):
        """SQLite itself cannot rename a column of the primary key where there is no rowid but another key."""
        names = {column.uid: column["name"] for column in schema.of("column")}
        super().rename_column(schema)
        for table in self.tables(schema):
            for key in table.of("primary") if table["without_rowid"] or self.was_without_rowid(table) else []:
                for ref in key["columns"]:
                    schema.nodes[ref.uid]["name"] = names[ref.uid]

    def was_without_rowid(self, table):
        return table.uid in self.before.nodes and self.before.nodes[table.uid]["without_rowid"]

    def retypeable(self, table):
        return [] if table["strict"] else [
            column for column in super().retypeable(table)
            if not table["autoincrement"] or Ref(column.uid) not in (table.of("primary") or [{}])[0]["columns"]]

    def retyped(self, schema, column, family):
        if family != "text":
            column["collation"] = None

    def add_primary_key(self, schema, table):
        super().add_primary_key(schema, table)
        for key in table.of("primary"):
            columns = [schema.nodes[ref.uid] for ref in key["columns"]]
            if len(columns) == 1 and columns[0]["family"] == "int" and self.chance.one_in(2) and not \
                    (table["strict"] and columns[0]["type"] == ("INT",)):
                columns[0]["type"] = text("INTEGER")
                columns[0]["default"] = None
                if not table["without_rowid"] and self.chance.one_in(2):
                    table["autoincrement"] = True
                    key["name"] = key["name"] if self.chance.one_in(2) else None

    def primary_key_can_go(self, schema, table, key):
        return not table["without_rowid"] and not table["autoincrement"]

    def cannot_refer(self, child, parent):
        return bool(child["strict"]) != bool(parent["strict"])

    def key_columns(self, table):
        return [column for column in super().key_columns(table) if column["family"] != "blank"]

    def dress_unique(self, schema, table, node):
        if self.chance.one_in(5):
            node["conflict"] = self.chance.pick(("IGNORE", "REPLACE", "ABORT", "FAIL", "ROLLBACK"))

    def dress_foreign_key(self, schema, child, node, nullable):
        super().dress_foreign_key(schema, child, node, nullable)
        if self.chance.one_in(4):
            node["deferrable"] = self.chance.pick(("DEFERRABLE INITIALLY DEFERRED", "DEFERRABLE INITIALLY IMMEDIATE"))

    def dress_index(self, schema, table, node, columns):
        node["unique"] = self.chance.one_in(4) and self.can_be_unique(table, columns)
        parts = []
        for column in columns:
            part = text("{}", column)
            if column["family"] == "text" and self.chance.one_in(3):
                part = text(self.chance.pick(("lower({})", "{} COLLATE NOCASE", "substr({}, 1, 2)")), column) \
                    if not node["unique"] else text("{} COLLATE NOCASE", column)
            if self.chance.one_in(4):
                part = text("{} {}", part, self.chance.pick(("DESC", "ASC")))
            parts.append(part)
        node["parts"] = tuple(parts)
        if self.chance.one_in(4):
            node["where"] = self.new_condition(table)

    def drop_typed_users(self, schema, column):
        return

    def edit_comment(self, schema):
        """There are none; another collation instead."""
        table = self.pick_table(schema)
        column = self.pick([column for column in self.plain_columns(table) if column["family"] == "text"]) \
            if table else None
        if column is not None and len(self.tied_columns(schema, column)) == 1:
            column["collation"] = self.chance.pick((None, "NOCASE", "RTRIM"))

    def edit_options(self, schema):
        table = self.pick_table(schema)
        if table and table.of("primary") and not table["autoincrement"]:
            table["without_rowid"] = not table["without_rowid"]
        elif table and table["autoincrement"]:
            table["autoincrement"] = False

    def edits(self):
        return super().edits() + [(2, self.edit_options), (1, self.swap_kind)]

    def swap_kind(self, schema):
        """A view under the name that a table had."""
        tables = [table for table in self.tables(schema) if self.table_can_go(schema, table) and not table["new"]]
        if len(tables) > 1:
            name = tables[0]["name"]
            schema.remove(tables[0].uid)
            before = {node.uid for node in schema.walk()}
            self.add_view(schema)
            for view in schema.root.of("view"):
                if view.uid not in before:
                    view["name"] = name

    # Views and triggers.

    def dress_view(self, schema, view, source):
        if source.kind == "table" and self.chance.one_in(4):
            other = self.pick(self.tables(schema))
            view["join"] = Ref(other.uid) if other.uid != source.uid else None

    def additions(self):
        return super().additions() + [(1, self.add_virtual)]

    def add_virtual(self, schema):
        schema.add(None, "virtual", name="fts%d" % schema.last, new=True,
                   arguments=", ".join("a%d" % i for i in range(self.chance.between(1, 3))))

    droppable = Dialect.droppable + ("virtual",)

    def add_trigger(self, schema):
        view = self.chance.one_in(5)
        owner = self.pick(schema.root.of("view") if view else self.tables(schema))
        if owner is None:
            return
        event = self.chance.pick(("INSERT", "DELETE", "UPDATE"))
        row = "old" if event == "DELETE" else "new"
        columns = self.source_columns(owner)
        of = tuple(Ref(column.uid) for column in self.chance.some(columns, 2)) \
            if event == "UPDATE" and self.chance.one_in(2) else ()
        when = text("{}.{} IS NOT 'x;'", row, self.chance.pick(columns)) if self.chance.one_in(3) else None
        statements = [self.trigger_statement(schema, row, self.chance.pick(columns))
                      for _ in range(self.chance.between(1, 2))]
        schema.add(owner, "trigger", name=self.new_name("tr"), event=event, of=of, when=when, new=True,
                   timing="INSTEAD OF" if owner.kind == "view" else self.chance.pick(("BEFORE", "AFTER", "")),
                   body=tuple(statements))

    def trigger_statement(self, schema, row, column):
        table = self.pick_table(schema)
        other = self.pick(self.plain_columns(table))
        return self.chance.pick((
            text("SELECT 1"), text("SELECT CASE WHEN {}.{} IS NULL THEN 'a;b' ELSE 'END' END", row, column),
            text("UPDATE {} SET {} = {} WHERE 0", table, other, other),
            text("DELETE FROM {} WHERE 0 AND {} IS {}.{}", table, other, row, column),
            text("INSERT INTO {} ({}) SELECT {}.{} WHERE 0", table, other, row, column)))

    # SQL.

    def statements(self, schema, hints=None):
        hints = hints or {}
        after = []
        made = []
        for node in schema.root.children:
            if node.kind == "table":
                made.append(self.table_sql(schema, node, hints))
                after += [self.index_sql(schema, node, index) for index in node.of("index")]
        for node in schema.root.children:
            if node.kind == "view":
                made.append(self.view_sql(schema, node))
            elif node.kind == "virtual":
                made.append("CREATE VIRTUAL TABLE %s USING fts5(%s)" % (self.quote(node["name"]), node["arguments"]))
        for node in schema.root.of("table", "view"):
            after += [self.trigger_sql(schema, node, trigger) for trigger in node.of("trigger")]
        return made + after

    def table_sql(self, schema, table, hints):
        primary = table.of("primary")
        lines = []
        for column in table.of("column"):
            line = self.column_sql(schema, table, column)
            if hints.get(column.uid):
                lines.append((line, " -- dbwarden: renamed-from %s" % hints[column.uid]))
            else:
                lines.append((line, ""))
        for key in table.of("primary", "unique", "check", "foreign"):
            if not (key in primary and table["autoincrement"]):
                lines.append((self.constraint_sql(schema, key), ""))
        last = len(lines) - 1
        body = "\n".join("    %s%s%s" % (line, "," if i < last else "", hint) for i, (line, hint) in enumerate(lines))
        options = [word for word, key in (("WITHOUT ROWID", "without_rowid"), ("STRICT", "strict")) if table[key]]
        head = "-- dbwarden: renamed-from %s\n" % hints[table.uid] if hints.get(table.uid) else ""
        return "%sCREATE TABLE %s (\n%s\n)%s" % (head, self.quote(table["name"]), body,
                                                 " " + ", ".join(options) if options else "")

    def column_sql(self, schema, table, column):
        sql = self.quote(column["name"])
        sql += " " + self.write(schema, column["type"]) if column["type"] else ""
        for key in table.of("primary"):
            if table["autoincrement"] and Ref(column.uid) in key["columns"]:
                name = "CONSTRAINT %s " % self.quote(key["name"]) if key["name"] is not None else ""
                return "%s %sPRIMARY KEY AUTOINCREMENT%s" % (sql, name, " NOT NULL" if column["not_null"] else "")
        if column["generated"]:
            sql += " GENERATED ALWAYS AS (%s) %s" % (self.write(schema, column["expression"]), column["generated"])
        if column["not_null"]:
            sql += " NOT NULL"
        if column["default"] is not None:
            sql += " DEFAULT " + self.write(schema, column["default"])
        if column["collation"]:
            sql += " COLLATE " + column["collation"]
        return sql

    def constraint_sql(self, schema, key):
        sql = "CONSTRAINT %s " % self.quote(key["name"]) if key["name"] is not None else ""
        if key.kind == "check":
            return sql + "CHECK (%s)" % self.write(schema, key["expression"])
        columns = self.names(schema, key["columns"])
        if key.kind == "primary":
            return sql + "PRIMARY KEY (%s)" % columns
        if key.kind == "unique":
            conflict = " ON CONFLICT " + key["conflict"] if key["conflict"] else ""
            return sql + "UNIQUE (%s)%s" % (columns, conflict)
        sql += "FOREIGN KEY (%s) REFERENCES %s (%s)" % (columns, self.write(schema, key["table"]),
                                                       self.names(schema, key["ref_columns"]))
        for action in ("on_delete", "on_update"):
            if key[action]:
                sql += " %s %s" % (action.upper().replace("_", " "), key[action])
        return sql + (" " + key["deferrable"] if key["deferrable"] else "")

    def index_sql(self, schema, table, index):
        where = " WHERE " + self.write(schema, index["where"]) if index["where"] else ""
        return "CREATE %sINDEX %s ON %s (%s)%s" % (
            "UNIQUE " if index["unique"] else "", self.quote(index["name"]), self.quote(table["name"]),
            ", ".join(self.write(schema, part) for part in index["parts"]), where)

    def view_sql(self, schema, view):
        items = ["s." + self.write(schema, item["shows"]) +
                 (" AS " + self.quote(item["name"]) if item["name"] is not None else "") for item in view.of("item")]
        join = " CROSS JOIN %s AS j" % self.write(schema, view["join"]) if view["join"] else ""
        where = " WHERE " + self.write(schema, view["where"]) if view["where"] and not join else ""
        return "CREATE VIEW %s AS SELECT %s FROM %s AS s%s%s" % (
            self.quote(view["name"]), ", ".join(items), self.write(schema, view["source"]), join, where)

    def trigger_sql(self, schema, owner, trigger):
        of = " OF " + self.names(schema, trigger["of"]) if trigger["of"] else ""
        when = " WHEN " + self.write(schema, trigger["when"]) if trigger["when"] else ""
        return "CREATE TRIGGER %s %s %s%s ON %s%s BEGIN %s; END" % (
            self.quote(trigger["name"]), trigger["timing"], trigger["event"], of, self.quote(owner["name"]), when,
            "; ".join(self.write(schema, statement) for statement in trigger["body"]))

    def value_of(self, schema, column, i):
        if self.has_null(column) and i == 2:
            return "NULL"
        return self.families[column["family"]].values[i]

    def rows_sql(self, schema):
        sql = []
        for table in self.tables(schema):
            columns = self.plain_columns(table)
            for i in range(table["rows"]):
                sql.append("INSERT INTO %s (%s) VALUES (%s)" % (
                    self.quote(table["name"]), ", ".join(self.quote(column["name"]) for column in columns),
                    ", ".join(self.value_of(schema, column, i) for column in columns)))
        return sql

    def clear_sql(self, schema):
        return ["DELETE FROM %s" % self.quote(table["name"]) for table in self.tables(schema)]

    def read_sql(self, schema, table, columns):
        return "SELECT %s FROM %s" % (", ".join("quote(%s)" % self.quote(column["name"]) for column in columns),
                                      self.quote(table["name"]))


class SqliteServer:
    """Databases are files; what they hold is described by what SQLite itself says of them."""

    def __init__(self, folder):
        self.folder = folder

    def settings_for(self, folder):
        return "type = sqlite\nurl = sqlite:///app.db\n"

    def fresh(self, statements):
        database = sqlite3.connect(":memory:", isolation_level=None)
        for statement in statements:
            try:
                database.execute(statement)
            except sqlite3.Error as error:
                raise Invalid("%s\n%s" % (error, statement)) from None
        found = self.describe(database)
        database.close()
        return found

    def open(self, folder):
        self.database = sqlite3.connect(str(folder / "app.db"), isolation_level=None)

    def close(self):
        self.database.close()

    def run(self, statements):
        self.database.execute("BEGIN")
        for statement in statements:
            self.database.execute(statement)
        self.database.execute("COMMIT")

    def rows(self, query):
        return sorted(repr(row) for row in self.database.execute(query))

    def dump(self):
        return self.describe(self.database)

    def describe(self, database):
        """One line for each thing, sorted."""
        lines = []
        known = [row for row in database.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema")
                 if not row[2].startswith(("dbwarden_", "sqlite_"))]
        shadows = tuple(row[1] + "_" for row in known if row[3] and row[3].upper().startswith("CREATE VIRTUAL"))
        for kind, name, table, sql in known:
            if name.startswith(shadows) or table.startswith(shadows) or (kind == "index" and sql is None):
                continue
            if kind == "table" and not sql.upper().startswith("CREATE VIRTUAL"):
                lines += describe_table(database, name, sql)
            elif kind == "index":
                lines.append(describe_index(database, name, table, sql))
            else:
                lines.append("%s %r on %r: %s" % (kind, name, table, same_text(sql)))
        return sorted(lines)
