#!/usr/bin/env python3
"""Reads the configuration of the Python tool 'dbwarden' for 'dbwarden init --from FILE'.

The file is parsed, never executed: it may want packages that are not here, and could do anything. What its
expressions come to is worked out as far as constants, environment variables and paths go; everything else is
named with its line. Standard output is one JSON object: the sections for dbwarden.ini, or an error.

Nothing that may hold a password is put in a message.
"""

import ast
import json
import os
import re
import sys

# ---------------------------------------------------------------------------------------------------------
# Values
# ---------------------------------------------------------------------------------------------------------


class Unknown:
    """What cannot be told without running the file."""

    def __init__(self, reason):
        self.reason = reason


class Variable:
    """An environment variable inside a Text."""

    def __init__(self, name, default=None):
        self.name = name
        self.default = default


class Text:
    """A string with environment variables in it: a list of str and Variable."""

    def __init__(self, parts):
        self.parts = parts


class FilePath:
    """A pathlib.Path: 'text' is a str or a Text."""

    def __init__(self, text):
        self.text = text


def text_parts(value):
    """The parts of what Python would make of str(value), or None."""
    if isinstance(value, FilePath):
        value = value.text
    if isinstance(value, Text):
        return value.parts
    if isinstance(value, (str, int, float)):
        return [str(value)]
    return None


def join_parts(parts):
    merged = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    if all(isinstance(part, str) for part in merged):
        return "".join(merged)
    return Text(merged)


def join_path(first, second):
    first, second = text_parts(first), text_parts(second)
    if first is None or second is None:
        return Unknown("a path of something that is not text")
    if second and isinstance(second[0], str) and second[0].startswith("/"):
        return FilePath(join_parts(second))
    joined = join_parts(first)
    if joined == ".":
        return FilePath(join_parts(second))
    slash = [] if isinstance(joined, str) and joined.endswith("/") else ["/"]
    return FilePath(join_parts(first + slash + second))


# What is larger is no configuration, and would only take memory.
TEXT_LIMIT = 4096
LIST_LIMIT = 10000
STEP_LIMIT = 1000000


class TooMuch(Exception):
    pass


def bounded(value):
    large = (
        isinstance(value, str)
        and len(value) > TEXT_LIMIT
        or isinstance(value, (list, dict))
        and len(value) > LIST_LIMIT
        or isinstance(value, Text)
        and len(value.parts) > TEXT_LIMIT
        or isinstance(value, int)
        and abs(value) >= 1 << 63
    )
    return Unknown("a value that is too large") if large else value


# ---------------------------------------------------------------------------------------------------------
# Expressions
# ---------------------------------------------------------------------------------------------------------

CALLABLES = {"database_config"}
CLASSES = {"DbwardenDatabase"}
POLICIES = {"DbwardenConfig"}
PATH_CLASSES = {"Path", "PurePath", "PosixPath", "PurePosixPath"}


