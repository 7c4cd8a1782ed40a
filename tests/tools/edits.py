#!/usr/bin/env python3
"""Edits a schema step by step, and migrates a database with rows in it up and down at each.

    edits.py DIALECT LIST [--together N]

runs in the folder of a project whose first migration is applied and whose tables have rows. LIST is one of
tests/data/edits: forty changes, each an edit(TITLE, CHANGE..., options=..., lost=..., written=...). After each way
up the database must be what the models say, after each way down what it was before, as dbwarden reads it and as the
database's own tools do, and rows that no change has touched must be there with their values.

The model is one file, models/schema.sql. DBWARDEN names the program, CLIENT and DUMP the database's own.
"""
import argparse
import collections
import os
import re
import shlex
import sqlite3
import subprocess
import sys

# The model, and how it is changed.


class Model:
    """The text of the model file, and the statements that edits have added to it."""

    def __init__(self, text):
        self.text = text
        self.added = []

    def __str__(self):
        return self.text + "\n" + "\n".join(self.added) + "\n"


def scan(text, start):
    """The positions and characters of the text that stand outside quotes and comments."""
    i = start
    while i < len(text):
        c = text[i]
        if c in "'\"`":
            i = text.index(c, i + 1)
        elif text.startswith("--", i):
            i = text.index("\n", i)
        elif text.startswith("/*", i):
            i = text.index("*/", i) + 1
        else:
            yield i, c
        i += 1


def find_table(text, name):
    """Where the parts of the CREATE TABLE stand: between its parentheses."""
    pattern = r'CREATE TABLE\s+(?:\w+\.)?["`\[]?%s["`\]]?\s*\(' % re.escape(name)
    found = list(re.finditer(pattern, text))
    if len(found) != 1:
        raise LookupError("%d tables %s" % (len(found), name))
    depth, start = 1, found[0].end()
    for i, c in scan(text, start):
        depth += (c == "(") - (c == ")")
        if depth == 0:
            return start, i
    raise LookupError("the table %s does not end" % name)


def split_parts(body):
    parts, depth, start = [], 0, 0
    for i, c in scan(body, 0):
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            parts.append(body[start:i].strip())
            start = i + 1
    return parts + [body[start:].strip()]


CONSTRAINT = re.compile(r"(CONSTRAINT|PRIMARY KEY|UNIQUE|FOREIGN KEY|CHECK|EXCLUDE|KEY|INDEX|FULLTEXT|SPATIAL)\b")
NAMED = re.compile(r"(?:CONSTRAINT\s+|(?:UNIQUE |FULLTEXT |SPATIAL )?(?:KEY|INDEX)\s+)?[\"`\[]?(\w+)")


def part_named(parts, name):
    found = [i for i, part in enumerate(parts) if NAMED.match(part).group(1) == name or
             (" " in name and re.sub(r"\s+", " ", part).startswith(name))]
    if len(found) != 1:
        raise LookupError("%d parts %s" % (len(found), name))
    return found[0]


def in_table(name, change):
    """Changes the list of a table's parts, wherever the table was declared."""

    def apply(model):
        texts = [model.text] + model.added
        for n, text in enumerate(texts):
            try:
                start, end = find_table(text, name)
            except LookupError:
                continue
            parts = split_parts(text[start:end])
            change(parts)
            texts[n] = text[:start] + "\n    " + ",\n    ".join(parts) + "\n" + text[end:]
            model.text, model.added = texts[0], texts[1:]
            return
        raise LookupError("no table %s" % name)

    return apply


def add(table, *new):
    """Columns after the columns, constraints after the constraints."""

    def change(parts):
        for part in new:
            at = len(parts)
            if not CONSTRAINT.match(part):
                at = next((i for i, one in enumerate(parts) if CONSTRAINT.match(one)), at)
            parts.insert(at, part)

    return in_table(table, change)


def drop(table, *names):
    def change(parts):
        for name in names:
            del parts[part_named(parts, name)]

    return in_table(table, change)


def change(table, name, part):
    def change_parts(parts):
        parts[part_named(parts, name)] = part

    return in_table(table, change_parts)


def new(*statements):
    return lambda model: model.added.extend(statements)


