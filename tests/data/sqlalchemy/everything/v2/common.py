"""Every general type and every kind of constraint, with what SQLAlchemy 2 has of its own."""
from sqlalchemy import (
    BigInteger, Boolean, CheckConstraint, Column, Computed, Date, DateTime, Double, Enum, Float, ForeignKey, Index, Integer,
    Interval, JSON, LargeBinary, MetaData, Numeric, SmallInteger, String, Table, Text, Time, Unicode, UnicodeText,
    UniqueConstraint, Uuid, func, text,
)

metadata = MetaData()

types = Table(
    "types",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("small", SmallInteger),
    Column("big", BigInteger),
    Column("exact", Numeric(12, 4), nullable=False, server_default=text("1.5")),
    Column("plain_numeric", Numeric),
    Column("rough", Float),
    Column("rough_sized", Float(24)),
    Column("double", Double),
    Column("uid", Uuid),
    Column("uid_text", Uuid(native_uuid=False)),
    Column("flag", Boolean(name="flag_is_boolean", create_constraint=True)),
    Column("day", Date),
    Column("moment", DateTime),
    Column("moment_zoned", DateTime(timezone=True), server_default=func.now()),
    Column("clock", Time),
    Column("span", Interval),
    Column("words", String(50), server_default="it's 100% \"quoted\"; -- not a comment"),
    Column("back", String(50), server_default="a\\b"),
    Column("empty", String(50), server_default=""),
    Column("wide", Unicode(50)),
    Column("prose", Text),
    Column("wide_prose", UnicodeText),
    Column("bytes", LargeBinary),
    Column("document", JSON),
    Column("mood", Enum("happy", "it's complicated", "100%", name="mood")),
    Column("text_mood", Enum("up", "down", name="text_mood", native_enum=False, create_constraint=True, length=10)),
)

parents = Table(
    "Parents",
    metadata,
    Column("first key", Integer, primary_key=True, autoincrement=False),
    Column("select", String(20), primary_key=True),
    Column("Mixed", Integer, nullable=False, unique=True),
)

children = Table(
    "children",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False, server_default="1"),
    Column("area", Integer, Computed("width * height", persisted=True)),
    Column("mixed", ForeignKey(parents.c.Mixed, ondelete="CASCADE", onupdate="CASCADE")),
    Column("mother", ForeignKey("children.id", ondelete="SET NULL")),
    CheckConstraint("width > 0", name="width_positive"),
    CheckConstraint("height % 2 = 1 OR height IN (2, 4)", name="height odd"),
    UniqueConstraint("width", "height", name="one of a size"),
    Index("children_by_size", "height", text("width DESC")),
    Index("Children Unique", "mother", "width", unique=True),
)
