"""Pictures of documents that were signed on paper: attached to the application, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.signing.marks import PAPER
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.errors import NotFound, NotNow, OfficeError
from office.records.models.applications import Application
from office.records.models.cases import Signature
from office.records.models.faces import SignedScan
from office.secrets import Vault

LARGEST = 20 * 1024 * 1024
_BEGINNINGS = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class NotAScan(OfficeError):
    """What was sent is no picture of a paper."""

    code = "not-a-scan"


def attach(
    session: Session, actor: Actor, vault: Vault, application: Application, content: bytes
) -> SignedScan:
    """Keep the picture of a signed paper. Raises `NotAScan`, and `NotNow` where no paper was signed."""
    require(actor, Act.STORE_PAPER)
    if not signed_on_paper(session, application):
        raise NotNow("この申請は紙に署名されたものではないので、署名した紙の画像は付けられません。")
    media_type = next((kind for start, kind in _BEGINNINGS.items() if content.startswith(start)), "")
    if not media_type or len(content) > LARGEST:
        raise NotAScan(f"PDF・JPEG・PNGの画像（{LARGEST // 1024 // 1024}MBまで）を選んでください。")
    scan = SignedScan(
        application_id=application.id,
        media_type=media_type,
        sha256=hashlib.sha256(content).hexdigest(),
        length=len(content),
        officer_id=actor.officer,
        attached_at=clock.now(),
    )
    scan.write_content(vault, content)
    session.add(scan)
    journal.write(
        session,
        actor,
        events.SCAN_ATTACHED,
        f"application:{application.id}",
        receipt_number=application.receipt_number,
        sha256=scan.sha256,
        length=scan.length,
    )
    return scan


def scans_of(session: Session, application: Application) -> Sequence[SignedScan]:
    """The pictures attached, the oldest first."""
    query = select(SignedScan).where(SignedScan.application_id == application.id)
    return session.scalars(query.order_by(SignedScan.attached_at, SignedScan.id)).all()


def read(
    session: Session, actor: Actor, vault: Vault, application: Application, scan_id: str
) -> tuple[SignedScan, bytes]:
    """One picture; who looked stands in the journal. Raises `NotFound`."""
    require(actor, Act.SEE_APPLICATIONS)
    scan = session.get(SignedScan, scan_id)
    if scan is None or scan.application_id != application.id:
        raise NotFound("この画像は見つかりません。申請の画面から開き直してください。")
    journal.write(
        session,
        actor,
        events.DOCUMENT_READ,
        f"application:{application.id}",
        kind="signed-scan",
        sha256=scan.sha256,
    )
    return scan, scan.read_content(vault)


def signed_on_paper(session: Session, application: Application) -> bool:
    """Whether the application's case was signed on printed documents."""
    query = select(Signature.kind).where(Signature.case_id == application.case_id)
    return application.case_id is not None and session.scalar(query) == PAPER
