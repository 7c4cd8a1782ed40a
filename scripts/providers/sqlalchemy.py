"""Prints the tables of SQLAlchemy models as DDL, in the words of SQLAlchemy's own compiler.

    python sqlalchemy.py --dialect sqlite|postgresql|mysql [--schema NAME] -- PATH...

A PATH is a .py file, a folder, or the dotted name of a module. The working folder is the project's, and
is where modules are looked for first. Needs SQLAlchemy 1.4 or 2; no database is touched, and no driver
imported. On failure the last line of standard error that is no hint says what is wrong.
"""
import sys

if sys.version_info < (3, 8):
    sys.stderr.write("%s is Python %d.%d, and models are read with 3.8 or newer\n" % ((sys.executable,) + sys.version_info[:2]))
    sys.stderr.write("hint: name another interpreter in the entry: python = /path/to/venv/bin/python\n")
    sys.exit(1)

import argparse
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import re
import traceback

# Python puts the folder of a script first; this file's name is that of the library it wants.
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:] = [folder for folder in sys.path if os.path.realpath(folder or ".") != HERE]

PROJECT = os.path.realpath(os.getcwd())
# Where the user's own files are: the project, and where a model outside it lies.
ROOTS = [PROJECT]
SKIPPED_FOLDERS = {"__pycache__", "migrations", "alembic", "tests", "node_modules", "site-packages", "dist-packages", "venv", "env"}
SKIPPED_FILES = {"__main__.py", "conftest.py", "setup.py"}


class Failure(Exception):
    """What to tell the user: a message of one line, and hints."""

    def __init__(self, message, *hints):
        super().__init__(message)
        self.hints = hints


def one_line(text):
    text = re.sub(r"\(Background on this error at: \S+\)", "", str(text))
    return " ".join(text.split())


def is_the_users(path):
    return any(path.startswith(root + os.sep) for root in ROOTS) and not re.search(r"[\\/](site|dist)-packages[\\/]", path)


def shown(path):
    path = os.path.realpath(path)
    return os.path.relpath(path, PROJECT) if path.startswith(PROJECT + os.sep) else path


# --- importing ---------------------------------------------------------------------------------------


class Loaded(importlib.abc.Loader):
    """Gives a module that is there already under another name."""

    def __init__(self, module):
        self.module = module
        self.spec = module.__spec__

    def create_module(self, spec):
        return self.module

    def exec_module(self, module):
        module.__spec__ = self.spec


class OneNameFinder(importlib.abc.MetaPathFinder):
    """Keeps a file of the project from running twice, as 'app.models' and as 'models': its tables would
    be declared twice, and SQLAlchemy refuse the second."""

    def find_spec(self, name, path=None, target=None):
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or not spec.has_location:
            return spec
        module = loaded_module(spec.origin)
        if module is None or module.__name__ == name:
            return spec
        again = importlib.machinery.ModuleSpec(name, Loaded(module), origin=spec.origin)
        again.submodule_search_locations = spec.submodule_search_locations
        return again


def loaded_module(path):
    path = os.path.realpath(path)
    if not is_the_users(path):
        return None
    name = os.path.basename(path)
    for module in list(sys.modules.values()):
        file = getattr(module, "__dict__", {}).get("__file__")
        if isinstance(file, str) and file.endswith(name) and os.path.realpath(file) == path and getattr(module, "__spec__", None):
            return module
    return None


def package_of(folder):
    """The folder to look in, and the names that lead from it to a folder."""
    names = []
    while os.path.exists(os.path.join(folder, "__init__.py")) and os.path.basename(folder).isidentifier():
        names.insert(0, os.path.basename(folder))
        folder = os.path.dirname(folder)
    if names:
        return folder, names
    # A folder without __init__.py is named from the project, as an import in it would be.
    if folder.startswith(PROJECT + os.sep):
        names = os.path.relpath(folder, PROJECT).split(os.sep)
        if all(name.isidentifier() for name in names):
            return PROJECT, names
    return folder, []


