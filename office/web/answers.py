"""An answer as pages show it: one line of text, or a small table where people are described."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms.definition import JSON, Field
from forms.interview import Source
from forms.kinds import kind
from forms.kinds.people import is_empty

PEOPLE = ("people", "person", "rows")
OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class Table:
    """People: the headings of the columns that say something, and one row for each person."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer. `table` stands instead of `text` for people; texts may hold readings (`{漢字|かんじ}`).

    `source` is where it came from (`register card said officer paper derived default`), empty where it
    is not known.
    """

    label: str
    text: str
    table: Table | None
    source: str


def shown(field: Field, value: JSON, language: str, source: str | None = None) -> Shown:
    """An answer in a language; secret numbers are masked by their kind."""
    label, table = field.label.text(language), None
    if field.kind in PEOPLE:
        table = _table(field, value, language)
    text = "" if table else kind(field.kind).show(field, value, language)
    return Shown(label, text, table, source_of(field, source))


def source_of(field: Field, source: str | None) -> str:
    """Where an answer came from; what is asked of officers was not said by the resident."""
    return OFFICER if field.asked_of == "officer" and source == Source.SAID else source or ""


def _table(field: Field, value: JSON, language: str) -> Table | None:
    people = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Mapping)]
    columns = [one for one in field.fields if not all(is_empty(person.get(one.name)) for person in people)]
    if not people or not columns:
        return None
    rows = tuple(
        tuple(
            "" if is_empty(person.get(one.name)) else kind(one.kind).show(one, person[one.name], language)
            for one in columns
        )
        for person in people
    )
    return Table(tuple(one.label.text(language) for one in columns), rows)
