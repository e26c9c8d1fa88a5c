"""Tables of batches: what came in together, each of its files and pages, and what was made of them.

Rows hold identifiers, hashes and counts; what a file contains is sealed in pieces (`paper_piece`).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.accounts.models import Officer
from office.database import Base, new_id, one_of
from office.records.models.applications import Application
from office.records.models.paper import PaperPage
from office.records.models.sealed import open_json, seal_json
from office.secrets import Vault


class BatchSource(StrEnum):
    """The way a batch came."""

    UPLOAD = "upload"
    FOLDER = "folder"


class BatchState(StrEnum):
    """Where a batch stands. READING: waiting for its turn or being read; DONE: every page was read once."""

    READING = "reading"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"


class Outcome(StrEnum):
    """What became of a page: read, kept although nothing could be read, or known from before."""

    READ = "read"
    UNREADABLE = "unreadable"
    KNOWN = "known"


class DraftState(StrEnum):
    """Where the draft of an application stands: for an officer to confirm, approved, filed, given up."""

    TO_CONFIRM = "to-confirm"
    APPROVED = "approved"
    FILED = "filed"
    WITHDRAWN = "withdrawn"


class PaperBatch(Base):
    """Files that came together. `officer_id` answers for it: who sent them, or is named for the folder."""

    __tablename__ = "paper_batch"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    source: Mapped[BatchSource] = mapped_column(one_of(BatchSource))
    state: Mapped[BatchState] = mapped_column(one_of(BatchState), index=True)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    made_at: Mapped[datetime] = mapped_column(index=True)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    files: Mapped[list[PaperFile]] = relationship(order_by="PaperFile.number")
    officer: Mapped[Officer] = relationship()

    @property
    def title(self) -> str:
        """What people call it: its first file, and how many more."""
        first = self.files[0].name if self.files else ""
        return first if len(self.files) < 2 else f"{first} ほか{len(self.files) - 1}件"


class PaperFile(Base):
    """One file of a batch. `pages` is known once they were counted; `ended` when all of them were read."""

    __tablename__ = "paper_file"
    __table_args__ = (UniqueConstraint("batch_id", "number"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("paper_batch.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    length: Mapped[int]
    pages: Mapped[int | None]
    ended: Mapped[bool] = mapped_column(default=False)


class PaperPiece(Base):
    """A sealed piece of a file or an archive (`owner_id`), so that no large file is ever held whole."""

    __tablename__ = "paper_piece"

    owner_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)

    def write_content(self, vault: Vault, content: bytes) -> None:
        """Seal the piece for its place in its owner."""
        self.content_sealed = vault.seal("paper_piece", f"content {self.number}", self.owner_id, content)

    def read_content(self, vault: Vault) -> bytes:
        """The piece; raises `SealBroken` when it was altered or moved."""
        place = f"content {self.number}"
        return vault.open_sealed("paper_piece", place, self.owner_id, self.content_sealed)


class BatchPage(Base):
    """One page of a file as it was read: which stored page it is, and counts of its fields.

    `position` counts through the batch, `sheet` is the page of the form. `engines` names the engines and
    their versions. `again` asks for another reading, as the form an officer said it is where one did.
    """

    __tablename__ = "paper_batch_page"
    __table_args__ = (UniqueConstraint("file_id", "number"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("paper_batch.id"), index=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("paper_file.id"))
    number: Mapped[int]
    position: Mapped[int]
    page_id: Mapped[str] = mapped_column(ForeignKey("paper_page.id"), index=True)
    outcome: Mapped[Outcome] = mapped_column(one_of(Outcome))
    sheet: Mapped[int | None]
    blank: Mapped[bool] = mapped_column(default=False)
    accepted: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    engines: Mapped[str] = mapped_column(String(255), default="")
    milliseconds: Mapped[int] = mapped_column(default=0)
    read_at: Mapped[datetime]
    again: Mapped[bool] = mapped_column(default=False)
    as_form: Mapped[str | None] = mapped_column(String(60))
    as_version: Mapped[int | None]
    as_sheet: Mapped[int | None]
    page: Mapped[PaperPage] = relationship()
    file: Mapped[PaperFile] = relationship()


class PaperDraft(Base):
    """An application drafted from pages all of whose fields were accepted; an officer approves it.

    `lacks` counts the boxes only an officer fills in. `resident_id` is the person of the register the
    applicant was found to be, `candidates` how many were near, `looked_up_at` when; None until then.
    """

    __tablename__ = "paper_draft"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("paper_batch.id"), index=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"), unique=True)
    state: Mapped[DraftState] = mapped_column(one_of(DraftState), index=True)
    lacks: Mapped[int] = mapped_column(default=0)
    resident_id: Mapped[str | None] = mapped_column(String(26))
    candidates: Mapped[int] = mapped_column(default=0)
    looked_up_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("officer.id"))
    approved_at: Mapped[datetime | None]
    application: Mapped[Application] = relationship()


class DraftPage(Base):
    """A page a draft was made from; a page makes one draft."""

    __tablename__ = "paper_draft_page"

    page_id: Mapped[str] = mapped_column(ForeignKey("paper_page.id"), primary_key=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("paper_draft.id"), index=True)


class PaperArchive(Base):
    """A part of a batch as a sealed, searchable PDF/A; `length` is 0 until it was made."""

    __tablename__ = "paper_archive"
    __table_args__ = (UniqueConstraint("batch_id", "part"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("paper_batch.id"))
    part: Mapped[int]
    first: Mapped[int]
    last: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), default="")
    length: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime | None]


class PaperComparison(Base):
    """One look at what the engines of now would read differently; nothing else is changed by it."""

    __tablename__ = "paper_comparison"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("paper_batch.id"), index=True)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    engines: Mapped[str] = mapped_column(String(255))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ComparedPage(Base):
    """What would change on one page, sealed; `changed` counts the fields."""

    __tablename__ = "paper_compared_page"
    __table_args__ = (UniqueConstraint("comparison_id", "batch_page_id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    comparison_id: Mapped[str] = mapped_column(ForeignKey("paper_comparison.id"))
    batch_page_id: Mapped[str] = mapped_column(ForeignKey("paper_batch_page.id"))
    changed: Mapped[int]
    differences_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    batch_page: Mapped[BatchPage] = relationship()

    def write_differences(self, vault: Vault, differences: list[dict[str, Any]]) -> None:
        """Seal the fields that would change."""
        self.id = self.id or new_id()
        self.changed = len(differences)
        self.differences_sealed = seal_json(vault, self, "differences", differences)

    def read_differences(self, vault: Vault) -> list[dict[str, Any]]:
        """The fields that would change."""
        found: list[dict[str, Any]] = open_json(vault, self, "differences", self.differences_sealed)
        return found
