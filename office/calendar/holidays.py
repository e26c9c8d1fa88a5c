"""National holidays (国民の祝日に関する法律), from jpholiday; a test cross-checks them with `holidays`."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date

import jpholiday

# 国民の祝日に関する法律 3条2項・3項: days the data names only by what they are.
_SUBSTITUTE = "振替休日"


@functools.lru_cache(maxsize=256)
def national_holidays(year: int) -> Mapping[date, str]:
    """Every national holiday of `year` with its Japanese name, substitute holidays included."""
    return {day: _short(name) for day, name in jpholiday.year_holidays(year)}


def national_holiday(day: date) -> str | None:
    """The name of the national holiday on `day`, or None."""
    return national_holidays(day.year).get(day)


def _short(name: str) -> str:
    return _SUBSTITUTE if name.endswith(_SUBSTITUTE) else name
