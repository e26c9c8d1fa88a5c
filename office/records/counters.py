"""Counters (窓口): what they serve, when they are open, how they take bookings."""

from __future__ import annotations

import string
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.catalogue import Catalogue
from forms.definition import Labels
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.errors import NotFound, OfficeError
from office.records.models.bookings import Counter, QueueCategory

DAY_MINUTES = 24 * 60
_LETTERS = [*string.ascii_uppercase, *map("".join, product(string.ascii_uppercase, repeat=2))]


class CounterRefused(OfficeError):
    """The settings of a counter do not fit together; the message says what to change."""

    code = "counter-refused"


@dataclass(frozen=True, slots=True)
class Service:
    """What a resident comes for: a life event, or one procedure alone."""

    slug: str
    title: Labels
    summary: Labels
    is_event: bool


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes after midnight in Japan; the break is `(from, to)` or None."""

    opens: int
    closes: int
    rest: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """How a counter takes bookings: slots, places in each, how far ahead, how late."""

    slot_minutes: int = 30
    capacity: int = 1
    horizon_days: int = 30
    notice_minutes: int = 60


@dataclass(frozen=True, slots=True)
class CounterSettings:
    """Everything the administrator decides about one counter."""

    name: str
    place: str
    services: tuple[str, ...]
    hours: Hours
    booked: Booked
    takes_bookings: bool = True
    is_active: bool = True


def services(catalogue: Catalogue) -> dict[str, Service]:
    """Everything that can be booked or queued for: life events first, then procedures alone."""
    found = {one.slug: Service(one.slug, one.title, one.summary, True) for one in catalogue.events()}
    for procedure in catalogue.procedures():
        found.setdefault(procedure.slug, Service(procedure.slug, procedure.title, procedure.summary, False))
    return found


def listing(session: Session, *, active_only: bool = False) -> Sequence[Counter]:
    """Every counter by its name; closed ones too unless `active_only`."""
    query = select(Counter).order_by(Counter.name)
    return session.scalars(query.where(Counter.is_active) if active_only else query).all()


def find(session: Session, counter_id: str) -> Counter:
    """The counter of an id; raises `NotFound`."""
    found = session.get(Counter, counter_id)
    if found is None:
        raise NotFound("この窓口はありません。一覧から選び直してください。")
    return found


def save(
    session: Session, actor: Actor, known: Collection[str], settings: CounterSettings, counter_id: str = ""
) -> Counter:
    """Make a counter, or change the one of `counter_id`; bookings already made stay as they are.

    `known` are the slugs of all services. Raises `CounterRefused` and `NotFound`.
    """
    require(actor, Act.SET_COUNTERS)
    _refuse_faults(session, known, settings, counter_id)
    counter = find(session, counter_id) if counter_id else Counter()
    counter.name, counter.place, counter.services = settings.name, settings.place, list(settings.services)
    counter.opens, counter.closes = settings.hours.opens, settings.hours.closes
    counter.break_from, counter.break_to = settings.hours.rest or (None, None)
    counter.slot_minutes, counter.capacity = settings.booked.slot_minutes, settings.booked.capacity
    counter.horizon_days = settings.booked.horizon_days
    counter.notice_minutes = settings.booked.notice_minutes
    counter.takes_bookings, counter.is_active = settings.takes_bookings, settings.is_active
    session.add(counter)
    _give_letters(session, settings.services)
    session.flush()
    journal.write(
        session,
        actor,
        events.COUNTER_SAVED,
        f"service_counter:{counter.id}",
        services=list(settings.services),
        active=settings.is_active,
        bookings=settings.takes_bookings,
    )
    return counter


def _refuse_faults(
    session: Session, known: Collection[str], settings: CounterSettings, counter_id: str
) -> None:
    for fault in _faults(known, settings):
        raise CounterRefused(fault)
    same = session.scalar(select(Counter.id).where(Counter.name == settings.name))
    if same is not None and same != counter_id:
        raise CounterRefused(f"「{settings.name}」という窓口はもうあります。別の名前にしてください。")


def _faults(known: Collection[str], settings: CounterSettings) -> list[str]:
    hours, booked = settings.hours, settings.booked
    rules = (
        (not settings.name.strip(), "窓口の名前を入力してください。"),
        (not settings.services, "受け持つ用件を1つ以上選んでください。"),
        (not set(settings.services) <= set(known), "選んだ用件がありません。選び直してください。"),
        (
            not 0 <= hours.opens < hours.closes <= DAY_MINUTES,
            "終わる時刻は、始まる時刻より後にしてください。",
        ),
        (
            hours.rest is not None and not hours.opens <= hours.rest[0] < hours.rest[1] <= hours.closes,
            "休み時間は、受付時間の中にしてください。",
        ),
        (not 5 <= booked.slot_minutes <= 240, "1枠の長さは5分から240分にしてください。"),
        (not 1 <= booked.capacity <= 50, "1枠の組数は1から50にしてください。"),
        (not 1 <= booked.horizon_days <= 180, "予約できる日数は1日から180日にしてください。"),
        (not 0 <= booked.notice_minutes <= 10080, "締め切りは0分から7日（10080分）前までにしてください。"),
    )
    return [text for wrong, text in rules if wrong]


def _give_letters(session: Session, wanted: Sequence[str]) -> None:
    """Each service keeps the letter it was given first, so that an officer learns them once."""
    given = dict(session.execute(select(QueueCategory.service, QueueCategory.letter)).tuples().all())
    free = (letter for letter in _LETTERS if letter not in given.values())
    for service in wanted:
        if service not in given:
            session.add(QueueCategory(service=service, letter=next(free)))
