"""Random schemas of MySQL and MariaDB."""

import re

from dialect import Dialect, Family
from tree import Ref, refs_in, text

INTEGER = Family(("int", "bigint", "smallint", "mediumint", "int unsigned", "bigint unsigned", "tinyint", "integer", "int(11)"),
                 ("1", "2", "3"), ("0", "42", "7", "NULL", "(1 + 2)"),
                 ("{} > -1000", "{} BETWEEN -100 AND 1000", "({} < 5000)", "{} IN (0, 7, 42, 1, 2, 3)", "{} IS NOT NULL OR 1"),
                 ("{} + 1", "abs({})", "{} * 2"), ("text", "decimal"))
TEXT = Family(("varchar(20)", "varchar(40)", "char(30)", "varchar(30)"), ("'one'", "'it''s two'", "'three\nlines'"),
              ("'x'", "NULL", "'back\\\\slash'", "(concat('a', 'b'))", "'\"'"),
              ("length({}) < 1000", "{} <> 'no;ne'", "{} NOT LIKE '%it''s\\\\x'", "{} IN ('a', 'b') OR 1 = 1", "char_length({}) >= 0"),
              ("upper({})", "concat({}, ';x')", "substr({}, 1, 3)"), ("long",))
LONG = Family(("text", "mediumtext", "tinytext", "longtext"), ("'one'", "'it''s two'", "'three\nlines'"), ("NULL",),
              ("length({}) < 1000",), (), ("text",), key=False)
DECIMAL = Family(("decimal(10,2)", "numeric(12,4)", "decimal(14,3)"), ("10.5", "20.25", "30.75"), ("0", "9.99", "-0.50"),
                 ("{} > -100000",), ("round({}, 1)",), ())
REAL = Family(("float", "double", "double precision"), ("1.5", "-2.25", "3.0"), ("0.5", "-1.5"), ("{} > -1e6",), ("{} * 2",), ())
BOOLEAN = Family(("tinyint(1)", "boolean"), ("1", "0", "1"), ("true", "0"), ("{} IN (0, 1)",), (), ("int",), key=False)
DATE = Family(("date",), ("'2020-01-01'", "'2021-02-28'", "'1999-12-31'"), ("'2000-01-01'", "(curdate())"), ("{} > '1900-01-01'",), (),
              ("stamp", "text"))
STAMP = Family(("datetime", "datetime(3)", "timestamp", "timestamp(6)"),
               ("'2020-01-01 00:00:00'", "'2021-02-28 12:00:00'", "'1999-12-31 23:59:59'"), ("'2000-01-01 00:00:00'",),
               ("{} > '1900-01-01'",), (), ())
TIME = Family(("time", "time(2)"), ("'01:02:03'", "'02:00:00'", "'03:00:00'"), ("'04:05:06'",), (), (), ("text",))
YEAR = Family(("year",), ("2001", "2002", "2003"), ("2000",), ("{} > 1900",), (), ("int",))
ENUM = Family(("enum('a','b','c')", "enum('a','b','c','it''s')", "enum('new;','a','b','c')", "enum('c','b','a')",
               "enum('a','b','c','\\\\')"), ("'a'", "'b'", "'c'"), ("'a'", "'c'"), (), (), ("text",))
SET = Family(("set('a','b','c')", "set('a','b','c','d')"), ("'a'", "'a,b'", "''"), ("'b,c'", "''"), (), (), ("text",))
BYTES = Family(("varbinary(16)", "varbinary(40)"), ("'1'", "'22'", "'333'"), ("'x'",), (), (), ())
BLOB = Family(("blob", "mediumblob", "tinyblob"), ("'1'", "x'00'", "''"), (), (), (), (), key=False)
JSON = Family(("json",), ("'{\"a\": 1}'", "'[2]'", "'3'"), (), (), (), (), key=False)
BITS = Family(("bit(8)", "bit(4)"), ("b'1'", "b'10'", "b'11'"), ("b'101'",), (), (), ())
POINT = Family(("point",), ("point(1,2)", "point(3,4)", "point(5,6)"), (), (), (), (), key=False)

