"""Tables of the officer's conversation: steps, hand-overs, doubles, corrections, pre-entries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Base, new_id
from office.records.models.sealed import open_json, seal_json
from office.secrets import Vault


class CaseStep(Base):
    """One answer saved: which, by whom, and what stood there before (sealed; to undo it)."""

    __tablename__ = "case_step"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("counter_case.id"))
    number: Mapped[int]
    fact: Mapped[str] = mapped_column(String(100))
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    saved_at: Mapped[datetime]
    undone: Mapped[bool] = mapped_column(default=False)
    before_sealed: Mapped[bytes] = mapped_column(LargeBinary)

    def write_before(self, vault: Vault, answer: dict[str, Any] | None) -> None:
        """Seal the earlier answer (`Answer.to_json()`), None where there was none."""
        self.id = self.id or new_id()
        self.before_sealed = seal_json(vault, self, "before", answer)

    def read_before(self, vault: Vault) -> dict[str, Any] | None:
        """The earlier answer."""
        before: dict[str, Any] | None = open_json(vault, self, "before", self.before_sealed)
        return before


class Handover(Base):
    """A case passed on to a desk or an officer, waiting until somebody takes it."""

    __tablename__ = "case_handover"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("counter_case.id"), index=True)
    desk: Mapped[str] = mapped_column(String(60))
    from_officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    to_officer_id: Mapped[str | None] = mapped_column(ForeignKey("officer.id"))
    handed_at: Mapped[datetime]
    taken_by_id: Mapped[str | None] = mapped_column(ForeignKey("officer.id"))
    taken_at: Mapped[datetime | None] = mapped_column(index=True)
    note_sealed: Mapped[bytes] = mapped_column(LargeBinary)

    def write_note(self, vault: Vault, note: str) -> None:
        """Seal the note: it may speak of people."""
        self.id = self.id or new_id()
        self.note_sealed = seal_json(vault, self, "note", note)

    def read_note(self, vault: Vault) -> str:
        """What the officer who passed it on wrote."""
        note: str = open_json(vault, self, "note", self.note_sealed)
        return note


class Objection(Base):
    """「ここが ちがう」: the applicant said of a shown document that something is wrong. Never cleared."""

    __tablename__ = "objection"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("counter_case.id"), index=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    objected_at: Mapped[datetime]
    reopened_at: Mapped[datetime]
    reopened_by_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))


class DoubleSettled(Base):
    """An officer went on although the same was already there, and why. `what` is what was found."""

    __tablename__ = "double_settled"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("counter_case.id"), index=True)
    what: Mapped[list[str]]
    reason: Mapped[str] = mapped_column(Text)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    settled_at: Mapped[datetime]


class ReturnNote(Base):
    """The boxes (field names) that a return asks to have corrected."""

    __tablename__ = "return_note"

    decision_id: Mapped[str] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    boxes: Mapped[list[str]]


class Correction(Base):
    """A returned application being corrected: its own case, the boxes open to change, what stands in them.

    `successor_id` is the application that takes its place, from the moment it is shown.
    """

    __tablename__ = "correction"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    original_id: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("counter_case.id"), unique=True)
    successor_id: Mapped[str | None] = mapped_column(ForeignKey("application.id"), unique=True)
    boxes: Mapped[list[str]]
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    begun_at: Mapped[datetime]
    draft_sealed: Mapped[bytes] = mapped_column(LargeBinary)

    def write_draft(self, vault: Vault, record: dict[str, Any], sources: dict[str, str]) -> None:
        """Seal the record and sources as corrected so far."""
        self.id = self.id or new_id()
        self.draft_sealed = seal_json(vault, self, "draft", {"record": record, "sources": sources})

    def read_draft(self, vault: Vault) -> tuple[dict[str, Any], dict[str, str]]:
        """The record and sources as corrected so far."""
        draft = open_json(vault, self, "draft", self.draft_sealed)
        return draft["record"], draft["sources"]


class PreEntryUse(Base):
    """A pre-entry taken into a case. `digest` (hex SHA-256 of what was scanned) tells a second use."""

    __tablename__ = "pre_entry_use"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("counter_case.id"))
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    used_at: Mapped[datetime]
