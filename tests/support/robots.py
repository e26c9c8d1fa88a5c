"""A small city for robots: a ledger, a bank master, officers, applications that were decided; runs without
the job engine's threads, and children that are killed at a chosen moment.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor
from office.accounts.models import Officer
from office.accounts.roles import Role
from office.jobs import runs
from office.jobs.models import Run, RunItem, RunState
from office.jobs.performing import perform_run
from office.jobs.recording import Execution
from office.masters import BANKS
from office.platform import Platform, open_platform
from office.records import decisions
from office.records.models.applications import Application, ApplicationState, Channel
from office.settings import Settings
from robots.discovery import robot
from samples.banks import BANKS_FILE
from samples.city import build
from samples.ledgers import FILE_NAME, move_in_ledger
from tests.support.ground import officer, opened

LEDGER = Path("ledgers") / FILE_NAME
FROM = {
    "postal_code": "",
    "prefecture": "京都府",
    "city": "京都市上京区",
    "town": "中町",
    "block": "1-2",
}
TO = {
    "postal_code": "",
    "prefecture": "みほん県",
    "city": "みほん市",
    "town": "北町",
    "block": "3-4-5",
}
FAMILY = (
    ("山田", "太郎", "ヤマダ", "タロウ", "1985-05-01", "male", "世帯主"),
    ("山田", "花子", "ヤマダ", "ハナコ", "1987-12-31", "female", "妻"),
    ("山田", "さくら", "ヤマダ", "サクラ", "2019-04-01", "female", "子"),
    ("山田", "𠮷彦", "ヤマダ", "ヨシヒコ", "2024-02-29", "male", "子"),
)
OFFICERS = {"mado": Role.COUNTER, "jimu": Role.BACK_OFFICE, "kessai": Role.APPROVER, "kansa": Role.AUDITOR}
ACCOUNT = {
    "bank_code": "9999",
    "branch_code": "002",
    "kind": "ordinary",
    "number": "1234567",
    "holder_kana": "ヤマダ タロウ",
}


@functools.cache
def ledger_bytes() -> bytes:
    """The sample city's 転入者台帳."""
    return move_in_ledger(build(seed=1, residents=200))


