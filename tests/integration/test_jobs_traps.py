"""The twelve traps of DBOS (robots.md §4), each with a test of ours. The numbers are those of the list."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from dbos import DBOS

from office.errors import NotNow
from office.jobs import keeping
from office.jobs.engine import VERSION, JobEngine
from office.jobs.job import Job
from office.jobs.models import Run, RunItem, RunState
from office.jobs.system_database import SCHEMA, system_engine, system_url
from office.platform import Platform
from tests.support.children import Nursery, nursery
from tests.support.jobs import (
    CONSOLE,
    HOLD,
    JOBS,
    NAME,
    PATIENT,
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
UNBROKEN = ["first", "begin", "end", "last"]


@pytest.fixture(scope="module")
def home() -> Iterator[Nursery]:
    with nursery() as made:
        yield made


@pytest.fixture
def children(home: Nursery) -> Iterator[Nursery]:
    yield home
    home.kill_the_rest()


def worker(platform: Platform, children: Nursery) -> int:
    """A worker process, up and registered; its pid."""
    pid = children.start("work", platform.settings.data, platform.settings.database_url)
    until(lambda: pid in [each.pid for each in executors(platform)])
    return pid


def stop(children: Nursery, *pids: int) -> None:
    """Ask workers to stop cleanly."""
    for pid in pids:
        os.kill(pid, signal.SIGTERM)
        assert children.wait(pid) == 0


def held(platform: Platform, job: str = "hold") -> str:
    """A run requested from a process that executes none, waiting in its second step."""
    run_id = ask_for(platform, JobEngine(platform, JOBS), job)
    until(lambda: "begin" in marks(platform, run_id))
    return run_id


def put_to_sleep(platform: Platform, pid: int) -> None:
    """Stop the only worker at a moment when it holds no lock of a database: nobody else could go on."""
    while True:
        os.kill(pid, signal.SIGSTOP)
        time.sleep(0.1)
        if not _something_locked(platform):
            return
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.03)


def _something_locked(platform: Platform) -> bool:
    url = platform.engine.url
    if url.get_backend_name() == "sqlite":
        return any(_file_locked(one.database or "") for one in (url, system_url(url)))
    with platform.engine.connect() as connection:
        return int(connection.scalar(sa.text(WRITING)) or 0) > 1  # one is there as long as a step waits


# Transactions of others that wait for their program and have written, or hold a lock of ours.
WRITING = """
    SELECT count(*) FROM pg_stat_activity AS a
    WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.state <> 'idle'
      AND (a.backend_xid IS NOT NULL
           OR EXISTS (SELECT 1 FROM pg_locks AS l WHERE l.pid = a.pid AND l.locktype = 'advisory'))