def import_file(path):
    path = os.path.realpath(path)
    if not os.path.exists(path):
        raise Failure("'%s' does not exist" % shown(path), "model_paths in the entry names it")
    module = loaded_module(path)
    if module is not None:
        return module
    folder = os.path.dirname(path)
    root, names = package_of(folder)
    if not is_the_users(path):
        ROOTS.append(root)
    stem = os.path.basename(path)[: -len(".py")]
    if stem != "__init__" or not names:
        names = names + [stem]
    # Last: a file 'types.py' beside a model must not stand in for Python's own.
    for one in (root, folder):
        if one not in sys.path and not (one == folder and os.path.exists(os.path.join(folder, "__init__.py"))):
            sys.path.append(one)
    name = ".".join(names)
    if all(one.isidentifier() for one in names) and leads_to(name, path):
        return import_module(name, path)
    # Its name is no name in Python, or somebody else's.
    name = "dbwarden_models_" + re.sub(r"\W", "_", shown(path))
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        raise failure_of(error, path) from error
    return module


def leads_to(name, path):
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        return False
    except (ImportError, ValueError):
        return False
    except BaseException as error:  # a package's __init__.py fails
        raise failure_of(error, path) from error
    return spec is not None and spec.origin is not None and os.path.realpath(spec.origin) == path


def import_module(name, path=None):
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if path is None and (name == missing or name.startswith(missing + ".")) and not frame_in_project(error):
            raise Failure(
                "there is no module '%s'" % missing + (" (of '%s')" % name if missing != name else ""),
                "model_paths in the entry names it; modules are looked for in "
                + ", ".join("'%s'" % (one or ".") for one in sys.path),
            ) from error
        raise failure_of(error, path or name) from error
    except BaseException as error:
        raise failure_of(error, path or name) from error


def python_files(folder):
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in SKIPPED_FOLDERS
            and not os.path.exists(os.path.join(where, name, "pyvenv.cfg"))
        )
        for name in sorted(files):
            if name.endswith(".py") and not name.startswith(".") and name not in SKIPPED_FILES:
                yield os.path.join(where, name)


def import_path(path):
    """The modules that a PATH means."""
    if os.path.isabs(path) and os.path.isdir(path):
        return [import_file(file) for file in python_files(os.path.realpath(path))]
    if os.path.isabs(path):
        return [import_file(path)]
    module = import_module(path)
    modules = [module]
    for folder in sorted(getattr(module, "__path__", [])):
        modules += [import_file(file) for file in python_files(os.path.realpath(folder))]
    return modules


# --- what goes wrong in a model ----------------------------------------------------------------------


def frame_in_project(error):
    """The innermost place in the user's own files, which an interpreter in the project folder has not."""
    place = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = os.path.realpath(frame.f_code.co_filename)
        # Code that was made up on the way has a name such as '<string>'.
        if frame.f_code.co_filename.startswith("<") or path == os.path.realpath(__file__) or not is_the_users(path):
            continue
        place = "%s:%d" % (shown(path), line)
    return place


def failure_of(error, where):
    """The failure that an exception of the user's code is; its traceback goes to standard error."""
    if isinstance(error, (Failure, KeyboardInterrupt)):
        return error
    if isinstance(error, SystemExit):
        text = "the module ends the program (SystemExit: %s)" % one_line(error.code)
    else:
        text = "%s: %s" % (type(error).__name__, one_line(error))
    place = frame_in_project(error)
    if isinstance(error, SyntaxError) and error.filename:
        text = "%s: %s" % (type(error).__name__, one_line(error.msg))
        place = "%s:%d" % (shown(error.filename), error.lineno or 1)
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    sys.stderr.write("".join(lines))
    hints = []
    if isinstance(error, ModuleNotFoundError):
        hints.append(interpreter_hint("the module is not installed for %s" % sys.executable))
        hints.append("modules are looked for in " + ", ".join("'%s'" % (one or ".") for one in sys.path))
    return Failure("%s: %s" % (place or (shown(where) if os.path.isabs(where) else where), text), *hints)


def interpreter_hint(reason):
    return "%s; name the interpreter of your project in the entry: python = .venv/bin/python" % reason


# --- collecting --------------------------------------------------------------------------------------


def metadata_of(value, kind):
    """Every MetaData that a value of a module leads to: itself, a table, a declarative base or a class of
    one, a registry, SQLModel, a Flask-SQLAlchemy object with one for each bind."""
    found = []
    try:
        if isinstance(value, kind):
            return [value]
        binds = getattr(value, "metadatas", None)
        if isinstance(binds, dict):
            found += [binds[key] for key in sorted(binds, key=str)]
        found.append(getattr(value, "metadata", None))
    except Exception:  # a proxy of something that is not there yet
        return []
    return [one for one in found if isinstance(one, kind)]


