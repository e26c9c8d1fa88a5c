"""Table of the scanned pages waiting for an officer's eyes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Base, new_id, one_of
from office.records.models.sealed import open_json, seal_json
from office.secrets import Vault


class PaperState(StrEnum):
    """Whether an officer has looked at the page."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DISCARDED = "discarded"


class PaperPage(Base):
    """One scanned page: its straightened image (PNG) and what was read, both sealed."""

    __tablename__ = "paper_page"
    __table_args__ = (UniqueConstraint("sha256", "page"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    file_name: Mapped[str] = mapped_column(String(255))
    page: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    procedure: Mapped[str | None] = mapped_column(String(60))
    version: Mapped[int | None]
    serial: Mapped[str | None] = mapped_column(String(20))
    image_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    reading_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[PaperState] = mapped_column(one_of(PaperState), index=True)
    application_id: Mapped[str | None] = mapped_column(ForeignKey("application.id"))
    arrived_at: Mapped[datetime]

    def write_image(self, vault: Vault, png: bytes) -> None:
        """Seal the straightened page."""
        self.id = self.id or new_id()
        self.image_sealed = vault.seal("paper_page", "image", self.id, png)

    def read_image(self, vault: Vault) -> bytes:
        """The straightened page (PNG)."""
        return vault.open_sealed("paper_page", "image", self.id, self.image_sealed)

    def write_reading(self, vault: Vault, reading: dict[str, Any]) -> None:
        """Seal what was read."""
        self.id = self.id or new_id()
        self.reading_sealed = seal_json(vault, self, "reading", reading)

    def read_reading(self, vault: Vault) -> dict[str, Any]:
        """What was read."""
        reading: dict[str, Any] = open_json(vault, self, "reading", self.reading_sealed)
        return reading
