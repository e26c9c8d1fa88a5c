"""The officer's inputs on the confirmation page, and the values they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import MultipleFileField, SelectField
from wtforms.validators import InputRequired

from forms.answers import InvalidAnswer, take
from forms.definition import JSON
from forms.entry import EntryForm, form_class, raw
from forms.kinds import kind
from forms.kinds.people import is_empty
from office.records.verification.rows import Row

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


def entry_of(
    rows: Sequence[Row], typed: MultiDict[str, str] | None, decided: Mapping[str, JSON] = MappingProxyType({})
) -> EntryForm:
    """The inputs of the rows: with what was typed, or else was decided already, or else was read."""
    entry = form_class([row.field for row in rows], "ja")
    return entry(typed, data={row.name: _initial(row, decided) for row in rows})


def _initial(row: Row, decided: Mapping[str, JSON]) -> JSON:
    if row.name not in decided:
        return row.initial
    value = decided[row.name]
    return kind("date").show(row.field, value, "ja") if value and row.field.kind == "date" else value


def values_of(rows: Sequence[Row], entry: EntryForm) -> tuple[dict[str, JSON], dict[str, str]]:
    """The values entered by the path of their row, and what is wrong with those that cannot be taken."""
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
