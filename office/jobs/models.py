"""Tables of the jobs: runs, their steps and items, executors, and the dates of schedules."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Base, new_id, one_of
from office.secrets import Vault


class RunState(StrEnum):
    """Where a run stands. WAITING: it stopped for a person (a business exception)."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class StepState(StrEnum):
    """Where a step stands. RUNNING with portions > 0: some portions are committed, more to come."""

    RUNNING = "running"
    DONE = "done"
    BUSINESS = "business"
    FAILED = "failed"


class ItemState(StrEnum):
    """What became of one record. PLANNED: a dry run would have written it."""

    DONE = "done"
    SKIPPED = "skipped"
    BUSINESS = "business"
    FAILED = "failed"
    PLANNED = "planned"


class DateState(StrEnum):
    """What became of one date of a schedule. DUE in the past means missed, and is shown as such."""

    DUE = "due"
    FIRED = "fired"
    CAUGHT_UP = "caught-up"
    WAIVED = "waived"


class Run(Base):
    """One run of a job. In state QUEUED without `dispatched_at` it is the outbox of the job engine.

    `attempt` counts the executions begun for it and fences off an older one: only the execution that
    carries the current number may commit a step. `executor_id` names the process executing it now;
    `adoptions` counts how often it died over this run.
    """

    __tablename__ = "run"
    __table_args__ = (Index("ix_run_outbox", "state", "dispatched_at"),)

    id: Mapped[str] = mapped_column(String(120), primary_key=True, default=new_id)
    robot: Mapped[str] = mapped_column(String(64), index=True)
    nominal_on: Mapped[date | None]
    dry_run: Mapped[bool] = mapped_column(default=False)
    state: Mapped[RunState] = mapped_column(one_of(RunState), default=RunState.QUEUED)
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    requested_by: Mapped[str] = mapped_column(String(80))
    attempt: Mapped[int] = mapped_column(default=1)
    adoptions: Mapped[int] = mapped_column(default=0)
    executor_id: Mapped[str | None] = mapped_column(String(64), index=True)
    queued_at: Mapped[datetime] = mapped_column(index=True)
    dispatched_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    message: Mapped[str] = mapped_column(Text, default="")
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)

    steps: Mapped[list[RunStep]] = relationship(order_by="RunStep.position")
    items: Mapped[list[RunItem]] = relationship(order_by="RunItem.id")


class RunStep(Base):
    """One step of a run. It is written in the transaction of the step's own effects."""

    __tablename__ = "run_step"

    run_id: Mapped[str] = mapped_column(ForeignKey("run.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]
    state: Mapped[StepState] = mapped_column(one_of(StepState))
    portions: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    message: Mapped[str] = mapped_column(Text, default="")
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)


class RunItem(Base):
    """One record a run worked on: its anchor, where it was written, and before and after (sealed)."""

    __tablename__ = "run_item"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    run_id: Mapped[str] = mapped_column(ForeignKey("run.id"), index=True)
    subject: Mapped[str] = mapped_column(String(64), index=True)
    label: Mapped[str] = mapped_column(String(200))
    state: Mapped[ItemState] = mapped_column(one_of(ItemState))
    message: Mapped[str] = mapped_column(Text, default="")
    anchor: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    before: Mapped[bytes | None] = mapped_column(LargeBinary)
    after: Mapped[bytes | None] = mapped_column(LargeBinary)

    def write_evidence(self, vault: Vault, before: str | None, after: str | None) -> None:
        """Seal what stood in the place before and after. Gives the row its id when it has none yet."""
        self.id = self.id or new_id()
        self.before = None if before is None else self._seal(vault, "before", before)
        self.after = None if after is None else self._seal(vault, "after", after)

    def read_evidence(self, vault: Vault) -> tuple[str | None, str | None]:
        """What stood in the place before and after; raises `SealBroken` when a row was altered."""
        return self._open(vault, "before", self.before), self._open(vault, "after", self.after)

    def _seal(self, vault: Vault, column: str, text: str) -> bytes:
        return vault.seal(self.__tablename__, column, self.id, text.encode())

    def _open(self, vault: Vault, column: str, sealed: bytes | None) -> str | None:
        if sealed is None:
            return None
        return vault.open_sealed(self.__tablename__, column, self.id, sealed).decode()


class Executor(Base):
    """One living process that executes runs. `seen_at` is its heartbeat.

    `host` names machine, boot and process namespace; with `pid` and the kernel's start tick it tells on
    the same machine at once whether the process lives, however its number was given out again.
    """

    __tablename__ = "executor"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    host: Mapped[str] = mapped_column(String(200))
    pid: Mapped[int]
    start_tick: Mapped[int] = mapped_column(BigInteger)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class ScheduleDate(Base):
    """One nominal date of a schedule and what became of it; a missed date stays visible as DUE."""

    __tablename__ = "schedule_date"

    schedule: Mapped[str] = mapped_column(String(64), primary_key=True)
    nominal_on: Mapped[date] = mapped_column(primary_key=True)
    due_on: Mapped[date]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[DateState] = mapped_column(one_of(DateState), default=DateState.DUE)
    reason: Mapped[str] = mapped_column(Text, default="")
    waived_by: Mapped[str] = mapped_column(String(80), default="")
    run_id: Mapped[str | None] = mapped_column(ForeignKey("run.id"))
