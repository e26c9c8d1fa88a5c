"""Who an interview is about, as far as it is known: to find the same person again without naming them."""

from __future__ import annotations

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
    members = named(interview)
    who = interview.answers.get(_APPLICANT)
    chosen = who.value if who is not None else None
    return next((one for one in members if one[0].full == chosen), members[0] if members else None)


def named(interview: Interview) -> list[tuple[PersonalName, str]]:
    """Everybody in the interview's lists of people who has a name and a date of birth."""
    found: list[tuple[PersonalName, str]] = []
    for answer in interview.answers.values():
        for person in answer.value if isinstance(answer.value, list) else [answer.value]:
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
