"""Free times: from the counters' hours, the city's calendar, and what is booked already.

Times are Japan's (UTC+9 all year, no summer time) and leave this module as instants in UTC.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from office import clock
from office.calendar.business import BusinessCalendar
from office.records import counters
from office.records.models.bookings import Booking, Counter

Taken = Mapping[tuple[str, datetime], int]


@dataclass(frozen=True, slots=True)
class Slot:
    """One time with the places still free over all counters of the service."""

    starts_at: datetime
    free: int


@dataclass(frozen=True, slots=True)
class BookableDay:
    """One day of the booking page. `closed` says in Japanese why the city hall is closed, None when open."""

    day: date
    closed: str | None
    free: int
    places: int


def serving(session: Session, service: str) -> list[Counter]:
    """The counters that take bookings for a service."""
    return [
        one
        for one in counters.listing(session, active_only=True)
        if one.takes_bookings and service in one.services
    ]


def days(session: Session, calendar: BusinessCalendar, service: str) -> list[BookableDay]:
    """Every day from today to the farthest that a counter of the service opens for booking."""
    able, first = serving(session, service), clock.today()
    if not able:
        return []
    count = max(one.horizon_days for one in able)
    taken = _taken(session, able, first, first + timedelta(days=count))
    found = []
    for day in (first + timedelta(days=offset) for offset in range(count + 1)):
        free = _free(able, calendar, day, taken)
        places = sum(one.capacity for one in able for _ in starts(one, calendar, day))
        found.append(BookableDay(day, calendar.closed(day), sum(free.values()), places))
    return found


def times(session: Session, calendar: BusinessCalendar, service: str, day: date) -> list[Slot]:
    """Every time of a day that may still be asked for, full ones with 0 free."""
    able = serving(session, service)
    free = _free(able, calendar, day, _taken(session, able, day, day))
    return [Slot(starts_at, free[starts_at]) for starts_at in sorted(free)]


def offers(counter: Counter, calendar: BusinessCalendar, starts_at: datetime) -> bool:
    """Whether the counter has a slot at this very instant that may be booked now."""
    return starts_at in starts(counter, calendar, clock.date_of(starts_at))


def starts(counter: Counter, calendar: BusinessCalendar, day: date) -> Iterator[datetime]:
    """The instants at which the counter's bookable slots of a day begin."""
    if calendar.closed(day) is not None:
        return
    earliest = clock.now() + timedelta(minutes=counter.notice_minutes)
    if day > clock.today() + timedelta(days=counter.horizon_days):
        return
    for minute in range(counter.opens, counter.closes - counter.slot_minutes + 1, counter.slot_minutes):
        if _in_break(counter, minute):
            continue
        starts_at = instant(day, minute)
        if starts_at >= earliest:
            yield starts_at


def instant(day: date, minute: int) -> datetime:
    """The instant (UTC) of a minute after midnight of a day in Japan."""
    midnight = datetime.combine(day, time(), clock.TOKYO)
    return (midnight + timedelta(minutes=minute)).astimezone(UTC)


def _in_break(counter: Counter, minute: int) -> bool:
    if counter.break_from is None or counter.break_to is None:
        return False
    return minute < counter.break_to and minute + counter.slot_minutes > counter.break_from


def _free(
    able: Sequence[Counter], calendar: BusinessCalendar, day: date, taken: Taken
) -> Mapping[datetime, int]:
    free: Tally[datetime] = Tally()
    for counter in able:
        for starts_at in starts(counter, calendar, day):
            free[starts_at] += max(0, counter.capacity - taken.get((counter.id, starts_at), 0))
    return free


def _taken(session: Session, able: Sequence[Counter], first: date, last: date) -> Taken:
    rows = session.execute(
        select(Booking.counter_id, Booking.starts_at, func.count())
        .where(
            Booking.counter_id.in_([one.id for one in able]),
            Booking.starts_at >= instant(first, 0),
            Booking.starts_at < instant(last, counters.DAY_MINUTES),
            Booking.seat.is_not(None),
        )
        .group_by(Booking.counter_id, Booking.starts_at)
    )
    return {(counter, starts_at): count for counter, starts_at, count in rows}
