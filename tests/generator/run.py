#!/usr/bin/env python3
"""Random pairs of schemas through dbwarden.

    run.py pairs DIALECT --program P --seed N --pairs N [--minutes M] [--keep FOLDER]
    run.py cases DIALECT --program P [NAME...]

Ends with status 1 if a pair failed."""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from chance import Chance
from compare import make_pair
from dialects import make_dialect, make_server
from pair import Failure, Invalid, Project, Refusal, remove
from shrink import keep, shrink, sort_of

CHAIN = 10
# The share of pairs that the server itself may refuse: another is made for each. More is a defect of the generator.
INVALID = 0.05


class Count:
    def __init__(self):
        self.pairs = self.nothing = 0
        self.refusals = {}
        self.failures = []
        self.invalid = []
        self.seen = set()


def run_chain(options, count, seed, limit):
    """One project: a schema, and as many edits after each other as there are to be."""
    dialect = make_dialect(options.dialect, seed)
    server = make_server(options.dialect, options.scratch)
    folder = Path(tempfile.mkdtemp(dir=options.scratch))
    project = Project(options.program, dialect, server, folder)
    a = dialect.random_schema()
    b = None
    step = 0
    try:
        wanted = server.fresh(dialect.statements(a))
        project.begin(dialect.statements(a), wanted)
        while step < limit:
            step += 1
            b = dialect.edited(a)
            pair = make_pair(dialect, a, b)
            project.proves = step == limit
            wanted_b = server.fresh(pair.b)
            made = project.run(pair, wanted, wanted_b)
            count.pairs += made
            count.nothing += not made
            a, wanted, b = b, wanted_b, None
            dialect.settle(a)
        return
    except Refusal as refusal:
        count.pairs += 1
        count.refusals[str(refusal)] = count.refusals.get(str(refusal), 0) + 1
        return
    except Invalid as error:
        count.invalid.append("seed %d pair %d: %s" % (seed, step, error))
        return
    except Failure as failure:
        count.pairs += 1
        failed = failure
    finally:
        project.close()
        remove(folder)
    report(options, count, seed, step, dialect, a, b, failed)


def report(options, count, seed, step, dialect, a, b, failure):
    print("seed %d, pair %d of %s: %s" % (seed, step, options.dialect, failure.what), flush=True)
    # What has failed in the same way before is not made smaller again: that takes long.
    again = sort_of(failure) + " ".join(failure.detail.split("\n")[0].split(" ")[:2])
    if again not in count.seen:
        a, b, failure = shrink(options, dialect, a, b, failure)
    count.seen.add(again)
    folder = keep(options, dialect, a, b, failure, "%s-%d-%d" % (options.dialect, seed, step))
    count.failures.append((seed, step, failure.what, folder))
    print("    kept in %s\n%s" % (folder, "\n".join("    " + line for line in failure.detail.split("\n")[:40])),
          flush=True)


def pairs(options):
    count = Count()
    end = time.monotonic() + options.minutes * 60 if options.minutes else None
    seeds = Chance(options.seed)
    spoken = time.monotonic()
    while (time.monotonic() < end) if end else (count.pairs < options.pairs and not too_many_invalid(options, count)):
        seed = options.seed if options.exact else seeds.below(10 ** 9)
        left = CHAIN if end else min(CHAIN, options.pairs - count.pairs)
        run_chain(options, count, seed, left)
        if end and time.monotonic() - spoken > 30:
            spoken = time.monotonic()
            print(summary(options, count), flush=True)
    print(summary(options, count))
    for text, times in sorted(count.refusals.items()):
        print("refused %d times: %s" % (times, text))
    for seed, step, what, folder in count.failures:
        print("FAILED seed %d pair %d: %s (%s)" % (seed, step, what, folder))
    for text in count.invalid:
        print("INVALID %s" % (text if options.exact else text.split("\n")[0]))
    return 1 if count.failures or too_many_invalid(options, count) else 0


def too_many_invalid(options, count):
    return len(count.invalid) > (count.pairs if options.minutes else options.pairs) * INVALID


def summary(options, count):
    return "%s: %d pairs, %d without a change, %d refused, %d not taken by the server, %d failed" % (
        options.dialect, count.pairs, count.nothing, sum(count.refusals.values()), len(count.invalid), len(count.failures))


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("what", choices=("pairs", "cases"))
    parser.add_argument("dialect")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--program", default=os.environ.get("BUILD", "build") + "/dbwarden")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--keep", default=None)
    parser.add_argument("--exact", action="store_true", help="the seed is that of one chain, as a failure names it")
    parser.add_argument("--no-shrink", action="store_true")
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    # Where there is a file system in memory: what is tested here is not what a disk keeps.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="dbwarden-pairs.", dir=memory) as scratch:
        options.scratch = scratch
        options.keep_given = options.keep is not None
        if options.keep is None:
            options.keep = os.path.join(tempfile.gettempdir(), "dbwarden-pairs-kept")
        return pairs(options) if options.what == "pairs" else __import__("cases").run(options)


sys.exit(main())