def dotted(node):
    """'os.environ.get' of the expression that says so, or None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return before and before + "." + node.attr
    return None


class Reader:
    def __init__(self, path):
        self.path = os.path.realpath(path)
        self.scope = {"__file__": self.path, "__name__": "dbwarden"}
        self.aliases = {}  # of imported names: dc -> dbwarden.database_config
        self.databases = []  # (line, {keyword: (line, value)})
        self.classes = {}  # name -> (kind, {attribute: (line, value)})
        self.seen = set()  # calls that were reached
        self.notes = []
        self.steps = 0
        self.condition = None  # the line of the condition that a statement stands under

    def note(self, line, text, hint=None):
        entry = {"line": line, "text": text, "hint": hint}
        if entry not in self.notes:
            self.notes.append(entry)

    def name_of(self, node):
        name = dotted(node)
        if name is None:
            return None
        first, _, rest = name.partition(".")
        first = self.aliases.get(first, first)
        return first + "." + rest if rest else first

    def value(self, node):
        self.steps += 1
        if self.steps > STEP_LIMIT:
            raise TooMuch
        method = getattr(self, "value_" + type(node).__name__.lower(), None)
        if method is None:
            return Unknown("an expression that only Python can work out")
        return bounded(method(node))

    def value_constant(self, node):
        return node.value

    def value_name(self, node):
        if node.id in self.scope:
            return self.scope[node.id]
        if node.id in self.aliases:
            return Unknown("'%s', which is imported" % node.id)
        return Unknown("'%s', which is not a constant of this file" % node.id)

    def value_list(self, node):
        items = []
        for element in node.elts:
            if isinstance(element, ast.Starred):
                inner = self.value(element.value)
                if not isinstance(inner, list):
                    return Unknown("a list with a part that only Python can work out")
                items += inner
            else:
                items.append(self.value(element))
        return items

    def value_listcomp(self, node):
        part = node.generators[0]
        items = self.items(part.iter)
        if len(node.generators) > 1 or part.ifs or items is None:
            return Unknown("a list that only Python can work out")
        outer, self.scope = self.scope, dict(self.scope)
        result = []
        for item in items:
            self.assign(part.target, item)
            result.append(self.value(node.elt))
        self.scope = outer
        return result

    value_generatorexp = value_listcomp
    value_tuple = value_list
    value_set = value_list

    def value_dict(self, node):
        result = {}
        for key, value in zip(node.keys, node.values):
            if key is None:
                inner = self.value(value)
                if not isinstance(inner, dict):
                    return Unknown("a dictionary with a part that only Python can work out")
                result.update(inner)
                continue
            name = self.value(key)
            if not isinstance(name, (str, int, bool)):
                return Unknown("a dictionary with a key that only Python can work out")
            result[name] = self.value(value)
        return result

    def value_joinedstr(self, node):
        parts = []
        for piece in node.values:
            if isinstance(piece, ast.Constant):
                parts.append(piece.value)
                continue
            if piece.format_spec is not None:
                return Unknown("a string with a format of its own")
            value = self.value(piece.value)
            if isinstance(value, Unknown):
                return value
            inner = text_parts(value)
            if inner is None:
                return Unknown("a string made of something that is not text")
            parts += inner
        return join_parts(parts)

    def value_binop(self, node):
        left, right = self.value(node.left), self.value(node.right)
        for side in (left, right):
            if isinstance(side, Unknown):
                return side
        if isinstance(node.op, ast.Div) and (isinstance(left, FilePath) or isinstance(right, FilePath)):
            return join_path(left, right)
        if isinstance(node.op, ast.Add):
            if isinstance(left, list) and isinstance(right, list):
                return left + right
            if isinstance(left, (str, Text)) and isinstance(right, (str, Text)):
                return join_parts(text_parts(left) + text_parts(right))
        numbers = all(isinstance(side, (int, float)) for side in (left, right))
        if numbers and isinstance(node.op, (ast.Add, ast.Sub, ast.Mult)):
            if isinstance(node.op, ast.Add):
                return left + right
            return left - right if isinstance(node.op, ast.Sub) else left * right
        return Unknown("an expression that only Python can work out")

    def value_boolop(self, node):
        values = [self.value(value) for value in node.values]
        if isinstance(node.op, ast.Or) and len(values) == 2 and isinstance(values[0], Text):
            parts = values[0].parts
            if len(parts) == 1 and parts[0].default is None:
                return with_default(parts[0].name, values[1])
        if all(isinstance(value, (bool, str, int, type(None))) for value in values):
            for value in values:
                if bool(value) == isinstance(node.op, ast.Or):
                    return value
            return values[-1]
        return Unknown("a value that depends on a condition")

    def value_unaryop(self, node):
        value = self.value(node.operand)
        if isinstance(node.op, ast.Not) and isinstance(value, (bool, str, int, list, type(None))):
            return not value
        if isinstance(node.op, ast.USub) and isinstance(value, (int, float)):
            return -value
        return Unknown("an expression that only Python can work out")

    def value_compare(self, node):
        left = self.value(node.left)
        right = self.value(node.comparators[0])
        plain = (bool, str, int, type(None))
        if len(node.ops) == 1 and isinstance(left, plain) and isinstance(right, plain):
            if isinstance(node.ops[0], (ast.Eq, ast.Is)):
                return left == right
            if isinstance(node.ops[0], (ast.NotEq, ast.IsNot)):
                return left != right
        return Unknown("a value that depends on a condition")

    def value_ifexp(self, node):
        test = self.value(node.test)
        if isinstance(test, bool):
            return self.value(node.body if test else node.orelse)
        return Unknown("a value that depends on a condition")

    def value_subscript(self, node):
        index = node.slice
        if type(index).__name__ == "Index":  # before Python 3.9
            index = index.value
        key = self.value(index)
        if self.name_of(node.value) in ("os.environ", "environ"):
            if isinstance(key, str):
                return variable(key)
            return Unknown("an environment variable whose name only Python can work out")
        owner = self.value(node.value)
        if isinstance(owner, dict) and isinstance(key, (str, int)) and key in owner:
            return owner[key]
        if isinstance(owner, list) and type(key) is int and -len(owner) <= key < len(owner):
            return owner[key]
        return Unknown("an expression that only Python can work out")

    def value_attribute(self, node):
        owner = self.value(node.value)
        if isinstance(owner, FilePath) and isinstance(owner.text, str):
            if node.attr == "parent":
                return FilePath(os.path.dirname(owner.text) or ".")
            if node.attr == "name":
                return os.path.basename(owner.text)
        if isinstance(node.value, ast.Name) and node.value.id in self.classes:
            attributes = self.classes[node.value.id][1]
            if node.attr in attributes:
                return attributes[node.attr][1]
        return Unknown("'%s'" % dotted(node) if dotted(node) else "an expression that only Python can work out")

    def value_call(self, node):
        name = self.name_of(node.func)
        if is_named(name, CALLABLES):
            self.call(node)
            return Unknown("what database_config() returns")
        arguments = [self.value(argument) for argument in node.args]
        keywords = {one.arg: self.value(one.value) for one in node.keywords if one.arg}
        if name in ("os.getenv", "getenv", "os.environ.get", "environ.get") and arguments:
            if not isinstance(arguments[0], str):
                return Unknown("an environment variable whose name only Python can work out")
            default = arguments[1] if len(arguments) > 1 else keywords.get("default")
            return variable(arguments[0]) if default is None else with_default(arguments[0], default)
        if name == "dict" and not arguments:
            return keywords
        for value in arguments:
            if isinstance(value, Unknown):
                return value
        known = self.known_call(node, name, arguments)
        if known is not None:
            return known
        return Unknown("a call of %s()" % (dotted(node.func) or "a function"))

    def known_call(self, node, name, arguments):
        last = (name or "").rpartition(".")[2]
        if name in ("str", "int", "list", "tuple", "os.fspath") and len(arguments) == 1:
            if name in ("str", "os.fspath"):
                parts = text_parts(arguments[0])
                return None if parts is None else join_parts(parts)
            return arguments[0]
        if last in PATH_CLASSES and isinstance(node.func, (ast.Name, ast.Attribute)):
            result = FilePath(".")
            for argument in arguments:
                result = join_path(result, argument)
            return result
        if name and name.endswith("Path.cwd") or name == "os.getcwd":
            return FilePath(os.getcwd()) if name != "os.getcwd" else os.getcwd()
        if last in ("quote_plus", "quote") and len(arguments) == 1 and isinstance(arguments[0], (str, Text)):
            return self.quoted(node, last, arguments[0])
        if name and name.startswith("os.path.") and arguments:
            return path_function(last, arguments)
        if isinstance(node.func, ast.Attribute):
            return self.method(node, arguments)
        return None

    def quoted(self, node, function, value):
        if isinstance(value, str):
            import urllib.parse

            return getattr(urllib.parse, function)(value)
        names = ", ".join("'%s'" % part.name for part in value.parts if isinstance(part, Variable))
        self.note(
            node.lineno,
            "%s() of an environment variable is not done any more" % function,
            "Set %s with its special characters percent-encoded, or use password_file." % names,
        )
        return value

    def method(self, node, arguments):
        owner = self.value(node.func.value)
        name = node.func.attr
        if isinstance(owner, FilePath):
            if name in ("resolve", "absolute", "expanduser"):
                if isinstance(owner.text, str) and name != "expanduser":
                    return FilePath(os.path.normpath(os.path.join(os.getcwd(), owner.text)))
                return owner
            if name == "as_posix":
                return owner.text
            if name == "joinpath":
                for argument in arguments:
                    owner = join_path(owner, argument)
                return owner
        if isinstance(owner, str) and name in ("strip", "lower", "upper", "rstrip") and not arguments:
            return getattr(owner, name)()
        if isinstance(owner, str) and name == "replace" and all(isinstance(a, str) for a in arguments):
            return owner.replace(*arguments[:2]) if len(arguments) == 2 else None
        if isinstance(owner, dict):
            if name == "items":
                return [[key, value] for key, value in owner.items()]
            if name == "keys":
                return list(owner)
            if name == "values":
                return list(owner.values())
            if name == "get" and arguments and isinstance(arguments[0], (str, int)) and arguments[0] in owner:
                return owner[arguments[0]]
        return None

    # -----------------------------------------------------------------------------------------------------
    # Statements
    # -----------------------------------------------------------------------------------------------------

    def run(self, statements):
        for statement in statements:
            method = getattr(self, "run_" + type(statement).__name__.lower(), None)
            if method:
                method(statement)

    def run_import(self, node):
        for one in node.names:
            if one.asname:
                self.aliases[one.asname] = one.name

    def run_importfrom(self, node):
        for one in node.names:
            if node.module:
                self.aliases[one.asname or one.name] = node.module + "." + one.name
                self.scope.pop(one.asname or one.name, None)

    def assign(self, target, value):
        if isinstance(target, ast.Name):
            self.scope[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            for index, inner in enumerate(target.elts):
                given = isinstance(value, list) and len(value) == len(target.elts)
                self.assign(inner, value[index] if given else Unknown("a value that only Python can take apart"))
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            owner, key = self.scope.get(target.value.id), self.value(target.slice)
            if isinstance(owner, dict) and isinstance(key, str):
                owner[key] = value

    def run_assign(self, node):
        value = self.value(node.value)
        for target in node.targets:
            self.assign(target, value)

    def run_annassign(self, node):
        if node.value is not None:
            self.assign(node.target, self.value(node.value))

    def run_augassign(self, node):
        if isinstance(node.target, ast.Name):
            combined = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
            self.scope[node.target.id] = self.value(ast.copy_location(combined, node))

    def run_expr(self, node):
        if isinstance(node.value, ast.Call):
            if (dotted(node.value.func) or "").rpartition(".")[2] == "load_dotenv":
                self.note(
                    node.lineno,
                    "load_dotenv() is not done any more: dbwarden reads the environment alone",
                    "Load the file in the shell: set -a; . ./.env; set +a",
                )
            self.value(node.value)

    def run_if(self, node):
        test = self.value(node.test)
        if isinstance(test, bool):
            self.run(node.body if test else node.orelse)
            return
        before, outer = dict(self.scope), self.condition
        self.condition = node.lineno
        changed = {}
        for branch in (node.body, node.orelse):
            self.scope = dict(before)
            self.run(branch)
            changed.update({k: v for k, v in self.scope.items() if k not in before or before[k] is not v})
        self.condition = outer
        self.scope = before
        for name in changed:
            self.scope[name] = Unknown("'%s', which depends on the condition in line %d" % (name, node.lineno))

    def items(self, node):
        """What a loop over the expression goes through, or None."""
        items = self.value(node)
        if isinstance(items, dict):
            items = list(items)
        return items if isinstance(items, list) else None

    def run_for(self, node):
        for item in self.items(node.iter) or []:
            self.assign(node.target, item)
            self.run(node.body)

    def run_try(self, node):
        self.run(node.body)
        self.run(node.orelse)
        self.run(node.finalbody)

    def run_with(self, node):
        self.run(node.body)

    def run_classdef(self, node):
        kind, attributes = None, {}
        for base in node.bases:
            name = self.name_of(base)
            if name in self.classes:
                kind = kind or self.classes[name][0]
                inherited = dict(self.classes[name][1])
                inherited.pop("__abstract__", None)
                inherited.update(attributes)
                attributes = inherited
            elif is_named(name, CLASSES):
                kind = "database"
            elif is_named(name, POLICIES):
                kind = "policy"
        outer, self.scope = self.scope, dict(self.scope)
        for statement in node.body:
            targets = []
            if isinstance(statement, ast.Assign):
                targets = [one.id for one in statement.targets if isinstance(one, ast.Name)]
            elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
                targets = [statement.target.id] if isinstance(statement.target, ast.Name) else []
            self.run([statement])
            for name in targets:
                attributes[name] = (statement.lineno, self.scope[name])
        self.scope = outer
        self.classes[node.name] = (kind, attributes)
        if kind and attributes.get("__abstract__", (0, False))[1] is not True:
            given = {k: v for k, v in attributes.items() if not k.startswith("__")}
            if kind == "database":
                self.databases.append((node.lineno, given))
            else:
                for name, (line, _) in given.items():
                    self.note(line, "'%s' is not carried over: dbwarden.ini has no key for it" % name)

    def call(self, node):
        self.seen.add((node.lineno, node.col_offset))
        given = {}
        if node.args:
            self.note(node.lineno, "database_config() has values without a keyword, which were left out")
        for one in node.keywords:
            value = self.value(one.value)
            if one.arg:
                given[one.arg] = (one.value.lineno, value)
            elif isinstance(value, dict):
                given.update({key: (one.value.lineno, inner) for key, inner in value.items()})
            else:
                self.note(
                    one.value.lineno,
                    "'**' with something that only Python can work out: what is in it is not carried over",
                )
        if self.condition is not None:
            self.note(
                node.lineno,
                "the database stands under the condition in line %d; it was carried over as if that were true"
                % self.condition,
                "Delete its section from dbwarden.ini where that is wrong.",
            )
        self.databases.append((node.lineno, given))

    def unreached(self, tree):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and is_named(self.name_of(node.func), CALLABLES):
                if (node.lineno, node.col_offset) not in self.seen:
                    self.note(
                        node.lineno,
                        "this database_config() stands in a function or loop that only Python can run, and is "
                        "not carried over",
                        "Write a section [database:NAME] for each database that it makes.",
                    )


def is_named(name, wanted):
    return name is not None and name.rpartition(".")[2] in wanted


def variable(name):
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        return Unknown("an environment variable with a name that dbwarden.ini cannot say")
    return Text([Variable(name)])


def with_default(name, default):
    if default == "" or default is None:
        default = ""
    parts = text_parts(default)
    if parts is None or isinstance(default, bool):
        return Unknown("the environment variable '%s' with a default that only Python can work out" % name)
    text = join_parts(parts)
    if not isinstance(text, str):
        return Unknown("the environment variable '%s' with a default that is made of another one" % name)
    if "}" in text or "${" in text:
        return Unknown("the environment variable '%s' with a default that has '}' or '${' in it" % name)
    found = variable(name)
    if isinstance(found, Text):
        found.parts[0].default = text
    return found


def path_function(name, arguments):
    if name == "join":
        result = FilePath(".")
        for argument in arguments:
            result = join_path(result, argument)
        return result if isinstance(result, Unknown) else result.text
    value = arguments[0].text if isinstance(arguments[0], FilePath) else arguments[0]
    if isinstance(value, str):
        if name == "dirname":
            return os.path.dirname(value)
        if name in ("abspath", "realpath", "normpath"):
            return os.path.normpath(os.path.join(os.getcwd(), value))
    return None


# ---------------------------------------------------------------------------------------------------------
# From keywords to keys
# ---------------------------------------------------------------------------------------------------------

# Parameters that are for SQLAlchemy or a driver of Python's, and that nobody misses here.
FOR_PYTHON = {
    "pool_size",
    "max_overflow",
    "pool_timeout",
    "pool_recycle",
    "pool_pre_ping",
    "check_same_thread",
    "prepared_statement_cache_size",
    "prepared_statement_name_func",
    "statement_cache_size",
    "async_fallback",
}

TYPES = {
    "sqlite3": "sqlite",
    "postgres": "postgresql",
    "psql": "postgresql",
}

# What the old tool asked for and dbwarden does in any case, or has no use for.
ALWAYS_SO = {"secure_values"}

URL_KEYS = ("database_url_sync", "database_url", "sqlalchemy_url", "database_url_async")


class Refused(Exception):
    pass


def escape(text, is_url):
    """Literal text as dbwarden.ini must have it to be read back."""
    if is_url:
        text = re.sub(r"(?<=[ \t]);|[\x00-\x1f]", lambda found: "%%%02X" % ord(found.group()), text)
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise Refused("has a control character in it")
    return text.replace("$", "$$")


def render(value, is_url=False):
    """The value for dbwarden.ini, as one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    parts = text_parts(value)
    if parts is None:
        raise Refused("is neither text nor a number")
    out = ""
    for part in parts:
        if isinstance(part, Variable):
            default = "" if part.default is None else ":-" + part.default
            if re.search(r"[\x00-\x1f\x7f]", default):
                raise Refused("has a control character in it")
            out += "${%s%s}" % (part.name, default)
        else:
            out += escape(part, is_url)
    if out != out.strip() or out.startswith(";") or re.search(r"[ \t];", out):
        raise Refused("has blanks or a ';' where dbwarden.ini cannot have them")
    if len(out) > 1 and out[0] in "\"'" and out[-1] == out[0]:
        raise Refused("is in quotes of its own")
    if not out:
        raise Refused("is empty")
    return out


