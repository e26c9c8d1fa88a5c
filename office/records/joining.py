"""Joining a case that was signed without the network to its documents: everything is made again here.

The resident signed a summary on the tablet. The server asks its own definitions what that summary would
say; only when it is the same to the letter are documents made, sealed and filed. Otherwise the case
stays open and has to be signed again.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from forms.interview import FilledForm, Interview
from forms.kinds import kind
from forms.offline_summary import digest_of, summary_of
from forms.rendering.application import Typeset, typeset
from forms.rendering.document import ApplicationDocument, IdentityCheck
from forms.signing.evidence import ShownDocument, SignatureEvidence
from forms.signing.offline import OfflineMark
from forms.signing.seal import seal
from office import clock
from office.accounts.actor import Actor
from office.audit import events, journal
from office.errors import OfficeError
from office.i18n import texts
from office.platform import Platform
from office.records import cases, documents, filing
from office.records.models.applications import Application, Channel, DocumentKind
from office.records.models.cases import Case, CaseState, Signature
from office.records.models.tablets import Tablet
from office.records.offline_cases import OfflineCase, OfflineSignature, same_day
from office.records.receipts import coming_receipt_numbers
from office.ruby import without_readings

CAUSES = {
    "unsigned": "署名しないで送られました。内容を確かめ、窓口で署名をもらってください。",
    "summary": "端末で見せた内容と、いまの決まりで作った内容が違います（様式や条件が改められました）。",
    "incomplete": "いまの決まりでは、まだ聞くことがあります。",
    "date": "表示した日と署名した日が違います。",
    "clock": "端末の時計が大きくずれていたため、署名した日が分かりません。",
    "consent": "端末で見せた同意の文が、いまの文と違います。",
}
"""Why a case has to be signed again."""


class SignAgain(OfficeError):
    """The signature does not fit what the server makes; `cause` is one of `CAUSES`."""

    code = "sign-again"

    def __init__(self, cause: str) -> None:
        super().__init__(CAUSES[cause])
        self.cause = cause


def open_again(session: Session, actor: Actor, platform: Platform, offline: OfflineCase) -> Case:
    """The case as an open interview, every answer in it. Raises `InvalidAnswer`, `UnknownProcedure`."""
    interview = Interview.from_json(platform.catalogue, offline.interview)
    return cases.open_case(session, actor, platform.vault, interview, offline.language)


def join(
    session: Session,
    actor: Actor,
    platform: Platform,
    tablet: Tablet,
    offline: OfflineCase,
    clock_ms: int,
) -> Case:
    """File everything the case needs, with its signature. Raises `SignAgain` and what its parts raise."""
    signature, interview, forms = _checked(platform, offline, clock_ms)
    case = cases.open_case(session, actor, platform.vault, interview, offline.language)
    identity = _identity(platform, interview, offline)
    case.identity_check = " ".join(filter(None, [identity.method, *identity.documents]))
    drafts = _drafts(session, actor, platform, case, forms)
    papers = _papers(platform, actor, offline, identity, [one.receipt_number for one in drafts], forms)
    shown = {
        one.receipt_number: filing.print_out(platform, one, paper)
        for one, paper in zip(drafts, papers, strict=True)
    }
    mark = OfflineMark(
        case_id=offline.client_id,
        tablet_id=tablet.id,
        tablet_name=tablet.name,
        summary_sha256=signature.summary_sha256,
        joined_at=clock.now(),
        joined_by_id=actor.officer,
        joined_by_name=actor.name,
        clock_ms=clock_ms,
    )
    evidence = _evidence(actor, case, shown, signature, mark)
    for one in drafts:
        pdf = shown[one.receipt_number]
        documents.store_pdf(session, platform.vault, one, DocumentKind.SHOWN, pdf)
        sealed = seal(pdf, evidence, platform.keys, clock.now())
        row = documents.store_pdf(session, platform.vault, one, DocumentKind.SEALED, sealed)
        filing.file(session, actor, one, row, offline.on)
    case.state, case.shown_at, case.updated_at = CaseState.SIGNED, signature.displayed_at, clock.now()
    _store(session, actor, platform, case, evidence)
    return case


def typeset_ahead(
    session: Session, actor: Actor, platform: Platform, offline: OfflineCase, clock_ms: int
) -> list[Typeset]:
    """What `join` will print unless somebody else takes a receipt number meanwhile: for the press, while
    nothing is locked. Raises `SignAgain` and what its parts raise.
    """
    _, interview, forms = _checked(platform, offline, clock_ms)
    numbers = coming_receipt_numbers(session, clock.today(), len(forms))
    identity = _identity(platform, interview, offline)
    return [typeset(paper) for paper in _papers(platform, actor, offline, identity, numbers, forms)]


def _checked(
    platform: Platform, offline: OfflineCase, clock_ms: int
) -> tuple[OfflineSignature, Interview, Sequence[FilledForm]]:
    """The signature, the interview and its forms, when the one fits the others."""
    signature, interview = offline.signature, Interview.from_json(platform.catalogue, offline.interview)
    if signature is None or not signature.capture.strokes:
        raise SignAgain("unsigned")
    _check_time(offline, signature, clock_ms)
    forms = _forms(interview)
    _check_shown(interview, offline, signature)
    return signature, interview, forms


def _papers(
    platform: Platform,
    actor: Actor,
    offline: OfflineCase,
    identity: IdentityCheck,
    numbers: Sequence[str],
    forms: Sequence[FilledForm],
) -> list[ApplicationDocument]:
    """One document a form, each under its receipt number."""
    return [
        filing.document_of(
            platform, actor, number, form, on=offline.on, language=offline.language, identity=identity
        )
        for number, form in zip(numbers, forms, strict=True)
    ]


def _check_time(offline: OfflineCase, signature: OfflineSignature, clock_ms: int) -> None:
    """Shown and signed on one day, the day it is filed on, also by the server's clock."""
    if not (same_day(signature.displayed_at, offline.on) and same_day(signature.signed_at, offline.on)):
        raise SignAgain("date")
    really = signature.signed_at + timedelta(milliseconds=clock_ms)
    if not same_day(really, offline.on) or really > clock.now() + timedelta(minutes=1):
        raise SignAgain("clock")


