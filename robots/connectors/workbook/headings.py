"""Headings of a ledger: which column is which, merged group headings and two-row headings included.

Columns are found by their headings and never by letter: an inserted column must not shift every value
by one (the row and column shifts of robots.md §1 are the errors cities apologise for).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from robots.connectors.workbook import markup
from robots.connectors.workbook.cells import Area, column_letters, column_number
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.reading import RowValues, read_rows
from robots.connectors.workbook.sheet import SheetXml
from robots.errors import SheetMissing

SEARCHED_ROWS = 30
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the data begins (`first_row`) and the column letters by heading."""

    first_row: int
    letters: Mapping[str, str]

    def number(self, heading: str) -> int:
        """The column of a heading, from 1."""
        return column_number(self.letters[heading])


def find_columns(package: Package, sheet: SheetXml, wanted: Sequence[str]) -> Columns:
    """The columns of the headings wanted; raises `SheetMissing` when one is missing or stands twice.

    They must all stand in one row (a heading merged over several rows stands in each of them), for what
    is a heading here may be a value further down.
    """
    rows = {row.number: row for row in itertools.islice(read_rows(package, sheet.name), SEARCHED_ROWS)}
    merges = sheet.merges()
    best: dict[str, list[int]] = {}
    heading_row = 0
    for number, row in rows.items():
        found: dict[str, list[int]] = {}
        for column in range(1, len(row.values) + 1):
            text = _text_over(rows, merges, number, column)
            if text in wanted:
                found.setdefault(text, []).append(column)
        if len(found) > len(best):
            best, heading_row = found, number
    for heading in wanted:
        places = best.get(heading, [])
        if len(places) != 1:
            how = "ありません" if not places else f"{len(places)}か所にあります"
            raise SheetMissing(
                package.path, f"シート「{sheet.name}」の見出し「{heading}」が{how}。見出しを直してください。"
            )
    letters = {heading: column_letters(places[0]) for heading, places in best.items()}
    bottom = max(_bottom(merges, heading_row, places[0]) for places in best.values())
    return Columns(bottom + 1, letters)


def guess_headings(package: Package, sheet: SheetXml) -> tuple[int, Mapping[str, str]]:
    """The last row of headings, and for each column its headings from the group down (`住所 / 新住所`).

    For showing only: by the sheet's table, filter or frozen panes, else the first row with two texts.
    """
    rows = {row.number: row for row in itertools.islice(read_rows(package, sheet.name), SEARCHED_ROWS)}
    bottom = _guess_bottom(package, sheet, rows)
    merges = sheet.merges()
    top = bottom
    while any(area.bottom == top and area.top < top for area in merges) or any(
        area.top == area.bottom == top - 1 and 0 < area.right - area.left < _width(rows, bottom) - 1
        for area in merges
    ):
        top -= 1
    headings = {}
    for column in range(1, _width(rows, bottom) + 1):
        texts = [_text_over(rows, merges, row, column) for row in range(top, bottom + 1)]
        named = " / ".join(dict.fromkeys(text for text in texts if text))
        if named:
            headings[column_letters(column)] = named
    return bottom, headings


def _guess_bottom(package: Package, sheet: SheetXml, rows: Mapping[int, RowValues]) -> int:
    for relation in package.relations(package.sheet(sheet.name).part):
        if relation.kind == "table":
            root = markup.parse(package.path, relation.target, package.archive.read(relation.target))
            return Area.parse(root.get("ref", "A1")).top
    if filtered := sheet.attribute("autoFilter", "ref"):
        return Area.parse(filtered).top
    if (frozen := sheet.attribute("pane", "ySplit")).isdecimal():
        return int(frozen)
    texts = (n for n, row in rows.items() if sum(isinstance(value, str) for value in row.values) >= 2)
    return next(texts, 1)


def _width(rows: Mapping[int, RowValues], bottom: int) -> int:
    return max((len(row.values) for number, row in rows.items() if number <= bottom), default=0)


def _text_over(rows: Mapping[int, RowValues], merges: Sequence[Area], row: int, column: int) -> str:
    area = next((area for area in merges if area.holds(column, row)), Area(column, row, column, row))
    return _plain(rows[area.top].at(area.left)) if area.top in rows else ""


def _bottom(merges: Sequence[Area], row: int, column: int) -> int:
    return next((area.bottom for area in merges if area.holds(column, row)), row)


def _plain(value: object) -> str:
    return _BLANKS.sub("", value) if isinstance(value, str) else ""
