"""Household types, and what a household of each type typically answers: `forms/households.toml`.

Looked for in this order: the type's answer in the event, the type's answer, the event's, what is typical
of everybody, and last a plain value of the question's kind. In the file people are named by number
(`"@1"`), days by distance (`"today-3"`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from forms.definition import JSON, Field
from forms.errors import KakazuError
from forms.interview import Interview, InvalidAnswer, Question, Source
from forms.values.numbers import complete

PACKAGED = Path(__file__).parent / "households.toml"
_PERSON, _DAY = re.compile(r"@([1-9])"), re.compile(r"today(?:([+-][0-9]+))?")
_GIVEN = ("一", "二", "三", "四", "五", "六", "七", "八", "九")
_GIVEN_KANA = ("イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ")
_BODIES = {"my-number": "99000000001", "resident-code": "9900000001", "corporate-number": "700110000000"}
_ADDRESS = {
    "postal_code": "9999001",
    "prefecture": "見本県",
    "city": "みほん市",
    "town": "中央",
    "block": "1-1",
}
_ACCOUNT = {
    "bank_code": "9999",
    "branch_code": "001",
    "kind": "ordinary",
    "number": "1234567",
    "holder_kana": "ミホン イチ",
}


class NoTypicalAnswer(KakazuError):
    """A question has no typical answer that it takes; `fact` names it."""

    code = "no-typical-answer"

    def __init__(self, fact: str, message: str) -> None:
        super().__init__(message)
        self.fact = fact


@dataclass(frozen=True, slots=True)
class Household:
    """One type. `not_in` says of the events it cannot meet why not."""

    key: str
    label: str
    people: tuple[Mapping[str, Any], ...]
    answers: Mapping[str, Any]
    in_event: Mapping[str, Mapping[str, Any]]
    not_in: Mapping[str, str]

    def members(self, on: date) -> list[JSON]:
        """The people as the value of a `people` fact; ages are those on a day."""
        return [_member(number, person, on) for number, person in enumerate(self.people)]


@dataclass(frozen=True, slots=True)
class Households:
    """All types with what is typical of all of them, and of an event."""

    types: tuple[Household, ...]
    typical: Mapping[str, Any]
    in_event: Mapping[str, Mapping[str, Any]]

    def tell(self, interview: Interview, household: Household) -> Interview:
        """The interview gone through to its end by a household. Raises `NoTypicalAnswer`."""
        for _ in range(200):
            question = interview.next_question() or self._volunteered(interview, household)
            if question is None:
                return interview
            interview = self._answer(interview, household, question)
        raise NoTypicalAnswer("", "聞き取りが200問で終わりません。質問の条件を確かめてください。")

    def _volunteered(self, interview: Interview, household: Household) -> Question | None:
        """What need not be asked, but this household has something to say about."""
        told = {fact for some in self._told(household, interview.event.slug) for fact in some}
        for question in interview.questions():
            answer = question.answer
            if question.fact in told and (answer is None or answer.source is Source.DEFAULT):
                return question
        return None

    def _answer(self, interview: Interview, household: Household, question: Question) -> Interview:
        event, fact = interview.event.slug, question.fact
        for told in self._told(household, event):
            if fact in told:
                value = _spelled(told[fact], household, interview.on)
                break
        else:
            value = plain(question.field, household, interview.on)
        try:
            known = fact in interview.event.register.values()
            return interview.answer(fact, value, Source.REGISTER if known else Source.SAID)
        except InvalidAnswer as error:
            raise NoTypicalAnswer(
                fact, f"{event}・{household.label}：「{fact}」の典型の答えが使えません。{error.message}"
            ) from None

    def _told(self, household: Household, event: str) -> Iterator[Mapping[str, Any]]:
        yield household.in_event.get(event, {})
        yield household.answers
        yield self.in_event.get(event, {})
        yield self.typical


def load_households(file: Path = PACKAGED) -> Households:
    """The types of a file."""
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    types = (
        Household(
            key,
            one["label"],
            tuple(one["people"]),
            one.get("answers", {}),
            one.get("in", {}),
            one.get("not_in", {}),
        )
        for key, one in data["types"].items()
    )
    return Households(tuple(types), data.get("typical", {}), data.get("in", {}))


def plain(field: Field, household: Household, on: date) -> Any:
    """A value of the field's kind without meaning: the first option, today, a text of the right length."""
    if field.kind == "rows":
        return [_person(field, {}, on)] * (field.least or 1)
    if field.kind in ("person", "people"):
        people = [_person(field, one, on) for one in household.members(on)[: field.least or 1]]
        return people if field.kind == "people" else people[0]
    if field.kind in ("choice", "choices"):
        values = [option.value for option in field.options] or [f"見本 {_GIVEN[0]}"]
        return values[: field.least or 0] if field.kind == "choices" else values[0]
    if field.kind == "text":
        return field.options[0].value if field.options else "見本"
    if field.kind == "digits":
        length = field.length or 8
        return complete(field.number, _BODIES[field.number]) if field.number in _BODIES else "1" * length
    return _PLAIN[field.kind](field, on)


_PLAIN: Mapping[str, Any] = {
    "yes_no": lambda field, on: False,
    "consent": lambda field, on: True,
    "date": lambda field, on: on.isoformat(),
    "number": lambda field, on: field.least or 1,
    "kana": lambda field, on: "ミホン",
    "name": lambda field, on: _name(0),
    "address": lambda field, on: _ADDRESS,
    "account": lambda field, on: _ACCOUNT,
    "telephone": lambda field, on: "090-9999-9999",
    "my_number": lambda field, on: complete("my-number", _BODIES["my-number"]),
}


def _person(field: Field, member: Any, on: date) -> dict[str, Any]:
    """A person with the field's columns: a member's where it has them."""
    empty = Household("", "", (), {}, {}, {})
    return {
        column.name: member[column.name] if _suits(column, member) else plain(column, empty, on)
        for column in field.fields
        if column.required or column.name in member
    }


def _suits(column: Field, member: Any) -> bool:
    """Whether a member's value is one of this column's kind: a dog has a name too, but no family name."""
    value = member.get(column.name)
    if value is None or isinstance(value, dict) != (column.kind == "name"):
        return False
    return column.kind != "choice" or value in {option.value for option in column.options}


def _member(number: int, person: Mapping[str, Any], on: date) -> JSON:
    born = on.replace(year=on.year - int(person["age"])) - timedelta(days=int(person.get("days", 100)))
    return {
        "name": _name(number),
        "birth_on": min(born, on).isoformat(),
        "sex": str(person["sex"]),
        "relation": str(person["relation"]),
    }


def _name(number: int) -> dict[str, JSON]:
    return {
        "family": "見本",
        "given": _GIVEN[number],
        "family_kana": "ミホン",
        "given_kana": _GIVEN_KANA[number],
    }


def _spelled(value: Any, household: Household, on: date) -> Any:
    """A value of the file with its people and days put in."""
    if value == "@":
        return household.members(on)
    if isinstance(value, list):
        return [_spelled(one, household, on) for one in value]
    if isinstance(value, Mapping):
        return {key: _spelled(one, household, on) for key, one in value.items()}
    if not isinstance(value, str):
        return value
    if found := _PERSON.fullmatch(value):
        return f"見本 {_GIVEN[int(found[1]) - 1]}"
    if found := _DAY.fullmatch(value):
        return (on + timedelta(days=int(found[1] or 0))).isoformat()
    return value
