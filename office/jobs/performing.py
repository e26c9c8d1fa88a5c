"""Carries out one execution of a run, step by step. Knows no executor library and writes nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor
from office.jobs.job import BusinessException, Job, Step, StepContext
from office.jobs.models import RunState
from office.jobs.recording import (
    Begun,
    Execution,
    Superseded,
    begin,
    end,
    fail,
    hand_back,
    let_go,
    record,
    recorded,
    refuse,
    sum_of,
)

UNKNOWN_JOB = "このロボットは今は入っていません。拡張を確かめてから再開してください。"


class StepFailed(Exception):
    """An application exception in a step; its cause is in our tables. Says nothing by itself, on purpose."""


class StepRefused(Exception):
    """A business exception in a step; its cause is in our tables."""


Durably = Callable[[str, Callable[[], dict[str, Any]]], dict[str, Any]]


def perform_run(
    execution: Execution,
    jobs: Mapping[str, Job],
    durably: Durably,
    stopping: Callable[[], bool],
) -> str:
    """Carry out the run's remaining steps; returns the word for what became of it.

    `durably(name, work)` runs one portion of a step with retries, raising StepFailed when they are used
    up. `stopping()` says that the process is to stop: the run is then handed back between two steps.
    """
    begun = begin(execution)
    if begun is None:
        return "superseded"
    job = jobs.get(begun.robot)
    if job is None:
        return end(execution, RunState.FAILED, UNKNOWN_JOB)
    try:
        for position, step in enumerate(job.steps):
            if step.name not in begun.done and not _perform(
                execution, begun, (position, step), durably, stopping
            ):
                return "stopped"
    except StepRefused:
        return end(execution, RunState.WAITING)
    except StepFailed:
        return end(execution, RunState.FAILED)
    except Superseded:
        return "superseded"
    return end(execution, RunState.DONE, "")


def _perform(
    execution: Execution,
    begun: Begun,
    place: tuple[int, Step],
    durably: Durably,
    stopping: Callable[[], bool],
) -> bool:
    """Every portion of one step; False when the run was cancelled or handed back before its end."""
    while True:
        if begun.cancelled:
            let_go(execution)
            return False
        if stopping():
            hand_back(execution)
            return False
        result = durably(place[1].name, lambda: _portion(execution, begun, place))
        if not result["more"]:
            return True


def _portion(execution: Execution, begun: Begun, place: tuple[int, Step]) -> dict[str, Any]:
    """One portion of a step: its effects and its record in one transaction, or the reason why not."""
    step, started_at = place[1], clock.now()
    found = recorded(execution, begun, step) if begun.in_doubt else None
    if found is not None:
        return found
    begun.in_doubt = True
    with execution.platform.sessions() as session:
        try:
            result = step.run(_context(execution, begun, step, session))
            state = record(session, execution, begun, place, result, started_at)
            session.commit()
        except Superseded:
            raise
        except BusinessException as error:
            session.rollback()
            refuse(execution, place, error, started_at)
            raise StepRefused from None
        except Exception as error:  # noqa: BLE001 - whatever a step raises is retried, then shown
            session.rollback()
            begun.portions.setdefault(step.name, 0)
            fail(execution, place, error, started_at)
            raise StepFailed from None
    begun.in_doubt = False
    begun.cancelled = state is RunState.CANCELLED
    begun.portions[step.name] = begun.portions.get(step.name, 0) + 1
    begun.counts = sum_of(begun.counts, result.counts)
    return {"more": result.more, "counts": dict(result.counts)}


def _context(execution: Execution, begun: Begun, step: Step, session: Session) -> StepContext:
    return StepContext(
        platform=execution.platform,
        run_id=execution.run_id,
        actor=Actor.robot(begun.robot),
        dry_run=begun.dry_run,
        parameters=begun.parameters,
        nominal_on=begun.nominal_on,
        step=step.name,
        portion=begun.portions.get(step.name, 0),
        work=session,
    )
