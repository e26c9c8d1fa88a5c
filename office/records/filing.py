"""From a filled form to a stored application and its PDF: the same for the counter and for paper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from forms.interview import FilledForm
from forms.rendering.application import typeset
from forms.rendering.document import ApplicationDocument, IdentityCheck, applicant_of
from forms.signing.seal import seal
from office import clock
from office.accounts.actor import Actor
from office.audit import events, journal
from office.errors import OfficeError
from office.platform import Platform
from office.records import documents
from office.records.definitions import rendering_of
from office.records.models.applications import (
    Application,
    ApplicationState,
    Channel,
    Document,
    DocumentKind,
)
from office.records.receipts import next_receipt_number


class Incomplete(OfficeError):
    """Something is still missing or wrong in a form."""

    code = "incomplete"


def refuse_incomplete(filled: Iterable[FilledForm]) -> None:
    """Raise `Incomplete` naming every problem of the forms."""
    problems = [
        f"{form.procedure.title.text('ja')}：{problem.message}"
        for form in filled
        for problem in form.problems
    ]
    if problems:
        raise Incomplete("まだ整っていない項目があります。\n" + "\n".join(problems))


def new_application(session: Session, actor: Actor, channel: Channel, on: date) -> Application:
    """A draft with its receipt number; `write_form` fills it."""
    return Application(
        receipt_number=next_receipt_number(session, on),
        channel=channel,
        state=ApplicationState.DRAFT,
        officer_id=actor.officer,
        made_at=clock.now(),
    )


def write_form(platform: Platform, application: Application, form: FilledForm) -> None:
    """Put what the form says into the row: the record sealed, the applicant's name to search by."""
    applicant = applicant_of(form)
    application.procedure, application.version = form.procedure.slug, form.procedure.version
    application.subject = form.subject
    application.applicant_name = applicant.name.full if applicant.name else form.applicant_name
    application.applicant_kana = applicant.name.full_kana if applicant.name else ""
    application.applicant_birth_on = date.fromisoformat(applicant.birth_on) if applicant.birth_on else None
    application.write_record(platform.vault, form.record())
    application.write_sources(platform.vault, form.sources())


def document_of(
    platform: Platform,
    actor: Actor,
    receipt_number: str,
    form: FilledForm,
    *,
    on: date,
    language: str = "ja",
    identity: IdentityCheck | None = None,
) -> ApplicationDocument:
    """The application as a document for people; 個人番号 appear in it only masked."""
    return ApplicationDocument(
        form=form,
        receipt_number=receipt_number,
        filed_on=on,
        municipality=platform.settings.municipality,
        officer=actor.name,
        language=language,
        identity=identity or IdentityCheck(),
    )


def print_out(platform: Platform, application: Application, document: ApplicationDocument) -> bytes:
    """The application's PDF. How to make it again is kept with it."""
    application.definitions = platform.definitions
    application.write_rendering(platform.vault, rendering_of(document))
    return platform.press.print(typeset(document))


def file_without_signature(
    session: Session, actor: Actor, platform: Platform, application: Application, form: FilledForm, on: date
) -> None:
    """Print, seal and file what nobody signs on the screen; `application` is in the session."""
    document = document_of(platform, actor, application.receipt_number, form, on=on)
    pdf = print_out(platform, application, document)
    documents.store_pdf(session, platform.vault, application, DocumentKind.SHOWN, pdf)
    sealed = seal(pdf, None, platform.keys, clock.now())
    row = documents.store_pdf(session, platform.vault, application, DocumentKind.SEALED, sealed)
    file(session, actor, application, row, on)


def file(session: Session, actor: Actor, application: Application, sealed: Document, on: date) -> None:
    """The application now counts as filed, with this sealed document."""
    application.state = ApplicationState.FILED
    application.filed_at, application.filed_on = clock.now(), on
    journal.write(
        session,
        actor,
        events.APPLICATION_FILED,
        f"application:{application.id}",
        receipt_number=application.receipt_number,
        procedure=application.procedure,
        version=application.version,
        channel=application.channel.value,
        sha256=sealed.sha256,
    )
