"""Proofs that leave the house: one entry, its path and a signed checkpoint in one text file.

The format is C2SP tlog-proof: anybody holding the journal's public key verifies it without us.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from office.audit import journal, tree
from office.audit.checkpoints import open_note
from office.audit.models import AuditCheckpoint, AuditEntry
from office.errors import NotFound, NotNow

_HEAD = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry's body, its place, its path, and the signed checkpoint it stands under."""

    body: str
    index: int
    path: tuple[bytes, ...]
    note: str

    @property
    def text(self) -> str:
        """The proof as a file; the entry itself is the `extra` line."""
        lines = [_HEAD, f"extra {_encode(self.body.encode())}", f"index {self.index}"]
        return "\n".join([*lines, *map(_encode, self.path), "", self.note])


def prove(session: Session, seq: int) -> Proof:
    """The proof of entry `seq` under the newest checkpoint that covers it.

    Raises `NotFound` when there is no such entry, `NotNow` when no checkpoint covers it yet.
    """
    entry = session.get(AuditEntry, seq)
    if entry is None:
        raise NotFound(f"証跡に{seq}番の記録はありません。番号を確かめてください。")
    newest = select(AuditCheckpoint).where(AuditCheckpoint.size > seq).order_by(AuditCheckpoint.size.desc())
    checkpoint = session.scalars(newest.limit(1)).first()
    if checkpoint is None:
        raise NotNow("この記録を含む検証点がまだありません。「kakazu audit checkpoint」で作ってください。")
    path = tree.inclusion(seq, checkpoint.size, journal.stored_nodes(session))
    return Proof(entry.body, seq, tuple(path), checkpoint.note)


def prove_growth(session: Session, old_size: int, new_size: int) -> list[bytes]:
    """The proof that the journal of `old_size` entries is the beginning of that of `new_size`."""
    if not 0 <= old_size <= new_size <= journal.size(session):
        raise NotFound("証跡はその大きさになったことがありません。検証点の大きさを確かめてください。")
    return tree.consistency(old_size, new_size, journal.stored_nodes(session))


def check(text: str, name: str, public: bytes) -> Proof | None:
    """The proof of a file when it holds under this journal's name and key, else None."""
    head, _, note = text.partition("\n\n")
    try:
        first, extra, index, *path = head.splitlines()
        if first != _HEAD or not extra.startswith("extra ") or not index.startswith("index "):
            return None
        body = base64.b64decode(extra.removeprefix("extra "), validate=True)
        proof = Proof(
            body.decode(), int(index.removeprefix("index ")), tuple(map(base64.b64decode, path)), note
        )
    except (ValueError, binascii.Error):
        return None
    checkpoint = open_note(note, name, public)
    if checkpoint is None:
        return None
    leaf = tree.leaf_hash(body)
    holds = tree.includes(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root)
    return proof if holds else None


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()
