"""Prints the tables of all models of a Django project as DDL, in the words of Django's own schema editor.

    python django.py --dialect sqlite|postgresql|mysql [--settings MODULE] -- [PATH...]

A PATH is a folder that modules are looked for in (or the manage.py in it); without one it is the working
folder. The settings are those of --settings, of DJANGO_SETTINGS_MODULE, or those that manage.py names.
The databases of the settings are not touched, and no driver need be installed: the backend of the
dialect stands in their place. On failure the last line of standard error that is no hint says what is wrong.
"""
import sys

import argparse
import importlib
import os
import re
import traceback

# Python puts the folder of a script first; this file's name is that of the library it wants.
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:] = [folder for folder in sys.path if os.path.realpath(folder or ".") != HERE]

PROJECT = os.path.realpath(os.getcwd())
BACKENDS = {
    "sqlite": "django.db.backends.sqlite3",
    "postgresql": "django.db.backends.postgresql",
    "mysql": "django.db.backends.mysql",
}
# What a backend asks its server for when it writes DDL, answered for a current one.
SERVERS = {
    "sqlite": {},
    "postgresql": {"pg_version": 150000},
    "mysql": {
        "mysql_server_data": {
            "version": "8.0.36",
            "sql_mode": "STRICT_TRANS_TABLES",
            "default_storage_engine": "InnoDB",
            "sql_auto_is_null": False,
            "lower_case_table_names": 0,
            "has_zoneinfo_database": True,
        }
    },
}


class Failure(Exception):
    """What to tell the user: a message of one line, and hints."""

    def __init__(self, message, *hints):
        super().__init__(message)
        self.hints = hints


def one_line(text):
    return " ".join(str(text).split())


def shown(path):
    path = os.path.realpath(path)
    return os.path.relpath(path, PROJECT) if path.startswith(PROJECT + os.sep) else path


def place_of(error):
    """The innermost place of an exception in the user's own files."""
    if isinstance(error, SyntaxError) and error.filename:
        return "%s:%d: " % (shown(error.filename), error.lineno or 1)
    place = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = os.path.realpath(frame.f_code.co_filename)
        if frame.f_code.co_filename.startswith("<"):  # code that was made up on the way
            continue
        if path.startswith(PROJECT + os.sep) and path != os.path.realpath(__file__) and "-packages" + os.sep not in path:
            place = "%s:%d: " % (shown(path), line)
    return place


def failure_of(error, doing):
    traceback.print_exception(type(error), error, error.__traceback__)
    text = error.msg if isinstance(error, SyntaxError) else error
    hints = []
    if isinstance(error, ModuleNotFoundError):
        hints = [
            "%s ran the models; name the interpreter of your project in the entry: python = .venv/bin/python" % sys.executable,
            "modules are looked for in " + ", ".join("'%s'" % (one or ".") for one in sys.path),
        ]
    place = place_of(error) or doing + ": "
    return Failure("%s%s: %s" % (place, type(error).__name__, one_line(text)), *hints)


# --- the drivers that are not there ------------------------------------------------------------------


def stand_in_for_drivers(dialect):
    """Django's backends import their driver; to write DDL they need no more than its names."""
    from unittest.mock import MagicMock

    drivers = {"postgresql": ["psycopg", "psycopg2"], "mysql": ["MySQLdb"]}.get(dialect, [])
    for name in drivers:
        try:
            importlib.import_module(name)
            return
        except Exception:  # it is not installed, or its client library is not
            pass
    for name in drivers[-1:]:
        module = MagicMock(__version__="2.9.9", version_info=(2, 2, 0, "final", 0), __path__=[])
        module.converters.conversions = {}
        sys.modules[name] = module
        for part in ("constants", "converters", "errors", "extensions", "extras", "sql"):
            sys.modules[name + "." + part] = getattr(module, part)


# --- settings and models -----------------------------------------------------------------------------


