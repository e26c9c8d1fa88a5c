"""Salted commitments to personal values: the journal proves them while their salt is kept.

Deleting the salt together with the value (保存期間の満了) leaves every proof of the journal intact and
makes the value unprovable and unguessable (trust.md §3).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from sqlalchemy import delete
from sqlalchemy.orm import Session

from office.audit.models import AuditSalt

_SALT = 16


def commit(session: Session, text: str) -> str:
    """Commit to a text and keep the salt; returns the commitment (hex SHA-256) for the journal."""
    salt = secrets.token_bytes(_SALT)
    commitment = _commitment(salt, text)
    session.add(AuditSalt(commitment=commitment, salt=salt))
    return commitment


def opens(session: Session, commitment: str, text: str) -> bool:
    """Whether the text is the one committed to; False also when the salt has been deleted."""
    kept = session.get(AuditSalt, commitment)
    return kept is not None and hmac.compare_digest(_commitment(kept.salt, text), commitment)


def forget(session: Session, commitment: str) -> None:
    """Delete the salt: from now on nothing proves what the text was."""
    session.execute(delete(AuditSalt).where(AuditSalt.commitment == commitment))


def _commitment(salt: bytes, text: str) -> str:
    return hashlib.sha256(salt + text.encode()).hexdigest()