def has_password(url):
    """Whether a password stands in the URL itself, in a default too."""
    plain = re.sub(r"\$\{\w+(?::-([^}]*))?\}", lambda found: found.group(1) or "", url)
    _, found, rest = plain.partition("://")
    if found and "@" in rest:
        _, colon, password = rest.rpartition("@")[0].partition(":")
        if colon and password:
            return True
    return re.search(r"[?&][^=&]*(?:password|passwd|secret|token)[^=&]*=[^&]", plain, re.I) is not None


def relative(text, directory):
    """A path below the folder of dbwarden.ini, as seen from there."""
    if text == directory:
        return "."
    return text[len(directory) + 1 :] if text.startswith(directory + "/") else text


def change_parameter(parameter, scheme, dropped):
    """One NAME=VALUE of a URL in the form that the server's own client takes; None: left out."""
    name, _, value = parameter.partition("=")
    if name in FOR_PYTHON:
        dropped.append(name)
        return None
    if scheme == "sqlite" and name == "timeout" and re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
        return "busy_timeout=%d" % round(float(value) * 1000)
    if scheme in ("postgresql", "postgres") and name == "ssl":
        modes = {"true": "require", "True": "require", "1": "require", "false": "disable", "0": "disable"}
        return "sslmode=" + modes.get(value, value)
    return parameter


