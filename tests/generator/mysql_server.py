"""A MySQL or MariaDB server, asked through its client program."""

import atexit
import os
import re
from urllib.parse import urlsplit

from client import Client, ServerError
from pair import Invalid

DELIMITER = "~~//~~"


class MysqlServer:
    count = 0
    admin = None

    def __init__(self, scratch):
        url = os.environ.get("DBWARDEN_TEST_MYSQL")
        if not url:
            raise SystemExit("there is no MySQL server; run through scripts/with-servers")
        self.url = urlsplit(url)
        if MysqlServer.admin is None:
            MysqlServer.admin = self.client("mysql")
            atexit.register(self.admin.close)
        self.database = None

    def client(self, database):
        client = Client(["mariadb", "--no-defaults", "-N", "-B", "-f", "-n", "--default-character-set=utf8mb4",
                         "-h", self.url.hostname, "-P", str(self.url.port), "-u", self.url.username, database],
                        {"MYSQL_PWD": self.url.password}, "SELECT '%s'" + DELIMITER, "ERROR ")
        client.ask("DELIMITER " + DELIMITER)
        return client

    def settings_for(self, folder):
        if folder.name != "twin":
            MysqlServer.count += 1
            self.name = "pairs_%d_%d" % (os.getpid(), MysqlServer.count)
        return "type = mysql\nurl = %s://%s:%s@%s:%d/%s\n" % (
            self.url.scheme, self.url.username, self.url.password, self.url.hostname, self.url.port, self.name)

    @staticmethod
    def batch(statements):
        return "".join(statement + DELIMITER + "\n" for statement in statements)

    def fresh(self, statements):
        name = "pairs_oracle_%d" % os.getpid()
        self.admin.ask(self.batch(["DROP DATABASE IF EXISTS " + name, "CREATE DATABASE " + name, "USE " + name]))
        try:
            self.admin.ask(self.batch(statements))
            return describe(self.admin, self.batch)
        except ServerError as error:
            raise Invalid(str(error) + "\n" + self.batch(statements)) from None
        finally:
            self.admin.ask(self.batch(["USE mysql", "DROP DATABASE IF EXISTS " + name]))

    def open(self, folder):
        self.admin.ask(self.batch(["CREATE DATABASE " + self.name]))
        self.database = self.client(self.name)

    def close(self):
        if self.database:
            self.database.close()
            self.admin.ask(self.batch(["DROP DATABASE " + self.name]))

    def run(self, statements):
        self.database.ask(self.batch(statements))

    def rows(self, query):
        return sorted(self.database.ask(self.batch([query])))

    def dump(self):
        return describe(self.database, self.batch)


LIST = """SELECT table_name, table_type FROM information_schema.tables
WHERE table_schema = database() AND table_name NOT LIKE 'dbwarden\\_%'"""
OTHERS = """SELECT 'trigger', t.trigger_name, event_manipulation, event_object_table, action_timing, action_order, action_statement
FROM information_schema.triggers t WHERE trigger_schema = database();
SELECT 'routine', routine_type, routine_name, dtd_identifier, routine_definition, is_deterministic, sql_data_access, security_type,
    routine_comment, (SELECT group_concat(parameter_mode, ' ', parameter_name, ' ', p.dtd_identifier ORDER BY ordinal_position)
    FROM information_schema.parameters p WHERE p.specific_schema = r.routine_schema AND p.specific_name = r.specific_name AND ordinal_position > 0)
FROM information_schema.routines r WHERE routine_schema = database();
SELECT 'event', event_name, event_type, interval_value, interval_field, status, on_completion, event_comment, event_definition
FROM information_schema.events WHERE event_schema = database()"""


def unescape(value):
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t", "0": "\0"}.get(match.group(1), match.group(1)), value)


def describe(client, batch):
    lines, asked = [], []
    for row in client.ask(batch([LIST])):
        name, kind = row.split("\t")
        asked.append("SHOW CREATE %s `%s`" % ("VIEW" if kind == "VIEW" else "SEQUENCE" if kind == "SEQUENCE" else "TABLE",
                                              unescape(name).replace("`", "``")))
    for row in client.ask(batch(asked)) if asked else []:
        name, sql = row.split("\t")[:2]
        lines += describe_table(name, unescape(sql)) if sql.startswith("CREATE TABLE") else \
            ["%s: %s" % (name, re.sub(r"DEFINER=`[^`]*`@`[^`]*` ", "", sql))]
    return sorted(lines + client.ask(batch(OTHERS.split(";\n"))))


def describe_table(name, sql):
    """One line for each line of SHOW CREATE TABLE; columns keep their order, all else has none."""
    # A line break in a comment or a default is no end of a line.
    body, place = [], 0
    for line in split_lines(sql)[1:]:
        line = line.rstrip(",")
        if line.startswith(")"):
            body.append("table %s %s" % (name, re.sub(r" AUTO_INCREMENT=\d+", "", line)))
        elif line.startswith("  `"):
            place += 1
            body.append("column %s at %d:%s" % (name, place, line))
        else:
            body.append("in %s:%s" % (name, re.sub(r" ON (DELETE|UPDATE) NO ACTION", "", line)))
    return body


PIECE = re.compile(r"'(?:[^'\\]|\\.|'')*'|`(?:[^`]|``)*`|\n|.", re.S)


def split_lines(sql):
    lines = [""]
    for match in PIECE.finditer(sql):
        if match.group() == "\n":
            lines.append("")
        else:
            lines[-1] += match.group()
    return lines
