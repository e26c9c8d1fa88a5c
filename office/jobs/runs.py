"""What people and clocks do with runs: request, cancel, resume. Never commits; the caller does.

A run in state `queued` that was not yet dispatched is the outbox: it exists if and only if the caller
commits, on both databases, without a second connection having to agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit.journal import write
from office.errors import NotFound, NotNow, OfficeError
from office.jobs.events import RUN_CANCELLED, RUN_REQUESTED, RUN_RESUMED
from office.jobs.executors import lives
from office.jobs.job import Job
from office.jobs.models import Executor, Run, RunState

CLOCK = Actor("clock", "時計", frozenset())
RESUMABLE = (RunState.WAITING, RunState.FAILED, RunState.CANCELLED, RunState.RUNNING)
CANCELLABLE = (RunState.QUEUED, RunState.RUNNING, RunState.WAITING)


class WrongParameters(OfficeError):
    """The parameters given are not those the job declares."""

    code = "wrong-parameters"


def enqueue(
    session: Session,
    actor: Actor,
    job: Job,
    *,
    nominal_on: date | None = None,
    dry_run: bool = False,
    parameters: Mapping[str, Any] | None = None,
) -> str:
    """Request a run of `job` in the caller's transaction; returns the run's id. Raises WrongParameters.

    Asks for no permission: it also serves the follow-up work of other acts, which asked for theirs.
    """
    given = dict(parameters or {})
    _check(job, given)
    run = Run(
        robot=job.key,
        nominal_on=nominal_on,
        dry_run=dry_run,
        parameters=given,
        requested_by=actor.key,
        queued_at=clock.now(),
    )
    return _request(session, actor, run)


def scheduled_id(schedule: str, nominal_on: date) -> str:
    """The id of the one run of a nominal date: the same from every clock (robots.md §4.5)."""
    return f"{schedule}:{nominal_on.isoformat()}"


def enqueue_scheduled(session: Session, job: Job, nominal_on: date) -> str:
    """Request the one run of a nominal date, unless it was requested before; returns its id."""
    run_id = scheduled_id(job.key, nominal_on)
    if session.get(Run, run_id) is None:
        run = Run(
            id=run_id,
            robot=job.key,
            nominal_on=nominal_on,
            dry_run=False,
            parameters={},
            requested_by=CLOCK.key,
            queued_at=clock.now(),
        )
        _request(session, CLOCK, run)
    return run_id


def cancel(session: Session, actor: Actor, run_id: str) -> None:
    """Stop a run: at once when it waits, before its next step when it runs.

    Raises NotPermitted, NotFound, NotNow.
    """
    require(actor, Act.START_RUNS)
    run = _locked(session, run_id)
    if run.state not in CANCELLABLE:
        raise NotNow("この実行はもう終わっているため、中止できません。")
    run.state = RunState.CANCELLED
    run.message = f"{actor.name}が中止しました。"
    run.ended_at = clock.now()
    write(session, actor, RUN_CANCELLED, f"run:{run.id}", robot=run.robot)


def resume(session: Session, actor: Actor, run_id: str, stale_seconds: float) -> None:
    """Queue a stopped run again; done steps are not repeated. Raises NotPermitted, NotFound, NotNow.

    Refuses while an executor with a fresh heartbeat still holds the run: resuming would run it a
    second time beside the first (robots.md §4.3).
    """
    require(actor, Act.START_RUNS)
    run = _locked(session, run_id)
    if run.state not in RESUMABLE:
        raise NotNow("この実行は止まっていないため、再開できません。")
    if run.executor_id is not None and lives(session.get(Executor, run.executor_id), stale_seconds):
        raise NotNow("この実行はまだ動いています。止まるのを待ってから再開してください。")
    run.state = RunState.QUEUED
    run.attempt += 1
    run.adoptions = 0
    run.executor_id = None
    run.dispatched_at = None
    run.ended_at = None
    run.message = ""
    run.queued_at = clock.now()
    write(session, actor, RUN_RESUMED, f"run:{run.id}", robot=run.robot, attempt=run.attempt)


def _request(session: Session, actor: Actor, run: Run) -> str:
    session.add(run)
    session.flush()
    nominal_on = None if run.nominal_on is None else run.nominal_on.isoformat()
    write(
        session,
        actor,
        RUN_REQUESTED,
        f"run:{run.id}",
        robot=run.robot,
        dry_run=run.dry_run,
        nominal_on=nominal_on,
    )
    return run.id


def _locked(session: Session, run_id: str) -> Run:
    run = session.get(Run, run_id, with_for_update=True, populate_existing=True)
    if run is None:
        raise NotFound("この実行は見つかりません。一覧から選び直してください。")
    return run


def _check(job: Job, given: Mapping[str, Any]) -> None:
    unknown = sorted(set(given) - {parameter.name for parameter in job.parameters})
    missing = [p.title for p in job.parameters if p.required and p.name not in given]
    if unknown:
        raise WrongParameters(f"「{job.title}」に {'、'.join(unknown)} という指定はありません。")
    if missing:
        raise WrongParameters(f"「{job.title}」には {'、'.join(missing)} の指定が必要です。")