class Importer:
    def __init__(self, reader, directory):
        self.reader = reader
        self.directory = directory
        self.entries = []
        self.defaults = []

    def note(self, line, text, hint=None):
        self.reader.note(line, text, hint)

    def not_carried(self, line, keyword, why, hint=None):
        self.note(line, "'%s' is not carried over: %s" % (keyword, why), hint)

    def add(self, entry, key, keyword, line, text, **more):
        entry["values"].append(dict(key=key, old=keyword, line=line, text=text, **more))

    def scalar(self, entry, key, keyword, line, value, hint, **more):
        if isinstance(value, Unknown):
            self.not_carried(line, keyword, "it is %s" % value.reason, hint)
            return
        try:
            text = render(value)
        except Refused as refused:
            self.not_carried(line, keyword, "it %s" % refused, hint)
            return
        self.add(entry, key, keyword, line, text, **more)

    def url(self, entry, key, keyword, line, value, **more):
        name = "DATABASE_URL" if len(self.reader.databases) == 1 else entry["name"].upper().replace("-", "_") + "_URL"
        reason = None
        if isinstance(value, Unknown):
            reason = "it is %s" % value.reason
        else:
            try:
                text = render(value, True)
            except Refused as refused:
                reason = "it %s" % refused
        if reason:
            self.not_carried(
                line,
                keyword,
                reason,
                "'%s' is ${%s} in [database:%s] now: set %s in the environment, or write the URL there."
                % (key, name, entry["name"], name),
            )
            text = "${%s}" % name
        text = self.tidy_url(text, keyword, line)
        self.add(entry, key, keyword, line, text, secret=has_password(text), variable=name, **more)

    def tidy_url(self, text, keyword, line):
        dropped = []
        scheme = re.match(r"[a-z0-9]*", text).group()
        if scheme == "sqlite":
            before, slashes, path = text.partition(":///")
            text = before + slashes + relative(path, self.directory) if slashes else text
        # A '?' inside ${NAME:-DEFAULT} begins no parameters of the URL around it.
        found = re.fullmatch(r"((?:\$\{[^}]*\}|[^?])*)\?(.*)", text)
        if found:
            changed = [change_parameter(one, scheme, dropped) for one in found.group(2).split("&")]
            query = "&".join(one for one in changed if one)
            text = found.group(1) + ("?" + query if query else "")
        if dropped:
            self.note(
                line,
                "of '%s' these parameters are left out, which are for Python alone: %s"
                % (keyword, ", ".join(sorted(set(dropped)))),
            )
        return text

    def paths(self, entry, key, keyword, line, value, are_paths):
        """A list of paths, modules or names."""
        if isinstance(value, (str, Text, FilePath)):
            value = [value]
        if not isinstance(value, list):
            reason = value.reason if isinstance(value, Unknown) else "no list"
            self.not_carried(
                line, keyword, "it is %s" % reason, "Write '%s = ...' into [database:%s]." % (key, entry["name"])
            )
            return
        good = []
        for one in value:
            reason = None
            if isinstance(one, Unknown):
                reason = "is %s" % one.reason
            else:
                try:
                    text = render(one)
                    reason = "has a comma in it" if "," in text else None
                except Refused as refused:
                    reason = str(refused)
            if reason:
                self.note(
                    line,
                    "one of '%s' is not carried over: it %s" % (keyword, reason),
                    "Add it to '%s' in [database:%s]." % (key, entry["name"]),
                )
            else:
                good.append(relative(text, self.directory) if are_paths else text)
        if good:
            self.add(entry, key, keyword, line, ", ".join(good))

    def name(self, line, given):
        name_line, name = given.get("database_name", (line, None))
        if not isinstance(name, str) or not name:
            reason = name.reason if isinstance(name, Unknown) else "not given as text"
            self.note(
                name_line,
                "this database is not carried over: its 'database_name' is %s" % reason,
                "Write a section [database:NAME] for it.",
            )
            return None
        plain = re.sub(r"[^A-Za-z0-9_-]", "_", name)
        if plain != name:
            self.note(name_line, "'%s' is no name for an entry; it is called '%s' now" % (name, plain))
        if any(entry["name"] == plain for entry in self.entries):
            self.note(name_line, "there are two databases '%s'; the second is not carried over" % plain)
            return None
        return plain

    def database(self, line, given):
        name = self.name(line, given)
        if name is None:
            return
        entry = {"name": name, "line": line, "values": []}
        self.entries.append(entry)
        given = {key: (at, value) for key, (at, value) in given.items() if value is not None}
        given.pop("database_name", None)
        self.take_default(name, *given.pop("default", (line, False)))
        self.take_type(entry, *given.pop("database_type", (line, None)))
        self.take_url(entry, line, given)
        self.take_models(entry, line, given)
        for keyword, (at, value) in given.items():
            self.take(entry, keyword, at, value)

    def take_default(self, name, line, value):
        if isinstance(value, Unknown):
            self.not_carried(line, "default", "it is %s" % value.reason, "Write 'default = %s' into [dbwarden]." % name)
        elif value and self.defaults:
            self.note(line, "'default' is there twice; '%s' stays the default" % self.defaults[0])
        elif value:
            self.defaults.append(name)

    def take_type(self, entry, line, value):
        if value is None:
            return
        if isinstance(value, str):
            value = TYPES.get(value.lower(), value.lower())
            if value not in ("sqlite", "postgresql", "mysql", "mariadb"):
                self.note(
                    line,
                    "dbwarden comes without a dialect '%s'" % value,
                    "Install a plugin dbwarden-%s.so, or delete [database:%s]." % (value, entry["name"]),
                )
        self.scalar(
            entry, "type", "database_type", line, value, "Without 'type' it is the one that the URL names."
        )

    def take_url(self, entry, line, given):
        there = [keyword for keyword in URL_KEYS if keyword in given]
        for keyword in there:
            at, value = given.pop(keyword)
            if keyword == there[0]:
                self.url(entry, "url", keyword, at, value)
            elif keyword == "database_url_async":
                self.note(at, "'database_url_async' is left out: one URL is enough, whatever its driver")
            else:
                self.note(at, "'%s' is left out: there is another URL" % keyword)
        if not there:
            self.note(line, "there is no URL", "Write 'url = ...' into [database:%s]." % entry["name"])

    def take_models(self, entry, line, given):
        if "model_paths" in given:
            at, value = given.pop("model_paths")
            self.paths(entry, "model_paths", "model_paths", at, value, True)
        else:
            self.note(
                line,
                "'model_paths' is not given, and dbwarden does not search the project for models",
                "Write 'model_paths = ...' into [database:%s]: files, folders or modules (app.models)."
                % entry["name"],
            )
        if "model_tables" in given:
            at, value = given.pop("model_tables")
            self.paths(entry, "model_tables", "model_tables", at, value, False)

    def take(self, entry, keyword, line, value):
        if keyword in ALWAYS_SO or value is False or value == [] or value == {}:
            return
        here = "[database:%s]" % entry["name"]
        if keyword == "migrations_dir":
            literal = join_parts(text_parts(value) or [])
            if isinstance(literal, str):
                value = relative(literal, self.directory)
            self.scalar(entry, "migrations_dir", keyword, line, value, "Write 'migrations_dir = ...' into %s." % here)
        elif keyword in ("pg_schema", "postgres_schema"):
            self.scalar(entry, "schema", keyword, line, value, "Write 'schema = ...' into %s." % here)
        elif keyword == "pg_migration_lock_timeout" and isinstance(value, (int, float)):
            self.add(entry, "lock_wait_timeout", keyword, line, "%g" % (value / 1000))
        elif keyword == "dev_database_type":
            self.scalar(entry, "dev_type", keyword, line, value, None, otherwise=self.second_entry(entry))
        elif keyword == "dev_database_url":
            self.url(entry, "dev_url", keyword, line, value, otherwise=self.second_entry(entry))
        elif keyword == "migration_table":
            self.not_carried(
                line,
                keyword,
                "dbwarden keeps its records in tables of its own",
                "What the old table records is taken over by 'dbwarden migrate --baseline'.",
            )
        elif keyword == "overlap_models":
            self.not_carried(line, keyword, "entries may share models", "'model_tables' says which tables are whose.")
        else:
            self.not_carried(line, keyword, "dbwarden.ini has no key for it")

    def second_entry(self, entry):
        return "For another database to develop on, add a section [database:%s-dev] with a url of its own." % entry["name"]

    def result(self):
        for line, given in self.reader.databases:
            self.database(line, given)
        if self.entries and not self.defaults and len(self.entries) > 1:
            self.note(
                self.entries[0]["line"],
                "no database has 'default=True'",
                "Name one with --database, or write 'default = NAME' into [dbwarden].",
            )
        default = self.defaults[0] if self.defaults else None
        if len(self.entries) == 1:
            default = self.entries[0]["name"]
        notes = sorted(self.reader.notes, key=lambda note: note["line"])
        return {"default": default, "entries": self.entries, "notes": notes}


