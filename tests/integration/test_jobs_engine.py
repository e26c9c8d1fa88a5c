"""The job engine on both databases: requests, results, failures, cancelling and resuming."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Select, select

from office import clock
from office.accounts.actor import Actor
from office.audit.models import AuditEntry
from office.errors import NotFound, NotNow, NotPermitted
from office.jobs.engine import JobEngine
from office.jobs.job import Job, Step
from office.jobs.models import Executor, ItemState, Run, RunItem, RunState, RunStep, StepState
from office.jobs.performing import UNKNOWN_JOB
from office.jobs.runs import WrongParameters
from office.platform import Platform
from tests.support.jobs import (
    CONSOLE,
    JOBS,
    NAME,
    QUICK,
    SUBJECTS,
    ask_for,
    executors,
    let_go,
    marks,
    module_platform,
    outcome,
    reaches,
    running,
    state_of,
    until,
)

platform = module_platform


@pytest.fixture
def engine(platform: Platform) -> Iterator[JobEngine]:
    with running(platform, JOBS) as launched:
        yield launched


def _items(run_id: str) -> Select[RunItem]:
    return select(RunItem).where(RunItem.run_id == run_id)


def test_a_run_leaves_steps_items_counts_and_journal(platform: Platform, engine: JobEngine) -> None:
    run_id = ask_for(platform, engine, "copy")
    reaches(platform, run_id, RunState.DONE)
    assert outcome(platform, run_id) == {
        "run": (RunState.DONE, {"gathered": 5, "written": 5, "total": 5}, "", None),
        "steps": [
            ("gather", StepState.DONE, 1, {"gathered": 5}),
            ("write", StepState.DONE, 3, {"written": 5}),
            ("total", StepState.DONE, 1, {"total": 5}),
        ],
        "items": [(s, ItemState.DONE, f"line {n}") for n, s in enumerate(SUBJECTS, start=1)],
        "file": list(SUBJECTS),
    }
    with platform.sessions() as session:
        run = session.get_one(Run, run_id)
        assert run.queued_at <= run.started_at <= run.ended_at <= clock.now()  # type: ignore[operator]
        assert run.requested_by == CONSOLE.key
        about = select(AuditEntry.body).where(AuditEntry.body.contains(run_id)).order_by(AuditEntry.seq)
        bodies = session.scalars(about).all()
        assert [name in body for name, body in zip(("run.requested", "run.ended"), bodies, strict=True)]
        assert all(f"run:{run_id}" in body and NAME not in body for body in bodies)


def test_a_rolled_back_request_leaves_nothing(platform: Platform, engine: JobEngine) -> None:
    with platform.sessions() as session:
        run_id = engine.enqueue(session, CONSOLE, "copy")
        assert session.get(Run, run_id) is not None
        session.rollback()
    other = ask_for(platform, engine, "copy")
    reaches(platform, other, RunState.DONE)
    with platform.sessions() as session:
        assert session.get(Run, run_id) is None
        assert session.get(Run, other) is not None
        bodies = session.scalars(select(AuditEntry.body)).all()
    assert not any(run_id in body for body in bodies)


def test_a_request_waits_until_its_transaction_commits(platform: Platform, engine: JobEngine) -> None:
    with platform.sessions.begin() as session:
        run_id = engine.enqueue(session, CONSOLE, "copy", dry_run=True, nominal_on=date(2026, 10, 10))
        # SQLite lets nobody write meanwhile; what matters is that nobody sees the run.
        assert session.get_one(Run, run_id).state is RunState.QUEUED
        assert engine.platform.sessions is platform.sessions
    reaches(platform, run_id, RunState.DONE)
    with platform.sessions() as session:
        run = session.get_one(Run, run_id)
        assert (run.dry_run, run.nominal_on) == (True, date(2026, 10, 10))


def test_requests_are_checked(platform: Platform) -> None:
    engine = JobEngine(platform, JOBS)
    with platform.sessions() as session:
        with pytest.raises(NotFound, match="「nothing」"):
            engine.enqueue(session, CONSOLE, "nothing")
        with pytest.raises(WrongParameters, match="colour"):
            engine.enqueue(session, CONSOLE, "copy", parameters={"colour": "red"})
        with pytest.raises(WrongParameters, match="回数"):
            engine.enqueue(session, CONSOLE, "raises")


def test_a_web_process_requests_without_launching(platform: Platform) -> None:
    run_id = ask_for(platform, JobEngine(platform, JOBS), "copy")
    assert executors(platform) == []
    with running(platform, JOBS):
        reaches(platform, run_id, RunState.DONE)


def test_a_business_exception_is_tried_once_and_waits_for_a_person(
    platform: Platform, engine: JobEngine
) -> None:
    run_id = ask_for(platform, engine, "refuses")
    reaches(platform, run_id, RunState.WAITING)
    assert len(marks(platform, run_id)) == 1
    with platform.sessions() as session:
        run = session.get_one(Run, run_id)
        assert run.message == "口座が読めません。確かめてください。"
        assert run.executor_id is None
        assert session.get_one(RunStep, (run_id, "refuse")).state is StepState.BUSINESS
        items = session.scalars(_items(run_id)).all()
        assert [(i.subject, i.label, i.state) for i in items] == [("a1", NAME, ItemState.BUSINESS)]
    let_go(platform, run_id)
    with platform.sessions.begin() as session:
        engine.resume(session, CONSOLE, run_id)
    reaches(platform, run_id, RunState.DONE)
    assert len(marks(platform, run_id)) == 2


def test_an_application_exception_is_tried_three_times_and_keeps_its_cause(
    platform: Platform, engine: JobEngine
) -> None:
    run_id = ask_for(platform, engine, "raises", times=99)
    reaches(platform, run_id, RunState.FAILED)
    assert len(marks(platform, run_id)) == 3
    with platform.sessions() as session:
        assert session.get_one(Run, run_id).message == f"RuntimeError: 台帳が開けません（{NAME}）"
        step = session.get_one(RunStep, (run_id, "raise"))
        assert (step.state, step.portions) == (StepState.FAILED, 0)
        assert session.scalars(_items(run_id)).all() == []


def test_a_passing_trouble_is_over_at_the_second_try(platform: Platform, engine: JobEngine) -> None:
    run_id = ask_for(platform, engine, "raises", times=1)
    reaches(platform, run_id, RunState.DONE)
    with platform.sessions() as session:
        assert session.get_one(Run, run_id).message == ""
        assert session.get_one(RunStep, (run_id, "raise")).counts == {"tries": 2}
        assert len(session.scalars(_items(run_id)).all()) == 1


def test_a_database_error_is_told_without_the_values_of_its_statement(
    platform: Platform, engine: JobEngine
) -> None:
    run_id = ask_for(platform, engine, "broken")
    reaches(platform, run_id, RunState.FAILED)
    with platform.sessions() as session:
        message = session.get_one(Run, run_id).message
    assert "Error: " in message
    assert NAME not in message
    assert "SELECT" not in message


def test_a_cancelled_run_stops_before_its_next_step_and_goes_on_when_resumed(
    platform: Platform, engine: JobEngine
) -> None:
    run_id = ask_for(platform, engine, "hold")
    until(lambda: "begin" in marks(platform, run_id))
    with platform.sessions.begin() as session:
        engine.cancel(session, CONSOLE, run_id)
    with platform.sessions.begin() as session, pytest.raises(NotNow, match="まだ動いています"):
        engine.resume(session, CONSOLE, run_id)
    let_go(platform, run_id)
    until(lambda: outcome(platform, run_id)["run"][3] is None)
    assert state_of(platform, run_id) is RunState.CANCELLED
    assert "last" not in marks(platform, run_id)
    with platform.sessions.begin() as session:
        engine.resume(session, CONSOLE, run_id)
    reaches(platform, run_id, RunState.DONE)
    assert marks(platform, run_id) == ["first", "begin", "end", "last"]


def test_a_queued_run_can_be_cancelled_before_it_begins(platform: Platform) -> None:
    engine = JobEngine(platform, JOBS, QUICK)
    run_id = ask_for(platform, engine, "copy")
    with platform.sessions.begin() as session:
        engine.cancel(session, CONSOLE, run_id)
    with running(platform, JOBS) as launched:
        other = ask_for(platform, launched, "copy")
        reaches(platform, other, RunState.DONE)
    assert outcome(platform, run_id)["steps"] == []
    with platform.sessions() as session, pytest.raises(NotNow, match="もう終わって"):
        engine.cancel(session, CONSOLE, run_id)
    with platform.sessions() as session, pytest.raises(NotNow, match="止まっていない"):
        engine.resume(session, CONSOLE, other)
    with platform.sessions() as session, pytest.raises(NotFound):
        engine.cancel(session, CONSOLE, "nowhere")


def test_stopping_and_resuming_ask_for_the_permission(platform: Platform) -> None:
    engine = JobEngine(platform, JOBS)
    run_id = ask_for(platform, engine, "copy")
    for act in (engine.cancel, engine.resume):
        with platform.sessions() as session, pytest.raises(NotPermitted):
            act(session, Actor.nobody(), run_id)


def test_one_run_of_a_robot_at_a_time_beside_those_of_others(platform: Platform) -> None:
    """Two threads: did both runs of the robot hold one, the other robot's run could not end."""
    settings = platform.settings.model_copy(update={"job_threads": 2})
    with running(replace(platform, settings=settings), JOBS) as engine:
        same = [ask_for(platform, engine, "hold") for _ in range(2)]
        until(lambda: any(marks(platform, run_id) for run_id in same))
        other = ask_for(platform, engine, "copy")
        reaches(platform, other, RunState.DONE)
        assert sorted(len(marks(platform, run_id)) for run_id in same) == [0, 2]
        let_go(platform, *same)
        for run_id in same:
            reaches(platform, run_id, RunState.DONE)
    with platform.sessions() as session:
        first, second = sorted(
            (session.get_one(Run, run_id) for run_id in same), key=lambda r: str(r.started_at)
        )
        assert first.ended_at <= second.started_at  # type: ignore[operator]


