"""Steps per second through the job engine against bare DBOS on the same database settings.

Run by hand: `python -m tests.bench.jobs`. On SQLite (WAL, synchronous FULL for both) and, with
`--postgresql`, on a PostgreSQL of its own. The engine writes more than DBOS does: the step's record and
effects in our database, in a transaction of their own, where bare DBOS writes its checkpoint only.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from statistics import median

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from office.calendar.preview import preview
from office.calendar.rolls import Roll
from office.calendar.schedules import BusinessDaily, Monthly, Schedule
from office.database import new_id
from office.jobs.engine import JobEngine, Pace
from office.jobs.job import Job, Step, StepContext, StepResult
from office.jobs.models import Run, RunState
from office.jobs.system_database import SCHEMA, system_engine, system_url
from tests.support.jobs import ask_for, job_platform
from tests.support.postgres import new_database, private_cluster

STEPS = 100
ROUNDS = 5
THREADS = 4


@DBOS.step(name="nothing")
def _bare_step() -> dict[str, int]:
    return {"done": 1}


@DBOS.workflow(name="bare")
def _bare_workflow() -> int:
    return sum(_bare_step()["done"] for _ in range(STEPS))


def _ours_step(_context: StepContext) -> StepResult:
    return StepResult({"done": 1})


def bare(url: str) -> tuple[float, float]:
    """Seconds of one workflow, and of several at once, on bare DBOS."""
    where = system_url(sa.make_url(url))
    engine = system_engine(where)
    config = DBOSConfig(
        name="bare",
        system_database_url=where.render_as_string(hide_password=False),
        system_database_engine=engine,
        dbos_system_schema=SCHEMA,
        executor_id=new_id(),
        application_version="bare",
        serializer=DBOSPortableJSONSerializer(),
        max_executor_threads=THREADS + 2,
        use_listen_notify=False,
        log_level="ERROR",
    )
    DBOS(config=config)
    DBOS.launch()
    DBOS.start_workflow(_bare_workflow).get_result(polling_interval_sec=0.01)
    serial = _timed(lambda: DBOS.start_workflow(_bare_workflow).get_result(polling_interval_sec=0.01))

    def together() -> None:
        handles = []
        for _ in range(THREADS):
            with SetWorkflowID(new_id()):
                handles.append(DBOS.start_workflow(_bare_workflow))
        for handle in handles:
            handle.get_result(polling_interval_sec=0.01)

    parallel = _timed(together)
    DBOS.destroy()
    if engine is not None:
        engine.dispose()
    return serial, parallel


def ours(folder: Path, url: str) -> tuple[float, float]:
    """The same through the engine: a run of as many steps; at once, runs of different jobs."""
    steps = tuple(Step(f"s{number}", "工程", _ours_step) for number in range(STEPS))
    jobs = {f"bench{n}": Job(f"bench{n}", "計測", steps) for n in range(THREADS)}
    platform = job_platform(folder / "data", url, threads=THREADS)
    engine = JobEngine(platform, jobs, Pace(poll=0.02))
    engine.launch()

    def run(*keys: str) -> float:
        """From the first begun to the last ended, by the runs' own times."""
        runs = [ask_for(platform, engine, key) for key in keys]
        while True:
            time.sleep(0.02)
            with platform.sessions() as session:
                found = [session.get_one(Run, run_id) for run_id in runs]
            if all(each.state is RunState.DONE for each in found):
                begun = min(each.started_at for each in found if each.started_at)
                ended = max(each.ended_at for each in found if each.ended_at)
                return (ended - begun).total_seconds()

    run("bench0")
    serial = run("bench0")
    parallel = run(*jobs)
    engine.shutdown()
    platform.engine.dispose()
    return serial, parallel


def _timed(act: Callable[[], object]) -> float:
    before = time.perf_counter()
    act()
    return time.perf_counter() - before


def _rows(title: str, folder: Path, url_of: Callable[[str], str]) -> None:
    """Both in turn, several rounds: other work on the machine then falls on both."""
    rounds = []
    for number in range(ROUNDS):
        (folder / f"{number}" / "data").mkdir(parents=True)
        theirs = bare(url_of(f"{number}/bare"))
        rounds.append((theirs, ours(folder / f"{number}", url_of(f"{number}/ours"))))
    for index, name, count in ((0, "one run", STEPS), (1, f"{THREADS} runs at once", STEPS * THREADS)):
        one = median(count / theirs[index] for theirs, _ in rounds)
        other = median(count / mine[index] for _, mine in rounds)
        ratio = median(theirs[index] / mine[index] for theirs, mine in rounds)
        _say(f"| {title}, {name} | {one:.0f} | {other:.0f} | {ratio:.2f} |")


def _preview() -> None:
    schedules = {f"daily{n}": Schedule(BusinessDaily()) for n in range(2)}
    schedules |= {f"monthly{n}": Schedule(Monthly(n), Roll.PRECEDING) for n in range(1, 11)}
    first = _timed(lambda: preview(schedules, date(2026, 4, 1), date(2036, 3, 31)))
    again = _timed(lambda: preview(schedules, date(2026, 4, 1), date(2036, 3, 31)))
    _say(f"Preview of ten years, twelve schedules: {first:.2f} s, again {again:.2f} s (bound: 1 s).")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Print the table."""
    _preview()
    _say("| database | bare DBOS steps/s | through the engine | ratio |")
    _say("|---|---|---|---|")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        _rows("SQLite", folder / "sqlite", lambda name: f"sqlite:///{folder / 'sqlite' / name}.db")
        if "--postgresql" in sys.argv:
            cluster = stack.enter_context(private_cluster())
            _rows("PostgreSQL", folder / "postgresql", lambda _name: new_database(cluster))


if __name__ == "__main__":
    main()