# ---------------------------------------------------------------------------------------------------------
# warden.toml, which older versions of the tool had
# ---------------------------------------------------------------------------------------------------------


def line_of(text, table, key):
    """Where a key of a table stands; the parser does not tell."""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[([^\[\]]+)\]", line)
        if header:
            current = header.group(1).replace('"', "").strip()
        if current == table and re.match(r"\s*%s\s*=" % re.escape(key), line):
            return number
    return 1


def read_toml(reader, text):
    try:
        import tomllib
    except ImportError:
        return failure(0, 0, "reading TOML wants Python 3.11 or newer", "Set python to a newer one, or write the .ini by hand.")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+), column (\d+)", str(error))
        return failure(int(found.group(1)) if found else 0, int(found.group(2)) if found else 0, "no TOML", None)
    tables = document.pop("database", None)
    default = document.pop("default", None)
    if tables is None:
        tables = {"primary": document}
    elif isinstance(tables, dict) and tables and not any(isinstance(table, dict) for table in tables.values()):
        # [database] alone is one entry.
        tables = {"primary": tables}
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        return failure(line_of(text, "", "database"), 1, "'database' is no table of databases", "Write [database.NAME] above the keys of each.")
    for name, table in tables.items():
        where = "database." + name if tables is not None and table is not document else ""
        given = {key: (line_of(text, where, key), value) for key, value in table.items()}
        given["database_name"] = (1, name)
        if name == default:
            given["default"] = (1, True)
        reader.databases.append((min((at for at, _ in given.values()), default=1), given))
    return None


