"""Makes a failing pair smaller for as long as it fails in the same way."""

import re
import shutil
import tempfile
import time
from pathlib import Path

from compare import make_pair
from pair import Failure, Project, Refusal, remove, script
from dialects import make_server

SECONDS = 120


def sort_of(failure):
    """The kind of failure: what is left of its line without names and numbers."""
    return re.sub(r"'[^']*'|\"[^\"]*\"|`[^`]*`|[0-9]+", "", failure.what.split("\n")[0])[:70]


def attempt(options, dialect, a, b, proves=False):
    """The failure of the pair in a project of its own, or None."""
    server = make_server(options.dialect, options.scratch)
    folder = Path(tempfile.mkdtemp(dir=options.scratch))
    project = None
    try:
        wanted_a = server.fresh(dialect.statements(a))
        project = Project(options.program, dialect, server, folder)
        project.begin(dialect.statements(a), wanted_a)
        if b is not None:
            pair = make_pair(dialect, a, b)
            project.proves = proves
            project.run(pair, wanted_a, server.fresh(pair.b))
    except Failure as failure:
        return failure
    except Refusal:
        return None
    except Exception:  # a schema that the server itself does not take is no smaller case
        return None
    finally:
        if project:
            project.close()
        remove(folder)
    return None


def without(schema, uid):
    schema = schema.copy()
    if uid in schema.nodes:
        schema.remove(uid)
    return schema


def smaller(a, b):
    """Pairs that have a little less than this one: first fewer edits, then fewer nodes, then plainer ones."""
    if b is None:
        for node in list(a.root.children) + [child for node in a.root.children for child in node.children]:
            yield without(a, node.uid), None
        return
    for size in (2, 4):
        chunk = -(-len(b.root.children) // size)
        for start in range(0, len(b.root.children), chunk or 1):
            smaller_a, smaller_b = a, b
            for node in b.root.children[start:start + chunk]:
                smaller_a, smaller_b = without(smaller_a, node.uid), without(smaller_b, node.uid)
            yield smaller_a, smaller_b
    for node in b.root.children + [child for node in b.root.children for child in node.children]:
        yield without(a, node.uid), without(b, node.uid)
    for node in list(a.walk()):
        if node.uid not in b.nodes:
            yield without(a, node.uid), b
    for node in list(b.walk()):
        old = a.nodes.get(node.uid)
        if old is None:
            continue
        if old.values != node.values:
            for key in sorted(set(old.values) | set(node.values)):
                if old[key] != node[key] and key != "new":
                    other = b.copy()
                    other.nodes[node.uid].values[key] = old[key]
                    other.prune()
                    yield a, other
    for node in list(b.walk()):
        for key in sorted(node.values):
            if node[key] and key not in ("name", "type", "family", "columns", "parts", "key", "table", "ref_columns", "new",
                                         "shows", "source", "expression", "body", "event", "timing", "labels"):
                first, second = a.copy(), b.copy()
                for schema in (first, second):
                    if node.uid in schema.nodes:
                        schema.nodes[node.uid].values[key] = None if not isinstance(node[key], int) else 0
                yield first, second


def shrink(options, dialect, a, b, failure):
    wanted = sort_of(failure)
    end = time.monotonic() + SECONDS
    if options.no_shrink:
        return a, b, failure
    first = attempt(options, dialect, a, b, failure.proved)
    if first is None or sort_of(first) != wanted:
        failure.detail = "(it does not happen without the pairs before it)\n" + failure.detail
        return a, b, failure
    failure, going = first, True
    while going and time.monotonic() < end:
        going = False
        for smaller_a, smaller_b in smaller(a, b):
            if time.monotonic() > end:
                break
            try:
                found = attempt(options, dialect, smaller_a, smaller_b, failure.proved)
            except Exception:
                continue
            if found is not None and sort_of(found) == wanted:
                a, b, failure, going = smaller_a, smaller_b, found, True
                break
    return a, b, failure


def keep(options, dialect, a, b, failure, name):
    """A folder with what is needed to see it again."""
    folder = Path(options.keep) / name
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / "dialect").write_text(options.dialect + "\n")
    (folder / "failure").write_text(failure.what + "\n" + failure.detail + "\n")
    (folder / "A.sql").write_text(script(dialect.statements(a)))
    if b is not None:
        pair = make_pair(dialect, a, b)
        (folder / "B.sql").write_text(script(pair.b))
        (folder / "flags").write_text("".join(flag + "\n" for flag in pair.flags))
        for part in ("rows", "kept", "same_a", "same_b"):
            if getattr(pair, part):
                (folder / (part + ".sql")).write_text(script(getattr(pair, part)))
    return folder
