"""The one signature over all shown documents, in one of several equal ways (`forms.signing.marks`)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.signing.evidence import ShownDocument, SignatureEvidence
from forms.signing.keys import CityKeys
from forms.signing.marks import Mark
from forms.signing.seal import seal
from forms.signing.strokes import Capture
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.errors import NotNow, OfficeError
from office.platform import Platform
from office.records import documents, filing, measures
from office.records.cases import hold_in, subject_of
from office.records.models.applications import ApplicationState, DocumentKind
from office.records.models.cases import Case, CaseState, Signature
from office.secrets import Vault


class NothingSigned(OfficeError):
    """A drawn signature without a stroke, or a name without a letter."""

    code = "nothing-signed"


@dataclass(frozen=True, slots=True)
class Signing:
    """The evidence of one signature, and the documents as they were shown, by receipt number."""

    evidence: SignatureEvidence
    shown: Mapping[str, bytes]

    def seal(self, keys: CityKeys) -> dict[str, bytes]:
        """Every document sealed with the evidence, by receipt number. Raises what sealing raises."""
        return {number: seal(pdf, self.evidence, keys, clock.now()) for number, pdf in self.shown.items()}


def sign(
    session: Session,
    actor: Actor,
    platform: Platform,
    case: Case,
    mark: Mark,
    consent: str,
    nonce: str,
    override_reason: str = "",
    offline_at: datetime | None = None,
) -> Signature:
    """One signature over all shown documents: each is sealed with the evidence, each application filed.

    Arguments and errors as of `begin`; raises also what sealing raises.
    """
    signing = begin(session, actor, platform, case, mark, consent, nonce, override_reason, offline_at)
    return finish(session, actor, platform, case, signing.evidence, signing.seal(platform.keys))


def begin(
    session: Session,
    actor: Actor,
    platform: Platform,
    case: Case,
    mark: Mark,
    consent: str,
    nonce: str,
    override_reason: str = "",
    offline_at: datetime | None = None,
) -> Signing:
    """What is signed, and how; nothing is written. To be sealed while nothing is locked, then to `finish`.

    `nonce` is what the signing page was given (`case.nonce`): a page of an earlier showing does not
    sign. `offline_at` is the tablet's own clock where it signed without the network. Raises `NotNow`
    and `NothingSigned`.
    """
    require(actor, Act.HOLD_INTERVIEW)
    hold_in(session, case, CaseState.SHOWN)
    shown_at = _shown_at(case, nonce)
    if isinstance(mark, Capture) and not mark.strokes:
        raise NothingSigned("署名らんに何も書かれていません。もう一度書いてもらってください。")
    drafts = [one for one in case.applications if one.state is ApplicationState.DRAFT]
    shown = {one.receipt_number: documents.shown_pdf(session, actor, platform.vault, one) for one in drafts}
    evidence = SignatureEvidence(
        shown=tuple(ShownDocument.of(number, pdf) for number, pdf in shown.items()),
        mark=mark,
        consent_text=consent,
        consent_language=case.language,
        displayed_at=shown_at,
        signed_at=clock.now(),
        nonce=nonce,
        officer_id=actor.officer,
        officer_name=actor.name,
        identity_check=case.identity_check or "確認していません",
        override_reason=override_reason,
        offline_at=offline_at,
    )
    return Signing(evidence, shown)


def finish(
    session: Session,
    actor: Actor,
    platform: Platform,
    case: Case,
    evidence: SignatureEvidence,
    sealed: Mapping[str, bytes],
) -> Signature:
    """Keep the signature and file each application with its sealed document.

    Raises `NotNow` where the documents were taken back or shown anew since the signing began.
    """
    require(actor, Act.HOLD_INTERVIEW)
    hold_in(session, case, CaseState.SHOWN)
    shown_at = _shown_at(case, evidence.nonce)
    for application in (one for one in case.applications if one.state is ApplicationState.DRAFT):
        pdf = sealed[application.receipt_number]
        row = documents.store_pdf(session, platform.vault, application, DocumentKind.SEALED, pdf)
        filing.file(session, actor, application, row, clock.date_of(shown_at))
    case.state, case.nonce, case.updated_at = CaseState.SIGNED, None, clock.now()
    signature = _store(session, actor, platform.vault, case, evidence)
    measures.record_signed(session, platform, case, signature)
    return signature


def _shown_at(case: Case, nonce: str) -> datetime:
    """When the very documents that this page signs were shown; they carry that day as their date."""
    if case.nonce is None or not secrets.compare_digest(case.nonce.encode(), nonce.encode()):
        raise NotNow("表示した書類が新しくなっています。職員が書類を表示し直してください。")
    if case.shown_at is None or clock.date_of(case.shown_at) != clock.today():
        raise NotNow("書類を表示した日が過ぎました。日付を改めるため、書類を表示し直してください。")
    return case.shown_at


def _store(
    session: Session, actor: Actor, vault: Vault, case: Case, evidence: SignatureEvidence
) -> Signature:
    signature = Signature(case_id=case.id, kind=evidence.evidence_class, signed_at=evidence.signed_at)
    signature.write_evidence(vault, evidence.to_stored_json())
    session.add(signature)
    journal.write(
        session,
        actor,
        events.CASE_SIGNED,
        subject_of(case),
        evidence=hashlib.sha256(evidence.to_bytes()).hexdigest(),
        evidence_class=evidence.evidence_class,
        documents=[document.sha256 for document in evidence.shown],
    )
    return signature


def to_print(session: Session, actor: Actor, platform: Platform, case: Case) -> list[bytes]:
    """The shown documents, to be printed and signed by hand. Raises `NotNow`."""
    require(actor, Act.HOLD_INTERVIEW)
    hold_in(session, case, CaseState.SHOWN)
    drafts = [one for one in case.applications if one.state is ApplicationState.DRAFT]
    pdfs = [documents.shown_pdf(session, actor, platform.vault, one) for one in drafts]
    hashes = [hashlib.sha256(pdf).hexdigest() for pdf in pdfs]
    journal.write(session, actor, events.CASE_PRINTED, subject_of(case), documents=hashes)
    return pdfs


def signature_of(session: Session, case_id: str | None) -> Signature | None:
    """The signature that ended a case, none for paper intake or while it is not signed."""
    return session.scalar(select(Signature).where(Signature.case_id == case_id)) if case_id else None
