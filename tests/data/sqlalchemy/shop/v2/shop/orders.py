import enum
from datetime import date
from decimal import Decimal
from typing import Optional

from sqlalchemy import CheckConstraint, Enum, ForeignKey, ForeignKeyConstraint, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Identified, Stamped


class Status(enum.Enum):
    new = 1
    paid = 2
    sent = 3


class Order(Identified, Stamped, Base):
    __tablename__ = "order"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    status: Mapped[Status] = mapped_column(Enum(Status, name="order_status"), server_default="new")
    note: Mapped[Optional[str]] = mapped_column(String(500), comment="what the customer's note says, 100% of it")
    deliver_on: Mapped[Optional[date]]
    lines: Mapped[list["Line"]] = relationship(back_populates="order")


class Line(Base):
    __tablename__ = "order_lines"

    order_id: Mapped[int] = mapped_column(ForeignKey("order.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="RESTRICT"))
    quantity: Mapped[int]
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    order: Mapped[Order] = relationship(back_populates="lines")

    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)


class Return(Identified, Base):
    __tablename__ = "returns"

    order_id: Mapped[int]
    position: Mapped[int]
    reason: Mapped[Optional[str]] = mapped_column(String(200))

    __table_args__ = (
        ForeignKeyConstraint(["order_id", "position"], ["order_lines.order_id", "order_lines.position"], name="fk_returns_line"),
    )
