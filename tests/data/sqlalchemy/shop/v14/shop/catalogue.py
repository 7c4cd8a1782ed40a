from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Numeric, String, Table, Text
from sqlalchemy.orm import relationship

from .base import Base, Identified, Stamped

product_tags = Table(
    "product_tags",
    Base.metadata,
    Column("product_id", ForeignKey("products.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True),
)


class Category(Identified, Base):
    __tablename__ = "categories"

    parent_id = Column(Integer, ForeignKey("categories.id", ondelete="SET NULL"))
    name = Column(String(80), nullable=False, unique=True)
    position = Column(Integer)


class Tag(Identified, Base):
    __tablename__ = "tags"

    name = Column(String(40), nullable=False, unique=True)


class Product(Identified, Stamped, Base):
    __tablename__ = "products"

    sku = Column(String(32), nullable=False, unique=True)
    title = Column(String(200), nullable=False)
    description = Column(Text)
    price = Column(Numeric(10, 2), nullable=False)
    stock = Column(Integer, nullable=False, default=0)
    category_id = Column(Integer, ForeignKey("categories.id"))
    tags = relationship("Tag", secondary=product_tags)

    __table_args__ = (
        CheckConstraint("price >= 0", name="price_not_negative"),
        CheckConstraint("stock >= 0", name="stock_not_negative"),
        Index("ix_products_category_title", "category_id", "title"),
    )
