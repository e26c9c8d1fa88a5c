"""The stored PDFs of applications: what was shown, and the same with evidence and seal."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.errors import NotFound
from office.records.models.applications import Application, Document, DocumentKind
from office.secrets import Vault


def store_pdf(
    session: Session, vault: Vault, application: Application, kind: DocumentKind, pdf: bytes
) -> Document:
    """Store the PDF of a kind, in place of an earlier one."""
    row = _stored(session, application, kind) or Document(application_id=application.id, kind=kind)
    row.sha256, row.length = hashlib.sha256(pdf).hexdigest(), len(pdf)
    row.created_at = clock.now()
    row.write_content(vault, pdf)
    session.add(row)
    return row


def shown_pdf(session: Session, actor: Actor, vault: Vault, application: Application) -> bytes:
    """What the applicant is shown; raises `NotFound` when nothing has been made yet."""
    require(actor, Act.HOLD_INTERVIEW)
    return _found(session, application, DocumentKind.SHOWN).read_content(vault)


def sealed_pdf(session: Session, actor: Actor, vault: Vault, application: Application) -> bytes:
    """The sealed PDF; who took it out stands in the journal. Raises `NotFound` before the sealing."""
    require(actor, Act.SEE_APPLICATIONS)
    row = _found(session, application, DocumentKind.SEALED)
    journal.write(
        session,
        actor,
        events.DOCUMENT_READ,
        f"application:{application.id}",
        kind=row.kind.value,
        sha256=row.sha256,
    )
    return row.read_content(vault)


def _stored(session: Session, application: Application, kind: DocumentKind) -> Document | None:
    return session.scalar(
        select(Document).where(Document.application_id == application.id, Document.kind == kind)
    )


def _found(session: Session, application: Application, kind: DocumentKind) -> Document:
    row = _stored(session, application, kind)
    if row is None:
        raise NotFound("この申請のPDFはまだありません。書類を作ってから開いてください。")
    return row
