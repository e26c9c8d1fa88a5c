"""What an application's PDF says, line by line: the form's boxes as labels, values and sources for a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms.answers import Source
from forms.definition import JSON, Field, Section
from forms.filled import Box
from forms.kinds import kind
from forms.language import JAPANESE
from forms.rendering.document import ApplicationDocument, masked
from forms.rendering.wording import OFFICER, SOURCES
from forms.values.names import PersonalName

# More columns than this do not fit across a page legibly; people are then listed one below the other.
MOST_COLUMNS = 6
EMPTY = "（記入なし）"
_WEIGHTS = {"name": 2.5, "date": 2.5, "my_number": 2.3, "address": 3.5, "choice": 1.1, "yes_no": 1.0}


@dataclass(frozen=True, slots=True)
class Value:
    """A value to read: its text, and the reading printed above it (a name's フリガナ)."""

    text: str
    reading: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was answered."""
        return self.text == EMPTY


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a section: label (and the same in a second language), value, source mark."""

    label: str
    second: str
    value: Value
    source: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table of people; `weight` is its share of the width."""

    label: str
    second: str
    weight: float


@dataclass(frozen=True, slots=True)
class People:
    """Several people as a table: one column per item, one row per person."""

    label: str
    second: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    source: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the form with what it says; `officer` when only officers answer it."""

    name: str
    heading: str
    second: str
    lines: tuple[Line | People, ...]
    officer: bool


def parts_of(document: ApplicationDocument) -> tuple[Part, ...]:
    """The sections that have something to say; boxes that do not apply are left out."""
    boxes = {box.field.name: box for box in document.form.boxes}
    parts = (_part(section, boxes, document.language) for section in document.form.procedure.sections)
    return tuple(part for part in parts if part.lines)


def _part(section: Section, boxes: Mapping[str, Box], language: str) -> Part:
    lines: list[Line | People] = []
    for field in section.fields:
        if field.name in boxes:
            lines += _lines(boxes[field.name], language)
    label, officer = section.label, all(field.asked_of == "officer" for field in section.fields)
    heading = label.text("ja")
    return Part(
        section.name, heading, _second(label.text(language), heading, language), tuple(lines), officer
    )


def _lines(box: Box, language: str) -> list[Line | People]:
    field, source = box.field, _source(box)
    label, second = _label(field, language)
    if field.kind in ("people", "rows") and isinstance(box.value, list):
        if len(field.fields) <= MOST_COLUMNS:
            return [_people(field, box.value, language, source)]
        return [
            line
            for number, person in enumerate(box.value, 1)
            for line in _person(
                field, person, f"{number}{'人目' if field.kind == 'people' else '行目'}　", language, source
            )
        ]
    if field.kind == "person" and isinstance(box.value, Mapping):
        return _person(field, box.value, f"{label}の", language, source)
    if field.kind == "consent":
        wording = field.question.text("ja") or label
        return [Line("同意", second, Value(f"{wording}\n→ {_shown(field, box.value).text}"), source)]
    return [Line(label, second, _shown(field, box.value), source)]


def _source(box: Box) -> str:
    if box.source is None:
        return ""
    return OFFICER if box.field.asked_of == "officer" and box.source is Source.SAID else SOURCES[box.source]


def _people(field: Field, people: list[JSON], language: str, source: str) -> People:
    label, second = _label(field, language)
    rows = tuple(
        tuple(_shown(column, person.get(column.name)) for column in field.fields)
        for person in people
        if isinstance(person, Mapping)
    )
    weights = [_WEIGHTS.get(column.kind, 1.4) for column in field.fields]
    columns = tuple(
        Column(*_label(column, language), round(100 * weight / sum(weights), 1))
        for column, weight in zip(field.fields, weights, strict=True)
    )
    return People(label, second, columns, rows, source)


def _person(field: Field, person: object, prefix: str, language: str, source: str) -> list[Line | People]:
    """One person as rows, each label led by `prefix`."""
    if not isinstance(person, Mapping):
        return []
    lines: list[Line | People] = []
    for column in field.fields:
        label, second = _label(column, language)
        lines.append(Line(prefix + label, second, _shown(column, person.get(column.name)), source))
    return lines


def _label(field: Field, language: str) -> tuple[str, str]:
    label = field.label.text("ja")
    return label, _second(field.label.text(language), label, language)


def _second(text: str, japanese: str, language: str) -> str:
    """The second language's text; none for やさしい日本語, which would repeat the label."""
    return "" if language in JAPANESE or text == japanese else text


def _shown(field: Field, value: JSON) -> Value:
    if value is None or value == [] or value == "":
        return Value(EMPTY)
    text = kind(field.kind).show(field, masked(field, value), "ja")
    if field.kind == "name" and isinstance(value, Mapping):
        return Value(text, PersonalName.from_json(value).full_kana)
    if field.kind == "address" and isinstance(value, Mapping) and value.get("building"):
        building = str(value["building"])
        text = f"{text.removesuffix(building).rstrip()}\n{building}"
    return Value(text or EMPTY)