def settings_module(arguments, folders):
    if arguments.settings:
        return arguments.settings
    if os.environ.get("DJANGO_SETTINGS_MODULE"):
        return os.environ["DJANGO_SETTINGS_MODULE"]
    for folder in folders:
        manage = os.path.join(folder, "manage.py")
        if os.path.exists(manage):
            with open(manage, encoding="utf-8") as file:
                match = re.search(r"""DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']""", file.read())
            if match:
                return match.group(1)
    raise Failure(
        "no Django settings: there is no manage.py in %s that names them" % ", ".join("'%s'" % one for one in folders),
        "say it in the entry: provider = django --settings PROJECT.settings",
        "model_paths names the folder of manage.py, if it is not that of the configuration file",
    )


def check_library():
    try:
        importlib.import_module("django")
    except ModuleNotFoundError as error:
        if error.name != "django":
            raise
        raise Failure(
            "Django is not installed for %s" % sys.executable,
            "name the interpreter of your project in the entry: python = .venv/bin/python",
        ) from error


def set_up(name, dialect):
    os.environ["DJANGO_SETTINGS_MODULE"] = name
    import django
    from django.conf import settings

    try:
        # Before the models are imported: they ask the default database how long a name may be.
        ours = {"ENGINE": BACKENDS[dialect], "NAME": ":memory:"}
        settings.DATABASES = {alias: dict(ours) for alias in {"default", *settings.DATABASES}}
        django.setup()
    except BaseException as error:
        raise failure_of(error, "settings '%s'" % name) from error


def literal(value, dialect):
    """A value of a default or a check as text. The backends would have their driver do it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return ("true" if value else "false") if dialect == "postgresql" else str(int(value))
    if isinstance(value, (int, float)) or type(value).__name__ == "Decimal":
        return str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        text = bytes(value).hex()
        return "'\\x%s'::bytea" % text if dialect == "postgresql" else "X'%s'" % text
    text = str(value).replace("'", "''")
    return "'%s'" % (text.replace("\\", "\\\\") if dialect == "mysql" else text)


def ddl(dialect):
    from django.apps import apps
    from django.db import connections

    connection = connections["default"]  # never connected
    for name, value in SERVERS[dialect].items():
        setattr(connection, name, value)

    class Editor(connection.SchemaEditorClass):
        def quote_value(self, value):
            return literal(value, dialect)

    # Not as a context: that would connect.
    editor = Editor(connection, collect_sql=True)
    editor.deferred_sql = []
    tables = 0
    for model in apps.get_models():
        if not model._meta.can_migrate(connection):
            continue
        try:
            editor.create_model(model)
        except Exception as error:
            raise failure_of(error, "model '%s'" % model._meta.label) from error
        tables += 1
    if not tables:
        raise Failure("no Django models found: no app of INSTALLED_APPS has any", "look at INSTALLED_APPS of the settings")
    statements = editor.collected_sql + [str(one) for one in editor.deferred_sql]
    return "\n".join(str(text).strip().rstrip(";") + ";\n" for text in statements if str(text).strip())


# --- the program -------------------------------------------------------------------------------------


def models(arguments):
    if arguments.dialect not in BACKENDS:
        raise Failure("Django's models are printed for %s, not for '%s'" % (", ".join(BACKENDS), arguments.dialect))
    folders = []
    for path in arguments.paths or [PROJECT]:
        folder = os.path.realpath(os.path.dirname(path) if path.endswith(".py") else path)
        if not os.path.isdir(folder):
            raise Failure("'%s' is no folder" % path, "model_paths of a Django entry names the folder of manage.py")
        folders.append(folder)
    for folder in reversed(folders):
        sys.path.insert(0, folder)
    check_library()
    name = settings_module(arguments, folders)
    stand_in_for_drivers(arguments.dialect)
    set_up(name, arguments.dialect)
    return ddl(arguments.dialect)


def main():
    parser = argparse.ArgumentParser(description="Print the tables of a Django project's models as DDL.")
    parser.add_argument("--dialect", required=True)
    parser.add_argument("--settings")
    parser.add_argument("paths", nargs="*", metavar="PATH")
    arguments = parser.parse_args()
    # Whatever a project prints, or a program that it starts, is kept out of the DDL.
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
    # A thread that the project started must not keep the program, nor print after the message.
    os._exit(status)


if __name__ == "__main__":
    main()
