"""A blog: joined inheritance of content, single-table inheritance of members, an abstract base."""
from __future__ import annotations

from datetime import datetime
from typing import List, Optional

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint, func, true
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Model(Base):
    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)


class Authored:
    @declared_attr
    def author_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("members.id"), index=True)


class Member(Model):
    __tablename__ = "members"
    __mapper_args__ = {"polymorphic_on": "role", "polymorphic_identity": "reader"}

    role: Mapped[str] = mapped_column(String(20))
    login: Mapped[str] = mapped_column(String(60), unique=True)
    active: Mapped[bool] = mapped_column(server_default=true())


class Editor(Member):
    __mapper_args__ = {"polymorphic_identity": "editor"}

    desk: Mapped[Optional[str]] = mapped_column(String(60))


class Admin(Editor):
    __mapper_args__ = {"polymorphic_identity": "admin"}

    phone: Mapped[Optional[str]] = mapped_column(String(30))


content_labels = Table(
    "content_labels",
    Base.metadata,
    Column("content_id", Integer, ForeignKey("content.id"), primary_key=True),
    Column("label_id", Integer, ForeignKey("labels.id"), primary_key=True),
)


class Label(Model):
    __tablename__ = "labels"

    name: Mapped[str] = mapped_column(String(50), unique=True)


class Content(Authored, Model):
    __tablename__ = "content"
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "content"}

    kind: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    published_at: Mapped[Optional[datetime]] = mapped_column(server_default=func.now())
    labels: Mapped[List[Label]] = relationship(secondary=content_labels)


class Article(Content):
    __tablename__ = "articles"
    __mapper_args__ = {"polymorphic_identity": "article"}

    id: Mapped[int] = mapped_column(ForeignKey("content.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)


class Photo(Content):
    __tablename__ = "photos"
    __mapper_args__ = {"polymorphic_identity": "photo"}

    id: Mapped[int] = mapped_column(ForeignKey("content.id", ondelete="CASCADE"), primary_key=True)
    file: Mapped[str] = mapped_column(String(255))
    width: Mapped[Optional[int]]
    height: Mapped[Optional[int]]


class Comment(Authored, Model):
    __tablename__ = "comments"

    content_id: Mapped[int] = mapped_column(ForeignKey("content.id", ondelete="CASCADE"))
    answers_id: Mapped[Optional[int]] = mapped_column(ForeignKey("comments.id"))
    text: Mapped[str] = mapped_column(Text)


class Vote(Authored, Model):
    __tablename__ = "votes"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    value: Mapped[int]

    __table_args__ = (UniqueConstraint("author_id", "comment_id"),)
