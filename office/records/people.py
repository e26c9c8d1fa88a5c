"""Who an interview is about, as far as it is known: to find the same person again without naming them."""

from __future__ import annotations

from collections.abc import Mapping

from forms.definition import JSON
from forms.errors import InvalidValue
from forms.interview import Interview
from forms.values.kana import to_katakana
from forms.values.names import PersonalName
from office.secrets import Vault

PERSON = "case-person"
_APPLICANT = "applicant.who"


def person_index(vault: Vault, interview: Interview) -> bytes | None:
    """A blind index of the applicant's フリガナ (else name) and date of birth; None while unknown."""
    person = applicant(interview)
    if person is None:
        return None
    name, birth_on = person
    reading = to_katakana(name.full_kana) or name.full
    return vault.blind_index(PERSON, f"{reading.replace(' ', '')}|{birth_on}")


def applicant(interview: Interview) -> tuple[PersonalName, str] | None:
    """Name and date of birth (ISO) of the member who reports, else of the first one named."""
    return applicant_in({fact: answer.value for fact, answer in interview.answers.items()})


def applicant_in(values: Mapping[str, JSON]) -> tuple[PersonalName, str] | None:
    """As `applicant`, from facts and their values."""
    members, chosen = _named_in(values), values.get(_APPLICANT)
    return next((one for one in members if one[0].full == chosen), members[0] if members else None)


def named(interview: Interview) -> list[tuple[PersonalName, str]]:
    """Everybody in the interview's lists of people who has a name and a date of birth."""
    return _named_in({fact: answer.value for fact, answer in interview.answers.items()})


def _named_in(values: Mapping[str, JSON]) -> list[tuple[PersonalName, str]]:
    found: list[tuple[PersonalName, str]] = []
    for value in values.values():
        for person in value if isinstance(value, list) else [value]:
            one = _named(person)
            if one is not None and one not in found:
                found.append(one)
    return found


def _named(person: JSON) -> tuple[PersonalName, str] | None:
    if not isinstance(person, dict) or not isinstance(person.get("birth_on"), str):
        return None
    try:
        return PersonalName.from_json(person.get("name")), str(person["birth_on"])
    except InvalidValue:
        return None
