from sqlalchemy import (
    ARRAY, BigInteger, CheckConstraint, Column, Computed, DateTime, Enum, ForeignKey, Identity, Index, Integer, MetaData,
    Sequence, SmallInteger, String, Table, Text, UniqueConstraint, func, text,
)
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import declarative_base

from common import metadata

stock = MetaData(schema="stock")
Base = declarative_base(metadata=stock)
numbers = Sequence("numbers", start=100, increment=10, metadata=metadata)
color = pg.ENUM("red", "green", name="color", metadata=metadata)

special = Table(
    "special",
    metadata,
    Column("id", BigInteger, Identity(always=True, start=10, increment=5), primary_key=True),
    Column("number", Integer, numbers, server_default=numbers.next_value(), nullable=False),
    Column("small_serial", SmallInteger, Identity()),
    Column("uid", pg.UUID(as_uuid=True), server_default=text("gen_random_uuid()")),
    Column("tags", ARRAY(String(20)), nullable=False, server_default="{}"),
    Column("grid", pg.ARRAY(Integer, dimensions=2)),
    Column("colors", pg.ARRAY(color)),
    Column("color", color, server_default="red"),
    Column("document", pg.JSONB, server_default=text("'{}'::jsonb")),
    Column("plain_json", pg.JSON),
    Column("address", pg.INET),
    Column("net", pg.CIDR),
    Column("mac", pg.MACADDR),
    Column("money", pg.MONEY),
    Column("bits", pg.BIT(4)),
    Column("many_bits", pg.BIT(8, varying=True)),
    Column("span", pg.INTERVAL(fields="DAY TO SECOND")),
    Column("moment", pg.TIMESTAMP(timezone=True, precision=3), server_default=func.now()),
    Column("clock", pg.TIME(precision=0)),
    Column("period", pg.TSRANGE),
    Column("whole", pg.INT4RANGE),
    Column("double", pg.DOUBLE_PRECISION),
    Column("real", pg.REAL),
    Column("bytes", pg.BYTEA),
    Column("search", pg.TSVECTOR, Computed("to_tsvector('english', coalesce(plain, ''))", persisted=True)),
    Column("plain", Text(collation="C"), comment="it's \\ a 'comment' with 100%"),
    pg.ExcludeConstraint(("period", "&&"), name="no_overlap", using="gist"),
    CheckConstraint("number > 0", name="number_positive"),
    Index("special_search", "search", postgresql_using="gin"),
    Index("special_document", "document", postgresql_using="gin", postgresql_ops={"document": "jsonb_path_ops"}),
    Index("special_partly", "number", postgresql_where=text("number > 5"), postgresql_include=["real"]),
    Index("special_filled", "real", postgresql_with={"fillfactor": 50}),
    Index("special_lower", text("lower(plain) text_pattern_ops")),
    Index("special_down", text("number DESC NULLS LAST")),
    comment="everything that 'PostgreSQL' has",
)


class Shelf(Base):
    __tablename__ = "shelves"

    id = Column(Integer, primary_key=True)
    code = Column(String(10), nullable=False)
    kind = Column(Enum("low", "high", name="shelf_kind"), nullable=False)
    first_item = Column(ForeignKey("stock.items.id", name="shelf_first_item", use_alter=True))
    __table_args__ = (UniqueConstraint("code", name="shelf_code", deferrable=True, initially="DEFERRED"),)


class Item(Base):
    __tablename__ = "items"

    id = Column(Integer, primary_key=True)
    shelf_id = Column(ForeignKey("stock.shelves.id", deferrable=True, initially="DEFERRED"), index=True)
    special_id = Column(ForeignKey(special.c.id))
    seen = Column(DateTime(timezone=True))
