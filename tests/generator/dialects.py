"""The dialects by name."""


def make_dialect(name, seed):
    if name == "sqlite":
        from sqlite import Sqlite
        return Sqlite(seed)
    if name == "postgresql":
        from postgresql import Postgresql
        return Postgresql(seed)
    if name == "mysql":
        from mysql import Mysql
        return Mysql(seed)
    raise SystemExit("no dialect '%s'" % name)


def make_server(name, scratch):
    if name == "sqlite":
        from sqlite import SqliteServer
        return SqliteServer(scratch)
    if name == "postgresql":
        from postgresql_server import PostgresqlServer
        return PostgresqlServer(scratch)
    if name == "mysql":
        from mysql_server import MysqlServer
        return MysqlServer(scratch)
    raise SystemExit("no dialect '%s'" % name)
