from sqlalchemy import Column, Computed, ForeignKey, Index, Integer, String, Table, text
from sqlalchemy.dialects import mysql

from common import metadata

special = Table(
    "special",
    metadata,
    Column("id", mysql.BIGINT(unsigned=True), primary_key=True),
    Column("tiny", mysql.TINYINT(1), nullable=False, server_default=text("1")),
    Column("medium", mysql.MEDIUMINT(unsigned=True)),
    Column("small", mysql.SMALLINT(unsigned=True)),
    Column("exact", mysql.DECIMAL(8, 3, unsigned=True)),
    Column("double", mysql.DOUBLE(asdecimal=False)),
    Column("moment", mysql.TIMESTAMP(fsp=3), nullable=False, server_default=text("CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3)")),
    Column("at", mysql.DATETIME(fsp=6)),
    Column("clock", mysql.TIME(fsp=2)),
    Column("year", mysql.YEAR),
    Column("long_text", mysql.LONGTEXT),
    Column("medium_text", mysql.MEDIUMTEXT(collation="utf8mb4_bin")),
    Column("tiny_blob", mysql.TINYBLOB),
    Column("bin", mysql.VARBINARY(16)),
    Column("bits", mysql.BIT(5)),
    Column("kind", mysql.ENUM("a", "b'c"), nullable=False, server_default="a", comment="it's \\ a 100% comment"),
    Column("several", mysql.SET("x", "y")),
    Column("name", mysql.VARCHAR(100, charset="latin1", collation="latin1_german1_ci")),
    Column("title", String(200), nullable=False),
    Column("title_length", Integer, Computed("char_length(title)", persisted=False)),
    Index("special_title", "title", mysql_length=20),
    Index("special_words", "long_text", mysql_prefix="FULLTEXT"),
    Index("special_hash", "small", mysql_using="btree"),
    mysql_engine="InnoDB",
    mysql_default_charset="utf8mb4",
    mysql_collate="utf8mb4_unicode_ci",
    comment="everything that 'MySQL' has",
)

details = Table(
    "details",
    metadata,
    Column("special_id", mysql.BIGINT(unsigned=True), ForeignKey("special.id", ondelete="CASCADE"), primary_key=True),
    Column("note", String(80)),
    mysql_row_format="DYNAMIC",
)
