"""Pairs that have failed once: folders cases/NNN-title with A.sql, B.sql and what belongs to them, for one dialect
each. They are put through dbwarden in the same way as the random ones."""

import re
import tempfile
from pathlib import Path

from dialects import make_server
from pair import Failure, Invalid, Pair, Project, Refusal, remove

FOLDER = Path(__file__).resolve().parent / "cases"


def statements(path):
    """The statements of a file: each ends with a semicolon, or with // between DELIMITER lines, at the end of a line, where
    no string is open."""
    found, statement, delimiter = [], [], ";"
    if not path.exists():
        return found
    for line in path.read_text().split("\n"):
        if not statement and line.startswith("DELIMITER "):
            delimiter = line.split(" ")[1]
            continue
        statement.append(line)
        text = "\n".join(statement)
        if line.endswith(delimiter) and not open_quote(text):
            found.append(text[:-len(delimiter)])
            statement = []
    if "".join(statement).strip():
        raise ValueError("%s: the last statement does not end" % path)
    return found


QUOTED = re.compile(r"""'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\$(\w*)\$.*?\$\1\$|--[^\n]*\n?""", re.S)


def open_quote(text):
    rest = QUOTED.sub("", text)
    return any(mark in rest for mark in "'\"`") or "$$" in rest


def read_case(folder):
    flags = folder / "flags"
    return Pair(statements(folder / "A.sql"), statements(folder / "B.sql"),
                flags.read_text().split("\n")[:-1] if flags.exists() else [],
                *[statements(folder / (part + ".sql")) for part in ("rows", "same_a", "same_b", "kept")])


def run_case(options, folder):
    """The failure, or None."""
    server = make_server(options.dialect, options.scratch)
    at = Path(tempfile.mkdtemp(dir=options.scratch))
    project = None
    try:
        pair = read_case(folder)
        wanted = server.fresh(pair.a)
        project = Project(options.program, options.dialect, server, at)
        project.proves = True
        project.begin(pair.a, wanted)
        if pair.b:
            project.run(pair, wanted, server.fresh(pair.b))
        return None
    except (Failure, Refusal, Invalid) as failure:
        return failure
    finally:
        if project:
            project.close()
        remove(at)


def run(options):
    """Prints one line for each case, as the tests do. Cases of a folder of one's own: --keep FOLDER."""
    bad = 0
    for folder in sorted((Path(options.keep) if options.keep_given else FOLDER).iterdir()):
        if (folder / "dialect").read_text().strip() != options.dialect or (options.names and folder.name not in options.names):
            continue
        failure = run_case(options, folder)
        if failure is None:
            print("ok " + folder.name)
            continue
        bad += 1
        print("\n".join("    " + line for line in (str(failure) + "\n" + getattr(failure, "detail", "")).split("\n")[:60]))
        print("not ok " + folder.name, flush=True)
    return 1 if bad else 0
