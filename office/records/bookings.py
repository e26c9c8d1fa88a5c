"""Bookings: made, moved and given up by residents without an account, with a number and a secret code.

What is left with a booking is what the resident chose to leave: a name to be called by, a telephone
number, both sealed, both wiped once the day is over.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from forms.errors import InvalidValue
from forms.values.telephones import parse_telephone
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.calendar.business import BusinessCalendar
from office.database import hold
from office.errors import NotFound, NotNow, OfficeError
from office.records import slots
from office.records.models.bookings import CODE_PURPOSE, Booking, BookingState, Counter
from office.secrets import Vault

MOST_PER_CLIENT = 10
MOST_WRONG_CODES = 10
LONGEST_NAME = 20
_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 6
_NUMBER = re.compile(r"(?<!\d)(\d{4})[-ー－ ]?(\d{4})(?!\d)")


class SlotTaken(OfficeError):
    """Somebody else was quicker, or the time can no longer be booked."""

    code = "slot-taken"


class TooManyBookings(OfficeError):
    """One device has made as many bookings in a day as it may."""

    code = "too-many-bookings"


class ContactRefused(OfficeError):
    """The name or telephone number cannot be taken; `field` names it."""

    code = "contact-refused"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Wish:
    """What a resident asks for. `client` is the device's address; it is kept as a keyed hash of the day."""

    service: str
    starts_at: datetime
    language: str = "ja"
    call_name: str = ""
    phone: str = ""
    client: str = ""


def book(
    session: Session, actor: Actor, vault: Vault, calendar: BusinessCalendar, wish: Wish
) -> tuple[Booking, str]:
    """Take a free place; the booking and its secret code, which stands nowhere else.

    Anybody may (`Actor.nobody()`). Raises `SlotTaken`, `TooManyBookings`, `ContactRefused`.
    """
    call_name, phone = _contact(wish)
    client = vault.blind_index("booking-client", f"{clock.today()} {wish.client}")
    _refuse_flood(session, client)
    forget_past(session)
    counter, seat = _seat(session, calendar, wish.service, wish.starts_at)
    code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
    booking = Booking(
        number=_new_number(session),
        client_index=client,
        service=wish.service,
        counter_id=counter.id,
        starts_at=wish.starts_at,
        seat=seat,
        state=BookingState.BOOKED,
        language=wish.language,
        made_at=clock.now(),
    )
    booking.write_contact(vault, call_name, phone)
    booking.code_index = _code_index(vault, booking.number, code)
    session.add(booking)
    session.flush()
    journal.write(
        session,
        actor,
        events.BOOKING_MADE,
        _subject(booking),
        service=booking.service,
        counter=counter.id,
        starts_at=booking.starts_at.isoformat(),
    )
    return booking, code


def prove(session: Session, vault: Vault, number: str, code: str) -> Booking | None:
    """The booking of a number when the code is its own, else None. Commit after: wrong codes are counted.

    After `MOST_WRONG_CODES` wrong ones the booking can only be changed at the counter.
    """
    booking = by_number(session, number)
    if booking is None:
        return None
    hold(session, booking)
    if booking.wrong_codes >= MOST_WRONG_CODES:
        return None
    if secrets.compare_digest(booking.code_index, _code_index(vault, booking.number, code)):
        booking.wrong_codes = 0
        return booking
    booking.wrong_codes += 1
    return None


def cancel(session: Session, actor: Actor, booking: Booking) -> None:
    """Give the place back (the caller has made sure of the code, or is an officer). Raises `NotNow`."""
    _hold_open(session, booking)
    booking.state, booking.seat = BookingState.CANCELLED, None
    booking.call_name_sealed = booking.phone_sealed = None
    journal.write(session, actor, events.BOOKING_CANCELLED, _subject(booking))


def move(
    session: Session, actor: Actor, calendar: BusinessCalendar, booking: Booking, starts_at: datetime
) -> None:
    """Another time for the same booking; number and code stay. Raises `SlotTaken` and `NotNow`."""
    _hold_open(session, booking)
    if starts_at == booking.starts_at:
        return
    counter, seat = _seat(session, calendar, booking.service, starts_at)
    booking.counter_id, booking.starts_at, booking.seat = counter.id, starts_at, seat
    session.flush()
    journal.write(
        session,
        actor,
        events.BOOKING_MOVED,
        _subject(booking),
        counter=counter.id,
        starts_at=starts_at.isoformat(),
    )


