"""A job queue: workers take jobs, a job has attempts, and points at its latest one."""
from datetime import datetime
from typing import Any, Optional

from sqlalchemy import (
    JSON, BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, SmallInteger, String, Table,
    UniqueConstraint, func, text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

housekeeping = MetaData()
reports = registry()

settings = Table(
    "settings",
    housekeeping,
    Column("name", String(60), primary_key=True),
    Column("value", JSON, nullable=False),
)


class Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: JSON}


class Queue(Base):
    __tablename__ = "queues"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    weight: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))


class Worker(Base):
    __tablename__ = "workers"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int]
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (UniqueConstraint("host", "pid", name="one_worker_a_process"),)


class Job(Base):
    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    queue_id: Mapped[int] = mapped_column(ForeignKey("queues.id"))
    kind: Mapped[str] = mapped_column(String(100))
    arguments: Mapped[Optional[dict[str, Any]]]
    payload: Mapped[Optional[bytes]]
    priority: Mapped[int] = mapped_column(server_default=text("0"))
    run_at: Mapped[datetime]
    last_attempt_id: Mapped[Optional[int]] = mapped_column(
        ForeignKey("attempts.id", name="jobs_last_attempt", use_alter=True, ondelete="SET NULL")
    )

    __table_args__ = (
        Index("jobs_to_take", "queue_id", "priority", "run_at"),
        Index("jobs_by_kind", "kind"),
        CheckConstraint("priority BETWEEN -10 AND 10", name="jobs_priority"),
    )


class Attempt(Base):
    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id = mapped_column(ForeignKey("jobs.id", name="attempts_job", ondelete="CASCADE"), nullable=False, index=True)
    worker_id: Mapped[Optional[int]] = mapped_column(ForeignKey("workers.id", ondelete="SET NULL"))
    started_at: Mapped[datetime]
    ended_at: Mapped[Optional[datetime]]
    error: Mapped[Optional[str]] = mapped_column(String(2000))


class Dependency(Base):
    __tablename__ = "dependencies"

    job_id = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    needs_id = mapped_column(ForeignKey("jobs.id"), primary_key=True)


@reports.mapped
class Daily:
    __tablename__ = "daily_reports"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    queue: Mapped[str] = mapped_column(String(100), primary_key=True)
    jobs_done: Mapped[int]
    seconds: Mapped[Optional[float]]