def test_a_clean_stop_hands_the_run_back_between_two_steps(platform: Platform) -> None:
    with running(platform, JOBS) as engine:
        run_id = ask_for(platform, engine, "hold")
        until(lambda: "begin" in marks(platform, run_id))
        engine._stopping.set()
        let_go(platform, run_id)
    assert executors(platform) == []
    assert outcome(platform, run_id)["run"][0] is RunState.QUEUED
    with running(platform, JOBS):
        reaches(platform, run_id, RunState.DONE)
    assert marks(platform, run_id) == ["first", "begin", "end", "last"]


def test_a_run_of_a_job_that_is_gone_fails_with_a_word(platform: Platform) -> None:
    run_id = ask_for(platform, JobEngine(platform, JOBS), "copy")
    with running(platform, {}):
        reaches(platform, run_id, RunState.FAILED)
    assert outcome(platform, run_id)["run"][2] == UNKNOWN_JOB


def test_a_run_that_takes_down_every_process_is_left_to_a_person(platform: Platform) -> None:
    run_id = ask_for(platform, JobEngine(platform, JOBS), "copy")
    with platform.sessions.begin() as session:
        run = session.get_one(Run, run_id)
        run.state, run.executor_id, run.adoptions = RunState.RUNNING, "gone", 10
    with running(platform, JOBS):
        reaches(platform, run_id, RunState.FAILED)
    assert "何度も止まりました" in outcome(platform, run_id)["run"][2]


