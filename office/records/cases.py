"""Operations on a visit at the counter: ask, show, or give up; `signing` ends it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from forms.definition import LANGUAGES
from forms.interview import FilledForm, Interview
from forms.kinds import kind
from forms.rendering.application import Typeset, typeset
from forms.rendering.document import ApplicationDocument, IdentityCheck
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.database import hold
from office.errors import NotFound, NotNow
from office.platform import Platform
from office.records import documents, filing, measures, people, queue
from office.records.models.applications import Application, ApplicationState, Channel, DocumentKind
from office.records.models.cases import Case, CaseState
from office.records.models.counter import Objection
from office.records.models.faces import Face
from office.secrets import Vault

IDENTITY = ("identity.method", "identity.document")
_STATES = {
    CaseState.OPEN: "聞き取り中",
    CaseState.SHOWN: "書類を表示中",
    CaseState.SIGNED: "署名済み",
    CaseState.CLOSED: "とりやめ",
}


def find(session: Session, actor: Actor, case_id: str) -> Case:
    """The case of an id; raises `NotFound`."""
    require(actor, Act.HOLD_INTERVIEW)
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound("この聞き取りは見つかりません。窓口の一覧から選び直してください。")
    return case


def open_case(
    session: Session, actor: Actor, vault: Vault, interview: Interview, language: str = "ja"
) -> Case:
    """Begin a case with an interview."""
    require(actor, Act.HOLD_INTERVIEW)
    now = clock.now()
    case = Case(
        event=interview.event.slug,
        language=language,
        state=CaseState.OPEN,
        officer_id=actor.officer,
        opened_at=now,
        updated_at=now,
    )
    case.write_interview(vault, interview.to_json())
    case.version, case.person_index = 0, people.person_index(vault, interview)
    session.add(case)
    session.flush()
    journal.write(
        session, actor, events.CASE_OPENED, subject_of(case), life_event=case.event, language=language
    )
    queue.connect(session, actor, case, interview.catalogue.life_events)
    return case


def save_interview(session: Session, actor: Actor, vault: Vault, case: Case, interview: Interview) -> None:
    """Keep the answers so far; raises `NotNow` once the documents are shown."""
    require(actor, Act.HOLD_INTERVIEW)
    hold_in(session, case, CaseState.OPEN)
    case.write_interview(vault, interview.to_json())
    case.updated_at, case.version = clock.now(), case.version + 1
    case.person_index = people.person_index(vault, interview)
    journal.write(session, actor, events.CASE_SAVED, subject_of(case), answers=len(interview.answers))


def show_documents(
    session: Session, actor: Actor, platform: Platform, case: Case, interview: Interview
) -> list[Application]:
    """Make an application and its PDF for every procedure needed, ready to be read and signed.

    Shown again after a correction, an application keeps its receipt number; one no longer needed is
    withdrawn. Raises `Incomplete` naming what is missing, `NotNow`, and what rendering raises.
    """
    require(actor, Act.HOLD_INTERVIEW)
    hold_in(session, case, CaseState.OPEN)
    case.write_interview(platform.vault, interview.to_json())
    return show_forms(session, actor, platform, case, _filled(interview), interview)


def draft_documents(
    session: Session, actor: Actor, platform: Platform, case: Case, interview: Interview
) -> list[Typeset]:
    """All that `show_documents` will print, with its receipt numbers: for the press, while nothing is locked.

    Raises as `show_documents` does.
    """
    require(actor, Act.HOLD_INTERVIEW)
    hold_in(session, case, CaseState.OPEN)
    filled, identity = _filled(interview), _identity(platform, interview)
    applications = _applications(session, actor, platform, case, filled)
    return [
        typeset(_document(actor, platform, case, application, form, identity))
        for application, form in zip(applications, filled, strict=True)
    ]


def _document(
    actor: Actor,
    platform: Platform,
    case: Case,
    application: Application,
    form: FilledForm,
    identity: IdentityCheck,
) -> ApplicationDocument:
    return filing.document_of(
        platform,
        actor,
        application.receipt_number,
        form,
        on=clock.today(),
        language=case.language,
        identity=identity,
    )


def show_forms(
    session: Session,
    actor: Actor,
    platform: Platform,
    case: Case,
    filled: Sequence[FilledForm],
    interview: Interview,
) -> list[Application]:
    """As `show_documents`, for these very forms; `interview` tells how the applicant was identified."""
    require(actor, Act.HOLD_INTERVIEW)
    hold_in(session, case, CaseState.OPEN)
    applications = _applications(session, actor, platform, case, filled)
    identity, stored = _identity(platform, interview), []
    for application, form in zip(applications, filled, strict=True):
        document = _document(actor, platform, case, application, form, identity)
        pdf = filing.print_out(platform, application, document)
        stored.append(documents.store_pdf(session, platform.vault, application, DocumentKind.SHOWN, pdf))
    case.nonce, case.shown_at, case.updated_at = secrets.token_hex(32), clock.now(), clock.now()
    case.identity_check = " ".join(filter(None, [identity.method, *identity.documents]))
    case.state = CaseState.SHOWN
    face = session.get(Face, case.id)
    if face is not None:
        face.begin_showing()
    session.flush()
    hashes = [document.sha256 for document in stored]
    journal.write(session, actor, events.CASE_SHOWN, subject_of(case), documents=hashes, nonce=case.nonce)
    return applications


def choose_language(session: Session, actor: Actor, case: Case, language: str) -> None:
    """The resident chooses the language of their face."""
    require(actor, Act.HOLD_INTERVIEW)
    hold_in(session, case, CaseState.OPEN, CaseState.SHOWN)
    if language not in LANGUAGES:
        raise NotNow("このことばは選べません。一覧から選んでください。")
    case.language = language
    journal.write(session, actor, events.CASE_LANGUAGE_CHOSEN, subject_of(case), language=language)


def object_to(session: Session, actor: Actor, case: Case, application: Application) -> None:
    """The resident says that something in this document is wrong; the officer will see which."""
    require(actor, Act.HOLD_INTERVIEW)
    hold_in(session, case, CaseState.SHOWN)
    application.objected_at = clock.now()
    journal.write(
        session, actor, events.CASE_OBJECTED, subject_of(case), application=application.receipt_number
    )


def reopen(session: Session, actor: Actor, case: Case) -> None:
    """Back to asking: what was shown can no longer be signed."""
    require(actor, Act.HOLD_INTERVIEW)
    hold_in(session, case, CaseState.SHOWN)
    case.state, case.nonce, case.updated_at = CaseState.OPEN, None, clock.now()
    now = clock.now()
    for application in case.applications:
        if application.objected_at is not None:
            session.add(_objection(actor, case, application, now))
            application.objected_at = None
    journal.write(session, actor, events.CASE_REOPENED, subject_of(case))


def _objection(actor: Actor, case: Case, application: Application, now: datetime) -> Objection:
    return Objection(
        case_id=case.id,
        application_id=application.id,
        objected_at=application.objected_at,
        reopened_at=now,
        reopened_by_id=actor.officer,
    )


def close(session: Session, actor: Actor, case: Case) -> None:
    """Give the case up; its drafts are withdrawn and keep their numbers."""
    require(actor, Act.HOLD_INTERVIEW)
    hold_in(session, case, CaseState.OPEN, CaseState.SHOWN)
    case.state, case.nonce, case.updated_at = CaseState.CLOSED, None, clock.now()
    _withdraw(session, actor, case.applications)
    measures.record_closed(session, case)
    journal.write(session, actor, events.CASE_CLOSED, subject_of(case))


def _filled(interview: Interview) -> Sequence[FilledForm]:
    """The forms of a finished interview; raises `Incomplete`."""
    left = interview.next_question()
    if left is not None:
        raise filing.Incomplete(f"まだ聞いていないことがあります：{left.field.label.text('ja')}")
    filled = interview.applications()
    if not filled:
        raise filing.Incomplete("この聞き取りで必要な手続はありません。回答を確かめてください。")
    filing.refuse_incomplete(filled)
    return filled


def _applications(
    session: Session, actor: Actor, platform: Platform, case: Case, filled: Sequence[FilledForm]
) -> list[Application]:
    """The case's drafts for these forms in their order: earlier ones written anew, missing ones made."""
    spare = [one for one in case.applications if one.state is ApplicationState.DRAFT]
    found = []
    for form in filled:
        key = (form.procedure.slug, form.subject)
        application = next((one for one in spare if (one.procedure, one.subject) == key), None)
        if application is None:
            application = filing.new_application(session, actor, Channel.COUNTER, clock.today())
            filing.write_form(platform, application, form)
            case.applications.append(application)
        else:
            spare.remove(application)
            application.officer_id, application.objected_at = actor.officer, None
            filing.write_form(platform, application, form)
        found.append(application)
    _withdraw(session, actor, spare)
    session.flush()
    return found


def _withdraw(session: Session, actor: Actor, applications: Sequence[Application]) -> None:
    for application in applications:
        if application.state is ApplicationState.DRAFT:
            application.state = ApplicationState.WITHDRAWN
            journal.write(
                session,
                actor,
                events.APPLICATION_WITHDRAWN,
                f"application:{application.id}",
                receipt_number=application.receipt_number,
            )


def _identity(platform: Platform, interview: Interview) -> IdentityCheck:
    """How the officer made sure who the applicant is, in words."""
    facts, texts = platform.catalogue.facts(interview.on), []
    for name in IDENTITY:
        answer = interview.answers.get(name)
        field = facts[name].field
        texts.append(kind(field.kind).show(field, answer.value, "ja") if answer else "")
    method, seen = texts
    return IdentityCheck(method, (seen,) if seen else (), clock.today() if method else None)


def hold_in(session: Session, case: Case, *states: CaseState) -> None:
    """Lock the case's row and make sure of its state, so that two pages cannot act on it at once."""
    hold(session, case)
    if case.state not in states:
        raise NotNow(f"この聞き取りは「{_STATES[case.state]}」なので、この操作はできません。")


def subject_of(case: Case) -> str:
    """How the journal names a case."""
    return f"counter_case:{case.id}"
