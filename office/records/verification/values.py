"""From values by path (`copy.people.0.name`) to the record of a form, with what is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forms.answers import InvalidAnswer, Source
from forms.definition import JSON, Procedure
from forms.filled import FilledForm
from office.records.verification.rows import SIGNATURE, Row

_UNSIGNED = "署名を画像で確かめて、印を付けてください。署名のない紙は、ご本人に確かめてください。"


def record_of(
    procedure: Procedure, rows: Sequence[Row], values: Mapping[str, JSON]
) -> tuple[dict[str, JSON], dict[str, str]]:
    """The record the values make (field name → value) and what is wrong, by the path of its row."""
    faults: dict[str, str] = {}
    if values.get(SIGNATURE) is not True and any(row.name == SIGNATURE for row in rows):
        faults[SIGNATURE] = _UNSIGNED
    values = {path: value for path, value in values.items() if path != SIGNATURE}
    faults |= _missing_columns(rows, values)
    record = _nested(procedure, rows, values)
    firsts: dict[str, str] = {}
    for row in rows:
        firsts.setdefault(row.holder, row.name)
    try:
        form = FilledForm.of(procedure, record, Source.PAPER)
    except InvalidAnswer as error:
        return record, {firsts.get(error.fact, error.fact): error.message} | faults
    empty = {firsts.get(one.field, one.field): one.message for one in form.problems}
    return record, empty | faults


def _missing_columns(rows: Sequence[Row], values: Mapping[str, JSON]) -> dict[str, str]:
    """Required columns left empty of people somebody has begun to enter."""
    begun = {_person(row) for row in rows if row.name in values}
    return {
        row.name: f"「{row.label}」を入力してください。"
        for row in rows
        if row.name != row.holder and row.field.required and row.name not in values and _person(row) in begun
    }


def _person(row: Row) -> str:
    """What the places of one person share: `copy.people.0` of `copy.people.0.name`."""
    return row.name.rpartition(".")[0] if row.name != row.holder else ""


def _nested(procedure: Procedure, rows: Sequence[Row], values: Mapping[str, JSON]) -> dict[str, JSON]:
    """Values by path as a record: columns gathered to persons, persons to people."""
    record: dict[str, JSON] = {}
    people: dict[str, dict[str, dict[str, JSON]]] = {}
    for row in rows:
        if row.name not in values:
            continue
        if row.name == row.holder:
            record[row.name] = values[row.name]
        else:
            column = row.name.rpartition(".")[2]
            people.setdefault(row.holder, {}).setdefault(_person(row), {})[column] = values[row.name]
    for holder, persons in people.items():
        gathered: list[JSON] = list(persons.values())
        record[holder] = gathered if procedure.field(holder).kind in ("people", "rows") else gathered[0]
    return record