"""


def _file_locked(file: str) -> bool:
    connection = sqlite3.connect(file, timeout=0.2, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    else:
        connection.execute("ROLLBACK")
        return False
    finally:
        connection.close()


def system_rows(platform: Platform) -> dict[str, list[dict[str, object]]]:
    """Every row of every table of DBOS."""
    url = system_url(platform.engine.url)
    engine = system_engine(url) or sa.create_engine(url)
    schema = None if url.get_backend_name() == "sqlite" else SCHEMA
    metadata = sa.MetaData(schema=schema)
    with engine.connect() as connection:
        metadata.reflect(connection)
        found = {
            table.name: [dict(row._mapping) for row in connection.execute(table.select())]
            for table in metadata.sorted_tables
        }
    engine.dispose()
    return found


def test_1_every_process_has_an_executor_id_of_its_own(platform: Platform, children: Nursery) -> None:
    """A second process that starts while the first is in a step does not run it again."""
    one = worker(platform, children)
    run_id = held(platform)
    two = worker(platform, children)
    assert len({each.id for each in executors(platform)}) == 2
    let_go(platform, run_id)
    reaches(platform, run_id, RunState.DONE)
    assert marks(platform, run_id) == UNBROKEN
    stop(children, one, two)
    assert executors(platform) == []


def test_2_the_run_of_a_killed_worker_is_adopted_by_a_living_one(
    platform: Platform, children: Nursery
) -> None:
    one = worker(platform, children)
    run_id = held(platform)
    two = worker(platform, children)
    children.kill(one)
    until(lambda: marks(platform, run_id).count("begin") == 2)
    let_go(platform, run_id)
    reaches(platform, run_id, RunState.DONE)
    assert marks(platform, run_id) == ["first", "begin", "begin", "end", "last"]
    assert [each.pid for each in executors(platform)] == [two]
    stop(children, two)


def test_2_a_worker_that_only_slept_commits_nothing_when_it_wakes(
    platform: Platform, children: Nursery
) -> None:
    """Taken for dead, its run adopted; then it goes on where it was."""
    sleeper = worker(platform, children)
    run_id = held(platform)
    put_to_sleep(platform, sleeper)
    other = worker(platform, children)
    until(lambda: marks(platform, run_id).count("begin") == 2)
    os.kill(sleeper, signal.SIGCONT)
    let_go(platform, run_id)
    reaches(platform, run_id, RunState.DONE)
    until(lambda: marks(platform, run_id).count("end") == 2)
    stop(children, sleeper, other)
    with platform.sessions() as session:
        items = session.scalars(sa.select(RunItem).where(RunItem.run_id == run_id)).all()
    assert len(items) == 1
    assert outcome(platform, run_id)["run"][:2] == (RunState.DONE, {"first": 1, "held": 1, "last": 1})


def test_3_resuming_is_refused_while_the_owner_lives(platform: Platform, children: Nursery) -> None:
    engine = JobEngine(platform, JOBS, QUICK)
    owner = worker(platform, children)
    run_id = held(platform)
    with platform.sessions() as session, pytest.raises(NotNow, match="まだ動いています"):
        engine.resume(session, CONSOLE, run_id)
    children.kill(owner)
    with platform.sessions.begin() as session:
        engine.resume(session, CONSOLE, run_id)
    let_go(platform, run_id)
    with running(platform, JOBS):
        reaches(platform, run_id, RunState.DONE)
    assert marks(platform, run_id) == ["first", "begin", *UNBROKEN[1:]]


def test_4_pending_work_survives_an_edit_of_the_code(platform: Platform, children: Nursery) -> None:
    """The version is pinned, so that a newer build goes on with what an older one left."""
    old = worker(platform, children)
    run_id = held(platform)
    children.kill(old)
    let_go(platform, run_id)
    edited = {"hold": Job("hold", "待つ", (HOLD[0], HOLD[1], JOBS["copy"].steps[0], HOLD[2]))}
    with running(platform, edited):
        reaches(platform, run_id, RunState.DONE)
    assert outcome(platform, run_id)["run"][1] == {"first": 1, "held": 1, "gathered": 5, "last": 1}
    versions = {row["application_version"] for row in system_rows(platform)["workflow_status"]}
    assert versions == {VERSION}


def test_5_a_run_that_ended_is_not_run_again_under_the_same_request(platform: Platform) -> None:
    """The id of the workflow is once-only for ever; a deduplication id would be free again by now."""
    with running(platform, JOBS, PATIENT) as engine:
        run_id = ask_for(platform, engine, "copy")
        reaches(platform, run_id, RunState.DONE)
        before = outcome(platform, run_id)
        with platform.sessions.begin() as session:
            run = session.get_one(Run, run_id)
            run.state, run.dispatched_at = RunState.QUEUED, None
        until(lambda: _dispatched(platform, run_id))
        other = ask_for(platform, engine, "copy")
        reaches(platform, other, RunState.DONE)
    with platform.sessions.begin() as session:
        session.get_one(Run, run_id).state = RunState.DONE
    assert outcome(platform, run_id) == before


def test_6_many_records_are_portions_of_one_workflow(platform: Platform) -> None:
    with running(platform, JOBS, PATIENT) as engine:
        run_id = ask_for(platform, engine, "copy")
        reaches(platform, run_id, RunState.DONE)
    rows = system_rows(platform)
    assert len([row for row in rows["workflow_status"] if row["workflow_uuid"] == run_id]) == 1
    steps = [row for row in rows["operation_outputs"] if row["workflow_uuid"] == run_id]
    assert [row["function_name"] for row in steps] == ["gather", "write", "write", "write", "total"]


def test_7_its_rows_hold_identifiers_and_counts_in_json(platform: Platform) -> None:
    with running(platform, JOBS) as engine:
        runs = [ask_for(platform, engine, "raises", times=9), ask_for(platform, engine, "refuses")]
        reaches(platform, runs[0], RunState.FAILED)
        reaches(platform, runs[1], RunState.WAITING)
    rows = system_rows(platform)
    written = repr(rows)
    assert NAME not in written
    assert "台帳が開けません" not in written
    assert "口座" not in written
    kinds = {row["serialization"] for row in rows["workflow_status"] + rows["operation_outputs"]}
    assert kinds == {"portable_json"}


def test_8_sqlite_is_durable_and_has_a_file_of_its_own(platform: Platform) -> None:
    url = system_url(platform.engine.url)
    engine = system_engine(url)
    if engine is None:
        assert url == platform.engine.url
        with platform.engine.connect() as connection:
            schemas = sa.inspect(connection).get_schema_names()
        assert SCHEMA in schemas
        return
    assert Path(str(url.database)).name == "kakazu-jobs.db"
    with engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {word}").scalar() for word in ("journal_mode", "synchronous")
        ]
    engine.dispose()
    assert found == ["wal", 2]


def test_9_threads_are_bounded(platform: Platform, children: Nursery) -> None:
    """Four threads for steps, and a bounded number around them, however many runs wait."""
    pid = worker(platform, children)
    runs = [held(platform, key) for key in ("hold", "hold2", "hold3", "hold4")]
    waiting = ask_for(platform, JobEngine(platform, JOBS), "copy")
    threads = len(list(Path(f"/proc/{pid}/task").iterdir()))
    assert threads < 32
    assert state_of(platform, waiting) is RunState.QUEUED
    let_go(platform, *runs)
    for run_id in [*runs, waiting]:
        reaches(platform, run_id, RunState.DONE)
    stop(children, pid)


def test_10_its_scheduler_is_not_used(platform: Platform) -> None:
    assert system_rows(platform)["workflow_schedules"] == []


def test_11_launched_after_a_fork_it_tells_the_true_cause(platform: Platform, children: Nursery) -> None:
    """The nursery forks from a process that has imported DBOS; DBOS's retry error hides the cause."""
    pid = worker(platform, children)
    run_id = ask_for(platform, JobEngine(platform, JOBS), "raises", times=9)
    reaches(platform, run_id, RunState.FAILED)
    assert outcome(platform, run_id)["run"][2].startswith("RuntimeError: 台帳が開けません")
    stop(children, pid)


