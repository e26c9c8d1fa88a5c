"""Jobs with schedules for tests of the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from office.calendar.business import BusinessCalendar, days_of_month
from office.calendar.schedules import Schedule
from office.jobs.job import Job, Step, StepContext, StepResult


def _nothing(_context: StepContext) -> StepResult:
    return StepResult({"done": 1})


def scheduled(key: str, schedule: Schedule) -> dict[str, Job]:
    """One job of that key and schedule, with a step that does nothing."""
    return {key: Job(key, key, (Step("only", "一つだけ", _nothing),), schedule)}


@dataclass(frozen=True, slots=True)
class EveryDay:
    """Every day, closed or not: something is due whenever a test runs."""

    def dates_of(self, year: int, month: int, calendar: BusinessCalendar) -> Sequence[date]:
        """Every day of the month."""
        return days_of_month(year, month)

    @property
    def words(self) -> str:
        """The rule in Japanese."""
        return "毎日"


def every_day(key: str, at: time) -> dict[str, Job]:
    """A job that is due every day at that time in Japan."""
    return scheduled(key, Schedule(EveryDay(), at=at))
