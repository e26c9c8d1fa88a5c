"""The day's queue: numbers given out, called, put back, handed on, finished; the next day begins empty.

`waiting` says in which order tickets are called and how long that will take.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.database import hold
from office.errors import NotFound, NotNow, OfficeError
from office.records import bookings, counters, waiting
from office.records.models.bookings import (
    Booking,
    BookingState,
    Counter,
    QueueCategory,
    Ticket,
    TicketState,
)
from office.records.models.cases import Case

_TOKEN_BYTES = 16
_STATES = {
    TicketState.WAITING: "待っている番号",
    TicketState.CALLED: "呼び出し中の番号",
    TicketState.SKIPPED: "あとに回した番号",
    TicketState.FINISHED: "対応の終わった番号",
}


class NobodyWaiting(OfficeError):
    """The counter has called everybody there is."""

    code = "nobody-waiting"


def take_ticket(session: Session, actor: Actor, service: str) -> Ticket:
    """The next number for a service. From the hall's own machine anybody may (`Actor.nobody()`); the view
    has made sure that it is one. Raises `NotFound` where no counter serves it.
    """
    if not any(service in one.services for one in counters.listing(session, active_only=True)):
        raise NotFound("この用件を受け持つ窓口がありません。職員にお声がけください。")
    bookings.forget_past(session)
    return _issue(session, actor, service, None)


def check_in(session: Session, actor: Actor, text: str) -> Ticket:
    """The number of somebody who booked, by the booking number typed or scanned.

    Raises `NotFound` for an unknown number and `NotNow` where it is for another day or given up.
    """
    booking = bookings.by_number(session, text)
    if booking is None:
        raise NotFound("この番号の予約はありません。8けたの予約番号を確かめてください。")
    hold(session, booking)
    known = session.scalar(select(Ticket).where(Ticket.booking_id == booking.id))
    if known is not None and known.day == clock.today():
        return known
    if booking.state is BookingState.CANCELLED:
        raise NotNow("この予約は取り消されています。番号札をとってお待ちください。")
    if known is not None or clock.date_of(booking.starts_at) != clock.today():
        raise NotNow("この予約は今日のものではありません。予約の日を確かめてください。")
    booking.state = BookingState.ARRIVED
    return _issue(session, actor, booking.service, booking)


def call_next(session: Session, actor: Actor, counter_id: str) -> Ticket:
    """Call whoever is next for this counter; what it was serving before is finished.

    Raises `NobodyWaiting`. Two counters calling at once never call the same ticket.
    """
    require(actor, Act.RUN_QUEUE)
    counter = _counter(session, counter_id)
    _lock_services(session)
    serving = current(session, counter_id)
    following = waiting.next_for(session, counter)
    if following is None:
        raise NobodyWaiting("待っている方はいません。")
    if serving is not None:
        finish(session, actor, serving)
    return _call(session, actor, counter, following)


def recall(session: Session, actor: Actor, ticket: Ticket) -> None:
    """Call the same number once more."""
    require(actor, Act.RUN_QUEUE)
    _hold(session, ticket, TicketState.CALLED)
    _call(session, actor, _counter(session, ticket.counter_id or ""), ticket)


def skip(session: Session, actor: Actor, ticket: Ticket) -> None:
    """Nobody came: put aside, to be taken back when they show up."""
    require(actor, Act.RUN_QUEUE)
    _hold(session, ticket, TicketState.CALLED)
    ticket.state, ticket.counter_id, ticket.officer_id = TicketState.SKIPPED, None, None
    journal.write(session, actor, events.TICKET_SKIPPED, _subject(ticket))


def put_back(session: Session, actor: Actor, ticket: Ticket) -> None:
    """They have shown up: they wait again, in the place they had."""
    require(actor, Act.RUN_QUEUE)
    _hold(session, ticket, TicketState.SKIPPED)
    ticket.state = TicketState.WAITING
    journal.write(session, actor, events.TICKET_RETURNED, _subject(ticket))


def hand_on(session: Session, actor: Actor, ticket: Ticket, counter_id: str) -> None:
    """Send somebody being served on to another counter, where they come first."""
    require(actor, Act.RUN_QUEUE)
    _hold(session, ticket, TicketState.CALLED)
    counter = _counter(session, counter_id)
    if counter.id == ticket.counter_id:
        raise NotNow("いまの窓口とは別の窓口を選んでください。")
    ticket.state, ticket.counter_id, ticket.handed_to_id = TicketState.WAITING, None, counter.id
    ticket.officer_id = None
    journal.write(session, actor, events.TICKET_HANDED, _subject(ticket), counter=counter.id)


def finish(session: Session, actor: Actor, ticket: Ticket) -> None:
    """Everything is done for this number."""
    require(actor, Act.RUN_QUEUE)
    _hold(session, ticket, TicketState.CALLED)
    ticket.state, ticket.finished_at = TicketState.FINISHED, clock.now()
    journal.write(session, actor, events.TICKET_FINISHED, _subject(ticket))


def connect(session: Session, actor: Actor, case: Case, events_known: Collection[str]) -> Ticket | None:
    """Join a case just begun to the number this officer is serving; None when they serve none.

    A number for another life event is left alone, one for a procedure alone fits every case. Somebody's
    second case leaves the first one joined.
    """
    ticket = session.scalar(
        select(Ticket)
        .where(
            Ticket.day == clock.today(),
            Ticket.state == TicketState.CALLED,
            Ticket.officer_id == actor.officer_id,
            Ticket.case_id.is_(None),
        )
        .order_by(Ticket.called_at.desc())
        .limit(1)
    )
    if ticket is None or not actor.may(Act.RUN_QUEUE):
        return None
    if ticket.service in events_known and ticket.service != case.event:
        return None
    ticket.case_id = case.id
    journal.write(session, actor, events.TICKET_CONNECTED, _subject(ticket), case=case.id)
    return ticket


def current(session: Session, counter_id: str) -> Ticket | None:
    """The ticket a counter is serving now."""
    return session.scalar(
        select(Ticket)
        .where(
            Ticket.day == clock.today(),
            Ticket.state == TicketState.CALLED,
            Ticket.counter_id == counter_id,
        )
        .order_by(Ticket.called_at.desc())
        .limit(1)
    )


def of_today(session: Session, *states: TicketState) -> Sequence[Ticket]:
    """Today's tickets in these states, in the order they were given out."""
    return session.scalars(
        select(Ticket)
        .where(Ticket.day == clock.today(), Ticket.state.in_(states))
        .order_by(Ticket.issued_at, Ticket.id)
    ).all()


