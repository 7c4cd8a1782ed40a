"""What a CREATE statement in sqlite_schema says, whichever way it is written: SQLite keeps the text, and its
ALTER TABLE changes it."""

import re

TOKEN = re.compile(r"""\s+|--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]
                       |[xX]'[^']*'|[\w$]+(?:\.\d+)?|.""", re.X | re.S)


def tokens(sql):
    for match in TOKEN.finditer(sql):
        token = match.group()
        if token.isspace() or token.startswith("--") or (token.startswith("/*") and len(token) > 2):
            continue
        if token[0] == '"':
            yield "<" + token[1:-1].replace('""', '"') + ">"
        elif token[0] == "`":
            yield "<" + token[1:-1].replace("``", "`") + ">"
        elif token[0] == "[":
            yield "<" + token[1:-1] + ">"
        elif token[0] == "'" or token[:2] in ("x'", "X'"):
            yield token
        else:
            yield token.lower()


def same_text(sql):
    return " ".join(bare(token) for token in tokens(sql))


def bare(token):
    """A name without its quotes: it is the same name."""
    return token[1:-1].lower() if token.startswith("<") and len(token) > 2 else token


def pieces(words):
    """What stands between the commas of the outermost parentheses, and what stands behind these."""
    words = list(words)
    depth, piece, found, at = 0, [], [], words.index("(")
    for i in range(at, len(words)):
        word = words[i]
        depth += (word == "(") - (word == ")")
        if depth == 0:
            return found + [piece], words[i + 1:]
        if word == "," and depth == 1:
            found.append(piece)
            piece = []
        elif i > at:
            piece.append(word)
    raise AssertionError("unbalanced")


STARTS = ("constraint", "primary", "unique", "check", "foreign", "references", "not", "null", "default", "collate",
          "generated", "as")
MIDDLE = {"not": 2, "primary": 2, "generated": 3, "foreign": 2}


def clauses(words):
    """The constraints of a column or table, one list of words each, names first."""
    found, current, depth, i = [], None, 0, 0
    while i < len(words):
        word = words[i]
        starts = depth == 0 and word in STARTS and not (
            word == "null" and current and current[-1] in ("set", "default")) and not (
            word == "default" and current and current[-1] == "set") and not (
            word == "references" and current and "foreign" in current) and not (
            word == "not" and i + 1 < len(words) and words[i + 1] == "deferrable")
        if starts and not (current and current[:1] == ["constraint"] and len(current) == 2):
            current = []
            found.append(current)
        if starts:
            step = MIDDLE.get(word, 1)
            current += words[i:i + step]
            i += step
            continue
        depth += (word == "(") - (word == ")")
        if current is not None:
            current.append(word)
        i += 1
    return found


def describe_table(database, name, sql):
    items, options = pieces(tokens(sql))
    lines = ["table %r %s" % (name, " ".join(sorted(" ".join(options).split(" , "))))]
    quoted = '"%s"' % name.replace('"', '""')
    for _, column, kind, not_null, default, key, hidden in database.execute("PRAGMA table_xinfo(%s)" % quoted):
        lines.append("column %r.%r %s null %d default %s hidden %d" % (
            name, column, kind.replace(" ", "").upper(), not not_null, same_default(default), hidden))
    for item in items:
        lines += describe_item(name, item)
    return lines


def same_default(default):
    """A word in double quotes is a string there; NULL is none."""
    words = [("'%s'" % word[1:-1].replace("'", "''")) if word.startswith("<") and len(word) > 2 else word
             for word in tokens(default or "NULL")]
    return " ".join(words)


def describe_index(database, name, table, sql):
    """Its columns by what SQLite makes of them: ASC, and a column's own collation, go without saying."""
    words = list(tokens(sql))
    items, behind = pieces(words)
    parts = []
    rows = database.execute('PRAGMA index_xinfo("%s")' % name.replace('"', '""')).fetchall()
    for item, (_, number, column, descending, collation, _) in zip(items, rows):
        while item[-1] in ("asc", "desc"):
            item = item[:-1]
        if len(item) > 2 and item[-2] == "collate":
            item = item[:-2]
        parts.append("%s %s %s" % (" ".join(bare(word) for word in item) if number == -2 else column.lower(),
                                   collation, "desc" if descending else ""))
    while len(behind) > 2 and behind[1] == "(" and closes_at_end(" ".join(behind[1:])):
        behind = behind[:1] + behind[2:-1]
    return "index %r on %r%s (%s) %s" % (name, table, " unique" if words[1] == "unique" else "", ", ".join(parts),
                                         " ".join(bare(word) for word in behind))


def closes_at_end(words):
    """Whether the parenthesis that it begins with is closed by its last."""
    depth, words = 0, words.split(" ")
    for i, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if depth == 0:
            return i == len(words) - 1
    return False


def describe_item(table, item):
    own = item[0] not in ("constraint", "primary", "unique", "check", "foreign")
    column = item[0] if own else None
    lines = []
    for clause in clauses(item[1:] if own else item):
        title = ""
        if clause[0] == "constraint":
            title = " named " + bare(clause[1])
            clause = clause[2:]
        if clause[0] in ("not", "null", "default"):
            continue
        if own and clause[:2] == ["primary", "key"]:
            clause = ["primary", "key", "(", column, ")"] + clause[2:]
        elif own and clause[0] == "unique":
            clause = ["unique", "(", column, ")"] + clause[1:]
        elif own and clause[0] == "references":
            clause = ["foreign", "key", "(", column, ")"] + clause
        elif own and clause[0] in ("collate", "generated", "as"):
            title += " of column " + bare(column)
            clause = clause[2:] if clause[:2] == ["generated", "always"] else clause
        words = " ".join(bare(word) for word in clause)
        while clause[0] == "check" and words.startswith("check ( ( ") and closes_at_end(words[8:-2]):
            words = "check ( " + words[10:-4] + " )"
        words = words.replace(" initially immediate", "")
        for default in ("on delete no action", "on update no action", "on conflict abort",
                        "collate binary"):
            words = re.sub(r" ?\b%s\b" % default, "", words)
        if clause[0] == "as" and words[-1:] == ")":
            words += " virtual"
        lines.append("in table %r%s: %s" % (table, title, words))
    return [line for line in lines if not line.endswith(": ")]