CHARSETS = ((None, None), ("utf8mb4", None), ("utf8mb4", "utf8mb4_bin"), (None, "utf8mb4_unicode_ci"), ("latin1", None),
            ("ascii", "ascii_bin"))


class Mysql(Dialect):
    name = "mysql"
    longest = 64
    families = {"int": INTEGER, "text": TEXT, "long": LONG, "decimal": DECIMAL, "real": REAL, "boolean": BOOLEAN,
                "date": DATE, "stamp": STAMP, "time": TIME, "year": YEAR, "enum": ENUM, "set": SET, "bytes": BYTES, "blob": BLOB,
                "json": JSON, "bits": BITS, "point": POINT}
    common = ("int", "int", "text", "text", "decimal", "date", "stamp", "enum")
    actions = ("NO ACTION", "RESTRICT", "CASCADE", "SET NULL")

    # Names.

    def quote(self, name):
        return "`" + name.replace("`", "``") + "`"

    def literal(self, value):
        return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"

    def new_name(self, prefix):
        name = super().new_name(prefix)
        # No name ends with a blank there, and files on disk are called after tables.
        return name.strip() or "blank"

    def new_comment(self):
        return self.chance.pick(("it's", "back\\slash", "two\nlines; here", "plain", "gr\u00f6\u00dfe", "-- upgrade")) \
            if self.chance.one_in(6) else None

    # Tables.

    def begin(self, schema):
        if self.chance.one_in(3):
            self.add_sequence(schema)
        if self.chance.one_in(2):
            self.add_routine(schema)

    def dress_table(self, schema, table):
        table["charset"], table["collation"] = self.chance.pick(CHARSETS[:5]) if self.chance.one_in(3) else (None, None)
        table["engine"] = self.chance.pick(("InnoDB", "InnoDB", "MyISAM", "Aria")) if self.chance.one_in(4) else None
        table["format"] = self.chance.pick(("DYNAMIC", "COMPACT")) if self.chance.one_in(6) and \
            table["engine"] in (None, "InnoDB") else None

    def add_table(self, schema):
        table = super().add_table(schema)
        if self.chance.one_in(8):
            self.make_partitioned(schema, table)
        return table

    def make_partitioned(self, schema, table):
        keys = table.of("primary")
        columns = [schema.nodes[ref.uid] for ref in keys[0]["columns"]] if keys else self.plain_columns(table)
        columns = [column for column in columns if column["family"] == "int"]
        # Nothing that has partitions takes a point.
        if columns and table["engine"] in (None, "InnoDB") and not any(one["family"] == "point" for one in table.of("column")):
            for key in table.of("unique"):
                schema.remove(key.uid)
            table["partition_column"] = Ref(self.chance.pick(columns).uid)
            table["partition_by"] = self.chance.pick((
                "HASH (%s) PARTITIONS 3", "KEY (%s) PARTITIONS 2",
                "RANGE (%s) (PARTITION p0 VALUES LESS THAN (2), PARTITION p1 VALUES LESS THAN MAXVALUE)"))

    def can_be_renamed(self, schema, table, column):
        """MariaDB forgets the new name in what is computed from the column, and in the checks of a table that has
        partitions: the next statement on the table fails (Unknown column)."""
        users = [node.kind for node in schema.users(column.uid)]
        return "column" not in users and not (table["partition_by"] and ("check" in users or column["family"] == "json"))

    def edit_partitions(self, schema):
        table = self.pick([table for table in self.tables(schema) if table["partition_by"]])
        if table is None:
            return
        table["partition_by"] = {"H": "HASH (%s) PARTITIONS 5", "K": "KEY (%s) PARTITIONS 4",
                                 "R": "RANGE (%s) (PARTITION p0 VALUES LESS THAN (2), PARTITION p2 VALUES LESS THAN (50), "
                                      "PARTITION p1 VALUES LESS THAN MAXVALUE)"}[table["partition_by"][0]]

    def repair(self, schema):
        for table in self.tables(schema):
            for column in table.of("column"):
                if column["not_null"] and not self.is_value(column["default"]):
                    column["default"] = None
                if column["not_null"] or column["generated"]:
                    column["invisible"] = None
            if table["partition_column"] and table["partition_column"].uid not in schema.nodes:
                table["partition_by"] = table["partition_column"] = None

    def pick_family(self, schema, table):
        return self.chance.pick(self.common) if self.chance.one_in(2) else super().pick_family(schema, table)

    def family_fits(self, schema, table, name):
        return name != "point" or not table["partition_by"]

    def new_default(self, family):
        default = super().new_default(family)
        if family == "text" and default and (len(default[0]) > 20 or not default[0].isascii()):
            return None
        return default

    def dress_column(self, schema, table, column):
        family = column["family"]
        if family == "text" and self.chance.one_in(4):
            column["charset"], column["collation"] = self.chance.pick(CHARSETS)
        if family == "text" and column["default"] and not column["default"][0].isascii():
            column["default"] = None
        if family == "stamp" and self.chance.one_in(3):
            self.make_now(column)
        super().dress_column(schema, table, column)
        if self.chance.one_in(10) and not column["generated"] and not column["not_null"]:
            column["invisible"] = True
        if family == "point":
            column["default"] = None

    def make_now(self, column):
        digits = re.search(r"\(\d\)", column["type"][0])
        now = "CURRENT_TIMESTAMP" + (digits.group() if digits else "")
        column["default"] = text(now)
        column["on_update"] = now if self.chance.one_in(2) else None

    def make_not_null(self, schema, column):
        column["not_null"] = True
        if column["default"] == ("NULL",):
            column["default"] = None
        column["invisible"] = None

    def dress_primary_key(self, schema, table, columns):
        column = columns[0]
        table.of("primary")[0]["name"] = None
        expressions = [node for node in schema.users(column.uid) if node.kind in ("check", "column")]
        if len(columns) == 1 and column["family"] == "int" and self.chance.one_in(2) and not expressions and \
                not any(other["serial"] for other in table.of("column")):
            column["serial"] = True
            column["default"] = None

    def check_columns(self, table):
        return [column for column in super().check_columns(table) if not column["serial"]]

    def make_generated(self, schema, table, column):
        super().make_generated(schema, table, column)
        if column["generated"]:
            column["on_update"] = column["invisible"] = None
            if any(schema.nodes[uid]["serial"] for uid in refs_in(column["expression"])):
                column["generated"] = column["expression"] = None

    def primary_key_can_go(self, schema, table, key):
        return not any(schema.nodes[ref.uid]["serial"] for ref in key["columns"]) and not table["partition_by"]

    def key_columns(self, table):
        found = super().key_columns(table)
        return [column for column in found if Ref(column.uid) == table["partition_column"]] if table["partition_by"] else found

    def add_unique(self, schema, table=None):
        table = table or self.pick_table(schema)
        if table and not table["partition_by"]:
            super().add_unique(schema, table)

    def dress_unique(self, schema, table, node):
        node["name"] = node["name"] if node["name"] is not None else self.new_name("u")
        node["comment"] = self.new_comment()

    def dress_check(self, schema, table, node):
        node["name"] = node["name"] if node["name"] is not None else self.new_name("ck")

    def cannot_refer(self, child, parent):
        return any(one["partition_by"] or one["engine"] not in (None, "InnoDB") for one in (child, parent)) or \
            (child["charset"], child["collation"]) != (parent["charset"], parent["collation"])

    def dress_foreign_key(self, schema, child, node, nullable):
        # The server's own index for one goes over to the other, and with it one of two names.
        # A FULLTEXT index would take its place too, which it cannot fill.
        if any(key is not node and key["columns"][0] == node["columns"][0] for key in child.of("foreign")) or \
                any(index["sort"] == "FULLTEXT " and set(refs_of(index)) & set(node["columns"]) for index in child.of("index")):
            schema.remove(node.uid)
            return
        computed = [ref for column in child.of("column") if column["generated"] for ref in refs_in(column["expression"])]
        if len(child["name"].encode()) > 50:
            node["name"] = node["name"] or self.new_name("fk")
        super().dress_foreign_key(schema, child, node, nullable)
        if any(ref.uid in computed for ref in node["columns"]):
            node["on_delete"] = node["on_update"] = None

    def same_type(self, column, other):
        return super().same_type(column, other) and column["charset"] == other["charset"]

    def make_same_type(self, column, other):
        super().make_same_type(column, other)
        column["on_update"] = None

    def index_columns(self, table):
        return [column for column in table.of("column") if column["family"] not in ("json", "blob")]

    def dress_index(self, schema, table, node, columns):
        node["comment"] = self.new_comment()
        node["ignored"] = self.chance.one_in(8)
        column = columns[0]
        if column["family"] == "point":
            if column["not_null"] and table["engine"] in (None, "InnoDB", "MyISAM"):
                node["sort"], node["parts"] = "SPATIAL ", (text("{}", column),)
                return
            columns = [other for other in table.of("column") if self.families[other["family"]].key][:1]
        if not columns:
            node["parts"] = ("",)
            schema.remove(node.uid)
            return
        texts = [one for one in columns if one["family"] in ("text", "long") and not one["generated"]
                 and not any(Ref(one.uid) in key["columns"] for key in table.of("foreign"))]
        if texts and self.chance.one_in(5) and not table["partition_by"] and texts[0]["charset"] is None and texts[0]["collation"] is None:
            node["sort"], node["parts"] = "FULLTEXT ", (text("{}", texts[0]),)
            return
        columns = [one for one in columns if one["family"] != "point"]
        unique = self.chance.one_in(4) and self.can_be_unique(table, columns) and not table["partition_by"] and \
            all(self.families[one["family"]].key for one in columns)
        node["sort"] = "UNIQUE " if unique else ""
        node["parts"] = tuple(self.index_part(one, unique) for one in columns)

    def index_part(self, column, unique):
        part = text("{}", column)
        if column["family"] == "long" or (column["family"] == "text" and self.chance.one_in(4) and not unique):
            part = text("{}({})", column, str(self.chance.between(5, 15)))
        return text("{} DESC", part) if self.chance.one_in(6) else part

    # Views, triggers, routines.

    def dress_view(self, schema, view, source):
        view["security"] = self.chance.pick(("", "", "SQL SECURITY INVOKER ", "ALGORITHM = MERGE "))
        if source.kind == "table" and self.chance.one_in(4):
            other = self.pick(self.tables(schema))
            view["join"] = Ref(other.uid) if other.uid != source.uid else None

    def add_trigger(self, schema):
        table = self.pick_table(schema)
        if table is None:
            return
        event = self.chance.pick(("INSERT", "UPDATE", "DELETE"))
        timing = self.chance.pick(("BEFORE", "AFTER"))
        row = "OLD" if event == "DELETE" else "NEW"
        column = self.chance.pick(self.plain_columns(table))
        bodies = [text("BEGIN END"), text("SET @x = {}.{}", row, column), text("BEGIN SET @a = 'it''s; so'; SET @b = 1; END"),
                  text("BEGIN IF {}.{} IS NULL THEN SET @a = 1; ELSE SET @a = 2; END IF; END", row, column)]
        if timing == "BEFORE" and event != "DELETE" and not column["serial"]:
            bodies.append(text("SET NEW.{} = NEW.{}", column, column))
        schema.add(table, "trigger", name=self.new_name("tr"), event=event, timing=timing, body=self.chance.pick(bodies), new=True)

    def add_routine(self, schema):
        node = schema.add(None, "routine", name=self.new_name("f"), new=True, comment=self.new_comment(),
                          sort=self.chance.pick(("FUNCTION", "PROCEDURE")))
        if node["name"].isalpha() and node["name"].islower():
            node["name"] = "f%d" % node.uid
        self.dress_routine(node)

    def dress_routine(self, node):
        if node["sort"] == "FUNCTION":
            node["body"] = self.chance.pick(("RETURN a + 1", "BEGIN DECLARE x int DEFAULT 1; SET x = a; RETURN x; END",
                                             "RETURN CASE WHEN a > 0 THEN 1 ELSE -1 END"))
        else:
            node["body"] = self.chance.pick(("SELECT a", "BEGIN SET @x = 'it''s; \\\\'; SELECT a, @x; END"))
        node["traits"] = self.chance.pick(("DETERMINISTIC", "NOT DETERMINISTIC NO SQL", "DETERMINISTIC SQL SECURITY INVOKER"))

    def edit_routine(self, schema):
        node = self.pick(schema.root.of("routine"))
        if node:
            self.dress_routine(node)
            node["comment"] = self.new_comment()

    def add_event(self, schema):
        schema.add(None, "event", name=self.new_name("ev"), new=True, comment=self.new_comment(),
                   body=self.chance.pick(("SET @x = 1", "BEGIN SET @x = 'a;b'; SET @y = 2; END")),
                   every=self.chance.pick(("1 DAY", "2 HOUR")), enabled=self.chance.pick(("ENABLE", "DISABLE")))

    def edit_event(self, schema):
        event = self.pick(schema.root.of("event"))
        if event:
            event["every"] = self.chance.pick(("1 DAY", "3 WEEK"))
            event["enabled"] = self.chance.pick(("ENABLE", "DISABLE"))

    def add_sequence(self, schema):
        # Its minimum does not rise later: the sequence may stand below it by then.
        node = schema.add(None, "sequence", name=self.new_name("s"), new=True, floor=self.chance.pick(("", "MINVALUE -5")))
        self.dress_sequence(node)

    def dress_sequence(self, node):
        node["options"] = " ".join(option for option in (
            self.chance.pick(("", "START WITH 9")), self.chance.pick(("", "INCREMENT BY 2")), node["floor"],
            self.chance.pick(("", "MAXVALUE 1000")), self.chance.pick(("", "CACHE 7")), self.chance.pick(("", "CYCLE"))) if option)

    def edit_sequence(self, schema):
        node = self.pick(schema.root.of("sequence"))
        if node:
            self.dress_sequence(node)

    # Edits.

    def additions(self):
        return super().additions() + [(1, self.add_routine), (1, self.add_event), (1, self.add_sequence)]

    droppable = Dialect.droppable + ("routine", "event", "sequence")

    def edits(self):
        return super().edits() + [(3, self.move_column), (2, self.edit_options), (1, self.edit_partitions), (1, self.rename_label), (2, self.edit_routine),
                                  (1, self.edit_event), (1, self.edit_sequence), (2, self.edit_number), (2, self.edit_charset)]

    def move_column(self, schema):
        table = self.pick_table(schema)
        if table is None:
            return
        columns = table.of("column")
        column = self.chance.pick(columns)
        others = [child for child in table.children if child is not column]
        last = max([i for i, child in enumerate(others) if child.kind == "column"] or [0])
        others.insert(self.chance.below(last + 2), column)
        table.children = others

    def edit_options(self, schema):
        table = self.pick_table(schema)
        if table is None:
            return
        tied = table.of("foreign") or any(key["table"].uid == table.uid for key in schema.of("foreign"))
        if self.chance.one_in(2) and not tied:
            table["charset"], table["collation"] = self.chance.pick(CHARSETS[:4])
        elif not tied and not table["partition_by"] and not any(index["sort"] == "SPATIAL " for index in table.of("index")) \
                and not any(column["serial"] for column in table.of("column")):
            table["engine"] = self.chance.pick((None, "MyISAM", "InnoDB"))
            table["format"] = None

    def edit_charset(self, schema):
        table = self.pick_table(schema)
        column = self.pick([column for column in self.plain_columns(table) if column["family"] == "text"
                            and not any(index["sort"] == "FULLTEXT " and Ref(column.uid) in refs_of(index) for index in table.of("index"))]) \
            if table else None
        if column is not None and len(self.tied_columns(schema, column)) == 1 and \
                (column["default"] is None or column["default"][0].isascii()):
            column["charset"], column["collation"] = self.chance.pick(CHARSETS)

    def edit_number(self, schema):
        """AUTO_INCREMENT comes or goes."""
        table = self.pick_table(schema)
        keys = table.of("primary") if table else []
        if keys and len(keys[0]["columns"]) == 1:
            column = schema.nodes[keys[0]["columns"][0].uid]
            if column["serial"]:
                column["serial"] = None
            elif column["family"] == "int" and not [node for node in schema.users(column.uid) if node.kind in ("check", "column")]:
                column["serial"], column["default"] = True, None

    def rename_label(self, schema):
        """A value of an ENUM column gets another name; rows have it."""
        column = self.pick([column for column in schema.of("column") if column["family"] == "enum" and not column["new"]
                            and not column["third"] and column["default"] != ("'c'",) and not column["generated"]
                            and len(self.tied_columns(schema, column)) == 1 and
                            Ref(column.uid) != schema.parent(column.uid)["partition_column"]])
        if column and self.before.nodes[column.uid]["type"] == column["type"] and \
                self.before.nodes[column.uid]["family"] == "enum" and \
                not set(".:") & set(column["name"] + schema.parent(column.uid)["name"]):
            column["third"] = self.chance.pick([label for label in ("renamed", "it''s", "semi;colon")
                                                if "'%s'" % label not in column["type"][0]])
            column["type"] = text(column["type"][0].replace("'c'", "'%s'" % column["third"]))

    def extra_flags(self, a, b):
        flags = []
        for column in b.of("column"):
            old = a.nodes.get(column.uid)
            if old is not None and column["third"] and not old["third"]:
                flags += ["--rename-value", "%s.%s.c:%s" % (b.parent(column.uid)["name"], column["name"],
                                                           column["third"].replace("''", "'"))]
        return flags

    def edit_comment(self, schema):
        node = self.pick([node for node in schema.walk() if node.kind in ("table", "column", "index", "routine", "event", "unique")])
        if node:
            node["comment"] = self.chance.pick((None, "new; comment", "it's\n-- rollback\nhere"))

    def retypeable(self, table):
        return [column for column in super().retypeable(table) if Ref(column.uid) != table["partition_column"]
                and not column["third"]]

    def retyped(self, schema, column, family):
        if family != "text":
            column["charset"] = column["collation"] = None
        column["on_update"] = None
        if column["default"] and "CURRENT" in column["default"][0]:
            column["default"] = None
            if family == "stamp":
                self.make_now(column)
        if family != column["family"]:
            column["default"] = None if family in ("long", "point") else column["default"]
            if column["not_null"] and column["default"] == ("NULL",):
                column["default"] = None
        for trigger in schema.of("trigger"):
            pass

    def drop_typed_users(self, schema, column):
        super().drop_typed_users(schema, column)
        for node in schema.users(column.uid):
            if node.kind in ("index", "unique", "primary", "trigger") and node.uid in schema.nodes:
                if node.kind != "trigger" and not (node.kind == "primary" and column["family"] not in ("long", "point")):
                    if column["family"] in ("long",) or node.kind == "index":
                        schema.remove(node.uid)

    def can_return(self, schema, table, column):
        return Ref(column.uid) != table["partition_column"] and not column["serial"] and super().can_return(schema, table, column)

    # How it is written.

    def statements(self, schema, hints=None):
        hints = hints or {}
        sql, late, written = [], [], set()
        for node in schema.root.of("sequence"):
            sql.append("CREATE SEQUENCE %s %s" % (self.quote(node["name"]), node["options"]))
        for table in self.tables(schema):
            sql.append(self.table_sql(schema, table, hints, written, late))
        sql += late
        for table in self.tables(schema):
            sql += [self.index_sql(schema, table, index) for index in table.of("index") if index.uid % 2]
        for view in schema.root.of("view"):
            sql.append(self.view_sql(schema, view))
        for table in self.tables(schema):
            for trigger in table.of("trigger"):
                sql.append("CREATE TRIGGER %s %s %s ON %s FOR EACH ROW %s" % (
                    self.quote(trigger["name"]), trigger["timing"], trigger["event"], self.quote(table["name"]),
                    self.write(schema, trigger["body"])))
        return sql + [self.routine_sql(node) for node in schema.root.of("routine", "event")]

    def table_sql(self, schema, table, hints, written, late):
        lines = []
        for column in table.of("column"):
            hint = hints.get(column.uid)
            lines.append((self.column_sql(schema, column), " -- dbwarden: renamed-from %s" % hint if hint else ""))
        for key in table.of("primary", "unique", "check"):
            lines.append((self.constraint_sql(schema, key), ""))
        for index in table.of("index"):
            if index.uid % 2 == 0:
                lines.append((self.index_line(schema, index), ""))
        for key in table.of("foreign"):
            if key.uid % 2 and (key["table"].uid in written or key["table"].uid == table.uid):
                lines.append((self.constraint_sql(schema, key), ""))
            else:
                late.append("ALTER TABLE %s ADD %s" % (self.quote(table["name"]), self.constraint_sql(schema, key)))
        written.add(table.uid)
        last = len(lines) - 1
        body = "\n".join("    %s%s%s" % (line, "," if i < last else "", hint) for i, (line, hint) in enumerate(lines))
        sql = "-- dbwarden: renamed-from %s\n" % hints[table.uid] if table.uid in hints else ""
        sql += "CREATE TABLE %s (\n%s\n)" % (self.quote(table["name"]), body)
        for key, word in (("engine", "ENGINE="), ("charset", "DEFAULT CHARSET="), ("collation", "COLLATE="), ("format", "ROW_FORMAT=")):
            sql += " %s%s" % (word, table[key]) if table[key] else ""
        if table["comment"] is not None:
            sql += " COMMENT=" + self.literal(table["comment"])
        if table["partition_by"]:
            sql += " PARTITION BY " + table["partition_by"].replace("%s", self.write(schema, table["partition_column"]), 1)
        return sql

    def column_sql(self, schema, column):
        sql = "%s %s" % (self.quote(column["name"]), self.write(schema, column["type"]))
        if column["charset"]:
            sql += " CHARACTER SET " + column["charset"]
        if column["collation"]:
            sql += " COLLATE " + column["collation"]
        if column["generated"]:
            sql += " GENERATED ALWAYS AS (%s) %s" % (self.write(schema, column["expression"]), column["generated"])
        if column["not_null"]:
            sql += " NOT NULL"
        elif column["type"][0].startswith("timestamp"):
            sql += " NULL"
        if column["default"] is not None:
            sql += " DEFAULT " + self.write(schema, column["default"])
        if column["on_update"]:
            sql += " ON UPDATE " + column["on_update"]
        if column["serial"]:
            sql += " AUTO_INCREMENT"
        if column["invisible"]:
            sql += " INVISIBLE"
        if column["comment"] is not None:
            sql += " COMMENT " + self.literal(column["comment"])
        return sql

    def constraint_sql(self, schema, key):
        name = self.quote(key["name"]) if key["name"] is not None else ""
        if key.kind == "check":
            return "CONSTRAINT %s CHECK (%s)" % (name, self.write(schema, key["expression"]))
        columns = self.names(schema, key["columns"])
        if key.kind == "primary":
            return "PRIMARY KEY (%s)" % columns
        if key.kind == "unique":
            comment = " COMMENT " + self.literal(key["comment"]) if key["comment"] is not None else ""
            return ("UNIQUE KEY %s (%s)" if key.uid % 2 else "CONSTRAINT %s UNIQUE (%s)") % (name, columns) + comment
        sql = "%sFOREIGN KEY (%s) REFERENCES %s (%s)" % ("CONSTRAINT %s " % name if name else "", columns,
                                                        self.write(schema, key["table"]), self.names(schema, key["ref_columns"]))
        for action in ("on_delete", "on_update"):
            sql += " %s %s" % (action.upper().replace("_", " "), key[action]) if key[action] else ""
        return sql

    def index_tail(self, schema, index):
        sql = " (%s)" % ", ".join(self.write(schema, part) for part in index["parts"])
        sql += " COMMENT " + self.literal(index["comment"]) if index["comment"] is not None else ""
        return sql + (" IGNORED" if index["ignored"] else "")

    def index_line(self, schema, index):
        return "%sKEY %s%s" % (index["sort"], self.quote(index["name"]), self.index_tail(schema, index))

    def index_sql(self, schema, table, index):
        return "CREATE %sINDEX %s ON %s%s" % (index["sort"], self.quote(index["name"]), self.quote(table["name"]),
                                             self.index_tail(schema, index))

    def view_sql(self, schema, view):
        items = ["s." + self.write(schema, item["shows"]) + (" AS " + self.quote(item["name"]) if item["name"] is not None else "")
                 for item in view.of("item")]
        join = " CROSS JOIN %s AS j" % self.write(schema, view["join"]) if view["join"] else ""
        where = " WHERE " + self.write(schema, view["where"]) if view["where"] and not join else ""
        return "CREATE %sVIEW %s AS SELECT %s FROM %s AS s%s%s" % (
            view["security"] or "", self.quote(view["name"]), ", ".join(items), self.write(schema, view["source"]), join, where)

    def routine_sql(self, node):
        comment = " COMMENT " + self.literal(node["comment"]) if node["comment"] is not None else ""
        if node.kind == "event":
            return "CREATE EVENT %s ON SCHEDULE EVERY %s STARTS '2030-01-01 00:00:00' ON COMPLETION PRESERVE %s%s DO %s" % (
                self.quote(node["name"]), node["every"], node["enabled"], comment, node["body"])
        if node["sort"] == "FUNCTION":
            return "CREATE FUNCTION %s(a int) RETURNS int %s%s %s" % (self.quote(node["name"]), node["traits"], comment, node["body"])
        return "CREATE PROCEDURE %s(IN a int) %s%s %s" % (self.quote(node["name"]), node["traits"], comment, node["body"])

    def value_of(self, schema, column, i):
        if self.has_null(column) and i == 2:
            return "NULL"
        return "'%s'" % column["third"] if column["third"] and i == 2 else self.families[column["family"]].values[i]

    def rows_sql(self, schema):
        sql = ["SET foreign_key_checks = 0"]
        for table in self.tables(schema):
            columns = self.plain_columns(table)
            for i in range(table["rows"]):
                sql.append("INSERT INTO %s (%s) VALUES (%s)" % (
                    self.quote(table["name"]), ", ".join(self.quote(column["name"]) for column in columns),
                    ", ".join(self.value_of(schema, column, i) for column in columns)))
        return sql + ["SET foreign_key_checks = 1"]

    def clear_sql(self, schema):
        return ["SET foreign_key_checks = 0"] + ["DELETE FROM %s" % self.quote(table["name"]) for table in self.tables(schema)]

    def read_sql(self, schema, table, columns):
        return "SELECT %s FROM %s" % (", ".join(
            ("hex(%s)" if column["family"] in ("bits", "blob", "point", "bytes") else "%s") % self.quote(column["name"])
            for column in columns), self.quote(table["name"]))

    def same_values(self, old, new):
        if new["third"] and not old["third"]:
            return False
        return super().same_values(old, new) or (old["family"] == new["family"] == "int")


def refs_of(index):
    return [Ref(uid) for uid in refs_in(index["parts"])]