def test_12_a_step_probes_before_it_writes_outside(platform: Platform, children: Nursery) -> None:
    """Killed between the outside write and our commit, the step finds its lines and writes none twice."""
    where = {"when": "middle of write 1", "number": 0, "thread": ""}
    child = children.start("die", platform.settings.data, platform.settings.database_url, **where)
    assert children.wait(child) == -signal.SIGKILL
    with platform.sessions() as session:
        run_id = session.scalars(
            sa.select(Run.id).where(Run.robot == "copy").order_by(Run.queued_at.desc()).limit(1)
        ).one()
    assert outcome(platform, run_id)["file"] == list(SUBJECTS[:4])
    with running(platform, JOBS):
        reaches(platform, run_id, RunState.DONE)
    assert outcome(platform, run_id)["file"] == list(SUBJECTS)


def test_a_lost_database_of_the_executor_loses_no_run(platform: Platform) -> None:
    """What is queued stands in our tables; DBOS's own rows can be thrown away and are written anew."""
    run_id = ask_for(platform, JobEngine(platform, JOBS), "copy")
    with platform.sessions.begin() as session:
        run = session.get_one(Run, run_id)
        run.dispatched_at = run.queued_at
    with running(platform, JOBS):
        reaches(platform, run_id, RunState.DONE)
    assert outcome(platform, run_id)["run"][1] == {"gathered": 5, "written": 5, "total": 5}


