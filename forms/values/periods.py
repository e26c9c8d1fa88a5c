"""Counting periods (民法 140-143条, record-layouts §17.1); closed days do not matter here."""

from __future__ import annotations

import calendar
from datetime import date, timedelta


def last_day(event: date, *, days: int = 0, months: int = 0) -> date:
    """The last day of a period of days or months (years are 12 months) that an event starts.

    The day of the event is not counted. Months end the day before the day with the number of the first
    counted day, or on the month's last day where there is no such day. No roll for closed days.
    """
    if months == 0:
        return event + timedelta(days=days)
    first = event + timedelta(days=1)
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    month += 1
    length = calendar.monthrange(year, month)[1]
    if first.day > length:
        return date(year, month, length)
    return date(year, month, first.day) - timedelta(days=1)
