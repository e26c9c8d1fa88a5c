"""Counting of legal periods (民法140条–143条; record-layouts §17.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from office.calendar.business import last_of_month


class Unit(StrEnum):
    """What a period is counted in."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class Period:
    """A legal period, for example 14 days or one month."""

    number: int
    unit: Unit

    def last_day(self, event_on: date, *, first_day_counts: bool = False) -> date:
        """The last day of the period that the event of `event_on` starts.

        The first day is left out (民法140条) unless the period starts at 00:00 (`first_day_counts`). Months
        and years follow the calendar: the period ends the day before the day with the number of the
        first counted day, or on the month's last day when that month has no such day (民法143条2項).
        A last day on a closed day is not moved here: see `rolls.deadline`.
        """
        first = event_on if first_day_counts else event_on + timedelta(days=1)
        if self.unit is Unit.DAYS or self.unit is Unit.WEEKS:
            days = self.number * (7 if self.unit is Unit.WEEKS else 1)
            return first + timedelta(days=days - 1)
        months = self.number * (12 if self.unit is Unit.YEARS else 1)
        index = first.year * 12 + first.month - 1 + months
        last = last_of_month(index // 12, index % 12 + 1)
        if first.day > last.day:
            return last
        return last.replace(day=first.day) - timedelta(days=1)