def gone(*beginnings):
    """Takes out the statements that begin so, each of them one."""

    def apply(model):
        for beginning in beginnings:
            matching = [one for one in model.added if one.startswith(beginning)]
            words = r"\s+".join(re.escape(word) for word in beginning.split())
            pattern = re.compile(r"^%s.*?;[ \t]*$" % words, re.S | re.M)
            found = pattern.findall(model.text)
            if len(matching) + len(found) != 1:
                raise LookupError("%d statements %s" % (len(matching) + len(found), beginning))
            model.added = [one for one in model.added if one not in matching]
            model.text = pattern.sub("", model.text)

    return apply


def instead(beginning, statement):
    def apply(model):
        gone(beginning)(model)
        model.added.append(statement)

    return apply


def word(old, new_word):
    """Everywhere in the model, as a whole word."""

    def apply(model):
        pattern = re.compile(r"\b%s\b" % re.escape(old))
        if not pattern.search(str(model)):
            raise LookupError("no word %s" % old)
        model.text = pattern.sub(new_word, model.text)
        model.added = [pattern.sub(new_word, one) for one in model.added]

    return apply


def text(old, new_text, once=True):
    """In one place, whatever the blanks between its words."""

    def apply(model):
        pattern = re.compile(r"\s+".join(re.escape(one) for one in old.split()))
        texts = [model.text] + model.added
        count = sum(len(pattern.findall(one)) for one in texts)
        if count == 0 or (once and count > 1):
            raise LookupError("%d times %s" % (count, old))
        texts = [pattern.sub(lambda _: new_text, one) for one in texts]
        model.text, model.added = texts[0], texts[1:]

    return apply


def everywhere(old, new_text):
    return text(old, new_text, once=False)


class Edit:
    """options: of make-migrations. lost: columns (TABLE.COLUMN, or TABLE for all, as named before) whose values do
    not come back. written: columns whose values are written in another way after it, and as before after the way
    back."""

    def __init__(self, title, *changes, options="", lost=(), written=()):
        self.title, self.changes, self.options = title, changes, options
        self.lost, self.written = set(lost), set(written)


def read_list(path):
    edits = []
    names = {one.__name__: one for one in (add, drop, change, new, gone, instead, word, text, everywhere)}
    names["edit"] = lambda *words, **named: edits.append(Edit(*words, **named))
    with open(path) as file:
        exec(compile(file.read(), path, "exec"), names)
    return edits


# The database as its own tools tell of it.


def output_of(command, text=None):
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                          errors="surrogateescape")
    if done.returncode:
        sys.exit("%s: %s" % (" ".join(command[:1]), done.stderr))
    return done.stdout


def normal_block(block):
    """Where a column or constraint stands in its table is no difference."""
    lines = [line.rstrip().rstrip(",") for line in block.strip().splitlines()]
    if lines and lines[0].startswith(("CREATE TABLE", "CREATE UNLOGGED TABLE")):
        lines[1:] = sorted(lines[1:])
    return "\n".join(lines)


def blocks_of(dump):
    blocks = (normal_block(one) for one in re.split(r";\n", dump))
    return sorted(one for one in blocks if one)


def quoted(name, quote):
    return quote + name.replace(quote, quote * 2) + quote


class Server:
    """What the two kinds of servers have in common: a client and a dump program."""

    def __init__(self):
        self.client = shlex.split(os.environ["CLIENT"])
        self.dump = shlex.split(os.environ["DUMP"])

    def rows(self):
        tables = collections.OrderedDict()
        for line in output_of(self.client, self.columns).splitlines():
            table, column = line.split("\t")
            tables.setdefault(table, []).append(column)
        script = "".join(self.select(table, columns) for table, columns in tables.items())
        found, table = {}, None
        for line in output_of(self.client, script).split("\n"):
            if line.startswith("@table "):
                table = line[7:]
                found[table] = (tables[table], [])
            elif line:
                found[table][1].append(tuple(line.split("\t")))
        return found


