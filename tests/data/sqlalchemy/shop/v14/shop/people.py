from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, UniqueConstraint, false, text
from sqlalchemy.orm import relationship

from .base import Base, Identified, Stamped


class Customer(Identified, Stamped, Base):
    __tablename__ = "customers"

    email = Column(String(255), nullable=False, unique=True)
    name = Column(String(120), nullable=False, index=True)
    newsletter = Column(Boolean, nullable=False, server_default=false())
    addresses = relationship("Address", back_populates="customer")


class Address(Identified, Base):
    __tablename__ = "addresses"

    customer_id = Column(ForeignKey("customers.id", ondelete="CASCADE"), nullable=False)
    label = Column(String(40), nullable=False, server_default="home")
    street = Column(String(200), nullable=False)
    city = Column(String(100), nullable=False)
    country = Column(String(2), nullable=False)
    customer = relationship("Customer", back_populates="addresses")

    __table_args__ = (UniqueConstraint("customer_id", "label"),)


class Account(Identified, Base):
    __tablename__ = "accounts"

    customer_id = Column(Integer, ForeignKey("customers.id"), nullable=False, unique=True)
    password_hash = Column(String(100), nullable=False)
    failed_logins = Column(Integer, nullable=False, server_default=text("0"))
