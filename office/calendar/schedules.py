"""Schedules: when a duty falls due, as immutable data. A rule gives nominal dates, a roll moves them.

`nominal_on` is the date as the rule or the law writes it and names the occurrence for ever;
`due_on` is where it fell; `starts_on` is the day on which the work begins (`lead` business days before).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Protocol

from office.calendar.business import BusinessCalendar, last_of_month
from office.calendar.rolls import Roll, roll, show_day

ALL_MONTHS = tuple(range(1, 13))
# Two closed stretches in a row never reach this far, so no occurrence is missed at the window's edges.
_REACH = timedelta(days=31)


class Rule(Protocol):
    """Gives the nominal dates of one calendar month, in order."""

    def dates_of(self, year: int, month: int, calendar: BusinessCalendar) -> Sequence[date]:
        """The nominal dates in that month."""

    @property
    def words(self) -> str:
        """The rule in Japanese ("毎月10日")."""


@dataclass(frozen=True, slots=True)
class BusinessDaily:
    """Every business day."""

    def dates_of(self, year: int, month: int, calendar: BusinessCalendar) -> Sequence[date]:
        """Every business day of the month."""
        first = date(year, month, 1)
        days = (first + timedelta(days=n) for n in range(last_of_month(year, month).day))
        return [day for day in days if calendar.is_business_day(day)]

    @property
    def words(self) -> str:
        """The rule in Japanese."""
        return "営業日ごと"


@dataclass(frozen=True, slots=True)
class Monthly:
    """Day `day` of the given months; a month without that day has its last day instead (31 = 月末)."""

    day: int
    months: tuple[int, ...] = ALL_MONTHS

    def __post_init__(self) -> None:
        if not 1 <= self.day <= 31:
            raise ValueError(f"no month has a day {self.day}")
        _check_months(self.months)

    def dates_of(self, year: int, month: int, calendar: BusinessCalendar) -> Sequence[date]:
        """The day in that month, if the month is one of `months`."""
        last = last_of_month(year, month)
        return [last.replace(day=min(self.day, last.day))] if month in self.months else []

    @property
    def words(self) -> str:
        """The rule in Japanese."""
        return f"{_months(self.months)}{'末日' if self.day == 31 else f'{self.day}日'}"


@dataclass(frozen=True, slots=True)
class NthBusinessDay:
    """The `number`-th business day of the given months; negative counts from the month's end."""

    number: int
    months: tuple[int, ...] = ALL_MONTHS

    def __post_init__(self) -> None:
        if self.number == 0:
            raise ValueError("business days of a month are counted from 1 or from -1")
        _check_months(self.months)

    def dates_of(self, year: int, month: int, calendar: BusinessCalendar) -> Sequence[date]:
        """That business day, if the month is one of `months` and has so many."""
        found = calendar.nth(year, month, self.number) if month in self.months else None
        return [] if found is None else [found]

    @property
    def words(self) -> str:
        """The rule in Japanese."""
        which = f"第{self.number}" if self.number > 0 else f"末から{-self.number}番目の"
        return f"{_months(self.months)}{which}営業日"


def month_end(months: tuple[int, ...] = ALL_MONTHS) -> Monthly:
    """The last day of the given months (月末)."""
    return Monthly(31, months)


def yearly(month: int, day: int) -> Monthly:
    """One day a year."""
    return Monthly(day, (month,))


def fiscal_year_start() -> Monthly:
    """1 April (地方自治法208条)."""
    return yearly(4, 1)


def fiscal_year_end() -> Monthly:
    """31 March (地方自治法208条)."""
    return yearly(3, 31)


class CatchUp(StrEnum):
    """What happens to dates missed while the suite was down."""

    EACH = "each"  # 1回ずつすべて行う
    LATEST = "latest"  # いちばん新しい回だけ行い、前の回は「まとめて済み」とする
    NONE = "none"  # 行わず、見えるように残す


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a job runs. `at` is the time in Japan; `basis` the law behind date and roll.

    `lead`: business days before the due date on which the run starts (a bank file is sent days before
    the payment). `grace_days`: a date missed for longer is no longer caught up (猶予日数).
    """

    rule: Rule
    roll: Roll = Roll.NONE
    at: time = time(6, 0)
    calendar: str = "city"
    lead: int = 0
    catch_up: CatchUp = CatchUp.EACH
    grace_days: int = 31
    basis: str = ""

    def occurrence(self, calendars: Mapping[str, BusinessCalendar], nominal_on: date) -> Occurrence:
        """Where the nominal date falls and when its work starts."""
        calendar = calendars[self.calendar]
        rolled = roll(calendar, nominal_on, self.roll)
        if rolled.due_on is None or self.lead == 0:
            return Occurrence(nominal_on, rolled.due_on, rolled.due_on, rolled.reason)
        starts_on = calendar.shift(rolled.due_on, -self.lead)
        begins = f"{self.lead}営業日前の{show_day(starts_on)}に始めます。"
        return Occurrence(nominal_on, rolled.due_on, starts_on, rolled.reason + begins)

    def occurrences(
        self, calendars: Mapping[str, BusinessCalendar], from_on: date, to_on: date
    ) -> Iterator[Occurrence]:
        """Every occurrence whose nominal date lies in the days from `from_on` to `to_on`, both included."""
        calendar = calendars[self.calendar]
        year, month = from_on.year, from_on.month
        while (year, month) <= (to_on.year, to_on.month):
            for nominal_on in self.rule.dates_of(year, month, calendar):
                if from_on <= nominal_on <= to_on:
                    yield self.occurrence(calendars, nominal_on)
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)

    def starting(
        self, calendars: Mapping[str, BusinessCalendar], from_on: date, to_on: date
    ) -> Iterator[Occurrence]:
        """Every occurrence whose work starts in the days from `from_on` to `to_on`, both included."""
        reach = _REACH + timedelta(days=self.lead * 4)
        for found in self.occurrences(calendars, from_on - reach, to_on + reach):
            if found.starts_on is not None and from_on <= found.starts_on <= to_on:
                yield found


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a schedule; `due_on` and `starts_on` are None when dropped. `reason`: why it moved."""

    nominal_on: date
    due_on: date | None
    starts_on: date | None
    reason: str = ""

    @property
    def moved(self) -> bool:
        """Whether it did not fall on its nominal date."""
        return self.due_on != self.nominal_on


def _check_months(months: tuple[int, ...]) -> None:
    if not months or any(not 1 <= month <= 12 for month in months):
        raise ValueError(f"months are 1 to 12, at least one: {months}")


def _months(months: tuple[int, ...]) -> str:
    if months == ALL_MONTHS:
        return "毎月"
    return "・".join(f"{month}月" for month in months) + " "