# ---------------------------------------------------------------------------------------------------------


def failure(line, column, message, hint):
    return {"error": {"line": line, "column": column, "message": message, "hint": hint}}


def read_python(reader, content, path):
    try:
        tree = ast.parse(content, path)
    except SyntaxError as error:
        return failure(error.lineno or 0, error.offset or 0, "no Python: %s" % error.msg, "Mend the file, or write dbwarden.ini by hand.")
    except ValueError as error:
        return failure(0, 0, "no Python: %s" % error, None)
    reader.run(tree.body)
    reader.unreached(tree)
    return None


def main():
    path, directory = sys.argv[1], sys.argv[2]
    reader = Reader(path)
    try:
        with open(path, "rb") as file:
            content = file.read()
        if path.endswith(".toml"):
            problem = read_toml(reader, content.decode("utf-8"))
        else:
            problem = read_python(reader, content, path)
    except OSError as error:
        problem = failure(0, 0, "cannot be read: %s" % error.strerror, None)
    except UnicodeDecodeError:
        problem = failure(0, 0, "is not UTF-8", None)
    except RecursionError:
        problem = failure(0, 0, "is nested too deeply", None)
    except TooMuch:
        problem = failure(0, 0, "has loops that take too long to go through", "Write dbwarden.ini by hand.")
    result = problem or Importer(reader, directory).result()
    if not problem and not result["entries"] and not result["notes"]:
        result = failure(
            0,
            0,
            "there is no database in it: neither database_config(...) nor a DbwardenDatabase",
            "Name the file that configures the Python tool, or run 'dbwarden init' without --from.",
        )
    # Names in a file may hold what is no UTF-8; JSON escapes it.
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
