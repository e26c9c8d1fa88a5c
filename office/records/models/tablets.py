"""Tables of tablets that go on without the network, and of what they sent when it was back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Base, new_id, one_of
from office.secrets import Vault


class ArrivalState(StrEnum):
    """What became of a case that arrived: filed; open, to be signed again; held for a person to look at."""

    FILED = "filed"
    OPEN = "open"
    HELD = "held"


class Tablet(Base):
    """One enrolled tablet. It shows a token of its own when it sends; only the token's hash is kept.

    `officer_id` is who enrolled it and in whose name its cases arrive; `unsent` is what it last told.
    """

    __tablename__ = "tablet"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(60))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    enrolled_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    unsent: Mapped[int | None]
    revoked_at: Mapped[datetime | None]


class Arrival(Base):
    """One case as a tablet sent it. The tablet made `client_id`; the same id with the same content is the
    same case, with other content it is held for a person (`cause` says why something is not filed).

    `clock_ms` is by how much the server's clock was ahead of the tablet's when it was sent.
    """

    __tablename__ = "arrival"
    __table_args__ = (UniqueConstraint("tablet_id", "client_id", "sha256"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    tablet_id: Mapped[str] = mapped_column(ForeignKey("tablet.id"))
    client_id: Mapped[str] = mapped_column(String(36))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[ArrivalState] = mapped_column(one_of(ArrivalState), index=True)
    cause: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("counter_case.id"), index=True)
    body_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    clock_ms: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime] = mapped_column(index=True)
    settled_at: Mapped[datetime | None]

    def write_body(self, vault: Vault, body: str) -> None:
        """Seal what arrived, letter by letter."""
        self.id = self.id or new_id()
        self.body_sealed = vault.seal("arrival", "body", self.id, body.encode())

    def read_body(self, vault: Vault) -> str:
        """What arrived."""
        return vault.open_sealed("arrival", "body", self.id, self.body_sealed).decode()