class Postgresql(Server):
    columns = """COPY (SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname, a.attname
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
        AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND c.relname NOT LIKE 'dbwarden%'
        ORDER BY 1, a.attnum) TO STDOUT;"""

    def select(self, table, columns):
        return "\\echo @table %s\nCOPY (SELECT %s FROM %s) TO STDOUT;\n" % (
            table, ", ".join(quoted(one, '"') for one in columns),
            ".".join(quoted(one, '"') for one in table.split(".")))

    def schema(self):
        dump = output_of(self.dump)
        keep = [line for line in dump.splitlines() if not re.match(r"--|\\|SET |SELECT pg_catalog", line)]
        return blocks_of("\n".join(keep) + "\n")


class Mysql(Server):
    columns = """SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables
        USING (table_schema, table_name) WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'
        AND table_name NOT LIKE 'dbwarden%' ORDER BY table_name, ordinal_position;"""

    def select(self, table, columns):
        return "SELECT '@table %s';\nSELECT %s FROM %s;\n" % (
            table, ", ".join(quoted(one, "`") for one in columns), quoted(table, "`"))

    def schema(self):
        dump = output_of(self.dump)
        dump = re.sub(r" AUTO_INCREMENT=\d+", "", dump)
        return blocks_of(re.sub(r"^(--|/\*M?!\d* ?SET |DELIMITER).*$", "", dump, flags=re.M))


class Sqlite:
    def __init__(self):
        self.path = "app.db"

    def connect(self):
        return sqlite3.connect("file:%s?mode=ro" % self.path, uri=True)

    def tables(self, connection):
        return [name for name, in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'dbwarden%'"
            " AND name NOT LIKE 'sqlite%' ORDER BY name")]

    def rows(self):
        connection = self.connect()
        found = {}
        for table in self.tables(connection):
            rows = connection.execute("SELECT * FROM %s" % quoted(table, '"'))
            found[table] = ([one[0] for one in rows.description], [tuple(map(repr, row)) for row in rows])
        connection.close()
        return found

    def schema(self):
        """The text of a table is as it was once written, so of tables what SQLite says of their parts."""
        connection = self.connect()
        lines = []
        for table in self.tables(connection):
            for column in connection.execute("SELECT name, type, \"notnull\", dflt_value, pk, hidden"
                                             " FROM pragma_table_xinfo(?)", (table,)):
                lines.append("%s: column %s" % (table, column))
            for key in connection.execute("SELECT \"table\", \"from\", \"to\", on_update, on_delete, seq"
                                          " FROM pragma_foreign_key_list(?)", (table,)):
                lines.append("%s: foreign key %s" % (table, key))
            for name, unique, origin, partial in connection.execute(
                    "SELECT name, \"unique\", origin, partial FROM pragma_index_list(?)", (table,)):
                parts = connection.execute("SELECT seqno, name, \"desc\", coll FROM pragma_index_xinfo(?)"
                                           " WHERE key", (name,)).fetchall()
                lines.append("%s: index %s %s %s %s" % (table, name if origin == "c" else "", unique, partial, parts))
        for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
                                                  " AND type <> 'table' AND name NOT LIKE 'dbwarden%'"):
            lines.append("%s %s: %s" % (kind, name, re.sub(r'[\s"\[\]`]+', " ", sql)))
        connection.close()
        return sorted(lines)


# Running.


class Failure(Exception):
    pass


