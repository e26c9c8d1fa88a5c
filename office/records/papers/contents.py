"""The content of files and archives in sealed pieces: never held whole, readable from every worker."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import IO

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from office.records.models.paper_batches import PaperPiece
from office.secrets import Vault

PIECE = 1 << 20


def write(session: Session, vault: Vault, owner_id: str, content: IO[bytes]) -> tuple[str, int]:
    """Store everything `content` holds for an owner, in place of what was there: its SHA-256 and length."""
    session.execute(delete(PaperPiece).where(PaperPiece.owner_id == owner_id))
    whole, length, number = hashlib.sha256(), 0, 0
    while chunk := content.read(PIECE):
        number += 1
        whole.update(chunk)
        length += len(chunk)
        piece = PaperPiece(owner_id=owner_id, number=number)
        piece.write_content(vault, chunk)
        session.add(piece)
        session.flush()
        session.expunge(piece)
    return whole.hexdigest(), length


def read(session: Session, vault: Vault, owner_id: str) -> Iterator[bytes]:
    """The content of an owner, piece by piece. Raises `SealBroken` for an altered piece."""
    numbers = select(PaperPiece.number).where(PaperPiece.owner_id == owner_id).order_by(PaperPiece.number)
    for number in session.scalars(numbers).all():
        piece = session.get_one(PaperPiece, (owner_id, number))
        content = piece.read_content(vault)
        session.expunge(piece)
        yield content
