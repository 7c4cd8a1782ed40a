"""One pair of schemas, A and B, put through dbwarden in a project: there, there again, back, there once more;
after each step the database is compared with a fresh one in which the server itself has executed the models."""

import difflib
import os
import re
import shutil
import subprocess
from pathlib import Path


class Failure(Exception):
    """What differed. 'what' is one line, 'detail' the rest."""

    def __init__(self, what, detail=""):
        super().__init__(what)
        self.proved = False
        self.what = what
        self.detail = detail


class Refusal(Exception):
    """dbwarden has said that it does not do this; that is in its documentation."""


class Invalid(Exception):
    """The server itself does not take the models: a mistake of the generator's."""


# What dbwarden documents that it refuses, by its words.
REFUSALS = ()


class Pair:
    """What is done with SQL alone, so that it can be written down and done again.

    models: the statements of A and of B. shuffled: B again, in another order. flags: for make-migrations.
    rows: fills the database that has A. same: queries on A and on B whose rows must be equal. kept: queries on A
    whose rows must be the same before and after."""

    def __init__(self, a, b, flags=(), rows=(), same_a=(), same_b=(), kept=(), clear=(), shuffled=None):
        self.a = a
        self.b = b
        self.flags = list(flags)
        self.rows = list(rows)
        self.same_a = list(same_a)
        self.same_b = list(same_b)
        self.kept = list(kept)
        self.clear = list(clear)
        self.shuffled = shuffled or b


def script(statements):
    """The statements as a file; what has semicolons of its own, in a body, gets another delimiter, as MySQL's client wants
    it. No other dialect of these has a body that is not in a string."""
    return "".join("DELIMITER //\n%s//\nDELIMITER ;\n" % statement if BODY.match(statement) else statement + ";\n"
                   for statement in statements)


BODY = re.compile(r"CREATE (TRIGGER|FUNCTION|PROCEDURE|EVENT) `.* BEGIN .*END$", re.S)


def difference(wanted, found):
    gone = [line for line in wanted if line not in found]
    more = [line for line in found if line not in wanted]
    return "\n".join(["- " + line for line in gone] + ["+ " + line for line in more])


class Project:
    """A folder with a database of its own, and a twin without one, in which everything is generated again."""

    def __init__(self, program, dialect, server, folder):
        self.program = program
        self.dialect = dialect
        self.server = server
        self.folder = Path(folder)
        self.twin = self.folder / "twin"
        self.environment = dict(os.environ, NO_COLOR="1")
        for at in (self.folder, self.twin):
            at.mkdir(parents=True, exist_ok=True)
            (at / "dbwarden.ini").write_text(
                "[database:primary]\n" + server.settings_for(at) + "model_paths = models\n")
            (at / "models").mkdir()
        self.statements = None
        self.proves = False
        server.open(self.folder)

    def close(self):
        self.server.close()

    def call(self, arguments, folder=None, wanted=(0,)):
        try:
            done = subprocess.run([self.program] + arguments, cwd=folder or self.folder, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.environment, timeout=300)
        except subprocess.TimeoutExpired:
            raise Failure(arguments[0] + " does not end") from None
        output = done.stdout.decode(errors="replace")
        if done.returncode not in wanted:
            for pattern in REFUSALS:
                if re.search(pattern, output):
                    raise Refusal(pattern)
            output = output.replace(str(self.folder), "FOLDER")
            failure = Failure("%s: exit status %d: %s" % (arguments[0], done.returncode, first_error(output)), output)
            failure.proved = self.proves
            raise failure
        return output

    def generate(self, statements, shuffled, flags):
        """Writes the migration to the models: how many files it has. Twice: the bytes must be the same."""
        before = len(self.files())
        for folder, text in ((self.folder, statements), (self.twin, shuffled)):
            (folder / "models" / "models.sql").write_text(script(text))
        arguments = ["make-migrations", "-d", "next", "--database", "primary", "--allow-destructive"] + flags
        output = self.call(arguments + ([] if self.proves else ["--no-verify"]))
        try:
            self.call(arguments + ["--no-verify"], self.twin)
        except Failure as failure:
            raise Failure("in another order: " + failure.what, failure.detail)
        self.compare_bytes()
        written = len(self.files()) - before
        if ("no changes" in output) != (written == 0):
            raise Failure("what make-migrations says is not what it has written", output)
        return written

    def files(self):
        return sorted((self.folder / "migrations" / "primary").glob("*.sql"))

    def made(self, folder):
        found = {}
        for part in ("migrations", ".dbwarden"):
            for path in sorted((folder / part).rglob("*")):
                if path.is_file():
                    found[str(path.relative_to(folder))] = path.read_bytes()
        return found

    def compare_bytes(self):
        here, there = self.made(self.folder), self.made(self.twin)
        if sorted(here) != sorted(there):
            raise Failure("a second run writes other files", "%s\n%s" % (sorted(here), sorted(there)))
        for name in sorted(here, key=lambda name: not name.endswith(".sql")):
            if here[name] != there[name] and not (self.proves and name.endswith(".plan.json")):
                raise Failure("a second run writes other bytes: " + name,
                              "\n".join(difflib.unified_diff(there[name].decode().split("\n"),
                                                             here[name].decode().split("\n"), "twin", "first")))

    def expect(self, wanted, when):
        found = self.server.dump()
        if found != wanted:
            raise Failure(when + " the database is not as the models say", difference(wanted, found))

    def begin(self, statements, wanted):
        """From nothing to the first schema."""
        self.generate(statements, statements, [])
        self.call(["migrate"])
        self.expect(wanted, "from nothing:")

    def run(self, pair, wanted_a, wanted_b):
        """The database has A. Leaves it with B. False if there was nothing to do."""
        server = self.server
        self.fill(pair)
        before = [server.rows(query) for query in pair.kept]
        same = [server.rows(query) for query in pair.same_a]
        written = self.generate(pair.b, pair.shuffled, pair.flags)
        if not written:
            self.expect(wanted_b, "no changes, but")
            return False
        try:
            self.call(["migrate"])
            self.expect(wanted_b, "there:")
            self.expect_rows(pair.same_a, pair.same_b, same, "there:")
            output = self.call(["make-migrations", "-d", "again", "--database", "primary", "--plan"])
            if "no changes" not in output:
                raise Failure("a second make-migrations finds something", output)
            self.call(["rollback", "--count", str(written)])
            self.expect(wanted_a, "back:")
            self.expect_rows(pair.kept, pair.kept, before, "back:")
            self.call(["migrate"])
            self.expect(wanted_b, "there again:")
        except Failure as failure:
            failure.detail += "".join("\n\n" + path.read_text() for path in self.files()[-written:])
            raise
        return True

    def fill(self, pair):
        for statements in (pair.clear, pair.rows):
            try:
                self.server.run(statements)
            except Exception as error:
                raise Invalid("%s\n%s\n%s" % (error, script(pair.a), script(statements))) from None

    def expect_rows(self, asked, queries, wanted, when):
        for first, query, rows in zip(asked, queries, wanted):
            found = self.server.rows(query)
            if found != rows:
                raise Failure(when + " rows are not what they were",
                              "%s\n%s\n%s" % (first, query, difference(rows, found)))


def first_error(output):
    lines = [line for line in output.split("\n") if line.strip()]
    for line in lines:
        if "error" in line.lower():
            return line[:300]
    return lines[0][:300] if lines else ""


def remove(folder):
    shutil.rmtree(folder, ignore_errors=True)
