"""One application as it is handed in: the filled form and what the counter adds to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from forms.definition import JSON, Field
from forms.filled import APPLICANT, Box, FilledForm
from forms.values.addresses import Address
from forms.values.names import PersonalName
from forms.values.numbers import mask


@dataclass(frozen=True, slots=True)
class IdentityCheck:
    """How the officer made sure who the applicant is, in words of the form: method and documents seen."""

    method: str = ""
    documents: tuple[str, ...] = ()
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class ApplicationDocument:
    """Everything an application's PDF and record say. The same document always renders to the same bytes.

    `language` is the one the conversation was held in; the Japanese text stays the legal text.
    """

    form: FilledForm
    receipt_number: str
    filed_on: date
    municipality: str
    officer: str
    language: str = "ja"
    identity: IdentityCheck = field(default_factory=IdentityCheck)
    municipality_kana: str = ""

    @property
    def act(self) -> str:
        """What the law calls this act, read from the title: 届出, 請求 or 申請."""
        title = self.form.procedure.title.text("ja")
        return "届出" if "届" in title else "請求" if "請求" in title else "申請"


def masked(of: Field, value: JSON) -> JSON:
    """The value as it may leave the database: secret numbers in it masked to their last four digits."""
    if value is None:
        return None
    if of.sensitive:
        return mask(str(value))
    if isinstance(value, list) and of.fields:
        return [_masked_person(of, person) for person in value]
    return _masked_person(of, value) if of.fields else value


def _masked_person(of: Field, person: JSON) -> JSON:
    if not isinstance(person, Mapping):
        return person
    columns = {column.name: column for column in of.fields}
    return {key: masked(columns[key], value) if key in columns else value for key, value in person.items()}


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies, gathered from the form's boxes; parts the form does not ask for are None or empty."""

    name: PersonalName | None
    birth_on: str | None
    sex: str | None
    address: Address | None
    telephone: str


def applicant_of(form: FilledForm) -> Applicant:
    """The applicant of a form: the boxes of the facts `applicant.*` and `contact.phone`.

    Sex and birth come from the person of that name in the form where the applicant's own boxes lack them.
    """
    boxes = {box.field.fact or box.field.name: box.value for box in form.boxes if box.value is not None}
    boxes |= {box.field.name: box.value for box in form.boxes if box.value is not None}
    name = boxes.get(APPLICANT)
    person: Mapping[str, Any] = next((one for one in _people(form.boxes) if one.get("name") == name), {})
    address = boxes.get("applicant.address", boxes.get("moving.to"))
    return Applicant(
        name=PersonalName.from_json(name) if isinstance(name, Mapping) else None,
        birth_on=_text(boxes.get("applicant.birth_on")) or _text(person.get("birth_on")) or None,
        sex=_text(boxes.get("applicant.sex")) or _text(person.get("sex")) or None,
        address=Address.from_json(address) if isinstance(address, Mapping) else None,
        telephone=_text(boxes.get("contact.phone")),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _people(boxes: tuple[Box, ...]) -> Iterator[Mapping[str, Any]]:
    for box in boxes:
        if box.field.kind in ("people", "person"):
            people = box.value if isinstance(box.value, list) else [box.value]
            yield from (person for person in people if isinstance(person, Mapping))
