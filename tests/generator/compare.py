"""From two schemas of the generator to a pair of texts: what was renamed, and which rows must be the same."""

from pair import Pair


def renames(dialect, a, b):
    """The flags that say what was renamed, and hints for some of it, as one can say it in the models."""
    flags, hints = [], {}
    for node in b.walk():
        old = a.nodes.get(node.uid)
        if old is None or not dialect.is_renamed(a, b, old, node):
            continue
        flag = dialect.rename_flag(a, b, old, node)
        table = b.parent(node.uid)
        if node.kind == "column" and table.uid in hints:
            flag = None
        if flag is None or (old["namespace"] == node["namespace"] and node.kind in ("table", "column") and node.uid % 2 == 0):
            hints[node.uid] = old["name"] if old["name"].strip() == old["name"] else '"%s"' % old["name"]
        else:
            flags += flag
    return flags + dialect.extra_flags(a, b), hints


def make_pair(dialect, a, b):
    dialect.begin_pair()
    flags, hints = renames(dialect, a, b)
    statements = dialect.statements(b, hints)
    pair = Pair(dialect.statements(a), statements, ["--no-renames"] + flags, dialect.rows_sql(a))
    pair.shuffled = dialect.shuffle_statements(statements)
    pair.clear = dialect.clear_sql(a)
    for table in dialect.tables(a):
        later = b.nodes.get(table.uid)
        if later is None or not table["rows"]:
            continue
        kept = [(column, b.nodes[column.uid]) for column in dialect.plain_columns(table)
                if column.uid in b.nodes and not b.nodes[column.uid]["generated"]]
        same = [(old, new) for old, new in kept if dialect.same_values(old, new)]
        if kept:
            pair.kept.append(dialect.read_sql(a, table, [old for old, _ in kept]))
        if same:
            pair.same_a.append(dialect.read_sql(a, table, [old for old, _ in same]))
            pair.same_b.append(dialect.read_sql(b, later, [new for _, new in same]))
    return pair
