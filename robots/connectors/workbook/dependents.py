"""Formulas of the same sheet that look at changed cells: the results kept beside them are old.

Excel counts again when told to (`fullCalcOnLoad`), LibreOffice by default does not and would show the old
total; a formula without a kept result is counted by both. Only what directly looks at a changed cell loses
its result; whatever stands in other sheets is left to `fullCalcOnLoad`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from xml.sax.saxutils import unescape

from robots.connectors.workbook.cells import Area, column_number
from robots.connectors.workbook.sheet import SheetXml

_STRINGS = re.compile(r'"[^"]*"')
_REFERENCE = re.compile(
    r"(?P<sheet>(?:'[^']+'|[^\s'!(),;:+\-*/^&=<>\"]+)!)?"
    r"(?:\$?(?P<c1>[A-Z]{1,3})\$?(?P<r1>\d+)(?::\$?(?P<c2>[A-Z]{1,3})\$?(?P<r2>\d+))?"
    r"|\$?(?P<first>[A-Z]{1,3}):\$?(?P<last>[A-Z]{1,3}))(?![\w(])"
)
_BOTTOM = 1_048_576


def old_results(sheet: SheetXml, changed: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The bytes (start, end) of each kept result that is old after cells `(column, row)` changed.

    Rows that hold a changed cell are left out: they are written anew.
    """
    rows = {row for _, row in changed}
    tag = sheet.prefix.encode()
    if b"<" + tag + b"f" not in sheet.content:
        return
    pattern = re.compile(
        rb"<" + tag + rb"c\b[^>]*?\sr=[\"'][A-Z]+(\d+)[\"'][^>]*>\s*<" + tag + rb"f\b[^>]*>([^<]*)</"
        + tag + rb"f>\s*(<" + tag + rb"v>[^<]*</" + tag + rb"v>)"
    )  # fmt: skip
    for match in pattern.finditer(sheet.content, sheet.data_start, sheet.data_end):
        if int(match[1]) not in rows and looks_at(unescape(match[2].decode()), sheet.name, changed):
            yield match.span(3)


def looks_at(formula: str, sheet: str, changed: Collection[tuple[int, int]]) -> bool:
    """Whether a formula of `sheet` names an area holding one of the cells."""
    plain = _STRINGS.sub("", unescape(formula))
    if "[" in plain:  # a table's columns: which cells they are today is not looked up
        return True
    for match in _REFERENCE.finditer(plain):
        qualified = (match["sheet"] or "").rstrip("!").strip("'")
        if qualified in ("", sheet) and any(_area(match).holds(column, row) for column, row in changed):
            return True
    return False


def _area(match: re.Match[str]) -> Area:
    if match["first"]:
        return Area(column_number(match["first"]), 1, column_number(match["last"]), _BOTTOM)
    left, top = column_number(match["c1"]), int(match["r1"])
    right = column_number(match["c2"]) if match["c2"] else left
    return Area(left, top, right, int(match["r2"] or top))
