"""The records of an execution, each in a transaction that also proves the run is still its own.

The record of a step and the step's effects are one transaction, and that transaction also proves that
this execution is still the run's current one (`Run.attempt`). So a process killed between commit and
checkpoint repeats nothing, and one that was taken for dead and wakes up commits nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor
from office.audit.journal import write
from office.database import reading
from office.jobs.events import RUN_ENDED
from office.jobs.job import BusinessException, Step, StepResult
from office.jobs.models import ItemState, Run, RunItem, RunState, RunStep, StepState
from office.platform import Platform

_log = logging.getLogger(__name__)
_MESSAGE = 1000


class Superseded(Exception):
    """This execution is no longer the run's current one; whatever it just did was rolled back."""


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution of a run by one executor."""

    platform: Platform
    run_id: str
    attempt: int
    executor_id: str


@dataclass(slots=True)
class Begun:
    """What the execution found when it took the run, and learnt since: done steps are skipped, counts go on.

    `portions` has an entry for every step that has a row.
    """

    robot: str
    dry_run: bool
    parameters: Mapping[str, Any]
    nominal_on: date | None
    done: set[str]
    portions: dict[str, int]
    counts: dict[str, int]
    in_doubt: bool = False
    cancelled: bool = False


def begin(execution: Execution) -> Begun | None:
    """Take the run. None when it is not ours to take: cancelled, or taken under this attempt before."""
    with execution.platform.sessions.begin() as session:
        now = clock.now()
        taken = session.execute(
            update(Run)
            .where(Run.id == execution.run_id, Run.attempt == execution.attempt, Run.state == RunState.QUEUED)
            .values(state=RunState.RUNNING, executor_id=execution.executor_id)
        )
        if not taken.rowcount:  # type: ignore[attr-defined]
            return None
        run = session.get_one(Run, execution.run_id)
        run.started_at = run.started_at or now
        steps = session.scalars(select(RunStep).where(RunStep.run_id == run.id)).all()
        return Begun(
            run.robot,
            run.dry_run,
            run.parameters,
            run.nominal_on,
            {step.name for step in steps if step.state is StepState.DONE},
            {step.name: step.portions for step in steps},
            dict(run.counts),
        )


def recorded(execution: Execution, begun: Begun, step: Step) -> dict[str, Any] | None:
    """The result of a portion whose commit arrived although its answer did not (a lost connection)."""
    with Session(reading(execution.platform.engine)) as session:
        row = session.get(RunStep, (execution.run_id, step.name))
        if row is None or row.portions <= begun.portions.get(step.name, 0):
            return None
        run = session.get_one(Run, execution.run_id)
    begun.portions[step.name], begun.counts = row.portions, dict(run.counts)
    begun.cancelled, begun.in_doubt = run.state is RunState.CANCELLED, False
    return {"more": row.state is not StepState.DONE, "counts": {}}


def record(
    session: Session,
    execution: Execution,
    begun: Begun,
    place: tuple[int, Step],
    result: StepResult,
    started_at: datetime,
) -> RunState:
    """Write the step's record and prove that the run is still ours, in the transaction of the effects.

    Returns the state of the run: somebody may have cancelled it meanwhile.
    """
    session.flush()
    counts = sum_of(begun.counts, result.counts)
    ours = _ours(execution).values(counts=counts, message="").returning(Run.state)
    state: RunState | None = session.execute(ours).scalar()
    if state is None:
        raise Superseded
    known = place[1].name in begun.portions
    row = _row(session, execution, place, started_at, known)
    row.state = StepState.RUNNING if result.more else StepState.DONE
    row.portions += 1
    row.ended_at = None if result.more else clock.now()
    row.counts = sum_of(row.counts, result.counts)
    row.message = ""
    return state


def _row(
    session: Session, execution: Execution, place: tuple[int, Step], started_at: datetime, known: bool = True
) -> RunStep:
    position, step = place
    row = session.get(RunStep, (execution.run_id, step.name)) if known else None
    if row is None:
        row = RunStep(
            run_id=execution.run_id, name=step.name, started_at=started_at, portions=0, counts={}, message=""
        )
        session.add(row)
    row.position = position
    return row


def refuse(
    execution: Execution, place: tuple[int, Step], error: BusinessException, started_at: datetime
) -> None:
    """Keep why a person is needed, on the step, the run, and the matter itself."""
    with execution.platform.sessions.begin() as session:
        _stop(session, execution, place, StepState.BUSINESS, error.message, started_at)
        if error.subject:
            session.add(
                RunItem(
                    run_id=execution.run_id,
                    subject=error.subject,
                    label=error.label,
                    state=ItemState.BUSINESS,
                    message=error.message,
                )
            )


def fail(execution: Execution, place: tuple[int, Step], error: Exception, started_at: datetime) -> None:
    """Keep the true cause; the executor's own retry error would hide it (robots.md §4.11)."""
    _log.warning("a step failed", exc_info=error, extra={"run": execution.run_id, "step": place[1].name})
    try:
        with execution.platform.sessions.begin() as session:
            _stop(session, execution, place, StepState.FAILED, cause_of(error), started_at)
    except DBAPIError as lost:
        _log.error("a failure could not be recorded", exc_info=lost, extra={"run": execution.run_id})


