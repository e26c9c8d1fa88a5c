"""The structured record of an application: what a machine reads instead of the page.

JSON in an own, stable schema (`SCHEMA`; a change of meaning gets a new number) and XML after the model of
the Government Interoperability Framework (record-layouts §11). Both are embedded in the application's PDF.
"""

from __future__ import annotations

import json
from typing import Any

from forms.definition import Procedure
from forms.kinds import kind
from forms.rendering.document import Applicant, ApplicationDocument, applicant_of, masked
from forms.rendering.gif import application_xml

SCHEMA = "kakazu.application/1"


def record_of(document: ApplicationDocument) -> dict[str, Any]:
    """The record as JSON values; a 個人番号 only masked. Keys and their meaning are those of `SCHEMA`."""
    form, last_day = document.form, document.form.last_day()
    return {
        "schema": SCHEMA,
        "receipt_number": document.receipt_number,
        "filed_on": document.filed_on.isoformat(),
        "municipality": document.municipality,
        "officer": document.officer,
        "language": document.language,
        "procedure": _procedure(form.procedure),
        "subject": form.subject,
        "applicant": _applicant(applicant_of(form)),
        "fields": _fields(document),
        "identity_check": {
            "method": document.identity.method,
            "documents": list(document.identity.documents),
            "checked_on": document.identity.checked_on and document.identity.checked_on.isoformat(),
        },
        "deadline": last_day and last_day.isoformat(),
    }


def record_json(document: ApplicationDocument) -> bytes:
    """The record as UTF-8 JSON with sorted keys: the same document gives the same bytes."""
    text = json.dumps(record_of(document), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return text.encode() + b"\n"


def record_xml(document: ApplicationDocument) -> bytes:
    """The record as GIF A票 and B票. Raises `InvalidRecord` when it breaks the model's rules."""
    return application_xml(document)


def _procedure(procedure: Procedure) -> dict[str, Any]:
    return {
        "slug": procedure.slug,
        "number": procedure.number,
        "version": procedure.version,
        "in_force_from": procedure.in_force_from.isoformat(),
        "title": procedure.title.text("ja"),
        "basis": [
            {"law": basis.law, "article": basis.article, "confirmed": basis.confirmed}
            for basis in procedure.basis
        ],
    }


def _applicant(applicant: Applicant) -> dict[str, Any]:
    return {
        "name": applicant.name.to_json() if applicant.name else None,
        "birth_on": applicant.birth_on,
        "sex": applicant.sex,
        "address": applicant.address.to_json() if applicant.address else None,
        "telephone": applicant.telephone,
    }


def _fields(document: ApplicationDocument) -> list[dict[str, Any]]:
    return [
        {
            "name": box.field.name,
            "kind": box.field.kind,
            "label": box.field.label.text("ja"),
            "value": masked(box.field, box.value),
            "shown": kind(box.field.kind).show(box.field, masked(box.field, box.value), "ja"),
            "source": box.source.value if box.source else None,
        }
        for box in document.form.boxes
    ]
