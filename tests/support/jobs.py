"""Small jobs for tests, the world they run in, and what is left of a run when all is said and done."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from forms.catalogue import Catalogue
from forms.signing.keys import CityKeys
from office.accounts.actor import Actor
from office.audit import models as audit_tables
from office.database import Base, make_engine, make_sessions
from office.jobs.engine import JobEngine, Pace
from office.jobs.job import BusinessException, Job, Parameter, Step, StepContext, StepResult
from office.jobs.models import Executor, ItemState, Run, RunItem, RunState, RunStep, ScheduleDate
from office.platform import Platform
from office.secrets import Vault
from office.settings import Settings
from tests.support.keys import key_folder
from tests.support.postgres import new_database

QUICK = Pace(poll=0.02, heartbeat=0.1, stale=1.0, retry=0.01, stop=5.0)
# For tests that count adoptions or look for a run under its first attempt: on a busy machine a living
# executor may be silent, and a run wait to begin, for over a second.
PATIENT = replace(QUICK, stale=60.0)
CONSOLE = Actor.console()
SUBJECTS = ("a1", "a2", "a3", "a4", "a5")
PORTION = 2
NAME = "書留花子"


def job_platform(data: Path, url: str, threads: int = 4, keys: Path | None = None) -> Platform:
    """A platform with every table and no procedures: jobs need no more."""
    data.mkdir(exist_ok=True)
    settings = Settings(data=data, database_url=url, job_threads=threads)
    engine = make_engine(settings.database)
    Base.metadata.create_all(engine, tables=_tables())
    return Platform(
        settings=settings,
        engine=engine,
        sessions=make_sessions(engine),
        vault=Vault.open(data / "keys"),
        keys=CityKeys.load(keys or key_folder()),
        catalogue=Catalogue({}, {}, (), {}),
        definitions="",
    )


def _tables() -> list[Any]:
    """Tables of jobs and journal; other packages' need not be imported for these tests."""
    jobs = (Run, RunStep, RunItem, Executor, ScheduleDate)
    tables = audit_tables
    journal = (tables.AuditEntry, tables.AuditNode, tables.AuditSalt, tables.AuditCheckpoint)
    return [model.__table__ for model in (*jobs, *journal)]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def module_platform(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """One platform for all tests of a module, on each database: preparing one takes seconds."""
    data = tmp_path_factory.mktemp("jobs") / "data"
    if request.param == "sqlite":
        url = f"sqlite:///{data.parent / 'kakazu.db'}"
    else:
        url = new_database(request.getfixturevalue("postgres"))
    made = job_platform(data, url)
    yield made
    made.engine.dispose()


@contextmanager
def running(platform: Platform, jobs: dict[str, Job], pace: Pace = QUICK) -> Iterator[JobEngine]:
    """A launched engine in this process."""
    engine = JobEngine(platform, jobs, pace)
    engine.launch()
    try:
        yield engine
    finally:
        engine.shutdown()


def ask_for(platform: Platform, engine: JobEngine, job: str, **parameters: Any) -> str:
    """Request a run in a transaction of its own."""
    with platform.sessions.begin() as session:
        return engine.enqueue(session, CONSOLE, job, parameters=parameters)


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait until the condition holds and return what it gave; fail after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("waited in vain")


def state_of(platform: Platform, run_id: str) -> RunState:
    """Where the run stands."""
    with platform.sessions() as session:
        return session.get_one(Run, run_id).state


def reaches(platform: Platform, run_id: str, state: RunState, seconds: float = 60) -> None:
    """Wait until the run stands there."""
    until(lambda: state_of(platform, run_id) is state, seconds)


def executors(platform: Platform) -> list[Executor]:
    """Every registered executor."""
    with platform.sessions() as session:
        return list(session.scalars(select(Executor)))


def marks(platform: Platform, run_id: str) -> list[str]:
    """The words the steps of a run left in its file, in order."""
    return _lines(platform.settings.data / f"marks-{run_id}")


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def let_go(platform: Platform, *run_ids: str) -> None:
    """Let runs of the jobs `hold…` go on."""
    for run_id in run_ids:
        (platform.settings.data / f"go-{run_id}").touch()


def outcome(platform: Platform, run_id: str) -> dict[str, Any]:
    """Everything an unbroken and a broken run must agree on."""
    with platform.sessions() as session:
        run = session.get_one(Run, run_id)
        steps = session.scalars(select(RunStep).where(RunStep.run_id == run_id).order_by(RunStep.position))
        items = session.scalars(select(RunItem).where(RunItem.run_id == run_id).order_by(RunItem.subject))
        return {
            "run": (run.state, run.counts, run.message, run.executor_id),
            "steps": [(each.name, each.state, each.portions, each.counts) for each in steps],
            "items": [(each.subject, each.state, each.place) for each in items],
            "file": _lines(platform.settings.data / f"ledger-{run_id}"),
        }


# The jobs.


def _die(context: StepContext, place: str) -> None:
    """Die like a pulled plug, the first time the run comes to the place named by its parameter."""
    marker = context.platform.settings.data / f"died-{context.run_id}"
    if context.parameters.get("die") == place and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def _gather(context: StepContext) -> StepResult:
    with context.session() as session:
        for subject in SUBJECTS:
            item = RunItem(run_id=context.run_id, subject=subject, label=NAME, state=ItemState.PLANNED)
            session.add(item)
        session.flush()
        _die(context, "middle of gather")
    return StepResult({"gathered": len(SUBJECTS)})


def _write(context: StepContext) -> StepResult:
    """Two subjects a portion: probe the file, write, read back, and only then say so in the database."""
    file = context.platform.settings.data / f"ledger-{context.run_id}"
    begin = context.portion * PORTION
    wanted = SUBJECTS[begin : begin + PORTION]
    _die(context, f"before write {context.portion}")
    standing = file.read_text().splitlines() if file.exists() else []
    missing = [subject for subject in wanted if subject not in standing]
    with file.open("a") as handle:
        handle.writelines(f"{subject}\n" for subject in missing)
    _die(context, f"middle of write {context.portion}")
    lines = file.read_text().splitlines()
    with context.session() as session:
        chosen = RunItem.run_id == context.run_id, RunItem.subject.in_(wanted)
        for item in session.scalars(select(RunItem).where(*chosen)):
            item.state, item.place = ItemState.DONE, f"line {lines.index(item.subject) + 1}"
    return StepResult({"written": len(wanted)}, more=begin + PORTION < len(SUBJECTS))


def _total(context: StepContext) -> StepResult:
    with context.session() as session:
        done = session.scalars(
            select(RunItem).where(RunItem.run_id == context.run_id, RunItem.state == ItemState.DONE)
        ).all()
    return StepResult({"total": len(done)})


def _mark(context: StepContext, word: str) -> None:
    with (context.platform.settings.data / f"marks-{context.run_id}").open("a") as handle:
        handle.write(f"{word}\n")


def _first(context: StepContext) -> StepResult:
    _mark(context, "first")
    return StepResult({"first": 1})


def _hold(context: StepContext) -> StepResult:
    """Begin, wait until let go, then add an item."""
    _mark(context, "begin")
    go = context.platform.settings.data / f"go-{context.run_id}"
    until(go.exists, 60)
    with context.session() as session:
        item = RunItem(run_id=context.run_id, subject="held", label="", state=ItemState.DONE)
        session.add(item)
    _mark(context, "end")
    return StepResult({"held": 1})


def _last(context: StepContext) -> StepResult:
    _mark(context, "last")
    return StepResult({"last": 1})


def _raise(context: StepContext) -> StepResult:
    """Fail as often as asked, after an effect that must not stay."""
    with context.session() as session:
        session.add(RunItem(run_id=context.run_id, subject="x", label="", state=ItemState.DONE))
    _mark(context, "try")
    tries = len(marks(context.platform, context.run_id))
    if tries <= int(context.parameters["times"]):
        raise RuntimeError(f"台帳が開けません（{NAME}）")
    return StepResult({"tries": tries})


def _refuse(context: StepContext) -> StepResult:
    with context.session() as session:
        session.add(RunItem(run_id=context.run_id, subject="x", label="", state=ItemState.DONE))
    _mark(context, "try")
    if not (context.platform.settings.data / f"go-{context.run_id}").exists():
        raise BusinessException("口座が読めません。確かめてください。", subject="a1", label=NAME)
    return StepResult({"refused": 0})


def _broken(context: StepContext) -> StepResult:
    with context.session() as session:
        session.execute(select(RunItem).where(RunItem.label == NAME, RunItem.subject == object()))
    return StepResult()


HOLD = (Step("first", "はじめ", _first), Step("hold", "待つ", _hold), Step("last", "おわり", _last))
COPY = Job(
    "copy",
    "写し",
    (Step("gather", "集める", _gather), Step("write", "書く", _write), Step("total", "数える", _total)),
    parameters=(Parameter("die", "どこで止まるか"),),
)
JOBS: dict[str, Job] = {
    "copy": COPY,
    **{key: Job(key, "待つ", HOLD) for key in ("hold", "hold2", "hold3", "hold4")},
    "raises": Job(
        "raises", "失敗", (Step("raise", "失敗", _raise),), parameters=(Parameter("times", "回数", True),)
    ),
    "refuses": Job("refuses", "業務例外", (Step("refuse", "断る", _refuse),)),
    "broken": Job("broken", "壊れた問い合わせ", (Step("broken", "問う", _broken),)),
}


# Death at a commit.

_armed: dict[str, Any] = {}


def die_at_commit(when: str, number: int, thread: str) -> None:
    """From now on, kill this process before or after the `number`-th commit made in threads named so."""
    _armed.update(when=when, number=number, thread=thread, seen=0)


def _count(when: str) -> None:
    if not _armed or not threading.current_thread().name.startswith(_armed["thread"]):
        return
    if when == "before":
        _armed["seen"] += 1
    if (_armed["when"], _armed["number"]) == (when, _armed["seen"]):
        os.kill(os.getpid(), signal.SIGKILL)


@event.listens_for(Session, "before_commit")
def _before(_session: Session) -> None:
    _count("before")


@event.listens_for(Session, "after_commit")
def _after(_session: Session) -> None:
    _count("after")
