"""Names and literals as people have them, and as nobody should."""

ODD = (
    "order", "select", "group", "table", "index", "user", "values", "key", "primary", "default", "check",
    "references", "column", "constraint", "desc", "from", "where", "limit", "end", "trigger", "begin",
    "Order", "MixedCase", "camelCase", "UPPER", "two words", " lead", "it\"s", "o'clock", "back`tick",
    "brack[et]", "semi;colon", "dash--dash", "sl/*ash", "hash#tag", "1st", "dollar$sign", "per%cent",
    "back\\slash", "gr\u00f6\u00dfe", "\u540d\u524d", "na\u00efve", "\u0442\u0430\u0431\u043b\u0438\u0446\u0430",
    "a.b", "co:lon", "com,ma", "(paren)", "$$", "new", "old", "date", "text", "integer", "value", "name",
    "type", "year", "position", "rank", "window", "interval", "public", "rowid", "oid",
)

LITERALS = (
    "", "x", "it's", "back\\slash", "two\nlines", "semi; colon", "-- no comment", "/* no */ comment",
    "\"double\"", "`tick`", "$$dollar$$", "tab\there", "100%", "gr\u00f6\u00dfe", "\u540d\u524d", ":name", "?",
    "a\n-- upgrade\nb", "a\n-- rollback\n", "''", "\\'", "{brace}", "a\\nb", "ends with \\", " blanks ", "NULL", "E'x'", "\U0001f600",
)


def new_name(chance, prefix, taken, longest, longest_bytes=None, odd=3):
    """A name that nothing has. 'taken' holds the names in use, in lower case."""
    for _ in range(20):
        kind = chance.below(10)
        if kind < odd:
            name = chance.pick(ODD)
        elif kind == odd and chance.one_in(3):
            name = (prefix + str(chance.below(1000)) + "_" + "long" * 40)[:longest]
        else:
            name = prefix + str(chance.below(1000))
        if longest_bytes and len(name.encode()) > longest_bytes:
            continue
        if name.lower() not in taken:
            taken.add(name.lower())
            return name
    return new_name(chance, prefix + "x", taken, longest, longest_bytes, 0)
