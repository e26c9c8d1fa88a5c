"""The only place that reads the time. Tests move it with time-machine."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is in Japan now."""
    return date_of(now())


def date_of(instant: datetime) -> date:
    """The day it is in Japan at `instant` (aware)."""
    return instant.astimezone(TOKYO).date()