@functools.cache
def _template() -> Path:
    """The data folder of a fresh city, made once per test process; copies of it are opened."""
    folder = Path(tempfile.mkdtemp(prefix="kakazu-robots-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    data = folder / "data"
    platform = opened(data)
    files = {LEDGER: ledger_bytes(), BANKS: BANKS_FILE.read_bytes()}
    for place, content in files.items():
        (data / place).parent.mkdir(parents=True, exist_ok=True)
        (data / place).write_bytes(content)
    for login, role in OFFICERS.items():
        officer(platform.sessions, login, role)
    platform.engine.dispose()
    return data


class RobotCity:
    """A platform with a ledger, bank master and officers."""

    def __init__(self, data: Path) -> None:
        shutil.copytree(_template(), data)
        self.platform = reopened(data)
        self.ledger = data / LEDGER
        with self.platform.sessions() as session:
            known = {row.login: Actor.of(row) for row in session.scalars(select(Officer))}
        self.counter, self.back_office, self.approver, _ = (known[login] for login in OFFICERS)

    def move_in(
        self, receipt: str = "R8-000201", family: Sequence[Sequence[str]] = FAMILY, **changes: Any
    ) -> str:
        """An accepted moving-in application; its id."""
        record = {
            "members": [person(*member) for member in family],
            "moving.moved_on": "2026-04-01",
            "moving.to": TO,
            "moving.from": FROM,
            "moving.to_head": person(*family[0])["name"],
            **changes,
        }
        return self._application("moving-in", receipt, record, family[0], grant=False)

    def allowance(
        self, receipt: str = "R8-000205", family: Sequence[Sequence[str]] = FAMILY, **changes: Any
    ) -> str:
        """A granted child-allowance application; its id."""
        record = {
            "child.occurred_on": "2026-04-01",
            "children": [person(*member) for member in family if member[6] == "子"],
            "child.custody": True,
            "account.public": False,
            "account": ACCOUNT,
            **changes,
        }
        return self._application("child-allowance", receipt, record, family[0], grant=True)

    def _application(
        self, procedure: str, receipt: str, record: dict[str, Any], applicant: Sequence[str], *, grant: bool
    ) -> str:
        with self.platform.sessions.begin() as session:
            row = Application(
                receipt_number=receipt,
                procedure=procedure,
                version=1,
                subject=f"{applicant[0]} {applicant[1]}",
                applicant_name=f"{applicant[0]} {applicant[1]}",
                applicant_kana=f"{applicant[2]} {applicant[3]}",
                applicant_birth_on=date.fromisoformat(applicant[4]),
                channel=Channel.COUNTER,
                state=ApplicationState.FILED,
                officer_id=self.counter.officer,
                made_at=clock.now(),
                filed_at=clock.now(),
                filed_on=date(2026, 4, 6),
            )
            row.write_record(self.platform.vault, record)
            row.write_sources(self.platform.vault, {})
            session.add(row)
            session.flush()
            decisions.accept(session, self.back_office, row)
            if grant:
                decisions.grant(session, self.approver, row)
            return row.id

    def change(self, application_id: str, **changes: Any) -> None:
        """Correct the record of an application."""
        with self.platform.sessions.begin() as session:
            row = session.get_one(Application, application_id)
            row.write_record(self.platform.vault, {**row.read_record(self.platform.vault), **changes})

    def request(self, key: str, **options: Any) -> str:
        """Request a run; its id."""
        with self.platform.sessions.begin() as session:
            return runs.enqueue(session, Actor.console(), robot(key), **options)

    def run(self, key: str, **options: Any) -> Run:
        """Request a run and carry it out here."""
        run_id = self.request(key, **options)
        perform(self.platform, run_id)
        return self.of(run_id)

    def resume(self, run_id: str) -> Run:
        """Go on with a stopped run."""
        resume(self.platform, run_id)
        return self.of(run_id)

    def of(self, run_id: str) -> Run:
        """The run as it stands."""
        with self.platform.sessions() as session:
            return session.get_one(Run, run_id)

    def items(self, run: Run) -> list[RunItem]:
        """The items of a run, by label."""
        with self.platform.sessions() as session:
            query = select(RunItem).where(RunItem.run_id == run.id).order_by(RunItem.label)
            return list(session.scalars(query))

    def states(self, run: Run) -> list[tuple[str, str]]:
        """Name and state of each item."""
        return [(item.label.partition(" ")[2], item.state.value) for item in self.items(run)]


def person(
    family: str, given: str, family_kana: str, given_kana: str, born: str, sex: str, relation: str
) -> dict[str, Any]:
    """A person as forms know one."""
    name = {"family": family, "given": given, "family_kana": family_kana, "given_kana": given_kana}
    return {"name": name, "birth_on": born, "sex": sex, "relation": relation}


def perform(platform: Platform, run_id: str) -> str:
    """Carry out the current attempt of a run in this thread, without retries."""
    with platform.sessions() as session:
        run = session.get_one(Run, run_id)
        attempt, job = run.attempt, robot(run.robot)
    execution = Execution(platform, run_id, attempt, "test")
    return perform_run(execution, {job.key: job}, lambda _name, work: work(), lambda: False)


def resume(platform: Platform, run_id: str) -> str:
    """Take a stopped or dead run up again and carry it out."""
    with platform.sessions.begin() as session:
        run = session.get_one(Run, run_id)
        if run.state is RunState.DONE:
            return "done"  # it died after its last commit: nobody takes it up
        if run.state is not RunState.QUEUED:
            run.executor_id = None
            runs.resume(session, Actor.console(), run_id, 0.0)
    return perform(platform, run_id)


class Trigger:
    """Counts what reaches the disk or the database, and kills this process at one of them."""

    WATCHED = frozenset({"open", "os.rename", "os.remove", "os.utime", "os.chmod", "os.mkdir", "fcntl.flock"})

    def __init__(self, folder: Path, at: int, report: Callable[[], object]) -> None:
        self._folder, self._at, self._report, self._seen = str(folder), at, report, 0

    def arm(self) -> None:
        """Watch from now on."""
        sys.addaudithook(self._hook)
        event.listen(Session, "before_commit", lambda _session: self._count())
        event.listen(Session, "after_commit", lambda _session: self._count())

    def _hook(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name in self.WATCHED and (name == "fcntl.flock" or self._folder in str(arguments[0])):
            self._count()

    def _count(self) -> None:
        self._seen += 1
        self._report()
        if self._seen == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


def killed_at(city_data: Path, run_id: str, at: int) -> tuple[bool, int]:
    """Carry out a run in a child that dies at its `at`-th touch of disk or database.

    Whether it died, and how many touches were counted.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _child(city_data, run_id, at, write)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        touches = len(pipe.read())
    _, status = os.waitpid(child, 0)
    died = os.WIFSIGNALED(status)
    if not died and os.waitstatus_to_exitcode(status) != 0:
        raise AssertionError("the child failed by itself")
    return died, touches


def _child(data: Path, run_id: str, at: int, pipe: int) -> None:
    code = 1
    try:
        platform = reopened(data)
        Trigger(data, at, lambda: os.write(pipe, b".")).arm()
        resume(platform, run_id)
        code = 0
    finally:
        os._exit(code)


def reopened(data: Path) -> Platform:
    """The platform of a data folder, opened by another process."""
    return open_platform(Settings(data=data))