def _stop(
    session: Session,
    execution: Execution,
    place: tuple[int, Step],
    state: StepState,
    message: str,
    started_at: datetime,
) -> None:
    if not session.execute(_ours(execution).values(message=message)).rowcount:  # type: ignore[attr-defined]
        raise Superseded
    row = _row(session, execution, place, started_at)
    row.state, row.message, row.ended_at = state, message, clock.now()


def cause_of(error: BaseException) -> str:
    """The cause in one line. Of a database error only the first line, never the values of its statement."""
    text = str(error.orig).partition("\n")[0] if isinstance(error, DBAPIError) else str(error)
    return f"{type(error).__name__}: {text}"[:_MESSAGE]


def end(execution: Execution, state: RunState, message: str | None = None) -> str:
    """Close the execution. A run cancelled meanwhile stays cancelled; either way it has no owner any more."""
    values: dict[str, Any] = {"state": state, "ended_at": clock.now(), "executor_id": None}
    if message is not None:
        values["message"] = message
    with execution.platform.sessions.begin() as session:
        ended = session.execute(_ours(execution).where(Run.state == RunState.RUNNING).values(**values))
        if ended.rowcount:  # type: ignore[attr-defined]
            robot = session.get_one(Run, execution.run_id).robot
            write(
                session,
                Actor.robot(robot),
                RUN_ENDED,
                f"run:{execution.run_id}",
                robot=robot,
                state=state.value,
                attempt=execution.attempt,
            )
            return state.value
        session.execute(_ours(execution).values(executor_id=None))
    return RunState.CANCELLED.value


def let_go(execution: Execution) -> None:
    """The run was cancelled: nobody executes it any more."""
    with execution.platform.sessions.begin() as session:
        session.execute(_ours(execution).values(executor_id=None))


def hand_back(execution: Execution) -> None:
    """The process stops: the next free executor goes on with the next step."""
    with execution.platform.sessions.begin() as session:
        session.execute(
            _ours(execution)
            .where(Run.state == RunState.RUNNING)
            .values(
                state=RunState.QUEUED, attempt=execution.attempt + 1, executor_id=None, dispatched_at=None
            )
        )


def _ours(execution: Execution) -> Any:
    """The UPDATE of the run that touches it only while it is this execution's."""
    return update(Run).where(
        Run.id == execution.run_id,
        Run.attempt == execution.attempt,
        Run.executor_id == execution.executor_id,
    )


def sum_of(left: Mapping[str, int], right: Mapping[str, int]) -> dict[str, int]:
    """Counts added up, in the order in which they first came."""
    return {
        key: left.get(key, 0) + right.get(key, 0) for key in [*left, *(k for k in right if k not in left)]
    }