def dbwarden(*words, expect=0):
    done = subprocess.run([os.environ["DBWARDEN"], *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, encoding="utf-8", errors="replace")
    if done.returncode != expect:
        raise Failure("%s: exit status %d\n%s" % (" ".join(words), done.returncode, done.stdout))
    return done.stdout


def renames_of(options):
    """'--rename' and '--rename-table' of the options: columns by (table, column), tables by name, as named before."""
    columns, tables = {}, {}
    words = shlex.split(options)
    for option, value in zip(words, words[1:]):
        old, _, name = value.rpartition(":")
        if option == "--rename-table":
            tables[old] = name
        elif option == "--rename":
            table, _, column = old.rpartition(".")
            columns[table, column] = name
    return columns, tables


def survivors(before, after, edits):
    """For each table that is there on both sides: its two names, and the pairs of its columns' names."""
    columns, tables = renames_of(" ".join(edit.options for edit in edits))
    for table, (names, _) in before.items():
        there = tables.get(table, table)
        if there in after:
            pairs = [(name, columns.get((table, name), columns.get((there, name), name))) for name in names]
            yield table, there, [pair for pair in pairs if pair[1] in after[there][0]]


def values(state, table, names):
    columns, rows = state[table]
    places = [columns.index(name) for name in names]
    return sorted(tuple(row[place] for place in places) for row in rows)


def compare_rows(what, before, after, pairs, excused):
    for table, there, columns in pairs:
        if table in excused:
            continue
        columns = [pair for pair in columns if "%s.%s" % (table, pair[0]) not in excused]
        old, found = (values(before, table, [a for a, _ in columns]), values(after, there, [b for _, b in columns]))
        if old != found:
            lost = [row for row in old if row not in found][:3]
            come = [row for row in found if row not in old][:3]
            raise Failure("%s: the rows of %s are not what they were (%s): gone %s, come %s" % (
                what, table, ", ".join(a for a, _ in columns), lost, come))


def compare_schemas(what, expected, found):
    if expected != found:
        raise Failure("%s: the schema is another:\n%s" % (what, "\n".join(
            ["- " + one for one in expected if one not in found] +
            ["+ " + one for one in found if one not in expected])))


def write_model(text):
    with open("models/schema.sql", "w") as file:
        file.write(text)


def there_and_back(database, edits, model, state):
    """One migration. 'state' is the schema and the rows before; what they are after it is returned."""
    old_model, (schema, rows) = str(model), state
    excused_back = set().union(*(edit.lost for edit in edits))
    excused = excused_back.union(*(edit.written for edit in edits))
    options = [word for edit in edits for word in shlex.split(edit.options)]
    for edit in edits:
        for one in edit.changes:
            one(model)
    write_model(str(model))
    made = dbwarden("make-migrations", "-d", edits[0].title, "--allow-destructive", *options)
    if "Proved" not in made:
        raise Failure("not proved:\n" + made)
    dbwarden("migrate")
    dbwarden("diff", "--exit-code")
    if "no changes" not in dbwarden("make-migrations", "-d", "again"):
        raise Failure("a second make-migrations finds something")
    up_schema, up_rows = database.schema(), database.rows()
    pairs = list(survivors(rows, up_rows, edits))
    compare_rows("up", rows, up_rows, pairs, excused)
    dbwarden("rollback")
    down_schema, down_rows = database.schema(), database.rows()
    compare_schemas("down", schema, down_schema)
    same = [(table, table, [(name, name) for name, _ in columns]) for table, _, columns in pairs]
    compare_rows("down", rows, down_rows, same, excused_back)
    write_model(old_model)
    dbwarden("diff", "--exit-code")
    write_model(str(model))
    dbwarden("migrate")
    compare_schemas("up again", up_schema, database.schema())
    return up_schema, database.rows()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dialect", choices=("sqlite", "postgresql", "mysql"))
    parser.add_argument("list")
    parser.add_argument("--together", type=int, default=1, help="how many edits go into one migration")
    parser.add_argument("--only", help="numbers of edits, to look for a fault: 3 or 1-7")
    given = parser.parse_args()
    database = {"sqlite": Sqlite, "postgresql": Postgresql, "mysql": Mysql}[given.dialect]()
    edits = read_list(given.list)
    if given.only:
        first, _, last = given.only.partition("-")
        edits = edits[int(first) - 1:int(last or first)]
    model = Model(open("models/schema.sql").read())
    first = state = (database.schema(), database.rows())
    for n in range(0, len(edits), given.together):
        group = edits[n:n + given.together]
        try:
            state = there_and_back(database, group, model, state)
        except (Failure, LookupError) as error:
            sys.exit("edit %s: %s\n%s" % (n + 1, "; ".join(edit.title for edit in group), error))
    try:
        dbwarden("rollback", "--to-version", "1")
        compare_schemas("all the way down", first[0], database.schema())
        dbwarden("migrate")
        compare_schemas("all the way up again", state[0], database.schema())
        dbwarden("check")
    except Failure as error:
        sys.exit("all of them: %s" % error)
    print("%d edits" % len(edits))


main()
