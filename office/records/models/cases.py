"""Tables of a visit at the counter: the case, and the signature that ends it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Base, new_id, one_of
from office.records.models.applications import Application
from office.records.models.sealed import open_json, seal_json
from office.secrets import Vault


class CaseState(StrEnum):
    """Where a case stands: being asked, shown for signing, signed, or given up."""

    OPEN = "open"
    SHOWN = "shown"
    SIGNED = "signed"
    CLOSED = "closed"


class Case(Base):
    """One interview at the counter. `nonce` is new at every showing, so that no signature fits twice.

    `identity_check` names how the officer made sure who the applicant is (a code, never a number).
    `version` counts the answers saved. `protected`: somebody in it is under 支援措置, so no address comes
    from the register. `person_index` is a blind index of the applicant, to find the same person's cases.
    """

    __tablename__ = "counter_case"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    event: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(10))
    state: Mapped[CaseState] = mapped_column(one_of(CaseState), index=True)
    interview_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    nonce: Mapped[str | None] = mapped_column(String(64))
    shown_at: Mapped[datetime | None]
    identity_check: Mapped[str] = mapped_column(String(100), default="")
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    protected: Mapped[bool] = mapped_column(default=False, server_default=false())
    person_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    applications: Mapped[list[Application]] = relationship(order_by="Application.receipt_number")

    def write_interview(self, vault: Vault, interview: dict[str, Any]) -> None:
        """Seal the interview (`Interview.to_json()`)."""
        self.id = self.id or new_id()
        self.interview_sealed = seal_json(vault, self, "interview", interview)

    def read_interview(self, vault: Vault) -> dict[str, Any]:
        """The interview as JSON, for `Interview.from_json`."""
        interview: dict[str, Any] = open_json(vault, self, "interview", self.interview_sealed)
        return interview


class Signature(Base):
    """The evidence of one signature under all documents of a case (trust.md §2)."""

    __tablename__ = "signature"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("counter_case.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    evidence_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime]

    def write_evidence(self, vault: Vault, evidence: dict[str, Any]) -> None:
        """Seal the evidence, strokes included."""
        self.id = self.id or new_id()
        self.evidence_sealed = seal_json(vault, self, "evidence", evidence)

    def read_evidence(self, vault: Vault) -> dict[str, Any]:
        """The evidence as JSON."""
        evidence: dict[str, Any] = open_json(vault, self, "evidence", self.evidence_sealed)
        return evidence
