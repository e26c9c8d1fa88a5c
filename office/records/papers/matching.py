"""Who of the residents an applicant on paper is: looked up as read, every look in the journal.

Somebody is named only when the odds are high and nobody else comes near (`ocr.registry`); then the draft
carries that resident, and how many were near. An officer still confirms it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ocr.people import person_read
from ocr.readings import FieldReading
from ocr.registry import Answer, Entry, PersonRead, Register
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import journal
from office.records.models.paper_batches import PaperDraft
from office.records.models.residents import Resident
from office.records.papers import events

_NAME, _BORN, _SEX = "name", "birth_on", "sex"


def register_of(session: Session) -> Register:
    """The residents as an index to look names up in; built once a batch (30,000 in a few seconds)."""
    rows = session.execute(
        select(
            Resident.id,
            Resident.family,
            Resident.given,
            Resident.family_kana,
            Resident.given_kana,
            Resident.birth_on,
            Resident.sex,
        )
    )
    return Register(Entry(*row) for row in rows)


def applicant_of(readings: Sequence[FieldReading]) -> PersonRead | None:
    """The applicant as read: the first name on the form that has a day of birth beside it."""
    fields = {one.name: one for one in readings}
    for one in readings:
        path, _, last = one.name.rpartition(".")
        born = fields.get(_beside(path, _BORN))
        if one.kind == "name" and last == _NAME and one.parts and born is not None and born.parts:
            return person_read(one, born, _sex(fields, path))
    return None


def match(
    session: Session,
    actor: Actor,
    draft: PaperDraft,
    register: Register,
    readings: Sequence[FieldReading],
) -> Answer | None:
    """Look up the applicant of a draft; None when the form names nobody with a day of birth."""
    require(actor, Act.STORE_PAPER)
    applicant = applicant_of(readings)
    if applicant is None:
        return None
    answer = register.find(applicant)
    draft.resident_id = answer.found.number if answer.found else None
    draft.candidates = len(answer.likely)
    journal.write(
        session,
        actor,
        events.DRAFT_MATCHED,
        f"paper_draft:{draft.id}",
        application=draft.application_id,
        candidates=draft.candidates,
        resident=draft.resident_id,
    )
    return answer


def _beside(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _sex(fields: Mapping[str, FieldReading], path: str) -> str:
    """What is marked for the sex, where it is marked for sure."""
    found = fields.get(_beside(path, _SEX))
    return found.value if found is not None and found.value in ("male", "female") else ""
