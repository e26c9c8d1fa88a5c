"""Closed days and business days of the city and of the banks.

City: Saturdays, Sundays, national holidays, 29 December to 3 January (地方自治法4条の2; the range by
ordinance), and the city's own amendments. Banks: Saturdays, Sundays, national holidays, 31 December
to 3 January (要確認: 銀行法施行令5条).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from office.calendar.amendments import NONE, Amendments
from office.calendar.holidays import national_holiday

WEEKDAYS = "月火水木金土日"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Which days are business days. `year_end_from` is the first closed day of December."""

    key: str
    title: str
    year_end_from: int
    amendments: Amendments = field(default=NONE)

    def closed(self, day: date) -> str | None:
        """Why `day` is closed, in Japanese ("土曜日", "元日", "年末年始の休み" …); None on a business day."""
        if day in self.amendments.open:
            return None
        if day in self.amendments.closed:
            return self.amendments.closed[day]
        holiday = national_holiday(day)
        if holiday is not None:
            return f"祝日（{holiday}）"
        if (day.month == 12 and day.day >= self.year_end_from) or (day.month == 1 and day.day <= 3):
            return "年末年始の休み"
        return f"{WEEKDAYS[day.weekday()]}曜日" if day.weekday() >= 5 else None

    def is_business_day(self, day: date) -> bool:
        """Whether business is done on `day`."""
        return self.closed(day) is None

    def on_or_after(self, day: date) -> date:
        """The first business day on or after `day` (翌営業日)."""
        while self.closed(day) is not None:
            day += _DAY
        return day

    def on_or_before(self, day: date) -> date:
        """The last business day on or before `day` (前営業日)."""
        while self.closed(day) is not None:
            day -= _DAY
        return day

    def shift(self, day: date, count: int) -> date:
        """The business day `count` business days after `day` (before it when negative; 0 is `day` itself)."""
        step = _DAY if count > 0 else -_DAY
        for _ in range(abs(count)):
            day += step
            while self.closed(day) is not None:
                day += step
        return day

    def nth(self, year: int, month: int, number: int) -> date | None:
        """The `number`-th business day of the month; negative counts from its end; None if there is none."""
        if number == 0:
            raise ValueError("business days of a month are counted from 1 or from -1")
        days = [day for day in days_of_month(year, month) if self.closed(day) is None]
        index = number - 1 if number > 0 else number
        return days[index] if -len(days) <= index < len(days) else None


def days_of_month(year: int, month: int) -> list[date]:
    """Every day of the month, in order."""
    first = date(year, month, 1)
    return [first + timedelta(days=offset) for offset in range(last_of_month(year, month).day)]


def last_of_month(year: int, month: int) -> date:
    """The last day of the month."""
    return (date(year, month, 28) + timedelta(days=4)).replace(day=1) - _DAY


def city_calendar(amendments: Amendments = NONE) -> BusinessCalendar:
    """The calendar of the city hall's business days (開庁日)."""
    return BusinessCalendar("city", "開庁日", 29, amendments)


def bank_calendar() -> BusinessCalendar:
    """The calendar of the banks' business days (銀行営業日)."""
    return BusinessCalendar("bank", "銀行営業日", 31)