def collect(modules):
    """The MetaData of the modules in a stable order, each with the module it was seen in first."""
    from sqlalchemy import MetaData

    found = []
    for module in modules:
        names = vars(module)
        for name in sorted(names):
            # SQLAlchemy's own modules and names have nothing of the user's.
            if name.startswith("__"):
                continue
            for one in metadata_of(names[name], MetaData):
                if not any(one is other for other, _ in found):
                    found.append((one, module))
    return found


def owners(modules):
    """The module that declares a table, as far as it can be known: by its class, else by its name there."""
    from sqlalchemy import Table

    known = {}
    for module in modules:
        for value in list(vars(module).values()):
            try:
                table = value if isinstance(value, Table) else getattr(value, "__table__", None)
                if not isinstance(table, Table):
                    continue
                name = value.__module__ if isinstance(value, type) else module.__name__
            except Exception:
                continue
            known.setdefault(id(table), name)
    return known


# --- printing ----------------------------------------------------------------------------------------


def make_dialect(name):
    from sqlalchemy.engine import url
    from sqlalchemy.exc import ArgumentError

    try:
        # A parameter style without percent signs, or those in literals were doubled.
        dialect = url.make_url(name + "://").get_dialect()(paramstyle="named")
    except (ArgumentError, ImportError) as error:
        raise Failure("SQLAlchemy has no dialect '%s': %s" % (name, one_line(error)))
    if name == "postgresql":
        # As it is after connecting to a server with standard_conforming_strings on.
        dialect._backslash_escapes = False
    return dialect


class Printer:
    """Takes the place of a connection: what would be executed is kept as text."""

    def __init__(self, dialect):
        self.dialect = dialect
        self.statements = []  # (element, text)

    def execute(self, element, *arguments, **options):
        from sqlalchemy.sql.expression import TextClause

        if isinstance(element, str):
            self.statements.append((None, element))
        elif isinstance(element, TextClause) or hasattr(element, "target") or is_ddl(element):
            self.statements.append((element, str(element.compile(dialect=self.dialect))))
        else:
            sys.stderr.write("left out, as it is no part of the schema: %s\n" % one_line(element))


def is_ddl(element):
    from sqlalchemy.schema import DDLElement

    return isinstance(element, DDLElement)


def in_stable_order(statements):
    """SQLAlchemy keeps indexes and broken cycles of foreign keys in sets: runs of them are sorted."""
    from sqlalchemy.schema import AddConstraint, CreateIndex

    result, run, kind = [], [], None
    for element, text in statements:
        now = next((one for one in (AddConstraint, CreateIndex) if isinstance(element, one)), None)
        if now is None or now is not kind:
            result += sorted(run)
            run, kind = [], now
        if now is None:
            result.append(text)
        else:
            run.append(text)
    return result + sorted(run)


def described(error, tables, known):
    """What SQLAlchemy says of a table that it cannot compile."""
    text = one_line(error)
    match = re.match(r"\(in table '(.*?)', column '(.*?)'\): (.*)", text)
    if match:
        text = "table '%s', column '%s': %s" % match.groups()
        text = re.sub(r"Compiler <[^>]*> can't render", "SQLAlchemy cannot render", text)
        for table in tables:
            if table.name == match.group(1) and id(table) in known:
                text = "%s: %s" % (known[id(table)], text)
                break
    return text


def compile_metadata(metadata, dialect, known):
    from sqlalchemy import exc
    from sqlalchemy.engine.mock import MockConnection

    printer = Printer(dialect)
    try:
        metadata.create_all(MockConnection(dialect, printer.execute), checkfirst=False)
    except exc.NoReferencedTableError as error:
        raise Failure(
            one_line(error),
            "the module that declares table '%s' is not among model_paths, nor imported by one that is" % error.table_name,
        )
    except (exc.CompileError, exc.NoReferenceError, exc.CircularDependencyError) as error:
        raise Failure(
            "%s for %s" % (described(error, metadata.tables.values(), known), dialect.name)
            if isinstance(error, exc.UnsupportedCompilationError) or "can't render" in str(error)
            else described(error, metadata.tables.values(), known),
            "the model must be one that %s can have" % dialect.name,
        )
    except exc.SQLAlchemyError as error:
        raise failure_of(error, PROJECT)
    return in_stable_order(printer.statements)


