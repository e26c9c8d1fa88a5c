"""The preview of a stretch of time: every nominal date of every schedule, where it fell, and why it moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from office.calendar.amendments import NONE, Amendments, load_amendments
from office.calendar.business import BusinessCalendar, bank_calendar, city_calendar
from office.calendar.schedules import Occurrence, Schedule


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One occurrence of the schedule named `schedule`."""

    schedule: str
    occurrence: Occurrence


def calendars(amendments: Amendments = NONE) -> Mapping[str, BusinessCalendar]:
    """The calendars schedules may name: `city` and `bank`."""
    return {made.key: made for made in (city_calendar(amendments), bank_calendar())}


def calendars_of(folder: Path) -> Mapping[str, BusinessCalendar]:
    """The calendars of a data folder, with the city's amendments. Raises CalendarFault."""
    return calendars(load_amendments(folder))


def preview(
    schedules: Mapping[str, Schedule],
    from_on: date,
    to_on: date,
    known: Mapping[str, BusinessCalendar] | None = None,
) -> tuple[Foreseen, ...]:
    """Every occurrence nominally within the two days (both included), by nominal date, then by name."""
    of = known or calendars()
    found = (
        Foreseen(name, occurrence)
        for name, schedule in schedules.items()
        for occurrence in schedule.occurrences(of, from_on, to_on)
    )
    return tuple(sorted(found, key=lambda each: (each.occurrence.nominal_on, each.schedule)))
