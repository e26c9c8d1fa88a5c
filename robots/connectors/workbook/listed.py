"""Rows of a ledger that come from lists on paper: each keeps its source, and is found by it.

The source (file, page, line, hash of the page) stands in a column of its own. A row with another source but
the same key values is a doubt for a person: somebody may have typed the line before it was scanned.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from robots.connectors.workbook.cells import Value
from robots.connectors.workbook.edits import RowEdit
from robots.connectors.workbook.entries import AnchorInDoubt, Standing
from robots.connectors.workbook.headings import find_columns
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.patch import next_free_row, sheet_xml
from robots.connectors.workbook.reading import as_read, read_rows


@dataclass(frozen=True, slots=True)
class ListShape:
    """Headings of a ledger: all that are written, the one of the source, those that tell lines apart."""

    sheet: str
    headings: tuple[str, ...]
    source: str
    keys: tuple[str, ...]


class ListLedger:
    """A ledger opened for looking up and for working out edits. Writes nothing itself."""

    def __init__(self, package: Package, shape: ListShape) -> None:
        """Raises `SheetMissing` when a heading is missing, `WorkbookRefused`."""
        self._shape = shape
        self._sheet = sheet_xml(package, shape.sheet)
        self._columns = find_columns(package, self._sheet, shape.headings)
        numbers = {heading: self._columns.number(heading) for heading in shape.headings}
        self._standing = [
            Standing(row.number, {heading: row.at(number) for heading, number in numbers.items()})
            for row in read_rows(package, shape.sheet)
            if row.number >= self._columns.first_row
        ]

    def place(self, row: int) -> str:
        """`給付金支払台帳!38`."""
        return f"{self._shape.sheet}!{row}"

    def find(self, values: Mapping[str, Value]) -> Standing | None:
        """The row of the same source; raises `AnchorInDoubt`."""
        source = plain(values[self._shape.source])
        same = [one for one in self._standing if plain(one.values[self._shape.source]) == source]
        if len(same) > 1:
            rows = "、".join(f"{one.row}行目" for one in same)
            raise AnchorInDoubt(
                f"台帳の{rows}に、同じ出所の行があります。どれかを消してから、やり直してください。"
            )
        if same:
            return same[0]
        keys = {heading: plain(values[heading]) for heading in self._shape.keys}
        for one in self._standing:
            if all(plain(one.values[heading]) == key for heading, key in keys.items()) and any(keys.values()):
                raise AnchorInDoubt(
                    f"台帳の{one.row}行目に、{'・'.join(keys)}が同じ行がもうあります（出所："
                    f"{one.values[self._shape.source] or 'なし'}）。同じ内容か確かめてください。"
                )
        return None

    def differences(self, values: Mapping[str, Value], standing: Standing) -> tuple[str, ...]:
        """The headings in which the ledger says something else."""
        return tuple(
            heading for heading in self._shape.headings
            if plain(as_read(values.get(heading))) != plain(standing.values[heading])
        )  # fmt: skip

    def edits(self, entries: Sequence[Mapping[str, Value]]) -> list[RowEdit]:
        """The rows that put the entries under those already there, in their order."""
        letters = self._columns.letters
        first = next_free_row(self._sheet, letters[self._shape.keys[0]], self._columns.first_row - 1)
        like = first - 1 if first > self._columns.first_row else None
        return [
            RowEdit(
                self._shape.sheet,
                first + place,
                {letters[heading]: value for heading, value in entry.items()},
                like,
            )
            for place, entry in enumerate(entries)
        ]


def plain(value: object) -> str:
    """A value in one form: whole numbers without point, days as ISO, texts without blanks and widths."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "".join(unicodedata.normalize("NFKC", str(value)).split())
