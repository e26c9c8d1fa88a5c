"""Hostile input at every field of every definition, every part and column of it: refused with a message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from forms.answers import InvalidAnswer, take
from forms.catalogue import load_catalogue
from forms.definition import Field
from forms.entry import PARTS
from forms.households import Household, load_households, plain

ON = date(2026, 4, 10)
CATALOGUE = load_catalogue()
FAMILY: Household = next(one for one in load_households().types if one.key == "family")
FIELDS: dict[str, Field] = {name: fact.field for name, fact in CATALOGUE.facts().items()} | {
    f"{procedure.slug}/v{procedure.version}/{field.name}": field
    for procedure in CATALOGUE.versions
    for field in procedure.fields
}
SPOILED = ("見本\x00", "見本\x1b[31m", "\u202e見本", "見本\u2066", "見\u200b本", "\ud800", "見" * 10_000)
NO_TEXT: tuple[object, ...] = ({"a": {"b": "c"}}, [["見本"]], 1.5, float("nan"), b"\x00")
ROWED = ("people", "rows")


def spoiled(field: Field) -> Iterator[object]:
    """Values no form would send, for a field of any kind; each spoils one part, the rest is right."""
    yield from NO_TEXT
    if field.kind in PARTS:
        yield from _with_a_spoiled_part(field)
    elif field.kind == "person":
        yield from _with_a_spoiled_column(field)
    elif field.kind in ROWED:
        yield from ([one] for one in _with_a_spoiled_column(field))
        yield [plain(field, FAMILY, ON)[0]] * 1_000
    elif field.kind == "choices":
        yield from ([one] for one in SPOILED)
        yield ["見本", "見本2"] * 100
    else:
        yield from SPOILED


def _with_a_spoiled_part(field: Field) -> Iterator[object]:
    value = plain(field, FAMILY, ON)
    for part in PARTS[field.kind]:
        yield from ({**value, part: one} for one in (*SPOILED, {"x": "y"}))
    yield {**value, "no_such_part": "見本"}


def _with_a_spoiled_column(field: Field) -> Iterator[object]:
    value = plain(field, FAMILY, ON)
    person: dict[str, Any] = value[0] if isinstance(value, list) else value
    for column in field.fields:
        yield from ({**person, column.name: one} for one in spoiled(column))
    yield {**person, "no_such_column": "見本"}


@pytest.mark.parametrize("name", FIELDS)
def test_every_spoiled_value_is_refused_with_a_message(name: str) -> None:
    for raw in spoiled(FIELDS[name]):
        with pytest.raises(InvalidAnswer) as refused:
            take(FIELDS[name], raw)
        assert 0 < len(refused.value.message) < 300
        assert refused.value.fact == FIELDS[name].name


def test_what_is_right_is_taken() -> None:
    """So that the refusals above are no refusal of everything."""
    refused = []
    for name, field in FIELDS.items():
        try:
            take(field, plain(field, FAMILY, ON))
        except InvalidAnswer as error:
            refused.append((name, error.message))
    assert len(refused) < len(FIELDS) / 10, refused
