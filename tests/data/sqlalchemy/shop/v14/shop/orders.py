import enum

from sqlalchemy import CheckConstraint, Column, Date, Enum, ForeignKey, ForeignKeyConstraint, Integer, Numeric, String
from sqlalchemy.orm import relationship

from .base import Base, Identified, Stamped


class Status(enum.Enum):
    new = 1
    paid = 2
    sent = 3


class Order(Identified, Stamped, Base):
    __tablename__ = "order"

    customer_id = Column(Integer, ForeignKey("customers.id"), nullable=False, index=True)
    status = Column(Enum(Status, name="order_status"), nullable=False, server_default="new")
    note = Column(String(500), comment="what the customer's note says, 100% of it")
    deliver_on = Column(Date)
    lines = relationship("Line", back_populates="order")


class Line(Base):
    __tablename__ = "order_lines"

    order_id = Column(Integer, ForeignKey("order.id", ondelete="CASCADE"), primary_key=True)
    position = Column(Integer, primary_key=True, autoincrement=False)
    product_id = Column(Integer, ForeignKey("products.id", ondelete="RESTRICT"), nullable=False)
    quantity = Column(Integer, nullable=False)
    price = Column(Numeric(10, 2), nullable=False)
    order = relationship("Order", back_populates="lines")

    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)


class Return(Identified, Base):
    __tablename__ = "returns"

    order_id = Column(Integer, nullable=False)
    position = Column(Integer, nullable=False)
    reason = Column(String(200))

    __table_args__ = (
        ForeignKeyConstraint(["order_id", "position"], ["order_lines.order_id", "order_lines.position"], name="fk_returns_line"),
    )
