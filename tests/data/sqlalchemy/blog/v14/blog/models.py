"""A blog: joined inheritance of content, single-table inheritance of members, an abstract base."""
from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Integer, String, Table, Text, UniqueConstraint, func, true
from sqlalchemy.orm import declarative_base, declared_attr, relationship

Base = declarative_base()


class Model(Base):
    __abstract__ = True

    id = Column(Integer, primary_key=True)


class Authored:
    @declared_attr
    def author_id(cls):
        return Column(Integer, ForeignKey("members.id"), nullable=False, index=True)


class Member(Model):
    __tablename__ = "members"
    __mapper_args__ = {"polymorphic_on": "role", "polymorphic_identity": "reader"}

    role = Column(String(20), nullable=False)
    login = Column(String(60), nullable=False, unique=True)
    active = Column(Boolean, nullable=False, server_default=true())


class Editor(Member):
    __mapper_args__ = {"polymorphic_identity": "editor"}

    desk = Column(String(60))


class Admin(Editor):
    __mapper_args__ = {"polymorphic_identity": "admin"}

    phone = Column(String(30))


content_labels = Table(
    "content_labels",
    Base.metadata,
    Column("content_id", Integer, ForeignKey("content.id"), primary_key=True),
    Column("label_id", Integer, ForeignKey("labels.id"), primary_key=True),
)


class Label(Model):
    __tablename__ = "labels"

    name = Column(String(50), nullable=False, unique=True)


class Content(Authored, Model):
    __tablename__ = "content"
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "content"}

    kind = Column(String(20), nullable=False)
    slug = Column(String(120), nullable=False, unique=True)
    published_at = Column(DateTime, server_default=func.now())
    labels = relationship("Label", secondary=content_labels)


class Article(Content):
    __tablename__ = "articles"
    __mapper_args__ = {"polymorphic_identity": "article"}

    id = Column(Integer, ForeignKey("content.id", ondelete="CASCADE"), primary_key=True)
    title = Column(String(200), nullable=False)
    body = Column(Text, nullable=False)


class Photo(Content):
    __tablename__ = "photos"
    __mapper_args__ = {"polymorphic_identity": "photo"}

    id = Column(Integer, ForeignKey("content.id", ondelete="CASCADE"), primary_key=True)
    file = Column(String(255), nullable=False)
    width = Column(Integer)
    height = Column(Integer)


class Comment(Authored, Model):
    __tablename__ = "comments"

    content_id = Column(Integer, ForeignKey("content.id", ondelete="CASCADE"), nullable=False)
    answers_id = Column(Integer, ForeignKey("comments.id"))
    text = Column(Text, nullable=False)


class Vote(Authored, Model):
    __tablename__ = "votes"

    comment_id = Column(Integer, ForeignKey("comments.id"), nullable=False)
    value = Column(Integer, nullable=False)

    __table_args__ = (UniqueConstraint("author_id", "comment_id"),)
