"""Checkpoints: tree heads signed with the journal's own Ed25519 key, as C2SP signed notes.

The text is that of C2SP tlog-checkpoint: origin, size and root, an empty line, a signature line. What
happens after the last checkpoint given out of the house can be rewritten by whoever holds the key:
the interval between checkpoints is the exposure window (trust.md §3).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select
from sqlalchemy.orm import Session

from office import clock
from office.audit import events, journal, tree
from office.audit.models import AuditCheckpoint, AuditEntry
from office.database import new_id
from office.secrets import key_file
from office.settings import Settings

KEY_FILE = "journal.key"
_ED25519 = b"\x01"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head as signed: the journal's origin, how many entries, their root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The signed text (C2SP tlog-checkpoint)."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


class Signer:
    """The journal's key and name. Make one with `Signer.open`."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self.name = name
        self._key = key

    @classmethod
    def open(cls, settings: Settings) -> Signer:
        """The signer of a data folder; its key is made at first use. Raises `KeyRefused`."""
        return cls.of(settings.keys_folder, settings.municipality_code)

    @classmethod
    def of(cls, folder: Path, municipality_code: str) -> Signer:
        """The signer whose key lies in `folder`."""
        key = Ed25519PrivateKey.from_private_bytes(key_file(folder / KEY_FILE))
        return cls(f"kakazu/{municipality_code}/journal", key)

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def verifier(self) -> str:
        """The public key as a C2SP verifier key (`name+hash+key`), to hand to auditors."""
        key_id = _key_id(self.name, self.public)
        return f"{self.name}+{key_id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    def sign(self, checkpoint: Checkpoint) -> str:
        """The checkpoint as a signed note."""
        signature = _key_id(self.name, self.public) + self._key.sign(checkpoint.text.encode())
        return f"{checkpoint.text}\n— {self.name} {base64.b64encode(signature).decode()}\n"


def open_note(note: str, name: str, public: bytes) -> Checkpoint | None:
    """The checkpoint of a signed note, None unless this key has signed exactly this text."""
    text, _, signatures = note.partition("\n\n")
    text += "\n"
    try:
        origin, size, root = text.splitlines()
        checkpoint = Checkpoint(origin, int(size), base64.b64decode(root, validate=True))
    except (ValueError, binascii.Error):
        return None
    if checkpoint.text != text:
        return None
    good = any(_signed(line, text, name, public) for line in signatures.splitlines())
    return checkpoint if good else None


def make(session: Session, actor: journal.Acting, signer: Signer) -> AuditCheckpoint:
    """Sign the journal as it stands and store the checkpoint; the making is itself an entry (after it)."""
    size = journal.size(session)
    root = tree.root(size, journal.stored_nodes(session))
    row = AuditCheckpoint(
        id=new_id(),
        size=size,
        root=root,
        note=signer.sign(Checkpoint(signer.name, size, root)),
        made_at=clock.now(),
    )
    session.add(row)
    journal.write(
        session, actor, events.CHECKPOINT_MADE, f"audit_checkpoint:{row.id}", size=size, root=root.hex()
    )
    return row


def make_when_grown(session: Session, actor: journal.Acting, signer: Signer) -> AuditCheckpoint | None:
    """Make a checkpoint if anything but checkpoints was entered since the last; None when nothing was.

    The entry of a making alone is no reason for another one, else the journal would grow for ever by
    itself. Of several clocks at the same moment one makes it: they wait for each other here.
    """
    journal.hold_end(session)
    last = latest(session)
    fresh = select(AuditEntry.seq).where(
        AuditEntry.seq >= (0 if last is None else last.size),
        ~AuditEntry.body.contains(f'"event":"{events.CHECKPOINT_MADE.name}"', autoescape=True),
    )
    if session.scalar(fresh.limit(1)) is None:
        return None
    return make(session, actor, signer)


def latest(session: Session) -> AuditCheckpoint | None:
    """The newest checkpoint."""
    newest = select(AuditCheckpoint).order_by(AuditCheckpoint.size.desc(), AuditCheckpoint.id.desc())
    return session.scalars(newest.limit(1)).first()


def _key_id(name: str, public: bytes) -> bytes:
    """C2SP signed-note: the first four bytes of SHA-256 over name, newline, algorithm, key."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def _signed(line: str, text: str, name: str, public: bytes) -> bool:
    dash, _, rest = line.partition(" ")
    signer, _, encoded = rest.partition(" ")
    if dash != "—" or signer != name:
        return False
    try:
        signature = base64.b64decode(encoded, validate=True)
        if signature[:4] != _key_id(name, public):
            return False
        Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
