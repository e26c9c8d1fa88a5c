"""Applications side by side: one row for each box, one column for each paper, differences marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forms.definition import JSON, Field
from forms.kinds import kind
from forms.kinds.people import Person
from office.records import applications
from office.records.models.applications import Application
from office.web import world

_OWN = ("contract.number", "contract.issued_on")
"""Boxes in which papers are meant to differ."""


@dataclass(frozen=True, slots=True)
class Column:
    """One paper."""

    title: str
    receipt: str
    has_pdf: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One box in every paper: lines of text, empty where the paper has none; whether those there differ."""

    label: str
    cells: tuple[tuple[str, ...], ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers as a table."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def side_by_side(found: Sequence[Application]) -> Papers:
    """The applications beside each other; that they were read is kept in the journal."""
    platform, session, actor = world.platform(), world.session(), world.actor()
    read = [applications.find(session, actor, one.receipt_number) for one in found]
    procedures = [platform.catalogue.procedure(one.procedure, version=one.version) for one in read]
    records = [one.read_record(platform.vault) for one in read]
    fields = {field.name: field for procedure in procedures for field in procedure.fields}
    lines = []
    for name, field in fields.items():
        cells = tuple(_cell(field, record.get(name)) for record in records)
        if any(cells):
            given = {cell for cell in cells if cell}
            lines.append(Line(field.label.text("ja"), cells, len(given) > 1 and name not in _OWN))
    columns = tuple(
        Column(procedure.title.text("ja"), one.receipt_number, bool(one.documents))
        for procedure, one in zip(procedures, read, strict=True)
    )
    return Papers(columns, tuple(lines))


def _cell(field: Field, value: JSON) -> tuple[str, ...]:
    if value in (None, "", []):
        return ()
    if field.kind in ("people", "rows") and isinstance(value, list):
        return tuple(Person(kind).show(field, one, "ja") for one in value)
    shown = kind(field.kind).show(field, value, "ja")
    money = field.kind == "number" and field.name.startswith("contract.")
    return (f"{shown}円" if money else shown,)