@pytest.mark.parametrize("ended", [True, False])
def test_a_run_that_ended_while_the_keeper_looked_is_left_alone(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, ended: bool
) -> None:
    """The keeper saw it waiting too long; its workflow may have run since, and be about to say so."""
    with running(platform, JOBS, PATIENT) as engine:
        run_id = ask_for(platform, engine, "copy")
        reaches(platform, run_id, RunState.DONE)
        until(lambda: _workflow(platform, run_id)["status"] == "SUCCESS")
        me = engine.who
    assert me is not None
    if not ended:
        with platform.sessions.begin() as session:
            session.get_one(Run, run_id).state = RunState.QUEUED
    cancelled: list[str] = []
    seen = SimpleNamespace(status="PENDING", executor_id=me.id)
    monkeypatch.setattr(keeping, "overdue", lambda _platform, _stale: [keeping.Waiting(run_id, 1, "copy")])
    monkeypatch.setattr(DBOS, "get_workflow_status", lambda _id: seen)
    monkeypatch.setattr(DBOS, "list_workflows", lambda **_which: [])
    monkeypatch.setattr(DBOS, "cancel_workflow", cancelled.append)
    idle = JobEngine(platform, JOBS, QUICK)
    idle.who = me
    idle._keep()
    assert cancelled == ([] if ended else [run_id])
    assert state_of(platform, run_id) is (RunState.DONE if ended else RunState.QUEUED)


def test_history_is_purged_and_our_runs_stay(platform: Platform) -> None:
    with running(platform, JOBS, PATIENT) as engine:
        run_id = ask_for(platform, engine, "copy")
        reaches(platform, run_id, RunState.DONE)
        with platform.sessions() as session:
            ended_at = session.get_one(Run, run_id).ended_at
        assert ended_at is not None
        until(lambda: _workflow(platform, run_id)["status"] == "SUCCESS")
        assert engine.purge(ended_at.replace(year=2000)) == 0
        assert engine.purge(ended_at.replace(year=2100)) >= 1
    assert run_id not in [row["workflow_uuid"] for row in system_rows(platform)["workflow_status"]]
    assert state_of(platform, run_id) is RunState.DONE


def test_a_worker_talks_to_nothing_but_its_database(platform: Platform, children: Nursery) -> None:
    """Its internet sockets, seen by the kernel while a run is under way."""
    pid = worker(platform, children)
    run_id = held(platform)
    mine = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        target = str(descriptor.readlink())
        if target.startswith("socket:["):
            mine.add(target[8:-1])
    sockets = [line for name in ("tcp", "tcp6", "udp", "udp6") for line in _internet(pid, name)]
    own = [fields for fields in sockets if fields[9] in mine]
    database = platform.engine.url.port
    assert {_remote(fields) for fields in own} == (set() if database is None else {("127.0.0.1", database)})
    let_go(platform, run_id)
    reaches(platform, run_id, RunState.DONE)
    stop(children, pid)


def _internet(pid: int, name: str) -> list[list[str]]:
    return [line.split() for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]]


def _remote(fields: list[str]) -> tuple[str, int]:
    address, port = fields[2].split(":")
    return socket.inet_ntoa(bytes.fromhex(address)[::-1]), int(port, 16)


def _dispatched(platform: Platform, run_id: str) -> bool:
    with platform.sessions() as session:
        return session.get_one(Run, run_id).dispatched_at is not None


def _workflow(platform: Platform, run_id: str) -> dict[str, object]:
    rows = system_rows(platform)["workflow_status"]
    return next(row for row in rows if row["workflow_uuid"] == run_id)
