"""The bytes of one sheet: where its rows and cells stand. No tree is built of the 100,000 rows.

Inside `sheetData` only `row` and `c` elements are looked for; whatever could stand in their way
(comments, CDATA, missing references, rows out of order) is refused rather than guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from robots.connectors.workbook.cells import Area, column_number, split_reference
from robots.connectors.workbook.limits import Limits
from robots.errors import WorkbookBroken, WorkbookTooLarge

_ATTRIBUTES = rb"((?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*"
_ATTRIBUTE = re.compile(rb"\s+([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_DATA_START = re.compile(rb"<((?:\w+:)?)sheetData\s*(/?)>")
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{1,3})(\d+)")
# Without a blank in front, so that the search can leap from one r to the next.
_BEYOND_BA = re.compile(rb"r\s*=\s*[\"'](?:[A-Z]{3}|[B-Z][A-Z])\d")
_MANY_ROWS = re.compile(rb"r\s*=\s*[\"'][A-Z]{0,3}(?:[4-9]\d{5}|\d{7})")


@dataclass(frozen=True, slots=True)
class Row:
    """One row element: `content[start:end]`; `inner` is where its cells begin (None: self-closed)."""

    number: int
    start: int
    inner: int | None
    end: int
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell element of a row: its reference, attributes as written, bytes, and what it holds."""

    column: int
    start: int
    end: int
    attributes: dict[str, str]
    inside: bytes

    @property
    def blank(self) -> bool:
        """Whether nothing but style stands in the cell."""
        return not self.inside.strip()


