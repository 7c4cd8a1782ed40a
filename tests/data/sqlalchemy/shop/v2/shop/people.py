from sqlalchemy import ForeignKey, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Identified, Stamped, short


class Customer(Identified, Stamped, Base):
    __tablename__ = "customers"

    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    newsletter: Mapped[bool] = mapped_column(server_default=false())
    addresses: Mapped[list["Address"]] = relationship(back_populates="customer")


class Address(Identified, Base):
    __tablename__ = "addresses"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    label: Mapped[short] = mapped_column(server_default="home")
    street: Mapped[str] = mapped_column(String(200))
    city: Mapped[str] = mapped_column(String(100))
    country: Mapped[str] = mapped_column(String(2))
    customer: Mapped[Customer] = relationship(back_populates="addresses")

    __table_args__ = (UniqueConstraint("customer_id", "label"),)


class Account(Identified, Base):
    __tablename__ = "accounts"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), unique=True)
    password_hash: Mapped[str] = mapped_column(String(100))
    failed_logins: Mapped[int] = mapped_column(server_default=text("0"))
