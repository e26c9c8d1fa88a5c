"""Tables of counters, bookings, the day's queue, and what each case measured."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Base, new_id, one_of
from office.records.models.cases import Case
from office.secrets import Vault

CODE_PURPOSE = "booking-code"


class Counter(Base):
    """A place of service (窓口). `services` are slugs of life events and procedures.

    `opens`, `closes` and the break are minutes after midnight in Japan; `capacity` is how many bookings
    one slot takes; bookings open `horizon_days` ahead and close `notice_minutes` before the slot.
    """

    __tablename__ = "service_counter"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(20), unique=True)
    place: Mapped[str] = mapped_column(String(40))
    services: Mapped[list[str]]
    opens: Mapped[int]
    closes: Mapped[int]
    break_from: Mapped[int | None]
    break_to: Mapped[int | None]
    slot_minutes: Mapped[int]
    capacity: Mapped[int]
    horizon_days: Mapped[int]
    notice_minutes: Mapped[int]
    takes_bookings: Mapped[bool]
    is_active: Mapped[bool]


class QueueCategory(Base):
    """The letter of a service's tickets. Its row is also the lock under which numbers are given out."""

    __tablename__ = "queue_category"

    service: Mapped[str] = mapped_column(String(60), primary_key=True)
    letter: Mapped[str] = mapped_column(String(2), unique=True)


class BookingState(StrEnum):
    """Whether a booking stands, was given up, or its holder has come."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    ARRIVED = "arrived"


class Booking(Base):
    """A time at a counter. A seat of a slot can be taken once; a cancelled booking has none.

    `code_index` is the blind index of the secret code, `client_index` that of the device's address on
    that day (a limit against abuse). Name and telephone are optional, sealed, and wiped after the day.
    """

    __tablename__ = "booking"
    __table_args__ = (UniqueConstraint("counter_id", "starts_at", "seat"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(8), unique=True)
    code_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    client_index: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    wrong_codes: Mapped[int] = mapped_column(default=0)
    service: Mapped[str] = mapped_column(String(60))
    counter_id: Mapped[str] = mapped_column(ForeignKey("service_counter.id"))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    seat: Mapped[int | None]
    state: Mapped[BookingState] = mapped_column(one_of(BookingState))
    language: Mapped[str] = mapped_column(String(10))
    call_name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    counter: Mapped[Counter] = relationship()

    def write_contact(self, vault: Vault, call_name: str, phone: str) -> None:
        """Seal what the resident chose to leave; empty texts leave nothing."""
        self.id = self.id or new_id()
        self.call_name_sealed = (
            vault.seal("booking", "call_name", self.id, call_name.encode()) if call_name else None
        )
        self.phone_sealed = vault.seal("booking", "phone", self.id, phone.encode()) if phone else None

    def read_call_name(self, vault: Vault) -> str:
        """The name to be called by; empty when none was left or it has been wiped."""
        if self.call_name_sealed is None:
            return ""
        return vault.open_sealed("booking", "call_name", self.id, self.call_name_sealed).decode()

    def read_phone(self, vault: Vault) -> str:
        """The telephone number; empty when none was left or it has been wiped."""
        if self.phone_sealed is None:
            return ""
        return vault.open_sealed("booking", "phone", self.id, self.phone_sealed).decode()


class TicketState(StrEnum):
    """Where a ticket stands: waiting, called to a counter, absent when called, or done."""

    WAITING = "waiting"
    CALLED = "called"
    SKIPPED = "skipped"
    FINISHED = "finished"


class Ticket(Base):
    """A number of one day (Japan). `token` opens the resident's own page and cannot be guessed.

    `handed_to_id`: the counter that somebody being served was sent on to; they come first there.
    """

    __tablename__ = "queue_ticket"
    __table_args__ = (UniqueConstraint("day", "service", "number"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    token: Mapped[str] = mapped_column(String(22), unique=True)
    day: Mapped[date]
    service: Mapped[str] = mapped_column(ForeignKey("queue_category.service"))
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(8))
    state: Mapped[TicketState] = mapped_column(one_of(TicketState))
    booking_id: Mapped[str | None] = mapped_column(ForeignKey("booking.id"), unique=True)
    counter_id: Mapped[str | None] = mapped_column(ForeignKey("service_counter.id"))
    handed_to_id: Mapped[str | None] = mapped_column(ForeignKey("service_counter.id"))
    officer_id: Mapped[str | None] = mapped_column(ForeignKey("officer.id"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("counter_case.id"), index=True)
    issued_at: Mapped[datetime]
    first_called_at: Mapped[datetime | None]
    called_at: Mapped[datetime | None]
    calls: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    booking: Mapped[Booking | None] = relationship()
    case: Mapped[Case | None] = relationship()
    counter: Mapped[Counter | None] = relationship(foreign_keys=[counter_id])


class Outcome(StrEnum):
    """How a case ended."""

    SIGNED = "signed"
    CLOSED = "closed"


class CaseMeasure(Base):
    """What one case took: no name, no answer. It outlives the case, whose row may be deleted in time.

    `would_write` counts the boxes of names, addresses and dates of birth, which a resident would write by
    hand on paper; `handwriting` is what this case really asked of the hand. A case given up has times only.
    """

    __tablename__ = "case_measure"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    case_id: Mapped[str | None] = mapped_column(
        ForeignKey("counter_case.id", ondelete="SET NULL"), unique=True
    )
    event: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(10))
    day: Mapped[date] = mapped_column(index=True)
    outcome: Mapped[Outcome] = mapped_column(one_of(Outcome))
    seconds: Mapped[int]
    questions: Mapped[int | None]
    applications: Mapped[int | None]
    boxes: Mapped[int | None]
    sources: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    would_write: Mapped[int | None]
    handwriting: Mapped[int | None]
    pages: Mapped[int | None]
