"""Copying a vendor's paper into its form: items from CSV or by hand, sums worked out."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from forms.answers import InvalidAnswer, take
from forms.definition import Field, Procedure
from forms.entry import EntryForm, form_class, raw
from office.errors import OfficeError
from office.records.contract_checks import sums

ITEMS = "contract.items"
ROWS = 6
LARGEST_CSV = 200_000
_COLUMNS = {
    "品名": "name",
    "数量": "quantity",
    "単位": "unit",
    "単価": "unit_price",
    "税率": "rate",
    "金額": "amount",
}
Typed = MultiDict[str, str]


class CsvRefused(OfficeError):
    """A file of items cannot be read."""

    code = "items-csv-refused"


def blank(known: Mapping[str, str]) -> Typed:
    """An empty form with a few rows, and what is known already."""
    return with_items(MultiDict(known), [])


def entry_form(procedure: Procedure, typed: Typed) -> EntryForm:
    """The form of a paper with what was typed."""
    return form_class(procedure.fields, "ja")(typed)


def with_items(typed: Typed, items: Sequence[Mapping[str, Any]]) -> Typed:
    """What was typed, with these items in place of its own."""
    kept = MultiDict(
        (key, value) for key, value in typed.items(multi=True) if not key.startswith(f"{ITEMS}-")
    )
    for number in range(max(ROWS, len(items) + 2)):
        item = items[number] if number < len(items) else {}
        for column in _COLUMNS.values():
            kept[f"{ITEMS}-{number}-{column}"] = str(item.get(column, ""))
    return kept


def with_sums(procedure: Procedure, typed: Typed) -> Typed:
    """What was typed, with every amount that follows from the items. Raises `InvalidAnswer`."""
    field = procedure.field(ITEMS)
    rows = [{**row, "amount": row.get("amount") or "0"} for row in raw(entry_form(procedure, typed), field)]
    found = sums(_taken(field, rows))
    filled = with_items(typed, found.pop(ITEMS))
    for name in ("base_10", "tax_10", "base_8", "tax_8", "base_0", "total"):
        filled[f"contract.{name}"] = str(found.get(f"contract.{name}", ""))
    return filled


def _taken(field: Field, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    taken = take(field, rows)
    if not isinstance(taken, list):
        raise InvalidAnswer(field.name, "品目を入力してください。")
    return [dict(row) for row in taken if isinstance(row, dict)]


def items_of(content: bytes) -> list[dict[str, str]]:
    """The items of a CSV file with the headings 品名,数量,単位,単価,税率 (金額). Raises `CsvRefused`."""
    if len(content) > LARGEST_CSV:
        raise CsvRefused("ファイルが大きすぎます。品目だけのCSVを選んでください。")
    rows = list(csv.DictReader(io.StringIO(_decoded(content))))
    headings = {key for row in rows for key in row if key}
    if not rows or not set(_COLUMNS) - {"単位", "金額", "税率"} <= headings:
        raise CsvRefused("CSVの1行目を「品名,数量,単位,単価,税率」にしてください。")
    return [
        {column: _plain(column, row.get(heading) or "") for heading, column in _COLUMNS.items()}
        for row in rows[:30]
    ]


def _plain(column: str, text: str) -> str:
    text = text.strip()
    if column == "rate":
        return text.rstrip("%％") or "10"
    return text.replace(",", "").lstrip("¥￥").rstrip("円") if column != "name" else text


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CsvRefused("CSVの文字を読めません。UTF-8かシフトJISで保存してください。")
