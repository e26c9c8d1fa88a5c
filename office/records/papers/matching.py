"""Who of the residents an applicant on paper is: looked up as read, every look in the journal.

Somebody is named only when the odds are high and nobody else comes near (`ocr.registry`); then the draft
carries that resident, and how many were near. An officer still confirms it. What a clerk has decided
counts instead of what was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.definition import JSON
from ocr.people import person_read
from ocr.readings import FieldReading
from ocr.registry import Answer, Entry, PersonRead, Register, Weighed
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import journal
from office.records.models.paper_batches import PaperDraft
from office.records.models.residents import Resident
from office.records.papers import events

_NAME, _BORN, _SEX = "name", "birth_on", "sex"
_NOTHING: Mapping[str, JSON] = {}
_DECIDED = 0.99
"""How much is given on what a person typed or confirmed."""


def register_of(session: Session) -> Register:
    """The residents as an index to look names up in (30,000 in about a second)."""
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


def applicant_of(
    readings: Sequence[FieldReading], decided: Mapping[str, JSON] = _NOTHING
) -> PersonRead | None:
    """The applicant as read: the first name on the form that has a day of birth beside it.

    `decided` holds by their paths the values that a person has decided.
    """
    fields = {one.name: one for one in readings}
    for one in readings:
        path, _, last = one.name.rpartition(".")
        if one.kind != "name" or last != _NAME or _beside(path, _BORN) not in fields:
            continue
        born, sex = _beside(path, _BORN), _sex(fields, path, decided)
        found = _born_on(_named(person_read(one, fields[born], sex), decided, one.name), decided, born)
        if found.birth_on and (found.family or found.family_kana):
            return found
    return None


def _named(read: PersonRead, decided: Mapping[str, JSON], path: str) -> PersonRead:
    """With the name that was decided, where one was."""
    if path not in decided:
        return read
    name = decided[path]
    told = name if isinstance(name, Mapping) else {}

    def part(key: str) -> Weighed:
        text = told.get(key)
        return ((text, _DECIDED),) if isinstance(text, str) and text else ()

    return replace(
        read,
        family=part("family"),
        given=part("given"),
        family_kana=part("family_kana"),
        given_kana=part("given_kana"),
    )


def _born_on(read: PersonRead, decided: Mapping[str, JSON], path: str) -> PersonRead:
    """With the day that was decided, where one was."""
    if path not in decided:
        return read
    day = decided[path]
    return replace(read, birth_on=((date.fromisoformat(day), _DECIDED),) if isinstance(day, str) else ())


def match(
    session: Session,
    actor: Actor,
    draft: PaperDraft,
    register: Register,
    readings: Sequence[FieldReading],
    decided: Mapping[str, JSON] = _NOTHING,
) -> Answer | None:
    """Look up the applicant of a draft; None when the form names nobody with a day of birth."""
    require(actor, Act.STORE_PAPER)
    draft.looked_up_at = clock.now()
    applicant = applicant_of(readings, decided)
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


def _sex(fields: Mapping[str, FieldReading], path: str, decided: Mapping[str, JSON]) -> str:
    """What is marked for the sex, where it is marked for sure."""
    place = _beside(path, _SEX)
    read = fields[place].value if place in fields else None
    found = decided.get(place, read)
    return found if isinstance(found, str) and found in ("male", "female") else ""