def definition(table, dialect):
    """The text of a table and its indexes, to tell whether two are the same."""
    from sqlalchemy.schema import CreateIndex, CreateTable

    texts = [str(CreateTable(table).compile(dialect=dialect))]
    return texts + sorted(str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes)


def without_twins(found, dialect, known):
    """Each metadata with those of its tables that no other has shown before."""
    seen = {}
    for metadata, module in found:
        for key in sorted(metadata.tables):
            table = metadata.tables[key]
            owner = known.get(id(table), module.__name__)
            if key not in seen:
                seen[key] = (table, owner)
            elif definition(seen[key][0], dialect) != definition(table, dialect):
                raise Failure(
                    "table '%s' is declared twice, and differently: in %s and in %s" % (key, seen[key][1], owner),
                    "give one of them another name or schema, or an entry of its own",
                )
    return {key: table for key, (table, _) in seen.items()}


def schemas(tables, own):
    return sorted({table.schema for table in tables if table.schema and table.schema not in (own, "public")})


def ddl(found, modules, dialect, own_schema):
    known = owners(modules)
    shown_tables = without_twins(found, dialect, known)
    statements = []
    if dialect.name == "postgresql":
        quote = dialect.identifier_preparer.quote_schema
        statements += ["CREATE SCHEMA " + quote(name) for name in schemas(shown_tables.values(), own_schema)]
    for metadata, _ in found:
        twins = [table for key, table in metadata.tables.items() if shown_tables[key] is not table]
        for table in twins:
            metadata.remove(table)
        for text in compile_metadata(metadata, dialect, known):
            # A type or sequence of several metadata is one in the database.
            if not re.match(r"\s*CREATE\s+(TYPE|DOMAIN|SEQUENCE|SCHEMA)\b", text) or text not in statements:
                statements.append(text)
    lines = []
    for text in statements:
        text = "\n".join(line.rstrip() for line in text.strip().split("\n")) if "'" not in text else text.strip()
        lines.append(text.rstrip(";").rstrip() + ";\n")
    return "\n".join(lines)


# --- the program -------------------------------------------------------------------------------------


def check_library():
    try:
        import sqlalchemy
    except ModuleNotFoundError as error:
        if error.name != "sqlalchemy":
            raise
        raise Failure(
            "SQLAlchemy is not installed for %s" % sys.executable,
            interpreter_hint("the models were to be read with %s" % sys.executable),
            "or install it: %s -m pip install sqlalchemy" % sys.executable,
        )
    version = getattr(sqlalchemy, "__version__", "")
    numbers = [int(one) for one in re.findall(r"\d+", version)[:2]]
    if numbers < [1, 4]:
        raise Failure(
            "SQLAlchemy %s is too old: models are read with 1.4 or newer" % (version or "'%s'" % shown(sqlalchemy.__file__ or "")),
            interpreter_hint("it was found by %s" % sys.executable),
        )


def models(arguments):
    sys.path.insert(0, PROJECT)
    check_library()
    sys.meta_path.insert(0, OneNameFinder())
    modules = []
    for path in arguments.paths:
        modules += [module for module in import_path(path) if module not in modules]
    found = collect(modules)
    if not any(metadata.tables for metadata, _ in found):
        raise Failure(
            "No SQLAlchemy models found in %s" % ", ".join(shown(one) if os.path.isabs(one) else one for one in arguments.paths),
            "model_paths must name the files, folders or modules that declare tables: a declarative class, a Table or a MetaData",
        )
    return ddl(found, modules, make_dialect(arguments.dialect), arguments.schema)


def main():
    parser = argparse.ArgumentParser(description="Print the tables of SQLAlchemy models as DDL.")
    parser.add_argument("--dialect", required=True)
    parser.add_argument("--schema")
    parser.add_argument("paths", nargs="+", metavar="PATH")
    arguments = parser.parse_args()
    # Whatever a model prints, or a program that it starts, is kept out of the DDL.
    out = os.dup(1)
    os.dup2(2, 1)
    status = 0
    try:
        text = models(arguments).encode("utf-8")
        while text:
            text = text[os.write(out, text) :]
    except Failure as failure:
        status = 1
        sys.stdout.flush()
        sys.stderr.write("\n%s\n" % failure)
        sys.stderr.writelines("hint: %s\n" % hint for hint in failure.hints)
    sys.stdout.flush()
    sys.stderr.flush()
    # A thread that a model started must not keep the program, nor print after the message.
    os._exit(status)


if __name__ == "__main__":
    main()
