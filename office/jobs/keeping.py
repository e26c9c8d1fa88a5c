"""The engine's own short transactions: the outbox, heartbeats, and the work of executors that died."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from office import clock
from office.database import reading
from office.jobs.executors import Identity, adopt, dead_executors, register
from office.jobs.models import Executor, Run, RunState
from office.platform import Platform

BATCH = 100
_MARK = "~"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One attempt of a run that is to be executed."""

    run_id: str
    attempt: int
    robot: str

    @property
    def workflow_id(self) -> str:
        """The run's id, with the number of the attempt behind it from the second on."""
        return workflow_id(self.run_id, self.attempt)


def workflow_id(run_id: str, attempt: int) -> str:
    """The name under which the executor library knows one attempt of a run."""
    return run_id if attempt == 1 else f"{run_id}{_MARK}{attempt}"


def outbox(platform: Platform) -> list[Waiting]:
    """Requested and not yet handed over, oldest first."""
    return _queued(platform, Run.dispatched_at.is_(None))


def overdue(platform: Platform, stale_seconds: float) -> list[Waiting]:
    """Handed over long ago and still not begun: perhaps in the queue, perhaps lost with its database."""
    return _queued(platform, Run.dispatched_at < clock.now() - timedelta(seconds=stale_seconds))


def mark_dispatched(platform: Platform, waiting: Waiting) -> None:
    """The executor library has it now."""
    with platform.sessions.begin() as session:
        session.execute(
            update(Run)
            .where(Run.id == waiting.run_id, Run.attempt == waiting.attempt)
            .values(dispatched_at=clock.now())
        )


def beat(platform: Platform, who: Identity) -> None:
    """A sign of life; the first one registers the executor."""
    with platform.sessions.begin() as session:
        register(session, who)


def living(platform: Platform) -> set[str]:
    """The ids of every registered executor."""
    with Session(reading(platform.engine)) as session:
        return set(session.scalars(select(Executor.id)))


def bury(
    platform: Platform, who: Identity, active: Callable[[], Collection[str]], stale_seconds: float
) -> int:
    """Strike dead executors off and queue again what nobody executes any more; how many runs.

    Nobody executes a running run whose executor is not registered, nor one of our own that is not `active()`.
    """
    with Session(reading(platform.engine)) as session:
        dead = [each for each in dead_executors(session, stale_seconds) if each != who.id]
        if not dead and not _abandoned(session, who, active):
            return 0
    with platform.sessions.begin() as session:
        session.execute(delete(Executor).where(Executor.id.in_(dead)))
        lost = _abandoned(session, who, active)
        for run in lost:
            if run.state is RunState.RUNNING:
                adopt(session, run.id, run.attempt, RunState.RUNNING)
            else:
                run.executor_id = None
                run.attempt += 1
        return len(lost)


def requeue(platform: Platform, workflow: str) -> bool:
    """Queue a run again whose workflow was lost before it began; False when it had begun or moved on."""
    run_id, _, attempt = workflow.partition(_MARK)
    with platform.sessions.begin() as session:
        return adopt(session, run_id, int(attempt or 1), RunState.QUEUED)


def leave(platform: Platform, who: Identity) -> None:
    """Strike the executor off after a clean stop."""
    with platform.sessions.begin() as session:
        session.execute(delete(Executor).where(Executor.id == who.id))


def _abandoned(session: Session, who: Identity, active: Callable[[], Collection[str]]) -> list[Run]:
    found = session.scalars(
        select(Run).where(Run.state.in_([RunState.RUNNING, RunState.CANCELLED]), Run.executor_id.is_not(None))
    ).all()
    known = set(session.scalars(select(Executor.id)))
    # Asked after the rows were read: what began since then is not among them.
    running = active()
    return [
        run
        for run in found
        if run.executor_id not in known
        or (run.executor_id == who.id and workflow_id(run.id, run.attempt) not in running)
    ]


def _queued(platform: Platform, condition: object) -> list[Waiting]:
    with Session(reading(platform.engine)) as session:
        rows = session.execute(
            select(Run.id, Run.attempt, Run.robot)
            .where(Run.state == RunState.QUEUED, condition)  # type: ignore[arg-type]
            .order_by(Run.queued_at)
            .limit(BATCH)
        )
        return [Waiting(*row) for row in rows]
