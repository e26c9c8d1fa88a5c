"""Definitions as they were used: an old application renders to the same bytes, whatever changed since."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from forms.catalogue import Catalogue
from forms.filled import FilledForm
from forms.rendering.application import render_application
from forms.rendering.document import ApplicationDocument, IdentityCheck
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.definitions import kept
from office.errors import NotFound
from office.records.models.applications import Application
from office.secrets import Vault


def catalogue_as_used(session: Session, application: Application) -> Catalogue:
    """The definitions an application was made with. Raises `NotFound` where they were not kept."""
    catalogue = kept(session, application.definitions) if application.definitions else None
    if catalogue is None:
        raise NotFound(
            f"受付番号「{application.receipt_number}」を作ったときの定義がありません。"
            "この申請は、定義を残すようになる前のものです。封をしたPDFをご覧ください。"
        )
    return catalogue


def rerender(session: Session, actor: Actor, vault: Vault, application: Application) -> bytes:
    """The PDF that was shown, made anew from the stored record and the definitions of then.

    Raises `NotFound` where the definitions were not kept.
    """
    require(actor, Act.SEE_APPLICATIONS)
    catalogue = catalogue_as_used(session, application)
    procedure = catalogue.procedure(application.procedure, version=application.version)
    form = FilledForm.of(procedure, application.read_record(vault), application.read_sources(vault))
    return render_application(_document(application, form, application.read_rendering(vault)))


def rendering_of(document: ApplicationDocument) -> dict[str, object]:
    """What a document says besides its form, as JSON."""
    identity = document.identity
    return {
        "filed_on": document.filed_on.isoformat(),
        "municipality": document.municipality,
        "officer": document.officer,
        "language": document.language,
        "identity": {
            "method": identity.method,
            "documents": list(identity.documents),
            "checked_on": identity.checked_on.isoformat() if identity.checked_on else None,
        },
    }


def _document(application: Application, form: FilledForm, said: dict[str, object]) -> ApplicationDocument:
    identity = said["identity"]
    assert isinstance(identity, dict)  # noqa: S101 - written by `rendering_of`
    checked_on = identity["checked_on"]
    return ApplicationDocument(
        form=form,
        receipt_number=application.receipt_number,
        filed_on=date.fromisoformat(str(said["filed_on"])),
        municipality=str(said["municipality"]),
        officer=str(said["officer"]),
        language=str(said["language"]),
        identity=IdentityCheck(
            str(identity["method"]),
            tuple(identity["documents"]),
            date.fromisoformat(checked_on) if checked_on else None,
        ),
    )
