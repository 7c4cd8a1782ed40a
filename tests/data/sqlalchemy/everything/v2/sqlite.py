from sqlalchemy import Column, Computed, Index, Integer, String, Table, UniqueConstraint, text
from sqlalchemy.dialects import sqlite

from common import metadata

kept = Table(
    "kept",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40, collation="NOCASE"), nullable=False),
    Column("twice", Integer, Computed("id * 2", persisted=False)),
    Column("day", sqlite.DATE),
    Column("document", sqlite.JSON),
    Index("kept_partly", "name", sqlite_where=text("id > 10")),
    UniqueConstraint("name", sqlite_on_conflict="REPLACE"),
    sqlite_autoincrement=True,
)

pairs = Table(
    "pairs",
    metadata,
    Column("a", Integer, primary_key=True, autoincrement=False),
    Column("b", Integer, primary_key=True),
    sqlite_with_rowid=False,
)
