"""In which order tickets are called, how many are before one, and how long it takes.

Order at a counter: whoever another counter handed on to it; then bookings whose time has come (from
`EARLY` before to `LATE` after it); then everybody by arrival, an early booking counting from its time.

Time: people before × what one person took ÷ counters at work, rounded up to five minutes. What one took
is the median from call to finish of today's last 20 of that service; with fewer than five, of the last
30 days; with fewer than five there too, the counter's slot length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from office import clock
from office.records import counters
from office.records.models.bookings import Counter, Ticket, TicketState

EARLY, LATE = timedelta(minutes=5), timedelta(minutes=15)
AT_WORK = timedelta(minutes=60)
_ENOUGH, _LAST, _DAYS = 5, 20, 30
_STEP = 5


@dataclass(frozen=True, slots=True)
class Line:
    """The queue of one service: who waits, and how long a new arrival would (None: no counter is open)."""

    service: str
    waiting: int
    minutes: int | None


def next_for(session: Session, counter: Counter) -> Ticket | None:
    """The ticket this counter calls next."""
    fitting = [one for one in _waiting(session) if _fits(one, counter)]
    return in_order(fitting, clock.now())[0] if fitting else None


def fitting(session: Session, counter: Counter) -> list[Ticket]:
    """Everybody this counter may call, in the order it will."""
    return in_order([one for one in _waiting(session) if _fits(one, counter)], clock.now())


def in_order(tickets: Sequence[Ticket], now: datetime) -> list[Ticket]:
    """Tickets in the order they are called."""
    return sorted(tickets, key=lambda ticket: (*_place(ticket, now), ticket.id))


def before(session: Session, ticket: Ticket) -> int:
    """How many are called before this waiting ticket, at the counters that serve it."""
    able = counters.listing(session, active_only=True)
    rivals = [one for one in _waiting(session) if one is ticket or _rivals(able, one, ticket)]
    return [one.id for one in in_order(rivals, clock.now())].index(ticket.id)


def minutes_for(session: Session, service: str, ahead: int) -> int | None:
    """How long somebody with `ahead` before them waits; None where no counter is open for it."""
    able = [one for one in counters.listing(session, active_only=True) if service in one.services]
    if not able:
        return None
    pace = _pace(session, service, able[0].slot_minutes)
    minutes = ahead * pace / _at_work(session, able)
    return -(-int(minutes) // _STEP) * _STEP


def lines(session: Session) -> list[Line]:
    """The queue of every service that an active counter serves, in the order of their letters."""
    able = counters.listing(session, active_only=True)
    tickets = _waiting(session)
    found = []
    for service in sorted({service for one in able for service in one.services}):
        mine = sum(1 for one in tickets if one.service == service)
        shared = {other for one in able if service in one.services for other in one.services}
        ahead = sum(1 for one in tickets if one.service in shared)
        found.append(Line(service, mine, minutes_for(session, service, ahead)))
    return found


def _waiting(session: Session) -> Sequence[Ticket]:
    return session.scalars(
        select(Ticket).where(Ticket.day == clock.today(), Ticket.state == TicketState.WAITING)
    ).all()


def _fits(ticket: Ticket, counter: Counter) -> bool:
    if ticket.handed_to_id is not None:
        return ticket.handed_to_id == counter.id
    return ticket.service in counter.services


def _rivals(able: Sequence[Counter], other: Ticket, ticket: Ticket) -> bool:
    """Whether the two wait for the same counter."""
    if ticket.handed_to_id is not None:
        return other.handed_to_id == ticket.handed_to_id
    return any(_fits(other, one) and ticket.service in one.services for one in able)


def _place(ticket: Ticket, now: datetime) -> tuple[int, datetime]:
    if ticket.handed_to_id is not None:
        return 0, ticket.called_at or ticket.issued_at
    if ticket.booking is None:
        return 2, ticket.issued_at
    starts_at = ticket.booking.starts_at
    if ticket.issued_at > starts_at + LATE:
        return 2, ticket.issued_at
    return (1, starts_at) if now >= starts_at - EARLY else (2, max(starts_at, ticket.issued_at))


def _at_work(session: Session, able: Sequence[Counter]) -> int:
    """How many of the counters have called or finished somebody within the hour; at least one."""
    since = clock.now() - AT_WORK
    busy = session.scalars(
        select(Ticket.counter_id)
        .where(
            Ticket.day == clock.today(),
            Ticket.counter_id.in_([one.id for one in able]),
            or_(Ticket.called_at >= since, Ticket.finished_at >= since),
        )
        .distinct()
    ).all()
    return max(1, len(busy))


def _pace(session: Session, service: str, otherwise: int) -> float:
    """Minutes one person of the service takes."""
    today = clock.today()
    for first in (today, today - timedelta(days=_DAYS)):
        rows = session.execute(
            select(Ticket.called_at, Ticket.finished_at)
            .where(
                Ticket.service == service,
                Ticket.day >= first,
                Ticket.state == TicketState.FINISHED,
                Ticket.called_at.is_not(None),
            )
            .order_by(Ticket.finished_at.desc())
            .limit(_LAST if first == today else 500)
        ).all()
        took = [
            (done - called).total_seconds() / 60
            for called, done in rows
            if called is not None and done is not None
        ]
        if len(took) >= _ENOUGH:
            return median(took)
    return float(otherwise)