class SheetXml:
    """A worksheet part held as bytes."""

    def __init__(self, path: Path, name: str, content: bytes, limits: Limits) -> None:
        self.path = path
        self.name = name
        self.content = content
        match = _DATA_START.search(content)
        if match is None:
            raise self.broken("データの部分がありません")
        self.prefix = match[1].decode()
        self.data_tag = match
        self.data_start = match.end()
        tag = match[1]
        self.data_end = match.end() if match[2] else content.rfind(b"</" + tag + b"sheetData>")
        closing = 0 if match[2] else len(b"</" + tag + b"sheetData>")
        self.tail_start = self.data_end + closing
        if self.data_end < 0 or _DATA_START.search(content, self.data_start):
            raise self.broken("データの部分が閉じていません")
        self._row = re.compile(rb"<" + tag + rb"row\b" + _ATTRIBUTES + rb"(/?)>")
        self._row_end = b"</" + tag + b"row>"
        self._cell = re.compile(
            rb"<" + tag + rb"c\b" + _ATTRIBUTES + rb"(?:/>|>(.*?)</" + tag + rb"c>)", re.DOTALL
        )
        self._check(limits)

    def broken(self, what: str) -> WorkbookBroken:
        """The error for a sheet that is not as the standard says."""
        return WorkbookBroken(
            self.path, f"シート「{self.name}」の{what}。Excelで開いて保存し直してください。"
        )

    def rows(self, after: int | None = None) -> Iterator[Row]:
        """The rows in order, from byte `after` on; raises `WorkbookBroken` when one has no number."""
        position, last = after or self.data_start, 0
        while True:
            match = self._row.search(self.content, position, self.data_end)
            if match is None:
                return
            row = self._made(match)
            if row.number <= last:
                raise self.broken(f"{row.number}行目の順番が狂っています")
            last, position = row.number, row.end
            yield row

    def find(self, wanted: set[int]) -> tuple[dict[int, Row], dict[int, int]]:
        """The rows of these numbers, and for those that do not exist the byte where each would stand."""
        found: dict[int, Row] = {}
        places: dict[int, int] = {}
        missing = sorted(wanted)
        for row in self._rows_from(min(wanted, default=0)):
            while missing and missing[0] <= row.number:
                number = missing.pop(0)
                if number == row.number:
                    found[number] = row
                else:
                    places[number] = row.start
            if not missing:
                break
        places.update(dict.fromkeys(missing, self.data_end))
        return found, places

    def _rows_from(self, number: int) -> Iterator[Row]:
        """Rows near the end are found from the end: appending must not walk over 100,000 rows."""
        last = self.last_row()
        if last is not None and number >= last.number:
            yield last
            return
        yield from self.rows()

    def last_row(self) -> Row | None:
        """The last row element."""
        return next(self.rows_backwards(), None)

    def rows_backwards(self) -> Iterator[Row]:
        """The rows from the last to the first."""
        end = self.data_end
        while (start := self.content.rfind(b"<" + self.prefix.encode() + b"row", self.data_start, end)) >= 0:
            match = self._row.match(self.content, start)
            if match is None:
                raise self.broken("行が読めません")
            yield self._made(match)
            end = start

    def last_content_row(self) -> int:
        """The number of the last row in which any cell holds something, 0 when none does."""
        for row in self.rows_backwards():
            if any(not cell.blank for cell in self.cells(row)):
                return row.number
        return 0

    def cells(self, row: Row) -> tuple[Cell, ...]:
        """The cells of a row from left to right; raises `WorkbookBroken`."""
        if row.inner is None:
            return ()
        found: list[Cell] = []
        for match in self._cell.finditer(self.content, row.inner, row.end):
            attributes = _attributes(match[1])
            try:
                letters, number = split_reference(attributes.get("r", ""))
            except ValueError as error:
                raise self.broken(f"{row.number}行目に番地のないセルがあります") from error
            column = column_number(letters)
            if number != row.number or (found and column <= found[-1].column):
                raise self.broken(f"{row.number}行目のセルの順番が狂っています")
            found.append(Cell(column, match.start(), match.end(), attributes, match[2] or b""))
        return tuple(found)

    def element(self, name: str) -> re.Match[bytes] | None:
        """The start tag of the first element `name` outside the rows (`dimension`, `phoneticPr`)."""
        pattern = re.compile(rb"<" + self.prefix.encode() + name.encode() + rb"\b" + _ATTRIBUTES + rb"/?>")
        data = self.data_tag.start()
        return pattern.search(self.content, 0, data) or pattern.search(self.content, self.data_end)

    def attribute(self, name: str, attribute: str) -> str:
        """An attribute of the first element `name` outside the rows, "" when there is none."""
        match = self.element(name)
        return _attributes(match[1]).get(attribute, "") if match else ""

    def merges(self) -> tuple[Area, ...]:
        """The merged areas."""
        pattern = rb"<" + self.prefix.encode() + rb"mergeCell\b" + _ATTRIBUTES + rb"/?>"
        found = re.finditer(pattern, self.content[self.data_end :])
        return tuple(Area.parse(_attributes(match[1])["ref"]) for match in found)

    def _made(self, match: re.Match[bytes]) -> Row:
        attributes = _attributes(match[1])
        number = attributes.get("r", "")
        if not number.isdecimal():
            raise self.broken("行番号のない行があります")
        if match[2]:
            return Row(int(number), match.start(), None, match.end(), attributes)
        close = self.content.find(self._row_end, match.end(), self.data_end)
        if close < 0:
            raise self.broken(f"{number}行目が閉じていません")
        return Row(int(number), match.start(), match.end(), close + len(self._row_end), attributes)

    def _check(self, limits: Limits) -> None:
        """Refuse what readers would choke on, before any of them sees it."""
        rows = self.content.count(b"<" + self.prefix.encode() + b"row", self.data_start, self.data_end)
        if rows > limits.rows:
            raise WorkbookTooLarge(
                self.path,
                f"シート「{self.name}」に{rows:,}行あります（上限{limits.rows:,}行）。年度ごとに分けてください。",
            )
        for opening in (b"<!", b"<?"):
            if self.content.find(opening, self.data_start, self.data_end) >= 0:
                raise self.broken("行の中に注釈などがあり、安全に書き換えられません")
        if not (self._holds(_BEYOND_BA) or self._holds(_MANY_ROWS)):
            return  # at most 52 columns and 399,999 rows; looking at each of a million cells is not needed
        width = height = 0
        for match in _REFERENCE.finditer(self.content, self.data_start, self.data_end):
            width, height = max(width, column_number(match[1].decode())), max(height, int(match[2]))
        if height > limits.rows or height * width > limits.cells:
            raise WorkbookTooLarge(
                self.path,
                f"シート「{self.name}」の使用範囲が{height:,}行×{width:,}列と広すぎます。"
                f"{height:,}行目の余分なセルを消してください。",
            )

    def _holds(self, pattern: re.Pattern[bytes]) -> bool:
        return pattern.search(self.content, self.data_start, self.data_end) is not None


def _attributes(text: bytes) -> dict[str, str]:
    """Attributes as written (entities kept), in order."""
    return {
        match[1].decode(): (match[2] if match[2] is not None else match[3]).decode()
        for match in _ATTRIBUTE.finditer(text)
    }
