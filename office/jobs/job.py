"""What a job is: a key, a title, named steps, perhaps a schedule. And what a step is given and gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from office.accounts.actor import Actor
from office.calendar.schedules import Schedule
from office.database import reading
from office.errors import OfficeError
from office.platform import Platform


class BusinessException(OfficeError):
    """The matter itself needs a person: retrying would give the same. The run waits for one.

    `subject` and `label` name the matter (an application's id and what a person calls it); when given,
    it is kept as an item of the run in state `business`.
    """

    code = "business"

    def __init__(self, message: str, *, subject: str = "", label: str = "") -> None:
        super().__init__(message)
        self.subject = subject
        self.label = label


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step has done. `counts` are numbers only, never personal data.

    `more`: the step has another portion; it is called again in a new transaction, so that a thousand
    rows are twenty durable portions and not one. Counts of all portions are added up.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    more: bool = False


@dataclass(frozen=True, slots=True)
class StepContext:
    """What a step may use. All database work of a step is one transaction, the engine's to commit."""

    platform: Platform
    run_id: str
    actor: Actor
    dry_run: bool
    parameters: Mapping[str, Any]
    nominal_on: date | None
    step: str
    portion: int
    work: Session

    @contextmanager
    def session(self) -> Iterator[Session]:
        """The step's one session. It is the same at every call; the engine commits it together with the
        record that the step is done, or rolls it back when the step raises. Never commit it yourself.

        On SQLite the write lock is held from the first use to the step's end: read files and other
        systems before.
        """
        yield self.work
        self.work.flush()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads what is committed and takes no write lock; for slow preparations."""
        with Session(reading(self.platform.engine)) as session:
            yield session


@dataclass(frozen=True, slots=True)
class Step:
    """One durable piece of a job. `name` is stable (it is what a restart knows it by), `title` is shown.

    `run` is called at least once; its database work happens exactly once. What it writes outside our
    database (files, other systems) it must probe before writing and read back after (robots.md §4.12).
    """

    name: str
    title: str
    run: Callable[[StepContext], StepResult]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter a person may give when starting the job by hand; JSON values only."""

    name: str
    title: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A duty that can be run. `duty` says in Japanese which work of people it takes over."""

    key: str
    title: str
    steps: tuple[Step, ...]
    schedule: Schedule | None = None
    parameters: tuple[Parameter, ...] = ()
    duty: str = ""

    def __post_init__(self) -> None:
        names = [step.name for step in self.steps]
        if not names or len(set(names)) != len(names):
            raise ValueError(f"job {self.key}: steps need names of their own, and there must be one")
