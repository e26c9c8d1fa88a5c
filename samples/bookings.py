"""Counters of みほん市, the next open day's bookings, and the last weeks' numbers: invented."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.catalogue import Catalogue
from office import clock
from office.accounts.actor import Actor
from office.calendar.business import city_calendar
from office.records import bookings, counters, slots
from office.records.bookings import SlotTaken, Wish
from office.records.counters import Booked, CounterSettings, Hours
from office.records.models.bookings import Counter, QueueCategory, Ticket, TicketState
from office.secrets import Vault
from samples.dice import Dice

_HOURS = Hours(9 * 60, 17 * 60)
_WITH_BREAK = Hours(9 * 60, 17 * 60, (12 * 60, 13 * 60))
_COUNTERS = (
    ("1番窓口", "1階 市民課", ("move-in", "move-within", "move-out", "marriage"), _HOURS, Booked(30, 2)),
    ("2番窓口", "1階 市民課", ("move-in", "birth", "work"), _HOURS, Booked(30, 1)),
    ("3番窓口", "1階 おくやみ", ("death",), _WITH_BREAK, Booked(60, 1, notice_minutes=180)),
    ("4番窓口", "2階 福祉課", ("care",), _WITH_BREAK, Booked(45, 1)),
    ("5番窓口", "1階 証明書", ("resident-record-copy", "tax-certificate"), _HOURS, Booked(15, 2)),
)
_CALL_NAMES = ("みほん", "さくら", "", "青葉", "", "ニック", "", "みどり")
_PAST_DAYS = 10
_MINUTES = {"death": 55, "care": 32, "move-in": 24, "resident-record-copy": 8, "tax-certificate": 7}


def add_bookings(session: Session, vault: Vault, catalogue: Catalogue, seed: int) -> None:
    """Counters with hours, a day of bookings, and finished numbers of the last open days."""
    dice, actor = Dice(f"bookings-{seed}"), Actor.console()
    known = counters.services(catalogue)
    for name, place, served, hours, booked in _COUNTERS:
        kept = tuple(slug for slug in served if slug in known)
        if kept:
            counters.save(session, actor, known, CounterSettings(name, place, kept, hours, booked))
    _book_a_day(session, vault, dice)
    session.add_all(_past(session, dice))


def _book_a_day(session: Session, vault: Vault, dice: Dice) -> None:
    """About every third place of today, where it is an open day, and of the next open day."""
    calendar, today = city_calendar(), clock.today()
    days = {calendar.on_or_after(today), calendar.on_or_after(today + timedelta(days=1))}
    for counter in counters.listing(session):
        for day in sorted(days):
            for starts_at in list(slots.starts(counter, calendar, day)):
                if dice.chance(0.34):
                    _book(session, vault, dice, counter, starts_at)


def _book(session: Session, vault: Vault, dice: Dice, counter: Counter, starts_at: datetime) -> None:
    wish = Wish(
        dice.pick(counter.services),
        starts_at,
        call_name=dice.pick(_CALL_NAMES),
        # As if each came from a device of its own: the limit per device is for real ones.
        client=secrets.token_hex(8),
    )
    try:
        bookings.book(session, Actor.nobody(), vault, city_calendar(), wish)
    except SlotTaken:
        return  # the wish went to another counter that serves the same


def _past(session: Session, dice: Dice) -> Iterator[Ticket]:
    letters = dict(session.execute(select(QueueCategory.service, QueueCategory.letter)).tuples().all())
    calendar, day = city_calendar(), clock.today()
    for _ in range(_PAST_DAYS):
        day = calendar.shift(day, -1)
        numbers = dict.fromkeys(letters, 0)
        for counter in counters.listing(session):
            yield from _day(counter, day, letters, numbers, dice)


def _day(
    counter: Counter, day: date, letters: dict[str, str], numbers: dict[str, int], dice: Dice
) -> Iterator[Ticket]:
    """One counter's finished numbers of a day, one after the other."""
    free_at = slots.instant(day, counter.opens)
    closes_at = slots.instant(day, counter.closes)
    while free_at < closes_at - timedelta(minutes=60):
        service = dice.pick(counter.services)
        numbers[service] += 1
        issued_at = free_at - timedelta(minutes=dice.between(2, 18))
        took = max(3, _MINUTES.get(service, 20) + dice.between(-6, 9))
        finished_at = free_at + timedelta(minutes=took)
        yield Ticket(
            token=secrets.token_urlsafe(16),
            day=day,
            service=service,
            number=numbers[service],
            label=f"{letters[service]}{numbers[service]:03d}",
            state=TicketState.FINISHED,
            counter_id=counter.id,
            issued_at=issued_at,
            first_called_at=free_at,
            called_at=free_at,
            calls=1,
            finished_at=finished_at,
        )
        free_at = finished_at + timedelta(minutes=dice.between(4, 25))