def _forms(interview: Interview) -> Sequence[FilledForm]:
    forms = interview.applications()
    if interview.next_question() is not None or not forms or not all(form.complete for form in forms):
        raise SignAgain("incomplete")
    return forms


def _check_shown(interview: Interview, offline: OfflineCase, signature: OfflineSignature) -> None:
    consent = without_readings(texts("tablet", offline.language)("offline_consent"))
    if signature.consent != consent:
        raise SignAgain("consent")
    summary = summary_of(interview, offline.language, consent)
    if not secrets.compare_digest(digest_of(summary), signature.summary_sha256):
        raise SignAgain("summary")


def _drafts(
    session: Session, actor: Actor, platform: Platform, case: Case, forms: Sequence[FilledForm]
) -> list[Application]:
    drafts = []
    for form in forms:
        draft = filing.new_application(session, actor, Channel.COUNTER, clock.today())
        filing.write_form(platform, draft, form)
        case.applications.append(draft)
        drafts.append(draft)
    session.flush()
    return drafts


def _identity(platform: Platform, interview: Interview, offline: OfflineCase) -> IdentityCheck:
    """How the officer made sure who the applicant is, in words, on the day of the interview."""
    facts, said = platform.catalogue.facts(interview.on), []
    for name in cases.IDENTITY:
        answer, field = interview.answers.get(name), facts[name].field
        said.append(kind(field.kind).show(field, answer.value, "ja") if answer else "")
    method, seen = said
    return IdentityCheck(method, (seen,) if seen else (), offline.on if method else None)


def _evidence(
    actor: Actor, case: Case, shown: dict[str, bytes], signature: OfflineSignature, mark: OfflineMark
) -> SignatureEvidence:
    """The evidence; its instants are the server's, `offline_at` is what the tablet's clock said."""
    ahead = timedelta(milliseconds=mark.clock_ms)
    return SignatureEvidence(
        shown=tuple(ShownDocument.of(number, pdf) for number, pdf in shown.items()),
        mark=signature.capture,
        consent_text=signature.consent,
        consent_language=case.language,
        displayed_at=signature.displayed_at + ahead,
        signed_at=signature.signed_at + ahead,
        offline_at=signature.signed_at,
        nonce=secrets.token_hex(32),
        officer_id=actor.officer,
        officer_name=actor.name,
        identity_check=case.identity_check or "確認していません",
        offline=mark,
    )


def _store(
    session: Session, actor: Actor, platform: Platform, case: Case, evidence: SignatureEvidence
) -> None:
    row = Signature(case_id=case.id, kind=evidence.evidence_class, signed_at=evidence.signed_at)
    row.write_evidence(platform.vault, evidence.to_stored_json())
    session.add(row)
    journal.write(
        session,
        actor,
        events.CASE_SIGNED,
        f"counter_case:{case.id}",
        evidence=hashlib.sha256(evidence.to_bytes()).hexdigest(),
        evidence_class=evidence.evidence_class,
        documents=[document.sha256 for document in evidence.shown],
    )
