"""Tables of lists on paper that are being read: what was sent, each file, each page as it came out.

Rows hold identifiers, hashes and counts; what a file contains is sealed in pieces (`paper_piece`), what a
page says is sealed here until its list is joined and goes to `office.records.models.paper_tables`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.accounts.models import Officer
from office.database import Base, new_id, one_of
from office.records.models.sealed import open_json, seal_json
from office.secrets import Vault


class ListState(StrEnum):
    """READING: waiting for its turn or being read; DONE: every page was read and the pages joined."""

    READING = "reading"
    DONE = "done"


class ListOutcome(StrEnum):
    """What became of a page: read as a table, not readable as one, or known from before."""

    READ = "read"
    UNREADABLE = "unreadable"
    KNOWN = "known"


class ListReading(Base):
    """Files to be read as lists, sent together. `batch_id` is the batch whose pages they are, if any."""

    __tablename__ = "paper_list_reading"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("paper_batch.id"))
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    state: Mapped[ListState] = mapped_column(one_of(ListState), index=True)
    made_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    files: Mapped[list[ListFile]] = relationship(order_by="ListFile.number")
    officer: Mapped[Officer] = relationship()

    @property
    def title(self) -> str:
        """What people call it: its first file, and how many more."""
        first = self.files[0].name if self.files else ""
        return first if len(self.files) < 2 else f"{first} ほか{len(self.files) - 1}件"


class ListFile(Base):
    """One file. `content_id` owns its sealed pieces (`paper_piece`); `wanted` are the numbers of the pages
    to read, None for all; `pages` is known once they were counted; `ended` when all of them were read.
    """

    __tablename__ = "paper_list_file"
    __table_args__ = (UniqueConstraint("reading_id", "number"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    reading_id: Mapped[str] = mapped_column(ForeignKey("paper_list_reading.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    content_id: Mapped[str] = mapped_column(String(26))
    wanted: Mapped[list[int] | None] = mapped_column(JSON)
    pages: Mapped[int | None]
    ended: Mapped[bool] = mapped_column(default=False)


class ListPage(Base):
    """One page as it came out. `problem` says in Japanese why it is no table; `table_id` whose page it is."""

    __tablename__ = "paper_list_page"
    __table_args__ = (UniqueConstraint("file_id", "number"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    file_id: Mapped[str] = mapped_column(ForeignKey("paper_list_file.id"))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    outcome: Mapped[ListOutcome] = mapped_column(one_of(ListOutcome))
    problem: Mapped[str] = mapped_column(String(255), default="")
    table_id: Mapped[str | None] = mapped_column(ForeignKey("paper_table.id"))
    found_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    image_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    read_at: Mapped[datetime]
    file: Mapped[ListFile] = relationship()

    def write_found(self, vault: Vault, found: dict[str, Any], png: bytes) -> None:
        """Seal what was read and the picture until the list is joined."""
        self.id = self.id or new_id()
        self.found_sealed = seal_json(vault, self, "found", found)
        self.image_sealed = vault.seal(self.__tablename__, "image", self.id, png)

    def read_found(self, vault: Vault) -> tuple[dict[str, Any], bytes]:
        """What was read and the picture (PNG)."""
        found: dict[str, Any] = open_json(vault, self, "found", self.found_sealed or b"")
        return found, vault.open_sealed(self.__tablename__, "image", self.id, self.image_sealed or b"")
