"""Random schemas of PostgreSQL."""

import re

from dialect import Dialect
from postgresql_types import FAMILIES
from tree import Ref, refs_in, text

COLLATIONS = ('"C"', '"POSIX"', '"en-x-icu"', '"und-x-icu"')
EXTENSIONS = ("citext", "hstore", "pg_trgm", "btree_gist", "pgcrypto", "unaccent", "btree_gin")
PLAIN = re.compile(r"[a-z_][a-z0-9_]*$")
QUALIFIED = ("table", "partition", "view", "enum", "domain", "composite", "sequence", "function")


class Postgresql(Dialect):
    name = "postgresql"
    longest = 63
    longest_bytes = 63
    families = FAMILIES
    common = ("int", "int", "text", "text", "numeric", "date", "timestamp", "boolean", "uuid", "jsonb", "enum", "domain")
    generated_kinds = ("STORED",)
    # ALTER TABLE ... DISABLE TRIGGER in models is skipped, as dbwarden says.
    trigger_states = False
    safe = True
    # The server itself cannot check a foreign key over arrays that is added later.
    no_foreign_keys = ("numbers", "texts")

    # Names.

    def literal(self, value):
        if "\\" in value:
            return "E'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
        return "'" + value.replace("'", "''") + "'"

    def reference(self, schema, uid):
        node = schema.nodes[uid]
        if node.kind == "label":
            return self.literal(node["name"])
        name = super().reference(schema, uid)
        if node.kind in ("enum", "domain", "composite") and PLAIN.match(node["name"]) and uid % 2:
            name = node["name"]
        if node.kind in QUALIFIED and node["namespace"]:
            return self.quote(schema.nodes[node["namespace"].uid]["name"]) + "." + name
        return name

    def new_comment(self):
        return self.chance.pick(("it's", "back\\slash", "two\nlines; here", "plain", "gr\u00f6\u00dfe", "-- upgrade")) \
            if self.chance.one_in(6) else None

    def new_place(self, schema):
        """The namespace of something new: mostly the default one."""
        places = schema.root.of("namespace")
        return Ref(self.chance.pick(places).uid) if places and self.chance.one_in(3) else None

    # What tables are made of.

    def begin(self, schema):
        for _ in range(self.chance.below(3)):
            self.add_namespace(schema)
        for _ in range(self.chance.below(3)):
            self.add_extension(schema)
        for make in (self.add_enum, self.add_domain, self.add_composite, self.add_sequence, self.add_function):
            if self.chance.one_in(2):
                make(schema)

    def add_namespace(self, schema):
        schema.add(None, "namespace", at=0, name=self.new_own_name("n"), comment=self.new_comment(), new=True)

    def add_extension(self, schema):
        there = [node["name"] for node in schema.root.of("extension")]
        name = self.chance.pick(EXTENSIONS)
        if name not in there:
            schema.add(None, "extension", at=0, name=name, new=True)

    def extension(self, schema, name):
        return self.pick([node for node in schema.root.of("extension") if node["name"] == name])

    def add_enum(self, schema):
        enum = schema.add(None, "enum", name=self.new_own_name("e"), namespace=self.new_place(schema), new=True,
                          comment=self.new_comment())
        for i in range(self.chance.between(2, 5)):
            self.add_label(schema, enum, used=i < 2)

    def add_label(self, schema, enum, used=False):
        there = [label["name"] for label in enum.of("label")]
        name = self.chance.pick(("red", "green", "Blue", "it's", "two words", "", "x;y", "back\\slash", "\u540d", "l%d" % schema.last))
        if name not in there and (name or not used):
            enum_at = len(enum.children) if used else self.chance.below(len(enum.children) + 1)
            schema.add(enum, "label", at=enum_at, name=name, used=used, new=True)
        elif used:
            schema.add(enum, "label", name="l%d" % schema.last, used=True, new=True)

    def add_domain(self, schema):
        family = self.chance.pick(("int", "text", "numeric"))
        domain = schema.add(None, "domain", name=self.new_own_name("d"), namespace=self.new_place(schema), family=family,
                            type=text(self.chance.pick(self.families[family].types)), new=True,
                            default=self.new_default(family) if self.chance.one_in(4) else None, comment=self.new_comment())
        if domain["default"] and "NULL" in domain["default"]:
            domain["default"] = None
        self.new_domain_check(domain)

    def new_domain_check(self, domain):
        domain["check"] = self.chance.pick(self.families[domain["family"]].checks).replace("{}", "VALUE") \
            if self.chance.one_in(2) else None
        domain["check_name"] = self.new_name("dc") if domain["check"] and self.chance.one_in(2) else None

    def add_composite(self, schema):
        node = schema.add(None, "composite", name=self.new_own_name("y"), namespace=self.new_place(schema), new=True,
                          comment=self.new_comment())
        for _ in range(self.chance.between(1, 3)):
            family = self.chance.pick(("int", "text", "numeric", "date"))
            schema.add(node, "attribute", name=self.new_name("a"), family=family, new=True,
                       type=text(self.chance.pick(self.families[family].types)))

    def add_sequence(self, schema):
        sequence = schema.add(None, "sequence", name=self.new_name("s"), namespace=self.new_place(schema), new=True,
                              comment=self.new_comment())
        # It does not rise later: the sequence may stand below it by then.
        sequence["floor"] = self.chance.pick(("", "MINVALUE -5"))
        self.dress_sequence(sequence)

    def dress_sequence(self, sequence):
        sequence["options"] = " ".join(option for option in (
            self.chance.pick(("AS integer", "AS bigint", "AS smallint", "")), self.chance.pick(("", "INCREMENT BY 2")),
            sequence["floor"] or "", self.chance.pick(("", "MAXVALUE 1000")), self.chance.pick(("", "CACHE 7")),
            self.chance.pick(("", "START WITH 9")), self.chance.pick(("", "CYCLE"))) if option)

    def edit_sequence(self, schema):
        sequence = self.pick(schema.root.of("sequence"))
        if sequence:
            self.dress_sequence(sequence)

    # Routines.

    def add_function(self, schema):
        self.dress_function(schema, schema.add(None, "function", name=self.new_own_name("f"), new=True,
                                               namespace=self.new_place(schema), comment=self.new_comment(),
                                               sort=self.chance.pick(("number", "number", "trigger", "procedure", "reads"))))
        schema.prune()

    def new_own_name(self, prefix):
        """Not one that a type or routine of the server has: that would be meant."""
        name = self.new_name(prefix)
        return self.new_own_name(prefix) if name.isascii() and name.isalpha() and name.islower() else name

    def dress_function(self, schema, node):
        if node["sort"] == "reads":
            table = self.pick_table(schema)
            if table is None:
                node["sort"] = "number"
            else:
                column = self.chance.pick(table.of("column"))
                node["body"] = self.chance.pick((
                    text("SELECT count(*) FROM {} WHERE {} IS NOT NULL", table, column),
                    text("SELECT count({}) FROM {}", column, table)))
        if node["sort"] != "reads":
            node["body"] = text(self.chance.pick({
                "number": ("SELECT a + 1", "SELECT a * 2 -- it's; so\n", "SELECT CASE WHEN a > 0 THEN 1 ELSE -1 END"),
                "trigger": ("BEGIN RETURN NEW; END", "BEGIN\n    -- it's; nothing\n    RETURN NEW;\nEND;",
                            "BEGIN IF TG_OP = 'INSERT' THEN RETURN NEW; END IF; RETURN NEW; END"),
                "procedure": ("BEGIN NULL; END", "DECLARE x text := 'a;b'; BEGIN x := 'it''s'; END"),
            }[node["sort"]]))
        node["quote"] = self.chance.pick(("$$", "$body$", "$f$"))
        node["strict"] = self.chance.one_in(4)
        node["volatility"] = "IMMUTABLE" if node["sort"] == "number" else \
            self.chance.pick(("", "STABLE", "VOLATILE")) if node["sort"] == "reads" else ""

    def edit_function(self, schema):
        node = self.pick(schema.root.of("function"))
        if node:
            self.dress_function(schema, node)

    # Tables.

    def dress_table(self, schema, table):
        table["namespace"] = self.new_place(schema)
        table["unlogged"] = self.chance.one_in(12)
        table["fillfactor"] = 70 if self.chance.one_in(8) else None
        table["security"] = self.chance.pick((None, None, None, None, "ENABLE", "FORCE"))
        parents = [other for other in self.tables(schema) if other is not table and not other["partition_by"]
                   and not other["unlogged"] and not other["inherits"] and not other.of("foreign")]
        if parents and self.chance.one_in(8):
            table["inherits"] = Ref(self.chance.pick(parents).uid)
            table["rows"] = 0
            table["unlogged"] = False

    def add_table(self, schema):
        table = super().add_table(schema)
        if not table["inherits"] and self.chance.one_in(6):
            self.make_partitioned(schema, table)
        return table

    def make_partitioned(self, schema, table):
        keys = table.of("primary")
        columns = [schema.nodes[ref.uid] for ref in keys[0]["columns"]] if keys else \
            [column for column in self.plain_columns(table) if column["family"] in ("int", "text", "date")]
        columns = [column for column in columns if column["family"] in ("int", "text", "date") and not column["collation"]]
        if not columns or table["unlogged"]:
            return
        for kind in ("unique", "exclude"):
            for key in table.of(kind):
                schema.remove(key.uid)
        column = self.chance.pick(columns)
        table["partition_by"] = self.chance.pick(("LIST", "HASH", "RANGE"))
        table["partition_column"] = Ref(column.uid)
        table["fillfactor"] = None
        if table["partition_by"] == "HASH":
            for i in range(2):
                self.add_partition(schema, table, "FOR VALUES WITH (MODULUS 2, REMAINDER %d)" % i)
        else:
            self.add_partition(schema, table, "DEFAULT")
            self.add_more_partitions(schema, table)

    def add_partition(self, schema, table, bound):
        schema.add(None, "partition", name=self.new_name("p"), of=Ref(table.uid), bound=bound, new=True,
                   namespace=self.new_place(schema))

    def add_more_partitions(self, schema, table=None):
        table = table or self.pick([table for table in self.tables(schema)
                                    if table["partition_by"] in ("LIST", "RANGE")])
        if table is None:
            return
        family = schema.nodes[table["partition_column"].uid]["family"]
        i = schema.last
        value = {"int": "%d" % (i + 100), "text": "'z%05d'" % i, "date": "'%d-01-01'" % (2100 + i)}
        end = {"int": "%d" % (i + 101), "text": "'z%05da'" % i, "date": "'%d-02-01'" % (2100 + i)}
        self.add_partition(schema, table, "FOR VALUES IN (%s)" % value[family] if table["partition_by"] == "LIST" else
                           "FOR VALUES FROM (%s) TO (%s)" % (value[family], end[family]))

    def drop_partition(self, schema):
        node = self.pick([node for node in schema.root.of("partition") if node["bound"].startswith(("FOR VALUES IN", "FOR VALUES FROM"))])
        if node:
            schema.remove(node.uid)

    def repair(self, schema):
        # What cannot be said with the options is not done.
        for table in self.tables(schema) if self.before else []:
            old = self.before.nodes.get(table.uid)
            if old is not None and old["namespace"] != table["namespace"] and (
                    not self.full_name(self.before, old) or not self.full_name(schema, table) or
                    (old["namespace"] and old["namespace"].uid not in schema.nodes)):
                table["namespace"] = old["namespace"] if not old["namespace"] or old["namespace"].uid in schema.nodes else None
                table["name"] = old["name"]
        for enum in schema.root.of("enum") if self.before else []:
            for label in enum.of("label"):
                old = self.before.nodes.get(label.uid)
                if old is not None and not self.full_name(schema, enum):
                    label["name"] = old["name"]
        for table in self.tables(schema):
            if table["inherits"] and schema.nodes[table["inherits"].uid].of("foreign"):
                schema.nodes[table["inherits"].uid].children = [
                    child for child in schema.nodes[table["inherits"].uid].children if child.kind != "foreign"]
        schema.prune()

    def pick_family(self, schema, table):
        if self.chance.one_in(2):
            name = self.chance.pick(self.common)
            if self.family_fits(schema, table, name):
                return name
        return super().pick_family(schema, table)

    def family_fits(self, schema, table, name):
        if name in ("enum", "domain"):
            return bool(schema.root.of(name))
        if name == "row":
            return bool(schema.root.of("composite"))
        if name in ("citext", "hstore"):
            return self.extension(schema, name) is not None
        return True

    def new_type(self, schema, family):
        if family in ("enum", "domain", "row"):
            node = self.pick(schema.root.of("composite" if family == "row" else family))
            if family == "domain":
                node = self.pick([node for node in schema.root.of("domain")])
            return text("{}", node)
        return super().new_type(schema, family)

    def new_default(self, family):
        return None if family in ("enum", "domain", "row") else super().new_default(family)

    def dress_column(self, schema, table, column):
        family = column["family"]
        if family in ("citext", "hstore"):
            column["needs"] = Ref(self.extension(schema, family).uid)
        if family in ("text", "citext") and self.chance.one_in(5) and family == "text":
            column["collation"] = self.chance.pick(COLLATIONS)
        if family == "enum" and self.chance.one_in(3):
            labels = [label for label in schema.nodes[column["type"][0].uid].of("label")]
            column["default"] = text("{}", self.chance.pick(labels))
        if family == "int" and column["default"] is None and self.chance.one_in(8) and schema.root.of("sequence"):
            column["default"] = text("nextval('{}')", self.chance.pick(
                [node for node in schema.root.of("sequence")]))
            if "'" in schema.nodes[list(refs_in(column["default"]))[0]]["name"]:
                column["default"] = None
        super().dress_column(schema, table, column)
        if family == "int" and not column["generated"] and self.chance.one_in(10) and not self.has_rows(table):
            self.number(column)

    def number(self, column):
        """Makes it a column that numbers the rows."""
        column["default"] = None
        column["not_null"] = True
        if self.chance.one_in(2):
            column["type"] = text(self.chance.pick(("smallint", "integer", "bigint")))
            column["identity"] = self.chance.pick(("ALWAYS", "BY DEFAULT"))
            column["identity_options"] = self.chance.pick(("", "", "START WITH 100", "INCREMENT BY 5 CACHE 3"))
        else:
            column["type"] = text(self.chance.pick(("integer", "bigint", "smallint")))
            column["serial"] = True

    def dress_primary_key(self, schema, table, columns):
        column = columns[0]
        if len(columns) == 1 and column["family"] == "int" and self.chance.one_in(2) and not self.has_rows(table):
            self.number(column)

    def edit_identity(self, schema):
        table = self.pick_table(schema)
        column = self.pick([column for column in table.of("column") if column["family"] == "int" and column["not_null"]
                            and not column["generated"] and column["type"] and not column["serial"]]) if table else None
        if column is None or len(self.tied_columns(schema, column)) > 1:
            return
        if column["identity"] and self.chance.one_in(3):
            column["identity"] = column["identity_options"] = None
        elif column["identity"] or column["default"] is None:
            column["identity"] = self.chance.pick(("ALWAYS", "BY DEFAULT"))
            column["identity_options"] = self.chance.pick(("", "START WITH 50", "INCREMENT BY 3 MAXVALUE 30000"))

    def edit_serial(self, schema):
        """serial becomes an ordinary column."""
        column = self.pick([column for column in schema.of("column") if column["serial"]])
        if column is not None:
            column["serial"] = None

    def check_columns(self, table):
        return super().check_columns(table)

    def key_columns(self, table):
        found = [column for column in super().key_columns(table) if column["family"] not in ("domain",)]
        if table["partition_by"] or (table["new"] and table["inherits"]):
            return [column for column in found if Ref(column.uid) == table["partition_column"]] if table["partition_by"] else found
        return found

    def add_unique(self, schema, table=None):
        table = table or self.pick_table(schema)
        if table and not table["partition_by"]:
            super().add_unique(schema, table)

    def dress_unique(self, schema, table, node):
        node["nulls_not_distinct"] = self.chance.one_in(6) and not self.has_rows(table)
        node["deferrable"] = self.chance.pick(("DEFERRABLE", "DEFERRABLE INITIALLY DEFERRED")) if self.chance.one_in(8) else None
        others = [column for column in table.of("column") if Ref(column.uid) not in node["columns"]]
        if others and self.chance.one_in(6):
            node["include"] = (Ref(self.chance.pick(others).uid),)
        node["comment"] = self.new_comment()

    def dress_check(self, schema, table, node):
        heirs = [other for other in self.tables(schema) if other["inherits"] == Ref(table.uid)]
        node["no_inherit"] = self.chance.one_in(8) and not table["partition_by"] and not heirs
        node["comment"] = self.new_comment() if node["name"] is not None else None
        functions = [one for one in schema.root.of("function") if one["sort"] == "number"]
        numbers = [column for column in table.of("column") if column["family"] == "int" and column["type"] in (("integer",), ("smallint",))]
        if functions and numbers and self.chance.one_in(3):
            node["expression"] = text("{}({}) > -1000", self.chance.pick(functions), self.chance.pick(numbers))

    def cannot_refer(self, child, parent):
        return bool(parent["unlogged"] and not child["unlogged"])

    def add_foreign_key(self, schema, table=None):
        child = table or self.pick_table(schema)
        if child and not any(other["inherits"] == Ref(child.uid) for other in self.tables(schema)):
            super().add_foreign_key(schema, child)

    def dress_foreign_key(self, schema, child, node, nullable):
        super().dress_foreign_key(schema, child, node, nullable)
        node["deferrable"] = self.chance.pick(("DEFERRABLE", "DEFERRABLE INITIALLY DEFERRED")) if self.chance.one_in(4) else None
        node["not_valid"] = self.chance.one_in(8) and not child["partition_by"]
        node["match"] = "FULL" if self.chance.one_in(8) and not (child["rows"] and len(node["columns"]) > 1) else None
        node["comment"] = self.new_comment() if node["name"] is not None else None

    def validate(self, schema):
        key = self.pick([key for key in schema.of("foreign") if key["not_valid"] and not key["new"]])
        if key:
            key["not_valid"] = False

    def add_exclude(self, schema, table=None):
        table = table or self.pick_table(schema)
        columns = [column for column in self.plain_columns(table) if column["family"] == "range" and
                   (not self.has_rows(table) or not (column["new"] and column["default"]))] \
            if table and not table["partition_by"] else None
        if not columns:
            return
        node = schema.add(table, "exclude", name=self.new_name("x") if self.chance.one_in(2) else None, new=True,
                          columns=(Ref(self.chance.pick(columns).uid),))
        numbers = [column for column in table.of("column") if column["family"] == "int"]
        if numbers and self.extension(schema, "btree_gist") and self.chance.one_in(2):
            node["also"] = text("{} WITH =", self.chance.pick(numbers))
            node["needs"] = Ref(self.extension(schema, "btree_gist").uid)
        node["where"] = self.new_condition(table) if self.chance.one_in(4) else None
        node["deferrable"] = "DEFERRABLE" if self.chance.one_in(5) else None

    def index_columns(self, table):
        return [column for column in table.of("column")
                if self.families[column["family"]].key or column["family"] in ("json", "words", "point", "boolean", "enum")]

    def dress_index(self, schema, table, node, columns):
        column = columns[0]
        special = {"jsonb": ("gin", "{}"), "words": ("gin", "{}"), "range": ("gist", "{}"), "point": ("gist", "{}"),
                   "numbers": ("gin", "{}"), "texts": ("gin", "{}"), "address": ("gist", "{} inet_ops")}.get(column["family"])
        trigrams = self.extension(schema, "pg_trgm")
        node["comment"] = self.new_comment()
        if column["family"] == "text" and trigrams and self.chance.one_in(3):
            node["method"], node["parts"] = "gin", (text("{} gin_trgm_ops", column),)
            node["needs"] = Ref(trigrams.uid)
            return
        if special and (self.chance.one_in(2) or column["family"] in ("words", "point")):
            node["method"], node["parts"] = special[0], (text(special[1], column),)
            return
        columns = [column for column in columns if column["family"] not in ("words", "point", "json")]
        if not columns:
            columns = [column for column in table.of("column") if column["family"] == "json"]
            node["parts"] = (text("({} ->> 'a')", columns[0]),)
            return
        if self.chance.one_in(8) and self.families[columns[0]["family"]].key:
            kinds = ("hash",) if columns[0]["family"] not in ("bits",) else ("btree",)
            if columns[0]["family"] in ("int", "date", "timestamp"):
                kinds += ("brin",)
            node["method"] = self.chance.pick(kinds)
            node["parts"] = (text("{}", columns[0]),)
            return
        node["unique"] = self.chance.one_in(4) and self.can_be_unique(table, columns) and not table["partition_by"]
        node["nulls_not_distinct"] = node["unique"] and self.chance.one_in(4) and not self.has_rows(table)
        node["parts"] = tuple(self.index_part(column, node["unique"]) for column in columns)
        others = [column for column in table.of("column") if column not in columns]
        node["include"] = (Ref(self.chance.pick(others).uid),) if others and self.chance.one_in(6) else None
        node["fillfactor"] = 80 if self.chance.one_in(8) else None
        node["where"] = self.new_condition(table) if self.chance.one_in(4) else None

    def index_part(self, column, unique):
        part = text("{}", column)
        if column["family"] == "text" and self.chance.one_in(3) and not unique:
            part = text(self.chance.pick(("lower({})", "({} || 'x;')", "{} text_pattern_ops", "{} COLLATE \"C\"")), column)
        if self.chance.one_in(4):
            part = text("{} {}", part, self.chance.pick(("DESC", "ASC", "DESC NULLS LAST", "NULLS FIRST", "ASC NULLS LAST")))
        return part

    # Views, triggers, policies, statistics.

    def dress_view(self, schema, view, source):
        view["namespace"] = self.new_place(schema)
        view["materialized"] = self.chance.one_in(4)
        if not view["materialized"] and self.chance.one_in(6):
            view["option"] = self.chance.pick(("security_barrier=true", "check_option=local")) \
                if source.kind == "table" and not view["join"] else "security_barrier=true"
        if source.kind == "table" and self.chance.one_in(4) and not view["option"]:
            other = self.pick(self.tables(schema))
            view["join"] = Ref(other.uid) if other.uid != source.uid else None
        if view["materialized"] and self.chance.one_in(2):
            item = view.of("item")[0]
            family = self.item_family(schema, item)
            if family and self.families[family].key:
                schema.add(view, "index", name=self.new_name("i"), parts=(text("{}", item),), new=True)

    def item_family(self, schema, item):
        (uid,) = list(refs_in(item["shows"]))[-1:]
        node = schema.nodes[uid]
        return node["family"] if node.kind == "column" else self.item_family(schema, node)

    def add_trigger(self, schema):
        functions = [one for one in schema.root.of("function") if one["sort"] == "trigger"]
        owner = self.pick([table for table in self.tables(schema)] +
                          [view for view in schema.root.of("view") if not view["materialized"]])
        if not functions or owner is None:
            return
        event = self.chance.pick(("INSERT", "DELETE", "UPDATE", "INSERT OR UPDATE"))
        view = owner.kind == "view"
        columns = self.source_columns(owner)
        node = schema.add(owner, "trigger", name=self.new_name("tr"), event=event, new=True, comment=self.new_comment(),
                          timing="INSTEAD OF" if view else self.chance.pick(("BEFORE", "AFTER")),
                          function=Ref(self.chance.pick(functions).uid),
                          of=tuple(Ref(column.uid) for column in self.chance.some(columns, 2))
                          if event == "UPDATE" and self.chance.one_in(2) and not view else ())
        if not view and event != "INSERT OR UPDATE" and self.chance.one_in(3):
            plain = [column for column in columns if not column["generated"] and self.families[column["family"]].key]
            if plain:
                node["when"] = text("{}.{} IS NOT NULL", "OLD" if event == "DELETE" else "NEW", self.chance.pick(plain))
        if node["timing"] == "AFTER" and self.chance.one_in(5):
            node["deferrable"] = "DEFERRABLE INITIALLY DEFERRED"
        if self.trigger_states and not view and self.chance.one_in(6):
            node["enabled"] = self.chance.pick(("DISABLE", "ENABLE ALWAYS", "ENABLE REPLICA"))

    def add_policy(self, schema):
        table = self.pick_table(schema)
        condition = self.new_condition(table) if table else None
        if condition is None:
            return
        command = self.chance.pick(("ALL", "SELECT", "INSERT", "UPDATE", "DELETE"))
        schema.add(table, "policy", name=self.new_name("po"), command=command, new=True, comment=self.new_comment(),
                   role=self.chance.pick(("PUBLIC", "dbw_reader", "dbw_reader, dbw_writer")),
                   using=condition if command != "INSERT" else None,
                   restrictive=self.chance.one_in(4),
                   check=self.new_condition(table) if command in ("INSERT", "UPDATE", "ALL") else None)

    def add_statistics(self, schema):
        table = self.pick_table(schema)
        columns = [column for column in table.of("column") if self.families[column["family"]].key] if table else []
        if len(columns) >= 2:
            columns = self.chance.shuffled(columns)[:2]
            schema.add(table, "statistics", name=self.new_name("st"), new=True,
                       kinds=self.chance.pick(("", "(ndistinct)", "(dependencies, mcv)")),
                       columns=tuple(Ref(column.uid) for column in columns))

    # Who may do what. Roles belong to the server, and are there.

    def add_grant(self, schema):
        owner = self.pick([node for node in schema.root.children if node.kind in ("table", "view", "sequence", "function", "namespace")])
        role = self.chance.pick(("dbw_reader", "dbw_writer", "PUBLIC"))
        if owner is None or any(grant["role"] == role for grant in owner.of("grant")):
            return
        grant = schema.add(owner, "grant", name=None, role=role, new=True)
        self.dress_grant(owner, grant)

    def dress_grant(self, owner, grant):
        words = {"table": ("SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES", "TRIGGER", "TRUNCATE"), "view": ("SELECT", "INSERT"),
                 "sequence": ("USAGE", "SELECT", "UPDATE"), "function": ("EXECUTE",), "namespace": ("USAGE", "CREATE")}[owner.kind]
        grant["privileges"] = tuple(self.chance.some(words, 3))
        grant["option"] = self.chance.one_in(5) and grant["role"] != "PUBLIC"
        columns = owner.of("column") if owner.kind == "table" else []
        grant["columns"] = tuple(Ref(column.uid) for column in self.chance.some(columns, 2)) if self.chance.one_in(4) else ()
        if grant["columns"]:
            grant["privileges"] = ("SELECT", "UPDATE")[:self.chance.between(1, 2)]

    def edit_grant(self, schema):
        grant = self.pick(schema.of("grant"))
        if grant:
            self.dress_grant(schema.parent(grant.uid), grant)

    # Edits.

    def additions(self):
        return super().additions() + [
            (2, self.add_enum), (1, self.add_domain), (1, self.add_composite), (1, self.add_sequence), (2, self.add_function),
            (1, self.add_namespace), (1, self.add_extension), (1, self.add_exclude), (2, self.add_policy),
            (2, self.add_grant), (1, self.add_statistics), (1, self.add_more_partitions)]

    droppable = Dialect.droppable + ("policy", "statistics", "exclude", "grant", "sequence", "function", "enum", "domain",
                                     "composite", "extension", "namespace")

    def can_drop(self, schema, node):
        if node.kind in ("sequence", "function", "enum", "domain", "composite", "extension", "namespace"):
            users = schema.users(node.uid)
            return not any(user.kind in ("column", "table") for user in users)
        return True

    def edits(self):
        return super().edits() + [
            (4, self.edit_enum), (2, self.edit_domain), (2, self.edit_composite), (2, self.edit_sequence), (3, self.edit_function),
            (3, self.edit_identity), (1, self.edit_serial), (1, self.validate), (2, self.drop_partition), (2, self.edit_options),
            (2, self.edit_policy), (2, self.edit_grant), (2, self.move_table), (2, self.rename_label), (2, self.edit_trigger), (2, self.edit_collation)]

    def edit_enum(self, schema):
        enum = self.pick(schema.root.of("enum"))
        if enum is None:
            return
        labels = [label for label in enum.of("label") if not label["used"] and not schema.users(label.uid)]
        if labels and self.chance.one_in(2):
            schema.remove(self.chance.pick(labels).uid)
        else:
            self.add_label(schema, enum)

    def rename_label(self, schema):
        label = self.pick([label for label in schema.of("label") if not label["new"]])
        if label:
            enum = schema.parent(label.uid)
            name = self.chance.pick(("renamed%d" % schema.last, "it's %d" % schema.last, "a.b:%d" % schema.last))
            if name not in [other["name"] for other in enum.of("label")]:
                label["name"] = name

    def move_table(self, schema):
        """Into another namespace; its partitions stay where they are."""
        table = self.pick([table for table in self.tables(schema) if not table["new"]])
        if table:
            table["namespace"] = self.new_place(schema)

    def edit_domain(self, schema):
        domain = self.pick(schema.root.of("domain"))
        if domain is not None:
            if self.chance.one_in(2):
                self.new_domain_check(domain)
            else:
                domain["default"] = self.new_default(domain["family"])
                if domain["default"] and "NULL" in domain["default"]:
                    domain["default"] = None

    def edit_composite(self, schema):
        node = self.pick([node for node in schema.root.of("composite") if not schema.users(node.uid)])
        if node is None:
            return
        attributes = node.of("attribute")
        if len(attributes) > 1 and self.chance.one_in(2):
            schema.remove(self.chance.pick(attributes).uid)
        elif self.chance.one_in(2):
            self.chance.pick(attributes)["type"] = text(self.chance.pick(("integer", "text", "date", "numeric(9,3)")))
        else:
            schema.add(node, "attribute", name=self.new_name("a"), family="int", type=text("integer"), new=True)

    def edit_options(self, schema):
        table = self.pick_table(schema)
        if table is None:
            return
        if self.chance.one_in(2) and not table["partition_by"]:
            table["fillfactor"] = self.chance.pick((None, 50, 90))
        else:
            table["security"] = self.chance.pick((None, "ENABLE", "FORCE"))

    def edit_policy(self, schema):
        policy = self.pick(schema.of("policy"))
        if policy:
            condition = self.new_condition(schema.parent(policy.uid))
            if policy["using"] and condition:
                policy["using"] = condition
            else:
                policy["role"] = self.chance.pick(("PUBLIC", "dbw_reader"))

    def edit_trigger(self, schema):
        trigger = self.pick(schema.of("trigger"))
        if self.trigger_states and trigger and schema.parent(trigger.uid).kind == "table":
            trigger["enabled"] = self.chance.pick((None, "DISABLE", "ENABLE ALWAYS"))

    def edit_collation(self, schema):
        table = self.pick_table(schema)
        column = self.pick([column for column in self.plain_columns(table) if column["family"] == "text"
                            and Ref(column.uid) != table["partition_column"]]) if table else None
        if column is not None and len(self.tied_columns(schema, column)) == 1:
            column["collation"] = self.chance.pick((None, '"C"', '"en-x-icu"'))

    def edit_comment(self, schema):
        nodes = [node for node in schema.walk() if node.kind in (
            "table", "column", "view", "index", "trigger", "policy", "namespace", "sequence", "function", "enum", "domain",
            "composite") or (node.kind in ("check", "foreign", "unique") and node["name"] is not None)]
        node = self.pick(nodes)
        if node:
            node["comment"] = self.chance.pick((None, "new; comment", "it's\n-- rollback\nhere"))

    def can_return(self, schema, table, column):
        return table["partition_column"] != Ref(column.uid) and super().can_return(schema, table, column)

    def retypeable(self, table):
        return [column for column in super().retypeable(table) if table["partition_column"] != Ref(column.uid)
                and column["family"] not in ("enum", "domain", "row", "hstore", "range")]

    def retyped(self, schema, column, family):
        if family != "text":
            column["collation"] = None
        if column["identity"] or column["serial"]:
            if column["type"][0] not in ("smallint", "integer", "bigint"):
                column["type"] = text("bigint")
            column["identity_options"] = "" if column["identity"] else None
        if column["default"] and refs_in(column["default"]) and column["family"] != family:
            column["default"] = None
        if family == "text" and column["type"] == ("varchar(20)",) and column["family"] == "uuid":
            column["type"] = text("varchar(40)")
        for view in schema.root.of("view"):
            for index in view.of("index"):
                if column["family"] != family:
                    schema.remove(index.uid)

    def drop_typed_users(self, schema, column):
        super().drop_typed_users(schema, column)
        for node in schema.users(column.uid):
            if node.kind in ("index", "exclude", "policy", "statistics", "trigger", "check"):
                schema.remove(node.uid)
        for trigger in schema.of("policy"):
            pass

    def primary_key_can_go(self, schema, table, key):
        return not table["partition_by"]

    def drop_column(self, schema):
        super().drop_column(schema)

    # How it is written.

    def statements(self, schema, hints=None):
        from postgresql_sql import Writer
        return Writer(self, schema, hints or {}).statements()

    def value_of(self, schema, column, i):
        if self.has_null(column) and i == 2:
            return "NULL"
        if column["family"] == "enum":
            used = [label for label in schema.nodes[column["type"][0].uid].of("label") if label["used"]]
            return self.literal(used[i % len(used)]["name"])
        if column["family"] == "domain":
            return self.families[schema.nodes[column["type"][0].uid]["family"]].values[i]
        if column["family"] == "row":
            attributes = schema.nodes[column["type"][0].uid].of("attribute")
            return "ROW(%s)" % ", ".join(self.families[one["family"]].values[i] for one in attributes)
        return self.families[column["family"]].values[i]

    def rows_sql(self, schema):
        sql = ["SET session_replication_role = replica"]
        for table in self.tables(schema):
            columns = self.plain_columns(table)
            for i in range(table["rows"]):
                sql.append("INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE VALUES (%s)" % (
                    self.reference(schema, table.uid), ", ".join(self.quote(column["name"]) for column in columns),
                    ", ".join(self.value_of(schema, column, i) for column in columns)))
        return sql + ["SET session_replication_role = origin"]

    def clear_sql(self, schema):
        tables = self.tables(schema)
        return ["TRUNCATE %s CASCADE" % ", ".join(self.reference(schema, table.uid) for table in tables)] if tables else []

    def read_sql(self, schema, table, columns):
        return "SELECT %s FROM %s" % (", ".join(
            ("trim_scale(%s)" if column["family"] == "numeric" else "%s") % self.quote(column["name"]) for column in columns),
                                      self.reference(schema, table.uid))

    renames = ("table", "column", "label")

    def full_name(self, schema, node):
        """As the options of make-migrations want it, or None where dots and colons in the names make it ambiguous."""
        space = schema.nodes[node["namespace"].uid]["name"] if node["namespace"] else None
        if set(".:") & set(node["name"] + (space or "")):
            return None
        return (space or "public") + "." + node["name"]

    def is_renamed(self, a, b, old, new):
        if new.kind == "table" and a.nodes[old.uid]["namespace"] != new["namespace"]:
            return True
        return super().is_renamed(a, b, old, new)

    def rename_flag(self, a, b, old, new):
        if new.kind == "label":
            enum = b.parent(new.uid)
            if a.parent(old.uid) is None or self.full_name(b, enum) is None:
                return None
            self.renamed_types.add(enum.uid)
            return ["--rename-value", "%s.%s:%s" % (self.full_name(b, enum), old["name"], new["name"])]
        if new.kind == "table":
            before, after = self.full_name(a, old), self.full_name(b, new)
            return ["--rename-table", "%s:%s" % (before, after)] if before and after else None
        table = self.full_name(b, b.parent(new.uid))
        return ["--rename", "%s.%s:%s" % (table, old["name"], new["name"])] \
            if table and not set(".:") & set(old["name"] + new["name"]) else None

    def begin_pair(self):
        self.renamed_types = set()

    def extra_flags(self, a, b):
        return ["--safe"] if self.safe and b.last % 4 == 0 else []

    def same_values(self, old, new):
        if new["family"] == "enum" and new["type"][0].uid in self.renamed_types:
            return False
        return super().same_values(old, new) or (old["family"] == new["family"] == "int")
