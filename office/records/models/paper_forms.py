"""Table of the older forms a city has declared: a blank sheet and the places to write in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Base, new_id, one_of
from office.secrets import Vault


class OlderFormState(StrEnum):
    """DRAFTING: places are being drawn; IN_USE: pages are read as it; RETIRED: not any more."""

    DRAFTING = "drafting"
    IN_USE = "in-use"
    RETIRED = "retired"


class PaperForm(Base):
    """One declared older form. `paper` is a key of `ocr.older_forms.PAPERS`; `version` is the procedure's,
    `revision` counts how often the places were changed. The blank (PNG) is sealed.
    """

    __tablename__ = "paper_form"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(80))
    procedure: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    revision: Mapped[int]
    paper: Mapped[str] = mapped_column(String(20))
    blank_sha256: Mapped[str] = mapped_column(String(64), index=True)
    blank_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    zones: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    state: Mapped[OlderFormState] = mapped_column(one_of(OlderFormState), index=True)
    declared_by_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    declared_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    def write_blank(self, vault: Vault, png: bytes) -> None:
        """Seal the blank sheet."""
        self.id = self.id or new_id()
        self.blank_sealed = vault.seal("paper_form", "blank", self.id, png)

    def read_blank(self, vault: Vault) -> bytes:
        """The blank sheet (PNG, ten pixels a millimetre)."""
        return vault.open_sealed("paper_form", "blank", self.id, self.blank_sealed)
