"""Giving an application out: the sealed PDF, and the record inside it as JSON and XML."""

from __future__ import annotations

import io

import pikepdf
from sqlalchemy.orm import Session

from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.records import documents
from office.records.models.applications import Application
from office.secrets import Vault

_RECORDS = {"record.json": "json", "record.xml": "xml"}


def export(session: Session, actor: Actor, vault: Vault, application: Application) -> dict[str, bytes]:
    """File name to content, e.g. `R8-000001.pdf .json .xml`; the records are those sealed in the PDF.

    Raises `NotPermitted`, and `NotFound` before the sealing.
    """
    require(actor, Act.EXPORT_APPLICATIONS)
    pdf = documents.sealed_pdf(session, actor, vault, application)
    number = application.receipt_number
    files = {f"{number}.pdf": pdf}
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for name, ending in _RECORDS.items():
            files[f"{number}.{ending}"] = opened.attachments[name].get_file().read_bytes()
    return files
