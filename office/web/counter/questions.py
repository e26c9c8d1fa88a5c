"""The form of one question: dates written in 和暦, 個人番号 masked, people added and taken away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form

from forms.definition import JSON, Field
from forms.entry import form_class, raw
from forms.interview import Interview, InvalidAnswer
from forms.language import JAPANESE
from forms.values.dates import show_era
from forms.values.numbers import mask

LANGUAGE = "ja"
GONE = "この質問はもう要らなくなりました。画面を開き直してください。"


def question_form(
    field: Field, value: JSON, typed: Mapping[str, str] | None = None, language: str = LANGUAGE
) -> Form:
    """The form of a question: with what was typed (and its `act` on people), else with what is known."""
    cls = form_class((field,), language)
    if typed is None:
        return cls(data={field.name: for_entry(field, value, language)})
    form = cls(formdata=MultiDict(typed))
    act = typed.get("act", "")
    people = form[field.name]
    if isinstance(people, FieldList) and act == "add":
        people.append_entry()
    if isinstance(people, FieldList) and act.startswith("remove-"):
        left = [entry.data for n, entry in enumerate(people.entries) if act != f"remove-{n}"]
        return cls(data={field.name: left})
    return form


def raw_of(field: Field, known: JSON, typed: Mapping[str, str]) -> JSON:
    """What was typed for a field, in the shape its kind parses; an untouched mask means what is known."""
    entered: JSON = _unmasked(field, raw(question_form(field, None, typed), field), known)
    return entered


def raw_answer(interview: Interview, fact: str, typed: Mapping[str, str]) -> JSON:
    """What was typed for a question, in the shape its kind parses. Raises `InvalidAnswer`."""
    question = interview.question(fact)
    if question is None:
        raise InvalidAnswer(fact[:60], GONE)
    return raw_of(question.field, question.answer.value if question.answer else None, typed)


def for_entry(field: Field, value: JSON, language: str = LANGUAGE) -> Any:
    """A stored value as it stands in the inputs; the numbers of a date where nobody knows 令和."""
    if isinstance(value, str) and field.kind == "date":
        return show_era(date.fromisoformat(value)) if language in JAPANESE else value
    if isinstance(value, str) and field.sensitive:
        return mask(value)
    if isinstance(value, dict) and field.kind == "person":
        return {column.name: for_entry(column, value.get(column.name), language) for column in field.fields}
    if isinstance(value, list) and field.kind == "people":
        return [
            {column.name: for_entry(column, one.get(column.name), language) for column in field.fields}
            for one in value
            if isinstance(one, dict)
        ]
    return value


def _unmasked(field: Field, entered: Any, known: JSON) -> Any:
    """Put the stored number back where its mask was left untouched."""
    if field.sensitive and isinstance(known, str) and entered == mask(known):
        return known
    if field.kind == "person" and isinstance(entered, dict):
        stored = known if isinstance(known, dict) else {}
        columns = {column.name: column for column in field.fields}
        return {name: _unmasked(columns[name], value, stored.get(name)) for name, value in entered.items()}
    if field.kind == "people" and isinstance(entered, list):
        numbers = known if isinstance(known, list) else []
        return [_person_unmasked(field, one, numbers) for one in entered]
    return entered


def _person_unmasked(field: Field, person: dict[str, Any], known: list[JSON]) -> dict[str, Any]:
    """The stored person whose number this mask stands for: same last digits and same birthday or name."""
    for column in (column for column in field.fields if column.sensitive):
        shown = person.get(column.name)
        for stored in known:
            number = stored.get(column.name) if isinstance(stored, dict) else None
            if isinstance(number, str) and shown == mask(number) and _same(field, person, stored):
                person = {**person, column.name: number}
    return person


def _same(field: Field, person: Mapping[str, Any], stored: JSON) -> bool:
    shown = for_entry(Field(field.name, field.fact, "person", field.label, fields=field.fields), stored)
    return any(
        person.get(key) == shown.get(key)
        for key in person
        if key in ("name", "birth_on") and shown.get(key) is not None
    )