def by_number(session: Session, text: str) -> Booking | None:
    """The booking whose number stands in `text` (typed, or read from its QR)."""
    number = number_in(text)
    return session.scalar(select(Booking).where(Booking.number == number)) if number else None


def find(session: Session, actor: Actor, text: str) -> Booking:
    """For an officer: the booking whose number is typed or scanned. Raises `NotFound`."""
    require(actor, Act.RUN_QUEUE)
    booking = by_number(session, text)
    if booking is None:
        raise NotFound("この番号の予約はありません。8けたの予約番号を確かめてください。")
    return booking


def number_in(text: str) -> str:
    """The eight digits of a booking number in what was typed or scanned; empty when there is none."""
    found = _NUMBER.search(text[-200:].translate(str.maketrans("０１２３４５６７８９", "0123456789")))
    return found[1] + found[2] if found else ""


def shown_number(number: str) -> str:
    """`1234-5678`."""
    return f"{number[:4]}-{number[4:]}"


def of_day(session: Session, actor: Actor, day: date) -> Sequence[Booking]:
    """The bookings of a day that were not given up, in order of time."""
    require(actor, Act.RUN_QUEUE)
    return session.scalars(
        select(Booking)
        .where(
            Booking.starts_at >= slots.instant(day, 0),
            Booking.starts_at < slots.instant(day + timedelta(days=1), 0),
            Booking.state != BookingState.CANCELLED,
        )
        .order_by(Booking.starts_at, Booking.counter_id, Booking.seat)
    ).all()


def forget_past(session: Session) -> None:
    """Wipe names and telephone numbers of days that are over."""
    session.execute(
        update(Booking)
        .where(
            Booking.starts_at < slots.instant(clock.today(), 0),
            or_(Booking.call_name_sealed.is_not(None), Booking.phone_sealed.is_not(None)),
        )
        .values(call_name_sealed=None, phone_sealed=None)
    )


def _seat(
    session: Session, calendar: BusinessCalendar, service: str, starts_at: datetime
) -> tuple[Counter, int]:
    """A free seat, the counter's row locked until the transaction ends. Raises `SlotTaken`."""
    for counter in slots.serving(session, service):
        if not slots.offers(counter, calendar, starts_at):
            continue
        hold(session, counter)
        taken = set(
            session.scalars(
                select(Booking.seat).where(Booking.counter_id == counter.id, Booking.starts_at == starts_at)
            )
        )
        for seat in range(counter.capacity):
            if seat not in taken:
                return counter, seat
    raise SlotTaken("この時間は予約がいっぱいになりました。ほかの時間を選んでください。")


def _contact(wish: Wish) -> tuple[str, str]:
    call_name = " ".join(wish.call_name.split())
    if len(call_name) > LONGEST_NAME or not call_name.isprintable():
        raise ContactRefused("call_name", f"名前は{LONGEST_NAME}文字までで入力してください。")
    try:
        return call_name, parse_telephone(wish.phone) if wish.phone.strip() else ""
    except InvalidValue as error:
        raise ContactRefused("phone", error.message) from error


def _refuse_flood(session: Session, client: bytes) -> None:
    made = session.scalar(select(func.count()).where(Booking.client_index == client)) or 0
    if made >= MOST_PER_CLIENT:
        raise TooManyBookings(
            f"1台の端末からの予約は、1日に{MOST_PER_CLIENT}件までです。お電話か窓口でご相談ください。"
        )


def _new_number(session: Session) -> str:
    """Eight digits that nobody has and nobody can guess from another's."""
    while True:
        number = f"{secrets.randbelow(10**8):08d}"
        if session.scalar(select(Booking.id).where(Booking.number == number)) is None:
            return number


def _code_index(vault: Vault, number: str, code: str) -> bytes:
    letters = re.sub(r"[^0-9A-Z]", "", code.upper()[:40])
    return vault.blind_index(CODE_PURPOSE, f"{number} {letters}")


def _hold_open(session: Session, booking: Booking) -> None:
    hold(session, booking)
    if booking.state is not BookingState.BOOKED:
        raise NotNow("この予約は、もう取り消されたか、受付がすんでいます。")
    if booking.starts_at <= clock.now():
        raise NotNow("予約の時間が過ぎています。市役所の窓口でご相談ください。")


def _subject(booking: Booking) -> str:
    return f"booking:{booking.id}"