def find(session: Session, actor: Actor, ticket_id: str) -> Ticket:
    """Today's ticket of an id; raises `NotFound`."""
    require(actor, Act.RUN_QUEUE)
    ticket = session.get(Ticket, ticket_id)
    if ticket is None or ticket.day != clock.today():
        raise NotFound("この番号は、今日の番号ではありません。一覧から選び直してください。")
    return ticket


def by_token(session: Session, token: str) -> Ticket:
    """The ticket of a resident's own page, of any day; raises `NotFound`."""
    ticket = session.scalar(select(Ticket).where(Ticket.token == token))
    if ticket is None:
        raise NotFound("この番号札はありません。")
    return ticket


def _issue(session: Session, actor: Actor, service: str, booking: Booking | None) -> Ticket:
    category, today = session.get_one(QueueCategory, service), clock.today()
    hold(session, category)
    last = session.scalar(
        select(func.max(Ticket.number)).where(Ticket.day == today, Ticket.service == service)
    )
    number = (last or 0) + 1
    ticket = Ticket(
        token=secrets.token_urlsafe(_TOKEN_BYTES),
        day=today,
        service=service,
        number=number,
        label=f"{category.letter}{number:03d}",
        state=TicketState.WAITING,
        booking_id=booking.id if booking else None,
        issued_at=clock.now(),
    )
    session.add(ticket)
    session.flush()
    journal.write(
        session,
        actor,
        events.TICKET_ISSUED,
        _subject(ticket),
        service=service,
        number=number,
        booking=ticket.booking_id,
    )
    return ticket


def _call(session: Session, actor: Actor, counter: Counter, ticket: Ticket) -> Ticket:
    now = clock.now()
    ticket.state, ticket.counter_id, ticket.officer_id = TicketState.CALLED, counter.id, actor.officer_id
    ticket.first_called_at, ticket.called_at = ticket.first_called_at or now, now
    ticket.calls = (ticket.calls or 0) + 1
    ticket.handed_to_id = None
    session.flush()
    journal.write(
        session, actor, events.TICKET_CALLED, _subject(ticket), counter=counter.id, calls=ticket.calls
    )
    return ticket


def _lock_services(session: Session) -> None:
    """Every call goes through these rows, always in the same order, so that two never wait in a circle."""
    session.flush()
    session.execute(select(QueueCategory.service).order_by(QueueCategory.service).with_for_update()).all()
    session.expire_all()


def _counter(session: Session, counter_id: str) -> Counter:
    counter = counters.find(session, counter_id)
    if not counter.is_active:
        raise NotNow("この窓口は休止中です。別の窓口を選んでください。")
    return counter


def _hold(session: Session, ticket: Ticket, state: TicketState) -> None:
    hold(session, ticket)
    if ticket.day != clock.today():
        raise NotNow("前の日の番号札は使えません。新しい番号札をとってください。")
    if ticket.state is not state:
        raise NotNow(f"{ticket.label}は、もう「{_STATES[ticket.state]}」です。画面を見直してください。")


def _subject(ticket: Ticket) -> str:
    return f"queue_ticket:{ticket.id}"
