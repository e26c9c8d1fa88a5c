"""Months of benefit, written `2026-12`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta


def month_of(day: date) -> str:
    """The month a day lies in."""
    return f"{day.year:04d}-{day.month:02d}"


def after(month: str) -> str:
    """The next month."""
    year, number = map(int, month.split("-"))
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def before(month: str) -> str:
    """The month before."""
    year, number = map(int, month.split("-"))
    return month_of(date(year, number, 1) - timedelta(days=1))


def stretch(first: str, last: str) -> Iterator[str]:
    """The months from `first` to `last`, both included; none when `last` lies before."""
    while first <= last:
        yield first
        first = after(first)


def shown(month: str) -> str:
    """`2026年12月分`."""
    year, number = map(int, month.split("-"))
    return f"{year}年{number}月分"
