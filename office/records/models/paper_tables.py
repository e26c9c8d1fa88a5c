"""Tables of paper ledgers and lists that were read: their rows (sealed) and the pages they came from."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Base, new_id, one_of
from office.records.models.sealed import open_json, seal_json
from office.secrets import Vault


class TableState(StrEnum):
    """CHECKING: officers look at it; TAKEN: its rows are settled; DISCARDED: put aside."""

    CHECKING = "checking"
    TAKEN = "taken"
    DISCARDED = "discarded"


class PaperTable(Base):
    """One list. `columns` have key, label and kind; `problems` are sentences about its pages.

    The sealed rows are objects of `page` (the place of their page), `kind` and `cells`
    (`ocr.tables.results.CellReading` with `decided`, whether an officer has settled it).
    """

    __tablename__ = "paper_table"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    file_name: Mapped[str] = mapped_column(String(255))
    columns: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    problems: Mapped[list[str]] = mapped_column(JSON)
    rows_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[TableState] = mapped_column(one_of(TableState), index=True)
    read_by_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    arrived_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    pages: Mapped[list[PaperTablePage]] = relationship(order_by="PaperTablePage.place", lazy="selectin")

    def write_rows(self, vault: Vault, rows: list[dict[str, Any]]) -> None:
        """Seal the rows."""
        self.id = self.id or new_id()
        self.rows_sealed = seal_json(vault, self, "rows", {"rows": rows})

    def read_rows(self, vault: Vault) -> list[dict[str, Any]]:
        """The rows."""
        rows: list[dict[str, Any]] = open_json(vault, self, "rows", self.rows_sealed)["rows"]
        return rows


class PaperTablePage(Base):
    """One page of a list: its straightened picture (PNG, sealed) and the hash of the page as it came."""

    __tablename__ = "paper_table_page"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    table_id: Mapped[str] = mapped_column(ForeignKey("paper_table.id"), index=True)
    place: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(255))
    page: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    image_sealed: Mapped[bytes] = mapped_column(LargeBinary)

    def write_image(self, vault: Vault, png: bytes) -> None:
        """Seal the picture."""
        self.id = self.id or new_id()
        self.image_sealed = vault.seal("paper_table_page", "image", self.id, png)

    def read_image(self, vault: Vault) -> bytes:
        """The picture (PNG)."""
        return vault.open_sealed("paper_table_page", "image", self.id, self.image_sealed)
