"""A job queue: workers take jobs, a job has attempts, and points at its latest one."""
from sqlalchemy import (
    JSON, BigInteger, CheckConstraint, Column, DateTime, Float, ForeignKey, Index, Integer, LargeBinary, MetaData,
    SmallInteger, String, Table, UniqueConstraint, func, text,
)
from sqlalchemy.orm import declarative_base

Base = declarative_base()
Reports = declarative_base()
housekeeping = MetaData()

settings = Table(
    "settings",
    housekeeping,
    Column("name", String(60), primary_key=True),
    Column("value", JSON, nullable=False),
)


class Queue(Base):
    __tablename__ = "queues"

    id = Column(Integer, primary_key=True)
    name = Column(String(100), nullable=False, unique=True)
    weight = Column(SmallInteger, nullable=False, server_default=text("1"))


class Worker(Base):
    __tablename__ = "workers"

    id = Column(Integer, primary_key=True)
    host = Column(String(255), nullable=False)
    pid = Column(Integer, nullable=False)
    seen_at = Column(DateTime, nullable=False, server_default=func.now())

    __table_args__ = (UniqueConstraint("host", "pid", name="one_worker_a_process"),)


class Job(Base):
    __tablename__ = "jobs"

    id = Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    queue_id = Column(Integer, ForeignKey("queues.id"), nullable=False)
    kind = Column(String(100), nullable=False)
    arguments = Column(JSON)
    payload = Column(LargeBinary)
    priority = Column(Integer, nullable=False, server_default=text("0"))
    run_at = Column(DateTime, nullable=False)
    last_attempt_id = Column(Integer, ForeignKey("attempts.id", name="jobs_last_attempt", use_alter=True, ondelete="SET NULL"))

    __table_args__ = (
        Index("jobs_to_take", "queue_id", "priority", "run_at"),
        Index("jobs_by_kind", "kind"),
        CheckConstraint("priority BETWEEN -10 AND 10", name="jobs_priority"),
    )


class Attempt(Base):
    __tablename__ = "attempts"

    id = Column(Integer, primary_key=True)
    job_id = Column(ForeignKey("jobs.id", name="attempts_job", ondelete="CASCADE"), nullable=False, index=True)
    worker_id = Column(ForeignKey("workers.id", ondelete="SET NULL"))
    started_at = Column(DateTime, nullable=False)
    ended_at = Column(DateTime)
    error = Column(String(2000))


class Dependency(Base):
    __tablename__ = "dependencies"

    job_id = Column(ForeignKey("jobs.id"), primary_key=True)
    needs_id = Column(ForeignKey("jobs.id"), primary_key=True)


class Daily(Reports):
    __tablename__ = "daily_reports"

    day = Column(String(10), primary_key=True)
    queue = Column(String(100), primary_key=True)
    jobs_done = Column(Integer, nullable=False)
    seconds = Column(Float)
