"""Models for the benchmarks: the same tables as SQL and as an Alembic project.

    model.py sql TABLES [extra]        prints CREATE TABLE statements
    model.py alembic TABLES FOLDER     writes a project whose models have the extra column; its database is
                                       at ALEMBIC_URL, or in SQLite's app.db

Each table refers to another; they make a tree and not a chain, in which Alembic's reflection runs out
of stack at some hundred tables.
"""
import os
import sys

COLUMNS = [
    ("id", "INTEGER", "sa.Integer", ", primary_key=True"),
    ("name", "VARCHAR(80)", "sa.String(80)", ", nullable=False"),
    ("email", "VARCHAR(255)", "sa.String(255)", ""),
    ("amount", "NUMERIC(10, 2)", "sa.Numeric(10, 2)", ""),
    ("active", "BOOLEAN", "sa.Boolean", ""),
    ("created_at", "TIMESTAMP", "sa.TIMESTAMP", ""),
    ("note", "TEXT", "sa.Text", ""),
]


def sql(count, extra):
    for n in range(1, count + 1):
        lines = ["    %s %s%s" % (name, kind, " NOT NULL" if "nullable" in options else "")
                 for name, kind, _, options in COLUMNS]
        lines.append("    parent_id INTEGER")
        if extra and n == count:
            lines.append("    extra TEXT")
        lines.append("    PRIMARY KEY (id)")
        if n > 1:
            lines.append("    FOREIGN KEY (parent_id) REFERENCES table_%d (id)" % (n // 2))
        print("CREATE TABLE table_%d (\n%s\n);" % (n, ",\n".join(lines)))
        print("CREATE INDEX table_%d_name ON table_%d (name);" % (n, n))


def models(count, extra):
    yield "import sqlalchemy as sa\nmetadata = sa.MetaData()\n"
    for n in range(1, count + 1):
        columns = ["sa.Column(%r, %s%s)" % (name, kind, options)
                   for name, _, kind, options in COLUMNS]
        reference = ", sa.ForeignKey('table_%d.id')" % (n // 2) if n > 1 else ""
        columns.append("sa.Column('parent_id', sa.Integer%s)" % reference)
        if extra and n == count:
            columns.append("sa.Column('extra', sa.Text)")
        columns.append("sa.Index('table_%d_name', 'name')" % n)
        yield "sa.Table('table_%d', metadata, %s)\n" % (n, ", ".join(columns))


ENV = """
import os
from alembic import context
import sqlalchemy as sa
import models
engine = sa.create_engine(os.environ.get("ALEMBIC_URL", "sqlite:///app.db"))
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=models.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
"""


def alembic(count, folder):
    os.makedirs(os.path.join(folder, "versions"))

    def write(name, text):
        with open(os.path.join(folder, name), "w") as out:
            out.write(text)

    write("alembic.ini", "[alembic]\nscript_location = .\nprepend_sys_path = .\n")
    write("env.py", ENV)
    write("script.py.mako", 'revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n'
          'from alembic import op\nimport sqlalchemy as sa\n'
          'def upgrade():\n    ${upgrades if upgrades else "pass"}\n'
          'def downgrade():\n    ${downgrades if downgrades else "pass"}\n')
    write("first.py", "".join(models(count, False)))
    write("models.py", "".join(models(count, True)))
    write("versions/first.py", "revision = 'first'\ndown_revision = None\nfrom alembic import op\n"
          "import first\ndef upgrade():\n    first.metadata.create_all(op.get_bind())\n"
          "def downgrade():\n    pass\n")


if __name__ == "__main__":
    if sys.argv[1] == "sql":
        sql(int(sys.argv[2]), len(sys.argv) > 3)
    else:
        alembic(int(sys.argv[2]), sys.argv[3])
