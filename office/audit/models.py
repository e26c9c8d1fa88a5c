"""Tables of the journal: insert-only, held by triggers of the database (trust.md §3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Base

# SQLite numbers rows only in a column that is INTEGER to the letter.
Number = BigInteger().with_variant(Integer, "sqlite")


class AuditEntry(Base):
    """One act. `seq` counts from 0 without gaps; `body` is the canonical JSON that was hashed."""

    __tablename__ = "audit_entry"

    seq: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)


class AuditNode(Base):
    """The hash of one full subtree: `level` 0 holds the leaves, `index` counts from the left."""

    __tablename__ = "audit_node"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditCheckpoint(Base):
    """A signed tree head: `note` is the text to hand out, signature included."""

    __tablename__ = "audit_checkpoint"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    size: Mapped[int] = mapped_column(Number)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    note: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]


class AuditSalt(Base):
    """The salt of one commitment; deleting it makes the committed value unprovable for good."""

    __tablename__ = "audit_salt"

    commitment: Mapped[str] = mapped_column(String(64), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
