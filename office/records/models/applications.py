"""Tables of applications: the application, its documents, decisions, and receipt numbers."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Base, new_id, one_of
from office.records.models.sealed import open_json, seal_json
from office.secrets import Vault


class ApplicationState(StrEnum):
    """Where an application stands; `decisions` and `cases` hold who may move it."""

    DRAFT = "draft"
    FILED = "filed"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Channel(StrEnum):
    """The way an application came."""

    COUNTER = "counter"
    PAPER = "paper"


class DocumentKind(StrEnum):
    """What a stored PDF is: what the applicant saw, or the same with evidence and seal."""

    SHOWN = "shown"
    SEALED = "sealed"


class DecisionAct(StrEnum):
    """What an officer decided."""

    ACCEPT = "accept"
    RETURN = "return"
    GRANT = "grant"
    REFUSE = "refuse"


class ReceiptCounter(Base):
    """The last receipt number given in a fiscal year."""

    __tablename__ = "receipt_counter"

    fiscal_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Application(Base):
    """One applicant's request. The record holds everything, My Numbers included, and is sealed.

    `officer_id` is the officer who took it in (held the interview, confirmed the paper);
    `objected_at`: when the applicant, looking at the document, said that something in it is wrong.
    `definitions` is the fingerprint of the definitions it was made with (`definition_set`).
    """

    __tablename__ = "application"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    receipt_number: Mapped[str] = mapped_column(String(20), unique=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("counter_case.id"), index=True)
    procedure: Mapped[str] = mapped_column(String(60), index=True)
    version: Mapped[int]
    subject: Mapped[str] = mapped_column(String(200))
    applicant_name: Mapped[str] = mapped_column(String(200))
    applicant_kana: Mapped[str] = mapped_column(String(200), index=True)
    applicant_birth_on: Mapped[date | None]
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    state: Mapped[ApplicationState] = mapped_column(one_of(ApplicationState), index=True)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    made_at: Mapped[datetime]
    objected_at: Mapped[datetime | None]
    filed_at: Mapped[datetime | None]
    filed_on: Mapped[date | None] = mapped_column(index=True)
    definitions: Mapped[str | None] = mapped_column(String(64))
    rendering_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    record_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sources_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    documents: Mapped[list[Document]] = relationship(back_populates="application")
    decisions: Mapped[list[Decision]] = relationship(
        back_populates="application", order_by="Decision.decided_at, Decision.id"
    )

    def write_record(self, vault: Vault, record: dict[str, Any]) -> None:
        """Seal the record (field name → value)."""
        self.id = self.id or new_id()
        self.record_sealed = seal_json(vault, self, "record", record)

    def read_record(self, vault: Vault) -> dict[str, Any]:
        """The record, My Numbers in full: never for a page, a log or a PDF as it is."""
        record: dict[str, Any] = open_json(vault, self, "record", self.record_sealed)
        return record

    def write_rendering(self, vault: Vault, rendering: dict[str, Any]) -> None:
        """Seal what the shown document says besides the record (`definitions.rendering_of`)."""
        self.id = self.id or new_id()
        self.rendering_sealed = seal_json(vault, self, "rendering", rendering)

    def read_rendering(self, vault: Vault) -> dict[str, Any]:
        """What the shown document says besides the record; empty where nothing was shown yet."""
        if self.rendering_sealed is None:
            return {}
        rendering: dict[str, Any] = open_json(vault, self, "rendering", self.rendering_sealed)
        return rendering

    def write_sources(self, vault: Vault, sources: dict[str, str]) -> None:
        """Seal where each value came from (field name → source)."""
        self.id = self.id or new_id()
        self.sources_sealed = seal_json(vault, self, "sources", sources)

    def read_sources(self, vault: Vault) -> dict[str, str]:
        """Where each value came from (field name → `register card said derived default`)."""
        sources: dict[str, str] = open_json(vault, self, "sources", self.sources_sealed)
        return sources


class Document(Base):
    """A PDF of an application; `sha256` (hex) and `length` are those of the PDF, not of its sealed form."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("application_id", "kind"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"))
    kind: Mapped[DocumentKind] = mapped_column(one_of(DocumentKind))
    sha256: Mapped[str] = mapped_column(String(64))
    length: Mapped[int]
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    application: Mapped[Application] = relationship(back_populates="documents")

    def write_content(self, vault: Vault, pdf: bytes) -> None:
        """Seal the PDF."""
        self.id = self.id or new_id()
        self.content_sealed = vault.seal("document", "content", self.id, pdf)

    def read_content(self, vault: Vault) -> bytes:
        """The PDF."""
        return vault.open_sealed("document", "content", self.id, self.content_sealed)


class Decision(Base):
    """One decision (決裁) on an application, with its reason."""

    __tablename__ = "decision"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    act: Mapped[DecisionAct] = mapped_column(one_of(DecisionAct))
    reason: Mapped[str] = mapped_column(Text)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    decided_at: Mapped[datetime]
    application: Mapped[Application] = relationship(back_populates="decisions")
