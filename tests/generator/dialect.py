"""What the dialects have in common: how a random schema is made, and how it is edited.

Every table either has rows or none. Edits to a table with rows are only such that the rows allow, on the way
there and on the way back: what a migration cannot do because of its data is not what is tested here."""

from chance import Chance
from names import LITERALS, new_name
from tree import Ref, Schema, Text, refs_in, text

ACTIONS = ("NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT")


class Family:
    """A family of types whose values go into each other without a loss.

    types: how they are written. values: three literals that differ. defaults, checks: templates that hold for all
    of the values and defaults. goes_to: families that the values can become and come back from."""

    def __init__(self, types, values, defaults=(), checks=(), computed=(), goes_to=(), key=True, plain=True):
        self.types = types
        self.values = values
        self.defaults = defaults
        self.checks = checks
        self.computed = computed
        self.goes_to = goes_to
        self.key = key
        self.plain = plain


class Dialect:
    """One dialect; a subclass fills in what is different."""

    longest = 63
    longest_bytes = None
    odd_names = 3
    families = {}
    options = {}

    def __init__(self, seed):
        self.chance = Chance(seed)
        self.taken = set()

    # Names, literals and how they are written.

    def new_name(self, prefix):
        return new_name(self.chance, prefix, self.taken, self.longest, self.longest_bytes, self.odd_names)

    def quote(self, name):
        return '"' + name.replace('"', '""') + '"'

    def literal(self, value):
        return "'" + value.replace("'", "''") + "'"

    def reference(self, schema, uid):
        node = schema.nodes[uid]
        return self.quote(node["name"]) if node["name"] is not None else self.item_name(schema, node)

    def item_name(self, schema, node):
        """A column of a view without a name of its own has that of the column that it shows."""
        (uid,) = list(refs_in(node["shows"]))[-1:]
        return self.reference(schema, uid)

    def write(self, schema, value):
        if isinstance(value, Ref):
            return self.reference(schema, value.uid)
        return "".join(part if isinstance(part, str) else self.reference(schema, part.uid) for part in value)

    def names(self, schema, refs):
        return ", ".join(self.write(schema, ref) for ref in refs)

    # How a pair is put to dbwarden.

    renames = ("table", "column")
    before = None

    def begin_pair(self):
        """Whatever is kept about a pair begins anew."""

    def extra_flags(self, a, b):
        """What else make-migrations has to be told."""
        return []

    def is_renamed(self, a, b, old, new):
        return new.kind in self.renames and old["name"] != new["name"]

    def rename_flag(self, a, b, old, new):
        """The option of make-migrations, or None if the names make it ambiguous."""
        if set(".:") & set(old["name"] + new["name"]):
            return None
        if new.kind == "table":
            return ["--rename-table", "%s:%s" % (old["name"], new["name"])]
        table = b.parent(new.uid)["name"]
        return None if set(".:") & set(table) else ["--rename", "%s.%s:%s" % (table, old["name"], new["name"])]

    def shuffle_statements(self, statements):
        """The same models in another order: what dbwarden writes must not depend on it. But unnamed constraints get
        their numbers, and triggers of one event may fire, in the order in which they come: these keep it."""
        fixed = [one for one in statements if one.startswith(("ALTER TABLE", "CREATE TRIGGER"))]
        kept = iter(fixed)
        return [next(kept) if one in fixed else one for one in Chance(len(statements)).shuffled(statements)]

    def same_values(self, old, new):
        return old["type"] == new["type"] and old["family"] == new["family"]

    # A random schema.

    def random_schema(self):
        schema = Schema()
        self.begin(schema)
        for _ in range(self.chance.between(2, 5)):
            self.add_table(schema)
        for _ in range(self.chance.between(4, 14)):
            self.add_something(schema)
        self.repair(schema)
        self.settle(schema)
        return schema

    def begin(self, schema):
        """What comes before the tables."""

    def settle(self, schema):
        """From here on everything is there already, with rows in the tables that have any."""
        self.taken = set()
        for node in schema.walk():
            if node["name"] is not None:
                self.taken.add(node["name"].lower())
            node["new"] = False

    def tables(self, schema):
        return [table for table in schema.root.of("table") if not table["like"]]

    def pick_table(self, schema):
        tables = self.tables(schema)
        return self.chance.pick(tables) if tables else None

    def pick(self, nodes):
        return self.chance.pick(nodes) if nodes else None

    def add_table(self, schema):
        table = schema.add(None, "table", name=self.new_name("t"), new=True,
                           rows=0 if self.chance.one_in(3) else 3, comment=self.new_comment())
        self.dress_table(schema, table)
        for _ in range(self.chance.between(2, 6)):
            self.add_column(schema, table)
        if not self.chance.one_in(6):
            self.add_primary_key(schema, table)
        return table

    def new_comment(self):
        return None

    def dress_table(self, schema, table):
        """Options of the new table."""

    def has_rows(self, table):
        return bool(table["rows"]) and not table["new"]

    def has_null(self, column):
        """Whether the rows have a NULL there."""
        return not column["not_null"] and not column["full"] and column.uid % 5 == 0 and not column["generated"]

    def pick_family(self, schema, table):
        return self.chance.pick([name for name in self.families if self.family_fits(schema, table, name)])

    def family_fits(self, schema, table, name):
        return True

    def new_type(self, schema, family):
        return text(self.chance.pick(self.families[family].types))

    def new_default(self, family):
        defaults = self.families[family].defaults
        if family == "text" and self.chance.one_in(2):
            return text(self.literal(self.chance.pick(LITERALS)))
        return text(self.chance.pick(defaults)) if defaults else None

    @staticmethod
    def is_value(default):
        return default is not None and default != ("NULL",)

    def add_column(self, schema, table, family=None):
        family = family or self.pick_family(schema, table)
        default = self.new_default(family) if self.chance.one_in(3) else None
        not_null = self.chance.one_in(3) and (self.is_value(default) or not self.has_rows(table))
        column = schema.add(table, "column", at=self.new_position(table), name=self.new_name("c"), family=family,
                            type=self.new_type(schema, family), not_null=not_null, default=default,
                            comment=self.new_comment(), new=True)
        self.dress_column(schema, table, column)
        return column

    def new_position(self, table):
        columns = [i for i, child in enumerate(table.children) if child.kind == "column"]
        end = columns[-1] + 1 if columns else 0
        return self.chance.below(end + 1) if self.chance.one_in(4) else end

    def dress_column(self, schema, table, column):
        if self.families[column["family"]].computed and self.chance.one_in(8):
            self.make_generated(schema, table, column)

    def plain_columns(self, table):
        return [column for column in table.of("column") if not column["generated"]]

    def numbered(self, column):
        """Whether it fills itself with numbers: then it has no default, and is never NULL."""
        return bool(column["identity"] or column["serial"])

    def make_generated(self, schema, table, column):
        """Computes the column from another one of its family."""
        sources = [other for other in self.plain_columns(table)
                   if other["family"] == column["family"] and other is not column]
        if not sources:
            return
        column["expression"] = text(self.chance.pick(self.families[column["family"]].computed),
                                    self.chance.pick(sources))
        column["generated"] = self.chance.pick(self.generated_kinds)
        column["default"] = None
        column["not_null"] = False

    generated_kinds = ("STORED", "VIRTUAL")

    def key_columns(self, table):
        """Columns that can be unique: where there are rows, their values differ or are NULL."""
        return [column for column in self.plain_columns(table)
                if self.families[column["family"]].key and
                (not self.has_rows(table) or not column["new"] or not column["default"]) and
                not (column["new"] and self.has_rows(table) and self.numbered(column))]

    def add_primary_key(self, schema, table):
        if table.of("primary"):
            return
        columns = [column for column in self.key_columns(table)
                   if not self.has_rows(table) or not (column["new"] or self.has_null(column))]
        if not columns:
            return
        columns = self.chance.some(columns, 2 if self.chance.one_in(3) else 1)
        for column in columns:
            self.make_not_null(schema, column)
        schema.add(table, "primary", name=self.new_name("pk") if self.chance.one_in(2) else None,
                   columns=tuple(Ref(column.uid) for column in columns), new=True)
        self.dress_primary_key(schema, table, columns)

    def make_not_null(self, schema, column):
        column["not_null"] = True

    def dress_primary_key(self, schema, table, columns):
        """Whatever numbers rows by itself."""

    def add_unique(self, schema, table=None):
        table = table or self.pick_table(schema)
        columns = self.key_columns(table) if table else None
        if columns:
            columns = self.chance.some(columns, 3)
            if any(set(key["columns"]) == {Ref(column.uid) for column in columns}
                   for key in table.of("primary", "unique")):
                return
            node = schema.add(table, "unique", name=self.new_name("u") if self.chance.one_in(2) else None, new=True,
                              columns=tuple(Ref(column.uid) for column in columns))
            self.dress_unique(schema, table, node)

    def dress_unique(self, schema, table, node):
        """What else a unique constraint can have."""

    def check_columns(self, table):
        return [column for column in table.of("column") if self.families[column["family"]].checks]

    def new_condition(self, table):
        column = self.pick(self.check_columns(table))
        if column is None:
            return None
        condition = text(self.chance.pick(self.families[column["family"]].checks), column)
        other = self.pick(self.check_columns(table))
        if self.chance.one_in(3):
            condition = text("{} {} {}", condition, self.chance.pick(("AND", "OR")),
                             text(self.chance.pick(self.families[other["family"]].checks), other))
        return condition

    def add_check(self, schema, table=None):
        table = table or self.pick_table(schema)
        condition = self.new_condition(table) if table else None
        if condition is not None:
            node = schema.add(table, "check", name=self.new_name("ck") if self.chance.one_in(2) else None, new=True,
                              expression=condition)
            self.dress_check(schema, table, node)

    def dress_check(self, schema, table, node):
        """What else a check can have."""

    # Foreign keys.

    def keys_to_lean_on(self, schema, child):
        """Primary keys and unique constraints, with the columns of the child that could lead there."""
        found = []
        for parent in self.tables(schema):
            if self.cannot_refer(child, parent):
                continue
            for key in parent.of("primary", "unique"):
                columns = [schema.nodes[ref.uid] for ref in key["columns"]]
                if key["nulls_not_distinct"] or key["deferrable"] or \
                        any(column["family"] in self.no_foreign_keys for column in columns):
                    continue
                if child["rows"] and (parent["rows"] < child["rows"] or
                                      any(self.has_null(column) for column in columns)):
                    continue
                if self.has_rows(child) and (parent["new"] or any(column["new"] for column in columns)):
                    continue
                found.append((parent, key, columns))
        return found

    no_foreign_keys = ()

    def cannot_refer(self, child, parent):
        return False

    def child_column(self, schema, child, wanted, used):
        """A column that has the values of the wanted one: one that is there, or a new one."""
        for column in self.chance.shuffled(self.plain_columns(child)):
            if column is not wanted and column.uid not in used and column["family"] == wanted["family"] and \
                    self.same_type(column, wanted) and not (self.has_rows(child) and column["new"] and
                                                            (column["default"] or column["not_null"])) and \
                    not column["default"]:
                return column
        column = self.add_column(schema, child, wanted["family"])
        for key in ("generated", "expression", "identity", "serial", "default"):
            column[key] = None
        column["not_null"] = column["not_null"] and not self.has_rows(child)
        self.make_same_type(column, wanted)
        return column

    def same_type(self, column, other):
        return column["type"] == other["type"] and column["collation"] == other["collation"]

    def make_same_type(self, column, other):
        for key in ("type", "collation", "charset"):
            column[key] = other[key]

    def add_foreign_key(self, schema, table=None):
        child = table or self.pick_table(schema)
        keys = self.keys_to_lean_on(schema, child) if child else None
        if not keys:
            return
        parent, key, wanted = self.chance.pick(keys)
        columns = []
        for column in wanted:
            columns.append(self.child_column(schema, child, column, [other.uid for other in columns]))
        if any(column["generated"] for column in columns):
            return
        for column in wanted:
            column["full"] = True
        nullable = not any(column["not_null"] for column in columns)
        node = schema.add(child, "foreign", name=self.new_name("fk") if self.chance.one_in(2) else None, new=True,
                          columns=tuple(Ref(column.uid) for column in columns), table=Ref(parent.uid), key=Ref(key.uid),
                          ref_columns=key["columns"])
        self.dress_foreign_key(schema, child, node, nullable)

    def dress_foreign_key(self, schema, child, node, nullable):
        for key in ("on_delete", "on_update"):
            actions = [action for action in self.actions if nullable or action != "SET NULL"]
            node[key] = self.chance.pick(actions) if self.chance.one_in(2) else None

    actions = ACTIONS

    # Indexes, views, triggers.

    def index_columns(self, table):
        return [column for column in table.of("column") if self.families[column["family"]].key]

    def add_index(self, schema, table=None):
        table = table or self.pick_table(schema)
        columns = self.index_columns(table) if table else None
        if not columns:
            return
        columns = self.chance.some(columns, 3)
        node = schema.add(table, "index", name=self.new_name("i"), new=True)
        self.dress_index(schema, table, node, columns)

    def can_be_unique(self, table, columns):
        allowed = self.key_columns(table)
        return any(column in allowed for column in columns) and \
            (not self.has_rows(table) or all(column in allowed for column in columns))

    def dress_index(self, schema, table, node, columns):
        raise NotImplementedError

    def view_sources(self, schema):
        return self.tables(schema) + schema.root.of("view")

    def source_columns(self, source):
        return source.of("column", "item")

    def add_view(self, schema):
        source = self.pick(self.view_sources(schema))
        if source is None:
            return
        view = schema.add(None, "view", name=self.new_name("v"), new=True, source=Ref(source.uid),
                          comment=self.new_comment())
        self.fill_view(schema, view, source)
        schema.prune()

    def fill_view(self, schema, view, source):
        for column in self.chance.some(self.source_columns(source), 4):
            view_name = self.new_name("x") if self.chance.one_in(3) else None
            schema.add(view, "item", name=view_name, shows=text("{}", column), new=True)
        shown = [self.reference(schema, item.uid).lower() for item in view.of("item")]
        if len(shown) != len(set(shown)):
            view.children = view.children[:1]
        if source.kind == "table":
            condition = self.new_condition(source) if self.chance.one_in(3) else None
            view["where"] = condition
        self.dress_view(schema, view, source)

    def dress_view(self, schema, view, source):
        """What else a view can have."""

    def add_trigger(self, schema):
        raise NotImplementedError

    # Edits.

    def add_something(self, schema):
        self.chance.weighted(self.additions())(schema)

    def additions(self):
        return [(3, self.add_unique), (3, self.add_check), (5, self.add_foreign_key), (6, self.add_index),
                (3, self.add_view), (2, self.add_trigger)]

    def edits(self):
        return [(2, self.add_table), (2, self.drop_table), (2, self.rename_table), (6, self.edit_add_column),
                (5, self.drop_column), (4, self.rename_column), (6, self.retype_column), (3, self.edit_null),
                (4, self.edit_default), (3, self.edit_generated), (2, self.edit_comment),
                (2, self.edit_primary_key), (10, self.add_something),
                (8, self.drop_something), (6, self.replace_something), (2, self.rename_something)]

    def edited(self, schema, most=5):
        """A copy with a few random edits."""
        self.before, schema = schema, schema.copy()
        for _ in range(self.chance.between(1, most)):
            self.chance.weighted(self.edits())(schema)
            schema.prune()
            self.repair(schema)
        return schema

    def repair(self, schema):
        """What an edit has left that cannot be."""

    def edit_add_column(self, schema):
        table = self.pick_table(schema)
        if table:
            self.add_column(schema, table)

    def held_by_rows(self, schema, uids, but=None):
        """Whether a foreign key with rows under it, of another table, leans on one of the nodes."""
        for key in schema.of("foreign"):
            child = schema.parent(key.uid)
            if child.uid != but and child["rows"] and \
                    (key["table"].uid in uids or any(ref.uid in uids for ref in key["ref_columns"])):
                return True
        return False

    def table_can_go(self, schema, table):
        return not any(self.held_by_rows(one, [table.uid], table.uid) for one in (schema, self.before))

    def drop_table(self, schema):
        tables = [table for table in self.tables(schema) if self.table_can_go(schema, table)]
        if len(tables) > 1:
            schema.remove(self.chance.pick(tables).uid)

    def rename_table(self, schema):
        table = self.pick([table for table in self.tables(schema) if not table["new"]])
        if table:
            table["name"] = self.new_name("t")

    def can_return(self, schema, table, column):
        """Whether the rows that are there could have the column back, as it was before all the edits."""
        if not table["rows"] or column["generated"]:
            return True
        first = self.before.nodes.get(column.uid)
        speakers = [node.kind for node in schema.users(column.uid)]
        if first is not None:
            speakers += [node.kind for node in self.before.users(column.uid)]
        if self.held_by_rows(schema, [column.uid]) or self.held_by_rows(self.before, [column.uid]) or "primary" in speakers:
            return False
        keyed = bool({"unique", "foreign", "index", "exclude"} & set(speakers))
        column = first or column
        return not keyed if self.is_value(column["default"]) else not column["not_null"]

    def drop_column(self, schema):
        table = self.pick_table(schema)
        columns = [column for column in table.of("column") if self.can_return(schema, table, column)] if table else []
        if columns and len(table.of("column")) > 1:
            column = self.chance.pick(columns)
            if len(self.plain_columns(table)) > 1 or column["generated"]:
                self.take_out_computed(schema, table, column)
                schema.remove(column.uid)

    def take_out_computed(self, schema, table, column):
        """Columns that are computed from one that goes, go with it: these must be free to go too."""

    def rename_column(self, schema):
        table = self.pick_table(schema)
        column = self.pick([column for column in table.of("column") if not column["new"]
                            and self.can_be_renamed(schema, table, column)]) if table else None
        if column and not table["new"]:
            column["name"] = self.new_name("c")

    def can_be_renamed(self, schema, table, column):
        return True

    def tied_columns(self, schema, column):
        """The column, and those that a foreign key ties to it: they have one type, always."""
        tied, more = {column.uid}, True
        while more:
            more = False
            for key in schema.of("foreign"):
                for own, other in zip(key["columns"], key["ref_columns"]):
                    if (own.uid in tied) != (other.uid in tied):
                        tied |= {own.uid, other.uid}
                        more = True
        return [schema.nodes[uid] for uid in sorted(tied)]

    def drop_typed_users(self, schema, column):
        """Expressions that were made for the type that it had."""
        for node in schema.users(column.uid):
            for key in ("expression", "where", "when", "shows"):
                if column.uid in refs_in(node[key] or ()) and not (key == "shows" and len(node[key]) == 1):
                    schema.remove(node.uid)
                    break
            else:
                if node.kind == "index" and any(len(part) > 1 for part in node["parts"]):
                    schema.remove(node.uid)

    def retype_column(self, schema):
        table = self.pick_table(schema)
        column = self.pick(self.retypeable(table)) if table else None
        if column is None:
            return
        tied = self.tied_columns(schema, column)
        if any(one not in self.retypeable(schema.parent(one.uid)) for one in tied):
            return
        family = column["family"]
        if self.families[family].goes_to and self.chance.one_in(2) and len(tied) == 1 and not self.numbered(column):
            family = self.chance.pick(self.families[family].goes_to)
        wanted = self.new_type(schema, family)
        for one in tied:
            if family != one["family"] and one["default"] is not None:
                one["default"] = self.new_default(family)
                one["not_null"] = one["not_null"] and (self.is_value(one["default"]) or not one["new"])
            one["type"] = wanted
            self.retyped(schema, one, family)
            if family != one["family"]:
                one["family"] = family
                self.drop_typed_users(schema, one)

    def retypeable(self, table):
        return self.plain_columns(table)

    def retyped(self, schema, column, family):
        """What goes with the type."""

    def edit_null(self, schema):
        table = self.pick_table(schema)
        columns = [column for column in self.plain_columns(table)
                   if "primary" not in [node.kind for node in schema.users(column.uid)]
                   and not self.numbered(column)] if table else []
        column = self.pick(columns)
        if column is None:
            return
        if column["not_null"]:
            column["not_null"] = False
        elif not self.has_rows(table) or not (column["new"] or self.has_null(column)):
            if not any(key[action] == "SET NULL" for key in table.of("foreign") if Ref(column.uid) in key["columns"]
                       for action in ("on_delete", "on_update")):
                column["not_null"] = True

    def edit_default(self, schema):
        table = self.pick_table(schema)
        column = self.pick([column for column in self.plain_columns(table) if not self.numbered(column)]) \
            if table else None
        if column is None or (column["new"] and self.has_rows(table)):
            return
        column["default"] = None if column["default"] and self.chance.one_in(2) else self.new_default(column["family"])
        if column["not_null"] and not self.is_value(column["default"]):
            column["default"] = None

    def edit_generated(self, schema):
        table = self.pick_table(schema)
        column = self.pick([column for column in table.of("column") if column["generated"]]) if table else None
        if column is not None:
            sources = [other for other in self.plain_columns(table) if other["family"] == column["family"]]
            if sources:
                column["expression"] = text(self.chance.pick(self.families[column["family"]].computed),
                                            self.chance.pick(sources))

    def edit_comment(self, schema):
        """Comments, where the dialect has them."""

    def edit_primary_key(self, schema):
        table = self.pick_table(schema)
        key = self.pick(table.of("primary")) if table else None
        if table and key is None:
            self.add_primary_key(schema, table)
        elif key and not self.held_by_rows(schema, [table.uid]) and self.primary_key_can_go(schema, table, key):
            schema.remove(key.uid)
            if self.chance.one_in(2):
                self.add_primary_key(schema, table)

    def primary_key_can_go(self, schema, table, key):
        return True

    droppable = ("unique", "check", "foreign", "index", "view", "trigger")

    def drop_something(self, schema):
        node = self.pick([node for node in schema.of(*self.droppable) if self.can_drop(schema, node)])
        if node:
            schema.remove(node.uid)

    def can_drop(self, schema, node):
        """A key that foreign keys lean on goes with them; their rows must allow them to come back: they do."""
        return True

    replaceable = {"check": "add_check", "foreign": "add_foreign_key", "index": "add_index", "unique": "add_unique"}

    def replace_something(self, schema):
        """Another definition under the name that was there."""
        node = self.pick([node for node in schema.of(*self.replaceable)
                          if node["name"] is not None and self.can_drop(schema, node)])
        if node is None:
            return
        table = schema.parent(node.uid)
        schema.remove(node.uid)
        before = {other.uid for other in schema.walk()}
        getattr(self, self.replaceable[node.kind])(schema, table)
        for other in table.of(node.kind):
            if other.uid not in before:
                other["name"] = node["name"]

    renameable = ("unique", "check", "foreign", "index")

    def rename_something(self, schema):
        """Keys, checks and indexes: what is the same but for its name is the same."""
        node = self.pick([node for node in schema.of(*self.renameable) if node["name"] is not None])
        if node:
            node["name"] = self.new_name("r")