def test_an_executor_silent_for_too_long_counts_as_dead(platform: Platform) -> None:
    run_id = ask_for(platform, JobEngine(platform, JOBS), "copy")
    with platform.sessions.begin() as session:
        then = clock.now() - timedelta(minutes=5)
        session.add(Executor(id="far", host="elsewhere", pid=1, start_tick=1, started_at=then, seen_at=then))
        run = session.get_one(Run, run_id)
        run.state, run.executor_id = RunState.RUNNING, "far"
    with running(platform, JOBS):
        reaches(platform, run_id, RunState.DONE)
        assert "far" not in [each.id for each in executors(platform)]


def test_evidence_of_an_item_is_sealed(platform: Platform) -> None:
    run_id = ask_for(platform, JobEngine(platform, JOBS), "copy")
    item = RunItem(run_id=run_id, subject="a1", label="", state=ItemState.DONE)
    item.write_evidence(platform.vault, None, NAME)
    with platform.sessions.begin() as session:
        session.add(item)
    with platform.sessions() as session:
        kept = session.scalars(_items(run_id)).one()
    assert NAME.encode() not in (kept.after or b"")
    assert kept.read_evidence(platform.vault) == (None, NAME)


def test_a_job_needs_steps_with_names_of_their_own() -> None:
    step = JOBS["copy"].steps[0]
    for steps in ((), (step, Step("gather", "別", step.run))):
        with pytest.raises(ValueError, match="steps need names"):
            Job("bad", "悪い", steps)
