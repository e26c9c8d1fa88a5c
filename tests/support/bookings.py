"""Counters, free times and bookings for tests."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session, sessionmaker

from office.accounts.actor import Actor
from office.calendar.business import BusinessCalendar, city_calendar
from office.records import bookings, counters, slots
from office.records.bookings import Wish
from office.records.counters import Booked, CounterSettings, Hours
from office.records.models.bookings import Booking
from office.secrets import Vault

CALENDAR: BusinessCalendar = city_calendar()
SERVICES = ("move-in", "birth", "resident-record-copy")
HOURS = Hours(9 * 60, 12 * 60)


def vault() -> Vault:
    """A vault with keys of its own."""
    return Vault(b"d" * 32, b"i" * 32, b"s" * 32)


def counter(
    sessions: sessionmaker[Session],
    actor: Actor,
    name: str = "1番窓口",
    services: tuple[str, ...] = ("move-in",),
    hours: Hours = HOURS,
    booked: Booked | None = None,
) -> str:
    """Set up a counter; its id."""
    settings = CounterSettings(name, "1階", services, hours, booked or Booked(30, 1, 30, 60))
    with sessions.begin() as session:
        return counters.save(session, actor, SERVICES, settings).id


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant by the clock in Japan."""
    return slots.instant(day, hour * 60 + minute)


def book(
    sessions: sessionmaker[Session], starts_at: datetime, client: str = "a", **wish: str
) -> tuple[Booking, str]:
    """Book a move-in at an instant; the booking and its code."""
    asked = Wish(wish.pop("service", "move-in"), starts_at, client=client, **wish)
    with sessions.begin() as session:
        return bookings.book(session, Actor.nobody(), vault(), CALENDAR, asked)
