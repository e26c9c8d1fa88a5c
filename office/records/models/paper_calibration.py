"""Tables of doubt: what the city promises, and how sure readings were against what people found."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Base, new_id, one_of


class Look(StrEnum):
    """Why a person looked at a field: it was asked; it was accepted, but drawn for a check; it was accepted,
    and stood beside others when its page was confirmed.
    """

    ASKED = "asked"
    DRAWN = "drawn"
    BESIDE = "beside"


class ReadingPromise(Base):
    """What the city promises from `set_at` on: how many of 10,000 accepted fields may be wrong, and its own
    thresholds by kind of field, where its verified fields ask for more than what comes with the suite. So
    many of 1,000 accepted fields are `drawn` for a check.
    """

    __tablename__ = "reading_promise"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    per_10k: Mapped[int]
    thresholds: Mapped[dict[str, float]] = mapped_column(JSON)
    drawn: Mapped[int] = mapped_column(default=0)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    set_at: Mapped[datetime] = mapped_column(index=True)


class VerifiedField(Base):
    """One field a person has decided: its kind, how sure the reading was, and whether it was right.

    No name, no value, no page: it outlives the paper. `promised` is the probability of being right.
    """

    __tablename__ = "verified_field"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    day: Mapped[date] = mapped_column(index=True)
    field_kind: Mapped[str] = mapped_column(String(20))
    look: Mapped[Look] = mapped_column(one_of(Look))
    promised: Mapped[float]
    right: Mapped[bool]
    engines: Mapped[str] = mapped_column(String(255))
