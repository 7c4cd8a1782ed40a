"""How a random schema of PostgreSQL is written: in an order that the server itself can execute."""


class Writer:
    def __init__(self, dialect, schema, hints):
        self.dialect = dialect
        self.schema = schema
        self.hints = hints
        self.sql = []
        self.written = set()

    def name(self, node):
        return self.dialect.reference(self.schema, node.uid)

    def write(self, value):
        return self.dialect.write(self.schema, value)

    def names(self, refs):
        return self.dialect.names(self.schema, refs)

    def comment(self, what, node):
        if node["comment"] is not None:
            self.sql.append("COMMENT ON %s IS %s" % (what, self.dialect.literal(node["comment"])))

    def statements(self):
        root = self.schema.root
        for node in root.of("namespace"):
            self.sql.append("CREATE SCHEMA " + self.name(node))
            self.comment("SCHEMA " + self.name(node), node)
        for node in root.of("extension"):
            self.sql.append("CREATE EXTENSION " + node["name"])
        for node in root.of("enum", "domain", "composite"):
            getattr(self, node.kind)(node)
        for node in root.of("sequence"):
            self.sql.append("CREATE SEQUENCE %s %s" % (self.name(node), node["options"]))
            self.comment("SEQUENCE " + self.name(node), node)
        self.functions(lambda node: node["sort"] != "reads")
        for node in root.of("table", "partition"):
            getattr(self, node.kind)(node)
        for table in self.dialect.tables(self.schema):
            for key in table.of("foreign"):
                if key.uid not in self.written:
                    self.sql.append("ALTER TABLE %s ADD %s" % (self.name(table), self.constraint(key)))
        for table in root.of("table"):
            self.belongings(table)
        self.functions(lambda node: node["sort"] == "reads")
        for node in root.of("view"):
            self.view(node)
        for owner in root.of("table", "view"):
            for trigger in owner.of("trigger"):
                self.trigger(owner, trigger)
        for owner in root.of("table", "view", "sequence", "function", "namespace"):
            for grant in owner.of("grant"):
                self.grant(owner, grant)
        return self.sql

    def grant(self, owner, grant):
        kind = {"table": "TABLE ", "view": "", "sequence": "SEQUENCE ", "function": "FUNCTION ", "namespace": "SCHEMA "}[owner.kind]
        name = self.name(owner)
        if owner.kind == "function":
            kind = "PROCEDURE " if owner["sort"] == "procedure" else kind
            name += {"number": "(integer)", "procedure": "(integer)"}.get(owner["sort"], "()")
        columns = " (%s)" % self.names(grant["columns"]) if grant["columns"] else ""
        if owner.kind == "function" and grant["role"] == "PUBLIC":
            self.sql.append("REVOKE ALL ON %s%s FROM PUBLIC" % (kind, name))
            return
        self.sql.append("GRANT %s ON %s%s TO %s%s" % (", ".join(word + columns for word in grant["privileges"]), kind, name,
                                                     grant["role"], " WITH GRANT OPTION" if grant["option"] else ""))

    def enum(self, node):
        self.sql.append("CREATE TYPE %s AS ENUM (%s)" % (
            self.name(node), ", ".join(self.dialect.literal(label["name"]) for label in node.of("label"))))
        self.comment("TYPE " + self.name(node), node)

    def domain(self, node):
        sql = "CREATE DOMAIN %s AS %s" % (self.name(node), self.write(node["type"]))
        if node["default"] is not None:
            sql += " DEFAULT " + self.write(node["default"])
        if node["check"]:
            title = "CONSTRAINT %s " % self.dialect.quote(node["check_name"]) if node["check_name"] else ""
            sql += " %sCHECK (%s)" % (title, node["check"])
        self.sql.append(sql)
        self.comment("DOMAIN " + self.name(node), node)

    def composite(self, node):
        self.sql.append("CREATE TYPE %s AS (%s)" % (self.name(node), ", ".join(
            "%s %s" % (self.dialect.quote(one["name"]), self.write(one["type"])) for one in node.of("attribute"))))
        self.comment("TYPE " + self.name(node), node)

    def functions(self, wanted):
        for node in self.schema.root.of("function"):
            if not wanted(node):
                continue
            quote = node["quote"]
            body = "%s%s%s" % (quote, self.write(node["body"]), quote)
            while quote in body[len(quote):-len(quote)]:
                quote = "$q%s" % quote[1:]
                body = "%s%s%s" % (quote, self.write(node["body"]), quote)
            if node["sort"] == "procedure":
                self.sql.append("CREATE PROCEDURE %s(x integer DEFAULT 1) LANGUAGE plpgsql AS %s" % (self.name(node), body))
                self.comment("PROCEDURE %s(integer)" % self.name(node), node)
                continue
            head, language, arguments = {
                "number": ("(a integer) RETURNS integer", "sql", "integer"), "trigger": ("() RETURNS trigger", "plpgsql", ""),
                "reads": ("() RETURNS bigint", "sql", "")}[node["sort"]]
            self.sql.append("CREATE FUNCTION %s%s LANGUAGE %s %s%sAS %s" % (
                self.name(node), head, language, node["volatility"] + " " if node["volatility"] else "",
                "STRICT " if node["strict"] and node["sort"] == "number" else "", body))
            self.comment("FUNCTION %s(%s)" % (self.name(node), arguments), node)

    def table(self, table):
        lines = []
        for column in table.of("column"):
            hint = self.hints.get(column.uid)
            lines.append((self.column(column), " -- dbwarden: renamed-from %s" % hint if hint else ""))
        for key in table.of("primary", "unique", "check", "exclude"):
            lines.append((self.constraint(key), ""))
        for key in table.of("foreign"):
            if key.uid % 2 and not key["not_valid"] and (key["table"].uid in self.written or key["table"].uid == table.uid):
                self.written.add(key.uid)
                lines.append((self.constraint(key), ""))
        self.written.add(table.uid)
        last = len(lines) - 1
        body = "\n".join("    %s%s%s" % (line, "," if i < last else "", hint) for i, (line, hint) in enumerate(lines))
        sql = "-- dbwarden: renamed-from %s\n" % self.hints[table.uid] if table.uid in self.hints else ""
        sql += "CREATE %sTABLE %s (\n%s\n)" % ("UNLOGGED " if table["unlogged"] else "", self.name(table), body)
        if table["inherits"]:
            sql += " INHERITS (%s)" % self.write(table["inherits"])
        if table["partition_by"]:
            sql += " PARTITION BY %s (%s)" % (table["partition_by"], self.write(table["partition_column"]))
        if table["fillfactor"]:
            sql += " WITH (fillfactor = %d)" % table["fillfactor"]
        self.sql.append(sql)
        for column in table.of("column"):
            self.comment("COLUMN %s.%s" % (self.name(table), self.name(column)), column)
        for key in table.of("unique", "check", "exclude"):
            if key["name"] is not None:
                self.comment("CONSTRAINT %s ON %s" % (self.name(key), self.name(table)), key)

    def partition(self, node):
        self.sql.append("CREATE TABLE %s PARTITION OF %s %s" % (self.name(node), self.write(node["of"]), node["bound"]))

    def column(self, column):
        kind = self.write(column["type"])
        if column["serial"]:
            kind = {"integer": "serial", "bigint": "bigserial", "smallint": "smallserial"}[kind]
        sql = "%s %s" % (self.name(column), kind)
        if column["collation"]:
            sql += " COLLATE " + column["collation"]
        if column["generated"]:
            sql += " GENERATED ALWAYS AS (%s) STORED" % self.write(column["expression"])
        if column["identity"]:
            options = " (%s)" % column["identity_options"] if column["identity_options"] else ""
            sql += " GENERATED %s AS IDENTITY%s" % (column["identity"], options)
        if column["default"] is not None:
            sql += " DEFAULT " + self.write(column["default"])
        return sql + (" NOT NULL" if column["not_null"] else "")

    def constraint(self, key):
        sql = "CONSTRAINT %s " % self.name(key) if key["name"] is not None else ""
        if key.kind == "check":
            return sql + "CHECK (%s)%s" % (self.write(key["expression"]), " NO INHERIT" if key["no_inherit"] else "")
        columns = self.names(key["columns"])
        if key.kind == "exclude":
            sql += "EXCLUDE USING gist (%s WITH &&%s)" % (columns, ", " + self.write(key["also"]) if key["also"] else "")
            sql += " WHERE (%s)" % self.write(key["where"]) if key["where"] else ""
        elif key.kind == "foreign":
            sql += "FOREIGN KEY (%s) REFERENCES %s (%s)" % (columns, self.write(key["table"]), self.names(key["ref_columns"]))
            sql += " MATCH FULL" if key["match"] else ""
            for action in ("on_delete", "on_update"):
                sql += " %s %s" % (action.upper().replace("_", " "), key[action]) if key[action] else ""
        else:
            sql += "PRIMARY KEY" if key.kind == "primary" else "UNIQUE"
            sql += " NULLS NOT DISTINCT" if key["nulls_not_distinct"] else ""
            sql += " (%s)" % columns
            sql += " INCLUDE (%s)" % self.names(key["include"]) if key["include"] else ""
        sql += " " + key["deferrable"] if key["deferrable"] else ""
        return sql + (" NOT VALID" if key["not_valid"] else "")

    def belongings(self, table):
        name = self.name(table)
        self.comment("TABLE " + name, table)
        for key in table.of("foreign"):
            if key["name"] is not None:
                self.comment("CONSTRAINT %s ON %s" % (self.name(key), name), key)
        for index in table.of("index"):
            self.index(table, index)
        if table["security"]:
            self.sql.append("ALTER TABLE %s ENABLE ROW LEVEL SECURITY" % name)
            if table["security"] == "FORCE":
                self.sql.append("ALTER TABLE %s FORCE ROW LEVEL SECURITY" % name)
        for policy in table.of("policy"):
            self.sql.append("CREATE POLICY %s ON %s%s FOR %s TO %s%s%s" % (
                self.name(policy), name, " AS RESTRICTIVE" if policy["restrictive"] else "", policy["command"], policy["role"],
                " USING (%s)" % self.write(policy["using"]) if policy["using"] else "",
                " WITH CHECK (%s)" % self.write(policy["check"]) if policy["check"] else ""))
            self.comment("POLICY %s ON %s" % (self.name(policy), name), policy)
        for one in table.of("statistics"):
            space = self.write(table["namespace"]) + "." if table["namespace"] else ""
            self.sql.append("CREATE STATISTICS %s%s %s ON %s FROM %s" % (
                space, self.name(one), one["kinds"], self.names(one["columns"]), name))

    def index(self, owner, index):
        sql = "CREATE %sINDEX %s ON %s" % ("UNIQUE " if index["unique"] else "", self.name(index), self.name(owner))
        sql += " USING " + index["method"] if index["method"] else ""
        sql += " (%s)" % ", ".join(self.write(part) for part in index["parts"])
        sql += " INCLUDE (%s)" % self.names(index["include"]) if index["include"] else ""
        sql += " NULLS NOT DISTINCT" if index["nulls_not_distinct"] else ""
        sql += " WITH (fillfactor = %d)" % index["fillfactor"] if index["fillfactor"] else ""
        sql += " WHERE " + self.write(index["where"]) if index["where"] else ""
        self.sql.append(sql)
        space = self.schema.nodes[owner["namespace"].uid] if owner["namespace"] else None
        self.comment("INDEX %s%s" % (self.name(space) + "." if space else "", self.name(index)), index)

    def view(self, view):
        items = ["s." + self.write(item["shows"]) + (" AS " + self.dialect.quote(item["name"]) if item["name"] is not None else "")
                 for item in view.of("item")]
        join = " CROSS JOIN %s AS j" % self.write(view["join"]) if view["join"] else ""
        where = " WHERE " + self.write(view["where"]) if view["where"] and not join else ""
        self.sql.append("CREATE %sVIEW %s%s AS SELECT %s FROM %s AS s%s%s" % (
            "MATERIALIZED " if view["materialized"] else "", self.name(view),
            " WITH (%s)" % view["option"] if view["option"] else "", ", ".join(items), self.write(view["source"]), join, where))
        self.comment("%sVIEW %s" % ("MATERIALIZED " if view["materialized"] else "", self.name(view)), view)
        for index in view.of("index"):
            self.index(view, index)

    def trigger(self, owner, trigger):
        constraint = "CONSTRAINT " if trigger["deferrable"] else ""
        event = trigger["event"] + (" OF " + self.names(trigger["of"]) if trigger["of"] else "")
        self.sql.append("CREATE %sTRIGGER %s %s %s ON %s%s FOR EACH ROW%s EXECUTE FUNCTION %s()" % (
            constraint, self.name(trigger), trigger["timing"], event, self.name(owner),
            " " + trigger["deferrable"] if trigger["deferrable"] else "",
            " WHEN (%s)" % self.write(trigger["when"]) if trigger["when"] else "", self.write(trigger["function"])))
        if trigger["enabled"]:
            self.sql.append("ALTER TABLE %s %s TRIGGER %s" % (self.name(owner), trigger["enabled"], self.name(trigger)))
        self.comment("TRIGGER %s ON %s" % (self.name(trigger), self.name(owner)), trigger)
