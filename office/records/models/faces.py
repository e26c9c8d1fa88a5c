"""Tables of the resident's face: how it looks, what it asks, what is wrong; and scans of signed paper."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Base, new_id
from office.secrets import Vault


class Face(Base):
    """What a case's resident chose for their face, and what stands on it. Facts are named, never valued.

    `asks`: facts the officer wants the resident to answer themselves; `asks_all`: all that was not known
    (`known`) when the tablet was handed over. `help_wanted`: facts answered by 「わからない」. `wrong`: what
    the resident marked: application id, name of the box, and the question behind it (or an empty text).
    `way`: the way to sign that was chosen instead of drawing.
    """

    __tablename__ = "case_face"

    case_id: Mapped[str] = mapped_column(ForeignKey("counter_case.id"), primary_key=True)
    text_size: Mapped[str] = mapped_column(String(10), default="normal")
    high_contrast: Mapped[bool] = mapped_column(default=False, server_default=false())
    asks: Mapped[list[str]] = mapped_column(JSON, default=list)
    asks_all: Mapped[bool] = mapped_column(default=False, server_default=false())
    known: Mapped[list[str]] = mapped_column(JSON, default=list)
    help_wanted: Mapped[list[str]] = mapped_column(JSON, default=list)
    wrong: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    way: Mapped[str] = mapped_column(String(10), default="")

    def begin_showing(self) -> None:
        """The documents are shown anew: what was marked in earlier ones has been looked at."""
        self.wrong, self.way, self.asks, self.asks_all = [], "", [], False


class SignedScan(Base):
    """The picture of a document that was signed on paper; `sha256` is that of the picture as it came."""

    __tablename__ = "signed_scan"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    media_type: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64))
    length: Mapped[int]
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    attached_at: Mapped[datetime]

    def write_content(self, vault: Vault, content: bytes) -> None:
        """Seal the picture."""
        self.id = self.id or new_id()
        self.content_sealed = vault.seal("signed_scan", "content", self.id, content)

    def read_content(self, vault: Vault) -> bytes:
        """The picture."""
        return vault.open_sealed("signed_scan", "content", self.id, self.content_sealed)
