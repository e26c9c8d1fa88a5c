"""What a robot is: a job whose module says in four sentences what it takes over and when it stops.

A robot's module holds `ROBOT`; its key is the module's name. Its docstring has the four labels of
`SENTENCES`, so that whoever inherits the robot needs no other paper (robots.md §2: staff rotate every
three years, undocumented procedures stay).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType

from office import clock
from office.calendar.business import BusinessCalendar
from office.jobs.job import Job
from office.platform import Platform

SENTENCES = ("Replaces:", "Trigger:", "Writes:", "Stops for a person:")
SHORTEST = 30


def no_notices(_platform: Platform) -> tuple[str, ...]:
    """A robot that has nothing to point out."""
    return ()


@dataclass(frozen=True, slots=True)
class Robot(Job):
    """A job of the catalogue. `notices` tells what a person must know before trusting a run (要確認).

    `hands_over`: the step from which on a bank file of the run may have left the house.
    """

    notices: Callable[[Platform], tuple[str, ...]] = no_notices
    hands_over: str = ""


def next_due(found: Robot, calendars: Mapping[str, BusinessCalendar]) -> datetime.date | None:
    """The next day on which the robot's work falls due."""
    if found.schedule is None:
        return None
    today = clock.today()
    dates = found.schedule.occurrences(calendars, today, today + datetime.timedelta(days=400))
    return next((one.due_on for one in dates if one.due_on is not None and one.due_on >= today), None)


def faults(module: ModuleType) -> list[str]:
    """What a robot's module lacks."""
    name = module.__name__.rpartition(".")[2]
    robot = getattr(module, "ROBOT", None)
    if not isinstance(robot, Robot):
        return [f"{name}: has no ROBOT"]
    found = [] if robot.key == name else [f"{name}: its key is {robot.key}"]
    if not robot.duty:
        found.append(f"{name}: says no duty in Japanese")
    text = module.__doc__ or ""
    for label in SENTENCES:
        if len(sentence(text, label)) < SHORTEST:
            found.append(f"{name}: its docstring says nothing after {label!r}")
    return found


def sentence(docstring: str, label: str) -> str:
    """What the docstring says after one of `SENTENCES`, in one line; empty when it says nothing."""
    others = "|".join(re.escape(other) for other in SENTENCES)
    match = re.search(rf"^{re.escape(label)}(.*?)(?=^(?:{others})|\Z)", docstring, re.DOTALL | re.MULTILINE)
    return " ".join(match[1].split()) if match else ""
