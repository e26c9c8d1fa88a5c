"""Values of a workbook, read by calamine: it knows nothing of how this suite writes."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from robots.connectors.workbook.archive import Archive, Pieces
from robots.connectors.workbook.cells import Ruby, Value, column_letters
from robots.connectors.workbook.edits import Change, SheetPatch
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.patch import sheet_xml
from robots.errors import WorkbookBroken


@dataclass(frozen=True, slots=True)
class RowValues:
    """One row: its number and its values from column A on (None: empty)."""

    number: int
    values: tuple[object, ...]

    def at(self, column: int) -> object:
        """The value in a column (from 1)."""
        return self.values[column - 1] if column <= len(self.values) else None


def read_rows(package: Package, sheet: str) -> Iterator[RowValues]:
    """The rows of a sheet from row 1 on; raises `SheetMissing`, `WorkbookRefused`."""
    sheet_xml(package, sheet)  # its limits, before a reader makes room for all cells
    yield from _rows(package, package.archive.raw, sheet)


def values_before(package: Package, patch: SheetPatch) -> dict[str, object]:
    """The values (by cell) of the rows a patch touches, as they are now."""
    return _some_rows(package, package.archive, patch, 0)


def values_after(package: Package, copy: Archive, patch: SheetPatch) -> dict[str, object]:
    """The values (by cell) of the rows a patch touches, as they are in the copy written."""
    return _some_rows(package, copy, patch, 1)


def as_read(value: Value) -> object:
    """How a value reads back."""
    if isinstance(value, Ruby):
        return value.text
    return value if value != "" else None


def changes(
    patch: SheetPatch, before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[Change, ...]:
    """The cells that differ."""
    cells = sorted({*before, *after}, key=_place)
    return tuple(
        Change(patch.name, cell, before.get(cell), after.get(cell))
        for cell in cells
        if not same(before.get(cell), after.get(cell))
    )


def same(one: object, other: object) -> bool:
    """Whether two values read alike: a whole number equals its float, a midnight its date."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return _plain(one) == _plain(other)


def _plain(value: object) -> object:
    if isinstance(value, datetime.datetime):
        return value.date() if value.time() == datetime.time() else value
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n") or None
    return float(value) if isinstance(value, int) else value


def diff(before: Package, after: Package) -> tuple[Change, ...]:
    """Every cell that differs between two workbooks, sheet by sheet, cell by cell."""
    found: list[Change] = []
    for name in dict.fromkeys([sheet.name for sheet in (*before.sheets, *after.sheets)]):
        left, right = _cells(before, name), _cells(after, name)
        for cell in sorted({*left, *right}, key=_place):
            if not same(left.get(cell), right.get(cell)):
                found.append(Change(name, cell, left.get(cell), right.get(cell)))
    return tuple(found)


def _cells(package: Package, name: str) -> dict[str, object]:
    if all(sheet.name != name or sheet.kind != "worksheet" for sheet in package.sheets):
        return {}
    return _by_cell(read_rows(package, name))


def _by_cell(rows: Iterator[RowValues]) -> dict[str, object]:
    return {
        f"{column_letters(place)}{row.number}": value
        for row in rows
        for place, value in enumerate(row.values, 1)
        if value is not None
    }


def _some_rows(package: Package, archive: Archive, patch: SheetPatch, which: int) -> dict[str, object]:
    tag = b"sheetData>"
    prefix = _prefix(patch)
    rows = b"".join(both[which] for _, both in sorted(patch.rows.items()))
    content: Pieces = [patch.head, b"<" + prefix + tag, rows, b"</" + prefix + tag, patch.tail]
    small = b"".join(part for pieces in archive.rewritten({patch.part: content}) for part in pieces)
    return _by_cell(_used_rows(package, small, patch.name))


def _prefix(patch: SheetPatch) -> bytes:
    written = next((new for _, new in patch.rows.values()), b"<row")
    return written[1 : written.index(b"row")]


def _rows(package: Package, raw: bytes, name: str) -> Iterator[RowValues]:
    """Every row from row 1 on, one at a time."""
    sheet = _opened(package, raw, name)
    # calamine fills up the empty rows above the first cell, but not the columns left of it.
    left = sheet.start[1] if sheet.start else 0
    for number, values in enumerate(sheet.iter_rows(), 1):
        yield _row(number, left, values)


def _used_rows(package: Package, raw: bytes, name: str) -> Iterator[RowValues]:
    """The rows from the first cell to the last: of four rows at the end of 100,000, four."""
    sheet = _opened(package, raw, name)
    top, left = sheet.start or (0, 0)
    for number, values in enumerate(sheet.to_python(skip_empty_area=True), top + 1):
        yield _row(number, left, values)


def _row(number: int, left: int, values: Sequence[object]) -> RowValues:
    return RowValues(number, (None,) * left + tuple(None if value == "" else value for value in values))


def _opened(package: Package, raw: bytes, name: str) -> CalamineSheet:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_name(name)
    except CalamineError as error:
        raise WorkbookBroken(
            package.path, f"シート「{name}」を読めません。Excelで開いて保存し直してください。"
        ) from error


def _place(cell: str) -> tuple[int, int, str]:
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :]), len(letters), letters
