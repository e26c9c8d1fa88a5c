"""The officer's inputs on the confirmation page, and the record they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import MultipleFileField, SelectField
from wtforms.validators import InputRequired

from forms.answers import InvalidAnswer, Source, take
from forms.definition import JSON, Procedure
from forms.entry import EntryForm, form_class, raw
from forms.filled import FilledForm
from forms.kinds.people import is_empty
from office.records.verification.rows import SIGNATURE, Row

_UNSIGNED = "署名を画像で確かめて、印を付けてください。署名のない紙は、ご本人に確かめてください。"
REASONS = ("何も書かれていない", "同じ紙が2回入っている", "別の部署・別の市の紙", "スキャンし直す")


class UploadForm(FlaskForm):  # type: ignore[misc]
    """The files to read."""

    file = MultipleFileField("画像またはPDF", [InputRequired("読み取るファイルを選んでください。")])


class DiscardForm(FlaskForm):  # type: ignore[misc]
    """Why a page is put aside."""

    reason = SelectField(
        "使わない理由",
        [InputRequired("理由を選んでください。")],
        choices=[("", "選んでください"), *((one, one) for one in REASONS)],
    )


def entry_of(rows: Sequence[Row], typed: MultiDict[str, str] | None) -> EntryForm:
    """The inputs of the rows: with what was typed, or else with what was read."""
    entry = form_class([row.field for row in rows], "ja")
    return entry(typed, data={row.name: row.initial for row in rows})


def record_of(
    procedure: Procedure, rows: Sequence[Row], entry: EntryForm
) -> tuple[dict[str, JSON], dict[str, str]]:
    """The record the inputs make (field name → value) and what is wrong, by the path of its row."""
    values, faults = _taken(rows, entry)
    if values.pop(SIGNATURE, None) is not True and any(row.name == SIGNATURE for row in rows):
        faults[SIGNATURE] = _UNSIGNED
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


def _taken(rows: Sequence[Row], entry: EntryForm) -> tuple[dict[str, JSON], dict[str, str]]:
    values: dict[str, JSON] = {}
    faults: dict[str, str] = {}
    for row in rows:
        entered = raw(entry, row.field)
        if is_empty(entered) and row.field.kind != "choices":
            continue
        try:
            values[row.name] = take(row.field, entered)
        except InvalidAnswer as error:
            faults[row.name] = error.message
    return values, faults


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
